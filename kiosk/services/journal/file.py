"""The journal's file: locked, opened, checked, and written one whole transaction at a time, all in one thread."""

import errno
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final

from kiosk.domain.entries import Entry, FindingRecorded, PrintQueued, Started, TaskOpened
from kiosk.domain.errors import BugError, JournalError
from kiosk.domain.ids import Issuer
from kiosk.domain.limits import Limits
from kiosk.domain.ports import Clock
from kiosk.domain.staffwork import TaskKind
from kiosk.services.journal import projection
from kiosk.services.journal.encoding import FIRST_HASH, encode, row_hash, stamp_text
from kiosk.services.journal.last import LastEvent, check_end
from kiosk.services.journal.lock import InstanceLock
from kiosk.services.journal.remembered import RememberedSales
from kiosk.services.journal.reserve import Reserve
from kiosk.services.journal.verify import check_chain

SCHEMA: Final = Path(__file__).with_name("schema.sql")
SCHEMA_VERSION: Final = 4
FULL: Final = 2
MARK_EVERY: Final = 500
"""How many events may lie between two marks, and so have to be checked at the next start."""
WAL_BYTES: Final = 16 * 1024 * 1024
"""A WAL that a reader made grow beyond this is cut back when it is begun anew."""
BUSY_MS: Final = 5000
"""How long a read or write waits for a lock; only a reader that puts the wal-index in order takes one."""
NO_SPACE: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
READ_SCHEMA: Final = "SELECT name, sql FROM sqlite_schema ORDER BY 1, 2"


def _nothing(_moment: str) -> None:
    """Nobody watches the commits."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the file; transactions are begun by hand."""
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False)


def connect_to_look(path: Path) -> sqlite3.Connection:
    """Open the file without being able to change it."""
    address = f"{path.resolve().as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)


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
        look: Opens the file to look at it; a seam for the same tests.
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
    look: Callable[[Path], sqlite3.Connection] = connect_to_look


