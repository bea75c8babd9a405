"""The journal's file: locked, opened, checked, and written one whole transaction at a time, all in one thread."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from kiosk.domain.entries import Entry, FindingRecorded, PrintQueued, Started, TaskOpened
from kiosk.domain.errors import BugError, JournalError
from kiosk.domain.ids import Issuer
from kiosk.domain.limits import Limits
from kiosk.domain.ports import Clock
from kiosk.domain.sale import Sale
from kiosk.domain.staffwork import TaskKind
from kiosk.services.journal import projection
from kiosk.services.journal.encoding import FIRST_HASH, encode, row_hash, stamp_text
from kiosk.services.journal.lock import InstanceLock
from kiosk.services.journal.reading import read_sale
from kiosk.services.journal.reserve import Reserve
from kiosk.services.journal.verify import check_chain

SCHEMA: Final = Path(__file__).with_name("schema.sql")
SCHEMA_VERSION: Final = 1
FULL: Final = 2
MARK_EVERY: Final = 500
"""How many events may lie between two marks, and so have to be checked at the next start."""
SALES_KEPT: Final = 32
"""How many orders are remembered as they stand; a till has one before it and a few behind it [orders]."""
NO_SPACE: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})


def _nothing(_moment: str) -> None:
    """Nobody watches the commits."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the file; transactions are begun by hand."""
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything the journal needs to know of the till.

    Attributes:
        folder: Where the file is.
        kiosk: The kiosk's id, part of every id.
        letter: First letter of the numbers that are called out.
        machine: An id of this machine; another one means that the disk was cloned (money rules, 6).
        version: Of the program.
        key: Of the sealed columns, 32 bytes.
        random_bytes: Where nonces come from.
        limits: The limits in force.
        free_bytes: Free space on the disk; None asks the system.
        on_commit: Told "before" and "after" each commit, in the writing thread; a seam for crash tests.
        connect: Opens the file; a seam for tests that count its work or break its disk.
    """

    folder: Path
    kiosk: str
    letter: str
    machine: str
    version: str
    key: bytes = field(repr=False)
    random_bytes: Callable[[int], bytes]
    limits: Limits
    free_bytes: Callable[[], int] | None = None
    on_commit: Callable[[str], None] = _nothing
    connect: Callable[[Path], sqlite3.Connection] = connect


class JournalFile:
    """The file and its chain of events. Every call comes from the one thread that owns it.

    Args:
        setting: What it needs to know of the till.
        clock: For the stamps.
        key_id: Of the key that seals values in it; a file of another key is not opened.
    """

    def __init__(self, setting: Setting, clock: Clock, key_id: str) -> None:
        self._setting = setting
        self._clock = clock
        self._key_id = key_id
        self._path = setting.folder / "journal.sqlite"
        self._lock: InstanceLock | None = None
        self._db: sqlite3.Connection | None = None
        self._head = (0, FIRST_HASH)
        self._sales: dict[str, Sale] = {}
        self.reserve: Final = Reserve(setting.folder, setting.limits.reserve_bytes, setting.free_bytes)
        self.issuer = Issuer(setting.kiosk, 1)

    @property
    def connection(self) -> sqlite3.Connection:
        """The open file.

        Raises:
            JournalError: it is closed.
        """
        if self._db is None:
            raise JournalError("journal.closed")
        return self._db

    @property
    def last_event(self) -> int:
        """Sequence number of the last event."""
        return self._head[0]

    # -- life

    def open(self) -> None:
        """Take the lock, open or make the file, check it, and write down that the program started.

        Raises:
            JournalError: in use, lost, damaged, not durable, of another version, or sealed with another key.
        """
        try:
            self._setting.folder.mkdir(parents=True, exist_ok=True)
            self._lock = InstanceLock(self._setting.folder / "journal.lock")
            self._check_not_lost()
            self._db = self._setting.connect(self._path)
            prepare(self._db)
            self._check_key()
            self._head = check_chain(self._db)
            self._begin()
            self.reserve.fill()
        except (sqlite3.Error, OSError) as error:
            self._release()
            raise JournalError("journal.damaged", file=str(self._path), problem=type(error).__name__) from error
        except BaseException:
            self._release()
            raise

    def _check_not_lost(self) -> None:
        """What is made after the first start stands beside the file; without the file it means that sales are lost."""
        is_there = self._path.exists() and self._path.stat().st_size > 0
        if self.reserve.was_made and not is_there:
            raise JournalError("journal.lost", file=str(self._path))

    def _check_key(self) -> None:
        row = self.connection.execute("SELECT value FROM marks WHERE name = 'key_id'").fetchone()
        if row is None:
            self.connection.execute("INSERT INTO marks VALUES ('key_id', ?)", (self._key_id,))
        elif row[0] != self._key_id:
            raise JournalError("journal.other_key")

    def _begin(self) -> None:
        row = self.connection.execute("SELECT machine, epoch FROM identity").fetchone()
        machine, epoch = (self._setting.machine, 1) if row is None else (row["machine"], row["epoch"])
        cloned = machine != self._setting.machine
        if cloned:
            epoch += 1
        self.issuer = Issuer(self._setting.kiosk, epoch)
        entries: list[Entry] = [Started(self._setting.version, self._setting.machine, epoch)]
        if cloned:
            entries.append(TaskOpened(TaskKind.CLONED))
        self.write(entries)

    def close(self) -> None:
        """Mark the chain as checked and let go of the file."""
        if self._db is not None:
            self._mark_chain()
        self._release()

    def _release(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    # -- reading

    def sale(self, order_id: str) -> Sale:
        """An order with its attempts and refunds. One that has not changed since is not read again.

        Raises:
            BugError: there is none.
        """
        sale = self._sales.get(order_id)
        if sale is None:
            sale = read_sale(self.connection, order_id)
            if len(self._sales) >= SALES_KEPT:
                self._sales.clear()
            self._sales[order_id] = sale
        return sale

    # -- writing

    def write(self, entries: Sequence[Entry]) -> None:
        """Write all of these down in one transaction; durable when this returns.

        When the disk is full the reserve is given up, once, and the write tried again.

        Raises:
            JournalError: the file does not take it; nothing of it was written.
            BugError: a table or law forbids it; nothing of it was written.
        """
        try:
            self._transaction(entries)
        except sqlite3.IntegrityError as error:
            raise BugError(f"a law of the journal forbids {entries!r}: {error}") from error
        except sqlite3.OperationalError as error:
            if not (error.sqlite_errorcode & 0xFF in NO_SPACE and self.reserve.give_up()):
                raise JournalError("journal.cannot_write", problem=error.sqlite_errorname) from error
            self.write(entries)
        except sqlite3.DatabaseError as error:
            raise JournalError("journal.damaged", file=str(self._path), problem=str(error)) from error

    def _transaction(self, entries: Sequence[Entry]) -> None:
        connection, head = self.connection, self._head
        connection.execute("BEGIN IMMEDIATE")
        try:
            for entry in entries:
                head = self._append(entry, head)
            self._setting.on_commit("before")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self._setting.on_commit("after")
        self._head = head
        if head[0] // MARK_EVERY > (head[0] - len(entries)) // MARK_EVERY:
            self._mark_chain()

    def _append(self, entry: Entry, head: tuple[int, str]) -> tuple[int, str]:
        seq, prev_hash = head[0] + 1, head[1]
        stamp = stamp_text(self._clock.stamp())
        entry = self._named(entry, seq)
        order_id, attempt_id = projection.subject(self.connection, entry)
        self._sales.pop(order_id, None)
        kind, body = encode(entry)
        columns = (stamp, order_id, attempt_id, kind, body)
        this_hash = row_hash(seq, columns, prev_hash)
        self.connection.execute(
            "INSERT INTO events (seq, stamp, order_id, attempt_id, kind, body, prev_hash, hash) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (seq, *columns, prev_hash, this_hash),
        )
        projection.apply(entry, self.connection, stamp)
        return seq, this_hash

    def _named(self, entry: Entry, seq: int) -> Entry:
        """Tasks, prints and findings are numbered by the event that opens them."""
        match entry:
            case TaskOpened(task_id=""):
                return replace(entry, task_id=self.issuer.running("T", seq))
            case PrintQueued(print_id=""):
                return replace(entry, print_id=self.issuer.running("P", seq))
            case FindingRecorded(finding_id=""):
                return replace(entry, finding_id=self.issuer.running("F", seq))
            case _:
                return entry

    def _mark_chain(self) -> None:
        """Remember that the chain is whole up to here, so that a start need not grow with history."""
        try:
            self.connection.execute(
                "INSERT INTO marks VALUES ('whole_to', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (f"{self._head[0]}:{self._head[1]}",),
            )
        except sqlite3.Error:
            return  # a mark saves time at the next start; what it spares is checked then


def prepare(connection: sqlite3.Connection) -> None:
    """Make a connection durable, read the settings back, and make the tables at the first start.

    Raises:
        JournalError: not durable, or of another version.
    """
    connection.row_factory = sqlite3.Row
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "mmap_size = 0"):
        connection.execute(f"PRAGMA {pragma}")
    # read back: a file system or build that ignores them must not go unnoticed
    wanted = {"journal_mode": "wal", "synchronous": FULL, "foreign_keys": 1}
    for name, value in wanted.items():
        if connection.execute(f"PRAGMA {name}").fetchone()[0] != value:
            raise JournalError("journal.not_durable", setting=name)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        connection.executescript(
            f"BEGIN; {SCHEMA.read_text(encoding='utf-8')}; PRAGMA user_version = {SCHEMA_VERSION}; COMMIT"
        )
    elif version != SCHEMA_VERSION:
        raise JournalError("journal.other_version", version=version)
