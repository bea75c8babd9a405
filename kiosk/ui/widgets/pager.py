"""Two large buttons that turn pages, and which page it is."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.services.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import IconButton
from kiosk.ui.widgets.labels import CENTRE, OneLine


class Pager(QWidget):
    """Previous, which of how many, next. It is in sight only where there is something to turn.

    Attributes:
        leafed: Emits by how many pages: -1 or 1.
    """

    leafed = Signal(int)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.previous = IconButton(theme, "round", f"{name}_previous", "chevron-left")
        self.next = IconButton(theme, "round", f"{name}_next", "chevron-right")
        self._where = OneLine(theme, "body", tone="second", align=CENTRE)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        for part in (self.previous, self._where, self.next):
            row.addWidget(part)
        row.addStretch(1)
        row.setSpacing(theme.pad)
        self.previous.clicked.connect(lambda: self.leafed.emit(-1))
        self.next.clicked.connect(lambda: self.leafed.emit(1))
        self.hide()

    def render_page(self, at: int, pages: int, text: Text) -> None:
        """Show where one is.

        Args:
            at: The page, from 0.
            pages: How many there are.
            text: The words.
        """
        self.setVisible(pages > 1)
        self.previous.setAccessibleName(text("pages.previous"))
        self.next.setAccessibleName(text("pages.next"))
        self._where.say(text("pages.where", page=at + 1, pages=pages))
        self.previous.setEnabled(at > 0)
        self.next.setEnabled(at < pages - 1)
