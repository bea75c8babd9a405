"""A thread of its own for work that may hang in a device, and that the end of the program does not wait for."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import structlog

log = structlog.get_logger("kiosk")

T = TypeVar("T")


class Aside:
    """Does one piece of work after the other. A pool's threads are waited for when the program ends; this one is not.

    Args:
        name: Of the thread.
        idle: Is done at the start, and whenever there was no work for a while.
        idle_s: How long a while is [seconds].
    """

    def __init__(self, name: str, idle: Callable[[], object], idle_s: float) -> None:
        self._idle = idle
        self._idle_s = idle_s
        self._work: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[], T]) -> T:
        """What the work gives. Cancelled before it began, it is not done; later, only the wait ends."""
        done: Future[T] = Future()
        self._work.put((work, done))
        return await asyncio.wrap_future(done)

    def close(self, within_s: float) -> None:
        """Take no more work; wait this long for the one under way [seconds], and no longer."""
        self._work.put(None)
        self._thread.join(within_s)

    def _run(self) -> None:
        self._be_idle()
        while True:
            try:
                job = self._work.get(timeout=self._idle_s)
            except Empty:
                self._be_idle()
                continue
            if job is None:
                return
            work, done = job
            if not done.set_running_or_notify_cancel():
                continue
            try:
                done.set_result(work())
            except BaseException as error:  # noqa: BLE001 - whoever waits gets it
                done.set_exception(error)

    def _be_idle(self) -> None:
        try:
            self._idle()
        except Exception:
            # nobody waits for it, and the thread has work to come
            log.exception("idle work failed", thread=self._thread.name)
