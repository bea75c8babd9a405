"""One payment method with its real client, line and journal, before the simulators on a real port.

Time is the test's: sleeping lets it pass at once, so a reversal that takes an hour takes no time.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import httpx
from typing_extensions import override

from kiosk.domain.attempt import Attempt, State
from kiosk.domain.confidential import Confidential
from kiosk.domain.entries import GoalUndo, RefundAsked
from kiosk.domain.errors import CustomerLeft
from kiosk.domain.ids import refund_id
from kiosk.domain.limits import Limits
from kiosk.domain.money import Money
from kiosk.domain.operation import Operation
from kiosk.domain.outcome import Outcome, Reason
from kiosk.domain.ports import Desk, Method, PhoneRequest, Randomness, ScanKind, TransferRequest, Waited
from kiosk.domain.refund import Refund, RefundState
from kiosk.flows.books import Books
from kiosk.flows.recovery import Recovery
from kiosk.services.gateways.card.client import Account as CardAccount
from kiosk.services.gateways.card.client import CardClient
from kiosk.services.gateways.card.method import CardMethod
from kiosk.services.gateways.ceos.client import Account as CeosAccount
from kiosk.services.gateways.ceos.client import CeosClient
from kiosk.services.gateways.ceos.method import CeosMethod
from kiosk.services.gateways.crepay.client import CrepayClient
from kiosk.services.gateways.crepay.method import CrepayMethod
from kiosk.services.gateways.crepay.wire import Account as CrepayAccount
from kiosk.services.http import Line, plain_transport
from kiosk.services.journal.store import SqliteJournal, open_journal
from kiosk.services.tasks import TaskOwner
from kiosk.simulator.card import SECRET_KEY
from tests.simulator.tills import BARCODE, World
from tests.support.clock import FakeClock
from tests.support.journal import AtOnce, Book, a_setting

T = TypeVar("T")

LIMITS = Limits(reserve_bytes=64 * 1024)
PRICE = 4500


class CrashError(Exception):
    """The program ended here."""


class HurriedClock(FakeClock):
    """Sleeping lets the time pass at once. `crash_in` makes the program end at one of the next sleeps."""

    def __init__(self) -> None:
        super().__init__(wall_ms=real_ms())
        self.crash_in = 0
        self._planned = ExitStack()

    def when(self, seconds: float, act: Callable[[], object]) -> None:
        """Do something when so much time has passed [s]."""
        self._planned.enter_context(self._after(seconds, act))

    @override
    async def sleep(self, seconds: float) -> None:
        self.crash_in -= 1
        if self.crash_in == 0:
            raise CrashError
        self.advance(seconds)
        await asyncio.sleep(0)


def real_ms() -> int:
    """The simulators' wall clock, UTC epoch [ms]."""
    return time.time_ns() // 1_000_000


class Tokens(Randomness):
    """token00001, token00002, ... cut to length: unlike each other, and known beforehand."""

    def __init__(self) -> None:
        self._count = 0

    @override
    def token(self, length: int) -> str:
        self._count += 1
        return f"{self._count:0{length}d}"


