"""A sale as a whole: the order, its attempts and refunds, and what follows from them together."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kiosk.domain.attempt import HOLDING, PARKABLE, UNDER_WAY, Attempt, Family, Goal, State
from kiosk.domain.errors import known
from kiosk.domain.ids import attempt_of, refund_id
from kiosk.domain.money import Money
from kiosk.domain.order import Balance, Order, balance_of, takes_no_other_charge
from kiosk.domain.outcome import Reason
from kiosk.domain.refund import (
    REFUND_COUNTS,
    REFUND_UNDER_WAY,
    Finding,
    FindingKind,
    FindingState,
    Refund,
    RefundState,
)
from kiosk.domain.resolution import TOLD, Resolution, Way
from kiosk.domain.told import Fact, TenderLine, fact_of

NOT_USED_UP: Final = frozenset(
    {
        Reason.OWNER_NEEDED,
        Reason.UNREACHABLE,
        Reason.SETUP,
        Reason.NOTHING_THERE,
        Reason.WITHDRAWAL_NEEDED,
        Reason.SHOP_BALANCE_SHORT,
        Reason.PAYEE_WRONG,
        Reason.DAY_LIMIT,
        Reason.MAINTENANCE,
        Reason.REJECTED_THERE,
    },
)
"""Why a refund was refused before anybody was asked, or by a payment system that can be asked again: it may be asked
for once more. Every other refusal is the last."""

LEFT: Final = frozenset({RefundState.NEEDS_STAFF, RefundState.REFUSED})
"""How a refund ends that did not come off."""


SETTLED_APART: Final[Mapping[FindingState, Fact]] = MappingProxyType(
    {FindingState.REFUNDED: Fact.RETURNED, FindingState.EXPLAINED: Fact.SETTLED}
)
"""What is told of a payment whose money staff have given back, or settled with its customer, as money that was found:
it is nothing to be given back any more."""


@dataclass(frozen=True, slots=True)
class LooseEnd:
    """What only a person can say the end of.

    Attributes:
        attempt_id: Whose money.
        refund_id: The refund of it that did not come off; "" when the attempt itself needs staff.
        amount: How much it is about.
    """

    attempt_id: str
    refund_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Sale:
    """An order with everything that was tried for it.

    Attributes:
        order: The order.
        attempts: In the order in which they began.
        refunds: In the order in which they were asked for.
        resolutions: What people said of it.
        findings: Money of its payments that was found, in the order in which that was.
    """

    order: Order
    attempts: tuple[Attempt, ...]
    refunds: tuple[Refund, ...]
    resolutions: tuple[Resolution, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def balance(self) -> Balance:
        """What it received and what is still due. A refund counts from the moment it is asked for.

        What a person has said the end of counts as they said, in place of what it says itself.
        """
        spoken = {one.refund_id for one in self._in_force}
        given_back: Counter[str] = Counter()
        for refund in self.refunds:
            if refund.attempt_id and refund.state in REFUND_COUNTS and refund.id not in spoken:
                given_back[refund.attempt_id] += refund.amount.amount
        for said in self._in_force:
            given_back[said.attempt_id] += said.gone.amount
        counted = balance_of(self.order.total, self.attempts, given_back)
        return Balance(counted.total, counted.received + self._said_to_be_held)

    @property
    def _said_to_be_held(self) -> Money:
        """What the shop holds of attempts of which only a person says that anything was paid."""
        held = Money(0, self.order.total.currency)
        for attempt in self.attempts:
            end, said = self._end_of(attempt), self.resolution_of(attempt.id)
            if attempt.state is State.NEEDS_STAFF and end is not None and said is not None:
                held += end.amount - said.gone
        return held

    @property
    def _in_force(self) -> tuple[Resolution, ...]:
        """What people said of what is still the last of its attempt."""
        return tuple(one for one in self.resolutions if one is self.resolution_of(one.attempt_id))

    def _is_refuted(self, said: Resolution) -> bool:
        """Its money was said to be kept, whole or in part, and the bank has taken it back since."""
        attempt = next(one for one in self.attempts if one.id == said.attempt_id)
        is_kept = said.way is Way.CHARGED_KEPT or (attempt.received is not None and said.amount < attempt.received)
        return is_kept and attempt.state is State.CORRECTED

    @property
    def due(self) -> Money:
        """What is still to be paid."""
        return self.balance.due

    @property
    def due_now(self) -> Money:
        """What is to be paid before what is planned for the end (law 11)."""
        plan = self.order.plan
        return self.due if plan is None else self.due - plan.amount

    @property
    def planned(self) -> Attempt | None:
        """The attempt in which the customer said what is to be paid last."""
        plan = self.order.plan
        return None if plan is None else next(one for one in self.attempts if one.id == plan.attempt_id)

    @property
    def is_plan_due(self) -> bool:
        """Everything has been paid but what was planned for the end."""
        return self.order.plan is not None and not self.due_now and not self.takes_no_other_charge

    @property
    def takes_no_other_charge(self) -> bool:
        """An attempt forbids another charge (laws 1 and 5); or what is given back may yet turn out to be kept."""
        return takes_no_other_charge(self.attempts) or self.is_unwanted

    def may_charge(self, attempt_id: str) -> bool:
        """Whether an attempt may take money still: it is to, and nothing beside it forbids that (laws 1 and 5).

        Points have to complete the order (law 11): they do not once a bank has taken back what paid before.
        """
        attempt = next(one for one in self.attempts if one.id == attempt_id)
        beside = tuple(one for one in self.attempts if one is not attempt)
        is_alone = not takes_no_other_charge(beside) and not self.is_unwanted
        completes = attempt.family is not Family.PHONE or attempt.due == self.due
        return attempt.goal is Goal.TAKE and is_alone and completes

    @property
    def is_paid_up(self) -> bool:
        """Nothing is due any more, and nothing of it is in doubt or to be given back."""
        return not self.due and not self.takes_no_other_charge and not self.needs_staff

    @property
    def is_giving_back(self) -> bool:
        """A refund of it is under way."""
        return any(refund.attempt_id and refund.state in REFUND_UNDER_WAY for refund in self.refunds)

    @property
    def unsure(self) -> Attempt | None:
        """The attempt whose fate is not known, if there is one."""
        return next((attempt for attempt in self.attempts if attempt.state in PARKABLE), None)

    def last_refund(self, attempt_id: str) -> Refund | None:
        """The latest refund of an attempt."""
        return next((refund for refund in reversed(self.refunds) if refund.attempt_id == attempt_id), None)

    def payouts_of(self, finding: Finding) -> tuple[Refund, ...]:
        """The refunds of money that was found, in the order in which they were asked for; of whichever name for it."""
        own = next((one.id for one in self.attempts if _is_own(finding, one)), "-")
        return tuple(one for one in self.refunds if one.finding_id == finding.id or one.attempt_id == own)

    def settled_apart(self, attempt: Attempt) -> Finding | None:
        """Its money, found where the order was paid otherwise, of which staff have said that it went back."""
        own = (one for one in self.findings if _is_own(one, attempt) and one.kind is not FindingKind.CORRECTED)
        return next((one for one in own if one.state in SETTLED_APART), None)

    def can_be_paid_out(self, finding: Finding, found: Collection[Finding]) -> bool:
        """Whether money that was found is there to be given back, and nothing that may have given it back was tried.

        Args:
            finding: The money.
            found: All that was found about its attempt.
        """
        is_there = finding.state is FindingState.OPEN and finding.kind in (FindingKind.LATE, FindingKind.DUPLICATE)
        corrected = {one.transaction for one in found if one.kind is FindingKind.CORRECTED}
        tried = self.payouts_of(finding)
        is_left = all(one.state is RefundState.REFUSED and one.reason in NOT_USED_UP for one in tried)
        return is_there and is_left and finding.amount is not None and finding.transaction not in corrected

    def next_refund(self, attempt_id: str) -> str:
        """Id of the next refund that an attempt's money, or what was found of it, is given back by."""
        # refunds of findings are named after the attempt too
        return refund_id(attempt_id, 1 + sum(1 for one in self.refunds if attempt_of(one.id) == attempt_id))

    @property
    def awaited(self) -> Attempt | None:
        """The attempt whose transfer a customer may still make, into the account that they were shown."""
        waiting = (one for one in self.attempts if one.state is State.AWAITING_DEPOSIT)
        return next((one for one in waiting if one.goal is Goal.TAKE), None)

    @property
    def to_give_back(self) -> tuple[Attempt, ...]:
        """Attempts whose money is held and that no refund covers, last first (law 11)."""
        return tuple(
            attempt
            for attempt in reversed(self.attempts)
            if attempt.state in HOLDING and self.last_refund(attempt.id) is None and self.settled_apart(attempt) is None
        )

    @property
    def is_settled(self) -> bool:
        """Nothing of it is under way any more, whether it ended well or with staff."""
        attempts_settled = not any(attempt.state in UNDER_WAY for attempt in self.attempts)
        return attempts_settled and not self.is_giving_back and not self.to_give_back

    @property
    def left_to_staff(self) -> tuple[Refund, ...]:
        """What could not be given back, as far as no later refund of the same money took its place."""
        return tuple(one for one in self.refunds if one.attempt_id and one.state in LEFT and self._is_left(one))

    def _is_left(self, refund: Refund) -> bool:
        return refund is self.last_refund(refund.attempt_id) and self.resolution_of(refund.attempt_id) is None

    def _end_of(self, attempt: Attempt) -> LooseEnd | None:
        """What of an attempt only a person can say the end of, whether one has said it or not."""
        last = self.last_refund(attempt.id)
        if last is not None and last.state in LEFT:
            return LooseEnd(attempt.id, last.id, last.amount)
        is_off = attempt.state in (State.UNDERPAID, State.OVERPAID) and last is None
        if attempt.state is not State.NEEDS_STAFF and not is_off:
            return None
        return LooseEnd(attempt.id, "", attempt.received or attempt.asked or attempt.due)

    def resolution_of(self, attempt_id: str) -> Resolution | None:
        """What a person said of how an attempt, or its last refund, ended."""
        attempt = next(one for one in self.attempts if one.id == attempt_id)
        end = self._end_of(attempt)
        if end is None:
            return None
        about = (end.attempt_id, end.refund_id)
        return next((one for one in self.resolutions if (one.attempt_id, one.refund_id) == about), None)

    @property
    def loose_ends(self) -> tuple[LooseEnd, ...]:
        """What only a person can say the end of, and none has."""
        return tuple(
            end
            for attempt in self.attempts
            if (end := self._end_of(attempt)) is not None and self.resolution_of(attempt.id) is None
        )

    @property
    def to_give_back_by_staff(self) -> tuple[Attempt, ...]:
        """Attempts whose money staff can have given back, last first: whole, or refused for want of a person."""
        return tuple(
            attempt
            for attempt in reversed(self.attempts)
            if attempt.state in HOLDING and self._can_be_asked_back(attempt)
        )

    def _can_be_asked_back(self, attempt: Attempt) -> bool:
        last, said = self.last_refund(attempt.id), self.resolution_of(attempt.id)
        if (said is not None and said.way is not Way.CHARGED_KEPT) or self.settled_apart(attempt) is not None:
            return False
        return last is None or (last.state is RefundState.REFUSED and last.reason in NOT_USED_UP)

    @property
    def needs_staff(self) -> bool:
        """Something of it cannot be ended by the till."""
        return bool(self.loose_ends or self.left_to_staff)

    @property
    def is_unwanted(self) -> bool:
        """It received something that is to be given back and was not yet, so it cannot be completed."""
        return any(
            attempt.state is State.APPROVED and attempt.goal is Goal.UNDO and not self._is_given_back(attempt)
            for attempt in self.attempts
        )

    def _is_given_back(self, attempt: Attempt) -> bool:
        last = self.last_refund(attempt.id)
        return last is not None and last.state is RefundState.DONE

    @property
    def told(self) -> tuple[TenderLine, ...]:
        """What a person is told, a line per payment; two of one that came back in part, so that no part reads as all.

        Left out is what says nothing new: a try that ended without sending because the customer went back or only
        planned it, and a refused try that a later one of the same method took the place of. What is planned comes last.
        """
        lines = tuple(
            line for attempt in self.attempts if not self._is_history(attempt) for line in self._lines(attempt)
        )
        plan = self.order.plan
        if plan is None:
            return lines
        return (*lines, TenderLine(plan.attempt_id, known(self.planned, "plan").method, plan.amount, Fact.PLANNED))

    def _is_history(self, attempt: Attempt) -> bool:
        if attempt.state not in (State.NOT_SENT, State.DECLINED):
            return False
        went_back = attempt.state is State.NOT_SENT and attempt.reason in (Reason.LEFT, Reason.PLANNED)
        return went_back or any(
            later.method == attempt.method and later.number > attempt.number and later.state is not State.PREPARED
            for later in self.attempts
        )

    def _lines(self, attempt: Attempt) -> tuple[TenderLine, ...]:
        end, said = self._end_of(attempt), self.resolution_of(attempt.id)
        if end is not None and said is not None and not self._is_refuted(said):
            line = TenderLine(attempt.id, attempt.method, said.amount, TOLD[said.way])
            whole = TenderLine(attempt.id, attempt.method, end.amount, Fact.RECEIVED)
            return (line,) if said.amount == end.amount else (whole, line)
        refund, settled = self.last_refund(attempt.id), self.settled_apart(attempt)
        fact = fact_of(attempt.state, refund.state if refund else None, is_released=attempt.is_released)
        line = TenderLine(
            attempt_id=attempt.id,
            method=attempt.method,
            amount=attempt.received or attempt.asked,
            fact=fact if settled is None else SETTLED_APART[settled.state],
            reason=attempt.reason,
        )
        return (line,)


def _is_own(finding: Finding, attempt: Attempt) -> bool:
    """What was found is what paid the attempt, and no money beside it."""
    return finding.attempt_id == attempt.id and finding.transaction == attempt.transaction
