"""One contract for every payment system, kept against its simulator over real HTTP.

Each case holds three books against each other: what the payment system holds, what it was asked, what the journal says.
"""

import asyncio

import pytest

from kiosk.domain.attempt import Goal, State
from kiosk.domain.money import won
from kiosk.domain.outcome import Reason
from kiosk.domain.refund import RefundState
from tests.contract.bench import OLD_CREPAY, PRICE, FakeDesk
from tests.support.server import unused_port

LOOKS = ["payment"] * 8
"""At 1, 2, 4, 8, 15, 30, 60 and 90 s."""


def undoing(bench, count=1):
    """The calls that undo a lost checkout."""
    return ["cancel-network", *["cancel"] * count] if bench.gateway is OLD_CREPAY else ["cancel-network"] * count


def nothing_there(bench):
    """The calls that prove that a lost payment never arrived."""
    if bench.is_card:
        return ["create"] * 4  # at 0, 1, 5 and 30 s
    return [*undoing(bench, 4), "balance"] if bench.is_crepay else LOOKS


def again(bench):
    """The calls that settle a payment which was made, while its customer stands there."""
    return ["confirm"] if bench.is_card else undoing(bench) if bench.is_crepay else ["payment"]


async def it_never_arrived(bench, attempt):
    """A card's is sent again, for its customer stands there; every other is proven not to have been charged."""
    if not bench.is_card:
        await it_was_not_charged(bench, attempt)
        return
    assert attempt.state is State.APPROVED
    assert bench.calls == [*bench.charged, "confirm"]
    assert bench.gateway.held(bench.world) == PRICE
    assert await bench.agrees()


async def it_was_not_charged(bench, attempt):
    assert (attempt.state, attempt.reason) == (State.NOT_CHARGED, Reason.NOTHING_THERE)
    assert attempt.watched
    assert bench.calls == [*bench.charged, *nothing_there(bench)]
    assert bench.gateway.held(bench.world) == 0
    assert await bench.agrees()


async def it_was_paid_and_is_settled(bench, attempt):
    """A coupon is given back, for the lost answer is never claimed; the others are found out about, and are paid."""
    if bench.is_crepay:
        assert attempt.state is State.REVERSED
        assert attempt.goal is Goal.UNDO
        assert bench.gateway.held(bench.world) == 0
    else:
        assert attempt.state is State.APPROVED
        assert attempt.received == won(PRICE)
        assert bench.gateway.held(bench.world) == PRICE
    assert bench.calls == [*bench.charged, *again(bench)]
    assert await bench.agrees()


def together(work, two):
    """The same work, begun when two tasks have come to theirs."""

    async def held(*arguments, **more):
        await two.wait()
        return await work(*arguments, **more)

    return held


# -- answers


async def test_an_approval_is_written_down_with_its_evidence(bench):
    attempt = await bench.sell()

    assert attempt.state is State.APPROVED
    assert (attempt.asked, attempt.received) == (won(PRICE), won(PRICE))
    assert bench.calls == bench.charged
    assert attempt.transaction == await bench.sent_id(attempt)
    assert bench.gateway.held(bench.world) == PRICE
    assert await bench.agrees()


def refuse(bench):
    """The next payment is refused."""
    kind = "fail" if bench.gateway.name == "ceos" else "code"
    bench.world.fault(bench.gateway.charge, kind, **({"code": "ZLGN012"} if bench.is_crepay else {}))


REFUSED = {"crepay": Reason.WITHDRAWAL_FAILED, "ceos": Reason.REFUSED, "card": Reason.SETUP}


async def test_a_refusal_moved_nothing(bench):
    refuse(bench)

    attempt = await bench.sell()

    assert attempt.state is State.DECLINED
    assert attempt.reason == REFUSED[bench.gateway.name]
    assert bench.calls == [*bench.charged, *(["payment"] if bench.gateway.name == "ceos" else [])]
    assert bench.gateway.held(bench.world) == 0
    assert await bench.agrees()


async def test_after_a_refusal_the_next_try_has_ids_of_its_own(bench):
    refuse(bench)
    first = await bench.sell()

    second, _ = await bench.charge(order=first.order_id)

    assert second.state is State.APPROVED
    earlier, later = await bench.operations(first), await bench.operations(second)
    assert not {one.request_id for one in earlier} & {one.request_id for one in later}
    assert await bench.agrees()


async def test_wrong_credentials_moved_nothing(bench):
    if bench.is_crepay:
        bench.world.settings(crepay={"password": "another"})
    elif bench.is_card:
        bench.world.settings(card={"secret_key": "another"})
    else:
        bench.world.settings(ceos={"merchants": ["another"], "dialect": "A"})

    attempt = await bench.sell()

    assert (attempt.state, attempt.reason) == (State.DECLINED, Reason.SETUP)
    assert await bench.agrees()


