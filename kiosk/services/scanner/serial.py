"""A scanner on a serial port (or USB pretending to be one), read by a thread of its own.

Codes go where the till is, not where the keyboard focus is, and a scanner that was unplugged comes back by itself.
"""

import asyncio
import errno
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

import serial
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from kiosk.domain.errors import ConfigError
from kiosk.services import config
from kiosk.services.bridge import Bridge
from kiosk.services.scanner.framing import GAP_S, End, Framer

if sys.platform == "win32":
    _LINE_FAILURES: tuple[type[Exception], ...] = (OSError,)
else:
    import termios

    _LINE_FAILURES = (OSError, termios.error)  # pyserial lets the latter through when a port goes while it is opened

_USB = re.compile(r"usb:([0-9a-f]{4}):([0-9a-f]{4})(?::(.+))?", re.IGNORECASE)
_READ_AT_MOST = 4096
_READ_S = 0.05  # how long a read waits, and with it close
_JOIN_S = 5.0

_KEY_BY_ERRNO = {
    errno.ENOENT: "scanner.missing",
    errno.ENODEV: "scanner.missing",
    errno.ENXIO: "scanner.missing",
    errno.EACCES: "scanner.denied",
    errno.EPERM: "scanner.denied",
    errno.EAGAIN: "scanner.busy",
    errno.EBUSY: "scanner.busy",
}


class Link(StrEnum):
    """Where the scanner is."""

    SEARCHING = "searching"
    """Not found yet, since the start."""
    CONNECTED = "connected"
    LOST = "lost"
    """Was there, is gone, is looked for."""


@dataclass(frozen=True, slots=True)
class ScannerState:
    """How a scanner is.

    Attributes:
        link: Whether it is there.
        last_read: Monotonic time when it last sent anything [seconds]; None if never.
        error: Text key of the last trouble: scanner.missing, .denied, .busy, .lost or .failed; "" when it is well.
        connections: How often it was connected.
        codes: Scans read.
        dropped: Scans dropped because too many were waiting.
        overruns: Scans thrown away as too long.
        broken: Scans thrown away as incomplete.
        foreign: Scans thrown away because the prefix or suffix was missing.
    """

    link: Link = Link.SEARCHING
    last_read: float | None = None
    error: str = ""
    connections: int = 0
    codes: int = 0
    dropped: int = 0
    overruns: int = 0
    broken: int = 0
    foreign: int = 0

    @property
    def connected(self) -> bool:
        """It is there and can be scanned with."""
        return self.link is Link.CONNECTED

    @property
    def thrown_away(self) -> int:
        """Scans that came and were not delivered, for whatever reason."""
        return self.dropped + self.overruns + self.broken + self.foreign


@dataclass(frozen=True, slots=True)
class Line:
    """How the line is driven.

    Attributes:
        baud: Speed [bits per second]; USB scanners ignore it.
        gap_s: Silence that ends a scan without terminator [seconds].
        ended_by: What ends a scan.
        prefix: What every code must begin with; taken off.
        suffix: What every code must end with; taken off.
        strip_aim: Take off the symbology identifier some scanners put in front.
        retry_s: First and longest pause between two tries to open [seconds]; doubles in between.
        queue_max: Codes that may wait for the loop.
    """

    baud: int = 9600
    gap_s: float = GAP_S
    ended_by: End = End.ANY
    prefix: str = ""
    suffix: str = ""
    strip_aim: bool = False
    retry_s: tuple[float, float] = (0.5, 5.0)
    queue_max: int = 32

    @classmethod
    def configured(cls, section: config.Scanner, queue_max: int) -> Self:
        """As section [scanner] of the configuration says."""
        return cls(
            baud=section.baud,
            gap_s=section.gap_ms / 1000,
            ended_by=End(section.ended_by),
            prefix=section.prefix,
            suffix=section.suffix,
            strip_aim=section.strip_aim,
            queue_max=queue_max,
        )

    def framer(self) -> Framer:
        """What cuts its bytes into scans."""
        return Framer(
            gap_s=self.gap_s,
            ended_by=self.ended_by,
            prefix=self.prefix,
            suffix=self.suffix,
            strip_aim=self.strip_aim,
        )


@dataclass(frozen=True, slots=True)
class UsbPort:
    """A scanner by its USB ids, wherever it is plugged in.

    Attributes:
        vendor: Vendor id.
        product: Product id.
        number: Its serial number; None takes any, and of several the one with the lowest device name.
    """

    vendor: int
    product: int
    number: str | None

    def find(self, devices: Iterable[ListPortInfo]) -> str:
        """Name of the device to open.

        Raises:
            FileNotFoundError: it is not among the devices.
        """
        found = [
            device.device
            for device in devices
            if (device.vid, device.pid) == (self.vendor, self.product) and self.number in {None, device.serial_number}
        ]
        if not found:
            raise FileNotFoundError(errno.ENOENT, "no such USB device")
        return min(found)


