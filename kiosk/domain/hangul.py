"""Korean syllables from the letters that a person types, as people are used to: the keyboard of two sets (두벌식).

What was typed is kept as it was typed, a letter a key; the syllables follow from it, so that rubbing out takes the last
letter. Source: KS X 5002 for the keys; Unicode, chapter 3.12, for how syllables are made of letters.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

KEYS: Final = ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ")
"""The rows of keys."""

SHIFTED: Final = ("ㅃㅉㄸㄲㅆㅛㅕㅑㅒㅖ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ")
"""The same with shift."""

LEADS: Final = tuple("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
_VOWELS: Final = "ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ"
_FINALS: Final = (
    "ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ"
)
VOWELS: Final = tuple(_VOWELS.split())
FINALS: Final = tuple(_FINALS.split())
"""How the parts of a syllable are typed, in the order in which Unicode has them."""

FIRST_LEAD: Final = 0x1100
FIRST_VOWEL: Final = 0x1161
FIRST_FINAL: Final = 0x11A8


def _any_of(parts: Iterable[str]) -> str:
    """The longest that is there."""
    return "|".join(sorted(parts, key=len, reverse=True))


_SYLLABLE: Final = re.compile(
    # a consonant before a vowel begins the next syllable
    f"(?P<lead>{_any_of(LEADS)})(?P<vowel>{_any_of(VOWELS)})(?P<final>(?:{_any_of(FINALS)})(?![ㅏ-ㅣ]))?"
)
_LETTER: Final = re.compile("[ㄱ-ㅣ]")


def composed(typed: str) -> str:
    """What was typed, as it is written. What makes no syllable yet, and what is not Korean, stands as it is.

    Args:
        typed: A letter for each key.
    """
    return _SYLLABLE.sub(lambda found: _syllable(found["lead"], found["vowel"], found["final"]), typed)


def _syllable(lead: str, vowel: str, final: str | None) -> str:
    parts = chr(FIRST_LEAD + LEADS.index(lead)) + chr(FIRST_VOWEL + VOWELS.index(vowel))
    below = "" if final is None else chr(FIRST_FINAL + FINALS.index(final))
    return unicodedata.normalize("NFC", parts + below)


def is_written(text: str) -> bool:
    """Whether it can be a name: there is something, and no letter that is no syllable yet."""
    return bool(text.strip()) and _LETTER.search(text) is None
