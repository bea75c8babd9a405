"""Crepay's decision tables, a case per row. What a row says stands in its id."""

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.outcome import Declined, NotSent, Reason, Unknown
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.crepay.rules import (
    CHECKOUT_OUTCOME,
    MAYBE_DONE,
    Answer,
    AskBalance,
    Call,
    Evidence,
    RefundEvidence,
    RefundVerdict,
    Send,
    Try,
    Verdict,
    Wait,
    next_refund_step,
    next_step,
)

NETWORK, CANCEL = Call.CANCEL_NETWORK, Call.CANCEL


def case(sentence, *values):
    return pytest.param(*values, id=sentence)


def undo(answer, age_s=0.0, call=NETWORK):
    return Try(call, answer, age_s)


def cancel(answer, age_s=0.0):
    return Try(CANCEL, answer, age_s)


def balance(won, age_s=0.0):
    return Try(Call.BALANCE, Answer.OK if won is not None else Answer.NO_ANSWER, age_s, won)


def undos(*answers_and_ages):
    return tuple(undo(answer, age_s) for answer, age_s in answers_and_ages)


def silences(count, since_last_s):
    """So many undos without an answer; how long ago the last one ended."""
    return tuple(undo(Answer.NO_ANSWER, since_last_s + 100 * (count - 1 - n)) for n in range(count))


def not_there(first_ago_s, count):
    """ZLGN021, so many times; how long ago the first one came."""
    at = (0, 5, 30, 60)
    return tuple(undo(Answer.NO_SUCH_PAYMENT, first_ago_s - at[n]) for n in range(count))


def lost(*tries, balances=(), baseline=5000, reported=None, network=True, unsure_s=100.0):
    return Evidence(
        undos=tries,
        balances=balances,
        unsure_s=unsure_s,
        baseline=baseline,
        reported=reported,
        network_cancel=network,
        staff_after_s=3000.0,
    )


# -- the checkout's own answer

CHECKOUT = [
    case("a checkout that was not sent moved nothing", Answer.NOT_SENT, NotSent(Reason.UNREACHABLE)),
    case("one refused before any payment code ran moved nothing", Answer.REFUSED, Declined(Reason.SETUP)),
    case("ZLGN001 moved nothing", Answer.NO_SUCH_BARCODE, Declined(Reason.CODE_UNKNOWN)),
    case("ZLGN002 says that the first copy of it arrived", Answer.ID_REUSED, Unknown(Reason.ID_REUSED, undo=True)),
    case("ZLGN003 moved nothing, and is tried anew", Answer.CLOCK, Declined(Reason.CLOCK_SKEWED, again=True)),
    case(
        "ZLGN011 moved nothing, and a smaller amount is offered",
        Answer.BALANCE_SHORT,
        Declined(Reason.BALANCE_SHORT, again=True),
    ),
    case(
        "ZLGN012 moved nothing, and a smaller amount is offered",
        Answer.WITHDRAWAL_FAILED,
        Declined(Reason.WITHDRAWAL_FAILED, again=True),
    ),
    case("no answer is undone", Answer.NO_ANSWER, Unknown(Reason.NO_ANSWER, undo=True)),
    case("an unreadable answer is undone", Answer.UNREADABLE, Unknown(Reason.NO_ANSWER, undo=True)),
    case("another's ids are undone", Answer.OTHER_IDS, Unknown(Reason.CONTRADICTORY, undo=True)),
    case("another amount is undone", Answer.OTHER_AMOUNT, Unknown(Reason.OTHER_AMOUNT, undo=True)),
    case("a code that the document lacks is undone", Answer.OTHER_CODE, Unknown(Reason.CONTRADICTORY, undo=True)),
    case("a code that is no checkout's is undone", Answer.NO_SUCH_PAYMENT, Unknown(Reason.CONTRADICTORY, undo=True)),
    case("an unknown call is undone", Answer.UNSUPPORTED, Unknown(Reason.CONTRADICTORY, undo=True)),
]


@pytest.mark.parametrize(("answer", "outcome"), CHECKOUT)
def test_a_checkout_comes_to(answer, outcome):
    assert CHECKOUT_OUTCOME[answer] == outcome


