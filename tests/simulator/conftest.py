"""One host for the whole folder; each test begins in a new world."""

import pytest

from kiosk.simulator.host import Host
from tests.simulator.ezpgs import EzpgTill
from tests.simulator.tills import SCALE, CeosTill, CrepayTill, World, connect


@pytest.fixture(scope="session")
def port():
    host = Host(time_scale=SCALE)
    yield host.start()
    host.stop()


@pytest.fixture
def http(port):
    with connect(port) as client:
        yield client


@pytest.fixture
def world(http):
    world = World(http)
    world.reset()
    world.settings(ceos={"failure_rate": 0})
    return world


@pytest.fixture
def crepay(world, http):
    return CrepayTill(http)


@pytest.fixture
def ceos(world, http):
    till = CeosTill(http)
    till.login()
    return till


@pytest.fixture
def ceos_b(world, http):
    world.settings(ceos={"dialect": "B"})
    till = CeosTill(http)
    till.login()
    return till


@pytest.fixture(scope="session")
def unhurried():
    """A port where ten minutes pass only when a test says so."""
    host = Host()
    yield host.start()
    host.stop()


@pytest.fixture
def ezpg(unhurried):
    with connect(unhurried) as http:
        till = EzpgTill(http)
        till.begin()
        yield till


@pytest.fixture
def ezpg_off(ezpg):
    ezpg.settings(extensions="off")
    return ezpg
