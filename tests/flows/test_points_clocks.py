"""Points: from when the deadlines count, and what a stop makes of whatever was under way."""

import pytest

from kiosk.domain.attempt import Goal, State
from kiosk.domain.told import Fact
from kiosk.flows.intents import GoBack
from kiosk.flows.views import CertaintyView, DoneView, InterruptedView, MethodsView, PhoneView
from kiosk.simulator.relay_answers import Approvals
from kiosk.simulator.relay_settings import RelaySettings
from tests.flows.till import TOTAL, Till
from tests.support.clock import START_MS
from tests.support.journal import events

FEE = 615
HAD = 100_000
UNTOUCHED = (HAD, 0, 0)
TAKEN = (HAD - TOTAL - FEE, 0, TOTAL + FEE)
SPEC = RelaySettings(dialect="spec")
DEAF = RelaySettings(dialect="spec", confirm_honoured=False)


@pytest.fixture
async def make(tmp_path):
    """A till before a relay that behaves so; a part of it that fails fails the test."""
    tills = []

    def a_till(relay):
        tills.append(Till(tmp_path, takes_points=True, relay=relay))
        return tills[-1]

    yield a_till
    for one in tills:
        await one.close()
        assert one.failures == []


@pytest.fixture
async def till(make):
    till = make(RelaySettings())
    await till.start()
    return till


def books(till):
    """(points the customer has, held, taken)."""
    return till.points_left, till.points_held, till.points_taken


def sleep_once(till, call, seconds):
    """The machine sleeps as soon as the answer to the next such call has been written down."""

    def sleep():
        till.commits.clear()
        till.clock.advance(seconds)

    def at_the_commit():
        till.hooks.pop(call)
        till.commits.append(sleep)

    till.hooks[call] = at_the_commit


# -- from when the deadlines count


async def test_the_customers_time_counts_from_the_answer_to_the_opening(till):
    till.fault("loyalty.open_new", "slow", seconds=20)
    await till.fill()
    await till.ask_phone()
    await till.pass_time(20)
    assert isinstance(till.view, PhoneView)
    assert till.view.left_s == 45

    await till.pass_time(43)
    assert isinstance(till.view, PhoneView)
    await till.pass_time(18)
    assert isinstance(till.view, MethodsView)
    assert [(one.fact, one.reason) for one in till.view.tenders] == [(Fact.POINTS_RELEASED, "timed_out")]


async def test_an_approval_of_the_last_second_is_carried_out_before_the_till_gives_up(make):
    till = make(RelaySettings(mining_s=10))
    await till.start()
    till.hears = False
    await till.fill()
    await till.ask_phone()
    await till.pass_time(44)
    await till.answer_phone()

    await till.pass_time(14)

    assert isinstance(till.view, DoneView)
    assert books(till) == TAKEN


async def test_what_nobody_answered_is_not_closed_before_46_s_after_the_answer_to_the_opening(till):
    till.fault("loyalty.open_new", "slow", seconds=20)
    await till.fill()
    await till.ask_phone()
    await till.pass_time(25)
    await till.do(GoBack())

    await till.pass_time(40)
    assert till.calls("close_new") == []
    await till.pass_time(2)
    assert till.calls("close_new") == ["close_new"]


@pytest.mark.parametrize(("slept_s", "is_taken"), [(212, True), (214, False)])
async def test_approved_and_slept_until_240_s_after_the_request_nothing_is_taken(till, slept_s, is_taken):
    """The opening took 25 s: by the relay's own count there would be time."""
    till.hears = False
    till.fault("loyalty.open_new", "slow", seconds=25)
    await till.fill()
    await till.ask_phone()
    await till.pass_time(25)
    assert isinstance(till.view, PhoneView)
    await till.answer_phone()
    sleep_once(till, "loyalty.item", slept_s)
    await till.pass_time(2)

    await till.pass_time(5)

    if is_taken:
        assert books(till) == TAKEN
    else:
        await till.pass_time(400)
        assert await till.fates() == ["loyalty VOIDED"]
        assert (await till.attempt(1)).reason == "too_late"
        assert books(till) == UNTOUCHED


async def test_approved_and_slept_while_the_shop_was_asked_nothing_is_taken(till):
    till.hears = False
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()

    def sleep():
        till.hooks.pop("loyalty.shop")
        till.clock.advance(241)

    till.hooks["loyalty.shop"] = sleep
    await till.pass_time(400)

    assert await till.fates() == ["loyalty VOIDED"]
    assert (await till.attempt(1)).reason == "too_late"
    assert books(till) == UNTOUCHED


