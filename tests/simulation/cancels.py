"""Staff ask a sale back, as `kiosk staff cancel` does, of a till that goes on selling."""

from typing import TYPE_CHECKING

from tests.simulation.life import Life

if TYPE_CHECKING:
    from tests.simulation.world import World

ASKED_BACK = (
    "SELECT DISTINCT o.id FROM orders o JOIN attempts a ON a.order_id = o.id AND a.state = 'APPROVED' "
    "WHERE o.state IN ('PAID', 'UNWINDING_STAFF') AND (a.method = 'loyalty' OR ?) "
    "AND NOT EXISTS (SELECT 1 FROM prints p WHERE p.order_id = o.id AND p.state = 'QUEUED') ORDER BY o.id DESC"
)
"""Sales that staff can have given back, the latest first: their paper is out."""
KIND = "staff ask a sale back"


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
    life.run(life.till.tasks.spawn, "staff cancel", _ask_back(life, order))
    return True


async def _ask_back(life: Life, order_id: str) -> None:
    assert life.till.session is not None
    parts = life.till.session._parts
    if await parts.books.ask_back(order_id, "a story", "wish"):
        parts.recovery.unwind(order_id)
