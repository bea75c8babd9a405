"""The receipt and the slip as data, drawn elsewhere; and the signed code that finds a sale again.

A document says nothing of its own about money: what became of a payment comes from the one table in told.py.
"""

import base64
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.domain.attempt import MASKED, RECEIPT, Attempt
from kiosk.domain.catalogue import Tax
from kiosk.domain.errors import require
from kiosk.domain.money import Money, split_vat
from kiosk.domain.order import OrderLine, OrderState, lines_total
from kiosk.domain.refund import REFUND_COUNTS
from kiosk.domain.sale import Sale
from kiosk.domain.told import OF_REFUND, Fact, TenderLine, Tone
from kiosk.domain.words import At, Said, Words


@dataclass(frozen=True, slots=True)
class Store:
    """Who sells, as a receipt names them.

    Attributes:
        name: Trade name (상호).
        business_number: Business registration number (사업자등록번호).
        address: Postal address.
        phone: Where a customer can ask.
    """

    name: str
    business_number: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class Heading:
    """Centred and bold."""

    words: Words


@dataclass(frozen=True, slots=True)
class Line:
    """From the left, over as many lines as it needs."""

    words: Words


@dataclass(frozen=True, slots=True)
class Note:
    """A line in small type: long ids that nobody reads aloud, unbroken also on narrow paper."""

    words: Words


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing on the left, another at the right edge."""

    left: Words
    right: Words
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Big:
    """The largest text on the paper: a number that is called out or told."""

    words: Words


@dataclass(frozen=True, slots=True)
class Code:
    """A code to be scanned: drawn as QR, with its text below."""

    text: str


Row = Heading | Line | Note | Pair | Rule | Big | Code


@dataclass(frozen=True, slots=True)
class Document:
    """What is printed, from top to bottom.

    Attributes:
        language: Language code of its sentences.
        rows: Its rows.
    """

    language: str
    rows: tuple[Row, ...]


SOLD: Final = frozenset(
    {OrderState.PAID, OrderState.REFUNDING, OrderState.REFUNDED, OrderState.PARTLY_REFUNDED},
)
"""States of an order that has a receipt. Source: law 6."""


class SlipReason(StrEnum):
    """Why a slip is printed, as text keys."""

    PARKED = "slip.parked"
    """An answer was missing for too long; the till went on to the next customer."""
    UNCLAIMED = "slip.unclaimed"
    """Nobody came back for the order."""
    UNWOUND = "slip.unwound"
    """The customer gave up; what had been taken is given back."""
    STAFF = "slip.staff"
    """The till cannot end this by itself."""
    CANCELLED = "slip.cancelled"
    """Staff had a paid order given back."""
    TRANSFER_LEFT = "slip.transfer_left"
    """Nobody waits for a transfer any more, and one may be under way."""


def receipt_document(
    sale: Sale, store: Store, code: str, sold_at_ms: int, language: str, *, reprint: bool = False
) -> Document:
    """The receipt of a sale. Printed later, it also tells what was given back since.

    Args:
        sale: An order that became PAID.
        store: Who sold.
        code: The signed code of the order.
        sold_at_ms: When it became PAID, UTC epoch [ms].
        language: Language code of goods and sentences.
        reprint: It has been printed before.

    Raises:
        BugError: the order was never paid.
    """
    order = sale.order
    require(order.state in SOLD, f"no receipt of an order that is {order.state}")
    rows: list[Row] = [
        Heading(store.name),
        Line(Said("receipt.business_number", {"number": store.business_number})),
        Line(store.address),
        Line(Said("receipt.phone", {"phone": store.phone})),
        Rule(),
        *([Heading(Said("receipt.reprint"))] if reprint else []),
        Heading(Said("receipt.order_number")),
        Big(order.number),
        Pair(Said("receipt.sold_at"), At(sold_at_ms)),
        Rule(),
        *(row for line in order.lines for row in _goods_rows(line, language)),
        Rule(),
        *_vat_rows(order.lines),
        Pair(Said("receipt.total"), order.total, strong=True),
        Rule(),
        *(row for line in sale.told if line.tone is not Tone.CALM for row in _receipt_rows(sale, line)),
        Rule(),
        *(row for line in sale.told if line.fact is Fact.RECEIVED for row in _own_receipt(_attempt(sale, line))),
        Pair(Said("receipt.inquiry_code"), order.code),
        Code(code),
    ]
    return Document(language, tuple(rows))


def trial_document(store: Store, language: str) -> Document:
    """What a printer's test prints: the store's name, and a line with every kind of letter."""
    rows = (Heading(store.name), Rule(), Big(Said("receipt.test")), Line(Said("receipt.test_line")))
    return Document(language, rows)


def slip_document(sale: Sale, store: Store, reason_key: str, language: str) -> Document:
    """What a customer or staff holds in hand when a sale did not end as a sale.

    Args:
        sale: Whatever its state; each payment is told as that state allows, and no better.
        store: Who sells.
        reason_key: Text key of why it is printed; a SlipReason.
        language: Language code of its sentences.
    """
    order = sale.order
    settled = all(line.tone in (Tone.CALM, Tone.DONE) and line.fact is not Fact.RECEIVED for line in sale.told)
    # the order goes on, and nothing has come that staff could return
    is_kept = settled or reason_key == SlipReason.TRANSFER_LEFT
    rows: list[Row] = [
        Heading(store.name),
        Rule(),
        Heading(Said("receipt.inquiry_code")),
        Big(order.code),
        Line(Said(reason_key, {"code": order.code})),
        Pair(Said("slip.opened_at"), At(order.opened.wall_ms)),
        Pair(Said("slip.as_of"), At(_last_change_ms(sale))),
        Rule(),
        *(row for line in sale.told for row in (*_tender_rows(sale, line), *_told_rows(sale, line))),
        Rule(),
        Pair(Said("slip.total"), order.total, strong=True),
        Rule(),
        Line(Said("slip.keep" if is_kept else "slip.show_staff")),
        Line(Said("receipt.phone", {"phone": store.phone})),
    ]
    return Document(language, tuple(rows))


def _goods_rows(line: OrderLine, language: str) -> tuple[Row, ...]:
    name = line.name(language)
    return (
        Line(Said("receipt.exempt_goods", {"name": name}) if line.tax is Tax.EXEMPT else name),
        Pair(Said("receipt.quantity", {"quantity": str(line.quantity), "price": line.price}), line.total),
    )


def _vat_rows(lines: tuple[OrderLine, ...]) -> tuple[Row, ...]:
    currency = lines[0].price.currency
    taxable, exempt = (
        lines_total((line for line in lines if line.tax is tax), currency) for tax in (Tax.TAXABLE, Tax.EXEMPT)
    )
    split = split_vat(taxable, exempt)
    return (
        Pair(Said("receipt.supply"), split.supply),
        Pair(Said("receipt.vat"), split.vat),
        Pair(Said("receipt.exempt"), split.exempt),
    )


def _receipt_rows(sale: Sale, line: TenderLine) -> tuple[Row, ...]:
    """A payment on a receipt, where only what became of it later needs a sentence."""
    tender = _tender_rows(sale, line)
    return tender if line.fact is Fact.RECEIVED else (*tender, *_told_rows(sale, line))


def _tender_rows(sale: Sale, line: TenderLine) -> tuple[Row, ...]:
    """How it was to be paid, how much, and the payment system's evidence if it gave one."""
    attempt = _attempt(sale, line)
    method = _method(attempt)
    head: Row = Line(method) if line.amount is None else Pair(method, line.amount)
    return (
        (head,)
        if attempt.transaction is None
        else (head, Note(Said("receipt.reference", {"reference": attempt.transaction})))
    )


