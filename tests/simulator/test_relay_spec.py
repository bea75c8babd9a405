"""The loyalty relay of the owner's document: its addresses, words and numbers, with both of its switches.

Numbers are those of the document's sections. What such a server would do is ours: no running one is known.
"""

import itertools
import json

import pytest

from kiosk.simulator.relay_accounts import signature_of
from kiosk.simulator.relay_answers import Approvals
from kiosk.simulator.relay_money import UNIT
from kiosk.simulator.relay_settings import ACCESS_KEY, OWNER, RICH, SHOP_ID
from tests.simulator.relays import NOTHING, START, TAKEN, TOTAL, VirtualRelay

FIGURES = [f"{of}{what}" for of in ("paid", "fee", "total") for what in ("Point", "Token", "Value")]
HEAD = ["paymentId", "purchaseId", "amount", "currency", "shopId", "account", "loyaltyType", *FIGURES]
STAMPS = ["openNewTimestamp", "closeNewTimestamp", "openCancelTimestamp", "closeCancelTimestamp"]
SWITCHES = [
    {"confirm_honoured": honoured, "forced_close": forced}
    for honoured, forced in itertools.product((True, False), ("refunds", "completes"))
]


def relay_with(**settings):
    return VirtualRelay(dialect="spec", **settings)


@pytest.fixture
def relay():
    return relay_with()


@pytest.fixture(params=SWITCHES, ids=lambda switches: f"{switches['confirm_honoured']}-{switches['forced_close']}")
def each(request):
    return relay_with(**request.param)


class TestWords:
    def test_3_1_a_balance(self, relay):
        assert relay.get("user/balance", account=RICH).data == {
            "account": RICH,
            "loyaltyType": 0,
            "balance": str(START),
        }

    def test_3_2_what_a_payment_would_cost(self, relay):
        data = relay.get("info", account=RICH, amount=str(10 * UNIT), currency="krw").data
        assert list(data) == ["account", "loyaltyType", "amount", "currency", "balance", *FIGURES]
        assert [data[f"{of}Token"] for of in ("paid", "fee", "total")] == ["0"] * 3
        assert data["totalPoint"] == str(TOTAL)

    def test_3_3_to_3_6_the_four_calls_and_their_timestamps(self, relay):
        opened = relay.open_new()
        payment_id = opened.data["paymentId"]
        relay.approve(payment_id)
        relay.after(3)
        closed, cancelled = relay.close_new(payment_id), relay.open_cancel(payment_id)
        relay.approve_cancel(payment_id)
        relay.after(3)
        given_back = relay.close_cancel(payment_id)
        for shown, told in enumerate((opened, closed, cancelled, given_back), start=1):
            assert list(told.data) == [*HEAD, "paymentStatus", *STAMPS[:shown]]
            assert all(told.data[stamp] for stamp in STAMPS[:shown])
            assert told.data["loyaltyType"] == 0
        assert [told.payment_status for told in (opened, closed, cancelled, given_back)] == [1, 4, 5, 8]

    def test_3_7_a_shop(self, relay):
        relay.paid()
        assert relay.get("shop/info", shopId=SHOP_ID).data == {
            "shopId": SHOP_ID,
            "name": "Demo",
            "provideWaitTime": 0,
            "providePercent": 0,
            "account": OWNER,
            "providedPoint": "0",
            "usedPoint": str(10 * UNIT),
            "settledPoint": 0,
            "withdrawnPoint": "0",
        }

    @pytest.mark.parametrize(("amount", "status"), [(0, 0), (5, 1)])
    def test_3_8_what_a_shop_wants_paid_out(self, amount, status):
        relay = relay_with(shops={SHOP_ID: {"withdrawing": amount}})
        assert relay.get("shop/withdrawal", shopId=SHOP_ID).data == {
            "shopId": SHOP_ID,
            "withdrawAmount": str(amount),
            "withdrawStatus": status,
        }

    def test_5_1_an_item_has_timestamps_of_its_own(self, relay):
        data = relay.item(relay.cancel_opened()).data
        assert list(data) == [*HEAD, "paymentStatus", "createTimestamp", "cancelTimestamp"]
        assert data["createTimestamp"] + 3 == data["cancelTimestamp"]

    @pytest.mark.parametrize(
        ("story", "path", "signer", "answer", "status"),
        [
            ("opened", "create/confirm", RICH, "approve", 2),
            ("opened", "create/deny", RICH, "deny", 3),
            ("cancel_opened", "cancel/confirm", OWNER, "approve", 6),
            ("cancel_opened", "cancel/deny", OWNER, "deny", 7),
        ],
    )
    def test_5_2_to_5_5_the_answers_of_people(self, relay, story, path, signer, answer, status):
        payment_id = getattr(relay, story)()
        body = {"paymentId": payment_id, "signature": signature_of(signer, payment_id, answer)}
        data = relay.post(path, body, key=None).data
        assert list(data) == [*HEAD, "paymentStatus", *(["txHash"] if answer == "approve" else [])]
        assert data["paymentStatus"] == status

    @pytest.mark.parametrize("code", [0, 200])
    def test_success_has_one_of_two_codes(self, code):
        relay = relay_with(success_code=code)
        told = relay.open_new()
        assert (told.status, told.code) == (200, code)
        assert relay.item("0x1").code == 2003

    def test_the_key_is_in_the_body_and_missed_there(self, relay):
        told = relay.post("openNew", {}, key=None)
        assert told.code == 2001
        assert {"accessKey", "purchaseId"} <= {one["param"] for one in told.body["error"]["validation"]}
        body = {"paymentId": "0x1", "confirm": "true"}
        headers = {"content-type": "application/json", "authorization": ACCESS_KEY}
        reply = relay.send("POST", "/v1/payment/closeNew", headers, json.dumps(body | {"accessKey": "wrong"}).encode())
        assert json.loads(reply.body)["code"] == 2002
        assert relay.post("closeNew", body).code == 2003

    @pytest.mark.parametrize("path", ["new/open", "new/close", "new/approval", "cancel/open", "cancel/close"])
    def test_the_addresses_of_the_relay_that_runs_are_not_there(self, relay, path):
        assert relay.send("POST", f"/v1/payment/{path}", {}).status == 404


