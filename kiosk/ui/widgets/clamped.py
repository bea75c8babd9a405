"""Words that take the lines they need, and no more than they may."""

from bisect import bisect_left

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from typing_extensions import override

from kiosk.ui.theme import TextRole, Theme
from kiosk.ui.widgets.labels import LEFT, Label, breakable

_ENDLESS = 100_000
"""Higher than any text [px]."""

_SLACK = 2
"""Wrapping takes a line that is exactly as wide for too wide [px]."""


class ClampedLabel(Label):
    """Words in one line where they fit, in a few where they do not; what is longer still ends in an ellipsis.

    Args:
        theme: The look.
        role: Of the type.
        name: Of the widget.
        tone: Its colour.
        align: Where the words stand.
        lines: The most there may be.
    """

    _lines = 2

    def __init__(
        self,
        theme: Theme,
        role: TextRole = "body",
        name: str = "",
        *,
        tone: str = "",
        align: Qt.AlignmentFlag = LEFT,
        lines: int = 2,
    ) -> None:
        super().__init__(theme, role, name, tone=tone, align=align)
        self._lines = lines

    @property
    def natural_width(self) -> int:
        """How wide it is in one line [px]."""
        return self.fontMetrics().horizontalAdvance(self.said) + _SLACK

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return min(self._height_of(self.said, width), self._most)

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.natural_width, self.fontMetrics().lineSpacing())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(2 * self.fontMetrics().height(), self.fontMetrics().lineSpacing())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._lay_out()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._lay_out()

    @property
    def _most(self) -> int:
        # the height of several lines is not quite that of one so many times
        return self._lines * (self.fontMetrics().lineSpacing() + 1)

    @override
    def _lay_out(self) -> None:
        self.updateGeometry()
        words, width = self.said, self.width()
        if not self.isVisible():
            # nobody sees it, and it may not have its place yet: measuring is most of the work
            return
        if self._height_of(words, width) > self._most:
            kept = bisect_left(range(len(words)), x=True, key=lambda n: self._is_too_long(words[:n], width)) - 1
            words = words[: max(kept, 1)].rstrip() + "…"
        self.setText(breakable(words, width, self.fontMetrics()))

    def _is_too_long(self, words: str, width: int) -> bool:
        return self._height_of(words.rstrip() + "…", width) > self._most

    def _height_of(self, words: str, width: int) -> int:
        metrics = self.fontMetrics()
        if metrics.horizontalAdvance(words) + _SLACK <= width:
            return metrics.lineSpacing()
        room = QRect(0, 0, max(width, 1), _ENDLESS)
        return metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, breakable(words, width, metrics)).height()
