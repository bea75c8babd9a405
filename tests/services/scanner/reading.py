"""A serial scanner that is read, and what the loop is told of it."""

import asyncio
import contextlib
import time

from kiosk.services.scanner.serial import Line, Link, ScannerState, SerialScanner

QUICK = Line(retry_s=(0.01, 0.02))
DEADLINE_S = 20


class Till:
    """What the loop has been told."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.states: list[ScannerState] = []
        self._news = asyncio.Event()

    def on_code(self, code: str) -> None:
        self.codes.append(code)
        self._news.set()

    def on_state(self, state: ScannerState) -> None:
        self.states.append(state)
        self._news.set()

    async def until(self, condition) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def until_link(self, link: Link, connections: int) -> ScannerState:
        await self.until(
            lambda: self.states and (self.states[-1].link, self.states[-1].connections) == (link, connections)
        )
        return self.states[-1]


@contextlib.asynccontextmanager
async def reading(plug, line=QUICK):
    till = Till()
    scanner = SerialScanner(str(plug.path), till.on_code, till.on_state, asyncio.get_running_loop(), line)
    scanner.start()
    try:
        await till.until(lambda: till.states and till.states[-1].connected)
        yield scanner, till
    finally:
        scanner.close()


def stand_still_until(condition) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.001)
    assert condition()
