"""Ids: each carries the kiosk's id and the journal's epoch, so that no two kiosks of a store can clash.

An id is made once, written down, and then used; never made inside a send.
"""

from dataclasses import dataclass

from kiosk.domain.errors import require


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues ids.

    Attributes:
        kiosk: Up to eight letters or digits.
        epoch: Rises when a journal is found on another machine (money rules, 6).
    """

    kiosk: str
    epoch: int

    def order(self, sequence: int) -> str:
        """Id of the order with this running number: K01-1-000027."""
        return f"{self.kiosk}-{self.epoch}-{sequence:06d}"

    def code(self, sequence: int) -> str:
        """What a customer tells staff (접수번호): K01-0027, or K01-2-0027 in a later epoch."""
        epoch = f"{self.epoch}-" if self.epoch > 1 else ""
        return f"{self.kiosk}-{epoch}{sequence:04d}"

    def running(self, letter: str, sequence: int) -> str:
        """Id of a finding (F), staff task (T) or print (P): K01-1-T000004."""
        return f"{self.kiosk}-{self.epoch}-{letter}{sequence:06d}"


def attempt_id(order_id: str, number: int) -> str:
    """Id of an attempt: the order's, and which one it is."""
    return f"{order_id}-{number}"


def order_of(attempt: str) -> str:
    """The order that an attempt's id names."""
    return attempt.rpartition("-")[0]


def operation_id(attempt: str, number: int) -> str:
    """Id of a request: the attempt's, and which one it is."""
    return f"{attempt}-{number:02d}"


def attempt_of(operation_or_refund: str) -> str:
    """The attempt that the id of a request, or of a refund, names."""
    return operation_or_refund.rpartition("-")[0]


def number_of(operation: str) -> int:
    """Which one of its attempt's requests it is.

    Raises:
        BugError: it is no id of a request.
    """
    number = operation.rpartition("-")[2]
    require(number.isascii() and number.isdigit(), f"{operation} names no request")
    return int(number)


def refund_id(attempt: str, number: int) -> str:
    """Id of a refund: the attempt's, and which one it is of all, whether of its own money or of a finding's."""
    return f"{attempt}-R{number}"


def found_id(attempt: str) -> str:
    """Id of the money that is found of an attempt by the answer that gives it back; any other the journal names."""
    return f"{attempt}-F"


def wire_id(operation: str, random: str, longest: int) -> str:
    """An id for the wire: the operation's, and a random part, so that a journal put back from a copy repeats none.

    Raises:
        BugError: longer than the payment system takes.
    """
    text = f"{operation}-{random}"
    require(len(text) <= longest, f"a wire id of {len(text)} characters, longest is {longest}")
    return text
