"""The relay's decision tables, a case per row. What a row says stands in its id."""

from dataclasses import replace

import pytest

from kiosk.domain.attempt import Goal, State
from kiosk.domain.limits import Limits
from kiosk.domain.outcome import Reason
from kiosk.services.gateways.loyalty.answers import Answer, Call, Numbering
from kiosk.services.gateways.loyalty.rules import (
    LADDER_S,
    Capture,
    Look,
    Release,
    Releasing,
    Taking,
    Try,
    Verdict,
    Void,
    Wait,
    Waiting,
    may_be_held,
    next_releasing_step,
    next_taking_step,
    next_waiting_step,
)

LIMITS = Limits()
A = Answer


def case(sentence, *values):
    return pytest.param(*values, id=sentence)


def look(answer, age_s=0.0):
    return Try(Call.ITEM, answer, age_s)


def capture(answer, age_s=0.0):
    return Try(Call.CAPTURE, answer, age_s)


def void(answer, age_s=0.0):
    return Try(Call.VOID, answer, age_s)


# -- waiting for the customer


def waiting(last=A.OPENED, *, opened_s=10.0, looked_s=0.0, rang=False, hinted=None, asked_s=None):
    return Waiting(last, looked_s, hinted, rang, opened_s + 1 if asked_s is None else asked_s, opened_s)


WAITING = [
    case("approved in time: take it", waiting(A.APPROVED), Capture()),
    case("approved, 239 s after asking: take it", waiting(A.APPROVED, asked_s=239), Capture()),
    case("approved, 240 s after asking: too near the forced close", waiting(A.APPROVED, asked_s=240),
         Release(Reason.TOO_LATE)),
    case("denied", waiting(A.DENIED), Release(Reason.DENIED)),
    case("closed by somebody as not paid", waiting(A.FAILED), Release(Reason.TIMED_OUT)),
    case("the document's 9", waiting(A.RUN_OUT), Release(Reason.TIMED_OUT)),
    case("paid, and nobody took it", waiting(A.PAID), Release(Reason.CONTRADICTORY)),
    case("somebody else's payment under our id", waiting(A.OTHER_PAYMENT), Release(Reason.CONTRADICTORY)),
    case("nothing yet, just looked: wait for the next look", waiting(looked_s=0.5), Wait(1.5)),
    case("nothing yet, two seconds ago: look", waiting(looked_s=2), Look()),
    case("a message came in: look at once", waiting(looked_s=0.1, rang=True), Look()),
    case("nobody waits past the end", waiting(looked_s=0, opened_s=59.5), Wait(0.5)),
    case("44 s: still time", waiting(looked_s=2, opened_s=44), Look()),
    case("59 s: an approval may still be carried out", waiting(looked_s=2, opened_s=59), Look()),
    case("60 s: nobody approved", waiting(opened_s=60), Release(Reason.TIMED_OUT)),
    case("60 s, and last looked at 59 s: look once more", waiting(opened_s=60, looked_s=1), Look()),
    case("60 s, sent and not carried out: nobody approved in time", waiting(A.OTHER_STATUS, opened_s=60),
         Release(Reason.TIMED_OUT)),
    case("60 s, the approval could not be sent", waiting(A.SEND_FAILED, opened_s=60), Release(Reason.SERVER_ERROR)),
    case("60 s, the ledger refused", waiting(A.REVERTED, opened_s=60), Release(Reason.CONTRACT_ERROR)),
    case("30 s, the ledger refused: they may try again", waiting(A.REVERTED, opened_s=30, looked_s=2), Look()),
    case("60 s, and a message said why", waiting(opened_s=60, hinted=Reason.SERVER_ERROR),
         Release(Reason.SERVER_ERROR)),
    case("a message alone decides nothing", waiting(hinted=Reason.CONTRACT_ERROR, looked_s=2), Look()),
]  # fmt: skip


@pytest.mark.parametrize(("known", "step"), WAITING)
def test_while_the_customer_holds_the_phone(known, step):
    assert next_waiting_step(known, LIMITS) == step


# -- taking


def taking(*tries, goal=Goal.TAKE, ours=True, honoured=True, asked_s=50.0, unsure_s=5.0):
    return Taking(goal, ours, honoured, tries, asked_s, unsure_s)


