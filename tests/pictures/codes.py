"""Codes as modules: bars by python-barcode, squares by segno; neither has a part in what reads them."""

from dataclasses import dataclass
from typing import Any, Final

import barcode
import numpy as np
import segno
from barcode.itf import ITF

from kiosk.domain.scanned import has_right_check_digit
from kiosk.services.scanner.gates import Symbology

Picture = np.ndarray[Any, np.dtype[Any]]
"""Bytes: grey, or blue-green-red."""

_WRITERS: Final = {Symbology.EAN13: "ean13", Symbology.EAN8: "ean8", Symbology.CODE128: "code128"}
_CODE39_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_CODE128_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-"


@dataclass(frozen=True, slots=True)
class Code:
    """What is printed.

    Attributes:
        symbology: Its kind.
        text: What a reading of it has to say.
        as_upc_a: An EAN-13 that is printed as the UPC-A it is: the same bars, without the leading 0 below them.
    """

    symbology: Symbology
    text: str
    as_upc_a: bool = False

    @property
    def printed(self) -> str:
        """What stands below the bars."""
        return self.text[1:] if self.as_upc_a else self.text


def modules(code: Code) -> Picture:
    """Its modules, dark 1 and light 0, without quiet zone; bar codes are one row."""
    if code.symbology is Symbology.QR:
        return np.array([list(row) for row in segno.make(code.text, error="m", micro=False).matrix], dtype=np.uint8)
    return np.array([[int(module) for module in _bars(code)]], dtype=np.uint8)


def _bars(code: Code) -> str:
    if code.symbology is Symbology.ITF14:
        return str(ITF(code.text, narrow=1, wide=3).build()[0])
    if code.symbology is Symbology.CODE39:
        return str(barcode.get_barcode_class("code39")(code.text, add_checksum=False).build()[0])
    name = "upca" if code.as_upc_a else _WRITERS[code.symbology]
    return str(barcode.get_barcode_class(name)(code.printed).build()[0])


def checked(digits: str) -> str:
    """These digits, and the check digit."""
    return next(f"{digits}{last}" for last in range(10) if has_right_check_digit(f"{digits}{last}"))


# -- codes as a store has them


def some_code(kind: str, chance: np.random.Generator) -> Code:
    """A code of one of the kinds in `MAKERS`."""
    return MAKERS[kind](chance)


def _digits(chance: np.random.Generator, count: int) -> str:
    return "".join(str(digit) for digit in chance.integers(0, 10, count))


def _letters(chance: np.random.Generator, among: str, count: int) -> str:
    return "".join(among[n] for n in chance.integers(0, len(among), count))


def _ean_13(chance: np.random.Generator) -> Code:
    prefix = ("880", "880", "400", "978", "690")[chance.integers(5)]
    return Code(Symbology.EAN13, checked(prefix + _digits(chance, 9)))


def _upc_a(chance: np.random.Generator) -> Code:
    return Code(Symbology.EAN13, checked("0" + _digits(chance, 11)), as_upc_a=True)


def _ean_8(chance: np.random.Generator) -> Code:
    return Code(Symbology.EAN8, checked("880" + _digits(chance, 4)))


def _coupon(chance: np.random.Generator) -> Code:
    """Not with 99 in front: python-barcode leaves that pair out, and prints another number."""
    number = _digits(chance, 17)
    return Code(Symbology.CODE128, f"1{number[1:]}" if number.startswith("99") else number)


def _code_128(chance: np.random.Generator) -> Code:
    return Code(Symbology.CODE128, _letters(chance, _CODE128_LETTERS, int(chance.integers(6, 12))))


def _code_39(chance: np.random.Generator) -> Code:
    return Code(Symbology.CODE39, _letters(chance, _CODE39_LETTERS, int(chance.integers(5, 9))))


def _itf_14(chance: np.random.Generator) -> Code:
    return Code(Symbology.ITF14, checked("1" + _digits(chance, 12)))


def _wallet(chance: np.random.Generator) -> Code:
    return Code(Symbology.QR, "0x" + chance.bytes(20).hex())


def _long_qr(chance: np.random.Generator) -> Code:
    return Code(
        Symbology.QR,
        f'{{"id":"{chance.bytes(16).hex()}","type":"coupon","ends":"2031-12-31","n":{_digits(chance, 24)}}}',
    )


def _receipt(chance: np.random.Generator) -> Code:
    return Code(Symbology.QR, f"R1-K01-{_digits(chance, 6)}-{_letters(chance, _CODE39_LETTERS, 16)}")


MAKERS: Final = {
    "ean13": _ean_13,
    "upca": _upc_a,
    "ean8": _ean_8,
    "coupon": _coupon,
    "code128": _code_128,
    "code39": _code_39,
    "itf14": _itf_14,
    "wallet": _wallet,
    "long_qr": _long_qr,
    "receipt": _receipt,
}
"""Kinds of codes: the symbologies, and what stands in them."""
