"""The large picture of what to do, in the colour of the store."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.ui.pictures import Wanted
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.labels import IconLabel, Label

_BARS = ((0, 5), (10, 3), (18, 8), (30, 3), (36, 4), (43, 9), (57, 3), (63, 7), (74, 3), (81, 6))
"""A bar code for ornament: left edge and width of each bar [percent]."""

_PICTURE_MS = 10_000
"""How long each picture of the store stands [ms]."""


class Ornament(QFrame):
    """The colour of the store, with a bar code."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "hero")
        self._colour = QColor(theme.colours.on_accent)
        self._colour.setAlpha(38)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        width, height = self.width() * 0.5, self.height() * 0.4
        left, top = self.width() * 0.48, self.height() * 0.5
        for edge, thick in _BARS:
            painter.drawRect(QRectF(left + width * edge / 100, top, width * thick / 100, height))
        painter.end()


class Hero(Ornament):
    """What to do, and that there is no hurry; between them the pictures of the store, if it has any."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.title = Label(theme, "title", tone="on_accent")
        large = self.title.font()
        large.setPixelSize(theme.px(_title_mm(theme)))
        self.title.setFont(large)
        self.ease = Label(theme, tone="on_accent")
        paths = theme.brand.pictures
        self._pictures = Pictures(theme, paths) if paths and not theme.access.large_print else None
        pointer = IconLabel(theme, 1.2 * theme.scale.body)
        pointer.draw("pointer", theme.colours.on_accent)
        for part in (pointer, self.ease):
            part.setVisible(not (theme.is_small and theme.access.large_print))
        below = QHBoxLayout()
        below.setSpacing(theme.gap)
        below.addWidget(pointer)
        below.addWidget(self.ease, 1)
        column = QVBoxLayout(self)
        inset = theme.pad if theme.access.large_print else 2 * theme.pad
        column.setContentsMargins(inset, inset, inset, inset)
        column.setSpacing(theme.pad)
        column.addWidget(self.title)
        if self._pictures is None:
            column.addStretch(1)
        else:
            self._pictures.arrived.connect(self.update)
            column.addWidget(self._pictures, 1)
        column.addLayout(below)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pictures is None or self._pictures.is_bare:
            super().paintEvent(event)
        else:
            QFrame.paintEvent(self, event)


class Pictures(QWidget):
    """The pictures of the store, one after the other; where motion is reduced, the first one.

    Files that are no pictures are left out. Until the next picture is here, the one before it stands.

    Attributes:
        arrived: There is one to see.
    """

    arrived = Signal()

    def __init__(self, theme: Theme, paths: Sequence[str]) -> None:
        super().__init__()
        self._radius = theme.radius
        self._files = theme.pictures
        self._paths = list(paths)
        self._at = 0
        self._shown = QPixmap()
        self._moves = len(paths) > 1 and not theme.reduced_motion
        self._timer = QTimer(self)
        self._timer.setInterval(_PICTURE_MS)
        self._timer.timeout.connect(self._next)
        self._files.arrived.connect(self._on_arrived)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    @property
    def is_bare(self) -> bool:
        """There is none, or none yet."""
        return self._shown.isNull()

    def _next(self) -> None:
        self._at += 1
        self._take()

    def _on_arrived(self, wanted: Wanted) -> None:
        if self._paths and wanted == self._wanted():
            self._take()

    def _wanted(self) -> Wanted:
        path = self._paths[self._at % len(self._paths)]
        return Wanted(path, self.width(), self.height(), is_whole=False)

    def _take(self) -> None:
        """Show the picture whose turn it is, if it is here."""
        while self._paths and (picture := self._files.get(self._wanted())) is not None:
            if not picture.isNull():
                self._shown = picture
                self.arrived.emit()
                self.update()
                return
            del self._paths[self._at % len(self._paths)]

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._take()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._moves:
            self._timer.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.is_bare:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        # as a brush, because edges of a clip are not smooth
        painter.setBrush(QBrush(self._shown))
        painter.drawRoundedRect(self.rect(), self._radius, self._radius)
        painter.end()


def _title_mm(theme: Theme) -> float:
    if theme.access.large_print:
        return theme.scale.title
    return (1.6 if theme.is_upright else 1.4) * theme.scale.title
