"""What a small grey picture tells about the light. No I/O and no clock of its own: the caller says when."""

from typing import TYPE_CHECKING, Final, Generic, TypeVar

from kiosk.domain.picture import Advice

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

T = TypeVar("T")

BLACK_MOST: Final = 28
"""No cell of a covered camera's picture is brighter [grey, 0 to 255]; its noise stays below, averaged."""

DARK_MEAN: Final = 45
"""Bars and their paper are no longer told apart below [grey]."""

WHITE: Final = 247
"""From here on the sensor is full, and what stood there is lost [grey]."""

BRIGHT_SHARE: Final = 0.6
GLARE_SHARE: Final = 0.015
"""Of the cells that are white: a lamp mirrored in a glossy package is about so large."""

GLARE_AFTER_S: Final = 1.0
STILL_AFTER_S: Final = 2.5
"""Something moves before the camera for so long and nothing was read: then a word helps [s]."""


def is_black(cells: "NDArray[uint8]") -> bool:
    """Nothing is seen: covered, a lens cap, or no light at all.

    Args:
        cells: The picture, each cell the mean of many pixels.
    """
    return int(cells.max()) <= BLACK_MOST


def is_white(cells: "NDArray[uint8]") -> bool:
    """All is lost in light.

    Args:
        cells: The picture, each cell the mean of many pixels.
    """
    return int(cells.min()) >= WHITE


def advise(cells: "NDArray[uint8]", searching_s: float) -> Advice | None:
    """What would help a person who holds something up.

    Args:
        cells: The picture, each cell the mean of many pixels.
        searching_s: How long something has moved and nothing was read [s].
    """
    if is_black(cells):
        return Advice.COVERED
    if cells.mean() < DARK_MEAN:
        return Advice.DARK
    white = float((cells >= WHITE).mean())
    if white > BRIGHT_SHARE:
        return Advice.BRIGHT
    if white > GLARE_SHARE and searching_s > GLARE_AFTER_S:
        return Advice.GLARE
    return Advice.STILL if searching_s > STILL_AFTER_S else None


class Steady(Generic[T]):
    """A value that changes only when the new one has lasted: one picture proves nothing, and nobody reads flicker.

    Attributes:
        value: What counts now.
    """

    def __init__(self, value: T, lasts_s: float) -> None:
        """Start with a value.

        Args:
            value: What counts at first.
            lasts_s: How long another has to last [s].
        """
        self.value = value
        self._lasts_s = lasts_s
        self._other = value
        self._since = 0.0

    def take(self, value: T, at: float) -> T:
        """Take what is seen at this time [s]; give what counts."""
        if value != self._other:
            self._other, self._since = value, at
        if at - self._since >= self._lasts_s:
            self.value = self._other
        return self.value
