"""Where pictures come from: a camera of this machine, or a film that plays as if it were one."""

import errno
import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from kiosk.services.scanner.decoding import load

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    Picture = NDArray[uint8]
    """Blue-green-red, as OpenCV gives it."""

READ_MS: Final = 3_000
"""A camera that gives no picture for so long has failed [ms]."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a camera; it gives the nearest it can.

    Attributes:
        device: "/dev/video0"; "0", the first of the system's cameras; or a film, which plays at its own rate.
        width: Of its pictures [px].
        height: Of its pictures [px].
        per_s: Pictures a second.
    """

    device: str
    width: int = 1280
    height: int = 720
    per_s: int = 15


class Source(Protocol):
    """Gives pictures from when it is made until it is closed. For one thread."""

    def grab(self) -> bool:
        """Wait for the next picture and keep it, not yet unpacked. False when there will be none any more."""

    def picture(self) -> "Picture | None":
        """Unpack the kept picture; None when it is broken."""

    def close(self) -> None:
        """Give the camera back."""


def open_source(wish: Wish, stopped: threading.Event) -> Source:
    """Open a camera or a film. May take seconds.

    Args:
        wish: What and how.
        stopped: When this is set, a film no longer waits for its next picture.

    Raises:
        OSError: it cannot be opened; its number says why, as far as the system tells.
    """
    path = Path(f"/dev/video{wish.device}" if sys.platform == "linux" and wish.device.isdigit() else wish.device)
    if path.is_file():
        return _Film(path, stopped)
    if sys.platform == "linux":
        # OpenCV only says that it could not; the system knows why
        os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))
    elif not wish.device.isdigit():
        raise FileNotFoundError(errno.ENOENT, "no such film")
    return _Device(path, wish)


class _Device:
    """A camera of this machine.

    Raises:
        OSError: it gives no pictures: EBUSY, because anybody may open a camera, but only one program gets its pictures.
    """

    def __init__(self, path: Path, wish: Wish) -> None:
        cv2: Any = load().cv2
        # a camera that is busy is tried again and again, and each time would be a line on standard error
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        if sys.platform == "linux":
            self._capture = cv2.VideoCapture(str(path), cv2.CAP_V4L2)
        else:
            self._capture = cv2.VideoCapture(int(wish.device), cv2.CAP_ANY)
        if not self._capture.isOpened():
            raise OSError(errno.EBUSY, "gives no pictures")
        for what, value in (
            # packed: unpacked, these pictures come five times a second through USB 2
            (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
            (cv2.CAP_PROP_FRAME_WIDTH, wish.width),
            (cv2.CAP_PROP_FRAME_HEIGHT, wish.height),
            (cv2.CAP_PROP_FPS, wish.per_s),
            (cv2.CAP_PROP_BUFFERSIZE, 2),
            (cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_MS),
        ):
            self._capture.set(what, value)

    def grab(self) -> bool:
        return bool(self._capture.grab())

    def picture(self) -> "Picture | None":
        return _unpacked(self._capture)

    def close(self) -> None:
        self._capture.release()


class _Film:
    """A film: what was due while nobody looked is skipped, as a camera does; at its end it is a camera unplugged.

    Raises:
        OSError: EINVAL, it is no film.
    """

    def __init__(self, path: Path, stopped: threading.Event) -> None:
        cv2: Any = load().cv2
        # the reader for such films unpacks a picture when it is asked for, as that of cameras does; for all others
        # any reader will do
        self._capture = cv2.VideoCapture(str(path), cv2.CAP_OPENCV_MJPEG)
        if not self._capture.isOpened():
            self._capture = cv2.VideoCapture(str(path), cv2.CAP_ANY)
        per_s = self._capture.get(cv2.CAP_PROP_FPS)
        if not self._capture.isOpened() or per_s <= 0:
            raise OSError(errno.EINVAL, "no film")
        self._every_s = 1 / per_s
        self._stopped = stopped
        self._due = time.monotonic()

    def grab(self) -> bool:
        late_s = time.monotonic() - self._due
        self._stopped.wait(max(-late_s, 0.0))
        steps = max(1, int(late_s / self._every_s))
        self._due += steps * self._every_s
        return all(self._capture.grab() for _ in range(steps))

    def picture(self) -> "Picture | None":
        return _unpacked(self._capture)

    def close(self) -> None:
        self._capture.release()


def _unpacked(capture: Any) -> "Picture | None":  # noqa: ANN401 - OpenCV has no types
    is_whole, picture = capture.retrieve()
    return picture if is_whole else None
