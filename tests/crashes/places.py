"""The file is not there, is something else, belongs to somebody else, or cannot be written or read."""

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from kiosk.services.journal.last import SLOT_BYTES, LastEvent
from kiosk.services.journal.lock import InstanceLock
from kiosk.services.journal.store import open_journal
from tests.crashes.cases import Case, Kind
from tests.crashes.journey import LAST, SHM, WAL, finish
from tests.crashes.judge import RECOVERED, REFUSED, Outcome, require, start_is_honest, start_on_bad_disk
from tests.crashes.left import Left
from tests.support.clock import FakeClock
from tests.support.disk import Disk, Fault
from tests.support.journal import FILE, AtOnce, Book, a_busy_day, a_setting, events

OTHER_KEY: Final = bytes(range(32, 64))
MARK: Final = "unstored.mark"
CANNOT_OPEN: Final = "journal.cannot_open"


def refused_as(key: str, left: Left, change: Callable[[Path], object], folder: Path) -> Outcome:
    """Change something, and be refused for this reason."""
    left.lay_out(folder)
    change(folder)
    outcome = start_is_honest(folder, left.claim)
    require(outcome == Outcome(REFUSED, key), f"{outcome} instead of {key}")
    return outcome


def recovered(left: Left, change: Callable[[Path], object], folder: Path) -> Outcome:
    """Change something that does no harm."""
    left.lay_out(folder)
    change(folder)
    outcome = start_is_honest(folder, left.claim)
    require(outcome.kind == RECOVERED, f"{outcome}")
    return outcome


def refused(left: Left, change: Callable[[Path], object], folder: Path) -> Outcome:
    """Give it something of another till, and be refused, whatever is noticed first."""
    left.lay_out(folder)
    change(folder)
    outcome = start_is_honest(folder, left.claim)
    require(outcome.kind == REFUSED, f"{outcome}")
    return outcome


def begins_anew(left: Left, folder: Path) -> Outcome:
    """Power was lost so early in the first start that nothing but an empty file is there."""
    (folder / FILE).touch()
    with closing(_Closing(folder)):
        require(len(events(folder)) == 1, "not a new journal")
    return Outcome(RECOVERED)


class _Closing:
    """A journal that is closed in the end."""

    def __init__(self, folder: Path, key: bytes = bytes(range(32))) -> None:
        self.journal = finish(open_journal(a_setting(folder, key=key), FakeClock(), AtOnce()))

    def close(self) -> None:
        finish(self.journal.close())


def in_use(left: Left, folder: Path) -> Outcome:
    left.lay_out(folder)
    lock = InstanceLock(folder / "journal.lock")
    try:
        return refused_as("journal.in_use", left, lambda _folder: None, folder)
    finally:
        lock.release()


def others_wal(folder: Path) -> None:
    """The WAL of a till with another key, killed in the middle of a busy day."""
    other = folder / "other"
    with closing(_Closing(other, OTHER_KEY)) as opened:
        finish(a_busy_day(Book(opened.journal)))
        (folder / WAL).write_bytes((other / WAL).read_bytes())
    (folder / SHM).unlink(missing_ok=True)


def on_a_bad_disk(left: Left, fault: Fault, folder: Path) -> Outcome:
    """The start has a disk that does this from the beginning."""
    left.lay_out(folder)
    disk = Disk(folder, syncs=False)
    disk.fail(fault)
    outcome = start_on_bad_disk(folder, left.claim, disk)
    require(outcome.kind == REFUSED, f"{fault.value}: {outcome}")
    return outcome


def read_fails(left: Left, number: int, folder: Path, *, once: bool) -> Outcome:
    """A read of the start fails; afterwards all is well again."""
    left.lay_out(folder)
    disk = Disk(folder, syncs=False, counts_reads=True)
    disk.fail(Fault.READ, number, once=once)
    return start_on_bad_disk(folder, left.claim, disk)


def _reads_of_a_start(left: Left, folder: Path) -> list[int]:
    left.lay_out(folder)
    disk = Disk(folder, syncs=False, counts_reads=True)
    start_on_bad_disk(folder, left.claim, disk)
    return [operation.number for operation in disk.operations if operation.name == "read"]


