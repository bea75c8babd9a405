"""What was really drawn: the contrast of words with what is behind them, and whether every sign of them has a glyph."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QImage, QRawFont, QTextLayout

from kiosk.services.resources import resource

_STEPS = 64
"""A ground that changes slowly, like the picture of the start screen, is taken for one in so many steps."""


def _linear() -> NDArray[np.float64]:
    parts = np.arange(256) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


LINEAR = _linear()


def luminances(image: QImage) -> NDArray[np.float64]:
    """Of every pixel, as WCAG 2.2 defines it."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    shares = np.array([0.0722, 0.7152, 0.2126])
    return np.asarray(LINEAR[pixels[:, : image.width(), :3]] @ shares)


def contrast_in(lights: NDArray[np.float64], place: QRect) -> float:
    """Between the ground, which is most of what is in a place, and the words, which differ most from it."""
    part = lights[place.top() : place.bottom() + 1, place.left() : place.right() + 1]
    counts, edges = np.histogram(part, bins=_STEPS, range=(0.0, 1.0))
    most = int(np.argmax(counts))
    ground = float(np.median(part[(part >= edges[most]) & (part <= edges[most + 1])]))
    return max(ratio(ground, float(part.min())), ratio(ground, float(part.max())))


def ratio(one: float, other: float) -> float:
    """Of two luminances. Source: WCAG 2.2, contrast ratio."""
    dark, light = sorted((one, other))
    return (light + 0.05) / (dark + 0.05)


@cache
def bundled() -> frozenset[str]:
    """The families of the typefaces that come with the program."""
    files = [file for file in resource("fonts").iterdir() if file.suffix in {".otf", ".ttf"}]
    return frozenset(QRawFont(str(file), 12).familyName() for file in files)


@cache
def foreign_signs(words: str, font: QFont) -> bool:
    """Whether a sign in these words has no glyph, or one of a typeface that is not ours."""
    layout = QTextLayout(words, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns()
    return any(0 in run.glyphIndexes() or run.rawFont().familyName() not in bundled() for run in runs)
