"""One run of the program, from its start until it is killed: the composition root itself, on the world's loop."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import closing
from contextvars import copy_context
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from typing_extensions import override

from kiosk.app import Seams, Till
from kiosk.domain.catalogue import Product, Tax
from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import DeviceError, JournalError
from kiosk.domain.limits import Limits
from kiosk.domain.moment import Stamp, passed_s
from kiosk.domain.money import won
from kiosk.domain.ports import Catalogue, Clock, Printer, PrinterState, Randomness
from kiosk.domain.receipt import Document
from kiosk.flows.views import ClosedView, Shown
from kiosk.services.clock import T as Awaited
from kiosk.services.config import Config
from kiosk.services.journal.file import connect, connect_to_look
from kiosk.services.journal.store import Runner, Setting, SqliteJournal
from kiosk.services.keys import CEOS_SECRET, CEOS_STORE, Keys
from kiosk.services.secrets import SecretStore
from kiosk.simulator.card import SECRET_KEY
from kiosk.simulator.ezpg_settings import Merchant
from kiosk.simulator.relay_settings import ACCESS_KEY
from tests.simulation.loop import OWNER, US, Owner
from tests.simulation.systems import SYSTEMS
from tests.simulation.wire import Exchange, Wire
from tests.support.drawing import NOTHING_DRAWN

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tests.simulation.world import World

T = TypeVar("T")

START_MS: Final = 1_767_225_600_000
"""2026-01-01 09:00 in Korea."""
PLENTY: Final = 1 << 40


class Killed(BaseException):
    """The program has ended here."""


class HostClock(Clock):
    """The till's clock: the world's time, seen from this boot of the machine, with a wall clock that people set."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._started = self.stamp()

    @override
    def now_ms(self) -> int:
        return self._world.time.now_ms() + self._world.host.wall_off_ms

    @override
    def monotonic(self) -> float:
        return (self._world.loop.now_us - self._world.host.booted_us) / US

    @override
    def stamp(self) -> Stamp:
        host = self._world.host
        return Stamp(self.now_ms(), (self._world.loop.now_us - host.booted_us) // 1000, f"boot-{host.boot}")

    @override
    def elapsed(self, since: Stamp) -> float:
        return passed_s(since, self.stamp(), self._started)

    @override
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))

    @override
    async def within(self, seconds: float, work: "Awaitable[Awaited]") -> Awaited:
        # no real clock stands still while time is up: what is left after rounding is not waited for again and again
        async with asyncio.timeout(max(seconds, 1 / US)):
            return await work


class Tokens(Randomness):
    """Unlike each other, also after a restart, and the same whenever the story is told."""

    def __init__(self, world: "World") -> None:
        self._world = world

    @override
    def token(self, length: int) -> str:
        self._world.tokens += 1
        return self._world.chance.token(f"token {self._world.tokens}", length)


class Goods(Catalogue):
    """Some products."""

    products = tuple(
        Product(f"D{n:03d}", f"88099900{n:05d}", (("ko", name),), won(price), "", "", Tax.TAXABLE)
        for n, (name, price) in enumerate(
            (("껌", 700), ("아메리카노", 2_500), ("도시락", 5_900), ("선물 세트", 12_300), ("청소기", 89_000))
        )
    )

    @override
    def by_barcode(self, code: str) -> Product | None:
        return next((one for one in self.products if one.barcode == code), None)

    @override
    def by_sku(self, sku: str) -> Product | None:
        return next((one for one in self.products if one.sku == sku), None)

    @override
    def categories(self) -> tuple[str, ...]:
        return ()

    @override
    def in_category(self, category: str) -> tuple[Product, ...]:
        return self.products


class Paper(Printer):
    """What came out of the printer. It may die, for a while."""

    def __init__(self, life: "Life") -> None:
        self._life = life

    @property
    @override
    def state(self) -> PrinterState:
        return PrinterState.UNTOLD

    @override
    async def print(self, name: str, document: Document) -> None:
        life, world = self._life, self._life.world
        life.must_live()
        await asyncio.sleep(world.chance.between(f"print {name}", 0.3, 2.0))
        life.must_live()
        if world.host.printer_dead_until_us > world.loop.now_us:
            raise DeviceError("receipt.not_written", folder="")
        world.laws.printed(name)
        life.reach(f"printed {name}")


