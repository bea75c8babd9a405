"""Paying with a Crepay coupon: reads like the sequence diagram of the document."""

from typing import Final

from kiosk.domain.attempt import MASKED, Attempt, Family, State
from kiosk.domain.confidential import Confidential
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
from kiosk.domain.late import found_and_given_back, given_back
from kiosk.domain.limits import Limits
from kiosk.domain.moment import Stamp
from kiosk.domain.money import Money
from kiosk.domain.operation import Operation, Permit
from kiosk.domain.outcome import Approved, Declined, NotSent, Outcome, Planned, Reason, Unknown, Unsettled
from kiosk.domain.ports import Clock, Desk, GivesBack, Health, Journal, Randomness, ScanKind
from kiosk.domain.refund import Refund, RefundState
from kiosk.services.gateways.crepay import rules
from kiosk.services.gateways.crepay.client import CrepayClient
from kiosk.services.gateways.crepay.rules import Answer, AskBalance, Call, RefundVerdict, Send, Try, Verdict, Wait
from kiosk.services.gateways.crepay.wire import ID_LONGEST, Asking, Read

TOKEN_LENGTH: Final = 8
UNSTORED_TRIES: Final = 5
"""How often an approval that could not be stored is cancelled [tries]; then the next start goes on with it."""

# names of an attempt's facts
BARCODE, TARGET, BASELINE = "barcode", "target", "baseline"


