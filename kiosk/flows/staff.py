"""Who works here, and whether it is really them.

A PIN counts as wrong from before it is looked at until it has proven right: whoever pulls the plug in between has used
up a try. How long somebody has to wait is counted by the clock that nobody can set; after a reboot, from this start.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace

from kiosk.domain.confidential import Confidential
from kiosk.domain.entries import PersonLeft, PersonSet, PinSet, PinTried
from kiosk.domain.errors import known
from kiosk.domain.people import Deed, Person, PinFlaw, Role, flaw_of, keeps_somebody_for, lock_s
from kiosk.domain.ports import Clock, Journal, Pins


@dataclass(frozen=True, slots=True)
class Refused:
    """A PIN was not taken.

    Attributes:
        left_s: How long none is taken [s]; 0 when the next one is.
    """

    left_s: float


class Staff:
    """The people of this till.

    Args:
        journal: Where they are written down.
        pins: Keeps PINs.
        clock: For the time a person has to wait.
    """

    def __init__(self, journal: Journal, pins: Pins, clock: Clock) -> None:
        self._journal = journal
        self._pins = pins
        self._clock = clock
        self._one_try = asyncio.Lock()

    async def people(self) -> tuple[Person, ...]:
        """Everybody who works here."""
        return tuple(one for one in await self._journal.people() if one.is_here)

    async def person(self, person_id: str) -> Person | None:
        """Somebody who works here."""
        return next((one for one in await self.people() if one.id == person_id), None)

    # -- who it is

    async def enter(self, person_id: str, pin: Confidential) -> Person | Refused:
        """Whether somebody is who they say. One try at a time, however many ask."""
        async with self._one_try:
            person = await self.person(person_id)
            if person is None or not person.pin:
                return Refused(0.0)
            left_s = self.locked_s(person)
            if left_s > 0:
                return Refused(left_s)
            await self._journal.write(PinTried(person.id, is_right=False))
            if not await self._fits(person, pin):
                return Refused(lock_s(person.wrong + 1))
            await self._journal.write(PinTried(person.id, is_right=True))
            return person

    def locked_s(self, person: Person) -> float:
        """How long no PIN of theirs is taken [s]; 0 when the next one is."""
        if person.tried is None:
            return 0.0
        return max(0.0, lock_s(person.wrong) - self._clock.elapsed(person.tried))

    async def _fits(self, person: Person, pin: Confidential) -> bool:
        return await self._pins.fits(pin, self._journal.unseal(person.pin, _context(person.id)))

    # -- who they are

    async def add(self, name: str, roles: Collection[Role], pin: Confidential, by: str) -> Person | PinFlaw:
        """Somebody new. Their PIN is somebody else's choice, until they choose their own.

        Args:
            name: As staff see it; "" is shown as role and id.
            roles: What they are; the first person of all has to be a manager.
            pin: The first one.
            by: Id of who says so; "" when there is nobody yet, and then the PIN is their own.
        """
        flaw = flaw_of(pin.reveal())
        if flaw is not None:
            return flaw
        new = f"P{len(await self._journal.people()) + 1}"
        chosen_by = by or new
        sealed = await self._sealed(new, pin)
        await self._journal.write(PersonSet(new, name, tuple(sorted(roles)), chosen_by), PinSet(new, sealed, chosen_by))
        return known(await self.person(new), f"person {new}")

    async def choose_roles(self, person: Person, roles: Collection[Role], by: str) -> bool:
        """Other roles; false when nobody would be left who may say who works here."""
        others = [one for one in await self.people() if one.id != person.id]
        if not roles or not keeps_somebody_for(Deed.PEOPLE, (*others, replace(person, roles=frozenset(roles)))):
            return False
        await self._journal.write(PersonSet(person.id, person.name, tuple(sorted(roles)), by))
        return True

    async def remove(self, person: Person, by: str) -> bool:
        """They do not work here any more; false when nobody would be left who may say who works here."""
        others = [one for one in await self.people() if one.id != person.id]
        if not keeps_somebody_for(Deed.PEOPLE, others):
            return False
        await self._journal.write(PersonLeft(person.id, by))
        return True

    async def set_pin(self, person: Person, pin: Confidential, by: str) -> PinFlaw | None:
        """Another PIN, which is not the one before; it ends a lock-out."""
        flaw = flaw_of(pin.reveal())
        if flaw is None and person.pin and await self._fits(person, pin):
            flaw = PinFlaw.SAME
        if flaw is None:
            await self._journal.write(PinSet(person.id, await self._sealed(person.id, pin), by))
        return flaw

    async def _sealed(self, person_id: str, pin: Confidential) -> str:
        return self._journal.seal(await self._pins.keep(pin), _context(person_id))


def _context(person_id: str) -> str:
    return f"{person_id}/pin"