class TestCallbacks:
    def test_4_2_the_samples_words(self, relay):
        relay.approved()
        relay.deny(relay.opened())
        relay.after(0)
        success, denial = relay.called
        assert (success.body["type"], success.body["code"]) == ("openNew", 0)
        assert list(success.body["data"]) == [*HEAD, "balance"]
        assert success.body["data"]["balance"] == str(START - TOTAL)
        assert (denial.body["type"], denial.body["code"], list(denial.body["data"])) == ("openNew", 2001, HEAD)
        assert "authorization" not in success.headers

    def test_4_2_the_samples_words_for_a_cancel(self, relay):
        relay.cancel_approved()
        relay.deny_cancel(relay.cancel_opened())
        relay.after(0)
        told = [(one.body["type"], one.body["code"]) for one in relay.called]
        assert told == [("openNew", 0), ("openCancel", 0), ("openNew", 0), ("openCancel", 2001)]

    def test_4_1_the_tables_words(self):
        relay = relay_with(callback_words="table")
        relay.server.answers.plan(Approvals(outcome="reverted"))
        failed = relay.opened()
        relay.approve(failed)
        relay.after(3)
        relay.deny(relay.opened())
        relay.deny_cancel(relay.cancel_opened())
        late = relay.opened()
        relay.after(46)
        relay.approve(late)
        relay.after(0)
        told = [(one.body["type"], one.body["code"]) for one in relay.called]
        assert told == [("create", 1002), ("create", 1001), ("create", 0), ("cancel", 1001), ("create", 2000)]
        assert relay.status(failed) == 1

    def test_without_a_key_they_are_the_documents_to_the_letter(self):
        relay = relay_with(callback_key=None)
        relay.approved()
        assert list(relay.called[0].body) == ["type", "code", "message", "data"]


