"""Faults in front of the loyalty relay: every kind works for it, and lies in its words."""

import json

import pytest
from pydantic import ValidationError

from kiosk.simulator.faults import KINDS, ONLY, Fault
from kiosk.simulator.relay_money import UNIT
from kiosk.simulator.relay_settings import ACCESS_KEY, RICH, SHOP_ID
from kiosk.simulator.world import Request
from tests.simulator.relays import VirtualRelay

KINDS_HERE = sorted(kind for kind in KINDS if "loyalty" in ONLY.get(kind, ("loyalty",)))
OPEN = {"purchaseId": "P1", "amount": str(10 * UNIT), "currency": "krw", "shopId": SHOP_ID, "account": RICH}
JSON = {"content-type": "application/json"}


@pytest.fixture
def relay():
    return VirtualRelay()


def plan(relay, kind, call="open_new", **params):
    relay.outside.plan(Fault(call=f"loyalty.{call}", kind=kind, params=params))


def exchange(relay, path="/v1/payment/new/open", body=None):
    sent = json.dumps({"accessKey": ACCESS_KEY} | (OPEN if body is None else body)).encode()
    return relay.outside.exchange("loyalty", Request("POST", path, JSON, sent))


def rows(relay):
    return len(relay.outside.books()["loyalty"]["payments"])


@pytest.mark.parametrize("kind", KINDS_HERE)
def test_the_next_call_works_after_any_fault(relay, kind):
    plan(relay, kind)
    exchange(relay)
    assert relay.open_new().code == 0


@pytest.mark.parametrize(
    ("kind", "code", "done"),
    [
        ("expired", 2002, 0),
        ("not_found", 2003, 0),
        ("decline_in_200", 1511, 0),
        ("status_500_framework", 5000, 0),
        ("status_500_framework_after", 5000, 1),
        ("code", 1511, 0),
        ("code_after", 1511, 1),
    ],
)
def test_it_refuses_in_its_own_words_and_always_says_200(relay, kind, code, done):
    plan(relay, kind)
    told = relay.open_new()
    assert (told.status, told.code, set(told.body), rows(relay)) == (200, code, {"code", "error"}, done)


@pytest.mark.parametrize("code", ["1211", "2005", "1513", "3004", "5000", "9000", "4711"])
def test_any_code_can_be_said(relay, code):
    plan(relay, "code", code=code)
    assert relay.open_new().code == int(code)


def test_a_code_that_is_no_number_cannot_be_planned():
    with pytest.raises(ValidationError, match="numbers"):
        Fault.model_validate({"call": "loyalty.item", "kind": "code", "params": {"code": "ZLGN012"}})


@pytest.mark.parametrize(("key", "altered"), [(None, {"paymentId", "purchaseId"}), ("shopId", {"shopId"})])
def test_a_wrong_id_is_told_and_the_right_one_is_written_down(relay, key, altered):
    payment_id = relay.opened()
    plan(relay, "wrong_id", "item", key=key)
    lie, truth = relay.item(payment_id).data, relay.item(payment_id).data
    assert {name for name in truth if lie[name] != truth[name]} == altered
    assert all(lie[name] == f"{truth[name]}X" for name in altered)


@pytest.mark.parametrize(("key", "altered"), [(None, "amount"), ("totalPoint", "totalPoint")])
def test_a_wrong_amount_is_less_by_whole_units_and_still_a_text(relay, key, altered):
    payment_id = relay.opened()
    plan(relay, "wrong_amount", "item", by=3, key=key)
    lie, truth = relay.item(payment_id).data, relay.item(payment_id).data
    assert {name for name in truth if lie[name] != truth[name]} == {altered}
    assert lie[altered] == str(int(truth[altered]) - 3 * UNIT)


def test_a_balance_can_be_told_wrong(relay):
    plan(relay, "wrong_amount", "balance", by=-5)
    assert relay.get("user/balance", account=RICH).data["balance"] == str(100_005 * UNIT)


def test_less_can_be_opened_than_was_asked(relay):
    plan(relay, "partial", by=4)
    told = relay.open_new()
    assert told.data["amount"] == str(6 * UNIT)
    assert relay.booked(told.data["paymentId"])["amount"] == str(6 * UNIT)


@pytest.mark.parametrize(("state", "told"), [("18", 18), ("99", 99), ("PENDING", 0)])
def test_another_state_can_be_told_as_a_number(relay, state, told):
    payment_id = relay.opened()
    plan(relay, "state", "item", state=state)
    assert [relay.status(payment_id), relay.status(payment_id)] == [told, 11]


