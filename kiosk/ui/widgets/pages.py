"""A place for what may be longer than it: pages to turn, which end where something ends. Nothing scrolls."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.services.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.labels import Label
from kiosk.ui.widgets.pager import Pager

_LEAST = 3
"""No page is lower than so many times the text."""

_PASSES = 4
"""What is as high as its words at a width needs to have that width first."""

_KEPT_WHOLE = frozenset({"card", "tender", "notice", "line", "field", "stepper", "keys", "ring", "hero"})
"""Roles of what is not cut where it has room on a page."""


@dataclass(frozen=True, slots=True)
class Span:
    """From where to where something goes, from the top [px].

    Attributes:
        top: Its first row.
        bottom: The first row below it.
        line: How high one of its lines is, if it may be parted between lines; 0 if not.
        leads: What comes so close below it should be on the same page; 0 if nothing has to be.
    """

    top: int
    bottom: int
    line: int = 0
    leads: int = 0

    def is_cut(self, at: int) -> bool:
        """Whether a page that ends here cuts it."""
        return self.top < at < self.bottom

    def is_parted(self, at: int) -> bool:
        """Whether a page that ends here parts it from what it leads."""
        return self.bottom <= at < self.bottom + self.leads


def break_up(spans: Sequence[Span], room: int, length: int) -> list[tuple[int, int]]:
    """Where pages of at most this height begin and end.

    A page ends where nothing is cut in two. What is higher than a page is cut between lines; what has none, anywhere.
    """
    pages: list[tuple[int, int]] = []
    top = 0
    while length - top > room:
        end = _end_of_page(spans, top, room)
        pages.append((top, end))
        top = min((max(span.top, end) for span in spans if span.bottom > end), default=length)
    pages.append((top, length))
    return pages


def _end_of_page(spans: Sequence[Span], top: int, room: int) -> int:
    whole = [span for span in spans if span.bottom - span.top <= room]
    lines = [end for span in spans if span.line for end in range(span.top + span.line, span.bottom, span.line)]
    within = [end for end in (*(span.bottom for span in spans), *lines) if top < end <= top + room]
    good = [end for end in within if not any(span.is_cut(end) for span in whole) and not _cuts_a_line(spans, end)]
    better = [end for end in good if not any(span.is_parted(end) for span in spans)]
    return max(better or good, default=top + room)


def _cuts_a_line(spans: Sequence[Span], at: int) -> bool:
    return any(span.line and span.is_cut(at) and (at - span.top) % span.line for span in spans)


class _Frame(QWidget):
    """Shows a part of what it holds.

    Attributes:
        disturbed: What it holds has changed.
    """

    disturbed = Signal()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.disturbed.emit()
        return super().event(event)


class Pages(QWidget):
    """Holds a column. If it is higher than its place, it is shown page by page, with buttons to turn.

    Args:
        theme: The look. On a screen that is wider than high the buttons stand at the right, where they take no height.

    Attributes:
        column: To be filled.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._gap = theme.gap
        self._least = theme.px(_LEAST * theme.scale.body)
        self._led = theme.gap + theme.target // 2
        self._is_upright = theme.is_upright
        self._text: Text | None = None
        self._pages: list[tuple[int, int]] = [(0, 0)]
        self._at = 0
        self._is_laying = False
        self._kept: QWidget | None = None
        self._frame = _Frame(self)
        self._frame.disturbed.connect(self._lay_out)
        self._body = QWidget(self._frame)
        self.column = QVBoxLayout(self._body)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.gap)
        self.pager = Pager(theme, "part", upright=not theme.is_upright)
        self.pager.setParent(self)
        self.pager.leafed.connect(self._leaf)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def say(self, text: Text) -> None:
        """Lay out what was drawn, in these words."""
        self._text = text
        self._lay_out()

    def bring(self, widget: QWidget | None) -> None:
        """Turn to the page that holds this, and stay with it until a page is turned; None: stay where one is."""
        self._kept = widget
        self._turn(self._page_of_kept())

    def _page_of_kept(self) -> int:
        return self._at if self._kept is None else self._page_of(self._kept)

    def _page_of(self, widget: QWidget) -> int:
        # of what is higher than a page the first words count, not the edge above them
        layout = widget.layout()
        first = 0 if layout is None else layout.contentsRect().top()
        top = widget.mapTo(self._body, QPoint(0, first)).y()
        return max((at for at, (start, _) in enumerate(self._pages) if start <= top), default=0)

    def _leaf(self, by: int) -> None:
        self._kept = None
        self._turn(self._at + by)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._at, self._kept = 0, None

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        """The focus is never out of sight."""
        if now is not None and self._body.isAncestorOf(now):
            self._kept = None
            self._turn(self._page_of(now))

    def _lay_out(self) -> None:
        if self._is_laying or self._text is None:
            return
        self._is_laying = True
        try:
            width, height = self.width(), self.height()
            if self._fit(width) <= height:
                self._body.resize(width, height)
                self._pages = [(0, height)]
            else:
                self._lay_pages()
        finally:
            self._is_laying = False
        self._turn(self._page_of_kept())

    def _lay_pages(self) -> None:
        width, room = self.width(), self.height()
        if self._is_upright:
            room -= self.pager.sizeHint().height() + self._gap
        else:
            width -= self.pager.minimumWidth() + self._gap
        # before it has its place it may have none at all
        room = max(room, self._least)
        length = self._fit(width)
        self._body.resize(width, length)
        self._pages = break_up(self._spans(room), room, length)

    def _fit(self, width: int) -> int:
        """How high it all is at this width [px]."""
        height = 0
        for _ in range(_PASSES):
            before, height = height, self._natural(width)
            self._body.resize(width, height)
            # a layout within a widget learns of new heights by a message
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
            self.column.activate()
            if height == before:
                break
        return height

    def _natural(self, width: int) -> int:
        if self.column.hasHeightForWidth():
            return self.column.heightForWidth(width)
        return self.column.sizeHint().height()

    def _spans(self, room: int) -> list[Span]:
        spans = []
        for widget in self._body.findChildren(QWidget):
            if not widget.isVisibleTo(self._body) or widget.height() <= 0:
                continue
            is_whole = isinstance(widget, QAbstractButton) or widget.property("role") in _KEPT_WHOLE
            is_leaf = not any(isinstance(child, QWidget) for child in widget.children())
            if is_leaf or (is_whole and widget.height() <= room):
                top = widget.mapTo(self._body, QPoint(0, 0)).y()
                line = widget.fontMetrics().lineSpacing() if isinstance(widget, Label) and widget.wordWrap() else 0
                led = self._led if widget.property("leads") else 0
                spans.append(Span(top, top + widget.height(), line, led))
        return spans

    def _turn(self, to: int) -> None:
        if self._text is None:
            return
        self._at = min(max(to, 0), len(self._pages) - 1)
        top, end = self._pages[self._at]
        self._frame.setGeometry(0, 0, self._body.width(), end - top)
        self._body.move(0, -top)
        self.pager.render_page(self._at, len(self._pages), self._text)
        if self._is_upright:
            height = self.pager.sizeHint().height()
            self.pager.setGeometry(0, self.height() - height, self.width(), height)
        else:
            width = self.pager.minimumWidth()
            self.pager.setGeometry(self.width() - width, 0, width, self.height())
