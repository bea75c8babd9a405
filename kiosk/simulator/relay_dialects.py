"""The words of two loyalty relays: the one that runs, and the one that the owner's document describes.

The document was a design, written a day before the code changed: no server is known that has its addresses. What such a
server would do is *ours*: it goes by the rules of the one that runs, speaks the document's words, keeps a denial when
it is closed (the document has no state for that), calls the kiosk for an approval that failed (the document has a code
for it), and has two switches for what the document leaves open: RelaySettings.confirm_honoured and forced_close.

Source: facts of the loyalty relay, 'kiosk endpoints', 'callback', 'state machine'; loyalty document, 3.1 to 3.8, 4, 5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from kiosk.simulator.relay_accounts import ZERO
from kiosk.simulator.relay_chain import Counter
from kiosk.simulator.relay_money import FEE, FEE_BASE, Figures
from kiosk.simulator.relay_records import NEW, Payment, Phase, Step
from kiosk.simulator.relay_settings import RelaySettings

FOLDER = "/v1/payment/"
POINTS = 0  # the document's loyaltyType: here everybody pays with points
SAMPLE_DENIED, TABLE_DENIED, CONTRACT_ERROR, TIMEOUT = 2001, 1001, 1002, 2000

TEXTS: Mapping[int, str] = {
    1211: "No rate for this currency",
    1501: "Signature not valid",
    1511: "Insufficient balance",
    1534: "Too late to cancel this payment",
    2001: "Failed to check the validity of parameters",
    2002: "The access key entered is not valid",
    2003: "The payment ID is not exist",
    2004: "Temporary address that does not exist",
    2005: "Mobile notification not allowed",
    2020: "The status code for this payment cannot be approved",
    2022: "The status code for this payment cannot be cancel",
    2024: "This payment cannot be closed in this status",
    2025: "Already approved",
    2026: "This payment has already been closed",
    2027: "Already approved, and failed",
    2028: "This payment cannot be denied in this status",
    2029: "This payment was closed by force",
    2030: "This payment cannot be closed before it is approved",
    5000: "Smart Contract Error",
    7000: "Timeout period expired",
}
"""For people; no program may go by them, as they differ between versions."""


class Event(Enum):
    """What the kiosk is called for."""

    SUCCESS = auto()
    DENIED = auto()
    TIMED_OUT = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Route:
    """A call at an address.

    Attributes:
        call: Its name.
        approve: The answer that lies in the address itself; None where the body says it.
    """

    call: str
    approve: bool | None = None


Routes = dict[tuple[str, str], Route]

_COMMON: Routes = {
    ("GET", "/"): Route("liveness"),
    ("GET", FOLDER + "user/balance"): Route("balance"),
    ("GET", FOLDER + "info"): Route("info"),
    ("GET", FOLDER + "shop/info"): Route("shop"),
    ("GET", FOLDER + "item"): Route("item"),
    ("POST", FOLDER + "account/temporary"): Route("temporary"),
}
_RELAY: Routes = _COMMON | {
    ("POST", FOLDER + "new/open"): Route("open_new"),
    ("POST", FOLDER + "new/close"): Route("close_new"),
    ("POST", FOLDER + "new/approval"): Route("approve_new"),
    ("POST", FOLDER + "cancel/open"): Route("open_cancel"),
    ("POST", FOLDER + "cancel/close"): Route("close_cancel"),
    ("POST", FOLDER + "cancel/approval"): Route("approve_cancel"),
}
_WITHDRAWAL: Routes = {("GET", FOLDER + "shop/withdrawal"): Route("withdrawal")}
_SPEC: Routes = (
    _COMMON
    | _WITHDRAWAL
    | {
        ("POST", FOLDER + "openNew"): Route("open_new"),
        ("POST", FOLDER + "closeNew"): Route("close_new"),
        ("POST", FOLDER + "create/confirm"): Route("approve_new", approve=True),
        ("POST", FOLDER + "create/deny"): Route("approve_new", approve=False),
        ("POST", FOLDER + "openCancel"): Route("open_cancel"),
        ("POST", FOLDER + "closeCancel"): Route("close_cancel"),
        ("POST", FOLDER + "cancel/confirm"): Route("approve_cancel", approve=True),
        ("POST", FOLDER + "cancel/deny"): Route("approve_cancel", approve=False),
    }
)
_SPEC_STATUS: Mapping[Step, int] = {
    Step.OPENED: 1,
    Step.SEND_FAILED: 1,
    Step.REVERTED: 1,
    Step.SENT: 2,
    Step.CONFIRMED: 2,
    Step.REPLIED: 2,
    Step.DENIED: 3,
    Step.CLOSED: 4,
}
SPEC_CANCEL, SPEC_TIMED_OUT = 4, 9
_STAMPS = ("openNewTimestamp", "closeNewTimestamp", "openCancelTimestamp", "closeCancelTimestamp")
_SPEC_STAMPS: Mapping[str, int] = {"open_new": 1, "close_new": 2, "open_cancel": 3, "close_cancel": 4}


def route_of(settings: RelaySettings, method: str, path: str) -> Route | None:
    """The call at an address, if this server has it."""
    if settings.dialect == "spec":
        return _SPEC.get((method, path))
    if settings.withdrawal and (method, path) in _WITHDRAWAL:
        return _WITHDRAWAL[method, path]
    return _RELAY.get((method, path))


def status_of(settings: RelaySettings, payment: Payment) -> int:
    """The number of a payment's state, as this server says it."""
    if settings.dialect == "relay":
        return payment.status
    step = payment.phase.step(payment.status)
    if step is None or step not in _SPEC_STATUS:
        return SPEC_TIMED_OUT
    return _SPEC_STATUS[step] + (0 if payment.phase is NEW else SPEC_CANCEL)


