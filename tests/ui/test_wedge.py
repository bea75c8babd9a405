"""Keys at the real window: a scanner's go out as a code, a person's arrive, combinations reach nothing."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.domain.confidential import Confidential
from kiosk.domain.scanned import Danger, Hostile, classify
from kiosk.flows.intents import Begin
from kiosk.flows.manager.intents import Typed
from kiosk.services.scanner.wedge import Wedge
from kiosk.tools.samples import VIEWS
from kiosk.tools.staff_samples import PIN
from kiosk.ui.probe import visible_texts
from kiosk.ui.wedge import KeyGate
from kiosk.ui.widgets.buttons import Pressable
from tests.ui.test_intents import heard_by
from tests.ui.windows import open_window, show

CODE = "8801234567893"
QUICK_MS, SLOW_MS, PAUSE_MS = 5, 120, 1000
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
META, NONE = Qt.KeyboardModifier.MetaModifier, Qt.KeyboardModifier.NoModifier
NAMED = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}
KEYS = QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride
HOSTILE = {
    "ctrl+q": (Qt.Key.Key_Q, CTRL, "\x11"),
    "ctrl+v": (Qt.Key.Key_V, CTRL, "\x16"),
    "alt+f4": (Qt.Key.Key_F4, ALT, ""),
    "alt+a": (Qt.Key.Key_A, ALT, "a"),
    "win+r": (Qt.Key.Key_R, META, "r"),
    "ctrl+alt+delete": (Qt.Key.Key_Delete, CTRL | ALT, "\x7f"),
    "f5": (Qt.Key.Key_F5, NONE, ""),
    "escape": (Qt.Key.Key_Escape, NONE, "\x1b"),
    "print": (Qt.Key.Key_Print, NONE, ""),
}


class Hand:
    """Presses keys at times of its own, one straight after the other: a busy machine tears no scan.

    QTest's keys take the window system's whole way, but are pressed when the machine comes to it: they are for what
    does not hang on time.
    """

    def __init__(self, window: QWindow) -> None:
        self._window = window
        self._now_ms = 1_000_000

    def press(self, key: int, modifiers: Qt.KeyboardModifier = NONE, text: str = "", *, gap_ms: int = QUICK_MS) -> None:
        self._now_ms += gap_ms
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            self.send(QKeyEvent(kind, key, modifiers, text))

    def send(self, event: QKeyEvent) -> None:
        event.setTimestamp(self._now_ms)
        QCoreApplication.sendEvent(self._window, event)

    def scan(self, text: str) -> None:
        self._now_ms += PAUSE_MS
        self.type(text, gap_ms=QUICK_MS)

    def type(self, text: str, *, gap_ms: int = SLOW_MS) -> None:
        for character in text:
            if character.isupper():
                self.press(Qt.Key.Key_Shift, gap_ms=gap_ms)
            self.press(NAMED.get(character) or ord(character.upper()), text=character, gap_ms=gap_ms)


class Ears(QObject):
    """Hears every key that arrives at a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.heard: list[tuple[QEvent.Type, int]] = []
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() in KEYS:
            self.heard.append((event.type(), event.key()))
        return False


class Desk:
    """A window with a line to type in, a button, and a shortcut that would leave the program."""

    def __init__(self, qtbot, *, has_gate: bool = True) -> None:
        self.qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        column = QVBoxLayout(self.window)
        self.line, self.button = QLineEdit(), QPushButton("pay")
        for widget in (self.line, self.button):
            column.addWidget(widget)
        self.left: list[None] = []
        QShortcut(QKeySequence("Ctrl+Q"), self.window).activated.connect(lambda: self.left.append(None))
        self.pressed: list[None] = []
        self.button.clicked.connect(lambda: self.pressed.append(None))
        self.codes: list[str] = []
        with qtbot.waitActive(self.window):
            self.window.show()
        self.line.setFocus()
        self.wedge = Wedge[QKeyEvent]()
        if has_gate:
            KeyGate(self.window.windowHandle(), self.wedge, self.codes.append)
        self.hand = Hand(self.window.windowHandle())

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.wedge.is_holding)


@pytest.fixture
def desk(qtbot):
    return Desk(qtbot)


# --- a scanner ------------------------------------------------------------------------------------------------------


def test_a_scan_is_a_code_and_types_nothing_into_what_has_the_focus(desk):
    desk.hand.scan(f"{CODE}\r")
    assert desk.codes == []
    desk.settle()
    assert desk.codes == [CODE]
    assert desk.line.text() == ""


