"""Giving transfers back: a withdrawal (출금) that staff ask for, to an account that they enter. Source: guide, 3.2.

A till withdraws nothing by itself: without staff's account and six digits a refund is refused, and is their work.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from kiosk.domain.attempt import Attempt, State
from kiosk.domain.confidential import Confidential
from kiosk.domain.day import korean_time
from kiosk.domain.entries import (
    Entry,
    FindingAdvanced,
    OperationAnswered,
    RefundAdvanced,
    RefundNoted,
    TaskOpened,
)
from kiosk.domain.errors import known
from kiosk.domain.giving_back import refund_steps
from kiosk.domain.ids import attempt_of, wire_id
from kiosk.domain.limits import Limits
from kiosk.domain.moment import Stamp
from kiosk.domain.money import Currency, Money
from kiosk.domain.operation import Operation
from kiosk.domain.outcome import Reason
from kiosk.domain.ports import Clock, Journal, Payee, Randomness
from kiosk.domain.refund import PAYEE_SHOWN, STAFFED, FindingKind, FindingState, Refund, RefundState
from kiosk.domain.staffwork import TaskKind
from kiosk.services.gateways.ezpg import refund_rules, wire
from kiosk.services.gateways.ezpg.answers import Answer, Call, Withdrawal
from kiosk.services.gateways.ezpg.arrangement import Arrangement
from kiosk.services.gateways.ezpg.client import EzpgClient
from kiosk.services.gateways.ezpg.refund_rules import (
    NO_FITS,
    Alarm,
    Fits,
    LookThere,
    Refunding,
    Sought,
    Verdict,
    Wait,
    Withdraw,
)

TOKEN_LENGTH: Final = 5
"""With the longest id of a refund, as much as EzPG keeps (`moid`, 30)."""

DEPOSITOR: Final = "depositor"
"""Begins the name of an attempt's fact: who made a deposit, sealed; it ends with EzPG's id of that. Staff are offered
the name."""

# names of a refund's facts
PAYEE: Final = "payee"
"""The account to pay out to, sealed."""
CLAIMED: Final = "withdrawal"
"""EzPG's row that this refund is."""

ALARMED: Final = "alarmed"
"""Staff were told that nobody knows of it."""

MOID, NATV, SINCE = "moid", "natv", "since_ms"

DAY_MS: Final = 86_400_000

BANKS: Final[Mapping[str, str]] = {
    "002": "산업은행",
    "003": "기업은행",
    "004": "국민은행",
    "007": "수협은행",
    "011": "농협은행",
    "020": "우리은행",
    "023": "SC제일은행",
    "027": "씨티은행",
    "031": "대구은행",
    "032": "부산은행",
    "034": "광주은행",
    "035": "제주은행",
    "037": "전북은행",
    "039": "경남은행",
    "045": "새마을금고",
    "048": "신협",
    "071": "우체국",
    "081": "하나은행",
    "088": "신한은행",
    "089": "케이뱅크",
    "090": "카카오뱅크",
    "092": "토스뱅크",
}
"""Banks that can be paid out to. Source: EzPG's page for withdrawals."""

SIGN_IN_PROBLEM: Final[Mapping[Answer, Reason]] = {
    Answer.SIGNED_OUT: Reason.DENIED,
    Answer.REFUSED: Reason.SETUP,
    Answer.NOT_SENT: Reason.UNREACHABLE,
}
"""Why staff could not be signed in; anything else: no readable answer."""


