"""The laws of money, as far as the journal holds them. Each test fails when its rule is taken out."""

import pytest

from kiosk.domain.attempt import BLOCKING, PAYING, TABLES, Family, Goal, State
from kiosk.domain.entries import (
    Asked,
    AttemptAdvanced,
    AttemptBegan,
    AttemptNoted,
    FindingAdvanced,
    FindingRecorded,
    GoalUndo,
    OperationAnswered,
    OrderAdvanced,
    PrintEnded,
    RefundAdvanced,
    RefundAsked,
    RefundNoted,
    TaskClosed,
    TaskOpened,
    WatchEnded,
)
from kiosk.domain.errors import BugError
from kiosk.domain.money import won
from kiosk.domain.order import OrderState
from kiosk.domain.refund import REFUND_UNDER_WAY, FindingKind, FindingState, RefundState
from kiosk.domain.staffwork import TaskKind
from tests.support.journal import a_request, events, rows, tamper
from tests.support.sales import family_of, way_to

TO_REFUND = {
    RefundState.ASKED: (),
    RefundState.SENDING: (RefundState.SENDING,),
    RefundState.PENDING: (RefundState.SENDING, RefundState.PENDING),
    RefundState.UNKNOWN: (RefundState.SENDING, RefundState.UNKNOWN),
    RefundState.DONE: (RefundState.SENDING, RefundState.DONE),
    RefundState.REFUSED: (RefundState.SENDING, RefundState.REFUSED),
    RefundState.NEEDS_STAFF: (RefundState.SENDING, RefundState.NEEDS_STAFF),
}


def began(order_id, number, due=5000):
    return AttemptBegan(f"{order_id}-{number}", order_id, "ceos", Family.DIRECT, due)


# -- law 1


@pytest.mark.parametrize("state", sorted(PAYING))
async def test_an_order_has_at_most_one_attempt_in_a_paying_state(book, tmp_path, state):
    order_id = await book.order()
    await book.attempt_in(state, order_id)
    # by its index alone: the file itself refuses it, whatever the program checks
    with pytest.raises(Exception, match=r"UNIQUE constraint failed: attempts\.order_id"):
        tamper(
            tmp_path,
            "INSERT INTO attempts SELECT id || 'x', order_id, method, family, n + 1, 'PREPARED', goal, due, asked, "
            "received, NULL, reason, follows, facts, masked, began, unsure_since, changed, watched FROM attempts",
        )


@pytest.mark.parametrize("state", sorted(PAYING | BLOCKING))
async def test_no_attempt_begins_beside_one_under_way_or_in_doubt(book, state):
    order_id = await book.order()
    await book.attempt_in(state, order_id)
    with pytest.raises(BugError, match="takes no other charge"):
        await book.journal.write(began(order_id, 2, 1))


ENDED = sorted(
    {State.NOT_SENT, State.DECLINED, State.NOT_CHARGED, State.REVERSED, State.VOIDED, State.EXPIRED, State.CLOSED}
)


@pytest.mark.parametrize("state", ENDED)
async def test_another_attempt_begins_once_the_last_one_came_to_nothing(book, state):
    order_id = await book.order()
    await book.attempt_in(state, order_id)
    await book.journal.write(began(order_id, 2))
    assert (await book.journal.attempt(f"{order_id}-2")).number == 2


async def test_an_attempt_begins_only_on_an_order_that_is_being_paid(book):
    order_id = await book.order()
    await book.journal.write(OrderAdvanced(order_id, OrderState.UNWINDING))
    with pytest.raises(BugError, match="not being paid"):
        await book.journal.write(began(order_id, 1))


@pytest.mark.parametrize("due", [-1, 0, 2001])
async def test_an_attempt_is_for_no_more_than_what_is_still_due(book, due):
    order_id = await book.order()
    await book.approved(order_id, 3000)
    with pytest.raises(BugError, match="does not owe"):
        await book.journal.write(began(order_id, 2, due))
    await book.journal.write(began(order_id, 2, 2000))


@pytest.mark.parametrize("asked", [-1, 0, 5001])
async def test_an_attempt_asks_for_no_more_than_what_was_due(book, asked):
    attempt = await book.attempt(await book.order())
    with pytest.raises(BugError, match="asks for"):
        await book.journal.write(AttemptNoted(attempt, asked=asked))
    await book.journal.write(AttemptNoted(attempt, asked=5000))


@pytest.mark.parametrize("state", sorted(REFUND_UNDER_WAY))
async def test_an_attempt_has_at_most_one_refund_under_way(book, state):
    attempt = await book.approved(await book.order())
    await book.refund(attempt, 1000, *TO_REFUND[state])
    with pytest.raises(BugError, match=r"UNIQUE constraint failed: refunds\.attempt_id"):
        await book.refund(attempt, 1000)


