"""EzPG's words in ours: its calls, what came back, and what its lists hold."""

from dataclasses import dataclass
from enum import StrEnum


class Call(StrEnum):
    """EzPG's calls, by our names."""

    ISSUE = "issue"
    """A one-time virtual account for an amount."""
    CLOSE = "close"
    """It takes no more money. Ours: no document has the call."""
    DEPOSITS = "deposits"
    WITHDRAW = "withdraw"
    """Money out of the shop's balance, to an account that staff entered."""
    WITHDRAWALS = "withdrawals"


class Answer(StrEnum):
    """What came back, as the journal keeps it."""

    NOT_SENT = "not_sent"
    NO_ANSWER = "no_answer"
    """Nothing came, or nothing that can be believed."""
    SIGNED_OUT = "signed_out"
    """No session, or not one of these: nothing was done. For staff signing in: the six digits are wrong."""
    REFUSED = "refused"
    """Refused for a reason that no customer can do anything about. For signing in: account or password are wrong."""
    SIGNED_IN = "signed_in"

    ISSUED = "issued"
    """There is an account, and all that the answer says of it is as asked for."""
    CLOSED_HOURS = "closed_hours"
    """3003 (ours): no bank takes deposits now."""
    NO_ACCOUNT = "no_account"
    """3001: no account could be issued."""
    OTHER_CONTENT = "other_content"
    """3004 (ours): our own id was used before, for something else."""
    AMOUNT_REFUSED = "amount_refused"
    """3006 (ours): no account is issued for this amount."""

    CLOSED = "closed"
    """It takes no more money; none had come."""
    PAID = "paid"
    """3005 (ours), paid: money came before it could be closed."""
    OVER = "over"
    """3005 (ours), closed or expired before."""
    UNSUPPORTED = "unsupported"
    """This server cannot close accounts."""

    LISTED = "listed"
    """The whole list, all of its pages."""

    TAKEN = "taken"
    """The withdrawal is under way; only the list says whether it was paid out."""
    BALANCE_SHORT = "balance_short"
    """E001: the shop's balance is too small."""
    ACCOUNT_WRONG = "account_wrong"
    """E002: account and holder do not belong together."""
    DAY_LIMIT = "day_limit"
    """E003: no more today; on the next business day again."""
    MAINTENANCE = "maintenance"
    """E004: not now; later again."""


@dataclass(frozen=True, slots=True)
class VirtualAccount:
    """An account that a customer can pay into once.

    Attributes:
        id: EzPG's.
        bank: Its code, three digits.
        bank_name: As people know it.
        number: Digits.
        holder: To whom it belongs, as the customer's bank shows it; "" when it was not said.
        amount: What is to be paid in [won].
        expires_ms: Until when, UTC epoch [ms]; None when it was not said in a form that can be read.
    """

    id: str
    bank: str
    bank_name: str
    number: str
    holder: str
    amount: int
    expires_ms: int | None


@dataclass(frozen=True, slots=True)
class Issued:
    """An answer to an issue.

    Attributes:
        answer: What it says.
        account: Only of ISSUED.
        code: EzPG's own, or "": evidence to keep.
    """

    answer: Answer
    account: VirtualAccount | None = None
    code: str = ""


class RowState(StrEnum):
    """How a row of a list stands."""

    COMPLETED = "completed"
    """The money has moved."""
    PENDING = "pending"
    """It may yet."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    """Of a deposit: the bank took it back (입금정정)."""
    OTHER = "other"
    """A word that is none of these: it settles nothing."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """Money that came in, as EzPG lists it.

    Attributes:
        transaction: EzPG's id; stays when the deposit is taken back.
        account: Number of the virtual account.
        bank: Code of its bank.
        amount: [won].
        at_ms: When, UTC epoch [ms]; None when it was not said in a form that can be read.
        state: How it stands.
        moid: Our own id of the account, or "" from a server that does not keep it.
        depositor: Who paid, as the bank says, or "".
    """

    transaction: str
    account: str
    bank: str
    amount: int
    at_ms: int | None
    state: RowState
    moid: str
    depositor: str


@dataclass(frozen=True, slots=True)
class Deposits:
    """The deposits that were asked for.

    Attributes:
        answer: LISTED, or why there is no list.
        rows: Only of LISTED, as EzPG orders them.
        skipped: How many rows of other accounts or shops could not be read, or were none of ours.
    """

    answer: Answer
    rows: tuple[Deposit, ...] = ()
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Money that went out or is to, as EzPG lists it.

    Attributes:
        transaction: EzPG's id.
        moid: Our own id, or "" from a server that does not keep it.
        natv: The bank network's number, or "".
        bank: Code of the payee's bank.
        account: Of the payee, as it is listed.
        holder: Of the payee's account, as it is listed.
        amount: What the payee gets [won].
        fee: What the shop pays beside that [won]; None when it was not said.
        at_ms: When it was asked for, UTC epoch [ms]; None when it was not said in a form that can be read.
        state: How it stands; what EzPG calls processing is PENDING.
        reason: Why it failed, or "".
    """

    transaction: str
    moid: str
    natv: str
    bank: str
    account: str
    holder: str
    amount: int
    fee: int | None
    at_ms: int | None
    state: RowState
    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """The shop's withdrawals.

    Attributes:
        answer: LISTED, or why there is no list.
        rows: Only of LISTED, as EzPG orders them.
        skipped: How many rows were of other shops.
    """

    answer: Answer
    rows: tuple[Withdrawal, ...] = ()
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer to a withdrawal.

    Attributes:
        answer: What it says.
        natv: The bank network's number of it, where that is told; else "".
        code: EzPG's own, or "": evidence to keep.
    """

    answer: Answer
    natv: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What a shop has at EzPG.

    Attributes:
        merchant: Its id.
        name: As EzPG calls it.
        total: All of it [won].
        available: What can be withdrawn [won]; None from a server that knows one balance only.
        pending: What is not there yet [won]; None likewise.
    """

    merchant: str
    name: str
    total: int
    available: int | None
    pending: int | None


@dataclass(frozen=True, slots=True)
class Recent:
    """One of the youngest transactions.

    Attributes:
        transaction: EzPG's id.
        is_deposit: Money came in; else it went out.
        amount: [won].
        fee: [won]; None when it was not said.
        state: How it stands.
        at_ms: When, UTC epoch [ms]; None when it was not said in a form that can be read.
        bank: Code of the other account's bank, or "".
        account: The other account, or "".
        depositor: Who paid, or "".
    """

    transaction: str
    is_deposit: bool
    amount: int
    fee: int | None
    state: RowState
    at_ms: int | None
    bank: str
    account: str
    depositor: str


@dataclass(frozen=True, slots=True)
class Terms:
    """How EzPG has the shop set up. Ours: only a server with our additions lets it be read.

    Attributes:
        is_match_required: Deposits of another amount are turned away, where the bank asks first.
        tolerance: By how much an amount may differ all the same [won].
    """

    is_match_required: bool
    tolerance: int
