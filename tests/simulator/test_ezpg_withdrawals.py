"""Withdrawals, as a shop gives money back: asked for by staff, decided by the head office, never twice under one id."""

import time

import pytest

from tests.simulator.ezpgs import FEE, PAYEE, PRICE, START, TODAY, TOMORROW, at, code
from tests.simulator.tills import until

HUNDRED_MILLION = 100_000_000


def test_a_withdrawal_is_asked_for_and_its_money_set_aside(ezpg):
    reply = ezpg.withdraw(moid="R1")
    assert code(reply) == (200, "0000")
    body = reply.json()
    assert {key: body[key] for key in ("mid", "withAmt", *PAYEE)} == {"mid": "demo", "withAmt": 10_000, **PAYEE}
    (row,) = ezpg.withdrawals()
    assert (row["moid"], row["natvTrNo"], row["status"], row["reason"]) == ("R1", body["natvTrNo"], "pending", None)
    assert (row["accountNo"], row["accountName"], row["bankCode"]) == ("3333012345678", "홍길동", "090")
    assert (row["amount"], row["fee"], row["netAmount"]) == (10_000, FEE, 10_000)
    assert row["withdrawalDt"].startswith(at("12:00")[:16])
    assert ezpg.balance() == START - 10_000 - FEE
    assert ezpg.get("merchants/balance").json()["balanceList"][0]["balance"] == START - 10_000 - FEE


def test_money_moves_when_the_head_office_approves(ezpg):
    ezpg.withdraw(moid="R1")
    (row,) = ezpg.withdrawals()
    ezpg.settle(row, "processing")
    assert ezpg.withdrawals()[0]["status"] == "processing"
    assert [one["settled"] for one in ezpg.books["withdrawals"]] == [None]
    before_ms = time.time_ns() // 1_000_000
    ezpg.settle(row, "completed")
    assert ezpg.withdrawals()[0]["status"] == "completed"
    # by the world's clock, as other movements of money
    (paid,) = ezpg.books["withdrawals"]
    assert before_ms <= paid["settled"] <= time.time_ns() // 1_000_000
    assert [(w["reference"], w["amount"], w["state"]) for w in ezpg.books["withdrawals"]] == [
        ("R1", 10_000, "completed")
    ]
    assert ezpg.balance() == START - 10_000 - FEE


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_what_the_head_office_rejects_comes_back_with_its_fee(ezpg, status):
    ezpg.withdraw()
    ezpg.settle(ezpg.withdrawals()[0], status, "REJECTED")
    (row,) = ezpg.withdrawals()
    assert (row["status"], row["reason"]) == (status, "REJECTED")
    assert ezpg.balance() == START


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled"])
def test_what_has_come_to_its_end_stays_so(ezpg, status):
    ezpg.withdraw()
    (row,) = ezpg.withdrawals()
    ezpg.settle(row, status)
    for wanted in ("completed", "failed", "pending"):
        body = {"trx_id": row["trxId"], "status": wanted}
        assert ezpg.http.post("/_sim/ezpg/withdrawals", json=body).status_code == 400
    assert ezpg.withdrawals()[0]["status"] == status


@pytest.mark.parametrize("body", [{"trx_id": "W", "status": "completed"}, {"trx_id": "W", "status": "done"}, {}])
def test_a_decision_about_nothing_is_refused(ezpg, body):
    assert ezpg.http.post("/_sim/ezpg/withdrawals", json=body).status_code == 400


def test_the_head_office_can_be_made_to_approve_by_itself(ezpg):
    ezpg.settings(approves_after_s=3600)
    ezpg.withdraw()
    ezpg.later(3500)
    assert ezpg.withdrawals()[0]["status"] == "pending"
    ezpg.later(100)
    assert ezpg.withdrawals()[0]["status"] == "completed"


def test_it_then_does_so_without_being_asked_anything(ezpg):
    ezpg.settings(approves_after_s=0)
    ezpg.withdraw()
    until(lambda: ezpg.withdrawals()[0]["status"] == "completed")


# -- one id, one payout


def test_who_asks_twice_under_one_id_has_one_payout_and_the_same_answer(ezpg):
    first, second = (ezpg.withdraw(moid="R1").json() for _ in range(2))
    assert first == second
    assert len(ezpg.withdrawals()) == 1
    ezpg.settle(ezpg.withdrawals()[0], "completed")
    assert ezpg.withdraw(moid="R1").json() == first
    assert ezpg.balance() == START - 10_000 - FEE


@pytest.mark.parametrize("changes", [{"withAmt": 10_001}, {"withAccntNo": "1"}, {"withAccntNm": "김철수"}])
def test_another_content_under_the_same_id_is_refused(ezpg, changes):
    ezpg.withdraw(moid="R1")
    assert code(ezpg.withdraw(moid="R1", **changes)) == (200, "3004")
    assert len(ezpg.withdrawals()) == 1


