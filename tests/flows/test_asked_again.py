"""Staff ask back what is left of a sale while something of it is under way already, for days perhaps.

A transfer and points in one sale, paid by the last tap; its customer is gone, and both only staff can have given back:
the owner has to approve the one on a phone, and somebody has to name an account for the other.
"""

import asyncio

import pytest

from kiosk.domain.attempt import Family
from kiosk.domain.entries import AttemptBegan, GoalUndo
from kiosk.domain.errors import BugError
from kiosk.domain.late import late_money
from kiosk.domain.money import won
from kiosk.domain.order import OrderState
from kiosk.domain.outcome import Planned, Reason
from kiosk.domain.ports import Payee
from kiosk.domain.refund import RefundState
from kiosk.domain.resolution import Way
from kiosk.domain.told import Fact
from kiosk.flows.books import Closing, Said
from kiosk.flows.intents import ChooseAmount, ChooseMethod, Confirm, Finish, GoBack
from kiosk.flows.views import Certainty, CertaintyView, ClosedView, DoneView
from kiosk.simulator.ezpg_settings import EzpgSettings
from tests.flows.test_points_proof import close_by_another
from tests.flows.till import COUPON, OTP, TOTAL, Till
from tests.support.journal import rows

ORDER = "K01-1-000001"
POINTS = 2000
PAYEE = Payee("090", "3333012345678", "홍길동")


@pytest.fixture
async def till(tmp_path):
    till = Till(tmp_path, takes_points=True, takes_transfers=True)
    await till.start()
    await till.fill()
    yield till
    await till.close()
    assert till.failures == []


async def plan_and_transfer(till):
    await till.offer_wallet()
    await till.do(ChooseAmount(str(POINTS)))
    await till.do(Confirm())
    await till.show_account()
    await till.transfer()
    await till.pass_time(3)


async def left_with_staff(till):
    """Killed while the points were being taken, and nobody came back: what was received only staff can give back."""
    await plan_and_transfer(till)
    till.fault("loyalty.close_new", "slow", seconds=20)
    await till.answer_phone()
    await till.pass_time(5)
    await till.restart()
    await till.pass_time(120)
    assert (await till.sale()).order.state is OrderState.UNWINDING_STAFF


async def sold(till):
    await plan_and_transfer(till)
    await till.answer_phone()
    await till.pass_time(5)
    assert isinstance(till.view, DoneView)
    await till.do(Finish())


async def held_by(till, method):
    return next(one.id for one in (await till.sale()).to_give_back_by_staff if one.method == method)


async def pay_transfer_out(till):
    """The owner is away: only the transfer, and its account is named."""
    transfer, points = await held_by(till, "ezpg"), await held_by(till, "loyalty")
    assert await till.payouts.sign_in(OTP) is None
    await till.ask_back(facts={transfer: till.payouts.facts(transfer, PAYEE)}, alone={points})
    till.recovery.unwind(ORDER)
    await till.settle()
    await till.pass_time(30)
    assert (await till.sale()).last_refund(transfer).state is RefundState.PENDING


@pytest.mark.parametrize("begin", [left_with_staff, sold])
async def test_the_owner_who_comes_while_a_withdrawal_is_pending_is_asked_at_once(till, begin):
    await begin(till)
    await pay_transfer_out(till)
    await till.pass_time(3600)

    await till.cancel()
    await till.pass_time(5)
    assert till.calls("open_cancel") == ["open_cancel"]
    await till.answer_owner()
    await till.pass_time(10)
    assert (await till.sale()).last_refund(next(iter(await points_of(till)))).state is RefundState.DONE
    assert not (await till.sale()).is_settled, "the withdrawal is still being looked for"
    await till.approve_withdrawal()
    await till.pass_time(700)

    sale = await till.sale()
    assert sale.order.state is (OrderState.UNWOUND if begin is left_with_staff else OrderState.REFUNDED)
    assert {line.fact for line in sale.told} == {Fact.RETURNED}
    assert "refund_unresolved" not in await till.tasks_open()
    assert (till.points_taken, till.paid_out) == (0, [TOTAL - POINTS])


async def points_of(till):
    return [one.id for one in (await till.sale()).attempts if one.method == "loyalty" and one.received]


