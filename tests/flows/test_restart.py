"""What a stop leaves open is found out about; it becomes a sale only when its customer says so."""

import pytest

from kiosk.domain.attempt import Goal, State
from kiosk.domain.entries import AttemptAdvanced, OperationAnswered, OrderAdvanced, PrintQueued
from kiosk.domain.order import OrderState
from kiosk.domain.staffwork import PrintKind
from kiosk.domain.told import Fact
from kiosk.flows.intents import Begin, Confirm, Finish, Leave, Resume
from kiosk.flows.views import (
    BasketView,
    Certainty,
    CertaintyView,
    ClosedView,
    DoneView,
    InterruptedView,
    MethodsView,
    StartView,
)
from kiosk.services.journal.store import open_journal
from tests.flows.till import LIMITS, PACE, TOTAL
from tests.support.journal import AtOnce, a_setting

# -- taking stock


async def test_a_payment_that_was_prepared_was_not_sent(till):
    await till.fill()
    await till.offer_coupon()
    await till.restart()
    assert isinstance(till.view, InterruptedView)
    assert till.view.can_continue
    assert (await till.attempt(1)).state is State.NOT_SENT
    assert till.calls("checkout") == []


async def test_a_payment_that_was_being_sent_is_unknown_until_it_is_found_out(till):
    till.fault("ceos.instant", "stall_after")
    till.fault("ceos.payment", "html_502", 100)
    await till.fill()
    await till.pay_ceos()
    await till.restart()
    interrupted = till.view
    assert isinstance(interrupted, InterruptedView)
    assert (await till.attempt(1)).state is State.UNKNOWN
    assert not interrupted.can_continue
    assert [line.fact for line in interrupted.tenders] == [Fact.CHECKING_DO_NOT_PAY]
    await till.do(Resume())
    assert isinstance(till.view, InterruptedView)


async def test_a_refund_that_was_being_sent_is_found_out_and_done_once(till):
    await till.fill()
    await till.pay_coupon()
    till.fault("crepay.cancel", "stall_after")
    await till.do(Leave())
    assert till.taken == 0
    assert await till.fates() == ["crepay APPROVED SENDING"]
    await till.restart()
    assert await till.fates() == ["crepay APPROVED UNKNOWN"]
    await till.pass_time(5)
    assert await till.fates() == ["crepay APPROVED DONE"]
    assert (await till.sale()).order.state is OrderState.UNWOUND
    assert till.outside.crepay.coupons["11112222333344445"].balance == 3000


# -- claimed


async def test_a_payment_found_after_a_restart_is_a_sale_for_whoever_says_so(till):
    till.fault("ceos.instant", "stall_after")
    await till.fill()
    await till.pay_coupon()
    await till.pay_ceos()
    await till.restart()
    await till.pass_time(2)
    known = till.view
    assert isinstance(known, InterruptedView)
    assert (known.can_continue, [line.fact for line in known.tenders]) == (True, [Fact.RECEIVED, Fact.RECEIVED])
    assert (await till.sale()).order.state is OrderState.PAYING
    done = await till.do(Resume())
    assert isinstance(done, DoneView)
    assert (await till.sale()).order.state is OrderState.PAID
    assert till.taken == TOTAL


async def test_a_part_paid_order_goes_on_where_it_stopped(till):
    await till.fill()
    await till.pay_coupon()
    await till.restart()
    methods = await till.do(Resume())
    assert isinstance(methods, MethodsView)
    assert methods.due.amount == 9300
    assert isinstance(await till.pay_ceos(), DoneView)
    assert till.taken == TOTAL


async def test_a_lost_checkout_is_undone_after_a_restart_and_never_claimed(till):
    till.fault("crepay.checkout", "stall_after")
    await till.fill()
    await till.offer_coupon()
    await till.do(Confirm())
    await till.restart()
    assert await till.fates() == ["crepay REVERSED"]
    methods = await till.do(Resume())
    assert isinstance(methods, MethodsView)
    assert methods.due.amount == TOTAL
    assert till.taken == 0


