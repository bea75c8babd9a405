import shutil
import sqlite3
import time
from contextlib import closing

import pytest

from kiosk.domain.entries import TaskOpened
from kiosk.domain.errors import JournalError
from kiosk.domain.staffwork import TaskKind
from kiosk.services.journal import file as journal_file
from kiosk.services.journal.last import SLOT_BYTES, LastEvent
from kiosk.services.journal.verify import verify
from tests.support.journal import FILE, AtOnce, Book, a_busy_day, opened, rows

CALLED = TaskOpened(TaskKind.CALLED)
WAL, MARK = f"{FILE}-wal", "last.mark"
LAST = "SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1"
GENERATION = slice(16, 24)
"""In the header of a WAL."""


@pytest.fixture
async def killed(tmp_path):
    """What a till leaves that is killed after a busy day; its last event is in the WAL."""
    live, left = tmp_path / "live", tmp_path / "left"
    async with opened(live, runner=AtOnce()) as journal:
        await a_busy_day(Book(journal))
        shutil.copytree(live, left)
    return left


@pytest.fixture
def many_marks(monkeypatch):
    monkeypatch.setattr(journal_file, "MARK_EVERY", 5)


def cut_the_wal(folder, kept):
    """Leave this part of the WAL, as SQLite does when it finds a bad frame."""
    wal = (folder / WAL).read_bytes()
    (folder / WAL).write_bytes(wal[: int(len(wal) * kept)])


async def refused(folder):
    """Why a start is refused. File, WAL and mark are left as they are."""
    before = {name: (folder / name).read_bytes() for name in (FILE, WAL, MARK)}
    with pytest.raises(JournalError) as caught:
        async with opened(folder):
            pass
    assert {name: (folder / name).read_bytes() for name in before} == before
    return caught.value


# -- the end of the history


async def test_the_last_event_is_noted_after_every_write(tmp_path):
    async with opened(tmp_path, runner=AtOnce()) as journal:
        for _ in range(3):
            assert LastEvent(tmp_path).noted() == rows(tmp_path, LAST)[0]
            await journal.write(CALLED, CALLED)


async def test_it_is_noted_only_when_the_commit_has_returned(tmp_path):
    seen = []
    async with opened(
        tmp_path, runner=AtOnce(), on_commit=lambda _: seen.append(LastEvent(tmp_path).noted())
    ) as journal:
        await journal.write(CALLED)
    assert [noted and noted[0] for noted in seen] == [None, None, 1, 1]


@pytest.mark.parametrize("kept", [0.7, 0.9])
async def test_a_journal_that_lost_its_end_is_not_started_on(killed, kept):
    [(last, _)] = rows(killed, LAST)
    cut_the_wal(killed, kept)
    error = await refused(killed)
    assert (error.key, error.params) == ("journal.end_lost", {"seq": last})


async def test_verify_says_that_the_end_is_lost(killed):
    assert verify(killed / FILE).problems == ()
    cut_the_wal(killed, 0.9)
    [(table, problem)] = verify(killed / FILE).problems
    assert (table, "journal.end_lost" in problem) == ("events", True)


async def test_another_journal_in_its_place_is_not_started_on(killed, tmp_path):
    async with opened(tmp_path / "other") as journal:
        for _ in range(50):
            await journal.write(CALLED)
    shutil.copy(tmp_path / "other" / FILE, killed / FILE)
    (killed / WAL).write_bytes(b"")
    assert (await refused(killed)).key == "journal.end_lost"


async def test_a_wal_that_is_gone_with_the_mark_is_a_lost_journal_and_no_first_start(tmp_path):
    async with opened(tmp_path / "live", runner=AtOnce()):
        shutil.copytree(tmp_path / "live", tmp_path / "left")
    (tmp_path / "left" / MARK).unlink()
    (tmp_path / "left" / WAL).unlink()
    with pytest.raises(JournalError, match=r"journal\.lost"):
        async with opened(tmp_path / "left"):
            pass


async def test_a_journal_that_is_gone_is_missed_because_of_the_mark_alone(killed):
    for name in (FILE, WAL, "unstored.mark"):
        (killed / name).unlink()
    with pytest.raises(JournalError, match=r"journal\.lost"):
        async with opened(killed):
            pass


@pytest.mark.parametrize("content", [None, b"", b"garbage" * 99, b"\0" * 1024, b"1:x:y\n" + b" " * 600, b"\xff" * 999])
async def test_a_mark_that_is_missing_or_cannot_be_read_refuses_nothing(killed, content):
    (killed / MARK).unlink()
    if content is not None:
        (killed / MARK).write_bytes(content)
    async with opened(killed):
        pass
    assert LastEvent(killed).noted() == rows(killed, LAST)[0]


async def test_a_mark_that_cannot_be_written_stops_nothing(killed):
    (killed / MARK).unlink()
    (killed / MARK).mkdir()
    async with opened(killed) as journal:
        await journal.write(CALLED)
    assert verify(killed / FILE).problems == ()


