"""A QR code."""

import segno
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kiosk.ui.theme import Theme

_QUIET = 4
"""White modules around it. Source: ISO/IEC 18004, 5.3.8, quiet zone."""


class QrCode(QWidget):
    """Draws a text as a QR code, in whole pixels, so that phones read it."""

    def __init__(self, theme: Theme, mm: float) -> None:
        super().__init__()
        self._text = ""
        self._modules: list[bytes] = []
        self.setFixedSize(theme.px(mm), theme.px(mm))

    def show_text(self, text: str) -> None:
        """Draw this text; "" hides the code."""
        if text != self._text:
            self._text = text
            code = segno.make_qr(text, error="m") if text else None
            self._modules = [bytes(line) for line in code.matrix_iter(border=_QUIET)] if code else []
            self.update()
        self.setVisible(bool(text))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        module = self.width() // max(len(self._modules), 1)
        start = (self.width() - module * len(self._modules)) // 2
        for y, line in enumerate(self._modules):
            for x, is_dark in enumerate(line):
                if is_dark:
                    painter.fillRect(start + x * module, start + y * module, module, module, Qt.GlobalColor.black)
        painter.end()
