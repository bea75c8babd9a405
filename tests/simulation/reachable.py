"""The situations that can be reached at all, computed from the tables of domain/ and of each payment system's rules.py.

A situation: gateway, state of the attempt and of its refund, call, fault, where the till was killed, what it led to.
What the till can read under a fault is told by faults.py and by SAYS below; what an answer leads to is asked of the
pure rules themselves, over every evidence that can stand beside it in the journal. Each row of ROWS argues for what it
leaves out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final, NamedTuple

from kiosk.domain.attempt import Goal, State
from kiosk.domain.limits import Limits
from kiosk.domain.outcome import Approved, Declined, NotSent, Outcome, Planned, Reason, Unknown, Unsettled
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.card import rules as card
from kiosk.services.gateways.ceos import rules as ceos
from kiosk.services.gateways.crepay import rules as crepay
from kiosk.services.gateways.loyalty import answers as loyalty
from tests.simulation import faults
from tests.simulation.coverage import STAYS, Situation
from tests.simulation.faults import Kind, Reads
from tests.simulation.reachable_points import (
    NAMELESS,
    points_cancelling,
    points_closed,
    points_lost,
    points_opened_cancel,
    points_opening,
    points_released,
    points_taken,
    points_waiting,
)
from tests.simulation.reachable_transfers import (
    AT_ONCE,
    CLOSES,
    EZPG_SAYS,
    FOUND,
    ISSUES,
    LISTED,
    PAYS_OUT,
    SWEPT,
    transfer_awaited,
    transfer_closed,
    transfer_issued,
    transfer_left,
    transfer_paid_out,
    transfer_swept,
)
from tests.simulation.systems import BY_NAME
from tests.simulation.wire import SURE_MARGIN_S

NONE: Final = "none"
KILLED: Final = ("before", "under way", "answered")
STAFF_S: Final = 3_000.0
SOON_S: Final = 10.0
LONG_S: Final = 10_000.0
AGES_S: Final = (SOON_S, LONG_S)
"""An attempt is judged soon, or when a person has to take over: a till may be frozen, off or cut off for that long."""
SILENT: Final = frozenset(
    {"request lost", "answer lost", "executed after the time-out", "executed after the settle time"}
)
"""Faults under which nothing comes before the till has given up: it cannot be killed while it reads an answer."""
UNWRITTEN: Final = ""
"""For an answer: none that the journal holds, because the till was killed, or the journal did not take it."""

BOTH: Final = (False, True)

C, K, D, L = crepay.Answer, ceos.Answer, card.Answer, loyalty.Answer

Answers = frozenset[str]
"""Answers, by their words in the journal."""

Leads = Callable[[str, float], set[str]]
"""From an answer, and how long the attempt has been unsure (or its refund asked for) [s], to what it can lead to."""


class Way(NamedTuple):
    """One way to come to a situation.

    Attributes:
        answer: What the till reads, by its word in the journal, or UNWRITTEN.
        is_late: Only after a person has to take over.
        comes_back: The disk refuses what is written down, and it is there all the same at the next start.
        is_frozen: The till is frozen before the request leaves, and has no time left to hear the answer.
    """

    answer: str
    is_late: bool
    comes_back: bool = False
    is_frozen: bool = False


def outcome_name(outcome: Outcome) -> str:
    """The state that an outcome is written down as."""
    match outcome:
        case Approved():
            return State.APPROVED
        case Declined():
            return State.DECLINED
        case NotSent():
            return State.NOT_SENT
        case Unknown():
            return State.UNKNOWN
        case Planned() | Unsettled():
            raise AssertionError("where it stands is written down already")


def _verdict(step: object) -> set[str]:
    return {step.state} if isinstance(step, (crepay.Verdict, ceos.Verdict, card.Verdict)) else {STAYS}


def _refund_verdict(step: object) -> set[str]:
    verdicts = (crepay.RefundVerdict, ceos.RefundVerdict, card.RefundVerdict)
    return {f"refund {step.state}"} if isinstance(step, verdicts) else {STAYS}


def _nothing(_answer: str, _age_s: float) -> set[str]:
    """For an attempt that has ended."""
    return {STAYS}


# -- what an answer leads to: Crepay


def crepay_balance_before(answer: str, _age_s: float) -> set[str]:
    """Of the balance before a checkout. The customer may always leave.

    An unknown or an empty coupon asks for another; what follows an attempt asks nobody, and an empty coupon ends it.
    """
    if answer in (C.OK, C.NO_SUCH_BARCODE):
        empty = {State.DECLINED} if answer == C.OK else set()
        return {State.SENDING, State.NOT_SENT, STAYS, *empty}
    return {State.SENDING, State.NOT_SENT}


def crepay_checkout(answer: str, _age_s: float) -> set[str]:
    """Of a checkout. Where its approval cannot be written down it is reversed, which is the next exchange."""
    if answer == UNWRITTEN:
        return {State.UNKNOWN}
    return {State.APPROVED, STAYS} if answer == C.OK else {outcome_name(crepay.CHECKOUT_OUTCOME[C(answer)])}


def crepay_undo(call: crepay.Call, *, is_lie: bool = False) -> Leads:
    """Of an undo of a lost checkout, while it is the last thing known: no balance has been asked for since.

    Only cancel is used where another amount was reported, or where the server does not know cancel-network. A lie that
    can only be told within the settle time is told for the first few "no such payment" at most.
    """
    lies_until_s = BY_NAME["crepay"].settle_s - SURE_MARGIN_S
    most = sum(1 for at_s in crepay.NOT_THERE_AT_S if at_s < lies_until_s) if is_lie else len(crepay.NOT_THERE_AT_S)

    def leads(answer: str, age_s: float) -> set[str]:
        this = crepay.Try(call, C(answer or C.NO_ANSWER), 0.0)
        by_amount = (900,) if call is crepay.Call.CANCEL and answer != C.NO_SUCH_BARCODE else ()
        found: set[str] = set()
        for earlier in range(most + 1):
            before = tuple(crepay.Try(call, C.NO_SUCH_PAYMENT, 100.0 - n) for n in range(earlier))
            for baseline in (None, 1000):
                for reported in (None, *(by_amount if not earlier else ())):
                    network = call is crepay.Call.CANCEL_NETWORK
                    evidence = crepay.Evidence((*before, this), (), age_s, baseline, reported, network, STAFF_S)
                    found |= _verdict(crepay.next_step(evidence))
        return found

    return leads


def crepay_balance_after(answer: str, age_s: float) -> set[str]:
    """Of a balance that is asked for when a lost checkout was not found; unwritten, it is asked for again."""
    undos = tuple(crepay.Try(crepay.Call.CANCEL_NETWORK, C.NO_SUCH_PAYMENT, 100.0 - n) for n in range(4))
    found: set[str] = set()
    for balance in (0, 1000) if answer == C.OK else (None,):
        tried = (crepay.Try(crepay.Call.BALANCE, C(answer), 0.0, balance),) if answer else ()
        found |= _verdict(crepay.next_step(crepay.Evidence(undos, tried, age_s, 1000, None, True, STAFF_S)))
    return found


def crepay_balance_of_refund(answer: str, _age_s: float) -> set[str]:
    """Of the balance before a refund's first cancel, which follows whatever it is; unwritten, it is asked for again."""
    return {"refund SENDING"} if answer else {STAYS}


