"""What people say about an end that the till cannot find out: what it changes, and what it cannot."""

import pytest

from kiosk.domain.attempt import Family, State
from kiosk.domain.entries import (
    AttemptAdvanced,
    AttemptNoted,
    FindingAdvanced,
    GoalUndo,
    OrderAdvanced,
    RefundAdvanced,
    Resolved,
    TaskOpened,
)
from kiosk.domain.errors import BugError, known
from kiosk.domain.ids import order_of
from kiosk.domain.limits import Limits
from kiosk.domain.money import won
from kiosk.domain.order import OrderState
from kiosk.domain.outcome import Reason
from kiosk.domain.receipt import Pair, Store, receipt_document
from kiosk.domain.refund import FindingState, RefundState
from kiosk.domain.resolution import TOLD, Way
from kiosk.domain.staffwork import TaskKind
from kiosk.domain.told import Fact
from kiosk.domain.words import Said as Words
from kiosk.flows.books import Books, Said
from kiosk.flows.recovery import Recovery
from kiosk.services.tasks import TaskOwner
from tests.support.clock import FakeClock
from tests.support.journal import AtOnce, Book, opened

PRICE = 5000
LEFT = (RefundState.REFUSED, RefundState.NEEDS_STAFF)


@pytest.fixture
async def clock():
    return FakeClock()


@pytest.fixture
async def book(tmp_path, clock):
    async with opened(tmp_path, clock, AtOnce()) as journal:
        yield Book(journal)


@pytest.fixture
async def books(book, clock):
    return Books(book.journal, clock)


def said(way, amount=PRICE):
    return Said(way, amount, "P1", "why", "paid")


async def with_staff(book, *others):
    """An order that ended with staff, whose last attempt nobody could find out about."""
    order_id = await book.order(*(PRICE, *others))
    approved = [await book.approved(order_id, price) for price in others]
    attempt = await book.attempt(order_id)
    await book.advance(attempt, State.SENDING, State.UNKNOWN, State.NEEDS_STAFF)
    await book.journal.write(
        OrderAdvanced(order_id, OrderState.UNWINDING), TaskOpened(TaskKind.UNRESOLVED, order_id, attempt)
    )
    for one, price in zip(approved, others, strict=True):
        await book.refund(one, price, RefundState.SENDING, RefundState.DONE)
    await book.journal.write(OrderAdvanced(order_id, OrderState.UNWINDING_STAFF))
    return attempt


async def not_given_back(book, refund_state, reason=""):
    """A paid order, given back by staff, whose refund did not come off."""
    order_id = await book.paid(PRICE)
    attempt = f"{order_id}-1"
    await book.journal.write(OrderAdvanced(order_id, OrderState.REFUNDING))
    await book.refund(attempt, PRICE, RefundState.SENDING, refund_state)
    await book.journal.write(
        OrderAdvanced(order_id, OrderState.PAID), TaskOpened(TaskKind.REFUND_UNRESOLVED, order_id, attempt)
    )
    return attempt


async def resolve(book, books, attempt, saying):
    sale = await book.journal.sale(order_of(attempt))
    end = next(one for one in sale.loose_ends if one.attempt_id == attempt)
    assert await books.resolve(end, saying)
    return await book.journal.sale(order_of(attempt))


# -- an attempt that needs staff


@pytest.mark.parametrize("way", Way)
async def test_what_a_person_says_is_what_is_told_from_then_on(book, books, way):
    sale = await resolve(book, books, await with_staff(book), said(way))
    (line,) = sale.told
    assert (line.fact, line.amount) == (TOLD[way], won(PRICE))
    assert not sale.needs_staff


async def test_charged_and_kept_sells_the_goods_with_number_day_and_receipt(book, books):
    sale = await resolve(book, books, await with_staff(book), said(Way.CHARGED_KEPT))
    assert sale.order.state is OrderState.PAID
    assert sale.order.number == "A-001"
    assert sale.order.business_day == "2026-01-01"
    (receipt,) = await book.journal.queued_prints()
    assert receipt.kind == "receipt"


