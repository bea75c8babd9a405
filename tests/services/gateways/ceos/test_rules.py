"""CEOS's decision tables, a case per row. What a row says stands in its id."""

import pytest

from kiosk.domain.attempt import Goal, State
from kiosk.domain.outcome import Declined, NotSent, Reason, Unknown
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.ceos.rules import (
    INSTANT_OUTCOME,
    LOOK_OUTCOME,
    Answer,
    Call,
    Cancel,
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

TAKE, UNDO = Goal.TAKE, Goal.UNDO


def case(sentence, *values):
    return pytest.param(*values, id=sentence)


# -- the payment's own answer

INSTANT = [
    case("a payment that was not sent moved nothing", Answer.NOT_SENT, NotSent(Reason.UNREACHABLE)),
    case("400, 401, 403: moved nothing", Answer.REFUSED, Declined(Reason.SETUP)),
    case("404 in its own shape: moved nothing", Answer.NOT_THERE, Declined(Reason.SETUP)),
    case("200 with FAILED: moved nothing", Answer.FAILED, Declined(Reason.REFUSED)),
    case("200 with CANCELLED: unknown", Answer.CANCELLED, Unknown(Reason.CONTRADICTORY)),
    case("200 with another word: unknown", Answer.PENDING, Unknown(Reason.CONTRADICTORY)),
    case("200 with somebody else's content: unknown", Answer.PAID_OTHER, Unknown(Reason.CONTRADICTORY)),
    case("no answer, or any other 5xx: unknown", Answer.NO_ANSWER, Unknown(Reason.NO_ANSWER)),
]


@pytest.mark.parametrize(("answer", "outcome"), INSTANT)
def test_a_payment_comes_to(answer, outcome):
    assert INSTANT_OUTCOME[answer] == outcome


def test_every_answer_has_its_outcome_but_what_is_paid_or_looked_at_first():
    assert set(INSTANT_OUTCOME) == set(Answer) - {Answer.PAID, Answer.REFUSED_TRY, Answer.CONFLICT}
    assert {param.values[0] for param in INSTANT} == set(INSTANT_OUTCOME)


LOOKED = {
    # own 500, then A says 404 (watched: another copy of the request could still land), B says FAILED
    (Answer.REFUSED_TRY, Answer.NOT_THERE): Declined(Reason.REFUSED, watch=True),
    (Answer.REFUSED_TRY, Answer.FAILED): Declined(Reason.REFUSED),
    # 409, then content that is not ours, or B's FAILED
    (Answer.CONFLICT, Answer.PAID_OTHER): Declined(Reason.ID_REUSED),
    (Answer.CONFLICT, Answer.FAILED): Declined(Reason.REFUSED),
}


@pytest.mark.parametrize("looked", Answer)
@pytest.mark.parametrize("answer", [Answer.REFUSED_TRY, Answer.CONFLICT])
def test_a_single_500_or_409_is_believed_only_with_the_look_that_agrees(answer, looked):
    assert LOOK_OUTCOME.get((answer, looked)) == LOOKED.get((answer, looked))


def test_nothing_else_is_decided_by_one_look():
    assert set(LOOK_OUTCOME) == set(LOOKED)


# -- after a lost answer


def at(unsure_s, *tries, state=State.UNKNOWN, goal=TAKE):
    """What is known so long after the payment became unknown [s]; a try is (call, answer, when)."""
    return Evidence(
        state=state,
        goal=goal,
        tries=tuple(Try(call, answer, age_s=unsure_s - when, after_waiting_s=when) for call, answer, when in tries),
        unsure_s=unsure_s,
        settle_s=90.0,
        staff_after_s=3000.0,
    )


def look(answer, when):
    return (Call.LOOK, answer, when)


def cancel(answer, when):
    return (Call.CANCEL, answer, when)


def asked(answer, *whens):
    return tuple(look(answer, when) for when in whens)


N, GONE = Answer.NO_ANSWER, Answer.NOT_THERE

LOST = [
    case("first asked after 1 s", at(0), Wait(1)),
    case("half a second later half is left", at(0.5), Wait(0.5)),
    case("after 1 s it is asked", at(1), Look()),
    case("then at 2 s", at(1, *asked(N, 1)), Wait(1)),
    case("at 2 s it is asked", at(2, *asked(N, 1)), Look()),
    case("then at 4 s", at(2, *asked(N, 2)), Wait(2)),
    case("then at 8 s", at(4, *asked(N, 4)), Wait(4)),
    case("then at 15 s", at(8, *asked(N, 8)), Wait(7)),
    case("then at 30 s", at(15, *asked(N, 15)), Wait(15)),
    case("then at 60 s", at(30, *asked(N, 30)), Wait(30)),
    case("then at 90 s", at(60, *asked(N, 60)), Wait(30)),
    case("then each minute", at(90, *asked(N, 90)), Wait(60)),
    case("then each minute again", at(150, *asked(N, 150)), Wait(60)),
    case("a minute later it is asked", at(210, *asked(N, 150)), Look()),
    case("a look that was late skips the ones missed", at(20, *asked(N, 20)), Wait(10)),
    # final words, goal TAKE
    case("PAID: taken", at(1, *asked(Answer.PAID, 1)), Verdict(State.APPROVED)),
    case("PAID: taken, however late", at(5000, *asked(Answer.PAID, 5000)), Verdict(State.APPROVED)),
    case("FAILED: not charged", at(1, *asked(Answer.FAILED, 1)), Verdict(State.NOT_CHARGED, Reason.REFUSED)),
    case("CANCELLED: not charged", at(1, *asked(Answer.CANCELLED, 1)),
         Verdict(State.NOT_CHARGED, Reason.CANCELLED_THERE)),
    case("somebody else's content: staff", at(1, *asked(Answer.PAID_OTHER, 1)),
         Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)),
    # 404
    case("404 at once: open", at(1, *asked(GONE, 1)), Wait(1)),
    case("404 a second short of 90 s: open", at(89, *asked(GONE, 89)), Wait(1)),
    case("404 at 90 s: not charged", at(90, *asked(GONE, 90)),
         Verdict(State.NOT_CHARGED, Reason.NOTHING_THERE)),
    case("an early 404 does not ripen by itself", at(300, *asked(GONE, 30)), Look()),
    # not evidence
    case("401, 403, 5xx and silence: open", at(8, *asked(N, 1, 2, 4, 8)), Wait(7)),
    case("a status word unknown: open", at(8, *asked(Answer.PENDING, 8)), Wait(7)),
    case("silence after 90 s is no 404", at(300, *asked(N, 300)), Wait(60)),
    case("a second short of 50 min it goes on", at(2999, *asked(N, 2990)), Wait(51)),
    case("50 min: staff", at(3000, *asked(N, 3000)), Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)),
    case("50 min, in which the till was off: it is asked before a person is", at(3100, *asked(N, 15)), Look()),
    case("the same where it was never asked", at(3100), Look()),
    case("off for 50 min, not wanted and PAID: cancelled, for that was not tried",
         at(3100, *asked(N, 15), *asked(Answer.PAID, 3100), goal=UNDO), Cancel()),
    # goal UNDO
    case("not wanted and PAID: cancelled", at(1, *asked(Answer.PAID, 1), goal=UNDO), Cancel()),
    case("not wanted and not known: asked", at(1, goal=UNDO), Look()),
    case("not wanted and FAILED: not charged", at(1, *asked(Answer.FAILED, 1), goal=UNDO),
         Verdict(State.NOT_CHARGED, Reason.REFUSED)),
    case("not wanted and 404 at 90 s: not charged", at(90, *asked(GONE, 90), goal=UNDO),
         Verdict(State.NOT_CHARGED, Reason.NOTHING_THERE)),
]  # fmt: skip


