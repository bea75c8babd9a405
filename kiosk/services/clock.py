"""The real clock: wall time for stamps, time since boot for deadlines, and waiting that never ends early."""

import asyncio
import sys
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from kiosk.domain.moment import Stamp, passed_s

T = TypeVar("T")

LONGEST_NAP_S = 1.0
"""The event loop's timers stand still while the machine is suspended; ours does not. Looking this often [s] notices."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def seconds_since_boot() -> float:
    """Time since the machine started [s], counted through suspend where the system can; no one can set it."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    else:  # noqa: RET505 - as a branch, so that the type checker sees one system at a time
        return time.monotonic()


def _read_boot_id() -> str:
    """A string that another boot does not have.

    Elsewhere than on Linux it is the minute the machine started. A corrected wall clock can make it look like another
    boot, which costs only patience: what was written down before then counts from this start of the program.
    """
    if _BOOT_ID.exists():
        return _BOOT_ID.read_text(encoding="ascii").strip()
    return f"minute-{round((time.time() - seconds_since_boot()) / 60)}"


class SystemClock:
    """The machine's clock, which a demo may run faster. Keeps the promise of domain/ports.py, Clock.

    Args:
        factor: How many seconds of ours pass in one real second. Wall time is never scaled.
    """

    def __init__(self, factor: float = 1.0) -> None:
        self._factor = factor
        # Scaled stamps of two factors do not compare; another factor is therefore another boot.
        self._boot_id = _read_boot_id() if factor == 1.0 else f"{_read_boot_id()} x{factor:g}"
        self._started = self.stamp()

    def now_ms(self) -> int:
        """Wall time, UTC [ms since 1970]. For stamps only: people and servers set it."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Time since boot [s, scaled]; never goes back, goes on while the machine is suspended."""
        return seconds_since_boot() * self._factor

    def boot_id(self) -> str:
        """Which boot of the machine this is."""
        return self._boot_id

    async def sleep(self, seconds: float) -> None:
        """Wait at least this long [s, scaled]."""
        deadline = self.monotonic() + seconds
        while (left := deadline - self.monotonic()) > 0:  # noqa: ASYNC110 - a deadline, not a condition
            await asyncio.sleep(self._nap(left))

    async def within(self, seconds: float, work: Awaitable[T]) -> T:
        """Await something for at most this long [s, scaled]; not less, whatever the loop's timers do.

        Raises:
            TimeoutError: the time passed first; what was awaited is cancelled.
        """
        loop = asyncio.get_running_loop()
        deadline = self.monotonic() + seconds
        timer: asyncio.Handle
        async with asyncio.timeout(None) as scope:

            def look() -> None:
                nonlocal timer
                left = deadline - self.monotonic()
                if left > 0:
                    timer = loop.call_later(self._nap(left), look)
                else:
                    scope.reschedule(loop.time())

            timer = loop.call_soon(look)
            try:
                return await work
            finally:
                timer.cancel()

    def _nap(self, left: float) -> float:
        return min(left / self._factor, LONGEST_NAP_S)

    def stamp(self) -> Stamp:
        """This moment, written so that elapsed() can measure from it even after a restart."""
        return Stamp(self.now_ms(), int(self.monotonic() * 1000), self._boot_id)

    def elapsed(self, since: Stamp) -> float:
        """Time since a stamp [s, scaled], as far as it is known to have passed."""
        return passed_s(since, self.stamp(), self._started)
