"""What a flood at the callback address costs a sale: writes about money, beside the same with nobody calling."""

import asyncio
import json
import multiprocessing
import random
import resource
import socket
import time
from collections.abc import Callable
from contextlib import suppress

from kiosk.domain.attempt import Family
from kiosk.domain.entries import AttemptBegan, AttemptNoted, OrderAdvanced, OrderOpened
from kiosk.domain.limits import Limits
from kiosk.domain.order import OrderState
from kiosk.services.bridge import Bridge
from kiosk.services.callback.listener import Address, Listener, Refused
from kiosk.services.clock import SystemClock
from kiosk.services.gateways.loyalty.inbox import Inbox
from kiosk.services.gateways.loyalty.messages import Message, NotRead, read_message
from kiosk.services.journal.store import OwnThread, Setting, SqliteJournal, open_journal
from tests.bench.figure import Figure, Measured, percentile
from tests.bench.workplace import Workplace
from tests.support.journal import a_setting
from tests.support.sales import a_line

ORDER, ATTEMPT, PURCHASE = "K01-1-000001", "K01-1-000001-1", "K01-1-000001-1-token"
PATH = "/loyalty/callback"
FLOOD_S, QUICK_S = 10.0, 3.0
EVERY_S = 0.01
"""Between two writes about money; a sale makes some twenty in a minute."""
RATE_PER_S = 2_000
CALLERS = 8
MIB = 1024 * 1024


def flood(workplace: Workplace) -> Measured:
    """A till's journal and listener, with nobody calling, and with everybody."""
    seconds = QUICK_S if workplace.quick else FLOOD_S
    setting = a_setting(workplace.folder(), free_bytes=None, limits=Limits())
    return asyncio.run(_flood(setting, seconds))


async def _flood(setting: Setting, seconds: float) -> Measured:
    clock = SystemClock()
    journal = await open_journal(setting, clock, OwnThread())
    inbox = Inbox(journal, clock, setting.limits)
    bridge: Bridge[Message] = Bridge(asyncio.get_running_loop(), inbox.take, setting.limits.hint_queue_max)
    listener = Listener(Address("127.0.0.1", 0, PATH), _read, bridge.put, setting.limits)
    port = listener.start()
    filing = asyncio.get_running_loop().create_task(inbox.run())
    try:
        await _begin(journal)
        await inbox.listen(ATTEMPT, PURCHASE)
        await _writes(journal, 1.0)
        idle = await _writes(journal, seconds)
        before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        callers = [multiprocessing.Process(target=attack, args=(port, seconds + 1, kind)) for kind in range(2)]
        for caller in callers:
            caller.start()
        busy = await _writes(journal, seconds)
        for caller in callers:
            caller.join()
        grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib) / 1024
        filed = len(await journal.hints(ATTEMPT))
        state = (await journal.attempt(ATTEMPT)).state
    finally:
        filing.cancel()
        listener.close()
        bridge.close()
        await journal.close()
    more = {
        "counts": dict(listener.counts),
        "filed": filed,
        "state": state,
        "grown_mib": round(grown_mib, 1),
        "writes": [len(idle), len(busy)],
        "median_ms": [percentile(idle, 50), percentile(busy, 50)],
    }
    return Measured(
        percentile(busy, 99),
        percentile(idle, 99),
        "ms",
        f"{RATE_PER_S} requests a second from {CALLERS} callers, 200 idle sockets, a body without end; "
        f"{filed} messages were filed, memory grew by {grown_mib:.0f} MiB",
        more,
        "" if seconds == FLOOD_S else f"{seconds:g} s of it",
    )


def _read(body: bytes, authorization: str | None) -> Message | Refused:
    found = read_message(body, authorization, None)
    return Refused(found.why, found.status) if isinstance(found, NotRead) else found


async def _begin(journal: SqliteJournal) -> None:
    lines = (a_line(5000, 1),)
    await journal.write(
        OrderOpened(ORDER, "K01-0001", "ko", "KRW", lines),
        OrderAdvanced(ORDER, OrderState.PAYING),
        AttemptBegan(ATTEMPT, ORDER, "loyalty", Family.PHONE, 5000),
    )


async def _writes(journal: SqliteJournal, seconds: float) -> list[float]:
    """How long each write about money took [ms]."""
    took: list[float] = []
    end_s = time.monotonic() + seconds
    while (began_s := time.monotonic()) < end_s:
        await journal.write(AttemptNoted(ATTEMPT, {"n": str(len(took))}))
        took.append((time.monotonic() - began_s) * 1000)
        await asyncio.sleep(EVERY_S)
    return took


# -- the callers, each kind in a process of its own


def attack(port: int, seconds: float, kind: int) -> None:
    """Call as often as is wanted; or be slow, endless and many."""
    asyncio.run((_crowd if kind else _hail)(port, seconds))


async def _hail(port: int, seconds: float) -> None:
    """Well-formed messages, forged and others', one connection each."""
    end_s, chance = time.monotonic() + seconds, random.Random(1)

    async def caller() -> None:
        while time.monotonic() < end_s:
            began_s = time.monotonic()
            with suppress(OSError, TimeoutError):
                await asyncio.wait_for(_post(port, _message(chance)), 1)
            await asyncio.sleep(max(0.0, CALLERS / RATE_PER_S - (time.monotonic() - began_s)))

    await asyncio.gather(*(caller() for _ in range(CALLERS)))


def _message(chance: random.Random) -> bytes:
    purchase = PURCHASE if chance.random() < 0.5 else f"K02-1-{chance.randrange(10**6):06d}-1-x"
    data = {"paymentId": f"0x{chance.getrandbits(256):064x}", "purchaseId": purchase, "paymentStatus": 15}
    return json.dumps({"type": "pay_new", "code": chance.randrange(10_000), "message": "", "data": data}).encode()


async def _post(port: int, body: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"POST %b HTTP/1.1\r\nHost: k\r\nContent-Length: %d\r\n\r\n" % (PATH.encode(), len(body)) + body)
        await reader.read(256)
    finally:
        writer.close()


async def _crowd(port: int, seconds: float) -> None:
    """200 sockets that say nothing or very little, opened again as they are cut; and a body of a gigabyte."""
    end_s = time.monotonic() + seconds

    async def sit(say: Callable[[int], bytes], pause_s: float) -> None:
        while time.monotonic() < end_s:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                try:
                    for n in range(10**6):
                        if time.monotonic() > end_s or reader.at_eof():
                            break
                        writer.write(say(n))
                        await asyncio.wait_for(writer.drain(), 1)
                        await asyncio.sleep(pause_s)
                except (TimeoutError, OSError):
                    pass
                finally:
                    writer.close()
            await asyncio.sleep(0.05)

    head = b"POST %b HTTP/1.1\r\nHost: k\r\nTransfer-Encoding: chunked\r\n\r\n" % PATH.encode()
    endless = sit(lambda n: head if n == 0 else b"10000\r\n" + b"x" * 65536 + b"\r\n", 0.0)
    idle = [sit(lambda _n: b"", 1.0) for _ in range(100)]
    slow = [sit(lambda n: head[n : n + 1], 0.2) for _ in range(100)]
    with suppress(socket.error):
        await asyncio.gather(endless, *idle, *slow)


FIGURES = (Figure("flood", "p99 of a write while the callback is flooded", "the same with nobody calling", 2.0, flood),)
