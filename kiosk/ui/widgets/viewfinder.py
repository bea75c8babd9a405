"""What the camera sees, and a frame around the code in it."""

from collections.abc import Sequence
from math import hypot
from typing import Final

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QHideEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from kiosk.domain.picture import Advice, Corner, Shot
from kiosk.ui.theme import Theme

_FRAME_MM = 1.4
_HALO_MM = 2.2
"""The frame, and the white line it lies on: it is seen before anything, whatever colour that has."""

_AROUND_MM = 2.5
"""Between a code and its frame."""

_FLATTEST = 0.3
"""A frame is at least so high for its width: of bars, decoders tell one line across them."""

_FOLLOWS = 0.6
"""How much of the way to where the code is now the frame goes at each picture."""

_LINGERS = 4
"""For so many pictures without the code its frame stays: a reading that fails now and then makes no flicker."""

_BRACKET: Final = 0.16
"""Length of the corner marks, as a share of the shorter side."""

_INSET: Final = 0.14
"""Where they stand, from the edge, as a share of the shorter side."""


class Viewfinder(QWidget):
    """The camera's picture; in sight only while there is a camera that sees.

    Whatever is seen goes when it does: the next person sees nothing of the one before.

    Attributes:
        wanted: Emits how large the pictures are to be from now on [px]; 0, 0 for none any more.
        changed: Emitted when it comes or goes, or what it advises is something else.
        is_there: There is a camera that sees.
        advice: What a person can do so that it reads; None when all is well.
    """

    wanted = Signal(int, int)
    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.is_there = False
        self.advice: Advice | None = None
        self._image = QImage()
        self._pixels: bytes | memoryview = b""
        self._frames: list[QPolygonF] = []
        self._missed = 0
        self.setObjectName("viewfinder")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def frames(self) -> Sequence[QPolygonF]:
        """The frames that are drawn [px]."""
        return self._frames

    def be_there(self, *, is_there: bool) -> None:
        """There is a camera that sees, or there is none."""
        if is_there != self.is_there:
            self.is_there = is_there
            self._forget()
            self.changed.emit()

    def draw_shot(self, shot: Shot) -> None:
        """Show what the camera sees now. A picture of another size is one from before it was resized."""
        if (shot.width, shot.height) != (self.width(), self.height()) or not self.isVisible():
            return
        self._pixels = shot.pixels  # the image only points there
        self._image = QImage(self._pixels, shot.width, shot.height, QImage.Format.Format_RGB32)
        self._follow([self._around(corners) for corners in shot.codes])
        self.update()
        if shot.advice is not self.advice:
            self.advice = shot.advice
            self.changed.emit()

    def _forget(self) -> None:
        self.advice = None
        self._image, self._pixels = QImage(), b""
        self._frames.clear()

    # -- the frame

    def _around(self, corners: Sequence[Corner]) -> QPolygonF:
        """A rectangle around a code, turned as the code is."""
        points = [QPointF(one.x * self.width(), one.y * self.height()) for one in corners]
        middle = QPointF(sum(p.x() for p in points) / len(points), sum(p.y() for p in points) / len(points))
        way = points[1] - points[0]
        length = hypot(way.x(), way.y()) or 1.0
        along, across = way / length, QPointF(-way.y(), way.x()) / length
        margin = self._theme.px(_AROUND_MM)
        half = max(abs(QPointF.dotProduct(p - middle, along)) for p in points) + margin
        high = max(abs(QPointF.dotProduct(p - middle, across)) for p in points) + margin
        high, half = max(high, _FLATTEST * half), max(half, _FLATTEST * high)
        return QPolygonF(
            [
                middle - along * half - across * high,
                middle + along * half - across * high,
                middle + along * half + across * high,
                middle - along * half + across * high,
            ]
        )

    def _follow(self, found: list[QPolygonF]) -> None:
        self._missed = 0 if found else self._missed + 1
        if not found and self._missed <= _LINGERS:
            return
        if len(found) == len(self._frames) and not self._theme.reduced_motion:
            found = [_towards(old, new) for old, new in zip(self._frames, found, strict=True)]
        self._frames = found

    # -- Qt

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.wanted.emit(self.width(), self.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():
            self.wanted.emit(self.width(), self.height())

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.wanted.emit(0, 0)
        self._forget()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        has_picture = self._image.size() == self.size()
        painter.setBrush(QBrush(self._image) if has_picture else QBrush(QColor(self._theme.colours.ink)))
        painter.drawRoundedRect(self.rect(), self._theme.radius, self._theme.radius)
        if self._frames:
            self._paint_frames(painter)
        else:
            self._paint_brackets(painter)
        painter.end()

    def _paint_frames(self, painter: QPainter) -> None:
        inside = QColor(self._theme.colours.accent)
        inside.setAlpha(36)
        for mm, colour, fill in (
            (_HALO_MM, self._theme.colours.card, QBrush()),
            (_FRAME_MM, self._theme.colours.accent, QBrush(inside)),
        ):
            painter.setPen(_pen(colour, self._theme.px(mm)))
            painter.setBrush(fill)
            for frame in self._frames:
                painter.drawPolygon(frame)

    def _paint_brackets(self, painter: QPainter) -> None:
        """Four corner marks, which say: here."""
        side = min(self.width(), self.height())
        inset, arm = _INSET * side, _BRACKET * side
        place = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        shade = QColor(self._theme.colours.ink)
        shade.setAlpha(90)
        for mm, colour in ((_FRAME_MM, shade), (0.6 * _FRAME_MM, QColor(self._theme.colours.card))):
            painter.setPen(_pen(colour, self._theme.px(mm)))
            for corner, x, y in (
                (place.topLeft(), arm, arm),
                (place.topRight(), -arm, arm),
                (place.bottomRight(), -arm, -arm),
                (place.bottomLeft(), arm, -arm),
            ):
                painter.drawPolyline(QPolygonF([corner + QPointF(x, 0), corner, corner + QPointF(0, y)]))


class Viewfinders(QObject):
    """Every viewfinder of the window: each look has a scan screen of its own, and at most one of them is in sight.

    Attributes:
        wanted: Emits how large the pictures are to be from now on [px]; 0, 0 for none any more.
    """

    wanted = Signal(int, int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._is_there = False
        self._all: list[Viewfinder] = []

    def add(self, viewfinder: Viewfinder) -> None:
        """A look has made its own."""
        self._all.append(viewfinder)
        viewfinder.be_there(is_there=self._is_there)
        viewfinder.wanted.connect(self._ask)

    def be_there(self, *, is_there: bool) -> None:
        """There is a camera that sees, or there is none."""
        self._is_there = is_there
        for one in self._all:
            one.be_there(is_there=is_there)

    def draw_shot(self, shot: Shot) -> None:
        """Show what the camera sees now, where it is seen."""
        for one in self._all:
            one.draw_shot(shot)

    def _ask(self) -> None:
        """The one in sight says how large; one look may be shown before the other is gone."""
        seen = next((one for one in self._all if one.isVisible()), None)
        self.wanted.emit(*((seen.width(), seen.height()) if seen is not None else (0, 0)))


def _pen(colour: QColor | str, width: int) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def _towards(old: QPolygonF, new: QPolygonF) -> QPolygonF:
    """Most of the way from one rectangle to another. Which corner is the first may change from reading to reading."""
    was, corners = old.toList(), new.toList()
    turned = min((corners[n:] + corners[:n] for n in range(4)), key=lambda now: _apart(was, now))
    return QPolygonF([one + (other - one) * _FOLLOWS for one, other in zip(was, turned, strict=True)])


def _apart(one: Sequence[QPointF], other: Sequence[QPointF]) -> float:
    return sum((a - b).manhattanLength() for a, b in zip(one, other, strict=True))
