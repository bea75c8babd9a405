"""The rules of the loyalty relay that runs: who may do what when, and where the points are after it.

Tables and numbers are those of the facts of the loyalty relay: 4.2 transitions, 4.3 close new, 4.4 forced close,
4.5 races, 4.6 open new, 4.7 cancel, 5 temporary accounts.
"""

import random

import pytest

from kiosk.simulator.relay_accounts import signature_of
from kiosk.simulator.relay_answers import Approvals
from kiosk.simulator.relay_chain import Chain
from kiosk.simulator.relay_settings import Shop, Wallet
from tests.simulator.relays import HOUR, NO_PHONE, OWNER, POOR, RICH, SHOP_ID, UNIT, VirtualRelay

START = 100_000 * UNIT
TOTAL = 21 * UNIT // 2  # of the usual 10 won
NOTHING, HELD, TAKEN = (0, 0), (TOTAL, 0), (0, TOTAL)
NEW_STATES, CANCEL_STATES = range(11, 16), range(51, 56)
UNKNOWN = "0x" + "ab" * 32
DELEGATOR = "0x5555555555555555555555555555555555555555"


@pytest.fixture
def relay():
    return VirtualRelay()


def put(relay, state, chain, age_s=0.0):
    """A payment in this state of the relay's table and of the chain, both rounds opened so long ago."""
    payment_id = relay.opened()
    row, contracts = relay.server._table.rows[payment_id], relay.server.contracts
    row.rounds["cancel"] = relay.server._table.round()
    if chain:
        contracts.open(payment_id, relay.server._table.deal(row))
        contracts.deals[payment_id].state = Chain(chain)
    row.status = state
    for one in row.rounds.values():
        one.force_s = None
    relay.after(age_s)
    return payment_id


def closing(close, relay, payment_id, confirm):
    """The code, the state in the answer, and the state that is then in the table."""
    told = close(payment_id, confirm)
    return told.code, told.body.get("data", {}).get("paymentStatus"), relay.status(payment_id)


