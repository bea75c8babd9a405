"""Two large buttons that turn pages, and which page it is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QWidget

from kiosk.services.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import IconButton
from kiosk.ui.widgets.labels import CENTRE, Label, OneLine


class Pager(QWidget):
    """Previous, which of how many, next. It is in sight only where there is something to turn.

    Args:
        theme: The look.
        name: Of the list; the buttons are `<name>_previous` and `<name>_next`.
        upright: They stand above each other.

    Attributes:
        leafed: Emits by how many pages: -1 or 1.
    """

    leafed = Signal(int)

    def __init__(self, theme: Theme, name: str, *, upright: bool = False) -> None:
        super().__init__()
        way = QBoxLayout.Direction
        before, after = ("chevron-up", "chevron-down") if upright else ("chevron-left", "chevron-right")
        self.previous = IconButton(theme, "round", f"{name}_previous", before)
        self.next = IconButton(theme, "round", f"{name}_next", after)
        kind = Label if upright else OneLine
        self._where = kind(theme, "body", tone="second", align=CENTRE)
        row = QBoxLayout(way.TopToBottom if upright else way.LeftToRight, self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        for part in (self.previous, self._where, self.next):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignCenter)
        row.addStretch(1)
        if upright:
            self.setFixedWidth(theme.turner)
        row.setSpacing(theme.gap if upright else theme.pad)
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
