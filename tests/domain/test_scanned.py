"""The grammar of scanned texts."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.domain.scanned import (
    CouponCode,
    Danger,
    Hostile,
    ProductCode,
    ReceiptCode,
    StoreCode,
    WalletCode,
    classify,
    has_right_check_digit,
)

KINDS = (ProductCode, CouponCode, WalletCode, ReceiptCode, StoreCode, Hostile)
ADDRESS = "0xffffffff" + "a1B2" * 6 + "00000000"

digits = st.text("0123456789", min_size=1)


def with_check_digit(body: str) -> str:
    """The body and the digit that makes it right, by trying all ten: not the way the grammar does it."""
    (right,) = [body + last for last in string.digits if luhn_like(body + last)]
    return right


def luhn_like(number: str) -> bool:
    """The GS1 rule the other way round: from the left, on fourteen places."""
    weights = (3, 1) * 7
    return sum(int(digit) * weight for digit, weight in zip(number.zfill(14), weights, strict=True)) % 10 == 0


@given(st.text(st.characters(codec=None), max_size=600) | st.text(string.printable, max_size=80))
@example("\ud800")
def test_every_text_is_exactly_one_kind_and_never_an_exception(text):
    assert type(classify(text)) in KINDS


@given(st.from_regex(r"[ -~]{1,70}", fullmatch=True))
def test_a_code_that_is_not_hostile_keeps_its_text(text):
    scanned = classify(text)
    match scanned:
        case ProductCode(kept, _):
            assert text.lstrip("0") in kept or len(text) == 8
        case CouponCode(kept) | WalletCode(kept) | ReceiptCode(kept) | StoreCode(kept):
            assert kept == text
        case Hostile():
            assert text not in repr(scanned) or len(text) < 12


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("8801043036016", "8801043036016"),
        ("4006381333931", "4006381333931"),
        ("96385074", "96385074"),
        ("036000291452", "0036000291452"),
        ("04252614", "0042100005264"),  # UPC-E, the zeros of case 1
        ("01234531", "0012300000451"),  # UPC-E, the zeros of case 3
        ("01234543", "0012340000053"),  # UPC-E, the zeros of case 4
    ],
)
def test_a_product_number_is_normalised(text, kept):
    assert classify(text) == ProductCode(kept)


@given(st.text("0123456789", min_size=12, max_size=12))
def test_thirteen_digits_are_a_product_exactly_when_the_check_digit_is_right(body):
    right = with_check_digit(body)
    for last in string.digits:
        text = body + last
        assert classify(text) == (ProductCode(text) if text == right else StoreCode(text))


@given(st.text("0123456789", min_size=11, max_size=11))
def test_twelve_digits_are_the_thirteen_with_a_leading_zero(body):
    right = with_check_digit(body)
    assert classify(right) == classify("0" + right) == ProductCode("0" + right)


@given(st.text("0123456789", min_size=7, max_size=12), st.data())
def test_one_wrong_digit_never_has_a_right_check_digit(body, data):
    right = with_check_digit(body)
    place = data.draw(st.integers(0, len(right) - 1))
    other = data.draw(st.sampled_from([digit for digit in string.digits if digit != right[place]]))
    assert has_right_check_digit(right)
    assert not has_right_check_digit(right[:place] + other + right[place + 1 :])


@given(st.sampled_from("56789"), st.text("0123456789", min_size=5, max_size=5))
def test_eight_digits_that_fit_ean_8_and_upc_e_keep_both_readings(last, body):
    text = with_check_digit("0" + body + last)
    assert classify(text) == ProductCode(text, or_digits=f"00{body}0000{last}{text[-1]}")


@given(st.text("0123456789", min_size=7, max_size=7), st.sampled_from(string.digits))
def test_eight_digits_give_only_numbers_with_a_right_check_digit(body, last):
    scanned = classify(body + last)
    if isinstance(scanned, ProductCode):
        assert has_right_check_digit(scanned.digits)
        assert has_right_check_digit(scanned.or_digits)
        assert body[0] == "0" or scanned == ProductCode(body + last)
    else:
        assert scanned == StoreCode(body + last)
        assert not luhn_like(body + last)


@pytest.mark.parametrize("length", [14, 17, 20])
def test_fourteen_to_twenty_digits_are_a_coupon(length):
    text = "98765432123456789000"[:length]
    assert classify(text) == CouponCode(text)


def test_a_carton_number_is_not_read_as_a_product():
    assert classify("18801043036013") == CouponCode("18801043036013")


@pytest.mark.parametrize("length", [1, 9, 21, 32])
def test_digits_of_other_lengths_are_a_store_code(length):
    assert classify("1" * length) == StoreCode("1" * length)


def test_a_wallet_address_is_taken_as_it_is():
    assert classify(ADDRESS) == WalletCode(ADDRESS)


@pytest.mark.parametrize("text", [ADDRESS[:-1], ADDRESS + "0", ADDRESS[:-1] + "g", "0X" + ADDRESS[2:], ADDRESS[2:]])
def test_what_only_resembles_an_address_is_not_a_wallet(text):
    assert classify(text) == Hostile(Danger.UNKNOWN)


@pytest.mark.parametrize("text", ["R1-A", "R1-K01-000027-QX7", "R1-" + "Z9" * 30 + "A"])
def test_a_receipt_code_is_told_by_its_beginning(text):
    assert classify(text) == ReceiptCode(text)


def test_a_receipt_code_ends_at_64_characters():
    assert classify("R1-" + "A" * 61) == ReceiptCode("R1-" + "A" * 61)
    assert classify("R1-" + "A" * 62) == Hostile(Danger.UNKNOWN)


@pytest.mark.parametrize("text", ["A", "SHELF-12-b", "R1-", "R1-lower", "R2-ABC", "ATLAS-01", "AT-7", "AT12", "x" * 32])
def test_short_letters_digits_and_hyphens_are_a_store_code(text):
    assert classify(text) == StoreCode(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Danger.EMPTY),
        ("1" * 513, Danger.TOO_LONG),
        ("8801043036016\r", Danger.CONTROL),
        ("\x1b[2J", Danger.CONTROL),
        ("880\x00", Danger.CONTROL),
        ("880\x7f", Danger.CONTROL),
        ("880\x9b", Danger.CONTROL),
        ("880\u202e1043", Danger.INVISIBLE),
        ("880\u200b1043", Danger.INVISIBLE),
        ("\ufeff8801043036016", Danger.INVISIBLE),
        ("٨٨٠١٠٤٣٠٣٦٠١٦", Danger.NOT_ASCII),
        ("\uff18\uff18\uff10\uff11\uff10\uff14\uff13\uff10", Danger.NOT_ASCII),
        ("쿠폰", Danger.NOT_ASCII),
        ("https://evil.example/x", Danger.URL),
        ("JavaScript:alert(1)", Danger.URL),
        ("//evil.example", Danger.URL),
        ("www.evil.example", Danger.URL),
        (f"ethereum:{ADDRESS}", Danger.URL),
        ("AT", Danger.MODEM),
        ("AT+CMGS=1", Danger.MODEM),
        ("atd01012345678", Danger.MODEM),
        ("ATZ", Danger.MODEM),
        ("@SETUPE1", Danger.CONFIGURATION),
        ("$P,CWF", Danger.CONFIGURATION),
        ("SUFBK2990D.", Danger.CONFIGURATION),
        ("x" * 33, Danger.UNKNOWN),
        ("two words", Danger.UNKNOWN),
        (" 8801043036016", Danger.UNKNOWN),
        ("';DROP TABLE events;--", Danger.UNKNOWN),
        ("<b>rich</b>", Danger.UNKNOWN),
    ],
)
def test_what_is_not_a_code_is_hostile_and_says_why(text, reason):
    assert classify(text) == Hostile(reason)


@pytest.mark.parametrize(
    "text", ["98765432123456789", ADDRESS, "R1-K01-000027-QX7", "01012345678", "98765432\x0023456789"]
)
def test_no_code_of_a_person_shows_in_a_log(text):
    shown = repr(classify(text))
    assert text not in shown
    assert text[-8:] not in shown


def test_a_coupon_and_a_wallet_show_their_last_four():
    assert repr(classify("98765432123456789")) == "CouponCode(****6789)"
    assert f"{classify(ADDRESS)}" == "WalletCode(****0000)"


def test_a_short_store_code_shows_nothing():
    assert repr(classify("A12")) == "StoreCode(****)"
