"""The aids in the window: what changes, who sees it, and how long it takes."""

from dataclasses import replace
from time import perf_counter

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel

from kiosk.flows.access import USUAL, Access, Aid
from kiosk.tools.samples import MANY, VIEWS, basket
from kiosk.tools.staff_samples import HOME, PIN
from kiosk.ui.face import SCREENS, Face
from kiosk.ui.probe import in_sight, press, visible_texts
from kiosk.ui.screens.done import DoneScreen
from kiosk.ui.speech import SILENCE
from kiosk.ui.widgets.aids import AidTile
from kiosk.ui.widgets.buttons import Pressable
from kiosk.ui.window import KioskWindow
from tests.ui.test_intents import heard_by
from tests.ui.windows import FORMATS, find, open_window, settle, show, text_for, theme_of

LARGE_PRINT = Access(large_print=True)


def is_seen(window, name: str) -> bool:
    return any(in_sight(one) for one in window.findChildren(Pressable, name))


def seen(window, name: str) -> Pressable:
    found: list[Pressable] = window.findChildren(Pressable, name)
    return next(one for one in found if in_sight(one))


@pytest.mark.parametrize("aid", list(Aid))
def test_an_aid_that_is_on_says_so_by_its_icon_and_to_those_who_only_hear(qtbot, aid):
    window = show(open_window(qtbot), VIEWS["start"])
    off = seen(window, f"aid_{aid}")
    form = form_of(off)
    assert off.accessibleName().endswith("꺼짐")
    show(window, VIEWS["start"], access=USUAL.switched(aid))
    tile = seen(window, f"aid_{aid}")
    assert tile.accessibleName().endswith("켜짐")
    assert form_of(tile) != form


def form_of(tile: Pressable) -> QImage:
    """Its icon, without its colour."""
    icon: QLabel = tile.findChildren(QLabel)[0]
    return icon.pixmap().toImage().convertToFormat(QImage.Format.Format_Alpha8)


def test_a_low_screen_is_offered_where_it_is_of_use(qtbot):
    small, wide = open_window(qtbot, "1280x800"), open_window(qtbot, "1920x1080")
    assert not show(small, VIEWS["start"]).findChildren(AidTile, "aid_low")
    assert is_seen(show(wide, VIEWS["start"]), "aid_low")
    show(wide, VIEWS["start"], access=LARGE_PRINT)
    assert not is_seen(wide, "aid_low")


@pytest.mark.parametrize("format_", list(FORMATS))
def test_nobody_is_offered_a_voice_where_nothing_speaks(qtbot, format_):
    window = KioskWindow(theme_of(format_, spoken=frozenset({"en"})), text_for, settle_ms=0)
    qtbot.addWidget(window)
    window.show()
    assert is_seen(show(window, VIEWS["start"]), "aid_contrast")
    assert not window.findChildren(AidTile, "aid_voice")
    assert is_seen(show(window, VIEWS["start"], "en"), "aid_voice")
    assert not is_seen(show(window, VIEWS["start"]), "aid_voice")


@pytest.mark.parametrize("format_", list(FORMATS))
def test_large_print_is_twice_as_large_and_its_targets_no_more_than_a_quarter(qapp, format_):
    usual = theme_of(format_)
    large = usual.dressed(LARGE_PRINT)
    assert large.scale.body == 2 * usual.scale.body
    for role in ("heading", "title", "total", "giant"):
        assert getattr(large.scale, role) >= max(getattr(usual.scale, role), large.scale.body)
    assert 1 <= large.scale.target / usual.scale.target <= 1.25
    assert 1 <= large.scale.main / usual.scale.main <= 1.25


@pytest.mark.parametrize("view", [HOME, PIN], ids=["home", "pin"])
def test_staff_see_the_usual_look_and_the_customer_has_theirs_again(qtbot, view):
    window = open_window(qtbot)
    show(window, VIEWS["basket"], access=LARGE_PRINT)
    show(window, view, access=LARGE_PRINT)
    assert {one.theme.access for one in window.findChildren(Pressable) if in_sight(one)} == {USUAL}
    show(window, VIEWS["basket"], access=LARGE_PRINT)
    assert find(window, Pressable, "pay_now").theme.access == USUAL
    assert seen(window, "pay_now").theme.access == LARGE_PRINT


def test_what_is_pressed_in_another_look_is_wanted_all_the_same(qtbot):
    window = show(open_window(qtbot), VIEWS["basket"], access=LARGE_PRINT)
    heard = heard_by(window)
    assert press(window, "pay_now")
    with qtbot.waitSignal(window.help_requested):
        assert press(window, "call_staff")
    assert len(heard) == 1


