from itertools import product

import pytest

from kiosk.domain.errors import BugError
from kiosk.domain.refund import (
    REFUND_COUNTS,
    REFUND_UNDER_WAY,
    FindingState,
    RefundState,
    advance_finding,
    advance_refund,
)
from tests.support.tables import read_table

REFUND = """
ASKED -> SENDING -> DONE | REFUSED | PENDING | UNKNOWN | NEEDS_STAFF | ASKED (proven not sent)
PENDING -> DONE | REFUSED | NEEDS_STAFF ;  UNKNOWN -> DONE | REFUSED | PENDING | NEEDS_STAFF
"""
FINDING = "OPEN -> HONOURED | REFUNDED | EXPLAINED"


@pytest.mark.parametrize(("state", "to"), [pytest.param(*case) for case in product(RefundState, RefundState)])
def test_a_refund_goes_only_where_its_table_says(state, to):
    if to.value in read_table(REFUND).get(state.value, set()):
        assert advance_refund(state, to) is to
    else:
        with pytest.raises(BugError, match=f"from {state} to {to}"):
            advance_refund(state, to)


@pytest.mark.parametrize(("state", "to"), [pytest.param(*case) for case in product(FindingState, FindingState)])
def test_a_finding_goes_only_where_its_table_says(state, to):
    if to.value in read_table(FINDING).get(state.value, set()):
        assert advance_finding(state, to) is to
    else:
        with pytest.raises(BugError, match=f"from {state} to {to}"):
            advance_finding(state, to)


def test_a_refund_is_under_way_until_an_answer_or_a_person_ends_it():
    assert {state.value for state in RefundState} - {state.value for state in REFUND_UNDER_WAY} == {
        "DONE",
        "REFUSED",
        "NEEDS_STAFF",
    }


def test_only_a_refused_refund_frees_its_amount_for_another():
    assert set(RefundState) - REFUND_COUNTS == {RefundState.REFUSED}
