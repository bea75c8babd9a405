"""After a restart: the order that was under way, and its facts."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.flows.intents import Leave, Resume
from kiosk.flows.views import InterruptedView
from kiosk.services.text import Text
from kiosk.ui.screens.base import MIDDLE, Screen, chain_focus
from kiosk.ui.speech import Voiced
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.amounts import AmountRow
from kiosk.ui.widgets.buttons import MainButton
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.labels import CENTRE, IconDisc, Label
from kiosk.ui.widgets.tenders import TenderList
from kiosk.ui.widgets.timeleft import TimeLeft


class InterruptedScreen(Screen[InterruptedView]):
    """Is this yours? Then go on."""

    is_long = True

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._icon = IconDisc(theme, theme.drawn(1.7 if theme.is_small else 3.2))
        self._title = Label(theme, "title", "interrupted_title", align=CENTRE)
        self._body = Label(theme, tone="second", align=CENTRE)
        self._bar = TimeLeft(theme, "wait")
        self._tenders = TenderList(theme)
        self._total = AmountRow(theme, "total_amount", "strong")
        self._due = AmountRow(theme, "due_amount", "heading")
        self._code = AmountRow(theme, "inquiry_code", "strong")
        self._leave = MainButton(theme, "plain", "leave", Leave())
        self._resume = MainButton(theme, "main", "resume", Resume())
        self.arrange(self._facts(), self._status(), self._leave, self._resume)
        chain_focus([self._tenders.previous, self._tenders.next, self._leave, self._resume])

    def _status(self) -> QWidget:
        card, theme = Card(self.theme), self.theme
        edge = theme.gap if theme.is_small else 2 * theme.pad
        card.column.setContentsMargins(edge, edge, edge, edge)
        card.column.setSpacing(theme.gap)
        card.column.addStretch(1)
        card.column.addWidget(self._icon, 0, MIDDLE)
        for part in (self._title, self._body, self._bar):
            card.column.addWidget(part)
        card.column.addStretch(1)
        return card

    def _facts(self) -> QWidget:
        side, numbers = QWidget(), Card(self.theme)
        for row in (self._total, self._due, self._code):
            numbers.column.addWidget(row)
        numbers.column.setSpacing(self.theme.gap // 3)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.gap)
        column.addWidget(self._tenders)
        column.addWidget(numbers)
        column.addStretch(1)
        return side

    @property
    @override
    def voiced(self) -> Sequence[Voiced]:
        return (self._title, self._body, self._tenders, self._total, self._due, self._code)

    @override
    def draw(self, view: InterruptedView, text: Text) -> None:
        self._icon.draw("rotate-ccw", "wait")
        self._title.say(text("interrupted.title"))
        self._body.say(text("interrupted.body" if view.can_continue else "interrupted.body_checking"))
        self._bar.show_left(view.wait_s)
        self._tenders.render_tenders(view.tenders, view.code, text)
        self._total.say(text("methods.total"), text.money(view.total))
        # while a payment is unknown, so is what is left to pay
        self._due.setVisible(view.can_continue)
        self._due.say(text("methods.due"), text.money(view.due))
        self._code.setVisible(bool(view.code))
        self._code.say(text("screen.code"), view.code)
        self._leave.say(text("interrupted.leave"))
        self._resume.say(text("interrupted.resume"))
        self._resume.setEnabled(view.can_continue)
