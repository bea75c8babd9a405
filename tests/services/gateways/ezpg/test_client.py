"""The client at the simulated EzPG: accounts, deposits, withdrawals, with and without what was added by us."""

from dataclasses import replace
from datetime import datetime

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.services.gateways.ezpg import client as ezpg_client
from kiosk.services.gateways.ezpg import wire
from kiosk.services.gateways.ezpg.answers import Answer, Balance, Deposits, Issued, RowState, Taken, Terms
from tests.simulator.ezpgs import FEE, START, TODAY, at

A, R = Answer, RowState
PRICE = 12_300
EXPIRES_MS = round(datetime.fromisoformat(at("13:00")).timestamp() * 1000)
NOON_MS = round(datetime.fromisoformat(at("12:00")).timestamp() * 1000)
KEY = Confidential("demo-key")
PAYEE = ("090", "3333012345678", "홍길동")
DIGITS = Confidential("123456")
YESTERDAY = "20261126"


def an_issue(moid="K1", amount=PRICE, bank="", expires_ms=EXPIRES_MS):
    return wire.issue("demo", moid, amount, bank, expires_ms)


def a_withdrawal(moid="R1", amount=PRICE, payee=PAYEE, key=KEY):
    return wire.withdraw("demo", key, moid, amount, *payee)


def calls(ezpg, name):
    """How often EzPG was asked for something."""
    return sum(one["call"] == name for one in ezpg.world.requests() if one["gateway"] == "ezpg")


def ids(found):
    return [(one.moid, one.amount, one.state) for one in found.rows]


@pytest.fixture(params=["on", "off"])
def extensions(request, ezpg):
    """With what was added by us, and without."""
    ezpg.settings(extensions=request.param)
    return request.param


@pytest.fixture
def issued(client, permit):
    """An account, as the client has it."""

    async def make(**changes):
        answer = await client.issue(await permit(an_issue(**changes)))
        assert answer.answer is A.ISSUED
        return answer.account

    return make


def in_words(account):
    """An account as the bank's side of the simulator names it."""
    return {"bankCode": account.bank, "accountNo": account.number, "amount": account.amount}


# -- accounts


async def test_an_account_is_what_ezpg_has(client, permit, ezpg, extensions):
    answer = await client.issue(await permit(an_issue(bank="004")))

    (there,) = ezpg.books["accounts"]
    account = answer.account
    assert answer.answer is A.ISSUED
    assert (account.id, account.number) == (there["accountId"], there["account"])
    assert (account.bank, account.bank_name) == ("004", "국민은행")
    assert account.amount == PRICE
    if extensions == "on":
        assert (account.holder, account.expires_ms) == ("이지피지(데모)", EXPIRES_MS)
    else:
        assert (account.holder, account.expires_ms) == ("", NOON_MS + 3 * 86_400_000)


async def test_the_same_once_more_is_the_same_account(client, permit, ezpg, issued):
    first = await issued()
    again = await client.issue(await permit(replace(an_issue(), request_id="again")))
    other = await client.issue(await permit(replace(an_issue(amount=PRICE + 1), request_id="other")))
    assert again == Issued(A.ISSUED, first, "0000")
    assert other == Issued(A.OTHER_CONTENT, None, "3004")
    assert len(ezpg.books["accounts"]) == 1


async def test_at_night_no_account_is_issued(client, permit, ezpg, extensions):
    ezpg.clock("23:40")
    tomorrow_ms = EXPIRES_MS + 86_400_000
    assert await client.issue(await permit(an_issue(expires_ms=tomorrow_ms))) == Issued(A.CLOSED_HOURS, None, "3003")


@pytest.mark.parametrize(("code", "answer"), [("3006", A.AMOUNT_REFUSED), ("3001", A.NO_ACCOUNT), ("1002", A.REFUSED)])
async def test_a_refused_issue_says_why(client, permit, ezpg, code, answer):
    ezpg.world.fault("ezpg.issue", "code", code=code)
    assert await client.issue(await permit(an_issue())) == Issued(answer, None, code)


