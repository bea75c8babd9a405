import pytest

from tests.support.clock import FakeClock
from tests.support.journal import Book, opened


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def book(tmp_path, clock):
    """Writes into a journal in tmp_path."""
    async with opened(tmp_path, clock) as journal:
        yield Book(journal)
