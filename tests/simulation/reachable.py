"""The situations that can be reached at all, computed from the tables of domain/ and of each payment system's rules.py.

A situation: gateway, state of the attempt and of its refund, call, fault, where the till was killed, what it led to.
What a fault lets the till read is told by faults.py and by READS below; what an answer leads to is asked of the pure
rules themselves, over every evidence that they tell apart.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Final

from kiosk.domain.attempt import Goal, State
from kiosk.domain.outcome import Approved, Declined, NotSent, Outcome, Reason, Unknown
from kiosk.services.gateways.ceos import rules as ceos
from kiosk.services.gateways.crepay import rules as crepay
from tests.simulation import faults
from tests.simulation.coverage import STAYS, Situation
from tests.simulation.faults import Kind, Reads

NONE: Final = "none"
KILLED: Final = ("before", "under way", "answered")
LONG_S: Final = 10_000.0
STAFF_S: Final = 3_000.0
SILENT: Final = frozenset(
    {"request lost", "answer lost", "executed after the time-out", "executed after the settle time"}
)
"""Faults under which nothing comes before the till has given up: it cannot be killed while it reads an answer."""

C, K = crepay.Answer, ceos.Answer

Outcomes = Callable[[str], set[str]]
"""From an answer, by its word in the journal, to what it can lead to."""

CREPAY_TRUE: Final[Mapping[str, set[str]]] = {
    "balance": {C.OK, C.NO_SUCH_BARCODE, C.CLOCK},
    "checkout": {C.OK, C.NO_SUCH_BARCODE, C.CLOCK, C.BALANCE_SHORT, C.WITHDRAWAL_FAILED, C.ID_REUSED},
    "cancel": {C.OK, C.NO_SUCH_PAYMENT, C.CLOCK, C.ID_REUSED},
    "cancel-network": {C.OK, C.NO_SUCH_PAYMENT, C.CLOCK, C.ID_REUSED, C.UNSUPPORTED},
}
CEOS_TRUE: Final[Mapping[str, set[str]]] = {
    "instant": {K.PAID, K.REFUSED_TRY, K.CONFLICT},
    "cancel": {K.CANCELLED, K.CONFLICT, K.NOT_THERE},
    "payment": {K.PAID, K.FAILED, K.CANCELLED, K.NOT_THERE},
}


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


# -- what an answer leads to: Crepay


def crepay_checkout(answer: str) -> set[str]:
    """Of a checkout."""
    return {State.APPROVED} if answer == C.OK else {outcome_name(crepay.CHECKOUT_OUTCOME[C(answer)])}


def crepay_undo(call: crepay.Call) -> Outcomes:
    """Of an undo of a lost checkout."""

    def outcomes(answer: str) -> set[str]:
        found: set[str] = set()
        for reported, network, baseline, earlier, unsure_s in product(
            (None, 900), (True, False), (None, 1000), range(4), (10.0, LONG_S)
        ):
            before = tuple(crepay.Try(call, C.NO_SUCH_PAYMENT, 100.0 - n) for n in range(earlier))
            undos = (*before, crepay.Try(call, C(answer), 0.0))
            for balances in _balances(baseline):
                evidence = crepay.Evidence(undos, balances, unsure_s, baseline, reported, network, STAFF_S)
                found.add(_verdict(crepay.next_step(evidence)))
        return found

    return outcomes


def _balances(baseline: int | None) -> Iterator[tuple[crepay.Try, ...]]:
    yield ()
    for balance in (None, 0, baseline):
        yield (crepay.Try(crepay.Call.BALANCE, C.OK, 0.0, balance),)


def crepay_balance_after(answer: str) -> set[str]:
    """Of a balance that is asked for when a lost checkout was not found."""
    undos = tuple(crepay.Try(crepay.Call.CANCEL_NETWORK, C.NO_SUCH_PAYMENT, 100.0 - n) for n in range(4))
    found: set[str] = set()
    for balance in (0, 1000) if answer == C.OK else (None,):
        tried = crepay.Try(crepay.Call.BALANCE, C(answer), 0.0, balance)
        found.add(_verdict(crepay.next_step(crepay.Evidence(undos, (tried,), 10.0, 1000, None, True, STAFF_S))))
    return found


def crepay_refund(answer: str) -> set[str]:
    """Of a cancel of a known approval."""
    if answer == C.OK:
        return {"refund DONE"}
    executed = answer not in (C.NOT_SENT, C.CLOCK, C.REFUSED)
    found = {f"refund {'UNKNOWN' if executed else 'ASKED'}", STAYS}
    for earlier, before, since, asked_s in product((True, False), (None, 500), (None, 500, 1500), (10.0, LONG_S)):
        asked = crepay.Try(crepay.Call.BALANCE, C.OK, 50.0, before)
        later = () if since is None else (crepay.Try(crepay.Call.BALANCE, C.OK, 0.0, since),)
        evidence = crepay.RefundEvidence(
            (crepay.Try(crepay.Call.CANCEL, C(answer), 0.0),), earlier, (asked, *later), later, 1000, asked_s, STAFF_S
        )
        step = crepay.next_refund_step(evidence)
        if isinstance(step, crepay.RefundVerdict):
            found.add(f"refund {step.state}")
    return found


# -- what an answer leads to: CEOS


def ceos_instant(answer: str) -> set[str]:
    """Of a payment."""
    if answer == K.PAID:
        return {State.APPROVED}
    if answer in (K.REFUSED_TRY, K.CONFLICT):
        return {STAYS}
    return {outcome_name(ceos.INSTANT_OUTCOME[K(answer)])}


def ceos_look_at_once(answer: str) -> set[str]:
    """Of the look after a payment that was refused, or whose id exists."""
    if answer == K.PAID:
        return {State.APPROVED}
    first = (K.REFUSED_TRY, K.CONFLICT)
    return {outcome_name(ceos.LOOK_OUTCOME.get((one, K(answer)), Unknown(Reason.NO_ANSWER))) for one in first}


def ceos_settle(state: State, call: ceos.Call) -> Outcomes:
    """Of a look or cancel while a lost payment is found out about."""

    def outcomes(answer: str) -> set[str]:
        found: set[str] = set()
        for goal, unsure_s, after_s in product(Goal, (10.0, LONG_S), (10.0, 100.0)):
            tried = ceos.Try(call, K(answer), 0.0, after_s)
            found.add(_verdict(ceos.next_step(ceos.Evidence(state, goal, (tried,), unsure_s, 90.0, STAFF_S))))
        return found

    return outcomes


def ceos_refund(call: ceos.Call) -> Outcomes:
    """Of a cancel, or a look, while a known payment is given back."""

    def outcomes(answer: str) -> set[str]:
        if call is ceos.Call.CANCEL and answer == K.CANCELLED:
            return {"refund DONE"}
        found = {STAYS}
        if call is ceos.Call.CANCEL:
            found.add("refund ASKED" if answer == K.NOT_SENT else "refund UNKNOWN")
        for asked_s in (10.0, LONG_S):
            step = ceos.next_refund_step(ceos.RefundEvidence((ceos.Try(call, K(answer), 0.0, 0.0),), asked_s, STAFF_S))
            if isinstance(step, ceos.RefundVerdict):
                found.add(f"refund {step.state}")
        return found

    return outcomes


def _verdict(step: object) -> str:
    if isinstance(step, (crepay.Verdict, ceos.Verdict)):
        return step.state
    return STAYS


def _nothing(_answer: str) -> set[str]:
    return {STAYS}


# -- where each call is sent from, and what it can lead to

P, S, U, R = State.PREPARED, State.SENDING, State.UNKNOWN, State.REVERSING
A: Final = State.APPROVED

Row = tuple[str, str, Outcomes, str]
"""State, call, what an answer leads to, what a kill leads to."""

ROWS: Final[Mapping[str, tuple[Row, ...]]] = {
    "crepay": (
        (P, "balance", lambda _answer: {State.SENDING, State.DECLINED, State.NOT_SENT, STAYS}, State.NOT_SENT),
        (S, "checkout", crepay_checkout, State.UNKNOWN),
        (R, "cancel-network", crepay_undo(crepay.Call.CANCEL_NETWORK), STAYS),
        (R, "cancel", crepay_undo(crepay.Call.CANCEL), STAYS),
        (R, "balance", crepay_balance_after, STAYS),
        (f"{A}/ASKED", "balance", lambda _answer: {"refund SENDING"}, "refund SENDING"),
        (f"{A}/SENDING", "cancel", crepay_refund, "refund UNKNOWN"),
        (f"{A}/UNKNOWN", "cancel", crepay_refund, STAYS),
        (f"{A}/UNKNOWN", "balance", lambda _answer: {STAYS, "refund DONE", "refund NEEDS_STAFF"}, STAYS),
        (State.NOT_CHARGED, "cancel-network", _nothing, STAYS),
        (State.NOT_CHARGED, "cancel", _nothing, STAYS),
    ),
    "ceos": (
        (S, "instant", ceos_instant, State.UNKNOWN),
        (S, "payment", ceos_look_at_once, State.UNKNOWN),
        (U, "payment", ceos_settle(U, ceos.Call.LOOK), STAYS),
        (R, "cancel", ceos_settle(R, ceos.Call.CANCEL), STAYS),
        (R, "payment", ceos_settle(R, ceos.Call.LOOK), STAYS),
        (f"{A}/SENDING", "cancel", ceos_refund(ceos.Call.CANCEL), "refund UNKNOWN"),
        (f"{A}/UNKNOWN", "cancel", ceos_refund(ceos.Call.CANCEL), STAYS),
        (f"{A}/UNKNOWN", "payment", ceos_refund(ceos.Call.LOOK), STAYS),
        (State.NOT_CHARGED, "payment", _nothing, STAYS),
        (State.DECLINED, "payment", _nothing, STAYS),
    ),
}


def crepay_reads(reads: Reads, call: str) -> set[str]:
    """What the till can read of an answer of Crepay's."""
    match reads:
        case Reads.NOTHING:
            return {C.NO_ANSWER}
        case Reads.UNSENT:
            return {C.NOT_SENT}
        case Reads.REFUSED:
            return {C.REFUSED}
        case _:
            return CREPAY_TRUE[call]


