"""Killed at every commit, connect, write and read of a sale, and again inside recovery: the money comes out right.

The expected end of every point stands in STAGES and RECOVERIES. A point that is not reached fails.
"""

import shutil
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import httpx
import pytest

from kiosk.services.journal.encoding import stamp_from
from kiosk.services.journal.reports import export
from kiosk.services.journal.verify import verify
from tests.end_to_end import oracle
from tests.end_to_end.driver import AMERICANO, COUPON, NUTS, RICE_TRIANGLE, DriverError, Till, World, until

pytestmark = pytest.mark.end_to_end

SCALE = 30.0
WORKERS = 2
COMMAND = (sys.executable, "-m", "tests.end_to_end.killable", "demo")
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


def unwound(*tenders: str) -> End:
    return End("UNWOUND", tenders)


def paid(*tenders: str) -> End:
    return End("PAID", tenders)


@dataclass(frozen=True)
class Stage:
    """From one point of the journey on, up to the next stage.

    Attributes:
        begins: The first point of it.
        alone: What is left when the till is started again and nobody comes.
        resumed: What is left when somebody presses 계속하기 and pays the rest by CEOS.
    """

    begins: str
    alone: End
    resumed: End


COUPON_BACK = "crepay APPROVED DONE"
IS_PAID = paid("crepay APPROVED", "ceos APPROVED")

STAGES = (
    Stage("commit 1 before", End(""), End("")),
    # the order is written down; the coupon, then its balance, then the intended checkout
    Stage("commit 2 after", unwound("crepay NOT_SENT"), paid("crepay NOT_SENT", "ceos APPROVED")),
    Stage("commit 5 after", unwound("crepay NOT_CHARGED"), paid("crepay NOT_CHARGED", "ceos APPROVED")),
    # the whole checkout is out: the money moves, and is never claimed
    Stage("crepay.checkout 1 write 2 after", unwound("crepay REVERSED"), paid("crepay REVERSED", "ceos APPROVED")),
    Stage("commit 6 after", unwound(COUPON_BACK), IS_PAID),
    Stage(
        "commit 7 after",
        unwound(COUPON_BACK, "ceos NOT_SENT"),
        paid("crepay APPROVED", "ceos NOT_SENT", "ceos APPROVED"),
    ),
    Stage(
        "commit 8 after",
        unwound(COUPON_BACK, "ceos NOT_CHARGED"),
        paid("crepay APPROVED", "ceos NOT_CHARGED", "ceos APPROVED"),
    ),
    # the whole payment is out: it is found, and belongs to whoever presses 계속하기
    Stage("ceos.instant 1 write 2 after", unwound(COUPON_BACK, "ceos APPROVED DONE"), IS_PAID),
    Stage("commit 9 after", IS_PAID, IS_PAID),
)


@dataclass(frozen=True)
class Recovery:
    """A stop from which the till recovers alone, and is killed again at every point of that.

    Attributes:
        killed_at: Where each life before ended.
        end: What is left in the end, wherever the recovery was killed.
    """

    killed_at: tuple[str, ...]
    end: End


RECOVERIES = (
    Recovery(("crepay.checkout 1 read 1 before",), unwound("crepay REVERSED")),
    Recovery(("ceos.instant 1 read 1 before",), unwound(COUPON_BACK, "ceos APPROVED DONE")),
    Recovery(("commit 6 after",), unwound(COUPON_BACK)),
    Recovery(("commit 6 after", "crepay.cancel 1 read 1 before"), unwound(COUPON_BACK)),
)


# -- a world and a till for each life


def begin_anew(world: World) -> None:
    world._ask("POST", "reset")
    world.settings(ceos={"failure_rate": 0}, crepay={"window_ms": 3_600_000})


def a_till(folder: Path, world: World, **limits) -> Till:
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"KIOSK_POINTS": str(folder / "points")}
    return Till(folder, world, command=COMMAND, environment=environment, limits={**LIMITS, **limits})


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
    receipts = list(till.state.glob("receipts/*-receipt-*.txt"))
    assert len(receipts) == (1 if end.order == "PAID" else 0)
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


# -- two at a time


