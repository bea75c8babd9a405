"""The developer's door: what it asks of a machine, and what it says when something is wrong."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "packaging" / "dev.py"


@pytest.fixture
def dev():
    """packaging/dev.py as a module of its own for each test."""
    spec = importlib.util.spec_from_file_location("dev_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_needs_nothing_but_the_standard_library():
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(SCRIPT.read_text("utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names


def test_an_older_python_can_read_it_far_enough_to_say_that_it_is_too_old():
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 8))


def test_what_the_demo_does_not_know_is_for_the_kiosk_and_elsewhere_it_is_refused():
    ended = subprocess.run(
        [sys.executable, str(SCRIPT), "test", "--unheard-of"], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 2
    assert "--unheard-of" in ended.stderr


def test_another_lock_asks_for_another_environment(dev, tmp_path):
    before = dev.stamp()
    dev.LOCK = tmp_path / "requirements.lock"
    dev.LOCK.write_text("nothing==1\n", encoding="utf-8")
    assert dev.stamp() != before


def test_an_environment_with_the_right_stamp_is_left_alone(dev, tmp_path):
    dev.STAMP = tmp_path / "stamp"
    dev.STAMP.write_text(dev.stamp(), encoding="utf-8")
    dev.VENV_PYTHON = tmp_path / "not there"
    dev.make_environment()


def test_an_environment_that_is_a_link_is_not_emptied(dev, tmp_path):
    others = tmp_path / "others"
    others.mkdir()
    (others / "kept").touch()
    dev.VENV = tmp_path / ".venv"
    dev.VENV.symlink_to(others)
    dev.STAMP = dev.VENV / "set-up-from"
    with pytest.raises(dev.SetUpError, match="is a link"):
        dev.make_environment()
    assert (others / "kept").exists()


def test_a_command_that_hangs_is_ended(dev):
    assert dev.run([sys.executable, "-c", "import threading; threading.Event().wait()"], seconds=1) == 124


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="no Debian packages here")
def test_installed_packages_are_known_by_their_names_and_by_those_they_stand_in_for(dev):
    installed = dev.installed_system_packages()
    assert "dpkg" in installed
    assert "awk" in installed  # provided by mawk and gawk; no package has that name
    assert "" not in installed


def test_without_apt_the_libraries_are_named_and_nothing_is_run(dev, tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("PATH", str(tmp_path))
    dev.install_system_packages(("libegl1",))
    assert "libegl1" in capfd.readouterr().out


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="no Debian packages here")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root needs no sudo")
def test_without_sudo_the_command_for_an_administrator_is_named(dev, tmp_path, monkeypatch):
    for program in ("apt-get", "dpkg-query"):
        (tmp_path / program).symlink_to(str(shutil.which(program)))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(dev.SetUpError, match=r"apt-get install .* there-is-no-such-package"):
        dev.install_system_packages(("there-is-no-such-package",))


def test_the_checks_stop_at_the_first_that_fails_and_name_it(dev, tmp_path, capfd):
    dev.set_up = lambda _packages: None
    dev.VENV_PYTHON = tmp_path / "python"
    dev.VENV_PYTHON.write_text("#!/bin/sh\n[ $2 != mypy ] || exit 3\n", encoding="utf-8")
    dev.VENV_PYTHON.chmod(0o755)
    assert dev.test(fast=True) == 3
    lines = capfd.readouterr().out.splitlines()
    assert lines[-1].startswith("[dev] FAILED: types, exit code 3. After: format ")
    assert not any("unit tests" in line for line in lines)


def test_what_the_bench_is_told_is_passed_on_and_its_windows_are_not_shown(dev, tmp_path, capfd):
    dev.set_up = lambda: None
    dev.VENV_PYTHON = tmp_path / "python"
    dev.VENV_PYTHON.write_text('#!/bin/sh\necho "$@" "$QT_QPA_PLATFORM"\nexit 2\n', encoding="utf-8")
    dev.VENV_PYTHON.chmod(0o755)
    assert dev.bench(["scan", "--quick"]) == 2
    assert capfd.readouterr().out == "-m tests.bench scan --quick offscreen\n"


def test_continuous_integration_runs_the_same_command_as_a_person():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text("utf-8").splitlines()[-1] == 'exec "$python" packaging/dev.py test'