@pytest.mark.parametrize("state", sorted(set(RefundState) - REFUND_UNDER_WAY))
async def test_another_refund_begins_once_the_last_one_has_ended(book, state):
    attempt = await book.approved(await book.order())
    await book.refund(attempt, 1000, *TO_REFUND[state])
    second = await book.refund(attempt, 1000)
    assert (await book.journal.refund(second)).state is RefundState.ASKED


@pytest.mark.parametrize("state", RefundState)
async def test_refunds_never_exceed_what_the_attempt_received(book, state):
    attempt = await book.approved(await book.order(), 3000)
    await book.refund(attempt, 2000, *TO_REFUND[state])
    with pytest.raises(BugError, match="exceeds"):
        await book.refund(attempt, 3001 if state is RefundState.REFUSED else 1001)


@pytest.mark.parametrize("amount", [-1, 0])
async def test_a_refund_gives_something_back(book, amount):
    attempt = await book.approved(await book.order())
    with pytest.raises(BugError, match="exceeds"):
        await book.refund(attempt, amount)


async def test_an_attempt_that_received_nothing_has_nothing_to_give_back(book):
    attempt = await book.attempt_in(State.DECLINED, await book.order())
    with pytest.raises(BugError, match="exceeds"):
        await book.refund(attempt, 1)


async def test_refunds_never_exceed_what_a_finding_holds(book):
    found = await book.finding(amount=5000)
    await book.journal.write(RefundAsked("R1", "", found, 3000))
    with pytest.raises(BugError, match="exceeds"):
        await book.journal.write(RefundAsked("R2", "", found, 2001))
    await book.journal.write(RefundAsked("R2", "", found, 2000))


async def test_a_finding_of_unknown_amount_or_no_finding_at_all_gives_nothing_back(book):
    found = await book.finding(amount=None)
    for finding in (found, "K01-1-F999999", ""):
        with pytest.raises(BugError, match="exceeds"):
            await book.journal.write(RefundAsked("R1", "", finding, 1))


async def test_money_found_without_an_attempt_can_be_given_back(book):
    found = await book.finding(amount=5000)
    await book.journal.write(RefundAsked("R1", "", found, 5000), RefundAdvanced("R1", RefundState.SENDING))
    refund = await book.journal.refund("R1")
    assert (refund.finding_id, refund.amount, refund.state) == (found, won(5000), RefundState.SENDING)


async def test_one_gateway_transaction_is_evidence_for_one_attempt(book):
    await book.approved(await book.order(), transaction="txn-1")
    second = await book.attempt_in(State.SENDING, await book.order())
    with pytest.raises(BugError, match="gateway_txn"):
        await book.advance(second, State.APPROVED, transaction="txn-1")
    assert (await book.journal.attempt(second)).state is State.SENDING


async def test_two_payment_systems_may_number_alike(book):
    await book.approved(await book.order(), transaction="txn-1")
    order_id = await book.order()
    other = await book.attempt(order_id, method="ceos")
    await book.advance(other, State.SENDING, State.APPROVED, transaction="txn-1")
    assert (await book.journal.attempt(other)).transaction == "txn-1"


async def test_nothing_stops_a_finding_from_being_recorded(book):
    attempt = await book.approved(await book.order(), transaction="txn-1")
    seen = FindingRecorded("crepay", attempt, "txn-1", FindingKind.DUPLICATE, 5000)
    stranger = FindingRecorded("nobody", "no such attempt", "", FindingKind.UNASKED, None)
    await book.journal.write(seen, seen, stranger, stranger)
    assert len(await book.journal.findings(attempt)) == 2
    assert len(await book.journal.findings("no such attempt")) == 2


async def test_one_request_id_never_moves_money_twice(book):
    first = await book.attempt(await book.order())
    await book.intended(first, "req-1")
    second = await book.attempt(await book.order())
    with pytest.raises(BugError, match="request_id"):
        await book.intended(second, "req-1")
    assert (await book.journal.attempt(second)).state is State.PREPARED


async def test_what_repeats_a_request_is_the_same_once_more(book):
    attempt = await book.attempt(await book.order())
    first = await book.intended(attempt, "req-1")
    again = await book.journal.intend(attempt, a_request("req-1"), repeats=first.operation_id)
    assert [one.repeats for one in await book.journal.operations(attempt)] == ["", first.operation_id]
    assert again.operation_id != first.operation_id


@pytest.mark.parametrize(
    "other",
    [a_request("req-2"), a_request("req-1", body=b"{}"), a_request("req-1", call="cancel")],
    ids=["id", "body", "call"],
)
async def test_what_is_another_request_does_not_repeat_it(book, other):
    attempt = await book.attempt(await book.order())
    first = await book.intended(attempt, "req-1")
    with pytest.raises(BugError, match="once more"):
        await book.journal.intend(attempt, other, repeats=first.operation_id)