class Disk(Runner):
    """The thread of the journal, without a thread: one piece of work after the other, in the order they came.

    Cancelling the wait for a piece of work does not take it back.
    """

    def __init__(self, life: "Life") -> None:
        self._life = life
        self._waiting: deque[tuple[Callable[[], Any], asyncio.Future[Any]]] = deque()

    @override
    async def run(self, work: Callable[[], T]) -> T:
        self._life.must_live()
        done: asyncio.Future[T] = self._life.world.loop.create_future()
        self._waiting.append((work, done))
        if len(self._waiting) == 1:
            self._next()
        return await done

    def _next(self) -> None:
        delay_s = self._life.world.disk_delay_s()
        if delay_s is None:
            self._work()
        else:
            self._life.world.loop.call_later(delay_s, self._work)

    def _work(self) -> None:
        work, done = self._waiting[0]
        try:
            result = work()
        except Killed:
            return
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits, as a thread does
            if not done.cancelled():
                done.set_exception(error)
        else:
            self._life.acknowledge()
            if not done.cancelled():
                done.set_result(result)
        self._waiting.popleft()
        if self._waiting:
            self._next()

    @override
    def close(self) -> None:
        pass


class Vault(SecretStore):
    """Keeps secrets in memory; they outlive the program."""

    def __init__(self) -> None:
        self._kept: dict[str, Confidential] = {}

    @override
    def get(self, name: str) -> Confidential | None:
        return self._kept.get(name)

    @override
    def set(self, name: str, secret: Confidential) -> None:
        self._kept[name] = secret


async def at_once(work: Callable[..., T], /, *values: object) -> T:
    """There is no other thread; it is done here."""
    return work(*values)


def configuration(folder: Path) -> Config:
    """A till with every payment system of the simulation."""
    gateways = {one.name: {**one.config, "base_url": f"http://127.0.0.1/{one.name}"} for one in SYSTEMS}
    return Config.model_validate(
        {
            "store": {"name": "상회", "business_number": "123-45-67890", "address": "서울", "phone": "02-120"},
            "kiosk": {"id": "K01", "state_dir": folder},
            "gateways": gateways,
            "limits": Limits(reserve_bytes=16 * 1024),
        }
    )


RECEIPT_KEY: Final = bytes(32)
STAFF_PIN: Final = Confidential("271828")


class PlainPins:
    """Keeps PINs as they are: what trying one costs is not what a story is about, and a salt would differ each time."""

    async def keep(self, pin: Confidential) -> Confidential:
        return pin

    async def fits(self, pin: Confidential, kept: Confidential) -> bool:
        return pin == kept


class SimulatedTill(Till):
    """The till, whose failed tasks are looked at."""

    life: "Life"

    @override
    def report(self, name: str, error: BaseException) -> None:
        if self.life.is_dead:
            return
        self.life.world.laws.failed(name, error)
        super().report(name, error)


