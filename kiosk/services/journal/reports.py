"""What people read from the journal on the command line: `kiosk journal show`, `export`. Read-only throughout.

All may be asked while the till is selling; each shows one moment. Sealed values stay sealed.
"""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from kiosk.domain.errors import JournalError
from kiosk.domain.history import Happened
from kiosk.domain.sale import Sale
from kiosk.domain.staffwork import StaffTask
from kiosk.services.journal import reading
from kiosk.services.journal.archive import happened
from kiosk.services.journal.encoding import stamp_from


def timeline(path: Path, which: str) -> tuple[Happened, ...]:
    """Everything that happened about an order, in order.

    Args:
        path: The journal's file.
        which: The order's code or id, or the id of one of its attempts.

    Raises:
        JournalError: no such order, or the file cannot be read.
    """
    with reading.read_only(path) as connection:
        return happened(connection, _order_id(connection, which))


def order_id(path: Path, which: str) -> str:
    """The id of the order with this code or id.

    Raises:
        JournalError: no such order, or the file cannot be read.
    """
    with reading.read_only(path) as connection:
        return _order_id(connection, which)


def _order_id(connection: sqlite3.Connection, which: str) -> str:
    query = "SELECT id FROM orders WHERE id = ?1 OR code = ?1 OR id = (SELECT order_id FROM attempts WHERE id = ?1)"
    found = connection.execute(query, (which,)).fetchone()
    if found is None:
        raise JournalError("journal.no_such_order", order=which)
    return str(found["id"])


def staff_list(path: Path) -> tuple[tuple[StaffTask, Sale | None], ...]:
    """What staff have to look at, oldest first, each with the sale it is about as it stands now.

    Raises:
        JournalError: the file cannot be read.
    """
    with reading.read_only(path) as connection:
        return tuple(
            (task, reading.read_sale(connection, task.order_id) if task.order_id else None)
            for task in reading.open_tasks(connection)
        )


def recent_sales(path: Path, count: int) -> tuple[Sale, ...]:
    """The latest orders, whatever became of them, newest first.

    Raises:
        JournalError: the file cannot be read.
    """
    with reading.read_only(path) as connection:
        query = "SELECT id FROM orders ORDER BY sequence DESC LIMIT ?"
        return tuple(reading.read_sale(connection, row["id"]) for row in connection.execute(query, (count,)).fetchall())


def export(path: Path) -> Iterator[dict[str, object]]:
    """Every event, one JSON object a line for whoever writes it out; the hashes let anyone check the chain.

    Raises:
        JournalError: the file cannot be read.
    """
    with reading.read_only(path) as connection:
        for row in connection.execute("SELECT * FROM events ORDER BY seq"):
            yield _exported(row)


def _exported(row: sqlite3.Row) -> dict[str, object]:
    at = datetime.fromtimestamp(stamp_from(row["stamp"]).wall_ms / 1000, UTC)
    return {**dict(row), "body": json.loads(row["body"]), "at": at.isoformat(timespec="milliseconds")}
