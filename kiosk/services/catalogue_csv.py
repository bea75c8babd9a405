"""Imports a product list (CSV): every bad line is reported, and one bad line is enough for nothing to change."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.catalogue import Product, Tax
from kiosk.domain.errors import CatalogueError
from kiosk.domain.money import Money, won
from kiosk.domain.scanned import ProductCode, StoreCode, classify, has_right_check_digit
from kiosk.services.catalogue import LANGUAGES, MOST_PRODUCTS, build

REQUIRED = ("sku", "name_ko", "price")
COLUMNS = (
    "sku", "barcode", *(f"name_{language}" for language in LANGUAGES), "price", "category", "image", "tax",
)  # fmt: skip
LONGEST = {"sku": 40, "category": 30, "image": 200} | {f"name_{language}": 60 for language in LANGUAGES}
"""How long a text may be to fit its place on screen and receipt [characters]."""

HIGHEST_PRICE = 10_000_000
"""Higher prices are taken for typing errors [won]."""

MOST_PROBLEMS = 50
"""How many mistakes are listed; someone corrects these first [lines]."""

MOST_MEGABYTES = 64
PROGRESS_EVERY = 500
"""How often progress is told [lines]."""

_PRICE = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2}")

_NUMBER_LENGTHS = {8, 12, 13}
"""Barcodes of so many digits end in a check digit: EAN-8, UPC-A, EAN-13 [digits]."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was imported.

    Attributes:
        products: How many.
        categories: In how many categories.
        encoding: What the file was read as: "utf-8" or "cp949".
    """

    products: int
    categories: int
    encoding: str


def import_csv(path: Path, target: Path, progress: Callable[[int, int], None]) -> ImportReport:
    """Replace the catalogue by the products of a CSV file.

    Pictures stay where they are; the catalogue keeps their paths.

    Args:
        path: The CSV: UTF-8 or CP949, with a first line that names its columns (see COLUMNS), prices in won.
        target: The catalogue file to replace.
        progress: Told how many lines are done, and of how many.

    Raises:
        CatalogueError: nothing was changed. For mistakes in lines the parameter `problems` has one CatalogueError each.
    """
    text, encoding = _decode(path)
    rows = list(_rows(path, text))
    if len(rows) > MOST_PRODUCTS:
        raise CatalogueError("catalogue.too_many", file=str(path), count=len(rows), most=MOST_PRODUCTS)
    sheet = _Sheet(path.parent.resolve())
    for done, (line, cells) in enumerate(rows):
        if done % PROGRESS_EVERY == 0:
            progress(done, len(rows))
        sheet.add(line, cells)
    if sheet.problems:
        raise _refusal(path, sheet.problems)
    if not sheet.products:
        raise CatalogueError("catalogue.empty", file=str(path))
    build(sheet.products, target)
    progress(len(rows), len(rows))
    return ImportReport(len(sheet.products), len({product.category for product in sheet.products}), encoding)


def _refusal(path: Path, problems: list[CatalogueError]) -> CatalogueError:
    listed = tuple(problems[:MOST_PROBLEMS])
    return CatalogueError("catalogue.problems", file=str(path), count=len(problems), problems=listed)


def _decode(path: Path) -> tuple[str, str]:
    try:
        if path.stat().st_size > MOST_MEGABYTES * 1024 * 1024:
            raise CatalogueError("catalogue.too_big", file=str(path), most=MOST_MEGABYTES)
        content = path.read_bytes()
    except OSError as error:
        raise CatalogueError("catalogue.cannot_read", file=str(path), reason=error.strerror or "") from error
    for codec, encoding in (("utf-8-sig", "utf-8"), ("cp949", "cp949")):
        try:
            return content.decode(codec), encoding
        except UnicodeDecodeError:
            continue
    raise CatalogueError("catalogue.encoding", file=str(path))


def _rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column name of each line that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if problems := _header_problems(header):
            raise _refusal(path, problems)
        for cells in reader:
            if any(cell.strip() for cell in cells[len(header) :]):
                raise _refusal(path, [CatalogueError("catalogue.line_too_long", line=reader.line_num)])
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(header, (" ".join(cell.split()) for cell in cells), strict=False))
    except csv.Error:
        raise _refusal(path, [CatalogueError("catalogue.line_not_csv", line=reader.line_num)]) from None


def _header_problems(header: list[str]) -> list[CatalogueError]:
    allowed = ", ".join(COLUMNS)
    unknown = [name for name in dict.fromkeys(header) if name not in COLUMNS]
    twice = [name for name in COLUMNS if header.count(name) > 1]
    missing = [name for name in REQUIRED if name not in header]
    return [
        *(CatalogueError("catalogue.column_unknown", column=_shown(name), allowed=allowed) for name in unknown),
        *(CatalogueError("catalogue.column_twice", column=name) for name in twice),
        *(CatalogueError("catalogue.column_missing", column=name) for name in missing),
    ]


@dataclass(frozen=True, slots=True)
class _Line:
    """One line. A bad cell is noted and read as a stand-in, so that all mistakes of a line are found."""

    number: int
    cells: dict[str, str]
    problems: list[CatalogueError]

    def wrong(self, key: str, **params: object) -> None:
        self.problems.append(CatalogueError(key, line=self.number, **params))

    def text(self, column: str) -> str:
        text = self.cells.get(column, "")
        if not text and column in REQUIRED:
            self.wrong("catalogue.line_no_value", column=column)
        if len(text) > LONGEST[column] or not text.isprintable():
            self.wrong("catalogue.line_bad_text", column=column, most=LONGEST[column])
        return text

    def price(self) -> Money:
        text = self.cells.get("price", "")
        if not _PRICE.fullmatch(text) or not 0 < (amount := int(text.replace(",", ""))) <= HIGHEST_PRICE:
            self.wrong("catalogue.line_bad_price", value=_shown(text), most=HIGHEST_PRICE)
            return won(0)
        return won(amount)

    def tax(self) -> Tax:
        text = self.cells.get("tax", "").lower() or Tax.TAXABLE.value
        if text not in tuple(Tax):
            self.wrong("catalogue.line_bad_tax", value=_shown(text))
            return Tax.TAXABLE
        return Tax(text)

    def barcode(self) -> str:
        text = self.cells.get("barcode", "")
        match classify(text):
            case ProductCode(digits):
                return digits
            case StoreCode() if text.isdecimal() and len(text) in _NUMBER_LENGTHS:
                right = next(digit for digit in "0123456789" if has_right_check_digit(text[:-1] + digit))
                self.wrong("catalogue.line_wrong_check_digit", value=text, expected=right)
            case StoreCode():
                return text
            case _ if text:
                self.wrong("catalogue.line_bad_barcode", value=_shown(text))
        return ""

    def image(self, folder: Path) -> str:
        """The whole path of the picture, which has to be in the folder of the list or below it."""
        text = self.text("image")
        if not text:
            return ""
        try:
            path = (folder / text).resolve()
            found = path.is_relative_to(folder) and path.is_file()
        except (OSError, ValueError):  # a name that the file system does not take
            found = False
        if not found:
            self.wrong("catalogue.line_no_image", value=_shown(text))
        return str(path) if found else ""

    def only(self, key: str, value: str, seen: dict[str, int]) -> None:
        """Note a value that another line has already."""
        first = seen.setdefault(value, self.number)
        if value and first != self.number:
            self.wrong(key, value=_shown(value), first=first)


class _Sheet:
    """The products of the lines read so far, and what is wrong with the others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._skus: dict[str, int] = {}
        self._barcodes: dict[str, int] = {}
        self.products: list[Product] = []
        self.problems: list[CatalogueError] = []

    def add(self, number: int, cells: dict[str, str]) -> None:
        before = len(self.problems)
        line = _Line(number, cells, self.problems)
        names = tuple((code, line.text(f"name_{code}")) for code in LANGUAGES)
        product = Product(
            sku=line.text("sku"),
            barcode=line.barcode(),
            names=tuple((code, name) for code, name in names if name),
            price=line.price(),
            category=line.text("category"),
            image=line.image(self._folder),
            tax=line.tax(),
        )
        line.only("catalogue.line_same_sku", product.sku, self._skus)
        line.only("catalogue.line_same_barcode", product.barcode, self._barcodes)
        if len(self.problems) == before:
            self.products.append(product)


def _shown(value: str) -> str:
    """Enough of a wrong value to find it."""
    return "".join(character if character.isprintable() else "?" for character in value[:40])
