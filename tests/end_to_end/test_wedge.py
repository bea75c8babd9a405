"""A scanner that types like a keyboard, at the window of the running program; and people who type."""

import json

import pytest

from tests.end_to_end.driver import AMERICANO, COUPON, GOODS, NUTS
from tests.end_to_end.oracle import End, assert_ends

pytestmark = pytest.mark.end_to_end

CTRL_Q, CTRL_R, ESCAPE = "\x11", "\x12", "\x1b"
TO_KEY_1 = "\t\t\t"


@pytest.fixture
def till(open_till):
    """A till with such a scanner, on its start screen."""
    till = open_till(wedge=True)
    till.wait_view("StartView")
    return till


def type_number(till, number):
    """Go from key to key with Tab and press with Space; every digit is as high as the one before or higher."""
    before = 1
    for digit in map(int, number):
        till.type_keys("\t" * (digit - before) + " ")
        before = digit
    till.type_keys("\t" * (12 - before) + " ")


def test_a_sale_is_scanned_and_paid_whatever_has_the_focus(till):
    till.type_keys("\t\t")
    for count, code in enumerate(GOODS, start=1):
        till.scan_keys(code)
        till.next_view("BasketView", says=f"{count}개")
        till.type_keys("\t")
    till.press("pay_now")
    till.wait_view("MethodsView")
    till.press("method_crepay")
    till.wait_view("ScanView")
    till.type_keys("\t")
    till.scan_keys(COUPON)
    till.next_view("AmountView")
    till.press("confirm_amount")
    till.next_view("MethodsView", says="받았어요")
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, End("PAID", (("crepay", "APPROVED"), ("ceos", "APPROVED")), held=12_300, receipts=1))


@pytest.mark.parametrize(
    "code",
    [f"{CTRL_Q}{NUTS}", f"{NUTS}\r{CTRL_R}cmd\r{CTRL_Q}", f"{NUTS}{ESCAPE}", "\r\t \r\t \r", "9" * 2000],
    ids=["ctrl+q", "after its enter", "escape", "only keys", "flood"],
)
def test_a_hostile_code_does_nothing_but_be_refused(till, code):
    till.scan_keys(AMERICANO)
    till.next_view("BasketView", says="1개")
    till.scan_keys(code)
    refused = till.next_view("BasketView", says="바코드를 읽지 못했어요")
    assert "1개" in str(refused.texts)
    till.type_keys(CTRL_Q)
    till.scan_keys(NUTS)
    till.next_view("BasketView", says="2개")
    assert till.is_running


def test_a_person_types_the_number_of_a_coupon(till):
    for code in GOODS:
        till.scan_keys(code)
        till.next_view("BasketView")
    till.press("pay_now")
    till.wait_view("MethodsView")
    till.press("method_crepay")
    till.wait_view("ScanView")
    till.type_keys(TO_KEY_1)
    type_number(till, COUPON)
    till.next_view("AmountView")
    till.press("confirm_amount")
    till.next_view("MethodsView", says="받았어요")
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, End("PAID", (("crepay", "APPROVED"), ("ceos", "APPROVED")), held=12_300, receipts=1))


def test_what_is_typed_is_nowhere_in_a_log(till):
    till.scan_keys(f"{COUPON}{ESCAPE}")
    till.scan_keys(AMERICANO)
    till.next_view("BasketView", says="1개")
    log = (till.state / "logs" / "kiosk.log").read_text("utf-8")
    assert [json.loads(line)["event"] for line in log.splitlines()]
    assert COUPON not in log


def test_a_till_without_such_a_scanner_takes_its_keys_for_a_persons(open_till):
    till = open_till()
    till.wait_view("StartView")
    till.scan_keys(AMERICANO)
    till.scan_serial(NUTS)
    assert AMERICANO not in str(till.next_view("BasketView", says="1개").texts)
