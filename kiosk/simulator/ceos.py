"""The CEOS simple-pay server, in both its versions.

Source: CEOS document; for what it leaves out (errors, order of checks, the second version), the running servers.
"""

import hashlib
import random
from collections.abc import Mapping
from typing import Any, Literal, NoReturn
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from typing_extensions import override

from kiosk.simulator.ceos_dialects import DIALECTS, Dialect, Payment, Refusal
from kiosk.simulator.world import Call, Clock, Moved, Reply, Request, Server

LONGEST_TEXT = 255
LARGEST_AMOUNT = 2**31 - 1
FAILURE_RATE = 0.1  # the document: the payment system is old and fails one time in ten
METHODS = {"auth": "GET", "instant": "POST", "cancel": "POST", "payment": "GET"}


class CeosSettings(BaseModel):
    """How this server behaves.

    Attributes:
        dialect: A is the document's server, B its successor.
        failure_rate: How often a payment fails by itself.
        merchants: Who is registered from the start. A registers by hand only; B anyone who asks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    dialect: Literal["A", "B"] = "A"
    failure_rate: float = Field(default=FAILURE_RATE, ge=0, le=1)
    merchants: tuple[str, ...] = ("demo",)


class _Instant(BaseModel):
    """Source: CEOS document, 'InstantPaymentRequest'."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True, strict=True)

    store_id: str = Field(min_length=1)
    order_name: str = Field(min_length=1)
    total_pay_amount: int = Field(ge=1, le=LARGEST_AMOUNT)
    currency: Literal["KRW", "USD"]
    custom_data: str | None = None


class RefusedError(Exception):
    """The server refuses."""

    def __init__(self, refusal: Refusal, fields: Mapping[str, str] | None = None) -> None:
        self.refusal = refusal
        self.fields = fields or {}
        super().__init__(refusal.name)


