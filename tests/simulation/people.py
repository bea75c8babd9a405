"""Customers: they look at the screen, think, and press; some walk away, some come back, some press twice."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from kiosk.domain.outcome import Reason
from kiosk.domain.ports import ScanKind
from kiosk.flows.intents import (
    AddProduct,
    Begin,
    ChangeQuantity,
    ChooseAmount,
    ChooseMethod,
    Confirm,
    Finish,
    GoBack,
    GoPay,
    Intent,
    Leave,
    Resume,
    TakeBack,
)
from kiosk.flows.views import (
    AmountView,
    BasketView,
    CertaintyView,
    ClosedView,
    DoneView,
    InterruptedView,
    MethodsView,
    PhoneView,
    ScanView,
    Shown,
    StartView,
    TransferView,
    View,
    WorkingView,
)
from tests.simulation.aims import PART
from tests.simulation.banks import attempt_of
from tests.simulation.loop import US
from tests.simulation.systems import BY_NAME, SYSTEMS

if TYPE_CHECKING:
    from tests.simulation.world import World

PATIENCE_S: Final = 900.0
"""Nobody stands before a till longer [s]."""
LOOKS_AGAIN_S: Final = 8.0
"""When nothing changes, a person looks again after this time [s]."""
STEPS_MAX: Final = 80
HOSTILE: Final = (
    "",
    "\x00\x1b[2J",
    "'; DROP TABLE orders;--",
    "A" * 4000,
    "http://evil.example/" + "x" * 200,
    "0x1234",
)
LEAVE: Final = "leave"
WALK: Final = "walk"
WAIT: Final = "wait"
CHOICES: Final[Mapping[type[View], tuple[str, dict[str, float]]]] = {
    PhoneView: ("PhoneView", {WAIT: 60, "back": 1, LEAVE: 0.5, WALK: 0.4}),
    InterruptedView: ("InterruptedView", {"resume": 5, LEAVE: 1, WALK: 2, WAIT: 2}),
    WorkingView: ("", {WAIT: 20, LEAVE: 1, "back": 1, "confirm": 1, WALK: 1}),
    CertaintyView: ("", {WAIT: 20, LEAVE: 1, "back": 1, "confirm": 1, WALK: 1}),
    ClosedView: ("", {WAIT: 8, WALK: 1}),
}
"""What is done before a screen, and how often; under which name an aim changes that."""


class Customer:
    """One customer, from the first look until they are gone.

    Args:
        world: Where.
        number: Which one of the story.
    """

    def __init__(self, world: "World", number: int) -> None:
        self._world = world
        self._name = f"customer {number}"
        self._chance = world.chance
        self._steps = 0
        self._news: asyncio.Future[None] | None = None
        self._was_served = False
        self._goods = self._chance.whole(f"{self._name} goods", 1, 4)
        self._codes = {system.name: system.codes(world.chance, world.outside, self._name) for system in SYSTEMS}
        self._code = 0
        self._gone = False
        self._has_chosen = False

    def look(self) -> None:
        """Something changed on the screen."""
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def shop(self) -> None:
        """Until they are gone."""
        leaves_us = self._world.loop.now_us + round(PATIENCE_S * US)
        while not self._gone and self._steps < STEPS_MAX and self._world.loop.now_us < leaves_us:
            self._steps += 1
            await asyncio.sleep(self._chance.long_tail(f"{self._step} thinks", 0.2, 6))
            self._act()
            if not self._gone:
                await self._look_on()

    @property
    def _step(self) -> str:
        return f"{self._name} step {self._steps}"

    async def _look_on(self) -> None:
        """Until something changes, or for a while."""
        self._news = self._world.loop.create_future()
        try:
            async with asyncio.timeout(LOOKS_AGAIN_S):
                await self._news
        except TimeoutError:
            return

    @property
    def _shown(self) -> Shown | None:
        life = self._world.life
        return None if life is None or life.is_dead else life.shown

    # -- acting

    def _act(self) -> None:
        shown = self._shown
        if shown is None:
            self._gone = self._chance.happens(f"{self._step} dark", 0.12)
            return
        if shown.idle_left_s is not None and self._chance.happens(f"{self._step} stays", 0.7):
            self._press(Resume())
            return
        self._misuse()
        match shown.view:
            case StartView():
                self._start()
            case BasketView() as view:
                self._basket(view)
            case MethodsView() as view:
                self._methods(view)
            case ScanView() as view:
                self._scan(view)
            case TransferView() as view:
                self._transfer(view)
            case AmountView() as view:
                other = 0.0 if self._has_chosen else 8.0
                self._choose("AmountView", {"confirm": 20, "another amount": other, "back": 1, LEAVE: 1, WALK: 0.5})
                self._has_chosen = True
            case CertaintyView(can_leave=True):
                self._choose("", {"finish": 5, WALK: 1, WAIT: 2})
                self._was_served = True
            case DoneView():
                self._choose("", {"finish": 4, WALK: 1, WAIT: 1})
                self._was_served = True
            case view:
                self._choose(*CHOICES[type(view)])

    def _misuse(self) -> None:
        """What a scanner, or a finger, does wrong."""
        world, step = self._world, self._step
        if world.strikes("hostile code", step, world.person_rate):
            self._read(self._chance.pick(f"{step} hostile", HOSTILE))
        if world.strikes("burst of scans", step, world.person_rate / 4):
            for n in range(self._chance.whole(f"{step} burst", 10, 60)):
                self._read(self._chance.pick(f"{step} burst {n}", self._barcodes))

    @property
    def _barcodes(self) -> tuple[str, ...]:
        return tuple(f"88099900{n:05d}" for n in range(6))

    def _start(self) -> None:
        if self._was_served:
            self._gone = True
        elif self._chance.happens(f"{self._step} scans", 0.5):
            self._read(self._chance.pick(f"{self._step} which", self._barcodes))
        else:
            self._press(Begin())

    def _basket(self, view: BasketView) -> None:
        if view.count >= self._goods:
            self._choose("", {"pay": 20, "fewer": 1, LEAVE: 0.5, WALK: 0.3})
        elif self._chance.happens(f"{self._step} scans", 0.5):
            self._read(self._chance.pick(f"{self._step} which", self._barcodes))
        else:
            self._press(AddProduct(f"D{self._chance.whole(f'{self._step} sku', 0, 4):03d}"))

    def _methods(self, view: MethodsView) -> None:
        self._has_chosen = False
        weights: dict[str, float] = {f"method {card.name}": 10 for card in view.methods}
        wait, take_back = 0 if weights else 5, 2 if view.can_take_back else 0
        others = {"take back": take_back, "back": 1, LEAVE: 1, WALK: 0.6, WAIT: wait}
        self._choose(PART if view.is_part_paid else "MethodsView", {**weights, **others})

    def _scan(self, view: ScanView) -> None:
        codes = self._codes.get(view.method, ()) if view.kind in ScanKind else ()
        if not codes:
            self._choose("", {"back": 1, LEAVE: 1})
            return
        wrong = {"typo": 1.0, "product": 1.0, "another's code": 0.3}
        # whoever has too few points does not show them again and again
        again = 1.0 if view.problem == Reason.POINTS_SHORT else 14.0
        self._choose("ScanView", {"code": again, **wrong, "back": 1.5, LEAVE: 0.7, WALK: 0.5})

    def _transfer(self, view: TransferView) -> None:
        """They transfer on their own phone, in their own time (banks.py); here they wait, or do not."""
        banks, attempt = self._world.banks, attempt_of(view)
        banks.see(view)
        if not view.is_question:
            # who has transferred, and sees nothing of it, is impatient
            back = 8 if attempt in banks.sent else 1.2
            self._choose("TransferView", {WAIT: 90, "back": back, LEAVE: 0.7, WALK: 0.7})
            return
        is_true = not self._world.strikes("answered wrongly", self._step, self._world.transfer_rate)
        if (attempt in banks.sent) is is_true:
            self._press(Confirm())
        else:
            self._world.transfers.said_no(attempt)
            self._press(GoBack())

    def _choose(self, view: str, weights: dict[str, float]) -> None:
        aim = self._world.aim
        if aim is not None:
            weights = {name: w * aim.prefers.get((view, name), 1.0) for name, w in weights.items()}
        choice = self._chance.weighted(f"{self._step} chooses", {name: w for name, w in weights.items() if w})
        acts: dict[str, Callable[[], None]] = {
            WAIT: lambda: None,
            WALK: self._walk,
            LEAVE: lambda: self._press(Leave()),
            "back": lambda: self._press(GoBack()),
            "confirm": lambda: self._press(Confirm()),
            "resume": lambda: self._press(Resume()),
            "finish": lambda: self._press(Finish()),
            "pay": lambda: self._press(GoPay()),
            "fewer": lambda: self._press(ChangeQuantity("D001", -1)),
            "another amount": self._another_amount,
            "take back": self._take_back,
            "code": self._next_code,
            "another's code": self._code_of_another,
            "typo": lambda: self._read("99998888777766665"),
            "product": lambda: self._read(self._barcodes[0]),
        }
        if choice.startswith("method "):
            self._press(ChooseMethod(choice.removeprefix("method ")))
        else:
            acts[choice]()

    def _walk(self) -> None:
        self._world.note(self._name, "walks away")
        self._world.sometimes.walked(self._shown.view if self._shown else None)
        self._gone = True

    def _another_amount(self) -> None:
        """Less than the most, as a rule; or what cannot be chosen."""
        view = self._shown.view if self._shown else None
        if isinstance(view, AmountView):
            most = view.most.amount
            amounts = (1, most // 3, most // 2, most - 1, most, most + 1, 0)
            self._press(ChooseAmount(str(self._chance.pick(f"{self._step} how much", amounts))))

    def _take_back(self) -> None:
        """One of the payments."""
        view = self._shown.view if self._shown else None
        if isinstance(view, MethodsView) and view.can_take_back:
            self._press(TakeBack(self._chance.pick(f"{self._step} which", sorted(view.can_take_back))))

    def _next_code(self) -> None:
        """What the screen asks for; of several, the next."""
        view = self._shown.view if self._shown else None
        if isinstance(view, ScanView):
            codes = self._codes[view.method]
            self._show(view.method, codes[self._code % len(codes)])
            self._code += 1

    def _code_of_another(self) -> None:
        """What another payment system asks for."""
        method = self._chance.pick(f"{self._step} other", [name for name, codes in self._codes.items() if codes])
        self._show(method, self._codes[method][0])

    def _show(self, method: str, carried: str) -> None:
        self._read(BY_NAME[method].shows(self._chance, self._world.outside, self._step, carried))

    def _press(self, intent: Intent) -> None:
        self._world.note(self._name, "presses", type(intent).__name__)
        self._submit(intent)
        if self._world.strikes("double tap", self._step, self._world.person_rate):
            self._submit(intent)

    def _submit(self, intent: Intent) -> None:
        life = self._world.life
        if life is not None and life.till.session is not None:
            life.run(life.till.front.submit, intent)

    def _read(self, code: str) -> None:
        """The scanner reads a code."""
        life = self._world.life
        if life is None or life.till.session is None:
            return
        self._world.note(self._name, "scans", len(code))
        life.run(life.till.on_code, code)
        if self._world.strikes("same scan again", f"{self._step} {code[-6:].strip()!r}", self._world.person_rate):
            life.run(life.till.on_code, code)
