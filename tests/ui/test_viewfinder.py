"""The camera's picture on the scan screen, from shots as the camera makes them."""

from itertools import product

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from kiosk.domain.picture import Advice, Corner, Shot
from kiosk.flows.access import Access
from kiosk.tools.samples import VIEWS
from kiosk.ui.probe import visible_texts
from kiosk.ui.widgets.viewfinder import Viewfinder
from kiosk.ui.window import KioskWindow
from tests.ui.test_format import is_clipped, texts_in_sight
from tests.ui.windows import FORMATS, find, open_window, show, text_for, theme_of

BLUE, GREEN = (255, 0, 0, 255), (0, 255, 0, 255)
"""As bytes of a shot."""

CODE = (Corner(0.4, 0.4), Corner(0.6, 0.4), Corner(0.6, 0.6), Corner(0.4, 0.6))
SCANS = [name for name in VIEWS if name.startswith("scan")]


def a_shot(finder, colour=BLUE, codes=(), advice=None):
    size = finder.size()
    pixels = bytes(colour) * (size.width() * size.height())
    return Shot(size.width(), size.height(), pixels, codes, advice)


def finder_of(window):
    """The usual look's."""
    return find(window, Viewfinder, "viewfinder")


def moved(code, x):
    return tuple(Corner(corner.x + x, corner.y) for corner in code)


@pytest.fixture
def window(qtbot):
    """The scan screen of a till whose camera sees."""
    window = open_window(qtbot)
    window.viewfinders.be_there(is_there=True)
    return show(window, VIEWS["scan"])


def colour_in_the_middle(finder):
    QApplication.processEvents()
    return finder.grab().toImage().pixelColor(finder.rect().center())


def shown_texts(window):
    return [words for _, words in visible_texts(window)]


def test_without_a_camera_the_screen_is_as_if_there_were_none(qtbot):
    window = show(open_window(qtbot), VIEWS["scan"])
    assert not finder_of(window).isVisible()
    assert text_for("ko")("scan.coupon.hint") in shown_texts(window)


def test_what_the_camera_sees_is_shown(window):
    finder_of(window).draw_shot(a_shot(finder_of(window)))
    assert colour_in_the_middle(finder_of(window)) == QColor("blue")
    finder_of(window).draw_shot(a_shot(finder_of(window), GREEN))
    assert colour_in_the_middle(finder_of(window)) == QColor(0, 255, 0)


def test_a_camera_that_goes_takes_its_picture_with_it_and_one_that_comes_is_seen_at_once(window):
    finder = finder_of(window)
    finder.draw_shot(a_shot(finder))
    finder.be_there(is_there=False)
    show(window, VIEWS["scan"])
    assert not finder.isVisible()
    assert text_for("ko")("scan.coupon.hint") in shown_texts(window)
    finder.be_there(is_there=True)
    assert finder.isVisible()
    assert colour_in_the_middle(finder) == QColor(theme_of().colours.ink)


def test_pictures_are_asked_for_only_while_the_scan_screen_is_in_sight(qtbot):
    window, asked = open_window(qtbot), []
    finder = finder_of(window)
    finder.wanted.connect(lambda width, height: asked.append((width, height)))
    finder.be_there(is_there=True)
    show(window, VIEWS["start"])
    assert [size for size in asked if all(size)] == []
    show(window, VIEWS["scan"])
    assert asked[-1] == (finder.width(), finder.height())
    show(window, VIEWS["basket"])
    assert asked[-1] == (0, 0)


def test_the_next_person_sees_nothing_of_the_one_before(window):
    finder = finder_of(window)
    finder.draw_shot(a_shot(finder, codes=(CODE,), advice=Advice.DARK))
    show(window, VIEWS["start"])
    finder.draw_shot(a_shot(finder))  # was under way
    show(window, VIEWS["scan"])
    assert colour_in_the_middle(finder) == QColor(theme_of().colours.ink)
    assert (len(finder.frames), finder.advice) == (0, None)


def test_a_picture_of_another_size_is_not_shown(window):
    finder = finder_of(window)
    finder.draw_shot(Shot(4, 4, bytes(BLUE) * 16))
    assert colour_in_the_middle(finder) == QColor(theme_of().colours.ink)


# -- the frame


def test_the_frame_is_around_the_code(window):
    finder = finder_of(window)
    finder.draw_shot(a_shot(finder, codes=(CODE,)))
    (frame,) = finder.frames
    box, wide, high = frame.boundingRect(), finder.width(), finder.height()
    assert 0.3 * wide < box.left() < 0.4 * wide
    assert 0.6 * wide < box.right() < 0.7 * wide
    assert 0.3 * high < box.top() < 0.4 * high
    accent = QColor(theme_of().colours.accent)
    QApplication.processEvents()
    assert finder.grab().toImage().pixelColor(round(box.left()), round(box.center().y())) == accent


