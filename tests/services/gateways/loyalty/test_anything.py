"""Whatever the evidence and whatever comes in: nothing is taken, closed or called paid that may not be.

Apart from the tables' rows and the messages' readings, so that those need no library for arbitrary values.
"""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.attempt import Goal, State
from kiosk.domain.confidential import Confidential
from kiosk.domain.limits import Limits
from kiosk.domain.money import won
from kiosk.domain.outcome import Reason
from kiosk.services.gateways.loyalty import wire
from kiosk.services.gateways.loyalty.answers import Answer, Call, Numbering, Paths
from kiosk.services.gateways.loyalty.messages import read_message
from kiosk.services.gateways.loyalty.rules import (
    Capture,
    Releasing,
    Taking,
    Try,
    Verdict,
    Void,
    Waiting,
    next_releasing_step,
    next_taking_step,
    next_waiting_step,
)
from kiosk.services.gateways.loyalty.wire import Purchase

LIMITS = Limits()
A = Answer
SECRET = Confidential("0xcallback")
PURCHASE = Purchase("K01-1-000001-1-token", won(10), "0x" + "0a" * 32, "0x" + "ab" * 32)

# -- the tables


@given(
    st.sampled_from(sorted(set(Answer) - {A.APPROVED})),
    st.floats(0, 500),
    st.floats(0, 500),
    st.booleans(),
    st.sampled_from([None, Reason.CONTRACT_ERROR, Reason.SERVER_ERROR]),
)
def test_nothing_but_an_approval_is_ever_taken(last, opened_s, looked_s, rang, hinted):
    assert next_waiting_step(Waiting(last, looked_s, hinted, rang, opened_s, opened_s), LIMITS) != Capture()


TRIES = st.lists(
    st.builds(
        Try,
        st.sampled_from([Call.ITEM, Call.CAPTURE, Call.VOID]),
        st.sampled_from(sorted(Answer)),
        st.floats(0, 400),
    ),
    max_size=8,
).map(tuple)


@given(TRIES, st.sampled_from(Goal), st.booleans(), st.booleans(), st.floats(0, 4000), st.floats(0, 4000))
def test_nothing_is_taken_that_is_not_wanted_or_too_late_or_was_released_or_is_of_another_life(
    tries, goal, ours, honoured, asked_s, unsure_s
):
    step = next_taking_step(Taking(goal, ours, honoured, tries, asked_s, unsure_s), LIMITS)
    if step == Capture():
        assert goal is Goal.TAKE
        assert ours
        assert asked_s < 240
        assert not any(one.call is Call.VOID for one in tries)
    if step == Void():
        assert honoured
    if isinstance(step, Verdict) and step.state is State.APPROVED:
        assert tries[-1].answer is A.PAID
    if isinstance(step, Verdict) and step.state is State.VOIDING:
        assert tries[-1].answer in (A.FAILED, A.DENIED, A.RUN_OUT, A.NEVER_HELD)


RELEASING = st.builds(
    Releasing,
    state=st.just(State.VOIDING),
    has_payment=st.just(True),
    is_honoured=st.booleans(),
    numbering=st.sampled_from(Numbering),
    was_approved=st.booleans(),
    was_taken=st.booleans(),
    tries=TRIES,
    opened_s=st.floats(0, 4000),
    unsure_s=st.floats(0, 4000),
)


@given(RELEASING)
def test_what_is_not_wanted_is_never_taken_and_never_closed_where_that_could_take_it(known):
    step: object = next_releasing_step(known, LIMITS)
    assert step != Capture()
    if step == Void():
        assert known.is_honoured
    if isinstance(step, Verdict):
        if step.state is State.APPROVED:
            assert known.tries[-1].answer is A.PAID
        if step.state is State.VOIDED and known.is_honoured:
            assert any(one.call is Call.VOID for one in known.tries)


# -- what comes in

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=6),
    max_leaves=20,
)
NAMES = (
    "paymentId purchaseId amount currency shopId account paidPoint feePoint totalPoint paymentStatus "
    "balance feeValue name status delegator withdrawStatus"
)
DATA = st.dictionaries(st.sampled_from(NAMES.split()), JSON)


@given(st.integers(0, 600), st.dictionaries(st.sampled_from(["code", "data", "error"]), JSON | DATA))
def test_no_answer_whatever_makes_a_parser_fail_or_a_payment_paid(status, fields):
    read = wire.read_envelope(status, fields)
    if read is None:
        return
    assert wire.read_payment(read, Numbering.RELAY, PURCHASE).answer is not Answer.PAID
    assert wire.read_opening(read, Paths.SPEC, PURCHASE).numbering is None
    for parse in (wire.read_shop, wire.read_balance, wire.read_withdrawal):
        parse(read)
    wire.read_quote(read, won(10))


@given(st.binary(max_size=200), st.none() | st.text(max_size=20))
def test_no_bytes_whatever_make_a_message_fail(body, header):
    read_message(body, header, SECRET)
    read_message(body, header, None)
