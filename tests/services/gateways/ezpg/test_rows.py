"""The rows of EzPG's lists, in the words of either draft. Source: facts of EzPG, 2.4 and 5."""

import pytest

from kiosk.services.gateways.ezpg import rows
from kiosk.services.gateways.ezpg.answers import Balance, Deposit, Recent, RowState, Withdrawal
from kiosk.services.gateways.ezpg.fields import amount_of, fee_of, moment_of, state_of
from kiosk.services.gateways.ezpg.rows import Page

R = RowState
ACCOUNT, NOON_MS = "00412345678901", 1_795_748_400_000
DEPOSIT = {
    "trxId": "D1",
    "merchantId": "demo",
    "merchantName": "데모상점",
    "accountNo": ACCOUNT,
    "bankCode": "004",
    "bankName": "국민은행",
    "amount": 12_300,
    "fee": 423,
    "netAmount": 11_877,
    "depositDt": "2026-11-27T12:00:00+09:00",
    "status": "completed",
    "accountId": "VA1",
    "moid": "K1",
    "depositorName": "홍길동",
    "cancelDt": None,
}
SECOND_DRAFT_DEPOSIT = {
    "transactionId": "D1",
    "merchantId": "demo",
    "merchantName": "데모상점",
    "amount": "12300",
    "fee": 423,
    "netAmount": 11_877,
    "status": "COMPLETED",
    "createdAt": "2026-11-27T03:00:00Z",
    "completedAt": "2026-11-27T03:01:00Z",
    "accountNo": ACCOUNT,
    "bankCode": "004",
    "bankName": "국민은행",
    "depositorName": "홍길동",
}
WITHDRAWAL = {
    "trxId": "W1",
    "merchantId": "demo",
    "merchantName": "데모상점",
    "bankCode": "090",
    "bankName": "카카오뱅크",
    "accountNo": "3333012345678",
    "accountName": "홍길동",
    "amount": 12_300,
    "fee": 1_000,
    "netAmount": 12_300,
    "withdrawalDt": "2026-11-27T12:00:00+09:00",
    "status": "processing",
    "moid": "R1",
    "natvTrNo": "00000000000001",
    "reason": None,
}
SECOND_DRAFT_WITHDRAWAL = {
    "transactionId": "W1",
    "merchantId": "demo",
    "amount": "12300",
    "fee": "1000",
    "status": "canceled",
    "createdAt": "2026-11-27T03:00:00Z",
    "bankCode": "090",
    "accountNo": "3333012345678",
    "accountHolder": "홍길동",
    "reason": "계좌 오류",
}


def without(row, *names):
    return {name: value for name, value in row.items() if name not in names}


# -- values


@pytest.mark.parametrize(
    ("told", "amount"),
    [
        (1, 1),
        ("1", 1),
        ("00012300", 12_300),
        (99_999_999_999, 99_999_999_999),
        (100_000_000_000, None),
        ("100000000000", None),
        (0, None),
        ("0", None),
        (-1, None),
        ("-1", None),
        (True, None),
        (1.0, None),
        ("1.0", None),
        ("1,000", None),
        (" 1", None),
        ("１", None),
        ("", None),
        (None, None),
        ([1], None),
        ("1" * 400, None),
    ],
)
def test_an_amount_is_a_number_or_its_digits(told, amount):
    assert amount_of(told) == amount


@pytest.mark.parametrize(("told", "fee"), [(0, 0), ("0", 0), (423, 423), (-1, None), (None, None), ("x", None)])
def test_a_fee_may_be_nothing(told, fee):
    assert fee_of(told) == fee


@pytest.mark.parametrize(
    "told",
    [
        "2026-11-27T12:00:00+09:00",
        "2026-11-27T12:00:00+0900",
        "2026-11-27T03:00:00Z",
        "2026-11-27T03:00:00.000Z",
        "2026-11-27T12:00:00",
        "2026-11-27 12:00:00",
        "2026-11-27 12:00:00.5",
        "20261127120000",
        "20261127T120000",
    ],
)
def test_a_moment_without_a_zone_is_korean(told):
    assert moment_of(told) == NOON_MS


@pytest.mark.parametrize(
    "told",
    [
        "2026-11-27",
        "20261127",
        "12:00:00",
        "2026-13-27T12:00:00",
        "2026-11-27T25:00:00",
        "2026-11-27T12:00:00+99:00",
        "",
        None,
        NOON_MS,
        "２０２６-11-27T12:00:00",
        "2026-11-27T12:00:00+09:00 ",
    ],
)
def test_what_is_no_moment_is_none(told):
    assert moment_of(told) is None


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("completed", R.COMPLETED),
        ("COMPLETED", R.COMPLETED),
        ("완료", R.COMPLETED),
        ("pending", R.PENDING),
        ("processing", R.PENDING),
        ("처리중", R.PENDING),
        ("처리 중", R.PENDING),
        ("대기", R.PENDING),
        ("failed", R.FAILED),
        ("실패", R.FAILED),
        ("cancelled", R.CANCELLED),
        ("Canceled", R.CANCELLED),
        ("취소", R.CANCELLED),
        ("미완료", R.OTHER),
        ("done", R.OTHER),
        ("", R.OTHER),
        (None, R.OTHER),
        (1, R.OTHER),
        (["completed"], R.OTHER),
    ],
)
def test_how_a_row_stands(word, state):
    assert state_of(word) is state


