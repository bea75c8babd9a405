"""Points, through the whole till: the customer approves on a phone, and whatever fails, no points are lost."""

import pytest

from kiosk.domain.attempt import Goal
from kiosk.domain.money import won
from kiosk.domain.told import Fact
from kiosk.flows.intents import ChooseMethod, Confirm, GoBack, Leave, Resume, Scanned
from kiosk.flows.views import (
    AmountView,
    CertaintyView,
    DoneView,
    InterruptedView,
    MethodsView,
    PhoneView,
    ScanView,
    StartView,
)
from kiosk.simulator.relay_answers import Approvals
from kiosk.simulator.relay_callbacks import Mishap
from kiosk.simulator.relay_money import UNIT
from kiosk.simulator.relay_settings import POOR, RICH, SHOP_ID, RelaySettings, Shop
from tests.flows.till import TOTAL, Till

FEE = 615
HAD = 100_000
SPEC = RelaySettings(dialect="spec")


HEEDING = {
    "relay": RelaySettings(),
    "spec": SPEC,
    "spec, success is 200": RelaySettings(dialect="spec", success_code=200),
    "spec, completes by force": RelaySettings(dialect="spec", forced_close="completes"),
}
"""Relays that heed what a close says; the two that do not are at the end of this file."""


@pytest.fixture(params=list(HEEDING.values()), ids=list(HEEDING))
async def till(tmp_path, request):
    """A till that takes points, on its start screen; a part of it that fails fails the test."""
    till = Till(tmp_path, takes_points=True, relay=request.param)
    await till.start()
    yield till
    await till.close()
    assert till.failures == []


def books(till):
    """(points the customer has, held, taken)."""
    return till.points_left, till.points_held, till.points_taken


UNTOUCHED = (HAD, 0, 0)
TAKEN = (HAD - TOTAL - FEE, 0, TOTAL + FEE)


async def test_points_pay_all_that_is_due_and_the_fee_is_told_before(till):
    view = await till.fill()
    assert [card.name for card in view.methods] == ["crepay", "ceos", "loyalty"]

    view = await till.offer_wallet()
    assert isinstance(view, AmountView)
    assert (view.amount, view.fee, view.balance) == (won(TOTAL), won(FEE), won(HAD))
    assert (view.left, view.due_after) == (won(HAD - TOTAL - FEE), won(0))

    view = await till.do(Confirm())
    assert isinstance(view, PhoneView)
    assert (view.amount.amount, view.fee.amount, view.left_s, view.time_s) == (TOTAL, FEE, 45, 45)
    assert view.may_leave

    await till.answer_phone()
    await till.pass_time(3)
    assert isinstance(till.view, DoneView)
    assert await till.fates() == ["loyalty APPROVED"]
    assert books(till) == TAKEN


async def test_without_a_single_message_the_till_finds_out_by_itself(till):
    till.hears = False
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()

    await till.pass_time(5)

    assert isinstance(till.view, DoneView)
    assert books(till) == TAKEN


async def test_a_message_before_the_answer_to_the_opening_is_not_lost(till):
    till.outside.loyalty.callbacks.plan(Mishap(kind="early"))
    await till.fill()
    await till.ask_phone()
    await till.pass_time(3)

    assert isinstance(till.view, DoneView)
    assert books(till) == TAKEN


async def test_denied_on_the_phone_the_customer_pays_otherwise_and_keeps_the_points(till):
    await till.fill()
    await till.ask_phone()

    await till.answer_phone(approve=False)
    await till.pass_time(3)

    assert isinstance(till.view, MethodsView)
    (told,) = till.view.tenders
    assert (told.fact, told.reason) == (Fact.POINTS_RELEASED, "denied")
    assert books(till) == UNTOUCHED
    await till.pay_ceos()
    await till.pass_time(1)
    assert isinstance(till.view, DoneView)
    assert await till.fates() == ["loyalty VOIDED", "ceos APPROVED"]
    assert books(till) == UNTOUCHED


