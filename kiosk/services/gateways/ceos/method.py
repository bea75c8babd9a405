"""Paying with CEOS: reads like the sequence diagram of the document."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from kiosk.domain.attempt import Attempt, Family, State
from kiosk.domain.confidential import Confidential
from kiosk.domain.day import business_day
from kiosk.domain.entries import (
    AttemptAdvanced,
    AttemptNoted,
    Entry,
    GoalUndo,
    OperationAnswered,
    RefundAdvanced,
)
from kiosk.domain.errors import known
from kiosk.domain.giving_back import refund_steps
from kiosk.domain.ids import wire_id
from kiosk.domain.late import given_back, late_money
from kiosk.domain.limits import Limits
from kiosk.domain.moment import Stamp
from kiosk.domain.money import Money
from kiosk.domain.operation import Operation
from kiosk.domain.outcome import Approved, Declined, NotSent, Outcome, Planned, Reason, Unknown, Unsettled
from kiosk.domain.ports import Clock, Desk, GivesBack, Health, Journal, Randomness
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.ceos import rules, wire
from kiosk.services.gateways.ceos.client import CeosClient
from kiosk.services.gateways.ceos.rules import Answer, Call, Cancel, Look, RefundVerdict, Try, Verdict, Wait
from kiosk.services.journal.encoding import stamp_from, stamp_text

TOKEN_LENGTH: Final = 12
UNSTORED_TRIES: Final = 5
"""How often an approval that could not be stored is cancelled [tries]; then the next start goes on with it."""

# names of an attempt's facts
PAYMENT, ORDER_NAME, CUSTOM = "payment", "order_name", "custom"

BEGAN: Final = "began"
"""Name of a look's fact: an answer is as old as its question."""

KeepSecret = Callable[[Confidential, str], Awaitable[None]]


