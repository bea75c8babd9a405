"""The card server's decision tables: evidence from the journal -> what to do next. Pure; every row is a test.

Source: card document, 'Confirm', '결제 환불(취소)', '상태/멱등성'; what the running server does where it is silent.
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
    """The card server's calls, by our names."""

    CREATE = "create"
    """Also asks where a payment stands."""
    CONFIRM = "confirm"
    CANCEL = "cancel"


class Answer(StrEnum):
    """What came back, as the journal keeps it."""

    INITIATED = "initiated"
    """Created, our key and order; not paid."""
    APPROVED = "approved"
    """Of a confirm: paid, with our key, order and amount. Of a create: paid, with our key and order."""
    CANCELED = "canceled"
    OTHER = "other"
    """A success that speaks of another key, order or amount, or in a word that is none of the above."""
    MISMATCH = "mismatch"
    """409 AMOUNT_MISMATCH: the key is known with another order or amount."""
    ALREADY_CANCELED = "already_canceled"
    """422, to a confirm."""
    NOT_APPROVED = "not_approved"
    """422, to a cancel."""
    NOT_FOUND = "not_found"
    """404, to a cancel."""
    PARTIAL_MISMATCH = "partial_mismatch"
    """409, to a cancel."""
    REFUSED = "refused"
    """Refused before any payment code ran, or before anything was changed: credentials, input."""
    NOT_SENT = "not_sent"
    NO_ANSWER = "no_answer"
    """Nothing came, or nothing that this table holds."""


CREATE_OUTCOME: Final[Mapping[Answer, Outcome]] = MappingProxyType(
    {
        Answer.REFUSED: Declined(Reason.SETUP),
        Answer.NOT_SENT: NotSent(Reason.UNREACHABLE),
        # no money is involved: the till has not asked for any
        Answer.NO_ANSWER: NotSent(Reason.UNREACHABLE),
    }
)
"""What becomes of a payment that could not be created. INITIATED is confirmed; all else means that the key is known,
though we never sent it (ID_REUSED)."""

CONFIRM_OUTCOME: Final[Mapping[Answer, Outcome]] = MappingProxyType(
    {
        Answer.REFUSED: Declined(Reason.SETUP),
        Answer.NOT_SENT: NotSent(Reason.UNREACHABLE),
        Answer.NO_ANSWER: Unknown(Reason.NO_ANSWER),
        # it was confirmed and cancelled before: not by us
        Answer.ALREADY_CANCELED: Unknown(Reason.CONTRADICTORY, undo=True),
        # what was created by us does not have what we confirm: a mistake of ours
        Answer.MISMATCH: Unknown(Reason.CONTRADICTORY, undo=True),
        # it may be ours all the same: the same again says so
        Answer.OTHER: Unknown(Reason.CONTRADICTORY),
    }
)
"""What the first confirm came to. APPROVED is Approved; every answer of another call is CONTRADICTORY."""

NOTHING_HELD: Final = frozenset({Answer.INITIATED, Answer.CANCELED})
"""Answers to a look after which the server holds nothing."""

CONFIRM_AGAIN_S: Final = (1.0, 2.0, 4.0)
"""Waits before a confirm whose answer was lost is sent again, while its customer stands there [s]."""

LOOK_LADDER_S: Final = (1.0, 4.0, 25.0, 30.0, 60.0)
"""Waits before the next look that was not conclusive [s], the last one repeated. So the second and third look come 5
and 30 s after the first."""

CANCEL_LADDER_S: Final = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
"""Waits before the next cancel [s], the last one repeated: it gives back once, however often it is sent."""