class Wire(httpx.AsyncBaseTransport):
    """Real HTTP, during which the program can end."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.crash_before = ""
        self.crash_after = ""

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.crash_before and self.crash_before in request.url.path:
            raise CrashError
        response = await self._inner.handle_async_request(request)
        if self.crash_after and self.crash_after in request.url.path:
            await response.aclose()
            raise CrashError
        return response

    @override
    async def aclose(self) -> None:
        await self._inner.aclose()


@dataclass
class FakeDesk(Desk):
    """A customer who holds these coupons to the scanner, one after another, and agrees to every amount, or leaves."""

    coupons: tuple[str, ...] = (BARCODE,)
    leaves: bool = False
    problems: list[Reason | None] = field(default_factory=list)
    offers: list[tuple[int, int | None]] = field(default_factory=list)
    is_working: bool = False

    @override
    async def scan(self, kind: ScanKind, problem: Reason | None = None) -> Confidential:
        assert kind is ScanKind.COUPON
        self.problems.append(problem)
        if len(self.problems) > len(self.coupons):
            raise CustomerLeft
        return Confidential(self.coupons[len(self.problems) - 1])

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
        assert (amount, fee, left, is_last) == (most, None, None, False)
        self.offers.append((most.amount, None if balance is None else balance.amount))
        if self.leaves:
            raise CustomerLeft
        return amount

    @override
    def working(self) -> None:
        self.is_working = True

    @override
    async def phone(self, request: PhoneRequest, for_s: float) -> Waited:
        raise AssertionError("nobody is asked on a phone")

    @override
    async def transfer(self, request: TransferRequest, for_s: float) -> Waited:
        raise AssertionError("nobody is shown an account")

    @override
    async def has_transferred(self, request: TransferRequest, for_s: float) -> bool | None:
        raise AssertionError("nobody is shown an account")


@dataclass(frozen=True)
class Gateway:
    """What a case needs to know of one payment system.

    Attributes:
        name: As the simulators know it.
        settings: What makes it this variant of it.
        charge: The call that moves money.
        charge_path: How the path of that call ends.
        give_back: The call that returns a known approval.
        undo: The call, or pattern of calls, that undoes an unknown one.
        charged: The calls of one payment whose answer came.
        forgotten: Why what the payment system does not know any more is for staff.
    """

    name: str
    settings: dict[str, object]
    charge: str
    charge_path: str
    give_back: str
    undo: str
    charged: tuple[str, ...]
    forgotten: Reason = Reason.CONTRADICTORY

    def method(self, line: Line, journal: SqliteJournal, clock: HurriedClock, random: Randomness) -> Method:
        """The method as the program builds it."""
        if self.name == "crepay":
            account = CrepayAccount("demo", Confidential("demo"), "BRAND", "STORE", "강남점", "POS-1")
            crepay = CrepayClient(line, account, clock, LIMITS)
            return CrepayMethod(crepay, journal, clock, random, LIMITS)
        if self.name == "card":
            card = CardClient(line, CardAccount(Confidential(SECRET_KEY)), LIMITS)
            return CardMethod(card, journal, clock, random, LIMITS)
        ceos = CeosClient(line, CeosAccount("", None, "demo"), LIMITS)
        return CeosMethod(ceos, journal, clock, random, LIMITS, kiosk="K01", keep_secret=_forget)

    def held(self, world: World) -> int:
        """What the payment system holds of the customer's money [won]."""
        if self.name == "crepay":
            return sum(amount for _, amount, state in world.crepay_entries if state == "TAKEN")
        if self.name == "card":
            return sum(amount for _, amount, state in world.card_payments if state == "APPROVED")
        return sum(amount for _, amount, state in world.ceos_payments if state == "PAID")


async def _forget(_secret: Confidential, _store_id: str) -> None:
    pass


CREPAY = Gateway(
    "crepay",
    {"window_ms": 10**10},  # the bench's time runs ahead
    "crepay.checkout",
    "/checkout",
    "crepay.cancel",
    "crepay.cancel*",
    ("balance", "checkout"),
)
OLD_CREPAY = replace(CREPAY, settings={"window_ms": 10**10, "cancel_network": "off"}, undo="crepay.cancel")
CEOS_A = Gateway(
    "ceos",
    {"dialect": "A", "failure_rate": 0},
    "ceos.instant",
    "/instant",
    "ceos.cancel",
    "ceos.cancel",
    ("instant",),
)
CEOS_B = replace(CEOS_A, settings={"dialect": "B", "failure_rate": 0})
CARD = Gateway(
    "card", {}, "card.confirm", "/confirm", "card.cancel", "card.cancel", ("create", "confirm"), Reason.FORGOTTEN
)
ALL = {"crepay": CREPAY, "crepay without cancel-network": OLD_CREPAY, "ceos A": CEOS_A, "ceos B": CEOS_B, "card": CARD}


