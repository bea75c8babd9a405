"""Paying with a card: reads like the sequence diagram of the document."""

from functools import partial
from typing import Final

from kiosk.domain.attempt import RECEIPT, Attempt, Family, State
from kiosk.domain.entries import (
    AttemptAdvanced,
    AttemptNoted,
    Entry,
    GoalUndo,
    OperationAnswered,
    RefundAdvanced,
    TaskOpened,
)
from kiosk.domain.errors import NotWantedError, known
from kiosk.domain.giving_back import refund_steps
from kiosk.domain.ids import wire_id
from kiosk.domain.late import given_back, late_money
from kiosk.domain.limits import Limits
from kiosk.domain.moment import Stamp
from kiosk.domain.money import Money
from kiosk.domain.operation import Operation, Permit
from kiosk.domain.outcome import Approved, Declined, NotSent, Outcome, Planned, Reason, Unknown, Unsettled
from kiosk.domain.ports import Clock, Desk, GivesBack, Health, Journal, Randomness
from kiosk.domain.refund import RefundState
from kiosk.domain.staffwork import TaskKind
from kiosk.services.gateways.card import rules, wire
from kiosk.services.gateways.card.client import CardClient
from kiosk.services.gateways.card.rules import Answer, Call, Cancel, Confirm, Look, RefundVerdict, Try, Verdict, Wait
from kiosk.services.gateways.card.wire import Payment, Read

TOKEN_LENGTH: Final = 12

CREATE_TRIES: Final = 3
CREATE_AGAIN_S: Final = 1.0
"""How often, and after how long [s], a payment is created whose answer was lost: no money is involved."""

UNSTORED_TRIES: Final = 5
"""How often an approval that could not be stored is cancelled [tries]; then the next start goes on with it."""

KEY: Final = "key"
"""Name of an attempt's fact: the payment's key."""


