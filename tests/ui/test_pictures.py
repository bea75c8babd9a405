"""Pictures of products and of the store: read while the screen goes on, kept within bounds, never in anybody's way."""

import csv
import os
import runpy
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from kiosk.domain.money import won
from kiosk.flows.access import Access
from kiosk.services.resources import resource
from kiosk.tools.samples import LINES, VIEWS, basket
from kiosk.ui import pictures
from kiosk.ui.pictures import MOST_WAITING, DrawingFile, Photograph, PictureFiles, Read, Wanted, drawn, read
from kiosk.ui.probe import in_sight, press
from kiosk.ui.theme import Brand, Theme
from kiosk.ui.widgets.hero import Pictures
from kiosk.ui.widgets.picture import Picture
from kiosk.ui.window import KioskWindow
from tests.ui.test_format import is_clipped, texts_in_sight
from tests.ui.windows import open_window, settle, show, text_for, theme_of

RED, BLUE = QColor("#C81E5A"), QColor("#1D4691")
MEGABYTE = 1024 * 1024

WITHIN_MS = 20_000
"""A thread may be long in coming to its turn on a machine that is at work."""

_ENTRY = b"\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00"
_EXIF = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00" + _ENTRY + bytes(4)
TURNED = b"\xff\xe1" + (len(_EXIF) + 2).to_bytes(2, "big") + _EXIF
"""What a telephone that was held upright writes into a JPEG after its first two bytes: orientation 6."""


def file_of(folder: Path, name: str, colour: QColor = RED, size: tuple[int, int] = (300, 200)) -> str:
    image = QImage(QSize(*size), QImage.Format.Format_RGB32)
    image.fill(colour)
    assert image.save(str(folder / name))
    return str(folder / name)


def come(qtbot, files: PictureFiles, wanted: Wanted):
    """The picture, waited for."""
    if (there := files.get(wanted)) is None:
        with qtbot.waitSignal(files.arrived, check_params_cb=lambda one: one == wanted, timeout=WITHIN_MS):
            pass
        there = files.get(wanted)
    assert there is not None
    return there


@pytest.fixture
def silent(tmp_path):
    """A file that does not answer whoever opens it, until the test is over."""
    path = tmp_path / "silent.png"
    os.mkfifo(path)
    yield str(path)
    os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))


def tile(window: KioskWindow, path: str, name: str = "녹차", tint: int = 3) -> Picture:
    """The first product's picture, showing this."""
    found: Picture = next(one for one in window.findChildren(Picture) if in_sight(one))
    found.show_product(path, name, tint)
    settle()
    return found


def seen(one: Picture) -> QImage:
    return one.grab().toImage()


def test_a_picture_comes_in_the_size_of_its_place(qtbot, tmp_path):
    wanted = Wanted(file_of(tmp_path, "one.png"), 120, 60)
    assert come(qtbot, PictureFiles(), wanted).size() == QSize(90, 60)


def test_a_picture_that_fills_its_place_loses_what_lies_beyond(qtbot, tmp_path):
    wanted = Wanted(file_of(tmp_path, "one.png"), 120, 60, is_whole=False)
    assert come(qtbot, PictureFiles(), wanted).size() == QSize(120, 60)


def test_a_photograph_stands_upright_as_its_camera_was_held(tmp_path):
    plain = Path(file_of(tmp_path, "turned.jpg")).read_bytes()
    (tmp_path / "turned.jpg").write_bytes(plain[:2] + TURNED + plain[2:])
    found = read(Wanted(str(tmp_path / "turned.jpg"), 120, 60))
    assert isinstance(found, Photograph)
    assert (found.width, found.height) == (40, 60)


