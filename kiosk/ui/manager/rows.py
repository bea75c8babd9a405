"""A line of a sheet: one to press, which is a card of its own, or one that only tells."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QFrame, QWidget

from kiosk.domain.told import Tone
from kiosk.domain.words import At, in_words
from kiosk.flows.manager.views import Row
from kiosk.services.text import Text
from kiosk.ui.icons import OF_TONE
from kiosk.ui.style import restyle
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import Pressable
from kiosk.ui.widgets.clamped import ClampedLabel
from kiosk.ui.widgets.labels import RIGHT, IconDisc, IconLabel

LOWEST_MM = 15
"""The least that staff press in a list. Source: screens, rules."""

_LINES = 3
"""Of a title, and of what is below it: what is longer ends in an ellipsis."""

_RIGHT_MOST = 0.6
"""What stands at the right has at most so much of the width; a day with its time has room in it."""

_TONE_KEYS = {
    Tone.DONE: "staff.tone.done",
    Tone.WAIT: "staff.tone.wait",
    Tone.ACT: "staff.tone.act",
    Tone.CALM: "staff.tone.calm",
}


@dataclass(frozen=True, slots=True)
class Kin:
    """What the rows of a section have in common, so that they are alike.

    Attributes:
        is_marked: One has a mark; all leave room for it.
        is_told_more: One has a second line; the titles of all stand out from it.
    """

    is_marked: bool
    is_told_more: bool


@dataclass(frozen=True, slots=True)
class _Places:
    """Where things stand, from 0 downwards [px].

    Attributes:
        title: Of the title.
        second: Of what is below it.
        right: Of what is at the right edge.
        edge: Where the chevron begins.
        high: How high all of the words are.
    """

    title: QRect
    second: QRect
    right: QRect
    edge: int
    high: int


class _Face:
    """What stands on a row, and where. It is laid out by hand: forty of them are to be drawn at once."""

    def __init__(self, host: QWidget, theme: Theme, *, is_pressable: bool) -> None:
        self._theme = theme
        self._drawn: tuple[object, ...] = ()
        self._places: dict[int, _Places] = {}
        self._arranged: QSize | None = None
        self._inset = theme.px(0.45 * theme.scale.pad)
        self._lowest = theme.px(LOWEST_MM)
        self._is_pressable = is_pressable
        self._is_marked = False
        self._disc = IconDisc(theme, 1.2 * theme.scale.body, filled=0.6)
        self._title = ClampedLabel(theme, lines=_LINES)
        self._second = ClampedLabel(theme, tone="second", lines=_LINES)
        self._right = ClampedLabel(theme, "strong", align=RIGHT)
        self._chevron = IconLabel(theme, 0.7 * theme.scale.body)
        self._chevron.draw("chevron-right", theme.colours.faded)
        for part in (self._disc, self._title, self._second, self._right, self._chevron):
            part.setParent(host)
        self._chevron.setVisible(is_pressable)
        self.spoken = ""

    def draw(self, row: Row, text: Text, kin: Kin) -> bool:
        """Show a row. False when it is what stands there already."""
        if self._drawn == (row, text.language, kin):
            return False
        self._drawn = (row, text.language, kin)
        self._places.clear()
        self._arranged = None
        self._is_marked = kin.is_marked
        title, second, right = (
            "" if words is None else in_words(words, text) for words in (row.title, row.second, row.right)
        )
        self._title.setFont(self._theme.font("strong" if self._is_pressable or kin.is_told_more else "body"))
        labels = ((self._title, title, "title"), (self._second, second, "second"), (self._right, right, "right"))
        for label, said, part in labels:
            label.setObjectName(f"{row.name}_{part}")
            label.say(said)
            label.setVisible(bool(said))
        is_time = isinstance(row.right, At)
        self._right.setFont(self._theme.font("body" if is_time else "strong"))
        self._right.tone("second" if is_time else "" if row.tone is None else row.tone.value)
        self._disc.setVisible(row.tone is not None)
        if row.tone is not None:
            self._disc.draw(OF_TONE[row.tone], row.tone.value)
        mark = "" if row.tone is None else text(_TONE_KEYS[row.tone])
        self.spoken = "\n".join(part for part in (mark, title, second, right) if part)
        return True

    def height_at(self, width: int) -> int:
        """How high the row is at this width [px]."""
        places = self._places_at(width)
        return max(places.high + 2 * self._inset, self._lowest)

    def arrange(self, size: QSize) -> None:
        """Put everything in its place; words in the middle of a row that is higher than they are."""
        if size == self._arranged:
            return
        self._arranged = size
        places = self._places_at(size.width())
        top, middle = (size.height() - places.high) // 2, size.height() // 2
        self._title.setGeometry(places.title.translated(0, top))
        self._second.setGeometry(places.second.translated(0, top))
        self._right.setGeometry(places.right.translated(0, top))
        self._disc.move(self._theme.pad, middle - self._disc.height() // 2)
        self._chevron.move(places.edge, middle - self._chevron.height() // 2)

    def _places_at(self, width: int) -> _Places:
        if width not in self._places:
            self._places[width] = self._find_places(width)
        return self._places[width]

    def _find_places(self, width: int) -> _Places:
        gap = self._theme.gap
        left = self._theme.pad + (self._disc.width() + gap if self._is_marked else 0)
        edge = width - self._theme.pad - (self._chevron.width() if self._is_pressable else 0)
        end = edge - (gap if self._is_pressable else 0)
        beside = min(self._right.natural_width, round(_RIGHT_MOST * (end - left))) if self._right.said else 0
        room = end - left - (beside + gap if beside else 0)
        title = QRect(left, 0, room, self._title.heightForWidth(room))
        right = QRect(end - beside, 0, beside, self._right.heightForWidth(beside) if beside else 0)
        below = self._second.heightForWidth(end - left) if self._second.said else 0
        first = max(title.height(), right.height())
        return _Places(title, QRect(left, first, end - left, below), right, edge, first + below)


class PressRow(Pressable):
    """A row to press."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "row", "")
        self.setMinimumSize(theme.px(LOWEST_MM), theme.px(LOWEST_MM))
        self._face = _Face(self, theme, is_pressable=True)

    def draw(self, row: Row, text: Text, kin: Kin) -> None:
        """Show a row."""
        self.wish = row.wish
        self.setObjectName(row.name)
        if self._face.draw(row, text, kin):
            self.setAccessibleName(self._face.spoken)

    def height_at(self, width: int) -> int:
        """How high it is at this width [px]."""
        return self._face.height_at(width)

    def place(self, place: QRect) -> None:
        """Stand here, with everything on it."""
        self.setGeometry(place)
        self._face.arrange(place.size())


class TellRow(QFrame):
    """A row that only tells: all there is to see of it. Those that follow each other are one card."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "tell")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._face = _Face(self, theme, is_pressable=False)

    def draw(self, row: Row, text: Text, kin: Kin) -> None:
        """Show a row."""
        self.setObjectName(row.name)
        if self._face.draw(row, text, kin):
            self.setAccessibleName(self._face.spoken)

    def height_at(self, width: int) -> int:
        """How high it is at this width [px]."""
        return self._face.height_at(width)

    def join(self, *, above: bool, below: bool) -> None:
        """Be one card with the row above, with the one below."""
        restyle(self, "above", "true" if above else "false")
        restyle(self, "below", "true" if below else "false")

    def place(self, place: QRect) -> None:
        """Stand here, with everything on it."""
        self.setGeometry(place)
        self._face.arrange(place.size())
