import json

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.confidential import Confidential
from kiosk.domain.entries import (
    AttemptNoted,
    FindingAdvanced,
    PrintEnded,
    PrintQueued,
    RefundAdvanced,
    RefundAsked,
    TaskClosed,
    TaskOpened,
)
from kiosk.domain.errors import JournalError
from kiosk.domain.order import OrderState
from kiosk.domain.refund import FindingState, RefundState
from kiosk.domain.staffwork import PrintKind, TaskKind
from kiosk.services.journal.encoding import FIRST_HASH, row_hash, to_json
from kiosk.services.journal.reports import export, recent_sales, staff_list, timeline
from tests.support.journal import FILE, a_busy_day
from tests.support.sales import NOW


@pytest.fixture
def path(tmp_path):
    return tmp_path / FILE


@pytest.mark.parametrize("which", ["K01-0002", "K01-1-000002", "K01-1-000002-1"])
async def test_an_order_is_told_step_by_step_while_the_till_is_open(book, path, clock, which):
    await book.paid()
    order_id = await book.order()
    clock.advance(2)
    await book.attempt_in(State.UNKNOWN, order_id)
    story = timeline(path, which)
    assert [happened.kind for happened in story] == [
        "OrderOpened",
        "OrderAdvanced",
        "AttemptBegan",
        "AttemptAdvanced",
        "AttemptAdvanced",
    ]
    assert [happened.attempt_id for happened in story] == ["", "", *["K01-1-000002-1"] * 3]
    assert story[-1].body["to"] == "UNKNOWN"
    assert story[-1].at.wall_ms - story[0].at.wall_ms == 2000
    assert story[0].seq < story[-1].seq


async def test_the_story_holds_what_was_printed_found_and_done_by_staff(book, path):
    order_id = await book.order()
    attempt = await book.attempt(order_id)
    found = await book.finding(attempt)
    await book.journal.write(TaskOpened(TaskKind.FINDING, order_id), PrintQueued(order_id, PrintKind.SLIP))
    told = len(timeline(path, order_id))
    await book.journal.write(
        RefundAsked("F-R1", "", found, 5000),
        RefundAdvanced("F-R1", RefundState.SENDING),
        FindingAdvanced(found, FindingState.REFUNDED),
        TaskClosed((await book.journal.staff_tasks())[0].id, "manager"),
        PrintEnded((await book.journal.queued_prints())[0].id, done=True),
    )
    kinds = [happened.kind for happened in timeline(path, order_id)[told:]]
    assert kinds == ["RefundAsked", "RefundAdvanced", "FindingAdvanced", "TaskClosed", "PrintEnded"]


@pytest.mark.parametrize("which", ["K01-0009", "", "' OR 1"])
async def test_an_order_that_is_not_there_is_named(book, path, which):
    with pytest.raises(JournalError) as caught:
        timeline(path, which)
    assert (caught.value.key, caught.value.params) == ("journal.no_such_order", {"order": which})


async def test_the_staff_list_is_what_is_open(book, path):
    await a_busy_day(book)
    assert [(task.kind, sale) for task, sale in staff_list(path)] == [(TaskKind.CALLED, None)]
    assert tuple(task for task, _ in staff_list(path)) == await book.journal.staff_tasks()


async def test_what_staff_have_to_look_at_comes_with_its_sale(book, path):
    order = await book.paid()
    await book.journal.write(TaskOpened(TaskKind.PRINT_FAILED, order))
    assert [sale for _, sale in staff_list(path)] == [await book.journal.sale(order)]


async def test_recent_sales_come_newest_first(book, path):
    for _ in range(3):
        await book.paid()
    unwinding = await book.order()
    sales = recent_sales(path, 3)
    assert [sale.order.id for sale in sales] == [unwinding, "K01-1-000003", "K01-1-000002"]
    assert sales[1] == await book.journal.sale("K01-1-000003")
    assert [sale.order.state for sale in sales] == [OrderState.PAYING, OrderState.PAID, OrderState.PAID]


async def test_an_export_is_json_whose_chain_anyone_can_check(book, path):
    await a_busy_day(book)
    before = FIRST_HASH
    lines = [json.loads(json.dumps(line)) for line in export(path)]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    for line in lines:
        columns = (line["stamp"], line["order_id"], line["attempt_id"], line["kind"], to_json(line["body"]))
        assert line["prev_hash"] == before
        before = row_hash(line["seq"], columns, before)
        assert line["hash"] == before
    assert lines[0]["at"] == "2026-01-01T00:00:00.000+00:00"
    assert NOW.wall_ms == int(lines[0]["stamp"].partition(":")[0])


async def test_an_export_leaves_sealed_values_sealed(book, path):
    attempt = await book.attempt(await book.order())
    sealed = book.journal.seal(Confidential("8472913056112498"), "coupon")
    await book.journal.write(AttemptNoted(attempt, {"coupon": sealed}))
    text = json.dumps(list(export(path)))
    assert sealed in text
    assert "8472913056112498" not in text


async def test_an_export_shows_one_moment(book, path):
    await book.paid()
    lines = export(path)
    first = next(lines)
    await book.paid()
    last = [first, *lines][-1]
    assert last["order_id"] == "K01-1-000001"


@pytest.mark.parametrize("ask", [lambda path: timeline(path, "x"), staff_list, lambda path: list(export(path))])
@pytest.mark.parametrize("data", [None, b"", b"no journal" * 500])
def test_a_file_that_is_no_journal_is_an_error_for_people(path, ask, data):
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(JournalError, match="cannot_read"):
        ask(path)
    assert path.exists() == (data is not None)
