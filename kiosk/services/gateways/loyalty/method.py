"""Paying with loyalty points: reads like the sequence diagrams of the document (1.1 to 1.4)."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Final

from kiosk.domain.attempt import NOT_RELEASED, Attempt, Family, Goal, State
from kiosk.domain.confidential import Confidential
from kiosk.domain.entries import (
    AttemptAdvanced,
    AttemptNoted,
    Entry,
    GoalUndo,
    OperationAnswered,
    RefundAdvanced,
)
from kiosk.domain.errors import NotWantedError, known
from kiosk.domain.giving_back import refund_steps
from kiosk.domain.ids import wire_id
from kiosk.domain.late import late_money
from kiosk.domain.limits import Limits
from kiosk.domain.moment import Stamp
from kiosk.domain.money import Money
from kiosk.domain.operation import Operation, Permit, WireRequest
from kiosk.domain.outcome import Approved, Declined, NotSent, Outcome, Planned, Reason, Unsettled
from kiosk.domain.ports import Clock, Desk, GivesBack, Health, Journal, PhoneRequest, Randomness, ScanKind, Waited
from kiosk.domain.refund import STAFFED, Refund, RefundState
from kiosk.services.gateways.loyalty import refund_rules, rules, wire
from kiosk.services.gateways.loyalty.answers import CANCEL_OPEN, PAID_SINCE, Answer, Call, Numbering, Paths
from kiosk.services.gateways.loyalty.client import Dialect, LoyaltyClient
from kiosk.services.gateways.loyalty.inbox import Inbox
from kiosk.services.gateways.loyalty.refund_rules import CloseCancel, OpenCancel, RefundVerdict
from kiosk.services.gateways.loyalty.rules import Capture, Look, Release, Try, Verdict, Void, Wait
from kiosk.services.gateways.loyalty.wire import Account, Purchase, Quote, Read

TOKEN_LENGTH: Final = 12

SHOP_ASKED_AGAIN: Final = 2
SHOP_AGAIN_S: Final = 1.0
"""How often, and after how long [s], the shop is asked about again when nobody answers."""

# names of an attempt's facts
PURCHASE, PAYMENT, PATHS, NUMBERING, SHOP = "purchase", "payment", "paths", "numbering", "shop"
DEAF: Final = "deaf"
"""Name of a fact: the relay does not heed `confirm`."""

GIVEN_UP: Final[Mapping[Waited, Reason]] = MappingProxyType(
    {Waited.LEFT: Reason.LEFT_WAITING, Waited.STOPPED: Reason.STOPPED}
)
"""How a customer's wait for their phone ends before they have answered, and why it is released then."""

BuildRequest = Callable[[Paths, Account, str, str], WireRequest]
"""Builds the request of a close or cancel: paths, account, paymentId, our operation."""


