"""Codes from pictures. The only module that imports OpenCV and zbar; both are loaded when first needed.

zbar is optional: its Python package brings no library on Linux. Without it no picture is read, and `state` says why.
"""

import functools
import importlib.metadata
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

_LEAKING = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "LD_LIBRARY_PATH")
"""What importing OpenCV leaves in the environment. The first two point Qt at OpenCV's own plugins and fonts, if it is
imported before the application is made; the third, in every child process, puts the current folder before the
system's libraries."""

_SYMBOLS = ("EAN13", "EAN8", "UPCA", "CODE128", "QRCODE")
"""What is looked for. ITF is left out: fragments of turned codes read as short ITF codes."""


@dataclass(frozen=True, slots=True)
class Decoders:
    """The libraries as found on this machine.

    Attributes:
        cv2: OpenCV, or None.
        zbar: pyzbar, or None.
        why_no_cv2: Text key of why OpenCV is not there; "" when it is.
        why_no_zbar: Text key of why zbar is not there; "" when it is.
    """

    cv2: ModuleType | None
    zbar: ModuleType | None
    why_no_cv2: str
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
    zbar: ModuleType | None = None
    why_no_cv2 = why_no_zbar = ""
    try:
        with _environment_kept():
            import cv2
    except ImportError:
        why_no_cv2 = "decoding.no_opencv"
    try:
        from pyzbar import pyzbar

        zbar = pyzbar
    except ImportError:
        why_no_zbar = "decoding.no_zbar"
    return Decoders(cv2, zbar, why_no_cv2, why_no_zbar)


def decode(image: Any) -> list[str]:  # noqa: ANN401 - a picture is whatever OpenCV gives
    """Read the codes in a picture, each once; none when a library is missing.

    A reading of one picture is no proof: bar codes need a second equal one, and `classify` after that.

    Args:
        image: Picture as OpenCV gives it: grey, or blue-green-red.
    """
    libraries = load()
    if libraries.cv2 is None or libraries.zbar is None:
        return []
    grey = image if image.ndim == 2 else libraries.cv2.cvtColor(image, libraries.cv2.COLOR_BGR2GRAY)
    wanted = [libraries.zbar.ZBarSymbol[name] for name in _SYMBOLS]
    # Latin-1 takes every byte, so that `classify` sees, and refuses, what is not ASCII.
    return list(dict.fromkeys(found.data.decode("latin-1") for found in libraries.zbar.decode(grey, symbols=wanted)))


def state() -> tuple[Part, Part]:
    """OpenCV and zbar: their versions, and what is missing."""
    libraries = load()
    return (
        Part("opencv-python", _version("opencv-python"), libraries.why_no_cv2),
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
