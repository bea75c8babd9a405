"""Codes from pictures, with the real libraries."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import segno

from kiosk.services.scanner import decoding

KIOSK = Path(decoding.__file__).parents[2]
LEFT = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
PARITY = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL")


def enlarged(modules, scale=4, border=12):
    """A grey picture of dark (1) and light (0) modules, with a quiet zone."""
    light = np.pad(1 - np.array(modules, dtype=np.uint8), border, constant_values=1) * 255
    return np.kron(light, np.ones((scale, scale), dtype=np.uint8))


def qr(text):
    return enlarged([list(row) for row in segno.make(text, error="m", micro=False).matrix])


def ean_13(digits):
    """Bars of an EAN-13, from the tables of the standard."""
    right = [code.translate(str.maketrans("01", "10")) for code in LEFT]
    sets = {"L": LEFT, "G": [code[::-1] for code in right]}
    left = "".join(sets[kind][int(digit)] for kind, digit in zip(PARITY[int(digits[0])], digits[1:7], strict=True))
    bars = "101" + left + "01010" + "".join(right[int(digit)] for digit in digits[7:]) + "101"
    return enlarged([[int(bar) for bar in bars]] * 40)


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


def test_a_qr_code_is_read():
    address = "0xffffffff" + "a1B2" * 6 + "00000000"
    assert decoding.decode(qr(address)) == [address]


def test_a_product_bar_code_is_read():
    assert decoding.decode(ean_13("8801043036016")) == ["8801043036016"]


def test_a_picture_in_colour_is_read():
    assert decoding.decode(np.repeat(qr("R1-K01-000027")[:, :, None], 3, axis=2)) == ["R1-K01-000027"]


def test_two_codes_in_a_picture_are_both_read_and_the_same_one_once():
    one, two = qr("ONE-1"), qr("TWO-2")
    assert sorted(decoding.decode(np.hstack([one, two, one]))) == ["ONE-1", "TWO-2"]


def test_a_picture_without_a_code_gives_nothing():
    assert decoding.decode(np.full((480, 640), 200, dtype=np.uint8)) == []


def test_the_doctor_sees_the_versions_and_nothing_missing():
    assert [(part.name, bool(part.version), part.missing) for part in decoding.state()] == [
        ("opencv-python", True, ""),
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


def test_without_the_zbar_library_nothing_is_read_and_the_doctor_says_why():
    code = """
import ctypes.util
ctypes.util.find_library = lambda name: None
from kiosk.services.scanner import decoding
import numpy
print(decoding.decode(numpy.zeros((9, 9), dtype=numpy.uint8)))
for part in decoding.state(): print(part.name, part.version != "", part.missing)
"""
    assert run(code) == ["[]", "opencv-python True ", "pyzbar True decoding.no_zbar"]


def test_without_opencv_nothing_is_read_and_the_doctor_says_why():
    code = """
import sys
sys.modules["cv2"] = None
from kiosk.services.scanner import decoding
print(decoding.decode(None))
for part in decoding.state(): print(part.name, part.missing)
"""
    assert run(code) == ["[]", "opencv-python decoding.no_opencv", "pyzbar "]


@pytest.mark.parametrize("library", ["cv2", "pyzbar"])
def test_only_this_module_imports_the_libraries(library):
    importing = {
        path.relative_to(KIOSK).as_posix()
        for path in KIOSK.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and any(name.name.split(".")[0] == library for name in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == library)
    }
    assert importing == {"services/scanner/decoding.py"}
