"""Many stories: told one after the other in each of some processes, and what came of them added up."""

import gc
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from tests.simulation import hearsay
from tests.simulation.coverage import Situation
from tests.simulation.laws import Violation
from tests.simulation.life import configuration
from tests.simulation.world import Story, World

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
"""Where files cost no disk; what a disk may do to them is tried in tests/crashes."""
TWIN_EVERY: Final = 100
"""One story in this many is told again by another process."""
CHUNK: Final = 20
"""Stories that a process tells before it reports."""


@dataclass
class Sum:
    """What came of some stories.

    Attributes:
        stories: How many were told.
        payments: Requests for money that left the till.
        attempts: Attempts to pay that customers began.
        simulated_s: Time that passed in them [s].
        told_s: Processor time it took to tell them [s].
        took_s: Time it took to tell them, by all processes together [s].
        lives: How often the program was started.
        with_staff: Attempts that only a person can settle.
        late: Attempts whose money was taken where the till could not know it, by "seed attempt".
        by_force: Attempts whose points the relay took by itself, of openings that were doubled, likewise.
        odd: Transfers that came late, twice, of another amount, or were taken back, likewise.
        violations: What should not have happened, by seed.
        hashes: Trace hash of the stories that are told twice.
    """

    stories: int = 0
    payments: int = 0
    attempts: int = 0
    simulated_s: float = 0.0
    told_s: float = 0.0
    took_s: float = 0.0
    lives: int = 0
    with_staff: int = 0
    late: list[str] = field(default_factory=list)
    by_force: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    violations: dict[int, list[Violation]] = field(default_factory=dict)
    hashes: dict[int, str] = field(default_factory=dict)
    situations: Counter[Situation] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    sometimes: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Sum") -> None:
        """Add what came of others."""
        for name in ("stories", "payments", "attempts", "simulated_s", "told_s", "took_s", "lives", "with_staff"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.late += other.late
        self.by_force += other.by_force
        self.odd += other.odd
        self.violations |= other.violations
        self.hashes |= other.hashes
        self.situations += other.situations
        self.faults += other.faults
        self.sometimes += other.sometimes


@contextmanager
def a_folder() -> Iterator[Path]:
    """A folder for the files of one till at a time, in memory where there is such a place."""
    with tempfile.TemporaryDirectory(prefix="kiosk-story-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder) / "till"


def quiet() -> None:
    """The program's own log is not what is looked at here; only the worst is let through."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))


def settle_down() -> None:
    """For a process that does nothing else: quiet, and what is imported is not looked through for garbage any more."""
    quiet()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000)  # each story ends with a search of its own


def tell(story: Story, folder: Path, listener: Callable[[float, str], None] | None = None) -> World:
    """Tell one story."""
    world = World(story, folder, configuration(folder), listener)
    world.tell()
    if hearsay.is_due(story):
        world.laws.violations += hearsay.hearsay(story, folder, configuration(folder))
    return world


def tell_all(seeds: Sequence[int]) -> Sum:
    """Tell the stories of these seeds, in this process."""
    total = Sum()
    with a_folder() as folder:
        for seed in seeds:
            began_s = time.process_time()
            world = tell(Story(seed), folder)
            total.add(_sum_of(world, time.process_time() - began_s))
            del world
            gc.collect(1)
    return total


def _sum_of(world: World, told_s: float) -> Sum:
    seed = world.story.seed
    return Sum(
        stories=1,
        payments=world.payments,
        attempts=world.attempts_begun,
        simulated_s=world.loop.now_us / 1e6,
        told_s=told_s,
        lives=world.lives,
        with_staff=world.laws.with_staff,
        late=[f"{seed} {attempt}" for attempt in world.laws.late],
        by_force=[f"{seed} {attempt}" for attempt in world.laws.by_force],
        odd=[f"{seed} {attempt}" for attempt in world.transfers.odd],
        violations={seed: world.laws.violations} if world.laws.violations else {},
        hashes={seed: world.trace_hash} if seed % TWIN_EVERY == 0 else {},
        situations=world.coverage.situations,
        faults=world.coverage.faults,
        sometimes=world.sometimes.seen,
    )


def tell_chunk(seeds: range) -> tuple[range, Sum]:
    """Tell some stories in this process; which, and what came of them."""
    return seeds, tell_all(seeds)


def chunks_of(seeds: range) -> list[range]:
    """The stories that a process tells before it reports."""
    return [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]


def tell_many(chunks: Sequence[range], workers: int) -> Iterator[tuple[range, Sum]]:
    """Tell stories, in some processes; gives which were told, and what came of them, as they are ready.

    Args:
        chunks: Seeds.
        workers: How many processes.
    """
    if workers == 1:
        quiet()
        yield from map(tell_chunk, chunks)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, initializer=settle_down) as pool:
        yield from pool.imap_unordered(tell_chunk, chunks)


def tell_twins(hashes: dict[int, str]) -> list[int]:
    """Tell some stories again, the last first, in a new process that hashes otherwise; the seeds that came out other.

    Args:
        hashes: Trace hash by seed, as they came out the first time.
    """
    if not hashes:
        return []
    seeds = [str(seed) for seed in sorted(hashes, reverse=True)]
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    command = (sys.executable, "-m", "tests.simulation", "--hashes", *seeds)
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    again = dict(line.split() for line in done.stdout.splitlines())
    return [seed for seed in hashes if again.get(str(seed)) != hashes[seed]]


def hashes_of(seeds: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Trace hash of each story."""
    quiet()
    with a_folder() as folder:
        for seed in seeds:
            yield seed, tell(Story(seed), folder).trace_hash
