import pytest

from tests.crashes.cases import a_folder
from tests.crashes.journey import a_reference
from tests.crashes.left import a_closed, a_killed
from tests.support.disk import why_not


def pytest_collection_modifyitems(items):
    for item in items:
        if why_not() and "crashes" in item.path.parts:
            item.add_marker(pytest.mark.skip(reason=why_not()))


@pytest.fixture(scope="session")
def place():
    with a_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def reference(place):
    (place / "days").mkdir()
    return a_reference(place / "days")


@pytest.fixture(scope="session")
def closed(reference):
    return a_closed(reference)


@pytest.fixture(scope="session")
def killed(place, reference):
    return a_killed(place / "killed", reference, checkpointed=False)
