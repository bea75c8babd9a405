"""Power is lost: what was not synced is on the disk wholly, in part, or not at all, and in any order."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from tests.crashes.cases import Case, Kind, a_folder
from tests.crashes.journey import LAST, Day, Reference, Till, copy_folder, finish
from tests.crashes.judge import Claim, Outcome, start_recovers
from tests.support.disk import Disk, Fault, Operation
from tests.support.journal import FILE

MARK: Final = "unstored.mark"
SUBSETS: Final = 6
"""How many subsets of what was not synced are drawn, a moment."""

Files = dict[str, bytes]


@dataclass(frozen=True)
class Change:
    """Something asked of the disk that is not durable yet.

    Attributes:
        name: write, truncate, create or delete.
        file: The file's number: a new file of an old name is another one.
        path: Its name.
        offset: Where, or the new length.
        data: What was written.
    """

    name: str
    file: int
    path: str
    offset: int = 0
    data: bytes = b""


@dataclass
class Platter:
    """What of a folder is durable, and what may be. Listens to a disk.

    Attributes:
        contents: Durable bytes by the file's number.
        names: Durable names.
        pending: What is not durable, in order.
        lost: Of these, what the system threw away when a sync failed: no later sync brings it.
    """

    contents: dict[int, bytes] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    pending: list[Change] = field(default_factory=list)
    lost: list[Change] = field(default_factory=list)
    _now: dict[str, int] = field(default_factory=dict)

    def listen(self, operation: Operation, data: bytes) -> None:
        """For Disk.on_done."""
        match operation.name:
            case "create":
                self._create(operation.file)
            case "write":
                self._add(operation, data)
            case "truncate":
                self._add(operation)
            case "delete":
                self._add(operation)
                self._now.pop(operation.file, None)
            case "sync":
                self.sync(operation)
            case _:
                pass
        if operation.name == "delete" and operation.durable:
            self._settle(lambda change: change.name in {"create", "delete"})

    def _create(self, name: str) -> None:
        number = self._now[name] = len(self.contents)
        self.contents[number] = b""
        self.pending.append(Change("create", number, name))

    def _add(self, operation: Operation, data: bytes = b"") -> None:
        if operation.file not in self._now:
            self._create(operation.file)  # by a connection that goes past the disk, and only reads
        number = self._now[operation.file]
        self.pending.append(Change(operation.name, number, operation.file, operation.offset, data))

    def sync(self, operation: Operation) -> None:
        """What was written to a file becomes durable, but not what an earlier sync failed to write."""
        number = self._now[operation.file]
        self._settle(lambda change: change.name in {"write", "truncate"} and change.file == number)
        if operation.durable:
            self._settle(lambda change: change.name in {"create", "delete"})

    def fail_sync(self, operation: Operation) -> None:
        """The system gives up what it could not write, and takes it for written."""
        number = self._now[operation.file]
        gone = [one for one in self.pending if one.name == "write" and one.file == number]
        self.lost += gone
        self.pending = [one for one in self.pending if one not in gone]

    def _settle(self, durable: Callable[[Change], bool]) -> None:
        settled = [one for one in self.pending if durable(one)]
        self.pending = [one for one in self.pending if not durable(one)]
        self.names = _apply(self.contents, self.names, settled)

    def image(self, chosen: Sequence[Change] = ()) -> Files:
        """The folder after the power came back, with these of the pending changes."""
        contents = dict(self.contents)
        names = _apply(contents, self.names, chosen)
        return {path: contents[number] for path, number in names.items()}

    @classmethod
    def of(cls, day: Day) -> "Platter":
        """All that is there before a day is durable."""
        there = [path for path in day.folder.glob(f"{FILE}*") if not path.name.endswith("-shm")]
        contents = {number: path.read_bytes() for number, path in enumerate(there)}
        names = {path.name: number for number, path in enumerate(there)}
        return cls(contents, names, _now=dict(names))

    def copy(self) -> "Platter":
        """As it is now."""
        return Platter(dict(self.contents), dict(self.names), list(self.pending), list(self.lost), dict(self._now))


def _apply(contents: dict[int, bytes], names: dict[str, int], changes: Iterable[Change]) -> dict[str, int]:
    """Change contents; gives the names after it."""
    names = dict(names)
    for change in changes:
        content = contents.get(change.file, b"")
        match change.name:
            case "create":
                names[change.path] = change.file
            case "delete":
                if names.get(change.path) == change.file:
                    del names[change.path]
            case "write":
                filled = content.ljust(change.offset, b"\0")
                end = change.offset + len(change.data)
                contents[change.file] = filled[: change.offset] + change.data + filled[end:]
            case _:
                contents[change.file] = content[: change.offset]
    return names


@dataclass(frozen=True)
class Moment:
    """When the power goes.

    Attributes:
        operation: The next that would have been asked for.
        platter: The disk then.
        acknowledged: Up to which event the till had been told.
        noted: The mark of the last event, as late as it can be: nobody syncs it, but it may have been written out.
    """

    operation: Operation
    platter: Platter
    acknowledged: int
    noted: bytes


def moments(day: Day, folder: Path, after_open: Callable[..., None] = lambda _connection: None) -> Iterator[Moment]:
    """A day, and how the disk stood just before each operation that makes something durable, and at the end."""
    found: list[Moment] = []
    copy_folder(day.folder, folder)
    platter, acknowledged = Platter.of(day), [day.events]
    disk = Disk(folder, syncs=False)

    def look(operation: Operation) -> Fault | None:
        if operation.name == "sync" or operation.durable:
            found.append(Moment(operation, platter.copy(), max(acknowledged), noted_in(folder)))
        return None

    disk.on_operation = look
    disk.on_done = platter.listen
    try:
        finish(Till(folder, disk.connect, acknowledged.append, after_open=after_open).live(day.number))
    finally:
        disk.close()
    end = Operation(disk.count + 1, "nothing", FILE)
    found.append(Moment(end, platter, max(acknowledged), noted_in(folder)))
    return iter(found)


def noted_in(folder: Path) -> bytes:
    """The mark of the last event as it is now, b"" for none."""
    path = folder / LAST
    return path.read_bytes() if path.exists() else b""


def images(moment: Moment, draw: random.Random) -> Iterator[tuple[str, Sequence[Change]]]:
    """What may be on the disk: nothing, every beginning, every beginning with a torn end, and some subsets."""
    pending = moment.platter.pending
    yield "nothing of what was not synced", ()
    for length in range(1, len(pending) + 1):
        yield f"the first {length} of {len(pending)} unsynced", pending[:length]
        if pending[length - 1].name == "write":
            yield (
                f"the first {length} of {len(pending)} unsynced, torn",
                (*pending[: length - 1], _half(pending[length - 1])),
            )
    if len(pending) < 2:
        return
    for n in range(SUBSETS):
        chosen = [one for one in pending if draw.random() < 0.5]
        if n % 2 and chosen:
            victim = draw.randrange(len(chosen))
            chosen[victim] = _half(chosen[victim])
        if n % 3 == 2:
            chosen = _shuffled(chosen, draw)
        yield f"subset {n}", chosen


def _half(change: Change) -> Change:
    return Change(change.name, change.file, change.path, change.offset, change.data[: len(change.data) // 2])


def _shuffled(changes: Sequence[Change], draw: random.Random) -> list[Change]:
    """In another order; creations, deletions and truncations stay where they are."""
    writes = [one for one in changes if one.name == "write"]
    draw.shuffle(writes)
    return [writes.pop() if one.name == "write" else one for one in changes]


def came_back(files: Files, claim: Claim, folder: Path) -> Outcome:
    """Lay out what was left, and start on it."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    if claim.acknowledged:
        (folder / MARK).write_bytes(bytes(256))  # made after the first event was durable
    return start_recovers(folder, claim)