def crepay_first_cancel(answer: str, _age_s: float) -> set[str]:
    """Of the cancel with which a refund became SENDING: its answer and where it leads are written down together."""
    if answer == C.OK:
        return {"refund DONE"}
    return {f"refund {'ASKED' if answer in (C.NOT_SENT, C.CLOCK, C.REFUSED) else 'UNKNOWN'}"}


def crepay_cancel_again(answer: str, age_s: float) -> set[str]:
    """Of a further cancel: an earlier one may have worked, and no balance has been asked for since this one."""
    earlier = crepay.Try(crepay.Call.CANCEL, C.NO_ANSWER, 60.0)
    this = crepay.Try(crepay.Call.CANCEL, C(answer or C.NO_ANSWER), 0.0)
    found: set[str] = set()
    for before in (None, 500):
        asked = (crepay.Try(crepay.Call.BALANCE, C.OK, 70.0, before),)
        found |= _refund_verdict(
            crepay.next_refund_step(crepay.RefundEvidence((earlier, this), False, asked, (), 1000, age_s, STAFF_S))
        )
    return found


def crepay_balance_since(answer: str, age_s: float) -> set[str]:
    """Of a balance that is to prove a refund whose cancel found nothing any more; unwritten, it is asked for again."""
    if not answer:
        return {STAYS}
    cancels = tuple(crepay.Try(crepay.Call.CANCEL, one, 60.0) for one in (C.NO_ANSWER, C.NO_SUCH_PAYMENT))
    found: set[str] = set()
    for balance in (500, 1500) if answer == C.OK else (None,):
        for unread in range(crepay.REFUND_BALANCE_TRIES_MAX):
            since = (crepay.Try(crepay.Call.BALANCE, C.NO_ANSWER, 10.0),) * unread
            since = (*since, crepay.Try(crepay.Call.BALANCE, C(answer), 0.0, balance))
            asked = crepay.Try(crepay.Call.BALANCE, C.OK, 70.0, 500)
            evidence = crepay.RefundEvidence(cancels, False, (asked, *since), since, 1000, age_s, STAFF_S)
            found |= _refund_verdict(crepay.next_refund_step(evidence))
    return found


def unstored(answer: str, _age_s: float) -> set[str]:
    """Of the reversal of an approval that could not be stored, while it is not killed: it is tried until it is done."""
    done = (C.OK, K.CANCELLED, D.CANCELED)
    return set() if answer in done else {STAYS}


# -- what an answer leads to: CEOS


def ceos_instant(answer: str, _age_s: float) -> set[str]:
    """Of a payment. A refusal, and an id that exists, are looked at; an approval that cannot be stored is reversed."""
    if answer == UNWRITTEN:
        return {State.UNKNOWN}
    if answer == K.PAID:
        return {State.APPROVED, STAYS}
    if answer in (K.REFUSED_TRY, K.CONFLICT):
        return {STAYS}
    return {outcome_name(ceos.INSTANT_OUTCOME[K(answer)])}