class CrepayMethod:
    """Keeps the Method port (domain/ports.py) for Crepay coupons."""

    name: Final = "crepay"
    family: Final = Family.DIRECT
    gives_back: Final = GivesBack.ALONE
    tries_max: Final = None

    def __init__(
        self, client: CrepayClient, journal: Journal, clock: Clock, random: Randomness, limits: Limits
    ) -> None:
        self._client = client
        self._journal = journal
        self._clock = clock
        self._random = random
        self._limits = limits
        # until the server says otherwise; it is newer than the document
        self._network_cancel = True

    def health(self) -> Health:
        """Unreachable, or a clock too far off to begin a payment; reversals go on all the same."""
        if not self._client.reachable:
            return Health(ok=False, reason=Reason.UNREACHABLE)
        if abs(self._client.ahead_ms or 0) > self._limits.crepay_clock_skew_s * 1000:
            return Health(ok=False, reason=Reason.CLOCK_SKEWED)
        return Health(ok=True)

    async def probe(self) -> bool:
        """Reach the server."""
        return await self._client.probe()

    # -- paying

    async def pay(self, attempt: Attempt, desk: Desk) -> Outcome:
        """Balance, then checkout of what the coupon can pay."""
        coupon, balance = await self._coupon(attempt, desk)
        if balance is not None and not balance:
            return Declined(Reason.BALANCE_EMPTY)
        most = attempt.due if balance is None else min(balance, attempt.due)
        amount = await self._wanted(attempt, most)
        while (wanted := await desk.amount(amount, most, balance)) != amount:
            amount = wanted
        desk.working()
        asking = await self._asking(attempt, coupon)
        permit = await self._journal.intend(
            attempt.id,
            asking.checkout(amount.amount),
            AttemptNoted(attempt.id, _checkout_facts(asking, balance), asked=amount.amount),
            AttemptAdvanced(attempt.id, State.SENDING),
        )
        read = await self._client.checkout(permit, coupon, amount.amount)
        return _outcome(read, amount, permit)

    async def _wanted(self, attempt: Attempt, most: Money) -> Money:
        """What the customer is asked about first: what they chose before, if the coupon can pay that much."""
        before = await self._journal.attempt(attempt.follows) if attempt.follows else attempt
        return most if before.asked is None else min(most, before.asked)

    async def _coupon(self, attempt: Attempt, desk: Desk) -> tuple[Confidential, Money | None]:
        """A coupon that can pay something, and what it holds (None when that cannot be read)."""
        if attempt.follows:
            coupon = self._barcode(await self._journal.attempt(attempt.follows))
            await self._note_coupon(attempt, coupon)
            return coupon, (await self._balance(attempt, coupon))[1]
        problem: Reason | None = None
        while True:
            coupon = await desk.scan(ScanKind.COUPON, problem)
            await self._note_coupon(attempt, coupon)
            answer, balance = await self._balance(attempt, coupon)
            if answer is Answer.NO_SUCH_BARCODE:
                problem = Reason.CODE_UNKNOWN
            elif balance is not None and not balance:
                problem = Reason.BALANCE_EMPTY
            else:
                return coupon, balance

    async def _note_coupon(self, attempt: Attempt, coupon: Confidential) -> None:
        sealed = self._journal.seal(coupon, _context(attempt))
        await self._journal.write(AttemptNoted(attempt.id, {BARCODE: sealed, MASKED: str(coupon)}))

    async def _balance(
        self, attempt: Attempt, coupon: Confidential, refund_id: str = ""
    ) -> tuple[Answer, Money | None]:
        """Ask for the balance and write down what came; a failure never holds up a sale."""
        asking = await self._asking(attempt, coupon)
        read = await self._client.balance(asking, attempt.due.amount)
        facts = {} if read.amount is None else {"balance": str(read.amount)}
        about = (Call.BALANCE, asking.transaction_id, read.answer, facts, refund_id)
        await self._journal.write_asked(attempt.id, *about)
        return read.answer, None if read.amount is None else Money(read.amount, attempt.due.currency)

    # -- a lost answer

    async def resolve(self, attempt_id: str) -> AttemptAdvanced | None:
        """Undo a checkout whose answer was lost, until that is proven or a person must look."""
        while True:
            attempt = await self._journal.attempt(attempt_id)
            if attempt.state not in (State.UNKNOWN, State.REVERSING):
                return None
            match rules.next_step(await self._evidence(attempt)):
                case Send(call):
                    await self._undo(attempt, call, _into_reversing(attempt))
                case AskBalance():
                    await self._balance(attempt, self._barcode(attempt))
                case Wait(seconds):
                    await self._clock.sleep(seconds)
                case Verdict(state, reason):
                    return AttemptAdvanced(attempt.id, state, reason)

    async def _undo(
        self, attempt: Attempt, call: Call, entries: tuple[Entry, ...], if_undone: tuple[Entry, ...] = ()
    ) -> Answer:
        """Send one cancel or cancel-network with a fresh id, and write down what came and what follows from it."""
        asking = await self._asking(attempt, self._barcode(attempt))
        amount, target = _held(attempt), attempt.facts[TARGET]
        permit = await self._journal.intend(attempt.id, asking.cancel(call, target, amount), *entries)
        read = await self._client.undo(permit, target, amount)
        if read.answer is Answer.UNSUPPORTED:
            self._network_cancel = False
        await self._journal.write(_answered(permit, read), *(if_undone if read.answer is Answer.OK else ()))
        return read.answer

    async def _evidence(self, attempt: Attempt) -> rules.Evidence:
        operations = await self._journal.operations(attempt.id)
        undos = self._tries(operations, Call.CANCEL_NETWORK, Call.CANCEL)
        baseline = attempt.facts.get(BASELINE)
        supported = self._network_cancel and not any(one.answer is Answer.UNSUPPORTED for one in undos)
        return rules.Evidence(
            undos=undos,
            balances=self._tries(_since(operations, Call.CANCEL_NETWORK, Call.CANCEL), Call.BALANCE),
            unsure_s=self._age(known(attempt.unsure_since, "unsure_since")),
            baseline=None if baseline is None else int(baseline),
            reported=None if attempt.received is None else attempt.received.amount,
            network_cancel=supported,
            staff_after_s=self._limits.staff_after_s,
        )

    # -- giving back

    async def give_back(self, refund_id: str) -> None:
        """Cancel a known approval, until that is proven or a person must look."""
        while True:
            refund = await self._journal.refund(refund_id)
            if refund.state not in (RefundState.ASKED, RefundState.UNKNOWN):
                return
            attempt = await self._journal.attempt(refund.attempt_id)
            match rules.next_refund_step(await self._refund_evidence(attempt, refund)):
                case Send():
                    await self._cancel(attempt, refund)
                case AskBalance():
                    await self._balance(attempt, self._barcode(attempt), refund.id)
                case Wait(seconds):
                    await self._clock.sleep(seconds)
                case RefundVerdict(state, reason):
                    await self._journal.write(*refund_steps(attempt, refund, state, reason or ""))

    async def _cancel(self, attempt: Attempt, refund: Refund) -> None:
        asking = await self._asking(attempt, self._barcode(attempt))
        target, amount = attempt.facts[TARGET], refund.amount.amount
        begins = (RefundAdvanced(refund.id, RefundState.SENDING),) if refund.state is RefundState.ASKED else ()
        request = asking.cancel(Call.CANCEL, target, amount)
        permit = await self._journal.intend(attempt.id, request, *begins, refund_id=refund.id)
        read = await self._client.undo(permit, target, amount)
        entries: list[Entry] = [_answered(permit, read)]
        if read.answer is Answer.OK:
            entries.append(RefundAdvanced(refund.id, RefundState.DONE))
        elif begins:
            executed = read.answer not in (Answer.NOT_SENT, Answer.CLOCK, Answer.REFUSED)
            entries.append(RefundAdvanced(refund.id, RefundState.UNKNOWN if executed else RefundState.ASKED))
        await self._journal.write(*entries)

    async def _refund_evidence(self, attempt: Attempt, refund: Refund) -> rules.RefundEvidence:
        operations = await self._journal.operations(attempt.id)
        own = tuple(one for one in operations if one.refund_id == refund.id)
        earlier = self._tries(tuple(one for one in operations if one.refund_id != refund.id), Call.CANCEL)
        return rules.RefundEvidence(
            cancels=self._tries(own, Call.CANCEL),
            earlier_maybe_done=any(one.answer in rules.MAYBE_DONE for one in earlier),
            balances=self._tries(own, Call.BALANCE),
            since=self._tries(_since(own, Call.CANCEL), Call.BALANCE),
            amount=refund.amount.amount,
            asked_s=self._age(refund.asked),
            staff_after_s=self._limits.staff_after_s,
        )

    async def reverse_unstored(self, attempt_id: str, received: Money) -> bool:
        """Cancel an approval that could not be written down (law 6), licensed by its SENDING row alone."""
        attempt = await self._journal.attempt(attempt_id)
        target, amount = attempt.facts[TARGET], received.amount
        for tried in range(1, UNSTORED_TRIES + 1):
            asking = await self._asking(attempt, self._barcode(attempt))
            permit = self._journal.license_reversal(attempt_id, asking.cancel(Call.CANCEL, target, amount))
            if (await self._client.undo(permit, target, amount)).answer is Answer.OK:
                return True
            await self._clock.sleep(rules.NO_ANSWER_LADDER_S[tried - 1])
        return False

    async def ask(self, attempt_id: str, refund_id: str = "") -> None:  # noqa: ARG002 - one balance tells of both
        """The balance of the coupon: the document knows no question about a payment."""
        attempt = await self._journal.attempt(attempt_id)
        await self._balance(attempt, self._barcode(attempt))

    async def look_again(self, attempt_id: str) -> bool:
        """Send the undo once more: if the payment arrived after all, that finds it and gives it back in one."""
        attempt = await self._journal.attempt(attempt_id)
        unknown = self._network_cancel and attempt.received is None
        call = Call.CANCEL_NETWORK if unknown else Call.CANCEL
        before = await self._journal.findings(attempt.id)
        found = found_and_given_back(attempt, attempt.facts[TARGET], _held(attempt))
        entries = given_back(before) if before else found
        answer = await self._undo(attempt, call, (), if_undone=entries)
        if answer is Answer.UNSUPPORTED:
            answer = await self._undo(attempt, Call.CANCEL, (), if_undone=entries)
        return answer in rules.NOTHING_HELD

    # -- parts

    async def _asking(self, attempt: Attempt, coupon: Confidential) -> Asking:
        operation = await self._journal.next_operation(attempt.id)
        return Asking(
            account=self._client.account,
            transaction_id=wire_id(operation, self._random.token(TOKEN_LENGTH), ID_LONGEST),
            timestamp_ms=self._client.server_ms,
            barcode=coupon,
            item_name=(await self._journal.sale(attempt.order_id)).order.short_name,
        )

    def _age(self, moment: Stamp) -> float:
        return self._clock.elapsed(moment)

    def _barcode(self, attempt: Attempt) -> Confidential:
        return self._journal.unseal(attempt.facts[BARCODE], _context(attempt))

    def _tries(self, operations: tuple[Operation, ...], *calls: Call) -> tuple[Try, ...]:
        """Operations as evidence; one without an answer (a crash after intend) had none."""
        return tuple(
            Try(
                call=Call(one.call),
                answer=Answer(one.answer or Answer.NO_ANSWER),
                age_s=self._age(one.answered or one.intended),
                balance=int(one.facts["balance"]) if "balance" in one.facts else None,
            )
            for one in operations
            if one.call in calls
        )


