"""Facts about money, a line per payment, while they are found out and when they are."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.flows.intents import Finish
from kiosk.flows.views import Certainty, CertaintyView
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

_LOOKS: Final[Mapping[Certainty, tuple[str, str]]] = MappingProxyType(
    {
        Certainty.CHECKING: ("search", "wait"),
        Certainty.RETURNING: ("rotate-ccw", "wait"),
        Certainty.PARKED: ("printer", "act"),
        Certainty.RETURNED: ("check", "done"),
        Certainty.STAFF: ("hand", "act"),
        Certainty.UNSTORED: ("search", "wait"),
    }
)
"""Icon and tone of each kind."""


class CertaintyScreen(Screen[CertaintyView]):
    """What is known, and what to do."""

    is_long = True

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._icon = IconDisc(theme, theme.drawn(1.7 if theme.is_small else 3.2))
        self._title = Label(theme, "title", "certainty_title", align=CENTRE)
        self._reason = Label(theme, name="certainty_reason", align=CENTRE)
        self._body = Label(theme, tone="second", align=CENTRE)
        self._bar = TimeLeft(theme, "wait")
        self._code = AmountRow(theme, "inquiry_code", "heading")
        self._due = AmountRow(theme, "due_amount", "heading")
        self._tenders = TenderList(theme)
        self._finish = MainButton(theme, "main", "finish", Finish())
        self.arrange(self._facts(), self._status(), self._finish)
        chain_focus([self._tenders.previous, self._tenders.next, self._finish])

    def _status(self) -> QWidget:
        card, theme = Card(self.theme), self.theme
        edge = theme.gap if theme.is_small else 2 * theme.pad
        card.column.setContentsMargins(edge, edge, edge, edge)
        card.column.setSpacing(theme.gap)
        card.column.addStretch(1)
        card.column.addWidget(self._icon, 0, MIDDLE)
        for part in (self._title, self._reason, self._body, self._bar):
            card.column.addWidget(part)
        card.column.addStretch(1)
        return card

    def _facts(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.gap)
        self._numbers = Card(self.theme)
        self._numbers.column.addWidget(self._code)
        self._numbers.column.addWidget(self._due)
        column.addWidget(self._tenders)
        column.addWidget(self._numbers)
        column.addStretch(1)
        return side

    @property
    @override
    def voiced(self) -> Sequence[Voiced]:
        return (self._title, self._reason, self._body, self._tenders, self._code, self._due)

    @override
    def draw(self, view: CertaintyView, text: Text) -> None:
        self._icon.draw(*_LOOKS[view.kind])
        self._title.say(text(f"certainty.{view.kind}.title"))
        self._body.say(text(f"certainty.{view.kind}.body"))
        self._reason.setVisible(bool(view.reason))
        self._reason.say(text(view.reason) if view.reason else "")
        self._bar.show_left(view.wait_s)
        self._tenders.render_tenders(view.tenders, view.code, text)
        self._code.setVisible(bool(view.code))
        self._code.say(text("screen.code"), view.code)
        self._due.setVisible(view.due is not None)
        self._due.say(text("methods.due"), "" if view.due is None else text.money(view.due))
        self._numbers.setVisible(bool(view.code) or view.due is not None)
        self._finish.setVisible(view.can_leave)
        self._finish.say(text("certainty.finish"))
