"""The loyalty relay's table of payments, with the small things that all its rules need.

Source: facts of the loyalty relay, 'state machine'.
"""

import math
import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

from kiosk.simulator.relay_accounts import ZERO, checksummed
from kiosk.simulator.relay_callbacks import Callbacks
from kiosk.simulator.relay_chain import Contracts, Deal, RevertedError
from kiosk.simulator.relay_dialects import Event, callback_words
from kiosk.simulator.relay_money import final
from kiosk.simulator.relay_records import NEW, Payment, Phase, RefusedError, Round, Step
from kiosk.simulator.relay_settings import RelaySettings
from kiosk.simulator.world import Clock

FORCED_S = 300.0  # after that, what nobody closed is closed by force
FORCE_EVERY_S = 10.0


class Table:
    """The rows, and what is around them.

    Attributes:
        contracts: The chain.
        callbacks: What the kiosk is told.
        rows: By payment id.
        waiting: Those to which something may still happen by itself.
    """

    def __init__(
        self,
        clock: Clock,
        chance: random.Random,
        contracts: Contracts,
        callbacks: Callbacks,
        settings: Callable[[], RelaySettings],
    ) -> None:
        self._clock = clock
        self._random = chance
        self._settings = settings
        self.contracts = contracts
        self.callbacks = callbacks
        self.rows: dict[str, Payment] = {}
        self.waiting: dict[str, Payment] = {}

    @property
    def settings(self) -> RelaySettings:
        """How the relay behaves now."""
        return self._settings()

    @property
    def now_s(self) -> float:
        """The time that never goes backwards [s]."""
        return self._clock.elapsed()

    def get(self, payment_id: str) -> Payment:
        """A row.

        Raises:
            RefusedError: there is none.
        """
        payment = self.rows.get(payment_id)
        if payment is None:
            raise RefusedError(2003)
        return payment

    def fresh_hash(self) -> str:
        """An id that nobody can guess."""
        return f"0x{self._random.getrandbits(256):064x}"

    def round(self) -> Round:
        """The clock of a round that begins now."""
        force_s = math.ceil((self.now_s + FORCED_S) / FORCE_EVERY_S) * FORCE_EVERY_S
        return Round(self._clock.now_ms() // 1000, 0, self.now_s, force_s)

    def age_s(self, phase: Phase, payment: Payment) -> float:
        """How long ago a round began [s]."""
        return self.now_s - payment.rounds[phase.name].opened_s

    def end(self, phase: Phase, payment: Payment, step: Step) -> None:
        """A round is over; nothing forces it any more."""
        payment.status = phase.at(step)
        payment.rounds[phase.name].closed_at = self._clock.now_ms() // 1000
        payment.rounds[phase.name].force_s = None

    def rate(self, currency: str) -> int:
        """Points for a unit of a currency, times 10^9.

        Raises:
            RefusedError: it has none.
        """
        try:
            return self.contracts.rate(currency)
        except RevertedError as reverted:
            raise RefusedError(reverted.code) from None

    def signer(self, phase: Phase, payment: Payment) -> str:
        """Whose answer counts: the customer's; for a cancel the shop's, or that of its delegator."""
        if phase is NEW:
            return payment.account
        counter = self.contracts.shop(payment.shop_id)
        return ZERO if counter is None else counter.shop.delegator or counter.shop.account

    def deal(self, payment: Payment) -> Deal:
        """A payment as the chain has it, or would write it down now."""
        deal = self.contracts.deals.get(payment.payment_id)
        if deal is not None:
            return deal
        figures = final(payment.amount, self.rate(payment.currency))
        account, currency = checksummed(payment.account), payment.currency.lower()
        return Deal(payment.purchase_id, account, payment.shop_id, currency, figures, self.now_s)

    def as_on_chain(self, payment: Payment) -> Payment:
        """A copy of a row with what the chain has to say about it."""
        deal = self.deal(payment)
        return replace(deepcopy(payment), account=deal.account, currency=deal.currency, figures=deal.figures)

    def tell(self, event: Event, phase: Phase, payment: Payment, *, before_reply: bool = False) -> float:
        """Call the kiosk, once; says when that will be done [s]. Whoever approved says it in the chain's words."""
        shown = self.as_on_chain(payment) if event is Event.SUCCESS else payment
        balance = self.contracts.purse(payment.account).balance
        words = callback_words(self.settings, event, phase, shown, balance)
        in_header = event is Event.SUCCESS and self.settings.dialect == "relay"
        return self.callbacks.tell(words, in_header=in_header, before_reply=before_reply)
