"""The relay's messages, built and parsed. Pure.

Source: loyalty relay document, 3.1 to 3.8 and 5.1; every looser reading is told where it is made. Amounts are integer
strings of 10^-18; free text of the relay is never looked at.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import require
from kiosk.domain.money import TOKEN_DECIMALS, Money, to_token_units
from kiosk.domain.operation import WireRequest
from kiosk.services.gateways.loyalty.answers import ERRORS, FIRST_STATUS, STATUSES, Answer, Call, Numbering, Paths

BASE: Final = "/v1/payment"
PURCHASE_LONGEST: Final = 66
"""What the relay's column takes [characters]; longer ones are a server error there."""

LONGEST_AMOUNT: Final = 40
LONGEST_ID: Final = 128
"""Longer ids than any relay makes are not kept."""

PATHS: Final[Mapping[Paths, Mapping[Call, str]]] = MappingProxyType(
    {
        Paths.SPEC: {
            Call.OPEN: f"{BASE}/openNew",
            Call.CAPTURE: f"{BASE}/closeNew",
            Call.VOID: f"{BASE}/closeNew",
            Call.OPEN_CANCEL: f"{BASE}/openCancel",
            Call.CLOSE_CANCEL: f"{BASE}/closeCancel",
        },
        Paths.RELAY: {
            Call.OPEN: f"{BASE}/new/open",
            Call.CAPTURE: f"{BASE}/new/close",
            Call.VOID: f"{BASE}/new/close",
            Call.OPEN_CANCEL: f"{BASE}/cancel/open",
            Call.CLOSE_CANCEL: f"{BASE}/cancel/close",
        },
    }
)
"""The calls that change something; the questions have the same paths everywhere."""

_WALLET: Final = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks.

    Attributes:
        shop: The shop's id, 0x and 64 hex digits.
        key: The relay's access key.
    """

    shop: str
    key: Confidential

    @property
    def headers(self) -> Mapping[str, str]:
        """The bare key; where a relay reads it, it wins over the body's. Older ones read the body's alone."""
        return {"Authorization": self.key.reveal()}


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a payment must say to be ours.

    Attributes:
        id: Our purchaseId.
        amount: What was asked.
        shop: Where.
        payment: The relay's paymentId; "" before it is known.
    """

    id: str
    amount: Money
    shop: str
    payment: str = ""


# -- requests


def open_new(paths: Paths, account: Account, purchase: Purchase, wallet: Confidential) -> WireRequest:
    """Ask the customer on their phone. Source: 3.3.

    Raises:
        BugError: something that the relay would refuse, or worse take: no amount, no wallet, no key.
    """
    require(purchase.amount.is_positive, "a payment of nothing is not asked for")
    require(_WALLET.fullmatch(wallet.reveal()), "a wallet is 0x and 40 hex digits")
    body = {
        "accessKey": _key(account),
        "purchaseId": purchase.id,
        "amount": to_token_units(purchase.amount),
        "currency": purchase.amount.currency.value.lower(),
        "shopId": account.shop,
        # in any other case a relay checks a sum in the letters, and fails on it in its own way
        "account": wallet.reveal().lower(),
    }
    return _post(Call.OPEN, purchase.id, paths, body)


def capture(paths: Paths, account: Account, payment: str, operation: str) -> WireRequest:
    """Take what the customer approved. Source: 3.4; `confirm` is later than the document."""
    return _post(Call.CAPTURE, operation, paths, _closing(account, payment, confirm=True))


def void(paths: Paths, account: Account, payment: str, operation: str) -> WireRequest:
    """Close without taking: what the customer approved goes back to them."""
    return _post(Call.VOID, operation, paths, _closing(account, payment, confirm=False))


def open_cancel(paths: Paths, account: Account, payment: str, operation: str) -> WireRequest:
    """Ask the owner on their phone to give back. Source: 3.5."""
    return _post(Call.OPEN_CANCEL, operation, paths, _naming(account, payment))


def close_cancel(paths: Paths, account: Account, payment: str, operation: str) -> WireRequest:
    """Give back what the owner approved. Source: 3.6; without it the customer stays charged."""
    return _post(Call.CLOSE_CANCEL, operation, paths, _closing(account, payment, confirm=True))


def _closing(account: Account, payment: str, *, confirm: bool) -> dict[str, str]:
    # a string, as the relays' own clients send it
    return {**_naming(account, payment), "confirm": "true" if confirm else "false"}


def _naming(account: Account, payment: str) -> dict[str, str]:
    require(payment, "a payment that is changed has an id")
    return {"accessKey": _key(account), "paymentId": payment}


def _key(account: Account) -> str:
    require(account.key.reveal(), "the relay wants a key")
    return account.key.reveal()


def _post(call: Call, request_id: str, paths: Paths, body: Mapping[str, str]) -> WireRequest:
    return WireRequest(call, request_id, "POST", PATHS[paths][call], to_body(body))


def to_body(fields: Mapping[str, str]) -> bytes:
    """A request's body."""
    return json.dumps(fields, separators=(",", ":")).encode()


