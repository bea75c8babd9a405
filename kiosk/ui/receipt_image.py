"""A receipt or slip as a black and white picture: what a receipt printer takes, with every Hangul syllable right.

Sizes are in dots of a printer with 203 dots per inch: 8 to the millimetre.
"""

from collections.abc import Callable
from dataclasses import dataclass

import segno
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QImage,
    QImageWriter,
    QPainter,
    QPainterPath,
    QTransform,
)

from kiosk.domain.errors import require
from kiosk.domain.raster import Raster
from kiosk.domain.receipt import Big, Code, Document, Heading, Line, Note, Pair, Row, Rule, wrap
from kiosk.domain.words import Speech, in_words
from kiosk.ui.faces import type_of

PAPER_80_MM = 576
PAPER_58_MM = 384
"""Printable widths [dots]."""

PAPER_DOTS = {80: PAPER_80_MM, 58: PAPER_58_MM}
"""By the width of the roll [mm]."""

MARGIN = 16
TEXT = 26
HEADING = 30
STRONG = 36
BIG = 84
SMALL = 18
SMALLEST = 16
"""Sizes of type [dots]; 26 dots are 3.25 mm."""

UNITS_PER_EM = 2048
"""The size in which the typeface was drawn."""

BLACK, WHITE = 0xFF000000, 0xFFFFFFFF

GAP = 6
RULE_GAP = 14
QR_MODULE = 6
"""A module of 0.75 mm, which phones and counter scanners read from thermal paper."""


def render_image(document: Document, say: Speech, width_dots: int = PAPER_80_MM) -> bytes:
    """Draw a document as a PNG of one bit per dot. May run in any thread once kiosk.ui.faces.load_fonts() was called.

    Args:
        document: What to print.
        say: Text of the document's language.
        width_dots: Printable width of the paper [dots]: 576 for 80 mm, 384 for 58 mm.
    """
    return _png(_drawn(document, say, width_dots))


def render_raster(document: Document, say: Speech, width_dots: int = PAPER_80_MM) -> Raster:
    """Draw a document as dots for a printer: the same picture, as render_image() does."""
    image = _drawn(document, say, width_dots)
    image.invertPixels()  # a printer's 1 is black; so is this picture's 0
    length = width_dots // 8
    dots, line = bytes(image.constBits()), image.bytesPerLine()
    return Raster(length, b"".join(dots[at : at + length] for at in range(0, len(dots), line)))