def parse_port(port: str) -> str | UsbPort:
    """Read where the scanner is: a path or port name, or "usb:VID:PID[:SERIAL]" with ids of four hexadecimal digits.

    Raises:
        ConfigError: config.scanner_port, the usb form is malformed.
    """
    if not port.lower().startswith("usb:"):
        return port
    ids = _USB.fullmatch(port)
    if ids is None:
        raise ConfigError("config.scanner_port", value=port)
    return UsbPort(int(ids[1], 16), int(ids[2], 16), ids[3])


def pauses(first: float, longest: float) -> Iterator[float]:
    """Pauses between tries: each twice the one before, up to the longest, without end [seconds]."""
    while True:
        yield first
        first = min(first * 2, longest)


class SerialScanner:
    """Reads one scanner from `start` to `close`, through every unplugging.

    `on_code` gets each code, `on_state` each change of the link; both are called on the loop. When the loop is behind,
    codes beyond `line.queue_max` are dropped and counted, and of several changes of the link the last is told.

    Raises:
        ConfigError: config.scanner_port, the port is malformed.
    """

    def __init__(
        self,
        port: str,
        on_code: Callable[[str], None],
        on_state: Callable[[ScannerState], None],
        loop: asyncio.AbstractEventLoop,
        line: Line | None = None,
    ) -> None:
        self._port = parse_port(port)
        self._line = line or Line()
        self._framer = self._line.framer()
        self._codes: Bridge[str] = Bridge(loop, on_code, self._line.queue_max)
        self._changes: Bridge[None] = Bridge(loop, lambda _: on_state(self.state), limit=1)
        self._state = ScannerState()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"scanner {port}", daemon=True)

    @property
    def state(self) -> ScannerState:
        """How the scanner is now. May be asked from any thread."""
        return replace(
            self._state,
            dropped=self._codes.dropped,
            overruns=self._framer.overruns,
            broken=self._framer.broken,
            foreign=self._framer.foreign,
        )

    def start(self) -> None:
        """Begin to look for the scanner and to read it. Once only."""
        self._thread.start()

    def close(self) -> None:
        """Stop and give the port back; nothing is delivered any more. May be called twice, and without a start."""
        self._codes.close()
        self._changes.close()
        self._stop.set()
        if self._thread.is_alive():
            # A read ends soon; opening may hang in a driver, and must not hold up the end of the program.
            self._thread.join(_JOIN_S)

    def _run(self) -> None:
        waits = pauses(*self._line.retry_s)
        try:
            while not self._stop.is_set():
                try:
                    with self._open() as port:
                        waits = pauses(*self._line.retry_s)
                        self._connected()
                        self._read(port)
                except _LINE_FAILURES as failure:
                    self._failed(failure)
                    self._stop.wait(next(waits))
        finally:
            # A bug of ours ends the thread too: threading.excepthook reports it, and nobody may think we still read.
            self._change(self._link_without(), "" if self._stop.is_set() else "scanner.failed")

    def _open(self) -> serial.Serial:
        device = self._port.find(list_ports.comports()) if isinstance(self._port, UsbPort) else self._port
        return serial.Serial(device, self._line.baud, timeout=min(self._line.gap_s, _READ_S), exclusive=True)

    def _read(self, port: serial.Serial) -> None:
        while not self._stop.is_set():
            data = port.read(1)
            if data:
                data += port.read(min(port.in_waiting, _READ_AT_MOST))
            now = time.monotonic()
            if data:
                self._state = replace(self._state, last_read=now)
            for code in self._framer.feed(data, now) if data else self._framer.idle(now):
                self._state = replace(self._state, codes=self._state.codes + 1)
                self._codes.put(code)

    def _connected(self) -> None:
        self._framer.reset()
        self._state = replace(self._state, connections=self._state.connections + 1)
        self._change(Link.CONNECTED, "")

    def _failed(self, failure: Exception) -> None:
        cause = _KEY_BY_ERRNO.get(getattr(failure, "errno", None) or 0, "scanner.failed")
        self._change(self._link_without(), "scanner.lost" if self._state.connected else cause)

    def _link_without(self) -> Link:
        return Link.LOST if self._state.connections else Link.SEARCHING

    def _change(self, link: Link, error: str) -> None:
        if (link, error) == (self._state.link, self._state.error):
            return
        self._state = replace(self._state, link=link, error=error)
        self._changes.put(None)
