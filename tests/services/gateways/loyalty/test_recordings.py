"""What a relay that ran was asked and answered: we ask the same, and read every answer.

Differences of our requests from the recorded ones are listed with their reasons.
"""

import json
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import BugError
from kiosk.domain.money import Money, from_token_units, to_token_units, won
from kiosk.services.gateways.loyalty import wire
from kiosk.services.gateways.loyalty.answers import Answer, Call, Numbering, Paths
from kiosk.services.gateways.loyalty.messages import Message, read_message
from kiosk.services.gateways.loyalty.wire import Account, Purchase

FILE = Path(__file__).parents[3] / "fixtures" / "relay" / "answers.jsonl"
KEY = Confidential("0x2c93e943c0d7f6f1a42f53e116c52c40fe5c1b428506dc04b290f2a77580a342")
CALLBACK_KEY = Confidential("0x9812176e565a007a84c5d2fc4cf842b12eb26dbc7568b4e40fc4f2418f2c8f54")
OURS_TO_SEND = (
    "new-approved",
    "new-denied",
    "new-timeout-late-approval",
    "cancel-approved",
    "cancel-denied",
    "closeNew-absent",
    "temporary-account",
    "insufficient-balance",
)
REFUSED_BEFORE = ("unknown-paymentId", "wrong-accessKey", "malformed-amount")

DIFFERENCES = {
    "accessKey": "sent in the body as well: relays before 2024-02 read it there, and nowhere else",
}
"""Key of a body that we send and the recorder did not: why."""


NEVER_SENT = {
    ("cancel-denied", "closeCancel"): "a cancel is never closed without giving back: denied, it stays paid by itself",
}


@cache
def rows():
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()][1:]


def asked(*cases):
    found = [row for row in rows() if row["direction"] == "kiosk->relay" and row["case"] in cases]
    return [pytest.param(row, id=f"{row['case']}-{n}-{row['step']}") for n, row in enumerate(found)]


def types(body):
    return {name: type(value) for name, value in body.items()}


def built(row):
    """Our request for the same, or None when it is one that a till never sends."""
    path, body = urlsplit(row["path"]), row["body"]
    query = {name: values[0] for name, values in parse_qs(path.query).items()}
    call = {
        "user/balance": Call.BALANCE,
        "info": Call.INFO,
        "shop/info": Call.SHOP,
        "item": Call.ITEM,
    }.get(path.path.removeprefix("/v1/payment/"))
    if call is not None:
        return wire.question(call, **query), None
    account = Account(body.get("shopId", "0x" + "0" * 64), KEY)
    match path.path.removeprefix("/v1/payment/"):
        case "new/open":
            amount = from_token_units(body["amount"], won(0).currency)
            purchase = Purchase(body["purchaseId"], amount, body["shopId"])
            request = wire.open_new(Paths.RELAY, account, purchase, Confidential(body["account"]))
        case "new/close":
            build = wire.capture if body["confirm"] == "true" else wire.void
            request = build(Paths.RELAY, account, body["paymentId"], "K01-1-000001-1-02")
        case "cancel/open":
            request = wire.open_cancel(Paths.RELAY, account, body["paymentId"], "K01-1-000001-1-02")
        case "cancel/close":
            if body["confirm"] != "true":
                return None  # a cancel is never closed without giving back
            request = wire.close_cancel(Paths.RELAY, account, body["paymentId"], "K01-1-000001-1-02")
    return request.path, json.loads(request.body)


@pytest.mark.parametrize("row", asked(*OURS_TO_SEND))
def test_our_request_is_the_recorded_one(row):
    ours = built(row)
    if ours is None:
        assert (row["case"], row["step"]) in NEVER_SENT
        return
    path, body = ours
    assert path == row["path"]
    if body is None:
        assert row["method"] == "GET"
        return
    extra = {name for name in body if name not in row["body"]}
    assert extra <= set(DIFFERENCES)
    assert types({name: body[name] for name in body if name not in extra}) == types(row["body"])
    same = {name: value for name, value in row["body"].items() if name != "account"}
    assert {name: body[name] for name in same} == same
    assert row["request_headers"]["authorization"] == Account("", KEY).headers["Authorization"]


def envelope_of(row):
    read = wire.read_envelope(row["status"], row["response"] or {})
    assert read is not None
    return read


