"""A server on a loopback port that answers as a test says, byte by byte, and keeps what it was sent."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

LINGER_NOTHING = struct.pack("ii", 1, 0)


def response(status=200, body=b"{}", *headers):
    """A whole answer, as bytes."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@dataclass
class Connection:
    """One connection, with the request that came over it."""

    request: bytes
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """The other end sees a reset, not an end."""
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOTHING)
        self.writer.transport.abort()

    async def until_hung_up(self) -> None:
        while await self.reader.read(1000):
            pass


Answer = Callable[[Connection], Awaitable[object]]


@dataclass
class Server:
    """What it was sent, and where it listens."""

    port: int = 0
    accepts: int = 0
    requests: list[bytes] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def lines(self) -> list[str]:
        """The first line of each request."""
        return [request.split(b"\r\n", 1)[0].decode() for request in self.requests]


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """A whole request: head, and as much body as its length says."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    return head + await reader.readexactly(length)


@asynccontextmanager
async def serving(answer: Answer | bytes, *, reads: bool = True) -> AsyncIterator[Server]:
    """A server that answers so.

    Args:
        answer: The bytes, or what to do with the connection.
        reads: It reads the request before it answers.
    """
    server = Server()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.accepts += 1
        try:
            connection = Connection(await read_request(reader) if reads else b"", reader, writer)
            server.requests.append(connection.request)
            server.asked.set()
            if isinstance(answer, bytes):
                await connection.send(answer)
            else:
                await answer(connection)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listener = await asyncio.start_server(talk, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        await listener.wait_closed()


def unused_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port
