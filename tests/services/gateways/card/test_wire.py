"""The card server's messages: what is sent, and what is believed of what comes back."""

import json

import pytest

from kiosk.domain.errors import BugError
from kiosk.domain.money import Currency, Money, won
from kiosk.services.gateways.card import wire
from kiosk.services.gateways.card.rules import Answer
from kiosk.services.gateways.card.wire import Payment
from tests.simulator.tills import sample

A = Answer
OURS = Payment("pay_123", "order_123", won(10_000))


def sent(request):
    return request.verb, request.path, json.loads(request.body)


# -- requests


def test_the_requests_are_the_documents():
    assert sent(wire.create(OURS, "op-1")) == ("POST", "/v1/payments", sample("card/create_request.json"))
    assert sent(wire.confirm(OURS)) == ("POST", "/v1/payments/confirm", sample("card/confirm_request.json"))
    assert sent(wire.cancel(OURS, "op-3")) == (
        "POST",
        "/v1/payments/pay_123/cancel",
        sample("card/cancel_request.json"),
    )


def test_an_amount_is_a_whole_number():
    assert b'"amount":10000' in wire.confirm(OURS).body


@pytest.mark.parametrize("key", ["", "a/b", "a b", "a%2Fb", "결제", "x" * 65])
def test_a_key_that_cannot_stand_in_a_path_is_a_mistake(key):
    with pytest.raises(BugError):
        Payment(key, "order_123", won(1))


@pytest.mark.parametrize("amount", [won(0), won(-1), Money(100, Currency.USD)])
def test_what_the_server_would_take_and_we_do_not_ask_is_a_mistake(amount):
    with pytest.raises(BugError):
        Payment("pay_123", "order_123", amount)


# -- create


def created(**other):
    return {**sample("card/create_reply.json"), **other}


@pytest.mark.parametrize(
    ("word", "answer"),
    [("INITIATED", A.INITIATED), ("APPROVED", A.APPROVED), ("CANCELED", A.CANCELED), ("FAILED", A.OTHER)],
)
def test_a_create_tells_where_the_payment_stands(word, answer):
    assert wire.read_create(200, created(status=word), OURS).answer is answer


@pytest.mark.parametrize("other", [{"paymentKey": "pay_124"}, {"orderId": "order_124"}, {"orderId": None}])
def test_a_create_that_tells_of_another_payment_is_not_believed(other):
    assert wire.read_create(200, created(status="APPROVED", **other), OURS).answer is A.OTHER


@pytest.mark.parametrize(
    "fields", [{}, {"status": "APPROVED"}, created(status=None), created(status=1), created(status=["APPROVED"])]
)
def test_a_create_that_cannot_be_read_says_nothing(fields):
    assert wire.read_create(200, fields, OURS).answer is A.NO_ANSWER


# -- confirm


def confirmed(**other):
    return {**sample("card/confirm_reply.json"), **other}


def test_a_confirm_that_proves_everything_is_approved_and_brings_a_receipt():
    read = wire.read_confirm(200, confirmed(), OURS)
    assert read.answer is A.APPROVED
    assert read.receipt == "https://pay.local/receipts/pay_123"
    assert read.facts == {"approved_at": "2024-01-01T12:34:56Z"}


def test_what_is_no_proof_may_be_missing():
    told = {key: confirmed()[key] for key in ("paymentKey", "orderId", "totalAmount", "status")}
    assert wire.read_confirm(200, told, OURS).answer is A.APPROVED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("paymentKey", "pay_124"),
        ("paymentKey", None),
        ("orderId", "order_124"),
        ("orderId", 123),
        ("totalAmount", 9_999),
        ("totalAmount", 10_000.0),
        ("totalAmount", "10000"),
        ("totalAmount", True),
        ("totalAmount", None),
        ("status", "INITIATED"),
        ("status", "CANCELED"),
        ("status", "approved"),
        ("status", None),
        ("status", ["APPROVED"]),
    ],
)
def test_without_one_element_of_the_proof_nothing_is_approved(name, value):
    assert wire.read_confirm(200, confirmed(**{name: value}), OURS).answer is A.OTHER