def undoing(unsure_s, *tries):
    return at(unsure_s, *tries, state=State.REVERSING, goal=UNDO)


PAID_1 = look(Answer.PAID, 1)

UNDONE = [
    case("cancel 200 with CANCELLED: reversed", undoing(2, PAID_1, cancel(Answer.CANCELLED, 2)),
         Verdict(State.REVERSED, Reason.CANCELLED_THERE)),
    case("reversed, however late", undoing(9000, PAID_1, cancel(Answer.CANCELLED, 9000)),
         Verdict(State.REVERSED, Reason.CANCELLED_THERE)),
    case("cancel lost: looked at", undoing(2, PAID_1, cancel(N, 2)), Look()),
    case("cancel 409: looked at", undoing(2, PAID_1, cancel(Answer.CONFLICT, 2)), Look()),
    case("cancel 404: looked at", undoing(2, PAID_1, cancel(GONE, 2)), Look()),
    case("cancel 404 at 90 s: nothing there", undoing(90, PAID_1, cancel(GONE, 90)),
         Verdict(State.NOT_CHARGED, Reason.NOTHING_THERE)),
    case("cancel that says PAID: looked at", undoing(2, PAID_1, cancel(Answer.PAID, 2)), Look()),
    case("cancel not sent: looked at", undoing(2, PAID_1, cancel(Answer.NOT_SENT, 2)), Look()),
    case("then CANCELLED: reversed", undoing(3, PAID_1, cancel(N, 2), look(Answer.CANCELLED, 3)),
         Verdict(State.REVERSED, Reason.CANCELLED_THERE)),
    case("then FAILED: nothing was taken", undoing(3, PAID_1, cancel(Answer.CONFLICT, 2), look(Answer.FAILED, 3)),
         Verdict(State.NOT_CHARGED, Reason.REFUSED)),
    case("then PAID: cancelled again 1 s after the cancel",
         undoing(2, PAID_1, cancel(N, 2), look(Answer.PAID, 2)), Wait(1)),
    case("1 s later it is cancelled again", undoing(3, PAID_1, cancel(N, 2), look(Answer.PAID, 2)), Cancel()),
    case("after a second cancel 2 s",
         undoing(4, PAID_1, cancel(N, 2), look(Answer.PAID, 3), cancel(N, 4), look(Answer.PAID, 4)), Wait(2)),
    case("then silence: looked at again after 2 s", undoing(3, PAID_1, cancel(N, 2), look(N, 3)), Wait(2)),
    case("2 s later it is looked at", undoing(5, PAID_1, cancel(N, 2), look(N, 3)), Look()),
    case("50 min of silence: staff", undoing(3000, PAID_1, cancel(N, 2), look(N, 3000)),
         Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)),
    case("cancelled after 50 min and still PAID: staff",
         undoing(3001, PAID_1, cancel(N, 3000), look(Answer.PAID, 3001)),
         Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)),
    case("50 min, in which the till was off: cancelled once more", undoing(3001, cancel(N, 2), look(Answer.PAID, 3001)),
         Cancel()),
    case("50 min, in which the till was off: looked at", undoing(3001, PAID_1, cancel(N, 2)), Look()),
]  # fmt: skip


