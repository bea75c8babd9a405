"""Phones: what customers say to the payments they are asked for, and the shop's owner to what is to be given back.

A phone answers whatever becomes of the till, and of its owner before it.
"""

from collections import Counter
from typing import TYPE_CHECKING, Final

from kiosk.simulator.relay_answers import Approvals
from kiosk.simulator.relay_phones import Question
from kiosk.simulator.relay_records import CANCEL, NEW, Phase
from kiosk.simulator.relay_settings import OWNER, SHOP_ID
from tests.simulation.truth import attempt_in

if TYPE_CHECKING:
    from tests.simulation.wire import Exchange
    from tests.simulation.world import World

DONE: Final = (0, 200)
SOON, LAST, LATE, DENY, NEVER = "soon", "at the last moment", "too late", "deny", "never"
CUSTOMERS: Final = {SOON: 10.0, LAST: 1.5, LATE: 1.0, DENY: 1.5, NEVER: 1.5}
OWNERS: Final = {SOON: 10.0, LAST: 1.0, LATE: 1.0, DENY: 2.0, NEVER: 1.5}
"""What people do, and how often."""
LATE_S: Final = 250.0
"""How long an approval may take to be carried out [s]: it lands before the relay ends everything by force."""
MISHAPS: Final = {
    "approval not sent": "unsent",
    "approval refused": "reverted",
    "approval not seen": "unseen",
    "approval late": "late",
}
SPENT: Final = "points spent elsewhere"
SHUT: Final = "shop becomes inactive"
TRIES_MAX: Final = 3
SURE_S: Final = 25.0
"""An approval given by then is carried out before a close could end it instead [s]."""


class Phones:
    """All phones of a story.

    Args:
        world: Where.

    Attributes:
        plans: What each does, by name.
    """

    def __init__(self, world: "World") -> None:
        self._world = world
        self._relay = world.outside.loyalty
        self._known: set[tuple[str, str]] = set()
        self._count: Counter[str] = Counter()
        self.plans: dict[str, str] = {}

    def ring(self, exchange: "Exchange") -> None:
        """A payment or a cancel was opened, perhaps: whoever is asked for the first time makes up their mind."""
        if exchange.call == "open_new":
            for wallet, purse in self._relay.contracts.purses.items():
                if purse.phone:
                    self._ask(NEW, self._relay.incoming(wallet))
        elif exchange.call == "open_cancel" and self._relay.contracts.counters[SHOP_ID].shop.phone:
            self._ask(CANCEL, self._relay.cancels_waiting(OWNER))

    def _ask(self, phase: Phase, questions: list[Question]) -> None:
        for question in questions:
            key = (phase.name, question.payment_id)
            if key not in self._known:
                self._known.add(key)
                self._plan(phase, question)

    def _plan(self, phase: Phase, question: Question) -> None:
        world, chance, attempt = self._world, self._world.chance, attempt_in(question.purchase_id)
        self._count[f"{phase.name} {attempt}"] += 1
        name = f"{phase.name} {attempt} phone {self._count[f'{phase.name} {attempt}']}"
        weights, view = (CUSTOMERS, "phone") if phase is NEW else (OWNERS, "owner")
        if world.aim is not None:
            weights = {what: weight * world.aim.prefers.get((view, what), 1.0) for what, weight in weights.items()}
        what = chance.weighted(f"{name} does", {one: weight for one, weight in weights.items() if weight})
        self.plans[name] = what
        world.note(name, what)
        if phase is NEW:
            self._meanwhile(name, attempt)
        if what == NEVER:
            return
        after_s = {
            SOON: chance.long_tail(f"{name} soon", 1.5, 25),
            LAST: chance.between(f"{name} last", 43.0, 44.9),
            LATE: chance.long_tail(f"{name} late", 45.2, 250),
            DENY: chance.long_tail(f"{name} denies", 2, 40),
        }[what]
        world.later(after_s, lambda: self._answer(phase, name, question.payment_id, approve=what != DENY))

    def _meanwhile(self, name: str, attempt: str) -> None:
        """What else may happen while the phone asks."""
        world, chance = self._world, self._world.chance
        if world.strikes(SHUT, attempt, world.phone_rate / 2):
            world.later(chance.between(f"{name} shut", 0, 10), lambda: world.set_shop(status=2))
            world.later(chance.long_tail(f"{name} open again", 25, 600), lambda: world.set_shop(status=1))

    def _answer(self, phase: Phase, name: str, payment_id: str, *, approve: bool, tries: int = 1) -> None:
        world, chance = self._world, self._world.chance
        kind = self._mishap(f"{name} {tries}", payment_id) if approve else ""
        answer = self._relay.answer_new if phase is NEW else self._relay.answer_cancel
        age_s = self._relay._table.age_s(phase, self._relay._table.get(payment_id))
        code = answer(payment_id, approve=approve)["code"]
        self._relay.answers._planned.clear()
        world.note(name, "approves" if approve else "denies", code)
        if code in DONE:
            world.sometimes.answered(phase, attempt_in(self._relay._table.get(payment_id).purchase_id), approve, age_s)
        world.relay.tend()
        if code in DONE and approve and phase is CANCEL:
            world.closes.given_back.add(payment_id)
            # the document's relay says approved before the ledger does, and a close in between ends it from 40 s on
            if not kind and (age_s < SURE_S or self._relay.settings.dialect == "relay"):
                world.closes.approved_back(payment_id)
        failed = kind in ("approval not sent", "approval refused")
        if failed and tries < TRIES_MAX and chance.happens(f"{name} tries again {tries}", 0.6):
            again_s = self._relay.settings.mining_s + chance.long_tail(f"{name} again {tries}", 2, 15)
            world.later(again_s, lambda: self._answer(phase, name, payment_id, approve=True, tries=tries + 1))

    def _mishap(self, name: str, payment_id: str) -> str:
        """What becomes of an approval, when it is not as it should be."""
        world, chance = self._world, self._world.chance
        aim = world.aim
        if world.strikes(SPENT, name, world.phone_rate / 3):
            wallet = self._relay._table.get(payment_id).account
            # just before, or while the approval is on its way
            if chance.happens(f"{name} spent before", 0.5):
                self.spend(name, wallet)
            else:
                world.later(0.1, lambda: self.spend(name, wallet))
        for kind, outcome in MISHAPS.items():
            is_aimed = aim is not None and kind in aim.approvals
            if world.strikes(kind, name, 0.7 if is_aimed else world.phone_rate):
                seconds = chance.long_tail(f"{name} lands", 2, LATE_S)
                self._relay.answers.plan(Approvals.model_validate({"outcome": outcome, "seconds": seconds}))
                return kind
        return ""

    def spend(self, name: str, wallet: str) -> None:
        """Some of the points in a wallet, or all, are spent in another shop."""
        purse = self._relay.contracts.purse(wallet)
        left = purse.balance - self._world.chance.whole(f"{name} spent", 0, purse.balance)
        self._world.outside.set_wallets({wallet: {"balance": left, "phone": purse.phone}})