def _drawn(document: Document, say: Speech, width_dots: int) -> QImage:
    """Black and white, where 0 is black."""
    pieces = [piece for row in document.rows for piece in _pieces(row, say, document.language, width_dots - 2 * MARGIN)]
    height = sum(piece.height for piece in pieces) + 2 * MARGIN
    image = QImage(width_dots, height, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    top = MARGIN
    for piece in pieces:
        piece.draw(painter, QRect(MARGIN, top, width_dots - 2 * MARGIN, piece.height))
        top += piece.height
    painter.end()
    return image.convertToFormat(QImage.Format.Format_Mono, [BLACK, WHITE], Qt.ImageConversionFlag.ThresholdDither)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Something of a height that draws itself into its place."""

    height: int
    draw: Callable[[QPainter, QRect], None]


def _pieces(row: Row, say: Speech, language: str, width: int) -> list[_Piece]:
    match row:
        case Rule():
            return [_rule()]
        case Line(words):
            return _lines(in_words(words, say), _font(language, TEXT), width, Qt.AlignmentFlag.AlignLeft)
        case Note(words):
            text = in_words(words, say)
            return _lines(text, _note_font(text, language, width), width, Qt.AlignmentFlag.AlignLeft)
        case Heading(words):
            return _lines(
                in_words(words, say), _font(language, HEADING, bold=True), width, Qt.AlignmentFlag.AlignHCenter
            )
        case Big(words):
            text = in_words(words, say)
            font = _fitting_font(text, language, width)
            return [_outlined(line, font) for line in wrap(text, width, QFontMetrics(font).horizontalAdvance)]
        case Code(text):
            return [_qr(text), *_lines(text, _font(language, SMALL), width, Qt.AlignmentFlag.AlignHCenter)]
        case Pair(left, right, strong):
            font = _font(language, STRONG, bold=True) if strong else _font(language, TEXT)
            return _pair(in_words(left, say), in_words(right, say), font, width)


def _font(language: str, height: int, *, bold: bool = False) -> QFont:
    font = type_of(language, height, bold=bold)
    # or the desktop's settings decide, and every machine prints another picture
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return font


def _fitting_font(text: str, language: str, width: int) -> QFont:
    """As large as the paper allows, so that a code is not broken in two."""
    widest = QFontMetrics(_font(language, BIG, bold=True)).horizontalAdvance(text)
    return _font(language, BIG if widest <= width else max(TEXT, BIG * width // widest), bold=True)


def _note_font(text: str, language: str, width: int) -> QFont:
    """A little smaller where that keeps an id in one piece."""
    widest = max(map(QFontMetrics(_font(language, SMALL)).horizontalAdvance, text.split()))
    return _font(language, SMALL if widest <= width else max(SMALLEST, SMALL * width // widest))


def _lines(text: str, font: QFont, width: int, side: Qt.AlignmentFlag) -> list[_Piece]:
    return [_line(line, font, side) for line in wrap(text, width, QFontMetrics(font).horizontalAdvance)]


def _line(text: str, font: QFont, side: Qt.AlignmentFlag) -> _Piece:
    def draw(painter: QPainter, place: QRect) -> None:
        painter.setFont(font)
        # Twice: grey edges grow darker, so that thin strokes outlive the step to black and white.
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, text)

    return _Piece(QFontMetrics(font).height() + GAP, draw)


def _outlined(text: str, font: QFont) -> _Piece:
    """Large type, in the middle, from the outlines of its letters as the typeface has them.

    Qt draws letters of 64 dots and more from outlines that it rounds to 1/64 dot, now to one side and now to the other;
    those of the typeface's own size it does not round.
    """
    metrics = QFontMetrics(font)
    own = QFont(font)
    own.setPixelSize(UNITS_PER_EM)
    outlines = QPainterPath()
    outlines.addText(0, 0, own, text)
    scale = font.pixelSize() / UNITS_PER_EM
    width = QFontMetrics(own).horizontalAdvance(text) * scale
    black = QColor(Qt.GlobalColor.black)

    def draw(painter: QPainter, place: QRect) -> None:
        left, top = place.left() + round((place.width() - width) / 2), place.top() + metrics.ascent() + GAP // 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(QTransform(scale, 0, 0, scale, left, top).map(outlines), black)

    return _Piece(metrics.height() + GAP, draw)


def _pair(left: str, right: str, font: QFont, width: int) -> list[_Piece]:
    """The right part stands beside the last line of the left one, or below it where it has no room."""
    metrics = QFontMetrics(font)
    *above, last = wrap(left, width, metrics.horizontalAdvance)
    first, *below = wrap(right, width, metrics.horizontalAdvance)
    pieces = [_line(line, font, Qt.AlignmentFlag.AlignLeft) for line in above]
    beside = _line(first, font, Qt.AlignmentFlag.AlignRight)
    lead = _line(last, font, Qt.AlignmentFlag.AlignLeft)
    if metrics.horizontalAdvance(last) + metrics.horizontalAdvance("  ") + metrics.horizontalAdvance(first) <= width:
        pieces.append(_both(lead, beside))
    else:
        pieces += [lead, beside]
    return pieces + [_line(line, font, Qt.AlignmentFlag.AlignRight) for line in below]


def _both(one: _Piece, other: _Piece) -> _Piece:
    def draw(painter: QPainter, place: QRect) -> None:
        one.draw(painter, place)
        other.draw(painter, place)

    return _Piece(max(one.height, other.height), draw)


def _rule() -> _Piece:
    def draw(painter: QPainter, place: QRect) -> None:
        painter.fillRect(place.left(), place.center().y(), place.width(), 2, QColor(Qt.GlobalColor.black))

    return _Piece(2 * RULE_GAP + 2, draw)


def _qr(text: str) -> _Piece:
    """Error correction M: receipts are crumpled. Four modules of white around it, as the standard asks.

    Source: ISO/IEC 18004, 5.3.8, quiet zone.
    """
    modules = [bytes(line) for line in segno.make_qr(text, error="m").matrix_iter(border=4)]
    side = len(modules) * QR_MODULE

    def draw(painter: QPainter, place: QRect) -> None:
        left = place.center().x() - side // 2
        for y, line in enumerate(modules):
            for x, is_dark in enumerate(line):
                if is_dark:
                    corner = (left + x * QR_MODULE, place.top() + y * QR_MODULE)
                    painter.fillRect(*corner, QR_MODULE, QR_MODULE, QColor(Qt.GlobalColor.black))

    return _Piece(side, draw)


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    require(QImageWriter(buffer, QByteArray(b"png")).write(image), "a picture in memory can be written as PNG")
    return bytes(buffer.data().data())