def test_every_answer_but_ok_has_its_outcome():
    assert set(CHECKOUT_OUTCOME) == set(Answer) - {Answer.OK}
    assert {param.values[0] for param in CHECKOUT} == set(CHECKOUT_OUTCOME)


SETTLES_NOTHING = [
    Answer.UNSUPPORTED,
    Answer.NO_ANSWER,
    Answer.NOT_SENT,
    Answer.UNREADABLE,
    Answer.OTHER_IDS,
    Answer.OTHER_AMOUNT,
    Answer.OTHER_CODE,
    Answer.REFUSED,
    Answer.ID_REUSED,
    Answer.CLOCK,
]
"""Answers to an undo after which it is sent again."""

# -- after a lost answer

LOST = [
    case("a lost checkout is cancelled at once", lost(unsure_s=0), Send(NETWORK)),
    case("200 ends it", lost(undo(Answer.OK)), Verdict(State.REVERSED, Reason.NO_ANSWER)),
    case("200 ends it, however late", lost(undo(Answer.OK), unsure_s=9e9), Verdict(State.REVERSED, Reason.NO_ANSWER)),
    # ladder
    case("no answer: again after 2 s", lost(*silences(1, 0)), Wait(2)),
    case("1.5 s later half a second is left", lost(*silences(1, 1.5)), Wait(0.5)),
    case("2 s later it is sent again", lost(*silences(1, 2)), Send(NETWORK)),
    case("then after 5 s", lost(*silences(2, 0)), Wait(5)),
    case("5 s later it is sent again", lost(*silences(2, 5)), Send(NETWORK)),
    case("then after 15 s", lost(*silences(3, 0)), Wait(15)),
    case("then after 30 s", lost(*silences(4, 0)), Wait(30)),
    case("then after 60 s", lost(*silences(5, 0)), Wait(60)),
    case("then each minute", lost(*silences(6, 0)), Wait(60)),
    case("each minute for long", lost(*silences(40, 0), unsure_s=2400), Wait(60)),
    case("a minute later it is sent again", lost(*silences(40, 60), unsure_s=2400), Send(NETWORK)),
    # not sent, refused, unreadable, contradictory: open
    *[
        case(f"{answer} leaves it open: again after 2 s", lost(undo(answer)), Wait(2))
        for answer in SETTLES_NOTHING[1:]
    ],
    case("ZLGN002: again, with a fresh id", lost(undo(Answer.ID_REUSED, 2)), Send(NETWORK)),
    case("ZLGN003: again, with a corrected clock", lost(undo(Answer.CLOCK, 2)), Send(NETWORK)),
    # ZLGN021
    case("one ZLGN021: asked again after 5 s", lost(*not_there(0, 1)), Wait(5)),
    case("half a second short of 5 s half a second is left", lost(*not_there(4.5, 1)), Wait(0.5)),
    case("5 s after the first it is sent again", lost(*not_there(5, 1)), Send(NETWORK)),
    case("two: asked again 30 s after the first", lost(*not_there(5, 2)), Wait(25)),
    case("30 s after the first it is sent again", lost(*not_there(30, 2)), Send(NETWORK)),
    case("three: asked again 60 s after the first", lost(*not_there(30, 3)), Wait(30)),
    case("60 s after the first it is sent again", lost(*not_there(60, 3)), Send(NETWORK)),
    case("four, and a baseline: the balance is read", lost(*not_there(60, 4)), AskBalance()),
    case(
        "four, and no baseline: not charged",
        lost(*not_there(60, 4), baseline=None),
        Verdict(State.NOT_CHARGED, Reason.NOTHING_THERE),
    ),
    case(
        "balance as before: not charged",
        lost(*not_there(60, 4), balances=(balance(5000),)),
        Verdict(State.NOT_CHARGED, Reason.NOTHING_THERE),
    ),
    case(
        "balance higher than before: not charged",
        lost(*not_there(60, 4), balances=(balance(5001),)),
        Verdict(State.NOT_CHARGED, Reason.NOTHING_THERE),
    ),
    case(
        "balance lower by one won: staff",
        lost(*not_there(60, 4), balances=(balance(4999),)),
        Verdict(State.NEEDS_STAFF, Reason.BALANCE_LOWER),
    ),
    case(
        "an empty coupon that was full: staff",
        lost(*not_there(60, 4), balances=(balance(0),)),
        Verdict(State.NEEDS_STAFF, Reason.BALANCE_LOWER),
    ),
    case(
        "balance unreadable: asked again after 2 s",
        lost(*not_there(60, 4), balances=(balance(None, 0.5),)),
        Wait(1.5),
    ),
    case("2 s later it is asked", lost(*not_there(62, 4), balances=(balance(None, 2),)), AskBalance()),
    case("then after 10 s", lost(*not_there(62, 4), balances=(balance(None, 3), balance(None))), Wait(10)),
    case("then each minute", lost(*not_there(99, 4), balances=tuple(balance(None) for _ in range(7))), Wait(60)),
    case(
        "the last word counts",
        lost(*not_there(99, 4), balances=(balance(None, 9), balance(4000))),
        Verdict(State.NEEDS_STAFF, Reason.BALANCE_LOWER),
    ),
    case(
        "silence after a ZLGN021 counts as one silence",
        lost(undo(Answer.NO_SUCH_PAYMENT, 9), undo(Answer.NO_ANSWER)),
        Wait(2),
    ),
    case(
        "silence between does not count as ZLGN021",
        lost(*undos((Answer.NO_SUCH_PAYMENT, 9), (Answer.NO_ANSWER, 4), (Answer.NO_SUCH_PAYMENT, 0))),
        Wait(21),
    ),
    # the ends of patience
    case(
        "ZLGN001: staff at once",
        lost(undo(Answer.NO_SUCH_BARCODE)),
        Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY),
    ),
    case("a second short of 50 min it goes on", lost(*silences(9, 60), unsure_s=2999), Send(NETWORK)),
    case(
        "nothing for 50 min: staff",
        lost(*silences(9, 60), unsure_s=3000),
        Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE),
    ),
    case("even after 50 min it is cancelled once", lost(unsure_s=3000), Send(NETWORK)),
    # a server older than cancel-network
    case(
        "unsupported: the same target goes to cancel at once",
        lost(undo(Answer.UNSUPPORTED), network=False),
        Send(CANCEL),
    ),
    case("known to be unsupported: cancel from the start", lost(network=False), Send(CANCEL)),
    case("cancel without answer: the same ladder", lost(undo(Answer.UNSUPPORTED, 9), cancel(Answer.NO_ANSWER),
                                                       network=False), Wait(5)),
    case("and cancel again", lost(undo(Answer.UNSUPPORTED, 9), cancel(Answer.NO_ANSWER, 5), network=False),
         Send(CANCEL)),
    case("cancel 200 ends it", lost(undo(Answer.UNSUPPORTED), cancel(Answer.OK), network=False),
         Verdict(State.REVERSED, Reason.NO_ANSWER)),
    case("cancel ZLGN021: the same proof", lost(undo(Answer.UNSUPPORTED), cancel(Answer.NO_SUCH_PAYMENT),
                                               network=False), Wait(5)),
    case("and then cancel again", lost(undo(Answer.UNSUPPORTED, 5), cancel(Answer.NO_SUCH_PAYMENT, 5),
                                       network=False), Send(CANCEL)),
]  # fmt: skip