def _named(closed: Left, killed: Left) -> Iterator[tuple[str, Callable[[Path], Outcome]]]:
    for name, left in (("closed", closed), ("killed", killed)):
        lost, damaged = partial(refused_as, "journal.lost", left), partial(refused_as, "journal.damaged", left)
        unopened, endless = partial(refused_as, CANNOT_OPEN, left), partial(refused_as, "journal.end_lost", left)
        yield f"{name}: no file", partial(lost, lambda folder: (folder / FILE).unlink())
        yield f"{name}: an empty file", partial(lost, lambda folder: (folder / FILE).write_bytes(b""))
        yield f"{name}: not SQLite", partial(damaged, lambda folder: (folder / FILE).write_bytes(b"dear diary " * 9999))
        yield f"{name}: a folder in its place", partial(unopened, partial(_folder_instead, name=FILE))
        yield f"{name}: a folder as its lock", partial(unopened, partial(_folder_instead, name="journal.lock"))
        yield f"{name}: in use", partial(in_use, left)
        for fault in (Fault.READ_ONLY, Fault.NO_OPEN, Fault.FULL, Fault.WRITE, Fault.SYNC):
            yield f"{name}: {fault.value}", partial(on_a_bad_disk, left, fault)
        harmless = partial(recovered, left)
        yield f"{name}: no wal-index", partial(harmless, lambda folder: (folder / SHM).unlink(missing_ok=True))
        yield (
            f"{name}: garbage as wal-index",
            partial(harmless, lambda folder: (folder / SHM).write_bytes(b"x" * 32768)),
        )
        yield f"{name}: a stray rollback journal", partial(harmless, _stray_journal)
        yield f"{name}: no mark", partial(harmless, lambda folder: (folder / MARK).unlink(missing_ok=True))
        yield f"{name}: no mark of the last event", partial(harmless, lambda folder: (folder / LAST).unlink())
        for content in (b"", b"garbage" * 99, left.last[SLOT_BYTES:], left.last[:SLOT_BYTES]):
            spoilt = partial(_overwrite, name=LAST, content=content)
            yield f"{name}: {content[:9]!r}... as mark of the last event", partial(harmless, spoilt)
        yield (
            f"{name}: a folder as mark of the last event",
            partial(harmless, partial(_folder_instead, name=LAST)),
        )
        for seq, event_hash in ((left.claim.acknowledged + 1, "f" * 64), (left.claim.acknowledged, "f" * 64)):
            yield f"{name}: event {seq} {event_hash[:4]} is missing", partial(endless, partial(_note, seq, event_hash))
        yield f"{name}: another till's WAL", partial(refused, left, others_wal)
    yield (
        "killed: a folder as its WAL",
        partial(refused_as, CANNOT_OPEN, killed, partial(_folder_instead, name=WAL)),
    )
    yield "killed: no WAL", partial(refused_as, "journal.end_lost", killed, lambda folder: (folder / WAL).unlink())
    yield "an empty file before the first start", partial(begins_anew, closed)


def _folder_instead(folder: Path, name: str) -> None:
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()


def _overwrite(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)


def _note(seq: int, event_hash: str, folder: Path) -> None:
    last = LastEvent(folder)
    last.note(seq, event_hash)
    last.release()


def _stray_journal(folder: Path) -> None:
    (folder / f"{FILE}-journal").write_bytes(b"garbage" * 999)


def places(closed: Left, killed: Left) -> Kind:
    """All of them."""
    cases = [Case(name, run) for name, run in _named(closed, killed)]
    return Kind("misplaced, in use, bad disk", len(cases), cases)


def failing_reads(closed: Left, killed: Left, folder: Path, *, every: int = 1) -> Kind:
    """Every read of a start fails, once or from there on."""
    cases = [
        Case(f"{name}: read {number} fails{' once' if once else ''}", partial(read_fails, left, number, once=once))
        for name, left in (("closed", closed), ("killed", killed))
        for number in _reads_of_a_start(left, folder / name)
        for once in (True, False)
    ]
    return Kind("read errors at the start", len(cases), cases[::every])
