"""Before and after the hour in which banks are closed: till, bank and EzPG on the clock of that night."""

import sys
from datetime import datetime, timedelta

import pytest

from kiosk.domain.day import KOREA
from tests.end_to_end.bank import BOTH, Account
from tests.end_to_end.driver import until
from tests.end_to_end.oracle import End, ends_of, journal_of, money_differs

pytestmark = pytest.mark.end_to_end

TOTAL = 12_300
LATER_S = 60


@pytest.fixture
def night(open_till, world, tmp_path, extensions):
    """A till, and how to set the clock of everybody to "23:26", or to that of the next day."""
    tonight = datetime.now(KOREA).date()
    ahead = tmp_path / "ahead"

    def set_clock(clock, *, is_next_day=False):
        hour, minute = map(int, clock.split(":"))
        day = tonight + timedelta(days=is_next_day)
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=KOREA)
        ahead_ms = round((moment - datetime.now(KOREA)).total_seconds() * 1000)
        ahead.write_text(str(ahead_ms), "ascii")
        world.settings(ezpg={"skew_ms": ahead_ms})

    world.bank_hours = {"closes": "23:30", "opens": "00:30"}
    set_clock("23:26")
    till = open_till(
        transfers=True,
        limits={"ezpg_sweep_s": 60, "watch_after_s": 100, "ezpg_open_least_s": 30},
        command=(sys.executable, "-m", "tests.end_to_end.clocked", "demo"),
        environment={"KIOSK_AHEAD": str(ahead)},
    )
    till.wait_view("StartView")
    return till, set_clock


@BOTH
def test_a_deposit_before_banks_close_whose_row_appears_after_midnight_is_found(night, bank, world):
    till, set_clock = night
    till.fill_basket()
    seen = till.show_account()
    assert seen.text("transfer_until") == "오후 11:30까지"
    set_clock("23:29")
    world.fault("dozn.deposit", "drop_before")
    bank.pay(Account.read(seen), mode="S")
    set_clock("23:31")
    # nobody knows of it: EzPG is told again in ten minutes
    told = till.next_view("MethodsView", says="결제되지 않았어요")
    assert "계좌이체" not in [words for name, words in told.texts if not name], "banks are closed"
    assert bank.try_to_pay(Account.read(seen), mode="S")["refused"]
    till.press("leave")
    till.wait_view("StartView")
    looked = len(bank.looks("K01"))
    until(lambda: len(bank.looks("K01")) > looked, "it looks", LATER_S)
    assert journal_of(till).tables["findings"] == []

    set_clock("00:40", is_next_day=True)
    bank.let_time_pass(0)
    until(lambda: journal_of(till).tables["findings"], f"it is found\n{till.story()}", LATER_S)

    (finding,) = journal_of(till).tables["findings"]
    assert (finding["kind"], finding["amount"]) == ("late", TOTAL)
    late = End("UNWOUND", (("ezpg", "EXPIRED"),), (), TOTAL, ("finding",), ("OPEN",), slips=1)
    assert ends_of(till) == [late]
    assert money_differs(till) == []
