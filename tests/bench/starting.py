"""How long a start takes, and a browser window beside the whole program."""

import contextlib
import http.server
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from kiosk.ui.window import SETTLE_MS
from tests.bench.figure import Figure, Measured, median
from tests.bench.programs import Watched, resident_mb, smallest_started
from tests.bench.workplace import NotMeasuredError, Workplace
from tests.end_to_end.driver import PATIENCE_S

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PAGE = b"""<!doctype html><title>till</title><body style="font: 40px sans-serif"><h1>12,300</h1><p>Hold goods here.</p>
<script>requestAnimationFrame(() => requestAnimationFrame(() => fetch("/painted")))</script>"""


def one_start(till: Watched) -> float:
    """Start it, and close its window again; from spawn to painted start screen [s]."""
    took_s = till.started()
    till.quit()
    return took_s


def measure_start(workplace: Workplace) -> Measured:
    """Both as processes, one after the other; the first start of each only warms the disk."""
    till = workplace.till()
    one_start(till), smallest_started()
    ours, smallest = [], []
    for _ in range(workplace.rounds(11, 3)):
        ours.append(one_start(till))
        smallest.append(smallest_started())
    return Measured(
        median(ours),
        median(smallest),
        "s",
        "From the spawn of the process to the painted start screen, both offscreen and with warm disk caches. The "
        f"program takes touches {SETTLE_MS} ms after that, by its rule that a new screen is not touched by mistake.",
        {"ours_s": ours, "yardstick_s": smallest},
    )


def measure_history(workplace: Workplace) -> Measured:
    """The same start with very many sales in the journal, and with none."""
    history, none = workplace.history, workplace.till()
    one_start(history.till), one_start(none)
    many_s, none_s = [], []
    for _ in range(workplace.rounds(11, 3)):
        many_s.append(one_start(history.till))
        none_s.append(one_start(none))
    return Measured(
        median(many_s),
        median(none_s),
        "s",
        f"{history.sales:,} sales in {history.events:,} events, {history.megabytes:,.0f} MB, multiplied from one that "
        "the program wrote. The start before ended well, so the chain is checked from its end.",
        {"sales": history.sales, "ours_s": many_s, "yardstick_s": none_s},
        history.only,
    )


# -- a browser


class _Page(http.server.BaseHTTPRequestHandler):
    """The page, and the moment at which it says that it was painted."""

    painted: threading.Event
    painted_ns = 0

    def do_GET(self) -> None:
        if self.path == "/painted":
            type(self).painted_ns = time.monotonic_ns()
            self.painted.set()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE)

    @override
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _served() -> Iterator[tuple[str, type[_Page]]]:
    page = type("Page", (_Page,), {"painted": threading.Event()})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), page) as server:
        threading.Thread(target=server.serve_forever, name="page", daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", page
        server.shutdown()


@dataclass(frozen=True)
class Taken:
    """What a start took.

    Attributes:
        seconds: From the spawn to the paint.
        megabytes: Of all its processes afterwards; pages that they share count once in each, by their share.
    """

    seconds: float
    megabytes: float


def browser_started(program: str, folder: Path) -> Taken:
    """Start a browser with the page, and end it."""
    options = [
        "--headless=new",
        "--no-sandbox",
        "--no-first-run",
        f"--user-data-dir={folder}",
        "--window-size=1080,1920",
    ]
    with _served() as (address, page):
        began_ns = time.monotonic_ns()
        child = subprocess.Popen(
            [program, *options, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            if not page.painted.wait(PATIENCE_S):
                raise NotMeasuredError("the browser did not paint the page")
            return Taken((page.painted_ns - began_ns) / 1e9, _proportional_mb(child.pid))
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, 9)
            child.wait()


def _proportional_mb(session: int) -> float:
    """Memory of all processes of a session, shared pages by their share [MB]."""
    total_kb = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            if os.getsid(int(process.name)) == session:
                rollup = (process / "smaps_rollup").read_text(encoding="ascii").splitlines()
                total_kb += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    return total_kb / 1024


def measure_browser(workplace: Workplace) -> Measured:
    """Memory and start beside a browser; the worse of the two ratios is judged."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    till = workplace.till()
    starts, memories = [], []
    for _ in range(workplace.rounds(5, 2)):
        seconds = till.started()
        starts.append(Taken(seconds, _proportional_mb(till.pid)))
        memories.append(resident_mb(till.pid))
        till.quit()
    ours = Taken(median(one.seconds for one in starts[1:]), median(one.megabytes for one in starts[1:]))
    if program is None:
        raise NotMeasuredError(
            f"no {' or '.join(BROWSERS[:3])} on this machine, and none is installed for this. The program by itself: "
            f"{ours.megabytes:.0f} MB on its start screen (resident {median(memories):.0f} MB), {ours.seconds:.2f} s."
        )
    browser = [browser_started(program, workplace.folder()) for _ in range(workplace.rounds(5, 2))][1:]
    theirs = Taken(median(one.seconds for one in browser), median(one.megabytes for one in browser))
    by_memory = ours.megabytes / theirs.megabytes >= ours.seconds / theirs.seconds
    remark = (
        f"Memory {ours.megabytes:.0f} beside {theirs.megabytes:.0f} MB, start {ours.seconds:.2f} beside "
        f"{theirs.seconds:.2f} s; the worse ratio is shown. The browser runs without a screen, as the program does."
    )
    if by_memory:
        return Measured(ours.megabytes, theirs.megabytes, "MB", remark)
    return Measured(ours.seconds, theirs.seconds, "s", remark)


FIGURES = (
    Figure("start", "start to the first usable screen", "the smallest PySide6 window", 1.5, measure_start),
    Figure("history", "start with 1,000,000 journalled sales", "start with none", 1.1, measure_history),
    Figure(
        "browser", "the whole program's memory and start", "a Chromium window with a static page", 0.5, measure_browser
    ),
)