def ceos_look_at_once(*, is_lie: bool = False) -> Leads:
    """Of the look after a payment that was refused, or whose id exists: then it is there, unless the look lies."""

    def leads(answer: str, _age_s: float) -> set[str]:
        if answer == UNWRITTEN:
            return {State.UNKNOWN}
        if answer == K.PAID:
            return {State.APPROVED, STAYS}
        firsts = (K.REFUSED_TRY, K.CONFLICT) if is_lie or answer != K.NOT_THERE else (K.REFUSED_TRY,)
        return {outcome_name(ceos.LOOK_OUTCOME.get((one, K(answer)), Unknown(Reason.NO_ANSWER))) for one in firsts}

    return leads


def ceos_settle(state: State, call: ceos.Call, *, is_lie: bool = False) -> Leads:
    """Of a look or cancel while a lost payment is found out about; to give it back is wanted, or not yet.

    A look that a kill leaves unwritten never was, a cancel had no answer. A lie that can only be told within the settle
    time was asked for within it, however late the answer is judged.
    """
    goals = tuple(Goal) if state is State.UNKNOWN else (Goal.UNDO,)
    settle_s = BY_NAME["ceos"].settle_s

    def leads(answer: str, age_s: float) -> set[str]:
        found: set[str] = set()
        asked_s = {SOON_S} if is_lie else {age_s, settle_s + 10.0}
        cancelled = ceos.Try(ceos.Call.CANCEL, K.NO_ANSWER, 0.0, age_s)
        before = ((), (cancelled,)) if state is State.REVERSING else ((),)
        for goal, after_s, earlier in product(goals, asked_s, before):
            is_question = answer == UNWRITTEN and call is ceos.Call.LOOK
            tried = () if is_question else (*earlier, ceos.Try(call, K(answer or K.NO_ANSWER), 0.0, after_s))
            step = ceos.next_step(ceos.Evidence(state, goal, tried, age_s, settle_s, STAFF_S))
            into = {State.REVERSING} if isinstance(step, ceos.Cancel) and state is State.UNKNOWN else _verdict(step)
            found |= into
        return found

    return leads


def ceos_first_cancel(answer: str, _age_s: float) -> set[str]:
    """Of the cancel with which a refund became SENDING: its answer and where it leads are written down together."""
    if answer == K.CANCELLED:
        return {"refund DONE"}
    return {"refund ASKED" if answer == K.NOT_SENT else "refund UNKNOWN"}


def ceos_refund(call: ceos.Call) -> Leads:
    """Of a further cancel, or a look, while a known payment is given back. A look that is unwritten never was."""

    def leads(answer: str, age_s: float) -> set[str]:
        last = ceos.Try(ceos.Call.CANCEL, K.NO_ANSWER, 0.0, 0.0)
        if answer or call is ceos.Call.CANCEL:
            last = ceos.Try(call, K(answer or K.NO_ANSWER), 0.0, 0.0)
        return _refund_verdict(ceos.next_refund_step(ceos.RefundEvidence((last,), age_s, STAFF_S)))

    return leads


# -- what an answer leads to: cards


def card_created(answer: str, _age_s: float) -> set[str]:
    """Of the request that creates it; where nobody answers it is sent again."""
    if answer == D.INITIATED:
        return {State.SENDING}
    again = {STAYS} if answer == D.NO_ANSWER else set()
    return again | {outcome_name(card.CREATE_OUTCOME.get(D(answer), Declined(Reason.ID_REUSED)))}


def card_confirmed(answer: str, _age_s: float) -> set[str]:
    """Of the first confirm. Where its approval cannot be written down it is reversed, which is the next exchange."""
    if answer == UNWRITTEN:
        return {State.UNKNOWN}
    return {State.APPROVED, STAYS} if answer == D.APPROVED else {outcome_name(card.CONFIRM_OUTCOME[D(answer)])}


def card_settle(state: State, call: card.Call) -> Leads:
    """Of a look, confirm or cancel while a lost payment is found out about; to give it back is wanted, or not yet."""
    goals = tuple(Goal) if state is State.UNKNOWN else (Goal.UNDO,)
    settle_s = Limits().card_settle_s

    def leads(answer: str, age_s: float) -> set[str]:
        found: set[str] = set()
        seen = card.Try(card.Call.CREATE, D.APPROVED, age_s, age_s)
        this = card.Try(call, D(answer or D.NO_ANSWER), 0.0, 0.0)
        for goal, is_ours, earlier, unsure_s in product(goals, BOTH, ((), (seen,)), (age_s, settle_s + 10.0)):
            evidence = card.Evidence(state, goal, is_ours, (*earlier, this), unsure_s, unsure_s, settle_s, STAFF_S)
            step = card.next_step(evidence)
            into = {State.REVERSING} if isinstance(step, card.Cancel) and state is State.UNKNOWN else _verdict(step)
            found |= into
        return found

    return leads


def card_first_cancel(answer: str, _age_s: float) -> set[str]:
    """Of the cancel with which a refund became SENDING: its answer and where it leads are written down together."""
    return {"refund ASKED" if answer == D.NOT_SENT else "refund UNKNOWN"}


