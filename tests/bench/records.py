"""The journal: what a durable write takes, and what it takes to find one sale among very many."""

import asyncio
import itertools
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from typing_extensions import override

from kiosk.domain.day import KOREA, business_day
from kiosk.domain.history import FindBy, Query
from kiosk.services.clock import SystemClock
from kiosk.services.journal import reading, reports
from kiosk.services.journal.archive import Archive
from kiosk.services.journal.file import Setting, connect, prepare
from kiosk.services.journal.store import OwnThread, SqliteJournal, open_journal
from tests.bench.figure import Figure, Measured, median, percentile
from tests.bench.history import DAY_MS, FILE, FIRST_DAY_MS, PER_DAY, TOTAL, History, setting_of, write_sale
from tests.bench.workplace import Workplace
from tests.support.journal import AtOnce

T = TypeVar("T")

QUICKER = 5
"""The share of times that counts as undisturbed [percent]."""
ROUNDS_OF_LOOKS, LOOKS_A_ROUND = 40, 25
SEARCH = "SELECT id FROM orders WHERE id = ?1 OR code = ?1 OR id = (SELECT order_id FROM attempts WHERE id = ?1)"
"""As reports.py searches."""
LOOKUP = "SELECT id FROM orders WHERE code = ?1"


# -- a durable write


@dataclass(frozen=True)
class Statement:
    """A statement that changes rows, with its values."""

    text: str
    values: Sequence[Any]
    many: bool = False


class Recording(sqlite3.Connection):
    """A connection that remembers what each transaction changed."""

    transactions: list[list[Statement]]

    def _note(self, text: str, values: Sequence[Any], *, many: bool) -> None:
        if not hasattr(self, "transactions"):
            self.transactions = []
        if text.startswith("BEGIN IMMEDIATE"):
            self.transactions.append([])
        elif self.in_transaction and text.startswith(("INSERT", "UPDATE")):
            self.transactions[-1].append(Statement(text, values, many))

    @override
    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        self._note(sql, parameters, many=False)
        return super().execute(sql, parameters)

    @override
    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        rows = list(parameters)
        self._note(sql, rows, many=True)
        return super().executemany(sql, rows)


class Timed(OwnThread):
    """The journal's own thread, with the time that each piece of work takes there."""

    def __init__(self) -> None:
        super().__init__()
        self.took_s = 0.0

    @override
    async def run(self, work: Callable[[], T]) -> T:
        def timed() -> T:
            began_s = time.perf_counter()
            try:
                return work()
            finally:
                self.took_s = time.perf_counter() - began_s

        return await super().run(timed)


@dataclass
class Writes:
    """Times of the writes of one kind, the n-th of a sale [s].

    Attributes:
        ours: As the flows wait for it.
        in_thread: Of that, in the journal's thread.
        bare: The same rows by sqlite3 alone.
    """

    ours: list[float]
    in_thread: list[float]
    bare: list[float]


class TimedJournal(SqliteJournal):
    """Notes how long each write took, as those who call see it."""

    times: list[tuple[float, float]]

    @override
    async def write(self, *entries: Any) -> None:
        began_s = time.perf_counter()
        await super().write(*entries)
        self._note(began_s)

    @override
    async def write_asked(self, *arguments: Any, **more: Any) -> None:
        began_s = time.perf_counter()
        await super().write_asked(*arguments, **more)
        self._note(began_s)

    @override
    async def intend(self, *arguments: Any, **more: Any) -> Any:
        began_s = time.perf_counter()
        permit = await super().intend(*arguments, **more)
        self._note(began_s)
        return permit

    def _note(self, began_s: float) -> None:
        assert isinstance(self._runner, Timed)
        self.times.append((time.perf_counter() - began_s, self._runner.took_s))


async def _rehearse(setting: Setting, sales: int) -> list[list[Statement]]:
    """What the journal changes in its file for so many sales, a list for each of the transactions."""
    connections: list[Recording] = []

    def recording(path: Path) -> sqlite3.Connection:
        made = sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=Recording)
        connections.append(made)
        return made

    journal = await open_journal(replace(setting, connect=recording), SystemClock())
    opened = len(connections[0].transactions)
    for _ in range(sales):
        await write_sale(journal)
    transactions = connections[0].transactions[opened:]
    await journal.close()
    return transactions


