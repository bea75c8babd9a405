"""Decision table of withdrawals, by which staff give a transfer back. Pure; every row is a test.

Never a second request for the same refund: what became of a lost one only the list can tell. Source: payment methods,
ezpg, "Refund"; our contract with EzPG, 8.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.domain.outcome import Reason
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.ezpg.answers import Answer, RowState, Withdrawal
from kiosk.services.gateways.retrying import wait_s

LADDER_S: Final = (2.0, 5.0, 15.0, 30.0, 60.0, 600.0)
"""Waits before the next look [s], the last one repeated: a payout needs somebody's approval, perhaps for days."""

DATED_EARLY_MS: Final = 60_000
"""How much earlier than its request a withdrawal may be dated (ours)."""

ENDED: Final = (RowState.COMPLETED, RowState.FAILED, RowState.CANCELLED)
"""What a row says in the end."""

UNREACHED_MAX: Final = 3
"""How often a request is tried that proven never left, before staff are told [tries]."""

REFUSED: Final[Mapping[Answer, Reason]] = {
    Answer.BALANCE_SHORT: Reason.SHOP_BALANCE_SHORT,
    Answer.ACCOUNT_WRONG: Reason.PAYEE_WRONG,
    Answer.DAY_LIMIT: Reason.DAY_LIMIT,
    Answer.MAINTENANCE: Reason.MAINTENANCE,
    Answer.REFUSED: Reason.SETUP,
}
"""Answers that prove that no money goes out, and why."""


@dataclass(frozen=True, slots=True)
class Sought:
    """The withdrawal that a refund asked for.

    Attributes:
        moid: Our own id of it.
        natv: The bank network's, as far as it was told; else "".
        bank: The payee's.
        account: The payee's.
        amount: What the payee gets [won].
        since_ms: When it was sent, UTC epoch [ms].
        claimed: EzPG's row that it is known to be, or "".
    """

    moid: str
    natv: str
    bank: str
    account: str
    amount: int
    since_ms: int
    claimed: str = ""


@dataclass(frozen=True, slots=True)
class Fits:
    """Rows of a list that may be the withdrawal.

    Attributes:
        rows: They.
        are_named: They bear an id of it, so that they are no other refund's, however like they look.
    """

    rows: tuple[Withdrawal, ...] = ()
    are_named: bool = False


NO_FITS: Final = Fits()


def fitting(rows: Iterable[Withdrawal], sought: Sought) -> Fits:
    """The rows that may be the one: known before, else by our id, the network's, or account, amount and time.

    Args:
        rows: Withdrawals that no other refund has claimed.
        sought: What was asked for.
    """
    listed = tuple(rows)
    if sought.claimed:
        return Fits(tuple(one for one in listed if one.transaction == sought.claimed), are_named=True)
    if named := tuple(one for one in listed if one.moid == sought.moid):
        return Fits(named, are_named=True)
    if named := tuple(one for one in listed if sought.natv and one.natv == sought.natv):
        return Fits(named, are_named=True)
    # oldest first: what the first refund leaves is late enough for the next one
    return Fits(tuple(sorted((one for one in listed if _may_be(one, sought)), key=lambda one: one.at_ms or 0)))


def _may_be(row: Withdrawal, sought: Sought) -> bool:
    is_elses = bool(row.moid) or (bool(row.natv) and bool(sought.natv))
    is_like = (row.bank, row.account, row.amount) == (sought.bank, sought.account, sought.amount)
    return not is_elses and is_like and _is_late_enough(row, sought.since_ms)


def _is_late_enough(row: Withdrawal, since_ms: int) -> bool:
    """Whether what was sent at a time [UTC epoch, ms] may be dated so."""
    return row.at_ms is not None and row.at_ms >= since_ms - DATED_EARLY_MS


