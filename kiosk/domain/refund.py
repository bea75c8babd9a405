"""Money given back, and money seen that nobody can explain: two more closed tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kiosk.domain.errors import BugError
from kiosk.domain.moment import Stamp
from kiosk.domain.money import Money


class RefundState(StrEnum):
    """Where giving back stands. Stored by name."""

    ASKED = "ASKED"
    SENDING = "SENDING"
    DONE = "DONE"
    REFUSED = "REFUSED"
    PENDING = "PENDING"
    UNKNOWN = "UNKNOWN"
    NEEDS_STAFF = "NEEDS_STAFF"


R = RefundState

REFUND_TABLE: Final[Mapping[RefundState, frozenset[RefundState]]] = MappingProxyType(
    {
        R.ASKED: frozenset({R.SENDING}),
        # ASKED: proven that it was not sent
        R.SENDING: frozenset({R.DONE, R.REFUSED, R.PENDING, R.UNKNOWN, R.NEEDS_STAFF, R.ASKED}),
        R.PENDING: frozenset({R.DONE, R.REFUSED, R.NEEDS_STAFF}),
        R.UNKNOWN: frozenset({R.DONE, R.REFUSED, R.PENDING, R.NEEDS_STAFF}),
    }
)

REFUND_UNDER_WAY: Final = frozenset({R.ASKED, R.SENDING, R.PENDING, R.UNKNOWN})
"""States of which an attempt has at most one refund (law 1)."""

STAFFED: Final = "staffed"
"""Name of a refund's fact: staff asked for it, and who has to approve it is there."""

PAYEE_SHOWN: Final = "payee_shown"
"""Name of a refund's fact: the account that it is paid out to, as it may be seen."""

REFUND_COUNTS: Final = frozenset({*REFUND_UNDER_WAY, R.DONE, R.NEEDS_STAFF})
"""States whose amount counts as given back, or perhaps given back: together never more than was received (law 1)."""


def advance_refund(state: RefundState, to: RefundState) -> RefundState:
    """The next state, if the table allows it.

    Raises:
        BugError: the table does not hold this step.
    """
    if to not in REFUND_TABLE.get(state, frozenset()):
        raise BugError(f"a refund cannot go from {state} to {to}")
    return to


@dataclass(frozen=True, slots=True)
class Refund:
    """One act of giving back, as the journal holds it.

    Attributes:
        id: Ours.
        attempt_id: Whose money; "" when it is a finding's.
        finding_id: The finding whose money it is, or "".
        amount: How much.
        is_taken_back: Its customer took it back while they were paying; it is no part of what was sold.
        state: Where it stands.
        reason: Why it stands there; a Reason value or "".
        facts: What the payment system needs again (a balance read before), as text.
        asked: When it was asked for.
        changed: When its state last changed.
    """

    id: str
    attempt_id: str
    finding_id: str
    amount: Money
    is_taken_back: bool
    state: RefundState
    reason: str
    facts: Mapping[str, str]
    asked: Stamp
    changed: Stamp


class FindingState(StrEnum):
    """What became of money that the state does not explain."""

    OPEN = "OPEN"
    HONOURED = "HONOURED"
    REFUNDED = "REFUNDED"
    EXPLAINED = "EXPLAINED"


class FindingKind(StrEnum):
    """What was seen."""

    LATE = "late"
    DUPLICATE = "duplicate"
    UNASKED = "unasked"
    CORRECTED = "corrected"


FINDING_TABLE: Final[Mapping[FindingState, frozenset[FindingState]]] = MappingProxyType(
    {FindingState.OPEN: frozenset({FindingState.HONOURED, FindingState.REFUNDED, FindingState.EXPLAINED})}
)


def advance_finding(state: FindingState, to: FindingState) -> FindingState:
    """The next state, if the table allows it.

    Raises:
        BugError: the table does not hold this step.
    """
    if to not in FINDING_TABLE.get(state, frozenset()):
        raise BugError(f"a finding cannot go from {state} to {to}")
    return to


@dataclass(frozen=True, slots=True)
class Finding:
    """Money seen that the state does not explain, as the journal holds it.

    Attributes:
        id: Ours.
        method: The payment system that showed it.
        attempt_id: The attempt it seems to belong to, or "".
        transaction: The gateway's id of it.
        kind: What was seen.
        amount: How much, as far as the payment system says; None when it does not.
        state: What became of it.
        recorded: When it was seen.
        changed: When its state last changed.
    """

    id: str
    method: str
    attempt_id: str
    transaction: str
    kind: FindingKind
    amount: Money | None
    state: FindingState
    recorded: Stamp
    changed: Stamp