def test_an_id_that_was_refused_can_be_used_again(ezpg):
    ezpg.settings(maintenance=True)
    assert code(ezpg.withdraw(moid="R1")) == (200, "E004")
    ezpg.settings(maintenance=False)
    assert code(ezpg.withdraw(moid="R1")) == (200, "0000")


def test_without_an_id_every_request_is_a_payout(ezpg):
    for _ in range(2):
        assert code(ezpg.withdraw(moid=None)) == (200, "0000")
    assert len(ezpg.withdrawals()) == 2


def test_without_our_additions_every_request_is_a_payout_and_no_row_tells_whose(ezpg_off):
    for _ in range(2):
        assert code(ezpg_off.withdraw(moid="R1")) == (200, "0000")
    rows = ezpg_off.withdrawals()
    assert len(rows) == 2
    assert not {"moid", "natvTrNo", "reason"} & rows[0].keys()
    assert [w["reference"] for w in ezpg_off.books["withdrawals"]] == ["R1", "R1"]  # the books know who asked


@pytest.mark.parametrize(("kind", "count"), [("html_502", 0), ("html_502_after", 1), ("echo", 1)])
def test_what_became_of_a_request_whose_answer_was_lost_is_seen_in_the_list(ezpg, kind, count):
    ezpg.world.fault("ezpg.withdraw", kind)
    ezpg.withdraw(moid="R1")
    assert [row["moid"] for row in ezpg.withdrawals()] == ["R1"] * count


# -- who may, and what may be


@pytest.mark.parametrize("changes", [{"meky": "wrong"}, {"mid": "nobody"}, {"mid": "other"}])
def test_who_does_not_have_the_key_withdraws_nothing(ezpg, changes):
    assert code(ezpg.withdraw(**changes)) == (200, "1002")
    assert ezpg.withdrawals() == []


def test_the_key_alone_is_enough_where_our_additions_are_not_known_and_nowhere_else(ezpg):
    assert code(ezpg.withdraw(user=None)) == (401, "1001")
    ezpg.settings(extensions="off")
    assert code(ezpg.withdraw(user=None)) == (200, "0000")


@pytest.mark.parametrize(
    "changes",
    [
        {"withAmt": 0},
        {"withAmt": "1,000"},
        {"withAmt": None},
        {"withType": "USD"},
        {"bankCd": "90"},
        {"bankCd": "005"},  # issues accounts, pays none out
        {"withAccntNo": "333-301"},
        {"withAccntNo": "1" * 21},
        {"withAccntNm": "가나다라마바사"},  # twenty-one bytes
        {"withAccntNm": ""},
        {"bankCd": None},
        {"moid": "x" * 31},
    ],
)
def test_what_cannot_be_is_refused(ezpg, changes):
    assert code(ezpg.withdraw(**changes)) == (200, "1003")
    assert ezpg.withdrawals() == []


@pytest.mark.parametrize("amount", [10_000, "10000", 10_000_000])
def test_amounts_between_the_limits_are_taken_as_numbers_and_as_digits(ezpg, amount):
    ezpg.merchant(balance=HUNDRED_MILLION)
    assert code(ezpg.withdraw(withAmt=amount)) == (200, "0000")
    assert ezpg.withdrawals()[0]["amount"] == int(amount)


@pytest.mark.parametrize("amount", [9_999, 10_000_001])
def test_amounts_beyond_the_limits_are_refused(ezpg, amount):
    ezpg.merchant(balance=HUNDRED_MILLION)
    assert code(ezpg.withdraw(withAmt=amount)) == (200, "4001")


@pytest.mark.parametrize(("amount", "said"), [(START - FEE, "0000"), (START - FEE + 1, "E001")])
def test_amount_and_fee_must_be_there(ezpg, amount, said):
    assert code(ezpg.withdraw(withAmt=amount)) == (200, said)


def test_what_is_set_aside_cannot_be_withdrawn_again(ezpg):
    ezpg.merchant(balance=21_999)
    assert code(ezpg.withdraw()) == (200, "0000")
    assert code(ezpg.withdraw()) == (200, "E001")


def test_a_deposit_can_be_withdrawn_less_its_fee(ezpg):
    ezpg.merchant(balance=0)
    ezpg.paid(ezpg.account(amount=12_000))
    assert code(ezpg.withdraw(withAmt=10_581)) == (200, "E001")
    assert code(ezpg.withdraw(withAmt=10_580)) == (200, "0000")
    assert ezpg.balance() == 0


def test_an_account_of_somebody_else_is_refused(ezpg):
    ezpg.settings(payees={PAYEE["withAccntNo"]: "김철수"})
    assert code(ezpg.withdraw()) == (200, "E002")
    assert code(ezpg.withdraw(withAccntNm="김철수")) == (200, "0000")


