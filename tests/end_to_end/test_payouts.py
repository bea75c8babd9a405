"""Transfers given back by staff, through the window: late money is found, listed, and paid out once, come what may."""

from dataclasses import replace

import pytest

from tests.end_to_end.bank import AS_DOCUMENTED, Account
from tests.end_to_end.driver import until
from tests.end_to_end.oracle import End, assert_ends, assert_true, journal_of, money_differs
from tests.end_to_end.test_staff import come_in, task_row

pytestmark = pytest.mark.end_to_end

TOTAL = 12_300
PAID, CLOSED = ("ezpg", "APPROVED"), ("ezpg", "CLOSED")
PAYEE, DIGITS = "3333012345678", "123456"
PAYER_KEYS = "ghdrlfehd"
"""What is pressed for 홍길동, where the server does not say who paid."""
FOUND, LEFT = "기록과 맞지 않는 돈", "환불이 거절됐거나 결과를 확인하지 못함"
LATER_S = 60
LIMITS = {
    # looked at more often, so that less of the test's time is spent on waiting
    "ezpg_look_again_s": 20,
    "ezpg_sweep_s": 60,
    "watch_after_s": 100,
    # this staff member is slow where the machine is
    "staff_idle_s": 3600,
}


@pytest.fixture
def till(open_till, extensions):
    """A till that takes transfers, on its start screen."""
    till = open_till(transfers=True, limits=LIMITS)
    till.wait_view("StartView")
    return till


def assert_agreed(till):
    """Whatever is under way: what is said is true, and what the journal knows the books hold."""
    assert_true(till)
    assert money_differs(till) == []


def leave(till, extensions="on"):
    """Before an account, pay nothing and go."""
    till.press("go_back")
    if extensions == "off":
        till.next_view("TransferView", says="이미 이체하셨나요?")
        till.press("go_back")
    till.next_view("MethodsView", says="결제되지 않았어요")
    till.press("leave")
    till.next_view("StartView")


def left_and_transferred(till, bank, extensions="on"):
    """A customer who leaves, and then transfers all the same, from a bank that only tells."""
    till.fill_basket()
    account = Account.read(till.show_account())
    leave(till, extensions)
    bank.pay(account, mode="S")


def slips_of(extensions):
    """Where an account could not be closed, a slip says who gives back what comes all the same."""
    return 0 if extensions == "on" else 1


def found(till, number=1):
    """Wait until late money is found."""
    until(lambda: len(journal_of(till).tables["findings"]) == number, f"it is found\n{till.story()}", LATER_S)


def sold(till, bank):
    till.fill_basket()
    bank.pay(Account.read(till.show_account()))
    till.next_view("DoneView", says="영수증이 나왔어요")
    till.press("finish")
    till.wait_view("StartView")


def name_account_and_sign(till):
    """From the list of banks to the six digits."""
    till.next_view("SheetView", says="받을 은행을 골라 주세요")
    till.press("bank_004")
    till.next_view("KeysView", says="국민은행 계좌번호")
    till.type(PAYEE)
    if till.next_view("SheetView", "LettersView", says="받는 사람").view == "SheetView":
        till.press("holder_payer")
    else:
        for letter in PAYER_KEYS:
            till.press(f"key_{letter}")
        till.press("key_enter")
    read_back = till.next_view("SheetView", says="소리 내어 읽어")
    assert read_back.text("payout_account_right") == "3333 0123 4567 8"
    assert read_back.text("payout_holder_right") == "홍길동"
    assert read_back.text("payout_amount_right") == "12,300원"
    till.press("act_yes")
    till.next_view("KeysView", says="여섯 자리")
    till.type(DIGITS)


def pay_out_what_was_found(till):
    """In by the corner and the PIN, through the list of what needs a hand, to a withdrawal."""
    come_in(till)
    till.press("place_hands_all")
    till.next_view("SheetView", says=FOUND)
    till.press(task_row(till, FOUND))
    till.next_view("SheetView", says="보내 주기")
    till.press("act_pay_out")
    name_account_and_sign(till)
    till.next_view("SheetView", says="보내 달라고 신청했어요")
    till.press("staff_lock")
    till.wait_view("StartView")


PAID_OUT = End("UNWOUND", (CLOSED,), ("DONE",), 0, ("finding",), ("REFUNDED",))


def refund_states(till):
    return [row["state"] for row in journal_of(till).tables["refunds"]]


def wait_for(till, *states):
    until(lambda: refund_states(till) == [*states], f"refunds are {states}\n{till.story()}", LATER_S)


@pytest.mark.parametrize("scale", [60.0])
def test_a_transfer_ten_minutes_after_the_screen_was_left_is_found_listed_and_given_back(till, bank):
    till.fill_basket()
    bank.pay(Account.read(till.show_account()), mode="S", in_flight_s=600)
    leave(till)
    assert_ends(till, End("UNWOUND", (CLOSED,)))
    found(till)
    assert_agreed(till)

    pay_out_what_was_found(till)
    wait_for(till, "PENDING")
    assert_agreed(till)
    bank.decide()
    wait_for(till, "DONE")

    assert bank.withdrawals() == [(PAYEE, TOTAL, "completed")]
    assert_ends(till, PAID_OUT)


