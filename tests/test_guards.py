"""What must stay true of the whole project, whatever is changed in it."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
RESIZE_OFTEN = """
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
widget = QWidget()
for i in range(20000):
    widget.resize(100 + i % 5, 100)
print("clean")
"""
# Put together, so that this file does not hold what it forbids.
OF_ONE_MACHINE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\w.])/" + r"work/",
        r"\.\./" + r"shared\b",
        r"/" + r"tmp/(brief|bare|kbuild)\b",
        r"\bpypi" + r"\.(org|python)",
        r"\bpython" + r"hosted\b",
        r"\bregistry" + r"\.npmjs\b",
        r"\bdeb" + r"\.debian\.org",
        r"\bproxy" + r"\.golang\.org",
    )
)


# --- what is installed ----------------------------------------------------------------------------------------------


def test_qt_does_not_lose_references_to_none():
    """PySide6 6.12 aborts on Pythons whose None is counted, after some thousand calls: see pyproject.toml."""
    ended = subprocess.run(
        [sys.executable, "-c", RESIZE_OFTEN],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (ended.returncode, ended.stdout.strip()) == (0, "clean"), ended.stderr


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_the_window_library_is_below_the_version_that_aborts():
    version = importlib.metadata.version("pyside6-essentials")
    assert tuple(int(part) for part in version.split(".")[:2]) < (6, 12)


def test_only_one_of_the_two_opencv_packages_is_installed():
    """Both own the folder cv2; the one installed last wins, and what it is called no longer tells which it is."""
    names = {str(found.metadata["Name"]).lower() for found in importlib.metadata.distributions()}
    assert len(names & {"opencv-python", "opencv-python-headless"}) == 1


# --- what is in the tree --------------------------------------------------------------------------------------------


def test_the_packaging_folder_does_not_hide_the_library_of_that_name():
    import packaging

    assert not (ROOT / "packaging" / "__init__.py").exists()
    assert packaging.__file__ is not None
    assert not Path(packaging.__file__).is_relative_to(ROOT / "packaging")


def test_the_lock_names_no_address():
    lock = (ROOT / "packaging" / "requirements.lock").read_text("utf-8")
    assert "==" in lock
    for word in ("://", "--" + "index-url", "--" + "extra" + "-index-url", "--find-links", " @ "):
        assert word not in lock


def test_the_lock_was_made_from_what_pyproject_asks_for():
    """Otherwise: python3 packaging/dev.py lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {
        Requirement(text).name.lower() for text in (*project["dependencies"], *project["optional-dependencies"]["dev"])
    }
    lock = (ROOT / "packaging" / "requirements.lock").read_text("utf-8")
    for_us = {
        block.split("==")[0]
        for block in re.split(r"\n(?=\S)", lock)
        if re.search(r"#\s+(via )?kiosk \(pyproject\.toml\)", block)
    }
    assert for_us == asked


def test_every_locked_package_has_its_hashes():
    lock = (ROOT / "packaging" / "requirements.lock").read_text("utf-8")
    requirements = re.split(r"\n(?=\S)", lock.strip())
    assert len(requirements) > 20
    assert [r.splitlines()[0] for r in requirements if "--hash=sha256:" not in r] == []


@pytest.mark.parametrize(
    ("folder", "kinds", "words"),
    [
        ("fonts", {".otf"}, "SIL Open Font License"),
        ("icons", {".svg"}, "ISC License"),
        ("sounds", {".wav"}, "MIT License"),
    ],
)
def test_what_was_drawn_has_its_licence_beside_it(folder, kinds, words):
    files = [path for path in (ROOT / "resources" / folder).iterdir() if path.is_file()]
    licences = [path for path in files if path.name.startswith("LICENSE-")]
    assert {path.suffix for path in files if path not in licences} == kinds
    assert licences
    assert [path.name for path in licences if words not in path.read_text("utf-8")] == []
    if folder == "fonts":
        families = {path.stem.rpartition("-")[0] for path in files if path not in licences}
        assert {path.stem.removeprefix("LICENSE-") for path in licences} == families


def test_no_window_runs_a_loop_of_its_own():
    """A nested loop inside a coroutine kills every other task that falls due, for good and without a word."""
    nested = "." + "exec("
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "kiosk").rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if nested in line
    ]
    assert found == []


def test_no_tracked_file_tells_of_one_machine_or_of_a_registry():
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout, or no git to ask")
    list_files = ["git", "-c", "safe.directory=*", "ls-files", "-z"]  # whoever owns the checkout
    listing = subprocess.run(list_files, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    tracked = [ROOT / name for name in listing.split("\0") if name]
    assert tracked
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked
        if path.is_file()
        for pattern in OF_ONE_MACHINE
        for match in pattern.finditer(path.read_bytes().decode("utf-8", errors="replace"))
    ]
    assert found == []


def test_the_words_of_one_machine_are_recognised():
    written = ["see /" + "work/x", "../" + "shared/y", "https://pypi" + ".org/simple", "files.python" + "hosted.org"]
    assert [any(pattern.search(line) for pattern in OF_ONE_MACHINE) for line in written] == [True] * 4
    assert not any(pattern.search("src/homework/ and frame" + "work/") for pattern in OF_ONE_MACHINE)


# --- layers ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path):
    """The package and its settings in another place, to be broken."""
    shutil.copytree(ROOT / "kiosk", tmp_path / "kiosk", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(folder):
    return subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_layers_are_kept(copy):
    ended = lint_imports(copy)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("kiosk/domain/money.py", "import kiosk.flows", "Layers point one way"),
        ("kiosk/domain/money.py", "import sqlite3", "The domain is pure"),
        ("kiosk/flows/__init__.py", "import PySide6.QtWidgets", "Qt stays in the screens and the composition root"),
        ("kiosk/simulator/__init__.py", "import kiosk.domain.money", "The simulators share no code with the kiosk"),
    ],
)
def test_a_wrong_import_is_caught(copy, module, line, contract):
    with (copy / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    ended = lint_imports(copy)
    assert ended.returncode != 0
    assert re.search(re.escape(contract) + r"\s+BROKEN", ended.stdout), ended.stdout
