"""A receipt or slip as plain text: for the receipt folder, for logs on a stick, and for tests to read."""

import unicodedata

from kiosk.domain.receipt import Big, Code, Document, Heading, Line, Note, Pair, Row, Rule, wrap
from kiosk.domain.words import Speech, in_words

COLUMNS = 42
"""Width of 80 mm paper in the printer's ordinary font [columns]."""


def render_text(document: Document, say: Speech, columns: int = COLUMNS) -> str:
    """Lay a document out in columns. A Hangul syllable takes two of them.

    Args:
        document: What to print.
        say: Text of the document's language.
        columns: Width of the paper [columns].
    """
    lines = [line for row in document.rows for line in _lines(row, say, columns)]
    return "\n".join([*lines, ""])


def columns_of(text: str) -> int:
    """How many columns a text takes."""
    return sum(_columns_of_character(character) for character in text)


def _columns_of_character(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _lines(row: Row, say: Speech, columns: int) -> list[str]:
    match row:
        case Rule():
            return ["-" * columns]
        case Line(words) | Note(words):
            return _wrapped(in_words(words, say), columns)
        case Heading(words) | Big(words):
            return [_centred(line, columns) for line in _wrapped(in_words(words, say), columns)]
        case Code(text):
            return [_centred(line, columns) for line in _wrapped(text, columns)]
        case Pair(left, right):
            return _pair(in_words(left, say), in_words(right, say), columns)


def _pair(left: str, right: str, columns: int) -> list[str]:
    """The right part stands on the last line of the left one, or on lines of its own where it has no room."""
    *above, last = _wrapped(left, columns)
    first, *below = _wrapped(right, columns)
    gap = columns - columns_of(last) - columns_of(first)
    beside = [last + " " * gap + first] if gap >= 1 else [last, _to_the_right(first, columns)]
    return [*above, *beside, *(_to_the_right(line, columns) for line in below)]


def _wrapped(text: str, columns: int) -> list[str]:
    return wrap(text, columns, columns_of)


def _centred(line: str, columns: int) -> str:
    return " " * ((columns - columns_of(line)) // 2) + line


def _to_the_right(line: str, columns: int) -> str:
    return " " * (columns - columns_of(line)) + line
