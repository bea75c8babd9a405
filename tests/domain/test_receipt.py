"""The receipt and the slip say what is true, and the signed code cannot be made by anybody else."""

import string
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.attempt import RECEIPT, State
from kiosk.domain.catalogue import Tax
from kiosk.domain.errors import BugError
from kiosk.domain.money import Money, won
from kiosk.domain.order import OrderLine, OrderState
from kiosk.domain.receipt import (
    SOLD,
    Big,
    Code,
    Heading,
    Line,
    Pair,
    SlipReason,
    read_code,
    receipt_document,
    sign_code,
    slip_document,
    wrap,
)
from kiosk.domain.refund import RefundState
from kiosk.domain.sale import Sale
from kiosk.domain.scanned import ReceiptCode, classify
from kiosk.domain.told import OF_ATTEMPT, OF_REFUND, Fact
from kiosk.domain.words import At, Said, in_words
from kiosk.services.text import Text, languages
from tests.receipt_samples import (
    CODE,
    COUPON,
    INSTANT,
    SOLD_AT_MS,
    STORE,
    attempt,
    order,
    paid_sale,
    refund,
    sample_text,
    stamp,
)

KEY = b"a key of a store, 32 bytes long!"
IDS = st.from_regex(r"[A-Z][A-Z0-9]{0,7}-[1-9]-[0-9]{6}", fullmatch=True)


def receipt(sale, **options):
    return receipt_document(sale, STORE, CODE, SOLD_AT_MS, "ko", **options)


def slip(sale, reason=SlipReason.PARKED):
    return slip_document(sale, STORE, reason, "ko")


def amount_beside(document, key):
    """The amounts of the rows that begin with this sentence."""
    return [
        row.right
        for row in document.rows
        if isinstance(row, Pair) and isinstance(row.left, Said) and row.left.key == key
    ]


def facts_of(document):
    """The told facts, in order."""
    lefts = [row.left if isinstance(row, Pair) else getattr(row, "words", None) for row in document.rows]
    return [
        Fact(words.key.removeprefix("told.")) for words in lefts if isinstance(words, Said) and "told." in words.key
    ]


def line(price, quantity, tax):
    return OrderLine("S", "", (("ko", "물건"),), won(price), quantity, tax)


# -- receipt


@given(
    st.lists(st.builds(line, st.integers(1, 10**7), st.integers(1, 99), st.sampled_from(Tax)), min_size=1, max_size=20)
)
def test_supply_vat_and_exempt_add_up_to_the_total(lines):
    document = receipt(Sale(order(lines=tuple(lines)), (COUPON,), ()))
    parts = [amount_beside(document, key)[0].amount for key in ("receipt.supply", "receipt.vat", "receipt.exempt")]
    assert sum(parts) == amount_beside(document, "receipt.total")[0].amount == sum(one.total.amount for one in lines)
    assert parts[2] == sum(one.total.amount for one in lines if one.tax is Tax.EXEMPT)


def test_tenders_add_up_to_the_total_and_show_their_evidence():
    document = receipt(paid_sale())
    tenders = [row.right for row in document.rows if isinstance(row, Pair) and "method" in str(row.left)]
    assert tenders == [won(3_000), won(9_300)]
    references = [row.words.params["reference"] for row in document.rows if "receipt.reference" in str(row)]
    assert references == [COUPON.transaction, INSTANT.transaction]


def test_a_coupon_shows_its_masked_number():
    (words,) = (row.left for row in receipt(paid_sale()).rows if "masked" in str(row))
    assert in_words(words, sample_text()) == "쿠폰 ****6789"


def test_a_receipt_carries_number_time_and_codes():
    rows = receipt(paid_sale()).rows
    assert Big("A-027") in rows
    assert Pair(Said("receipt.sold_at"), At(SOLD_AT_MS)) in rows
    assert Pair(Said("receipt.inquiry_code"), "K01-0027") in rows
    assert rows[-1] == Code(CODE)


def test_a_payment_systems_own_receipt_is_there_to_be_scanned_while_it_holds_the_money():
    address = "https://pay.local/receipts/pay_123"
    sale = paid_sale()
    by_card = replace(sale.attempts[-1], method="card", facts={RECEIPT: address})
    sale = replace(sale, attempts=(*sale.attempts[:-1], by_card))
    rows = receipt(sale).rows

    assert [row.text for row in rows if isinstance(row, Code)] == [address, CODE]
    above = rows[rows.index(Code(address)) - 1]
    assert in_words(above.words, Text.load("ko")) == "카드 영수증"
    given_back = replace(sale, refunds=(refund(amount=won(9_300), of=2),))
    assert [row.text for row in receipt(given_back).rows if isinstance(row, Code)] == [CODE]


