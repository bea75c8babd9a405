"""Measure the figures and print them.

    python -m tests.bench [NAME...] [--quick] [--json FILE]

Ends with 0 whatever the figures say, and with 2 when a name is unknown.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.bench import behind, customers, decoders, flood, manager, records, sales, starting, watching
from tests.bench.figure import Figure, measure, table, write_json
from tests.bench.workplace import Workplace, machine
from tests.end_to_end.driver import PROJECT

JSON = PROJECT / "build" / "bench.json"


FIGURES = (
    *starting.FIGURES[:2],
    *customers.FIGURES,
    *sales.FIGURES,
    *records.FIGURES,
    *flood.FIGURES,
    *decoders.FIGURES,
    *watching.FIGURES,
    *behind.FIGURES,
    *starting.FIGURES[2:],
    *manager.FIGURES,
)


def main(arguments: Sequence[str], figures: Sequence[Figure] = FIGURES) -> int:
    """Measure all, or those that are named."""
    known = [figure.name for figure in figures]
    parser = argparse.ArgumentParser(prog="bench", description="Measures the figures, each beside its yardstick.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--quick", action="store_true", help="measure less, for a first look")
    parser.add_argument("--json", type=Path, default=JSON, metavar="FILE", help="default: build/bench.json")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in known]
    if unknown:
        print(f"no figure is called {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    workplace = Workplace(quick=options.quick)
    try:
        rows = measure([one for one in figures if not options.names or one.name in options.names], workplace)
        facts = machine()
    finally:
        workplace.close()
    print(table(rows, facts))
    write_json(rows, facts, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
