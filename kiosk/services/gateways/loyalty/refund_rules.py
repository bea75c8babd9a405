"""Giving back what was taken: the owner approves on their phone, and then the cancel has to be closed. Pure.

Source: payment methods, loyalty, "Cancel"; document, 3.5 and 3.6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kiosk.domain.limits import Limits
from kiosk.domain.outcome import Reason
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.loyalty.answers import CANCEL_OPEN, Answer, Call, Numbering
from kiosk.services.gateways.loyalty.rules import LADDER_S, Look, Try, Wait, look_when_due, tried_in_vain
from kiosk.services.gateways.retrying import wait_s


@dataclass(frozen=True, slots=True)
class OpenCancel:
    """Ask the owner to give back, now."""


@dataclass(frozen=True, slots=True)
class CloseCancel:
    """Give back what the owner approved, now."""


@dataclass(frozen=True, slots=True)
class RefundVerdict:
    """The refund is decided."""

    state: RefundState
    reason: Reason | None = None


NEVER_PAID: Final = frozenset({Answer.FAILED, Answer.DENIED, Answer.OPENED, Answer.APPROVED})

OPENING_REFUSED: Final[Mapping[Answer, Reason]] = MappingProxyType(
    {
        Answer.NO_PHONE: Reason.NO_PHONE,
        Answer.REFUSED: Reason.SETUP,
    }
)
"""Answers to openCancel after which it stays paid. The first uses up the one try. That it cannot be opened (2022) is
looked into: a request that was doubled on its way is refused because it has opened the cancel."""

UNHEARD: Final = frozenset({Answer.NOT_SENT, Answer.NO_ANSWER})
"""What a request comes to that may never have arrived."""

ENDED: Final[Mapping[Answer, Reason]] = MappingProxyType(
    {
        Answer.CANCEL_DENIED: Reason.DENIED,
        Answer.CANCEL_FAILED: Reason.TIMED_OUT,
        Answer.RUN_OUT: Reason.TIMED_OUT,
    }
)
"""How a cancel ends while the payment stays paid."""


@dataclass(frozen=True, slots=True)
class Refunding:
    """What is known of giving back a payment.

    Attributes:
        state: Of the refund.
        is_staffed: Staff asked for it, and the owner is there to approve.
        numbering: What the status numbers mean.
        was_approved: The cancel was seen as approved.
        tries: The opened cancel, looks and closes of this refund, in order.
        paid_s: How long ago the payment was opened [s].
        asked_s: How long ago the refund was asked for [s].
        opened_s: How long ago the cancel was opened, or was to be [s]; 0 when it was not sent.
        there_s: How long ago it was opened by the relay's own clock [s]; 0 where it does not say. Over a restart of the
            machine that may be longer.
    """

    state: RefundState
    is_staffed: bool
    numbering: Numbering
    was_approved: bool
    tries: tuple[Try, ...]
    paid_s: float
    asked_s: float
    opened_s: float
    there_s: float


def next_refund_step(known: Refunding, limits: Limits) -> Look | OpenCancel | CloseCancel | Wait | RefundVerdict:
    """What to do about a refund. It has one try: a cancel that came to nothing cannot be opened again."""
    opens = [one for one in known.tries if one.call is Call.OPEN_CANCEL and one.answer is not Answer.NOT_SENT]
    if not opens:
        return _before_opening(known, limits)
    last = known.tries[-1]
    decided = _decided(known, last)
    if decided is not None:
        return decided
    is_open = known.state is not RefundState.UNKNOWN
    step = _next_cancel_close(known, last, limits) if is_open else _was_it_opened(known, last, limits)
    if isinstance(step, Wait) and tried_in_vain(known.opened_s, last, limits):
        return RefundVerdict(RefundState.NEEDS_STAFF, Reason.SETTLED_LATE)
    return step


def _before_opening(known: Refunding, limits: Limits) -> OpenCancel | Wait | RefundVerdict:
    if not known.is_staffed:
        return RefundVerdict(RefundState.REFUSED, Reason.OWNER_NEEDED)
    if known.paid_s >= limits.loyalty_cancel_within_s:
        return RefundVerdict(RefundState.REFUSED, Reason.WINDOW_OVER)
    if known.asked_s >= limits.loyalty_settle_s:
        # whoever was to approve it may have gone, and there is one try: a stop came before it was opened
        return RefundVerdict(RefundState.REFUSED, Reason.UNREACHABLE if known.tries else Reason.OWNER_NEEDED)
    wait = wait_s(LADDER_S, len(known.tries), known.tries[-1].age_s) if known.tries else 0.0
    return Wait(wait) if wait else OpenCancel()


def _decided(known: Refunding, last: Try) -> RefundVerdict | None:
    if last.answer is Answer.REFUNDED:
        # the document's 8 without an approval proves nothing; what it would mean there is ours
        is_proven = known.numbering is Numbering.RELAY or known.was_approved
        return RefundVerdict(RefundState.DONE) if is_proven else _contradictory()
    if last.answer in NEVER_PAID:
        # we hold an approval of it; the relay says otherwise
        return _contradictory()
    refused = OPENING_REFUSED.get(last.answer) if last.call is Call.OPEN_CANCEL else None
    reason = refused or ENDED.get(last.answer)
    return None if reason is None else RefundVerdict(RefundState.REFUSED, reason)


def _contradictory() -> RefundVerdict:
    return RefundVerdict(RefundState.NEEDS_STAFF, Reason.CONTRADICTORY)


def _was_it_opened(known: Refunding, last: Try, limits: Limits) -> Look | Wait | RefundVerdict:
    """The answer to the opened cancel was lost, and it has but one try: look, and open nothing."""
    if last.answer in CANCEL_OPEN:
        return RefundVerdict(RefundState.PENDING)
    is_paid = last.call is Call.ITEM and last.answer is Answer.PAID
    if is_paid and any(one.answer is Answer.NOT_CANCELLABLE for one in known.tries):
        return RefundVerdict(RefundState.REFUSED, Reason.REFUSED)
    # since it was sent: it may have been asked for long before, by staff of a till that was then off
    looked_late = known.opened_s - last.age_s >= limits.loyalty_cancel_lost_s
    if is_paid and looked_late:
        return RefundVerdict(RefundState.REFUSED, Reason.NOTHING_THERE)
    if last.call is Call.OPEN_CANCEL:
        return Look()
    return look_when_due(known.tries)


def _is_close_due(tries: tuple[Try, ...], *, is_in_time: bool) -> bool:
    """Once; again, up the ladder, only where none was heard and the relay may not have ended it yet."""
    closes = tuple(one for one in tries if one.call is Call.CLOSE_CANCEL)
    if not closes:
        return True
    is_unheard = all(one.answer in UNHEARD for one in closes)
    return is_unheard and is_in_time and not wait_s(LADDER_S, len(closes), closes[-1].age_s)


def _next_cancel_close(known: Refunding, last: Try, limits: Limits) -> Look | CloseCancel | Wait:
    """Approved: give back at once, or the relay ends it by force and the customer stays charged."""
    if last.call is Call.CLOSE_CANCEL and last.answer is not Answer.NOT_SENT:
        return Look()
    if last.answer is Answer.CANCEL_APPROVED:
        closes = sum(1 for one in known.tries if one.call is Call.CLOSE_CANCEL)
        wait = wait_s(LADDER_S, closes, last.age_s) if closes else 0.0
        return Wait(wait) if wait else CloseCancel()
    # an approval may have been carried out without anybody being told: the close sees the ledger itself
    ends_s = max(known.opened_s, known.there_s)
    is_last_call = known.numbering is Numbering.RELAY and ends_s >= limits.loyalty_cancel_close_s
    if is_last_call and _is_close_due(known.tries, is_in_time=ends_s < limits.loyalty_forced_s):
        return CloseCancel()
    # when the relay has ended it by force nobody is in a hurry any more
    every_s = limits.loyalty_poll_s if known.opened_s < limits.loyalty_forced_s else LADDER_S[-1]
    wait_more_s = every_s - last.age_s
    return Wait(wait_more_s) if wait_more_s > 0 else Look()
