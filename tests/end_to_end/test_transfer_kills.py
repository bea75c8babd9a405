"""Killed at each step of a transfer, and of the withdrawal that gives it back: sold once or given back once.

What moves the money is no request of the till's: a customer transfers when the account stands there, if ever.
"""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.services.journal.verify import verify
from tests.end_to_end import oracle
from tests.end_to_end.bank import Account, Bank
from tests.end_to_end.driver import GOODS, Till, until
from tests.end_to_end.lives import Place, Workers, a_till, live_until
from tests.end_to_end.test_payouts import name_account_and_sign, reach_home
from tests.end_to_end.test_staff import come_in

pytestmark = pytest.mark.end_to_end

TOTAL = 12_300
LIMITS = {"staff_idle_s": 3600, "ezpg_idle_s": 3600}
SETTLED = {"PAID", "UNWOUND", "UNWINDING_STAFF", "REFUNDED"}


@pytest.fixture
def workers(tmp_path):
    workers = Workers(tmp_path)
    yield workers
    workers.close()


def to_the_account(till: Till) -> Account:
    till.wait_view("StartView")
    for code in GOODS:
        till.do(scan=code)
    till.press("pay_now")
    till.press("method_ezpg")
    return Account.read(till.wait_view("TransferView"))


def buy(till: Till) -> None:
    """By transfer, up to the start screen."""
    Bank(till.world).pay(to_the_account(till))
    till.wait_view("DoneView", says="영수증이 나왔어요")
    till.press("finish")
    till.wait_view("StartView")


def give_back(till: Till) -> None:
    """Staff find the sale and have it paid out."""
    come_in(till)
    till.press("sale_K01_1_000001")
    till.wait_view("SheetView", says="전체 취소")
    till.press("act_cancel")
    till.press("why_wish")
    name_account_and_sign(till)
    reach_home(till)
    till.press("staff_lock")
    till.wait_view("StartView")


def buy_and_give_back(till: Till) -> None:
    buy(till)
    give_back(till)


# -- what people do after the stop


def come_back(till: Till) -> None:
    """A customer who transfers once, and wants the goods."""
    bank = Bank(till.world)
    if till.wait_view("InterruptedView", "StartView", "DoneView").view == "InterruptedView":
        till.press("resume")
        if till.wait_view("MethodsView", "TransferView", "DoneView").view == "MethodsView":
            till.press("method_ezpg")
            till.wait_view("TransferView")
        if not bank.books["transfers"]:
            bank.pay(Account.read(till.wait_view("TransferView")))
        till.wait_view("DoneView")


def stay_away(till: Till) -> None:
    till.wait_view("InterruptedView", "StartView", "DoneView")


def approve(till: Till) -> None:
    """The head office lets go what waits for it."""
    bank = Bank(till.world)
    until(lambda: states(till, "refunds")[-1:] not in (["SENDING"], ["UNKNOWN"]), f"it is found out\n{till.story()}")
    if bank.withdrawals():
        bank.decide()


# -- what is true in the end, wherever it was killed


def states(till: Till, table: str) -> list[str]:
    return [row["state"] for row in oracle.journal_of(till).tables[table]]


def is_over(till: Till) -> bool:
    under_way = oracle.REFUND_UNDECIDED.intersection(states(till, "refunds"))
    return SETTLED.issuperset(states(till, "orders")) and {"DONE"}.issuperset(states(till, "prints")) and not under_way


def judge(till: Till) -> str:
    """Books, journal and window agree; the state of the order."""
    until(lambda: is_over(till), f"everything is settled\n{till.story()}")
    assert oracle.untruths(till, time.time_ns() // 1_000_000) == []
    assert oracle.money_differs(till) == []
    assert verify(till.state / "journal.sqlite").problems == ()
    held = oracle.world_of(till).held("K01-1-000001", 1 << 62)
    (state,) = states(till, "orders")
    assert held == (0 if state in ("UNWOUND", "REFUNDED") else TOTAL), f"{state}\n{till.story()}"
    assert len(Bank(till.world).books["transfers"]) <= 1
    assert len(list(till.state.glob("receipts/*-receipt-*.txt"))) == (0 if state.startswith("UNW") else 1)
    tasks = [row["kind"] for row in oracle.journal_of(till).tables["staff_tasks"]]
    if state == "UNWINDING_STAFF" or {"REFUSED", "NEEDS_STAFF"}.intersection(states(till, "refunds")):
        assert "refund_unresolved" in tasks
    return state


def a_death(
    point: str, play: Callable[[Till], object], comes: Callable[[Till], None], ends: set[str], **limits
) -> Callable[[Path, Place], None]:
    """Played until killed at a point, started again, and judged when all is settled."""

    def run(folder: Path, place: Place) -> None:
        with closing(a_till(folder, place, transfers=True, **LIMITS, **limits)) as till:
            live_until(till, point, play)
            till.start()
            comes(till)
            assert judge(till) in ends, till.story()
            refunds, asked = states(till, "refunds"), place.world.asked("ezpg.withdraw")
            assert refunds.count("DONE") == len(Bank(place.world).withdrawals()) == (1 if "DONE" in refunds else 0)
            assert len(asked) <= 1

    return run


SOLD = (
    "commit 4 after",
    "ezpg.issue 1 write 2 after",
    "ezpg.issue 1 read 2 after",
    "commit 5 after",
    "commit 6 after",
    "commit 7 after",
    "commit 8 after",
)
"""From the order to its approval."""


def test_killed_at_a_step_of_a_transfer_it_is_sold_once_or_for_staff(workers):
    cases = []
    for point in SOLD:
        alone = a_death(point, buy, stay_away, {"PAID", "UNWOUND", "UNWINDING_STAFF"})
        cases.append((f"{point}, alone", alone))
        cases.append((f"{point}, resumed", a_death(point, buy, come_back, {"PAID"}, resume_within_s=600)))
    wrong = workers.try_all(cases)
    assert not wrong, "\n".join(wrong)


GIVEN_BACK = {
    "commit 12 after": {"PAID"},
    "commit 13 after": {"PAID", "REFUNDED"},
    "ezpg.merWithdrawApi 1 connect after": {"PAID"},
    "ezpg.merWithdrawApi 1 write 2 after": {"REFUNDED"},
    "ezpg.merWithdrawApi 1 read 2 after": {"REFUNDED"},
    "commit 14 after": {"REFUNDED"},
}
"""From staff's signature to the answer, and how the order ends: nobody signs again, and nothing is sent again."""


def test_killed_at_a_step_of_a_withdrawal_it_is_paid_out_once_or_for_staff(workers):
    cases = [
        (point, a_death(point, buy_and_give_back, approve, ends, ezpg_withdrawal_lost_s=100))
        for point, ends in GIVEN_BACK.items()
    ]
    wrong = workers.try_all(cases)
    assert not wrong, "\n".join(wrong)
