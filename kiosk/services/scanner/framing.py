"""Bytes of a serial scanner to codes. No I/O and no clock of its own: the caller says when."""

import re

from kiosk.domain.scanned import LONGEST_TEXT

GAP_S = 0.05
"""Silence that ends a scan [seconds]. At 9600 baud characters follow each other within about 1 ms."""

PATIENCE = 10
"""How many gaps a scan may pause once its scanner is known to send a terminator."""

_STX, _ETX, _LF, _CR = 0x02, 0x03, 0x0A, 0x0D
_AIM = re.compile(r"\A\][A-Za-z][0-9A-Za-z]")


class Framer:
    """Cuts a byte stream into scans.

    A scan ends with CR, LF or both, with ETX if it began with STX, or with silence, for scanners that send no end at
    all. A scanner that has just been seen to send CR or LF is given longer: a scan torn in two by a slow line would
    otherwise become two codes, each of which may be somebody's.

    Attributes:
        gap_s: Silence that ends a scan [seconds].
        overruns: Scans thrown away because they were too long.
        broken: Scans thrown away because they began with STX and stopped in the middle.
    """

    def __init__(self, *, gap_s: float = GAP_S, longest: int = LONGEST_TEXT, strip_aim: bool = False) -> None:
        """Start with nothing pending.

        Args:
            gap_s: Silence that ends a scan [seconds].
            longest: Longest scan [bytes]; of a longer one nothing is delivered.
            strip_aim: Take off the symbology identifier ("]E0") that some scanners put in front. Source: ISO/IEC 15424.
        """
        self.gap_s = gap_s
        self.overruns = 0
        self.broken = 0
        self._longest = longest
        self._strip_aim = strip_aim
        self._sends_terminator = False
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
        self._sends_terminator = False
        if self._framed and not self._pending.endswith((b"\r", b"\n")):  # some end an STX frame with CR or LF
            self.broken += 1
            self.reset()
            return []
        return self._end()

    def _take(self, byte: int) -> bool:
        """Take one byte; True when it ends the scan."""
        if byte == _STX and not self._pending:
            self._framed = True
            return False
        if byte == _ETX if self._framed else byte in {_CR, _LF}:
            return True
        if len(self._pending) < self._longest:
            self._pending.append(byte)
        elif not self._too_long:
            self._too_long = True
            self.overruns += 1
        return False

    def _end(self) -> list[str]:
        raw = self._pending.rstrip(b"\r\n") if self._framed else self._pending
        # ASCII is a part of Latin-1, and Latin-1 takes every byte: what is not ASCII arrives recognisably so.
        text = "" if self._too_long else raw.decode("latin-1")
        self.reset()
        if self._strip_aim:
            text = _AIM.sub("", text)
        return [text] if text else []
