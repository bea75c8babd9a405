"""The relay's decision tables: evidence from the journal -> what to do next. Pure; every row is a test.

A payment goes through three of them: waiting for the customer, taking what they approved, releasing what is not wanted;
giving back what was taken is in refund_rules.py.
Source: payment methods, loyalty; what running relays did where the document is silent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.domain.attempt import Goal, State
from kiosk.domain.limits import Limits
from kiosk.domain.outcome import Reason
from kiosk.services.gateways.loyalty.answers import Answer, Call, Numbering
from kiosk.services.gateways.retrying import wait_s

LADDER_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Waits before the next look or close that was not conclusive [s], the last one repeated."""

NOT_PAID: Final = frozenset({Answer.FAILED, Answer.RUN_OUT, Answer.DENIED})
"""An item that says one of these was not paid; opened and approved are not final while the relay can change them."""

CLOSES: Final = frozenset({Call.CAPTURE, Call.VOID})

FREE: Final = frozenset({Answer.FAILED, Answer.RUN_OUT, Answer.NEVER_HELD})
"""What a close says when nothing is held, or is released with this answer."""


@dataclass(frozen=True, slots=True)
class Try:
    """One look, close or opened cancel.

    Attributes:
        call: Which.
        answer: What came back.
        age_s: How long ago it ended [s].
    """

    call: Call
    answer: Answer
    age_s: float


@dataclass(frozen=True, slots=True)
class Look:
    """Ask for the payment now."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Take what the customer approved, now."""


@dataclass(frozen=True, slots=True)
class Void:
    """Close the payment without taking, now."""


@dataclass(frozen=True, slots=True)
class Release:
    """It is not wanted, or cannot be had, any more."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Wait:
    """Come back after this time [s]."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """It is decided."""

    state: State
    reason: Reason | None = None


# -- waiting for the customer


QUOTES_MAX: Final = 8
"""How often the relay is asked what a wallet can pay at most; fees are a share, so three times find it."""


def next_amount(paid: int, short: int, total: int, balance: int) -> int:
    """The amount to ask about next, on the way to the largest that a wallet can pay with the fee [minor units].

    Args:
        paid: The largest amount known to be possible; 0 when none is.
        short: The smallest amount known to be too much.
        total: What `short` would cost the wallet, with the fee [10^-18].
        balance: What it holds [the same].

    Returns:
        An amount above `paid` and below `short`, or `paid` when that is the largest.
    """
    if short - paid <= 1:
        return paid
    if paid:
        # the first that was possible is the largest, where fees are a share: one more shows that
        return paid + 1
    return max(1, min(short - 1, balance * short // total))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is known while the customer has the request on their phone.

    Attributes:
        last: What the payment was last said to be.
        looked_s: How long ago [s].
        hinted: What a message said that explains a missing approval, or None.
        rang: A message came in since.
        asked_s: How long ago the request to open it was written down [s].
        opened_s: How long ago the relay answered it [s].
    """

    last: Answer
    looked_s: float
    hinted: Reason | None
    rang: bool
    asked_s: float
    opened_s: float


def next_waiting_step(known: Waiting, limits: Limits) -> Look | Capture | Release | Wait:
    """What to do while the customer has the request on their phone."""
    match known.last:
        case Answer.APPROVED:
            return Capture() if known.asked_s < limits.loyalty_take_within_s else Release(Reason.TOO_LATE)
        case Answer.DENIED:
            return Release(Reason.DENIED)
        case Answer.FAILED | Answer.RUN_OUT:
            return Release(Reason.TIMED_OUT)
        case Answer.PAID | Answer.OTHER_PAYMENT:
            # nobody but us was to take it, and we have not
            return Release(Reason.CONTRADICTORY)
        case _:
            pass
    if known.opened_s >= limits.loyalty_settle_s:
        # once more at the end: a message in the last second must not decide whether it is taken (law 7)
        looked_then = known.opened_s - known.looked_s >= limits.loyalty_settle_s
        return Release(_why_no_approval(known)) if looked_then else Look()
    due_s = 0.0 if known.rang else limits.loyalty_poll_s - known.looked_s
    return Look() if due_s <= 0 else Wait(min(due_s, limits.loyalty_settle_s - known.opened_s))


def _why_no_approval(known: Waiting) -> Reason:
    """An approval that failed on the ledger is silent; the item shows it, and a message may have."""
    match known.last:
        case Answer.SEND_FAILED:
            return Reason.SERVER_ERROR
        case Answer.REVERTED:
            return Reason.CONTRACT_ERROR
        case _:
            return known.hinted or Reason.TIMED_OUT


# -- taking what the customer approved