# -- not claimed


async def test_a_payment_found_after_a_restart_is_given_back_when_nobody_comes(till):
    till.fault("ceos.instant", "stall_after")
    await till.fill()
    await till.pay_coupon()
    await till.pay_ceos()
    await till.restart()
    await till.pass_time(59)
    assert till.taken == TOTAL
    await till.pass_time(2)
    assert await till.fates() == ["crepay APPROVED DONE", "ceos APPROVED DONE"]
    assert (await till.sale()).order.state is OrderState.UNWOUND
    assert till.taken == 0
    assert await till.tasks_open() == ["unclaimed"]
    await till.pass_time(2)
    assert [name for name in till.paper.printed if "slip" in name]
    assert isinstance(till.view, StartView)
    assert "DoneView" not in till.seen


async def test_a_payment_that_turns_up_after_nobody_came_is_cancelled_and_not_approved(till):
    till.fault("ceos.instant", "stall_after")
    till.fault("ceos.payment", "html_502", 7)
    await till.fill()
    await till.pay_ceos()
    await till.restart()
    await till.pass_time(61)
    assert (await till.attempt(1)).goal is Goal.UNDO
    await till.pass_time(60)
    assert await till.fates() == ["ceos REVERSED"]
    assert till.taken == 0


async def test_whoever_leaves_an_interrupted_order_gets_everything_back(till):
    await till.fill()
    await till.pay_coupon()
    await till.restart()
    returned = await till.do(Leave())
    assert isinstance(returned, CertaintyView)
    assert returned.kind is Certainty.RETURNED
    assert till.taken == 0


async def test_a_goal_survives_another_restart(till):
    till.fault("ceos.instant", "drop_after")
    till.fault("ceos.payment", "html_502", 100)
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(61)
    assert (await till.attempt(1)).goal is Goal.UNDO
    await till.restart()
    assert isinstance(till.view, StartView) or not getattr(till.view, "can_continue", False)
    till.outside.faults.clear()
    await till.pass_time(120)
    assert await till.fates() == ["ceos REVERSED"]
    assert (await till.sale()).order.state is OrderState.UNWOUND
    assert till.taken == 0


async def test_recovery_may_be_stopped_again_and_again(till):
    till.fault("ceos.instant", "stall_after")
    await till.fill()
    await till.pay_coupon()
    await till.pay_ceos()
    for seconds in (0.2, 0.5, 1, 2, 61, 0.1):
        await till.restart()
        await till.pass_time(seconds)
    await till.pass_time(70)
    assert await till.fates() == ["crepay APPROVED DONE", "ceos APPROVED DONE"]
    assert (await till.sale()).order.state is OrderState.UNWOUND
    assert till.taken == 0


async def test_the_till_sells_beside_what_is_still_open_after_the_first_pass(till):
    till.fault("ceos.instant", "drop_after")
    till.fault("ceos.payment", "html_502", 1000)
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(61)
    await till.restart()
    assert isinstance(till.view, ClosedView)
    await till.pass_time(LIMITS.recovery_first_pass_s + 1)
    assert isinstance(till.view, StartView)
    await till.fill()
    await till.offer_coupon("98765432123456789")
    assert isinstance(await till.do(Confirm()), DoneView)


# -- the last screen


async def test_a_receipt_that_had_not_come_out_is_printed_and_the_last_screen_stands_again(till):
    till.paper.is_stuck = True
    await till.fill()
    await till.pay_ceos()
    till.paper.is_stuck = False
    await till.restart()
    assert isinstance(till.view, DoneView)
    assert till.view.number == "A-001"
    await till.pass_time(2)
    assert till.view.printed
    assert len(till.paper.printed) == 1
    assert isinstance(await till.do(Finish()), StartView)


