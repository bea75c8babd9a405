"""How much this coupon or wallet is to pay, and what is left afterwards."""

from collections.abc import Sequence

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.domain.money import Money
from kiosk.domain.outcome import Reason
from kiosk.flows.desk import DIGITS_MAX
from kiosk.flows.intents import ChooseAmount, Confirm, GoBack
from kiosk.flows.views import AmountView
from kiosk.services.text import Text
from kiosk.ui.icons import of_method
from kiosk.ui.screens.base import MIDDLE, Screen, chain_focus
from kiosk.ui.speech import Voiced
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.amounts import AmountRow
from kiosk.ui.widgets.buttons import MainButton, TextButton
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.keypad import Keypad, grouped
from kiosk.ui.widgets.labels import CENTRE, IconDisc, Label, OneLine, rule
from kiosk.ui.widgets.notice import Notice


class AmountScreen(Screen[AmountView]):
    """Pay this amount, or another one?

    The keys for another amount take the place of the bill while they are wanted; that is the screen's own affair.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._drawn: AmountView | None = None
        self._icon = IconDisc(theme, theme.drawn(2 if theme.is_small else 3.2))
        self._title = Label(theme, "heading", align=CENTRE)
        self._pays = OneLine(theme, "total", "pay_amount", align=CENTRE)
        self._last = Label(theme, tone="second", align=CENTRE)
        self._change = TextButton(theme, "plain", "change_amount")
        self._keypad = Keypad(theme, ChooseAmount, grouped, longest=DIGITS_MAX)
        self._keypad.asked.connect(self._typed)
        self._change.clicked.connect(lambda: self._type_another(wanted=self._keypad.isHidden()))
        self._problem = Notice(theme, "amount_problem")
        self._due = AmountRow(theme, "due_amount", "strong")
        self._minus = AmountRow(theme, "minus_amount", "strong")
        self._after = AmountRow(theme, "due_after_amount", "heading")
        self._balance = AmountRow(theme, "balance_amount")
        self._fee = AmountRow(theme, "fee_amount")
        self._left = AmountRow(theme, "left_amount")
        self._back = MainButton(theme, "plain", "go_back", GoBack())
        self._confirm = MainButton(theme, "main", "confirm_amount", Confirm())
        self.arrange(self._facts(), self._words(), self._back, self._confirm)
        chain_focus([self._change, *self._keypad.keys, self._back, self._confirm])

    def _facts(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        self._billed = self._bill()
        if self.lifts:
            column.setSpacing(self.theme.gap)
            column.addWidget(self._problem)
        column.addWidget(self._billed)
        column.addWidget(self._keypad)
        if self.lifts:
            column.addWidget(self._change, 0, MIDDLE)
        self._keypad.hide()
        return side

    def _type_another(self, *, wanted: bool) -> None:
        self._keypad.clear()
        self._keypad.setVisible(wanted)
        self._billed.setVisible(not wanted)

    def _typed(self, wish: ChooseAmount) -> None:
        self._type_another(wanted=False)
        self.intent.emit(wish)

    def _words(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, self.theme.pad, 0, self.theme.pad)
        column.setSpacing(self.theme.gap)
        column.addStretch(1)
        column.addWidget(self._icon, 0, MIDDLE)
        column.addWidget(self._title)
        column.addWidget(self._pays)
        column.addWidget(self._last)
        if not self.lifts:
            column.addWidget(self._change, 0, MIDDLE)
            column.addWidget(self._problem)
        column.addStretch(1)
        return side

    def _bill(self) -> QWidget:
        side, running, self._holds = QWidget(), Card(self.theme), Card(self.theme)
        for part in (self._due, self._minus, rule(), self._after):
            running.column.addWidget(part)
        for row in (self._balance, self._fee, self._left):
            self._holds.column.addWidget(row)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.gap)
        column.addWidget(running)
        column.addWidget(self._holds)
        column.addStretch(1)
        return side

    @property
    @override
    def voiced(self) -> Sequence[Voiced]:
        return (
            *(self._problem, self._title, self._pays, self._last),
            *(self._due, self._minus, self._after),
            *(self._balance, self._fee, self._left),
        )

    @override
    def draw(self, view: AmountView, text: Text) -> None:
        self._icon.draw(of_method(view.method), "accent")
        self._icon.setVisible(not (self.theme.is_small and view.problem))
        method = text(f"method.{view.method}.name")
        self._title.say(text("amount.title", method=method))
        self._pays.say(text.money(view.amount))
        self._due.say(text("amount.due"), text.money(view.due))
        self._minus.say(method, text("amount.minus", amount=view.amount))
        self._after.say(text("amount.due_after"), text.money(view.due_after))
        self._holds.setVisible(view.balance is not None or view.left is not None or view.fee is not None)
        _optional(self._balance, text("amount.balance", method=method), view.balance, text)
        _optional(self._fee, text("amount.fee"), view.fee, text)
        _optional(self._left, text("amount.left", method=method), view.left, text)
        self._last.setVisible(view.is_last)
        self._last.say(text("amount.last"))
        self._change.say(text("amount.change"))
        self._keypad.render_words(text("amount.type", most=view.most), text("scan.enter"), text("scan.rub_out"))
        if view != self._drawn:
            self._type_another(wanted=view.problem == Reason.TOO_MUCH)
            self._drawn = view
        self._problem.setVisible(bool(view.problem))
        if view.problem:
            self._problem.show_line(text(f"reason.{view.problem}"), "triangle-alert", "act")
        self._back.say(text("screen.other_method"))
        self._confirm.say(text("amount.confirm_last" if view.is_last else "amount.confirm"))

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._type_another(wanted=False)
        self._drawn = None


def _optional(row: AmountRow, caption: str, amount: Money | None, text: Text) -> None:
    """A row for an amount that there may not be; nothing is said about it then."""
    row.setVisible(amount is not None)
    row.say(caption, "" if amount is None else text.money(amount))