async def test_nobody_repeats_the_request_of_another_attempt(book):
    first = await book.intended(await book.attempt(await book.order()), "req-1")
    second = await book.attempt(await book.order())
    with pytest.raises(BugError, match="once more"):
        await book.journal.intend(second, a_request("req-1"), repeats=first.operation_id)


async def test_asking_about_a_request_repeats_its_id_freely(book):
    attempt = await book.attempt(await book.order())
    await book.intended(attempt, "req-1")
    await book.journal.write(
        Asked(f"{attempt}-02", attempt, "", "status", "req-1", "nothing"),
        Asked(f"{attempt}-03", attempt, "", "status", "req-1", "nothing"),
    )
    assert [operation.moves_money for operation in await book.journal.operations(attempt)] == [True, False, False]


# -- laws 4 and 6


@pytest.mark.parametrize(("received", "transaction"), [(None, "txn-1"), (0, "txn-1"), (5000, None), (5000, "")])
async def test_an_approval_needs_its_evidence(book, received, transaction):
    attempt = await book.attempt_in(State.SENDING, await book.order())
    with pytest.raises(BugError, match="no evidence"):
        await book.journal.write(AttemptAdvanced(attempt, State.APPROVED, "", received, transaction))


APPROVABLE = sorted(
    {(family, state) for family in Family for state in State if State.APPROVED in TABLES[family].get(state, ())}
)


@pytest.mark.parametrize(("family", "state"), APPROVABLE)
async def test_an_approval_needs_its_evidence_wherever_it_comes_from(book, family, state):
    attempt = await book.attempt_in(state, await book.order(), family)
    with pytest.raises(BugError, match="no evidence"):
        await book.journal.write(AttemptAdvanced(attempt, State.APPROVED))


async def test_an_order_is_paid_when_all_that_is_due_is_approved(book):
    order_id = await book.order(4000, 1000)
    await book.approved(order_id, 3000)
    with pytest.raises(BugError, match="not fully paid"):
        await book.journal.write(OrderAdvanced(order_id, OrderState.PAID))
    await book.approved(order_id)
    await book.journal.write(OrderAdvanced(order_id, OrderState.PAID))
    assert (await book.journal.sale(order_id)).order.state is OrderState.PAID


async def test_an_order_that_received_too_much_is_not_simply_paid(book):
    order_id = await book.order()
    await book.approved(order_id, 5001)
    with pytest.raises(BugError, match="not fully paid"):
        await book.journal.write(OrderAdvanced(order_id, OrderState.PAID))


async def test_an_order_whose_money_is_being_given_back_is_not_paid(book):
    order_id = await book.order()
    await book.refund(await book.approved(order_id), 5000)
    with pytest.raises(BugError, match="not fully paid"):
        await book.journal.write(OrderAdvanced(order_id, OrderState.PAID))


async def test_an_approval_that_is_to_be_undone_pays_for_nothing(book):
    order_id = await book.order()
    await book.journal.write(GoalUndo(await book.approved(order_id)))
    with pytest.raises(BugError, match="not fully paid"):
        await book.journal.write(OrderAdvanced(order_id, OrderState.PAID))


async def test_the_last_approval_and_paid_are_written_together(book, tmp_path):
    order_id = await book.order()
    attempt = await book.attempt_in(State.SENDING, order_id)
    paid = OrderAdvanced(order_id, OrderState.PAID, number="A-001", business_day="2026-01-01")
    await book.journal.write(AttemptAdvanced(attempt, State.APPROVED, "", 5000, "txn-1"), paid)
    sale = await book.journal.sale(order_id)
    assert (sale.order.state, sale.order.number, sale.order.business_day) == (OrderState.PAID, "A-001", "2026-01-01")


@pytest.mark.parametrize("state", [State.PREPARED, State.SENDING, State.UNKNOWN, State.APPROVED])
async def test_an_order_is_unwound_only_when_nothing_of_it_is_under_way(book, state):
    order_id = await book.order()
    await book.attempt_in(state, order_id)
    await book.journal.write(OrderAdvanced(order_id, OrderState.UNWINDING))
    with pytest.raises(BugError, match="not settled"):
        await book.journal.write(OrderAdvanced(order_id, OrderState.UNWOUND))


# -- the tables and the goal


@pytest.mark.parametrize("state", State)
async def test_the_journal_refuses_what_the_table_of_attempts_does(book, state):
    family = family_of(state)
    attempt = await book.attempt_in(state, await book.order(), family)
    with pytest.raises(BugError, match="cannot go from"):
        await book.journal.write(AttemptAdvanced(attempt, State.PREPARED, "", 5000, "txn-1"))