# -- pages


@pytest.mark.parametrize("name", ["depositList", "deposits"])
def test_a_page_has_its_rows_under_either_name(name):
    assert rows.read_page({"totalCount": 1, name: [DEPOSIT]}, "depositList", "deposits") == Page(1, [DEPOSIT])


def test_a_page_may_be_empty():
    assert rows.read_page({"totalCount": "0", "depositList": []}, "depositList", "deposits") == Page(0, [])


@pytest.mark.parametrize(
    "fields",
    [
        {"depositList": [DEPOSIT]},
        {"totalCount": 1},
        {"totalCount": 1, "withdrawalList": [DEPOSIT]},
        {"totalCount": -1, "depositList": []},
        {"totalCount": True, "depositList": [DEPOSIT]},
        {"totalCount": 1.0, "depositList": [DEPOSIT]},
        {"totalCount": 1, "depositList": DEPOSIT},
        {"totalCount": 2, "depositList": [DEPOSIT, None]},
        {"totalCount": 1, "depositList": None},
    ],
    ids=str,
)
def test_a_page_that_does_not_say_how_long_the_list_is_or_holds_no_rows_is_none(fields):
    assert rows.read_page(fields, "depositList", "deposits") is None


# -- deposits


def test_a_deposit_in_the_first_drafts_words():
    wanted = Deposit("D1", ACCOUNT, "004", 12_300, NOON_MS, R.COMPLETED, "K1", "홍길동")
    assert rows.read_deposits([DEPOSIT], "demo", ACCOUNT) == ((wanted,), 0)


def test_a_deposit_in_the_second_drafts_words():
    wanted = Deposit("D1", ACCOUNT, "004", 12_300, NOON_MS, R.COMPLETED, "", "홍길동")
    assert rows.read_deposits([SECOND_DRAFT_DEPOSIT], "demo", ACCOUNT) == ((wanted,), 0)


def test_of_an_account_that_was_asked_for_no_others_are_given():
    other = {**DEPOSIT, "trxId": "D2", "accountNo": "00499999999999"}
    found = rows.read_deposits([other, DEPOSIT], "demo", ACCOUNT)
    assert found is not None
    assert [one.transaction for one in found[0]] == ["D1"]
    assert found[1] == 1


def test_all_of_the_shops_deposits_are_given_where_no_account_was_asked_for():
    other = {**DEPOSIT, "trxId": "D2", "accountNo": "00499999999999"}
    anothers = {**DEPOSIT, "trxId": "D3", "merchantId": "other"}
    found = rows.read_deposits([other, anothers, DEPOSIT], "demo", "")
    assert found is not None
    assert [one.transaction for one in found[0]] == ["D2", "D1"]
    assert found[1] == 1


def test_a_row_of_another_account_need_not_be_readable():
    assert rows.read_deposits([{"accountNo": "00499999999999"}], "demo", ACCOUNT) == ((), 1)


@pytest.mark.parametrize(
    "row",
    [
        without(DEPOSIT, "trxId"),
        without(DEPOSIT, "amount"),
        without(DEPOSIT, "bankCode"),
        without(DEPOSIT, "accountNo"),
        {**DEPOSIT, "trxId": ""},
        {**DEPOSIT, "amount": 0},
        {**DEPOSIT, "amount": 12_300.0},
        {**DEPOSIT, "bankCode": 4},
        {**DEPOSIT, "accountNo": "004****78901"},
        {**DEPOSIT, "accountNo": 412345678901},
        {**DEPOSIT, "merchantId": "other"},
        {},
    ],
    ids=str,
)
def test_a_row_that_might_be_ours_and_cannot_be_read_spoils_the_list(row):
    assert rows.read_deposits([DEPOSIT, row], "demo", ACCOUNT) is None


def test_a_row_of_another_account_spoils_a_list_of_all():
    assert rows.read_deposits([{"accountNo": "00499999999999"}], "demo", "") is None


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"depositDt": None}, "at_ms", None),
        ({"depositDt": "20261127"}, "at_ms", None),
        ({"status": "depositback"}, "state", R.OTHER),
        ({"status": None}, "state", R.OTHER),
        ({"moid": None}, "moid", ""),
        ({"depositorName": None}, "depositor", ""),
        ({"depositorName": "홍\n길동"}, "depositor", ""),
        ({"merchantId": None}, "transaction", "D1"),
    ],
    ids=str,
)
def test_what_a_deposit_does_not_say_settles_nothing(changes, name, value):
    found = rows.read_deposits([{**DEPOSIT, **changes}], "demo", ACCOUNT)
    assert found is not None
    assert getattr(found[0][0], name) == value


