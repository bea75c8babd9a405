"""Points given back: the owner approves on a phone, there is one try, and nobody is told of more than came back."""

import asyncio

import pytest

from kiosk.domain.told import Fact
from kiosk.flows.views import DoneView
from kiosk.simulator.relay_answers import Approvals
from kiosk.simulator.relay_settings import OWNER, SHOP_ID, RelaySettings, Shop
from tests.flows.till import TOTAL, Till

FEE = 615
HAD = 100_000
UNTOUCHED = (HAD, 0, 0)
TAKEN = (HAD - TOTAL - FEE, 0, TOTAL + FEE)
RELAYS = {
    "relay": RelaySettings(),
    **{
        f"spec, {'heeds' if heeds else 'deaf'}, {forced} by force": RelaySettings(
            dialect="spec", confirm_honoured=heeds, forced_close=forced
        )
        for heeds in (True, False)
        for forced in ("refunds", "completes")
    },
}


@pytest.fixture(params=list(RELAYS.values()), ids=list(RELAYS))
async def till(tmp_path, request):
    """A till that has just sold for points."""
    till = Till(tmp_path, takes_points=True, relay=request.param)
    await till.start()
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()
    await till.pass_time(5)
    assert isinstance(till.view, DoneView)
    assert books(till) == TAKEN
    await till.pass_time(60)
    yield till
    await till.close()
    assert till.failures == []


def books(till):
    """(points the customer has, held, taken)."""
    return till.points_left, till.points_held, till.points_taken


async def told(till):
    sale = await till.sale()
    return [(one.fact, sale.refunds[-1].reason) for one in sale.told]


async def test_the_owner_approves_and_everything_comes_back_the_fee_included(till):
    await till.cancel()
    assert (await told(till))[0][0] is Fact.RETURN_PENDING
    assert books(till) == TAKEN

    await till.answer_owner()
    await till.pass_time(5)

    assert await till.fates() == ["loyalty APPROVED DONE"]
    assert (await till.sale()).order.state == "REFUNDED"
    assert (await told(till))[0][0] is Fact.RETURNED
    assert books(till) == UNTOUCHED


async def test_the_owner_says_no_and_it_stays_paid(till):
    await till.cancel()

    await till.answer_owner(approve=False)
    await till.pass_time(5)

    assert await told(till) == [(Fact.STAFF_HELPS, "denied")]
    assert (await till.sale()).order.state == "PAID"
    assert await till.tasks_open() == ["refund_unresolved"]
    assert till.calls("close_cancel") == []
    assert await till.cancel() == ()
    assert books(till) == TAKEN


async def test_the_owner_does_not_answer_and_the_books_agree_in_the_end(till):
    await till.cancel()

    await till.pass_time(400)

    assert await told(till) == [(Fact.STAFF_HELPS, "timed_out")]
    assert books(till) == TAKEN
    assert await till.cancel() == ()


async def test_the_owner_has_no_phone_and_the_one_try_is_used_up(till):
    till.outside.loyalty.set_shops({SHOP_ID: Shop(phone=False)})

    await till.cancel()
    await till.pass_time(5)

    assert await told(till) == [(Fact.STAFF_HELPS, "no_phone")]
    assert await till.cancel() == ()
    assert books(till) == TAKEN


@pytest.mark.parametrize("kind", ["drop_before", "html_502"])
async def test_a_cancel_that_never_arrived_can_be_asked_for_again(till, kind):
    till.fault("loyalty.open_cancel", kind)
    await till.cancel()
    assert (await told(till))[0][0] is Fact.CHECKING
    await till.pass_time(200)
    assert await told(till) == [(Fact.STAFF_HELPS, "nothing_there")]

    await till.cancel()
    await till.answer_owner()
    await till.pass_time(5)

    assert books(till) == UNTOUCHED
    assert (await till.sale()).order.state == "REFUNDED"
    assert await till.tasks_open() == []


@pytest.mark.parametrize("kind", ["drop_after", "truncated", "html_502_after"])
async def test_a_cancel_whose_answer_was_lost_is_not_opened_twice(till, kind):
    till.fault("loyalty.open_cancel", kind)
    await till.cancel()
    await till.pass_time(3)

    await till.answer_owner()
    await till.pass_time(10)

    assert till.calls("open_cancel") == ["open_cancel"]
    assert await till.fates() == ["loyalty APPROVED DONE"]
    assert books(till) == UNTOUCHED


