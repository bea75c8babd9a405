"""Transfers: what of them the till could know, and whether journal and EzPG's books agree, deposit by deposit.

Money leaves a customer at once; EzPG lists it when a bank has told it, perhaps much later. What comes after the end of
its attempt, twice, of another amount, or is taken back after it was seen is *odd*: what screens say of it is not
judged, but it must be found and listed.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from kiosk.domain.ids import attempt_of, order_of
from kiosk.simulator.ezpg_records import UNPAID, Deposit, Withdrawal
from kiosk.simulator.world import Reply
from tests.simulation import faults
from tests.simulation.faults import Reads
from tests.simulation.truth import attempt_in

if TYPE_CHECKING:
    from tests.simulation.wire import Exchange
    from tests.simulation.world import World

OPEN: Final = ("AWAITING_DEPOSIT", "CLOSING")
"""States in which a transfer is in time."""
ENDED: Final = ("CLOSED", "EXPIRED")
"""What is told as not paid."""
HOLDING: Final = ("APPROVED", "UNDERPAID", "OVERPAID")
FOUND_WITHIN_S: Final = 600.0 + 60 + 60 + 40
"""A sweep's ten minutes, the minute's watch that does it, a minute before the first, and what answers take [s]."""
SEEN_WITHIN_S: Final = 60.0
"""Until who stands before an account is told that it was paid [s]: it is asked for every three seconds."""
PARKED_S: Final = 60.0
"""Who wants to pay otherwise waits so long for an account to be closed, and then is sent away with a code [s]."""
DATED_EARLY_MS: Final = 60_000
"""How much earlier than its request a row may be dated."""
WAITING: Final = ("UNKNOWN", "PENDING")
"""Of a withdrawal that somebody has to approve, or nobody has heard of: for days."""
DOUBLING: Final = ("sent twice", "refused as sent twice")


class Transfers:
    """Watches the transfers of one story.

    Args:
        world: Where.

    Attributes:
        doubled: Refunds whose request was carried out twice on the way.
        odd: Attempts, in the end, of which more is to be said than that they were paid, or not.
    """

    def __init__(self, world: "World") -> None:
        self._world = world
        self._ledger = world.outside.ezpg.ledger
        self._bank = world.outside.ezpg.bank
        self._states: defaultdict[str, str] = defaultdict(str)
        self._closing_us: dict[str, int] = {}
        self._listed_us: dict[str, int] = {}
        self._heard: dict[str, frozenset[str]] = {}
        self._is_heard: set[str] = set()
        self._ever_heard: set[str] = set()
        self._said_no: set[str] = set()
        self._back: set[str] = set()
        self.doubled: set[str] = set()
        self.odd: list[str] = []

    def state(self, attempt: str) -> str:
        """Where an attempt stands, as it is durable."""
        return self._states[attempt]

    # -- what the till could know

    def started(self) -> None:
        """A new life of the till has heard nothing yet."""
        self._heard.clear()
        self._is_heard.clear()

    def sending(self, exchange: "Exchange") -> None:
        """It asks: what it was told before is older than that."""
        if exchange.name == "ezpg.deposits":
            self._is_heard.discard(exchange.attempt)

    def answered(self, exchange: "Exchange", reply: Reply) -> None:
        """An answer has come back to the till."""
        kind = faults.BY_NAME.get(exchange.fault)
        if exchange.name != "ezpg.deposits" or (kind is not None and kind.reads is not Reads.TRUE):
            return
        self._is_heard.add(exchange.attempt)
        own = {row.trx_id: row for row in self._rows(exchange.attempt)}
        told = json.loads(reply.body)
        rows = told.get("depositList", ())
        completed = {row["trxId"] for row in rows if row["status"] == "completed"} & set(own)
        if any(own[one].status == "cancelled" for one in completed):
            # taken back while the answer was on its way
            self._is_odd(exchange.attempt)
        if kind is None:
            # a slow one was not waited for, perhaps
            self._heard[exchange.attempt] = frozenset(completed)
            self._ever_heard |= completed

    def said_no(self, attempt: str) -> None:
        """Its customer has said that they have not transferred."""
        self._said_no.add(attempt)

    def advanced(self, attempt: str, state: str) -> None:
        """Told as not paid: then no list that could be heard has shown a deposit."""
        world, self._states[attempt] = self._world, state
        if state == "CLOSING":
            self._closing_us[attempt] = world.loop.now_us
            self._said_no.discard(attempt)
        if state not in ENDED:
            return
        completed = {row.trx_id for row in self._rows(attempt) if row.status == "completed"}
        if state == "EXPIRED" and attempt not in self._is_heard:
            world.laws.broken("told", f"{attempt} becomes {state}, and nobody has heard whether it was paid")
        elif completed & self._heard.get(attempt, frozenset()):
            world.laws.broken("told", f"{attempt} becomes {state}, and the list has shown a deposit")
        elif state == "CLOSED" and attempt not in self._said_no:
            since_us = self._closing_us[attempt]
            if any(self._listed_us.get(one, since_us) < since_us for one in completed):
                world.laws.broken("told", f"{attempt} becomes {state}, and its deposit was listed before that")
        if world.truth.held(attempt):
            self._is_odd(attempt)

    def moved(self, attempt: str, amount: int) -> None:
        """Money moved at a bank."""
        if self._world.truth.accounts[attempt].gateway != "ezpg":
            return
        if amount > 0:
            came = [one for one in self._bank.transfers if attempt_in(self._bank.reference_of(one)) == attempt]
            account = self._ledger.accounts[came[-1].payment.bank, came[-1].payment.account]
            is_first = sum(not one.is_back for one in came) == 1
            if self._states[attempt] not in OPEN or amount != account.amount or not is_first:
                self._is_odd(attempt)
            return
        for one in self._bank.transfers:
            if one.is_back and one.number not in self._back:
                self._back.add(one.number)
                row = self._bank.row_of(one)
                if row is not None and (row.trx_id in self._ever_heard or self._states[attempt] not in OPEN):
                    self._is_odd(attempt)

    def _is_odd(self, attempt: str) -> None:
        self._world.truth.accounts[attempt].is_odd = True

    # -- what must follow

    def follow(self) -> None:
        """Read on in EzPG's list: what is new there must be found in time."""
        now_us = self._world.loop.now_us
        for row in self._ledger.deposits:
            if row.status == "completed" and row.trx_id not in self._listed_us:
                self._listed_us[row.trx_id] = now_us
                self._must_be_found(attempt_in(row.account.reference), row)
            if row.status == "cancelled" and (key := f"{row.trx_id} back") not in self._listed_us:
                self._listed_us[key] = now_us
                self._must_be_told_back(attempt_in(row.account.reference), row)

    def _must_be_found(self, attempt: str, row: Deposit) -> None:
        if self._states[attempt] in OPEN:
            within_s = SEEN_WITHIN_S if self._somebody_waits(attempt) else FOUND_WITHIN_S
            self._undisturbed(within_s, lambda: self._must_have_been_seen(attempt, row))
        else:
            self._undisturbed(FOUND_WITHIN_S, lambda: self._must_have_been_found(attempt, row))

    def _somebody_waits(self, attempt: str) -> bool:
        """Its customer has not been sent away with a code: an account that could not be closed is asked for seldom."""
        if self._states[attempt] == "AWAITING_DEPOSIT":
            return True
        return self._world.loop.now_us - self._closing_us[attempt] < PARKED_S * 1e6

    def _must_have_been_seen(self, attempt: str, row: Deposit) -> None:
        if self._states[attempt] in OPEN and row.status == "completed":
            self._world.laws.broken("liveness", f"{row.trx_id} of {attempt} is listed, and not seen")

    def _must_have_been_found(self, attempt: str, row: Deposit) -> None:
        if row.status == "completed" and row.trx_id not in self._known(attempt) and self._is_watched(attempt):
            self._world.laws.broken("late", f"{row.trx_id} of {attempt} is not found after {FOUND_WITHIN_S:.0f} s")

    def _must_be_told_back(self, attempt: str, row: Deposit) -> None:
        def look() -> None:
            if row.trx_id in self._known(attempt) and not self._is_told_back(attempt, row.trx_id):
                self._world.laws.broken("late", f"{row.trx_id} of {attempt} was taken back, and nobody is told")

        self._undisturbed(FOUND_WITHIN_S, look)

    def _undisturbed(self, seconds: float, look: Callable[[], None]) -> None:
        """Look after a while, unless the till was kept from what it has to do."""
        world, met, life = self._world, len(self._world.fired), self._world.life

        def act() -> None:
            kinds = (kind for _, kind in world.fired[met:])
            is_well = life is not None and life is world.life and not life.is_dead and not world.laws.shut
            if is_well and not world.disk_is_slow and not any(world.disturbs(kind) for kind in kinds):
                look()

        if life is not None and life.frozen_until_us <= world.loop.now_us:
            world.later(seconds, act)

    # -- in the end

    def waits(self) -> bool:
        """A withdrawal has not come to its end."""
        query = "SELECT 1 FROM refunds r WHERE r.state IN ('UNKNOWN', 'PENDING') AND EXISTS (SELECT 1 FROM attempts a "
        return bool(self._world.laws.ask(f"{query} WHERE a.method = 'ezpg' AND r.id LIKE a.id || '-R%')"))

    def waiting_orders(self) -> set[str]:
        """Orders that wait for a withdrawal."""
        rows = self._world.laws.ask("SELECT id FROM refunds WHERE state IN ('UNKNOWN', 'PENDING')")
        return {order_of(attempt_of(row[0])) for row in rows if self._is_ours(attempt_of(row[0]))}

    def _is_ours(self, attempt: str) -> bool:
        return self._world.laws.ask("SELECT method FROM attempts WHERE id = ?", attempt) == [("ezpg",)]

    def judge(self) -> None:
        """I1: every deposit is in the journal once, as it is in EzPG's list; every withdrawal is one refund's."""
        ask = self._world.laws.ask
        query = "SELECT id, state, received, gateway_txn FROM attempts WHERE method = 'ezpg' ORDER BY id"
        proofs: Counter[str] = Counter()
        for attempt, state, received, transaction in ask(query):
            own = {row.trx_id: row for row in self._rows(attempt)}
            findings = self._findings(attempt)
            self.odd += [attempt] if self._world.truth.is_late(attempt) else []
            proofs.update([*findings, *([transaction] if transaction else [])])
            if transaction:
                self._is_proven(attempt, state, received, own.get(transaction))
            for name in sorted(findings):
                if name not in own or findings[name][0] != own[name].amount:
                    self._broken("I1", f"{attempt} has a finding of {name}, and the books have none such")
            for row in own.values():
                self._is_in_journal(attempt, row)
            self._withdrawals(attempt)
            self._sum(attempt, transaction)
        for name, count in proofs.items():
            if count > 1:
                self._broken("I2", f"the deposit {name} counts {count} times")

    def _broken(self, law: str, what: str) -> None:
        self._world.laws.broken(law, what)

    def _rows(self, attempt: str) -> Iterator[Deposit]:
        return (row for row in self._ledger.deposits if attempt_in(row.account.reference) == attempt)

    def _findings(self, attempt: str) -> dict[str, tuple[int, str]]:
        """Of money that came: amount and state, by EzPG's name of the deposit."""
        query = "SELECT gateway_txn, amount, state FROM findings WHERE attempt_id = ? AND kind <> 'corrected'"
        return {row[0]: (row[1], row[2]) for row in self._world.laws.ask(query, attempt)}

    def _known(self, attempt: str) -> set[str]:
        """Deposits that the journal has of it."""
        rows = self._world.laws.ask("SELECT gateway_txn FROM attempts WHERE id = ?", attempt)
        return {*self._findings(attempt), *(row[0] for row in rows if row[0])}

    def _is_watched(self, attempt: str) -> bool:
        return self._world.laws.ask("SELECT watched FROM attempts WHERE id = ?", attempt) == [(1,)]

    def _is_told_back(self, attempt: str, transaction: str) -> bool:
        ask = self._world.laws.ask
        query = "SELECT 1 FROM findings WHERE attempt_id = ? AND gateway_txn = ? AND kind = 'corrected'"
        return bool(ask(query, attempt, transaction))

    def _is_proven(self, attempt: str, state: str, received: int, row: Deposit | None) -> None:
        """What paid it is a deposit into its own account, of that amount."""
        if row is None or row.amount != received:
            self._broken("I1", f"{attempt} is {state} of {received}, and no deposit of it is")
            return
        asked = row.account.amount
        fits = {"APPROVED": received == asked, "UNDERPAID": received < asked, "OVERPAID": received > asked}
        if not fits.get(state, True):
            self._broken("I1", f"{attempt} is {state}: {asked} were asked, and {received} came")
        if state in HOLDING and row.status == "cancelled":
            self._broken("late", f"{attempt} is {state}, and its bank has taken that back")

    def _is_in_journal(self, attempt: str, row: Deposit) -> None:
        is_known = row.trx_id in self._known(attempt)
        if row.status == "completed" and not is_known:
            self._broken("late", f"{row.trx_id} came for {attempt} ({self._states[attempt]}), and nobody has found it")
        if row.status == "cancelled" and is_known and not self._is_told_back(attempt, row.trx_id):
            self._broken("late", f"{row.trx_id} of {attempt} was taken back, and nobody is told")

    def withdrawals_of(self, refund: str) -> list[Withdrawal]:
        """EzPG's withdrawals that a refund asked for."""
        return [one for one in self._ledger.withdrawals if one.reference.startswith(f"{refund}-")]

    def _withdrawals(self, attempt: str) -> None:
        ask = self._world.laws.ask
        query = "SELECT id, state, reason, amount, finding_id FROM refunds"
        for refund, state, reason, amount, finding in ask(query):
            if attempt_of(refund) != attempt:
                continue
            rows = self.withdrawals_of(refund)
            alive = [one for one in rows if one.status not in UNPAID]
            paid = [one for one in alive if one.status == "completed"]
            if len(rows) > 1 and refund not in self.doubled:
                self._broken("I2", f"{refund} was withdrawn {len(rows)} times")
            if state == "DONE" and [one.amount for one in paid[:1]] != [amount]:
                self._broken("I1", f"{refund} is {state} of {amount}, and nothing was paid out")
            if state in ("REFUSED", "ASKED") and alive:
                self._broken("I1", f"{refund} is {state}, and {alive[0].amount} are paid out, or will be")
            if reason == "nothing_there" and rows and not self._was_misnamed(refund):
                self._broken("told", f"{refund} is {state} as {reason}, and EzPG has it")
            if state == "PENDING" and not rows and not self._believed_another(refund):
                self._broken("I1", f"{refund} is {state}, and EzPG knows of no such withdrawal")
            if state in WAITING and paid and not self._world.laws.shut and not self._may_be_anothers(refund, paid[0]):
                self._broken("I6", f"{refund} is {state}, and was paid out")
            if state == "DONE" and finding:
                (became,) = ask("SELECT state FROM findings WHERE id = ?", finding)[0]
                if became not in ("REFUNDED", "HONOURED", "EXPLAINED"):
                    self._broken("I1", f"{refund} is {state}, and its finding {became}")

    def _may_be_anothers(self, refund: str, row: Withdrawal) -> bool:
        """EzPG lists no ids, and an equal withdrawal to the same account, sent before that, has not ended.

        After a day, by EzPG's own clock, it is a person's.
        """
        if self._world.outside.ezpg.settings.is_extended:
            return False
        alike = (
            "SELECT other.id FROM refunds one, refunds other WHERE one.id = ? AND other.id <> one.id "
            "AND other.amount = one.amount AND other.state IN ('UNKNOWN', 'PENDING') "
            "AND other.facts ->> 'payee_shown' = one.facts ->> 'payee_shown' "
            "AND CAST(other.facts ->> 'since_ms' AS INTEGER) <= ?"
        )
        others = self._world.laws.ask(alike, refund, row.at_ms + DATED_EARLY_MS)
        return any(not self._has_ended(other) for (other,) in others)

    def _has_ended(self, refund: str) -> bool:
        return any(one.status not in ("pending", "processing") for one in self.withdrawals_of(refund))

    def _was_misnamed(self, refund: str) -> bool:
        """Its answer gave another number of the bank network's, and this server's list has no other name for it."""
        return bool(self._world.laws.met[attempt_of(refund)] & {"another id", "an older answer"})

    def _believed_another(self, refund: str) -> bool:
        """Its answer was another's, so that it was believed to be under way."""
        return bool(self._world.laws.met[attempt_of(refund)] & {"an older answer"})

    def _sum(self, attempt: str, transaction: str | None) -> None:
        """What is held of it is what came and was not taken back, less what was paid out."""
        ask, truth = self._world.laws.ask, self._world.truth
        refunds = [row for row in ask("SELECT id, state, amount FROM refunds") if attempt_of(row[0]) == attempt]
        if any(state in ("UNKNOWN", "PENDING", "NEEDS_STAFF") for _, state, _ in refunds):
            return
        known = {*self._findings(attempt), *([transaction] if transaction else [])}
        came = sum(row.amount for row in self._rows(attempt) if row.trx_id in known and row.status == "completed")
        believed = came - sum(amount for _, state, amount in refunds if state == "DONE")
        doubled = any(refund in self.doubled for refund, _, _ in refunds)
        if believed != truth.held(attempt) and not doubled:
            self._broken("I1", f"{attempt}: the journal says {believed}, the books hold {truth.held(attempt)}")

    # -- what is carried out

    def before(self, exchange: "Exchange") -> None:
        """A request has arrived at EzPG."""
        if exchange.call == "withdraw" and exchange.fault in DOUBLING:
            rows = self._world.laws.ask("SELECT id FROM refunds WHERE state = 'SENDING'")
            self.doubled |= {row[0] for row in rows if attempt_of(row[0]) == exchange.attempt}

    def after(self, exchange: "Exchange") -> None:
        """It was carried out: no refund has two withdrawals, and no account takes more than is due (L11)."""
        world = self._world
        self.follow()
        world.banks.look_at_withdrawals()
        if exchange.call == "issue" and self._states[exchange.attempt] == "ISSUING":
            self._asks_what_is_due(exchange.attempt)
        counts = Counter(one.reference.rpartition("-")[0] for one in self._ledger.withdrawals)
        for refund, count in counts.items():
            if count > 1 and refund not in self.doubled and exchange.call == "withdraw":
                self._broken("I2", f"{refund} is withdrawn {count} times")

    def _asks_what_is_due(self, attempt: str) -> None:
        truth, order = self._world.truth, order_of(attempt)
        total, plan = self._world.laws.ask("SELECT total, plan_amount FROM orders WHERE id = ?", order)[0]
        asked = [one.amount for one in self._ledger.accounts.values() if attempt_in(one.reference) == attempt]
        others = truth.held_of_order(order) - truth.held(attempt)
        if asked and asked[-1] + others != total - plan and not truth.any_late(order):
            self._broken("I2", f"{attempt} asks for {asked[-1]}, and {total - plan - others} of {order} are due")