def card_refund(call: card.Call) -> Leads:
    """Of a look, or a further cancel, while a known payment is given back."""

    def leads(answer: str, age_s: float) -> set[str]:
        this = card.Try(call, D(answer or D.NO_ANSWER), 0.0, 0.0)
        return _refund_verdict(card.next_refund_step(card.RefundEvidence((this,), age_s, STAFF_S)))

    return leads


# -- where each call is sent from, what can truly be answered there, and what it can lead to

P, S, U, R = State.PREPARED, State.SENDING, State.UNKNOWN, State.REVERSING
A: Final = State.APPROVED


@dataclass(frozen=True)
class Row:
    """One call from one state.

    Attributes:
        standing: State of the attempt, and of its refund.
        call: As the simulator names it.
        true: What the server can truly answer there.
        leads: What an answer leads to.
        lying: The same, of an answer that is a lie and can only be told within the settle time; None if it is no other.
        killed: What a kill leads to; None where that is asked of `leads`, for an answer that is UNWRITTEN or not.
        at_once: What is written down together with the answer that leads to it: no kill comes in between.
        unwritten: Answers that are not written down by themselves: after a kill it is asked again.
        since_s: How long ago the payment was sent, at least [s].
    """

    standing: str
    call: str
    true: Answers
    leads: Leads
    lying: Leads | None = None
    killed: Answers | None = None
    at_once: Answers = frozenset()
    unwritten: Answers = frozenset()
    since_s: float = 0.0

    def meets(self, gateway: str, kind: Kind) -> bool:
        """Whether it can meet this fault: some are only told while a payment may still be under way."""
        lies_until_s = BY_NAME[gateway].settle_s - SURE_MARGIN_S
        return kind.meets(f"{gateway}.{self.call}", self.standing.split("/")[0]) and not (
            kind.within_settle and self.since_s >= lies_until_s
        )


def _answers(*answers: str) -> Answers:
    return frozenset(answers)


REFUND: Final = _answers("refund DONE", "refund ASKED", "refund UNKNOWN")
DONE: Final = _answers("refund DONE")
NEVER_S: Final = crepay.NOT_THERE_AT_S[-1]
"""Crepay has not said before that there is no such payment."""
SLOWLY_S: Final = Limits().slow_retry_s
"""What a person has to look at is not tried again before."""
ASKED_FOR: Final = _answers(L.OPENED, L.SEND_FAILED, L.REVERTED, L.APPROVED, L.DENIED)
"""Of a payment that is asked for on a phone."""
ENDED: Final = _answers(L.FAILED, L.RUN_OUT, L.PAID)
"""Closed, by force too."""
RELEASED: Final = _answers(L.FAILED, L.RUN_OUT, L.NEVER_HELD, L.CLOSED_BEFORE)
CANCELS: Final = _answers(L.CANCEL_OPENED, L.CANCEL_APPROVED, L.CANCEL_DENIED, L.CANCEL_FAILED, L.REFUNDED, L.RUN_OUT)
"""Of a cancel that was opened."""
BACK: Final = _answers(State.UNKNOWN, State.APPROVED)
"""An approval that the disk refused is unknown at the next start; or it comes back with it."""