async def test_a_sale_whose_receipt_came_out_is_over(till):
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(2)
    await till.restart()
    assert isinstance(till.view, StartView)
    assert len(till.paper.printed) == 1


async def test_a_basket_that_came_back_after_a_restart_holds_the_goods(till):
    till.fault("ceos.instant", "fail", 3)
    await till.fill()
    await till.pay_ceos()
    await till.restart()
    await till.do(Resume())
    await till.pay_ceos()
    await till.pay_ceos()
    basket = await till.do(Finish())
    assert isinstance(basket, BasketView)
    assert basket.total.amount == TOTAL


# -- an approval that cannot be written down (law 6)


def fill_disk(till):
    till.is_disk_full = True


@pytest.mark.parametrize(
    ("call", "pay", "calls"),
    [
        ("crepay.checkout", "pay_coupon", ["checkout", "cancel"]),
        ("ceos.instant", "pay_ceos", ["instant", "cancel"]),
    ],
)
async def test_an_approval_that_cannot_be_written_down_is_reversed_and_the_till_closes(till, call, pay, calls):
    till.hooks[call] = lambda: fill_disk(till)
    await till.fill()
    closed = await getattr(till, pay)()
    assert till.calls("checkout", "instant", "cancel", "cancel-network") == calls
    assert till.taken == 0
    assert isinstance(closed, ClosedView)
    assert closed.reason == "closed.cannot_write"
    assert [line.fact for line in closed.tenders] == [Fact.CHECKING]
    unstored = [one.view for one in till.shown if isinstance(one.view, CertaintyView)]
    assert [view.kind for view in unstored] == [Certainty.UNSTORED]
    assert till.seen[-3:] == ["WorkingView", "CertaintyView", "ClosedView"]
    assert (await till.attempt(1)).state is State.SENDING


@pytest.mark.parametrize("pay", ["pay_coupon", "pay_ceos"])
async def test_after_a_restart_an_approval_that_was_not_written_down_is_never_claimed(till, pay):
    till.hooks = {call: lambda: fill_disk(till) for call in ("crepay.checkout", "ceos.instant")}
    till.fault("*.cancel", "drop_before", 100)
    await till.fill()
    await getattr(till, pay)()
    await till.pass_time(300)
    assert till.taken > 0
    till.is_disk_full = False
    till.hooks.clear()
    till.outside.faults.clear()
    await till.restart()
    assert (await till.attempt(1)).goal is Goal.UNDO
    assert "unstored" in await till.tasks_open()
    assert till.journal.unstored() == ""
    await till.do(Resume())
    await till.pass_time(100)
    assert till.taken == 0
    assert (await till.sale()).order.state is not OrderState.PAID
    assert "DoneView" not in till.seen


async def test_an_approval_found_by_a_look_that_cannot_be_written_down_is_reversed_too(till):
    """Found by the simulation: the refusal before it was written down already, and no reversal was licensed."""
    till.fault("ceos.instant", "fail_after")
    till.hooks["ceos.payment"] = lambda: till.commits.append(lambda: fill_disk(till))
    await till.fill()
    closed = await till.pay_ceos()
    assert till.calls("instant", "payment", "cancel") == ["instant", "payment", "cancel"]
    assert till.taken == 0
    assert isinstance(closed, ClosedView)
    assert (await till.attempt(1)).state is State.SENDING


async def test_a_till_that_cannot_write_stays_closed(till):
    await till.fill()
    till.is_disk_full = True
    closed = await till.pay_ceos()
    assert isinstance(closed, ClosedView)
    await till.pass_time(100)
    assert isinstance(await till.fill(), ClosedView)
    assert till.calls() == []


