"""A payment system is at work; there is nothing to press but help."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.flows.views import WorkingView
from kiosk.services.text import Text
from kiosk.ui.icons import of_method
from kiosk.ui.screens.base import MIDDLE, Screen
from kiosk.ui.speech import Voiced
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.labels import CENTRE, Label
from kiosk.ui.widgets.tenders import TenderList
from kiosk.ui.widgets.timeleft import Busy


class WorkingScreen(Screen[WorkingView]):
    """Please wait."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._busy = Busy(theme, theme.drawn(4.5))
        self._method = Label(theme, "strong", tone="second", align=CENTRE)
        self._title = Label(theme, "title", "working_title", align=CENTRE)
        self._body = Label(theme, tone="second", align=CENTRE)
        self._tenders = TenderList(theme)
        self.arrange(self._facts(), self._status())

    def _status(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        edge = self.theme.air
        column.setContentsMargins(0, edge, 0, edge // 2)
        column.setSpacing(self.theme.gap)
        column.addStretch(1)
        column.addWidget(self._busy, 0, MIDDLE)
        for part in (self._method, self._title, self._body):
            column.addWidget(part)
        column.addStretch(1)
        return side

    def _facts(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._tenders)
        column.addStretch(1)
        return side

    @property
    @override
    def voiced(self) -> Sequence[Voiced]:
        return (self._method, self._title, self._body, self._tenders)

    @override
    def draw(self, view: WorkingView, text: Text) -> None:
        self._busy.draw(of_method(view.method))
        self._method.say(text(f"method.{view.method}.name"))
        self._title.say(text("working.title"))
        self._body.say(text("working.body"))
        self._tenders.render_tenders(view.tenders, "", text)