@dataclass(frozen=True, slots=True)
class Try:
    """One look, confirm or cancel.

    Attributes:
        call: Which.
        answer: What came back.
        age_s: How long ago it ended [s].
        began_s: How long ago it began [s].
    """

    call: Call
    answer: Answer
    age_s: float
    began_s: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the journal knows of a payment whose answer was lost.

    Attributes:
        state: UNKNOWN or REVERSING.
        goal: What is to become of it.
        is_ours_to_repeat: It was first confirmed since this start: its customer still stands there.
        tries: Looks, confirms and cancels since it became unknown, in order.
        unsure_s: How long it has been unknown [s].
        given_up_s: How long ago the answer to the first confirm was given up, or would have been [s].
        settle_s: The longest a confirm may still be travelling after its answer was given up [s].
        staff_after_s: When a person takes over [s].
    """

    state: State
    goal: Goal
    is_ours_to_repeat: bool
    tries: tuple[Try, ...]
    unsure_s: float
    given_up_s: float
    settle_s: float
    staff_after_s: float


@dataclass(frozen=True, slots=True)
class Look:
    """Ask where the payment stands, now."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """Confirm the payment once more, with the same values, now."""


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


Step = Look | Confirm | Cancel | Wait | Verdict
RefundStep = Look | Cancel | Wait | RefundVerdict


STRANGE: Final = Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)

SETTLED: Final[Mapping[tuple[Call, Answer], Verdict]] = MappingProxyType(
    {
        # its amount is proven; not wanted any more, it is given back like any other
        (Call.CONFIRM, Answer.APPROVED): Verdict(State.APPROVED),
        (Call.CONFIRM, Answer.ALREADY_CANCELED): Verdict(State.NOT_CHARGED, Reason.CANCELLED_THERE),
        (Call.CREATE, Answer.CANCELED): Verdict(State.NOT_CHARGED, Reason.CANCELLED_THERE),
        (Call.CONFIRM, Answer.MISMATCH): STRANGE,
        (Call.CONFIRM, Answer.OTHER): STRANGE,
        (Call.CREATE, Answer.OTHER): STRANGE,
        (Call.CANCEL, Answer.PARTIAL_MISMATCH): STRANGE,
        # only what was seen as paid is cancelled: the server has lost its memory
        (Call.CANCEL, Answer.NOT_FOUND): Verdict(State.NEEDS_STAFF, Reason.FORGOTTEN),
    }
)
"""What ends a lost payment, whatever was heard before. A cancel's own success does not: it names no payment."""


def next_step(evidence: Evidence) -> Step:
    """What to do about a payment whose answer was lost."""
    last = evidence.tries[-1] if evidence.tries else None
    decided = None if last is None else _by_answer(evidence, last)
    if decided is not None:
        return decided
    if last is not None and evidence.unsure_s - last.age_s >= evidence.staff_after_s:
        return Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)
    if evidence.state is State.REVERSING:
        return _next_cancel(evidence.tries)
    return _next_confirm(evidence) or _next_look(evidence.tries)


def _by_answer(evidence: Evidence, last: Try) -> Step | None:
    settled = SETTLED.get((last.call, last.answer))
    if settled is not None and settled.state is State.NOT_CHARGED and evidence.state is State.REVERSING:
        return Verdict(State.REVERSED, settled.reason)
    if settled is not None or last.call is not Call.CREATE:
        return settled
    if last.answer is Answer.APPROVED:
        return Confirm() if evidence.goal is Goal.TAKE else _cancel_when_due(evidence.tries)
    is_over = _given_up_s(evidence) - last.began_s >= evidence.settle_s
    return _not_paid(evidence) if last.answer is Answer.INITIATED and is_over else None


def _given_up_s(evidence: Evidence) -> float:
    """How long ago the answer to the last request for money was given up [s]."""
    return min((one.age_s for one in evidence.tries if one.call is Call.CONFIRM), default=evidence.given_up_s)


def _not_paid(evidence: Evidence) -> Verdict:
    """Seen as paid before, it has been forgotten; else it never was."""
    was_paid = any(one.answer is Answer.APPROVED for one in evidence.tries)
    if was_paid:
        return Verdict(State.NEEDS_STAFF, Reason.FORGOTTEN)
    return Verdict(State.NOT_CHARGED, Reason.NOTHING_THERE)


