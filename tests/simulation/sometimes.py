"""What must happen sometimes: a simulation that never meets these situations proves nothing about them."""

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

from kiosk.domain.ids import order_of
from kiosk.flows.views import Certainty, CertaintyView, ClosedView, DoneView, InterruptedView, MethodsView, Shown
from kiosk.simulator.relay_records import CANCEL, Phase
from tests.simulation import sometimes_transfers
from tests.simulation.sometimes_transfers import OfTransfers
from tests.simulation.systems import BY_NAME
from tests.simulation.wire import Exchange

if TYPE_CHECKING:
    from tests.simulation.world import World

NAMES: Final = (
    "a coupon and an instant payment pay one order",
    "two coupons pay one order",
    "an order is paid after a restart by who was there",
    "an interrupted order goes on with another payment",
    "nobody comes back for an order after a restart",
    "an order is parked",
    "a parked payment is given back in the background",
    "a customer walks away from a part that was paid",
    "three refusals give everything back",
    "a smaller amount is offered as a new attempt",
    "a payment is refused and paid all the same",
    "an id exists already",
    "a lost payment is found and kept",
    "a lost payment is found and given back",
    "a lost payment was never made",
    "a lost coupon is undone",
    "a request lands after its cancel",
    "money lands after the verdict",
    "late money is found and given back",
    "another amount is taken, and reversed",
    "a server does not know net-cancel",
    "a coupon holds less than before",
    "nothing conclusive for ten minutes is an alarm",
    "nothing conclusive for fifty minutes goes to a person",
    "a refund is lost, and done",
    "a refund goes to a person",
    "a refund was not sent, and is sent again",
    "killed with a request on its way that moves money",
    "killed with a request on its way that does not",
    "killed between the approval and its commit",
    "killed while giving back",
    "killed in recovery, twice",
    "power lost while a payment is unknown",
    "a clock is set while a payment is unknown",
    "a permit grows old before it is used",
    "an approval that cannot be stored is reversed",
    "the till shuts for trouble with its journal",
    "the till shuts for want of room, and opens again",
    "a payment system cannot be reached, and comes back",
    "a clock too far off takes a payment system away",
    "a receipt does not come out",
    "a receipt comes out after a restart",
    "the customer leaves while an answer is missing",
    "a manager says that it was charged and is kept",
    "a manager says that it was not charged",
    "a manager says that it was given back otherwise",
    "a day without any accident",
    "points pay an order",
    "points are taken of a relay of the document",
    "a coupon, a card or an instant payment, and points pay one order",
    "planned points are not paid, and the rest is paid otherwise",
    "one payment is taken back, and the others pay",
    "one payment is taken back, and everything is given back",
    "killed while one payment is taken back",
    "a plan is taken up after a restart",
    "approved at the last moment, and taken",
    "approved after leaving, and given back",
    "denied on the phone",
    "nobody answers the phone",
    "an approval cannot be carried out",
    "a lost opening whose message told its payment",
    "a lost opening that nobody told of ends by force",
    "points are taken after a close was lost",
    "what was to be taken is released",
    "a close finds an approval that landed behind the first",
    "a relay that does not heed leaves points to staff",
    "a message that nobody sent of a payment that is asked for",
    "the owner approves, and the points are back",
    "the owner says no",
    "the owner approves while the till is down",
    "the relay closes a cancel that the till could not",
    "staff ask back what is left while the rest is on its way",
    "ceos takes money in dialect A",
    "ceos takes money in dialect B",
    *sometimes_transfers.NAMES,
)
"""About forty, each seen often; README.md says how often."""

OF_TRANSFERS: Final = frozenset(
    {"AttemptBegan", "AttemptAdvanced", "OrderAdvanced", "FindingRecorded", "FindingAdvanced", "RefundAdvanced"}
)
FINAL: Final = frozenset({"NOT_SENT", "DECLINED", "APPROVED", "NOT_CHARGED", "REVERSED", "VOIDED", "NEEDS_STAFF"})
LAST_MOMENT_S: Final = 43.0
"""After this time a phone can just still be answered [s]."""

SAID: Final = {
    "charged_kept": "a manager says that it was charged and is kept",
    "not_charged": "a manager says that it was not charged",
    "given_back_outside": "a manager says that it was given back otherwise",
}


