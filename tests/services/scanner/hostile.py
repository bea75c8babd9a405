"""Hostile inputs from a seed, through framing and grammar.

    python -m tests.services.scanner.hostile --count 1000000 [--seed N]

Every input is a text that goes to the grammar as it is (as a camera or a keyboard scanner would give it), and a stream
of bytes that goes, torn anywhere, through the framing of a scanner that is set in some way, and what comes of that to
the grammar. tests/services/scanner/oracle.py says on its own what the framing has to give and what the grammar
describes. Ends with 1 if anything differs; an exception ends it with its traceback.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from kiosk.domain.scanned import Hostile, ProductCode, Scanned, classify
from kiosk.services.scanner.framing import GAP_S, PATIENCE, End, Framer
from tests.services.scanner.oracle import CAPITALS, DIGITS, REFUSED, SMALL, Framed, Setting, described, framed

ADDRESS: Final = "0xffffffff" + "a1B2" * 6 + "00000000"
GOOD: Final = (
    "8801043036016",
    "4006381333931",
    "96385074",
    "036000291452",
    "04252614",
    "01234531",
    "01234543",
    "98765432123456789",
    "11112222333344445",
    ADDRESS,
    "R1-K01-000027-QX7",
    "SHELF-12-b",
    "ATLAS-01",
)
STRANGE: Final = (
    "\u202a\u202b\u202d\u202e\u2066\u2067\u2069\u200e\u200f\u061c"  # bidirectional
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e"  # of no width
    "\u0660\u0661\uff10\uff11\u00b2\u00bd\u2460"  # digits of other kinds
    "\u0410\u0391\uff21\u212a\u017f\u0131\u2010\u2212\u00a0\u3000\ud800\U000e0041쿠"  # look-alikes, spaces, a half pair
)
CONTROLS: Final = "".join(map(chr, [*range(32), *range(127, 160)]))
ALPHABET: Final = CAPITALS + SMALL + DIGITS + "-"
URLS: Final = ("https://", "HTTP://", "javascript:", "file:///", "//", "www.", "ethereum:", "data:", "tel:", "WIFI:")
MODEM: Final = ("AT", "at", "ATZ", "ATD", "ATH0", "AT+", "AT&F", "ATS0=", "aTe1", "ATO", "ATI9", "AT-", "ATX", "+++")
SETTINGS: Final = (
    "@SETUPE1",
    "$P,CWF",
    "%%SpecCode",
    "^FNC3",
    "~",
    "SUFBK2990D.",
    "TERMID130!",
    "SET.",
    "ABC.",
    "ABCD",
)
ENDINGS: Final = (b"\r", b"\n", b"\r\n", b"\t", b"\x03", b"", b"\n\r", b"\x03\r")
FITTING: Final = {End.ANY: b"\r\n", End.LINE: b"\r", End.TAB: b"\t", End.ETX: b"\x03", End.SILENCE: b""}
AFFIXES: Final = ("", "", "P", "]E0", "#", "AT")

Chance = random.Random


def any_characters(chance: Chance) -> str:
    """Of the whole of Unicode, or of Latin-1."""
    most = chance.choice((0x7F, 0xFF, 0xFFFF, 0x10FFFF))
    return "".join(chr(chance.randint(0, most)) for _ in range(chance.randrange(50)))


def near_miss(chance: Chance) -> str:
    """A good code with a few characters changed, put in, taken out, or repeated."""
    text = list(chance.choice(GOOD))
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(4):
            case 0:
                text[at : at + 1] = chance.choice(ALPHABET + ALPHABET + CONTROLS + STRANGE + " .:!/$@\"'<>")
            case 1:
                text.insert(at, chance.choice(ALPHABET + CONTROLS + STRANGE))
            case 2:
                del text[at : at + 1]
            case _:
                text[at:at] = text[: chance.randrange(len(text) + 1)]
    return "".join(text)


def numbers(chance: Chance) -> str:
    """Digits of a length at which something changes."""
    length = chance.choice((1, 7, 8, 8, 8, 9, 11, 12, 12, 13, 13, 13, 14, 17, 20, 21, 32, 33))
    digits = "".join(chance.choices(DIGITS, k=length))
    return "0" + digits[1:] if chance.random() < 0.4 else digits


def store_like(chance: Chance) -> str:
    """Of the right alphabet, of about the right length."""
    front = chance.choice(("", "", "R1-", "0x", "AT", "at", "R1", "R2-"))
    alphabet = chance.choice((ALPHABET, CAPITALS + DIGITS + "-", DIGITS + "abcdefABCDEF"))
    length = chance.choice((0, 1, 2, 3, 5, 8, 13, 30, 31, 32, 33, 40, 41, 61, 62, 64, 65))
    return front + "".join(chance.choices(alphabet, k=max(0, length - chance.choice((0, len(front))))))


def disguised(chance: Chance) -> str:
    """A good code with something invisible, or an order to a terminal, in it."""
    text = chance.choice(GOOD)
    at = chance.randrange(len(text) + 1)
    order = ("\x1b[2J", "\x1b]0;x\x07", "\x1b[6n", "\r\n", "\x00", "\x1d", "\x9b1m")
    return (
        text[:at] + chance.choice((chance.choice(STRANGE), chance.choice(CONTROLS), chance.choice(order))) + text[at:]
    )


def too_long(chance: Chance) -> str:
    """Around the length at which everything is refused."""
    return chance.choice(("8", "A", "쿠", "R1-", chance.choice(GOOD))) * chance.choice((64, 171, 511, 512, 513, 600))


def order(chance: Chance) -> str:
    """A web address, a modem command or a scanner's setting, with something behind it."""
    front = chance.choice((*URLS, *MODEM, *SETTINGS))
    return front + chance.choice(("", "", chance.choice(GOOD), chance.choice(DIGITS), "evil.example/x?y=1", "\r", ";"))


