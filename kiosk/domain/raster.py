"""A black and white picture as receipt printers take it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Raster:
    """Dots of one bit.

    Attributes:
        width_bytes: Length of a row [bytes]; 8 dots each.
        dots: Row after row from the top; the highest bit of a byte is its leftmost dot, 1 is black.
    """

    width_bytes: int
    dots: bytes

    @property
    def height(self) -> int:
        """Its rows."""
        return len(self.dots) // self.width_bytes
