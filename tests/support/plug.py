"""A serial scanner that can be plugged in and out."""

import os
import tty
from pathlib import Path


class Plug:
    """A scanner one can plug into a path: the far end of a pseudo-terminal, with a symlink to the near end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._master = -1

    def plug_in(self) -> None:
        self._master, near = os.openpty()
        tty.setraw(near)
        fresh = self.path.with_suffix(".fresh")
        fresh.symlink_to(os.ttyname(near))
        fresh.replace(self.path)
        os.close(near)

    def unplug(self) -> None:
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._master, data) :]