def joined(chance: Chance) -> str:
    """Several codes that came as one."""
    between = chance.choice(("\r", "\n", "\r\n", "\t", "\x02", "\x03", "\x03\x02", "\x1d", ",", " ", ""))
    return between.join(chance.choices(GOOD, k=chance.randrange(2, 5)))


MAKERS: Final[tuple[Callable[[Chance], str], ...]] = (
    any_characters,
    near_miss,
    near_miss,
    numbers,
    store_like,
    disguised,
    order,
    order,
    joined,
)
RARE: Final = too_long
"""Long texts take long: one input in a hundred."""


@dataclass(slots=True)
class Tally:
    """What came of them.

    Attributes:
        inputs: How many there were.
        texts: Texts that the grammar was asked about: one as it is, and those that the framing gave, for each input.
        accepted: By kind.
        refused: By danger.
        thrown_away: By the framing, by its counter.
        differences: Where framing or grammar and the oracle differ.
    """

    inputs: int = 0
    texts: int = 0
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    thrown_away: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def judge(self, text: str) -> None:
        """Ask the grammar and the oracle about one text."""
        self.texts += 1
        scanned = classify(text)
        if verdict(scanned) != described(text):
            self.differences.append(f"{text!r}: {verdict(scanned)}, and the grammar describes {described(text)}")
        if isinstance(scanned, Hostile):
            self.refused[scanned.reason] += 1
        else:
            self.accepted[type(scanned).__name__] += 1


def verdict(scanned: Scanned) -> tuple[str, ...]:
    """What the grammar says, as the oracle says it."""
    match scanned:
        case Hostile():
            return (REFUSED,)
        case ProductCode(digits, or_digits):
            return "ProductCode", digits, or_digits
        case _:
            (kept,) = (getattr(scanned, name) for name in type(scanned).__slots__)
            return type(scanned).__name__, kept


def tell(count: int, seed: int) -> Tally:
    """Make so many inputs and see what comes of them."""
    chance, tally = Chance(seed), Tally()
    for _ in range(count):
        maker = RARE if chance.random() < 0.01 else chance.choice(MAKERS)
        text = maker(chance)
        tally.inputs += 1
        tally.judge(text)
        setting = Setting(
            chance.choice([*End]), chance.choice(AFFIXES), chance.choice(AFFIXES), strip_aim=chance.random() < 0.3
        )
        stretches = as_sent(text, setting, chance)
        given = through(stretches, setting)
        if given != framed(map(b"".join, stretches), setting):
            tally.differences.append(f"{given} was given of {stretches} with {setting}")
        tally.thrown_away.update(overruns=given.overruns, broken=given.broken, foreign=given.foreign)
        for code in given.codes:
            tally.judge(code)
    return tally


def as_sent(text: str, setting: Setting, chance: Chance) -> list[list[bytes]]:
    """As a scanner sends it: mostly as it is set, sometimes with other ends, sometimes two at once; in pieces.

    Returns:
        Stretches, between which there is silence, and the pieces in which each is read.
    """
    body = text.encode("utf-8", "replace") if chance.random() < 0.9 else chance.randbytes(chance.randrange(80))
    if chance.random() < 0.8:
        body = setting.prefix.encode() + body + setting.suffix.encode()
    front = b"\x02" if chance.random() < 0.2 else b""
    back = FITTING[End(setting.end)] if chance.random() < 0.7 else chance.choice(ENDINGS)
    sent = (front + body + back) * chance.choice((1, 1, 1, 1, 2))
    stretches: list[list[bytes]] = [[]]
    at = 0
    while at < len(sent):
        piece = sent[at : at + chance.choice((1, 3, 9, 4096, 4096))]
        at += len(piece)
        stretches[-1].append(piece)
        if chance.random() < 0.03:
            stretches.append([])
    return [stretch for stretch in stretches if stretch]


def through(stretches: Sequence[Sequence[bytes]], setting: Setting) -> Framed:
    """What the framing gives."""
    framer = Framer(
        ended_by=End(setting.end), prefix=setting.prefix, suffix=setting.suffix, strip_aim=setting.strip_aim
    )
    codes, now_s = [], 0.0
    for stretch in stretches:
        for piece in stretch:
            codes += framer.feed(piece, now_s)
            codes += framer.idle(now_s + GAP_S / 2)
            now_s += GAP_S / 2
        now_s += GAP_S * PATIENCE
        codes += framer.idle(now_s)
    return Framed(codes, framer.overruns, framer.broken, framer.foreign)


def main(words: Sequence[str]) -> int:
    """Run as many as asked for, and say what came of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.services.scanner.hostile")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    began_s = time.monotonic()
    tally = tell(options.count, options.seed)
    print(f"{tally.inputs:,} inputs of seed {options.seed}: {tally.texts:,} texts judged, no exception")
    for name, counted in (
        ("accepted", tally.accepted),
        ("refused", tally.refused),
        ("thrown away by the framing", tally.thrown_away),
    ):
        kinds = ", ".join(f"{kind} {times:,}" for kind, times in counted.most_common())
        print(f"{name}: {counted.total():,} ({kinds})")
    for difference in tally.differences[:20]:
        print(difference)
    print(f"differences: {len(tally.differences)}; {time.monotonic() - began_s:.0f} s")
    return 1 if tally.differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
