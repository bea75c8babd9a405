"""Staff come to the till, in by PIN and through the sheets.

Some have somebody's receipt, and the sale is to be given back; some say how something ended that nobody could find out,
after a look at what the payment system itself shows. They may be as hasty as customers, press twice, walk away, or be
cut off; the till goes on selling behind them.
"""

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from kiosk.domain.confidential import Confidential
from kiosk.domain.receipt import sign_code
from kiosk.domain.resolution import Way
from kiosk.domain.words import Said
from kiosk.flows.intents import GoBack, Intent, Scanned
from kiosk.flows.manager.intents import Act, Choose, Do, GoTo, Knock, Lock, OpenTask, Place, Typed, Written
from kiosk.flows.manager.views import KeysView, LettersView, SheetView
from kiosk.flows.views import View
from tests.simulation.life import RECEIPT_KEY, STAFF_PIN, Life
from tests.simulation.systems import ACCOUNTS, SIX_DIGITS

if TYPE_CHECKING:
    from tests.simulation.world import World

ASKED_BACK = (
    "SELECT DISTINCT o.id FROM orders o JOIN attempts a ON a.order_id = o.id "
    "AND a.state IN ('APPROVED', 'UNDERPAID', 'OVERPAID') "
    "WHERE o.state IN ('PAID', 'REFUNDING', 'PARTLY_REFUNDED', 'UNWINDING_STAFF') "
    "AND (a.method IN ('loyalty', 'ezpg') OR ?) "
    "AND NOT EXISTS (SELECT 1 FROM prints p WHERE p.order_id = o.id AND p.state = 'QUEUED') ORDER BY o.id DESC"
)
"""Sales that staff can have given back, the latest first: their paper is out."""
UNRESOLVED = (
    "SELECT t.id, t.attempt_id FROM staff_tasks t JOIN orders o ON o.id = t.order_id WHERE t.closed IS NULL "
    "AND t.kind IN ('unresolved', 'refund_unresolved') AND t.attempt_id <> '' "
    "AND o.state IN ('UNWINDING_STAFF', 'PAID', 'REFUNDING', 'PARTLY_REFUNDED', 'REFUNDED', 'UNWOUND') ORDER BY t.id"
)
"""What only a person can say the end of."""
FOUND = (
    "SELECT DISTINCT t.id FROM staff_tasks t JOIN findings f ON f.attempt_id = t.attempt_id AND f.state = 'OPEN' "
    "WHERE t.closed IS NULL AND t.kind = 'finding' AND f.method = 'ezpg' AND f.kind <> 'corrected' ORDER BY t.id"
)
"""Money that was found, and that can be paid out."""
KIND = "staff ask a sale back"
STEPS_MAX: Final = 30
WRONG: Final = Confidential("314159")


def ask_back(world: "World", life: Life, name: str, rate: float) -> bool:
    """Staff may come now, with somebody's receipt; seldom of what the till can give back alone. Whether they did."""
    if life.is_dead or life.till.session is None or life.connection is None or life.shown is None:
        return False
    of_any = world.chance.happens(f"{name} any sale", 0.2)
    on_screen = {line.attempt_id.rpartition("-")[0] for line in getattr(life.shown.view, "tenders", ())}
    found = [row[0] for row in life.journal.execute(ASKED_BACK, (of_any,)) if row[0] not in {*on_screen, life.owes}]
    if not found or not world.strikes(KIND, name, rate):
        return False
    order = world.chance.pick(f"{name} which sale", found[:3])
    world.note("staff ask back", order)
    world.loop.create_task(WithReceipt(world, life, name, order).work())
    return True


class Visitor:
    """One of the staff, by what they came for.

    Args:
        world: Where.
        life: The till they stand before; when it is killed they go away.
        name: Of this visit.
    """

    def __init__(self, world: "World", life: Life, name: str) -> None:
        self._world = world
        self._life = life
        self._name = name
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
        view = front.staff.shown.value.view
        if (of_payee := self._payee(view)) is not None:
            return of_payee
        if isinstance(view, KeysView) and view.is_secret:
            return Typed(WRONG if self._wavers("wrong pin", 0.05) else STAFF_PIN)
        offered = view.wishes if isinstance(view, SheetView) else frozenset()
        intent = None if self._is_done else self._answer(view, offered)
        return intent or (Lock() if self._is_done and self._steps % 3 == 0 else GoBack())

    def _payee(self, view: View) -> Intent | None:
        """Where a transfer is to be paid out to, and the six digits for it; None where nothing of that is asked."""
        chance, title = self._world.chance, getattr(view, "title", "")
        match title.key if isinstance(title, Said) else "":
            case "payout.bank":
                is_later = Do(Act.LATER) in getattr(view, "wishes", ()) and self._wavers("names it later", 0.15)
                return Do(Act.LATER) if is_later else Choose(chance.pick(f"{self._name} bank", ("090", "004")))
            case "payout.account":
                return Typed(Confidential(chance.pick(f"{self._name} account", ACCOUNTS)))
            case "payout.holder" if isinstance(view, LettersView):
                return Written(Confidential("홍길동"))
            case "payout.holder" if isinstance(view, SheetView):
                return chance.pick(f"{self._name} holder", sorted(view.wishes, key=str))
            case "payout.sure":
                return GoBack() if self._wavers("misread it", 0.03) else Do(Act.YES)
            case "payout.code" if isinstance(view, KeysView):
                if self._wavers("has no digits", 0.1):
                    return GoBack()
                return Typed(WRONG if self._wavers("wrong digits", 0.05) else Confidential(SIX_DIGITS))
            case _:
                return None

    def _wavers(self, how: str, rate: float) -> bool:
        """They do something else than what they came for; not where a story aims at that."""
        is_aimed = self._world.aim is not None and self._world.aim.cancels
        return not is_aimed and self._world.chance.happens(f"{self._step} {how}", rate)

    @abstractmethod
    def _answer(self, view: View, offered: frozenset[Intent]) -> Intent | None:
        """What they press for what they came for; None when there is nothing of it here."""


