"""Which tone goes with what, that each has its like for the eye, and that no device is ever waited for."""

from dataclasses import replace
from time import perf_counter

import pytest
from PySide6.QtTest import QSignalSpy

from kiosk.flows.views import Certainty, ScanNotice, Shown, View
from kiosk.services.resources import resource
from kiosk.tools.samples import LINES, VIEWS, basket, certainty, done, phone
from kiosk.tools.staff_samples import HOME, PIN
from kiosk.ui.probe import visible_texts
from kiosk.ui.sounds import Sounds
from kiosk.ui.tones import Tone, tone_of
from kiosk.ui.widgets.labels import Label
from kiosk.ui.window import KioskWindow
from tests.ui.windows import FORMATS, find, open_window, settle, text_for, theme_of

SCAN, WALLET = VIEWS["scan"], VIEWS["scan_wallet"]
MORE = (*LINES[:2], replace(LINES[2], quantity=5))


def shown(view: View, **state) -> Shown:
    return Shown(view, "ko", **state)


def scanned(notice: ScanNotice, serial: int = 2, lines=LINES) -> Shown:
    return shown(basket(lines, notice, serial))


HEARD = {
    "a product is taken": (scanned(ScanNotice.ADDED, 1), scanned(ScanNotice.ADDED, lines=MORE), Tone.OK),
    "the first product is taken": (shown(VIEWS["start"]), scanned(ScanNotice.ADDED, 1), Tone.OK),
    "a code that is not known": (scanned(ScanNotice.ADDED, 1), scanned(ScanNotice.UNKNOWN), Tone.UNKNOWN),
    "a code that is no product": (scanned(ScanNotice.ADDED, 1), scanned(ScanNotice.NOT_A_PRODUCT), Tone.UNKNOWN),
    "a code that cannot be read": (scanned(ScanNotice.ADDED, 1), scanned(ScanNotice.UNREADABLE), Tone.UNKNOWN),
    "a coupon is taken": (shown(SCAN), shown(VIEWS["amount"]), Tone.OK),
    "a code is taken and paid with": (shown(SCAN), shown(VIEWS["working"]), Tone.OK),
    "a wallet is taken": (shown(WALLET), shown(phone(38.0)), Tone.OK),
    "a coupon that is not known": (shown(SCAN), shown(VIEWS["scan_problem"]), Tone.UNKNOWN),
    "a coupon that was asked for and is refused": (
        shown(VIEWS["working"]),
        shown(VIEWS["scan_problem"]),
        Tone.UNKNOWN,
    ),
    "help is called": (shown(VIEWS["method"]), shown(VIEWS["method"], help_code="도움 A12"), Tone.ATTENTION),
    "is anybody there": (shown(VIEWS["method"]), shown(VIEWS["method"], idle_left_s=20.0), Tone.ATTENTION),
    "the receipt did not come out": (shown(done(None)), shown(done(printed=False)), Tone.ATTENTION),
    "the order is put aside": (
        shown(VIEWS["certainty_checking"]),
        shown(VIEWS["certainty_parked"]),
        Tone.ATTENTION,
    ),
    "staff have to look": (shown(VIEWS["working"]), shown(VIEWS["certainty_staff"]), Tone.ATTENTION),
    "paid": (shown(VIEWS["working"]), shown(done(None)), Tone.DONE),
}
"""What happens, before and after it, and how it sounds."""

UNHEARD = {
    "the same scan drawn again": (scanned(ScanNotice.ADDED), scanned(ScanNotice.ADDED)),
    "back to the basket, whose last scan was heard then": (shown(VIEWS["method"]), scanned(ScanNotice.ADDED, 4)),
    "one more by touch of the plus": (scanned(ScanNotice.ADDED), shown(basket(MORE, None, 2))),
    "a method is chosen that asks for nothing": (shown(VIEWS["method"]), shown(VIEWS["working"])),
    "a method is chosen": (shown(VIEWS["method"]), shown(SCAN)),
    "the refusal drawn again": (shown(VIEWS["scan_problem"]), shown(VIEWS["scan_problem"], network_down=True)),
    "help is still called": (
        shown(VIEWS["method"], help_code="도움 A12"),
        shown(VIEWS["basket"], help_code="도움 A12"),
    ),
    "help was called by the customer before": (shown(VIEWS["start"], help_code="도움 A12"), shown(VIEWS["start"])),
    "less time is left": (shown(VIEWS["method"], idle_left_s=20.0), shown(VIEWS["method"], idle_left_s=10.0)),
    "the receipt came out": (shown(done(None)), shown(done())),
    "still put aside": (
        shown(VIEWS["certainty_parked"]),
        shown(certainty(Certainty.PARKED)),
    ),
    "everything is given back": (shown(VIEWS["working"]), shown(certainty(Certainty.RETURNING))),
    "the next customer": (shown(VIEWS["done_not_printed"]), shown(VIEWS["start"])),
}


