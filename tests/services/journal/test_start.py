import os
import shutil
import sqlite3
from contextlib import closing

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.entries import AttemptNoted, TaskOpened
from kiosk.domain.errors import JournalError
from kiosk.domain.staffwork import TaskKind
from kiosk.services.journal.file import MARK_EVERY, JournalFile, connect, prepare
from kiosk.services.journal.sealing import Sealer
from kiosk.services.journal.verify import verify
from tests.support.clock import FakeClock
from tests.support.journal import FILE, KEY, AtOnce, Book, a_busy_day, a_setting, events, opened, rows, tamper


@pytest.fixture
async def closed(tmp_path):
    """A journal with a busy day in it, closed."""
    async with opened(tmp_path) as journal:
        await a_busy_day(Book(journal))
    return tmp_path


async def refused(folder, **changes):
    """Why a start is refused; the file is left as it is."""
    before = (folder / FILE).read_bytes()
    with pytest.raises(JournalError) as caught:
        async with opened(folder, **changes):
            pass
    assert (folder / FILE).read_bytes() == before
    return caught.value.key


async def test_what_was_written_is_there_after_a_restart(tmp_path):
    async with opened(tmp_path) as journal:
        book = Book(journal)
        attempt = await book.attempt_in(State.UNKNOWN, await book.order())
    async with opened(tmp_path) as journal:
        assert (await journal.attempt(attempt)).state is State.UNKNOWN
        assert [order.id for order in await journal.open_orders()] == ["K01-1-000001"]


async def test_every_start_is_written_down(tmp_path):
    for version in ("1.0", "1.1"):
        async with opened(tmp_path, version=version):
            pass
    assert [body["version"] for _, body in events(tmp_path)] == ["1.0", "1.1"]
    assert rows(tmp_path, "SELECT * FROM identity") == [(1, "machine-1", 1, "1.1")]


async def test_the_file_is_set_to_be_durable(tmp_path):
    async with opened(tmp_path) as journal:
        connection = journal._file.connection
        setting = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    assert setting == {"journal_mode": "wal", "synchronous": 2}


async def test_a_system_that_ignores_the_settings_is_noticed(tmp_path):
    # a file system that cannot do WAL keeps the old mode; so does a connection in memory
    with closing(sqlite3.connect(":memory:")) as connection, pytest.raises(JournalError, match="not_durable"):
        prepare(connection)


async def test_a_second_instance_is_refused(tmp_path):
    async with opened(tmp_path):
        with pytest.raises(JournalError, match=r"journal\.in_use"):
            async with opened(tmp_path):
                pass


async def test_a_closed_journal_can_be_opened_by_the_next(tmp_path):
    async with opened(tmp_path) as first:
        pass
    async with opened(tmp_path):
        with pytest.raises(JournalError, match=r"journal\.closed"):
            first._file.write([TaskOpened(TaskKind.CALLED)])


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE events SET body = body || ' ' WHERE seq = 15",
        "UPDATE events SET hash = 'x' WHERE seq = 15",
        "DELETE FROM events WHERE seq = 15",
        "UPDATE events SET seq = seq + 1000 WHERE seq >= 15",
        "DELETE FROM events WHERE seq BETWEEN 10 AND 12",
        "INSERT INTO events SELECT 100 + seq, stamp, order_id, attempt_id, kind, body, prev_hash, hash FROM events",
    ],
)
async def test_a_broken_chain_is_not_started_on(closed, damage):
    tamper(closed, "UPDATE marks SET value = (SELECT '10:' || hash FROM events WHERE seq = 10) WHERE name = 'whole_to'")
    assert tamper(closed, damage) >= 1
    assert await refused(closed) == "journal.chain_broken"


async def test_a_missing_last_event_is_not_started_on(closed):
    assert tamper(closed, "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)") == 1
    assert await refused(closed) == "journal.chain_broken"


@pytest.mark.parametrize("mark", ["9999:x", "10:x", "x", "", ":"])
async def test_a_spoilt_mark_is_not_started_on(closed, mark):
    tamper(closed, "UPDATE marks SET value = ? WHERE name = 'whole_to'", mark)
    assert await refused(closed) == "journal.chain_broken"


async def test_another_key_is_refused(closed):
    assert await refused(closed, key=bytes(32)) == "journal.other_key"


@pytest.mark.parametrize("version", [2, 99, -1])
async def test_another_version_is_refused(closed, version):
    tamper(closed, f"PRAGMA user_version = {version}")
    assert await refused(closed) == "journal.other_version"


async def test_a_file_without_its_version_is_not_taken_for_a_new_one(closed):
    tamper(closed, "PRAGMA user_version = 0")
    assert await refused(closed) == "journal.damaged"


