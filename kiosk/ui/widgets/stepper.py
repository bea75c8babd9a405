"""One less, how many, one more."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from kiosk.flows.intents import ChangeQuantity
from kiosk.services.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import IconButton
from kiosk.ui.widgets.labels import CENTRE, OneLine


class Stepper(QFrame):
    """Changes how many of a product there are; the last one leaves by a bin instead of a minus."""

    asked = Signal(object)

    def __init__(self, theme: Theme, sku: str) -> None:
        super().__init__()
        self.setProperty("role", "stepper")
        self.setFixedHeight(theme.target)
        self.minus = IconButton(theme, "round", f"quantity_minus_{sku}", "minus", ChangeQuantity(sku, -1))
        self.plus = IconButton(theme, "round", f"quantity_plus_{sku}", "plus", ChangeQuantity(sku, 1))
        self._count = OneLine(theme, "strong", f"quantity_{sku}", align=CENTRE)
        self._count.setMinimumWidth(theme.px(1.5 * theme.scale.body))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for part in (self.minus, self._count, self.plus):
            row.addWidget(part)
        self.minus.asked.connect(self.asked)
        self.plus.asked.connect(self.asked)

    @property
    def count(self) -> str:
        """How many there are, as it is written."""
        return self._count.said

    def render_count(self, quantity: int, name: str, text: Text) -> None:
        """Show how many there are of what."""
        self._count.say(str(quantity))
        self.minus.draw("minus" if quantity > 1 else "trash-2")
        self.minus.setAccessibleName(text("basket.one_less", name=name))
        self.plus.setAccessibleName(text("basket.one_more", name=name))
