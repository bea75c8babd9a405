import os
import shutil
import sqlite3
from contextlib import closing
from functools import partial

import pytest
from typing_extensions import override

from kiosk.domain.attempt import State
from kiosk.domain.entries import AttemptNoted, TaskOpened
from kiosk.domain.errors import JournalError
from kiosk.domain.staffwork import TaskKind
from kiosk.services.journal.file import MARK_EVERY, JournalFile, connect, connect_to_look, prepare
from kiosk.services.journal.sealing import Sealer
from kiosk.services.journal.verify import verify
from tests.support.clock import FakeClock
from tests.support.disk import VFS, Disk, Fault
from tests.support.journal import FILE, KEY, AtOnce, Book, a_busy_day, a_setting, events, opened, rows, tamper


@pytest.fixture
async def closed(tmp_path):
    """A journal with a busy day in it, closed."""
    async with opened(tmp_path) as journal:
        await a_busy_day(Book(journal))
    return tmp_path


async def refused(folder, **changes):
    """Why a start is refused; a file that was there, and its WAL, are left as they are."""
    before = contents(folder)
    with pytest.raises(JournalError) as caught:
        async with opened(folder, **changes):
            pass
    assert not before or contents(folder) == before
    return caught.value.key


def contents(folder):
    """The bytes of file and WAL; one that is empty is none."""
    names = [name for name in (FILE, f"{FILE}-wal") if (folder / name).is_file()]
    return {name: (folder / name).read_bytes() for name in names if (folder / name).stat().st_size}


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


@pytest.mark.parametrize("sync", range(1, 4))
async def test_a_sync_that_fails_while_the_file_is_made_is_not_overlooked(tmp_path, sync):
    disk = Disk(tmp_path)
    syncs = []

    def fail(operation):
        syncs.extend([operation] * (operation.name == "sync"))
        return Fault.SYNC if operation.name == "sync" and len(syncs) == sync else None

    disk.on_operation = fail
    try:
        assert await refused(tmp_path, connect=disk.connect) == "journal.cannot_open"
        async with opened(tmp_path, connect=disk.connect):
            assert rows(tmp_path, "PRAGMA journal_mode") == [("wal",)]
    finally:
        disk.close()


async def test_the_mode_is_believed_only_when_another_finds_it_in_the_file(tmp_path):
    class Forgetful(sqlite3.Connection):
        """Says that it is in WAL mode, and is not."""

        @override
        def execute(self, sql, *values):
            changed = {"PRAGMA journal_mode = WAL": "SELECT 1", "PRAGMA journal_mode": "SELECT 'wal'"}
            return super().execute(changed.get(sql, sql), *values)

    def connect(path):
        return sqlite3.connect(path, isolation_level=None, factory=Forgetful)

    assert await refused(tmp_path, connect=connect, runner=AtOnce()) == "journal.not_durable"


async def test_a_journal_that_was_not_in_wal_mode_is_put_into_it(closed):
    tamper(closed, "PRAGMA journal_mode = DELETE")
    assert rows(closed, "PRAGMA journal_mode") == [("delete",)]
    async with opened(closed) as journal:
        assert await journal.open_orders() == ()
    assert rows(closed, "PRAGMA journal_mode") == [("wal",)]


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


@pytest.mark.parametrize("version", [1, 99, -1])
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


@pytest.mark.parametrize("law", ["one_paying_attempt", "one_request_per_id", "one_attempt_per_evidence"])
async def test_a_journal_without_one_of_its_tables_or_indexes_is_not_started_on(closed, law):
    tamper(closed, f"DROP INDEX {law}")
    assert await refused(closed) == "journal.damaged"


LOOSE_IDENTITY = (
    "CREATE TEMP TABLE kept AS SELECT sql FROM sqlite_schema WHERE name = 'identity';"
    "PRAGMA writable_schema = ON;"
    "UPDATE sqlite_schema SET sql = 'CREATE TABLE identity (one INTEGER PRIMARY KEY, machine, epoch, version)'"
    " WHERE name = 'identity';"
    "PRAGMA writable_schema = RESET;"
    "UPDATE identity SET (machine, epoch) = ({});"
    "PRAGMA writable_schema = ON;"
    "UPDATE sqlite_schema SET sql = (SELECT sql FROM kept) WHERE name = 'identity'"
)
"""Values that a STRICT table would not take."""


