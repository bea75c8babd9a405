"""Paying by bank transfer: reads like the sequence diagram of the guide (3.1), seen from a till.

What gives a transfer back is in payouts.py.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from kiosk.domain.attempt import HOLDING, MASKED, Attempt, Family, State
from kiosk.domain.confidential import Confidential
from kiosk.domain.entries import (
    AttemptAdvanced,
    AttemptNoted,
    Entry,
    FindingAdvanced,
    FindingRecorded,
    GoalUndo,
    OperationAnswered,
    PrintQueued,
    TaskOpened,
)
from kiosk.domain.errors import CustomerLeft, NotWantedError, known
from kiosk.domain.ids import attempt_of, wire_id
from kiosk.domain.late import late_money
from kiosk.domain.limits import Limits
from kiosk.domain.money import Money
from kiosk.domain.outcome import Approved, Declined, NotSent, Outcome, Reason, Unsettled
from kiosk.domain.ports import Clock, Desk, GivesBack, Health, Journal, Randomness, TransferRequest, Waited
from kiosk.domain.receipt import SlipReason
from kiosk.domain.refund import REFUND_COUNTS, STAFFED, Finding, FindingKind, FindingState, RefundState
from kiosk.domain.staffwork import PrintKind, TaskKind
from kiosk.services.gateways.ezpg import rules, wire
from kiosk.services.gateways.ezpg.answers import Answer, Call, Deposit, VirtualAccount
from kiosk.services.gateways.ezpg.arrangement import Arrangement
from kiosk.services.gateways.ezpg.client import EzpgClient
from kiosk.services.gateways.ezpg.payouts import EzpgPayouts, depositor_context, depositor_fact, listed_days
from kiosk.services.gateways.ezpg.rules import AskAgain, Came, Expected, Expire, Known

TOKEN_LENGTH: Final = 5
"""With the longest ids of attempts and refunds, as much as EzPG keeps (`moid`, 30)."""

SIGN_INS: Final = 2
"""How often an account is asked for: a login that had run out is renewed, and nothing was done before [tries]."""

PAID_LOOKS_S: Final = (1.0, 2.0, 4.0)
"""Waits before the next look when the server says *paid* and the list does not show it yet [s]."""

# names of an attempt's facts
MOID, ACCOUNT_ID, BANK, BANK_NAME, NUMBER, HOLDER = "moid", "account_id", "bank", "bank_name", "number", "holder"
SINCE, UNTIL = "since_ms", "until_ms"


@dataclass(frozen=True, slots=True)
class Listed:
    """What a look at the deposits gave.

    Attributes:
        rows: Deposits that are no evidence of anything else; None when the list could not be read.
        came: The one that decides, if one does.
    """

    rows: tuple[Deposit, ...] | None
    came: Came | None


@dataclass(frozen=True, slots=True)
class Left:
    """What closing an account gave.

    Attributes:
        came: The deposit that decides, if one does.
        is_closed: It takes no more money.
        is_known: The deposits could be read.
        is_disputed: The server says that it was paid, and the list shows nothing that explains this.
    """

    came: Came | None
    is_closed: bool
    is_known: bool
    is_disputed: bool


class EzpgMethod:
    """Keeps the Method port (domain/ports.py) for transfers into one-time accounts.

    Args:
        client: Asks and sends.
        payouts: Gives back.
        journal: The durable record.
        clock: Time.
        random: Random text for ids.
        limits: The limits in force.
        arrangement: What the store has agreed with EzPG.
    """

    name: Final = "ezpg"
    family: Final = Family.TRANSFER
    gives_back: Final = GivesBack.WITHDRAWAL
    tries_max: Final = None

    def __init__(
        self,
        client: EzpgClient,
        payouts: EzpgPayouts,
        journal: Journal,
        clock: Clock,
        random: Randomness,
        limits: Limits,
        arrangement: Arrangement,
    ) -> None:
        self._client = client
        self._payouts = payouts
        self._journal = journal
        self._clock = clock
        self._random = random
        self._limits = limits
        self._arrangement = arrangement
        self._one_look = asyncio.Lock()
        """Of two that look at an account at once, the second knows what the first has found."""

    def health(self) -> Health:
        """Unreachable; not accepted; or an hour at which banks take no transfers."""
        if self._arrangement.account_until_ms(self._clock.now_ms(), self._limits) is None:
            return Health(ok=False, reason=Reason.OUT_OF_HOURS)
        if not self._client.reachable:
            return Health(ok=False, reason=Reason.UNREACHABLE)
        if self._client.is_refused:
            return Health(ok=False, reason=Reason.SETUP)
        return Health(ok=True)

    async def probe(self) -> bool:
        """Reach the server, and sign in."""
        return await self._client.probe()

    # -- paying

    async def pay(self, attempt: Attempt, desk: Desk) -> Outcome:
        """Have an account issued and show it until the money has come; after a restart, show it again."""
        if attempt.state is State.PREPARED:
            desk.working()
            refused = await self._issue(attempt)
            if refused is not None:
                return refused
        return await self._wait(attempt.id, desk)

    async def _issue(self, attempt: Attempt) -> Outcome | None:
        """Have an account issued, and write it down before anybody sees it; or why there is none."""
        now_ms = self._clock.now_ms()
        until_ms = self._arrangement.account_until_ms(now_ms, self._limits)
        if until_ms is None:
            return NotSent(Reason.OUT_OF_HOURS)
        moid = wire_id(attempt.id, self._random.token(TOKEN_LENGTH), wire.MOID_LONGEST)
        merchant = self._client.account.merchant
        step: tuple[Entry, ...] = (
            AttemptNoted(attempt.id, {MOID: moid}, attempt.due.amount),
            AttemptAdvanced(attempt.id, State.ISSUING),
        )
        repeats = ""
        for tries in range(1, SIGN_INS + 1):
            request = wire.issue(merchant, moid, attempt.due.amount, self._arrangement.bank, until_ms)
            permit = await self._journal.intend(attempt.id, request, *step, repeats=repeats)
            issued = await self._client.issue(permit)
            answered = OperationAnswered(permit.operation_id, issued.answer, {"code": issued.code})
            if issued.answer is not Answer.SIGNED_OUT or tries == SIGN_INS:
                break
            await self._journal.write(answered)
            step, repeats = (), repeats or permit.operation_id
        if issued.account is None:
            return _with_entries(rules.ISSUE_OUTCOME.get(issued.answer, NotSent(Reason.UNREACHABLE)), answered)
        # nobody can have paid before it was shown
        facts = _account_facts(issued.account, self._client.there_ms, until_ms)
        await self._journal.write(
            answered, AttemptNoted(attempt.id, facts), AttemptAdvanced(attempt.id, State.AWAITING_DEPOSIT)
        )
        return None

    async def _wait(self, attempt_id: str, desk: Desk) -> Outcome:
        """Ask for deposits again and again while the customer is shown the account. The list is the truth."""
        unheard = 0
        while True:
            attempt = await self._journal.attempt(attempt_id)
            left_s = self._left_s(attempt)
            listed = await self._look(attempt)
            unheard = unheard + 1 if listed.rows is None else 0
            poll_s, slow_s = self._limits.ezpg_poll_s, self._limits.ezpg_poll_slow_s
            match rules.next_waiting_step(listed.came, unheard, left_s, self._client.resting_s, poll_s, slow_s):
                case Came() as came:
                    return await self._settled(attempt, came)
                case Expire():
                    return await self._end(attempt, State.EXPIRED, Reason.NOT_TRANSFERRED)
                case AskAgain(after_s):
                    ended = await self._show(attempt, desk, after_s, is_heard=not unheard)
                    if ended is not None:
                        return ended

    async def _show(self, attempt: Attempt, desk: Desk, for_s: float, *, is_heard: bool) -> Outcome | None:
        """Show the account for a while; how it ended when they leave it, None when they stay."""
        until_s = self._clock.monotonic() + for_s
        while (rest_s := until_s - self._clock.monotonic()) > 0:
            match await desk.transfer(self._request(attempt, is_heard=is_heard), rest_s):
                case Waited.LEFT:
                    return await self._give_up(attempt, Reason.LEFT_TRANSFER)
                case Waited.STOPPED:
                    return await self._give_up(attempt, Reason.STOPPED)
                case Waited.BACK:
                    return await self._leave(attempt, desk)
                case Waited.TIME | Waited.NEWS:
                    continue
        return None

    async def _give_up(self, attempt: Attempt, reason: Reason) -> Outcome:
        """The goal is durable before the send that serves it; `resolve` does the rest."""
        await self._journal.write(GoalUndo(attempt.id), AttemptAdvanced(attempt.id, State.CLOSING, reason))
        return Unsettled()

    async def _leave(self, attempt: Attempt, desk: Desk) -> Outcome | None:
        """They want to pay otherwise. What has come meanwhile pays; an account that cannot be closed they are asked of.

        Their goal stays TAKE: who stands there and has paid wants the goods, not a withdrawal of some days.
        """
        desk.working()
        await self._journal.write(AttemptAdvanced(attempt.id, State.CLOSING, Reason.LEFT_TRANSFER))
        attempt = await self._journal.attempt(attempt.id)
        left = await self._close(attempt)
        if left.came is not None:
            return await self._settled(attempt, left.came)
        if left.is_closed and left.is_known:
            return await self._end(attempt, State.CLOSED, Reason.LEFT_TRANSFER, is_proven=True)
        if left.is_disputed:
            # the server's word stands above the customer's: they are not asked, and `resolve` looks on
            return Unsettled()
        try:
            answer = await self._ask_whether_sent(attempt, desk)
        except (CustomerLeft, NotWantedError):
            # nobody has said so: `resolve` does the rest
            await self._journal.write(GoalUndo(attempt.id))
            return Unsettled()
        if isinstance(answer, Came):
            return await self._settled(attempt, answer)
        if answer:
            await self._journal.write(AttemptAdvanced(attempt.id, State.AWAITING_DEPOSIT))
            return None
        return await self._end(attempt, State.CLOSED, Reason.LEFT_TRANSFER)

    async def _ask_whether_sent(self, attempt: Attempt, desk: Desk) -> Came | bool:
        """What they say, unless the list says it before them: it is asked on while they think."""
        unheard = 0
        poll_s, slow_s = self._limits.ezpg_poll_s, self._limits.ezpg_poll_slow_s
        while True:
            for_s = rules.ask_again_s(unheard, self._client.resting_s, poll_s, slow_s)
            has_transferred = await desk.has_transferred(self._request(attempt, is_heard=not unheard), for_s)
            if has_transferred is not None:
                return has_transferred
            listed = await self._look(attempt)
            if listed.came is not None:
                return listed.came
            unheard = unheard + 1 if listed.rows is None else 0

    async def _close(self, attempt: Attempt) -> Left:
        """Close it, then look: what came before it was closed pays, or is known not to be there."""
        request = partial(wire.close, self._client.account.merchant, attempt.facts[ACCOUNT_ID])
        permit = await self._journal.intend(attempt.id, request)
        answer = await self._client.close(permit)
        await self._journal.write(OperationAnswered(permit.operation_id, answer))
        listed = await self._look(attempt)
        for wait_s in PAID_LOOKS_S if answer is Answer.PAID else ():
            if listed.came is not None:
                break
            await self._clock.sleep(wait_s)
            listed = await self._look(attempt)
        closes = (one for one in await self._journal.operations(attempt.id) if one.call == Call.CLOSE)
        words = [one.answer for one in closes if one.answer in rules.LAST_WORDS]
        return Left(
            listed.came,
            is_closed=answer in rules.ENDED_BY,
            is_known=listed.rows is not None,
            # also where a later close is not answered
            is_disputed=words[-1:] == [Answer.PAID] and not rules.was_taken_back(listed.rows or ()),
        )

    async def _settled(self, attempt: Attempt, came: Came) -> Outcome:
        """Money came: all that was asked, which is an approval; or another amount, which is staff's."""
        noted = self._depositor(attempt, came.row)
        if came.state is State.APPROVED:
            received = Money(came.row.amount, attempt.due.currency)
            return Approved(received, came.row.transaction, noted, watch=True)
        await self._journal.write(*noted, _step(attempt, came))
        return Unsettled()

    async def _end(self, attempt: Attempt, state: State, reason: Reason, *, is_proven: bool = False) -> Outcome:
        """No money came, as far as anybody knows. Where some may yet be under way, a slip says who returns it."""
        await self._journal.write(*_ending(attempt, state, reason, is_proven=is_proven))
        return Unsettled()

    # -- looking

    async def _look(self, attempt: Attempt, *, is_evidence: bool = False) -> Listed:
        """Ask for the deposits into its account; what has changed since the last look is written down.

        Args:
            attempt: Whose account.
            is_evidence: Somebody decides by what came: it is written down in any case.
        """
        days = listed_days(int(attempt.facts[SINCE]), self._client.there_ms)
        asked = await self._client.deposits(attempt.facts[NUMBER], attempt.facts[MOID], *days)
        expected = what_is_expected(attempt, self._arrangement.tolerance)
        ours = [one for one in asked.rows if rules.is_ours(one, expected)]
        rows = tuple([one for one in ours if await self._is_free(one, attempt)])
        facts = {"rows": _told(rows)}
        before = [one for one in await self._journal.operations(attempt.id) if one.call == Call.DEPOSITS]
        last = before[-1] if before else None
        if is_evidence or last is None or (last.answer, last.facts) != (asked.answer, facts):
            # asked every few seconds, for minutes: only what is new is worth keeping
            about = (Call.DEPOSITS, attempt.facts[MOID], asked.answer, facts)
            await self._journal.write_asked(attempt.id, *about)
        if asked.answer is not Answer.LISTED:
            return Listed(None, None)
        return Listed(rows, rules.what_came(rows, expected))

    async def _is_free(self, row: Deposit, attempt: Attempt) -> bool:
        """It is evidence of no other attempt (law 1).

        Nor is it another's whose account had the same number: one who has found it, else the last one before it came.
        """
        evidence = await self._journal.evidence_of(self.name, row.transaction)
        if evidence:
            return evidence == attempt.id
        alike = [one for one in await self._journal.attempts_shown_as(attempt.facts[MASKED]) if _is_same(one, attempt)]
        for one in alike:
            if any(found.transaction == row.transaction for found in await self._journal.findings(one.id)):
                return one.id == attempt.id
        since_ms = max(int(one.facts[SINCE]) for one in alike if rules.is_ours(row, what_is_expected(one, 0)))
        return int(attempt.facts[SINCE]) == since_ms

    def _left_s(self, attempt: Attempt) -> float:
        return (int(attempt.facts[UNTIL]) - self._clock.now_ms()) / 1000

    def _request(self, attempt: Attempt, *, is_heard: bool) -> TransferRequest:
        facts = attempt.facts
        return TransferRequest(
            bank=facts[BANK_NAME],
            bank_code=facts[BANK],
            number=facts[NUMBER],
            holder=facts[HOLDER],
            amount=known(attempt.asked, "amount asked"),
            until_ms=int(facts[UNTIL]),
            left_s=max(0.0, self._left_s(attempt)),
            time_s=(int(facts[UNTIL]) - attempt.began.wall_ms) / 1000,
            idle_s=self._limits.ezpg_idle_s,
            is_heard=is_heard,
        )

    def _depositor(self, attempt: Attempt, row: Deposit) -> tuple[Entry, ...]:
        if not row.depositor:
            return ()
        sealed = self._journal.seal(Confidential(row.depositor), depositor_context(attempt.id))
        return (AttemptNoted(attempt.id, {depositor_fact(row.transaction): sealed}),)

    # -- nobody stands before the account any more

    async def resolve(self, attempt_id: str) -> AttemptAdvanced | None:
        """Close the account; what came is given back, by staff, where it is not wanted any more."""
        attempt = await self._journal.attempt(attempt_id)
        if attempt.state is not State.CLOSING:
            return None
        unheard = 0
        while True:
            # before that nothing could be asked; and whoever waits to hear of their money waits no longer than that
            await self._clock.sleep(self._client.resting_s)
            left = await self._close(attempt)
            if left.came is not None:
                await self._journal.write(*self._depositor(attempt, left.came.row))
                return _step(attempt, left.came)
            if left.is_known and not left.is_disputed:
                ending = _ending(attempt, State.CLOSED, attempt.reason, is_proven=left.is_closed)
                await self._journal.write(*ending)
                return None
            # what has come is not known: nobody is told that it was not paid
            unheard += 1
            await self._clock.sleep(min(self._limits.ezpg_sweep_s, rules.pause_s(unheard)))

    async def give_back(self, refund_id: str) -> None:
        """Have a withdrawal paid out that staff asked for; without them there is none.

        Before it is sent the account is looked at once more: nobody pays out what the bank has taken back.
        """
        refund = await self._journal.refund(refund_id)
        if refund.state is RefundState.ASKED and STAFFED in refund.facts:
            await self.look_again(attempt_of(refund_id))
        await self._payouts.give_back(refund_id)

    async def reverse_unstored(self, attempt_id: str, received: Money) -> bool:  # noqa: ARG002 - as the port has it
        """What was transferred comes back only by a withdrawal: nothing is sent, and the next start finds it."""
        return False

    async def ask(self, attempt_id: str, refund_id: str = "") -> None:
        """Ask once more what was paid out, where a withdrawal was asked for; else what came into the account."""
        if refund_id and await self._payouts.ask(refund_id):
            return
        attempt = await self._journal.attempt(attempt_id)
        if NUMBER in attempt.facts:
            await self._look(attempt, is_evidence=True)

    async def look_again(self, attempt_id: str) -> bool:
        """Look for what came after the end or more than once, and for what the bank took back; each is a finding."""
        async with self._one_look:
            return await self._look_for_news(attempt_id)

    async def _look_for_news(self, attempt_id: str) -> bool:
        attempt = await self._journal.attempt(attempt_id)
        if NUMBER not in attempt.facts:
            return True
        listed = await self._look(attempt)
        if listed.rows is None:
            return False
        findings = await self._journal.findings(attempt.id)
        for one in rules.news(
            listed.rows, what_is_expected(attempt, self._arrangement.tolerance), _known(attempt, findings)
        ):
            if one.kind is FindingKind.CORRECTED:
                async with self._journal.one_step:
                    await self._journal.write(*await self._corrected(attempt.id, one.row))
            else:
                entries = late_money(attempt, one.row.transaction, one.row.amount, one.kind)
                await self._journal.write(*self._depositor(attempt, one.row), *entries)
        return True

    async def _corrected(self, attempt_id: str, row: Deposit) -> tuple[Entry, ...]:
        """The bank took it back. What staff were still to give back is nothing any more; all else they have to know."""
        attempt, findings = await self._journal.attempt(attempt_id), await self._journal.findings(attempt_id)
        same = [one for one in findings if one.transaction == row.transaction and one.state is FindingState.OPEN]
        refunds = (await self._journal.sale(attempt.order_id)).refunds
        given = {one.finding_id for one in refunds if one.state in REFUND_COUNTS}
        is_own = row.transaction == attempt.transaction and attempt.state in HOLDING
        about = (self.name, attempt.id, row.transaction, FindingKind.CORRECTED, row.amount)
        if same and not is_own and not any(one.id in given for one in same):
            explained = tuple(FindingAdvanced(one.id, FindingState.EXPLAINED) for one in same)
            return (*explained, FindingRecorded(*about, state=FindingState.EXPLAINED))
        recorded = FindingRecorded(*about)
        task = TaskOpened(TaskKind.FINDING, attempt.order_id, attempt.id)
        step = AttemptAdvanced(attempt.id, State.CORRECTED, Reason.CORRECTED_THERE, watch=True)
        return (recorded, task, step) if is_own else (recorded, task)