LOST = capture(A.NO_ANSWER)
HELD = look(A.APPROVED, 60)
TAKING = [
    case("after a restart: look first", taking(), Look()),
    case("the close was not answered: look", taking(LOST), Look()),
    case("closed as paid", taking(capture(A.PAID)), Verdict(State.APPROVED)),
    case("a look says paid", taking(LOST, look(A.PAID)), Verdict(State.APPROVED)),
    case("closed as not paid", taking(capture(A.FAILED)), Verdict(State.VOIDING, Reason.NO_ANSWER)),
    case("a look says not paid", taking(LOST, look(A.FAILED)), Verdict(State.VOIDING, Reason.NO_ANSWER)),
    case("a look says denied", taking(LOST, look(A.DENIED)), Verdict(State.VOIDING, Reason.NO_ANSWER)),
    case("closed by force, never held", taking(capture(A.NEVER_HELD)), Verdict(State.VOIDING, Reason.NO_ANSWER)),
    case("closed before: look whether paid", taking(capture(A.CLOSED_BEFORE)), Look()),
    case("a close that cannot be: look", taking(capture(A.NOT_CLOSABLE)), Look()),
    case("a close of somebody else's payment: look", taking(capture(A.OTHER_PAYMENT)), Look()),
    case("still held: the same close again", taking(LOST, HELD), Capture()),
    case("still held, just looked: wait a little", taking(LOST, look(A.APPROVED, 0.5)), Wait(1.5)),
    case("still held after a restart: never taken again", taking(LOST, HELD, ours=False), Look()),
    case("still held, 240 s: released instead", taking(LOST, HELD, asked_s=240), Void()),
    case("still held, not wanted any more: released", taking(LOST, HELD, goal=Goal.UNDO), Void()),
    case("still held, not wanted, where it cannot be released: looked at",
         taking(LOST, HELD, goal=Goal.UNDO, honoured=False), Look()),
    case("released once: never taken again", taking(LOST, void(A.NO_ANSWER), HELD), Void()),
    case("a release that never left goes again", taking(LOST, void(A.NOT_SENT, 60), goal=Goal.UNDO), Void()),
    case("a close that never left goes again", taking(capture(A.NOT_SENT, 60)), Capture()),
    case("a look without an answer: look again, later", taking(LOST, look(A.NO_ANSWER, 60)), Look()),
    case("opened, though it was approved: look again", taking(LOST, look(A.OPENED, 60)), Look()),
    case("50 minutes: a person", taking(LOST, look(A.NO_ANSWER), unsure_s=3000),
         Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)),
    case("50 minutes, in which the till was off: look before giving up",
         taking(capture(A.NO_ANSWER, 3000), unsure_s=3000), Look()),
    case("50 minutes, and then it says paid", taking(LOST, look(A.PAID), unsure_s=3000), Verdict(State.APPROVED)),
]  # fmt: skip


@pytest.mark.parametrize(("known", "step"), TAKING)
def test_of_a_close_that_was_sent(known, step):
    assert next_taking_step(known, LIMITS) == step


# -- releasing


def releasing(*tries, opened_s=100.0, **others):
    known = Releasing(
        state=State.VOIDING,
        has_payment=True,
        gives_back=True,
        is_honoured=True,
        numbering=Numbering.RELAY,
        was_approved=False,
        was_taken=False,
        tries=tries,
        opened_s=opened_s,
        unsure_s=opened_s,
    )
    return replace(known, **others)


