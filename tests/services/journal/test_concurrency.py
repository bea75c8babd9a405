import asyncio
import sqlite3
import threading
from contextlib import closing

import pytest
from typing_extensions import override

from kiosk.domain.attempt import State
from kiosk.domain.entries import AttemptAdvanced, TaskOpened
from kiosk.domain.errors import BugError
from kiosk.domain.staffwork import TaskKind
from kiosk.services.journal.store import OwnThread
from kiosk.services.journal.verify import verify
from tests.support.journal import FILE, Book, a_request, events, opened, rows


class Held(OwnThread):
    """The journal's own thread, which a test can hold up."""

    def __init__(self):
        super().__init__()
        self.free = threading.Event()
        self.free.set()

    @override
    async def run(self, work):
        def held():
            assert self.free.wait(10)
            return work()

        return await super().run(held)


async def test_fifty_writes_and_requests_at_once_are_all_durable_one_after_another(book, tmp_path):
    attempts = [await book.attempt(await book.order()) for _ in range(25)]
    called = TaskOpened(TaskKind.CALLED)
    work = [book.journal.write(called, called) for _ in range(25)]
    work += [book.intended(attempt, f"req-{attempt}") for attempt in attempts]
    results = await asyncio.gather(*work)
    permits = results[25:]
    assert len({permit.operation_id for permit in permits}) == 25
    for permit in permits:
        await book.journal.redeem(permit)
    assert len(rows(tmp_path, "SELECT 1 FROM operations")) == 25
    assert len(await book.journal.staff_tasks()) == 50
    # nobody's transaction is torn apart by another's
    kinds = [kind for kind, _ in events(tmp_path)]
    assert kinds.count("TaskOpened") == 50
    intents = [place for place, kind in enumerate(kinds) if kind == "OperationIntended"]
    assert [kinds[place - 1] for place in intents] == ["AttemptAdvanced"] * 25
    assert verify(tmp_path / FILE).problems == ()


async def test_fifty_questions_and_requests_of_one_attempt_at_once_are_numbered_as_they_are_written(book, tmp_path):
    attempt = await book.attempt(await book.order())
    await book.advance(attempt, State.SENDING)
    work = [book.journal.write_asked(attempt, "status", "ask-1", "nothing", {"code": str(n)}) for n in range(25)]
    work += [book.journal.intend(attempt, a_request) for _ in range(25)]
    await asyncio.gather(*work)

    operations = await book.journal.operations(attempt)
    assert [one.id for one in operations] == [f"{attempt}-{n:02d}" for n in range(1, 51)]
    # what was sent carries the id of its own operation
    assert [one.request_id for one in operations if one.moves_money] == [f"{attempt}-{n}" for n in range(26, 51)]
    assert verify(tmp_path / FILE).problems == ()


async def test_fifty_requests_of_one_attempt_at_once_have_fifty_ids_and_one_good_permit(book):
    attempt = await book.attempt(await book.order())
    await book.advance(attempt, State.SENDING)
    permits = await asyncio.gather(*[book.journal.intend(attempt, a_request(f"req-{n}")) for n in range(50)])
    assert len({permit.operation_id for permit in permits}) == 50
    sent = await asyncio.gather(*map(book.journal.redeem, permits), return_exceptions=True)
    assert sent.count(None) == 1


async def test_a_refused_write_among_others_does_not_touch_them(book, tmp_path):
    called = TaskOpened(TaskKind.CALLED)
    wrong = AttemptAdvanced("none", State.SENDING)
    writes = [book.journal.write(*((called, wrong) if n == 7 else (called,))) for n in range(15)]
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(result) for result in results if result] == [BugError]
    assert len(await book.journal.staff_tasks()) == 14
    assert verify(tmp_path / FILE).problems == ()


@pytest.mark.parametrize("cancelled", [0, 1, 2])
async def test_cancelling_a_wait_does_not_take_back_the_write(tmp_path, cancelled):
    runner = Held()
    async with opened(tmp_path, runner=runner) as journal:
        runner.free.clear()
        async with asyncio.TaskGroup() as group:
            kinds = (TaskKind.CALLED, TaskKind.CLOCK, TaskKind.SLOW)
            writes = [group.create_task(journal.write(TaskOpened(kind))) for kind in kinds]
            await asyncio.sleep(0)
            writes[cancelled].cancel()
            await asyncio.sleep(0)
            assert writes[cancelled].done()
            runner.free.set()
        assert [task.kind for task in await journal.staff_tasks()] == list(kinds)
    assert verify(tmp_path / FILE).problems == ()


async def test_cancelling_a_request_leaves_it_written_down_and_unsent(tmp_path):
    runner = Held()
    async with opened(tmp_path, runner=runner) as journal:
        book = Book(journal)
        attempt = await book.attempt(await book.order())
        runner.free.clear()
        waiting = asyncio.gather(book.intended(attempt))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        runner.free.set()
        [operation] = await journal.operations(attempt)
        assert (operation.moves_money, operation.answer) == (True, "")


async def test_closing_waits_for_what_is_being_written(tmp_path):
    runner = Held()
    async with opened(tmp_path, runner=runner) as journal:
        runner.free.clear()
        waiting = asyncio.gather(journal.write(TaskOpened(TaskKind.CALLED)))
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(0.01, runner.free.set)
    await waiting
    assert rows(tmp_path, "SELECT kind FROM staff_tasks") == [("called",)]


async def test_a_crash_before_a_commit_leaves_nothing_and_after_it_everything(tmp_path):
    class Crash(BaseException):
        """The process ends here."""

    moments = []

    def crash(moment):
        moments.append(moment)
        if moments[2:] and moments[-1] == at:
            raise Crash

    for at, kept in (("before", 0), ("after", 1)):
        moments.clear()
        folder = tmp_path / at
        async with opened(folder, on_commit=crash) as journal:
            with pytest.raises(Crash):
                await journal.write(TaskOpened(TaskKind.CALLED))
            with closing(sqlite3.connect(f"{(folder / FILE).as_uri()}?mode=ro", uri=True)) as other:
                assert len(other.execute("SELECT 1 FROM staff_tasks").fetchall()) == kept
