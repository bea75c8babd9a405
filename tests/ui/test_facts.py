"""What is told of money: every fact in its own words, wherever facts are shown."""

from typing import get_args

import pytest

from kiosk.domain.outcome import Reason
from kiosk.domain.picture import Advice
from kiosk.domain.staffwork import TaskKind
from kiosk.domain.told import Fact
from kiosk.flows.views import Certainty, CertaintyView, ScanNotice, View
from kiosk.services.scanner.sight import Sight
from kiosk.tools.samples import ALL_LINES, CODE, LANGUAGES, VIEWS, basket, certainty, methods, tender
from kiosk.ui.face import SCREENS
from kiosk.ui.probe import press, visible_texts
from kiosk.ui.widgets.cards import MethodTile
from tests.ui.windows import open_window, show, text_for

SENTENCES = {
    Fact.NOT_TAKEN: "결제되지 않았어요, 돈은 빠져나가지 않았습니다",
    Fact.NOT_PAID: "결제되지 않았어요",
    Fact.NOT_YET: "아직 결제되지 않았어요",
    Fact.PLANNED: "쿠폰 3,000원은 마지막에 승인해요",
    Fact.NO_DEPOSIT_YET: "아직 입금이 확인되지 않았어요",
    Fact.IGNORE_FIRST_REQUEST: "휴대폰의 첫 요청은 무시해 주세요, 승인하셨어도 포인트는 돌아옵니다",
    Fact.CHECKING: "확인하고 있어요",
    Fact.CHECKING_DO_NOT_PAY: "확인하고 있어요, 다시 결제하지 마세요",
    Fact.UNDONE: "결제를 취소했어요, 청구되지 않습니다",
    Fact.POINTS_RELEASED: "포인트를 쓰지 않았어요, 잠시 묶였다면 곧 돌아옵니다",
    Fact.RECEIVED: "쿠폰 3,000원을 받았어요",
    Fact.RETURNED: "돌려드렸어요",
    Fact.RETURN_PENDING: "환불을 신청했어요, 아직 돌려드리지 못했습니다",
    Fact.NOT_CERTAIN: f"아직 확인하지 못했어요, 접수번호 {CODE}",
    Fact.STAFF_HELPS: f"직원이 확인해 드려요, 접수번호 {CODE}",
    Fact.SETTLED: "직원과 정리했어요",
}
"""Money rules, 4."""


def test_every_kind_of_view_has_its_screen():
    assert set(SCREENS) == set(get_args(View))


@pytest.mark.parametrize("fact", list(Fact))
def test_a_fact_is_told_in_its_own_words(qtbot, fact):
    window = show(open_window(qtbot), certainty(Certainty.STAFF, tender(fact)))
    assert dict(visible_texts(window))["told_0"] == SENTENCES[fact]


@pytest.mark.parametrize("fact", [Fact.NOT_CERTAIN, Fact.STAFF_HELPS])
def test_no_code_is_named_where_there_is_none(qtbot, fact):
    window = show(open_window(qtbot), methods("ceos", tenders=(tender(fact),)))
    assert dict(visible_texts(window))["told_0"] == SENTENCES[fact].removesuffix(f", 접수번호 {CODE}")


@pytest.mark.parametrize(("name", "is_said"), [("interrupted", False), ("interrupted_known", True)])
def test_after_a_restart_what_is_left_to_pay_is_said_only_where_it_is_known(qtbot, name, is_said):
    window = show(open_window(qtbot), VIEWS[name])
    assert (text_for("ko")("methods.due") in {text for _, text in visible_texts(window)}) == is_said


def test_a_payment_of_unknown_amount_shows_none(qtbot):
    window = show(open_window(qtbot), certainty(Certainty.CHECKING, tender(Fact.CHECKING, None)))
    seen = dict(visible_texts(window))
    assert seen["told_0"] == SENTENCES[Fact.CHECKING]
    assert "tender_amount_0" not in seen