# -- withdrawals


def test_a_withdrawal_in_the_first_drafts_words():
    wanted = Withdrawal(
        "W1", "R1", "00000000000001", "090", "3333012345678", "홍길동", 12_300, 1_000, NOON_MS, R.PENDING, ""
    )
    assert rows.read_withdrawals([WITHDRAWAL], "demo") == ((wanted,), 0)


def test_a_withdrawal_in_the_second_drafts_words():
    wanted = Withdrawal(
        "W1", "", "", "090", "3333012345678", "홍길동", 12_300, 1_000, NOON_MS, R.CANCELLED, "계좌 오류"
    )
    assert rows.read_withdrawals([SECOND_DRAFT_WITHDRAWAL], "demo") == ((wanted,), 0)


def test_withdrawals_of_other_shops_are_left_out():
    assert rows.read_withdrawals([{"merchantId": "other"}], "demo") == ((), 1)


def test_a_withdrawal_to_an_account_that_is_masked_is_still_one():
    found = rows.read_withdrawals([{**WITHDRAWAL, "accountNo": "3333****5678"}], "demo")
    assert found is not None
    assert found[0][0].account == "3333****5678"


@pytest.mark.parametrize(
    "row",
    [
        without(WITHDRAWAL, "trxId"),
        without(WITHDRAWAL, "amount"),
        without(WITHDRAWAL, "bankCode"),
        without(WITHDRAWAL, "accountNo"),
        {**WITHDRAWAL, "amount": -1},
        {},
    ],
    ids=str,
)
def test_a_withdrawal_that_cannot_be_read_spoils_the_list(row):
    assert rows.read_withdrawals([WITHDRAWAL, row], "demo") is None


# -- what staff look at


@pytest.mark.parametrize(
    ("row", "balance"),
    [
        (
            {"merchantId": "demo", "merchantName": "데모상점", "balance": 1_000_000, "lastTrxDt": None},
            Balance("demo", "데모상점", 1_000_000, None, None),
        ),
        (
            {"merchantId": "demo", "totalBalance": "3", "availableBalance": 2, "pendingBalance": 1, "currency": "KRW"},
            Balance("demo", "", 3, 2, 1),
        ),
        ({"merchantId": "demo", "balance": -5}, Balance("demo", "", -5, None, None)),
        ({"merchantId": "demo"}, None),
        ({"balance": 1}, None),
        ("demo", None),
    ],
    ids=str,
)
def test_a_balance_in_the_words_of_either_draft(row, balance):
    assert rows.read_balances({"balanceList": [row]}) == (None if balance is None else (balance,))


RECENT = {
    "transactionId": "D1",
    "merchantId": "demo",
    "transactionType": "deposit",
    "amount": 12_300,
    "fee": 423,
    "status": "completed",
    "createdAt": "2026-11-27T12:00:00+09:00",
    "accountNo": ACCOUNT,
    "bankCode": "004",
    "depositorName": "홍길동",
}


def test_the_youngest_transactions():
    out = {**RECENT, "transactionId": "W1", "transactionType": "withdrawal", "depositorName": ""}
    assert rows.read_recent({"transactions": [RECENT, out]}) == (
        Recent(
            "D1",
            is_deposit=True,
            amount=12_300,
            fee=423,
            state=R.COMPLETED,
            at_ms=NOON_MS,
            bank="004",
            account=ACCOUNT,
            depositor="홍길동",
        ),
        Recent(
            "W1",
            is_deposit=False,
            amount=12_300,
            fee=423,
            state=R.COMPLETED,
            at_ms=NOON_MS,
            bank="004",
            account=ACCOUNT,
            depositor="",
        ),
    )


@pytest.mark.parametrize(
    "row",
    [
        {**RECENT, "transactionType": "refund"},
        {**RECENT, "transactionType": ["deposit"]},
        without(RECENT, "transactionId"),
        without(RECENT, "amount"),
        None,
    ],
    ids=str,
)
def test_staff_are_not_shown_half_of_a_list(row):
    assert rows.read_recent({"transactions": [RECENT, row]}) is None
    assert rows.read_balances({"balanceList": [{"merchantId": "demo", "balance": 1}, row]}) is None


@pytest.mark.parametrize("fields", [{}, {"transactions": None, "balanceList": None}, {"transactions": {}}], ids=str)
def test_no_list_is_not_an_empty_one(fields):
    assert rows.read_recent(fields) is None
    assert rows.read_balances(fields) is None
