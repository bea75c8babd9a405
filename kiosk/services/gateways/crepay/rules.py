"""Crepay's decision tables: evidence from the journal -> what to do next. Pure; every row is a test.

Source: Crepay document, '에러 코드'; for a lost answer the trade's net-cancel rule (망취소) as KICC and NICE describe
it, because the document is silent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kiosk.domain.attempt import State
from kiosk.domain.outcome import Declined, NotSent, Outcome, Reason, Unknown
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.retrying import wait_s


class Call(StrEnum):
    """Crepay's calls, by our names."""

    BALANCE = "balance"
    CHECKOUT = "checkout"
    CANCEL = "cancel"
    CANCEL_NETWORK = "cancel_network"


class Answer(StrEnum):
    """What came back, as the journal keeps it."""

    OK = "ok"
    NOT_SENT = "not_sent"
    NO_ANSWER = "no_answer"
    UNREADABLE = "unreadable"
    OTHER_IDS = "other_ids"
    OTHER_AMOUNT = "other_amount"
    REFUSED = "refused"
    UNSUPPORTED = "unsupported"
    OTHER_CODE = "other_code"
    NO_SUCH_BARCODE = "ZLGN001"
    ID_REUSED = "ZLGN002"
    CLOCK = "ZLGN003"
    BALANCE_SHORT = "ZLGN011"
    WITHDRAWAL_FAILED = "ZLGN012"
    NO_SUCH_PAYMENT = "ZLGN021"


CHECKOUT_OUTCOME: Final[Mapping[Answer, Outcome]] = MappingProxyType(
    {
        Answer.NOT_SENT: NotSent(Reason.UNREACHABLE),
        Answer.REFUSED: Declined(Reason.SETUP),
        Answer.NO_SUCH_BARCODE: Declined(Reason.CODE_UNKNOWN),
        # the clock has been corrected from this very answer
        Answer.CLOCK: Declined(Reason.CLOCK_SKEWED, again=True),
        # the balance is read again, and the smaller amount offered as a new attempt
        Answer.BALANCE_SHORT: Declined(Reason.BALANCE_SHORT, again=True),
        Answer.WITHDRAWAL_FAILED: Declined(Reason.WITHDRAWAL_FAILED, again=True),
        # our ids have a random part, so it is this very request that came twice: the first may have been paid
        Answer.ID_REUSED: Unknown(Reason.ID_REUSED, undo=True),
        Answer.NO_ANSWER: Unknown(Reason.NO_ANSWER, undo=True),
        Answer.UNREADABLE: Unknown(Reason.NO_ANSWER, undo=True),
        Answer.OTHER_IDS: Unknown(Reason.CONTRADICTORY, undo=True),
        Answer.OTHER_AMOUNT: Unknown(Reason.OTHER_AMOUNT, undo=True),
        Answer.OTHER_CODE: Unknown(Reason.CONTRADICTORY, undo=True),
        Answer.UNSUPPORTED: Unknown(Reason.CONTRADICTORY, undo=True),
        Answer.NO_SUCH_PAYMENT: Unknown(Reason.CONTRADICTORY, undo=True),
    }
)
"""What a checkout came to; OK is Approved, with its amount. UNKNOWN can only end in giving back (never claimed)."""

NO_ANSWER_LADDER_S: Final = (2.0, 5.0, 15.0, 30.0, 60.0)
"""Waits after an undo without an answer [s], the last one repeated."""

NOT_THERE_AT_S: Final = (5.0, 30.0, 60.0)
"""After the first "no such payment" [s]: the checkout may still be travelling, so it is asked this often more."""

BALANCE_LADDER_S: Final = (2.0, 10.0, 60.0)
"""Waits after a balance that could not be read [s], the last one repeated."""

REFUND_BALANCE_TRIES_MAX: Final = 5
"""How often a balance is asked for to prove a refund [questions]; then a person looks."""

REPEATABLE: Final = frozenset(
    {
        Answer.NOT_SENT,
        Answer.NO_ANSWER,
        Answer.UNREADABLE,
        Answer.OTHER_IDS,
        Answer.OTHER_AMOUNT,
        Answer.OTHER_CODE,
        Answer.REFUSED,
        Answer.ID_REUSED,
        Answer.CLOCK,
        Answer.UNSUPPORTED,
    }
)
"""Answers to an undo after which it is sent again, with a fresh id and clock."""

