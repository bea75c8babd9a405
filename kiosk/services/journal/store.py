"""The Journal port: what the rest of the program asks of the journal, handed to the one thread that has the file."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from kiosk.domain.attempt import Attempt
from kiosk.domain.confidential import Confidential
from kiosk.domain.day import business_day
from kiosk.domain.entries import Asked, Entry, OperationIntended
from kiosk.domain.errors import JournalError, PermitVoidError, known
from kiosk.domain.hint import Hint
from kiosk.domain.ids import operation_id, order_of
from kiosk.domain.operation import MakeRequest, Operation, Permit, WireRequest
from kiosk.domain.order import Order
from kiosk.domain.people import Person
from kiosk.domain.ports import Clock
from kiosk.domain.refund import Finding, Refund
from kiosk.domain.sale import Sale
from kiosk.domain.staffwork import PrintJob, StaffTask
from kiosk.services.journal import reading
from kiosk.services.journal.file import JournalFile, Setting
from kiosk.services.journal.permits import JournalPermit, PermitDesk, check, check_repeated, check_wanted
from kiosk.services.journal.sealing import Sealer

T = TypeVar("T")

__all__ = ["OwnThread", "Runner", "Setting", "SqliteJournal", "open_journal"]


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
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._pool, work))

    def close(self) -> None:
        """Wait for the work under way and end the thread."""
        self._pool.shutdown(wait=True)


class SqliteJournal:
    """Keeps the Journal port (domain/ports.py) on one SQLite file. Made by `open_journal`."""

    def __init__(self, setting: Setting, clock: Clock, runner: Runner) -> None:
        self._setting = setting
        self._clock = clock
        self._runner = runner
        self._sealer = Sealer(setting.key, setting.random_bytes)
        self._permits = PermitDesk()
        self._file = JournalFile(setting, clock, self._sealer.key_id, self._permits.note)
        self._listeners: list[tuple[Callable[[], None], tuple[type[Entry], ...]]] = []
        self._one_step = asyncio.Lock()

    @property
    def one_step(self) -> asyncio.Lock:
        """Held by whoever reads a sale and writes what follows from that."""
        return self._one_step

    # -- life

    async def open(self) -> None:
        """Take the lock, open or make the file, check it, and write down that the program started."""
        await self._runner.run(self._file.open)

    async def close(self) -> None:
        """Mark the chain as checked and let go of the file."""
        await self._runner.run(self._file.close)
        self._runner.close()

    # -- writing

    def listen(self, listener: Callable[[], None], *kinds: type[Entry]) -> None:
        """Be called, on the loop, whenever something was written; or only when it was one of these kinds."""
        self._listeners.append((listener, kinds))

    def _tell(self, entries: Sequence[Entry]) -> None:
        for listener, kinds in self._listeners:
            if not kinds or any(isinstance(entry, kinds) for entry in entries):
                listener()

    async def write(self, *entries: Entry) -> None:
        """Write all of these down in one transaction; durable when this returns."""
        await self._runner.run(lambda: self._file.write(entries))
        self._tell(entries)

    async def write_asked(
        self, attempt_id: str, call: str, request_id: str, answer: str, facts: Mapping[str, str], refund_id: str = ""
    ) -> None:
        """Write down a question that moves nothing, and what came back, under the attempt's next number."""

        def work(db: sqlite3.Connection) -> Asked:
            operation = _next_operation(db, attempt_id)
            asked = Asked(operation, attempt_id, refund_id, call, request_id, answer, facts)
            self._file.write((asked,))
            return asked

        self._tell((await self._read(work),))

    # -- permits

    async def intend(
        self,
        attempt_id: str,
        request: WireRequest | MakeRequest,
        *entries: Entry,
        refund_id: str = "",
        repeats: str = "",
    ) -> Permit:
        """Write a request down, with these entries, in one transaction; then give leave to send it.

        Raises:
            NotWantedError: it charges, or repeats a charge, and that is not wanted any more; nothing was written.
        """

        # numbered where it is written: nobody who writes about the same attempt meanwhile takes the same number
        def work(db: sqlite3.Connection) -> Permit:
            operation = _next_operation(db, attempt_id)
            wanted = request if isinstance(request, WireRequest) else request(operation)
            check_wanted(db, entries)
            if repeats:
                check_repeated(db, attempt_id)
            intended = OperationIntended(
                operation_id=operation,
                attempt_id=attempt_id,
                refund_id=refund_id,
                call=wanted.call,
                request_id=wanted.request_id,
                body_hash=self._sealer.fingerprint(wanted.body),
                repeats=repeats,
            )
            self._file.write((*entries, intended))
            return self._permit(operation, attempt_id, wanted, unstored=False)

        permit = await self._read(work)
        self._tell(entries)
        return permit

    def license_reversal(self, attempt_id: str, request: WireRequest) -> Permit:
        """Leave to reverse an attempt whose approval could not be written down (law 6)."""
        return self._permit("", attempt_id, request, unstored=True)

    def _permit(self, operation: str, attempt_id: str, request: WireRequest, *, unstored: bool) -> JournalPermit:
        now = self._clock.monotonic()
        return self._permits.make(operation, attempt_id, request, self._file.last_event, now, unstored=unstored)

    async def redeem(self, permit: Permit) -> None:
        """Use up a permit, just before the first byte.

        Raises:
            PermitVoidError: too old, or the attempt went on since; nothing may be sent.
            BugError: not of this journal, used before, or not what was written down.
        """
        taken = self._permits.take_back(permit)
        await self._read(lambda db: check(db, taken, self._sealer.fingerprint(taken.request.body)))
        self._permits.check_newest(taken)
        if self._clock.monotonic() - taken.made_s > self._setting.limits.permit_life_s:
            raise PermitVoidError("journal.permit_old")

    # -- space and sealing

    async def has_room(self) -> bool:
        """Enough free space to begin a payment (law 6)."""
        return await self._runner.run(
            lambda: self._file.reserve.free_bytes() >= self._setting.limits.free_space_min_bytes
        )

    def mark_unstored(self, attempt_id: str) -> None:
        """Remember, on a disk that takes nothing more, that this attempt's approval is being reversed (law 6)."""
        self._file.reserve.mark_unstored(attempt_id)

    def unstored(self) -> str:
        """The attempt so marked before the last stop, or ""."""
        return self._file.reserve.unstored

    def clear_unstored(self) -> None:
        """It has been dealt with."""
        self._file.reserve.clear_mark()

    def seal(self, value: Confidential, context: str) -> str:
        """A text that only this journal's key opens, and only in the same context."""
        return self._sealer.seal(value, context)

    def unseal(self, sealed: str, context: str) -> Confidential:
        """What was sealed."""
        return self._sealer.unseal(sealed, context)

    # -- ids

    async def next_order(self) -> tuple[str, str]:
        """Id and code of a new order."""

        def work(db: sqlite3.Connection) -> tuple[str, str]:
            sequence = _count(db, "SELECT coalesce(max(sequence), 0) + 1 FROM orders")
            return self._file.issuer.order(sequence), self._file.issuer.code(sequence)

        return await self._read(work)

    async def next_number(self) -> str:
        """The number that the next paid order is called by today."""
        day = business_day(self._clock.now_ms())
        query = "SELECT count(*) + 1 FROM orders WHERE business_day = ?"
        count = await self._read(lambda db: _count(db, query, day))
        return f"{self._setting.letter}-{count:03d}"

    async def next_operation(self, attempt_id: str) -> str:
        """Id of an attempt's next request, unless another is written down before it."""
        return await self._read(lambda db: _next_operation(db, attempt_id))

    # -- reading: named indexes hold only what is open, so that no question costs more as the history grows

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def guarded() -> T:
            try:
                return work(self._file.connection)
            except (sqlite3.Error, ValueError, TypeError) as error:  # damaged: no text, no JSON, nothing at all
                raise JournalError("journal.cannot_read", problem=str(error)) from error

        return await self._runner.run(guarded)

    async def sale(self, order_id: str) -> Sale:
        """An order with its attempts and refunds."""
        sales = self._file.sales
        known = sales.known(order_id)
        return known if known is not None else await self._read(lambda db: sales.read(db, order_id))

    async def attempt(self, attempt_id: str) -> Attempt:
        """An attempt as it stands now."""
        sale = await self.sale(order_of(attempt_id))
        return known(next((one for one in sale.attempts if one.id == attempt_id), None), f"attempt {attempt_id}")

    async def refund(self, refund_id: str) -> Refund:
        """A refund as it stands now."""
        return await self._read(lambda db: reading.read_refund(db, refund_id))

    async def operations(self, attempt_id: str) -> tuple[Operation, ...]:
        """All requests and questions of an attempt, in order."""
        query = "SELECT * FROM operations WHERE attempt_id = ? ORDER BY n"
        return await self._read(lambda db: tuple(map(reading.operation_from, db.execute(query, (attempt_id,)))))

    async def open_orders(self) -> tuple[Order, ...]:
        """Orders that are PAYING, UNWINDING or REFUNDING."""
        states = "state IN ('PAYING', 'UNWINDING', 'REFUNDING')"
        query = f"SELECT * FROM orders INDEXED BY orders_open WHERE {states} ORDER BY sequence"  # noqa: S608 - constant
        return await self._read(lambda db: tuple(reading.order_from(db, row) for row in db.execute(query).fetchall()))

    async def orders_given_back_by_staff(self) -> tuple[Order, ...]:
        """Orders that are UNWINDING_STAFF and of which something was given back."""
        query = (
            "SELECT DISTINCT o.* FROM refunds r CROSS JOIN attempts a ON a.id = r.attempt_id "
            "CROSS JOIN orders o ON o.id = a.order_id WHERE r.state = 'DONE' AND o.state = 'UNWINDING_STAFF' "
            "ORDER BY o.sequence"
        )
        return await self._read(lambda db: tuple(reading.order_from(db, row) for row in db.execute(query).fetchall()))

    async def attempts_under_way(self) -> tuple[Attempt, ...]:
        """Attempts that have not come to an end, of whatever order, oldest first."""
        return await self._read(reading.attempts_under_way)

    async def refunds_under_way(self) -> tuple[Refund, ...]:
        """Refunds, of attempts and of findings, that have not come to an end, oldest first."""
        return await self._read(reading.refunds_under_way)

    async def evidence_of(self, method: str, transaction: str) -> str:
        """The attempt of which this transaction is the evidence, or "" (law 1)."""
        query = "SELECT id FROM attempts WHERE method = ? AND gateway_txn = ?"
        return await self._read(lambda db: _first(db, query, method, transaction))

    async def attempts_shown_as(self, masked: str) -> tuple[Attempt, ...]:
        """The attempts whose customer held up or named something that people see like this, oldest first."""
        query = f"{reading.ATTEMPTS} WHERE a.masked = ? AND a.masked <> '' ORDER BY a.rowid"
        return await self._read(lambda db: tuple(map(reading.attempt_from, db.execute(query, (masked,)))))

    async def refunds_noted(self, name: str, value: str) -> tuple[Refund, ...]:
        """The refunds for which this fact was noted: what one has claimed is nobody else's."""
        query = f"{reading.REFUNDS} WHERE json_extract(r.facts, '$.' || ?1) = ?2 ORDER BY r.rowid"
        return await self._read(lambda db: tuple(map(reading.refund_from, db.execute(query, (name, value)))))

    async def hints(self, attempt_id: str) -> frozenset[Hint]:
        """What came in from outside about an attempt."""
        query = "SELECT payment, about, code FROM inbox WHERE attempt_id = ?"
        return await self._read(lambda db: frozenset(Hint(*row) for row in db.execute(query, (attempt_id,))))

    async def slow_attempts(self) -> tuple[Attempt, ...]:
        """Attempts that need staff, which are still tried now and then."""
        # what a person has said the end of is left alone, unless late money would prove them wrong
        settled = "SELECT 1 FROM resolutions s WHERE s.attempt_id = a.id AND s.way <> 'not_charged'"
        query = f"{reading.ATTEMPTS} WHERE a.state = 'NEEDS_STAFF' AND NOT EXISTS ({settled})"
        return await self._read(lambda db: tuple(map(reading.attempt_from, db.execute(query))))

    async def watched_attempts(self) -> tuple[Attempt, ...]:
        """Attempts that ended as not charged and are looked at for late money."""
        query = f"{reading.ATTEMPTS} WHERE a.watched = 1"
        return await self._read(lambda db: tuple(map(reading.attempt_from, db.execute(query))))

    async def staff_tasks(self) -> tuple[StaffTask, ...]:
        """The open staff list."""
        return await self._read(reading.open_tasks)

    async def findings(self, attempt_id: str) -> tuple[Finding, ...]:
        """What was found about an attempt."""
        return await self._read(lambda db: reading.read_findings(db, attempt_id))

    async def people(self) -> tuple[Person, ...]:
        """Everybody who ever worked here, in the order in which they came."""
        return await self._read(reading.read_people)

    async def queued_prints(self) -> tuple[PrintJob, ...]:
        """Receipts and slips that have not come out yet."""
        query = "SELECT * FROM prints INDEXED BY prints_queued WHERE state = 'QUEUED' ORDER BY rowid"
        return await self._read(lambda db: tuple(map(reading.print_from, db.execute(query))))


def _next_operation(db: sqlite3.Connection, attempt_id: str) -> str:
    query = "SELECT coalesce(max(n), 0) + 1 FROM operations WHERE attempt_id = ?"
    return operation_id(attempt_id, _count(db, query, attempt_id))


def _first(db: sqlite3.Connection, query: str, *values: str) -> str:
    row = db.execute(query, values).fetchone()
    return "" if row is None else str(row[0])


def _count(db: sqlite3.Connection, query: str, *values: str) -> int:
    return int(db.execute(query, values).fetchone()[0])


async def open_journal(setting: Setting, clock: Clock, runner: Runner | None = None) -> SqliteJournal:
    """Open the journal, making it at the first start.

    Raises:
        JournalError: in use, lost, without its end, damaged, not durable, of another version, sealed with another key,
            or on a disk that does not do what it is asked for. The file is left as it is; nothing is deleted.
    """
    runner = runner or OwnThread()
    journal = SqliteJournal(setting, clock, runner)
    try:
        await journal.open()
    except BaseException:
        runner.close()
        raise
    return journal
