"""Pictures from files: read and scaled on another thread, so that neither a paint nor a payment waits for a disk."""

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Final

from PySide6.QtCore import QBuffer, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader, QPixmap

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of pictures that are kept; some hundreds of products, and a few that fill the screen."""

LEAST_BYTES: Final = 4096
"""What one counts for at least: what is known of a file that is no picture takes room as well."""

MOST_WAITING: Final = 64
"""More than any screen shows. Who leafs faster than files are read needs the last pages, not all of them."""

MOST_FILE_BYTES: Final = 32 * 1024 * 1024
"""What is longer is cut off."""

_LOOKED_EVERY_MS: Final = 10
"""While a file is read, it is looked so often whether it is here [ms].

The thread that reads tells nobody itself: it would have to hold an object of Qt's, and whoever lets go of one last
destroys it, on whatever thread.
"""

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
        self._read: SimpleQueue[QImage] = SimpleQueue()
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
        self._kept[wanted] = QPixmap.fromImage(self._read.get())
        while len(self._kept) > 1 and self.bytes_kept > self._most_bytes:
            self._kept.popitem(last=False)
        self._read_next()
        self.arrived.emit(wanted)


def _read_into(queue: SimpleQueue[QImage], wanted: Wanted) -> None:
    image = QImage()
    try:
        image = read(wanted)
    finally:
        # whatever went wrong, the next one is read
        queue.put(image)


def _bytes_of(pixmap: QPixmap) -> int:
    return max(pixmap.width() * pixmap.height() * _BYTES_PER_PIXEL, LEAST_BYTES)


def _content_of(path: str) -> bytes:
    """Read by Python: of Qt's reader some calls keep every other thread waiting for the file."""
    try:
        with Path(path).open("rb") as file:
            return file.read(MOST_FILE_BYTES)
    except (OSError, ValueError):
        return b""


def read(wanted: Wanted) -> QImage:
    """Read a file, upright as its camera was held, in the size that is wanted; empty if it is no picture."""
    content = QBuffer()
    content.setData(_content_of(wanted.path))
    reader = QImageReader(content)
    reader.setAutoTransform(True)
    is_turned = bool(reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90)
    room, aspect = QSize(wanted.width, wanted.height), Qt.AspectRatioMode
    way = aspect.KeepAspectRatio if wanted.is_whole else aspect.KeepAspectRatioByExpanding
    size = reader.size()
    if size.isValid():
        # scaled before it is turned; a reader that knows its size need not hold all of a large photograph
        reader.setScaledSize(size.scaled(room.transposed() if is_turned else room, way).expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        return image
    if not size.isValid():
        image = image.scaled(room, way, Qt.TransformationMode.SmoothTransformation)
    place = QRect(0, 0, min(image.width(), room.width()), min(image.height(), room.height()))
    place.moveCenter(image.rect().center())
    kind = QImage.Format.Format_ARGB32_Premultiplied if image.hasAlphaChannel() else QImage.Format.Format_RGB32
    return image.copy(place).convertToFormat(kind)
