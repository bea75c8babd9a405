"""Long work shows how far it is."""

import sys
from collections.abc import Callable


def progress(what: str) -> Callable[[int, int], None]:
    """A line that counts up, on a terminal; nothing where nobody looks."""

    def show(done: int, of: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done >= of else ""
            print(f"\r{what} {done:,} / {of:,}", end=end, file=sys.stderr, flush=True)

    return show
