"""What must hold, whatever happens: the invariants. Each that is broken is a violation, with the moment it was seen."""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from kiosk.domain.attempt import RESOLVABLE, UNDER_WAY
from kiosk.domain.errors import JournalError
from kiosk.domain.ids import attempt_of, order_of
from kiosk.domain.limits import Limits
from kiosk.services.journal.verify import verify
from kiosk.simulator.world import Reply, Request
from tests.simulation.loop import US
from tests.simulation.staff import untold
from tests.simulation.systems import BY_NAME
from tests.simulation.transfers import WAITING
from tests.simulation.wire import QUESTION, Exchange, body_hash

if TYPE_CHECKING:
    from tests.simulation.life import Life
    from tests.simulation.world import World

UNDECIDED: Final = tuple(map(str, sorted(UNDER_WAY)))
NOTHING_HELD: Final = ("NOT_SENT", "DECLINED", "NOT_CHARGED", "REVERSED", "VOIDED")
FOUND_LATE: Final = ("NOT_CHARGED", "DECLINED", "NOT_SENT", "VOIDED")
"""Ends after which late money is looked for."""
UNSURE: Final = tuple(map(str, sorted(RESOLVABLE)))
REFUND_UNDECIDED: Final = ("ASKED", "SENDING", "UNKNOWN", "PENDING")
ORDER_OPEN: Final = ("PAYING", "UNWINDING", "REFUNDING", "OPEN")
REQUESTS_MAX: Final = 400
"""About one attempt, of all kinds [requests]: 50 minutes of questions a minute and the ladders before them, several
times over because a restart may begin anew."""
LOOKS: Final = 4
"""So many times as many about a transfer, which is asked about every three seconds while its account is shown."""
WHOLE_EVERY: Final = 10
"""One story in this many has its whole journal verified and searched in the end; each start checks the chain anyway."""
STAFF_BY_S: Final = 3000.0 + 120
"""Fifty minutes, and what a last question and the wait before it may take [s]."""
ALARM_BY_S: Final = 600.0 + 60
"""Ten minutes, and what writing it down may take [s]."""
TRIED_EVERY_S: Final = 600.0 + 60 + 40
"""What staff have to settle is tried this often: ten minutes, a minute's watch, and what an answer may take [s]."""
REVERSED_WITHIN_S: Final = 20
"""Until the reversal of an approval that cannot be written down leaves: a slow disk may hold up what it reads [s]."""
NO_RECEIPT: Final = (
    "SELECT 1 FROM staff_tasks WHERE order_id = ? AND kind = 'print_failed' "
    "UNION SELECT 1 FROM prints WHERE order_id = ? AND reason = 'unstored'"
)
"""Why a receipt may be missing: staff know of it, or the sale was found to be none."""
TURN_S: Final = 10.0
"""How long a payment that is given back may hold up the one before it [s]."""
SLOW_S: Final = 60.0
"""What a slow disk may add [s]."""
SAID_HELD: Final = (
    "SELECT 1 FROM resolutions s JOIN attempts a ON a.id = s.attempt_id WHERE a.order_id = ? AND s.way <> 'not_charged'"
)
"""A person's word that the payment systems may hold something of an order that is over."""
CAME_BACK: Final = (
    "SELECT 1 FROM refunds r JOIN attempts a ON a.id = r.attempt_id "
    "WHERE a.order_id = ? AND r.state = 'DONE' AND NOT r.taken_back"
)
"""Something of an order was given back, and not by its customer while they were paying."""
TRIES_MAX: Final = 3
TRIES: Final = (
    "SELECT order_id, count(*) FROM attempts WHERE method = 'ceos' "
    "AND state IN ('DECLINED', 'NOT_CHARGED', 'REVERSED') GROUP BY order_id"
)
"""Refused tries with CEOS, of which an order has no more than three."""
UNHEARD: Final = (
    "SELECT 1 FROM operations WHERE attempt_id = ? AND answer = 'ZLGN021' "
    "AND attempt_id IN (SELECT attempt_id FROM operations WHERE moves_money = 1 AND answer IN ('', 'no_answer'))"
)
"""A cancel found nothing, and of another nobody wrote down what came of it."""
UNNAMED: Final = re.compile(r'^(?=.*"purchase")(?!.*"numbering")')
"""For an attempt's facts: its payment was opened, perhaps, and nobody can ask for it by its name."""
RETURNED: Final = (
    "SELECT 1 FROM operations WHERE attempt_id = ? AND call IN ('cancel', 'cancel_network', 'create', 'look') "
    "AND answer IN ('ok', 'cancelled', 'canceled')"
)
"""The till has heard that its payment was given back."""
TOLD_AMOUNT: Final = "SELECT 1 FROM attempts WHERE id = ? AND received IS NOT NULL"
"""The till was told what was taken."""
FULL_S: Final = 30
"""Until a till must have seen that its disk is full [s]."""
ROOM_BYTES: Final = Limits().free_space_min_bytes
CLOCK_REFUSED: Final = b"ZLGN003"
PERMIT_S: Final = 6.0
"""How old an intent may be when it is sent: the five seconds of a permit, and what redeeming it takes [s]."""
HEARD_S: Final = 1.0
"""By then the till has heard what it was answered [s]; what it sent before could not know."""
TASKS_MAX: Final = 60
"""Tasks of one till at rest."""


