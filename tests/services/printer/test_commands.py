"""The bytes of a picture are those that python-escpos makes of it; answers mean what Epson's reference says."""

import os
import subprocess
import sys

import pytest

from kiosk.domain.ports import PrinterState
from kiosk.domain.raster import Raster
from kiosk.services.printer import commands

OTHERS = """
import sys
from PIL import Image
from escpos.printer import Dummy

out, sys.stdout = sys.stdout.buffer, sys.stderr  # it says on standard output what it does not know
printer = Dummy()
picture = Image.frombytes("1", (576, 200), bytes(255 - byte for byte in sys.stdin.buffer.read()))
printer.image(picture, fragment_height=64)
printer.cut(feed=False)
out.write(printer.output)
"""


def test_a_picture_is_sent_as_python_escpos_sends_it(tmp_path):
    picture = Raster(72, bytes((at * 7) % 256 for at in range(72 * 200)))
    # a process of its own: importing it claims the root logger, and leaves a folder behind
    theirs = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", OTHERS],
        input=picture.dots,
        capture_output=True,
        check=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ).stdout
    assert b"".join(commands.bands(picture)) + commands.CUT == theirs


def test_the_rest_of_a_picture_that_was_cut_off_is_filled_up():
    (band,) = commands.bands(Raster(72, bytes(72 * commands.BAND_ROWS)))
    assert commands.finishing(72).startswith(bytes(len(band) - 8))
    assert commands.finishing(72).endswith(commands.INITIALISE)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ((0x12, 0x12, 0x12), PrinterState.READY),
        ((0x16, 0x12, 0x12), PrinterState.READY),  # the drawer
        ((0x12, 0x12, 0x1E), PrinterState.PAPER_LOW),
        ((0x1A, 0x32, 0x7E), PrinterState.PAPER_OUT),
        ((0x12, 0x12, 0x72), PrinterState.PAPER_OUT),
        ((0x1A, 0x16, 0x12), PrinterState.COVER_OPEN),
        ((0x1A, 0x36, 0x7E), PrinterState.COVER_OPEN),
        ((0x1A, 0x52, 0x12), PrinterState.FAULT),
        ((0x1A, 0x12, 0x12), PrinterState.FAULT),
    ],
)
def test_answers_mean(answers, state):
    assert commands.state_of(*answers) is state


def test_no_answer_is_taken_for_the_other_kind():
    of_state = {byte for byte in range(256) if commands.is_answer(byte)}
    of_end = {byte for byte in range(256) if commands.is_out(byte)}
    assert not of_state & of_end
    assert {0x12, 0x16, 0x1A, 0x1E, 0x32, 0x72, 0x7E} <= of_state
    assert {0x00, 0x03, 0x0C, 0x0F} <= of_end