class JournalFile:
    """The file and its chain of events. Every call comes from the one thread that owns it.

    Args:
        setting: What it needs to know of the till.
        clock: For the stamps.
        key_id: Of the key that seals values in it; a file of another key is not opened.
        note: Told the attempt and number of each event, before it is committed.
    """

    def __init__(self, setting: Setting, clock: Clock, key_id: str, note: Callable[[str, int], None]) -> None:
        self._setting = setting
        self._clock = clock
        self._key_id = key_id
        self._note = note
        self._path = setting.folder / "journal.sqlite"
        self._lock: InstanceLock | None = None
        self._db: sqlite3.Connection | None = None
        self._looking: sqlite3.Connection | None = None
        self._head = (0, FIRST_HASH)
        self._last = LastEvent(setting.folder)
        self._is_held_back = False
        self.sales: Final = RememberedSales()
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
        """Take the lock, check the file or make it, and write down that the program started.

        A file that is refused is left as it is.

        Raises:
            JournalError: in use, lost, without its end, damaged, not durable, of another version, sealed with another
                key, or on a disk that does not do what it is asked for.
        """
        try:
            self._setting.folder.mkdir(parents=True, exist_ok=True)
            self._lock = InstanceLock(self._setting.folder / "journal.lock")
            was_killed = self._has_wal()
            self._look_and_connect()
            self._keep_key()
            self._begin()
            self._look_no_more()
            if was_killed:
                self._begin_new_wal()
            self.reserve.fill()
        except (sqlite3.Error, OSError) as error:
            self._release()
            raise self._refusal(error) from error
        except BaseException:
            self._release()
            raise

    def _refusal(self, error: Exception) -> JournalError:
        """Why the file is not opened: the disk, which can be put right, or what is in the file."""
        problem = sqlite_name(error)
        if isinstance(error, OSError):
            problem = errno.errorcode.get(error.errno or 0, problem)
        # SQLITE_ERROR is a table that should be there; without a code, Python could not make anything of a value
        of_disk = isinstance(error, sqlite3.OperationalError) and sqlite_code(error) not in {0, sqlite3.SQLITE_ERROR}
        key = "journal.cannot_open" if of_disk or isinstance(error, OSError) else "journal.damaged"
        return JournalError(key, file=str(self._path), problem=problem)

    # -- the look before the first write

    def _look_and_connect(self) -> None:
        is_made = self._is_there() and self._look()
        self._db = self._setting.connect(self._path)
        prepare(self._db)
        if not is_made:
            # the one that made it says that it is durable; what counts is what another finds in the file
            if not self._look():
                raise JournalError("journal.not_durable", setting="journal_mode")
            self._look_no_more()  # it was just written to: there is nothing to be left as it is

    def _is_there(self) -> bool:
        """There is a file with something in it.

        Raises:
            JournalError: there is none, and beside it stands what is only made when there was one: sales are lost.
        """
        is_there = self._path.exists() and self._path.stat().st_size > 0
        if not is_there:
            self._check_never_made()
        return is_there

    def _has_wal(self) -> bool:
        """There is a WAL with something in it: the last life did not end with a close."""
        wal = self._path.with_name(f"{self._path.name}-wal")
        return wal.exists() and wal.stat().st_size > 0

    def _check_never_made(self) -> None:
        if self.reserve.was_made or self._last.noted():
            raise JournalError("journal.lost", file=str(self._path))

    def _look(self) -> bool:
        """Check the file before anything can change it. False when it is not a journal yet, or not a durable one.

        The last connection that may write folds the WAL into the file when it is closed, even a WAL that belongs to
        another file. Therefore the look is through one that may not, and that one stays open until the first write has
        gone well: while it is open, no other is the last.

        Raises:
            JournalError: the file is not to be sold on.
        """
        self._look_no_more()
        self._looking = self._setting.look(self._path)
        try:
            self._take_back_what_was_begun(self._looking)
            return self._check(self._looking)
        except (JournalError, sqlite3.Error, OSError):
            raise
        except Exception as error:
            # damaged bytes make of a check whatever they like
            raise self._refusal(error) from error

    def _take_back_what_was_begun(self, looking: sqlite3.Connection) -> None:
        """Only before it is in WAL mode can a start leave something half done; only a writer can take that back."""
        try:
            looking.execute(READ_SCHEMA).fetchall()
        except sqlite3.OperationalError as error:
            if sqlite_code(error) != sqlite3.SQLITE_READONLY_ROLLBACK:
                raise
            with closing(self._setting.connect(self._path)) as writer:
                writer.execute(READ_SCHEMA).fetchall()
                looking.execute(READ_SCHEMA).fetchall()  # has the file open from now on, see above

    def _check(self, db: sqlite3.Connection) -> bool:
        version, tables = db.execute("PRAGMA user_version").fetchone()[0], db.execute(READ_SCHEMA).fetchall()
        if version == 0 and not tables:
            self._check_never_made()
            return False
        if version not in {0, SCHEMA_VERSION}:
            raise JournalError("journal.other_version", version=version)
        if version == 0 or tables != the_tables():  # some laws are held by an index
            raise JournalError("journal.damaged", file=str(self._path), problem="sqlite_schema")
        key = db.execute("SELECT value FROM marks WHERE name = 'key_id'").fetchone()
        if key is not None and key[0] != self._key_id:
            raise JournalError("journal.other_key")
        self._head = check_chain(db)
        check_end(db, self._last.noted())
        identity = db.execute("SELECT machine, epoch FROM identity").fetchone()
        # without it, numbers that were given already would be given again
        if self._head[0] and (identity is None or [type(value) for value in identity] != [str, int]):
            raise JournalError("journal.damaged", file=str(self._path), problem="identity")
        return bool(db.execute("PRAGMA journal_mode").fetchone()[0] == "wal")

    def _look_no_more(self) -> None:
        if self._looking is not None:
            self._looking.close()
            self._looking = None

    # -- the first writes

    def _keep_key(self) -> None:
        if self.connection.execute("SELECT 1 FROM marks WHERE name = 'key_id'").fetchone() is None:
            self.connection.execute("INSERT INTO marks VALUES ('key_id', ?)", (self._key_id,))

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
        self.sales.forget()
        if self._db is not None:
            self._db.close()
            self._db = None
        self._look_no_more()  # after the one that writes: see `_look`
        self._last.release()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

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
            if not (is_for_space(error) and self.reserve.give_up()):
                raise JournalError("journal.cannot_write", problem=sqlite_name(error)) from error
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
        self._last.note(*head)
        self._read_what_changed()
        is_due = head[0] // MARK_EVERY > (head[0] - len(entries)) // MARK_EVERY
        if is_due or self._is_held_back:
            self._fold_in()
            if is_due or not self._is_held_back:
                self._mark_chain()

    def _read_what_changed(self) -> None:
        try:
            self.sales.read_changed(self.connection)
        except (sqlite3.Error, JournalError, ValueError, TypeError):
            self.sales.forget()  # the write stands; whoever asks finds the same trouble

    def _append(self, entry: Entry, head: tuple[int, str]) -> tuple[int, str]:
        seq, prev_hash = head[0] + 1, head[1]
        stamp = stamp_text(self._clock.stamp())
        entry = self._named(entry, seq)
        order_id, attempt_id = projection.subject(self.connection, entry)
        self.sales.changes(entry, order_id, attempt_id)
        if attempt_id:
            self._note(attempt_id, seq)
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

    # -- the WAL is moved into the file, and the chain is marked

    def _begin_new_wal(self) -> None:
        """Fold in what a kill left, before anything is acknowledged that stands behind it.

        When the kill came after a sync that failed, what can be read of the WAL need not be on the disk.

        Raises:
            sqlite3.Error: the disk does not do it.
        """
        try:
            self._checkpoint()
        except sqlite3.OperationalError as error:
            if not (is_for_space(error) and self.reserve.give_up()):
                raise
            self._checkpoint()
        self._mark_chain()

    def _fold_in(self) -> None:
        try:
            self._checkpoint()
        except sqlite3.Error:
            self._is_held_back = False  # tried again at the next mark; until then the WAL holds everything

    def _checkpoint(self) -> None:
        """Move the WAL into the file; the next write begins a new one, and is to come at once.

        Until it comes, the file holds newer pages than most of the WAL: of a WAL whose end is damaged then, the
        beginning would lay old pages over newer ones. Hence the mark of the chain is always written after this.

        A reader can hold it back. It is not waited for; after each write it is tried again.

        Raises:
            sqlite3.Error: the disk does not do it.
        """
        self.connection.execute("PRAGMA busy_timeout = 0").fetchall()
        try:
            self._is_held_back = bool(self.connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()[0])
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}").fetchall()

    def _mark_chain(self) -> None:
        """Remember that the chain is whole up to here, so that a start need not grow with history."""
        try:
            self.connection.execute(
                "INSERT INTO marks VALUES ('whole_to', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (f"{self._head[0]}:{self._head[1]}",),
            )
        except sqlite3.Error:
            return  # a mark saves time at the next start; what it spares is checked then


