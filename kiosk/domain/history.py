"""What staff look up among all that ever was: which sale, and what happened to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.moment import Stamp
from kiosk.domain.sale import Sale


class FindBy(StrEnum):
    """What a person knows of a sale. The value is the last part of the text key `find_by.<value>`."""

    CODE = "code"
    """접수번호: its running number, with or without the zeros."""
    NUMBER = "number"
    """주문번호: the number that was called out, of whatever day."""
    AMOUNT = "amount"
    """What the goods cost, or what one payment of several was."""
    ENDING = "ending"
    """The last four of what the customer held up."""
    DAY = "day"
    """Nothing but the day."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Attributes:
        by: What the digits are.
        digits: As typed, only digits; "" with DAY.
        day: Korean day "YYYY-MM-DD" on which it was begun; "" for any.
    """

    by: FindBy
    digits: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found.

    Attributes:
        sales: Newest first.
        is_more: There are older ones.
    """

    sales: tuple[Sale, ...]
    is_more: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """One event.

    Attributes:
        seq: Its place in the chain.
        at: When.
        kind: Name of the entry (domain/entries.py).
        attempt_id: Whose step it is, or "".
        body: The entry's fields.
    """

    seq: int
    at: Stamp
    kind: str
    attempt_id: str
    body: Mapping[str, object]
