"""I10: what the relay calls about changes when something happens, and never what becomes of the money.

A small story is told three times: as its messages come, with none of them, and with lies beside them. One customer pays
with points; answers may be lost, and what the phone says, and when, is the same each time. So is every payment's money.
(Nothing else may happen: a till that is killed a second sooner or later is killed before something else.)
"""

import asyncio
from pathlib import Path
from typing import Final

from typing_extensions import override

from kiosk.flows.intents import AddProduct, Begin, ChooseMethod, Confirm, Finish, GoBack, GoPay, Intent, Leave
from kiosk.flows.views import (
    AmountView,
    BasketView,
    CertaintyView,
    DoneView,
    MethodsView,
    PhoneView,
    ScanView,
    StartView,
    View,
)
from kiosk.services.config import Config
from tests.simulation import faults
from tests.simulation.faults import Kind
from tests.simulation.laws import Violation
from tests.simulation.phones import DENY, SHUT, SOON
from tests.simulation.relay import Hearing
from tests.simulation.systems import BY_NAME
from tests.simulation.wire import Exchange
from tests.simulation.world import Story, World

EVERY: Final = 20
EVERY_ROUGH: Final = 4
"""One story in this many is followed by such a one [stories]; of rough ones, which are told to catch planted bugs."""
LOST: Final = ("answer lost", "answer lost, reset", "502 after", "request lost, reset", "502 before")
LEAVES_AFTER_S: Final = 30.0
"""Whoever leaves does so when what is said on the phone is long over, or still far away [s]."""
GIVES_UP_S: Final = 600.0
WALLET: Final = "0x" + "7" * 40

WAY: Final = (
    (StartView, Begin()),
    (BasketView, AddProduct("D001")),
    (BasketView, GoPay()),
    (MethodsView, ChooseMethod("loyalty")),
)
"""To the question on the phone."""

Money = dict[str, tuple[int, int, int]]
"""By attempt: what the relay took, what it holds, what the journal believes it took [won]."""


class Told(World):
    """One telling.

    Args:
        story: Which one; nothing of it counts but its seed.
        folder: For the till's files.
        config: Of the till.
        hearing: Which messages reach the till.
    """

    def __init__(self, story: Story, folder: Path, config: Config, hearing: Hearing) -> None:
        super().__init__(Story(story.seed, customers=frozenset()), folder, config)
        self.relay.hearing = hearing
        # by force such a relay takes what nobody could name, and a message may tell its name (README.md)
        if self.outside.loyalty.settings.rules.confirm:
            self.outside.change({"loyalty": {"forced_close": "refunds"}})
        if self.outside.loyalty.settings.dialect == "spec":
            # approved before the ledger has spoken, and perhaps not any more then: it counts who looks or closes
            self.enabled -= {"approval not seen", "approval refused", "approval late"}
        self.outside.set_wallets({WALLET: {"balance": 10**24, "phone": True}})

    @override
    def _aim(self) -> None:
        return None

    @override
    def _draw(self) -> None:
        super()._draw()
        # whoever takes, takes before or after that
        self.enabled = frozenset(faults.BY_NAME) - {SHUT}
        self.wire_rate = self.kill_rate = self.host_rate = self.disk_rate = self.person_rate = self.cancel_rate = 0.0
        self.callback_rate = self.phone_rate = 0.2
        self.steps_of_death = 0
        self.disk_is_slow = False

    @override
    def _draw_fault(self, exchange: Exchange) -> Kind | None:
        """The answer to the opening may be lost, and that to the first close."""
        is_first = exchange.key.endswith(f" {1 + (exchange.call == 'close_new')}")
        if exchange.call not in ("open_new", "close_new") or not exchange.attempt or not is_first:
            return None
        name = self.chance.pick(f"{exchange.call} lost", ("", *LOST))
        return faults.BY_NAME.get(name)

    @override
    async def _customers(self) -> None:
        for view, intent in WAY:
            await self._wait_for(view)
            self._press(intent)
            await asyncio.sleep(1)
        await self._wait_for(ScanView, MethodsView)
        code = BY_NAME["loyalty"].shows(self.chance, self.outside, "hearsay", WALLET)
        if self.life is not None and self.life.till.session is not None:
            self.life.run(self.life.till.on_code, code)
        await self._wait_for(AmountView, MethodsView, for_s=15)
        self._press(Confirm())
        leaves = self.chance.happens("leaves", 0.5)
        if leaves:
            await asyncio.sleep(LEAVES_AFTER_S)
        while leaves and isinstance(self._view, PhoneView) and not {SOON, DENY} & set(self.phones.plans.values()):
            self._press(GoBack())  # again, where it meets a till that is just looking
            await asyncio.sleep(0.5)
        await self._wait_for(DoneView, MethodsView, ScanView, StartView)
        ends_s = self.loop.time() + GIVES_UP_S
        while not isinstance(self._view, StartView) and self.loop.time() < ends_s:
            self._press(Finish() if isinstance(self._view, DoneView | CertaintyView) else Leave())
            await asyncio.sleep(5)

    async def _wait_for(self, *views: type[View], for_s: float = GIVES_UP_S) -> None:
        ends_s = self.loop.time() + for_s
        while not isinstance(self._view, views) and self.loop.time() < ends_s:  # noqa: ASYNC110 - time is virtual
            await asyncio.sleep(0.5)

    @property
    def _view(self) -> View | None:
        return None if self.life is None or self.life.shown is None else self.life.shown.view

    def _press(self, intent: Intent) -> None:
        if self.life is not None and self.life.till.session is not None:
            self.life.run(self.life.till.front.submit, intent)

    @override
    async def _quiet(self) -> None:
        await self._until_settled()
        self.money: Money = {
            attempt: (self.truth.held(attempt), self.truth.on_hold(attempt), believed)
            for attempt, believed in self.laws.believed().items()
        }


def is_due(story: Story) -> bool:
    """Whether such a story follows this one."""
    return story.seed % (EVERY_ROUGH if story.is_rough else EVERY) == 0


def hearsay(story: Story, folder: Path, config: Config) -> list[Violation]:
    """What is wrong with a small story, however its messages come; and whether that makes a difference."""
    told = {hearing: Told(story, folder, config, hearing) for hearing in Hearing}
    violations = [one for world in told.values() for one in world.tell()]
    money = {hearing: world.money for hearing, world in told.items()}
    for hearing in Hearing:
        if money[hearing] != money[Hearing.AS_THEY_COME]:
            what = f"{hearing}: {money[hearing]}, and as they come: {money[Hearing.AS_THEY_COME]}"
            violations.append(Violation("I10", f"messages decide about money: {what}", 0.0))
    return violations
