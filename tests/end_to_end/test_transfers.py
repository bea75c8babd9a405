"""Bank transfers between real processes and through the window: what comes, what does not, and what comes otherwise."""

import pytest

from tests.end_to_end.bank import Account
from tests.end_to_end.driver import until
from tests.end_to_end.oracle import End, assert_ended_well, assert_ends, assert_true, journal_of, money_differs

pytestmark = pytest.mark.end_to_end

TOTAL, COUPON = 12_300, 3000
PAID = ("ezpg", "APPROVED")


@pytest.fixture(params=["on", "off"], ids=["extended", "as documented"])
def till(open_till, world, request):
    """A till that takes transfers, on its start screen, before an EzPG with and without our extensions."""
    world.settings(ezpg={"extensions": request.param})
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


def test_what_the_window_says_is_transferred_and_pays(till, bank):
    account = shown(till)
    issued = bank.books["accounts"][-1]
    assert account == Account(issued["bank"], issued["account"], TOTAL)
    assert_agreed(till)
    bank.pay(account)
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, End("PAID", (PAID,), held=TOTAL, receipts=1))
