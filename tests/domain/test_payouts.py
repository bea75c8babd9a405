"""Money that was found is paid out only where it is there, and nothing that may have paid it out was tried."""

from dataclasses import replace

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.money import won
from kiosk.domain.outcome import Reason
from kiosk.domain.refund import Finding, FindingKind, FindingState, RefundState
from kiosk.domain.sale import NOT_USED_UP
from tests.support.sales import NOW, a_refund, a_sale, an_attempt

LATE = Finding("F1", "ezpg", "K01-1-000001-1", "T1", FindingKind.LATE, won(5000), FindingState.OPEN, NOW, NOW)
AGAIN = Reason.PAYEE_WRONG


def can_be(finding=LATE, *refunds, found=()):
    sale = a_sale(an_attempt(State.EXPIRED), refunds=refunds)
    return sale.can_be_paid_out(finding, (finding, *found))


def payout(state, reason="", **changes):
    return a_refund(state, attempt_id="", finding_id="F1", reason=reason, **changes)


@pytest.mark.parametrize("kind", FindingKind)
@pytest.mark.parametrize("state", FindingState)
def test_only_open_money_that_came_is_paid_out(kind, state):
    is_money = kind in (FindingKind.LATE, FindingKind.DUPLICATE) and state is FindingState.OPEN
    assert can_be(replace(LATE, kind=kind, state=state)) is is_money


def test_money_of_which_nobody_says_how_much_is_not_paid_out():
    assert not can_be(replace(LATE, amount=None))


@pytest.mark.parametrize("state", RefundState)
@pytest.mark.parametrize("reason", ["", *Reason])
def test_after_a_payout_only_a_refusal_that_allows_it_lets_it_be_tried_again(state, reason):
    may_again = state is RefundState.REFUSED and reason in NOT_USED_UP
    assert can_be(LATE, payout(state, reason)) is may_again


@pytest.mark.parametrize("before", [payout(RefundState.NEEDS_STAFF), payout(RefundState.REFUSED, Reason.BELOW_LEAST)])
def test_a_later_refusal_makes_nothing_of_an_earlier_payout(before):
    assert not can_be(LATE, before, payout(RefundState.REFUSED, AGAIN, number=2))


def test_what_the_bank_took_back_is_not_paid_out():
    corrected = replace(LATE, id="F2", kind=FindingKind.CORRECTED)
    assert not can_be(LATE, payout(RefundState.REFUSED, AGAIN), found=(corrected,))
    assert can_be(LATE, found=(replace(corrected, transaction="T2"),))


def test_payouts_of_other_money_do_not_count():
    assert can_be(LATE, replace(payout(RefundState.DONE), finding_id="F9"), a_refund(RefundState.DONE))
