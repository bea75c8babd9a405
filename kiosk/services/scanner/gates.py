"""What has to be so before a reading of a picture counts as a code that a person held up."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.domain.picture import Corner
from kiosk.domain.scanned import ProductCode, classify, has_right_check_digit


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

WINDOW_S: Final = 1.0
"""Readings of one code that are further apart do not support each other [seconds]."""

RIVAL_S: Final = 0.5
"""So long a reading speaks against another code at the same place [seconds]. A code that took its place, in the same
hand, waits no longer than this."""

FROM_BOTH: Final = 2
FROM_ONE: Final = 3
"""Readings that bar codes need: from both engines, or from one. One engine may make the same mistake in two pictures
that are alike: with two of them, one clip in 400 gave a wrong code."""

_DIGITS: Final = {Symbology.EAN13: 13, Symbology.EAN8: 8, Symbology.ITF14: 14}


class Reader(StrEnum):
    """Who read a code."""

    ZXING = "zxing"
    ZBAR = "zbar"


@dataclass(frozen=True, slots=True)
class Found:
    """One reading of one picture: no proof of anything yet.

    Attributes:
        symbology: Its kind.
        text: What it says; bytes beyond ASCII are one character each (Latin-1).
        corners: Around it, in order.
        reader: Who says so.
    """

    symbology: Symbology
    text: str
    corners: tuple[Corner, ...]
    reader: Reader = Reader.ZXING


@dataclass(frozen=True, slots=True)
class _Reading:
    found: Found
    at: float


class Gates:
    """Lets a code through when enough readings agree. No clock of its own: the caller says when.

    A QR code corrects itself, and one reading is enough. A bar code has at most a check digit, which a wrong reading
    has right once in ten times.
    """

    def __init__(self, wanted: frozenset[Symbology] = DEFAULT) -> None:
        """Begin with nothing read.

        Args:
            wanted: The kinds this store reads; all others are not even a rival.
        """
        self._wanted = wanted
        self._readings: list[_Reading] = []

    def take(self, found: list[Found], at: float) -> list[Found]:
        """Take what was read in one picture.

        Args:
            found: All readings of the picture; a code that both engines read is there twice.
            at: Monotonic time of the picture [seconds].

        Returns:
            Those that count, each code once, as the first of its readings in this picture has it.
        """
        sound = [one for one in found if one.symbology in self._wanted and is_sound(one)]
        once = {(one.symbology, one.text, one.reader): one for one in sound}.values()
        self._readings = [reading for reading in self._readings if at - reading.at < WINDOW_S]
        self._readings += [_Reading(one, at) for one in once]
        confirmed: dict[tuple[Symbology, str], Found] = {}
        for one in once:
            if self._is_confirmed(one, at):
                confirmed.setdefault((one.symbology, one.text), one)
        return list(confirmed.values())

    def _is_confirmed(self, one: Found, at: float) -> bool:
        if one.symbology is Symbology.QR:
            return True
        same = [reading for reading in self._readings if _is_same(reading.found, one)]
        rivals = sum(
            at - reading.at < RIVAL_S and not _is_same(reading.found, one) and _is_at_one_place(reading.found, one)
            for reading in self._readings
        )
        both = len({reading.found.reader for reading in same}) > 1
        return len(same) >= (FROM_BOTH if both else FROM_ONE) + rivals


def is_sound(one: Found) -> bool:
    """Whether it can be what it says it is: the engines looked at the check digit too, but by other hands."""
    if one.symbology is Symbology.UPCE:
        return len(one.text) == 8 and isinstance(classify(one.text), ProductCode)
    digits = _DIGITS.get(one.symbology)
    return digits is None or (len(one.text) == digits and one.text.isdecimal() and has_right_check_digit(one.text))


def _is_same(one: Found, other: Found) -> bool:
    return (one.symbology, one.text) == (other.symbology, other.text)


def _is_at_one_place(one: Found, other: Found) -> bool:
    """Whether they are nearer to each other than the larger one is long: two of them cannot both be there."""
    (x, y, reach), (other_x, other_y, other_reach) = _middle(one), _middle(other)
    return math.hypot(x - other_x, y - other_y) < max(reach, other_reach) / 2


def _middle(one: Found) -> tuple[float, float, float]:
    """Its middle, and how far it reaches across."""
    xs, ys = [corner.x for corner in one.corners], [corner.y for corner in one.corners]
    return sum(xs) / len(xs), sum(ys) / len(ys), max(max(xs) - min(xs), max(ys) - min(ys))