def ceos_reads(reads: Reads, call: str) -> set[str]:
    """What the till can read of an answer of CEOS's; a lie there says nothing."""
    match reads:
        case Reads.NOTHING | Reads.LIE:
            return {K.NO_ANSWER}
        case Reads.UNSENT:
            return {K.NOT_SENT}
        case Reads.REFUSED:
            return {K.REFUSED}
        case _:
            return CEOS_TRUE[call]


READS: Final = {"crepay": crepay_reads, "ceos": ceos_reads}


def reachable() -> set[Situation]:
    """Every situation that a story can come through."""
    return set(_all())


def _all() -> Iterator[Situation]:
    for gateway, rows in ROWS.items():
        for standing, call, outcomes, after_kill in rows:
            for name, kind in _faults(f"{gateway}.{call}"):
                reads = kind.reads if kind is not None else Reads.TRUE
                for outcome in _after(READS[gateway](reads, call), outcomes):
                    yield gateway, standing, call, name, NONE, outcome
                for phase in _phases(kind):
                    yield gateway, standing, call, name, phase, after_kill


def _after(answers: Iterable[str], outcomes: Outcomes) -> set[str]:
    return {outcome for answer in answers for outcome in outcomes(answer)}


def _faults(call: str) -> Iterator[tuple[str, Kind | None]]:
    yield NONE, None
    for kind in faults.WIRE:
        if kind.meets(call):
            yield kind.name, kind


def _phases(kind: Kind | None) -> tuple[str, ...]:
    if kind is None or kind.reads is not Reads.UNSENT:
        return KILLED if kind is None or kind.name not in SILENT else KILLED[:2]
    return KILLED[:1]
