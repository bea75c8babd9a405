"""The picture of a receipt: black and white, as wide as the paper, nothing cut off, and its QR code reads."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from kiosk.domain.attempt import State
from kiosk.domain.catalogue import Tax
from kiosk.domain.money import won
from kiosk.domain.order import OrderLine, OrderState
from kiosk.domain.receipt import Big, Code, Document, Line, Note, Pair, SlipReason, receipt_document, slip_document
from kiosk.domain.sale import Sale
from kiosk.domain.told import OF_ATTEMPT
from kiosk.services.resources import resource
from kiosk.ui.faces import load_fonts
from kiosk.ui.receipt_image import MARGIN, PAPER_58_MM, PAPER_80_MM, render_image
from tests.receipt_samples import CODE, SOLD_AT_MS, STORE, attempt, order, paid_sale, sample_text

LONG = "유기농제주한라봉과산지직송못난이사과를한상자에담은명절선물세트특대"
WIDTHS = pytest.mark.parametrize("width", [PAPER_58_MM, PAPER_80_MM])


@pytest.fixture(autouse=True)
def _fonts(qapp):
    load_fonts(resource("fonts"))


def picture(document, width=PAPER_80_MM):
    """The picture as rows of dots, 0 or 255."""
    png = render_image(document, sample_text(document.language), width)
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)


def receipt(sale):
    return receipt_document(sale, STORE, CODE, SOLD_AT_MS, "ko")


@WIDTHS
def test_it_is_as_wide_as_the_paper_and_only_black_and_white(width):
    dots = picture(receipt(paid_sale()), width)
    assert dots.shape[1] == width
    assert set(np.unique(dots)) == {0, 255}


def test_the_png_has_one_bit_for_a_dot():
    png = render_image(receipt(paid_sale()), sample_text())
    assert png[12:16] == b"IHDR"
    assert png[24] == 1


@WIDTHS
def test_the_qr_code_reads(width):
    text, *_ = cv2.QRCodeDetector().detectAndDecode(picture(Document("ko", (Code(CODE),)), width))
    assert text == CODE


@WIDTHS
def test_the_qr_code_reads_on_a_whole_receipt(width):
    text, *_ = cv2.QRCodeDetector().detectAndDecode(picture(receipt(paid_sale()), width))
    assert text == CODE


@WIDTHS
def test_nothing_reaches_into_the_margins(width):
    line = OrderLine("S", "", (("ko", LONG),), won(12_345_600), 99, Tax.EXEMPT)
    dots = picture(receipt(paid_sale(lines=(line,))), width)
    edges = (dots[:, :MARGIN], dots[:, -MARGIN:], dots[:MARGIN], dots[-MARGIN:])
    assert all((edge == 255).all() for edge in edges)


@WIDTHS
def test_a_long_korean_name_takes_more_lines_instead_of_being_cut(width):
    short, long = (picture(Document("ko", (Line(text),)), width) for text in ("사과", LONG))
    assert long.shape[0] > short.shape[0]


def test_the_two_sides_of_a_pair_never_touch():
    one = picture(Document("ko", (Pair("합계", won(12_300)),)))
    two = picture(Document("ko", (Pair("가" * 22, won(12_300)),)))
    assert two.shape[0] > one.shape[0]


def test_the_number_to_call_out_is_the_largest_text():
    big, line = ((picture(Document("ko", (row("A-027"),))) == 0).any(axis=1).sum() for row in (Big, Line))
    assert big > 2 * line


@pytest.mark.parametrize("code", ["K01-0027", "K01-2-0027", "KIOSK001-2-0027"])
def test_a_code_to_tell_staff_is_never_broken_in_two(code):
    rows = (picture(Document("ko", (Big(code),)), PAPER_58_MM) == 0).any(axis=1)
    assert np.count_nonzero(np.diff(rows.astype(int)) == 1) == 1


@WIDTHS
def test_the_id_of_a_payment_is_never_broken_in_two(width):
    line = picture(Document("ko", (Note("9f1c7a52-6d0e-4a52-9a55-0d6e0a1b2c3d"),)), width)
    longer = picture(Document("ko", (Note("9f1c7a52-6d0e-4a52-9a55-0d6e0a1b2c3d" * 2),)), width)
    assert line.shape[0] < longer.shape[0]
    rows = (line == 0).any(axis=1)
    assert np.count_nonzero(np.diff(rows.astype(int)) == 1) == 1


def test_a_picture_is_the_same_the_first_time_and_later_and_whatever_was_drawn_between():
    one, other = receipt(paid_sale()), slip_document(paid_sale(), STORE, SlipReason.STAFF, "ko")
    drawn = {picture(document, width).tobytes() for width in (384, 576) * 3 for document in (one, other)}
    assert len(drawn) == 4


@pytest.mark.parametrize("state", State)
def test_a_slip_with_any_fact_can_be_drawn(state):
    sale = Sale(order(OrderState.UNWINDING), (attempt(1, state),), ())
    slip = slip_document(sale, STORE, SlipReason.PARKED, "ko")
    assert f"told.{OF_ATTEMPT[state]}" in str(slip)
    assert (picture(slip) == 0).any()


def test_another_thread_draws_the_same_picture():
    document, say = receipt(paid_sale()), sample_text()
    with ThreadPoolExecutor(max_workers=1) as worker:
        drawn = worker.submit(render_image, document, say).result()
    assert drawn == render_image(document, say)


def test_hangul_is_drawn_and_not_a_box():
    drawn = {picture(Document("ko", (Line(syllable),))).tobytes() for syllable in "가나다라마바사"}
    assert len(drawn) == 7
