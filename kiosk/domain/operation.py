"""One request to a payment system, as it is written down before it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from kiosk.domain.moment import Stamp


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A money-moving request, final: the body, its timestamp included, is what will be sent, byte for byte.

    Attributes:
        call: The gateway's name for it ("checkout", "cancel", ...).
        request_id: The id by which the payment system knows this request.
        verb: HTTP verb.
        path: Path below the gateway's base address, percent-encoded.
        body: The bytes.
    """

    call: str
    request_id: str
    verb: str
    path: str
    body: bytes


MakeRequest = Callable[[str], WireRequest]
"""Makes a request that carries the id of its operation, which the journal gives it in the moment of writing."""


class Permit(Protocol):
    """Leave to send one request once. Only the journal makes one, after the request is durably written (law 2)."""

    @property
    def operation_id(self) -> str:
        """The operation that was written down."""

    @property
    def request(self) -> WireRequest:
        """What may be sent."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One request and its answer: the evidence from which the decision tables judge.

    Attributes:
        id: Ours.
        attempt_id: The attempt it serves.
        refund_id: The refund it serves, or "".
        call: The gateway's name for it.
        request_id: The id by which the payment system knows it.
        repeats: The operation that it is once more, with the same id and body; or "".
        moves_money: It was licensed by a permit; False for a question.
        answer: The gateway's word for what came back (its rules.py lists them), or "" while nothing has.
        facts: What the answer said, as text.
        intended: When it was written down.
        answered: When the answer was written down.
    """

    id: str
    attempt_id: str
    refund_id: str
    call: str
    request_id: str
    repeats: str
    moves_money: bool
    answer: str
    facts: Mapping[str, str]
    intended: Stamp
    answered: Stamp | None
