"""The disk is full, fails to write, fails to sync, or is read-only, from any operation on, once or for good."""

from functools import partial
from pathlib import Path
from typing import Final

from kiosk.domain.entries import Started, TaskOpened
from kiosk.domain.errors import JournalError
from kiosk.domain.staffwork import TaskKind
from tests.crashes.cases import Case, Kind
from tests.crashes.journey import Day, Reference, Till, Watched, copy_folder, events_of, finish
from tests.crashes.judge import RECOVERED, REFUSED, Claim, Outcome, require, require_whole, start_recovers
from tests.support.disk import CODES, Disk, Fault, Operation

FAULTS: Final = (
    (Fault.FULL, False),
    (Fault.FULL, True),
    (Fault.WRITE, False),
    (Fault.WRITE, True),
    (Fault.SYNC, False),
    (Fault.READ_ONLY, False),
)
"""Each with whether half of the bytes are written all the same."""


def fails_once(reference: Reference, fault: Fault, day: Day, number: int, folder: Path, *, torn: bool) -> Outcome:
    """One operation fails. A write that is refused for it is tried again, and the day goes on."""
    copy_folder(day.folder, folder)
    disk = Disk(folder, syncs=False)
    acknowledged = [day.events]
    disk.fail(fault, number, once=True, torn=torn)
    till = Till(folder, disk.connect, acknowledged.append, tries=2)
    try:
        finish(till.live(day.number))
    finally:
        disk.close()
    if till.refusals and max(acknowledged) > reference.end_of(day):
        return started_twice(reference, day, folder)
    require(max(acknowledged) == reference.end_of(day), "the day did not go on")
    return start_recovers(folder, Claim(reference, max(acknowledged)))


def started_twice(reference: Reference, day: Day, folder: Path) -> Outcome:
    """The start that was refused is there, as any refused write may be; all after it is numbered one higher."""
    kinds = [row[4] for row in reference.events[: reference.end_of(day)]]
    kinds.insert(day.events, Started.__name__)
    require([row[4] for row in events_of(folder)] == kinds, "another history")
    require_whole(folder)
    return Outcome(RECOVERED, came_back=1)


def fails_for_good(reference: Reference, fault: Fault, day: Day, number: int, folder: Path, *, torn: bool) -> Outcome:
    """All fail from one operation on. Nothing but JournalError comes of it, then and later; in the end all is well.

    Judged twice: as a kill at the first refusal would leave it, and after the close.
    """
    live, killed = folder / "till", folder / "killed"
    copy_folder(day.folder, live)
    disk = Disk(live, syncs=False)
    acknowledged = [day.events]
    disk.fail(fault, number, torn=torn)
    till = Till(live, disk.connect, acknowledged.append)
    refused = ""
    try:
        try:
            finish(till.live(day.number))
        except JournalError as error:
            refused = error.key
            copy_folder(live, killed)
            if till.journal is not None:
                go_on(till.journal)
        finish(till.stop())
    finally:
        disk.close()
    claim = Claim(reference, max(acknowledged))
    after_close = start_recovers(live, claim, may_end_in=TaskOpened.__name__)  # what `go_on` was refused
    after_kill = start_recovers(killed, claim) if killed.exists() else after_close
    if not refused:
        return Outcome(RECOVERED)
    came_back = [when for when, one in (("close", after_close), ("kill", after_kill)) if one.came_back]
    return Outcome(REFUSED, f"{refused}{' and there after a ' if came_back else ''}{' and a '.join(came_back)}")


def go_on(journal: Watched) -> None:
    """What the rest of the till may still ask: each answers, or raises JournalError."""
    asked = (
        journal.open_orders,
        journal.staff_tasks,
        journal.next_order,
        journal.has_room,
        lambda: journal.write(TaskOpened(TaskKind.CALLED)),
    )
    for ask in asked:
        try:
            finish(ask())
        except JournalError:
            continue


def faults(reference: Reference, *, every: int = 1) -> Kind:
    """Each fault at each operation that it can touch."""
    points = [
        (fault, torn, once, day, operation)
        for fault, torn in FAULTS
        for once in (True, False)
        for day, operation in reference.operations
        if _touches(fault, operation, torn=torn)
    ]
    cases = []
    for fault, torn, once, day, operation in points[::every]:
        name = f"{fault.value}{', torn' if torn else ''}, {'once' if once else 'for good'}: {day}, {operation}"
        run = fails_once if once else fails_for_good
        cases.append(Case(name, partial(run, reference, fault, day, operation.number, torn=torn)))
    return Kind("disk faults", len(points), cases)


def _touches(fault: Fault, operation: Operation, *, torn: bool) -> bool:
    return operation.name in CODES[fault] and (operation.name == "write" or not torn)
