"""Plant every bug in a copy of the tree, one at a time, and see that the tests notice.

    python -m tests.planted [N/M] [WORDS IN THE NAME, OR NAMES OF LISTS...]

N/M: every Mth of them, from the Nth on.
Prints a line per bug and `killed / survived = n / 0`; ends with 1 if a bug survives or does not fit the code any more.
"""

import compileall
import os
import py_compile
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from tests.planted import (
    access,
    asked_again,
    camera,
    card,
    ceos,
    crepay,
    decoding,
    ezpg_client,
    ezpg_simulator,
    ezpg_staff,
    flows,
    journeys,
    languages,
    loyalty,
    mixed,
    printer,
    records,
    scanners,
    shop_looks,
    staff,
    stopped,
    transfer_screen,
    transfers,
    transfers_seen,
    voice,
    wedge,
)
from tests.planted.apart import TESTS_FAILED, run_tests
from tests.planted.bug import Bug

PROJECT: Final = Path(__file__).parents[2]
COPIED: Final = ("kiosk", "resources", "tests", "packaging", "pyproject.toml", "README.md")
WORKERS: Final = 2
LISTS: Final = {
    "crepay": crepay.BUGS,
    "ceos": ceos.BUGS,
    "card": card.BUGS,
    "loyalty": loyalty.BUGS,
    "records": records.BUGS,
    "flows": flows.BUGS,
    "mixed": mixed.BUGS,
    "scanners": scanners.BUGS,
    "camera": camera.BUGS,
    "decoding": decoding.BUGS,
    "staff": staff.BUGS,
    "stopped": stopped.BUGS,
    "wedge": wedge.BUGS,
    "ezpg_client": ezpg_client.BUGS,
    "transfers": transfers.BUGS,
    "ezpg_simulator": ezpg_simulator.BUGS,
    "ezpg_staff": ezpg_staff.BUGS,
    "languages": languages.BUGS,
    "printer": printer.BUGS,
    "access": access.BUGS,
    "asked_again": asked_again.BUGS,
    "voice": voice.BUGS,
    "transfer_screen": transfer_screen.BUGS,
    "shop_looks": shop_looks.BUGS,
    "transfers_seen": transfers_seen.BUGS,
    "journeys": journeys.BUGS,
}
PART: Final = re.compile("[1-9]/[1-9]")
KILLED, SURVIVED, MISFIT = "killed", "SURVIVED", "DOES NOT FIT"


def copy_tree(folder: Path) -> None:
    """The project, its program compiled by content and not by date, because two edits may fall into one second."""
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    compileall.compile_dir(folder / "kiosk", quiet=1, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)


def try_bug(bug: Bug, tree: Path) -> tuple[str, str]:
    """Plant a bug, run its tests, and take it out again; the verdict, and what the tests said."""
    file = tree / bug.file
    sound = file.read_text(encoding="utf-8")
    if sound.count(bug.old) != 1:
        return MISFIT, f"{bug.file} holds the text {sound.count(bug.old)} times"
    file.write_text(sound.replace(bug.old, bug.new), encoding="utf-8")
    try:
        code, said = run_tests(bug.tests, tree)
    finally:
        file.write_text(sound, encoding="utf-8")
    if code == TESTS_FAILED:
        return KILLED, ""
    return (SURVIVED if code == 0 else MISFIT), said


def main(words: Sequence[str]) -> int:
    """Try them all, or the lists of these names and the bugs whose names hold one of the words; or a share of those."""
    parts = [word for word in words if PART.fullmatch(word)]
    wanted = [word for word in words if word not in parts]
    named = [
        bug
        for name, bugs in LISTS.items()
        for bug in bugs
        if not wanted or name in wanted or any(word in bug.name for word in wanted)
    ]
    first, every = map(int, parts[-1].split("/")) if parts else (1, 1)
    chosen = named[first - 1 :: every]
    # without its plugin, the variable CI tells hypothesis what pyproject.toml tells it otherwise
    os.environ |= {"QT_QPA_PLATFORM": "offscreen", "CI": "true"}
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for n in range(WORKERS):
            tree = Path(folder) / str(n)
            tree.mkdir()
            copy_tree(tree)
            trees.put(tree)

        def work(bug: Bug) -> str:
            tree, began_s = trees.get(), time.monotonic()
            try:
                verdict, said = try_bug(bug, tree)
            finally:
                trees.put(tree)
            print(f"{verdict:8} {time.monotonic() - began_s:5.1f} s  {bug.breaks}: {bug.name}", flush=True)
            if verdict != KILLED:
                print(said, flush=True)
            return verdict

        with ThreadPoolExecutor(WORKERS) as pool:
            verdicts = list(pool.map(work, chosen))
    print(f"killed / survived = {verdicts.count(KILLED)} / {len(chosen) - verdicts.count(KILLED)}")
    return 0 if verdicts.count(KILLED) == len(chosen) > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
