"""The card server's decision tables, a case per row. What a row says stands in its id."""

import pytest

from kiosk.domain.attempt import Goal, State
from kiosk.domain.outcome import Declined, NotSent, Reason, Unknown
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.card.rules import (
    CONFIRM_OUTCOME,
    CREATE_OUTCOME,
    Answer,
    Call,
    Cancel,
    Confirm,
    Evidence,
    Look,
    RefundEvidence,
    RefundVerdict,
    Try,
    Verdict,
    Wait,
    next_refund_step,
    next_step,
)

A = Answer
TAKE, UNDO = Goal.TAKE, Goal.UNDO


def case(sentence, *values):
    return pytest.param(*values, id=sentence)


# -- the answers of a sale


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        case("refused before anything was created", A.REFUSED, Declined(Reason.SETUP)),
        case("not sent", A.NOT_SENT, NotSent(Reason.UNREACHABLE)),
        case("no answer: no money was asked for", A.NO_ANSWER, NotSent(Reason.UNREACHABLE)),
    ],
)
def test_what_could_not_be_created_comes_to(answer, outcome):
    assert CREATE_OUTCOME[answer] == outcome


CONFIRMED = [
    case("401, or a 500 with a code: moved nothing", A.REFUSED, Declined(Reason.SETUP)),
    case("not sent: moved nothing", A.NOT_SENT, NotSent(Reason.UNREACHABLE)),
    case("no answer, or a 5xx without a code: unknown", A.NO_ANSWER, Unknown(Reason.NO_ANSWER)),
    case("cancelled before, and not by us: unknown", A.ALREADY_CANCELED, Unknown(Reason.CONTRADICTORY, undo=True)),
    case("409: our mistake, and unknown", A.MISMATCH, Unknown(Reason.CONTRADICTORY, undo=True)),
    case("a success of something else: unknown", A.OTHER, Unknown(Reason.CONTRADICTORY)),
]


@pytest.mark.parametrize(("answer", "outcome"), CONFIRMED)
def test_a_confirm_comes_to(answer, outcome):
    assert CONFIRM_OUTCOME[answer] == outcome


def test_every_answer_to_a_confirm_has_its_outcome():
    of_others = {A.INITIATED, A.CANCELED, A.NOT_APPROVED, A.NOT_FOUND, A.PARTIAL_MISMATCH}
    assert set(CONFIRM_OUTCOME) == set(Answer) - {A.APPROVED} - of_others
    assert {param.values[0] for param in CONFIRMED} == set(CONFIRM_OUTCOME)


# -- a lost answer


def look(answer, age_s=0.0, took_s=0.0):
    return Try(Call.CREATE, answer, age_s, age_s + took_s)


def confirm(answer, age_s=0.0):
    return Try(Call.CONFIRM, answer, age_s, age_s)


def cancel(answer, age_s=0.0):
    return Try(Call.CANCEL, answer, age_s, age_s)


def lost(*tries, goal=TAKE, ours=False, state=State.UNKNOWN, unsure_s=20.0):
    return Evidence(state, goal, ours, tries, unsure_s, unsure_s, settle_s=30.0, staff_after_s=3000.0)


def undoing(*tries, unsure_s=20.0):
    return lost(*tries, goal=UNDO, state=State.REVERSING, unsure_s=unsure_s)


CHARGED_NOT = Verdict(State.NOT_CHARGED, Reason.NOTHING_THERE)
FORGOTTEN = Verdict(State.NEEDS_STAFF, Reason.FORGOTTEN)
STRANGE = Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)
LATE = Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)

