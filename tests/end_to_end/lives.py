"""Lives of a till that ends at a given point and is started again; and what must be true when all is settled."""

import shutil
import signal
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import httpx

from kiosk.services.journal.encoding import stamp_from
from kiosk.services.journal.reports import export
from kiosk.services.journal.verify import verify
from tests.end_to_end import oracle
from tests.end_to_end.driver import AMERICANO, COUPON, NUTS, RICE_TRIANGLE, DriverError, Till, World, until
from tests.end_to_end.nursery import Nursery, NurseryTill

SCALE = 30.0
WORKERS = 5
"""Lives mostly wait; two cores carry three of them."""
BASIC = f"Basic {b64encode(b'demo:demo').decode()}"
BACK_WITHIN_S = 180
"""From the restart until a coupon that nobody claims is back [s of the till]."""

LIMITS = {"staff_after_s": 10**6, "alarm_after_s": 10**6}
"""Recoveries are tried again from a copy that grows old; nothing is ever handed to staff for that."""


@dataclass(frozen=True)
class End:
    """What is left when all is settled.

    Attributes:
        order: Its state; "" when there is none.
        tenders: Method, state and refund of each attempt.
    """

    order: str
    tenders: tuple[str, ...] = ()


# -- a world and a till for each life


@dataclass(frozen=True)
class Place:
    """Where one case after the other is tried."""

    world: World
    nursery: Nursery


def begin_anew(world: World) -> None:
    world._ask("POST", "reset")
    world.settings(ceos={"failure_rate": 0}, crepay={"window_ms": 3_600_000})


def a_till(folder: Path, place: Place, *, transfers: bool = False, **limits) -> Till:
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"KIOSK_POINTS": str(folder / "points")}
    till = NurseryTill(
        folder,
        place.world,
        command=("demo",),
        environment=environment,
        limits={**LIMITS, **limits},
        transfers=transfers,
    )
    till.nursery = place.nursery
    return till


def points_of(till: Till) -> list[str]:
    return (till.folder / "points").read_text("utf-8").splitlines()


def live_until(till: Till, point: str, play: Callable[[Till], object]) -> None:
    """One life that ends at a point, or the test fails."""
    till._environment["KIOSK_KILL_AT"] = point
    till.start()
    with suppress(DriverError):
        play(till)
    assert till.gone() == -signal.SIGKILL, f"{point} was not reached\n{till.story()}"
    assert points_of(till)[-1] == point
    till._environment["KIOSK_KILL_AT"] = ""


def buy(till: Till) -> None:
    """12,300 won: 3,000 with the coupon, 9,300 with CEOS."""
    till.wait_view("StartView")
    for code in (AMERICANO, RICE_TRIANGLE, NUTS):
        till.do(scan=code)
    till.press("quantity_plus_D001")
    for _ in range(3):
        till.press("quantity_plus_S001")
    till.press("pay_now")
    till.press("method_crepay")
    till.wait_view("ScanView")
    till.do(scan=COUPON)
    till.press("confirm_amount")
    till.wait_view("MethodsView", says="받았어요")
    till.press("method_ceos")
    till.wait_view("DoneView")
    wait_until_settled(till)


def come_back(till: Till) -> None:
    """Press 계속하기 where it is offered, and pay what is due."""
    if till.wait_view("InterruptedView", "StartView", "DoneView").view == "InterruptedView":
        till.press("resume")
        if till.wait_view("MethodsView", "DoneView").view == "MethodsView":
            till.press("method_ceos")
            till.wait_view("DoneView")
    wait_until_settled(till)


def stay_away(till: Till) -> None:
    till.wait_view("InterruptedView", "StartView", "DoneView")
    wait_until_settled(till)


def wait_until_settled(till: Till) -> None:
    until(lambda: _is_over(till) or not till.is_running, f"everything is settled\n{till.story()}")


def _is_over(till: Till) -> bool:
    tables = oracle.journal_of(till).tables
    over = all(order["state"] in {"PAID", "UNWOUND", "UNWINDING_STAFF"} for order in tables["orders"])
    return over and all(job["state"] == "DONE" for job in tables["prints"])


# -- what is true in the end, wherever it was killed


