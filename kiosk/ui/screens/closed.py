"""The till does not sell, and says why."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.flows.views import ClosedView
from kiosk.services.text import Text
from kiosk.ui.screens.base import MIDDLE, Screen
from kiosk.ui.speech import Voiced
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.amounts import AmountRow
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.labels import CENTRE, IconDisc, Label
from kiosk.ui.widgets.tenders import TenderList


class ClosedScreen(Screen[ClosedView]):
    """Sorry."""

    is_long = True
    step = None

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._title = Label(theme, "title", "closed_title", align=CENTRE)
        self._reason = Label(theme, name="closed_reason", tone="second", align=CENTRE)
        self._tenders = TenderList(theme)
        self._code = AmountRow(theme, "inquiry_code", "heading")
        self._numbers = Card(theme)
        self._numbers.column.addWidget(self._code)
        self._known = self._facts()
        self.arrange(self._known, self._status())

    def _status(self) -> QWidget:
        side, icon = QWidget(), IconDisc(self.theme, self.theme.drawn(3))
        icon.draw("hand", "wait")
        column = QVBoxLayout(side)
        edge = self.theme.air
        column.setContentsMargins(0, edge, 0, edge // 2)
        column.setSpacing(self.theme.pad)
        column.addStretch(1)
        column.addWidget(icon, 0, MIDDLE)
        column.addWidget(self._title)
        column.addWidget(self._reason)
        column.addStretch(1)
        return side

    def _facts(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.gap)
        column.addWidget(self._tenders)
        column.addWidget(self._numbers)
        column.addStretch(1)
        return side

    @property
    @override
    def voiced(self) -> Sequence[Voiced]:
        return (self._title, self._reason, self._tenders, self._code)

    @override
    def draw(self, view: ClosedView, text: Text) -> None:
        self._title.say(text("closed.title"))
        self._reason.say(text(view.reason))
        self._tenders.render_tenders(view.tenders, view.code, text)
        self._numbers.setVisible(bool(view.code))
        self._known.setVisible(bool(view.tenders) or bool(view.code))
        self._code.say(text("screen.code"), view.code)
