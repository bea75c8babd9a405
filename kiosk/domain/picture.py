"""What a camera sees, as a screen shows it: plain data, without the libraries that made it."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Corner:
    """A place in a picture.

    Attributes:
        x: From the left, as a share of the width: 0 to 1.
        y: From the top, as a share of the height: 0 to 1.
    """

    x: float
    y: float


class Advice(StrEnum):
    """What a person can do so that the camera reads what they hold up; the last part of `scan.camera.<advice>`."""

    COVERED = "covered"
    DARK = "dark"
    BRIGHT = "bright"
    GLARE = "glare"
    STILL = "still"


@dataclass(frozen=True, slots=True)
class Shot:
    """What the camera sees now, as large as it is shown.

    Attributes:
        width: Of the picture [px].
        height: Of the picture [px].
        pixels: Four bytes each, from the top left: blue, green, red, and one without meaning.
        codes: The corners of each code in it, in order.
        advice: What a person can do; None when all is well.
    """

    width: int
    height: int
    pixels: bytes | memoryview
    codes: tuple[tuple[Corner, ...], ...] = ()
    advice: Advice | None = None
