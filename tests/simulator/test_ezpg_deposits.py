"""Deposits as a till sees them: every case of wrong, late, lost, doubled and corrected money, at both kinds of bank."""

import json

import pytest

from kiosk.simulator.ezpg_bank import Payment
from kiosk.simulator.ezpg_settings import EzpgSettings
from kiosk.simulator.outside import Outside, Settings
from kiosk.simulator.world import Request
from tests.simulator.ezpgs import HOUR, MINUTE, PAYEE, PRICE, START, TODAY, TOMORROW, at, code
from tests.simulator.relays import VirtualClock

FEE = 423  # of the usual amount: one per cent, and 300


def test_the_exact_amount_makes_one_row_and_the_account_is_paid(ezpg):
    account = ezpg.account(moid="K1")
    ezpg.paid(account, depositor="김철수")
    (row,) = ezpg.rows()
    assert (row["accountNo"], row["bankCode"], row["accountId"], row["moid"]) == (
        account["accountNo"],
        account["bankCode"],
        account["accountId"],
        "K1",
    )
    assert (row["amount"], row["fee"], row["netAmount"]) == (PRICE, FEE, PRICE - FEE)
    assert (row["status"], row["depositorName"], row["cancelDt"]) == ("completed", "김철수", None)
    assert row["depositDt"].startswith(at("12:00")[:16])
    assert ezpg.state(account) == "paid"
    assert ezpg.transfers == [("K1", PRICE, "completed", False)]
    assert ezpg.balance() == START + PRICE - FEE


def test_the_documents_own_call_plays_the_customer_too(ezpg):
    account = ezpg.account()
    body = {"accountNo": account["accountNo"], "bankCode": account["bankCode"], "amount": PRICE, "depositorName": "김"}
    reply = ezpg.post("test/deposit", body, user=None).json()
    (row,) = ezpg.rows()
    assert (reply["resultCode"], reply["status"], reply["trxId"]) == ("0000", "completed", row["trxId"])
    assert row["depositorName"] == "김"


def test_that_call_can_name_the_kind_of_bank_where_our_additions_are_known(ezpg):
    account = ezpg.account()
    body = {"accountNo": account["accountNo"], "bankCode": account["bankCode"], "amount": 5_000, "bankMode": "S"}
    ezpg.settings(extensions="off")
    assert code(ezpg.post("test/deposit", body, user=None)) == (200, "3006")
    ezpg.settings(extensions="on")
    assert code(ezpg.post("test/deposit", body, user=None)) == (200, "0000")
    assert ezpg.statuses() == [(5_000, "completed")]


def test_that_call_says_pending_while_the_row_is_not_there(ezpg):
    account = ezpg.account()
    ezpg.lose("deposit")
    body = {"accountNo": account["accountNo"], "bankCode": account["bankCode"], "amount": PRICE}
    reply = ezpg.post("test/deposit", body, user=None).json()
    assert (reply["resultCode"], reply["status"]) == ("0000", "pending")
    assert "trxId" not in reply


# -- wrong amounts


@pytest.mark.parametrize("amount", [PRICE - 1, PRICE + 1])
def test_a_bank_that_asks_does_not_take_a_wrong_amount(ezpg, amount):
    account = ezpg.account()
    assert ezpg.refusal(account, amount) == "V003"
    assert (ezpg.rows(), ezpg.transfers, ezpg.state(account)) == ([], [], "waiting")
    assert [call for call, _ in ezpg.telegrams()] == ["inquiry"]
    ezpg.paid(account)


@pytest.mark.parametrize("amount", [PRICE - 1, PRICE + 1])
def test_a_bank_that_only_tells_takes_any_and_the_row_has_another_amount(ezpg, amount):
    account = ezpg.account()
    ezpg.paid(account, amount, mode="S")
    assert ezpg.statuses() == [(amount, "completed")]
    assert ezpg.state(account) == "paid"
    assert [call for call, _ in ezpg.telegrams()] == ["deposit"]


