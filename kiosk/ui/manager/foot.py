"""The buttons at the foot of a staff screen: in one row where they fit, else in more."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import TextButton

_WIDEST_MM = 145
"""A button as wide as a large screen would not look like one."""


class Foot(QWidget):
    """Buttons in rows of one width. The last one stands at the bottom right, the way out at the bottom left.

    Args:
        theme: The look.
        width: Of a row [px].
    """

    def __init__(self, theme: Theme, width: int) -> None:
        super().__init__()
        self._theme = theme
        self._width = width
        self._widest = theme.px(_WIDEST_MM)
        self.setFixedSize(width, 0)

    def show_buttons(self, out: TextButton | None, buttons: Sequence[TextButton]) -> list[TextButton]:
        """Show these; gives them back in reading order.

        Args:
            out: The way out, at the left of the lowest row; None for none.
            buttons: The others, left to right; what does not fit beside the last one goes to the row above.
        """
        rows = self._rows(out, buttons)
        step = self._theme.target + self._theme.gap
        for number, row in enumerate(rows):
            self._place(row, out, number * step, is_only=len(rows) == 1)
        height = len(rows) * step - self._theme.gap if rows else 0
        self.setFixedHeight(height)
        self.setVisible(bool(rows))
        return [button for row in rows for button in row]

    def _rows(self, out: TextButton | None, buttons: Sequence[TextButton]) -> list[list[TextButton]]:
        """As few rows as there can be; with about as many buttons in each, if they fit so."""
        packed = self._pack(out, buttons)
        if len(packed) <= 1:
            return packed
        count = len(buttons) + (out is not None)
        even = self._split(out, buttons, -(-count // len(packed)))
        return even if all(self._needed(row) <= self._width for row in even) else packed

    def _pack(self, out: TextButton | None, buttons: Sequence[TextButton]) -> list[list[TextButton]]:
        """As many to a row as have room, from the last one upwards."""
        above: list[list[TextButton]] = []
        row: list[TextButton] = []
        lead = [] if out is None else [out]
        for button in reversed(buttons):
            if (lead or row) and self._needed([*lead, button, *row]) > self._width:
                above.insert(0, [*lead, *row])
                lead, row = [], []
            row.insert(0, button)
        return [one for one in ([*lead, *row], *above) if one]

    def _split(self, out: TextButton | None, buttons: Sequence[TextButton], most: int) -> list[list[TextButton]]:
        """So many buttons to a row at most, from the last one upwards; the way out is the first of the lowest row."""
        beside = most - (out is not None)
        cut = max(len(buttons) - beside, 0)
        above = [list(buttons[max(end - most, 0) : end]) for end in range(cut, 0, -most)]
        return [*reversed(above), [*([] if out is None else [out]), *buttons[cut:]]]

    def _needed(self, row: Sequence[TextButton]) -> int:
        return sum(button.minimumWidth() for button in row) + self._theme.gap * (len(row) - 1)

    def _place(self, row: list[TextButton], out: TextButton | None, top: int, *, is_only: bool) -> None:
        """Share out the room that is over; what still is stands between the way out and the others."""
        widths = self._shares(row)
        if self._theme.is_wide or row == [out] or (is_only and len(row) == 1):
            widths = [min(width, max(self._widest, one.minimumWidth())) for one, width in zip(row, widths, strict=True)]
        right = self._width
        for button, width in zip(reversed(row), reversed(widths), strict=True):
            left = 0 if button is out else right - width
            button.setParent(self)
            button.setGeometry(left, top, width, self._theme.target)
            button.show()
            right = left - self._theme.gap

    def _shares(self, row: Sequence[TextButton]) -> list[int]:
        """All alike, the main one twice as wide; where one needs more than that, what is over is shared out."""
        shares = [2 if button.property("role") == "main" else 1 for button in row]
        room = self._width - self._theme.gap * (len(row) - 1)
        alike = [room * share // sum(shares) for share in shares]
        if all(width >= button.minimumWidth() for button, width in zip(row, alike, strict=True)):
            return alike
        over = max(self._width - self._needed(row), 0)
        return [button.minimumWidth() + over * share // sum(shares) for button, share in zip(row, shares, strict=True)]
