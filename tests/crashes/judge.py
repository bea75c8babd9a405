"""What a start makes of what is left: everything acknowledged is there, or it says why it does not sell."""

import hashlib
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kiosk.domain.errors import BugError, JournalError
from kiosk.services.journal.file import connect
from kiosk.services.journal.reading import read_only
from kiosk.services.journal.store import SqliteJournal, open_journal
from kiosk.services.journal.verify import verify
from tests.crashes.journey import LAST, WAL, Reference, Row, events_of, finish, settings
from tests.support.clock import FakeClock
from tests.support.disk import Disk
from tests.support.journal import FILE, AtOnce

RECOVERED: Final = "recovered"
REFUSED: Final = "refused"
REPORTED: Final = "reported by verify"
SHORTER: Final = "shorter"

NOTICES_A_LOST_END: Final = True
"""Whether a start knows how long the history was. Without that, SQLite takes damage in a WAL for its end, and what was
acknowledged after it is gone in silence. As long as a start does, SHORTER is a failure."""


class WrongError(AssertionError):
    """The journal did what it never may."""


@dataclass(frozen=True)
class Outcome:
    """What became of a case.

    Attributes:
        kind: RECOVERED, REFUSED, REPORTED or SHORTER.
        why: Why it was refused, or what was reported.
        came_back: Events that were not acknowledged and are there all the same.
    """

    kind: str
    why: str = ""
    came_back: int = 0


def require(condition: object, problem: str) -> None:
    if not condition:
        raise WrongError(problem)


@dataclass(frozen=True)
class Claim:
    """What has to be there.

    Attributes:
        reference: The day as it should have been.
        acknowledged: Up to which event.
    """

    reference: Reference
    acknowledged: int

    def check(self, events: tuple[Row, ...], *, may_lose: bool = False) -> Outcome:
        """Hold the events that a start found against it."""
        found = len(events)
        require(
            events == self.reference.events[:found], f"another history: {_first_difference(events, self.reference)}"
        )
        require(found in self.reference.acknowledged, f"half a transaction: {found} events")
        if found < self.acknowledged:
            require(may_lose, f"event {found + 1} to {self.acknowledged} are lost, and nothing says so")
            return Outcome(SHORTER)
        last = self.reference.next_after(self.acknowledged)
        require(found <= last, f"{found} events where only {last} were written")
        return Outcome(RECOVERED, came_back=found - self.acknowledged)


def _first_difference(events: tuple[Row, ...], reference: Reference) -> str:
    for found, wanted in zip(events, reference.events, strict=False):
        if found != wanted:
            return f"event {found[0]} is {found}, was {wanted}"
    return f"{len(events)} events of {len(reference.events)}"


def start_recovers(folder: Path, claim: Claim, *, may_end_in: str = "", must: bool = False) -> Outcome:
    """Start on what is left. It must open and be whole, and hold everything that was acknowledged.

    Args:
        folder: Where it is.
        claim: What was in it.
        may_end_in: The kind of one more event, no part of the days, that was written since.
        must: It was acknowledged.
    """
    journal = finish(open_journal(settings(folder, connect), _later(), AtOnce()))
    finish(journal.close())
    events = _before_the_last_start(folder)
    beyond = len(events) > claim.acknowledged and events != claim.reference.events[: len(events)]
    if beyond and events[-1][4] == may_end_in:
        events = events[:-1]
    else:
        require(not must, f"{may_end_in} was acknowledged, and is lost")
    outcome = claim.check(events)
    require_whole(folder)
    return outcome


