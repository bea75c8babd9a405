"""What is written down about a sale, and what must stand in one transaction with what."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from kiosk.domain.attempt import HOLDING, UNDER_WAY, Attempt, Goal, State
from kiosk.domain.day import business_day
from kiosk.domain.entries import (
    AttemptAdvanced,
    AttemptBegan,
    Entry,
    GoalUndo,
    OrderAdvanced,
    OrderOpened,
    PlanDropped,
    PlanMade,
    PrintQueued,
    RefundAsked,
    RefundNoted,
    Resolved,
    StaffDid,
    TaskClosed,
    TaskOpened,
)
from kiosk.domain.errors import known
from kiosk.domain.ids import attempt_id, attempt_of, order_of, refund_id
from kiosk.domain.late import late_money
from kiosk.domain.money import Money
from kiosk.domain.order import ASKED_BACK, SAID_OF, OrderLine, OrderState, counts_for
from kiosk.domain.outcome import Approved, Declined, NotSent, Outcome, Planned, Reason, Unknown, Unsettled
from kiosk.domain.people import Deed
from kiosk.domain.ports import Clock, Journal, Method
from kiosk.domain.receipt import SlipReason
from kiosk.domain.refund import STAFFED, Finding, FindingState, RefundState
from kiosk.domain.resolution import Resolution, Way, ways_of
from kiosk.domain.sale import LooseEnd, Sale
from kiosk.domain.staffwork import OF_FINDING, PrintKind, StaffTask, TaskKind

LEFT_ALONE: Final[Mapping[State, tuple[State, Reason]]] = MappingProxyType(
    {
        State.PREPARED: (State.NOT_SENT, Reason.LEFT),
        State.AWAITING_DEPOSIT: (State.CLOSING, Reason.LEFT_TRANSFER),
    }
)
"""What becomes of a payment that only its customer can go on with, when they are gone, and why."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of a loose end.

    Attributes:
        way: How it ended.
        amount: How much it is about [minor units].
        by: Who says so.
        words: Why.
        answer: What the payment system said just before; "" when it was not reached.
    """

    way: Way
    amount: int
    by: str
    words: str
    answer: str = ""


class Closing(Enum):
    """What came of the wish to close a task."""

    CLOSED = auto()
    NO_TASK = auto()
    """There is none, or it is closed already."""
    MONEY_IS_OPEN = auto()
    """It is closed by saying what became of the money: `Books.resolve`, or of what was found."""


class Books:
    """Writes the steps of a sale. Knows whose order is claimed: by the customer who stands before the screen.

    Only a claimed order becomes PAID; after a restart recovery may write APPROVED, and PAID waits for 계속하기.
    Each step reads and then writes under the journal's one lock: a verdict that arrives while the customer leaves, or
    a payment that its bank takes back meanwhile, is either before or after that, never half of each.
    """

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._claimed = ""
        self._one_step = journal.one_step

    def claim(self, order_id: str) -> None:
        """A customer stands for this order."""
        self._claimed = order_id

    def release(self) -> None:
        """Nobody stands for it any more."""
        self._claimed = ""

    async def sale(self, order_id: str) -> Sale:
        """As it stands now."""
        return await self._journal.sale(order_id)

    async def open(self, lines: Iterable[OrderLine], language: str, currency: str, method: Method) -> Attempt:
        """Write down an order with its frozen lines, and its first attempt."""
        order_id, code = await self._journal.next_order()
        frozen = tuple(lines)
        due = sum(line.total.amount for line in frozen)
        await self._journal.write(
            OrderOpened(order_id, code, language, currency, frozen),
            OrderAdvanced(order_id, OrderState.PAYING),
            AttemptBegan(attempt_id(order_id, 1), order_id, method.name, method.family, due),
        )
        self.claim(order_id)
        return await self._journal.attempt(attempt_id(order_id, 1))

    async def begin(self, order_id: str, method: Method, follows: str) -> Attempt | None:
        """Write down another attempt, for what is to be paid now.

        When only what was planned is left, this is its attempt, which stands for the plan from here on.

        Returns:
            None when the order takes no other charge any more: one that is released behind the customer's back has
            come to staff since they chose.
        """
        async with self._one_step:
            sale = await self._journal.sale(order_id)
            return None if sale.takes_no_other_charge else await self._begin(sale, method, follows)

    async def _begin(self, sale: Sale, method: Method, follows: str) -> Attempt:
        new = attempt_id(sale.order.id, len(sale.attempts) + 1)
        due = sale.due if sale.is_plan_due else sale.due_now
        began = AttemptBegan(new, sale.order.id, method.name, method.family, due.amount, follows)
        await self._journal.write(*(_no_plan(sale) if sale.is_plan_due else ()), began)
        return await self._journal.attempt(new)

    async def drop_plan(self, sale: Sale) -> None:
        """What was planned for the end is due again, by any method."""
        await self._journal.write(*_no_plan(sale))

    async def take_back(self, attempt: Attempt) -> None:
        """Write down that one payment is to be given back, and the others are not.

        Args:
            attempt: APPROVED, of an order that is PAYING, with no refund.
        """
        amount = known(attempt.received, "amount received").amount
        await self._journal.write(GoalUndo(attempt.id), RefundAsked(refund_id(attempt.id, 1), attempt.id, "", amount))

    async def record(self, attempt: Attempt, outcome: Outcome) -> None:
        """Write down what an attempt came to, its evidence, and what follows for the order, in one transaction."""
        async with self._one_step:
            await self._record(attempt, outcome)

    async def _record(self, attempt: Attempt, outcome: Outcome) -> None:
        match outcome:
            case Approved(received, transaction, entries, watch):
                step = AttemptAdvanced(attempt.id, State.APPROVED, "", received.amount, transaction, watch)
                await self._journal.write(*entries, *await self._with_paid(attempt, step))
            case Declined(reason, _, entries, watch):
                step = AttemptAdvanced(attempt.id, State.DECLINED, reason, watch=watch)
                await self._journal.write(*entries, step)
            case NotSent(reason, entries):
                await self._journal.write(*entries, AttemptAdvanced(attempt.id, State.NOT_SENT, reason))
            case Planned(part):
                await self._plan(attempt, part)
            case Unsettled():
                pass  # the method wrote down where it stands
            case Unknown(reason, reported, undo, entries):
                amount = None if reported is None else reported.amount
                more: list[Entry] = [GoalUndo(attempt.id)] if undo else []
                if reported is not None:
                    facts = {"asked": str(attempt.due.amount), "reported": str(reported.amount)}
                    more.append(TaskOpened(TaskKind.OTHER_AMOUNT, attempt.order_id, attempt.id, facts))
                await self._journal.write(*entries, AttemptAdvanced(attempt.id, State.UNKNOWN, reason, amount), *more)

    async def _plan(self, attempt: Attempt, part: Money) -> None:
        """What is to be paid last; nothing, when the order has come to take no other charge since they chose."""
        sale = await self._journal.sale(attempt.order_id)
        if sale.may_charge(attempt.id):
            unsent = AttemptAdvanced(attempt.id, State.NOT_SENT, Reason.PLANNED)
            await self._journal.write(unsent, PlanMade(attempt.id, part.amount))
        else:
            await self._journal.write(AttemptAdvanced(attempt.id, State.NOT_SENT, Reason.STOPPED))

    async def conclude(self, step: AttemptAdvanced) -> None:
        """Write down what a lost answer turned out to be, and what follows for the order."""
        async with self._one_step:
            await self._conclude(step)

    async def _conclude(self, step: AttemptAdvanced) -> None:
        attempt = await self._journal.attempt(step.attempt_id)
        if step.to is State.APPROVED:
            beside = await self._not_wanted_beside(attempt) if attempt.goal is Goal.UNDO else ()
            await self._journal.write(*await self._with_paid(attempt, step), *beside)
        elif step.to is State.NEEDS_STAFF:
            task = TaskOpened(TaskKind.UNRESOLVED, attempt.order_id, attempt.id, {"reason": step.reason})
            await self._journal.write(step, task, *await self._not_wanted_beside(attempt))
        else:
            await self._journal.write(step)

    async def _not_wanted_beside(self, attempt: Attempt) -> tuple[GoalUndo, ...]:
        """What a customer began while this one was released behind their back.

        With staff, it may take money yet; and what it took all the same only staff can have given back.
        """
        sale = await self._journal.sale(attempt.order_id)
        if sale.order.state is not OrderState.PAYING:
            return ()
        return tuple(GoalUndo(one.id) for one in sale.attempts if one.id != attempt.id and _can_still_move(one))

    async def _with_paid(self, attempt: Attempt, step: AttemptAdvanced) -> tuple[Entry, ...]:
        """The last APPROVED and PAID are one transaction, when the order is claimed and still wanted."""
        sale = await self._journal.sale(attempt.order_id)
        wanted = sale.order.state is OrderState.PAYING and self._claimed == sale.order.id
        current = next(one for one in sale.attempts if one.id == attempt.id)
        pays = counts_for(current, step.to, known(step.received, "amount received"))
        if wanted and current.goal is Goal.TAKE and pays == sale.due.amount:
            return step, *await self._paid(sale)
        if sale.order.state is OrderState.PAID:
            # paid otherwise meanwhile: nobody is to miss that it was taken twice
            amount = known(step.received, "amount received")
            return step, *late_money(attempt, known(step.transaction, "evidence"), amount)
        return (step,)

    async def _paid(self, sale: Sale) -> tuple[Entry, ...]:
        number = await self._journal.next_number()
        day = business_day(self._clock.now_ms())
        return (
            OrderAdvanced(sale.order.id, OrderState.PAID, number=number, business_day=day),
            PrintQueued(sale.order.id, PrintKind.RECEIPT),
        )

    async def complete(self, order_id: str) -> bool:
        """A resumed order of which nothing is due becomes PAID; false when something is again."""
        async with self._one_step:
            sale = await self._journal.sale(order_id)
            if sale.order.state is not OrderState.PAYING or not sale.is_paid_up:
                return False
            await self._journal.write(*await self._paid(sale))
            return True

    async def undo(self, order_id: str, reason: str, task: TaskKind | None = None) -> bool:
        """Write down that everything of an order is to be given back, before anything is.

        Args:
            order_id: PAYING.
            reason: Text key of why.
            task: Staff are told. Who is sent away (PARKED) gets a slip with the code at once; when nobody is there
                (UNCLAIMED) it is printed at the end, when it can say what became of every payment.

        Returns:
            False when the order was paid at the last moment: nothing was undone.
        """
        async with self._one_step:
            return await self._undo(order_id, reason, task)

    async def _undo(self, order_id: str, reason: str, task: TaskKind | None) -> bool:
        sale = await self._journal.sale(order_id)
        if sale.order.state is OrderState.PAID:
            return False
        entries: list[Entry] = [GoalUndo(one.id) for one in sale.attempts if _can_still_move(one)]
        entries += [AttemptAdvanced(one.id, *LEFT_ALONE[one.state]) for one in sale.attempts if one.state in LEFT_ALONE]
        entries += [*_no_plan(sale), OrderAdvanced(order_id, OrderState.UNWINDING, reason)]
        if task is not None:
            entries.append(TaskOpened(task, order_id))
        if task is TaskKind.PARKED:
            entries.append(_slip(order_id, task))
        self.release()
        await self._journal.write(*entries)
        return True

    async def park_unwinding(self, order_id: str) -> None:
        """Giving back takes too long for a person to wait: staff are told, and a slip is printed with the code."""
        await self._journal.write(TaskOpened(TaskKind.PARKED, order_id), _slip(order_id, TaskKind.PARKED))

    async def close(self, order_id: str) -> None:
        """Everything of an order that is given back has ended: back with the customer, or with staff.

        Nothing is written of an order that is not at that point, or was closed before.
        """
        async with self._one_step:
            await self._close(order_id)

    async def _close(self, order_id: str) -> None:
        sale = await self._journal.sale(order_id)
        if not sale.is_settled:
            return
        match sale.order.state:
            case OrderState.UNWINDING:
                await self._close_unwinding(sale)
            case OrderState.REFUNDING:
                slip = PrintQueued(order_id, PrintKind.SLIP, {"key": SlipReason.CANCELLED})
                await self._journal.write(OrderAdvanced(order_id, _refunded(sale)), slip)
            case OrderState.UNWINDING_STAFF if not sale.needs_staff:
                await self._journal.write(*await self._at_the_end(sale))
            case _:
                pass

    async def close_task(self, task_id: str, by: str, words: str) -> Closing:
        """Write down that staff dealt with a task, who, and how it ended; unless money hangs on it."""
        async with self._one_step:
            task = next((one for one in await self._journal.staff_tasks() if one.id == task_id), None)
            if task is None:
                return Closing.NO_TASK
            if await self._is_about_open_money(task):
                return Closing.MONEY_IS_OPEN
            await self._journal.write(TaskClosed(task_id, f"{by}: {words}"))
            return Closing.CLOSED

    async def _is_about_open_money(self, task: StaffTask) -> bool:
        """Somebody has to say how money ended; a task that is closed without that would be the last to ask for it."""
        found = await self._journal.findings(task.attempt_id) if task.attempt_id else ()
        if task.kind is TaskKind.FINDING or OF_FINDING in task.facts:
            return any(one.state is FindingState.OPEN for one in found)
        return bool(task.order_id) and bool((await self._journal.sale(task.order_id)).loose_ends)

    async def resolve(self, end: LooseEnd, said: Said) -> bool:
        """Write down how something ended that only a person can say, and what follows for its order.

        Args:
            end: What of it.
            said: Who says what.

        Returns:
            False when it is not open any more, or cannot have ended so: the till found out, or somebody else said so
            first.
        """
        async with self._one_step:
            sale = await self._journal.sale(order_of(end.attempt_id))
            if end not in sale.loose_ends or sale.order.state not in SAID_OF:
                return False
            attempt = next(one for one in sale.attempts if one.id == end.attempt_id)
            if said.way not in ways_of(end.refund_id, attempt, await self._journal.findings(end.attempt_id)):
                return False
            about = (end.attempt_id, end.refund_id, said.way, said.amount, said.by, said.words, said.answer)
            await self._journal.write(Resolved(*about), *await self._after_resolution(sale, end, said))
            return True

    async def _after_resolution(self, sale: Sale, end: LooseEnd, said: Said) -> tuple[Entry, ...]:
        amount = Money(said.amount, sale.order.total.currency)
        new = Resolution(
            end.attempt_id, end.refund_id, said.way, amount, said.by, said.words, said.answer, self._clock.stamp()
        )
        after = replace(sale, resolutions=(*sale.resolutions, new))
        tasks = await self._journal.staff_tasks()
        told = (TaskKind.UNRESOLVED, TaskKind.REFUND_UNRESOLVED, TaskKind.SLOW)
        closed = (
            TaskClosed(one.id, f"{said.by}: {said.way}")
            for one in tasks
            if one.kind in told and one.attempt_id == end.attempt_id and OF_FINDING not in one.facts
        )
        # what is being given back meanwhile ends the order when it has ended: `close`
        is_over = not after.is_giving_back and sale.order.state is not OrderState.REFUNDING
        is_the_end = is_over and not after.needs_staff
        return (*closed, *(await self._at_the_end(after) if is_the_end else ()))

    async def _at_the_end(self, sale: Sale) -> tuple[Entry, ...]:
        """What an order becomes with which staff have nothing more to do."""
        order_id = sale.order.id
        if sale.order.state is not OrderState.UNWINDING_STAFF:
            to = _refunded(sale)
            return (
                ()
                if to is sale.order.state
                else (OrderAdvanced(order_id, OrderState.REFUNDING), OrderAdvanced(order_id, to))
            )
        if sale.due:
            return (OrderAdvanced(order_id, OrderState.UNWOUND),)
        return await self._paid(sale)

    async def ask_finding_back(self, finding: Finding, by: str, facts: Mapping[str, str]) -> str | None:
        """Write down that staff want money that was found given back.

        Args:
            finding: Of an attempt.
            by: Who wants it.
            facts: What its payment system needs for it.

        Returns:
            Id of the refund; None when it is not there any more, or was or may have been given back already.
        """
        async with self._one_step:
            sale = await self._journal.sale(order_of(finding.attempt_id))
            found = await self._journal.findings(finding.attempt_id)
            if not any(one.id == finding.id and sale.can_be_paid_out(one, found) for one in found):
                return None
            new = sale.next_refund(finding.attempt_id)
            await self._journal.write(
                StaffDid(by, Deed.CANCEL, sale.order.id, {"finding": finding.id}),
                RefundAsked(new, "", finding.id, known(finding.amount, "amount found").amount),
                RefundNoted(new, {**facts, STAFFED: by}),
            )
            return new

    async def ask_back(
        self,
        order_id: str,
        by: str,
        why: str,
        wanted: Mapping[str, Mapping[str, str] | None],
    ) -> tuple[str, ...]:
        """Write down that staff want payments of a sale given back, as far as they can be.

        Args:
            order_id: PAID, REFUNDING, PARTLY_REFUNDED or UNWINDING_STAFF; of any other nothing is asked back.
            by: Who wants it.
            why: In their words.
            wanted: By attempt, what its payment system needs for it; None where it needs a person who is not here,
                which is what will be said of it. Of what else has come to be there nobody was asked.

        Returns:
            Ids of the refunds; none when there is nothing that can be.
        """
        async with self._one_step:
            sale = await self._journal.sale(order_id)
            return await self._ask_back(sale, by, why, wanted) if sale.order.state in ASKED_BACK else ()

    async def _ask_back(
        self, sale: Sale, by: str, why: str, wanted: Mapping[str, Mapping[str, str] | None]
    ) -> tuple[str, ...]:
        entries: list[Entry] = [StaffDid(by, Deed.CANCEL, sale.order.id, {"why": why})]
        asked: list[str] = []
        for attempt in (one for one in sale.to_give_back_by_staff if one.id in wanted):
            new = sale.next_refund(attempt.id)
            amount = known(attempt.received, "amount received").amount
            entries.append(RefundAsked(new, attempt.id, "", amount))
            facts = wanted[attempt.id]
            if facts is not None:
                entries.append(RefundNoted(new, {**facts, STAFFED: by}))
            asked.append(new)
        if asked and sale.order.state in (OrderState.PAID, OrderState.PARTLY_REFUNDED):
            entries.append(OrderAdvanced(sale.order.id, OrderState.REFUNDING, "unwound.staff"))
        if asked:
            await self._journal.write(*entries, *await self._tried_again({attempt_of(one) for one in asked}))
        return tuple(asked)

    async def _tried_again(self, attempts: Collection[str]) -> tuple[TaskClosed, ...]:
        """What staff were told of a refund that is asked for once more: they are told anew if that one fails too.

        Whoever read it while the money is on its way would give it back a second time.
        """
        tasks = await self._journal.staff_tasks()
        return tuple(
            TaskClosed(one.id, "asked again")
            for one in tasks
            if one.kind is TaskKind.REFUND_UNRESOLVED and one.attempt_id in attempts and OF_FINDING not in one.facts
        )

    async def _close_unwinding(self, sale: Sale) -> None:
        order_id = sale.order.id
        if not sale.needs_staff:
            tasks = await self._journal.staff_tasks()
            unclaimed = any(one.order_id == order_id and one.kind is TaskKind.UNCLAIMED for one in tasks)
            slips = (_slip(order_id, TaskKind.UNCLAIMED),) if unclaimed else ()
            await self._journal.write(OrderAdvanced(order_id, OrderState.UNWOUND), *slips)
            return
        slip = PrintQueued(order_id, PrintKind.SLIP, {"key": "slip.staff"})
        await self._journal.write(OrderAdvanced(order_id, OrderState.UNWINDING_STAFF), slip)


def _no_plan(sale: Sale) -> tuple[PlanDropped, ...]:
    return () if sale.order.plan is None else (PlanDropped(sale.order.id),)


def _refunded(sale: Sale) -> OrderState:
    """What a paid order is when its refunds have ended, or a person has said how they did."""
    sold = [attempt for attempt in sale.attempts if attempt.received and not _left_before(sale, attempt)]
    back = [_came_back(sale, attempt) for attempt in sold]
    if not any(back):
        return OrderState.PAID
    return OrderState.REFUNDED if sum(back) == sum(map(_sold_for, sold)) else OrderState.PARTLY_REFUNDED


def _sold_for(attempt: Attempt) -> int:
    """How much of what was received pays for goods [minor units]; somebody may have transferred more."""
    return min(known(attempt.received, "amount received").amount, attempt.due.amount)


def _came_back(sale: Sale, attempt: Attempt) -> int:
    """How much of what it pays for its customer has again [minor units]; what came beyond that goes back first."""
    if attempt.state is State.CORRECTED:
        return _sold_for(attempt)
    refunds = (one for one in sale.refunds if one.attempt_id == attempt.id and one.state is RefundState.DONE)
    given, said = sum(one.amount.amount for one in refunds), sale.resolution_of(attempt.id)
    if said is not None and said.way is Way.GIVEN_BACK_OUTSIDE:
        given += said.amount.amount
    beyond = known(attempt.received, "amount received").amount - _sold_for(attempt)
    return max(0, given - beyond)


def _left_before(sale: Sale, attempt: Attempt) -> bool:
    """It was no part of what was sold: its customer took it back, or it never came to a sale."""
    refund = sale.last_refund(attempt.id)
    is_taken_back = refund is not None and refund.is_taken_back
    # a transfer of another amount is part of a sale that became paid
    is_apart = is_taken_back or sale.settled_apart(attempt) is not None
    return is_apart or attempt.state not in {*HOLDING, State.NEEDS_STAFF, State.CORRECTED}


def _slip(order_id: str, why: TaskKind) -> PrintQueued:
    return PrintQueued(order_id, PrintKind.SLIP, {"key": f"slip.{why}"})


def _can_still_move(attempt: Attempt) -> bool:
    return attempt.state in UNDER_WAY or attempt.state is State.APPROVED