def _lose(moment: Moment, chosen: Sequence[Change], reference: Reference, folder: Path) -> Outcome:
    files = {**moment.platter.image(chosen), LAST: moment.noted}
    return came_back(files, Claim(reference, moment.acknowledged), folder)


def losses(
    reference: Reference, *, every: int = 1, seed: int = 1, after_open: Callable[..., None] = lambda _connection: None
) -> Kind:
    """Power lost before each sync, with all that may be on the disk then."""
    draw = random.Random(seed)
    with a_folder() as folder:
        cases = [
            Case(f"{day}: power lost before {moment.operation}: {name}", partial(_lose, moment, chosen, reference))
            for day in reference.days
            for moment in moments(day, folder / str(day), after_open)
            for name, chosen in images(moment, draw)
        ]
    return Kind("power loss", len(cases), cases[::every])


# -- a sync fails, then the power


def _sync_fails(day: Day, number: int, reference: Reference, folder: Path) -> Outcome:
    """The till goes on after one failed sync, which lost its bytes for good; at the end of the day the power goes."""
    platter, acknowledged = Platter.of(day), [day.events]
    copy_folder(day.folder, folder / "till")
    disk = Disk(folder / "till", syncs=False)

    def fail(operation: Operation) -> Fault | None:
        if operation.number != number:
            return None
        platter.fail_sync(operation)
        return Fault.SYNC

    disk.on_operation = fail
    disk.on_done = platter.listen
    till = Till(folder / "till", disk.connect, acknowledged.append, tries=2)
    try:
        finish(till.live(day.number, closes=False))
        image = {**platter.image(), LAST: noted_in(folder / "till")}
    finally:
        finish(till.stop())
        disk.close()
    (folder / "left").mkdir()
    return came_back(image, Claim(reference, max(acknowledged)), folder / "left")


def failed_syncs(reference: Reference, *, every: int = 1) -> Kind:
    """Each sync fails once, and the system takes what it lost for written."""
    cases = [
        Case(f"{day}: {operation} fails, power is lost", partial(_sync_fails, day, operation.number, reference))
        for day, operation in reference.operations
        if operation.name == "sync"
    ]
    return Kind("failed sync, then power loss", len(cases), cases[::every])
