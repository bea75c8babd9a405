"""What is typed letter by letter is written as people expect."""

import unicodedata
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.hangul import FINALS, KEYS, LEADS, SHIFTED, VOWELS, composed, is_written

SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A4)]


def keys_of(syllable: str) -> str:
    """The keys that people press for it, by Unicode's own arithmetic."""
    lead, vowel, *final = map(ord, unicodedata.normalize("NFD", syllable))
    below = FINALS[final[0] - 0x11A8] if final else ""
    return LEADS[lead - 0x1100] + VOWELS[vowel - 0x1161] + below


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("ㄱ", "ㄱ"),
        ("ㄱㅏ", "가"),
        ("ㄱㅏㄱ", "각"),
        ("ㄱㅏㄱㅏ", "가가"),
        ("ㄱㅏㄱㄱㅏ", "각가"),
        ("ㄱㅏㄲㅏ", "가까"),
        ("ㄱㅗㅏ", "과"),
        ("ㅇㅡㅣ", "의"),
        ("ㄱㅏㅂㅅ", "값"),
        ("ㄱㅏㅂㅅㅣ", "갑시"),
        ("ㄱㅏㅂㅅㅇㅣ", "값이"),
        ("ㅇㅏㄴㅈㅇㅏ", "앉아"),
        ("ㅇㅏㄴㅈㅏ", "안자"),
        ("ㄷㅏㄹㄱ", "닭"),
        ("ㅂㅏㄲ", "밖"),
        ("ㅇㅣㅆㄷㅏ", "있다"),
        ("ㄱㅏㄸ", "가ㄸ"),
        ("ㅏ", "ㅏ"),
        ("ㄱㄴㄷ", "ㄱㄴㄷ"),
        ("ㄱㅣㅁㅎㅏㄴㅡㄹ", "김하늘"),
        ("ㄱㅣㅁ KIM", "김 KIM"),
        ("KIM MINSU", "KIM MINSU"),
        ("", ""),
    ],
)
def test_letters_become_syllables_as_people_expect(typed, written):
    assert composed(typed) == written


@pytest.mark.parametrize("typed", ["ㄱㅏㅂㅅㅣ"])
def test_rubbing_out_takes_the_last_letter_alone(typed):
    assert [composed(part) for part in accumulate(typed)] == ["ㄱ", "가", "갑", "값", "갑시"]


def test_every_syllable_there_is_can_be_typed():
    assert [composed(keys_of(syllable)) for syllable in SYLLABLES] == SYLLABLES


def test_every_letter_of_a_syllable_has_a_key():
    on_keys = set("".join((*KEYS, *SHIFTED)))
    assert set("".join((*LEADS, *VOWELS, *FINALS))) == on_keys


@given(st.lists(st.sampled_from(SYLLABLES), max_size=8).map("".join))
def test_whatever_is_typed_one_after_the_other_stays_apart(text):
    assert composed("".join(map(keys_of, text))) == text


@given(st.text(st.sampled_from("".join((*KEYS, *SHIFTED))), max_size=20))
def test_no_letter_is_lost_and_none_is_made_up(typed):
    written = composed(typed)
    assert "".join(keys_of(one) if one in SYLLABLES else one for one in written) == typed


@pytest.mark.parametrize(
    ("text", "can_be"), [("", False), (" ", False), ("김ㅎ", False), ("ㅏ", False), ("김하늘", True), ("KIM", True)]
)
def test_a_name_has_no_letter_that_is_no_syllable_yet(text, can_be):
    assert is_written(text) is can_be
