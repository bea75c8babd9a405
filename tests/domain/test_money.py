import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import BugError
from kiosk.domain.money import Currency, Money, from_token_units, split_vat, to_token_units, won

amounts = st.integers(min_value=0, max_value=10**12)


def test_amounts_of_one_currency_add_subtract_multiply_and_compare():
    assert won(300) + won(200) - won(100) == won(400)
    assert won(300) * 3 == won(900)
    assert won(300) > won(200)


@pytest.mark.parametrize("mix", [lambda a, b: a + b, lambda a, b: a - b])
def test_two_currencies_do_not_mix(mix):
    with pytest.raises(BugError, match="two currencies"):
        mix(won(100), Money(100, Currency.USD))


@pytest.mark.parametrize("amount", [1.0, "1", True, None])
def test_money_is_made_of_whole_numbers_alone(amount):
    with pytest.raises(BugError, match="must be an int"):
        Money(amount)


@pytest.mark.parametrize("count", [0.5, True])
def test_money_is_multiplied_by_whole_numbers_alone(count):
    with pytest.raises(BugError, match="whole numbers"):
        won(100) * count


def test_nothing_is_false_and_anything_else_is_true():
    assert not won(0)
    assert won(1)
    assert won(-1)


@pytest.mark.parametrize(("amount", "positive"), [(1, True), (0, False), (-1, False)])
def test_only_more_than_nothing_is_positive(amount, positive):
    assert won(amount).is_positive is positive


def test_the_relay_counts_in_units_of_ten_to_the_minus_eighteen():
    assert to_token_units(won(5000)) == "5000" + "0" * 18
    assert to_token_units(Money(1234, Currency.USD)) == "1234" + "0" * 16


@given(amounts, st.sampled_from(Currency))
def test_an_amount_survives_the_way_to_the_relay_and_back(amount, currency):
    assert from_token_units(to_token_units(Money(amount, currency)), currency) == Money(amount, currency)


@given(amounts, st.integers(min_value=0, max_value=10**18 - 1))
def test_a_part_of_a_won_is_rounded_down(amount, part):
    assert from_token_units(str(amount * 10**18 + part), Currency.KRW) == won(amount)


def test_no_negative_amount_goes_on_the_wire():
    with pytest.raises(BugError, match="negative"):
        to_token_units(won(-1))


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1e18", " 1", "٣", "0x10", "1_000", "9" * 41])
def test_what_is_no_plain_integer_is_no_amount(text):
    with pytest.raises(ValueError, match="not an integer string"):
        from_token_units(text, Currency.KRW)


@given(amounts, amounts)
def test_the_parts_of_a_vat_split_add_up(taxable, exempt):
    split = split_vat(won(taxable), won(exempt))
    assert split.supply + split.vat == won(taxable)
    assert split.exempt == won(exempt)


@given(amounts)
def test_vat_is_a_tenth_of_the_supply_to_the_nearest_won(taxable):
    split = split_vat(won(taxable), won(0))
    # supply = taxable / 1.1, so 11 * supply differs from 10 * taxable by at most half of 11
    assert abs(11 * split.supply.amount - 10 * taxable) * 2 <= 11


@pytest.mark.parametrize(
    ("taxable", "supply", "vat"), [(1100, 1000, 100), (5000, 4545, 455), (10, 9, 1), (1, 1, 0), (6, 5, 1), (0, 0, 0)]
)
def test_a_vat_split_as_on_a_korean_receipt(taxable, supply, vat):
    split = split_vat(won(taxable), won(0))
    assert (split.supply, split.vat) == (won(supply), won(vat))


@pytest.mark.parametrize(("taxable", "exempt"), [(-1, 0), (0, -1)])
def test_vat_is_split_of_what_was_sold(taxable, exempt):
    with pytest.raises(BugError, match="what was sold"):
        split_vat(won(taxable), won(exempt))
