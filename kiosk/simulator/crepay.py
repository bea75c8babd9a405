"""The Crepay coupon server.

Source: Crepay document; its newer revision for network cancel. Where both are silent, the reading is ours and says so.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from typing_extensions import override

from kiosk.simulator.world import (
    Call,
    Clock,
    Moved,
    Reply,
    Request,
    Server,
    basic_credential,
    framework_reply,
    json_object,
    json_reply,
)

FOLDER = "/v1/pay/code/zlgoon/"
METHODS = {"balance": "GET", "checkout": "POST", "cancel": "PATCH", "cancel-network": "PATCH"}
ID_KEYS = ("transactionId", "checkoutId", "cancelTtransactionId", "barcode")
WINDOW_MS = 5 * 60 * 1000  # ours: the document says "too far" and no figure
COUPONS = {
    "98765432123456789": 56_700,  # the document's sample
    "11112222333344445": 3_000,
    "11112222333344446": 0,
    "11112222333344447": 12_300,
}


class Code(StrEnum):
    """Source: Crepay document, 'error codes'."""

    UNKNOWN_BARCODE = "ZLGN001"
    REPEATED_ID = "ZLGN002"
    CLOCK_TOO_FAR = "ZLGN003"
    BALANCE_TOO_SMALL = "ZLGN011"
    WITHDRAWAL_FAILED = "ZLGN012"
    NOTHING_TO_CANCEL = "ZLGN021"


class CrepaySettings(BaseModel):
    """How this server behaves where the document leaves a choice.

    Attributes:
        id: User of the basic authentication.
        password: Its password.
        cancel_network: "off" is a server older than that call.
        repeated_cancel: Whether cancelling twice is accepted (200) or refused (ZLGN021).
        cancel_by: What `cancelTtransactionId` names: the description says approval number, the sample transaction id.
        error_status: HTTP status of an answer with an errorCode; the document says only "not 200".
        window_ms: How far a timestamp may be from the server's clock [ms].
        skew_ms: How far the server's clock is ahead of the world's [ms].
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: str = "demo"
    password: str = "demo"  # noqa: S105 - nothing is behind it
    cancel_network: Literal["on", "off"] = "on"
    repeated_cancel: Literal["accept", "refuse"] = "accept"
    cancel_by: Literal["transaction", "approval"] = "transaction"
    error_status: int = Field(default=400, ge=300, le=599)
    window_ms: int = Field(default=WINDOW_MS, ge=0)
    skew_ms: int = 0


