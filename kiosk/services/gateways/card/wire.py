"""The card server's messages, built and parsed. Pure.

Source: card document, 'Create', 'Confirm', '결제 환불(취소)'; the running server's errors.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kiosk.domain.errors import require
from kiosk.domain.money import Currency, Money
from kiosk.domain.operation import WireRequest
from kiosk.services.gateways.card.rules import Answer, Call

PAYMENTS: Final = "/v1/payments"

KEY_LONGEST: Final = 64
KEY: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{KEY_LONGEST}}}", re.ASCII)
"""What a payment key is made of (ours): it goes into a path, and an encoded slash is refused there."""

RECEIPT: Final = re.compile(r"https?://[!-~]{1,240}", re.ASCII)
"""An address that fits into a QR code and a browser; anything else is left out, and the payment is as good."""

CANCEL_REASON: Final = "USER_REQUEST"

STATUS_WORDS: Final[Mapping[object, Answer]] = {
    "INITIATED": Answer.INITIATED,
    "APPROVED": Answer.APPROVED,
    "CANCELED": Answer.CANCELED,
}

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Payment:
    """What a payment is about, as we created it.

    Attributes:
        key: Ours.
        order_id: Ours.
        amount: In won, at least 1: the server would take 0 and less.
    """

    key: str
    order_id: str
    amount: Money

    def __post_init__(self) -> None:
        require(KEY.fullmatch(self.key) is not None, "a payment key that cannot stand in a path")
        require(self.amount.amount >= 1 and self.amount.currency is Currency.KRW, "no amount of a card payment")

    @property
    def fields(self) -> dict[str, object]:
        """As both requests have it."""
        return {"paymentKey": self.key, "orderId": self.order_id, "amount": self.amount.amount}


@dataclass(frozen=True, slots=True)
class Read:
    """An answer, read.

    Attributes:
        answer: What it says.
        facts: Evidence to keep: a code, the server's own times.
        receipt: Address of its receipt, or "".
    """

    answer: Answer
    facts: Mapping[str, str] = field(default_factory=dict)
    receipt: str = ""


def create(payment: Payment, operation: str) -> WireRequest:
    """Create a payment, or ask where it stands. Source: 'Create'."""
    return WireRequest(Call.CREATE, operation, "POST", PAYMENTS, _body(payment.fields))


def confirm(payment: Payment) -> WireRequest:
    """Take it. Source: 'Confirm'."""
    return WireRequest(Call.CONFIRM, payment.key, "POST", f"{PAYMENTS}/confirm", _body(payment.fields))


def cancel(payment: Payment, operation: str) -> WireRequest:
    """Give all of it back. Source: '결제 환불(취소)'."""
    body = _body({"cancelReason": CANCEL_REASON, "cancelAmount": payment.amount.amount})
    return WireRequest(Call.CANCEL, operation, "POST", f"{PAYMENTS}/{payment.key}/cancel", body)


def _body(fields: Fields) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode()


def read_create(status: int, fields: Fields, payment: Payment) -> Read:
    """Where a payment stands; believed with our key and order. The amount is not told. Source: 'Create'."""
    if status != 200:
        return _read_error(status, fields, {})
    if (fields.get("paymentKey"), fields.get("orderId")) != (payment.key, payment.order_id):
        return Read(_other(fields, "paymentKey", "orderId"))
    return Read(_word(fields))


def read_confirm(status: int, fields: Fields, payment: Payment) -> Read:
    """An answer to a confirm. The proof is APPROVED with our key, order and amount (law 4). Source: 'Confirm'."""
    own = {(409, "AMOUNT_MISMATCH"): Answer.MISMATCH, (422, "ALREADY_CANCELED"): Answer.ALREADY_CANCELED}
    if status != 200:
        return _read_error(status, fields, own)
    amount = fields.get("totalAmount")
    told = (fields.get("paymentKey"), fields.get("orderId"), amount, type(amount))
    if told != (payment.key, payment.order_id, payment.amount.amount, int) or fields.get("status") != "APPROVED":
        return Read(_other(fields, "paymentKey", "orderId", "totalAmount"))
    receipt = fields.get("receipt")
    url = receipt.get("url") if isinstance(receipt, dict) else None
    facts = {"approved_at": _short(fields.get("approvedAt"))}
    return Read(Answer.APPROVED, facts, url if isinstance(url, str) and RECEIPT.fullmatch(url) else "")


def read_cancel(status: int, fields: Fields) -> Read:
    """An answer to a cancel, which names no payment: the connection was ours alone. Source: '결제 환불(취소)'."""
    own = {
        (404, "NOT_FOUND"): Answer.NOT_FOUND,
        (422, "NOT_APPROVED"): Answer.NOT_APPROVED,
        (409, "PARTIAL_MISMATCH"): Answer.PARTIAL_MISMATCH,
    }
    if status != 200:
        return _read_error(status, fields, own)
    if fields.get("status") != "CANCELED":
        return Read(_other(fields, "status"))
    return Read(Answer.CANCELED, {"canceled_at": _short(fields.get("canceledAt"))})


REFUSED: Final = frozenset({(400, "INVALID_REQUEST"), (401, "UNAUTHORIZED"), (500, "PROVIDER_ERROR")})
"""Refused before anything was changed. Source: 'Confirm'; facts of the running server: a 500 with its own code always
means that."""


def _read_error(status: int, fields: Fields, own: Mapping[tuple[int, str], Answer]) -> Read:
    code = fields.get("code")
    if not isinstance(code, str):
        return Read(Answer.NO_ANSWER)  # the framework's, or a proxy's
    refused = Answer.REFUSED if (status, code) in REFUSED else Answer.NO_ANSWER
    return Read(own.get((status, code), refused), {"code": code[:64]})


def _word(fields: Fields) -> Answer:
    word = fields.get("status")
    return STATUS_WORDS.get(word, Answer.OTHER) if isinstance(word, str) else Answer.NO_ANSWER


def _other(fields: Fields, *names: str) -> Answer:
    """A success of another payment; or, where it does not even say of which, nothing that can be read."""
    return Answer.OTHER if all(name in fields for name in names) else Answer.NO_ANSWER


def _short(value: object) -> str:
    return value[:64] if isinstance(value, str) else ""