@pytest.mark.parametrize(("evidence", "step"), LOST)
def test_after_a_lost_checkout(evidence, step):
    assert next_step(evidence) == step


def other(*tries, unsure_s=100.0):
    return lost(*tries, reported=3000, unsure_s=unsure_s)


OTHER_AMOUNT = [
    case("the reported amount is cancelled at once, not net-cancelled", other(unsure_s=0), Send(CANCEL)),
    case("200 ends it", other(cancel(Answer.OK)), Verdict(State.REVERSED, Reason.OTHER_AMOUNT)),
    case("200 ends it, however late", other(cancel(Answer.OK), unsure_s=9e9),
         Verdict(State.REVERSED, Reason.OTHER_AMOUNT)),
    case("no answer: again after 2 s", other(cancel(Answer.NO_ANSWER)), Wait(2)),
    case("2 s later it is cancelled again", other(cancel(Answer.NO_ANSWER, 2)), Send(CANCEL)),
    case("200 to the second cancel ends it", other(cancel(Answer.NO_ANSWER, 9), cancel(Answer.OK)),
         Verdict(State.REVERSED, Reason.OTHER_AMOUNT)),
    case("after the second silence 5 s", other(cancel(Answer.NO_ANSWER, 9), cancel(Answer.NO_ANSWER)), Wait(5)),
    case("ZLGN021 proves nothing: staff", other(cancel(Answer.NO_SUCH_PAYMENT)),
         Verdict(State.NEEDS_STAFF, Reason.OTHER_AMOUNT)),
    case("ZLGN001: staff", other(cancel(Answer.NO_SUCH_BARCODE)), Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)),
    case("ZLGN011 to a cancel: staff", other(cancel(Answer.BALANCE_SHORT)),
         Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)),
    case("50 min: staff", other(cancel(Answer.NO_ANSWER, 60), unsure_s=3000),
         Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)),
]  # fmt: skip


