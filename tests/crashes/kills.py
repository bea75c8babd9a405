"""SIGKILL at every operation of the disk: before it, in the middle of its bytes, after it."""

import os
import signal
import struct
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from kiosk.services.journal.store import open_journal
from tests.crashes.cases import Case, Kind
from tests.crashes.journey import Day, Reference, Till, copy_folder, finish, settings
from tests.crashes.judge import RECOVERED, Claim, Outcome, require, start_recovers
from tests.crashes.left import Left
from tests.support.clock import FakeClock
from tests.support.disk import Disk, Moment, Operation
from tests.support.journal import AtOnce

Life = Callable[[Disk, Callable[[int], None]], None]
"""Lives on a disk, and tells the events that are acknowledged."""

EVENT: Final = struct.Struct("I")
TORN_EVERY: Final = 8


def die(folder: Path, number: int, moment: Moment, life: Life) -> int:
    """Live in a fork until killed there; gives the last event that was acknowledged."""
    hears, says = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(hears)
        _live_and_die(folder, number, moment, says, life)
    os.close(says)
    with os.fdopen(hears, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(pid, 0)
    require(os.waitstatus_to_exitcode(status) == -signal.SIGKILL, f"operation {number} was not reached")
    return max((event for (event,) in EVENT.iter_unpack(told)), default=0)


def _live_and_die(folder: Path, number: int, moment: Moment, says: int, life: Life) -> None:
    """In the fork; never comes back."""
    try:
        disk = Disk(folder, syncs=False)
        disk.kill(number, moment)
        life(disk, lambda event: _say(says, event))
    except BaseException:  # noqa: BLE001 - a fork must not go on with its parent's work
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def _say(pipe: int, event: int) -> None:
    os.write(pipe, EVENT.pack(event))


def killed(reference: Reference, day: Day, number: int, moment: Moment, folder: Path) -> Outcome:
    copy_folder(day.folder, folder)

    def life(disk: Disk, told: Callable[[int], None]) -> None:
        finish(Till(folder, disk.connect, told).live(day.number))

    acknowledged = die(folder, number, moment, life)
    return start_recovers(folder, Claim(reference, max(acknowledged, day.events)))


def kills(reference: Reference, *, everything: bool, every: int = 1) -> Kind:
    """The points of all days.

    Without `everything`: before every operation, in the middle of every eighth write, and after what is no write.
    After a write the file is as it is before what comes next.
    """
    points = [
        (day, operation, moment)
        for day, operation in reference.operations
        for moment in Moment
        if moment is not Moment.TORN or operation.name == "write"
    ]
    chosen = [point for point in points if everything or _says_something_new(*point[1:])]
    cases = [
        Case(f"{day}: killed {moment.value} {operation}", partial(killed, reference, day, operation.number, moment))
        for day, operation, moment in chosen[::every]
    ]
    return Kind("SIGKILL", len(points), cases)


def _says_something_new(operation: Operation, moment: Moment) -> bool:
    if moment is Moment.BEFORE or operation.name != "write":
        return True
    return moment is Moment.TORN and operation.number % TORN_EVERY == 0


# -- killed again, at the start on what a kill left


def start_and_stop(folder: Path) -> Life:
    def life(disk: Disk, told: Callable[[int], None]) -> None:
        journal = finish(open_journal(settings(folder, disk.connect), FakeClock(boot_id="boot-3"), AtOnce()))
        told(journal._file.last_event)
        finish(journal.close())

    return life


def killed_again(left: Left, number: int, moment: Moment, folder: Path) -> Outcome:
    """The start that was killed wrote its Started, or did not; the next finds all that was there before."""
    left.lay_out(folder)
    acknowledged = die(folder, number, moment, start_and_stop(folder))
    start_recovers(folder, left.claim, may_end_in="Started", must=acknowledged > left.claim.acknowledged)
    return Outcome(RECOVERED)


def kills_of_a_start(left: Left, folder: Path, *, every: int = 1) -> Kind:
    """The points of one start and stop on what was left by a kill."""
    left.lay_out(folder)
    disk = Disk(folder, syncs=False)
    start_and_stop(folder)(disk, lambda _event: None)
    disk.close()
    cases = [
        Case(f"killed {moment.value} {operation}", partial(killed_again, left, operation.number, moment))
        for operation in disk.operations
        for moment in Moment
        if moment is not Moment.TORN or operation.name == "write"
    ]
    return Kind("SIGKILL at a start", len(cases), cases[::every])
