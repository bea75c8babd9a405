"""Every screen of the gallery in every look: sizes, contrasts and words are what they must be, on all of its pages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import pytest
from PySide6.QtWidgets import QWidget

from kiosk.flows.manager.views import STAFF_VIEWS
from kiosk.services.text import languages
from kiosk.tools.gallery import AIDS, MODES, SAMPLES
from kiosk.tools.samples import GALLERY
from kiosk.ui.probe import in_sight, press
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import Pressable
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.window import KioskWindow
from tests.ui.pixels import contrast_in, foreign_signs, luminances
from tests.ui.test_format import is_clipped, is_cut_by_a_holder, near, place_of, seen_of, texts_in_sight, too_small
from tests.ui.windows import FORMATS, open_window, settle, show

SCREENS = [name for name in GALLERY if not isinstance(SAMPLES[name], STAFF_VIEWS)]
"""Those of customers; the aids are looked at over one of them."""
LARGE, SMALL = "1080x1920", "1280x800"
LAYOUTS = [("large_print", format_) for format_ in FORMATS] + [("low", LARGE), ("low", "1920x1080"), ("all", LARGE)]
"""The looks in which things have other places than usual; for the usual ones see test_format."""
COLOURS = [(mode, format_) for mode in ("normal", "contrast") for format_ in FORMATS]
PAGES_MAX = 20


@dataclass
class Looked:
    """What is wrong with a look; each fault with the screen and the language in which it is seen."""

    window: KioskWindow
    mode: str
    faults: list[tuple[object, ...]] = field(default_factory=list)

    @property
    def theme(self) -> Theme:
        return next(one for one in self.window.findChildren(Pressable) if in_sight(one)).theme

    def look(self, where: str) -> None:
        texts = texts_in_sight(self.window)
        pressed = [one for one in self.window.findChildren(Pressable) if in_sight(one)]
        self._words(where, texts)
        self._pressed(where, pressed)
        self._contrast(where, texts)

    def _words(self, where: str, texts: list[QWidget]) -> None:
        theme = self.theme
        least = (7.25 if theme.is_small else 12) * (2 if MODES[self.mode].large_print else 1)
        for one in texts:
            if is_clipped(one) and not is_longer_than_a_page(one):
                self.faults.append((where, "clipped", one.accessibleName()))
            if one.font().pixelSize() < least * theme.px_per_mm:
                self.faults.append((where, "small words", one.accessibleName(), one.font().pixelSize()))
            if foreign_signs(one.accessibleName(), one.font()):
                self.faults.append((where, "no glyph", one.accessibleName()))
        places = [(one.accessibleName(), seen_of(one)) for one in texts]
        self.faults += [
            (where, "overlap", one, other)
            for (one, place), (other, others) in combinations(places, 2)
            if place.intersects(others)
        ]

    def _pressed(self, where: str, pressed: list[Pressable]) -> None:
        names = [one.objectName() for one in pressed]
        assert len(names) == len(set(names)), (where, names)
        for button in pressed:
            if is_cut_by_a_holder(button):
                self.faults.append((where, "cut", button.objectName()))
            if too_small(button):
                self.faults.append((where, "small", button.objectName()))
            if not button.accessibleName():
                self.faults.append((where, "no name", button.objectName()))
            if MODES[self.mode].low and place_of(button).top() < self.window.height() / 2:
                self.faults.append((where, "high", button.objectName()))
        self.faults += [(where, "near", *names) for names in near(pressed)]

    def _contrast(self, where: str, texts: list[QWidget]) -> None:
        lights = luminances(self.window.grab().toImage())
        least = 7.0 if MODES[self.mode].contrast else 4.5
        for one in texts:
            if one.isEnabled() and (seen := contrast_in(lights, seen_of(one))) < least:
                self.faults.append((where, "pale", one.accessibleName(), round(seen, 2)))


def pages_of(window: KioskWindow) -> Iterator[int]:
    """Turn from the first page on; at most as many as anybody would turn."""
    while press(window, "part_previous"):
        settle()
    for page in range(PAGES_MAX):
        yield page
        if not press(window, "part_next"):
            return
        settle()
    raise AssertionError("pages without end")


def is_longer_than_a_page(one: QWidget) -> bool:
    """Such words go on on the next page."""
    holder = one.parentWidget()
    while holder is not None and not isinstance(holder, Pages):
        holder = holder.parentWidget()
    return holder is not None and one.height() > holder.height() - holder.pager.height() - one.fontMetrics().height()


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("mode", "format_"), LAYOUTS)
def test_every_screen_keeps_the_rules_where_things_have_other_places(qtbot, mode, format_, language):
    looked = Looked(open_window(qtbot, format_), mode)
    for name in SCREENS:
        show(looked.window, SAMPLES[name], language, access=MODES[mode])
        looked.window.show_aids(are_open=name == AIDS)
        settle()
        for page in pages_of(looked.window):
            looked.look(f"{name} {page + 1}")
    assert not looked.faults, "\n" + "\n".join(map(str, looked.faults))


@pytest.mark.parametrize(("mode", "format_"), COLOURS)
def test_every_screen_keeps_the_rules_in_every_colour(qtbot, mode, format_):
    looked = Looked(open_window(qtbot, format_), mode)
    for name in SCREENS:
        show(looked.window, SAMPLES[name], access=MODES[mode])
        looked.window.show_aids(are_open=name == AIDS)
        settle()
        looked.look(name)
    assert not looked.faults, "\n" + "\n".join(map(str, looked.faults))
