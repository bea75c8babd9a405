"""What the loyalty relay writes down about a payment, and the names of its states.

A payment has two rounds, the payment and its cancel, which go through the same nine steps: opened, answered by a
person, told to the kiosk, closed. On the chain they have four states each, one of which they share. Closing goes by the
chain's state; the relay's own is a shadow of it that may be wrong.

Source: facts of the loyalty relay, 'state machine'.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from kiosk.simulator.relay_chain import Chain, Deal
from kiosk.simulator.relay_money import Figures


class Step(IntEnum):
    """How far a round has come; its last digit is the relay's number."""

    OPENED = 1
    SEND_FAILED = 2
    REVERTED = 3
    SENT = 4
    CONFIRMED = 5
    DENIED = 6
    REPLIED = 7
    CLOSED = 8
    FAILED = 9


ANSWERABLE = frozenset({Step.OPENED, Step.SEND_FAILED, Step.REVERTED})
"""A person may answer, or answer again."""
UNDECIDED = ANSWERABLE | {Step.SENT, Step.CONFIRMED}
ENDED = frozenset({Step.CLOSED, Step.FAILED})


@dataclass(frozen=True, slots=True)
class Phase:
    """One of the two rounds.

    Attributes:
        name: Its name on the wire.
        base: The relay's numbers are this and the step.
        before: On the chain, before anybody approves.
        opened: On the chain, approved.
        closed: On the chain, closed as wanted.
        failed: On the chain, closed as not wanted.
        seen_failed: What the close call takes for that. For a cancel the relay looks for the wrong one.
    """

    name: Literal["new", "cancel"]
    base: int
    before: Chain
    opened: Chain
    closed: Chain
    failed: Chain
    seen_failed: Chain

    def at(self, step: Step) -> int:
        """The relay's number of a step."""
        return self.base + step

    def step(self, status: int) -> Step | None:
        """Which step of this round a number is, if it is one."""
        return Step(status - self.base) if 1 <= status - self.base <= 9 else None


NEW = Phase("new", 10, Chain.NONE, Chain.OPENED, Chain.CLOSED, Chain.FAILED, seen_failed=Chain.FAILED)
CANCEL = Phase(
    "cancel", 50, Chain.CLOSED, Chain.CANCEL_OPENED, Chain.CANCEL_CLOSED, Chain.CANCEL_FAILED, seen_failed=Chain.FAILED
)


@dataclass(slots=True)
class Round:
    """The clock of a round.

    Attributes:
        opened_at: When it was opened [s since 1970]; 0 if it was not.
        closed_at: When it was closed, the last time; 0 if it was not.
        opened_s: When it was opened, by the clock that never goes backwards [s].
        force_s: When it will be closed by force, if nobody does before; None: never.
    """

    opened_at: int = 0
    closed_at: int = 0
    opened_s: float = 0.0
    force_s: float | None = None


Fate = Literal["mined", "reverted", "unseen"]


@dataclass(slots=True)
class Transaction:
    """An approval on its way to the chain.

    Attributes:
        phase: What it approves.
        deal: What the chain is to write down.
        fate: What will become of it; "unseen" lands, and the relay takes it for reverted.
        lands_s: When the chain decides [s].
        watch_s: When the relay looks next, once the chain has decided [s].
        has_landed: What the chain decided.
    """

    phase: Phase
    deal: Deal
    fate: Fate
    lands_s: float
    watch_s: float | None = None
    has_landed: bool = False


@dataclass(slots=True)
class Payment:
    """A row of the relay's table.

    Attributes:
        payment_id: The relay's.
        purchase_id: The kiosk's.
        amount: The price [10^-18 of the currency].
        currency: As the kiosk wrote it.
        shop_id: As the kiosk wrote it; nobody looks whether it exists.
        account: The wallet itself, never the temporary account.
        figures: Estimated, and final once the chain has spoken.
        status: Its number.
        rounds: The payment's and the cancel's clocks, by name.
        transaction: The approval on its way, if there is one.
        replied_s: When its success will have been told [s].
        delegate_s: When the shop's delegator looks at its cancel next [s].
    """

    payment_id: str
    purchase_id: str
    amount: int
    currency: str
    shop_id: str
    account: str
    figures: Figures
    status: int
    rounds: dict[str, Round] = field(default_factory=lambda: {"new": Round(), "cancel": Round()})
    transaction: Transaction | None = None
    replied_s: float | None = None
    delegate_s: float | None = None

    @property
    def phase(self) -> Phase:
        """The round it is in."""
        return NEW if self.status < CANCEL.base else CANCEL

    @property
    def new(self) -> Round:
        """The clock of the payment."""
        return self.rounds["new"]

    @property
    def cancel(self) -> Round:
        """The clock of its cancel."""
        return self.rounds["cancel"]


class RefusedError(Exception):
    """The relay refuses.

    Args:
        code: Its number.
        validation: For a parameter that cannot be: which, where, and what it was.
    """

    def __init__(self, code: int, validation: tuple[dict[str, object], ...] = ()) -> None:
        self.code = code
        self.validation = validation
        super().__init__(str(code))
