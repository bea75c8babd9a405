"""A printer whose documents are also kept as files, where the configuration names a folder for them."""

import structlog
from typing_extensions import override

from kiosk.domain.errors import DeviceError
from kiosk.domain.ports import Printer, PrinterState
from kiosk.domain.receipt import Document
from kiosk.services.printer.escpos import EscPosPrinter
from kiosk.services.printer.folder import FolderPrinter

log = structlog.get_logger("kiosk.printer")


class CopiedPrinter(Printer):
    """Prints on paper, after a copy was put aside. A copy that fails keeps no paper from coming out.

    Args:
        paper: The printer proper; its trouble is the trouble.
        copies: Where copies go.
    """

    def __init__(self, paper: EscPosPrinter, copies: FolderPrinter) -> None:
        self._paper = paper
        self._copies = copies

    @property
    @override
    def state(self) -> PrinterState:
        return self._paper.state

    @override
    async def print(self, name: str, document: Document) -> None:
        """Print one document; returns when it is out.

        Raises:
            DeviceError: no paper came out.
        """
        try:
            await self._copies.print(name, document)
        except DeviceError as error:
            log.warning("no copy of a print", name=name, error=error.key)
        await self._paper.print(name, document)

    def close(self) -> None:
        """End both."""
        self._paper.close()
        self._copies.close()
