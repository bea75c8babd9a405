"""The aids from the header of every screen: what they cover, what they leave alone, and when they go."""

from dataclasses import replace

import pytest

from kiosk.flows.access import USUAL, Aid
from kiosk.flows.intents import SwitchAid
from kiosk.tools.gallery import MODES
from kiosk.tools.samples import VIEWS, basket, phone
from kiosk.tools.staff_samples import HOME
from kiosk.ui.probe import in_sight, press, visible_texts
from kiosk.ui.speech import Speech
from kiosk.ui.widgets.buttons import Pressable
from kiosk.ui.window import KioskWindow
from tests.ui.test_intents import heard_by
from tests.ui.windows import FORMATS, open_window, settle, show, text_for, theme_of

SCREENS = ("start", "basket", "method", "scan", "amount", "phone", "working", "certainty_checking", "done", "closed")
ACTIONS = {"pay_now", "leave", "go_back", "begin", "finish"}


def seen(window: KioskWindow) -> set[str]:
    """The names of what can be pressed."""
    return {one.objectName() for one in window.findChildren(Pressable) if in_sight(one)}


def opened(qtbot, name: str, format_: str = "1080x1920", mode: str = "normal") -> KioskWindow:
    window = show(open_window(qtbot, format_), VIEWS[name], access=MODES[mode])
    assert press(window, "open_aids"), (name, mode)
    settle()
    return window


@pytest.mark.parametrize("mode", ["normal", "large_print", "contrast", "low", "all"])
@pytest.mark.parametrize("format_", list(FORMATS))
def test_the_aids_are_reached_from_every_screen_and_so_is_staff(qtbot, format_, mode):
    window = open_window(qtbot, format_)
    for name in SCREENS:
        show(window, VIEWS[name], access=MODES[mode])
        assert press(window, "open_aids"), name
        settle()
        assert {"aid_large_print", "aids_close", "open_aids", "call_staff"} <= seen(window), name
        assert not ACTIONS & seen(window), name
        window.show_aids(are_open=False)


def test_an_aid_is_switched_at_once_and_the_aids_stay_open_in_the_new_look(qtbot):
    window = opened(qtbot, "phone")
    heard = heard_by(window)
    assert press(window, "aid_contrast")
    assert heard == [SwitchAid(Aid.CONTRAST)]
    show(window, VIEWS["phone"], access=USUAL.switched(Aid.CONTRAST))
    assert {"aid_contrast", "aids_close"} <= seen(window)
    assert next(one for one in window.findChildren(Pressable, "aid_contrast") if in_sight(one)).theme.access.contrast


@pytest.mark.parametrize("name", SCREENS)
def test_who_opens_and_closes_them_has_said_nothing_and_sees_the_same_screen(qtbot, name):
    window = show(open_window(qtbot), VIEWS[name])
    before, heard = visible_texts(window), heard_by(window)
    assert press(window, "open_aids")
    settle()
    assert visible_texts(window) != before
    assert press(window, "aids_close")
    settle()
    assert visible_texts(window) == before
    assert heard == []


def test_the_header_that_opened_them_closes_them(qtbot):
    window = opened(qtbot, "basket")
    assert press(window, "open_aids")
    settle()
    assert "pay_now" in seen(window)


def test_the_second_tap_of_a_double_tap_does_not_close_them(qtbot):
    window = KioskWindow(theme_of(), text_for, settle_ms=60_000)
    qtbot.addWidget(window)
    window.show()
    show(window, VIEWS["basket"])
    window._settled.stop()
    assert press(window, "open_aids")
    settle()
    assert press(window, "open_aids")
    settle()
    assert "aids_close" in seen(window)


def test_another_screen_is_never_hidden_by_them(qtbot):
    window = opened(qtbot, "working")
    show(window, VIEWS["done"])
    assert "aids_close" not in seen(window)
    show(window, VIEWS["working"])
    assert "aids_close" not in seen(window)


def test_time_that_passes_on_a_screen_leaves_them_open(qtbot):
    window = opened(qtbot, "phone")
    show(window, phone(30.0), network_down=True)
    assert "aids_close" in seen(window)


def test_what_is_scanned_meanwhile_is_seen(qtbot):
    window = opened(qtbot, "basket")
    show(window, replace(basket(), notice_serial=9))
    assert "pay_now" in seen(window)


def test_the_idle_warning_lies_over_them(qtbot):
    window = opened(qtbot, "basket")
    show(window, VIEWS["basket"], idle_left_s=20.0)
    assert "idle_continue" in seen(window)
    assert "aids_close" not in seen(window)


def test_staff_are_offered_none(qtbot):
    window = show(open_window(qtbot), HOME)
    assert "open_aids" not in seen(window)


def test_they_are_read_aloud_to_who_listens_and_then_the_screen_behind_them(qtbot):
    window = open_window(qtbot)
    show(window, VIEWS["basket"], access=USUAL.switched(Aid.VOICE))
    told: list[Speech] = []
    window.announced.connect(told.append)
    assert press(window, "open_aids")
    assert told[-1].sentences[0] == text_for("ko")("access.title")
    window.show_aids(are_open=False)
    assert told[-1].sentences[0] != text_for("ko")("access.title")
