"""Decision tables of transfers: what a list of deposits proves, and what to do next. Pure; every row is a test.

What gives a transfer back is in refund_rules.py. Source: payment methods, ezpg; facts of EzPG, 4.1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from types import MappingProxyType
from typing import Final

from kiosk.domain.attempt import State
from kiosk.domain.outcome import Declined, NotSent, Outcome, Reason
from kiosk.domain.refund import FindingKind
from kiosk.services.gateways.ezpg.answers import Answer, Deposit, RowState

DATED_EARLY_MS: Final = 60_000
"""How much earlier than its account a deposit may be dated: rows have whole seconds, and clocks differ (ours)."""

ISSUE_OUTCOME: Final[Mapping[Answer, Outcome]] = MappingProxyType(
    {
        Answer.NOT_SENT: NotSent(Reason.UNREACHABLE),
        # there may be an account: one that nobody was shown cannot be paid
        Answer.NO_ANSWER: NotSent(Reason.UNREACHABLE),
        Answer.SIGNED_OUT: Declined(Reason.SETUP),
        Answer.REFUSED: Declined(Reason.SETUP),
        Answer.CLOSED_HOURS: Declined(Reason.OUT_OF_HOURS),
        Answer.NO_ACCOUNT: Declined(Reason.REFUSED),
        Answer.AMOUNT_REFUSED: Declined(Reason.REFUSED),
        Answer.OTHER_CONTENT: Declined(Reason.ID_REUSED),
    }
)
"""What becomes of a payment for which no account was shown."""

ENDED_BY: Final = frozenset({Answer.CLOSED, Answer.OVER})
"""Answers to a close after which the account takes no more, and until which nothing had come."""

LAST_WORDS: Final = frozenset({*ENDED_BY, Answer.PAID})
"""Answers to a close that say whether anything had come; the latest counts."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What would pay an attempt (law 4).

    Attributes:
        account: Number of the account that was shown.
        bank: Code of its bank.
        moid: Our own id of it.
        amount: What was asked [won].
        tolerance: By how much it may differ [won].
        since_ms: When the account was issued, UTC epoch [ms].
    """

    account: str
    bank: str
    moid: str
    amount: int
    tolerance: int
    since_ms: int


@dataclass(frozen=True, slots=True)
class Came:
    """Money that came.

    Attributes:
        row: The deposit.
        state: What the attempt is with it.
        reason: Why, or "".
    """

    row: Deposit
    state: State
    reason: str = ""


def is_ours(row: Deposit, expected: Expected) -> bool:
    """Whether a deposit was made into this account, and not before it was issued: a bank may give a number out again.

    One without a date may be: it proves nothing, and yet nobody may overlook it.
    """
    is_same = (row.account, row.bank) == (expected.account, expected.bank) and row.moid in ("", expected.moid)
    return is_same and (row.at_ms is None or row.at_ms >= expected.since_ms - DATED_EARLY_MS)


def what_came(rows: Iterable[Deposit], expected: Expected) -> Came | None:
    """The deposit that decides: the first that pays what was asked, else the first of another amount.

    Args:
        rows: Deposits that are no evidence of anything else.
        expected: What would pay.
    """
    completed = [one for one in rows if one.state is RowState.COMPLETED and is_ours(one, expected)]
    dated = [(one.at_ms, one.transaction, one) for one in completed if one.at_ms is not None]
    came = [one for _, _, one in sorted(dated, key=itemgetter(0, 1))]
    exact = [one for one in came if abs(one.amount - expected.amount) <= expected.tolerance]
    if exact:
        return Came(exact[0], State.APPROVED)
    if not came:
        return None
    if came[0].amount < expected.amount:
        return Came(came[0], State.UNDERPAID, Reason.SHORT)
    return Came(came[0], State.OVERPAID, Reason.MORE)


def was_taken_back(rows: Iterable[Deposit]) -> bool:
    """Whether an account of which its server says that it was paid is empty all the same: the bank took that back."""
    return any(one.state is RowState.CANCELLED for one in rows)


# -- waiting


@dataclass(frozen=True, slots=True)
class Expire:
    """Its time is over, and nothing came."""


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Nothing yet.

    Attributes:
        after_s: When to ask again [s].
    """

    after_s: float


def next_waiting_step(
    came: Came | None, unheard: int, left_s: float, resting_s: float, poll_s: float, slow_s: float
) -> Came | Expire | AskAgain:
    """What to do while a customer is shown an account.

    Args:
        came: What the last list shows.
        unheard: How many of the last questions in a row were not answered.
        left_s: How long the account was still open when the last one was asked [s].
        resting_s: How long nothing can be asked, because a login was refused [s].
        poll_s: How often to ask [s].
        slow_s: How long to wait at most when there is no answer [s].
    """
    if came is not None:
        return came
    # while what has come is not known, nothing is over
    is_over = left_s <= 0 and not unheard
    return Expire() if is_over else AskAgain(ask_again_s(unheard, resting_s, poll_s, slow_s))


def ask_again_s(unheard: int, resting_s: float, poll_s: float, slow_s: float) -> float:
    """How long to wait before the list is asked for once more [s].

    Args:
        unheard: How many of the last questions in a row were not answered.
        resting_s: How long nothing can be asked, because a login was refused [s].
        poll_s: How often to ask [s].
        slow_s: How long to wait at most when there is no answer [s].
    """
    return min(slow_s, resting_s or pause_s(unheard)) if unheard else poll_s


def pause_s(unheard: int) -> float:
    """How long to wait before EzPG is asked once more that has not answered so many times [s]."""
    return float(5 * 2 ** min(unheard - 1, 10))


# -- afterwards


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an attempt's money.

    Attributes:
        state: Where it stands.
        transaction: The deposit that made it what it is, or "".
        found: Deposits that were found besides, and are told to staff already.
        corrected: Deposits of which it is told already that the bank took them back.
    """

    state: State
    transaction: str
    found: frozenset[str]
    corrected: frozenset[str]


@dataclass(frozen=True, slots=True)
class News:
    """What a list shows that is not known yet.

    Attributes:
        row: The deposit.
        kind: What it is.
    """

    row: Deposit
    kind: FindingKind


def news(rows: Sequence[Deposit], expected: Expected, known: Known) -> tuple[News, ...]:
    """What a later look shows: money after the end, more than once, or taken back by the bank (입금정정)."""
    found: list[News] = []
    for row in rows:
        is_known = row.transaction == known.transaction or row.transaction in known.found
        if not is_ours(row, expected):
            continue
        if row.state is RowState.COMPLETED and not is_known:
            kind = FindingKind.DUPLICATE if known.transaction else FindingKind.LATE
            found.append(News(row, kind))
        if row.state is RowState.CANCELLED and is_known and row.transaction not in known.corrected:
            found.append(News(row, FindingKind.CORRECTED))
    return tuple(found)
