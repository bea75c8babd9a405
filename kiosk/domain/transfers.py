"""A day's transfers, as the payment system lists them and as the journal has them. Source: money rules, 5 and 6."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.attempt import Attempt
from kiosk.domain.money import Money
from kiosk.domain.refund import Finding, Refund


@dataclass(frozen=True, slots=True)
class Kept:
    """What the journal has of the transfers that may have to do with a day.

    Attributes:
        attempts: Those of orders that were begun in the days before, with their accounts.
        findings: Of these attempts.
        refunds: Asked for in the days before, of whatever sale.
        codes: 접수번호 of the orders of all of them, by order.
    """

    attempts: tuple[Attempt, ...] = ()
    findings: tuple[Finding, ...] = ()
    refunds: tuple[Refund, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)


class Standing(StrEnum):
    """How a transfer stands. The value is the last part of the text key `standing.<value>`."""

    DONE = "done"
    """The money has moved."""
    UNDER_WAY = "under_way"
    FAILED = "failed"
    CORRECTED = "corrected"
    """Of money that came: the bank took it back (입금정정)."""
    UNTOLD = "untold"
    """The payment system says something that we do not know."""


class Differs(StrEnum):
    """In what the list and the journal differ. The value is the last part of the text key `differs.<value>`."""

    MISSING_HERE = "missing_here"
    """The list has it, and the journal does not, or does not count it."""
    MISSING_THERE = "missing_there"
    OTHER_AMOUNT = "other_amount"
    CORRECTED_THERE = "corrected_there"
    """The bank took it back, and the journal still has it."""
    CORRECTED_HERE = "corrected_here"
    """The journal has it as taken back, and the list still has it."""
    TWICE = "twice"
    """The same money was paid out before."""
    UNCLEAR = "unclear"
    """It may be one that is with staff here: nothing in the list tells whose it is."""


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that came or went, of this till.

    Attributes:
        is_deposit: It came; else it went.
        transaction: The payment system's id, or "" of what is not listed.
        order_id: The sale that it belongs to.
        at_ms: When, as it is listed, else as it was noted here, UTC epoch [ms].
        standing: How it stands, as it is listed; of what is not, as the journal has it.
        amount: Likewise.
        is_listed: It is in the list.
        here: What the journal has of it; None when it has nothing.
        differs: In what they differ; None when they agree, or it is still under way.
    """

    is_deposit: bool
    transaction: str
    order_id: str
    at_ms: int
    standing: Standing
    amount: Money
    is_listed: bool
    here: Money | None = None
    differs: Differs | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """So many, and how much together."""

    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the day.

    Attributes:
        there: By the list; None when it was not read whole.
        here: By the journal.
    """

    there: Sum | None
    here: Sum


@dataclass(frozen=True, slots=True)
class TransferDay:
    """A Korean day's transfers of this till.

    Attributes:
        balance: What the whole shop has there now; None when it was not told.
        deposits: What came, with what was taken back later.
        corrected: What of it the bank took back.
        withdrawals: What was paid out.
        movements: Each of them, newest first.
        others: How many rows of that day were none of this till's.
    """

    balance: Money | None
    deposits: Figure
    corrected: Figure
    withdrawals: Figure
    movements: tuple[Movement, ...]
    others: int

    @property
    def is_whole(self) -> bool:
        """Both lists were read whole; else nothing can be said of what is missing."""
        return self.deposits.there is not None and self.withdrawals.there is not None

    @property
    def differing(self) -> tuple[Movement, ...]:
        """What list and journal do not agree on."""
        return tuple(one for one in self.movements if one.differs is not None)

    @property
    def is_even(self) -> bool:
        """차액 0: both lists were read whole, and the journal has the same, one by one and together."""
        came, back, went = self.deposits, self.corrected, self.withdrawals
        if came.there is None or back.there is None or went.there is None or self.differing:
            return False
        is_same = came.there.amount - back.there.amount == came.here.amount - back.here.amount
        return is_same and went.there == went.here
