"""Paying for a basket: several tenders, refusals, missing answers, and everything back."""

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.money import won
from kiosk.domain.order import OrderState
from kiosk.domain.told import Fact
from kiosk.flows.intents import ChooseMethod, Confirm, Finish, GoBack, Leave, Scanned
from kiosk.flows.views import (
    AmountView,
    BasketView,
    Certainty,
    CertaintyView,
    ClosedView,
    DoneView,
    MethodsView,
    ScanView,
    StartView,
    WorkingView,
)
from tests.flows.till import COUPON, OTHER_COUPON, TOTAL
from tests.support.journal import rows


async def test_a_coupon_pays_a_part_and_ceos_the_rest(till):
    await till.fill()
    part = await till.pay_coupon()
    assert isinstance(part, MethodsView)
    assert (part.due.amount, part.is_part_paid) == (9300, True)
    done = await till.pay_ceos()
    assert isinstance(done, DoneView)
    assert [(line.method, line.amount, line.fact) for line in done.tenders] == [
        ("crepay", won(3000), Fact.RECEIVED),
        ("ceos", won(9300), Fact.RECEIVED),
    ]
    assert (till.coupons_taken, till.ceos_taken) == ([3000], [9300])
    assert (await till.sale()).order.state is OrderState.PAID
    await till.pass_time(2)
    assert [name.rpartition("-K01")[0] for name in till.paper.printed] == ["K01-1-000001-receipt"]


async def test_nothing_is_written_down_before_the_first_payment_is_chosen(till):
    await till.fill()
    assert await till.journal.open_orders() == ()


async def test_a_coupon_that_lost_money_meanwhile_pays_what_is_left_in_a_new_attempt(till):
    await till.fill()
    await till.offer_coupon()
    till.outside.set_coupons({COUPON: 1000})
    again = await till.do(Confirm())
    assert isinstance(again, AmountView)
    assert (again.amount.amount, again.due_after.amount, again.problem) == (1000, 11_300, "balance_short")
    assert isinstance(await till.do(Confirm()), MethodsView)
    assert await till.fates() == ["crepay DECLINED", "crepay APPROVED"]
    second = await till.attempt(2)
    assert (second.follows, second.received.amount) == ("K01-1-000001-1", 1000)
    assert till.coupons_taken == [1000]
    assert (await till.sale()).due.amount == 11_300


async def test_attempts_that_carry_on_from_one_another_come_to_an_end(till):
    till.fault("crepay.checkout", "code", 5, code="ZLGN011")
    await till.fill()
    await till.offer_coupon()
    for _ in range(2):
        assert isinstance(await till.do(Confirm()), AmountView)
    assert isinstance(await till.do(Confirm()), MethodsView)
    assert await till.fates() == ["crepay DECLINED"] * 3


async def test_three_refusals_of_ceos_give_the_coupon_back(till):
    till.fault("ceos.instant", "fail", 3)
    await till.fill()
    await till.pay_coupon()
    for _ in range(2):
        refused = await till.pay_ceos()
        assert isinstance(refused, MethodsView)
        assert refused.tenders[-1].fact is Fact.NOT_TAKEN
        assert till.coupons_taken == [3000]
    returned = await till.pay_ceos()
    assert isinstance(returned, CertaintyView)
    assert (returned.kind, returned.reason) == (Certainty.RETURNED, "unwound.tried_enough")
    assert [line.fact for line in returned.tenders] == [Fact.RETURNED, Fact.NOT_TAKEN]
    assert till.taken == 0
    assert isinstance(await till.do(Finish()), BasketView)
    assert (await till.sale()).order.state is OrderState.UNWOUND


async def test_each_try_at_ceos_has_its_own_id(till):
    till.fault("ceos.instant", "fail", 2)
    await till.fill()
    for _ in range(3):
        await till.pay_ceos()
    ids = [one["ids"]["paymentId"] for one in till.outside.requests() if one["call"] == "instant"]
    assert len(set(ids)) == 3
    assert isinstance(till.view, DoneView)


async def test_a_customer_who_leaves_gets_the_coupon_back_and_sees_it(till):
    await till.fill()
    await till.pay_coupon()
    returned = await till.do(Leave())
    assert isinstance(returned, CertaintyView)
    assert (returned.kind, [line.fact for line in returned.tenders]) == (Certainty.RETURNED, [Fact.RETURNED])
    assert await till.fates() == ["crepay APPROVED DONE"]
    assert till.taken == 0
    assert isinstance(await till.do(Finish()), StartView)
    assert "unclaimed" not in await till.tasks_open()


async def test_a_customer_who_walks_away_gets_the_coupon_back_and_staff_know(till):
    await till.fill()
    await till.pay_coupon()
    await till.pass_time(till.pace.idle_s + till.pace.warning_s + 1)
    assert (await till.sale()).order.state is OrderState.UNWOUND
    assert till.taken == 0
    assert await till.tasks_open() == ["unclaimed"]
    assert [name for name in till.paper.printed if "slip" in name]


async def test_the_basket_comes_back_for_another_order(till):
    await till.fill()
    await till.pay_coupon()
    await till.do(GoBack())
    basket = await till.do(Finish())
    assert isinstance(basket, BasketView)
    assert basket.total.amount == TOTAL
    assert (await till.sale()).order.state is OrderState.UNWOUND


async def test_giving_back_goes_from_the_last_payment_to_the_first(till):
    till.outside.set_coupons({OTHER_COUPON: 2000})
    await till.fill()
    await till.pay_coupon(COUPON)
    await till.pay_coupon(OTHER_COUPON)
    await till.do(Leave())
    cancelled = [one["ids"]["barcode"] for one in till.outside.requests() if one["call"] == "cancel"]
    assert cancelled == [OTHER_COUPON, COUPON]
    assert till.taken == 0


