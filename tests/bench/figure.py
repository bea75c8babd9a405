"""What a figure is, how all of them are measured, and how they are printed."""

import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap

from tests.bench.workplace import NotMeasuredError, Workplace

MET, MISSED, NOT_MEASURED = "met", "MISSED", "not measured"
WIDTHS = {"name": 8, "what": 34, "figure": 12, "yardstick": 36, "ratio": 8, "aim": 8, "verdict": 14}


@dataclass(frozen=True)
class Measured:
    """Both sides, measured in the same run.

    Attributes:
        ours: What the program takes.
        yardstick: What the yardstick takes, or a fixed one.
        unit: Of both.
        remark: What a reader has to know to read it right; "" for nothing.
        more: Numbers behind it, for the JSON.
        only: With how much less it was measured than its name says, to be quick; "" for the whole.
    """

    ours: float
    yardstick: float
    unit: str
    remark: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
    only: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.yardstick if self.yardstick else math.inf


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        name: What it is called on the command line.
        what: What is measured.
        yardstick: Beside what.
        aim: The largest ratio that is good; None where the aim is not a ratio.
        measure: Measures both sides. Raises NotMeasuredError where that cannot be done.
    """

    name: str
    what: str
    yardstick: str
    aim: float | None
    measure: Callable[[Workplace], Measured]


@dataclass(frozen=True)
class Row:
    """A figure and what came of it.

    Attributes:
        figure: Which.
        measured: None when it was not.
        why_not: Why it was not, or "".
        took_s: How long measuring took [s].
    """

    figure: Figure
    measured: Measured | None
    why_not: str
    took_s: float

    @property
    def verdict(self) -> str:
        if self.measured is None:
            return NOT_MEASURED
        if self.figure.aim is None:
            return ""
        return MET if self.measured.ratio <= self.figure.aim else MISSED


def measure(figures: Iterable[Figure], workplace: Workplace) -> list[Row]:
    """Measure one after the other; one that cannot be measured says why, and the others go on."""
    rows = []
    for figure in figures:
        print(f"measuring {figure.name}: {figure.what}", file=sys.stderr, flush=True)
        began_s, measured, why_not = time.monotonic(), None, ""
        try:
            measured = figure.measure(workplace)
        except NotMeasuredError as error:
            why_not = str(error)
        except Exception as error:  # noqa: BLE001 - one figure that fails is one row that says so
            why_not = f"{type(error).__name__}: {error}"
        rows.append(Row(figure, measured, why_not, time.monotonic() - began_s))
    return rows


# -- the table


def table(rows: Sequence[Row], machine: Mapping[str, object]) -> str:
    """All figures, for a person to read; below them the remarks and the machine."""
    lines = [_line(list(WIDTHS), WIDTHS.values()), _line(["-" * width for width in WIDTHS.values()], WIDTHS.values())]
    for row in rows:
        cells = [wrap(cell, width) or [""] for cell, width in zip(_cells(row), WIDTHS.values(), strict=True)]
        lines += (_line(parts, WIDTHS.values()) for parts in zip_longest(*cells, fillvalue=""))
    for row in rows:
        said = row.measured.remark if row.measured else f"not measured: {row.why_not}"
        first, *rest = wrap(f"{row.figure.name}: {said}", 118) if said else [""]
        lines += ["", first, *(f"    {line}" for line in rest)] if first else []
    facts = ", ".join(f"{name} {value}" for name, value in machine.items())
    return "\n".join([*lines, "", *wrap(f"machine: {facts}", 118)])


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cells(row: Row) -> tuple[str, ...]:
    figure, measured = row.figure, row.measured
    aim = f"≤ {figure.aim:g} ×" if figure.aim is not None else ""
    if measured is None:
        return figure.name, figure.what, "", figure.yardstick, "", aim, row.verdict
    beside = f"{amount(measured.yardstick, measured.unit)}, {figure.yardstick}"
    only = f", but with {measured.only}" if measured.only else ""
    ours = amount(measured.ours, measured.unit)
    return figure.name, figure.what, ours, beside, f"{measured.ratio:.2f} ×", aim, f"{row.verdict}{only}"


def amount(value: float, unit: str) -> str:
    """A number with its unit, to three digits or so."""
    return f"{value:.{2 if value < 100 else 0}f} {unit}"


# -- the file


def write_json(rows: Sequence[Row], machine: Mapping[str, object], file: Path) -> None:
    """The same, for programs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": machine, "figures": [_as_json(row) for row in rows]}
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _as_json(row: Row) -> dict[str, object]:
    figure = row.figure
    said: dict[str, object] = {
        "name": figure.name,
        "what": figure.what,
        "beside": figure.yardstick,
        "aim": figure.aim,
        "verdict": row.verdict,
        "why_not": row.why_not,
        "took_s": round(row.took_s, 1),
    }
    return said if row.measured is None else {**said, "ratio": row.measured.ratio, **asdict(row.measured)}


# -- numbers


def median(values: Iterable[float]) -> float:
    """The one in the middle: a busy moment of the machine does not move it."""
    return statistics.median(values)


def percentile(values: Iterable[float], percent: float) -> float:
    """The smallest value that is not exceeded by this share of them [percent]."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