@pytest.mark.parametrize("way", sorted(set(Way) - {Way.CHARGED_KEPT}))
async def test_every_other_way_ends_the_order_without_a_sale(book, books, way):
    sale = await resolve(book, books, await with_staff(book), said(way))
    assert sale.order.state is OrderState.UNWOUND
    assert await book.journal.queued_prints() == ()


async def test_what_was_kept_sells_nothing_when_the_rest_was_given_back(book, books):
    sale = await resolve(book, books, await with_staff(book, 700), said(Way.CHARGED_KEPT))
    assert sale.order.state is OrderState.UNWOUND
    assert sale.balance.received == won(PRICE)


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("ends", [RefundState.DONE, RefundState.REFUSED])
async def test_an_order_of_which_staff_have_something_given_back_ends_when_that_has_ended(book, books, way, ends):
    order_id = await book.order(PRICE, 700)
    approved = await book.approved(order_id, 700)
    lost = await book.attempt(order_id)
    await book.advance(lost, State.SENDING, State.UNKNOWN, State.NEEDS_STAFF)
    await book.journal.write(OrderAdvanced(order_id, OrderState.UNWINDING))
    await book.refund(approved, 700, RefundState.SENDING, RefundState.REFUSED)
    await book.journal.write(OrderAdvanced(order_id, OrderState.UNWINDING_STAFF))
    asked = await book.refund(approved, 700, RefundState.SENDING, RefundState.PENDING)

    sale = await resolve(book, books, lost, said(way))
    assert (sale.order.state, sale.is_giving_back) == (OrderState.UNWINDING_STAFF, True)

    await book.journal.write(RefundAdvanced(asked, ends))
    await books.close(order_id)
    is_back = ends is RefundState.DONE
    assert (await book.journal.sale(order_id)).needs_staff is not is_back
    stands = (await book.journal.sale(order_id)).order.state
    assert stands is (OrderState.UNWOUND if is_back else OrderState.UNWINDING_STAFF)


@pytest.mark.parametrize(
    ("way", "becomes"), [(Way.GIVEN_BACK_OUTSIDE, "REFUNDED"), (Way.CHARGED_KEPT, "PARTLY_REFUNDED")]
)
async def test_how_one_refund_ended_is_said_while_another_of_the_sale_is_on_its_way_for_days(book, books, way, becomes):
    order_id = await book.order(PRICE, 700)
    coupon = await book.approved(order_id, 700)
    card = await book.approved(order_id)
    await book.journal.write(
        OrderAdvanced(order_id, OrderState.PAID, number="A-001", business_day="2026-01-01"),
        OrderAdvanced(order_id, OrderState.REFUNDING),
    )
    await book.refund(coupon, 700, RefundState.SENDING, RefundState.NEEDS_STAFF)
    asked = await book.refund(card, PRICE, RefundState.SENDING, RefundState.PENDING)

    sale = await resolve(book, books, coupon, said(way, 700))
    assert (sale.order.state, sale.needs_staff) == (OrderState.REFUNDING, False)
    await book.journal.write(RefundAdvanced(asked, RefundState.DONE))
    await books.close(order_id)
    assert (await book.journal.sale(order_id)).order.state == becomes


async def test_what_is_said_just_before_the_order_is_closed_is_what_it_is_closed_with(book, books):
    attempt = await not_given_back(book, RefundState.NEEDS_STAFF)
    await book.journal.write(OrderAdvanced(order_of(attempt), OrderState.REFUNDING))
    sale = await resolve(book, books, attempt, said(Way.GIVEN_BACK_OUTSIDE))
    assert sale.order.state is OrderState.REFUNDING
    await books.close(sale.order.id)
    assert (await book.journal.sale(sale.order.id)).order.state is OrderState.REFUNDED


async def test_its_task_is_closed_with_who_and_how(book, books):
    attempt = await with_staff(book)
    (task,) = await book.journal.staff_tasks()
    await resolve(book, books, attempt, said(Way.NOT_CHARGED))
    assert await book.journal.staff_tasks() == ()
    assert task.attempt_id == attempt


async def test_the_state_of_the_attempt_stays_what_it_was(book, books):
    attempt = await with_staff(book)
    await resolve(book, books, attempt, said(Way.NOT_CHARGED))
    assert (await book.journal.attempt(attempt)).state is State.NEEDS_STAFF


