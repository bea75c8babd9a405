"""Every exception the kiosk raises itself.

    KioskError
    ├── OperatingError        expected; handled where it can happen, with a sentence for a person
    │   ├── ConfigError       the configuration names something that cannot be
    │   ├── SecretError       a secret is missing, unreadable, or readable by too many
    │   ├── CatalogueError    a product list that cannot be imported
    │   ├── JournalError      the journal cannot be opened, read or written: no journal, no sale
    │   ├── PermitVoidError   leave to send has run out: nothing was sent
    │   ├── NotWantedError    a charge that its order does not take any more: nothing was sent
    │   ├── WireError         bytes from outside that are not what the document says
    │   ├── DeviceError       a scanner, printer or callback address that is not there or not well
    │   └── CustomerLeft      the customer left (or idled out) where nothing had been sent
    └── BugError              a broken promise of our own: stop loudly, keep the money safe, leave evidence

A business answer ("declined") is never an exception; it is an Outcome (outcome.py).
"""

from typing import TypeVar

T = TypeVar("T")


class KioskError(Exception):
    """Root of all errors the kiosk raises itself."""


class OperatingError(KioskError):
    """Something expected went wrong. Carries a text key and parameters for people; never prose of its own.

    Attributes:
        key: Key of the sentence in resources/text.
        params: What the sentence names (file, key, value, ...). Never a secret.
    """

    def __init__(self, key: str, **params: object) -> None:
        self.key = key
        self.params = params
        super().__init__(f"{key} {params}" if params else key)


class ConfigError(OperatingError):
    """The configuration names something that cannot be."""


class SecretError(OperatingError):
    """A secret is missing, unreadable, or readable by too many."""


class CatalogueError(OperatingError):
    """A product list that cannot be imported."""


class JournalError(OperatingError):
    """The journal cannot be opened, read or written. No journal, no sale."""


class PermitVoidError(OperatingError):
    """Leave to send has run out: too old, or the attempt went on meanwhile. Nothing was sent."""


class NotWantedError(OperatingError):
    """The order does not take this charge any more: it is being undone, or another payment of it forbids it (law 5).

    Nothing was sent.
    """

    def __init__(self) -> None:
        super().__init__("reason.stopped")


class WireError(OperatingError):
    """Bytes from outside that are not what the document says. Becomes an UNKNOWN outcome, never a decline."""


class DeviceError(OperatingError):
    """A scanner, a printer, or the address where messages come in, that is not there or not well."""


class CustomerLeft(OperatingError):  # noqa: N818 - a name from the field, not a fault
    """The customer left, or idled out, at a place where nothing had been sent."""

    def __init__(self, *, idle: bool = False) -> None:
        self.idle = idle
        super().__init__("desk.left")


class BugError(KioskError):
    """A broken promise of our own. Nobody catches it but the fault screen."""


def require(condition: object, message: str) -> None:
    """Hold an invariant of our own; unlike assert it cannot be stripped.

    Raises:
        BugError: the condition does not hold.
    """
    if not condition:
        raise BugError(message)


def known(value: T | None, what: str) -> T:
    """Give back a value that must be there.

    Raises:
        BugError: it is None.
    """
    if value is None:
        raise BugError(f"{what} is missing")
    return value
