"""How the loyalty relay calls the kiosk: what is told when, once, and what can become of it (facts, 3)."""

import pytest

from kiosk.simulator.relay_answers import Approvals
from kiosk.simulator.relay_callbacks import WRONG_KEY, Forged, Mishap
from kiosk.simulator.relay_money import UNIT
from kiosk.simulator.relay_settings import CALLBACK_KEY
from tests.simulator.relays import HOUR, VirtualRelay

DATA = {
    "paymentId": str,
    "purchaseId": str,
    "amount": str,
    "currency": str,
    "shopId": str,
    "account": str,
    "paidPoint": str,
    "paidValue": str,
    "feePoint": str,
    "feeValue": str,
    "totalPoint": str,
    "totalValue": str,
    "paymentStatus": int,
}


@pytest.fixture
def relay():
    return VirtualRelay(callback_url="http://kiosk/callback")


class TestWhatIsTold:
    def test_a_success_is_told_when_the_chain_has_it_with_the_key_in_header_and_body(self, relay):
        payment_id = relay.opened(currency="KRW", purchaseId=" P9 ")
        relay.after(0.5)
        relay.approve(payment_id)
        relay.after(1.4)
        assert relay.called == []
        relay.after(0.1)
        (callback,) = relay.called
        assert relay.tellings == [("pay_new", 0, 15)]
        assert callback.url == "http://kiosk/callback"
        assert callback.headers == {"content-type": "application/json", "authorization": CALLBACK_KEY}
        assert list(callback.body) == ["accessKey", "type", "code", "message", "data"]
        assert callback.body["accessKey"] == CALLBACK_KEY
        data = callback.body["data"]
        assert {key: type(value) for key, value in data.items()} == DATA
        assert (data["purchaseId"], data["currency"]) == ("P9", "krw")

    def test_a_denial_is_told_at_once_with_the_key_in_the_body_only(self, relay):
        relay.deny(relay.opened())
        relay.after(0)
        (callback,) = relay.called
        assert relay.tellings == [("pay_new", 4000, 16)]
        assert callback.headers == {"content-type": "application/json"}
        assert callback.body["accessKey"] == CALLBACK_KEY

    def test_a_timeout_is_told_for_each_answer_that_comes_too_late(self, relay):
        payment_id = relay.opened()
        relay.at(46)
        relay.approve(payment_id)
        relay.deny(payment_id)
        relay.after(0)
        assert relay.tellings == [("pay_new", 7000, 11)] * 2
        assert "authorization" not in relay.called[0].headers

    def test_when_nobody_answers_nothing_is_ever_told(self, relay):
        relay.opened()
        relay.after(HOUR)
        assert relay.called == []

    @pytest.mark.parametrize("outcome", ["unsent", "reverted", "unseen"])
    def test_a_failed_approval_is_never_told(self, relay, outcome):
        relay.server.answers.plan(Approvals(outcome=outcome))
        relay.approve(relay.opened())
        relay.after(HOUR)
        assert relay.called == []

    def test_a_cancel_is_told_in_the_same_way(self, relay):
        relay.cancel_approved()
        relay.deny_cancel(relay.cancel_opened(purchaseId="P2"))
        late = relay.cancel_opened(purchaseId="P3")
        relay.after(46)
        relay.approve_cancel(late)
        relay.after(0)
        told = [one for one in relay.tellings if one[0] == "pay_cancel"]
        assert told == [("pay_cancel", 0, 55), ("pay_cancel", 4000, 56), ("pay_cancel", 7000, 51)]

    def test_closing_is_not_told(self, relay):
        relay.paid()
        assert relay.tellings == [("pay_new", 0, 15)]

    def test_whoever_calls_without_a_key_shows_none(self):
        relay = VirtualRelay(callback_key=None)
        relay.approved()
        assert (relay.called[0].headers, "accessKey" in relay.called[0].body) == (
            {"content-type": "application/json"},
            False,
        )
        assert relay.called[0].url is None


