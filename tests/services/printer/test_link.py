"""What a printer tells too late is not taken for something else."""

from typing_extensions import override

from kiosk.domain.ports import PrinterState
from kiosk.domain.raster import Raster
from kiosk.services.printer.commands import ALL_WELL, ASK_WHEN_OUT
from kiosk.services.printer.link import Habits, Link, Patience
from kiosk.services.printer.wires import Wire

PICTURE = Raster(72, b"\x01" * 7200)
OUT = b"\x00"


class Late(Wire):
    """A line to a printer that is well, and tells ends as scripted; those that are late come to whoever waits."""

    hears = True

    def __init__(self, *ends: tuple[bytes, ...]) -> None:
        self._ends = iter(ends)
        self._at_once: list[bytes] = []
        self._late: list[bytes] = []

    @override
    def write(self, data: bytes) -> None:
        if data == ASK_WHEN_OUT:
            self._late += next(self._ends)
        elif data.startswith(b"\x10\x04"):
            self._at_once.append(bytes([ALL_WELL]))

    @override
    def read(self, within_s: float) -> bytes:
        waiting = self._at_once or (self._late if within_s else [])
        return waiting.pop(0) if waiting else b""

    @override
    def close(self) -> None:
        pass


def prints(count, *ends):
    """What becomes of so many documents."""
    wire = Late(*ends)
    link = Link(lambda: wire, Habits(), Patience(answer_s=0.01, finish_s=0.05))
    return [link.print(PICTURE) for _ in range(count)]


def test_a_document_is_out_when_its_own_end_is_told():
    assert prints(2, (OUT,), (OUT,)) == [PrinterState.READY, PrinterState.READY]


def test_the_end_of_a_document_that_broke_off_is_not_taken_for_the_end_of_the_next():
    late_and_own = (OUT, OUT)
    assert prints(2, (), late_and_own, ()) == [PrinterState.UNFINISHED, PrinterState.UNFINISHED]


def test_after_a_document_that_broke_off_the_next_is_out_when_its_own_end_is_told():
    late_and_own = (OUT, OUT)
    assert prints(2, (), late_and_own, (OUT,)) == [PrinterState.UNFINISHED, PrinterState.READY]
