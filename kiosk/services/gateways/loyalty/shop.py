"""What the relay tells of the shop: what it gave and took in points, and what its owner has asked to be paid out."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kiosk.domain.ports import ShopFact
from kiosk.domain.words import Said
from kiosk.services.gateways.loyalty.client import LoyaltyClient

TOTALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "providedPoint": "provided",
        "providedAmount": "provided",
        "usedPoint": "used",
        "usedAmount": "used",
        "settledPoint": "settled",
        "settledAmount": "settled",
        "withdrawnPoint": "withdrawn",
        "withdrawnAmount": "withdrawn",
        "refundedAmount": "refunded",
    }
)
"""The same totals have one name in the document and another in later relays."""

UNIT: Final = 10**18
HUNDREDTH: Final = 10**16


class LoyaltyShop:
    """Keeps the ShopAccount port (domain/ports.py)."""

    def __init__(self, client: LoyaltyClient) -> None:
        self._client = client

    async def facts(self) -> tuple[ShopFact, ...]:
        """What the relay tells. Source: document, 3.7 and 3.8; later relays have no withdrawal any more."""
        shop = await self._client.ask_shop()
        if shop is None:
            return ()
        state = Said("shop_state.active" if shop.is_active else "shop_state.inactive")
        facts = [ShopFact("name", shop.name), ShopFact("state", state)]
        facts += [ShopFact(TOTALS[name], points(units)) for name, units in shop.totals.items()]
        withdrawal = await self._client.ask_withdrawal()
        if withdrawal is None:
            facts.append(ShopFact("withdrawal", Said("shop_state.no_withdrawal")))
        else:
            open_ = Said("shop_state.withdrawing" if withdrawal.is_open else "shop_state.not_withdrawing")
            facts += [ShopFact("withdrawal", open_), ShopFact("withdrawal_amount", points(withdrawal.amount))]
        return tuple(facts)


def points(units: int) -> str:
    """Points as people read them: whole, or with two decimals.

    Args:
        units: 10^-18 of a point.
    """
    whole, rest = divmod(units, UNIT)
    return f"{whole:,}.{rest // HUNDREDTH:02d}" if rest >= HUNDREDTH else f"{whole:,}"
