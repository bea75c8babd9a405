"""A transfer, and the withdrawal that gives it back, killed at one commit after the other: all books agree."""

import itertools
from contextlib import suppress

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.order import OrderState
from kiosk.domain.refund import RefundState
from kiosk.flows.intents import Finish, Leave, Resume
from kiosk.flows.views import InterruptedView, MethodsView, TransferView
from kiosk.simulator.ezpg_settings import EzpgSettings
from tests.flows.test_composed_kills import kill_at
from tests.flows.test_payouts import PAYEE
from tests.flows.till import OTP, TOTAL, Till


def a_till(folder, extensions):
    folder.mkdir()
    return Till(folder, takes_transfers=True, ezpg=EzpgSettings(extensions=extensions))


async def transfer(till):
    """Into the account that is there, if there is one."""
    with suppress(IndexError):
        await till.transfer()


async def booked(till):
    """What the journal holds of the first order, and has found [won]."""
    if not till.outside.books()["ezpg"]["accounts"]:
        return 0
    sale = await till.sale()
    held = sum(one.received.amount for one in sale.attempts if one.state is State.APPROVED)
    given = sum(one.amount.amount for one in sale.refunds if one.state is RefundState.DONE)
    findings = [found for one in sale.attempts for found in await till.journal.findings(one.id)]
    return held - given + sum(one.amount.amount for one in findings)


async def go_on(till):
    """What a customer does who comes back, and has transferred once."""
    await till.pass_time(1)
    if isinstance(till.view, InterruptedView):
        await till.do(Resume())
    await till.pass_time(4)
    if isinstance(till.view, MethodsView) and not till.transferred:
        await till.show_account()
    if isinstance(till.view, TransferView) and not till.transferred:
        await till.transfer()
        await till.pass_time(4)


@pytest.mark.parametrize("extensions", ["on", "off"])
@pytest.mark.parametrize("goes_on", [True, False], ids=["goes on", "leaves"])
async def test_killed_at_any_commit_a_transfer_is_sold_once_or_given_back(tmp_path, goes_on, extensions):
    paid = 0
    for commit in itertools.count(1):
        till = a_till(tmp_path / str(commit), extensions)
        await till.start()
        killed = kill_at(till, commit)
        await till.fill()
        await till.show_account()
        await transfer(till)
        await till.pass_time(4)
        till.commits.clear()
        if not killed:
            await till.close()
            break
        till.failures.clear()
        await till.restart()
        await (go_on(till) if goes_on else till.do(Leave()))
        await till.pass_time(1400)
        assert await booked(till) == sum(till.transferred), f"killed at commit {commit}"
        if till.transferred and not goes_on and (await till.sale()).order.state is not OrderState.PAID:
            assert "refund_unresolved" in await till.tasks_open() or "finding" in await till.tasks_open()
        paid += till.outside.books()["ezpg"]["accounts"] != [] and (await till.sale()).order.state is OrderState.PAID
        await till.close()
        assert till.failures == []
    assert commit > 6
    assert paid >= (5 if goes_on else 1)


@pytest.mark.parametrize("extensions", ["on", "off"])
@pytest.mark.parametrize("fault", ["", "drop_after", "drop_before"])
async def test_killed_at_any_commit_a_withdrawal_is_paid_out_once_at_most(tmp_path, fault, extensions):
    for commit in itertools.count(1):
        till = a_till(tmp_path / str(commit), extensions)
        await till.start()
        await till.fill()
        await till.show_account()
        await till.transfer()
        await till.pass_time(4)
        await till.do(Finish())
        if fault:
            till.fault("ezpg.withdraw", fault)
        killed = kill_at(till, commit)
        await pay_out(till)
        await till.pass_time(40)
        till.commits.clear()
        if not killed:
            await till.close()
            break
        till.failures.clear()
        await till.restart()
        await till.pass_time(60)
        if till.paid_out:
            await till.approve_withdrawal()
        await till.pass_time(700)
        refunds = (await till.sale()).refunds
        states = [one.state for one in refunds]
        assert states.count(RefundState.DONE) == len(till.paid_out), f"killed at commit {commit}: {states}"
        assert len(till.paid_out) <= 1
        # what may have been asked for is never asked for again
        assert till.calls("withdraw").count("withdraw") <= 1
        await till.close()
        assert till.failures == []
    assert commit > 4


async def pay_out(till):
    """Staff sign and have the sale given back; a till that is killed meanwhile does not go on."""
    await till.payouts.sign_in(OTP)
    facts = {"K01-1-000001-1": till.payouts.facts("K01-1-000001-1", PAYEE)}
    if await till.ask_back(facts=facts):
        till.recovery.unwind("K01-1-000001")
    await till.settle()


async def test_a_withdrawal_answered_by_a_till_that_was_killed_is_not_asked_for_by_the_next_manager(tmp_path):
    till = a_till(tmp_path / "one", "off")
    await till.start()
    await till.fill()
    await till.show_account()
    await till.transfer()
    await till.pass_time(4)
    await till.do(Finish())
    till.hooks["ezpg.withdraw"] = till.kill
    await pay_out(till)
    till.hooks.clear()
    till.failures.clear()
    await till.restart()
    await till.pass_time(5)

    assert await till.ask_back(by="P2") == ()
    await till.approve_withdrawal()
    await till.pass_time(700)
    assert (await till.sale()).order.state is OrderState.REFUNDED
    assert till.paid_out == [TOTAL]
    await till.close()