class TestOpening:
    def test_a_payment_is_opened_with_all_that_it_will_cost(self, relay):
        told = relay.open_new(purchaseId=" P7 ", currency="KRW")
        data = told.data
        assert (told.status, told.code, data["paymentStatus"], data["purchaseId"]) == (200, 0, 11, "P7")
        assert (data["currency"], data["account"]) == ("KRW", RICH)
        assert (data["paidPoint"], data["feePoint"], data["totalPoint"]) == (
            str(10 * UNIT),
            str(UNIT // 2),
            str(TOTAL),
        )
        stamps = [data[f"{what}Timestamp"] for what in ("openNew", "closeNew", "openCancel", "closeCancel")]
        assert stamps == [relay.clock.now_ms() // 1000, 0, 0, 0]
        assert relay.balance() == START

    def test_the_same_purchase_may_be_opened_again_and_again(self, relay):
        assert len({relay.opened(), relay.opened(), relay.opened()}) == 3

    def test_nobody_looks_at_the_shop(self, relay):
        unknown = relay.paid(shopId="0x" + "7" * 64)
        assert relay.points(unknown) == TAKEN

    def test_a_shop_that_is_not_active_is_paid_nothing_and_the_customer_pays_all_the_same(self, relay):
        relay.outside.set_shops({SHOP_ID: {"status": 2}})
        payment_id = relay.paid()
        shop = relay.outside.books()["loyalty"]["shops"][SHOP_ID]
        assert (relay.points(payment_id), shop["used"]) == (TAKEN, "0")

    def test_an_active_shop_is_credited_with_the_price_and_debited_with_a_cancel(self, relay):
        payment_id = relay.cancel_approved()
        shops = relay.outside.books()["loyalty"]["shops"]
        assert (shops[SHOP_ID]["used"], shops[SHOP_ID]["refundable"]) == (str(10 * UNIT), str(10 * UNIT))
        relay.close_cancel(payment_id)
        assert relay.outside.books()["loyalty"]["shops"][SHOP_ID]["used"] == "0"

    def test_the_order_of_checks_is_parameters_key_code_rate_balance_telephone(self, relay):
        wrong = {"account": "0xffffffff" + "0" * 32, "currency": "xyz", "amount": str(10**30)}
        codes = [
            relay.post("new/open", {}, key="wrong").code,
            relay.post("new/open", {"purchaseId": "P", "shopId": SHOP_ID} | wrong, key="wrong").code,
            relay.open_new(**wrong).code,
            relay.open_new(**(wrong | {"account": NO_PHONE})).code,
            relay.open_new(account=NO_PHONE, amount=str(10**30)).code,
            relay.open_new(account=NO_PHONE).code,
        ]
        assert codes == [2001, 2002, 2004, 1211, 1511, 2005]

    def test_without_a_telephone_the_payment_is_left_behind_until_it_is_closed_by_force(self, relay):
        assert relay.open_new(account=NO_PHONE).code == 2005
        (entry,) = relay.outside.books()["loyalty"]["payments"]
        assert relay.status(entry["paymentId"]) == 11
        relay.after(310)
        assert relay.status(entry["paymentId"]) == 19

    def test_the_fee_counts_against_the_balance(self, relay):
        relay.outside.set_wallets({POOR: {"balance": 15 * UNIT}})
        assert relay.open_new(account=POOR, amount=str(15 * UNIT)).code == 1511
        assert relay.open_new(account=POOR, amount=str(14 * UNIT)).code == 0

    @pytest.mark.parametrize("changes", [{"purchaseId": "x" * 67}, {"account": "0x" + "aB" * 20}])
    def test_what_a_library_below_it_refuses_breaks_the_relay(self, relay, changes):
        assert relay.open_new(**changes).code == 5000


class TestParameters:
    @pytest.mark.parametrize("path", ["new/close", "cancel/close"])
    @pytest.mark.parametrize("confirm", [None, "yes", "", 1])
    def test_confirm_is_mandatory_and_named_before_the_key_is_looked_at(self, relay, path, confirm):
        body = {"paymentId": UNKNOWN} | ({} if confirm is None else {"confirm": confirm})
        told = relay.post(path, body, key="wrong")
        assert told.code == 2001
        assert {one["param"] for one in told.body["error"]["validation"]} == {"confirm"}

    @pytest.mark.parametrize("confirm", ["true", "TRUE", " True ", True])
    def test_yes_may_be_written_in_many_ways(self, relay, confirm):
        assert relay.close_new(relay.approved(), confirm).payment_status == 18

    @pytest.mark.parametrize("confirm", ["false", "False", False])
    def test_so_may_no(self, relay, confirm):
        assert relay.close_new(relay.approved(), confirm).payment_status == 19

    def test_a_form_is_as_good_as_json(self, relay):
        body = f"accessKey={relay.server.settings.access_key}&paymentId={UNKNOWN}&confirm=true"
        headers = {"content-type": "application/x-www-form-urlencoded"}
        reply = relay.send("POST", "/v1/payment/new/close", headers, body.encode())
        assert b'"code":2003' in reply.body

    @pytest.mark.parametrize("body", [b"{", b"5", b'{"a": NaN}', b"[" * 100_000, b"\xff"])
    def test_malformed_json_is_answered_by_the_framework(self, relay, body):
        reply = relay.send("POST", "/v1/payment/new/open", {"content-type": "application/json"}, body)
        assert (reply.status, reply.headers["content-type"]) == (400, "text/html; charset=utf-8")

    def test_a_body_without_its_type_is_no_body(self, relay):
        reply = relay.send("POST", "/v1/payment/cancel/open", {}, b'{"paymentId": "x"}')
        assert b'"code":2001' in reply.body

    def test_a_list_has_no_parameters(self, relay):
        reply = relay.send("POST", "/v1/payment/cancel/open", {"content-type": "application/json"}, b"[]")
        assert b'"code":2001' in reply.body

    def test_too_long_a_body_is_answered_by_the_framework(self, relay):
        reply = relay.send("POST", "/v1/payment/new/open", {"content-type": "application/json"}, b" " * 1_000_001)
        assert (reply.status, reply.headers["content-type"]) == (413, "text/html; charset=utf-8")

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "openNew"),
            ("POST", "closeNew"),
            ("POST", "openCancel"),
            ("POST", "closeCancel"),
            ("POST", "create/confirm"),
            ("GET", "shop/withdrawal"),
            ("GET", "new/open"),
        ],
    )
    def test_other_addresses_are_not_there(self, relay, method, path):
        reply = relay.send(method, f"/v1/payment/{path}", {})
        assert (reply.status, reply.headers["content-type"]) == (404, "text/html; charset=utf-8")

    def test_it_says_that_it_lives(self, relay):
        reply = relay.send("GET", "/", {})
        assert (reply.status, reply.body) == (200, b'"OK"')

    @pytest.mark.parametrize(
        ("call", "query"),
        [
            ("user/balance", {"account": "0x1"}),
            ("info", {"account": RICH, "amount": "1.5", "currency": "krw"}),
            ("info", {"account": RICH, "amount": "1"}),
            ("shop/info", {"shopId": "0x1"}),
        ],
    )
    def test_a_question_that_cannot_be_is_refused(self, relay, call, query):
        assert relay.get(call, **query).code == 2001

    def test_a_currency_without_a_rate_has_no_price(self, relay):
        assert relay.get("info", account=RICH, amount="1", currency="xyz").code == 1211

    @pytest.mark.parametrize("value", [None, True, 7, 1.5, ["a", None, "b"], {"a": 1}])
    def test_a_purchase_id_may_be_anything(self, relay, value):
        printed = {True: "true", None: "null", 7: "7", 1.5: "1.5"}
        told = relay.open_new(purchaseId=value).data["purchaseId"]
        assert told == (
            printed[value]
            if not isinstance(value, list | dict)
            else {"list": "a,,b", "dict": "[object Object]"}[type(value).__name__]
        )


