"""The words of EzPG's answers to merchants.

What was added to them is there only when the server knows our additions: `moid`, `accountHolder`, `status` of accounts,
`accountId`, `depositorName`, `cancelDt`, `natvTrNo` and `reason` of rows. The form of every moment is ours always.

Source: facts of EzPG, 'per-API wire table'.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from operator import attrgetter
from typing import Any, Final, TypeVar

from kiosk.simulator.ezpg_ledger import Ledger
from kiosk.simulator.ezpg_records import UNPAID, Account, Deposit, Withdrawal
from kiosk.simulator.ezpg_requests import DepositRows, Recent, Rows, Statistics
from kiosk.simulator.ezpg_settings import BANKS, PAYEES, EzpgSettings
from kiosk.simulator.ezpg_time import day_of, moment_of, written

_SUMS: Final = ("deposit", "withdrawal", "depositFee", "withdrawalFee")
_SHORT: Final[Mapping[str, str]] = {"completed": "completed", "pending": "pending", "processing": "pending"}
"""The dashboard has three states; all others failed."""
_RowT = TypeVar("_RowT", Deposit, Withdrawal, Deposit | Withdrawal)


class Words:
    """What the books say, as answers say it."""

    def __init__(self, ledger: Ledger, settings: Callable[[], EzpgSettings]) -> None:
        self._ledger = ledger
        self._settings = settings

    def account(self, account: Account) -> dict[str, Any]:
        """The object `accountInfo`."""
        expiry = {} if account.expires_ms is None else {"expireDt": written(account.expires_ms)}
        words = {
            "accountId": account.account_id,
            "bankCode": account.bank,
            "bankName": BANKS[account.bank],
            "accountNo": account.number,
            "accountType": account.kind,
            "amount": account.amount,
            "issueDt": written(account.issued_ms),
            **expiry,
        }
        holder = self._settings().merchants[account.merchant].holder
        return words | self._ours(moid=account.moid, accountHolder=holder, status=self._ledger.state(account))

    def deposits(self, merchant: str, asked: Rows) -> dict[str, Any]:
        """A page of deposits."""
        rows = [one for one in _youngest_first(self._ledger.deposits, merchant, asked) if _is_wanted(one, asked)]
        return _page("depositList", [self._deposit(one) for one in rows], asked)

    def withdrawals(self, merchant: str, asked: Rows) -> dict[str, Any]:
        """A page of withdrawals."""
        rows = _youngest_first(self._ledger.withdrawals, merchant, asked)
        return _page("withdrawalList", [self._withdrawal(one) for one in rows], asked)

    def recent(self, merchant: str, asked: Recent) -> dict[str, Any]:
        """The youngest of both."""
        rows = [
            {
                "transactionId": one.trx_id,
                "merchantId": merchant,
                "merchantName": self._name(merchant),
                "transactionType": _kind(one),
                "amount": one.amount,
                "fee": one.fee,
                "status": _SHORT.get(one.status, "failed"),
                "createdAt": written(one.at_ms),
                "accountNo": one.number,
                "bankCode": one.bank,
                "depositorName": one.depositor if isinstance(one, Deposit) else "",
            }
            for one in _youngest_first(self._all, merchant, Rows())
            if asked.transaction_type in {"all", _kind(one)}
        ]
        return {"transactions": rows[: asked.limit]}

    def balance(self, merchant: str) -> dict[str, Any]:
        """What is left of a merchant's money."""
        last = [written(one.at_ms) for one in _youngest_first(self._all, merchant, Rows())]
        row = {
            "merchantId": merchant,
            "merchantName": self._name(merchant),
            "balance": self._ledger.balance(merchant),
            "lastTrxDt": last[0] if last else None,
        }
        return {"balanceList": [row]}

    def settings(self, merchant: str) -> dict[str, Any]:
        """How a merchant is set up. The call is ours; the names are those of the call that changes them."""
        about = self._settings().merchants[merchant]
        return {
            "merchantId": merchant,
            "settings": {
                "depositFeeRate": f"{about.deposit_fee_rate / 100:.2f}",
                "withdrawalFeeRate": "0.00",
                "accountType": "one-time",
                "amountMatchRequired": "Y" if about.amount_match_required else "N",
                "allowedAmountError": about.allowed_amount_error,
            },
        }

    def statistics(self, merchant: str, asked: Statistics) -> dict[str, Any]:
        """Sums of what came and went, as it stands now."""
        details: dict[str, dict[str, int]] = {}
        for one in _youngest_first(self._all, merchant, asked):
            sums = details.setdefault(_period(day_of(one.at_ms), asked.group_by), dict.fromkeys(_SUMS, 0))
            if isinstance(one, Deposit) and one.status == "completed":
                sums["deposit"] += one.amount
                sums["depositFee"] += one.fee
            if isinstance(one, Withdrawal) and one.status not in UNPAID:
                sums["withdrawal"] += one.amount
                sums["withdrawalFee"] += one.fee
        totals = {name: sum(sums[name] for sums in details.values()) for name in _SUMS}
        return {
            "statistics": {
                "totalDeposit": totals["deposit"],
                "totalWithdrawal": totals["withdrawal"],
                "totalDepositFee": totals["depositFee"],
                "totalWithdrawalFee": totals["withdrawalFee"],
                "netProfit": _profit(totals),
                "details": [
                    {"date": period, **sums, "profit": _profit(sums)} for period, sums in sorted(details.items())
                ],
            }
        }

    def _deposit(self, one: Deposit) -> dict[str, Any]:
        account = one.account
        words = {
            "trxId": one.trx_id,
            "merchantId": account.merchant,
            "merchantName": self._name(account.merchant),
            "accountNo": account.number,
            "bankCode": account.bank,
            "bankName": BANKS[account.bank],
            "amount": one.amount,
            "fee": one.fee,
            "netAmount": one.amount - one.fee,
            "depositDt": written(one.at_ms),
            "status": one.status,
        }
        return words | self._ours(
            accountId=account.account_id,
            moid=account.moid,
            depositorName=one.depositor,
            cancelDt=None if one.cancelled_ms is None else written(one.cancelled_ms),
        )

    def _withdrawal(self, one: Withdrawal) -> dict[str, Any]:
        words = {
            "trxId": one.trx_id,
            "merchantId": one.merchant,
            "merchantName": self._name(one.merchant),
            "bankCode": one.bank,
            "bankName": PAYEES[one.bank],
            "accountNo": one.number,
            "accountName": one.holder,
            "amount": one.amount,
            "fee": one.fee,
            "netAmount": one.amount,  # ours: the payee gets all of it, and the fee comes on top
            "withdrawalDt": written(one.at_ms),
            "status": one.status,
        }
        return words | self._ours(moid=one.moid, natvTrNo=one.natural_number, reason=one.reason)

    def _ours(self, **words: object) -> dict[str, Any]:
        """Additions, with null for what there is none of; nothing from a server without them."""
        if not self._settings().is_extended:
            return {}
        return {name: word if word != "" else None for name, word in words.items()}

    @property
    def _all(self) -> list[Deposit | Withdrawal]:
        return [*self._ledger.deposits, *self._ledger.withdrawals]

    def _name(self, merchant: str) -> str:
        return self._settings().merchants[merchant].name


