"""Tests run in a process of their own that need not load what no bug changes: it is forked from one that has."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

WITHIN_S: Final = 60
"""Tests that take longer have noticed: a bug may make one wait for ever [s]."""
TESTS_FAILED: Final = 1
"""pytest's exit code for "some tests failed"; others say that it found none, or could not even start."""
NEVER_RAN: Final = 70
WITHOUT: Final = ("no:cacheprovider", "no:hypothesispytest", "no:anyio", "no:xdist")
"""Plugins that no test here needs. Hypothesis' loads all of it, which takes longer than most of these tests do."""
OF_OTHERS: Final = (
    *("_pytest.assertion.rewrite", "_pytest.capture", "_pytest.config", "_pytest.python", "_pytest.terminal"),
    *("babel", "cryptography.hazmat.primitives.ciphers.aead", "httpx", "pydantic", "serial", "structlog", "uvicorn"),
    *("PySide6.QtTest", "PySide6.QtWidgets"),
)
"""Loaded once."""
CONTEXT: Final[Any] = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(list(OF_OTHERS))


def run_tests(tests: Sequence[str], tree: Path) -> tuple[int, str]:
    """Run these tests in a tree; pytest's exit code, and the end of what it said."""
    heard = tree / "said.txt"
    process = CONTEXT.Process(target=_be_pytest, args=(tests, tree, heard))
    process.start()
    process.join(WITHIN_S)
    took_too_long = process.is_alive()
    with suppress(ProcessLookupError):
        # with what its tests have started and left running
        os.killpg(process.pid, signal.SIGKILL)
    process.join()
    if took_too_long:
        return TESTS_FAILED, "took too long"
    return process.exitcode, heard.read_text(encoding="utf-8", errors="replace")[-2500:]


def _be_pytest(tests: Sequence[str], tree: Path, heard: Path) -> None:
    """Run these tests as if started in that tree, and end with pytest's exit code."""
    code = NEVER_RAN
    try:
        code = _run(tests, tree, heard)
        sys.stdout.flush()
    finally:
        os._exit(code)  # without waiting for threads that a bug may have left


def _run(tests: Sequence[str], tree: Path, heard: Path) -> int:
    os.setsid()
    os.chdir(tree)
    sys.path.insert(0, str(tree))
    for name in [name for name in sys.modules if name.partition(".")[0] in {"kiosk", "tests"}]:
        del sys.modules[name]  # those are not of that tree
    with heard.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    without = [word for name in WITHOUT for word in ("-p", name)]
    return pytest.main(["-x", "-q", *without, "-o", "addopts=--import-mode=importlib", *tests])
