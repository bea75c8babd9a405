"""The relay's words in ours: its calls, what came back, and the two numberings of where a payment stands."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Call(StrEnum):
    """The relay's calls, by our names."""

    BALANCE = "balance"
    INFO = "info"
    OPEN = "open"
    """openNew: the customer is asked on the phone."""
    CAPTURE = "capture"
    """closeNew that takes (`confirm` true)."""
    VOID = "void"
    """closeNew that releases (`confirm` false)."""
    OPEN_CANCEL = "open_cancel"
    """openCancel: the owner is asked on the phone."""
    CLOSE_CANCEL = "close_cancel"
    """closeCancel that gives back (`confirm` true); the other is never sent."""
    SHOP = "shop"
    WITHDRAWAL = "withdrawal"
    ITEM = "item"


class Paths(StrEnum):
    """Under which paths the relay answers. Source: document, 3.3 to 3.6, against the relays that were run."""

    SPEC = "spec"
    """/v1/payment/openNew, as the document has it."""
    RELAY = "relay"
    """/v1/payment/new/open, as every relay that was run has it."""


class Numbering(StrEnum):
    """What the numbers of paymentStatus mean; the same number means different things in each."""

    SPEC = "spec"
    """1 to 9. Source: document, 3.3. No running relay of it is known, so what it does is ours."""
    RELAY = "relay"
    """11 to 59."""


class Answer(StrEnum):
    """What came back, as the journal keeps it: where the payment stands, or why it was not said."""

    OPENED = "opened"
    """The customer has not answered, or their answer is being carried out."""
    SEND_FAILED = "send_failed"
    """The approval could not be sent to the ledger; the customer may try again while there is time."""
    REVERTED = "reverted"
    """The ledger refused the approval; the customer may try again while there is time."""
    APPROVED = "approved"
    """The customer's points are held."""
    DENIED = "denied"
    PAID = "paid"
    FAILED = "failed"
    """Not paid."""
    CANCEL_OPENED = "cancel_opened"
    """The owner has not answered, or their answer is being carried out."""
    CANCEL_APPROVED = "cancel_approved"
    CANCEL_DENIED = "cancel_denied"
    REFUNDED = "refunded"
    CANCEL_FAILED = "cancel_failed"
    """The cancel is over; the payment stays paid."""
    RUN_OUT = "run_out"
    """The document's 9: not paid if no cancel was opened, else still paid."""
    OTHER_STATUS = "other_status"
    """A number that the numbering does not hold: not final."""
    OTHER_PAYMENT = "other_payment"
    """Another id, amount, currency or shop than ours."""

    TOO_EARLY = "too_early"
    """2030: not answered yet, and too early to close."""
    CLOSED_BEFORE = "closed_before"
    """2026: closed already, whether paid or not."""
    NEVER_HELD = "never_held"
    """2029: closed by force; nothing was ever held."""
    NOT_CLOSABLE = "not_closable"
    """2024: cannot be closed as it stands."""
    NOT_CANCELLABLE = "not_cancellable"
    """2022: no cancel can be opened as it stands."""
    NO_PHONE = "no_phone"
    """2005: the one who would have to approve has no phone."""
    CODE_EXPIRED = "code_expired"
    """2004: the temporary account has run out or was used."""
    POINTS_SHORT = "points_short"
    """1511: less in the wallet than the payment and its fee."""
    NO_SUCH_PAYMENT = "no_such_payment"
    """2003."""
    REFUSED = "refused"
    """Refused before anything was done: input, key, currency, a switched-off interface."""
    NOT_SENT = "not_sent"
    NO_ANSWER = "no_answer"
    """Nothing came, or nothing that this table holds."""
    OK = "ok"
    """A question about a wallet or shop was answered."""


_RELAY: Final[Mapping[int, Answer]] = MappingProxyType(
    {
        11: Answer.OPENED,
        12: Answer.SEND_FAILED,
        13: Answer.REVERTED,
        14: Answer.OPENED,
        15: Answer.APPROVED,
        16: Answer.DENIED,
        17: Answer.APPROVED,
        18: Answer.PAID,
        19: Answer.FAILED,
        51: Answer.CANCEL_OPENED,
        52: Answer.CANCEL_OPENED,
        53: Answer.CANCEL_OPENED,
        54: Answer.CANCEL_OPENED,
        55: Answer.CANCEL_APPROVED,
        56: Answer.CANCEL_DENIED,
        57: Answer.CANCEL_APPROVED,
        58: Answer.REFUNDED,
        59: Answer.CANCEL_FAILED,
    }
)
_SPEC: Final[Mapping[int, Answer]] = MappingProxyType(
    {
        1: Answer.OPENED,
        2: Answer.APPROVED,
        3: Answer.DENIED,
        4: Answer.PAID,
        5: Answer.CANCEL_OPENED,
        6: Answer.CANCEL_APPROVED,
        7: Answer.CANCEL_DENIED,
        8: Answer.REFUNDED,
        9: Answer.RUN_OUT,
    }
)
STATUSES: Final[Mapping[Numbering, Mapping[int, Answer]]] = MappingProxyType(
    {Numbering.RELAY: _RELAY, Numbering.SPEC: _SPEC}
)
"""paymentStatus -> where the payment stands. 14 and 54 are sent but not carried out: not yet."""

FIRST_STATUS: Final[Mapping[tuple[Paths, int], Numbering]] = MappingProxyType(
    {
        (Paths.RELAY, 11): Numbering.RELAY,
        (Paths.SPEC, 11): Numbering.RELAY,
        (Paths.SPEC, 1): Numbering.SPEC,
    }
)
"""What the status in an open answer says of the numbering; anything else cannot be read, and the method goes off."""

ERRORS: Final[Mapping[int, Answer]] = MappingProxyType(
    {
        1511: Answer.POINTS_SHORT,
        401: Answer.POINTS_SHORT,
        400: Answer.REFUSED,
        501: Answer.REFUSED,
        2001: Answer.REFUSED,
        2002: Answer.REFUSED,
        1501: Answer.REFUSED,
        1211: Answer.REFUSED,
        2050: Answer.REFUSED,
        3004: Answer.REFUSED,
        3072: Answer.REFUSED,
        2003: Answer.NO_SUCH_PAYMENT,
        2004: Answer.CODE_EXPIRED,
        2005: Answer.NO_PHONE,
        2008: Answer.NO_PHONE,
        2022: Answer.NOT_CANCELLABLE,
        2024: Answer.NOT_CLOSABLE,
        2026: Answer.CLOSED_BEFORE,
        2029: Answer.NEVER_HELD,
        2030: Answer.TOO_EARLY,
    }
)
"""Codes of the envelope. 5000 and 9000 (anything unexpected in the relay) and all others prove nothing.

400, 401 and 501 are those of the document's generation: wrong key, too few points, validation.
"""

CLOSED: Final = frozenset({Answer.PAID, Answer.FAILED, Answer.RUN_OUT})
"""How a payment ends."""

CANCEL_OPEN: Final = frozenset({Answer.CANCEL_OPENED, Answer.CANCEL_APPROVED, Answer.CANCEL_DENIED})
"""A cancel is open."""

PAID_SINCE: Final = frozenset({Answer.PAID, *CANCEL_OPEN, Answer.REFUNDED, Answer.CANCEL_FAILED})
"""It was paid once; only a paid payment can be cancelled."""
