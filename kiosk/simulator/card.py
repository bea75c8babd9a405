"""The card payments server.

Source: card document; for what it leaves out (which errors there are, in which order it looks, what it forgets), the
running server.
"""

import base64
import binascii
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import override

from kiosk.simulator.world import Call, Clock, Moved, Reply, Request, Server, framework_reply, json_object, json_reply

SECRET_KEY: Final = "test_sk_dummy"  # noqa: S105 - as the document has it
LARGEST_AMOUNT: Final = 2**31 - 1

CREATE: Final = "/v1/payments"
CONFIRM: Final = "/v1/payments/confirm"

MESSAGES: Final[Mapping[str, tuple[int, str]]] = {
    "UNAUTHORIZED": (401, "Unauthorized"),
    "AMOUNT_MISMATCH": (409, "amount or orderId differs"),
    "ALREADY_CANCELED": (422, "payment is already canceled"),
    "NOT_FOUND": (404, "payment not found"),
    "NOT_APPROVED": (422, "payment is not approved"),
    "PARTIAL_MISMATCH": (409, "partial cancel is not supported"),
    "PROVIDER_ERROR": (500, "internal error"),
}
"""Code -> status and text. 400 INVALID_REQUEST is in the document and cannot be reached: nothing is validated."""


class CardSettings(BaseModel):
    """How this server behaves.

    Attributes:
        secret_key: What the till has to say before the colon of its credential.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret_key: str = Field(default=SECRET_KEY, min_length=1)


@dataclass(slots=True)
class Payment:
    """One payment, as the server keeps it in memory.

    Attributes:
        order_id: As it was created.
        amount: As it was created [won].
        state: INITIATED, APPROVED or CANCELED.
        approved_ns: When it was approved [ns since 1970].
        canceled_ns: When it was cancelled [ns since 1970].
    """

    order_id: str
    amount: int
    state: str = "INITIATED"
    approved_ns: int = 0
    canceled_ns: int = 0


@dataclass(frozen=True, slots=True)
class _Order:
    """What a create or confirm says: None for what it leaves out."""

    key: str | None
    order_id: str | None
    amount: int | None


class RefusedError(Exception):
    """The server refuses, in its own words; "" for those of the framework below it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class CardServer(Server):
    """Payments, in memory only: a restart forgets them, while the money stays where it is."""

    def __init__(self, clock: Clock, chance: random.Random, settings: CardSettings | None = None) -> None:
        self._clock = clock
        self._random = chance
        self.settings = settings or CardSettings()
        self.moved: list[Moved] = []
        self.restart()

    def restart(self) -> None:
        """Start anew, with an empty memory; also the order of keys in an answer is drawn at every start."""
        self._payments: dict[str, Payment] = {}
        self._order_of_keys = self._random.random()

    @override
    def call_of(self, request: Request) -> Call:
        if request.method != "POST":
            return Call("unknown", {})
        if request.path in (CREATE, CONFIRM):
            key = json_object(request.body).get("paymentKey")
            return Call("create" if request.path == CREATE else "confirm", {"paymentKey": str(key)})
        key = _cancelled(request.path)
        return Call("unknown", {}) if key is None else Call("cancel", {"paymentKey": key})

    @override
    def handle(self, request: Request) -> Reply:
        try:
            self._authorise(request.headers.get("authorization"))
            return self._with_id(request, self._answer(request))
        except RefusedError as refused:
            return self._with_id(request, self.refusal(refused.code, request))

    def refusal(self, code: str, request: Request) -> Reply:
        """An error in the server's own words, or in the framework's."""
        if not code:
            return framework_reply(500, request, self._clock.now_ms())
        status, message = MESSAGES[code]
        return self._json(status, {"code": code, "message": message})

    @override
    def internal_error(self, request: Request) -> Reply:
        return framework_reply(500, request, self._clock.now_ms())

    @override
    def unauthorised(self, request: Request) -> Reply:
        return self.refusal("UNAUTHORIZED", request)

    @override
    def nothing_there(self, request: Request) -> Reply:
        """To a cancel; a create or confirm is never told so."""
        return self.refusal("NOT_FOUND", request)

    @override
    def declined(self, request: Request) -> Reply:
        """It refuses no customer; this is how it refuses what it cannot read."""
        return self.refusal("PROVIDER_ERROR", request)

    @override
    def books(self) -> dict[str, Any]:
        return {
            "payments": [
                {
                    "paymentKey": key,
                    "orderId": payment.order_id,
                    "amount": payment.amount,
                    "state": payment.state,
                    "at": payment.approved_ns // 1_000_000,
                }
                for key, payment in self._payments.items()
            ]
        }

    # -- before any payment code runs

    def _with_id(self, request: Request, reply: Reply) -> Reply:
        """Every answer says which request it is one to, in the caller's words if there are any."""
        own = f"{self._random.getrandbits(128):032x}"
        name = request.headers.get("x-request-id", own)
        return Reply(reply.status, {**reply.headers, "x-request-id": name}, reply.body)

    def _authorise(self, header: str | None) -> None:
        """Only what stands before the first colon counts. What is no base64 breaks the filter itself."""
        if header is None or not header.startswith("Basic "):
            raise RefusedError("UNAUTHORIZED")
        encoded = header.removeprefix("Basic ")
        try:
            decoded = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True).decode()
        except (binascii.Error, ValueError):
            raise RefusedError("") from None
        if decoded.partition(":")[0] != self.settings.secret_key:
            raise RefusedError("UNAUTHORIZED")

    # -- payments

    def _answer(self, request: Request) -> Reply:
        if request.method != "POST":
            raise RefusedError("PROVIDER_ERROR")
        if request.path == CREATE:
            return self._create(_read_order(request))
        if request.path == CONFIRM:
            return self._confirm(_read_order(request))
        key = _cancelled(request.path)
        if key is None:
            raise RefusedError("PROVIDER_ERROR")
        return self._cancel(key, _number(_read(request).get("cancelAmount")))

    def _create(self, asked: _Order) -> Reply:
        """A key that there is gives what is stored, whatever else is said."""
        key, payment = self._found(asked)
        return self._json(200, {"paymentKey": key, "orderId": payment.order_id, "status": payment.state})

    def _confirm(self, asked: _Order) -> Reply:
        """A key that there is not is created and approved in one."""
        key, payment = self._found(asked)
        if (asked.order_id, asked.amount) != (payment.order_id, payment.amount):
            raise RefusedError("AMOUNT_MISMATCH")
        if payment.state == "CANCELED":
            raise RefusedError("ALREADY_CANCELED")
        if payment.state == "INITIATED":
            payment.state, payment.approved_ns = "APPROVED", self._now_ns()
            self.moved.append(Moved(key, payment.amount, self._clock.now_ms()))
        return self._json(
            200,
            {
                "paymentKey": key,
                "orderId": payment.order_id,
                "method": "CARD",
                "approvedAt": _instant(payment.approved_ns),
                "totalAmount": payment.amount,
                "status": payment.state,
                "receipt": {"url": f"https://pay.local/receipts/{key}"},
            },
        )

    def _found(self, asked: _Order) -> tuple[str, Payment]:
        if asked.key is None or asked.amount is None:
            raise RefusedError("PROVIDER_ERROR")
        payment = self._payments.get(asked.key)
        if payment is None:
            if asked.order_id is None:
                raise RefusedError("")  # the handler itself fails: there is no text to tell
            payment = self._payments[asked.key] = Payment(asked.order_id, asked.amount)
        return asked.key, payment

    def _cancel(self, key: str, amount: int | None) -> Reply:
        payment = self._payments.get(key)
        if payment is None:
            raise RefusedError("NOT_FOUND")
        if payment.state == "INITIATED":
            raise RefusedError("NOT_APPROVED")
        if payment.state == "APPROVED":
            if amount is not None and amount != payment.amount:
                raise RefusedError("PARTIAL_MISMATCH")
            payment.state, payment.canceled_ns = "CANCELED", self._now_ns()
            self.moved.append(Moved(key, -payment.amount, self._clock.now_ms()))
        return self._json(200, {"status": payment.state, "canceledAt": _instant(payment.canceled_ns)})

    def _now_ns(self) -> int:
        return self._clock.now_ms() * 1_000_000 + self._random.randrange(1_000_000)

    def _json(self, status: int, body: Mapping[str, object]) -> Reply:
        keys = list(body)
        random.Random(self._order_of_keys).shuffle(keys)  # noqa: S311 - repeatable on purpose
        return json_reply(status, {key: body[key] for key in keys}, self._clock.now_ms())


