"""A receipt printer for tests: it reads ESC/POS as a real one does, and keeps what it printed as dots.

It answers DLE EOT at once, even in the middle of a picture, and GS r in its turn; without paper or with an open cover
it prints nothing and takes no more than its memory holds. It hangs on a pseudo-terminal or listens on the network.
"""

import contextlib
import os
import select
import socket
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

DEADLINE_S = 20
LOOK_S = 0.005

Dots = NDArray[np.uint8]
"""A picture as rows of dots: 0 is black, 255 white."""


def dots_of_png(png: bytes) -> Dots:
    return np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


def dots_of_rows(rows: bytes, width_bytes: int) -> Dots:
    """As a printer takes them: 1 is black."""
    bits = np.unpackbits(np.frombuffer(rows, np.uint8).reshape(-1, width_bytes), axis=1)
    return ((1 - bits) * 255).astype(np.uint8)


class Paper:
    """The printer itself: bytes in, answers and paper out.

    Attributes:
        receipts: What was cut or fed out, oldest first: one picture each; one without rows is blank paper.
        has_paper: Without it, nothing is printed, and what was sent waits.
        roll_bytes: How much the roll still holds, in bytes of dots.
        breaks_off_after: Its line breaks when it has taken so many bytes.
    """

    def __init__(self, memory_bytes: int = 1 << 20) -> None:
        self.receipts: list[Dots] = []
        self.has_paper = True
        self.has_little = False
        self.is_open = False
        self.is_faulty = False
        self.is_off = False
        self.is_mute = False
        self.tells_the_end = True
        self.roll_bytes = 1 << 60
        self.bytes_taken = 0
        self.breaks_off_after = 1 << 60
        self._memory_bytes = memory_bytes
        self._waiting = bytearray()
        self._printed = bytearray()
        self._tail = b""
        self._width_bytes = 1
        self._rest = 0  # bytes of a picture that have not come

    @property
    def is_online(self) -> bool:
        return self.has_paper and not self.is_open and not self.is_faulty

    @property
    def room(self) -> int:
        """How much it would take now."""
        return max(0, self._memory_bytes - len(self._waiting))

    def switch_off_and_on(self) -> None:
        """What was in its memory is lost; what it printed half hangs on the roll."""
        self._waiting.clear()
        self._rest = 0
        del self._printed[len(self._printed) // self._width_bytes * self._width_bytes :]

    def take(self, data: bytes) -> bytes:
        """Take bytes; what it answers."""
        self.bytes_taken += len(data)
        if self.is_off:
            return b""
        answers = b"" if self.is_mute else b"".join(self._at_once(self._tail + data))
        self._tail = (self._tail + data)[-2:]
        self._waiting += data
        return answers + self.work()

    def work(self) -> bytes:
        """Print what waits, as far as that is possible; what it answers."""
        answers = bytearray()
        while self.is_online and (done := self._step(answers)):
            del self._waiting[:done]
        return bytes(answers)

    def _at_once(self, data: bytes) -> Iterator[bytes]:
        for at in range(len(data) - 2):
            if data[at : at + 2] == b"\x10\x04" and data[at + 2] in (1, 2, 4):
                yield bytes([0x12 | self._bits(data[at + 2])])

    def _bits(self, question: int) -> int:
        if question == 1:
            return 0 if self.is_online else 0x08
        if question == 2:
            return 0x04 * self.is_open | 0x20 * (not self.has_paper) | 0x40 * self.is_faulty
        return 0x60 * (not self.has_paper) | 0x0C * self.has_little

    def _step(self, answers: bytearray) -> int:
        """Do the first thing that waits; how many bytes it was, 0 when more have to come."""
        if self._rest:
            return self._print_dots()
        waiting = self._waiting
        if not waiting:
            return 0
        for command, length in (
            (b"\x10\x04", 3),
            (b"\x1b@", 2),
            (b"\x1bd", 3),
            (b"\x1dr", 3),
            (b"\x1dv0", 8),
            (b"\x1dV", 4),
        ):
            head = bytes(waiting[: len(command)])
            if head != command[: len(head)]:
                continue
            if len(waiting) < length:
                return 0
            self._obey(bytes(waiting[:length]), answers)
            return length
        assert waiting[0] == 0, f"not ESC/POS: {bytes(waiting[:16])!r}"
        return 1

    def _obey(self, command: bytes, answers: bytearray) -> None:
        match command[:2]:
            case b"\x1dv":
                self._width_bytes = int.from_bytes(command[4:6], "little")
                self._rest = self._width_bytes * int.from_bytes(command[6:8], "little")
            case b"\x1dV" | b"\x1bd":
                rows = bytes(self._printed) if any(self._printed) else b""
                self.receipts.append(dots_of_rows(rows, self._width_bytes))
                self._printed.clear()
            case b"\x1dr" if self.tells_the_end and not self.is_mute:
                answers.append(0x0C * (not self.has_paper))

    def _print_dots(self) -> int:
        come = min(self._rest, len(self._waiting), self.roll_bytes)
        self._printed += self._waiting[:come]
        self._rest -= come
        self.roll_bytes -= come
        if not self.roll_bytes:
            self.has_paper = False
        return come


class _Served:
    """A paper and the thread that serves it.

    Attributes:
        port: Where the till finds it.
        holds: While it is set, nothing is taken.
    """

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.port = ""
        self.holds = threading.Event()
        self._changed = threading.Condition()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="printer for tests", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._ends.set()
        self._thread.join(DEADLINE_S)

    def until(self, condition) -> None:
        """Wait until it holds; asked after everything the printer does."""
        with self._changed:
            assert self._changed.wait_for(condition, DEADLINE_S), "the printer never did"

    def change(self, **what: object) -> None:
        """Load paper, open the cover, ..."""
        with self._changed:
            for name, value in what.items():
                setattr(self.paper, name, value)

    def switch_off_and_on(self) -> None:
        with self._changed:
            self.paper.switch_off_and_on()

    def _run(self) -> None:
        raise NotImplementedError

    def _serve(self, near: int) -> bool:
        """One turn with an open line; False when the other side has gone, or we break off."""
        paper = self.paper
        if paper.bytes_taken >= paper.breaks_off_after:
            return False
        is_ready = select.select([near], [], [], LOOK_S)[0] if not self.holds.is_set() and paper.room else []
        if self.holds.is_set():
            self._ends.wait(LOOK_S)
        with self._changed:
            answers = paper.work()
            if is_ready:
                try:
                    data = os.read(near, min(paper.room, 512, paper.breaks_off_after - paper.bytes_taken))
                except OSError:
                    return False
                if not data:
                    return False
                answers += paper.take(data)
            self._changed.notify_all()
        with contextlib.suppress(OSError):
            os.write(near, answers)
        return True


class PtyPrinter(_Served):
    """On a pseudo-terminal, whose far end a symlink names, as udev does."""

    def __init__(self, path: Path, paper: Paper | None = None) -> None:
        super().__init__(paper or Paper())
        self.path = path
        self.port = str(path)
        self._near = -1
        self.plug_in()
        self.start()

    def unplug(self) -> None:
        """Pull the cable, and wait until it is out."""
        self.change(breaks_off_after=0)
        self.until(lambda: not self.path.exists())

    def plug_in(self) -> None:
        self.paper.breaks_off_after = 1 << 60
        near, far = os.openpty()
        tty.setraw(far)
        fresh = self.path.with_suffix(".fresh")
        fresh.symlink_to(os.ttyname(far))
        fresh.replace(self.path)
        # kept open: a pseudo-terminal that nobody has open at the far end reads as gone
        self._far = far
        self._near = near

    @override
    def _run(self) -> None:
        while not self._ends.is_set():
            near = self._near
            if near < 0:
                self._ends.wait(LOOK_S)
            elif not self._serve(near):
                self._let_go()
        if self._near >= 0:
            self._let_go()

    def _let_go(self) -> None:
        near, self._near = self._near, -1
        os.close(self._far)
        os.close(near)
        with self._changed:
            self.path.unlink()
            self._changed.notify_all()


class NetworkPrinter(_Served):
    """Listens on the network, on this machine."""

    def __init__(self, paper: Paper | None = None) -> None:
        super().__init__(paper or Paper())
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = f"tcp:127.0.0.1:{self._listening.getsockname()[1]}"
        self.start()

    @override
    def _run(self) -> None:
        with self._listening:
            while not self._ends.is_set():
                if not select.select([self._listening], [], [], LOOK_S)[0]:
                    continue
                line, _ = self._listening.accept()
                with line:
                    while not self._ends.is_set() and self._serve(line.fileno()):
                        pass