@dataclass(frozen=True, slots=True)
class Taking:
    """What is known of a payment whose close was sent.

    Attributes:
        goal: What is to become of it.
        is_ours_to_repeat: The close was first sent since this start: its customer still stands there.
        is_honoured: The relay heeds `confirm`.
        tries: Looks and closes since, in order.
        asked_s: How long ago the request to open it was written down [s].
        unsure_s: How long its close has not been known to have worked [s].
    """

    goal: Goal
    is_ours_to_repeat: bool
    is_honoured: bool
    tries: tuple[Try, ...]
    asked_s: float
    unsure_s: float


def next_taking_step(known: Taking, limits: Limits) -> Look | Capture | Void | Wait | Verdict:
    """What to do about a payment that was to be taken, and of which it is not known whether it was."""
    last = known.tries[-1] if known.tries else None
    if last is None:
        return Look()
    if last.answer is Answer.PAID:
        return Verdict(State.APPROVED)
    if last.answer in NOT_PAID or last.answer is Answer.NEVER_HELD:
        return Verdict(State.VOIDING, Reason.NO_ANSWER)
    was_sent = last.call in CLOSES and last.answer is not Answer.NOT_SENT
    if was_sent:
        return Look()
    wait = wait_s(LADDER_S, len(known.tries), last.age_s)
    if wait:
        in_vain = tried_in_vain(known.unsure_s, last, limits)
        return Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE) if in_vain else Wait(wait)
    # still held, or the close never left
    is_held = last.answer is Answer.APPROVED or last.call in CLOSES
    return _close_again(known, limits) if is_held else Look()


def _close_again(known: Taking, limits: Limits) -> Look | Capture | Void:
    """The same again while it is wanted and in time; never taken any more once it was to be released."""
    released = any(one.call is Call.VOID for one in known.tries)
    in_time = known.asked_s < limits.loyalty_take_within_s
    if known.goal is Goal.TAKE and in_time and not released:
        return Capture() if known.is_ours_to_repeat else Look()
    return Void() if known.is_honoured else Look()


def tried_in_vain(unsure_s: float, last: Try, limits: Limits) -> bool:
    """It has been unsure for too long, and was tried since: a till that was off for an hour asks before it gives up.

    It gives up where nothing is left but to wait.
    """
    return unsure_s - last.age_s >= limits.staff_after_s


# -- releasing what is not wanted any more


@dataclass(frozen=True, slots=True)
class Releasing:
    """What is known of a payment that is not wanted any more, or whose opening was lost.

    Attributes:
        state: OPEN_LOST or VOIDING.
        has_payment: Its id is known.
        gives_back: What nobody closes comes back when the relay closes it by force.
        is_honoured: The relay heeds `confirm`; otherwise a close could take what is to be released.
        numbering: What its status numbers mean; None when that cannot be read.
        was_approved: It was seen as approved before our first close.
        was_taken: A close that takes was sent.
        tries: Looks and closes, in order.
        opened_s: How long ago the relay opened it, as far as that is known [s].
        unsure_s: How long it has not been known what becomes of it [s].
    """

    state: State
    has_payment: bool
    gives_back: bool
    is_honoured: bool
    numbering: Numbering | None
    was_approved: bool
    was_taken: bool
    tries: tuple[Try, ...]
    opened_s: float
    unsure_s: float


def next_releasing_step(known: Releasing, limits: Limits) -> Look | Void | Wait | Verdict:
    """What to do about a payment that is not wanted any more."""
    if known.has_payment and known.numbering is None:
        return Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)
    if known.state is State.OPEN_LOST:
        return _next_lost_step(known, limits)
    if not known.has_payment:
        return _until_forced(known, limits)
    last = known.tries[-1] if known.tries else None
    if last is not None and last.answer is Answer.PAID:
        return _paid_all_the_same(known)
    step = _next_void(known, last, limits) if known.is_honoured else _watch_only(known, last, limits)
    if isinstance(step, Wait) and last is not None and tried_in_vain(known.unsure_s, last, limits):
        return Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)
    return step


def _next_lost_step(known: Releasing, limits: Limits) -> Wait | Verdict:
    """The answer to the opening was lost: for a while a message may tell its id; it is never opened again."""
    left_s = limits.loyalty_lost_s - known.unsure_s
    if left_s > 0 and not known.has_payment:
        return Wait(min(left_s, limits.loyalty_poll_s))
    if known.has_payment or known.gives_back:
        return Verdict(State.VOIDING, Reason.NO_ANSWER)
    return Verdict(State.NEEDS_STAFF, Reason.NO_ANSWER)


def _until_forced(known: Releasing, limits: Limits) -> Wait | Verdict:
    """Nobody can name it, so nobody can close it but the relay, which does so by force."""
    left_s = limits.loyalty_forced_s - known.unsure_s
    return Wait(min(left_s, limits.loyalty_lost_s)) if left_s > 0 else Verdict(State.VOIDED, Reason.NO_ANSWER)


