"""Talking with an ESC/POS printer: how it is before anything is sent, and whether all is out after.

A document whose end is not known counts as not printed; what is printed instead of it says so. All here may wait,
though never without end: it belongs into a thread of its own.
"""

import errno
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Final

from kiosk.domain.ports import PrinterState
from kiosk.domain.raster import Raster
from kiosk.services.printer import commands
from kiosk.services.printer.wires import OpenWire, Wire

WORKS: Final = frozenset({PrinterState.READY, PrinterState.PAPER_LOW, PrinterState.UNTOLD})
"""States in which it is sent something."""

_STATE_BY_ERRNO: Final = {
    errno.EACCES: PrinterState.DENIED,
    errno.EPERM: PrinterState.DENIED,
    errno.EAGAIN: PrinterState.BUSY,
    errno.EBUSY: PrinterState.BUSY,
}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a printer is waited for.

    Attributes:
        answer_s: For the answer to a question [seconds].
        finish_s: For the last of a document, once all of it was sent [seconds]: a slow printer has a metre left then.
    """

    answer_s: float = 0.5
    finish_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Habits:
    """What a printer can do.

    Attributes:
        cuts: It has a knife.
        answers: It tells how it is when it is asked. Of one that does not, nothing is ever known.
    """

    cuts: bool = True
    answers: bool = True


class Link:
    """One printer, reached anew for every document, so that one that comes back is found again.

    Args:
        open_wire: Opens the way to it; raises OSError when there is none.
        habits: What it can do.
        patience: How long it is waited for.
    """

    def __init__(self, open_wire: OpenWire, habits: Habits, patience: Patience) -> None:
        self._open_wire = open_wire
        self._answers = habits.answers
        self._end = commands.CUT if habits.cuts else commands.TEAR_OFF
        self._patience = patience
        self._has_remains = False

    def look(self) -> PrinterState:
        """How it is now."""
        return self._on_wire(self._ask)

    def print(self, picture: Raster) -> PrinterState:
        """How it is after this; the picture is out when that is one of WORKS."""
        return self._on_wire(partial(self._send, picture))

    def _on_wire(self, use: Callable[[Wire], PrinterState]) -> PrinterState:
        try:
            wire = self._open_wire()
        except OSError as error:
            return _STATE_BY_ERRNO.get(error.errno or 0, PrinterState.MISSING)
        with closing(wire):
            try:
                return use(wire)
            except TimeoutError:
                return PrinterState.STUCK
            except OSError:
                return PrinterState.LOST

    def _ask(self, wire: Wire) -> PrinterState:
        return Talk(wire, self._patience).state() if self._tells(wire) else PrinterState.UNTOLD

    def _tells(self, wire: Wire) -> bool:
        return self._answers and wire.hears

    def _send(self, picture: Raster, wire: Wire) -> PrinterState:
        """Send all of it, and wait until it is out."""
        state = self._ask(wire)
        if state not in WORKS:
            return state
        start = commands.finishing(picture.width_bytes)
        trouble = self._cut_remains(start, wire) if self._has_remains else None
        if trouble is not None:
            return trouble
        self._has_remains = True
        trouble = self._pass(start + b"".join(commands.bands(picture)) + self._end, wire)
        if trouble is not None:
            return trouble
        self._has_remains = False
        return state

    def _cut_remains(self, start: bytes, wire: Wire) -> PrinterState | None:
        """What is left of a document that broke off must not hang on the next customer's receipt.

        Nor may the end of that one, told late, be taken for the end of this one: so there is silence after it.
        """
        trouble = self._pass(start + self._end, wire)
        while trouble is None and wire.read(self._patience.answer_s):
            pass
        return trouble

    def _pass(self, data: bytes, wire: Wire) -> PrinterState | None:
        """Send this; None when it is out, as far as the printer tells, or else what is in the way."""
        if self._tells(wire):
            return Talk(wire, self._patience).print(data)
        wire.write(data)
        return None


class Talk:
    """Questions and answers on an open wire.

    A picture may hold the bytes of a question by chance, so answers may come that nobody asked for: what is waiting is
    thrown away before each question.
    """

    def __init__(self, wire: Wire, patience: Patience) -> None:
        self._wire = wire
        self._patience = patience
        self._is_out = False

    def state(self) -> PrinterState:
        """How it is now."""
        first = self._ask(commands.ASK_STATE)
        if first is None:
            return PrinterState.SILENT
        others = (self._ask(question) for question in (commands.ASK_OFFLINE, commands.ASK_PAPER))
        return commands.state_of(first, *(commands.ALL_WELL if answer is None else answer for answer in others))

    def print(self, data: bytes) -> PrinterState | None:
        """Send this and wait until it is out: None; else what is in the way."""
        try:
            self._wire.write(data)
            while self._wire.read(0):  # so that nothing asked by chance, or earlier, is taken for the end
                pass
            self._is_out = False
            self._wire.write(commands.ASK_WHEN_OUT)
        except TimeoutError:
            return self._in_the_way() or PrinterState.STUCK
        end_s = time.monotonic() + self._patience.finish_s
        while time.monotonic() < end_s:
            self._hear(self._patience.answer_s)
            trouble = None if self._is_out else self._in_the_way()
            if self._is_out:
                return None
            if trouble is not None:
                return trouble
        return PrinterState.UNFINISHED

    def _in_the_way(self) -> PrinterState | None:
        """What keeps it from printing, if it says so: one that is busy may not answer."""
        state = self.state()
        return None if state in WORKS or state is PrinterState.SILENT else state

    def _ask(self, question: bytes) -> int | None:
        self._hear(0)
        self._wire.write(question)
        end_s = time.monotonic() + self._patience.answer_s
        while (left_s := end_s - time.monotonic()) > 0:
            answers = self._hear(left_s)
            if answers:
                return answers[-1]
        return None

    def _hear(self, within_s: float) -> list[int]:
        """Answers that come now; notes when one says that all is out."""
        heard = self._wire.read(within_s)
        self._is_out = self._is_out or any(map(commands.is_out, heard))
        return [byte for byte in heard if commands.is_answer(byte)]