class CeosMethod:
    """Keeps the Method port (domain/ports.py) for CEOS instant pay."""

    name: Final = "ceos"
    family: Final = Family.DIRECT
    gives_back: Final = GivesBack.ALONE
    tries_max: Final = 3

    def __init__(
        self,
        client: CeosClient,
        journal: Journal,
        clock: Clock,
        random: Randomness,
        limits: Limits,
        *,
        kiosk: str,
        keep_secret: KeepSecret,
    ) -> None:
        self._client = client
        self._journal = journal
        self._clock = clock
        self._random = random
        self._limits = limits
        self._kiosk = kiosk
        self._keep_secret = keep_secret

    def health(self) -> Health:
        """Unreachable, or no secret yet."""
        if not self._client.reachable:
            return Health(ok=False, reason=Reason.UNREACHABLE)
        if self._client.account.secret is None:
            return Health(ok=False, reason=Reason.SETUP)
        return Health(ok=True)

    async def probe(self) -> bool:
        """Reach the server; fetch the secret under the GitHub id once, and have it kept."""
        if self._client.account.secret is None and await self._client.fetch_secret():
            account = self._client.account
            await self._keep_secret(known(account.secret, "CEOS secret"), account.store_id)
        return await self._client.probe()

    # -- paying

    async def pay(self, attempt: Attempt, desk: Desk) -> Outcome:
        """One request. A refusal and an id that exists are looked at once before they are believed."""
        desk.working()
        order = (await self._journal.sale(attempt.order_id)).order
        order_name = order.short_name[: wire.TEXT_LONGEST]
        payment = self._payment_id(attempt)
        custom = wire.custom_data(payment, attempt.order_id, self._kiosk, attempt.due)
        request = wire.instant(payment, self._client.account.store_id, order_name, attempt.due, custom)
        permit = await self._journal.intend(
            attempt.id,
            request,
            AttemptNoted(attempt.id, {PAYMENT: payment, ORDER_NAME: order_name, CUSTOM: custom}, attempt.due.amount),
            AttemptAdvanced(attempt.id, State.SENDING),
        )
        answer = await self._client.instant(permit)
        answered = (OperationAnswered(permit.operation_id, answer),)
        if answer in (Answer.REFUSED_TRY, Answer.CONFLICT):
            await self._journal.write(*answered)
            looked = await self._look(await self._journal.attempt(attempt.id))
            return _outcome_of_look(answer, looked, attempt.due, payment)
        return _outcome(answer, attempt.due, payment, answered)

    def _payment_id(self, attempt: Attempt) -> str:
        """`YYYYMMDD_<attempt>_<random>`: the attempt's id carries kiosk, epoch and sequence."""
        day = business_day(self._clock.now_ms()).replace("-", "")
        return wire_id(f"{day}_{attempt.id}", self._random.token(TOKEN_LENGTH), wire.ID_LONGEST)

    async def _look(self, attempt: Attempt, refund_id: str = "") -> Answer:
        """Ask what became of a payment, and write down what came."""
        payment, began = attempt.facts[PAYMENT], self._clock.stamp()
        answer = await self._client.look(payment, attempt.facts[ORDER_NAME], attempt.facts[CUSTOM])
        # it proves what was so when it was asked, however much later it is written down
        facts = {BEGAN: stamp_text(began)}
        await self._journal.write_asked(attempt.id, Call.LOOK, payment, answer, facts, refund_id)
        return answer

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
                case Cancel():
                    await self._cancel(attempt, _into_reversing(attempt))
                case Wait(seconds):
                    await self._clock.sleep(seconds)
                case Verdict(state, reason):
                    return _verdict(attempt, state, reason)

    async def _cancel(
        self, attempt: Attempt, entries: tuple[Entry, ...], refund_id: str = "", if_cancelled: tuple[Entry, ...] = ()
    ) -> tuple[Entry, Answer]:
        """Send one cancel; what came is to be written down with what follows from it."""
        request = partial(wire.cancel, attempt.facts[PAYMENT])
        permit = await self._journal.intend(attempt.id, request, *entries, refund_id=refund_id)
        answer = await self._client.cancel(permit, attempt.facts[PAYMENT])
        answered = OperationAnswered(permit.operation_id, answer)
        if not refund_id:
            await self._journal.write(answered, *(if_cancelled if answer is Answer.CANCELLED else ()))
        return answered, answer

    async def _evidence(self, attempt: Attempt) -> rules.Evidence:
        operations = await self._journal.operations(attempt.id)
        unsure_s = self._age(known(attempt.unsure_since, "unsure_since"))
        tries = self._tries(operations, unsure_s)
        return rules.Evidence(
            state=attempt.state,
            goal=attempt.goal,
            tries=tuple(one for one in tries if one.age_s <= unsure_s),
            unsure_s=unsure_s,
            settle_s=self._limits.ceos_settle_s,
            staff_after_s=self._limits.staff_after_s,
        )

    def _tries(self, operations: tuple[Operation, ...], unsure_s: float = 0.0) -> tuple[Try, ...]:
        """Looks and cancels as evidence; one without an answer (a crash after intend) had none."""
        return tuple(self._try(one, unsure_s) for one in operations if one.call in (Call.LOOK, Call.CANCEL))

    def _try(self, operation: Operation, unsure_s: float) -> Try:
        age_s = self._age(operation.answered or operation.intended)
        began = stamp_from(operation.facts[BEGAN]) if BEGAN in operation.facts else operation.intended
        answer = Answer(operation.answer or Answer.NO_ANSWER)
        return Try(Call(operation.call), answer, age_s, after_waiting_s=unsure_s - self._age(began))

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
            operations = await self._journal.operations(attempt.id)
            own = self._tries(tuple(one for one in operations if refund_id == one.refund_id))
            asked_s = self._age(refund.asked)
            match rules.next_refund_step(rules.RefundEvidence(own, asked_s, self._limits.staff_after_s)):
                case Look():
                    await self._look(attempt, refund.id)
                case Cancel():
                    begins = (RefundAdvanced(refund.id, RefundState.SENDING),)
                    is_new = refund.state is RefundState.ASKED
                    answered, answer = await self._cancel(attempt, begins if is_new else (), refund.id)
                    await self._journal.write(answered, *_refund_after(refund_id, answer, is_new=is_new))
                case Wait(seconds):
                    await self._clock.sleep(seconds)
                case RefundVerdict(state, reason):
                    await self._journal.write(*refund_steps(attempt, refund, state, reason or ""))

    async def reverse_unstored(self, attempt_id: str, received: Money) -> bool:  # noqa: ARG002 - always in full
        """Cancel a payment whose approval could not be written down (law 6), licensed by its SENDING row alone."""
        payment = (await self._journal.attempt(attempt_id)).facts[PAYMENT]
        for tried in range(1, UNSTORED_TRIES + 1):
            permit = self._journal.license_reversal(attempt_id, wire.cancel(payment, f"{attempt_id}-unstored"))
            if await self._client.cancel(permit, payment) is Answer.CANCELLED:
                return True
            await self._clock.sleep(rules.CANCEL_LADDER_S[tried - 1])
        return False

    async def ask(self, attempt_id: str, refund_id: str = "") -> None:  # noqa: ARG002 - one state tells of both
        """Ask once more where a payment stands."""
        await self._look(await self._journal.attempt(attempt_id))

    async def look_again(self, attempt_id: str) -> bool:
        """Ask once more; a payment that arrived after all is late money, and is cancelled."""
        attempt = await self._journal.attempt(attempt_id)
        looked = await self._look(attempt)
        back = given_back(await self._journal.findings(attempt.id))
        if looked is Answer.CANCELLED and back:
            # an earlier look cancelled it, and the answer to that was lost
            await self._journal.write(*back)
        if looked is not Answer.PAID:
            return looked in rules.NOTHING_HELD
        if not back:
            amount = known(attempt.asked, "amount asked").amount
            await self._journal.write(*late_money(attempt, attempt.facts[PAYMENT], amount))
        back = given_back(await self._journal.findings(attempt.id))
        _, answer = await self._cancel(attempt, (), if_cancelled=back)
        return answer is Answer.CANCELLED