def _bare(db: sqlite3.Connection, statements: Sequence[Statement]) -> float:
    began_s = time.perf_counter()
    db.execute("BEGIN IMMEDIATE")
    for one in statements:
        (db.executemany if one.many else db.execute)(one.text, one.values)
    db.execute("COMMIT")
    return time.perf_counter() - began_s


async def _write_both(setting: Setting, folder: Path, transactions: list[list[Statement]]) -> list[Writes]:
    """Sale by sale, ours and bare in turn."""
    writes = [Writes([], [], []) for _ in range(4)]
    journal = TimedJournal(setting, SystemClock(), Timed())
    journal.times = []
    await journal.open()
    with closing(connect(folder / FILE)) as db:
        prepare(db)
        for at in range(0, len(transactions), 4):
            journal.times.clear()
            await write_sale(journal)
            for write, (ours_s, in_thread_s), statements in zip(
                writes, journal.times, transactions[at : at + 4], strict=True
            ):
                write.ours.append(ours_s)
                write.in_thread.append(in_thread_s)
                write.bare.append(_bare(db, statements))
    await journal.close()
    return writes


def measure_write(workplace: Workplace) -> Measured:
    """All writes of a sale, ours beside the statements that ours runs, run bare."""
    sales = workplace.rounds(400, 60)
    setting = setting_of(workplace.till())
    settings = [replace(setting, folder=workplace.folder()) for _ in range(2)]
    transactions = asyncio.run(_rehearse(settings[0], sales))
    writes = asyncio.run(_write_both(settings[1], workplace.folder(), transactions))
    sides = ("ours", "in_thread", "bare")
    ours, in_thread, bare = (_of_four(writes, side, QUICKER) for side in sides)
    each = ", ".join(f"{percentile(one.ours, QUICKER) / percentile(one.bare, QUICKER):.2f} ×" for one in writes)
    middle = _of_four(writes, "ours", 50) / _of_four(writes, "bare", 50)
    return Measured(
        ours,
        bare,
        "ms",
        f"The four writes of a sale ({sales} sales), as the flows wait for them, each by its quickest twentieth: a "
        "disk that others keep busy adds the same to both sides and makes the ratio look better (by the medians it is "
        f"{middle:.2f} ×). The four: {each}. Of our {ours:.2f} ms, {in_thread:.2f} are spent in the journal's thread, "
        f"{ours - in_thread:.2f} on the way there and back; by the thread alone the ratio is {in_thread / bare:.2f} ×. "
        "Bare runs the very same INSERTs and UPDATEs with the same indexes; it does not encode, hash, or check a law.",
        {"ours_ms": ours, "in_thread_ms": in_thread, "bare_ms": bare},
    )


def _of_four(writes: list[Writes], side: str, percent: float) -> float:
    """Mean of the four writes of a sale, of each the value that this share of its times do not exceed [ms]."""
    return sum(percentile(getattr(write, side), percent) for write in writes) * 1000 / len(writes)


# -- finding a sale


def measure_find(workplace: Workplace) -> Measured:
    """By the code that a customer tells, past the till; both open the file."""
    history = workplace.history
    file, codes = history.file, (f"K01-{n:04d}" for n in _spread(history))

    def bare(code: str) -> None:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
            assert db.execute("SELECT * FROM orders WHERE code = ?", (code,)).fetchone()

    ours_ms, bare_ms = _in_turn(workplace, codes, lambda code: reports.timeline(file, code), bare)
    with closing(connect(file)) as db:
        search_ms, lookup_ms = _in_turn(workplace, codes, _looks_up(db, SEARCH), _looks_up(db, LOOKUP))
    return Measured(
        ours_ms,
        bare_ms,
        "ms",
        f"`kiosk journal show CODE` among {history.sales:,} sales: its {history.events // history.sales} events found, "
        "read and decoded, beside the one row of the order; both open the file and close it. The search alone, in an "
        f"open file, takes {search_ms:.3f} ms beside {lookup_ms:.3f} ms: {search_ms / lookup_ms:.2f} ×.",
        {"sales": history.sales, "search_ms": search_ms, "lookup_ms": lookup_ms},
        history.only,
    )


