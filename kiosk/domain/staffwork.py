"""Work for staff: a list, not a log line (law 9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.domain.moment import Stamp

OF_FINDING: Final = "finding"
"""Name of a task's fact: the money that was found, where the refund that it is about is of that."""


class TaskKind(StrEnum):
    """What a person has to look at. The value is the last part of the text key `task.<value>`."""

    UNRESOLVED = "unresolved"
    """An attempt that the rules could not settle: NEEDS_STAFF."""
    REFUND_UNRESOLVED = "refund_unresolved"
    """A refund that was refused or could not be settled."""
    UNCLAIMED = "unclaimed"
    """An order that nobody came back for; it unwound by itself."""
    PARKED = "parked"
    """An order put aside because an answer was missing."""
    SLOW = "slow"
    """An attempt still unknown after the alarm time."""
    UNANSWERED = "unanswered"
    """Late money was to be looked for, and for days nobody has answered."""
    FINDING = "finding"
    """Money seen that the state does not explain."""
    OTHER_AMOUNT = "other_amount"
    """A payment system took another amount than was asked."""
    MISTAKE = "mistake"
    """A payment system refused what only a mistake of ours can have made; it is not offered any more."""
    CLOCK = "clock"
    """Our clock and a payment system's differ too much."""
    PRINT_FAILED = "print_failed"
    """A receipt or slip that did not come out."""
    UNSTORED = "unstored"
    """An approval could not be written down; it was reversed and selling stopped."""
    CLONED = "cloned"
    """The journal came from another machine."""
    CALLED = "called"
    """A customer called for help."""


@dataclass(frozen=True, slots=True)
class StaffTask:
    """One thing a person has to look at, as the journal holds it.

    Attributes:
        id: Ours.
        kind: What it is.
        order_id: The order it is about, or "".
        attempt_id: The attempt it is about, or "".
        facts: What is known, as text; never a secret.
        opened: Since when.
        closed: When it was closed, None while it is open.
        closed_how: By whom and how; "" while it is open.
    """

    id: str
    kind: TaskKind
    order_id: str
    attempt_id: str
    facts: Mapping[str, str]
    opened: Stamp
    closed: Stamp | None
    closed_how: str


class PrintKind(StrEnum):
    """What is printed."""

    RECEIPT = "receipt"
    SLIP = "slip"


class PrintState(StrEnum):
    """What became of it."""

    QUEUED = "QUEUED"
    DONE = "DONE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A receipt or slip that is to be printed, as the journal holds it.

    Attributes:
        id: Ours.
        order_id: The order it tells of.
        kind: Receipt or slip.
        state: What became of it.
        facts: What a slip says beyond the order: {"key": text key}.
        queued: Since when.
    """

    id: str
    order_id: str
    kind: PrintKind
    state: PrintState
    facts: Mapping[str, str]
    queued: Stamp
