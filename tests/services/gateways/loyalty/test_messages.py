"""Messages to the kiosk: all generations' words, and nobody's word taken for money. Source: document, 4.1 and 4.2."""

import json

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.domain.hint import Hint
from kiosk.domain.outcome import Reason
from kiosk.services.gateways.loyalty.messages import CANCEL, MEANING, NEW, Message, NotRead, read_message

SECRET = Confidential("0xcallback")


def a_message(**changes):
    message = {
        "type": "pay_new",
        "code": 0,
        "message": "Success",
        "data": {"paymentId": "0xa", "purchaseId": "K01-1-000001-1-t", "paymentStatus": 15},
    }
    return json.dumps({**message, **changes}).encode()


DATA = {"paymentId": "0xa", "purchaseId": "K01-1-000001-1-t"}


@pytest.mark.parametrize("about", sorted(NEW | CANCEL))
def test_the_types_of_all_generations_are_read(about):
    read = read_message(a_message(type=about), None, None)

    assert read == Message("0xa", "K01-1-000001-1-t", Hint("0xa", about, 0))


def test_there_are_four_types_for_each_kind():
    assert {"create", "new", "openNew", "pay_new"} == NEW
    assert {"cancel", "openCancel", "pay_cancel"} == CANCEL


def test_the_codes_of_all_generations():
    wanted = {
        Reason.DENIED: {1001, 2001, 4000},
        Reason.CONTRACT_ERROR: {1002, 5000},
        Reason.SERVER_ERROR: {1003, 6000},
        Reason.TIMED_OUT: {2000, 7000},
    }
    assert {reason: {code for code, one in MEANING.items() if one is reason} for reason in wanted} == wanted
    assert len(MEANING) == 9


@pytest.mark.parametrize("about", ["shop_add", "shop_update", "shop_status", "", "PAY_NEW"])
def test_what_is_about_no_payment_is_acknowledged_and_not_taken(about):
    assert read_message(a_message(type=about), None, None) == NotRead("not_a_payment", 200)


def test_a_secret_is_taken_from_the_body_or_the_header():
    assert isinstance(read_message(a_message(accessKey=SECRET.reveal()), None, SECRET), Message)
    assert isinstance(read_message(a_message(), SECRET.reveal(), SECRET), Message)
    assert isinstance(read_message(a_message(accessKey="wrong"), SECRET.reveal(), SECRET), Message)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (a_message(), None),
        (a_message(accessKey="x"), "y"),
        (a_message(accessKey=5), ""),
        (a_message(accessKey="ü"), None),
        (a_message(accessKey=None), f"Bearer {SECRET.reveal()}"),
    ],
)
def test_where_a_secret_was_agreed_on_nothing_else_is_taken(body, header):
    assert read_message(body, header, SECRET) == NotRead("wrong_key", 403)


def test_where_none_was_agreed_on_none_is_wanted():
    assert isinstance(read_message(a_message(accessKey="anything"), "anything", None), Message)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"[]", "not_an_object"),
        (b"null", "not_an_object"),
        (a_message(type=5), "not_a_message"),
        (a_message(code="0"), "not_a_message"),
        (a_message(code=True), "not_a_message"),
        (a_message(code=None), "not_a_message"),
        (a_message(data=None), "not_a_message"),
        (a_message(data=[]), "not_a_message"),
        (a_message(data={}), "not_a_payment"),
        (a_message(data={**DATA, "paymentId": ""}), "not_a_payment"),
        (a_message(data={**DATA, "paymentId": 5}), "not_a_payment"),
        (a_message(data={**DATA, "paymentId": "x" * 129}), "not_a_payment"),
        (a_message(data={**DATA, "purchaseId": None}), "not_a_payment"),
        (a_message(data={**DATA, "purchaseId": "x" * 129}), "not_a_payment"),
        (a_message(code=-1), "not_a_payment"),
        (a_message(code=10**9), "not_a_payment"),
    ],
)
def test_what_is_no_message_is_counted_by_why(body, why):
    read = read_message(body, None, None)

    assert isinstance(read, NotRead)
    assert read.why == why
