"""A whole till without a window: real flows, journal, gateways and simulators, in one loop, on a clock that tests move.

No thread, no socket and no second passes: whatever does not wait for the clock has happened after `settle`.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from typing_extensions import override

from kiosk.domain.attempt import Attempt
from kiosk.domain.catalogue import Product, Tax
from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import DeviceError
from kiosk.domain.limits import Limits
from kiosk.domain.money import won
from kiosk.domain.ports import Catalogue, Method, Printer, PrinterState, Randomness, ShopAccount
from kiosk.domain.receipt import Document, Store
from kiosk.domain.sale import Sale
from kiosk.domain.words import Said
from kiosk.flows.books import Books
from kiosk.flows.checkout import Parts
from kiosk.flows.health import HealthWatch
from kiosk.flows.intents import AddProduct, Begin, ChooseMethod, Confirm, GoPay, Intent, Scanned
from kiosk.flows.manager.front import NOTHING, Front
from kiosk.flows.manager.intents import Knock, Typed
from kiosk.flows.manager.office import Office
from kiosk.flows.manager.views import KeysView, Row, SheetView
from kiosk.flows.manager.visit import Leaving, Tools
from kiosk.flows.printing import Letterhead, Printing
from kiosk.flows.recovery import Recovery
from kiosk.flows.session import Session, Shop
from kiosk.flows.staff import Staff
from kiosk.flows.stage import Pace, Stage
from kiosk.flows.views import ClosedView, Shown, View
from kiosk.services.devices import Scanners, TillDevices
from kiosk.services.gateways.card.client import Account as CardAccount
from kiosk.services.gateways.card.client import CardClient
from kiosk.services.gateways.card.method import CardMethod
from kiosk.services.gateways.ceos.client import Account as CeosAccount
from kiosk.services.gateways.ceos.client import CeosClient
from kiosk.services.gateways.ceos.method import CeosMethod
from kiosk.services.gateways.crepay.client import CrepayClient
from kiosk.services.gateways.crepay.method import CrepayMethod
from kiosk.services.gateways.crepay.wire import Account as CrepayAccount
from kiosk.services.gateways.ezpg.arrangement import Arrangement
from kiosk.services.gateways.ezpg.client import Account as EzpgAccount
from kiosk.services.gateways.ezpg.client import EzpgClient
from kiosk.services.gateways.ezpg.method import EzpgMethod
from kiosk.services.gateways.ezpg.payouts import EzpgPayouts
from kiosk.services.gateways.ezpg.session import Login
from kiosk.services.gateways.loyalty.client import LoyaltyClient
from kiosk.services.gateways.loyalty.inbox import Inbox
from kiosk.services.gateways.loyalty.messages import Message, read_message
from kiosk.services.gateways.loyalty.method import LoyaltyMethod
from kiosk.services.gateways.loyalty.shop import LoyaltyShop
from kiosk.services.gateways.loyalty.wire import Account as LoyaltyAccount
from kiosk.services.http import Line
from kiosk.services.journal.archive import Archive
from kiosk.services.journal.store import SqliteJournal, open_journal
from kiosk.services.logs import LogFile
from kiosk.services.pins import Argon2Pins, Cost
from kiosk.services.tasks import TaskOwner
from kiosk.simulator.card import SECRET_KEY
from kiosk.simulator.ceos import CeosSettings
from kiosk.simulator.crepay import CrepaySettings
from kiosk.simulator.delivery import Delivery
from kiosk.simulator.ezpg_bank import Payment, Transfer
from kiosk.simulator.ezpg_records import WithdrawalStatus
from kiosk.simulator.ezpg_settings import EzpgSettings, Mode
from kiosk.simulator.faults import Fault, Params
from kiosk.simulator.outside import Outside, Settings
from kiosk.simulator.relay_callbacks import Callback
from kiosk.simulator.relay_money import UNIT
from kiosk.simulator.relay_settings import ACCESS_KEY, CALLBACK_KEY, OWNER, RICH, SHOP_ID, RelaySettings
from kiosk.simulator.world import Clock as WorldClock
from kiosk.simulator.world import Request
from tests.support.clock import FakeClock
from tests.support.journal import AtOnce, a_setting

COUPON = "11112222333344445"
"""Holds 3,000 won."""
OTHER_COUPON = "11112222333344447"
"""Holds 12,300 won, until a test says otherwise."""
TOTAL = 12_300
PACE = Pace(idle_s=60, warning_s=20, read_s=15)
STAFF_PACE = Pace(idle_s=70, warning_s=20, read_s=15)
PIN = Confidential("271828")
LIMITS = Limits(reserve_bytes=64 * 1024)
DEMO_LOGIN = Login("kiosk-1", Confidential("demo"))
STAFF_LOGIN = Login("staff", Confidential("demo"))
OTP = Confidential("123456")
PLENTY = 1 << 40
QUICK = Cost(passes=1, kib=8)
TURNS = 60
"""Turns of the loop after which everything that waits for nothing has happened."""


class SimulatorClock(WorldClock):
    """The simulators' time is the till's, unless that is wrong.

    Attributes:
        ahead_ms: How much the till's wall clock is behind [ms].
    """

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.ahead_ms = 0

    @override
    def now_ms(self) -> int:
        return self._clock.now_ms() + self.ahead_ms

    @override
    def elapsed(self) -> float:
        return self._clock.world_s


class Wire(httpx.AsyncBaseTransport):
    """Plays what the simulators deliver, on the test's clock."""

    def __init__(self, till: "Till") -> None:
        self._till = till

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        till, body = self._till, await request.aread()
        if till.is_cut_off:
            raise httpx.ConnectError("cut off")
        path, _, query = request.url.raw_path.decode().partition("?")
        _, gateway, *rest = path.split("/")
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Request(request.method, f"/{'/'.join(rest)}", headers, body, query)
        delivery = till.outside.exchange(gateway, asked)
        till.deliver_early()
        till.tasks_of_world.spawn("late", till.land(delivery))
        till.after(f"{gateway}.{till.outside.requests()[-1]['call']}")
        if delivery.silence_s:
            await till.clock.sleep(delivery.silence_s)
        if delivery.reply is None and till.is_silent:
            await asyncio.Event().wait()
        if delivery.reply is None:
            raise httpx.ReadError("reset")
        return httpx.Response(
            delivery.reply.status, headers=dict(delivery.reply.headers), stream=Body(till, delivery), request=request
        )