class EzpgPayouts:
    """Keeps the Payouts port (domain/ports.py), and drives refunds.

    Args:
        client: Asks and sends.
        journal: The durable record.
        clock: Time.
        random: Random text for ids.
        limits: The limits in force.
        arrangement: What the store has agreed with EzPG.
    """

    banks: Final = BANKS

    def __init__(
        self,
        client: EzpgClient,
        journal: Journal,
        clock: Clock,
        random: Randomness,
        limits: Limits,
        arrangement: Arrangement,
    ) -> None:
        self._client = client
        self._journal = journal
        self._clock = clock
        self._random = random
        self._limits = limits
        self._arrangement = arrangement
        self._one_judges = asyncio.Lock()
        """Of two refunds that one row would prove, the second sees that the first has claimed it."""

    # -- for staff

    @property
    def is_possible(self) -> bool:
        """The configuration names who may withdraw."""
        account = self._client.account
        return account.staff is not None and account.key is not None

    @property
    def least(self) -> Money:
        """Less is not paid out."""
        return Money(self._arrangement.least, Currency.KRW)

    def takes(self, payee: Payee) -> bool:
        """Whether this account can be named to EzPG."""
        is_named = wire.is_account(payee.account) and wire.is_holder(payee.holder)
        return payee.bank in BANKS and is_named

    async def sign_in(self, digits: Confidential) -> Reason | None:
        """Sign staff in with the six digits that their telephone shows; why not, when it did not work."""
        answer = await self._client.staff_sign_in(digits)
        return None if answer is Answer.SIGNED_IN else SIGN_IN_PROBLEM.get(answer, Reason.NO_ANSWER)

    def payer(self, attempt: Attempt, transaction: str) -> str:
        """Who made a deposit into an attempt's account, as their bank said; "" when it did not."""
        sealed = attempt.facts.get(depositor_fact(transaction), "")
        return self._journal.unseal(sealed, depositor_context(attempt.id)).reveal() if sealed else ""

    def facts(self, attempt_id: str, payee: Payee) -> Mapping[str, str]:
        """What is to be noted with a refund of an attempt's money, so that it is paid out to this account."""
        told = {"bank": payee.bank, "account": payee.account, "holder": payee.holder}
        sealed = self._journal.seal(Confidential(json.dumps(told, ensure_ascii=False)), _context(attempt_id))
        return {PAYEE: sealed, PAYEE_SHOWN: payee_shown(payee.bank, payee.account)}

    # -- paying out

    async def give_back(self, refund_id: str) -> None:
        """Ask for a withdrawal once, and find out what becomes of it, however long that takes."""
        seen = Seen()
        while True:
            refund = await self._journal.refund(refund_id)
            if refund.state not in (RefundState.ASKED, RefundState.UNKNOWN, RefundState.PENDING):
                return
            attempt = await self._journal.attempt(attempt_of(refund_id))
            async with self._one_judges:
                step = refund_rules.next_refund_step(await self._refunding(attempt, refund, seen))
                if isinstance(step, Verdict):
                    await self._journal.write(*await self._steps(attempt, refund, step))
            match step:
                case Withdraw():
                    await self._withdraw(attempt, refund)
                case Alarm():
                    task = TaskOpened(TaskKind.SLOW, attempt.order_id, attempt.id)
                    await self._journal.write(RefundNoted(refund.id, {ALARMED: "yes"}), task)
                case LookThere():
                    seen = await self._look(attempt, refund, seen)
                case Wait(seconds):
                    await self._clock.sleep(seconds)

    async def _withdraw(self, attempt: Attempt, refund: Refund) -> None:
        account = self._client.account
        payee = self._payee(refund)
        moid = wire_id(refund.id, self._random.token(TOKEN_LENGTH), wire.MOID_LONGEST)
        request = wire.withdraw(
            account.merchant,
            known(account.key, "key of the shop"),
            moid,
            refund.amount.amount,
            payee.bank,
            payee.account,
            payee.holder,
        )
        noted = {MOID: moid, SINCE: str(self._client.there_ms)}
        begins = (RefundNoted(refund.id, noted), RefundAdvanced(refund.id, RefundState.SENDING))
        async with self._journal.one_step:
            if await self._is_taken_back(refund):
                # found out since the table was asked, which knows what becomes of it
                return
            permit = await self._journal.intend(attempt.id, request, *begins, refund_id=refund.id)
        taken = await self._client.withdraw(permit)
        # whoever typed six digits is signed in for this one withdrawal, not for the next person
        self._client.staff_sign_out()
        answered = OperationAnswered(permit.operation_id, taken.answer, {"code": taken.code, NATV: taken.natv})
        verdict = refund_rules.after_sending(taken.answer)
        sent = await self._journal.refund(refund.id)
        await self._journal.write(answered, *await self._steps(attempt, sent, verdict))

    async def ask(self, refund_id: str) -> bool:
        """Read the withdrawals once more, for whoever has to say what became of one; false when none was asked for."""
        refund = await self._journal.refund(refund_id)
        if SINCE not in refund.facts:
            return False
        await self._look(await self._journal.attempt(attempt_of(refund_id)), refund, Seen())
        return True

    async def _look(self, attempt: Attempt, refund: Refund, before: "Seen") -> "Seen":
        """Read the withdrawals since it was asked for."""
        listed = await self._client.withdrawals(*listed_days(int(refund.facts[SINCE]), self._client.there_ms))
        fits = await self._fits(listed.rows, refund, await self._journal.operations(attempt.id))
        seen = Seen(listed.answer, listed.rows, _told(fits), before.looks + 1, self._clock.stamp())
        if (seen.answer, seen.told) != (before.answer, before.told):
            # asked again and again, for days: only what is new is worth keeping
            facts = {"rows": seen.told, SINCE: str(self._client.there_ms)}
            about = (Call.WITHDRAWALS, refund.facts.get(MOID, ""), listed.answer, facts, refund.id)
            await self._journal.write_asked(attempt.id, *about)
        return seen

    async def _fits(self, rows: tuple[Withdrawal, ...], refund: Refund, operations: tuple[Operation, ...]) -> Fits:
        """Those that may be it, as far as no other refund has claimed them by now."""
        free = [one for one in rows if await self._is_free(one, refund)]
        return refund_rules.fitting(free, self._sought(refund, operations))

    async def _is_free(self, row: Withdrawal, refund: Refund) -> bool:
        return all(one.id == refund.id for one in await self._journal.refunds_noted(CLAIMED, row.transaction))

    def _sought(self, refund: Refund, operations: tuple[Operation, ...]) -> Sought:
        payee, sent = self._payee(refund), _sent(operations, refund.id)
        return Sought(
            moid=refund.facts[MOID],
            natv="" if sent is None else sent.facts.get(NATV, ""),
            bank=payee.bank,
            account=payee.account,
            amount=refund.amount.amount,
            since_ms=int(refund.facts[SINCE]),
            claimed=refund.facts.get(CLAIMED, ""),
        )

    async def _refunding(self, attempt: Attempt, refund: Refund, seen: "Seen") -> Refunding:
        operations = await self._journal.operations(attempt.id)
        own = [one for one in operations if one.refund_id == refund.id and one.call == Call.WITHDRAW]
        sent = _sent(operations, refund.id)
        return Refunding(
            state=refund.state,
            is_taken_back=await self._is_taken_back(refund),
            is_staffed=STAFFED in refund.facts and PAYEE in refund.facts,
            is_signed_in=self._client.has_staff_session(),
            amount=refund.amount.amount,
            least=self._arrangement.least,
            unreached=sum(1 for one in own if one.answer == Answer.NOT_SENT),
            fits=await self._fits(seen.rows, refund, operations) if seen.rows else NO_FITS,
            rivals=await self._rivals(refund),
            is_listed=seen.answer is Answer.LISTED,
            sent_s=0.0 if sent is None else self._sent_s(refund, sent),
            looks=seen.looks,
            looked_s=0.0 if seen.at is None else self._clock.elapsed(seen.at),
            unheard_s=self._unheard_s(operations, refund.id),
            lost_s=self._limits.ezpg_withdrawal_lost_s,
            alarm_s=self._limits.alarm_after_s,
            is_alarmed=ALARMED in refund.facts,
        )

    def _sent_s(self, refund: Refund, sent: Operation) -> float:
        """How long ago it was sent [s]."""
        return self._ago_s(sent, refund.facts[SINCE])

    def _unheard_s(self, operations: tuple[Operation, ...], refund_id: str) -> float:
        """How long its list could not be read [s]: since the first such answer after the last that could."""
        looks = (one for one in reversed(operations) if one.refund_id == refund_id and one.call == Call.WITHDRAWALS)
        unheard = [*takewhile(lambda one: one.answer != Answer.LISTED, looks)]
        return self._ago_s(unheard[-1], unheard[-1].facts.get(SINCE, "")) if unheard else 0.0

    def _ago_s(self, operation: Operation, there_ms: str) -> float:
        """How long ago something was asked [s].

        Over a restart of the machine that is known by EzPG's own clock, which was kept with it: a till that is switched
        off every night would else never come to the end of a day.
        """
        passed_s = self._clock.elapsed(operation.intended)
        if self._client.ahead_ms is None or not there_ms:
            return passed_s
        return max(passed_s, (self._client.there_ms - int(there_ms)) / 1000)

    async def _rivals(self, refund: Refund) -> tuple[int, ...]:
        """When other refunds were sent that would look the same in a list, may be in it, and have claimed no row."""
        if CLAIMED in refund.facts or SINCE not in refund.facts:
            return ()
        # what was sent earlier is dated before anything that this one may be
        earliest_ms = int(refund.facts[SINCE]) - round(self._limits.ezpg_withdrawal_lost_s * 1000)
        alike = (
            int(one.facts.get(SINCE, "0"))
            for one in await self._journal.refunds_noted(PAYEE_SHOWN, refund.facts[PAYEE_SHOWN])
            if one.id != refund.id
            and one.amount == refund.amount
            and refund_rules.may_be_listed(one.state, one.reason)
            and CLAIMED not in one.facts
        )
        return tuple(since_ms for since_ms in alike if since_ms >= earliest_ms)

    async def _is_taken_back(self, refund: Refund) -> bool:
        """The bank has it again: there is nothing left to give back."""
        attempt = await self._journal.attempt(attempt_of(refund.id))
        if not refund.finding_id:
            return attempt.state is State.CORRECTED
        found = await self._journal.findings(attempt.id)
        own = next(one for one in found if one.id == refund.finding_id)
        corrected = {one.transaction for one in found if one.kind is FindingKind.CORRECTED}
        return own.state is not FindingState.OPEN or own.transaction in corrected

    def _payee(self, refund: Refund) -> Payee:
        told = json.loads(self._journal.unseal(refund.facts[PAYEE], _context(attempt_of(refund.id))).reveal())
        return Payee(told["bank"], told["account"], told["holder"])

    async def _steps(self, attempt: Attempt, refund: Refund, verdict: Verdict) -> tuple[Entry, ...]:
        """Where it stands now, and what follows for the finding whose money it is."""
        claim = (RefundNoted(refund.id, {CLAIMED: verdict.claimed}),) if verdict.claimed else ()
        steps = (*claim, *refund_steps(attempt, refund, verdict.state, verdict.reason or ""))
        if not refund.finding_id or verdict.state is not RefundState.DONE:
            return steps
        found = [one for one in await self._journal.findings(attempt.id) if one.id == refund.finding_id]
        is_open = any(one.state is FindingState.OPEN for one in found)
        return (*steps, FindingAdvanced(refund.finding_id, FindingState.REFUNDED)) if is_open else steps


