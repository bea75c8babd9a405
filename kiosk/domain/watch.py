"""When late money is looked for, and until when. Pure; every row is a test."""

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from kiosk.domain.attempt import Family
from kiosk.domain.day import korean_time
from kiosk.domain.limits import Limits

UNANSWERED: Final = "unanswered"
"""Name of an attempt's fact: staff were told that nobody answers where its late money is looked for."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When an attempt that has ended is looked at.

    Attributes:
        at_s: Since its end [s].
        every_s: And so long after the last look that was answered [s].
        days: For the last time when so many days have ended in Korea.
    """

    at_s: tuple[float, ...]
    every_s: float
    days: int


def rhythm_of(family: Family, limits: Limits) -> Rhythm:
    """A bank that was cut off tells what it took as late as the next day. Source: payment methods, ezpg and ceos."""
    if family is Family.TRANSFER:
        return Rhythm((limits.ezpg_look_again_s,), limits.ezpg_sweep_s, days=2)
    return Rhythm((limits.watch_soon_s, limits.watch_after_s), math.inf, days=1)


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks at an attempt since this start.

    Attributes:
        begun_s: When the last one began, by the clock that never goes back [s].
        answered_s: When the last one that was answered did; before the first, when it ended; None when it ended before
            this start, and none was answered since.
        in_vain: How many were not answered since.
    """

    begun_s: float
    answered_s: float | None
    in_vain: int = 0

    def then_in_vain(self, begun_s: float) -> "Looks":
        """With one more that nobody answered."""
        return replace(self, begun_s=begun_s, in_vain=self.in_vain + 1)


def is_look_due(rhythm: Rhythm, looks: Looks, ended_s: float, now_s: float, limits: Limits, *, is_over: bool) -> bool:
    """Whether to look now.

    Args:
        rhythm: Of its kind of payment system.
        looks: What was done until now.
        ended_s: How long ago it ended [s].
        now_s: By the clock that never goes back [s].
        limits: The limits in force.
        is_over: Its days have ended.
    """
    if looks.in_vain:
        # a minute later, then two, four, eight, and at last every ten
        pause_s = limits.watch_after_s / 10 * 2.0 ** min(looks.in_vain - 1, 10)
        return now_s - looks.begun_s >= min(limits.slow_retry_s, pause_s)
    if looks.answered_s is None or is_over:
        return True
    ago_s = now_s - looks.answered_s
    return ago_s >= rhythm.every_s or any(ended_s - ago_s < at <= ended_s for at in rhythm.at_s)


def days_are_over(days: int, ended_ms: int, ended_s: float, now_ms: int) -> bool:
    """Whether so many days have ended in Korea, by the clock on the wall and by the time that has passed as well.

    That clock may have been set since.

    Args:
        days: How many; the one in which it ended counts.
        ended_ms: When it ended, UTC epoch [ms].
        ended_s: How long ago that is [s].
        now_ms: What the clock on the wall says, UTC epoch [ms].
    """
    by_time_ms = ended_ms + round(ended_s * 1000)
    return korean_time(min(now_ms, by_time_ms)).date() >= korean_time(ended_ms).date() + timedelta(days=days)