class Body(httpx.AsyncByteStream):
    """A body, whole or cut."""

    def __init__(self, till: "Till", delivery: Delivery) -> None:
        self._delivery = delivery

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        assert self._delivery.reply is not None
        yield self._delivery.reply.body[: self._delivery.cut_at]
        if self._delivery.cut_at is not None:
            raise httpx.RemoteProtocolError("cut")


class Goods(Catalogue):
    """One product of 12,300 won."""

    product = Product("D001", "8809990000012", (("ko", "선물 세트"),), won(TOTAL), "", "", Tax.TAXABLE)

    @override
    def by_barcode(self, code: str) -> Product | None:
        return self.product if code == self.product.barcode else None

    @override
    def by_sku(self, sku: str) -> Product | None:
        return self.product if sku == self.product.sku else None

    @override
    def categories(self) -> tuple[str, ...]:
        return ()

    @override
    def in_category(self, category: str) -> tuple[Product, ...]:
        return (self.product,)


class Paper(Printer):
    """What came out, after a second. It may be out of order, or take for ever."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.printed: list[str] = []
        self.last = Document("ko", ())
        self.is_broken = False
        self.is_stuck = False
        self.tells = PrinterState.UNTOLD

    @property
    @override
    def state(self) -> PrinterState:
        return self.tells

    @override
    async def print(self, name: str, document: Document) -> None:
        if self.is_broken:
            raise DeviceError("receipt.not_written", folder="")
        if self.is_stuck:
            await asyncio.Event().wait()
        await self._clock.sleep(1)
        self.printed.append(name)
        self.last = document


class Tokens(Randomness):
    """Unlike each other, also after a restart."""

    def __init__(self) -> None:
        self._count = 0

    @override
    def token(self, length: int) -> str:
        self._count += 1
        return f"{self._count:0{length}d}"


def _is_probe(request: Mapping[str, Any]) -> bool:
    """The relay is found out about, and no payment named that there is."""
    body = request["body"]
    return (request["call"], "purchaseId" in body) == ("open_new", False) or (
        (request["call"], "confirm" in body) == ("close_new", False)
    )


async def at_once(work: Callable[..., Any], *values: object) -> Any:
    """What is worked out elsewhere in the program."""
    return work(*values)


async def _forget(_secret: Confidential, _store_id: str) -> None:
    pass


@dataclass
class Till:
    """A till. `stop` is a kill at whatever await it has come to; `start` starts it again on the same journal.

    Attributes:
        is_cut_off: Nothing can be reached.
        is_silent: What is lost is lost in silence, and not by a reset.
        is_disk_full: The journal takes nothing more.
        failures: Tasks that failed, which none may.
        hooks: What else happens when a call ("ceos.instant") has been processed.
        commits: Called after each commit.
        takes_points: The loyalty relay is configured.
        takes_cards: The card server is configured.
        relay: How it behaves.
        kiosk: Which machine it is.
        takes_transfers: EzPG is configured.
        ezpg: How it and the banks behave.
        arrangement: What the store has agreed with it.
        hears: What the relay posts reaches the till.
        has_staff: Manager mode can be entered.
        left: How staff left the program.
        staff_shown: Everything that manager mode showed.
    """

    folder: Path
    clock: FakeClock = field(default_factory=FakeClock)
    pace: Pace = PACE
    tokens: Tokens = field(default_factory=Tokens)
    is_cut_off: bool = False
    is_silent: bool = False
    free_bytes: int = PLENTY
    is_disk_full: bool = False
    shown: list[Shown] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    hooks: dict[str, Callable[[], None]] = field(default_factory=dict)
    commits: list[Callable[[], None]] = field(default_factory=list)
    takes_points: bool = False
    takes_cards: bool = False
    relay: RelaySettings = field(default_factory=RelaySettings)
    kiosk: str = "K01"
    takes_transfers: bool = False
    ezpg: EzpgSettings = field(default_factory=EzpgSettings)
    arrangement: Arrangement = field(default_factory=Arrangement)
    payouts: EzpgPayouts | None = None
    hears: bool = True
    has_staff: bool = False
    left: list[Leaving] = field(default_factory=list)
    staff_shown: list[Shown] = field(default_factory=list)
    shops: dict[str, ShopAccount] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paper = Paper(self.clock)
        loyalty = self.relay.model_copy(update={"callback_url": "http://till/loyalty/callback"})
        settings = Settings(crepay=CrepaySettings(), ceos=CeosSettings(failure_rate=0), loyalty=loyalty, ezpg=self.ezpg)
        self.world = SimulatorClock(self.clock)
        self.outside = Outside(self.world, 0, settings)
        self.tasks_of_world = TaskOwner(lambda _name, error: self.failures.append(error))

    # -- life

    async def start(self) -> None:
        """As app.py does it."""
        setting = a_setting(
            self.folder,
            kiosk=self.kiosk,
            limits=LIMITS,
            free_bytes=lambda: self.free_bytes,
            on_commit=self._on_commit,
        )
        self.journal = await open_journal(setting, self.clock, AtOnce())
        self.stage = Stage(self.clock, LIMITS, self.pace, ClosedView("closed.starting"), "ko")
        self.stage.shown.subscribe(self.shown.append)
        self.tasks = TaskOwner(self._failed)
        methods = self._methods(self.journal)
        letterhead = Letterhead(Store("상회", "123-45-67890", "서울", "02-120"), bytes(32), "ko")
        self.books = books = Books(self.journal, self.clock)
        self.recovery = Recovery(self.journal, books, methods, self.clock, LIMITS, self.tasks)
        parts = Parts(self.stage, self.journal, books, self.recovery, methods, self.clock, LIMITS)
        self.session = Session(Shop("상회", ("ko", "en"), Goods(), letterhead, 6), parts, self.tasks)
        self.journal.listen(self.stage.changed)
        self.tasks.spawn("printing", Printing(self.journal, self.paper, letterhead).run(self.recovery.stock_taken))
        self.tasks.spawn("health", HealthWatch(methods, self.stage, self.journal, self.clock, LIMITS).run())
        self.tasks.spawn("session", self.session.run())
        self.tasks.spawn("inbox", self.inbox.run())
        self.front = Front(self.stage, Stage(self.clock, LIMITS, STAFF_PACE, NOTHING, "ko"))
        if self.has_staff:
            await self._open_office(parts, letterhead)
        await self.settle()

    async def _open_office(self, parts: Parts, letterhead: Letterhead) -> None:
        self.staff = Staff(self.journal, Argon2Pins(at_once, QUICK), self.clock)
        devices = TillDevices(self.journal, self.paper, self.clock, Scanners())
        self.tools = Tools(
            stage=self.front.staff,
            parts=parts,
            staff=self.staff,
            archive=Archive(self.folder, "A", AtOnce()),
            letterhead=letterhead,
            kiosk=self.kiosk,
            devices=devices,
            logs=LogFile(self.folder, at_once),
            shops=self.shops,
            payouts=self.payouts,
            unmatched=lambda: self.inbox.counts.get("not_ours", 0),
            leave=self.left.append,
        )
        self.journal.listen(self.front.staff.changed)
        self.front.staff.shown.subscribe(self.staff_shown.append)
        self.tasks.spawn("office", Office(self.front, self.tools).run())

    def _methods(self, journal: SqliteJournal) -> dict[str, Method]:
        def line(name: str) -> Line:
            return Line(f"http://world/{name}", self.clock, journal, LIMITS, lambda: Wire(self))

        account = CrepayAccount("demo", Confidential("demo"), "BRAND", "STORE", "상회", "POS-1")
        crepay = CrepayClient(line("crepay"), account, self.clock, LIMITS)
        ceos = CeosClient(line("ceos"), CeosAccount("", None, "demo"), LIMITS)
        self.inbox = Inbox(journal, self.clock, LIMITS)
        methods: dict[str, Method] = {
            "crepay": CrepayMethod(crepay, journal, self.clock, self.tokens, LIMITS),
            "ceos": CeosMethod(ceos, journal, self.clock, self.tokens, LIMITS, kiosk=self.kiosk, keep_secret=_forget),
        }
        if self.takes_cards:
            card = CardClient(line("card"), CardAccount(Confidential(SECRET_KEY)), LIMITS)
            methods["card"] = CardMethod(card, journal, self.clock, self.tokens, LIMITS)
        if self.takes_points:
            shop = LoyaltyAccount(SHOP_ID, Confidential(ACCESS_KEY))
            client = LoyaltyClient(line("loyalty"), shop, self.clock, self.tokens, LIMITS, None)
            self.shops["loyalty"] = LoyaltyShop(client)
            methods["loyalty"] = LoyaltyMethod(client, self.inbox, journal, self.clock, self.tokens, LIMITS)
        if self.takes_transfers:
            own = EzpgAccount("demo", DEMO_LOGIN, STAFF_LOGIN, Confidential("demo-key"))
            ezpg = EzpgClient(line("ezpg"), own, self.clock, LIMITS)
            parts = (journal, self.clock, self.tokens, LIMITS, self.arrangement)
            self.payouts = EzpgPayouts(ezpg, *parts)
            methods["ezpg"] = EzpgMethod(ezpg, self.payouts, *parts)
        return methods

    def _failed(self, _name: str, error: BaseException) -> None:
        self.failures.append(error)
        self.stage.shut("closed.fault")

    def _on_commit(self, moment: str) -> None:
        if moment == "after":
            for watcher in self.commits:
                watcher()
        if moment == "before" and self.is_disk_full:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"
            raise error

    async def stop(self) -> None:
        """Killed: nothing more is written down."""
        await self.tasks.close()
        with suppress(Exception):
            await self.journal.close()

    def kill(self) -> None:
        """At once, in the middle of whatever is going on; to be followed by `restart`."""
        for task in tuple(self.tasks._tasks):
            task.cancel()

    async def restart(self) -> None:
        """Killed, and started again."""
        await self.stop()
        await self.start()

    async def close(self) -> None:
        """The end of the test; a task that failed fails it."""
        await self.stop()
        await self.tasks_of_world.close()

    # -- the outside

    def fault(self, call: str, kind: str, count: int = 1, **params) -> None:
        """Plan a fault for the next calls."""
        self.outside.plan(Fault(call=call, kind=kind, count=count, params=Params(**params)))

    def after(self, call: str) -> None:
        """A call has been processed."""
        hook = self.hooks.get(call)
        if hook is not None:
            hook()

    async def land(self, delivery: Delivery) -> None:
        """What happens behind the caller's back."""
        if delivery.late is not None:
            await self.clock.sleep(delivery.late.after_s)
            delivery.late.land()

    def calls(self, *names: str) -> list[str]:
        """What was asked about payments ("checkout", ...), in order; only these, if any are named."""
        asked = [str(one["call"]) for one in self.outside.requests() if not _is_probe(one)]
        return [call for call in asked if call not in {"unknown", "auth"} and (not names or call in names)]

    @property
    def coupons_taken(self) -> list[int]:
        """Amounts that the coupon server holds."""
        return [one["amount"] for one in self.outside.books()["crepay"]["entries"] if one["state"] == "TAKEN"]

    @property
    def ceos_taken(self) -> list[int]:
        """Amounts that CEOS holds."""
        return [one["amount"] for one in self.outside.books()["ceos"]["payments"] if one["state"] == "PAID"]

    @property
    def cards_taken(self) -> list[int]:
        """Amounts that the card server holds [won]."""
        payments = self.outside.books()["card"]["payments"]
        return [payment["amount"] for payment in payments if payment["state"] == "APPROVED"]

    @property
    def points_taken(self) -> int:
        """What the relay took of the customer's points, the fee included [points]."""
        return sum(int(one["taken"]) for one in self.outside.books()["loyalty"]["payments"]) // UNIT

    @property
    def points_held(self) -> int:
        """What the relay holds of the customer's points [points]."""
        return sum(int(one["held"]) for one in self.outside.books()["loyalty"]["payments"]) // UNIT

    @property
    def points_left(self) -> int:
        """What the customer has [points]."""
        return int(self.outside.books()["loyalty"]["wallets"][RICH]["balance"]) // UNIT

    @property
    def transferred(self) -> list[int]:
        """What customers transferred and their banks did not take back [won]."""
        return [one["amount"] for one in self.outside.books()["ezpg"]["transfers"] if not one["isBack"]]

    @property
    def paid_out(self) -> list[int]:
        """What was paid out to customers, or is about to be [won]."""
        rows = self.outside.books()["ezpg"]["withdrawals"]
        return [one["amount"] for one in rows if one["state"] not in {"failed", "cancelled"}]

    @property
    def taken(self) -> int:
        """What the payment systems hold of the customer's money [won]."""
        return sum((*self.coupons_taken, *self.ceos_taken, *self.cards_taken, *self.transferred)) - sum(self.paid_out)

    # -- time

    async def settle(self) -> None:
        """Let everything happen that waits for nothing."""
        for _ in range(TURNS):
            self._let_the_world_go_on()
            await asyncio.sleep(0)

    def _let_the_world_go_on(self) -> None:
        """What the relay does by itself; and what it posts arrives, or does not."""
        self.outside.tick()
        self._deliver(self.outside.loyalty.callbacks.take_due())

    def deliver_early(self) -> None:
        """What the relay posts before it answers."""
        self._deliver(self.outside.loyalty.callbacks.take_early())

    def _deliver(self, callbacks: Sequence[Callback]) -> None:
        for one in callbacks:
            if self.hears:
                self.post(one.body, one.headers)

    def post(self, body: Mapping[str, object], headers: Mapping[str, str]) -> None:
        """Somebody posts a message to the till."""
        read = read_message(json.dumps(body).encode(), headers.get("authorization"), Confidential(CALLBACK_KEY))
        if isinstance(read, Message):
            self.inbox.take(read)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass [s], stopping wherever somebody waits for it."""
        end_ms = round((self.clock.monotonic() + seconds) * 1000)
        while (now_ms := round(self.clock.monotonic() * 1000)) < end_ms:
            next_ms = min((one[0] for one in self.clock._waiting), default=end_ms)
            world_s = self.outside.next_due_s()
            if world_s is not None:
                next_ms = min(next_ms, now_ms + round(world_s * 1000))
            self.clock.advance((min(max(next_ms, now_ms + 1), end_ms) - now_ms) / 1000)
            await self.settle()

    # -- eyes

    @property
    def view(self) -> View:
        """What stands on the screen."""
        return self.stage.shown.value.view

    @property
    def seen(self) -> list[str]:
        """Names of all views until now, without repeats."""
        names = [type(one.view).__name__ for one in self.shown]
        return [name for n, name in enumerate(names) if n == 0 or names[n - 1] != name]

    async def sale(self, order_id: str = "K01-1-000001") -> Sale:
        """A sale as the journal has it."""
        return await self.journal.sale(order_id)

    async def attempt(self, number: int) -> Attempt:
        """An attempt of the first order."""
        return await self.journal.attempt(f"K01-1-000001-{number}")

    async def fates(self) -> list[str]:
        """Method, state and refund of each attempt of the first order."""
        sale = await self.sale()
        refunds = {one.attempt_id: f" {one.state}" for one in sale.refunds}
        return [f"{one.method} {one.state}{refunds.get(one.id, '')}" for one in sale.attempts]

    async def tasks_open(self) -> list[str]:
        """Kinds of the staff list."""
        return [str(task.kind) for task in await self.journal.staff_tasks()]

    # -- hands

    async def do(self, *intents: Intent) -> View:
        """What a person does, one after the other, as fast as can be; gives what stands there then."""
        for intent in intents:
            self.stage.submit(intent)
        await self.settle()
        return self.view

    async def fill(self) -> View:
        """12,300 won in the basket, up to the choice of methods."""
        for intent in (Begin(), AddProduct("D001"), GoPay()):
            await self.do(intent)
        return self.view

    async def offer_coupon(self, code: str = COUPON) -> View:
        """Choose the coupon and scan it, up to its amount."""
        await self.do(ChooseMethod("crepay"))
        return await self.do(Scanned(code))

    async def pay_coupon(self, code: str = COUPON) -> View:
        """Up to the answer."""
        await self.offer_coupon(code)
        return await self.do(Confirm())

    async def offer_wallet(self, code: str | None = None) -> View:
        """Choose points and show the wallet's code, up to its amount."""
        await self.do(ChooseMethod("loyalty"))
        return await self.do(Scanned(code or self.outside.loyalty.temporary_account(RICH)))

    async def ask_phone(self) -> View:
        """Up to the question on the phone."""
        await self.offer_wallet()
        return await self.do(Confirm())

    async def answer_phone(self, *, approve: bool = True) -> View:
        """The customer answers what their phone asks."""
        (question,) = self.outside.loyalty.incoming(RICH)
        self.outside.loyalty.answer_new(question.payment_id, approve=approve)
        await self.settle()
        return self.view

    async def show_account(self) -> View:
        """Choose the transfer, up to the account."""
        await self.do(ChooseMethod("ezpg"))
        return self.view

    async def transfer(
        self, amount: int | None = None, *, mode: Mode | None = None, in_flight_s: float = 0.0, which: int = -1
    ) -> Transfer:
        """The customer's bank pays into the account that was shown last: what was asked, or another amount."""
        account = self.outside.books()["ezpg"]["accounts"][which]
        payment = Payment(
            bank=account["bank"],
            account=account["account"],
            amount=account["amount"] if amount is None else amount,
            mode=mode,
            in_flight_s=in_flight_s,
        )
        paid = self.outside.ezpg.bank.pay(payment)
        await self.settle()
        return paid

    async def correct(self, paid: Transfer, *, after_the_fact: bool = False) -> str:
        """The customer's bank takes a transfer back (입금정정)."""
        answer = self.outside.ezpg.bank.correct(paid.number, after_the_fact=after_the_fact)
        await self.settle()
        return answer

    def set_back(self, seconds: float) -> None:
        """Somebody sets the machine's clock back; EzPG's goes on."""
        self.clock.set_wall(self.clock.now_ms() - round(seconds * 1000))
        skew_ms = self.outside.ezpg.settings.skew_ms + round(seconds * 1000)
        self.outside.change({"ezpg": {"skew_ms": skew_ms}})

    async def approve_withdrawal(self, status: WithdrawalStatus = "completed") -> None:
        """The head office decides about the last withdrawal."""
        row = self.outside.books()["ezpg"]["withdrawals"][-1]
        self.outside.ezpg.settle(row["trxId"], status, "")
        await self.settle()

    async def cancel(self, order_id: str = "K01-1-000001") -> tuple[str, ...]:
        """Staff want a sale given back."""
        refunds = await self.ask_back(order_id)
        self.recovery.unwind(order_id)
        await self.settle()
        return refunds

    async def ask_back(
        self,
        order_id: str = "K01-1-000001",
        facts: Mapping[str, Mapping[str, str]] | None = None,
        alone: Collection[str] = (),
        by: str = "P1",
    ) -> tuple[str, ...]:
        """Write down that staff want all of a sale given back; `alone`: those whose person is not here."""
        held = (await self.books.sale(order_id)).to_give_back_by_staff
        wanted = {one.id: None if one.id in alone else (facts or {}).get(one.id, {}) for one in held}
        return await self.books.ask_back(order_id, by, "wish", wanted)

    # -- staff

    @property
    def sheet(self) -> View:
        """What stands on the screen of staff."""
        return self.front.staff.shown.value.view

    @property
    def offered(self) -> dict[str, Intent]:
        """What can be pressed on it, by name."""
        assert isinstance(self.sheet, SheetView)
        rows = (row for section in self.sheet.sections for row in section.rows)
        wishes: dict[str, Intent | None] = {row.name: row.wish for row in rows}
        wishes |= {button.name: button.wish for button in self.sheet.buttons}
        return {name: wish for name, wish in wishes.items() if wish is not None}

    @property
    def rows(self) -> dict[str, Row]:
        """The rows of a sheet, by name."""
        assert isinstance(self.sheet, SheetView)
        return {row.name: row for section in self.sheet.sections for row in section.rows}

    @property
    def says(self) -> str:
        """Key of the sentence above the sheet or the keys, or ""."""
        words = self.sheet.problem if isinstance(self.sheet, KeysView) else None
        if isinstance(self.sheet, SheetView) and self.sheet.notice is not None:
            words = self.sheet.notice.words
        return words.key if isinstance(words, Said) else ""

    async def press(self, *names: str) -> View:
        """Staff press what is offered, one after the other; gives what stands there then."""
        for name in names:
            assert name in self.offered, f"{name} is not offered, but {sorted(self.offered)}"
            await self.staff_do(self.offered[name])
        return self.sheet

    async def staff_do(self, *intents: Intent) -> View:
        """Staff do something, offered or not."""
        for intent in intents:
            self.front.submit(intent)
            await self.settle()
        return self.sheet

    async def type(self, digits: str) -> View:
        """Staff type digits."""
        assert isinstance(self.sheet, KeysView)
        return await self.staff_do(Typed(Confidential(digits)))

    async def enter(self, person: str = "P1") -> View:
        """A person comes in by the right PIN."""
        await self.staff_do(Knock())
        if isinstance(self.sheet, SheetView):
            await self.press(f"person_{person}")
        return await self.type(PIN.reveal())

    async def answer_owner(self, *, approve: bool = True) -> None:
        """The shop's owner answers what their phone asks."""
        (question,) = self.outside.loyalty.cancels_waiting(OWNER)
        self.outside.loyalty.answer_cancel(question.payment_id, approve=approve)
        await self.settle()

    async def pay_card(self) -> View:
        """Up to the answer."""
        return await self.do(ChooseMethod("card"))

    async def pay_ceos(self) -> View:
        """Up to the answer."""
        return await self.do(ChooseMethod("ceos"))
