"""Two kiosks of one shop at one EzPG, with equal amounts at the same time: to each its own, whatever the other does."""

import pytest

from tests.end_to_end.bank import BOTH, Account
from tests.end_to_end.driver import until
from tests.end_to_end.oracle import End, assert_ends, assert_true, journal_of, money_differs
from tests.end_to_end.test_payouts import LATER_S, LIMITS, found, leave, left_and_transferred, pay_out_what_was_found
from tests.end_to_end.test_staff import come_in

pytestmark = pytest.mark.end_to_end

TOTAL = 12_300
PAID, CLOSED = ("ezpg", "APPROVED"), ("ezpg", "CLOSED")


@pytest.fixture
def tills(open_till, tmp_path, extensions):
    """K01 and K02 on their start screens."""
    opened = []
    for kiosk in ("K01", "K02"):
        (tmp_path / kiosk).mkdir()
        limits = {**LIMITS, "ezpg_withdrawal_lost_s": 100}
        opened.append(open_till(tmp_path / kiosk, kiosk=kiosk, transfers=True, limits=limits))
    for till in opened:
        till.wait_view("StartView")
    return opened


def assert_agreed(*tills):
    """Whatever is under way: what is said is true, and what the journals know the books hold."""
    for till in tills:
        assert_true(till)
        assert money_differs(till) == []


def transfers_page(till):
    """What a staff member reads on the page of transfers of this kiosk."""
    come_in(till)
    for place in ("place_menu", "place_transfers"):
        till.press(place)
    page = till.next_view("SheetView", says="이 기계의 계좌이체")
    till.press("staff_back")
    till.press("staff_back")
    till.press("staff_lock")
    till.wait_view("StartView")
    return page


@BOTH
def test_each_is_paid_by_its_own_deposit_and_lists_its_own(tills, bank):
    one, other = tills
    accounts = []
    for till in tills:
        till.fill_basket()
        accounts.append(Account.read(till.show_account()))
    assert accounts[0].amount == accounts[1].amount == TOTAL
    assert accounts[0].number != accounts[1].number

    bank.pay(accounts[1])
    other.next_view("DoneView", says="영수증이 나왔어요")
    looked = len(bank.looks("K01"))
    until(lambda: len(bank.looks("K01")) > looked + 1, "the first looks twice more")
    assert one.now.view == "TransferView"
    assert_agreed(*tills)
    bank.pay(accounts[0])
    one.next_view("DoneView", says="영수증이 나왔어요")
    for till in tills:
        till.press("finish")
        till.wait_view("StartView")

    for till in tills:
        assert_ends(till, End("PAID", (PAID,), held=TOTAL, receipts=1))
        page = transfers_page(till)
        assert page.text("transfer_1_title") == f"{till.kiosk}-0001"
        assert page.text("transfer_2_title") == ""
        assert page.text("others_right") == "1"


def test_neither_finds_the_others_late_money(tills, bank):
    one, other = tills
    one.fill_basket()
    one.show_account()
    leave(one)
    left_and_transferred(other, bank)
    found(other)
    looked = len(bank.looks("K01"))
    until(lambda: len(bank.looks("K01")) > looked, "the first looks once more", LATER_S)

    assert journal_of(one).tables["findings"] == []
    assert_agreed(*tills)


def test_neither_takes_the_others_equal_withdrawal_for_its_own_lost_one(tills, bank, world):
    one, other = tills
    for till in tills:
        left_and_transferred(till, bank)
    for till in tills:
        found(till)
    world.fault("ezpg.withdraw", "drop_before")
    pay_out_what_was_found(one)
    pay_out_what_was_found(other)
    until(lambda: journal_of(other).tables["refunds"][0]["state"] == "PENDING", "the second one is there")
    bank.decide()

    paid_out = End("UNWOUND", (CLOSED,), ("DONE",), 0, ("finding",), ("REFUNDED",))
    assert_ends(other, paid_out)
    tasks = ("finding", "refund_unresolved")
    assert_ends(one, End("UNWOUND", (CLOSED,), ("NEEDS_STAFF",), TOTAL, tasks, ("OPEN",)))
    assert len(bank.withdrawals()) == 1
