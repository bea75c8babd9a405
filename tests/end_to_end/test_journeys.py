"""Two goods bought and paid with each method, as somebody does it who knows only what the screens say."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest

from tests.end_to_end.bank import Account, Bank
from tests.end_to_end.driver import AMERICANO, COUPON, PROJECT, RICE_TRIANGLE, Seen, Till
from tests.end_to_end.oracle import End, assert_ends

pytestmark = pytest.mark.end_to_end

TOTAL: Final = 3800
FULL_COUPON: Final = "98765432123456789"
"""Holds 56,700 won in the simulators' first world."""

FEWEST: Final = 3
"""From scan to paid with CEOS nobody touches more often. Source: issue 8, 4."""


class Customer:
    """Reads, touches and scans; all of it is counted.

    Args:
        till: On its start screen.

    Attributes:
        touches: Of the till's screen.
        scans: Goods, and what pays.
    """

    def __init__(self, till: Till) -> None:
        self.till = till
        self.touches = 0
        self.scans = 0

    def scan(self, code: str, view: str, says: str) -> None:
        """Hold a code under the scanner, up to the screen that follows."""
        self.scans += 1
        self.till.scan_serial(code)
        self.till.next_view(view, says=says)

    def touch(self, name: str, reads: str, view: str, says: str = "") -> Seen:
        """Touch what says so, up to the screen that follows."""
        assert self.till.now is not None
        assert reads in [words for _, words in self.till.now.texts]
        self.touches += 1
        self.till.press(name)
        return self.till.next_view(view, says=says)

    def take_goods(self) -> None:
        """Two, for 3,800 won, up to the choice of methods."""
        self.scan(AMERICANO, "BasketView", "1개")
        self.scan(RICE_TRIANGLE, "BasketView", "2개")
        self.touch("pay_now", "계산하기", "MethodsView", "무엇으로 낼까요?")

    def hold_coupon(self, code: str) -> None:
        """Choose the coupon and hold it under the scanner."""
        self.touch("method_crepay", "쿠폰 바코드를 대세요", "ScanView", "쿠폰 바코드를 대 주세요")
        self.scan(code, "AmountView", "쿠폰 사용 금액")


# -- the ways to pay


def pay_with_coupon(customer: Customer) -> None:
    customer.hold_coupon(FULL_COUPON)
    customer.touch("confirm_amount", "결제하기", "DoneView")


def pay_with_coupon_and_instant_pay(customer: Customer) -> None:
    customer.hold_coupon(COUPON)
    customer.touch("confirm_amount", "결제하기", "MethodsView", "남은 금액은 무엇으로 낼까요?")
    customer.touch("method_ceos", "간편결제", "DoneView")


def pay_with_instant_pay(customer: Customer) -> None:
    customer.touch("method_ceos", "바로 결제돼요", "DoneView")


def pay_with_card(customer: Customer) -> None:
    customer.touch("method_card", "카드를 꽂거나 대세요", "DoneView")


def pay_with_points(customer: Customer) -> None:
    customer.touch("method_loyalty", "앱의 QR을 대고 휴대폰에서 승인해요", "ScanView", "앱의 QR을 대 주세요")
    customer.scan(customer.till.world.code(), "AmountView", "포인트 사용 금액")
    customer.touch("confirm_amount", "결제하기", "PhoneView", "휴대폰에서 승인해 주세요")
    customer.till.world.answer()


def pay_with_transfer(customer: Customer) -> None:
    seen = customer.touch("method_ezpg", "안내되는 계좌로 이체해요", "TransferView", "이 계좌로 이체해 주세요")
    Bank(customer.till.world).pay(Account.read(seen))


@dataclass(frozen=True)
class Journey:
    """From the start screen to paid.

    Attributes:
        method: What pays, as the README calls it.
        scans: How many, with those of the two goods.
        touches: How many.
        phone: What the customer does on their phone, as the README says it.
        paid_with: Names of the methods.
        pay: What the customer does from the choice of methods on.
    """

    method: str
    scans: int
    touches: int
    phone: str
    paid_with: tuple[str, ...]
    pay: Callable[[Customer], None]


JOURNEYS: Final = (
    Journey("쿠폰 (Crepay)", 3, 3, "nothing", ("crepay",), pay_with_coupon),
    Journey("쿠폰, the rest 간편결제", 3, 4, "nothing", ("crepay", "ceos"), pay_with_coupon_and_instant_pay),
    Journey("간편결제 (CEOS)", 2, 2, "nothing", ("ceos",), pay_with_instant_pay),
    Journey("카드", 2, 2, "nothing", ("card",), pay_with_card),
    Journey("포인트", 3, 3, "opens the app's QR code, later approves", ("loyalty",), pay_with_points),
    Journey("계좌이체 (EzPG)", 2, 2, "transfers in the bank's app", ("ezpg",), pay_with_transfer),
)


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: "_and_".join(journey.paid_with))
def test_two_goods_are_bought_with_no_more_touches_and_scans_than_the_table_says(open_till, journey):
    till = open_till(points=True, cards=True, transfers=True)
    till.wait_view("StartView", says="상품을 찍거나")
    customer = Customer(till)
    customer.take_goods()
    journey.pay(customer)
    till.next_view("DoneView", says="영수증이 나왔어요")

    attempts = tuple((name, "APPROVED") for name in journey.paid_with)
    assert_ends(till, End("PAID", attempts, held=TOTAL, receipts=1))
    assert (customer.scans, customer.touches) == (journey.scans, journey.touches)


def test_instant_pay_takes_three_touches_or_fewer():
    assert [journey.touches <= FEWEST for journey in JOURNEYS if journey.paid_with == ("ceos",)] == [True]


def test_the_readme_tells_the_same_journeys():
    section = (PROJECT / "README.md").read_text("utf-8").partition("\n## Journeys\n")[2].partition("\n## ")[0]
    _, *rows = re.findall(r"^\| (.+) \|$", section, re.MULTILINE)
    told = [tuple(row.split(" | ")) for row in rows]
    assert told == [(each.method, str(each.scans), str(each.touches), each.phone) for each in JOURNEYS]
