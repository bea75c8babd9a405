"""The letters of manager mode: a name in Korean or Latin, how long it may be, and that nothing of it stays."""

import logging
from dataclasses import replace

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.flows.intents import GoBack
from kiosk.flows.manager.intents import Written
from kiosk.tools.staff_samples import HOME, NAME
from kiosk.ui.probe import in_sight, press, visible_texts
from kiosk.ui.widgets.buttons import Pressable
from tests.ui.test_intents import heard_by
from tests.ui.windows import FORMATS, open_window, show

HAN = ("g", "k", "s")
KIM_HANEUL = ("r", "l", "a", "g", "k", "s", "m", "f")
"""김하늘, on the keys where the letters lie."""


def write(window, *keys: str) -> None:
    for key in keys:
        assert press(window, f"key_{key}"), key


def in_field(window) -> str:
    return dict(visible_texts(window)).get("typed_name", "")


@pytest.mark.parametrize("format_", list(FORMATS))
def test_a_korean_name_is_written_and_then_forgotten(qtbot, format_):
    window = show(open_window(qtbot, format_), NAME)
    heard = heard_by(window)
    write(window, *KIM_HANEUL)
    assert in_field(window) == "김하늘"
    write(window, "enter")
    assert heard == [Written(Confidential("김하늘"))]
    assert in_field(window) == ""


@pytest.mark.parametrize("format_", list(FORMATS))
def test_keys_are_as_large_as_a_finger_needs_and_in_sight(qtbot, format_):
    window = show(open_window(qtbot, format_), NAME)
    keys = [one for one in window.findChildren(Pressable) if one.objectName().startswith("key_") and in_sight(one)]
    assert len(keys) == 26 + 5
    assert min(min(one.width(), one.height()) for one in keys) >= 15 * FORMATS[format_]
    assert all(window.rect().contains(one.mapTo(window, one.rect().bottomRight())) for one in keys)


def test_a_doubled_consonant_takes_one_press_of_shift(qtbot):
    window = show(open_window(qtbot), NAME)
    write(window, "shift", "r", "k", "r")
    assert in_field(window) == "깍"


def test_a_latin_name_has_capitals_and_spaces(qtbot):
    window = show(open_window(qtbot), NAME)
    heard = heard_by(window)
    write(window, "other", "k", "i", "m", "space", "h", "a", "space", "enter")
    assert heard == [Written(Confidential("KIM HA"))]


def test_both_scripts_can_stand_in_one_name(qtbot):
    window = show(open_window(qtbot), NAME)
    write(window, *HAN, "other", "a", "other", *HAN)
    assert in_field(window) == "한A한"


def test_rubbing_out_takes_one_letter_of_a_syllable(qtbot):
    window = show(open_window(qtbot), NAME)
    write(window, *HAN, "back")
    assert in_field(window) == "하"
    write(window, "back", "back", "back")
    assert in_field(window) == ""


def test_no_more_is_taken_than_a_bank_takes(qtbot):
    window = show(open_window(qtbot), NAME)
    write(window, *HAN * 6, "j")
    assert in_field(window) == "한" * 6, "a vowel would begin a seventh syllable"
    write(window, "space", "space", "space")
    assert in_field(window) == "한" * 6 + " " * 2


def test_a_name_that_is_not_whole_is_not_sent(qtbot):
    window = show(open_window(qtbot), NAME)
    heard = heard_by(window)
    for keys in ((), ("space",), ("back", "g")):
        write(window, *keys)
        assert not press(window, "key_enter")
    assert heard == []


def test_back_goes_back(qtbot):
    window = show(open_window(qtbot), NAME)
    heard = heard_by(window)
    assert press(window, "staff_back")
    assert heard == [GoBack()]


def test_another_question_and_another_screen_begin_empty_and_in_korean(qtbot):
    window = show(open_window(qtbot), NAME)
    write(window, *HAN, "other")
    show(window, NAME)
    assert in_field(window) == "한", "it was only drawn anew"
    show(window, replace(NAME, serial=99))
    assert in_field(window) == ""
    write(window, *HAN)
    assert in_field(window) == "한"
    show(window, HOME)
    show(window, replace(NAME, serial=99))
    assert in_field(window) == ""


def test_a_name_is_in_no_log(qtbot, caplog):
    caplog.set_level(logging.DEBUG)
    window = show(open_window(qtbot), NAME)
    heard = heard_by(window)
    write(window, *KIM_HANEUL, "enter")
    assert "김하늘" not in repr(heard) + caplog.text
