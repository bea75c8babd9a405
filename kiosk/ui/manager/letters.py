"""Letters with a question above: the name of a person, in Korean or in Latin."""

from functools import partial
from typing import Final

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.domain import hangul
from kiosk.domain.confidential import Confidential
from kiosk.domain.words import in_words
from kiosk.flows.intents import GoBack
from kiosk.flows.manager.intents import Written
from kiosk.flows.manager.views import LettersView
from kiosk.services.text import Text
from kiosk.ui.screens.base import MIDDLE, Screen, chain_focus
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import IconButton, Pressable, TextButton
from kiosk.ui.widgets.clamped import ClampedLabel
from kiosk.ui.widgets.labels import CENTRE, OneLine

LATIN: Final = ("QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
"""Capitals alone: banks keep Latin names so. Each lies where its Korean letter does."""

_WIDEST: Final = 1.6
"""Of a key, in targets: a hand does not reach over the whole of a wide screen."""

_HIGHEST: Final = 1.3
"""Likewise."""


class LettersScreen(Screen[LettersView]):
    """Write a name. It is forgotten with the question, and with the screen."""

    step = None

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._serial: int | None = None
        self._longest = 0
        self._typed = ""
        self._is_latin = False
        self._is_shifted = False
        self._words = ("", "")
        most = len(LATIN[0])
        width = min(
            theme.size.width() - 2 * theme.margin, most * theme.px(_WIDEST * theme.scale.target) + most * theme.gap
        )
        self._side = (width - (most - 1) * theme.gap) // most
        self._height = min(self._side, theme.px(_HIGHEST * theme.scale.target))
        self._title = ClampedLabel(theme, "title", "staff_title", align=CENTRE)
        self._name = OneLine(theme, "heading", "typed_name", align=CENTRE)
        self._letters = [[self._letter(row, at) for at in range(len(keys))] for row, keys in enumerate(LATIN)]
        self._shift = IconButton(theme, "square", "key_shift", "chevron-up")
        self._shift.clicked.connect(self._turn_shift)
        self._rub_out = IconButton(theme, "square", "key_back", "arrow-left")
        self._rub_out.clicked.connect(lambda: self._show(self._typed[:-1]))
        self._other = TextButton(theme, "plain", "key_other")
        self._other.clicked.connect(self._turn_script)
        self._space = TextButton(theme, "card", "key_space")
        self._space.clicked.connect(lambda: self._type(" "))
        self._enter = TextButton(theme, "main", "key_enter")
        self._enter.clicked.connect(lambda: self._show(""))
        self._back = TextButton(theme, "plain", "staff_back", GoBack())
        self.listen(self._back, self._enter)
        self._lay_out(width)

    def _letter(self, row: int, at: int) -> TextButton:
        key = TextButton(self.theme, "square", f"key_{LATIN[row][at].lower()}", text_role="heading")
        key.clicked.connect(partial(self._press, row, at))
        return key

    def _lay_out(self, width: int) -> None:
        theme = self.theme
        self.column.setContentsMargins(theme.margin, theme.pad, theme.margin, theme.margin)
        field = QFrame()
        field.setProperty("role", "field")
        field.setFixedHeight(theme.target)
        inside = QHBoxLayout(field)
        inside.setContentsMargins(theme.pad, 0, theme.pad, 0)
        inside.addWidget(self._name)
        board = QWidget()
        board.setFixedWidth(width)
        rows = QVBoxLayout(board)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.gap)
        rows.addWidget(field)
        first, second, third = self._letters
        for keys in (first, second):
            rows.addLayout(self._row(keys))
        # what is beside the seven letters of the last row has the rest of its width
        beside = (width - len(third) * (self._side + theme.gap) - theme.gap) // 2
        self._shift.setFixedSize(beside, self._height)
        self._rub_out.setFixedSize(beside, self._height)
        last = self._row(third)
        last.insertWidget(1, self._shift)
        last.insertWidget(last.count() - 1, self._rub_out)
        rows.addLayout(last)
        foot = QHBoxLayout()
        foot.setSpacing(theme.gap)
        for key, share in ((self._back, 2), (self._other, 2), (self._space, 3), (self._enter, 3)):
            key.setFixedHeight(max(self._height, theme.target))
            foot.addWidget(key, share)
        rows.addLayout(foot)
        self.column.addStretch(1)
        self.column.addWidget(self._title)
        self.column.addStretch(1)
        self.column.addWidget(board, 0, MIDDLE)

    def _row(self, keys: list[TextButton]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.theme.gap)
        row.addStretch(1)
        for key in keys:
            key.setFixedSize(self._side, self._height)
            row.addWidget(key)
        row.addStretch(1)
        return row

    @override
    def draw(self, view: LettersView, text: Text) -> None:
        self._title.say(in_words(view.title, text))
        self._words = (text("letters.latin"), text("letters.korean"))
        self._shift.setAccessibleName(text("letters.shift"))
        self._rub_out.setAccessibleName(text("letters.rub_out"))
        self._space.say(text("letters.space"))
        self._enter.say(text("letters.enter"))
        self._back.say(text("screen.back"))
        if view.serial != self._serial:
            self._serial, self._longest = view.serial, view.longest
            self._is_latin = self._is_shifted = False
            self._show("")
        self._say_keys()
        letters: list[Pressable] = [key for row in self._letters for key in row]
        ends = [self._shift, self._rub_out, self._other, self._space, self._back, self._enter]
        chain_focus([*letters, *ends])

    def _say_keys(self) -> None:
        rows = LATIN if self._is_latin else hangul.SHIFTED if self._is_shifted else hangul.KEYS
        for keys, letters in zip(self._letters, rows, strict=True):
            for key, letter in zip(keys, letters, strict=True):
                key.say(letter)
                key.setMinimumWidth(self._side)
        self._other.say(self._words[self._is_latin])
        self._shift.setEnabled(not self._is_latin)

    def _turn_shift(self) -> None:
        self._is_shifted = not self._is_shifted
        self._say_keys()

    def _turn_script(self) -> None:
        self._is_latin, self._is_shifted = not self._is_latin, False
        self._say_keys()

    def _press(self, row: int, at: int) -> None:
        self._type(self._letters[row][at].text())

    def _type(self, letter: str) -> None:
        typed = self._typed + letter
        if len(hangul.composed(typed).encode()) <= self._longest:
            self._show(typed)
        self._is_shifted = False
        self._say_keys()

    def _show(self, typed: str) -> None:
        self._typed = typed
        name = hangul.composed(typed)
        self._name.say(name)
        self._enter.wish = Written(Confidential(name.strip()))
        self._enter.setEnabled(hangul.is_written(name))

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._show("")
        self._serial = None
