"""Ten keys: for a code that cannot be read, whose number is never on the screen whole, and for an amount."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import IconButton, Pressable, TextButton, Wish
from kiosk.ui.widgets.labels import CENTRE, OneLine

_SEEN = 4
_GROUP = 4
_ROOM = 16
_FIELD_BORDER = 3
"""Of the style sheet [px]."""
_DOT = "•"


def masked(digits: str) -> str:
    """The last four digits, a dot for each before them, in groups; of a long number the end only."""
    hidden = _DOT * max(len(digits) - _SEEN, 0) + digits[-_SEEN:]
    groups = [hidden[at : at + _GROUP] for at in range(0, len(hidden), _GROUP)]
    return " ".join(groups[-_ROOM // _GROUP :])


def dotted(digits: str) -> str:
    """A dot for each, and nothing more."""
    return _DOT * len(digits)


def grouped(digits: str) -> str:
    """An amount as it is written, in thousands."""
    return f"{int(digits):,}" if digits else ""


class Keypad(QWidget):
    """Ten digits, one back, and done.

    Args:
        theme: The look.
        wish: What a person wants who has typed these digits.
        shown: How the digits look while they are typed.
        longest: No more are taken [digits].
        fills: The keys take all of the height; else what they do not need stands above.
    """

    asked = Signal(object)

    def __init__(
        self,
        theme: Theme,
        wish: Callable[[str], Wish],
        shown: Callable[[str], str],
        *,
        longest: int,
        fills: bool = False,
    ) -> None:
        super().__init__()
        self.setProperty("role", "keys")
        self._digits = ""
        self._is_on = True
        # where height is scarce: two rows of six, not four of three as on a telephone, and no line for the caption
        self._is_flat = theme.is_paged and not theme.is_upright
        self._is_brief = self._is_flat or theme.is_cramped
        # among pages the keys are as low as they may be
        self._grows = QSizePolicy.Policy.Ignored if theme.is_paged else QSizePolicy.Policy.Expanding
        self._asked = ""
        self._room = theme.column_width - 3 * theme.pad
        self._wish, self._shown, self._longest = wish, shown, longest
        self._highest = theme.px(1.5 * theme.scale.target)
        self._caption = OneLine(theme, tone="second")
        self._number = OneLine(theme, "heading", "typed_number", align=CENTRE)
        field = QFrame()
        field.setProperty("role", "field")
        field.setFixedHeight(max(theme.target, self._number.fontMetrics().height() + 2 * _FIELD_BORDER))
        inside = QHBoxLayout(field)
        inside.setContentsMargins(theme.pad, 0, theme.pad, 0)
        inside.addWidget(self._number)
        self.keys: list[Pressable] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.gap)
        column.addStretch(0 if fills else 1)
        column.addWidget(self._caption)
        column.addWidget(field)
        column.addLayout(self._grid(theme), 4)

    def _grid(self, theme: Theme) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(theme.gap)
        zero, back, enter = ((1, 4), (0, 5), (1, 5)) if self._is_flat else ((3, 1), (3, 0), (3, 2))
        for at, digit in enumerate("1234567890"):
            key = TextButton(theme, "card", f"key_{digit}", text_role="heading")
            key.say(digit)
            # what is typed may be worth money, or be a secret: no loudspeaker calls it out
            key.is_named = False
            key.clicked.connect(lambda _=False, digit=digit: self._type(digit))
            self._add(key, grid, *(zero if digit == "0" else divmod(at, 5 if self._is_flat else 3)))
        self._back = IconButton(theme, "square", "key_back", "arrow-left")
        self._back.setMinimumSize(theme.target, theme.target)
        self._back.setMaximumWidth(theme.size.width())
        self._back.clicked.connect(lambda: self._show(self._digits[:-1]))
        self._enter = TextButton(theme, "main", "key_enter", text_role="heading")
        self._enter.setEnabled(False)
        self._enter.asked.connect(self.asked)
        self._enter.clicked.connect(self.clear)
        self._add(self._back, grid, *back)
        self._add(self._enter, grid, *enter)
        return grid

    def _add(self, key: Pressable, grid: QGridLayout, row: int, column: int) -> None:
        key.setSizePolicy(QSizePolicy.Policy.Expanding, self._grows)
        key.setMaximumHeight(self._highest)
        grid.addWidget(key, row, column)
        self.keys.append(key)

    def render_words(self, caption: str, enter: str, rub_out: str) -> None:
        """Say what it is for, and what its keys do."""
        self._asked = caption if self._is_brief else ""
        self._caption.say(caption)
        self._caption.setVisible(bool(caption) and not self._is_brief)
        self._show(self._digits)
        self._enter.say(enter)
        self._back.setAccessibleName(rub_out)

    def ask(self, shown: Callable[[str], str], *, longest: int) -> None:
        """Another question: what was typed is forgotten, and what is typed looks so, up to so many digits."""
        self._shown, self._longest = shown, longest
        self.clear()

    def switch(self, *, on: bool) -> None:
        """Take touches, or none at all."""
        self._is_on = on
        for key in self.keys:
            key.setEnabled(on)
        self._show(self._digits)

    def clear(self) -> None:
        """Forget what was typed."""
        self._show("")

    def _type(self, digit: str) -> None:
        self._show((self._digits + digit)[: self._longest])

    def _show(self, digits: str) -> None:
        self._digits = digits
        is_long = self._number.fontMetrics().horizontalAdvance(self._asked) > self._room
        self._number.say(self._shown(digits) or ("" if is_long else self._asked))
        self._number.tone("" if digits else "second")
        self._enter.wish = self._wish(digits)
        self._enter.setEnabled(self._is_on and bool(digits))