def test_bars_of_which_only_one_line_was_told_have_a_frame_that_is_seen(window):
    finder = finder_of(window)
    line = (Corner(0.3, 0.5), Corner(0.7, 0.5), Corner(0.7, 0.5), Corner(0.3, 0.5))
    finder.draw_shot(a_shot(finder, codes=(line,)))
    box = finder.frames[0].boundingRect()
    assert box.height() > box.width() / 4


def test_a_code_without_an_extent_breaks_nothing(window):
    finder_of(window).draw_shot(a_shot(finder_of(window), codes=((Corner(0.5, 0.5),) * 4,)))
    assert len(finder_of(window).frames) == 1


def test_the_frame_follows_the_code_smoothly_and_comes_to_it(qtbot):
    window = KioskWindow(theme_of(reduced_motion=False), text_for, settle_ms=0)
    qtbot.addWidget(window)
    window.show()
    window.viewfinders.be_there(is_there=True)
    show(window, VIEWS["scan"])
    finder = finder_of(window)
    finder.draw_shot(a_shot(finder, codes=(CODE,)))
    start = finder.frames[0].boundingRect().center().x()
    width = finder.frames[0].boundingRect().width()
    # the same code, said to begin at another corner
    there = moved((*CODE[2:], *CODE[:2]), 0.2)
    places = []
    for _ in range(8):
        finder.draw_shot(a_shot(finder, codes=(there,)))
        assert finder.frames[0].boundingRect().width() == pytest.approx(width, abs=2)
        places.append((finder.frames[0].boundingRect().center().x() - start) / finder.width())
    assert places == sorted(places)
    assert 0.05 < places[0] < 0.15
    assert places[-1] == pytest.approx(0.2, abs=0.01)


def test_where_motion_is_reduced_the_frame_is_there_at_once(window):
    finder = finder_of(window)
    for code in (CODE, moved(CODE, 0.2)):
        finder.draw_shot(a_shot(finder, codes=(code,)))
    assert finder.frames[0].boundingRect().center().x() == pytest.approx(0.7 * finder.width(), abs=2)


def test_a_reading_that_fails_once_does_not_take_the_frame_away_and_many_do(window):
    finder = finder_of(window)
    finder.draw_shot(a_shot(finder, codes=(CODE,)))
    finder.draw_shot(a_shot(finder))
    assert len(finder.frames) == 1
    for _ in range(10):
        finder.draw_shot(a_shot(finder))
    assert len(finder.frames) == 0


def test_every_code_has_its_frame(window):
    finder = finder_of(window)
    finder.draw_shot(a_shot(finder, codes=(CODE, moved(CODE, 0.3))))
    assert len(finder.frames) == 2


# -- words


@pytest.mark.parametrize(("advice", "language"), list(product(Advice, ("ko", "en"))))
def test_what_would_help_stands_below_the_picture_while_it_would(qtbot, advice, language):
    window = open_window(qtbot)
    finder, words = finder_of(window), text_for(language)
    finder.be_there(is_there=True)
    show(window, VIEWS["scan_wallet"], language)
    assert words("scan.camera.show") in shown_texts(window)
    finder.draw_shot(a_shot(finder, advice=advice))
    assert words(f"scan.camera.{advice}") in shown_texts(window)
    finder.draw_shot(a_shot(finder))
    assert words("scan.camera.show") in shown_texts(window)


@pytest.mark.parametrize(("format_", "language", "name"), list(product(FORMATS, ("ko", "en"), SCANS)))
def test_with_a_picture_nothing_is_clipped_and_the_picture_is_large_enough(qtbot, format_, language, name):
    window = open_window(qtbot, format_)
    finder = finder_of(window)
    finder.be_there(is_there=True)
    show(window, VIEWS[name], language)
    for advice in (None, *Advice):
        before = finder.size()
        finder.draw_shot(a_shot(finder, advice=advice))
        show(window, VIEWS[name], language)
        assert [one.accessibleName() for one in texts_in_sight(window) if is_clipped(one)] == []
        assert finder.size() == before
    theme = theme_of(format_)
    assert finder.width() >= theme.px(80)
    assert finder.height() >= theme.px(20)


@pytest.mark.parametrize("access", [Access(contrast=True), Access(large_print=True), Access(low=True)])
def test_every_look_shows_what_the_camera_sees(qtbot, access):
    window, wanted = open_window(qtbot), []
    window.viewfinders.wanted.connect(lambda *size: wanted.append(size))
    window.viewfinders.be_there(is_there=True)
    show(window, VIEWS["scan"])
    show(window, VIEWS["scan"], access=access)
    (seen,) = (one for one in window.findChildren(Viewfinder) if one.isVisible())
    assert seen is not finder_of(window)
    assert wanted[-1] == seen.size().toTuple() != (0, 0)
    window.viewfinders.draw_shot(a_shot(seen))
    assert colour_in_the_middle(seen) == QColor("blue")
    show(window, VIEWS["start"])
    assert wanted[-1] == (0, 0)
