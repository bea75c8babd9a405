"""Giving back goes on, and ends: written down so that what did not come off cannot be overlooked."""

from kiosk.domain.attempt import Attempt
from kiosk.domain.entries import Entry, RefundAdvanced, TaskOpened
from kiosk.domain.refund import Refund, RefundState
from kiosk.domain.sale import LEFT
from kiosk.domain.staffwork import OF_FINDING, TaskKind


def refund_steps(attempt: Attempt, refund: Refund, to: RefundState, reason: str) -> tuple[Entry, ...]:
    """Where a refund goes, and the task that tells staff when it did not come off, for one transaction.

    That is their work at once: the rest of the sale may take days to come back (law 11).

    Args:
        attempt: Whose money it is, or about which the money was found.
        refund: As it stands.
        to: Where it goes.
        reason: Why; a Reason value or "".
    """
    # the table has no way from ASKED to an end: a refund given up before it was sent passes through SENDING
    begins = (RefundAdvanced(refund.id, RefundState.SENDING),) if refund.state is RefundState.ASKED else ()
    steps = (*begins, RefundAdvanced(refund.id, to, reason))
    if to not in LEFT:
        return steps
    facts = {"reason": reason, **({OF_FINDING: refund.finding_id} if refund.finding_id else {})}
    return (*steps, TaskOpened(TaskKind.REFUND_UNRESOLVED, attempt.order_id, attempt.id, facts))