def judge(till: Till, end: End) -> None:
    """Books and journal agree, nothing shown was untrue, and the end is the expected one."""
    assert end_of(till) == end, till.story()
    journal, books = oracle.journal_of(till), till.world.books()
    taken = [one["amount"] for one in books["crepay"]["entries"] if one["state"] == "TAKEN"]
    charged = [one["amount"] for one in books["ceos"]["payments"] if one["state"] == "PAID"]
    assert len(taken) <= 1
    assert len(charged) <= 1
    assert sum(taken) + sum(charged) == (12_300 if end.order == "PAID" else 0)
    assert oracle.money_differs(till) == []
    assert oracle.untruths(till, time.time_ns() // 1_000_000) == []
    assert verify(till.state / "journal.sqlite").problems == ()
    assert len(receipts_of(till)) == (1 if end.order == "PAID" else 0)
    if end.order == "UNWOUND":
        assert "unclaimed" in [row["kind"] for row in journal.tables["staff_tasks"]]
    assert back_after_s(till) <= BACK_WITHIN_S


def end_of(till: Till) -> End:
    tables = oracle.journal_of(till).tables
    refunds = {row["attempt_id"]: row["state"] for row in tables["refunds"]}
    tenders = tuple(
        " ".join(filter(None, (row["method"], row["state"], refunds.get(row["id"])))) for row in tables["attempts"]
    )
    return End("".join(row["state"] for row in tables["orders"]), tenders)


def receipts_of(till: Till) -> list[Path]:
    return list(till.state.glob("receipts/*-receipt-*.txt"))


def back_after_s(till: Till) -> float:
    """From the last start until the last refund was done [s of the till]; 0 when that was before it."""
    since_ms = back_ms = 0
    for event in export(till.state / "journal.sqlite"):
        at_ms = stamp_from(str(event["stamp"])).wall_ms
        if event["kind"] == "Started":
            since_ms = back_ms = at_ms
        elif event["kind"] == "RefundAdvanced":
            back_ms = at_ms
    return (back_ms - since_ms) / 1000 * SCALE


# -- some at a time


class Workers:
    """Tries cases, some at a time, each worker in a place of its own; collects what went wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: SimpleQueue[Place] = SimpleQueue()
        for n in range(WORKERS):
            (folder / f"world-{n}").mkdir()
            self._places.put(Place(World(folder / f"world-{n}", SCALE), Nursery()))

    def try_all(self, cases: Iterable[tuple[str, Callable[[Path, Place], None]]]) -> list[str]:
        with ThreadPoolExecutor(WORKERS) as pool:
            return [wrong for wrong in pool.map(self._try, cases) if wrong]

    def _try(self, case: tuple[str, Callable[[Path, Place], None]]) -> str:
        name, run = case
        folder, began_s = self._folder / name.replace(" ", "_"), time.monotonic()
        with self.place() as place:
            try:
                run(folder, place)
            except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
                return f"=== {name}\n{error}"
        shutil.rmtree(folder)
        print(f"  {name}: {time.monotonic() - began_s:.1f} s", flush=True)
        return ""

    @contextmanager
    def place(self) -> Iterator[Place]:
        """One of the places, for a while, as it was in the beginning."""
        place = self._places.get()
        try:
            begin_anew(place.world)
            yield place
        finally:
            self._places.put(place)

    def close(self) -> None:
        while not self._places.empty():
            place = self._places.get()
            place.world.close()
            place.nursery.close()


# -- the same stop again and again


@dataclass(frozen=True)
class Stop:
    """A till that was killed: its state on disk, and what its world had been asked until then."""

    state: Path
    asked: list[dict[str, Any]]

    def restore(self, folder: Path, place: Place) -> Till:
        """The same stop again, in a world made the same."""
        begin_anew(place.world)
        till = a_till(folder, place)
        shutil.copytree(self.state, till.state)
        with httpx.Client(base_url=place.world.url, trust_env=False, timeout=10) as http:
            bearer = f"Bearer {http.get('/ceos/auth/demo').json()['apiSecret']}"
            for one in self.asked:
                headers = {"Authorization": BASIC if one["gateway"] == "crepay" else bearer}
                http.request(
                    one["method"], f"/{one['gateway']}{one['path']}", json=one["body"] or None, headers=headers
                )
        return till
