"""When a camera's picture is worth a look, and when a code that is seen counts. No I/O and no clock of its own."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from kiosk.services.scanner.gates import Found

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

CELLS: Final = (80, 60)
"""The small picture in which motion is looked for: so many cells across and down."""

MOVED_BY: Final = 12
"""A cell that changed by more has moved; the noise of a cheap sensor, averaged over a cell, stays below [grey]."""

MOVED_SHARE: Final = 0.003
"""Of the cells: a hand that brings something is larger, a fly is not."""

AWAKE_S: Final = 2.0
"""How long every picture is looked at after something moved or was read [s]."""

AWAY_S: Final = 1.0
"""A code that was out of sight for so long and comes back is held up anew [s]."""


class Attention:
    """Awake while something happens before the camera; asleep while nothing does, to leave the machine its core.

    Asleep, each picture is compared with the one with which it fell asleep, so that nothing comes too slowly to be
    seen; awake, with the one before.
    """

    def __init__(self) -> None:
        self._searching_since: float | None = None
        self._cells: NDArray[uint8] | None = None
        self._awake_until = 0.0

    def is_awake(self, at: float) -> bool:
        """Whether pictures are looked at for codes at this time [s]."""
        return at < self._awake_until

    def searching_s(self, at: float) -> float:
        """For how long something has moved and nothing was read, at this time [s]; 0 while nothing does."""
        return 0.0 if self._searching_since is None else at - self._searching_since

    def see(self, cells: "NDArray[uint8]", at: float) -> bool:
        """Take the small picture of this time [s]; True when it was asleep and this woke it."""
        was_awake = self.is_awake(at)
        moved = self._cells is None or _differ(self._cells, cells)
        if moved or was_awake:
            self._cells = cells
        if moved:
            self._awake_until = at + AWAKE_S
            if self._searching_since is None:
                self._searching_since = at
        elif not was_awake:
            self._searching_since = None
        return moved and not was_awake

    def found(self, at: float) -> None:
        """A code was read: stay awake, and nothing is searched for any more."""
        self._awake_until = at + AWAKE_S
        self._searching_since = None


def _differ(one: "NDArray[uint8]", other: "NDArray[uint8]") -> bool:
    # the difference of two bytes wraps around: the larger less the smaller does not
    difference = one.astype("int16") - other
    return bool((abs(difference) > MOVED_BY).mean() > MOVED_SHARE)


class Held:
    """The codes that are before the camera. One that stays there is one scan, however long it is held up."""

    def __init__(self) -> None:
        self._last_seen: dict[str, float] = {}

    def holds(self, text: str) -> bool:
        """Whether this text counts as held up."""
        return text in self._last_seen

    def take(self, found: Iterable[Found], confirmed: Iterable[Found], at: float) -> list[str]:
        """Take what was read at this time [s]; give the texts that have just come, each once.

        Args:
            found: Every reading: one that is not confirmed again still shows that a code stays.
            confirmed: Those that count.
            at: Monotonic time [s].
        """
        here = {text: seen for text, seen in self._last_seen.items() if at - seen < AWAY_S}
        here.update({one.text: at for one in found if one.text in here})
        fresh = list(dict.fromkeys(one.text for one in confirmed if one.text not in here))
        self._last_seen = here | dict.fromkeys(fresh, at)
        return fresh
