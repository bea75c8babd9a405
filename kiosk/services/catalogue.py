"""The products of the till: a SQLite file, built beside the old one and renamed, read once into memory."""

import contextlib
import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from kiosk.domain.catalogue import Product, Tax
from kiosk.domain.errors import CatalogueError
from kiosk.domain.money import won

MOST_PRODUCTS = 50_000
"""More are not imported. So many are some 40 MB and are read in less than a second; a large supermarket has fewer."""

LANGUAGES = ("ko", "en", "zh", "ja")
"""The languages a product can have a name in; only the first is required."""

_APPLICATION_ID = 0x4B43_4154
_VERSION = 1
_SCHEMA = f"""
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {_VERSION};
CREATE TABLE product (
    position INTEGER PRIMARY KEY,
    sku TEXT NOT NULL UNIQUE,
    barcode TEXT NOT NULL,
    name_ko TEXT NOT NULL,
    name_en TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_ja TEXT NOT NULL,
    price_won INTEGER NOT NULL CHECK (price_won > 0),
    category TEXT NOT NULL,
    image TEXT NOT NULL,
    tax TEXT NOT NULL CHECK (tax IN ('taxable', 'exempt'))
) STRICT;
CREATE UNIQUE INDEX product_barcode ON product (barcode) WHERE barcode <> '';
"""
_INSERT = "INSERT INTO product VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SELECT = """
SELECT sku, barcode, name_ko, name_en, name_zh, name_ja, price_won, category, image, tax FROM product ORDER BY position
"""


class Catalogue:
    """All products, in memory: a lookup never waits for a disk, and the file can be replaced while the till sells.

    A new file is seen by making a new Catalogue.

    Args:
        path: A file that build() made.

    Raises:
        CatalogueError: it is not there, damaged, or something else.
    """

    def __init__(self, path: Path) -> None:
        self._by_sku = {product.sku: product for product in _read(path)}
        self._by_barcode = {product.barcode: product for product in self._by_sku.values() if product.barcode}
        self._all = tuple(self._by_sku.values())
        self._all = tuple(self._by_sku.values())
        groups: dict[str, list[Product]] = {}
        for product in self._by_sku.values():
            groups.setdefault(product.category, []).append(product)
        self._by_category = {category: tuple(products) for category, products in groups.items()}

    def __len__(self) -> int:
        return len(self._by_sku)

    def by_barcode(self, code: str) -> Product | None:
        """The product with this barcode, written as domain/scanned.py gives it."""
        return self._by_barcode.get(code)

    def by_sku(self, sku: str) -> Product | None:
        """The product with the store's own key."""
        return self._by_sku.get(sku)

    def categories(self) -> tuple[str, ...]:
        """The categories, in the order in which the product list first names them."""
        return tuple(self._by_category)

    def in_category(self, category: str) -> tuple[Product, ...]:
        """The products of a category, or of all for "", in the order of the product list."""
        return self._by_category.get(category, ()) if category else self._all


def build(products: Iterable[Product], target: Path) -> None:
    """Write a catalogue file. Whoever reads `target` sees the old one or the new one, whole.

    Raises:
        CatalogueError: it cannot be written; the old one is as it was.
    """
    beside = target.with_name(target.name + ".new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        _write(products, beside)
        _make_durable(beside)
        beside.replace(target)
        _make_durable(target.parent)
    except (OSError, sqlite3.Error) as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise CatalogueError("catalogue.cannot_write", file=str(target), reason=str(error)) from error


def _write(products: Iterable[Product], file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.executescript(_SCHEMA)
        database.execute("BEGIN")
        database.executemany(_INSERT, (_row(position, product) for position, product in enumerate(products)))
        database.execute("COMMIT")


def _row(position: int, product: Product) -> tuple[object, ...]:
    names = dict(product.names)
    return (
        position,
        product.sku,
        product.barcode,
        *(names.get(language, "") for language in LANGUAGES),
        product.price.amount,
        product.category,
        product.image,
        product.tax.value,
    )


def _make_durable(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows has no handle of a folder to flush
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> list[Product]:
    if not path.is_file():
        raise CatalogueError("catalogue.missing", file=str(path))
    try:
        # immutable: a file is never changed once it is here, so no locks and no files beside it
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as database:
            kind = (*database.execute("PRAGMA application_id"), *database.execute("PRAGMA user_version"))
            if kind != ((_APPLICATION_ID,), (_VERSION,)):
                raise CatalogueError("catalogue.damaged", file=str(path))
            return [_product(*row) for row in database.execute(_SELECT)]
    except sqlite3.Error as error:
        raise CatalogueError("catalogue.damaged", file=str(path)) from error


def _product(  # noqa: PLR0913, PLR0917 - one row
    sku: str, barcode: str, ko: str, en: str, zh: str, ja: str, price: int, category: str, image: str, tax: str
) -> Product:
    names = tuple((language, name) for language, name in zip(LANGUAGES, (ko, en, zh, ja), strict=True) if name)
    return Product(sku, barcode, names, won(price), category, image, Tax(tax))
