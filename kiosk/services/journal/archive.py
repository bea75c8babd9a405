"""What staff look up: a reader of its own beside the till's writer, so that looking never holds up a payment.

Every question goes through an index and costs the same however long the history is; tests/bench measures that.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from kiosk.domain.confidential import SHOWN_CHARACTERS, mask
from kiosk.domain.day import KOREA
from kiosk.domain.errors import JournalError
from kiosk.domain.history import FindBy, Found, Happened, Query
from kiosk.domain.ids import attempt_of, order_of
from kiosk.domain.refund import Refund
from kiosk.domain.sale import Sale
from kiosk.domain.transfers import Kept
from kiosk.services.journal import reading
from kiosk.services.journal.encoding import stamp_from
from kiosk.services.journal.store import Runner

T = TypeVar("T")

LARGEST: Final = (1 << 63) - 1
DIGITS_MAX: Final = 18
"""More would be no number of SQLite's."""

_PAGE = "sequence BETWEEN ? AND ? ORDER BY sequence DESC LIMIT ?"
IN_RANGE: Final = f"SELECT sequence FROM orders WHERE {_PAGE}"  # noqa: S608 - constants
OF_NUMBER: Final = f"SELECT sequence FROM orders WHERE number = ? AND number <> '' AND {_PAGE}"  # noqa: S608
OF_TOTAL: Final = f"SELECT sequence FROM orders WHERE total = ? AND {_PAGE}"  # noqa: S608


BEGUN: Final = (
    "SELECT a.id FROM orders o INDEXED BY orders_opened CROSS JOIN attempts a ON a.order_id = o.id "
    "WHERE o.opened >= ? AND o.opened < ? AND a.method = ?"
)

ACCOUNT_DAYS: Final = 4
"""How long an account may take money at most: a server that does not heed our end keeps it for three days. Source: our
contract with EzPG, 4."""

REFUND_DAYS: Final = 14
"""How long it may take at most until money that was asked for is paid out (ours)."""


class Archive:
    """Keeps the Archive port (domain/ports.py) on the journal's file, which it only reads.

    Args:
        folder: Where the journal is.
        letter: First letter of the numbers that are called out.
        runner: Where it is read.
    """

    def __init__(self, folder: Path, letter: str, runner: Runner) -> None:
        self._path = folder / "journal.sqlite"
        self._letter = letter
        self._runner = runner

    def close(self) -> None:
        """No more questions."""
        self._runner.close()

    async def latest(self, count: int) -> tuple[Sale, ...]:
        """The latest orders, whatever became of them, newest first."""
        return (await self.find(Query(FindBy.DAY), count)).sales

    async def find(self, query: Query, count: int, skip: int = 0) -> Found:
        """A page of the orders that fit, newest first.

        Args:
            query: What is looked for.
            count: How many at most.
            skip: How many newer ones were seen before.
        """

        def work(db: sqlite3.Connection) -> Found:
            found = _sequences(db, query, self._letter, count + skip + 1)
            shown = found[skip : skip + count]
            orders = [db.execute("SELECT id FROM orders WHERE sequence = ?", (one,)).fetchone()["id"] for one in shown]
            return Found(tuple(reading.read_sale(db, one) for one in orders), len(found) > skip + count)

        return await self._read(work)

    async def sale(self, which: str) -> Sale | None:
        """The sale with this id or 접수번호; None when there is none."""

        def work(db: sqlite3.Connection) -> Sale | None:
            row = db.execute("SELECT id FROM orders WHERE id = ?1 OR code = ?1", (which,)).fetchone()
            return None if row is None else reading.read_sale(db, row["id"])

        return await self._read(work)

    async def timeline(self, order_id: str) -> tuple[Happened, ...]:
        """Everything that happened about an order, in order."""
        return await self._read(lambda db: happened(db, order_id))

    async def transfers(self, method: str, day: str) -> Kept:
        """The payments and refunds of this payment system that may have to do with transfers of a Korean day.

        Args:
            method: Its name.
            day: "YYYY-MM-DD".
        """
        return await self._read(lambda db: transfers(db, method, day))

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def opened() -> T:
            try:
                with reading.read_only(self._path) as db:
                    return work(db)
            except (ValueError, TypeError) as error:  # damaged: no text, no JSON, nothing at all
                raise JournalError("journal.cannot_read", problem=str(error)) from error

        return await self._runner.run(opened)


def happened(db: sqlite3.Connection, order_id: str) -> tuple[Happened, ...]:
    """The events of an order."""
    query = "SELECT seq, stamp, kind, attempt_id, body FROM events WHERE order_id = ? ORDER BY seq"
    return tuple(
        Happened(row["seq"], stamp_from(row["stamp"]), row["kind"], row["attempt_id"], json.loads(row["body"]))
        for row in db.execute(query, (order_id,))
    )