def test_only_a_reprint_says_that_it_is_one():
    assert Heading(Said("receipt.reprint")) in receipt(paid_sale(), reprint=True).rows
    assert Heading(Said("receipt.reprint")) not in receipt(paid_sale()).rows


def test_goods_are_named_in_the_language_of_the_document():
    document = receipt_document(paid_sale(), STORE, CODE, SOLD_AT_MS, "en")
    assert Line("Americano") in document.rows
    assert document.language == "en"


@pytest.mark.parametrize("state", sorted(set(OrderState) - SOLD))
def test_an_order_that_was_not_paid_has_no_receipt(state):
    with pytest.raises(BugError):
        receipt(paid_sale(state=state))


def test_a_payment_that_took_nothing_is_not_on_the_receipt():
    declined = attempt(1, State.DECLINED, "card", won(12_300))
    document = receipt(Sale(order(), (declined, attempt(2, method="ceos", amount=won(12_300))), ()))
    assert "method.card.title" not in str(document)
    assert "method.ceos.title" in str(document)


def test_a_later_receipt_tells_each_refund_with_its_own_amount():
    refunds = (refund(1, RefundState.DONE, won(1_000)), refund(2, RefundState.PENDING, won(500)))
    document = receipt(Sale(order(OrderState.PARTLY_REFUNDED), (COUPON, INSTANT), refunds))
    assert amount_beside(document, "told.returned") == [won(1_000)]
    assert amount_beside(document, "told.return_pending") == [won(500)]
    assert facts_of(document) == [Fact.RETURNED, Fact.RETURN_PENDING]


def test_a_refused_refund_is_left_out_once_another_followed():
    refused, done = refund(1, RefundState.REFUSED), refund(2, RefundState.DONE)
    assert facts_of(slip(Sale(order(), (COUPON,), (refused,)))) == [Fact.STAFF_HELPS]
    assert facts_of(slip(Sale(order(), (COUPON,), (refused, done)))) == [Fact.RETURNED]


# -- slip


@pytest.mark.parametrize("state", State)
def test_a_slip_tells_the_fact_of_every_state(state):
    document = slip(Sale(order(OrderState.UNWINDING), (attempt(1, state),), ()))
    assert facts_of(document) == [OF_ATTEMPT[state]]


@pytest.mark.parametrize("state", RefundState)
def test_a_slip_tells_the_fact_of_every_refund(state):
    document = slip(Sale(order(OrderState.UNWINDING), (COUPON, INSTANT), (refund(1, state),)))
    assert facts_of(document) == [OF_REFUND[state], Fact.RECEIVED]


def test_a_payment_carried_on_by_another_has_no_line_of_its_own():
    second = replace(attempt(2, amount=won(2_000)), follows="K01-1-000027-1")
    document = slip(Sale(order(OrderState.UNWINDING), (attempt(1, State.DECLINED), second), ()))
    assert facts_of(document) == [Fact.RECEIVED]


def test_a_slip_shows_the_inquiry_code_large_with_its_reason_and_total():
    rows = slip(Sale(order(OrderState.UNWINDING), (COUPON,), ())).rows
    assert Big("K01-0027") in rows
    assert Line(Said("slip.parked", {"code": "K01-0027"})) in rows
    assert Pair(Said("slip.total"), won(12_300), strong=True) in rows


def test_a_slip_says_as_of_when_it_is_true():
    document = slip(Sale(order(OrderState.UNWINDING), (COUPON,), (refund(1),)))
    assert amount_beside(document, "slip.as_of") == [At(stamp(12).wall_ms)]


@pytest.mark.parametrize(
    ("attempts", "refunds", "advice"),
    [
        ((attempt(1, State.DECLINED),), (), "slip.keep"),
        ((COUPON,), (refund(1),), "slip.keep"),
        ((COUPON,), (), "slip.show_staff"),
        ((COUPON,), (refund(1, RefundState.PENDING),), "slip.show_staff"),
        ((attempt(1, State.REVERSED), attempt(2, State.UNKNOWN)), (), "slip.show_staff"),
        ((attempt(1, State.NEEDS_STAFF),), (), "slip.show_staff"),
    ],
)
def test_a_slip_sends_to_staff_unless_all_is_settled(attempts, refunds, advice):
    assert Line(Said(advice)) in slip(Sale(order(OrderState.UNWINDING), attempts, refunds)).rows


LEFT = attempt(2, State.CLOSED, "ezpg", won(9_300), masked="****4513")


def test_who_left_a_transfer_is_told_to_keep_the_slip_whatever_else_was_paid():
    rows = slip(Sale(order(OrderState.PAYING), (COUPON, LEFT), ()), SlipReason.TRANSFER_LEFT).rows
    assert Line(Said("slip.keep")) in rows
    assert Line(Said("slip.show_staff")) not in rows