def test_without_the_gate_the_same_keys_would_type_press_and_leave(qtbot):
    desk = Desk(qtbot, has_gate=False)
    desk.hand.scan(CODE)
    desk.button.setFocus()
    desk.hand.scan(" ")
    QTest.keyClick(desk.window.windowHandle(), *HOSTILE["ctrl+q"][:2])
    assert (desk.line.text(), len(desk.pressed), len(desk.left)) == (CODE, 1, 1)


def test_neither_spaces_nor_enter_of_a_scan_press_the_button_that_has_the_focus(desk):
    desk.button.setFocus()
    desk.button.setAutoDefault(True)
    ears = Ears(desk.button)
    desk.hand.scan("AB 12 34\r")
    desk.settle()
    assert desk.codes == ["AB 12 34"]
    assert (desk.pressed, ears.heard) == ([], [])


def test_a_scan_does_not_move_the_focus(desk):
    desk.hand.scan(f"{CODE}\t")
    desk.settle()
    assert desk.codes == [CODE]
    assert desk.line.hasFocus()


def test_capitals_are_typed_with_shift_and_are_one_scan(desk):
    desk.hand.scan("Ab-12C\r")
    desk.settle()
    assert (desk.codes, desk.line.text()) == (["Ab-12C"], "")


def test_keys_that_waited_while_the_loop_was_held_up_are_still_one_scan(desk):
    desk.hand.scan(CODE[:8])

    def rest() -> None:
        desk.hand.type(CODE[8:], gap_ms=QUICK_MS)

    silence_ms = round(desk.wedge.patience_s * 1000)
    later = QTimer(desk.window, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
    later.timeout.connect(rest)
    later.start(silence_ms + 1)
    QTest.qSleep(silence_ms + 100)  # both are due by now, the end of the silence first
    desk.qtbot.waitUntil(lambda: len(desk.codes) > 0)
    assert desk.codes == [CODE]


# --- combinations ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_combination_in_a_scan_reaches_nothing_and_the_code_is_refused(desk, name):
    ears = Ears(desk.line)
    desk.hand.scan(CODE[:4])
    desk.hand.press(*HOSTILE[name])
    desk.hand.type(f"{CODE[4:]}\r", gap_ms=QUICK_MS)
    desk.settle()
    assert [classify(code) for code in desk.codes] == [Hostile(Danger.CONTROL)]
    assert (desk.left, ears.heard, desk.line.text()) == ([], [], "")


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_combination_on_its_own_reaches_nothing_but_the_modifier_itself(desk, name):
    ears = Ears(desk.line)
    QTest.keyClick(desk.window.windowHandle(), *HOSTILE[name][:2])
    desk.settle()
    modifiers = {Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta}
    assert {key for _, key in ears.heard} <= modifiers
    assert (desk.left, desk.codes) == ([], [])


def test_a_code_that_goes_on_after_its_own_enter_types_nothing(desk):
    desk.hand.scan(f"{CODE}\r")
    desk.hand.press(*HOSTILE["win+r"])
    desk.hand.type("cmd\r", gap_ms=QUICK_MS)
    desk.settle()
    assert [classify(code) for code in desk.codes] == [Hostile(Danger.CONTROL)]
    assert desk.line.text() == ""


@pytest.mark.parametrize("key", [Qt.Key.Key_Backspace, Qt.Key.Key_Left, Qt.Key.Key_Home])
def test_a_code_with_keys_for_going_about_is_refused(desk, key):
    desk.hand.scan(CODE[:4])
    desk.hand.press(key)
    desk.hand.type(f"{CODE[4:]}\r", gap_ms=QUICK_MS)
    desk.settle()
    assert [classify(code) for code in desk.codes] == [Hostile(Danger.CONTROL)]


# --- a person -------------------------------------------------------------------------------------------------------


def test_a_person_types_and_every_key_arrives_in_order(desk):
    desk.hand.type("Abc 12")
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Backspace, Qt.Key.Key_End):
        desk.hand.press(key, gap_ms=SLOW_MS)
    desk.hand.type("x")
    desk.settle()
    assert (desk.line.text(), desk.codes) == ("Abc 2x", [])


def test_a_few_quick_keys_of_a_person_arrive_too(desk):
    desk.hand.scan("123")
    assert desk.line.text() == ""
    desk.settle()
    assert desk.line.text() == "123"


