"""A list in sections, with buttons at the foot: most of manager mode."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.domain.words import in_words
from kiosk.flows.intents import GoBack
from kiosk.flows.manager.intents import Lock
from kiosk.flows.manager.views import Row, Section, SheetView, Weight
from kiosk.services.text import Text
from kiosk.ui.icons import OF_TONE
from kiosk.ui.manager.foot import Foot
from kiosk.ui.manager.listing import Heading, Listing, Piece
from kiosk.ui.manager.rows import Kin, PressRow, TellRow
from kiosk.ui.screens.base import Screen, chain_focus
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import TextButton
from kiosk.ui.widgets.clamped import ClampedLabel
from kiosk.ui.widgets.notice import Notice

_SIDE = 0.34
"""What the words have of the width, where they stand beside the list."""

_ROLES: Final[Mapping[Weight, str]] = MappingProxyType(
    {Weight.MAIN: "main", Weight.PLAIN: "plain", Weight.DANGER: "danger"}
)


class SheetScreen(Screen[SheetView]):
    """Title, notice, rows, buttons.

    On a small screen words and way out stand beside the list, which has the whole height; on a large one above and
    below it, and a wide one has two columns.
    """

    step = None

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._drawn: tuple[object, ...] = ()
        self._rows: dict[tuple[str, bool], PressRow | TellRow] = {}
        self._spare_presses: list[PressRow] = []
        self._spare_tells: list[TellRow] = []
        self._buttons: dict[str, TextButton] = {}
        self._headings: list[Heading] = []
        self._is_beside = theme.is_small and theme.is_wide
        self._title = ClampedLabel(theme, "title", "staff_title", lines=4 if self._is_beside else 3)
        self._detail = ClampedLabel(theme, "body", "staff_detail", tone="second", lines=3)
        self._notice = Notice(theme, "staff_notice")
        self._list = Listing(theme, halves=theme.is_wide and not theme.is_small)
        self._back = TextButton(theme, "plain", "staff_back", GoBack())
        self._lock = TextButton(theme, "plain", "staff_lock", Lock())
        self.listen(self._back, self._lock)
        self.column.setContentsMargins(theme.margin, theme.pad, theme.margin, theme.margin)
        width = theme.size.width() - 2 * theme.margin
        if self._is_beside:
            self._lay_side_by_side(width)
        else:
            self._lay_one_above_the_other(width)

    def _lay_side_by_side(self, width: int) -> None:
        side = round(_SIDE * width)
        self._out = Foot(self.theme, side)
        self._foot = Foot(self.theme, width - side - self.theme.pad)
        said = QWidget()
        said.setFixedWidth(side)
        words, rows = QVBoxLayout(said), QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(self.theme.gap)
        rows.setSpacing(self.theme.gap)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        words.addStretch(1)
        words.addWidget(self._list.pager)
        words.addWidget(self._out)
        rows.addWidget(self._notice)
        rows.addWidget(self._list, 1)
        rows.addWidget(self._foot)
        both = QHBoxLayout()
        both.setSpacing(self.theme.pad)
        both.addWidget(said)
        both.addLayout(rows, 1)
        self.column.addLayout(both)

    def _lay_one_above_the_other(self, width: int) -> None:
        self._out = self._foot = Foot(self.theme, width)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        head = QHBoxLayout()
        head.setSpacing(self.theme.pad)
        head.addLayout(words, 1)
        self.column.addLayout(head)
        self.column.addSpacing(self.theme.gap)
        self.column.addWidget(self._notice)
        self.column.addSpacing(self.theme.gap)
        self.column.addWidget(self._list, 1)
        if self.theme.is_wide:
            head.addWidget(self._list.pager)
        else:
            self.column.addWidget(self._list.pager)
        self.column.addWidget(self._foot)

    @override
    def draw(self, view: SheetView, text: Text) -> None:
        self._title.say(in_words(view.title, text))
        self._detail.setVisible(view.detail is not None)
        self._detail.say("" if view.detail is None else in_words(view.detail, text))
        self._notice.setVisible(view.notice is not None)
        if view.notice is not None:
            tone = view.notice.tone
            self._notice.show_line(in_words(view.notice.words, text), OF_TONE[tone], tone.value)
        sheet = (view.title, tuple(row.name for section in view.sections for row in section.rows))
        is_other = self._drawn[:2] != sheet
        buttons = tuple(button.name for button in view.buttons)
        pieces = self._pieces(view.sections, text)
        self._list.show_pieces(pieces, text, from_start=is_other)
        pressed = self._draw_foot(view, text)
        if is_other or self._drawn[2:] != buttons:
            self._drawn = (*sheet, *buttons)
            rows = [piece.widget for piece in pieces if isinstance(piece.widget, PressRow)]
            chain_focus([*rows, self._list.pager.previous, self._list.pager.next, *pressed])
            self.renewed.emit()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._drawn = ()

    def _pieces(self, sections: Sequence[Section], text: Text) -> list[Piece]:
        """The widgets of the rows, each kept as long as its row is: a finger that is down stays on what it touched."""
        shown = [(section, _rows_of(section, number)) for number, section in enumerate(sections)]
        self._spare({_key(row) for _, rows in shown for row in rows})
        pieces: list[Piece] = []
        for number, (section, rows) in enumerate(shown):
            first = len(pieces)
            if section.title is not None and rows:
                pieces.append(Piece(self._heading(number, in_words(section.title, text)), begins=True))
            kin = Kin(
                is_marked=any(row.tone is not None for row in rows),
                is_told_more=any(row.second is not None for row in rows),
            )
            for row in rows:
                widget = self._row(row)
                widget.draw(row, text, kin)
                pieces.append(Piece(widget, begins=len(pieces) == first))
        return pieces

    def _spare(self, wanted: set[tuple[str, bool]]) -> None:
        """Rows that are gone: their widgets serve for others. A finger that is down on one has let go of it."""
        for key in [key for key in self._rows if key not in wanted]:
            widget = self._rows.pop(key)
            widget.hide()
            if isinstance(widget, PressRow):
                widget.setDown(False)
                self._spare_presses.append(widget)
            else:
                self._spare_tells.append(widget)

    def _row(self, row: Row) -> PressRow | TellRow:
        key = _key(row)
        if key not in self._rows:
            self._rows[key] = self._tell() if row.wish is None else self._press()
        return self._rows[key]

    def _tell(self) -> TellRow:
        return self._spare_tells.pop() if self._spare_tells else TellRow(self.theme)

    def _press(self) -> PressRow:
        if self._spare_presses:
            return self._spare_presses.pop()
        row = PressRow(self.theme)
        self.listen(row)
        return row

    def _heading(self, number: int, words: str) -> Heading:
        while len(self._headings) <= number:
            self._headings.append(Heading(self.theme, "heading", f"section_{len(self._headings)}"))
        self._headings[number].say(words)
        return self._headings[number]

    def _draw_foot(self, view: SheetView, text: Text) -> list[QWidget]:
        """The way out, and the buttons; gives back all of them in reading order."""
        self._back.say(text("screen.back"))
        self._lock.say(text("staff.lock"))
        out = self._back if view.can_go_back else self._lock if view.who else None
        for way in (self._back, self._lock):
            if way is not out:
                way.hide()
        kept, self._buttons = self._buttons, {}
        for button in sorted(view.buttons, key=lambda one: one.weight is Weight.MAIN):
            widget = kept.pop(button.name, None) or self._button(button.name)
            widget.role(_ROLES[button.weight])
            widget.wish = button.wish
            widget.say(in_words(button.words, text))
            self._buttons[button.name] = widget
        for gone in kept.values():
            gone.hide()
            gone.deleteLater()
        buttons = list(self._buttons.values())
        if self._is_beside:
            return [*self._out.show_buttons(out, ()), *self._foot.show_buttons(None, buttons)]
        return [*self._foot.show_buttons(out, buttons)]

    def _button(self, name: str) -> TextButton:
        button = TextButton(self.theme, "plain", name)
        self.listen(button)
        return button


def _key(row: Row) -> tuple[str, bool]:
    """What names its widget: a row that begins to be pressable has another one."""
    return row.name, row.wish is not None


def _rows_of(section: Section, number: int) -> tuple[Row, ...]:
    """The rows of a section, or the one that says that there are none."""
    if section.rows or section.empty is None:
        return section.rows
    return (Row(f"section_{number}_empty", section.empty),)
