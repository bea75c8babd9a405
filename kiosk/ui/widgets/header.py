"""The top of every screen: where one is, and help."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.services.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import TextButton
from kiosk.ui.widgets.labels import OneLine
from kiosk.ui.widgets.steps import StepsBar


class Header(QWidget):
    """The steps, or the name of the store where there are none; and the button that calls staff."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._steps = StepsBar(theme)
        self._store = OneLine(theme, "strong", "store_name")
        self.call_staff = TextButton(theme, "chip", "call_staff", icon="bell", text_role="body")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.margin, theme.gap, theme.margin, theme.gap)
        row.addWidget(self._steps)
        row.addWidget(self._store)
        row.addStretch(1)
        row.addWidget(self.call_staff)

    def render_step(self, step: int | None, store_name: str, text: Text) -> None:
        """Show the step, from 0; None where there is none."""
        self._steps.setVisible(step is not None)
        self._store.setVisible(step is None)
        if step is not None:
            self._steps.render_step(step, text)
        self._store.say(store_name)
        self.call_staff.say(text("help.call_staff"))
