"""In by PIN, home, and out again: the whole of manager mode, one visit after the other."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from kiosk.domain.errors import CustomerLeft, JournalError
from kiosk.domain.people import FIRST, PIN_DIGITS_MAX, Person, PinFlaw
from kiosk.domain.told import Tone
from kiosk.domain.words import Said, Words
from kiosk.flows.intents import Scanned
from kiosk.flows.manager import hands, sales, system, telling
from kiosk.flows.manager.front import Front
from kiosk.flows.manager.intents import Act, Do, GoTo, OpenPerson, OpenSale, OpenTask, Place
from kiosk.flows.manager.views import Button, Notice, Row, Section, SheetView, Weight
from kiosk.flows.manager.visit import Tools, Visit, named

LATEST: Final = 10
"""Sales on the home sheet."""

TASKS_AT_HOME: Final = 3
"""What needs a hand, on the home sheet; the rest is one touch away."""


class Office:
    """Waits for a knock, and lets in who has the PIN.

    Args:
        front: Where they knock.
        tools: What they work with.
    """

    def __init__(self, front: Front, tools: Tools) -> None:
        self._front = front
        self._tools = tools

    async def run(self) -> None:
        """For as long as the till runs. At the very first start nobody sells before there is a manager with a PIN."""
        while not await self._tools.staff.people():
            await self._with_screen(self._first)
        while True:
            await self._front.knocked()
            await self._with_screen(self._visit)

    async def _with_screen(self, work: Callable[[Visit], Awaitable[None]]) -> None:
        visit = Visit(self._tools)
        self._front.open()
        try:
            await work(visit)
        except CustomerLeft:
            pass
        except JournalError:
            # what could not be written did not happen; whatever was under way is found out at the next start
            with suppress(CustomerLeft):
                await visit.tell(Said("place.home"), Notice(Said("office.journal"), Tone.ACT))
        finally:
            self._front.close()

    # -- in

    async def _first(self, visit: Visit) -> None:
        """The first person of all: a manager, who can also leave the program."""
        begin = Button("act_new_pin", Said("office.first_pin"), Do(Act.NEW_PIN), Weight.MAIN)
        welcome = visit.sheet(
            Said("office.first"),
            notice=Notice(Said("office.first_why"), Tone.WAIT),
            buttons=(begin,),
            can_go_back=False,
        )
        await visit.ask(welcome)
        pin = await system.new_pin(visit, Said("pin.own"))
        if pin is None:
            return
        added = await self._tools.staff.add("", FIRST, pin, "")
        if isinstance(added, Person):
            visit.me = added
            await _home(visit)

    async def _visit(self, visit: Visit) -> None:
        person = await self._who(visit)
        while person is not None and visit.me is None:
            visit.me = await self._by_pin(visit, person)
            if visit.me is None:
                person = await self._who(visit) if len(await self._tools.staff.people()) > 1 else None
        if visit.me is not None and (not visit.me.is_pin_given or await self._own_pin(visit, visit.me)):
            await _home(visit)

    async def _who(self, visit: Visit) -> Person | None:
        people = await self._tools.staff.people()
        if len(people) == 1:
            return people[0]
        rows = tuple(Row(f"person_{one.id}", named(one), wish=OpenPerson(one.id)) for one in people)
        answer = await visit.ask(visit.sheet(Said("office.who"), Section(rows)))
        return next((one for one in people if answer == OpenPerson(one.id)), None)

    async def _by_pin(self, visit: Visit, person: Person) -> Person | None:
        """Somebody who typed their PIN; None when they went back."""
        problem: Words | None = None
        wait_s = self._tools.staff.locked_s(person)
        while True:
            title = Said("pin.of", {"name": named(person)})
            typed = await visit.type_in(title, PIN_DIGITS_MAX, problem=problem, is_secret=True, wait_s=wait_s)
            if typed is None:
                return None
            entered = await self._tools.staff.enter(person.id, typed.digits)
            if isinstance(entered, Person):
                return entered
            wait_s = entered.left_s
            problem = Said("pin.locked") if wait_s else Said("pin.wrong")

    async def _own_pin(self, visit: Visit, person: Person) -> bool:
        """A PIN that somebody else chose lets its owner in once: to choose their own."""
        problem: PinFlaw | None = None
        while True:
            title = Said("pin.choose_own") if problem is None else Said(f"pin_flaw.{problem}")
            pin = await system.new_pin(visit, title)
            if pin is None:
                return False
            problem = await self._tools.staff.set_pin(person, pin, person.id)
            if problem is None:
                return True


# -- home


async def _home(visit: Visit) -> None:
    """What needs a hand, the latest sales, and how everything is."""
    notice: Notice | None = None
    while True:
        answer = await visit.ask(await _home_sheet(visit, notice), Scanned)
        notice = None
        match answer:
            case OpenSale(order_id):
                await sales.show(visit, order_id)
            case OpenTask(task_id):
                await hands.show_task(visit, task_id)
            case Scanned(text):
                notice = await sales.open_scanned(visit, text)
            case GoTo(Place.FIND):
                await sales.find(visit)
            case GoTo(Place.HANDS):
                await hands.hands(visit)
            case GoTo(Place.MENU):
                await system.menu(visit)
            case _:
                return


async def _home_sheet(visit: Visit, notice: Notice | None) -> SheetView:
    tasks = await hands.task_rows(visit)
    latest = await visit.tools.archive.latest(LATEST)
    health = (telling.health_row(name, one.health()) for name, one in visit.tools.parts.methods.items())
    devices = map(telling.device_row, await visit.tools.devices.states())
    shown = tasks[:TASKS_AT_HOME]
    if len(tasks) > len(shown):
        more = Said("home.more_tasks", {"number": str(len(tasks))})
        shown = (*shown, Row("place_hands", more, wish=GoTo(Place.HANDS)))
    return visit.sheet(
        Said("place.home"),
        Section(shown, Said("home.tasks"), Said("hands.none")),
        Section(tuple(map(telling.sale_row, latest)), Said("home.latest"), Said("find.nothing")),
        Section((*health, *devices), Said("home.health")),
        buttons=(
            Button("place_menu", Said("place.menu"), GoTo(Place.MENU)),
            Button("place_hands_all", Said("place.hands"), GoTo(Place.HANDS)),
            Button("place_find", Said("place.find"), GoTo(Place.FIND), Weight.MAIN),
        ),
        can_go_back=False,
        notice=notice,
    )
