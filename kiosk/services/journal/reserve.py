"""For the day the disk is full: space that can be given up, and a mark that needs no new space (law 6)."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

MARK_BYTES: Final = 256


class Reserve:
    """A file of zeros to give up, and a small file that is overwritten in place.

    Args:
        folder: Beside the journal.
        size_bytes: Of the file to give up.
        free_bytes: How much space is left; a seam for tests.
    """

    def __init__(self, folder: Path, size_bytes: int, free_bytes: Callable[[], int] | None = None) -> None:
        self._file = folder / "reserve.bin"
        self._mark = folder / "unstored.mark"
        self._size = size_bytes
        self.free_bytes: Final = free_bytes or (lambda: shutil.disk_usage(folder).free)

    def fill(self) -> None:
        """Make both files, where there is room. A disk too full for them is noticed by `free_bytes`."""
        if self.free_bytes() > 2 * self._size and not self._file.exists():
            _write_through(self._file, bytes(self._size))
        if not self._mark.exists():
            _write_through(self._mark, bytes(MARK_BYTES))

    @property
    def was_made(self) -> bool:
        """A first start came this far, so there is a journal."""
        return self._mark.exists()

    def give_up(self) -> bool:
        """Free the space. False when there was none left to free."""
        try:
            self._file.unlink()
        except FileNotFoundError:
            return False
        return True

    def mark_unstored(self, attempt_id: str) -> None:
        """Remember, without needing space, that an approval of this attempt could not be written and is reversed.

        Raises:
            OSError: not even that could be written.
        """
        self._overwrite(attempt_id.encode())

    def clear_mark(self) -> None:
        """Forget it."""
        self._overwrite(b"")

    @property
    def unstored(self) -> str:
        """The attempt whose approval could not be written, or ""."""
        try:
            return self._mark.read_bytes().rstrip(b"\0").decode()
        except FileNotFoundError:
            return ""

    def _overwrite(self, text: bytes) -> None:
        handle = os.open(self._mark, os.O_WRONLY)
        try:
            os.write(handle, text.ljust(MARK_BYTES, b"\0"))
            os.fsync(handle)
        finally:
            os.close(handle)


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