@pytest.mark.parametrize(("evidence", "step"), OTHER_AMOUNT)
def test_after_a_checkout_of_another_amount(evidence, step):
    assert next_step(evidence) == step


@pytest.mark.parametrize("answer", Answer)
@pytest.mark.parametrize("network", [True, False])
@pytest.mark.parametrize("reported", [None, 3000])
def test_a_lost_checkout_is_never_claimed(answer, network, reported):
    for unsure_s in (0.0, 100.0, 3000.0):
        for age_s in (0.0, 60.0):
            step = next_step(lost(undo(answer, age_s), network=network, reported=reported, unsure_s=unsure_s))
            assert not isinstance(step, Verdict) or step.state in (
                State.REVERSED,
                State.NOT_CHARGED,
                State.NEEDS_STAFF,
            )


# -- giving back


BEFORE = (balance(1000, 200),)


def refund(*cancels, before=BEFORE, since=(), earlier=False, asked_s=100.0):
    return RefundEvidence(
        cancels=cancels,
        earlier_maybe_done=earlier,
        balances=(*before, *since),
        since=since,
        amount=4000,
        asked_s=asked_s,
        staff_after_s=3000.0,
    )


DONE = RefundVerdict(RefundState.DONE)


def staff(reason):
    return RefundVerdict(RefundState.NEEDS_STAFF, reason)


