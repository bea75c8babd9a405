"""Bank transfers between real processes and through the window: what comes, what does not, and what comes otherwise."""

import pytest

from tests.end_to_end.bank import AS_DOCUMENTED, BOTH, Account
from tests.end_to_end.driver import until
from tests.end_to_end.oracle import End, assert_ends, assert_true, journal_of, money_differs

pytestmark = pytest.mark.end_to_end

TOTAL, COUPON = 12_300, 3000
LATER_S = 60
"""An account whose time is over is looked at after a minute and then every ten; time runs 20 times as fast."""
PAID = ("ezpg", "APPROVED")


@pytest.fixture
def till(open_till, extensions):
    """A till that takes transfers, on its start screen."""
    till = open_till(transfers=True)
    till.wait_view("StartView")
    return till


def shown(till):
    """Goods for 12,300 won, and the account to transfer them to."""
    till.fill_basket()
    return Account.read(till.show_account())


def assert_agreed(till):
    """Whatever is under way: what is said is true, and what the journal knows the books hold."""
    assert_true(till)
    assert money_differs(till) == []


@BOTH
def test_what_the_window_says_is_transferred_and_pays(till, bank):
    account = shown(till)
    issued = bank.books["accounts"][-1]
    assert account == Account(issued["bank"], issued["account"], TOTAL)
    assert_agreed(till)
    bank.pay(account)
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, End("PAID", (PAID,), held=TOTAL, receipts=1))


def test_a_transfer_pays_what_a_coupon_left(till, bank):
    till.fill_basket()
    till.pay_coupon()
    seen = till.show_account()
    assert Account.read(seen).amount == TOTAL - COUPON
    assert "쿠폰 3,000원을 받았어요" in [words for _, words in seen.texts]
    bank.pay(Account.read(seen))
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, End("PAID", (("crepay", "APPROVED"), PAID), held=TOTAL, receipts=1))


def test_a_bank_that_asks_first_lets_no_other_amount_go_and_the_right_one_pays(till, bank):
    account = shown(till)
    assert bank.try_to_pay(account, TOTAL - 300)["refused"] == "V003"
    assert_agreed(till)
    bank.pay(account)
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, End("PAID", (PAID,), held=TOTAL, receipts=1))


@pytest.mark.parametrize(("amount", "state"), [(TOTAL - 300, "UNDERPAID"), (TOTAL + 700, "OVERPAID")])
def test_another_amount_from_a_bank_that_only_tells_is_for_staff(till, bank, amount, state):
    bank.pay(shown(till), amount, "S")
    till.next_view("CertaintyView", says="직원이 확인해 드려요")

    attempts, tasks = (("ezpg", state),), ("refund_unresolved",)
    assert_ends(till, End("UNWINDING_STAFF", attempts, ("REFUSED",), amount, tasks, slips=1))


def test_a_transfer_that_the_bank_takes_back_at_once_pays_nothing_and_another_does(till, bank, world):
    world.fault("ezpg.deposits", "html_502", 3)
    account = shown(till)
    bank.correct(bank.pay(account))
    till.next_view("TransferView", says="계속 살펴보고 있어요")
    assert_agreed(till)
    bank.pay(account)
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, End("PAID", (PAID,), held=TOTAL, receipts=1))


# -- another way after all


def pay_otherwise(till):
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")


@BOTH
def test_who_pays_otherwise_leaves_an_account_that_takes_nothing_more(till, bank, extensions):
    account = shown(till)
    till.press("go_back")
    if extensions == "off":
        till.next_view("TransferView", says="이미 이체하셨나요?")
        assert_agreed(till)
        till.press("go_back")
    till.next_view("MethodsView", says="결제되지 않았어요")
    assert_agreed(till)
    pay_otherwise(till)

    attempts = (("ezpg", "CLOSED"), ("ceos", "APPROVED"))
    # where it could not be closed, a slip says who gives back what comes all the same
    assert_ends(till, End("PAID", attempts, held=TOTAL, receipts=1, slips=0 if extensions == "on" else 1))
    assert (bank.try_to_pay(account)["refused"] is not None) == (extensions == "on")


