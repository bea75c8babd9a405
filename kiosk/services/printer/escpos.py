"""A receipt printer that speaks ESC/POS. Whatever it does, the till waits neither for it nor because of it."""

from collections.abc import Callable
from functools import partial
from typing import Final

import structlog
from typing_extensions import override

from kiosk.domain.errors import DeviceError
from kiosk.domain.ports import Printer, PrinterState
from kiosk.domain.raster import Raster
from kiosk.domain.receipt import Document
from kiosk.services.aside import Aside
from kiosk.services.printer.link import WORKS, Link

log = structlog.get_logger("kiosk.printer")

CLOSE_S: Final = 2.0
"""How long the end of the program waits for a document under way [seconds]."""

LOOK_EVERY_S: Final = 30.0
"""How often a printer with nothing to do is asked how it is [seconds]: staff see empty paper before a customer does."""


class EscPosPrinter(Printer):
    """Prints pictures, one after the other, in a thread of its own.

    Args:
        link: To the printer.
        draw: Draws a document. Called in the printer's thread.
        look_every_s: See LOOK_EVERY_S.
    """

    def __init__(self, link: Link, draw: Callable[[Document], Raster], look_every_s: float = LOOK_EVERY_S) -> None:
        self._link = link
        self._draw = draw
        self._state = PrinterState.UNTOLD
        self._thread = Aside("printer", self._look, look_every_s)

    @property
    @override
    def state(self) -> PrinterState:
        return self._state

    @override
    async def print(self, name: str, document: Document) -> None:
        """Print one document; returns when the printer says that it is out, or has taken it when it says nothing.

        Raises:
            DeviceError: it did not come out, or nobody knows.
        """
        state = await self._thread.run(partial(self._print, document))
        if state not in WORKS:
            raise DeviceError(f"printer.{state}")

    def close(self) -> None:
        """End the thread; what is stuck in it is left behind."""
        self._thread.close(CLOSE_S)

    def _look(self) -> None:
        self._know(self._link.look())

    def _print(self, document: Document) -> PrinterState:
        return self._know(self._link.print(self._draw(document)))

    def _know(self, state: PrinterState) -> PrinterState:
        if state is not self._state:
            log.info("printer", state=state)
        self._state = state
        return state
