"""Pictures for tests that look at none."""

from typing import Final

from kiosk.domain.raster import Raster
from kiosk.services.printer.choice import Drawing

NOTHING_DRAWN: Final = Drawing(lambda _document: "", lambda _document: b"", lambda _document: Raster(1, b""))
