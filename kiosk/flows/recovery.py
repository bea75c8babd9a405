"""Every open attempt is driven to its end: at start, and in the background while the till sells.

One task per attempt and per order; each may be started again at any point, because what it does next follows from the
journal alone.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from kiosk.domain.attempt import HOLDING, RESOLVABLE, Attempt, Family, State
from kiosk.domain.entries import (
    AttemptAdvanced,
    AttemptNoted,
    Entry,
    GoalUndo,
    OrderAdvanced,
    PrintEnded,
    RefundAdvanced,
    RefundAsked,
    TaskClosed,
    TaskOpened,
    WatchEnded,
)
from kiosk.domain.errors import JournalError
from kiosk.domain.giving_back import refund_steps
from kiosk.domain.ids import attempt_of, order_of, refund_id
from kiosk.domain.limits import Limits
from kiosk.domain.moment import Stamp
from kiosk.domain.order import Order, OrderState
from kiosk.domain.outcome import Reason
from kiosk.domain.ports import Clock, Journal, Method
from kiosk.domain.refund import REFUND_UNDER_WAY, FindingState, Refund, RefundState
from kiosk.domain.resolution import STILL_TRIED
from kiosk.domain.sale import Sale
from kiosk.domain.staffwork import TaskKind
from kiosk.domain.watch import UNANSWERED, Looks, days_are_over, is_look_due, rhythm_of
from kiosk.flows.books import Books
from kiosk.services.tasks import TaskOwner

LEFT_ON_A_PHONE: Final[Mapping[State, State]] = MappingProxyType(
    {
        State.OPENING: State.OPEN_LOST,
        State.WAITING: State.VOIDING,
        State.AUTHORISED: State.VOIDING,
    }
)
"""What a stop makes of a payment that was being asked on a phone: nobody waits for it any more."""

UNHEARD: Final = frozenset({"", "no_answer"})
"""What is written down of a request while nothing has come back, and when nothing did, by every payment system."""

Work = Callable[[], Coroutine[Any, Any, None]]


class Recovery:
    """Settles what is not settled.

    Args:
        journal: The durable record.
        books: Writes the steps.
        methods: By name.
        clock: Time.
        limits: The limits in force.
        tasks: Owner of the background work.
    """

    def __init__(
        self,
        journal: Journal,
        books: Books,
        methods: Mapping[str, Method],
        clock: Clock,
        limits: Limits,
        tasks: TaskOwner,
    ) -> None:
        self._journal = journal
        self._books = books
        self._methods: Final = methods
        self._clock = clock
        self._limits = limits
        self._tasks = tasks
        self._started = clock.stamp()
        self.stock_taken = asyncio.Event()
        self.one_look: Final = asyncio.Lock()
        self._resolving: dict[str, asyncio.Task[None]] = {}
        self._undoing: dict[str, asyncio.Task[None]] = {}
        self._unwinding: set[asyncio.Task[None]] = set()
        self._paying_out: dict[str, asyncio.Task[None]] = {}
        self._looks: dict[str, Looks] = {}

    # -- at start

    async def take_stock(self) -> None:
        """Write down what the stop before this start left open: what was being sent is UNKNOWN now.

        Safe to be killed and run again at any point.
        """
        unstored = self._journal.unstored()
        left = {attempt.order_id for attempt in await self._journal.attempts_under_way()}
        left |= {order_of(attempt_of(refund.id)) for refund in await self._journal.refunds_under_way()}
        for order_id in sorted(left):
            entries = _left_open(await self._journal.sale(order_id), unstored)
            if entries:
                await self._journal.write(*entries)
        if unstored:
            await self._journal.write(*await self._unstored_work(unstored))
            await self._give_up_unstored(unstored)
            self._journal.clear_unstored()
        self.stock_taken.set()

    async def _unstored_work(self, attempt_id: str) -> list[Entry]:
        """An approval that could not be stored was reversed, or is still to be: it is never claimed (law 6).

        A transaction that the disk refused while it was being synced may come back at the next start, approval, sale
        and receipt together. Then everything of that sale is given back, and the receipt is not printed.
        """
        attempt = await self._journal.attempt(attempt_id)
        sale = await self._journal.sale(attempt.order_id)
        entries: list[Entry] = [GoalUndo(attempt_id), TaskOpened(TaskKind.UNSTORED, attempt.order_id, attempt_id)]
        if attempt.state is State.APPROVED and attempt.received and sale.last_refund(attempt_id) is None:
            # nobody may be told that it was received: it was reversed
            entries.append(RefundAsked(refund_id(attempt_id, 1), attempt_id, "", attempt.received.amount))
        if sale.order.state is OrderState.PAID:
            queued = [job for job in await self._journal.queued_prints() if job.order_id == sale.order.id]
            entries += [PrintEnded(job.id, done=False, reason="unstored") for job in queued]
            entries.append(OrderAdvanced(sale.order.id, OrderState.REFUNDING, "unwound.unclaimed"))
        return entries

    async def _give_up_unstored(self, attempt_id: str) -> None:
        """An order with an approval that came back cannot go on: its customer was sent away by a till that shut."""
        attempt = await self._journal.attempt(attempt_id)
        order = (await self._journal.sale(attempt.order_id)).order
        if attempt.state is State.APPROVED and order.state is OrderState.PAYING:
            await self._books.undo(order.id, "unwound.unclaimed", TaskKind.UNCLAIMED)

    async def begin(self) -> Order | None:
        """Start settling everything that is open; gives the order that was under way, if there was one.

        The order that a customer may still claim is only found out about, not undone.
        """
        interrupted: Order | None = None
        unwinds: set[str] = set()
        for order in await self._journal.open_orders():
            if order.state is not OrderState.PAYING:
                unwinds.add(order.id)
                continue
            if interrupted is not None:
                await self._books.undo(interrupted.id, "unwound.unclaimed", TaskKind.UNCLAIMED)
                unwinds.add(interrupted.id)
            interrupted = order
        for attempt in await self._journal.attempts_under_way():
            if attempt.state in RESOLVABLE:
                self.resolve(attempt.id)
        unwinds |= await self._refunds_of_others(interrupted)
        for order_id in sorted(unwinds):
            self.unwind(order_id)
        for order in await self._journal.orders_given_back_by_staff():
            # the stop may have come between the end of its last refund and its own
            await self._books.close(order.id)
        self._tasks.spawn("watch", self._persistently("watch", self._watch))
        return interrupted

    async def _refunds_of_others(self, interrupted: Order | None) -> set[str]:
        """Orders, but the interrupted one, whose giving back goes on; what is given back beside orders goes on here."""
        unwinds: set[str] = set()
        for refund in await self._journal.refunds_under_way():
            if refund.finding_id:
                self.pay_out(refund.id)
            elif interrupted is not None and interrupted.id == order_of(refund.attempt_id):
                # its customer took this one payment back, and may go on with the others
                self.undo(refund.attempt_id)
            else:
                # staff asked for it once more, of an order that had ended with them
                unwinds.add(order_of(refund.attempt_id))
        return unwinds

    async def first_pass(self) -> None:
        """Give the open attempts their time before the first sale; what is then open goes on beside it (law 8)."""
        work = [*self._resolving.values(), *self._unwinding]
        if not work:
            return
        try:
            await self._clock.within(self._limits.recovery_first_pass_s, asyncio.wait(work))
        except TimeoutError:
            return

    # -- while running

    def resolve(self, attempt_id: str) -> asyncio.Task[None]:
        """Settle an attempt that the rules can drive on, once."""
        task = self._resolving.get(attempt_id)
        if task is None:
            task = self._spawn(f"resolve {attempt_id}", lambda: self._resolve(attempt_id))
            self._resolving[attempt_id] = task
            task.add_done_callback(lambda _task: self._resolving.pop(attempt_id, None))
        return task

    def _spawn(self, name: str, work: Work) -> asyncio.Task[None]:
        return self._tasks.spawn(name, self._persistently(name, work))

    async def _persistently(self, name: str, work: Work) -> None:
        """Work that the journal does not let go on begins anew after a while: it follows from the journal alone.

        It is reported each time, so the till has stopped selling; but what is to be given back is still given back.
        """
        while True:
            try:
                await work()
            except JournalError as error:
                self._tasks.report(name, error)
                await self._clock.sleep(self._limits.journal_retry_s)
            else:
                return

    async def _resolve(self, attempt_id: str) -> None:
        attempt = await self._journal.attempt(attempt_id)
        method = self._methods.get(attempt.method)
        if method is None:
            await self._unconfigured(attempt)
            return
        alarm = self._tasks.spawn(f"alarm {attempt_id}", self._alarm(attempt))
        try:
            verdict = await method.resolve(attempt_id)
            if verdict is not None:
                await self._books.conclude(verdict)
        finally:
            alarm.cancel()

    async def _unconfigured(self, attempt: Attempt) -> None:
        """Its payment system was taken out of the configuration: only a person can find out."""
        if attempt.state is State.CLOSING:
            # nobody can close the account any more, or see what comes into it
            task = TaskOpened(TaskKind.UNRESOLVED, attempt.order_id, attempt.id, {"reason": Reason.SETUP})
            await self._journal.write(AttemptAdvanced(attempt.id, State.CLOSED, Reason.SETUP, watch=True), task)
        elif attempt.state in RESOLVABLE:
            await self._books.conclude(AttemptAdvanced(attempt.id, State.NEEDS_STAFF, Reason.SETUP))

    async def _alarm(self, attempt: Attempt) -> None:
        since = attempt.unsure_since or attempt.changed
        await self._clock.sleep(self._limits.alarm_after_s - self._clock.elapsed(since))
        await self._journal.write(TaskOpened(TaskKind.SLOW, attempt.order_id, attempt.id))

    def unwind(self, order_id: str) -> asyncio.Task[None]:
        """Give back everything of an order that is to be given back by now.

        Beside what was begun before, which may take days: each payment is given back once, whoever asks for it.
        """
        task = self._spawn(f"unwind {order_id}", lambda: self._unwind(order_id))
        self._unwinding.add(task)
        task.add_done_callback(self._unwinding.discard)
        return task

    async def _unwind(self, order_id: str) -> None:
        """Last first; one that takes long or fails never stops the others (law 11)."""
        sale = await self._journal.sale(order_id)
        work: list[asyncio.Task[None]] = []
        for attempt in reversed(sale.attempts):
            if attempt.state not in RESOLVABLE and not _is_to_give_back(sale, attempt):
                continue
            task = self.undo(attempt.id)
            work.append(task)
            try:
                await self._clock.within(self._limits.unwind_step_s, asyncio.wait([task]))
            except TimeoutError:
                continue
        if work:
            await asyncio.wait(work)
        await self._books.close(order_id)

    def undo(self, attempt_id: str) -> asyncio.Task[None]:
        """Give one payment back, once."""
        task = self._undoing.get(attempt_id)
        if task is None:
            task = self._spawn(f"undo {attempt_id}", partial(self._undo, attempt_id))
            self._undoing[attempt_id] = task
            task.add_done_callback(lambda _task: self._undoing.pop(attempt_id, None))
        return task

    async def _undo(self, attempt_id: str) -> None:
        """One payment: found out about, then given back if it was made."""
        attempt = await self._journal.attempt(attempt_id)
        if attempt.state in RESOLVABLE:
            await asyncio.wait([self.resolve(attempt_id)])
            attempt = await self._journal.attempt(attempt_id)
        if _is_to_give_back(await self._journal.sale(attempt.order_id), attempt):
            await self._give_back(attempt)

    async def _give_back(self, attempt: Attempt) -> None:
        sale = await self._journal.sale(attempt.order_id)
        refund = sale.last_refund(attempt.id)
        if refund is None:
            new = sale.next_refund(attempt.id)
            amount = attempt.received.amount if attempt.received else 0
            await self._journal.write(RefundAsked(new, attempt.id, "", amount))
        elif refund.state in REFUND_UNDER_WAY:
            new = refund.id
        else:
            return
        await self._drive(attempt, await self._journal.refund(new))

    async def _drive(self, attempt: Attempt, refund: Refund) -> None:
        """Have a refund driven to its end by the payment system of its attempt."""
        if refund.state is RefundState.SENDING:
            # it was sent, and what came of it could not be written down
            await self._journal.write(RefundAdvanced(refund.id, RefundState.UNKNOWN, Reason.NO_ANSWER))
        method = self._methods.get(attempt.method)
        if method is not None:
            await method.give_back(refund.id)
            return
        await self._journal.write(*refund_steps(attempt, refund, RefundState.NEEDS_STAFF, Reason.SETUP))

    def pay_out(self, refund_id: str) -> asyncio.Task[None]:
        """Give back money that was found, once."""
        task = self._paying_out.get(refund_id)
        if task is None:
            task = self._spawn(f"pay out {refund_id}", partial(self._pay_out, refund_id))
            self._paying_out[refund_id] = task
            task.add_done_callback(lambda _task: self._paying_out.pop(refund_id, None))
        return task

    async def _pay_out(self, refund_id: str) -> None:
        refund = await self._journal.refund(refund_id)
        if refund.state in REFUND_UNDER_WAY:
            await self._drive(await self._journal.attempt(attempt_of(refund_id)), refund)

    # -- afterwards

    async def _watch(self) -> None:
        """Look for late money, and keep trying slowly where staff have to help."""
        at_start = True
        while True:
            for attempt in await self._journal.watched_attempts():
                await self._look_for_late_money(attempt, at_start=at_start)
            for attempt in await self._journal.slow_attempts():
                if await self._looked_s_ago(attempt) >= self._limits.slow_retry_s:
                    await self._look_again(attempt)
            at_start = False
            await self._clock.sleep(self._limits.watch_after_s / 10)

    async def _look_for_late_money(self, attempt: Attempt, *, at_start: bool) -> None:
        """At start, and as often as its payment system needs; for the last time when its days have ended.

        A look that nobody answered is repeated: the watch ends with one that was answered.
        """
        now_s, ended_s = self._clock.monotonic(), self._passed_s(attempt.changed)
        rhythm = rhythm_of(attempt.family, self._limits)
        looks = self._looks.get(attempt.id, Looks(now_s, None) if at_start else Looks(now_s, now_s - ended_s))
        is_over = self._is_over(attempt, rhythm.days)
        if not is_look_due(rhythm, looks, ended_s, now_s, self._limits, is_over=is_over):
            return
        is_answered = await self._look_again(attempt)
        # too many looks to keep each; a start begins with one
        self._looks[attempt.id] = Looks(now_s, now_s) if is_answered else looks.then_in_vain(now_s)
        if is_over and is_answered:
            await self._end_watch(attempt)
        elif not is_answered and self._is_over(attempt, rhythm.days, for_s=self._limits.watch_told_after_s):
            await self._tell_unanswered(attempt)

    def _is_over(self, attempt: Attempt, days: int, for_s: float = 0.0) -> bool:
        """Its days have ended; but nothing has before ten minutes have passed, since it ended and since this start.

        Until then its request may be under way, and a machine that was just switched on may have its clock set. Of an
        attempt that ended before the machine was switched on only that clock tells; what is off every night would
        else be watched for ever.

        Args:
            attempt: Which.
            days: How many.
            for_s: They have been over for so long [s].
        """
        ended_s = self._passed_s(attempt.changed)
        is_settled = min(ended_s, self._clock.elapsed(self._started)) >= self._limits.watch_after_s
        now_ms, ended_ms = self._clock.now_ms() - round(for_s * 1000), attempt.changed.wall_ms
        is_of_this_boot = attempt.changed.boot_id == self._started.boot_id
        passed_s = ended_s - for_s if is_of_this_boot else (now_ms - ended_ms) / 1000
        return is_settled and days_are_over(days, ended_ms, passed_s, now_ms)

    async def _end_watch(self, attempt: Attempt) -> None:
        """What staff were told of a payment system that did not answer is over: it has."""
        tasks = await self._journal.staff_tasks()
        told = [one.id for one in tasks if one.kind is TaskKind.UNANSWERED and one.attempt_id == attempt.id]
        await self._journal.write(WatchEnded(attempt.id), *(TaskClosed(one, "answered") for one in told))
        del self._looks[attempt.id]

    async def _tell_unanswered(self, attempt: Attempt) -> None:
        """Once: they may have looked themselves."""
        if UNANSWERED not in attempt.facts:
            task = TaskOpened(TaskKind.UNANSWERED, attempt.order_id, attempt.id)
            await self._journal.write(AttemptNoted(attempt.id, {UNANSWERED: "yes"}), task)

    async def may_land(self, attempt_id: str) -> bool:
        """Something was sent about an attempt that was not answered, and that may still be carried out."""
        sent = [one for one in await self._journal.operations(attempt_id) if one.moves_money and one.answer in UNHEARD]
        return any(self._passed_s(one.intended) < self._limits.lands_within_s for one in sent)

    async def _looked_s_ago(self, attempt: Attempt) -> float:
        last = (await self._journal.operations(attempt.id))[-1]
        return self._passed_s(last.answered or last.intended)

    def _passed_s(self, moment: Stamp) -> float:
        """Time since a moment [s], as far as it is known to have passed."""
        return self._clock.elapsed(moment)

    async def _look_again(self, attempt: Attempt) -> bool:
        """What a person has said the end of is left alone, unless late money would prove them wrong.

        False when it is still to be looked at: nobody answered.
        """
        async with self.one_look:
            said = (await self._journal.sale(attempt.order_id)).resolution_of(attempt.id)
            # what comes into an account is told apart, whatever was said of what came before
            is_told_apart = attempt.family is Family.TRANSFER
            if said is None or said.way in STILL_TRIED or is_told_apart:
                return await self._look_for_money(attempt)
        return True

    async def _look_for_money(self, attempt: Attempt) -> bool:
        method = self._methods.get(attempt.method)
        findings = await self._journal.findings(attempt.id)
        is_settled = any(finding.state is not FindingState.OPEN for finding in findings)
        if is_settled and attempt.family is not Family.TRANSFER:
            return True
        return method is not None and await method.look_again(attempt.id)


def _is_to_give_back(sale: Sale, attempt: Attempt) -> bool:
    """The shop holds its money, unsettled; or it is being paid out, and its bank took it back meanwhile."""
    refund = sale.last_refund(attempt.id)
    is_begun = refund is not None and refund.state in REFUND_UNDER_WAY
    is_there = attempt.state in HOLDING and sale.settled_apart(attempt) is None
    return attempt.received is not None and (is_there or is_begun)


def _left_open(sale: Sale, unstored: str) -> list[Entry]:
    """What a stop makes of what was under way."""
    entries: list[Entry] = []
    for attempt in sale.attempts:
        if attempt.state in (State.PREPARED, State.ISSUING):
            # an account that nobody was shown cannot be paid
            entries.append(AttemptAdvanced(attempt.id, State.NOT_SENT, Reason.INTERRUPTED))
        elif attempt.state is State.SENDING:
            entries.append(AttemptAdvanced(attempt.id, State.UNKNOWN, Reason.INTERRUPTED))
            if attempt.id == unstored:
                entries.append(GoalUndo(attempt.id))
        elif attempt.state in LEFT_ON_A_PHONE:
            step = AttemptAdvanced(attempt.id, LEFT_ON_A_PHONE[attempt.state], Reason.INTERRUPTED)
            entries += [GoalUndo(attempt.id), step]
    entries += [
        RefundAdvanced(refund.id, RefundState.UNKNOWN, Reason.INTERRUPTED)
        for refund in sale.refunds
        if refund.state is RefundState.SENDING
    ]
    return entries
