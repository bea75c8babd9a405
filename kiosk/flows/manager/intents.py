"""What staff can want, as data."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.confidential import Confidential
from kiosk.domain.history import FindBy


@dataclass(frozen=True, slots=True)
class Knock:
    """The hidden corner was pressed as only staff do."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Out again; the screen is the customers'."""


class Place(StrEnum):
    """Where staff can go from the home screen. The value is the last part of the text key `place.<value>`."""

    FIND = "find"
    HANDS = "hands"
    MENU = "menu"
    DEVICES = "devices"
    PEOPLE = "people"
    SHOP = "shop"
    TRANSFERS = "transfers"
    LOGS = "logs"
    OWN_PIN = "own_pin"
    EXIT = "exit"


@dataclass(frozen=True, slots=True)
class GoTo:
    """To another part of manager mode."""

    place: Place


@dataclass(frozen=True, slots=True)
class Look:
    """A search by what is typed next; by day it needs nothing typed."""

    by: FindBy


@dataclass(frozen=True, slots=True)
class OpenSale:
    """A sale was touched."""

    order_id: str


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Something that needs a hand was touched."""

    task_id: str


@dataclass(frozen=True, slots=True)
class OpenPerson:
    """One of the staff was touched."""

    person_id: str


class Act(StrEnum):
    """What a button at the foot of a sheet does. The value is the last part of the text key `act.<value>`."""

    CANCEL = "cancel"
    """Give the whole sale back."""
    REPRINT = "reprint"
    TIMELINE = "timeline"
    EVIDENCE = "evidence"
    """What payment systems were asked, and what they said."""
    RESOLVE = "resolve"
    SALE = "sale"
    """See the sale that it is about."""
    DONE = "done"
    OLDER = "older"
    EARLIER_DAY = "earlier_day"
    LATER_DAY = "later_day"
    YES = "yes"
    NO = "no"
    ADD = "add"
    NEW_PIN = "new_pin"
    REMOVE = "remove"
    HOME = "home"
    LATER = "later"
    """It stays to be done: nobody here knows yet where the money is to go."""
    PAY_OUT = "pay_out"
    """Have money that was found paid out to its owner."""


@dataclass(frozen=True, slots=True)
class Do:
    """A button at the foot was pressed."""

    act: Act


@dataclass(frozen=True, slots=True)
class Choose:
    """One of several answers was touched; `option` names it."""

    option: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Digits were typed on the keys and sent off. A PIN is among what is typed, so they are never shown or logged."""

    digits: Confidential


@dataclass(frozen=True, slots=True)
class Written:
    """A name was written on the letters and sent off. It is a person's, so it is never logged."""

    name: Confidential


StaffIntent = Knock | Lock | GoTo | Look | OpenSale | OpenTask | OpenPerson | Do | Choose | Typed | Written
