from collections.abc import MutableMapping
from dataclasses import replace
from itertools import product

import pytest

from kiosk.domain.attempt import BLOCKING, NOT_RELEASED, PAYING, Family, State
from kiosk.domain.errors import BugError
from kiosk.domain.money import Currency, Money, won
from kiosk.domain.order import (
    ORDER_TABLE,
    OrderState,
    advance_order,
    balance_of,
    lines_total,
    takes_no_other_charge,
)
from tests.support.sales import a_line, an_attempt
from tests.support.tables import read_table

ORDER = """
OPEN -> PAYING | ABANDONED (nothing was ever sent) ;  PAYING -> PAID | UNWINDING ;  UNWINDING -> UNWOUND
UNWINDING -> UNWINDING_STAFF
UNWINDING_STAFF -> UNWOUND | PAID (staff: charged and kept)
PAID -> REFUNDING -> REFUNDED | PARTLY_REFUNDED | PAID (all refused) ;  PARTLY_REFUNDED -> REFUNDING
"""


@pytest.mark.parametrize(("state", "to"), [pytest.param(*case) for case in product(OrderState, OrderState)])
def test_an_order_goes_only_where_its_table_says(state, to):
    if to.value in read_table(ORDER).get(state.value, set()):
        assert advance_order(state, to) is to
    else:
        with pytest.raises(BugError, match=f"from {state} to {to}"):
            advance_order(state, to)


def test_the_table_cannot_be_changed():
    assert not isinstance(ORDER_TABLE, MutableMapping)


def test_the_lines_cost_their_prices_times_their_quantities():
    assert lines_total([a_line(4500, 2), a_line(300, 3)]) == won(9900)


def test_no_lines_cost_nothing_in_their_currency():
    assert lines_total([], Currency.USD) == Money(0, Currency.USD)


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_line_sells_at_least_one(quantity):
    with pytest.raises(BugError, match="at least one"):
        a_line(quantity=quantity)


def test_a_line_without_a_name_in_a_language_has_its_korean_one():
    line = a_line(names=(("ko", "두유"), ("en", "")))
    assert [line.name("ko"), line.name("en"), line.name("ja")] == ["두유", "두유", "두유"]


def test_a_line_has_its_name_in_the_customers_language():
    assert a_line().name("en") == "Americano"


@pytest.mark.parametrize("state", State)
def test_only_what_is_held_counts_as_received(state):
    balance = balance_of(won(5000), [an_attempt(state, received=3000)], {})
    is_held = state in {State.APPROVED, State.UNDERPAID, State.OVERPAID}
    assert balance.received == won(3000 if is_held else 0)
    assert balance.due == won(2000 if is_held else 5000)


def test_what_was_transferred_beyond_what_was_asked_pays_for_nothing():
    attempt = an_attempt(State.OVERPAID, received=7000)
    assert balance_of(won(5000), [attempt], {}).due == won(0)


@pytest.mark.parametrize(("given_back", "due"), [(2000, 0), (3000, 1000), (7000, 5000)])
def test_of_what_was_transferred_beyond_that_the_rest_counts_when_some_is_given_back(given_back, due):
    attempt = an_attempt(State.OVERPAID, received=7000)
    assert balance_of(won(5000), [attempt], {attempt.id: given_back}).due == won(due)


def test_what_is_given_back_is_due_again():
    attempts = [an_attempt(State.APPROVED, 1, received=3000), an_attempt(State.APPROVED, 2, received=2000)]
    assert balance_of(won(5000), attempts, {attempts[0].id: 1000}).due == won(1000)


def test_a_balance_keeps_the_orders_currency():
    assert balance_of(Money(500, Currency.USD), [], {}).due == Money(500, Currency.USD)


@pytest.mark.parametrize("state", State)
def test_no_other_charge_is_taken_beside_one_under_way_or_in_doubt(state):
    attempts = [an_attempt(State.DECLINED), an_attempt(state, 2)]
    assert takes_no_other_charge(attempts) == (state in PAYING | BLOCKING)


def test_no_other_charge_is_taken_beside_what_cannot_be_released():
    """The payment system may take it by itself; one that can be released leaves the order free."""
    released = an_attempt(State.VOIDING, family=Family.PHONE)
    assert not takes_no_other_charge([released])
    assert takes_no_other_charge([replace(released, facts={NOT_RELEASED: "yes"})])
