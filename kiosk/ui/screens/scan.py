"""Hold something to the scanner, or type its number."""

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.flows.intents import GoBack
from kiosk.flows.views import ScanView
from kiosk.services.text import Text
from kiosk.ui.screens.base import MIDDLE, Screen, chain_focus
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.amounts import AmountRow
from kiosk.ui.widgets.buttons import MainButton
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.labels import CENTRE, IconDisc, Label
from kiosk.ui.widgets.notice import Notice


class ScanScreen(Screen[ScanView]):
    """A coupon or wallet is wanted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._icon = IconDisc(theme, 3 * theme.scale.body)
        self._title = Label(theme, "title", align=CENTRE)
        self._hint = Label(theme, tone="second", align=CENTRE)
        self._problem = Notice(theme, "scan_problem")
        self._due = AmountRow(theme, "due_amount", "heading")
        self._keypad = Keypad(theme)
        self._keypad.asked.connect(self.intent)
        self._back = MainButton(theme, "plain", "go_back", GoBack())
        if theme.is_wide:
            row = QHBoxLayout()
            row.setSpacing(theme.pad)
            row.addWidget(self._words(), 6)
            row.addWidget(self._keypad, 5)
            self.column.addLayout(row)
        else:
            self.column.addWidget(self._words(), 1)
            self.column.addWidget(self._keypad)
            self.column.addLayout(self.foot(self._back))
        chain_focus([*self._keypad.keys, self._back])

    def _words(self) -> QWidget:
        """What to hold where. On a wide screen the way back stands below it, and the keys have the whole height."""
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.gap)
        bill = Card(self.theme)
        bill.column.addWidget(self._due)
        column.addWidget(bill)
        column.addStretch(1)
        column.addWidget(self._icon, 0, MIDDLE)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addStretch(1)
        column.addWidget(self._problem)
        if self.theme.is_wide:
            column.addLayout(self.foot(self._back))
        return side

    @override
    def draw(self, view: ScanView, text: Text) -> None:
        self._icon.draw("scan-barcode", "accent")
        self._title.say(text(f"scan.{view.kind}.title"))
        self._hint.say(text(f"scan.{view.kind}.hint"))
        self._due.say(text("methods.due"), text.money(view.due))
        self._icon.setVisible(not (self.theme.is_small and view.problem))
        self._problem.setVisible(bool(view.problem))
        if view.problem:
            self._problem.show_line(text(f"reason.{view.problem}"), "triangle-alert", "act")
        self._keypad.render_words(text)
        self._back.say(text("screen.other_method"))

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._keypad.clear()