def balance_words(settings: RelaySettings, account: str, balance: int) -> dict[str, Any]:
    """What is in a wallet."""
    return {"account": account} | _loyalty_type(settings) | {"balance": str(balance)}


def info_words(
    settings: RelaySettings, account: str, currency: str, figures: Figures, balance: int, value: int
) -> dict[str, Any]:
    """What a payment would cost.

    Args:
        settings: Whose words.
        account: The wallet itself.
        currency: In small letters.
        figures: Estimated.
        balance: What is in the wallet [10^-18 points].
        value: The same in the currency [10^-18].
    """
    head = {"account": account} | _loyalty_type(settings)
    head |= {"amount": str(figures.paid_value), "currency": currency, "balance": str(balance)}
    if settings.dialect == "spec":
        return head | _figures(settings, figures)
    return head | {"balanceValue": str(value)} | _figures(settings, figures) | {"feeRate": FEE / FEE_BASE}


def shop_words(settings: RelaySettings, shop_id: str, counter: Counter | None) -> dict[str, Any]:
    """A shop; one that does not exist has no name and nothing else."""
    shop = counter.shop if counter else None
    provided, used, refunded = (counter.provided, counter.used, counter.refunded) if counter else (0, 0, 0)
    name, account = (shop.name, shop.account) if shop else ("", ZERO)
    if settings.dialect == "spec":
        return {
            "shopId": shop_id,
            "name": name,
            "provideWaitTime": 0,
            "providePercent": 0,
            "account": account,
            "providedPoint": str(provided),
            "usedPoint": str(used),
            "settledPoint": refunded,  # a number, as the document's table has it
            "withdrawnPoint": str(refunded),
        }
    return {
        "shopId": shop_id if shop else "0x" + "0" * 64,
        "name": name,
        "currency": shop.currency if shop else "",
        "status": shop.status if shop else 0,
        "account": account,
        "delegator": shop.delegator or ZERO if shop else ZERO,
        "providedAmount": str(provided),
        "usedAmount": str(used),
        "refundedAmount": str(refunded),
    }


