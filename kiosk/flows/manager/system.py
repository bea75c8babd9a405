"""Devices with live tests, log lines, the shop at a payment system, who works here, and leaving the program."""

from typing import Final

from kiosk.domain.confidential import Confidential
from kiosk.domain.entries import StaffDid
from kiosk.domain.errors import DeviceError
from kiosk.domain.people import PIN_DIGITS_MAX, Deed, Person, PinFlaw, Role, flaw_of
from kiosk.domain.receipt import trial_document
from kiosk.domain.scanned import classify
from kiosk.domain.told import Tone
from kiosk.domain.words import Said, Words
from kiosk.flows.intents import Scanned
from kiosk.flows.manager import telling, transfers
from kiosk.flows.manager.intents import Act, Choose, Do, GoTo, OpenPerson, Place
from kiosk.flows.manager.views import Notice, Row, Section, Weight
from kiosk.flows.manager.visit import Leaving, Visit, button, named

MENU: Final = (
    (Place.DEVICES, Deed.LOOK),
    (Place.SHOP, Deed.SHOP),
    (Place.TRANSFERS, Deed.SHOP),
    (Place.PEOPLE, Deed.PEOPLE),
    (Place.LOGS, Deed.LOGS),
    (Place.OWN_PIN, Deed.LOOK),
    (Place.EXIT, Deed.EXIT),
)
"""What the menu offers, and to whom."""

LOG_LINES: Final = 200


async def menu(visit: Visit) -> None:
    """All but sales and what needs a hand."""
    rooms = {
        Place.DEVICES: devices,
        Place.SHOP: shop,
        Place.TRANSFERS: transfers.transfers,
        Place.PEOPLE: people,
        Place.LOGS: logs,
        Place.OWN_PIN: own_pin,
        Place.EXIT: leave,
    }
    absent = () if visit.tools.transfers is not None else (Place.TRANSFERS,)
    offered = [at for at, deed in MENU if visit.may(deed) and at not in absent]
    rows = tuple(Row(f"place_{at}", Said(f"place.{at}"), wish=GoTo(at)) for at in offered)
    while True:
        match await visit.ask(visit.sheet(Said("place.menu"), Section(rows))):
            case GoTo(place):
                await rooms[place](visit)
            case _:
                return


# -- devices


async def devices(visit: Visit) -> None:
    """How each of them is, with a test: touch a payment system or the printer; scan anything."""
    notice = Notice(Said("devices.scan"), Tone.CALM)
    methods = visit.tools.parts.methods
    while True:
        states = await visit.tools.devices.states()
        health = tuple(_with_test(telling.health_row(name, one.health()), name) for name, one in methods.items())
        things = tuple(_with_test(telling.device_row(one), one.name) for one in states)
        sheet = visit.sheet(Said("place.devices"), Section(things), Section(health, Said("home.health")), notice=notice)
        match await visit.ask(sheet, Scanned):
            case Scanned(text):
                kind = telling.snake(type(classify(text)).__name__)
                seen: dict[str, Words] = {"kind": Said(f"scanned.{kind}"), "length": str(len(text))}
                notice = Notice(Said("devices.scanned", seen), Tone.DONE)
            case Choose("printer"):
                notice = await _print_test(visit)
            case Choose(name) if name in methods:
                well = await methods[name].probe() and methods[name].health().ok
                asked: dict[str, Words] = {"method": telling.method_name(name)}
                notice = Notice(Said("devices.reached" if well else "devices.not_reached", asked), _tone(is_well=well))
            case Choose():
                notice = Notice(Said("devices.scan"), Tone.CALM)
            case _:
                return


def _with_test(row: Row, name: str) -> Row:
    return Row(row.name, row.title, row.second, row.right, row.tone, Choose(name))


def _tone(*, is_well: bool) -> Tone:
    return Tone.DONE if is_well else Tone.ACT


async def _print_test(visit: Visit) -> Notice:
    letterhead = visit.tools.letterhead
    try:
        await visit.tools.devices.print_test(trial_document(letterhead.store, letterhead.language))
    except DeviceError as error:
        return Notice(Said("devices.not_printed", {"problem": telling.print_problem(error.key)}), Tone.ACT)
    return Notice(Said("devices.printed"), Tone.DONE)


# -- looking


async def logs(visit: Visit) -> None:
    """The latest lines, newest first."""
    await visit.tools.parts.journal.write(StaffDid(visit.by, Deed.LOGS))
    lines = await visit.tools.logs.latest(LOG_LINES)
    rows = tuple(
        Row(f"log_{number}", one.words, one.at, one.level, _grave(one.level)) for number, one in enumerate(lines, 1)
    )
    await visit.ask(visit.sheet(Said("place.logs"), Section(rows, empty=Said("logs.none"))))


def _grave(level: str) -> Tone | None:
    return {"warning": Tone.WAIT, "error": Tone.ACT, "critical": Tone.ACT}.get(level)


async def shop(visit: Visit) -> None:
    """What payment systems tell of the shop. Source: loyalty document, 3.7 and 3.8."""
    title = Said("place.shop")
    visit.show(visit.sheet(title, notice=Notice(Said("shop.asking"), Tone.WAIT), can_go_back=False))
    sections = []
    for name, account in visit.tools.shops.items():
        facts = await account.facts()
        rows = tuple(Row(f"{name}_{one.name}", Said(f"shop_fact.{one.name}"), right=one.value) for one in facts)
        sections.append(Section(rows, telling.method_name(name), Said("shop.not_reached")))
    empty = () if sections else (Section((), empty=Said("shop.none")),)
    await visit.ask(visit.sheet(title, *sections, *empty))


