"""How to pay: what is due as a running subtraction, and one card per method."""

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.domain.told import Fact, TenderLine
from kiosk.flows.intents import GoBack, Leave
from kiosk.flows.views import MethodsView
from kiosk.services.text import Text
from kiosk.ui.screens.base import Screen, chain_focus
from kiosk.ui.speech import Voiced
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.amounts import AmountRow
from kiosk.ui.widgets.buttons import MainButton
from kiosk.ui.widgets.cards import Card, MethodTile
from kiosk.ui.widgets.labels import Label, rule
from kiosk.ui.widgets.tenders import TenderList

_PAID = frozenset({Fact.RECEIVED, Fact.PLANNED})
"""What pays, or will."""

_HINTED_ON_SMALL = 2
"""So many methods have room for what to do besides their names on a small screen."""
_HINTED_BELOW_TENDERS = 3
"""So many have room for it on a large one, below what was tried."""
_HINTED_ON_WIDE = 4
"""So many have room for it on a large one that is wide."""
_ASKED_ON_SMALL = 3
"""So many have room for the question above them; of more, their names ask it."""


class MethodScreen(Screen[MethodsView]):
    """The payment methods."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._total = AmountRow(theme, "total_amount", "strong")
        self._tenders = TenderList(theme)
        self._tenders.asked.connect(self.intent)
        self._due = AmountRow(theme, "due_amount", "total")
        self._question = Label(theme, "heading")
        self._question.setProperty("leads", True)  # noqa: FBT003 - Qt's
        self._tiles: list[MethodTile] = []
        self._failed: TenderLine | None = None
        self._brought: TenderLine | None = None
        self._columns = 2 if theme.is_paged and not (theme.is_upright or theme.is_small) else 1
        self._back = MainButton(theme, "plain", "go_back", GoBack())
        self._leave = MainButton(theme, "danger", "leave", Leave())
        self.arrange(self._bill(), self._choice(), self._back, self._leave, facts_first=True)

    def _bill(self) -> QWidget:
        card = Card(self.theme)
        if self.theme.is_small:
            card.column.setSpacing(self.theme.gap // 3)
        if self.lifts:
            return self._lifted_bill(card)
        for part in (self._total, self._tenders, rule(), self._due):
            card.column.addWidget(part)
        if not self.theme.is_wide:
            return card
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addStretch(1)
        return side

    def _lifted_bill(self, card: Card) -> QWidget:
        """The sums and the question; what was tried, which can be taken back, stays below."""
        for part in (self._total, rule(), self._due):
            card.column.addWidget(part)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.pad)
        column.addWidget(card)
        column.addWidget(self._question)
        return side

    def _choice(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0 if self.theme.is_wide or self.lifts else self.theme.pad, 0, 0)
        column.setSpacing(self.theme.gap)
        self._grid = QGridLayout()
        self._grid.setSpacing(self.theme.gap)
        if self.lifts:
            column.addWidget(self._tenders)
        else:
            column.addWidget(self._question)
        column.addLayout(self._grid)
        column.addStretch(1)
        return side

    @override
    def lay_pages(self, text: Text) -> None:
        """What was tried last and has not paid is in sight, until a page is turned."""
        super().lay_pages(text)
        if self.pages is not None and self._failed != self._brought:
            self._brought = self._failed
            self.pages.bring(self._tenders.last if self._failed else self._tenders)

    def _most_hinted(self, view: MethodsView) -> int:
        """How many methods have room for what to do."""
        if self.theme.is_small:
            return _HINTED_ON_SMALL
        if view.tenders:
            return _HINTED_BELOW_TENDERS
        return _HINTED_ON_WIDE if self.theme.is_wide else len(view.methods)

    @property
    @override
    def voiced(self) -> Sequence[Voiced]:
        return (self._tenders, self._due, self._question, *self._tiles)

    @override
    def draw(self, view: MethodsView, text: Text) -> None:
        last = view.tenders[-1] if view.tenders else None
        self._failed = None if last is None or last.fact in _PAID else last
        self._total.say(text("methods.total"), text.money(view.total))
        self._tenders.render_tenders(view.tenders, "", text, view.can_take_back)
        self._due.say(text("methods.due"), text.money(view.due))
        self._question.say(text("methods.question_left" if view.is_part_paid else "methods.question"))
        for at in range(len(self._tiles), len(view.methods)):
            self._tiles.append(tile := MethodTile(self.theme))
            self._grid.addWidget(tile, *divmod(at, self._columns))
            self.listen(tile)
        self._question.setVisible(not self.theme.is_small or len(view.methods) <= _ASKED_ON_SMALL)
        hinted = len(view.methods) <= self._most_hinted(view) and not self.theme.is_paged
        for tile, card in zip(self._tiles, view.methods, strict=False):
            tile.render_card(card, text, hinted=hinted)
        for at, tile in enumerate(self._tiles):
            tile.setVisible(at < len(view.methods))
        self._back.say(text("screen.back"))
        self._leave.say(text("methods.leave_part_paid" if view.is_part_paid else "methods.leave"))
        turning = (self._tenders.previous, self._tenders.next)
        chain_focus([*self._tenders.take_backs, *turning, *self._tiles, self._back, self._leave])
