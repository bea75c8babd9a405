"""A client at the simulated EzPG, over a socket; ten minutes pass there only when a test says so."""

import ssl

import httpx
import pytest

from kiosk.domain.attempt import State
from kiosk.domain.confidential import Confidential
from kiosk.domain.entries import AttemptAdvanced
from kiosk.domain.limits import Limits
from kiosk.services.gateways.ezpg.client import Account, EzpgClient
from kiosk.services.gateways.ezpg.session import Login
from kiosk.services.http import Line
from kiosk.simulator.host import Host
from tests.simulator.ezpgs import PASSWORD, EzpgTill
from tests.simulator.tills import connect
from tests.support.clock import FakeClock
from tests.support.journal import Book, opened

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Reading them takes longer than most of these tests, and loopback needs none."""


def quick_transport():
    return httpx.AsyncHTTPTransport(verify=NO_CERTIFICATES, limits=httpx.Limits(max_keepalive_connections=0))


@pytest.fixture(scope="session")
def ezpg_port():
    host = Host()
    yield host.start()
    host.stop()


@pytest.fixture
def ezpg(ezpg_port):
    """The other side: customers, banks, head office."""
    with connect(ezpg_port) as http:
        till = EzpgTill(http)
        till.begin()
        yield till


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def book(tmp_path, clock):
    async with opened(tmp_path, clock) as journal:
        yield Book(journal)


@pytest.fixture
def permit(book):
    """Leave to send a request, once."""

    async def make(request):
        attempt = await book.attempt(await book.order(12_300))
        return await book.journal.intend(attempt, request, AttemptAdvanced(attempt, State.SENDING))

    return make


@pytest.fixture
async def client_to(book, clock):
    lines = []

    def make(url, user="kiosk-1", password=PASSWORD, staff=("staff", PASSWORD), merchant="demo"):
        lines.append(Line(url, clock, book.journal, Limits(), quick_transport))
        account = Account(
            merchant,
            Login(user, Confidential(password)),
            Login(staff[0], Confidential(staff[1])) if staff else None,
            Confidential("demo-key"),
        )
        return EzpgClient(lines[-1], account, clock, Limits())

    yield make
    for line in lines:
        await line.close()


@pytest.fixture
def client(client_to, ezpg, ezpg_port):
    return client_to(f"http://127.0.0.1:{ezpg_port}/ezpg")
