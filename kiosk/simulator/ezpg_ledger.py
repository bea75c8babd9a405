"""EzPG's books: accounts, deposits and withdrawals, and what follows from them.

Ours: how an account stands follows from its deposits, so a corrected one waits again; an account that is asked for
twice under one id of the merchant's is the same account; a withdrawal's money is set aside when it is asked for.

Source: facts of EzPG, 'virtual account', 'deposits, withdrawals, refund', 'contradictions and holes'.
"""

import random
from collections.abc import Callable
from typing import Final

from pydantic import BaseModel

from kiosk.simulator.ezpg_records import UNPAID, Account, Code, Deposit, RefusedError, Withdrawal, WithdrawalStatus
from kiosk.simulator.ezpg_requests import Issue, IssueMore, Withdraw, WithdrawMore
from kiosk.simulator.ezpg_settings import BANKS, PAYEES, EzpgSettings, Merchant
from kiosk.simulator.ezpg_time import DAY_S, Korea, day_of, milliseconds
from kiosk.simulator.world import Moved

LIVES_MS: Final = round(3 * DAY_S * 1000)  # where nobody says when an account is to expire
WHOLE: Final = 10_000  # a rate is in hundredths of a per cent


class Ledger:
    """The books.

    Attributes:
        accounts: By bank and number.
        deposits: In the order in which EzPG heard of them.
        withdrawals: In the order in which they were asked for.
        moved: Money that really moved, at the banks.
    """

    def __init__(self, time: Korea, chance: random.Random, settings: Callable[[], EzpgSettings]) -> None:
        self._time = time
        self._random = chance
        self._settings = settings
        self._asked: dict[tuple[str, str], tuple[BaseModel, Account]] = {}
        self._withdrawn: dict[tuple[str, str], tuple[BaseModel, Withdrawal]] = {}
        self.accounts: dict[tuple[str, str], Account] = {}
        self.deposits: list[Deposit] = []
        self.withdrawals: list[Withdrawal] = []
        self.moved: list[Moved] = []

    # -- accounts

    def issue(self, asked: Issue, reference: str) -> Account:
        """Make an account, or find the one that was made for the same id.

        Raises:
            RefusedError: no bank issues one now, or as it was asked for.
        """
        known = self._asked.get((asked.merchant_id, asked.moid or "")) if isinstance(asked, IssueMore) else None
        if known is not None:
            before, account = known
            if before != asked:
                raise RefusedError(Code.OTHER_CONTENT)
            return account
        now_ms = self._time.now_ms()
        expires_ms = _expiry(asked, now_ms)
        bank = self._bank(asked.bank_code)
        number = bank + f"{self._random.randrange(10**11):011d}"
        account = Account(
            account_id=f"VA{self._random.randrange(10**12):012d}",
            merchant=asked.merchant_id,
            kind=asked.kind,
            bank=bank,
            number=number,
            amount=int(asked.amount or 0),
            issued_ms=now_ms,
            expires_ms=expires_ms,
            moid="",
            reference=reference or number,
        )
        if isinstance(asked, IssueMore) and asked.moid is not None:
            account.moid = asked.moid
            self._asked[asked.merchant_id, asked.moid] = (asked, account)
        self.accounts[bank, number] = account
        return account

    def close(self, merchant: str, account_id: str) -> Account:
        """Let an account be paid no more; once more changes nothing.

        Raises:
            RefusedError: there is none, or it has been paid or has expired.
        """
        account = next(
            (a for a in self.accounts.values() if (a.merchant, a.account_id) == (merchant, account_id)), None
        )
        if account is None:
            raise RefusedError(Code.UNKNOWN_ACCOUNT)
        if self.state(account) in {"waiting", "closed"}:
            account.is_closed = True
        return account

    def state(self, account: Account) -> str:
        """Whether it was closed, paid, or let expire, or is waiting. A fixed one waits until it is closed."""
        if account.is_closed:
            return "closed"
        if account.kind == "one-time" and any(d.account is account and d.status == "completed" for d in self.deposits):
            return "paid"
        if account.expires_ms is not None and account.expires_ms <= self._time.now_ms():
            return "expired"
        return "waiting"

    def takes(self, account: Account, amount: int) -> bool:
        """Whether this amount may be paid into it."""
        merchant = self._merchant(account.merchant)
        if account.kind == "fixed" or not merchant.amount_match_required:
            return True
        return abs(amount - account.amount) <= merchant.allowed_amount_error

    def _bank(self, wanted: str | None) -> str:
        settings, now_ms = self._settings(), self._time.now_ms()
        if wanted is not None and wanted not in BANKS:
            raise RefusedError(Code.BAD_PARAMETER)
        open_now = [b for b in BANKS if wanted in {None, b} and not settings.is_closed(b, now_ms)]
        if not open_now:
            raise RefusedError(Code.NOT_NOW)
        return self._random.choice(open_now)

    # -- deposits

    def deposit_of(self, natural: tuple[str, str]) -> Deposit | None:
        """The row of a deposit, by the day and number that it has at Dozn."""
        return next((one for one in self.deposits if one.natural == natural), None)

    def deposit(self, natural: tuple[str, str], account: Account, amount: int, depositor: str, at_ms: int) -> Deposit:
        """Write down a deposit, as pending."""
        merchant = self._merchant(account.merchant)
        fee = min(amount, amount * merchant.deposit_fee_rate // WHOLE + merchant.deposit_fee)
        row = Deposit(self._trx_id("D"), natural, account, amount, fee, depositor, at_ms, "pending")
        self.deposits.append(row)
        return row

    # -- withdrawals

    def withdraw(self, asked: Withdraw, reference: str) -> Withdrawal:
        """Write down that money is to be paid out; under an id that was used already, find what that wrote down.

        Raises:
            RefusedError: it cannot be.
        """
        known = self._withdrawn.get((asked.mid, asked.moid or "")) if isinstance(asked, WithdrawMore) else None
        if known is not None:
            before, row = known
            if before != asked:
                raise RefusedError(Code.OTHER_CONTENT)
            return row
        merchant, amount = self._merchant(asked.mid), int(asked.with_amt)
        self._allow(asked, merchant, amount)
        number = f"{self._random.randrange(10**14):014d}"
        row = Withdrawal(
            trx_id=self._trx_id("W"),
            natural_number=number,
            merchant=asked.mid,
            bank=asked.bank_cd,
            number=asked.with_accnt_no,
            holder=asked.with_accnt_nm,
            amount=amount,
            fee=merchant.withdrawal_fee,
            at_ms=self._time.now_ms(),
            asked_s=self._time.now_s(),
            moid="",
            reference=reference or number,
        )
        if isinstance(asked, WithdrawMore) and asked.moid is not None:
            row.moid = asked.moid
            self._withdrawn[asked.mid, asked.moid] = (asked, row)
        self.withdrawals.append(row)
        return row

    def settle(self, trx_id: str, status: WithdrawalStatus, reason: str, world_ms: int) -> None:
        """Let a withdrawal go on, or come to its end; money moves when it is completed.

        Raises:
            ValueError: there is none, or it has come to its end.
        """
        row = next((one for one in self.withdrawals if one.trx_id == trx_id), None)
        if row is None or row.status == "completed" or row.status in UNPAID:
            raise ValueError(f"no withdrawal {trx_id} is under way")
        row.status, row.reason = status, reason
        row.settled_ms = world_ms if status == "completed" or status in UNPAID else None
        if status == "completed":
            self.moved.append(Moved(row.reference, -row.amount, world_ms))

    def balance(self, merchant: str) -> int:
        """What a merchant can withdraw, fees included [won]."""
        came = sum(d.amount - d.fee for d in self.deposits if d.merchant == merchant and d.status == "completed")
        went = sum(w.amount + w.fee for w in self.withdrawals if w.merchant == merchant and w.status not in UNPAID)
        return self._merchant(merchant).balance + came - went

    def _allow(self, asked: Withdraw, merchant: Merchant, amount: int) -> None:
        settings = self._settings()
        today = day_of(self._time.now_ms())
        day = sum(
            one.amount
            for one in self.withdrawals
            if one.merchant == asked.mid and one.status not in UNPAID and day_of(one.at_ms) == today
        )
        if settings.maintenance:
            raise RefusedError(Code.MAINTENANCE)
        if asked.bank_cd not in PAYEES:
            raise RefusedError(Code.BAD_PARAMETER)
        if settings.payees.get(asked.with_accnt_no, asked.with_accnt_nm) != asked.with_accnt_nm:
            raise RefusedError(Code.PAYEE)
        if not settings.withdrawal_minimum <= amount <= settings.withdrawal_limit:
            raise RefusedError(Code.NO_WITHDRAWAL)
        if day + amount > settings.daily_limit:
            raise RefusedError(Code.DAILY_LIMIT)
        if amount + merchant.withdrawal_fee > self.balance(asked.mid):
            raise RefusedError(Code.BALANCE)

    def _merchant(self, merchant: str) -> Merchant:
        return self._settings().merchants[merchant]

    def _trx_id(self, letter: str) -> str:
        return f"{letter}{day_of(self._time.now_ms())}{self._random.randrange(10**8):08d}"


def _expiry(asked: Issue, now_ms: int) -> int | None:
    """Until when an account can be paid [ms since 1970]; None: for ever."""
    if asked.kind == "fixed":
        return None
    if asked.amount is None:
        raise RefusedError(Code.BAD_PARAMETER)
    if isinstance(asked, IssueMore) and asked.expire_dt is not None:
        wanted_ms = milliseconds(asked.expire_dt)
        if wanted_ms <= now_ms:
            raise RefusedError(Code.BAD_PARAMETER)
        return wanted_ms
    return now_ms + LIVES_MS
