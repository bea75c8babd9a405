"""Codes from pictures. The only module that imports OpenCV, zxing-cpp and zbar; they are loaded when first needed.

zbar is optional: its Python package brings no library on Linux. Without it fewer codes are read; without one of the
others none is. `state` says what is missing and why.
"""

import functools
import importlib.metadata
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from kiosk.services.scanner.gates import DEFAULT, Found, Reader, Symbology, is_sound

if TYPE_CHECKING:
    from kiosk.services.scanner.views import View

_LEAKING = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "LD_LIBRARY_PATH")
"""What importing OpenCV leaves in the environment. The first two point Qt at OpenCV's own plugins and fonts, if it is
imported before the application is made; the third, in every child process, puts the current folder before the
system's libraries."""

_WIDEST: Final = 1280
"""The first look is at a picture at most so wide: at this size it still takes little [pixels]."""

_DEAR_WIDEST: Final = 800
"""The other looks are at most so wide: wider they take long and find no more [pixels]."""

_LOOKS_PER_PICTURE: Final = 3
_IN_VAIN: Final = 15
"""After so many pictures without a code one of the other looks each has to do: nobody is there, or nothing to read."""

_ZXING_FORMATS: Final = {
    Symbology.EAN13: "EAN13",
    Symbology.EAN8: "EAN8",
    Symbology.UPCE: "UPCE",
    Symbology.CODE128: "Code128",
    Symbology.CODE39: "Code39Std",
    Symbology.ITF14: "ITF",
    Symbology.QR: "QRCode",
}
"""What it is asked for. Asked for EAN-13 it gives a UPC-A as one, with the 0 in front; so does zbar. Asked for Code 39
it gives six letters as the number that an Italian pharmacy would read in them."""

_BY_ZXING: Final = {
    "EAN13": Symbology.EAN13,
    "EAN8": Symbology.EAN8,
    "UPCE": Symbology.UPCE,
    "Code128": Symbology.CODE128,
    "Code39": Symbology.CODE39,
    "ITF": Symbology.ITF14,
    "QRCode": Symbology.QR,
}
"""What it answers; variants of these have names of their own, and are not taken."""

_BY_ZBAR: Final = {
    "EAN13": Symbology.EAN13,
    "EAN8": Symbology.EAN8,
    "UPCE": Symbology.UPCE,
    "CODE128": Symbology.CODE128,
    "CODE39": Symbology.CODE39,
    "I25": Symbology.ITF14,
    "QRCODE": Symbology.QR,
}
_STRIPED_PLACES: Final = 2

Picture = Any
"""Grey, as OpenCV gives it. Any: numpy is loaded with OpenCV, when it is needed, and not to know a type."""


@dataclass(frozen=True, slots=True)
class Decoders:
    """The libraries as found on this machine.

    Attributes:
        cv2: OpenCV, or None.
        zxing: zxing-cpp, or None.
        zbar: pyzbar, or None.
        why_no_cv2: Text key of why OpenCV is not there; "" when it is.
        why_no_zxing: Text key of why zxing-cpp is not there; "" when it is.
        why_no_zbar: Text key of why zbar is not there; "" when it is.
    """

    cv2: ModuleType | None
    zxing: ModuleType | None
    zbar: ModuleType | None
    why_no_cv2: str
    why_no_zxing: str
    why_no_zbar: str


@dataclass(frozen=True, slots=True)
class Part:
    """One library, for the doctor.

    Attributes:
        name: Its package.
        version: Version of the package; "" when it is not installed.
        missing: Text key of why it cannot be used; "" when it can.
    """

    name: str
    version: str
    missing: str