class TestShops:
    def test_a_shop_tells_who_it_is(self, relay):
        data = relay.get("shop/info", shopId=SHOP_ID).data
        assert (data["name"], data["status"], data["currency"], data["account"]) == ("Demo", 1, "krw", OWNER)

    def test_a_shop_that_does_not_exist_has_no_name_and_is_no_error(self, relay):
        told = relay.get("shop/info", shopId="0x" + "7" * 64)
        assert (told.code, told.data["name"], told.data["status"]) == (0, "", 0)

    @pytest.mark.parametrize(("amount", "status"), [(0, "Closed"), (5 * UNIT, "Opened")])
    def test_the_older_relay_tells_what_a_shop_wants_paid_out(self, amount, status):
        relay = VirtualRelay(withdrawal=True, shops={SHOP_ID: Shop(withdrawing=amount)})
        data = relay.get("shop/withdrawal", shopId=SHOP_ID).data
        assert (data["withdrawAmount"], data["withdrawStatus"]) == (str(amount), status)


class TestAnswering:
    def test_an_approval_is_sent_mined_and_told(self):
        relay = VirtualRelay(mining_s=2.0, callback_delay_s=4.0)
        payment_id = relay.opened()
        assert relay.approve(payment_id) == 0
        seen = []
        for _ in range(20):
            seen.append((relay.status(payment_id), relay.points(payment_id)))
            relay.after(0.5)
        assert list(dict.fromkeys(seen)) == [(14, NOTHING), (15, HELD), (17, HELD)]

    def test_an_approval_takes_the_points_out_of_the_wallet(self, relay):
        payment_id = relay.approved()
        assert (relay.balance(), relay.points(payment_id), relay.moved) == (START - TOTAL, HELD, [])

    @pytest.mark.parametrize("answer", ["approve", "deny"])
    def test_after_45_seconds_any_answer_is_too_late(self, relay, answer):
        in_time, late = relay.opened(), relay.opened()
        relay.at(45.0)
        assert getattr(relay, answer)(in_time) == 0
        relay.at(45.1)
        assert getattr(relay, answer)(late) == 7000
        assert relay.status(late) == 11

    def test_an_answer_is_final(self, relay):
        denied, approved = relay.opened(), relay.approved()
        relay.deny(denied)
        assert [relay.approve(denied), relay.deny(denied), relay.deny(approved), relay.approve(approved)] == [2020] * 4
        assert relay.status(denied) == 16

    def test_an_approval_on_its_way_cannot_be_answered_again(self, relay):
        payment_id = relay.opened()
        relay.approve(payment_id)
        assert relay.deny(payment_id) == 2020

    def test_an_answer_to_nothing_is_refused(self, relay):
        assert (relay.approve(UNKNOWN), relay.approve_cancel(UNKNOWN)) == (2003, 2003)

    @pytest.mark.parametrize(
        "signature",
        ["0x" + "11" * 65, signature_of(POOR, UNKNOWN, "approve"), signature_of(RICH, UNKNOWN, "approve")],
    )
    def test_a_signature_of_something_else_counts_for_nothing(self, relay, signature):
        payment_id = relay.opened()
        body = {"paymentId": payment_id, "approval": "true", "signature": signature}
        assert relay.post("new/approval", body).code == 1501
        body |= {"signature": signature_of(RICH, payment_id, "deny")}
        assert relay.post("new/approval", body).code == 1501
        assert relay.status(payment_id) == 11

    def test_points_spent_meanwhile_make_the_approval_fail_and_it_may_be_tried_again(self, relay):
        payment_id = relay.opened()
        relay.outside.set_wallets({RICH: {"balance": 1}})
        assert (relay.approve(payment_id), relay.status(payment_id)) == (1511, 12)
        relay.outside.set_wallets({RICH: {"balance": START}})
        assert relay.approve(payment_id) == 0
        relay.after(3)
        assert relay.status(payment_id) == 17

    @pytest.mark.parametrize(("outcome", "code", "state"), [("unsent", 5000, 12), ("reverted", 0, 13)])
    def test_a_failed_approval_holds_nothing_says_nothing_and_may_be_tried_again(self, relay, outcome, code, state):
        relay.server.answers.plan(Approvals(outcome=outcome))
        payment_id = relay.opened()
        assert relay.approve(payment_id) == code
        relay.after(3)
        assert (relay.status(payment_id), relay.points(payment_id), relay.called) == (state, NOTHING, [])
        assert relay.close_new(payment_id).code == 2030
        assert relay.approve(payment_id) == 0
        relay.after(3)
        assert (relay.status(payment_id), relay.points(payment_id)) == (17, HELD)

    def test_a_failed_approval_may_be_turned_into_a_denial(self, relay):
        relay.server.answers.plan(Approvals(outcome="unsent"))
        payment_id = relay.opened()
        relay.approve(payment_id)
        assert (relay.deny(payment_id), relay.status(payment_id)) == (0, 16)

    def test_points_spent_while_the_approval_is_on_its_way_revert_it(self, relay):
        payment_id = relay.opened()
        relay.approve(payment_id)
        relay.outside.set_wallets({RICH: {"balance": 1}})
        relay.after(3)
        assert (relay.status(payment_id), relay.points(payment_id), relay.balance()) == (13, NOTHING, 1)

    def test_an_approval_that_the_relay_lost_sight_of_holds_points_and_can_be_closed(self, relay):
        relay.server.answers.plan(Approvals(outcome="unseen"))
        payment_id = relay.approved()
        assert (relay.status(payment_id), relay.points(payment_id), relay.called) == (13, HELD, [])
        assert relay.deny(payment_id) == 2028
        assert relay.close_new(payment_id).payment_status == 18
        assert relay.points(payment_id) == TAKEN

    def test_an_approval_that_the_relay_lost_sight_of_is_found_when_it_is_given_again(self, relay):
        relay.server.answers.plan(Approvals(outcome="unseen"))
        payment_id = relay.approved()
        assert (relay.approve(payment_id), relay.status(payment_id)) == (2025, 17)
        assert relay.called == []

    @pytest.mark.parametrize(
        ("chain", "code", "after"), [(1, 2025, 17), (2, 2026, 18), (3, 2027, 19), (4, 2020, 13), (6, 2020, 13)]
    )
    def test_an_approval_of_what_the_chain_has_already_says_how_far_it_is(self, relay, chain, code, after):
        payment_id = put(relay, 13, chain)
        assert (relay.approve(payment_id), relay.status(payment_id)) == (code, after)

    @pytest.mark.parametrize(("chain", "code", "after"), [(4, 2025, 57), (5, 2026, 58), (6, 2027, 59), (1, 2020, 53)])
    def test_so_does_an_approval_of_a_cancel(self, relay, chain, code, after):
        payment_id = put(relay, 53, chain)
        assert (relay.approve_cancel(payment_id), relay.status(payment_id)) == (code, after)
        assert relay.deny_cancel(put(relay, 53, chain)) == 2028

    def test_phones_see_what_they_are_asked(self, relay):
        first, second = relay.opened(purchaseId="P1"), relay.opened(purchaseId="P2")
        relay.after(3)
        relay.deny(first)
        (question,) = relay.server.incoming(RICH.upper().replace("0X", "0x"))
        assert (question.payment_id, question.purchase_id, question.shop_name) == (second, "P2", "Demo")
        assert (question.amount, question.total_point, question.age_s) == (10 * UNIT, TOTAL, 3.0)
        assert relay.server.incoming(POOR) == []


