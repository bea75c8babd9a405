"""A real journal in a temporary folder, and sales written into it in few words."""

import json
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from typing_extensions import override

from kiosk.domain.attempt import Family, State
from kiosk.domain.entries import (
    Asked,
    AttemptAdvanced,
    AttemptBegan,
    AttemptNoted,
    FindingAdvanced,
    FindingRecorded,
    GoalUndo,
    HintFiled,
    OperationAnswered,
    OrderAdvanced,
    OrderOpened,
    PersonLeft,
    PersonSet,
    PinSet,
    PinTried,
    PrintEnded,
    PrintQueued,
    RefundAdvanced,
    RefundAsked,
    RefundNoted,
    Resolved,
    StaffDid,
    TaskClosed,
    TaskOpened,
    WatchEnded,
)
from kiosk.domain.hint import Hint
from kiosk.domain.ids import attempt_id, order_of, refund_id
from kiosk.domain.limits import Limits
from kiosk.domain.operation import Permit, WireRequest
from kiosk.domain.order import OrderState
from kiosk.domain.people import Deed, Role
from kiosk.domain.refund import FindingKind, FindingState, RefundState
from kiosk.domain.resolution import Way
from kiosk.domain.staffwork import PrintKind, TaskKind
from kiosk.services.journal.store import Runner, Setting, SqliteJournal, open_journal
from tests.support.clock import FakeClock
from tests.support.sales import a_line, family_of, way_to

T = TypeVar("T")

KEY = bytes(range(32))
FILE = "journal.sqlite"
CARRIES_MONEY = frozenset({State.APPROVED, State.UNDERPAID, State.OVERPAID})
"""States that come with an amount and its evidence."""


class AtOnce(Runner):
    """Does the work in the calling thread, at once."""

    @override
    async def run(self, work: Callable[[], T]) -> T:
        return work()

    @override
    def close(self) -> None:
        pass


def a_setting(folder: Path, **changes: Any) -> Setting:
    """What a journal of the kiosk K01 needs to know; its reserve is small, to be quick."""
    setting = Setting(
        folder=folder,
        kiosk="K01",
        letter="A",
        machine="machine-1",
        version="1.0",
        key=KEY,
        random_bytes=os.urandom,
        limits=Limits(reserve_bytes=64 * 1024),
        free_bytes=lambda: 1 << 40,
    )
    return replace(setting, **changes)


@asynccontextmanager
async def opened(
    folder: Path, clock: FakeClock | None = None, runner: Runner | None = None, **changes: Any
) -> AsyncIterator[SqliteJournal]:
    """A journal that is closed in the end, however the test ends."""
    journal = await open_journal(a_setting(folder, **changes), clock or FakeClock(), runner)
    try:
        yield journal
    finally:
        await journal.close()


