"""Which printer the configuration asks for."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.raster import Raster
from kiosk.domain.receipt import Document
from kiosk.services.config import Config
from kiosk.services.printer.copied import CopiedPrinter
from kiosk.services.printer.escpos import EscPosPrinter
from kiosk.services.printer.folder import FolderPrinter
from kiosk.services.printer.link import Habits, Link, Patience
from kiosk.services.printer.wires import way_to


@dataclass(frozen=True, slots=True)
class Drawing:
    """How documents are laid out, as wide as the paper. May be called in any thread.

    Attributes:
        text: As plain text.
        image: As a PNG.
        raster: As dots for a printer.
    """

    text: Callable[[Document], str]
    image: Callable[[Document], bytes]
    raster: Callable[[Document], Raster]


def printer_of(config: Config, draw: Drawing) -> FolderPrinter | EscPosPrinter | CopiedPrinter:
    """Without a printer, a folder that takes every document; with one, a folder for copies only where it is named."""
    if not config.printer.port:
        return FolderPrinter(config.receipts_folder, draw.text, draw.image)
    paper = EscPosPrinter(link_of(config), draw.raster)
    if config.receipts.folder is None:
        return paper
    return CopiedPrinter(paper, FolderPrinter(config.receipts.folder, draw.text, draw.image))


def link_of(config: Config) -> Link:
    """The way to the configured printer; nothing is opened yet."""
    section = config.printer
    return Link(way_to(section.port, section.baud), Habits(section.cut, section.answers), Patience())
