"""What a customer feels while the payment of the one before is still being settled, and a camera reads.

An account or a question on the phone covers the basket, so the only payment that can wait behind one is another
customer's: its payment system fell silent, its order was put aside, and it is asked for in the background, again and
again.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache

from tests.bench.customers import FRAME_MS, SCANS_A_CUSTOMER, Hand, Times, goods
from tests.bench.figure import Figure, Measured, median, percentile
from tests.bench.programs import Watched
from tests.bench.waiting import waited_ms
from tests.bench.watching import film_of, held, sees, until_it_sees
from tests.bench.workplace import NotMeasuredError, Workplace
from tests.end_to_end.oracle import is_settled

TOUCH_MS, SCAN_MS = 100.0, 200.0
"""Within so long there is feedback. Source: the design of the screens."""

CUSTOMERS, CUSTOMERS_QUICK = 10, 2
A_CUSTOMER_S = 12.0
"""The film lasts so long for each [s]."""

ONE_MORE_EVERY = 3
TOUCHES_A_CUSTOMER = SCANS_A_CUSTOMER // ONE_MORE_EVERY + 2
"""One more of each third; the ways to pay, and back."""

SILENT = {"ceos_answer_s": 2.0, "park_after_s": 2.0}
"""Nobody has to stand before a payment for a minute until its order is put aside; how it waits is the same."""

LOOKS_S = 0.4
"""A person looks before they touch; a new screen takes no touch at once [s]."""

BETWEEN_SCANS_S = 0.05


class Shopper:
    """A customer who scans and touches; how long each takes until it is painted.

    Args:
        till: Started, on its start screen.
    """

    def __init__(self, till: Watched) -> None:
        self._till = till
        self._hand = Hand(till)
        self._sold = itertools.cycle(goods())
        self._count = 0
        self.scans = Times()
        self.touches = Times()

    def shop(self) -> None:
        """Scan goods; take one more of each third, look at the ways to pay, and leave."""
        self._till.wait_view("StartView")
        self._count = 0
        for n in range(SCANS_A_CUSTOMER):
            sku = self._scan()
            if n % ONE_MORE_EVERY == 0:
                self._one_more(sku)
        for name, says, beside in (
            ("pay_now", "무엇으로 낼까요?", "due_amount"),
            ("go_back", "계산하기", "total_amount"),
        ):
            self._touch(name, says, beside)
        self._till.press("leave")
        self._till.next_view("StartView")

    def _scan(self) -> str:
        code, sku = next(self._sold)
        self._count += 1
        time.sleep(BETWEEN_SCANS_S)
        self._timed(self.scans, lambda: self._hand.scan(code), f"{self._count}개", f"line_total_{sku}")
        return sku

    def _one_more(self, sku: str) -> None:
        self._count += 1
        self._touch(f"quantity_plus_{sku}", f"{self._count}개", f"line_total_{sku}")

    def _touch(self, name: str, says: str, beside: str) -> None:
        def touch() -> int:
            at_ns = time.monotonic_ns()
            self._till.press(name)
            return at_ns

        time.sleep(LOOKS_S)
        self._timed(self.touches, touch, says, beside)

    def _timed(self, times: Times, act: Callable[[], int], says: str, name: str) -> None:
        """From a deed to the end of the paint in which these words stand, and a text of this name."""
        before_ms = waited_ms(self._till.pid)
        at_ns = act()
        seen = self._till.painted_after(at_ns, says, name)
        times.passed.append((seen.line["at_ns"] - at_ns) / 1e6)
        times.waited.append(seen.line["waited_ms"] - before_ms)


def measure_touch(workplace: Workplace) -> Measured:
    """From a touch to the end of the paint in which it is answered: a line's new count, or another screen."""
    alone, beside = shoppers(workplace)
    return measured(
        alone.touches,
        beside.touches,
        TOUCH_MS,
        "touches, the way through the door and a look at each paint included",
        workplace,
    )


def measure_scan(workplace: Workplace) -> Measured:
    """From the write of the terminator to the end of the paint in which the line, with its new count, is in sight."""
    alone, beside = shoppers(workplace)
    return measured(alone.scans, beside.scans, SCAN_MS, "scans through a pseudo-terminal", workplace)


@cache
def shoppers(workplace: Workplace) -> tuple[Shopper, Shopper]:
    """Customers of one till: with nothing behind them, and then with a payment that waits and a camera that reads."""
    customers = workplace.rounds(CUSTOMERS, CUSTOMERS_QUICK)
    film = film_of(workplace, held, customers * A_CUSTOMER_S + 10)
    camera = film.with_name("plugged_in.avi")
    till = workplace.till(texts=True, film=camera, limits=SILENT)
    till.started()
    alone = Shopper(till)
    for _ in range(customers):
        alone.shop()
    with _payment_waiting(workplace, till):
        film.rename(camera)
        until_it_sees(till)
        beside = Shopper(till)
        for _ in range(customers):
            beside.shop()
        if not sees(till):
            raise NotMeasuredError("the film was over before the customers were")
    return alone, beside


@contextmanager
def _payment_waiting(workplace: Workplace, till: Watched) -> Iterator[None]:
    """An order that was put aside because CEOS fell silent; it stays so, and is asked for all the time."""
    world = workplace.world
    world.fault("ceos.*", "stall_after", count=1000)
    try:
        Hand(till).scan(goods()[0][0])
        till.wait_view("BasketView")
        till.press("pay_now")
        till.press("method_ceos")
        till.next_view("CertaintyView", says="접수번호")
        till.press("finish")
        till.next_view("StartView")
        yield
        if is_settled(till):
            raise NotMeasuredError("the payment was settled before the customers were done")
    finally:
        till.kill()
        world.works_again()


def measured(alone: Times, beside: Times, aim_ms: float, what: str, workplace: Workplace) -> Measured:
    """The one beside the other, and beside the aim.

    Args:
        alone: With nothing behind the customer.
        beside: With a payment and a camera.
        aim_ms: Within so long it should be painted [ms].
        what: What took these times.
        workplace: Where.
    """
    own, bare = beside.own, alone.own
    return Measured(
        percentile(own, 99),
        aim_ms,
        "ms",
        f"p99 of {len(own)} {what}; p50 {median(own):.1f}, maximum {max(own):.1f} ms, while a payment of the customer "
        "before is asked for and the camera reads a code that is held before it, 15 pictures of 1280 x 720 a second. "
        f"With neither, at the same till: p50 {median(bare):.1f}, p99 {percentile(bare, 99):.1f}, maximum "
        f"{max(bare):.1f} ms. A frame at 60 Hz is {FRAME_MS:.1f} ms. {beside}",
        {"beside": asdict(beside), "alone": asdict(alone)},
        f"{CUSTOMERS_QUICK} customers" if workplace.quick else "",
    )


FIGURES = (
    Figure("touch", "touch to painted answer, a payment and a camera behind", "100 ms of the aim", 1.0, measure_touch),
    Figure("painted", "scan to painted line, a payment and a camera behind", "200 ms of the aim", 1.0, measure_scan),
)
"""With a payment that waits and a camera that reads."""
