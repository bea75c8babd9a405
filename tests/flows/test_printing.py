"""Receipts: a printer's trouble never changes what was paid."""

from kiosk.domain.order import OrderState
from kiosk.domain.receipt import Heading
from kiosk.domain.words import Said
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


def says_again(till):
    """The last paper says that it is printed again."""
    return Heading(Said("receipt.reprint")) in till.paper.last.rows


async def test_a_receipt_that_a_stop_left_over_may_have_come_out_and_says_that_it_is_printed_again(till):
    till.paper.is_stuck = True
    await till.fill()
    await till.pay_ceos()
    till.paper.is_stuck = False
    await till.restart()
    await till.pass_time(2)
    assert len(till.paper.printed) == 1
    assert says_again(till)


async def test_a_receipt_after_a_start_is_the_first_of_its_sale(till):
    await till.restart()
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(2)
    assert len(till.paper.printed) == 1
    assert not says_again(till)


async def test_what_did_not_come_out_is_not_tried_again_behind_the_back_of_staff(till):
    till.paper.is_broken = True
    await till.fill()
    await till.pay_ceos()
    till.paper.is_broken = False
    await till.pass_time(600)
    assert till.paper.printed == []
    assert await till.tasks_open() == ["print_failed"]
