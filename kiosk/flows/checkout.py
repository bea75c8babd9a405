"""Paying for a basket: which method, one attempt at a time, several tenders; and giving everything back."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from kiosk.domain.attempt import HOLDING, PARKABLE, Attempt, State
from kiosk.domain.errors import CustomerLeft, JournalError, NotWantedError, known
from kiosk.domain.limits import Limits
from kiosk.domain.money import Money
from kiosk.domain.order import OrderLine, OrderState, lines_total
from kiosk.domain.outcome import Approved, Declined, NotSent, Outcome, Planned, Reason, Unknown, Unsettled
from kiosk.domain.ports import Clock, GivesBack, Journal, Method
from kiosk.domain.sale import Sale
from kiosk.domain.staffwork import TaskKind
from kiosk.domain.told import Fact, TenderLine
from kiosk.flows.books import Books
from kiosk.flows.desk import COUPON_PATTERN, CustomerDesk, Said
from kiosk.flows.intents import Changed, ChooseMethod, Finish, GoBack, Leave, TakeBack
from kiosk.flows.recovery import Recovery
from kiosk.flows.stage import Stage
from kiosk.flows.views import Certainty, CertaintyView, MethodCard, MethodsView


class Ending(Enum):
    """How a checkout ended."""

    PAID = auto()
    BACK = auto()
    """The customer wants to change the basket; everything was given back."""
    LEFT = auto()
    """The till is free for the next person."""


class TillClosedError(JournalError):
    """The till cannot go on selling: the journal does not take what has to be written."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a checkout works with."""

    stage: Stage
    journal: Journal
    books: Books
    recovery: Recovery
    methods: Mapping[str, Method]
    clock: Clock
    limits: Limits
    coupon_pattern: str = COUPON_PATTERN

    def given_back_by(self, how: GivesBack, sale: Sale) -> frozenset[str]:
        """Payments that staff can have given back, and for which it takes this."""
        names = {name for name, method in self.methods.items() if method.gives_back is how}
        return frozenset(one.id for one in sale.to_give_back_by_staff if one.method in names)


PUT_ASIDE: Final = frozenset({*PARKABLE, State.CLOSING})
"""States that keep nobody before the till for more than a minute: a server may not answer for hours."""

MAY_HAVE_TAKEN: Final = frozenset(
    {*PUT_ASIDE, *HOLDING, State.OPEN_LOST, State.NEEDS_STAFF, State.AWAITING_DEPOSIT},
)
"""States in which whoever leaves is told what becomes of their money. Into an account that a restart interrupted it may
have come meanwhile."""

TRIED: Final = frozenset({State.DECLINED, State.NOT_CHARGED, State.REVERSED})
"""States that count as a try which failed at the payment system."""