def _own_receipt(attempt: Attempt) -> tuple[Row, ...]:
    """The payment system's own receipt, to be looked at on a phone."""
    address = attempt.facts.get(RECEIPT, "")
    return (Heading(Said("receipt.of_method", {"method": _method(attempt)})), Code(address)) if address else ()


def _told_rows(sale: Sale, line: TenderLine) -> tuple[Row, ...]:
    """What is told about a payment; with refunds, a row for each with its own amount, so that no part reads as all.

    A refund that was refused is left out once another followed. What a person has said the end of is told as they said.
    """
    if sale.resolution_of(line.attempt_id) is not None:
        return (Line(_fact(sale, line.fact, line.method, line.amount)),)
    last = sale.last_refund(line.attempt_id)
    refunds = tuple(
        Pair(_fact(sale, OF_REFUND[refund.state], line.method, refund.amount), refund.amount)
        for refund in sale.refunds
        if refund.attempt_id == line.attempt_id and (refund.state in REFUND_COUNTS or refund is last)
    )
    return refunds or (Line(_fact(sale, line.fact, line.method, line.amount)),)


def _last_change_ms(sale: Sale) -> int:
    """As of when what a slip tells is true: payments go on after it is printed."""
    changes = (attempt.changed for attempt in sale.attempts), (refund.changed for refund in sale.refunds)
    said = (resolution.at for resolution in sale.resolutions)
    return max(change.wall_ms for change in (sale.order.changed, *changes[0], *changes[1], *said))


