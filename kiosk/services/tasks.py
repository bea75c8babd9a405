"""The one place where tasks are made: each is named, kept, reported when it fails, and cancelled at the end."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class TaskOwner:
    """Keeps the tasks of one part of the program.

    A failing task is reported once, to the owner's reporter: nobody awaits it, so nothing else would tell.
    """

    def __init__(self, report: Callable[[str, BaseException], None]) -> None:
        self._report = report
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, name: str, work: Coroutine[Any, Any, object]) -> asyncio.Task[Any]:
        """Start a named task and keep it until it ends."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def report(self, name: str, error: BaseException) -> None:
        """Tell the owner of something that went wrong in a task that goes on."""
        self._report(name, error)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._report(task.get_name(), error)

    @property
    def names(self) -> frozenset[str]:
        """Names of the tasks under way."""
        return frozenset(task.get_name() for task in self._tasks)

    async def close(self) -> None:
        """Cancel everything and wait until it has ended."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