async def test_the_journal_refuses_what_the_other_tables_do(book):
    order_id = await book.order()
    refund = await book.refund(await book.approved(order_id), 5000)
    found = await book.finding()
    await book.journal.write(FindingAdvanced(found, FindingState.HONOURED))
    for entry in (
        OrderAdvanced(order_id, OrderState.REFUNDED),
        RefundAdvanced(refund, RefundState.DONE),
        FindingAdvanced(found, FindingState.OPEN),
    ):
        with pytest.raises(BugError, match="cannot go from"):
            await book.journal.write(entry)


async def test_a_goal_changes_only_from_take_to_undo(book):
    attempt = await book.attempt(await book.order())
    assert (await book.journal.attempt(attempt)).goal is Goal.TAKE
    for _ in range(2):
        await book.journal.write(GoalUndo(attempt))
        assert (await book.journal.attempt(attempt)).goal is Goal.UNDO
    await book.advance(attempt, State.SENDING, State.UNKNOWN)
    assert (await book.journal.attempt(attempt)).goal is Goal.UNDO


UNKNOWN_ROWS = [
    GoalUndo("K01-1-000009-1"),
    WatchEnded("K01-1-000009-1"),
    AttemptNoted("K01-1-000009-1"),
    AttemptAdvanced("K01-1-000009-1", State.SENDING),
    OrderAdvanced("K01-1-000009", OrderState.PAYING),
    began("K01-1-000009", 1),
    RefundNoted("K01-1-000009-1-R1", {"balance": "1"}),
    RefundAdvanced("K01-1-000009-1-R1", RefundState.SENDING),
    RefundAsked("K01-1-000009-1-R1", "K01-1-000009-1", "", 1),
    FindingAdvanced("K01-1-F000009", FindingState.HONOURED),
    OperationAnswered("K01-1-000009-1-01", "approved"),
    TaskClosed("K01-1-T000009", "manager"),
    PrintEnded("K01-1-P000009", done=True),
]


@pytest.mark.parametrize("entry", UNKNOWN_ROWS, ids=lambda entry: type(entry).__name__)
async def test_an_entry_about_nothing_that_is_there_is_refused(book, tmp_path, entry):
    before = events(tmp_path)
    with pytest.raises(BugError):
        await book.journal.write(entry)
    assert events(tmp_path) == before


async def test_an_answer_is_written_once_and_never_over_another(book):
    attempt = await book.attempt(await book.order())
    await book.intended(attempt)
    await book.journal.write(OperationAnswered(f"{attempt}-01", "approved", {"code": "0"}))
    with pytest.raises(BugError, match="not waiting for an answer"):
        await book.journal.write(OperationAnswered(f"{attempt}-01", "declined"))
    assert (await book.journal.operations(attempt))[0].answer == "approved"


async def test_whoever_closes_a_task_first_is_the_one_named(book, tmp_path):
    await book.journal.write(TaskOpened(TaskKind.CALLED))
    task = (await book.journal.staff_tasks())[0].id
    await book.journal.write(TaskClosed(task, "first"), TaskClosed(task, "second"))
    assert rows(tmp_path, "SELECT closed_how FROM staff_tasks") == [("first",)]


# -- law 2: all of a write, or nothing


async def test_a_refused_entry_takes_the_whole_write_with_it(book, tmp_path):
    order_id = await book.order()
    before = events(tmp_path)
    with pytest.raises(BugError):
        await book.journal.write(began(order_id, 1), OrderAdvanced(order_id, OrderState.PAID))
    assert events(tmp_path) == before
    assert (await book.journal.sale(order_id)).attempts == ()
    await book.journal.write(began(order_id, 1))


async def test_a_refused_request_is_not_written_and_gives_no_permit(book, tmp_path):
    attempt = await book.attempt(await book.order())
    with pytest.raises(BugError, match="cannot go from"):
        await book.journal.intend(attempt, a_request("req-1"), AttemptAdvanced(attempt, State.APPROVED, "", 1, "x"))
    assert await book.journal.operations(attempt) == ()


@pytest.mark.parametrize("facts", [{"code": 404}, {"code": None}, {"code": b"404"}])
async def test_a_value_that_could_not_be_read_back_is_not_written(book, tmp_path, facts):
    attempt = await book.attempt(await book.order())
    before = events(tmp_path)
    with pytest.raises(BugError, match="read back"):
        await book.journal.write(AttemptNoted(attempt, facts))
    assert events(tmp_path) == before


@pytest.mark.parametrize("state", sorted(PAYING | BLOCKING))
def test_there_is_a_way_to_every_state_that_these_tests_look_at(state):
    assert state is State.PREPARED or way_to(state, family_of(state))
