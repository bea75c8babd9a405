"""What the window announces to who listens: what stands on the screen, word for word, and what it is about."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

import pytest
from PySide6.QtWidgets import QWidget

from kiosk.domain.told import Fact
from kiosk.flows.access import Access
from kiosk.flows.views import Certainty, ScanNotice, StartView, View
from kiosk.tools.samples import ALL_LINES, CODE, LANGUAGES, LINES, MANY, VIEWS, basket, certainty, done, line, tender
from kiosk.tools.staff_samples import HOME, PIN
from kiosk.ui.face import Face
from kiosk.ui.probe import press
from kiosk.ui.speech import SILENCE, Speech
from kiosk.ui.widgets.buttons import Pressable
from kiosk.ui.widgets.labels import Label
from tests.ui.test_facts import SENTENCES
from tests.ui.windows import FORMATS, open_window, show, text_for

LISTENING: Final = Access(voice=True)
KO: Final = text_for("ko")
LOOKS: Final = MappingProxyType(
    {
        "usual": LISTENING,
        "large": Access(voice=True, large_print=True),
        "low": Access(voice=True, low=True),
    }
)


class Listener:
    """A window, and what it announces."""

    def __init__(self, qtbot, format_: str = "1080x1920") -> None:
        self.window = open_window(qtbot, format_)
        self.speeches: list[Speech] = []
        self.window.announced.connect(self.speeches.append)

    def hears(self, view: View, language: str = "ko", access: Access = LISTENING, **state) -> tuple[str, ...]:
        show(self.window, view, language, access=access, **state)
        return self.speeches[-1].sentences


@pytest.fixture
def listener(qtbot) -> Listener:
    return Listener(qtbot)


def words_on(window: QWidget) -> set[str]:
    """All words of the look that is shown, those on other pages too."""
    face = next(one for one in window.findChildren(Face) if one.isVisible())
    shown = {label.said for label in face.findChildren(Label)}
    return shown | {each.accessibleName() for each in face.findChildren(Pressable)}


def is_made_of(sentence: str, words: set[str]) -> bool:
    """Whether it is one or several of these, parted by commas."""
    return sentence in words or any(
        is_made_of(sentence.removeprefix(f"{start}, "), words)
        for start in words
        if start and sentence.startswith(f"{start}, ")
    )


@pytest.mark.parametrize("look", list(LOOKS))
@pytest.mark.parametrize("format_", list(FORMATS))
def test_every_screen_says_something_and_nothing_that_does_not_stand_on_it(qtbot, format_, look):
    listener = Listener(qtbot, format_)
    for name, view in VIEWS.items():
        if "points" in name:  # the same screens with other reasons
            continue
        said = listener.hears(view, access=LOOKS[look])
        words = words_on(listener.window)
        assert said, name
        assert [each for each in said if not is_made_of(each, words)] == [], name
        assert len(set(said)) == len(said) or "many" in name, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_is_in_the_language_of_the_screen(listener, language):
    said = listener.hears(VIEWS["start"], language)
    text = text_for(language)
    assert listener.speeches[-1].language == language
    assert said[:3] == (text("start.title"), text("start.no_hurry"), text("start.begin"))


@pytest.mark.parametrize("format_", list(FORMATS))
def test_a_fact_about_money_is_said_as_it_is_written_with_its_method_and_amount(qtbot, format_):
    listener = Listener(qtbot, format_)
    for told in ALL_LINES:
        said = listener.hears(certainty(Certainty.CHECKING, told))
        parts = (SENTENCES[told.fact], "쿠폰", "3,000원")
        assert any(all(part in each for part in parts) for each in said), told.fact
    assert {told.fact for told in ALL_LINES} == set(Fact)


def test_every_payment_is_a_sentence_also_when_it_stands_on_another_page(listener):
    tenders = tuple(replace(tender(Fact.RECEIVED, 1000 + n), attempt_id=f"a-{n}") for n in range(12))
    said = listener.hears(certainty(Certainty.RETURNING, *tenders))
    assert [each for each in said if "받았어요" in each] == [f"쿠폰 1,{n:03}원을 받았어요" for n in range(12)]


def test_a_code_or_an_amount_that_is_not_shown_is_not_said(listener):
    known = listener.hears(certainty(Certainty.CHECKING))
    assert any(CODE in each for each in known)
    unknown = listener.hears(replace(certainty(Certainty.CHECKING), code=""))
    assert not any(KO("screen.code") in each for each in unknown)
    assert not any(KO("methods.due") in each for each in unknown)


def test_after_a_scan_the_basket_says_what_it_was_what_it_costs_and_the_total(listener):
    said = listener.hears(basket(LINES, ScanNotice.ADDED, 3))
    assert said == (
        KO("scan_notice.added"),
        "하루 견과 한줌, 4, 6,000원",
        KO("basket.count", count=7),
        "12,300원",
    )


def test_a_code_that_nobody_knows_says_so_and_says_it_again(listener):
    first = listener.hears(basket(LINES, ScanNotice.UNKNOWN, 3))
    assert first[0] == KO("scan_notice.unknown")
    listener.hears(basket(LINES, ScanNotice.UNKNOWN, 4))
    assert listener.speeches[-1].about != listener.speeches[-2].about


def test_more_of_a_product_is_news_of_the_same_basket(listener):
    listener.hears(basket(LINES, ScanNotice.ADDED, 3))
    more = (*LINES[:2], line("nuts", "하루 견과 한줌", 1500, 5, is_latest=True))
    said = listener.hears(basket(more, None, 3))
    assert "하루 견과 한줌, 5, 7,500원" in said
    assert listener.speeches[-1].about == listener.speeches[-2].about


def test_the_methods_are_named_with_what_is_to_be_paid(listener):
    said = listener.hears(VIEWS["method"])
    assert f"{KO('methods.due')}, 12,300원" in said
    assert KO("methods.question") in said
    titles = [KO(f"method.{name}.title") for name in ("crepay", "ceos", "card", "loyalty", "ezpg")]
    assert [each.split(",")[0].split(".")[0] for each in said[-5:]] == titles


def test_what_is_done_names_the_number_and_whether_the_receipt_came_out(listener):
    said = listener.hears(done())
    assert said[:3] == (KO("done.title"), KO("done.number"), "A-027")
    assert said[-1] == KO("done.printed")
    assert listener.hears(done(printed=False))[-1] == KO("done.not_printed")


def test_the_idle_warning_is_all_that_is_said_while_it_stands(listener):
    listener.hears(VIEWS["method"])
    said = listener.hears(VIEWS["method"], idle_left_s=20.0)
    assert said == (KO("idle.title"), KO("idle.body"), KO("idle.continue"))
    listener.hears(VIEWS["method"])
    assert listener.speeches[-1].about == listener.speeches[-3].about != listener.speeches[-2].about


def test_that_help_is_called_and_that_the_network_is_down_are_said_after_the_screen(listener):
    before = listener.hears(VIEWS["basket"])
    said = listener.hears(VIEWS["basket"], help_code="도움 A12", network_down=True)
    assert said == (*before, KO("banner.help", code="도움 A12"), KO("banner.network"))


def test_what_is_typed_is_never_said(listener):
    before = listener.hears(VIEWS["scan"])
    for digit in "4711":
        assert press(listener.window, f"key_{digit}")
    assert listener.hears(VIEWS["scan"], network_down=True)[: len(before)] == before
    assert not any("4711" in words for speech in listener.speeches for words in speech.sentences)


@pytest.mark.parametrize("view", [HOME, PIN], ids=["home", "pin"])
def test_nothing_is_said_on_the_side_of_the_staff(listener, view):
    listener.hears(VIEWS["basket"])
    assert listener.hears(view) == ()
    assert listener.speeches[-1] is SILENCE


def test_the_next_customer_is_told_nothing(listener):
    listener.hears(VIEWS["done"])
    show(listener.window, VIEWS["start"])
    assert listener.speeches[-1] is SILENCE
    count = len(listener.speeches)
    show(listener.window, basket(MANY))
    assert len(listener.speeches) == count


def test_what_is_switched_on_is_said_by_the_button_that_switched_it(listener):
    view = StartView("다정상회 성수점", LANGUAGES)
    off = listener.hears(view)
    on = listener.hears(view, access=replace(LISTENING, contrast=True))
    name = KO("access.contrast")
    assert KO("access.off", name=name) in off
    assert KO("access.on", name=name) in on
