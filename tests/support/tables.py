"""State tables as text, the way money rules are written: "A -> B | C (why) ;  B -> D"."""

import re
from itertools import pairwise


def read_table(text: str) -> dict[str, set[str]]:
    """A table from its text: a state per arrow's left side; "{A, B} -> C -> D" says three steps; ( ) are remarks."""
    table: dict[str, set[str]] = {}
    for rule in re.split(r"[;\n]", re.sub(r"\([^()]*\)", "", text)):
        steps = [re.findall(r"[A-Z_]+", part) for part in rule.split("->")]
        for sources, targets in pairwise(steps):
            for source in sources:
                table.setdefault(source, set()).update(targets)
    return table