async def test_a_cancel_that_came_twice_is_followed_although_it_was_refused(till):
    till.fault("loyalty.open_cancel", "duplicate")
    await till.cancel()
    await till.pass_time(3)

    await till.answer_owner()
    await till.pass_time(5)

    assert await till.fates() == ["loyalty APPROVED DONE"]
    assert books(till) == UNTOUCHED


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncated", "html_502", "html_502_after", "empty_200"])
async def test_a_close_whose_answer_was_lost_ends_as_the_relay_says(till, kind):
    till.fault("loyalty.close_cancel", kind)
    await till.cancel()
    await till.answer_owner()

    await till.pass_time(30)

    assert await till.fates() == ["loyalty APPROVED DONE"]
    assert books(till) == UNTOUCHED


@pytest.mark.parametrize("approve", [True, False, None])
@pytest.mark.parametrize("off_s", [1, 310])
async def test_stopped_while_the_owner_is_asked_it_goes_on_where_it_was(till, off_s, approve):
    await till.cancel()
    await till.pass_time(3)
    await till.stop()
    if approve is not None:
        await till.answer_owner(approve=approve)
    await till.pass_time(off_s)

    await till.start()
    await till.pass_time(400)

    came_back = approve is True and (off_s == 1 or till.relay.rules.forced_close == "completes")
    # the document's 8 that nobody saw approved proves nothing
    is_known = came_back and off_s == 1
    assert books(till) == (UNTOUCHED if came_back else TAKEN)
    assert (await told(till))[0][0] is (Fact.RETURNED if is_known else Fact.STAFF_HELPS)
    assert (await till.sale()).order.state == ("REFUNDED" if is_known else "PAID")


async def test_two_taps_are_one_refund(till):
    assert len(await till.cancel()) == 1
    assert await till.cancel() == ()

    await till.answer_owner()
    await till.pass_time(5)

    assert till.calls("open_cancel") == ["open_cancel"]
    assert books(till) == UNTOUCHED


async def test_two_people_who_ask_at_the_same_time_are_one_refund(till):
    sale = await till.sale()

    asked = await asyncio.gather(*(till.ask_back(sale.order.id, by=by) for by in ("one", "another")))

    assert sorted(map(len, asked)) == [0, 1]


async def test_what_a_stop_left_with_staff_is_given_back_by_them(till):
    """The order was taken, and nobody came back for it."""
    await till.fill()
    await till.ask_phone()
    till.is_silent = True
    till.fault("loyalty.close_new", "drop_after")
    await till.answer_phone()
    await till.pass_time(5)
    await till.stop()
    till.is_silent = False
    await till.start()
    await till.pass_time(120)
    second = "K01-1-000002"
    assert (await till.sale(second)).order.state == "UNWINDING_STAFF"
    left = till.points_left

    await till.cancel(second)
    (question,) = till.outside.loyalty.cancels_waiting(OWNER)
    till.outside.loyalty.answer_cancel(question.payment_id, approve=True)
    await till.pass_time(5)

    sale = await till.sale(second)
    assert sale.order.state == "UNWOUND"
    assert [one.fact for one in sale.told] == [Fact.RETURNED]
    assert till.points_left == left + TOTAL + FEE
    assert "refund_unresolved" not in await till.tasks_open()


