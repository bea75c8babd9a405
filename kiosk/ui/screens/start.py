"""Nobody is here: what this is, how one wants it, and one button. Touching anywhere begins as well."""

from collections.abc import Sequence

from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.flows.access import Access
from kiosk.flows.intents import Begin, ChooseLanguage
from kiosk.flows.views import StartView
from kiosk.services.text import Text
from kiosk.ui.screens.base import Screen, chain_focus
from kiosk.ui.speech import Voiced
from kiosk.ui.style import restyle
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.aids import Aids
from kiosk.ui.widgets.buttons import MainButton, TextButton
from kiosk.ui.widgets.hero import Hero

_SHARES = (9, 8)
"""Widths of the picture and the buttons beside each other."""


class StartScreen(Screen[StartView]):
    """The first screen."""

    step = None

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._hero = Hero(theme)
        has_large_words = theme.access.large_print and (theme.is_upright or theme.is_small)
        self._columns = 2 if theme.is_wide or has_large_words else 4
        self._aids = Aids(theme, 3 if theme.is_small else self._columns)
        self._aids.asked.connect(self.intent)
        self._languages: dict[str, TextButton] = {}
        self._bar = QGridLayout()
        self._bar.setSpacing(theme.gap)
        self._begin = MainButton(theme, "main", "begin", Begin())
        choices = QWidget()
        column = QVBoxLayout(choices)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.gap if theme.is_small else theme.pad)
        if theme.is_wide:
            column.addStretch(1)
        column.addWidget(self._aids)
        column.addLayout(self._bar)
        if theme.access.low:
            column.addStretch(1)
        if theme.is_wide:
            column.addStretch(1)
            column.addLayout(self.foot(self._begin))
            self.column.addLayout(self.sides(self._hero, choices, shares=(1, 1) if theme.is_small else _SHARES))
            return
        self.column.setSpacing(theme.pad)
        if self.lifts:
            self.above = self._hero
        else:
            self.column.addWidget(self._hero, 1)
        self.column.addWidget(choices)
        self.column.addLayout(self.foot(self._begin))

    @property
    @override
    def voiced(self) -> Sequence[Voiced]:
        return (self._hero.title, self._hero.ease, self._begin, *self._aids.tiles)

    @override
    def draw(self, view: StartView, text: Text) -> None:
        self._hero.title.say(text("start.title"))
        self._hero.ease.say(text("start.no_hurry"))
        self._begin.say(text("start.begin"))
        for language in view.languages:
            if language not in self._languages:
                self._languages[language] = self._language(language)
        for language, button in self._languages.items():
            button.setFont(self.theme.font("body", language))
            button.say(text(f"language.{language}"))
            button.setVisible(language in view.languages)
            restyle(button, "chosen", "true" if language == text.language else "false")

    @override
    def show_access(self, access: Access, text: Text) -> None:
        self._aids.render_aids(access, text)
        chain_focus([*self._aids.tiles, *self._languages.values(), self._begin])

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.intent.emit(Begin())

    def _language(self, language: str) -> TextButton:
        button = TextButton(self.theme, "chip", f"language_{language}", ChooseLanguage(language), text_role="body")
        self.listen(button)
        self._bar.addWidget(button, *divmod(len(self._languages), self._columns))
        return button
