"""One try to pay: its states, its goal, and the closed table of what may follow what.

Three kinds of payment system share the states; each has its own table. `advance` refuses the rest.
The eleven laws that govern attempts are told in README.md, "What is promised about money".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kiosk.domain.errors import BugError
from kiosk.domain.moment import Stamp
from kiosk.domain.money import Money


class State(StrEnum):
    """Where an attempt stands. Stored by name."""

    PREPARED = "PREPARED"
    NOT_SENT = "NOT_SENT"
    DECLINED = "DECLINED"
    APPROVED = "APPROVED"
    NEEDS_STAFF = "NEEDS_STAFF"
    # one request moves the money (coupon, instant pay, card)
    SENDING = "SENDING"
    UNKNOWN = "UNKNOWN"
    NOT_CHARGED = "NOT_CHARGED"
    REVERSING = "REVERSING"
    REVERSED = "REVERSED"
    # the customer approves on a phone (loyalty points)
    OPENING = "OPENING"
    OPEN_LOST = "OPEN_LOST"
    WAITING = "WAITING"
    AUTHORISED = "AUTHORISED"
    CAPTURING = "CAPTURING"
    VOIDING = "VOIDING"
    VOIDED = "VOIDED"
    # the customer transfers to an account (bank transfer)
    ISSUING = "ISSUING"
    AWAITING_DEPOSIT = "AWAITING_DEPOSIT"
    UNDERPAID = "UNDERPAID"
    OVERPAID = "OVERPAID"
    EXPIRED = "EXPIRED"
    CLOSING = "CLOSING"
    CLOSED = "CLOSED"
    CORRECTED = "CORRECTED"


class Family(StrEnum):
    """Which table an attempt follows."""

    DIRECT = "direct"
    """One request moves the money: coupon, instant pay, card."""
    PHONE = "phone"
    """The customer approves on a phone: loyalty points."""
    TRANSFER = "transfer"
    """The customer transfers to a one-time account."""


class Goal(StrEnum):
    """What is to become of an attempt. Changes only from TAKE to UNDO."""

    TAKE = "TAKE"
    UNDO = "UNDO"


Table = Mapping[State, frozenset[State]]


def _table(rows: dict[State, tuple[State, ...]]) -> Table:
    return MappingProxyType({state: frozenset(following) for state, following in rows.items()})


S = State

TABLES: Final[Mapping[Family, Table]] = MappingProxyType(
    {
        Family.DIRECT: _table(
            {
                # the customer left, a crash before intend, our own guard; or a step that moves no money refused
                S.PREPARED: (S.SENDING, S.NOT_SENT, S.DECLINED),
                # REVERSING: an approval that could not be stored (law 6)
                S.SENDING: (S.APPROVED, S.DECLINED, S.NOT_SENT, S.UNKNOWN, S.REVERSING),
                S.UNKNOWN: (S.APPROVED, S.NOT_CHARGED, S.REVERSING, S.NEEDS_STAFF),
                # APPROVED: only with goal UNDO, and then it is refunded
                S.REVERSING: (S.REVERSED, S.NOT_CHARGED, S.APPROVED, S.NEEDS_STAFF),
                # card: the server lost its memory
                S.APPROVED: (S.NEEDS_STAFF,),
            }
        ),
        Family.PHONE: _table(
            {
                S.PREPARED: (S.OPENING, S.NOT_SENT, S.DECLINED),
                S.OPENING: (S.WAITING, S.OPEN_LOST, S.DECLINED, S.NOT_SENT),
                S.WAITING: (S.AUTHORISED, S.VOIDING),
                S.AUTHORISED: (S.CAPTURING, S.VOIDING),
                S.OPEN_LOST: (S.VOIDING, S.NEEDS_STAFF),
                # VOIDING: only on proof that it was not paid
                S.CAPTURING: (S.APPROVED, S.NEEDS_STAFF, S.VOIDING),
                S.VOIDING: (S.VOIDED, S.APPROVED, S.NEEDS_STAFF),
            }
        ),
        Family.TRANSFER: _table(
            {
                S.PREPARED: (S.ISSUING, S.NOT_SENT, S.DECLINED),
                # NOT_SENT also when the answer was lost: an account never shown cannot be paid
                S.ISSUING: (S.AWAITING_DEPOSIT, S.DECLINED, S.NOT_SENT),
                S.AWAITING_DEPOSIT: (S.APPROVED, S.UNDERPAID, S.OVERPAID, S.EXPIRED, S.CLOSING),
                # AWAITING_DEPOSIT: the customer stays
                S.CLOSING: (S.CLOSED, S.AWAITING_DEPOSIT, S.APPROVED, S.UNDERPAID, S.OVERPAID),
                S.APPROVED: (S.CORRECTED,),
                # APPROVED: by staff; or refunded, which is a row of its own
                S.UNDERPAID: (S.APPROVED, S.CORRECTED),
                S.OVERPAID: (S.APPROVED, S.CORRECTED),
            }
        ),
    }
)

PAYING: Final = frozenset(
    {
        S.PREPARED,
        S.SENDING,
        S.UNKNOWN,
        S.REVERSING,
        S.OPENING,
        S.OPEN_LOST,
        S.WAITING,
        S.AUTHORISED,
        S.CAPTURING,
        S.ISSUING,
        S.AWAITING_DEPOSIT,
        S.CLOSING,
    }
)
"""States of which an order has at most one (law 1)."""

BLOCKING: Final = frozenset({S.UNKNOWN, S.REVERSING, S.UNDERPAID, S.OVERPAID, S.NEEDS_STAFF})
"""States in which the order takes no other charge (law 5)."""

CHARGING: Final = frozenset({S.SENDING, S.OPENING, S.CAPTURING, S.ISSUING})
"""States that begin with a request which takes a customer's money, or asks them for it."""