class Sometimes:
    """Counts them in one story."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.seen: Counter[str] = Counter()
        self._states: defaultdict[str, str] = defaultdict(str)
        self._was: defaultdict[str, set[str]] = defaultdict(set)
        self._refunds: dict[str, str] = {}
        self._orders: dict[str, str] = {}
        self._order_states: defaultdict[str, str] = defaultdict(str)
        self._planned: dict[str, int] = {}
        self._taking_back: set[str] = set()
        self._begun_in: dict[str, int] = {}
        self._queued_in: dict[str, int] = {}
        self._intended: dict[str, str] = {}
        self._was_unreachable = False
        self._was_full = False
        self._resumed: set[str] = set()
        self._looked_absent: set[str] = set()
        self._transfers = OfTransfers(self._see, lambda: world.lives)

    def _see(self, name: str) -> None:
        self.seen[name] += 1

    # -- what is written down

    def written(self, kind: str, attempt: str, body: str) -> None:
        """An event is durable."""
        if kind in OF_TRANSFERS:
            self._transfers.written(kind, attempt, json.loads(body))
        handle = getattr(self, f"_on_{kind}", None)
        if handle is not None:
            handle(attempt, json.loads(body))

    def _on_AttemptBegan(self, attempt: str, entry: dict[str, Any]) -> None:  # noqa: N802 - named as the entry
        order = entry["order_id"]
        self._states[attempt] = "PREPARED"
        self._was[attempt].add(entry["method"])
        if entry["follows"]:
            self._see("a smaller amount is offered as a new attempt")
        if self._begun_in.setdefault(order, self._world.lives) != self._world.lives:
            self._see("an interrupted order goes on with another payment")

    def _on_AttemptAdvanced(self, attempt: str, entry: dict[str, Any]) -> None:  # noqa: N802
        before, now, reason = self._states[attempt], entry["to"], entry["reason"]
        self._states[attempt] = now
        self._was[attempt].add(now)
        was = self._was[attempt]
        if now == "APPROVED" and "UNKNOWN" in was:
            self._see("a lost payment is found and kept")
        if now == "APPROVED" and "refused_try" in was:
            self._see("a payment is refused and paid all the same")
        if now == "REVERSED" and "ceos" in was:
            self._see("a lost payment is found and given back")
        if now == "REVERSED" and "crepay" in was:
            self._see(
                "another amount is taken, and reversed" if reason == "other_amount" else "a lost coupon is undone"
            )
        if "loyalty" in was:
            self._points_advanced(attempt, now, reason)
        if now == "NOT_CHARGED" and reason == "nothing_there":
            self._see("a lost payment was never made")
        if now == "NEEDS_STAFF" and reason == "balance_lower":
            self._see("a coupon holds less than before")
        if now == "NEEDS_STAFF" and reason == "settled_late":
            self._see("nothing conclusive for fifty minutes goes to a person")
        if now in FINAL and self._orders.get(order_of(attempt)) == "parked" and before in ("UNKNOWN", "REVERSING"):
            self._see("a parked payment is given back in the background")

    def _points_advanced(self, attempt: str, now: str, reason: str) -> None:
        was = self._was[attempt]
        if now == "APPROVED" and "by the last moment" in was:
            self._see("approved at the last moment, and taken")
        if now == "APPROVED" and "no_answer" in was and "closed" in was:
            self._see("points are taken after a close was lost")
        if now == "VOIDING" and "CAPTURING" in was:
            self._see("what was to be taken is released")
        if now == "VOIDING" and reason == "denied":
            self._see("denied on the phone")
        if now == "VOIDING" and reason == "timed_out":
            self._see("nobody answers the phone")
        if now == "VOIDING" and reason in ("contract_error", "server_error"):
            self._see("an approval cannot be carried out")
        if now == "VOIDED" and "after leaving" in was and not self._world.truth.on_hold(attempt):
            self._see("approved after leaving, and given back")
        if now == "VOIDED" and "OPEN_LOST" in was:
            told = "payment learnt" in was
            self._see("a lost opening whose message told its payment" if told
                      else "a lost opening that nobody told of ends by force")  # fmt: skip
        if now == "NEEDS_STAFF" and not self._world.outside.loyalty.settings.rules.confirm:
            self._see("a relay that does not heed leaves points to staff")

    def _on_AttemptNoted(self, attempt: str, entry: dict[str, Any]) -> None:  # noqa: N802
        if self._states[attempt] in ("OPEN_LOST", "VOIDING") and "payment" in entry["facts"]:
            self._was[attempt].add("payment learnt")

    def _on_OrderAdvanced(self, _attempt: str, entry: dict[str, Any]) -> None:  # noqa: N802
        order, now = entry["order_id"], entry["to"]
        self._order_states[order] = now
        paid = [one for one, state in self._states.items() if state == "APPROVED" and order_of(one) == order]
        methods = [method for one in paid for method in BY_NAME if method in self._was[one]]
        kept = {method for one in paid if not self._refunds.get(one) for method in methods if method in self._was[one]}
        if now == "PAID" and {"crepay", "loyalty"} <= kept and {"card", "ceos"} & kept:
            self._see("a coupon, a card or an instant payment, and points pay one order")
        if now == "PAID" and order in self._planned and "loyalty" not in kept:
            self._see("planned points are not paid, and the rest is paid otherwise")
        if order in self._taking_back:
            names = {"PAID": "and the others pay", "UNWINDING": "and everything is given back"}
            if now in names:
                self._see(f"one payment is taken back, {names[now]}")
        if now == "PAID" and "loyalty" in methods:
            self._see("points pay an order")
        if now == "PAID" and {"crepay", "ceos"} <= set(methods):
            self._see("a coupon and an instant payment pay one order")
        if now == "PAID" and methods.count("crepay") > 1:
            self._see("two coupons pay one order")
        if now == "PAID" and self._begun_in.get(order) != self._world.lives:
            self._see("an order is paid after a restart by who was there")
        if entry["reason"] == "unwound.tried_enough":
            self._see("three refusals give everything back")
        if entry["reason"] == "unwound.idle" and paid:
            self._see("a customer walks away from a part that was paid")

    def _on_TaskOpened(self, _attempt: str, entry: dict[str, Any]) -> None:  # noqa: N802
        names = {
            "parked": "an order is parked",
            "unclaimed": "nobody comes back for an order after a restart",
            "slow": "nothing conclusive for ten minutes is an alarm",
            "clock": "a clock too far off takes a payment system away",
            "print_failed": "a receipt does not come out",
        }
        if entry["kind"] == "parked":
            self._orders[entry["order_id"]] = "parked"
        if entry["kind"] in names and (entry["kind"] != "unclaimed" or self._world.lives > 1):
            self._see(names[entry["kind"]])

    def _on_FindingAdvanced(self, _attempt: str, _entry: dict[str, Any]) -> None:  # noqa: N802
        self._see("late money is found and given back")

    def _on_RefundAsked(self, attempt: str, _entry: dict[str, Any]) -> None:  # noqa: N802
        self._refunds[attempt] = "ASKED"
        if self._order_states[order_of(attempt)] == "PAYING":
            self._taking_back.add(order_of(attempt))
        if self._order_states[order_of(attempt)] == "REFUNDING":
            self._see("staff ask back what is left while the rest is on its way")

    def _on_PlanMade(self, attempt: str, _entry: dict[str, Any]) -> None:  # noqa: N802
        self._planned[order_of(attempt)] = self._world.lives

    def _on_PlanDropped(self, _attempt: str, entry: dict[str, Any]) -> None:  # noqa: N802
        order = entry["order_id"]
        if self._order_states[order] == "PAYING" and self._planned[order] != self._world.lives:
            self._see("a plan is taken up after a restart")

    def _on_RefundAdvanced(self, attempt: str, entry: dict[str, Any]) -> None:  # noqa: N802
        before, now = self._refunds.get(attempt), entry["to"]
        self._refunds[attempt] = now
        if now == "DONE" and "loyalty" in self._was[attempt]:
            self._see("the owner approves, and the points are back")
        if now == "REFUSED" and entry["reason"] == "denied":
            self._see("the owner says no")
        if now == "REFUSED" and entry["reason"] == "timed_out" and "owner approved" in self._was[attempt]:
            self._see("the relay closes a cancel that the till could not")
        if (before, now) == ("UNKNOWN", "DONE"):
            self._see("a refund is lost, and done")
        if now == "NEEDS_STAFF":
            self._see("a refund goes to a person")
        if (before, now) == ("SENDING", "ASKED"):
            self._see("a refund was not sent, and is sent again")

    def _on_OperationIntended(self, attempt: str, entry: dict[str, Any]) -> None:  # noqa: N802
        self._intended[attempt] = "written"
        if entry["call"] == "capture":
            self._was[attempt].add("closed")

    def _on_OperationAnswered(self, attempt: str, entry: dict[str, Any]) -> None:  # noqa: N802
        answer = entry["answer"]
        self._was[attempt].add(answer)
        if answer == "not_sent" and self._intended.get(attempt) == "written":
            self._see("a permit grows old before it is used")
        if answer == "conflict":
            self._see("an id exists already")
        if answer == "unsupported":
            self._see("a server does not know net-cancel")
        if answer in ("ZLGN021", "not_there"):
            self._looked_absent.add(attempt)

    def _on_Asked(self, attempt: str, entry: dict[str, Any]) -> None:  # noqa: N802
        if entry["answer"] == "not_there":
            self._looked_absent.add(attempt)

    def _on_PrintQueued(self, _attempt: str, entry: dict[str, Any]) -> None:  # noqa: N802
        self._queued_in[entry["print_id"]] = self._world.lives

    def _on_PrintEnded(self, _attempt: str, entry: dict[str, Any]) -> None:  # noqa: N802
        if entry["done"] and self._queued_in.get(entry["print_id"]) != self._world.lives:
            self._see("a receipt comes out after a restart")

    # -- what happens

    def sent(self, exchange: Exchange) -> None:
        """A request leaves the till."""
        self._intended[exchange.attempt] = "sent"

    def moved(self, attempt: str, amount: int) -> None:
        """Money moved."""
        if amount <= 0:
            return
        if (
            self._world.truth.accounts[attempt].gateway == "loyalty"
            and self._world.outside.loyalty.settings.dialect == "spec"
        ):
            self._see("points are taken of a relay of the document")
        if self._world.truth.accounts[attempt].gateway == "ceos":
            self._see(f"ceos takes money in dialect {self._world.outside.ceos.settings.dialect}")
        if attempt in self._looked_absent and not self._world.truth.is_late(attempt):
            self._see("a request lands after its cancel")
        if self._states[attempt] in FINAL:
            self._see("money lands after the verdict")

    def answered(self, phase: Phase, attempt: str, approve: bool, age_s: float) -> None:
        """A person has answered on their phone."""
        if not approve:
            return
        if phase is CANCEL:
            self._was[attempt].add("owner approved")
            if self._world.life is None or self._world.life.is_dead:
                self._see("the owner approves while the till is down")
        elif self._states[attempt] in ("VOIDING", "VOIDED"):
            self._was[attempt].add("after leaving")
        elif age_s > LAST_MOMENT_S:
            self._was[attempt].add("by the last moment")

    def released_behind(self) -> None:
        """A close released what had landed after another had found nothing."""
        self._see("a close finds an approval that landed behind the first")

    def forged(self) -> None:
        """Somebody else sent a message about a payment that is asked for."""
        self._see("a message that nobody sent of a payment that is asked for")

    def killed(self, exchanges: list[Exchange]) -> None:
        """The till was killed, with these exchanges under way."""
        world = self._world
        for exchange in exchanges:
            if exchange.progress == "under way":
                charges = exchange.call in ("checkout", "instant")
                self._see(f"killed with a request on its way that {'moves money' if charges else 'does not'}")
            if exchange.progress == "answered" and exchange.standing == ("SENDING", ""):
                self._see("killed between the approval and its commit")
        if any(state in ("SENDING", "UNKNOWN", "ASKED") for state in self._refunds.values()):
            self._see("killed while giving back")
        for attempt, state in self._refunds.items():
            if state in ("SENDING", "UNKNOWN", "ASKED") and self._order_states[order_of(attempt)] == "PAYING":
                self._see("killed while one payment is taken back")
        if world.coverage.faults["killed in recovery"] > 1:
            self._see("killed in recovery, twice")

    def rebooted(self) -> None:
        """The machine starts again."""
        if "UNKNOWN" in self._states.values() or "SENDING" in self._states.values():
            self._see("power lost while a payment is unknown")

    def clock_set(self) -> None:
        """Somebody sets the clock."""
        if {"UNKNOWN", "REVERSING"} & set(self._states.values()):
            self._see("a clock is set while a payment is unknown")

    def unstored(self) -> None:
        """An approval that could not be written down is being reversed."""
        self._see("an approval that cannot be stored is reversed")

    def walked(self, view: object) -> None:
        """The customer walks away."""
        if isinstance(view, CertaintyView) and view.kind is Certainty.CHECKING:
            self._see("the customer leaves while an answer is missing")

    def shown(self, shown: Shown) -> None:
        """Something is on the screen."""
        view = shown.view
        if shown.network_down:
            self._was_unreachable = True
        elif self._was_unreachable and isinstance(view, MethodsView | InterruptedView | DoneView):
            self._was_unreachable = False
            self._see("a payment system cannot be reached, and comes back")
        if isinstance(view, ClosedView) and view.reason not in ("closed.starting", "closed.no_room"):
            self._see("the till shuts for trouble with its journal")
        is_full = isinstance(view, ClosedView) and view.reason == "closed.no_room"
        if self._was_full and not is_full and not isinstance(view, ClosedView):
            self._see("the till shuts for want of room, and opens again")
        self._was_full = is_full

    def end(self) -> None:
        """The story is over."""
        for (way,) in self._world.laws.ask("SELECT DISTINCT way FROM resolutions"):
            if way in SAID:
                self._see(SAID[way])
        if not self._world.fired:
            self._see("a day without any accident")
