"""What is the card server's alone: created first, confirmed as often as it takes, and forgetful."""

import pytest

from kiosk.domain.attempt import RECEIPT, Goal, State
from kiosk.domain.money import won
from kiosk.domain.outcome import Reason
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.card.method import KEY
from tests.contract.bench import CARD, PRICE, FakeDesk


@pytest.fixture
async def card(new_bench):
    return await new_bench(CARD)


async def answers(card, attempt):
    return [(one.call, one.answer) for one in await card.operations(attempt)]


def forget(card):
    """The server is started again."""
    card.world.restart("card")


# -- what is sent, and kept


async def test_a_payment_is_created_then_confirmed_and_its_receipt_is_kept(card):
    attempt = await card.sell()

    key = attempt.facts[KEY]
    assert key.startswith(f"{attempt.id}-")
    assert attempt.transaction == key
    assert card.world.card_payments == [(key, PRICE, "APPROVED")]
    assert attempt.facts[RECEIPT] == f"https://pay.local/receipts/{key}"
    assert await answers(card, attempt) == [("create", "initiated"), ("confirm", "approved")]


async def test_its_order_is_ours(card):
    attempt = await card.sell()

    [payment] = card.world.books()["card"]["payments"]
    assert payment["orderId"] == attempt.order_id


# -- creating moves no money


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncated", "empty_200", "html_502", "status_429"])
async def test_a_create_whose_answer_is_lost_is_sent_again(card, kind):
    card.world.fault("card.create", kind, count=2)

    attempt = await card.sell()

    assert attempt.state is State.APPROVED
    assert card.calls == ["create", "create", "create", "confirm"]


@pytest.mark.parametrize("kind", ["drop_after", "html_502"])
async def test_a_payment_that_cannot_be_created_was_not_sent(card, kind):
    card.world.fault("card.create", kind, count=3)

    attempt = await card.sell()

    assert (attempt.state, attempt.reason) == (State.NOT_SENT, Reason.UNREACHABLE)
    assert "confirm" not in card.calls
    assert await card.agrees()


@pytest.mark.parametrize("state", ["APPROVED", "CANCELED", "FAILED"])
async def test_a_fresh_key_that_is_known_is_not_used(card, state):
    card.world.fault("card.create", "state", state=state)

    attempt = await card.sell()

    assert (attempt.state, attempt.reason) == (State.DECLINED, Reason.ID_REUSED)
    assert card.calls == ["create"]


async def test_an_end_after_creating_has_sent_nothing(card):
    attempt = await card.begin()
    card.wire.crash_after = "/v1/payments"
    await card.crash(card.method.pay(attempt, FakeDesk()))
    await card.restart()

    attempt = await card.journal.attempt(attempt.id)
    assert (attempt.state, attempt.reason) == (State.NOT_SENT, Reason.INTERRUPTED)
    assert card.world.card_payments == [(attempt.facts[KEY], PRICE, "INITIATED")]


# -- a confirm whose answer was lost


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_it_is_confirmed_again_up_to_three_times_while_its_customer_stands_there(card, times):
    card.world.fault("card.confirm", "drop_before", count=times)

    attempt = await card.sell()

    assert attempt.state is State.APPROVED
    assert card.calls == ["create", *["confirm"] * (times + 1)]
    assert card.gateway.held(card.world) == PRICE


async def test_then_it_is_only_looked_at(card):
    card.world.fault("card.confirm", "drop_before", count=4)

    attempt = await card.sell()

    assert (attempt.state, attempt.reason) == (State.NOT_CHARGED, Reason.NOTHING_THERE)
    assert card.calls[:5] == ["create", *["confirm"] * 4]
    assert set(card.calls[5:]) == {"create"}
    assert await card.agrees()


async def test_however_often_it_is_confirmed_it_is_paid_once(card):
    card.world.fault("card.confirm", "drop_after", count=3)

    attempt = await card.sell()

    assert attempt.state is State.APPROVED
    assert card.gateway.held(card.world) == PRICE
    assert await card.agrees()


async def test_what_is_sent_again_is_written_down_as_the_same_request(card):
    card.world.fault("card.confirm", "drop_after")
    attempt = await card.sell()

    _, first, again = await card.operations(attempt)
    assert (first.call, first.repeats) == ("confirm", "")
    assert (again.call, again.request_id, again.repeats) == ("confirm", first.request_id, first.id)


async def test_after_a_restart_nothing_is_confirmed_that_is_not_paid(card):
    card.world.fault("card.confirm", "drop_before")
    attempt, _ = await card.charge()
    await card.restart()

    attempt = await card.settle(attempt.id)

    assert attempt.state is State.NOT_CHARGED
    assert card.calls.count("confirm") == 1


async def test_after_a_restart_what_is_paid_is_confirmed_once_more_to_hear_how_much(card):
    card.world.fault("card.confirm", "drop_after")
    attempt, _ = await card.charge()
    await card.restart()

    attempt = await card.settle(attempt.id)

    assert (attempt.state, attempt.received) == (State.APPROVED, won(PRICE))
    assert card.calls == ["create", "confirm", "create", "confirm"]
    assert attempt.facts[RECEIPT]