class LoyaltyMethod:
    """Keeps the Method port (domain/ports.py) for loyalty points."""

    name: Final = "loyalty"
    family: Final = Family.PHONE
    tries_max: Final = None

    def __init__(
        self, client: LoyaltyClient, inbox: Inbox, journal: Journal, clock: Clock, random: Randomness, limits: Limits
    ) -> None:
        self._client = client
        self._inbox = inbox
        self._journal = journal
        self._clock = clock
        self._random = random
        self._limits = limits
        self._taken_here: set[str] = set()
        self._unreadable = False

    @property
    def gives_back(self) -> GivesBack:
        """The shop's owner, unless the relay knows a delegator who approves in their place."""
        is_delegated = self._client.shop is not None and self._client.shop.has_delegator
        return GivesBack.ALONE if is_delegated else GivesBack.OWNER

    def health(self) -> Health:
        """Unreachable; or a relay, or a shop, that cannot be used."""
        if not self._client.reachable:
            return Health(ok=False, reason=Reason.UNREACHABLE)
        if self._client.dialect is None or self._unreadable:
            return Health(ok=False, reason=Reason.SETUP)
        if self._client.shop is None:
            return Health(ok=False, reason=Reason.UNREACHABLE)
        if not self._client.shop.is_active:
            return Health(ok=False, reason=Reason.SHOP_INACTIVE)
        return Health(ok=True)

    async def probe(self) -> bool:
        """Reach the relay, find out how it is asked, and whether it takes payments for our shop."""
        return await self._client.probe()

    # -- paying

    async def pay(self, attempt: Attempt, desk: Desk) -> Outcome:
        """Scan, ask on the phone, wait, and take what was approved."""
        dialect, closed = self._client.dialect, await self._why_shop_is_closed()
        if dialect is None or closed is not None:
            return Declined(closed or Reason.SETUP)
        wallet, quote = await self._agree(attempt, desk)
        if quote.amount < attempt.due:
            return Planned(quote.amount)
        desk.working()
        permit = await self._intend_opening(attempt, dialect, wallet)
        try:
            return await self._opened(attempt, dialect, permit, desk, quote.fee)
        finally:
            self._inbox.leave(attempt.id)

    async def _why_shop_is_closed(self) -> Reason | None:
        """Why the relay takes no payments for our shop, or None. It would take them all the same, and pay nobody."""
        shop = await self._client.ask_shop()
        for _ in range(SHOP_ASKED_AGAIN):
            if shop is not None:
                break
            await self._clock.sleep(SHOP_AGAIN_S)
            shop = await self._client.ask_shop()
        if shop is None:
            return Reason.UNREACHABLE
        return None if shop.is_active else Reason.SHOP_INACTIVE

    async def _agree(self, attempt: Attempt, desk: Desk) -> tuple[Confidential, Quote]:
        """A wallet, and how much of what is due it is to pay."""
        problem: Reason | None = None
        while True:
            wallet = await desk.scan(ScanKind.WALLET, problem)
            answer, most = await self._most(wallet, attempt.due)
            quote = most
            while quote is not None and most is not None and quote.is_enough:
                told = (quote.amount, most.amount, quote.holds, quote.fee, quote.leaves)
                wanted = await desk.amount(*told, is_last=True)
                if wanted == quote.amount:
                    return wallet, quote
                answer, quote = await self._client.quote(wallet, wanted)
            problem = Reason.POINTS_SHORT if quote is not None else NO_QUOTE.get(answer, Reason.UNREACHABLE)

    async def _most(self, wallet: Confidential, due: Money) -> tuple[Answer, Quote | None]:
        """The most that a wallet can pay of what is due; not enough for anything, or None where nobody says."""
        answer, short = await self._client.quote(wallet, due)
        if short is None or short.is_enough:
            return answer, short
        best: Quote | None = None
        for _ in range(rules.QUOTES_MAX):
            paid = 0 if best is None else best.amount.amount
            wanted = rules.next_amount(paid, short.amount.amount, short.total, short.balance)
            if wanted == paid:
                break
            answer, quote = await self._client.quote(wallet, Money(wanted, due.currency))
            if quote is None:
                return answer, None
            best, short = (quote, short) if quote.is_enough else (best, quote)
        return answer, best or short

    async def _intend_opening(self, attempt: Attempt, dialect: Dialect, wallet: Confidential) -> Permit:
        account = self._client.account
        purchase = Purchase(self._purchase_id(attempt), attempt.due, account.shop)
        facts = {PURCHASE: purchase.id, PATHS: dialect.paths.value, SHOP: account.shop}
        if not dialect.is_honoured:
            facts[DEAF] = "yes"
        if not (dialect.is_honoured and dialect.gives_back):
            facts[NOT_RELEASED] = "yes"
        await self._inbox.listen(attempt.id, purchase.id)
        return await self._journal.intend(
            attempt.id,
            wire.open_new(dialect.paths, account, purchase, wallet),
            AttemptNoted(attempt.id, facts, attempt.due.amount),
            AttemptAdvanced(attempt.id, State.OPENING),
        )

    def _purchase_id(self, attempt: Attempt) -> str:
        """Carries kiosk, epoch and order; a fresh one for every try, because the relay would open the same twice."""
        return wire_id(attempt.id, self._random.token(TOKEN_LENGTH), wire.PURCHASE_LONGEST)

    async def _opened(self, attempt: Attempt, dialect: Dialect, permit: Permit, desk: Desk, fee: Money) -> Outcome:
        attempt = await self._journal.attempt(attempt.id)
        read = await self._client.open_new(permit, dialect.paths, _purchase(attempt))
        answered = OperationAnswered(permit.operation_id, read.answer, read.facts)
        match read.answer:
            case Answer.OPENED if read.numbering is not None:
                noted = _named(attempt, read.payment, read.numbering)
                await self._journal.write(answered, noted, AttemptAdvanced(attempt.id, State.WAITING))
                return await self._wait(attempt.id, desk, fee)
            case Answer.OTHER_STATUS:
                # a relay that counts in numbers of its own: nothing it says can be read
                self._unreadable = True
                noted = AttemptNoted(attempt.id, {PAYMENT: read.payment})
                return await self._lost(attempt.id, answered, noted)
            case Answer.NOT_SENT:
                return NotSent(Reason.UNREACHABLE, (answered,))
            case answer if answer in OPENING_REFUSED:
                return Declined(OPENING_REFUSED[answer], entries=(answered,))
            case _:
                return await self._lost(attempt.id, answered)

    async def _lost(self, attempt_id: str, *entries: Entry) -> Outcome:
        """Perhaps opened: never opened again, and not wanted any more."""
        step = AttemptAdvanced(attempt_id, State.OPEN_LOST, Reason.NO_ANSWER)
        await self._journal.write(*entries, GoalUndo(attempt_id), step)
        return Unsettled()

    async def _wait(self, attempt_id: str, desk: Desk, fee: Money) -> Outcome:
        """Callback and questions side by side, until the customer has answered, left, or can answer no more."""
        attempt = await self._journal.attempt(attempt_id)
        opening = (await self._journal.operations(attempt_id))[-1]
        purchase, numbering = _purchase(attempt), _numbering(attempt)
        ear = await self._inbox.listen(attempt.id, purchase.id, purchase.payment)
        last, looked_s = Answer.OPENED, self._clock.monotonic()
        while True:
            opened_s = self._age(known(opening.answered, "answer to the opening"))
            waiting = rules.Waiting(
                last=last,
                looked_s=self._clock.monotonic() - looked_s,
                hinted=ear.reason,
                rang=ear.heard(),
                asked_s=self._asked_s(opening),
                opened_s=opened_s,
            )
            match rules.next_waiting_step(waiting, self._limits):
                case Look():
                    read, looked_s = await self._client.item(purchase, numbering), self._clock.monotonic()
                    last = await self._noted_look(attempt, read, last)
                case Capture():
                    return await self._take(attempt, desk)
                case Release(reason):
                    return await self._release(attempt.id, reason)
                case Wait(seconds):
                    request = self._request(attempt, fee, opened_s)
                    waited = await desk.phone(request, seconds)
                    if waited in GIVEN_UP:
                        return await self._release(attempt.id, GIVEN_UP[waited])

    async def _noted_look(self, attempt: Attempt, read: Read, before: Answer) -> Answer:
        """Write down what a look said, when it is news."""
        if read.answer in (Answer.NO_ANSWER, Answer.NOT_SENT):
            return before
        if read.answer is not before:
            await self._write_asked(attempt, read)
        return read.answer

    def _request(self, attempt: Attempt, fee: Money, opened_s: float) -> PhoneRequest:
        time_s = self._limits.loyalty_person_s
        return PhoneRequest(
            amount=attempt.due,
            fee=fee,
            left_s=max(0.0, time_s - opened_s),
            time_s=time_s,
            # what they approve after they left could be taken where it cannot be released
            may_leave=_is_honoured(attempt),
        )

    async def _release(self, attempt_id: str, reason: Reason) -> Outcome:
        await self._journal.write(GoalUndo(attempt_id), AttemptAdvanced(attempt_id, State.VOIDING, reason))
        return Unsettled()

    async def _take(self, attempt: Attempt, desk: Desk) -> Outcome:
        """It completes the order, and the shop can be paid: take it."""
        desk.working()
        await self._journal.write(AttemptAdvanced(attempt.id, State.AUTHORISED))
        closed = await self._why_shop_is_closed()
        if closed is not None:
            return await self._release(attempt.id, closed)
        # the shop may have answered slowly, or the machine have slept meanwhile
        opening = _opening(await self._journal.operations(attempt.id))
        if self._asked_s(opening) >= self._limits.loyalty_take_within_s:
            return await self._release(attempt.id, Reason.TOO_LATE)
        self._taken_here.add(attempt.id)
        try:
            read, answered = await self._close(attempt, wire.capture, AttemptAdvanced(attempt.id, State.CAPTURING))
        except NotWantedError:
            return await self._release(attempt.id, Reason.STOPPED)
        if read.answer is Answer.PAID:
            return Approved(attempt.due, _purchase(attempt).payment, (answered,))
        await self._journal.write(answered)
        return Unsettled()

    # -- closing and looking

    async def _close(
        self, attempt: Attempt, build: BuildRequest, *entries: Entry, refund_id: str = ""
    ) -> tuple[Read, OperationAnswered]:
        """Send one close or cancel; what came is to be written down with what follows from it."""
        purchase = _purchase(attempt)
        request = partial(build, Paths(attempt.facts[PATHS]), self._client.account, purchase.payment)
        permit = await self._journal.intend(attempt.id, request, *entries, refund_id=refund_id)
        if build is wire.capture and not await self._may_be_taken(attempt.id):
            # its customer left, or the machine slept, while this was being written down; later the permit is void
            return Read(Answer.NOT_SENT), OperationAnswered(permit.operation_id, Answer.NOT_SENT)
        read = await self._client.change(permit, purchase, _numbering(attempt))
        return read, OperationAnswered(permit.operation_id, read.answer, read.facts)

    async def _may_be_taken(self, attempt_id: str) -> bool:
        opening = _opening(await self._journal.operations(attempt_id))
        is_wanted = (await self._journal.attempt(attempt_id)).goal is not Goal.UNDO
        return is_wanted and self._asked_s(opening) < self._limits.loyalty_take_within_s

    async def _look(self, attempt: Attempt, refund_id: str = "") -> Answer:
        read = await self._client.item(_purchase(attempt), _numbering(attempt))
        await self._write_asked(attempt, read, refund_id)
        return read.answer

    async def _write_asked(self, attempt: Attempt, read: Read, refund_id: str = "") -> None:
        payment = _purchase(attempt).payment
        await self._journal.write_asked(attempt.id, Call.ITEM, payment, read.answer, read.facts, refund_id)

    # -- a lost answer, and what is not wanted any more

    async def resolve(self, attempt_id: str) -> AttemptAdvanced | None:
        """Find out whether a payment was taken; release one that is not wanted any more, until that is proven."""
        try:
            while True:
                attempt = await self._journal.attempt(attempt_id)
                match attempt.state:
                    case State.CAPTURING:
                        step = rules.next_taking_step(await self._taking(attempt), self._limits)
                    case State.OPEN_LOST | State.VOIDING:
                        await self._learn_payment(attempt)
                        attempt = await self._journal.attempt(attempt_id)
                        step = rules.next_releasing_step(await self._releasing(attempt), self._limits)
                    case _:
                        return None
                verdict = await self._carry_out(attempt, step)
                if verdict is not None:
                    return verdict
        finally:
            self._inbox.leave(attempt_id)

    async def _carry_out(
        self, attempt: Attempt, step: Look | Capture | Void | Wait | Verdict
    ) -> AttemptAdvanced | None:
        match step:
            case Look():
                await self._look(attempt)
            case Capture():
                _, answered = await self._close(attempt, wire.capture)
                await self._journal.write(answered)
            case Void():
                # the goal is durable before the send that serves it
                _, answered = await self._close(attempt, wire.void, *_undo(attempt))
                await self._journal.write(answered)
            case Wait(seconds):
                await self._clock.sleep(seconds)
            case Verdict(State.VOIDING, reason):
                step_on = AttemptAdvanced(attempt.id, State.VOIDING, attempt.reason or reason or "")
                await self._journal.write(*_undo(attempt), step_on)
            case Verdict(State.APPROVED):
                amount, payment = known(attempt.asked, "amount asked").amount, _purchase(attempt).payment
                return AttemptAdvanced(attempt.id, State.APPROVED, received=amount, transaction=payment)
            case Verdict(state, reason):
                was_denied = attempt.reason == Reason.DENIED
                watch = state is State.VOIDED and PAYMENT in attempt.facts and not was_denied
                return AttemptAdvanced(attempt.id, state, reason or attempt.reason, watch=watch)
        return None

    async def _learn_payment(self, attempt: Attempt) -> None:
        """Of a payment whose opening was not answered, a message may have told the id: believed when it is ours."""
        if PAYMENT in attempt.facts:
            return
        purchase = _purchase(attempt)
        ear = await self._inbox.listen(attempt.id, purchase.id)
        payment = ear.named()
        if payment is None:
            return
        read = await self._client.find(Paths(attempt.facts[PATHS]), replace(purchase, payment=payment))
        if read.numbering is not None and read.answer is not Answer.OTHER_STATUS:
            await self._journal.write(_named(attempt, payment, read.numbering))

    async def _taking(self, attempt: Attempt) -> rules.Taking:
        operations = await self._journal.operations(attempt.id)
        first = next(n for n, one in enumerate(operations) if one.call == Call.CAPTURE)
        return rules.Taking(
            goal=attempt.goal,
            is_ours_to_repeat=attempt.id in self._taken_here,
            is_honoured=_is_honoured(attempt),
            tries=self._tries(operations[first:]),
            asked_s=self._asked_s(_opening(operations)),
            unsure_s=self._age(known(attempt.unsure_since, "unsure_since")),
        )

    async def _releasing(self, attempt: Attempt) -> rules.Releasing:
        operations = await self._journal.operations(attempt.id)
        opening = _opening(operations)
        tries = self._tries(operations)
        first_close = next((n for n, one in enumerate(tries) if one.call in rules.CLOSES), len(tries))
        return rules.Releasing(
            state=attempt.state,
            has_payment=PAYMENT in attempt.facts,
            gives_back=attempt.is_released,
            is_honoured=_is_honoured(attempt),
            numbering=_numbering(attempt) if NUMBERING in attempt.facts else None,
            was_approved=any(one.answer is Answer.APPROVED for one in tries[:first_close]),
            was_taken=any(one.call is Call.CAPTURE for one in tries),
            tries=tries,
            opened_s=self._age(opening.answered or opening.intended),
            unsure_s=self._age(known(attempt.unsure_since, "unsure_since")),
        )

    def _tries(self, operations: tuple[Operation, ...]) -> tuple[Try, ...]:
        """Looks, closes and opened cancels as evidence; one without an answer (a crash after intend) had none."""
        calls = (Call.ITEM, *rules.CLOSES, Call.OPEN_CANCEL, Call.CLOSE_CANCEL)
        return tuple(
            Try(Call(one.call), Answer(one.answer or Answer.NO_ANSWER), self._age(one.answered or one.intended))
            for one in operations
            if one.call in calls
        )

    def _asked_s(self, opening: Operation) -> float:
        """How long ago the request to open it was written down [s]; the relay began to count when that arrived."""
        return self._age(opening.intended)

    def _age(self, moment: Stamp) -> float:
        return self._clock.elapsed(moment)

    def _staff_asked_s(self, asked: Stamp) -> float:
        """How long ago staff asked [s]; nobody of them waits from before the machine was switched on."""
        return self._age(asked) if asked.boot_id == self._clock.stamp().boot_id else math.inf

    # -- giving back

    async def give_back(self, refund_id: str) -> None:
        """Have the owner asked on their phone, and give back as soon as they approve; it has one try."""
        while True:
            refund = await self._journal.refund(refund_id)
            if refund.state not in (RefundState.ASKED, RefundState.UNKNOWN, RefundState.PENDING):
                return
            attempt = await self._journal.attempt(refund.attempt_id)
            match refund_rules.next_refund_step(await self._refunding(attempt, refund), self._limits):
                case Look():
                    await self._look(attempt, refund.id)
                case OpenCancel():
                    await self._open_cancel(attempt, refund)
                case CloseCancel():
                    _, answered = await self._close(attempt, wire.close_cancel, refund_id=refund.id)
                    await self._journal.write(answered)
                case Wait(seconds):
                    await self._clock.sleep(seconds)
                case RefundVerdict(state, reason):
                    await self._journal.write(*refund_steps(attempt, refund, state, reason or ""))

    async def _open_cancel(self, attempt: Attempt, refund: Refund) -> None:
        begins = RefundAdvanced(refund.id, RefundState.SENDING)
        read, answered = await self._close(attempt, wire.open_cancel, begins, refund_id=refund.id)
        match read.answer:
            case Answer.NOT_SENT:
                then = RefundAdvanced(refund.id, RefundState.ASKED)
            case answer if answer in CANCEL_OPEN:
                then = RefundAdvanced(refund.id, RefundState.PENDING)
            case _:
                then = RefundAdvanced(refund.id, RefundState.UNKNOWN)
        await self._journal.write(answered, then)

    async def _refunding(self, attempt: Attempt, refund: Refund) -> refund_rules.Refunding:
        operations = await self._journal.operations(attempt.id)
        own = tuple(one for one in operations if one.refund_id == refund.id)
        tries = self._tries(own)
        opened = next((one for one in own if one.call == Call.OPEN_CANCEL and one.answer != Answer.NOT_SENT), None)
        return refund_rules.Refunding(
            state=refund.state,
            is_staffed=STAFFED in refund.facts,
            numbering=_numbering(attempt),
            was_approved=any(one.answer is Answer.CANCEL_APPROVED for one in tries),
            tries=tries,
            paid_s=max(self._asked_s(_opening(operations)), self._there_s(operations, wire.OPENED_AT)),
            asked_s=self._staff_asked_s(refund.asked),
            opened_s=0.0 if opened is None else self._age(opened.answered or opened.intended),
            there_s=self._there_s(own, wire.CANCEL_OPENED_AT),
        )

    def _there_s(self, operations: tuple[Operation, ...], name: str) -> float:
        """How long ago the relay took a request by its own clock, by which it counts [s]; 0 where it does not say.

        A wait that no clock of ours can tell the end of after a reboot lasts longer for that, and is safe. These are
        times after which it is too late.
        """
        told = [one.facts[name] for one in operations if name in one.facts]
        now_ms = self._client.there_ms
        return 0.0 if now_ms is None or not told else now_ms / 1000 - int(told[-1])

    async def reverse_unstored(self, attempt_id: str, received: Money) -> bool:  # noqa: ARG002 - as the port has it
        """What was taken comes back only through the owner's phone: nothing is sent, and the next start finds it."""
        return False

    async def ask(self, attempt_id: str, refund_id: str = "") -> None:  # noqa: ARG002 - one state tells of both
        """Ask once more where a payment stands; one whose opening was not answered has no name to ask by."""
        attempt = await self._journal.attempt(attempt_id)
        if PAYMENT in attempt.facts and NUMBERING in attempt.facts:
            await self._look(attempt)

    async def look_again(self, attempt_id: str) -> bool:
        """Ask once more: what is held after all is released, and what was taken after all is late money."""
        attempt = await self._journal.attempt(attempt_id)
        if PAYMENT not in attempt.facts or NUMBERING not in attempt.facts:
            # nobody can ask for what has no name
            return True
        looked = await self._look(attempt)
        found = await self._journal.findings(attempt.id)
        if looked is Answer.PAID and not found:
            amount = known(attempt.asked, "amount asked").amount
            await self._journal.write(*late_money(attempt, attempt.facts[PAYMENT], amount))
        if rules.may_be_held(await self._releasing(attempt), self._limits):
            _, answered = await self._close(attempt, wire.void)
            await self._journal.write(answered)
        return looked in PAID_SINCE or looked in rules.NOT_PAID


