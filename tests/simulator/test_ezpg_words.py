"""The words of EzPG's answers: those of the documents' tables, and what is ours beside them."""

import json
import re
from pathlib import Path

import pytest

from tests.simulator.ezpgs import PRICE, TODAY, code, fields

TABLES = json.loads((Path(__file__).parent.parent / "fixtures" / "ezpg" / "fields.json").read_text("utf-8"))
REPLIES = TABLES["replies"]
OURS = {
    "issue": {"accountInfo.moid", "accountInfo.accountHolder", "accountInfo.status"},
    "deposits": {"depositList.accountId", "depositList.moid", "depositList.depositorName", "depositList.cancelDt"},
    "withdrawals": {"withdrawalList.moid", "withdrawalList.natvTrNo", "withdrawalList.reason"},
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00")


def answers(ezpg):
    """An answer to every call, once something has happened."""
    account = ezpg.account()
    ezpg.paid(account)
    played = ezpg.account()
    body = {"accountNo": played["accountNo"], "bankCode": played["bankCode"], "amount": PRICE}
    token = ezpg.login("staff").json()["token"]
    return {
        "login": ezpg.login(),
        "otp": ezpg.verify(token),
        "issue": ezpg.issue(),
        "test_deposit": ezpg.post("test/deposit", body, user=None),
        "withdraw": ezpg.withdraw(),
        "deposits": ezpg.get("transactions/deposits"),
        "withdrawals": ezpg.get("transactions/withdrawals"),
        "recent": ezpg.get("transactions/recent"),
        "balance": ezpg.get("merchants/balance"),
    }


def looks(ezpg):
    """Of the calls that the documents do not have."""
    day = f"{TODAY[:4]}-{TODAY[4:6]}-{TODAY[6:]}"
    return {
        "settings": ezpg.get("merchants/settings"),
        "statistics": ezpg.get("statistics", startDate=day, endDate=day),
    }


def documented(call):
    return {name: kind for name, (_, kind) in REPLIES[call].items()}


def test_a_server_without_our_additions_says_what_the_documents_have_and_nothing_else(ezpg_off):
    for call, reply in answers(ezpg_off).items():
        assert code(reply) == (200, "0000"), call
        assert fields(reply.json()) == documented(call)


def test_our_additions_stand_beside_what_the_documents_have_and_change_none_of_it(ezpg):
    every = answers(ezpg)
    for call, reply in (every | looks(ezpg)).items():
        found = fields(reply.json())
        assert found.keys() - documented(call).keys() == OURS.get(call, set())
        assert {name: kind for name, kind in found.items() if name not in OURS.get(call, ())} == documented(call)


def test_every_moment_is_written_with_the_offset_of_korea(ezpg):
    account = ezpg.account()
    ezpg.correct(ezpg.paid(account))
    row = ezpg.rows()[0]
    moments = [account["issueDt"], account["expireDt"], row["depositDt"], row["cancelDt"]]
    moments += [ezpg.login().json()["userInfo"]["lastLoginDt"]]
    moments += [ezpg.get("merchants/balance").json()["balanceList"][0]["lastTrxDt"]]
    assert all(MOMENT.fullmatch(moment) for moment in moments)


def test_a_withdrawal_is_answered_as_plain_text_that_is_json(ezpg):
    for reply in (ezpg.withdraw(), ezpg.withdraw(withAmt=1), ezpg.withdraw(user="kiosk-1")):
        assert reply.headers["content-type"] == "text/plain;charset=UTF-8"
        assert reply.json()["resultCode"]
    assert ezpg.get("transactions/deposits").headers["content-type"] == "application/json;charset=UTF-8"


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("auth/login", {"userId": "x", "password": "y"}, {"requireOtp": "N"}),
        ("accounts/issue", {"merchantId": "demo"}, {"merchantId": "demo"}),
        ("accounts/close", {"merchantId": "demo", "accountId": "VA"}, {"merchantId": "demo"}),
        ("merWithdrawApi", {"mid": "demo", "withAmt": 5}, {"mid": "demo", "withAmt": 5}),
    ],
)
def test_a_refusal_says_what_every_answer_to_that_call_must_say(ezpg, path, body, told):
    reply = ezpg.post(path, body).json()
    assert reply["resultCode"] != "0000"
    assert reply["resultMsg"]
    assert {key: reply[key] for key in told} == told