def transfers(db: sqlite3.Connection, method: str, day: str) -> Kept:
    """What there is of a payment system around a Korean day."""
    since, until = _stamps(day, ACCOUNT_DAYS)
    begun = db.execute(f"{reading.ATTEMPTS} WHERE a.id IN ({BEGUN})", (since, until, method))
    attempts = tuple(sorted(map(reading.attempt_from, begun), key=lambda one: one.id))
    findings = tuple(found for one in attempts for found in reading.read_findings(db, one.id))
    refunds = tuple(_refunds(db, method, *_stamps(day, REFUND_DAYS)))
    orders = {one.order_id for one in attempts} | {order_of(attempt_of(one.id)) for one in refunds}
    codes = {one: db.execute("SELECT code FROM orders WHERE id = ?", (one,)).fetchone()["code"] for one in orders}
    return Kept(attempts, findings, refunds, codes)


def _refunds(db: sqlite3.Connection, method: str, since: str, until: str) -> Iterator[Refund]:
    """The refunds of a payment system that were asked for in this time. They are in the file as they were asked for."""
    for row in db.execute("SELECT id, asked FROM refunds ORDER BY rowid DESC"):
        if row["asked"] < since:
            return
        is_theirs = row["asked"] < until and reading.read_attempt(db, attempt_of(row["id"])).method == method
        if is_theirs:
            yield reading.read_refund(db, row["id"])


def _sequences(db: sqlite3.Connection, query: Query, letter: str, count: int) -> list[int]:
    """Running numbers of the orders that fit, newest first, and not more than these."""
    day = _of_day(db, query.day) if query.day else None
    first, last = day or (0, LARGEST)
    digits = query.digits[:DIGITS_MAX]
    if query.by is not FindBy.DAY and not digits.isdecimal():
        return []
    match query.by:
        case FindBy.DAY:
            return _firsts(db.execute(IN_RANGE, (first, last, count)))
        case FindBy.CODE:
            return _firsts(db.execute(IN_RANGE, (max(first, int(digits)), min(last, int(digits)), count)))
        case FindBy.NUMBER:
            return _firsts(db.execute(OF_NUMBER, (f"{letter}-{int(digits):03d}", first, last, count)))
        case FindBy.AMOUNT:
            whole = _firsts(db.execute(OF_TOTAL, (int(digits), first, last, count)))
            part = _of_attempts(db, "asked", int(digits), day, count)
            return sorted({*whole, *part}, reverse=True)[:count]
        case FindBy.ENDING:
            return _of_attempts(db, "masked", f"{mask('')}{digits[-SHOWN_CHARACTERS:]}", day, count)


def _of_attempts(
    db: sqlite3.Connection, column: str, value: int | str, day: tuple[int, int] | None, count: int
) -> list[int]:
    """Orders that have such an attempt: through the attempts' index, or, of one day, through its orders."""
    if day is not None:
        of_day = (
            "SELECT DISTINCT o.sequence FROM orders o CROSS JOIN attempts a ON a.order_id = o.id "  # noqa: S608 - our column names
            f"WHERE o.sequence BETWEEN ? AND ? AND a.{column} = ? ORDER BY o.sequence DESC LIMIT ?"
        )
        return _firsts(db.execute(of_day, (*day, value, count)))
    index = {"asked": "attempts_of_amount", "masked": "attempts_of_masked"}[column]
    there = {"asked": "asked IS NOT NULL", "masked": "masked <> ''"}[column]
    # an order has few attempts: a few more of them than orders are wanted
    latest = (
        f"SELECT order_id FROM attempts INDEXED BY {index} WHERE {column} = ? AND {there} ORDER BY rowid DESC LIMIT ?"  # noqa: S608
    )
    of_all = f"SELECT DISTINCT sequence FROM orders WHERE id IN ({latest}) ORDER BY sequence DESC LIMIT ?"  # noqa: S608
    return _firsts(db.execute(of_all, (value, 4 * count, count)))


def _of_day(db: sqlite3.Connection, day: str) -> tuple[int, int]:
    """First and last running number of the orders that were begun on a Korean day; none is (1, 0)."""
    from_, to = _stamps(day)
    query = "SELECT min(sequence), max(sequence) FROM orders WHERE opened >= ? AND opened < ?"
    first, last = db.execute(query, (from_, to)).fetchone()
    return (1, 0) if first is None else (first, last)


def _stamps(day: str, before: int = 0) -> tuple[str, str]:
    """What the stamps of a Korean day, and of so many before it, are between.

    They begin with the wall time, which has one length for the next two centuries.
    """
    begins = datetime.fromisoformat(day).replace(tzinfo=KOREA)
    since, until = begins - timedelta(days=before), begins + timedelta(days=1)
    return f"{int(since.timestamp() * 1000)}", f"{int(until.timestamp() * 1000)}"


def _firsts(rows: Iterable[sqlite3.Row]) -> list[int]:
    return [row[0] for row in rows]
