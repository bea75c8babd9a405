"""The sharp edge between "not sent" and "unknown", on real sockets."""

import asyncio
import socket
import sys
import time
from contextlib import asynccontextmanager

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from kiosk.domain.errors import WireError
from kiosk.domain.limits import Limits
from kiosk.services.http import (
    HttpAnswer,
    Line,
    NoAnswer,
    NotReached,
    NotSentWhy,
    plain_transport,
)
from tests.support.clock import FakeClock
from tests.support.journal import Book, opened
from tests.support.server import response, serving, unused_port

UNREACHABLE = NotReached(NotSentWhy.UNREACHABLE)
PERMIT_VOID = NotReached(NotSentWhy.PERMIT_VOID)
LIMITS = Limits(connect_s=2, answer_bytes_max=1000)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def book(tmp_path, clock):
    async with opened(tmp_path, clock) as journal:
        yield Book(journal)


@pytest.fixture
def line_to(book, clock):
    @asynccontextmanager
    async def make(url, limits=LIMITS, make_transport=plain_transport):
        line = Line(url, clock, book.journal, limits, make_transport)
        try:
            yield line
        finally:
            await line.close()

    return make


@pytest.fixture
def ask(line_to):
    """Ask one question of an address."""

    async def ask(url, path="/look", headers=(), body=None, **line):
        async with line_to(url, **line) as to:
            return await to.ask(path, dict(headers), 30, body)

    return ask


# -- every way in which sending can end

PROVES_NOTHING_LEFT = {httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol}
PROVES_NOTHING = {
    httpx.ReadTimeout,
    httpx.WriteTimeout,
    httpx.ReadError,
    httpx.WriteError,
    httpx.CloseError,
    httpx.ProxyError,
    httpx.LocalProtocolError,
    httpx.RemoteProtocolError,
    httpx.DecodingError,
    httpx.TooManyRedirects,
    httpx.HTTPStatusError,
    httpx.StreamConsumed,
    httpx.StreamClosed,
    httpx.ResponseNotRead,
    httpx.RequestNotRead,
    httpx.InvalidURL,
}


def leaves(error):
    below = error.__subclasses__()
    return {error} if not below else set().union(*map(leaves, below))


def test_every_error_of_the_http_library_is_known():
    assert leaves(httpx.HTTPError) | leaves(httpx.StreamError) | leaves(httpx.InvalidURL) == (
        PROVES_NOTHING_LEFT | PROVES_NOTHING
    )


class Failing(httpx.AsyncBaseTransport):
    def __init__(self, error):
        self.error = error

    @override
    async def handle_async_request(self, request):
        raise self.error


def an_error(kind):
    if issubclass(kind, httpx.HTTPStatusError):
        return kind("broken", request=httpx.Request("GET", "http://x"), response=httpx.Response(500))
    return kind("broken") if issubclass(kind, (httpx.HTTPError, httpx.InvalidURL)) else kind()


@pytest.mark.parametrize("kind", sorted(PROVES_NOTHING_LEFT | PROVES_NOTHING, key=str))
async def test_an_error_of_the_http_library_proves_that_nothing_left_or_proves_nothing(ask, kind):
    reply = await ask("http://127.0.0.1", make_transport=lambda: Failing(an_error(kind)))

    assert reply == (UNREACHABLE if kind in PROVES_NOTHING_LEFT else NoAnswer(kind.__name__))


# -- sockets


async def test_a_refused_connection_proves_that_nothing_left(ask):
    assert await ask(f"http://127.0.0.1:{unused_port()}") == UNREACHABLE


@pytest.mark.skipif(sys.platform != "linux", reason="how a full queue of connections shows differs between systems")
async def test_a_connection_that_never_comes_about_proves_that_nothing_left(ask):
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with socket.create_connection(full.getsockname()):  # fills the queue: nobody accepts
            reply = await ask(f"http://127.0.0.1:{full.getsockname()[1]}", limits=Limits(connect_s=0.2))

    assert reply == UNREACHABLE


async def test_a_failed_handshake_proves_that_nothing_left(ask):
    async with serving(b"no TLS here", reads=False) as server:
        assert await ask(f"https://127.0.0.1:{server.port}") == UNREACHABLE


async def test_a_whole_answer_is_an_answer(ask):
    async with serving(response(418, b'{"short":"stout"}')) as server:
        reply = await ask(server.url)

    assert reply == HttpAnswer(418, b'{"short":"stout"}', None)


async def test_a_reset_before_the_answer_proves_nothing(ask):
    async def reset(connection):
        connection.reset()

    async with serving(reset) as server:
        reply = await ask(server.url)

    assert isinstance(reply, NoAnswer)
    assert server.accepts == 1, "sent again by itself"


async def test_an_end_before_the_answer_proves_nothing(ask):
    async with serving(b"") as server:
        reply = await ask(server.url)

    assert isinstance(reply, NoAnswer)
    assert server.accepts == 1, "sent again by itself"


async def test_a_reset_in_the_middle_of_the_request_proves_nothing(ask):
    async def reset(connection):
        connection.reset()

    async with serving(reset, reads=False) as server:
        assert isinstance(await ask(server.url), NoAnswer)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b'{"half":',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b'8\r\n{"half":\r\n',
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"not HTTP at all\r\n\r\n",
    ],
    ids=["half a body", "half of the chunks", "half a head", "no HTTP"],
)
async def test_half_an_answer_proves_nothing(ask, answer):
    async with serving(answer) as server:
        assert isinstance(await ask(server.url), NoAnswer)


