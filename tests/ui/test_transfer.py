"""The account to transfer to: what stands there, that it stands still while it is shown anew, and the question."""

from dataclasses import replace

import pytest
import zxingcpp
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kiosk.flows.access import USUAL, Access
from kiosk.flows.intents import Confirm, GoBack, Resume
from kiosk.tools.samples import LANGUAGES, RECEIVED, VIEWS, transfer
from kiosk.ui.icons import of_method
from kiosk.ui.probe import in_sight, press, visible_texts
from kiosk.ui.screens.transfer import in_groups
from kiosk.ui.widgets.buttons import Pressable
from kiosk.ui.widgets.countdown import CountdownRing
from kiosk.ui.widgets.labels import Label
from kiosk.ui.widgets.qr import QrCode
from kiosk.ui.widgets.timeleft import TimeLeft
from tests.ui.pixels import luminances
from tests.ui.test_intents import heard_by
from tests.ui.windows import FORMATS, HOME, open_window, settle, show, text_for

KO = text_for("ko")
SMALL = "1280x800"
LARGE_PRINT = Access(large_print=True)
LOOKS = [(format_, USUAL) for format_ in FORMATS] + [
    (HOME, LARGE_PRINT),
    (SMALL, LARGE_PRINT),
    (HOME, Access(low=True)),
]
ASKED = transfer(420.0, is_question=True)
MANY = transfer(12.0, *(RECEIVED,) * 4, amount=300)


def read(window) -> dict[str, str]:
    return dict(visible_texts(window))


def seen(window, kind, name=None):
    """The widget of a kind and name that is in sight."""
    return next(one for one in window.findChildren(kind, name) if in_sight(one))


# -- what stands there


@pytest.mark.parametrize("format_", list(FORMATS))
def test_bank_account_holder_amount_and_until_when_are_there(qtbot, format_):
    words = read(show(open_window(qtbot, format_), VIEWS["transfer"]))
    assert words["bank_name"] == "국민은행"
    assert words["account_number"] == "9412 0290 784 513"
    assert words["account_holder"] == "예금주 (주)이지페이"
    assert words["transfer_exact"] == "정확히 이 금액만 보내 주세요"
    assert words["transfer_amount"] == "12,300원"
    assert words["transfer_until"] == "오후 3:20까지"
    assert words["transfer_looking"] == KO("transfer.looking")
    assert words["told_0"] == "아직 입금이 확인되지 않았어요"
    assert words["go_back"] == "다른 방법으로 결제"


def test_nobody_is_named_as_the_holder_when_nobody_said(qtbot):
    window = show(open_window(qtbot), VIEWS["transfer_long"])
    assert "account_holder" not in read(window)
    assert "account_holder" in read(show(window, VIEWS["transfer"]))


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        ("", ""),
        ("123", "123"),
        ("1234567890", "1234 567 890"),
        ("12345678901", "1234 5678 901"),
        ("123456789012", "1234 5678 9012"),
        ("1234567890123", "1234 567 890 123"),
        ("12345678901234", "1234 5678 901 234"),
        ("1234567890123456", "1234 5678 9012 3456"),
    ],
)
def test_a_number_stands_in_groups_of_three_and_four(digits, shown):
    assert in_groups(digits) == shown


@pytest.mark.parametrize(("format_", "access"), LOOKS)
def test_nothing_is_larger_than_the_amount_and_after_it_the_account(qtbot, format_, access):
    window = show(open_window(qtbot, format_), VIEWS["transfer"], access=access)
    sizes = {
        one.objectName(): one.font().pixelSize()
        for one in window.findChildren(Label)
        if one.isVisible() and one.objectName() != "seconds_left"
    }
    amount, number = sizes.pop("transfer_amount"), sizes.pop("account_number")
    assert amount > number > max(sizes.values())


@pytest.mark.parametrize(
    ("language", "until"),
    [("ko", "오후 3:20까지"), ("en", "Until 3:20 PM"), ("zh", "下午3:20前"), ("ja", "午後3:20まで")],
)
def test_until_when_is_said_in_koreas_time_as_the_language_says_it(qtbot, language, until):
    assert read(show(open_window(qtbot), VIEWS["transfer"], language))["transfer_until"] == until