@pytest.mark.parametrize("language", languages())
def test_a_slip_for_a_transfer_that_was_left_names_the_code_and_the_end_of_the_account(language):
    document, text = slip(Sale(order(OrderState.PAYING), (LEFT,), ()), SlipReason.TRANSFER_LEFT), Text.load(language)
    (why,) = (row.words for row in document.rows if "slip.transfer_left" in str(row))
    assert "K01-0027" in in_words(why, text)
    (tender,) = (row.left for row in document.rows if "masked" in str(row))
    assert in_words(tender, text) == f"{text('method.ezpg.title')} ****4513"


def test_a_receipt_names_the_end_of_the_account_that_was_paid_into():
    paid = attempt(1, State.APPROVED, "ezpg", won(12_300), "D-20251120-000017", "****4513")
    (words,) = (row.left for row in receipt(Sale(order(), (paid,), ())).rows if "masked" in str(row))
    assert in_words(words, Text.load("ko")) == "계좌이체 ****4513"


@pytest.mark.parametrize("reason", SlipReason)
@pytest.mark.parametrize("language", languages())
def test_every_reason_has_its_sentence(reason, language):
    assert Text.load(language)(reason, code="K01-0027")


# -- words


def test_params_that_are_words_are_said_too():
    words = Said("receipt.quantity", {"quantity": "2", "price": won(3_300)})
    assert in_words(words, sample_text()) == "2 × 3,300원"
    assert in_words(Money(1_500), sample_text("en")) == "₩1,500"


def test_decomposed_hangul_is_put_together():
    assert in_words(unicodedata.normalize("NFD", "한글"), sample_text()) == "한글"


@given(st.text(st.sampled_from("가나다 ab\n日、「ゃ"), max_size=60), st.integers(1, 12))
def test_wrapped_lines_fit_and_lose_nothing(text, limit):
    lines = wrap(text, limit, len)
    assert all(len(one) <= limit for one in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_text_is_broken_between_words():
    assert wrap("확인하고 있어요, 다시 결제하지 마세요", 10, len) == ["확인하고 있어요,", "다시 결제하지", "마세요"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("请保管好票。咨询时", ["请保管好", "票。咨询时"]),
        ("请保管「好票」时", ["请保管「好", "票」时"]),
        ("已收到99,00元", ["已收到", "99,00", "元"]),
        ("この票シート、お持ち", ["この票シー", "ト、お持ち"]),
        ("これはキャッシュ", ["これは", "キャッシュ"]),
    ],
)
def test_chinese_and_japanese_are_broken_between_characters_but_not_before_a_closing_mark(text, lines):
    assert wrap(text, 5, len) == lines


def test_a_character_wider_than_the_paper_gets_a_line_of_its_own():
    assert wrap("가나", 1, lambda text: 2 * len(text)) == ["가", "나"]


# -- signed code


@given(IDS, st.binary(min_size=16, max_size=64))
def test_a_signed_code_gives_back_its_order(order_id, key):
    code = sign_code(order_id, key)
    assert read_code(code, key) == order_id
    assert classify(code) == ReceiptCode(code)
    assert len(code) <= 64


@given(IDS, st.data())
def test_any_changed_character_is_refused(order_id, data):
    code = sign_code(order_id, KEY)
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.characters().filter(lambda character: character != code[place]))
    assert read_code(code[:place] + other + code[place + 1 :], KEY) is None


def test_every_single_change_of_one_code_is_refused():
    code = sign_code("K01-1-000027", KEY)
    alphabet = string.ascii_letters + string.digits + "-"
    changed = {code[:i] + other + code[i + 1 :] for i in range(len(code)) for other in alphabet} - {code}
    assert [text for text in changed if read_code(text, KEY) is not None] == []


@given(IDS, IDS)
def test_a_code_does_not_pass_for_another_order(one, other):
    code = sign_code(one, KEY)
    assert read_code(code.replace(one, other), KEY) == (one if one == other else None)


@given(st.text(max_size=80))
def test_no_other_text_is_a_code(text):
    assert read_code(text, KEY) is None


def test_another_stores_key_is_refused():
    assert read_code(sign_code("K01-1-000027", KEY), KEY[::-1]) is None


def test_a_code_ending_in_a_line_feed_is_refused():
    assert read_code(sign_code("K01-1-000027", KEY) + "\n", KEY) is None


@pytest.mark.parametrize("order_id", ["", "k01-1-000027", "K01 1", "주문", "A" * 45])
def test_an_order_id_that_no_code_can_hold_is_a_bug(order_id):
    with pytest.raises(BugError):
        sign_code(order_id, KEY)


def test_a_short_key_is_a_bug():
    with pytest.raises(BugError):
        sign_code("K01-1-000027", KEY[:15])


def test_the_code_is_what_it_was_in_the_first_release():
    assert sign_code("K01-1-000027", KEY) == "R1-K01-1-000027-LUDTM7HATJU3UOZ6"
