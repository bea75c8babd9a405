"""Pictures from files: read and scaled on another thread, so that neither a paint nor a payment waits for a disk.

That thread calls nothing of Qt's. Some of its calls hold Python's lock while they wait for one of Qt's, and the thread
of the screen does it the other way round when a signal is disconnected: both then wait for ever. Seen with
QImageReader.transformation() and PySide6 6.11, once, in a test.
"""

import io
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Final

from PIL import Image, ImageOps
from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of pictures that are kept; some hundreds of products, and a few that fill the screen."""

LEAST_BYTES: Final = 4096
"""What one counts for at least: what is known of a file that is no picture takes room as well."""

MOST_WAITING: Final = 64
"""More than any screen shows. Who leafs faster than files are read needs the last pages, not all of them."""

MOST_FILE_BYTES: Final = 32 * 1024 * 1024
"""What is longer is cut off."""

MOST_PIXELS: Final = 80_000_000
"""Of a photograph before it is scaled; more than any camera of a shop takes, and 320 MB for a moment."""

MOST_DRAWING_BYTES: Final = 256 * 1024
"""Of a drawing: the screen waits while it is drawn."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
"""Beside drawings (SVG)."""

_DRAWING_WITHIN: Final = 4096
"""A file that says so early [bytes] is a drawing."""

_LOOKED_EVERY_MS: Final = 10
"""While a file is read, it is looked so often whether it is here [ms]."""

_BYTES_PER_PIXEL: Final = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture in a size.

    Attributes:
        path: Of its file.
        width: Of the place it is for [px].
        height: Of that place [px].
        is_whole: All of it is seen, with air beside it; otherwise it fills the place, and what lies beyond is cut off.
    """

    path: str
    width: int
    height: int
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Photograph:
    """A picture of dots, in the size that is wanted.

    Attributes:
        width: Of it [px].
        height: Of it [px].
        rgba: Its dots, four bytes each, row by row.
    """

    width: int
    height: int
    rgba: bytes


@dataclass(frozen=True, slots=True)
class DrawingFile:
    """A drawing (SVG) that is still to be drawn: that takes Qt.

    Attributes:
        content: Of its file.
    """

    content: bytes


Read = Photograph | DrawingFile | None
"""What a file holds; None for one that is no picture."""


class PictureFiles(QObject):
    """Hands out pictures that it has, and reads the others one at a time, the one wanted last first.

    A file is read again when its picture was dropped for others; one that cannot be read is not tried again until then.

    Attributes:
        arrived: Emits the Wanted that can be had now.
    """

    arrived = Signal(object)

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        super().__init__()
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Wanted, QPixmap] = OrderedDict()
        self._waiting: OrderedDict[Wanted, None] = OrderedDict()
        self._reading: Wanted | None = None
        self._read: SimpleQueue[Read] = SimpleQueue()
        self._looks = QTimer(self)
        self._looks.setInterval(_LOOKED_EVERY_MS)
        self._looks.timeout.connect(self._look)

    @property
    def is_busy(self) -> bool:
        """Something that was wanted has not arrived."""
        return self._reading is not None

    @property
    def bytes_kept(self) -> int:
        """What all that is kept counts for."""
        return sum(map(_bytes_of, self._kept.values()))

    def get(self, wanted: Wanted) -> QPixmap | None:
        """The picture, empty for a file that is none; None while it is not here: it arrives."""
        if wanted in self._kept:
            self._kept.move_to_end(wanted)
            return self._kept[wanted]
        if wanted != self._reading:
            self._waiting[wanted] = None
            self._waiting.move_to_end(wanted)
            if len(self._waiting) > MOST_WAITING:
                self._waiting.popitem(last=False)
        self._read_next()
        return None

    def _read_next(self) -> None:
        if self._reading is None and self._waiting:
            self._reading, _ = self._waiting.popitem()
            # a file may lie on a drive that never answers; the end of the program does not wait for it
            Thread(target=_read_into, args=(self._read, self._reading), name="picture", daemon=True).start()
            self._looks.start()

    def _look(self) -> None:
        """Keep what was read, and have the next one read."""
        if self._reading is None or self._read.empty():
            return
        wanted, self._reading = self._reading, None
        self._looks.stop()
        self._kept[wanted] = drawn(self._read.get(), wanted)
        while len(self._kept) > 1 and self.bytes_kept > self._most_bytes:
            self._kept.popitem(last=False)
        self._read_next()
        self.arrived.emit(wanted)


def _read_into(queue: SimpleQueue[Read], wanted: Wanted) -> None:
    found: Read = None
    try:
        found = read(wanted)
    finally:
        # whatever went wrong, the next one is read
        queue.put(found)


def _bytes_of(pixmap: QPixmap) -> int:
    return max(pixmap.width() * pixmap.height() * _BYTES_PER_PIXEL, LEAST_BYTES)


def _content_of(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(MOST_FILE_BYTES)
    except (OSError, ValueError):
        return b""


def read(wanted: Wanted) -> Read:
    """Read a file; a photograph upright as its camera was held, in the size that is wanted."""
    content = _content_of(wanted.path)
    if b"<svg" in content[:_DRAWING_WITHIN]:
        return DrawingFile(content) if len(content) <= MOST_DRAWING_BYTES else None
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            return _photograph(image, wanted) if image.width * image.height <= MOST_PIXELS else None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        # Pillow says so of what is none, or breaks off (of a broken PNG with a SyntaxError), or is far too large
        return None


def _photograph(image: Image.Image, wanted: Wanted) -> Photograph:
    room, longest = (wanted.width, wanted.height), max(wanted.width, wanted.height)
    # of a large JPEG no more is unpacked than it takes, whichever way up it is
    image.draft(None, (longest, longest))
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    scaled = ImageOps.contain(upright, room) if wanted.is_whole else ImageOps.fit(upright, room)
    return Photograph(scaled.width, scaled.height, scaled.tobytes())


def drawn(found: Read, wanted: Wanted) -> QPixmap:
    """What was read, as it can be painted; empty where that is no picture."""
    match found:
        case Photograph(width, height, rgba):
            # whether anything is seen through it Qt finds out
            kind = QImage.Format.Format_RGBA8888
            return QPixmap.fromImage(QImage(rgba, width, height, width * _BYTES_PER_PIXEL, kind))
        case DrawingFile(content):
            return _drawing(QSvgRenderer(content), wanted)
        case None:
            return QPixmap()


def _drawing(renderer: QSvgRenderer, wanted: Wanted) -> QPixmap:
    if not renderer.isValid():
        return QPixmap()
    aspect = Qt.AspectRatioMode
    way = aspect.KeepAspectRatio if wanted.is_whole else aspect.KeepAspectRatioByExpanding
    size = renderer.defaultSize().scaled(wanted.width, wanted.height, way).expandedTo(QSize(1, 1))
    place = size.boundedTo(QSize(wanted.width, wanted.height))
    pixmap = QPixmap(place)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    beyond = place - size
    renderer.render(painter, QRectF(beyond.width() / 2, beyond.height() / 2, size.width(), size.height()))
    painter.end()
    return pixmap
