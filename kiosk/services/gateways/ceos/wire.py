"""CEOS's messages, built and parsed. Pure.

Source: CEOS document ('결제', '결제 취소', '단건 조회'); the readings that serve both running servers are told at each.
"""

import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from kiosk.domain.errors import require
from kiosk.domain.money import Money
from kiosk.domain.operation import WireRequest
from kiosk.services.gateways.ceos.rules import Answer, Call

TEXT_LONGEST: Final = 255
"""Order name, custom data and id: longer ones make the server fail. Source: both servers' tables."""

ID_LONGEST: Final = 64
"""Our contract: letters, digits, "-" and "_", at most 64, with a random part."""

REFUSED_TRY_BEGINS: Final = "결제 처리"
"""How the text of the one-in-ten failure begins, in both dialects; any other 500 proves nothing."""

STATUS_WORDS: Final[Mapping[object, Answer]] = {
    "PAID": Answer.PAID,
    "CANCELLED": Answer.CANCELLED,
    "FAILED": Answer.FAILED,
}
"""Other words (PortOne knows READY, PENDING, PAY_PENDING, ...) settle nothing."""

FRAMEWORK_KEYS: Final = frozenset({"status", "error", "path", "timestamp"})
"""Of an error body that Spring Boot makes by itself. Dialect B puts its `message` beside them."""

SECRET: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)
"""What can be a bearer secret. A page of a proxy is none. Source: RFC 6750, section 2.1."""

Fields = Mapping[str, object]


def payment_path(payment_id: str) -> str:
    """Path of a payment, percent-encoded. Source: '요청 및 응답 형식'."""
    return f"/payments/{quote(payment_id, safe='')}"


def custom_data(payment_id: str, order_id: str, kiosk: str, amount: Money) -> str:
    """A JSON *string* that carries what the server does not keep: the amount above all (at most 255 characters).

    And the payment's own id: another try of the same order, shown under this id, is not taken for this one.
    """
    told = {"payment": payment_id, "order": order_id, "kiosk": kiosk, "amount": amount.amount}
    text = json.dumps(told, separators=(",", ":"))
    require(len(text) <= TEXT_LONGEST, "custom data is too long")
    return text


def instant(payment_id: str, store_id: str, order_name: str, amount: Money, custom: str) -> WireRequest:
    """The payment request. Source: '결제', InstantPaymentRequest."""
    body = {
        "storeId": store_id,
        "orderName": order_name,
        "totalPayAmount": amount.amount,
        "currency": amount.currency.value,
        "customData": custom,
    }
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return WireRequest(Call.INSTANT, payment_id, "POST", f"{payment_path(payment_id)}/instant", data)


def cancel(payment_id: str, operation: str) -> WireRequest:
    """The cancel request, which has no body and no id of its own. Source: '결제 취소'."""
    return WireRequest(Call.CANCEL, operation, "POST", f"{payment_path(payment_id)}/cancel", b"")


def _payment(fields: Fields) -> Fields:
    """Dialect B wraps a payment in `payload`, its README in `data`; A sends it bare."""
    for key in ("payload", "data"):
        inner = fields.get(key)
        if isinstance(inner, dict):
            return inner
    return fields


def _own_text(fields: Fields) -> str | None:
    """The text of an error in the server's own shape; None for a framework's or a proxy's.

    A: `messageDetail`. B: `message` beside the four keys of a framework's body. A `message` alone is anybody's.
    """
    text = fields.get("message") if fields.keys() >= FRAMEWORK_KEYS else fields.get("messageDetail")
    return text if isinstance(text, str) else None


def _read_payment(fields: Fields, payment_id: str, when_absent: Answer) -> Answer:
    payment = _payment(fields)
    if payment.get("paymentId") != payment_id:
        return Answer.NO_ANSWER
    if "paymentStatus" not in payment:
        return when_absent
    word = payment["paymentStatus"]
    return STATUS_WORDS.get(word, Answer.PENDING) if isinstance(word, str) else Answer.NO_ANSWER


BEFORE_PAYMENT: Final = frozenset({401, 403, 405, 415})
"""Statuses given before any payment code runs, in whatever JSON shape. Source: facts 4.1."""


def _read_error(status: int, fields: Fields) -> Answer:
    text = _own_text(fields)
    if status == 500 and text is not None and text.startswith(REFUSED_TRY_BEGINS):
        return Answer.REFUSED_TRY
    if not fields:
        return Answer.NO_ANSWER
    if status in BEFORE_PAYMENT:
        return Answer.REFUSED
    if text is None:
        return Answer.REFUSED if status == 404 else Answer.NO_ANSWER
    own = {400: Answer.REFUSED, 404: Answer.NOT_THERE, 409: Answer.CONFLICT}
    return own.get(status, Answer.NO_ANSWER)


def read_instant(status: int, fields: Fields, payment_id: str) -> Answer:
    """An answer to a payment. The proof is 200 with our paymentId, and PAID where a status is sent (law 4)."""
    if status == 200:
        return _read_payment(fields, payment_id, when_absent=Answer.PAID)
    return _read_error(status, fields)


def read_cancel(status: int, fields: Fields, payment_id: str) -> Answer:
    """An answer to a cancel: only a payment that says CANCELLED is undone."""
    if status == 200:
        return _read_payment(fields, payment_id, when_absent=Answer.NO_ANSWER)
    return _read_error(status, fields)


def read_look(status: int, fields: Fields, payment_id: str, order_name: str, custom: str) -> Answer:
    """An answer to a look. Paid is believed only with our order name and custom data (law 4)."""
    if status != 200:
        answer = _read_error(status, fields)
        return answer if answer is Answer.NOT_THERE else Answer.NO_ANSWER
    answer = _read_payment(fields, payment_id, when_absent=Answer.NO_ANSWER)
    payment = _payment(fields)
    ours = payment.get("orderName") == order_name and payment.get("customData") == custom
    if answer is Answer.NO_ANSWER or ours:
        return answer
    return Answer.PAID_OTHER


def read_secret(fields: object) -> tuple[str, str] | None:
    """Secret and store id out of an answer of `auth/{github id}`; B's store id is the GitHub id ("" here).

    A sends `apiSecret` and `storeId`, B `apiSecretKey` in its payload, the first version a bare text.
    """
    account: Fields = _payment(fields) if isinstance(fields, dict) else {"apiSecret": fields}
    secret = account.get("apiSecret") or account.get("apiSecretKey")
    store = account.get("storeId")
    if not (isinstance(secret, str) and SECRET.fullmatch(secret)):
        return None
    return secret, store if isinstance(store, str) else ""