async def test_what_is_not_wanted_any_more_is_never_confirmed_again(card):
    card.world.fault("card.confirm", "drop_before")
    attempt, _ = await card.charge()
    await card.unwanted(attempt.id)

    await card.settle(attempt.id)

    assert card.calls.count("confirm") == 1


async def test_it_is_looked_at_at_once_and_after_1_5_and_30_seconds(card):
    card.world.fault("card.confirm", "drop_before")
    attempt, _ = await card.charge()
    await card.unwanted(attempt.id)
    unknown = await card.journal.attempt(attempt.id)

    await card.settle(attempt.id)

    looks = [one for one in await card.operations(attempt) if one.call == "create"][1:]
    since_ms = unknown.unsure_since.monotonic_ms
    assert [round((one.intended.monotonic_ms - since_ms) / 1000) for one in looks] == [0, 1, 5, 30]


# -- refusals


@pytest.mark.parametrize("code", ["UNAUTHORIZED", "PROVIDER_ERROR"])
async def test_a_refused_confirm_moved_nothing(card, code):
    card.world.fault("card.confirm", "code", code=code)

    attempt = await card.sell()

    assert (attempt.state, attempt.reason) == (State.DECLINED, Reason.SETUP)
    assert card.calls == ["create", "confirm"]


async def test_other_values_under_our_key_are_a_mistake_of_ours_and_cards_are_off(card):
    card.world.fault("card.confirm", "code", code="AMOUNT_MISMATCH")

    attempt = await card.sell()

    assert (attempt.state, attempt.goal) == (State.NOT_CHARGED, Goal.UNDO)
    assert card.calls == ["create", "confirm", *["create"] * 4]
    assert [task.kind for task in await card.journal.staff_tasks()] == ["mistake"]
    assert card.method.health().reason is Reason.SETUP


async def test_a_key_that_is_not_accepted_any_more_turns_cards_off_until_it_is(card):
    card.world.settings(card={"secret_key": "another"})
    await card.method.probe()
    assert card.method.health().reason is Reason.SETUP

    card.world.settings(card={"secret_key": card.gateway.settings.get("secret_key", "test_sk_dummy")})
    await card.method.probe()
    assert card.method.health().ok


async def test_what_somebody_cancelled_meanwhile_is_given_back(card):
    card.world.fault("card.confirm", "code", code="ALREADY_CANCELED")
    card.world.fault("card.create", "pass")
    card.world.fault("card.create", "state", state="CANCELED")

    attempt = await card.sell()

    assert (attempt.state, attempt.reason) == (State.NOT_CHARGED, Reason.CANCELLED_THERE)


# -- a server that forgets


async def test_what_was_paid_and_then_forgotten_is_for_staff_and_never_confirmed_afresh(card):
    attempt = await card.sell()
    forget(card)

    refund = await card.give_back(attempt)

    assert (refund.state, refund.reason) == (RefundState.NEEDS_STAFF, Reason.FORGOTTEN)
    assert card.world.card_payments == []


async def test_a_lost_confirm_that_was_forgotten_is_taken_once_more_at_most(card):
    """Its first approval is gone with the server's memory; nobody can know of it."""
    card.world.fault("card.confirm", "drop_after")
    attempt, _ = await card.charge()
    await card.unwanted(attempt.id)
    forget(card)

    attempt = await card.settle(attempt.id)

    assert attempt.state is State.NOT_CHARGED
    assert card.calls.count("confirm") == 1


async def test_forgotten_between_look_and_cancel_it_is_for_staff(card):
    card.world.fault("card.confirm", "drop_after")
    attempt, _ = await card.charge()
    await card.unwanted(attempt.id)
    card.world.fault("card.cancel", "drop_before")
    card.clock.when(0.5, lambda: forget(card))

    attempt = await card.settle(attempt.id)

    assert (attempt.state, attempt.reason) == (State.NEEDS_STAFF, Reason.FORGOTTEN)


# -- cancels


async def test_a_payment_cancelled_behind_our_back_is_given_back(card):
    attempt = await card.sell()
    card.world.fault("card.cancel", "drop_after")

    refund = await card.give_back(attempt)

    assert refund.state is RefundState.DONE
    assert card.calls[-2:] == ["cancel", "create"]


async def test_the_answer_to_another_cancel_gives_nothing_back(card):
    """It names no payment: whatever stands between till and server may have mixed it up."""
    attempt = await card.sell()
    card.world.fault("card.cancel", "code", code="PROVIDER_ERROR", status=200)
    card.world.fault("card.cancel", "drop_before")

    refund = await card.give_back(attempt)

    assert refund.state is RefundState.DONE
    assert card.gateway.held(card.world) == 0


async def test_a_cancel_of_another_amount_is_for_staff(card):
    attempt = await card.sell()
    card.world.fault("card.cancel", "code", code="PARTIAL_MISMATCH")

    refund = await card.give_back(attempt)

    assert (refund.state, refund.reason) == (RefundState.NEEDS_STAFF, Reason.CONTRADICTORY)
