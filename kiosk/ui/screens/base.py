"""What all screens share: a way to draw, an intent signal, a body and a foot."""

from abc import abstractmethod
from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar, Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.flows.access import Access
from kiosk.services.text import Text
from kiosk.ui.speech import Voiced
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import MainButton, Pressable
from kiosk.ui.widgets.pages import Pages

V = TypeVar("V")


class Screen(QWidget, Generic[V]):
    """Draws one kind of view and emits what its buttons want. Decides nothing, and calculates no money.

    In a paged look, its column is shown page by page, and the buttons at the foot stand below the pages.

    Attributes:
        step: Which of the three steps it belongs to, from 0; None outside them.
        is_long: What is read on it may be longer than half a screen, in large print.
        intent: Emits kiosk.flows.intents objects.
        renewed: Something else can be decided on it now, as if it were another screen.
        above: What of it stands in the upper half, where all that is pressed is in the lower one; None for nothing.
    """

    step: ClassVar[int | None] = 1
    is_long: ClassVar[bool] = False
    intent = Signal(object)
    renewed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.above: QWidget | None = None
        self.pages: Pages | None = None
        self._outer = self.column = QVBoxLayout(self)
        # as near to the edge as the header is: five methods have their room below banners
        below = theme.gap // 2 if theme.is_small else theme.margin
        self._outer.setContentsMargins(theme.margin, 0, theme.margin, below)
        self._outer.setSpacing(theme.gap)
        self._feet: list[_Foot] = []
        if theme.is_paged:
            self.pages = Pages(theme)
            self.column = self.pages.column
            self._outer.addWidget(self.pages, 1)

    @abstractmethod
    def draw(self, view: V, text: Text) -> None:
        """Show a view."""

    def show_access(self, access: Access, text: Text) -> None:
        """Show what is switched on, where it can be switched."""

    def lay_pages(self, text: Text) -> None:
        """Part what was drawn into pages, where it is shown so."""
        for foot in self._feet:
            foot.turn(self.theme.size.width() - 2 * self.theme.margin)
        if self.pages is not None:
            self.pages.say(text)

    @property
    def voiced(self) -> Sequence[Voiced]:
        """What of it is spoken to who listens, in this order. Nothing, on the staff's side."""
        return ()

    @property
    def edition(self) -> int:
        """Another one is said from the beginning, as if it were another screen."""
        return 0

    @property
    def lifts(self) -> bool:
        """Whether what is only read stands in the upper half."""
        return self.theme.access.low and not (self.theme.is_cramped and self.is_long)

    def listen(self, *sources: Pressable) -> None:
        """Pass on what these buttons want."""
        for source in sources:
            source.asked.connect(self.intent)

    def stand_below(self, widget: QWidget) -> None:
        """In a paged look: always in sight, above the buttons."""
        self._outer.addWidget(widget)

    def foot(self, *buttons: MainButton) -> QHBoxLayout:
        """The buttons at the foot, back on the left and the main action on the right; each passes on what it wants.

        In a paged look they have their place already, and what comes back is empty.
        """
        self.listen(*buttons)
        if self.theme.is_paged:
            self._feet.append(foot := _Foot(self.theme, buttons))
            self._outer.addWidget(foot)
            return QHBoxLayout()
        row = QHBoxLayout()
        row.setSpacing(self.theme.gap)
        for button in buttons:
            row.addWidget(button, 2 if button.property("role") == "main" else 1)
        return row

    def arrange(self, facts: QWidget, action: QWidget, *buttons: MainButton, facts_first: bool = False) -> None:
        """Lay out what is so, what it means, and the buttons.

        Beside each other on a wide screen, where the facts have the whole height and the buttons stand on the right;
        one above the other on a high one. Where what is pressed has to be low, what it means stands in the upper half.
        """
        if self.theme.is_paged:
            self._arrange_for_pages(facts, action, buttons, facts_first=facts_first)
            return
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

    def _arrange_for_pages(
        self, facts: QWidget, action: QWidget, buttons: Sequence[MainButton], *, facts_first: bool
    ) -> None:
        read, pressed = (facts, action) if facts_first else (action, facts)
        if self.lifts:
            self.above = read
        else:
            self.column.addWidget(read)
        self.column.addWidget(pressed)
        self.column.addStretch(1)
        if buttons:
            self.foot(*buttons)

    def sides(self, first: QWidget, second: QWidget, *, shares: tuple[int, int] = (1, 1)) -> QBoxLayout:
        """Two parts: beside each other on a wide screen, one above the other on a high one."""
        direction = QBoxLayout.Direction.LeftToRight if self.theme.is_wide else QBoxLayout.Direction.TopToBottom
        box = QBoxLayout(direction)
        box.setSpacing(self.theme.pad if self.theme.is_wide else self.theme.gap)
        box.addWidget(first, shares[0] if self.theme.is_wide else 0)
        box.addWidget(second, shares[1])
        return box


class _Foot(QWidget):
    """The buttons at the foot of a paged look: beside each other where their words have room, else one above the other.

    The main action is the last one in both.
    """

    def __init__(self, theme: Theme, buttons: Sequence[MainButton]) -> None:
        super().__init__()
        self._buttons = buttons
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.gap)
        for button in buttons:
            self._box.addWidget(button, 2 if button.property("role") == "main" else 1)

    def turn(self, width: int) -> None:
        """Lay out within this width [px]."""
        shown = [button for button in self._buttons if not button.isHidden()]
        needed = sum(button.natural_width for button in shown) + self._box.spacing() * (len(shown) - 1)
        is_row, way = needed <= width, QBoxLayout.Direction
        self._box.setDirection(way.LeftToRight if is_row else way.TopToBottom)
        for button in shown:
            button.have_lines(several=not is_row)
        self.setVisible(bool(shown))


def chain_focus(pressables: Sequence[QWidget]) -> None:
    """Tab goes through these in this order."""
    for one, other in pairwise(pressables):
        QWidget.setTabOrder(one, other)


MIDDLE = Qt.AlignmentFlag.AlignHCenter
