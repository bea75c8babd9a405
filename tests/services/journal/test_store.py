"""What the journal's questions answer, and that none of them reads a table from end to end."""

import pytest

from kiosk.domain.attempt import Family, State
from kiosk.domain.entries import (
    Asked,
    AttemptAdvanced,
    AttemptNoted,
    OperationAnswered,
    OrderAdvanced,
    PrintEnded,
    PrintQueued,
    RefundAsked,
    TaskClosed,
    TaskOpened,
    WatchEnded,
)
from kiosk.domain.errors import BugError, JournalError
from kiosk.domain.money import won
from kiosk.domain.order import OrderState
from kiosk.domain.ports import Journal
from kiosk.domain.refund import FindingKind, FindingState, RefundState
from kiosk.domain.staffwork import PrintKind, PrintState, TaskKind
from tests.support.journal import Book, a_request, opened, rows, tamper
from tests.support.sales import a_line


async def test_an_order_is_read_as_it_was_written(book, clock):
    opened_at = clock.stamp()
    order_id = await book.order(4500, 300)
    clock.advance(3)
    await book.journal.write(OrderAdvanced(order_id, OrderState.UNWINDING, "left"))
    order = (await book.journal.sale(order_id)).order
    assert (order.id, order.code, order.number, order.language) == ("K01-1-000001", "K01-0001", "", "ko")
    assert (order.state, order.reason, order.total) == (OrderState.UNWINDING, "left", won(4800))
    assert order.lines == (a_line(4500), a_line(300))
    assert (order.opened, order.changed) == (opened_at, clock.stamp())


async def test_an_attempt_is_read_as_it_was_written(book, clock):
    attempt_id = await book.attempt(await book.order(), method="ceos", family=Family.DIRECT)
    began = clock.stamp()
    await book.journal.write(AttemptNoted(attempt_id, {"a": "1", "b": "1"}, asked=3000))
    await book.journal.write(AttemptNoted(attempt_id, {"b": "2"}))
    clock.advance(1)
    await book.advance(attempt_id, State.SENDING)
    attempt = await book.journal.attempt(attempt_id)
    assert (attempt.id, attempt.method, attempt.family, attempt.number) == (attempt_id, "ceos", Family.DIRECT, 1)
    assert (attempt.due, attempt.asked, attempt.received, attempt.transaction) == (won(5000), won(3000), None, None)
    assert attempt.facts == {"a": "1", "b": "2"}
    assert (attempt.began, attempt.changed, attempt.unsure_since) == (began, clock.stamp(), None)


async def test_what_was_received_and_its_evidence_stay_with_an_attempt(book):
    attempt_id = await book.approved(await book.order(), 3000, "txn-1")
    await book.advance(attempt_id, State.NEEDS_STAFF)
    attempt = await book.journal.attempt(attempt_id)
    assert (attempt.received, attempt.transaction) == (won(3000), "txn-1")


async def test_an_attempt_is_unsure_since_it_first_became_so(book, clock):
    attempt_id = await book.attempt_in(State.UNKNOWN, await book.order())
    since = clock.stamp()
    clock.advance(30)
    await book.advance(attempt_id, State.REVERSING)
    assert (await book.journal.attempt(attempt_id)).unsure_since == since


async def test_requests_and_questions_are_read_in_order_with_their_answers(book, clock):
    attempt = await book.attempt(await book.order())
    await book.intended(attempt, "req-1")
    intended = clock.stamp()
    clock.advance(2)
    await book.journal.write(
        OperationAnswered(f"{attempt}-01", "silence", {"code": ""}),
        Asked(f"{attempt}-02", attempt, "", "status", "ask-1", "nothing", {"code": "404"}),
    )
    first, second = await book.journal.operations(attempt)
    assert (first.call, first.request_id, first.moves_money, first.answer) == ("checkout", "req-1", True, "silence")
    assert (first.intended, first.answered, first.facts) == (intended, clock.stamp(), {"code": ""})
    assert (second.id, second.moves_money, second.answer) == (f"{attempt}-02", False, "nothing")
    assert (second.intended, second.answered) == (clock.stamp(), clock.stamp())


async def test_more_than_nine_requests_stay_in_order(book):
    attempt = await book.attempt(await book.order())
    for number in range(1, 12):
        permit = await book.journal.intend(attempt, a_request(f"req-{number}"))
        assert permit.operation_id == f"{attempt}-{number:02d}"
    assert [operation.request_id for operation in await book.journal.operations(attempt)][-1] == "req-11"
    assert await book.journal.next_operation(attempt) == f"{attempt}-12"