@dataclass(frozen=True)
class Violation:
    """Something that should not have happened.

    Attributes:
        law: Which of README.md's.
        what: In words.
        at_s: When, in the story [s].
    """

    law: str
    what: str
    at_s: float

    @override
    def __str__(self) -> str:
        return f"{self.law} at {self.at_s:.3f} s: {self.what}"


class Laws:
    """Watches one story."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.violations: list[Violation] = []
        self.hashes: dict[int, str] = {}
        self.acknowledged = 0
        self._bodies: dict[str, str] = {}
        self._requests: dict[str, int] = {}
        self.late: list[str] = []
        self.by_force: list[str] = []
        self.met: defaultdict[str, set[str]] = defaultdict(set)
        self._unsure_us: dict[str, int] = {}
        self._asked_us: dict[str, int] = {}
        self._refused_time: dict[str, tuple[tuple[int, int], int]] = {}
        self._reversals: dict[str, int] = {}
        self._receipts: set[str] = set()
        self._unstored: set[str] = set()
        self._to_give: dict[str, list[str]] = {}
        self._turn_us: dict[str, int] = {}
        self.shut = False
        self.with_staff = 0

    def broken(self, law: str, what: str) -> None:
        """A law is broken."""
        self._world.note("VIOLATION", law, what)
        self.violations.append(Violation(law, what, self._world.loop.now_us / US))

    # -- while it happens

    def sending(self, life: "Life", exchange: Exchange, asked: Request) -> None:
        """I4: nothing that moves money leaves without a durable intent. I5: one id, one body. I12: not for ever."""
        attempt = exchange.attempt
        self._requests[attempt] = self._requests.get(attempt, 0) + 1
        most = REQUESTS_MAX * (LOOKS if exchange.gateway == "ezpg" else 1)
        if self._requests[attempt] == most:
            self.broken("I12", f"{most} requests about {attempt}")
        self._asked_us[attempt] = self._world.loop.now_us
        if attempt in self._to_give.get(order_of(attempt), []) and exchange.standing[0] not in UNSURE:
            self._in_turn(life, attempt)
            self._end_turn(attempt)
        if asked.method == QUESTION:
            return
        if exchange.name == "loyalty.close_new" and b'"true"' in asked.body:
            self._completes(attempt)
        request_id = self._id_of(asked)
        query = "SELECT request_id, intended FROM operations WHERE attempt_id = ? AND moves_money = 1 AND answer = ''"
        intended = {row[0]: row[1] for row in life.journal.execute(query, (attempt,))}
        if life.journal.in_transaction:
            self.broken("I4", f"{exchange.key} leaves while its intent is not committed")
        is_reversal = not exchange.charges
        self._reversals[attempt] = self._reversals.get(attempt, 0) + is_reversal
        licensed = is_reversal and exchange.standing[0] == "SENDING"
        named = request_id in intended if request_id else bool(intended)
        if licensed and not named:
            self._world.sometimes.unstored()
        if not named and not licensed:
            self.broken("I4", f"{exchange.key} about {attempt} leaves without a durable intent")
        elif intended and not licensed:
            self._fresh(life, exchange, intended.get(request_id) or [*intended.values()][-1])
        if request_id:
            known = self._bodies.setdefault(request_id, body_hash(asked))
            if known != body_hash(asked):
                self.broken("I5", f"{exchange.key}: another body under the id {request_id}")

    def _completes(self, attempt: str) -> None:
        """L11: points are taken when that completes the order, and not before."""
        order, truth = order_of(attempt), self._world.truth
        total, asked = self.ask(
            "SELECT o.total, a.asked FROM orders o JOIN attempts a ON a.order_id = o.id WHERE a.id = ?", attempt
        )[0]
        others = truth.held_of_order(order) - truth.held(attempt)
        if others + asked != total and not truth.any_late(order):
            self.broken("L11", f"{attempt} is taken, which leaves {total - asked - others} of {order} to be paid")

    def unwinding(self, life: "Life", order: str) -> None:
        """L11: an order is given back: the last payment first, and none waits for another for long."""
        query = (
            "SELECT id, method, state FROM attempts WHERE order_id = ? "
            "AND id NOT IN (SELECT attempt_id FROM refunds) ORDER BY n DESC"
        )
        attempts = life.journal.execute(query, (order,)).fetchall()
        # what only a person gives back is staff's at once, and nothing is sent
        paid = [one for one, method, state in attempts if state == "APPROVED" and BY_NAME[method].undoes_alone]
        # what nobody knows yet has its turn too: it is found out about first
        self._to_give[order] = [one for one, _, state in attempts if one in paid or state in UNSURE]
        began_us = self._turn_us[order] = self._world.loop.now_us

        def look() -> None:
            left = [one for one in self._to_give[order] if one in paid]
            if left and not life.is_dead and not self.shut and life.frozen_until_us <= began_us:
                self.broken("L11", f"{left} of {order} waited for another payment to be given back")

        self._world.later(TURN_S * len(paid) + SLOW_S, look)

    def _in_turn(self, life: "Life", attempt: str) -> None:
        """L11: each payment after it has been asked to be given back, has ended, or has had its time for that.

        A disk that is slow, or a machine that stands still, makes a permit too old to be used: nothing has left by the
        end of that turn, and the others do not wait any longer. A start begins all turns anew.
        """
        order = order_of(attempt)
        left = self._to_give[order]
        since_us = max(self._turn_us[order], life.began_us)
        # a till that its journal shut waits before it tries again; the others do not wait for that
        if self._world.loop.now_us < since_us + left.index(attempt) * TURN_S * US and not self.shut:
            self.broken("L11", f"{attempt} is given back before {left[0]}")

    def _end_turn(self, attempt: str) -> None:
        """It does not hold up the payments before it any more."""
        order = order_of(attempt)
        left = self._to_give.get(order, [])
        if attempt in left[:1]:
            # one that ends after its time does not lengthen that of the next
            self._turn_us[order] = min(self._world.loop.now_us, self._turn_us[order] + round(TURN_S * US))
        if attempt in left:
            left.remove(attempt)

    def _fresh(self, life: "Life", exchange: Exchange, stamp: str) -> None:
        """Law 2: nothing is sent that was written down long ago, or that something else came after."""
        boot, now_ms = f"boot-{self._world.host.boot}", (self._world.loop.now_us - self._world.host.booted_us) // 1000
        written_ms, written_boot = int(stamp.split(":")[1]), stamp.split(":", 2)[2]
        if written_boot != boot or now_ms - written_ms > PERMIT_S * 1000:
            self.broken("I4", f"{exchange.key} leaves more than {PERMIT_S} s after it was written down")
        query = "SELECT kind FROM events WHERE attempt_id = ? ORDER BY seq DESC LIMIT 1"
        last = life.journal.execute(query, (exchange.attempt,)).fetchone()[0]
        if last != "OperationIntended":
            self.broken("I4", f"{exchange.key} leaves although {last} came after its intent")

    def advanced(self, attempt: str, state: str) -> None:
        """I1: a verdict is so when it is written. I6: what nobody can find out for fifty minutes is with a person."""
        world = self._world
        # what was found to be paid is still to be given back, and by the till where it can
        is_to_give = state == "APPROVED" and BY_NAME[world.truth.accounts[attempt].gateway].undoes_alone
        if state not in UNSURE and not is_to_give:
            self._end_turn(attempt)
        if state in NOTHING_HELD and world.truth.held(attempt) and not world.truth.is_late(attempt):
            self.broken("I1", f"{attempt} becomes {state}, and {world.truth.held(attempt)} are held")
        # of an opening that was doubled on its way the till knows one payment
        is_one = not world.truth.is_late(attempt) and not world.truth.is_doubled(attempt)
        if state in NOTHING_HELD and world.truth.on_hold(attempt) and is_one:
            self.broken("I1", f"{attempt} becomes {state}, and {world.truth.on_hold(attempt)} are on hold")
        if state == "VOIDED" and world.truth.is_on_its_way(attempt) and is_one:
            self.broken("I1", f"{attempt} becomes {state}, and an approval of it is on its way")
        if state == "NEEDS_STAFF" and self.met[attempt] == {"less than asked"} and self._could_know(attempt):
            self.broken("I6", f"{attempt} needs staff although all that it met can be undone")
        # time in which the till could do something; where clocks were set or began anew, nobody can say
        up_us = world.loop.now_us - world.down_us
        if state in UNSURE:
            self._unsure_us.setdefault(attempt, up_us)
            return
        unsure_s = (up_us - self._unsure_us.pop(attempt, up_us)) / US
        if world.host.boot > 1 or world.host.wall_off_ms or self.shut:
            return
        # no person can say more of an account than its bank tells
        if unsure_s > STAFF_BY_S and world.truth.accounts[attempt].gateway != "ezpg":
            self.broken("I6", f"{attempt} was unknown for more than {STAFF_BY_S:.0f} s")
        alarm = "SELECT 1 FROM staff_tasks WHERE kind = 'slow' AND attempt_id = ?"
        if unsure_s > ALARM_BY_S and not self.ask(alarm, attempt):
            self.broken("L9", f"{attempt} was unknown for {unsure_s:.0f} s, and nobody was told")

    def _could_know(self, attempt: str) -> bool:
        """The till was told what was taken; and that it was given back, if it was.

        Where a kill, the disk, or a machine that stood still took that word, and the server knows no such payment any
        more, a person looks
        (promise.md).
        """
        is_given_back = not self._world.truth.held(attempt)
        return bool(self.ask(TOLD_AMOUNT, attempt)) and not (is_given_back and self.ask(UNHEARD, attempt))

    def answered(self, exchange: Exchange, reply: Reply) -> None:
        """Time: what was refused for its time once has the server's from then on, in this life, with this clock."""
        if not exchange.attempt:
            return
        self._world.transfers.answered(exchange, reply)
        order, clock = order_of(exchange.attempt), (self._world.lives, self._world.host.wall_off_ms)
        now_us, (refused, refused_us) = self._world.loop.now_us, self._refused_time.get(order, ((0, 0), 0))
        if exchange.fault or CLOCK_REFUSED not in reply.body:
            self._refused_time.pop(order, None)
            account = self._world.truth.accounts[exchange.attempt]
            takes = exchange.charges and BY_NAME[exchange.gateway].undoes_alone
            account.is_known |= takes and not exchange.fault and reply.status == 200
        elif refused == clock and self._asked_us[exchange.attempt] > refused_us + HEARD_S * US:
            self.broken("time", f"{exchange.key} about {exchange.attempt} was refused for its time once more")
        else:
            self._refused_time[order] = (clock, now_us)

    @property
    def is_full(self) -> bool:
        """The disk has been full for a while: no payment begins on it, and the till does not open (law 6)."""
        host, now_us = self._world.host, self._world.loop.now_us
        return host.free_bytes < ROOM_BYTES and host.full_since_us < now_us - FULL_S * US

    def began(self, attempt: str) -> None:
        """L6: an attempt begins only where there is room to write down what becomes of it."""
        if self.is_full:
            self.broken("L6", f"{attempt} begins on a full disk")

    def unstored(self, life: "Life", attempt: str) -> None:
        """L6: an approval that could not be written down is reversed while its customer stands there, not later."""
        world, reversals = self._world, self._reversals.get(attempt, 0)

        def look() -> None:
            is_idle = life.is_dead or life.frozen_until_us > world.loop.now_us - REVERSED_WITHIN_S * US
            if not is_idle and self._reversals.get(attempt, 0) == reversals:
                self.broken("L6", f"{attempt} is approved, cannot be written down, and is not reversed")

        if world.truth.accounts[attempt].is_known:
            self._unstored.add(attempt)
        if world.truth.accounts[attempt].is_known and not reversals:
            world.later(REVERSED_WITHIN_S, look)

    def _id_of(self, asked: Request) -> str:
        """The id under which a payment system knows a request; "" for one that has none of its own."""
        try:
            body = json.loads(asked.body or b"{}")
        except ValueError:
            return ""
        if "transactionId" in body:
            return str(body["transactionId"])
        if "moid" in body:
            return str(body["moid"])
        if asked.path.endswith("/confirm"):
            return str(body["paymentKey"])
        return asked.path.split("/")[2] if asked.path.endswith("/instant") else ""

    def moved(self, attempt: str, amount: int) -> None:
        """I2: nothing is taken twice, and never more than the order costs."""
        truth = self._world.truth
        is_odd = truth.accounts[attempt].is_odd
        if amount < 0:
            if truth.held(attempt) < 0 and not is_odd:
                self.broken("I2", f"{attempt} was given back more than it took")
            return
        if truth.held(attempt) != amount and not is_odd:
            self.broken("I2", f"{attempt} was charged twice")
        row = self.ask("SELECT total, plan_amount FROM orders WHERE id = ?", order_of(attempt))
        if not row:
            self.broken("I4", f"{amount} taken for {attempt}, of which the journal knows nothing")
        elif truth.held_of_order(order_of(attempt)) > row[0][0] and not truth.any_late(order_of(attempt)):
            self.broken("I2", f"{truth.held_of_order(order_of(attempt))} taken for an order of {row[0][0]}")
        elif truth.held_of_order(order_of(attempt)) > row[0][0] - row[0][1] and not truth.any_late(order_of(attempt)):
            self.broken("L11", f"{attempt} takes what was planned for the end of {order_of(attempt)}")

    def printed(self, name: str) -> None:
        """I3: a receipt comes out only of a sale whose money is there and is durably known to be there."""
        order = name.split("-receipt-", maxsplit=1)[0]
        if order == name:
            return
        self._receipts.add(order)
        state, total = self.ask("SELECT state, total FROM orders WHERE id = ?", order)[0]
        if state != "PAID":
            self.broken("I3", f"a receipt of {order}, which is {state}")
        if self._world.truth.held_of_order(order) != total and not self._world.truth.any_late(order):
            self.broken("I3", f"a receipt of {order}: {self._world.truth.held_of_order(order)} held of {total}")

    def failed(self, name: str, error: BaseException) -> None:
        """A task of the till failed: a disk's trouble may do that, nothing else."""
        if not isinstance(error, JournalError):
            self.broken("fault", f"task {name}: {type(error).__name__}: {error}")

    def refused_to_start(self, error: JournalError) -> None:
        """A till that does not start: only while its disk does not work."""
        if self._world.host.disk_bad_until_us <= self._world.loop.now_us:
            self.broken("I8", f"does not start: {error}")

    def nothing_lost(self, connection: sqlite3.Connection) -> None:
        """I8: what was acknowledged is there after a restart, as it was."""
        if not self.acknowledged:
            return
        row = connection.execute("SELECT hash FROM events WHERE seq = ?", (self.acknowledged,)).fetchone()
        if row is None or row[0] != self.hashes[self.acknowledged]:
            self.broken("I8", f"event {self.acknowledged} was acknowledged, and is not there")

    def owed(self, connection: sqlite3.Connection) -> str:
        """The order that was paid when the till stopped, whose customer may not have seen it: the new life says so."""
        if connection.execute("SELECT 1 FROM orders WHERE state = 'PAYING'").fetchone():
            return ""
        query = (
            "SELECT p.order_id FROM prints p JOIN orders o ON o.id = p.order_id "
            "WHERE p.kind = 'receipt' AND p.state = 'QUEUED' AND o.state = 'PAID' ORDER BY p.id DESC LIMIT 1"
        )
        row = connection.execute(query).fetchone()
        return str(row[0]) if row else ""

    def still_paid(self, order: str) -> bool:
        """An order is PAID, and nobody has begun to give it back."""
        query = (
            "SELECT count(r.id) FROM orders o JOIN attempts a ON a.order_id = o.id "
            "LEFT JOIN refunds r ON r.attempt_id = a.id AND NOT (a.goal = 'UNDO' AND r.state = 'DONE') "
            "WHERE o.id = ? AND o.state = 'PAID' GROUP BY o.id"
        )
        return self.ask(query, order) == [(0,)]

    # -- in the end

    def something_is_watched(self) -> bool:
        """An attempt is still looked at for late money."""
        return bool(self.ask("SELECT 1 FROM attempts WHERE watched = 1 LIMIT 1"))

    def unsettled(self, connection: sqlite3.Connection) -> Mapping[str, str]:
        """What is still under way. A withdrawal may wait for its approval for days."""
        waits = self._world.transfers.waiting_orders()
        rows = [
            *connection.execute(f"SELECT id, state FROM attempts WHERE state IN {UNDECIDED}"),  # noqa: S608 - constants
            *connection.execute(f"SELECT id, state FROM refunds WHERE state IN {REFUND_UNDECIDED}"),  # noqa: S608
            *connection.execute(f"SELECT id, state FROM orders WHERE state IN {ORDER_OPEN}"),  # noqa: S608
        ]
        return {row[0]: row[1] for row in rows if not self._may_wait(row[0], row[1], waits)}

    def _may_wait(self, name: str, state: str, orders: set[str]) -> bool:
        is_withdrawal = state in WAITING and order_of(attempt_of(name)) in orders
        return is_withdrawal or (state == "REFUNDING" and name in orders)

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the journal holds."""
        life = self._world.life
        if life is not None and not life.is_dead and life.connection is not None:
            # a till that could not open its journal has closed it
            with suppress(sqlite3.ProgrammingError):
                return [tuple(row) for row in life.journal.execute(query, values)]
        uri = f"{(self._world.folder / 'journal.sqlite').as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def judge(self) -> None:
        """I1, I3, I6, I7, I11: when all is quiet, books and journal agree, and nothing is left open or in the dark."""
        self._money()
        self._nothing_on_hold()
        self._world.transfers.judge()
        self._orders()
        self._list()
        self._nothing_piles_up()
        if self._world.story.seed % WHOLE_EVERY == 0 or self.violations:
            self._nothing_in_the_dark()
            self._whole()

    def _money(self) -> None:
        """I1: net money at the gateways is net money in the journal, per attempt and so per order."""
        truth = self._world.truth
        told = {row[0] for row in self.ask("SELECT attempt_id FROM staff_tasks")}
        told |= {row[0] for row in self.ask("SELECT attempt_id FROM findings")}
        # transfers are judged one by one (transfers.py)
        for attempt, state, received, order_state in self.ask(
            "SELECT a.id, a.state, a.received, o.state FROM attempts a JOIN orders o ON o.id = a.order_id "
            "WHERE a.method <> 'ezpg'"
        ):
            refunds = self.ask("SELECT state, amount FROM refunds WHERE attempt_id = ?", attempt)
            findings = self.ask("SELECT state FROM findings WHERE attempt_id = ?", attempt)
            held, name = truth.held(attempt), attempt
            nobody_knows = state == "NEEDS_STAFF" or any(one[0] == "NEEDS_STAFF" for one in refunds)
            if nobody_knows or any(one[0] == "REFUSED" for one in refunds):
                self.with_staff += 1
                if name not in told:
                    self.broken("I6", f"{name} needs staff ({state}), and nobody is told")
            said = self._said_of(attempt)
            if nobody_knows and said is not None:
                self._said_rightly(attempt, said, is_found=bool(findings))
            if nobody_knows:
                continue
            if ("OPEN",) in findings:
                if not held and self.ask(RETURNED, attempt):
                    self.broken("told", f"{name}: its late money was given back, and staff are to give it back")
                continue
            given = sum(one[1] for one in refunds if one[0] == "DONE")
            believed = (received or 0 if state == "APPROVED" else 0) - given
            if findings and held:
                self.broken("late", f"{name}: its late money is found and given back, and {held} are held")
            if not self._late(name, state, is_found=bool(findings), is_told=name in told) and believed != held:
                self.broken("I1", f"{name} is {state} in an order {order_state}: the journal says {believed}, "
                                  f"the books hold {held}")  # fmt: skip
        known = {row[0] for row in self.ask("SELECT id FROM attempts")}
        for attempt in truth.accounts:
            if attempt not in known:
                self.broken("I1", f"the books hold {attempt}, of which the journal knows nothing")

    def _said_of(self, attempt: str) -> tuple[str, int] | None:
        """How a person said that it ended, and how much it was about; the last one."""
        query = "SELECT way, amount FROM resolutions WHERE attempt_id = ? ORDER BY rowid DESC LIMIT 1"
        rows = self.ask(query, attempt)
        return (rows[0][0], rows[0][1]) if rows else None

    def _said_rightly(self, attempt: str, said: tuple[str, int], *, is_found: bool) -> None:
        """2: what a manager rightly said stays so: what is kept is not given back, what was not charged is not held."""
        (way, amount), held = said, self._world.truth.held(attempt)
        if way == "charged_kept" and held != amount:
            self.broken("said", f"{attempt} is kept, says a manager: {amount}; and the books hold {held}")
        if way == "not_charged" and held and not is_found:
            self.broken(
                "said", f"{attempt} was not charged, says a manager; the books hold {held}, and nobody found it"
            )

    def _late(self, attempt: str, state: str, *, is_found: bool, is_told: bool) -> bool:
        """It was taken where the till could not know it; then it must be found, and staff told."""
        account = self._world.truth.accounts[attempt]
        # of an opening that was doubled on its way the till knows one payment, or none
        if account.is_forced and account.is_doubled:
            self.by_force.append(attempt)
            return True
        if not self._world.truth.is_late(attempt) or state not in FOUND_LATE:
            return False
        self.late.append(attempt)
        if not is_found and account.moves:
            self.broken("late", f"{attempt} ({state}): taken late, and no finding says so")
        if not is_told:
            self.broken("late", f"{attempt} ({state}): {account.held} held, taken late, and nobody is told")
        return True

    def believed(self) -> Mapping[str, int]:
        """What was received of each attempt and not given back, as the journal has it [won]."""
        query = (
            "SELECT a.id, CASE a.state WHEN 'APPROVED' THEN a.received ELSE 0 END - coalesce((SELECT sum(r.amount) "
            "FROM refunds r WHERE r.attempt_id = a.id AND r.state = 'DONE'), 0) FROM attempts a ORDER BY a.id"
        )
        return dict(self.ask(query))

    def _nothing_on_hold(self) -> None:
        """I1: an approval that nobody took is money too, until it is released."""
        with_staff = {row[0] for row in self.ask("SELECT id FROM attempts WHERE state = 'NEEDS_STAFF'")}
        for attempt in self._world.truth.accounts:
            if attempt not in with_staff and self._world.truth.on_hold(attempt):
                self.broken("I1", f"{self._world.truth.on_hold(attempt)} of {attempt} are on hold, and all is quiet")

    def goal(self, attempt: str) -> str:
        """What is to become of it, as it is durable."""
        return str(self.ask("SELECT goal FROM attempts WHERE id = ?", attempt)[0][0])

    def _list(self) -> None:
        """L9: what a person has to know is on the list; L8: what staff have to settle is still tried."""
        for problem in untold(self.ask):
            self.broken("L9", problem)
        query = (
            "SELECT id, facts FROM attempts WHERE state = 'NEEDS_STAFF' "
            "AND id NOT IN (SELECT attempt_id FROM findings) "
            "AND id NOT IN (SELECT attempt_id FROM resolutions WHERE way <> 'not_charged')"
        )
        for attempt, facts in self.ask(query):
            if UNNAMED.search(facts):
                continue
            tried_s = (self._world.loop.now_us - self._asked_us.get(attempt, 0)) / US
            # on a slow disk a permit may be too old by the time it is written down: that try is lost
            if tried_s > TRIED_EVERY_S * (1 + self._world.disk_is_slow):
                self.broken("L8", f"{attempt} needs staff, and was last tried {tried_s:.0f} s ago")

        for attempt in sorted(self._unstored):
            if self.ask("SELECT goal FROM attempts WHERE id = ?", attempt) != [("UNDO",)]:
                self.broken("L6", f"{attempt} could not be written down, and is not to be given back")
        for order, tries in self.ask(TRIES):
            if tries > TRIES_MAX:
                self.broken("tries", f"{order} was tried {tries} times with ceos")

    def _orders(self) -> None:
        """I3: what was paid is paid in full; what was unwound holds nothing."""
        truth = self._world.truth
        for order, state, total in self.ask("SELECT id, state, total FROM orders"):
            held, name = truth.held_of_order(order), order
            # nobody can prove what became of it: whoever looks at the refund looks at the order too (law 5)
            is_with_staff = self.ask(
                "SELECT 1 FROM refunds r JOIN attempts a ON a.id = r.attempt_id "
                "WHERE a.order_id = ? AND r.state = 'NEEDS_STAFF'",
                order,
            )
            if state == "PAID" and held != total and not truth.any_late(name) and not is_with_staff:
                self.broken("I3", f"{name} is PAID: {held} held of {total}")
            # also one that is odd: whatever came for it, what came back is not paid any more
            if state == "PAID" and self.ask(CAME_BACK, name):
                self.broken("I3", f"{name} is PAID, and something of it was given back")
            if state == "PAID" and name not in self._receipts and not self.ask(NO_RECEIPT, name, name):
                self.broken("I3", f"{name} is PAID: its receipt never came out, and nobody is told")
            # a manager has said that the shop keeps it, bears it, or gave it back otherwise
            if self.ask(SAID_HELD, name):
                continue
            if state == "REFUNDED" and held and not truth.any_late(name):
                self.broken("I1", f"{name} is REFUNDED: {held} held")
            if state == "UNWOUND" and held and not truth.any_late(name):
                self.broken("I1", f"{name} is UNWOUND: {held} held")

    def _nothing_in_the_dark(self) -> None:
        """I11: no coupon number is readable in the journal."""
        folder = self._world.folder
        data = b"".join((folder / one).read_bytes() for one in ("journal.sqlite", "journal.sqlite-wal")
                        if (folder / one).exists())  # fmt: skip
        for code in self._world.outside.crepay.coupons:
            if code.encode() in data:
                self.broken("I11", f"the coupon ...{code[-4:]} is readable in the journal")

    def _nothing_piles_up(self) -> None:
        """I12: nothing piles up."""
        life = self._world.life
        alive = sum(not task.done() for task in life.tasks) if life else 0
        if alive > TASKS_MAX:
            self.broken("I12", f"{alive} tasks at rest")

    def _whole(self) -> None:
        """I7: the chain is whole, and replaying it gives the tables."""
        for table, what in verify(self._world.folder / "journal.sqlite").problems:
            self.broken("I7", f"{table}: {what}")