@pytest.mark.parametrize("name", ["paymentKey", "orderId", "totalAmount"])
def test_a_confirm_that_does_not_say_of_what_says_nothing(name):
    told = confirmed()
    del told[name]
    assert wire.read_confirm(200, told, OURS).answer is A.NO_ANSWER


@pytest.mark.parametrize("status", [201, 202, 204, 400, 500])
def test_only_200_is_a_success(status):
    assert wire.read_confirm(status, confirmed(), OURS).answer is A.NO_ANSWER


@pytest.mark.parametrize(
    "receipt",
    [None, "https://pay.local/x", {"url": None}, {"url": "javascript:alert(1)"}, {"url": "https://a b"},
     {"url": "https://pay.local/" + "x" * 300}, {"url": "https://pay.local/한"}, {}],
    ids=str,
)  # fmt: skip
def test_an_address_that_is_none_is_left_out_and_the_payment_is_as_good(receipt):
    read = wire.read_confirm(200, confirmed(receipt=receipt), OURS)
    assert (read.answer, read.receipt) == (A.APPROVED, "")


# -- cancel


def test_a_cancel_that_says_so_has_given_everything_back():
    read = wire.read_cancel(200, sample("card/cancel_reply.json"))
    assert read.answer is A.CANCELED
    assert read.facts == {"canceled_at": "2024-01-01T12:40:00Z"}


@pytest.mark.parametrize(
    ("fields", "answer"),
    [({}, A.NO_ANSWER), ({"status": "APPROVED"}, A.OTHER), ({"status": None}, A.OTHER), ({"ok": True}, A.NO_ANSWER)],
)
def test_any_other_success_of_a_cancel_proves_nothing(fields, answer):
    assert wire.read_cancel(200, fields).answer is answer


# -- errors

READERS = {
    "create": lambda status, fields: wire.read_create(status, fields, OURS),
    "confirm": lambda status, fields: wire.read_confirm(status, fields, OURS),
    "cancel": wire.read_cancel,
}

OWN = {
    ("confirm", 409, "AMOUNT_MISMATCH"): A.MISMATCH,
    ("confirm", 422, "ALREADY_CANCELED"): A.ALREADY_CANCELED,
    ("cancel", 404, "NOT_FOUND"): A.NOT_FOUND,
    ("cancel", 422, "NOT_APPROVED"): A.NOT_APPROVED,
    ("cancel", 409, "PARTIAL_MISMATCH"): A.PARTIAL_MISMATCH,
    **{
        (call, status, code): A.REFUSED
        for call in READERS
        for status, code in ((400, "INVALID_REQUEST"), (401, "UNAUTHORIZED"), (500, "PROVIDER_ERROR"))
    },
}
CODES = sorted({code for _, _, code in OWN})


@pytest.mark.parametrize("call", READERS)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 502, 503])
@pytest.mark.parametrize("code", [*CODES, "SOMETHING_ELSE", ""])
def test_an_error_means_what_its_status_and_code_say_together_and_else_nothing(call, status, code):
    read = READERS[call](status, {"code": code, "message": "text"})
    assert read.answer is OWN.get((call, status, code), A.NO_ANSWER)
    assert read.facts == {"code": code}


@pytest.mark.parametrize("call", READERS)
@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 500, 502, 503])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"timestamp": "2026-01-01T00:00:00Z", "status": 500, "error": "Internal Server Error", "path": "/v1/payments"},
        {"code": 500},
        {"code": None, "message": "PROVIDER_ERROR"},
        {"error": "UNAUTHORIZED"},
    ],
    ids=str,
)
def test_an_error_that_is_not_in_its_own_words_proves_nothing(call, status, fields):
    assert READERS[call](status, fields).answer is A.NO_ANSWER
