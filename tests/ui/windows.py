"""Windows for tests, in the formats that must be right."""

from functools import cache

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from kiosk.flows.views import Shown, View
from kiosk.services.resources import resource
from kiosk.services.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.window import KioskWindow

HOME = "1080x1920"
FORMATS = {HOME: 4.03, "1280x800": 5.88, "1920x1080": 3.65}
"""Window sizes and densities [px/mm]: 21.5 inches upright, 10.1 inches, 23.8 inches."""

text_for = cache(Text.load)


SPOKEN = frozenset({"ko", "en", "zh", "ja"})


def theme_of(format_: str = HOME, *, reduced_motion: bool = True, spoken: frozenset[str] = SPOKEN) -> Theme:
    width, height = map(int, format_.split("x"))
    theme = Theme(
        QSize(width, height),
        FORMATS[format_],
        resource("fonts"),
        resource("icons"),
        reduced_motion=reduced_motion,
    )
    theme.spoken = spoken
    return theme


def open_window(qtbot, format_: str = HOME, *, settle_ms: int = 0) -> KioskWindow:
    """An open window, which takes touches at once."""
    window = KioskWindow(theme_of(format_), text_for, settle_ms=settle_ms)
    qtbot.addWidget(window)
    window.show()
    return window


def show(window: KioskWindow, view: View, language: str = "ko", **state) -> KioskWindow:
    """Show a view and let it be laid out."""
    window.render(Shown(view, language, **state))
    settle()
    return window


def settle() -> None:
    """Layouts within layouts come to rest one after the other."""
    for _ in range(3):
        QApplication.processEvents()


def find(window, kind, name):
    """The widget of a kind and name, which must be there."""
    widget = window.findChild(kind, name)
    assert widget is not None, name
    return widget
