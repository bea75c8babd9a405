"""What an attempt came to. Six answers, and one vocabulary of reasons.

Each outcome carries the entries that are written in the same transaction as the state that follows from it: the
evidence and the verdict cannot be parted by a crash.
"""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.entries import Entry
from kiosk.domain.money import Money


class Reason(StrEnum):
    """Why something was refused or is not known, in our words; the gateways' codes are mapped to these.

    The value is the last part of the text key `reason.<value>`.
    """

    CODE_UNKNOWN = "code_unknown"
    """No such coupon."""
    WRONG_KIND = "wrong_kind"
    """What was scanned is not what was asked for."""
    BALANCE_EMPTY = "balance_empty"
    """The coupon holds nothing."""
    BALANCE_SHORT = "balance_short"
    """The coupon holds less than was asked."""
    WITHDRAWAL_FAILED = "withdrawal_failed"
    """The account behind the coupon refused."""
    CLOCK_SKEWED = "clock_skewed"
    """Our clock and the server's differ too much."""
    ID_REUSED = "id_reused"
    """The server knows an id that we never sent: our generator is at fault."""
    REFUSED = "refused"
    """The payment system refused, without a reason a customer could act on."""
    SETUP = "setup"
    """The payment system refused our credentials or settings."""
    UNREACHABLE = "unreachable"
    """No connection; nothing was sent."""
    LEFT = "left"
    """The customer left before anything was sent."""
    PLANNED = "planned"
    """It pays a part, when everything else has been paid; nothing was sent."""
    STOPPED = "stopped"
    """Another payment of the sale has to be settled first, so that nothing more is taken for it."""
    LEFT_WAITING = "left_waiting"
    """The customer did not wait for their phone."""
    LEFT_TRANSFER = "left_transfer"
    """The customer went away from the account that they were to transfer to."""
    INTERRUPTED = "interrupted"
    """The till stopped before anything was sent."""
    NO_ANSWER = "no_answer"
    """Sent, and no readable answer came."""
    OTHER_AMOUNT = "other_amount"
    """Answered with another amount than was asked."""
    CONTRADICTORY = "contradictory"
    """Answered with something that this payment system's table does not hold."""
    SETTLED_LATE = "settled_late"
    """Nothing conclusive came within the longest window; a person must look."""
    BALANCE_LOWER = "balance_lower"
    """The server knows no such payment, yet the coupon holds less than before."""
    CANCELLED_THERE = "cancelled_there"
    """The payment system says that it is cancelled."""
    NOTHING_THERE = "nothing_there"
    """The payment system says, after the longest delay, that there is nothing."""
    FORGOTTEN = "forgotten"
    """The payment system has lost its memory of what it approved."""
    TOO_MUCH = "too_much"
    """More than it can pay, or nothing: the customer named another amount than they can choose."""
    POINTS_SHORT = "points_short"
    """The wallet cannot pay anything, or not the amount and its fee."""
    CODE_EXPIRED = "code_expired"
    """The wallet's code was shown too long, or was used already."""
    NO_PHONE = "no_phone"
    """Nobody has registered a phone on which it could be approved."""
    SHOP_INACTIVE = "shop_inactive"
    """The payment system does not take payments for this shop."""
    DENIED = "denied"
    """The person asked said no on the phone."""
    TIMED_OUT = "timed_out"
    """The person asked did not answer in time."""
    CONTRACT_ERROR = "contract_error"
    """The approval was refused when it was carried out."""
    SERVER_ERROR = "server_error"
    """The approval could not be carried out."""
    TOO_LATE = "too_late"
    """Approved, and not taken in time: the payment system releases it by itself."""
    OWNER_NEEDED = "owner_needed"
    """Only the shop's owner can give it back, on a phone; staff start that."""
    WINDOW_OVER = "window_over"
    """The time in which the payment system gives back is over."""
    OUT_OF_HOURS = "out_of_hours"
    """Banks take no transfers now, or not for long enough."""
    NOT_TRANSFERRED = "not_transferred"
    """The account was open until its time was over, and nothing came."""
    SHORT = "short"
    """Less came than was asked."""
    MORE = "more"
    """More came than was asked."""
    CORRECTED_THERE = "corrected_there"
    """The bank took the transfer back (입금정정)."""
    WITHDRAWAL_NEEDED = "withdrawal_needed"
    """Only staff can give it back, by a withdrawal to an account of the customer's."""
    BELOW_LEAST = "below_least"
    """Less than can be withdrawn: it has to be given back another way."""
    SHOP_BALANCE_SHORT = "shop_balance_short"
    """The shop's balance does not hold the withdrawal and its fee."""
    PAYEE_WRONG = "payee_wrong"
    """There is no such account, or it is somebody else's."""
    DAY_LIMIT = "day_limit"
    """The shop has withdrawn as much today as it may."""
    MAINTENANCE = "maintenance"
    """The payment system withdraws nothing just now."""
    REJECTED_THERE = "rejected_there"
    """The payment system did not pay the withdrawal out."""


@dataclass(frozen=True, slots=True)
class Approved:
    """Money moved, by the gateway's declared proof.

    Attributes:
        received: What the gateway says it took.
        transaction: The id that proves it; evidence for one attempt only.
        watch: The payment system may take it back, or more may come: it is looked at again.
    """

    received: Money
    transaction: str
    entries: tuple[Entry, ...] = ()
    watch: bool = False


@dataclass(frozen=True, slots=True)
class Declined:
    """A complete answer, in the gateway's own shape, that says no. Nothing moved.

    Attributes:
        reason: Why.
        again: The method offers to go on at once with a new attempt (a smaller amount, say).
        watch: The proof would not hold if the request had been doubled on its way: late money is looked for.
    """

    reason: Reason
    again: bool = False
    entries: tuple[Entry, ...] = ()
    watch: bool = False


@dataclass(frozen=True, slots=True)
class NotSent:
    """Proven that no byte of the request left: nothing moved."""

    reason: Reason
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """Nothing was sent yet: it is to pay this much when everything else has been paid (law 11).

    Attributes:
        amount: Less than what is due.
    """

    amount: Money


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything not proven. The money may have moved.

    Attributes:
        reason: What is missing.
        received: An amount that the gateway reported though it is not the one asked.
        undo: It can only end in giving back; the payment is never claimed.
    """

    reason: Reason
    received: Money | None = None
    undo: bool = False
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Under way, and where it stands is written down already: `resolve` drives it to its goal."""


Outcome = Approved | Declined | NotSent | Planned | Unknown | Unsettled
