"""An amount with what it is."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.ui.theme import TextRole, Theme
from kiosk.ui.widgets.labels import RIGHT, Label, OneLine


class AmountRow(QWidget):
    """What it is on the left, how much on the right."""

    def __init__(self, theme: Theme, name: str, role: TextRole = "body") -> None:
        super().__init__()
        self._caption = Label(theme, "body", tone="second")
        self._amount = OneLine(theme, role, name, align=RIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.gap)
        row.addWidget(self._caption, 1)
        row.addWidget(self._amount)

    def say(self, caption: str, amount: str) -> None:
        """Show an amount."""
        self._caption.say(caption)
        self._amount.say(amount)
