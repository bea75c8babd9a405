"""The words of the two CEOS servers: A is the one the document describes, B its successor.

Same paths, other bodies. The document shows A's successes only; A's errors and all of B are as the running servers were
found to be.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from http import HTTPStatus
from typing import Protocol

from typing_extensions import override

from kiosk.simulator.world import Reply, Request, framework_reply, json_reply, timestamp

KST = timedelta(hours=9)


class Refusal(Enum):
    """Why a request is refused."""

    NO_TOKEN = auto()
    BAD_TOKEN = auto()
    MEMBER_TOKEN = auto()
    MERCHANT_UNKNOWN = auto()
    STORE_UNKNOWN = auto()
    STORE_FOREIGN = auto()
    BAD_REQUEST = auto()
    DUPLICATE = auto()
    FAILURE = auto()
    PAYMENT_UNKNOWN = auto()
    NOT_PAID = auto()
    INTERNAL = auto()
    WRONG_URL = auto()
    WRONG_METHOD = auto()
    WRONG_TYPE = auto()


@dataclass(slots=True)
class Payment:
    """A payment as this world knows it; the real servers drop the amount.

    Attributes:
        merchant: Name of the merchant; ids are unique per merchant.
        state: PAID, CANCELLED or (B only) FAILED.
        at_ns: When the row was inserted [ns since 1970].
    """

    merchant: str
    payment_id: str
    order_name: str
    amount: int
    currency: str
    custom_data: str | None
    state: str
    at_ns: int


class Dialect(Protocol):
    """How one version words its answers."""

    def secret(self, name: str, secret: str, store_id: str, now_ms: int) -> Reply:
        """The answer to the authentication call."""
        ...

    def paid(self, payment: Payment, now_ms: int) -> Reply:
        """The answer to a payment that succeeded."""
        ...

    def payment(self, payment: Payment, now_ms: int) -> Reply:
        """The answer to a cancel or a look."""
        ...

    def refusal(self, refusal: Refusal, request: Request, now_ms: int, fields: Mapping[str, str]) -> Reply:
        """An error.

        Args:
            refusal: Why.
            request: What is refused.
            now_ms: The server's time [ms since 1970].
            fields: For a bad request: what is wrong with which field; empty if nothing could be read.
        """
        ...


class DialectA(Dialect):
    """The server of the document: bare bodies, and errors of its own beside those of its framework."""

    # Told apart by text only. None: the framework answers.
    _REFUSALS: Mapping[Refusal, tuple[int, str | None]] = {
        Refusal.NO_TOKEN: (403, None),
        Refusal.BAD_TOKEN: (401, None),
        Refusal.MEMBER_TOKEN: (401, None),
        Refusal.MERCHANT_UNKNOWN: (404, "클라이언트를 찾을 수 없습니다."),
        Refusal.STORE_UNKNOWN: (404, "매장을 찾을 수 없습니다."),
        Refusal.STORE_FOREIGN: (404, "매장을 찾을 수 없습니다."),
        Refusal.BAD_REQUEST: (400, "잘못된 요청입니다."),
        Refusal.DUPLICATE: (409, "이미 존재하는 결제입니다."),
        Refusal.FAILURE: (500, "결제 처리에 실패했습니다."),
        Refusal.PAYMENT_UNKNOWN: (404, "결제 내역을 찾을 수 없습니다."),
        Refusal.INTERNAL: (500, None),
        Refusal.WRONG_URL: (404, None),
        Refusal.WRONG_METHOD: (405, None),
        Refusal.WRONG_TYPE: (415, None),
    }

    @override
    def secret(self, name: str, secret: str, store_id: str, now_ms: int) -> Reply:
        return json_reply(200, {"apiSecret": secret, "storeId": store_id}, now_ms)

    @override
    def paid(self, payment: Payment, now_ms: int) -> Reply:
        return json_reply(200, {"paymentId": payment.payment_id, "paidAt": naive_ns(payment.at_ns)}, now_ms)

    @override
    def payment(self, payment: Payment, now_ms: int) -> Reply:
        return json_reply(200, _seven_keys(payment, "CEOS_PAY", naive_us(payment.at_ns)), now_ms)

    @override
    def refusal(self, refusal: Refusal, request: Request, now_ms: int, fields: Mapping[str, str]) -> Reply:
        status, text = self._REFUSALS[refusal]
        if text is None:
            return framework_reply(status, request, now_ms)
        detail = ", ".join(f"{name}: {reason}" for name, reason in sorted(fields.items()))
        body = {"path": request.path, "messageDetail": text, "errorDetail": detail or text}
        return json_reply(status, body, now_ms)


class DialectB(Dialect):
    """The successor: success in an envelope whose inner status differs from HTTP's, every error of its own making."""

    _REFUSALS: Mapping[Refusal, tuple[int, str]] = {
        Refusal.NO_TOKEN: (401, "인증 토큰이 필요합니다."),
        Refusal.BAD_TOKEN: (401, "유효하지 않은 토큰입니다."),
        Refusal.MEMBER_TOKEN: (403, "접근 권한이 없습니다."),
        Refusal.MERCHANT_UNKNOWN: (404, "가맹점을 찾을 수 없습니다."),
        Refusal.STORE_UNKNOWN: (404, "매장을 찾을 수 없습니다."),
        Refusal.STORE_FOREIGN: (403, "매장 정보가 일치하지 않습니다."),
        Refusal.BAD_REQUEST: (400, "잘못된 요청입니다."),
        Refusal.DUPLICATE: (409, "이미 존재하는 결제 ID입니다."),
        Refusal.FAILURE: (500, "결제 처리 중 오류가 발생했습니다."),
        Refusal.PAYMENT_UNKNOWN: (404, "결제 내역을 찾을 수 없습니다."),
        Refusal.NOT_PAID: (409, "취소할 수 없는 결제 상태입니다."),
        Refusal.INTERNAL: (500, "서버 내부 오류가 발생했습니다."),
        Refusal.WRONG_URL: (404, "요청한 경로를 찾을 수 없습니다."),
        Refusal.WRONG_METHOD: (405, "지원하지 않는 HTTP 메서드입니다."),
        Refusal.WRONG_TYPE: (415, "지원하지 않는 콘텐츠 타입입니다."),
    }

    @override
    def secret(self, name: str, secret: str, store_id: str, now_ms: int) -> Reply:
        payload = {"githubId": name, "apiSecretKey": secret, "createdAt": naive_us(now_ms * 1_000_000)}
        return self._envelope(200, "API Secret 발급 성공", payload, now_ms)

    @override
    def paid(self, payment: Payment, now_ms: int) -> Reply:
        payload = _seven_keys(payment, "CEOS-PAY", naive_ns(payment.at_ns))
        return self._envelope(201, "결제 성공", payload, now_ms)

    @override
    def payment(self, payment: Payment, now_ms: int) -> Reply:
        payload = _seven_keys(payment, "CEOS-PAY", naive_us(payment.at_ns))
        return self._envelope(200, "요청 성공", payload, now_ms)

    @override
    def refusal(self, refusal: Refusal, request: Request, now_ms: int, fields: Mapping[str, str]) -> Reply:
        status, text = self._REFUSALS[refusal]
        body: dict[str, object] = {
            "status": status,
            "error": HTTPStatus(status).phrase,
            "message": text,
            "path": request.path,
            "timestamp": timestamp(now_ms),
        }
        if fields:
            body["payload"] = dict(fields)
        return json_reply(status, body, now_ms)

    @staticmethod
    def _envelope(inner: int, message: str, payload: object, now_ms: int) -> Reply:
        return json_reply(200, {"status": inner, "message": message, "payload": payload}, now_ms)


DIALECTS: Mapping[str, Dialect] = {"A": DialectA(), "B": DialectB()}


def naive_ns(at_ns: int) -> str:
    """Korean wall time without a zone, nine digits: fresh from memory."""
    return _seconds(at_ns) + f".{at_ns % 1_000_000_000:09d}"


def naive_us(at_ns: int) -> str:
    """The same with six digits: read back from the database, which rounds."""
    rounded_us = (at_ns + 500) // 1_000
    return _seconds(rounded_us * 1_000) + f".{rounded_us % 1_000_000:06d}"


def _seconds(at_ns: int) -> str:
    moment = datetime.fromtimestamp(at_ns // 1_000_000_000, UTC) + KST
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def _seven_keys(payment: Payment, provider: str, paid_at: str) -> dict[str, object]:
    return {
        "paymentId": payment.payment_id,
        "paymentStatus": payment.state,
        "orderName": payment.order_name,
        "pgProvider": provider,
        "currency": payment.currency,
        "customData": payment.custom_data,
        "paidAt": paid_at,
    }
