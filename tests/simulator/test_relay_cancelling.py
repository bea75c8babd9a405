"""How a paid payment is cancelled at the loyalty relay (its facts: 4.7, which mirrors 4.3)."""

import pytest

from kiosk.simulator.relay_accounts import signature_of
from kiosk.simulator.relay_settings import OWNER, SHOP_ID
from tests.simulator.relays import HOUR, NOTHING, START, TAKEN, TOTAL, UNKNOWN, VirtualRelay, closing, put

CANCEL_STATES = range(51, 56)
DELEGATOR = "0x5555555555555555555555555555555555555555"


@pytest.fixture
def relay():
    return VirtualRelay()


class TestCancelling:
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
        closed_at = relay.close_cancel(payment_id, "false").data["closeCancelTimestamp"]
        relay.after(10)
        again = relay.open_cancel(payment_id).data
        assert (again["paymentStatus"], again["openCancelTimestamp"], again["closeCancelTimestamp"]) == (
            51,
            closed_at + 10,
            closed_at,
        )
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

    def test_a_delegator_that_cannot_approve_tries_every_five_seconds_and_is_too_late_in_the_end(self, relay):
        relay.outside.set_shops({SHOP_ID: {"delegator": DELEGATOR}})
        payment_id = relay.paid()
        relay.after(7 * 24 * HOUR)
        relay.called.clear()
        relay.open_cancel(payment_id)
        relay.after(45)
        assert (relay.status(payment_id), relay.called) == (52, [])
        relay.after(20)
        assert relay.tellings == [("pay_cancel", 7000, 52)] * 4
        relay.after(300)
        assert (relay.status(payment_id), relay.outside.next_due_s()) == (59, None)

    def test_a_shop_tells_its_delegator_and_has_none_as_a_rule(self, relay):
        assert relay.get("shop/info", shopId=SHOP_ID).data["delegator"] == "0x" + "0" * 40
        relay.outside.set_shops({SHOP_ID: {"delegator": DELEGATOR}})
        assert relay.get("shop/info", shopId=SHOP_ID).data["delegator"] == DELEGATOR

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