class CeosServer(Server):
    """Merchants and their payments."""

    def __init__(self, clock: Clock, chance: random.Random, settings: CeosSettings | None = None) -> None:
        self._clock = clock
        self._random = chance
        self.settings = settings or CeosSettings()
        self._registered: set[str] = set()
        self._payments: dict[tuple[str, str], Payment] = {}
        self._forced: bool | None = None
        self.moved: list[Moved] = []

    def force_failure(self, *, fails: bool) -> None:
        """Decide the next one-in-ten failure instead of chance."""
        self._forced = fails

    @override
    def call_of(self, request: Request) -> Call:
        name, subject = _route(request.path)
        ids = {"paymentId": subject} if name in {"instant", "cancel", "payment"} else {}
        return Call(name if METHODS.get(name) == request.method else "unknown", ids)

    @override
    def handle(self, request: Request) -> Reply:
        try:
            return self._answer(request)
        except RefusedError as refused:
            return self.refusal(refused.refusal, request, refused.fields)

    def refusal(self, refusal: Refusal, request: Request, fields: Mapping[str, str] | None = None) -> Reply:
        """An error in the words of the version in use."""
        return self._dialect.refusal(refusal, request, self._clock.now_ms(), fields or {})

    @override
    def internal_error(self, request: Request) -> Reply:
        return self.refusal(Refusal.INTERNAL, request)

    @override
    def unauthorised(self, request: Request) -> Reply:
        return self.refusal(Refusal.BAD_TOKEN, request)

    @override
    def nothing_there(self, request: Request) -> Reply:
        return self.refusal(Refusal.PAYMENT_UNKNOWN, request)

    @override
    def declined(self, request: Request) -> Reply:
        return self.refusal(Refusal.FAILURE, request)

    @override
    def books(self) -> dict[str, Any]:
        return {
            "payments": [
                {
                    "merchant": payment.merchant,
                    "paymentId": payment.payment_id,
                    "amount": payment.amount,
                    "currency": payment.currency,
                    "orderName": payment.order_name,
                    "customData": payment.custom_data,
                    "state": payment.state,
                    "at": payment.at_ns // 1_000_000,
                }
                for payment in self._payments.values()
            ]
        }

    @property
    def _dialect(self) -> Dialect:
        return DIALECTS[self.settings.dialect]

    def _answer(self, request: Request) -> Reply:
        name, subject = _route(request.path)
        if name == "auth":
            _require_method(name, request)
            return self._issue_secret(subject)
        merchant = self._merchant(request.headers.get("authorization"))
        if name == "unknown":
            raise RefusedError(Refusal.WRONG_URL)
        _require_method(name, request)
        if name == "instant":
            return self._instant(merchant, subject, request)
        payment = self._known(merchant, subject)
        if name == "cancel":
            self._cancel(payment)
        return self._dialect.payment(payment, self._clock.now_ms())

    def _issue_secret(self, name: str) -> Reply:
        if self.settings.dialect == "B":
            self._registered.add(name)
        if not self._is_registered(name):
            raise RefusedError(Refusal.MERCHANT_UNKNOWN)
        return self._dialect.secret(name, secret_of(name), self._store_of(name), self._clock.now_ms())

    def _merchant(self, authorization: str | None) -> str:
        """Who asks, by the bearer secret."""
        if authorization is None or not authorization.startswith("Bearer "):
            raise RefusedError(Refusal.NO_TOKEN)
        token = authorization.removeprefix("Bearer ")
        role, _, rest = token.partition(".")
        name = rest.rpartition(".")[0]
        if token != secret_of(name, role):
            raise RefusedError(Refusal.BAD_TOKEN)
        if role != "store":
            raise RefusedError(Refusal.MEMBER_TOKEN)
        if not self._is_registered(name):
            raise RefusedError(Refusal.MERCHANT_UNKNOWN)
        return name

    def _instant(self, merchant: str, payment_id: str, request: Request) -> Reply:
        message = _read(request)
        now_ms = self._clock.now_ms()
        payment = Payment(
            merchant,
            payment_id,
            message.order_name,
            message.total_pay_amount,
            message.currency,
            message.custom_data,
            state="PAID",
            at_ns=now_ms * 1_000_000 + self._random.randrange(1_000_000),
        )
        if self.settings.dialect == "A":
            self._save_a(payment, message.store_id)
        else:
            self._save_b(payment, message.store_id)
        return self._dialect.paid(payment, now_ms)

    def _save_a(self, payment: Payment, store_id: str) -> None:
        """The failure comes before anything is looked at or written: no record, and the id stays usable."""
        if self._fails():
            raise RefusedError(Refusal.FAILURE)
        self._require_new(payment)
        if store_id != self._store_of(payment.merchant):
            raise RefusedError(Refusal.STORE_UNKNOWN)
        self._insert(payment)

    def _save_b(self, payment: Payment, store_id: str) -> None:
        """The failure is written down as FAILED: the id is burnt."""
        if store_id != payment.merchant:
            raise RefusedError(Refusal.STORE_FOREIGN if self._is_registered(store_id) else Refusal.STORE_UNKNOWN)
        self._require_new(payment)
        fails = self._fails()
        payment.state = "FAILED" if fails else "PAID"
        self._insert(payment)
        if fails:
            raise RefusedError(Refusal.FAILURE)

    def _fails(self) -> bool:
        forced, self._forced = self._forced, None
        return self._random.random() < self.settings.failure_rate if forced is None else forced

    def _require_new(self, payment: Payment) -> None:
        if (payment.merchant, payment.payment_id) in self._payments:
            raise RefusedError(Refusal.DUPLICATE)

    def _insert(self, payment: Payment) -> None:
        if max(len(payment.payment_id), len(payment.order_name), len(payment.custom_data or "")) > LONGEST_TEXT:
            raise RefusedError(Refusal.INTERNAL)  # the column is too short
        self._payments[payment.merchant, payment.payment_id] = payment
        if payment.state == "PAID":
            self.moved.append(Moved(payment.payment_id, payment.amount, self._clock.now_ms()))

    def _known(self, merchant: str, payment_id: str) -> Payment:
        payment = self._payments.get((merchant, payment_id))
        if payment is None:
            raise RefusedError(Refusal.PAYMENT_UNKNOWN)
        return payment

    def _cancel(self, payment: Payment) -> None:
        """A looks at no state; B cancels what is paid and nothing else."""
        if self.settings.dialect == "B" and payment.state != "PAID":
            raise RefusedError(Refusal.NOT_PAID)
        if payment.state == "PAID":
            self.moved.append(Moved(payment.payment_id, -payment.amount, self._clock.now_ms()))
        payment.state = "CANCELLED"

    def _is_registered(self, name: str) -> bool:
        return name in self.settings.merchants or name in self._registered

    def _store_of(self, name: str) -> str:
        """The storeId /auth tells (A), or the name itself (B)."""
        if self.settings.dialect == "B":
            return name
        return f"CEOS-22-{int(_digest(name), 16) % 100_000_000:08d}"


def secret_of(name: str, role: str = "store") -> str:
    """The bearer secret of a merchant: never changes. The role "member" makes one that is refused."""
    return f"{role}.{name}.{_digest(role + name)}"


def _digest(text: str) -> str:
    return hashlib.sha256(f"simulated {text}".encode()).hexdigest()[:32]


def _route(path: str) -> tuple[str, str]:
    """The call a path names, and the payment id or merchant in it, decoded."""
    match [unquote(part) for part in path.split("/")]:
        case ["", "auth", name] if name:
            return "auth", name
        case ["", "payments", payment_id] if payment_id:
            return "payment", payment_id
        case ["", "payments", payment_id, ("instant" | "cancel") as name] if payment_id:
            return name, payment_id
        case _:
            return "unknown", ""


def _require_method(name: str, request: Request) -> None:
    if METHODS[name] != request.method:
        raise RefusedError(Refusal.WRONG_METHOD)


def _read(request: Request) -> _Instant:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise RefusedError(Refusal.WRONG_TYPE)
    try:
        return _Instant.model_validate_json(request.body)
    except ValidationError as error:
        _refuse_fields(error)


def _refuse_fields(error: ValidationError) -> NoReturn:
    fields = {".".join(map(str, problem["loc"])): problem["msg"] for problem in error.errors() if problem["loc"]}
    raise RefusedError(Refusal.BAD_REQUEST, fields) from error
