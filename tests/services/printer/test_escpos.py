"""A receipt printer on a pseudo-terminal, on the network and behind a device file, in all its moods."""

import asyncio
import random
import threading
import time
from functools import partial

import numpy as np
import pytest

from kiosk.domain.errors import DeviceError
from kiosk.domain.ports import PrinterState
from kiosk.domain.raster import Raster
from kiosk.domain.receipt import Document, Line
from kiosk.services.printer import escpos
from kiosk.services.printer.commands import BAND_ROWS
from kiosk.services.printer.escpos import EscPosPrinter
from kiosk.services.printer.link import Habits, Link, Patience
from kiosk.services.printer.wires import way_to
from kiosk.services.text import Text
from tests.support.paper import NetworkPrinter, Paper, PtyPrinter, dots_of_rows

WIDTH = 72
QUICK = Patience(answer_s=1.0, finish_s=10.0)
STALL_S = 1.0
LONG = 2000
"""Rows of a document that no line and no memory here holds."""

TELLS = Habits()
HELLO, AGAIN = Document("ko", (Line("hello"),)), Document("ko", (Line("again"),))


def picture(document, rows=200):
    """Dots by chance, the same for the same document; with a question to the printer among them."""
    chance = random.Random(str(document))
    dots = bytearray(chance.randbytes(WIDTH * rows))
    dots[1000:1003] = b"\x10\x04\x01"
    return Raster(WIDTH, bytes(dots))


def as_dots(document, rows=200):
    return dots_of_rows(picture(document, rows).dots, WIDTH)


def came_out(hardware, *documents):
    """These receipts and nothing else, dot by dot; None stands for a piece of blank paper, a text for anything."""
    assert len(hardware.paper.receipts) == len(documents)
    for dots, document in zip(hardware.paper.receipts, documents, strict=True):
        if isinstance(document, Document):
            assert np.array_equal(dots, as_dots(document))
        elif document is None:
            assert not dots.size


@pytest.fixture(params=["serial", "network", "device"])
def hardware(request, tmp_path):
    made = NetworkPrinter() if request.param == "network" else PtyPrinter(tmp_path / "printer")
    if request.param == "device":
        made.port = f"file:{made.port}"
    yield made
    made.close()


@pytest.fixture
def pty(tmp_path):
    made = PtyPrinter(tmp_path / "printer")
    yield made
    made.close()


@pytest.fixture
def reach():
    """Makes printers of ours, and ends them."""
    made = []

    def make(port, habits=TELLS, patience=QUICK, look_every_s=1e6, draw=picture):
        link = Link(way_to(port, 115200, connect_s=1, stall_s=STALL_S), habits, patience)
        made.append(EscPosPrinter(link, draw, look_every_s))
        return made[-1]

    yield make
    for printer in made:
        printer.close()


async def failing(printer, document=HELLO):
    """The key of what went wrong."""
    with pytest.raises(DeviceError) as caught:
        await printer.print("P1", document)
    for language in ("ko", "en"):
        assert Text.load(language).error(caught.value)
        assert Text.load(language)(f"print_problem.{caught.value.key.rpartition('.')[2]}")
    assert printer.state == caught.value.key.rpartition(".")[2]
    return caught.value.key


