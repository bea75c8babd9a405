"""The loyalty relay's arithmetic: amounts, points, fee.

Every amount is a whole number of 10^-18 units. Rates are whole numbers scaled by 10^9 (a point is 10^9). Whatever is
computed is cut down to whole 10^9: never rounded up, never a float.

Source: facts of the loyalty relay, 'units and arithmetic'.
"""

from dataclasses import dataclass

UNIT = 10**18  # one won, one point
SCALE = 10**9
GWEI = 10**9
FEE = 500
FEE_BASE = 10_000


@dataclass(frozen=True, slots=True)
class Figures:
    """What a payment costs, in points and in the currency of its price [10^-18].

    Attributes:
        paid_point: The price in points.
        paid_value: The price.
        fee_point: The customer pays it on top, in points.
        fee_value: The same in the currency.
    """

    paid_point: int
    paid_value: int
    fee_point: int
    fee_value: int

    @property
    def total_point(self) -> int:
        """What leaves the wallet."""
        return self.paid_point + self.fee_point

    @property
    def total_value(self) -> int:
        """The same in the currency of the price."""
        return self.paid_value + self.fee_value


def estimated(amount: int, rate: int) -> Figures:
    """What the relay says before anything is approved: the fee is taken from the points."""
    paid_point = _cut(amount * rate // SCALE)
    return Figures(paid_point, amount, _cut(paid_point * FEE // FEE_BASE), _cut(amount * FEE // FEE_BASE))


def final(amount: int, rate: int) -> Figures:
    """What the chain takes: the fee is taken from the price and then turned into points; the last digits may differ."""
    fee_value = _cut(amount * FEE // FEE_BASE)
    return Figures(_cut(amount * rate // SCALE), amount, _cut(fee_value * rate // SCALE), fee_value)


def worth(balance: int, rate: int) -> int:
    """A balance of points in a currency."""
    return _cut(balance * SCALE // rate)


def converted(value: int, rate: int, other_rate: int) -> int:
    """A value in another currency; untouched if both are worth the same."""
    return value if rate == other_rate else _cut(value * rate // other_rate)


def refundable(provided: int, used: int, refunded: int) -> int:
    """What a shop may have paid out: what was spent there beyond what it gave."""
    return max(0, max(0, used - provided) - refunded)


def _cut(amount: int) -> int:
    return amount - amount % GWEI
