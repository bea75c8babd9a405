"""A till that takes transfers, with what staff need for them played: who pays out, and what is listed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from typing_extensions import override

from kiosk.domain.attempt import Attempt, Family, State
from kiosk.domain.confidential import Confidential
from kiosk.domain.entries import (
    AttemptNoted,
    Entry,
    FindingAdvanced,
    FindingRecorded,
    OrderAdvanced,
    TaskOpened,
)
from kiosk.domain.giving_back import refund_steps
from kiosk.domain.ids import attempt_of, order_of
from kiosk.domain.money import Money, won
from kiosk.domain.order import OrderState
from kiosk.domain.outcome import Reason
from kiosk.domain.ports import GivesBack, Health, Payee
from kiosk.domain.refund import STAFFED, FindingKind, FindingState, RefundState
from kiosk.domain.staffwork import TaskKind
from kiosk.domain.transfers import Figure, Kept, Sum, TransferDay
from kiosk.flows.manager.intents import Written
from kiosk.flows.manager.office import Office
from kiosk.services.journal.store import SqliteJournal
from tests.flows.till import Till
from tests.support.journal import Book

DIGITS = "123456"
ACCOUNT, SHOWN = "3333012345678", "카카오뱅크 ****5678"
PAYER = "홍길동"
LEAST = won(1_000)
NOTHING = Figure(Sum(0, won(0)), Sum(0, won(0)))
QUIET_DAY = TransferDay(won(1_234_500), NOTHING, NOTHING, NOTHING, (), 0)


@dataclass
class Payouts:
    """Keeps the port.

    Attributes:
        right: The six digits that are right now.
        problem: Why nobody can be signed in.
        asked: The accounts that were named, by attempt.
        payers_of: The payments of which was asked who made them.
    """

    is_possible: bool = True
    least: Money = LEAST
    right: str = DIGITS
    problem: Reason | None = None
    payer_name: str = PAYER
    signed: int = 0
    asked: list[tuple[str, Payee]] = field(default_factory=list)
    payers_of: list[str] = field(default_factory=list)
    banks: Mapping[str, str] = field(default_factory=lambda: {"088": "신한은행", "090": "카카오뱅크"})

    def takes(self, payee: Payee) -> bool:
        return payee.bank in self.banks and len(payee.account) >= 10

    async def sign_in(self, digits: Confidential) -> Reason | None:
        if self.problem is None and digits.reveal() == self.right:
            self.signed += 1
            return None
        return self.problem or Reason.DENIED

    def payer(self, attempt: Attempt, transaction: str) -> str:
        self.payers_of.append(transaction)
        return self.payer_name

    def facts(self, attempt_id: str, payee: Payee) -> Mapping[str, str]:
        self.asked.append((attempt_id, payee))
        return {"payee": "sealed", "payee_shown": SHOWN}


@dataclass
class Transfers:
    """Keeps the Method port for what staff see of transfers.

    Attributes:
        journal: Where what it does is written down.
        ends: How refunds end that staff named an account for, one after the other, with why.
        asked_about: What it was asked about: attempt and refund.
    """

    journal: SqliteJournal
    ends: list[tuple[RefundState, str]] = field(default_factory=lambda: [(RefundState.PENDING, "")])
    asked_about: list[tuple[str, str]] = field(default_factory=list)
    name: str = "ezpg"
    family: Family = Family.TRANSFER
    gives_back: GivesBack = GivesBack.WITHDRAWAL
    tries_max: int | None = None

    def health(self) -> Health:
        return Health(ok=True)

    async def probe(self) -> bool:
        return True

    async def resolve(self, attempt_id: str) -> None:
        pass

    async def ask(self, attempt_id: str, refund_id: str = "") -> None:
        self.asked_about.append((attempt_id, refund_id))

    async def look_again(self, attempt_id: str) -> bool:
        return True

    async def give_back(self, refund_id: str) -> None:
        refund = await self.journal.refund(refund_id)
        if refund.state is not RefundState.ASKED:
            return
        is_named = self.gives_back is not GivesBack.WITHDRAWAL or STAFFED in refund.facts
        to, why = self.ends.pop(0) if is_named else (RefundState.REFUSED, Reason.WITHDRAWAL_NEEDED)
        attempt = await self.journal.attempt(attempt_of(refund_id))
        entries: list[Entry] = [*refund_steps(attempt, refund, to, why)]
        if refund.finding_id and to is RefundState.DONE:
            entries.append(FindingAdvanced(refund.finding_id, FindingState.REFUNDED))
        await self.journal.write(*entries)


@dataclass
class Listed:
    """Keeps the port TransferBooks.

    Attributes:
        days: What it tells of a day, where it tells anything else than a quiet one.
        asked: The days that were asked for, with what the journal has.
    """

    method: str = "ezpg"
    days: dict[str, TransferDay] = field(default_factory=dict)
    asked: list[tuple[str, Kept]] = field(default_factory=list)

    async def of_day(self, day: str, kept: Kept) -> TransferDay:
        self.asked.append((day, kept))
        return self.days.get(day, QUIET_DAY)


@dataclass
class TransferTill(Till):
    """A till that takes transfers."""

    payouts: Payouts = field(default_factory=Payouts)  # type: ignore[assignment]  # what staff ask of it
    listed: Listed = field(default_factory=Listed)

    @override
    def _methods(self, journal):
        self.transfers = Transfers(journal)
        return {**super()._methods(journal), "ezpg": self.transfers}

    async def standing(self, state: State, received: int | None = None) -> str:
        """An attempt of a new order that has come to this state; gives its id."""
        book = Book(self.journal)
        attempt = await book.attempt(await book.order(12_300), "ezpg", Family.TRANSFER)
        noted = AttemptNoted(attempt, {"masked": "****8901", "depositor": "sealed"}, asked=12_300)
        await self.journal.write(noted)
        await book.advance(attempt, State.ISSUING, State.AWAITING_DEPOSIT, state, received=received)
        return attempt

    async def paid(self) -> str:
        """A paid sale; gives its attempt."""
        attempt = await self.standing(State.APPROVED)
        paid = OrderAdvanced(order_of(attempt), OrderState.PAID, number="A-001", business_day="2026-01-01")
        await self.journal.write(paid)
        return attempt

    async def found(self, kind: FindingKind = FindingKind.LATE, amount: int = 12_300) -> str:
        """Money that came into an account after its end, with its task; gives the attempt."""
        attempt = await self.standing(State.EXPIRED)
        order = order_of(attempt)
        await self.journal.write(
            OrderAdvanced(order, OrderState.UNWINDING, "unwound.left"), OrderAdvanced(order, OrderState.UNWOUND)
        )
        await self.find(attempt, kind, amount)
        return attempt

    async def find(self, attempt: str, kind: FindingKind, amount: int, transaction: str = "D7") -> None:
        """Money is found of an attempt."""
        recorded = FindingRecorded("ezpg", attempt, transaction, kind, amount)
        await self.journal.write(recorded, TaskOpened(TaskKind.FINDING, order_of(attempt), attempt))

    async def write_name(self, name: str):
        """Staff write a name."""
        return await self.staff_do(Written(Confidential(name)))


def office_with(till: TransferTill):
    """How the office is opened, with what this till has besides."""
    return lambda front, tools: Office(front, replace(tools, payouts=till.payouts, transfers=till.listed))