async def test_it_is_said_once(book, books):
    attempt = await with_staff(book)
    (end,) = (await book.journal.sale(order_of(attempt))).loose_ends
    assert await books.resolve(end, said(Way.NOT_CHARGED))
    assert not await books.resolve(end, said(Way.CHARGED_KEPT))
    assert len((await book.journal.sale(order_of(attempt))).resolutions) == 1


async def test_nothing_is_said_of_an_order_that_is_under_way(book, books):
    order_id = await book.order(PRICE)
    attempt = await book.attempt(order_id)
    await book.advance(attempt, State.SENDING, State.UNKNOWN, State.NEEDS_STAFF)
    (end,) = (await book.journal.sale(order_id)).loose_ends
    assert not await books.resolve(end, said(Way.NOT_CHARGED))
    with pytest.raises(BugError, match="under way"):
        await book.journal.write(Resolved(attempt, "", Way.NOT_CHARGED, PRICE, "P1", "", ""))


@pytest.mark.parametrize(("way", "is_tried"), [(None, True), *((way, way is Way.NOT_CHARGED) for way in Way)])
async def test_late_money_is_looked_for_only_where_it_would_prove_them_wrong(book, books, way, is_tried):
    attempt = await with_staff(book)
    if way is not None:
        await resolve(book, books, attempt, said(way))
    assert bool(await book.journal.slow_attempts()) is is_tried


async def beside_a_paid_one(book):
    """An order that was paid otherwise, beside an attempt that nobody could find out about."""
    order_id = await book.order(PRICE)
    lost = await book.attempt(order_id, "loyalty", Family.PHONE)
    await book.advance(lost, State.OPENING, State.WAITING, State.VOIDING)
    await book.approved(order_id)
    await book.journal.write(
        OrderAdvanced(order_id, OrderState.PAID, number="A-001", business_day="2026-01-01"),
        AttemptAdvanced(lost, State.NEEDS_STAFF),
        TaskOpened(TaskKind.UNRESOLVED, order_id, lost),
    )
    return lost


@pytest.mark.parametrize("way", Way)
async def test_an_order_that_was_paid_otherwise_stays_paid_whatever_is_said_of_what_was_lost(book, books, way):
    sale = await resolve(book, books, await beside_a_paid_one(book), said(way))
    assert sale.order.state is OrderState.PAID
    assert not sale.needs_staff


@pytest.mark.parametrize(
    ("word", "may", "tells", "becomes"),
    [
        (FindingState.REFUNDED, False, Fact.RETURNED, "REFUNDED"),
        (FindingState.EXPLAINED, False, Fact.SETTLED, "REFUNDED"),
        (FindingState.HONOURED, True, Fact.RECEIVED, "PARTLY_REFUNDED"),
    ],
)
async def test_money_of_a_paid_order_that_staff_gave_back_as_found_is_not_given_back_with_the_sale(
    book, books, clock, word, may, tells, becomes
):
    order_id = await book.order(PRICE)
    late = await book.attempt(order_id, "loyalty", Family.PHONE)
    await book.advance(late, State.OPENING, State.WAITING, State.VOIDING)
    paid = await book.approved(order_id)
    await book.journal.write(OrderAdvanced(order_id, OrderState.PAID, number="A-001", business_day="2026-01-01"))
    await books.conclude(AttemptAdvanced(late, State.APPROVED, received=PRICE, transaction="0xa"))
    (finding,) = (await book.journal.sale(order_id)).findings

    await book.journal.write(FindingAdvanced(finding.id, word))

    sale = await book.journal.sale(order_id)
    assert (late in [one.id for one in sale.to_give_back_by_staff]) is may
    assert [line.fact for line in sale.told] == [tells, Fact.RECEIVED]
    await book.journal.write(OrderAdvanced(order_id, OrderState.REFUNDING))
    await book.refund(paid, PRICE, RefundState.SENDING, RefundState.DONE)
    if may:
        await book.refund(late, PRICE, RefundState.SENDING, RefundState.REFUSED)
    await Recovery(book.journal, books, {}, clock, Limits(), TaskOwner(print)).unwind(order_id)
    sale = await book.journal.sale(order_id)
    assert sale.order.state == becomes
    assert (late in [one.attempt_id for one in sale.refunds]) is may


