"""Everything said to people, by key, in their language; with money and dates as that language writes them."""

import gettext
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Self

from babel.dates import format_datetime
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from kiosk.domain.day import korean_time
from kiosk.domain.errors import BugError, OperatingError, require
from kiosk.domain.money import Currency, Money
from kiosk.services.resources import resource

_MONEY_KEYS = {Currency.KRW: "money.krw", Currency.USD: "money.usd"}
_MONEY_DIGITS = {Currency.KRW: "#,##0", Currency.USD: "#,##0.00"}


def languages() -> tuple[str, ...]:
    """The language codes that resources/text has a file for, in alphabetical order."""
    return tuple(sorted(file.parent.name for file in resource("text").glob("*/kiosk.po")))


def read_language(language: str) -> Catalog:
    """The messages of one language as its file has them, with their translator's comments.

    Raises:
        BugError: there is no such language.
    """
    require(language in languages(), f"no text in language {language!r}")
    return read_po(io.BytesIO(resource("text", language, "kiosk.po").read_bytes()), locale=language, abort_invalid=True)


class Text:
    """Says things in one language. Made once per language and kept; calling it is cheap."""

    def __init__(self, language: str, catalog: Catalog) -> None:
        self.language = language
        self._plural = frozenset(m.id[0] for m in catalog if isinstance(m.id, tuple))
        self._singular = frozenset(m.id for m in catalog if isinstance(m.id, str) and m.id and m.string)
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        self._messages = gettext.GNUTranslations(compiled)

    @classmethod
    def load(cls, language: str) -> Self:
        """Read a language file.

        Raises:
            BugError: there is no such language.
        """
        return cls(language, read_language(language))

    def __call__(self, key: str, **params: object) -> str:
        """The sentence of a key with its fields filled in.

        Money is written as the language writes it; an error among the parameters becomes its own sentence, and a tuple
        becomes one line for each part. A message with plural forms chooses by the parameter `count`.

        Raises:
            BugError: no such key, a field without a parameter, or a parameter that is not said to people.
        """
        sentence = self._sentence(key, params)
        try:
            return sentence.format_map({name: self._shown(value) for name, value in params.items()})
        except KeyError as missing:
            raise BugError(f"text {key!r} wants the parameter {missing}") from missing

    def error(self, error: OperatingError) -> str:
        """The sentence, or the lines, that an expected error has for people."""
        return self(error.key, **error.params)

    def money(self, money: Money) -> str:
        """An amount as the language writes it: "12,300원", "₩12,300"."""
        units = abs(Decimal(money.amount).scaleb(-money.currency.exponent))
        digits = format_decimal(units, format=_MONEY_DIGITS[money.currency], locale=self.language)
        sign = "-" if money.amount < 0 else ""
        return sign + self(_MONEY_KEYS[money.currency], amount=digits)

    def date_time(self, wall_ms: int) -> str:
        """Date and time in Korea of a wall time [ms since 1970, UTC], to the minute."""
        return format_datetime(korean_time(wall_ms), self("format.date_time"), locale=self.language)

    def time(self, wall_ms: int) -> str:
        """Time in Korea of a wall time [ms since 1970, UTC], to the second."""
        return format_datetime(korean_time(wall_ms), self("format.time"), locale=self.language)

    def clock(self, wall_ms: int) -> str:
        """Time in Korea of a wall time [ms since 1970, UTC], as people say it: "오후 3:20"."""
        return format_datetime(korean_time(wall_ms), self("format.clock"), locale=self.language)

    def _sentence(self, key: str, params: Mapping[str, object]) -> str:
        if key in self._plural:
            count = params.get("count")
            require(type(count) is int, f"text {key!r} has plural forms and wants an int named count")
            return self._messages.ngettext(key, key, int(str(count)))
        require(key in self._singular, f"no text {key!r} in {self.language!r}")
        return self._messages.gettext(key)

    def _shown(self, value: object) -> str:
        match value:
            case Money():
                return self.money(value)
            case OperatingError():
                return self.error(value)
            case tuple():
                return "\n".join(self._shown(part) for part in value)
            case str():
                return value
            case int() if not isinstance(value, bool):
                return str(value)
        raise BugError(f"a {type(value).__name__} is not said to people")