NO_QUOTE: Final[Mapping[Answer, Reason]] = MappingProxyType(
    {Answer.CODE_EXPIRED: Reason.CODE_EXPIRED, Answer.REFUSED: Reason.SETUP}
)
"""Why the relay does not say what a payment would cost a wallet; anything else: nobody was reached."""

OPENING_REFUSED: Final[Mapping[Answer, Reason]] = MappingProxyType(
    {
        Answer.POINTS_SHORT: Reason.POINTS_SHORT,
        Answer.CODE_EXPIRED: Reason.CODE_EXPIRED,
        Answer.NO_PHONE: Reason.NO_PHONE,
        Answer.REFUSED: Reason.SETUP,
    }
)
"""Answers to an opening after which nothing can be approved. Without a phone the relay keeps a row that nobody is asked
about; it closes that by force."""


def _is_honoured(attempt: Attempt) -> bool:
    return DEAF not in attempt.facts


def _named(attempt: Attempt, payment: str, numbering: Numbering) -> AttemptNoted:
    """What has a name can be told to give back, by a relay that heeds it."""
    facts = {PAYMENT: payment, NUMBERING: numbering.value}
    if _is_honoured(attempt) and not attempt.is_released:
        facts[NOT_RELEASED] = ""
    return AttemptNoted(attempt.id, facts)


def _undo(attempt: Attempt) -> tuple[Entry, ...]:
    return () if attempt.goal is Goal.UNDO else (GoalUndo(attempt.id),)


def _purchase(attempt: Attempt) -> Purchase:
    amount = known(attempt.asked, "amount asked")
    return Purchase(attempt.facts[PURCHASE], amount, attempt.facts[SHOP], attempt.facts.get(PAYMENT, ""))


def _numbering(attempt: Attempt) -> Numbering:
    """As its opening told."""
    return Numbering(attempt.facts[NUMBERING])


def _opening(operations: tuple[Operation, ...]) -> Operation:
    return next(one for one in operations if one.call == Call.OPEN)
