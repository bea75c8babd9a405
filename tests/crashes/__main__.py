"""Break the journal's file in every way we know of, and see that no acknowledged row is lost and no wrong one told.

    python -m tests.crashes [--all] [--every N] [WORDS IN THE KIND'S NAME...]

Prints a table: how many points there are, how many were tried, and what became of them. Ends with 1 if one went wrong.
"""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests.crashes.cases import Kind, Tally, a_folder, table, try_all
from tests.crashes.faults import faults
from tests.crashes.flips import flips
from tests.crashes.journey import Reference, a_reference
from tests.crashes.judge import WrongError
from tests.crashes.kills import kills, kills_of_a_start
from tests.crashes.left import a_closed, a_killed
from tests.crashes.places import failing_reads, places
from tests.crashes.power import failed_syncs, losses
from tests.crashes.tails import tails
from tests.support.disk import why_not

SHOWN: Final = 3
"""How many failures that are alike are printed."""
ALIKE: Final = 60
"""So many letters of a problem, numbers left out, tell it from others."""
NUMBERS: Final = re.compile(r"0x[0-9a-f]+|\d+")
ENDS: Final = "ends of the WAL"
ENDS_IN_BOTH: Final = "ends of a checkpointed WAL"


def kinds(folder: Path, reference: Reference, *, everything: bool, every: int) -> dict[str, Callable[[], Kind]]:
    """All kinds by name, each made when it is wanted. Without `everything` some try only a part of their points."""
    closed, killed = a_closed(reference), a_killed(folder / "killed", reference, checkpointed=False)
    in_both = a_killed(folder / "in both", reference, checkpointed=True)
    if killed is None:
        raise WrongError("no day is long enough to write over its WAL")
    some = 1 if everything else every
    bits = 3000 if everything else 200 // every
    found: dict[str, Callable[[], Kind]] = {
        "SIGKILL": lambda: kills(reference, everything=everything, every=some),
        "SIGKILL at a start": lambda: kills_of_a_start(killed, folder / "start", every=some),
        "power loss": lambda: losses(reference, every=1 if everything else 2 * every),
        "failed sync, then power loss": lambda: failed_syncs(reference, every=some),
        "disk faults": lambda: faults(reference, every=1 if everything else 19 * every),
        "read errors at the start": lambda: failing_reads(closed, killed, folder / "reads", every=some),
        ENDS: lambda: tails(killed, ENDS, checkpointed=False, every=some),
        "flipped bits, closed": lambda: flips("closed", closed, everything=everything, samples=bits),
        "flipped bits, killed": lambda: flips("killed", killed, everything=everything, samples=bits),
        "misplaced, in use, bad disk": lambda: places(closed, killed),
    }
    if in_both is not None:
        found[ENDS_IN_BOTH] = lambda: tails(in_both, ENDS_IN_BOTH, checkpointed=True, every=some)
        found["flipped bits, checkpointed"] = lambda: flips(
            "checkpointed", in_both, everything=everything, samples=bits
        )
    return found


def main(arguments: Sequence[str]) -> int:
    """Try them all, or those whose names hold one of the words."""
    parser = argparse.ArgumentParser(prog="python -m tests.crashes")
    parser.add_argument("--all", action="store_true", help="every point; takes some minutes")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th point")
    parser.add_argument("words", nargs="*", help="words in a kind's name")
    chosen = parser.parse_args(arguments)
    if why_not():
        print(why_not())
        return 1
    tallies: list[Tally] = []
    with a_folder() as folder:
        (folder / "once").mkdir()
        reference = a_reference(folder / "once")
        print(f"{len(reference.operations)} operations of the disk, {len(reference.events)} events", flush=True)
        for name, kind in kinds(folder, reference, everything=chosen.all, every=chosen.every).items():
            if chosen.words and not any(word in name for word in chosen.words):
                continue
            tallies.append(try_all(kind()))
            _report(tallies[-1])
    print(table(tallies))
    return 1 if not tallies or any(tally.failures for tally in tallies) else 0


def _report(tally: Tally) -> None:
    print(f"{tally.kind.name}: {len(tally.kind.cases)} tried, {len(tally.failures)} failures, {tally.seconds:.1f} s")
    alike: dict[str, list[tuple[str, str]]] = {}
    for name, problem in tally.failures:
        alike.setdefault(NUMBERS.sub("N", problem)[:ALIKE], []).append((name, problem))
    for failures in alike.values():
        print(f"  {len(failures)} like these:")
        for name, problem in failures[:SHOWN]:
            print(f"    {name}\n      {problem}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