async def test_found_money_that_is_given_back_with_the_sale_is_not_paid_out_beside_that(book, books):
    lost = await beside_a_paid_one(book)
    order_id = order_of(lost)
    paid = (await book.journal.sale(order_id)).attempts[-1]
    finding = await book.finding(paid.id, PRICE, known(paid.transaction, "evidence"))
    await book.journal.write(OrderAdvanced(order_id, OrderState.REFUNDING))
    refund = await book.refund(paid.id, PRICE, RefundState.SENDING, RefundState.PENDING)
    sale = await book.journal.sale(order_id)
    (found,) = sale.findings
    assert [one.id for one in sale.payouts_of(found)] == [refund]
    assert not sale.can_be_paid_out(found, sale.findings)
    assert found.id == finding


async def test_a_payment_that_its_customer_took_back_does_not_make_a_paid_order_a_refunded_one(book, books):
    order_id = await book.order(700, PRICE)
    taken = await book.approved(order_id, 700)
    await book.journal.write(GoalUndo(taken))
    await book.refund(taken, 700, RefundState.SENDING, RefundState.DONE)
    rest = await book.approved(order_id)
    await book.journal.write(
        OrderAdvanced(order_id, OrderState.PAID, number="A-001", business_day="2026-01-01"),
        OrderAdvanced(order_id, OrderState.REFUNDING),
    )
    await book.refund(rest, PRICE + 700, RefundState.SENDING, RefundState.REFUSED)
    await books.close(order_id)
    assert (await book.journal.sale(order_id)).order.state is OrderState.PAID


# -- a refund that did not come off


@pytest.mark.parametrize("state", LEFT)
@pytest.mark.parametrize(
    ("way", "ends"),
    [
        (Way.GIVEN_BACK_OUTSIDE, OrderState.REFUNDED),
        (Way.CHARGED_KEPT, OrderState.PAID),
        (Way.LOSS, OrderState.PAID),
    ],
)
async def test_a_refund_that_did_not_come_off_is_said_to_have_ended(book, books, state, way, ends):
    sale = await resolve(book, books, await not_given_back(book, state), said(way))
    assert sale.order.state is ends
    assert not sale.needs_staff
    assert await book.journal.staff_tasks() == ()


@pytest.mark.parametrize("state", LEFT)
@pytest.mark.parametrize("way", [Way.CHARGED_KEPT, Way.GIVEN_BACK_OUTSIDE])
async def test_what_the_shop_holds_follows_from_what_was_said(book, books, state, way):
    sale = await resolve(book, books, await not_given_back(book, state), said(way))
    assert sale.balance.received == won(PRICE if way is Way.CHARGED_KEPT else 0)


async def test_only_a_part_may_have_been_given_back_outside(book, books):
    sale = await resolve(
        book, books, await not_given_back(book, RefundState.REFUSED), said(Way.GIVEN_BACK_OUTSIDE, 1200)
    )
    assert sale.balance.received == won(PRICE - 1200)


@pytest.mark.parametrize("state", LEFT)
async def test_a_part_that_was_given_back_outside_is_never_told_as_all(book, books, state):
    sale = await resolve(book, books, await not_given_back(book, state), said(Way.GIVEN_BACK_OUTSIDE, 1200))
    told = [(line.fact, line.amount) for line in sale.told]
    assert told == [(Fact.RECEIVED, won(PRICE)), (Fact.RETURNED, won(1200))]
    assert sale.order.state is OrderState.PARTLY_REFUNDED
    assert sale.balance.received == won(PRICE - 1200)
    paper = receipt_document(sale, Store("", "", "", ""), "R1", 0, "ko").rows
    amounts = [row.right for row in paper if isinstance(row, Pair) and row.left == Words("method.crepay.title")]
    assert amounts == [won(PRICE), won(1200)]


@pytest.mark.parametrize("lost", [0, 1200, PRICE])
@pytest.mark.parametrize("state", LEFT)
async def test_what_the_shop_bears_it_does_not_hold(book, books, state, lost):
    saying = said(Way.LOSS, lost) if lost else said(Way.CHARGED_KEPT)
    sale = await resolve(book, books, await not_given_back(book, state), saying)
    assert sale.balance.received == won(PRICE - lost)
    assert sale.order.state is OrderState.PAID


