"""Everything that a person presses."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy
from typing_extensions import override

from kiosk.flows.intents import Intent
from kiosk.flows.manager.intents import StaffIntent
from kiosk.ui.style import restyle
from kiosk.ui.theme import TextRole, Theme

Wish = Intent | StaffIntent
"""What a customer wants, or staff."""

_GAP = "\u2002"
"""Between an icon and the words, an en space: Qt has no setting for it."""

_BORDER = 8
"""The focus ring of the style sheet, and a little air [px]."""


class Pressable(QPushButton):
    """Something to press that knows what the person who presses it wants.

    A touch leaves no focus behind; Tab gives it, with a ring.

    Attributes:
        asked: Emits the intent.
        wish: The intent; None for a button of the screen's own, like a page of a list.
        is_named: Who listens is told its name when it is touched.
    """

    asked = Signal(object)

    def __init__(self, theme: Theme, role: str, name: str, wish: Wish | None = None) -> None:
        super().__init__()
        self.theme = theme
        self.wish = wish
        self.is_named = True
        self.setObjectName(name)
        self.setProperty("role", role)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSize(theme.target, theme.target)
        self.clicked.connect(self._ask)

    @property
    def sentences(self) -> Sequence[str]:
        """What is spoken of it."""
        return (self.accessibleName(),)

    def _ask(self) -> None:
        if self.wish is not None:
            self.asked.emit(self.wish)

    def role(self, role: str) -> None:
        """Look like another kind of button."""
        restyle(self, "role", role)


class TextButton(Pressable):
    """A verb, perhaps with an icon before it."""

    def __init__(
        self,
        theme: Theme,
        role: str,
        name: str,
        wish: Wish | None = None,
        *,
        icon: str = "",
        text_role: TextRole = "strong",
    ) -> None:
        super().__init__(theme, role, name, wish)
        self.setFont(theme.font(text_role))
        self._has_icon = bool(icon)
        if icon:
            side = theme.px(0.9 * theme.scale.body)
            self.setIcon(theme.icons.icon(icon, theme.colours.ink, side))
            self.setIconSize(QSize(side, side))

    def say(self, words: str) -> None:
        """The verb on it; the button is never narrower."""
        shown = f"{_GAP}{words}" if self._has_icon else words
        self.setText(shown.replace("&", "&&"))
        self.setAccessibleName(words)
        pad = self.theme.chip_pad if self.property("role") == "chip" else self.theme.pad
        width = self.fontMetrics().horizontalAdvance(shown) + 2 * pad + 2 * _BORDER
        self.setMinimumWidth(max(self.theme.target, width + (self.iconSize().width() if self._has_icon else 0)))


class MainButton(TextButton):
    """A button at the foot of the screen. In a paged look, words that are longer than it stand in two lines.

    Attributes:
        natural_width: How wide it is with its words in one line [px].
    """

    def __init__(self, theme: Theme, role: str, name: str, wish: Wish | None = None) -> None:
        super().__init__(theme, role, name, wish, text_role="heading")
        self._words = ""
        self.natural_width = 0
        self.setMinimumHeight(theme.main)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Minimum)

    @override
    def say(self, words: str) -> None:
        self._words = words
        super().say(words)
        self.natural_width = self.minimumWidth()

    def have_lines(self, *, several: bool) -> None:
        """Whether the words may stand in more than one line."""
        widest = max(map(self.fontMetrics().horizontalAdvance, self._words.split() or [""]))
        narrow = max(self.theme.target, widest + 2 * self.theme.pad + 2 * _BORDER)
        self.setMinimumWidth(min(narrow, self.natural_width) if several else self.natural_width)
        self._break()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.theme.is_paged:
            self._break()

    def _break(self) -> None:
        """In one line, or in two that are as even as can be."""
        words, advance = self._words.split(), self.fontMetrics().horizontalAdvance
        halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
        is_long = self.natural_width > self.width() and bool(halves)
        lines = min(halves, key=lambda half: max(map(advance, half))) if is_long else (self._words,)
        self.setText("\n".join(lines).replace("&", "&&"))
        high = len(lines) * self.fontMetrics().lineSpacing() + 2 * _BORDER
        self.setMinimumHeight(max(self.theme.main, high))


class IconButton(Pressable):
    """An icon alone, with words for those who cannot see it.

    Args:
        theme: The look.
        role: Of the button.
        name: Of the button.
        icon: Of the set.
        wish: What who presses it wants.
        ems: How large the icon is, in heights of the text.
    """

    def __init__(
        self, theme: Theme, role: str, name: str, icon: str, wish: Wish | None = None, *, ems: float = 0.85
    ) -> None:
        super().__init__(theme, role, name, wish)
        self._ems = ems
        self.setFixedSize(theme.target, theme.target)
        self.draw(icon)

    def draw(self, icon: str) -> None:
        """Show another icon."""
        side = self.theme.px(self._ems * self.theme.scale.body)
        colours = self.theme.colours
        self.setIcon(self.theme.icons.icon(icon, colours.ink, side, faded=colours.plain_pressed))
        self.setIconSize(QSize(side, side))


class Tile(Pressable):
    """A card to press, with a layout of labels on it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "card", "")
        self.setMinimumSize(0, 0)
        self._least = QSize(theme.target, theme.target)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    @override
    def sizeHint(self) -> QSize:
        layout = self.layout()
        return super().sizeHint() if layout is None else layout.sizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return super().minimumSizeHint() if layout is None else layout.minimumSize().expandedTo(self._least)
