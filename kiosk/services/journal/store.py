"""The journal's file: opened, locked, checked, written by one thread, and read back by the same."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol, TypeVar

from kiosk.domain.attempt import Attempt, State
from kiosk.domain.confidential import Confidential
from kiosk.domain.day import business_day
from kiosk.domain.entries import Entry, FindingRecorded, OperationIntended, PrintQueued, Started, TaskOpened
from kiosk.domain.errors import BugError, JournalError, PermitVoidError, require
from kiosk.domain.ids import Issuer, operation_id
from kiosk.domain.limits import Limits
from kiosk.domain.operation import Operation, Permit, WireRequest
from kiosk.domain.order import Order
from kiosk.domain.ports import Clock
from kiosk.domain.refund import Finding, Refund
from kiosk.domain.sale import Sale
from kiosk.domain.staffwork import PrintJob, StaffTask, TaskKind
from kiosk.services.journal import projection, reading
from kiosk.services.journal.encoding import FIRST_HASH, encode, row_hash, stamp_text
from kiosk.services.journal.lock import InstanceLock
from kiosk.services.journal.permits import JournalPermit, PermitDesk
from kiosk.services.journal.reserve import Reserve
from kiosk.services.journal.sealing import Sealer
from kiosk.services.journal.verify import check_chain

T = TypeVar("T")

SCHEMA: Final = Path(__file__).with_name("schema.sql")
SCHEMA_VERSION: Final = 1
FULL: Final = 2
MARK_EVERY: Final = 500
"""How many events may lie between two marks, and so have to be checked at the next start."""


class Runner(Protocol):
    """Where the file is read and written: a thread in the program, the loop itself in the simulation."""

    async def run(self, work: Callable[[], T]) -> T:
        """Run one piece of work; never two at once."""

    def close(self) -> None:
        """No more work."""


class OwnThread:
    """The one thread that touches the file."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")

    async def run(self, work: Callable[[], T]) -> T:
        """Run one piece of work in the thread. Cancelling the wait does not take back the work."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """Wait for the work under way and end the thread."""
        self._pool.shutdown(wait=True)


def _nothing(_moment: str) -> None:
    """Nobody watches the commits."""


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


class SqliteJournal:
    """Keeps the Journal port (domain/ports.py) on one SQLite file. Made by `open_journal`."""

    def __init__(self, setting: Setting, clock: Clock, runner: Runner) -> None:
        self._setting = setting
        self._clock = clock
        self._runner = runner
        self._sealer = Sealer(setting.key, setting.random_bytes)
        self._reserve = Reserve(setting.folder, setting.limits.reserve_bytes, setting.free_bytes)
        self._permits = PermitDesk()
        self._lock: InstanceLock | None = None
        self._db: sqlite3.Connection | None = None
        self._issuer = Issuer(setting.kiosk, 1)
        self._head = (0, FIRST_HASH)

    # -- life

    async def open(self) -> None:
        """Take the lock, open or make the file, check it, and write down that the program started."""
        await self._runner.run(self._open)

    async def close(self) -> None:
        """Mark the chain as checked and let go of the file."""
        await self._runner.run(self._close)
        self._runner.close()

    def _open(self) -> None:
        setting = self._setting
        setting.folder.mkdir(parents=True, exist_ok=True)
        self._lock = InstanceLock(setting.folder / "journal.lock")
        path = setting.folder / "journal.sqlite"
        try:
            self._db = _connect(path)
            self._check_key()
            self._head = check_chain(self._db)
            self._begin()
        except sqlite3.Error as error:
            self._release()
            raise JournalError("journal.damaged", file=str(path), problem=type(error).__name__) from error
        except JournalError:
            self._release()
            raise
        self._reserve.fill()

    def _check_key(self) -> None:
        row = self._connection.execute("SELECT value FROM marks WHERE name = 'key_id'").fetchone()
        if row is None:
            self._connection.execute("INSERT INTO marks VALUES ('key_id', ?)", (self._sealer.key_id,))
        elif row[0] != self._sealer.key_id:
            raise JournalError("journal.other_key")

    def _begin(self) -> None:
        row = self._connection.execute("SELECT machine, epoch FROM identity").fetchone()
        machine, epoch = (self._setting.machine, 1) if row is None else (row["machine"], row["epoch"])
        cloned = machine != self._setting.machine
        if cloned:
            epoch += 1
        self._issuer = Issuer(self._setting.kiosk, epoch)
        entries: list[Entry] = [Started(self._setting.version, self._setting.machine, epoch)]
        if cloned:
            entries.append(TaskOpened(TaskKind.CLONED))
        self._write(entries)

    def _close(self) -> None:
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

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._db is None:
            raise JournalError("journal.closed")
        return self._db

    # -- writing

    async def write(self, *entries: Entry) -> None:
        """Write all of these down in one transaction; durable when this returns."""
        await self._runner.run(lambda: self._write(entries))

    def _write(self, entries: tuple[Entry, ...] | list[Entry]) -> None:
        try:
            self._transaction(entries)
        except sqlite3.IntegrityError as error:
            raise BugError(f"a law of the journal forbids {entries!r}: {error}") from error
        except sqlite3.OperationalError as error:
            is_full = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
            if not (is_full and self._reserve.give_up()):
                raise JournalError("journal.cannot_write", problem=error.sqlite_errorname) from error
            self._write(entries)
        except sqlite3.DatabaseError as error:
            raise JournalError("journal.damaged", file=str(self._setting.folder), problem=str(error)) from error

    def _transaction(self, entries: tuple[Entry, ...] | list[Entry]) -> None:
        connection, head = self._connection, self._head
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
        order_id, attempt_id = projection.subject(self._connection, entry)
        kind, body = encode(entry)
        columns = (stamp, order_id, attempt_id, kind, body)
        this_hash = row_hash(seq, columns, prev_hash)
        self._connection.execute(
            "INSERT INTO events (seq, stamp, order_id, attempt_id, kind, body, prev_hash, hash) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (seq, *columns, prev_hash, this_hash),
        )
        projection.apply(entry, self._connection, stamp)
        return seq, this_hash

    def _named(self, entry: Entry, seq: int) -> Entry:
        """Tasks, prints and findings are numbered by the event that opens them."""
        match entry:
            case TaskOpened(task_id=""):
                return replace(entry, task_id=self._issuer.running("T", seq))
            case PrintQueued(print_id=""):
                return replace(entry, print_id=self._issuer.running("P", seq))
            case FindingRecorded(finding_id=""):
                return replace(entry, finding_id=self._issuer.running("F", seq))
            case _:
                return entry

    def _mark_chain(self) -> None:
        """Remember that the chain is whole up to here, so that a start need not grow with history."""
        try:
            self._connection.execute(
                "INSERT INTO marks VALUES ('whole_to', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (f"{self._head[0]}:{self._head[1]}",),
            )
        except sqlite3.Error:
            return  # a mark saves time at the next start; what it spares is checked then

    # -- permits

    async def intend(
        self, attempt_id: str, request: WireRequest, *entries: Entry, refund_id: str = "", repeats: str = ""
    ) -> Permit:
        """Write a request down, with these entries, in one transaction; then give leave to send it."""

        def work() -> Permit:
            intended = OperationIntended(
                operation_id=self._next_operation(attempt_id),
                attempt_id=attempt_id,
                refund_id=refund_id,
                call=request.call,
                request_id=request.request_id,
                body_hash=self._sealer.fingerprint(request.body),
                repeats=repeats,
            )
            self._write((*entries, intended))
            return self._permit(intended.operation_id, attempt_id, request, unstored=False)

        return await self._runner.run(work)

    def license_reversal(self, attempt_id: str, request: WireRequest) -> Permit:
        """Leave to reverse an attempt whose approval could not be written down (law 6)."""
        return self._permit("", attempt_id, request, unstored=True)

    def _permit(self, operation: str, attempt_id: str, request: WireRequest, *, unstored: bool) -> JournalPermit:
        now = self._clock.monotonic()
        return self._permits.make(operation, attempt_id, request, self._head[0], now, unstored=unstored)

    async def redeem(self, permit: Permit) -> None:
        """Use up a permit, just before the first byte.

        Raises:
            PermitVoidError: too old, or the attempt went on since; nothing may be sent.
            BugError: not of this journal, used before, or not what was written down.
        """
        taken = self._permits.take_back(permit)
        if self._clock.monotonic() - taken.made_s > self._setting.limits.permit_life_s:
            raise PermitVoidError("journal.permit_old")
        await self._runner.run(lambda: self._check_permit(taken))

    def _check_permit(self, permit: JournalPermit) -> None:
        connection = self._connection
        if permit.reverses_unstored:
            row = connection.execute(
                "SELECT o.request_id FROM operations o JOIN attempts a ON a.id = o.attempt_id "
                "WHERE a.id = ? AND a.state = ? AND o.moves_money = 1 AND o.answer = '' ORDER BY o.n DESC LIMIT 1",
                (permit.attempt_id, State.SENDING),
            ).fetchone()
            sent = permit.request.body + permit.request.path.encode()
            require(row is not None and row[0].encode() in sent, "a reversal names the attempt that is being sent")
            return
        row = connection.execute(
            "SELECT body_hash, request_id, answer FROM operations WHERE id = ? AND attempt_id = ? AND call = ?",
            (permit.operation_id, permit.attempt_id, permit.request.call),
        ).fetchone()
        require(
            row is not None
            and row["answer"] == ""
            and row["request_id"] == permit.request.request_id
            and row["body_hash"] == self._sealer.fingerprint(permit.request.body),
            f"operation {permit.operation_id} is not what was written down",
        )
        last = connection.execute("SELECT max(seq) FROM events WHERE attempt_id = ?", (permit.attempt_id,)).fetchone()[
            0
        ]
        if last != permit.event_seq:
            raise PermitVoidError("journal.permit_overtaken")

    # -- space and sealing

    async def has_room(self) -> bool:
        """Enough free space to begin a payment (law 6)."""
        return await self._runner.run(lambda: self._reserve.free_bytes() >= self._setting.limits.free_space_min_bytes)

    def mark_unstored(self, attempt_id: str) -> None:
        """Remember, on a disk that takes nothing more, that this attempt's approval is being reversed (law 6)."""
        self._reserve.mark_unstored(attempt_id)

    def unstored(self) -> str:
        """The attempt so marked before the last stop, or ""."""
        return self._reserve.unstored

    def clear_unstored(self) -> None:
        """It has been dealt with."""
        self._reserve.clear_mark()

    def seal(self, value: Confidential, context: str) -> str:
        """A text that only this journal's key opens, and only in the same context."""
        return self._sealer.seal(value, context)

    def unseal(self, sealed: str, context: str) -> Confidential:
        """What was sealed."""
        return self._sealer.unseal(sealed, context)

    # -- ids

    async def next_order(self) -> tuple[str, str]:
        """Id and code of a new order."""

        def work() -> tuple[str, str]:
            sequence = self._count("SELECT coalesce(max(sequence), 0) + 1 FROM orders")
            return self._issuer.order(sequence), self._issuer.code(sequence)

        return await self._runner.run(work)

    async def next_number(self) -> str:
        """The number that the next paid order is called by today."""

        def work() -> str:
            day = business_day(self._clock.now_ms())
            count = self._count("SELECT count(*) + 1 FROM orders WHERE business_day = ?", day)
            return f"{self._setting.letter}-{count:03d}"

        return await self._runner.run(work)

    async def next_operation(self, attempt_id: str) -> str:
        """Id of an attempt's next request."""
        return await self._runner.run(lambda: self._next_operation(attempt_id))

    def _next_operation(self, attempt_id: str) -> str:
        count = self._count("SELECT coalesce(max(n), 0) + 1 FROM operations WHERE attempt_id = ?", attempt_id)
        return operation_id(attempt_id, count)

    def _count(self, query: str, *values: str) -> int:
        return int(self._connection.execute(query, values).fetchone()[0])

    # -- reading

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def guarded() -> T:
            try:
                return work(self._connection)
            except sqlite3.Error as error:
                raise JournalError("journal.cannot_read", problem=str(error)) from error

        return await self._runner.run(guarded)

    async def sale(self, order_id: str) -> Sale:
        """An order with its attempts and refunds."""
        return await self._read(lambda db: reading.read_sale(db, order_id))

    async def attempt(self, attempt_id: str) -> Attempt:
        """An attempt as it stands now."""
        return await self._read(lambda db: reading.read_attempt(db, attempt_id))

    async def refund(self, refund_id: str) -> Refund:
        """A refund as it stands now."""
        return await self._read(lambda db: reading.read_refund(db, refund_id))

    async def operations(self, attempt_id: str) -> tuple[Operation, ...]:
        """All requests and questions of an attempt, in order."""
        query = "SELECT * FROM operations WHERE attempt_id = ? ORDER BY n"
        return await self._read(lambda db: tuple(map(reading.operation_from, db.execute(query, (attempt_id,)))))

    async def open_orders(self) -> tuple[Order, ...]:
        """Orders that are PAYING, UNWINDING or REFUNDING."""
        query = "SELECT * FROM orders WHERE state IN ('PAYING', 'UNWINDING', 'REFUNDING') ORDER BY sequence"
        return await self._read(lambda db: tuple(reading.order_from(db, row) for row in db.execute(query).fetchall()))

    async def slow_attempts(self) -> tuple[Attempt, ...]:
        """Attempts that need staff, which are still tried now and then."""
        query = f"{reading.ATTEMPTS} WHERE a.state = 'NEEDS_STAFF'"
        return await self._read(lambda db: tuple(map(reading.attempt_from, db.execute(query))))

    async def watched_attempts(self) -> tuple[Attempt, ...]:
        """Attempts that ended as not charged and are looked at for late money."""
        query = f"{reading.ATTEMPTS} WHERE a.watched = 1"
        return await self._read(lambda db: tuple(map(reading.attempt_from, db.execute(query))))

    async def staff_tasks(self) -> tuple[StaffTask, ...]:
        """The open staff list."""
        query = "SELECT * FROM staff_tasks WHERE closed IS NULL ORDER BY id"
        return await self._read(lambda db: tuple(map(reading.task_from, db.execute(query))))

    async def findings(self, attempt_id: str) -> tuple[Finding, ...]:
        """What was found about an attempt."""
        query = "SELECT * FROM findings WHERE attempt_id = ? ORDER BY id"
        return await self._read(lambda db: tuple(map(reading.finding_from, db.execute(query, (attempt_id,)))))

    async def queued_prints(self) -> tuple[PrintJob, ...]:
        """Receipts and slips that have not come out yet."""
        query = "SELECT * FROM prints WHERE state = 'QUEUED' ORDER BY id"
        return await self._read(lambda db: tuple(map(reading.print_from, db.execute(query))))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
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
    return connection


async def open_journal(setting: Setting, clock: Clock, runner: Runner | None = None) -> SqliteJournal:
    """Open the journal, making it at the first start.

    Raises:
        JournalError: in use, damaged, not durable, of another version, or sealed with another key. The file is left
            as it is; nothing is deleted.
    """
    journal = SqliteJournal(setting, clock, runner or OwnThread())
    await journal.open()
    return journal
