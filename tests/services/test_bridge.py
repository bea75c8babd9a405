"""The bounded way into the loop."""

import asyncio
import logging
import threading
import time
from typing import Any

import pytest

from kiosk.services.bridge import Bridge


async def turns(count=3):
    for _ in range(count):
        await asyncio.sleep(0)


def in_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


async def test_things_of_another_thread_arrive_on_the_loop_in_order():
    arrived: list[Any] = []
    here = threading.get_ident()
    bridge: Bridge[int] = Bridge(
        asyncio.get_running_loop(), lambda thing: arrived.append((thing, threading.get_ident())), limit=10
    )
    in_thread(lambda: [bridge.put(thing) for thing in range(5)])
    await turns()
    assert arrived == [(thing, here) for thing in range(5)]
    assert bridge.dropped == 0


async def test_the_oldest_are_kept_and_the_newest_dropped_and_counted():
    arrived: list[Any] = []
    bridge = Bridge(asyncio.get_running_loop(), arrived.append, limit=3)
    answers: list[bool] = []
    in_thread(lambda: answers.extend(bridge.put(thing) for thing in range(5)))
    await turns()
    assert answers == [True, True, True, False, False]
    assert arrived == [0, 1, 2]
    assert bridge.dropped == 2


async def test_there_is_room_again_once_things_were_delivered():
    arrived: list[Any] = []
    bridge = Bridge(asyncio.get_running_loop(), arrived.append, limit=1)
    for thing in range(3):
        assert bridge.put(thing)
        await turns()
    assert arrived == [0, 1, 2]


async def test_the_limit_holds_when_many_threads_put_at_once():
    arrived: list[Any] = []
    bridge = Bridge(asyncio.get_running_loop(), arrived.append, limit=50)
    threads = [threading.Thread(target=lambda: [bridge.put(None) for _ in range(100)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    await turns()
    assert len(arrived) == 50
    assert bridge.dropped == 350


async def test_after_close_nothing_is_delivered_not_even_what_was_waiting():
    arrived: list[Any] = []
    bridge = Bridge(asyncio.get_running_loop(), arrived.append, limit=10)
    bridge.put("waiting")
    bridge.close()
    assert not bridge.put("late")
    await turns()
    assert arrived == []
    assert bridge.dropped == 0


async def test_a_function_that_fails_on_one_thing_still_gets_the_next():
    arrived: list[Any] = []
    reported = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reported.append(context["exception"]))

    def deliver(thing):
        if thing == "bad":
            raise ValueError(thing)
        arrived.append(thing)

    bridge = Bridge(loop, deliver, limit=10)
    for thing in ("bad", "good"):
        bridge.put(thing)
    await turns()
    assert arrived == ["good"]
    assert [str(error) for error in reported] == ["bad"]


async def test_what_the_loop_says_of_a_delivery_that_fails_and_is_slow_does_not_hold_the_thing(caplog):
    coupon = "98765432123456789"
    contexts: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: contexts.append(context))
    loop.set_debug(True)
    loop.slow_callback_duration = 0.01

    def deliver(_thing):
        time.sleep(0.02)
        raise ValueError

    bridge: Bridge[str] = Bridge(loop, deliver, limit=10)
    in_thread(lambda: bridge.put(coupon))
    with caplog.at_level(logging.DEBUG):
        await turns()
    assert len(contexts) == 1
    assert "took" in caplog.text
    assert coupon not in repr(contexts) + caplog.text


@pytest.mark.parametrize("times", [1, 2])
def test_a_loop_that_has_closed_takes_nothing_and_harms_nobody(times):
    loop = asyncio.new_event_loop()
    bridge = Bridge(loop, print, limit=10)
    loop.close()
    assert [bridge.put("late") for _ in range(times)] == [False] * times
