"""The one way from another thread into the asyncio loop: bounded, in order, and silent once closed."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Bridge(Generic[T]):
    """Hands things from any thread to one function on the loop, at most `limit` waiting at a time.

    The oldest are kept: when the loop is behind, what comes last is dropped and counted, so a flood neither fills the
    memory nor pushes out what came before it. Each thing is handed over in a turn of its own: between two of them the
    loop does its other work, and a function that fails on one thing still gets the next.

    What waits stays here and is no argument of the loop's callback: asyncio prints those, whole, when a callback fails
    or is slow, and a thing may be somebody's coupon.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, deliver: Callable[[T], None], limit: int) -> None:
        self._loop = loop
        self._deliver = deliver
        self._limit = limit
        self._lock = threading.Lock()
        self._waiting: deque[T] = deque()
        self._dropped = 0
        self._closed = False

    @property
    def dropped(self) -> int:
        """How many were dropped because too many were waiting."""
        return self._dropped

    def put(self, thing: T) -> bool:
        """Queue a thing for the loop, from any thread. False when it was dropped, or the bridge or loop is closed."""
        with self._lock:
            if self._closed:
                return False
            if len(self._waiting) >= self._limit:
                self._dropped += 1
                return False
            try:
                self._loop.call_soon_threadsafe(self._hand_over)
            except RuntimeError:  # the loop has closed before us; at the end of the program that is ordinary
                self._closed = True
                return False
            self._waiting.append(thing)
            return True

    def close(self) -> None:
        """Deliver nothing more, not even what is waiting.

        Called on the loop it holds at once; from another thread, a delivery under way still ends.
        """
        with self._lock:
            self._closed = True
            self._waiting.clear()

    def _hand_over(self) -> None:
        with self._lock:
            if not self._waiting:  # closed meanwhile
                return
            thing = self._waiting.popleft()
        self._deliver(thing)
