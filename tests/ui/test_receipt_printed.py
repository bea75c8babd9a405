"""What a customer holds in hand: the picture as stored, its code and words read back, and the same dots on paper."""

import cv2
import numpy as np
import pytest
import zxingcpp
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter
from pyzbar import pyzbar

from kiosk.domain.receipt import read_code
from kiosk.services.printer.escpos import EscPosPrinter
from kiosk.services.printer.link import Habits, Link, Patience
from kiosk.services.printer.wires import way_to
from kiosk.services.resources import resource
from kiosk.ui.faces import load_fonts, type_of
from kiosk.ui.receipt_image import PAPER_DOTS, render_image, render_raster
from tests.receipt_pictures import KEY, LANGUAGES, NAMES, ORDER, documents, stored
from tests.receipt_samples import sample_text
from tests.support.paper import NetworkPrinter, PtyPrinter, dots_of_png, dots_of_rows

ALL = pytest.mark.parametrize("name", NAMES)
IN_EACH_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
ON_EACH_PAPER = pytest.mark.parametrize("paper_mm", PAPER_DOTS)
TEXT, SMALL, HEADING, STRONG, BIG = (26, False), (18, False), (30, True), (36, True), (84, True)
"""Sizes of type [dots], and whether it is bold."""

EIGHTHS = tuple(part / 8 for part in range(8))
NEARLY = 0.08
"""Of the dots of a text."""


@pytest.fixture(autouse=True)
def _fonts(qapp):
    load_fonts(resource("fonts"))


def drawn(name, language, paper_mm):
    return dots_of_png(render_image(documents(language)[name], sample_text(language), PAPER_DOTS[paper_mm]))


@ALL
@IN_EACH_LANGUAGE
@ON_EACH_PAPER
def test_it_looks_as_stored_dot_by_dot(name, language, paper_mm):
    picture = dots_of_png(stored(name, language, paper_mm).read_bytes())
    assert np.array_equal(drawn(name, language, paper_mm), picture)


@ALL
@IN_EACH_LANGUAGE
@ON_EACH_PAPER
def test_a_printer_gets_the_same_dots(name, language, paper_mm):
    raster = render_raster(documents(language)[name], sample_text(language), PAPER_DOTS[paper_mm])
    assert raster.width_bytes * 8 == PAPER_DOTS[paper_mm]
    assert np.array_equal(dots_of_rows(raster.dots, raster.width_bytes), drawn(name, language, paper_mm))


# -- read back


def codes_read(picture):
    """What two readers see, which have nothing in common with each other or with what drew it."""
    by_zxing = {one.text for one in zxingcpp.read_barcodes(picture)}
    by_zbar = {one.data.decode() for one in pyzbar.decode(picture)}
    return by_zxing, by_zbar


@pytest.mark.parametrize("name", ["receipt", "reprint", "given_back"])
@IN_EACH_LANGUAGE
@ON_EACH_PAPER
def test_two_readers_find_the_sale_in_its_code_and_the_signature_is_right(name, language, paper_mm):
    by_zxing, by_zbar = codes_read(drawn(name, language, paper_mm))
    assert len(by_zxing) == 1
    assert by_zxing == by_zbar
    (code,) = by_zxing
    assert read_code(code, KEY) == ORDER
    assert read_code(code, b"the key of another store") is None


