"""Withdrawals: one request at most, and what the list proves of it. Every row of the table."""

from dataclasses import replace

import pytest

from kiosk.domain.outcome import Reason
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.ezpg import refund_rules as rules
from kiosk.services.gateways.ezpg.answers import Answer, RowState, Withdrawal
from kiosk.services.gateways.ezpg.refund_rules import Alarm, Fits, LookThere, Refunding, Sought, Verdict, Wait, Withdraw

R = RefundState
SENT_MS = 1_767_225_600_000
ROW = Withdrawal("W1", "M1", "N1", "090", "3333012345678", "홍길동", 12_300, 1000, SENT_MS + 500, RowState.PENDING, "")
SOUGHT = Sought("M1", "N1", "090", "3333012345678", 12_300, SENT_MS)
ASKED = Refunding(
    state=R.ASKED,
    is_taken_back=False,
    is_staffed=True,
    is_signed_in=True,
    amount=12_300,
    least=10_000,
    unreached=0,
    fits=Fits(),
    rivals=(),
    is_listed=False,
    sent_s=0,
    looks=0,
    looked_s=0,
    unheard_s=0,
    lost_s=86_400,
    alarm_s=600,
    is_alarmed=True,
)


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({}, Withdraw()),
        ({"is_taken_back": True}, Verdict(R.REFUSED, Reason.CORRECTED_THERE)),
        ({"is_staffed": False}, Verdict(R.REFUSED, Reason.WITHDRAWAL_NEEDED)),
        ({"amount": 9_999}, Verdict(R.REFUSED, Reason.BELOW_LEAST)),
        ({"amount": 10_000}, Withdraw()),
        ({"is_signed_in": False}, Verdict(R.REFUSED, Reason.WITHDRAWAL_NEEDED)),
        ({"unreached": 2}, Withdraw()),
        ({"unreached": 3}, Verdict(R.REFUSED, Reason.UNREACHABLE)),
    ],
)
def test_before_it_is_sent(changes, step):
    assert rules.next_refund_step(replace(ASKED, **changes)) == step


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (Answer.TAKEN, R.PENDING, None),
        (Answer.NO_ANSWER, R.UNKNOWN, None),
        (Answer.OTHER_CONTENT, R.UNKNOWN, None),
        (Answer.NOT_SENT, R.ASKED, None),
        (Answer.SIGNED_OUT, R.ASKED, None),
        (Answer.BALANCE_SHORT, R.REFUSED, Reason.SHOP_BALANCE_SHORT),
        (Answer.ACCOUNT_WRONG, R.REFUSED, Reason.PAYEE_WRONG),
        (Answer.DAY_LIMIT, R.REFUSED, Reason.DAY_LIMIT),
        (Answer.MAINTENANCE, R.REFUSED, Reason.MAINTENANCE),
        (Answer.REFUSED, R.REFUSED, Reason.SETUP),
    ],
)
def test_by_the_answer(answer, state, reason):
    assert rules.after_sending(answer) == Verdict(state, reason)


