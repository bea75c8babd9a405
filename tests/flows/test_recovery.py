"""What goes on behind the sale: late money, alarms, and payments that nobody could settle in time."""

from kiosk.domain.attempt import State
from kiosk.domain.entries import TaskClosed
from kiosk.domain.order import OrderState
from kiosk.flows.intents import Finish, Leave
from kiosk.flows.views import StartView
from kiosk.simulator.faults import Delivery
from tests.flows.till import TOTAL, Till
from tests.support.clock import START_MS, FakeClock

DAY_S = 86_400.0
MIDNIGHT_MS = START_MS + 15 * 3_600_000
"""The end of the tests' first day in Korea, UTC epoch [ms]."""


async def not_charged(till, lands_after_s):
    """A payment by CEOS that is judged not charged, and lands later."""
    till.fault("ceos.instant", "late", seconds=lands_after_s)
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(130)
    assert await till.fates() == ["ceos NOT_CHARGED"]


async def findings(till):
    return [(one.kind, one.amount.amount, one.state) for one in await till.journal.findings("K01-1-000001-1")]


async def test_money_that_lands_after_the_verdict_is_found_after_ten_minutes_and_given_back(till):
    await not_charged(till, 200)
    await till.pass_time(100)
    assert till.taken == TOTAL
    await till.pass_time(600)
    assert till.taken == 0
    assert await findings(till) == [("late", TOTAL, "REFUNDED")]
    assert "finding" in await till.tasks_open()


async def test_money_that_lands_after_the_verdict_is_first_looked_for_after_two_minutes(till):
    await not_charged(till, 200)
    await till.pass_time(100)
    assert till.taken == TOTAL
    await till.pass_time(100)
    assert till.taken == 0


async def test_a_refusal_whose_request_was_doubled_on_its_way_is_looked_at_again(till):
    """The copy that was paid cannot be seen yet when the till asks; the other one was refused."""
    till.fault("ceos.instant", "late", seconds=30)
    till.fault("ceos.instant", "fail")
    await till.fill()
    doubled = till.outside.exchange

    def twice(gateway, request):
        if request.path.endswith("/instant"):
            late = doubled(gateway, request).late
            till.tasks_of_world.spawn("late", till.land(Delivery(None, late=late)))
            till.outside.exchange = doubled
        return doubled(gateway, request)

    till.outside.exchange = twice
    await till.pay_ceos()
    assert (await till.attempt(1)).state is State.DECLINED
    await till.do(Leave())
    await till.pass_time(60)
    assert till.taken == TOTAL
    await till.pass_time(200)
    assert till.taken == 0
    assert await findings(till) == [("late", TOTAL, "REFUNDED")]
    assert "finding" in await till.tasks_open()


async def test_money_that_lands_late_is_found_at_the_next_start(till):
    """It lands after the first look, long before the next one."""
    await not_charged(till, 300)
    await till.pass_time(200)
    assert till.taken == TOTAL
    await till.restart()
    assert till.taken == 0
    assert await findings(till) == [("late", TOTAL, "REFUNDED")]


async def test_money_that_lands_before_the_first_look_is_found_at_the_next_start(till):
    await not_charged(till, 140)
    await till.pass_time(20)
    assert till.taken == TOTAL
    await till.restart()
    assert till.taken == 0


async def test_money_that_lands_very_late_is_found_when_the_day_has_ended(till):
    await not_charged(till, 3600)
    await till.pass_time(4000)
    assert till.taken == TOTAL
    await till.pass_time(24 * 3600)
    assert till.taken == 0
    assert await till.journal.watched_attempts() == ()


async def test_a_look_that_nobody_answered_is_repeated_in_a_minute_or_two(till):
    await not_charged(till, 300)
    await till.pass_time(30)
    till.is_cut_off = True
    await till.pass_time(150)
    till.is_cut_off = False
    assert till.taken == TOTAL
    await till.pass_time(130)
    assert till.taken == 0


async def test_a_watch_does_not_end_with_a_look_that_nobody_answered(till):
    """The till is off before the first look, and in the morning its network is not up yet."""
    await not_charged(till, 200)
    await till.stop()
    await till.pass_time(DAY_S)
    till.is_cut_off = True
    await till.start()
    await till.pass_time(5)
    till.is_cut_off = False
    assert till.taken == TOTAL
    await till.pass_time(130)
    assert till.taken == 0
    await till.pass_time(600)
    assert await findings(till) == [("late", TOTAL, "REFUNDED")]
    assert await till.journal.watched_attempts() == ()


async def test_a_watch_does_not_end_when_midnight_comes_right_after_the_verdict(tmp_path):
    till = Till(tmp_path, clock=FakeClock(MIDNIGHT_MS - 120_000))
    await till.start()
    till.fault("crepay.checkout", "late", seconds=150)
    await till.fill()
    await till.pay_coupon()
    await till.pass_time(100)
    assert await till.fates() == ["crepay NOT_CHARGED"]
    assert till.taken == 0
    await till.pass_time(60)
    assert till.taken == 3000
    await till.pass_time(60)
    assert till.taken == 0
    await till.pass_time(600)
    assert await till.journal.watched_attempts() == ()
    await till.close()
    assert till.failures == []


async def test_a_till_that_is_switched_off_every_night_ends_its_watches_too(till):
    await not_charged(till, 3600)
    await till.pass_time(60)
    await till.stop()
    till.clock.reboot("boot-2", off_s=16 * 3600)
    await till.start()
    await till.pass_time(500)
    assert await till.journal.watched_attempts() != (), "its clock may just be being set"
    await till.pass_time(200)
    assert await till.journal.watched_attempts() == ()