class TestClosing:
    """4.3, row by row."""

    @pytest.mark.parametrize("confirm", ["true", "false"])
    def test_a_denied_payment_fails_whatever_confirm_says(self, relay, confirm):
        assert closing(relay.close_new, relay, put(relay, 16, 0), confirm) == (0, 19, 19)

    @pytest.mark.parametrize("confirm", ["true", "false"])
    @pytest.mark.parametrize("state", NEW_STATES)
    def test_what_is_not_approved_fails_after_40_seconds_even_if_it_is_wanted(self, relay, state, confirm):
        assert closing(relay.close_new, relay, put(relay, state, 0, 40.1), confirm) == (0, 19, 19)

    @pytest.mark.parametrize("confirm", ["true", "false"])
    @pytest.mark.parametrize("state", NEW_STATES)
    def test_before_that_nothing_changes(self, relay, state, confirm):
        assert closing(relay.close_new, relay, put(relay, state, 0, 40.0), confirm) == (2030, None, state)

    @pytest.mark.parametrize("state", [18, 19])
    def test_what_ended_without_ever_reaching_the_chain_was_forced(self, relay, state):
        assert closing(relay.close_new, relay, put(relay, state, 0), "true") == (2029, None, 19)

    @pytest.mark.parametrize("state", [17, 51, 58])
    def test_anything_else_that_is_not_on_the_chain_cannot_be_closed(self, relay, state):
        assert closing(relay.close_new, relay, put(relay, state, 0), "true") == (2024, None, state)

    @pytest.mark.parametrize("state", [*NEW_STATES, 16, 17])
    @pytest.mark.parametrize(("confirm", "end", "points"), [("true", 18, TAKEN), ("false", 19, NOTHING)])
    def test_what_is_held_is_taken_or_given_back(self, relay, state, confirm, end, points):
        payment_id = put(relay, state, 1)
        assert closing(relay.close_new, relay, payment_id, confirm) == (0, end, end)
        assert (relay.points(payment_id), relay.balance()) == (points, START - points[1])

    @pytest.mark.parametrize(("confirm", "said", "points"), [("true", 18, TAKEN), ("false", 19, NOTHING)])
    def test_what_is_held_after_it_failed_is_closed_on_the_chain_and_stays_failed_in_the_table(
        self, relay, confirm, said, points
    ):
        payment_id = put(relay, 19, 1)
        assert closing(relay.close_new, relay, payment_id, confirm) == (0, said, 19)
        assert relay.points(payment_id) == points

    @pytest.mark.parametrize("state", [18, 19, 51, 57])
    def test_what_is_closed_on_the_chain_is_set_to_paid_even_while_it_is_cancelled(self, relay, state):
        payment_id = put(relay, state, 2)
        relay.after(5)
        assert closing(relay.close_new, relay, payment_id, "false") == (2026, None, 18)
        assert relay.item(payment_id).data["closeNewTimestamp"] == relay.clock.now_ms() // 1000

    @pytest.mark.parametrize("state", [14, 17, 18, 19])
    def test_what_failed_on_the_chain_is_set_to_failed(self, relay, state):
        assert closing(relay.close_new, relay, put(relay, state, 3), "true") == (2026, None, 19)

    @pytest.mark.parametrize("chain", [4, 5, 6])
    def test_a_payment_that_is_being_cancelled_cannot_be_closed(self, relay, chain):
        assert closing(relay.close_new, relay, put(relay, 57, chain), "true") == (2024, None, 57)

    def test_an_unknown_payment_cannot_be_closed(self, relay):
        assert relay.close_new(UNKNOWN).code == 2003

    def test_a_payment_is_taken_once_and_moved_says_its_price(self, relay):
        payment_id = relay.paid(purchaseId="K01-7", amount=str(12_300 * UNIT))
        assert [relay.close_new(payment_id, confirm).code for confirm in ("true", "false")] == [2026, 2026]
        assert relay.moved == [("K01-7", 12_300)]
        assert relay.balance() == START - 12_915 * UNIT

    def test_closing_before_the_kiosk_is_told_succeeds_and_nothing_is_told_any_more(self, relay):
        payment_id = relay.opened()
        relay.after(0.5)
        relay.approve(payment_id)
        relay.after(1.2)
        assert (relay.status(payment_id), relay.points(payment_id)) == (14, HELD)
        assert relay.close_new(payment_id).payment_status == 18
        relay.after(60)
        assert relay.called == []


