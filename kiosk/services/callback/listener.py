"""The callback listener: an HTTP server for one kind of message, in a thread of its own.

What it takes is handed on and answered at once. A callback is only a hint to go and ask: it never changes money.
Source: payment methods, loyalty.
"""

import asyncio
import errno
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from kiosk.domain.errors import DeviceError
from kiosk.domain.limits import Limits
from kiosk.services.callback.connection import HEAD_BYTES_MAX, Connection, Places
from kiosk.services.callback.pace import Pace

T = TypeVar("T")

BACKLOG: Final = 64
"""How many the system keeps waiting while none is accepted, a good second's worth; the rest it turns away by itself."""

ACCEPT_AGAIN_S: Final = 0.1
"""After a caller that was gone before it was accepted, or while the machine has no file handles left."""

_TAKEN: Final = {"code": 0, "data": {"message": "OK"}}

_KEY_BY_ERRNO: Final = {
    errno.EADDRINUSE: "callback.port_taken",
    errno.EADDRNOTAVAIL: "callback.no_such_host",
    socket.EAI_NONAME: "callback.no_such_host",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen.

    Attributes:
        host: A name or address of this machine.
        port: 0 takes a free one.
        path: The only one there is.
    """

    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that is not taken, and why.

    Attributes:
        reason: Under which it is counted; the message itself is not kept.
        status: What is answered.
    """

    reason: str
    status: int


Read = Callable[[bytes, str | None], T | Refused]
"""Reads a whole body and the Authorization header. Pure; called in the listener's thread."""

_TOO_BIG: Final = Refused("too_big", 413)
_OTHER_PATH: Final = Refused("other_path", 404)
_OTHER_METHOD: Final = Refused("other_method", 405)
_READER_FAILED: Final = Refused("reader_failed", 400)
_TOO_MANY: Final = Refused("too_many", 503)


class Listener(Generic[T]):
    """Listens for messages at one address.

    Args:
        address: Where.
        read: Makes a message of a body.
        deliver: Takes a message; called in the listener's thread, must not block; False when too many are waiting.
        limits: Of size, number, time and rate. Its seconds are real ones: real sockets only come here.
    """

    def __init__(self, address: Address, read: Read[T], deliver: Callable[[T], bool], limits: Limits) -> None:
        self._address = address
        self._limits = limits
        self._counts: Counter[str] = Counter()
        self._places = Places(limits)
        self._state = ServerState()
        self._config = uvicorn.Config(
            _Application(address.path, read, deliver, limits.callback_body_bytes_max, self._counts),
            http=Connection,
            interface="asgi3",
            ws="none",
            lifespan="off",
            log_config=None,
            proxy_headers=False,
            server_header=False,
            h11_max_incomplete_event_size=HEAD_BYTES_MAX,
        )
        self._ending = ExitStack()

    @property
    def counts(self) -> Mapping[str, int]:
        """How many messages were "taken", and for each reason how many were not. May be asked from any thread."""
        return dict(self._counts)

    def start(self) -> int:
        """Listen from now on. Once only.

        Returns:
            The port.

        Raises:
            DeviceError: the port is taken, or the host is none of this machine.
        """
        listening = _listening(self._address)
        port: int = listening.getsockname()[1]
        loop = asyncio.new_event_loop()
        serving = loop.create_task(self._serve(loop, listening))
        thread = threading.Thread(target=_run, args=(loop, serving, listening), name="callback listener", daemon=True)
        thread.start()
        self._ending.callback(thread.join)
        self._ending.callback(_cancel, loop, serving)
        return port

    def close(self) -> None:
        """Cut every connection and end the thread. May be called twice, and without a start."""
        self._ending.close()

    async def _serve(self, loop: asyncio.AbstractEventLoop, listening: socket.socket) -> None:
        """What uvicorn's own server would do; but that one can neither pause accepting nor leave signals alone."""
        limits = self._limits
        pace = Pace(limits.callback_rate_per_s, limits.callback_burst_max, loop.time(), time.thread_time())
        try:
            while True:
                await asyncio.sleep(pace.take(loop.time(), time.thread_time()))
                await self._accept(loop, listening)
        finally:
            for connection in tuple(self._state.connections):
                connection.transport.abort()
            if self._state.tasks:
                await asyncio.wait(self._state.tasks)

    async def _accept(self, loop: asyncio.AbstractEventLoop, listening: socket.socket) -> None:
        try:
            caller, _ = await loop.sock_accept(listening)
        except OSError:
            await asyncio.sleep(ACCEPT_AGAIN_S)
            return
        try:
            # asyncio does so itself only for sockets it made; without, an answer may wait 40 ms.
            caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await loop.connect_accepted_socket(self._connection, caller)
        except OSError:  # already gone
            caller.close()

    def _connection(self) -> Connection:
        return Connection(self._config, self._state, self._places, self._counts, self._limits)


class _Application(Generic[T]):
    """Reads one request, has it judged, and answers."""

    def __init__(
        self, path: str, read: Read[T], deliver: Callable[[T], bool], body_bytes_max: int, counts: Counter[str]
    ) -> None:
        self._path = path.encode()
        self._read = read
        self._deliver = deliver
        self._body_bytes_max = body_bytes_max
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            body = await self._body(request)
        except ClientDisconnect:
            return
        refused = self._judge(request, body)
        self._counts["taken" if refused is None else refused.reason] += 1
        await _answer(refused)(scope, receive, send)

    async def _body(self, request: Request) -> bytes | None:
        """The whole body; None when it is too big, of which no more is read."""
        if int(request.headers.get("content-length", "0")) > self._body_bytes_max:
            return None
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > self._body_bytes_max:
                return None
        return bytes(body)

    def _judge(self, request: Request, body: bytes | None) -> Refused | None:
        if body is None:
            return _TOO_BIG
        if request.scope["raw_path"] != self._path:  # as it was sent: no second way of writing it
            return _OTHER_PATH
        if request.method != "POST":
            return _OTHER_METHOD
        try:
            message = self._read(body, request.headers.get("authorization"))
        except Exception:  # noqa: BLE001 - whatever is wrong with a message or its reader, the listener goes on
            return _READER_FAILED
        if isinstance(message, Refused):
            return message
        return None if self._deliver(message) else _TOO_MANY


def _answer(refused: Refused | None) -> JSONResponse:
    headers = {"connection": "close"}
    if refused is None:
        return JSONResponse(_TAKEN, headers=headers)
    if refused.status == _OTHER_METHOD.status:
        headers["allow"] = "POST"
    body = {"code": refused.status, "error": {"message": refused.reason}}
    return JSONResponse(body, status_code=refused.status, headers=headers)


def _listening(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        listening = socket.create_server((address.host, address.port), family=family, backlog=BACKLOG)
    except OSError as error:
        key = _KEY_BY_ERRNO.get(error.errno or 0, "callback.failed")
        raise DeviceError(key, host=address.host, port=address.port) from error
    listening.settimeout(0)
    return listening


def _run(loop: asyncio.AbstractEventLoop, serving: asyncio.Task[None], listening: socket.socket) -> None:
    with closing(loop), closing(listening), suppress(asyncio.CancelledError):
        loop.run_until_complete(serving)


def _cancel(loop: asyncio.AbstractEventLoop, serving: asyncio.Task[None]) -> None:
    with suppress(RuntimeError):  # a bug has ended the thread, and its loop is closed
        loop.call_soon_threadsafe(serving.cancel)