@pytest.mark.parametrize(("format_", "access"), LOOKS)
def test_a_phone_reads_bank_account_and_amount(qtbot, format_, access):
    window = show(open_window(qtbot, format_), VIEWS["transfer"], access=access)
    while not any(in_sight(code) for code in window.findChildren(QrCode)):
        assert press(window, "part_next")
        settle()
    assert read_codes(window.grab().toImage()) == ["국민은행 004\n94120290784513\n12300"]


def read_codes(picture: QImage) -> list[str]:
    light = (luminances(picture) * 255).astype("uint8")
    return [one.text for one in zxingcpp.read_barcodes(light)]


@pytest.mark.parametrize(
    ("format_", "view", "there"),
    [
        (HOME, "transfer_unheard", True),
        (SMALL, "transfer", True),
        (SMALL, "transfer_part_paid", False),
        (SMALL, "transfer_unheard", False),
    ],
)
def test_a_small_screen_has_the_code_where_facts_leave_it_room(qtbot, format_, view, there):
    window = show(open_window(qtbot, format_), VIEWS[view])
    assert any(in_sight(code) for code in window.findChildren(QrCode)) is there
    assert read(window)["account_number"] == "9412 0290 784 513"


@pytest.mark.parametrize("format_", list(FORMATS))
def test_what_was_received_before_stays_in_sight(qtbot, format_):
    words = read(show(open_window(qtbot, format_), VIEWS["transfer_part_paid"]))
    assert words["told_0"] == "쿠폰 3,000원을 받았어요"
    assert words["told_1"] == "아직 입금이 확인되지 않았어요"
    assert words["transfer_amount"] == "9,300원"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("format_", list(FORMATS))
def test_that_nobody_knows_whether_it_has_come_is_said_and_that_it_is_not_lost(qtbot, format_, language):
    window = show(open_window(qtbot, format_), transfer(480.0), language)
    ring, label = seen(window, CountdownRing), seen(window, Label, "transfer_looking")
    calm = ring.grab().toImage()
    assert label.property("tone") == "second"
    show(window, transfer(480.0, is_heard=False), language)
    assert read(window)["transfer_looking"] == text_for(language)("transfer.unheard")
    assert label.property("tone") == "wait"
    assert ring.grab().toImage() != calm
    show(window, transfer(480.0), language)
    assert read(window)["transfer_looking"] == text_for(language)("transfer.looking")


def test_the_seconds_are_said_only_when_few_are_left(qtbot):
    window = show(open_window(qtbot), VIEWS["transfer"])
    assert "seconds_left" not in read(window)
    assert read(show(window, VIEWS["transfer_last_seconds"]))["seconds_left"] == "12초"


def test_a_transfer_has_an_icon_of_its_own():
    assert of_method("ezpg") != of_method("whatever")


# -- shown anew every few seconds


class Stirred(QObject):
    """Writes down whatever comes, goes or loses the focus in a window; not what is built in it meanwhile."""

    KINDS = frozenset(
        {
            QEvent.Type.Show,
            QEvent.Type.Hide,
            QEvent.Type.FocusOut,
            QEvent.Type.FocusIn,
            QEvent.Type.ParentChange,
            QEvent.Type.EnabledChange,
        }
    )

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._there = set(window.findChildren(QWidget))
        self.events: list[tuple[str, str, str]] = []

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in self.KINDS and watched in self._there:
            self.events.append((type(watched).__name__, watched.objectName(), event.type().name))
        return False


@pytest.fixture
def stirred_in(qapp):
    filters: list[Stirred] = []

    def watch(window: QWidget) -> list[tuple[str, str, str]]:
        filters.append(Stirred(window))
        qapp.installEventFilter(filters[-1])
        return filters[-1].events

    yield watch
    for one in filters:
        qapp.removeEventFilter(one)


def places_in(window) -> dict[int, QRect]:
    """Where everything is that can be seen."""
    return {id(one): one.geometry() for one in window.findChildren(QWidget) if one.isVisible()}


