"""Words and icons. Words are plain text always: nothing that came from outside can format or link."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget
from typing_extensions import override

from kiosk.ui.style import restyle
from kiosk.ui.theme import TextRole, Theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter

_HEADINGS = frozenset({"heading", "title"})
_NO_BREAK = "\u00a0"
_LAST_SHARE = 0.75
"""What ends the words is kept together if it has no more of the width than that."""

_BREAK = "\u200b"
"""Zero-width space: a line may end here."""

_NO_END = "\u2060"
"""Word joiner: no line may end here."""

_WORD = re.compile(r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff01-\uff65]+")
"""What a line does not end in by itself. It does between Chinese and Japanese characters, and Qt knows where not."""

_END = re.compile(
    r"(?:[\u304a\u3054]?[\u4e00-\u9fff]{0,3}[\u3041-\u309f]{1,6}|[\u4e00-\u9fff]{2}|[\u30a1-\u30fc]{2,6})"
    r"[\u3002\uff01\uff1f]?$"
)
"""The last word where none are set apart by spaces: in Japanese its kanji and kana, after a polite o or go (U+304A,
U+3054); in Chinese two signs. A full stop, an exclamation or a question mark may follow."""

_LAST_SIGNS = 3
"""So many signs of a last word stand together where all of it has no room."""


def breakable(words: str, width: int, metrics: QFontMetrics) -> str:
    """The words, those of them breakable anywhere that are wider than there is room [px]."""
    if metrics.horizontalAdvance(words) <= width:
        return words
    return _WORD.sub(
        lambda word: word[0] if metrics.horizontalAdvance(word[0]) <= width else _BREAK.join(word[0]), words
    )


def ending_whole(words: str, width: float, metrics: QFontMetrics) -> str:
    """The words, so that no line parts the last two of them, or signs of the last one, if these have room [px]."""
    sign = _END.search(words)
    if sign is not None:
        last = sign[0] if metrics.horizontalAdvance(sign[0]) <= width else sign[0][-_LAST_SIGNS:]
        joined = words.removesuffix(last) + _NO_END.join(last)
    else:
        before, _, end = words.rpartition(" ")
        last = f"{before.rpartition(' ')[2]} {end}"
        joined = f"{before}{_NO_BREAK}{end}" if " " in before else words
    return joined if metrics.horizontalAdvance(last) <= width else words


class Label(QLabel):
    """Words in a role and a tone. Touches go through it to what it stands on.

    In Chinese and Japanese no sign stands alone in the last line, where there is room for more; in a heading no word.
    """

    def __init__(
        self, theme: Theme, role: TextRole = "body", name: str = "", *, tone: str = "", align: Qt.AlignmentFlag = LEFT
    ) -> None:
        super().__init__()
        self.said = ""
        self._is_heading = self._ends_whole = role in _HEADINGS
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font(role))
        self.setAlignment(align)
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setProperty("tone", tone)

    def say(self, words: str) -> None:
        """Show these words."""
        if words == self.said:
            return
        self.said = words
        self._ends_whole = self._is_heading or _END.search(words) is not None
        self.setAccessibleName(words)
        self._lay_out()

    @property
    def sentences(self) -> Sequence[str]:
        """What is spoken of it."""
        return (self.said,)

    def tone(self, tone: str) -> None:
        """Colour the words."""
        restyle(self, "tone", tone)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._ends_whole and event.size().width() != event.oldSize().width():
            self._lay_out()

    def _lay_out(self) -> None:
        room = self.width() * _LAST_SHARE
        self.setText(ending_whole(self.said, room, self.fontMetrics()) if self._ends_whole else self.said)


class OneLine(Label):
    """Words that stay on one line: amounts, numbers, short captions."""

    def __init__(
        self, theme: Theme, role: TextRole = "body", name: str = "", *, tone: str = "", align: Qt.AlignmentFlag = LEFT
    ) -> None:
        super().__init__(theme, role, name, tone=tone, align=align)
        self.setWordWrap(False)


class WholeWordsLabel(Label):
    """Words of which none is torn, in no script: a line ends at spaces only."""

    @override
    def _lay_out(self) -> None:
        self.setText(" ".join(map(_NO_END.join, self.said.split(" "))))


class NameLabel(Label):
    """A name from the catalogue, in as many lines as there is room for; one that is longer ends in an ellipsis."""

    def __init__(self, theme: Theme, role: TextRole = "body", name: str = "", *, lines: int = 2) -> None:
        super().__init__(theme, role, name)
        self._lines = lines
        self.setMaximumHeight(self._height(lines))

    @override
    def hasHeightForWidth(self) -> bool:
        return False

    @override
    def sizeHint(self) -> QSize:
        return QSize(4 * self.fontMetrics().height(), self._height(self._lines))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(2 * self.fontMetrics().height(), self._height(1))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _height(self, lines: int) -> int:
        return lines * self.fontMetrics().lineSpacing() + 2

    @override
    def _lay_out(self) -> None:
        kept = self.said
        while not self._fits(shown := breakable(kept, self.width(), self.fontMetrics())) and len(kept) > 1:
            kept = kept.removesuffix("…")[:-1].rstrip() + "…"
        self.setText(shown)

    def _fits(self, words: str) -> bool:
        room = QRect(0, 0, max(self.width(), 1), self._height(10))
        height = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, words).height()
        return height <= max(self.height(), self._height(1))


class IconLabel(QLabel):
    """An icon in a colour."""

    def __init__(self, theme: Theme, mm: float) -> None:
        super().__init__()
        self._theme = theme
        self._side = theme.px(mm)
        self.setFixedSize(self._side, self._side)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def draw(self, icon: str, colour: str) -> None:
        """Show this icon."""
        self.setPixmap(self._theme.icons.pixmap(icon, colour, self._side))


class IconDisc(QWidget):
    """An icon on a disc of its tone's soft colour: what a screen is about, or how a row stands, at a glance.

    Args:
        theme: The look.
        mm: Its width [mm].
        filled: How much of it the icon has; more on a small one.
    """

    def __init__(self, theme: Theme, mm: float, *, filled: float = 0.5) -> None:
        super().__init__()
        self._theme = theme
        self._filled = filled
        self._icon = ""
        self._tone = "calm"
        self.setFixedSize(theme.px(mm), theme.px(mm))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def draw(self, icon: str, tone: str) -> None:
        """Show this icon in this tone."""
        self._icon, self._tone = icon, tone
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._icon:
            return
        side = self.width()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, edge = self._theme.colours, max(side // 24, 2) if self._theme.colours.edge else 0
        painter.setPen(QPen(QColor(colours.tone(self._tone)), edge) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.soft(self._tone)))
        painter.drawEllipse(self.rect().adjusted(edge, edge, -edge, -edge))
        inner = int(side * self._filled)
        pixmap = self._theme.icons.pixmap(self._icon, self._theme.colours.tone(self._tone), inner)
        painter.drawPixmap((side - inner) // 2, (side - inner) // 2, pixmap)
        painter.end()


def rule() -> QFrame:
    """A thin line between two things."""
    line = QFrame()
    line.setProperty("role", "rule")
    line.setFixedHeight(2)
    return line
