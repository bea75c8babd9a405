"""What hangs on the till, as staff see it: scanner, printer, disk. Payment systems tell their own health."""

from collections import Counter
from collections.abc import Callable, Iterator

import structlog

from kiosk.domain.ports import Clock, DeviceState, Journal, Printer
from kiosk.domain.receipt import Document
from kiosk.domain.scanned import Danger, Hostile, classify
from kiosk.domain.words import Said, TimeOf
from kiosk.services.scanner.serial import ScannerState

log = structlog.get_logger("kiosk.devices")


def refused(danger: Danger) -> str:
    """Name of the row that counts the codes refused for this reason; `device.<name>` is what it says."""
    return f"refused_{danger}"


class TillDevices:
    """Keeps the Devices port (domain/ports.py).

    Args:
        journal: Knows whether the disk has room.
        printer: Where paper comes out.
        clock: For the names of test prints, and for when a code was read.
        scanner: How the serial scanner is now; None when there is none.
    """

    def __init__(
        self, journal: Journal, printer: Printer, clock: Clock, scanner: Callable[[], ScannerState] | None
    ) -> None:
        self._journal = journal
        self._printer = printer
        self._clock = clock
        self._scanner = scanner
        self._last_print = "untried"
        self._last_code_ms: int | None = None
        self._refused: Counter[Danger] = Counter()

    def on_code(self, text: str) -> None:
        """A code was read, by whatever reads codes. When it is refused, why is counted and logged, and never what."""
        self._last_code_ms = self._clock.now_ms()
        scanned = classify(text)
        if isinstance(scanned, Hostile):
            self._refused[scanned.reason] += 1
            log.info("code refused", reason=scanned.reason)

    async def states(self) -> tuple[DeviceState, ...]:
        """How each of them is now."""
        return (*self._scanner_states(), self._printer_state(), await self._disk_state(), *self._codes())

    def _scanner_states(self) -> Iterator[DeviceState]:
        if self._scanner is None:
            yield DeviceState("scanner", None, Said("device_state.none"))
            return
        state = self._scanner()
        if state.connected:
            yield DeviceState("scanner", is_well=True, detail=Said("device_state.read", {"codes": str(state.codes)}))
        else:
            yield DeviceState("scanner", is_well=False, detail=Said(state.error or f"device_state.{state.link}"))
        if state.thrown_away:
            yield _counted("thrown_away", state.thrown_away)

    def _codes(self) -> Iterator[DeviceState]:
        """What was read: of that which was refused only why, and how often."""
        if self._last_code_ms is not None:
            yield DeviceState("last_code", None, TimeOf(self._last_code_ms))
        for danger in Danger:
            if self._refused[danger]:
                yield _counted(refused(danger), self._refused[danger])

    def _printer_state(self) -> DeviceState:
        is_well = None if self._last_print == "untried" else self._last_print == "printed"
        return DeviceState("printer", is_well, Said(f"device_state.{self._last_print}"))

    async def _disk_state(self) -> DeviceState:
        has_room = await self._journal.has_room()
        return DeviceState("disk", has_room, Said("device_state.room" if has_room else "device_state.no_room"))

    async def print_test(self, document: Document) -> None:
        """Print this at once, past the queue.

        Raises:
            DeviceError: it did not come out.
        """
        self._last_print = "not_printed"
        await self._printer.print(f"test-{self._clock.now_ms()}", document)
        self._last_print = "printed"


def _counted(name: str, times: int) -> DeviceState:
    return DeviceState(name, None, Said("device_state.times", {"times": str(times)}))
