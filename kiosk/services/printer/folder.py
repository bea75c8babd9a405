"""A printer that is a folder: every document becomes a text file and a picture. For demos, tests and small stores."""

import asyncio
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from typing_extensions import override

from kiosk.domain.errors import DeviceError, require
from kiosk.domain.ports import Printer, PrinterState
from kiosk.domain.receipt import Document

_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")


class FolderPrinter(Printer):
    """Writes <name>.txt and <name>.png into a folder, one document after the other, never half a file.

    Args:
        folder: Where to; made when it is not there.
        render_text: Lays a document out as text. Called in the printer's own thread.
        render_image: Draws a document as a PNG. Called in the printer's own thread.
    """

    def __init__(
        self, folder: Path, render_text: Callable[[Document], str], render_image: Callable[[Document], bytes]
    ) -> None:
        self._folder = folder
        self._render_text = render_text
        self._render_image = render_image
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="printer")

    @property
    @override
    def state(self) -> PrinterState:
        """A folder is not asked: whether it can be written shows when it is."""
        return PrinterState.UNTOLD

    @override
    async def print(self, name: str, document: Document) -> None:
        """Write one document; returns when both files are there. The same name again replaces them.

        Raises:
            DeviceError: the folder cannot be written.
            BugError: a name that could leave the folder.
        """
        require(_NAME.fullmatch(name), "a print's name is letters, digits and hyphens")
        await asyncio.get_running_loop().run_in_executor(self._worker, self._write_both, name, document)

    def close(self) -> None:
        """Finish what was begun and end the thread."""
        self._worker.shutdown()

    def _write_both(self, name: str, document: Document) -> None:
        text = self._render_text(document).encode("utf-8")
        image = self._render_image(document)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _replace(self._folder / f"{name}.txt", text)
            _replace(self._folder / f"{name}.png", image)
        except OSError as error:
            raise DeviceError("receipt.not_written", folder=str(self._folder)) from error


def _replace(path: Path, content: bytes) -> None:
    """Put content under a name, so that a reader finds the old file, the new one, or none, but never a part."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