def sqlite_code(error: sqlite3.Error) -> int:
    """SQLite's code; 0 when the error is not SQLite's but Python's, about a value in the file."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code


def is_for_space(error: sqlite3.Error) -> bool:
    """More room may help."""
    return sqlite_code(error) & 0xFF in NO_SPACE


def sqlite_name(error: Exception) -> str:
    """SQLite's name of an error; the class for one that is not SQLite's."""
    name: str = getattr(error, "sqlite_errorname", type(error).__name__)
    return name


@cache
def the_tables() -> list[tuple[str, str | None]]:
    """All tables and indexes as they have to be, in the words of the file that makes them."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(SCHEMA.read_text(encoding="utf-8"))
        return db.execute(READ_SCHEMA).fetchall()


def prepare(connection: sqlite3.Connection) -> None:
    """Make a connection durable, read the settings back, and make the tables at the first start.

    Raises:
        JournalError: not durable, or of another version.
    """
    connection.row_factory = sqlite3.Row
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "mmap_size = 0",
        "wal_autocheckpoint = 0",
        f"journal_size_limit = {WAL_BYTES}",
    ):
        # to the end: only after its last row is a change of mode committed, and an error there told
        connection.execute(f"PRAGMA {pragma}").fetchall()
    # read back: a file system or build that ignores them must not go unnoticed
    wanted = {"journal_mode": "wal", "synchronous": FULL, "foreign_keys": 1, "wal_autocheckpoint": 0}
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
