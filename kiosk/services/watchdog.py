"""Notices, from outside the loop, when the loop stands still."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Final

BEAT_S: Final = 0.5
STALL_S: Final = 2.0


class Watchdog:
    """Has the loop beat and listens in a thread of its own.

    The beat also lets Python notice signals while Qt waits.

    Args:
        loop: Which is watched.
        tell: Called, in the watchdog's thread, once for each stall, with how long it has lasted so far [s].
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, tell: Callable[[float], None]) -> None:
        self._loop = loop
        self._tell = tell
        self._beaten = time.monotonic()
        self._stop = threading.Event()
        self._handle: asyncio.Handle | None = None
        self._thread = threading.Thread(target=self._listen, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin. Called on the loop."""
        self._beat()
        self._thread.start()

    def stop(self) -> None:
        """End. Called on the loop."""
        self._stop.set()
        if self._handle is not None:
            self._handle.cancel()

    def _beat(self) -> None:
        self._beaten = time.monotonic()
        self._handle = self._loop.call_later(BEAT_S, self._beat)

    def _listen(self) -> None:
        told = False
        while not self._stop.wait(BEAT_S):
            silent_s = time.monotonic() - self._beaten
            if silent_s > STALL_S and not told:
                self._tell(round(silent_s, 1))
            told = silent_s > STALL_S
