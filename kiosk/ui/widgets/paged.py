"""A column that turns pages where it is longer than its place. Nothing scrolls."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from kiosk.services.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import IconButton
from kiosk.ui.widgets.labels import CENTRE, OneLine


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
        self._pager = QWidget(self)
        self.previous = IconButton(theme, "round", f"{name}_previous", "chevron-left")
        self.next = IconButton(theme, "round", f"{name}_next", "chevron-right")
        self._where = OneLine(theme, "body", tone="second", align=CENTRE)
        row = QHBoxLayout(self._pager)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        for part in (self.previous, self._where, self.next):
            row.addWidget(part)
        row.addStretch(1)
        row.setSpacing(theme.pad)
        self.previous.clicked.connect(lambda: self._leaf(-1))
        self.next.clicked.connect(lambda: self._leaf(1))
        self._pager.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_rows(self, rows: Sequence[QWidget], text: Text, at: QWidget | None) -> None:
        """Show these rows, turned to the page that holds one of them; the last page when it is None."""
        for row in self._shown:
            if row not in rows:
                row.hide()
        for row in rows:
            if row.parent() is not self:
                row.setParent(self)
        self._shown = list(rows)
        self._text = text
        self.previous.setAccessibleName(text("pages.previous"))
        self.next.setAccessibleName(text("pages.next"))
        self._paginate()
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
        self._pager.setVisible(len(self._pages) > 1)
        if self._text is None or len(self._pages) <= 1:
            return
        height = self._pager.sizeHint().height()
        self._where.say(self._text("pages.where", page=self._at + 1, pages=len(self._pages)))
        self._pager.setGeometry(0, self.height() - height, self.width(), height)
        self.previous.setEnabled(self._at > 0)
        self.next.setEnabled(self._at < len(self._pages) - 1)