@pytest.mark.parametrize(("start", "length"), [(0, 16), (0, 4096), (100, 4000)])
async def test_a_damaged_file_is_refused_and_left_alone(closed, start, length):
    data = bytearray((closed / FILE).read_bytes())
    data[start : start + length] = b"\xa5" * length
    (closed / FILE).write_bytes(data)
    assert await refused(closed) == "journal.damaged"


async def test_a_file_cut_short_is_refused(closed):
    (closed / FILE).write_bytes((closed / FILE).read_bytes()[:4096])
    assert await refused(closed) == "journal.damaged"


async def test_an_emptied_journal_is_not_taken_for_a_first_start(closed):
    (closed / FILE).write_bytes(b"")
    assert await refused(closed) == "journal.lost"


async def test_a_missing_journal_is_not_taken_for_a_first_start(closed):
    (closed / FILE).unlink()
    with pytest.raises(JournalError, match=r"journal\.lost"):
        async with opened(closed):
            pass
    assert not (closed / FILE).exists()


async def test_a_first_start_that_was_cut_off_begins_again(tmp_path):
    (tmp_path / FILE).touch()
    async with opened(tmp_path) as journal:
        assert await journal.open_orders() == ()


async def test_a_refused_start_leaves_the_journal_to_the_next(closed):
    await refused(closed, key=bytes(32))
    async with opened(closed) as journal:
        assert await journal.open_orders() == ()


async def test_a_folder_that_cannot_be_is_an_error_for_people(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match=r"journal\.damaged"):
        async with opened(tmp_path / "file"):
            pass


# -- a cloned disk


async def test_a_journal_on_another_machine_begins_a_new_epoch_and_calls_staff(tmp_path):
    async with opened(tmp_path) as journal:
        await Book(journal).order()
    async with opened(tmp_path, machine="machine-2") as journal:
        [task] = await journal.staff_tasks()
        assert task.kind is TaskKind.CLONED
        assert task.id.startswith("K01-2-T")
        assert await journal.next_order() == ("K01-2-000002", "K01-2-0002")
    assert rows(tmp_path, "SELECT machine, epoch FROM identity") == [("machine-2", 2)]
    assert verify(tmp_path / FILE).problems == ()


async def test_the_new_epoch_stays_until_the_journal_moves_again(tmp_path):
    for machine, order_id in (
        ("m1", "K01-1-000001"),
        ("m2", "K01-2-000001"),
        ("m2", "K01-2-000001"),
        ("m1", "K01-3-000001"),
    ):
        async with opened(tmp_path, machine=machine) as journal:
            assert (await journal.next_order())[0] == order_id
    assert len([kind for kind, _ in events(tmp_path) if kind == "TaskOpened"]) == 2


# -- the cost of a start does not grow with history


def steps_of_start(folder):
    """How much SQLite's machine does at a start, in steps: work, not time."""
    counted: list[int] = []

    def counting(path):
        connection = connect(path)
        connection.set_progress_handler(lambda: counted.append(1), 1)
        return connection

    file = JournalFile(a_setting(folder, connect=counting), FakeClock(), Sealer(KEY, os.urandom).key_id)
    file.open()
    steps = len(counted)
    file.close()
    return steps


async def grow(journal, writes, size):
    """Write this many times, so many events at a time, all of one sale."""
    attempt = f"{await Book(journal).paid()}-1"
    for _ in range(writes):
        await journal.write(*[AttemptNoted(attempt, {"seen": "1"})] * size)


async def test_a_start_reads_only_the_events_since_the_mark(tmp_path):
    for folder, writes in (("young", 1), ("old", 40)):
        async with opened(tmp_path / folder, runner=AtOnce()) as journal:
            await grow(journal, writes, 500)
    assert rows(tmp_path / "old", "SELECT count(*) FROM events")[0][0] > 20_000
    young, old = steps_of_start(tmp_path / "young"), steps_of_start(tmp_path / "old")
    assert young > 50
    assert old <= young + 20


async def test_a_start_after_a_crash_reads_no_more_than_lies_between_two_marks(tmp_path):
    crashed, left = tmp_path / "crashed", tmp_path / "left"
    async with opened(crashed, runner=AtOnce()) as journal:
        await grow(journal, 51, 400)
        left.mkdir()
        for name in (FILE, f"{FILE}-wal"):
            shutil.copy(crashed / name, left / name)
    [(marked,)] = rows(left, "SELECT value FROM marks WHERE name = 'whole_to'")
    [(last,)] = rows(left, "SELECT max(seq) FROM events")
    since = last - int(marked.partition(":")[0])
    assert 0 < since < MARK_EVERY < last / 10
    after_crash = steps_of_start(left)
    after_close = steps_of_start(left)
    # a loop over a row's columns takes some twenty steps
    assert since < after_crash - after_close < since * 40
