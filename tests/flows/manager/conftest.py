import pytest

from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import known
from kiosk.domain.people import FIRST, Role
from tests.flows.manager.words import said
from tests.flows.till import PIN, Till


@pytest.fixture
async def till(tmp_path):
    """A till with a manager (P1) and a clerk (P2), on its start screen; a part of it that fails fails the test."""
    till = Till(tmp_path, has_staff=True, takes_points=True, takes_cards=True)
    await till.start()
    # as by the command line, before the very first start
    await till.staff.add("점장", FIRST, PIN, "")
    await till.staff.add("직원", {Role.CLERK}, Confidential("141421"), "P1")
    await till.staff.set_pin(known(await till.staff.person("P2"), "the clerk"), PIN, "P2")
    await till.restart()
    yield till
    await till.close()
    assert till.failures == []
    for shown in till.staff_shown:
        assert all(isinstance(words, str) for words in said(shown.view))
