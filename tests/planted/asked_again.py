"""Mistakes with what staff ask back while something of the same sale is under way already."""

from typing import Final

from tests.planted.bug import Bug

ORDER: Final = "kiosk/domain/order.py"
BOOKS: Final = "kiosk/flows/books.py"
RECOVERY: Final = "kiosk/flows/recovery.py"
SESSION: Final = "kiosk/flows/session.py"
LOYALTY: Final = "kiosk/services/gateways/loyalty/refund_rules.py"
AGAIN: Final = ("tests/flows/test_asked_again.py",)

BUGS: Final = (
    Bug(
        "what is asked back while something is given back already waits for that",
        "L9",
        RECOVERY,
        "        self._unwinding.add(task)\n",
        "        for one in self._unwinding:\n            if one.get_name() == task.get_name():\n"
        "                task.cancel()\n                return one\n        self._unwinding.add(task)\n",
        AGAIN,
    ),
    Bug(
        "nothing more is asked back while something is given back",
        "L9",
        ORDER,
        "frozenset({O.PAID, O.REFUNDING, O.PARTLY_REFUNDED, O.UNWINDING_STAFF})",
        "frozenset({O.PAID, O.PARTLY_REFUNDED, O.UNWINDING_STAFF})",
        AGAIN,
    ),
    Bug(
        "a start asks the owner who was there long before",
        "cancel: one try",
        LOYALTY,
        "    if known.asked_s >= limits.loyalty_settle_s:\n",
        "    if known.asked_s >= limits.loyalty_settle_s and known.tries:\n",
        AGAIN,
    ),
    Bug(
        "staff who asked before the machine was switched on are still there",
        "cancel: one try",
        "kiosk/services/gateways/loyalty/method.py",
        " if asked.boot_id == self._clock.stamp().boot_id else math.inf",
        "",
        AGAIN,
    ),
    Bug(
        "what came in while staff were asked is asked back too",
        "cancel: one try",
        BOOKS,
        "        for attempt in (one for one in sale.to_give_back_by_staff if one.id in wanted):\n",
        "        wanted = {one.id: {} for one in sale.to_give_back_by_staff} | dict(wanted)\n"
        "        for attempt in (one for one in sale.to_give_back_by_staff if one.id in wanted):\n",
        AGAIN,
    ),
    Bug(
        "a refund that is asked for once more takes the others off the list",
        "L9",
        BOOKS,
        "one.attempt_id in attempts and OF_FINDING not in one.facts",
        "OF_FINDING not in one.facts",
        AGAIN,
    ),
    Bug(
        "an order whose last refund ended just before a stop stays with staff",
        "L9",
        RECOVERY,
        "            await self._books.close(order.id)\n",
        "            pass\n",
        AGAIN,
    ),
    Bug(
        "an order is closed beside what is said of it",
        "L9",
        BOOKS,
        "        async with self._one_step:\n            await self._close(order_id)\n",
        "        await self._close(order_id)\n",
        AGAIN,
    ),
    Bug(
        "what is to be paid last is planned for an order that takes nothing more",
        "L5",
        BOOKS,
        "        if sale.may_charge(attempt.id):\n            unsent",
        "        if sale.due.amount > part.amount:\n            unsent",
        AGAIN,
    ),
    Bug(
        "an order of which something is to be given back is completed",
        "L5",
        BOOKS,
        "is not OrderState.PAYING or not sale.is_paid_up:",
        "is not OrderState.PAYING:",
        AGAIN,
    ),
    Bug(
        "a word closes a task on which money hangs",
        "L9",
        BOOKS,
        "            if await self._is_about_open_money(task):\n",
        "            if False:\n",
        AGAIN,
    ),
    Bug(
        "a word closes a task about found money",
        "L9",
        BOOKS,
        "            return any(one.state is FindingState.OPEN for one in found)\n        return bool",
        "            return False\n        return bool",
        AGAIN,
    ),
    Bug(
        "a till that a mistake of ours shut tells no more of the money",
        "L10",
        SESSION,
        '            self._tasks.report("session", error)\n            await self._tell_on()\n',
        '            self._tasks.report("session", error)\n',
        AGAIN,
    ),
)