async def until(condition):
    """Let the loop turn until it holds."""
    for _ in range(4000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never did")


# -- it works


async def test_what_comes_out_is_the_picture_dot_by_dot(hardware, reach):
    await reach(hardware.port).print("P1", HELLO)
    came_out(hardware, HELLO)


async def test_documents_come_out_one_after_the_other(hardware, reach):
    printer = reach(hardware.port)
    await asyncio.gather(printer.print("P1", HELLO), printer.print("P2", AGAIN), printer.print("P3", HELLO))
    came_out(hardware, HELLO, AGAIN, HELLO)


async def test_it_is_out_only_when_the_printer_says_so(hardware, reach):
    printer = reach(hardware.port)
    await until(lambda: printer.state is PrinterState.READY)
    hardware.holds.set()
    printing = asyncio.get_running_loop().create_task(printer.print("P1", HELLO))
    await asyncio.sleep(STALL_S / 3)
    assert not printing.done()
    hardware.holds.clear()
    await printing
    came_out(hardware, HELLO)


async def test_paper_without_a_knife_is_fed_out(hardware, reach):
    await reach(hardware.port, Habits(cuts=False)).print("P1", HELLO)
    came_out(hardware, HELLO)


async def test_one_that_tells_nothing_is_sent_the_document_and_nobody_claims_to_know_more(hardware, reach):
    hardware.change(is_mute=True)
    printer = reach(hardware.port, Habits(answers=False))
    await printer.print("P1", HELLO)
    assert printer.state is PrinterState.UNTOLD
    await asyncio.to_thread(hardware.until, lambda: hardware.paper.receipts)
    came_out(hardware, HELLO)


async def test_a_plain_file_gets_what_a_printer_would(tmp_path, reach):
    printer = reach(f"file:{tmp_path / 'out.bin'}")
    await printer.print("P1", HELLO)
    await printer.print("P2", AGAIN)
    paper = Paper()
    paper.take((tmp_path / "out.bin").read_bytes())
    assert [dots.tobytes() for dots in paper.receipts] == [as_dots(one).tobytes() for one in (HELLO, AGAIN)]
    assert printer.state is PrinterState.UNTOLD


# -- it does not


@pytest.mark.parametrize(
    ("mood", "state"),
    [
        ({"has_paper": False}, "paper_out"),
        ({"is_open": True}, "cover_open"),
        ({"is_open": True, "has_paper": False}, "cover_open"),
        ({"is_faulty": True}, "fault"),
        ({"is_off": True}, "silent"),
    ],
)
async def test_what_is_in_the_way_is_named_before_anything_is_sent(hardware, reach, mood, state):
    hardware.change(**mood)
    printer = reach(hardware.port)
    assert await failing(printer) == f"printer.{state}"
    came_out(hardware)
    hardware.change(has_paper=True, is_open=False, is_faulty=False, is_off=False)
    await printer.print("P2", AGAIN)
    came_out(hardware, AGAIN)


async def test_little_paper_is_told_and_keeps_nothing_from_printing(hardware, reach):
    hardware.change(has_little=True)
    printer = reach(hardware.port)
    await printer.print("P1", HELLO)
    assert printer.state is PrinterState.PAPER_LOW
    came_out(hardware, HELLO)


async def test_paper_that_ends_in_the_middle_is_told_and_the_rest_never_hangs_on_the_next_receipt(hardware, reach):
    hardware.change(roll_bytes=WIDTH * 100)
    printer = reach(hardware.port)
    assert await failing(printer) == "printer.paper_out"
    came_out(hardware)
    hardware.change(roll_bytes=1 << 60, has_paper=True)
    await printer.print("P2", AGAIN)
    came_out(hardware, HELLO, None, AGAIN)


async def test_a_printer_switched_off_in_the_middle_prints_the_next_document_whole(hardware, reach):
    hardware.change(breaks_off_after=WIDTH * 100)
    printer = reach(hardware.port)
    assert await failing(printer) == "printer.lost"
    hardware.switch_off_and_on()
    came_back(hardware)
    await printer.print("P2", AGAIN)
    came_out(hardware, "a part of the first", AGAIN)


async def test_a_line_that_breaks_in_the_middle_of_a_band_leaves_the_next_document_whole(hardware, reach):
    hardware.change(breaks_off_after=WIDTH * 200)
    printer = reach(hardware.port)
    assert await failing(printer) == "printer.lost"
    came_back(hardware)
    await printer.print("P2", AGAIN)
    came_out(hardware, "a part of the first", AGAIN)


async def test_another_program_that_starts_after_a_broken_line_prints_whole_rows(hardware, reach):
    hardware.change(breaks_off_after=WIDTH * 200)
    assert await failing(reach(hardware.port)) == "printer.lost"
    came_back(hardware)
    await reach(hardware.port).print("P2", AGAIN)
    (dots,) = hardware.paper.receipts
    assert np.array_equal(dots[-200:], as_dots(AGAIN))
    assert len(dots) <= 200 + 200 + BAND_ROWS


def came_back(hardware):
    if isinstance(hardware, PtyPrinter):
        hardware.until(lambda: not hardware.path.exists())
        hardware.plug_in()
    else:
        hardware.change(breaks_off_after=1 << 60)


async def test_one_that_takes_nothing_any_more_is_stuck(tmp_path, reach):
    hardware = PtyPrinter(tmp_path / "printer", Paper(memory_bytes=WIDTH * 50))
    hardware.change(roll_bytes=WIDTH * 100)
    printer = reach(hardware.port, draw=partial(picture, rows=LONG))
    assert await failing(printer) == "printer.stuck"
    hardware.change(roll_bytes=1 << 60, has_paper=True)
    await printer.print("P2", AGAIN)
    assert np.array_equal(hardware.paper.receipts[-1], as_dots(AGAIN, LONG))
    hardware.close()


async def test_one_that_never_says_the_end_has_not_printed_as_far_as_we_know(hardware, reach):
    hardware.change(tells_the_end=False)
    assert await failing(reach(hardware.port, patience=Patience(1.0, 0.5))) == "printer.unfinished"


async def test_one_that_is_unplugged_is_missing_and_found_again_when_it_is_back(pty, reach):
    pty.unplug()
    printer = reach(pty.port)
    assert await failing(printer) == "printer.missing"
    pty.plug_in()
    await printer.print("P1", HELLO)
    came_out(pty, HELLO)


async def test_an_address_where_nobody_listens_is_missing(reach):
    hardware = NetworkPrinter()
    hardware.close()
    assert await failing(reach(hardware.port)) == "printer.missing"


async def test_one_that_another_program_holds_is_busy(pty, reach):
    held = way_to(pty.port, 115200)()
    assert await failing(reach(pty.port)) == "printer.busy"
    held.close()


# -- nobody waits for it


async def test_staff_see_what_is_wrong_before_a_customer_does(hardware, reach):
    printer = reach(hardware.port, look_every_s=0.02)
    await until(lambda: printer.state is PrinterState.READY)
    hardware.change(has_paper=False)
    await until(lambda: printer.state is PrinterState.PAPER_OUT)
    hardware.change(has_paper=True)
    await until(lambda: printer.state is PrinterState.READY)
    came_out(hardware)


async def test_the_loop_turns_while_a_printer_takes_nothing(hardware, reach):
    hardware.holds.set()
    printer = reach(hardware.port)
    printing = asyncio.get_running_loop().create_task(printer.print("P1", HELLO))
    turns = 0
    while not printing.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 20
    assert isinstance(printing.exception(), DeviceError)
    hardware.holds.clear()


async def test_the_end_of_the_program_does_not_wait_for_a_printer_that_is_stuck(pty, monkeypatch):
    monkeypatch.setattr(escpos, "CLOSE_S", 0.05)
    pty.holds.set()
    link = Link(way_to(pty.port, 115200, stall_s=6), TELLS, Patience(answer_s=6))
    printer = EscPosPrinter(link, picture)
    printing = asyncio.get_running_loop().create_task(printer.print("P1", HELLO))
    await asyncio.sleep(0)
    printing.cancel()
    before = time.monotonic()
    printer.close()
    assert time.monotonic() - before < 3
    (left,) = (one for one in threading.enumerate() if one.name == "printer")
    assert left.daemon
    pty.holds.clear()
    left.join(60)


async def test_a_fault_while_drawing_is_not_taken_for_a_broken_printer(pty):
    def broken(_document):
        raise ZeroDivisionError

    printer = EscPosPrinter(Link(way_to(pty.port, 115200), TELLS, QUICK), broken)
    with pytest.raises(ZeroDivisionError):
        await printer.print("P1", HELLO)
    printer.close()