ROWS: Final[Mapping[str, tuple[Row, ...]]] = {
    "crepay": (
        Row(
            P,
            "balance",
            _answers(C.OK, C.NO_SUCH_BARCODE, C.CLOCK),
            crepay_balance_before,
            killed=_answers(State.NOT_SENT),
        ),
        Row(
            S,
            "checkout",
            _answers(C.OK, C.NO_SUCH_BARCODE, C.CLOCK, C.BALANCE_SHORT, C.WITHDRAWAL_FAILED),
            crepay_checkout,
            killed=_answers(State.UNKNOWN),
        ),
        Row(S, "cancel", _answers(C.OK, C.CLOCK, C.NO_SUCH_PAYMENT), unstored, killed=BACK),
        Row(
            R,
            "cancel-network",
            _answers(C.OK, C.CLOCK, C.NO_SUCH_PAYMENT, C.NO_SUCH_BARCODE, C.UNSUPPORTED),
            crepay_undo(crepay.Call.CANCEL_NETWORK),
            crepay_undo(crepay.Call.CANCEL_NETWORK, is_lie=True),
        ),
        Row(
            R,
            "cancel",
            _answers(C.OK, C.CLOCK, C.NO_SUCH_PAYMENT, C.NO_SUCH_BARCODE),
            crepay_undo(crepay.Call.CANCEL),
            crepay_undo(crepay.Call.CANCEL, is_lie=True),
        ),
        # from here on the coupon is known: it has held something, or paid
        Row(R, "balance", _answers(C.OK, C.CLOCK), crepay_balance_after),
        Row(f"{A}/ASKED", "balance", _answers(C.OK, C.CLOCK), crepay_balance_of_refund),
        Row(f"{A}/SENDING", "cancel", _answers(C.OK, C.CLOCK), crepay_first_cancel, at_once=REFUND),
        Row(f"{A}/UNKNOWN", "cancel", _answers(C.OK, C.CLOCK, C.NO_SUCH_PAYMENT), crepay_cancel_again, at_once=DONE),
        Row(f"{A}/UNKNOWN", "balance", _answers(C.OK, C.CLOCK), crepay_balance_since),
        Row(State.NOT_CHARGED, "cancel-network", _answers(C.NO_SUCH_PAYMENT), _nothing, since_s=NEVER_S),
        Row(State.NOT_CHARGED, "cancel", _answers(C.NO_SUCH_PAYMENT), _nothing, since_s=NEVER_S),
        Row(State.NEEDS_STAFF, "cancel-network", _answers(C.NO_SUCH_PAYMENT), _nothing, since_s=SLOWLY_S),
        Row(State.NEEDS_STAFF, "cancel", _answers(C.NO_SUCH_PAYMENT), _nothing, since_s=SLOWLY_S),
    ),
    "ceos": (
        # every try has a new id: that one exists says only who asked twice
        Row(S, "instant", _answers(K.PAID, K.REFUSED_TRY), ceos_instant, killed=_answers(State.UNKNOWN)),
        # nothing has been cancelled yet
        Row(
            S,
            "payment",
            _answers(K.PAID, K.FAILED, K.NOT_THERE),
            ceos_look_at_once(),
            ceos_look_at_once(is_lie=True),
            killed=_answers(State.UNKNOWN),
        ),
        Row(S, "cancel", _answers(K.CANCELLED, K.CONFLICT), unstored, killed=BACK),
        # cancelled: its approval could not be stored
        Row(
            U,
            "payment",
            _answers(K.PAID, K.FAILED, K.CANCELLED, K.NOT_THERE),
            ceos_settle(U, ceos.Call.LOOK),
            ceos_settle(U, ceos.Call.LOOK, is_lie=True),
        ),
        # it is given back only when it was seen to be paid: it is there, and was not refused
        Row(
            R,
            "cancel",
            _answers(K.CANCELLED, K.CONFLICT),
            ceos_settle(R, ceos.Call.CANCEL),
            ceos_settle(R, ceos.Call.CANCEL, is_lie=True),
        ),
        Row(
            R,
            "payment",
            _answers(K.PAID, K.CANCELLED),
            ceos_settle(R, ceos.Call.LOOK),
            ceos_settle(R, ceos.Call.LOOK, is_lie=True),
        ),
        Row(f"{A}/SENDING", "cancel", _answers(K.CANCELLED, K.CONFLICT), ceos_first_cancel, at_once=REFUND),
        Row(f"{A}/UNKNOWN", "cancel", _answers(K.CANCELLED, K.CONFLICT), ceos_refund(ceos.Call.CANCEL), at_once=DONE),
        Row(f"{A}/UNKNOWN", "payment", _answers(K.PAID, K.CANCELLED), ceos_refund(ceos.Call.LOOK)),
        Row(State.NOT_CHARGED, "payment", _answers(K.NOT_THERE), _nothing),
        Row(State.NOT_CHARGED, "cancel", _answers(K.CANCELLED), _nothing),
        Row(State.DECLINED, "payment", _answers(K.NOT_THERE), _nothing),
        Row(State.DECLINED, "cancel", _answers(K.CANCELLED), _nothing),
        Row(State.NEEDS_STAFF, "payment", _answers(K.NOT_THERE), _nothing, since_s=SLOWLY_S),
        Row(State.NEEDS_STAFF, "cancel", _answers(K.CANCELLED), _nothing, since_s=SLOWLY_S),
    ),
    "card": (
        Row(P, "create", _answers(D.INITIATED), card_created, killed=_answers(State.NOT_SENT)),
        Row(S, "confirm", _answers(D.APPROVED), card_confirmed, killed=_answers(State.UNKNOWN)),
        Row(S, "cancel", _answers(D.CANCELED), unstored, killed=BACK),
        # cancelled: its approval could not be stored
        Row(U, "create", _answers(D.INITIATED, D.APPROVED, D.CANCELED), card_settle(U, card.Call.CREATE)),
        Row(U, "confirm", _answers(D.APPROVED), card_settle(U, card.Call.CONFIRM)),
        # it is given back only when it was seen to be paid
        Row(R, "cancel", _answers(D.CANCELED), card_settle(R, card.Call.CANCEL)),
        Row(R, "create", _answers(D.APPROVED, D.CANCELED), card_settle(R, card.Call.CREATE)),
        Row(f"{A}/SENDING", "cancel", _answers(D.CANCELED), card_first_cancel, at_once=REFUND),
        Row(f"{A}/UNKNOWN", "cancel", _answers(D.CANCELED), card_refund(card.Call.CANCEL)),
        Row(f"{A}/UNKNOWN", "create", _answers(D.APPROVED, D.CANCELED), card_refund(card.Call.CREATE)),
        Row(State.NOT_CHARGED, "create", _answers(D.INITIATED, D.APPROVED, D.CANCELED), _nothing),
        Row(State.NOT_CHARGED, "cancel", _answers(D.CANCELED), _nothing),
        Row(State.NEEDS_STAFF, "create", _answers(D.INITIATED, D.APPROVED, D.CANCELED), _nothing, since_s=SLOWLY_S),
        Row(State.NEEDS_STAFF, "cancel", _answers(D.CANCELED), _nothing, since_s=SLOWLY_S),
    ),
    "loyalty": (
        # the code was good a moment ago, and the wallet held enough
        Row(
            State.OPENING,
            "open_new",
            _answers(L.OPENED, L.CODE_EXPIRED, L.POINTS_SHORT, L.NO_PHONE),
            points_opening,
            killed=_answers(State.OPEN_LOST),
        ),
        # a frozen till may ask when all is over
        Row(State.WAITING, "item", ASKED_FOR | ENDED, points_waiting, killed=_answers(State.VOIDING)),
        # what was only sent to the ledger is too early, or comes to nothing; a relay that is deaf closes but once
        Row(
            State.CAPTURING,
            "close_new",
            _answers(L.PAID, L.FAILED, L.RUN_OUT, L.TOO_EARLY, L.CLOSED_BEFORE, L.NOT_CLOSABLE),
            points_taken(loyalty.Call.CAPTURE),
        ),
        Row(State.CAPTURING, "item", ASKED_FOR | ENDED, points_taken(loyalty.Call.ITEM)),
        # a message has told its name
        Row(State.OPEN_LOST, "item", ASKED_FOR | ENDED, points_lost, unwritten=NAMELESS),
        Row(State.VOIDING, "item", ASKED_FOR | ENDED, points_released(loyalty.Call.ITEM)),
        Row(
            State.VOIDING,
            "close_new",
            _answers(L.FAILED, L.RUN_OUT, L.DENIED, L.TOO_EARLY, L.NEVER_HELD, L.CLOSED_BEFORE, L.NOT_CLOSABLE),
            points_released(loyalty.Call.VOID),
        ),
        Row(
            f"{A}/SENDING",
            "open_cancel",
            _answers(L.CANCEL_OPENED, L.NOT_CANCELLABLE, L.NO_PHONE),
            points_opened_cancel,
            at_once=_answers("refund ASKED", "refund PENDING", "refund UNKNOWN"),
        ),
        Row(f"{A}/UNKNOWN", "item", CANCELS | {L.PAID}, points_cancelling(RefundState.UNKNOWN, loyalty.Call.ITEM)),
        Row(f"{A}/PENDING", "item", CANCELS, points_cancelling(RefundState.PENDING, loyalty.Call.ITEM)),
        Row(
            f"{A}/PENDING",
            "close_cancel",
            _answers(
                L.REFUNDED, L.CANCEL_DENIED, L.CANCEL_FAILED, L.RUN_OUT, L.NEVER_HELD, L.CLOSED_BEFORE, L.NOT_CLOSABLE
            ),
            points_cancelling(RefundState.PENDING, loyalty.Call.CLOSE_CANCEL),
        ),
        # by then the relay has ended it
        Row(State.VOIDED, "item", _answers(L.DENIED, L.FAILED, L.RUN_OUT), points_closed),
        Row(State.NEEDS_STAFF, "item", ASKED_FOR | ENDED, points_closed),
        # an approval may have landed behind the last close; or nobody can say any more when that was
        Row(State.VOIDED, "close_new", RELEASED, points_closed),
        Row(State.NEEDS_STAFF, "close_new", RELEASED, points_closed),
    ),
    "ezpg": (
        # a clock that was set asks for an account that has ended, or at night
        Row(State.ISSUING, "issue", ISSUES, transfer_issued, killed=_answers(State.NOT_SENT)),
        Row(State.AWAITING_DEPOSIT, "deposits", LISTED, transfer_awaited, killed=_answers(STAYS, State.CLOSING)),
        Row(State.CLOSING, "deposits", LISTED, transfer_left, killed=_answers(STAYS)),
        Row(State.CLOSING, "close", CLOSES, transfer_closed, killed=_answers(STAYS)),
        *(Row(state, "deposits", LISTED, transfer_swept(state), killed=_answers(STAYS)) for state in SWEPT),
        Row(f"{A}/SENDING", "withdraw", PAYS_OUT, transfer_paid_out, at_once=AT_ONCE),
        Row(FOUND, "withdraw", PAYS_OUT, transfer_paid_out, at_once=AT_ONCE),
    ),
}


