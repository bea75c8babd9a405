"""What happens at the loyalty relay by itself, as data with due times.

The chain decides about an approval; the relay looks at the chain (every second); the kiosk has been told; a delegator
looks for cancels (every 5 s); what nobody closed is closed by force (looked at every 10 s). Temporary accounts are not
here: they run out by being asked for too late.

Source: facts of the loyalty relay, 'forced close', 'scheduler periods'.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from kiosk.simulator.relay_answers import Answers
from kiosk.simulator.relay_callbacks import GRAIN_S
from kiosk.simulator.relay_payments import Payments
from kiosk.simulator.relay_records import CANCEL, NEW, Payment
from kiosk.simulator.relay_table import Table


@dataclass(frozen=True, slots=True)
class Work:
    """Something that is to happen.

    Attributes:
        due_s: When [s].
        do: What.
    """

    due_s: float
    do: Callable[[], None]


class Background:
    """All that is still to happen.

    Attributes:
        steps: How many things have happened.
    """

    def __init__(self, table: Table, payments: Payments, answers: Answers) -> None:
        self._table = table
        self._payments = payments
        self._answers = answers
        self.steps = 0

    def tick(self) -> None:
        """Do all that is due, in the order in which it came due."""
        while (work := self._next()) is not None and work.due_s <= self._table.now_s + GRAIN_S:
            work.do()
            self.steps += 1

    def next_due(self) -> float | None:
        """When the next thing happens [s]; None if nothing will."""
        work = self._next()
        return None if work is None else work.due_s

    def _next(self) -> Work | None:
        waiting = self._table.waiting
        works: list[Work] = []
        for payment in list(waiting.values()):
            works_here = list(self._work_of(payment))
            works += works_here
            if not works_here:
                del waiting[payment.payment_id]
        return min(works, key=lambda work: work.due_s, default=None)

    def _work_of(self, payment: Payment) -> Iterator[Work]:
        answers, transaction = self._answers, payment.transaction
        if transaction is not None and transaction.watch_s is None:
            yield Work(transaction.lands_s, partial(answers.land, payment, transaction))
        elif transaction is not None and transaction.watch_s is not None:
            yield Work(transaction.watch_s, partial(answers.watch, payment, transaction))
        if payment.replied_s is not None:
            yield Work(payment.replied_s, partial(answers.replied, payment))
        if payment.delegate_s is not None:
            yield Work(payment.delegate_s, partial(answers.delegate, payment))
        for phase in (NEW, CANCEL):
            force_s = payment.rounds[phase.name].force_s
            if force_s is not None:
                yield Work(force_s, partial(self._payments.force, phase, payment))