@dataclass(frozen=True, slots=True)
class Seen:
    """What the looks at the list have come to.

    Attributes:
        answer: Of the last one; None before the first.
        rows: What it showed.
        told: Those of them that could be the withdrawal, as they are kept.
        looks: How many there were since this began.
        at: When the last one was.
    """

    answer: Answer | None = None
    rows: tuple[Withdrawal, ...] = ()
    told: str = ""
    looks: int = 0
    at: Stamp | None = None


def payee_shown(bank: str, account: str) -> str:
    """An account that is paid out to, as it may be seen; the same of one whose number a list shows in part."""
    return f"{BANKS.get(bank, bank)} {Confidential(account)}"


def listed_days(since_ms: int, there_ms: int) -> tuple[str, str]:
    """First and last Korean day of what is looked for, as EzPG's lists want them.

    The last is the day after: our own clock may just have been set, and midnight may be near.

    Args:
        since_ms: When it began by EzPG's clock, UTC epoch [ms].
        there_ms: What that clock shows now, as far as is known, UTC epoch [ms].
    """
    first = korean_time(since_ms - refund_rules.DATED_EARLY_MS)
    last = korean_time(max(since_ms, there_ms) + DAY_MS)
    return f"{first:%Y%m%d}", f"{last:%Y%m%d}"


def depositor_fact(transaction: str) -> str:
    """Name of the fact that says who made a deposit: more than one person may pay into an account."""
    return f"{DEPOSITOR} {transaction}"


def depositor_context(attempt_id: str) -> str:
    """What the name of who paid is sealed for."""
    return f"{attempt_id} depositor"


def _context(attempt_id: str) -> str:
    return f"{attempt_id} payee"


def _sent(operations: tuple[Operation, ...], refund_id: str) -> Operation | None:
    """The one request of a refund that may have arrived."""
    never_done = (Answer.NOT_SENT, Answer.SIGNED_OUT)
    own = (one for one in operations if one.refund_id == refund_id and one.call == Call.WITHDRAW)
    return next((one for one in own if one.answer not in never_done), None)


def _told(fits: Fits) -> str:
    """Rows, as evidence to keep: neither account nor name."""
    return json.dumps([[one.transaction, one.amount, one.state, one.at_ms] for one in fits.rows], separators=(",", ":"))
