"""Products as the till knows them."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.money import Money


class Tax(StrEnum):
    """Whether VAT is in the price."""

    TAXABLE = "taxable"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Product:
    """One thing that is sold.

    Attributes:
        sku: The store's own key, unique.
        barcode: What a scanner reads (EAN-13, EAN-8, UPC as 13 digits, the store's own), unique; "" when it has none.
        names: Name per language code; "ko" is always there.
        price: VAT-inclusive price of one.
        category: The store's grouping, in its own words; "" when none.
        image: Path of its picture, or "" when it has none.
        tax: Whether VAT is in the price.
    """

    sku: str
    barcode: str
    names: tuple[tuple[str, str], ...]
    price: Money
    category: str = ""
    image: str = ""
    tax: Tax = Tax.TAXABLE

    def name(self, language: str) -> str:
        """Its name in a language, or the Korean one."""
        names = dict(self.names)
        return names.get(language) or names["ko"]
