"""Who works here: people, what their roles let them do, and when a PIN is not taken any more.

Source: issue "Manager mode"; kiosk-side practice for passcodes (a lock-out that grows, counted per person).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from kiosk.domain.moment import Stamp


class Role(StrEnum):
    """What somebody is here. The value is the last part of the text key `role.<value>`."""

    CLERK = "clerk"
    MANAGER = "manager"
    ENGINEER = "engineer"


class Deed(StrEnum):
    """What staff can do. The value is the last part of the text key `deed.<value>`."""

    LOOK = "look"
    """See sales, what needs a hand, and devices."""
    REPRINT = "reprint"
    ANSWER = "answer"
    """Go to a customer who called."""
    CANCEL = "cancel"
    """Give a sale back."""
    RESOLVE = "resolve"
    """Say how something ended that the till cannot find out."""
    SHOP = "shop"
    """See what the shop has earned at a payment system."""
    PEOPLE = "people"
    """Say who works here."""
    LOGS = "logs"
    EXIT = "exit"
    """Leave the program, or start it again."""


_EVERYBODY: Final = frozenset({Deed.LOOK, Deed.REPRINT, Deed.ANSWER})

MAY: Final[Mapping[Role, frozenset[Deed]]] = MappingProxyType(
    {
        Role.CLERK: _EVERYBODY,
        Role.MANAGER: _EVERYBODY | {Deed.CANCEL, Deed.RESOLVE, Deed.SHOP, Deed.PEOPLE},
        # who installs terminals moves no money and makes nobody a manager
        Role.ENGINEER: _EVERYBODY | {Deed.LOGS, Deed.EXIT},
    }
)

FIRST: Final = frozenset({Role.MANAGER, Role.ENGINEER})
"""What the first person is: without both, nobody could add the rest or leave the program."""

PIN_DIGITS_MIN: Final = 6
PIN_DIGITS_MAX: Final = 12

TRIES_FREE: Final = 5
"""Wrong PINs in a row before a person has to wait (ours)."""

LOCK_S: Final = 60.0
"""The first wait; each further wrong PIN doubles it (ours)."""

LOCK_S_MAX: Final = 3600.0
"""No wait is longer, or a stranger could keep staff out for a day. With it, a million PINs take a century."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here, as the journal holds them.

    Attributes:
        id: Ours.
        name: As it is shown to staff; "" is shown as role and id.
        roles: What they are.
        pin: Sealed; "" when there is none yet.
        is_pin_given: Somebody else chose the PIN; it lets its owner in once, to choose another.
        wrong: Wrong PINs in a row.
        tried: When the last wrong one was typed; None when there was none since the last right one.
        is_here: They work here still.
    """

    id: str
    name: str
    roles: frozenset[Role]
    pin: str
    is_pin_given: bool
    wrong: int
    tried: Stamp | None
    is_here: bool

    def may(self, deed: Deed) -> bool:
        """Whether a role of theirs lets them do this."""
        return self.is_here and any(deed in MAY[role] for role in self.roles)


class PinFlaw(StrEnum):
    """What is wrong with a new PIN. The value is the last part of the text key `pin_flaw.<value>`."""

    SHORT = "short"
    LONG = "long"
    NO_DIGITS = "no_digits"
    EASY = "easy"
    """One digit, or a run: the first that a stranger tries."""
    SAME = "same"
    """It is the one before."""


def flaw_of(pin: str) -> PinFlaw | None:
    """What is wrong with a new PIN; None when it is a good one.

    Args:
        pin: As typed.
    """
    if not (pin.isascii() and pin.isdigit()):
        return PinFlaw.NO_DIGITS
    if len(pin) < PIN_DIGITS_MIN:
        return PinFlaw.SHORT
    if len(pin) > PIN_DIGITS_MAX:
        return PinFlaw.LONG
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return PinFlaw.EASY if steps in ({0}, {1}, {9}) else None


def lock_s(wrong: int) -> float:
    """How long after a wrong PIN the next one is taken [s].

    Args:
        wrong: Wrong PINs in a row, this one included.
    """
    if wrong < TRIES_FREE:
        return 0.0
    return min(LOCK_S * 2.0 ** min(wrong - TRIES_FREE, 16), LOCK_S_MAX)


def keeps_somebody_for(deed: Deed, people: Iterable[Person]) -> bool:
    """Whether one of these people may still do this."""
    return any(person.may(deed) for person in people)
