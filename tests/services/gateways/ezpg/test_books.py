"""The day's transfers against the simulator: balance, lists of three days, and what cannot be told."""

from dataclasses import replace
from datetime import datetime

import pytest
from typing_extensions import override

from kiosk.domain.attempt import State
from kiosk.domain.confidential import Confidential
from kiosk.domain.money import won
from kiosk.domain.refund import RefundState
from kiosk.domain.transfers import Differs, Kept, Standing, Sum
from kiosk.services.gateways.ezpg.answers import Answer, Balance, Deposits, Withdrawals
from kiosk.services.gateways.ezpg.books import EzpgBooks
from kiosk.services.gateways.ezpg.client import Account, EzpgClient
from kiosk.services.gateways.ezpg.session import Login
from tests.services.gateways.ezpg.test_matching import attempt, finding, refund
from tests.simulator.ezpgs import MINUTE, PAYEE, PRICE, TODAY, TOMORROW, at

DAY, NEXT = "2026-11-27", "2026-11-28"


def ms(clock, day=0):
    return round(datetime.fromisoformat(at(clock, day)).timestamp() * 1000)


@pytest.fixture
def books(client):
    return EzpgBooks(client)


@pytest.fixture(params=["on", "off"])
def extensions(request, ezpg):
    """With what was added by us, and without."""
    ezpg.settings(extensions=request.param)


def kept_of(account, transaction, state=State.APPROVED):
    facts = {"number": account["accountNo"], "bank": account["bankCode"], "moid": "K1", "since_ms": str(ms("12:00"))}
    mine = attempt(state, transaction, PRICE, began=ms("12:00"))
    return replace(mine, facts=facts, asked=won(PRICE))


def transaction_of(ezpg, account):
    return next(
        row["trxId"] for row in ezpg.rows(startDate=TODAY, endDate=TOMORROW) if row["accountNo"] == account["accountNo"]
    )


@pytest.mark.usefixtures("extensions")
async def test_a_day_without_difference_is_said_to_have_none(books, ezpg):
    mine, others = ezpg.account(), ezpg.account()
    ezpg.paid(mine)
    ezpg.pay(others)
    found = await books.of_day(DAY, Kept((kept_of(mine, transaction_of(ezpg, mine)),)))
    assert found.is_even
    assert found.deposits.there == found.deposits.here == Sum(1, won(PRICE))
    assert (found.balance, found.others) == (won(ezpg.balance()), 1)


@pytest.mark.usefixtures("extensions")
async def test_what_the_journal_has_not_is_missing_here(books, ezpg):
    mine = ezpg.account()
    ezpg.paid(mine)
    found = await books.of_day(DAY, Kept((kept_of(mine, "", State.EXPIRED),)))
    assert [one.differs for one in found.movements] == [Differs.MISSING_HERE]
    assert not found.is_even
    assert found.is_whole


@pytest.mark.parametrize("dated", ["bank", "notice"])
async def test_a_deposit_that_is_told_after_midnight_is_missing_on_neither_day(books, ezpg, dated):
    """Whichever day the list dates it on."""
    ezpg.settings(dated=dated)
    mine = ezpg.account(expireDt=at("23:30"))
    ezpg.clock("23:29")
    ezpg.paid(mine, in_flight_s=71 * MINUTE)
    ezpg.clock("00:40:30", 1)
    kept = Kept((kept_of(mine, transaction_of(ezpg, mine)),))
    days = [await books.of_day(day, kept) for day in (DAY, NEXT)]
    assert [len(one.movements) for one in days] == {"bank": [1, 0], "notice": [0, 1]}[dated]
    assert all(one.is_even for one in days)


async def test_what_was_paid_out_is_the_tills_own_by_its_id(books, ezpg):
    ezpg.merchant(balance=100_000)
    ezpg.withdraw(moid="mine")
    ezpg.withdraw(moid="anothers")
    (row,) = [one for one in ezpg.withdrawals() if one["moid"] == "mine"]
    ezpg.settle(row, "completed")
    done = refund(RefundState.DONE, claimed="", asked=ms("12:00"), changed=ms("12:01"))
    kept = Kept(refunds=(replace(done, facts={"moid": "mine"}),))
    found = await books.of_day(DAY, kept)
    assert [(one.transaction, one.standing) for one in found.movements] == [(row["trxId"], Standing.DONE)]
    assert found.withdrawals.there == found.withdrawals.here == Sum(1, won(10_000))
    assert found.is_even
    assert found.others == 1
    assert PAYEE["withAccntNm"] not in repr(found)


async def test_what_was_asked_for_days_before_is_looked_for_then(books, ezpg):
    ezpg.merchant(balance=100_000)
    ezpg.withdraw(moid="mine")
    (row,) = ezpg.withdrawals()
    ezpg.settle(row, "completed")
    ezpg.clock("12:00", 5)
    done = refund(RefundState.DONE, claimed=row["trxId"], asked=ms("12:00"), changed=ms("09:00", 5))
    kept = Kept(refunds=(done,))
    assert (await books.of_day("2026-12-02", kept)).is_even
    assert (await books.of_day(DAY, kept)).withdrawals.here == Sum(1, won(10_000))


async def test_what_came_days_before_it_was_found_is_missing_on_no_day(books, ezpg):
    mine = ezpg.account()
    ezpg.paid(mine)
    name = transaction_of(ezpg, mine)
    ezpg.clock("12:00", 3)
    found = finding(transaction=name, amount=PRICE, recorded=ms("09:00", 3))
    kept = Kept((kept_of(mine, "", State.CLOSED),), (found,))
    assert (await books.of_day("2026-11-30", kept)).is_even
    assert (await books.of_day(DAY, kept)).deposits.here == Sum(1, won(PRICE))


@pytest.mark.parametrize("call", ["deposits", "withdrawals"])
async def test_a_list_that_was_not_read_whole_makes_nothing_even(books, ezpg, call):
    mine = ezpg.account()
    ezpg.paid(mine)
    kept = Kept((kept_of(mine, transaction_of(ezpg, mine)),))
    ezpg.world.fault(f"ezpg.{call}", "html_502", 10)
    found = await books.of_day(DAY, kept)
    assert not found.is_whole
    assert not found.is_even
    assert found.differing == ()


async def test_a_balance_that_is_not_told_is_not_made_up(books, ezpg):
    ezpg.world.fault("ezpg.balance", "html_502", 10)
    assert (await books.of_day(DAY, Kept())).balance is None


async def test_a_login_of_the_head_office_is_told_the_shops_own_balance():
    class Office(EzpgClient):
        def __init__(self):
            self.account = Account("demo", Login("office", Confidential("demo")))

        @override
        async def balance(self):
            return (Balance("other", "다른상점", 9_000, None, None), Balance("demo", "데모상점", 77_000, None, None))

        @override
        async def deposits(self, *_about):
            return Deposits(Answer.LISTED)

        @override
        async def withdrawals(self, *_days):
            return Withdrawals(Answer.LISTED)

    assert (await EzpgBooks(Office()).of_day(DAY, Kept())).balance == won(77_000)
