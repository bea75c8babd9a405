"""Where one is: choosing, paying, done."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from kiosk.services.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.labels import OneLine

_KEYS = ("steps.basket", "steps.pay", "steps.done")


class StepsBar(QWidget):
    """The three steps, the present one in bold."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._labels = [OneLine(theme) for _ in _KEYS]
        self._dashes: list[QFrame] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.gap)
        for number, label in enumerate(self._labels):
            if number and not theme.access.large_print:
                row.addWidget(self._dash())
            row.addWidget(label)
        row.addStretch(1)

    def render_step(self, step: int, text: Text) -> None:
        """Show which step it is, from 0."""
        for number, (label, key) in enumerate(zip(self._labels, _KEYS, strict=True)):
            # of large print there is room for one
            label.setVisible(number == step or not self._theme.access.large_print)
            label.say(text(key))
            label.setFont(self._theme.font("strong" if number == step else "body"))
            label.tone("" if number == step else "second")
        for number, dash in enumerate(self._dashes):
            colour = self._theme.colours.accent if number < max(step, 1) else self._theme.colours.track
            dash.setStyleSheet(f"background: {colour}; border-radius: 2px;")

    def _dash(self) -> QFrame:
        dash = QFrame()
        dash.setFixedSize(self._theme.px(0.7 * self._theme.scale.body), 4)
        self._dashes.append(dash)
        return dash
