"""How a person says that something ended which the till cannot find out. Source: money rules, 2.

A resolution is a further row; it overwrites nothing. What a payment system proves later against it becomes a finding.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kiosk.domain.attempt import Attempt, State
from kiosk.domain.moment import Stamp
from kiosk.domain.money import Money
from kiosk.domain.refund import Finding, FindingState
from kiosk.domain.told import Fact


class Way(StrEnum):
    """How it ended. The value is the last part of the text key `way.<value>`."""

    CHARGED_KEPT = "charged_kept"
    """The customer paid it, and the shop keeps it: they have the goods."""
    NOT_CHARGED = "not_charged"
    """The customer did not pay it."""
    GIVEN_BACK_OUTSIDE = "given_back_outside"
    """It was given back otherwise: in cash, or at the payment system itself."""
    LOSS = "loss"
    """The shop bears it."""


_OF_ATTEMPT: Final = frozenset(Way)
"""What can be said of an attempt that needs staff."""

_OF_REFUND: Final = frozenset({Way.CHARGED_KEPT, Way.GIVEN_BACK_OUTSIDE, Way.LOSS})
"""What can be said of a refund that did not come off; that the payment was made is proven."""


def ways_of(refund_id: str, attempt: Attempt, findings: Iterable[Finding]) -> frozenset[Way]:
    """What can be said of something only a person can say the end of.

    Args:
        refund_id: Which refund it is about; "" when it is the attempt itself.
        attempt: Whose end it is.
        findings: What the till found of its attempt.
    """
    allowed = _OF_REFUND if refund_id else _OF_ATTEMPT
    # money that the till found after all, and gave back, nobody keeps; nor what the bank took back
    is_given_back = any(one.state is FindingState.REFUNDED for one in findings)
    return allowed - {Way.CHARGED_KEPT} if is_given_back or attempt.state is State.CORRECTED else allowed


PARTLY: Final = frozenset({Way.GIVEN_BACK_OUTSIDE, Way.LOSS})
"""Ways that may concern less than the whole; the rest was kept."""

TOLD: Final[Mapping[Way, Fact]] = MappingProxyType(
    {
        Way.CHARGED_KEPT: Fact.RECEIVED,
        Way.NOT_CHARGED: Fact.UNDONE,
        Way.GIVEN_BACK_OUTSIDE: Fact.RETURNED,
        Way.LOSS: Fact.SETTLED,
    }
)
"""What a person is told from then on."""

STILL_TRIED: Final = frozenset({Way.NOT_CHARGED})
"""After these, late money is still looked for, and given back. After the others, giving back would take from the shop
what its people have settled."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a person said, as the journal holds it.

    Attributes:
        attempt_id: Whose end it is.
        refund_id: Of which of its refunds; "" when it is about the attempt itself.
        way: How it ended.
        amount: How much it is about; the whole, where the way is not one of PARTLY.
        by: Id of who said it.
        words: Why, as they chose or wrote it.
        answer: What the payment system said when it was asked just before; "" when it was not reached.
        at: When.
    """

    attempt_id: str
    refund_id: str
    way: Way
    amount: Money
    by: str
    words: str
    answer: str
    at: Stamp

    @property
    def gone(self) -> Money:
        """How much of it the shop does not hold."""
        return Money(0, self.amount.currency) if self.way is Way.CHARGED_KEPT else self.amount