NOTHING_HELD: Final = frozenset({Answer.OK, Answer.NO_SUCH_PAYMENT})
"""Answers to an undo after which Crepay holds nothing."""

MAYBE_DONE: Final = frozenset(
    {
        Answer.NO_ANSWER,
        Answer.UNREADABLE,
        Answer.OTHER_IDS,
        Answer.OTHER_AMOUNT,
        Answer.OTHER_CODE,
        # every undo has a new id with a random part: it came twice, and the first may have worked
        Answer.ID_REUSED,
    }
)
"""Answers to an undo after which it may have worked."""


@dataclass(frozen=True, slots=True)
class Try:
    """One undo that was sent, or one balance that was asked for.

    Attributes:
        call: Which.
        answer: What came back.
        age_s: How long ago it ended [s].
        balance: What the coupon held, for a balance [won].
    """

    call: Call
    answer: Answer
    age_s: float
    balance: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the journal knows of a checkout whose answer was lost.

    Attributes:
        undos: cancel-network and cancel, in order.
        balances: Balance questions since the last undo, in order.
        unsure_s: How long it has been unknown [s].
        baseline: What the coupon held before the checkout [won]; None when that was not read.
        reported: The amount that the server said it took although it was not asked for [won], or None.
        network_cancel: The server knows cancel-network.
        staff_after_s: When a person takes over [s].
    """

    undos: tuple[Try, ...]
    balances: tuple[Try, ...]
    unsure_s: float
    baseline: int | None
    reported: int | None
    network_cancel: bool
    staff_after_s: float


@dataclass(frozen=True, slots=True)
class Send:
    """Send this undo now, with a fresh id, clock and permit."""

    call: Call


@dataclass(frozen=True, slots=True)
class AskBalance:
    """Read the balance now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Come back after this time [s]."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """It is decided."""

    state: State
    reason: Reason


@dataclass(frozen=True, slots=True)
class RefundVerdict:
    """The refund is decided."""

    state: RefundState
    reason: Reason | None = None


Step = Send | AskBalance | Wait | Verdict
RefundStep = Send | AskBalance | Wait | RefundVerdict


def _not_there(tries: tuple[Try, ...]) -> tuple[Try, ...]:
    return tuple(one for one in tries if one.answer is Answer.NO_SUCH_PAYMENT)


def _again(tries: tuple[Try, ...], call: Call) -> Send | Wait:
    """The ladder after an undo that settled nothing."""
    wait = wait_s(NO_ANSWER_LADDER_S, len(tries) - len(_not_there(tries)), tries[-1].age_s)
    return Wait(wait) if wait else Send(call)


def next_step(evidence: Evidence) -> Step:
    """What to do about a checkout whose answer was lost, or which took another amount.

    Never claims it: the only endings are REVERSED, NOT_CHARGED and NEEDS_STAFF.
    """
    if evidence.reported is not None:
        return _undo_reported(evidence)
    call = Call.CANCEL_NETWORK if evidence.network_cancel else Call.CANCEL
    if not evidence.undos:
        return Send(call)
    last = evidence.undos[-1]
    if last.answer is Answer.OK:
        return Verdict(State.REVERSED, Reason.NO_ANSWER)
    if last.answer is Answer.NO_SUCH_BARCODE:
        return Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)
    if evidence.unsure_s >= evidence.staff_after_s:
        return Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)
    if last.answer is Answer.UNSUPPORTED and not evidence.network_cancel and last.call is Call.CANCEL_NETWORK:
        return Send(Call.CANCEL)
    if last.answer is Answer.NO_SUCH_PAYMENT:
        return _late_or_never(evidence, call)
    return _again(evidence.undos, call)


def _late_or_never(evidence: Evidence, call: Call) -> Step:
    """The server knows no such payment: it may still be travelling, or it never arrived."""
    seen = _not_there(evidence.undos)
    if len(seen) <= len(NOT_THERE_AT_S):
        wait = NOT_THERE_AT_S[len(seen) - 1] - seen[0].age_s
        return Wait(wait) if wait > 0 else Send(call)
    if evidence.baseline is None:
        return Verdict(State.NOT_CHARGED, Reason.NOTHING_THERE)
    if not evidence.balances:
        return AskBalance()
    last = evidence.balances[-1]
    if last.balance is None:
        wait = wait_s(BALANCE_LADDER_S, len(evidence.balances), last.age_s)
        return Wait(wait) if wait else AskBalance()
    if last.balance < evidence.baseline:
        return Verdict(State.NEEDS_STAFF, Reason.BALANCE_LOWER)
    return Verdict(State.NOT_CHARGED, Reason.NOTHING_THERE)


def _undo_reported(evidence: Evidence) -> Step:
    """Another amount was taken, by the server's own word: cancel exactly that; cancel-network is for the unknown."""
    if not evidence.undos:
        return Send(Call.CANCEL)
    last = evidence.undos[-1]
    if last.answer is Answer.OK:
        return Verdict(State.REVERSED, Reason.OTHER_AMOUNT)
    if evidence.unsure_s >= evidence.staff_after_s:
        return Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)
    if last.answer is Answer.NO_SUCH_PAYMENT:
        # an earlier cancel may have worked; nothing here proves it
        return Verdict(State.NEEDS_STAFF, Reason.OTHER_AMOUNT)
    if last.answer not in REPEATABLE:
        return Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)
    return _again(evidence.undos, Call.CANCEL)