async def test_a_mark_that_is_behind_is_as_true(tmp_path):
    async with opened(tmp_path) as journal:
        behind = (tmp_path / MARK).read_bytes()
        await journal.write(CALLED)
    (tmp_path / MARK).write_bytes(behind)
    async with opened(tmp_path):
        pass


def test_the_newer_of_two_slots_counts_and_the_older_is_written_over(tmp_path):
    last = LastEvent(tmp_path)
    for seq in (9, 10, 11):
        last.note(seq, "a" * 64)
    last.release()
    again = LastEvent(tmp_path)
    assert again.noted() == (11, "a" * 64)
    again.note(12, "b" * 64)
    again.release()
    slots = (tmp_path / MARK).read_bytes()
    assert (slots[:3], slots[SLOT_BYTES : SLOT_BYTES + 3]) == (b"11:", b"12:")


@pytest.mark.parametrize("slot", [0, 1])
@pytest.mark.parametrize("at", [0, 1, 40, 100, 140])
def test_a_slot_that_was_torn_leaves_the_other(tmp_path, slot, at):
    last = LastEvent(tmp_path)
    for seq in (10, 11):
        last.note(seq, f"{seq:064d}")
    last.release()
    mark = bytearray((tmp_path / MARK).read_bytes())
    mark[slot * SLOT_BYTES + at] ^= 1
    (tmp_path / MARK).write_bytes(mark)
    other = 11 - slot
    assert LastEvent(tmp_path).noted() == (other, f"{other:064d}")


# -- the WAL is folded in


def generation(folder):
    return (folder / WAL).read_bytes()[GENERATION]


async def test_every_mark_begins_a_new_wal(tmp_path, many_marks):
    async with opened(tmp_path, runner=AtOnce()) as journal:
        seen = []
        for _ in range(20):
            await journal.write(CALLED)
            seen.append(generation(tmp_path))
    assert [n for n in range(1, 20) if seen[n] != seen[n - 1]] == [3, 8, 13, 18]


async def test_what_a_kill_left_is_folded_in_at_the_start(killed):
    before = generation(killed)
    async with opened(killed, runner=AtOnce()):
        with closing(sqlite3.connect(f"{(killed / FILE).as_uri()}?immutable=1", uri=True)) as past_the_wal:
            # the WAL holds no more than the mark, and all events are in the file
            assert past_the_wal.execute(LAST).fetchall() == rows(killed, LAST)
        assert generation(killed) != before


async def test_a_reader_is_not_waited_for_and_the_wal_is_begun_anew_when_it_is_gone(tmp_path, many_marks):
    async with opened(tmp_path, runner=AtOnce()) as journal:
        with closing(sqlite3.connect(f"{(tmp_path / FILE).as_uri()}?mode=ro", uri=True)) as reader:
            reader.execute("BEGIN")
            then = reader.execute(LAST).fetchall()
            before, began_s = generation(tmp_path), time.monotonic()
            for _ in range(22):
                await journal.write(CALLED)
            assert time.monotonic() - began_s < journal_file.BUSY_MS / 1000
            assert generation(tmp_path) == before
            assert reader.execute(LAST).fetchall() == then
        await journal.write(CALLED)  # no mark is due
        assert generation(tmp_path) != before
        [(last, _)] = rows(tmp_path, LAST)
    assert last == 24
    assert verify(tmp_path / FILE).problems == ()


async def test_a_wal_that_a_reader_made_grow_is_cut_back(tmp_path, many_marks, monkeypatch):
    monkeypatch.setattr(journal_file, "WAL_BYTES", 100_000)
    async with opened(tmp_path, runner=AtOnce()) as journal:
        with closing(sqlite3.connect(f"{(tmp_path / FILE).as_uri()}?mode=ro", uri=True)) as reader:
            reader.execute("BEGIN")
            reader.execute(LAST).fetchall()
            for _ in range(30):
                await journal.write(CALLED)
        grown = (tmp_path / WAL).stat().st_size
        await journal.write(CALLED)
        assert (tmp_path / WAL).stat().st_size <= 100_000 < grown


async def test_chain_marks_are_written_while_a_reader_holds_back_the_rest(tmp_path, many_marks):
    marked = "SELECT value FROM marks WHERE name = 'whole_to'"
    async with opened(tmp_path, runner=AtOnce()) as journal:
        with closing(sqlite3.connect(f"{(tmp_path / FILE).as_uri()}?mode=ro", uri=True)) as reader:
            reader.execute("BEGIN")
            reader.execute(LAST).fetchall()
            for _ in range(12):
                await journal.write(CALLED)
            assert rows(tmp_path, marked)[0][0].startswith("10:")


async def test_after_a_fold_the_journal_waits_for_locks_again(tmp_path, many_marks):
    async with opened(tmp_path, runner=AtOnce()) as journal:
        for _ in range(6):
            await journal.write(CALLED)
        assert journal._file.connection.execute("PRAGMA busy_timeout").fetchone()[0] == journal_file.BUSY_MS