async def test_refunds_are_read_in_the_order_in_which_they_were_asked_for(book):
    order_id = await book.order()
    first, second = await book.approved(order_id, 3000), await book.approved(order_id)
    found = await book.finding(first)
    await book.refund(second, 2000, RefundState.SENDING, RefundState.DONE)
    await book.refund(first, 1000, RefundState.SENDING, RefundState.REFUSED)
    await book.journal.write(RefundAsked("F-R1", "", found, 5000))
    await book.refund(first, 3000)
    refunds = (await book.journal.sale(order_id)).refunds
    assert [(refund.id, refund.amount) for refund in refunds] == [
        (f"{second}-R1", won(2000)),
        (f"{first}-R1", won(1000)),
        ("F-R1", won(5000)),
        (f"{first}-R2", won(3000)),
    ]


async def test_a_sale_holds_nothing_of_another(book):
    first, second = await book.order(), await book.order()
    for order_id in (first, second):
        await book.refund(await book.approved(order_id), 5000)
    sale = await book.journal.sale(second)
    assert {attempt.order_id for attempt in sale.attempts} == {second}
    assert [refund.attempt_id for refund in sale.refunds] == [f"{second}-1"]


async def test_a_finding_is_read_as_it_was_recorded(book):
    found = await book.finding(amount=700, transaction="late-7")
    [finding] = await book.journal.findings("")
    assert (finding.id, finding.method, finding.transaction) == (found, "crepay", "late-7")
    assert (finding.kind, finding.amount, finding.state) == (FindingKind.LATE, won(700), FindingState.OPEN)


@pytest.mark.parametrize("state", OrderState)
async def test_open_orders_are_those_somebody_must_end(book, tmp_path, state):
    order_id = await book.order()
    tamper(tmp_path, "UPDATE orders SET state = ?", state.value)
    is_open = state in {OrderState.PAYING, OrderState.UNWINDING, OrderState.REFUNDING}
    assert [order.id for order in await book.journal.open_orders()] == [order_id] * is_open


async def test_attempts_that_need_staff_are_still_tried(book):
    attempt = await book.attempt_in(State.NEEDS_STAFF, await book.order())
    await book.attempt_in(State.UNKNOWN, await book.order())
    assert [slow.id for slow in await book.journal.slow_attempts()] == [attempt]


@pytest.mark.parametrize("way", [(State.UNKNOWN,), (State.REVERSING,), (State.UNKNOWN, State.REVERSING)])
async def test_an_attempt_not_charged_after_doubt_is_watched_until_that_ends(book, way):
    attempt = await book.attempt(await book.order())
    await book.advance(attempt, State.SENDING, *way, State.NOT_CHARGED)
    assert [watched.id for watched in await book.journal.watched_attempts()] == [attempt]
    await book.journal.write(WatchEnded(attempt))
    assert await book.journal.watched_attempts() == ()


async def test_an_attempt_that_was_never_in_doubt_is_not_watched(book):
    await book.attempt_in(State.DECLINED, await book.order())
    await book.attempt_in(State.REVERSED, await book.order())
    assert await book.journal.watched_attempts() == ()


async def test_the_staff_list_holds_what_is_open_oldest_first(book, clock):
    order_id = await book.order()
    await book.journal.write(TaskOpened(TaskKind.SLOW, order_id, f"{order_id}-1", {"minutes": "10"}))
    await book.journal.write(TaskOpened(TaskKind.CALLED), TaskOpened(TaskKind.CLOCK))
    first, second, third = await book.journal.staff_tasks()
    assert (first.kind, first.order_id, first.attempt_id) == (TaskKind.SLOW, order_id, f"{order_id}-1")
    assert (first.facts, first.opened, first.closed, first.closed_how) == ({"minutes": "10"}, clock.stamp(), None, "")
    await book.journal.write(TaskClosed(second.id, "manager"))
    assert await book.journal.staff_tasks() == (first, third)


async def test_tasks_stay_in_order_when_their_numbers_outgrow_six_digits(book, tmp_path):
    for task_id in ("K01-1-T999999", "K01-1-T1000000"):
        await book.journal.write(TaskOpened(TaskKind.CALLED, task_id=task_id))
    assert [task.id for task in await book.journal.staff_tasks()] == ["K01-1-T999999", "K01-1-T1000000"]