async def test_what_a_person_says_was_paid_in_part_is_held_in_part(book, books):
    sale = await resolve(book, books, await with_staff(book), said(Way.GIVEN_BACK_OUTSIDE, 1200))
    assert sale.balance.received == won(PRICE - 1200)
    assert sale.order.state is OrderState.UNWOUND


BEYOND = 2000


async def overpaid(book, books, refund_state, reason=""):
    """A transfer of more than was asked, which the till could not give back."""
    order_id = await book.order(PRICE)
    attempt = await book.attempt(order_id, "ezpg", Family.TRANSFER)
    await book.advance(attempt, State.ISSUING, State.AWAITING_DEPOSIT, State.OVERPAID, received=PRICE + BEYOND)
    await book.journal.write(OrderAdvanced(order_id, OrderState.UNWINDING))
    refund = await book.refund(attempt, PRICE + BEYOND, RefundState.SENDING)
    await book.journal.write(RefundAdvanced(refund, refund_state, reason))
    await books.close(order_id)
    return attempt


@pytest.mark.parametrize("state", LEFT)
async def test_when_what_came_beyond_the_price_goes_back_the_receipt_says_what_came_and_what_went(book, books, state):
    sale = await resolve(book, books, await overpaid(book, books, state), said(Way.GIVEN_BACK_OUTSIDE, BEYOND))
    assert (sale.order.state, sale.balance.received) == (OrderState.PAID, won(PRICE))
    told = [(line.fact, line.amount) for line in sale.told]
    assert told == [(Fact.RECEIVED, won(PRICE + BEYOND)), (Fact.RETURNED, won(BEYOND))]


@pytest.mark.parametrize("state", LEFT)
async def test_what_came_beyond_the_price_and_is_kept_with_it_pays_the_order(book, books, state):
    sale = await resolve(book, books, await overpaid(book, books, state), said(Way.CHARGED_KEPT, PRICE + BEYOND))
    assert (sale.order.state, sale.balance.received) == (OrderState.PAID, won(PRICE))
    assert [(line.fact, line.amount) for line in sale.told] == [(Fact.RECEIVED, won(PRICE + BEYOND))]


@pytest.mark.parametrize(("ends", "becomes"), [(RefundState.DONE, "REFUNDED"), (RefundState.REFUSED, "PAID")])
async def test_a_kept_transfer_of_more_that_comes_back_later_makes_a_refunded_order(book, books, ends, becomes):
    attempt = await overpaid(book, books, RefundState.REFUSED, Reason.WITHDRAWAL_NEEDED)
    sale = await resolve(book, books, attempt, said(Way.CHARGED_KEPT, PRICE + BEYOND))
    await book.journal.write(OrderAdvanced(sale.order.id, OrderState.REFUNDING))
    await book.refund(attempt, PRICE + BEYOND, RefundState.SENDING, ends)
    await books.close(sale.order.id)
    assert (await book.journal.sale(sale.order.id)).order.state == becomes


async def test_what_went_back_beyond_the_price_makes_no_paid_order_a_partly_refunded_one(book, books):
    attempt = await overpaid(book, books, RefundState.REFUSED)
    sale = await resolve(book, books, attempt, said(Way.GIVEN_BACK_OUTSIDE, BEYOND))
    await book.journal.write(OrderAdvanced(sale.order.id, OrderState.REFUNDING))
    await books.close(sale.order.id)
    assert (await book.journal.sale(sale.order.id)).order.state is OrderState.PAID


async def test_that_it_was_paid_is_proven_and_nobody_may_say_otherwise(book):
    attempt = await not_given_back(book, RefundState.REFUSED)
    with pytest.raises(BugError, match="cannot be not_charged"):
        await book.journal.write(Resolved(attempt, f"{attempt}-R1", Way.NOT_CHARGED, PRICE, "P1", "", ""))


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("amount", [-1, 0, 1, PRICE - 1, PRICE, PRICE + 1])
async def test_only_some_ways_are_about_a_part_and_none_about_more(book, way, amount):
    attempt = await with_staff(book)
    is_fit = amount == PRICE or (0 < amount < PRICE and way in (Way.GIVEN_BACK_OUTSIDE, Way.LOSS))
    entry = Resolved(attempt, "", way, amount, "P1", "", "")
    if is_fit:
        await book.journal.write(entry)
        return
    with pytest.raises(BugError, match="is about 5000"):
        await book.journal.write(entry)


