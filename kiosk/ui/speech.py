"""What the screen has to say to who listens: what stands on it, word for word, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from PySide6.QtWidgets import QWidget


class Voiced(Protocol):
    """A widget whose words are spoken while it is on the screen."""

    @property
    def sentences(self) -> Sequence[str]:
        """Its words: what belongs together is one sentence."""
        ...

    def isVisibleTo(self, ancestor: QWidget, /) -> bool:
        """As every widget has it."""
        ...


@dataclass(frozen=True, slots=True)
class Speech:
    """What there is to say at one moment.

    Attributes:
        language: Of the words; "" while nobody listens.
        about: What they are about. About something else, all is said, and the sentence before is broken off; about the
            same, only what was not on the screen before.
        sentences: In the order in which they are said.
    """

    language: str
    about: object
    sentences: tuple[str, ...]


SILENCE: Final = Speech("", None, ())
"""Nobody listens."""


def sentence(*parts: str) -> str:
    """What belongs together, with a breath between its parts; an empty part is none."""
    return ", ".join(filter(None, parts))


def sentences_of(voiced: Sequence[Voiced], holder: QWidget) -> tuple[str, ...]:
    """What these say, as far as they are on the screen; also what stands on another page of it."""
    return tuple(words for each in voiced if each.isVisibleTo(holder) for words in each.sentences if words)
