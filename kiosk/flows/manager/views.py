"""What manager mode shows: two kinds of screen, both frozen data. A new part of it needs no new screen.

A sheet is a list in sections with buttons at the foot; keys are a keypad with a question above.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.domain.told import Tone
from kiosk.domain.words import Words
from kiosk.flows.manager.intents import StaffIntent


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sheet.

    Attributes:
        name: Names the widget: snake_case, one of its kind on the sheet.
        title: What it is.
        second: More about it, smaller; None for nothing.
        right: At the right edge: an amount, a time, a state; None for nothing.
        tone: How it is coloured, with an icon of that tone; None for no mark.
        wish: What touching it means; None when it only tells.
    """

    name: str
    title: Words
    second: Words | None = None
    right: Words | None = None
    tone: Tone | None = None
    wish: StaffIntent | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together.

    Attributes:
        rows: In order.
        title: Above them; None for none.
        empty: What stands there when there are no rows; None leaves the whole section out then.
    """

    rows: tuple[Row, ...]
    title: Words | None = None
    empty: Words | None = None


class Weight(StrEnum):
    """How a button looks."""

    MAIN = "main"
    """The one that is meant: at the right."""
    PLAIN = "plain"
    DANGER = "danger"
    """It moves money, or ends something."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button at the foot.

    Attributes:
        name: Names the widget.
        words: A verb.
        wish: What pressing it means.
        weight: How it looks.
    """

    name: str
    words: Words
    wish: StaffIntent
    weight: Weight = Weight.PLAIN


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence above the list, to be read first."""

    words: Words
    tone: Tone


@dataclass(frozen=True, slots=True)
class SheetView:
    """A list in sections, with buttons.

    Attributes:
        title: What this is.
        sections: Top to bottom; a screen that is too low shows them page by page.
        buttons: At the foot, left to right, besides back.
        who: Who is in, for the header; "" before the PIN.
        can_go_back: There is a back button at the left of the foot; else, when somebody is in, one that locks.
        notice: To be read first; None for nothing.
        detail: Under the title; None for nothing.
    """

    title: Words
    sections: tuple[Section, ...]
    buttons: tuple[Button, ...] = ()
    who: Words = ""
    can_go_back: bool = True
    notice: Notice | None = None
    detail: Words | None = None

    @property
    def wishes(self) -> frozenset[StaffIntent]:
        """All that can be pressed on it, besides back and lock."""
        of_rows = (row.wish for section in self.sections for row in section.rows)
        return frozenset(wish for wish in (*of_rows, *(button.wish for button in self.buttons)) if wish is not None)


@dataclass(frozen=True, slots=True)
class LettersView:
    """Letters, Korean and Latin, with a question above: for the name of a person, which has at most six syllables.

    Attributes:
        title: What is asked.
        longest: How long at most, as UTF-8 [bytes].
        who: Who is in.
        serial: Rises with every question, so that the same one asked again begins empty.
    """

    title: Words
    longest: int
    who: Words = ""
    serial: int = 0


@dataclass(frozen=True, slots=True)
class KeysView:
    """A keypad with a question above.

    Attributes:
        title: What is asked.
        hint: How it is meant; None for nothing.
        is_secret: Dots instead of digits.
        is_money: The digits are an amount of won, written as one.
        longest: How many digits at most.
        problem: What was wrong with the one before; None for nothing.
        wait_s: Nothing is taken for so long [s]; the screen counts it down, and the keys are off. 0 when it is.
        who: Who is in; "" before the PIN.
        serial: Rises with every question, so that the same one asked again begins with no digits.
    """

    title: Words
    hint: Words | None
    is_secret: bool
    longest: int
    is_money: bool = False
    problem: Words | None = None
    wait_s: float = 0.0
    who: Words = ""
    serial: int = 0


STAFF_VIEWS: Final = (SheetView, LettersView, KeysView)
"""All of them, as isinstance wants them."""
