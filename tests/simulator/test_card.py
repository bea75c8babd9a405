"""The card simulator: what the running server does with each kind of request, the odd ones included."""

import base64
import json
import random
import re

import pytest
from typing_extensions import override

from kiosk.simulator.card import CONFIRM, CREATE, SECRET_KEY, CardServer, CardSettings
from kiosk.simulator.world import Clock, Moved, Request
from tests.simulator.tills import sample, shape

NOW_MS = 1_767_225_600_000


class StoppedClock(Clock):
    """It is always the same moment, until a test says otherwise."""

    def __init__(self):
        self.ms = NOW_MS

    @override
    def now_ms(self):
        return self.ms

    @override
    def elapsed(self):
        return self.ms / 1000


class Caller:
    """Somebody who asks the server."""

    def __init__(self, server):
        self.server = server
        self.headers = {"authorization": basic(f"{SECRET_KEY}:"), "content-type": "application/json"}

    def send(self, path, body=b"", method="POST", **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.server.handle(Request(method, path, {**self.headers, **told}, data))

    def create(self, **other):
        return self.send(CREATE, order(**other))

    def confirm(self, **other):
        return self.send(CONFIRM, order(**other))

    def cancel(self, amount=10_000, key="pay_1", **other):
        return self.send(f"{CREATE}/{key}/cancel", {"cancelReason": "USER_REQUEST", "cancelAmount": amount, **other})


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


def order(**other):
    return {"paymentKey": "pay_1", "orderId": "ord_1", "amount": 10_000, **other}


def read(reply):
    return reply.status, json.loads(reply.body)


def refused(reply):
    """Status and code of an error in the server's own shape."""
    body = json.loads(reply.body)
    assert set(body) == {"code", "message"}
    assert isinstance(body["message"], str)
    return reply.status, body["code"]


def is_framework(reply):
    body = json.loads(reply.body)
    return reply.status == 500 and set(body) == {"timestamp", "status", "error", "path"}


PROVIDER = (500, "PROVIDER_ERROR")
UNAUTHORIZED = (401, "UNAUTHORIZED")


@pytest.fixture
def clock():
    return StoppedClock()


@pytest.fixture
def card(clock):
    return Caller(CardServer(clock, random.Random("card")))


# -- the document


@pytest.mark.parametrize("call", ["create", "confirm", "cancel"])
def test_the_answers_have_the_documents_shape(card, call):
    replies = {"create": card.create(), "confirm": card.confirm(), "cancel": card.cancel()}
    status, body = read(replies[call])
    assert status == 200
    assert shape(body) == shape(sample(f"card/{call}_reply.json"))


def test_create_confirm_cancel_moves_money_once_and_back(card):
    assert read(card.create())[1]["status"] == "INITIATED"
    assert card.server.moved == []
    assert read(card.confirm())[1]["status"] == "APPROVED"
    assert card.server.moved == [Moved("pay_1", 10_000, NOW_MS)]
    assert read(card.cancel())[1]["status"] == "CANCELED"
    assert [one.amount for one in card.server.moved] == [10_000, -10_000]
    assert [payment["state"] for payment in card.server.books()["payments"]] == ["CANCELED"]


# -- filters, which run first for every path


@pytest.mark.parametrize("path", [CREATE, CONFIRM, "/v1/payments/pay_1/cancel", "/nowhere"])
@pytest.mark.parametrize(
    ("header", "answer"),
    [
        (None, UNAUTHORIZED),
        ("Bearer token", UNAUTHORIZED),
        (basic("wrong:"), UNAUTHORIZED),
        (basic(f"{SECRET_KEY}:").replace("Basic", "basic"), UNAUTHORIZED),
    ],
)
def test_who_does_not_know_the_key_is_not_let_in_anywhere(card, path, header, answer):
    if header is None:
        del card.headers["authorization"]
    else:
        card.headers["authorization"] = header
    reply = card.send(path, order())
    assert refused(reply) == answer
    assert "www-authenticate" not in reply.headers
    assert card.server.books()["payments"] == []


@pytest.mark.parametrize(
    "credential",
    [f"{SECRET_KEY}:", SECRET_KEY, f"{SECRET_KEY}:password", f"{SECRET_KEY}::x"],
)
def test_only_what_stands_before_the_first_colon_counts(card, credential):
    assert card.send(CREATE, order(), authorization=basic(credential)).status == 200


def test_padding_may_be_missing(card):
    assert card.send(CREATE, order(), authorization=basic(f"{SECRET_KEY}:").rstrip("=")).status == 200


@pytest.mark.parametrize("encoded", ["dGVz-X9_", "not base64", "dGVzdA!!"])
def test_a_credential_that_is_no_base64_breaks_the_filter(card, encoded):
    assert is_framework(card.send(CREATE, order(), authorization=f"Basic {encoded}"))


def test_every_answer_names_its_request_in_the_callers_words_or_its_own(card):
    assert card.create().headers["x-request-id"] != card.create().headers["x-request-id"]
    assert card.send(CREATE, order(), x_request_id="mine").headers["x-request-id"] == "mine"
    del card.headers["authorization"]
    assert card.send(CREATE, order(), x_request_id="mine").headers["x-request-id"] == "mine"


def test_the_key_is_a_setting(clock):
    caller = Caller(CardServer(clock, random.Random("card"), CardSettings(secret_key="another")))
    assert refused(caller.create()) == UNAUTHORIZED
    assert caller.send(CREATE, order(), authorization=basic("another:")).status == 200


# -- create


@pytest.mark.parametrize("other", [{}, {"amount": 1}, {"orderId": "ord_2"}, {"orderId": None}])
@pytest.mark.parametrize("state", ["INITIATED", "APPROVED", "CANCELED"])
def test_created_again_it_tells_what_is_stored_and_no_amount(card, state, other):
    card.create()
    if state != "INITIATED":
        card.confirm()
    if state == "CANCELED":
        card.cancel()
    assert read(card.create(**other)) == (200, {"paymentKey": "pay_1", "orderId": "ord_1", "status": state})


# -- confirm


def test_a_key_that_nobody_created_is_created_and_approved_in_one(card):
    assert read(card.confirm())[1]["status"] == "APPROVED"
    assert [one.amount for one in card.server.moved] == [10_000]


def test_confirmed_again_it_says_the_same_and_moves_nothing(card, clock):
    first = read(card.confirm())
    clock.ms += 60_000
    assert read(card.confirm()) == first
    assert len(card.server.moved) == 1


@pytest.mark.parametrize("other", [{"amount": 9_999}, {"orderId": "ord_2"}, {"orderId": None}])
@pytest.mark.parametrize("is_cancelled", [True, False])
def test_other_values_are_refused_before_the_state_is_looked_at(card, other, is_cancelled):
    card.confirm()
    if is_cancelled:
        card.cancel()
    assert refused(card.confirm(**other)) == (409, "AMOUNT_MISMATCH")


def test_what_was_cancelled_is_not_approved_again(card):
    card.confirm()
    card.cancel()
    assert refused(card.confirm()) == (422, "ALREADY_CANCELED")


# -- cancel


def test_a_cancel_of_nothing_or_of_what_was_never_approved_is_refused(card):
    assert refused(card.cancel()) == (404, "NOT_FOUND")
    card.create()
    assert refused(card.cancel()) == (422, "NOT_APPROVED")
    assert card.server.moved == []


@pytest.mark.parametrize("body", [{"cancelAmount": 10_000}, {"cancelAmount": None}, {}, {"cancelReason": None}])
def test_all_of_it_is_cancelled_whether_its_amount_is_named_or_not(card, body):
    card.confirm()
    assert card.send(f"{CREATE}/pay_1/cancel", body).status == 200
    assert [one.amount for one in card.server.moved] == [10_000, -10_000]


@pytest.mark.parametrize("amount", [9_999, 10_001, 0])
def test_a_part_is_not_cancelled(card, amount):
    card.confirm()
    assert refused(card.cancel(amount)) == (409, "PARTIAL_MISMATCH")
    assert len(card.server.moved) == 1


@pytest.mark.parametrize("amount", [10_000, 1, None])
def test_cancelled_again_it_says_the_same_whatever_the_amount(card, clock, amount):
    card.confirm()
    first = read(card.cancel())
    clock.ms += 60_000
    assert read(card.cancel(amount)) == first
    assert len(card.server.moved) == 2


def test_a_key_in_a_path_may_be_percent_encoded(card):
    card.confirm(paymentKey="pay 1")
    assert card.cancel(key="pay%201").status == 200


# -- what it does not validate, and what breaks it


@pytest.mark.parametrize("amount", [0, -1])
def test_no_amount_is_too_small(card, amount):
    assert card.create(amount=amount).status == 200
    assert card.confirm(amount=amount).status == 200


@pytest.mark.parametrize(("told", "amount"), [("10000", 10_000), (100.9, 100), (2**31 - 1, 2**31 - 1)])
def test_an_amount_is_read_as_its_json_library_reads_a_number(card, told, amount):
    assert read(card.confirm(amount=told))[1]["totalAmount"] == amount


@pytest.mark.parametrize("call", [CREATE, CONFIRM])
@pytest.mark.parametrize(
    "body",
    [
        order(amount=None),
        {"paymentKey": "pay_1", "orderId": "ord_1"},
        order(paymentKey=None),
        order(amount=2**31),
        order(amount="ten"),
        order(amount=True),
        order(amount=[1]),
        order(paymentKey={}),
        b"",
        b"{",
        b"[]",
        b'"text"',
    ],
    ids=str,
)
def test_what_it_cannot_read_is_an_error_inside_it_and_changes_nothing(card, call, body):
    assert refused(card.send(call, body)) == PROVIDER
    assert card.server.books()["payments"] == []


@pytest.mark.parametrize("kind", ["text/plain", ""])
def test_another_type_of_body_is_an_error_inside_it(card, kind):
    assert refused(card.send(CREATE, order(), content_type=kind)) == PROVIDER


@pytest.mark.parametrize("call", [CREATE, CONFIRM])
def test_without_an_order_a_new_key_breaks_the_handler_itself(card, call):
    assert is_framework(card.send(call, order(orderId=None)))
    assert card.server.books()["payments"] == []


def test_a_cancel_without_a_body_is_an_error_inside_it(card):
    card.confirm()
    assert refused(card.send(f"{CREATE}/pay_1/cancel")) == PROVIDER
    assert len(card.server.moved) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", CREATE), ("GET", f"{CREATE}/pay_1"), ("DELETE", CREATE), ("POST", "/nowhere"), ("POST", "/v1/payments/")],
)
def test_an_address_that_is_not_there_is_an_error_inside_it_too(card, method, path):
    assert refused(card.send(path, order(), method)) == PROVIDER