@pytest.mark.parametrize(
    "kind",
    [
        "drop_before",
        "drop_after",
        "html_502",
        "html_502_after",
        "unavailable",
        "timed_out_there",
        "portal",
        "status_429",
        "status_408",
        "status_500_framework",
        "status_500_framework_after",
        "truncated",
        "half_body",
        "empty_200",
    ],
)
async def test_what_cannot_be_read_issues_closes_and_pays_out_nothing(client, permit, ezpg, issued, kind):
    account = await issued(moid="K0")
    assert await client.staff_sign_in(DIGITS) is A.SIGNED_IN
    for call in ("issue", "close", "withdraw"):
        ezpg.world.fault(f"ezpg.{call}", kind)

    assert (await client.issue(await permit(an_issue()))).answer is A.NO_ANSWER
    assert await client.close(await permit(wire.close("demo", account.id, "op-1"))) is A.NO_ANSWER
    assert await client.withdraw(await permit(a_withdrawal())) == Taken(A.NO_ANSWER)


@pytest.mark.parametrize(
    ("call", "kind", "key"),
    [
        ("issue", "wrong_amount", "amount"),
        ("issue", "wrong_id", "moid"),
        ("issue", "wrong_id", "merchantId"),
        ("issue", "state", "status"),
        ("close", "wrong_id", "accountId"),
        ("withdraw", "wrong_amount", "withAmt"),
        ("withdraw", "wrong_id", "withAccntNo"),
        ("withdraw", "wrong_id", "mid"),
    ],
)
async def test_what_tells_of_something_else_is_not_believed(client, permit, ezpg, issued, call, kind, key):
    account = await issued(moid="K0")
    assert await client.staff_sign_in(DIGITS) is A.SIGNED_IN
    ezpg.world.fault(f"ezpg.{call}", kind, **({} if kind == "state" else {"key": key}))

    answers = {
        "issue": (await client.issue(await permit(an_issue()))).answer,
        "close": await client.close(await permit(wire.close("demo", account.id, "op-1"))),
        "withdraw": (await client.withdraw(await permit(a_withdrawal()))).answer,
    }

    assert answers == {"issue": A.ISSUED, "close": A.CLOSED, "withdraw": A.TAKEN} | {call: A.NO_ANSWER}


async def test_a_request_whose_leave_ran_out_is_not_sent(client, permit, ezpg, clock):
    await client.probe()
    leave = await permit(an_issue())
    clock.advance(6)

    assert await client.issue(leave) == Issued(A.NOT_SENT)
    assert client.reachable
    assert ezpg.books["accounts"] == []


async def test_an_account_is_closed_and_can_be_paid_no_more(client, permit, ezpg, issued):
    account = await issued()
    assert await client.close(await permit(wire.close("demo", account.id, "op-1"))) is A.CLOSED
    assert ezpg.refusal(in_words(account)) is not None
    assert await client.close(await permit(wire.close("demo", account.id, "op-2"))) is A.CLOSED


async def test_an_account_that_was_paid_is_not_closed(client, permit, ezpg, issued):
    account = await issued()
    ezpg.paid(in_words(account))
    assert await client.close(await permit(wire.close("demo", account.id, "op-1"))) is A.PAID


async def test_an_account_that_has_expired_is_over(client, permit, ezpg, issued):
    account = await issued()
    ezpg.clock("13:01")
    assert await client.close(await permit(wire.close("demo", account.id, "op-1"))) is A.OVER


async def test_an_account_that_there_is_not_cannot_be_closed(client, permit, ezpg):
    assert await client.close(await permit(wire.close("demo", "VA0", "op-1"))) is A.REFUSED


async def test_a_server_without_our_additions_closes_nothing(client, permit, ezpg, issued):
    ezpg.settings(extensions="off")
    account = await issued()
    assert await client.close(await permit(wire.close("demo", account.id, "op-1"))) is A.UNSUPPORTED


# -- deposits


async def test_a_deposit_is_listed_with_all_that_proves_it(client, ezpg, issued, extensions):
    account, other = await issued(), await issued(moid="K2")
    ezpg.paid(in_words(other))
    ezpg.paid(in_words(account), depositor="홍길동")

    found = await client.deposits(account.number, "K1", YESTERDAY, TODAY)

    (row,) = found.rows
    assert found.answer is A.LISTED
    assert (row.account, row.bank, row.amount, row.state) == (account.number, account.bank, PRICE, R.COMPLETED)
    assert row.transaction == ezpg.rows(accountNo=account.number)[0]["trxId"]
    assert NOON_MS <= row.at_ms < NOON_MS + 60_000
    assert (row.moid, row.depositor) == (("K1", "홍길동") if extensions == "on" else ("", ""))
    assert found.skipped == (0 if extensions == "on" else 1)


