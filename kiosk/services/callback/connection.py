"""One caller: whatever it sends, and however slowly, it is gone in seconds and has cost little.

uvicorn alone waits for ever for the end of a request, and when it is full it turns away those who come.
"""

import asyncio
import logging
from collections import Counter
from typing import Final

import h11
import uvicorn
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from kiosk.domain.limits import Limits

HEAD_BYTES_MAX: Final = 8 * 1024
"""Request line and headers (ours); those of a relay have some 300 bytes."""

READS_MAX: Final = 32
"""A request comes in at most so many pieces (ours): 8 KiB are six packets, and each piece costs a turn of the loop."""

_log = logging.getLogger("kiosk.callback")
_log.setLevel(logging.ERROR)  # uvicorn has a warning for every bad request; only a bug of ours is worth a line


class Places:
    """The connections whose request is not whole yet, the oldest first.

    A newcomer takes the place of the oldest. The other way round, a few idle sockets would shut everybody out.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._peers: dict[Connection, str] = {}

    def enter(self, newcomer: "Connection", peer: str) -> "Connection | None":
        """Give a place to a connection.

        Returns:
            The one that has to go for it.
        """
        of_peer = [connection for connection, its_peer in self._peers.items() if its_peer == peer]
        displaced = None
        if of_peer and len(of_peer) >= self._limits.callback_per_peer_max:
            displaced = of_peer[0]
        elif self._peers and len(self._peers) >= self._limits.callback_connections_max:
            displaced = next(iter(self._peers))
        self._peers[newcomer] = peer
        return displaced

    def leave(self, connection: "Connection") -> bool:
        """Free its place. False when it has none any more."""
        return self._peers.pop(connection, None) is not None


class Connection(H11Protocol):
    """A connection for one request, with a deadline for it and one for its answer.

    Args:
        config: uvicorn's.
        state: uvicorn's.
        places: Which it enters.
        counts: Where it counts why it was cut.
        limits: Of time and bytes.
    """

    def __init__(
        self, config: uvicorn.Config, state: ServerState, places: Places, counts: Counter[str], limits: Limits
    ) -> None:
        super().__init__(config, state, {})
        self.logger = _log
        self.access_log = False
        self._places = places
        self._counts = counts
        self._limits = limits
        self._bytes_left = HEAD_BYTES_MAX + limits.callback_body_bytes_max
        self._reads_left = READS_MAX

    def cut(self, reason: str) -> None:
        """End it now, without an answer; counted when its request was not whole."""
        if self._places.leave(self):
            self._counts[reason] += 1
        self.transport.abort()

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._deadline = self._within_time()
        displaced = self._places.enter(self, self.client[0] if self.client else "")
        if displaced is not None:
            displaced.cut("crowded_out")

    @override
    def data_received(self, data: bytes) -> None:
        taken = data[: self._bytes_left]
        self._bytes_left -= len(taken)
        self._reads_left -= 1
        if self._reads_left < 0:
            self.cut("in_crumbs")
            return
        super().data_received(taken)
        if self.conn.their_state not in {h11.IDLE, h11.SEND_BODY}:
            self._whole()
        elif not self._bytes_left:
            # In the next turn, in which the answer comes first, if there is one.
            self.loop.call_soon(self.cut, "too_big")

    @override
    def send_400_response(self, msg: str) -> None:
        """What is no HTTP gets no answer in HTTP."""
        self.cut("not_http")

    @override
    def on_response_complete(self) -> None:
        self._places.leave(self)
        super().on_response_complete()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._deadline.cancel()
        if self._places.leave(self):
            self._counts["broken_off"] += 1

    def _whole(self) -> None:
        if self._places.leave(self):
            self._deadline.cancel()
            self._deadline = self._within_time()

    def _within_time(self) -> asyncio.TimerHandle:
        return self.loop.call_later(self._limits.callback_request_s, self.cut, "late")
