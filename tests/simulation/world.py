"""A story: one till, its payment systems, people, accidents and repairs, from the first customer until all is quiet."""

import asyncio
import hashlib
import json
import random
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from contextvars import Context
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from typing_extensions import override

from kiosk.flows.views import ClosedView, Shown, StartView
from kiosk.services.config import Config
from kiosk.services.journal.file import prepare
from kiosk.simulator.outside import Outside, Settings
from kiosk.simulator.relay_settings import SHOP_ID
from kiosk.simulator.world import Clock as WorldClock
from kiosk.simulator.world import Reply, Request
from tests.simulation import faults
from tests.simulation.aims import CLOCKS, LATE_S, LINGERS_S, POWER_RATE, TIMES_MAX, Aim, aim_of
from tests.simulation.banks import Banks
from tests.simulation.cancels import ask_back, pay_out, resolve
from tests.simulation.chance import Chance
from tests.simulation.closes import Closes
from tests.simulation.coverage import Coverage
from tests.simulation.faults import Kind
from tests.simulation.laws import WHOLE_EVERY, Laws, Violation
from tests.simulation.life import PLENTY, START_MS, Life, Vault
from tests.simulation.loop import US, Loop, StuckError
from tests.simulation.people import Customer
from tests.simulation.phones import Phones
from tests.simulation.relay import Relay
from tests.simulation.sometimes import Sometimes
from tests.simulation.systems import BY_NAME, SYSTEMS
from tests.simulation.told import Told
from tests.simulation.transfers import DOUBLING, Transfers
from tests.simulation.truth import Truth, attempt_in
from tests.simulation.wire import SURE_MARGIN_S, Exchange
from tests.support.disk import Disk, Fault

PAYMENTS: Final = 10
"""Requests for money that a story goes on for [payments]."""
CUSTOMERS_MAX: Final = 25
"""More come only while nobody has paid: accidents may keep the till off or shut from all of these."""
ROUGH: Final = 0.2
"""Share of the stories in which everything goes wrong more often."""
LONELY: Final = 0.1
"""Share of the rough stories that go on for hours when the last customer is gone: what is unknown comes to staff."""
STAFF_COME_MAX: Final = 2
"""So often staff ask a sale back when the customers are gone, at most."""
KILLS_MAX: Final = 5
"""More tell nothing new."""
DAY_S: Final = 6 * 3600.0
"""Longest that a story's customers come for [s]."""
QUIET_WITHIN_S: Final = 2 * 3600.0
"""After the last fault, everything has its end within this time [s]: 50 minutes, and what comes after them."""
LATE_LOOK_S: Final = 700.0
"""Until late money has been looked for after ten minutes [s]."""
LAST_LOOK_S: Final = 130.0
"""Until the till has looked for late money for the last time: it does so every minute [s]."""
DAY_MS: Final = 24 * 3600 * 1000
HOUR_MS: Final = 3600 * 1000
EVENING_RATE: Final = 0.1
"""Share of the stories that begin shortly before banks close for the night."""
EVENING_S: Final = (14 * 3600.0 + 600, 14 * 3600.0 + 1700)
"""How long after 09:00 they begin: from 23:10 on [s]."""
HIDING: Final = faults.BY_NAME["not found, then found"]
OUT_OF_SIGHT: Final = ("refusal after, and out of sight", "500 after, and out of sight", "lost, and out of sight")
"""The payment is there, and not to be seen for a while: that it was refused in words the till can only believe."""
NAMELESS: Final = ("ezpg.issue", "ezpg.withdraw")
"""Requests of which an EzPG without what we added keeps no id of ours."""
SELDOM: Final = {"ezpg.withdraw": 5}
"""Requests that are seldom sent meet faults so many times as often."""
SPENT: Final = "coupon spent elsewhere"
SPENT_RATE: Final = 0.03
FORGETS: Final = "card server forgets"
FORGETS_RATE: Final = 0.05
CARDS_UNSURE: Final = (
    "SELECT 1 FROM attempts WHERE method = 'card' AND state IN ('SENDING', 'UNKNOWN', 'REVERSING') AND id <> ?"
)
"""How often some of a coupon is spent elsewhere just before it is asked about [per request]."""
DISK_FAULTS: Final[Mapping[str, Fault | None]] = {
    "disk full": Fault.FULL,
    "write error": Fault.WRITE,
    "sync error": Fault.SYNC,
    "database busy": None,
}
"""What the disk does under each kind of fault; None where it is no fault of the disk."""
UNWINDING: Final = re.compile(r'"to":"UNWINDING"')
STATE: Final = re.compile(r'"to":"([A-Z_]+)"')