def test_a_withdrawal_whose_answer_is_lost_is_found_in_the_list_and_not_asked_for_again(till, bank, world):
    left_and_transferred(till, bank)
    found(till)
    world.fault("ezpg.withdraw", "drop_after")
    pay_out_what_was_found(till)
    wait_for(till, "PENDING")
    bank.decide()
    wait_for(till, "DONE")

    assert len(world.asked("ezpg.withdraw")) == 1
    assert bank.withdrawals() == [(PAYEE, TOTAL, "completed")]
    assert_ends(till, PAID_OUT)


def reach_home(till):
    """From what becomes of a sale, past the sale."""
    for says in ("취소", "지나온 일"):
        till.next_view("SheetView", says=says)
        till.press("staff_back")
    till.next_view("SheetView", says="최근 판매")


def give_back_what_was_sold(till):
    """The last sale, from the home sheet, to a withdrawal of its transfer."""
    come_in(till)
    till.press("sale_K01_1_000001")
    till.next_view("SheetView", says="전체 취소")
    till.press("act_cancel")
    till.next_view("SheetView", says="까닭을 고르면")
    till.press("why_wish")
    name_account_and_sign(till)
    reach_home(till)
    till.press("staff_lock")
    till.wait_view("StartView")


def an_equal_one_before(till, bank):
    """A sale that was paid by transfer and given back, to the same account: an equal row in the list."""
    sold(till, bank)
    give_back_what_was_sold(till)
    bank.decide()
    wait_for(till, "DONE")


GIVEN_BACK = End("REFUNDED", (PAID,), ("DONE",), receipts=1, slips=1)


@AS_DOCUMENTED
def test_a_lost_answer_is_not_found_in_an_equal_withdrawal_of_another_sale(till, bank, world, extensions):
    an_equal_one_before(till, bank)
    left_and_transferred(till, bank, extensions)
    found(till)
    world.fault("ezpg.withdraw", "drop_after")
    pay_out_what_was_found(till)
    wait_for(till, "DONE", "PENDING")
    bank.decide()
    wait_for(till, "DONE", "DONE")

    assert bank.withdrawals() == [(PAYEE, TOTAL, "completed")] * 2
    assert_ends(till, GIVEN_BACK, replace(PAID_OUT, slips=slips_of(extensions)))


@pytest.fixture
def impatient(open_till, extensions):
    """A till for which a withdrawal that is in no list is lost after 100 s, not after a day."""
    till = open_till(transfers=True, limits={**LIMITS, "ezpg_withdrawal_lost_s": 100})
    till.wait_view("StartView")
    return till


@AS_DOCUMENTED
def test_a_request_that_never_arrived_is_a_persons_beside_an_equal_withdrawal_too(impatient, bank, world, extensions):
    till = impatient
    an_equal_one_before(till, bank)
    left_and_transferred(till, bank, extensions)
    found(till)
    world.fault("ezpg.withdraw", "drop_before")
    pay_out_what_was_found(till)
    wait_for(till, "DONE", "NEEDS_STAFF")

    assert bank.withdrawals() == [(PAYEE, TOTAL, "completed")]
    tasks = ("finding", "refund_unresolved")
    late = End("UNWOUND", (CLOSED,), ("NEEDS_STAFF",), TOTAL, tasks, ("OPEN",), slips=slips_of(extensions))
    assert_ends(till, GIVEN_BACK, late)
    # nobody knows what became of it: it is offered to nobody again
    come_in(till)
    till.press("place_hands_all")
    for task in (FOUND, LEFT):
        till.next_view("SheetView", says=task)
        till.press(task_row(till, task))
        assert not till.next_view("SheetView", says="늦게 도착한 결제").text("act_pay_out")
        till.press("staff_back")


def test_killed_while_a_withdrawal_is_sent_the_till_finds_out(till, bank, world):
    sold(till, bank)
    world.fault("ezpg.withdraw", "stall_after", seconds=1000)
    come_in(till)
    till.press("sale_K01_1_000001")
    till.next_view("SheetView", says="전체 취소")
    till.press("act_cancel")
    till.press("why_wish")
    name_account_and_sign(till)
    until(lambda: world.asked("ezpg.withdraw"), "the withdrawal is sent")
    till.restart()
    till.wait_view("StartView")
    wait_for(till, "PENDING")
    bank.decide()
    wait_for(till, "DONE")

    assert len(world.asked("ezpg.withdraw")) == 1
    assert_ends(till, GIVEN_BACK)


def test_what_the_head_office_rejects_is_on_the_list_and_can_be_asked_for_again(till, bank):
    sold(till, bank)
    give_back_what_was_sold(till)
    bank.decide("failed")
    wait_for(till, "REFUSED")
    give_back_what_was_sold(till)
    bank.decide()
    wait_for(till, "REFUSED", "DONE")

    assert bank.withdrawals() == [(PAYEE, TOTAL, "failed"), (PAYEE, TOTAL, "completed")]
    left = End("REFUNDED", (PAID,), ("REFUSED", "DONE"), tasks=("refund_unresolved",), receipts=1, slips=2)
    assert_ends(till, left)
