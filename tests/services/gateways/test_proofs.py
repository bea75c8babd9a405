"""What each payment system has to say before anything counts as paid (law 4): all of it, and nothing else does.

Whatever else arrives, a page, a number, half of an answer, is read without an error and approves nothing.
"""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.confidential import Confidential
from kiosk.domain.money import won
from kiosk.services.gateways.card import wire as card
from kiosk.services.gateways.card.rules import Answer as CardAnswer
from kiosk.services.gateways.ceos import wire as ceos
from kiosk.services.gateways.ceos.rules import Answer as CeosAnswer
from kiosk.services.gateways.crepay import wire as crepay
from kiosk.services.gateways.crepay.rules import Answer as CrepayAnswer
from kiosk.services.gateways.ezpg import rows as ezpg_rows
from kiosk.services.gateways.ezpg import wire as ezpg
from kiosk.services.gateways.ezpg.answers import Answer as EzpgAnswer
from kiosk.services.gateways.ezpg.answers import RowState
from kiosk.services.gateways.loyalty import wire as loyalty
from kiosk.services.gateways.loyalty.answers import Answer, Numbering
from kiosk.services.http import HttpAnswer

AMOUNT = 10_000
SHOP, PAYMENT = "0x" + "0a" * 32, "0x" + "ab" * 32
PURCHASE = loyalty.Purchase("K01-1-000001-1-token", won(AMOUNT), SHOP, PAYMENT)
CUSTOM = '{"payment":"P1","order":"K01-1-000001","kiosk":"K01","amount":10000}'


def read_points(status, body):
    envelope = loyalty.read_envelope(status, HttpAnswer(status, body, None).json_object())
    return None if envelope is None else loyalty.read_payment(envelope, Numbering.RELAY, PURCHASE).answer


def read_coupon(status, body):
    if status != 200:
        return None
    return crepay.read_checkout(body, "T1", Confidential("12345678901234567"), AMOUNT).answer


def fields(status, body):
    return HttpAnswer(status, body, None).json_object()


ISSUE = ezpg.issue("demo", "K01-1-000001-1", AMOUNT, "004", 1_795_752_000_000)
CLOSE = ezpg.close("demo", "VA1", "op-1")
WITHDRAW = ezpg.withdraw("demo", Confidential("key"), "R1", AMOUNT, "090", "3333012345678", "홍길동")


def read_transfer(status, body):
    """All of our account's deposit that its rules look at, if the list is whole."""
    told = fields(status, body)
    page = ezpg_rows.read_page(told, "depositList", "deposits") if ezpg.read_refusal(status, told) is None else None
    if page is None or page.total != len(page.rows):
        return None
    found = ezpg_rows.read_deposits(page.rows, "demo", "00412345678901")
    rows = found[0] if found else ()
    return next(((d.transaction, d.account, d.bank, d.amount, d.at_ms, d.state) for d in rows), None)


@dataclass(frozen=True)
class Proof:
    """One way in which a payment system says that it was paid.

    Attributes:
        answer: What it says.
        elements: Where the proof stands in it, each a path of keys.
        read: Our parser, of status and body.
        approved: What that gives for a proof.
    """

    answer: Mapping[str, object]
    elements: tuple[tuple[str | int, ...], ...]
    read: Callable[[int, bytes], object]
    approved: object


