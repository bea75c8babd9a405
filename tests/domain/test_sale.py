from dataclasses import replace

import pytest

from kiosk.domain.attempt import BLOCKING, PAYING, UNDER_WAY, Goal, State
from kiosk.domain.money import won
from kiosk.domain.refund import REFUND_UNDER_WAY, RefundState
from kiosk.domain.resolution import Resolution, Way
from kiosk.domain.told import Fact
from tests.support.sales import NOW, a_line, a_refund, a_sale, an_attempt, an_order

APPROVED = an_attempt(State.APPROVED, 1, received=3000)


@pytest.mark.parametrize("state", RefundState)
def test_a_refund_makes_its_amount_due_again_unless_it_was_refused(state):
    sale = a_sale(APPROVED, refunds=(a_refund(state, 1000),))
    assert sale.due == won(2000 if state is RefundState.REFUSED else 3000)


def test_refunds_of_one_attempt_add_up():
    refunds = (a_refund(RefundState.DONE, 1000), a_refund(RefundState.DONE, 500, number=2))
    assert a_sale(APPROVED, refunds=refunds).balance.received == won(1500)


def test_giving_back_a_finding_changes_nothing_that_is_due():
    refund = a_refund(RefundState.DONE, 3000, attempt_id="", finding_id="K01-1-F000009")
    assert a_sale(APPROVED, refunds=(refund,)).due == won(2000)


@pytest.mark.parametrize("state", State)
def test_an_attempt_of_unknown_fate_is_the_unsure_one(state):
    sale = a_sale(an_attempt(State.DECLINED), an_attempt(state, 2))
    unsure = sale.unsure
    assert (unsure is not None) == (state in {State.UNKNOWN, State.REVERSING, State.CAPTURING})
    assert unsure is None or unsure.number == 2


def test_approved_attempts_are_given_back_last_first():
    sale = a_sale(APPROVED, an_attempt(State.DECLINED, 2), an_attempt(State.APPROVED, 3, received=2000))
    assert [attempt.number for attempt in sale.to_give_back] == [3, 1]


@pytest.mark.parametrize("state", RefundState)
def test_an_attempt_with_a_refund_is_not_given_back_twice(state):
    assert a_sale(APPROVED, refunds=(a_refund(state, 3000),)).to_give_back == ()


def test_the_latest_refund_of_an_attempt_is_the_one_that_counts():
    refunds = (
        a_refund(RefundState.REFUSED),
        a_refund(RefundState.DONE, number=2),
        a_refund(RefundState.ASKED, attempt=2),
    )
    assert a_sale(APPROVED, refunds=refunds).last_refund(APPROVED.id) is refunds[1]
    assert a_sale(APPROVED).last_refund(APPROVED.id) is None


def test_what_was_said_to_be_kept_pays_until_the_bank_has_taken_it_back():
    refund = a_refund(RefundState.NEEDS_STAFF)
    kept = Resolution("K01-1-000001-1", refund.id, Way.CHARGED_KEPT, won(5000), "P1", "goods", "", NOW)
    dues = {
        state: replace(a_sale(an_attempt(state, received=5000), refunds=(refund,)), resolutions=(kept,)).due
        for state in (State.APPROVED, State.CORRECTED)
    }
    assert dues == {State.APPROVED: won(0), State.CORRECTED: won(5000)}


@pytest.mark.parametrize("state", sorted(UNDER_WAY))
def test_a_sale_with_an_undecided_attempt_is_not_settled(state):
    assert not a_sale(an_attempt(State.DECLINED), an_attempt(state, 2)).is_settled


@pytest.mark.parametrize("state", RefundState)
def test_a_sale_is_settled_once_its_refund_has_ended(state):
    assert a_sale(APPROVED, refunds=(a_refund(state, 3000),)).is_settled == (state not in REFUND_UNDER_WAY)


def test_a_sale_that_holds_money_is_not_settled():
    assert not a_sale(APPROVED).is_settled


@pytest.mark.parametrize(
    "state", [State.NOT_SENT, State.DECLINED, State.NOT_CHARGED, State.REVERSED, State.NEEDS_STAFF]
)
def test_a_sale_is_settled_when_its_attempts_have_ended(state):
    assert a_sale(an_attempt(state)).is_settled


@pytest.mark.parametrize("state", State)
def test_an_attempt_that_the_till_cannot_end_needs_staff(state):
    needs = state in {State.NEEDS_STAFF, State.UNDERPAID, State.OVERPAID}
    assert a_sale(an_attempt(state, received=5000)).needs_staff == needs


@pytest.mark.parametrize("state", RefundState)
def test_a_refund_that_the_till_cannot_end_needs_staff(state):
    needs = state in {RefundState.REFUSED, RefundState.NEEDS_STAFF}
    assert a_sale(APPROVED, refunds=(a_refund(state),)).needs_staff == needs


@pytest.mark.parametrize("state", [State.PREPARED, State.UNKNOWN, State.NEEDS_STAFF, State.OVERPAID])
def test_a_sale_takes_no_other_charge_beside_one_in_doubt(state):
    assert a_sale(APPROVED, an_attempt(state, 2)).takes_no_other_charge
    assert not a_sale(APPROVED, an_attempt(State.DECLINED, 2)).takes_no_other_charge


@pytest.mark.parametrize("state", State)
def test_an_attempt_may_charge_unless_another_forbids_it(state):
    beside, own = an_attempt(state, received=3000), an_attempt(State.PREPARED, 2)
    assert a_sale(beside, own).may_charge(own.id) == (state not in PAYING | BLOCKING)


def test_an_attempt_that_is_not_wanted_any_more_may_not_charge():
    own = an_attempt(State.PREPARED, 2, goal=Goal.UNDO)
    assert not a_sale(APPROVED, own).may_charge(own.id)


def test_an_attempt_may_not_charge_while_another_is_given_back():
    own = an_attempt(State.PREPARED, 2)
    given_back = replace(APPROVED, goal=Goal.UNDO)
    assert not a_sale(given_back, own, refunds=(a_refund(RefundState.PENDING),)).may_charge(own.id)


def test_a_person_is_told_one_line_per_payment():
    card = an_attempt(State.UNKNOWN, 2, method="ceos", asked=won(2000), reason="no_answer", goal=Goal.UNDO)
    told = a_sale(APPROVED, card).told
    assert [(line.method, line.amount, line.fact, line.reason) for line in told] == [
        ("crepay", won(3000), Fact.RECEIVED, ""),
        ("ceos", won(2000), Fact.CHECKING_DO_NOT_PAY, "no_answer"),
    ]


def test_a_person_is_told_what_was_received_rather_than_what_was_asked():
    assert a_sale(an_attempt(State.APPROVED, received=2900, asked=won(3000))).told[0].amount == won(2900)


def test_a_payment_that_another_carries_on_from_is_not_told():
    sale = a_sale(an_attempt(State.DECLINED), an_attempt(State.APPROVED, 2, received=3000, follows="K01-1-000001-1"))
    assert [line.attempt_id for line in sale.told] == ["K01-1-000001-2"]


def test_a_payment_given_back_is_told_as_given_back():
    assert a_sale(APPROVED, refunds=(a_refund(RefundState.DONE, 3000),)).told[0].fact is Fact.RETURNED


def test_what_is_due_is_of_the_whole_order():
    assert a_sale(APPROVED, order=an_order(a_line(4000), a_line(500, 2))).due == won(2000)
