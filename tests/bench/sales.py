"""The program's own time in a sale: everything but waiting for payment systems and people."""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
from typing_extensions import override

from kiosk.app import Seams, Till, text_in
from kiosk.services import logs
from kiosk.services.http import plain_transport
from kiosk.services.journal.file import connect
from kiosk.services.printer.plain import render_text
from tests.bench.customer import sell
from tests.bench.figure import Figure, Measured, median
from tests.bench.programs import Watched
from tests.bench.views import Views
from tests.bench.workplace import Workplace
from tests.support.drawing import NOTHING_DRAWN

WARM_UP = 2
"""Sales that are not counted."""
PRINTED_FILES = 2
"""A receipt is a text and a picture, each written through to the disk."""


@dataclass
class Work:
    """What one sale asks of the outside.

    Attributes:
        requests: Its HTTP requests.
        commits: How often something was made durable.
    """

    requests: list[httpx.Request] = field(default_factory=list)
    commits: int = 0

    def on_commit(self, moment: str) -> None:
        self.commits += moment == "after"


class Overheard(httpx.AsyncBaseTransport):
    """The program's own transport, overheard."""

    def __init__(self, work: Work) -> None:
        self._inner = plain_transport()
        self._work = work

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._work.requests.append(request)
        return await self._inner.handle_async_request(request)

    @override
    async def aclose(self) -> None:
        await self._inner.aclose()


class Bare:
    """The same calls, commits and writes, and nothing else.

    Args:
        folder: For its file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._client = httpx.AsyncClient(transport=plain_transport(), timeout=None, trust_env=False)  # noqa: S113
        self._db = connect(folder / "bare.sqlite")
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)")

    async def sale(self, work: Work) -> float:
        """CPU time of it [s]."""
        before_s = time.process_time()
        for one in work.requests:
            headers = {**one.headers, "connection": "close"}
            answer = await self._client.request(one.method, one.url, content=one.content, headers=headers)
            await answer.aread()
        for _ in range(work.commits):
            self._db.execute("INSERT INTO events (body) VALUES (?)", ("x" * 400,))
        for n in range(PRINTED_FILES):
            with (self._folder / f"printed-{n}").open("wb") as file:
                file.write(b"x" * 2000)
                file.flush()
                os.fsync(file.fileno())
        return time.process_time() - before_s

    async def close(self) -> None:
        await self._client.aclose()
        self._db.close()


@dataclass
class Both:
    """CPU times [s], sale by sale."""

    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)


async def _without_window(till: Watched, coupons: Sequence[str], bare_folder: Path) -> Both:
    """The program's own composition (app.py) without its window, in this process, and bare in turn."""
    both, work, views = Both(), Work(), Views()
    config, keys = till.settings()
    logs.configure(config.log_folder, config.log.level)
    seams = Seams(
        make_transport=lambda: Overheard(work),
        alter_journal=lambda setting: replace(setting, on_commit=work.on_commit),
    )
    program, bare = Till(config, keys, seams), Bare(bare_folder)
    program.stage.shown.subscribe(views.came)
    draw = replace(NOTHING_DRAWN, text=lambda document: render_text(document, text_in(document.language)))
    await program.open(6, draw)
    for coupon in coupons:
        work.requests, work.commits = [], 0
        before_s = time.process_time()
        await sell(program, views, coupon)
        both.ours.append(time.process_time() - before_s)
        done = Work(list(work.requests), work.commits)
        both.works.append(done)
        both.bare.append(await bare.sale(done))
    await program.close()
    await bare.close()
    return both


def _with_window(till: Watched, coupons: Sequence[str], work: Work, bare_folder: Path) -> Both:
    """The whole program as a process, and bare in turn in this one."""
    both = Both()

    async def run() -> None:
        bare = Bare(bare_folder)
        for coupon in coupons:
            both.ours.append(till.told("sell", coupon, "Sold")["cpu_s"])
            both.bare.append(await bare.sale(work))
        await bare.close()

    till.started()
    asyncio.run(run())
    till.quit()
    return both


def measure_sale(workplace: Workplace) -> Measured:
    """Flows, journal, payment systems and the receipt's text."""
    coupons = workplace.coupons(3331, workplace.rounds(40, 10))
    both = asyncio.run(_without_window(workplace.till(), coupons, workplace.folder()))
    work = both.works[-1]
    calls = [f"{one.method} {one.url.path.rpartition('/')[2]}" for one in work.requests]
    return _measured(
        both,
        "Processor time of the process in a sale of 12,300 won by coupon and CEOS, without a window: nothing is drawn, "
        "and the receipt is a text only. Waiting, for the disk too, is on neither side. Bare is what one sale asks of "
        f"the outside: {len(calls)} HTTP calls ({', '.join(calls)}), each on a fresh connection, {work.commits} "
        f"durable commits of one row, and {PRINTED_FILES} files written through.",
    )


def measure_window(workplace: Workplace) -> Measured:
    """The same with the window and the receipt's picture."""
    few = workplace.coupons(3332, 3)
    work = asyncio.run(_without_window(workplace.till(), few, workplace.folder())).works[-1]
    coupons = workplace.coupons(3333, workplace.rounds(30, 8))
    both = _with_window(workplace.till(), coupons, work, workplace.folder())
    return _measured(
        both,
        "As `sale`, but the whole program: every view is drawn and painted by the processor, 1080 x 1920, seven of "
        "them for seven scanned goods, and the receipt's picture too.",
    )


def _measured(both: Both, remark: str) -> Measured:
    ours, bare = both.ours[WARM_UP:], both.bare[WARM_UP:]
    return Measured(median(ours) * 1000, median(bare) * 1000, "ms CPU", remark, {"ours_s": ours, "yardstick_s": bare})


FIGURES = (
    Figure("sale", "own time in a sale, flows and journal", "the same HTTP calls and fsyncs bare", 2.0, measure_sale),
    Figure("window", "own time in a sale, whole program", "the same HTTP calls and fsyncs bare", 2.0, measure_window),
)