async def test_what_is_given_back_goes_on_when_the_journal_takes_it_again_and_the_till_stays_shut(till):
    """Found by the simulation: the screen said closed, and sold on, while the coupon was never given back."""
    await till.fill()
    await till.pay_coupon()
    till.hooks["crepay.cancel"] = lambda: fill_disk(till)
    await till.do(Leave())
    await till.pass_time(1)
    till.hooks.clear()
    closed = till.view
    assert isinstance(closed, ClosedView)
    assert [line.fact for line in closed.tenders] == [Fact.CHECKING]
    till.is_disk_full = False
    await till.pass_time(30)
    assert await till.fates() == ["crepay APPROVED DONE"]
    assert (await till.sale()).order.state is OrderState.UNWOUND
    assert isinstance(till.view, ClosedView)
    assert isinstance(await till.do(Begin()), ClosedView)
    till.failures.clear()


async def test_a_till_that_is_shut_lets_its_customer_go_and_gives_the_money_back(till):
    await till.fill()
    await till.pay_coupon()
    till.stage.shut("closed.journal")
    await till.settle()
    closed = till.view
    assert isinstance(closed, ClosedView)
    assert [line.fact for line in closed.tenders] == [Fact.RECEIVED]
    await till.pass_time(PACE.read_s + 5)
    assert till.taken == 0
    told = till.view
    assert isinstance(told, ClosedView)
    assert [line.fact for line in told.tenders] == [Fact.RETURNED]
    assert await till.tasks_open() == ["unclaimed"]


async def come_back(till):
    """The transaction that the disk refused while it was being synced is there after all at the next start."""
    await till.stop()
    till.is_disk_full = False
    till.hooks.clear()
    journal = await open_journal(a_setting(till.folder, limits=LIMITS), till.clock, AtOnce())
    number = len((await journal.sale("K01-1-000001")).attempts)
    attempt = await journal.attempt(f"K01-1-000001-{number}")
    operation = (await journal.operations(attempt.id))[-1]
    await journal.write(
        OperationAnswered(operation.id, "paid"),
        AttemptAdvanced(attempt.id, State.APPROVED, "", attempt.due.amount, operation.request_id),
        OrderAdvanced(attempt.order_id, OrderState.PAID, number="A-001", business_day="2026-01-01"),
        PrintQueued(attempt.order_id, PrintKind.RECEIPT),
    )
    await journal.close()
    await till.start()


async def test_an_approval_that_was_reversed_and_comes_back_is_no_sale(till):
    await till.fill()
    await till.pay_coupon()
    till.hooks["ceos.instant"] = lambda: fill_disk(till)
    await till.pay_ceos()
    assert till.ceos_taken == []
    await come_back(till)
    await till.pass_time(30)
    assert await till.fates() == ["crepay APPROVED DONE", "ceos APPROVED DONE"]
    assert (await till.sale()).order.state is OrderState.REFUNDED
    assert till.taken == 0
    assert "unstored" in await till.tasks_open()
    assert [name for name in till.paper.printed if "receipt" in name] == []
    assert "DoneView" not in till.seen


async def test_a_part_that_was_reversed_and_comes_back_is_not_told_as_received(till):
    """Found by the simulation: the interrupted order said "received" of a coupon that had been given back."""
    till.hooks["crepay.checkout"] = lambda: fill_disk(till)
    await till.fill()
    await till.pay_coupon()
    await till.stop()
    till.is_disk_full = False
    till.hooks.clear()
    journal = await open_journal(a_setting(till.folder, limits=LIMITS), till.clock, AtOnce())
    attempt = await journal.attempt("K01-1-000001-1")
    operation = (await journal.operations(attempt.id))[-1]
    await journal.write(
        OperationAnswered(operation.id, "ok"),
        AttemptAdvanced(attempt.id, State.APPROVED, "", 3000, operation.request_id),
    )
    await journal.close()
    till.shown.clear()
    await till.start()
    told = [line.fact for one in till.shown for line in getattr(one.view, "tenders", ())]
    assert Fact.RECEIVED not in told
    await till.pass_time(30)
    assert await till.fates() == ["crepay APPROVED DONE"]
    assert (await till.sale()).order.state is OrderState.UNWOUND
    assert till.taken == 0