class TestForcedClose:
    @pytest.mark.parametrize("story", ["opened", "approved"])
    def test_what_nobody_closes_fails_between_300_and_310_seconds_and_all_is_given_back(self, relay, story):
        relay.after(3)
        payment_id = getattr(relay, story)()
        heard = len(relay.called)
        relay.at(309)
        assert relay.status(payment_id) in {11, 17}
        relay.at(310)
        assert (relay.status(payment_id), relay.points(payment_id), relay.balance()) == (19, NOTHING, START)
        relay.after(100)
        assert len(relay.called) == heard

    def test_a_denied_payment_fails_then_too(self, relay):
        payment_id = relay.opened()
        relay.deny(payment_id)
        relay.after(310)
        assert relay.status(payment_id) == 19

    @pytest.mark.parametrize("story", ["cancel_opened", "cancel_approved"])
    def test_a_cancel_that_nobody_closes_comes_to_nothing_and_the_customer_stays_charged(self, relay, story):
        payment_id = getattr(relay, story)()
        relay.after(320)
        assert (relay.status(payment_id), relay.points(payment_id), relay.balance()) == (59, TAKEN, START - TOTAL)
        assert relay.open_cancel(payment_id).code == 2022

    def test_when_all_is_closed_nothing_is_due_any_more(self, relay):
        for story in ("paid", "cancel_approved", "opened", "approved"):
            getattr(relay, story)()
        assert relay.outside.next_due_s() is not None
        relay.after(400)
        assert relay.outside.next_due_s() is None

    def test_a_world_looked_at_too_late_has_had_it_all_in_order(self, relay):
        payment_id = relay.opened()
        relay.approve(payment_id)
        relay.clock.seconds += 1000
        assert relay.status(payment_id) == 19
        relay.after(0)
        assert relay.tellings == [("pay_new", 0, 15)]
        assert relay.balance() == START


