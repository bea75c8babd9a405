"""What is promised of every payment system, held on whole tills: whatever is lost or stops, the books agree.

The suites beside this one hold more for the systems that take money with one request; what only points or transfers
have is in tests/flows.
"""

import pytest

from kiosk.domain.attempt import PAYING, State
from kiosk.domain.order import OrderState
from kiosk.domain.refund import FindingState, RefundState
from kiosk.domain.told import Fact
from kiosk.flows.intents import Finish, Leave
from kiosk.flows.views import DoneView, StartView
from tests.contract.systems import SYSTEMS
from tests.flows.till import TOTAL, Till

SETTLED_S = 1500
"""Longer than any payment system takes to be found out about, and than the next look for late money [s]."""


@pytest.fixture(params=list(SYSTEMS.values()), ids=list(SYSTEMS))
def system(request):
    """Each payment system in each variant."""
    return request.param


@pytest.fixture
async def till(tmp_path, system):
    """A till that takes it, on its start screen; a part of it that fails fails the test."""
    till = Till(tmp_path, **system.till)
    await till.start()
    yield till
    await till.close()
    assert till.failures == []


async def pay(till, system):
    """All that is due, up to the answer."""
    await till.fill()
    await system.pay(till)


async def booked(till):
    """What the journal holds of the first order, or has found and not dealt with [won]."""
    sale = await till.sale()
    held = sum(one.received.amount for one in sale.attempts if one.state is State.APPROVED)
    given = sum(one.amount.amount for one in sale.refunds if one.state is RefundState.DONE)
    found = [seen for one in sale.attempts for seen in await till.journal.findings(one.id)]
    return held - given + sum(one.amount.amount for one in found if one.state is FindingState.OPEN)


async def assert_agreed(till, system):
    """Nothing is under way, and the journal knows of all that is held; or it says that it does not know."""
    sale = await till.sale()
    assert not any(one.state in PAYING for one in sale.attempts)
    if not any(one.state is State.NEEDS_STAFF for one in sale.attempts):
        assert await booked(till) == system.held(till)
    if sale.order.state is not OrderState.PAID and system.held(till):
        assert await till.tasks_open() != []


async def test_what_is_paid_is_sold_once_with_its_evidence(till, system):
    await pay(till, system)
    await till.pass_time(5)

    assert isinstance(till.view, DoneView)
    assert [line.fact for line in till.view.tenders] == [Fact.RECEIVED]
    (attempt,) = (await till.sale()).attempts
    assert attempt.transaction
    assert attempt.received.amount == system.held(till) == TOTAL
    assert await till.tasks_open() == []


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "html_502", "html_502_after", "half_body"])
async def test_whatever_becomes_of_the_answer_the_books_agree(till, system, kind):
    till.fault(system.moves, kind)
    await pay(till, system)
    await till.pass_time(SETTLED_S)

    await assert_agreed(till, system)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "html_502"])
async def test_whatever_becomes_of_all_answers_for_a_while_the_books_agree(till, system, kind):
    till.fault(system.moves, kind, 3)
    await pay(till, system)
    await till.pass_time(SETTLED_S)

    await assert_agreed(till, system)


async def test_nothing_is_taken_by_what_cannot_be_reached(till, system):
    await till.fill()
    till.is_cut_off = True
    await system.pay(till)
    await till.pass_time(20)

    assert system.held(till) == 0
    assert not any(one.state is State.APPROVED for one in (await till.sale()).attempts)
    till.is_cut_off = False
    await till.pass_time(SETTLED_S)
    await assert_agreed(till, system)


@pytest.mark.parametrize("kind", ["stall_before", "stall_after"])
async def test_a_till_that_stops_meanwhile_finds_out_and_sells_nothing_by_itself(till, system, kind):
    till.fault(system.moves, kind)
    await pay(till, system)
    await till.restart()
    await till.pass_time(SETTLED_S)

    assert isinstance(till.view, StartView)
    assert (await till.sale()).order.state is not OrderState.PAID
    await assert_agreed(till, system)


async def test_who_leaves_while_the_answer_is_missing_keeps_their_money_or_staff_return_it(till, system):
    till.fault(system.moves, "drop_after")
    await pay(till, system)
    await till.do(Leave())
    await till.pass_time(SETTLED_S)

    await assert_agreed(till, system)


async def test_a_paid_sale_is_given_back_or_staff_are_told_that_it_is_theirs(till, system):
    await pay(till, system)
    await till.pass_time(5)
    await till.do(Finish())
    await till.cancel()
    await till.pass_time(SETTLED_S)

    sale = await till.sale()
    if system.comes_back:
        assert (sale.order.state, system.held(till)) == (OrderState.REFUNDED, 0)
        assert [line.fact for line in sale.told] == [Fact.RETURNED]
    else:
        assert system.held(till) == TOTAL
        assert [line.fact for line in sale.told] == [Fact.STAFF_HELPS]
        assert "refund_unresolved" in await till.tasks_open()
    await assert_agreed(till, system)


async def test_killed_at_any_commit_the_books_agree_after_the_restart(tmp_path, system):
    commit, killed = 0, [True]
    while killed:
        commit += 1
        folder = tmp_path / str(commit)
        folder.mkdir()
        till = Till(folder, **system.till)
        await till.start()
        killed.clear()
        left = commit

        def count(till=till, killed=killed):
            nonlocal left
            left -= 1
            if left == 0:
                killed.append(True)
                till.kill()

        till.commits.append(count)
        await pay(till, system)
        await till.pass_time(5)
        till.commits.clear()
        if killed:
            till.failures.clear()
            await till.restart()
            await till.pass_time(SETTLED_S)
            await assert_agreed(till, system)
        await till.close()
        assert till.failures == []
    assert commit > 4