class _Message(BaseModel):
    """The keys every request carries, with their types. Unknown keys are ignored, as JSON servers do."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True, strict=True)

    transaction_id: str = Field(min_length=1)
    timestamp: int
    barcode: str
    item_name: str
    brand_id: str
    store_code: str
    store_name: str
    pos_device_id: str


class _Balance(_Message):
    pay_amount: int


class _Checkout(_Message):
    checkout_id: str = Field(min_length=1)
    pay_amount: int = Field(ge=1)


class _Cancel(_Message):
    cancel_ttransaction_id: str = Field(alias="cancelTtransactionId")  # the document's own spelling
    cancel_amount: int = Field(ge=1)


_MessageT = TypeVar("_MessageT", bound=_Message)


@dataclass(slots=True)
class Coupon:
    """A coupon, and the bank account behind it.

    Attributes:
        balance: What can be paid with it [won].
        withdrawal_fails: The account refuses (ZLGN012).
    """

    balance: int
    withdrawal_fails: bool = False


@dataclass(slots=True)
class Taken:
    """Money taken from a coupon, and perhaps given back."""

    transaction_id: str
    checkout_id: str
    barcode: str
    amount: int
    at_ms: int
    returned: bool = False


class RefusedError(Exception):
    """The server refuses with one of its codes."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class CrepayServer(Server):
    """Coupons, the money taken from them, and every transaction id ever seen."""

    def __init__(self, clock: Clock, settings: CrepaySettings | None = None) -> None:
        self._clock = clock
        self.settings = settings or CrepaySettings()
        self.coupons = {barcode: Coupon(balance) for barcode, balance in COUPONS.items()}
        self._taken: list[Taken] = []
        self.moved: list[Moved] = []
        self._ids: set[str] = set()

    @override
    def call_of(self, request: Request) -> Call:
        name = _name_of(request.path)
        body = json_object(request.body)
        ids = {key: value for key in ID_KEYS if isinstance(value := body.get(key), str)}
        return Call(name if METHODS.get(name) == request.method else "unknown", ids)

    @override
    def handle(self, request: Request) -> Reply:
        if request.headers.get("authorization") != basic_credential(self.settings.id, self.settings.password):
            return framework_reply(401, request, self.now_ms())
        name = _name_of(request.path)
        if name not in METHODS or (name == "cancel-network" and self.settings.cancel_network == "off"):
            return framework_reply(404, request, self.now_ms())
        if METHODS[name] != request.method:
            return framework_reply(405, request, self.now_ms())
        try:
            return json_reply(200, self._answer(name, request.body), self.now_ms())
        except ValidationError:  # ours: the document has no code for a malformed request
            return framework_reply(400, request, self.now_ms())
        except RefusedError as refused:
            return self.refusal(refused.code)

    def refusal(self, code: str, status: int | None = None) -> Reply:
        """An answer with an error code."""
        return json_reply(status or self.settings.error_status, {"errorCode": code}, self.now_ms())

    @override
    def internal_error(self, request: Request) -> Reply:
        return framework_reply(500, request, self.now_ms())

    @override
    def unauthorised(self, request: Request) -> Reply:
        return framework_reply(401, request, self.now_ms())

    @override
    def nothing_there(self, request: Request) -> Reply:
        return self.refusal(Code.NOTHING_TO_CANCEL)

    @override
    def declined(self, request: Request) -> Reply:
        return self.refusal(Code.WITHDRAWAL_FAILED)

    @override
    def books(self) -> dict[str, Any]:
        return {
            "entries": [
                {
                    "transactionId": taken.transaction_id,
                    "checkoutId": taken.checkout_id,
                    "barcode": taken.barcode,
                    "amount": taken.amount,
                    "state": "RETURNED" if taken.returned else "TAKEN",
                    "at": taken.at_ms,
                }
                for taken in self._taken
            ],
            "coupons": {
                barcode: {
                    "balance": coupon.balance,
                    "net": sum(t.amount for t in self._taken if t.barcode == barcode and not t.returned),
                }
                for barcode, coupon in self.coupons.items()
            },
        }

    def now_ms(self) -> int:
        """The server's own clock, which may be wrong [ms since 1970]."""
        return self._clock.now_ms() + self.settings.skew_ms

    def _answer(self, name: str, body: bytes) -> dict[str, object]:
        match name:
            case "balance":
                return self._balance(self._admit(_Balance.model_validate_json(body)))
            case "checkout":
                return self._checkout(self._admit(_Checkout.model_validate_json(body)))
            case _:
                return self._cancel(self._admit(_Cancel.model_validate_json(body)))

    def _admit(self, message: _MessageT) -> _MessageT:
        """Hold what is common to all calls. An id is spent by whatever names it, even if refused (ours)."""
        repeated = message.transaction_id in self._ids
        self._ids.add(message.transaction_id)
        if abs(message.timestamp - self.now_ms()) > self.settings.window_ms:
            raise RefusedError(Code.CLOCK_TOO_FAR)
        if repeated:
            raise RefusedError(Code.REPEATED_ID)
        if message.barcode not in self.coupons:
            raise RefusedError(Code.UNKNOWN_BARCODE)
        return message

    def _balance(self, message: _Balance) -> dict[str, object]:
        return _echo(message) | {"balance": self.coupons[message.barcode].balance}

    def _checkout(self, message: _Checkout) -> dict[str, object]:
        coupon = self.coupons[message.barcode]
        if message.pay_amount > coupon.balance:
            raise RefusedError(Code.BALANCE_TOO_SMALL)
        if coupon.withdrawal_fails:
            raise RefusedError(Code.WITHDRAWAL_FAILED)
        coupon.balance -= message.pay_amount
        now_ms, amount = self._clock.now_ms(), message.pay_amount
        self._taken.append(Taken(message.transaction_id, message.checkout_id, message.barcode, amount, now_ms))
        self.moved.append(Moved(message.transaction_id, amount, now_ms))
        return _echo(message) | {"checkedOutAmount": message.pay_amount}

    def _cancel(self, message: _Cancel) -> dict[str, object]:
        taken = self._find(message)
        if taken is None or (taken.returned and self.settings.repeated_cancel == "refuse"):
            raise RefusedError(Code.NOTHING_TO_CANCEL)
        if not taken.returned:
            taken.returned = True
            self.coupons[taken.barcode].balance += taken.amount
            self.moved.append(Moved(taken.transaction_id, -taken.amount, self._clock.now_ms()))
        return _echo(message) | {
            "canceledTransactionId": message.cancel_ttransaction_id,
            "canceledAmount": taken.amount,
        }

    def _find(self, message: _Cancel) -> Taken | None:
        """The money a cancel means: the named one, of this coupon, in full (ours: the document has no partial one)."""
        by_approval = self.settings.cancel_by == "approval"
        for taken in self._taken:
            name = taken.checkout_id if by_approval else taken.transaction_id
            if (name, taken.barcode, taken.amount) == (
                message.cancel_ttransaction_id,
                message.barcode,
                message.cancel_amount,
            ):
                return taken
        return None


def _name_of(path: str) -> str:
    return path.removeprefix(FOLDER) if path.startswith(FOLDER) else "unknown"


def _echo(message: _Message) -> dict[str, object]:
    return {"transactionId": message.transaction_id, "barcode": message.barcode}