@AS_DOCUMENTED
def test_who_has_sent_it_already_says_so_and_is_waited_for(till, bank, extensions):
    bank.pay(shown(till), in_flight_s=100)
    till.press("go_back")
    till.next_view("TransferView", says="이미 이체하셨나요?")
    till.press("confirm_sent")
    till.next_view("TransferView", says="이 계좌로 이체해 주세요")
    assert_agreed(till)
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, End("PAID", (PAID,), held=TOTAL, receipts=1))


@BOTH
def test_money_that_came_while_they_wanted_to_pay_otherwise_pays(till, bank, world):
    account = shown(till)
    world.fault("ezpg.deposits", "slow", seconds=40)
    until(lambda: world.asked("ezpg.deposits")[-1]["fault"], "it looks, and hears nothing for a while")
    bank.pay(account)
    till.press("go_back")
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, End("PAID", (PAID,), held=TOTAL, receipts=1))


def test_who_walks_off_leaves_a_till_that_is_free_and_an_account_that_is_closed(open_till):
    till = open_till(transfers=True, limits={"ezpg_idle_s": 60}, sale={"idle_warning_s": 20})
    shown(till)
    till.next_view("TransferView", says="계속하시겠어요?")
    till.wait_view("StartView")

    assert_ends(till, End("UNWOUND", (("ezpg", "CLOSED"),)))


def test_an_account_whose_time_is_over_has_not_paid_and_its_customer_pays_otherwise(open_till):
    # wall time, which no scale makes faster
    till = open_till(transfers=True, limits={"ezpg_open_s": 4, "ezpg_open_least_s": 1})
    shown(till)
    till.next_view("MethodsView", says="결제되지 않았어요")
    assert_agreed(till)
    pay_otherwise(till)

    assert_ends(till, End("PAID", (("ezpg", "EXPIRED"), ("ceos", "APPROVED")), held=TOTAL, receipts=1, slips=1))


def test_a_server_that_falls_silent_while_money_moves_is_said_and_costs_nothing(till, bank, world):
    account = shown(till)
    world.fault("ezpg.deposits", "html_502", 4)
    bank.pay(account)
    till.next_view("TransferView", says="지금은 입금되었는지 알 수 없어요")
    assert_agreed(till)
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, End("PAID", (PAID,), held=TOTAL, receipts=1))


# -- with points


@pytest.fixture
def rich(open_till):
    """A till that takes points too."""
    till = open_till(transfers=True, points=True)
    till.wait_view("StartView")
    return till


def transfer_up_to_the_phone(till, bank):
    """10,000 won by transfer, and 2,300 in points, which the phone is asked for."""
    till.fill_basket()
    till.plan_points("2300")
    account = Account.read(till.show_account())
    assert account.amount == 10_000
    assert_agreed(till)
    bank.pay(account)
    till.next_view("PhoneView")
    assert_agreed(till)


PLANNED, VOIDED = ("loyalty", "NOT_SENT"), ("loyalty", "VOIDED")


def test_a_transfer_and_points_pay_one_sale(rich, bank, world):
    transfer_up_to_the_phone(rich, bank)
    world.answer()
    rich.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(rich, End("PAID", (PLANNED, PAID, ("loyalty", "APPROVED")), held=TOTAL, receipts=1))


def test_points_denied_after_the_transfer_landed_are_paid_otherwise(rich, bank, world):
    before = world.points()
    transfer_up_to_the_phone(rich, bank)
    world.answer(approve=False)
    assert rich.next_view("MethodsView", says="곧 돌아옵니다").text("due_amount") == "2,300원"
    assert_agreed(rich)
    pay_otherwise(rich)

    attempts = (PLANNED, PAID, VOIDED, ("ceos", "APPROVED"))
    assert_ends(rich, End("PAID", attempts, held=TOTAL, receipts=1))
    assert world.points() == before