def measure_read(workplace: Workplace) -> Measured:
    """By its id, in an open journal, as the till does."""
    history = workplace.history
    ids = (f"K01-1-{n:06d}" for n in _spread(history))
    with closing(connect(history.file)) as db:
        db.row_factory = sqlite3.Row
        bare = _same_rows(history.file, db)
        ours_ms, bare_ms = _in_turn(workplace, ids, lambda order: reading.read_sale(db, order), bare)
    return Measured(
        ours_ms,
        bare_ms,
        "ms",
        f"Among {history.sales:,} sales, as the flows read a sale between two steps: order, two lines, attempts and "
        "refunds, as objects; beside the same statements, whose rows are left as they are.",
        {"sales": history.sales},
        history.only,
    )


def measure_staff(workplace: Workplace) -> Measured:
    """What staff look up: the latest, by each key, one sale and its story. All sales cost the same and end the same."""
    history = workplace.history
    archive = Archive(history.file.parent, "A", AtOnce())
    each: dict[str, tuple[float, float]] = {}
    for name, keys, query, bare in _looks(history):
        each[name] = _in_turn(workplace, keys, _found_by(archive, query), _found_bare(history.file, *bare))
    worst = max(each, key=lambda name: each[name][0])
    told = ", ".join(f"{name} {ours_ms:.1f} ({ours_ms / bare_ms:.1f} ×)" for name, (ours_ms, bare_ms) in each.items())
    ours_ms, bare_ms = each[worst]
    return Measured(
        ours_ms,
        bare_ms,
        "ms",
        f"Among {history.sales:,} sales of which all cost the same and end in the same digits, a page of {PER_PAGE} as "
        f"objects, the file opened and closed each time: {told}. Beside each the same rows by bare sqlite3, left as "
        f"they are. The slowest ({worst}) stands in the table.",
        {"sales": history.sales, **{name: ours for name, (ours, _) in each.items()}},
        history.only,
    )


PER_PAGE = 20
OF_ONE = "SELECT id FROM orders WHERE sequence = ?"

Look = tuple[str, Iterator[str], Callable[[str], Query], tuple[str, Callable[[str], Sequence[Any]]]]


