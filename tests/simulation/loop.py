"""An event loop on virtual time: nothing waits, and every step is counted and belongs to somebody.

One turn runs one callback. When none is ready, time jumps to the next timer. A callback belongs to whoever its context
names: what belongs to a till that was killed never runs again, as after SIGKILL: no `finally`, no `except`. What
belongs to a frozen one runs when it is thawed.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import Context, ContextVar, copy_context
from typing import Any, cast

US: int = 1_000_000
"""Microseconds in a second: time is counted in whole ones, so that it adds up alike everywhere."""


class Owner:
    """Whose callbacks these are.

    Attributes:
        is_dead: They never run again.
        frozen_until_us: They do not run before [us].
    """

    def __init__(self) -> None:
        self.is_dead = False
        self.frozen_until_us = 0
        self.tasks: list[asyncio.Task[Any]] = []

    def step(self) -> None:
        """One of its callbacks is about to run; it may be the last."""

    def bury(self) -> None:
        """Let go of its coroutines. Whatever they still try to do has no effect any more."""
        for task in self.tasks:
            if not task.done():
                task._log_destroy_pending = False  # type: ignore[attr-defined]  # as asyncio itself does
                coroutine = task.get_coro()
                with suppress(BaseException):
                    coroutine.close()
        self.tasks.clear()


OWNER: ContextVar[Owner | None] = ContextVar("owner", default=None)


class Handle:
    """A callback that waits for its turn: what asyncio needs of a handle, and whose it is."""

    __slots__ = ("args", "callback", "context", "is_cancelled", "owner", "when_us")

    def __init__(
        self, when_us: int, callback: Callable[..., object], args: tuple[Any, ...], context: Context | None
    ) -> None:
        self.when_us = when_us
        self.callback = callback
        self.args = args
        self.context = copy_context() if context is None else context
        self.owner = self.context.get(OWNER)
        self.is_cancelled = False

    def cancel(self) -> None:
        """It does not run."""
        self.is_cancelled = True

    def cancelled(self) -> bool:
        """It will not run."""
        return self.is_cancelled

    def when(self) -> float:
        """At what time it runs [s]."""
        return self.when_us / US


class StuckError(Exception):
    """Nobody waits for anything any more, and the story is not over; or it never ends."""


TURNS_MAX = 2_000_000
"""No story needs so many turns."""


class Loop:
    """The loop. Time is `now_us`. It has what asyncio asks of a loop for tasks, sleeps and time-outs, and no more."""

    def __init__(self) -> None:
        self.now_us = 0
        self._ready: deque[Handle] = deque()
        self._timers: list[tuple[int, int, Handle]] = []
        self._serial = 0
        self._turns = 0
        self.failures: list[dict[str, Any]] = []

    # -- what runs

    def run(self, main: Coroutine[Any, Any, object]) -> None:
        """Run until this has ended.

        Raises:
            StuckError: nothing is left to happen before that.
        """
        asyncio._set_running_loop(self._as_asyncio)
        try:
            task = self.create_task(main)
            while not task.done():
                self._turn()
            task.result()
        finally:
            asyncio._set_running_loop(None)

    def _turn(self) -> None:
        self._turns += 1
        if self._turns > TURNS_MAX:
            raise StuckError
        while not self._ready:
            if not self._timers:
                raise StuckError
            when_us, _, handle = heapq.heappop(self._timers)
            if not handle.is_cancelled:
                self.now_us = max(self.now_us, when_us)
                self._ready.append(handle)
        handle = self._ready.popleft()
        owner = handle.owner
        if handle.is_cancelled or (owner is not None and owner.is_dead):
            return
        if owner is not None:
            if owner.frozen_until_us > self.now_us:
                self._push(owner.frozen_until_us, handle)
                return
            owner.step()
            if owner.is_dead:
                return
        try:
            handle.context.run(handle.callback, *handle.args)
        except Exception as error:  # noqa: BLE001 - as every loop: the error is reported, and the loop goes on
            self.call_exception_handler({"message": "callback", "exception": error})

    def _push(self, when_us: int, handle: Handle) -> None:
        self._serial += 1
        heapq.heappush(self._timers, (when_us, self._serial, handle))

    # -- what asyncio asks of a loop

    @property
    def _as_asyncio(self) -> asyncio.AbstractEventLoop:
        return cast("asyncio.AbstractEventLoop", self)

    def time(self) -> float:
        return self.now_us / US

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> Any:
        handle = Handle(0, callback, args, context)
        self._ready.append(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Any:
        return self._at(self.now_us + max(0, round(delay * US)), callback, args, context)

    def call_at(self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None) -> Any:
        return self._at(round(when * US), callback, args, context)

    def _at(
        self, when_us: int, callback: Callable[..., object], args: tuple[Any, ...], context: Context | None
    ) -> Handle:
        handle = Handle(when_us, callback, args, context)
        self._push(when_us, handle)
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self._as_asyncio)

    def create_task(
        self, coro: Coroutine[Any, Any, Any], *, name: str | None = None, context: Context | None = None
    ) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self._as_asyncio, name=name, context=context)
        owner = OWNER.get()
        if owner is not None:
            owner.tasks.append(task)
        return task

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        if isinstance(context.get("exception"), Exception):  # what was killed ends with no exception, but an end
            self.failures.append(context)