class TestRaces:
    """4.5."""

    def late(self, relay):
        """Closed at 42 s with the approval on its way, which lands at 50 s."""
        relay.server.answers.plan(Approvals(outcome="late", seconds=20))
        payment_id = relay.opened()
        relay.at(30)
        relay.approve(payment_id)
        relay.at(42)
        assert relay.status(payment_id) == 14
        assert relay.close_new(payment_id, "false").payment_status == 19
        relay.at(60)
        return payment_id

    def test_an_approval_that_lands_after_the_close_holds_the_points_and_nobody_is_told(self, relay):
        payment_id = self.late(relay)
        assert (relay.status(payment_id), relay.points(payment_id), relay.called) == (19, HELD, [])
        relay.after(HOUR)
        assert (relay.points(payment_id), relay.moved) == (HELD, [])

    def test_it_may_be_told_as_a_success(self):
        relay = VirtualRelay(late_callback=True)
        payment_id = self.late(relay)
        assert (relay.tellings, relay.status(payment_id)) == ([("pay_new", 0, 14)], 19)

    def test_closing_it_again_gives_the_points_back(self, relay):
        payment_id = self.late(relay)
        assert relay.close_new(payment_id, "false").payment_status == 19
        assert (relay.points(payment_id), relay.balance()) == (NOTHING, START)
        assert relay.close_new(payment_id, "false").code == 2026

    def test_closing_it_as_wanted_takes_the_points_although_the_table_says_failed(self, relay):
        payment_id = self.late(relay)
        assert relay.close_new(payment_id).payment_status == 18
        assert (relay.status(payment_id), relay.points(payment_id), relay.moved) == (19, TAKEN, [("P1", 10)])

    def test_what_never_reached_the_chain_says_so_when_it_is_closed_again(self, relay):
        payment_id = relay.opened()
        relay.after(41)
        assert relay.close_new(payment_id, "false").payment_status == 19
        assert relay.close_new(payment_id, "false").code == 2029


