import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.disk import Disk, Fault

PROJECT = Path(__file__).parents[2]
FULL, IO_ERROR = "database or disk is full", "disk I/O error"


@pytest.fixture
def disk(tmp_path):
    disk = Disk(tmp_path)
    yield disk
    disk.close()


@pytest.fixture
def db(disk, tmp_path):
    """One table in WAL mode, on a disk that works."""
    with closing(disk.connect(tmp_path / "a.sqlite")) as connection:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("CREATE TABLE t (x)")
        yield connection


def insert(db):
    db.execute("INSERT INTO t VALUES (1)")


def stumble(_operation):
    raise ZeroDivisionError


def count(db):
    return db.execute("SELECT count(*) FROM t").fetchone()[0]


def test_every_operation_is_numbered_and_named(disk, db):
    before = disk.count
    insert(db)
    assert [str(one) for one in disk.operations[before:]] == [
        f"{before + 1} write a.sqlite-wal 24 at 8272",
        f"{before + 2} write a.sqlite-wal 4096 at 8296",
        f"{before + 3} sync a.sqlite-wal",
    ]


def test_creations_truncations_and_deletions_are_operations_too(disk, db):
    insert(db)
    db.close()
    assert {one.name for one in disk.operations} == {"create", "write", "sync", "map", "truncate", "delete"}


@pytest.mark.parametrize(
    ("fault", "says"), [(Fault.FULL, FULL), (Fault.WRITE, IO_ERROR), (Fault.SYNC, IO_ERROR), (Fault.GONE, IO_ERROR)]
)
def test_a_fault_lasts_until_it_is_healed(disk, db, fault, says):
    disk.fail(fault)
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match=says):
            insert(db)
    disk.heal()
    insert(db)
    assert count(db) == 1


def test_a_fault_may_be_over_after_one_operation(disk, db):
    disk.fail(Fault.FULL, disk.count + 2, once=True)
    with pytest.raises(sqlite3.OperationalError, match=FULL):
        insert(db)
    insert(db)
    assert count(db) == 1


def test_a_torn_write_leaves_half_of_its_bytes(disk, db, tmp_path):
    wal = tmp_path / "a.sqlite-wal"
    size = wal.stat().st_size
    disk.fail(Fault.WRITE, disk.count + 2, torn=True)
    with pytest.raises(sqlite3.OperationalError):
        insert(db)
    assert wal.stat().st_size == size + 24 + 2048


def test_a_disk_that_is_read_only_can_be_read(disk, db, tmp_path):
    insert(db)
    disk.fail(Fault.READ_ONLY)
    with closing(disk.connect(tmp_path / "a.sqlite")) as other:
        assert count(other) == 1
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            insert(other)


def test_a_file_may_be_impossible_to_open(disk, db, tmp_path):
    disk.fail(Fault.NO_OPEN)
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        disk.connect(tmp_path / "a.sqlite")


def test_reads_fail_where_they_are_counted(tmp_path):
    disk = Disk(tmp_path, counts_reads=True)
    with closing(disk.connect(tmp_path / "a.sqlite")) as db:
        db.execute("CREATE TABLE t (x)")
    disk.fail(Fault.READ)
    with pytest.raises(sqlite3.OperationalError, match=IO_ERROR):
        disk.connect(tmp_path / "a.sqlite")
    disk.close()


def test_what_is_done_can_be_decided_operation_by_operation(disk, db):
    disk.on_operation = lambda operation: Fault.SYNC if operation.name == "sync" else None
    with pytest.raises(sqlite3.OperationalError, match=IO_ERROR):
        insert(db)


def test_what_went_well_is_told_with_its_bytes(disk, db, tmp_path):
    told = []
    disk.on_done = lambda operation, data: told.append((operation.name, operation.offset, data))
    insert(db)
    wal = (tmp_path / "a.sqlite-wal").read_bytes()
    assert [name for name, _, _ in told] == ["write", "write", "sync"]
    assert all(wal[offset : offset + len(data)] == data for _, offset, data in told)


def test_an_exception_in_a_hook_does_not_go_through_sqlite_and_is_not_lost(tmp_path):
    disk = Disk(tmp_path)
    with closing(disk.connect(tmp_path / "a.sqlite")) as db:
        disk.on_operation = stumble
        with pytest.raises(sqlite3.OperationalError):
            db.execute("CREATE TABLE t (x)")
        disk.on_operation = None
    with pytest.raises(ZeroDivisionError):
        disk.close()


def test_a_folder_has_one_disk_at_a_time(disk, tmp_path):
    with pytest.raises(ValueError, match="has a disk"):
        Disk(tmp_path)
    disk.close()
    Disk(tmp_path).close()


def test_disks_do_not_touch_each_other(tmp_path):
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    bad, good = (Disk(folder) for folder in folders)
    bad.fail(Fault.FULL)
    with pytest.raises(sqlite3.OperationalError):
        bad.connect(folders[0] / "a.sqlite")
    with closing(good.connect(folders[1] / "b.sqlite")) as db:
        db.execute("CREATE TABLE t (x)")
    bad.close()
    good.close()


def test_a_file_that_is_still_open_when_the_process_ends_does_no_harm(tmp_path):
    program = (
        "import pathlib, sys; from tests.support.disk import Disk; folder = pathlib.Path(sys.argv[1]);"
        "db = Disk(folder).connect(folder / 'a.sqlite'); db.execute('CREATE TABLE t (x)'); print('end')"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=PROJECT, capture_output=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, b"end", b"")