def test_a_day_has_a_limit_and_the_next_day_has_one_of_its_own(ezpg):
    ezpg.settings(daily_limit=25_000)
    for _ in range(2):
        assert code(ezpg.withdraw()) == (200, "0000")
    assert code(ezpg.withdraw()) == (200, "E003")
    ezpg.settle(ezpg.withdrawals()[0], "failed")
    assert code(ezpg.withdraw()) == (200, "0000")
    assert code(ezpg.withdraw()) == (200, "E003")
    ezpg.clock("09:00", 1)
    assert code(ezpg.withdraw()) == (200, "0000")


def test_money_goes_out_at_night_too(ezpg):
    ezpg.token("staff")
    ezpg.clock("23:45")
    assert code(ezpg.withdraw()) == (200, "0000")


# -- lists


def test_withdrawals_are_listed_by_day_youngest_first(ezpg):
    ezpg.withdraw(moid="R1")
    ezpg.later(1)
    ezpg.withdraw(moid="R2")
    ezpg.clock("09:00", 1)
    ezpg.withdraw(moid="R3")
    assert [row["moid"] for row in ezpg.withdrawals()] == ["R3", "R2", "R1"]
    assert [row["moid"] for row in ezpg.withdrawals(startDate=TODAY, endDate=TODAY)] == ["R2", "R1"]
    assert [row["moid"] for row in ezpg.withdrawals(startDate=TOMORROW)] == ["R3"]
    assert [row["moid"] for row in ezpg.withdrawals(limit=1, page=3)] == ["R1"]


def test_another_shop_sees_none_of_it(ezpg):
    ezpg.withdraw()
    assert ezpg.withdrawals("other-1") == []
    assert ezpg.balance("other") == START


def test_recent_ones_are_of_both_kinds_and_have_three_states(ezpg):
    ezpg.correct(ezpg.paid(ezpg.account(amount=700)))
    ezpg.later(1)
    ezpg.paid(ezpg.account())
    ezpg.later(1)
    ezpg.withdraw()
    ezpg.settle(ezpg.withdrawals()[0], "processing")

    def recent(**query):
        rows = ezpg.get("transactions/recent", **query).json()["transactions"]
        return [(row["transactionType"], row["amount"], row["status"]) for row in rows]

    every = [("withdrawal", 10_000, "pending"), ("deposit", PRICE, "completed"), ("deposit", 700, "failed")]
    assert recent() == every
    assert recent(transactionType="withdrawal") == every[:1]
    assert recent(transactionType="deposit") == every[1:]
    assert recent(limit=1) == every[:1]
    assert code(ezpg.get("transactions/recent", transactionType="refund")) == (200, "1003")


def test_ten_recent_ones_are_enough_unless_told_otherwise(ezpg):
    for _ in range(11):
        ezpg.withdraw()
    assert len(ezpg.get("transactions/recent").json()["transactions"]) == 10


# -- sums


def statistics(ezpg, first, last, **query):
    return ezpg.get("statistics", startDate=at("00:00", first)[:10], endDate=at("00:00", last)[:10], **query).json()


def test_sums_are_of_what_is_so_now_day_by_day(ezpg):
    ezpg.correct(ezpg.paid(ezpg.account()))
    ezpg.paid(ezpg.account())
    ezpg.clock("09:00", 1)
    ezpg.paid(ezpg.account(amount=700, expireDt=None))
    ezpg.withdraw()
    sums = statistics(ezpg, 0, 1)["statistics"]
    assert (sums["totalDeposit"], sums["totalDepositFee"]) == (PRICE + 700, 423 + 307)
    assert (sums["totalWithdrawal"], sums["totalWithdrawalFee"]) == (10_000, FEE)
    assert [(day["date"], day["deposit"], day["withdrawal"]) for day in sums["details"]] == [
        ("2026-11-27", PRICE, 0),
        ("2026-11-28", 700, 10_000),
    ]
    assert statistics(ezpg, 1, 1)["statistics"]["totalDeposit"] == 700


@pytest.mark.parametrize(("group_by", "dates"), [("week", ["2026-11-23", "2026-11-30"]), ("month", ["2026-11-01"])])
def test_sums_can_be_of_weeks_and_months(ezpg, group_by, dates):
    for day in (0, 3):
        ezpg.clock("12:00", day)
        ezpg.tokens.clear()
        ezpg.paid(ezpg.account(expireDt=None))
    sums = statistics(ezpg, 0, 3, groupBy=group_by)["statistics"]
    assert [row["date"] for row in sums["details"]] == dates
    assert sums["totalDeposit"] == 2 * PRICE


def test_days_must_be_named_for_sums(ezpg):
    assert code(ezpg.get("statistics")) == (200, "1003")
    assert code(ezpg.get("statistics", startDate=TODAY, endDate=TODAY)) == (200, "1003")


def test_a_shop_can_read_how_it_is_set_up(ezpg):
    ezpg.merchant(amount_match_required=False, allowed_amount_error=500)
    about = ezpg.get("merchants/settings").json()
    assert about["merchantId"] == "demo"
    assert (about["settings"]["amountMatchRequired"], about["settings"]["allowedAmountError"]) == ("N", 500)
    assert about["settings"]["accountType"] == "one-time"
