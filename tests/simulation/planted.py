"""Planted bugs: is the simulation worth believing? Each is a mistake that a person would make; all must be caught.

    python -m tests.simulation.planted [--own] [--seeds 200] [WORDS IN THE NAME...]    until each is caught
    python -m tests.simulation.planted --share [--seeds 200] [--table FILE]            in which share of the stories

A bug is planted by changing the text of one module as it is imported, in a process of its own; the tree is not touched.
It is told only in the stories that it touches (touched.py): the others come out the same with it.
They are those of tests/planted that concern what happens to money (NOT_HERE names the others, and says why), and more.
"""

import argparse
import importlib.abc
import importlib.machinery
import importlib.util
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

from typing_extensions import override

from tests.planted import ceos, crepay, flows, records
from tests.planted.bug import Bug
from tests.simulation.more_bugs import MORE, NOT_HERE, RARE
from tests.simulation.points_bugs import POINTS
from tests.simulation.touched import Watching
from tests.simulation.transfer_bugs import TRANSFERS

PROJECT: Final = Path(__file__).parents[2]
BUGS: Final = (
    *(bug for bug in (*crepay.BUGS, *ceos.BUGS, *records.BUGS, *flows.BUGS) if bug.name not in NOT_HERE),
    *MORE,
    *POINTS,
    *TRANSFERS,
)
WITHIN_S: Final = 120.0
"""A bug that makes a story never end is ended [s]; that is noticed too."""
OF_OTHERS: Final = ("babel", "cryptography.hazmat.primitives.ciphers.aead", "httpx", "pydantic", "serial", "structlog")
"""What every process needs and no bug changes: loaded once, where processes can be forked."""
CONTEXT: Final[Any] = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
CONTEXT.set_forkserver_preload(list(OF_OTHERS))
FIRST_ROUND: Final = 20
"""So many stories are told first: they show most bugs, which need not be looked for in the others."""
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


@dataclass
class Tried:
    """What came of trying a bug.

    Attributes:
        bug: Which.
        caught: The first law that was broken, by the seed of the story.
        told: How many stories it was tried in.
        touched: In how many of them it makes a difference at all: in the others it need not be told.
        stuck: A story did not end.
        misfit: It could not be planted, or ended the process.
    """

    bug: Bug
    caught: dict[int, str] = field(default_factory=dict)
    told: int = 0
    touched: int = 0
    stuck: bool = False
    misfit: bool = False

    @property
    def verdict(self) -> str:
        """In a word."""
        if self.misfit:
            return MISFIT
        return CAUGHT if self.caught or self.stuck else SURVIVED

    @property
    def share(self) -> float:
        """In how many of a hundred stories it is caught."""
        return 100 * len(self.caught) / max(1, self.told)

    def line(self) -> str:
        """For a table."""
        laws = ", ".join(f"{law} {count}" for law, count in Counter(self.caught.values()).most_common())
        first = f"seed {min(self.caught)}" if self.caught else ""
        said = (
            f"{self.share:5.1f} % of {self.told:4} ({self.touched:4})  {first:10}  {'stuck' if self.stuck else laws:24}"
        )
        return f"{self.verdict:8} {said}  {self.bug.breaks}: {self.bug.name}"


def tell_with(bug: Bug, seeds: Sequence[int], results: Connection, *, until_caught: bool) -> None:
    """Tell stories of a till with this bug, in this process; of each, its seed and the first law that was broken."""
    sys.meta_path.insert(0, Planted(bug))
    from tests.simulation.run import a_folder, settle_down, tell
    from tests.simulation.world import Story

    settle_down()
    with a_folder() as folder:
        for seed in seeds:
            violations = tell(Story(seed, is_rough=True), folder).laws.violations
            results.send((seed, violations[0].law if violations else ""))
            if violations and until_caught:
                break


def tell_without(bugs: Sequence[Bug], seeds: Sequence[int], results: Connection) -> None:
    """Tell stories of a sound till; of each, its seed and the numbers of the bugs that would make a difference."""
    watching = Watching(bugs)
    sys.meta_path.insert(0, watching)
    from tests.simulation.run import a_folder, settle_down, tell
    from tests.simulation.world import Story

    settle_down()
    with a_folder() as folder:
        for seed in seeds:
            watching.met.clear()
            tell(Story(seed, is_rough=True), folder)
            results.send((seed, watching.met | watching.always))


