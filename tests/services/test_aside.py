"""Work in a thread of its own: in order, with its result or its fault, and never lost to what was done in between."""

import asyncio
import threading

import pytest

from kiosk.services.aside import Aside


@pytest.fixture
def aside():
    made = Aside("aside in tests", lambda: None, 1e6)
    yield made
    made.close(20)


async def test_work_is_done_in_order_beside_the_loop(aside):
    done = []

    def work(number):
        done.append(number)
        return number, threading.current_thread().name

    given = await asyncio.gather(*(aside.run(lambda number=number: work(number)) for number in range(5)))
    assert given == [(number, "aside in tests") for number in range(5)]
    assert done == [0, 1, 2, 3, 4]


async def test_a_fault_goes_to_whoever_waits_and_the_next_work_is_done(aside):
    with pytest.raises(ZeroDivisionError):
        await aside.run(lambda: 1 / 0)
    assert await aside.run(lambda: "next") == "next"


async def test_idle_work_that_fails_keeps_no_other_from_being_done():
    def fails():
        raise RuntimeError

    aside = Aside("aside in tests", fails, 1e6)
    assert await aside.run(lambda: "next") == "next"
    aside.close(20)


async def test_what_was_cancelled_before_it_began_is_not_done(aside):
    begun, goes_on, done = threading.Event(), threading.Event(), []

    def first():
        begun.set()
        goes_on.wait(20)

    loop = asyncio.get_running_loop()
    running, waiting = loop.create_task(aside.run(first)), loop.create_task(aside.run(lambda: done.append("second")))
    await loop.run_in_executor(None, begun.wait, 20)
    waiting.cancel()
    await asyncio.sleep(0)
    goes_on.set()
    await running
    assert await aside.run(lambda: list(done)) == []
