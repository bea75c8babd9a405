"""The loyalty relay in a story: what it does by itself goes on whatever becomes of the till; its messages may be lost.

There is one address for all kiosks, so others' messages come in too; and anybody may send one.
"""

import json
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from kiosk.domain.confidential import Confidential
from kiosk.services.gateways.loyalty.messages import Message, read_message
from kiosk.simulator.relay_callbacks import WRONG_KEY, Callback, Mishap
from kiosk.simulator.relay_records import Payment
from kiosk.simulator.relay_settings import SHOP_ID
from kiosk.simulator.world import Request, json_object
from tests.simulation.phones import SPENT
from tests.simulation.truth import attempt_in

if TYPE_CHECKING:
    from kiosk.simulator.relay import RelayServer
    from tests.simulation.life import Life
    from tests.simulation.loop import Handle
    from tests.simulation.wire import Exchange
    from tests.simulation.world import World

TYPES: Final = ("create", "new", "openNew", "pay_new", "cancel", "pay_cancel", "shop_update")
CODES: Final = (0, 0, 0, 4000, 5000, 6000, 7000, 1001, 1002, 2001, 77)
LIES: Final = 12
FLOOD: Final = 60
"""More than may wait to be filed, and far more than are filed of one payment [messages]."""


class Hearing(StrEnum):
    """Which messages reach the till."""

    AS_THEY_COME = "as they come"
    NONE = "none"
    WITH_LIES = "with lies"


