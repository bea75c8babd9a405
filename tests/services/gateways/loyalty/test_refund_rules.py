"""The relay's table of giving back, a case per row. What a row says stands in its id."""

from dataclasses import replace

import pytest

from kiosk.domain.limits import Limits
from kiosk.domain.outcome import Reason
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.loyalty.answers import Answer, Call, Numbering
from kiosk.services.gateways.loyalty.refund_rules import (
    CloseCancel,
    OpenCancel,
    Refunding,
    RefundVerdict,
    next_refund_step,
)
from kiosk.services.gateways.loyalty.rules import Look, Try, Wait

LIMITS = Limits()
A = Answer
DAY_S = 86_400.0


def case(sentence, *values):
    return pytest.param(*values, id=sentence)


def look(answer, age_s=0.0):
    return Try(Call.ITEM, answer, age_s)


def opened(answer, age_s=0.0):
    return Try(Call.OPEN_CANCEL, answer, age_s)


def closed(answer, age_s=0.0):
    return Try(Call.CLOSE_CANCEL, answer, age_s)


def refunding(*tries, state=RefundState.PENDING, **others):
    known = Refunding(
        state=state,
        is_staffed=True,
        numbering=Numbering.RELAY,
        was_approved=False,
        tries=tries,
        paid_s=DAY_S,
        asked_s=100.0,
        opened_s=100.0,
        there_s=0.0,
    )
    return replace(known, **others)


def refused(reason):
    return RefundVerdict(RefundState.REFUSED, reason)


def staff(reason):
    return RefundVerdict(RefundState.NEEDS_STAFF, reason)


