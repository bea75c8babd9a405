"""Money that was taken after it was told as not taken: written down so that it cannot be overlooked."""

from collections.abc import Iterable

from kiosk.domain.attempt import Attempt
from kiosk.domain.entries import Entry, FindingAdvanced, FindingRecorded, TaskOpened
from kiosk.domain.ids import found_id
from kiosk.domain.refund import Finding, FindingKind, FindingState
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


def given_back(findings: Iterable[Finding]) -> tuple[Entry, ...]:
    """What of these was still open is back with its customer: for the transaction with the answer that proves it.

    A stop between the two would leave staff to give back what is not there any more.
    """
    return tuple(FindingAdvanced(one.id, FindingState.REFUNDED) for one in findings if one.state is FindingState.OPEN)


def found_and_given_back(attempt: Attempt, transaction: str, amount: int) -> tuple[Entry, ...]:
    """Late money that one answer both proved and gave back; staff are told all the same.

    Args:
        attempt: Whose money it is.
        transaction: The payment system's name for it.
        amount: What it took [won].
    """
    finding = found_id(attempt.id)
    recorded = FindingRecorded(attempt.method, attempt.id, transaction, FindingKind.LATE, amount, finding)
    task = TaskOpened(TaskKind.FINDING, attempt.order_id, attempt.id)
    return (recorded, task, FindingAdvanced(finding, FindingState.REFUNDED))