def _context(attempt: Attempt) -> str:
    """What a coupon is sealed for: its order, so that an attempt can carry on with it."""
    return f"{attempt.order_id}/{BARCODE}"


def _since(operations: tuple[Operation, ...], *calls: Call) -> tuple[Operation, ...]:
    """What came after the last of these calls, by the order in which it was written down."""
    last = max((n for n, one in enumerate(operations) if one.call in calls), default=-1)
    return operations[last + 1 :]


def _checkout_facts(asking: Asking, balance: Money | None) -> dict[str, str]:
    facts = {TARGET: asking.transaction_id}
    if balance is not None:
        facts[BASELINE] = str(balance.amount)
    return facts


def _held(attempt: Attempt) -> int:
    """What the server may hold: the amount it reported, else what was asked [won]."""
    return known(attempt.received or attempt.asked, "amount asked").amount


def _answered(permit: Permit, read: Read) -> OperationAnswered:
    facts = {} if read.amount is None else {"amount": str(read.amount)}
    return OperationAnswered(permit.operation_id, read.answer, facts)


def _into_reversing(attempt: Attempt) -> tuple[Entry, ...]:
    """The goal is durable before the send that serves it."""
    if attempt.state is State.REVERSING:
        return ()
    return (GoalUndo(attempt.id), AttemptAdvanced(attempt.id, State.REVERSING, attempt.reason))


def _outcome(read: Read, amount: Money, permit: Permit) -> Outcome:
    entries = (_answered(permit, read),)
    if read.answer is Answer.OK:
        return Approved(amount, permit.request.request_id, entries)
    match rules.CHECKOUT_OUTCOME[read.answer]:
        case Declined(reason, again):
            return Declined(reason, again, entries)
        case NotSent(reason):
            return NotSent(reason, entries)
        case Unknown(reason):
            reported = None if read.amount is None else Money(read.amount, amount.currency)
            return Unknown(reason, reported, undo=True, entries=entries)
        case Approved() | Planned() | Unsettled():
            raise AssertionError
