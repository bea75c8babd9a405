"""What may be sent to the loyalty relay, and when: what could lose points leaves only where that cannot be.

Source: payment methods, loyalty.
"""

from typing import TYPE_CHECKING, Final

from kiosk.simulator.relay_chain import Chain
from kiosk.simulator.relay_records import CANCEL, Step
from kiosk.simulator.world import Request, json_object
from tests.simulation.loop import US

if TYPE_CHECKING:
    from tests.simulation.wire import Exchange
    from tests.simulation.world import World

TAKEN_WITHIN_S: Final = 240.0 + 6
"""From the request to open to the close that takes: four minutes, and what a permit and a slow disk may add [s]."""
KNOWN_S: Final = 12.0
"""Until a till must have seen that its shop is not active: it asks just before it first takes [s]."""
BACK_WITHIN_S: Final = 90.0
"""Until what the owner gave back is back, when nothing comes in between [s]."""


class Closes:
    """Watches what leaves for the relay.

    Args:
        world: Where.

    Attributes:
        given_back: Payments whose cancel the owner has approved.
    """

    def __init__(self, world: "World") -> None:
        self._world = world
        self._opened_us: dict[str, int] = {}
        self._taken_in: dict[str, int] = {}
        self._released: set[str] = set()
        self.given_back: set[str] = set()

    def sending(self, exchange: "Exchange", asked: Request) -> None:
        """A request leaves the till."""
        attempt, confirm = exchange.attempt, json_object(asked.body).get("confirm") == "true"
        match exchange.call:
            case "open_new":
                if attempt in self._opened_us:
                    self._broken(f"{attempt} is asked for on a phone twice")
                self._opened_us.setdefault(attempt, self._world.loop.now_us)
            case "close_new" if confirm:
                self._taking(attempt)
            case "close_new":
                self._released.add(attempt)
                if not self._world.outside.loyalty.settings.rules.confirm:
                    self._broken(f"{attempt} is to be released by a relay that may take it")
            case "close_cancel":
                self._giving_back(attempt, confirm=confirm)
            case _:
                pass

    def _taking(self, attempt: str) -> None:
        """Wanted, in time, by the life that first did so, and never after it was to be released."""
        world = self._world
        if world.laws.goal(attempt) != "TAKE":
            self._broken(f"{attempt} is taken, and not wanted any more")
        if world.loop.now_us - self._opened_us[attempt] > TAKEN_WITHIN_S * US:
            self._broken(f"{attempt} is taken too near to the forced close")
        is_first = attempt not in self._taken_in
        if self._taken_in.setdefault(attempt, world.lives) != world.lives:
            self._broken(f"{attempt} is taken once more, and its customer may be gone")
        if attempt in self._released:
            self._broken(f"{attempt} is taken after it was to be released")
        tells = world.outside.loyalty.settings.dialect == "relay"  # the document's has no word for it
        if is_first and tells and world.shop_shut_us and world.loop.now_us - world.shop_shut_us > KNOWN_S * US:
            self._broken(f"{attempt} is taken for a shop that nobody pays")

    def _giving_back(self, attempt: str, *, confirm: bool) -> None:
        if not confirm:
            self._broken(f"the cancel of {attempt} is closed without giving back")
        row = next(one for one in reversed(self._world.relay.rows_of(attempt)))
        is_answered = CANCEL.step(row.status) not in (None, Step.OPENED, Step.SEND_FAILED, Step.REVERTED)
        # its approval may have been refused by the ledger since
        is_answered = is_answered or row.payment_id in self.given_back
        if self._world.outside.loyalty.settings.dialect == "spec" and not is_answered:
            self._broken(f"the cancel of {attempt} is closed, and nobody has approved it")

    def approved_back(self, payment_id: str) -> None:
        """The owner has approved: what was paid is back soon, when nothing comes in between."""
        world, met = self._world, len(self._world.fired)
        life = world.life
        if life is None or max(life.frozen_until_us, world.host.disk_bad_until_us) > world.loop.now_us:
            return

        def look() -> None:
            disturbed = any(world.disturbs(kind) for _, kind in world.fired[met:])
            is_open = world.outside.loyalty.contracts.state(payment_id) is Chain.CANCEL_OPENED
            if is_open and not disturbed and life is world.life and not life.is_dead:
                self._broken(f"the owner gave {payment_id[:10]} back, and the till leaves it")

        world.later(world.outside.loyalty.settings.mining_s + BACK_WITHIN_S, look)

    def _broken(self, what: str) -> None:
        self._world.laws.broken("points", what)
