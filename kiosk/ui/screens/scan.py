"""Hold something to the scanner, or type its number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.domain.ports import ScanKind
from kiosk.flows.intents import GoBack, Scanned
from kiosk.flows.views import ScanView
from kiosk.services.text import Text
from kiosk.ui.screens.base import MIDDLE, Screen, chain_focus
from kiosk.ui.speech import Voiced
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.amounts import AmountRow
from kiosk.ui.widgets.buttons import MainButton
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.keypad import Keypad, masked
from kiosk.ui.widgets.labels import CENTRE, IconDisc, Label
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.viewfinder import Viewfinder


@dataclass(frozen=True, slots=True)
class _Look:
    """How the screen looks for a kind of code: its icon, how large that is [ems], and whether there are keys."""

    icon: str
    ems: float
    is_typed: bool


_LOOKS: Final[Mapping[ScanKind, _Look]] = MappingProxyType(
    {
        ScanKind.COUPON: _Look("scan-barcode", 3, is_typed=True),
        # the address in a wallet's code cannot be typed: the words have the whole screen
        ScanKind.WALLET: _Look("scan-qr-code", 5, is_typed=False),
    }
)

_LONGEST = 32
"""No coupon or wallet number has more digits."""

_SMALLER = 2.8
"""In large print on a small screen an icon is no larger [ems]."""

_WORDS, _KEYS = 6, 5
"""How the width is shared on a wide screen."""

_MOST = 100
"""The picture has all the height that is left, before the gaps above and below the words."""

_PAGED_HEIGHT = 0.28
"""The camera's picture where the column pages, for the height of the screen: a page holds it and the words."""

_VIEW_HEIGHT = 0.75
"""The camera's picture on a high screen, at most, for its width: higher, too much is cut off at its sides."""


class ScanScreen(Screen[ScanView]):
    """A coupon or wallet is wanted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._drawn: tuple[ScanView, Text] | None = None
        self._viewfinder = Viewfinder(theme)
        self._viewfinder.changed.connect(self._redraw)
        if theme.is_paged:
            self._viewfinder.setFixedHeight(round(_PAGED_HEIGHT * theme.size.height()))
        elif not theme.is_wide:
            self._viewfinder.setMaximumHeight(round(_VIEW_HEIGHT * (theme.size.width() - 2 * theme.margin)))
        self._icon = IconDisc(theme, theme.drawn(1))
        self._title = Label(theme, "title", align=CENTRE)
        self._hint = Label(theme, tone="second", align=CENTRE)
        self._problem = Notice(theme, "scan_problem")
        self._due = AmountRow(theme, "due_amount", "heading")
        self._keypad = Keypad(theme, Scanned, masked, longest=_LONGEST)
        self._keypad.asked.connect(self.intent)
        self._back = MainButton(theme, "plain", "go_back", GoBack())
        self._said = self._words()
        if theme.is_paged:
            self._lay_in_pages()
            return
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.pad)
        self._grid.setVerticalSpacing(theme.gap)
        self.column.addLayout(self._grid)
        if theme.is_wide:
            self._grid.addLayout(self.foot(self._back), 1, 0)
            self._grid.addWidget(self._keypad, 0, 1, 2, 1)
            self._grid.setColumnStretch(0, _WORDS)
            self._grid.setColumnStretch(1, _KEYS)
        else:
            self._grid.addWidget(self._keypad, 1, 0)
            self._grid.addLayout(self.foot(self._back), 2, 0)
        self._grid.setRowStretch(0, 1)
        chain_focus([*self._keypad.keys, self._back])

    def _lay_in_pages(self) -> None:
        if self.lifts:
            self.above = self._said
            self.column.addWidget(self._problem)
        else:
            self.column.addWidget(self._said)
        self.column.addWidget(self._keypad)
        self.column.addStretch(1)
        self.foot(self._back)
        chain_focus([*self._keypad.keys, self._back])

    def _words(self) -> QWidget:
        """What to hold where."""
        side = QWidget(self)
        column = self._column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.gap)
        bill = Card(self.theme)
        bill.column.addWidget(self._due)
        column.addWidget(bill)
        column.addStretch(1)
        column.addWidget(self._viewfinder, _MOST)
        column.addWidget(self._icon, 0, MIDDLE)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addStretch(1)
        if not self.lifts:
            column.addWidget(self._problem)
        return side

    def _arrange_for(self, look: _Look) -> None:
        """The keys beside the words, or below them; the way back where it always is.

        The camera's picture takes the place of the icon, or of the keys on a wide screen that has none.
        """
        is_cramped = self.theme.is_small and self.theme.is_paged
        side = self.theme.px(self.theme.drawn(min(look.ems, _SMALLER) if is_cramped else look.ems))
        self._icon.setFixedSize(side, side)
        self._keypad.setVisible(look.is_typed)
        has_view, is_beside = self._viewfinder.is_there, self.theme.is_wide and not look.is_typed
        if not self.theme.is_paged:
            self._arrange_grid(is_beside=is_beside, has_view=has_view)
        self._viewfinder.setVisible(has_view)
        self._icon.setVisible(is_beside or not has_view)

    def _arrange_grid(self, *, is_beside: bool, has_view: bool) -> None:
        self._grid.addWidget(self._said, 0, 0, 1, 2 if is_beside and not has_view else 1)
        # moved only when it has to be: a widget that is moved is hidden for a moment, and loses its picture
        if is_beside and self._grid.indexOf(self._viewfinder) < 0:
            self._grid.addWidget(self._viewfinder, 0, 1, 2, 1)
        elif not is_beside and self._column.indexOf(self._viewfinder) < 0:
            self._column.insertWidget(self._column.indexOf(self._icon), self._viewfinder, _MOST)

    @property
    @override
    def voiced(self) -> Sequence[Voiced]:
        return (self._problem, self._title, self._hint, self._due)

    @override
    def draw(self, view: ScanView, text: Text) -> None:
        self._drawn = view, text
        look = _LOOKS[view.kind]
        self._arrange_for(look)
        self._icon.draw(look.icon, "accent")
        self._title.say(text(f"scan.{view.kind}.title"))
        self._say_hint(view, text)
        self._due.say(text("methods.due"), text.money(view.due))
        if self.theme.is_cramped or (self.theme.is_small and view.problem):
            self._icon.hide()
        # what went wrong says more than where to hold what, and stands on the first page
        needs_room = self.theme.is_paged or (self.theme.is_small and self._viewfinder.is_there)
        self._hint.setVisible(not (view.problem and needs_room and not self.lifts))
        self._title.setVisible(not (view.problem and self.theme.is_small and self.theme.is_paged))
        self._problem.setVisible(bool(view.problem))
        if view.problem:
            self._problem.show_line(text(f"reason.{view.problem}"), "triangle-alert", "act")
        self._keypad.render_words(text("scan.type_number"), text("scan.enter"), text("scan.rub_out"))
        self._back.say(text("screen.other_method"))

    def _say_hint(self, view: ScanView, text: Text) -> None:
        """Where to hold it; or, with a camera, what would help it."""
        if not self._viewfinder.is_there:
            self._hint.say(text(f"scan.{view.kind}.hint"))
        else:
            self._hint.say(text(f"scan.camera.{self._viewfinder.advice or 'show'}"))
        self._hint.tone("wait" if self._viewfinder.advice else "second")

    def _redraw(self) -> None:
        if self._drawn is not None:
            self.draw(*self._drawn)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._keypad.clear()
