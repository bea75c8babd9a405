"""Nobody is here: what this is, in which languages, and one button. Touching anywhere begins as well."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.flows.intents import Begin, ChooseLanguage
from kiosk.flows.views import StartView
from kiosk.services.text import Text
from kiosk.ui.screens.base import Screen
from kiosk.ui.style import restyle
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import MainButton, TextButton
from kiosk.ui.widgets.labels import IconLabel, Label

_BARS = ((0, 5), (10, 3), (18, 8), (30, 3), (36, 4), (43, 9), (57, 3), (63, 7), (74, 3), (81, 6))
"""A bar code for ornament: left edge and width of each bar [percent]."""


class Hero(QFrame):
    """The large picture of what to do."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "hero")
        self.title = Label(theme, "title", tone="on_accent")
        large = self.title.font()
        large.setPixelSize(theme.px((1.4 if theme.is_wide else 1.6) * theme.scale.title))
        self.title.setFont(large)
        self.ease = Label(theme, tone="on_accent")
        pointer = IconLabel(theme, 1.2 * theme.scale.body)
        pointer.draw("pointer", theme.colours.on_accent)
        below = QHBoxLayout()
        below.setSpacing(theme.gap)
        below.addWidget(pointer)
        below.addWidget(self.ease, 1)
        column = QVBoxLayout(self)
        inset = 2 * theme.pad
        column.setContentsMargins(inset, inset, inset, inset)
        column.setSpacing(theme.pad)
        column.addWidget(self.title)
        column.addStretch(1)
        column.addLayout(below)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 38))
        width, height = self.width() * 0.5, self.height() * 0.4
        left, top = self.width() * 0.48, self.height() * 0.5
        for edge, thick in _BARS:
            painter.drawRect(QRectF(left + width * edge / 100, top, width * thick / 100, height))
        painter.end()


class StartScreen(Screen[StartView]):
    """The first screen."""

    step = None

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._hero = Hero(theme)
        self._languages: dict[str, TextButton] = {}
        self._bar = QHBoxLayout()
        self._bar.setSpacing(theme.gap)
        self._begin = MainButton(theme, "main", "begin", Begin())
        self.column.setSpacing(theme.pad)
        self.column.addWidget(self._hero, 1)
        self.column.addLayout(self._bar)
        self.column.addLayout(self.foot(self._begin))

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
        QWidget.setTabOrder(list(self._languages.values())[-1], self._begin) if self._languages else None

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.intent.emit(Begin())

    def _language(self, language: str) -> TextButton:
        button = TextButton(self.theme, "chip", f"language_{language}", ChooseLanguage(language), text_role="body")
        self.listen(button)
        self._bar.addWidget(button, 1)
        return button
