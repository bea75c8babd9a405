"""The list of a sheet: headings and rows in columns, page by page. Nothing scrolls."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from kiosk.services.text import Text
from kiosk.ui.manager.pages import Block, Column, paginate
from kiosk.ui.manager.rows import PressRow, TellRow
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.clamped import ClampedLabel
from kiosk.ui.widgets.pager import Pager

SEAM = 2
"""Between two rows of one card the ground shows through [px]."""


class Heading(ClampedLabel):
    """What the rows below it have in common."""

    def height_at(self, width: int) -> int:
        """How high it is at this width [px]."""
        return self.heightForWidth(width)

    def place(self, place: QRect) -> None:
        """Stand here."""
        self.setGeometry(place)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the list.

    Attributes:
        widget: What it is.
        begins: It is the first one of its section.
    """

    widget: Heading | PressRow | TellRow
    begins: bool


class Listing(QWidget):
    """Shows pieces; which page is in sight is its own affair.

    Args:
        theme: The look.
        halves: There are two columns beside each other.

    Attributes:
        pager: To be put wherever it has room; it always takes it, so that pages do not change with it.
    """

    def __init__(self, theme: Theme, *, halves: bool) -> None:
        super().__init__()
        self._theme = theme
        self._halves = halves
        self._pieces: list[Piece] = []
        self._pages: list[list[Column]] = [[]]
        self._wanted = 0
        self._text: Text | None = None
        self.pager = Pager(theme, "page")
        self.pager.leafed.connect(self._leaf)
        policy = self.pager.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.pager.setSizePolicy(policy)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_pieces(self, pieces: Sequence[Piece], text: Text, *, from_start: bool) -> None:
        """Show these, on the page that was in sight or on the first one."""
        self._text = text
        shown = {piece.widget for piece in pieces}
        for before in self._pieces:
            if before.widget not in shown:
                before.widget.hide()
        self._pieces = list(pieces)
        for piece in pieces:
            if piece.widget.parent() is not self:
                piece.widget.setParent(self)
        if from_start:
            self._wanted = 0
        self._lay_out()

    @override
    def sizeHint(self) -> QSize:
        return QSize(0, 0)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    @property
    def _column_width(self) -> int:
        return (self.width() - self._theme.pad) // 2 if self._halves else self.width()

    def _leaf(self, by: int) -> None:
        self._wanted = min(self._wanted, len(self._pages) - 1) + by
        self._turn()

    def _lay_out(self) -> None:
        width = self._column_width
        blocks = [
            Block(
                piece.widget.height_at(width),
                self._gap(number),
                begins=piece.begins,
                leads=isinstance(piece.widget, Heading),
                stands_alone=isinstance(piece.widget, PressRow),
            )
            for number, piece in enumerate(self._pieces)
        ]
        self._pages = paginate(blocks, self.height(), halves=self._halves)
        self._turn()

    def _turn(self) -> None:
        at = max(min(self._wanted, len(self._pages) - 1), 0)
        page = self._pages[at]
        in_sight = {number for column in page for number in column}
        for number, piece in enumerate(self._pieces):
            if number not in in_sight:
                piece.widget.hide()
        for place, column in enumerate(page):
            self._stack(column, place * (self._column_width + self._theme.pad))
        if self._text is not None:
            self.pager.render_page(at, len(self._pages), self._text)

    def _stack(self, column: Column, left: int) -> None:
        top, width = 0, self._column_width
        for at, number in enumerate(column):
            widget = self._pieces[number].widget
            top += self._gap(number) if at else 0
            height = widget.height_at(width)
            widget.place(QRect(left, top, width, height))
            if isinstance(widget, TellRow):
                widget.join(above=at > 0 and self._is_joined(number), below=self._is_joined_below(column, at))
            widget.show()
            top += height

    def _gap(self, number: int) -> int:
        """Above a piece that does not begin a column [px]."""
        piece, before = self._pieces[number], self._pieces[number - 1]
        if piece.begins:
            return self._theme.pad
        if isinstance(before.widget, Heading):
            return self._theme.gap // 2
        return SEAM if self._is_joined(number) else self._theme.gap

    def _is_joined(self, number: int) -> bool:
        """It is one card with the piece before."""
        piece, before = self._pieces[number], self._pieces[number - 1]
        return isinstance(piece.widget, TellRow) and isinstance(before.widget, TellRow) and not piece.begins

    def _is_joined_below(self, column: Column, at: int) -> bool:
        return at + 1 < len(column) and self._is_joined(column[at + 1])
