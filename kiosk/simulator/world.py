"""What all simulated servers share: a clock, a request, a reply."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any, Protocol

from typing_extensions import override


class Clock(Protocol):
    """The time as the servers see it. The simulation brings a virtual one."""

    def now_ms(self) -> int:
        """Wall time [milliseconds since 1970, UTC]."""
        ...

    def elapsed(self) -> float:
        """Time that has passed, never backwards; for deadlines of the servers [s]."""
        ...


class RealClock(Clock):
    """The computer's clock; its deadlines run faster by a factor, its wall time does not.

    Args:
        scale: Simulated seconds in one real second.
    """

    def __init__(self, scale: float = 1.0) -> None:
        self._scale = scale
        self._start = time.monotonic()

    @override
    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    @override
    def elapsed(self) -> float:
        return (time.monotonic() - self._start) * self._scale


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request, as it left the wire.

    Attributes:
        method: In capitals.
        path: Below the server's base address, still percent-encoded, without the query.
        headers: By lower-case name.
        body: Also that of a GET.
        query: Without the question mark, still percent-encoded.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    query: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply, before the network does anything to it."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Call:
    """What a request asks for.

    Attributes:
        name: "checkout", "instant", ...; "unknown" if this server has no such call.
        ids: The ids it carries, by the names of its document.
    """

    name: str
    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Moved:
    """Money that really moved.

    Attributes:
        reference: The id under which the till asked for it.
        amount: Taken from the customer; negative when given back [minor units].
        at_ms: When, by the world's clock [ms since 1970].
    """

    reference: str
    amount: int
    at_ms: int


class Server(Protocol):
    """A payment system: takes a request, changes its books, gives a reply. Whole, at once, never half.

    Attributes:
        moved: Every movement of money, in order: what the books follow from.
    """

    moved: list[Moved]

    def handle(self, request: Request) -> Reply:
        """Process one request."""
        ...

    def call_of(self, request: Request) -> Call:
        """What a request asks for, for the plan of faults and the log."""
        ...

    def internal_error(self, request: Request) -> Reply:
        """What this server says when something inside it breaks."""
        ...

    def unauthorised(self, request: Request) -> Reply:
        """What it says to a credential that has run out."""
        ...

    def nothing_there(self, request: Request) -> Reply:
        """What it says of a payment that it does not know."""
        ...

    def declined(self, request: Request) -> Reply:
        """What it says when it refuses a payment for a reason of the customer's."""
        ...

    def books(self) -> dict[str, Any]:
        """What really happened to the money, whatever anyone was told."""
        ...


def json_reply(status: int, body: object, now_ms: int) -> Reply:
    """A JSON reply with the server's time in its Date header."""
    return Reply(
        status,
        {"content-type": "application/json;charset=UTF-8", "date": http_date(now_ms)},
        json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
    )


def framework_reply(status: int, request: Request, now_ms: int) -> Reply:
    """The error body of the web framework below a server: none of the server's own code had a say.

    Source: Spring Boot's default error attributes.
    """
    body = {
        "timestamp": timestamp(now_ms),
        "status": status,
        "error": HTTPStatus(status).phrase,
        "path": request.path,
    }
    return json_reply(status, body, now_ms)


def json_object(body: bytes) -> dict[str, object]:
    """The keys of a JSON body; none if it is anything else."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def timestamp(now_ms: int) -> str:
    """A moment with milliseconds and offset, as web frameworks print it."""
    return _moment(now_ms).isoformat(timespec="milliseconds")


def http_date(now_ms: int) -> str:
    """A moment as HTTP's Date header has it: whole seconds, GMT."""
    return format_datetime(_moment(now_ms), usegmt=True)


def basic_credential(user: str, password: str) -> str:
    """The Authorization header of HTTP basic authentication."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _moment(now_ms: int) -> datetime:
    return datetime.fromtimestamp(now_ms / 1000, UTC)