# -- times, keys, memory


@pytest.mark.parametrize(
    ("ns", "text"),
    [(0, ""), (500_000_000, ".500"), (1_000, ".000001"), (123_456_789, ".123456789"), (120_000_000, ".120")],
)
def test_a_moment_has_as_many_digits_as_it_needs(card, ns, text):
    card.server._now_ns = lambda: NOW_MS * 1_000_000 + ns
    assert read(card.confirm())[1]["approvedAt"] == f"2026-01-01T00:00:00{text}Z"


def test_a_moment_usually_has_nine_digits(card):
    assert re.fullmatch(r"2026-01-01T00:00:00\.\d{9}Z", read(card.confirm())[1]["approvedAt"])


def test_the_order_of_keys_is_another_after_each_start(card):
    orders = set()
    for _ in range(20):
        orders.add(tuple(read(card.confirm())[1]))
        assert tuple(read(card.confirm())[1]) in orders
        card.server.restart()
    assert len(orders) > 10


def test_a_restart_forgets_everything_but_not_where_the_money_is(card):
    card.confirm()
    card.server.restart()

    assert card.server.books()["payments"] == []
    assert [one.amount for one in card.server.moved] == [10_000]
    assert refused(card.cancel()) == (404, "NOT_FOUND")
    assert read(card.create())[1]["status"] == "INITIATED"
    assert read(card.confirm())[1]["status"] == "APPROVED"
    assert [one.amount for one in card.server.moved] == [10_000, 10_000]
