"""What a camera sees, as a screen shows it: plain data, without the libraries that made it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Corner:
    """A place in a picture.

    Attributes:
        x: From the left, as a share of the width: 0 to 1.
        y: From the top, as a share of the height: 0 to 1.
    """

    x: float
    y: float