class WithReceipt(Visitor):
    """Somebody's receipt in hand: that sale is to come back.

    Args:
        world: Where.
        life: The till they stand before.
        name: Of this visit.
        order: The sale whose receipt they hold.
    """

    def __init__(self, world: "World", life: Life, name: str, order: str) -> None:
        super().__init__(world, life, name)
        self._order = order
        self._has_chosen = False

    @override
    def _answer(self, view: View, offered: frozenset[Intent]) -> Intent | None:
        if Do(Act.YES) in offered:
            # the owner has the phone in hand, or else only the rest comes back
            return Do(Act.NO if self._wavers("owner is not here", 0.2) else Act.YES)
        if Choose("wish") in offered:
            self._has_chosen = True
            return Choose("wish")
        if self._has_chosen:
            # what becomes of it stands there; they go when they have seen it
            self._is_done = True
            return None
        if Do(Act.CANCEL) in offered:
            return Do(Act.CANCEL)
        if isinstance(view, SheetView) and not view.can_go_back:
            return Scanned(sign_code(self._order, RECEIPT_KEY))
        return None


class Resolving(Visitor):
    """A manager who has looked at the payment system's own screen, and says how something ended.

    Args:
        world: Where.
        life: The till they stand before.
        name: Of this visit.
        task: What needs a hand.
        attempt: Whose end it is.
    """

    def __init__(self, world: "World", life: Life, name: str, task: str, attempt: str) -> None:
        super().__init__(world, life, name)
        self._task = task
        self._attempt = attempt
        self._is_at_its_task = False

    @override
    def _answer(self, view: View, offered: frozenset[Intent]) -> Intent | None:
        if OpenTask(self._task) in offered:
            self._is_at_its_task = True
            return OpenTask(self._task)
        if not self._is_at_its_task:
            # a sheet that somebody walked away from may be about another payment
            return next((wish for wish in (GoTo(Place.HANDS), Do(Act.HOME)) if wish in offered), None)
        if isinstance(view, KeysView):
            return Typed(Confidential(str(self._most)))
        if Choose("gateway") in offered:
            return Choose("gateway")
        if Choose(Way.LOSS) in offered:
            return self._way(offered)
        if Do(Act.YES) in offered:
            self._is_done = True
            return Do(Act.YES)
        # what may still be carried out is told, and they try again
        return next((one for one in (Do(Act.RESOLVE), GoTo(Place.HANDS), Do(Act.HOME)) if one in offered), None)

    @property
    def _most(self) -> int:
        query = "SELECT coalesce(received, asked, due) FROM attempts WHERE id = ?"
        return int(self._life.journal.execute(query, (self._attempt,)).fetchone()[0])

    def _way(self, offered: frozenset[Intent]) -> Intent:
        """What is true, as their own eyes see it: kept only where all is there, and nothing is on its way any more."""
        truth, chance = self._world.truth, self._world.chance
        held, gateway = truth.held(self._attempt), truth.accounts[self._attempt].gateway
        is_still = not self._world.under_way[gateway] and not truth.on_hold(self._attempt)
        ways = {Way.LOSS: 1.0, Way.GIVEN_BACK_OUTSIDE: 2.0}
        if held == self._most and is_still and Choose(Way.CHARGED_KEPT) in offered:
            ways[Way.CHARGED_KEPT] = 4.0
        if not held and is_still and Choose(Way.NOT_CHARGED) in offered:
            ways[Way.NOT_CHARGED] = 6.0
        return Choose(chance.weighted(f"{self._step} how it ended", ways))


class PayingOut(Visitor):
    """A manager who has found money that came too late, or twice: its owner is to have it back.

    Args:
        world: Where.
        life: The till they stand before.
        name: Of this visit.
        task: What needs a hand.
    """

    def __init__(self, world: "World", life: Life, name: str, task: str) -> None:
        super().__init__(world, life, name)
        self._task = task

    @override
    def _answer(self, view: View, offered: frozenset[Intent]) -> Intent | None:
        if Do(Act.HOME) in offered:
            self._is_done = True
            return Do(Act.HOME)
        for wish in (Do(Act.PAY_OUT), OpenTask(self._task), GoTo(Place.HANDS)):
            if wish in offered:
                return wish
        return None


def pay_out(world: "World", life: Life, name: str, rate: float) -> bool:
    """A manager may come now for money that was found. Whether they did."""
    if life.is_dead or life.till.session is None or life.connection is None or life.shown is None:
        return False
    found = life.journal.execute(FOUND).fetchall()
    if not found or not world.chance.happens(f"{name} pays out", rate):
        return False
    (task,) = world.chance.pick(f"{name} which finding", found)
    world.note("manager pays out", task)
    world.loop.create_task(PayingOut(world, life, name, task).work())
    return True


def resolve(world: "World", life: Life, name: str, rate: float) -> bool:
    """A manager may come now for what nobody could find out. Whether they did."""
    if life.is_dead or life.till.session is None or life.connection is None or life.shown is None:
        return False
    found = life.journal.execute(UNRESOLVED).fetchall()
    if not found or not world.chance.happens(f"{name} manager", rate):
        return False
    task, attempt = world.chance.pick(f"{name} which task", found)
    world.note("manager resolves", attempt)
    world.loop.create_task(Resolving(world, life, name, task, attempt).work())
    return True