@dataclass(frozen=True, slots=True)
class RefundEvidence:
    """What the journal knows of giving back a known approval.

    Attributes:
        cancels: Cancels of this refund, in order.
        earlier_maybe_done: A cancel of an earlier refund of the same attempt may have worked.
        balances: Balance questions of this refund, in order; the first is asked before the first cancel.
        since: Those of them that were asked after the last cancel.
        amount: How much is given back [won].
        asked_s: How long ago it was asked for [s].
        staff_after_s: When a person takes over [s].
    """

    cancels: tuple[Try, ...]
    earlier_maybe_done: bool
    balances: tuple[Try, ...]
    since: tuple[Try, ...]
    amount: int
    asked_s: float
    staff_after_s: float


def next_refund_step(evidence: RefundEvidence) -> RefundStep:
    """What to do about a refund. Cancel-network is never used for one."""
    if not evidence.balances:
        return AskBalance()
    if not evidence.cancels:
        return Send(Call.CANCEL)
    last = evidence.cancels[-1]
    if last.answer is Answer.OK:
        return RefundVerdict(RefundState.DONE)
    if last.answer is Answer.NO_SUCH_PAYMENT:
        return _given_back_by_an_earlier_one(evidence)
    if last.answer not in REPEATABLE:
        return RefundVerdict(RefundState.NEEDS_STAFF, Reason.CONTRADICTORY)
    if evidence.asked_s >= evidence.staff_after_s:
        return RefundVerdict(RefundState.NEEDS_STAFF, Reason.SETTLED_LATE)
    return _again(evidence.cancels, Call.CANCEL)


def _given_back_by_an_earlier_one(evidence: RefundEvidence) -> RefundStep:
    """The server knows no such payment (any more).

    Believed only if an earlier cancel may have worked and the coupon holds more by the amount.
    """
    before = evidence.balances[0].balance
    maybe_done = evidence.earlier_maybe_done or any(one.answer in MAYBE_DONE for one in evidence.cancels)
    if before is None or not maybe_done:
        return RefundVerdict(RefundState.NEEDS_STAFF, Reason.CONTRADICTORY)
    since = evidence.since
    if since and since[-1].balance is not None:
        rose = since[-1].balance >= before + evidence.amount
        return RefundVerdict(RefundState.DONE) if rose else RefundVerdict(RefundState.NEEDS_STAFF, Reason.BALANCE_LOWER)
    if len(since) >= REFUND_BALANCE_TRIES_MAX:
        return RefundVerdict(RefundState.NEEDS_STAFF, Reason.NO_ANSWER)
    wait = wait_s(BALANCE_LADDER_S, len(since), since[-1].age_s) if since else 0.0
    return Wait(wait) if wait else AskBalance()
