"""The banks: what customers transfer, when, and how much; what becomes of it on the way; and the head office of EzPG.

A bank goes on whatever becomes of the till. What a customer does is decided when they first see an account; what goes
wrong with it are accidents with names, as everything else.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from kiosk.domain.told import Fact
from kiosk.flows.views import TransferView
from kiosk.simulator.ezpg_bank import Payment, Transfer, UnpaidError
from kiosk.simulator.ezpg_records import Withdrawal, WithdrawalStatus
from kiosk.simulator.faults import Fault

if TYPE_CHECKING:
    from tests.simulation.world import World

AT_ONCE, LATER, TOO_LATE, NEVER = "at once", "after a while", "too late", "never"
CUSTOMERS: Final = {AT_ONCE: 10.0, LATER: 4.0, TOO_LATE: 1.5, NEVER: 2.0}
"""When customers transfer, and how often."""
ALL_THE_SAME: Final = 0.3
"""Share of those who have left the account and transfer all the same."""
WRONG: Final = (-1, -100, -1_000, 1, 1_000, 10_000)
"""By how much another amount differs [won]."""
AGAIN_S: Final = 60.0
"""When a correction that the bank cannot make yet is tried again [s]."""
TRIES_MAX: Final = 5

SOON, SLOWLY, HOURS, DAYS, REJECTED = "soon", "slowly", "in hours", "in days", "rejected"
HEAD_OFFICE: Final = {SOON: 8.0, SLOWLY: 3.0, HOURS: 1.0, DAYS: 2.0, REJECTED: 2.0}
"""How long the head office takes with a withdrawal, and how often."""


class Banks:
    """All banks of a story, and whoever goes to them.

    Args:
        world: Where.

    Attributes:
        plans: When customers transfer, by attempt.
        sent: Attempts whose customer has transferred something, as they believe themselves.
        to_come: How much is still to happen that people have decided on.
    """

    def __init__(self, world: "World") -> None:
        self._world = world
        self._server = world.outside.ezpg
        self._decided: set[str] = set()
        self.plans: dict[str, str] = {}
        self.sent: set[str] = set()
        self.to_come = 0

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        def do() -> None:
            self.to_come -= 1
            act()

        self.to_come += 1
        self._world.later(seconds, do)

    def _strikes(self, kind: str, name: str, share: float = 1.0) -> bool:
        aim = self._world.aim
        is_aimed = aim is not None and kind in aim.transfers
        return self._world.strikes(kind, name, 0.7 if is_aimed else self._world.transfer_rate * share)

    # -- customers

    def see(self, view: TransferView) -> None:
        """A customer sees an account: whoever sees it for the first time makes up their mind."""
        attempt = attempt_of(view)
        if attempt in self.plans:
            return
        world, chance, weights = self._world, self._world.chance, CUSTOMERS
        if world.aim is not None:
            weights = {what: weight * world.aim.prefers.get(("bank", what), 1.0) for what, weight in weights.items()}
        what = chance.weighted(f"{attempt} transfers", {one: weight for one, weight in weights.items() if weight})
        if what == NEVER and self._strikes("transferred late", attempt):
            what = TOO_LATE
        self.plans[attempt] = what
        world.note(attempt, "is to be transferred", what)
        after_s = {
            AT_ONCE: chance.long_tail(f"{attempt} at once", 2, 40),
            LATER: chance.between(f"{attempt} later", 40, 400),
            TOO_LATE: chance.long_tail(f"{attempt} too late", 300, 2400),
        }
        if what in after_s:
            payment = Payment(
                bank=view.bank_code, account=view.number, amount=self._amount(attempt, view.amount.amount)
            )
            self._later(after_s[what], lambda: self._pay(attempt, payment, view.amount.amount, 1))

    def _amount(self, attempt: str, asked: int) -> int:
        if not self._strikes("another amount transferred", attempt):
            return asked
        return max(1, asked + self._world.chance.pick(f"{attempt} differs by", WRONG))

    def _pay(self, attempt: str, payment: Payment, asked: int, tries: int) -> None:
        """A customer presses the button in their bank's program."""
        world, chance, name = self._world, self._world.chance, f"{attempt} transfer {tries}"
        if not self._is_open(attempt) and not chance.happens(f"{attempt} all the same", ALL_THE_SAME):
            world.note(name, "is given up")
            return
        if self._strikes("transfer on its way", name, 0.7):
            flight_s = chance.long_tail(f"{name} flies", 3, 900)
            payment = payment.model_copy(update={"in_flight_s": flight_s})
        self._plan_mishaps(name)
        try:
            transfer = self._server.bank.pay(payment)
        except UnpaidError as unpaid:
            world.note(name, payment.amount, "refused", unpaid.answer)
            # what was to go wrong with this one must not meet another
            world.outside.faults.clear()
            if tries < TRIES_MAX and chance.happens(f"{name} again", 0.7):
                right = payment.model_copy(update={"amount": asked})
                self._later(
                    chance.long_tail(f"{name} again in", 5, 60), lambda: self._pay(attempt, right, asked, tries + 1)
                )
            world.relay.tend()
            return
        world.note(name, payment.amount, "leaves")
        self.sent.add(attempt)
        world.relay.tend()
        self._afterwards(attempt, name, payment, transfer)

    def _is_open(self, attempt: str) -> bool:
        """The customer has not gone away from the account."""
        return self._world.transfers.state(attempt) in ("AWAITING_DEPOSIT", "CLOSING")

    def _plan_mishaps(self, name: str) -> None:
        """What becomes of what the bank asks and tells."""
        world, chance = self._world, self._world.chance
        if self._strikes("bank hears nothing", name):
            # or its answer is lost: EzPG may list it as pending then, and it never comes
            call = chance.pick(f"{name} which", ("dozn.inquiry", "dozn.pre_check", "dozn.pre_check"))
            kind = chance.pick(f"{name} how", ("stall_before", "stall_after", "stall_after"))
            world.outside.plan(Fault(call=call, kind=kind))
        if self._strikes("notice lost", name, 3.0 if world.is_evening else 1.0):
            # in the evening for so long that midnight passes
            count = chance.pick(f"{name} how often", (5, 6, 7) if world.is_evening else (1, 1, 2, 4))
            world.outside.plan(Fault(call="dozn.deposit", kind="drop_before", count=count))
        if self._strikes("notice told twice", name, 0.7):
            world.outside.plan(Fault(call="dozn.deposit", kind="drop_after"))

    def _afterwards(self, attempt: str, name: str, payment: Payment, transfer: Transfer) -> None:
        chance = self._world.chance
        if self._strikes("transferred twice", name):
            self._later(chance.long_tail(f"{name} twice", 3, 900), lambda: self._pay_twice(attempt, payment))
        if self._strikes("transfer taken back", name):
            after_the_fact = chance.happens(f"{name} after the fact", 0.5)
            after_s = chance.long_tail(f"{name} taken back in", 1, 1500)
            self._later(after_s, lambda: self._correct(name, transfer, 1, after_the_fact=after_the_fact))

    def _pay_twice(self, attempt: str, payment: Payment) -> None:
        world = self._world
        try:
            self._server.bank.pay(payment.model_copy(update={"in_flight_s": 0.0}))
        except UnpaidError as unpaid:
            world.note(attempt, "transferred twice, refused", unpaid.answer)
        else:
            world.note(attempt, "transferred twice")
        world.relay.tend()

    def _correct(self, name: str, transfer: Transfer, tries: int, *, after_the_fact: bool) -> None:
        """The bank takes it back (입금정정), as soon as EzPG knows of it."""
        world = self._world
        try:
            answer = self._server.bank.correct(transfer.number, after_the_fact=after_the_fact)
        except ValueError:
            if tries < TRIES_MAX and not transfer.is_back:
                self._later(AGAIN_S, lambda: self._correct(name, transfer, tries + 1, after_the_fact=after_the_fact))
            return
        world.note(name, "is taken back", answer, after_the_fact)
        world.relay.tend()

    # -- the head office

    def look_at_withdrawals(self) -> None:
        """Of each withdrawal that is new to it, the head office decides how long it takes."""
        for row in self._server.ledger.withdrawals:
            if row.trx_id not in self._decided:
                self._decided.add(row.trx_id)
                self._plan_withdrawal(row)

    def _plan_withdrawal(self, row: Withdrawal) -> None:
        world, chance, name = self._world, self._world.chance, f"withdrawal {row.reference} {row.trx_id}"
        weights = HEAD_OFFICE
        if world.aim is not None:
            weights = {what: weight * world.aim.prefers.get(("office", what), 1.0) for what, weight in weights.items()}
        what = chance.weighted(f"{name} takes", {one: weight for one, weight in weights.items() if weight})
        world.note(name, what)
        if what == SLOWLY:
            self._later(chance.long_tail(f"{name} begins", 2, 60), lambda: self._settle(row, "processing"))
        after_s = {
            SOON: chance.long_tail(f"{name} soon", 1, 120),
            SLOWLY: chance.between(f"{name} slowly", 61, 1200),
            HOURS: chance.between(f"{name} hours", 1200, 5000),
            REJECTED: chance.long_tail(f"{name} rejected", 2, 1200),
        }
        if what in after_s:
            end: WithdrawalStatus = "failed" if what == REJECTED else "completed"
            self._later(after_s[what], lambda: self._settle(row, end))

    def _settle(self, row: Withdrawal, status: WithdrawalStatus) -> None:
        if row.status in ("pending", "processing"):
            self._server.settle(row.trx_id, status, "")
            self._world.note("withdrawal", row.reference, status)
            self._world.relay.tend()

    def decide(self) -> None:
        """After days, the head office decides about what was left to lie; about some of it not even then."""
        for row in self._server.ledger.withdrawals:
            name = f"withdrawal {row.reference} {row.trx_id}"
            if not self._world.chance.happens(f"{name} lies on", 0.2):
                self._settle(row, "failed" if self._world.chance.happens(f"{name} in the end", 0.2) else "completed")


def attempt_of(view: TransferView) -> str:
    """The attempt whose account is shown."""
    return next(line.attempt_id for line in view.tenders if line.fact is Fact.NO_DEPOSIT_YET)