SPEC = {"numbering": Numbering.SPEC}
DEAF = {"is_honoured": False}
LOST_OPENING = {"state": State.OPEN_LOST, "has_payment": False}
RELEASING = [
    case("nothing known yet, 10 s: look", releasing(opened_s=10), Look()),
    case("nobody has approved, 20 s: wait until nobody can", releasing(look(A.OPENED), opened_s=20), Wait(26)),
    case("nobody has approved, 46 s: release", releasing(look(A.OPENED), opened_s=46), Void()),
    case("approved: release at once", releasing(look(A.APPROVED), opened_s=10), Void()),
    case("denied: close at once", releasing(look(A.DENIED), opened_s=10), Void()),
    case("denied, and closed: done", releasing(look(A.DENIED), void(A.FAILED), opened_s=10), Verdict(State.VOIDED)),
    case("denied, closed without an answer: look",
         releasing(look(A.DENIED), void(A.NO_ANSWER), opened_s=10), Look()),
    case("denied, closed without an answer, still denied: done",
         releasing(look(A.DENIED), void(A.NO_ANSWER), look(A.DENIED), opened_s=10), Verdict(State.VOIDED)),
    case("too early: look", releasing(look(A.OPENED), void(A.TOO_EARLY), opened_s=46), Look()),
    case("too early, still opened: wait, then release again",
         releasing(look(A.OPENED), void(A.TOO_EARLY), look(A.OPENED, 1), opened_s=50), Wait(3)),
    case("released at 46 s: again at 76 s", releasing(void(A.FAILED, 4), opened_s=50), Wait(26)),
    case("76 s: an approval may have landed behind it", releasing(void(A.FAILED, 30), opened_s=76), Void()),
    case("twice nothing held: again at 330 s",
         releasing(void(A.FAILED, 34), void(A.NEVER_HELD, 4), opened_s=80), Wait(250)),
    case("330 s: the last time",
         releasing(void(A.FAILED, 284), void(A.NEVER_HELD, 254), opened_s=330), Void()),
    case("nothing held at 330 s: done",
         releasing(void(A.FAILED, 284), void(A.NEVER_HELD, 254), void(A.NEVER_HELD, 0), opened_s=330),
         Verdict(State.VOIDED)),
    case("released by the last one: done",
         releasing(void(A.FAILED, 284), void(A.NEVER_HELD, 254), void(A.FAILED, 0), opened_s=330),
         Verdict(State.VOIDED)),
    case("first heard of at an hour: one is enough", releasing(void(A.NEVER_HELD, 1), opened_s=3600,
                                                              unsure_s=5.0), Verdict(State.VOIDED)),
    case("closed before: look what that means", releasing(void(A.CLOSED_BEFORE), opened_s=400, unsure_s=5.0), Look()),
    case("closed before, and not paid, at 400 s: done",
         releasing(void(A.CLOSED_BEFORE, 1), look(A.FAILED), opened_s=400, unsure_s=5.0), Verdict(State.VOIDED)),
    case("closed before, and not paid, at 50 s: again at 80 s",
         releasing(void(A.CLOSED_BEFORE, 1), look(A.FAILED), opened_s=50), Wait(30)),
    case("a look alone that says not paid does not free it",
         releasing(look(A.FAILED), opened_s=400, unsure_s=5.0), Void()),
    case("taken all the same: paid", releasing(void(A.CLOSED_BEFORE), look(A.PAID)), Verdict(State.APPROVED)),
    case("a release that never left goes again, later", releasing(void(A.NOT_SENT, 1), opened_s=50), Void()),
    case("no answer, no answer, up the ladder",
         releasing(void(A.NO_ANSWER, 3), look(A.NO_ANSWER, 1), opened_s=50), Wait(1)),
    case("closed in vain, though a look says not paid: up the ladder all the same",
         releasing(void(A.FAILED, 40), void(A.NO_ANSWER, 1), look(A.FAILED, 1), opened_s=90), Wait(3)),
    case("50 minutes: a person", releasing(void(A.NO_ANSWER, 9), look(A.NO_ANSWER), opened_s=3000),
         Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)),
    case("50 minutes, in which the till was off: look before giving up",
         releasing(void(A.NO_ANSWER, 2950), opened_s=3000), Look()),
    case("50 minutes, in which the till was off, after a close that found nothing: release what landed behind it",
         releasing(void(A.FAILED, 2954), opened_s=3000), Void()),
    case("and when it is released then, nobody has to look",
         releasing(void(A.FAILED, 2954), void(A.FAILED), opened_s=3000), Verdict(State.VOIDED)),
    case("closed before, says the first try after an hour: look what that means",
         releasing(void(A.CLOSED_BEFORE), opened_s=3600), Look()),
    # the close that takes was sent before
    case("after a close that takes said not paid: look", releasing(capture(A.FAILED), was_taken=True), Look()),
    case("a look says not paid: close once without taking",
         releasing(capture(A.FAILED, 5), look(A.FAILED), was_taken=True), Void()),
    # where a close might take what it should release
    case("deaf: nobody has approved: looked at", releasing(look(A.OPENED, 60), **DEAF), Look()),
    case("deaf: denied: done", releasing(look(A.DENIED), **DEAF), Verdict(State.VOIDED)),
    case("deaf: run out: done", releasing(look(A.RUN_OUT), **DEAF, **SPEC), Verdict(State.VOIDED)),
    case("deaf: run out, and an approval was on its way: a person",
         releasing(look(A.RUN_OUT), was_approved=True, **DEAF, **SPEC),
         Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)),
    case("deaf: denied, though it was approved: done",
         releasing(look(A.DENIED), was_approved=True, **DEAF, **SPEC), Verdict(State.VOIDED)),
    case("deaf: approved on the ledger, and not paid: done",
         releasing(look(A.FAILED), was_approved=True, **DEAF), Verdict(State.VOIDED)),
    case("deaf: closed by force as not paid: done", releasing(look(A.FAILED), **DEAF), Verdict(State.VOIDED)),
    case("deaf: approved: a person, and nothing is sent", releasing(look(A.APPROVED), **DEAF, **SPEC),
         Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)),
    case("deaf: opened at 330 s: a person", releasing(look(A.OPENED), opened_s=330, **DEAF),
         Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)),
    case("deaf: no answer at 330 s: look on", releasing(look(A.NO_ANSWER, 60), opened_s=400, **DEAF), Look()),
    # the document's numbers
    case("spec: 4 that we never took: a person", releasing(look(A.PAID), **SPEC),
         Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)),
    case("spec: 4 after 2 that we never took: a person", releasing(look(A.PAID), was_approved=True, **SPEC),
         Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)),
    case("spec: 4 after 2 and our close: paid",
         releasing(look(A.PAID), was_approved=True, was_taken=True, **SPEC), Verdict(State.APPROVED)),
    case("spec: 4 without 2: a person", releasing(look(A.PAID), was_taken=True, **SPEC),
         Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)),
    # the answer to the opening was lost
    case("lost: a message may tell its id", releasing(opened_s=10, **LOST_OPENING), Wait(2)),
    case("lost: a message told its id", releasing(opened_s=10, state=State.OPEN_LOST),
         Verdict(State.VOIDING, Reason.NO_ANSWER)),
    case("lost for a minute: released by the relay itself", releasing(opened_s=60, **LOST_OPENING),
         Verdict(State.VOIDING, Reason.NO_ANSWER)),
    case("lost for a minute, and it may be taken by force: a person, and no promise",
         releasing(opened_s=60, gives_back=False, **LOST_OPENING), Verdict(State.NEEDS_STAFF, Reason.NO_ANSWER)),
    case("numbers that nobody can read: a person", releasing(state=State.OPEN_LOST, numbering=None),
         Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)),
    case("nameless: wait for the forced close", releasing(opened_s=100, has_payment=False), Wait(60)),
    case("nameless, 330 s: closed by force", releasing(opened_s=330, has_payment=False),
         Verdict(State.VOIDED, Reason.NO_ANSWER)),
]  # fmt: skip