def _youngest_first(rows: Sequence[_RowT], merchant: str, asked: Rows | Statistics) -> list[_RowT]:
    mine = [one for one in reversed(rows) if one.merchant == merchant and asked.holds(day_of(one.at_ms))]
    return sorted(mine, key=attrgetter("at_ms"), reverse=True)


def _is_wanted(one: Deposit, asked: Rows) -> bool:
    """Whether a deposit is one of those that were asked for, by a server that knows narrower questions."""
    if not isinstance(asked, DepositRows):
        return True
    wanted = ((asked.account_no, one.number), (asked.moid, one.account.moid), (asked.status, one.status))
    return all(want in {None, have} for want, have in wanted)


def _page(name: str, rows: list[dict[str, Any]], asked: Rows) -> dict[str, Any]:
    first = (asked.page - 1) * asked.limit
    return {
        "totalCount": len(rows),
        "page": asked.page,
        "limit": asked.limit,
        name: rows[first : first + asked.limit],
    }


def _kind(one: Deposit | Withdrawal) -> str:
    return "deposit" if isinstance(one, Deposit) else "withdrawal"


def _period(day: str, group_by: str) -> str:
    """The first day of the period in which a day lies, as YYYY-MM-DD."""
    date = moment_of(day, "%Y%m%d").date()
    first = {"day": date, "week": date - timedelta(days=date.weekday()), "month": date.replace(day=1)}[group_by]
    return first.isoformat()


def _profit(sums: Mapping[str, int]) -> int:
    """What the merchant keeps."""
    return sums["deposit"] - sums["withdrawal"] - sums["depositFee"] - sums["withdrawalFee"]