async def test_ignored_until_nobody_can_approve_any_more(till):
    await till.fill()
    await till.ask_phone()

    await till.pass_time(44)
    assert isinstance(till.view, PhoneView)
    assert till.view.left_s == pytest.approx(1, abs=1.1)
    await till.pass_time(3)
    assert till.view.left_s == 0
    await till.pass_time(14)

    assert isinstance(till.view, MethodsView)
    assert [(one.fact, one.reason) for one in till.view.tenders] == [(Fact.POINTS_RELEASED, "timed_out")]
    await till.pass_time(400)
    assert await till.fates() == ["loyalty VOIDED"]
    assert books(till) == UNTOUCHED


async def test_approved_at_44_seconds_it_is_taken(till):
    await till.fill()
    await till.ask_phone()
    await till.pass_time(44)

    await till.answer_phone()
    await till.pass_time(3)

    assert isinstance(till.view, DoneView)
    assert books(till) == TAKEN


async def test_who_leaves_pays_otherwise_at_once_and_a_late_approval_comes_back(till):
    await till.fill()
    await till.ask_phone()
    await till.pass_time(20)

    view = await till.do(GoBack())
    assert isinstance(view, MethodsView)
    assert [(one.fact, one.reason) for one in view.tenders] == [(Fact.POINTS_RELEASED, "left_waiting")]
    await till.answer_phone()
    await till.pass_time(2)
    assert till.points_held == TOTAL + FEE
    await till.pay_ceos()
    await till.pass_time(1)
    assert isinstance(till.view, DoneView)

    await till.pass_time(400)
    assert await till.fates() == ["loyalty VOIDED", "ceos APPROVED"]
    assert books(till) == UNTOUCHED


async def test_who_leaves_while_the_relay_is_just_being_asked_is_heard(till):
    await till.fill()
    await till.ask_phone()
    till.fault("loyalty.item", "slow", seconds=3)
    await till.pass_time(3)
    assert isinstance(await till.do(GoBack()), PhoneView)

    await till.pass_time(2.5)

    assert isinstance(till.view, MethodsView)
    assert till.view.tenders[0].reason == "left_waiting"


async def test_who_gives_up_the_sale_while_the_phone_asks_gets_everything_back(till):
    await till.fill()
    await till.ask_phone()
    await till.pass_time(5)

    await till.do(Leave())
    await till.pass_time(1)
    assert isinstance(till.view, StartView)
    await till.answer_phone()
    await till.pass_time(400)

    assert (await till.sale()).order.state == "UNWOUND"
    assert books(till) == UNTOUCHED


async def test_a_code_that_has_run_out_is_scanned_anew(till):
    await till.fill()
    code = till.outside.loyalty.temporary_account(RICH)
    await till.pass_time(62)
    await till.do(Resume())

    view = await till.offer_wallet(code)

    assert isinstance(view, ScanView)
    assert view.problem == "code_expired"
    view = await till.do(Scanned(till.outside.loyalty.temporary_account(RICH)))
    assert isinstance(view, AmountView)


async def test_a_code_that_runs_out_between_amount_and_opening_moves_nothing(till):
    code = till.outside.loyalty.temporary_account(RICH)
    await till.fill()
    await till.pass_time(20)
    await till.offer_wallet(code)
    await till.pass_time(45)

    view = await till.do(Confirm())

    assert isinstance(view, MethodsView)
    assert [(one.fact, one.reason) for one in view.tenders] == [(Fact.NOT_TAKEN, "code_expired")]
    assert books(till) == UNTOUCHED


async def test_too_few_points_for_amount_and_fee_are_told_before_anything_is_asked(till):
    await till.fill()

    till.outside.set_wallets({POOR: {"balance": UNIT}})
    view = await till.offer_wallet(till.outside.loyalty.temporary_account(POOR))

    assert isinstance(view, ScanView)
    assert view.problem == "points_short"
    assert "open_new" not in till.calls()


