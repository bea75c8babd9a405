"""A message from outside about a payment: a reason to go and ask, never evidence (law 7)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hint:
    """What came in.

    Attributes:
        payment: The payment system's id of the payment.
        about: What it is about, in the payment system's words.
        code: Its result, in the payment system's numbers.
    """

    payment: str
    about: str
    code: int
