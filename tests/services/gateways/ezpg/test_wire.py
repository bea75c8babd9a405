"""EzPG's messages: what is sent, and what is believed of what comes back. Source: facts of EzPG, 2 and 6."""

import json

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import BugError
from kiosk.services.gateways.ezpg import wire
from kiosk.services.gateways.ezpg.answers import Answer, Call, Issued, Taken, Terms, VirtualAccount
from kiosk.services.gateways.ezpg.wire import SignedIn

A = Answer
EXPIRES_MS = 1_795_752_000_999
EXPIRES = "2026-11-27T13:00:00+09:00"
ISSUE = wire.issue("demo", "K01-1-000001-1", 12_300, "004", EXPIRES_MS)
ANY_BANK = wire.issue("demo", "K01-1-000001-1", 12_300, "", EXPIRES_MS)
CLOSE = wire.close("demo", "VA1", "K01-1-000001-1-02")
KEY = Confidential("demo-key")
WITHDRAW = wire.withdraw("demo", KEY, "K01-1-000001-1-R1", 12_300, "090", "3333012345678", "홍길동")


def issued(**changes):
    """An answer to ISSUE; what is None is left out."""
    info = {
        "accountId": "VA1",
        "bankCode": "004",
        "bankName": "국민은행",
        "accountNo": "00412345678901",
        "accountType": "one-time",
        "amount": 12_300,
        "issueDt": "2026-11-27T12:00:00+09:00",
        "expireDt": EXPIRES,
        "moid": "K01-1-000001-1",
        "accountHolder": "이지피지(데모)",
        "status": "waiting",
    } | changes
    told = {name: value for name, value in info.items() if value is not None}
    return {"resultCode": "0000", "resultMsg": "정상처리", "merchantId": "demo", "accountInfo": told}


def closed(**changes):
    return issued(status="closed") | changes


def taken(**changes):
    told = {
        "resultCode": "0000",
        "resultMsg": "정상처리",
        "mid": "demo",
        "withAmt": 12_300,
        "bankCd": "090",
        "withAccntNo": "3333012345678",
        "withAccntNm": "홍길동",
        "natvTrNo": "00000000000001",
    } | changes
    return {name: value for name, value in told.items() if value is not None}


def refused(code, **words):
    return {"resultCode": code, "resultMsg": "오류", **words}


# -- requests


def test_an_issue_is_the_documents_and_what_is_ours():
    assert (ISSUE.call, ISSUE.request_id, ISSUE.verb, ISSUE.path) == (
        Call.ISSUE,
        "K01-1-000001-1",
        "POST",
        "/accounts/issue",
    )
    assert json.loads(ISSUE.body) == {
        "merchantId": "demo",
        "accountType": "one-time",
        "amount": 12_300,
        "bankCode": "004",
        "moid": "K01-1-000001-1",
        "expireDt": EXPIRES,
    }


def test_without_a_bank_of_choice_none_is_named():
    assert "bankCode" not in json.loads(ANY_BANK.body)


def test_a_close_names_the_account():
    assert (CLOSE.call, CLOSE.request_id, CLOSE.verb, CLOSE.path) == (
        Call.CLOSE,
        "K01-1-000001-1-02",
        "POST",
        "/accounts/close",
    )
    assert json.loads(CLOSE.body) == {"merchantId": "demo", "accountId": "VA1"}


def test_a_withdrawal_is_the_documents_and_what_is_ours():
    assert (WITHDRAW.call, WITHDRAW.request_id, WITHDRAW.verb, WITHDRAW.path) == (
        Call.WITHDRAW,
        "K01-1-000001-1-R1",
        "POST",
        "/merWithdrawApi",
    )
    assert json.loads(WITHDRAW.body) == {
        "mid": "demo",
        "meky": "demo-key",
        "withAmt": 12_300,
        "bankCd": "090",
        "withAccntNo": "3333012345678",
        "withAccntNm": "홍길동",
        "moid": "K01-1-000001-1-R1",
    }


