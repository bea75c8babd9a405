"""What a person is to do elsewhere, in a few short steps. It is one card, so that nobody presses a step."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame

from kiosk.ui.theme import Theme
from kiosk.ui.widgets.labels import CENTRE, LEFT, IconLabel, Label, OneLine


class Guide(QFrame):
    """Numbered steps: beside each other on a high screen; one below the other on a wide one, where it stands in a half.

    In large print they stand below each other everywhere.

    Args:
        theme: The look.
        steps: How many.
    """

    def __init__(self, theme: Theme, steps: int) -> None:
        super().__init__()
        self.setProperty("role", "card")
        is_wide, way = theme.is_wide or theme.access.large_print, QBoxLayout.Direction
        self._words = [Label(theme, "strong", f"guide_{at}", align=LEFT if is_wide else CENTRE) for at in range(steps)]
        row = QBoxLayout(way.TopToBottom if is_wide else way.LeftToRight, self)
        row.setContentsMargins(theme.pad, theme.pad, theme.pad, theme.pad)
        row.setSpacing(theme.gap)
        for at, words in enumerate(self._words):
            if at and not is_wide:
                arrow = IconLabel(theme, 0.8 * theme.scale.body)
                arrow.draw("chevron-right", theme.colours.faded)
                row.addWidget(arrow)
            step = QBoxLayout(way.LeftToRight if is_wide else way.TopToBottom)
            step.setSpacing(theme.pad if is_wide else theme.gap)
            step.addWidget(_badge(theme, at + 1), 0, Qt.AlignmentFlag.AlignCenter)
            step.addWidget(words, 1)
            row.addLayout(step, 1)

    @property
    def sentences(self) -> Sequence[str]:
        """What is spoken of it."""
        return [words.said for words in self._words]

    def say(self, steps: Sequence[str]) -> None:
        """Say what to do."""
        for label, words in zip(self._words, steps, strict=True):
            label.say(words)


def _badge(theme: Theme, number: int) -> Label:
    badge = OneLine(theme, "strong", align=CENTRE)
    badge.setProperty("role", "badge")
    badge.setFixedSize(theme.badge, theme.badge)
    badge.say(str(number))
    return badge
