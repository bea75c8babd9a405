"""When late money is looked for, and until when: every row."""

import pytest

from kiosk.domain.attempt import Family
from kiosk.domain.limits import Limits
from kiosk.domain.watch import Looks, days_are_over, is_look_due, rhythm_of
from tests.support.clock import START_MS

LIMITS = Limits()
HOUR_MS = 3_600_000
MIDNIGHT_MS = START_MS + 15 * HOUR_MS
NOW_S = 50_000.0


def is_due(family, ended_s, looks, *, is_over=False):
    return is_look_due(rhythm_of(family, LIMITS), looks, ended_s, NOW_S, LIMITS, is_over=is_over)


def ago(seconds):
    """The last look, answered, so long ago."""
    return Looks(NOW_S - seconds, NOW_S - seconds)


@pytest.mark.parametrize(
    ("family", "ended_s", "answered_s_ago", "expected"),
    [
        # the end itself is the last thing heard
        (Family.DIRECT, 119, 119, False),
        (Family.DIRECT, 120, 120, True),
        (Family.DIRECT, 599, 479, False),
        (Family.DIRECT, 600, 480, True),
        (Family.DIRECT, 90_000, 89_400, False),
        (Family.PHONE, 120, 120, True),
        (Family.TRANSFER, 59, 59, False),
        (Family.TRANSFER, 60, 60, True),
        (Family.TRANSFER, 659, 599, False),
        (Family.TRANSFER, 660, 600, True),
        (Family.TRANSFER, 90_000, 600, True),
    ],
)
def test_a_look_is_due_at_its_times(family, ended_s, answered_s_ago, expected):
    assert is_due(family, ended_s, ago(answered_s_ago)) is expected


def test_what_ended_before_this_start_is_looked_at_at_once():
    assert is_due(Family.DIRECT, 5, Looks(NOW_S, None))


def test_when_its_days_have_ended_it_is_looked_at_once_more():
    assert not is_due(Family.DIRECT, 90_000, ago(300))
    assert is_due(Family.DIRECT, 90_000, ago(300), is_over=True)


@pytest.mark.parametrize("is_over", [False, True])
@pytest.mark.parametrize(("in_vain", "pause_s"), [(1, 60), (2, 120), (3, 240), (4, 480), (5, 600), (5000, 600)])
def test_a_look_that_nobody_answered_is_repeated_ever_more_slowly(in_vain, pause_s, is_over):
    def looks(begun_s_ago):
        return Looks(NOW_S - begun_s_ago, None, in_vain)

    assert not is_due(Family.DIRECT, 90_000, looks(pause_s - 1), is_over=is_over)
    assert is_due(Family.DIRECT, 90_000, looks(pause_s), is_over=is_over)


def test_one_more_in_vain_leaves_when_somebody_answered_last():
    assert Looks(10, 10).then_in_vain(70).then_in_vain(130) == Looks(130, 10, 2)


@pytest.mark.parametrize(
    ("days", "ended_s", "now_ms", "expected"),
    [
        (1, 15 * 3600 - 1, MIDNIGHT_MS - 1000, False),
        (1, 15 * 3600, MIDNIGHT_MS, True),
        # somebody set the clock forward, or back
        (1, 600, MIDNIGHT_MS, False),
        (1, 600, MIDNIGHT_MS + 72 * HOUR_MS, False),
        (1, 15 * 3600, START_MS, False),
        (2, 15 * 3600, MIDNIGHT_MS, False),
        (2, 39 * 3600, MIDNIGHT_MS + 24 * HOUR_MS, True),
    ],
)
def test_days_are_over_when_clock_and_time_say_so(days, ended_s, now_ms, expected):
    assert days_are_over(days, START_MS, ended_s, now_ms) is expected
