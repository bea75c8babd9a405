"""What EzPG tells of the shop: what it has there, how it is set up, and what moved last, of all its tills.

Source: EzPG guide, 2.2; our contract with EzPG, 9.
"""

from typing import Final

from kiosk.domain.money import won
from kiosk.domain.ports import ShopFact
from kiosk.domain.words import At, Said, Words
from kiosk.services.gateways.ezpg.answers import Recent, RowState
from kiosk.services.gateways.ezpg.client import EzpgClient

LATEST: Final = 5
"""So many of the youngest transactions are told."""


class EzpgShop:
    """Keeps the ShopAccount port (domain/ports.py)."""

    def __init__(self, client: EzpgClient) -> None:
        self._client = client

    async def facts(self) -> tuple[ShopFact, ...]:
        """What it tells; of a server that knows less, less."""
        told = await self._client.balance() or ()
        facts: list[ShopFact] = []
        for one in told:
            if one.merchant == self._client.account.merchant:
                sums = {"balance": one.total, "available": one.available, "pending": one.pending}
                facts += [ShopFact(name, won(amount)) for name, amount in sums.items() if amount is not None]
        terms = await self._client.terms()
        if terms is not None:
            match = Said("shop_state.match" if terms.is_match_required else "shop_state.no_match")
            facts += [ShopFact("match", match), ShopFact("tolerance", won(terms.tolerance))]
        recent = await self._client.recent() or ()
        return (*facts, *(ShopFact(f"recent_{n}", _moved(one)) for n, one in enumerate(recent[:LATEST], 1)))


def _moved(one: Recent) -> Words:
    """Money that moved: which way, how much, when, and whether it has yet."""
    at: Words = At(one.at_ms) if one.at_ms is not None else "-"
    way = Said("transfers.came" if one.is_deposit else "transfers.went")
    key = "shop_state.moved" if one.state is RowState.COMPLETED else "shop_state.not_moved"
    return Said(key, {"way": way, "amount": won(one.amount), "at": at})