def words_as_dots(text, kind, shift):
    """A text as dots, trimmed: drawn here on its own, so many dots further to the right."""
    pixels, bold = kind
    font = type_of("ko", pixels, bold=bold)  # English is written in the same face
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    image = QImage(QFontMetrics(font).horizontalAdvance(text) + 80, 3 * pixels, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setFont(font)
    for _ in range(2):
        painter.drawText(QPointF(40 + shift, 2 * pixels), text)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    black = (rows[:, : image.width()] < 128).astype(np.uint8)
    down, across = np.flatnonzero(black.any(axis=1)), np.flatnonzero(black.any(axis=0))
    return black[down[0] : down[-1] + 1, across[0] : across[-1] + 1]


def difference(black, text, kind, shifts):
    """How many dots are otherwise than in these words where they fit best, as a share of theirs; where; which shift.

    The words are tried so many parts of a dot further to the right as `shifts` says.
    """
    found = []
    for shift in shifts:
        words = words_as_dots(text, kind, shift)
        if all(ours <= theirs for ours, theirs in zip(words.shape, black.shape, strict=True)):
            least, _, place, _ = cv2.minMaxLoc(cv2.matchTemplate(black, words, cv2.TM_SQDIFF))
            found.append((least / words.sum(), place, shift))
    return min(found, default=(1.0, (0, 0), 0.0))


def lookalikes(text):
    """The same text with one letter or digit otherwise."""
    for at, character in enumerate(text):
        others = "0123456789" if character.isdigit() else "각간" if "가" <= character <= "힣" else ""
        yield from (text[:at] + other + text[at + 1 :] for other in others if other != character)


def stands_in(picture, text, kind):
    """Whether these words stand there: nearly to the last dot, and no lookalike fits that place better.

    Letters begin at parts of a dot, so a few dots at their edges are otherwise.
    """
    black = (picture < 128).astype(np.uint8)
    share, (x, y), shift = difference(black, text, kind, EIGHTHS)
    height, width = words_as_dots(text, kind, 0).shape
    place = black[max(0, y - 4) : y + height + 4, max(0, x - 16) : x + width + 16]
    return share < NEARLY and all(difference(place, other, kind, (shift,))[0] > share for other in lookalikes(text))


RECEIPT = {
    "ko": (
        ("바다상회 성수점", HEADING),
        ("사업자등록번호 123-45-67890", TEXT),
        ("주문번호", HEADING),
        ("A-027", BIG),
        ("아메리카노", TEXT),
        ("2 × 3,300원", TEXT),
        ("6,600원", TEXT),
        ("바나나 (면세)", TEXT),
        ("과세물품가액", TEXT),
        ("9,818원", TEXT),
        ("부가세", TEXT),
        ("982원", TEXT),
        ("면세물품가액", TEXT),
        ("1,500원", TEXT),
        ("합계", STRONG),
        ("12,300원", STRONG),
        ("쿠폰 ****6789", TEXT),
        ("3,000원", TEXT),
        ("거래번호 K01-1-000027-1-01-7f3k2m", SMALL),
        ("간편결제", TEXT),
        ("9,300원", TEXT),
        ("K01-0027", TEXT),
    ),
    "en": (
        ("바다상회 성수점", HEADING),
        ("Business no. 123-45-67890", TEXT),
        ("A-027", BIG),
        ("Banana (VAT-free)", TEXT),
        ("Net of VAT", TEXT),
        ("₩9,818", TEXT),
        ("₩982", TEXT),
        ("₩1,500", TEXT),
        ("₩12,300", STRONG),
        ("₩3,000", TEXT),
        ("₩9,300", TEXT),
        ("Transaction K01-1-000027-1-01-7f3k2m", SMALL),
        ("K01-0027", TEXT),
    ),
}
"""What the law and the customer want on it, and in what type."""


@pytest.mark.parametrize("language", RECEIPT)
@ON_EACH_PAPER
def test_the_words_of_a_receipt_are_read_back_from_its_dots(language, paper_mm):
    picture = drawn("receipt", language, paper_mm)
    assert [text for text, kind in RECEIPT[language] if not stands_in(picture, text, kind)] == []


@pytest.mark.parametrize("wrong", [("9,800원", TEXT), ("12,800원", STRONG), ("A-021", BIG), ("[재발행]", HEADING)])
def test_words_that_are_not_there_are_not_read(wrong):
    assert not stands_in(drawn("receipt", "ko", 80), *wrong)


@ON_EACH_PAPER
def test_a_receipt_that_is_printed_again_says_so(paper_mm):
    assert stands_in(drawn("reprint", "ko", paper_mm), "[재발행]", HEADING)


# -- on paper


@pytest.fixture(params=["serial", "network"])
def hardware(request, tmp_path):
    made = NetworkPrinter() if request.param == "network" else PtyPrinter(tmp_path / "printer")
    yield made
    made.close()


@pytest.mark.parametrize("name", ["reprint", "slip"])
@ON_EACH_PAPER
async def test_the_stored_picture_comes_out_of_the_printer_and_its_code_reads(hardware, name, paper_mm):
    say, width = sample_text(), PAPER_DOTS[paper_mm]
    link = Link(way_to(hardware.port, 115200), Habits(), Patience())
    printer = EscPosPrinter(link, lambda document: render_raster(document, say, width))
    await printer.print("P1", documents("ko")[name])
    printer.close()
    (paper,) = hardware.paper.receipts
    assert np.array_equal(paper, dots_of_png(stored(name, "ko", paper_mm).read_bytes()))
    codes = {text for texts in codes_read(paper) for text in texts}
    assert {read_code(text, KEY) for text in codes} == (set() if name == "slip" else {ORDER})