def test_a_page_of_deposits_is_asked_for_by_account_and_day():
    assert wire.deposits_path("demo", "00412345678901", "K 1", "20261126", "20261127", 2) == (
        "/transactions/deposits?merchantId=demo&startDate=20261126&endDate=20261127&page=2&limit=100"
        "&accountNo=00412345678901&moid=K+1"
    )


def test_all_deposits_are_asked_for_without_account_and_id():
    path = wire.deposits_path("demo", "", "", "20261126", "20261127", 1)
    assert path == "/transactions/deposits?merchantId=demo&startDate=20261126&endDate=20261127&page=1&limit=100"


def test_a_page_of_withdrawals_is_asked_for_by_day():
    path = wire.withdrawals_path("demo", "20261126", "20261127", 3)
    assert path == "/transactions/withdrawals?merchantId=demo&startDate=20261126&endDate=20261127&page=3&limit=100"


@pytest.mark.parametrize(
    "changes",
    [
        {"merchant": "a" * 16},
        {"merchant": ""},
        {"moid": "K" * 31},
        {"moid": ""},
        {"moid": "가"},
        {"amount": 0},
        {"amount": 100_000_000_000},
        {"bank": "4"},
        {"bank": "0040"},
    ],
    ids=str,
)
def test_what_ezpg_could_not_keep_is_never_asked_for(changes):
    asked = {"merchant": "demo", "moid": "K1", "amount": 1, "bank": "", "expires_ms": EXPIRES_MS} | changes
    with pytest.raises(BugError):
        wire.issue(**asked)


@pytest.mark.parametrize(
    "changes",
    [
        {"merchant": "a" * 16},
        {"key": Confidential("k" * 256)},
        {"moid": "K" * 31},
        {"amount": 0},
        {"amount": 100_000_000_000},
        {"bank": ""},
        {"account": ""},
        {"account": "3333-01-2345678"},
        {"account": "1" * 21},
        {"holder": "남궁민수하늘별"},
        {"holder": ""},
    ],
    ids=str,
)
def test_nothing_is_paid_out_to_where_ezpg_cannot_send_it(changes):
    asked = {
        "merchant": "demo",
        "key": KEY,
        "moid": "R1",
        "amount": 1,
        "bank": "090",
        "account": "1",
        "holder": "홍길동",
    } | changes
    with pytest.raises(BugError):
        wire.withdraw(**asked)


def test_the_longest_that_ezpg_keeps_is_sent():
    wire.issue("a" * 15, "K" * 30, 99_999_999_999, "", EXPIRES_MS)
    wire.withdraw("a" * 15, Confidential("k" * 255), "R" * 30, 99_999_999_999, "090", "1" * 20, "남궁민수하늘ab")


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("홍길동", True),
        ("남궁민수하늘", True),
        ("남궁민수하늘별", False),
        ("a" * 20, True),
        ("a" * 21, False),
        ("", False),
        (" 홍길동", False),
        ("홍길동 ", False),
        ("홍\n길동", False),
        ("HONG GILDONG", True),
    ],
)
def test_a_holder_is_as_long_as_its_bytes(name, fits):
    assert wire.is_holder(name) is fits


@pytest.mark.parametrize(
    ("account", "fits"), [("1", True), ("1" * 20, True), ("1" * 21, False), ("", False), ("1-2", False), ("１", False)]
)
def test_an_account_is_digits(account, fits):
    assert wire.is_account(account) is fits


# -- issue


def read(status, fields, request=ISSUE):
    return wire.read_issue(status, fields, request.body)


def test_an_account_as_it_was_asked_for():
    account = VirtualAccount("VA1", "004", "국민은행", "00412345678901", "이지피지(데모)", 12_300, 1_795_752_000_000)
    assert read(200, issued()) == Issued(A.ISSUED, account, "0000")


def test_an_account_of_a_server_without_our_additions():
    answer = read(200, issued(moid=None, accountHolder=None, status=None, expireDt="2026-11-27"))
    assert answer.answer is A.ISSUED
    assert answer.account is not None
    assert (answer.account.holder, answer.account.expires_ms) == ("", None)