@pytest.mark.parametrize(
    ("amount", "is_taken"), [(14_999, False), (15_000, True), (20_000, True), (25_000, True), (25_001, False)]
)
def test_a_tolerance_counts_both_ways_and_includes_its_ends(ezpg, amount, is_taken):
    ezpg.merchant(allowed_amount_error=5_000)
    account = ezpg.account(amount=20_000)
    assert ezpg.refusal(account, amount) == (None if is_taken else "V003")
    assert len(ezpg.rows()) == is_taken


def test_who_needs_no_match_takes_any_amount(ezpg):
    ezpg.merchant(amount_match_required=False)
    ezpg.paid(ezpg.account(), 1)
    assert ezpg.statuses() == [(1, "completed")]


# -- too late, twice


@pytest.mark.parametrize("end", ["expired", "closed"])
def test_an_account_that_has_ended_takes_nothing_from_a_bank_that_asks(ezpg, end):
    account = ended(ezpg, end)
    assert ezpg.refusal(account) == "V002"
    assert (ezpg.rows(), ezpg.transfers) == ([], [])


@pytest.mark.parametrize("end", ["expired", "closed"])
def test_from_a_bank_that_only_tells_the_money_lands_all_the_same(ezpg, end):
    account = ended(ezpg, end)
    ezpg.paid(account, mode="S")
    assert ezpg.statuses() == [(PRICE, "completed")]


@pytest.mark.parametrize("end", ["expired", "closed"])
def test_what_was_under_way_when_an_account_ended_lands_too(ezpg, end):
    account = ezpg.account(expireDt=at("12:10"))
    ezpg.paid(account, in_flight_s=20 * MINUTE)
    if end == "closed":
        assert code(ezpg.close(account)) == (200, "0000")
    ezpg.later(19 * MINUTE)
    assert ezpg.rows() == []
    ezpg.later(1 * MINUTE)
    assert ezpg.statuses() == [(PRICE, "completed")]


def ended(ezpg, end):
    account = ezpg.account(expireDt=at("12:10"))
    if end == "closed":
        assert code(ezpg.close(account)) == (200, "0000")
    else:
        ezpg.clock("12:11")
    return account


def test_a_second_deposit_is_refused_where_it_is_asked_about_and_is_a_second_row_where_not(ezpg):
    account = ezpg.account(moid="K1")
    ezpg.paid(account)
    assert ezpg.refusal(account) == "V002"
    ezpg.paid(account, mode="S")
    assert ezpg.statuses() == [(PRICE, "completed")] * 2
    assert len({row["trxId"] for row in ezpg.rows()}) == 2
    assert ezpg.transfers == [("K1", PRICE, "completed", False)] * 2


def test_an_account_that_nobody_issued_keeps_no_money(ezpg):
    nowhere = {"bankCode": "004", "accountNo": "00400000000000", "amount": 500}
    assert ezpg.refusal(nowhere) == "V001"
    assert ezpg.transfers == []
    ezpg.paid(nowhere, mode="S")
    assert ezpg.transfers == [("00400000000000", 500, None, True)]
    ezpg.later(HOUR)
    assert len(ezpg.telegrams()) == 2
    assert ezpg.rows() == []


# -- EzPG is slow, or away


@pytest.mark.parametrize("telegram", ["inquiry", "pre_check"])
@pytest.mark.parametrize(
    ("kind", "params", "is_paid"),
    [
        ("slow", {"seconds": 9.9}, True),
        ("slow", {"seconds": 10}, False),
        ("drop_before", {}, False),
        ("drop_after", {}, False),
        ("status_500_framework", {}, False),
        ("unavailable", {}, False),
        ("half_body", {}, False),
        ("truncated", {}, False),
        ("trickle", {"seconds": 1}, False),
        ("portal", {}, False),
    ],
)
def test_a_bank_that_asks_and_hears_nothing_good_in_ten_seconds_moves_no_money(ezpg, telegram, kind, params, is_paid):
    account = ezpg.account()
    ezpg.lose(telegram, kind=kind, **params)
    assert ezpg.refusal(account) == (None if is_paid else "")
    assert len(ezpg.transfers) == len(ezpg.rows()) == is_paid
    if not is_paid:
        ezpg.paid(account)


