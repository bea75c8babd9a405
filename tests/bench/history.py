"""A journal of very many sales: one is written by the program, and the others are its rows with their own ids.

The result is what the program itself would have written: ids, numbers, days, and every hash of the chain, so that
`verify` finds it whole. Only the speed is another: large transactions, and no waiting for the disk.
"""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk import __version__
from kiosk.domain.attempt import MASKED, Family, State
from kiosk.domain.catalogue import Tax
from kiosk.domain.day import business_day
from kiosk.domain.entries import (
    AttemptAdvanced,
    AttemptBegan,
    AttemptNoted,
    OperationAnswered,
    OrderAdvanced,
    OrderOpened,
    PrintEnded,
    PrintQueued,
)
from kiosk.domain.ids import Issuer, attempt_id
from kiosk.domain.money import won
from kiosk.domain.operation import WireRequest
from kiosk.domain.order import OrderLine, OrderState
from kiosk.domain.staffwork import PrintKind
from kiosk.services.clock import SystemClock
from kiosk.services.journal.encoding import row_hash
from kiosk.services.journal.file import MARK_EVERY, Setting
from kiosk.services.journal.store import OwnThread, SqliteJournal, open_journal
from kiosk.services.machine import machine_id
from tests.bench.programs import Watched

FILE = "journal.sqlite"
SALES, SALES_QUICK = 1_000_000, 20_000
PER_DAY = 400
"""Sales of one day."""
FIRST_DAY_MS = 1_577_836_800_000
"""2020-01-01 09:00 in Korea, UTC epoch [ms]."""
DAY_MS, MINUTE_MS = 86_400_000, 60_000
PER_TRANSACTION = 2_000
BETWEEN = "\x1f"
"""Between the texts of a sale while they are one; it occurs in none of them."""
BYTES_PER_SALE = 12_000
"""Space that a sale takes, with room to spare."""

LINES = (
    OrderLine("D001", "8809990000012", (("ko", "아메리카노"), ("en", "Americano")), won(2500), 2, Tax.TAXABLE),
    OrderLine("S001", "8809990000081", (("ko", "견과"), ("en", "Nuts")), won(1500), 1, Tax.TAXABLE),
)
TOTAL = 6500
TABLES = {
    "orders": "id = ?",
    "order_lines": "order_id = ?",
    "attempts": "order_id = ?",
    "operations": "attempt_id IN (SELECT id FROM attempts WHERE order_id = ?)",
    "prints": "order_id = ?",
}
"""The state tables that a sale without trouble has rows in, and which are its."""


@dataclass(frozen=True)
class History:
    """A till with many sales behind it.

    Attributes:
        till: Its journal is in its state folder.
        sales: How many.
        events: How many rows its chain has.
        megabytes: Size of its file.
    """

    till: Watched
    sales: int
    events: int
    megabytes: float

    @property
    def only(self) -> str:
        """How much less than was asked for, or ""."""
        return f"{self.sales:,} sales" if self.sales < SALES else ""

    @property
    def file(self) -> Path:
        return self.till.state / FILE


def setting_of(till: Watched) -> Setting:
    """The journal's setting as the till itself makes it."""
    config, keys = till.settings()
    return Setting(
        folder=config.kiosk.state_dir,
        kiosk=config.kiosk.id,
        letter=config.kiosk.letter,
        machine=machine_id(),
        version=__version__,
        key=keys.journal,
        random_bytes=os.urandom,
        limits=config.limits,
    )


async def write_sale(journal: SqliteJournal) -> str:
    """A sale that CEOS pays, in the four transactions in which the program writes it; gives the order's id."""
    order, code = await journal.next_order()
    attempt = attempt_id(order, 1)
    await journal.write(
        OrderOpened(order, code, "ko", "KRW", LINES),
        OrderAdvanced(order, OrderState.PAYING),
        AttemptBegan(attempt, order, "ceos", Family.DIRECT, TOTAL),
    )
    payment = f"20260101_{attempt}_k3v9x2m1"
    custom = f'{{"order":"{order}","kiosk":"K01","amount":{TOTAL}}}'
    # as a coupon has them, so that all can be looked for by the same last digits
    facts = {"payment": payment, "order_name": "아메리카노 외 1건", "custom": custom, MASKED: "****4445"}
    request = WireRequest("instant", payment, "POST", f"/payments/{payment}/instant", custom.encode())
    permit = await journal.intend(
        attempt, request, AttemptNoted(attempt, facts, TOTAL), AttemptAdvanced(attempt, State.SENDING)
    )
    day = business_day(SystemClock().now_ms())
    await journal.write(
        OperationAnswered(permit.operation_id, "paid"),
        AttemptAdvanced(attempt, State.APPROVED, "", TOTAL, payment),
        OrderAdvanced(order, OrderState.PAID, number=await journal.next_number(), business_day=day),
        PrintQueued(order, PrintKind.RECEIPT),
    )
    (job,) = await journal.queued_prints()
    await journal.write(PrintEnded(job.id, done=True))
    return order


def build_history(till: Watched, sales: int) -> History:
    """Give a till that was never started this many sales.

    Raises:
        OSError: there is not enough space.
    """
    setting = setting_of(till)

    def progress(done: int) -> None:
        print(f"  {done:,} of {sales:,} sales", file=sys.stderr, flush=True)

    events = asyncio.run(multiplied(setting, sales, progress))
    megabytes = (setting.folder / FILE).stat().st_size / 1e6
    return History(till, sales, events, megabytes)


