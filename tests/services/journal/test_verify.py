# ruff: noqa: S608 - the names of our own tables and columns
import asyncio
import shutil
import sqlite3
from contextlib import closing

import pytest

from kiosk.domain.entries import TaskOpened
from kiosk.domain.staffwork import TaskKind
from kiosk.services.journal.encoding import row_hash
from kiosk.services.journal.verify import SCHEMA, Verdict, verify
from tests.support.journal import FILE, Book, a_busy_day, opened, rows, tamper


def columns():
    """Every column of every table of the schema, and whether it holds a number."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA.read_text("utf-8"))
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return [
            pytest.param(table, row[1], row[2] == "INTEGER", id=f"{table}.{row[1]}")
            for table in tables
            for row in connection.execute(f"PRAGMA table_info({table})")
        ]


TABLES = sorted({str(case.values[0]) for case in columns()})


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A closed journal with a busy day in it."""
    folder = tmp_path_factory.mktemp("written")

    async def write():
        async with opened(folder) as journal:
            await a_busy_day(Book(journal))

    asyncio.run(write())
    return folder


@pytest.fixture
def closed(written, tmp_path):
    """A copy of it that a test may spoil."""
    shutil.copy(written / FILE, tmp_path / FILE)
    return tmp_path


def test_a_journal_that_nobody_touched_is_whole(closed):
    verdict = verify(closed / FILE)
    assert verdict.problems == ()
    assert verdict.events == rows(closed, "SELECT max(seq) FROM events")[0][0] > 30


@pytest.mark.parametrize("table", TABLES)
def test_a_busy_day_fills_every_table(closed, table):
    assert rows(closed, f"SELECT 1 FROM {table}")


@pytest.mark.parametrize(("table", "column", "is_number"), columns())
def test_a_change_to_any_column_of_any_row_is_noticed(closed, table, column, is_number):
    whole = (closed / FILE).read_bytes()
    row_key = "order_id || n" if table == "order_lines" else "rowid"
    query = f"SELECT {row_key}, {column} FROM {table}"
    if table == "marks" and column == "value":
        query += " WHERE name <> 'key_id'"  # noticed at the next start instead, which knows the key
    for row, value in rows(closed, query):
        (closed / FILE).write_bytes(whole)
        spoilt = (value or 0) + 1000 if is_number else f"{value or ''}x"
        with closing(sqlite3.connect(closed / FILE)) as connection, connection:
            # whoever spoils a file does not stop at its constraints
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE {row_key} = ?", (spoilt, row))
        assert verify(closed / FILE).problems, f"row {row}: {value} became {spoilt}"


@pytest.mark.parametrize("table", sorted(set(TABLES) - {"marks", "events"}))
def test_a_row_taken_away_is_noticed(closed, table):
    assert tamper(closed, f"DELETE FROM {table}") >= 1
    assert table in dict(verify(closed / FILE).problems)


def test_a_row_added_is_noticed(closed):
    add = "INSERT INTO prints SELECT id || '9', order_id, kind, state, reason, facts, queued FROM prints"
    assert tamper(closed, add) == 1
    assert verify(closed / FILE).problems == (("prints", "row K01-1-P0000199 differs from the events"),)


def test_a_missing_last_event_is_noticed(closed):
    assert tamper(closed, "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)") == 1
    assert verify(closed / FILE).problems


def test_a_missing_last_event_that_changed_no_table_is_noticed(closed):
    async def start_once_more():
        async with opened(closed):
            pass

    asyncio.run(start_once_more())
    assert verify(closed / FILE).problems == ()
    assert tamper(closed, "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)") == 1
    (closed / "last.mark").unlink()  # it would notice, too
    assert [where for where, _ in verify(closed / FILE).problems] == ["marks"]


@pytest.mark.parametrize("seq", [1, 2, 20])
def test_a_missing_event_in_the_middle_is_noticed(closed, seq):
    assert tamper(closed, "DELETE FROM events WHERE seq = ?", seq) == 1
    verdict = verify(closed / FILE)
    assert verdict.problems[0][0] == "events"
    assert f"'seq': {seq}" in verdict.problems[0][1]


def test_two_events_in_each_others_place_are_noticed(closed):
    tamper(closed, "UPDATE events SET seq = -seq WHERE seq IN (5, 6)")
    tamper(closed, "UPDATE events SET seq = 11 + seq WHERE seq < 0")
    assert verify(closed / FILE).problems[0][0] == "events"


