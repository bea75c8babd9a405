"""What hangs on the till, as staff see it: scanner, camera, printer, disk. Payment systems tell their own health."""

from collections.abc import Callable

from kiosk.domain.ports import Clock, DeviceState, Journal, Printer
from kiosk.domain.receipt import Document
from kiosk.domain.words import Said
from kiosk.services.scanner.serial import ScannerState
from kiosk.services.scanner.sight import CameraState, Sight


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
        self._ask_camera: Callable[[], CameraState] | None = None
        self._last_print = "untried"

    def on_scanner(self, state: ScannerState) -> None:
        """The scanner came, went, or read something."""
        self._scanner = state

    def add_camera(self, ask: Callable[[], CameraState]) -> None:
        """There is a camera, which says how it is when it is asked."""
        self._ask_camera = ask

    async def states(self) -> tuple[DeviceState, ...]:
        """How each of them is now."""
        return (self._scanner_state(), self._camera_state(), self._printer_state(), await self._disk_state())

    def _scanner_state(self) -> DeviceState:
        scanner = self._scanner
        if scanner is None:
            return DeviceState("scanner", None, Said("device_state.none"))
        if scanner.connected:
            return DeviceState("scanner", is_well=True, detail=Said("device_state.read", {"codes": str(scanner.codes)}))
        return DeviceState("scanner", is_well=False, detail=Said(f"device_state.{scanner.link}"))

    def _camera_state(self) -> DeviceState:
        if self._ask_camera is None:
            return DeviceState("camera", None, Said("device_state.none"))
        camera = self._ask_camera()
        is_well = None if camera.sight is Sight.OPENING else camera.sight is Sight.SEEING
        return DeviceState("camera", is_well, Said(f"camera_state.{camera.sight}", {"codes": str(camera.codes)}))

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
