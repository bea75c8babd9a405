"""What is said to people, before it is said in a language: a text key with what its fields hold."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.domain.money import Money


@dataclass(frozen=True, slots=True)
class At:
    """A moment, written as date and time in the document's language.

    Attributes:
        wall_ms: UTC epoch [ms].
    """

    wall_ms: int


@dataclass(frozen=True, slots=True)
class TimeOf:
    """A moment of a day that is told elsewhere: its time, to the second.

    Attributes:
        wall_ms: UTC epoch [ms].
    """

    wall_ms: int


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence by its text key.

    Attributes:
        key: Key in resources/text.
        params: What its fields hold.
    """

    key: str
    params: Mapping[str, "Words"] = field(default_factory=dict, hash=False)


Words = str | Money | At | TimeOf | Said
"""What a row says: plain data (a product's name), an amount, a moment, or a sentence."""


class Speech(Protocol):
    """Says things in one language; kiosk.services.text.Text does."""

    def __call__(self, key: str, **params: object) -> str:
        """The sentence of a key."""

    def money(self, money: Money) -> str:
        """An amount."""

    def date_time(self, wall_ms: int) -> str:
        """Date and time of a wall time [ms]."""

    def time(self, wall_ms: int) -> str:
        """Time of a wall time [ms]."""


def in_words(words: Words, say: Speech) -> str:
    """What a row says, as text in one language, with each Hangul syllable as one character."""
    match words:
        case str():
            return unicodedata.normalize("NFC", words)
        case Money():
            return say.money(words)
        case At():
            return say.date_time(words.wall_ms)
        case TimeOf():
            return say.time(words.wall_ms)
        case Said():
            return say(words.key, **{name: in_words(value, say) for name, value in words.params.items()})