async def test_a_print_is_queued_until_it_came_out_or_failed(book):
    order_id = await book.order()
    await book.journal.write(
        PrintQueued(order_id, PrintKind.SLIP, {"key": "slip.parked"}), PrintQueued(order_id, PrintKind.RECEIPT)
    )
    slip, receipt = await book.journal.queued_prints()
    assert (slip.kind, slip.state, slip.order_id, slip.facts) == (
        PrintKind.SLIP,
        PrintState.QUEUED,
        order_id,
        {"key": "slip.parked"},
    )
    await book.journal.write(PrintEnded(slip.id, done=False, reason="paper"))
    assert await book.journal.queued_prints() == (receipt,)
    await book.journal.write(PrintEnded(receipt.id, done=True))
    assert await book.journal.queued_prints() == ()


async def test_an_order_number_counts_the_sales_of_the_korean_day(book, clock):
    assert await book.journal.next_number() == "A-001"
    await book.paid()
    assert await book.journal.next_number() == "A-002"
    clock.advance(24 * 3600)
    assert await book.journal.next_number() == "A-001"


async def test_order_ids_go_on_after_a_restart(tmp_path):
    async with opened(tmp_path) as journal:
        assert await Book(journal).order() == "K01-1-000001"
    async with opened(tmp_path) as journal:
        assert await journal.next_order() == ("K01-1-000002", "K01-0002")


@pytest.mark.parametrize("question", ["sale", "attempt", "refund"])
async def test_asking_for_what_is_not_there_is_a_bug(book, question):
    with pytest.raises(BugError, match="no "):
        await getattr(book.journal, question)("K01-1-000099-1")


@pytest.mark.parametrize("names", ["{", "no json", "", "[1]", "null"])
async def test_a_value_that_cannot_be_read_any_more_is_an_error_for_people(book, tmp_path, names):
    await book.order()
    tamper(tmp_path, "UPDATE order_lines SET names = ?", names)
    with pytest.raises(JournalError, match="cannot_read"):
        await book.journal.open_orders()


async def test_a_file_that_cannot_be_read_any_more_is_an_error_for_people(book, tmp_path):
    order_id = await book.order()
    tamper(tmp_path, "DROP TABLE order_lines")
    with pytest.raises(JournalError, match="cannot_read"):
        await book.journal.sale(order_id)


async def ask_everything(journal: Journal, order_id: str) -> None:
    """Every question of the port, and a write of the costly kind."""
    attempt, refund = f"{order_id}-1", f"{order_id}-1-R1"
    permit = await journal.intend(attempt, a_request("req-9"))
    await journal.redeem(permit)
    await journal.redeem(journal.license_reversal(attempt, a_request("req-9")))
    await journal.write(RefundAsked(refund, attempt, "", 100), AttemptAdvanced(attempt, State.UNKNOWN))
    found = (await journal.findings(attempt))[0].id
    await journal.write(RefundAsked(f"{refund}F", "", found, 100))
    await journal.sale(order_id)
    await journal.attempt(attempt)
    await journal.refund(refund)
    await journal.operations(attempt)
    await journal.next_order()
    await journal.next_number()
    await journal.next_operation(attempt)
    await journal.open_orders()
    await journal.slow_attempts()
    await journal.watched_attempts()
    await journal.attempts_shown_as("****6789")
    await journal.staff_tasks()
    await journal.queued_prints()
    await journal.has_room()


async def test_no_question_reads_a_table_from_end_to_end(book, tmp_path):
    order_id = await book.order()
    attempt = await book.attempt(order_id)
    await book.finding(attempt)
    await book.journal.write(AttemptAdvanced(attempt, State.SENDING, received=5000))
    asked: list[str] = []
    connection = book.journal._file.connection
    book.journal._file.sales.forget()
    connection.set_trace_callback(asked.append)
    await ask_everything(book.journal, order_id)
    connection.set_trace_callback(None)
    small = rows(tmp_path, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%) WHERE %'")
    scanned = set()
    for query in {text for text in asked if text.lstrip().startswith(("SELECT", "UPDATE"))}:
        for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {query}"):
            if step.startswith("SCAN") and not any(step.endswith(f"INDEX {name}") for (name,) in small):
                scanned.add((step, query))
    assert scanned == set()
    assert len(asked) > 35