class CardMethod:
    """Keeps the Method port (domain/ports.py) for cards."""

    name: Final = "card"
    family: Final = Family.DIRECT
    gives_back: Final = GivesBack.ALONE
    tries_max: Final = None

    def __init__(self, client: CardClient, journal: Journal, clock: Clock, random: Randomness, limits: Limits) -> None:
        self._client = client
        self._journal = journal
        self._clock = clock
        self._random = random
        self._limits = limits
        self._started = clock.stamp()
        self._confirmed_here: set[str] = set()
        self._mistaken = False

    def health(self) -> Health:
        """Unreachable, or not accepted; or a mistake of ours has come to light, until somebody has looked."""
        if not self._client.reachable:
            return Health(ok=False, reason=Reason.UNREACHABLE)
        if self._mistaken or not self._client.accepted:
            return Health(ok=False, reason=Reason.SETUP)
        return Health(ok=True)

    async def probe(self) -> bool:
        """Reach the server."""
        return await self._client.probe()

    # -- paying

    async def pay(self, attempt: Attempt, desk: Desk) -> Outcome:
        """Create, then confirm."""
        desk.working()
        key = wire_id(attempt.id, self._random.token(TOKEN_LENGTH), wire.KEY_LONGEST)
        await self._journal.write(AttemptNoted(attempt.id, {KEY: key}, attempt.due.amount))
        attempt = await self._journal.attempt(attempt.id)
        created = await self._create(attempt)
        if created is not Answer.INITIATED:
            return rules.CREATE_OUTCOME.get(created, Declined(Reason.ID_REUSED))
        self._confirmed_here.add(attempt.id)
        permit, read = await self._confirm(attempt, AttemptAdvanced(attempt.id, State.SENDING))
        return self._outcome(attempt, permit, read)

    async def _create(self, attempt: Attempt) -> Answer:
        answer = await self._look(attempt)
        for _ in range(CREATE_TRIES - 1):
            if answer is not Answer.NO_ANSWER:
                break
            await self._clock.sleep(CREATE_AGAIN_S)
            answer = await self._look(attempt)
        return answer

    async def _look(self, attempt: Attempt, refund_id: str = "", if_canceled: tuple[Entry, ...] = ()) -> Answer:
        """Create it, or hear where it stands."""
        payment = _payment(attempt)
        permit = await self._journal.intend(attempt.id, partial(wire.create, payment), refund_id=refund_id)
        read = await self._client.create(permit, payment)
        await self._journal.write(_answered(permit, read), *(if_canceled if read.answer is Answer.CANCELED else ()))
        return read.answer

    async def _confirm(self, attempt: Attempt, *entries: Entry, repeats: str = "") -> tuple[Permit, Read]:
        """Send one confirm, or the same once more; what came is to be written down with what follows from it."""
        payment = _payment(attempt)
        permit = await self._journal.intend(attempt.id, wire.confirm(payment), *entries, repeats=repeats)
        return permit, await self._client.confirm(permit, payment)

    def _outcome(self, attempt: Attempt, permit: Permit, read: Read) -> Outcome:
        entries: tuple[Entry, ...] = (_answered(permit, read), *_receipt(attempt, read))
        if read.answer is Answer.APPROVED:
            return Approved(attempt.due, attempt.facts[KEY], entries)
        if read.answer is Answer.MISMATCH:
            self._mistaken = True
            facts = {"code": read.facts.get("code", "")}
            entries = (*entries, TaskOpened(TaskKind.MISTAKE, attempt.order_id, attempt.id, facts))
        match rules.CONFIRM_OUTCOME.get(read.answer, Unknown(Reason.CONTRADICTORY, undo=True)):
            case Declined(reason):
                return Declined(reason, entries=entries)
            case NotSent(reason):
                return NotSent(reason, entries)
            case Unknown(reason, undo=undo):
                return Unknown(reason, undo=undo, entries=entries)
            case Approved() | Planned() | Unsettled():
                raise AssertionError

    # -- a lost answer

    async def resolve(self, attempt_id: str) -> AttemptAdvanced | None:
        """Find out what became of a payment whose answer was lost; give it back if it is not wanted any more."""
        while True:
            attempt = await self._journal.attempt(attempt_id)
            if attempt.state not in (State.UNKNOWN, State.REVERSING):
                return None
            match rules.next_step(await self._evidence(attempt)):
                case Look():
                    await self._look(attempt)
                case Confirm():
                    await self._confirm_again(attempt)
                case Cancel():
                    answered, _ = await self._cancel(attempt, *_into_reversing(attempt))
                    await self._journal.write(answered)
                case Wait(seconds):
                    await self._clock.sleep(seconds)
                case Verdict(State.APPROVED):
                    received = known(attempt.asked, "amount asked").amount
                    return AttemptAdvanced(
                        attempt.id, State.APPROVED, received=received, transaction=attempt.facts[KEY]
                    )
                case Verdict(state, reason):
                    return AttemptAdvanced(attempt.id, state, reason or "")

    async def _confirm_again(self, attempt: Attempt) -> None:
        first = _first_confirm(await self._journal.operations(attempt.id))
        try:
            permit, read = await self._confirm(attempt, repeats=first.id)
        except NotWantedError:
            return  # it was given up meanwhile, and is only looked at from now on
        await self._journal.write(_answered(permit, read), *_receipt(attempt, read))

    async def _cancel(self, attempt: Attempt, *entries: Entry, refund_id: str = "") -> tuple[Entry, Answer]:
        """Send one cancel; what came is to be written down with what follows from it."""
        request = partial(wire.cancel, _payment(attempt))
        permit = await self._journal.intend(attempt.id, request, *entries, refund_id=refund_id)
        read = await self._client.cancel(permit)
        return _answered(permit, read), read.answer

    async def _evidence(self, attempt: Attempt) -> rules.Evidence:
        operations = await self._journal.operations(attempt.id)
        first = operations.index(_first_confirm(operations))
        unsure_s = self._age(known(attempt.unsure_since, "unsure_since"))
        return rules.Evidence(
            state=attempt.state,
            goal=attempt.goal,
            is_ours_to_repeat=attempt.id in self._confirmed_here,
            tries=self._tries(operations[first + 1 :]),
            unsure_s=unsure_s,
            given_up_s=unsure_s if operations[first].answered else self._ended_s(operations[first]),
            settle_s=self._limits.card_settle_s,
            staff_after_s=self._limits.staff_after_s,
        )

    def _tries(self, operations: tuple[Operation, ...]) -> tuple[Try, ...]:
        """Operations as evidence."""
        return tuple(
            Try(
                call=Call(one.call),
                answer=Answer(one.answer or Answer.NO_ANSWER),
                age_s=self._ended_s(one),
                began_s=self._age(one.intended),
            )
            for one in operations
        )

    def _ended_s(self, one: Operation) -> float:
        """Time since it was answered or given up [s].

        One that a crash interrupted had no answer, and ended with this start; a confirm not before it would have been
        given up, because it travels no shorter for that.
        """
        if one.answered is not None:
            return self._age(one.answered)
        here_s = self._age(self._started)
        if one.call != Call.CONFIRM:
            return here_s
        return min(here_s, max(0.0, self._age(one.intended) - self._limits.card_answer_s))

    def _age(self, moment: Stamp) -> float:
        return self._clock.elapsed(moment)

    # -- giving back

    async def give_back(self, refund_id: str) -> None:
        """Cancel a known payment, until that is proven or a person must look."""
        while True:
            refund = await self._journal.refund(refund_id)
            if refund.state not in (RefundState.ASKED, RefundState.UNKNOWN):
                return
            attempt = await self._journal.attempt(refund.attempt_id)
            own = tuple(one for one in await self._journal.operations(attempt.id) if one.refund_id == refund_id)
            asked_s = self._age(refund.asked)
            is_new = refund.state is RefundState.ASKED
            begins = (RefundAdvanced(refund.id, RefundState.SENDING),) if is_new else ()
            match rules.next_refund_step(rules.RefundEvidence(self._tries(own), asked_s, self._limits.staff_after_s)):
                case Look():
                    await self._look(attempt, refund.id)
                case Cancel():
                    answered, answer = await self._cancel(attempt, *begins, refund_id=refund.id)
                    await self._journal.write(answered, *(_refund_after(refund.id, answer) if is_new else ()))
                case Wait(seconds):
                    await self._clock.sleep(seconds)
                case RefundVerdict(state, reason):
                    await self._journal.write(*refund_steps(attempt, refund, state, reason or ""))

    async def reverse_unstored(self, attempt_id: str, received: Money) -> bool:  # noqa: ARG002 - always in full
        """Cancel a payment whose approval could not be written down (law 6), licensed by its SENDING row alone."""
        payment = _payment(await self._journal.attempt(attempt_id))
        for tried in range(1, UNSTORED_TRIES + 1):
            permit = self._journal.license_reversal(attempt_id, wire.cancel(payment, f"{attempt_id}-unstored"))
            if (await self._client.cancel(permit)).answer is Answer.CANCELED:
                return True
            await self._clock.sleep(rules.CANCEL_LADDER_S[tried - 1])
        return False

    async def ask(self, attempt_id: str, refund_id: str = "") -> None:  # noqa: ARG002 - one state tells of both
        """Ask once more where a payment stands."""
        await self._look(await self._journal.attempt(attempt_id))

    async def look_again(self, attempt_id: str) -> bool:
        """Ask once more; a payment that arrived after all is late money, and is cancelled."""
        attempt = await self._journal.attempt(attempt_id)
        back = given_back(await self._journal.findings(attempt.id))
        # an earlier look may have cancelled it, and the answer to that was lost
        looked = await self._look(attempt, if_canceled=back)
        if looked is not Answer.APPROVED:
            return looked in rules.NOTHING_HELD
        if not back:
            amount = known(attempt.asked, "amount asked").amount
            await self._journal.write(*late_money(attempt, attempt.facts[KEY], amount))
        answered, _ = await self._cancel(attempt)
        await self._journal.write(answered)
        back = given_back(await self._journal.findings(attempt.id))
        return await self._look(attempt, if_canceled=back) is Answer.CANCELED


def _payment(attempt: Attempt) -> Payment:
    return Payment(attempt.facts[KEY], attempt.order_id, known(attempt.asked, "amount asked"))


def _first_confirm(operations: tuple[Operation, ...]) -> Operation:
    return next(one for one in operations if one.call == Call.CONFIRM)


def _answered(permit: Permit, read: Read) -> OperationAnswered:
    return OperationAnswered(permit.operation_id, read.answer, read.facts)


def _receipt(attempt: Attempt, read: Read) -> tuple[Entry, ...]:
    return (AttemptNoted(attempt.id, {RECEIPT: read.receipt}),) if read.receipt else ()


def _into_reversing(attempt: Attempt) -> tuple[Entry, ...]:
    """The goal is durable before the send that serves it."""
    if attempt.state is State.REVERSING:
        return ()
    return (GoalUndo(attempt.id), AttemptAdvanced(attempt.id, State.REVERSING, attempt.reason))


def _refund_after(refund_id: str, answer: Answer) -> tuple[Entry, ...]:
    """What follows from the answer to a refund's first cancel, in the same transaction."""
    return (RefundAdvanced(refund_id, RefundState.ASKED if answer is Answer.NOT_SENT else RefundState.UNKNOWN),)
