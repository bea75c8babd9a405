"""`kiosk staff people | add | pin | remove`: who works here, for whoever installs a terminal. The till must not run."""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from kiosk.app import Till
from kiosk.domain.confidential import Confidential
from kiosk.domain.people import FIRST, Person, PinFlaw, Role
from kiosk.domain.words import in_words
from kiosk.flows.manager.visit import named
from kiosk.flows.staff import Staff
from kiosk.services.offloop import in_executor
from kiosk.services.pins import Argon2Pins
from kiosk.services.text import Text
from kiosk.tools.staff import operator, till_of

Deed = Callable[[Staff], Awaitable[int]]


def people(options: argparse.Namespace, text: Text) -> int:
    """Run one of the commands.

    Returns:
        1 when it was not done; a sentence says why.

    Raises:
        OperatingError: the till is running; the journal cannot be opened.
    """
    match options.deed:
        case "people":
            return _with_staff(options.config, lambda staff: _list(staff, text))
        case "add":
            roles = frozenset(map(Role, options.role)) or FIRST
            pin = _pin(text)
            return _with_staff(options.config, lambda staff: _add(staff, options.name, roles, pin, text))
        case "pin":
            pin = _pin(text)
            return _with_staff(options.config, lambda staff: _set_pin(staff, options.person, pin, text))
        case _:
            return _with_staff(options.config, lambda staff: _remove(staff, options.person, text))


def _with_staff(config: Path, deed: Deed) -> int:
    return asyncio.run(_opened(till_of(config), deed))


async def _opened(till: Till, deed: Deed) -> int:
    parts = await till.open_behind()
    try:
        return await deed(Staff(parts.journal, Argon2Pins(in_executor), till.seams.clock))
    finally:
        await till.close()


def _pin(text: Text) -> Confidential:
    if sys.stdin.isatty():
        return Confidential(getpass.getpass(text("cli.pin")))
    return Confidential(sys.stdin.readline().rstrip("\n"))


async def _list(staff: Staff, text: Text) -> int:
    for one in await staff.people():
        roles = ", ".join(text(f"role.{role}") for role in sorted(one.roles))
        locked = f"  {text('cli.locked', seconds=round(staff.locked_s(one)))}" if staff.locked_s(one) else ""
        print(f"{one.id}  {in_words(named(one), text)}  {roles}{locked}")
    return 0


async def _add(staff: Staff, name: str, roles: frozenset[Role], pin: Confidential, text: Text) -> int:
    if not await staff.people() and Role.MANAGER not in roles:
        print(text("cli.first_is_manager"))
        return 1
    added = await staff.add(name, roles, pin, operator())
    if isinstance(added, PinFlaw):
        print(text(f"pin_flaw.{added}"))
        return 1
    print(text("cli.person_added", person=added.id, name=in_words(named(added), text)))
    return 0


async def _set_pin(staff: Staff, person_id: str, pin: Confidential, text: Text) -> int:
    person = await _somebody(staff, person_id, text)
    if person is None:
        return 1
    flaw = await staff.set_pin(person, pin, operator())
    print(text(f"pin_flaw.{flaw}" if flaw else "pin.given"))
    return 1 if flaw else 0


async def _remove(staff: Staff, person_id: str, text: Text) -> int:
    person = await _somebody(staff, person_id, text)
    if person is None:
        return 1
    if not await staff.remove(person, operator()):
        print(text("cli.last_manager"))
        return 1
    print(text("people.removed", name=in_words(named(person), text)))
    return 0


async def _somebody(staff: Staff, person_id: str, text: Text) -> Person | None:
    person = await staff.person(person_id)
    if person is None:
        print(text("cli.no_such_person", person=person_id))
    return person
