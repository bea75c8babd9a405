"""The oracle: is everything that stands on the screen true of the money, for as long as it stands there?

It reads the views that the till publishes, which the screens draw without a decision of their own, and holds each claim
against the books of the world at that moment, and again whenever money moves while it stands.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kiosk.domain.ids import order_of
from kiosk.domain.money import Money, won
from kiosk.domain.told import Fact, TenderLine
from kiosk.flows.views import Certainty, CertaintyView, DoneView, InterruptedView, MethodsView, Shown, StartView
from tests.simulation.loop import US

if TYPE_CHECKING:
    from tests.simulation.life import Life
    from tests.simulation.world import World

WAITS_S: Final = 60.0 + 40
"""Nobody is kept before a screen that is finding out for longer [s]: a minute, and what a slow disk may add."""
FOLLOWS_S: Final = 1.0
"""Within this time a screen must have followed money that moved [s]."""
NOTHING: Final = frozenset({Fact.NOT_TAKEN, Fact.UNDONE})
"""Nothing is held, and nothing will be."""
COMES_BACK: Final = frozenset({Fact.POINTS_RELEASED, Fact.IGNORE_FIRST_REQUEST})
"""Nothing is taken, and nothing will be; what was approved is held for a while at most."""
NEVER: Final = NOTHING | COMES_BACK
RELEASED_WITHIN_S: Final = 310.0 + 90
"""Until what was approved is back [s]: the relay ends everything by force within 310 s; a late approval lands later."""
NOT_NOW: Final = frozenset({Fact.NOT_PAID, Fact.NOT_YET, Fact.PLANNED})
CHECKING: Final = frozenset({Fact.CHECKING, Fact.CHECKING_DO_NOT_PAY})
UNSURE: Final = CHECKING | {Fact.NOT_CERTAIN, Fact.NO_DEPOSIT_YET}
"""Nobody is told yet what becomes of it."""


@dataclass(frozen=True)
class Standing:
    """What stands on the screen now."""

    life: "Life"
    shown: Shown
    serial: int


class Told:
    """Listens to one story's screens."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._standing: Standing | None = None
        self._serial = 0
        self._promised: dict[str, str] = {}
        self._checking_us: int | None = None
        self._to_come_back: set[str] = set()

    def show(self, life: "Life", shown: Shown) -> None:
        """Something else is on the screen now."""
        was_start = self._standing is not None and isinstance(self._standing.shown.view, StartView)
        if isinstance(shown.view, StartView) and not was_start and self._world.laws.is_full:
            self._world.laws.broken("L6", "the till opens on a full disk")
        self._serial += 1
        self._standing = Standing(life, shown, self._serial)
        for wrong in self._wrong(shown):
            self._world.laws.broken("told", wrong)
        self._keep_waiting(life, shown)
        if self._says_what_it_owes(life, shown):
            life.owes = ""
        if isinstance(shown.view, StartView) and life.owes and self._world.laws.still_paid(life.owes):
            self._world.laws.broken("told", f"{life.owes} was paid when the till stopped, and its screen says nothing")
        if isinstance(shown.view, CertaintyView) and shown.view.kind is Certainty.UNSTORED:
            for line in shown.view.tenders:
                if line.fact in CHECKING:
                    self._world.laws.unstored(life, line.attempt_id)
        for line in _lines(shown):
            if line.fact in COMES_BACK and line.attempt_id not in self._to_come_back:
                self._to_come_back.add(line.attempt_id)
                self._watch_release(life, line.attempt_id, str(line.fact))
            if line.fact in NEVER:
                self._promised.setdefault(line.attempt_id, f"{type(shown.view).__name__} said {line.fact}")
            else:
                self._promised.pop(line.attempt_id, None)

    def _says_what_it_owes(self, life: "Life", shown: Shown) -> bool:
        """What was paid when the till stopped is on the screen: as paid, or with staff if its bank took it back."""
        view = shown.view
        named = life.owes in {order_of(line.attempt_id) for line in _lines(shown)}
        is_with_staff = isinstance(view, CertaintyView) and view.kind is Certainty.STAFF
        # only what is odd may have gone from a sale that is PAID still: whose money is there hears its number
        return named and (isinstance(view, DoneView) or (is_with_staff and self._world.truth.any_late(life.owes)))

    def _keep_waiting(self, life: "Life", shown: Shown) -> None:
        """An answer that is missing keeps a customer for a minute; then the order is put aside."""
        world, view = self._world, shown.view
        if not (isinstance(view, CertaintyView) and view.kind is Certainty.CHECKING):
            self._checking_us = None
        elif self._checking_us is None:
            began_us = self._checking_us = world.loop.now_us

            def look() -> None:
                if self._checking_us == began_us and life.frozen_until_us <= began_us:
                    world.laws.broken("told", f"an answer has been missing for {WAITS_S:.0f} s, and the screen waits")

            world.later(WAITS_S, look)

    def _watch_release(self, life: "Life", attempt: str, fact: str) -> None:
        """Points that come back are back in time, unless the till cannot see to it: then they are in the end."""
        world, met = self._world, len(self._world.fired)

        def look() -> None:
            undisturbed = not life.is_dead and not any(self._world.disturbs(kind) for _, kind in world.fired[met:])
            if undisturbed and world.truth.on_hold(attempt) and not world.truth.is_late(attempt):
                world.laws.broken("told", f"{fact} of {attempt}, and {RELEASED_WITHIN_S:.0f} s later they are held")

        world.later(RELEASED_WITHIN_S, look)

    def dark(self) -> None:
        """The program is gone, and its screen with it."""
        self._standing = None
        self._checking_us = None

    def moved(self, attempt: str) -> None:
        """Money moved: the screen must follow; and what was promised must not be broken."""
        world = self._world
        promised = self._promised.get(attempt)
        if promised is not None and world.truth.held(attempt) > 0 and not world.truth.is_late(attempt):
            world.laws.broken("told", f"{promised} of {attempt}, and then {world.truth.held(attempt)} were taken")
        standing = self._standing
        if standing is not None and self._wrong(standing.shown):
            frozen_s = max(0, standing.life.frozen_until_us - world.loop.now_us) / US
            world.later(frozen_s + FOLLOWS_S, lambda: self._must_have_followed(standing))

    def _must_have_followed(self, standing: Standing) -> None:
        still = self._standing
        if still is None or still.serial != standing.serial:
            return
        if standing.life.frozen_until_us > self._world.loop.now_us - round(FOLLOWS_S * US):
            self._world.later(FOLLOWS_S, lambda: self._must_have_followed(standing))
            return
        for wrong in self._wrong(standing.shown):
            self._world.laws.broken("told", f"still after {FOLLOWS_S} s: {wrong}")

    # -- is it true

    def _wrong(self, shown: Shown) -> list[str]:
        view, name = shown.view, type(shown.view).__name__
        wrong = [f"{name}: {problem}" for line in _lines(shown) for problem in self._wrong_line(line)]
        truth = self._world.truth
        match view:
            case DoneView(tenders=tenders, total=total) if tenders:
                order = order_of(tenders[0].attempt_id)
                held = truth.held_of_order(order)
                if held != total.amount and not truth.any_late(order):
                    wrong.append(f"{name}: paid {total.amount}, and {held} are held of {order}")
            case DoneView():
                wrong.append(f"{name}: paid, and no payment is named")
            case (
                MethodsView(total=total, due=due, tenders=tenders)
                # what is left to pay is said only where it is known: to who can go on
                | InterruptedView(total=total, due=due, tenders=tenders, can_continue=True)
            ) if tenders:
                order = order_of(tenders[0].attempt_id)
                if isinstance(view, MethodsView):
                    due += _planned(tenders)
                unsure = any(line.fact in UNSURE for line in tenders)
                held = truth.held_of_order(order)
                if not unsure and held + due.amount != total.amount and not truth.any_late(order):
                    wrong.append(f"{name}: {due.amount} of {total.amount} left to pay, and {held} are held of {order}")
            case MethodsView(total=total, due=due) if due != total:
                wrong.append(f"{name}: {due.amount} of {total.amount} left to pay, and no payment is named")
            case CertaintyView(kind=Certainty.RETURNED, tenders=tenders) if tenders:
                order = order_of(tenders[0].attempt_id)
                if truth.held_of_order(order) and not truth.any_late(order):
                    wrong.append(f"{name}: all is back, and {truth.held_of_order(order)} are held of {order}")
            case _:
                pass
        return wrong

    def _wrong_line(self, line: TenderLine) -> list[str]:
        truth, attempt = self._world.truth, line.attempt_id
        held = truth.held(attempt)
        if truth.is_late(attempt):
            return []
        if line.fact is Fact.RECEIVED and (line.amount is None or held != line.amount.amount):
            return [f"{line.fact} {line.amount} of {attempt}, and {held} are held"]
        if line.fact in NEVER | NOT_NOW and held:
            return [f"{line.fact} of {attempt}, and {held} are held"]
        # whose opening was doubled on its way hears that the code was used, and cannot know by whom (README.md)
        if line.fact in NOTHING and truth.on_hold(attempt) and not truth.is_doubled(attempt):
            return [f"{line.fact} of {attempt}, and {truth.on_hold(attempt)} are on hold"]
        if line.fact is Fact.RETURNED and (held or not truth.accounts[attempt].moves):
            return [f"{line.fact} of {attempt}, and {held} are held"]
        return []


def _planned(tenders: tuple[TenderLine, ...]) -> Money:
    """What is to be paid last, and is not asked for now."""
    return won(sum(line.amount.amount for line in tenders if line.fact is Fact.PLANNED and line.amount))


def _lines(shown: Shown) -> tuple[TenderLine, ...]:
    return getattr(shown.view, "tenders", ())