class Workers:
    """Tries cases, two at a time, each worker with a world of its own; collects what went wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._worlds: SimpleQueue[World] = SimpleQueue()
        for n in range(WORKERS):
            (folder / f"world-{n}").mkdir()
            self._worlds.put(World(folder / f"world-{n}", SCALE))

    def try_all(self, cases: Iterable[tuple[str, Callable[[Path, World], None]]]) -> list[str]:
        with ThreadPoolExecutor(WORKERS) as pool:
            return [wrong for wrong in pool.map(self._try, cases) if wrong]

    def _try(self, case: tuple[str, Callable[[Path, World], None]]) -> str:
        name, run = case
        folder, began_s = self._folder / name.replace(" ", "_"), time.monotonic()
        with self.world() as world:
            try:
                begin_anew(world)
                run(folder, world)
            except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
                return f"=== {name}\n{error}"
        shutil.rmtree(folder)
        print(f"  {name}: {time.monotonic() - began_s:.1f} s", flush=True)
        return ""

    @contextmanager
    def world(self) -> Iterator[World]:
        """One of the worlds, for a while."""
        world = self._worlds.get()
        try:
            yield world
        finally:
            self._worlds.put(world)

    def close(self) -> None:
        while not self._worlds.empty():
            self._worlds.get().close()


@pytest.fixture
def workers(tmp_path):
    workers = Workers(tmp_path)
    yield workers
    workers.close()


# -- the journey


def enumerate_journey(folder: Path, world: World) -> list[str]:
    """The points of an undisturbed sale, in order."""
    begin_anew(world)
    with closing(a_till(folder, world)) as till:
        till.start()
        buy(till)
        judge(till, IS_PAID)
        return points_of(till)


def a_death(point: str, end: End, come: Callable[[Till], None], **limits) -> Callable[[Path, World], None]:
    """Bought until killed at a point, started again, and judged when all is settled."""

    def run(folder: Path, world: World) -> None:
        with closing(a_till(folder, world, **limits)) as till:
            live_until(till, point, buy)
            till.start()
            come(till)
            judge(till, end)

    return run


def stages_of(points: Iterable[str]) -> Iterable[tuple[str, Stage]]:
    """Each point with its stage."""
    begins = {stage.begins: stage for stage in STAGES}
    stage = STAGES[0]
    for point in points:
        stage = begins.pop(point, stage)
        yield point, stage
    assert not begins, f"stages that never begin: {list(begins)}"


def test_killed_at_every_point_of_a_sale_the_till_makes_it_good(tmp_path, workers):
    with workers.world() as world:
        points = enumerate_journey(tmp_path / "once", world)
        assert enumerate_journey(tmp_path / "twice", world) == points
    cases = []
    for n, (point, stage) in enumerate(stages_of(points)):
        if n % 4 in {1, 2}:  # "before" and "after" take turns
            cases.append((f"{point}, alone", a_death(point, stage.alone, stay_away)))
        else:
            cases.append((f"{point}, resumed", a_death(point, stage.resumed, come_back, resume_within_s=600)))
    print(f"\n{len(points)} points of the sale")
    wrong = workers.try_all(cases)
    assert not wrong, "\n".join(wrong)


# -- recovery


@dataclass(frozen=True)
class Stop:
    """A till that was killed: its state on disk, and what its world had been asked until then."""

    state: Path
    asked: list[dict[str, Any]]

    def restore(self, folder: Path, world: World) -> Till:
        """The same stop again, in a world made the same."""
        begin_anew(world)
        till = a_till(folder, world)
        shutil.copytree(self.state, till.state)
        with httpx.Client(base_url=world.url, trust_env=False, timeout=10) as http:
            bearer = f"Bearer {http.get('/ceos/auth/demo').json()['apiSecret']}"
            for one in self.asked:
                headers = {"Authorization": BASIC if one["gateway"] == "crepay" else bearer}
                http.request(
                    one["method"], f"/{one['gateway']}{one['path']}", json=one["body"] or None, headers=headers
                )
        return till


def stop_at(recovery: Recovery, folder: Path, world: World) -> Stop:
    """Live and die as the recovery says, each life beginning where the one before ended."""
    begin_anew(world)
    with closing(a_till(folder, world)) as till:
        live_until(till, recovery.killed_at[0], buy)
        for point in recovery.killed_at[1:]:
            live_until(till, point, stay_away)
    return Stop(till.state, [one for one in world.requests() if one["call"] not in {"auth", "unknown"}])


def recover(stop: Stop, end: End) -> Callable[[Path, World], list[str]]:
    """From a stop to the end, undisturbed; gives the points of it."""

    def run(folder: Path, world: World) -> list[str]:
        with closing(stop.restore(folder, world)) as till:
            till.start()
            stay_away(till)
            judge(till, end)
            return points_of(till)

    return run


def die_in_recovery(stop: Stop, point: str, end: End) -> Callable[[Path, World], None]:
    """From a stop, killed at a point of the recovery, to the end in one more life."""

    def run(folder: Path, world: World) -> None:
        with closing(stop.restore(folder, world)) as till:
            live_until(till, point, stay_away)
            till.start()
            stay_away(till)
            judge(till, end)

    return run


@pytest.mark.parametrize("recovery", RECOVERIES, ids=lambda one: ", ".join(one.killed_at))
def test_killed_again_at_every_point_of_its_recovery_the_till_makes_it_good(tmp_path, workers, recovery):
    with workers.world() as world:
        stop = stop_at(recovery, tmp_path / "stop", world)
        points = recover(stop, recovery.end)(tmp_path / "once", world)
        # printing goes on beside it, so that the same points may come in another order
        assert sorted(recover(stop, recovery.end)(tmp_path / "twice", world)) == sorted(points)
    print(f"\n{len(points)} points of the recovery")
    wrong = workers.try_all((point, die_in_recovery(stop, point, recovery.end)) for point in points)
    assert not wrong, "\n".join(wrong)