class Apart:
    """A process of its own that tells stories; it is read as it tells them.

    Args:
        tell: What it does; the last that it is handed is where to send what comes of each story.
        what: What it is handed before that.
        how: What it is handed by name.
    """

    def __init__(self, tell: Callable[..., None], *what: object, **how: object) -> None:
        self._results, ours = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(target=tell, args=(*what, ours), kwargs=how)
        self._process.start()
        ours.close()
        self.stuck = False

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        try:
            while self._results.poll(WITHIN_S):
                yield self._results.recv()
        except EOFError:
            self._process.join()
        else:
            self._process.kill()
            self._process.join()
            self.stuck = True

    @property
    def failed(self) -> bool:
        """It ended otherwise than it should."""
        return not self.stuck and self._process.exitcode != 0


def try_bug(bug: Bug, seeds: Sequence[int], *, until_caught: bool, tried: Tried | None = None) -> Tried:
    """Try one in a process of its own; what came of it is added to what came of it before."""
    tried = tried or Tried(bug)
    apart = Apart(tell_with, bug, seeds, until_caught=until_caught)
    for seed, law in apart:
        tried.touched += 1
        if law:
            tried.caught[seed] = law
    tried.stuck, tried.misfit = apart.stuck, apart.failed
    return tried


def touching(bugs: Sequence[Bug], seeds: range, pool: Executor, workers: int) -> list[list[int]]:
    """For each bug, the stories among these in which it makes a difference."""

    def look(part: range) -> list[tuple[int, set[int]]]:
        apart = Apart(tell_without, bugs, part)
        found = list(apart)
        assert len(found) == len(part), "a sound till does not come to an end"
        return found

    stories = sorted(one for part in pool.map(look, [seeds[n::workers] for n in range(workers)]) for one in part)
    return [[seed for seed, met in stories if number in met] for number in range(len(bugs))]


def try_all(bugs: Sequence[Bug], seeds: range, workers: int, *, until_caught: bool) -> Iterator[Tried]:
    """Try them all, each until it is caught, in more and more stories; or each in all stories."""
    table = [Tried(bug) for bug in bugs]
    done = 0
    with ThreadPoolExecutor(workers) as pool:
        while table and done < len(seeds):
            some = seeds[done : max(FIRST_ROUND, done * 3) if until_caught else None]
            stories = touching([tried.bug for tried in table], some, pool, workers)

            def work(tried: Tried, those: list[int], some: range = some) -> Tried:
                if those:
                    try_bug(tried.bug, those, until_caught=until_caught, tried=tried)
                is_over = until_caught and tried.caught
                tried.told += some.index(min(tried.caught)) + 1 if is_over else len(some)
                return tried

            done += len(some)
            rest = []
            for tried in pool.map(work, table, stories):
                if tried.verdict != SURVIVED or done == len(seeds):
                    yield tried
                else:
                    rest.append(tried)
            table = rest


def main(arguments: Sequence[str]) -> int:
    """Try them all, or those whose names hold one of the words."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.planted")
    parser.add_argument("--seeds", type=int, default=2000, help="how many stories a bug may survive [2000]")
    parser.add_argument("--first", type=int, default=0, help="the first seed [0]")
    parser.add_argument("--workers", type=int, default=2, help="processes [2]")
    parser.add_argument("--share", action="store_true", help="tell all of them, and say in which share it is caught")
    parser.add_argument(
        "--own", action="store_true", help="only those of more_, points_ and transfer_bugs.py, less the rare ones"
    )
    parser.add_argument("--table", type=Path, help="also write the table into this file, the shyest bug first")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args(arguments)
    bugs = tuple(bug for bug in (*MORE, *POINTS, *TRANSFERS) if bug.name not in RARE) if options.own else BUGS
    chosen = [bug for bug in bugs if not options.words or any(word in bug.name for word in options.words)]
    seeds = range(options.first, options.first + options.seeds)
    began_s = time.monotonic()
    table = []
    for tried in try_all(chosen, seeds, options.workers, until_caught=not options.share):
        print(tried.line(), flush=True)
        table.append(tried)
    caught = sum(tried.verdict == CAUGHT for tried in table)
    took_s = time.monotonic() - began_s
    total = f"caught / survived = {caught} / {len(chosen) - caught}, in {took_s:.0f} s with {options.workers} processes"
    print(total)
    if options.table:
        lines = [tried.line().rstrip() for tried in sorted(table, key=lambda tried: (tried.share, tried.bug.name))]
        options.table.parent.mkdir(parents=True, exist_ok=True)
        options.table.write_text("\n".join((*lines, total, "")), encoding="utf-8")
    return 0 if caught == len(chosen) > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
