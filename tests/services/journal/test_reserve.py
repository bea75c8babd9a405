import os

import pytest
from typing_extensions import override

from kiosk.domain.attempt import State
from kiosk.domain.entries import AttemptAdvanced, AttemptNoted
from kiosk.domain.errors import BugError, JournalError
from kiosk.domain.limits import Limits
from kiosk.services.journal.reserve import Reserve
from kiosk.services.journal.verify import verify
from tests.support.clock import FakeClock
from tests.support.journal import FILE, AtOnce, Book, a_request, events, opened

LARGE = {"note": "x" * 100_000}


class FullDisk(FakeClock):
    """A clock beside a disk that is full: SQLite gets no more pages than it has, unless the reserve has been given up.

    The journal looks at the clock for every entry, which is where the disk learns whether there is room again.
    """

    def __init__(self, folder):
        self._reserve = folder / "reserve.bin"
        self.journal = None
        super().__init__()

    @override
    def stamp(self):
        if self.journal is not None:
            connection = self.journal._file.connection
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages if self._reserve.exists() else pages + 100}")
        return super().stamp()

    def fill(self):
        """Something else takes the room that the reserve gave."""
        self._reserve.touch()
        self._reserve = self._reserve.with_name("gone for good")
        self._reserve.touch()


@pytest.fixture
async def full(tmp_path):
    """A journal on a disk that has become full, an attempt that is being sent, and the disk."""
    disk = FullDisk(tmp_path)
    async with opened(tmp_path, disk, AtOnce()) as journal:
        book = Book(journal)
        attempt = await book.attempt(await book.order())
        await book.intended(attempt)
        disk.journal = journal
        yield journal, attempt, disk
        disk.journal = None


async def test_the_reserve_is_made_at_the_first_start(tmp_path):
    async with opened(tmp_path, limits=Limits(reserve_bytes=10_000)):
        assert (tmp_path / "reserve.bin").stat().st_size == 10_000


async def test_a_full_disk_costs_the_reserve_and_the_write_succeeds(full, tmp_path):
    journal, attempt, _ = full
    before = len(events(tmp_path))
    await journal.write(AttemptNoted(attempt, LARGE), AttemptAdvanced(attempt, State.REVERSING))
    assert not (tmp_path / "reserve.bin").exists()
    assert (await journal.attempt(attempt)).state is State.REVERSING
    assert len(events(tmp_path)) == before + 2
    assert verify(tmp_path / FILE).problems == ()


async def test_a_request_can_be_written_down_on_a_full_disk(full, tmp_path):
    journal, attempt, _ = full
    entries = (AttemptNoted(attempt, LARGE), AttemptAdvanced(attempt, State.REVERSING))
    permit = await journal.intend(attempt, a_request("cancel-1", "cancel"), *entries)
    await journal.redeem(permit)
    assert not (tmp_path / "reserve.bin").exists()


async def test_a_disk_full_for_the_second_time_is_an_error_and_nothing_is_written(full, tmp_path):
    journal, attempt, disk = full
    await journal.write(AttemptNoted(attempt, LARGE))
    before = events(tmp_path)
    disk.fill()
    (tmp_path / "reserve.bin").unlink()
    with pytest.raises(JournalError) as caught:
        await journal.write(AttemptNoted(attempt, {"more": "y" * 100_000}), AttemptAdvanced(attempt, State.UNKNOWN))
    assert (caught.value.key, caught.value.params) == ("journal.cannot_write", {"problem": "SQLITE_FULL"})
    assert events(tmp_path) == before
    assert (await journal.attempt(attempt)).state is State.SENDING


async def test_the_chain_goes_on_after_a_write_that_failed(full, tmp_path):
    journal, attempt, disk = full
    (tmp_path / "reserve.bin").unlink()
    disk.fill()
    (tmp_path / "reserve.bin").unlink()
    with pytest.raises(JournalError, match="cannot_write"):
        await journal.write(AttemptNoted(attempt, LARGE))
    disk.journal = None
    journal._file.connection.execute("PRAGMA max_page_count = 100000")
    await journal.write(AttemptAdvanced(attempt, State.UNKNOWN))
    assert verify(tmp_path / FILE).problems == ()


async def test_a_refused_entry_does_not_cost_the_reserve(tmp_path):
    async with opened(tmp_path) as journal:
        with pytest.raises(BugError):
            await journal.write(AttemptAdvanced("none", State.SENDING))
        assert (tmp_path / "reserve.bin").exists()


async def test_the_reserve_is_made_anew_at_the_next_start(full, tmp_path):
    journal, attempt, _ = full
    await journal.write(AttemptNoted(attempt, LARGE))
    await journal.close()
    async with opened(tmp_path):
        assert (tmp_path / "reserve.bin").stat().st_size == 64 * 1024


async def test_the_mark_of_an_unstored_approval_survives_a_restart(tmp_path):
    async with opened(tmp_path) as journal:
        assert journal.unstored() == ""
        journal.mark_unstored("K01-1-000001-1")
        assert journal.unstored() == "K01-1-000001-1"
    async with opened(tmp_path) as journal:
        assert journal.unstored() == "K01-1-000001-1"
        journal.clear_unstored()
        assert journal.unstored() == ""
    async with opened(tmp_path) as journal:
        assert journal.unstored() == ""


async def test_the_mark_needs_no_new_space(tmp_path):
    async with opened(tmp_path) as journal:
        mark = tmp_path / "unstored.mark"
        before = mark.stat()
        journal.mark_unstored("K01-1-000001-1")
        assert (mark.stat().st_size, mark.stat().st_ino) == (before.st_size, before.st_ino)


async def test_a_shorter_mark_leaves_nothing_of_the_longer_one(tmp_path):
    async with opened(tmp_path) as journal:
        journal.mark_unstored("K01-1-000001-12")
        journal.mark_unstored("K01-1-000002-1")
        assert journal.unstored() == "K01-1-000002-1"


@pytest.mark.parametrize(("free", "has_room"), [(64 * 1024**2, True), (64 * 1024**2 - 1, False), (0, False)])
async def test_a_payment_begins_only_with_room_for_it(tmp_path, free, has_room):
    async with opened(tmp_path, free_bytes=lambda: free) as journal:
        assert await journal.has_room() is has_room


async def test_free_space_is_asked_of_the_system(tmp_path):
    async with opened(tmp_path, free_bytes=None, limits=Limits(free_space_min_bytes=1)) as journal:
        assert await journal.has_room()
    async with opened(tmp_path, free_bytes=None, limits=Limits(free_space_min_bytes=1 << 60)) as journal:
        assert not await journal.has_room()


def test_a_disk_without_room_for_it_gets_no_reserve_but_a_mark(tmp_path):
    reserve = Reserve(tmp_path, 10_000, lambda: 20_000)
    reserve.fill()
    assert [path.name for path in tmp_path.iterdir()] == ["unstored.mark"]
    assert not reserve.give_up()


def test_the_reserve_really_takes_its_space(tmp_path):
    Reserve(tmp_path, 1 << 20, lambda: 1 << 40).fill()
    assert os.stat(tmp_path / "reserve.bin").st_blocks * 512 >= 1 << 20  # noqa: PTH116 - st_blocks is not for Windows


def test_a_reserve_is_given_up_once(tmp_path):
    reserve = Reserve(tmp_path, 10_000, lambda: 1 << 40)
    reserve.fill()
    assert [reserve.give_up(), reserve.give_up()] == [True, False]