@pytest.mark.parametrize(("evidence", "step"), [*LOST, *UNDONE])
def test_after_a_lost_payment(evidence, step):
    assert next_step(evidence) == step


@pytest.mark.parametrize(("tries", "wait"), [(1, 1), (2, 2), (3, 5), (4, 15), (5, 30), (6, 60), (7, 60), (40, 60)])
def test_further_cancels_and_looks_go_up_the_ladder(tries, wait):
    cancels = [cancel(N, 2)] * tries
    looks = [look(N, 2)] * tries

    assert next_step(undoing(2, *cancels, look(Answer.PAID, 2))) == Wait(wait)
    assert next_step(undoing(2, cancel(N, 2), *looks)) == Wait(wait)
    assert next_refund_step(refund(*[look(N, 0)] * tries)) == Wait(wait)
    assert next_refund_step(refund(*[look(N, wait)] * tries)) == Look()


@pytest.mark.parametrize("answer", sorted(set(Answer) - {Answer.PAID}))
@pytest.mark.parametrize("call", [Call.LOOK, Call.CANCEL])
@pytest.mark.parametrize("goal", Goal)
def test_only_a_look_that_says_paid_approves_and_only_if_it_is_wanted(call, answer, goal):
    for when in (1, 60, 3000):
        assert next_step(at(when, (call, answer, when), goal=goal)) != Verdict(State.APPROVED)
    assert next_step(at(1, cancel(Answer.PAID, 1), goal=goal)) != Verdict(State.APPROVED)


