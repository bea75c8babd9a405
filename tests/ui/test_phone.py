"""The customer is asked on their phone: the ring of the time that is left, and what the screen says around it."""

import pytest

from kiosk.flows.access import Access
from kiosk.tools.samples import VIEWS, phone
from kiosk.ui.probe import visible_texts
from kiosk.ui.theme import Palette
from kiosk.ui.widgets.countdown import SAID_FROM_S, CountdownRing
from tests.ui.windows import FORMATS, open_window, show, text_for, theme_of

KO = text_for("ko")


class Watch:
    """A clock that stands until it is moved on [s]."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def ring(qtbot, watch):
    ring = CountdownRing(theme_of(reduced_motion=False), 100, now=watch)
    qtbot.addWidget(ring)
    ring.show()
    return ring


def said_in(ring) -> dict[str, str]:
    return dict(visible_texts(ring))


def test_the_ring_runs_by_itself_between_two_words_of_the_flow(ring, watch):
    ring.show_left(38.0, 45.0, KO)
    watch.now_s += 1.5
    assert ring.left_s == pytest.approx(36.5)


def test_the_ring_never_goes_back(ring, watch):
    ring.show_left(38.0, 45.0, KO)
    watch.now_s += 2.0
    ring.show_left(36.4, 45.0, KO)
    assert ring.left_s == pytest.approx(36.0)
    ring.show_left(34.0, 45.0, KO)
    assert ring.left_s == pytest.approx(34.0)


def test_the_next_payment_has_its_whole_time(ring):
    ring.show_left(3.0, 45.0, KO)
    ring.hide()
    ring.show()
    ring.show_left(45.0, 45.0, KO)
    assert ring.left_s == pytest.approx(45.0)


def test_the_ring_is_calm_until_little_is_left_and_then_says_the_seconds(ring, watch, qtbot):
    ring.show_left(SAID_FROM_S + 1, 45.0, KO)
    assert said_in(ring) == {"phone_wait": KO("phone.waiting")}
    watch.now_s += 1.0
    qtbot.waitUntil(lambda: said_in(ring).get("seconds_left") == "20초")
    watch.now_s += 7.5
    qtbot.waitUntil(lambda: said_in(ring).get("seconds_left") == "13초")


def test_a_ring_that_ran_out_says_that_the_answer_is_being_found_out(ring, watch, qtbot):
    ring.show_left(1.0, 45.0, KO)
    watch.now_s += 5.0
    qtbot.waitUntil(lambda: said_in(ring) == {"phone_wait": KO("phone.checking")})
    before = ring.grab().toImage()
    watch.now_s += 0.5
    assert ring.grab().toImage() != before


def test_the_ring_empties_and_changes_its_colour_for_the_last_seconds(ring):
    pictures = []
    for left_s in (45.0, 30.0, 15.0):
        ring.show_left(left_s, 45.0, KO)
        pictures.append(ring.grab().toImage())
    colours = Palette()
    top_left = (ring.width() // 5, ring.height() // 5)
    top_right = (ring.width() - top_left[0], top_left[1])
    assert [one.pixelColor(*top_left).name().upper() for one in pictures[:2]] == [colours.accent, colours.line]
    assert pictures[2].pixelColor(*top_right).name().upper() == colours.wait


def test_the_ring_moves_once_a_second_where_motion_is_reduced(qtbot, watch):
    ring = CountdownRing(theme_of(), 100, now=watch)
    qtbot.addWidget(ring)
    ring.show()
    ring.show_left(38.0, 45.0, KO)
    before = ring.grab().toImage()
    watch.now_s += 0.9
    assert ring.grab().toImage() == before
    watch.now_s += 0.2
    assert ring.grab().toImage() != before


@pytest.mark.parametrize("format_", list(FORMATS))
def test_in_large_print_the_first_page_says_what_to_do_and_how_long_there_is(qtbot, format_):
    window = show(open_window(qtbot, format_), VIEWS["phone_last_seconds"], access=Access(large_print=True))
    seen = dict(visible_texts(window))
    assert (seen["phone_title"], seen["seconds_left"]) == ("휴대폰에서 승인해 주세요", "12초")


@pytest.mark.parametrize("format_", list(FORMATS))
def test_what_was_received_before_stays_in_sight(qtbot, format_):
    seen = dict(visible_texts(show(open_window(qtbot, format_), VIEWS["phone_part_paid"])))
    assert seen["told_0"] == "쿠폰 3,000원을 받았어요"
    assert seen["told_1"] == "아직 결제되지 않았어요"
    assert (seen["pay_amount"], seen["fee_amount"]) == ("9,300원", "465원")


@pytest.mark.parametrize("format_", list(FORMATS))
def test_what_to_do_on_the_phone_is_said_until_it_is_too_late_for_it(qtbot, format_):
    window = show(open_window(qtbot, format_), VIEWS["phone"])
    seen = dict(visible_texts(window))
    assert [seen[f"guide_{at}"] for at in range(3)] == ["알림 열기", "금액 확인", "승인 누르기"]
    seen = dict(visible_texts(show(window, VIEWS["phone_checking"])))
    assert "guide_0" not in seen
    assert seen["phone_title"] == "확인하고 있어요"


def test_who_cannot_leave_is_told_that_declining_lets_them_pay_otherwise(qtbot):
    window = show(open_window(qtbot), VIEWS["phone_no_way_out"])
    assert dict(visible_texts(window))["phone_decline"] == KO("phone.decline")
    assert "phone_decline" not in dict(visible_texts(show(window, phone(38.0))))


def test_a_fee_is_said_where_there_is_one(qtbot):
    window = show(open_window(qtbot), VIEWS["amount_fee"])
    seen = dict(visible_texts(window))
    assert (seen["balance_amount"], seen["fee_amount"], seen["left_amount"]) == ("100,000원", "615원", "87,085원")
    assert {"포인트 잔액", "남는 포인트 잔액"} <= {words for _, words in visible_texts(window)}
    assert "fee_amount" not in dict(visible_texts(show(window, VIEWS["amount"])))
