"""Bytes of a serial scanner to codes. No I/O and no clock of its own: the caller says when."""

import re
from enum import StrEnum
from typing import Final

from kiosk.domain.scanned import LONGEST_TEXT

GAP_S = 0.05
"""Silence that ends a scan [seconds]. At 9600 baud characters follow each other within about 1 ms."""

PATIENCE = 10
"""How many gaps a scan may pause once its scanner is known to send a terminator."""

_STX, _ETX = 0x02, 0x03
_LINE_END = b"\r\n"
_AIM = re.compile(r"\A\][A-Za-z][0-9A-Za-z]")


class End(StrEnum):
    """What ends a scan, as the scanner was set."""

    ANY = "any"
    """CR, LF or both; ETX if it began with STX; silence, for scanners that send no end at all."""
    LINE = "line"
    """CR, LF or both."""
    TAB = "tab"
    ETX = "etx"
    """With or without STX before the scan."""
    SILENCE = "silence"
    """Nothing else, so that a QR code that holds several lines is never several scans. A line end at the very end is
    no part of the code."""


_TERMINATORS: Final = {
    End.ANY: _LINE_END,
    End.LINE: _LINE_END,
    End.TAB: b"\t",
    End.ETX: bytes([_ETX]),
    End.SILENCE: b"",
}
_ALWAYS_SENT: Final = frozenset({End.LINE, End.TAB, End.ETX})
_FRAMED: Final = frozenset({End.ANY, End.ETX})
"""Where STX in front is no part of the scan."""


class Framer:
    """Cuts a byte stream into scans.

    Unless the scanner's terminator is named, a scanner that has just been seen to send CR or LF is given longer: a scan
    torn in two by a slow line would otherwise become two codes, each of which may be somebody's. Where it is named,
    what stops without it is thrown away.

    Attributes:
        gap_s: Silence that ends a scan [seconds].
        overruns: Scans thrown away because they were too long.
        broken: Scans thrown away because they stopped in the middle: no terminator, though it began with STX or one is
            always sent.
        foreign: Scans thrown away because the prefix or suffix was missing.
    """

    def __init__(
        self,
        *,
        gap_s: float = GAP_S,
        longest: int = LONGEST_TEXT,
        ended_by: End = End.ANY,
        prefix: str = "",
        suffix: str = "",
        strip_aim: bool = False,
    ) -> None:
        """Start with nothing pending.

        Args:
            gap_s: Silence that ends a scan [seconds].
            longest: Longest scan [bytes]; of a longer one nothing is delivered.
            ended_by: What ends a scan.
            prefix: What the scanner puts before every code; it is taken off, and a code without it is not delivered.
            suffix: The same, behind every code, before the terminator.
            strip_aim: Take off the symbology identifier ("]E0") that some scanners put in front, between the prefix and
                the code. Source: ISO/IEC 15424.
        """
        self.gap_s = gap_s
        self.overruns = 0
        self.broken = 0
        self.foreign = 0
        self._longest = longest
        self._ended_by = ended_by
        self._terminators = _TERMINATORS[ended_by]
        self._prefix = prefix
        self._suffix = suffix
        self._strip_aim = strip_aim
        self._sends_terminator = ended_by in _ALWAYS_SENT
        self._last = 0.0
        self.reset()

    def reset(self) -> None:
        """Forget a scan under way: its other half will not come, the scanner was unplugged."""
        self._pending = bytearray()
        self._framed = False
        self._too_long = False

    def feed(self, data: bytes, at: float) -> list[str]:
        """Take what was read and give the scans it completes.

        The time between two calls ends nothing: a busy machine reads late what the line sent at once. Only `idle` does.

        Args:
            data: Bytes as they came.
            at: Monotonic time of the reading [seconds].

        Returns:
            Texts, never empty ones. Bytes beyond ASCII stay one character each, so that `classify` refuses the code.
        """
        self._last = at
        codes: list[str] = []
        for byte in data:
            if self._take(byte):
                codes += self._end()
        self._sends_terminator |= bool(codes)
        return codes

    def idle(self, at: float) -> list[str]:
        """Say that nothing has come until now; gives the scan that the silence completes, if any.

        Args:
            at: Monotonic time [seconds].
        """
        gap_s = self.gap_s * PATIENCE if self._sends_terminator else self.gap_s
        if at - self._last < gap_s or not (self._pending or self._framed):
            return []
        self._sends_terminator = self._ended_by in _ALWAYS_SENT
        if self._lacks_end():
            self.broken += not self._too_long
            self.reset()
            return []
        return self._end()

    def _lacks_end(self) -> bool:
        if self._framed and self._ended_by is End.ANY:
            return not self._pending.endswith((b"\r", b"\n"))  # some end an STX frame with CR or LF
        return self._ended_by in _ALWAYS_SENT

    def _take(self, byte: int) -> bool:
        """Take one byte; True when it ends the scan."""
        if byte == _STX and not self._pending and self._ended_by in _FRAMED:
            self._framed = True
            return False
        if byte == _ETX if self._framed else byte in self._terminators:
            return True
        if len(self._pending) < self._longest:
            self._pending.append(byte)
        elif not self._too_long:
            self._too_long = True
            self.overruns += 1
        return False

    def _end(self) -> list[str]:
        raw = self._pending.rstrip(_LINE_END) if self._framed or not self._terminators else self._pending
        # ASCII is a part of Latin-1, and Latin-1 takes every byte: what is not ASCII arrives recognisably so.
        text = "" if self._too_long else raw.decode("latin-1")
        self.reset()
        if not text:
            return []
        code = text.removeprefix(self._prefix)
        if not text.startswith(self._prefix) or not code.endswith(self._suffix):
            self.foreign += 1
            return []
        code = code.removesuffix(self._suffix)
        if self._strip_aim:
            code = split_aim(code)[1]
        return [code] if code else []


def split_aim(text: str) -> tuple[str, str]:
    """The symbology identifier in front of a code, "" when there is none; and the code without it."""
    found = _AIM.match(text)
    identifier = found[0] if found else ""
    return identifier, text.removeprefix(identifier)
