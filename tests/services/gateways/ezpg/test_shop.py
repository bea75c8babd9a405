"""What EzPG tells managers of the shop: all it has, or what a server without our additions has."""

import pytest

from kiosk.domain.money import won
from kiosk.domain.words import At, Said
from kiosk.services.gateways.ezpg.shop import LATEST, EzpgShop
from tests.simulator.ezpgs import PRICE


@pytest.fixture
def shop(client):
    return EzpgShop(client)


async def test_balance_settings_and_the_youngest_transactions_are_told(shop, ezpg):
    account = ezpg.account()
    ezpg.paid(account)

    facts = {one.name: one.value for one in await shop.facts()}

    assert next(iter(facts)) == "balance"
    assert facts["match"] == Said("shop_state.match")
    assert facts["tolerance"] == won(0)
    recent = facts["recent_1"]
    assert isinstance(recent, Said)
    assert recent.key == "shop_state.moved"
    assert recent.params["amount"] == won(PRICE)
    assert recent.params["way"] == Said("transfers.came")
    assert isinstance(recent.params["at"], At)


async def test_a_server_without_our_additions_tells_less(shop, ezpg):
    ezpg.settings(extensions="off")

    facts = {one.name for one in await shop.facts()}

    assert "balance" in facts
    assert "match" not in facts


async def test_no_more_than_a_few_transactions_are_told(shop, ezpg):
    for _ in range(LATEST + 1):
        ezpg.paid(ezpg.account())

    names = [one.name for one in await shop.facts()]

    assert f"recent_{LATEST}" in names
    assert f"recent_{LATEST + 1}" not in names
