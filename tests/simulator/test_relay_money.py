"""The arithmetic of the loyalty relay, by the examples of its facts ('units and arithmetic'), and its addresses."""

import random

import pytest

from kiosk.simulator.relay_accounts import checksummed, is_possible
from kiosk.simulator.relay_money import GWEI, SCALE, UNIT, Figures, converted, estimated, final, refundable, worth
from kiosk.simulator.relay_settings import RICH
from tests.simulator.relays import VirtualRelay

DEAR = 1_350 * SCALE


def test_whole_amounts_agree_exactly_before_and_after():
    """1 usd: 1000 paid, 50 fee, 1050 in all."""
    figures = estimated(UNIT, 1_000 * SCALE)
    assert figures == final(UNIT, 1_000 * SCALE)
    assert (figures.paid_point, figures.fee_point, figures.total_point) == (1_000 * UNIT, 50 * UNIT, 1_050 * UNIT)
    assert (figures.paid_value, figures.fee_value, figures.total_value) == (UNIT, UNIT // 20, 21 * UNIT // 20)


def test_a_sale_of_ten_costs_ten_and_a_half():
    assert estimated(10 * UNIT, SCALE).total_point == 21 * UNIT // 2


def test_the_last_digits_of_the_fee_differ_between_estimate_and_end():
    amount = 333_333_333_333_333_333
    assert estimated(amount, DEAR).fee_point == 22_499_999_999_000_000_000
    assert final(amount, DEAR).fee_point == 22_499_999_100_000_000_000
    assert estimated(amount, DEAR).paid_point == final(amount, DEAR).paid_point


def test_whatever_is_computed_is_cut_to_whole_gwei_and_never_rounded_up():
    for amount in (0, 1, 999_999_999, 10**9, 10**9 + 1, 123_456_789_012_345_678):
        for rate in (SCALE, 10 * SCALE, 1_000 * SCALE, DEAR):
            for figures in (estimated(amount, rate), final(amount, rate)):
                computed = (figures.paid_point, figures.fee_point, figures.fee_value)
                assert [part % GWEI for part in computed] == [0, 0, 0]
                assert figures.paid_point <= amount * rate // SCALE < figures.paid_point + GWEI
                assert figures.paid_value == amount


@pytest.mark.parametrize(
    ("balance", "rate", "value"), [(1_000 * UNIT, SCALE, 1_000 * UNIT), (UNIT, 3 * SCALE, 333_333_333_000_000_000)]
)
def test_a_balance_is_worth_what_it_buys_less_what_cannot_be_said(balance, rate, value):
    assert worth(balance, rate) == value


@pytest.mark.parametrize(
    ("rate", "other", "value"),
    [(SCALE, SCALE, 1_234_567_891), (1_000 * SCALE, SCALE, 1_234_000_000_000), (SCALE, 10 * SCALE, 0)],
)
def test_a_shop_is_credited_in_its_own_currency(rate, other, value):
    assert converted(1_234_567_891, rate, other) == value


@pytest.mark.parametrize(
    ("provided", "used", "refunded", "left"), [(0, 10, 0, 10), (4, 10, 3, 3), (10, 4, 0, 0), (0, 10, 12, 0)]
)
def test_a_shop_may_have_paid_out_what_was_spent_beyond_what_it_gave(provided, used, refunded, left):
    assert refundable(provided, used, refunded) == left


def test_the_kiosk_sees_the_estimate_until_the_chain_has_spoken_and_then_what_it_took():
    relay = VirtualRelay(rates={"usd": DEAR, "krw": SCALE})
    amount = 333_333_333_333_333_333
    told = relay.open_new(amount=str(amount), currency="usd")
    payment_id = told.data["paymentId"]
    guess, end = str(estimated(amount, DEAR).fee_point), str(final(amount, DEAR).fee_point)
    assert relay.get("info", account=RICH, amount=amount, currency="usd").data["feePoint"] == guess
    assert told.data["feePoint"] == guess
    relay.approve(payment_id)
    assert relay.item(payment_id).data["feePoint"] == guess
    relay.after(3)
    assert relay.called[0].body["data"]["feePoint"] == end
    assert relay.item(payment_id).data["feePoint"] == end
    assert relay.close_new(payment_id).data["feePoint"] == end
    assert relay.points(payment_id) == (0, final(amount, DEAR).total_point)


def test_a_foreign_price_moves_whole_units_of_its_currency():
    relay = VirtualRelay()
    relay.paid(amount=str(3 * UNIT + UNIT // 2), currency="USD")
    assert relay.moved == [("P1", 3)]


def test_figures_add_up():
    assert (Figures(1, 2, 3, 4).total_point, Figures(1, 2, 3, 4).total_value) == (4, 6)


def test_a_shop_without_a_rate_can_be_paid_nothing_and_then_nothing_happens():
    relay = VirtualRelay(rates={"usd": DEAR})
    payment_id = relay.approved(currency="usd")
    assert relay.close_new(payment_id).code == 1211
    assert (relay.status(payment_id), relay.points(payment_id)[1], relay.moved) == (17, 0, [])


@pytest.mark.parametrize(
    "address",
    [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_capitals_are_a_checksum(address):
    """The examples of EIP-55."""
    assert checksummed(address.lower()) == address
    assert is_possible(address)
    assert is_possible(address.lower())
    assert not is_possible(address.swapcase().replace("0X", "0x"))


def test_a_wrong_capital_is_noticed():
    chance = random.Random(1)
    for _ in range(20):
        address = checksummed(f"0x{chance.getrandbits(160):040x}")
        at = next(position for position in range(2, 42) if address[position].isalpha())
        assert not is_possible(address[:at] + address[at].swapcase() + address[at + 1 :])
