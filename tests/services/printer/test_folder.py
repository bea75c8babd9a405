"""The folder printer: both files or none, one after the other, and a clear word when it cannot."""

import asyncio
import threading

import pytest

from kiosk.domain.errors import BugError, DeviceError
from kiosk.domain.receipt import Document, Line
from kiosk.services.printer.folder import FolderPrinter
from kiosk.services.text import Text

HELLO = Document("ko", (Line("hello"),))


def as_text(document):
    return "\n".join(row.words for row in document.rows)


def as_image(document):
    return as_text(document).encode()[::-1]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "receipts"


@pytest.fixture
def printer(folder):
    printer = FolderPrinter(folder, as_text, as_image)
    yield printer
    printer.close()


async def test_a_print_leaves_a_text_and_a_picture_and_nothing_else(printer, folder):
    await printer.print("K01-1-P000001", HELLO)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {
        "K01-1-P000001.txt": b"hello",
        "K01-1-P000001.png": b"olleh",
    }


async def test_the_same_name_again_replaces_the_files(printer, folder):
    await printer.print("P1", HELLO)
    await printer.print("P1", Document("ko", (Line("again"),)))
    assert (folder / "P1.txt").read_text() == "again"
    assert len(list(folder.iterdir())) == 2


async def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    printer = FolderPrinter(tmp_path / "file" / "receipts", as_text, as_image)
    with pytest.raises(DeviceError) as caught:
        await printer.print("P1", HELLO)
    printer.close()
    assert str(tmp_path / "file" / "receipts") in Text.load("ko").error(caught.value)


async def test_a_file_that_cannot_be_replaced_leaves_nothing_unfinished(printer, folder):
    (folder / "P1.txt").mkdir(parents=True)
    with pytest.raises(DeviceError):
        await printer.print("P1", HELLO)
    assert [file.name for file in folder.iterdir()] == ["P1.txt"]


async def test_after_a_failure_the_next_print_comes_out(printer, folder):
    folder.write_text("in the way")
    with pytest.raises(DeviceError):
        await printer.print("P1", HELLO)
    folder.unlink()
    await printer.print("P1", HELLO)
    assert (folder / "P1.txt").read_text() == "hello"


async def test_prints_come_out_one_after_the_other_beside_the_event_loop(folder):
    threads, order = set(), []

    def noted(document):
        threads.add(threading.get_ident())
        order.append(document.rows[0].words)
        return as_text(document)

    printer = FolderPrinter(folder, noted, as_image)
    names = [f"P{number}" for number in range(5)]
    await asyncio.gather(*(printer.print(name, Document("ko", (Line(name),))) for name in names))
    printer.close()
    assert order == names
    assert len(threads) == 1
    assert threading.get_ident() not in threads


@pytest.mark.parametrize("name", ["../P1", "", "a/b", "P1.txt", "P1\n", "C:P1"])
async def test_a_name_that_could_leave_the_folder_is_a_bug(printer, folder, name):
    with pytest.raises(BugError):
        await printer.print(name, HELLO)
    assert not folder.exists()


async def test_a_fault_while_drawing_is_not_taken_for_a_broken_printer(folder):
    def broken(document):
        raise BugError("no such text")

    printer = FolderPrinter(folder, broken, as_image)
    with pytest.raises(BugError):
        await printer.print("P1", HELLO)
    printer.close()
    assert not folder.exists()
