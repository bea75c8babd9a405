"""Virtual accounts: who gets one, once for each id, and how it ends."""

from datetime import datetime

import pytest

from kiosk.simulator.ezpg_settings import BANKS
from tests.simulator.ezpgs import DAY, MINUTE, PRICE, at, code


def test_an_account_is_issued_for_one_amount_at_a_bank_of_the_table(ezpg):
    reply = ezpg.issue(moid="K1").json()
    account = reply["accountInfo"]
    assert reply["merchantId"] == "demo"
    assert (account["accountType"], account["amount"], account["moid"], account["status"]) == (
        "one-time",
        PRICE,
        "K1",
        "waiting",
    )
    assert account["bankName"] == BANKS[account["bankCode"]]
    assert account["accountNo"].isdecimal()
    assert len(account["accountNo"]) <= 16
    assert 0 < len(account["accountHolder"].encode()) <= 20
    assert account["issueDt"].startswith(at("12:00")[:16])


def test_a_bank_can_be_chosen_and_otherwise_is_any(ezpg):
    assert {ezpg.account(bankCode="088")["bankCode"] for _ in range(5)} == {"088"}
    assert len({ezpg.account()["bankCode"] for _ in range(40)}) > 5
    assert code(ezpg.issue(bankCode="999")) == (200, "1003")


def test_every_account_has_a_number_of_its_own(ezpg):
    accounts = [ezpg.account() for _ in range(40)]
    assert len({a["accountNo"] for a in accounts}) == len({a["accountId"] for a in accounts}) == 40


def test_the_second_drafts_word_for_one_time_is_understood(ezpg):
    assert ezpg.account(accountType="dynamic")["accountType"] == "one-time"


@pytest.mark.parametrize("amount", [1, 99_999_999_999, "12300"])
def test_an_amount_is_a_whole_number_or_its_digits(ezpg, amount):
    assert ezpg.account(amount=amount)["amount"] == int(amount)


@pytest.mark.parametrize("amount", [0, -1, 1.5, "1.5", "", "-5", "0", True, None, 100_000_000_000, "100000000000"])
def test_any_other_amount_is_refused(ezpg, amount):
    assert code(ezpg.issue(amount=amount)) == (200, "1003")


@pytest.mark.parametrize(
    "changes",
    [
        {"accountType": "both"},
        {"accountType": None},
        {"merchantId": None},
        {"merchantId": "가" * 6},  # eighteen bytes
        {"bankCode": "4"},
        {"moid": "x" * 31},
        {"moid": ""},
        {"depositorName": "가" * 17},
        {"expireDt": "tomorrow"},
        {"expireDt": "2026-11-27T13:00:00"},  # without a zone
        {"expireDt": 1_795_921_800},
        {"expireDt": at("12:00")},  # now, and no more
        {"expireDt": at("11:00")},
    ],
)
def test_what_cannot_be_is_refused(ezpg, changes):
    assert code(ezpg.issue(**changes)) == (200, "1003")
    assert ezpg.books["accounts"] == []


# -- one id, one account


def test_who_asks_twice_under_one_id_has_one_account(ezpg):
    first, second = (ezpg.account(moid="K1") for _ in range(2))
    assert first == second
    assert len(ezpg.books["accounts"]) == 1


@pytest.mark.parametrize(
    "changes", [{"amount": PRICE + 1}, {"bankCode": "004"}, {"expireDt": at("13:01")}, {"depositorName": "홍길동"}]
)
def test_another_content_under_the_same_id_is_refused(ezpg, changes):
    ezpg.account(moid="K1")
    assert code(ezpg.issue(moid="K1", **changes)) == (200, "3004")
    assert len(ezpg.books["accounts"]) == 1


def test_an_answer_that_was_lost_is_had_by_asking_again(ezpg):
    ezpg.world.fault("ezpg.issue", "html_502_after")
    assert ezpg.issue(moid="K1").status_code == 502
    account = ezpg.account(moid="K1")
    assert [a["accountId"] for a in ezpg.books["accounts"]] == [account["accountId"]]


def test_the_same_account_comes_back_however_it_stands_by_then(ezpg):
    account = ezpg.account(moid="K1")
    ezpg.paid(account)
    ezpg.clock("23:40")
    again = ezpg.account(moid="K1")
    assert (again["accountId"], again["status"]) == (account["accountId"], "paid")


def test_without_an_id_every_request_makes_an_account(ezpg):
    first, second = (ezpg.account(moid=None) for _ in range(2))
    assert first["accountId"] != second["accountId"]
    assert first["moid"] is None


def test_a_server_without_our_additions_makes_one_every_time(ezpg_off):
    first, second = (ezpg_off.account(moid="K1") for _ in range(2))
    assert first["accountId"] != second["accountId"]
    assert [a["reference"] for a in ezpg_off.books["accounts"]] == ["K1", "K1"]  # the books know who asked


@pytest.mark.parametrize("ignored", [{"moid": "x" * 99}, {"expireDt": "never"}, {"depositorName": "가" * 50}])
def test_such_a_server_does_not_even_look_at_what_it_does_not_know(ezpg_off, ignored):
    assert code(ezpg_off.issue(**ignored)) == (200, "0000")


