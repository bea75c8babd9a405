"""What a till leaves behind: a journal that was closed, and one that was killed with a WAL full of what it holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.crashes.journey import FRAME, LAST, PAGE, SHM, WAL, WAL_HEADER, Day, Reference, Till, copy_folder, finish
from tests.crashes.judge import Claim
from tests.support.disk import Disk
from tests.support.journal import FILE

FIRST_PAGE_HEADER: Final = 100
BTREE_HEADER: Final = 12
FRAME_HEADER: Final = FRAME - PAGE
SALTS: Final = slice(8, 16)
"""In the header of a frame."""
HEADER_SALTS: Final = slice(16, 24)
"""In the header of the WAL; another pair marks another generation."""


@dataclass(frozen=True)
class Left:
    """A folder that a till left behind.

    Attributes:
        folder: Where it is.
        claim: What has to be in it.
        older_wal: The last generation of the WAL before the present one, b"" for none.
    """

    folder: Path
    claim: Claim
    older_wal: bytes = b""

    @property
    def db(self) -> bytes:
        return self._bytes(FILE)

    @property
    def wal(self) -> bytes:
        return self._bytes(WAL)

    @property
    def shm(self) -> bytes:
        return self._bytes(SHM)

    @property
    def last(self) -> bytes:
        return self._bytes(LAST)

    def _bytes(self, name: str) -> bytes:
        path = self.folder / name
        return path.read_bytes() if path.exists() else b""

    @property
    def valid_frames(self) -> int:
        """How many frames of the WAL are of its present generation."""
        return own_frames(self.wal)

    @property
    def end_of_wal(self) -> int:
        """Where its present generation ends."""
        return WAL_HEADER + self.valid_frames * FRAME if self.wal else 0

    def lay_out(self, folder: Path, **changed: bytes) -> None:
        """A copy of it, with other bytes in the files named: db, wal, shm, last."""
        copy_folder(self.folder, folder)
        for name, content in changed.items():
            (folder / {"db": FILE, "wal": WAL, "shm": SHM, "last": LAST}[name]).write_bytes(content)


def a_closed(reference: Reference) -> Left:
    """All days are over, and the till was closed."""
    last = reference.days[-1].folder
    return Left(last.with_name(str(len(reference.days))), Claim(reference, len(reference.events)))


@dataclass(frozen=True)
class Acknowledged:
    """The moment in which a write returned.

    Attributes:
        day: When.
        event: The last one.
        wal: The WAL then.
        older: The last generation of the WAL before that.
        checkpointed: All of the WAL is in the file too.
    """

    day: Day
    event: int
    wal: bytes
    older: bytes
    checkpointed: bool


def a_killed(folder: Path, reference: Reference, *, checkpointed: bool) -> Left | None:
    """Killed just when a write returned, where the WAL is longest; None when there is no such moment."""
    moments = [
        one
        for day in reference.days
        for one in live_until(day, folder / str(day), None)
        if one.checkpointed == checkpointed and one.older
    ]
    if not moments:
        return None
    longest = max(moments, key=lambda one: own_frames(one.wal))
    live_until(longest.day, folder / "left", longest.event)
    return Left(folder / "left" / "copy", Claim(reference, longest.event), longest.older)


def live_until(day: Day, folder: Path, killed_at: int | None) -> list[Acknowledged]:
    """Live a day, and copy the folder when an event is acknowledged."""
    copy_folder(day.folder, folder / "live")
    writes: list[Acknowledged] = []
    disk, seen = Disk(folder / "live", syncs=False), [0]
    wals = [b"", b""]

    def told(event: int) -> None:
        operations, seen[0] = disk.operations[seen[0] :], disk.count
        wal = (folder / "live" / WAL).read_bytes()
        wals[:] = [wals[0] if wal[HEADER_SALTS] == wals[1][HEADER_SALTS] else wals[1], wal]
        ended_in_file = bool(operations) and operations[-1].file == FILE
        writes.append(Acknowledged(day, event, wal, wals[0], ended_in_file))
        if event == killed_at:
            copy_folder(folder / "live", folder / "copy")

    try:
        finish(Till(folder / "live", disk.connect, told).live(day.number))
    finally:
        disk.close()
    return writes


def own_frames(wal: bytes) -> int:
    """How many frames of a WAL are of its present generation."""
    starts = range(WAL_HEADER, len(wal) - FRAME + 1, FRAME)
    own = (wal[at + SALTS.start : at + SALTS.stop] == wal[HEADER_SALTS] for at in starts)
    return next((n for n, is_own in enumerate(own) if not is_own), len(starts))


def page_headers(db: bytes) -> Iterator[int]:
    """Where the file's header and the header of every page is."""
    yield from range(FIRST_PAGE_HEADER + BTREE_HEADER)
    for page in range(PAGE, len(db), PAGE):
        yield from range(page, page + BTREE_HEADER)


def frame_headers(wal: bytes) -> Iterator[int]:
    """Where the WAL's header and the header of every frame is."""
    yield from range(min(WAL_HEADER, len(wal)))
    for frame in range(WAL_HEADER, len(wal) - FRAME + 1, FRAME):
        yield from range(frame, frame + FRAME_HEADER)