class TestConfirm:
    @pytest.mark.parametrize("close", ["close_new", "close_cancel"])
    def test_where_it_is_honoured_it_is_mandatory_and_named(self, relay, close):
        told = getattr(relay, close)("0x1", None)
        assert told.code == 2001
        assert {one["param"] for one in told.body["error"]["validation"]} == {"confirm"}

    @pytest.mark.parametrize("close", ["close_new", "close_cancel"])
    def test_where_it_is_ignored_nobody_misses_it(self, close):
        relay = relay_with(confirm_honoured=False)
        assert getattr(relay, close)("0x1", None).code == 2003

    @pytest.mark.parametrize(("confirm", "status", "points"), [("true", 4, TAKEN), ("false", 9, NOTHING)])
    def test_honoured_it_decides_about_an_approved_payment(self, relay, confirm, status, points):
        payment_id = relay.approved()
        assert relay.close_new(payment_id, confirm).payment_status == status
        assert (relay.status(payment_id), relay.points(payment_id)) == (status, points)

    @pytest.mark.parametrize("confirm", ["true", "false", None])
    def test_ignored_a_close_of_an_approved_payment_takes_it_whatever_it_says(self, confirm):
        relay = relay_with(confirm_honoured=False)
        payment_id = relay.approved()
        assert relay.close_new(payment_id, confirm).payment_status == 4
        assert (relay.points(payment_id), relay.moved) == (TAKEN, [("P1", 10)])
        assert relay.close_new(payment_id, confirm).code == 2024

    @pytest.mark.parametrize("story", ["opened", "denied"])
    def test_ignored_a_close_of_what_is_not_approved_is_refused_and_changes_nothing(self, story):
        relay = relay_with(confirm_honoured=False)
        payment_id = relay.opened()
        if story == "denied":
            relay.deny(payment_id)
        relay.after(50)
        assert relay.close_new(payment_id, "false").code == 2024
        assert relay.status(payment_id) == (3 if story == "denied" else 1)
        assert relay.points(payment_id) == NOTHING

    @pytest.mark.parametrize(("confirm", "status", "points"), [("true", 8, NOTHING), ("false", 9, TAKEN)])
    def test_honoured_it_decides_about_an_approved_cancel(self, relay, confirm, status, points):
        payment_id = relay.cancel_approved()
        assert relay.close_cancel(payment_id, confirm).payment_status == status
        assert relay.points(payment_id) == points

    def test_ignored_a_close_of_an_approved_cancel_gives_all_back(self):
        relay = relay_with(confirm_honoured=False)
        payment_id = relay.cancel_approved()
        assert relay.close_cancel(payment_id, "false").payment_status == 8
        assert (relay.points(payment_id), relay.balance()) == (NOTHING, START)

    def test_ignored_a_close_of_a_cancel_that_is_not_approved_is_refused(self):
        relay = relay_with(confirm_honoured=False)
        payment_id = relay.cancel_opened()
        relay.deny_cancel(payment_id)
        assert (relay.close_cancel(payment_id).code, relay.status(payment_id)) == (2024, 7)

    def test_honoured_what_is_not_approved_can_be_closed_after_40_seconds(self, relay):
        payment_id = relay.opened()
        assert relay.close_new(payment_id, "false").code == 2030
        relay.after(41)
        assert relay.close_new(payment_id, "false").payment_status == 9

    def test_honoured_a_denied_payment_stays_denied(self, relay):
        payment_id = relay.opened()
        relay.deny(payment_id)
        assert relay.close_new(payment_id, "false").payment_status == 3
        relay.after(400)
        assert relay.status(payment_id) == 3


class TestForcedClose:
    """All four combinations of the switches."""

    def test_what_nobody_approved_times_out(self, each):
        payment_id = each.opened()
        each.after(310)
        assert (each.status(payment_id), each.points(payment_id)) == (9, NOTHING)

    def test_an_approved_payment_is_taken_or_given_back(self, each):
        payment_id = each.approved()
        each.after(310)
        completes = each.server.settings.forced_close == "completes"
        assert (each.status(payment_id), each.points(payment_id)) == ((4, TAKEN) if completes else (9, NOTHING))

    def test_an_approved_cancel_is_given_back_or_comes_to_nothing(self, each):
        payment_id = each.cancel_approved()
        each.after(320)
        completes = each.server.settings.forced_close == "completes"
        assert (each.status(payment_id), each.points(payment_id)) == ((8, NOTHING) if completes else (9, TAKEN))

    def test_a_cancel_that_nobody_approved_comes_to_nothing(self, each):
        payment_id = each.cancel_opened()
        each.after(320)
        assert (each.status(payment_id), each.points(payment_id)) == (9, TAKEN)

    def test_a_denied_cancel_stays_denied(self, each):
        payment_id = each.cancel_opened()
        each.deny_cancel(payment_id)
        each.after(320)
        assert (each.status(payment_id), each.points(payment_id)) == (7, TAKEN)

    def test_a_whole_sale_and_its_cancel(self, each):
        payment_id = each.cancel_approved()
        assert each.close_cancel(payment_id).payment_status == 8
        assert (each.points(payment_id), each.balance(), each.moved) == (NOTHING, START, [("P1", 10), ("P1", -10)])


class TestStates:
    @pytest.mark.parametrize(
        ("story", "number"),
        [("opened", 1), ("approved", 2), ("paid", 4), ("cancel_opened", 5), ("cancel_approved", 6)],
    )
    def test_the_documents_numbers(self, each, story, number):
        assert each.status(getattr(each, story)()) == number

    def test_an_approval_on_its_way_is_an_approval_already_and_holds_nothing_yet(self, relay):
        payment_id = relay.opened()
        relay.approve(payment_id)
        assert (relay.status(payment_id), relay.points(payment_id)) == (2, NOTHING)

    def test_a_payment_without_enough_points_is_refused_by_its_code(self, relay):
        assert relay.open_new(amount=str(10**24)).code == 1511
