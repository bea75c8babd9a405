"""A receipt printer on a pseudo-terminal beside a whole sale: what comes out, and what when nothing does."""

import numpy as np
import pytest
import zxingcpp

from kiosk.domain.receipt import claimed_order
from kiosk.tools.demo import STAFF_PIN
from tests.end_to_end.driver import until
from tests.end_to_end.oracle import End, assert_ends
from tests.support.paper import PtyPrinter, dots_of_png

pytestmark = pytest.mark.end_to_end

LATER_S = 60
FIRST = "K01-1-000001"
NOT_PRINTED = "영수증이 안 나왔어요. 결제는 끝났습니다"


def paid(*tasks, receipts=1):
    return End("PAID", (("ceos", "APPROVED"),), held=12_300, tasks=tasks, receipts=receipts)


@pytest.fixture
def hardware(tmp_path):
    made = PtyPrinter(tmp_path / "printer")
    yield made
    made.close()


@pytest.fixture
def till(open_till, hardware):
    """A till with a printer, on its start screen."""
    till = open_till(printer=hardware.port)
    till.wait_view("StartView")
    return till


def sell(till, says):
    """12,300 won by an easy payment; the last screen, once it says this."""
    till.fill_basket()
    till.press("method_ceos")
    return till.next_view("DoneView", says=says, within_s=LATER_S)


def codes_on(paper):
    return [one.text for one in zxingcpp.read_barcodes(paper)]


def copies(till):
    return sorted((till.state / "receipts").glob(f"{FIRST}-receipt-*.png"))


def come_in(till):
    for _ in range(5):
        till.press("staff_corner")
    till.wait_view("KeysView")
    till.type(STAFF_PIN.reveal())
    return till.wait_view("SheetView", says="최근 판매")


def row_of(till, words):
    """The name of the row that says this."""
    return next(name.removesuffix("_title") for name, text in till.now.texts if text == words)


@pytest.mark.parametrize(("paper_mm", "dots"), [(80, 576), (58, 384)])
def test_the_receipt_of_a_sale_comes_out_of_the_printer_and_its_code_finds_the_sale(
    open_till, hardware, paper_mm, dots
):
    till = open_till(printer=hardware.port, paper_mm=paper_mm)
    till.wait_view("StartView")
    done = sell(till, "영수증이 나왔어요")
    (paper,) = hardware.paper.receipts
    (copy,) = copies(till)
    assert paper.shape[1] == dots
    assert np.array_equal(paper, dots_of_png(copy.read_bytes()))
    assert done.text("order_number") in copy.with_suffix(".txt").read_text("utf-8")
    (code,) = codes_on(paper)
    assert claimed_order(code) == FIRST
    come_in(till)
    till.scan_serial(code)
    till.next_view("SheetView", says=done.text("inquiry_code"))
    assert_ends(till, paid())


def test_without_paper_the_sale_is_paid_everybody_is_told_and_staff_print_it_once(till, hardware):
    hardware.change(has_paper=False)
    sell(till, NOT_PRINTED)
    assert_ends(till, paid("print_failed"))
    assert hardware.paper.receipts == []

    hardware.change(has_paper=True)
    come_in(till)
    till.press(row_of(till, "인쇄되지 않은 영수증이나 표"))
    till.next_view("SheetView", says="용지 없음. 새 용지를 넣어 주세요")
    till.press("act_reprint")
    until(lambda: hardware.paper.receipts, "the receipt comes out")
    (paper,) = hardware.paper.receipts
    assert [claimed_order(code) for code in codes_on(paper)] == [FIRST]
    again = next(copy for copy in copies(till) if "[재발행]" in copy.with_suffix(".txt").read_text("utf-8"))
    assert np.array_equal(paper, dots_of_png(again.read_bytes()))
    assert_ends(till, paid("print_failed", receipts=2))


def test_staff_see_how_the_printer_is_and_try_it(till, hardware):
    come_in(till)
    till.press("place_menu")
    till.next_view("SheetView")
    hardware.change(is_open=True)
    till.press("place_devices")
    till.next_view("SheetView", says="프린터")
    till.press("device_printer")
    till.next_view("SheetView", says="인쇄되지 않았어요: 덮개가 열림. 닫아 주세요")
    hardware.change(is_open=False)
    till.press("device_printer")
    assert till.next_view("SheetView", says="시험 인쇄를 했어요").text("device_printer_right") == "정상"
    (paper,) = hardware.paper.receipts
    assert paper.any()


def test_a_printer_that_is_off_keeps_nobody_from_buying(till, hardware):
    hardware.unplug()
    sell(till, NOT_PRINTED)
    till.press("finish")
    till.next_view("StartView")
    hardware.plug_in()
    till.fill_basket()
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요", within_s=LATER_S)
    assert len(hardware.paper.receipts) == 1
    assert_ends(till, paid("print_failed"), paid())


def test_the_next_customer_need_not_wait_for_a_slow_printer(till, hardware):
    until(lambda: hardware.paper.bytes_taken, "the till asks the printer how it is")
    hardware.change(is_mute=False, tells_the_end=False)
    sell(till, "인쇄하고 있어요")
    till.press("finish")
    till.next_view("StartView")
    till.fill_basket()
    hardware.change(tells_the_end=True)
    assert hardware.paper.receipts
    assert till.quit() == 0


def test_a_receipt_that_was_being_printed_when_the_program_was_killed_comes_out_once_more_and_says_so(till, hardware):
    hardware.change(tells_the_end=False)
    sell(till, "인쇄하고 있어요")
    until(lambda: hardware.paper.receipts, "all of it was printed, though the till does not know")
    hardware.change(tells_the_end=True)
    till.restart()
    till.wait_view("DoneView", says="영수증이 나왔어요", within_s=LATER_S)
    first, again = hardware.paper.receipts
    assert codes_on(first) == codes_on(again)
    (copy,) = copies(till)
    assert "[재발행]" in copy.with_suffix(".txt").read_text("utf-8")
    assert np.array_equal(again, dots_of_png(copy.read_bytes()))
    assert not np.array_equal(first, again)
    assert_ends(till, paid())
