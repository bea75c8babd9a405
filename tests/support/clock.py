"""A clock that stands still until a test moves it."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import TypeVar

from typing_extensions import override

from kiosk.domain.moment import Stamp, passed_s
from kiosk.domain.ports import Clock

T = TypeVar("T")

START_MS = 1_767_225_600_000
"""2026-01-01 09:00 in Korea: a day in the middle of a year's first morning, so that business days are easy to tell."""


class FakeClock(Clock):
    """Keeps the Clock port on time that only `advance` moves.

    Args:
        wall_ms: Wall clock at the start, UTC epoch [ms].
        boot_id: Which boot of the machine this is.
    """

    def __init__(self, wall_ms: int = START_MS, boot_id: str = "boot-1") -> None:
        self._wall_ms = wall_ms
        self._passed_ms = self._world_ms = 1_000_000
        self._boot_id = boot_id
        self._waiting: list[tuple[int, int, Callable[[], object]]] = []
        self._order = count()
        self._started = self.stamp()

    def advance(self, seconds: float) -> None:
        """Let time pass [s]. Whoever waited for it is woken, in order, when the loop turns next."""
        self._passed_ms += round(seconds * 1000)
        self._world_ms += round(seconds * 1000)
        self._wall_ms += round(seconds * 1000)
        while self._waiting and self._waiting[0][0] <= self._passed_ms:
            heapq.heappop(self._waiting)[2]()

    def set_wall(self, wall_ms: int) -> None:
        """Somebody sets the wall clock, UTC epoch [ms]; the other clock does not notice."""
        self._wall_ms = wall_ms

    def reboot(self, boot_id: str, off_s: float = 60) -> None:
        """The machine restarts and was off for so long [s]: the time since boot begins anew."""
        self._boot_id = boot_id
        self._wall_ms += round(off_s * 1000)
        self._world_ms += max(0, round(off_s * 1000))
        self._passed_ms = 5_000
        self._waiting.clear()
        self._started = self.stamp()

    @property
    def world_s(self) -> float:
        """Time as it passes outside the machine [s]: on and off, it goes on."""
        return self._world_ms / 1000

    @property
    def waiting(self) -> int:
        """How many sleeps and deadlines are pending."""
        return len(self._waiting)

    @override
    def now_ms(self) -> int:
        return self._wall_ms

    @override
    def monotonic(self) -> float:
        return self._passed_ms / 1000

    @override
    def stamp(self) -> Stamp:
        return Stamp(self._wall_ms, self._passed_ms, self._boot_id)

    @override
    def elapsed(self, since: Stamp) -> float:
        return passed_s(since, self.stamp(), self._started)

    @override
    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.Event()
        with self._after(seconds, woken.set):
            await woken.wait()

    @override
    async def within(self, seconds: float, work: Awaitable[T]) -> T:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(None if seconds > 0 else 0) as scope:
            with self._after(seconds, lambda: scope.reschedule(loop.time())):
                return await work

    @contextmanager
    def _after(self, seconds: float, wake: Callable[[], object]) -> Iterator[None]:
        waiting = (self._passed_ms + round(seconds * 1000), next(self._order), wake)
        heapq.heappush(self._waiting, waiting)
        try:
            yield
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
                heapq.heapify(self._waiting)
