"""Messages to the kiosk: what the relay posts to the callback address. Pure.

Source: document, 4.1 and 4.2, which contradict each other; all generations' words are read.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kiosk.domain.confidential import Confidential
from kiosk.domain.hint import Hint
from kiosk.domain.outcome import Reason
from kiosk.services.gateways.loyalty.wire import LONGEST_ID


@dataclass(frozen=True, slots=True)
class Message:
    """What came to the callback address. Source: 4.1; anybody may have sent it.

    Attributes:
        payment: The paymentId it names.
        purchase: The purchaseId it names.
        hint: What it says.
    """

    payment: str
    purchase: str
    hint: Hint


NEW: Final = frozenset({"create", "new", "openNew", "pay_new"})
CANCEL: Final = frozenset({"cancel", "openCancel", "pay_cancel"})
"""Types of all generations; the document has two of each itself. Others are shop messages, and not ours."""

MEANING: Final[Mapping[int, Reason]] = MappingProxyType(
    {
        1001: Reason.DENIED,
        2001: Reason.DENIED,
        4000: Reason.DENIED,
        1002: Reason.CONTRACT_ERROR,
        5000: Reason.CONTRACT_ERROR,
        1003: Reason.SERVER_ERROR,
        6000: Reason.SERVER_ERROR,
        2000: Reason.TIMED_OUT,
        7000: Reason.TIMED_OUT,
    }
)
"""Result codes of all generations. In an answer of the relay 2001 is validation; here it is a denial."""


@dataclass(frozen=True, slots=True)
class NotRead:
    """A message that is not taken.

    Attributes:
        why: In a word, to be counted.
        status: What is answered; 200 to what is well said and does not concern a till.
    """

    why: str
    status: int = 400


def read_message(body: bytes, authorization: str | None, secret: Confidential | None) -> Message | NotRead:
    """A message to the kiosk.

    Args:
        body: As it came.
        authorization: That header.
        secret: What the relay knows itself by, in the header or in the body; None where none was agreed on.
    """
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return NotRead("not_json")
    if not isinstance(fields, dict):
        return NotRead("not_an_object")
    if secret is not None and not _knows(secret, authorization, fields.get("accessKey")):
        return NotRead("wrong_key", 403)
    about, code, data = fields.get("type"), fields.get("code"), fields.get("data")
    if not isinstance(about, str) or type(code) is not int or not isinstance(data, dict):
        return NotRead("not_a_message")
    payment, purchase = data.get("paymentId"), data.get("purchaseId")
    if about not in NEW | CANCEL or not isinstance(payment, str) or not isinstance(purchase, str):
        return NotRead("not_a_payment", 200)
    if not 0 < len(payment) <= LONGEST_ID or len(purchase) > LONGEST_ID or not 0 <= code <= 999_999:
        return NotRead("not_a_payment", 200)
    return Message(payment, purchase, Hint(payment, about, code))


def _knows(secret: Confidential, *told: object) -> bool:
    """Compared in a time that tells nothing. Success is sent with both places, a denial with the body's alone."""
    mine = secret.reveal().encode()
    return any(hmac.compare_digest(one.encode("utf-8", "replace"), mine) for one in told if isinstance(one, str))