@pytest.fixture
async def killed(tmp_path):
    """A journal whose till was killed after a busy day: most of it is in the WAL."""
    async with opened(tmp_path / "live", runner=AtOnce()) as journal:
        await a_busy_day(Book(journal))
        shutil.copytree(tmp_path / "live", tmp_path / "left")
    return tmp_path / "left"


async def test_a_killed_journal_that_is_refused_keeps_its_wal(killed):
    assert len(contents(killed)) == 2
    assert await refused(killed, key=bytes(32)) == "journal.other_key"
    async with opened(killed) as journal:
        assert await journal.staff_tasks()


async def test_the_wal_of_another_till_is_not_folded_into_the_file(killed, tmp_path):
    async with opened(tmp_path / "other", key=bytes(32), runner=AtOnce()) as journal:
        await a_busy_day(Book(journal))
        shutil.copy(tmp_path / "other" / f"{FILE}-wal", killed)
    assert await refused(killed) == "journal.other_key"


async def test_damage_that_only_the_first_write_comes_upon_leaves_the_file_as_it_is(killed):
    class Refusing(sqlite3.Connection):
        """Its file is damaged where only a write looks."""

        @override
        def execute(self, sql, *values):
            if sql.startswith("INSERT INTO events"):
                raise sqlite3.DatabaseError("database disk image is malformed")
            return super().execute(sql, *values)

    def connect(path):
        return sqlite3.connect(path, isolation_level=None, factory=Refusing)

    assert await refused(killed, connect=connect, runner=AtOnce()) == "journal.damaged"


@pytest.mark.parametrize(
    "damage",
    [
        LOOSE_IDENTITY.format("SELECT 'machine-1', NULL"),
        LOOSE_IDENTITY.format("SELECT 'machine-1', '1'"),
        LOOSE_IDENTITY.format("SELECT x'ff', 1"),
        LOOSE_IDENTITY.format("SELECT CAST(x'ff' AS TEXT), 1"),
        "DELETE FROM identity",
        "DROP TABLE marks",
        "UPDATE marks SET value = CAST(x'ff' AS TEXT) WHERE name = 'key_id'",
        "UPDATE events SET body = CAST(x'ff' AS TEXT) WHERE seq = 15",
    ],
)
async def test_what_cannot_be_read_is_damage_and_no_fault_of_the_program(closed, damage):
    with closing(sqlite3.connect(closed / FILE)) as connection:
        connection.executescript("DELETE FROM marks WHERE name = 'whole_to'")  # all events are checked at the start
        connection.executescript(damage)
    assert await refused(closed) == "journal.damaged"


async def test_a_first_start_that_was_killed_while_it_made_the_file_is_taken_back(tmp_path):
    # killed between the rollback journal and the file: that journal is still to be played back
    live, left = tmp_path / "live", tmp_path / "left"
    live.mkdir()
    disk = Disk(live)

    def copy(operation):
        if operation.name == "sync" and operation.file == FILE and not left.exists():
            shutil.copytree(live, left)

    disk.on_operation = copy
    async with opened(live, connect=disk.connect, runner=AtOnce()):
        pass
    disk.close()
    assert (left / f"{FILE}-journal").exists()
    async with opened(left) as journal:
        assert await journal.open_orders() == ()
    assert [kind for kind, _ in events(left)] == ["Started"]


@pytest.mark.parametrize("fault", [Fault.FULL, Fault.READ_ONLY, Fault.NO_OPEN, Fault.READ])
async def test_a_disk_that_does_not_do_its_work_is_not_called_damage(closed, fault):
    disk = Disk(closed, counts_reads=fault is Fault.READ)
    disk.fail(fault)
    try:
        with pytest.raises(JournalError) as caught:
            async with opened(closed, connect=disk.connect, look=looked_at):
                pass
    finally:
        disk.close()
    assert caught.value.key == "journal.cannot_open"
    assert str(caught.value.params["problem"]).startswith("SQLITE_")
    async with opened(closed) as journal:
        assert await journal.open_orders() == ()


def looked_at(path):
    """Through the disk of the folder, as the harness does it."""
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&vfs={VFS}", uri=True, isolation_level=None)


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
    with pytest.raises(JournalError, match=r"journal\.cannot_open .*'EEXIST'"):
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

    def counting(path, opens):
        connection = opens(path)
        connection.set_progress_handler(lambda: counted.append(1), 1)
        return connection

    setting = a_setting(folder, connect=partial(counting, opens=connect), look=partial(counting, opens=connect_to_look))
    file = JournalFile(setting, FakeClock(), Sealer(KEY, os.urandom).key_id, lambda _attempt, _seq: None)
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
