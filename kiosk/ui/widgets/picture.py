"""The picture of a product, or what stands in for it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kiosk.ui.pictures import Wanted
from kiosk.ui.style import EDGE
from kiosk.ui.theme import Theme


class Picture(QWidget):
    """A tile in the colour of the product's category: on it the picture, or the first sign of the name.

    What is seen through is drawn on that colour, a photograph on the colour of cards.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._path = ""
        self._sign = ""
        self._tint = 0
        self._asked: Wanted | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.pictures.arrived.connect(self._on_arrived)

    def show_product(self, path: str, name: str, tint: int) -> None:
        """Show a product.

        Args:
            path: Of its picture; "" for none.
            name: Its first sign stands in for a picture.
            tint: Which of the colours for categories.
        """
        shown = (path, name[:1].upper(), tint)
        if shown != (self._path, self._sign, self._tint):
            self._path, self._sign, self._tint = shown
            self.update()

    def _on_arrived(self, wanted: Wanted) -> None:
        if wanted == self._asked:
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        picture = self._picture()
        is_photograph = picture is not None and not picture.isNull() and not picture.hasAlphaChannel()
        colours = self._theme.colours
        ground, ink = colours.tints[self._tint % len(colours.tints)]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        self._draw_tile(painter, QBrush(QColor(colours.card if is_photograph else ground)), self.rect().toRectF())
        if picture is not None and not picture.isNull():
            self._draw_picture(painter, picture)
        elif picture is not None:
            self._draw_sign(painter, ink)
        if colours.edge:
            painter.setPen(QPen(QColor(colours.edge), EDGE))
            half = EDGE / 2
            self._draw_tile(painter, QBrush(), self.rect().toRectF().adjusted(half, half, -half, -half))
        painter.end()

    def _picture(self) -> QPixmap | None:
        if not self._path:
            return QPixmap()
        self._asked = Wanted(self._path, self.width(), self.height())
        return self._theme.pictures.get(self._asked)

    def _draw_tile(self, painter: QPainter, brush: QBrush, place: QRectF) -> None:
        painter.setBrush(brush)
        painter.drawRoundedRect(place, self._theme.radius / 2, self._theme.radius / 2)

    def _draw_picture(self, painter: QPainter, picture: QPixmap) -> None:
        """In the middle; as a brush, because edges of a clip are not smooth."""
        place = picture.rect().toRectF()
        place.moveCenter(self.rect().toRectF().center())
        place.moveTopLeft(place.topLeft().toPoint().toPointF())
        brush = QBrush(picture)
        painter.setBrushOrigin(place.topLeft())
        self._draw_tile(painter, brush, place)

    def _draw_sign(self, painter: QPainter, ink: str) -> None:
        font = self._theme.font("strong")
        font.setPixelSize(min(round(self.height() * 0.6), self._theme.px(self._theme.scale.title)))
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._sign)
