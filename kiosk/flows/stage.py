"""What is on the screen, and what the person in front of it wants: the one place where flows and screens meet.

Screens call `submit`; flows call `show` and `hear`. A question that is not being asked has no answer: an intent nobody
waits for is dropped, so a second tap on a button does nothing.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, replace
from typing import Final

from kiosk.domain.errors import CustomerLeft
from kiosk.domain.limits import Limits
from kiosk.domain.ports import Clock
from kiosk.domain.told import WHILE_SHUT
from kiosk.flows.access import USUAL, Aid
from kiosk.flows.intents import Changed, Intent, Resume, SwitchAid
from kiosk.flows.observable import Observable
from kiosk.flows.views import ClosedView, Shown, View


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a person may take.

    Attributes:
        idle_s: Without a touch or scan, until the warning [s].
        warning_s: How long the warning stands [s]; at least 20 s, as WCAG 2.2.1 asks.
        read_s: How long a screen with news stands before the till is free again [s].
    """

    idle_s: float
    warning_s: float
    read_s: float

    def times(self, factor: float) -> "Pace":
        """So many times as long."""
        return Pace(self.idle_s * factor, self.warning_s * factor, self.read_s * factor)


UNHURRIED: Final = 2.0
"""Who reads large print or listens has so many times as long. Source: kiosk users, 3c: thank-you screen."""


