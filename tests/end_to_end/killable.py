"""The demo with a name for every point at which it can die, and a wish to die at one of them.

    python -m tests.end_to_end.killable demo --config FILE --script - --out DIR

A point is before or after a commit of the journal ("commit 5 after"), or before or after a connect, write or read of a
request about a payment ("crepay.checkout 1 write 2 before"). Names count per kind and per start of the program, so that
what goes on beside the sale (health probes) cannot shift them.

KIOSK_POINTS    file that every point reached is added to
KIOSK_KILL_AT   the point at which the process ends by SIGKILL
"""

import os
import signal
import ssl
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpcore
import httpx
from httpcore._backends.auto import AutoBackend
from typing_extensions import override

from kiosk.app import Seams
from kiosk.cli import parser
from kiosk.services.http import plain_transport
from kiosk.services.text import Text
from kiosk.tools.demo import demo

COUNTED = frozenset(
    {"balance", "checkout", "cancel", "cancel-network", "instant", "payment", "issue", "merWithdrawApi"}
)
CALL: ContextVar[str] = ContextVar("call", default="")
END_OF_HEADERS = b"\r\n\r\n"


class Points:
    """Notes every point, and dies at one."""

    def __init__(self, file: Path, kill_at: str) -> None:
        self._file = file.open("a", encoding="utf-8")
        self._kill_at = kill_at
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def next(self, kind: str) -> str:
        """Name of the next one of a kind."""
        with self._lock:
            self._counts[kind] += 1
            return f"{kind} {self._counts[kind]}"

    def reach(self, point: str) -> None:
        """This point has been reached."""
        with self._lock:
            self._file.write(f"{point}\n")
            self._file.flush()
            if point == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def on_commit(self, moment: str) -> None:
        """The journal is about to commit, or has."""
        name = self.next("commit") if moment == "before" else f"commit {self._counts['commit']}"
        self.reach(f"{name} {moment}")


class Stream(httpcore.AsyncNetworkStream):
    """A connection whose writes and reads are points. An answer comes in two reads, however it was cut on the way."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, points: Points, call: str) -> None:
        self._inner = inner
        self._points = points
        self._call = call
        self._counts: Counter[str] = Counter()
        self._arrived = b""

    def _next(self, kind: str) -> str:
        self._counts[kind] += 1
        return f"{self._call} {kind} {self._counts[kind]}"

    @override
    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        name = self._next("read")
        self._points.reach(f"{name} before")
        is_first = self._counts["read"] == 1
        while not self._arrived or (is_first and END_OF_HEADERS not in self._arrived):
            arrived = await self._inner.read(max_bytes, timeout)
            if not arrived:
                break
            self._arrived += arrived
        end = self._arrived.find(END_OF_HEADERS) + len(END_OF_HEADERS) if is_first else len(self._arrived)
        read, self._arrived = self._arrived[:end], self._arrived[end:]
        self._points.reach(f"{name} after")
        return read

    @override
    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        name = self._next("write")
        self._points.reach(f"{name} before")
        await self._inner.write(buffer, timeout)
        self._points.reach(f"{name} after")

    @override
    async def aclose(self) -> None:
        await self._inner.aclose()

    @override
    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise NotImplementedError("the simulators speak plain HTTP")

    @override
    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Backend(httpcore.AsyncNetworkBackend):
    """Connects; what a payment call connects is counted."""

    def __init__(self, points: Points) -> None:
        self._points = points
        self._inner = AutoBackend()

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        call = CALL.get()
        if call:
            self._points.reach(f"{call} connect before")
        stream = await self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        if not call:
            return stream
        self._points.reach(f"{call} connect after")
        return Stream(stream, self._points, call)


class Transport(httpx.AsyncBaseTransport):
    """The program's own transport, which knows which call it carries."""

    def __init__(self, points: Points) -> None:
        inner = plain_transport()
        assert isinstance(inner, httpx.AsyncHTTPTransport)
        inner._pool._network_backend = Backend(points)
        self._inner = inner
        self._points = points

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        call = _call(request)
        CALL.set(self._points.next(call) if call else "")
        return await self._inner.handle_async_request(request)

    @override
    async def aclose(self) -> None:
        await self._inner.aclose()


def _call(request: httpx.Request) -> str:
    """Gateway and call, or "" for what is not about a payment."""
    parts = request.url.path.strip("/").split("/")
    name = "payment" if parts[-2:-1] == ["payments"] else parts[-1]
    return f"{parts[0]}.{name}" if name in COUNTED else ""


def main() -> int:
    """Run the demo."""
    options = parser().parse_args()
    points = Points(Path(os.environ["KIOSK_POINTS"]), os.environ.get("KIOSK_KILL_AT", ""))
    seams = Seams(
        make_transport=lambda: Transport(points),
        alter_journal=lambda setting: replace(setting, on_commit=points.on_commit),
    )
    return demo(options.config, options.out, Text.load("en"), scripted=True, seams=seams)


if __name__ == "__main__":
    sys.exit(main())
