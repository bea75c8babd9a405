"""Some days at a till, always the same: what they write, when it is acknowledged, what the disk is asked for."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeVar

from typing_extensions import override

from kiosk.domain.attempt import State
from kiosk.domain.confidential import Confidential
from kiosk.domain.entries import (
    Asked,
    AttemptAdvanced,
    AttemptNoted,
    Entry,
    FindingAdvanced,
    GoalUndo,
    OperationAnswered,
    OrderAdvanced,
    PrintEnded,
    PrintQueued,
    RefundAdvanced,
    RefundNoted,
    TaskClosed,
    TaskOpened,
    WatchEnded,
)
from kiosk.domain.errors import JournalError
from kiosk.domain.operation import MakeRequest, Permit, WireRequest
from kiosk.domain.order import OrderState
from kiosk.domain.refund import FindingState, RefundState
from kiosk.domain.staffwork import PrintKind, TaskKind
from kiosk.services.journal import file as journal_file
from kiosk.services.journal.store import Setting, SqliteJournal
from tests.support.clock import FakeClock
from tests.support.disk import VFS, Disk, Operation
from tests.support.journal import FILE, AtOnce, Book, a_setting

T = TypeVar("T")
Row = tuple[Any, ...]
Connect = Callable[[Path], sqlite3.Connection]

WAL: Final = f"{FILE}-wal"
SHM: Final = f"{FILE}-shm"
PAGE: Final = 4096
FRAME: Final = 24 + PAGE
WAL_HEADER: Final = 32
LAST: Final = "last.mark"
MARK_EVENTS: Final = 5
"""A mark and a checkpoint after so many events, instead of 500, so that a short day has some."""


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run work that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise AssertionError("the journal waits for something")


def settings(folder: Path, connect: Connect) -> Setting:
    """Of the one till, with nonces that are the same every time."""
    numbers = count()
    return a_setting(
        folder,
        connect=connect,
        look=_look,
        random_bytes=lambda size: hashlib.sha256(b"%d" % next(numbers)).digest()[:size],
    )


def _look(path: Path) -> sqlite3.Connection:
    """On the folder's disk, if it has one; on the system's else."""
    address = f"{path.resolve().as_uri()}?mode=ro&vfs={VFS}"
    return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)


@contextmanager
def many_marks() -> Iterator[None]:
    """Marks as often as a short day needs."""
    usual = journal_file.MARK_EVERY
    vars(journal_file)["MARK_EVERY"] = MARK_EVENTS
    try:
        yield
    finally:
        vars(journal_file)["MARK_EVERY"] = usual


class Watched(SqliteJournal):
    """A journal that says what is acknowledged, and may be asked twice.

    Attributes:
        told: Told the last event, whenever a write returned.
        tries: How often a write that fails is tried.
        refusals: The errors so far.
        on_refusal: Told of each, before the next try.
    """

    told: Callable[[int], None]
    tries: int
    refusals: list[JournalError]
    on_refusal: Callable[[], None]

    @override
    async def open(self) -> None:
        await self._patiently(super().open)
        self.told(self._file.last_event)

    @override
    async def write(self, *entries: Entry) -> None:
        usual = super().write
        await self._patiently(lambda: usual(*entries))
        self.told(self._file.last_event)

    @override
    async def intend(
        self,
        attempt_id: str,
        request: WireRequest | MakeRequest,
        *entries: Entry,
        refund_id: str = "",
        repeats: str = "",
    ) -> Permit:
        usual = super().intend
        permit = await self._patiently(
            lambda: usual(attempt_id, request, *entries, refund_id=refund_id, repeats=repeats)
        )
        self.told(self._file.last_event)
        return permit

    async def _patiently(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        for _ in range(self.tries - 1):
            try:
                return await work()
            except JournalError as error:
                self.refusals.append(error)
                self.on_refusal()
        return await work()


@dataclass
class Till:
    """One till, in one life or some.

    Attributes:
        folder: Where its journal is.
        connect: Opens the file.
        told: Told the last event, whenever a write returned.
        tries: How often a write that fails is tried.
        after_open: Done to every connection that the journal has opened.
        on_refusal: Told when a try fails.
        refusals: The errors so far.
        journal: The one that is open.
    """

    folder: Path
    connect: Connect
    told: Callable[[int], None] = lambda _event: None
    tries: int = 1
    after_open: Callable[[sqlite3.Connection], None] = lambda _connection: None
    on_refusal: Callable[[], None] = lambda: None
    refusals: list[JournalError] = field(default_factory=list)
    journal: Watched | None = None
    clock: FakeClock = field(default_factory=FakeClock)

    async def start(self) -> Book:
        """Open the journal."""
        journal = Watched(settings(self.folder, self.connect), self.clock, AtOnce())
        journal.told, journal.tries, journal.on_refusal = self.told, self.tries, self.on_refusal
        journal.refusals = self.refusals
        await journal.open()
        self.journal = journal
        self.after_open(journal._file.connection)
        return Book(journal)

    async def stop(self) -> None:
        """Close it."""
        if self.journal is not None:
            journal, self.journal = self.journal, None
            await journal.close()

    async def live(self, day: int, *, closes: bool = True) -> None:
        """One day, on what the days before left."""
        self.clock.reboot(f"boot-{day + 1}", off_s=day * 3600)
        with many_marks():
            await DAYS[day](await self.start())
            if closes:
                await self.stop()


ORDER: Final = "K01-1-000001"
COUPON, LOST, PAID = (f"{ORDER}-{n}" for n in (1, 2, 3))


async def take_a_coupon(book: Book) -> None:
    """12,300 won are due; a coupon pays 3,000 of it."""
    journal = book.journal
    order = await book.order(9300, 3000)
    coupon = await book.attempt(order)
    sealed = journal.seal(Confidential("8801234567893"), coupon)
    await journal.write(AttemptNoted(coupon, {"coupon": sealed, "balance": "3000"}, asked=3000))
    await journal.redeem(await book.intended(coupon, "req-1"))
    await journal.write(
        OperationAnswered(f"{coupon}-01", "approved"),
        AttemptAdvanced(coupon, State.APPROVED, received=3000, transaction="txn-1"),
    )


async def lose_an_answer(book: Book) -> None:
    """The rest by an instant payment: the first answer is lost, the second comes; paid and printed."""
    journal = book.journal
    lost = await book.attempt(ORDER, "ceos")
    await journal.redeem(await book.intended(lost, "req-2"))
    await journal.write(OperationAnswered(f"{lost}-01", "silence"), AttemptAdvanced(lost, State.UNKNOWN, "no_answer"))
    await journal.write(
        Asked(f"{lost}-02", lost, "", "payment", "ask-1", "nothing", {"code": "404"}),
        AttemptAdvanced(lost, State.NOT_CHARGED, "nothing_there"),
    )
    paid = await book.attempt(ORDER, "ceos")
    await journal.redeem(await book.intended(paid, "req-3"))
    await journal.write(
        OperationAnswered(f"{paid}-01", "approved"),
        AttemptAdvanced(paid, State.APPROVED, received=9300, transaction="txn-3"),
    )
    await journal.write(
        OrderAdvanced(ORDER, OrderState.PAID, number=await journal.next_number(), business_day="2026-01-01"),
        PrintQueued(ORDER, PrintKind.RECEIPT, {"key": "receipt"}),
    )
    await journal.write(PrintEnded((await journal.queued_prints())[0].id, done=True))


async def give_back(book: Book) -> None:
    """A part of the coupon goes back; late money of the lost payment turns up, and staff look at it."""
    journal = book.journal
    await journal.write(OrderAdvanced(ORDER, OrderState.REFUNDING))
    refund = await book.refund(COUPON, 2000, RefundState.SENDING, RefundState.PENDING)
    await journal.write(
        RefundNoted(refund, {"balance": "0"}),
        RefundAdvanced(refund, RefundState.DONE),
        OrderAdvanced(ORDER, OrderState.PARTLY_REFUNDED, "refund.wish"),
    )
    found = await book.finding(LOST)
    await journal.write(
        FindingAdvanced(found, FindingState.EXPLAINED), TaskOpened(TaskKind.FINDING, ORDER, LOST, {"amount": "5000"})
    )
    await journal.write(TaskClosed((await journal.staff_tasks())[0].id, "manager"), WatchEnded(LOST))


async def be_interrupted(book: Book) -> None:
    """The next order; nobody knows yet what became of its payment."""
    order = await book.order(5000)
    attempt = await book.attempt(order)
    await book.intended(attempt, "req-4")
    await book.journal.write(AttemptAdvanced(attempt, State.UNKNOWN, "no_answer"), GoalUndo(attempt))
    await book.journal.write(TaskOpened(TaskKind.CALLED))


DAYS: Final = (take_a_coupon, lose_an_answer, give_back, be_interrupted)


# -- what comes of days in which nothing goes wrong


@dataclass(frozen=True)
class Day:
    """One day as it should be.

    Attributes:
        number: Which, from 0.
        folder: What the days before left.
        events: How many events there are before it.
        operations: What the disk is asked for, from the start to the end of the close.
    """

    number: int
    folder: Path
    events: int
    operations: tuple[Operation, ...]

    @override
    def __str__(self) -> str:
        return f"day {self.number + 1}"


@dataclass(frozen=True)
class Reference:
    """The days as they should be.

    Attributes:
        days: All of them.
        events: All rows of events in the end.
        acknowledged: After which event each write ended, 0 first.
    """

    days: tuple[Day, ...]
    events: tuple[Row, ...]
    acknowledged: tuple[int, ...]

    @property
    def operations(self) -> tuple[tuple[Day, Operation], ...]:
        """Everything that the disk is asked for."""
        return tuple((day, operation) for day in self.days for operation in day.operations)

    def end_of(self, day: Day) -> int:
        """How many events there are after a day."""
        return self.days[day.number + 1].events if day.number + 1 < len(self.days) else len(self.events)

    def next_after(self, acknowledged: int) -> int:
        """Where the write ends that comes after an acknowledged one."""
        return min((end for end in self.acknowledged if end > acknowledged), default=acknowledged)


def a_reference(folder: Path) -> Reference:
    """Live all days once, undisturbed; the folder keeps what each left."""
    acknowledged, days = [0], []
    now = folder / "0"
    now.mkdir()
    for number in range(len(DAYS)):
        before, now = now, folder / f"{number + 1}"
        copy_folder(before, now)
        disk = Disk(now, syncs=False)
        so_far = acknowledged[-1]
        try:
            finish(Till(now, disk.connect, acknowledged.append).live(number))
        finally:
            disk.close()
        days.append(Day(number, before, so_far, tuple(disk.operations)))
    return Reference(tuple(days), events_of(now), tuple(acknowledged))


def events_of(folder: Path) -> tuple[Row, ...]:
    """All rows of events, past the journal."""
    with closing(sqlite3.connect(f"{(folder / FILE).as_uri()}?mode=ro", uri=True)) as connection:
        return tuple(connection.execute("SELECT * FROM events ORDER BY seq"))


def copy_folder(source: Path, folder: Path) -> None:
    """A folder as it is now: what a process that is killed now leaves behind."""
    shutil.copytree(source, folder, dirs_exist_ok=True)