async def test_the_account_that_is_named_while_the_owner_is_being_asked_is_paid_out_to(till):
    await left_with_staff(till)
    transfer = await held_by(till, "ezpg")
    await till.ask_back(alone={transfer})
    till.recovery.unwind(ORDER)
    await till.settle()
    await till.pass_time(20)
    assert till.calls("open_cancel") == ["open_cancel"]

    assert await till.payouts.sign_in(OTP) is None
    await till.ask_back(facts={transfer: till.payouts.facts(transfer, PAYEE)})
    till.recovery.unwind(ORDER)
    await till.settle()
    await till.pass_time(20)

    assert till.calls("withdraw") == ["withdraw"]
    await till.answer_owner()
    await till.approve_withdrawal()
    await till.pass_time(700)
    assert (await till.sale()).order.state is OrderState.UNWOUND


@pytest.mark.parametrize("is_switched_off", [False, True])
async def test_nobody_is_asked_on_a_phone_by_a_start_long_after_they_were_there(till, is_switched_off):
    await left_with_staff(till)
    points = await held_by(till, "loyalty")
    await till.ask_back()
    till.kill()
    await till.stop()
    if is_switched_off:
        till.clock.reboot("boot-2", off_s=3600)
    else:
        till.clock.advance(3600)

    await till.start()
    await till.pass_time(120)

    assert till.calls("open_cancel") == []
    assert await held_by(till, "loyalty") == points, "its one try is not used up"
    assert "refund_unresolved" in await till.tasks_open()


async def test_what_is_asked_for_once_more_is_taken_off_the_list_at_once(till):
    """Whoever reads "give it back otherwise" while it is on its way gives it back twice."""
    await left_with_staff(till)
    points = await held_by(till, "loyalty")
    await till.ask_back(alone={await held_by(till, "ezpg")})
    till.recovery.unwind(ORDER)
    await till.settle()
    await till.pass_time(20)

    tasks = [one for one in await till.journal.staff_tasks() if one.kind == "refund_unresolved"]
    assert [one.attempt_id == points for one in tasks] == [False]


async def test_a_stop_between_the_last_refund_and_the_end_of_its_order_leaves_no_order_with_staff(tmp_path):
    till = Till(tmp_path, takes_transfers=True, ezpg=EzpgSettings(extensions="off"))
    await till.start()
    await till.fill()
    await till.show_account()
    await till.transfer(11_000, mode="S")
    await till.pass_time(60)
    attempt = f"{ORDER}-1"
    assert till.payouts is not None
    assert await till.payouts.sign_in(OTP) is None
    await till.ask_back(facts={attempt: till.payouts.facts(attempt, PAYEE)})
    till.recovery.unwind(ORDER)
    await till.settle()
    killed: list[bool] = []

    def kill():
        if not killed and rows(till.folder, "SELECT count(*) FROM refunds WHERE state = 'DONE'") == [(1,)]:
            killed.append(True)
            till.kill()

    till.commits.append(kill)
    await till.approve_withdrawal()
    await till.pass_time(700)
    assert killed
    till.failures.clear()
    await till.restart()

    assert (await till.sale()).order.state is OrderState.UNWOUND
    assert "refund_unresolved" not in await till.tasks_open()
    await till.close()


async def test_what_came_in_while_staff_were_asked_is_not_asked_back(till):
    """Its owner was not asked for: they would be asked on a phone that nobody holds, and only once."""
    await left_with_staff(till)
    transfer = await held_by(till, "ezpg")

    asked = await till.books.ask_back(ORDER, "P1", "wish", {transfer: None})
    till.recovery.unwind(ORDER)
    await till.settle()
    await till.pass_time(20)

    assert len(asked) == 1
    assert till.calls("open_cancel") == []
    tasks = [one.attempt_id for one in await till.journal.staff_tasks() if one.kind == "refund_unresolved"]
    assert sorted(tasks) == sorted([transfer, await held_by(till, "loyalty")]), (
        "what was not asked for needs a hand yet"
    )