def test_points_denied_after_the_transfer_landed_and_all_is_wanted_back_which_is_for_staff(rich, bank, world):
    before = world.points()
    transfer_up_to_the_phone(rich, bank)
    world.answer(approve=False)
    rich.next_view("MethodsView", says="곧 돌아옵니다")
    rich.press("leave")
    rich.next_view("CertaintyView", says="직원이 확인해 드려요, 접수번호 K01-0001")
    assert_agreed(rich)

    attempts, tasks = (PLANNED, PAID, VOIDED), ("refund_unresolved",)
    assert_ends(rich, End("UNWINDING_STAFF", attempts, ("REFUSED",), 10_000, tasks, slips=1))
    assert world.points() == before
    assert bank.withdrawals() == []


# -- a restart in the middle


@BOTH
def test_after_a_restart_the_account_is_the_customers_still(till, bank):
    account = shown(till)
    till.restart()
    till.wait_view("InterruptedView", says="아직 입금이 확인되지 않았어요")
    till.press("resume")
    assert Account.read(till.next_view("TransferView")) == account
    bank.pay(account)
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, End("PAID", (PAID,), held=TOTAL, receipts=1))
    assert len(bank.books["accounts"]) == 1


def test_money_that_came_while_the_till_was_off_pays_as_soon_as_they_go_on(till, bank):
    account = shown(till)
    till.kill()
    bank.pay(account)
    till.start()
    till.wait_view("InterruptedView")
    till.press("resume")
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, End("PAID", (PAID,), held=TOTAL, receipts=1))


@BOTH
def test_an_interrupted_transfer_that_nobody_claims_is_closed(till, extensions):
    shown(till)
    till.restart()
    till.wait_view("InterruptedView")
    till.wait_view("StartView")

    slips = 1 if extensions == "on" else 2
    assert_ends(till, End("UNWOUND", (("ezpg", "CLOSED"),), tasks=("unclaimed",), slips=slips))


def test_an_interrupted_transfer_that_came_and_nobody_claims_is_for_staff(till, bank):
    account = shown(till)
    till.kill()
    bank.pay(account)
    till.start()
    till.wait_view("InterruptedView")
    till.wait_view("StartView")

    tasks = ("unclaimed", "refund_unresolved")
    assert_ends(till, End("UNWINDING_STAFF", (PAID,), ("REFUSED",), TOTAL, tasks, slips=1))


# -- what comes after the end


def sold(till, bank):
    """A sale that was paid by transfer, and is over; the account."""
    account = shown(till)
    number = bank.pay(account)
    till.next_view("DoneView", says="영수증이 나왔어요")
    till.press("finish")
    till.wait_view("StartView")
    return account, number


@BOTH
def test_what_comes_twice_is_found_and_listed(till, bank):
    account, _ = sold(till, bank)
    bank.pay(account, mode="S")
    until(lambda: journal_of(till).tables["findings"], "the second one is found", LATER_S)

    (finding,) = journal_of(till).tables["findings"]
    assert (finding["kind"], finding["amount"]) == ("duplicate", TOTAL)
    assert_ends(till, End("PAID", (PAID,), (), 2 * TOTAL, ("finding",), ("OPEN",), receipts=1))


def test_what_the_bank_takes_back_after_the_sale_is_found_and_listed(till, bank):
    _, number = sold(till, bank)
    bank.correct(number, after_the_fact=True)
    until(lambda: journal_of(till).tables["findings"], "the correction is found", LATER_S)

    (finding,) = journal_of(till).tables["findings"]
    assert (finding["kind"], finding["amount"]) == ("corrected", TOTAL)
    assert_ends(till, End("PAID", (("ezpg", "CORRECTED"),), (), 0, ("finding",), ("OPEN",), receipts=1))
