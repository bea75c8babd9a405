"""What hangs on the till, as staff see it: scanner, printer, disk. Payment systems tell their own health."""

from kiosk.domain.ports import Clock, DeviceState, Journal, Printer, PrinterState
from kiosk.domain.receipt import Document
from kiosk.domain.words import Said
from kiosk.services.scanner.serial import ScannerState


class TillDevices:
    """Keeps the Devices port (domain/ports.py).

    Args:
        journal: Knows whether the disk has room.
        printer: Where paper comes out.
        clock: For the names of test prints.
        has_scanner: One is configured.
    """

    def __init__(self, journal: Journal, printer: Printer, clock: Clock, *, has_scanner: bool) -> None:
        self._journal = journal
        self._printer = printer
        self._clock = clock
        self._scanner = ScannerState() if has_scanner else None
        self._last_print = "untried"

    def on_scanner(self, state: ScannerState) -> None:
        """The scanner came, went, or read something."""
        self._scanner = state

    async def states(self) -> tuple[DeviceState, ...]:
        """How each of them is now."""
        return (self._scanner_state(), self._printer_state(), await self._disk_state())

    def _scanner_state(self) -> DeviceState:
        scanner = self._scanner
        if scanner is None:
            return DeviceState("scanner", None, Said("device_state.none"))
        if scanner.connected:
            return DeviceState("scanner", is_well=True, detail=Said("device_state.read", {"codes": str(scanner.codes)}))
        return DeviceState("scanner", is_well=False, detail=Said(f"device_state.{scanner.link}"))

    def _printer_state(self) -> DeviceState:
        match self._printer.state:
            case PrinterState.UNTOLD:
                return self._by_last_print()
            case PrinterState.READY | PrinterState.PAPER_LOW as state:
                return DeviceState("printer", is_well=True, detail=Said(f"device_state.{state}"))
            case state:
                return DeviceState("printer", is_well=False, detail=Said(f"print_problem.{state}"))

    def _by_last_print(self) -> DeviceState:
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
