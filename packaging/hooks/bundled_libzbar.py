"""Lets pyzbar find the libzbar inside the built program: it asks the system's loader, which does not look there."""

import ctypes.util
import sys
from pathlib import Path

_of_the_system = ctypes.util.find_library


def _find_library(name: str) -> str | None:
    bundled = Path(sys._MEIPASS) / "libzbar.so.0"  # type: ignore[attr-defined]  # noqa: SLF001 - PyInstaller's own word
    return str(bundled) if name == "zbar" and bundled.exists() else _of_the_system(name)


ctypes.util.find_library = _find_library
