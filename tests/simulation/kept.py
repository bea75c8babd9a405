"""What came of the stories told so far, kept in a file: a run of many hours that was cut off goes on where it was."""

import hashlib
import pickle
from pathlib import Path
from typing import Final

from tests.simulation.run import Sum

PROJECT: Final = Path(__file__).parents[2]
TOLD_BY: Final = ("kiosk", "tests/simulation", "tests/support")
SCREENS: Final = "kiosk/ui"
"""No story draws any."""


def source_hash() -> str:
    """Of all that the stories depend on."""
    found = hashlib.blake2b(digest_size=16)
    for folder in TOLD_BY:
        for path in sorted((PROJECT / folder).rglob("*.py")):
            if not path.is_relative_to(PROJECT / SCREENS):
                found.update(str(path.relative_to(PROJECT)).encode() + path.read_bytes())
    return found.hexdigest()


class Kept:
    """The file of one run.

    Args:
        path: Where; made when it is not there. None keeps nothing.

    Raises:
        ValueError: what is kept there was told by another version.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.total = Sum()
        self.done: set[int] = set()
        if path is None:
            return
        version = source_hash()
        if path.exists():
            self._read(path, version)
        else:
            self._append(version)

    def keep(self, seeds: range, part: Sum) -> None:
        """These stories have been told."""
        self._append((seeds, part))
        self._take(seeds, part)

    def _take(self, seeds: range, part: Sum) -> None:
        self.done.update(seeds)
        self.total.add(part)

    def _append(self, record: object) -> None:
        if self._path is not None:
            with self._path.open("ab") as file:
                pickle.dump(record, file)

    def _read(self, path: Path, version: str) -> None:
        with path.open("r+b") as file:
            if pickle.load(file) != version:  # noqa: S301 - a file of our own
                raise ValueError(f"{path} was told by another version of the program")
            while True:
                whole_to = file.tell()
                try:
                    seeds, part = pickle.load(file)  # noqa: S301
                except (EOFError, pickle.UnpicklingError):
                    file.truncate(whole_to)  # the end; or a record that was cut off with the run
                    return
                self._take(seeds, part)
