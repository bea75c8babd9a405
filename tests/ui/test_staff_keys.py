"""The keys of manager mode: what is typed, what is seen of it, and the wait after wrong PINs."""

import logging
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from kiosk.domain.confidential import Confidential
from kiosk.flows.intents import GoBack
from kiosk.flows.manager.intents import Typed
from kiosk.tools.staff_samples import AMOUNT, CODE, HOME, PIN, PIN_LOCKED, PIN_WRONG
from kiosk.ui.manager.keys import KeysScreen
from kiosk.ui.probe import press, visible_texts
from kiosk.ui.style import style_sheet
from tests.ui.test_intents import heard_by
from tests.ui.test_phone import Watch
from tests.ui.windows import FORMATS, open_window, show, text_for, theme_of

KO = text_for("ko")
SECRET = "739164"


def type_in(window, digits: str) -> None:
    for digit in digits:
        assert press(window, f"key_{digit}")


def typed_in_sight(window) -> str:
    return dict(visible_texts(window)).get("typed_number", "")


@pytest.mark.parametrize("format_", list(FORMATS))
def test_digits_are_said_whole_and_then_forgotten(qtbot, format_):
    window = show(open_window(qtbot, format_), CODE)
    heard = heard_by(window)
    assert not press(window, "key_enter")
    type_in(window, "4129")
    assert press(window, "key_back")
    assert typed_in_sight(window) == "412"
    assert press(window, "key_enter")
    assert heard == [Typed(Confidential("412"))]
    assert typed_in_sight(window) == ""


def test_back_goes_back(qtbot):
    window = show(open_window(qtbot), PIN)
    heard = heard_by(window)
    assert press(window, "staff_back")
    assert heard == [GoBack()]


def test_no_more_digits_are_taken_than_there_may_be(qtbot):
    window = show(open_window(qtbot), CODE)
    type_in(window, "1" * (CODE.longest + 3))
    assert typed_in_sight(window) == "1" * CODE.longest


def test_an_amount_is_written_as_one(qtbot):
    window = show(open_window(qtbot), AMOUNT)
    type_in(window, "12300")
    assert typed_in_sight(window) == "12,300원"


def all_that_can_be_read(window) -> list[str]:
    widgets = [window, *window.findChildren(QWidget)]
    said = [
        text
        for one in widgets
        for text in (one.objectName(), one.accessibleName(), one.accessibleDescription(), one.toolTip())
    ]
    return said + [one.text() for one in widgets if isinstance(one, QLabel | QAbstractButton)]


def test_secret_digits_can_be_read_nowhere(qtbot, caplog):
    caplog.set_level(logging.DEBUG)
    window = show(open_window(qtbot), PIN)
    heard = heard_by(window)
    parts = {SECRET[start : start + 2] for start in range(len(SECRET) - 1)}
    before = {text for text in all_that_can_be_read(window) if any(part in text for part in parts)}
    for at, digit in enumerate(SECRET, 1):
        type_in(window, digit)
        assert typed_in_sight(window) == "•" * at
        assert {text for text in all_that_can_be_read(window) if any(part in text for part in parts)} == before
    assert press(window, "key_enter")
    assert heard == [Typed(Confidential(SECRET))]
    assert SECRET not in repr(heard) + str(heard) + caplog.text


def test_a_question_asked_again_begins_with_no_digits_and_one_that_is_drawn_anew_keeps_them(qtbot):
    window = show(open_window(qtbot), PIN)
    type_in(window, "12")
    show(window, PIN)
    assert typed_in_sight(window) == "••"
    show(window, replace(PIN, serial=1))
    assert typed_in_sight(window) == ""
    assert not press(window, "key_enter")


def test_digits_are_forgotten_with_the_screen(qtbot):
    window = show(open_window(qtbot), PIN)
    type_in(window, "12")
    show(window, HOME)
    show(window, PIN)
    assert typed_in_sight(window) == ""


def test_the_look_of_one_question_does_not_stay_for_the_next(qtbot):
    window = show(open_window(qtbot), PIN)
    type_in(window, "12")
    show(window, AMOUNT)
    type_in(window, "1234")
    assert typed_in_sight(window) == "1,234원"


def test_what_was_wrong_is_said(qtbot):
    window = show(open_window(qtbot), PIN_WRONG)
    assert dict(visible_texts(window))["staff_problem"] == PIN_WRONG.problem
    assert "staff_problem" not in dict(visible_texts(show(window, PIN)))


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def screen(qtbot, watch):
    theme = theme_of()
    screen = KeysScreen(theme, now=watch)
    qtbot.addWidget(screen)
    screen.setStyleSheet(style_sheet(theme))
    screen.resize(theme.size)
    screen.show()
    return screen


def draw(screen, view):
    screen.draw(view, KO)
    for _ in range(3):
        QApplication.processEvents()


def test_while_one_has_to_wait_nothing_is_taken_and_the_seconds_run(screen, watch, qtbot):
    draw(screen, PIN_LOCKED)
    assert dict(visible_texts(screen))["staff_wait"] == KO("staff.wait", seconds=60)
    assert not press(screen, "key_1")
    watch.now_s += 17.5
    qtbot.waitUntil(lambda: dict(visible_texts(screen))["staff_wait"] == KO("staff.wait", seconds=43))
    assert not press(screen, "key_1")
    assert press(screen, "staff_back")


def test_the_keys_come_on_again_by_themselves(screen, watch, qtbot):
    draw(screen, PIN_LOCKED)
    watch.now_s += 60.0
    qtbot.waitUntil(lambda: press(screen, "key_1"))
    assert "staff_wait" not in dict(visible_texts(screen))
    assert press(screen, "key_enter")


def test_the_same_wait_drawn_anew_goes_on_and_the_next_one_begins(screen, watch):
    draw(screen, PIN_LOCKED)
    watch.now_s += 20.0
    draw(screen, PIN_LOCKED)
    assert dict(visible_texts(screen))["staff_wait"] == KO("staff.wait", seconds=40)
    watch.now_s += 40.0
    draw(screen, PIN_LOCKED)
    assert press(screen, "key_1")
    draw(screen, replace(PIN_LOCKED, serial=9))
    assert dict(visible_texts(screen))["staff_wait"] == KO("staff.wait", seconds=60)


def test_a_question_without_a_wait_has_its_keys_after_one_with(screen):
    draw(screen, PIN_LOCKED)
    draw(screen, PIN)
    assert press(screen, "key_1")
    assert "staff_wait" not in dict(visible_texts(screen))


@pytest.mark.parametrize("format_", list(FORMATS))
@pytest.mark.parametrize("view", [PIN, AMOUNT], ids=["pin", "amount"])
def test_the_longest_number_has_room(qtbot, view, format_):
    window = show(open_window(qtbot, format_), view)
    type_in(window, "9" * view.longest)
    number = next(one for one in window.findChildren(QLabel, "typed_number") if one.isVisible())
    assert number.fontMetrics().horizontalAdvance(number.text()) <= number.width()


def test_tab_goes_through_the_keys_and_then_back(qtbot):
    window = show(open_window(qtbot), PIN)
    order = [*(f"key_{digit}" for digit in "1234567890"), "key_back", "staff_back"]
    next(one for one in window.findChildren(QAbstractButton, order[0]) if one.isVisible()).setFocus()
    walked = [order[0]]
    for _ in order[1:]:
        window.focusNextChild()
        walked.append(window.focusWidget().objectName())
    assert walked == order