SHOWN_ANEW = pytest.mark.parametrize("view", [transfer(540.0), ASKED, MANY], ids=["account", "question", "many"])
WARNED = pytest.mark.parametrize("idle_left_s", [None, 17.0], ids=["calm", "warned"])


def show_anew(window, view, access, idle_left_s) -> None:
    """The same, a little later, twice."""
    for past_s in (3.0, 6.0):
        left_s = None if idle_left_s is None else idle_left_s - past_s
        show(window, replace(view, left_s=view.left_s - past_s), access=access, idle_left_s=left_s)


@WARNED
@SHOWN_ANEW
@pytest.mark.parametrize(("format_", "access"), LOOKS)
def test_everything_keeps_its_place_while_the_same_is_shown_anew(qtbot, format_, access, view, idle_left_s):
    window = show(open_window(qtbot, format_), view, access=access, idle_left_s=idle_left_s)
    settle()
    places = places_in(window)
    show_anew(window, view, access, idle_left_s)
    assert places_in(window) == places


@WARNED
@SHOWN_ANEW
@pytest.mark.parametrize("format_", list(FORMATS))
def test_nothing_comes_or_goes_while_the_same_is_shown_anew(qtbot, stirred_in, format_, view, idle_left_s):
    window = show(open_window(qtbot, format_), view, idle_left_s=idle_left_s)
    settle()
    events = stirred_in(window)
    show_anew(window, view, USUAL, idle_left_s)
    assert events == []


def test_the_ring_goes_on_and_never_back(qtbot):
    window = show(open_window(qtbot), transfer(540.0))
    ring = seen(window, CountdownRing)
    show(window, transfer(300.0))
    assert ring.left_s <= 300.0
    show(window, transfer(301.0))
    assert ring.left_s <= 300.0


def test_a_press_goes_on_while_the_same_is_shown_anew(qtbot):
    window = show(open_window(qtbot), transfer(540.0))
    heard, button = heard_by(window), seen(window, Pressable, "go_back")
    middle = button.rect().center()
    qtbot.mousePress(button, Qt.MouseButton.LeftButton, pos=middle)
    show(window, transfer(537.0))
    assert button.isDown()
    qtbot.mouseRelease(button, Qt.MouseButton.LeftButton, pos=middle)
    assert heard == [GoBack()]


def test_the_focus_stays_while_the_same_is_shown_anew(qtbot):
    window = show(open_window(qtbot), transfer(540.0))
    with qtbot.waitActive(window):
        window.activateWindow()
    button = seen(window, Pressable, "go_back")
    button.setFocus()
    show(window, transfer(537.0))
    assert window.focusWidget() is button


def test_who_turned_back_to_an_earlier_payment_stays_there_until_there_is_another(qtbot):
    window = show(open_window(qtbot), MANY)
    while press(window, "tenders_previous"):
        settle()
    assert "told_0" in read(window)
    show(window, replace(MANY, left_s=9.0))
    assert "told_0" in read(window)
    show(window, replace(MANY, tenders=(RECEIVED, *MANY.tenders)))
    assert "told_5" in read(window)


def test_the_next_customer_finds_the_last_payment_first(qtbot):
    window = show(open_window(qtbot), MANY)
    while press(window, "tenders_previous"):
        settle()
    show(window, VIEWS["start"])
    assert "told_4" in read(show(window, MANY))


# -- the warning


def test_the_warning_goes_on_counting_while_it_is_shown_anew(qtbot):
    window = show(open_window(qtbot), transfer(540.0), idle_left_s=20.0)
    bar = seen(window, TimeLeft)
    assert bar.fraction == pytest.approx(1.0, abs=0.02)
    for left_s in (17.0, 14.0, 2.0):
        show(window, transfer(520.0 + left_s), idle_left_s=left_s)
        assert bar.fraction == pytest.approx(left_s / 20.0, abs=0.02)