@pytest.mark.parametrize("lost", [1, 2, 7])
def test_a_notice_that_is_not_heard_is_sent_again_every_ten_minutes_until_it_is(ezpg, lost):
    account = ezpg.account()
    ezpg.lose("deposit", lost)
    ezpg.paid(account)
    assert (ezpg.rows(), ezpg.state(account)) == ([], "waiting")
    assert ezpg.transfers[0][1:] == (PRICE, None, False)
    for _ in range(lost - 1):
        ezpg.later(10 * MINUTE)
        assert ezpg.rows() == []
    ezpg.later(10 * MINUTE - 20)
    assert ezpg.rows() == []
    ezpg.later(20)
    assert ezpg.statuses() == [(PRICE, "completed")]
    ezpg.later(HOUR)
    told = [again for call, again in ezpg.telegrams() if call == "deposit"]
    assert told == [""] + ["Y"] * lost


def test_a_notice_whose_answer_was_lost_comes_again_and_counts_once(ezpg):
    account = ezpg.account()
    ezpg.lose("deposit", kind="drop_after")
    ezpg.paid(account)
    ezpg.later(10 * MINUTE)
    assert len([call for call, _ in ezpg.telegrams() if call == "deposit"]) == 2
    assert ezpg.statuses() == [(PRICE, "completed")]
    assert ezpg.balance() == START + PRICE - FEE


def test_a_notice_that_lands_after_dozn_gave_up_counts_once_too(ezpg):
    account = ezpg.account()
    ezpg.lose("deposit", kind="late", seconds=30)
    ezpg.paid(account)
    assert ezpg.rows() == []
    ezpg.later(30)
    assert ezpg.statuses() == [(PRICE, "completed")]
    ezpg.later(10 * MINUTE)
    assert ezpg.statuses() == [(PRICE, "completed")]
    assert [again for call, again in ezpg.telegrams() if call == "deposit"] == ["", "Y"]


def test_faults_of_tills_do_not_meet_dozn_nor_the_other_way_round(ezpg):
    ezpg.world.fault("ezpg.*", "unavailable")
    account = {"bankCode": "004", "accountNo": "00400000000000", "amount": 500}
    assert ezpg.refusal(account) == "V001"
    assert ezpg.login().status_code == 503
    ezpg.lose("*")
    assert code(ezpg.login()) == (200, "0000")


# -- midnight


@pytest.mark.parametrize("mode", ["I", "S"])
@pytest.mark.parametrize(("clock", "day"), [("23:30", 0), ("00:00", 1), ("00:29", 1)])
def test_no_bank_takes_money_while_it_is_closed(ezpg, mode, clock, day):
    account = ezpg.account(expireDt=at("12:00", 2))
    ezpg.clock(clock, day)
    assert ezpg.refusal(account, mode=mode) == "V004"
    ezpg.clock("00:30", 1)
    ezpg.paid(account, mode=mode)


def test_money_of_23_29_whose_row_appears_at_00_40_is_listed_under_the_day_on_which_it_was_paid(ezpg):
    account = ezpg.account(expireDt=at("23:30"))
    ezpg.clock("23:29")
    ezpg.paid(account, in_flight_s=71 * MINUTE)
    ezpg.clock("00:39", 1)
    assert ezpg.rows() == []
    ezpg.clock("00:40:30", 1)
    (row,) = ezpg.rows(startDate=TODAY, endDate=TODAY)
    assert row["depositDt"].startswith(at("23:29")[:16])
    assert ezpg.rows(startDate=TOMORROW, endDate=TOMORROW) == []
    assert ezpg.rows(startDate=TODAY, endDate=TOMORROW) == [row]


def test_or_under_the_day_of_the_notice_where_the_server_dates_it_so(ezpg):
    ezpg.settings(dated="notice")
    account = ezpg.account(expireDt=at("23:30"))
    ezpg.clock("23:29")
    ezpg.paid(account, in_flight_s=71 * MINUTE)
    ezpg.clock("00:40:30", 1)
    assert ezpg.rows(startDate=TODAY, endDate=TODAY) == []
    (row,) = ezpg.rows(startDate=TOMORROW, endDate=TOMORROW)
    assert row["depositDt"].startswith(at("00:40", 1)[:16])