UNKNOWN = replace(ASKED, state=R.UNKNOWN, is_signed_in=False, is_listed=True, looks=1)
PENDING = replace(UNKNOWN, state=R.PENDING)
UNREAD = replace(UNKNOWN, is_listed=False, looks=7, sent_s=90_000, unheard_s=86_400)
DONE, FAILED = replace(ROW, state=RowState.COMPLETED), replace(ROW, state=RowState.FAILED)
OTHER = replace(ROW, transaction="W2")
LATER_MS = SENT_MS + 120_000
LATER = replace(ROW, transaction="W3", at_ms=LATER_MS + 500)
CASES = {
    "never looked": (replace(UNKNOWN, looks=0, is_listed=False), LookThere()),
    "just looked": (UNKNOWN, Wait(2.0)),
    "looked a while ago": (replace(UNKNOWN, looked_s=2.0), LookThere()),
    "looked often": (replace(UNKNOWN, looks=9, looked_s=590.0), Wait(10.0)),
    "nothing there": (replace(UNKNOWN, sent_s=86_399), Wait(2.0)),
    "nothing there for a day": (replace(UNKNOWN, sent_s=86_400), Verdict(R.NEEDS_STAFF, Reason.NOTHING_THERE)),
    "not listed for a day": (replace(UNKNOWN, sent_s=86_400, is_listed=False), Wait(2.0)),
    "no list for a day": (UNREAD, Verdict(R.NEEDS_STAFF, Reason.NO_ANSWER)),
    "no list for nearly a day": (replace(UNREAD, unheard_s=86_399), Wait(600.0)),
    "no list for a day, of one that was taken": (
        replace(UNREAD, state=R.PENDING),
        Verdict(R.NEEDS_STAFF, Reason.NO_ANSWER),
    ),
    "no list for a day, and only just started": (replace(UNREAD, looks=6), Wait(600.0)),
    "not known for ten minutes": (replace(UNKNOWN, sent_s=600, is_alarmed=False), Alarm()),
    "not known for nearly ten minutes": (
        replace(UNKNOWN, sent_s=599, looks=6, is_alarmed=False),
        Wait(1.0),
    ),
    "taken, for ten minutes": (replace(PENDING, sent_s=600, is_alarmed=False), Wait(2.0)),
    "there": (replace(UNKNOWN, fits=Fits((ROW,))), Verdict(R.PENDING, claimed="W1")),
    "there, in an unknown word": (
        replace(UNKNOWN, fits=Fits((replace(ROW, state=RowState.OTHER),))),
        Verdict(R.PENDING, claimed="W1"),
    ),
    "paid out": (replace(UNKNOWN, fits=Fits((DONE,))), Verdict(R.DONE, claimed="W1")),
    "paid out after days": (replace(PENDING, fits=Fits((DONE,)), sent_s=900_000), Verdict(R.DONE, claimed="W1")),
    "rejected": (replace(PENDING, fits=Fits((FAILED,))), Verdict(R.REFUSED, Reason.REJECTED_THERE, "W1")),
    "cancelled": (
        replace(PENDING, fits=Fits((replace(ROW, state=RowState.CANCELLED),))),
        Verdict(R.REFUSED, Reason.REJECTED_THERE, "W1"),
    ),
    "still pending": (replace(PENDING, fits=Fits((ROW,)), sent_s=900_000), Wait(2.0)),
    "pending, and gone from the list": (
        replace(PENDING, sent_s=86_400),
        Verdict(R.NEEDS_STAFF, Reason.NOTHING_THERE),
    ),
    "two that fit": (replace(UNKNOWN, fits=Fits((DONE, OTHER))), Verdict(R.NEEDS_STAFF, Reason.CONTRADICTORY)),
    "one that fits two": (replace(UNKNOWN, fits=Fits((DONE,)), rivals=(SENT_MS,)), Wait(2.0)),
    "one that fits two, for a day": (
        replace(UNKNOWN, fits=Fits((DONE,)), rivals=(SENT_MS,), sent_s=86_400),
        Verdict(R.NEEDS_STAFF, Reason.CONTRADICTORY),
    ),
    "one with its id, beside another refund": (
        replace(PENDING, fits=Fits((DONE,), are_named=True), rivals=(SENT_MS,)),
        Verdict(R.DONE, claimed="W1"),
    ),
    "two with its id, beside another refund": (
        replace(PENDING, fits=Fits((DONE, OTHER), are_named=True), rivals=(SENT_MS,)),
        Verdict(R.NEEDS_STAFF, Reason.CONTRADICTORY),
    ),
    "two that fit two": (
        replace(UNKNOWN, fits=Fits((DONE, replace(DONE, transaction="W2"))), rivals=(SENT_MS,)),
        Verdict(R.DONE, claimed="W1"),
    ),
    "two that fit two, and wait": (
        replace(UNKNOWN, fits=Fits((ROW, OTHER)), rivals=(SENT_MS,)),
        Verdict(R.PENDING),
    ),
    "two that fit two, of which one is paid out": (
        replace(PENDING, fits=Fits((DONE, OTHER)), rivals=(SENT_MS,)),
        Wait(2.0),
    ),
    "one dated before an equal one was sent": (
        replace(PENDING, fits=Fits((DONE,)), rivals=(LATER_MS,)),
        Verdict(R.DONE, claimed="W1"),
    ),
    "one dated no more than a minute before an equal one was sent": (
        replace(PENDING, fits=Fits((DONE,)), rivals=(SENT_MS + 60_500,)),
        Wait(2.0),
    ),
    "one dated after an equal one was sent": (replace(PENDING, fits=Fits((LATER,)), rivals=(SENT_MS,)), Wait(2.0)),
    "two that fit two, dated before a third was sent": (
        replace(PENDING, fits=Fits((DONE, replace(DONE, transaction="W2"))), rivals=(SENT_MS, LATER_MS)),
        Verdict(R.DONE, claimed="W1"),
    ),
    "one dated before an equal one was sent, and the other's": (
        replace(PENDING, fits=Fits((FAILED, LATER)), rivals=(LATER_MS,)),
        Verdict(R.REFUSED, Reason.REJECTED_THERE, "W1"),
    ),
    "one dated before an equal one was sent, still pending, and the other's": (
        replace(UNKNOWN, fits=Fits((ROW, LATER)), rivals=(LATER_MS,)),
        Verdict(R.PENDING, claimed="W1"),
    ),
    "two dated before equal ones were sent, and only one of the others'": (
        replace(PENDING, fits=Fits((DONE, OTHER, LATER)), rivals=(LATER_MS, LATER_MS)),
        Verdict(R.NEEDS_STAFF, Reason.CONTRADICTORY),
    ),
    "one dated before an equal one was sent, and too many others": (
        replace(PENDING, fits=Fits((DONE, LATER, replace(LATER, transaction="W4"))), rivals=(LATER_MS,)),
        Verdict(R.NEEDS_STAFF, Reason.CONTRADICTORY),
    ),
    "two that fit two, of which one is paid out and one rejected": (
        replace(PENDING, fits=Fits((DONE, replace(FAILED, transaction="W2"))), rivals=(SENT_MS,)),
        Verdict(R.NEEDS_STAFF, Reason.CONTRADICTORY),
    ),
    "two that fit three, of which one is paid out and one rejected": (
        replace(PENDING, fits=Fits((DONE, replace(FAILED, transaction="W2"))), rivals=(SENT_MS, SENT_MS)),
        Wait(2.0),
    ),
    "two that fit two, of which one is paid out, for a day": (
        replace(PENDING, fits=Fits((DONE, OTHER)), rivals=(SENT_MS,), sent_s=86_400),
        Verdict(R.NEEDS_STAFF, Reason.CONTRADICTORY),
    ),
}