@pytest.mark.parametrize("row", asked(*OURS_TO_SEND, *REFUSED_BEFORE))
def test_every_recorded_answer_is_read(row):
    read, path = envelope_of(row), urlsplit(row["path"]).path.removeprefix("/v1/payment/")
    if not read.is_success:
        answer = wire.read_payment(read, Numbering.RELAY, Purchase("", won(1), "")).answer
        assert answer is not Answer.NO_ANSWER
        return
    match path:
        case "user/balance":
            assert wire.read_balance(read) == int(read.data["balance"])
        case "info":
            amount = from_token_units(read.data["amount"], won(0).currency)
            quote = wire.read_quote(read, amount)
            assert quote is not None
            assert quote.total == int(read.data["totalPoint"])
        case "shop/info":
            shop = wire.read_shop(read)
            assert shop is not None
            assert shop.is_active
            assert not shop.has_delegator
        case _:
            assert is_read_as_ours(read, row)


def is_read_as_ours(read, row):
    data = read.data
    amount = from_token_units(data["amount"], won(0).currency)
    if to_token_units(amount) != data["amount"]:
        return True  # less than a won: never asked for, see below
    purchase = Purchase(data["purchaseId"], amount, data["shopId"], data["paymentId"])
    if row["path"].endswith("new/open"):
        return wire.read_opening(read, Paths.RELAY, purchase).numbering is Numbering.RELAY
    status = data["paymentStatus"]
    wanted = {11: "opened", 12: "send_failed", 14: "opened", 16: "denied", 17: "approved", 18: "paid", 19: "failed",
              51: "cancel_opened", 54: "cancel_opened", 56: "cancel_denied", 57: "cancel_approved", 58: "refunded",
              59: "cancel_failed"}  # fmt: skip
    return wire.read_payment(read, Numbering.RELAY, purchase).answer.value == wanted[status]


@pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=f"{row['case']}-{n}") for n, row in enumerate(rows()) if row["direction"] == "relay->kiosk"],
)
def test_every_recorded_message_is_read_and_known_by_its_key(row):
    headers = {name.lower(): value for name, value in (row.get("request_headers") or {}).items()}
    read = read_message(json.dumps(row["body"]).encode(), headers.get("authorization"), CALLBACK_KEY)

    assert isinstance(read, Message)
    assert (read.payment, read.hint.code) == (row["body"]["data"]["paymentId"], row["body"]["code"])


def malformed():
    """Amounts that were tried on the relay."""
    found = [row for row in rows() if row["case"] == "malformed-amount" and (row["path"] or "").endswith("open")]
    return [row["body"].get("amount") for row in found]


def test_amounts_that_a_relay_would_refuse_or_worse_take_cannot_be_asked_for():
    """Our amounts are whole won: none of the tried ones but whole won can be written at all."""
    writable = {to_token_units(won(amount)) for amount in (1, 10, 10_000, 10**9)}
    for tried in malformed():
        is_whole = isinstance(tried, str) and tried.isascii() and tried.isdigit() and int(tried) % 10**18 == 0
        assert is_whole or tried not in sorted(writable)
    with pytest.raises(BugError):
        wire.open_new(
            Paths.RELAY, Account("0x" + "0" * 64, KEY), Purchase("P", won(0), ""), Confidential("0x" + "1" * 40)
        )
    with pytest.raises(BugError):
        Money(1.5, won(0).currency)  # type: ignore[arg-type]  # that is the point
    with pytest.raises(BugError):
        to_token_units(won(-1))


def test_a_wrong_key_is_no_key_of_ours_and_a_missing_one_sends_nothing():
    with pytest.raises(BugError):
        wire.capture(Paths.RELAY, Account("", Confidential("")), "0xa", "K01-1-000001-1-02")
    for row in (case.values[0] for case in asked("wrong-accessKey")):
        read = envelope_of(row)
        if not read.is_success:
            assert wire.read_payment(read, Numbering.RELAY, Purchase("", won(1), "")).answer is Answer.REFUSED


def test_a_payment_that_nobody_knows_is_never_named():
    for build in (wire.capture, wire.void, wire.open_cancel, wire.close_cancel):
        with pytest.raises(BugError):
            build(Paths.RELAY, Account("", KEY), "", "K01-1-000001-1-02")