# -- what the till can read under a fault

Says = Callable[[str, Answers], set[str]]
"""From a call, and what can truly be answered, to what the till reads."""


def _only(*answers: str) -> Says:
    return lambda _call, _true: set(answers)


def _instead(of: str, *answers: str) -> Says:
    """Success is told otherwise; refusals are true."""
    return lambda _call, true: {*(true - {of}), *(answers if of in true else ())}


CREPAY_SAYS: Final[Mapping[str, Says]] = {
    "slow": lambda call, true: {*true, *((C.NO_ANSWER,) if call == "balance" else ())},
    # a code is so short that even one letter after the other it comes in time; a balance is not waited for as long
    "trickle": lambda call, true: {C.NO_ANSWER, *(true - {C.OK, C.UNSUPPORTED} if call != "balance" else ())},
    # where a server says 404, half of a code looks as if it did not know the call
    "half a body": lambda call, _true: {C.UNREADABLE, *((C.UNSUPPORTED,) if call == "cancel-network" else ())},
    # the first of the two has used the id up
    "refused as sent twice": lambda _call, true: {C.ID_REUSED, *(true & {C.CLOCK, C.UNSUPPORTED})},
    # that of a cancel of the same payment, which a kill kept from the till
    "an older answer": lambda call, _true: {C.OTHER_IDS, *((C.OK,) if call != "checkout" else ())},
    "not found, then found": _only(C.NO_SUCH_PAYMENT),
    "another amount": _instead(C.OK, C.OTHER_AMOUNT),
    # a cancel's answer is known by the payment that it names, not by its own id
    "another id": lambda call, true: {*(true - {C.OK}), C.OTHER_IDS if call == "checkout" else C.OK},
    "less than asked": _instead(C.OK, C.OTHER_AMOUNT),
    "an unknown code": _only(C.OTHER_CODE),
    "an unknown code after": _only(C.OTHER_CODE),
    "account behind it refuses": _only(C.WITHDRAWAL_FAILED),
    "balance fell meanwhile": _only(C.BALANCE_SHORT),
}
CEOS_SAYS: Final[Mapping[str, Says]] = {
    "slow": lambda call, true: {*true, *((K.NO_ANSWER,) if call == "payment" else ())},
    "refusal after": _only(K.REFUSED_TRY),
    "refusal after, and out of sight": _only(K.REFUSED_TRY),
    # the second finds the id used, or nothing to cancel; dialect A writes no refusal down, and cancels twice
    "refused as sent twice": lambda _call, true: {K.CONFLICT, *true},
    # that of another payment: a cancel is sent again only when a look says that none of this payment was carried out
    "an older answer": _only(K.NO_ANSWER),
    # dialect A names no state of a payment that was just made
    "200 with another state": lambda _call, true: {K.PENDING, *(true - {K.CANCELLED})},
    "not found, then found": _only(K.NOT_THERE),
    "still in progress": lambda _call, true: {K.PENDING, *(true & {K.NOT_THERE})},
    "changing its mind": lambda _call, true: {K.PENDING, *(true & {K.NOT_THERE})},
    "another id": lambda _call, true: {K.NO_ANSWER, *(true - {K.PAID, K.CANCELLED})},
    # a question is answered by a payment, or by none; all else is no answer
    "credential expired": lambda call, _true: {K.NO_ANSWER if call == "payment" else K.REFUSED},
    "404 of a framework": lambda call, _true: {K.NO_ANSWER if call == "payment" else K.REFUSED},
    # dialect A names no state of a payment that was just made; and a kill may have kept that answer from the till
    "answered as it was paid": _only(K.PAID, K.NO_ANSWER),
    "another's, under our id": _only(K.PAID_OTHER, K.NO_ANSWER),
}
DONE_THERE: Final = frozenset(
    {L.OPENED, L.SEND_FAILED, L.REVERTED, L.APPROVED, L.DENIED, L.PAID, L.FAILED, L.RUN_OUT, L.CANCEL_OPENED,
     L.CANCEL_APPROVED, L.CANCEL_DENIED, L.CANCEL_FAILED, L.REFUNDED}
)  # fmt: skip
"""Answers that show a payment; all others are codes alone."""


