"""Receipts and slips as plain text look as they are meant to, on both widths of paper."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.catalogue import Tax
from kiosk.domain.money import won
from kiosk.domain.order import OrderLine, OrderState
from kiosk.domain.receipt import Document, Pair, SlipReason, receipt_document, slip_document
from kiosk.domain.sale import Sale
from kiosk.services.printer.plain import columns_of, render_text
from kiosk.services.text import Text, languages
from tests.receipt_samples import CODE, COUPON, SOLD_AT_MS, STORE, attempt, order, paid_sale, refund, sample_text

HERE = Path(__file__).parent
LONG = "유기농 제주 한라봉과 산지직송 못난이 사과를 한 상자에 담은 명절 선물세트 (특대, 보자기 포장)"
UNBROKEN = "유기농제주한라봉과산지직송못난이사과를한상자에담은명절선물세트"


def printed(document, columns=42):
    return render_text(document, sample_text(document.language), columns)


def receipt_of(sale, language="ko"):
    return receipt_document(sale, STORE, CODE, SOLD_AT_MS, language)


def unwinding():
    unknown = attempt(2, State.UNKNOWN, "ceos", won(9_300))
    return Sale(order(OrderState.UNWINDING), (COUPON, unknown), (refund(),))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_coupon_and_instant_pay_print_as_the_stored_receipt(language):
    stored = (HERE / f"receipt_{language}.txt").read_text("utf-8")
    assert printed(receipt_of(paid_sale(), language)) == stored


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_order_put_aside_prints_as_the_stored_slip(language):
    stored = (HERE / f"slip_{language}.txt").read_text("utf-8")
    assert printed(slip_document(unwinding(), STORE, SlipReason.PARKED, language)) == stored


@pytest.mark.parametrize("columns", [32, 42])
@pytest.mark.parametrize("name", [LONG, UNBROKEN])
def test_a_long_korean_name_wraps_inside_the_paper(name, columns):
    line = OrderLine("S", "", (("ko", name),), won(1_234_500), 10, Tax.TAXABLE)
    text = printed(receipt_of(paid_sale(lines=(line,))), columns)
    assert all(columns_of(row) <= columns for row in text.splitlines())
    assert "".join(name.split()) in "".join(text.split())


@pytest.mark.parametrize("columns", [32, 42])
def test_amounts_end_at_the_right_edge(columns):
    (row,) = (row for row in printed(receipt_of(paid_sale()), columns).splitlines() if row.startswith("합계"))
    assert columns_of(row) == columns
    assert row.endswith(" 12,300원")


def test_an_amount_without_room_stands_on_the_next_line():
    document = Document("ko", (Pair("가" * 20, won(1_000)),))
    assert printed(document) == "가" * 20 + "\n" + " " * 35 + "1,000원\n"


def test_an_amount_stands_beside_the_last_line_of_a_long_left_side():
    document = Document("ko", (Pair("가" * 20 + " 나", won(1_000)),))
    assert printed(document).splitlines() == ["가" * 20, "나" + " " * 33 + "1,000원"]


def test_a_hangul_syllable_takes_two_columns_and_a_combining_mark_none():
    assert columns_of("가a") == 3
    assert columns_of("e\u0301") == 1


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("language", languages())
def test_every_told_sentence_goes_onto_a_slip(language, state):
    say = Text.load(language)
    nothing_asked = replace(attempt(1, state), asked=None)
    text = render_text(slip_document(Sale(order(), (nothing_asked,), ()), STORE, SlipReason.STAFF, language), say)
    assert "K01-0027" in text


def test_a_slip_never_shows_a_whole_coupon_number():
    shown = replace(COUPON, facts={"masked": "****6789", "barcode": "12345678901236789"})
    sale = Sale(order(OrderState.UNWINDING), (shown,), ())
    text = printed(slip_document(sale, STORE, SlipReason.STAFF, "ko"))
    assert "****6789" in text
    assert "12345678901236789" not in text
