import asyncio
import time

import pytest

from kiosk.domain.moment import Stamp
from kiosk.domain.ports import Clock
from kiosk.services.clock import SystemClock


async def test_a_sleep_never_ends_early():
    clock: Clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0.03)
    assert clock.monotonic() - before >= 0.03


async def test_a_sleep_goes_on_when_the_loops_timer_fires_early(monkeypatch):
    loop = asyncio.get_running_loop()
    punctual = loop.call_later

    def early(delay, callback, *args, **kwargs):
        return punctual(delay * 0.5, callback, *args, **kwargs)

    monkeypatch.setattr(loop, "call_later", early)
    clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0.03)
    with pytest.raises(TimeoutError):
        await clock.within(0.03, asyncio.Event().wait())
    assert clock.monotonic() - before >= 0.06


async def test_a_faster_clock_sleeps_shorter_by_the_wall():
    clock = SystemClock(factor=1000)
    before, real = clock.monotonic(), time.monotonic()
    await clock.sleep(20)
    assert clock.monotonic() - before >= 20
    assert time.monotonic() - real < 10


async def test_within_gives_the_result_that_came_in_time():
    async def answer():
        await asyncio.sleep(0)
        return "answer"

    assert await SystemClock().within(60, answer()) == "answer"


async def test_within_raises_when_the_time_has_passed_and_cancels_what_it_awaited():
    clock = SystemClock(factor=100)
    cancelled = asyncio.Event()

    async def silence():
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    before = clock.monotonic()
    with pytest.raises(TimeoutError):
        await clock.within(2, silence())
    assert clock.monotonic() - before >= 2
    assert cancelled.is_set()


async def test_within_passes_on_the_error_of_what_it_awaited():
    async def fail():
        raise LookupError

    with pytest.raises(LookupError):
        await SystemClock().within(60, fail())


async def test_within_lets_a_cancellation_from_outside_through():
    task = asyncio.get_running_loop().create_task(SystemClock().within(60, asyncio.Event().wait()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_elapsed_in_the_same_boot_does_not_look_at_the_wall():
    clock = SystemClock()
    now = clock.stamp()
    wall_was_set = Stamp(wall_ms=now.wall_ms + 3_600_000, monotonic_ms=now.monotonic_ms - 5_000, boot_id=now.boot_id)
    assert clock.elapsed(wall_was_set) == pytest.approx(5, abs=1)


@pytest.mark.parametrize("wall_off_ms", [-3_600_000, 0, 60_000])
async def test_elapsed_over_a_restart_of_the_machine_counts_from_the_start_of_the_program(wall_off_ms):
    clock = SystemClock()
    now = clock.stamp()
    other_boot = Stamp(now.wall_ms + wall_off_ms, now.monotonic_ms - 99_000, "another")
    assert clock.elapsed(other_boot) == pytest.approx(0, abs=1)
    await clock.sleep(0.03)
    assert clock.elapsed(other_boot) >= 0.03


async def test_elapsed_is_scaled():
    clock = SystemClock(factor=1000)
    now = clock.stamp()
    await clock.sleep(20)
    assert 20 <= clock.elapsed(now) < 20_000


def test_stamps_of_another_factor_are_not_compared_by_the_time_since_boot():
    assert SystemClock(factor=10).elapsed(SystemClock().stamp()) < 60


def test_two_clocks_of_one_boot_agree_which_boot_it_is():
    assert SystemClock().boot_id() == SystemClock().boot_id() != ""


def test_wall_time_is_not_scaled():
    assert SystemClock(factor=50).now_ms() == pytest.approx(time.time() * 1000, abs=5_000)
