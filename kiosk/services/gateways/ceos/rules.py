"""CEOS's decision tables: evidence from the journal -> what to do next. Pure; every row is a test.

One table serves both dialects. A (payment.loopz.co.kr, the document's): a refused try leaves no record. B
(ceos.diggindie.com): a refused try is kept as FAILED and its id is used up. We take a new id for every try.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kiosk.domain.attempt import Goal, State
from kiosk.domain.outcome import Declined, NotSent, Outcome, Reason, Unknown
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.retrying import wait_s


class Call(StrEnum):
    """CEOS's calls, by our names."""

    INSTANT = "instant"
    CANCEL = "cancel"
    LOOK = "look"


class Answer(StrEnum):
    """What came back, as the journal keeps it."""

    PAID = "paid"
    """Paid, our id; for a look also our order name and custom data."""
    PAID_OTHER = "paid_other"
    """A payment under our id whose order name or custom data are not ours."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    PENDING = "pending"
    """A status word that is none of the above."""
    NOT_THERE = "not_there"
    """404 in the server's own shape."""
    REFUSED_TRY = "refused_try"
    """The one-in-ten failure: 500 in the server's own shape that begins 결제 처리."""
    REFUSED = "refused"
    """Refused before any payment code ran: input, credentials, address."""
    CONFLICT = "conflict"
    """409: the id exists; or, for a cancel, there is nothing to cancel."""
    NOT_SENT = "not_sent"
    NO_ANSWER = "no_answer"
    """Nothing came, or nothing that this table holds."""


INSTANT_OUTCOME: Final[Mapping[Answer, Outcome]] = MappingProxyType(
    {
        Answer.NOT_SENT: NotSent(Reason.UNREACHABLE),
        Answer.REFUSED: Declined(Reason.SETUP),
        Answer.NOT_THERE: Declined(Reason.SETUP),
        Answer.FAILED: Declined(Reason.REFUSED),
        Answer.CANCELLED: Unknown(Reason.CONTRADICTORY),
        Answer.PENDING: Unknown(Reason.CONTRADICTORY),
        Answer.PAID_OTHER: Unknown(Reason.CONTRADICTORY),
        Answer.NO_ANSWER: Unknown(Reason.NO_ANSWER),
    }
)
"""What a payment came to. PAID is Approved; REFUSED_TRY and CONFLICT are looked at first (LOOK_OUTCOME)."""

LOOK_OUTCOME: Final[Mapping[tuple[Answer, Answer], Outcome]] = MappingProxyType(
    {
        # A: nothing was recorded. Watched: had a proxy sent it twice, the other copy could still be on its way.
        (Answer.REFUSED_TRY, Answer.NOT_THERE): Declined(Reason.REFUSED, watch=True),
        # B: recorded as failed.
        (Answer.REFUSED_TRY, Answer.FAILED): Declined(Reason.REFUSED),
        # the id exists with somebody else's content: this call was refused, and the next try has another id
        (Answer.CONFLICT, Answer.PAID_OTHER): Declined(Reason.ID_REUSED),
        (Answer.CONFLICT, Answer.FAILED): Declined(Reason.REFUSED),
    }
)
"""(answer of the payment, answer of the one look after it) -> outcome. A look that says PAID approves; all else is
UNKNOWN: a single 500, a 409 and an early 404 prove nothing."""

NOTHING_HELD: Final = frozenset({Answer.NOT_THERE, Answer.FAILED, Answer.CANCELLED, Answer.PAID_OTHER})
"""Answers to a look after which CEOS holds nothing of ours: other content under our id is another's payment."""

LOOK_AT_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 90.0)
"""When a payment whose answer was lost is asked for, since it became unknown [s]; after the last, every minute."""

LOOK_EVERY_S: Final = 60.0
"""After the last of LOOK_AT_S [s]."""

CANCEL_LADDER_S: Final = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
"""Waits before the next look or cancel while undoing [s], the last one repeated."""


@dataclass(frozen=True, slots=True)
class Try:
    """One look or cancel.

    Attributes:
        call: Which.
        answer: What came back.
        age_s: How long ago it ended [s].
        after_waiting_s: How long after its payment became unknown it began [s]. Until then a payment can still have
            left: a till that was frozen sends it, and gives it up, when it goes on.
    """

    call: Call
    answer: Answer
    age_s: float
    after_waiting_s: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the journal knows of a payment whose answer was lost.

    Attributes:
        state: UNKNOWN or REVERSING.
        goal: What is to become of it.
        tries: Looks and cancels since it became unknown, in order.
        unsure_s: How long it has been unknown [s].
        settle_s: The longest a payment may still be travelling after it became unknown [s].
        staff_after_s: When a person takes over [s].
    """

    state: State
    goal: Goal
    tries: tuple[Try, ...]
    unsure_s: float
    settle_s: float
    staff_after_s: float


@dataclass(frozen=True, slots=True)
class Look:
    """Ask for the payment now."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel the payment now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Come back after this time [s]."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """It is decided."""

    state: State
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class RefundVerdict:
    """The refund is decided."""

    state: RefundState
    reason: Reason | None = None