async def test_a_clock_that_is_set_over_midnight_ends_no_watch(till):
    await not_charged(till, 3600)
    till.clock.set_wall(till.clock.now_ms() + 15 * 3_600_000)
    await till.pass_time(4000)
    assert till.taken == TOTAL
    assert [one.id for one in await till.journal.watched_attempts()] == [(await till.attempt(1)).id]
    await till.pass_time(DAY_S)
    assert till.taken == 0
    assert await till.journal.watched_attempts() == ()


async def cut_off_for_days(till):
    """Nobody has answered a look for two days after the one on which the watch was to end."""
    await not_charged(till, 200)
    await till.stop()
    await till.pass_time(3 * DAY_S)
    till.is_cut_off = True
    await till.start()
    await till.pass_time(600)
    assert "unanswered" not in await till.tasks_open()
    await till.pass_time(900)


async def test_what_nobody_has_answered_for_days_is_for_staff_and_still_looked_for(till):
    await cut_off_for_days(till)
    assert (await till.tasks_open()).count("unanswered") == 1
    till.is_cut_off = False
    await till.pass_time(700)
    assert till.taken == 0
    assert "finding" in await till.tasks_open()
    # there is nothing left for them to look up
    assert "unanswered" not in await till.tasks_open()
    assert await till.journal.watched_attempts() == ()


async def test_staff_are_told_once_that_nobody_answers(till):
    await cut_off_for_days(till)
    (told,) = [one for one in await till.journal.staff_tasks() if one.kind == "unanswered"]
    await till.journal.write(TaskClosed(told.id, "P1: checked"))
    await till.restart()
    await till.pass_time(2000)
    assert "unanswered" not in await till.tasks_open()
    assert len(await till.journal.watched_attempts()) == 1


async def test_late_money_of_a_coupon_is_found_too(till):
    till.fault("crepay.checkout", "late", seconds=200)
    await till.fill()
    await till.pay_coupon()
    await till.pass_time(150)
    assert await till.fates() == ["crepay NOT_CHARGED"]
    await till.pass_time(60)
    assert till.taken == 3000
    await till.pass_time(600)
    assert till.taken == 0
    assert await findings(till) == [("late", 3000, "REFUNDED")]


async def test_killed_while_late_money_is_given_back_the_till_knows_that_it_was(till):
    """A server that refuses the same cancel again would never say so once more."""
    till.outside.change({"crepay": {"repeated_cancel": "refuse"}})
    till.fault("crepay.checkout", "late", seconds=150)
    await till.fill()
    await till.pay_coupon()
    await till.pass_time(100)

    def stop_when_it_is_found():
        found = till.journal._file.connection.execute("SELECT count(*) FROM findings").fetchone()[0]
        till.is_disk_full = till.is_disk_full or found > 0

    till.commits.append(stop_when_it_is_found)
    await till.pass_time(100)
    till.commits.clear()
    assert till.is_disk_full
    till.is_disk_full = False
    till.failures.clear()
    await till.restart()
    await till.pass_time(130)

    assert till.taken == 0
    assert await findings(till) == [("late", 3000, "REFUNDED")]
    assert "finding" in await till.tasks_open()


async def test_what_is_unknown_for_ten_minutes_is_an_alarm(till):
    till.fault("crepay.checkout", "drop_after")
    till.fault("crepay.cancel-network", "html_502", 1000)
    await till.fill()
    await till.pay_coupon()
    await till.pass_time(590)
    assert "slow" not in await till.tasks_open()
    await till.pass_time(20)
    assert (await till.tasks_open()).count("slow") == 1


async def test_what_is_unknown_for_fifty_minutes_is_for_staff_and_still_tried(till):
    till.fault("crepay.checkout", "drop_after")
    till.fault("crepay.cancel-network", "html_502", 1000)
    await till.fill()
    await till.pay_coupon()
    await till.pass_time(3060)
    assert (await till.attempt(1)).state is State.NEEDS_STAFF
    assert (await till.sale()).order.state is OrderState.UNWINDING_STAFF
    assert "unresolved" in await till.tasks_open()
    assert till.taken == 3000
    till.outside.faults.clear()
    await till.pass_time(1300)
    assert till.taken == 0
    assert "finding" in await till.tasks_open()


async def test_a_till_that_was_off_for_an_hour_asks_ceos_before_it_asks_a_person(till):
    till.is_silent = True
    till.fault("ceos.instant", "drop_after")
    await till.fill()
    await till.pay_ceos()
    till.fault("ceos.payment", "html_502", 1000)
    await till.pass_time(50)
    await till.stop()
    till.is_silent = False
    till.outside.faults.clear()
    await till.pass_time(3600)

    await till.start()
    await till.pass_time(3)

    assert "unresolved" not in await till.tasks_open()
    await till.pass_time(100)
    assert await till.fates() == ["ceos APPROVED DONE"]
    assert await till.tasks_open() == ["unclaimed"]
    assert till.taken == 0


async def test_what_staff_have_to_settle_is_tried_after_a_reboot_with_the_clock_set_back(till):
    till.fault("crepay.checkout", "drop_after")
    till.fault("crepay.cancel-network", "html_502", 1000)
    await till.fill()
    await till.pay_coupon()
    await till.pass_time(3060)
    await till.stop()
    till.clock.reboot("boot-2", off_s=-10 * 86_400)
    till.outside.faults.clear()
    await till.start()
    await till.pass_time(1300)
    assert till.taken == 0
    assert "finding" in await till.tasks_open()


async def test_an_alarm_does_not_come_twice_after_a_restart_of_what_was_settled(till):
    till.fault("ceos.instant", "drop_after")
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(5)
    await till.do(Finish())
    assert isinstance(till.view, StartView)
    await till.pass_time(700)
    assert await till.tasks_open() == []