def test_each_payment_has_its_own_line(qtbot):
    view = certainty(Certainty.STAFF, tender(Fact.RECEIVED), tender(Fact.NOT_CERTAIN, 9300, "ceos"))
    seen = dict(visible_texts(show(open_window(qtbot), view)))
    assert seen["told_0"] == SENTENCES[Fact.RECEIVED]
    assert seen["told_1"] == SENTENCES[Fact.NOT_CERTAIN]
    assert seen["tender_amount_1"] == "9,300원"


def test_more_payments_than_have_room_are_all_reached_by_turning_pages(qtbot):
    window = show(open_window(qtbot), certainty(Certainty.STAFF, *ALL_LINES))
    told: set[str] = set()
    turns = True
    while turns:
        told |= {name for name, _ in visible_texts(window) if name.startswith("told_")}
        turns = press(window, "tenders_previous")
    assert told == {f"told_{number}" for number in range(len(Fact))}


def test_a_fact_that_is_gone_is_not_shown_any_more(qtbot):
    window = show(open_window(qtbot), VIEWS["method_declined"])
    assert "told_1" in dict(visible_texts(window))
    show(window, VIEWS["method"])
    assert not [name for name, _ in visible_texts(window) if name.startswith("told_")]


@pytest.mark.parametrize(("view", "told"), [("method_declined", True), ("method", False)])
def test_what_to_do_for_a_method_is_told_on_a_small_screen_while_it_has_room(qtbot, view, told):
    window = show(open_window(qtbot, "1280x800"), VIEWS[view])
    hint = text_for("ko")("method.ceos.hint")
    assert (hint in {words for _, words in visible_texts(window)}) is told
    tile = next(one for one in window.findChildren(MethodTile, "method_ceos") if one.isVisible())
    assert hint in tile.accessibleName()


def test_the_amounts_shown_are_those_of_the_view(qtbot):
    window = open_window(qtbot)
    paying = dict(visible_texts(show(window, VIEWS["method_part_paid"])))
    assert (paying["total_amount"], paying["due_amount"]) == ("12,300원", "9,300원")
    paid = dict(visible_texts(show(window, VIEWS["done"])))
    assert (paid["order_number"], paid["total_amount"], paid["inquiry_code"]) == ("A-027", "12,300원", CODE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_has_a_value_has_its_sentence(language):
    text = text_for(language)
    for reason in Reason:
        assert text(f"reason.{reason}")
    for kind in Certainty:
        assert text(f"certainty.{kind}.title")
        assert text(f"certainty.{kind}.body")
    for notice in ScanNotice:
        assert text(f"scan_notice.{notice}")
    for task in TaskKind:
        assert text(f"task.{task}")
    for sight in Sight:
        assert text(f"camera_state.{sight}", codes="3")
    for advice in Advice:
        assert text(f"scan.camera.{advice}")
    for method in ("crepay", "ceos", "card", "loyalty", "ezpg"):
        for part in ("name", "title", "again", "hint"):
            assert text(f"method.{method}.{part}")


@pytest.mark.parametrize("notice", list(ScanNotice))
def test_a_scan_is_answered_on_the_basket(qtbot, notice):
    seen = dict(visible_texts(show(open_window(qtbot), basket(notice=notice, serial=1))))
    assert seen["scan_notice"] == text_for("ko")(f"scan_notice.{notice}")


def test_why_everything_is_given_back_is_said(qtbot):
    seen = dict(visible_texts(show(open_window(qtbot), VIEWS["certainty_reason"])))
    assert seen["certainty_reason"] == text_for("ko")("reason.clock_skewed")


def test_text_that_looks_like_markup_is_shown_as_it_is(qtbot):
    view = CertaintyView(Certainty.STAFF, (), "<b>K01</b>")
    assert dict(visible_texts(show(open_window(qtbot), view)))["inquiry_code"] == "<b>K01</b>"
