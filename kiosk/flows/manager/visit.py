"""One person's time in manager mode: who it is, what they work with, and how they are asked."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import Final

from kiosk.domain.errors import CustomerLeft
from kiosk.domain.money import Money
from kiosk.domain.people import Deed, Person, Role
from kiosk.domain.ports import Archive, Devices, Logs, Payouts, ShopAccount, TransferBooks
from kiosk.domain.words import Said, Words
from kiosk.flows.checkout import Parts
from kiosk.flows.intents import Changed, GoBack, Intent
from kiosk.flows.manager.intents import Act, Do, Lock, Typed, Written
from kiosk.flows.manager.views import Button, KeysView, LettersView, Notice, Section, SheetView, Weight
from kiosk.flows.printing import Letterhead
from kiosk.flows.staff import Staff
from kiosk.flows.stage import Stage

NAME_BYTES: Final = 20
"""Of UTF-8: as much as banks take of the holder of an account. Source: EzPG, 'withdrawal', `withAccntNm`."""

DIGITS_OF_MONEY: Final = 9
"""No sale of a shop has more digits [won]."""


class Leaving(StrEnum):
    """How staff leave the program."""

    EXIT = "exit"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Tools:
    """What manager mode works with.

    Attributes:
        stage: The staff's own.
        parts: The till's.
        staff: Its people.
        archive: All that ever was.
        letterhead: Reads receipt codes.
        kiosk: This machine's id.
        devices: What hangs on it.
        logs: Lines for engineers.
        shops: What payment systems tell of the shop, by method.
        payouts: Pays out to accounts that staff name, where that is how something is given back; else None.
        unmatched: How many messages from outside concerned no payment of ours.
        leave: Ends the program, or starts it again.
        transfers: What is listed of transfers, where they are taken; else None.
    """

    stage: Stage
    parts: Parts
    staff: Staff
    archive: Archive
    letterhead: Letterhead
    kiosk: str
    devices: Devices
    logs: Logs
    shops: Mapping[str, ShopAccount]
    payouts: Payouts | None
    unmatched: Callable[[], int]
    leave: Callable[[Leaving], None]
    transfers: TransferBooks | None = None


CALLED_BY: Final = (Role.MANAGER, Role.ENGINEER, Role.CLERK)
"""By which role somebody without a name is called."""


def named(person: Person) -> Words:
    """What a person is called; without a name, by role and id."""
    if person.name:
        return person.name
    first = next(role for role in CALLED_BY if role in person.roles)
    return Said("person.unnamed", {"role": Said(f"role.{first}"), "id": person.id})


@dataclass(slots=True)
class Visit:
    """Asks one person, and takes only answers that were offered.

    Attributes:
        tools: What they work with.
        me: Who it is; None before the PIN.
    """

    tools: Tools
    me: Person | None = None
    _questions: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def by(self) -> str:
        """Who does what is done, for the journal."""
        return self.me.id if self.me is not None else ""

    @property
    def who(self) -> Words:
        """Who is in, for the screen."""
        return named(self.me) if self.me is not None else ""

    def may(self, deed: Deed) -> bool:
        """Whether they may do this."""
        return self.me is not None and self.me.may(deed)

    # -- showing and asking

    def sheet(
        self,
        title: Words,
        *sections: Section,
        buttons: Collection[Button] = (),
        can_go_back: bool = True,
        notice: Notice | None = None,
        detail: Words | None = None,
    ) -> SheetView:
        """A sheet with their name on it."""
        return SheetView(title, sections, tuple(buttons), self.who, can_go_back, notice, detail)

    def show(self, view: SheetView) -> None:
        """Show without asking."""
        self.tools.stage.show(view)

    async def ask(self, view: SheetView, *also: type[Intent]) -> Intent:
        """Show a sheet until one of its wishes is pressed, or back; or something else that is listened for comes.

        What the sheet does not offer is no answer, whoever sends it.

        Raises:
            CustomerLeft: they locked it, or nobody touched it for a while.
        """
        offered = view.wishes
        kinds = (*{type(wish) for wish in offered}, GoBack, Lock, *also)
        while True:
            answer = await self.tools.stage.ask(view, *kinds)
            if isinstance(answer, Lock):
                raise CustomerLeft
            if isinstance(answer, also) or answer in offered:
                return answer
            if isinstance(answer, GoBack) and view.can_go_back:
                return answer

    async def watch(self, view: SheetView, for_s: float) -> Intent | None:
        """Show a sheet that follows what goes on; come back when there is news, or a wish.

        Args:
            view: What is shown.
            for_s: How long at most; it does not lock by itself meanwhile [s].

        Raises:
            CustomerLeft: they locked it.
        """
        offered = view.wishes
        kinds = (*{type(wish) for wish in offered}, GoBack, Lock, Changed)
        answer = await self.tools.stage.hear(view, *kinds, for_s=for_s)
        if isinstance(answer, Lock):
            raise CustomerLeft
        # whoever only watched was not idle
        self.tools.stage.touch()
        is_offered = answer in offered or (isinstance(answer, GoBack) and view.can_go_back)
        return answer if is_offered else None

    async def type_in(
        self,
        title: Words,
        longest: int,
        *,
        hint: Words | None = None,
        problem: Words | None = None,
        is_secret: bool = False,
        is_money: bool = False,
        wait_s: float = 0.0,
    ) -> Typed | None:
        """Have digits typed; None when they went back.

        Raises:
            CustomerLeft: they locked it, or nobody touched it for a while.
        """
        view = KeysView(title, hint, is_secret, longest, is_money, problem, wait_s, self.who, next(self._questions))
        answer = await self.tools.stage.ask(view, Typed, GoBack, Lock)
        if isinstance(answer, Lock):
            raise CustomerLeft
        return answer if isinstance(answer, Typed) and len(answer.digits.reveal()) <= longest else None

    async def write(self, title: Words) -> str | None:
        """Have a name written; None when they went back.

        Raises:
            CustomerLeft: they locked it, or nobody touched it for a while.
        """
        view = LettersView(title, NAME_BYTES, self.who, next(self._questions))
        answer = await self.tools.stage.ask(view, Written, GoBack, Lock)
        if isinstance(answer, Lock):
            raise CustomerLeft
        return answer.name.reveal() if isinstance(answer, Written) else None

    async def type_amount(self, title: Words, most: Money, problem: Words | None = None) -> int | None:
        """Have an amount typed, at least one and at most this much; None when they went back."""
        while True:
            hint = Said("amount_keys.most", {"most": most})
            typed = await self.type_in(title, DIGITS_OF_MONEY, hint=hint, problem=problem, is_money=True)
            if typed is None:
                return None
            digits = typed.digits.reveal()
            if digits.isdecimal() and 0 < int(digits) <= most.amount:
                return int(digits)
            problem = Said("amount_keys.wrong", {"most": most})

    async def tell(self, title: Words, notice: Notice) -> None:
        """Say something, until it was read."""
        read = Button("home", Said("act.home"), Do(Act.HOME), Weight.MAIN)
        await self.ask(self.sheet(title, notice=notice, buttons=(read,), can_go_back=False))


def button(act: Act, weight: Weight = Weight.PLAIN) -> Button:
    """The button of an act."""
    return Button(f"act_{act}", Said(f"act.{act}"), Do(act), weight)
