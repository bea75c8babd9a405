"""The same sale, killed at one commit after the other: all books agree after the restart, whoever comes back."""

import itertools

import pytest

from kiosk.domain.order import OrderState
from kiosk.flows.intents import Confirm, Leave, Resume, Scanned
from kiosk.flows.views import AmountView, InterruptedView, MethodsView, PhoneView, ScanView
from kiosk.simulator.relay_settings import RICH
from tests.flows.test_composed import approve, plan_points
from tests.flows.till import TOTAL, Till


async def sell(till):
    """Coupon, points planned, card, points approved; what is pressed before a dead screen does nothing."""
    await till.fill()
    await till.pay_coupon()
    await plan_points(till)
    await till.pay_card()
    if till.outside.loyalty.incoming(RICH):
        await till.answer_phone()
    await till.pass_time(3)


def kill_at(till, commit):
    """Have the till killed as soon as this commit is durable; gives whether it was."""
    killed = []

    def count():
        nonlocal commit
        commit -= 1
        if commit == 0:
            killed.append(True)
            till.kill()

    till.commits.append(count)
    return killed


async def go_on(till):
    """What a customer does who comes back and pays all of it."""
    await till.pass_time(5)
    for _ in range(12):
        match till.view:
            case InterruptedView():
                await till.do(Resume())
            case MethodsView():
                await till.pay_card()
            case ScanView():
                await till.do(Scanned(till.outside.loyalty.temporary_account(RICH)))
            case AmountView():
                await till.do(Confirm())
            case PhoneView():
                await approve(till)
            case _:
                return
        await till.pass_time(3)


@pytest.mark.parametrize("goes_on", [True, False], ids=["goes on", "leaves"])
async def test_killed_at_any_commit_all_books_agree_after_the_restart(tmp_path, goes_on):
    paid = 0
    for commit in itertools.count(1):
        till = Till(tmp_path / str(commit), takes_cards=True, takes_points=True)
        till.folder.mkdir()
        await till.start()
        killed = kill_at(till, commit)
        await sell(till)
        till.commits.clear()
        if not killed:
            await till.close()
            break
        till.failures.clear()
        await till.restart()
        await (go_on(till) if goes_on else till.do(Leave()))
        await till.pass_time(700)
        points = till.points_taken - till.points_taken * 5 // 105
        sale = await till.sale()
        is_paid = sale.order.state is OrderState.PAID
        assert till.taken + points == (TOTAL if is_paid else 0), f"killed at commit {commit}"
        assert sale.balance.received.amount == till.taken + points
        assert is_paid or sale.is_settled
        assert till.points_held == 0
        # who leaves while points were being taken is sent away with a code after a minute
        assert set(await till.tasks_open()) <= {"parked"}
        paid += is_paid
        await till.close()
        assert till.failures == []
    assert commit > 20
    assert (paid > 0.9 * commit) if goes_on else (paid < 0.3 * commit)