def start_is_honest(folder: Path, claim: Claim, *, wal_is_damaged: bool = False) -> Outcome:
    """Start on what is left. It may refuse, or be found out by verify, but never hold another history in silence.

    Args:
        folder: Where it is.
        claim: What was in it.
        wal_is_damaged: What was synced to the WAL was changed: the history may end sooner, see NOTICES_A_LOST_END.
    """
    before = _content(folder)
    try:
        journal = finish(open_journal(settings(folder, connect), _later(), AtOnce()))
    except JournalError as error:
        require(_content(folder) == before, f"{error.key}: refused, and changed the file all the same")
        return Outcome(REFUSED, error.key)
    try:
        _read_everything(journal)
    finally:
        finish(journal.close())
    problems = problems_of(folder)
    if problems:
        return Outcome(REPORTED, problems[0][0])
    return claim.check(_before_the_last_start(folder), may_lose=wal_is_damaged and not NOTICES_A_LOST_END)


def start_on_bad_disk(folder: Path, claim: Claim, disk: Disk) -> Outcome:
    """Start on a disk that is not well; when that is refused, start again on one that is. Nothing may be lost."""
    try:
        journal = finish(open_journal(settings(folder, disk.connect), _later(), AtOnce()))
    except JournalError as error:
        disk.close()
        start_recovers(folder, claim, may_end_in="Started")  # as any write that was refused, it may be there
        return Outcome(REFUSED, error.key)
    finish(journal.close())
    disk.close()
    require_whole(folder)
    return claim.check(_before_the_last_start(folder))


FOUND_WHOLE: Final[set[bytes]] = set()


def require_whole(folder: Path) -> None:
    problems = problems_of(folder)
    require(not problems, f"verify says {problems}")


def problems_of(folder: Path) -> tuple[tuple[str, str], ...]:
    """What `verify` says. The rows of all tables that it has once found whole are not replayed again."""
    fingerprint = _fingerprint(folder)
    if fingerprint in FOUND_WHOLE:
        return ()
    problems = verify(folder / FILE).problems
    if not problems and fingerprint:
        FOUND_WHOLE.add(fingerprint)
    return problems


def _fingerprint(folder: Path) -> bytes:
    """Of all rows of all tables and the tables themselves; b"" for a file that is not sound."""
    digest = hashlib.sha256()
    try:
        with read_only(folder / FILE) as db:
            if [tuple(row) for row in db.execute("PRAGMA integrity_check")] != [("ok",)]:
                return b""
            tables = [
                "sqlite_schema",
                *(row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")),
            ]
            for table in tables:
                rows = db.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names from the file, which is ours
                digest.update(repr((table, [tuple(row) for row in rows])).encode(errors="surrogateescape"))
    except Exception:  # noqa: BLE001 - then verify has to say what is wrong
        return b""
    return digest.digest()


def _later() -> FakeClock:
    clock = FakeClock()
    clock.reboot("boot-3", off_s=3600)
    return clock


def _before_the_last_start(folder: Path) -> tuple[Row, ...]:
    events = events_of(folder)
    require(events and events[-1][4] == "Started", f"the start was not written down: {events[-1:]}")
    return events[:-1]


def _content(folder: Path) -> dict[str, bytes]:
    """The bytes of the journal; an empty or missing WAL is the same."""
    paths = (folder / FILE, folder / WAL, folder / LAST)
    return {path.name: path.read_bytes() for path in paths if path.is_file() and path.stat().st_size}


def _read_everything(journal: SqliteJournal) -> None:
    """What the till reads at its start. JournalError closes it with a sentence, BugError with the fault screen."""
    reads: list[Callable[[], Coroutine[Any, Any, object]]] = [
        journal.open_orders,
        journal.slow_attempts,
        journal.watched_attempts,
        journal.staff_tasks,
        journal.queued_prints,
        journal.next_order,
        lambda: _read_open_orders(journal),
    ]
    for read in reads:
        with suppress(JournalError, BugError):
            finish(read())


async def _read_open_orders(journal: SqliteJournal) -> None:
    for order in await journal.open_orders():
        for attempt in (await journal.sale(order.id)).attempts:
            await journal.operations(attempt.id)
            await journal.findings(attempt.id)