def test_a_refused_deposit_says_so_and_why(ezpg):
    account = ezpg.account()
    body = {"accountNo": account["accountNo"], "bankCode": account["bankCode"], "amount": PRICE + 1}
    reply = ezpg.post("test/deposit", body, user=None).json()
    assert (reply["resultCode"], reply["status"]) == ("3006", "failed")
    assert (reply["accountNo"], reply["amount"]) == (account["accountNo"], PRICE + 1)
    assert reply["reason"]
    assert "trxId" not in reply


# -- addresses


@pytest.mark.parametrize("path", ["accounts/close", "merchants/settings", "statistics"])
def test_a_server_without_our_additions_does_not_know_their_addresses(ezpg_off, path):
    assert ezpg_off.send("POST" if path == "accounts/close" else "GET", path).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "merWithdrawApi", 405),
        ("GET", "accounts/issue", 405),
        ("POST", "transactions/deposits", 405),
        ("GET", "api/deposit/process", 405),
        ("GET", "elsewhere", 404),
        ("POST", "virtual-accounts/issue", 404),  # of the second draft
        ("POST", "regUserApi", 404),
    ],
)
def test_a_wrong_address_or_method_is_answered_by_the_framework(ezpg, method, path, status):
    assert ezpg.send(method, path).status_code == status


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"merchantId": 5}'])
def test_a_body_that_is_not_what_it_should_be_is_refused_with_a_code(ezpg, body):
    for path in ("accounts/issue", "accounts/close"):
        assert code(ezpg.send("POST", path, content=body)) == (200, "1003")
    assert code(ezpg.send("POST", "merWithdrawApi", user="staff", content=body)) == (200, "1003")


# -- faults in its own words


@pytest.mark.parametrize(
    ("kind", "params", "seen"),
    [
        ("expired", {}, (401, "1001")),
        ("not_found", {}, (200, "1004")),
        ("decline_in_200", {}, (200, "3001")),
        ("code", {"code": "9999"}, (200, "9999")),
        ("code", {}, (200, "1000")),
    ],
)
def test_it_refuses_in_its_own_words_and_does_nothing(ezpg, kind, params, seen):
    ezpg.world.fault("ezpg.issue", kind, **params)
    assert code(ezpg.issue()) == seen
    assert ezpg.books["accounts"] == []


def test_what_it_did_can_be_answered_with_a_code_all_the_same(ezpg):
    ezpg.world.fault("ezpg.withdraw", "code_after", code="E004")
    assert code(ezpg.withdraw()) == (200, "E004")
    assert len(ezpg.books["withdrawals"]) == 1


@pytest.mark.parametrize(
    ("kind", "params", "name", "value"),
    [
        ("wrong_amount", {"by": 300}, "amount", PRICE - 300),
        ("wrong_id", {}, "moid", "mineX"),
        ("wrong_id", {"key": "accountNo"}, "accountNo", None),
        ("state", {"state": "pending"}, "status", "pending"),
    ],
)
def test_a_row_can_say_something_else_than_is_so(ezpg, kind, params, name, value):
    account = ezpg.account(moid="mine")
    ezpg.paid(account)
    ezpg.world.fault("ezpg.deposits", kind, **params)
    (row,) = ezpg.rows()
    assert row[name] == (value or account["accountNo"] + "X")
    (true,) = ezpg.rows()
    assert (true["amount"], true["moid"], true["status"]) == (PRICE, "mine", "completed")


def test_every_request_is_in_the_log_by_its_name_and_ids(ezpg):
    ezpg.paid(ezpg.account(moid="mine"))
    ezpg.rows(moid="mine")
    ezpg.withdraw(moid="back")
    calls = [(one["call"], one["ids"].get("moid")) for one in ezpg.world.requests() if one["gateway"] == "ezpg"]
    assert calls == [
        ("login", None),
        ("issue", "mine"),
        ("deposits", "mine"),
        ("login", None),
        ("otp", None),
        ("withdraw", "back"),
    ]
    assert [call for call, _ in ezpg.telegrams()] == ["inquiry", "pre_check", "deposit"]
