"""What people answer to the loyalty relay, and what becomes of an approval on its way to the chain.

Source: facts of the loyalty relay, 'transitions', 'callback', 'races worth designing for'.
"""

import math
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.simulator.relay_accounts import signature_of
from kiosk.simulator.relay_chain import RevertedError
from kiosk.simulator.relay_dialects import Event
from kiosk.simulator.relay_records import (
    ANSWERABLE,
    CANCEL,
    NEW,
    Fate,
    Payment,
    Phase,
    RefusedError,
    Step,
    Transaction,
)
from kiosk.simulator.relay_table import Table

ANSWER_S = 45.0  # for so long a person may answer
WATCH_EVERY_S, DELEGATE_EVERY_S = 1.0, 5.0
LATE_S = 60.0
NOT_SENT = 5000


class Approvals(BaseModel):
    """What becomes of the next approvals.

    Attributes:
        outcome: "unsent" never reaches the chain, "reverted" is refused there, "unseen" lands and the relay takes it
            for reverted, "late" lands late.
        count: How many it meets.
        seconds: How late [s].
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Literal["unsent", "reverted", "unseen", "late"]
    count: int = Field(default=1, ge=1)
    seconds: float = Field(default=LATE_S, ge=0)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a person's answer led to.

    Attributes:
        payment: As it is now.
        tx_hash: Of the approval on its way; None of a denial.
    """

    payment: Payment
    tx_hash: str | None


class Answers:
    """Yes or no, and what follows."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._planned: list[Approvals] = []

    def plan(self, approvals: Approvals) -> None:
        """Decide what becomes of the next approvals."""
        self._planned += [approvals] * approvals.count

    def answer(self, phase: Phase, payment_id: str, *, approve: bool, signature: str) -> Answered:
        """A person approves or denies.

        Raises:
            RefusedError: somebody else's answer, or too late, or there is nothing to answer any more.
        """
        table, payment = self._table, self._table.get(payment_id)
        if phase.step(payment.status) not in ANSWERABLE:
            raise RefusedError(2020)
        if signature != signature_of(table.signer(phase, payment), payment_id, "approve" if approve else "deny"):
            raise RefusedError(1501)
        if table.age_s(phase, payment) > ANSWER_S:
            table.tell(Event.TIMED_OUT, phase, payment)
            raise RefusedError(7000)
        if not approve:
            return self._deny(phase, payment)
        state = table.contracts.state(payment_id)
        if state is phase.before:
            return self._approve(phase, payment)
        ends = {
            phase.opened: (Step.REPLIED, 2025),
            phase.closed: (Step.CLOSED, 2026),
            phase.failed: (Step.FAILED, 2027),
        }
        if state not in ends:
            raise RefusedError(2020)
        step, code = ends[state]
        payment.status = max(payment.status, phase.at(step))
        raise RefusedError(code)

    def approve_early(self, payment: Payment) -> None:
        """Approved, mined and told before the kiosk has the answer to its request."""
        deal = self._table.deal(payment)
        self._table.contracts.open(payment.payment_id, deal)
        payment.figures = deal.figures
        payment.status = NEW.at(Step.CONFIRMED)
        self._table.tell(Event.SUCCESS, NEW, payment, before_reply=True)
        payment.status = NEW.at(Step.REPLIED)

    def land(self, payment: Payment, transaction: Transaction) -> None:
        """The chain decides about an approval."""
        contracts, phase = self._table.contracts, transaction.phase
        transaction.watch_s = math.ceil(transaction.lands_s / WATCH_EVERY_S) * WATCH_EVERY_S
        if transaction.fate == "reverted":
            return
        if phase is CANCEL:
            contracts.open_cancel(payment.payment_id)
            transaction.has_landed = True
            return
        try:
            contracts.open(payment.payment_id, replace(transaction.deal, opened_s=self._table.now_s))
            transaction.has_landed = True
        except RevertedError:  # the points were spent elsewhere in the meantime
            transaction.has_landed = False

    def watch(self, payment: Payment, transaction: Transaction) -> None:
        """The relay looks what became of an approval. What was closed meanwhile stays as it is."""
        phase = transaction.phase
        is_sent = payment.status == phase.at(Step.SENT)
        payment.transaction = None
        if not transaction.has_landed or transaction.fate == "unseen":
            if is_sent:
                payment.status = phase.at(Step.REVERTED)
                self._tell_failure(phase, payment)
        elif is_sent:
            payment.status = phase.at(Step.CONFIRMED)
            payment.figures = transaction.deal.figures
            payment.replied_s = self._table.tell(Event.SUCCESS, phase, payment)
        elif self._table.settings.late_callback:
            self._table.tell(Event.SUCCESS, phase, replace(payment, status=phase.at(Step.SENT)))

    def replied(self, payment: Payment) -> None:
        """The kiosk was told, or at least called."""
        payment.replied_s = None
        if payment.phase.step(payment.status) is Step.CONFIRMED:
            payment.status = payment.phase.at(Step.REPLIED)

    def delegate(self, payment: Payment) -> None:
        """The delegator looks for cancels to approve; one that it cannot approve it meets again and again."""
        payment.delegate_s = None
        signature = signature_of(self._table.signer(CANCEL, payment), payment.payment_id, "approve")
        try:
            self.answer(CANCEL, payment.payment_id, approve=True, signature=signature)
        except RefusedError:
            if CANCEL.step(payment.status) in ANSWERABLE:
                payment.delegate_s = next_delegation(self._table.now_s)

    def _deny(self, phase: Phase, payment: Payment) -> Answered:
        if self._table.contracts.state(payment.payment_id) is not phase.before:
            raise RefusedError(2028)
        payment.status = phase.at(Step.DENIED)
        self._table.tell(Event.DENIED, phase, payment)
        return Answered(payment, None)

    def _approve(self, phase: Phase, payment: Payment) -> Answered:
        """Send it to the chain. One that cannot be sent may be tried again."""
        planned = self._planned.pop(0) if self._planned else None
        outcome = planned.outcome if planned else "mined"
        code = NOT_SENT if outcome == "unsent" else self._obstacle(phase, payment)
        if code is not None:
            payment.status = phase.at(Step.SEND_FAILED)
            self._tell_failure(phase, payment)
            raise RefusedError(code)
        fates: dict[str, Fate] = {"reverted": "reverted", "unseen": "unseen"}
        takes_s = planned.seconds if planned and outcome == "late" else self._table.settings.mining_s
        payment.transaction = Transaction(
            phase, self._table.deal(payment), fates.get(outcome, "mined"), self._table.now_s + takes_s
        )
        payment.status = phase.at(Step.SENT)
        self._table.waiting[payment.payment_id] = payment
        return Answered(deepcopy(payment), self._table.fresh_hash())

    def _obstacle(self, phase: Phase, payment: Payment) -> int | None:
        """Why the chain would refuse an approval at once, if it would."""
        contracts = self._table.contracts
        try:
            if phase is NEW:
                contracts.require_funds(self._table.deal(payment))
            else:
                contracts.require_cancellable(payment.payment_id, self._table.now_s)
        except RevertedError as reverted:
            return reverted.code
        return None

    def _tell_failure(self, phase: Phase, payment: Payment) -> None:
        if self._table.settings.rules.tells_failures:
            self._table.tell(Event.FAILED, phase, payment)


def next_delegation(after_s: float) -> float:
    """When a delegator looks next [s]."""
    return (math.floor(after_s / DELEGATE_EVERY_S) + 1) * DELEGATE_EVERY_S