async def test_silence_to_the_deadline_proves_nothing(line_to, clock):
    async with serving(lambda connection: connection.until_hung_up()) as server, line_to(server.url) as line:
        asking = asyncio.gather(line.ask("/look", {}, 30))
        await server.asked.wait()
        clock.advance(29.9)
        await asyncio.sleep(0)
        assert not asking.done()
        clock.advance(0.1)

        assert (await asking)[0] == NoAnswer("deadline")


async def test_a_trickle_cannot_outlive_the_deadline(line_to, clock):
    async def trickle(connection):
        await connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            await connection.send(b" ")
            clock.advance(1)  # a byte a second, as far as the till can tell
            await asyncio.sleep(0)

    async with serving(trickle) as server, line_to(server.url) as line:
        assert await line.ask("/look", {}, 30) == NoAnswer("deadline")


async def test_an_answer_of_just_the_greatest_length_is_read(ask):
    async with serving(response(200, b" " * 1000)) as server:
        assert await ask(server.url) == HttpAnswer(200, b" " * 1000, None)


async def test_an_answer_one_byte_longer_proves_nothing(ask):
    async with serving(response(200, b" " * 1001)) as server:
        assert await ask(server.url) == NoAnswer("too long")


async def test_an_answer_without_end_proves_nothing(ask):
    async def endless(connection):
        await connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await connection.send(b" " * 100)

    async with serving(endless) as server:
        assert await ask(server.url) == NoAnswer("too long")


async def test_a_redirect_is_an_answer_and_not_followed(ask):
    async with (
        serving(response()) as elsewhere,
        serving(response(302, b"", f"Location: {elsewhere.url}/")) as server,
    ):
        reply = await ask(server.url)

    assert reply == HttpAnswer(302, b"", None)
    assert elsewhere.accepts == 0


@pytest.mark.parametrize("location", ["javascript:alert(1)", "http://[::1", "/\x01", "", "x:"])
async def test_no_redirect_is_an_accident(ask, location):
    async with serving(response(302, b"", f"Location: {location}")) as server:
        assert isinstance(await ask(server.url), (HttpAnswer, NoAnswer))


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
async def test_a_proxy_named_in_the_environment_is_ignored(ask, monkeypatch, name):
    async with serving(response()) as proxy, serving(response()) as server:
        monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert isinstance(await ask(server.url), HttpAnswer)

    assert (proxy.accepts, server.accepts) == (0, 1)


async def test_every_call_has_a_fresh_connection(line_to):
    async def keeps_open(connection):
        await connection.send(response(200, b"{}", "Connection: keep-alive"))
        await connection.until_hung_up()

    async with serving(keeps_open) as server, line_to(server.url) as line:
        for _ in range(3):
            assert isinstance(await line.ask("/look", {}, 30), HttpAnswer)

    assert server.accepts == 3


async def test_a_question_is_a_get_with_the_headers_and_body_it_was_given(ask):
    async with serving(response()) as server:
        await ask(server.url, "/v1/a%2Fb", {"Authorization": "Basic abc"}, '{"이름":1}'.encode())

    head, body = server.requests[0].split(b"\r\n\r\n")
    assert head.startswith(b"GET /v1/a%2Fb HTTP/1.1\r\n")
    assert b"\r\nAuthorization: Basic abc\r\n" in head
    assert b"\r\nContent-Type: application/json\r\n" in head + b"\r\n"
    assert body.decode() == '{"이름":1}'


async def test_the_base_address_may_have_a_path(ask):
    async with serving(response()) as server:
        await ask(f"{server.url}/crepay", "/v1/pay")

    assert server.lines == ["GET /crepay/v1/pay HTTP/1.1"]


# -- what an answer says

DATES = {
    "Thu, 01 Jan 2026 00:00:00 GMT": 1_767_225_600_000,
    "Thu, 01 Jan 2026 00:00:00 -0000": 1_767_225_600_000,
    "Thu, 01 Jan 2026 09:00:00 +0900": 1_767_225_600_000,
    "1 January, 2026": None,
    "Thu, 99 Jan 2026 00:00:00 GMT": None,
    "": None,
}


@pytest.mark.parametrize(("text", "server_ms"), DATES.items())
async def test_the_servers_clock_is_read_from_its_date(ask, monkeypatch, text, server_ms):
    if sys.platform != "win32":
        monkeypatch.setenv("TZ", "Asia/Seoul")
        time.tzset()
    try:
        async with serving(response(200, b"{}", f"Date: {text}")) as server:
            reply = await ask(server.url)
    finally:
        monkeypatch.undo()
        if sys.platform != "win32":
            time.tzset()

    assert reply == HttpAnswer(200, b"{}", server_ms)


@given(st.binary(max_size=200))
def test_a_body_is_json_or_says_that_it_is_not(body):
    answer = HttpAnswer(200, body, None)
    try:
        answer.json()
    except WireError:
        assert answer.json_object() == {}


@pytest.mark.parametrize(
    "body", [b"", b"[1]", b"1", b"null", b'"text"', b"{", b"NaN", b'{"a":NaN}', b"\xff", b"[" * 10_000]
)
def test_what_is_no_json_object_has_no_keys(body):
    assert HttpAnswer(200, body, None).json_object() == {}


def test_a_json_object_has_its_keys():
    assert HttpAnswer(200, '{"이름": [1, true]}'.encode(), None).json_object() == {"이름": [1, True]}
