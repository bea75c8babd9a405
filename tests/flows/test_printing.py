"""Receipts: a printer's trouble never changes what was paid."""

from kiosk.domain.order import OrderState
from kiosk.flows.views import DoneView
from tests.flows.till import TOTAL


async def test_a_receipt_that_does_not_come_out_is_work_for_staff_and_the_sale_stays_paid(till):
    till.paper.is_broken = True
    await till.fill()
    done = await till.pay_ceos()
    assert isinstance(done, DoneView)
    assert done.printed is False
    assert await till.tasks_open() == ["print_failed"]
    assert (await till.sale()).order.state is OrderState.PAID
    assert till.taken == TOTAL


async def test_the_screen_says_when_the_receipt_is_out(till):
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(2)
    assert [one.view.printed for one in till.shown if isinstance(one.view, DoneView)] == [None, True]


async def test_after_a_printer_failed_the_next_receipt_comes_out(till):
    till.paper.is_broken = True
    await till.fill()
    await till.pay_ceos()
    till.paper.is_broken = False
    await till.pass_time(20)
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(2)
    assert len(till.paper.printed) == 1