# -- silence

LOST_BEFORE = ["drop_before", "html_502", "status_500_framework"]
LOST_AFTER = ["drop_after", "truncated", "empty_200", "html_502_after", "status_500_framework_after", "wrong_id"]


@pytest.mark.parametrize("kind", LOST_BEFORE)
async def test_a_payment_lost_before_the_work_was_done_is_sent_again_or_proven_not_charged(bench, kind):
    bench.world.fault(bench.gateway.charge, kind)

    await it_never_arrived(bench, await bench.sell())


@pytest.mark.parametrize("kind", LOST_AFTER)
async def test_a_payment_lost_after_the_work_was_done_is_settled(bench, kind):
    bench.world.fault(bench.gateway.charge, kind)

    await it_was_paid_and_is_settled(bench, await bench.sell())


async def test_silence_before_the_work_was_done_ends_at_the_deadline(bench):
    bench.world.fault(bench.gateway.charge, "stall_before", seconds=1000)

    attempt, _ = await bench.stalled(bench.charge(), bench.charged[-1], 35)

    assert attempt.state is State.UNKNOWN
    await it_never_arrived(bench, await bench.settle(attempt.id))


@pytest.mark.parametrize("kind", ["stall_after", "trickle"])
async def test_silence_after_the_work_was_done_ends_at_the_deadline(bench, kind):
    bench.world.fault(bench.gateway.charge, kind, seconds=1000)

    attempt, _ = await bench.stalled(bench.charge(), bench.charged[-1], 35)

    assert attempt.state is State.UNKNOWN
    await it_was_paid_and_is_settled(bench, await bench.settle(attempt.id))


async def test_an_unreachable_payment_system_got_nothing(bench):
    await bench.restart(port=unused_port())

    attempt = await bench.sell()

    assert (attempt.state, attempt.reason) == (State.NOT_SENT, Reason.UNREACHABLE)
    assert not bench.method.health().ok
    assert bench.calls == []
    assert await bench.agrees()


async def test_a_payment_system_that_is_reached_again_is_well_again(bench):
    await bench.restart(port=unused_port())
    assert bench.method.health().reason is Reason.UNREACHABLE

    await bench.restart()

    assert bench.method.health().ok


async def test_a_request_that_came_twice_is_paid_once(bench):
    bench.world.fault(bench.gateway.charge, "duplicate")

    attempt = await bench.sell()

    if bench.is_crepay:
        # ZLGN002: the first one arrived
        assert attempt.state is State.REVERSED
        assert bench.gateway.held(bench.world) == 0
    else:
        # CEOS, 409: it exists, and a look says that it is ours; a card is approved once, however often it is confirmed
        assert attempt.state is State.APPROVED
        assert bench.gateway.held(bench.world) == PRICE
    assert await bench.agrees()


async def test_a_payment_that_arrives_while_it_is_undone_is_found(bench):
    bench.world.fault(bench.gateway.charge, "drop_before")
    attempt, _ = await bench.charge()
    bench.clock.when(20, bench.land_late)

    attempt = await bench.settle(attempt.id)

    assert attempt.state is (State.REVERSED if bench.is_crepay else State.APPROVED)
    assert await bench.agrees()


async def test_a_payment_that_arrives_when_it_is_not_wanted_any_more_is_given_back(bench):
    bench.world.fault(bench.gateway.charge, "drop_before")
    attempt, _ = await bench.charge()
    await bench.unwanted(attempt.id)
    bench.clock.when(20, bench.land_late)

    attempt = await bench.settle(attempt.id)

    assert attempt.state is State.REVERSED
    assert bench.gateway.held(bench.world) == 0
    assert await bench.agrees()


# -- not wanted any more


async def test_an_unwanted_payment_that_never_arrived_is_not_charged(bench):
    await it_was_not_charged(bench, await bench.sell_in_vain())


@pytest.mark.parametrize("lost", [None, "drop_before", "drop_after", "truncated", "html_502", "empty_200"])
async def test_an_unwanted_payment_that_was_made_is_given_back_whatever_happens_to_the_undo(bench, lost):
    bench.world.fault(bench.gateway.charge, "drop_after")
    if lost:
        bench.world.fault(bench.gateway.undo, lost)
    attempt, _ = await bench.charge()
    await bench.unwanted(attempt.id)

    attempt = await bench.settle(attempt.id)

    assert attempt.state is State.REVERSED
    assert bench.gateway.held(bench.world) == 0
    assert await bench.agrees()