async def test_an_account_into_which_nobody_paid_has_no_deposits(client, ezpg, issued, extensions):
    account = await issued()
    assert await client.deposits(account.number, "K1", YESTERDAY, TODAY) == Deposits(A.LISTED)


async def test_all_deposits_of_the_shop_are_listed_youngest_first(client, ezpg, issued):
    for moid in ("K1", "K2"):
        ezpg.paid(in_words(await issued(moid=moid)))

    assert ids(await client.deposits("", "", TODAY, TODAY)) == [
        ("K2", PRICE, R.COMPLETED),
        ("K1", PRICE, R.COMPLETED),
    ]


async def test_a_deposit_that_was_taken_back_is_listed_as_that(client, ezpg, issued):
    account = await issued()
    ezpg.correct(ezpg.paid(in_words(account)))
    assert ids(await client.deposits(account.number, "K1", TODAY, TODAY)) == [("K1", PRICE, R.CANCELLED)]


async def test_a_deposit_of_another_day_is_not_listed(client, ezpg, issued):
    account = await issued()
    ezpg.paid(in_words(account))
    assert await client.deposits(account.number, "K1", YESTERDAY, YESTERDAY) == Deposits(A.LISTED)


async def test_a_list_is_read_to_its_last_page(client, ezpg, issued, extensions, monkeypatch):
    monkeypatch.setattr(wire, "PAGE_LARGEST", 2)
    wanted = [await issued(moid=f"K{n}") for n in range(5)]
    for account in wanted:
        ezpg.paid(in_words(account))

    found = await client.deposits("", "", TODAY, TODAY)
    first = await client.deposits(wanted[0].number, "K0", TODAY, TODAY)

    assert [one.account for one in found.rows] == [one.number for one in reversed(wanted)]
    assert [one.account for one in first.rows] == [wanted[0].number]


async def test_a_list_longer_than_is_read_is_none(client, ezpg, issued, monkeypatch):
    monkeypatch.setattr(wire, "PAGE_LARGEST", 1)
    monkeypatch.setattr(ezpg_client, "PAGES_MAX", 2)
    for n in range(3):
        ezpg.paid(in_words(await issued(moid=f"K{n}")))

    assert await client.deposits("", "", TODAY, TODAY) == Deposits(A.NO_ANSWER)
    assert (await client.deposits("", "", YESTERDAY, YESTERDAY)).answer is A.LISTED


@pytest.mark.parametrize("kind", ["drop_after", "html_502", "truncated", "empty_200", "portal", "status_500_framework"])
async def test_a_list_that_does_not_come_whole_is_none(client, ezpg, issued, kind):
    account = await issued()
    ezpg.paid(in_words(account))
    ezpg.world.fault("ezpg.deposits", kind)

    assert await client.deposits(account.number, "K1", TODAY, TODAY) == Deposits(A.NO_ANSWER)
    assert (await client.deposits(account.number, "K1", TODAY, TODAY)).answer is A.LISTED


async def test_what_another_shop_may_not_see_is_refused(client_to, ezpg, ezpg_port):
    client = client_to(f"http://127.0.0.1:{ezpg_port}/ezpg", user="other-1")
    assert await client.deposits("", "", TODAY, TODAY) == Deposits(A.REFUSED)


# -- withdrawals


@pytest.fixture
async def staffed(client):
    """The client, with staff logged in."""
    assert await client.staff_sign_in(DIGITS) is A.SIGNED_IN
    return client


async def test_a_withdrawal_is_under_way_until_the_list_says_otherwise(staffed, permit, ezpg, extensions):
    assert (await staffed.withdraw(await permit(a_withdrawal()))).answer is A.TAKEN
    (row,) = (await staffed.withdrawals(YESTERDAY, TODAY)).rows
    assert (row.bank, row.account, row.holder) == PAYEE
    assert (row.amount, row.fee, row.state) == (PRICE, FEE, R.PENDING)
    assert row.moid == ("R1" if extensions == "on" else "")

    ezpg.settle(ezpg.withdrawals()[0], "completed")

    assert [one.state for one in (await staffed.withdrawals(YESTERDAY, TODAY)).rows] == [R.COMPLETED]