ASKED = {"state": RefundState.ASKED}
LOST = {"state": RefundState.UNKNOWN}
OPEN = opened(A.CANCEL_OPENED, 50)
ROWS = [
    case("nobody of the staff has started it: the owner is needed",
         refunding(is_staffed=False, asked_s=0.0, **ASKED), refused(Reason.OWNER_NEEDED)),
    case("staff have: open it", refunding(asked_s=59.0, **ASKED), OpenCancel()),
    case("staff have, a minute ago, before a stop: whoever was to approve it may be gone",
         refunding(asked_s=60.0, **ASKED), refused(Reason.OWNER_NEEDED)),
    case("7 days less 59 minutes: too late, and nothing is sent", refunding(paid_s=7 * DAY_S - 3540, **ASKED),
         refused(Reason.WINDOW_OVER)),
    case("7 days less 61 minutes: open it", refunding(paid_s=7 * DAY_S - 3660, asked_s=0.0, **ASKED), OpenCancel()),
    case("not sent: again, after a little", refunding(opened(A.NOT_SENT, 0.5), asked_s=5.0, **ASKED), Wait(0.5)),
    case("not sent for a minute: nobody answers there", refunding(opened(A.NOT_SENT, 5), asked_s=60.0, **ASKED),
         refused(Reason.UNREACHABLE)),
    case("2022: look, it may have come twice", refunding(opened(A.NOT_CANCELLABLE), **LOST), Look()),
    case("2022, and paid: its one try is used up", refunding(opened(A.NOT_CANCELLABLE), look(A.PAID), **LOST),
         refused(Reason.REFUSED)),
    case("2022, and open: it came twice", refunding(opened(A.NOT_CANCELLABLE), look(A.CANCEL_OPENED), **LOST),
         RefundVerdict(RefundState.PENDING)),
    case("2022, and over since", refunding(opened(A.NOT_CANCELLABLE), look(A.CANCEL_FAILED), **LOST),
         refused(Reason.TIMED_OUT)),
    case("2022, and nobody can look", refunding(opened(A.NOT_CANCELLABLE, 1), look(A.NO_ANSWER), **LOST), Wait(2)),
    case("2005: the owner has no phone, and the try is used up", refunding(opened(A.NO_PHONE), **LOST),
         refused(Reason.NO_PHONE)),
    case("wrong key: nothing was opened", refunding(opened(A.REFUSED), **LOST), refused(Reason.SETUP)),
    case("no answer to the opening: look, and open nothing", refunding(opened(A.NO_ANSWER), **LOST), Look()),
    case("it was opened", refunding(opened(A.NO_ANSWER), look(A.CANCEL_OPENED), **LOST),
         RefundVerdict(RefundState.PENDING)),
    case("it was opened, and approved already", refunding(opened(A.NO_ANSWER), look(A.CANCEL_APPROVED), **LOST),
         RefundVerdict(RefundState.PENDING)),
    case("not opened yet: it may be under way", refunding(opened(A.NO_ANSWER, 9), look(A.PAID, 0), opened_s=10.0,
                                                          **LOST), Wait(2)),
    case("asked for an hour ago, sent just now, and not opened yet: it may be under way",
         refunding(opened(A.NO_ANSWER, 9), look(A.PAID, 0), asked_s=3600.0, opened_s=10.0, **LOST), Wait(2)),
    case("asked for an hour ago, and opened just now: the owner has their time",
         refunding(opened(A.CANCEL_OPENED), asked_s=3600.0, opened_s=1.0), Wait(2)),
    case("not opened after 90 s", refunding(opened(A.NO_ANSWER, 90), look(A.PAID, 0), opened_s=91.0, **LOST),
         refused(Reason.NOTHING_THERE)),
    case("open: look every two seconds", refunding(OPEN, look(A.CANCEL_OPENED, 0.5)), Wait(1.5)),
    case("open, two seconds on: look", refunding(OPEN, look(A.CANCEL_OPENED, 2)), Look()),
    case("nothing heard when the relay has ended it: once a minute",
         refunding(OPEN, closed(A.NO_ANSWER, 70), look(A.NO_ANSWER, 10), opened_s=400.0), Wait(50)),
    case("approved: give back at once", refunding(OPEN, look(A.CANCEL_APPROVED)), CloseCancel()),
    case("given back", refunding(OPEN, look(A.CANCEL_APPROVED), closed(A.REFUNDED)),
         RefundVerdict(RefundState.DONE)),
    case("no answer to that: look", refunding(OPEN, look(A.CANCEL_APPROVED), closed(A.NO_ANSWER)), Look()),
    case("it had worked", refunding(OPEN, look(A.CANCEL_APPROVED), closed(A.NO_ANSWER), look(A.REFUNDED)),
         RefundVerdict(RefundState.DONE)),
    case("it had not: again", refunding(OPEN, closed(A.NO_ANSWER), look(A.CANCEL_APPROVED, 60)), CloseCancel()),
    case("closed before: look what that means", refunding(OPEN, closed(A.CLOSED_BEFORE)), Look()),
    case("too early: look", refunding(OPEN, closed(A.TOO_EARLY)), Look()),
    case("denied: stays paid", refunding(OPEN, look(A.CANCEL_DENIED)), refused(Reason.DENIED)),
    case("closed by force: stays paid", refunding(OPEN, look(A.CANCEL_FAILED)), refused(Reason.TIMED_OUT)),
    case("closed, and stays paid", refunding(OPEN, closed(A.CANCEL_FAILED)), refused(Reason.TIMED_OUT)),
    case("nobody answered for 240 s: close, for the ledger may know more",
         refunding(OPEN, look(A.CANCEL_OPENED), opened_s=240.0), CloseCancel()),
    case("and only once", refunding(OPEN, closed(A.TOO_EARLY, 9), look(A.CANCEL_OPENED, 0), opened_s=250.0), Wait(2)),
    case("a last close that never left: a second later again, in time",
         refunding(OPEN, closed(A.NOT_SENT, 1), look(A.CANCEL_OPENED, 1), opened_s=241.0), CloseCancel()),
    case("and not before", refunding(OPEN, closed(A.NOT_SENT, 0.4), look(A.CANCEL_OPENED, 1), opened_s=241.0), Wait(1)),
    case("a last close without an answer, and still open: again",
         refunding(OPEN, closed(A.NO_ANSWER, 1), look(A.CANCEL_OPENED), opened_s=250.0), CloseCancel()),
    case("the third up the ladder",
         refunding(OPEN, closed(A.NOT_SENT, 9), closed(A.NOT_SENT, 1), look(A.CANCEL_OPENED), opened_s=250.0), Wait(2)),
    case("spec: nothing is closed before 6", refunding(OPEN, look(A.CANCEL_OPENED, 2), opened_s=250.0,
                                                       numbering=Numbering.SPEC), Look()),
    case("spec: 8 after 6: given back", refunding(OPEN, look(A.REFUNDED), was_approved=True,
                                                  numbering=Numbering.SPEC), RefundVerdict(RefundState.DONE)),
    case("spec: 8 without 6: a person", refunding(OPEN, look(A.REFUNDED), numbering=Numbering.SPEC),
         staff(Reason.CONTRADICTORY)),
    case("spec: 9: stays paid", refunding(OPEN, look(A.RUN_OUT), numbering=Numbering.SPEC),
         refused(Reason.TIMED_OUT)),
    case("never paid, says the relay: a person", refunding(OPEN, look(A.FAILED)), staff(Reason.CONTRADICTORY)),
    case("no answer for 50 minutes: a person", refunding(OPEN, closed(A.NO_ANSWER), look(A.NO_ANSWER), opened_s=3000.0),
         staff(Reason.SETTLED_LATE)),
    case("50 minutes, in which the till was off: look before giving up",
         refunding(OPEN, closed(A.NO_ANSWER, 2902), look(A.NO_ANSWER, 2900), opened_s=3000.0), Look()),
    case("given back after 50 minutes all the same", refunding(OPEN, look(A.REFUNDED), opened_s=3000.0),
         RefundVerdict(RefundState.DONE)),
]  # fmt: skip


@pytest.mark.parametrize(("known", "step"), ROWS)
def test_giving_back(known, step):
    assert next_refund_step(known, LIMITS) == step
