"""Goods being put together: plain data in memory, until the first payment writes it down."""

from dataclasses import dataclass, field, replace
from typing import Final

from kiosk.domain.catalogue import Product
from kiosk.domain.money import Money
from kiosk.domain.order import OrderLine, lines_total
from kiosk.domain.ports import Catalogue
from kiosk.domain.scanned import CouponCode, Hostile, ProductCode, StoreCode, classify
from kiosk.flows.views import BasketLine, BasketView, ProductCard, ScanNotice

PIECES_MAX: Final = 99
"""Pieces of one product in a basket; more is a slip of the finger."""


@dataclass(slots=True)
class Basket:
    """The lines, and where the customer stands in the catalogue."""

    catalogue: Catalogue
    page_size: int
    lines: dict[str, OrderLine] = field(default_factory=dict)
    latest: str = ""
    category: str = ""
    page: int = 0
    notice: ScanNotice | None = None
    serial: int = 0

    def scan(self, text: str) -> None:
        """Add what was scanned, or say why not."""
        product = self._product(text)
        if product is not None:
            self.add(product)
            return
        match classify(text):
            case ProductCode() | StoreCode():
                self._notify(ScanNotice.UNKNOWN)
            case Hostile():
                self._notify(ScanNotice.UNREADABLE)
            case _:
                self._notify(ScanNotice.NOT_A_PRODUCT)

    def _product(self, text: str) -> Product | None:
        match classify(text):
            case ProductCode(digits, or_digits):
                other = self.catalogue.by_barcode(or_digits) if or_digits else None
                return self.catalogue.by_barcode(digits) or other
            case StoreCode(code) | CouponCode(code):
                # a store's own number may look like a coupon's
                return self.catalogue.by_barcode(code)
            case _:
                return None

    def add_sku(self, sku: str) -> None:
        """Add one of a product that was touched."""
        product = self.catalogue.by_sku(sku)
        if product is not None:
            self.add(product)

    def add(self, product: Product) -> None:
        """Add one."""
        line = self.lines.get(product.sku)
        if line is None:
            line = OrderLine(product.sku, product.barcode, product.names, product.price, 1, product.tax)
        else:
            line = replace(line, quantity=min(line.quantity + 1, PIECES_MAX))
        self.lines[product.sku] = line
        self.latest = product.sku
        self._notify(ScanNotice.ADDED)

    def change(self, sku: str, by: int) -> None:
        """More or fewer of a line; none removes it."""
        line = self.lines.get(sku)
        if line is None:
            return
        self.notice = None
        quantity = min(line.quantity + by, PIECES_MAX)
        if quantity < 1:
            del self.lines[sku]
            self.latest = ""
            return
        self.lines[sku] = replace(line, quantity=quantity)
        self.latest = sku

    def _notify(self, notice: ScanNotice) -> None:
        self.notice = notice
        self.serial += 1

    @property
    def total(self) -> Money:
        """What it costs."""
        return lines_total(self.lines.values())

    def view(self, language: str) -> BasketView:
        """As the screen shows it."""
        products = self.catalogue.in_category(self.category)
        pages = max(1, -(-len(products) // self.page_size))
        page = min(self.page, pages - 1)
        shown = products[page * self.page_size : (page + 1) * self.page_size]
        return BasketView(
            lines=tuple(
                BasketLine(
                    sku=line.sku,
                    name=line.name(language),
                    price=line.price,
                    quantity=line.quantity,
                    total=line.total,
                    image=product.image if product else "",
                    category=product.category if product else "",
                    is_latest=line.sku == self.latest,
                )
                for line in self.lines.values()
                for product in (self.catalogue.by_sku(line.sku),)
            ),
            count=sum(line.quantity for line in self.lines.values()),
            total=self.total,
            categories=self.catalogue.categories(),
            category=self.category,
            products=tuple(
                ProductCard(one.sku, one.name(language), one.price, one.image, one.category) for one in shown
            ),
            page=page,
            pages=pages,
            notice=self.notice,
            notice_serial=self.serial,
        )