def question(call: Call, **params: str) -> str:
    """Path and query of a question. Source: 3.1, 3.2, 3.7, 3.8, 5.1."""
    paths = {
        Call.BALANCE: "user/balance",
        Call.INFO: "info",
        Call.SHOP: "shop/info",
        Call.WITHDRAWAL: "shop/withdrawal",
        Call.ITEM: "item",
    }
    return f"{BASE}/{paths[call]}?{urlencode(params)}"


# -- the envelope


@dataclass(frozen=True, slots=True)
class Envelope:
    """A complete answer of the relay.

    Attributes:
        code: 0 is success; the document's generation has 200.
        data: What it says; empty when it failed.
        invalid: Names of parameters that it found wanting.
    """

    code: int
    data: Fields
    invalid: frozenset[str]

    @property
    def is_success(self) -> bool:
        """The relay did as asked; whether anything was paid is in the data."""
        return self.code in (0, 200) and bool(self.data)


def read_envelope(status: int, fields: Fields) -> Envelope | None:
    """The envelope of an answer; None for a page of a proxy or framework. A handler always answers with HTTP 200."""
    code = fields.get("code")
    if status != 200 or type(code) is not int:
        return None
    data = fields.get("data")
    error = fields.get("error")
    return Envelope(code, data if isinstance(data, dict) else {}, _invalid(error if isinstance(error, dict) else {}))


def _invalid(error: Fields) -> frozenset[str]:
    """What a validation error (2001) names: `param`, or `path` in later versions of its library."""
    listed = error.get("validation")
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    names = (one.get("param", one.get("path")) for one in found)
    return frozenset(name for name in names if isinstance(name, str))


# -- a payment

OPENED_AT: Final = "openNewTimestamp"
CANCEL_OPENED_AT: Final = "openCancelTimestamp"
"""When the relay took the request, by its own clock [s since 1970]; 0 when it has not. Source: 3.3, 3.5."""


@dataclass(frozen=True, slots=True)
class Read:
    """What an answer about a payment says.

    Attributes:
        answer: In our words.
        payment: The paymentId it names, or "".
        numbering: As the status of an opening tells it; None elsewhere, or where it cannot be read.
        facts: What is kept of it: the status number, and points as answered.
    """

    answer: Answer
    payment: str = ""
    numbering: Numbering | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def read_opening(envelope: Envelope, paths: Paths, purchase: Purchase) -> Read:
    """An answer to an opening: its payment, and by which numbers it is counted. Source: 3.3."""
    if not envelope.is_success:
        return Read(ERRORS.get(envelope.code, Answer.NO_ANSWER), facts={"code": str(envelope.code)})
    data, payment = envelope.data, envelope.data.get("paymentId")
    if not isinstance(payment, str) or not 0 < len(payment) <= LONGEST_ID or not _is_ours(data, purchase):
        return Read(Answer.OTHER_PAYMENT, facts=_kept(data))
    status = data.get("paymentStatus")
    numbering = FIRST_STATUS.get((paths, status)) if type(status) is int else None
    answer = Answer.OTHER_STATUS if numbering is None else Answer.OPENED
    return Read(answer, payment, numbering, _kept(data))


def read_payment(envelope: Envelope, numbering: Numbering, purchase: Purchase) -> Read:
    """An answer to a close, a cancel or a look. Paid is believed of our payment alone, to the unit (law 4)."""
    if not envelope.is_success:
        return Read(ERRORS.get(envelope.code, Answer.NO_ANSWER), facts={"code": str(envelope.code)})
    data = envelope.data
    if data.get("paymentId") != purchase.payment or not _is_ours(data, purchase):
        return Read(Answer.OTHER_PAYMENT, facts=_kept(data))
    status = data.get("paymentStatus")
    known = STATUSES[numbering]
    answer = known.get(status, Answer.OTHER_STATUS) if type(status) is int else Answer.OTHER_STATUS
    return Read(answer, purchase.payment, numbering, _kept(data))


def read_found(envelope: Envelope, paths: Paths, purchase: Purchase) -> Read:
    """An answer to a look for a payment that only a message has named. Source: 5.1."""
    read = read_payment(envelope, Numbering.RELAY, purchase)
    if read.answer is not Answer.OTHER_STATUS or paths is not Paths.SPEC:
        return read
    return read_payment(envelope, Numbering.SPEC, purchase)


def _is_ours(data: Fields, purchase: Purchase) -> bool:
    """Our id comes back trimmed, the currency in lower case, ids of the ledger in any case."""
    wanted = {
        "purchaseId": purchase.id,
        "amount": to_token_units(purchase.amount),
        "currency": purchase.amount.currency.value.lower(),
        "shopId": purchase.shop.lower(),
    }
    told = {name: data.get(name) for name in wanted}
    for name in ("currency", "shopId"):
        text = told[name]
        told[name] = text.lower() if isinstance(text, str) else text
    return told == wanted


