"""Where the configuration says that receipts come out, and what a copy that fails keeps from coming out: nothing."""

import pytest

from kiosk.domain.ports import PrinterState
from kiosk.domain.raster import Raster
from kiosk.domain.receipt import Document, Line
from kiosk.services import config_file
from kiosk.services.printer.choice import Drawing, printer_of
from tests.support.paper import PtyPrinter

CONFIG = """
[store]
name = "다정상회"
business_number = "123-45-67890"
address = "서울"
phone = "02-120"

[kiosk]
id = "K01"
state_dir = "{folder}/state"
"""
DRAW = Drawing(lambda _document: "text", lambda _document: b"png", lambda _document: Raster(72, b"\xff" * 7200))
HELLO = Document("ko", (Line("hello"),))


@pytest.fixture
def hardware(tmp_path):
    made = PtyPrinter(tmp_path / "printer")
    yield made
    made.close()


@pytest.fixture
def choose(tmp_path):
    made = []

    def make(lines):
        file = tmp_path / "kiosk.toml"
        file.write_text(CONFIG.format(folder=tmp_path) + lines, "utf-8")
        made.append(printer_of(config_file.load(file, {}), DRAW))
        return made[-1]

    yield make
    for printer in made:
        printer.close()


def files(folder):
    return sorted(file.name for file in folder.glob("*")) if folder.exists() else []


async def test_without_a_printer_receipts_are_files(choose, tmp_path):
    await choose("").print("P1", HELLO)
    assert files(tmp_path / "state" / "receipts") == ["P1.png", "P1.txt"]


async def test_with_a_printer_they_are_paper_and_no_files_pile_up(choose, tmp_path, hardware):
    await choose(f"[printer]\nport = '{hardware.port}'").print("P1", HELLO)
    assert len(hardware.paper.receipts) == 1
    assert files(tmp_path / "state" / "receipts") == []


async def test_with_a_printer_and_a_folder_they_are_both(choose, tmp_path, hardware):
    printer = choose(f"[printer]\nport = '{hardware.port}'\n[receipts]\nfolder = '{tmp_path}/copies'")
    await printer.print("P1", HELLO)
    assert len(hardware.paper.receipts) == 1
    assert printer.state is PrinterState.READY
    assert files(tmp_path / "copies") == ["P1.png", "P1.txt"]


async def test_a_copy_that_cannot_be_written_keeps_no_paper_from_coming_out(choose, tmp_path, hardware):
    (tmp_path / "copies").write_text("in the way")
    await choose(f"[printer]\nport = '{hardware.port}'\n[receipts]\nfolder = '{tmp_path}/copies'").print("P1", HELLO)
    assert len(hardware.paper.receipts) == 1
