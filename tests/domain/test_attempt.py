from collections.abc import MutableMapping
from dataclasses import replace
from itertools import product

import pytest

from kiosk.domain.attempt import (
    BLOCKING,
    NOT_RELEASED,
    PARKABLE,
    PAYING,
    RESOLVABLE,
    TABLES,
    UNDER_WAY,
    Family,
    Goal,
    State,
    advance,
)
from kiosk.domain.errors import BugError
from tests.support.sales import an_attempt, way_to
from tests.support.tables import read_table

# Written from the rules of money, not from the code.
DIRECT = """
PREPARED -> SENDING | NOT_SENT (customer left, crash before intend, own guard) | DECLINED (a step that moves no money)
SENDING -> APPROVED | DECLINED | NOT_SENT | UNKNOWN | REVERSING (law 6)
UNKNOWN -> APPROVED | NOT_CHARGED | REVERSING | NEEDS_STAFF
REVERSING -> REVERSED | NOT_CHARGED | APPROVED (goal UNDO: refund it) | NEEDS_STAFF
APPROVED -> NEEDS_STAFF (card: the server lost its memory)
"""
PHONE = """
PREPARED -> OPENING | NOT_SENT | DECLINED ;  OPENING -> WAITING | OPEN_LOST | DECLINED | NOT_SENT
WAITING -> AUTHORISED -> CAPTURING
{OPEN_LOST, WAITING, AUTHORISED} -> VOIDING -> VOIDED | APPROVED | NEEDS_STAFF ;  OPEN_LOST -> NEEDS_STAFF
CAPTURING -> APPROVED | NEEDS_STAFF | VOIDING (only on proof that it was not paid)
"""
TRANSFER = """
PREPARED -> ISSUING | NOT_SENT | DECLINED
ISSUING -> AWAITING_DEPOSIT | DECLINED | NOT_SENT (also: answer lost)
AWAITING_DEPOSIT -> APPROVED | UNDERPAID | OVERPAID | EXPIRED | CLOSING
CLOSING -> CLOSED | AWAITING_DEPOSIT (customer stays) | APPROVED | UNDERPAID | OVERPAID (goal UNDO: staff)
APPROVED -> CORRECTED ;  UNDERPAID | OVERPAID -> APPROVED (by staff) | CORRECTED
"""
TEXTS = {Family.DIRECT: DIRECT, Family.PHONE: PHONE, Family.TRANSFER: TRANSFER}
PAYING_TEXT = (
    "PREPARED, SENDING, UNKNOWN, REVERSING, OPENING, OPEN_LOST, WAITING, AUTHORISED, CAPTURING, ISSUING, "
    "AWAITING_DEPOSIT, CLOSING"
)


@pytest.mark.parametrize(("family", "state", "to"), [pytest.param(*case) for case in product(Family, State, State)])
def test_an_attempt_goes_only_where_its_table_says(family, state, to):
    if to.value in read_table(TEXTS[family]).get(state.value, set()):
        assert advance(family, state, to) is to
    else:
        with pytest.raises(BugError, match=f"from {state} to {to}"):
            advance(family, state, to)


def test_every_state_is_reached_by_some_family():
    reached = {State.PREPARED}
    for table in TABLES.values():
        reached |= set().union(*table.values())
    assert reached == set(State)


@pytest.mark.parametrize("family", Family)
def test_every_state_of_a_table_can_be_reached_from_prepared(family):
    for state in {*TABLES[family], *set().union(*TABLES[family].values())}:
        assert state is State.PREPARED or way_to(state, family)[-1] is state


def test_the_paying_states_are_those_of_law_1():
    assert {state.value for state in PAYING} == set(PAYING_TEXT.split(", "))


@pytest.mark.parametrize("state", State)
def test_an_attempt_is_paying_exactly_in_a_paying_state(state):
    assert an_attempt(state).is_paying == (state in PAYING)


def test_the_states_that_stop_other_charges_are_those_of_law_5():
    assert {state.value for state in BLOCKING} == {"UNKNOWN", "REVERSING", "UNDERPAID", "OVERPAID", "NEEDS_STAFF"}


def test_an_order_is_never_parked_while_the_customer_is_awaited():
    assert {state.value for state in PARKABLE} == {"UNKNOWN", "REVERSING", "CAPTURING"}


def test_the_states_that_rules_drive_on_are_those_that_park_points_that_are_released_and_accounts_that_are_closed():
    assert set(RESOLVABLE) - set(PARKABLE) == {State.OPEN_LOST, State.VOIDING, State.CLOSING}


def test_points_that_are_released_are_under_way_although_the_order_takes_another_charge():
    assert {State.VOIDING} == UNDER_WAY - PAYING


def test_every_state_under_way_has_a_way_out_and_no_other_but_an_approval_has():
    ways_out = {state for table in TABLES.values() for state, following in table.items() if following}
    assert ways_out >= UNDER_WAY
    assert ways_out - UNDER_WAY == {State.APPROVED, State.UNDERPAID, State.OVERPAID}


def test_what_cannot_be_released_is_known_from_the_attempt_itself():
    assert an_attempt(State.VOIDING).is_released
    assert not replace(an_attempt(State.VOIDING), facts={NOT_RELEASED: "yes"}).is_released


@pytest.mark.parametrize("family", Family)
def test_a_paying_state_always_has_a_way_out(family):
    states = {State.PREPARED, *set().union(*TABLES[family].values())}
    assert [state for state in states & PAYING if not TABLES[family].get(state)] == []


def test_nothing_leads_out_of_needs_staff_which_is_resolved_by_a_further_row():
    assert [family for family in Family if State.NEEDS_STAFF in TABLES[family]] == []


def test_the_tables_cannot_be_changed():
    assert not [table for table in (TABLES, *TABLES.values()) if isinstance(table, MutableMapping)]


def test_a_goal_is_to_take_or_to_undo():
    assert [goal.value for goal in Goal] == ["TAKE", "UNDO"]