class TestCancelling:
    """4.7, which mirrors 4.3."""

    @pytest.mark.parametrize("state", [11, 14, 17, 19, 51, 54, 56, 57, 58, 59])
    def test_only_a_paid_payment_can_be_cancelled(self, relay, state):
        payment_id = put(relay, state, 2)
        assert (relay.open_cancel(payment_id).code, relay.status(payment_id)) == (2022, state)

    @pytest.mark.parametrize("state", [56, 59])
    def test_the_successor_lets_a_cancel_that_came_to_nothing_be_opened_again(self, state):
        relay = VirtualRelay(cancel_again=True)
        payment_id = put(relay, state, 2)
        assert relay.open_cancel(payment_id).payment_status == 51
        assert relay.approve_cancel(payment_id) == 0
        relay.after(3)
        assert relay.close_cancel(payment_id).payment_status == 58

    def test_the_successor_lets_it_be_opened_again_even_where_the_chain_will_not_have_it(self):
        relay = VirtualRelay(cancel_again=True)
        payment_id = relay.cancel_approved()
        assert relay.close_cancel(payment_id, "false").payment_status == 59
        assert relay.open_cancel(payment_id).payment_status == 51
        assert (relay.approve_cancel(payment_id), relay.status(payment_id)) == (2027, 59)

    def test_a_cancel_that_cannot_be_closed_is_forced_once_and_then_left(self):
        relay = VirtualRelay(cancel_again=True)
        payment_id = relay.cancel_approved()
        relay.close_cancel(payment_id, "false")
        relay.open_cancel(payment_id)
        relay.after(400)
        assert (relay.status(payment_id), relay.outside.next_due_s()) == (51, None)

    def test_the_owner_is_asked_and_nothing_moves_before_the_close(self, relay):
        payment_id = relay.cancel_opened()
        (question,) = relay.server.cancels_waiting(OWNER)
        assert question.payment_id == payment_id
        relay.approve_cancel(payment_id)
        assert relay.status(payment_id) == 54
        relay.after(3)
        assert (relay.status(payment_id), relay.points(payment_id), relay.balance()) == (57, TAKEN, START - TOTAL)
        assert relay.server.cancels_waiting(OWNER) == []

    def test_a_close_gives_all_of_it_back_fee_included_once(self, relay):
        payment_id = relay.cancel_approved()
        assert relay.close_cancel(payment_id).payment_status == 58
        assert relay.close_cancel(payment_id).code == 2026
        assert (relay.points(payment_id), relay.balance()) == (NOTHING, START)
        assert relay.moved == [("P1", 10), ("P1", -10)]

    def test_a_close_that_does_not_want_it_leaves_the_customer_charged_for_good(self, relay):
        payment_id = relay.cancel_approved()
        assert relay.close_cancel(payment_id, "false").payment_status == 59
        assert relay.close_cancel(payment_id).code == 2024
        assert (relay.points(payment_id), relay.moved) == (TAKEN, [("P1", 10)])

    @pytest.mark.parametrize("confirm", ["true", "false"])
    def test_a_denied_cancel_comes_to_nothing(self, relay, confirm):
        assert closing(relay.close_cancel, relay, put(relay, 56, 2), confirm) == (0, 59, 59)

    @pytest.mark.parametrize("confirm", ["true", "false"])
    @pytest.mark.parametrize("state", CANCEL_STATES)
    def test_so_does_one_that_is_not_approved_after_40_seconds(self, relay, state, confirm):
        assert closing(relay.close_cancel, relay, put(relay, state, 2, 40.1), confirm) == (0, 59, 59)

    @pytest.mark.parametrize("state", CANCEL_STATES)
    def test_before_that_nothing_changes(self, relay, state):
        assert closing(relay.close_cancel, relay, put(relay, state, 2, 40.0), "true") == (2030, None, state)

    @pytest.mark.parametrize("state", [58, 59])
    def test_what_ended_without_the_chain_was_forced(self, relay, state):
        assert closing(relay.close_cancel, relay, put(relay, state, 2), "true") == (2029, None, 59)

    @pytest.mark.parametrize("state", [18, 57])
    def test_what_was_never_opened_cannot_be_closed(self, relay, state):
        assert closing(relay.close_cancel, relay, put(relay, state, 2), "true") == (2024, None, state)

    @pytest.mark.parametrize("state", [*CANCEL_STATES, 57])
    @pytest.mark.parametrize(("confirm", "end"), [("true", 58), ("false", 59)])
    def test_an_approved_cancel_ends_as_it_is_wanted(self, relay, state, confirm, end):
        assert closing(relay.close_cancel, relay, put(relay, state, 4), confirm) == (0, end, end)

    @pytest.mark.parametrize(("chain", "code", "after"), [(5, 2026, 58), (6, 2024, 57), (0, 2024, 57), (1, 2024, 57)])
    def test_the_other_states_of_the_chain(self, relay, chain, code, after):
        assert closing(relay.close_cancel, relay, put(relay, 57, chain), "true") == (code, None, after)

    def test_a_failed_payment_is_taken_for_a_failed_cancel(self, relay):
        assert closing(relay.close_cancel, relay, put(relay, 19, 3), "true") == (2026, None, 59)

    def test_an_unknown_payment_can_be_neither_cancelled_nor_closed(self, relay):
        assert (relay.open_cancel(UNKNOWN).code, relay.close_cancel(UNKNOWN).code) == (2003, 2003)

    def test_an_owner_without_a_telephone_burns_the_only_try(self, relay):
        relay.outside.set_shops({SHOP_ID: {"phone": False}})
        payment_id = relay.paid()
        assert (relay.open_cancel(payment_id).code, relay.status(payment_id)) == (2005, 51)
        assert relay.open_cancel(payment_id).code == 2022

    def test_a_shop_that_does_not_exist_has_no_owner_to_ask(self, relay):
        assert relay.open_cancel(relay.paid(shopId="0x" + "7" * 64)).code == 2005

    def test_a_delegator_approves_within_five_seconds_and_needs_no_telephone(self, relay):
        relay.outside.set_shops({SHOP_ID: {"phone": False, "delegator": DELEGATOR}})
        payment_id = relay.cancel_opened()
        relay.after(7)
        assert relay.status(payment_id) == 57
        assert relay.tellings[-1] == ("pay_cancel", 0, 55)

    def test_with_a_delegator_the_owners_own_word_does_not_count(self, relay):
        relay.outside.set_shops({SHOP_ID: {"delegator": DELEGATOR}})
        payment_id = relay.cancel_opened()
        body = {"paymentId": payment_id, "approval": True, "signature": signature_of(OWNER, payment_id, "approve")}
        assert relay.post("cancel/approval", body).code == 1501

    def test_after_seven_days_the_approval_fails_and_the_kiosk_hears_nothing(self, relay):
        payment_id = relay.paid()
        relay.after(7 * 24 * HOUR)
        relay.open_cancel(payment_id)
        heard = len(relay.called)
        assert (relay.approve_cancel(payment_id), relay.status(payment_id)) == (1534, 52)
        assert len(relay.called) == heard

    def test_before_that_it_does_not(self, relay):
        payment_id = relay.paid()
        relay.after(7 * 24 * HOUR - 60)
        relay.open_cancel(payment_id)
        assert relay.approve_cancel(payment_id) == 0

    def test_an_answer_after_45_seconds_is_too_late_here_too(self, relay):
        payment_id = relay.cancel_opened()
        relay.after(45.1)
        assert (relay.approve_cancel(payment_id), relay.status(payment_id)) == (7000, 51)


