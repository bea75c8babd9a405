"""What a scanned text is. A closed grammar: whatever fits nothing is hostile, and a hostile text is not kept.

Type, length and alphabet decide, and the check digit where the kind has one. What a code means (which product, which
coupon) is asked elsewhere; nothing scanned is ever opened, fetched or run.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from typing_extensions import override

from kiosk.domain.confidential import mask

LONGEST_TEXT = 512
"""No code we read is longer [characters]; the framing cuts at the same length."""

_COUPON = re.compile(r"[0-9]{14,20}")
_WALLET = re.compile(r"0x[0-9A-Fa-f]{40}")
_RECEIPT = re.compile(r"R1-[A-Z0-9-]{1,61}")
_STORE = re.compile(r"[A-Za-z0-9-]{1,32}")
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//|www\.)", re.IGNORECASE)
_MODEM = re.compile(r"AT(?:$|[^A-Z0-9-]|[ADEHIOSZ][0-9]*$)", re.IGNORECASE)
_CONFIGURATION = re.compile(r"[@$%^~]|[A-Z0-9]{4,}[.!]$")


class Danger(StrEnum):
    """Why a text is not looked at any further."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL = "control"
    """C0 and C1 characters, escape among them: what keyboard scanners turn into key combinations."""
    INVISIBLE = "invisible"
    """Bidirectional marks, zero-width and other format characters."""
    NOT_ASCII = "not_ascii"
    URL = "url"
    MODEM = "modem"
    """A modem command ("AT..."). A store code that looks like one (ATZ, ATD100) is refused too."""
    CONFIGURATION = "configuration"
    """A setting bar code that a scanner did not keep to itself: @..., $..., or capitals with a closing . or !"""
    UNKNOWN = "unknown"
    """Printable, but none of our kinds."""


@dataclass(frozen=True, slots=True)
class ProductCode:
    """A GS1 number with a right check digit.

    Attributes:
        digits: 13 digits (EAN-13; UPC-A and UPC-E with leading zeros) or 8 (EAN-8).
        or_digits: The second reading of eight digits that fit both EAN-8 and UPC-E, as 13 digits; "" when there is
            none. Both have the same check digit whenever the seventh digit is 5 or more, so the digits cannot tell:
            look up both, and take neither unasked when both are sold here. A scanner set to send UPC-E as UPC-A
            never leaves the question open.
    """

    digits: str
    or_digits: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class CouponCode:
    """A coupon number: 14 to 20 digits. It is worth money, so it shows its last four digits only.

    The format is not documented; the document's sample has 17 digits, and the limits around it are ours. GTIN-14
    (trade cartons) is not read: 14 digits are a coupon. A store's own code of that many digits arrives here as well.
    Source: Crepay document, 'balance', field barcode.
    """

    number: str

    @override
    def __repr__(self) -> str:
        return f"CouponCode({mask(self.number)})"


@dataclass(frozen=True, slots=True, repr=False)
class WalletCode:
    """The bare address of a loyalty wallet, temporary or real: 42 characters. Shows its last four only.

    Source: loyalty relay document, 1.1 steps 1 to 3; the text is the address alone, without scheme or amount.
    """

    address: str

    @override
    def __repr__(self) -> str:
        return f"WalletCode({mask(self.address)})"


@dataclass(frozen=True, slots=True, repr=False)
class ReceiptCode:
    """The code on one of our receipts. Whether it is genuine is read elsewhere (receipt.py)."""

    text: str

    @override
    def __repr__(self) -> str:
        return f"ReceiptCode({mask(self.text)})"


@dataclass(frozen=True, slots=True, repr=False)
class StoreCode:
    """A code of the store's own, 1 to 32 letters, digits and hyphens. May be a person's number, so it is masked.

    A number of product length with a wrong check digit is one too: some stores print such. It is looked up as it
    stands, so that a misread finds nothing.
    """

    text: str

    @override
    def __repr__(self) -> str:
        return f"StoreCode({mask(self.text)})"


@dataclass(frozen=True, slots=True)
class Hostile:
    """Nothing to act on. Says why, never what."""

    reason: Danger


Scanned = ProductCode | CouponCode | WalletCode | ReceiptCode | StoreCode | Hostile


def classify(text: str) -> Scanned:
    """Tell what a scanned text is. Takes any text, raises nothing."""
    danger = _danger(text)
    if danger is not None:
        return Hostile(danger)
    if _WALLET.fullmatch(text):
        return WalletCode(text)
    if _COUPON.fullmatch(text):
        return CouponCode(text)
    if _RECEIPT.fullmatch(text):
        return ReceiptCode(text)
    if not _STORE.fullmatch(text):
        return Hostile(Danger.UNKNOWN)
    return _product(text) or StoreCode(text)


def has_right_check_digit(digits: str) -> bool:
    """Whether the last digit fits the others.

    Source: GS1 General Specifications, standard check digit calculation.
    """
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))) % 10 == 0


def _danger(text: str) -> Danger | None:
    if not text:
        return Danger.EMPTY
    if len(text) > LONGEST_TEXT:
        return Danger.TOO_LONG
    categories = {unicodedata.category(character) for character in text}
    checks = (
        ("Cc" in categories, Danger.CONTROL),
        ("Cf" in categories, Danger.INVISIBLE),
        (not text.isascii(), Danger.NOT_ASCII),
        (_URL.match(text), Danger.URL),
        (_MODEM.match(text), Danger.MODEM),
        (_CONFIGURATION.match(text), Danger.CONFIGURATION),
    )
    return next((danger for found, danger in checks if found), None)


def _product(text: str) -> ProductCode | None:
    if not text.isdecimal() or len(text) not in {8, 12, 13}:
        return None
    readings = [text.zfill(13) if len(text) > 8 else text]
    if len(text) == 8 and text[0] == "0":  # the only number system with a short form
        readings.append(_upc_a_from_upc_e(text).zfill(13))
    return ProductCode(*right) if (right := [digits for digits in readings if has_right_check_digit(digits)]) else None


def _upc_a_from_upc_e(text: str) -> str:
    """Put back the zeros. Source: GS1 General Specifications, UPC-E bar codes, decoding."""
    system, body, check = text[0], text[1:7], text[7]
    match body[5]:
        case "0" | "1" | "2":
            number = f"{body[:2]}{body[5]}0000{body[2:5]}"
        case "3":
            number = f"{body[:3]}00000{body[3:5]}"
        case "4":
            number = f"{body[:4]}00000{body[4]}"
        case _:
            number = f"{body[:5]}0000{body[5]}"
    return f"{system}{number}{check}"