@dataclass(frozen=True, slots=True)
class Refunding:
    """What is known of a refund.

    Attributes:
        state: ASKED, UNKNOWN or PENDING.
        is_taken_back: The bank has the money again.
        is_staffed: Staff have named an account to pay out to.
        is_signed_in: They are signed in with the six digits.
        amount: How much [won].
        least: Less is not paid out [won].
        unreached: How many requests never left.
        fits: What of the last list may be it.
        rivals: When other refunds were sent that would look the same and may be in the list too, and have claimed no
            row: UTC epoch [ms] of each.
        is_listed: The last list was read.
        sent_s: How long ago it was sent [s].
        looks: How often the list was asked for since.
        looked_s: How long ago the last time [s].
        unheard_s: How long no list could be read [s].
        lost_s: When one that no list shows is with staff, also because none can be read [s].
        alarm_s: When staff are told of one that nobody knows of [s].
        is_alarmed: They were.
    """

    state: RefundState
    is_taken_back: bool
    is_staffed: bool
    is_signed_in: bool
    amount: int
    least: int
    unreached: int
    fits: Fits
    rivals: tuple[int, ...]
    is_listed: bool
    sent_s: float
    looks: int
    looked_s: float
    unheard_s: float
    lost_s: float
    alarm_s: float
    is_alarmed: bool


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Ask for it to be paid out."""


@dataclass(frozen=True, slots=True)
class LookThere:
    """Read the list of withdrawals."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Tell staff that nobody knows of it; it is looked for all the same."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is due before.

    Attributes:
        seconds: That long [s].
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where it stands from now on.

    Attributes:
        state: DONE, REFUSED, PENDING or NEEDS_STAFF.
        reason: Why.
        claimed: The row that says so, or "".
    """

    state: RefundState
    reason: Reason | None = None
    claimed: str = ""


Step = Withdraw | LookThere | Alarm | Wait | Verdict


def next_refund_step(refunding: Refunding) -> Step:
    """What to do next."""
    if refunding.state is RefundState.ASKED:
        return _before(refunding)
    shown = _shown(refunding)
    if shown is not None:
        return shown
    if refunding.is_listed and not refunding.fits.rows and refunding.sent_s >= refunding.lost_s:
        return Verdict(RefundState.NEEDS_STAFF, Reason.NOTHING_THERE)
    # a till that has just been started has not tried for long
    if refunding.unheard_s >= refunding.lost_s and refunding.looks > len(LADDER_S):
        return Verdict(RefundState.NEEDS_STAFF, Reason.NO_ANSWER)
    if _is_ambiguous(refunding) and (_have_all_ended(refunding) or refunding.sent_s >= refunding.lost_s):
        return Verdict(RefundState.NEEDS_STAFF, Reason.CONTRADICTORY)
    pause_s = wait_s(LADDER_S, refunding.looks, refunding.looked_s) if refunding.looks else 0.0
    if refunding.state is RefundState.UNKNOWN and not refunding.is_alarmed:
        if refunding.sent_s >= refunding.alarm_s:
            return Alarm()
        pause_s = min(pause_s, refunding.alarm_s - refunding.sent_s)
    return Wait(pause_s) if pause_s > 0 else LookThere()


def may_be_listed(state: RefundState, reason: str) -> bool:
    """Whether a refund that has claimed no row may have one: also one that is with staff, who cannot tell either.

    Args:
        state: Where it stands.
        reason: Why; a Reason value or "".
    """
    if state is RefundState.NEEDS_STAFF:
        return reason != Reason.NOTHING_THERE
    return state in (RefundState.SENDING, RefundState.UNKNOWN, RefundState.PENDING)


def after_sending(answer: Answer) -> Verdict:
    """Where a refund stands by the answer to its request."""
    if answer in REFUSED:
        return Verdict(RefundState.REFUSED, REFUSED[answer])
    if answer in (Answer.NOT_SENT, Answer.SIGNED_OUT):
        return Verdict(RefundState.ASKED)
    return Verdict(RefundState.PENDING if answer is Answer.TAKEN else RefundState.UNKNOWN)


def _before(refunding: Refunding) -> Step:
    """Nothing was sent yet. A till cannot withdraw by itself: it becomes staff work at once."""
    if refunding.is_taken_back:
        return Verdict(RefundState.REFUSED, Reason.CORRECTED_THERE)
    if not refunding.is_staffed:
        return Verdict(RefundState.REFUSED, Reason.WITHDRAWAL_NEEDED)
    if refunding.amount < refunding.least:
        return Verdict(RefundState.REFUSED, Reason.BELOW_LEAST)
    if not refunding.is_signed_in:
        return Verdict(RefundState.REFUSED, Reason.WITHDRAWAL_NEEDED)
    if refunding.unreached >= UNREACHED_MAX:
        return Verdict(RefundState.REFUSED, Reason.UNREACHABLE)
    return Withdraw()


def _expected(refunding: Refunding) -> int:
    """How many rows there are when every refund that they may be of has its own."""
    rows = refunding.fits.rows
    return 1 + sum(any(_is_late_enough(row, since_ms) for row in rows) for since_ms in refunding.rivals)


def _own(refunding: Refunding) -> tuple[Withdrawal, ...]:
    """The rows that can be no other refund's: they bear its id, or are dated before an equal one was sent."""
    fits = refunding.fits
    if fits.are_named:
        return fits.rows
    return tuple(row for row in fits.rows if not any(_is_late_enough(row, since_ms) for since_ms in refunding.rivals))


def _is_ambiguous(refunding: Refunding) -> bool:
    """There are rows, none is its own, and there is not one for every refund, or it matters which is whose."""
    rows = refunding.fits.rows
    differ = len(rows) != _expected(refunding) or len({one.state for one in rows}) > 1
    return bool(rows) and not _own(refunding) and differ


def _have_all_ended(refunding: Refunding) -> bool:
    """Every refund has its row, and no row changes any more: waiting shows nothing new."""
    rows = refunding.fits.rows
    return len(rows) == _expected(refunding) and all(one.state in ENDED for one in rows)


def _shown(refunding: Refunding) -> Verdict | None:
    """What the list proves; nothing while it cannot be said which row it is."""
    rows, own = refunding.fits.rows, _own(refunding)
    if len(rows) > _expected(refunding) or len(own) > 1:
        return Verdict(RefundState.NEEDS_STAFF, Reason.CONTRADICTORY)
    if not rows or _is_ambiguous(refunding):
        return None
    row = (own or rows)[0]
    if row.state is RowState.COMPLETED:
        return Verdict(RefundState.DONE, claimed=row.transaction)
    if row.state in (RowState.FAILED, RowState.CANCELLED):
        return Verdict(RefundState.REFUSED, Reason.REJECTED_THERE, row.transaction)
    # an unknown word settles nothing, but that it is there is known; beside equal ones not yet, which one it is
    claimed = row.transaction if own else ""
    return Verdict(RefundState.PENDING, claimed=claimed) if refunding.state is RefundState.UNKNOWN else None
