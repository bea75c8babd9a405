"""ESC/POS, as little of it as a picture needs, and what a printer answers when it is asked how it is.

Sources: Epson's ESC/POS command reference (ESC @, ESC d, GS v 0, GS V, DLE EOT, GS r). The bytes of a picture are the
same as python-escpos makes of it: tests/services/printer/test_commands.py compares them.
"""

from collections.abc import Iterator
from typing import Final

from kiosk.domain.ports import PrinterState
from kiosk.domain.raster import Raster

INITIALISE: Final = b"\x1b@"
CUT: Final = b"\x1dVB\x00"
"""Feed to the knife, and cut."""

TEAR_OFF: Final = b"\x1bd\x06"
"""Feed six lines, past the edge that paper is torn off at."""

BAND_ROWS: Final = 64
"""Rows sent as one picture. A connection that breaks leaves the printer waiting for the rest of one at most."""

ASK_STATE: Final = b"\x10\x04\x01"
ASK_OFFLINE: Final = b"\x10\x04\x02"
ASK_PAPER: Final = b"\x10\x04\x04"
"""DLE EOT: answered at once, whatever else is still to be printed."""

ASK_WHEN_OUT: Final = b"\x1dr\x01"
"""GS r: answered in its turn, which is when all that was sent before it has been printed."""

ALL_WELL: Final = 0x12
"""An answer to DLE EOT without a trouble in it."""

_OFFLINE = 0x08
_COVER, _STOPPED_FOR_PAPER, _ERROR = 0x04, 0x20, 0x40
_NO_PAPER, _LITTLE_PAPER = 0x60, 0x0C


def finishing(width_bytes: int) -> bytes:
    """Ends a picture that was cut off, and resets the printer.

    Zeros are white dots to a printer that still waits for a band's rest, and nothing to one that does not.
    """
    return bytes(width_bytes * BAND_ROWS) + INITIALISE


def bands(picture: Raster) -> Iterator[bytes]:
    """The picture, as commands of a bounded length."""
    length = picture.width_bytes * BAND_ROWS
    for at in range(0, len(picture.dots), length):
        dots = picture.dots[at : at + length]
        sizes = (picture.width_bytes, len(dots) // picture.width_bytes)
        yield b"\x1dv0\x00" + b"".join(size.to_bytes(2, "little") for size in sizes) + dots


def is_answer(byte: int) -> bool:
    """It answers DLE EOT, whose bits 0, 1, 4 and 7 are fixed."""
    return byte & 0x93 == ALL_WELL


def is_out(byte: int) -> bool:
    """It answers GS r, whose bits 4 and 7 are zero."""
    return not byte & 0x90


def state_of(state: int, offline: int, paper: int) -> PrinterState:
    """How the printer is, from its answers to the three questions; an open cover hides the paper, so it comes first."""
    if offline & _COVER:
        return PrinterState.COVER_OPEN
    if offline & _STOPPED_FOR_PAPER or paper & _NO_PAPER:
        return PrinterState.PAPER_OUT
    if offline & _ERROR or state & _OFFLINE:
        return PrinterState.FAULT
    return PrinterState.PAPER_LOW if paper & _LITTLE_PAPER else PrinterState.READY