def test_a_law_taken_out_of_the_file_is_noticed(closed):
    tamper(closed, "DROP INDEX one_paying_attempt")
    assert verify(closed / FILE).problems == (("sqlite_schema", "row one_paying_attempt differs from the events"),)


FORGED = [
    ("kind", "Nonsense", "cannot be replayed"),
    ("body", "{}", "cannot be replayed"),
    ("order_id", "K01-1-000009", "filed under another order"),
    ("attempt_id", "K01-1-000009-1", "filed under another order"),
]


@pytest.mark.parametrize(("column", "value", "problem"), FORGED)
def test_an_event_forged_by_somebody_who_knows_the_rule_of_the_chain_is_noticed(closed, column, value, problem):
    [(last,)] = rows(closed, "SELECT max(seq) FROM events")
    forge(closed, last, column, value)
    tamper(
        closed,
        "UPDATE marks SET value = (SELECT seq || ':' || hash FROM events WHERE seq = ?) WHERE name = 'whole_to'",
        last,
    )
    [(where, what)] = verify(closed / FILE).problems
    assert where == "events"
    assert problem in what


def test_an_event_forged_in_the_middle_breaks_the_chain_after_it(closed):
    forge(closed, 5, "body", "{}")
    assert "'seq': 6" in verify(closed / FILE).problems[0][1]


def forge(folder, seq, column, value):
    """Change an event and make its hash fit."""
    tamper(folder, f"UPDATE events SET {column} = ? WHERE seq = ?", value, seq)
    [row] = rows(folder, "SELECT stamp, order_id, attempt_id, kind, body, prev_hash FROM events WHERE seq = ?", seq)
    tamper(folder, "UPDATE events SET hash = ? WHERE seq = ?", row_hash(seq, row[:5], row[5]), seq)


@pytest.mark.parametrize("spoil_bytes", [b"", b"not a database" * 300])
def test_a_file_that_is_no_journal_is_a_verdict_and_no_crash(tmp_path, spoil_bytes):
    (tmp_path / FILE).write_bytes(spoil_bytes)
    verdict = verify(tmp_path / FILE)
    assert (verdict.events, verdict.problems[0][0]) == (0, "file")


def test_a_file_that_is_not_there_is_a_verdict_and_is_not_made(tmp_path):
    assert verify(tmp_path / FILE).problems[0][0] == "file"
    assert not (tmp_path / FILE).exists()


def test_a_damaged_page_is_noticed(closed):
    data = bytearray((closed / FILE).read_bytes())
    page = len(data) // 4096 // 2 * 4096
    data[page : page + 4096] = bytes(4096)
    (closed / FILE).write_bytes(data)
    assert verify(closed / FILE).problems


async def test_the_journal_is_verified_while_the_till_goes_on_writing(tmp_path):
    async with opened(tmp_path) as journal:
        await a_busy_day(Book(journal))
        loop = asyncio.get_running_loop()
        written = []

        def meanwhile(_done, _of):
            asyncio.run_coroutine_threadsafe(journal.write(TaskOpened(TaskKind.CALLED)), loop).result(10)
            written.append(1)

        before = rows(tmp_path, "SELECT max(seq) FROM events")[0][0]
        assert await asyncio.to_thread(verify, tmp_path / FILE, meanwhile) == Verdict(before, ())
        assert written
        assert await asyncio.to_thread(verify, tmp_path / FILE) == Verdict(before + 1, ())


async def test_verifying_changes_nothing(tmp_path):
    async with opened(tmp_path) as journal:
        await a_busy_day(Book(journal))
        before = (tmp_path / FILE).read_bytes(), (tmp_path / f"{FILE}-wal").read_bytes()
        verify(tmp_path / FILE)
        assert before == ((tmp_path / FILE).read_bytes(), (tmp_path / f"{FILE}-wal").read_bytes())


async def test_progress_is_told_up_to_the_last_event(tmp_path):
    told = []
    async with opened(tmp_path) as journal:
        await journal.write(*[TaskOpened(TaskKind.CALLED)] * 2100)
    verify(tmp_path / FILE, lambda done, of: told.append((done, of)))
    assert told == [(1000, 2101), (2000, 2101), (2101, 2101)]
