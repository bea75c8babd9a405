"""Every payment system in every variant, as a customer meets it: how it is paid with, and what can be lost."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from kiosk.flows.intents import ChooseMethod, Confirm, Scanned
from kiosk.flows.views import AmountView, PhoneView, TransferView
from kiosk.simulator.ezpg_settings import EzpgSettings
from kiosk.simulator.relay_settings import RICH, RelaySettings
from tests.flows.till import OTHER_COUPON, Till


@dataclass(frozen=True)
class System:
    """A payment system in one of its variants.

    Attributes:
        name: Its method's.
        pay: Pays all that is due, as far as the till lets a customer.
        moves: The call whose answer says that money moved; a fault is planned for it.
        held: What it holds of the customer's money, fees left out [won].
        till: What makes the till one that takes it.
        comes_back: What was paid is given back without anybody's help.
    """

    name: str
    pay: Callable[[Till], Awaitable[None]]
    moves: str
    held: Callable[[Till], int]
    till: dict[str, Any] = field(default_factory=dict)
    comes_back: bool = True


async def by_coupon(till: Till) -> None:
    await till.do(ChooseMethod("crepay"))
    await till.do(Scanned(OTHER_COUPON))
    await till.do(Confirm())


async def by_ceos(till: Till) -> None:
    await till.do(ChooseMethod("ceos"))


async def by_card(till: Till) -> None:
    await till.do(ChooseMethod("card"))


async def by_points(till: Till) -> None:
    await till.do(ChooseMethod("loyalty"))
    await till.do(Scanned(till.outside.loyalty.temporary_account(RICH)))
    if isinstance(till.view, AmountView):
        await till.do(Confirm())
    if isinstance(till.view, PhoneView) and till.outside.loyalty.incoming(RICH):
        await till.answer_phone()


async def by_transfer(till: Till) -> None:
    await till.do(ChooseMethod("ezpg"))
    if isinstance(till.view, TransferView):
        await till.transfer()


def points(till: Till) -> int:
    """Without the fee of five in a hundred."""
    return till.points_taken - till.points_taken * 5 // 105


COUPON: Final = System("crepay", by_coupon, "crepay.checkout", lambda till: sum(till.coupons_taken))
CEOS: Final = System("ceos", by_ceos, "ceos.instant", lambda till: sum(till.ceos_taken))
CARD: Final = System("card", by_card, "card.confirm", lambda till: sum(till.cards_taken), {"takes_cards": True})


def relay(**settings: Any) -> System:
    """Points of a relay."""
    kwargs = {"takes_points": True, "relay": RelaySettings(**settings)}
    return System("loyalty", by_points, "loyalty.close_new", points, kwargs, comes_back=False)


def transfers(extensions: str) -> System:
    """Transfers, with and without what we added to EzPG."""
    kwargs = {"takes_transfers": True, "ezpg": EzpgSettings(extensions=extensions)}
    return System("ezpg", by_transfer, "ezpg.deposits", transferred, kwargs, comes_back=False)


def transferred(till: Till) -> int:
    """What came in and was not paid out."""
    return sum(till.transferred) - sum(till.paid_out)


SYSTEMS: Final = {
    "crepay": COUPON,
    "ceos": CEOS,
    "card": CARD,
    "loyalty, relay": relay(),
    "loyalty, spec": relay(dialect="spec"),
    "loyalty, spec, completes by force": relay(dialect="spec", forced_close="completes"),
    "ezpg, extended": transfers("on"),
    "ezpg, not extended": transfers("off"),
}
