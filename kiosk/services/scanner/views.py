"""Other ways to look at a picture, for codes that do not show in the picture as it is.

Each view knows the way back: where in the picture a place in it is.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

import numpy as np

from kiosk.domain.picture import Corner

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
Matrix = np.ndarray[Any, np.dtype[np.float64]]

_FIELD: Final = 61
"""Over how much light is evened out [pixels of a picture 640 wide]."""
_SEARCH_WIDTH: Final = 320
"""Bars are searched for in a picture about so wide."""
_WINDOW: Final = 25
"""Over how much bars have to run one way [pixels of the picture they are searched in]."""
_STRIP_HALF: Final = 24
"""Half the height of a strip [pixels of a picture 640 wide]."""
_STRIP_ZOOM: Final = 2.0
_ALONG: Final = 15
"""Over how much of a strip's height is averaged, along the bars [pixels]."""
_WIDEST_STRIP: Final = 1280
_FAINTEST: Final = 12
"""Less contrast than this is noise and is not drawn out [grey levels]."""


@dataclass(frozen=True, slots=True)
class View:
    """A picture made of a picture.

    Attributes:
        pixels: Grey.
        back: From places in it to places in the picture it was made of, as shares of its width and height; 2 x 3.
    """

    pixels: Pixels
    back: Matrix

    def corner(self, x: float, y: float) -> Corner:
        """Where a place in it [pixels] is in the picture."""
        there = self.back @ (x, y, 1.0)
        return Corner(float(there[0]), float(there[1]))


@dataclass(frozen=True, slots=True)
class Bars:
    """A place where something is striped as bar codes are.

    Attributes:
        x: Its middle, from the left [pixels].
        y: From the top [pixels].
        angle: Direction across the bars [degrees].
    """

    x: float
    y: float
    angle: float


class Views:
    """Makes them."""

    def __init__(self, cv2: ModuleType) -> None:
        """Take OpenCV as it was loaded."""
        self._cv2 = cv2

    def whole(self, grey: Pixels, widest: int) -> View:
        """All of the picture, made smaller if it is wider than this [pixels]."""
        height, width = grey.shape
        back = np.diag((1 / width, 1 / height, 1.0))[:2]
        return self.scaled(View(grey, back), min(1.0, widest / width))

    def scaled(self, view: View, by: float) -> View:
        """Larger or smaller."""
        if by == 1.0:
            return view
        how = self._cv2.INTER_AREA if by < 1 else self._cv2.INTER_CUBIC
        pixels = self._cv2.resize(view.pixels, None, fx=by, fy=by, interpolation=how)
        return View(pixels, view.back @ np.diag((1 / by, 1 / by, 1.0)))

    def even(self, view: View) -> View:
        """With the light taken out: a shade, a lamp, a reflection."""
        window = round(_FIELD * view.pixels.shape[1] / 640) | 1
        around = self._cv2.blur(view.pixels, (window, window))
        return View(self._cv2.divide(view.pixels, around, scale=160), view.back)

    def drawn_out(self, view: View, window: int = 15) -> View:
        """With faint contrast made strong, everywhere as strong as its surroundings allow."""
        smooth = self._cv2.GaussianBlur(view.pixels, (0, 0), 0.8)
        return View(self._stretched(smooth, (window, window)), view.back)

    def sharp(self, view: View, sigma: float = 2.0, by: float = 2.0) -> View:
        """With edges made steeper than the lens left them."""
        smooth = self._cv2.GaussianBlur(view.pixels, (0, 0), sigma)
        return View(self._cv2.addWeighted(view.pixels, 1 + by, smooth, -by, 0), view.back)

    def bars(self, view: View) -> Iterator[Bars]:
        """Where it looks striped, the most striped place first; without end.

        Many edges that all run one way are bars: a text's run all ways, and a box has few.
        """
        cv2, by = self._cv2, max(1, round(view.pixels.shape[1] / _SEARCH_WIDTH))
        small = cv2.resize(view.pixels, None, fx=1 / by, fy=1 / by, interpolation=cv2.INTER_AREA)
        small = cv2.divide(small, cv2.blur(small, (31, 31)), scale=128)
        right, down = cv2.Scharr(small, cv2.CV_32F, 1, 0), cv2.Scharr(small, cv2.CV_32F, 0, 1)
        level = cv2.boxFilter(right * right - down * down, -1, (_WINDOW, _WINDOW))
        slanted = cv2.boxFilter(2 * right * down, -1, (_WINDOW, _WINDOW))
        striped = cv2.magnitude(level, slanted)
        while True:
            _, _, _, (x, y) = cv2.minMaxLoc(striped)
            angle = math.degrees(0.5 * math.atan2(slanted[y, x], level[y, x]))
            yield Bars((x + 0.5) * by, (y + 0.5) * by, angle)
            cv2.ellipse(striped, (x, y), (70, 35), angle, 0, 360, 0, -1)

    def bars_of(self, view: View, corners: Sequence[Corner]) -> Bars:
        """Where the bars of a code are that was found: its corners begin with the two ends of its upper edge."""
        height, width = view.pixels.shape
        xs, ys = [corner.x * width for corner in corners], [corner.y * height for corner in corners]
        angle = math.degrees(math.atan2(ys[1] - ys[0], xs[1] - xs[0]))
        return Bars(sum(xs) / len(xs), sum(ys) / len(ys), angle)

    def strip(self, view: View, bars: Bars) -> View:
        """A strip across these bars, turned so that they stand upright, and larger."""
        cv2 = self._cv2
        width = view.pixels.shape[1]
        zoom = min(_STRIP_ZOOM, _WIDEST_STRIP / width)
        size = (round(width * zoom), round(2 * _STRIP_HALF * max(1.0, width / 640) * zoom))
        there = cv2.getRotationMatrix2D((bars.x, bars.y), bars.angle, zoom)
        there[:, 2] += (size[0] / 2 - bars.x, size[1] / 2 - bars.y)
        pixels = cv2.warpAffine(view.pixels, there, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        back = view.back @ np.vstack((cv2.invertAffineTransform(there), (0, 0, 1)))
        return View(pixels, back)

    def averaged(self, strip: View, sharper: float = 0.0) -> View:
        """A strip averaged along its bars, which leaves them and takes the noise out, and drawn out across them.

        Args:
            strip: With bars upright.
            sharper: How much of what the lens blurred across the bars is put back; 0 is nothing.
        """
        cv2 = self._cv2
        pixels = cv2.blur(strip.pixels, (1, _ALONG))
        if sharper:
            smooth = cv2.GaussianBlur(pixels, (0, 0), sigmaX=3.0, sigmaY=0.1)
            pixels = cv2.addWeighted(pixels, 1 + sharper, smooth, -sharper, 0)
        return View(self._stretched(pixels, (_FIELD, 1)), strip.back)

    def _stretched(self, pixels: Pixels, window: tuple[int, int]) -> Pixels:
        """From the darkest to the lightest around each place, drawn out to black and white."""
        cv2 = self._cv2
        around = np.ones(window[::-1], dtype=np.uint8)
        dark = cv2.blur(cv2.erode(pixels, around), window)
        light = cv2.blur(cv2.dilate(pixels, around), window)
        contrast = cv2.max(cv2.subtract(light, dark), _FAINTEST)
        return np.asarray(cv2.divide(cv2.subtract(pixels, dark), contrast, scale=255))
