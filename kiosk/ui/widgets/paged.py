"""A column that turns pages where it is longer than its place. Nothing scrolls."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from kiosk.services.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.pager import Pager


class PagedColumn(QWidget):
    """Rows from top to bottom, as many to a page as have room, with buttons to turn when there are more.

    The page is the widget's own affair: it changes nothing but what is in sight.
    """

    def __init__(self, theme: Theme, name: str, *, spacing: int) -> None:
        super().__init__()
        self._spacing = spacing
        self._shown: list[QWidget] = []
        self._pages: list[list[QWidget]] = [[]]
        self._at = 0
        self._kept: QWidget | None = None
        self._text: Text | None = None
        self._pager = Pager(theme, name)
        self._pager.setParent(self)
        self._pager.leafed.connect(self._leaf)
        self.previous, self.next = self._pager.previous, self._pager.next
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    @property
    def rows(self) -> Sequence[QWidget]:
        """What it holds, on all its pages."""
        return self._shown

    def show_rows(self, rows: Sequence[QWidget], text: Text, at: QWidget | None) -> None:
        """Show these rows, turned to the page that holds one of them; when it is None, to the last one.

        Whoever has turned to another page stays there while the same rows are only shown anew.
        """
        is_anew = at is None and self._kept is not None and list(rows) == self._shown
        for row in self._shown:
            if row not in rows:
                row.hide()
        for row in rows:
            if row.parent() is not self:
                row.setParent(self)
        self._shown = list(rows)
        self._text = text
        self._paginate()
        if not is_anew:
            self._kept = at if at is not None or not rows else rows[-1]
        self._turn(self._page_of_kept())
        self.updateGeometry()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._paginate()
        self._turn(self._page_of_kept())
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._kept = None

    @override
    def sizeHint(self) -> QSize:
        return QSize(0, self._height(self._shown))

    @override
    def minimumSizeHint(self) -> QSize:
        pager = self._pager.sizeHint().height() + self._spacing if len(self._shown) > 1 else 0
        return QSize(0, max((self._row_height(row) for row in self._shown), default=0) + pager)

    def _page_of_kept(self) -> int:
        return next((number for number, page in enumerate(self._pages) if self._kept in page), 0)

    def _row_height(self, row: QWidget) -> int:
        layout = row.layout()
        if layout is not None:
            # a layout within a layout keeps its old heights until then
            layout.activate()
        return row.heightForWidth(self.width()) if row.hasHeightForWidth() else row.sizeHint().height()

    def _height(self, rows: Sequence[QWidget]) -> int:
        return sum(self._row_height(row) for row in rows) + self._spacing * max(len(rows) - 1, 0)

    def _paginate(self) -> None:
        """Fill page after page. A row always has a page, even one that is too high for it."""
        if self._height(self._shown) <= self.height():
            self._pages = [list(self._shown)]
            return
        room = self.height() - self._pager.sizeHint().height() - self._spacing
        pages: list[list[QWidget]] = [[]]
        for row in self._shown:
            if pages[-1] and self._height([*pages[-1], row]) > room:
                pages.append([])
            pages[-1].append(row)
        self._pages = pages

    def _leaf(self, by: int) -> None:
        self._turn(self._at + by)
        self._kept = self._pages[self._at][0]

    def _turn(self, to: int) -> None:
        self._at = min(max(to, 0), len(self._pages) - 1)
        page, top = self._pages[self._at], 0
        for row in self._shown:
            row.setVisible(row in page)
        for row in page:
            height = self._row_height(row)
            row.setGeometry(0, top, self.width(), height)
            top += height + self._spacing
        self._show_pager()

    def _show_pager(self) -> None:
        if self._text is None:
            return
        self._pager.render_page(self._at, len(self._pages), self._text)
        height = self._pager.sizeHint().height()
        self._pager.setGeometry(0, self.height() - height, self.width(), height)