def test_a_payment_may_be_opened_twice_by_a_proxy(relay):
    plan(relay, "duplicate")
    assert relay.open_new().code == 0
    assert rows(relay) == 2


def test_a_close_sent_twice_is_answered_as_closed_or_as_the_first_time(relay):
    for kind, code in (("duplicate", 2026), ("echo", 0)):
        payment_id = relay.approved()
        plan(relay, kind, "close_new")
        assert relay.close_new(payment_id).code == code
    assert relay.moved == [("P1", 10), ("P1", 10)]


def test_a_close_may_land_late(relay):
    payment_id = relay.approved()
    plan(relay, "late", "close_new")
    delivery = exchange(relay, "/v1/payment/new/close", {"paymentId": payment_id, "confirm": "true"})
    assert (delivery.reply, delivery.end) == (None, "reset")
    relay.after(400)
    assert delivery.late is not None
    delivery.late.land()
    assert relay.status(payment_id) == 19
    assert relay.moved == []


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [
        ("liveness", "GET", "/"),
        ("balance", "GET", "/v1/payment/user/balance"),
        ("info", "GET", "/v1/payment/info"),
        ("shop", "GET", "/v1/payment/shop/info"),
        ("withdrawal", "GET", "/v1/payment/shop/withdrawal"),
        ("item", "GET", "/v1/payment/item"),
        ("open_new", "POST", "/v1/payment/new/open"),
        ("close_new", "POST", "/v1/payment/new/close"),
        ("open_cancel", "POST", "/v1/payment/cancel/open"),
        ("close_cancel", "POST", "/v1/payment/cancel/close"),
        ("temporary", "POST", "/v1/payment/account/temporary"),
        ("approve_new", "POST", "/v1/payment/new/approval"),
        ("approve_cancel", "POST", "/v1/payment/cancel/approval"),
        ("unknown", "POST", "/v1/payment/openNew"),
    ],
)
def test_every_call_has_a_name(call, method, path):
    outside = VirtualRelay(withdrawal=True).outside
    assert outside.call_of("loyalty", Request(method, path, {})).name == call


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [
        ("open_new", "POST", "/v1/payment/openNew"),
        ("close_new", "POST", "/v1/payment/closeNew"),
        ("open_cancel", "POST", "/v1/payment/openCancel"),
        ("close_cancel", "POST", "/v1/payment/closeCancel"),
        ("approve_new", "POST", "/v1/payment/create/confirm"),
        ("approve_new", "POST", "/v1/payment/create/deny"),
        ("approve_cancel", "POST", "/v1/payment/cancel/confirm"),
        ("approve_cancel", "POST", "/v1/payment/cancel/deny"),
        ("withdrawal", "GET", "/v1/payment/shop/withdrawal"),
        ("unknown", "POST", "/v1/payment/new/open"),
    ],
)
def test_the_document_has_other_addresses_for_the_same_calls(call, method, path):
    assert VirtualRelay(dialect="spec").outside.call_of("loyalty", Request(method, path, {})).name == call


def test_the_log_names_the_ids_of_question_and_order(relay):
    payment_id = relay.opened()
    relay.item(payment_id)
    relay.send("POST", "/v1/payment/new/open", JSON, b"{")
    opened, asked, unreadable = relay.outside.requests()
    assert opened["ids"] == {"purchaseId": "P1", "account": RICH, "shopId": SHOP_ID}
    assert asked["ids"] == {"paymentId": payment_id}
    assert (unreadable["call"], unreadable["ids"], unreadable["answers"]) == ("open_new", {}, [400])


def test_the_serial_of_the_books_grows_with_what_happens_by_itself(relay):
    payment_id = relay.opened()
    before = relay.outside.books()["serial"]
    relay.approve(payment_id)
    answered = relay.outside.books()["serial"]
    relay.after(3)
    assert before < answered < relay.outside.books()["serial"]
    quiet = relay.outside.books()["serial"]
    relay.after(3)
    assert relay.outside.books()["serial"] == quiet


def test_a_reset_world_repeats_its_story(relay):
    first = [relay.open_new().body for _ in range(3)], relay.server.temporary_account(RICH)
    relay.outside.reset()
    relay.server = relay.outside.loyalty
    assert ([relay.open_new().body for _ in range(3)], relay.server.temporary_account(RICH)) == first
