"""What the bank app of the page at `/phone` shows and does: accounts to pay into, and payments to take back.

GET   /phone/bank          accounts of tills, youngest first, and what was paid into them
POST  /phone/bank/pay      {"account_id": "VA...", "amount": 5000, "asks": true}; asks: a bank that asks EzPG first;
                           answers {"refused": null}, or with EzPG's or the bank's code, "" for no answer in time
POST  /phone/bank/correct  {"number": "..."}; answers {"answered": "0000"}

People would type an account number off the screen; here they choose among all.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from kiosk.simulator.ezpg import EzpgServer
from kiosk.simulator.ezpg_bank import Payment, Transfer, UnpaidError
from kiosk.simulator.ezpg_records import Account
from kiosk.simulator.ezpg_requests import LARGEST_AMOUNT
from kiosk.simulator.ezpg_settings import BANKS
from kiosk.simulator.ezpg_time import korean

LONGEST_LIST = 8
GROUP = 4


class Pay(BaseModel):
    """What somebody wants to pay."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account_id: str
    amount: Annotated[int, Field(ge=1, le=LARGEST_AMOUNT)]
    asks: bool


class Correct(BaseModel):
    """Which payment somebody wants back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str


@dataclass(frozen=True, slots=True)
class Payable:
    """An account on a phone.

    Attributes:
        id: EzPG's.
        bank: Its name.
        account: Its number, in groups.
        holder: Whom it belongs to.
        amount: What is to be paid [won].
        until: When it expires, as a clock shows it; "" if it never does.
        state: "waiting", "paid", "expired" or "closed".
    """

    id: str
    bank: str
    account: str
    holder: str
    amount: int
    until: str
    state: str


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment on a phone.

    Attributes:
        number: Dozn's.
        bank: The account's.
        account: Its number, in groups.
        amount: What was paid [won].
        time: When, as a clock shows it.
        state: "there", "under_way" while EzPG has not heard of it, or "back".
    """

    number: str
    bank: str
    account: str
    amount: int
    time: str
    state: str


def payables(server: EzpgServer) -> list[Payable]:
    """The accounts that tills asked for last, youngest first."""
    return [_payable(server, one) for one in reversed(list(server.ledger.accounts.values())[-LONGEST_LIST:])]


def payments(server: EzpgServer) -> list[Paid]:
    """What was paid last, youngest first."""
    return [_paid(one) for one in reversed(server.bank.transfers[-LONGEST_LIST:])]


def pay(server: EzpgServer, wanted: Pay) -> dict[str, Any]:
    """Pay into an account.

    Raises:
        LookupError: there is none of this id.
    """
    account = next((one for one in server.ledger.accounts.values() if one.account_id == wanted.account_id), None)
    if account is None:
        raise LookupError(wanted.account_id)
    mode = "I" if wanted.asks else "S"
    try:
        server.bank.pay(Payment(bank=account.bank, account=account.number, amount=wanted.amount, mode=mode))
    except UnpaidError as unpaid:
        return {"refused": unpaid.answer}
    return {"refused": None}


def correct(server: EzpgServer, wanted: Correct) -> dict[str, Any]:
    """Take a payment back, if EzPG agrees.

    Raises:
        LookupError: there is none that could be.
    """
    try:
        return {"answered": server.bank.correct(wanted.number, after_the_fact=False)}
    except ValueError:
        raise LookupError(wanted.number) from None


def _payable(server: EzpgServer, one: Account) -> Payable:
    return Payable(
        id=one.account_id,
        bank=BANKS[one.bank],
        account=_grouped(one.number),
        holder=server.settings.merchants[one.merchant].holder,
        amount=one.amount,
        until="" if one.expires_ms is None else _clock(one.expires_ms),
        state=server.ledger.state(one),
    )


def _paid(one: Transfer) -> Paid:
    there = "there" if one.tell_s is None else "under_way"
    return Paid(
        number=one.number,
        bank=BANKS.get(one.payment.bank, one.payment.bank),
        account=_grouped(one.payment.account),
        amount=one.payment.amount,
        time=_clock(one.at_ms),
        state="back" if one.is_back else there,
    )


def _grouped(number: str) -> str:
    return "-".join(number[first : first + GROUP] for first in range(0, len(number), GROUP))


def _clock(at_ms: int) -> str:
    return korean(at_ms).strftime("%H:%M")