async def multiplied(setting: Setting, sales: int, progress: Callable[[int], None] = lambda _done: None) -> int:
    """Make a journal with this many sales; gives the number of its events."""
    journal = await open_journal(setting, SystemClock(), OwnThread())
    order = await write_sale(journal)
    await journal.close()
    with closing(sqlite3.connect(setting.folder / FILE, isolation_level=None)) as db:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000", "foreign_keys = OFF"):
            db.execute(f"PRAGMA {pragma}")
        return Multiplier(db, order, setting).run(sales, progress)


class Multiplier:
    """Writes the rows of one sale again and again.

    Args:
        db: The journal's file, which the program has closed.
        order: The id of its only sale.
        setting: Of the journal.
    """

    def __init__(self, db: sqlite3.Connection, order: str, setting: Setting) -> None:
        self._db = db
        self._issuer = Issuer(setting.kiosk, 1)
        self._letter = setting.letter
        self._events = [row[1:6] for row in self._rows("events", "order_id = ?", order)]
        self._seq: int
        self._hash: str
        self._seq, self._hash = db.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        prints = [row[0] for row in self._rows("prints", "order_id = ?", order)]
        code, number, day = db.execute(
            "SELECT code, number, business_day FROM orders WHERE id = ?", (order,)
        ).fetchone()
        self._names = {prints[0]: "print", order: "order", code: "code", number: "number", day: "day"}
        self._print_at = next(n for n, event in enumerate(self._events) if event[3] == "PrintQueued")
        self._mould_of_events = BETWEEN.join(self._mould(cell) for event in self._events for cell in event)
        self._tables = {
            table: [
                [self._mould(cell) if isinstance(cell, str) else cell for cell in row]
                for row in self._rows(table, where, order)
            ]
            for table, where in TABLES.items()
        }

    def _rows(self, table: str, where: str, order: str) -> list[tuple[Any, ...]]:
        return self._db.execute(f"SELECT * FROM {table} WHERE {where} ORDER BY 1, 2", (order,)).fetchall()  # noqa: S608 - our own table names

    def _mould(self, cell: str) -> str:
        """A text in which what differs from sale to sale is left open."""
        if cell in {event[0] for event in self._events}:
            return "%(stamp)s"
        open_cell = cell.replace("%", "%%")
        for text, name in self._names.items():
            open_cell = open_cell.replace(text, f"%({name})s")
        return open_cell

    def run(self, sales: int, progress: Callable[[int], None]) -> int:
        """Write all but the first, which is there; gives the number of events."""
        done = 1
        while done < sales:
            last = min(done + PER_TRANSACTION, sales)
            self._write(range(done + 1, last + 1))
            if last * 10 // sales > done * 10 // sales:
                progress(last)
            done = last
        return self._seq

    def _write(self, sequences: range) -> None:
        events: list[tuple[object, ...]] = []
        rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in self._tables}
        marks: list[str] = []
        for sequence in sequences:
            filled = self._filled(sequence)
            before = self._seq
            events += self._chained(filled)
            if self._seq // MARK_EVERY > before // MARK_EVERY:
                marks.append(f"{self._seq}:{self._hash}")
            for table, moulds in self._tables.items():
                rows[table] += (self._cast(mould, filled, sequence, table) for mould in moulds)
        self._db.execute("BEGIN")
        self._insert("events", events)
        for table, values in rows.items():
            self._insert(table, values)
        for mark in marks[-1:]:
            self._db.execute("INSERT INTO marks VALUES ('whole_to', ?) ON CONFLICT DO UPDATE SET value = ?1", (mark,))
        self._db.execute("COMMIT")

    def _filled(self, sequence: int) -> Mapping[str, str]:
        """What differs in this sale."""
        day, minute = divmod(sequence, PER_DAY)
        at_ms = FIRST_DAY_MS + day * DAY_MS + minute * MINUTE_MS
        return {
            "order": self._issuer.order(sequence),
            "code": self._issuer.code(sequence),
            "number": f"{self._letter}-{minute + 1:03d}",
            "day": business_day(at_ms),
            "print": self._issuer.running("P", self._seq + 1 + self._print_at),
            "stamp": f"{at_ms}:{sequence * MINUTE_MS}:boot",
        }

    def _chained(self, filled: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
        cells, width = (self._mould_of_events % filled).split(BETWEEN), len(self._events[0])
        for at in range(0, len(cells), width):
            columns, before = tuple(cells[at : at + width]), self._hash
            self._seq += 1
            self._hash = row_hash(self._seq, columns, before)
            yield (self._seq, *columns, before, self._hash)

    @staticmethod
    def _cast(mould: list[object], filled: Mapping[str, str], sequence: int, table: str) -> tuple[object, ...]:
        cells = [cell % filled if isinstance(cell, str) else cell for cell in mould]
        if table == "orders":
            cells[0] = sequence
        return tuple(cells)

    def _insert(self, table: str, values: list[tuple[object, ...]]) -> None:
        marks = ", ".join("?" * len(values[0]))
        self._db.executemany(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608 - our own table names