@functools.cache
def load() -> Decoders:
    """Import the libraries, once; the environment is afterwards as it was.

    Takes about half a second the first time. Not while the Qt application is being made in another thread: until the
    import has ended the environment is OpenCV's.
    """
    cv2: ModuleType | None = None
    zxing: ModuleType | None = None
    zbar: ModuleType | None = None
    why_no_cv2 = why_no_zxing = why_no_zbar = ""
    try:
        with _environment_kept():
            import cv2
    except ImportError:
        why_no_cv2 = "decoding.no_opencv"
    try:
        import zxingcpp as zxing
    except ImportError:
        why_no_zxing = "decoding.no_zxing"
    try:
        from pyzbar import pyzbar

        zbar = pyzbar
    except ImportError:
        why_no_zbar = "decoding.no_zbar"
    if cv2 is not None:
        cv2.setNumThreads(1)  # its own threads would take every core from the screen for a moment
    return Decoders(cv2, zxing, zbar, why_no_cv2, why_no_zxing, why_no_zbar)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A picture in the two sizes that it is looked at in."""

    whole: "View"
    small: "View"


class Decoder:
    """Reads the pictures of one camera, one after the other.

    Each picture gets a quick look; one in which nothing was found gets some of the other looks, in turn, as a hand
    holds a code for many pictures. The one that found something last is tried first.

    A reading is no proof: `gates.Gates` says which count.
    """

    def __init__(self, wanted: frozenset[Symbology] = DEFAULT) -> None:
        """Load what is needed, which takes a while the first time; what is missing is not used.

        Args:
            wanted: What to look for.
        """
        libraries = load()
        self._looks: deque[Callable[[_Seen], list[Found]]] = deque()
        self._in_vain = 0
        if libraries.cv2 is None or libraries.zxing is None:
            return
        from kiosk.services.scanner.views import Views

        self._views = Views(libraries.cv2)
        self._engines = _Engines(libraries.zxing, libraries.zbar, wanted)
        self._looks += (self._thorough, self._striped, self._evened, self._by_zbar, self._drawn_out, self._sharpened)

    def begin(self) -> None:
        """Something new is held up: look as hard as at first."""
        self._in_vain = 0

    def look(self, grey: Picture) -> list[Found]:
        """Read the codes in a picture; none when a library is missing.

        A code is there twice when both engines read it, and says by which.

        Args:
            grey: Picture of one byte a pixel.
        """
        if not self._looks:
            return []
        seen = _Seen(self._views.whole(grey, _WIDEST), self._views.whole(grey, _DEAR_WIDEST))
        found = self._engines.zxing(seen.whole)
        found = [*found, *self._second_opinion(seen.whole, found)] if found else self._others(seen)
        self._in_vain = 0 if found else self._in_vain + 1
        return found

    def _others(self, seen: "_Seen") -> list[Found]:
        for _ in range(1 if self._in_vain >= _IN_VAIN else _LOOKS_PER_PICTURE):
            if found := self._looks[0](seen):
                return found
            self._looks.rotate(-1)
        return []

    def _second_opinion(self, whole: "View", found: list[Found]) -> list[Found]:
        """What zbar says of the bar codes that zxing-cpp found: two engines seldom make the same mistake."""
        said: list[Found] = []
        for code in found:
            if code.symbology is not Symbology.QR:
                strip = self._views.strip(whole, self._views.bars_of(whole, code.corners))
                said += self._engines.zbar(strip)
        return said

    def _thorough(self, seen: "_Seen") -> list[Found]:
        """Once more with all that zxing-cpp can do."""
        return self._engines.zxing(seen.small, thorough=True)

    def _striped(self, seen: "_Seen") -> list[Found]:
        """Where it is striped as bars are, straightened, and averaged along them: turned, noisy and faint bars."""
        for bars in islice(self._views.bars(seen.whole), _STRIPED_PLACES):
            strip = self._views.strip(seen.whole, bars)
            plain = self._views.averaged(strip)
            found = self._engines.zbar(plain) + self._engines.zxing(plain)
            if found := found or self._engines.zxing(self._views.averaged(strip, sharper=1.5)):
                return found
        return []

    def _evened(self, seen: "_Seen") -> list[Found]:
        """Without shade, lamps and reflections."""
        return self._engines.zxing(self._views.even(seen.small), thorough=True)

    def _drawn_out(self, seen: "_Seen") -> list[Found]:
        """Faint squares."""
        return self._engines.zxing(self._views.drawn_out(seen.small), thorough=True)

    def _by_zbar(self, seen: "_Seen") -> list[Found]:
        """As it is, by the other engine."""
        return self._engines.zbar(seen.small)

    def _sharpened(self, seen: "_Seen") -> list[Found]:
        """What the lens or a hand blurred."""
        return self._engines.zxing(self._views.sharp(self._views.scaled(seen.small, 1.5)), thorough=True)


class _Engines:
    """What reads a view; each reading says by which."""

    def __init__(self, zxing: ModuleType, zbar: ModuleType | None, wanted: frozenset[Symbology]) -> None:
        self._zxing = zxing
        self._zbar = zbar
        self._formats = [getattr(zxing.BarcodeFormat, name) for kind, name in _ZXING_FORMATS.items() if kind in wanted]
        self._symbols = [zbar.ZBarSymbol[name] for name, kind in _BY_ZBAR.items() if kind in wanted] if zbar else []

    def zxing(self, view: "View", *, thorough: bool = False) -> list[Found]:
        """By zxing-cpp; thorough takes bars that stand sideways, light on dark, and squares too large for it."""
        seen = self._zxing.read_barcodes(
            view.pixels,
            formats=self._formats,
            try_rotate=thorough,
            try_invert=thorough,
            try_downscale=thorough,
            text_mode=self._zxing.TextMode.Plain,
        )
        return _sound(
            _found(Reader.ZXING, _BY_ZXING[one.format.name], one.bytes, view, _sides(one.position))
            for one in seen
            if one.format.name in _BY_ZXING
        )

    def zbar(self, view: "View") -> list[Found]:
        """By zbar; nothing where it is missing."""
        if self._zbar is None:
            return []
        seen = self._zbar.decode(view.pixels, symbols=self._symbols)
        return _sound(_found(Reader.ZBAR, _BY_ZBAR[one.type], one.data, view, one.polygon) for one in seen)


def _sound(found: Iterable[Found]) -> list[Found]:
    """Without fragments, like the short ITF codes that both engines see in turned ones: they would end the search."""
    return [one for one in found if is_sound(one)]


def _found(
    reader: Reader, symbology: Symbology, data: bytes, view: "View", places: Iterable[tuple[float, float]]
) -> Found:
    # Latin-1 takes every byte, so that `classify` sees, and refuses, what is not ASCII.
    return Found(symbology, data.decode("latin-1"), tuple(view.corner(x, y) for x, y in places), reader)


def _sides(position: Any) -> list[tuple[float, float]]:  # noqa: ANN401 - zxing-cpp publishes no types
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return [(corner.x, corner.y) for corner in corners]


def state() -> tuple[Part, ...]:
    """OpenCV, zxing-cpp and zbar: their versions, and what is missing."""
    libraries = load()
    return (
        Part("opencv-python", _version("opencv-python"), libraries.why_no_cv2),
        Part("zxing-cpp", _version("zxing-cpp"), libraries.why_no_zxing),
        Part("pyzbar", _version("pyzbar"), libraries.why_no_zbar),
    )


@contextmanager
def _environment_kept() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in _LEAKING}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
