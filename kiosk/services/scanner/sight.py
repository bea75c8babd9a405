"""How a camera is, for whoever looks after the till."""

import errno
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Sight(StrEnum):
    """How far a camera sees; the last part of the text keys `camera.<sight>` and `camera_state.<sight>`."""

    OPENING = "opening"
    SEEING = "seeing"
    BLACK = "black"
    """Its pictures are: it is covered, or it is dark."""
    FROZEN = "frozen"
    """Its pictures are the same to the last bit, or come no more."""
    LOST = "lost"
    """Was there, is gone, is looked for."""
    MISSING = "missing"
    BUSY = "busy"
    DENIED = "denied"
    FAILED = "failed"
    NO_LIBRARIES = "no_libraries"


_BY_ERRNO: Final = {
    errno.ENOENT: Sight.MISSING,
    errno.ENODEV: Sight.MISSING,
    errno.ENXIO: Sight.MISSING,
    errno.EACCES: Sight.DENIED,
    errno.EPERM: Sight.DENIED,
    errno.EBUSY: Sight.BUSY,
    errno.EAGAIN: Sight.BUSY,
}


def sight_without(failure: OSError) -> Sight:
    """Why a camera that was never there does not see."""
    return _BY_ERRNO.get(failure.errno or 0, Sight.FAILED)


@dataclass(frozen=True, slots=True)
class CameraState:
    """How a camera is.

    Attributes:
        sight: How far it sees.
        width: Of its pictures [px]; 0 before the first.
        height: Of its pictures [px]; 0 before the first.
        openings: How often it was opened.
        codes: Codes read.
        dropped: Codes dropped because too many were waiting.
    """

    sight: Sight = Sight.OPENING
    width: int = 0
    height: int = 0
    openings: int = 0
    codes: int = 0
    dropped: int = 0

    @property
    def sees(self) -> bool:
        """Pictures come."""
        return self.sight in {Sight.SEEING, Sight.BLACK}
