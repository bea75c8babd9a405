"""Leave to send one request, once. Made by the journal alone: the constructor needs a token that nothing else has."""

from dataclasses import dataclass, field
from typing import Final

from kiosk.domain.errors import BugError, require
from kiosk.domain.operation import Permit, WireRequest

_TOKEN: Final = object()


@dataclass(frozen=True, slots=True)
class JournalPermit:
    """A permit as the journal made it.

    Attributes:
        serial: Which one of this run; the journal takes each once.
        operation_id: The operation it licenses; for a reversal without a row of its own (law 6), the SENDING one.
        attempt_id: Whose.
        request: What may be sent.
        event_seq: The event that wrote it down; a later event of the attempt voids it.
        made_s: When, by the monotonic clock [s].
        reverses_unstored: It is the reversal of law 6, licensed by the durable SENDING row.
    """

    serial: int
    operation_id: str
    attempt_id: str
    request: WireRequest
    event_seq: int
    made_s: float
    reverses_unstored: bool
    token: object = field(repr=False)

    def __post_init__(self) -> None:
        require(self.token is _TOKEN, "only the journal makes permits")


@dataclass(slots=True)
class PermitDesk:
    """Makes permits and takes each back once."""

    _serial: int = 0
    _out: set[int] = field(default_factory=set)

    def make(
        self, operation_id: str, attempt_id: str, request: WireRequest, event_seq: int, made_s: float, *, unstored: bool
    ) -> JournalPermit:
        """Make one, after the commit."""
        self._serial += 1
        self._out.add(self._serial)
        return JournalPermit(self._serial, operation_id, attempt_id, request, event_seq, made_s, unstored, _TOKEN)

    def take_back(self, permit: Permit) -> JournalPermit:
        """Use one up.

        Raises:
            BugError: not made here, or used before.
        """
        if not isinstance(permit, JournalPermit):
            raise BugError("a permit that the journal did not make")
        require(permit.serial in self._out, "a permit is used once")
        self._out.discard(permit.serial)
        return permit