@pytest.mark.parametrize(
    "changes", [{"accountType": "dynamic"}, {"amount": "12300"}, {"amount": "0012300"}, {"status": "active"}], ids=str
)
def test_the_second_drafts_words_mean_the_same(changes):
    assert read(200, issued(**changes)).answer is A.ISSUED


def test_of_any_bank_is_of_that_which_it_says():
    answer = read(200, issued(bankCode="088"), ANY_BANK)
    assert answer.account is not None
    assert answer.account.bank == "088"


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 12_299},
        {"amount": "12299"},
        {"amount": 12_300.0},
        {"amount": None},
        {"bankCode": "088"},
        {"bankCode": 4},
        {"bankName": None},
        {"bankName": " "},
        {"bankName": "국민\n은행"},
        {"accountNo": "004-1234-5678"},
        {"accountNo": 412345678901},
        {"accountNo": "1" * 21},
        {"accountId": ""},
        {"accountId": 1},
        {"accountType": "fixed"},
        {"accountType": ["one-time"]},
        {"moid": "K01-1-000002-1"},
        {"moid": ""},
        {"status": "paid"},
        {"status": "closed"},
        {"status": 1},
    ],
    ids=str,
)
def test_an_account_that_is_not_as_it_was_asked_for_is_never_shown(changes):
    assert read(200, issued(**changes)) == Issued(A.NO_ANSWER, None, "0000")


@pytest.mark.parametrize("changes", [{"merchantId": "other"}, {"accountInfo": None}, {"accountInfo": []}], ids=str)
def test_an_account_of_another_shop_is_never_shown(changes):
    assert read(200, issued() | changes) == Issued(A.NO_ANSWER, None, "0000")


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("1001", A.SIGNED_OUT),
        ("1002", A.REFUSED),
        ("1003", A.REFUSED),
        ("2001", A.REFUSED),
        ("3001", A.NO_ACCOUNT),
        ("3002", A.REFUSED),
        ("3003", A.CLOSED_HOURS),
        ("3004", A.OTHER_CONTENT),
        ("3005", A.REFUSED),
        ("3006", A.AMOUNT_REFUSED),
        ("1000", A.NO_ANSWER),
        ("9999", A.NO_ANSWER),
    ],
)
def test_why_no_account_was_issued(code, answer):
    assert read(200, refused(code)) == Issued(answer, None, code)


def test_a_refusal_with_an_account_beside_it_is_one():
    assert read(200, issued() | {"resultCode": "3003"}) == Issued(A.CLOSED_HOURS, None, "3003")


@pytest.mark.parametrize(
    ("status", "fields", "answer"),
    [
        (401, {}, A.SIGNED_OUT),
        (401, {"error": "Unauthorized"}, A.SIGNED_OUT),
        (401, refused("1001"), A.SIGNED_OUT),
        (401, refused("0000"), A.NO_ANSWER),
        (401, refused("9999"), A.NO_ANSWER),
        (403, refused("1002"), A.REFUSED),
        (403, {}, A.NO_ANSWER),
        (403, issued(), A.NO_ANSWER),
        (404, {}, A.NO_ANSWER),
        (429, refused("1005"), A.NO_ANSWER),
        (500, refused("1003"), A.NO_ANSWER),
        (502, {}, A.NO_ANSWER),
        (201, issued(), A.NO_ANSWER),
        (200, {}, A.NO_ANSWER),
        (200, refused(0), A.NO_ANSWER),
        (200, refused("0"), A.NO_ANSWER),
        (200, refused("00000"), A.NO_ANSWER),
    ],
    ids=str,
)
def test_what_no_account_was_issued_by(status, fields, answer):
    assert read(status, fields).answer is answer


# -- close


def read_close(status, fields):
    return wire.read_close(status, fields, CLOSE.body)


def test_a_closed_account_says_so():
    assert read_close(200, closed()) is A.CLOSED