def _account_facts(account: VirtualAccount, since_ms: int, until_ms: int) -> dict[str, str]:
    ends_ms = until_ms if account.expires_ms is None else min(until_ms, account.expires_ms)
    return {
        ACCOUNT_ID: account.id,
        BANK: account.bank,
        BANK_NAME: account.bank_name,
        NUMBER: account.number,
        HOLDER: account.holder,
        SINCE: str(since_ms),
        UNTIL: str(ends_ms),
        MASKED: str(Confidential(account.number)),
    }


def what_is_expected(attempt: Attempt, tolerance: int) -> Expected:
    """What would pay an attempt whose account is known."""
    facts = attempt.facts
    return Expected(
        account=facts[NUMBER],
        bank=facts[BANK],
        moid=facts[MOID],
        amount=known(attempt.asked, "amount asked").amount,
        tolerance=tolerance,
        since_ms=int(facts[SINCE]),
    )


def _is_same(one: Attempt, other: Attempt) -> bool:
    """Whether two attempts had the same account, or one that was given out again."""
    return all(one.facts.get(name) == other.facts[name] for name in (NUMBER, BANK))


def _known(attempt: Attempt, findings: Sequence[Finding]) -> Known:
    told = {one.transaction for one in findings if one.kind is not FindingKind.CORRECTED}
    corrected = {one.transaction for one in findings if one.kind is FindingKind.CORRECTED}
    return Known(attempt.state, attempt.transaction or "", frozenset(told), frozenset(corrected))


def _told(rows: Sequence[Deposit]) -> str:
    """Deposits, as evidence to keep: no name, and the account stands with the attempt."""
    return json.dumps([[one.transaction, one.amount, one.state, one.at_ms] for one in rows], separators=(",", ":"))


def _step(attempt: Attempt, came: Came) -> AttemptAdvanced:
    about = (came.reason, came.row.amount, came.row.transaction)
    return AttemptAdvanced(attempt.id, came.state, *about, watch=True)


def _ending(attempt: Attempt, state: State, reason: str, *, is_proven: bool) -> tuple[Entry, ...]:
    step = AttemptAdvanced(attempt.id, state, reason, watch=True)
    slip = PrintQueued(attempt.order_id, PrintKind.SLIP, {"key": SlipReason.TRANSFER_LEFT})
    return (step,) if is_proven else (step, slip)


def _with_entries(outcome: Outcome, *entries: Entry) -> Outcome:
    match outcome:
        case Declined(reason):
            return Declined(reason, entries=entries)
        case NotSent(reason):
            return NotSent(reason, entries)
        case _:
            raise AssertionError