@dataclass
class Bench:
    """A till with one payment method. `restart` is the program starting again on the same journal."""

    gateway: Gateway
    world: World
    port: int
    folder: Path
    clock: HurriedClock = field(default_factory=HurriedClock)
    tokens: Tokens = field(default_factory=Tokens)

    async def start(self, port: int | None = None) -> None:
        """Open journal and line, and reach the payment system."""
        self.journal = await open_journal(a_setting(self.folder, limits=LIMITS), self.clock, AtOnce())
        self.line = Line(
            f"http://127.0.0.1:{port or self.port}/{self.gateway.name}", self.clock, self.journal, LIMITS, self._plain
        )
        self.method = self.gateway.method(self.line, self.journal, self.clock, self.tokens)
        self.books = Books(self.journal, self.clock)
        self.book = Book(self.journal)
        await self.method.probe()

    def _plain(self) -> Wire:
        self.wire = Wire(plain_transport())
        return self.wire

    async def stop(self) -> None:
        """End, as after a crash: nothing is written down."""
        await self.line.close()
        await self.journal.close()

    async def restart(self, port: int | None = None) -> None:
        """Start again, and write down what the stop left open."""
        await self.stop()
        await self.start(port)
        tasks = TaskOwner(lambda _name, _error: None)
        methods = {self.method.name: self.method}
        await Recovery(self.journal, self.books, methods, self.clock, LIMITS, tasks).take_stock()

    # -- what a till does

    async def begin(self, order: str = "") -> Attempt:
        """An order of 4,500 won, or another attempt of one."""
        order = order or await self.book.order(PRICE)
        return await self.journal.attempt(await self.book.attempt(order, self.method.name))

    async def charge(self, desk: FakeDesk | None = None, order: str = "") -> tuple[Attempt, Outcome]:
        """One attempt, paid and written down."""
        attempt = await self.begin(order)
        outcome = await self.method.pay(attempt, desk or FakeDesk())
        await self.books.record(attempt, outcome)
        return await self.journal.attempt(attempt.id), outcome

    async def sell(self, desk: FakeDesk | None = None) -> Attempt:
        """One attempt, paid, written down, and settled if its answer was lost."""
        attempt, _ = await self.charge(desk)
        return await self.settle(attempt.id)

    async def settle(self, attempt_id: str) -> Attempt:
        """Drive an attempt whose answer was lost to its end."""
        step = await self.method.resolve(attempt_id)
        if step is not None:
            await self.books.conclude(step)
        return await self.journal.attempt(attempt_id)

    async def unwanted(self, attempt_id: str) -> None:
        """The customer left."""
        await self.journal.write(GoalUndo(attempt_id))

    async def sell_in_vain(self) -> Attempt:
        """One attempt whose payment never arrived, and whose customer left meanwhile."""
        self.world.fault(self.gateway.charge, "drop_before")
        attempt, _ = await self.charge()
        await self.unwanted(attempt.id)
        return await self.settle(attempt.id)

    async def crash(self, work: Awaitable[object]) -> None:
        """Let the program end during this."""
        try:
            await work
        except CrashError:
            return
        raise AssertionError("it did not crash")

    async def ask_back(self, attempt: Attempt) -> str:
        """Write down that an approval is to be given back; gives the refund's id."""
        refund = refund_id(attempt.id, 1)
        assert attempt.received is not None
        await self.journal.write(RefundAsked(refund, attempt.id, "", attempt.received.amount))
        return refund

    async def give_back(self, attempt: Attempt) -> Refund:
        """Give an approval back."""
        refund = await self.ask_back(attempt)
        await self.method.give_back(refund)
        return await self.journal.refund(refund)

    async def stalled(self, work: Awaitable[T], call: str, seconds: float) -> T:
        """Do some work during which the payment system falls silent at a call, until so much time has passed [s]."""
        working = asyncio.gather(work)
        deadline = time.monotonic() + 10
        while call not in self.calls:
            assert time.monotonic() < deadline, f"{call} was never made"
            await asyncio.sleep(0.01)
        self.clock.advance(seconds)
        return (await working)[0]

    # -- what came of it

    @property
    def calls(self) -> list[str]:
        """The calls that arrived, in order; reaching the server is none."""
        return [str(one["call"]) for one in self.world.requests() if one["call"] not in {"unknown", "auth"}]

    async def operations(self, attempt: Attempt) -> tuple[Operation, ...]:
        """Requests and questions as the journal has them."""
        return await self.journal.operations(attempt.id)

    @property
    def is_crepay(self) -> bool:
        """Its lost answers are undone, never claimed; CEOS can be asked."""
        return self.gateway.name == "crepay"

    @property
    def is_card(self) -> bool:
        """What was lost is sent again while its customer stands there."""
        return self.gateway.name == "card"

    @property
    def charged(self) -> list[str]:
        """The calls of one payment whose answer came."""
        return list(self.gateway.charged)

    async def sent_id(self, attempt: Attempt) -> str:
        """The id under which an attempt was first sent."""
        charge = self.gateway.charged[-1]
        return next(one.request_id for one in await self.operations(attempt) if one.call == charge)

    async def agrees(self) -> bool:
        """The payment system holds what the journal says, to the won."""
        return self.gateway.held(self.world) == await self.journal_holds()

    async def journal_holds(self) -> int:
        """What the journal says that it took and did not give back [won]."""
        held = 0
        for order in await self.journal.open_orders():
            sale = await self.journal.sale(order.id)
            held += sum(
                one.received.amount for one in sale.attempts if one.state is State.APPROVED and one.received is not None
            )
            held -= sum(one.amount.amount for one in sale.refunds if one.state is RefundState.DONE)
        return held

    def land_late(self) -> None:
        """The last request to move money that was lost arrives after all, exactly as it was sent."""
        lost = [one for one in self.world.requests() if f"{self.gateway.name}.{one['call']}" == self.gateway.charge][-1]
        with httpx.Client(trust_env=False) as http:
            reply = http.request(
                lost["method"],
                f"http://127.0.0.1:{self.port}/{self.gateway.name}{lost['path']}",
                json=lost["body"],
                headers=self.authorisation,
            )
        assert reply.status_code == 200, reply.text

    @property
    def authorisation(self) -> dict[str, str]:
        """As the method sends it."""
        return dict(self.method._client.account.headers)  # type: ignore[attr-defined]