def test_the_line_scanned_last_is_in_sight_until_a_page_is_turned(qtbot):
    window = show(open_window(qtbot), basket(MANY), access=LARGE_PRINT)
    assert is_seen(window, "quantity_plus_sku9")
    assert press(window, "part_previous")
    settle()
    assert not is_seen(window, "quantity_plus_sku9")
    show(window, basket(MANY), access=LARGE_PRINT, network_down=False)
    assert not is_seen(window, "quantity_plus_sku9")
    show(window, replace(basket(MANY), notice_serial=7), access=LARGE_PRINT)
    assert is_seen(window, "quantity_plus_sku9")


@pytest.mark.parametrize("format_", list(FORMATS))
@pytest.mark.parametrize("access", [LARGE_PRINT, Access(low=True)], ids=["large", "low"])
def test_why_nothing_was_added_is_in_sight_whatever_was_touched_last(qtbot, format_, access):
    window = show(open_window(qtbot, format_), VIEWS["basket"], access=access)
    show(window, VIEWS["basket_unknown"], access=access)
    assert text_for("ko")("scan_notice.unknown") in [words for _, words in visible_texts(window)]


@pytest.mark.parametrize("language", ["ko", "en", "zh", "ja"])
@pytest.mark.parametrize("format_", list(FORMATS))
@pytest.mark.parametrize("access", [LARGE_PRINT, Access(low=True)], ids=["large", "low"])
@pytest.mark.parametrize(
    ("before", "after", "told"),
    [("scan", "scan_problem", "reason.code_unknown"), ("working", "method_declined", "told.not_taken")],
    ids=["a number that was not taken", "a payment that failed"],
)
def test_what_went_wrong_is_in_sight_at_once(qtbot, format_, access, language, before, after, told):
    window = show(open_window(qtbot, format_), VIEWS[before], language, access=access)
    show(window, VIEWS[after], language, access=access)
    assert text_for(language)(told) in [words for _, words in visible_texts(window)]


def test_who_turns_the_page_away_from_what_failed_is_not_brought_back(qtbot):
    window = show(open_window(qtbot, "1280x800"), VIEWS["method_declined"], access=LARGE_PRINT)
    failed = text_for("ko")("told.not_taken")
    assert press(window, "part_next")
    settle()
    show(window, VIEWS["method_declined"], access=LARGE_PRINT, network_down=False)
    assert failed not in [words for _, words in visible_texts(window)]


def test_the_total_is_in_sight_on_every_page(qtbot):
    window = show(open_window(qtbot), basket(MANY), access=LARGE_PRINT)
    while press(window, "part_previous"):
        settle()
    while press(window, "part_next"):
        settle()
        assert "total_amount" in dict(visible_texts(window))


@pytest.mark.parametrize("format_", list(FORMATS))
def test_tab_goes_through_all_pages_and_what_has_the_focus_is_in_sight(qtbot, format_):
    window = show(open_window(qtbot, format_), VIEWS["method"], access=LARGE_PRINT)
    with qtbot.waitActive(window):
        window.activateWindow()
    seen(window, "call_staff").setFocus()
    walked = []
    for _ in range(12):
        window.focusNextChild()
        settle()
        assert in_sight(window.focusWidget()), window.focusWidget().objectName()
        walked.append(window.focusWidget().objectName())
    assert {"method_crepay", "method_loyalty", "go_back", "leave"} <= set(walked)


def test_who_listens_is_told_what_is_shown_and_nobody_else_is(qtbot):
    window = open_window(qtbot)
    told: list[object] = []
    window.announced.connect(told.append)
    show(window, VIEWS["basket"])
    show(window, HOME, access=Access(voice=True))
    assert told == []
    show(window, VIEWS["done"], access=Access(voice=True))
    assert [one.about[0] for one in told] == [DoneScreen]  # type: ignore[attr-defined]
    show(window, VIEWS["start"])
    assert told[1:] == [SILENCE]


def test_another_look_is_there_before_anybody_waits_and_is_made_once(qtbot):
    window = show(open_window(qtbot), VIEWS["start"])
    took_s = []
    for access in (LARGE_PRINT, Access(contrast=True), Access(low=True)):
        began_s = perf_counter()
        show(window, VIEWS["start"], access=access)
        took_s.append(perf_counter() - began_s)
    assert min(took_s) < 0.5
    faces = set(window.findChildren(Face))
    assert len(faces) == 4
    show(window, VIEWS["start"], access=LARGE_PRINT)
    assert set(window.findChildren(Face)) == faces


def test_the_other_screens_of_a_look_are_built_while_nobody_presses_anything(qtbot):
    window = show(open_window(qtbot), VIEWS["start"], access=LARGE_PRINT)
    face = next(one for one in window.findChildren(Face) if one.isVisible())
    qtbot.waitUntil(lambda: len(face._screens) == len(SCREENS), timeout=20_000)