def _shows(*answers: str) -> Says:
    """A payment is shown otherwise; refusals are true."""
    return lambda _call, true: {*(true - DONE_THERE), *answers}


LOYALTY_SAYS: Final[Mapping[str, Says]] = {
    "slow": lambda call, true: {*true, *((L.NO_ANSWER,) if call == "item" else ())},
    "200 with a refusal": _only(L.POINTS_SHORT),
    # a code stands for one payment, a wallet for any number; what is closed or opened once more was so before
    "refused as sent twice": lambda call, true: {
        "open_new": {*true, L.CODE_EXPIRED},
        "close_new": {*true, L.CLOSED_BEFORE, L.NOT_CLOSABLE, L.NEVER_HELD},
        "open_cancel": {*(true - {L.CANCEL_OPENED}), L.NOT_CANCELLABLE},
        "close_cancel": {*true, L.CLOSED_BEFORE, L.NOT_CLOSABLE, L.NEVER_HELD},
    }[call],
    # that of another payment
    "an older answer": _only(L.OTHER_PAYMENT, L.NO_ANSWER),
    "200 with another state": _shows(L.OTHER_STATUS),
    "not found, then found": _only(L.NO_SUCH_PAYMENT),
    # a number of the other numbering is none
    "not yet approved": _only(L.OPENED, L.OTHER_STATUS),
    "another amount": _shows(L.OTHER_PAYMENT),
    "another id": _shows(L.OTHER_PAYMENT),
    "less than asked": _shows(L.OTHER_PAYMENT),
    "an unknown code": _only(L.NO_ANSWER),
    "an unknown code after": _only(L.NO_ANSWER),
}
CARD_SAYS: Final[Mapping[str, Says]] = {
    "slow": lambda call, true: {*true, *((D.NO_ANSWER,) if call == "create" else ())},
    "trickle": _only(D.NO_ANSWER),
    "200 with a refusal": _only(D.NO_ANSWER),
    # that of another payment; a cancel's names none, and one of the same amount says that it is done
    "an older answer": lambda call, _true: {D.CANCELED, D.NO_ANSWER} if call == "cancel" else {D.OTHER, D.NO_ANSWER},
    "200 with another state": _only(D.OTHER),
    # the same again, and the same answer
    "refused as sent twice": lambda _call, true: set(true),
    "another amount": _only(D.OTHER),
    "another id": lambda call, true: {D.OTHER} if call == "confirm" else set(true),
}
SAYS: Final = {"crepay": CREPAY_SAYS, "ceos": CEOS_SAYS, "card": CARD_SAYS, "loyalty": LOYALTY_SAYS, "ezpg": EZPG_SAYS}
BLANK: Final[Mapping[Reads, str]] = {
    Reads.NOTHING: C.NO_ANSWER,
    Reads.UNSENT: C.NOT_SENT,
    Reads.REFUSED: C.REFUSED,
}
"""All systems call these the same."""


