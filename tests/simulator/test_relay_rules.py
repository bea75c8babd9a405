"""Who may answer and close when at the loyalty relay that runs, and where the points are after it.

Tables and numbers are those of its facts: 4.2 transitions, 4.3 close new, 4.4 forced close, 4.5 races.
"""

import random

import pytest

from kiosk.simulator.relay_accounts import signature_of
from kiosk.simulator.relay_answers import Approvals
from kiosk.simulator.relay_money import UNIT
from kiosk.simulator.relay_settings import POOR, RICH
from tests.simulator.relays import (
    HELD,
    HOUR,
    NOTHING,
    START,
    TAKEN,
    TOTAL,
    UNKNOWN,
    VirtualRelay,
    closing,
    put,
)

NEW_STATES = range(11, 16)


@pytest.fixture
def relay():
    return VirtualRelay()


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

    def test_a_clock_of_whole_microseconds_gets_there_too(self, relay):
        relay.clock.seconds = 0.000_000_3
        payment_id = relay.opened()
        relay.approve(payment_id)
        for _ in range(50):
            due_s = relay.outside.next_due_s()
            if due_s is None:
                break
            relay.clock.seconds = int((relay.clock.seconds + due_s) * 1e6) / 1e6
            relay.after(0)
        assert (relay.status(payment_id), relay.outside.next_due_s()) == (19, None)

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