async def test_an_order_whose_last_end_is_said_while_its_last_refund_ends_does_not_stay_with_staff(till, monkeypatch):
    await till.offer_wallet()
    await till.do(ChooseAmount("2300"))
    await till.do(Confirm())
    await till.show_account()
    await till.transfer()
    await till.pass_time(3)
    await till.answer_phone(approve=False)
    await till.pass_time(5)
    await till.show_account()
    await till.transfer(1000, mode="S")
    await till.pass_time(30)
    sale = await till.sale()
    small, big = sorted((one for one in sale.attempts if one.received), key=lambda one: one.received.amount)
    assert await till.payouts.sign_in(OTP) is None
    await till.ask_back(facts={big.id: till.payouts.facts(big.id, PAYEE)}, alone={small.id})
    till.recovery.unwind(ORDER)
    await till.settle()
    await till.pass_time(60)
    (end,) = [one for one in (await till.sale()).loose_ends if one.attempt_id == small.id]
    is_read, read = asyncio.Event(), till.journal.staff_tasks

    async def slowly():
        found = await read()
        await is_read.wait()
        return found

    monkeypatch.setattr(till.journal, "staff_tasks", slowly)
    saying = till.tasks.spawn("say", till.books.resolve(end, Said(Way.GIVEN_BACK_OUTSIDE, 1000, "P1", "cash")))
    await till.settle()
    await till.approve_withdrawal()
    await till.pass_time(700)
    is_read.set()
    await till.settle()

    assert await saying
    assert (await till.sale()).order.state is OrderState.UNWOUND


async def test_points_that_turn_out_to_be_taken_leave_a_refused_coupon_no_other_try(till):
    """The coupon may be offered again only for what is still due; and that is nothing any more."""
    await till.ask_phone()
    await till.do(GoBack())
    await till.answer_phone()
    await till.pass_time(28)
    await till.offer_coupon()
    till.outside.set_coupons({COUPON: 1000})
    till.fault("crepay.checkout", "slow", seconds=25)
    close_by_another(till, confirm=True)
    await till.do(Confirm())
    await till.pass_time(27)

    assert (await till.sale()).order.state in (OrderState.UNWINDING, OrderState.UNWINDING_STAFF)
    assert isinstance(till.view, CertaintyView)
    assert till.view.kind is not Certainty.CHECKING
    assert till.coupons_taken == []


async def test_an_order_of_which_something_is_to_be_given_back_is_not_completed(till):
    await till.pay_coupon()
    await till.journal.write(GoalUndo(f"{ORDER}-1"))

    assert not await till.books.complete(ORDER)
    assert (await till.sale()).order.state is OrderState.PAYING


async def test_nothing_is_planned_for_an_order_that_has_come_to_take_no_other_charge(till):
    await till.pay_coupon()
    due = (await till.sale()).due.amount
    await till.journal.write(AttemptBegan(f"{ORDER}-2", ORDER, "loyalty", Family.PHONE, due, ""))
    await till.journal.write(GoalUndo(f"{ORDER}-1"))

    await till.books.record(await till.attempt(2), Planned(won(POINTS)))

    assert (await till.sale()).order.plan is None
    assert (await till.attempt(2)).reason == Reason.STOPPED


async def test_a_till_that_a_mistake_of_ours_has_shut_still_tells_what_becomes_of_the_money(till, monkeypatch):
    await till.pay_coupon()

    async def fails():
        raise BugError("a mistake of ours")

    monkeypatch.setattr(till.journal, "has_room", fails)
    await till.do(ChooseMethod("ceos"))
    assert isinstance(till.view, ClosedView)
    assert [line.fact for line in till.view.tenders] == [Fact.RECEIVED]

    await till.books.take_back(await till.attempt(1))
    till.recovery.undo(f"{ORDER}-1")
    await till.pass_time(10)

    assert [line.fact for line in till.view.tenders] == [Fact.RETURNED]
    assert [type(one) for one in till.failures] == [BugError]
    till.failures.clear()


async def test_a_task_about_found_money_is_not_closed_by_a_word(till):
    await sold(till)
    attempt = next(one for one in (await till.sale()).attempts if one.method == "ezpg")
    await till.journal.write(*late_money(attempt, "T-1", 500))
    (task,) = [one.id for one in await till.journal.staff_tasks() if one.kind == "finding"]

    assert await till.books.close_task(task, "os:me", "dealt with") is Closing.MONEY_IS_OPEN


async def test_a_task_on_which_money_hangs_is_not_closed_by_a_word(till):
    await left_with_staff(till)
    tasks = {one.kind: one.id for one in await till.journal.staff_tasks()}

    assert await till.books.close_task(tasks["refund_unresolved"], "os:me", "paid in cash") is Closing.MONEY_IS_OPEN
    assert await till.books.close_task("K01-1-T999999", "os:me", "what?") is Closing.NO_TASK
    assert "refund_unresolved" in await till.tasks_open()