@pytest.mark.parametrize(
    "fields",
    [
        issued(),
        issued(status=None),
        issued(status="paid"),
        closed(merchantId="other"),
        issued(status="closed", accountId="VA2"),
        issued(status="closed", accountId=None),
        closed(accountInfo=None),
    ],
    ids=str,
)
def test_an_account_that_does_not_say_so_or_another_is_not_closed(fields):
    assert read_close(200, fields) is A.NO_ANSWER


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ({"status": "paid"}, A.PAID),
        ({"status": "closed"}, A.OVER),
        ({"status": "expired"}, A.OVER),
        ({"status": "waiting"}, A.NO_ANSWER),
        ({"status": ["paid"]}, A.NO_ANSWER),
        ({}, A.NO_ANSWER),
        (issued() | {"status": "paid"}, A.PAID),
        (issued(accountId="VA2") | {"status": "paid"}, A.NO_ANSWER),
        (issued() | {"status": "closed", "merchantId": "other"}, A.NO_ANSWER),
    ],
    ids=str,
)
def test_what_an_account_came_to_that_was_over_before_it_was_closed(words, answer):
    assert read_close(200, words | refused("3005")) is answer


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_that_cannot_close_is_known_by_its_framework(status):
    assert read_close(status, {"status": status, "error": "Not Found"}) is A.UNSUPPORTED
    assert read_close(status, {}) is A.UNSUPPORTED
    assert read_close(status, refused("3002")) is A.NO_ANSWER


@pytest.mark.parametrize(
    ("status", "fields", "answer"),
    [
        (200, refused("3002"), A.REFUSED),
        (401, {}, A.SIGNED_OUT),
        (403, refused("3005", status="paid"), A.REFUSED),
        (403, closed(), A.NO_ANSWER),
        (500, refused("3005", status="paid"), A.NO_ANSWER),
        (503, {}, A.NO_ANSWER),
    ],
)
def test_what_else_a_close_can_come_to(status, fields, answer):
    assert read_close(status, fields) is answer


# -- withdrawal


def read_withdraw(status, fields):
    return wire.read_withdraw(status, fields, WITHDRAW.body)


def test_a_withdrawal_that_comes_back_as_it_was_asked_for_is_under_way():
    assert read_withdraw(200, taken()) == Taken(A.TAKEN, "00000000000001", "0000")


@pytest.mark.parametrize(
    ("changes", "natv"),
    [({"withAmt": "12300"}, "00000000000001"), ({"natvTrNo": None}, ""), ({"natvTrNo": 1}, ""), ({"natvTrNo": ""}, "")],
)
def test_the_number_of_the_network_may_be_missing(changes, natv):
    assert read_withdraw(200, taken(**changes)) == Taken(A.TAKEN, natv, "0000")


@pytest.mark.parametrize(
    "changes",
    [
        {name: value}
        for name in ("mid", "withAmt", "bankCd", "withAccntNo", "withAccntNm")
        for value in (None, "other", 1, True)
    ],
    ids=str,
)
def test_a_withdrawal_of_another_kind_is_not_believed(changes):
    assert read_withdraw(200, taken(**changes)) == Taken(A.NO_ANSWER, "", "0000")


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("E001", A.BALANCE_SHORT),
        ("2002", A.BALANCE_SHORT),
        ("E002", A.ACCOUNT_WRONG),
        ("E003", A.DAY_LIMIT),
        ("E004", A.MAINTENANCE),
        ("1001", A.SIGNED_OUT),
        ("1002", A.REFUSED),
        ("1003", A.REFUSED),
        ("1004", A.REFUSED),
        ("2001", A.REFUSED),
        ("4001", A.REFUSED),
        ("1000", A.NO_ANSWER),
        ("9999", A.NO_ANSWER),
        ("3004", A.NO_ANSWER),
        ("0001", A.NO_ANSWER),
        ("E005", A.NO_ANSWER),
    ],
)
def test_only_a_code_of_the_table_proves_that_nothing_goes_out(code, answer):
    assert read_withdraw(200, refused(code)) == Taken(answer, "", code)


