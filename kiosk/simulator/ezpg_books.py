"""What really happened to the money at EzPG and at the banks, whatever anyone was told.

A transfer is money that left a customer; whether EzPG has a row of it yet is another thing.
"""

from typing import Any

from kiosk.simulator.ezpg_bank import Bank, Transfer
from kiosk.simulator.ezpg_ledger import Ledger
from kiosk.simulator.ezpg_records import Account, Withdrawal
from kiosk.simulator.ezpg_settings import EzpgSettings


def books_of(ledger: Ledger, bank: Bank, settings: EzpgSettings) -> dict[str, Any]:
    """All accounts, transfers and withdrawals in order, and what merchants have [won]."""
    return {
        "accounts": [_account(ledger, one) for one in ledger.accounts.values()],
        "transfers": [_transfer(ledger, bank, one) for one in bank.transfers],
        "withdrawals": [_withdrawal(one) for one in ledger.withdrawals],
        "balances": {name: ledger.balance(name) for name in settings.merchants},
    }


def _account(ledger: Ledger, one: Account) -> dict[str, Any]:
    return {
        "accountId": one.account_id,
        "merchant": one.merchant,
        "reference": one.reference,
        "bank": one.bank,
        "account": one.number,
        "amount": one.amount,
        "state": ledger.state(one),
        "expires": one.expires_ms,
        "at": one.issued_ms,
    }


def _transfer(ledger: Ledger, bank: Bank, one: Transfer) -> dict[str, Any]:
    row = bank.row_of(one)
    account = ledger.accounts.get((one.payment.bank, one.payment.account))
    return {
        "number": one.number,
        "merchant": None if account is None else account.merchant,
        "reference": bank.reference_of(one),
        "bank": one.payment.bank,
        "account": one.payment.account,
        "amount": one.payment.amount,
        "depositor": one.payment.depositor,
        "mode": one.mode,
        "isBack": one.is_back,
        "trxId": None if row is None else row.trx_id,
        "row": None if row is None else row.status,
        "at": one.at_ms,
    }


def _withdrawal(one: Withdrawal) -> dict[str, Any]:
    return {
        "trxId": one.trx_id,
        "merchant": one.merchant,
        "reference": one.reference,
        "bank": one.bank,
        "account": one.number,
        "holder": one.holder,
        "amount": one.amount,
        "fee": one.fee,
        "state": one.status,
        "at": one.at_ms,
        "settled": one.settled_ms,
    }
