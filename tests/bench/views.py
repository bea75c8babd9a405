"""What a customer sees, for somebody who waits for it."""

import asyncio
from collections.abc import Callable
from typing import Any

from kiosk.flows.views import Shown, View

PATIENCE_S = 60.0


class Views:
    """What was shown last, once it counts as shown, and somebody who waits for something to be."""

    def __init__(self) -> None:
        self._latest: Shown | None = None
        self._waiting: list[tuple[Callable[[View], bool], asyncio.Future[None]]] = []

    def came(self, shown: Shown) -> None:
        """This is what a customer sees now."""
        self._latest = shown
        for wanted, future in self._waiting:
            if not future.done() and wanted(shown.view):
                future.set_result(None)

    async def wait(self, kind: type, is_it: Callable[[Any], bool] = lambda _view: True) -> None:
        """Until a view of this kind stands there.

        Raises:
            TimeoutError: none came.
        """

        def wanted(view: View) -> bool:
            return isinstance(view, kind) and is_it(view)

        if self._latest is not None and wanted(self._latest.view):
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = (wanted, future)
        self._waiting.append(waiting)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await future
        finally:
            self._waiting.remove(waiting)
