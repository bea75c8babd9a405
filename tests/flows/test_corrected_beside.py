"""What a bank takes back while the rest of its sale is paid: nothing is completed, and nobody is told that it came."""

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.money import won
from kiosk.domain.order import OrderState
from kiosk.domain.outcome import Reason
from kiosk.domain.told import Fact
from kiosk.flows.intents import ChooseAmount, Confirm
from kiosk.flows.views import DoneView, MethodsView, PhoneView
from kiosk.simulator.relay_settings import RelaySettings
from tests.flows.till import TOTAL, Till

POINTS = 2_300


@pytest.fixture
async def till(tmp_path):
    """A till that takes transfers and points."""
    till = Till(tmp_path, takes_points=True, takes_transfers=True)
    await till.start()
    yield till
    await till.close()
    assert till.failures == []


async def paid_but_for(till):
    """A transfer has come, and points are planned for the rest; gives the transfer."""
    await till.fill()
    await till.offer_wallet()
    await till.do(ChooseAmount(str(POINTS)))
    await till.do(Confirm())
    await till.show_account()
    paid = await till.transfer()
    await till.pass_time(3)
    return paid


async def paid_but_for_points(till):
    """They are asked for on the phone; gives the transfer."""
    paid = await paid_but_for(till)
    assert isinstance(till.view, PhoneView)
    assert [line.fact for line in till.view.tenders] == [Fact.RECEIVED, Fact.NOT_YET]
    return paid


async def is_swept(till, number=2):
    """The account of an attempt is looked at, as every ten minutes."""
    await till.recovery._look_again(await till.attempt(number))


async def test_points_are_asked_for_no_longer_when_the_bank_took_back_what_was_paid_before(till):
    paid = await paid_but_for_points(till)
    await till.correct(paid, after_the_fact=True)
    await is_swept(till)
    await till.settle()

    assert await till.fates() == ["loyalty NOT_SENT", "ezpg CORRECTED", "loyalty VOIDING"]
    assert (await till.attempt(3)).reason == Reason.STOPPED
    assert isinstance(till.view, MethodsView)
    assert (till.view.due, till.view.tenders[0].fact) == (won(TOTAL), Fact.STAFF_HELPS)
    await till.pass_time(400)
    assert (till.points_held, till.points_taken) == (0, 0)


async def test_points_approved_just_as_the_bank_took_back_what_was_paid_before_are_released(till):
    paid = await paid_but_for_points(till)
    await till.correct(paid, after_the_fact=True)
    # the phone has said yes, and the shop is asked about before they are taken
    till.fault("loyalty.shop", "slow")
    await till.answer_phone()
    await till.pass_time(3)
    assert (await till.attempt(3)).state is State.AUTHORISED
    await is_swept(till)
    await till.pass_time(10)

    assert isinstance(till.view, MethodsView)
    await till.pass_time(400)
    assert await till.fates() == ["loyalty NOT_SENT", "ezpg CORRECTED", "loyalty VOIDED"]
    assert (till.points_held, till.points_taken) == (0, 0)


async def test_points_are_not_asked_for_when_the_bank_took_back_what_was_paid_before(till):
    till.hooks["ezpg.deposits"] = lambda: till.fault("loyalty.shop", "slow")
    paid = await paid_but_for(till)
    till.hooks.clear()
    await till.correct(paid, after_the_fact=True)
    assert (await till.attempt(3)).state is State.PREPARED
    await is_swept(till)
    await till.pass_time(20)

    assert await till.fates() == ["loyalty NOT_SENT", "ezpg CORRECTED", "loyalty NOT_SENT"]
    assert till.calls("open_new") == []
    assert isinstance(till.view, MethodsView)


async def test_a_sale_that_is_paid_in_the_moment_in_which_its_bank_takes_back_is_paid_first(till, monkeypatch):
    paid = await paid_but_for_points(till)
    await till.answer_phone(approve=False)
    await till.pass_time(5)
    await till.correct(paid, after_the_fact=True)
    number = till.journal.next_number

    async def is_swept_meanwhile():
        till.tasks_of_world.spawn("sweep", is_swept(till))
        await till.settle()
        return await number()

    monkeypatch.setattr(till.journal, "next_number", is_swept_meanwhile)
    await till.pay_ceos()
    await till.pass_time(5)

    assert (await till.sale()).order.state is OrderState.PAID
    assert (await till.attempt(2)).state is State.CORRECTED
    assert not isinstance(till.view, DoneView)


async def test_who_cannot_leave_their_phone_is_not_told_any_more_that_the_transfer_was_received(tmp_path):
    relay = RelaySettings(dialect="spec", confirm_honoured=False)
    till = Till(tmp_path, takes_points=True, takes_transfers=True, relay=relay)
    await till.start()
    paid = await paid_but_for_points(till)
    await till.correct(paid, after_the_fact=True)
    await is_swept(till)
    await till.settle()

    assert isinstance(till.view, PhoneView)
    assert [line.fact for line in till.view.tenders] == [Fact.NOT_YET]
    await till.answer_phone()
    await till.pass_time(5)
    assert till.points_taken == 0
    assert (await till.sale()).order.state is not OrderState.PAID
    await till.close()
    assert till.failures == []