async def test_who_pays_with_their_last_points_keeps_no_less_than_nothing(till):
    """15.8 points pay 15 and a fee of 0.75: told as 15 held and a fee of 1, it is not one less than nothing."""
    await till.fill()

    till.outside.set_wallets({POOR: {"balance": UNIT * 158 // 10}})
    view = await till.offer_wallet(till.outside.loyalty.temporary_account(POOR))

    assert isinstance(view, AmountView)
    assert (view.amount, view.balance, view.fee, view.left) == (won(15), won(15), won(1), won(0))


async def test_what_is_no_wallet_is_no_wallet(till):
    await till.fill()

    view = await till.offer_wallet("8809990000012")

    assert (type(view), view.problem) == (ScanView, "wrong_kind")


async def test_a_shop_that_is_not_active_is_not_offered(till):
    await till.fill()
    till.outside.loyalty.set_shops({SHOP_ID: Shop(name="", status=2)})

    view = await till.do(ChooseMethod("loyalty"))

    assert isinstance(view, MethodsView)
    assert [card.name for card in view.methods] == ["crepay", "ceos"]
    assert till.calls("open_new") == []


async def test_a_shop_that_becomes_inactive_meanwhile_takes_nothing(till):
    await till.fill()
    await till.ask_phone()
    till.outside.loyalty.set_shops({SHOP_ID: Shop(name="", status=2)})

    await till.answer_phone()
    await till.pass_time(400)

    assert await till.fates() == ["loyalty VOIDED"]
    assert books(till) == UNTOUCHED


@pytest.mark.parametrize(("outcome", "reason"), [("unsent", "server_error"), ("reverted", "contract_error")])
async def test_an_approval_that_fails_on_the_ledger_has_a_sentence_of_its_own(till, outcome, reason):
    till.outside.loyalty.answers.plan(Approvals(outcome=outcome))
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()

    await till.pass_time(62)

    assert isinstance(till.view, MethodsView)
    # the document's relay calls back with one code for both, and its item shows neither
    told = reason if till.relay.dialect == "relay" else "contract_error"
    assert [(one.fact, one.reason) for one in till.view.tenders] == [(Fact.POINTS_RELEASED, told)]
    await till.pass_time(400)
    assert books(till) == UNTOUCHED


async def test_an_approval_that_failed_can_be_given_again_while_there_is_time(till):
    till.outside.loyalty.answers.plan(Approvals(outcome="reverted"))
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()
    await till.pass_time(5)

    await till.answer_phone()
    await till.pass_time(5)

    assert isinstance(till.view, DoneView)
    assert books(till) == TAKEN


async def test_an_approval_that_lands_after_the_till_gave_up_comes_back(till):
    """The race behind the second and third close: sent in time, carried out when everything seemed over."""
    till.outside.loyalty.answers.plan(Approvals(outcome="late", seconds=30))
    await till.fill()
    await till.ask_phone()
    await till.pass_time(40)
    await till.answer_phone()

    await till.pass_time(25)
    assert isinstance(till.view, MethodsView)
    await till.pass_time(8)
    assert till.points_held == TOTAL + FEE
    await till.pass_time(400)

    assert await till.fates() == ["loyalty VOIDED"]
    assert books(till) == UNTOUCHED


# -- the line


@pytest.mark.parametrize("kind", ["drop_before", "html_502"])
async def test_an_opening_that_never_arrived_holds_the_customer_for_a_minute_and_nothing_else(till, kind):
    till.fault("loyalty.open_new", kind)
    await till.fill()
    await till.ask_phone()
    if till.relay.dialect == "spec":
        await is_left_to_staff(till)
        return
    assert isinstance(till.view, CertaintyView)
    assert [one.fact for one in till.view.tenders] == [Fact.IGNORE_FIRST_REQUEST]

    await till.pass_time(62)
    assert isinstance(till.view, MethodsView)
    await till.pay_ceos()
    await till.pass_time(400)

    assert await till.fates() == ["loyalty VOIDED", "ceos APPROVED"]
    assert till.calls("open_new") == ["open_new"]
    assert books(till) == UNTOUCHED


async def is_left_to_staff(till):
    """Under the document's paths a relay may take by force what nobody can name."""
    assert [one.fact for one in till.view.tenders] == [Fact.CHECKING_DO_NOT_PAY]
    await till.pass_time(62)
    assert isinstance(till.view, CertaintyView)
    assert [one.fact for one in till.view.tenders] == [Fact.NOT_CERTAIN]
    assert await till.fates() == ["loyalty NEEDS_STAFF"]
    assert books(till) == UNTOUCHED


@pytest.mark.parametrize("approves", [True, False])
@pytest.mark.parametrize("hears", [True, False])
async def test_an_opening_whose_answer_was_lost_gives_back_what_was_approved(till, hears, approves):
    till.hears = hears
    till.fault("loyalty.open_new", "drop_after")
    await till.fill()
    await till.ask_phone()
    if approves:
        await till.answer_phone()

    await till.pass_time(70)
    is_named, gives_back = hears and approves, till.relay.dialect == "relay"
    assert isinstance(till.view, MethodsView if is_named or gives_back else CertaintyView)
    await till.pass_time(400)

    # under the document's paths a relay may take by force what nobody can name: nobody is told that it comes back
    assert await till.fates() == [f"loyalty {'VOIDED' if is_named or gives_back else 'NEEDS_STAFF'}"]
    is_taken = approves and not is_named and till.relay.rules.forced_close == "completes"
    assert books(till) == (TAKEN if is_taken else UNTOUCHED)


@pytest.mark.parametrize("kind", ["drop_after", "truncated", "html_502_after", "empty_200"])
async def test_a_close_whose_answer_was_lost_is_found_out_and_paid(till, kind):
    till.fault("loyalty.close_new", kind)
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()

    await till.pass_time(10)

    assert isinstance(till.view, DoneView)
    assert await till.fates() == ["loyalty APPROVED"]
    assert books(till) == TAKEN


@pytest.mark.parametrize("kind", ["drop_before", "html_502"])
async def test_a_close_that_never_arrived_is_sent_again(till, kind):
    till.fault("loyalty.close_new", kind)
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()

    await till.pass_time(10)

    assert isinstance(till.view, DoneView)
    assert books(till) == TAKEN
    assert till.calls("close_new")[-2:] == ["close_new", "close_new"]


async def test_who_is_sent_away_while_a_close_is_written_down_again_pays_nothing(till, monkeypatch):
    till.fault("loyalty.close_new", "drop_before")
    intend = till.journal.intend

    async def sent_away_meanwhile(attempt_id, *request, **more):
        if till.calls("close_new") and (await till.attempt(1)).goal is Goal.TAKE and (await looked()):
            await till.books.undo("K01-1-000001", "unwound.parked")
        return await intend(attempt_id, *request, **more)

    async def looked():
        operations = await till.journal.operations("K01-1-000001-1")
        return operations[-1].answer == "approved" and any(one.call == "capture" for one in operations)

    monkeypatch.setattr(till.journal, "intend", sent_away_meanwhile)
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()
    await till.pass_time(400)

    assert (await till.attempt(1)).goal is Goal.UNDO
    closes = [one["body"].get("confirm") for one in till.outside.requests() if one["call"] == "close_new"]
    assert closes.count("true") == 1
    assert "false" in closes
    assert (await till.fates())[0] == "loyalty VOIDED"
    assert books(till) == UNTOUCHED


async def test_a_relay_that_falls_silent_at_the_close_parks_the_order_and_gives_the_points_back(till):
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()
    till.fault("loyalty.close_new", "drop_before", count=1000)
    await till.pass_time(4)
    till.fault("loyalty.item", "drop_before", count=1000)

    await till.pass_time(90)
    assert isinstance(till.view, CertaintyView | StartView)
    till.outside.faults.clear()
    await till.pass_time(700)

    assert (await till.fates())[0] == "loyalty VOIDED"
    assert books(till) == UNTOUCHED
    assert "parked" in await till.tasks_open()


async def test_a_shop_that_nobody_tells_of_is_asked_about_again_before_taking(till):
    await till.fill()
    await till.ask_phone()
    till.fault("loyalty.shop", "drop_before", count=2)
    await till.answer_phone()

    await till.pass_time(6)

    assert isinstance(till.view, DoneView)
    assert books(till) == TAKEN


async def test_a_shop_that_nobody_tells_of_takes_nothing(till):
    await till.fill()
    await till.ask_phone()
    till.fault("loyalty.shop", "drop_before", count=3)
    await till.answer_phone()

    await till.pass_time(10)

    assert isinstance(till.view, MethodsView)
    assert [(one.fact, one.reason) for one in till.view.tenders] == [(Fact.POINTS_RELEASED, "unreachable")]
    await till.pass_time(400)
    assert books(till) == UNTOUCHED


@pytest.mark.parametrize("call", ["balance", "info", "shop", "item"])
async def test_a_question_that_is_not_answered_loses_nothing(till, call):
    till.fault(f"loyalty.{call}", "drop_before", count=3)
    await till.fill()
    await till.ask_phone()
    await till.pass_time(120)
    assert till.points_held == till.points_taken == 0


# -- the till stops


async def stop_when_closed(till):
    """The close has left and was carried out; the till stops before it hears so."""
    till.is_silent = True
    till.fault("loyalty.close_new", "drop_after")
    await till.answer_phone()
    await till.pass_time(5)
    await till.stop()
    till.is_silent = False


async def test_stopped_before_anything_was_asked_on_the_phone_nothing_is_at_the_relay(till):
    await till.fill()
    await till.offer_wallet()

    await till.restart()
    await till.pass_time(1)

    assert await till.fates() == ["loyalty NOT_SENT"]
    assert till.outside.books()["loyalty"]["payments"] == []


@pytest.mark.parametrize("off_s", [1, 310])
@pytest.mark.parametrize("approved", [True, False])
async def test_stopped_while_the_phone_asks_the_points_come_back(till, approved, off_s):
    await till.fill()
    await till.ask_phone()
    await till.stop()
    if approved:
        await till.answer_phone()
    await till.pass_time(off_s)

    await till.start()
    assert isinstance(till.view, InterruptedView)
    # what a relay took by force meanwhile, unasked, proves nothing by the document's numbers: a person looks
    is_taken = approved and off_s == 310 and till.relay.rules.forced_close == "completes"
    assert [one.fact for one in till.view.tenders] == [Fact.NOT_CERTAIN if is_taken else Fact.POINTS_RELEASED]
    await till.pass_time(500)

    assert await till.fates() == ["loyalty NEEDS_STAFF" if is_taken else "loyalty VOIDED"]
    assert (await till.sale()).order.state == ("UNWINDING_STAFF" if is_taken else "UNWOUND")
    assert books(till) == (TAKEN if is_taken else UNTOUCHED)


@pytest.mark.parametrize("off_s", [1, 310])
async def test_stopped_after_the_close_had_left_it_is_as_the_relay_says(till, off_s):
    await till.fill()
    await till.ask_phone()
    await stop_when_closed(till)
    await till.pass_time(off_s)

    await till.start()
    await till.pass_time(3)
    assert isinstance(till.view, InterruptedView)
    assert [one.fact for one in till.view.tenders] == [Fact.RECEIVED]
    await till.do(Resume())
    await till.pass_time(2)

    assert isinstance(till.view, DoneView)
    assert await till.fates() == ["loyalty APPROVED"]
    assert books(till) == TAKEN


async def test_taken_and_nobody_comes_back_for_it_staff_have_to_give_it_back(till):
    await till.fill()
    await till.ask_phone()
    await stop_when_closed(till)

    await till.start()
    await till.pass_time(120)

    assert await till.fates() == ["loyalty APPROVED REFUSED"]
    sale = await till.sale()
    assert sale.order.state == "UNWINDING_STAFF"
    assert sale.refunds[-1].reason == "owner_needed"
    assert "refund_unresolved" in await till.tasks_open()
    assert till.calls("open_cancel") == []
    assert books(till) == TAKEN


# -- a relay that does not heed what a close says


@pytest.fixture(params=["refunds", "completes"])
async def deaf(tmp_path, request):
    """A till before a relay that may take what it should release, and by force releases or takes what nobody closes."""
    relay = RelaySettings(dialect="spec", confirm_honoured=False, forced_close=request.param)
    till = Till(tmp_path, takes_points=True, relay=relay)
    await till.start()
    yield till
    await till.close()
    assert till.failures == []


async def test_deaf_points_pay_all_the_same(deaf):
    await deaf.fill()
    view = await deaf.ask_phone()
    assert not view.may_leave

    await deaf.answer_phone()
    await deaf.pass_time(3)

    assert isinstance(deaf.view, DoneView)
    assert await deaf.fates() == ["loyalty APPROVED"]
    assert books(deaf) == TAKEN


async def test_deaf_who_wants_to_leave_has_to_decline_on_the_phone(deaf):
    await deaf.fill()
    await deaf.ask_phone()
    assert isinstance(await deaf.do(GoBack(), Leave()), PhoneView)

    await deaf.answer_phone(approve=False)
    await deaf.pass_time(3)

    assert isinstance(deaf.view, MethodsView)
    assert [one.fact for one in deaf.view.tenders] == [Fact.NOT_TAKEN]
    assert await deaf.fates() == ["loyalty VOIDED"]
    assert deaf.calls("close_new") == []
    assert books(deaf) == UNTOUCHED


async def test_deaf_ignored_nothing_is_closed_and_nobody_is_promised_anything(deaf):
    await deaf.fill()
    await deaf.ask_phone()
    await deaf.pass_time(62)

    assert isinstance(deaf.view, MethodsView)
    assert [one.fact for one in deaf.view.tenders] == [Fact.CHECKING]
    await deaf.pass_time(400)
    assert deaf.calls("close_new") == []
    assert await deaf.fates() == ["loyalty VOIDED"]
    assert books(deaf) == UNTOUCHED


async def test_deaf_an_approval_that_nobody_takes_is_a_persons_to_find_out(deaf):
    await deaf.fill()
    await deaf.ask_phone()
    await deaf.stop()
    await deaf.answer_phone()
    await deaf.pass_time(5)
    await deaf.start()
    await deaf.pass_time(500)

    assert await deaf.fates() == ["loyalty NEEDS_STAFF"]
    assert deaf.calls("close_new") == []
    assert "unresolved" in await deaf.tasks_open()
    sale = await deaf.sale()
    assert sale.order.state == "UNWINDING_STAFF"
    assert [one.fact for one in sale.told] == [Fact.NOT_CERTAIN]


async def test_deaf_a_lost_opening_is_a_persons_and_no_promise_is_made(deaf):
    deaf.fault("loyalty.open_new", "drop_after")
    deaf.hears = False
    await deaf.fill()
    await deaf.ask_phone()
    assert [one.fact for one in deaf.view.tenders] == [Fact.CHECKING_DO_NOT_PAY]

    await deaf.pass_time(120)

    assert await deaf.fates() == ["loyalty NEEDS_STAFF"]
    assert deaf.calls("open_new", "close_new") == ["open_new"]
