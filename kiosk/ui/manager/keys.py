"""A keypad with a question above: a PIN, a number that is looked for, an amount."""

from collections.abc import Callable
from math import ceil
from time import monotonic

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.domain.confidential import Confidential
from kiosk.domain.money import won
from kiosk.domain.words import in_words
from kiosk.flows.intents import GoBack
from kiosk.flows.manager.intents import Typed
from kiosk.flows.manager.views import KeysView
from kiosk.services.text import Text
from kiosk.ui.manager.foot import Foot
from kiosk.ui.screens.base import MIDDLE, Screen, chain_focus
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import TextButton
from kiosk.ui.widgets.clamped import ClampedLabel
from kiosk.ui.widgets.keypad import Keypad, dotted
from kiosk.ui.widgets.labels import CENTRE, IconDisc
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.timeleft import TimeLeft

_TICK_MS = 100
_KEYS_TARGETS = 7
"""The field, and four rows of keys of one and a half targets."""

_SIDE = 0.54
"""What the words have of the width, where they stand beside the keys."""


class KeysScreen(Screen[KeysView]):
    """Type digits. They are forgotten with the question, and with the screen.

    Args:
        theme: The look.
        now: A clock that never goes back [s].
    """

    step = None

    def __init__(self, theme: Theme, *, now: Callable[[], float] = monotonic) -> None:
        super().__init__(theme)
        self._now = now
        self._asked: tuple[object, ...] = ()
        self._ends_s = 0.0
        self._text: Text | None = None
        self._icon = IconDisc(theme, (2 if theme.is_small else 3) * theme.scale.body)
        self._icon.draw("lock", "accent")
        self._title = ClampedLabel(theme, "title", "staff_title", align=CENTRE)
        self._hint = ClampedLabel(theme, "body", "staff_hint", tone="second", align=CENTRE, lines=4)
        self._problem = Notice(theme, "staff_problem")
        self._wait = Notice(theme, "staff_wait")
        self._bar = TimeLeft(theme, "wait")
        self._keypad = Keypad(
            theme, lambda digits: Typed(Confidential(digits)), str, longest=1, fills=not theme.is_wide
        )
        self._keypad.asked.connect(self.intent)
        self._back = TextButton(theme, "plain", "staff_back", GoBack())
        self.listen(self._back)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._run)
        self._lay_out()

    def _lay_out(self) -> None:
        theme = self.theme
        self.column.setContentsMargins(theme.margin, theme.pad, theme.margin, theme.margin)
        width = theme.size.width() - 2 * theme.margin
        side = round(_SIDE * width) if theme.is_wide else width
        self._foot = Foot(theme, side)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.pad)
        grid.setVerticalSpacing(theme.gap)
        words = self._words()
        words.setFixedWidth(side)
        grid.addWidget(words, 0, 0)
        if theme.is_wide:
            grid.addWidget(self._foot, 1, 0)
            grid.addWidget(self._keypad, 0, 1, 2, 1)
            grid.setColumnStretch(1, 1)
        else:
            grid.addWidget(self._keypad, 1, 0)
            grid.addWidget(self._foot, 2, 0)
            # as high as its keys may be, so that what is said of the digits stands right above them
            grid.setRowMinimumHeight(1, theme.px(_KEYS_TARGETS * theme.scale.target) + 5 * theme.gap)
        grid.setRowStretch(0, 1)
        self.column.addLayout(grid)

    def _words(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.gap)
        column.addStretch(1)
        column.addWidget(self._icon, 0, MIDDLE)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addStretch(1)
        for part in (self._problem, self._wait, self._bar):
            column.addWidget(part)
        return side

    @override
    def draw(self, view: KeysView, text: Text) -> None:
        self._text = text
        self._icon.setVisible(view.is_secret)
        self._title.say(in_words(view.title, text))
        self._hint.setVisible(view.hint is not None)
        self._hint.say("" if view.hint is None else in_words(view.hint, text))
        self._problem.setVisible(view.problem is not None)
        if view.problem is not None:
            self._problem.show_line(in_words(view.problem, text), "triangle-alert", "act")
        self._keypad.render_words("", text("scan.enter"), text("scan.rub_out"))
        self._back.say(text("screen.back"))
        chain_focus([*self._keypad.keys, *self._foot.show_buttons(self._back, ())])
        asked = (view.serial, view.wait_s, view.is_secret, view.is_money, view.longest)
        if asked != self._asked:
            self._asked = asked
            self._ends_s = self._now() + view.wait_s
            self._bar.show_left(view.wait_s)
            self._keypad.ask(_look(view, text), longest=view.longest)
            self._timer.start()
        self._run()

    def _run(self) -> None:
        """Count the wait down; the keys come on at its end."""
        left_s = max(self._ends_s - self._now(), 0.0)
        self._keypad.switch(on=not left_s)
        self._wait.setVisible(left_s > 0)
        if left_s and self._text is not None:
            self._wait.show_line(self._text("staff.wait", seconds=ceil(left_s)), "lock", "wait")
            return
        self._bar.hide()
        self._timer.stop()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self._keypad.clear()
        self._asked = ()


def _look(view: KeysView, text: Text) -> Callable[[str], str]:
    """How digits look while they are typed."""
    if view.is_secret:
        return dotted
    if view.is_money:
        return lambda digits: text.money(won(int(digits))) if digits else ""
    return str