LOST = [
    # wanted, and its customer stands there
    case("just lost: the same again in a second", lost(ours=True, unsure_s=0.0), Wait(1.0)),
    case("a second later: the same again", lost(ours=True, unsure_s=1.0), Confirm()),
    case("lost again: in two seconds", lost(confirm(A.NO_ANSWER), ours=True), Wait(2.0)),
    case("and again", lost(confirm(A.NO_ANSWER, 2.0), ours=True), Confirm()),
    case("lost twice: in four", lost(confirm(A.NO_ANSWER), confirm(A.NO_ANSWER, 1.0), ours=True), Wait(3.0)),
    case("a confirm that did not leave counts as one",
         lost(confirm(A.NOT_SENT), confirm(A.NO_ANSWER, 4.0), ours=True), Confirm()),
    case("lost three times more: look", lost(*[confirm(A.NO_ANSWER, 9.0)] * 3, ours=True), Look()),
    case("approved in the end", lost(confirm(A.APPROVED), ours=True), Verdict(State.APPROVED)),
    case("refused meanwhile: the same again, it may have come right", lost(confirm(A.REFUSED, 2.0), ours=True),
         Confirm()),
    case("cancelled by somebody", lost(confirm(A.ALREADY_CANCELED), ours=True),
         Verdict(State.NOT_CHARGED, Reason.CANCELLED_THERE)),
    case("other values than ours", lost(confirm(A.MISMATCH), ours=True), STRANGE),
    # after a restart it is only looked at
    case("after a restart nothing is confirmed that is not paid", lost(unsure_s=1.0), Look()),
    case("not paid yet: again in a second", lost(look(A.INITIATED)), Wait(1.0)),
    case("not paid yet, 4 s after the second look", lost(look(A.INITIATED, 5.0), look(A.INITIATED, 4.0)), Look()),
    case("not paid yet, 24 s after the third", lost(*[look(A.INITIATED, 24.0)] * 3), Wait(1.0)),
    case("asked for 30 s after, not paid: it was not", lost(look(A.INITIATED), unsure_s=30.0), CHARGED_NOT),
    case("asked for just before", lost(look(A.INITIATED), unsure_s=29.9), Wait(1.0)),
    case("asked for before, and answered after", lost(look(A.INITIATED, 0.0, 1.0), unsure_s=30.0), Wait(1.0)),
    case("a confirm was given up since: its time counts", lost(confirm(A.NO_ANSWER, 29.9), look(A.INITIATED),
         unsure_s=60.0), Wait(1.0)),
    case("and is over", lost(confirm(A.NO_ANSWER, 30.0), look(A.INITIATED), unsure_s=60.0), CHARGED_NOT),
    case("paid: hear how much", lost(look(A.APPROVED)), Confirm()),
    case("paid, and not wanted any more", lost(look(A.APPROVED), goal=UNDO), Cancel()),
    case("cancelled there", lost(look(A.CANCELED)), Verdict(State.NOT_CHARGED, Reason.CANCELLED_THERE)),
    case("another's order under our key", lost(look(A.OTHER)), STRANGE),
    case("refused: up the ladder", lost(look(A.REFUSED)), Wait(1.0)),
    case("no answer: up the ladder", lost(look(A.NO_ANSWER, 1.0)), Look()),
    case("paid, and not paid half a minute later: forgotten",
         lost(look(A.APPROVED, 40.0), confirm(A.NO_ANSWER, 35.0), look(A.INITIATED), unsure_s=60.0), FORGOTTEN),
    # not wanted any more
    case("not wanted: never confirmed again", lost(ours=True, goal=UNDO), Look()),
    case("not wanted, and approved by a confirm under way", lost(confirm(A.APPROVED), goal=UNDO),
         Verdict(State.APPROVED)),
    # a person takes over
    case("after 50 minutes of silence", lost(look(A.NO_ANSWER), unsure_s=3000.0), LATE),
    case("a till that was off for an hour asks first", lost(unsure_s=3600.0), Look()),
    case("and again, when that was before", lost(look(A.NO_ANSWER, 600.0), unsure_s=3500.0), Look()),
    case("what is known is not late", lost(look(A.APPROVED), unsure_s=3600.0), Confirm()),
]  # fmt: skip


@pytest.mark.parametrize(("evidence", "step"), LOST)
def test_of_a_confirm_whose_answer_was_lost(evidence, step):
    assert next_step(evidence) == step


UNDOING = [
    case("nothing known: look", undoing(), Look()),
    case("paid: cancel", undoing(look(A.APPROVED)), Cancel()),
    case("cancelled, says an answer that names no payment: look", undoing(cancel(A.CANCELED)), Look()),
    case("cancelled, says a look", undoing(cancel(A.CANCELED, 1.0), look(A.CANCELED)),
         Verdict(State.REVERSED, Reason.CANCELLED_THERE)),
    case("lost: look", undoing(look(A.APPROVED, 1.0), cancel(A.NO_ANSWER)), Look()),
    case("lost, and still paid: again in a second", undoing(cancel(A.NO_ANSWER), look(A.APPROVED)), Wait(1.0)),
    case("a second later", undoing(cancel(A.NO_ANSWER, 1.0), look(A.APPROVED)), Cancel()),
    case("twice: in two", undoing(cancel(A.NO_ANSWER, 9.0), cancel(A.NO_ANSWER), look(A.APPROVED)), Wait(2.0)),
    case("lost, and the look too: look again", undoing(cancel(A.NO_ANSWER, 2.0), look(A.NO_ANSWER, 1.0)), Look()),
    case("not sent: the same in a second", undoing(cancel(A.NOT_SENT)), Wait(1.0)),
    case("refused: look", undoing(cancel(A.REFUSED)), Look()),
    case("a success in another word: look", undoing(cancel(A.OTHER)), Look()),
    case("it says that it was never approved: look", undoing(look(A.APPROVED, 1.0), cancel(A.NOT_APPROVED)), Look()),
    case("another's order under our key", undoing(cancel(A.NO_ANSWER), look(A.OTHER)), STRANGE),
    case("seen as paid, then as not paid: forgotten",
         undoing(look(A.APPROVED, 40.0), cancel(A.NOT_APPROVED, 39.0), look(A.INITIATED), unsure_s=60.0), FORGOTTEN),
    case("never seen as paid", undoing(look(A.INITIATED), unsure_s=60.0), CHARGED_NOT),
    case("gone: forgotten", undoing(look(A.APPROVED, 1.0), cancel(A.NOT_FOUND)), FORGOTTEN),
    case("another amount there", undoing(cancel(A.PARTIAL_MISMATCH)), STRANGE),
    case("after 50 minutes", undoing(cancel(A.NO_ANSWER), look(A.NO_ANSWER), unsure_s=3000.0), LATE),
]  # fmt: skip