async def test_one_payment_that_cannot_be_given_back_never_holds_up_the_others(till):
    till.outside.set_coupons({OTHER_COUPON: 2000})
    await till.fill()
    await till.pay_coupon(COUPON)
    await till.pay_coupon(OTHER_COUPON)
    till.fault("crepay.cancel", "stall_before", seconds=1000)
    await till.do(Leave())
    assert till.coupons_taken == [3000, 2000]
    await till.pass_time(11)
    assert till.coupons_taken == [2000]
    assert [line.fact for line in till.view.tenders] == [Fact.RETURNED, Fact.CHECKING]
    await till.pass_time(30)
    assert till.coupons_taken == []
    assert (await till.sale()).order.state is OrderState.UNWOUND


async def test_a_payment_that_can_never_be_given_back_becomes_work_for_staff_and_the_others_are_back(till):
    till.outside.set_coupons({OTHER_COUPON: 2000})
    await till.fill()
    await till.pay_coupon(COUPON)
    await till.pay_coupon(OTHER_COUPON)
    till.fault("crepay.cancel", "code", code="ZLGN001")
    staff = await till.do(Leave())
    assert isinstance(staff, CertaintyView)
    assert (staff.kind, [line.fact for line in staff.tenders]) == (
        Certainty.STAFF,
        [Fact.RETURNED, Fact.STAFF_HELPS],
    )
    assert (await till.sale()).order.state is OrderState.UNWINDING_STAFF
    assert await till.tasks_open() == ["refund_unresolved"]
    assert till.coupons_taken == [2000]


async def test_the_last_approval_and_paid_are_one_moment(till):
    moments = []
    till.commits.append(lambda: moments.append(paid_and_approved(till)))
    await till.fill()
    await till.pay_coupon()
    await till.pay_ceos()
    assert ("PAYING", TOTAL) not in moments
    assert moments[-1] == ("PAID", TOTAL)


def paid_and_approved(till):
    """State of the order and what it received, as the file has them at this moment."""
    states = rows(till.folder, "SELECT state FROM orders")
    received = rows(till.folder, "SELECT coalesce(sum(received), 0) FROM attempts WHERE state = 'APPROVED'")
    return states[0][0] if states else "", received[0][0]


# -- taps, room, idling


async def test_a_second_tap_on_pay_is_no_second_payment(till):
    await till.fill()
    await till.offer_coupon()
    await till.do(Confirm(), Confirm())
    assert till.calls("checkout") == ["checkout"]
    assert till.coupons_taken == [3000]


async def test_a_second_tap_on_a_method_is_no_second_payment(till):
    await till.fill()
    till.fault("ceos.instant", "slow", seconds=5)
    await till.do(ChooseMethod("ceos"), ChooseMethod("ceos"))
    await till.do(ChooseMethod("ceos"))
    await till.pass_time(6)
    assert isinstance(till.view, DoneView)
    assert till.ceos_taken == [TOTAL]


async def test_a_second_tap_does_not_choose_a_method_again_after_it_was_refused(till):
    await till.fill()
    till.fault("ceos.instant", "fail")
    refused = await till.do(ChooseMethod("ceos"), ChooseMethod("ceos"))
    assert isinstance(refused, MethodsView)
    assert till.calls("instant") == ["instant"]


async def test_no_payment_begins_on_a_disk_that_is_nearly_full(till):
    await till.fill()
    till.free_bytes = 64 * 1024 * 1024 - 1
    closed = await till.do(ChooseMethod("ceos"))
    assert isinstance(closed, ClosedView)
    assert closed.reason == "closed.no_room"
    assert till.calls() == []
    assert await till.journal.open_orders() == ()
    till.free_bytes += 1
    await till.pass_time(11)
    assert isinstance(till.view, StartView)


async def test_a_disk_that_fills_up_between_two_payments_gives_the_first_back(till):
    await till.fill()
    await till.pay_coupon()
    till.free_bytes = 0
    returned = await till.do(ChooseMethod("ceos"))
    assert isinstance(returned, CertaintyView)
    assert (returned.kind, returned.reason) == (Certainty.RETURNED, "unwound.no_room")
    assert till.taken == 0


async def test_nobody_idles_out_while_money_moves(till):
    till.fault("ceos.instant", "slow", seconds=30)
    till.stage.pace = type(till.pace)(idle_s=5, warning_s=5, read_s=15)
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(29)
    assert isinstance(till.view, WorkingView)
    assert till.stage.shown.value.idle_left_s is None
    await till.do(Leave(), GoBack())
    assert isinstance(till.view, WorkingView)
    await till.pass_time(2)
    assert isinstance(till.view, DoneView)


@pytest.mark.parametrize("code", ["8809990000012", "1234567890123", "98765432123456789; DROP TABLE"])
async def test_what_is_no_coupon_is_never_sent(till, code):
    await till.fill()
    await till.do(ChooseMethod("crepay"))
    view = await till.do(Scanned(code))
    assert isinstance(view, ScanView)
    assert view.problem == "wrong_kind"
    assert till.calls() == []


async def test_going_back_before_anything_was_sent_takes_nothing(till):
    await till.fill()
    await till.offer_coupon()
    assert isinstance(await till.do(GoBack()), MethodsView)
    assert (await till.attempt(1)).state is State.NOT_SENT
    assert till.calls("checkout") == []
