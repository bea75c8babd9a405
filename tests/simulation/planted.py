"""Planted bugs: is the simulation worth believing? Each is a mistake that a person would make; all must be caught.

    python -m tests.simulation.planted [--own] [--seeds 200] [WORDS IN THE NAME...]    until each is caught
    python -m tests.simulation.planted --share [--seeds 200]                           in which share of the stories

A bug is planted by changing the text of one module as it is imported, in a process of its own; the tree is not touched.
They are those of tests/planted that concern what happens to money (NOT_HERE names the others, and says why), and more.
"""

import argparse
import importlib.abc
import importlib.machinery
import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

from typing_extensions import override

from tests.planted import ceos, crepay, flows, records
from tests.planted.bug import Bug
from tests.simulation.more_bugs import MORE, NOT_HERE, RARE

PROJECT: Final = Path(__file__).parents[2]
BUGS: Final = (
    *(bug for bug in (*crepay.BUGS, *ceos.BUGS, *records.BUGS, *flows.BUGS) if bug.name not in NOT_HERE),
    *MORE,
)
WORKERS: Final = 2
WITHIN_S: Final = 600
"""A bug that makes stories never end is ended [s]; that is noticed too."""
CAUGHT, SURVIVED, MISFIT = "caught", "SURVIVED", "DOES NOT FIT"


class Planted(importlib.abc.MetaPathFinder):
    """Finds one module with one mistake in it."""

    def __init__(self, bug: Bug) -> None:
        self._name = bug.file.removesuffix(".py").replace("/", ".")
        self._bug = bug

    @override
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        assert found is not None
        assert found.origin is not None
        return importlib.util.spec_from_file_location(fullname, found.origin, loader=Mistaken(fullname, self._bug))


class Mistaken(importlib.machinery.SourceFileLoader):
    """Reads a module and makes the mistake; past all caches."""

    def __init__(self, fullname: str, bug: Bug) -> None:
        super().__init__(fullname, str(PROJECT / bug.file))
        self._bug = bug

    @override
    def get_code(self, fullname: str) -> CodeType:
        sound = Path(self.path).read_text(encoding="utf-8")
        if sound.count(self._bug.old) != 1:
            raise ImportError(f"{self._bug.file} holds the text {sound.count(self._bug.old)} times")
        return compile(sound.replace(self._bug.old, self._bug.new), self.path, "exec", dont_inherit=True)


def tell_with(bug: Bug, seeds: range, *, until_caught: bool) -> dict[str, object]:
    """Tell stories of a till with this bug, in this process; what was told, and what went wrong."""
    sys.meta_path.insert(0, Planted(bug))
    from tests.simulation.run import a_folder, settle_down, tell
    from tests.simulation.world import Story

    settle_down()
    caught: list[int] = []
    laws: dict[str, int] = {}
    told = 0
    with a_folder() as folder:
        for seed in seeds:
            told += 1
            violations = tell(Story(seed, is_rough=True), folder).laws.violations
            if violations:
                caught.append(seed)
                laws[violations[0].law] = laws.get(violations[0].law, 0) + 1
                if until_caught:
                    break
    return {"told": told, "caught": len(caught), "first": caught[0] if caught else None, "laws": laws}


def try_bug(bug: Bug, seeds: int, *, until_caught: bool) -> tuple[str, str]:
    """Try one in a process of its own; the verdict, and a line about it."""
    wanted = [str(BUGS.index(bug)), str(seeds), str(int(until_caught))]
    command = [sys.executable, "-m", "tests.simulation.planted", "--one", *wanted]
    try:
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    except subprocess.TimeoutExpired:
        return CAUGHT, "took too long"
    if done.returncode:
        return MISFIT, done.stderr[-600:]
    result = json.loads(done.stdout.splitlines()[-1])
    if not result["caught"]:
        return SURVIVED, f"in {result['told']} stories"
    laws = ", ".join(f"{law} {count}" for law, count in sorted(result["laws"].items(), key=lambda one: -one[1]))
    if until_caught:
        return CAUGHT, f"story {result['told']:4} ({laws})"
    return CAUGHT, f"{100 * result['caught'] / result['told']:5.1f} % of stories ({laws})"


def main(arguments: Sequence[str]) -> int:
    """Try them all, or those whose names hold one of the words."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.planted")
    parser.add_argument("--seeds", type=int, default=2000, help="how many stories a bug may survive [2000]")
    parser.add_argument("--share", action="store_true", help="tell all of them, and say in which share it is caught")
    parser.add_argument("--own", action="store_true", help="only those of more_bugs.py, less the rare ones")
    parser.add_argument("--one", type=int, nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("words", nargs="*")
    options = parser.parse_args(arguments)
    if options.one:
        number, seeds, until_caught = options.one
        print(json.dumps(tell_with(BUGS[number], range(seeds), until_caught=bool(until_caught))))
        return 0
    bugs = tuple(bug for bug in MORE if bug.name not in RARE) if options.own else BUGS
    chosen = [bug for bug in bugs if not options.words or any(word in bug.name for word in options.words)]

    def work(bug: Bug) -> str:
        verdict, said = try_bug(bug, options.seeds, until_caught=not options.share)
        print(f"{verdict:8} {said:40} {bug.breaks}: {bug.name}", flush=True)
        return verdict

    with ThreadPoolExecutor(WORKERS) as pool:
        verdicts = list(pool.map(work, chosen))
    print(f"caught / survived = {verdicts.count(CAUGHT)} / {len(chosen) - verdicts.count(CAUGHT)}")
    return 0 if verdicts.count(CAUGHT) == len(chosen) > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