def _attempt(sale: Sale, line: TenderLine) -> Attempt:
    return next(attempt for attempt in sale.attempts if attempt.id == line.attempt_id)


def _fact(sale: Sale, fact: Fact, method: str, amount: Money | None) -> Words:
    params: dict[str, Words] = {"code": sale.order.code, "method": Said(f"method.{method}.title")}
    return Said(f"told.{fact}", params if amount is None else params | {"amount": amount})


def _method(attempt: Attempt) -> Words:
    title = Said(f"method.{attempt.method}.title")
    masked = attempt.facts.get(MASKED, "")
    return Said("receipt.masked_tender", {"method": title, "masked": masked}) if masked else title


_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff01-\uff65"
_CLOSING = r"、。，．！？：；）」』】々ーぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_UNIT = re.compile(rf"\s+|[（「『【]*[{_WIDE}][{_CLOSING}]*|[^\s{_WIDE}]+[{_CLOSING}]*")
"""Space, or what stays on one line: a word, or a Chinese or Japanese character with the closing mark or small kana that
does not begin the next one. Source: Unicode line breaking (UAX 14), classes ID, OP, CL and CJ."""


def wrap(text: str, limit: int, width_of: Callable[[str], int]) -> list[str]:
    """Break a text into lines no wider than this, between words where it can, within a word where it must.

    Args:
        text: May hold line breaks of its own.
        limit: Widest line, in the unit of `width_of`.
        width_of: How wide a text is.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = space = ""
        for unit in _UNIT.findall(paragraph):
            if unit.isspace():
                space = " " if line else ""
                continue
            if width_of(line + space + unit) <= limit:
                line, space = line + space + unit, ""
                continue
            if line:
                lines.append(line)
            line = space = ""
            for character in unit:
                if line and width_of(line + character) > limit:
                    lines.append(line)
                    line = ""
                line += character
        lines.append(line)
    return lines


CODE_PREFIX: Final = "R1"
"""Names the kind of code and its version; the scanner's grammar knows it (scanned.py)."""

_ORDER_ID = re.compile(r"[A-Z0-9-]{1,44}")
_CODE = re.compile(rf"{CODE_PREFIX}-({_ORDER_ID.pattern})-([A-Z2-7]{{16}})")

LONGEST_CODE = 64
"""What the scanner's grammar takes [characters]."""

MAC_BYTES = 10
"""80 bits, which base32 writes as exactly 16 characters."""


def sign_code(order_id: str, key: bytes) -> str:
    """The code that a receipt carries: it finds the sale again, and only this store's kiosks can have made it.

    Args:
        order_id: Such as "K01-1-000027"; capital letters, digits and hyphens.
        key: Secret of the store, at least 16 bytes.

    Raises:
        BugError: an order id that no code can hold, or a key that is too short.
    """
    require(_ORDER_ID.fullmatch(order_id), "an order id of capitals, digits and hyphens, at most 44")
    require(len(key) >= 16, "receipt codes are signed with a key of at least 16 bytes")
    return f"{CODE_PREFIX}-{order_id}-{_mac(order_id, key)}"


def read_code(text: str, key: bytes) -> str | None:
    """The order id in a genuine code; None for anything else."""
    match = _CODE.fullmatch(text)
    if match is None or not hmac.compare_digest(match[2], _mac(match[1], key)):
        return None
    return match[1]


def claimed_order(text: str) -> str | None:
    """The order id that a code names, genuine or not; None for anything else. Good for telling which kiosk to go to."""
    match = _CODE.fullmatch(text)
    return None if match is None else match[1]


def _mac(order_id: str, key: bytes) -> str:
    digest = hmac.digest(key, f"{CODE_PREFIX}{order_id}".encode("ascii"), "sha256")
    return base64.b32encode(digest[:MAC_BYTES]).decode("ascii")
