"""Law 11, as far as the journal holds it: what is planned for the end is nobody else's to take."""

import pytest

from kiosk.domain.attempt import Family, State
from kiosk.domain.entries import (
    AttemptAdvanced,
    AttemptBegan,
    GoalUndo,
    OrderAdvanced,
    PlanDropped,
    PlanMade,
    RefundAdvanced,
    RefundAsked,
)
from kiosk.domain.errors import BugError
from kiosk.domain.money import won
from kiosk.domain.order import OrderState, Plan
from kiosk.domain.refund import RefundState

DUE = 5000


def began(order_id, number, due=DUE):
    return AttemptBegan(f"{order_id}-{number}", order_id, "ceos", Family.DIRECT, due)


@pytest.fixture
async def planned(book):
    """An order of which 2,000 of 5,000 won are planned."""
    order_id = await book.order()
    await book.journal.write(
        began(order_id, 1),
        AttemptAdvanced(f"{order_id}-1", State.NOT_SENT, "planned"),
        PlanMade(f"{order_id}-1", 2000),
    )
    return order_id


async def test_a_plan_is_the_orders_until_it_is_dropped(book, planned):
    sale = await book.journal.sale(planned)
    assert sale.order.plan == Plan(f"{planned}-1", won(2000))
    assert (sale.due, sale.due_now) == (won(DUE), won(3000))

    await book.journal.write(PlanDropped(planned))

    sale = await book.journal.sale(planned)
    assert (sale.order.plan, sale.due_now) == (None, won(DUE))


async def test_a_charge_leaves_what_is_planned(book, planned):
    with pytest.raises(BugError, match="does not owe"):
        await book.journal.write(began(planned, 2, 3001))
    await book.journal.write(began(planned, 2, 3000))


@pytest.mark.parametrize("amount", [0, -1, DUE, DUE + 1])
async def test_a_plan_leaves_something_to_be_paid_before(book, amount):
    order_id = await book.order()
    await book.journal.write(began(order_id, 1), AttemptAdvanced(f"{order_id}-1", State.NOT_SENT, "planned"))
    with pytest.raises(BugError, match="cannot leave"):
        await book.journal.write(PlanMade(f"{order_id}-1", amount))


async def test_what_was_sent_is_no_plan(book):
    order_id = await book.order()
    await book.journal.write(began(order_id, 1))
    with pytest.raises(BugError, match="is no plan"):
        await book.journal.write(PlanMade(f"{order_id}-1", 2000))


async def test_an_order_that_is_being_undone_takes_no_plan(book):
    order_id = await book.order()
    await book.journal.write(began(order_id, 1), AttemptAdvanced(f"{order_id}-1", State.NOT_SENT, "planned"))
    await book.journal.write(OrderAdvanced(order_id, OrderState.UNWINDING))
    with pytest.raises(BugError, match="is not being paid"):
        await book.journal.write(PlanMade(f"{order_id}-1", 2000))


@pytest.mark.parametrize(("ends", "pays"), [(RefundState.DONE, True), (RefundState.REFUSED, False)])
async def test_what_was_to_come_back_and_did_not_pays_for_nothing(book, ends, pays):
    order_id = await book.order()
    first, second = f"{order_id}-1", f"{order_id}-2"
    await book.journal.write(
        *(began(order_id, 1), AttemptAdvanced(first, State.SENDING)),
        AttemptAdvanced(first, State.APPROVED, received=DUE, transaction="T1"),
        *(GoalUndo(first), RefundAsked(f"{first}-R1", first, "", DUE)),
        *(RefundAdvanced(f"{first}-R1", RefundState.SENDING), RefundAdvanced(f"{first}-R1", ends)),
    )
    if pays:
        await book.journal.write(
            *(began(order_id, 2), AttemptAdvanced(second, State.SENDING)),
            AttemptAdvanced(second, State.APPROVED, received=DUE, transaction="T2"),
            OrderAdvanced(order_id, OrderState.PAID, number="A-001", business_day="2026-01-01"),
        )
    else:
        with pytest.raises(BugError, match="is not fully paid"):
            await book.journal.write(OrderAdvanced(order_id, OrderState.PAID, number="A-001"))
