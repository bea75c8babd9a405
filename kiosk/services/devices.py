"""What hangs on the till, as staff see it: scanner, camera, printer, disk. Payment systems tell their own health."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog

from kiosk.domain.ports import Clock, DeviceState, Journal, Printer, PrinterState
from kiosk.domain.receipt import Document
from kiosk.domain.scanned import Danger, Hostile, classify
from kiosk.domain.words import Said, TimeOf
from kiosk.services.scanner.serial import ScannerState
from kiosk.services.scanner.sight import CameraState, Sight
from kiosk.services.scanner.wedge import Wedge

log = structlog.get_logger("kiosk.devices")


def refused(danger: Danger) -> str:
    """Name of the row that counts the codes refused for this reason; `device.<name>` is what it says."""
    return f"refused_{danger}"


@dataclass(frozen=True, slots=True)
class Scanners:
    """What reads codes at this till; None for what is not configured.

    Attributes:
        serial: How the one on a serial port is now.
        wedge: Where one that types like a keyboard is read.
        camera: How the camera is now.
    """

    serial: Callable[[], ScannerState] | None = None
    wedge: Wedge[Any] | None = None
    camera: Callable[[], CameraState] | None = None


class TillDevices:
    """Keeps the Devices port (domain/ports.py).

    Args:
        journal: Knows whether the disk has room.
        printer: Where paper comes out.
        clock: For the names of test prints, and for when a code was read.
        scanners: What reads codes.
    """

    def __init__(self, journal: Journal, printer: Printer, clock: Clock, scanners: Scanners) -> None:
        self._journal = journal
        self._printer = printer
        self._clock = clock
        self._scanners = scanners
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
        return (*self._scanner_states(), self._printer_state(), await self._disk_state(), *self._code_states())

    def _scanner_states(self) -> Iterator[DeviceState]:
        serial, wedge, camera = self._scanners.serial, self._scanners.wedge, self._scanners.camera
        if serial is not None:
            yield from _serial_states(serial())
        if wedge is not None:
            # neither well nor ill: nothing tells whether it is plugged in
            yield DeviceState("wedge", None, Said("device_state.typed", {"codes": str(wedge.codes)}))
        if camera is not None:
            yield _camera_state(camera())
        if serial is None and wedge is None and camera is None:
            yield DeviceState("scanner", None, Said("device_state.none"))

    def _code_states(self) -> Iterator[DeviceState]:
        """What was read: of that which was refused only why, and how often."""
        if self._last_code_ms is not None:
            yield DeviceState("last_code", None, TimeOf(self._last_code_ms))
        for danger in Danger:
            if self._refused[danger]:
                yield _counted(refused(danger), self._refused[danger])

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


def _serial_states(state: ScannerState) -> Iterator[DeviceState]:
    if state.connected:
        yield DeviceState("scanner", is_well=True, detail=Said("device_state.read", {"codes": str(state.codes)}))
    else:
        yield DeviceState("scanner", is_well=False, detail=Said(state.error or f"device_state.{state.link}"))
    if state.thrown_away:
        yield _counted("thrown_away", state.thrown_away)


def _camera_state(camera: CameraState) -> DeviceState:
    is_well = None if camera.sight is Sight.OPENING else camera.sight is Sight.SEEING
    return DeviceState("camera", is_well, Said(f"camera_state.{camera.sight}", {"codes": str(camera.codes)}))


def _counted(name: str, times: int) -> DeviceState:
    return DeviceState(name, None, Said("device_state.times", {"times": str(times)}))