@cache
def empty_journal() -> bytes:
    """A journal's file with its tables, and nothing in them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            prepare(connection)
        return path.read_bytes()


@dataclass(frozen=True)
class Story:
    """Which story is told.

    Attributes:
        seed: Of all chance in it.
        without: Names of accidents that are left out.
        only: If not None, only these accidents happen.
        customers: If not None, only these customers come.
        is_rough: Everything goes wrong more often than usual.
    """

    seed: int
    without: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    customers: frozenset[int] | None = None
    is_rough: bool = False


@dataclass
class Host:
    """The machine that the till runs on, and what is attached to it. It outlives the program."""

    vault: Vault = field(default_factory=Vault)
    boot: int = 1
    booted_us: int = -5 * US
    wall_off_ms: int = 0
    version: str = "1.0"
    printer_dead_until_us: int = 0
    disk_bad_until_us: int = 0
    is_busy: bool = False
    free_bytes: int = PLENTY
    full_since_us: int = 0


class WorldTime(WorldClock):
    """The world's time, and so the simulators'.

    Attributes:
        skipped_ms: Time in which nothing happened, and which nobody told [ms].
    """

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self.skipped_ms = 0

    @override
    def now_ms(self) -> int:
        return START_MS + self.skipped_ms + self._loop.now_us // 1000

    @override
    def elapsed(self) -> float:
        return self._loop.now_us / US


class World:
    """Everything that a story is made of.

    Args:
        story: Which one.
        folder: For the till's files; emptied first.
        config: Of the till.
        listener: Told every event, for people who read the story; None for nobody.
    """

    def __init__(
        self, story: Story, folder: Path, config: Config, listener: Callable[[float, str], None] | None = None
    ) -> None:
        self.story = story
        self.folder = folder
        self.config = config
        self._listener = listener
        self.loop = Loop()
        self.chance = Chance(story.seed)
        self.enabled = faults.enabled(self.chance)
        self.aim = self._aim()
        settings = {one.name: dict(one.settings(self.chance)) for one in SYSTEMS}
        if self.aim is not None:
            self.enabled |= self.aim.kinds
            settings[self.aim.gateway].update(self.aim.settings)
        self.time = WorldTime(self.loop)
        self.is_evening = self.chance.happens("late in the evening", EVENING_RATE)
        if self.is_evening:
            self.time.skipped_ms = round(self.chance.between("how late", *EVENING_S) * 1000)
        self.outside = Outside(self.time, story.seed, Settings.model_validate(settings))
        self.outside.crepay.coupons.clear()
        if self.aim is not None:
            self.set_shop(**self.aim.shop)
        self.laws = Laws(self)
        self.told = Told(self)
        self.coverage = Coverage()
        self.sometimes = Sometimes(self)
        self.truth = Truth(self.outside, lambda: self.loop.now_us, self._on_moved)
        self.host = Host()
        self.context = Context()
        self.relay = Relay(self)
        self.closes = Closes(self)
        self.shop_shut_us = 0
        self.phones = Phones(self)
        self.banks = Banks(self)
        self.transfers = Transfers(self)
        self.life: Life | None = None
        self.lives = 0
        self.kills = 0
        self.under_way: Counter[str] = Counter()
        self.down_us = 0
        self.older_answers: dict[str, Reply] = {}
        self.tokens = 0
        self.read_to = 0
        self.payments = 0
        self.attempts_begun = 0
        self.is_healed = False
        self.fired: list[tuple[str, str]] = []
        self._hash = hashlib.blake2b(digest_size=8)
        self._numbers: Counter[str] = Counter()
        self._outages: dict[str, tuple[Kind, int]] = {}
        self._hidden_until_us: dict[str, int] = {}
        self._random = 0
        self._disk = random.Random(story.seed)
        self._draw()
        fails = self.disk_rate or (self.aim is not None and self.aim.needs_disk)
        self.disk = Disk(folder, syncs=False) if fails else None

    def _aim(self) -> Aim | None:
        """What this story sets out for; a rough one has enough to tell."""
        return None if self.story.is_rough else aim_of(self.chance, self.story.seed)

    def _draw(self) -> None:
        """How bad this story is."""
        chance = self.chance
        if self.aim is not None:
            self._draw_calm(self.aim)
            return
        rough = self.story.is_rough or chance.happens("rough", ROUGH)
        self.wire_rate = chance.pick("wire rate", (0.1, 0.25, 0.4) if rough else (0.0, 0.02, 0.02, 0.05, 0.05, 0.1))
        self.kill_rate = chance.pick("kill rate", (0.0, 0.006, 0.02) if rough else (0.0, 0.0, 0.0, 0.003, 0.006, 0.02))
        self.host_rate = chance.pick("host rate", (0.0, 0.0, 0.003, 0.01))
        self.disk_rate = chance.pick("disk rate", (0.0, 0.02, 0.06) if rough else (0.0, 0.0, 0.0, 0.01, 0.03))
        self.person_rate = chance.pick("person rate", (0.0, 0.1, 0.3))
        self.callback_rate = chance.pick("callback rate", (0.0, 0.1, 0.3, 1.0))
        self.phone_rate = chance.pick("phone rate", (0.0, 0.05, 0.15, 0.4))
        self.transfer_rate = chance.pick("transfer rate", (0.0, 0.15, 0.4))
        self.cancel_rate = chance.pick("cancel rate", (0.0, 0.1, 0.4))
        self.payout_rate = chance.pick("payout rate", (0.0, 0.3, 1.0))
        self.steps_of_death = chance.pick("steps of death", (0, 0, 0, 0, 1000, 6000))
        self.disk_is_slow = self.strikes("slow disk", "all the time", 0.15)

    def _draw_calm(self, aim: Aim) -> None:
        """Little goes wrong beside what an aim needs: it would come in its way."""
        self.wire_rate = self.chance.pick("wire rate", (0.0, 0.0, 0.02))
        self.person_rate = self.chance.pick("person rate", (0.0, 0.0, 0.1))
        self.callback_rate = self.chance.pick("callback rate", (0.0, 0.1, 0.6))
        self.phone_rate = self.chance.pick("phone rate", (0.0, 0.0, 0.1))
        self.transfer_rate = self.chance.pick("transfer rate", (0.0, 0.15, 0.4))
        self.cancel_rate = 1.0 if aim.cancels else self.chance.pick("cancel rate", (0.0, 0.1, 0.3))
        self.payout_rate = 1.0 if aim.cancels else self.chance.pick("payout rate", (0.0, 0.3, 1.0))
        self.kill_rate = self.host_rate = self.disk_rate = 0.0
        self.steps_of_death = 0
        self.disk_is_slow = False

    # -- what is drawn

    def strikes(self, kind: str, name: str, rate: float) -> bool:
        """Whether an accident happens here; it is remembered by its name, so that it can be left out."""
        if self.is_healed or kind not in self.enabled or not self.chance.happens(f"{kind}: {name}", rate):
            return False
        key = f"{kind}: {name}"
        if key in self.story.without or (self.story.only is not None and key not in self.story.only):
            return False
        self.happened(key, kind)
        return True

    def happened(self, key: str, kind: str) -> None:
        """An accident has happened."""
        self.fired.append((key, kind))
        self.coverage.faults[kind] += 1
        self.note("ACCIDENT", key)

    def fault_for(self, exchange: Exchange) -> Kind | None:
        """The fault that meets a request, if any."""
        if self.is_healed:
            return None
        aimed = None if self.aim is None else self._aimed_fault(self.aim, exchange)
        kind = self._draw_fault(exchange) if aimed is None else faults.BY_NAME.get(aimed)
        if kind is None:
            return None
        key = f"{kind.name}: {exchange.key}"
        if key in self.story.without or (self.story.only is not None and key not in self.story.only):
            return None
        lasts = kind.lasts if aimed is None else 0.0
        if exchange.gateway not in self._outages and lasts and self.chance.happens(f"{key} lasts", lasts):
            shortest_s, longest_s = (3600, 7200) if self.chance.happens(f"{key} for long", 0.05) else (2, 400)
            until_us = self.loop.now_us + round(self.chance.long_tail(f"{key} until", shortest_s, longest_s) * US)
            self._outages[exchange.gateway] = (kind, until_us)
        if kind.name in OUT_OF_SIGHT:
            hidden_s = self.chance.long_tail(f"{key} hidden", 2, 60)
            self._hidden_until_us[exchange.attempt] = self.loop.now_us + round(hidden_s * US)
        exchange.fault = kind.name
        self.laws.met[exchange.attempt].add(kind.name)
        self.happened(key, kind.name)
        return kind

    def _aimed_fault(self, aim: Aim, exchange: Exchange) -> str | None:
        """What the aim of the story wants of a request, if it can be had; None if nothing, "" that nothing meets it."""
        wanted = aim.fault_of(exchange, self.loop.now_us / US)
        can = not wanted or self._can_meet(faults.BY_NAME[wanted], exchange)
        return wanted if can else None

    def _draw_fault(self, exchange: Exchange) -> Kind | None:
        if self.loop.now_us < self._hidden_until_us.get(exchange.attempt, 0) and self._can_meet(HIDING, exchange):
            return HIDING
        outage = self._outages.get(exchange.gateway)
        if outage is not None:
            kind, until_us = outage
            if self.loop.now_us < until_us and kind.meets(exchange.name, exchange.standing[0]):
                return kind
            if self.loop.now_us >= until_us:
                del self._outages[exchange.gateway]
        if not self.chance.happens(f"fault {exchange.key}", self.wire_rate * SELDOM.get(exchange.name, 1)):
            return None
        kinds = {one: one.weight for one in faults.WIRE if one.name in self.enabled and self._can_meet(one, exchange)}
        return self.chance.weighted(f"which {exchange.key}", kinds) if kinds else None

    def _can_meet(self, kind: Kind, exchange: Exchange) -> bool:
        if not kind.meets(exchange.name, exchange.standing[0]):
            return False
        if kind.name in (*DOUBLING, "an older answer") and self.cannot_tell_apart(exchange):
            return False
        if not kind.within_settle:
            return True
        if not exchange.attempt:
            return False
        sent_us = self.truth.accounts[exchange.attempt].sent_us
        settle_s = BY_NAME[exchange.gateway].settle_s - SURE_MARGIN_S
        return sent_us >= 0 and self.loop.now_us < sent_us + settle_s * US

    def step_of_death(self, number: int) -> int:
        """At which of its steps a life ends; 0 for none."""
        if not self.steps_of_death:
            return 0
        step = self.chance.whole(f"step of death {number}", 1, self.steps_of_death)
        return step if self.strikes("killed", f"step of life {number}", 0.5) else 0

    def disk_delay_s(self) -> float | None:
        """How long the journal's thread takes to get to a piece of work [s]; None when it is done before the next.

        Drawn in order and not by name: there are too many to name, and no accident depends on them.
        """
        drawn = self._disk.random()
        if self.disk_is_slow and drawn > 0.7:
            return float(0.001 * 8000 ** self._disk.random())
        return None if drawn < 0.5 else drawn / 250

    def random_bytes(self, count: int) -> bytes:
        """For nonces."""
        self._random += 1
        return self.chance.data(f"random {self._random}", count)

    # -- time and trace

    def later(self, seconds: float, act: Callable[[], object]) -> None:
        """The world does something, whatever becomes of the till."""
        self.loop.call_later(seconds, act, context=self.context)

    def note(self, *what: object) -> None:
        """One more event of the story."""
        text = " ".join(map(str, what))
        self._hash.update(f"{self.loop.now_us} {text}\n".encode())
        if self._listener is not None:
            self._listener(self.loop.now_us / US, text)

    @property
    def trace_hash(self) -> str:
        """Of every event until now: the same story has the same."""
        return self._hash.hexdigest()

    # -- what happens to the till

    def begin(self, gateway: str, asked: Request) -> Exchange:
        """A request is about to leave the till."""
        call = self.outside.call_of(gateway, asked)
        name = f"{gateway}.{call.name}"
        self._numbers[name] += 1
        exchange = Exchange(gateway, call.name, self._attempt_of(gateway, call.ids), f"{name} {self._numbers[name]}")
        if exchange.charges:
            self.payments += 1
        if exchange.attempt:
            self.coverage.sent(exchange)
            self.sometimes.sent(exchange)
        return exchange

    def _attempt_of(self, gateway: str, ids: Mapping[str, str]) -> str:
        """The attempt that a request is about, by its ids; "" when it is about none."""
        if gateway == "loyalty":
            return self.relay.attempt_of(ids)
        own = next((ids[name] for name in ("transactionId", "paymentId", "paymentKey", "moid") if name in ids), None)
        if own is None and "accountId" in ids:
            accounts = self.outside.ezpg.ledger.accounts.values()
            own = next((one.reference for one in accounts if one.account_id == ids["accountId"]), None)
        return "" if own is None else attempt_in(own)

    def cannot_tell_apart(self, exchange: Exchange) -> bool:
        """Who keeps no id of ours pays out twice what is asked for twice, and gives accounts that name no payment."""
        return exchange.name in NAMELESS and not self.outside.ezpg.settings.is_extended

    def disturbs(self, kind: str) -> bool:
        """An accident of this kind may keep the till from doing in time what it has to do."""
        return faults.BY_NAME[kind].group not in (faults.Group.INPUT, faults.Group.CALLBACK)

    def set_shop(self, **changes: object) -> None:
        """Our shop, as the relay knows it."""
        shop = self.outside.loyalty.contracts.counters[SHOP_ID].shop
        self.outside.set_shops({SHOP_ID: {**shop.model_dump(), **changes}})
        self.shop_shut_us = self.loop.now_us if changes.get("status") == 2 else 0

    def spend_elsewhere(self, exchange: Exchange, asked: Request) -> None:
        """Before a coupon is looked at, or a payment with it is undone, some of it may be spent in another shop."""
        if exchange.gateway != "crepay" or exchange.call == "checkout":
            return
        barcode = self.outside.call_of("crepay", asked).ids.get("barcode", "")
        coupon = self.outside.crepay.coupons.get(barcode)
        if coupon is None or not coupon.balance or not self.strikes(SPENT, exchange.key, SPENT_RATE):
            return
        left = coupon.balance - self.chance.whole(f"{SPENT} {exchange.key} how much", 1, coupon.balance)
        self.outside.set_coupons({barcode: {"balance": left, "withdrawal_fails": coupon.withdrawal_fails}})

    def forget(self, exchange: Exchange) -> None:
        """Before a card is charged, or given back, its server may start anew, which keeps its payments in memory.

        Not while it has to be asked for one: what it forgot then cannot be told from what never arrived. Nor while a
        request is still on its way to it: a confirm that it has forgotten, it carries out once more (README.md of the
        project, "What is not promised").
        """
        if self.under_way["card"]:
            return
        if exchange.gateway != "card" or exchange.standing[0] not in ("PREPARED", "APPROVED"):
            return
        is_asked = self.laws.ask(CARDS_UNSURE, exchange.attempt)
        if not is_asked and self.strikes(FORGETS, exchange.key, FORGETS_RATE):
            self.outside.restart("card")

    def reached(self, life: Life, point: str, exchange: Exchange | None = None) -> None:
        """The till has come to a point where it may be killed, frozen, or have its clock set."""
        if self.aim is not None and not self.is_healed:
            self._follow_aim(self.aim, life, point, exchange)
        if self.is_healed or not (self.kill_rate or self.host_rate):
            return
        recovering = self.lives > 1 and self.loop.now_us < life.began_us + 60 * US
        kind = "killed in recovery" if recovering else "killed"
        if "commit" in point and not recovering:
            kind = "killed at a commit"
        rate = self.kill_rate * (3 if recovering else 1)
        if self.kills < KILLS_MAX and self.strikes(kind, point, rate):
            self.kill(life, point)
            return
        if self.strikes("frozen", point, self.host_rate):
            frozen_s = self.chance.long_tail(f"frozen {point} for", 1, 300)
            self.down_us += round(frozen_s * US)
            life.frozen_until_us = self.loop.now_us + round(frozen_s * US)
        for kind, sign, most_s in (("clock set forward", 1, 7200), ("clock set back", -1, 10 * 86_400)):
            if self.strikes(kind, point, self.host_rate / 2):
                self.sometimes.clock_set()
                self.host.wall_off_ms += sign * round(self.chance.long_tail(f"{kind} {point} by", 1, most_s) * 1000)

    def _follow_aim(self, aim: Aim, life: Life, point: str, exchange: Exchange | None) -> None:
        """What the aim of the story wants to happen to the till here."""
        if aim.times >= TIMES_MAX or self._is_at_aim(aim):
            return
        kind, rate = aim.strikes(exchange, point, self.coverage.pending, self.loop.now_us / US)
        if kind == "killed" and self.lives > 1 and self.loop.now_us < life.began_us + 60 * US:
            kind = "killed in recovery"
        if not kind or not self.strikes(kind, point, rate):
            return
        aim.struck(kind, exchange)
        if kind == "frozen":
            self.down_us += round(aim.frozen_s * US)
            life.frozen_until_us = self.loop.now_us + round(aim.frozen_s * US)
        elif kind in CLOCKS:
            self.sometimes.clock_set()
            sign = 1 if kind == CLOCKS[0] else -1
            self.host.wall_off_ms += sign * round(self.chance.between(f"{kind} {point} by", 400, 7200) * 1000)
        elif aim.is_on_the_way(exchange):
            self.kill(life, point, power_rate=aim.power_rate)
        else:
            self.kill(life, point, aim.late_s, aim.last_power_rate)

    def _is_at_aim(self, aim: Aim) -> bool:
        return bool(self.coverage.situations[aim.situation])

    def kill(self, life: Life, why: str, longer_s: float = 0.0, power_rate: float = POWER_RATE) -> None:
        """The program ends here; somebody or something starts it again, after a while or longer."""
        self.kills += 1
        life.is_dead = True
        self.note("KILLED", why)
        self.sometimes.killed(self.coverage.killed())
        self.told.dark()
        power = self.strikes("power lost", f"kill {self.kills}", power_rate)
        off_s = (
            self.chance.long_tail(f"off {self.kills}", 20, 1200)
            if power
            else self.chance.long_tail(f"down {self.kills}", 1, 90)
        )
        off_s += longer_s
        self.down_us += round(off_s * US)
        self.later(0, life.bury)
        if power:
            self.later(off_s / 2, self._reboot)
        self.later(off_s, self._start)

    def _reboot(self) -> None:
        self.sometimes.rebooted()
        self.host.boot += 1
        self.host.booted_us = self.loop.now_us - 5 * US
        name = f"boot {self.host.boot}"
        if self.host.wall_off_ms and self.strikes("clock set right", name, 0.5):
            # nobody can see any more how far off it was when the last moments were written down
            self.host.wall_off_ms = 0
        wal = self.folder / "journal.sqlite-wal"
        if wal.exists() and self.strikes("garbage at the end", name, 0.5):
            with wal.open("ab") as file:
                file.write(self.chance.data(f"garbage {name}", self.chance.whole(f"garbage {name} size", 1, 9000)))
        if wal.exists() and self.strikes("torn frame", name, 0.5):
            data = wal.read_bytes()
            with wal.open("ab") as file:
                file.write(data[32 : 32 + self.chance.whole(f"torn {name}", 1, 4119)])

    def _start(self) -> None:
        if self.strikes("another version", f"start {self.lives}", 0.3):
            self.host.version = f"1.{self.lives}"
        self.lives += 1
        self.note("START", self.lives)
        self.life = Life(self, self.lives)
        self.transfers.started()
        self.life.start()

    def disk_may_fail(self, name: str) -> None:
        """A transaction is about to be committed.

        Raises:
            sqlite3.OperationalError: somebody else holds the file.
        """
        if self.disk is None or self.is_healed:
            return
        host = self.host
        if host.disk_bad_until_us <= self.loop.now_us:
            for kind, fault in DISK_FAULTS.items():
                rate = self.disk_rate / 4
                if self.aim is not None and not self._is_at_aim(self.aim):
                    rate = self.aim.disk_rate(kind, self.coverage.pending, self.loop.now_us / US)
                if self.strikes(kind, name, rate):
                    lasts_s = self.chance.long_tail(f"{kind} {name} for", 0.001, 300)
                    host.disk_bad_until_us = self.loop.now_us + round(lasts_s * US)
                    host.full_since_us = self.loop.now_us
                    host.is_busy = fault is None
                    host.free_bytes = 4096 if fault is Fault.FULL else PLENTY
                    if fault is not None:
                        once = self.chance.happens(f"{kind} {name} once", 0.4)
                        self.disk.fail(fault, once=once, torn=self.chance.happens(f"{kind} {name} torn", 0.5))
                    self.later(lasts_s, self._mend_disk)
                    if self.aim is not None and self.aim.way.comes_back:
                        self.later(0, lambda: self._kill_before_it_is_known(name))
                    break
        if host.is_busy and host.disk_bad_until_us > self.loop.now_us:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_BUSY, "SQLITE_BUSY"
            raise error

    def _kill_before_it_is_known(self, name: str) -> None:
        """What the disk has refused may come back: nothing else is done before the next start."""
        life = self.life
        if life is not None and not life.is_dead and self.strikes("killed", f"{name} refused", 1.0):
            self.kill(life, f"{name} refused")

    def _mend_disk(self) -> None:
        if self.host.disk_bad_until_us <= self.loop.now_us:
            self.host.free_bytes = PLENTY
            if self.disk is not None:
                self.disk.heal()
            self.note("disk mended")

    # -- what is seen

    def written(self, kind: str, attempt: str, body: str, row_hash: str) -> None:
        """An event is durable."""
        self.note("wrote", kind, attempt, row_hash[:8])
        self.laws.hashes[self.read_to] = row_hash
        if kind == "AttemptBegan":
            self.attempts_begun += 1
            self.laws.began(attempt)
        if kind in ("OperationAnswered", "Asked"):
            self.coverage.answered(attempt)
        if kind in ("AttemptAdvanced", "RefundAdvanced"):
            found = STATE.search(body)
            assert found is not None
            if kind == "AttemptAdvanced":
                self.laws.advanced(attempt, found[1])
                self.transfers.advanced(attempt, found[1])
            # of what was found, the journal names the finding
            whose = attempt or attempt_in(json.loads(body)["refund_id"])
            self.coverage.advanced(whose, ("refund " if kind == "RefundAdvanced" else "") + found[1])
        if kind == "OrderAdvanced" and UNWINDING.search(body) and self.life is not None:
            self.laws.unwinding(self.life, json.loads(body)["order_id"])
        self.sometimes.written(kind, attempt, body)

    def on_shown(self, life: Life, shown: Shown) -> None:
        """Something is on the screen."""
        self.note("shows", type(shown.view).__name__, shown.idle_left_s is not None)
        self.told.show(life, shown)
        self.sometimes.shown(shown)
        if isinstance(shown.view, ClosedView) and shown.view.reason not in ("closed.starting", "closed.no_room"):
            self.laws.shut = True
            self.later(self.chance.long_tail(f"staff {life.number}", 20, 600), lambda: self._restart_by_staff(life))
        customer = self.customer
        if customer is not None:
            customer.look()

    def _restart_by_staff(self, life: Life) -> None:
        if not life.is_dead and life.shown is not None and isinstance(life.shown.view, ClosedView):
            self.note("staff restart the till")
            life.is_dead = True
            self.coverage.killed()
            self.told.dark()
            self.down_us += 5 * US
            self.later(0, life.bury)
            self.later(5, self._start)

    def _on_moved(self, attempt: str, amount: int) -> None:
        self.note("moved", attempt, amount)
        self.transfers.moved(attempt, amount)
        self.laws.moved(attempt, amount)
        self.told.moved(attempt)
        self.sometimes.moved(attempt, amount)

    # -- the story

    customer: Customer | None = None

    def tell(self) -> list[Violation]:
        """Tell the story to its end.

        Returns:
            Everything that should not have happened.
        """
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        if self.story.seed % WHOLE_EVERY:
            # a first start makes its tables, which costs as much as a payment: most stories have them made already
            (self.folder / "journal.sqlite").write_bytes(empty_journal())
        try:
            self.loop.run(self._tell())
        except StuckError:
            self.laws.broken("liveness", "nothing happens any more")
        finally:
            if self.life is not None and not self.life.is_dead:
                self.life.is_dead = True
                self.life.bury()
            if self.disk is not None:
                self.disk.close()
        for failure in self.loop.failures:
            self.laws.broken("fault", f"{failure.get('message')}: {failure.get('exception')!r}")
        return self.laws.violations

    async def _tell(self) -> None:
        self._start()
        await self._customers()
        await self._staff_come()
        await self._linger()
        self._heal()
        await self._quiet()
        self.coverage.end()
        self.sometimes.end()
        if self._nobody_paid:
            self.laws.broken("liveness", "nobody could pay")
        self.laws.judge()

    async def _customers(self) -> None:
        number = 0
        while self._comes_another(number) and self.loop.now_us < DAY_S * US:
            number += 1
            if self.story.customers is not None and number not in self.story.customers:
                continue
            await asyncio.sleep(self.chance.long_tail(f"customer {number} comes", 1, 120))
            self._between_customers(number)
            self.customer = Customer(self, number)
            await self.customer.shop()
            self.customer = None

    def _comes_another(self, number: int) -> bool:
        return self._nobody_paid or (self.payments < PAYMENTS and number < CUSTOMERS_MAX)

    @property
    def _nobody_paid(self) -> bool:
        return not self.payments and self.story.customers is None

    async def _staff_come(self) -> None:
        """When the last customer is gone, staff may still come with a receipt; the owner has to be asked then."""
        for n in range(STAFF_COME_MAX):
            rate = max(2 * self.cancel_rate, self.payout_rate)
            if self.life is not None and ask_back(self, self.life, f"at the end {n}", rate):
                await asyncio.sleep(self.chance.long_tail(f"staff wait {n}", 5, 400))
            if self.life is not None and pay_out(self, self.life, f"at the end {n}", self.payout_rate):
                await asyncio.sleep(self.chance.long_tail(f"staff wait for what was found {n}", 5, 400))

    async def _linger(self) -> None:
        """Some stories go on without customers: with an aim, until they come to it; rough ones for an hour or more."""
        if self.aim is None:
            if self.story.is_rough and self.chance.happens("nobody comes", LONELY):
                await asyncio.sleep(self.chance.between("nobody comes for", 3600, 3 * 3600))
            return
        ends_us = self.loop.now_us + round((LINGERS_S + LATE_S * self.aim.is_late) * US)
        while self.loop.now_us < ends_us and not self._is_at_aim(self.aim):  # noqa: ASYNC110 - as below, time is virtual
            await asyncio.sleep(10)

    def _between_customers(self, number: int) -> None:
        if self.strikes("printer dies", f"before customer {number}", self.person_rate):
            dead_s = self.chance.long_tail(f"printer dead {number}", 5, 900)
            self.host.printer_dead_until_us = self.loop.now_us + round(dead_s * US)
        if self.customer is None and self.chance.happens(f"call staff {number}", 0.05) and self.life:
            self.life.run(self.life.till.call_staff)
        if self.life is not None:
            ask_back(self, self.life, f"before customer {number}", self.cancel_rate)
            pay_out(self, self.life, f"before customer {number}", self.payout_rate / 3)
            if self.aim is None:
                resolve(self, self.life, f"before customer {number}", self.cancel_rate)

    def _heal(self) -> None:
        """From here on nothing goes wrong any more."""
        self.note("HEALED")
        self.is_healed = True
        self._outages.clear()
        self.host.printer_dead_until_us = 0
        self.host.disk_bad_until_us = 0
        self._mend_disk()
        self.set_shop(status=1)

    async def _quiet(self) -> None:
        """Until everything has its end; then late money is looked for, and once more: at a start, or as a day ends."""
        if not await self._until_settled():
            return
        await self._manager_comes()
        await asyncio.sleep(LATE_LOOK_S)
        if self.transfers.waits():
            await self._days_pass()
        while self.under_way.total():  # noqa: ASYNC110 - time is virtual, and this is the world's own clockwork
            await asyncio.sleep(60)
        if not self.laws.something_is_watched():
            return
        if self.chance.happens("the day ends", 1 / 3):
            self.note("the day ends")
            # wherever the clock was set to; the time since boot passes as well
            passed_ms = DAY_MS + max(0, -self.host.wall_off_ms)
            self.time.skipped_ms += passed_ms
            self.host.booted_us -= passed_ms * 1000
        elif self.life is not None and not self.life.is_dead:
            self.life.is_dead = True
            self.coverage.killed()
            self.told.dark()
            self.life.bury()
            self._start()
        await asyncio.sleep(LAST_LOOK_S)
        await self._until_settled()

    async def _days_pass(self) -> None:
        """The till is off for more than a day; the head office has decided meanwhile."""
        life = self.life
        if life is None or life.is_dead:
            return
        self.note("the till is off for a day")
        life.is_dead = True
        self.coverage.killed()
        self.told.dark()
        life.bury()
        self.banks.decide()
        self.time.skipped_ms += DAY_MS + HOUR_MS
        self._reboot()
        self._start()
        await self._until_settled()
        await asyncio.sleep(LATE_LOOK_S)

    async def _manager_comes(self) -> None:
        """For what nobody could find out; in some stories nobody does."""
        rate = self.chance.pick("manager rate", (0.0, 0.5, 1.0))
        for n in range(STAFF_COME_MAX):
            if self.life is not None and resolve(self, self.life, f"in the quiet {n}", rate):
                await asyncio.sleep(self.chance.between(f"manager is there {n}", 60, 400))

    async def _until_settled(self) -> bool:
        deadline_us = self.loop.now_us + round(QUIET_WITHIN_S * US)
        while not self._is_settled():
            if self.loop.now_us > deadline_us:
                self.laws.broken("I6", f"not settled after {QUIET_WITHIN_S:.0f} s of quiet: {self._unsettled()}")
                return False
            await asyncio.sleep(5)
        return True

    def _is_settled(self) -> bool:
        life = self.life
        if life is None or life.is_dead or life.shown is None:
            return False
        is_quiet = isinstance(life.shown.view, StartView) and self.relay.is_quiet and not self.banks.to_come
        return is_quiet and not self._unsettled()

    def _unsettled(self) -> Mapping[str, str]:
        if self.life is None or self.life.connection is None:
            return {"till": "not started"}
        try:
            return self.laws.unsettled(self.life.connection)
        except sqlite3.ProgrammingError:
            return {"till": "gave up"}