@pytest.mark.parametrize(
    ("status", "fields", "answer"),
    [
        (401, {}, A.SIGNED_OUT),
        (401, refused("E001"), A.NO_ANSWER),
        (403, refused("1002"), A.REFUSED),
        (404, {}, A.NO_ANSWER),
        (400, refused("1003"), A.NO_ANSWER),
        (500, refused("E001"), A.NO_ANSWER),
        (504, {}, A.NO_ANSWER),
        (202, taken(), A.NO_ANSWER),
        (403, taken(), A.NO_ANSWER),
    ],
    ids=str,
)
def test_what_else_a_withdrawal_can_come_to(status, fields, answer):
    assert read_withdraw(status, fields).answer is answer


# -- logins


@pytest.mark.parametrize(
    ("wanted", "wants_digits"), [("Y", True), ("N", False), (True, True), (False, False), ("missing", False)]
)
def test_a_login_says_whether_six_digits_are_wanted(wanted, wants_digits):
    fields = {"resultCode": "0000", "token": "a.b-c_d", "requireOtp": wanted}
    if wanted == "missing":
        del fields["requireOtp"]
    assert wire.read_sign_in(200, fields) == SignedIn(A.SIGNED_IN, Confidential("a.b-c_d"), wants_digits)


@pytest.mark.parametrize(
    "fields",
    [
        {"requireOtp": "N"},
        {"token": ""},
        {"token": "two words"},
        {"token": "한글"},
        {"token": "a\r\nX-Injected: 1"},
        {"token": 1},
        {"token": "a", "requireOtp": "maybe"},
        {"token": "a", "requireOtp": None},
        {"token": "a", "requireOtp": 1},
    ],
    ids=str,
)
def test_a_login_that_cannot_be_read_is_none(fields):
    assert wire.read_sign_in(200, {"resultCode": "0000", **fields}) == SignedIn(A.NO_ANSWER)


@pytest.mark.parametrize(
    ("status", "fields", "answer"),
    [
        (200, refused("1001"), A.REFUSED),
        (200, refused("1002"), A.REFUSED),
        (401, refused("1001"), A.REFUSED),
        (401, refused("1002"), A.REFUSED),
        (401, {}, A.REFUSED),
        (403, refused("1002"), A.REFUSED),
        (200, refused("1000"), A.NO_ANSWER),
        (200, {}, A.NO_ANSWER),
        (429, refused("1005"), A.NO_ANSWER),
        (500, {"token": "a"}, A.NO_ANSWER),
    ],
    ids=str,
)
def test_a_login_that_is_refused(status, fields, answer):
    assert wire.read_sign_in(status, fields | {"token": "a"}) == SignedIn(answer)


def test_a_token_is_not_shown_by_accident():
    fields = {"resultCode": "0000", "token": "abcdefghijklmnop", "requireOtp": "N"}
    assert "abcdefgh" not in repr(wire.read_sign_in(200, fields))


# -- terms


@pytest.mark.parametrize(
    ("settings", "terms"),
    [
        ({"amountMatchRequired": "Y", "allowedAmountError": 0}, Terms(is_match_required=True, tolerance=0)),
        ({"amountMatchRequired": "N", "allowedAmountError": "5000"}, Terms(is_match_required=False, tolerance=5000)),
        ({"amountMatchRequired": "Y"}, Terms(is_match_required=True, tolerance=0)),
        ({"amountMatchRequired": "Y", "allowedAmountError": -1}, None),
        ({"amountMatchRequired": "Y", "allowedAmountError": "some"}, None),
        ({"allowedAmountError": 0}, None),
        ({"amountMatchRequired": True}, None),
        ({"amountMatchRequired": ["Y"]}, None),
        ([], None),
    ],
    ids=str,
)
def test_how_the_shop_is_set_up(settings, terms):
    assert wire.read_terms({"settings": settings}) == terms