class Life(Owner):
    """One run of the program.

    Attributes:
        number: Which one of the story.
        steps: How many callbacks of it have run.
        shown: What stands on its screen.
        owes: The order that was paid when the life before ended, until its screen has said so.
    """

    def __init__(self, world: "World", number: int) -> None:
        super().__init__()
        self.world = world
        self.number = number
        self.steps = 0
        self.dies_at_step = world.step_of_death(number)
        self.shown: Shown | None = None
        self.owes = ""
        self.connection: sqlite3.Connection | None = None
        self.began_us = world.loop.now_us
        self.context = copy_context()
        self.context.run(OWNER.set, self)
        self._commits = 0

    # -- life and death

    def start(self) -> None:
        """Start the program."""
        world = self.world
        seams = Seams(
            clock=HostClock(world),
            randomness=Tokens(world),
            make_transport=lambda: Wire(self),
            make_runner=lambda: Disk(self),
            off_loop=at_once,
            alter_journal=self._alter,
            catalogue=Goods(),
            printer=Paper(self),
            pins=PlainPins(),
            first_pin=STAFF_PIN,
        )
        vault = world.host.vault
        store = vault.get(CEOS_STORE)
        keys = Keys(bytes(32), RECEIPT_KEY, Confidential("demo"), vault.get(CEOS_SECRET),
                    store.reveal() if store else "", vault, Confidential(ACCESS_KEY), None,
                    Confidential(SECRET_KEY), Confidential("demo"), Confidential("demo"),
                    Confidential(Merchant().key))  # fmt: skip
        self.run(self._start, seams, keys)

    def _start(self, seams: Seams, keys: Keys) -> None:
        self.till = SimulatedTill(self.world.config, keys, seams)
        self.till.life = self
        self.till.stage.shown.subscribe(self._on_shown)
        self.world.loop.create_task(self._open())

    async def _open(self) -> None:
        """As app.py does it around the window."""
        try:
            await self.till.open(6, NOTHING_DRAWN)
        except JournalError as error:
            self.world.laws.refused_to_start(error)
            self.till.stage.show(ClosedView("closed.journal"))

    def _alter(self, setting: Setting) -> Setting:
        world = self.world
        return replace(
            setting,
            machine="machine-1",
            version=world.host.version,
            random_bytes=world.random_bytes,
            free_bytes=lambda: world.host.free_bytes,
            on_commit=self._on_commit,
            connect=self._connect,
        )

    def _connect(self, path: Path) -> sqlite3.Connection:
        self.must_live()
        disk = self.world.disk
        self.connection = connect(path) if disk is None else disk.connect(path)
        return self.connection

    def run(self, act: Callable[..., T], *values: object) -> T | None:
        """Do something as a person or device at this till would cause it; nothing happens in a dead one."""
        if self.is_dead:
            return None
        try:
            return act(*values) if OWNER.get() is self else self.context.run(act, *values)
        except Killed:
            return None

    def must_live(self) -> None:
        """Whatever has an effect outside asks this first: what was killed has none.

        Raises:
            Killed: it was.
        """
        if self.is_dead:
            raise Killed

    def reach(self, point: str, exchange: Exchange | None = None, phase: str = "") -> None:
        """The program has come to a point at which it may be killed.

        Raises:
            Killed: it was.
        """
        self.must_live()
        if exchange is not None:
            exchange.progress = phase
        self.world.reached(self, point, exchange)
        self.must_live()

    @override
    def step(self) -> None:
        self.steps += 1
        if self.steps == self.dies_at_step:
            self.world.kill(self, f"step {self.steps} of life {self.number}")

    @override
    def bury(self) -> None:
        """Let go of what a process would lose: its coroutines, its lock, its connection. The file stays as it was."""
        super().bury()
        folder, disk = self.world.folder, self.world.disk
        if disk is not None:
            disk.heal()
        with closing(connect_to_look(folder / "journal.sqlite")) as looking:
            # while one is open that may not write, the one that may folds nothing in when it is closed
            if (folder / "journal.sqlite-wal").exists():
                looking.execute("SELECT 1 FROM sqlite_schema").fetchall()
            for close in self.till._closing:
                journal = getattr(close, "__self__", None)
                if isinstance(journal, SqliteJournal):
                    journal._file._release()
        (folder / "journal.sqlite-shm").unlink(missing_ok=True)

    # -- the journal

    @property
    def journal(self) -> sqlite3.Connection:
        """The till's own connection: what it sees is what is committed, between its transactions."""
        assert self.connection is not None
        return self.connection

    def _on_commit(self, moment: str) -> None:
        self.must_live()
        if moment == "before":
            self._commits += 1
            self.world.disk_may_fail(f"life {self.number} commit {self._commits}")
        if moment == "after":
            if self._commits == 1:
                self.world.laws.nothing_lost(self.journal)
                self.owes = self.world.laws.owed(self.journal)
            # what is committed is durable: who is killed here is killed after it
            self._read_events()
        self.reach(f"life {self.number} commit {self._commits} {moment}")

    def _read_events(self) -> None:
        query = "SELECT seq, kind, attempt_id, body, hash FROM events WHERE seq > ? ORDER BY seq"
        for seq, kind, attempt, body, row_hash in self.journal.execute(query, (self.world.read_to,)):
            self.world.read_to = seq
            self.world.written(kind, attempt, body, row_hash)

    def acknowledge(self) -> None:
        """What was written until now has been reported as durable."""
        self.world.laws.acknowledged = self.world.read_to

    def standing(self, attempt: str) -> tuple[str, str]:
        """State of an attempt and of its last refund, as it is durable."""
        query = (
            "SELECT state, coalesce((SELECT state FROM refunds WHERE attempt_id = a.id ORDER BY n DESC LIMIT 1), '') "
            "FROM attempts a WHERE id = ?"
        )
        row = self.journal.execute(query, (attempt,)).fetchone()
        return (row[0], row[1]) if row else ("", "")

    # -- the screen

    def _on_shown(self, shown: Shown) -> None:
        if self.is_dead:
            return
        self.shown = shown
        self.world.on_shown(self, shown)
