"""What customers feel: memory that grows, a scan that takes time to be seen, a screen that stands still."""

import csv
import itertools
import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from typing_extensions import override

from kiosk.services.resources import resource
from tests.bench.figure import Figure, Measured, median, percentile
from tests.bench.programs import Watched, resident_mb
from tests.bench.waiting import waited_ms
from tests.bench.workplace import NotMeasuredError, Workplace
from tests.end_to_end.driver import until

FRAME_MS = 1000 / 60
MEMORY_BEFORE, MEMORY_AFTER, MEMORY_AFTER_QUICK = 10, 1000, 100
SCANS_A_CUSTOMER = 12
PAYMENTS = 5
PICTURES_A_SECOND = 15
SCAN_EVERY_S = 0.4


# -- memory


def measure_memory(workplace: Workplace) -> Measured:
    """One program, looked at after a few sales and again after many."""
    if sys.platform != "linux":
        raise NotMeasuredError("the memory of a process is only known on Linux")
    sales = MEMORY_AFTER_QUICK if workplace.quick else MEMORY_AFTER
    till, coupons = workplace.till(), workplace.coupons(2222, sales)
    till.started()
    seen_mb: dict[int, float] = {}
    for done, coupon in enumerate(coupons, start=1):
        till.told("sell", coupon, "Sold")
        if done in (MEMORY_BEFORE, sales) or done % 100 == 0:
            seen_mb[done] = resident_mb(till.pid)
    till.quit()
    return Measured(
        seen_mb[sales],
        seen_mb[MEMORY_BEFORE],
        "MB",
        f"Resident memory of one process after {sales:,} sales and after {MEMORY_BEFORE}; each sale is 12,300 won by "
        "coupon and CEOS, every view painted and the receipt drawn, at once and not at a person's pace.",
        {"resident_mb": seen_mb},
        only=f"{sales} sales" if sales < MEMORY_AFTER else "",
    )


# -- a scan


def goods() -> list[tuple[str, str]]:
    """Barcode and sku of the demo's goods."""
    with resource("demo", "catalogue.csv").open(encoding="utf-8", newline="") as file:
        return [(row["barcode"], row["sku"]) for row in csv.DictReader(file) if row["barcode"]]


class Hand:
    """Holds goods under the serial scanner of a till.

    Args:
        till: Started.
    """

    def __init__(self, till: Watched) -> None:
        self._till = till
        until(till.has_scanner, "the till opens its scanner")

    def scan(self, code: str) -> int:
        """Send a code as a scanner does, its terminator last; when that was sent [monotonic, ns]."""
        os.write(self._till.scanner._master, code.encode())
        time.sleep(0.005)
        at_ns = time.monotonic_ns()
        os.write(self._till.scanner._master, b"\r")
        return at_ns


@dataclass
class Times:
    """How long something took, again and again, and how much of that was not the program's [ms].

    Attributes:
        passed: By the clock.
        waited: Of that, the loop's thread was ready to run, and other programs had all cores.
    """

    passed: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    @property
    def own(self) -> list[float]:
        """What is left of each."""
        return [passed - waited for passed, waited in zip(self.passed, self.waited, strict=True)]

    @override
    def __str__(self) -> str:
        return (
            "All this is less the time in which the loop's thread was ready and other programs had the cores; with it, "
            f"p50 {median(self.passed):.1f}, p99 {percentile(self.passed, 99):.1f}, maximum {max(self.passed):.1f} ms."
        )


def measure_scan(workplace: Workplace) -> Measured:
    """From the write of the terminator to the end of the paint in which the line, with its new count, is in sight."""
    till = workplace.till(texts=True)
    till.started()
    hand, sold, times = Hand(till), itertools.cycle(goods()), Times()
    for _ in range(workplace.rounds(40, 4)):
        till.wait_view("StartView")
        for count in range(1, SCANS_A_CUSTOMER + 1):
            code, sku = next(sold)
            before_ms = waited_ms(till.pid)
            at_ns = hand.scan(code)
            seen = till.painted_after(at_ns, f"{count}개", f"line_total_{sku}")
            times.passed.append((seen.line["at_ns"] - at_ns) / 1e6)
            times.waited.append(seen.line["waited_ms"] - before_ms)
            time.sleep(0.05)
        till.press("leave")
        till.next_view("StartView")
    till.quit()
    own = times.own
    firsts, others = own[::SCANS_A_CUSTOMER], [value for n, value in enumerate(own) if n % SCANS_A_CUSTOMER]
    return Measured(
        percentile(own, 99),
        FRAME_MS,
        "ms",
        f"p99 of {len(own)} scans through a pseudo-terminal, {SCANS_A_CUSTOMER} a customer, with the real window, "
        f"painted but not shown: a screen adds its own frame. p50 {median(own):.1f}, maximum {max(own):.1f} ms. The "
        f"first scan of a customer also changes the screen: p50 {median(firsts):.1f} ms; the others: p50 "
        f"{median(others):.1f}, p99 {percentile(others, 99):.1f} ms. {times}",
        asdict(times),
    )


# -- stalls


def measure_stall(workplace: Workplace) -> Measured:
    """How long the loop keeps others waiting while everything that exists goes on at once."""
    till, world = workplace.till(), workplace.world
    world.fault("crepay.checkout", "stall_after", count=1000)
    world.fault("ceos.*", "stall_after", count=1000)
    try:
        till.started()
        hand = Hand(till)
        till.do(decode=PICTURES_A_SECOND)
        before = len(world.asked("crepay.checkout", "ceos.instant"))
        till.do(pay=PAYMENTS)
        until(lambda: len(world.asked("crepay.checkout", "ceos.instant")) >= before + PAYMENTS, "the payments wait")
        seconds = workplace.rounds(25, 8)
        with _scanning(hand):
            beats = till.told("beats", seconds, "Beats")
    finally:
        till.kill()
        world.works_again()
    times = Times(beats["late_ms"], beats["waited_ms"])
    own = times.own
    return Measured(
        percentile(own, 99),
        FRAME_MS,
        "ms",
        f"p99 of {len(own)} beats in {seconds} s, p50 {median(own):.2f} ms, MAXIMUM {max(own):.1f} ms. Meanwhile "
        f"{PAYMENTS} payments waited for servers that had fallen silent, a scan came each {SCAN_EVERY_S:g} s and was "
        f"painted, and a thread read {PICTURES_A_SECOND} pictures a second for codes. Left out, because they are not "
        f"there yet: the camera with its preview, and a flood on the listener. The process took {beats['cpu']:.0%} of "
        f"a core. {times}",
        asdict(times),
    )


class _scanning:  # noqa: N801 - read as `with _scanning(hand)`
    """Goods come under the scanner all the time."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._scan, name="scans", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _scan(self) -> None:
        codes: Iterator[tuple[str, str]] = itertools.cycle(goods())
        while not self._stop.wait(SCAN_EVERY_S):
            self._hand.scan(next(codes)[0])


FIGURES = (
    Figure("memory", "memory after 1,000 sales", "the same after 10", 1.05, measure_memory),
    Figure("scan", "last byte of a scan to the painted line", "one frame at 60 Hz", 1.0, measure_scan),
    Figure("stall", "stall of the loop", "one frame at 60 Hz", 1.0, measure_stall),
)