def _cancelled(path: str) -> str | None:
    """Key of the payment that a path asks to cancel."""
    match path.split("/"):
        case ["", "v1", "payments", key, "cancel"] if key:
            return unquote(key)
        case _:
            return None


def _read(request: Request) -> Mapping[str, object]:
    """A JSON object; a missing body or another type is an error inside the server."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise RefusedError("PROVIDER_ERROR")
    if not request.body.strip().startswith(b"{"):
        raise RefusedError("PROVIDER_ERROR")
    fields = json_object(request.body)
    if not fields and request.body.strip().strip(b"{}").strip():
        raise RefusedError("PROVIDER_ERROR")
    return fields


def _read_order(request: Request) -> _Order:
    fields = _read(request)
    return _Order(_text(fields.get("paymentKey")), _text(fields.get("orderId")), _number(fields.get("amount")))


def _text(value: object) -> str | None:
    """As the server's JSON library reads a text: numbers and truth values are written out."""
    match value:
        case None | str():
            return value
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case _:
            raise RefusedError("PROVIDER_ERROR")


def _number(value: object) -> int | None:
    """As it reads a whole number: digits in quotes count, and what is behind the point is cut off."""
    match value:
        case None:
            return None
        case bool():
            raise RefusedError("PROVIDER_ERROR")
        case int():
            read = value
        case float() | str():
            try:
                read = int(value)
            except (ValueError, OverflowError):
                raise RefusedError("PROVIDER_ERROR") from None
        case _:
            raise RefusedError("PROVIDER_ERROR")
    if not -(2**31) <= read <= LARGEST_AMOUNT:
        raise RefusedError("PROVIDER_ERROR")
    return read


def _instant(ns: int) -> str:
    """A moment as Java prints it: in UTC, with 0, 3, 6 or 9 digits of a second."""
    seconds, rest = divmod(ns, 1_000_000_000)
    whole = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    digits = f"{rest:09d}"
    while digits.endswith("000"):
        digits = digits[:-3]
    return f"{whole}.{digits}Z" if digits else f"{whole}Z"