def read_under(gateway: str, kind: Kind | None, row: Row) -> set[str]:
    """What the till can read of the answer to a call under a fault.

    Raises:
        KeyError: a lie that nobody has said the words of.
    """
    if kind is None:
        return set(row.true)
    says = SAYS[gateway].get(kind.name)
    if says is not None:
        return says(row.call, row.true)
    return set(row.true) if kind.reads is Reads.TRUE else {BLANK[kind.reads]}


# -- all of them


@cache
def ways() -> Mapping[Situation, frozenset[Way]]:
    """Every situation that a story can come through, and the ways to it."""
    found: defaultdict[Situation, set[Way]] = defaultdict(set)
    for gateway, rows in ROWS.items():
        for row in rows:
            met = (kind for kind in faults.WIRE if row.meets(gateway, kind))
            for kind in (None, *met):
                name = NONE if kind is None else kind.name
                for phase, outcome, way in _of(gateway, row, kind):
                    found[gateway, row.standing, row.call, name, phase, outcome].add(way)
    return {situation: frozenset(found[situation]) for situation in sorted(found)}


def reachable() -> set[Situation]:
    """Every situation that a story can come through."""
    return set(ways())


QUESTIONS: Final[Mapping[str, str]] = {
    "crepay": "balance", "ceos": "payment", "card": "create", "loyalty": "item", "ezpg": "deposits",
}  # fmt: skip
"""What a payment system is asked before a manager says how something ended."""
WITH_STAFF: Final = (State.NEEDS_STAFF, f"{A}/NEEDS_STAFF", f"{A}/REFUSED")
"""What only a person can say the end of."""


def by_a_manager() -> set[Situation]:
    """What can meet the question before a manager says how something ended.

    Whatever it meets, it leads to nothing: its answer is shown, and the manager decides. So nothing aims at these.
    """
    return {
        (gateway, standing, call, kind, phase, STAYS)
        for gateway, call in QUESTIONS.items()
        for standing in WITH_STAFF
        for kind in (NONE, *faults.BY_NAME)
        for phase in (NONE, *KILLED)
    }


def _of(gateway: str, row: Row, kind: Kind | None) -> Iterator[tuple[str, str, Way]]:
    """Where the till is killed, what it leads to, and how."""
    read = read_under(gateway, kind, row)
    leads = row.lying if row.lying is not None and kind is not None and kind.within_settle else row.leads
    # a customer's payment ends where its answer cannot be written down; what goes on in the background is done again
    unkilled = read if row.killed is not None else {*read, UNWRITTEN}
    # that nothing could be sent is known long before an answer would be due
    leaves = kind is None or kind.reads is not Reads.UNSENT
    for age_s in AGES_S:
        is_late = age_s == LONG_S
        for outcome in leads(C.NO_ANSWER, age_s) if leaves else ():
            yield NONE, outcome, Way(C.NO_ANSWER, is_late, is_frozen=C.NO_ANSWER not in read)
        for answer in sorted(unkilled):
            for outcome in leads(answer, age_s):
                yield NONE, outcome, Way(answer, is_late)
        phases = _phases(kind, read)
        for phase, heard in phases.items():
            for outcome in row.killed or leads(UNWRITTEN, age_s):
                yield phase, outcome, Way(UNWRITTEN, is_late)
            is_frozen = leaves and phase == "under way" and C.NO_ANSWER not in heard
            for answer in sorted({*heard, C.NO_ANSWER} if is_frozen else heard):
                is_deaf = is_frozen and answer == C.NO_ANSWER
                # the next that is written down is refused by the disk, and there all the same at the next start
                for outcome in leads(answer, age_s) - {STAYS}:
                    yield phase, outcome, Way(answer, is_late, comes_back=True, is_frozen=is_deaf)
                if row.killed is None and answer not in row.unwritten:
                    for outcome in leads(answer, age_s) - row.at_once:
                        yield phase, outcome, Way(answer, is_late, is_frozen=is_deaf)


def _phases(kind: Kind | None, read: set[str]) -> dict[str, set[str]]:
    """How far an exchange comes under a fault, and what the till has read when it goes no further."""
    before, under_way, answered = KILLED
    if kind is not None and kind.reads is Reads.UNSENT:
        return {before: read}
    if kind is not None and kind.name in SILENT:
        return {before: set(), under_way: read}
    if kind is not None and kind.name == "slow":
        return {before: set(), under_way: read & {C.NO_ANSWER}, answered: read - {C.NO_ANSWER}}
    return {before: set(), under_way: set(), answered: read}