def _cancel_when_due(tries: tuple[Try, ...]) -> Cancel | Wait:
    """The first cancel goes at once, further ones up the ladder."""
    cancels = tuple(one for one in tries if one.call is Call.CANCEL)
    wait = wait_s(CANCEL_LADDER_S, len(cancels), cancels[-1].age_s) if cancels else 0.0
    return Wait(wait) if wait else Cancel()


def _next_confirm(evidence: Evidence) -> Confirm | Wait | None:
    """The same again, while it is wanted and somebody stands there; None when it is only to be looked at."""
    if evidence.goal is not Goal.TAKE or not evidence.is_ours_to_repeat:
        return None
    confirms = tuple(one for one in evidence.tries if one.call is Call.CONFIRM)
    if len(confirms) >= len(CONFIRM_AGAIN_S):
        return None
    since_s = evidence.tries[-1].age_s if evidence.tries else evidence.unsure_s
    wait = max(0.0, CONFIRM_AGAIN_S[len(confirms)] - since_s)
    return Wait(wait) if wait else Confirm()


def _next_look(tries: tuple[Try, ...]) -> Look | Wait:
    looks = tuple(one for one in tries if one.call is Call.CREATE)
    wait = wait_s(LOOK_LADDER_S, len(looks), tries[-1].age_s) if looks else 0.0
    return Wait(wait) if wait else Look()


def _next_cancel(tries: tuple[Try, ...]) -> Look | Cancel | Wait:
    """A cancel that left is looked into, whatever it was answered; one that did not is sent up the ladder."""
    last = tries[-1] if tries else None
    if last is None or (last.call is Call.CANCEL and last.answer is not Answer.NOT_SENT):
        return Look()
    return _next_look(tries) if last.call is Call.CREATE else _cancel_when_due(tries)


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


GIVEN_BACK: Final[Mapping[tuple[Call, Answer], RefundVerdict]] = MappingProxyType(
    {
        (Call.CREATE, Answer.CANCELED): RefundVerdict(RefundState.DONE),
        # we hold an approval of it: the server has lost its memory
        (Call.CANCEL, Answer.NOT_FOUND): RefundVerdict(RefundState.NEEDS_STAFF, Reason.FORGOTTEN),
        (Call.CANCEL, Answer.NOT_APPROVED): RefundVerdict(RefundState.NEEDS_STAFF, Reason.FORGOTTEN),
        (Call.CREATE, Answer.INITIATED): RefundVerdict(RefundState.NEEDS_STAFF, Reason.FORGOTTEN),
        (Call.CANCEL, Answer.PARTIAL_MISMATCH): RefundVerdict(RefundState.NEEDS_STAFF, Reason.CONTRADICTORY),
        (Call.CREATE, Answer.OTHER): RefundVerdict(RefundState.NEEDS_STAFF, Reason.CONTRADICTORY),
        (Call.CANCEL, Answer.REFUSED): RefundVerdict(RefundState.NEEDS_STAFF, Reason.SETUP),
    }
)
"""What ends a refund. A cancel's own success does not: it names no payment, and a look does."""


def next_refund_step(evidence: RefundEvidence) -> RefundStep:
    """What to do about a refund."""
    if not evidence.tries:
        return Cancel()
    last = evidence.tries[-1]
    decided = GIVEN_BACK.get((last.call, last.answer))
    if decided is not None:
        return decided
    if evidence.asked_s - last.age_s >= evidence.staff_after_s:
        return RefundVerdict(RefundState.NEEDS_STAFF, Reason.SETTLED_LATE)
    is_paid = (last.call, last.answer) == (Call.CREATE, Answer.APPROVED)
    return _cancel_when_due(evidence.tries) if is_paid else _next_cancel(evidence.tries)
