"""An amount with what it is."""

from collections.abc import Sequence

from PySide6.QtWidgets import QBoxLayout, QWidget

from kiosk.ui.speech import sentence
from kiosk.ui.theme import TextRole, Theme
from kiosk.ui.widgets.labels import RIGHT, Label, OneLine


class AmountRow(QWidget):
    """What it is on the left, how much on the right; in large print below it where both have no room."""

    def __init__(self, theme: Theme, name: str, role: TextRole = "body") -> None:
        super().__init__()
        self._caption = Label(theme, "body", tone="second")
        self._amount = OneLine(theme, role, name, align=RIGHT)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.gap)
        self._row.addWidget(self._caption, 1)
        self._row.addWidget(self._amount)
        self._room = theme.column_width - 4 * theme.pad if theme.access.large_print else 0

    @property
    def sentences(self) -> Sequence[str]:
        """What is spoken of it: what it is and how much, in one."""
        return (sentence(self._caption.said, self._amount.said),)

    def say(self, caption: str, amount: str) -> None:
        """Show an amount."""
        self._caption.say(caption)
        self._amount.say(amount)
        if self._room:
            way = QBoxLayout.Direction
            self._row.setDirection(way.LeftToRight if self._needed(caption, amount) <= self._room else way.TopToBottom)

    def _needed(self, caption: str, amount: str) -> int:
        widest = max(map(self._caption.fontMetrics().horizontalAdvance, caption.split() or [""]))
        return widest + self._row.spacing() + self._amount.fontMetrics().horizontalAdvance(amount)
