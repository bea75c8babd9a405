"""What must stand on the list of staff in the end (law 9): nothing that a person has to know happens in silence.

It is asked of the journal's tables, each of which says what happened, and not of the flows that should have told it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

Ask = Callable[..., list[tuple[Any, ...]]]
"""A query of the journal, and its values."""


@dataclass(frozen=True)
class Duty:
    """Something that must be told.

    Attributes:
        what: In words.
        tasks: Kinds of work for staff, each of which tells it.
        about: Which of its columns names what happened.
        happened: A query for what happened.
    """

    what: str
    tasks: tuple[str, ...]
    about: str
    happened: str


DUTIES: Final = (
    Duty("an order was put aside", ("parked",), "order_id", "SELECT id FROM orders WHERE reason = 'unwound.parked'"),
    Duty(
        "an order that nobody claimed was given back",
        ("unclaimed", "unstored"),
        "order_id",
        "SELECT id FROM orders WHERE reason = 'unwound.unclaimed'",
    ),
    Duty(
        "somebody paid, and walked away",
        ("unclaimed",),
        "order_id",
        "SELECT o.id FROM orders o JOIN attempts a ON a.order_id = o.id "
        "WHERE o.reason = 'unwound.idle' AND a.state = 'APPROVED'",
    ),
    Duty("nobody can find out", ("unresolved",), "attempt_id", "SELECT id FROM attempts WHERE state = 'NEEDS_STAFF'"),
    Duty(
        "a refund did not come off",
        ("refund_unresolved",),
        "attempt_id",
        # one of money that was found is none of an attempt's
        "SELECT substr(id, 1, instr(id, '-R') - 1) FROM refunds WHERE state IN ('NEEDS_STAFF', 'REFUSED')",
    ),
    Duty(
        "a receipt or a slip did not come out",
        ("print_failed",),
        "order_id",
        "SELECT order_id FROM prints WHERE state = 'FAILED' AND reason <> 'unstored'",
    ),
    Duty(
        "a bank took back what had paid",
        ("finding",),
        "attempt_id",
        "SELECT id FROM attempts WHERE state = 'CORRECTED'",
    ),
    Duty("late money was found", ("finding",), "attempt_id", "SELECT attempt_id FROM findings"),
)


def untold(ask: Ask) -> Iterator[str]:
    """What happened, and does not stand on the list."""
    for duty in DUTIES:
        kinds = ", ".join("?" * len(duty.tasks))
        query = f"SELECT {duty.about} FROM staff_tasks WHERE kind IN ({kinds})"  # noqa: S608 - constants
        told = {row[0] for row in ask(query, *duty.tasks)}
        for name in sorted({row[0] for row in ask(duty.happened)} - told):
            yield f"{name}: {duty.what}, and nobody is told"