async def test_approved_and_slept_while_the_taking_was_being_written_down_nothing_is_taken(till):
    """Seed 687 of a thousand stories: the permit is young when the machine wakes, and the time to take is over."""
    till.hears = False
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()

    def sleep():
        till.commits.clear()
        till.clock.advance(241)

    def at_the_next_commit():
        till.hooks.pop("loyalty.shop")
        till.commits.append(sleep)

    till.hooks["loyalty.shop"] = at_the_next_commit
    await till.pass_time(400)

    assert await till.fates() == ["loyalty VOIDED"]
    assert books(till) == UNTOUCHED


async def test_who_leaves_has_given_it_up(till):
    await till.fill()
    await till.ask_phone()

    await till.do(GoBack())

    attempt = await till.attempt(1)
    assert (attempt.state, attempt.goal) == (State.VOIDING, Goal.UNDO)


async def test_nobody_is_put_aside_while_the_phone_asks_or_a_lost_opening_may_be_named(till):
    till.fault("loyalty.open_new", "drop_after")
    till.hears = False
    await till.fill()
    await till.ask_phone()

    await till.pass_time(61)

    assert isinstance(till.view, MethodsView)
    assert "parked" not in await till.tasks_open()


# -- what a relay means is kept with the payment


async def test_what_was_found_out_when_it_was_opened_counts_after_a_restart_too(make):
    """The relay does not say any more under which paths it answers."""
    till = make(SPEC)
    await till.start()
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()
    await till.stop()
    till.hooks["loyalty.item"] = lambda: till.fault("loyalty.open_new", "html_502", count=1000)
    till.fault("loyalty.open_new", "html_502", count=1000)

    await till.start()
    await till.pass_time(400)

    assert "loyalty" not in [name for name, one in till.recovery._methods.items() if one.health().ok]
    assert await till.fates() == ["loyalty VOIDED"]
    assert books(till) == UNTOUCHED


async def test_a_relay_that_heeded_confirm_when_it_was_asked_is_told_to_release(till):
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()
    await till.stop()
    await till.pass_time(2)
    # the probe after the restart is not answered: it is not known yet whether another could be released
    till.fault("loyalty.item", "slow", seconds=3)
    till.fault("loyalty.close_new", "drop_before")

    await till.start()
    await till.pass_time(4)

    assert till.recovery._methods["loyalty"]._client.dialect is None
    assert "close_new" in till.calls()
    assert books(till) == UNTOUCHED


async def test_a_relay_that_did_not_heed_confirm_then_is_not_told_to_release_now(make):
    till = make(DEAF)
    await till.start()
    await till.fill()
    await till.ask_phone()
    await till.stop()
    till.outside.change({"loyalty": {"confirm_honoured": True}})

    await till.start()
    await till.pass_time(100)

    assert till.recovery._methods["loyalty"]._client.dialect.is_honoured
    assert till.calls("close_new") == []


async def test_before_the_relay_has_said_what_it_means_points_are_not_offered(make):
    till = make(RelaySettings())
    till.fault("loyalty.open_new", "html_502")
    await till.start()
    view = await till.fill()
    assert [card.name for card in view.methods] == ["crepay", "ceos"]

    await till.pass_time(6)

    assert [card.name for card in till.view.methods] == ["crepay", "ceos", "loyalty"]


async def test_a_lost_answer_about_confirm_is_asked_for_again_before_points_are_offered(make):
    """One packet must not keep everybody who asks their phone from leaving until the next start."""
    till = make(RelaySettings())
    till.fault("loyalty.close_new", "drop_before")
    await till.start()
    view = await till.fill()
    assert [card.name for card in view.methods] == ["crepay", "ceos"]

    await till.pass_time(6)
    await till.ask_phone()

    assert isinstance(till.view, PhoneView)
    assert till.view.may_leave


# -- the till stops


async def test_stopped_before_the_opening_was_answered_it_is_lost_and_comes_back(till):
    till.is_silent = True
    till.fault("loyalty.open_new", "drop_after")
    await till.fill()
    await till.ask_phone()
    await till.stop()
    till.is_silent = False
    await till.answer_phone()

    await till.start()
    assert isinstance(till.view, InterruptedView)
    assert [one.fact for one in till.view.tenders] == [Fact.IGNORE_FIRST_REQUEST]
    await till.pass_time(500)

    assert till.calls("open_new") == ["open_new"]
    assert await till.fates() == ["loyalty VOIDED"]
    assert books(till) == UNTOUCHED


async def test_stopped_while_the_phone_asks_it_is_given_up_at_once(till):
    await till.fill()
    await till.ask_phone()

    await till.restart()

    attempt = await till.attempt(1)
    assert (attempt.state, attempt.goal) == (State.VOIDING, Goal.UNDO)
    assert till.calls("close_new") == []


