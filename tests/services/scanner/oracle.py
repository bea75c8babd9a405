"""Framing and grammar of scanned texts once more: a second reading that shares no code with the first.

The grammar goes character by character, without regular expressions and Unicode tables; the framing takes what was sent
between two silences as a whole. Written from the sentences of kiosk/domain/scanned.py and scanner/framing.py, GS1's
General Specifications (check digit; UPC-E decoding) and ISO/IEC 15424 (symbology identifiers).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

DIGITS: Final = "0123456789"
CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SMALL: Final = "abcdefghijklmnopqrstuvwxyz"
REFUSED: Final = "refused"
LONGEST: Final = 512

UPC_E: Final = {
    "0": "Nabf0000cdeC",
    "1": "Nabf0000cdeC",
    "2": "Nabf0000cdeC",
    "3": "Nabc00000deC",
    "4": "Nabcd00000eC",
    "5": "Nabcde0000fC",
    "6": "Nabcde0000fC",
    "7": "Nabcde0000fC",
    "8": "Nabcde0000fC",
    "9": "Nabcde0000fC",
}
"""What a UPC-E number N abcdef C is as UPC-A, by its digit f."""


def described(text: str) -> tuple[str, ...]:
    """What the grammar says a text is: the name of its kind, and what is kept of it; or that it is refused."""
    if len(text) == 42 and text[:2] == "0x" and made_of(text[2:], DIGITS + "abcdefABCDEF"):
        return "WalletCode", text
    if 14 <= len(text) <= 20 and made_of(text, DIGITS):
        return "CouponCode", text
    if 4 <= len(text) <= 64 and text[:3] == "R1-" and made_of(text[3:], CAPITALS + DIGITS + "-"):
        return "ReceiptCode", text
    if not 1 <= len(text) <= 32 or not made_of(text, CAPITALS + SMALL + DIGITS + "-") or is_modem_command(text):
        return (REFUSED,)
    numbers = product_numbers(text) if made_of(text, DIGITS) else []
    if numbers:
        return "ProductCode", numbers[0], numbers[1] if len(numbers) == 2 else ""
    return "StoreCode", text


def made_of(text: str, alphabet: str) -> bool:
    """Whether all its characters are of this alphabet."""
    return not any(character not in alphabet for character in text)


def is_modem_command(text: str) -> bool:
    """AT alone, or AT with one letter of the basic commands and a number or nothing behind it."""
    if text[:2] not in ("AT", "At", "aT", "at"):
        return False
    return len(text) == 2 or (text[2] in "ADEHIOSZadehiosz" and made_of(text[3:], DIGITS))


def product_numbers(digits: str) -> list[str]:
    """The readings of a number that have a right check digit: EAN-8 as it is, all others as 13 digits."""
    if len(digits) == 13:
        readings = [digits]
    elif len(digits) == 12:
        readings = ["0" + digits]
    elif len(digits) == 8:
        readings = [digits]
        if digits[0] == "0":
            place = dict(zip("NabcdefC", digits, strict=True))
            readings.append("0" + "".join(place.get(letter, "0") for letter in UPC_E[digits[6]]))
    else:
        readings = []
    return [reading for reading in readings if has_right_check_digit(reading)]


def has_right_check_digit(digits: str) -> bool:
    """From the right, every second digit counts three times, the check digit among those that count once."""
    total, weight = 0, 1
    for digit in reversed(digits):
        total += weight * DIGITS.index(digit)
        weight = 4 - weight
    return total % 10 == 0


# -- framing


@dataclass(frozen=True, slots=True)
class Setting:
    """How a scanner and its till are set.

    Attributes:
        end: The value of [scanner] ended_by.
        prefix: Before every code.
        suffix: Behind every code.
        strip_aim: Symbology identifiers are taken off.
    """

    end: str
    prefix: str
    suffix: str
    strip_aim: bool


@dataclass(slots=True)
class Framed:
    """What is to come of a stream: the codes, and how many scans are thrown away and why."""

    codes: list[str]
    overruns: int = 0
    broken: int = 0
    foreign: int = 0


def framed(stretches: Iterable[bytes], setting: Setting) -> Framed:
    """What is to come of bytes between which there are silences that end everything."""
    result = Framed([])
    for stretch in stretches:
        for scan, is_whole in scans(stretch.decode("latin-1"), setting.end):
            if len(scan) > LONGEST:
                result.overruns += 1
            elif not is_whole:
                result.broken += 1
            else:
                keep(scan, setting, result)
    return result


def scans(stretch: str, end: str) -> Iterator[tuple[str, bool]]:
    """The scans of a stretch, and whether each came to its end."""
    if end == "silence":
        yield (stretch if len(stretch) > LONGEST else stretch.rstrip("\r\n")), True
        return
    rest = stretch
    while rest:
        is_framed = end in ("any", "etx") and rest[0] == "\x02"
        body = rest.lstrip("\x02") if is_framed else rest
        ends = {"any": "\x03" if is_framed else "\r\n", "etx": "\x03", "line": "\r\n", "tab": "\t"}[end]
        length = next((at for at, character in enumerate(body) if character in ends), None)
        scan, rest = (body, "") if length is None else (body[:length], body[length + 1 :])
        is_whole = length is not None or (end == "any" and (not is_framed or scan[-1:] in ("\r", "\n")))
        strips = is_framed and is_whole and len(scan) <= LONGEST
        yield (scan.rstrip("\r\n") if strips else scan), is_whole


def keep(scan: str, setting: Setting, result: Framed) -> None:
    """Take off what was put around a code; without that it is foreign."""
    front, back = len(setting.prefix), len(setting.suffix)
    if not scan:
        return
    if len(scan) < front + back or scan[:front] != setting.prefix or scan[len(scan) - back :] != setting.suffix:
        result.foreign += 1
        return
    code = scan[front : len(scan) - back]
    has_identifier = len(code) >= 3 and code[0] == "]" and code[1] in CAPITALS + SMALL
    if setting.strip_aim and has_identifier and code[2] in CAPITALS + SMALL + DIGITS:
        code = code[3:]
    if code:
        result.codes.append(code)
