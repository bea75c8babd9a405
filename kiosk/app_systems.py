"""The payment systems of a till, put together: what is configured, with its line and its secrets."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import time

from kiosk.domain.confidential import Confidential
from kiosk.domain.ports import Clock, Journal, Method, Payouts, Randomness, ShopAccount, TransferBooks
from kiosk.services.config import Card, Ceos, Config, Crepay, Ezpg, Loyalty
from kiosk.services.gateways.card.client import Account as CardAccount
from kiosk.services.gateways.card.client import CardClient
from kiosk.services.gateways.card.method import CardMethod
from kiosk.services.gateways.ceos.client import Account as CeosAccount
from kiosk.services.gateways.ceos.client import CeosClient
from kiosk.services.gateways.ceos.method import CeosMethod
from kiosk.services.gateways.crepay.client import CrepayClient
from kiosk.services.gateways.crepay.method import CrepayMethod
from kiosk.services.gateways.crepay.wire import Account as CrepayAccount
from kiosk.services.gateways.ezpg.arrangement import Arrangement
from kiosk.services.gateways.ezpg.books import EzpgBooks
from kiosk.services.gateways.ezpg.client import Account as EzpgAccount
from kiosk.services.gateways.ezpg.client import EzpgClient
from kiosk.services.gateways.ezpg.method import EzpgMethod
from kiosk.services.gateways.ezpg.payouts import EzpgPayouts
from kiosk.services.gateways.ezpg.session import Login
from kiosk.services.gateways.ezpg.shop import EzpgShop
from kiosk.services.gateways.loyalty.answers import Paths
from kiosk.services.gateways.loyalty.client import LoyaltyClient
from kiosk.services.gateways.loyalty.inbox import Inbox
from kiosk.services.gateways.loyalty.method import LoyaltyMethod
from kiosk.services.gateways.loyalty.shop import LoyaltyShop
from kiosk.services.gateways.loyalty.wire import Account as LoyaltyAccount
from kiosk.services.http import Line, MakeTransport
from kiosk.services.keys import Keys

NO_SECRET = Confidential("")


@dataclass
class Systems:
    """The payment systems of one till; opened off the loop, because a line loads certificates.

    Attributes:
        config: Which there are.
        keys: Their secrets.
        clock: Time.
        randomness: Random text for ids.
        make_transport: How bytes travel.
        keep_ceos_secret: Keeps a secret that was fetched.
        methods: By name; adding a payment system is adding it in `open`.
        shops: What they tell of the shop's own account there.
        inbox: Where messages about points are filed, if somebody sends any.
        payouts: Pays transfers back, where they are offered.
        transfers: What is listed of them, likewise.
    """

    config: Config
    keys: Keys
    clock: Clock
    randomness: Randomness
    make_transport: MakeTransport
    keep_ceos_secret: Callable[[Confidential, str], Awaitable[None]]
    methods: dict[str, Method] = field(default_factory=dict)
    shops: dict[str, ShopAccount] = field(default_factory=dict)
    inbox: Inbox | None = None
    payouts: Payouts | None = None
    transfers: TransferBooks | None = None
    _lines: list[Line] = field(default_factory=list)

    def open(self, journal: Journal) -> Mapping[str, Method]:
        """Put together what is configured; gives the methods by name."""
        gateways = self.config.gateways
        crepay, ceos, card, loyalty, ezpg = (
            gateways.crepay,
            gateways.ceos,
            gateways.card,
            gateways.loyalty,
            gateways.ezpg,
        )
        if crepay is not None and crepay.enabled:
            self.methods["crepay"] = self._crepay(crepay, journal)
        if ceos is not None and ceos.enabled:
            self.methods["ceos"] = self._ceos(ceos, journal)
        if card is not None and card.enabled:
            self.methods["card"] = self._card(card, journal)
        if loyalty is not None and loyalty.enabled:
            self.methods["loyalty"] = self._loyalty(loyalty, journal)
        if ezpg is not None and ezpg.enabled:
            self.methods["ezpg"] = self._ezpg(ezpg, journal)
        return self.methods

    async def close(self) -> None:
        """Hang up."""
        for line in self._lines:
            await line.close()

    def _line(self, base_url: str, journal: Journal) -> Line:
        line = Line(base_url, self.clock, journal, self.config.limits, self.make_transport)
        self._lines.append(line)
        return line

    def _crepay(self, section: Crepay, journal: Journal) -> Method:
        account = CrepayAccount(
            login=section.id,
            password=self.keys.crepay_password or NO_SECRET,
            brand_id=section.brand_id,
            store_code=section.store_code,
            store_name=section.store_name,
            pos_device_id=section.pos_device_id,
        )
        client = CrepayClient(self._line(section.base_url, journal), account, self.clock, self.config.limits)
        return CrepayMethod(client, journal, self.clock, self.randomness, self.config.limits)

    def _ceos(self, section: Ceos, journal: Journal) -> Method:
        store_id = self.keys.ceos_store or section.store_id
        account = CeosAccount(store_id, self.keys.ceos_secret, section.github_id or "")
        client = CeosClient(self._line(section.base_url, journal), account, self.config.limits)
        return CeosMethod(
            client,
            journal,
            self.clock,
            self.randomness,
            self.config.limits,
            kiosk=self.config.kiosk.id,
            keep_secret=self.keep_ceos_secret,
        )

    def _card(self, section: Card, journal: Journal) -> Method:
        account = CardAccount(self.keys.card_key or NO_SECRET)
        client = CardClient(self._line(section.base_url, journal), account, self.config.limits)
        return CardMethod(client, journal, self.clock, self.randomness, self.config.limits)

    def _loyalty(self, section: Loyalty, journal: Journal) -> Method:
        account = LoyaltyAccount(section.shop_id, self.keys.loyalty_key or NO_SECRET)
        paths = None if section.dialect == "auto" else Paths(section.dialect)
        line = self._line(section.base_url, journal)
        self.inbox = Inbox(journal, self.clock, self.config.limits)
        client = LoyaltyClient(line, account, self.clock, self.randomness, self.config.limits, paths)
        self.shops["loyalty"] = LoyaltyShop(client)
        return LoyaltyMethod(client, self.inbox, journal, self.clock, self.randomness, self.config.limits)

    def _ezpg(self, section: Ezpg, journal: Journal) -> Method:
        password = self.keys.ezpg_staff_password or NO_SECRET
        account = EzpgAccount(
            merchant=section.merchant_id,
            login=Login(section.user, self.keys.ezpg_password or NO_SECRET),
            staff=None if section.staff_user is None else Login(section.staff_user, password),
            key=self.keys.ezpg_key,
        )
        clock, limits = self.clock, self.config.limits
        client = EzpgClient(self._line(section.base_url, journal), account, clock, limits)
        arrangement = Arrangement(
            bank=section.bank,
            closes=time.fromisoformat(section.closes),
            opens=time.fromisoformat(section.opens),
            tolerance=section.tolerance,
            least=section.withdrawal_least,
        )
        self.shops["ezpg"] = EzpgShop(client)
        payouts = EzpgPayouts(client, journal, clock, self.randomness, limits, arrangement)
        self.payouts = payouts
        self.transfers = EzpgBooks(client)
        return EzpgMethod(client, payouts, journal, clock, self.randomness, limits, arrangement)
