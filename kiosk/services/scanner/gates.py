"""What has to be so before a reading of a picture counts as a code that a person held up."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.domain.picture import Corner


class Symbology(StrEnum):
    """A kind of printed code."""

    EAN13 = "ean13"
    """UPC-A among them: it is an EAN-13 that begins with 0."""
    EAN8 = "ean8"
    UPCE = "upce"
    CODE128 = "code128"
    CODE39 = "code39"
    ITF14 = "itf14"
    """Exactly 14 digits; shorter ones are what decoders make of turned codes."""
    QR = "qr"


DEFAULT: Final = frozenset({Symbology.EAN13, Symbology.EAN8, Symbology.CODE128, Symbology.CODE39, Symbology.QR})
"""What a store reads unless it says otherwise. ITF-14 is on cartons; UPC-E is as short as EAN-8 and not sold here."""


@dataclass(frozen=True, slots=True)
class Found:
    """One reading of one picture: no proof of anything yet.

    Attributes:
        symbology: Its kind.
        text: What it says; bytes beyond ASCII are one character each (Latin-1).
        corners: Around it, in order.
    """

    symbology: Symbology
    text: str
    corners: tuple[Corner, ...]
