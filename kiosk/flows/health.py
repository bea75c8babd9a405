"""Which payment methods can be reached, so that only those are offered; and the banner that says so."""

import asyncio
from collections.abc import Mapping

from kiosk.domain.entries import Asked, OperationAnswered, TaskOpened
from kiosk.domain.limits import Limits
from kiosk.domain.outcome import Reason
from kiosk.domain.ports import Clock, Journal, Method
from kiosk.domain.staffwork import TaskKind
from kiosk.flows.stage import Stage


class HealthWatch:
    """Tries again what cannot be reached, and tells the stage."""

    def __init__(
        self, methods: Mapping[str, Method], stage: Stage, journal: Journal, clock: Clock, limits: Limits
    ) -> None:
        self._methods = methods
        self._stage = stage
        self._journal = journal
        self._clock = clock
        self._limits = limits
        self._news = asyncio.Event()
        journal.listen(self._news.set, Asked, OperationAnswered)
        self._clock_alarms: set[str] = set()
        self._offered: tuple[str, ...] = ()

    async def run(self) -> None:
        """Watch, for as long as the till runs. Every method is reached once at start."""
        for method in self._methods.values():
            await method.probe()
        while True:
            self._news.clear()
            await self._tell()
            unwell = [method for method in self._methods.values() if not method.health().ok]
            if not unwell:
                # only a payment can find one unreachable, and that is written down
                await self._news.wait()
                continue
            await self._clock.sleep(self._limits.probe_every_s)
            for method in unwell:
                await method.probe()

    async def _tell(self) -> None:
        healths = {name: method.health() for name, method in self._methods.items()}
        self._stage.network(down=any(one.reason is Reason.UNREACHABLE for one in healths.values()))
        offered = tuple(name for name, health in healths.items() if health.ok)
        if offered != self._offered:
            self._offered = offered
            self._stage.changed()
        for name, health in healths.items():
            if health.reason is Reason.CLOCK_SKEWED and name not in self._clock_alarms:
                self._clock_alarms.add(name)
                await self._journal.write(TaskOpened(TaskKind.CLOCK, facts={"method": name}))