# -- corrections


def test_a_correction_cancels_the_same_row_and_the_account_waits_again(ezpg):
    account = ezpg.account(moid="K1")
    number = ezpg.paid(account)
    (before,) = ezpg.rows()
    ezpg.later(60)
    assert ezpg.correct(number) == "0000"
    (after,) = ezpg.rows()
    assert (after["trxId"], after["status"]) == (before["trxId"], "cancelled")
    assert after["cancelDt"].startswith(at("12:01")[:16])
    assert {key: after[key] for key in ("amount", "depositDt", "moid")} == {
        key: before[key] for key in ("amount", "depositDt", "moid")
    }
    assert ezpg.transfers == [("K1", PRICE, "cancelled", True)]
    assert (ezpg.balance(), ezpg.state(account)) == (START, "waiting")
    ezpg.paid(account)
    assert ezpg.statuses() == [(PRICE, "completed"), (PRICE, "cancelled")]


def test_a_correction_that_ezpg_does_not_hear_does_not_happen(ezpg):
    number = ezpg.paid(ezpg.account())
    ezpg.lose("correction")
    assert ezpg.correct(number) == ""
    assert ezpg.transfers[0][2:] == ("completed", False)
    assert ezpg.correct(number) == "0000"


def test_a_correction_after_the_fact_is_told_until_it_is_heard(ezpg):
    number = ezpg.paid(ezpg.account())
    ezpg.lose("correction", 2)
    assert ezpg.correct(number, after_the_fact=True) == ""
    assert ezpg.transfers[0][2:] == ("completed", True)
    ezpg.later(10 * MINUTE)
    assert ezpg.statuses() == [(PRICE, "completed")]
    ezpg.later(10 * MINUTE)
    assert ezpg.statuses() == [(PRICE, "cancelled")]
    ezpg.later(HOUR)
    assert [again for call, again in ezpg.telegrams() if call == "correction"] == ["", "Y", "Y"]


def test_what_ezpg_has_not_heard_of_or_what_is_back_cannot_be_corrected(ezpg):
    ezpg.lose("deposit")
    number = ezpg.paid(ezpg.account())
    for wrong in (number, "99999999999999"):
        assert ezpg.http.post("/_sim/ezpg/correct", json={"number": wrong}).status_code == 400
    ezpg.later(10 * MINUTE)
    ezpg.correct(number)
    assert ezpg.http.post("/_sim/ezpg/correct", json={"number": number}).status_code == 400


# -- the list


def paid_often(ezpg, count):
    for _ in range(count):
        ezpg.paid(ezpg.account())
        ezpg.later(1)


def test_the_youngest_come_first_in_pages(ezpg):
    paid_often(ezpg, 5)
    every = ezpg.rows()
    moments = [row["depositDt"] for row in every]
    assert moments == sorted(moments, reverse=True)
    assert len(set(moments)) == 5
    pages = [ezpg.get("transactions/deposits", page=page, limit=2).json() for page in (1, 2, 3, 4)]
    assert [row for page in pages for row in page["depositList"]] == every
    assert {(page["totalCount"], page["limit"]) for page in pages} == {(5, 2)}
    assert [page["page"] for page in pages] == [1, 2, 3, 4]


def test_a_page_has_twenty_rows_unless_told_otherwise(ezpg):
    paid_often(ezpg, 21)
    assert len(ezpg.rows()) == 20
    assert len(ezpg.rows(limit=100)) == 21


def test_of_the_same_second_the_one_heard_of_last_comes_first(ezpg):
    account = ezpg.account()
    for amount in (1, 2, 3):
        ezpg.paid(account, amount, mode="S")
    assert sorted(ezpg.statuses(), reverse=True) == ezpg.statuses()


@pytest.mark.parametrize(
    "query",
    [
        {"page": 0},
        {"page": "x"},
        {"limit": 0},
        {"limit": 101},
        {"startDate": "2026-11-27"},
        {"endDate": "20261131"},
        {"status": "done"},
    ],
)
def test_a_question_that_cannot_be_is_refused(ezpg, query):
    assert code(ezpg.get("transactions/deposits", **query)) == (200, "1003")


