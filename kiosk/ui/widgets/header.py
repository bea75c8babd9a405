"""The top of every screen: where one is, and help."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.services.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import TextButton
from kiosk.ui.widgets.labels import OneLine
from kiosk.ui.widgets.overlays import Banners
from kiosk.ui.widgets.steps import StepsBar


class Header(QWidget):
    """The steps, or the name of the store where there are none; the banners; and the button that calls staff."""

    def __init__(self, theme: Theme, banners: Banners) -> None:
        super().__init__()
        self._theme = theme
        self._banners = banners
        self._steps = StepsBar(theme)
        self._store = OneLine(theme, "strong", "store_name")
        self.call_staff = TextButton(theme, "chip", "call_staff", icon="bell", text_role="body")
        row = QHBoxLayout()
        row.setSpacing(theme.gap)
        row.addWidget(self._steps)
        row.addWidget(self._store)
        if theme.is_wide:
            row.addWidget(banners, 1)
        row.addStretch(0 if theme.is_wide else 1)
        row.addWidget(self.call_staff)
        column = QVBoxLayout(self)
        edge = theme.gap // 2 if theme.is_small else theme.gap
        column.setContentsMargins(theme.margin, edge, theme.margin, edge)
        column.setSpacing(theme.gap)
        column.addLayout(row)
        if not theme.is_wide:
            column.addWidget(banners)

    def render_step(self, step: int | None, store_name: str, text: Text) -> None:
        """Show the step, from 0; None where there is none. On a wide screen a banner takes its place."""
        is_free = not (self._theme.is_wide and self._banners.is_up)
        self._steps.setVisible(step is not None and is_free)
        self._store.setVisible(step is None and is_free)
        if step is not None:
            self._steps.render_step(step, text)
        self._store.say(store_name)
        self.call_staff.say(text("help.call_staff"))