PARKABLE: Final = frozenset({S.UNKNOWN, S.REVERSING, S.CAPTURING})
"""States that park the order when they last; never WAITING, OPEN_LOST or AWAITING_DEPOSIT."""

RESOLVABLE: Final = frozenset({*PARKABLE, S.OPEN_LOST, S.VOIDING, S.CLOSING})
"""States that the payment system's rules drive on without a person."""

HOLDING: Final = frozenset({S.APPROVED, S.UNDERPAID, S.OVERPAID})
"""States in which the shop holds a customer's money, by the payment system's proof."""

UNDER_WAY: Final = frozenset({*PAYING, S.VOIDING})
"""States that are no end: money moves, or may, or what was held is not proven to be free."""

RECEIPT: Final = "receipt"
"""Name of a fact: address of the payment system's own receipt."""

MASKED: Final = "masked"
"""Name of a fact: what the customer held up or named, as people may see it, by which staff find the payment again."""

NOT_RELEASED: Final = "not_released"
"""Name of a fact: what a customer approved and nobody took may be taken by this payment system, and it cannot be told
otherwise. Nobody is then promised that it comes back. Empty once it can."""


def advance(family: Family, state: State, to: State) -> State:
    """The next state, if the table allows it.

    Raises:
        BugError: the table does not hold this step.
    """
    if to not in TABLES[family].get(state, frozenset()):
        raise BugError(f"an attempt ({family}) cannot go from {state} to {to}")
    return to


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to pay, as the journal holds it.

    Attributes:
        id: Ours; carries kiosk, epoch and order.
        order_id: The order it pays for.
        method: Name of the payment system.
        family: The table it follows.
        number: 1, 2, 3 ... within the order.
        state: Where it stands.
        goal: What is to become of it.
        due: What the order still had to receive when it began.
        asked: What was asked of the payment system; None before that is known.
        received: What the payment system took; None unless it said so.
        transaction: The gateway's evidence; None until approved.
        reason: Why it stands where it stands; a Reason value or "".
        follows: The attempt that it carries on from (same coupon, smaller amount), or "".
        facts: What the payment system needs again (ids, sealed codes, a balance), as text.
        began: When it was prepared.
        unsure_since: When it last became UNKNOWN, REVERSING or CAPTURING.
        changed: When its state last changed.
        watched: It ended without money on proof that a late request could still undo; it is looked at for late money.
    """

    id: str
    order_id: str
    method: str
    family: Family
    number: int
    state: State
    goal: Goal
    due: Money
    asked: Money | None
    received: Money | None
    transaction: str | None
    reason: str
    follows: str
    facts: Mapping[str, str] = field(hash=False)
    began: Stamp
    unsure_since: Stamp | None
    changed: Stamp
    watched: bool

    @property
    def is_paying(self) -> bool:
        """It is the one attempt of its order that is under way."""
        return self.state in PAYING

    @property
    def is_released(self) -> bool:
        """What was approved and not taken comes back."""
        return not self.facts.get(NOT_RELEASED)
