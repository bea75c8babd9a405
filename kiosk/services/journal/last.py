"""How far the history went: the last event, noted beside the journal after each commit.

SQLite takes damage in its WAL for the end of the WAL, so the newest events can be gone from a file that is sound. Only
something outside the file can tell.
"""

import contextlib
import hashlib
import sqlite3
from pathlib import Path
from typing import IO, Final

from kiosk.domain.errors import JournalError

SLOT_BYTES: Final = 512
"""A sector each: what spoils one of the two slots leaves the other."""
LINE_BYTES: Final = 160


class LastEvent:
    """Two slots in a small file, written in turn: while one is being written, the other holds.

    It is not synced. After a loss of power it may be older, which is as true, or unreadable, which tells nothing; it is
    never ahead of the journal, because it is written when the commit has returned.

    Args:
        folder: Of the journal.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "last.mark"
        self._file: IO[bytes] | None = None
        self._slot = 0

    def noted(self) -> tuple[int, str] | None:
        """Sequence number and hash of the last event; None when nothing was noted, or nothing of it can be read."""
        slots = self._slots()
        if not slots:
            return None
        seq, event_hash, slot = max(slots)
        self._slot = 1 - slot
        return seq, event_hash

    def note(self, seq: int, event_hash: str) -> None:
        """Remember an event that is durable. What cannot be written leaves an older one, which is no lie."""
        with contextlib.suppress(OSError):
            if self._file is None:
                self._path.touch()
                self._file = self._path.open("r+b", buffering=0)
            self._file.seek(self._slot * SLOT_BYTES)
            self._file.write(_line(seq, event_hash))
            self._slot = 1 - self._slot

    def release(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _slots(self) -> list[tuple[int, str, int]]:
        """Sequence number and hash in each slot that can be read, and which slot it is."""
        try:
            content = self._path.read_bytes()
        except OSError:
            return []
        found = []
        for slot in range(2):
            line = content[slot * SLOT_BYTES :][:LINE_BYTES]
            seq, _, rest = line.decode("ascii", errors="replace").partition(":")
            event_hash = rest.partition(":")[0]
            if seq.isascii() and seq.isdigit() and _line(int(seq), event_hash) == line:
                found.append((int(seq), event_hash, slot))
        return found


def check_end(connection: sqlite3.Connection, noted: tuple[int, str] | None) -> None:
    """Is the event that was noted in the journal? Without one, nothing is known, and nothing refused.

    Raises:
        JournalError: it is not there, or is another one: the end of the journal was lost.
    """
    if noted is None:
        return
    seq, event_hash = noted
    row = connection.execute("SELECT hash FROM events WHERE seq = ?", (seq,)).fetchone()
    if row is None or row[0] != event_hash:
        raise JournalError("journal.end_lost", seq=seq)


def _line(seq: int, event_hash: str) -> bytes:
    text = f"{seq}:{event_hash}"
    return f"{text}:{hashlib.sha256(text.encode()).hexdigest()}\n".encode().ljust(LINE_BYTES)
