"""Leave to send one request, once. Made by the journal alone: the constructor needs a token that nothing else has."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from kiosk.domain.attempt import CHARGING, Goal, State
from kiosk.domain.entries import AttemptAdvanced, Entry
from kiosk.domain.errors import BugError, NotWantedError, PermitVoidError, require
from kiosk.domain.ids import order_of
from kiosk.domain.operation import Permit, WireRequest
from kiosk.services.journal.reading import read_sale

_TOKEN: Final = object()

ATTEMPTS_NOTED: Final = 64
"""Of how many attempts the newest event is remembered; a permit lives for seconds, and few are out at once."""


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
    """Makes permits, takes each back once, and knows which have been overtaken.

    An event is noted here before it is committed, and may be asked for from any thread: of a permit that is let go, no
    later event of its attempt was acknowledged. A question in the journal's thread could not say that: what is written
    right behind it may be durable before the answer arrives.
    """

    _serial: int = 0
    _out: dict[int, JournalPermit] = field(default_factory=dict)
    _newest: dict[str, int] = field(default_factory=dict)

    def note(self, attempt_id: str, seq: int) -> None:
        """An event about an attempt is about to be written."""
        self._newest.pop(attempt_id, None)
        if len(self._newest) >= ATTEMPTS_NOTED:
            del self._newest[next(iter(self._newest))]
        self._newest[attempt_id] = seq

    def check_newest(self, permit: JournalPermit) -> None:
        """Hold a permit against what came after it.

        Raises:
            PermitVoidError: the attempt went on since.
        """
        if not permit.reverses_unstored and self._newest.get(permit.attempt_id) != permit.event_seq:
            raise PermitVoidError("journal.permit_overtaken")

    def make(
        self, operation_id: str, attempt_id: str, request: WireRequest, event_seq: int, made_s: float, *, unstored: bool
    ) -> JournalPermit:
        """Make one, after the commit."""
        self._serial += 1
        permit = JournalPermit(self._serial, operation_id, attempt_id, request, event_seq, made_s, unstored, _TOKEN)
        self._out[self._serial] = permit
        return permit

    def take_back(self, permit: Permit) -> JournalPermit:
        """Use one up.

        Raises:
            BugError: not made here, or used before.
        """
        if not isinstance(permit, JournalPermit):
            raise BugError("a permit that the journal did not make")
        # the very object: neither a copy with another request, nor the permit of a journal closed before
        require(self._out.pop(permit.serial, None) is permit, "a permit is used once, as it was made")
        return permit


def check(connection: sqlite3.Connection, permit: JournalPermit, body_hash: str) -> None:
    """Hold a permit against what is written down.

    Args:
        connection: The journal.
        permit: Just taken back.
        body_hash: Of the request that is about to be sent.

    Raises:
        BugError: not what was written down.
    """
    if permit.reverses_unstored:
        _check_reversal(connection, permit)
        return
    row = connection.execute(
        "SELECT body_hash, request_id, answer FROM operations WHERE id = ? AND attempt_id = ? AND call = ?",
        (permit.operation_id, permit.attempt_id, permit.request.call),
    ).fetchone()
    require(
        row is not None and tuple(row) == (body_hash, permit.request.request_id, ""),
        f"operation {permit.operation_id} is not what was written down",
    )


def check_wanted(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Hold what is about to be written beside a request against its order: no charge beside one that forbids it.

    Asked here, where nothing can come between the question and what is written (law 5).

    Raises:
        NotWantedError: the order does not take the charge any more.
    """
    for entry in entries:
        if isinstance(entry, AttemptAdvanced) and entry.to in CHARGING:
            order_id = order_of(entry.attempt_id)
            if not read_sale(connection, order_id).may_charge(entry.attempt_id):
                raise NotWantedError


def check_repeated(connection: sqlite3.Connection, attempt_id: str) -> None:
    """Hold a request that is to be sent once more against the goal of its attempt: what was given up is not charged.

    It has no step beside it that would tell that it charges, and only charges are repeated.

    Raises:
        NotWantedError: it was given up.
    """
    row = connection.execute("SELECT goal FROM attempts WHERE id = ?", (attempt_id,)).fetchone()
    if row is not None and row[0] == Goal.UNDO:
        raise NotWantedError


def _check_reversal(connection: sqlite3.Connection, permit: JournalPermit) -> None:
    row = connection.execute(
        "SELECT o.request_id FROM operations o JOIN attempts a ON a.id = o.attempt_id "
        "WHERE a.id = ? AND a.state = ? AND o.moves_money = 1 ORDER BY o.n DESC LIMIT 1",
        (permit.attempt_id, State.SENDING),
    ).fetchone()
    sent = permit.request.body + permit.request.path.encode()
    names_it = row is not None and row[0] != "" and row[0].encode() in sent
    require(names_it, "a reversal names the attempt that is being sent")