def withdrawal_words(settings: RelaySettings, shop_id: str, counter: Counter | None) -> dict[str, Any]:
    """What a shop's owner has asked to be paid out."""
    amount = counter.shop.withdrawing if counter else 0
    words: tuple[object, object] = (0, 1) if settings.dialect == "spec" else ("Closed", "Opened")
    return {"shopId": shop_id, "withdrawAmount": str(amount), "withdrawStatus": words[amount > 0]}


def payment_words(settings: RelaySettings, payment: Payment, call: str) -> dict[str, Any]:
    """A payment, as the answer to a call of the kiosk's shows it."""
    head = _head(payment) | _loyalty_type(settings) | _figures(settings, payment.figures)
    head |= {"paymentStatus": status_of(settings, payment)}
    new, cancel = payment.new, payment.cancel
    if settings.dialect == "spec" and call == "item":
        return head | {"createTimestamp": new.opened_at, "cancelTimestamp": cancel.opened_at}
    stamps = dict(zip(_STAMPS, (new.opened_at, new.closed_at, cancel.opened_at, cancel.closed_at), strict=True))
    shown = _SPEC_STAMPS[call] if settings.dialect == "spec" else len(_STAMPS)
    return head | dict(list(stamps.items())[:shown])


def answer_words(settings: RelaySettings, payment: Payment, tx_hash: str | None) -> dict[str, Any]:
    """A payment, as the answer to a person's yes or no shows it."""
    head = _head(payment)
    if settings.dialect == "spec":
        head |= _loyalty_type(settings) | _figures(settings, payment.figures)
    head |= {"paymentStatus": status_of(settings, payment)}
    return head if tx_hash is None else head | {"txHash": tx_hash}


def callback_words(
    settings: RelaySettings, event: Event, phase: Phase, payment: Payment, balance: int
) -> dict[str, Any]:
    """A message to the kiosk, without the key."""
    data = _head(payment) | _loyalty_type(settings) | _figures(settings, payment.figures)
    if settings.dialect == "relay":
        codes = {
            Event.SUCCESS: (0, "Success"),
            Event.DENIED: (4000, "Denied by user"),
            Event.TIMED_OUT: (7000, TEXTS[7000]),
        }
        code, message = codes[event]
        data |= {"paymentStatus": payment.status}
        return {"type": f"pay_{phase.name}", "code": code, "message": message, "data": data}
    is_sample = settings.callback_words == "samples"
    noun = "payment" if phase is NEW else "cancellation"
    codes = {
        Event.SUCCESS: (0, f"The {noun} has been successfully completed."),
        Event.DENIED: (SAMPLE_DENIED if is_sample else TABLE_DENIED, f"The {noun} denied by user."),
        Event.TIMED_OUT: (TIMEOUT, f"The {noun} timed out."),
        Event.FAILED: (CONTRACT_ERROR, f"The {noun} failed."),
    }
    code, message = codes[event]
    types = ("openNew", "openCancel") if is_sample else ("create", "cancel")
    if event is Event.SUCCESS:
        data |= {"balance": str(balance)}
    return {"type": types[phase is not NEW], "code": code, "message": message, "data": data}


def _head(payment: Payment) -> dict[str, Any]:
    return {
        "paymentId": payment.payment_id,
        "purchaseId": payment.purchase_id,
        "amount": str(payment.amount),
        "currency": payment.currency,
        "shopId": payment.shop_id,
        "account": payment.account,
    }


def _loyalty_type(settings: RelaySettings) -> dict[str, Any]:
    return {"loyaltyType": POINTS} if settings.dialect == "spec" else {}


def _figures(settings: RelaySettings, figures: Figures) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for name, point, value in (
        ("paid", figures.paid_point, figures.paid_value),
        ("fee", figures.fee_point, figures.fee_value),
        ("total", figures.total_point, figures.total_value),
    ):
        words[f"{name}Point"] = str(point)
        if settings.dialect == "spec":
            words[f"{name}Token"] = "0"  # nobody pays with tokens here
        words[f"{name}Value"] = str(value)
    return words
