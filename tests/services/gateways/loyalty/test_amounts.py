"""The largest amount that a wallet can pay, its fee included, is found by asking a few times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.services.gateways.loyalty.rules import QUOTES_MAX, next_amount


def most(balance, due, cost):
    """The amount found, and how often the relay was asked."""
    paid, short, asked = 0, due, 1
    if cost(due) <= balance:
        return due, asked
    while (wanted := next_amount(paid, short, cost(short), balance)) != paid:
        asked += 1
        paid, short = (wanted, short) if cost(wanted) <= balance else (paid, wanted)
    return paid, asked


@given(
    balance=st.integers(0, 10**8),
    due=st.integers(1, 10**7),
    permille=st.integers(0, 300),
)
def test_where_fees_are_a_share_the_largest_is_found_within_few_questions(balance, due, permille):
    def cost(amount):
        return amount * (1000 + permille)

    found, asked = most(balance * 1000, due, cost)

    assert found == min(due, balance * 1000 // (1000 + permille))
    assert asked <= 4 < QUOTES_MAX


@pytest.mark.parametrize(("balance", "found"), [(0, 0), (104, 0), (105, 1), (500 * 100, 476), (10**9, 12300)])
def test_the_largest_by_hand_with_five_percent(balance, found):
    assert most(balance, 12300, lambda amount: amount * 105)[0] == found


def test_one_more_is_tried_because_the_fee_of_more_may_be_rounded_otherwise():
    assert most(477 * 105, 12300, lambda amount: amount * 105 + (100 if amount > 477 else 0))[0] == 477


def test_a_fee_that_is_no_share_is_walked_up_to():
    assert most(1000, 900, lambda amount: amount + 150)[0] == 850