PROOFS = {
    "crepay checkout": Proof(
        {"transactionId": "T1", "barcode": "12345678901234567", "checkedOutAmount": AMOUNT},
        (("transactionId",), ("barcode",), ("checkedOutAmount",)),
        read_coupon,
        CrepayAnswer.OK,
    ),
    "ceos instant, B": Proof(
        {"payload": {"paymentId": "P1", "paymentStatus": "PAID", "orderName": "커피", "customData": CUSTOM}},
        (("payload", "paymentId"), ("payload", "paymentStatus")),
        lambda status, body: ceos.read_instant(status, fields(status, body), "P1"),
        CeosAnswer.PAID,
    ),
    "ceos look": Proof(
        {"paymentId": "P1", "paymentStatus": "PAID", "orderName": "커피", "customData": CUSTOM},
        (("paymentId",), ("paymentStatus",), ("orderName",), ("customData",)),
        lambda status, body: ceos.read_look(status, fields(status, body), "P1", "커피", CUSTOM),
        CeosAnswer.PAID,
    ),
    "card confirm": Proof(
        {
            "paymentKey": "pay_1",
            "orderId": "ord_1",
            "method": "CARD",
            "approvedAt": "2024-01-01T12:34:56Z",
            "totalAmount": AMOUNT,
            "status": "APPROVED",
            "receipt": {"url": "https://pay.local/receipts/pay_1"},
        },
        (("paymentKey",), ("orderId",), ("totalAmount",), ("status",)),
        lambda status, body: (
            card.read_confirm(status, fields(status, body), card.Payment("pay_1", "ord_1", won(AMOUNT))).answer
        ),
        CardAnswer.APPROVED,
    ),
    "ezpg issue": Proof(
        {
            "resultCode": "0000",
            "merchantId": "demo",
            "accountInfo": {
                "accountId": "VA1",
                "bankCode": "004",
                "bankName": "국민은행",
                "accountNo": "00412345678901",
                "accountType": "one-time",
                "amount": AMOUNT,
                "issueDt": "2026-11-27T12:00:00+09:00",
                "expireDt": "2026-11-27T13:00:00+09:00",
                "accountHolder": "이지피지",
            },
        },
        (
            ("resultCode",),
            ("merchantId",),
            ("accountInfo", "accountId"),
            ("accountInfo", "bankName"),
            ("accountInfo", "accountNo"),
            ("accountInfo", "bankCode"),
            ("accountInfo", "accountType"),
            ("accountInfo", "amount"),
        ),
        lambda status, body: ezpg.read_issue(status, fields(status, body), ISSUE.body).answer,
        EzpgAnswer.ISSUED,
    ),
    "ezpg close": Proof(
        {
            "resultCode": "0000",
            "merchantId": "demo",
            "accountInfo": {"accountId": "VA1", "status": "closed", "amount": AMOUNT},
        },
        (("resultCode",), ("merchantId",), ("accountInfo", "accountId"), ("accountInfo", "status")),
        lambda status, body: ezpg.read_close(status, fields(status, body), CLOSE.body),
        EzpgAnswer.CLOSED,
    ),
    "ezpg withdrawal": Proof(
        {
            "resultCode": "0000",
            "mid": "demo",
            "withAmt": AMOUNT,
            "bankCd": "090",
            "withAccntNo": "3333012345678",
            "withAccntNm": "홍길동",
            "natvTrNo": "00000000000001",
        },
        (("resultCode",), ("mid",), ("withAmt",), ("bankCd",), ("withAccntNo",), ("withAccntNm",)),
        lambda status, body: ezpg.read_withdraw(status, fields(status, body), WITHDRAW.body).answer,
        EzpgAnswer.TAKEN,
    ),
    "ezpg deposit": Proof(
        {
            "resultCode": "0000",
            "totalCount": 1,
            "depositList": [
                {
                    "trxId": "D1",
                    "accountNo": "00412345678901",
                    "bankCode": "004",
                    "amount": AMOUNT,
                    "depositDt": "2026-11-27T12:00:00+09:00",
                    "status": "completed",
                }
            ],
        },
        (
            ("resultCode",),
            ("totalCount",),
            ("depositList", 0, "trxId"),
            ("depositList", 0, "accountNo"),
            ("depositList", 0, "bankCode"),
            ("depositList", 0, "amount"),
            ("depositList", 0, "depositDt"),
            ("depositList", 0, "status"),
        ),
        read_transfer,
        ("D1", "00412345678901", "004", AMOUNT, 1_795_748_400_000, RowState.COMPLETED),
    ),
    "points item": Proof(
        {
            "code": 0,
            "data": {
                "paymentId": PAYMENT,
                "purchaseId": PURCHASE.id,
                "amount": f"{AMOUNT}{'0' * 18}",
                "currency": "krw",
                "shopId": SHOP,
                "paidPoint": f"{AMOUNT}{'0' * 18}",
                "paymentStatus": 18,
            },
        },
        (
            ("code",),
            ("data", "paymentId"),
            ("data", "purchaseId"),
            ("data", "amount"),
            ("data", "currency"),
            ("data", "shopId"),
            ("data", "paymentStatus"),
        ),
        read_points,
        Answer.PAID,
    ),
}
ELEMENTS = [(name, path) for name, proof in PROOFS.items() for path in proof.elements]
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30)
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
)


