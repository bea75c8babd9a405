"""The network between the till and the payment systems: every request on its way, on virtual time, under faults.

What has left the till belongs to the world: it arrives, or not, whatever becomes of the till meanwhile.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import httpx
from typing_extensions import override

from kiosk.simulator.faults import PROXY_PAGE, Delivery, Fault
from kiosk.simulator.faults import Params as FaultParams
from kiosk.simulator.world import Reply, Request, framework_reply
from tests.simulation import faults
from tests.simulation.faults import Kind
from tests.simulation.systems import BY_NAME

if TYPE_CHECKING:
    from tests.simulation.life import Life
    from tests.simulation.world import World

NEVER_S: Final = 300.0
"""Longer than any client waits [s]."""
SURE_MARGIN_S: Final = 15.0
"""Before the settle time ends, a fault that may only strike within it stops [s]."""
QUESTION: Final = "GET"
DOUBLING: Final = ("refused as sent twice", "sent twice", "refusal after", "refusal after, and out of sight")
HIDING: Final = "not found, then found"
OF_OTHERS: Final = ("an older answer", "answered as it was paid", "another's, under our id", "404 of a framework")
"""Faults under which the server is not asked at all."""
AMOUNT: Final = re.compile(rb'"(?:cancelAmount|payAmount|totalPayAmount)":(\d+)')
PAYMENT_ID: Final = re.compile(rb'("paymentId": ?")[^"]*')
UNSENT: Final = {
    "refused": "connection refused",
    "no such name": "name or service not known",
    "tls fails": "handshake failure",
}


@dataclass
class Exchange:
    """One request and what became of it.

    Attributes:
        gateway: To whom.
        call: Which, as the simulator names it.
        attempt: About which attempt; "" when it is about none.
        key: Names it in the story: the call, and which one of its kind it is.
        fault: The kind of fault that met it, or "".
        standing: State of the attempt and of its refund when it was sent.
        phase: Where it had come to when the till was killed: "before", "under way", "answered"; "none" if it was not.
        progress: Where it has come to.
        is_written: What came of it is in the journal.
    """

    gateway: str
    call: str
    attempt: str
    key: str
    fault: str = ""
    standing: tuple[str, str] = ("", "")
    phase: str = "none"
    progress: str = "none"
    is_written: bool = False

    @property
    def name(self) -> str:
        """Gateway and call."""
        return f"{self.gateway}.{self.call}"

    @property
    def place(self) -> str:
        """State of the attempt and of its refund, as it is counted: of a transfer only what decides (reachable.py)."""
        state, refund = self.standing
        if self.name == "ezpg.deposits":
            return state
        if self.name == "ezpg.withdraw":
            return "APPROVED/SENDING" if refund == "SENDING" else "CLOSED"
        return "/".join(filter(None, self.standing))

    @property
    def charges(self) -> bool:
        """It asks for money."""
        return bool(self.attempt) and self.call in BY_NAME[self.gateway].charges


class Wire(httpx.AsyncBaseTransport):
    """What one life of the till uses as its network."""

    def __init__(self, life: "Life") -> None:
        self._life = life
        self._world = life.world

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        life, world = self._life, self._world
        life.must_live()
        body = await request.aread()
        path, _, query = request.url.raw_path.decode().partition("?")
        _, gateway, *rest = path.split("/")
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Request(request.method, f"/{'/'.join(rest)}", headers, body, query)
        exchange = world.begin(gateway, asked)
        if exchange.attempt:
            exchange.standing = life.standing(exchange.attempt)
            world.laws.sending(life, exchange, asked)
            if gateway == "loyalty":
                world.closes.sending(exchange, asked)
            world.transfers.sending(exchange)
        kind = world.fault_for(exchange)
        chance, key = world.chance, exchange.key
        world.note("send", key, exchange.attempt, exchange.fault)
        life.reach(f"{key} before", exchange, "before")
        if kind is not None and kind.reads is faults.Reads.UNSENT:
            await self._fail_to_connect(kind, key)
        await asyncio.sleep(chance.long_tail(f"{key} connect", 0.004, 0.08))
        life.must_live()
        if exchange.charges:
            world.truth.sent(gateway, exchange.attempt)
        passage = Passage(world, exchange, asked, kind)
        life.reach(f"{key} under way", exchange, "under way")
        delivery = await passage.answered
        life.must_live()
        life.reach(f"{key} answered", exchange, "answered")
        reply = delivery.reply
        if reply is None:
            raise httpx.RemoteProtocolError("closed") if delivery.end == "close" else httpx.ReadError("reset")
        world.laws.answered(exchange, reply)
        return httpx.Response(reply.status, headers=dict(reply.headers), stream=Body(delivery), request=request)

    async def _fail_to_connect(self, kind: Kind, key: str) -> None:
        if kind.name == "no route":
            await asyncio.sleep(5)
            raise httpx.ConnectTimeout("no route")
        await asyncio.sleep(self._world.chance.long_tail(f"{key} refused", 0.001, 1.5))
        raise httpx.ConnectError(UNSENT[kind.name])


class Passage:
    """A request that has left the till: it travels, is carried out, and is answered.

    Attributes:
        answered: What comes back, when it does.
    """

    def __init__(self, world: "World", exchange: Exchange, asked: Request, kind: Kind | None) -> None:
        self._world = world
        self._exchange = exchange
        self._asked = asked
        self._kind = kind
        self.answered: asyncio.Future[Delivery] = world.loop.create_future()
        self._left_us = world.loop.now_us
        world.under_way[exchange.gateway] += 1
        delay_s = world.chance.long_tail(f"{exchange.key} there", 0.004, 0.3)
        own = {
            "executed after the time-out": (BY_NAME[exchange.gateway].lands_s - 2, None),
            "executed after the settle time": (900.0, None),
            "overtaken by its cancel": (40.0, "reset"),
        }
        if kind is None or kind.name not in own:
            world.later(delay_s, self._arrive)
            return
        longest_s, end = own[kind.name]
        world.later(self._late_s(longest_s), self._land)
        if end is not None:
            world.later(delay_s, lambda: self._answer(Delivery(None, end="reset")))

    def _late_s(self, longest_s: float) -> float:
        """When a request lands that its sender has given up [s]."""
        settle_s, name = BY_NAME[self._exchange.gateway].settle_s, f"{self._exchange.key} lands"
        if longest_s > settle_s:
            return self._world.chance.between(name, settle_s + 1, longest_s)
        shortest_s = 0.3 if self._kind is not None and self._kind.name == "overtaken by its cancel" else 30.0
        return self._world.chance.long_tail(name, shortest_s, longest_s)

    def _carried_out(self) -> None:
        """What moves now is this request's: whether that is late counts from when it left, not from a later one."""
        if self._exchange.charges and self._exchange.attempt:
            self._world.truth.accounts[self._exchange.attempt].left_us = self._left_us

    def _land(self) -> None:
        self._play(None)
        self._world.under_way[self._exchange.gateway] -= 1

    def _arrive(self) -> None:
        self._world.under_way[self._exchange.gateway] -= 1
        delivery = self._play(self._kind)
        if delivery.late is not None:
            self._world.under_way[self._exchange.gateway] += 1
            self._world.later(delivery.late.after_s, lambda: self._late(delivery))
        back_s = self._world.chance.long_tail(f"{self._exchange.key} back", 0.004, 0.3)
        self._world.later(back_s + min(delivery.silence_s, NEVER_S), lambda: self._answer(delivery))

    def _late(self, delivery: Delivery) -> None:
        assert delivery.late is not None
        self._carried_out()
        delivery.late.land()
        self._follow("late")
        self._world.under_way[self._exchange.gateway] -= 1

    def _play(self, kind: Kind | None) -> Delivery:
        """The server carries the request out; or something before it answers as it once did to another."""
        world, exchange = self._world, self._exchange
        self._carried_out()
        if kind is not None and kind.name in OF_OTHERS:
            self._follow("from a memory")
            return Delivery(self._answer_of_others(kind.name))
        if kind is not None and kind.play:
            params = FaultParams.model_validate(dict(kind.params(world.chance, exchange.key)))
            world.outside.plan(Fault(call=exchange.name, kind=kind.play, params=params))
        account = world.truth.accounts.get(exchange.attempt)
        if account is not None and kind is not None:
            account.is_doubled |= kind.name in DOUBLING
            if kind.name == HIDING:
                account.unseen(exchange.name, exchange.standing[0])
        if exchange.call.startswith("cancel") and account is not None and account.moves and not account.held:
            world.happened(f"already cancelled: {exchange.key}", "already cancelled")
        world.spend_elsewhere(exchange, self._asked)
        world.forget(exchange)
        if exchange.gateway == "loyalty" and exchange.attempt:
            world.relay.before(exchange, self._asked)
        world.transfers.before(exchange)
        delivery = world.outside.exchange(exchange.gateway, self._asked)
        self._follow(str(delivery.reply.status) if delivery.reply else "silence")
        if kind is None and delivery.reply is not None and self._is_told_of(delivery.reply):
            for name in self._remembered:
                world.older_answers[name] = delivery.reply
        return delivery

    def _is_told_of(self, reply: Reply) -> bool:
        """It is an answer about one payment: a bare code of the relay's, under the status of success, names none."""
        return reply.status == 200 and (self._exchange.gateway != "loyalty" or b'"paymentId"' in reply.body)

    @property
    def _remembered(self) -> tuple[str, ...]:
        """As what an answer is remembered: as one of its kind, of its amount, and about its attempt."""
        name = self._exchange.name
        if self._world.cannot_tell_apart(self._exchange):
            return ()
        return name, f"{name} {_amount(self._asked)}", f"{name} {self._exchange.attempt}"

    def _answer_of_others(self, kind: str) -> Reply:
        """What somebody between till and server gives out, who does not look closely what is asked."""
        older, name = self._world.older_answers, self._exchange.name
        match kind:
            case "404 of a framework":
                return framework_reply(404, self._asked, self._world.time.now_ms())
            case "answered as it was paid":
                return older.get(f"ceos.instant {self._exchange.attempt}", PROXY_PAGE)
            case "another's, under our id":
                reply = self._of_another_attempt(older.get(name, PROXY_PAGE))
                ours = self._asked.path.rsplit("/", 1)[-1].encode()
                return replace(reply, body=PAYMENT_ID.sub(rb"\g<1>" + ours, reply.body))
            case _:
                reply = older.get(f"{name} {_amount(self._asked)}", older.get(name, PROXY_PAGE))
                # an older word of the same payment is a word of the payment's that is not so any more
                return self._of_another_attempt(reply) if self._exchange.gateway == "loyalty" else reply

    def _of_another_attempt(self, reply: Reply) -> Reply:
        """Nothing that was once said of this one."""
        mine = self._world.older_answers.get(f"{self._exchange.name} {self._exchange.attempt}")
        return PROXY_PAGE if reply is mine else reply

    def _follow(self, what: str) -> None:
        self._world.note("served", self._exchange.key, what)
        self._world.truth.follow(self._exchange.gateway)
        if self._exchange.gateway == "loyalty" and self._exchange.attempt:
            self._world.relay.after(self._exchange)
            self._world.phones.ring(self._exchange)
        if self._exchange.gateway == "ezpg" and self._exchange.attempt:
            self._world.transfers.after(self._exchange)

    def _answer(self, delivery: Delivery) -> None:
        if not self.answered.done():
            self.answered.set_result(delivery)


class Body(httpx.AsyncByteStream):
    """A body: at once, byte by byte, or cut."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        delivery = self._delivery
        assert delivery.reply is not None
        whole = delivery.reply.body[: delivery.cut_at]
        if delivery.gap_s:
            for position in range(len(whole)):
                await asyncio.sleep(delivery.gap_s)
                yield whole[position : position + 1]
        else:
            yield whole
        if delivery.cut_at is not None:
            raise httpx.RemoteProtocolError("cut")


def _amount(asked: Request) -> str:
    """The amount that a request is about; "" when it names none."""
    found = AMOUNT.search(asked.body)
    return found[1].decode() if found else ""


def body_hash(asked: Request) -> str:
    """Of everything that decides what a request does."""
    return hashlib.blake2b(f"{asked.method} {asked.path} ".encode() + asked.body, digest_size=8).hexdigest()
