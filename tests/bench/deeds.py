"""Deeds for the watched program that no single touch does: whole sales, payments that wait, pictures, beats.

    {"sell": "11112222333344445"}   a sale of 12,300 won, part paid with this coupon and the rest with CEOS
    {"pay": 5}                      payments of this number, all waiting for their answers at once
    {"decode": 15}                  a thread reads pictures for codes, this many a second
    {"beats": 20}                   for so many seconds, how long the loop keeps others waiting

What each finds out is told as a line like that of a view: "Sold", "Beats". What they need is loaded when they are done,
so that a start is not slower for them.
"""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kiosk.app import Till
from kiosk.domain.confidential import Confidential
from kiosk.domain.money import Money
from kiosk.domain.outcome import Reason, Unknown
from kiosk.domain.ports import Desk, PhoneRequest, ScanKind, TransferRequest, Waited
from kiosk.tools.door import Door, tell_line
from tests.bench.views import Views
from tests.bench.waiting import waited_ms

BEAT_S = 0.005
"""How often the loop is asked whether it has time [s]."""

CODE_EVERY = 5
"""One picture in so many has a code in it."""


class AgreeingDesk(Desk):
    """A customer who holds out a coupon and agrees to everything."""

    def __init__(self, coupon: str) -> None:
        self._coupon = coupon

    @override
    async def scan(self, kind: ScanKind, problem: Reason | None = None) -> Confidential:
        return Confidential(self._coupon)

    @override
    async def amount(
        self,
        amount: Money,
        most: Money,
        balance: Money | None,
        fee: Money | None = None,
        left: Money | None = None,
        *,
        is_last: bool = False,
    ) -> Money:
        return amount

    @override
    def working(self) -> None:
        pass

    @override
    async def phone(self, request: PhoneRequest, for_s: float) -> Waited:
        return Waited.TIME

    @override
    async def transfer(self, request: TransferRequest, for_s: float) -> Waited:
        raise AssertionError("nobody is shown an account")

    @override
    async def has_transferred(self, request: TransferRequest, for_s: float) -> bool | None:
        raise AssertionError("nobody is shown an account")


class PlayingDoor(Door):
    """The door, with more deeds."""

    def __init__(self, till: Till, window: QWidget, views: Views, out: Path) -> None:
        super().__init__(window, self._on_code, out, tell_line)
        self._till = till
        self._views = views
        self._one_order = asyncio.Lock()

    def _on_code(self, code: str) -> None:
        if self._till.session is not None:
            self._till.session.on_code(code)

    @override
    def _deeds(self) -> Mapping[str, Callable[[Any, float], Awaitable[bool]]]:
        more: dict[str, Callable[[Any, float], Awaitable[bool]]]
        more = {"sell": self._sell, "pay": self._pay, "decode": self._decode, "beats": self._beats}
        return {**super()._deeds(), **more}

    def _say(self, name: str, **found: object) -> None:
        self._tell({"view": name, "serial": 0, "at_ms": time.time_ns() // 1_000_000, "texts": [], **found})

    async def _sell(self, coupon: str, _within_s: float) -> bool:
        from tests.bench.customer import sell

        before_s = time.process_time()
        await sell(self._till, self._views, coupon)
        self._say("Sold", cpu_s=time.process_time() - before_s)
        return True

    # -- payments that wait

    async def _pay(self, count: int, _within_s: float) -> bool:
        for n in range(count):
            self._till.tasks.spawn(f"payment {n}", self._one_payment("ceos" if n % 2 else "crepay"))
        return True

    async def _one_payment(self, name: str) -> None:
        """As Checkout does it, but beside the customer who stands before the screen."""
        from tests.bench.customer import COUPON, goods

        session = self._till.session
        assert session is not None
        books, method = session._parts.books, session._parts.methods[name]
        async with self._one_order:  # one customer after the other, as the till has them
            attempt = await books.open(goods(session), "ko", "KRW", method)
        outcome = await method.pay(attempt, AgreeingDesk(COUPON))
        await books.record(attempt, outcome)
        if isinstance(outcome, Unknown):
            session._parts.recovery.resolve(attempt.id)

    # -- pictures

    async def _decode(self, per_s: float, _within_s: float) -> bool:
        from kiosk.services.scanner.decoding import load

        await asyncio.get_running_loop().run_in_executor(None, load)
        threading.Thread(target=_read_pictures, args=(per_s,), name="pictures", daemon=True).start()
        return True

    # -- beats

    async def _beats(self, seconds: float, _within_s: float) -> bool:
        """Ask the loop again and again, by the clock, whether it has time, and note how late the answer comes."""
        loop = asyncio.get_running_loop()
        late_ms: list[float] = []
        waited: list[float] = []

        def answer(due_s: float, waited_before: float) -> None:
            late_ms.append(round((time.monotonic() - due_s) * 1000, 3))
            waited.append(round(waited_ms(os.getpid()) - waited_before, 3))

        def ask() -> None:
            due_s = time.monotonic()
            end_s = due_s + seconds
            while due_s < end_s:
                due_s += BEAT_S
                time.sleep(max(0.0, due_s - time.monotonic()))
                loop.call_soon_threadsafe(answer, due_s, waited_ms(os.getpid()))

        before_s = time.process_time()
        await loop.run_in_executor(None, ask)
        await asyncio.sleep(0)
        cpu = (time.process_time() - before_s) / seconds
        self._say("Beats", late_ms=late_ms, waited_ms=waited, cpu=cpu)
        return True


def _read_pictures(per_s: float) -> None:
    """What a camera's thread will do: most pictures show nothing, some a code."""
    import numpy as np
    import segno

    from kiosk.services.scanner.decoding import Decoder

    decoder, chance = Decoder(), np.random.default_rng(1)
    empty = [chance.integers(90, 170, (480, 640), dtype=np.uint8) for _ in range(CODE_EVERY - 1)]
    code = np.array([list(row) for row in segno.make("R1-K01-000027", error="m", micro=False).matrix], dtype=np.uint8)
    shown = np.full((480, 640), 200, dtype=np.uint8)
    large = np.kron(1 - code, np.ones((8, 8), dtype=np.uint8)) * 200
    shown[40 : 40 + large.shape[0], 60 : 60 + large.shape[1]] = large
    due_s = time.monotonic()
    while True:
        for picture in (*empty, shown):
            decoder.look(picture)
            due_s = max(due_s + 1 / per_s, time.monotonic())
            time.sleep(max(0.0, due_s - time.monotonic()))
