"""The voice: a real engine of Qt's that is silent, its signals, its thread, and the window it speaks for."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtTest import QTest

from kiosk.app_sound import let_speak
from kiosk.flows.access import Access
from kiosk.flows.views import ScanNotice
from kiosk.tools.samples import LINES, PRODUCTS, VIEWS, basket
from kiosk.tools.staff_samples import PIN
from kiosk.ui.named import Named
from kiosk.ui.probe import in_sight
from kiosk.ui.speech import SILENCE, Speech
from kiosk.ui.voice import Voice, first_engine, locale_of, system_engine
from kiosk.ui.widgets.aids import AidTile
from kiosk.ui.widgets.buttons import Pressable
from kiosk.ui.window import KioskWindow
from tests.ui.windows import settle, show, text_for, theme_of

LISTENING = Access(voice=True)
EN = text_for("en")
LONG = " ".join(["and"] * 60)
"""The silent engine takes a tenth of a second for each word."""


class Ear:
    """A voice, and what it was given to say. The silent engine speaks English, and none of our other languages."""

    def __init__(self, qtbot) -> None:
        self.qtbot = qtbot
        self.voice = Voice("mock", ("ko", "en", "zh", "ja"), 1.0)
        self.found: frozenset[str] = frozenset()
        self.said: list[str] = []
        self.voice.said.connect(self.said.append)

    def hears(self, *sentences: str, about: object = "a screen", language: str = "en") -> None:
        self.voice.hear(Speech(language, about, sentences))

    def waits_for(self, *said: str) -> None:
        self.qtbot.waitUntil(lambda: self.said == list(said), timeout=3000)

    def is_at_rest(self) -> bool:
        return not self.voice._saying and not self.voice._waiting


@pytest.fixture
def ear(qtbot) -> Iterator[Ear]:
    ear = Ear(qtbot)
    with qtbot.waitSignal(ear.voice.found) as found:
        pass
    ear.found = found.args[0]
    yield ear
    ear.voice.end()


@pytest.fixture
def window(qtbot, ear) -> Iterator[KioskWindow]:
    """A window that offers nothing spoken, until there is a voice."""
    window = KioskWindow(theme_of(spoken=frozenset()), text_for, settle_ms=0)
    qtbot.addWidget(window)
    window.show()
    show(window, VIEWS["start"], "en")
    assert not window.findChildren(AidTile, "aid_voice")
    part = let_speak(window, ear.voice)
    ear.voice.found.emit(frozenset({"en"}))
    yield window
    part()


def is_offered(window) -> bool:
    return any(in_sight(tile) for tile in window.findChildren(AidTile, "aid_voice"))


# -- what is said when


def test_the_languages_are_found_that_have_a_voice(ear):
    assert ear.found == {"en"}


def test_sentences_are_said_one_after_the_other(ear):
    ear.hears("One.", "Two.", "Three.")
    assert ear.said == ["One."]
    ear.waits_for("One.", "Two.", "Three.")


def test_another_screen_interrupts_and_what_was_left_of_the_one_before_is_never_said(ear):
    ear.hears(LONG, "Never.")
    ear.hears("Paid.", "Thank you.", about="another")
    ear.waits_for(LONG, "Paid.", "Thank you.")


def test_of_many_screens_at_once_the_last_is_said_from_beginning_to_end(ear):
    for number in range(5):
        ear.hears(f"Screen {number}.", LONG, about=number)
    ear.hears("The last.", "Its end.", about="last")
    ear.qtbot.waitUntil(lambda: ear.said[-2:] == ["The last.", "Its end."], timeout=3000)
    ear.qtbot.waitUntil(ear.is_at_rest, timeout=3000)
    assert LONG not in ear.said


def test_an_engine_that_was_stopped_before_it_began_is_not_waited_for(ear):
    """It has nothing to say of an end."""
    ear.voice._saying = "A sentence that it was given just now."
    ear.hears("Paid.", about="another")
    assert ear.said == []
    ear.waits_for("Paid.")


def test_the_same_screen_drawn_again_says_nothing_again(ear):
    ear.hears("One.", "Two.")
    ear.waits_for("One.", "Two.")
    ear.hears("One.", "Two.")
    ear.qtbot.waitUntil(ear.is_at_rest, timeout=3000)
    assert ear.said == ["One.", "Two."]


def test_news_of_the_same_screen_waits_until_the_sentence_is_over(ear):
    ear.hears("A fact about money.", "Another.")
    ear.hears("A fact about money.", "Another.", "News.")
    assert not ear.voice._stopping.isActive()
    ear.waits_for("A fact about money.", "Another.", "News.")


def test_what_is_no_longer_on_the_screen_is_not_said_any_more(ear):
    ear.hears("One.", "We are checking.")
    ear.hears("One.", "It was not taken.")
    ear.waits_for("One.", "It was not taken.")


def test_a_sentence_that_leaves_the_screen_is_broken_off(ear):
    ear.hears(LONG, "The rest.")
    ear.hears("It was not taken.", "The rest.")
    ear.waits_for(LONG, "The rest.", "It was not taken.")


def test_nothing_is_said_any_more_when_nobody_listens(ear):
    ear.hears(LONG, "Never.")
    ear.voice.hear(SILENCE)
    ear.qtbot.waitUntil(lambda: not ear.voice._stopping.isActive(), timeout=3000)
    ear.voice.name("A button")
    assert ear.said == [LONG]
    assert ear.is_at_rest()


def test_a_name_is_said_at_once_and_what_was_being_said_is_not_taken_up_again(ear):
    ear.hears(LONG, "Never.")
    ear.voice.name("Pay")
    ear.waits_for(LONG, "Pay")
    ear.qtbot.waitUntil(ear.is_at_rest, timeout=3000)
    assert ear.said == [LONG, "Pay"]


def test_a_language_without_a_voice_is_not_read_by_another_one(ear):
    ear.hears(LONG)
    ear.hears("결제됐어요", language="ko")
    ear.voice.name("결제하기")
    ear.qtbot.waitUntil(lambda: not ear.voice._stopping.isActive(), timeout=3000)
    assert ear.said == [LONG]


def test_an_engine_that_cannot_be_opened_says_so_and_speaks_nothing(qtbot):
    voice = Voice("there_is_none_of_this_name", ("ko", "en"), 1.0)
    with qtbot.waitSignal(voice.lost) as lost:
        pass
    assert lost.args[0]
    voice.hear(Speech("en", "a screen", ("One.",)))
    assert voice._saying == ""
    voice.end()


def test_the_engine_that_speaks_to_nobody_is_not_offered_to_customers():
    assert first_engine(["mock", "speechd"]) == "speechd"
    assert first_engine(["mock"]) == ""
    assert system_engine() != "mock"


def test_the_voice_of_the_own_country_is_taken_and_no_other_language_for_it():
    found = [QLocale("en_GB"), QLocale("en_US"), QLocale("yue_HK"), QLocale("ko_KR"), QLocale("C")]
    assert locale_of("en", found) == QLocale("en_US")
    assert locale_of("en", found[:1]) == QLocale("en_GB")
    assert locale_of("ko", found) == QLocale("ko_KR")
    assert locale_of("zh", found) is None
    assert locale_of("ja", []) is None


# -- with the window


def test_a_voice_is_offered_from_when_there_is_one_in_the_languages_it_has(window):
    assert is_offered(window)
    assert not is_offered(show(window, VIEWS["start"], "ko"))
    assert is_offered(show(window, VIEWS["start"], "en"))


def test_a_voice_that_fails_is_not_offered_any_more(window, ear):
    ear.voice.lost.emit("gone")
    settle()
    assert not is_offered(window)


def test_who_switches_it_on_hears_the_screen_and_the_next_customer_nothing(window, ear, qtbot):
    show(window, VIEWS["start"], "en", access=LISTENING)
    assert ear.said == [EN("start.title")]
    show(window, basket(LINES, ScanNotice.ADDED, 1), "en", access=LISTENING)
    qtbot.waitUntil(lambda: ear.said[1:3] == [EN("scan_notice.added"), "하루 견과 한줌, 4, ₩6,000"], timeout=3000)
    show(window, basket(LINES, ScanNotice.UNKNOWN, 2), "en", access=LISTENING)
    qtbot.waitUntil(lambda: ear.said[-1] == EN("scan_notice.unknown"), timeout=3000)
    for name, first in (
        ("method", f"{EN('methods.due')}, ₩12,300"),
        ("certainty_checking", EN("certainty.checking.title")),
        ("done", EN("done.title")),
    ):
        show(window, VIEWS[name], "en", access=LISTENING)
        qtbot.waitUntil(lambda first=first: ear.said[-1] == first, timeout=3000)
    show(window, VIEWS["start"], "en")
    qtbot.waitUntil(lambda: not ear.voice._stopping.isActive(), timeout=3000)
    assert ear.is_at_rest()


# -- names


def touch(window, name: str) -> None:
    """A finger on the glass: the window's system hands it on."""
    widget = next(one for one in window.findChildren(Pressable, name) if one.isVisible())
    middle: QPoint = widget.mapTo(window, widget.rect().center())
    QTest.mousePress(window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    QTest.mouseRelease(window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)


@pytest.fixture
def named(window) -> list[str]:
    found: list[str] = []
    names = Named(window)
    names.named.connect(found.append)
    return found


def test_what_is_touched_is_named_and_pressed_all_the_same(window, named, qtbot):
    show(window, VIEWS["basket"], "en")
    with qtbot.waitSignal(window.intent):
        touch(window, "pay_now")
    assert named == [EN("basket.pay")]
    touch(window, "product_milk")
    assert named[1:] == [EN("basket.product", name="딸기 우유", price=PRODUCTS[2].price)]


def test_what_takes_no_touch_is_not_named(window, named):
    show(window, VIEWS["basket_empty"], "en")
    touch(window, "pay_now")
    assert named == []


@pytest.mark.parametrize("view", [VIEWS["scan"], PIN], ids=["coupon", "pin"])
def test_keys_are_not_called_out_when_they_are_touched(window, named, view):
    show(window, view, "en")
    touch(window, "key_4")
    assert named == []


def test_what_has_the_focus_is_named(window, named, qtbot):
    show(window, VIEWS["done"], "en")
    with qtbot.waitActive(window):
        window.activateWindow()
    next(one for one in window.findChildren(Pressable, "finish") if one.isVisible()).setFocus()
    assert named == [EN("done.finish")]
