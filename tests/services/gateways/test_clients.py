"""What clients learn from every exchange: whether the server is there, and what its clock says."""

import socket
import sys

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.domain.limits import Limits
from kiosk.services.clock import SystemClock
from kiosk.services.gateways.ceos.client import Account as CeosAccount
from kiosk.services.gateways.ceos.client import CeosClient
from kiosk.services.gateways.ceos.rules import Answer as CeosAnswer
from kiosk.services.gateways.crepay.client import CrepayClient
from kiosk.services.gateways.crepay.rules import Answer as CrepayAnswer
from kiosk.services.gateways.crepay.wire import Account as CrepayAccount
from kiosk.services.gateways.ezpg.answers import Answer as EzpgAnswer
from kiosk.services.gateways.ezpg.client import Account as EzpgAccount
from kiosk.services.gateways.ezpg.client import EzpgClient
from kiosk.services.gateways.ezpg.session import Login
from kiosk.services.http import Line
from tests.support.clock import START_MS, FakeClock
from tests.support.journal import Book, opened
from tests.support.server import response, serving, unused_port


def crepay(line, clock, limits):
    account = CrepayAccount("demo", Confidential("demo"), "BRAND", "STORE", "강남점", "POS-1")
    return CrepayClient(line, account, clock, limits)


def ceos(line, _clock, limits):
    return CeosClient(line, CeosAccount("store", Confidential("secret")), limits)


def ezpg(line, clock, limits):
    return EzpgClient(line, EzpgAccount("demo", Login("kiosk-1", Confidential("demo"))), clock, limits)


async def sent(client, permit):
    """One payment with a permit, and whether it counts as not sent."""
    if isinstance(client, EzpgClient):
        return (await client.issue(permit)).answer is EzpgAnswer.NOT_SENT
    if isinstance(client, CrepayClient):
        return (await client.checkout(permit, Confidential("1"), 5000)).answer is CrepayAnswer.NOT_SENT
    return await client.instant(permit) is CeosAnswer.NOT_SENT


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def book(tmp_path, clock):
    async with opened(tmp_path, clock) as journal:
        yield Book(journal)


@pytest.fixture(params=[crepay, ceos, ezpg])
async def client_to(request, book, clock):
    lines = []

    def make(url, clock=clock, limits=Limits()):  # noqa: B008 - frozen
        lines.append(Line(url, clock, book.journal, limits))
        return request.param(lines[-1], clock, limits)

    yield make
    for line in lines:
        await line.close()


async def test_whatever_it_answers_it_is_there(client_to):
    async with serving(response(404, b"<html>")) as server:
        assert await client_to(server.url).probe()


async def test_where_nobody_listens_it_is_not_there_until_it_is_reached(client_to):
    client = client_to(f"http://127.0.0.1:{unused_port()}")

    assert not await client.probe()
    assert not client.reachable


@pytest.mark.skipif(sys.platform != "linux", reason="how a full queue of connections shows differs between systems")
async def test_a_server_that_takes_no_connection_is_not_there(client_to):
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with socket.create_connection(full.getsockname()):  # fills the queue: nobody accepts
            client = client_to(f"http://127.0.0.1:{full.getsockname()[1]}", SystemClock(), Limits(connect_s=0.2))

            assert not await client.probe()


async def test_a_permit_that_ran_out_says_nothing_of_the_server(client_to, book, clock):
    permit = await book.intended(await book.attempt(await book.order()))
    clock.advance(6)
    async with serving(response()) as server:
        client = client_to(server.url)

        assert await sent(client, permit)
        assert client.reachable
    assert [line for line in server.lines if "/checkout" in line] == []


@pytest.mark.parametrize("client_to", [crepay, ezpg], indirect=True)
async def test_the_servers_clock_is_heard_half_a_second_late(client_to):
    async with serving(response(200, b"{}", "Date: Thu, 01 Jan 2026 00:00:10 GMT")) as server:
        client = client_to(server.url)
        await client.probe()

    assert START_MS == 1_767_225_600_000
    assert client.ahead_ms == 10_500


@pytest.mark.parametrize("client_to", [crepay, ezpg], indirect=True)
async def test_an_answer_without_a_date_leaves_what_was_heard(client_to):
    dates = iter(["Date: Thu, 01 Jan 2026 00:00:10 GMT", "X-Date: none"])

    async def answer(connection):
        await connection.send(response(200, b"{}", next(dates)))

    async with serving(answer) as server:
        client = client_to(server.url)
        await client.probe()
        await client.probe()

    assert client.ahead_ms == 10_500
