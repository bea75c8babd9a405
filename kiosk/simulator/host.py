"""The outside world on one loopback port, over real HTTP, with connections that really break.

Base addresses are http://127.0.0.1:PORT/crepay, .../ceos, .../card, .../loyalty and .../ezpg; the control path is
/_sim, and the page that plays the phones is /phone. It can listen at one more address, for a real phone: there it
serves the page alone.
"""

import asyncio
import logging
import socket
import struct
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from kiosk.simulator.caller import Caller
from kiosk.simulator.control import control_routes
from kiosk.simulator.delivery import Delivery, Late
from kiosk.simulator.outside import Outside, Settings
from kiosk.simulator.phone.routes import Scan, phone_routes
from kiosk.simulator.world import RealClock, Reply, Request

GATEWAYS = ("crepay", "ceos", "card", "loyalty", "ezpg")
HERE, ANYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - only who asks for it listens there
NOBODY = "192.0.2.1"  # an address for documents; nothing is sent there
LINGER_NOTHING = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)

_log = logging.getLogger("kiosk.simulator")
_log.setLevel(logging.ERROR)  # only a bug of the simulators themselves is worth a line


class Host:
    """All simulators behind one port.

    Args:
        port: 0 takes any free one.
        time_scale: Divides every duration of the simulators.
        seed: Of all chance.
        settings: To start with, and to go back to on reset.
        address: Of this machine, where phones reach the page, and nothing else; the loopback address adds nothing.

    Attributes:
        scan: Where the page holds a phone's code to, when a demo's till runs in this program; None when none does.

    Raises:
        OSError: the port is taken, or the address is not of this machine.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        time_scale: float = 1.0,
        seed: int = 0,
        settings: Settings | None = None,
        address: str = HERE,
    ) -> None:
        self._address = address
        self._sockets = _listening(address, port)
        outside = Outside(RealClock(time_scale), seed, settings)
        self._ready: Future[None] = Future()
        self._caller = Caller(outside, time_scale)
        self.scan: Scan | None = None
        application = _application(outside, self._caller, time_scale, lambda: self.scan)
        self._server = _Server(application, self._ready)
        self._thread = threading.Thread(target=self._run, name="simulators", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        port: int = self._sockets[0].getsockname()[1]
        return port

    @property
    def phone_page(self) -> str:
        """Where a phone opens its page, as far as this machine knows its own address."""
        return f"http://{_own_address() if self._address == ANYWHERE else self._address}:{self.port}/phone"

    def start(self) -> int:
        """Serve in a thread of its own; comes back when it answers.

        Returns:
            The port.
        """
        self._thread.start()
        self._ready.result()
        return self.port

    def stop(self) -> None:
        """Break all connections and end the thread."""
        self._server.should_exit = True
        self._thread.join()

    def serve(self, ready: Callable[[int], None]) -> None:
        """Serve in this thread until interrupted.

        Args:
            ready: Told the port, once it answers.
        """
        port = self.port
        self._ready.add_done_callback(lambda _ready: ready(port))
        self._run()

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as group:
            life = group.create_task(self._caller.live())
            await self._server.serve(sockets=self._sockets)
            life.cancel()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        finally:
            if not self._ready.done():
                self._ready.set_exception(RuntimeError("the simulators did not start"))


def run(
    port: int = 0, *, time_scale: float = 1.0, seed: int = 0, settings: Settings | None = None, address: str = HERE
) -> None:
    """Serve until interrupted, for the command line; writes a line when ready, and one more for phones elsewhere.

    Raises:
        OSError: the port is taken, or the address is not of this machine.
    """
    host = Host(port, time_scale=time_scale, seed=seed, settings=settings, address=address)

    def announce(taken: int) -> None:
        sys.stdout.write(f"listening on http://{HERE}:{taken}\n")
        if address != HERE:
            sys.stdout.write(f"phone: {host.phone_page}\n")
        sys.stdout.flush()

    with suppress(KeyboardInterrupt):
        host.serve(announce)


class _Connection(H11Protocol):
    """A connection that the application can break: each request finds it in its state."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, {**app_state, "connection": self}, _loop)
        self.logger = _log
        self.access_log = False

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        # asyncio does so itself only for sockets it made; without, every answer waits 40 ms.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def reset(self) -> None:
        """Cut it: the other end sees a reset, not an end."""
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOTHING)
        self.transport.abort()

    def close(self) -> None:
        """Send what was written, then end it."""
        self.transport.close()


