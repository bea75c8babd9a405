"""What a person can want (buttons, the scanner), and the news that what is shown may be out of date, as data."""

from dataclasses import dataclass

from kiosk.flows.access import Aid
from kiosk.flows.manager.intents import StaffIntent


@dataclass(frozen=True, slots=True)
class Begin:
    """The start screen was touched."""


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """Another language."""

    language: str


@dataclass(frozen=True, slots=True)
class SwitchAid:
    """Large print, contrast, low screen or voice: on if it was off, and the other way round."""

    aid: Aid


@dataclass(frozen=True, slots=True)
class Scanned:
    """A code came from a scanner, or was typed on the keypad."""

    text: str


@dataclass(frozen=True, slots=True)
class AddProduct:
    """A product card was touched."""

    sku: str


@dataclass(frozen=True, slots=True)
class ChangeQuantity:
    """Plus or minus on a line."""

    sku: str
    by: int


@dataclass(frozen=True, slots=True)
class ChooseCategory:
    """A category of the catalogue; "" for all."""

    category: str


@dataclass(frozen=True, slots=True)
class TurnPage:
    """A page of the catalogue."""

    page: int


@dataclass(frozen=True, slots=True)
class GoPay:
    """The basket is complete."""


@dataclass(frozen=True, slots=True)
class ChooseMethod:
    """A method card was touched."""

    method: str


@dataclass(frozen=True, slots=True)
class ChooseAmount:
    """Another amount was typed."""

    digits: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """One payment is to come back, or is not to be made after all; the others stay."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """Yes: pay this amount."""


@dataclass(frozen=True, slots=True)
class GoBack:
    """One step back: to the methods, or to the basket."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The customer gives up: everything is given back."""


@dataclass(frozen=True, slots=True)
class Resume:
    """계속하기: on the idle warning, or for an interrupted order."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The customer has read it."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Not a person's: something was written down, or a method's health changed; what is shown is made anew."""


Intent = (
    Begin
    | ChooseLanguage
    | SwitchAid
    | Scanned
    | AddProduct
    | ChangeQuantity
    | ChooseCategory
    | TurnPage
    | GoPay
    | ChooseMethod
    | ChooseAmount
    | TakeBack
    | Confirm
    | GoBack
    | Leave
    | Resume
    | Finish
    | Changed
    | StaffIntent
)
