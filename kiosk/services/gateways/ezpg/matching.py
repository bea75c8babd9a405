"""A day's lists of deposits and withdrawals, beside what the journal has of them. Pure; every case is a test.

A row belongs to this till when the journal has its transaction, or the account or the id that it was made with. Rows of
other tills of the shop are counted, and nothing of them is told. Source: money rules, 5 and 6; our contract, 13.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kiosk.domain.attempt import UNDER_WAY, Attempt, State
from kiosk.domain.day import business_day
from kiosk.domain.ids import attempt_of, order_of
from kiosk.domain.money import Money, won
from kiosk.domain.refund import PAYEE_SHOWN, REFUND_UNDER_WAY, FindingKind, Refund, RefundState
from kiosk.domain.transfers import Differs, Kept, Movement, Standing, Sum
from kiosk.services.gateways.ezpg.answers import Deposit, RowState, Withdrawal
from kiosk.services.gateways.ezpg.method import NUMBER, what_is_expected
from kiosk.services.gateways.ezpg.payouts import CLAIMED, DAY_MS, MOID, SINCE, payee_shown
from kiosk.services.gateways.ezpg.refund_rules import DATED_EARLY_MS
from kiosk.services.gateways.ezpg.rules import is_ours

CAME: Final[Mapping[RowState, Standing]] = MappingProxyType(
    {
        RowState.COMPLETED: Standing.DONE,
        RowState.PENDING: Standing.UNDER_WAY,
        RowState.FAILED: Standing.FAILED,
        RowState.CANCELLED: Standing.CORRECTED,
        RowState.OTHER: Standing.UNTOLD,
    }
)
"""How a deposit stands."""

WENT: Final[Mapping[RowState, Standing]] = MappingProxyType({**CAME, RowState.CANCELLED: Standing.FAILED})
"""How a withdrawal stands."""

NOTHING: Final = Sum(0, won(0))


@dataclass(frozen=True, slots=True)
class Matched:
    """A day's list beside the journal.

    Attributes:
        movements: What is this till's.
        others: How many rows of the day are not.
        here: By the journal, what came or went.
        corrected_here: By the journal, what of it was taken back.
    """

    movements: tuple[Movement, ...]
    others: int
    here: Sum
    corrected_here: Sum = NOTHING

    @property
    def there(self) -> Sum:
        """By the list, what came, whether it was taken back later or not; or what went."""
        moved = (Standing.DONE, Standing.CORRECTED)
        return total(one.amount for one in self.movements if one.is_listed and one.standing in moved)

    @property
    def corrected_there(self) -> Sum:
        """By the list, what was taken back."""
        return total(one.amount for one in self.movements if one.is_listed and one.standing is Standing.CORRECTED)


def total(amounts: Iterable[Money]) -> Sum:
    """So many, and how much together."""
    found = list(amounts)
    return Sum(len(found), won(sum(one.amount for one in found)))


# -- what came


@dataclass(frozen=True, slots=True)
class Credited:
    """A deposit that the journal has.

    Attributes:
        transaction: EzPG's id of it.
        order_id: The sale whose account it came into.
        amount: How much.
        noted_ms: When the journal can have had it first, UTC epoch [ms].
        is_corrected: The bank took it back.
    """

    transaction: str
    order_id: str
    amount: Money
    noted_ms: int
    is_corrected: bool


def match_deposits(day: str, rows: Sequence[Deposit] | None, kept: Kept) -> Matched:
    """What came on a day.

    Args:
        day: Korean day, "YYYY-MM-DD".
        rows: Of the shop, of the days around it; None when the list was not read whole.
        kept: What the journal has.
    """
    here, accounts = _credited(kept), _by_account(kept.attempts)
    movements: list[Movement] = []
    counted: list[Credited] = []
    others = 0
    for row in rows or ():
        known = here.pop(row.transaction, None)
        attempt = _owner(row, accounts.get(row.account, ()))
        if row.at_ms is None or business_day(row.at_ms) != day:
            continue
        if known is None and attempt is None:
            others += 1
            continue
        movements.append(_came(row, row.at_ms, known, attempt))
        if known is not None:
            counted.append(known)
    for one in here.values():
        if business_day(one.noted_ms) == day:
            movements.append(_only_here(one, is_listed=rows is not None))
            counted.append(one)
    return Matched(
        movements=newest_first(movements),
        others=others,
        here=total(one.amount for one in counted),
        corrected_here=total(one.amount for one in counted if one.is_corrected),
    )


def _credited(kept: Kept) -> dict[str, Credited]:
    """Every deposit that the journal has, by transaction: what paid, and what was found."""
    corrected = {one.transaction for one in kept.findings if one.kind is FindingKind.CORRECTED}
    found: dict[str, Credited] = {}
    for attempt in kept.attempts:
        if attempt.transaction and attempt.received is not None:
            is_corrected = attempt.state is State.CORRECTED or attempt.transaction in corrected
            about = (attempt.transaction, attempt.order_id, attempt.received, attempt.began.wall_ms)
            found[attempt.transaction] = Credited(*about, is_corrected=is_corrected)
    for one in kept.findings:
        if one.amount is not None and one.transaction not in found:
            about = (one.transaction, order_of(one.attempt_id), one.amount, one.recorded.wall_ms)
            found[one.transaction] = Credited(*about, is_corrected=one.transaction in corrected)
    return found


def _by_account(attempts: Iterable[Attempt]) -> dict[str, list[Attempt]]:
    """The attempts whose account is known, by its number; of a number that was given out again, the last one first."""
    found: dict[str, list[Attempt]] = {}
    for attempt in sorted(attempts, key=lambda one: one.began.wall_ms, reverse=True):
        if NUMBER in attempt.facts:
            found.setdefault(attempt.facts[NUMBER], []).append(attempt)
    return found


def _owner(row: Deposit, attempts: Iterable[Attempt]) -> Attempt | None:
    """Into whose account it came."""
    return next((one for one in attempts if is_ours(row, what_is_expected(one, 0))), None)


def _came(row: Deposit, at_ms: int, known: Credited | None, attempt: Attempt | None) -> Movement:
    order_id = known.order_id if known is not None else attempt.order_id if attempt is not None else ""
    is_awaited = attempt is not None and attempt.state in UNDER_WAY
    here = None if known is None else known.amount
    differs = None if is_awaited else _differs(row, known)
    about = (row.transaction, order_id, at_ms, CAME[row.state], won(row.amount))
    return Movement(True, *about, is_listed=True, here=here, differs=differs)  # noqa: FBT003 - it came


def _differs(row: Deposit, known: Credited | None) -> Differs | None:
    is_there = row.state is RowState.COMPLETED
    if known is None:
        return Differs.MISSING_HERE if is_there else None
    if row.state is RowState.CANCELLED:
        return None if known.is_corrected else Differs.CORRECTED_THERE
    if known.is_corrected:
        return Differs.CORRECTED_HERE
    if not is_there:
        return Differs.MISSING_THERE
    return Differs.OTHER_AMOUNT if row.amount != known.amount.amount else None


def _only_here(one: Credited, *, is_listed: bool) -> Movement:
    standing = Standing.CORRECTED if one.is_corrected else Standing.DONE
    differs = Differs.MISSING_THERE if is_listed else None
    about = (one.transaction, one.order_id, one.noted_ms, standing, one.amount)
    return Movement(True, *about, is_listed=False, here=one.amount, differs=differs)  # noqa: FBT003 - it came


# -- what went


def match_withdrawals(day: str, rows: Sequence[Withdrawal] | None, kept: Kept) -> Matched:
    """What went on a day.

    Args:
        day: Korean day, "YYYY-MM-DD".
        rows: Of the shop, of the days around it and since what ended on it was asked for; None likewise.
        kept: What the journal has.
    """
    listed = sorted(rows or (), key=lambda one: (one.at_ms or 0, one.transaction))
    theirs = [(row, _refund_of(row, kept.refunds)) for row in listed]
    matched = {refund.id for _, refund in theirs if refund is not None}
    left = [one for one in kept.refunds if one.id not in matched]
    paid = set[tuple[str, str]]()
    movements: list[Movement] = []
    others = 0
    for row, refund in theirs:
        at_ms = row.at_ms or (0 if refund is None else refund.changed.wall_ms)
        is_of_day = business_day(at_ms) == day
        if refund is None:
            maybe = next((one for one in left if _may_be(row, one)), None) if is_of_day else None
            if maybe is not None:
                movements.append(_unclear(row, at_ms, maybe))
            others += is_of_day and maybe is None
            continue
        money = (attempt_of(refund.id), refund.finding_id)
        if is_of_day:
            movements.append(_went(row, at_ms, refund, is_again=money in paid))
        if row.state is RowState.COMPLETED:
            paid.add(money)
    movements += [_refund_alone(one, is_listed=rows is not None) for one in left if _is_of(day, one)]
    counted = [one.here for one in movements if one.here is not None]
    return Matched(newest_first(movements), others, total(counted))


def _refund_of(row: Withdrawal, refunds: Iterable[Refund]) -> Refund | None:
    """The refund that claimed it, or whose own id it carries."""
    return next(
        (
            one
            for one in refunds
            if one.facts.get(CLAIMED, "") == row.transaction or (row.moid and one.facts.get(MOID, "") == row.moid)
        ),
        None,
    )


def _may_be(row: Withdrawal, refund: Refund) -> bool:
    """Whether a row without an id may be a refund that was sent and has found none; it may be with staff by now."""
    is_sought = refund.state is RefundState.NEEDS_STAFF or refund.state in REFUND_UNDER_WAY
    if row.moid or row.at_ms is None or not is_sought or CLAIMED in refund.facts or SINCE not in refund.facts:
        return False
    is_near = -DATED_EARLY_MS <= row.at_ms - int(refund.facts[SINCE]) <= DAY_MS
    is_like = row.amount == refund.amount.amount and payee_shown(row.bank, row.account) == refund.facts[PAYEE_SHOWN]
    return is_near and is_like


def _is_of(day: str, refund: Refund) -> bool:
    """Whether the journal has it as paid out on a day, or as asked for on it and under way."""
    if refund.state is RefundState.DONE:
        return business_day(refund.changed.wall_ms) == day
    return refund.state in REFUND_UNDER_WAY and business_day(refund.asked.wall_ms) == day


def _went(row: Withdrawal, at_ms: int, refund: Refund, *, is_again: bool) -> Movement:
    here = refund.amount if refund.state is RefundState.DONE else None
    differs = _differs_in(row, refund, is_again=is_again)
    order_id = order_of(attempt_of(refund.id))
    about = (row.transaction, order_id, at_ms, WENT[row.state], won(row.amount))
    return Movement(False, *about, is_listed=True, here=here, differs=differs)  # noqa: FBT003 - it went


def _unclear(row: Withdrawal, at_ms: int, refund: Refund) -> Movement:
    # while it is under way the till may find out yet
    is_left = row.state is RowState.COMPLETED and refund.state is RefundState.NEEDS_STAFF
    about = (row.transaction, order_of(attempt_of(refund.id)), at_ms, WENT[row.state], won(row.amount))
    return Movement(False, *about, is_listed=True, differs=Differs.UNCLEAR if is_left else None)  # noqa: FBT003 - it went


def _differs_in(row: Withdrawal, refund: Refund, *, is_again: bool) -> Differs | None:
    is_there, is_here = row.state is RowState.COMPLETED, refund.state is RefundState.DONE
    if is_there and is_again:
        return Differs.TWICE
    if row.amount != refund.amount.amount:
        return Differs.OTHER_AMOUNT
    if refund.state in REFUND_UNDER_WAY or is_there == is_here:
        return None
    return Differs.MISSING_HERE if is_there else Differs.MISSING_THERE


def _refund_alone(refund: Refund, *, is_listed: bool) -> Movement:
    is_done = refund.state is RefundState.DONE
    return Movement(
        is_deposit=False,
        transaction=refund.facts.get(CLAIMED, ""),
        order_id=order_of(attempt_of(refund.id)),
        at_ms=(refund.changed if is_done else refund.asked).wall_ms,
        standing=Standing.DONE if is_done else Standing.UNDER_WAY,
        amount=refund.amount,
        is_listed=False,
        here=refund.amount if is_done else None,
        differs=Differs.MISSING_THERE if is_done and is_listed else None,
    )


def newest_first(movements: Iterable[Movement]) -> tuple[Movement, ...]:
    """In the order in which people look for them."""
    return tuple(sorted(movements, key=lambda one: (one.at_ms, one.transaction), reverse=True))
