"""What lies over a screen, or above it: the idle warning, and the banners. Parts of the window, never windows."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from kiosk.flows.intents import Resume
from kiosk.services.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import MainButton
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.labels import CENTRE, Label
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.timeleft import TimeLeft


class IdleOverlay(QWidget):
    """Is anybody there? One big button to go on, and a bar of the time that is left."""

    asked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = Label(theme, "title", "idle_title", align=CENTRE)
        self._body = Label(theme, align=CENTRE)
        self._bar = TimeLeft(theme, "wait")
        self.go_on = MainButton(theme, "main", "idle_continue", Resume())
        self.go_on.asked.connect(self.asked)
        card = Card(theme)
        card.column.setSpacing(theme.pad)
        for part in (self._title, self._body, self._bar, self.go_on):
            card.column.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.margin, theme.margin, theme.margin, theme.margin)
        column.addStretch(1)
        column.addWidget(card)
        column.addStretch(1)
        self.hide()

    @property
    def sentences(self) -> Sequence[str]:
        """What is spoken of it."""
        return [self._title.said, self._body.said, self.go_on.accessibleName()]

    def render_left(self, seconds: float | None, text: Text) -> None:
        """Show the warning with this much time left [s]; None takes it away."""
        self.setVisible(seconds is not None)
        if seconds is None:
            return
        self._title.say(text("idle.title"))
        self._body.say(text("idle.body"))
        self.go_on.say(text("idle.continue"))
        self._bar.show_left(seconds)
        self.raise_()


class Banners(QWidget):
    """Notes above the screen that close themselves: no connection; help is called."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._network = Notice(theme, "network_banner")
        self._help = Notice(theme, "help_banner")
        direction = QBoxLayout.Direction.LeftToRight if theme.is_wide else QBoxLayout.Direction.TopToBottom
        box = QBoxLayout(direction, self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.gap)
        box.addWidget(self._network, 5)
        box.addWidget(self._help, 4)
        self.is_up = False
        self._keeps_place = theme.is_wide

    @property
    def voiced(self) -> Sequence[Notice]:
        """What is spoken of them."""
        return (self._help, self._network)

    def render_state(self, *, network_down: bool, help_code: str, text: Text) -> None:
        """Show what holds."""
        self.is_up = network_down or bool(help_code)
        self._network.setVisible(network_down)
        self._network.show_line(text("banner.network"), "wifi-off", "wait")
        self._help.setVisible(bool(help_code))
        self._help.show_line(text("banner.help", code=help_code), "bell", "accent")
        self.setVisible(self.is_up or self._keeps_place)