def _kept(data: Fields) -> dict[str, str]:
    """The relay's own numbers and times, as evidence. The account it names is a person's and is not kept."""
    status = data.get("paymentStatus")
    kept = {"status": str(status)} if type(status) is int else {}
    for name in ("paidPoint", "feePoint", "totalPoint", "paidToken", "feeToken", "totalToken"):
        units = token_units(data.get(name))
        if units:
            kept[name] = str(units)
    for name in (OPENED_AT, CANCEL_OPENED_AT):
        moment = data.get(name)
        if type(moment) is int and moment > 0:
            kept[name] = str(moment)
    return kept


def token_units(value: object) -> int | None:
    """An amount of 10^-18 units; None when it is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= LONGEST_AMOUNT:
        return int(value)
    return None


# -- a wallet and a shop


@dataclass(frozen=True, slots=True)
class Quote:
    """What a payment would cost a wallet.

    Attributes:
        amount: What is paid.
        balance: What it holds [10^-18 of a point or token].
        total: What would be taken, the fee included [the same].
        fee: The fee, in the shop's currency, rounded up: nobody pays more than they were told.
        holds: The balance in the shop's currency, rounded down.
        leaves: What is left of it then, the same; nothing where it is not enough. Not to be reckoned from the others:
            each is rounded for itself.
    """

    amount: Money
    balance: int
    total: int
    fee: Money
    holds: Money
    leaves: Money

    @property
    def is_enough(self) -> bool:
        """The wallet can pay it."""
        return self.total <= self.balance


def read_quote(envelope: Envelope, amount: Money) -> Quote | None:
    """What a payment would cost. Source: 3.2; loyaltyType 1 pays in tokens, and later relays have points alone."""
    data = envelope.data
    kind = "Token" if data.get("loyaltyType") == 1 else "Point"
    asked, balance, fee = (token_units(data.get(name)) for name in ("amount", "balance", "feeValue"))
    paid, total = (token_units(data.get(f"{name}{kind}")) for name in ("paid", "total"))
    if balance is None or fee is None or not paid or total is None or asked != int(to_token_units(amount)):
        return None
    minor = 10 ** (TOKEN_DECIMALS - amount.currency.exponent)

    def whole(units: int) -> Money:
        return Money(units * asked // paid // minor, amount.currency)

    leaves = whole(max(0, balance - total))
    return Quote(amount, balance, total, Money(-(-fee // minor), amount.currency), whole(balance), leaves)


def read_balance(envelope: Envelope) -> int | None:
    """What a wallet holds [10^-18 of a point or token]. Source: 3.1."""
    return token_units(envelope.data.get("balance"))


@dataclass(frozen=True, slots=True)
class Shop:
    """What the relay says of a shop. Source: 3.7; what only some generations tell is empty in others.

    Attributes:
        name: "" when it does not know it.
        is_active: It takes payments. Where no status is told, a shop with a name is active.
        has_delegator: Cancels are approved without the owner.
        totals: Amounts as answered, by the relay's names [10^-18].
    """

    name: str
    is_active: bool
    has_delegator: bool
    totals: Mapping[str, int]


ACTIVE: Final = 1
NOBODY: Final = frozenset({"", "0x" + "0" * 40})
TOTALS: Final = (
    "providedPoint",
    "usedPoint",
    "settledPoint",
    "withdrawnPoint",
    "providedAmount",
    "usedAmount",
    "settledAmount",
    "withdrawnAmount",
    "refundedAmount",
)


def read_shop(envelope: Envelope) -> Shop | None:
    """A shop. An unknown one is a success with an empty name: no error code tells it."""
    if not envelope.is_success:
        return None
    data = envelope.data
    name, status, delegator = data.get("name"), data.get("status"), data.get("delegator")
    name = name if isinstance(name, str) else ""
    totals = {one: units for one in TOTALS if (units := _units_or_number(data.get(one))) is not None}
    has_delegator = isinstance(delegator, str) and delegator.lower() not in NOBODY
    return Shop(name, bool(name) and status in (None, ACTIVE), has_delegator, totals)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What the shop has asked to be paid out. Source: 3.8.

    Attributes:
        amount: How much [10^-18].
        is_open: It is under way.
    """

    amount: int
    is_open: bool


_OPEN: Final[Mapping[object, bool]] = MappingProxyType({0: False, 1: True, "Closed": False, "Opened": True})
"""withdrawStatus: a number in the document, a word in the relays that still had it."""


def read_withdrawal(envelope: Envelope) -> Withdrawal | None:
    """A withdrawal; None where the relay has no such call any more."""
    amount, status = _units_or_number(envelope.data.get("withdrawAmount")), envelope.data.get("withdrawStatus")
    if amount is None or not isinstance(status, int | str) or status not in _OPEN:
        return None
    return Withdrawal(amount, _OPEN[status])


def _units_or_number(value: object) -> int | None:
    """Settled points are an `int` in the document, and a string in the relays."""
    return value if type(value) is int and value >= 0 else token_units(value)
