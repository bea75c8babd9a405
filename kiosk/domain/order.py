"""An order: its lines, its states, and what is still due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kiosk.domain.attempt import BLOCKING, HOLDING, Attempt, Family, State
from kiosk.domain.catalogue import Tax
from kiosk.domain.errors import BugError, require
from kiosk.domain.moment import Stamp
from kiosk.domain.money import Currency, Money


class OrderState(StrEnum):
    """Where an order stands. Stored by name."""

    OPEN = "OPEN"
    ABANDONED = "ABANDONED"
    PAYING = "PAYING"
    PAID = "PAID"
    UNWINDING = "UNWINDING"
    UNWOUND = "UNWOUND"
    UNWINDING_STAFF = "UNWINDING_STAFF"
    REFUNDING = "REFUNDING"
    REFUNDED = "REFUNDED"
    PARTLY_REFUNDED = "PARTLY_REFUNDED"


O = OrderState  # noqa: E741 - short, and used only in the table below

ORDER_TABLE: Final[Mapping[OrderState, frozenset[OrderState]]] = MappingProxyType(
    {
        # ABANDONED: nothing was ever sent
        O.OPEN: frozenset({O.PAYING, O.ABANDONED}),
        O.PAYING: frozenset({O.PAID, O.UNWINDING}),
        O.UNWINDING: frozenset({O.UNWOUND, O.UNWINDING_STAFF}),
        # PAID: staff found that it was charged, and it is kept
        O.UNWINDING_STAFF: frozenset({O.UNWOUND, O.PAID}),
        O.PAID: frozenset({O.REFUNDING}),
        # PAID: every refund was refused
        O.REFUNDING: frozenset({O.REFUNDED, O.PARTLY_REFUNDED, O.PAID}),
        O.PARTLY_REFUNDED: frozenset({O.REFUNDING}),
    }
)

SAID_OF: Final = frozenset({O.UNWINDING_STAFF, O.UNWOUND, O.PAID, O.REFUNDING, O.PARTLY_REFUNDED, O.REFUNDED})
"""How something of it ended that only a person can say, people may say. What is given back beside that goes on, perhaps
for days; an order that is being paid or unwound has to come to its own end first."""

ASKED_BACK: Final = frozenset({O.PAID, O.REFUNDING, O.PARTLY_REFUNDED, O.UNWINDING_STAFF})
"""Staff can have what it received given back; of one that is REFUNDING, what was refused meanwhile."""


def advance_order(state: OrderState, to: OrderState) -> OrderState:
    """The next state, if the table allows it.

    Raises:
        BugError: the table does not hold this step.
    """
    if to not in ORDER_TABLE.get(state, frozenset()):
        raise BugError(f"an order cannot go from {state} to {to}")
    return to


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of a basket. Name, price and tax are copied from the catalogue: later changes there do not reach it.

    Attributes:
        sku: The store's key of the product.
        barcode: What was scanned, or "".
        names: Name per language code; "ko" is always there.
        price: VAT-inclusive price of one.
        quantity: How many, at least 1.
        tax: Whether VAT is in the price.
    """

    sku: str
    barcode: str
    names: tuple[tuple[str, str], ...]
    price: Money
    quantity: int
    tax: Tax

    def __post_init__(self) -> None:
        require(self.quantity >= 1, "an order line sells at least one")

    @property
    def total(self) -> Money:
        """Price of all of them."""
        return self.price * self.quantity

    def name(self, language: str) -> str:
        """Its name in a language, or the Korean one."""
        names = dict(self.names)
        return names.get(language) or names["ko"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one payment system is to pay when everything else has been paid (law 11). Nothing was sent for it yet.

    Attributes:
        attempt_id: The attempt in which the customer said so; it ended unsent.
        amount: How much; less than what was due then.
    """

    attempt_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Order:
    """A sale, as the journal holds it.

    Attributes:
        id: Ours; carries kiosk and epoch.
        code: What a customer tells staff (접수번호).
        number: What is called out (주문번호); "" until paid.
        state: Where it stands.
        reason: Why it is unwinding; a text key or "".
        language: The customer's language.
        lines: Frozen from the first attempt on.
        total: Sum of the lines.
        business_day: KST day on which it became PAID, "YYYY-MM-DD"; "" until then.
        opened: When it was first written down.
        paid: When it became PAID; None until then.
        changed: When its state last changed.
        plan: What is to be paid last; None when nothing is planned.
    """

    id: str
    code: str
    number: str
    state: OrderState
    reason: str
    language: str
    lines: tuple[OrderLine, ...]
    total: Money
    business_day: str
    opened: Stamp
    paid: Stamp | None
    changed: Stamp
    plan: Plan | None = None

    @property
    def short_name(self) -> str:
        """What it is called on the wire, in Korean as the documents have it: 아메리카노 외 2건."""
        first = self.lines[0].name("ko")
        return first if len(self.lines) == 1 else f"{first} 외 {len(self.lines) - 1}건"


def lines_total(lines: Iterable[OrderLine], currency: Currency = Currency.KRW) -> Money:
    """What the lines cost together."""
    total = Money(0, currency)
    for line in lines:
        total += line.total
    return total


@dataclass(frozen=True, slots=True)
class Balance:
    """What an order has received and what is still due.

    Attributes:
        total: What the lines cost.
        received: What approved attempts took and nobody gave back.
    """

    total: Money
    received: Money = field(default=Money(0))

    @property
    def due(self) -> Money:
        """What is still to be paid."""
        return self.total - self.received


def balance_of(total: Money, attempts: Iterable[Attempt], given_back: Mapping[str, int]) -> Balance:
    """What is due after these attempts.

    Args:
        total: What the lines cost.
        attempts: All attempts of the order.
        given_back: Per attempt id, what refunds gave back or are giving back [minor units].
    """
    received = 0
    for attempt in attempts:
        if attempt.state in HOLDING and attempt.received is not None:
            received += counts_for(attempt, attempt.state, attempt.received.amount, given_back.get(attempt.id, 0))
    return Balance(total, Money(received, total.currency))


def counts_for(attempt: Attempt, state: State, received: int, given_back: int = 0) -> int:
    """What a payment pays of its order [minor units].

    A transfer that the store takes for enough, though its amount differs a little, pays all that was asked; and what
    somebody transferred beyond that pays for nothing.

    Args:
        attempt: The payment.
        state: In which it is, or is about to be.
        received: What its payment system took.
        given_back: What of that was given back, or is being.
    """
    kept, due = received - given_back, attempt.due.amount
    if state is State.OVERPAID:
        return min(kept, due)
    is_enough = attempt.family is Family.TRANSFER and state is State.APPROVED and not given_back
    return due if is_enough else kept


def takes_no_other_charge(attempts: Iterable[Attempt]) -> bool:
    """Whether an attempt of the order forbids another charge (laws 1 and 5)."""
    return any(attempt.state in BLOCKING or attempt.is_paying or _may_be_taken_yet(attempt) for attempt in attempts)


def _may_be_taken_yet(attempt: Attempt) -> bool:
    """What cannot be released the payment system may take by itself, however little it is wanted."""
    return attempt.state is State.VOIDING and not attempt.is_released