class TestWhatBecomesOfIt:
    def test_it_is_told_once_and_never_again(self, relay):
        relay.approved()
        relay.after(HOUR)
        assert len(relay.called) == 1

    def test_a_lost_message_is_lost_and_the_relay_thinks_it_was_told(self, relay):
        relay.server.callbacks.plan(Mishap(kind="lost"))
        payment_id = relay.approved()
        relay.approved(purchaseId="P2")
        assert [one.body["data"]["purchaseId"] for one in relay.called] == ["P2"]
        assert relay.status(payment_id) == 17

    def test_a_late_message_comes_late_and_the_state_waits_for_it(self, relay):
        relay.server.callbacks.plan(Mishap(kind="delay", seconds=20))
        payment_id = relay.approved()
        assert (relay.called, relay.status(payment_id)) == ([], 15)
        relay.after(20)
        assert (relay.tellings, relay.status(payment_id)) == ([("pay_new", 0, 15)], 17)

    def test_a_late_message_may_come_after_the_kiosk_has_closed(self, relay):
        relay.server.callbacks.plan(Mishap(kind="delay", seconds=20))
        payment_id = relay.paid()
        relay.after(20)
        assert (relay.tellings, relay.status(payment_id)) == ([("pay_new", 0, 15)], 18)

    def test_a_doubled_message_comes_twice(self, relay):
        relay.server.callbacks.plan(Mishap(kind="duplicate"))
        relay.approved()
        first, second = relay.called
        assert (first.body, first.serial + 1) == (second.body, second.serial)

    def test_a_message_may_come_under_a_wrong_key(self, relay):
        relay.server.callbacks.plan(Mishap(kind="wrong_key"))
        relay.approved()
        assert (relay.called[0].headers["authorization"], relay.called[0].body["accessKey"]) == (WRONG_KEY, WRONG_KEY)

    def test_a_payment_may_be_approved_and_told_before_its_opening_is_answered(self, relay):
        relay.server.callbacks.plan(Mishap(kind="early", count=2))
        told = relay.open_new()
        (early,) = relay.server.callbacks.take_early()
        assert (told.payment_status, early.body["code"], early.body["data"]["paymentStatus"]) == (11, 0, 15)
        assert early.body["data"]["paymentId"] == told.data["paymentId"]
        assert (relay.status(told.data["paymentId"]), relay.points(told.data["paymentId"])[0]) == (17, 21 * UNIT // 2)
        assert relay.close_new(told.data["paymentId"]).payment_status == 18

    def test_mishaps_meet_as_many_as_planned_in_their_order_and_can_be_called_off(self, relay):
        relay.server.callbacks.plan(Mishap(kind="lost", count=2))
        relay.server.callbacks.plan(Mishap(kind="duplicate", count=9))
        for number in range(3):
            relay.deny(relay.opened(purchaseId=f"P{number}"))
        relay.server.callbacks.clear()
        relay.deny(relay.opened(purchaseId="P3"))
        relay.after(0)
        assert [one.body["data"]["purchaseId"] for one in relay.called] == ["P2", "P2", "P3"]

    def test_all_may_be_late(self):
        relay = VirtualRelay(callback_delay_s=7)
        relay.deny(relay.opened())
        assert relay.outside.next_due_s() == 7
        relay.after(7)
        assert relay.tellings == [("pay_new", 4000, 16)]

    def test_somebody_else_may_call_in_its_place(self, relay):
        forged = Forged(body={"type": "pay_new", "code": 0}, headers={"authorization": "guessed"})
        relay.server.callbacks.forge(forged)
        relay.after(0)
        (callback,) = relay.called
        assert (callback.url, callback.body) == ("http://kiosk/callback", {"type": "pay_new", "code": 0})
        assert callback.headers == {"content-type": "application/json", "authorization": "guessed"}