class Checkout:
    """One customer's way from a basket to PAID, or to everything given back."""

    def __init__(self, parts: Parts, lines: tuple[OrderLine, ...]) -> None:
        self._parts = parts
        self._stage = parts.stage
        self._books = parts.books
        self._lines = lines
        self._said: Said | None = None
        self.order_id = ""

    @classmethod
    def resumed(cls, parts: Parts, sale: Sale) -> "Checkout":
        """The checkout of an order that a restart interrupted; `run` claims it, `leave` does not."""
        checkout = cls(parts, sale.order.lines)
        checkout.order_id = sale.order.id
        return checkout

    async def leave(self) -> None:
        """Give everything back, and show it."""
        await self._give_back("unwound.left", Ending.LEFT)

    async def tell_taken_back(self) -> None:
        """A sale that was paid, and whose money its bank took back: staff know, and so does who stands there."""
        await self._show_until_read(Certainty.STAFF, "")

    async def run(self) -> Ending:
        """Let the customer choose methods until nothing is due, or until they leave.

        Raises:
            TillClosedError: something could not be written down.
        """
        if self.order_id:
            self._books.claim(self.order_id)
        while True:
            sale = await self._sale()
            if sale is not None and sale.order.state is OrderState.PAID:
                return Ending.PAID
            if sale is not None and sale.order.state is not OrderState.PAYING:
                return Ending.LEFT
            if sale is not None and (sale.needs_staff or sale.is_unwanted):
                return await self._give_back("unwound.needs_staff", Ending.LEFT)
            if sale is not None and sale.is_paid_up and await self._books.complete(self.order_id):
                return Ending.PAID
            if sale is not None and self._tried_enough(sale):
                return await self._give_back("unwound.tried_enough", Ending.BACK)
            ending = await self._next(sale)
            if ending is not None:
                return ending

    async def _next(self, sale: Sale | None) -> Ending | None:
        if sale is not None and sale.awaited is not None:
            return await self._wait_on(sale, sale.awaited)
        if sale is not None and sale.is_plan_due:
            return await self._pay_last(sale)
        return await self._one_step(sale)

    async def _one_step(self, sale: Sale | None) -> Ending | None:
        try:
            answer = await self._stage.ask(self._methods_view(sale), ChooseMethod, TakeBack, GoBack, Leave, Changed)
        except CustomerLeft:
            return await self._give_back("unwound.idle", Ending.LEFT)
        match answer:
            case ChooseMethod(name) if name in self._offered(sale):
                return await self._pay(self._parts.methods[name])
            case TakeBack(attempt_id) if sale is not None and attempt_id in self._can_take_back(sale):
                return await self._take_back(sale, attempt_id)
            case GoBack():
                return await self._give_back("unwound.back", Ending.BACK)
            case Leave():
                return await self._give_back("unwound.left", Ending.LEFT)
            case _:
                return None

    async def _sale(self) -> Sale | None:
        return await self._books.sale(self.order_id) if self.order_id else None

    # -- what is offered

    def _offered(self, sale: Sale | None) -> tuple[str, ...]:
        """Methods that are configured and healthy now; what is planned for the end is not offered beside itself."""
        if sale is not None and sale.takes_no_other_charge:
            return ()
        planned = sale.planned if sale is not None else None
        healthy = (name for name, method in self._parts.methods.items() if method.health().ok)
        return tuple(name for name in healthy if planned is None or name != planned.method)

    def _can_take_back(self, sale: Sale) -> frozenset[str]:
        """What was received and comes back without anybody's help, and what is only planned."""
        methods = self._parts.methods
        received = (one for one in sale.to_give_back if one.method in methods)
        alone = frozenset(one.id for one in received if methods[one.method].gives_back is GivesBack.ALONE)
        return alone if sale.planned is None else alone | {sale.planned.id}

    def _methods_view(self, sale: Sale | None) -> MethodsView:
        total = lines_total(self._lines)
        paid_with = {one.method for one in sale.attempts if one.state is State.APPROVED} if sale else set()
        return MethodsView(
            total=total,
            due=sale.due_now if sale else total,
            tenders=sale.told if sale else (),
            methods=tuple(MethodCard(name, is_repeat=name in paid_with) for name in self._offered(sale)),
            is_part_paid=bool(sale and sale.balance.received),
            can_take_back=self._can_take_back(sale) if sale else frozenset(),
        )

    def _tried_enough(self, sale: Sale) -> bool:
        for method in self._parts.methods.values():
            tries = sum(1 for one in sale.attempts if one.method == method.name and one.state in TRIED)
            if method.tries_max is not None and tries >= method.tries_max:
                return True
        return False

    # -- one payment, with the attempts that carry on from one another

    async def _pay_last(self, sale: Sale) -> Ending | None:
        """Everything else has been paid: what was planned for the end is asked for (law 11)."""
        method = self._parts.methods.get(known(sale.planned, "plan").method)
        if method is None:
            await self._books.drop_plan(sale)
            return None
        before, self._said = self._said, None
        return await self._pay(method, before)

    async def _pay(self, method: Method, before: Said | None = None) -> Ending | None:
        follows, problem = "", ""
        for _ in range(self._parts.limits.again_max):
            if not await self._parts.journal.has_room():
                return await self._give_back("unwound.no_room", Ending.LEFT)
            attempt = await self._begin(method, follows)
            if attempt is None:
                return None
            sale = await self._books.sale(attempt.order_id)
            desk = CustomerDesk(self._stage, self._books, sale, self._parts.coupon_pattern, problem, before)
            outcome, ending = await self._carry_out(method, attempt, desk)
            if ending is not None or not (isinstance(outcome, Declined) and outcome.again):
                return ending
            follows, problem = attempt.id, outcome.reason
        return None

    async def _wait_on(self, sale: Sale, attempt: Attempt) -> Ending | None:
        """After a restart: the account that the customer was shown is theirs still."""
        method = self._parts.methods.get(attempt.method)
        if method is None:
            return await self._give_back("unwound.needs_staff", Ending.LEFT)
        desk = CustomerDesk(self._stage, self._books, sale, self._parts.coupon_pattern)
        _, ending = await self._carry_out(method, attempt, desk)
        return ending

    async def _carry_out(self, method: Method, attempt: Attempt, desk: CustomerDesk) -> tuple[Outcome, Ending | None]:
        """One attempt, what it came to written down; and how the checkout ended, if it did with it."""
        outcome = await self._attempt(method, attempt, desk)
        await self._record(method, attempt, outcome)
        if isinstance(outcome, Planned):
            self._said = desk.said
        if isinstance(outcome, Unknown | Unsettled) and (ending := await self._settle(attempt)) is not None:
            return outcome, ending
        if desk.leaves_sale:
            reason = "unwound.idle" if desk.idled else "unwound.left"
            return outcome, await self._give_back(reason, Ending.LEFT)
        return outcome, None

    async def _begin(self, method: Method, follows: str) -> Attempt | None:
        if not self.order_id:
            currency = lines_total(self._lines).currency
            attempt = await self._books.open(self._lines, self._stage.language, currency, method)
            self.order_id = attempt.order_id
            return attempt
        return await self._books.begin(self.order_id, method, follows)

    async def _attempt(self, method: Method, attempt: Attempt, desk: CustomerDesk) -> Outcome:
        try:
            return await method.pay(attempt, desk)
        except CustomerLeft:
            return NotSent(Reason.LEFT)
        except NotWantedError:
            return NotSent(Reason.STOPPED)
        except JournalError as error:
            await self._show_unstored(attempt)
            raise TillClosedError("closed.cannot_write") from error

    async def _record(self, method: Method, attempt: Attempt, outcome: Outcome) -> None:
        """Write the answer down before anything is shown. An approval that cannot be stored is reversed (law 6)."""
        try:
            await self._books.record(attempt, outcome)
        except JournalError as error:
            await self._show_unstored(attempt)
            if isinstance(outcome, Approved):
                await self._reverse_unstored(method, attempt, outcome.received)
            raise TillClosedError("closed.cannot_write") from error

    async def _show_unstored(self, attempt: Attempt) -> None:
        """What is durable is what is told: being sent is "checking"."""
        try:
            sale = await self._books.sale(attempt.order_id)
            view = CertaintyView(Certainty.UNSTORED, sale.told, sale.order.code)
        except JournalError:
            line = TenderLine(attempt.id, attempt.method, attempt.asked, Fact.CHECKING)
            view = CertaintyView(Certainty.UNSTORED, (line,), "")
        self._stage.show(view)

    async def _reverse_unstored(self, method: Method, attempt: Attempt, received: Money) -> None:
        # the reversal goes on even where not so much as the mark can be written
        with contextlib.suppress(OSError):
            self._parts.journal.mark_unstored(attempt.id)
        await method.reverse_unstored(attempt.id, received)

    # -- an answer is missing

    async def _settle(self, attempt: Attempt) -> Ending | None:
        """Find out, before the customer's eyes, for a minute; then the order is put aside.

        What only has to be released goes on behind their back: they may pay otherwise at once.
        """
        self._parts.recovery.resolve(attempt.id)
        began_s = self._parts.clock.monotonic()
        while True:
            sale = await self._books.sale(attempt.order_id)
            if not any(one.is_paying for one in sale.attempts):
                return None
            left_s = self._parts.limits.park_after_s - (self._parts.clock.monotonic() - began_s)
            if left_s <= 0 and any(one.state in PUT_ASIDE for one in sale.attempts):
                return await self._park()
            view = CertaintyView(Certainty.CHECKING, sale.told, sale.order.code, wait_s=self._parts.limits.park_after_s)
            await self._stage.hear(view, Changed, for_s=left_s if left_s > 0 else None)

    async def _park(self) -> Ending | None:
        if not await self._books.undo(self.order_id, "unwound.parked", TaskKind.PARKED):
            return None
        self._parts.recovery.unwind(self.order_id)
        await self._show_until_read(Certainty.PARKED, "")
        return Ending.LEFT

    # -- one payment back

    async def _take_back(self, sale: Sale, attempt_id: str) -> Ending | None:
        """Give one payment back and keep the others; what was only planned is planned no more."""
        if sale.planned is not None and sale.planned.id == attempt_id:
            await self._books.drop_plan(sale)
            return None
        await self._books.take_back(next(one for one in sale.attempts if one.id == attempt_id))
        self._parts.recovery.undo(attempt_id)
        began_s = self._parts.clock.monotonic()
        while True:
            sale = await self._books.sale(self.order_id)
            if not sale.is_giving_back:
                return None
            left_s = self._parts.limits.park_after_s - (self._parts.clock.monotonic() - began_s)
            if left_s <= 0:
                return await self._park()
            view = CertaintyView(
                Certainty.RETURNING, sale.told, sale.order.code, wait_s=self._parts.limits.park_after_s
            )
            await self._stage.hear(view, Changed, for_s=left_s)

    # -- everything back

    async def _give_back(self, reason: str, ending: Ending) -> Ending:
        """Undo the order, showing each payment's fate; an order that took nothing simply ends."""
        if not self.order_id:
            return ending
        sale = await self._books.sale(self.order_id)
        took_something = any(one.state in MAY_HAVE_TAKEN for one in sale.attempts)
        # nobody may be there any more to read the screen
        unclaimed = TaskKind.UNCLAIMED if reason == "unwound.idle" and took_something else None
        if not await self._books.undo(self.order_id, reason, unclaimed):
            return Ending.PAID
        self._parts.recovery.unwind(self.order_id)
        if took_something or reason == "unwound.tried_enough":
            await self._show_until_read(Certainty.RETURNING, reason)
        return ending

    async def _show_until_read(self, kind: Certainty, reason: str) -> None:
        """Show the facts as they change, until they are final and read; or park what takes too long."""
        began_s = self._parts.clock.monotonic()
        waits_s = self._parts.limits.park_after_s
        while True:
            sale = await self._books.sale(self.order_id)
            view = _facts(kind, sale, reason, waits_s)
            if view.can_leave:
                break
            left_s = waits_s - (self._parts.clock.monotonic() - began_s)
            if left_s <= 0:
                await self._books.park_unwinding(self.order_id)
                kind = Certainty.PARKED
                continue
            await self._stage.hear(view, Changed, for_s=left_s)
        began_s, answer = self._parts.clock.monotonic(), None
        while not isinstance(answer, Finish):
            view = _facts(kind, await self._books.sale(self.order_id), reason, 0)
            left_s = self._stage.times.read_s - (self._parts.clock.monotonic() - began_s)
            if left_s <= 0:
                return
            answer = await self._stage.hear(view, Finish, Changed, for_s=left_s)


def _facts(kind: Certainty, sale: Sale, reason: str, wait_s: float) -> CertaintyView:
    """What is shown of an order that is being undone; the state decides, not what was shown before."""
    final = {OrderState.UNWOUND: Certainty.RETURNED, OrderState.UNWINDING_STAFF: Certainty.STAFF}
    kind = final.get(sale.order.state, kind)
    return CertaintyView(
        kind=kind,
        tenders=sale.told,
        code=sale.order.code,
        wait_s=wait_s if kind is Certainty.RETURNING else 0.0,
        can_leave=kind is not Certainty.RETURNING,
        reason=reason,
    )