def rows(folder: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask the file itself, past the journal."""
    with closing(sqlite3.connect(f"{(folder / FILE).as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(query, values).fetchall()


def tamper(folder: Path, query: str, *values: object) -> int:
    """Change the file itself, past the journal; says how many rows were changed."""
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        return connection.execute(query, values).rowcount


def events(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """Kind and body of every event."""
    return [(kind, json.loads(body)) for kind, body in rows(folder, "SELECT kind, body FROM events ORDER BY seq")]


def a_request(request_id: str, call: str = "checkout", body: bytes | None = None) -> WireRequest:
    """A request that names its id in the body."""
    return WireRequest(call, request_id, "POST", f"/{call}", body or f'{{"transactionId":"{request_id}"}}'.encode())


@dataclass
class Book:
    """Writes sales into a journal, one step a call.

    Attributes:
        journal: Where to.
    """

    journal: SqliteJournal

    async def order(self, *prices: int) -> str:
        """A new order that is being paid, with a line per price, or one of 5,000 won; gives its id."""
        order_id, code = await self.journal.next_order()
        lines = tuple(a_line(price) for price in prices or (5000,))
        await self.journal.write(
            OrderOpened(order_id, code, "ko", "KRW", lines), OrderAdvanced(order_id, OrderState.PAYING)
        )
        return order_id

    async def attempt(self, order_id: str, method: str = "crepay", family: Family = Family.DIRECT) -> str:
        """A new attempt, PREPARED, for all that is due; gives its id."""
        sale = await self.journal.sale(order_id)
        began = attempt_id(order_id, len(sale.attempts) + 1)
        await self.journal.write(AttemptBegan(began, order_id, method, family, sale.due.amount))
        return began

    async def advance(self, attempt: str, *states: State, received: int | None = None, transaction: str = "") -> None:
        """Take an attempt through these states; where money comes with one, what was due, or `received`."""
        due = (await self.journal.attempt(attempt)).due.amount
        for state in states:
            entry = AttemptAdvanced(attempt, state)
            if state in CARRIES_MONEY:
                amount = due if received is None else received
                entry = replace(entry, received=amount, transaction=transaction or f"txn-{attempt}")
            asks = (AttemptNoted(attempt, asked=due),) if state is State.CAPTURING else ()
            await self.journal.write(*asks, entry)

    async def attempt_in(self, state: State, order_id: str, family: Family | None = None) -> str:
        """A new attempt that has come to a state by the shortest way; gives its id."""
        family = family or family_of(state)
        began = await self.attempt(order_id, family=family)
        await self.advance(began, *way_to(state, family))
        return began

    async def approved(self, order_id: str, amount: int | None = None, transaction: str = "") -> str:
        """A new attempt that was approved, for this amount or all that is due; gives its id."""
        began = await self.attempt(order_id)
        await self.advance(began, State.SENDING, State.APPROVED, received=amount, transaction=transaction)
        return began

    async def paid(self, *prices: int) -> str:
        """A paid order; gives its id."""
        order_id = await self.order(*prices)
        await self.approved(order_id)
        await self.journal.write(
            OrderAdvanced(order_id, OrderState.PAID, number="A-001", business_day="2026-01-01"),
        )
        return order_id

    async def refund(self, attempt: str, amount: int, *states: RefundState) -> str:
        """A refund of an attempt's money, taken through these states; gives its id."""
        sale = await self.journal.sale((await self.journal.attempt(attempt)).order_id)
        asked = refund_id(attempt, 1 + sum(refund.attempt_id == attempt for refund in sale.refunds))
        await self.journal.write(RefundAsked(asked, attempt, "", amount))
        for state in states:
            await self.journal.write(RefundAdvanced(asked, state))
        return asked

    async def finding(self, attempt: str = "", amount: int | None = 5000, transaction: str = "late-1") -> str:
        """Late money; gives the finding's id."""
        await self.journal.write(FindingRecorded("crepay", attempt, transaction, FindingKind.LATE, amount))
        return (await self.journal.findings(attempt))[-1].id

    async def intended(self, attempt: str, request_id: str = "req-1") -> Permit:
        """SENDING, with a request written down; gives its permit."""
        return await self.journal.intend(attempt, a_request(request_id), AttemptAdvanced(attempt, State.SENDING))


async def a_busy_day(book: Book) -> None:
    """At least one row in every table, and every kind of entry."""
    order_id = await book.order(4500, 500)
    first = await book.attempt(order_id)
    await book.journal.write(AttemptNoted(first, {"balance": "5000"}, asked=5000))
    await book.intended(first)
    await book.journal.write(
        OperationAnswered(f"{first}-01", "silence"),
        AttemptAdvanced(first, State.UNKNOWN, "no_answer"),
        GoalUndo(first),
        Asked(f"{first}-02", first, "", "status", "ask-1", "nothing", {"code": "404"}),
        HintFiled(first, Hint("0xa", "pay_new", 0)),
        AttemptAdvanced(first, State.NOT_CHARGED, "nothing_there"),
        WatchEnded(first),
    )
    second = await book.approved(order_id)
    await book.journal.write(
        OrderAdvanced(order_id, OrderState.PAID, number="A-001", business_day="2026-01-01"),
        PrintQueued(order_id, PrintKind.RECEIPT, {"key": "receipt"}),
        OrderAdvanced(order_id, OrderState.REFUNDING),
    )
    refund = await book.refund(second, 2000, RefundState.SENDING, RefundState.PENDING)
    await book.journal.write(
        RefundNoted(refund, {"balance": "0"}),
        RefundAdvanced(refund, RefundState.DONE),
        OrderAdvanced(order_id, OrderState.PARTLY_REFUNDED, "refund.wish"),
        PrintEnded((await book.journal.queued_prints())[0].id, done=True),
        TaskOpened(TaskKind.FINDING, order_id, first, {"amount": "5000"}),
        TaskOpened(TaskKind.CALLED),
    )
    await book.journal.write(TaskClosed((await book.journal.staff_tasks())[0].id, "manager"))
    found = await book.finding(first)
    await book.journal.write(FindingAdvanced(found, FindingState.EXPLAINED))
    unsure = await book.attempt_in(State.NEEDS_STAFF, await book.order(700), Family.DIRECT)
    await book.journal.write(
        PersonSet("P1", "점장", (Role.MANAGER,), "P1"),
        PinSet("P1", "sealed", "P1"),
        PinTried("P1", is_right=False),
        PersonSet("P2", "직원", (Role.CLERK,), "P1"),
        PersonLeft("P2", "P1"),
        StaffDid("P1", Deed.LOOK, order_id),
        OrderAdvanced(order_of(unsure), OrderState.UNWINDING),
        OrderAdvanced(order_of(unsure), OrderState.UNWINDING_STAFF),
        Resolved(unsure, "", Way.NOT_CHARGED, 700, "P1", "words", "nothing"),
    )