async def test_what_staff_had_asked_back_goes_on_after_a_stop(till):
    """Also of an order that had ended with staff, which no restart looks at for its own sake."""
    await till.fill()
    await till.ask_phone()
    till.is_silent = True
    till.fault("loyalty.close_new", "drop_after")
    await till.answer_phone()
    await till.pass_time(5)
    await till.stop()
    till.is_silent = False
    await till.start()
    await till.pass_time(120)
    second = "K01-1-000002"
    await till.cancel(second)
    await till.stop()
    (question,) = till.outside.loyalty.cancels_waiting(OWNER)
    till.outside.loyalty.answer_cancel(question.payment_id, approve=True)

    await till.start()
    await till.pass_time(10)

    assert (await till.sale(second)).order.state == "UNWOUND"
    assert books(till) == TAKEN


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
async def test_stopped_before_the_cancel_was_answered_it_is_looked_for_and_not_opened_twice(till, kind):
    till.is_silent = True
    till.fault("loyalty.open_cancel", kind)
    await till.cancel()
    await till.pass_time(3)
    await till.stop()
    till.is_silent = False
    if kind == "drop_after":
        await till.answer_owner()

    await till.start()
    await till.pass_time(120)

    assert till.calls("open_cancel") == ["open_cancel"]
    assert await told(till) == (
        [(Fact.RETURNED, "")] if kind == "drop_after" else [(Fact.STAFF_HELPS, "nothing_there")]
    )
    assert books(till) == (UNTOUCHED if kind == "drop_after" else TAKEN)


async def test_a_delegator_approves_without_the_owner(till):
    till.outside.loyalty.set_shops({SHOP_ID: Shop(delegator="0x" + "5" * 40)})

    await till.cancel()
    await till.pass_time(20)

    if till.relay.dialect == "relay":
        assert books(till) == UNTOUCHED


async def test_after_seven_days_less_an_hour_nothing_is_sent(till):
    till.clock.advance(7 * 86_400 - 3_500)
    await till.pass_time(5)

    await till.cancel()
    await till.pass_time(5)

    assert await told(till) == [(Fact.STAFF_HELPS, "window_over")]
    assert till.calls("open_cancel") == []
    assert books(till) == TAKEN


@pytest.mark.parametrize("wall_off_s", [0, -3600], ids=["", "the clock was set back meanwhile"])
async def test_after_seven_days_by_the_relays_clock_nothing_is_sent_though_the_machine_was_rebooted(till, wall_off_s):
    await till.stop()
    reboot(till, 7 * 86_400 - 3_500, wall_off_s)
    await till.start()
    await till.pass_time(120)

    await till.cancel()
    await till.pass_time(5)

    assert await told(till) == [(Fact.STAFF_HELPS, "window_over")]
    assert till.calls("open_cancel") == []


async def test_before_seven_days_are_over_by_the_relays_clock_the_owner_is_asked_whatever_ours_was_set_to(till):
    await till.stop()
    reboot(till, 60, 30 * 86_400)
    await till.start()
    await till.pass_time(120)

    await till.cancel()
    await till.answer_owner()
    await till.pass_time(5)

    assert books(till) == UNTOUCHED


@pytest.mark.parametrize("is_sent", [False, True], ids=["it never left", "it was lost"])
async def test_a_last_close_that_did_not_arrive_is_sent_again_in_time(till, is_sent):
    """The relay does not see what the owner approved, and ends it by force 300 s after it was opened."""
    await till.cancel()
    till.outside.loyalty.answers.plan(Approvals(outcome="unseen"))
    await till.answer_owner()
    await till.pass_time(239)
    if is_sent:
        till.fault("loyalty.close_cancel", "drop_before")
    else:
        till.is_cut_off = True
    await till.pass_time(3)
    till.is_cut_off = False

    await till.pass_time(50)

    if till.relay.dialect == "relay":
        assert await till.fates() == ["loyalty APPROVED DONE"]
        assert books(till) == UNTOUCHED


async def test_a_cancel_that_the_relay_does_not_see_approved_is_closed_in_time_though_the_machine_was_rebooted(till):
    """The relay ends it by force 300 s after it was opened by its own clock: the time off counts."""
    await till.cancel()
    till.outside.loyalty.answers.plan(Approvals(outcome="unseen"))
    await till.answer_owner()
    await till.pass_time(150)
    await till.stop()
    reboot(till, 60, 0)

    await till.start()
    await till.pass_time(60)

    if till.relay.dialect == "relay":
        assert await till.fates() == ["loyalty APPROVED DONE"]
        assert books(till) == UNTOUCHED


def reboot(till, off_s, wall_off_s):
    """The machine is off for so long [s], and its clock is wrong by so much after it [s]; the relay's is not."""
    till.clock.reboot("boot-2", off_s=off_s)
    till.clock.set_wall(till.clock.now_ms() + wall_off_s * 1000)
    till.world.ahead_ms = -wall_off_s * 1000
