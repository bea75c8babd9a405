"""The upper half of the low screen: what is only read. Nothing there is pressed."""

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kiosk.ui.theme import Theme
from kiosk.ui.widgets.hero import Ornament


class Panel(QStackedWidget):
    """Half as high as the screen. Where there is nothing to read it has the colour of the store."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._held: dict[QWidget, QWidget] = {}
        self.setFixedHeight(theme.size.height() // 2)
        self._ornament = self._framed(Ornament(theme))
        self.addWidget(self._ornament)

    def hold(self, widget: QWidget | None) -> None:
        """Show this; None shows the ornament."""
        if widget is None:
            self.setCurrentWidget(self._ornament)
            return
        if widget not in self._held:
            self._held[widget] = self._framed(widget)
            self.addWidget(self._held[widget])
        self.setCurrentWidget(self._held[widget])

    def _framed(self, widget: QWidget) -> QWidget:
        """In the middle; what is a picture fills the place."""
        frame, margin = QWidget(), self._theme.margin
        column = QVBoxLayout(frame)
        column.setContentsMargins(margin, margin, margin, self._theme.gap)
        if isinstance(widget, Ornament):
            column.addWidget(widget)
        else:
            column.addStretch(1)
            column.addWidget(widget)
            column.addStretch(1)
        return frame