@pytest.mark.parametrize("what", list(HEARD))
def test_what_is_heard(what):
    before, now, tone = HEARD[what]
    assert tone_of(before, now) is tone


@pytest.mark.parametrize("what", list(UNHEARD))
def test_what_is_not_heard(what):
    assert tone_of(*UNHEARD[what]) is None


def test_every_tone_is_heard_at_some_time():
    assert {tone for _, _, tone in HEARD.values()} == set(Tone)


def test_a_call_is_heard_before_all_else():
    assert tone_of(shown(VIEWS["working"]), shown(done(None), help_code="도움 A12")) is Tone.ATTENTION


@pytest.mark.parametrize("format_", list(FORMATS))
def test_nothing_is_told_by_a_tone_alone(qtbot, format_):
    """With every tone something changes that is read: other words stand on the screen, or another number."""
    window = open_window(qtbot, format_)
    for what, (before, now, _) in HEARD.items():
        window.render(before)
        settle()
        read = visible_texts(window)
        window.render(now)
        settle()
        assert visible_texts(window) != read, what


def test_the_same_refusal_twice_is_seen_twice(qtbot):
    """No word changes then: the line flashes."""
    window = KioskWindow(theme_of(reduced_motion=False), text_for, settle_ms=0)
    qtbot.addWidget(window)
    window.show()
    notice = find(window, Label, "scan_notice").parentWidget()
    for serial in (1, 2):
        window.render(scanned(ScanNotice.UNKNOWN, serial))
        assert notice.property("fresh") == "true"
        qtbot.waitUntil(lambda: notice.property("fresh") == "false")


# -- playing


@pytest.fixture
def sounds():
    made = Sounds(resource("sounds"), 1.0)
    yield made
    made.end()


def test_a_tone_is_asked_for_once_for_each_change_and_nobody_waits_for_it(sounds):
    asked = QSignalSpy(sounds.wanted)
    began_s = perf_counter()
    for one in (shown(VIEWS["start"]), scanned(ScanNotice.ADDED, 1), scanned(ScanNotice.ADDED, 1)):
        sounds.hear(one)
    assert perf_counter() - began_s < 0.01
    assert [asked.at(n)[0] for n in range(asked.count())] == [Tone.OK]


def test_a_tone_that_could_only_come_late_is_not_played(sounds):
    asked = QSignalSpy(sounds.wanted)
    sounds.hear(shown(VIEWS["start"]))
    for serial in range(1, 50):
        sounds.hear(scanned(ScanNotice.ADDED, serial))
    assert asked.count() == 1


def test_after_a_tone_was_begun_the_next_one_is_played(sounds, qtbot):
    asked = QSignalSpy(sounds.wanted)
    sounds.hear(shown(VIEWS["start"]))
    sounds.hear(scanned(ScanNotice.ADDED, 1))
    qtbot.waitUntil(lambda: not sounds._is_beginning, timeout=5000)
    sounds.hear(scanned(ScanNotice.UNKNOWN, 2))
    assert [asked.at(n)[0] for n in range(asked.count())] == [Tone.OK, Tone.UNKNOWN]


def test_staff_hear_nothing_and_what_happened_before_they_came_is_not_heard_again(sounds):
    asked = QSignalSpy(sounds.wanted)
    for one in (shown(done()), shown(PIN), shown(HOME, help_code="도움 A12"), shown(done())):
        sounds.hear(one)
    assert asked.count() == 0
