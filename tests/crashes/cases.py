"""Cases, tried some at a time in forked workers, and counted."""

import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.crashes.judge import RECOVERED, REFUSED, REPORTED, SHORTER, Outcome, WrongError

WORKERS: Final = 2
FAILED: Final = "FAILED"
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - only looked for


@dataclass(frozen=True)
class Case:
    """One thing that happens to a journal.

    Attributes:
        name: What happens, in words.
        run: Does it in an empty folder and judges; WrongError or any other exception is a failure.
    """

    name: str
    run: Callable[[Path], Outcome]


@dataclass(frozen=True)
class Kind:
    """Cases of one kind.

    Attributes:
        name: Of the kind.
        points: How many there are.
        cases: Those that are tried.
    """

    name: str
    points: int
    cases: Sequence[Case]


@dataclass
class Tally:
    """What came of a kind.

    Attributes:
        kind: Which.
        outcomes: How many of each outcome.
        reasons: Why it was refused, how often.
        failures: What went wrong: name and problem.
        seconds: How long it took.
    """

    kind: Kind
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0

    def add(self, name: str, outcome: str, why: str) -> None:
        self.outcomes[outcome] += 1
        if outcome == FAILED:
            self.failures.append((name, why))
        elif why:
            self.reasons[why] += 1

    def counts(self) -> tuple[int, ...]:
        """Points, tried, each outcome, failures."""
        outcomes = (self.outcomes[outcome] for outcome in (RECOVERED, REFUSED, REPORTED, SHORTER))
        return (self.kind.points, len(self.kind.cases), *outcomes, len(self.failures))


@contextmanager
def a_folder() -> Iterator[Path]:
    """An empty folder, in memory where there is such a place."""
    place = MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="crashes-", dir=place) as folder:
        yield Path(folder)


def try_one(case: Case, folder: Path) -> tuple[str, str]:
    """Try a case in a fresh folder; outcome, and why."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        outcome = case.run(folder)
    except WrongError as wrong:
        return FAILED, str(wrong)
    except Exception as error:  # noqa: BLE001 - whatever comes out of the journal is what we look for
        return FAILED, f"{type(error).__name__}: {error} ({_where(error)})"
    return outcome.kind, outcome.why


def _where(error: BaseException) -> str:
    """The last place in the program, or in the tests, that an exception came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "kiosk" in Path(frame.filename).parts] or frames
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"


def try_here(kind: Kind) -> Tally:
    """Try all cases of a kind in this process."""
    tally = Tally(kind)
    with a_folder() as folder:
        for case in kind.cases:
            tally.add(case.name, *try_one(case, folder / "case"))
    return tally


def try_all(kind: Kind) -> Tally:
    """Try all cases of a kind, in workers forked for it."""
    began_s = time.monotonic()
    tally = Tally(kind)
    with a_folder() as folder:
        workers = [_Worker(kind, folder / str(n), range(n, len(kind.cases), WORKERS)) for n in range(WORKERS)]
        for worker in workers:
            worker.collect(tally)
    tally.seconds = time.monotonic() - began_s
    return tally


class _Worker:
    """A forked process that tries some of the cases and writes a line for each."""

    def __init__(self, kind: Kind, folder: Path, numbers: Sequence[int]) -> None:
        self._kind = kind
        self._numbers = numbers
        says, said = os.pipe()
        sys.stdout.flush()
        self._pid = os.fork()
        if not self._pid:
            os.close(says)
            self._work(folder, said)
        os.close(said)
        self._says = os.fdopen(says, encoding="utf-8")

    def _work(self, folder: Path, said: int) -> None:
        """Never comes back."""
        code = 1
        try:
            with os.fdopen(said, "w", encoding="utf-8", buffering=1) as pipe:
                for number in self._numbers:
                    outcome, why = try_one(self._kind.cases[number], folder)
                    pipe.write(f"{number}\t{outcome}\t{' '.join(why.split())}\n")
            code = 0
        except BaseException:  # noqa: BLE001 - a fork must not go on with its parent's work
            traceback.print_exc()
        finally:
            os._exit(code)

    def collect(self, tally: Tally) -> None:
        tried = set()
        with self._says as lines:
            for line in lines:
                number, outcome, why = line.rstrip("\n").split("\t")
                tally.add(self._kind.cases[int(number)].name, outcome, why)
                tried.add(int(number))
        os.waitpid(self._pid, 0)
        for left in self._numbers:
            if left not in tried:  # the first is the one that brought the worker down
                tally.add(self._kind.cases[left].name, FAILED, "the process did not survive it")


def table(tallies: Sequence[Tally]) -> str:
    """What came of it all, for people."""
    head = ("kind", "points", "tried", RECOVERED, REFUSED, "verify", SHORTER, "failures", "seconds")
    counts = [tally.counts() for tally in tallies]
    lines = [_line(head)]
    for tally, numbers in zip(tallies, counts, strict=True):
        lines.append(_line((tally.kind.name, *numbers, f"{tally.seconds:.1f}")))
    total = (sum(column) for column in zip(*counts, strict=True))
    lines.append(_line(("all", *total, f"{sum(tally.seconds for tally in tallies):.1f}")))
    for tally in tallies:
        if tally.reasons:
            why = ", ".join(f"{reason} {count}" for reason, count in tally.reasons.most_common())
            lines.append(f"  {tally.kind.name}: {why}")
    return "\n".join(lines)


def _line(row: Sequence[object]) -> str:
    return f"{row[0]!s:34}" + "".join(f"{cell!s:>11}" for cell in row[1:])