@pytest.mark.parametrize(("known", "step"), RELEASING)
def test_of_a_payment_that_is_not_wanted_any_more(known, step):
    assert next_releasing_step(known, LIMITS) == step


HELD_AFTER_ALL = [
    case("approved after all", (void(A.FAILED, 10), look(A.APPROVED)), {}, True),
    case("not paid, and closed before an approval could land", (void(A.FAILED, 954), look(A.FAILED)), {}, True),
    case("not paid, and never closed", (look(A.FAILED),), {}, True),
    case("not paid, and closed after the relay had ended all", (void(A.NEVER_HELD, 600), look(A.FAILED)), {}, False),
    case("paid", (void(A.FAILED, 954), look(A.PAID)), {}, False),
    case("nothing was said", (void(A.FAILED, 954), look(A.NO_ANSWER)), {}, False),
    case("denied", (look(A.DENIED), void(A.FAILED, 954), look(A.FAILED)), {}, False),
    case("deaf", (look(A.APPROVED),), DEAF, False),
]


@pytest.mark.parametrize(("tries", "others", "held"), HELD_AFTER_ALL)
def test_what_has_ended_is_closed_once_more_where_it_may_be_held(tries, others, held):
    assert may_be_held(releasing(*tries, opened_s=1000, **others), LIMITS) is held


def test_the_ladder_climbs():
    assert list(LADDER_S) == sorted(LADDER_S)