Step = Look | Cancel | Wait | Verdict
RefundStep = Look | Cancel | Wait | RefundVerdict


def next_step(evidence: Evidence) -> Step:
    """What to do about a payment whose answer was lost."""
    last = evidence.tries[-1] if evidence.tries else None
    if last is not None:
        decided = _by_answer(evidence, last)
        if decided is not None:
            return decided
    if last is not None and _in_vain(evidence, last):
        return Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)
    if evidence.state is State.REVERSING and last is not None:
        return _next_undo(evidence.tries, last)
    return _next_look(evidence)


def _in_vain(evidence: Evidence, last: Try) -> bool:
    """It was unknown for too long already when this was tried: a till that was off for an hour asks first."""
    return evidence.unsure_s - last.age_s >= evidence.staff_after_s


def _by_answer(evidence: Evidence, last: Try) -> Step | None:
    match last.answer:
        case Answer.CANCELLED:
            undone = State.REVERSED if evidence.state is State.REVERSING else State.NOT_CHARGED
            return Verdict(undone, Reason.CANCELLED_THERE)
        case Answer.FAILED:
            return Verdict(State.NOT_CHARGED, Reason.REFUSED)
        case Answer.PAID_OTHER:
            return Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)
        case Answer.PAID if last.call is Call.LOOK:
            return Verdict(State.APPROVED) if evidence.goal is Goal.TAKE else _cancel_when_due(evidence)
        case Answer.NOT_THERE if last.after_waiting_s >= evidence.settle_s:
            return Verdict(State.NOT_CHARGED, Reason.NOTHING_THERE)
        case _:
            return None


def _cancel_when_due(evidence: Evidence) -> Step:
    """It is paid and not wanted. The first cancel goes at once, further ones up the ladder."""
    cancels = tuple(one for one in evidence.tries if one.call is Call.CANCEL)
    if cancels and _in_vain(evidence, cancels[-1]):
        return Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)
    wait = wait_s(CANCEL_LADDER_S, len(cancels), cancels[-1].age_s) if cancels else 0.0
    return Wait(wait) if wait else Cancel()


def _next_undo(tries: tuple[Try, ...], last: Try) -> Step:
    """A cancel that settled nothing: look what became of it; a look that settled nothing: look again later."""
    if last.call is Call.CANCEL:
        return Look()
    looks = sum(1 for one in tries if one.call is Call.LOOK)
    wait = wait_s(CANCEL_LADDER_S, looks, last.age_s)
    return Wait(wait) if wait else Look()


def _next_look(evidence: Evidence) -> Step:
    looked_s = evidence.unsure_s - evidence.tries[-1].age_s if evidence.tries else 0.0
    due_s = next((at for at in LOOK_AT_S if at > looked_s), looked_s + LOOK_EVERY_S)
    wait = due_s - evidence.unsure_s
    return Wait(wait) if wait > 0 else Look()


@dataclass(frozen=True, slots=True)
class RefundEvidence:
    """What the journal knows of giving back a known approval.

    Attributes:
        tries: Cancels and looks of this refund, in order.
        asked_s: How long ago it was asked for [s].
        staff_after_s: When a person takes over [s].
    """

    tries: tuple[Try, ...]
    asked_s: float
    staff_after_s: float


def next_refund_step(evidence: RefundEvidence) -> RefundStep:
    """What to do about a refund."""
    if not evidence.tries:
        return Cancel()
    last = evidence.tries[-1]
    match last.answer:
        case Answer.CANCELLED:
            return RefundVerdict(RefundState.DONE)
        case Answer.FAILED | Answer.PAID_OTHER | Answer.NOT_THERE:
            # we hold an approval of it; the server says otherwise
            return RefundVerdict(RefundState.NEEDS_STAFF, Reason.CONTRADICTORY)
        case Answer.REFUSED if last.call is Call.CANCEL:
            return RefundVerdict(RefundState.NEEDS_STAFF, Reason.SETUP)
        case _:
            pass
    if evidence.asked_s - last.age_s >= evidence.staff_after_s:
        return RefundVerdict(RefundState.NEEDS_STAFF, Reason.SETTLED_LATE)
    if last.call is Call.CANCEL and last.answer is not Answer.NOT_SENT:
        return Look()
    # still paid, or nobody answers: up the ladder
    wait = wait_s(CANCEL_LADDER_S, len(evidence.tries), last.age_s)
    if wait:
        return Wait(wait)
    return Cancel() if last.answer in (Answer.PAID, Answer.NOT_SENT) and _cancels_next(last) else Look()


def _cancels_next(last: Try) -> bool:
    """A look that found it paid, or a cancel that never left, is followed by a cancel."""
    return last.answer is Answer.PAID or last.call is Call.CANCEL
