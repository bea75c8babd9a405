"""Codes from pictures, with the real libraries."""

import ast
import os
import subprocess
import sys
from collections import deque
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.services.scanner import decoding
from kiosk.services.scanner.decoding import Decoder
from kiosk.services.scanner.gates import DEFAULT, Reader, Symbology
from tests.pictures import draw
from tests.pictures.codes import MAKERS, Code, checked, modules, some_code

KIOSK = Path(decoding.__file__).parents[2]
EVERYTHING = DEFAULT | {Symbology.ITF14}
EAN = Code(Symbology.EAN13, "8801043036016")
WALLET = Code(Symbology.QR, "0xffffffff" + "a1B2" * 6 + "00000000")


def empty(grey=200, size=(640, 480)):
    return np.full(size[::-1], grey, dtype=np.uint8)


def with_codes(*codes, module=2):
    """A picture with these codes, one below the other."""
    picture = empty()
    for n, code in enumerate(codes):
        draw(picture, code, (120, 20 + n * 480 // len(codes)), module)
    return picture


def turned(picture, degrees):
    there = cv2.getRotationMatrix2D((320, 240), degrees, 1)
    return cv2.warpAffine(picture, there, (640, 480), borderValue=200)


def noisy(picture, by):
    noise = np.random.default_rng(1).normal(0, by, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def read(picture, wanted=EVERYTHING, pictures=4):
    """What a hand that holds this still has read of it, once something is."""
    decoder = Decoder(wanted)
    return next((found for _ in range(pictures) if (found := decoder.look(picture))), [])


def texts(found):
    return {one.text for one in found}


def run(code, **environment):
    """What a fresh interpreter prints."""
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": str(KIOSK.parent), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.splitlines()


@pytest.mark.parametrize("kind", MAKERS)
def test_every_kind_of_code_a_store_has_is_read(kind):
    code = some_code(kind, np.random.default_rng(7))
    found = read(with_codes(code))
    assert {(one.symbology, one.text) for one in found} == {(code.symbology, code.text)}


def test_a_upc_a_is_the_ean_13_that_begins_with_0_whichever_engine_reads_it():
    code = Code(Symbology.EAN13, checked("012345678901"), as_upc_a=True)
    found = read(with_codes(code))
    assert {(one.reader, one.text) for one in found} == {(Reader.ZXING, code.text), (Reader.ZBAR, code.text)}


def test_a_code_39_that_could_be_an_italian_pharmacys_is_read_as_it_stands():
    found = read(with_codes(Code(Symbology.CODE39, "HJSY14")))
    assert {(one.reader, one.text) for one in found} == {(Reader.ZXING, "HJSY14"), (Reader.ZBAR, "HJSY14")}


def test_what_is_not_wanted_is_not_read():
    assert read(with_codes(EAN), wanted=frozenset({Symbology.QR})) == []
    assert read(with_codes(WALLET), wanted=frozenset({Symbology.EAN13})) == []


def test_an_itf_code_that_is_not_14_digits_long_is_not_read():
    assert read(with_codes(Code(Symbology.ITF14, "12345678"))) == []


def test_bytes_beyond_ascii_arrive_recognisably_so():
    assert texts(read(with_codes(Code(Symbology.QR, "값")))) == {"값".encode().decode("latin-1")}


def test_the_corners_are_around_the_code():
    (code,) = read(with_codes(WALLET, module=4))
    side = modules(WALLET).shape[0] * 4
    left, top = 120 + 16, 20 + 16
    xs, ys = [corner.x * 640 for corner in code.corners], [corner.y * 480 for corner in code.corners]
    assert (min(xs), max(xs)) == pytest.approx((left, left + side), abs=4)
    assert (min(ys), max(ys)) == pytest.approx((top, top + side), abs=4)


def test_the_corners_of_a_turned_bar_code_are_around_it_too():
    """It is read in a strip that was turned back."""
    found = read(turned(with_codes(EAN), 45))
    assert found
    for one in found:
        x = sum(corner.x for corner in one.corners) / len(one.corners)
        y = sum(corner.y for corner in one.corners) / len(one.corners)
        seen = cv2.getRotationMatrix2D((320, 240), 45, 1) @ (120 + 115, 20 + 42, 1)
        assert (x * 640, y * 480) == pytest.approx(seen, abs=40)


def test_two_codes_in_a_picture_are_both_read():
    other = Code(Symbology.EAN13, checked("400123456789"))
    assert texts(read(with_codes(EAN, other))) == {EAN.text, other.text}


def test_a_bar_code_is_read_by_both_engines_so_that_one_picture_shows_whether_they_agree():
    assert {one.reader for one in read(with_codes(EAN))} == {Reader.ZXING, Reader.ZBAR}


def test_a_picture_without_a_code_gives_nothing():
    assert read(noisy(empty(), 20), pictures=30) == []


@pytest.mark.parametrize(
    "spoiled",
    [
        pytest.param(lambda picture: turned(picture, 45), id="turned"),
        pytest.param(lambda picture: turned(picture, 90), id="upright"),
        pytest.param(lambda picture: noisy(picture, 35), id="noisy"),
        pytest.param(lambda picture: noisy(picture // 6 + 120, 3), id="faint"),
        pytest.param(lambda picture: noisy(picture // 10, 2), id="dark"),
        pytest.param(lambda picture: cv2.GaussianBlur(picture, (0, 0), 1.7), id="blurred"),
        pytest.param(lambda picture: cv2.resize(picture, (1280, 720)), id="large"),
        pytest.param(lambda picture: np.where(np.indices(picture.shape)[1] > 240, picture // 5, picture), id="shaded"),
    ],
)
@pytest.mark.parametrize("code", [EAN, WALLET], ids=["bars", "square"])
def test_a_code_that_is_hard_to_see_is_read_while_it_is_held_up(code, spoiled):
    picture = spoiled(with_codes(code, module=2 if code is EAN else 4)).astype(np.uint8)
    assert texts(read(picture, pictures=8)) == {code.text}


def test_bars_that_lie_across_and_are_half_drowned_in_noise_are_read():
    assert texts(read(noisy(turned(with_codes(EAN), 30), 40))) == {EAN.text}


def test_bars_that_are_hardly_darker_than_their_paper_are_read_in_noise():
    assert texts(read(noisy(with_codes(EAN) // 20 + 120, 4))) == {EAN.text}


def test_a_small_code_in_a_large_picture_is_read():
    picture = empty(size=(1280, 720))
    draw(picture, EAN, (900, 500), 1)
    assert texts(read(picture, pictures=8)) == {EAN.text}


def test_the_look_that_found_something_is_tried_first_in_the_next_picture():
    decoder, tried = Decoder(), []

    def a_look(name, finds):
        def look(_seen):
            tried.append(name)
            return finds

        return look

    decoder._looks = deque([a_look("one", []), a_look("two", read(with_codes(WALLET))), a_look("three", [])])
    decoder.look(empty())
    decoder.look(empty())
    assert tried == ["one", "two", "two"]


def looks_had(decoder, picture):
    """How many of the other looks a picture gets, in which none of them finds anything."""
    had: list[int] = []
    decoder._looks = deque(lambda _seen, n=n: had.append(n) for n in range(5))
    decoder.look(picture)
    return len(had)


def test_with_nobody_in_front_a_picture_gets_fewer_looks_until_something_new_is_held_up():
    decoder, nothing = Decoder(), empty()
    fresh = looks_had(decoder, nothing)
    for _ in range(20):
        decoder.look(nothing)
    assert looks_had(decoder, nothing) == 1 < fresh
    decoder.begin()
    assert looks_had(decoder, nothing) == fresh


def test_the_doctor_sees_the_versions_and_nothing_missing():
    assert [(part.name, bool(part.version), part.missing) for part in decoding.state()] == [
        ("opencv-python", True, ""),
        ("zxing-cpp", True, ""),
        ("pyzbar", True, ""),
    ]


SHOW_ENVIRONMENT = """
import os
names = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "LD_LIBRARY_PATH")
from kiosk.services.scanner import decoding
import sys
assert "cv2" not in sys.modules
decoding.load()
assert "cv2" in sys.modules
for name in names: print(os.environ.get(name))
"""


def test_loading_leaves_the_environment_as_it_was():
    set_before = {"QT_QPA_PLATFORM_PLUGIN_PATH": "/mine", "QT_QPA_FONTDIR": "/fonts", "LD_LIBRARY_PATH": "/lib"}
    assert run(SHOW_ENVIRONMENT, **set_before) == ["/mine", "/fonts", "/lib"]


def test_loading_sets_nothing_in_the_environment_that_was_not_set():
    forget = "".join(f"os.environ.pop({name!r}, None)\n" for name in decoding._LEAKING)
    assert run(f"import os\n{forget}{SHOW_ENVIRONMENT}") == ["None"] * 3


READ = """
import sys, ctypes.util
{without}
from tests.pictures import Code, draw
from kiosk.services.scanner import decoding
from kiosk.services.scanner.gates import Symbology
import numpy
picture = numpy.full((480, 640), 200, dtype=numpy.uint8)
draw(picture, Code(Symbology.EAN13, "8801043036016"), (120, 20))
print({{one.text for one in decoding.Decoder().look(picture)}})
for part in decoding.state(): print(part.name, part.missing)
"""


def test_without_the_zbar_library_codes_are_read_all_the_same_and_the_doctor_says_what_is_missing():
    said = run(READ.format(without="ctypes.util.find_library = lambda name: None"))
    assert said == ["{'8801043036016'}", "opencv-python ", "zxing-cpp ", "pyzbar decoding.no_zbar"]


def test_without_zxing_nothing_is_read_and_the_doctor_says_why():
    said = run(READ.format(without="sys.modules['zxingcpp'] = None"))
    assert said == ["set()", "opencv-python ", "zxing-cpp decoding.no_zxing", "pyzbar "]


def test_without_opencv_nothing_is_read_and_the_doctor_says_why():
    code = """
import sys
sys.modules["cv2"] = None
from kiosk.services.scanner import decoding
print(decoding.Decoder().look(None))
for part in decoding.state(): print(part.name, part.missing)
"""
    assert run(code) == ["[]", "opencv-python decoding.no_opencv", "zxing-cpp ", "pyzbar "]


@pytest.mark.parametrize("library", ["cv2", "pyzbar", "zxingcpp"])
def test_only_this_module_imports_the_libraries(library):
    importing = {
        path.relative_to(KIOSK).as_posix()
        for path in KIOSK.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and any(name.name.split(".")[0] == library for name in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == library)
    }
    assert importing == {"services/scanner/decoding.py"}