async def test_an_undo_goes_on_for_as_long_as_nobody_answers_and_then_a_person_looks(bench):
    bench.world.fault(bench.gateway.charge, "drop_after")
    attempt, _ = await bench.charge()
    await bench.unwanted(attempt.id)
    bench.world.fault(f"{bench.gateway.name}.*", "drop_before", count=1000)
    before_s = bench.clock.monotonic()

    attempt = await bench.settle(attempt.id)

    assert (attempt.state, attempt.reason) == (State.NEEDS_STAFF, Reason.SETTLED_LATE)
    assert 3000 <= bench.clock.monotonic() - before_s < 3060
    assert [task.attempt_id for task in await bench.journal.staff_tasks()] == [attempt.id]


async def test_two_who_ask_about_one_payment_at_once_both_write_down_what_came(bench, monkeypatch):
    attempt = await bench.sell()
    before, two = await bench.operations(attempt), asyncio.Barrier(2)
    for name in ("write", "write_asked", "intend"):
        monkeypatch.setattr(bench.journal, name, together(getattr(bench.journal, name), two))

    await asyncio.gather(bench.method.ask(attempt.id), bench.method.ask(attempt.id))

    asked = (await bench.operations(attempt))[len(before) :]
    assert [one.id for one in asked] == [f"{attempt.id}-{len(before) + n:02d}" for n in (1, 2)]
    assert await bench.agrees()


async def test_settling_what_is_settled_changes_nothing(bench):
    attempt = await bench.sell()
    calls = bench.calls

    assert await bench.method.resolve(attempt.id) is None
    assert bench.calls == calls


# -- the program ends


async def test_an_end_between_writing_down_and_sending_is_found_not_charged(bench):
    attempt = await bench.begin()
    bench.wire.crash_before = bench.gateway.charge_path
    await bench.crash(bench.method.pay(attempt, FakeDesk()))
    await bench.restart()
    attempt = await bench.journal.attempt(attempt.id)
    assert (attempt.state, attempt.reason) == (State.UNKNOWN, Reason.INTERRUPTED)

    attempt = await bench.settle(attempt.id)

    assert attempt.state is State.NOT_CHARGED
    assert bench.gateway.charge.split(".")[1] not in bench.calls
    assert bench.gateway.held(bench.world) == 0
    assert await bench.agrees()


async def test_an_end_between_sending_and_the_answer_is_settled(bench):
    attempt = await bench.begin()
    bench.wire.crash_after = bench.gateway.charge_path
    await bench.crash(bench.method.pay(attempt, FakeDesk()))
    assert bench.gateway.held(bench.world) == PRICE
    await bench.restart()

    attempt = await bench.settle(attempt.id)

    assert attempt.state is (State.REVERSED if bench.is_crepay else State.APPROVED)
    assert await bench.agrees()


@pytest.mark.parametrize("when", ["crash_before", "crash_after"])
async def test_an_end_in_the_middle_of_the_undo_is_gone_on_from(bench, when):
    bench.world.fault(bench.gateway.charge, "drop_after")
    attempt, _ = await bench.charge()
    await bench.unwanted(attempt.id)
    setattr(bench.wire, when, "/cancel")
    await bench.crash(bench.settle(attempt.id))
    await bench.restart()

    attempt = await bench.settle(attempt.id)

    assert attempt.state is State.REVERSED
    assert bench.gateway.held(bench.world) == 0
    assert await bench.agrees()


@pytest.mark.parametrize("when", ["crash_before", "crash_after"])
async def test_an_end_in_the_middle_of_giving_back_is_gone_on_from(bench, when):
    attempt = await bench.sell()
    refund = await bench.ask_back(attempt)
    setattr(bench.wire, when, "/cancel")
    await bench.crash(bench.method.give_back(refund))
    await bench.restart()
    assert (await bench.journal.refund(refund)).state is RefundState.UNKNOWN

    await bench.method.give_back(refund)

    assert (await bench.journal.refund(refund)).state is RefundState.DONE
    assert bench.gateway.held(bench.world) == 0
    assert await bench.agrees()


async def test_an_approval_that_could_not_be_stored_is_reversed(bench):
    attempt = await bench.begin()
    await bench.method.pay(attempt, FakeDesk())  # and nothing is written down of it
    bench.world.fault(bench.gateway.give_back, "drop_before")

    assert await bench.method.reverse_unstored(attempt.id, won(PRICE))

    assert bench.gateway.held(bench.world) == 0
    assert (await bench.journal.attempt(attempt.id)).state is State.SENDING
    assert bench.calls == [*bench.charged, "cancel", "cancel"]


async def test_after_such_a_reversal_the_next_start_finds_it_undone(bench):
    attempt = await bench.begin()
    await bench.method.pay(attempt, FakeDesk())
    await bench.method.reverse_unstored(attempt.id, won(PRICE))
    bench.journal.mark_unstored(attempt.id)
    await bench.restart()

    attempt = await bench.settle(attempt.id)

    assert attempt.state in (State.REVERSED, State.NOT_CHARGED)
    assert attempt.goal is Goal.UNDO
    assert await bench.agrees()
