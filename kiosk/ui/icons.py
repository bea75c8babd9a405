"""Icons from one set of line drawings, in any colour and size."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QTransform
from PySide6.QtSvg import QSvgRenderer

OF_TONE: Final[Mapping[str, str]] = MappingProxyType(
    {"done": "check", "wait": "search", "act": "triangle-alert", "calm": "circle-x"}
)
"""The icon that says what a tone's colour says."""

_OF_METHOD: Final[Mapping[str, str]] = MappingProxyType(
    {"crepay": "ticket", "ceos": "zap", "card": "credit-card", "loyalty": "smartphone", "ezpg": "landmark"}
)

_MIRRORED: Final[Mapping[str, str]] = MappingProxyType({"chevron-left": "chevron-right"})


def of_method(name: str) -> str:
    """The icon of a payment method."""
    return _OF_METHOD.get(name, "receipt")


class Icons:
    """Draws the icons of a folder; each colour and size once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drawn: dict[tuple[str, str, int], QPixmap] = {}

    def pixmap(self, name: str, colour: str, side: int) -> QPixmap:
        """An icon in a colour, this many pixels wide and high."""
        key = (name, colour, side)
        if key not in self._drawn:
            self._drawn[key] = self._draw(name, colour, side)
        return self._drawn[key]

    def icon(self, name: str, colour: str, side: int, *, faded: str = "") -> QIcon:
        """An icon for a button, with the colour that it has while the button is off."""
        icon = QIcon(self.pixmap(name, colour, side))
        if faded:
            icon.addPixmap(self.pixmap(name, faded, side), QIcon.Mode.Disabled)
        return icon

    def _draw(self, name: str, colour: str, side: int) -> QPixmap:
        drawing = (self._folder / f"{_MIRRORED.get(name, name)}.svg").read_text("utf-8").replace("currentColor", colour)
        pixmap = QPixmap(QSize(side, side))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        QSvgRenderer(QByteArray(drawing.encode())).render(painter)
        painter.end()
        return pixmap.transformed(QTransform().scale(-1, 1)) if name in _MIRRORED else pixmap
