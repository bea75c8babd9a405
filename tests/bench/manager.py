"""What staff feel at a till with very many sales: from a touch to the painted sheet; and what its customers feel."""

import itertools
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.bench.customers import Hand, goods
from tests.bench.figure import Figure, Measured, median
from tests.bench.history import History
from tests.bench.programs import GIVEN_PIN, Watched
from tests.bench.waiting import waited_ms
from tests.bench.workplace import Workplace
from tests.end_to_end.driver import Seen

AIM_MS = 200.0
"""Within so long staff see what they asked for. Source: the issue "Manager mode"."""
OWN_PIN = "161803"
ROUNDS, ROUNDS_QUICK = 12, 3
SCANS = 12
LOOKS_S = 0.4
"""A person looks before they touch; a sheet takes no touch at once [s]."""
LOOKS = (("code", "{n}"), ("number", "{of_day}"), ("amount", "6500"), ("ending", "4445"))
"""What is looked for by digits, and the digits."""


class Staff:
    """A manager before the window of a till.

    Args:
        till: Started, on its start screen.
        took_ms: What each thing took, by name; what other programs had the cores for is left out [ms].
    """

    def __init__(self, till: Watched, took_ms: dict[str, list[float]]) -> None:
        self._till = till
        self._took_ms = took_ms

    @contextmanager
    def _timed(self, what: str, says: str, name: str = "staff_title", *, is_counted: bool = True) -> Iterator[None]:
        """From a deed to the end of the paint in which these words stand, and a text of this name."""
        time.sleep(LOOKS_S)
        before_ms, at_ns = waited_ms(self._till.pid), time.monotonic_ns()
        yield
        seen = self._till.painted_after(at_ns, says, name)
        if is_counted:
            passed_ms = (seen.line["at_ns"] - at_ns) / 1e6
            self._took_ms.setdefault(what, []).append(passed_ms - (seen.line["waited_ms"] - before_ms))

    def _enter(self, digits: str) -> Callable[[], None]:
        """Type digits; what is returned touches the last key."""
        for digit in digits:
            self._till.press(f"key_{digit}")
        return lambda: self._till.press("key_enter")

    def come_in(self, pin: str, title: str = "관리자 홈", *, is_counted: bool = True) -> None:
        """By the corner and a PIN, to the home sheet."""
        for _ in range(4):
            self._till.press("staff_corner")
        with self._timed("corner", "PIN을 눌러 주세요", is_counted=is_counted):
            self._till.press("staff_corner")
        enter = self._enter(pin)
        with self._timed("home after the PIN", title, is_counted=is_counted):
            enter()

    def choose_pin(self) -> None:
        """Their own, instead of the one they were given."""
        self._enter(OWN_PIN)()
        with self._timed("", "관리자 홈", is_counted=False):
            self._enter(OWN_PIN)()

    def find(self, by: str, digits: str) -> Seen:
        """Sales by digits; gives what is painted."""
        self._look_for(by)
        enter, at_ns = self._enter(digits), time.monotonic_ns()
        with self._timed(by, f": {digits}"):
            enter()
        return self._till.painted_after(at_ns, "sale_", "staff_title")

    def _look_for(self, by: str) -> None:
        with self._timed("", "판매 찾기", is_counted=False):
            self._till.press("place_find")
        with self._timed("", "로 찾기", is_counted=False):
            self._till.press(f"find_by_{by}")

    def find_day_before(self) -> None:
        """The sales of a day."""
        with self._timed("", "판매 찾기", is_counted=False):
            self._till.press("place_find")
        with self._timed("day", "", "act_earlier_day"):
            self._till.press("find_by_day")

    def open(self, found: Seen) -> None:
        """The first of the sales that were found."""
        row = next(name.removesuffix("_title") for name, _ in found.texts if re.fullmatch(r"sale_\w+_title", name))
        with self._timed("a sale", "", "tender_1_title"):
            self._till.press(row)

    def go_home(self) -> None:
        """Back, and back again."""
        while True:
            at_ns = time.monotonic_ns()
            self._till.press("staff_back")
            if self._till.painted_after(at_ns, "", "staff_title").text("staff_title") == "관리자 홈":
                return

    def lock(self) -> None:
        """The till is the customers' again."""
        self._till.press("staff_lock")


def measure_manager(workplace: Workplace) -> Measured:
    """A manager looks things up in the running window; then a customer scans."""
    history = workplace.history
    till, took_ms = history.till, dict[str, list[float]]()
    till.tells_texts()
    till.started()
    staff = Staff(till, took_ms)
    staff.come_in(GIVEN_PIN, "본인만 아는 PIN", is_counted=False)
    staff.choose_pin()
    staff.lock()
    for n in _spread(history, workplace.rounds(ROUNDS, ROUNDS_QUICK)):
        staff.come_in(OWN_PIN)
        for by, digits in LOOKS:
            staff.open(staff.find(by, digits.format(n=n, of_day=n % 400 + 1)))
            staff.go_home()
        staff.find_day_before()
        staff.go_home()
        staff.lock()
    scans_ms = _scans(till)
    till.quit()
    middle = {what: median(each) for what, each in took_ms.items()}
    slowest = max(middle, key=lambda what: middle[what])
    told = ", ".join(f"{what} {ms:.0f}" for what, ms in middle.items())
    return Measured(
        middle[slowest],
        AIM_MS,
        "ms",
        f"From the touch to the end of the paint, in the running program with {history.sales:,} sales in its journal: "
        f"{told} ms; the slowest ({slowest}) stands in the table. A customer's scan at the same till is painted after "
        f"{median(scans_ms):.1f} ms. Each is a median, less the time in which other programs had the cores.",
        {"sales": history.sales, **middle, "scan": median(scans_ms)},
        history.only,
    )


def _spread(history: History, count: int) -> list[int]:
    """Sales from all over the file."""
    return [n * history.sales // count + 1 for n in range(count)]


def _scans(till: Watched) -> list[float]:
    """How long a customer waits for a scanned line [ms]; the first scan also changes the screen, and is left out."""
    hand, sold, took_ms = Hand(till), itertools.cycle(goods()), []
    for count in range(1, SCANS + 1):
        code, sku = next(sold)
        before_ms, at_ns = waited_ms(till.pid), hand.scan(code)
        seen = till.painted_after(at_ns, f"{count}개", f"line_total_{sku}")
        took_ms.append((seen.line["at_ns"] - at_ns) / 1e6 - (seen.line["waited_ms"] - before_ms))
        time.sleep(0.05)
    return took_ms[1:]


FIGURES = (
    Figure("manager", "staff look among 1,000,000 sales, painted", "the 200 ms of the aim", 1.0, measure_manager),
)