class TestTemporaryAccounts:
    def test_it_has_the_form_that_no_wallet_has(self, relay):
        account = relay.server.temporary_account(RICH)
        assert (len(account), account[:10].lower(), account[-8:]) == (42, "0xffffffff", "00000000")

    def test_it_stands_for_the_wallet_in_any_case_and_every_answer_shows_the_wallet(self, relay):
        account = relay.server.temporary_account(RICH)
        for shown in (account, account.lower(), account.upper().replace("0X", "0x")):
            assert relay.get("user/balance", account=shown).data["account"] == RICH
        assert relay.get("info", account=account, amount="1", currency="krw").data["account"] == RICH
        assert relay.open_new(account=account).data["account"] == RICH

    def test_it_is_used_up_by_an_opening_that_succeeds_and_by_no_other(self, relay):
        account = relay.server.temporary_account(POOR)
        assert relay.open_new(account=account, amount=str(10_000 * UNIT)).code == 1511
        assert [relay.open_new(account=account).code for _ in range(2)] == [0, 2004]
        assert relay.get("user/balance", account=account).code == 2004

    def test_it_is_not_used_up_where_there_is_no_telephone(self, relay):
        account = relay.server.temporary_account(NO_PHONE)
        assert [relay.open_new(account=account).code for _ in range(2)] == [2005, 2005]

    def test_it_lives_for_less_than_a_minute_however_often_it_is_looked_at(self, relay):
        account = relay.server.temporary_account(RICH)
        relay.after(59.9)
        assert relay.get("user/balance", account=account).code == 0
        relay.after(0.1)
        assert relay.get("user/balance", account=account).code == 2004

    def test_several_are_good_at_once(self, relay):
        accounts = [relay.server.temporary_account(RICH) for _ in range(3)]
        assert [relay.open_new(account=account).code for account in accounts] == [0, 0, 0]

    def test_a_phone_asks_for_it_with_its_signature(self, relay):
        body = {"account": RICH, "signature": signature_of(RICH, "", "temporary")}
        account = relay.post("account/temporary", body).data["temporaryAccount"]
        assert relay.get("user/balance", account=account).code == 0
        assert relay.post("account/temporary", body | {"account": POOR}).code == 1501


def test_whatever_happens_no_point_is_lost_or_made():
    """Thousands of random steps: wallet, held and taken add up, and `moved` says what was taken and not given back."""
    for seed in range(40):
        chance = random.Random(seed)
        relay = VirtualRelay(cancel_again=seed % 2 == 0, mining_s=chance.choice([0.0, 1.0, 30.0]))
        relay.outside.set_wallets({RICH: {"balance": 1_000 * UNIT}})
        payments = []
        for step in range(60):
            match chance.randrange(9):
                case 0 | 1:
                    told = relay.open_new(purchaseId=f"P{step}", amount=str(chance.randrange(1, 200) * UNIT))
                    payments += [told.data["paymentId"]] if told.code == 0 else []
                case 2:
                    outcome = chance.choice(["unsent", "reverted", "unseen", "late"])
                    relay.server.answers.plan(Approvals(outcome=outcome, seconds=chance.randrange(100)))
                case act if payments:
                    acts = (relay.approve, relay.deny, relay.close_new, relay.open_cancel, relay.approve_cancel)
                    one = chance.choice(payments)
                    confirm = chance.choice(["true", "false"])
                    if act == 8:
                        relay.close_cancel(one, confirm)
                    elif act == 5:
                        relay.close_new(one, confirm)
                    else:
                        acts[act - 3](one)
            relay.after(chance.choice([0, 0.5, 2, 20, 200]))
            books = relay.outside.books()["loyalty"]
            held_or_taken = sum(int(one["held"]) + int(one["taken"]) for one in books["payments"])
            assert int(books["wallets"][RICH]["balance"]) + held_or_taken == 1_000 * UNIT
            kept = sum(int(one["paidValue"]) for one in books["payments"] if one["taken"] != "0")
            assert sum(amount for _, amount in relay.moved) * UNIT == kept


def test_a_setting_that_is_not_about_wallets_leaves_them_alone(relay):
    payment_id = relay.approved()
    relay.outside.change({"loyalty": {"mining_s": 0}})
    assert (relay.balance(), relay.points(payment_id)) == (START - TOTAL, HELD)


def test_wallets_shops_and_rates_of_the_settings_are_used_at_once(relay):
    relay.outside.change(
        {
            "loyalty": {
                "wallets": {RICH: {"balance": 7}},
                "shops": {SHOP_ID: {"name": "Other"}},
                "rates": {"eur": 1_400 * 10**9},
            }
        }
    )
    assert relay.balance() == 7
    assert relay.get("shop/info", shopId=SHOP_ID).data["name"] == "Other"
    assert relay.get("info", account=RICH, amount=str(UNIT), currency="EUR").data["paidPoint"] == str(1_400 * UNIT)
    assert relay.server.settings.wallets[RICH] == Wallet(balance=7)