# -- its end


def lives(account):
    return datetime.fromisoformat(account["expireDt"]) - datetime.fromisoformat(account["issueDt"])


def test_it_lives_as_long_as_was_asked_and_otherwise_three_days(ezpg):
    assert ezpg.account(expireDt=at("12:07:30"))["expireDt"] == at("12:07:30")
    assert ezpg.account(expireDt="2026-11-27T04:00:00Z")["expireDt"] == at("13:00")
    assert lives(ezpg.account(expireDt=None)).total_seconds() == 3 * 24 * 3600


def test_a_server_without_our_additions_always_says_three_days(ezpg_off):
    assert lives(ezpg_off.account(expireDt=at("12:10"))).total_seconds() == 3 * 24 * 3600


def test_an_expired_account_says_so(ezpg):
    account = ezpg.account(moid="K1", expireDt=at("12:10"))
    ezpg.clock("12:09:30")
    assert ezpg.state(account) == "waiting"
    ezpg.clock("12:10:00")
    assert ezpg.state(account) == "expired"
    assert ezpg.account(moid="K1", expireDt=at("12:10"))["status"] == "expired"


def test_a_closed_account_takes_no_money_and_is_closed_once_more_without_a_word(ezpg):
    account = ezpg.account()
    for _ in range(2):
        reply = ezpg.close(account)
        assert code(reply) == (200, "0000")
        assert reply.json()["accountInfo"] == account | {"status": "closed"}
    assert ezpg.refusal(account) == "V002"
    assert ezpg.transfers == []


def test_an_account_that_was_paid_is_not_closed_and_says_that_it_was_paid(ezpg):
    account = ezpg.account()
    ezpg.paid(account)
    reply = ezpg.close(account).json()
    assert (reply["resultCode"], reply["status"], reply["accountInfo"]["status"]) == ("3005", "paid", "paid")
    assert ezpg.state(account) == "paid"


def test_an_expired_account_is_not_closed_either(ezpg):
    account = ezpg.account(expireDt=at("12:10"))
    ezpg.clock("12:11")
    reply = ezpg.close(account).json()
    assert (reply["resultCode"], reply["status"]) == ("3005", "expired")


def test_what_was_never_issued_cannot_be_closed(ezpg):
    assert code(ezpg.close({"accountId": "VA000000000000"})) == (200, "3002")


def test_a_fixed_account_takes_any_amount_as_often_as_it_comes(ezpg):
    account = ezpg.account(accountType="fixed", amount=None)
    assert "expireDt" not in account
    for amount in (5_000, 5_000, 5_000, 7_000):
        ezpg.paid(account, amount)
    assert ezpg.statuses() == [(7_000, "completed")] + [(5_000, "completed")] * 3
    assert len({row["trxId"] for row in ezpg.rows()}) == 4
    assert ezpg.state(account) == "waiting"


# -- hours


@pytest.mark.parametrize(
    ("clock", "day", "said"),
    [
        ("23:29:30", 0, "0000"),
        ("23:30", 0, "3003"),
        ("23:59:30", 0, "3003"),
        ("00:00", 1, "3003"),
        ("00:29:30", 1, "3003"),
        ("00:30", 1, "0000"),
    ],
)
def test_nothing_is_issued_while_banks_are_closed(ezpg, clock, day, said):
    ezpg.clock(clock, day)
    assert code(ezpg.issue(expireDt=None)) == (200, said)


def test_a_bank_can_have_hours_of_its_own(ezpg):
    ezpg.settings(
        bank_hours={"004": {"closes": "12:00", "opens": "12:30"}, "088": {"closes": "01:00", "opens": "01:00"}}
    )
    assert code(ezpg.issue(bankCode="004")) == (200, "3003")
    assert "004" not in {ezpg.account()["bankCode"] for _ in range(60)}
    ezpg.clock("23:40")
    assert code(ezpg.issue(bankCode="004", expireDt=None)) == (200, "0000")
    assert {ezpg.account(expireDt=None)["bankCode"] for _ in range(20)} <= {"004", "088"}


def test_banks_can_be_open_always(ezpg):
    ezpg.settings(hours={"closes": "00:00", "opens": "00:00"})
    for clock in ("23:40", "12:00"):
        ezpg.clock(clock)
        ezpg.paid(ezpg.account(expireDt=None))


@pytest.mark.parametrize("hours", [{"closes": "24:00"}, {"opens": "soon"}, {"shuts": "23:30"}])
def test_hours_that_cannot_be_are_refused(ezpg, hours):
    assert ezpg.http.post("/_sim/settings", json={"ezpg": {"hours": hours}}).status_code == 400


@pytest.mark.parametrize(
    "body", [{}, {"at": "2026-11-27T12:00:00"}, {"at": at("13:00"), "ahead_s": 5}, {"ahead_s": "x"}]
)
def test_a_time_that_cannot_be_is_refused(ezpg, body):
    assert ezpg.http.post("/_sim/ezpg/clock", json=body).status_code == 400


def test_the_date_header_tells_its_own_time(ezpg):
    ezpg.later(10 * MINUTE)
    assert ezpg.issue().headers["date"].startswith(f"{DAY:%a, %d %b %Y} 03:10:")
