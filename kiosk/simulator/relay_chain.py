"""The chain behind the loyalty relay: wallets, shops, and every payment that ever reached it.

What is *held*: an approved payment takes its total (price and fee) out of the wallet into a holding address. What is
*taken*: a confirmed close makes that final. What is *given back*: a close that does not confirm returns all of it, and
so does a confirmed close of an approved cancel. Nothing else moves points, whatever the relay says.

Source: facts of the loyalty relay, 'state machine' and 'units and arithmetic'.
"""

from dataclasses import dataclass
from enum import IntEnum

from kiosk.simulator.relay_money import UNIT, Figures, converted
from kiosk.simulator.relay_settings import RelaySettings, Shop, Wallet
from kiosk.simulator.world import Clock, Moved

CANCELLABLE_S = 7 * 24 * 3600.0  # counted from the approval
ACTIVE = 1


class Chain(IntEnum):
    """State of a payment on the chain, by the numbers of its contract."""

    NONE = 0
    OPENED = 1
    CLOSED = 2
    FAILED = 3
    CANCEL_OPENED = 4
    CANCEL_CLOSED = 5
    CANCEL_FAILED = 6


class RevertedError(Exception):
    """The contract refuses.

    Args:
        code: Why, as the relay hands it on.
    """

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(str(code))


@dataclass(slots=True)
class Purse:
    """A wallet with what is in it now [10^-18 points]."""

    balance: int
    phone: bool


@dataclass(slots=True)
class Counter:
    """A shop with what was counted up there [10^-18 of its currency]."""

    shop: Shop
    provided: int = 0
    used: int = 0
    refunded: int = 0


@dataclass(slots=True)
class Deal:
    """A payment as the chain has it.

    Attributes:
        reference: The kiosk's purchase id.
        account: The wallet.
        shop_id: Whose goods.
        currency: Of the price, in small letters.
        figures: What it really costs.
        opened_s: When the approval landed [s].
        state: How far it has come.
        credited: What the shop was counted up for it [10^-18 of the shop's currency].
    """

    reference: str
    account: str
    shop_id: str
    currency: str
    figures: Figures
    opened_s: float
    state: Chain = Chain.OPENED
    credited: int = 0

    @property
    def held(self) -> int:
        """Points that are out of the wallet and not yet taken [10^-18]."""
        return self.figures.total_point if self.state is Chain.OPENED else 0

    @property
    def taken(self) -> int:
        """Points that have left for good [10^-18]."""
        kept = {Chain.CLOSED, Chain.CANCEL_OPENED, Chain.CANCEL_FAILED}
        return self.figures.total_point if self.state in kept else 0


class Contracts:
    """The books of the chain.

    Attributes:
        purses: By address in small letters.
        counters: Shops, by id in small letters.
        deals: By payment id.
        moved: Points that left for good, or came back after that, as whole units of the price's currency.
    """

    def __init__(self, clock: Clock, settings: RelaySettings) -> None:
        self._clock = clock
        self.rates = settings.rates
        self.purses: dict[str, Purse] = {}
        self.counters: dict[str, Counter] = {}
        self.deals: dict[str, Deal] = {}
        self.moved: list[Moved] = []
        for account, wallet in settings.wallets.items():
            self.put_wallet(account, wallet)
        for shop_id, shop in settings.shops.items():
            self.put_shop(shop_id, shop)

    def put_wallet(self, account: str, wallet: Wallet) -> None:
        """Make a wallet, or change what is in it."""
        self.purses[account.lower()] = Purse(wallet.balance, wallet.phone)

    def put_shop(self, shop_id: str, shop: Shop) -> None:
        """Make a shop, or change it; what was counted up there stays."""
        self.counters.setdefault(shop_id.lower(), Counter(shop)).shop = shop

    def purse(self, account: str) -> Purse:
        """A wallet; any address has one, empty and without a telephone."""
        return self.purses.get(account.lower(), Purse(0, phone=False))

    def shop(self, shop_id: str) -> Counter | None:
        """A shop, if it exists."""
        return self.counters.get(shop_id.lower())

    def rate(self, currency: str) -> int:
        """Points for a unit of a currency, times 10^9.

        Raises:
            RevertedError: it has none.
        """
        rate = self.rates.get(currency.lower())
        if rate is None:
            raise RevertedError(1211)
        return rate

    def state(self, payment_id: str) -> Chain:
        """How far a payment has come here."""
        deal = self.deals.get(payment_id)
        return deal.state if deal else Chain.NONE

    def require_funds(self, deal: Deal) -> None:
        """Whether an approval could land.

        Raises:
            RevertedError: the wallet holds less than the payment costs.
        """
        if deal.figures.total_point > self.purse(deal.account).balance:
            raise RevertedError(1511)

    def open(self, payment_id: str, deal: Deal) -> None:
        """An approval lands: the points are held.

        Raises:
            RevertedError: too little in the wallet.
        """
        self.require_funds(deal)
        self._own(deal).balance -= deal.figures.total_point
        self.deals[payment_id] = deal

    def close(self, payment_id: str, *, confirm: bool) -> None:
        """Take the points for good, or give them all back.

        Raises:
            RevertedError: the shop counts in a currency that has no rate; nothing has happened.
        """
        deal = self.deals[payment_id]
        if not confirm:
            self._give_back(deal, Chain.FAILED)
            return
        counter = self.shop(deal.shop_id)
        if counter is not None and counter.shop.status == ACTIVE:  # otherwise the customer pays, and nobody is paid
            rate, shop_rate = self.rate(deal.currency), self.rate(counter.shop.currency)
            deal.credited = converted(deal.figures.paid_value, rate, shop_rate)
            counter.used += deal.credited
        deal.state = Chain.CLOSED
        self._move(deal, 1)

    def require_cancellable(self, payment_id: str, now_s: float) -> None:
        """Whether an approval of a cancel could land.

        Raises:
            RevertedError: it is too late.
        """
        if now_s - self.deals[payment_id].opened_s > CANCELLABLE_S:
            raise RevertedError(1534)

    def open_cancel(self, payment_id: str) -> None:
        """The owner's approval lands; the customer has nothing of it yet."""
        self.deals[payment_id].state = Chain.CANCEL_OPENED

    def close_cancel(self, payment_id: str, *, confirm: bool) -> None:
        """Give everything back, fee included, or leave the payment as it is, for good."""
        deal = self.deals[payment_id]
        if not confirm:
            deal.state = Chain.CANCEL_FAILED
            return
        self._give_back(deal, Chain.CANCEL_CLOSED)
        self._move(deal, -1)
        counter = self.shop(deal.shop_id)
        if counter is not None:
            counter.used -= deal.credited

    def _give_back(self, deal: Deal, state: Chain) -> None:
        deal.state = state
        self._own(deal).balance += deal.figures.total_point

    def _own(self, deal: Deal) -> Purse:
        """The purse itself; a payment of nothing may come from one that nobody knew."""
        return self.purses.setdefault(deal.account.lower(), Purse(0, phone=False))

    def _move(self, deal: Deal, sign: int) -> None:
        amount = sign * (deal.figures.paid_value // UNIT)
        self.moved.append(Moved(deal.reference, amount, self._clock.now_ms()))