async def test_a_withdrawal_is_found_again_by_the_networks_number(staffed, permit, ezpg):
    taken = await staffed.withdraw(await permit(a_withdrawal()))
    assert [one.natv for one in (await staffed.withdrawals(TODAY, TODAY)).rows] == [taken.natv]
    assert taken.natv


async def test_a_withdrawal_that_failed_says_why(staffed, permit, ezpg):
    await staffed.withdraw(await permit(a_withdrawal()))
    ezpg.settle(ezpg.withdrawals()[0], "failed", "REJECTED")
    (row,) = (await staffed.withdrawals(TODAY, TODAY)).rows
    assert (row.state, row.reason) == (R.FAILED, "REJECTED")


@pytest.mark.parametrize(
    ("settings", "asked", "answer"),
    [
        ({}, {"amount": START}, A.BALANCE_SHORT),
        ({"payees": {PAYEE[1]: "김철수"}}, {}, A.ACCOUNT_WRONG),
        ({"daily_limit": PRICE - 1}, {}, A.DAY_LIMIT),
        ({"maintenance": True}, {}, A.MAINTENANCE),
        ({}, {"amount": 9_999}, A.REFUSED),
        ({}, {"payee": ("999", *PAYEE[1:])}, A.REFUSED),
        ({}, {"key": Confidential("wrong-key")}, A.REFUSED),
    ],
    ids=str,
)
async def test_a_refused_withdrawal_says_why(staffed, permit, ezpg, extensions, settings, asked, answer):
    ezpg.settings(**settings)
    assert (await staffed.withdraw(await permit(a_withdrawal(**asked)))).answer is answer
    assert ezpg.withdrawals() == []


async def test_an_id_that_was_used_for_something_else_proves_nothing(staffed, permit, ezpg):
    await staffed.withdraw(await permit(a_withdrawal()))
    other = replace(a_withdrawal(amount=PRICE + 1), request_id="other")
    assert await staffed.withdraw(await permit(other)) == Taken(A.NO_ANSWER, "", "3004")


async def test_without_staff_nothing_is_paid_out(client, permit, ezpg, extensions):
    leave = await permit(a_withdrawal())
    assert await client.withdraw(leave) == Taken(A.SIGNED_OUT)
    assert calls(ezpg, "withdraw") == 0


async def test_a_till_without_a_staff_account_pays_nothing_out(client_to, permit, ezpg, ezpg_port):
    client = client_to(f"http://127.0.0.1:{ezpg_port}/ezpg", staff=None)
    assert await client.staff_sign_in(DIGITS) is A.REFUSED
    assert not client.has_staff_session()
    assert await client.withdraw(await permit(a_withdrawal())) == Taken(A.SIGNED_OUT)
    assert ezpg.world.requests() == []


# -- what staff look at


async def test_what_the_shop_has_there(client, ezpg, issued):
    ezpg.paid(in_words(await issued()))
    assert await client.balance() == (Balance("demo", "데모상점", ezpg.balance(), None, None),)


async def test_the_youngest_transactions(staffed, permit, ezpg, issued, extensions):
    ezpg.paid(in_words(await issued()))
    ezpg.later(1)
    await staffed.withdraw(await permit(a_withdrawal(amount=10_000)))

    recent = await staffed.recent()

    assert [(one.is_deposit, one.amount, one.state) for one in recent] == [
        (False, 10_000, R.PENDING),
        (True, PRICE, R.COMPLETED),
    ]


async def test_how_the_shop_is_set_up_is_told_where_it_can_be_asked_for(client, ezpg):
    ezpg.merchant(amount_match_required=False, allowed_amount_error=500)
    assert await client.terms() == Terms(is_match_required=False, tolerance=500)
    ezpg.settings(extensions="off")
    assert await client.terms() is None


async def test_staff_are_told_nothing_rather_than_something_wrong(client, ezpg):
    for call in ("balance", "recent"):
        ezpg.world.fault(f"ezpg.{call}", "portal")
    assert await client.balance() is None
    assert await client.recent() is None