def told(answer):
    return json.dumps(answer, ensure_ascii=False).encode()


def holder_of(answer, path):
    """The object that the last key of a path stands in."""
    for key in path[:-1]:
        answer = answer[key]
    return answer


def means_the_same(name, path, value, original):
    """Not a lie in other words: 18.0 is not 18, but case and the relay's two successes are as its clients read them.

    Nor are the digits of an amount, and any name of a bank or id of an account is one: EzPG alone knows it.
    """
    if name.startswith("ezpg") and path[-1] in ("amount", "withAmt", "totalCount"):
        return type(value) in (int, str) and str(value).isascii() and str(value).lstrip("0") == str(original)
    if name == "ezpg issue" and path[-1] in ("bankName", "accountId", "accountNo"):
        return isinstance(value, str) and value.strip() != ""
    if name == "points item" and path[-1] == "code":
        return type(value) is int and value in (0, 200)
    if name == "points item" and path[-1] in ("currency", "shopId", "paymentId"):
        return isinstance(value, str) and value.lower() == str(original).lower()
    return type(value) is type(original) and value == original


@pytest.mark.parametrize("name", PROOFS)
def test_what_says_all_of_it_is_paid(name):
    proof = PROOFS[name]
    assert proof.read(200, told(proof.answer)) == proof.approved


@pytest.mark.parametrize(("name", "path"), ELEMENTS, ids=str)
def test_without_one_element_it_is_not(name, path):
    proof = PROOFS[name]
    answer = deepcopy(dict(proof.answer))
    del holder_of(answer, path)[path[-1]]
    if (name, path[-1]) == ("ceos instant, B", "paymentStatus"):
        return  # dialect A sends none
    assert proof.read(200, told(answer)) != proof.approved


@pytest.mark.parametrize(("name", "path"), ELEMENTS, ids=str)
@given(value=JSON)
def test_with_one_element_altered_it_is_not(name, path, value):
    proof = PROOFS[name]
    answer = deepcopy(dict(proof.answer))
    holder = holder_of(answer, path)
    if means_the_same(name, path, value, holder[path[-1]]):
        return
    holder[path[-1]] = value
    assert proof.read(200, told(answer)) != proof.approved


@pytest.mark.parametrize("name", PROOFS)
@given(status=st.integers(100, 599).filter(lambda status: status != 200))
def test_under_another_status_it_is_not(name, status):
    proof = PROOFS[name]
    assert proof.read(status, told(proof.answer)) != proof.approved


@pytest.mark.parametrize("name", PROOFS)
@given(status=st.sampled_from((200, 201, 400, 404, 409, 422, 500)), value=JSON)
def test_any_other_answer_is_read_and_approves_nothing(name, status, value):
    assert PROOFS[name].read(status, told(value)) != PROOFS[name].approved


@pytest.mark.parametrize("name", PROOFS)
@given(status=st.sampled_from((200, 500)), body=st.binary(max_size=80))
def test_whatever_bytes_come_they_are_read_and_approve_nothing(name, status, body):
    assert PROOFS[name].read(status, body) != PROOFS[name].approved


@pytest.mark.parametrize("name", PROOFS)
@given(data=st.data())
def test_what_else_it_says_makes_no_difference(name, data):
    proof = PROOFS[name]
    answer = deepcopy(dict(proof.answer))
    inner = holder_of(answer, proof.elements[-1])
    others = [key for key in inner if all(key != path[-1] for path in proof.elements)]
    for key in data.draw(st.lists(st.sampled_from(others), unique=True)) if others else ():
        inner[key] = data.draw(JSON)
    if (name, data.draw(st.booleans())) == ("card confirm", True):
        inner["more"] = data.draw(JSON)
    assert proof.read(200, told(answer)) == proof.approved


@pytest.mark.parametrize("name", PROOFS)
@given(cut=st.integers(0, 400))
def test_a_part_of_it_is_not(name, cut):
    proof = PROOFS[name]
    whole = told(proof.answer)
    if cut < len(whole):
        assert proof.read(200, whole[:cut]) != proof.approved
