"""The simulation's command line.

python -m tests.simulation --seeds 1000              tell many stories; ends with 1 if anything went wrong
python -m tests.simulation --seeds 100000 --keep FILE    a long run, which can be cut off and go on
python -m tests.simulation --seed 42 --trace         tell one, event by event
python -m tests.simulation --seed 42 --only 'KEY'    tell one with these accidents alone, as a shrunk story says
"""

import argparse
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.simulation import report
from tests.simulation.kept import Kept
from tests.simulation.run import Sum, a_folder, chunks_of, hashes_of, quiet, tell, tell_many, tell_twins
from tests.simulation.shrink import shrink
from tests.simulation.world import Story, World

SAYS_EVERY_S: Final = 10.0


def main(arguments: Sequence[str]) -> int:
    """Run the command.

    Returns:
        The exit code: 1 when something went wrong.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description="Tell stories of a till.")
    parser.add_argument("--seeds", type=int, default=100, help="how many stories [100]")
    parser.add_argument("--first", type=int, default=0, help="the first seed [0]")
    parser.add_argument("--workers", type=int, default=2, help="processes [2]")
    parser.add_argument("--seed", type=int, help="tell this story alone")
    parser.add_argument("--trace", action="store_true", help="print every event of it")
    parser.add_argument("--only", action="append", help="only this accident happens in it (may be given again)")
    parser.add_argument("--customers", help="only these customers come, such as 1,3")
    parser.add_argument("--rough", action="store_true", help="everything goes wrong more often in it")
    parser.add_argument("--hashes", type=int, nargs="*", help="print the trace hash of these stories")
    parser.add_argument("--table", type=Path, help="also write the tables into this file")
    parser.add_argument("--keep", type=Path, help="keep what comes of them in this file, and go on from what it holds")
    options = parser.parse_args(arguments)
    if options.hashes is not None:
        for seed, trace_hash in hashes_of(options.hashes):
            print(seed, trace_hash)
        return 0
    if options.seed is not None:
        return one(options)
    return many(options)


def one(options: argparse.Namespace) -> int:
    """Tell one story."""
    quiet()
    only = None if options.only is None else frozenset(options.only)
    customers = None if options.customers is None else frozenset(map(int, options.customers.split(",")))
    listener = (lambda at_s, what: print(f"{at_s:12.4f} {what}")) if options.trace else None
    with a_folder() as folder:
        world = tell(Story(options.seed, only=only, customers=customers, is_rough=options.rough), folder, listener)
    print(report.of_story(world))
    return 1 if world.laws.violations else 0


def many(options: argparse.Namespace) -> int:
    """Tell many stories, and say what came of them."""
    kept = Kept(options.keep)
    total = kept.total
    chunks = chunks_of(range(options.first, options.first + options.seeds))
    arrived_s, said_s = time.monotonic(), 0.0
    for seeds, part in tell_many([one for one in chunks if not kept.done.issuperset(one)], options.workers):
        part.took_s, arrived_s = time.monotonic() - arrived_s, time.monotonic()
        kept.keep(seeds, part)
        if arrived_s - said_s > SAYS_EVERY_S:
            said_s = arrived_s
            print(f"  {total.stories} of {options.seeds} stories, {total.payments / total.took_s:.0f} payments/s, "
                  f"{len(total.violations)} went wrong", flush=True)  # fmt: skip
    other = tell_twins(total.hashes)
    text = report.of_many(total, options.workers, other)
    print(text)
    if options.table:
        options.table.parent.mkdir(parents=True, exist_ok=True)
        options.table.write_text(text + "\n", encoding="utf-8")
    if total.violations:
        print(first_failure(min(total.violations), total))
    return 1 if total.violations or other else 0


def first_failure(seed: int, total: Sum) -> str:
    """The first story that went wrong, as short as it can be told, and the command that tells it."""
    quiet()
    with a_folder() as folder:
        world = shrink(seed, total.violations[seed][0].law, folder)
    return f"{report.of_story(world)}\n{command_for(world)}"


def command_for(world: World) -> str:
    """The command that tells a story again."""
    words = ["python", "-m", "tests.simulation", "--seed", str(world.story.seed), "--trace"]
    if world.story.only is not None:
        for key in sorted({key for key, _ in world.fired}) or [""]:
            words += ["--only", key]
    if world.story.customers is not None:
        words += ["--customers", ",".join(map(str, sorted(world.story.customers)))]
    return shlex.join(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
