"""One writer at a time: a lock on a file beside the journal, given up by the system when the process ends."""

import sys
from pathlib import Path
from typing import IO

from kiosk.domain.errors import JournalError


class InstanceLock:
    """Held from construction until `release`.

    Raises:
        JournalError: another process holds it.
    """

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("a+b")
        try:
            _take(self._file)
        except OSError as error:
            self._file.close()
            raise JournalError("journal.in_use", file=str(path)) from error

    def release(self) -> None:
        """Let another process write."""
        self._file.close()


if sys.platform == "win32":  # not run on Windows yet
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
