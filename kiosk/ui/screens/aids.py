"""How one wants the screen: opened from the header of every other screen, and closed to it again."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.flows.access import Access
from kiosk.flows.views import View
from kiosk.services.text import Text
from kiosk.ui.screens.base import Screen, chain_focus
from kiosk.ui.speech import Voiced
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.aids import Aids
from kiosk.ui.widgets.buttons import MainButton
from kiosk.ui.widgets.labels import CENTRE, Label


class AidsScreen(Screen[View]):
    """The aids, in place of a screen that goes on behind them: what it asks can still be answered afterwards.

    Attributes:
        closed: Somebody wants the screen back.
    """

    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._title = Label(theme, "title", "aids_title", align=CENTRE)
        self._note = Label(theme, tone="second", align=CENTRE)
        self._aids = Aids(theme, 2 if theme.is_upright or theme.access.large_print else 4)
        self._aids.asked.connect(self.intent)
        self._close = MainButton(theme, "main", "aids_close")
        self._close.clicked.connect(self.closed)
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, theme.pad, 0, theme.pad)
        column.setSpacing(theme.gap)
        column.addWidget(self._title)
        if theme.is_small and theme.access.large_print:
            # what is pressed has its room on the first page
            self._note.hide()
        column.addWidget(self._note)
        if self.lifts:
            self.above = words
        else:
            self.column.addStretch(1)
            self.column.addWidget(words)
        self.column.addWidget(self._aids)
        self.column.addStretch(1)
        self.column.addLayout(self.foot(self._close))

    @property
    @override
    def voiced(self) -> Sequence[Voiced]:
        return (self._title, self._note, *self._aids.tiles, self._close)

    @override
    def draw(self, view: View, text: Text) -> None:
        self._title.say(text("access.title"))
        self._note.say(text("access.note"))
        self._close.say(text("access.close"))
        chain_focus([*self._aids.tiles, self._close])

    @override
    def show_access(self, access: Access, text: Text) -> None:
        self._aids.render_aids(access, text)
