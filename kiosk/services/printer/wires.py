"""The ways to a receipt printer: a serial line, the network, a device of the kernel's, or a plain file.

None of them waits without end, which is why they are not python-escpos's: its serial line and its USB one write without
a time-out, and its network one takes a minute. Importing it would also cost every start half a second and 15 MiB, claim
the root logger, and leave a folder behind. As a second opinion of what the bytes should be it is in the tests.
"""

import errno
import os
import re
import select
import socket
import stat
import sys
from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, Protocol

import serial
from serial.tools import list_ports
from typing_extensions import override

from kiosk.domain.errors import ConfigError
from kiosk.services.scanner.serial import UsbPort

CHUNK: Final = 1024
"""Written at once [bytes]; a printer that takes none of them in time is stuck."""

READ_AT_MOST: Final = 256

CONNECT_S: Final = 3.0
"""How long a network connection may take [seconds]."""

STALL_S: Final = 10.0
"""A printer that takes nothing for so long is stuck [seconds]; a slow one takes a band in less than one."""

USB_PRINTERS: Final = Path("/sys/class/usbmisc")
"""Where Linux lists the USB printers that its driver usblp has taken: lp0, lp1, ..."""

_NETWORK = re.compile(r"tcp:(\[[0-9A-Fa-f:]+\]|[0-9A-Za-z.-]+):([0-9]{1,5})")
_USB = re.compile(r"usb:([0-9a-f]{4}):([0-9a-f]{4})", re.IGNORECASE)


class Wire(Protocol):
    """An open way to a printer. Everything raises OSError when it breaks."""

    hears: bool
    """Answers can come back on it."""

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Hand over all of it.

        Raises:
            TimeoutError: the printer takes no more.
        """

    @abstractmethod
    def read(self, within_s: float) -> bytes:
        """What comes within this time [seconds]; nothing when nothing does."""

    @abstractmethod
    def close(self) -> None:
        """Let go of it. What the printer has not taken yet may be lost."""


OpenWire = Callable[[], Wire]


def way_to(port: str, baud: int, connect_s: float = CONNECT_S, stall_s: float = STALL_S) -> OpenWire:
    """How to reach the printer at a port; opened for every document, so that one that comes back is found again.

    Args:
        port: "tcp:HOST:PORT", "usb:VID:PID", "file:PATH", or a serial port: "/dev/serial/by-id/...", "COM3".
        baud: Speed of a serial line [bits per second].
        connect_s: See CONNECT_S.
        stall_s: See STALL_S.

    Raises:
        ConfigError: config.printer_port, the port is malformed.
    """
    kind, _, rest = port.partition(":")
    match kind.lower():
        case "tcp" if found := _NETWORK.fullmatch(port):
            return partial(NetworkWire, found[1].strip("[]"), int(found[2]), connect_s, stall_s)
        case "usb" if found := _USB.fullmatch(port):
            return partial(_open_usb, int(found[1], 16), int(found[2], 16), baud, stall_s)
        case "file" if rest:
            return partial(FileWire, Path(rest), stall_s)
        case "tcp" | "usb" | "file":
            raise ConfigError("config.printer_port", value=port)
    return partial(SerialWire, port, baud, stall_s)


class SerialWire(Wire):
    """A serial line, or USB pretending to be one."""

    hears = True

    def __init__(self, device: str, baud: int, stall_s: float) -> None:
        try:
            self._port = serial.Serial(device, baud, timeout=0, write_timeout=stall_s, exclusive=True)
        except OSError:
            raise
        except Exception as error:
            # termios.error, which is no OSError and does not exist everywhere: the port went while it was opened
            raise OSError(errno.ENODEV, str(error)) from error

    @override
    def write(self, data: bytes) -> None:
        for at in range(0, len(data), CHUNK):
            try:
                self._port.write(data[at : at + CHUNK])
            except serial.SerialTimeoutException as error:
                raise TimeoutError from error

    @override
    def read(self, within_s: float) -> bytes:
        self._port.timeout = within_s
        first: bytes = self._port.read(1)
        return first + self._port.read(min(self._port.in_waiting, READ_AT_MOST)) if first else b""

    @override
    def close(self) -> None:
        self._port.close()


class NetworkWire(Wire):
    """A printer that listens on the network; mostly on port 9100."""

    hears = True

    def __init__(self, host: str, port: int, connect_s: float, stall_s: float) -> None:
        self._stall_s = stall_s
        try:
            self._socket = socket.create_connection((host, port), connect_s)
        except UnicodeError as error:
            raise OSError(errno.EHOSTUNREACH, "no such name can be") from error

    @override
    def write(self, data: bytes) -> None:
        self._socket.settimeout(self._stall_s)
        for at in range(0, len(data), CHUNK):
            self._socket.sendall(data[at : at + CHUNK])

    @override
    def read(self, within_s: float) -> bytes:
        if not select.select([self._socket], [], [], within_s)[0]:
            return b""
        data = self._socket.recv(READ_AT_MOST)
        if not data:
            raise ConnectionResetError(errno.ECONNRESET, "the printer hung up")
        return data

    @override
    def close(self) -> None:
        self._socket.close()


class FileWire(Wire):
    """A device of the kernel's, such as /dev/usb/lp0; or a plain file, which is added to and never answers."""

    def __init__(self, path: Path, stall_s: float) -> None:
        self._stall_s = stall_s
        self.hears = path.exists() and stat.S_ISCHR(path.stat().st_mode)
        how = os.O_RDWR if self.hears else os.O_WRONLY | os.O_CREAT | os.O_APPEND
        # Linux and macOS only: without them a device that is stuck would hold us, or become our terminal
        how |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
        self._file = os.open(path, how, 0o600)

    @override
    def write(self, data: bytes) -> None:
        while data:
            if self.hears and not select.select([], [self._file], [], self._stall_s)[1]:
                raise TimeoutError
            data = data[os.write(self._file, data[:CHUNK]) :]

    @override
    def read(self, within_s: float) -> bytes:
        if not self.hears or not select.select([self._file], [], [], within_s)[0]:
            return b""
        return os.read(self._file, READ_AT_MOST)

    @override
    def close(self) -> None:
        os.close(self._file)


def _open_usb(vendor: int, product: int, baud: int, stall_s: float) -> Wire:
    """A printer by its USB ids, wherever it is plugged in: the kernel's device for printers, or a serial port."""
    name = find_usb_printer(vendor, product, USB_PRINTERS) if sys.platform == "linux" else None
    if name is not None:
        return FileWire(Path("/dev/usb") / name, stall_s)
    return SerialWire(UsbPort(vendor, product, None).find(list_ports.comports()), baud, stall_s)


def find_usb_printer(vendor: int, product: int, folder: Path) -> str | None:
    """Name of the kernel's device for a USB printer, such as "lp0"; None when there is none.

    Args:
        vendor: Vendor id.
        product: Product id.
        folder: Where they are listed; `device` in an entry is the printer's interface, below the printer itself.
    """
    wanted = f"{vendor:04x}:{product:04x}"
    for entry in sorted(folder.glob("lp*")):
        printer = (entry / "device").resolve().parent
        ids = [(printer / name).read_text("ascii").strip() for name in ("idVendor", "idProduct")]
        if ":".join(ids) == wanted:
            return entry.name
    return None
