"""What staff read about the scanners."""

import pytest

from kiosk.domain.words import Said
from kiosk.services.devices import TillDevices
from kiosk.services.printer.folder import FolderPrinter
from kiosk.services.scanner.wedge import Wedge
from tests.support.clock import FakeClock
from tests.support.journal import AtOnce, opened


@pytest.fixture
async def scanners(tmp_path):
    """Asks what is said of the scanners of a till."""

    async def ask(**which):
        async with opened(tmp_path, runner=AtOnce()) as journal:
            printer = FolderPrinter(tmp_path, str, repr)  # type: ignore[arg-type]  # nothing is printed
            states = await TillDevices(journal, printer, FakeClock(), **which).states()
            printer.close()
        return [one for one in states if one.name in {"scanner", "wedge"}]

    return ask


async def test_of_a_scanner_that_types_its_reads_are_said_and_not_that_it_is_well(scanners):
    wedge = Wedge[str]()
    for at, key in enumerate("8801234567893\r"):
        wedge.press(key, key, at / 100)
    wedge.end()
    (typing,) = await scanners(has_scanner=False, wedge=wedge)
    assert (typing.name, typing.is_well, typing.detail) == ("wedge", None, Said("device_state.typed", {"codes": "1"}))


async def test_both_kinds_of_scanners_have_their_rows(scanners):
    assert [one.name for one in await scanners(has_scanner=True, wedge=Wedge[str]())] == ["scanner", "wedge"]


async def test_a_till_without_any_scanner_says_so(scanners):
    (none,) = await scanners(has_scanner=False)
    assert (none.name, none.detail) == ("scanner", Said("device_state.none"))
