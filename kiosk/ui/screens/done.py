"""Paid: the number that is called out, what each method paid, and the receipt."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.flows.intents import Finish
from kiosk.flows.views import DoneView
from kiosk.services.text import Text
from kiosk.ui.screens.base import MIDDLE, Screen, chain_focus
from kiosk.ui.speech import Voiced
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.amounts import AmountRow
from kiosk.ui.widgets.buttons import MainButton
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.labels import CENTRE, IconDisc, Label, OneLine
from kiosk.ui.widgets.qr import QrCode
from kiosk.ui.widgets.tenders import TenderList

_PRINTED = {None: "done.printing", True: "done.printed", False: "done.not_printed"}


class DoneScreen(Screen[DoneView]):
    """Thank you."""

    step = 2

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._icon = IconDisc(theme, theme.drawn(1.5 if theme.is_small else 2.4))
        self._title = Label(theme, "title", "done_title", align=CENTRE)
        self._caption = Label(theme, tone="second", align=CENTRE)
        self._number = OneLine(theme, "giant", "order_number", align=CENTRE)
        self._tenders = TenderList(theme)
        self._total = AmountRow(theme, "total_amount", "heading")
        self._code = AmountRow(theme, "inquiry_code")
        self._qr = QrCode(theme, 26 if theme.is_small else 52)
        self._receipt = Label(theme, "strong")
        self._printed = Label(theme, name="receipt_state", tone="second")
        self._finish = MainButton(theme, "main", "finish", Finish())
        self.arrange(self._paid(), self._thanks(), self._finish)
        chain_focus([self._tenders.previous, self._tenders.next, self._finish])

    def _thanks(self) -> QWidget:
        side, card = QWidget(), Card(self.theme)
        card.column.setSpacing(0)
        card.column.addWidget(self._caption)
        card.column.addWidget(self._number)
        is_tight = self.theme.is_small and self.theme.access.large_print
        (self._sums if is_tight else card).column.addWidget(self._code)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.pad)
        column.addStretch(1)
        if not self.theme.is_paged or (self.theme.is_upright and not self.theme.is_cramped):
            column.addWidget(self._icon, 0, MIDDLE)
        column.addWidget(self._title)
        column.addWidget(card)
        column.addStretch(1)
        return side

    def _paid(self) -> QWidget:
        side, self._sums = QWidget(), Card(self.theme)
        self._sums.column.addWidget(self._total)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.gap)
        for part in (self._tenders, self._sums, self._receipt_card()):
            column.addWidget(part)
        column.addStretch(1)
        return side

    def _receipt_card(self) -> QWidget:
        card = Card(self.theme)
        row, words = QHBoxLayout(), QVBoxLayout()
        row.setSpacing(self.theme.pad)
        row.addWidget(self._qr)
        row.addLayout(words, 1)
        words.addStretch(1)
        words.addWidget(self._receipt)
        words.addWidget(self._printed)
        words.addStretch(1)
        card.column.addLayout(row)
        return card

    @property
    @override
    def voiced(self) -> Sequence[Voiced]:
        return (self._title, self._caption, self._number, self._tenders, self._total, self._code, self._printed)

    @override
    def draw(self, view: DoneView, text: Text) -> None:
        self._icon.draw("check", "done")
        self._title.say(text("done.title"))
        self._caption.say(text("done.number"))
        self._number.say(view.number)
        self._tenders.render_tenders(view.tenders, view.code, text)
        self._total.say(text("done.total"), text.money(view.total))
        self._code.setVisible(bool(view.code))
        self._code.say(text("screen.code"), view.code)
        self._qr.show_text(view.receipt_code)
        self._receipt.say(text("done.receipt"))
        self._receipt.setVisible(not self.theme.is_small)
        self._printed.say(text(_PRINTED[view.printed]))
        self._printed.tone("act" if view.printed is False else "second")
        self._finish.say(text("done.finish"))