def _paid_all_the_same(known: Releasing) -> Verdict:
    """The document's 4 after an approval that nobody took proves nothing; what it would mean there is ours."""
    is_proven = known.numbering is Numbering.RELAY or (known.was_taken and known.was_approved)
    return Verdict(State.APPROVED) if is_proven else Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)


def _watch_only(known: Releasing, last: Try | None, limits: Limits) -> Look | Wait | Verdict:
    """Where a close might take what it should release, none is sent."""
    # the document's 2 is an approval on its way: what runs out meanwhile may be held when it has arrived
    may_arrive = known.was_approved and known.numbering is Numbering.SPEC
    if last is not None and last.answer in NOT_PAID:
        is_over = last.answer is Answer.DENIED or not may_arrive
        return Verdict(State.VOIDED) if is_over else Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)
    if last is not None and last.answer is Answer.APPROVED:
        return Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)
    looked_late = last is not None and known.opened_s - last.age_s >= limits.loyalty_forced_s
    if looked_late and last is not None and last.answer is not Answer.NO_ANSWER:
        return Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)
    return look_when_due(known.tries)


def _next_void(known: Releasing, last: Try | None, limits: Limits) -> Look | Void | Wait | Verdict:
    """Close without taking: at once when it is approved or denied, else when nobody can approve any more.

    And again, because an approval that was under way may land after the first.
    """
    free = _free_at(known)
    voids = sum(1 for one in known.tries if one.call is Call.VOID)
    denied = any(one.answer is Answer.DENIED for one in known.tries)
    if denied and voids and (free or (last is not None and last.answer in NOT_PAID)):
        return Verdict(State.VOIDED)
    if free and free[-1] >= limits.loyalty_forced_s:
        return Verdict(State.VOIDED)
    if last is not None and last.call in CLOSES and last.answer is not Answer.NOT_SENT and not _is_free(last):
        return Look()
    held = last is not None and last.answer in (Answer.APPROVED, Answer.DENIED)
    due_s = _close_due_s(free, limits, at_once=held) - known.opened_s
    if due_s > 0:
        return Look() if last is None else Wait(due_s)
    if last is None:
        return Void()
    # what is held is released at once, the first time; tries that came to nothing climb
    since = known.tries[_free(known)[-1] + 1 :] if free else known.tries
    in_vain = any(one.call is Call.VOID for one in since)
    wait = wait_s(LADDER_S, len(known.tries), last.age_s) if in_vain else 0.0
    return Wait(wait) if wait else Void()


def may_be_held(known: Releasing, limits: Limits) -> bool:
    """Whether a payment that has ended, as it was just looked at, has to be closed without taking once more.

    An approval may have landed behind the last close that found nothing: the look then says failed, and the points are
    held until somebody closes it.
    """
    last, free = known.tries[-1], _free_at(known)
    if not known.is_honoured or any(one.answer is Answer.DENIED for one in known.tries):
        return False
    is_proven = bool(free) and free[-1] >= limits.loyalty_forced_s
    return last.answer is Answer.APPROVED or (last.answer in NOT_PAID and not is_proven)


def _close_due_s(free: Sequence[float], limits: Limits, *, at_once: bool) -> float:
    """When the next close is due, since the opening [s]."""
    if not free:
        return 0.0 if at_once else limits.loyalty_close_after_s
    return free[0] + limits.loyalty_close_again_s if len(free) == 1 else limits.loyalty_forced_s


def _free_at(known: Releasing) -> tuple[float, ...]:
    """When the relay said that nothing was held, since the opening [s]."""
    return tuple(known.opened_s - known.tries[position].age_s for position in _free(known))


def _free(known: Releasing) -> tuple[int, ...]:
    """Which tries said that nothing was held: a close, or a look after one."""
    found = []
    before: Try | None = None
    for position, one in enumerate(known.tries):
        after_close = before is not None and (before.call, before.answer) == (Call.VOID, Answer.CLOSED_BEFORE)
        if one.answer in FREE if one.call is Call.VOID else after_close and one.answer in NOT_PAID:
            found.append(position)
        before = one
    return tuple(found)


def _is_free(last: Try) -> bool:
    """The last thing heard is that nothing is held."""
    return last.answer in FREE if last.call is Call.VOID else last.call is Call.ITEM and last.answer in NOT_PAID


def look_when_due(tries: Sequence[Try]) -> Look | Wait:
    """The next look, up the ladder."""
    wait = wait_s(LADDER_S, len(tries), tries[-1].age_s) if tries else 0.0
    return Wait(wait) if wait else Look()
