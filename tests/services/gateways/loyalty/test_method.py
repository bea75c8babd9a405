"""When points are offered, and whether giving them back needs the owner. Whole sales are in tests/flows."""

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.domain.limits import Limits
from kiosk.domain.outcome import Reason
from kiosk.domain.ports import GivesBack, Health
from kiosk.services.gateways.loyalty.answers import Paths
from kiosk.services.gateways.loyalty.client import Dialect, LoyaltyClient
from kiosk.services.gateways.loyalty.inbox import Inbox
from kiosk.services.gateways.loyalty.method import LoyaltyMethod
from kiosk.services.gateways.loyalty.wire import Account, Shop
from kiosk.services.http import Line
from tests.flows.till import Tokens
from tests.support.clock import FakeClock
from tests.support.journal import opened

OPEN_SHOP = Shop("Shop", is_active=True, has_delegator=False, totals={})
CLOSED_SHOP = Shop("Shop", is_active=False, has_delegator=False, totals={})
SHOP_OF_A_DELEGATOR = Shop("Shop", is_active=True, has_delegator=True, totals={})
FOUND_OUT = Dialect(Paths.RELAY, is_honoured=True)


@pytest.fixture
async def client_and_method(tmp_path):
    clock, limits = FakeClock(), Limits()
    async with opened(tmp_path, clock) as journal:
        line = Line("http://127.0.0.1:1", clock, journal, limits)
        client = LoyaltyClient(line, Account("0x", Confidential("0xkey")), clock, Tokens(), limits, None)
        yield client, LoyaltyMethod(client, Inbox(journal, clock, limits), journal, clock, Tokens(), limits)
        await line.close()


@pytest.mark.parametrize(
    ("reachable", "dialect", "shop", "health"),
    [
        (True, FOUND_OUT, OPEN_SHOP, Health(ok=True)),
        (False, FOUND_OUT, OPEN_SHOP, Health(ok=False, reason=Reason.UNREACHABLE)),
        (True, None, OPEN_SHOP, Health(ok=False, reason=Reason.SETUP)),
        (True, FOUND_OUT, None, Health(ok=False, reason=Reason.UNREACHABLE)),
        (True, FOUND_OUT, CLOSED_SHOP, Health(ok=False, reason=Reason.SHOP_INACTIVE)),
    ],
)
def test_points_are_offered_where_a_known_relay_takes_them_for_an_open_shop(
    client_and_method, reachable, dialect, shop, health
):
    client, method = client_and_method
    client.reachable, client.dialect, client.shop = reachable, dialect, shop

    assert method.health() == health


def test_before_anything_was_found_out_points_are_not_offered(client_and_method):
    assert not client_and_method[1].health().ok


@pytest.mark.parametrize(
    ("shop", "asks"), [(None, GivesBack.OWNER), (OPEN_SHOP, GivesBack.OWNER), (SHOP_OF_A_DELEGATOR, GivesBack.ALONE)]
)
def test_giving_back_asks_the_owner_unless_a_delegator_is_known(client_and_method, shop, asks):
    client, method = client_and_method
    client.shop = shop

    assert method.gives_back is asks
