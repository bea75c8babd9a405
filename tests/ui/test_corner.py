"""The corner that only staff know."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from kiosk.flows.intents import GoPay
from kiosk.flows.manager.intents import Knock
from kiosk.tools.samples import VIEWS
from kiosk.ui.probe import press
from kiosk.ui.widgets.corner import TOUCHES, WITHIN_S, Corner
from kiosk.ui.widgets.header import Header
from tests.ui.test_intents import heard_by
from tests.ui.test_phone import Watch
from tests.ui.windows import FORMATS, find, open_window, show, theme_of

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
INSIDE_MM, OUTSIDE_MM = 12, 24


def touch(window, x_mm: float, y_mm: float, format_: str = "1080x1920") -> None:
    """As the screen says it, so that everything that lies there has its chance."""
    density = FORMATS[format_]
    QTest.mouseClick(window.windowHandle(), LEFT, NONE, QPoint(int(x_mm * density), int(y_mm * density)))


@pytest.mark.parametrize("format_", list(FORMATS))
def test_five_touches_in_the_corner_knock_on_every_screen_and_four_do_not(qtbot, format_):
    window = open_window(qtbot, format_)
    heard = heard_by(window)
    for name, view in VIEWS.items():
        show(window, view)
        for _ in range(TOUCHES - 1):
            touch(window, INSIDE_MM, INSIDE_MM, format_)
        assert heard == [], name
        touch(window, INSIDE_MM, INSIDE_MM, format_)
        assert heard == [Knock()], name
        heard.clear()


def test_whoever_knocks_twice_touches_ten_times(qtbot):
    window = show(open_window(qtbot), VIEWS["start"])
    heard = heard_by(window)
    for _ in range(2 * TOUCHES - 1):
        touch(window, INSIDE_MM, INSIDE_MM)
    assert heard == [Knock()]
    touch(window, INSIDE_MM, INSIDE_MM)
    assert heard == [Knock(), Knock()]


def test_quick_touches_that_are_taken_for_double_clicks_count_as_well(qtbot):
    window = show(open_window(qtbot), VIEWS["start"])
    heard = heard_by(window)
    place = QPoint(30, 30)
    for _ in range(TOUCHES // 2):
        QTest.mouseDClick(window.windowHandle(), LEFT, NONE, place)
    assert heard == []
    QTest.mouseClick(window.windowHandle(), LEFT, NONE, place)
    assert heard == [Knock()]


@pytest.mark.parametrize(("x_mm", "y_mm"), [(OUTSIDE_MM, INSIDE_MM), (INSIDE_MM, 60), (200, INSIDE_MM)])
def test_touches_elsewhere_are_no_knock(qtbot, x_mm, y_mm):
    window = show(open_window(qtbot), VIEWS["basket"])
    heard = heard_by(window)
    for _ in range(2 * TOUCHES):
        touch(window, x_mm, y_mm)
    assert Knock() not in heard


def test_a_touch_elsewhere_is_not_one_of_the_five(qtbot):
    window = show(open_window(qtbot), VIEWS["basket"])
    heard = heard_by(window)
    for _ in range(TOUCHES - 1):
        touch(window, INSIDE_MM, INSIDE_MM)
    touch(window, OUTSIDE_MM, INSIDE_MM)
    assert heard == []


@pytest.fixture
def watched(qtbot):
    """A widget with a corner, a clock, and what it heard."""
    place, watch = QWidget(), Watch()
    qtbot.addWidget(place)
    place.resize(400, 400)
    corner = Corner(theme_of(), place, now=watch)
    knocks: list[None] = []
    corner.knocked.connect(lambda: knocks.append(None))
    place.show()
    return place, watch, knocks


def test_slow_touches_are_no_knock(watched):
    place, watch, knocks = watched
    for _ in range(3 * TOUCHES):
        QTest.mouseClick(place.windowHandle(), LEFT, NONE, QPoint(20, 20))
        watch.now_s += WITHIN_S / (TOUCHES - 1) + 0.01
    assert knocks == []


def test_the_last_five_touches_count(watched):
    place, watch, knocks = watched
    for wait_s in (5.0, 0.7, 0.7, 0.7, 0.7):
        QTest.mouseClick(place.windowHandle(), LEFT, NONE, QPoint(20, 20))
        watch.now_s += wait_s
    assert knocks == []
    QTest.mouseClick(place.windowHandle(), LEFT, NONE, QPoint(20, 20))
    assert len(knocks) == 1


def test_what_can_be_pressed_in_the_corner_is_pressed_and_not_counted(watched, qtbot):
    place, _, knocks = watched
    button = QPushButton(place)
    button.setGeometry(0, 0, 60, 60)
    button.show()
    pressed: list[None] = []
    button.clicked.connect(lambda: pressed.append(None))
    for _ in range(TOUCHES):
        QTest.mouseClick(place.windowHandle(), LEFT, NONE, QPoint(20, 20))
    assert len(pressed) == TOUCHES
    assert knocks == []


@pytest.mark.parametrize("format_", list(FORMATS))
def test_the_corner_takes_no_room_and_nothing_else_away(qtbot, format_):
    window = show(open_window(qtbot, format_), VIEWS["basket"])
    heard = heard_by(window)
    with qtbot.waitSignal(window.help_requested):
        assert press(window, "call_staff")
    assert press(window, "pay_now")
    assert heard == [GoPay()]
    layout = find(window, Header, "").layout()
    assert layout is not None
    assert layout.indexOf(find(window, Corner, "staff_corner")) == -1


@pytest.mark.parametrize("format_", list(FORMATS))
def test_programs_find_the_corner_by_its_name(qtbot, format_):
    window = show(open_window(qtbot, format_), VIEWS["basket"])
    heard = heard_by(window)
    for _ in range(TOUCHES):
        assert press(window, "staff_corner")
    assert heard == [Knock()]


def test_a_screen_that_takes_no_touches_yet_leaves_the_corner_alone(qtbot):
    window = show(open_window(qtbot, settle_ms=60_000), VIEWS["start"])
    heard = heard_by(window)
    for _ in range(TOUCHES):
        touch(window, INSIDE_MM, INSIDE_MM)
    assert heard == [Knock()]
