"""The clock that the other tests trust."""

import asyncio

import pytest

from kiosk.domain.moment import Stamp
from tests.support.clock import START_MS, FakeClock


async def test_time_passes_only_when_it_is_moved():
    clock = FakeClock()
    before = clock.stamp()
    await asyncio.sleep(0)
    assert clock.stamp() == before == Stamp(START_MS, 1_000_000, "boot-1")
    clock.advance(1.5)
    assert clock.stamp() == Stamp(START_MS + 1500, 1_001_500, "boot-1")
    assert clock.elapsed(before) == 1.5


async def test_sleepers_wake_when_their_time_has_come():
    clock, woken = FakeClock(), []

    async def sleeper(seconds):
        await clock.sleep(seconds)
        woken.append(seconds)

    async with asyncio.TaskGroup() as group:
        for seconds in (3, 1, 2):
            group.create_task(sleeper(seconds))
        await asyncio.sleep(0)
        assert clock.waiting == 3
        clock.advance(2)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert woken == [1, 2]
        clock.advance(1)
    assert woken == [1, 2, 3]
    assert clock.waiting == 0


async def test_within_gives_what_came_in_time_and_leaves_no_deadline():
    clock = FakeClock()
    assert await clock.within(5, asyncio.sleep(0, "answer")) == "answer"
    assert clock.waiting == 0


async def test_within_ends_when_its_time_has_passed():
    clock = FakeClock()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(refused(clock.within(5, asyncio.Event().wait())))
        await asyncio.sleep(0)
        clock.advance(4.999)
        await asyncio.sleep(0)
        assert not waiting.done()
        clock.advance(0.001)


async def refused(work):
    with pytest.raises(TimeoutError):
        await work


async def test_no_time_at_all_is_over_at_once():
    await refused(FakeClock().within(0, asyncio.Event().wait()))


async def test_a_cancelled_sleep_is_forgotten():
    clock = FakeClock()
    sleeping = asyncio.gather(clock.sleep(5))
    await asyncio.sleep(0)
    sleeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeping
    assert clock.waiting == 0


def test_after_a_reboot_it_counts_from_there_whatever_the_wall_says():
    clock = FakeClock()
    before = clock.stamp()
    clock.reboot("boot-2", off_s=90)
    clock.set_wall(START_MS - 1000)
    clock.advance(7)
    assert clock.elapsed(before) == 7


def test_the_world_goes_on_while_the_machine_is_off_and_sets_no_clock():
    clock = FakeClock()
    began_s = clock.world_s
    clock.advance(10)
    clock.reboot("boot-2", off_s=90)
    clock.set_wall(0)
    assert clock.world_s - began_s == 100