def test_a_key_arrives_once_down_and_once_up(desk):
    ears = Ears(desk.line)
    desk.hand.type("1")
    desk.settle()
    downs_and_ups = [kind for kind, _ in ears.heard if kind != QEvent.Type.ShortcutOverride]
    assert downs_and_ups == [QEvent.Type.KeyPress, QEvent.Type.KeyRelease]


def test_a_key_goes_up_at_once_when_its_press_has_arrived(desk):
    ears = Ears(desk.line)
    QTest.keyPress(desk.window.windowHandle(), Qt.Key.Key_1)
    desk.settle()
    QTest.keyRelease(desk.window.windowHandle(), Qt.Key.Key_1)
    assert ears.heard[-1][0] == QEvent.Type.KeyRelease


def test_a_person_goes_about_with_tab_and_presses_with_space(desk):
    desk.hand.type("\t ")
    desk.settle()
    assert desk.button.hasFocus()
    assert len(desk.pressed) == 1


def test_a_key_that_is_held_down_repeats_at_once_and_is_no_scan(desk):
    for at in range(20):
        desk.hand.send(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_7, NONE, "7", at > 0))
    assert desk.line.text() == "7" * 20
    assert desk.codes == []


def test_a_combination_that_is_held_down_reaches_nothing(desk):
    ears = Ears(desk.line)
    for at in range(20):
        desk.hand.send(QKeyEvent(QEvent.Type.KeyPress, *HOSTILE["ctrl+q"], at > 0))
    desk.settle()
    assert (desk.left, ears.heard, desk.codes) == ([], [], [])


def test_a_person_types_on_between_two_scans(desk):
    desk.hand.type("12")
    desk.hand.scan(f"{CODE}\r")
    desk.hand.type("34")
    desk.hand.scan("8809990000012\r")
    desk.hand.type("5")
    desk.settle()
    assert (desk.line.text(), desk.codes) == ("12345", [CODE, "8809990000012"])


# --- the kiosk's own window -----------------------------------------------------------------------------------------


class Kiosk:
    """The real window on a view, with a gate."""

    def __init__(self, qtbot, view) -> None:
        self.window = show(open_window(qtbot), view)
        with qtbot.waitActive(self.window):
            self.window.activateWindow()
        self.heard = heard_by(self.window)
        self.codes: list[str] = []
        self.wedge = Wedge[QKeyEvent]()
        KeyGate(self.window.windowHandle(), self.wedge, self.codes.append)
        self.hand = Hand(self.window.windowHandle())

    def focus(self, name: str) -> None:
        next(one for one in self.window.findChildren(Pressable, name) if one.isVisible()).setFocus()


def test_a_scan_presses_nothing_on_any_screen_whatever_has_the_focus(qtbot):
    kiosk = Kiosk(qtbot, VIEWS["start"])
    for name, view in VIEWS.items():
        show(kiosk.window, view)
        for button in kiosk.window.findChildren(Pressable):
            if button.isVisible() and button.isEnabled():
                button.setFocus()
                kiosk.codes.clear()
                kiosk.hand.scan(" 88 01\r")
                kiosk.hand.press(Qt.Key.Key_Shift, gap_ms=SLOW_MS)
                assert (kiosk.codes, kiosk.heard) == ([" 88 01"], []), f"{name}: {button.objectName()}"


def test_a_person_begins_with_the_keyboard(qtbot):
    kiosk = Kiosk(qtbot, VIEWS["start"])
    kiosk.focus("language_ja")
    kiosk.hand.type("\t ")
    qtbot.waitUntil(lambda: kiosk.heard == [Begin()])
    assert kiosk.codes == []


def test_staff_type_a_pin_with_the_keyboard(qtbot):
    kiosk = Kiosk(qtbot, PIN)
    kiosk.focus("key_1")
    kiosk.hand.type(" \t \t\t ")
    qtbot.waitUntil(lambda: not kiosk.wedge.is_holding)
    assert dict(visible_texts(kiosk.window))["typed_number"] == "•••"
    kiosk.focus("key_enter")
    kiosk.hand.type(" ")
    qtbot.waitUntil(lambda: kiosk.heard == [Typed(Confidential("124"))])


def test_whoever_closes_the_window_of_a_till_closes_nothing(qtbot):
    window = show(open_window(qtbot), VIEWS["start"])
    window.showFullScreen()
    assert not window.windowHandle().close()  # as the window system does for Alt+F4
    assert window.isVisible()
    window.showNormal()
    assert window.windowHandle().close()
    assert not window.isVisible()
