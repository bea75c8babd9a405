"""Money: an integer amount in minor units, with its currency. Never a float."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from kiosk.domain.errors import BugError, require


class Currency(StrEnum):
    """Currencies a price can have. The value is the ISO 4217 code."""

    KRW = "KRW"
    USD = "USD"

    @property
    def exponent(self) -> int:
        """How many decimal digits one major unit has [digits]."""
        return {Currency.KRW: 0, Currency.USD: 2}[self]


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (won, or cents), with its currency.

    Comparing, adding or subtracting two currencies is a bug, not a conversion.

    Attributes:
        amount: Minor units; may be negative only as a difference.
        currency: ISO 4217.
    """

    amount: int
    currency: Currency = Currency.KRW

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise BugError(f"money must be an int, not {type(self.amount).__name__}")

    def __add__(self, other: Self) -> "Money":
        require(self.currency is other.currency, "adding two currencies")
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Self) -> "Money":
        require(self.currency is other.currency, "subtracting two currencies")
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, count: int) -> "Money":
        require(type(count) is int, "money is multiplied by whole numbers")
        return Money(self.amount * count, self.currency)

    def __bool__(self) -> bool:
        return self.amount != 0

    @property
    def is_positive(self) -> bool:
        """More than nothing."""
        return self.amount > 0


def won(amount: int) -> Money:
    """An amount of Korean won."""
    return Money(amount, Currency.KRW)


TOKEN_DECIMALS = 18
"""Decimal places of the loyalty relay's integer strings. Source: loyalty relay document, section 1."""


def to_token_units(money: Money) -> str:
    """The integer string of 10^-18 units that the loyalty relay wants.

    Raises:
        BugError: a negative amount.
    """
    require(money.amount >= 0, "no negative amount goes on the wire")
    return str(money.amount * 10 ** (TOKEN_DECIMALS - money.currency.exponent))


def from_token_units(text: str, currency: Currency) -> Money:
    """The amount behind an integer string of 10^-18 units, rounded down to a whole minor unit.

    Raises:
        ValueError: not a plain non-negative integer of at most 40 digits.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 40):
        raise ValueError("not an integer string")
    return Money(int(text) // 10 ** (TOKEN_DECIMALS - currency.exponent), currency)


@dataclass(frozen=True, slots=True)
class VatSplit:
    """A VAT-inclusive total taken apart, as a Korean receipt shows it.

    Attributes:
        supply: Taxable value without tax (공급가액).
        vat: The tax in it (부가세).
        exempt: Tax-free sales (면세).
    """

    supply: Money
    vat: Money
    exempt: Money


VAT_PERCENT = 10
"""Korean VAT [percent]. Source: Value-Added Tax Act, Article 30."""


def split_vat(taxable: Money, exempt: Money) -> VatSplit:
    """Split a VAT-inclusive taxable total: supply is total / 1.1 rounded half up, tax is what is left.

    The parts always add up to the total.
    """
    require(taxable.amount >= 0 and exempt.amount >= 0, "VAT is split of what was sold")
    numerator, denominator = taxable.amount * 100, 100 + VAT_PERCENT
    supply = Money((2 * numerator + denominator) // (2 * denominator), taxable.currency)
    return VatSplit(supply=supply, vat=taxable - supply, exempt=exempt)