# -- who works here


async def people(visit: Visit) -> None:
    """Who works here; somebody new; somebody's roles, PIN, end."""
    notice: Notice | None = None
    while True:
        rows = tuple(map(telling.person_row, await visit.tools.staff.people()))
        sheet = visit.sheet(Said("place.people"), Section(rows), buttons=(button(Act.ADD, Weight.MAIN),), notice=notice)
        match await visit.ask(sheet):
            case OpenPerson(person_id):
                notice = await _person(visit, person_id)
            case Do(Act.ADD):
                notice = await _add(visit)
            case _:
                return


async def _add(visit: Visit) -> Notice | None:
    role = await _role(visit)
    if role is None:
        return None
    pin = await new_pin(visit, Said("pin.first_of", {"role": Said(f"role.{role}")}))
    if pin is None:
        return None
    added = await visit.tools.staff.add("", {role}, pin, visit.by)
    if isinstance(added, PinFlaw):
        return Notice(Said(f"pin_flaw.{added}"), Tone.ACT)
    return Notice(Said("people.added", {"name": named(added)}), Tone.DONE)


async def _role(visit: Visit) -> Role | None:
    rows = tuple(Row(f"role_{one}", Said(f"role.{one}"), Said(f"role_may.{one}"), wish=Choose(one)) for one in Role)
    answer = await visit.ask(visit.sheet(Said("people.which_role"), Section(rows)))
    return Role(answer.option) if isinstance(answer, Choose) else None


async def _person(visit: Visit, person_id: str) -> Notice | None:
    """Roles are switched by a touch; a new PIN lets them in once, to choose their own."""
    notice: Notice | None = None
    while True:
        person = await visit.tools.staff.person(person_id)
        if person is None:
            return notice
        roles = tuple(
            Row(
                f"role_{one}",
                Said(f"role.{one}"),
                Said(f"role_may.{one}"),
                Said("people.has" if one in person.roles else "people.has_not"),
                Tone.DONE if one in person.roles else None,
                Choose(one),
            )
            for one in Role
        )
        buttons = (button(Act.NEW_PIN), button(Act.REMOVE, Weight.DANGER))
        sheet = visit.sheet(named(person), Section(roles, Said("people.roles")), buttons=buttons, notice=notice)
        match await visit.ask(sheet):
            case Choose(role):
                roles_now = person.roles ^ {Role(role)}
                taken = await visit.tools.staff.choose_roles(person, roles_now, visit.by)
                notice = None if taken else Notice(Said("people.last"), Tone.ACT)
                if person.id == visit.by:
                    visit.me = await visit.tools.staff.person(person.id)
            case Do(Act.NEW_PIN):
                notice = await _give_pin(visit, person)
            case Do(Act.REMOVE):
                if person.id != visit.by and await visit.tools.staff.remove(person, visit.by):
                    return Notice(Said("people.removed", {"name": named(person)}), Tone.DONE)
                notice = Notice(Said("people.last"), Tone.ACT)
            case _:
                return None


async def _give_pin(visit: Visit, person: Person) -> Notice | None:
    pin = await new_pin(visit, Said("pin.new_of", {"name": named(person)}))
    if pin is None:
        return None
    flaw = await visit.tools.staff.set_pin(person, pin, visit.by)
    return Notice(Said(f"pin_flaw.{flaw}"), Tone.ACT) if flaw else Notice(Said("pin.given"), Tone.DONE)


async def own_pin(visit: Visit) -> None:
    """Another PIN of their own."""
    person = visit.me
    while person is not None:
        pin = await new_pin(visit, Said("pin.own"))
        if pin is None:
            return
        flaw = await visit.tools.staff.set_pin(person, pin, person.id)
        if flaw is None:
            await visit.tell(Said("place.own_pin"), Notice(Said("pin.changed"), Tone.DONE))
            return
        await visit.tell(Said("place.own_pin"), Notice(Said(f"pin_flaw.{flaw}"), Tone.ACT))


async def new_pin(visit: Visit, title: Words) -> Confidential | None:
    """A PIN, typed twice; None when they went back."""
    problem: Words | None = None
    while True:
        first = await visit.type_in(title, PIN_DIGITS_MAX, hint=Said("pin.rule"), problem=problem, is_secret=True)
        if first is None:
            return None
        flaw = flaw_of(first.digits.reveal())
        if flaw is not None:
            problem = Said(f"pin_flaw.{flaw}")
            continue
        again = await visit.type_in(title, PIN_DIGITS_MAX, hint=Said("pin.again"), is_secret=True)
        if again is None:
            return None
        if again.digits == first.digits:
            return first.digits
        problem = Said("pin.differs")


# -- leaving


async def leave(visit: Visit) -> None:
    """Out of the program, or into it anew; what is under way goes on after the next start."""
    rows = tuple(Row(f"leave_{one}", Said(f"leave.{one}"), wish=Choose(one)) for one in Leaving)
    going_on = await visit.tools.parts.journal.open_orders()
    notice = Notice(Said("leave.going_on"), Tone.WAIT) if going_on else None
    answer = await visit.ask(visit.sheet(Said("place.exit"), Section(rows), notice=notice))
    if isinstance(answer, Choose):
        how = Leaving(answer.option)
        await visit.tools.parts.journal.write(StaffDid(visit.by, Deed.EXIT, facts={"how": how}))
        visit.tools.leave(how)