def _into_reversing(attempt: Attempt) -> tuple[Entry, ...]:
    """The goal is durable before the send that serves it."""
    if attempt.state is State.REVERSING:
        return ()
    return (GoalUndo(attempt.id), AttemptAdvanced(attempt.id, State.REVERSING, attempt.reason))


def _verdict(attempt: Attempt, state: State, reason: Reason | None) -> AttemptAdvanced:
    if state is State.APPROVED:
        received = known(attempt.asked, "amount asked").amount
        return AttemptAdvanced(attempt.id, state, received=received, transaction=attempt.facts[PAYMENT])
    return AttemptAdvanced(attempt.id, state, reason or "")


def _refund_after(refund_id: str, answer: Answer, *, is_new: bool) -> tuple[Entry, ...]:
    """What follows from the answer to a refund's cancel, in the same transaction."""
    if answer is Answer.CANCELLED:
        return (RefundAdvanced(refund_id, RefundState.DONE),)
    if not is_new:
        return ()
    return (RefundAdvanced(refund_id, RefundState.ASKED if answer is Answer.NOT_SENT else RefundState.UNKNOWN),)


def _outcome(answer: Answer, due: Money, payment: str, entries: tuple[Entry, ...]) -> Outcome:
    if answer is Answer.PAID:
        return Approved(due, payment, entries)
    match rules.INSTANT_OUTCOME[answer]:
        case Declined(reason):
            return Declined(reason, entries=entries)
        case NotSent(reason):
            return NotSent(reason, entries)
        case Unknown(reason):
            return Unknown(reason, entries=entries)
        case Approved() | Planned() | Unsettled():
            raise AssertionError


def _outcome_of_look(answer: Answer, looked: Answer, due: Money, payment: str) -> Outcome:
    if looked is Answer.PAID:
        return Approved(due, payment)
    return rules.LOOK_OUTCOME.get((answer, looked), Unknown(Reason.NO_ANSWER))