@pytest.mark.parametrize("way_up", ["lying", "standing"])
def test_of_a_large_photograph_enough_is_unpacked_to_be_sharp(tmp_path, way_up):
    image = Image.frombytes("L", (2400, 1600), bytes(255 * (x // 4 % 2) for x in range(2400)) * 1600)
    image = image if way_up == "lying" else image.transpose(Image.Transpose.ROTATE_90)
    path = tmp_path / "large.jpg"
    image.save(path, quality=95)
    if way_up == "standing":
        plain = path.read_bytes()
        path.write_bytes(plain[:2] + TURNED + plain[2:])
    found = read(Wanted(str(path), 1200, 800))
    assert isinstance(found, Photograph)
    assert (found.width, found.height) == (1200, 800)
    # stripes of two dots each are still black and white
    assert min(found.rgba[::4]) < 32
    assert max(found.rgba[::4]) > 223


@pytest.mark.parametrize("name", ["one.jpg", "one.png", "one.webp", "one.gif", "one.bmp"])
def test_photographs_of_all_usual_kinds_are_shown(qtbot, tmp_path, name):
    Image.new("RGB", (300, 200), RED.name()).save(tmp_path / name)
    shown = come(qtbot, PictureFiles(), Wanted(str(tmp_path / name), 60, 40))
    colour = shown.toImage().pixelColor(30, 20)
    assert max(abs(colour.red() - RED.red()), abs(colour.green() - RED.green()), abs(colour.blue() - RED.blue())) < 4
    assert not shown.hasAlphaChannel()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_behind_a_picture_is_seen_through_it(qtbot, tmp_path, mode):
    image = Image.new(mode, (300, 200))
    if mode == "P":
        image.info["transparency"] = 0
    image.save(tmp_path / "clear.png")
    shown = come(qtbot, PictureFiles(), Wanted(str(tmp_path / "clear.png"), 60, 40))
    assert shown.hasAlphaChannel()
    assert shown.toImage().pixelColor(30, 20).alpha() == 0


def test_a_picture_too_large_to_unpack_is_as_good_as_none(tmp_path, monkeypatch):
    wanted = Wanted(file_of(tmp_path, "one.png"), 60, 40)
    assert read(wanted) is not None
    monkeypatch.setattr("kiosk.ui.pictures.MOST_PIXELS", 300 * 200 - 1)
    assert read(wanted) is None


DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><rect width="15" height="10"/></svg>"""


@pytest.mark.parametrize(("is_whole", "size"), [(True, (90, 60)), (False, (120, 60))])
def test_a_drawing_comes_in_the_size_of_its_place(qtbot, tmp_path, is_whole, size):
    (tmp_path / "one.svg").write_text(DRAWING, encoding="utf-8")
    shown = come(qtbot, PictureFiles(), Wanted(str(tmp_path / "one.svg"), 120, 60, is_whole=is_whole))
    assert (shown.width(), shown.height()) == size
    # its upper left quarter is drawn on, and the middle stays in the middle
    middle, image = size[0] // 2, shown.toImage()
    assert [image.pixelColor(middle + x, 30 + y).alpha() for x, y in ((-2, -2), (2, -2), (-2, 2))] == [255, 0, 0]


def test_a_drawing_that_would_hold_up_the_screen_is_as_good_as_none(tmp_path, monkeypatch):
    (tmp_path / "one.svg").write_text(DRAWING, encoding="utf-8")
    monkeypatch.setattr("kiosk.ui.pictures.MOST_DRAWING_BYTES", len(DRAWING) - 1)
    assert read(Wanted(str(tmp_path / "one.svg"), 120, 60)) is None


def test_the_thread_that_reads_asks_nothing_of_qt(tmp_path, monkeypatch):
    names = [name for name, value in vars(pictures).items() if getattr(value, "__module__", "").startswith("PySide6")]
    assert {"QImage", "QPainter", "QPixmap", "QSvgRenderer"} <= set(names)
    (tmp_path / "one.svg").write_text(DRAWING, encoding="utf-8")
    files = (file_of(tmp_path, "one.png"), file_of(tmp_path, "one.jpg"), str(tmp_path / "one.svg"))
    for name in names:
        monkeypatch.setattr(pictures, name, None)
    assert [type(read(Wanted(path, 60, 40))) for path in files] == [Photograph, Photograph, DrawingFile]


def test_files_are_read_on_another_thread(qtbot, tmp_path, monkeypatch):
    on: list[threading.Thread] = []

    def watched(wanted: Wanted) -> Read:
        on.append(threading.current_thread())
        return read(wanted)

    monkeypatch.setattr("kiosk.ui.pictures.read", watched)
    come(qtbot, PictureFiles(), Wanted(file_of(tmp_path, "one.png"), 60, 60))
    assert on
    assert threading.main_thread() not in on


def test_a_file_is_read_once(qtbot, tmp_path):
    files, wanted = PictureFiles(), Wanted(file_of(tmp_path, "one.png"), 60, 60)
    first = come(qtbot, files, wanted)
    Path(wanted.path).unlink()
    assert come(qtbot, files, wanted).cacheKey() == first.cacheKey()
    assert not files.is_busy


def test_memory_is_bounded_and_what_was_seen_last_is_kept(qtbot, tmp_path):
    files = PictureFiles(most_bytes=MEGABYTE)
    path = file_of(tmp_path, "one.png", size=(400, 400))
    for side in range(300, 320):
        last = Wanted(path, side, side)
        come(qtbot, files, last)
        assert files.bytes_kept <= MEGABYTE
    assert files.get(last) is not None
    assert files.get(Wanted(path, 300, 300)) is None


def test_what_is_known_of_files_that_are_no_pictures_is_bounded_too(qtbot, tmp_path):
    files = PictureFiles(most_bytes=16 * 1024)
    for at in range(8):
        assert come(qtbot, files, Wanted(str(tmp_path / f"none{at}.png"), 60, 60)).isNull()
    assert files.get(Wanted(str(tmp_path / "none0.png"), 60, 60)) is None


LET_GO = """
from PySide6.QtWidgets import QApplication
from kiosk.ui.pictures import PictureFiles, Wanted
application = QApplication([])
for at in range(3000):
    files = PictureFiles()
    files.get(Wanted(f"none{at}.png", 60, 60))
    del files
    application.processEvents()
print("still there")
"""


def test_who_lets_go_of_pictures_while_one_is_read_does_not_end_the_program():
    told = subprocess.run((sys.executable, "-c", LET_GO), capture_output=True, text=True, check=False)
    assert told.stdout == "still there\n"


def test_what_was_wanted_last_is_read_first_and_of_many_the_oldest_are_left(qtbot, tmp_path):
    files = PictureFiles()
    came: list[Wanted] = []
    files.arrived.connect(came.append)
    path = file_of(tmp_path, "one.png")
    wanted = [Wanted(path, 10 + at, 10) for at in range(MOST_WAITING + 20)]
    for one in wanted:
        files.get(one)
    qtbot.waitUntil(lambda: not files.is_busy, timeout=WITHIN_MS)
    assert came[0] == wanted[0]
    assert came[1:] == wanted[: -MOST_WAITING - 1 : -1]


def test_a_file_that_never_answers_holds_nobody_up(qtbot, silent):
    window = show(open_window(qtbot), VIEWS["basket"])
    waiting = tile(window, silent)
    assert seen(waiting).pixelColor(waiting.rect().center()) == QColor(window._theme.colours.tints[3][0])
    assert window.pictures.is_busy
    assert press(window, "pay_now")


def test_a_product_without_a_picture_shows_the_first_sign_of_its_name(qtbot, tmp_path):
    window = show(open_window(qtbot), VIEWS["basket"])
    ground, sign = map(QColor, window._theme.colours.tints[3])
    image = seen(tile(window, ""))
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert {ground.name(), sign.name()} <= colours
    assert seen(tile(window, "", "생수")) != image


@pytest.mark.parametrize("content", [None, b"", b"no picture", b"\x89PNG\r\n\x1a\n and then nothing"])
def test_a_missing_or_broken_picture_is_as_good_as_none(qtbot, tmp_path, content):
    if content is not None:
        (tmp_path / "bad.png").write_bytes(content)
    window = show(open_window(qtbot), VIEWS["basket"])
    none = seen(tile(window, ""))
    bad = tile(window, str(tmp_path / "bad.png"))
    qtbot.waitUntil(lambda: seen(bad) == none, timeout=WITHIN_MS)


def test_a_picture_is_in_the_middle_of_its_tile_when_it_arrives(qtbot, tmp_path):
    window = show(open_window(qtbot), VIEWS["basket"])
    one = tile(window, file_of(tmp_path, "one.png"))
    qtbot.waitUntil(lambda: seen(one).pixelColor(one.rect().center()) == RED, timeout=WITHIN_MS)
    assert seen(one).pixelColor(3, one.height() // 2) == QColor(window._theme.colours.card)


def test_a_picture_that_arrives_is_drawn_by_itself(qtbot, tmp_path):
    window = show(open_window(qtbot), VIEWS["basket"])
    qtbot.waitUntil(lambda: not window.pictures.is_busy, timeout=WITHIN_MS)
    one = tile(window, file_of(tmp_path, "one.png"))
    paints: list[int] = []

    class Eye(QObject):
        @override
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and not window.pictures.is_busy:
                paints.append(1)
            return False

    one.installEventFilter(eye := Eye())
    qtbot.waitUntil(lambda: bool(paints), timeout=WITHIN_MS)
    one.removeEventFilter(eye)


def test_a_drawing_stands_on_the_colour_of_its_category(qtbot):
    window = show(open_window(qtbot), VIEWS["basket"])
    one = tile(window, str(resource("demo", "pictures", "D001.svg")))
    qtbot.waitUntil(lambda: not window.pictures.is_busy, timeout=WITHIN_MS)
    assert seen(one).pixelColor(3, one.height() // 2) == QColor(window._theme.colours.tints[3][0])


def test_a_line_has_the_colour_of_its_category_in_the_catalogue(qtbot):
    window = show(open_window(qtbot), basket(LINES[:1]))
    qtbot.waitUntil(lambda: not window.pictures.is_busy, timeout=WITHIN_MS)
    shown = [one for one in window.findChildren(Picture) if in_sight(one)]
    tints = [one.grab().toImage().pixelColor(one.width() // 2, 2).name() for one in shown]
    assert len(tints) == 7
    assert tints[0] == tints[-1]  # the one line is the first product
    assert len(set(tints)) == 3  # of three categories


@pytest.mark.parametrize("format_", ["1080x1920", "1280x800"])
def test_a_long_price_is_whole_beside_its_picture(qtbot, format_):
    view = basket()
    dear = replace(view, products=(replace(view.products[0], price=won(1_234_000)), *view.products[1:]))
    window = show(open_window(qtbot, format_), dear)
    assert not [one.accessibleName() for one in texts_in_sight(window) if is_clipped(one)]


# -- the pictures of the store


def branded(qtbot, *paths: str, reduced_motion: bool = True) -> KioskWindow:
    brand, size = Brand(pictures=paths), QSize(1080, 1920)
    theme = Theme(size, 4.03, resource("fonts"), resource("icons"), reduced_motion=reduced_motion, brand=brand)
    window = KioskWindow(theme, text_for, settle_ms=0)
    qtbot.addWidget(window)
    window.show()
    return show(window, VIEWS["start"])


def colour_of(window: KioskWindow) -> QColor:
    shown = window.findChildren(Pictures)[0]
    return shown.grab().toImage().pixelColor(shown.rect().center())


def test_the_next_picture_of_the_store_takes_the_place_of_one_that_stands_until_it_is_here(qtbot, tmp_path, silent):
    window = branded(qtbot, file_of(tmp_path, "one.png"), silent, reduced_motion=False)
    qtbot.waitUntil(lambda: colour_of(window) == RED, timeout=WITHIN_MS)
    window.findChildren(Pictures)[0]._timer.timeout.emit()
    QApplication.processEvents()
    assert window.pictures.is_busy
    assert colour_of(window) == RED


def test_the_pictures_of_the_store_follow_each_other(qtbot, tmp_path):
    window = branded(qtbot, file_of(tmp_path, "one.png"), file_of(tmp_path, "two.png", BLUE), reduced_motion=False)
    for colour in (RED, BLUE, RED):
        qtbot.waitUntil(lambda colour=colour: colour_of(window) == colour, timeout=WITHIN_MS)
        window.findChildren(Pictures)[0]._timer.timeout.emit()


def test_a_store_whose_pictures_are_none_has_the_ornament(qtbot, tmp_path):
    window, bare = branded(qtbot, str(tmp_path / "none.png")), branded(qtbot)
    qtbot.waitUntil(lambda: not window.pictures.is_busy, timeout=WITHIN_MS)
    assert window.grab().toImage() == bare.grab().toImage()


# -- of the demo


def test_every_product_of_the_demo_has_a_picture_that_its_script_draws(tmp_path):
    script = runpy.run_path("packaging/demo_pictures.py")
    script["draw_all"](tmp_path)
    with resource("demo", "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        kept = resource("demo", *row["image"].split("/"))
        assert kept.read_bytes() == (tmp_path / kept.name).read_bytes()
        wanted = Wanted(str(kept), 100, 100)
        assert not drawn(read(wanted), wanted).isNull()
    assert len(rows) == len(list(tmp_path.iterdir()))
    assert (resource("demo", "pictures") / "LICENSE.txt").is_file()


def test_a_theme_reads_pictures_for_all_its_looks_once(qapp):
    theme = theme_of()
    assert theme.dressed(Access(contrast=True)).pictures is theme.pictures


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_after_a_picture_that_cannot_even_be_tried_the_next_one_comes(qtbot, tmp_path, monkeypatch):
    files, path = PictureFiles(), file_of(tmp_path, "one.png")

    def fails_for_ten(wanted: Wanted) -> Read:
        if wanted.width == 10:
            raise MemoryError
        return read(wanted)

    monkeypatch.setattr("kiosk.ui.pictures.read", fails_for_ten)
    files.get(Wanted(path, 10, 10))
    assert not come(qtbot, files, Wanted(path, 60, 60)).isNull()
    assert come(qtbot, files, Wanted(path, 10, 10)).isNull()
