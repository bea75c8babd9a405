"""Keys to codes, for a scanner that types like a keyboard. No Qt and no clock of its own: the caller says when.

Time alone tells the two apart: a scanner's keys follow each other within 1 to 20 ms, 30 ms where the cable is slow;
of a person's, seldom more than three in a row follow each other within 50 ms. Keys are held until it is clear whose
they are.
"""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from kiosk.domain.scanned import LONGEST_TEXT

GAP_S: Final = 0.035
"""Keys further apart than this are not one scan [seconds]."""

END_S: Final = 0.2
"""Silence that ends a scan whose scanner sends no Enter [seconds]. Longer than between two keys: a scan that a busy
machine tore in two would become two codes, each of which may be somebody's."""

LEAST: Final = 6
"""So many quick keys are a scan, its Enter among them; fewer may be a person's [keys]."""

ENDS: Final = "\r\t"
"""What scanners send after a code: Enter or Tab."""

COMBINATION: Final = "\x1b"
"""Stands in a text for what types no character (Ctrl+Q, F4, Escape), and is nobody's. No code with it is taken."""

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Sifted(Generic[K]):
    """What has become of keys that were held.

    Attributes:
        code: A scan that is complete; "" when none is.
        back: A person's keys, in the order in which they came.
    """

    code: str = ""
    back: tuple[K, ...] = ()


class Wedge(Generic[K]):
    """Holds keys, of whatever type, and tells scans from typing.

    The first keys of a scan may be late, on a busy machine, and are then taken for a person's. They are still read into
    a scan that follows within `END_S`: without them its rest would be another code, perhaps somebody's.

    Attributes:
        codes: Scans read.
    """

    def __init__(self) -> None:
        self.codes = 0
        self._last = 0.0
        self._text = ""
        self._before = ""
        self._held: list[K] = []

    @property
    def is_holding(self) -> bool:
        """It is not clear yet whose the last keys are."""
        return bool(self._text or self._held)

    @property
    def patience_s(self) -> float:
        """Silence after which `end` is to be called [seconds]."""
        return END_S if self._is_scan and self._text[-1] not in ENDS else GAP_S

    @property
    def _is_scan(self) -> bool:
        return len(self._text) >= LEAST

    def press(self, key: K, text: str, at: float) -> Sifted[K]:
        """A key went down; gives what was held before, if that was complete.

        Args:
            key: Itself, to be given back if it is a person's.
            text: What it types; "" for Shift and its like, COMBINATION for what types nothing.
            at: When it was pressed, not when it was handled: a busy machine handles keys late and in bunches [seconds].
        """
        gap_s = at - self._last
        ended = self.end() if gap_s > self.patience_s else Sifted()
        if gap_s > END_S:
            self._before = ""
        self._last = at
        # of a flood no more is kept than what shows that it is too long
        self._text = (self._text + text)[: LONGEST_TEXT + 1]
        if self._is_scan:
            self._held.clear()
        elif text != COMBINATION:
            self._held.append(key)
        return ended

    def release(self, key: K) -> None:
        """A key went up while keys are held: it shares their fate."""
        if not self._is_scan:
            self._held.append(key)

    def end(self) -> Sifted[K]:
        """Nothing came for `patience_s`, or what came is surely a person's: what was held is complete."""
        text, held, is_scan = self._before + self._text, self._held, self._is_scan
        self._text, self._held = "", []
        self._before = "" if is_scan else text[-LONGEST_TEXT:]
        if not is_scan:
            return Sifted(back=tuple(held))
        self.codes += 1
        return Sifted(text.rstrip(ENDS) or text)
