"""Money that was taken after it was told as not taken: written down so that it cannot be overlooked."""

from kiosk.domain.attempt import Attempt
from kiosk.domain.entries import Entry, FindingRecorded, TaskOpened
from kiosk.domain.refund import FindingKind
from kiosk.domain.staffwork import TaskKind


def late_money(
    attempt: Attempt, transaction: str, amount: int, kind: FindingKind = FindingKind.LATE
) -> tuple[Entry, ...]:
    """A finding and the task that tells staff of it, for one transaction: a stop between the two would hide it.

    Args:
        attempt: Whose money it is.
        transaction: The payment system's name for it.
        amount: What it took [won].
        kind: What it is.
    """
    return (
        FindingRecorded(attempt.method, attempt.id, transaction, kind, amount),
        TaskOpened(TaskKind.FINDING, attempt.order_id, attempt.id),
    )
