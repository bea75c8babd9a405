"""What really happened to the money, as the simulators' books have it, and when each request left the till."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from kiosk.domain.ids import order_of
from kiosk.simulator.outside import Outside
from kiosk.simulator.relay_chain import Chain
from kiosk.simulator.relay_money import UNIT
from tests.simulation.loop import US
from tests.simulation.systems import BY_NAME

ATTEMPT: Final = re.compile(r"(K01-\d+-\d{6}-\d+)(?:-|$)")
LOOK_AFTER_REFUSAL: Final = ("ceos.payment", "SENDING")
"""The call, and the state of its attempt; what a later look or a cancel does not find may still be there."""


def attempt_in(reference: str) -> str:
    """The attempt that an id on the wire names."""
    found = ATTEMPT.search(reference)
    if found is None:
        raise AssertionError(f"an id that names no attempt: {reference}")
    return found[1]


@dataclass
class Account:
    """One attempt's money.

    Attributes:
        gateway: Who holds it.
        sent_us: When its last request for money left the till; -1 when none did. Only a card's is sent again.
        left_us: When the one left that was carried out last; late is what moves long after that.
        held: What is held now [won].
        moves: (when [us], amount), in order.
        is_late: It was taken where the till could not know it: after the time after which it may believe that nothing
            was, or although it was refused in words, and could not be seen when the till looked.
        is_doubled: A request for money was carried out twice, or was done and refused in words.
        is_known: The till was told that it was taken, by the answer to its request.
        is_odd: A transfer came after its end, twice, of another amount, or was taken back after it was seen.
        is_forced: The relay took it by itself, though it heeds a close, or its opening was doubled (README.md).
    """

    gateway: str = ""
    sent_us: int = -1
    left_us: int = -1
    held: int = 0
    moves: list[tuple[int, int]] = field(default_factory=list)
    is_late: bool = False
    is_doubled: bool = False
    is_known: bool = False
    is_odd: bool = False
    is_forced: bool = False

    def unseen(self, call: str, standing: str) -> None:
        """The till asked, and it was not to be seen: only the look right after a refusal in words is believed then."""
        if self.is_doubled and self.held and (call, standing) == LOOK_AFTER_REFUSAL:
            self.is_late = True


class Truth:
    """The books of the world, per attempt, followed as they change.

    Args:
        outside: The simulators.
        now_us: The world's time [us].
        on_moved: Told the attempt and the amount of every movement.
    """

    def __init__(
        self,
        outside: Outside,
        now_us: Callable[[], int],
        on_moved: Callable[[str, int], None],
    ) -> None:
        self._outside = outside
        self._now_us = now_us
        self._on_moved = on_moved
        self._read = dict.fromkeys(BY_NAME, 0)
        self.accounts: defaultdict[str, Account] = defaultdict(Account)
        self.orders: defaultdict[str, int] = defaultdict(int)

    def sent(self, gateway: str, attempt: str) -> None:
        """A request for money leaves the till."""
        account = self.accounts[attempt]
        account.gateway = gateway
        account.sent_us = account.left_us = self._now_us()

    def follow(self, gateway: str, *, by_itself: bool = False) -> None:
        """Read on in the books of a gateway; `by_itself`: nobody has just asked it for anything."""
        moved = self._outside.moved(gateway)
        while self._read[gateway] < len(moved):
            movement = moved[self._read[gateway]]
            self._read[gateway] += 1
            attempt = attempt_in(movement.reference)
            if by_itself and movement.amount > 0:
                account, heeds = self.accounts[attempt], self._outside.loyalty.settings.rules.confirm
                account.is_forced |= heeds or account.is_doubled
            self._move(gateway, attempt, movement.amount)

    def _move(self, gateway: str, attempt: str, amount: int) -> None:
        account, now_us = self.accounts[attempt], self._now_us()
        account.gateway = gateway
        account.moves.append((now_us, amount))
        if amount > 0 and now_us >= account.left_us + BY_NAME[gateway].settle_s * US:
            account.is_late = True
        account.held += amount
        self.orders[order_of(attempt)] += amount
        self._on_moved(attempt, amount)

    def held(self, attempt: str) -> int:
        """What is held of an attempt now [won]."""
        account = self.accounts.get(attempt)
        return account.held if account else 0

    def on_hold(self, attempt: str) -> int:
        """What the relay holds of an attempt, approved and neither taken nor released [won]."""
        deals = self._outside.loyalty.contracts.deals.values()
        return sum(
            one.figures.paid_value // UNIT
            for one in deals
            if one.state is Chain.OPENED and attempt == attempt_in(one.reference)
        )

    def is_doubled(self, attempt: str) -> bool:
        """A request for money was carried out twice."""
        account = self.accounts.get(attempt)
        return account is not None and account.is_doubled

    def is_on_its_way(self, attempt: str) -> bool:
        """The relay has sent an approval of it to the ledger, and nothing has come of that yet."""
        rows = self._outside.loyalty._table.rows.values()
        return any(one.transaction is not None and attempt_in(one.purchase_id) == attempt for one in rows)

    def held_of_order(self, order: str) -> int:
        """What is held of an order now [won]."""
        return self.orders.get(order, 0)

    def is_late(self, attempt: str) -> bool:
        """It was taken after its time, by force, or is a transfer that is not simply what was asked for."""
        account = self.accounts.get(attempt)
        return account is not None and (account.is_late or account.is_forced or account.is_odd)

    def any_late(self, order: str) -> bool:
        """Something of an order was taken after its time."""
        return any(self.is_late(attempt) for attempt in self.accounts if order_of(attempt) == order)
