from itertools import product

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.refund import RefundState
from kiosk.domain.resolution import TOLD
from kiosk.domain.told import OF_ATTEMPT, OF_REFUND, TONES, Fact, TenderLine, Tone, fact_of

# Written from the rules of money, section 4. CLOSING stands there twice; while the answer is out, it is being checked.
OF_STATE = """
not_taken            DECLINED NOT_SENT
not_paid             PREPARED CLOSED EXPIRED
not_yet              WAITING AUTHORISED
no_deposit_yet       AWAITING_DEPOSIT
ignore_first_request OPEN_LOST
checking             SENDING OPENING CAPTURING ISSUING CLOSING
undone               NOT_CHARGED REVERSED
points_released      VOIDING VOIDED
received             APPROVED
checking_do_not_pay  UNKNOWN REVERSING
not_certain          NEEDS_STAFF
staff_helps          UNDERPAID OVERPAID CORRECTED
"""
OF_REFUND_STATE = """
checking             ASKED SENDING UNKNOWN
returned             DONE
return_pending       PENDING
staff_helps          REFUSED NEEDS_STAFF
"""


def read(text):
    return {state: fact for fact, *states in map(str.split, text.strip().splitlines()) for state in states}


@pytest.mark.parametrize("state", State)
def test_a_state_is_told_as_the_rules_of_money_say(state):
    assert fact_of(state, None).value == read(OF_STATE)[state.value]


@pytest.mark.parametrize("state", State)
def test_where_points_cannot_be_released_nobody_is_promised_that_they_come_back(state):
    told = fact_of(state, None, is_released=False)

    expected = {"OPEN_LOST": "checking_do_not_pay", "VOIDING": "checking", "VOIDED": "not_taken"}
    assert told.value == expected.get(state.value, read(OF_STATE)[state.value])
    assert told not in (Fact.POINTS_RELEASED, Fact.IGNORE_FIRST_REQUEST)


@pytest.mark.parametrize(("state", "refund"), [pytest.param(*case) for case in product(State, RefundState)])
def test_once_money_is_given_back_that_is_what_is_told(state, refund):
    assert fact_of(state, refund).value == read(OF_REFUND_STATE)[refund.value]


def test_the_tables_are_complete():
    assert set(OF_ATTEMPT) == set(State)
    assert set(OF_REFUND) == set(RefundState)
    assert set(TONES) == set(Fact)


def test_every_fact_is_told_of_some_state_or_of_what_is_planned():
    assert {*OF_ATTEMPT.values(), *OF_REFUND.values(), *TOLD.values(), Fact.PLANNED} == set(Fact)


def test_only_settled_good_news_looks_done():
    assert {fact for fact in Fact if TONES[fact] is Tone.DONE} == {Fact.RECEIVED, Fact.RETURNED}


def test_what_needs_a_person_asks_for_one():
    assert {fact for fact in Fact if TONES[fact] is Tone.ACT} == {Fact.NOT_CERTAIN, Fact.STAFF_HELPS}


@pytest.mark.parametrize("fact", Fact)
def test_a_line_has_its_facts_tone(fact):
    assert TenderLine("K01-1-000001-1", "crepay", None, fact).tone is TONES[fact]