@pytest.mark.parametrize(("refunding", "step"), list(CASES.values()), ids=list(CASES))
def test_after_it_was_sent(refunding, step):
    assert rules.next_refund_step(refunding) == step


NAMELESS = replace(ROW, moid="", natv="")
FITTING = {
    "our id": (ROW, SOUGHT, True),
    "our id, whatever else": (replace(ROW, account="1", amount=5), SOUGHT, True),
    "another id": (replace(ROW, moid="M2", natv=""), SOUGHT, False),
    "the network's": (replace(ROW, moid=""), SOUGHT, True),
    "another of the network's": (replace(ROW, moid="", natv="N2"), SOUGHT, False),
    "neither told": (NAMELESS, replace(SOUGHT, natv=""), True),
    "the network's of one whose answer was lost": (replace(ROW, moid=""), replace(SOUGHT, natv=""), True),
    "another account": (replace(NAMELESS, account="3333012345679"), replace(SOUGHT, natv=""), False),
    "another bank": (replace(NAMELESS, bank="004"), replace(SOUGHT, natv=""), False),
    "another amount": (replace(NAMELESS, amount=12_301), replace(SOUGHT, natv=""), False),
    "before it was sent": (replace(NAMELESS, at_ms=SENT_MS - 60_001), replace(SOUGHT, natv=""), False),
    "a little before": (replace(NAMELESS, at_ms=SENT_MS - 60_000), replace(SOUGHT, natv=""), True),
    "undated": (replace(NAMELESS, at_ms=None), replace(SOUGHT, natv=""), False),
}


@pytest.mark.parametrize(("row", "sought", "fits"), list(FITTING.values()), ids=list(FITTING))
def test_which_rows_may_be_it(row, sought, fits):
    assert rules.fitting([row], sought).rows == ((row,) if fits else ())


LISTED = {
    "not sent yet": (R.ASKED, "", False),
    "being sent": (R.SENDING, "", True),
    "its answer was lost": (R.UNKNOWN, "", True),
    "taken": (R.PENDING, "", True),
    "paid out": (R.DONE, "", False),
    "refused": (R.REFUSED, Reason.SHOP_BALANCE_SHORT, False),
    "with staff, for nothing is listed": (R.NEEDS_STAFF, Reason.NOTHING_THERE, False),
    "with staff, for nobody can tell": (R.NEEDS_STAFF, Reason.CONTRADICTORY, True),
    "with staff, for EzPG was taken out": (R.NEEDS_STAFF, Reason.SETUP, True),
}


@pytest.mark.parametrize(("state", "reason", "listed"), list(LISTED.values()), ids=list(LISTED))
def test_which_refunds_without_a_row_may_have_one(state, reason, listed):
    assert rules.may_be_listed(state, reason) is listed


def test_of_rows_that_look_alike_the_oldest_is_the_first():
    later = replace(NAMELESS, transaction="W2", at_ms=SENT_MS + 120_000)
    assert rules.fitting([later, NAMELESS], SOUGHT).rows == (NAMELESS, later)


def test_a_row_with_our_id_beats_all_that_only_look_like_it():
    by_network = replace(ROW, moid="")
    assert rules.fitting([NAMELESS, ROW], SOUGHT) == Fits((ROW,), are_named=True)
    assert rules.fitting([NAMELESS, by_network], SOUGHT) == Fits((by_network,), are_named=True)
    assert rules.fitting([NAMELESS], replace(SOUGHT, natv="")) == Fits((NAMELESS,))
    known = replace(SOUGHT, natv="", claimed="W2")
    own = replace(NAMELESS, transaction="W2")
    assert rules.fitting([NAMELESS, own], known) == Fits((own,), are_named=True)
    assert rules.fitting([NAMELESS], known).rows == ()