@pytest.mark.parametrize(("evidence", "step"), UNDOING)
def test_of_a_payment_that_is_not_wanted_any_more(evidence, step):
    assert next_step(evidence) == step


def refunding(*tries, asked_s=60.0):
    return RefundEvidence(tries, asked_s, 3000.0)


REFUNDS = [
    case("asked for: cancel", refunding(), Cancel()),
    case("cancelled, says an answer that names no payment: look", refunding(cancel(A.CANCELED)), Look()),
    case("cancelled, says a look: given back", refunding(cancel(A.CANCELED, 1.0), look(A.CANCELED)),
         RefundVerdict(RefundState.DONE)),
    case("lost: look", refunding(cancel(A.NO_ANSWER)), Look()),
    case("lost, and still paid: again in a second", refunding(cancel(A.NO_ANSWER), look(A.APPROVED)), Wait(1.0)),
    case("a second later", refunding(cancel(A.NO_ANSWER, 1.0), look(A.APPROVED)), Cancel()),
    case("lost twice: in two", refunding(cancel(A.NO_ANSWER, 9.0), cancel(A.NO_ANSWER), look(A.APPROVED)), Wait(2.0)),
    case("the look too: again", refunding(cancel(A.NO_ANSWER, 2.0), look(A.NO_ANSWER)), Wait(1.0)),
    case("the look is refused: again", refunding(cancel(A.NO_ANSWER, 2.0), look(A.REFUSED, 1.0)), Look()),
    case("not sent: the same in a second", refunding(cancel(A.NOT_SENT)), Wait(1.0)),
    case("and then", refunding(cancel(A.NOT_SENT, 1.0)), Cancel()),
    case("a success in another word: look", refunding(cancel(A.OTHER)), Look()),
    case("it knows no such payment: forgotten", refunding(cancel(A.NOT_FOUND)),
         RefundVerdict(RefundState.NEEDS_STAFF, Reason.FORGOTTEN)),
    case("it was never approved, it says: forgotten", refunding(cancel(A.NOT_APPROVED)),
         RefundVerdict(RefundState.NEEDS_STAFF, Reason.FORGOTTEN)),
    case("created afresh by a look: forgotten", refunding(cancel(A.NO_ANSWER), look(A.INITIATED)),
         RefundVerdict(RefundState.NEEDS_STAFF, Reason.FORGOTTEN)),
    case("it holds another amount", refunding(cancel(A.PARTIAL_MISMATCH)),
         RefundVerdict(RefundState.NEEDS_STAFF, Reason.CONTRADICTORY)),
    case("another's order under our key", refunding(cancel(A.NO_ANSWER), look(A.OTHER)),
         RefundVerdict(RefundState.NEEDS_STAFF, Reason.CONTRADICTORY)),
    case("refused", refunding(cancel(A.REFUSED)), RefundVerdict(RefundState.NEEDS_STAFF, Reason.SETUP)),
    case("after 50 minutes", refunding(cancel(A.NO_ANSWER), look(A.NO_ANSWER), asked_s=3000.0),
         RefundVerdict(RefundState.NEEDS_STAFF, Reason.SETTLED_LATE)),
    case("a till that was off for an hour looks first", refunding(cancel(A.NO_ANSWER, 3600.0), asked_s=3601.0),
         Look()),
]  # fmt: skip


@pytest.mark.parametrize(("evidence", "step"), REFUNDS)
def test_of_a_payment_that_is_given_back(evidence, step):
    assert next_refund_step(evidence) == step
