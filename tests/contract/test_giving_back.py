"""The contract, continued: giving back an approval, and money that lands late."""

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.money import won
from kiosk.domain.outcome import Reason
from kiosk.domain.refund import RefundState
from tests.contract.bench import OLD_CREPAY, PRICE
from tests.support.server import unused_port

GIVING_BACK = {"crepay": ["balance", "cancel"], "ceos": ["cancel"], "card": ["cancel", "create"]}
"""A card's cancel names no payment in its answer: it is looked at."""


async def test_an_approval_is_given_back(bench):
    attempt = await bench.sell()

    refund = await bench.give_back(attempt)

    assert refund.state is RefundState.DONE
    assert bench.calls == [*bench.charged, *GIVING_BACK[bench.gateway.name]]
    assert bench.gateway.held(bench.world) == 0
    assert await bench.agrees()


LOST_REFUND = ["drop_before", "drop_after", "truncated", "empty_200", "html_502", "html_502_after", "wrong_id",
               "status_500_framework", "status_500_framework_after", "duplicate"]  # fmt: skip


@pytest.mark.parametrize("kind", LOST_REFUND)
async def test_a_lost_answer_to_giving_back_is_found_out(bench, kind):
    attempt = await bench.sell()
    bench.world.fault(bench.gateway.give_back, kind)

    refund = await bench.give_back(attempt)

    assert refund.state is RefundState.DONE
    assert "cancel-network" not in bench.calls
    assert bench.gateway.held(bench.world) == 0
    assert await bench.agrees()


async def test_giving_back_is_tried_for_as_long_as_nobody_answers_and_then_a_person_looks(bench):
    attempt = await bench.sell()
    bench.world.fault(f"{bench.gateway.name}.*", "drop_before", count=1000)
    before_s = bench.clock.monotonic()

    refund = await bench.give_back(attempt)

    assert (refund.state, refund.reason) == (RefundState.NEEDS_STAFF, Reason.SETTLED_LATE)
    assert 3000 <= bench.clock.monotonic() - before_s < 3060
    assert (await bench.journal.attempt(attempt.id)).state is State.APPROVED
    assert bench.gateway.held(bench.world) == PRICE


async def test_giving_back_while_nothing_can_be_reached_is_asked_for_and_not_yet_sent(bench):
    attempt = await bench.sell()
    await bench.restart(port=unused_port())
    refund = await bench.ask_back(attempt)
    bench.clock.crash_in = 3
    await bench.crash(bench.method.give_back(refund))

    assert (await bench.journal.refund(refund)).state is RefundState.ASKED
    bench.clock.crash_in = 0
    await bench.restart()
    await bench.method.give_back(refund)
    assert (await bench.journal.refund(refund)).state is RefundState.DONE
    assert await bench.agrees()


async def test_giving_back_what_the_payment_system_forgot_is_for_staff(bench):
    attempt = await bench.sell()
    bench.world.reset()
    bench.world.settings(**{bench.gateway.name: bench.gateway.settings})

    refund = await bench.give_back(attempt)

    assert (refund.state, refund.reason) == (RefundState.NEEDS_STAFF, bench.gateway.forgotten)


# -- late money


async def test_money_that_lands_after_it_was_judged_not_charged_is_found_and_given_back(bench):
    attempt = await bench.sell_in_vain()
    bench.land_late()
    assert bench.gateway.held(bench.world) == PRICE

    assert await bench.method.look_again(attempt.id)

    assert bench.gateway.held(bench.world) == 0
    [finding] = await bench.journal.findings(attempt.id)
    assert (finding.kind, finding.state) == ("late", "REFUNDED")
    assert (finding.amount, finding.transaction) == (won(PRICE), await bench.sent_id(attempt))
    assert [task.kind for task in await bench.journal.staff_tasks()] == ["finding"]
    assert (await bench.journal.attempt(attempt.id)).state is State.NOT_CHARGED


async def test_where_nothing_landed_nothing_is_found(bench):
    attempt = await bench.sell_in_vain()

    assert await bench.method.look_again(attempt.id)

    assert await bench.journal.findings(attempt.id) == ()


@pytest.mark.parametrize("kind", ["drop_before", "html_502", "empty_200", "status_500_framework"])
async def test_a_look_that_nobody_answered_says_so(bench, kind):
    attempt = await bench.sell_in_vain()
    bench.world.fault(f"{bench.gateway.name}.*", kind, count=1000)

    assert not await bench.method.look_again(attempt.id)

    assert await bench.journal.findings(attempt.id) == ()


async def test_late_money_whose_return_was_not_answered_is_one_finding_and_closed_at_the_next_look(bench):
    attempt = await bench.sell_in_vain()
    bench.land_late()
    if bench.gateway is OLD_CREPAY:
        bench.world.fault("crepay.cancel", "drop_after")
    else:
        bench.world.fault(bench.gateway.undo, "drop_after")

    # a card's cancel names no payment in its answer: it is looked at, whatever was heard
    assert await bench.method.look_again(attempt.id) == (bench.gateway.name == "card")
    assert await bench.method.look_again(attempt.id)

    [finding] = await bench.journal.findings(attempt.id)
    assert finding.state == "REFUNDED"
    assert [task.kind for task in await bench.journal.staff_tasks()] == ["finding"]
    assert bench.gateway.held(bench.world) == 0


async def test_a_payment_left_to_staff_is_given_back_when_it_can_be(bench):
    bench.world.fault(bench.gateway.charge, "drop_after")
    attempt, _ = await bench.charge()
    await bench.unwanted(attempt.id)
    bench.world.fault(f"{bench.gateway.name}.*", "drop_before", count=1000)
    attempt = await bench.settle(attempt.id)
    assert attempt.state is State.NEEDS_STAFF
    bench.world.works_again()

    await bench.method.look_again(attempt.id)

    [finding] = await bench.journal.findings(attempt.id)
    assert finding.state == "REFUNDED"
    assert bench.gateway.held(bench.world) == 0
