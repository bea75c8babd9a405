"""What all screens share: a way to draw, an intent signal, a body and a foot."""

from abc import abstractmethod
from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar, Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.services.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import MainButton, Pressable

V = TypeVar("V")


class Screen(QWidget, Generic[V]):
    """Draws one kind of view and emits what its buttons want. Decides nothing, and calculates no money.

    Attributes:
        step: Which of the three steps it belongs to, from 0; None outside them.
        intent: Emits kiosk.flows.intents objects.
        renewed: Something else can be decided on it now, as if it were another screen.
    """

    step: ClassVar[int | None] = 1
    intent = Signal(object)
    renewed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.margin, 0, theme.margin, theme.margin)
        self.column.setSpacing(theme.gap)

    @abstractmethod
    def draw(self, view: V, text: Text) -> None:
        """Show a view."""

    def listen(self, *sources: Pressable) -> None:
        """Pass on what these buttons want."""
        for source in sources:
            source.asked.connect(self.intent)

    def foot(self, *buttons: MainButton) -> QHBoxLayout:
        """The buttons at the foot, back on the left and the main action on the right; each passes on what it wants."""
        self.listen(*buttons)
        row = QHBoxLayout()
        row.setSpacing(self.theme.gap)
        for button in buttons:
            row.addWidget(button, 2 if button.property("role") == "main" else 1)
        return row

    def arrange(self, facts: QWidget, action: QWidget, *buttons: MainButton, facts_first: bool = False) -> None:
        """Lay out what is so, what it means, and the buttons.

        Beside each other on a wide screen, where the facts have the whole height and the buttons stand on the right;
        one above the other on a high one.
        """
        foot, row = QWidget(), self.foot(*buttons)
        row.setContentsMargins(0, 0, 0, 0)
        foot.setLayout(row)
        foot.setVisible(bool(buttons))
        if self.theme.is_wide:
            right = QVBoxLayout()
            right.setSpacing(self.theme.gap)
            right.addWidget(action, 1)
            right.addWidget(foot)
            halves = QHBoxLayout()
            halves.setSpacing(self.theme.pad)
            halves.addWidget(facts, 1)
            halves.addLayout(right, 1)
            self.column.addLayout(halves)
            return
        first, second = (facts, action) if facts_first else (action, facts)
        self.column.addWidget(first)
        self.column.addWidget(second, 1)
        self.column.addWidget(foot)

    def sides(self, first: QWidget, second: QWidget, *, shares: tuple[int, int] = (1, 1)) -> QBoxLayout:
        """Two parts: beside each other on a wide screen, one above the other on a high one."""
        direction = QBoxLayout.Direction.LeftToRight if self.theme.is_wide else QBoxLayout.Direction.TopToBottom
        box = QBoxLayout(direction)
        box.setSpacing(self.theme.pad if self.theme.is_wide else self.theme.gap)
        box.addWidget(first, shares[0] if self.theme.is_wide else 0)
        box.addWidget(second, shares[1])
        return box


def chain_focus(pressables: Sequence[QWidget]) -> None:
    """Tab goes through these in this order."""
    for one, other in pairwise(pressables):
        QWidget.setTabOrder(one, other)


MIDDLE = Qt.AlignmentFlag.AlignHCenter