class _Server(uvicorn.Server):
    """Tells when it answers, and breaks what is open when it ends: a stall must not hold up a stop."""

    def __init__(self, application: ASGIApp, ready: Future[None]) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                http=_Connection,
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                server_header=False,
                date_header=False,  # the servers' own clocks say what time it is
            )
        )
        self._ready = ready

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set_result(None)

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in self.server_state.connections:
            connection.transport.abort()
        await super().shutdown(sockets)


def _listening(address: str, port: int) -> list[socket.socket]:
    """Always the loopback address, first; the other at the same port."""
    if address in {HERE, ANYWHERE}:
        return [socket.create_server((address, port))]
    here = socket.create_server((HERE, port))
    try:
        return [here, socket.create_server((address, here.getsockname()[1]))]
    except OSError:
        here.close()
        raise


def _own_address() -> str:
    """The address from which this machine would reach others; its name when it reaches none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect((NOBODY, 9))
        except OSError:
            return socket.gethostname()
        address: str = asking.getsockname()[0]
        return address


def _application(outside: Outside, caller: Caller, time_scale: float, scanner: Callable[[], Scan | None]) -> ASGIApp:
    """Everything for who comes over the loopback address, which only this machine can; the phone for all others."""
    gateways = [Mount(f"/{name}", app=_Gateway(name, outside, caller, time_scale)) for name in GATEWAYS]
    phone = phone_routes(outside, caller.wake, time_scale, scanner)
    here = Starlette(routes=[*gateways, Mount("/_sim", routes=control_routes(outside, caller.wake)), *phone])
    elsewhere = Starlette(routes=phone)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await (here if scope["server"][0] == HERE else elsewhere)(scope, receive, send)

    return application


class _Gateway:
    """One payment system's folder: reads a whole request, lets it be processed at once, plays what comes of it."""

    def __init__(self, name: str, outside: Outside, caller: Caller, time_scale: float) -> None:
        self._name = name
        self._outside = outside
        self._caller = caller
        self._scale = time_scale

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await HttpRequest(scope, receive).body()
        except ClientDisconnect:
            return
        request = Request(
            scope["method"],
            scope["raw_path"].decode("ascii").removeprefix(f"/{self._name}"),
            {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
            body,
            scope["query_string"].decode("latin-1"),
        )
        delivery = self._outside.exchange(self._name, request)
        if delivery.late is not None:
            asyncio.get_running_loop().call_later(delivery.late.after_s / self._scale, self._land, delivery.late)
        await self._caller.call_early()
        self._caller.wake()
        await self._play(delivery, scope["state"]["connection"], receive, send)

    def _land(self, late: Late) -> None:
        late.land()
        self._caller.wake()

    async def _play(self, delivery: Delivery, connection: _Connection, receive: Receive, send: Send) -> None:
        if delivery.silence_s:
            await _silence(receive, delivery.silence_s / self._scale)
        if delivery.reply is not None:
            await self._answer(delivery, delivery.reply, receive, send)
        if delivery.end == "reset":
            connection.reset()
        if delivery.end == "close":
            connection.close()
        if delivery.end != "keep":
            await _hung_up(receive)

    async def _answer(self, delivery: Delivery, reply: Reply, receive: Receive, send: Send) -> None:
        headers = {**reply.headers, "content-length": str(len(reply.body))}
        await send(
            {
                "type": "http.response.start",
                "status": reply.status,
                "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
            }
        )
        body = reply.body[: delivery.cut_at]
        if delivery.gap_s:
            for position in range(len(body)):
                await _silence(receive, delivery.gap_s / self._scale)
                await send({"type": "http.response.body", "body": body[position : position + 1], "more_body": True})
            body = b""
        await send({"type": "http.response.body", "body": body, "more_body": delivery.cut_at is not None})


async def _silence(receive: Receive, seconds: float) -> None:
    """Say nothing for so long, or until the caller hangs up."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await _hung_up(receive)


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
