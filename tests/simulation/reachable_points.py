"""What an answer of the loyalty relay leads to, asked of its pure rules over every evidence that can stand beside it.

Each takes an answer, by its word in the journal ("" for one that is not written down), and how long the payment has
been unsure, or its refund asked for [s].
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Final

from kiosk.domain.attempt import Goal, State
from kiosk.domain.limits import Limits
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.loyalty import refund_rules, rules
from kiosk.services.gateways.loyalty.answers import CANCEL_OPEN, Answer, Call, Numbering
from kiosk.services.gateways.loyalty.method import OPENING_REFUSED
from kiosk.services.gateways.loyalty.rules import Try
from tests.simulation.coverage import STAYS

LIMITS: Final = Limits()
BOTH: Final = (False, True)
NAMELESS: Final = frozenset(
    {
        Answer.OTHER_STATUS,
        Answer.OTHER_PAYMENT,
        Answer.NO_SUCH_PAYMENT,
        Answer.REFUSED,
        Answer.NOT_SENT,
        Answer.NO_ANSWER,
    }
)
"""Of a lost opening that a message has named: who hears one of these has not found it."""
Leads = Callable[[str, float], set[str]]


def points_opening(answer: str, _age_s: float) -> set[str]:
    """Of the request to open."""
    if answer == Answer.OPENED:
        return {State.WAITING}
    if answer == Answer.NOT_SENT:
        return {State.NOT_SENT}
    return {State.DECLINED} if answer in OPENING_REFUSED else {State.OPEN_LOST}


def points_waiting(answer: str, _age_s: float) -> set[str]:
    """Of a look while the phone asks. Its customer may leave at any time, and the time runs out."""
    if answer == Answer.APPROVED:
        return {State.AUTHORISED, State.VOIDING}
    ends = (*rules.NOT_PAID, Answer.PAID, Answer.OTHER_PAYMENT)
    return {State.VOIDING} if answer in ends else {STAYS, State.VOIDING}


def points_taken(call: Call) -> Leads:
    """Of a close that takes, or a look after one; it is released in the same way when it is not wanted any more.

    The first close ends with APPROVED and PAID in one transaction; where the journal does not take that, it is looked
    for. A look that is not written down never was.
    """

    @cache  # asked for every fault and every kill
    def leads(answer: str, age_s: float) -> set[str]:
        found: set[str] = {STAYS} if answer == Answer.PAID and call is Call.CAPTURE else set()
        calls = (Call.CAPTURE, Call.VOID) if call is Call.CAPTURE else (call,)
        for sent, goal, is_ours, is_honoured in product(calls, Goal, BOTH, BOTH):
            is_question = call is Call.ITEM and not answer
            last = Try(Call.CAPTURE, Answer.NO_ANSWER, age_s) if is_question else _tried(sent, answer)
            known = rules.Taking(goal, is_ours, is_honoured, (last,), 60.0, age_s)
            found |= _verdict(rules.next_taking_step(known, LIMITS))
        return found

    return leads


def points_lost(answer: str, _age_s: float) -> set[str]:
    """Of a look for a payment whose opening was lost; it is looked for again before anything else follows."""
    if not answer:
        return {STAYS}
    found: set[str] = set()
    for named, gives_back, unsure_s in product((answer not in NAMELESS,), BOTH, (0.0, LIMITS.loyalty_lost_s)):
        known = rules.Releasing(
            state=State.OPEN_LOST,
            has_payment=named,
            gives_back=gives_back,
            is_honoured=True,
            numbering=Numbering.RELAY if named else None,
            was_approved=False,
            was_taken=False,
            tries=(),
            opened_s=unsure_s,
            unsure_s=unsure_s,
        )
        found |= _verdict(rules.next_releasing_step(known, LIMITS))
    return found


def points_released(call: Call) -> Leads:
    """Of a look, or a close that releases, while a payment is not wanted any more."""

    @cache
    def leads(answer: str, age_s: float) -> set[str]:
        found: set[str] = set()
        for known in _releasing(call, answer, age_s):
            found |= _verdict(rules.next_releasing_step(known, LIMITS))
        return found

    return leads


def _releasing(call: Call, answer: str, age_s: float) -> Iterator[rules.Releasing]:
    """With all that may have been heard before, and however long ago it was opened.

    What was heard before has not decided it yet; and nothing is closed at a relay that does not heed what a close says.
    """
    # where a person takes over nothing was heard for as long: what was heard since would have been judged
    long_ago_s = age_s if age_s >= LIMITS.staff_after_s else 1.0
    looks: tuple[tuple[Try, ...], ...] = ((), (Try(Call.ITEM, Answer.DENIED, long_ago_s),))
    closes = (
        (Try(Call.VOID, Answer.FAILED, long_ago_s),),
        (Try(Call.VOID, Answer.CLOSED_BEFORE, long_ago_s),),
        (Try(Call.ITEM, Answer.DENIED, long_ago_s), Try(Call.VOID, Answer.CLOSED_BEFORE, long_ago_s)),
        (Try(Call.VOID, Answer.NO_ANSWER, long_ago_s),),
    )
    is_question = call is Call.ITEM and not answer
    # soon is before a person has to take over: that is long after the relay has ended everything
    opened_s = (age_s, 60.0, LIMITS.loyalty_forced_s + 10) if age_s < LIMITS.staff_after_s else (age_s,)
    heeding = (True,) if call is Call.VOID else BOTH
    for opened, heeds, numbering, taken in product(opened_s, heeding, Numbering, BOTH):
        for earlier in (*looks, *(closes if heeds else ())):
            before = rules.Releasing(
                state=State.VOIDING,
                has_payment=True,
                gives_back=heeds,
                is_honoured=heeds,
                numbering=numbering,
                was_approved=taken,
                was_taken=taken,
                tries=earlier,
                opened_s=opened,
                unsure_s=max(opened, age_s),
            )
            if not isinstance(rules.next_releasing_step(before, LIMITS), rules.Verdict):
                yield before if is_question else replace(before, tries=(*earlier, _tried(call, answer)))


def points_opened_cancel(answer: str, _age_s: float) -> set[str]:
    """Of the request that asks the owner: its answer and where it leads are written down together."""
    if answer == Answer.NOT_SENT:
        return {"refund ASKED"}
    return {"refund PENDING"} if answer in CANCEL_OPEN else {"refund UNKNOWN"}


def points_cancelling(state: RefundState, call: Call) -> Leads:
    """Of a look, or the close of a cancel, while it is given back."""

    @cache
    def leads(answer: str, age_s: float) -> set[str]:
        found: set[str] = set()
        opened = Answer.NO_ANSWER if state is RefundState.UNKNOWN else Answer.CANCEL_OPENED
        is_question = call is Call.ITEM and not answer
        last = () if is_question else (_tried(call, answer),)
        ages_s = (age_s, LIMITS.loyalty_cancel_lost_s + 10, LIMITS.loyalty_forced_s)
        # the document's relay is closed only when the owner was seen to have approved
        never = {(Numbering.SPEC, False)} if call is Call.CLOSE_CANCEL else set()
        for opened_s, numbering, was_approved in product(
            ages_s if age_s < LIMITS.staff_after_s else (age_s,), Numbering, BOTH
        ):
            if (numbering, was_approved) in never:
                continue
            tries = (Try(Call.OPEN_CANCEL, opened, opened_s), *last)
            known = refund_rules.Refunding(
                state, True, numbering, was_approved, tries, opened_s + 60, opened_s, opened_s, opened_s
            )
            step = refund_rules.next_refund_step(known, LIMITS)
            found |= {f"refund {step.state}"} if isinstance(step, refund_rules.RefundVerdict) else {STAYS}
        return found

    return leads


def points_closed(_answer: str, _age_s: float) -> set[str]:
    """For a payment that has ended."""
    return {STAYS}


def _tried(call: Call, answer: str) -> Try:
    return Try(call, Answer(answer or Answer.NO_ANSWER), 0.0)


def _verdict(step: object) -> set[str]:
    return {step.state} if isinstance(step, rules.Verdict) else {STAYS}
