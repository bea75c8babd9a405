"""A line with an icon that says what just happened, or what can be done."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout

from kiosk.ui.style import restyle
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.labels import IconLabel, Label

_FLASH_MS = 160


class Notice(QFrame):
    """One line in a tone. The same line again is seen again: it flashes once."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("role", "notice")
        self._icon = IconLabel(theme, 0.9 * theme.scale.body)
        self._label = Label(theme, "body", name)
        row = QHBoxLayout(self)
        inset = theme.px((0.15 if theme.is_small else 0.4) * theme.scale.pad)
        row.setContentsMargins(theme.pad, inset, theme.pad, inset)
        row.setSpacing(theme.gap)
        row.addWidget(self._icon)
        row.addWidget(self._label, 1)
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.setInterval(_FLASH_MS)
        self._flash.timeout.connect(lambda: restyle(self, "fresh", "false"))

    @property
    def sentences(self) -> Sequence[str]:
        """What is spoken of it."""
        return self._label.sentences

    def show_line(self, words: str, icon: str, tone: str) -> None:
        """Show this line."""
        restyle(self, "tone", tone)
        self._label.tone(tone if tone != "plain" else "second")
        self._icon.draw(icon, self._theme.colours.tone(tone) if tone != "plain" else self._theme.colours.second)
        self._label.say(words)

    def flash(self) -> None:
        """Be seen anew, unless nothing is to move."""
        if not self._theme.reduced_motion:
            restyle(self, "fresh", "true")
            self._flash.start()
