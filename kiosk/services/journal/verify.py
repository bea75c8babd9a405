"""Is the journal whole? The chain since the last mark at start, everything on demand and at night.

`verify` notices any change to any column of any row: an event's own columns break its hash, a missing or added event
breaks the chain, and a changed row of a state table differs from what replaying the events gives.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.domain.errors import BugError, JournalError
from kiosk.services.journal import projection
from kiosk.services.journal.encoding import FIRST_HASH, decode, row_hash
from kiosk.services.journal.last import LastEvent, check_end
from kiosk.services.journal.reading import read_only

SCHEMA: Final = Path(__file__).with_name("schema.sql")
COLUMNS: Final = "seq, stamp, order_id, attempt_id, kind, body, prev_hash, hash"
DERIVED: Final = (
    "identity",
    "orders",
    "order_lines",
    "attempts",
    "operations",
    "inbox",
    "refunds",
    "findings",
    "staff_tasks",
    "prints",
    "resolutions",
    "people",
)
LAWS: Final = "sqlite_schema"
"""The tables and indexes themselves: some laws are held by an index."""
MARKS: Final = frozenset({"key_id", "whole_to"})
PROGRESS_EVERY: Final = 1000


def check_chain(connection: sqlite3.Connection, *, whole: bool = False) -> tuple[int, str]:
    """Check the chain of events, and give its head.

    Args:
        connection: The journal.
        whole: From the very first event, not from the last mark.

    Raises:
        JournalError: an event was altered, removed or added.
    """
    seq, head = (0, FIRST_HASH) if whole else _mark(connection)
    if seq:
        row = connection.execute("SELECT hash FROM events WHERE seq = ?", (seq,)).fetchone()
        if row is None or row[0] != head:
            raise JournalError("journal.chain_broken", seq=seq)
    for row in connection.execute(f"SELECT {COLUMNS} FROM events WHERE seq > ? ORDER BY seq", (seq,)):  # noqa: S608
        columns = tuple(row)
        if columns[0] != seq + 1 or columns[6] != head or row_hash(seq + 1, columns[1:6], head) != columns[7]:
            raise JournalError("journal.chain_broken", seq=seq + 1)
        seq, head = seq + 1, columns[7]
    return seq, head


def _mark(connection: sqlite3.Connection) -> tuple[int, str]:
    row = connection.execute("SELECT value FROM marks WHERE name = 'whole_to'").fetchone()
    if row is None:
        return 0, FIRST_HASH
    seq, _, head = row[0].partition(":")
    if not (seq.isascii() and seq.isdigit()):
        raise JournalError("journal.chain_broken", seq=0)
    return int(seq), head


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found.

    Attributes:
        events: How many events the chain has.
        problems: What is wrong; empty when the journal is whole. (table or "events", what)
    """

    events: int
    problems: tuple[tuple[str, str], ...]


def verify(path: Path, progress: Callable[[int, int], None] | None = None) -> Verdict:
    """Check the whole journal, read-only: file, chain, its end, and that replaying the events gives the state tables.

    Args:
        path: The journal's file.
        progress: Told how many events of how many are done.
    """
    noted = LastEvent(path.parent).noted()  # before the moment that is read: the till may go on writing
    try:
        with read_only(path) as source:
            return _verify(source, noted, progress or (lambda _done, _of: None))
    except JournalError as error:
        return Verdict(0, (("file", str(error)),))


def _verify(source: sqlite3.Connection, noted: tuple[int, str] | None, progress: Callable[[int, int], None]) -> Verdict:
    problems: list[tuple[str, str]] = []
    integrity = source.execute("PRAGMA integrity_check").fetchone()[0]
    if integrity != "ok":
        problems.append(("file", str(integrity)))
    try:
        events, _ = check_chain(source, whole=True)
        check_end(source, noted)
        problems += _mark_problems(source)
    except JournalError as error:
        return Verdict(0, (*problems, ("events", str(error))))
    problems += _replay(source, events, progress)
    return Verdict(events, tuple(problems))


def _mark_problems(source: sqlite3.Connection) -> list[tuple[str, str]]:
    names = {row[0] for row in source.execute("SELECT name FROM marks")}
    problems = [("marks", f"unknown: {name}") for name in sorted(names - MARKS)]
    seq, head = _mark(source)
    row = source.execute("SELECT hash FROM events WHERE seq = ?", (seq,)).fetchone()
    if seq and (row is None or row[0] != head):
        problems.append(("marks", f"event {seq} is not the one that was marked"))
    return problems


def _replay(source: sqlite3.Connection, events: int, progress: Callable[[int, int], None]) -> list[tuple[str, str]]:
    replayed = sqlite3.connect(":memory:", isolation_level=None)
    replayed.row_factory = sqlite3.Row
    try:
        replayed.executescript(SCHEMA.read_text(encoding="utf-8"))
        replayed.execute("BEGIN")
        for row in source.execute("SELECT seq, stamp, order_id, attempt_id, kind, body FROM events ORDER BY seq"):
            entry = decode(row["kind"], row["body"])
            if projection.subject(replayed, entry) != (row["order_id"], row["attempt_id"]):
                return [("events", f"event {row['seq']} is filed under another order")]
            projection.apply(entry, replayed, row["stamp"])
            if row["seq"] % PROGRESS_EVERY == 0 or row["seq"] == events:
                progress(row["seq"], events)
        return [problem for table in (LAWS, *DERIVED) for problem in _differences(source, replayed, table)]
    except (BugError, JournalError, sqlite3.Error) as error:
        return [("events", f"cannot be replayed: {error}")]
    finally:
        replayed.close()


def _differences(source: sqlite3.Connection, replayed: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    columns = "name, sql" if table == LAWS else "*"
    query = f"SELECT {columns} FROM {table} ORDER BY 1, 2"  # noqa: S608 - our own table names
    there, here = iter(source.execute(query)), iter(replayed.execute(query))
    while True:
        theirs, ours = next(there, None), next(here, None)
        if theirs is None and ours is None:
            return []
        if theirs is None or ours is None or tuple(theirs) != tuple(ours):
            first = min(str(row[0]) for row in (theirs, ours) if row is not None)
            return [(table, f"row {first} differs from the events")]
