"""One host of simulators for the folder; a new world, journal and till for each test."""

import pytest

from kiosk.simulator.host import Host
from tests.contract.bench import ALL, CEOS_A, CEOS_B, CREPAY, Bench
from tests.simulator.tills import World, connect


@pytest.fixture(scope="session")
def port():
    host = Host(time_scale=100)
    yield host.start()
    host.stop()


@pytest.fixture
def world(port):
    with connect(port) as http:
        world = World(http)
        world.reset()
        yield world


@pytest.fixture
async def new_bench(world, port, tmp_path):
    """Makes the till of a payment system."""
    made = []

    async def make(gateway):
        world.settings(**{gateway.name: gateway.settings})
        bench = Bench(gateway, world, port, tmp_path)
        await bench.start()
        made.append(bench)
        return bench

    yield make
    for bench in made:
        await bench.stop()


@pytest.fixture(params=list(ALL.values()), ids=list(ALL))
async def bench(request, new_bench):
    """A till of each payment system in turn."""
    return await new_bench(request.param)


@pytest.fixture
async def crepay(new_bench):
    return await new_bench(CREPAY)


@pytest.fixture(params=[CEOS_A, CEOS_B], ids=["A", "B"])
async def ceos(request, new_bench):
    return await new_bench(request.param)