class Stage:
    """One screen, one person.

    Args:
        clock: For idling.
        limits: The limits in force.
        pace: How long a person may take.
        first: The view at start.
        language: The store's.
    """

    def __init__(self, clock: Clock, limits: Limits, pace: Pace, first: View, language: str) -> None:
        self._clock = clock
        self._limits = limits
        self.pace = pace
        self._home_language = language
        self.shown = Observable(Shown(view=first, language=language))
        self._intents: deque[Intent] = deque()
        self._arrived: asyncio.Future[None] | None = None
        self._heard_news = False
        self._touched_s = clock.monotonic()
        self._shut_by = ""
        self._is_covered = False

    # -- for screens and services: plain methods

    def submit(self, intent: Intent) -> None:
        """Say what the person wants. Never blocks, never fails."""
        if isinstance(intent, SwitchAid):
            self._switch(intent.aid)
            return
        if self._shut_by and not isinstance(intent, Changed):
            return
        if isinstance(intent, Changed):
            if any(isinstance(one, Changed) for one in self._intents):
                return
        elif len(self._intents) >= self._limits.scan_queue_max:
            return
        else:
            self._touched_s = self._clock.monotonic()
        self._intents.append(intent)
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)

    def shut(self, reason: str) -> None:
        """From here on the till does not sell. What is known of a payment goes on being told; nobody is asked any more.

        Args:
            reason: Text key of why. The first one stays.
        """
        self._shut_by = self._shut_by or reason
        self._intents = deque(one for one in self._intents if isinstance(one, Changed))
        self.show(self.shown.value.view)
        self.changed()

    def cover(self) -> None:
        """Somebody else's screen lies over this one: nobody is idle here."""
        self._is_covered = True

    def uncover(self) -> None:
        """It can be seen again; the person before it has all their time anew."""
        self._is_covered = False
        self.touch()

    def touch(self) -> None:
        """From now on the person before it has all their time."""
        self._touched_s = self._clock.monotonic()

    def changed(self) -> None:
        """What is shown may be out of date."""
        self.submit(Changed())

    # -- for flows

    @property
    def language(self) -> str:
        """The customer's language."""
        return self.shown.value.language

    @property
    def times(self) -> Pace:
        """How long this person may take."""
        return self.pace.times(UNHURRIED) if self.shown.value.access.takes_longer else self.pace

    def _switch(self, aid: Aid) -> None:
        """At once, whatever is being asked: it changes how things are shown, and nothing else."""
        self.touch()
        self.shown.publish(replace(self.shown.value, access=self.shown.value.access.switched(aid)))

    def choose_language(self, language: str) -> None:
        """Another language, until the next customer."""
        self.shown.publish(replace(self.shown.value, language=language))

    def next_customer(self) -> None:
        """Nothing of the last customer stays: not the language, not the aids, not the call for help."""
        self.shown.publish(replace(self.shown.value, language=self._home_language, help_code="", access=USUAL))

    def network(self, *, down: bool) -> None:
        """Raise or take down the network banner."""
        self.shown.publish(replace(self.shown.value, network_down=down))

    def help_called(self, code: str) -> None:
        """Show that help is on its way."""
        self.shown.publish(replace(self.shown.value, help_code=code))

    def show(self, view: View, idle_left_s: float | None = None) -> None:
        """Put a view on the screen, perhaps with the idle warning; of a till that is shut, only what it says of money.

        Args:
            view: What is shown.
            idle_left_s: How long the warning still stands [s]; None for no warning.
        """
        if self._shut_by:
            told = getattr(view, "tenders", ())
            tenders = tuple(replace(line, fact=WHILE_SHUT.get(line.fact, line.fact)) for line in told)
            view = ClosedView(self._shut_by, tenders, getattr(view, "code", ""))
        if type(view) is not type(self.shown.value.view):
            self._touched_s = self._clock.monotonic()
        self.shown.publish(replace(self.shown.value, view=view, idle_left_s=idle_left_s))

    async def hear(
        self, view: View, *kinds: type[Intent], for_s: float | None = None, fresh: bool = True
    ) -> Intent | None:
        """Show a view and wait for one of these intents.

        Args:
            view: What is asked.
            kinds: What counts as an answer; everything else is dropped.
            for_s: How long [s]; None for as long as it takes.
            fresh: The question is new: what was said before it does not answer it. A view that is only shown anew,
                because of a Changed, asks no new question: a touch while it was made anew still counts.

        Returns:
            The answer, or None when time is up.
        """
        is_renewed = self._heard_news and type(view) is type(self.shown.value.view)
        if fresh and not is_renewed:
            self._intents = deque(one for one in self._intents if isinstance(one, Changed))
        self.show(view)
        try:
            wait = self._next(kinds)
            answer = await (wait if for_s is None else self._clock.within(max(0.0, for_s), wait))
        except TimeoutError:
            answer = None
        self._heard_news = isinstance(answer, Changed)
        return answer

    async def ask(self, view: View, *kinds: type[Intent], fresh: bool = True) -> Intent:
        """Show a view and wait for one of these intents, with the idle warning after a while.

        Raises:
            CustomerLeft: nobody answered the warning either; or the till is shut, and time to read why has passed.
        """
        people = tuple(kind for kind in kinds if kind is not Changed)
        while True:
            self.show(view)
            if self._is_shut():
                await self._clock.sleep(self.times.read_s)
                raise CustomerLeft(idle=True)
            touched_s = self._touched_s
            left_s = self.times.idle_s - (self._clock.monotonic() - touched_s)
            answer = await self.hear(view, *kinds, for_s=left_s, fresh=fresh)
            if answer is not None:
                return answer
            if self._touched_s != touched_s and not self._is_shut():
                # somebody is there, who pressed something that answers nothing
                fresh = False
                continue
            if self._is_shut():
                continue
            if self._is_covered:
                self._touched_s = self._clock.monotonic()
                continue
            self.shown.publish(replace(self.shown.value, idle_left_s=self.times.warning_s))
            try:
                stayed = await self._clock.within(self.times.warning_s, self._next((Resume, *people)))
            except TimeoutError:
                raise CustomerLeft(idle=True) from None
            finally:
                self.shown.publish(replace(self.shown.value, idle_left_s=None))
            if not isinstance(stayed, Resume):
                return stayed
            if Changed in kinds:
                # what changed while the warning stood was not listened to
                self._heard_news = True
                return Changed()
            fresh = True

    async def watch(self, view: View, *kinds: type[Intent], for_s: float, idle_s: float) -> Intent | None:
        """Show a view that is made anew every few seconds, for somebody who has to do something elsewhere meanwhile.

        Args:
            view: What is shown.
            kinds: What counts as an answer.
            for_s: When it is made anew [s].
            idle_s: How long nobody need touch anything, until the warning [s].

        Returns:
            The answer, or None: it is to be made anew.

        Raises:
            CustomerLeft: nobody answered the warning either; or the till is shut, and time to read why has passed.
        """
        if type(view) is not type(self.shown.value.view):
            self._intents.clear()
            self.touch()
        if self._is_covered:
            self.touch()
        if self._is_shut():
            self.show(view)
            await self._clock.sleep(self.times.read_s)
            raise CustomerLeft(idle=True)
        patience_s = idle_s * (UNHURRIED if self.shown.value.access.takes_longer else 1.0)
        silent_s = self._clock.monotonic() - self._touched_s
        left_s = patience_s + self.times.warning_s - silent_s
        if left_s <= 0:
            raise CustomerLeft(idle=True)
        is_warned = silent_s >= patience_s
        self.show(view, left_s if is_warned else None)
        next_s = left_s if is_warned else patience_s - silent_s
        try:
            answer = await self._clock.within(min(for_s, next_s), self._next((Resume, *kinds)))
        except TimeoutError:
            return None
        return None if isinstance(answer, Resume) else answer

    def _is_shut(self) -> bool:
        return self._shut_by != ""

    async def _next(self, kinds: tuple[type[Intent], ...]) -> Intent:
        while True:
            while self._intents:
                intent = self._intents.popleft()
                if isinstance(intent, kinds):
                    return intent
            self._arrived = asyncio.get_running_loop().create_future()
            try:
                await self._arrived
            finally:
                self._arrived = None
