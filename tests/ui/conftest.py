"""Windows of the two home formats."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtCore import QSize

from kiosk.flows.views import Shown, View
from kiosk.services.resources import resource
from kiosk.services.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.window import KioskWindow

FORMATS = {"1080x1920": 4.03, "1280x800": 5.88, "1920x1080": 3.65}
"""Window sizes and densities [px/mm]: 21.5 inches upright, 10.1 inches, 23.8 inches."""

text_for = cache(Text.load)


def theme_of(format_: str, *, reduced_motion: bool = True) -> Theme:
    width, height = map(int, format_.split("x"))
    size = QSize(width, height)
    return Theme(size, FORMATS[format_], resource("fonts"), resource("icons"), reduced_motion=reduced_motion)


@pytest.fixture
def open_window(qtbot) -> Callable[[str], KioskWindow]:
    """Opens a window of a format, which takes touches at once."""

    def open_(format_: str = "1080x1920") -> KioskWindow:
        window = KioskWindow(theme_of(format_), text_for, settle_ms=0)
        qtbot.addWidget(window)
        window.show()
        return window

    return open_


@pytest.fixture
def show(qtbot, open_window) -> Callable[..., KioskWindow]:
    """Shows a view in a new window, laid out."""

    def show_(view: View, format_: str = "1080x1920", language: str = "ko", **state: object) -> KioskWindow:
        window = open_window(format_)
        window.render(Shown(view, language, **state))  # type: ignore[arg-type]
        qtbot.wait(0)
        return window

    return show_


@pytest.fixture
def shots_dir() -> Path | None:
    """Where pictures are to go, if anywhere."""
    import os

    folder = os.environ.get("KIOSK_SHOTS", "")
    return Path(folder) if folder else None
