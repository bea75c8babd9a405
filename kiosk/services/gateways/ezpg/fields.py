"""How single values in EzPG's answers are read. Pure.

Its documents disagree about forms: amounts are numbers or digits, moments have a zone or none, words are Korean or
English. Each function takes all of those forms (facts of EzPG, 'contradictions and holes') and nothing else.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from kiosk.domain.day import KOREA
from kiosk.services.gateways.ezpg.answers import RowState

LARGEST_AMOUNT: Final = 99_999_999_999
"""Eleven digits [won]. Source: 'withdrawal', 'issue'."""

LONGEST_ID: Final = 64
LONGEST_NAME: Final = 100
"""Longer texts than any document has are not kept [characters]."""

BANK: Final = re.compile(r"[0-9]{3}", re.ASCII)
NUMBER: Final = re.compile(r"[0-9]{1,20}", re.ASCII)
"""An account number. Source: 'test deposit' (20 bytes)."""

_ID: Final = re.compile(rf"[!-~]{{1,{LONGEST_ID}}}", re.ASCII)
_DIGITS: Final = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_MOMENT: Final = re.compile(
    r"(?P<day>\d{4}-?\d\d-?\d\d)[T ]?(?P<time>\d\d:?\d\d:?\d\d)(?:\.\d{1,9})?(?P<zone>Z|[+-]\d\d:?\d\d)?", re.ASCII
)

Fields = Mapping[str, object]

_STATES: Final[Mapping[str, RowState]] = MappingProxyType(
    {
        "completed": RowState.COMPLETED,
        "완료": RowState.COMPLETED,
        "pending": RowState.PENDING,
        "processing": RowState.PENDING,
        "대기": RowState.PENDING,
        "처리중": RowState.PENDING,
        "failed": RowState.FAILED,
        "실패": RowState.FAILED,
        "cancelled": RowState.CANCELLED,
        "canceled": RowState.CANCELLED,
        "취소": RowState.CANCELLED,
    }
)
"""Words in lower case and without spaces: prose in the first draft, English in the second, capitals in its types."""


def object_of(value: object) -> Fields:
    """A JSON object; an empty one when it is anything else."""
    return value if isinstance(value, dict) else {}


def either(fields: Fields, *names: str) -> object:
    """The value under the first of these names that is there: the two drafts call the same thing differently."""
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def whole(value: object) -> int | None:
    """A whole number, or its digits; None when it is neither."""
    if type(value) is int:
        return value
    return int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else None


def amount_of(value: object) -> int | None:
    """An amount that can move [won]; None when it is none."""
    amount = whole(value)
    return amount if amount is not None and 1 <= amount <= LARGEST_AMOUNT else None


def fee_of(value: object) -> int | None:
    """A fee [won], which may be nothing; None when it was not said."""
    fee = whole(value)
    return fee if fee is not None and 0 <= fee <= LARGEST_AMOUNT else None


def text_of(value: object) -> str:
    """A short text that can be shown; "" when it is none."""
    return value if isinstance(value, str) and value.isprintable() and len(value) <= LONGEST_NAME else ""


def id_of(value: object) -> str:
    """An id; "" when it is none."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def bank_of(value: object) -> str:
    """A bank's code; "" when it is none."""
    return value if isinstance(value, str) and BANK.fullmatch(value) else ""


def number_of(value: object) -> str:
    """An account number; "" when it is none."""
    return value if isinstance(value, str) and NUMBER.fullmatch(value) else ""


def moment_of(value: object) -> int | None:
    """A moment, UTC epoch [ms]; None when it is none. Without a zone it is Korean time; a day alone is no moment."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(f"{found['day']}T{found['time']}{found['zone'] or ''}")
        return round((moment if moment.tzinfo else moment.replace(tzinfo=KOREA)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def state_of(value: object) -> RowState:
    """How a row stands."""
    word = "".join(value.split()).lower() if isinstance(value, str) else ""
    return _STATES.get(word, RowState.OTHER)