async def test_stopped_between_the_approval_and_the_close_the_points_come_back(till):
    till.is_silent = True
    await till.fill()
    await till.ask_phone()
    till.fault("loyalty.shop", "drop_before")
    await till.answer_phone()
    await till.pass_time(2)
    assert (await till.attempt(1)).state is State.AUTHORISED
    await till.stop()
    till.is_silent = False

    await till.start()
    assert [one.fact for one in till.view.tenders] == [Fact.POINTS_RELEASED]
    await till.pass_time(20)

    assert (await till.attempt(1)).goal is Goal.UNDO
    assert books(till) == UNTOUCHED


@pytest.mark.parametrize("off_s", [1, 250])
async def test_a_close_that_had_not_arrived_before_the_stop_is_never_sent_again(till, off_s):
    till.is_silent = True
    till.fault("loyalty.close_new", "drop_before")
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()
    await till.pass_time(3)
    assert (await till.attempt(1)).state is State.CAPTURING
    await till.stop()
    till.is_silent = False
    await till.pass_time(off_s)

    await till.start()
    await till.pass_time(2)
    assert [one.fact for one in till.view.tenders] == [Fact.CHECKING if off_s == 1 else Fact.POINTS_RELEASED]
    await till.pass_time(400)

    confirms = [one["body"]["confirm"] for one in till.outside.requests() if one["body"].get("confirm")]
    assert confirms[0] == "true"
    assert set(confirms[1:]) == {"false"}
    assert await till.fates() == ["loyalty VOIDED"]
    assert books(till) == UNTOUCHED


async def test_it_is_given_up_before_it_is_released(till, tmp_path):
    """The goal is durable before the send that serves it."""
    till.is_silent = True
    till.fault("loyalty.close_new", "drop_before")
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()
    await till.pass_time(3)
    await till.stop()
    till.is_silent = False
    await till.pass_time(250)
    seen = []
    till.hooks["loyalty.close_new"] = lambda: seen.append([kind for kind, _ in events(tmp_path)])

    await till.start()
    await till.pass_time(20)

    # the probe is the first, and names no payment that there is
    assert "GoalUndo" in seen[-1]
    assert [one["body"].get("confirm") for one in till.outside.requests()].count("false") == 1


async def test_while_the_close_is_in_doubt_it_is_being_checked_and_nothing_else_is_charged(till):
    await till.fill()
    await till.ask_phone()
    till.fault("loyalty.close_new", "drop_before", count=100)
    till.fault("loyalty.item", "pass")
    await till.answer_phone()
    till.fault("loyalty.item", "drop_before", count=100)
    await till.pass_time(10)

    assert isinstance(till.view, CertaintyView)
    assert [one.fact for one in till.view.tenders] == [Fact.CHECKING]
    assert (await till.attempt(1)).state is State.CAPTURING
    await till.do(GoBack())
    assert isinstance(till.view, CertaintyView)
    await till.pass_time(60)
    assert "parked" in await till.tasks_open()
    assert (await till.attempt(1)).goal is Goal.UNDO


async def test_after_a_reboot_with_the_clock_set_back_it_counts_from_this_start(till):
    """Law 10: the wall clock alone would hold up for a day what nobody can name."""
    till.outside.loyalty._clock.now_ms = lambda: START_MS + 86_400_000
    till.hears = False
    till.fault("loyalty.open_new", "drop_before")
    await till.fill()
    await till.ask_phone()
    await till.pass_time(70)
    assert (await till.attempt(1)).state is State.VOIDING
    await till.stop()
    till.clock.reboot("boot-2", off_s=-86_400)

    await till.start()
    await till.pass_time(320)
    assert (await till.attempt(1)).state is State.VOIDING
    await till.pass_time(11)

    assert (await till.attempt(1)).state is State.VOIDED


async def test_a_clock_that_is_right_again_after_a_reboot_ends_no_wait(till):
    """Law 10: it was an hour slow while it wrote down when the phone was asked, and nobody can see that any more."""
    till.clock.set_wall(START_MS - 3_600_000)
    till.world.ahead_ms = 3_600_000
    till.hears = False
    await till.fill()
    await till.ask_phone()
    await till.pass_time(40)
    till.outside.loyalty.answers.plan(Approvals(outcome="late", seconds=100))
    await till.answer_phone()
    await till.pass_time(5)
    await till.stop()
    till.clock.reboot("boot-2", off_s=30)
    till.clock.set_wall(START_MS + 75_000)
    till.world.ahead_ms = 0

    await till.start()
    await till.pass_time(20)
    assert (await till.attempt(1)).state is State.VOIDING
    await till.pass_time(400)

    assert await till.fates() == ["loyalty VOIDED"]
    assert books(till) == UNTOUCHED
