"""What EzPG writes down: accounts, deposits, withdrawals; and the codes with which it refuses.

Source: facts of EzPG, 'result-code tables'. Which call answers with which code is ours throughout, as no document says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

DepositStatus = Literal["completed", "pending", "failed", "cancelled"]
WithdrawalStatus = Literal["pending", "processing", "completed", "failed", "cancelled"]
UNPAID: frozenset[WithdrawalStatus] = frozenset({"failed", "cancelled"})
"""Withdrawals whose money stays with the merchant."""


class Code(StrEnum):
    """Of an answer to a merchant. The four from NOT_NOW on, 3003 to 3006, are ours."""

    OK = "0000"
    UNAUTHENTICATED = "1001"
    FORBIDDEN = "1002"
    BAD_PARAMETER = "1003"
    NO_DATA = "1004"
    NO_ISSUE = "3001"
    UNKNOWN_ACCOUNT = "3002"
    NO_WITHDRAWAL = "4001"
    NO_DEPOSIT = "4002"
    BALANCE = "E001"
    PAYEE = "E002"
    DAILY_LIMIT = "E003"
    MAINTENANCE = "E004"
    NOT_NOW = "3003"
    OTHER_CONTENT = "3004"
    ENDED = "3005"
    AMOUNT = "3006"


MESSAGES: Mapping[str, str] = {
    Code.OK: "정상처리",
    Code.UNAUTHENTICATED: "인증에 실패했습니다",
    Code.FORBIDDEN: "권한이 없습니다",
    Code.BAD_PARAMETER: "요청 값이 올바르지 않습니다",
    Code.NO_DATA: "데이터가 없습니다",
    Code.NO_ISSUE: "가상계좌를 발급하지 못했습니다",
    Code.UNKNOWN_ACCOUNT: "존재하지 않는 가상계좌입니다",
    Code.NO_WITHDRAWAL: "출금할 수 없습니다",
    Code.NO_DEPOSIT: "입금하지 못했습니다",
    Code.BALANCE: "잔액이 부족합니다",
    Code.PAYEE: "계좌정보가 일치하지 않습니다",
    Code.DAILY_LIMIT: "일일 한도를 초과했습니다",
    Code.MAINTENANCE: "시스템 점검 중입니다",
    Code.NOT_NOW: "입금 가능 시간이 아닙니다",
    Code.OTHER_CONTENT: "같은 주문번호로 다른 내용이 요청되었습니다",
    Code.ENDED: "이미 끝난 가상계좌입니다",
    Code.AMOUNT: "입금할 수 없는 금액입니다",
}


class RefusedError(Exception):
    """EzPG refuses.

    Args:
        code: Of the answer.
        status: HTTP's.
        words: What the answer says beside code and message.
    """

    def __init__(self, code: str, status: int = 200, words: Mapping[str, Any] | None = None) -> None:
        self.code = code
        self.status = status
        self.words = words or {}
        super().__init__(code)


@dataclass(slots=True)
class Account:
    """A virtual account.

    Attributes:
        account_id: EzPG's.
        merchant: Whose.
        kind: "one-time" or "fixed".
        bank: Its code.
        number: Digits.
        amount: What is to be paid in [won]; 0 for a fixed one.
        issued_ms: When [ms since 1970].
        expires_ms: Until when it can be paid [ms since 1970]; None: for ever.
        moid: The merchant's own id of it, for a server that keeps that; else "".
        reference: The id under which the till asked for it, whatever the server keeps; the number if it gave none.
        is_closed: The merchant closed it.
    """

    account_id: str
    merchant: str
    kind: str
    bank: str
    number: str
    amount: int
    issued_ms: int
    expires_ms: int | None
    moid: str
    reference: str
    is_closed: bool = False


@dataclass(slots=True)
class Deposit:
    """A row of EzPG's list of deposits.

    Attributes:
        trx_id: EzPG's; stays through a correction.
        natural: Dozn's day and number of it.
        account: Where it came in.
        amount: What was paid [won].
        fee: EzPG's part of it [won].
        depositor: As the bank says; may be empty.
        at_ms: When [ms since 1970].
        status: How it stands.
        cancelled_ms: When it was corrected [ms since 1970].
    """

    trx_id: str
    natural: tuple[str, str]
    account: Account
    amount: int
    fee: int
    depositor: str
    at_ms: int
    status: DepositStatus
    cancelled_ms: int | None = None

    @property
    def merchant(self) -> str:
        """Whose money."""
        return self.account.merchant

    @property
    def bank(self) -> str:
        """The account's."""
        return self.account.bank

    @property
    def number(self) -> str:
        """The account's."""
        return self.account.number


@dataclass(slots=True)
class Withdrawal:
    """A row of EzPG's list of withdrawals.

    Attributes:
        trx_id: EzPG's.
        natural_number: Dozn's.
        merchant: Whose money.
        bank: The payee's.
        number: Of the payee's account.
        holder: Of the payee's account.
        amount: What the payee gets [won].
        fee: What the merchant pays beside that [won].
        at_ms: When it was asked for [ms since 1970].
        asked_s: The same by the time for what lasts [s].
        moid: The merchant's own id of it, for a server that keeps that; else "".
        reference: The id under which the till asked for it, whatever the server keeps; the number if it gave none.
        status: How it stands.
        reason: Why it failed; else "".
        settled_ms: When it came to its end [ms since 1970].
    """

    trx_id: str
    natural_number: str
    merchant: str
    bank: str
    number: str
    holder: str
    amount: int
    fee: int
    at_ms: int
    asked_s: float
    moid: str
    reference: str
    status: WithdrawalStatus = "pending"
    reason: str = ""
    settled_ms: int | None = None