REFUND = [
    case("the balance is read first", refund(before=()), AskBalance()),
    case("then it is cancelled", refund(), Send(CANCEL)),
    case("an unreadable balance does not hold it up", refund(before=(balance(None),)), Send(CANCEL)),
    case("200: done", refund(cancel(Answer.OK)), DONE),
    case("200: done, however late", refund(cancel(Answer.OK), asked_s=9e9), DONE),
    case("no answer: again after 2 s", refund(cancel(Answer.NO_ANSWER)), Wait(2)),
    case("2 s later it is cancelled again", refund(cancel(Answer.NO_ANSWER, 2)), Send(CANCEL)),
    case("ZLGN002: again", refund(cancel(Answer.ID_REUSED, 2)), Send(CANCEL)),
    case("ZLGN003: again", refund(cancel(Answer.CLOCK, 2)), Send(CANCEL)),
    case("ZLGN001: staff", refund(cancel(Answer.NO_SUCH_BARCODE)), staff(Reason.CONTRADICTORY)),
    case("50 min: staff", refund(cancel(Answer.NO_ANSWER, 60), asked_s=3000), staff(Reason.SETTLED_LATE)),
    case("ZLGN021 to the first cancel: staff", refund(cancel(Answer.NO_SUCH_PAYMENT)), staff(Reason.CONTRADICTORY)),
    case("ZLGN021 to the first cancel, balance risen: staff all the same",
         refund(cancel(Answer.NO_SUCH_PAYMENT), since=(balance(5000),)), staff(Reason.CONTRADICTORY)),
    case("ZLGN021 after a cancel that never left: staff",
         refund(cancel(Answer.NOT_SENT, 9), cancel(Answer.NO_SUCH_PAYMENT), since=(balance(5000),)),
         staff(Reason.CONTRADICTORY)),
    case("ZLGN021 after silence: the balance is asked",
         refund(cancel(Answer.NO_ANSWER, 9), cancel(Answer.NO_SUCH_PAYMENT)), AskBalance()),
    case("ZLGN021 after silence, balance risen by the amount: done",
         refund(cancel(Answer.NO_ANSWER, 9), cancel(Answer.NO_SUCH_PAYMENT), since=(balance(5000),)), DONE),
    case("ZLGN021 after silence, risen by one won less: staff",
         refund(cancel(Answer.NO_ANSWER, 9), cancel(Answer.NO_SUCH_PAYMENT), since=(balance(4999),)),
         staff(Reason.BALANCE_LOWER)),
    case("ZLGN021 after a lost cancel of an earlier refund, balance risen: done",
         refund(cancel(Answer.NO_SUCH_PAYMENT), since=(balance(5000),), earlier=True), DONE),
    case("ZLGN021 after silence, no balance before: staff",
         refund(cancel(Answer.NO_ANSWER, 9), cancel(Answer.NO_SUCH_PAYMENT), before=(balance(None),)),
         staff(Reason.CONTRADICTORY)),
    case("ZLGN021 after silence, balance unreadable: asked again after 2 s",
         refund(cancel(Answer.NO_ANSWER, 9), cancel(Answer.NO_SUCH_PAYMENT), since=(balance(None),)), Wait(2)),
    case("2 s later it is asked again",
         refund(cancel(Answer.NO_ANSWER, 9), cancel(Answer.NO_SUCH_PAYMENT), since=(balance(None, 2),)), AskBalance()),
    case("the last balance counts",
         refund(cancel(Answer.NO_ANSWER, 9), cancel(Answer.NO_SUCH_PAYMENT),
                since=(balance(None, 5), balance(5000))), DONE),
    case("after the second unreadable balance 10 s",
         refund(cancel(Answer.NO_ANSWER, 99), cancel(Answer.NO_SUCH_PAYMENT, 70),
                since=(balance(None, 60), balance(None, 0))), Wait(10)),
    case("four unreadable balances: asked once more",
         refund(cancel(Answer.NO_ANSWER, 9), cancel(Answer.NO_SUCH_PAYMENT), since=(balance(None, 60),) * 4),
         AskBalance()),
    case("five unreadable balances: staff",
         refund(cancel(Answer.NO_ANSWER, 9), cancel(Answer.NO_SUCH_PAYMENT), since=(balance(None, 60),) * 5),
         staff(Reason.NO_ANSWER)),
]  # fmt: skip


@pytest.mark.parametrize(("evidence", "step"), REFUND)
def test_giving_back(evidence, step):
    assert next_refund_step(evidence) == step


@pytest.mark.parametrize("answer", SETTLES_NOTHING)
def test_a_cancel_that_settled_nothing_is_sent_again(answer):
    for age_s, step in ((0, Wait(2)), (2, Send(CANCEL))):
        assert next_refund_step(refund(cancel(answer, age_s))) == step
        assert next_step(other(cancel(answer, age_s))) == step


@pytest.mark.parametrize("answer", sorted(set(Answer) - {*SETTLES_NOTHING, Answer.OK, Answer.NO_SUCH_PAYMENT}))
def test_a_cancel_that_contradicts_what_we_hold_is_for_staff(answer):
    assert next_refund_step(refund(cancel(answer))) == staff(Reason.CONTRADICTORY)
    assert next_step(other(cancel(answer))) == Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)


@pytest.mark.parametrize("answer", Answer)
def test_only_a_cancel_that_may_have_worked_lets_a_later_zlgn021_be_done(answer):
    step = next_refund_step(refund(cancel(answer, 60), cancel(Answer.NO_SUCH_PAYMENT), since=(balance(5000),)))

    assert (step == DONE) == (answer in MAYBE_DONE)


def test_what_may_have_worked_is_what_left_and_was_not_refused():
    assert set(MAYBE_DONE) == {
        Answer.NO_ANSWER,
        Answer.UNREADABLE,
        Answer.OTHER_IDS,
        Answer.OTHER_AMOUNT,
        Answer.OTHER_CODE,
        Answer.ID_REUSED,
    }


@pytest.mark.parametrize("answer", Answer)
def test_cancel_network_is_never_used_as_a_refund(answer):
    for age_s in (0.0, 60.0):
        assert next_refund_step(refund(cancel(answer, age_s))) != Send(NETWORK)
