import pytest

from tests.flows.till import Till


@pytest.fixture
async def till(tmp_path):
    """A till on its start screen; a part of it that fails fails the test."""
    till = Till(tmp_path)
    await till.start()
    yield till
    await till.close()
    assert till.failures == []
