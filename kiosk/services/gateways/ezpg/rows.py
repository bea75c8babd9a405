"""The rows of EzPG's lists, read. Pure.

Names are the first draft's, or the second's where that has others. A row that might be ours and cannot be read makes
the whole list unreadable: whoever looks for a deposit or a withdrawal must never take a list for whole that is not.

Source: facts of EzPG, 'deposits, withdrawals, refund' and 'dashboard'; `moid`, `natvTrNo` and the like are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.services.gateways.ezpg.answers import Balance, Deposit, Recent, Withdrawal
from kiosk.services.gateways.ezpg.fields import (
    Fields,
    amount_of,
    bank_of,
    either,
    fee_of,
    id_of,
    moment_of,
    number_of,
    object_of,
    state_of,
    text_of,
    whole,
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list.

    Attributes:
        total: How many rows the list has in all.
        rows: Those of this page.
    """

    total: int
    rows: Sequence[Fields]


def read_page(fields: Fields, *names: str) -> Page | None:
    """A page; None when it cannot be read.

    Args:
        fields: A successful answer.
        names: Under which the rows may stand.
    """
    total, rows = whole(fields.get("totalCount")), either(fields, *names)
    if total is None or total < 0 or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    return Page(total, rows)


def read_deposits(rows: Sequence[Fields], merchant: str, account: str) -> tuple[tuple[Deposit, ...], int] | None:
    """The deposits, and how many rows were left out; None when one that might be ours cannot be read.

    Args:
        rows: Of all pages.
        merchant: Ours.
        account: Number of the account that was asked for, which a server may not heed; "" for all of the shop's.
    """
    found: list[Deposit] = []
    for row in rows:
        number = number_of(row.get("accountNo"))
        if (account and number and number != account) or (not account and _is_anothers(row, merchant)):
            continue
        deposit = _read_deposit(row)
        if deposit is None or _is_anothers(row, merchant):
            return None
        found.append(deposit)
    return tuple(found), len(rows) - len(found)


def _read_deposit(row: Fields) -> Deposit | None:
    transaction, amount = id_of(either(row, "trxId", "transactionId")), amount_of(row.get("amount"))
    account, bank = number_of(row.get("accountNo")), bank_of(row.get("bankCode"))
    if not transaction or amount is None or not account or not bank:
        return None
    return Deposit(
        transaction=transaction,
        account=account,
        bank=bank,
        amount=amount,
        at_ms=moment_of(either(row, "depositDt", "createdAt")),
        state=state_of(row.get("status")),
        moid=id_of(row.get("moid")),
        depositor=text_of(row.get("depositorName")),
    )


def read_withdrawals(rows: Sequence[Fields], merchant: str) -> tuple[tuple[Withdrawal, ...], int] | None:
    """The withdrawals, and how many rows were of other shops; None when one of ours cannot be read."""
    found: list[Withdrawal] = []
    for row in rows:
        if _is_anothers(row, merchant):
            continue
        withdrawal = _read_withdrawal(row)
        if withdrawal is None:
            return None
        found.append(withdrawal)
    return tuple(found), len(rows) - len(found)


def _read_withdrawal(row: Fields) -> Withdrawal | None:
    transaction, amount = id_of(either(row, "trxId", "transactionId")), amount_of(row.get("amount"))
    bank, account = bank_of(row.get("bankCode")), text_of(row.get("accountNo"))
    if not transaction or amount is None or not bank or not account:
        return None
    return Withdrawal(
        transaction=transaction,
        moid=id_of(row.get("moid")),
        natv=id_of(row.get("natvTrNo")),
        bank=bank,
        account=account,
        holder=text_of(either(row, "accountName", "accountHolder")),
        amount=amount,
        fee=fee_of(row.get("fee")),
        at_ms=moment_of(either(row, "withdrawalDt", "createdAt")),
        state=state_of(row.get("status")),
        reason=text_of(row.get("reason")),
    )


def _is_anothers(row: Fields, merchant: str) -> bool:
    """Whether a row says that it is another shop's: the head office's logins see all of them."""
    told = row.get("merchantId")
    return isinstance(told, str) and told != merchant


def read_balances(fields: Fields) -> tuple[Balance, ...] | None:
    """What there is; None when it cannot be read. The second draft tells three balances."""
    rows = fields.get("balanceList")
    if not isinstance(rows, list):
        return None
    balances = [_read_balance(object_of(row)) for row in rows]
    read = [one for one in balances if one is not None]
    return tuple(read) if len(read) == len(rows) else None


def _read_balance(row: Fields) -> Balance | None:
    merchant, total = id_of(row.get("merchantId")), whole(either(row, "balance", "totalBalance"))
    if not merchant or total is None:
        return None
    available, pending = whole(row.get("availableBalance")), whole(row.get("pendingBalance"))
    return Balance(merchant, text_of(row.get("merchantName")), total, available, pending)


def read_recent(fields: Fields) -> tuple[Recent, ...] | None:
    """The youngest transactions; None when they cannot be read."""
    rows = fields.get("transactions")
    if not isinstance(rows, list):
        return None
    transactions = [_read_recent(object_of(row)) for row in rows]
    read = [one for one in transactions if one is not None]
    return tuple(read) if len(read) == len(rows) else None


def _read_recent(row: Fields) -> Recent | None:
    transaction, amount = id_of(either(row, "transactionId", "trxId")), amount_of(row.get("amount"))
    kind = row.get("transactionType")
    if not transaction or amount is None or kind not in ("deposit", "withdrawal"):
        return None
    return Recent(
        transaction=transaction,
        is_deposit=kind == "deposit",
        amount=amount,
        fee=fee_of(row.get("fee")),
        state=state_of(row.get("status")),
        at_ms=moment_of(row.get("createdAt")),
        bank=bank_of(row.get("bankCode")),
        account=text_of(row.get("accountNo")),
        depositor=text_of(row.get("depositorName")),
    )
