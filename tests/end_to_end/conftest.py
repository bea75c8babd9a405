"""Each test has its own till and its own world, as processes; at its end the oracle judges all that was shown."""

import pytest

from tests.end_to_end.bank import Bank
from tests.end_to_end.driver import SCALE, Till, World


@pytest.fixture
def scale():
    """How fast time runs; a test that only waits parametrises it higher."""
    return SCALE


@pytest.fixture
def world(tmp_path, scale):
    """The simulators, in which CEOS fails only when a test says so."""
    world = World(tmp_path, scale)
    world.settings(ceos={"failure_rate": 0})
    yield world
    world.close()


@pytest.fixture
def bank(world):
    """The customers' banks."""
    return Bank(world)


@pytest.fixture
def extensions(world, request):
    """EzPG with what we added; a test that is also for one without it parametrises this."""
    extensions = getattr(request, "param", "on")
    world.settings(ezpg={"extensions": extensions})
    return extensions


@pytest.fixture
def open_till(tmp_path, world):
    """Make tills; `open_till(sale={...}, limits={...})` starts one and waits for nothing."""
    tills = []

    def make(folder=tmp_path, **kwargs):
        till = Till(folder, world, **kwargs)
        tills.append(till)
        return till.start()

    yield make
    for till in tills:
        till.close()


@pytest.fixture
def till(open_till):
    """A till that stands on its start screen."""
    till = open_till()
    till.wait_view("StartView")
    return till