def test_a_press_on_the_warning_goes_on_while_it_is_shown_anew(qtbot):
    window = show(open_window(qtbot), transfer(540.0), idle_left_s=20.0)
    with qtbot.waitActive(window):
        window.activateWindow()
    heard, button = heard_by(window), seen(window, Pressable, "idle_continue")
    button.setFocus()
    qtbot.mousePress(button, Qt.MouseButton.LeftButton, pos=button.rect().center())
    show(window, transfer(537.0), idle_left_s=17.0)
    assert window.focusWidget() is button
    qtbot.mouseRelease(button, Qt.MouseButton.LeftButton, pos=button.rect().center())
    assert heard == [Resume()]


def test_the_next_warning_has_its_whole_time(qtbot):
    window = show(open_window(qtbot), transfer(540.0), idle_left_s=40.0)
    show(window, transfer(520.0), idle_left_s=3.0)
    show(window, transfer(517.0))
    assert not press(window, "idle_continue")
    show(window, transfer(300.0), idle_left_s=20.0)
    assert seen(window, TimeLeft).fraction == pytest.approx(1.0, abs=0.02)


# -- the question


@pytest.mark.parametrize("format_", list(FORMATS))
def test_it_is_asked_whether_the_money_was_sent_and_said_what_both_answers_mean(qtbot, format_):
    words = read(show(open_window(qtbot, format_), ASKED))
    assert words["transfer_question"] == "이미 이체하셨나요?"
    assert words["confirm_sent"] == "네, 보냈어요"
    assert words["go_back"] == "아니요"
    assert words["transfer_if_sent"] == KO("transfer.if_sent")
    assert words["transfer_if_not_sent"] == KO("transfer.if_not_sent")
    assert "직원이 돌려드려요" in words["transfer_if_not_sent"]
    assert words["told_0"] == "아직 입금이 확인되지 않았어요"


@pytest.mark.parametrize("format_", list(FORMATS))
def test_nobody_is_shown_an_account_while_they_are_asked_and_who_stays_sees_it_again(qtbot, format_):
    window = show(open_window(qtbot, format_), ASKED)
    assert not {"account_number", "transfer_amount", "transfer_until", "transfer_title"} & set(read(window))
    assert not any(in_sight(code) for code in window.findChildren(QrCode))
    words = read(show(window, transfer(417.0)))
    assert words["account_number"] == "9412 0290 784 513"
    assert not {"transfer_question", "confirm_sent", "transfer_if_sent", "transfer_if_not_sent"} & set(words)


@pytest.mark.parametrize("format_", list(FORMATS))
def test_yes_is_on_the_right_where_one_goes_on(qtbot, format_):
    window = show(open_window(qtbot, format_), ASKED)
    yes, no = seen(window, Pressable, "confirm_sent"), seen(window, Pressable, "go_back")
    origin = QPoint(0, 0)
    assert yes.mapTo(window, origin).x() > no.mapTo(window, origin).x()
    assert yes.mapTo(window, origin).y() == no.mapTo(window, origin).y()


@pytest.mark.parametrize(("button", "intent"), [("confirm_sent", Confirm()), ("go_back", GoBack())])
def test_the_second_tap_of_a_double_tap_answers_no_question(qtbot, button, intent):
    window = show(open_window(qtbot, settle_ms=150), transfer(540.0))
    qtbot.waitUntil(lambda: press(window, "go_back"))
    show(window, ASKED)
    heard = heard_by(window)
    assert not press(window, button)
    qtbot.waitUntil(lambda: press(window, button))
    assert heard == [intent]


def test_an_enter_that_a_scanner_types_answers_no_question(qtbot):
    window = show(open_window(qtbot), transfer(540.0))
    with qtbot.waitActive(window):
        window.activateWindow()
    seen(window, Pressable, "go_back").setFocus()
    show(window, ASKED)
    assert window.focusWidget() is window


def test_in_large_print_the_question_begins_on_its_first_page(qtbot):
    window = show(open_window(qtbot), transfer(540.0), access=LARGE_PRINT)
    while press(window, "part_next"):
        settle()
    assert "transfer_title" not in read(window)
    show(window, ASKED, access=LARGE_PRINT)
    assert "transfer_question" in read(window)
    while press(window, "part_next"):
        settle()
    show(window, transfer(400.0), access=LARGE_PRINT)
    assert "account_number" in read(window)