def test_it_can_be_asked_for_an_account_an_id_or_a_state(ezpg):
    first, second = ezpg.account(moid="K1"), ezpg.account(moid="K2")
    ezpg.correct(ezpg.paid(first))
    ezpg.paid(second, 5, mode="S")
    assert ezpg.statuses(accountNo=first["accountNo"]) == [(PRICE, "cancelled")]
    assert ezpg.statuses(moid="K2") == [(5, "completed")]
    assert ezpg.statuses(status="completed") == [(5, "completed")]
    assert ezpg.statuses(status="pending") == []


def test_a_server_without_our_additions_shows_everything_however_it_is_asked(ezpg_off):
    ezpg_off.paid(ezpg_off.account())
    ezpg_off.paid(ezpg_off.account())
    for query in ({"accountNo": "1"}, {"moid": "1"}, {"status": "done"}, {"x": "1"}):
        assert len(ezpg_off.rows(**query)) == 2


def test_what_was_only_asked_about_can_be_listed_as_pending(ezpg):
    ezpg.settings(pending_rows=True)
    account = ezpg.account()
    ezpg.paid(account, in_flight_s=60)
    (row,) = ezpg.rows()
    assert (row["status"], ezpg.state(account), ezpg.balance()) == ("pending", "waiting", START)
    ezpg.later(60)
    assert [(one["trxId"], one["status"]) for one in ezpg.rows()] == [(row["trxId"], "completed")]


# -- a clock that only moves when told: what the simulation plays with


def test_on_a_virtual_clock_it_says_when_it_is_due_and_money_is_noted_in_order():
    clock = VirtualClock()
    outside = Outside(clock, 1)
    bank = outside.ezpg.bank
    login = Request("POST", "/auth/login", {}, b'{"userId":"kiosk-1","password":"demo"}')
    token = told(outside, login)["token"]
    headers = {"authorization": f"Bearer {token}"}
    body = b'{"merchantId":"demo","accountType":"one-time","amount":500,"moid":"K1"}'
    account = told(outside, Request("POST", "/accounts/issue", headers, body))["accountInfo"]
    payment = Payment(bank=account["bankCode"], account=account["accountNo"], amount=500, in_flight_s=45)
    assert outside.next_due_s() is None
    number = bank.pay(payment).number
    assert [(one.reference, one.amount, one.at_ms) for one in outside.moved("ezpg")] == [("K1", 500, clock.now_ms())]
    assert outside.next_due_s() == 45
    clock.seconds += 45
    serial = outside.books()["serial"]
    outside.tick()
    assert outside.next_due_s() is None
    assert outside.books()["serial"] > serial
    assert outside.books()["ezpg"]["transfers"][0]["row"] == "completed"
    bank.correct(number, after_the_fact=False)
    assert [(one.reference, one.amount) for one in outside.moved("ezpg")] == [("K1", 500), ("K1", -500)]


def test_money_that_goes_out_is_noted_when_the_head_office_approves_and_under_the_tills_own_id():
    clock = VirtualClock()
    outside = Outside(clock, 1, Settings(ezpg=EzpgSettings(extensions="off")))
    body = {"mid": "demo", "meky": "demo-key", "withAmt": 10_000, "moid": "R1", **PAYEE}
    told(outside, Request("POST", "/merWithdrawApi", {}, json.dumps(body).encode()))
    assert outside.moved("ezpg") == []
    (row,) = outside.ezpg.ledger.withdrawals
    serial = outside.books()["serial"]
    clock.seconds += 60
    outside.ezpg.settle(row.trx_id, "completed", "")
    assert [(one.reference, one.amount, one.at_ms) for one in outside.moved("ezpg")] == [
        ("R1", -10_000, clock.now_ms())
    ]
    assert outside.books()["serial"] > serial


def told(outside, request):
    reply = outside.exchange("ezpg", request).reply
    return json.loads(reply.body)