class Relay:
    """Lets the relay's time pass, and carries its messages.

    Args:
        world: Where.

    Attributes:
        hearing: Which messages reach the till.
    """

    def __init__(self, world: "World") -> None:
        self.hearing = Hearing.AS_THEY_COME
        self._world = world
        self._timer: Handle | None = None
        self._count: Counter[str] = Counter()
        self._threatened: set[str] = set()
        self._held_before = 0
        self._found_nothing: set[str] = set()

    @property
    def _server(self) -> "RelayServer":
        return self._world.outside.loyalty

    def rows_of(self, attempt: str) -> list[Payment]:
        """The relay's payments of an attempt, oldest first."""
        return [one for one in self._server._table.rows.values() if attempt_in(one.purchase_id) == attempt]

    def attempt_of(self, ids: Mapping[str, str]) -> str:
        """The attempt that a request about a payment is about; "" when it is about none that there is."""
        if "purchaseId" in ids:
            return attempt_in(ids["purchaseId"])
        row = self._server._table.rows.get(ids.get("paymentId", ""))
        return "" if row is None else attempt_in(row.purchase_id)

    # -- time

    def tend(self) -> None:
        """Let happen what is due, and come back for what is not."""
        world = self._world
        world.outside.tick()
        world.truth.follow("loyalty", by_itself=True)
        world.truth.follow("ezpg")
        world.transfers.follow()
        for message in self._server.callbacks.take_due():
            self._post(message)
        if self._timer is not None:
            self._timer.cancel()
        due_s = world.outside.next_due_s()
        self._timer = None if due_s is None else world.loop.call_later(due_s, self.tend, context=world.context)

    @property
    def is_quiet(self) -> bool:
        """Nothing will happen by itself any more."""
        return self._world.outside.next_due_s() is None

    # -- around one request

    def before(self, exchange: "Exchange", asked: Request) -> None:
        """A request has arrived: some customers' approval is carried out before their payment's opening is answered."""
        self._held_before = self._world.truth.on_hold(exchange.attempt)
        if exchange.call != "open_new":
            return
        name = f"{exchange.attempt} {exchange.key}"
        if self._strikes("callback before the answer", name, 0.25):
            self._server.callbacks.plan(Mishap(kind="early"))
        is_aimed = self._world.aim is not None and self._world.aim.spends
        if self._world.strikes(SPENT, name, 0.8 if is_aimed else self._world.phone_rate / 4):
            shown = str(json_object(asked.body).get("account"))
            self._world.phones.spend(
                name, self._server._temporary.wallet_of(shown, self._server._clock.elapsed()) or shown
            )

    def after(self, exchange: "Exchange") -> None:
        """It has been carried out."""
        self._server.callbacks.clear()
        for message in self._server.callbacks.take_early():
            self._deliver(message.body, message.headers, 0.0)
        if exchange.call == "open_new":
            self._forge(exchange.attempt)
        self.tend()
        if exchange.call == "close_new":
            self._closed(exchange.attempt)

    def _closed(self, attempt: str) -> None:
        if not self._held_before:
            self._found_nothing.add(attempt)
        elif attempt in self._found_nothing and not self._world.truth.held(attempt):
            self._world.sometimes.released_behind()

    # -- messages

    def _strikes(self, kind: str, name: str, share: float = 1.0) -> bool:
        return self._world.strikes(kind, name, self._world.callback_rate * share)

    def _post(self, message: Callback) -> None:
        """The relay posts a message, once."""
        chance, words = self._world.chance, message.body
        data: Any = words["data"]
        attempt = attempt_in(data["purchaseId"])
        self._count[attempt] += 1
        name = f"{attempt} message {self._count[attempt]}"
        self._world.note("posts", name, words["type"], words["code"])
        if self._strikes("callback lost", name):
            return
        after_s = chance.long_tail(f"{name} on its way", 0.004, 0.3)
        if self._strikes("callback late", name, 0.5):
            after_s += chance.long_tail(f"{name} late", 1, 500)
        self._deliver(words, message.headers, after_s)
        if self._strikes("callback doubled", name, 0.5):
            self._deliver(words, message.headers, after_s + chance.long_tail(f"{name} again", 0.01, 30))
        if self._strikes("callback replayed", name, 0.3):
            self._deliver(words, message.headers, chance.between(f"{name} replayed", 60, 1200))

    def _forge(self, attempt: str) -> None:
        """Somebody else sends messages while a payment is open: of it, of none, many, and other kiosks' own."""
        chance = self._world.chance
        rows = self.rows_of(attempt)
        if not rows or attempt in self._threatened:
            return
        self._threatened.add(attempt)
        real, purchase = rows[-1].payment_id, rows[-1].purchase_id
        nobody = f"0x{chance.data(f'{attempt} nobody', 32).hex()}"
        for kind, payment, share, count in (
            ("callback forged, real id", real, 0.5, 1),
            ("callback forged, unknown id", nobody, 0.5, 1),
            ("flood of callbacks", real, 0.15, FLOOD),
        ):
            if not self._strikes(kind, attempt, share):
                continue
            self._world.sometimes.forged()
            at_s = chance.long_tail(f"{attempt} {kind} at", 0.05, 60)
            for n in range(count):
                self._say(f"{attempt} {kind} {n}", payment, purchase, at_s + n / 50)
        for n in range(LIES if self.hearing is Hearing.WITH_LIES else 0):
            at_s = chance.long_tail(f"{attempt} lie {n} at", 0.05, 90)
            self._say(f"{attempt} lie {n}", chance.pick(f"{attempt} lie {n} about", (real, nobody)), purchase, at_s)
        if self._strikes("another kiosk's callback", attempt):
            self._say(f"{attempt} of others", nobody, f"K07-1-000009-1-{attempt}", 1.0)

    def _say(self, name: str, payment: str, purchase: str, at_s: float) -> None:
        chance, key = self._world.chance, self._server.settings.callback_key
        knows = chance.happens(f"{name} knows the key", 0.7)
        data = {"paymentId": payment, "purchaseId": purchase, "amount": "1", "currency": "krw", "shopId": SHOP_ID}
        about, code = chance.pick(f"{name} type", TYPES), chance.pick(f"{name} code", CODES)
        body = {"accessKey": key if knows else WRONG_KEY, "type": about, "code": code, "message": "", "data": data}
        self._deliver(body, {}, at_s)

    def _deliver(self, body: Mapping[str, object], headers: Mapping[str, str], after_s: float) -> None:
        if self.hearing is not Hearing.NONE:
            self._world.later(after_s, lambda: self._arrive(body, headers))

    def _arrive(self, body: Mapping[str, object], headers: Mapping[str, str]) -> None:
        """At the till, when it runs; a frozen one reads it when it is thawed. Nothing is posted twice."""
        life = self._world.life
        if life is not None and not life.is_dead:
            self._world.loop.call_later(0, lambda: self._read(life, body, headers), context=life.context)

    def _read(self, life: "Life", body: Mapping[str, object], headers: Mapping[str, str]) -> None:
        key = self._server.settings.callback_key
        secret = None if key is None else Confidential(key)
        read = read_message(json.dumps(body).encode(), headers.get("authorization"), secret)
        inbox = life.till.systems.inbox
        if inbox is not None and isinstance(read, Message):
            inbox.take(read)
