"""Time that passes: a bar that empties, and a ring that turns."""

from PySide6.QtCore import QElapsedTimer, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kiosk.ui.theme import Theme

FRAME_MS = 50
TURNING_DEG = 100
"""How much of a ring turns while something is at work."""

_SECOND_MS = 1000


def paint_ring(painter: QPainter, theme: Theme, side: int, tone: str, start_deg: float, span_deg: float) -> None:
    """A ring in a square of this side, a part of it in a tone.

    Args:
        painter: Of the widget.
        theme: The look.
        side: Of the square [px].
        tone: Of the part.
        start_deg: Where the part begins: 0 on the right, 90 on top.
        span_deg: How far it goes; against the clock if positive.
    """
    stroke = side / 16
    place = QRectF(0, 0, side, side).adjusted(stroke, stroke, -stroke, -stroke)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.colours.track), stroke))
    painter.drawEllipse(place)
    pen = QPen(QColor(theme.colours.tone(tone)), stroke)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawArc(place, round(start_deg * 16), round(span_deg * 16))


class TimeLeft(QWidget):
    """How much of a time is left. It only shows; whoever set the time ends it."""

    def __init__(self, theme: Theme, tone: str) -> None:
        super().__init__()
        self._theme = theme
        self._tone = tone
        self._full_s = 0.0
        self._left_s = 0.0
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(_SECOND_MS if theme.reduced_motion else FRAME_MS)
        self._timer.timeout.connect(self.update)
        self.setFixedHeight(theme.px(0.25 * theme.scale.body))
        self.hide()

    def show_left(self, seconds: float) -> None:
        """So much is left from now on [s]; 0 hides the bar. The same value again changes nothing."""
        if seconds <= 0:
            self.hide()
        elif seconds != self._left_s:
            self._full_s = max(seconds, self._full_s)
            self._left_s = seconds
            self._since.restart()
            self.show()

    @property
    def fraction(self) -> float:
        """How much is left, from 1 down to 0."""
        elapsed_s = self._since.elapsed() / _SECOND_MS if self._since.isValid() else 0.0
        return max(self._left_s - elapsed_s, 0.0) / self._full_s if self._full_s else 0.0

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self._full_s = self._left_s = 0.0

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        place, round_ = QRectF(self.rect()), self.height() / 2
        painter.setBrush(QColor(self._theme.colours.track))
        painter.drawRoundedRect(place, round_, round_)
        painter.setBrush(QColor(self._theme.colours.tone(self._tone)))
        place.setWidth(max(place.width() * self.fraction, self.height()))
        painter.drawRoundedRect(place, round_, round_)
        painter.end()


class Busy(QWidget):
    """A ring that turns while something is at work, around the icon of what it is."""

    def __init__(self, theme: Theme, mm: float) -> None:
        super().__init__()
        self._theme = theme
        self._icon = ""
        self._angle = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_SECOND_MS if theme.reduced_motion else FRAME_MS)
        self._timer.timeout.connect(self._step)
        self.setFixedSize(theme.px(mm), theme.px(mm))

    def draw(self, icon: str) -> None:
        """Show this icon in the ring."""
        self._icon = icon
        self.update()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        inner = int(self.width() * 0.4)
        corner = (self.width() - inner) // 2
        painter = QPainter(self)
        paint_ring(painter, self._theme, self.width(), "accent", -self._angle, TURNING_DEG)
        painter.drawPixmap(corner, corner, self._theme.icons.pixmap(self._icon, self._theme.colours.ink, inner))
        painter.end()

    def _step(self) -> None:
        self._angle = (self._angle + (45 if self._theme.reduced_motion else 9)) % 360
        self.update()
