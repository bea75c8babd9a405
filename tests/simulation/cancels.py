"""Staff come to the till, with somebody's receipt in hand, and have the sale given back: in by PIN, through the sheets.

They may be as hasty as customers, press twice, walk away, or be cut off; the till goes on selling behind them.
"""

import asyncio
from typing import TYPE_CHECKING, Final

from kiosk.domain.confidential import Confidential
from kiosk.domain.receipt import sign_code
from kiosk.flows.intents import GoBack, Intent, Scanned
from kiosk.flows.manager.intents import Act, Choose, Do, Knock, Lock, Typed
from kiosk.flows.manager.views import KeysView, SheetView
from kiosk.flows.views import View
from tests.simulation.life import RECEIPT_KEY, STAFF_PIN, Life

if TYPE_CHECKING:
    from tests.simulation.world import World

ASKED_BACK = (
    "SELECT DISTINCT o.id FROM orders o JOIN attempts a ON a.order_id = o.id AND a.state = 'APPROVED' "
    "WHERE o.state IN ('PAID', 'UNWINDING_STAFF') AND (a.method = 'loyalty' OR ?) "
    "AND NOT EXISTS (SELECT 1 FROM prints p WHERE p.order_id = o.id AND p.state = 'QUEUED') ORDER BY o.id DESC"
)
"""Sales that staff can have given back, the latest first: their paper is out."""
KIND = "staff ask a sale back"
STEPS_MAX: Final = 30
WRONG: Final = Confidential("314159")


def ask_back(world: "World", life: Life, name: str, rate: float) -> bool:
    """Staff may come now, with somebody's receipt; seldom of a sale without points. Whether they did."""
    if life.is_dead or life.till.session is None or life.connection is None or life.shown is None:
        return False
    of_any = world.chance.happens(f"{name} any sale", 0.2)
    on_screen = {line.attempt_id.rpartition("-")[0] for line in getattr(life.shown.view, "tenders", ())}
    found = [row[0] for row in life.journal.execute(ASKED_BACK, (of_any,)) if row[0] not in {*on_screen, life.owes}]
    if not found or not world.strikes(KIND, name, rate):
        return False
    order = world.chance.pick(f"{name} which sale", found[:3])
    world.note("staff ask back", order)
    world.loop.create_task(Visitor(world, life, name, order).work())
    return True


class Visitor:
    """One of the staff, with one receipt.

    Args:
        world: Where.
        life: The till they stand before; when it is killed they go away.
        name: Of this visit.
        order: The sale whose receipt they hold.
    """

    def __init__(self, world: "World", life: Life, name: str, order: str) -> None:
        self._world = world
        self._life = life
        self._name = name
        self._order = order
        self._has_chosen = False
        self._is_done = False
        self._steps = 0

    async def work(self) -> None:
        """Until it is done, or they have no more patience."""
        while self._steps < STEPS_MAX and not self._life.is_dead:
            self._steps += 1
            intent = self._wanted()
            if intent is None:
                return
            self._press(intent)
            if self._world.strikes("double tap", self._step, self._world.person_rate):
                self._press(intent)
            if isinstance(intent, Lock):
                return
            await asyncio.sleep(self._world.chance.long_tail(f"{self._step} thinks", 0.2, 6))

    @property
    def _step(self) -> str:
        return f"{self._name} step {self._steps}"

    def _press(self, intent: Intent) -> None:
        self._life.run(self._life.till.front.submit, intent)

    def _wanted(self) -> Intent | None:
        """What is pressed next; None walks away without locking."""
        front = self._life.till.front
        if not front.is_open:
            return None if self._is_done else Knock()
        if self._wavers("walks away", 0.02):
            return None
        if self._wavers("locks", 0.02):
            return Lock()
        return self._answer(front.staff.shown.value.view)

    def _wavers(self, how: str, rate: float) -> bool:
        """They do something else than what they came for; not where a story aims at that."""
        is_aimed = self._world.aim is not None and self._world.aim.cancels
        return not is_aimed and self._world.chance.happens(f"{self._step} {how}", rate)

    def _answer(self, view: View) -> Intent:
        if isinstance(view, KeysView):
            return Typed(WRONG if self._wavers("wrong pin", 0.05) else STAFF_PIN)
        offered = view.wishes if isinstance(view, SheetView) else frozenset()
        if Do(Act.YES) in offered:
            # the owner has the phone in hand, or else only the rest comes back
            return Do(Act.NO if self._wavers("owner is not here", 0.2) else Act.YES)
        if Choose("wish") in offered:
            self._has_chosen = True
            return Choose("wish")
        # what becomes of it stands there; they go when they have seen it
        self._is_done |= self._has_chosen
        if Do(Act.CANCEL) in offered and not self._is_done:
            return Do(Act.CANCEL)
        if isinstance(view, SheetView) and not view.can_go_back and not self._is_done:
            return Scanned(sign_code(self._order, RECEIPT_KEY))
        return GoBack() if not self._is_done or self._steps % 3 else Lock()