def _looks(history: History) -> Iterator[Look]:
    """What is looked up, by which keys, as staff ask for it, and the bare statement that finds the same orders."""
    numbers = (str(n) for n in _spread(history))
    yield "code", numbers, lambda key: Query(FindBy.CODE, key), (OF_ONE, lambda key: [int(key)])
    of_day = (str(n % PER_DAY + 1) for n in _spread(history))
    number = "SELECT id FROM orders WHERE number = ? AND number <> '' ORDER BY sequence DESC LIMIT 21"
    yield "number", of_day, lambda key: Query(FindBy.NUMBER, key), (number, lambda key: [f"A-{int(key):03d}"])
    amount = "SELECT id FROM orders WHERE total = ? ORDER BY sequence DESC LIMIT 21"
    yield (
        "amount",
        itertools.repeat(str(TOTAL)),
        lambda key: Query(FindBy.AMOUNT, key),
        (amount, lambda key: [int(key)]),
    )
    ending = (
        "SELECT order_id FROM attempts INDEXED BY attempts_of_masked WHERE masked = ? AND masked <> '' "
        "ORDER BY rowid DESC LIMIT 21"
    )
    yield (
        "ending",
        itertools.repeat("4445"),
        lambda key: Query(FindBy.ENDING, key),
        (ending, lambda key: [f"****{key}"]),
    )
    days = (business_day(FIRST_DAY_MS + n // PER_DAY * DAY_MS) for n in _spread(history))
    opened = "SELECT id FROM orders WHERE opened >= ? AND opened < ? ORDER BY opened DESC LIMIT 21"
    yield "day", days, lambda key: Query(FindBy.DAY, day=key), (opened, _bounds)
    latest = "SELECT id FROM orders ORDER BY sequence DESC LIMIT 21"
    yield "latest", itertools.repeat(""), lambda _key: Query(FindBy.DAY), (latest, lambda _key: [])


def _bounds(day: str) -> list[str]:
    begins_ms = int(datetime.fromisoformat(day).replace(tzinfo=KOREA).timestamp() * 1000)
    return [str(begins_ms), str(begins_ms + DAY_MS)]


def _found_by(archive: Archive, query: Callable[[str], Query]) -> Callable[[str], object]:
    def look(key: str) -> object:
        found = asyncio.run(archive.find(query(key), PER_PAGE))
        assert found.sales
        return found

    return look


def _found_bare(file: Path, statement: str, values: Callable[[str], Sequence[Any]]) -> Callable[[str], object]:
    def look(key: str) -> object:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            for row in db.execute(statement, values(key)).fetchall()[:PER_PAGE]:
                for query in OF_SALE:
                    db.execute(query, (row[0],)).fetchall()
        return None

    return look


OF_SALE = (
    "SELECT * FROM orders WHERE id = ?",
    "SELECT * FROM order_lines WHERE order_id = ? ORDER BY n",
    "SELECT * FROM attempts WHERE order_id = ? ORDER BY n",
    "SELECT r.* FROM attempts a JOIN refunds r ON r.attempt_id = a.id WHERE a.order_id = ?",
    "SELECT s.* FROM attempts a JOIN resolutions s ON s.attempt_id = a.id WHERE a.order_id = ?",
)


def _looks_up(db: sqlite3.Connection, query: str) -> Callable[[str], object]:
    return lambda key: db.execute(query, (key,)).fetchone()


class Noting(sqlite3.Connection):
    """A connection that notes what it is asked."""

    asked: list[tuple[str, Sequence[Any]]]

    @override
    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        self.asked.append((sql, parameters))
        return super().execute(sql, parameters)


def _same_rows(file: Path, db: sqlite3.Connection) -> Callable[[str], object]:
    """The statements with which a sale is read, run bare."""
    first = "K01-1-000001"
    with closing(sqlite3.connect(file, factory=Noting)) as noting:
        noting.asked = []
        noting.row_factory = sqlite3.Row
        reading.read_sale(noting, first)

    def bare(order: str) -> None:
        for sql, values in noting.asked:
            db.execute(sql, [order if value == first else value for value in values]).fetchall()

    return bare


def _spread(history: History) -> Iterator[int]:
    """Sales from all over the file, without end."""
    step = 7919  # a prime: every sale comes once before one comes again
    return ((n * step) % history.sales + 1 for n in itertools.count(1))


def _in_turn(
    workplace: Workplace, keys: Iterator[str], ours: Callable[[str], object], bare: Callable[[str], object]
) -> tuple[float, float]:
    """Medians of both [ms], a round of each in turn; each key is warmed by neither more than by the other."""
    ours_ms, bare_ms = [], []
    for _ in range(workplace.rounds(ROUNDS_OF_LOOKS, 10)):
        ours_ms.append(_each_ms(ours, itertools.islice(keys, LOOKS_A_ROUND)))
        bare_ms.append(_each_ms(bare, itertools.islice(keys, LOOKS_A_ROUND)))
    return median(ours_ms), median(bare_ms)


def _each_ms(look: Callable[[str], object], keys: Iterator[str]) -> float:
    chosen = list(keys)
    began_s = time.perf_counter()
    for key in chosen:
        look(key)
    return (time.perf_counter() - began_s) * 1000 / len(chosen)


FIGURES = (
    Figure("write", "a durable journal write", "the same rows by bare sqlite3, WAL, FULL", 1.5, measure_write),
    Figure("find", "find a sale among 1,000,000 by its code", "an indexed SQLite lookup", 2.0, measure_find),
    Figure("staff", "staff find sales among 1,000,000", "the same rows by bare sqlite3", 2.0, measure_staff),
    Figure("read", "read a sale among 1,000,000 by its id", "the same statements by bare sqlite3", 2.0, measure_read),
)
