"""The time of EzPG and of the banks: Korea's, and with a skew any hour that a test wants.

Everything there goes by it, so that setting the skew ahead is letting time go by.

Source: facts of EzPG, 'time' and 'hours'; that the zone is written out is ours, as no document says how.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict

from kiosk.simulator.world import Clock

KST: Final = timezone(timedelta(hours=9))
DAY_S: Final = 24 * 3600.0
GRAIN_S: Final = 1e-6  # what is due by less than this is due


def moment_of(text: str, form: str) -> datetime:
    """A text in this form as a moment there.

    Raises:
        ValueError: it is in another, or not in the calendar.
    """
    return datetime.strptime(text, form).replace(tzinfo=KST)


def in_form(form: str, written_as: str | None = None) -> AfterValidator:
    """Of a text: that it is a moment in this form.

    Args:
        form: As it comes.
        written_as: As it is kept; None: as it comes.
    """
    return AfterValidator(lambda text: moment_of(text, form).strftime(written_as or form))


Minute = Annotated[str, in_form("%H:%M")]


class Hours(BaseModel):
    """When a bank takes no deposits: from the one up to the other, over midnight too. The same twice: it always does.

    Attributes:
        closes: "23:30".
        opens: "00:30".
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    closes: Minute = "23:30"
    opens: Minute = "00:30"

    def is_closed(self, at_ms: int) -> bool:
        """Whether it takes none at this moment [ms since 1970]."""
        minute = korean(at_ms).strftime("%H:%M")
        if self.closes <= self.opens:
            return self.closes <= minute < self.opens
        return minute >= self.closes or minute < self.opens


class Korea:
    """The clock that everybody there looks at.

    Args:
        clock: The world's.
        skew_ms: How far theirs is ahead of it, asked anew every time [ms].
    """

    def __init__(self, clock: Clock, skew_ms: Callable[[], int]) -> None:
        self._clock = clock
        self._skew_ms = skew_ms

    def now_ms(self) -> int:
        """Wall time [ms since 1970]."""
        return self._clock.now_ms() + self._skew_ms()

    def now_s(self) -> float:
        """For all that lasts: sessions, locks, resending [s]."""
        return self._clock.elapsed() + self._skew_ms() / 1000


def korean(at_ms: int) -> datetime:
    """A moment as clocks there show it."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(KST)


def written(at_ms: int) -> str:
    """A moment in an answer: whole seconds and the offset."""
    return korean(at_ms).isoformat(timespec="seconds")


def day_of(at_ms: int) -> str:
    """Its day, as YYYYMMDD."""
    return korean(at_ms).strftime("%Y%m%d")


def milliseconds(moment: datetime) -> int:
    """A moment with a zone, since 1970 [ms]."""
    return round(moment.timestamp() * 1000)
