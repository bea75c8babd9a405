"""What is the store's own: its colour, its picture, and the pictures of its start screen."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel

from kiosk.domain.colour import contrast
from kiosk.services.resources import resource
from kiosk.tools.samples import VIEWS
from kiosk.ui.probe import in_sight, visible_texts
from kiosk.ui.theme import CONTRAST, Brand, Theme, accented
from kiosk.ui.widgets.buttons import MainButton
from kiosk.ui.widgets.header import Header
from kiosk.ui.widgets.hero import Pictures
from kiosk.ui.window import KioskWindow
from tests.ui.test_pictures import WITHIN_MS
from tests.ui.test_theme import pairs_of
from tests.ui.windows import find, show, text_for

STORE = "다정상회 성수점"
RED = QColor("#C81E5A")


def picture(folder, name: str = "picture.png") -> str:
    image = QImage(300, 100, QImage.Format.Format_RGB32)
    image.fill(RED)
    assert image.save(str(folder / name))
    return str(folder / name)


def branded(qtbot, brand: Brand) -> KioskWindow:
    theme = Theme(QSize(1080, 1920), 4.03, resource("fonts"), resource("icons"), reduced_motion=True, brand=brand)
    window = KioskWindow(theme, text_for, settle_ms=0)
    qtbot.addWidget(window)
    window.show()
    return show(window, VIEWS["start"])


@pytest.mark.parametrize("accent", ["#2346D8", "#0B7247", "#B3261E", "#767676", "#000000"])
def test_whatever_the_colour_of_the_store_is_words_on_it_can_be_read(accent):
    assert not [pair for pair in pairs_of(accented(accent)) if contrast(*pair) < 4.5]


def test_high_contrast_has_seven_to_one_everywhere():
    assert not [pair for pair in pairs_of(CONTRAST) if contrast(*pair) < 7]


def test_the_colour_of_the_store_is_that_of_its_main_button(qtbot):
    window = branded(qtbot, Brand(accented("#0B7247")))
    begin = next(one for one in window.findChildren(MainButton, "begin") if in_sight(one))
    assert begin.grab().toImage().pixelColor(begin.width() // 2, 12) == QColor("#0B7247")


def test_a_logo_takes_the_place_of_the_name_and_says_it(qtbot, tmp_path):
    window = branded(qtbot, Brand(logo=picture(tmp_path)))
    header = find(window, Header, "")
    logo = next(one for one in header.findChildren(QLabel) if one.accessibleName() == STORE)
    assert in_sight(logo)
    assert logo.pixmap().toImage().pixelColor(5, 5) == RED
    assert "store_name" not in dict(visible_texts(window))


def test_a_logo_that_is_no_picture_leaves_the_name(qtbot, tmp_path):
    (tmp_path / "logo.png").write_text("no picture")
    window = branded(qtbot, Brand(logo=str(tmp_path / "logo.png")))
    assert "store_name" in dict(visible_texts(window))


def test_the_pictures_of_the_store_are_on_the_start_screen(qtbot, tmp_path):
    (tmp_path / "none.png").write_text("no picture")
    window = branded(qtbot, Brand(pictures=(str(tmp_path / "none.png"), picture(tmp_path))))
    shown = find(window, Pictures, "")
    assert in_sight(shown)
    qtbot.waitUntil(lambda: shown.grab().toImage().pixelColor(shown.rect().center()) == RED, timeout=WITHIN_MS)


def test_a_store_without_pictures_has_none(qtbot):
    assert branded(qtbot, Brand()).findChild(Pictures) is None