@pytest.mark.parametrize("way", Way)
async def test_what_the_till_found_and_gave_back_nobody_keeps(book, way):
    attempt = await with_staff(book)
    finding = await book.finding(attempt)
    await book.journal.write(FindingAdvanced(finding, FindingState.REFUNDED))
    entry = Resolved(attempt, "", way, PRICE, "P1", "", "")
    if way is not Way.CHARGED_KEPT:
        await book.journal.write(entry)
        return
    with pytest.raises(BugError, match="cannot be charged_kept"):
        await book.journal.write(entry)


async def test_a_word_that_what_was_found_meanwhile_rules_out_is_not_taken_and_stops_nothing(book, books):
    attempt = await with_staff(book)
    (end,) = (await book.journal.sale(order_of(attempt))).loose_ends
    await book.journal.write(FindingAdvanced(await book.finding(attempt), FindingState.REFUNDED))
    assert not await books.resolve(end, said(Way.CHARGED_KEPT))
    assert (await book.journal.sale(order_of(attempt))).resolutions == ()


@pytest.mark.parametrize(("way", "may"), [(way, way is Way.CHARGED_KEPT) for way in Way if way is not Way.NOT_CHARGED])
async def test_what_was_kept_may_be_asked_back_later_and_nothing_else(book, books, way, may):
    order_id = await book.paid(PRICE)
    attempt = f"{order_id}-1"
    await book.journal.write(OrderAdvanced(order_id, OrderState.REFUNDING))
    refund = await book.refund(attempt, PRICE, RefundState.SENDING)

    await book.journal.write(RefundAdvanced(refund, RefundState.REFUSED, Reason.OWNER_NEEDED))
    await book.journal.write(OrderAdvanced(order_id, OrderState.PAID))
    sale = await resolve(book, books, attempt, said(way))
    assert bool(sale.to_give_back_by_staff) is may


async def test_a_later_refund_is_what_counts_and_not_what_was_said_before(book, books):
    attempt = await not_given_back(book, RefundState.REFUSED)
    sale = await resolve(book, books, attempt, said(Way.CHARGED_KEPT))
    await book.journal.write(OrderAdvanced(sale.order.id, OrderState.REFUNDING))
    await book.refund(attempt, PRICE, RefundState.SENDING, RefundState.DONE)
    sale = await book.journal.sale(sale.order.id)
    assert [line.fact for line in sale.told] == [Fact.RETURNED]
    assert sale.balance.received == won(0)


@pytest.mark.parametrize("state", sorted({State.APPROVED, State.NOT_CHARGED, State.DECLINED}))
async def test_what_is_known_is_for_nobody_to_resolve(book, state):
    order_id = await book.order(PRICE)
    attempt = await book.attempt_in(state, order_id, Family.DIRECT)
    with pytest.raises(BugError):
        await book.journal.write(Resolved(attempt, "", Way.NOT_CHARGED, PRICE, "P1", "", ""))


async def test_an_order_is_not_sold_by_staff_unless_all_of_it_is_charged_and_kept(book):
    attempt = await with_staff(book)
    with pytest.raises(BugError, match="not charged and kept"):
        await book.journal.write(
            OrderAdvanced(order_of(attempt), OrderState.PAID, number="A-001", business_day="2026-01-01")
        )


async def test_points_are_taken_only_when_that_completes_the_order(book):
    order_id = await book.order(PRICE, 700)
    await book.approved(order_id, 700)
    attempt = await book.attempt(order_id, "loyalty", Family.PHONE)
    await book.advance(attempt, State.OPENING, State.WAITING, State.AUTHORISED)

    await book.journal.write(AttemptNoted(attempt, asked=PRICE - 1))
    with pytest.raises(BugError, match="complete its order"):
        await book.journal.write(AttemptAdvanced(attempt, State.CAPTURING))
    await book.journal.write(AttemptNoted(attempt, asked=PRICE), AttemptAdvanced(attempt, State.CAPTURING))