# -- giving back


def refund(*tries, asked_s=100.0):
    """A try is (call, answer, age [s])."""
    made = tuple(Try(call, answer, age_s, after_waiting_s=1000.0) for call, answer, age_s in tries)
    return RefundEvidence(made, asked_s, staff_after_s=3000.0)


def staff(reason):
    return RefundVerdict(RefundState.NEEDS_STAFF, reason)


DONE = RefundVerdict(RefundState.DONE)

REFUND = [
    case("it is cancelled at once", refund(), Cancel()),
    case("cancel 200 with CANCELLED: done", refund(cancel(Answer.CANCELLED, 0)), DONE),
    case("done, however late", refund(cancel(Answer.CANCELLED, 0), asked_s=9e9), DONE),
    case("cancel lost: looked at", refund(cancel(N, 0)), Look()),
    case("cancel 409: looked at", refund(cancel(Answer.CONFLICT, 0)), Look()),
    case("then CANCELLED: done", refund(cancel(N, 0), look(Answer.CANCELLED, 0)), DONE),
    case("then PAID: cancelled again after 2 s", refund(cancel(N, 0), look(Answer.PAID, 0)), Wait(2)),
    case("2 s later it is cancelled again", refund(cancel(N, 2), look(Answer.PAID, 2)), Cancel()),
    case("then silence: looked at again", refund(cancel(N, 2), look(N, 2)), Look()),
    case("look not sent: looked at again", refund(cancel(N, 2), look(Answer.NOT_SENT, 2)), Look()),
    case("cancel not sent: again after 1 s", refund(cancel(Answer.NOT_SENT, 0)), Wait(1)),
    case("1 s later it is cancelled", refund(cancel(Answer.NOT_SENT, 1)), Cancel()),
    case("cancel 404: staff, for we hold an approval", refund(cancel(GONE, 0)), staff(Reason.CONTRADICTORY)),
    case("look 404: staff", refund(cancel(N, 0), look(GONE, 0)), staff(Reason.CONTRADICTORY)),
    case("look FAILED: staff", refund(cancel(Answer.CONFLICT, 0), look(Answer.FAILED, 0)),
         staff(Reason.CONTRADICTORY)),
    case("somebody else's content: staff", refund(cancel(N, 0), look(Answer.PAID_OTHER, 0)),
         staff(Reason.CONTRADICTORY)),
    case("401 to the cancel: staff", refund(cancel(Answer.REFUSED, 0)), staff(Reason.SETUP)),
    case("50 min: staff", refund(cancel(N, 60), look(N, 50), asked_s=3050), staff(Reason.SETTLED_LATE)),
    case("50 min, in which the till was off: looked at before", refund(cancel(N, 3000), asked_s=3050), Look()),
]  # fmt: skip


@pytest.mark.parametrize(("evidence", "step"), REFUND)
def test_giving_back(evidence, step):
    assert next_refund_step(evidence) == step


@pytest.mark.parametrize("answer", sorted(set(Answer) - {Answer.CANCELLED}))
@pytest.mark.parametrize("call", [Call.LOOK, Call.CANCEL])
def test_only_a_payment_that_says_cancelled_is_given_back(call, answer):
    for age_s in (0, 60):
        assert next_refund_step(refund((call, answer, age_s))) != DONE
