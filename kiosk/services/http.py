"""The line to one payment system: what was sent, what came back, and the sharp edge between "not sent" and "unknown".

A fresh connection per call, no retries, no redirects, no environment proxies, one total deadline by our own clock
(httpx's own limits are per read, so a trickle outlives them). A request that moves money goes only with a permit.
"""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final, Protocol

import httpx
from pydantic_core import from_json

from kiosk.domain.errors import PermitVoidError, WireError, require
from kiosk.domain.limits import Limits
from kiosk.domain.operation import Permit
from kiosk.domain.ports import Clock

MakeTransport = Callable[[], httpx.AsyncBaseTransport]

HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close"}

NOT_REACHED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""Errors that prove that no byte of the request left. Every other error of httpx is NoAnswer; a test lists them all."""

NO_ANSWER: Final = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL)
"""All others that sending can end with. InvalidURL comes of a Location that is none, even if it is not followed."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A complete answer.

    Attributes:
        status: HTTP status.
        body: As it came.
        server_ms: The server's Date, UTC epoch [ms]; None when it sent none.
    """

    status: int
    body: bytes
    server_ms: int | None

    def json(self) -> object:
        """The body as JSON.

        Raises:
            WireError: it is none.
        """
        try:
            return from_json(self.body, allow_inf_nan=False)
        except ValueError as error:
            raise WireError("wire.not_json") from error

    def json_object(self) -> Mapping[str, object]:
        """The body as a JSON object; an empty one when it is anything else."""
        try:
            value = self.json()
        except WireError:
            return {}
        return value if isinstance(value, dict) else {}


class NotSentWhy(StrEnum):
    """Why nothing left."""

    UNREACHABLE = "unreachable"
    PERMIT_VOID = "permit_void"


@dataclass(frozen=True, slots=True)
class NotReached:
    """Certain: no byte of the request left."""

    why: NotSentWhy


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Bytes left, and no complete answer came back. Nothing is known."""

    why: str


Reply = HttpAnswer | NotReached | NoAnswer


class Exempt(StrEnum):
    """Requests that change nothing although they are no GET: the only ones that need no permit. Source: law 2."""

    RELAY_PROBE = "relay_probe"
    """Names no payment that there is; the answer shows how the loyalty relay wants to be asked."""
    SIGN_IN = "sign_in"
    """Opens a session at EzPG, in which nothing has been asked for yet."""


class Redeemer(Protocol):
    """Who made the permits; the journal."""

    async def redeem(self, permit: Permit) -> None:
        """Use up a permit.

        Raises:
            PermitVoidError: it has run out.
            BugError: it is not what was written down.
        """


def plain_transport() -> httpx.AsyncBaseTransport:
    """A fresh connection for every call. Making one loads certificates (80-260 ms): do it at start, off the loop."""
    unkept = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncHTTPTransport(verify=ssl.create_default_context(), retries=0, limits=unkept)


class Line:
    """The line to one payment system.

    Args:
        base_url: Of the payment system.
        clock: For the deadlines.
        journal: Redeems permits.
        limits: The limits in force.
        make_transport: How bytes travel; a seam for tests and the simulation.
    """

    def __init__(
        self,
        base_url: str,
        clock: Clock,
        journal: Redeemer,
        limits: Limits,
        make_transport: MakeTransport = plain_transport,
    ) -> None:
        self._clock = clock
        self._journal = journal
        self._limits = limits
        self._base_url = base_url
        # httpx's transport, not its client: what a client adds (redirects, cookies, proxies of the environment) is what
        # a request for money must not have
        self._transport = make_transport()
        self._timeouts = {"connect": limits.connect_s, "read": None, "write": None, "pool": None}

    async def close(self) -> None:
        """Hang up."""
        await self._transport.aclose()

    async def ask(self, path: str, headers: Mapping[str, str], seconds: float, body: bytes | None = None) -> Reply:
        """Ask a question, which moves nothing: always a GET.

        Args:
            path: Percent-encoded, below the base address.
            headers: Authorisation and the like.
            seconds: Total time [s].
            body: Crepay's balance question carries one.
        """
        return await self._exchange("GET", path, headers, body, seconds)

    async def probe(self, _exempt: Exempt, path: str, headers: Mapping[str, str], seconds: float, body: bytes) -> Reply:
        """Ask a question that has to be posted.

        Args:
            _exempt: Why that needs no permit.
            path: Percent-encoded, below the base address.
            headers: Authorisation and the like.
            seconds: Total time [s].
            body: Changes nothing, whatever the other side makes of it.
        """
        return await self._exchange("POST", path, headers, body, seconds)

    async def send(self, permit: Permit, headers: Mapping[str, str], seconds: float) -> Reply:
        """Send the request of a permit, exactly as it was written down, once.

        Raises:
            BugError: the permit is not what was written down.
        """
        request = permit.request
        require(request.verb != "GET", "a question needs no permit")
        try:
            await self._journal.redeem(permit)
        except PermitVoidError:
            return NotReached(NotSentWhy.PERMIT_VOID)
        return await self._exchange(request.verb, request.path, headers, request.body, seconds)

    async def _exchange(
        self, verb: str, path: str, headers: Mapping[str, str], body: bytes | None, seconds: float
    ) -> Reply:
        kind = {} if body is None else {"Content-Type": "application/json"}
        sent = {**HEADERS, **headers, **kind}
        request = httpx.Request(
            verb,
            _address(f"{self._base_url}{path}"),
            content=body,
            headers=sent,
            extensions={"timeout": self._timeouts},
        )
        try:
            return await self._clock.within(seconds, self._read(request))
        except NOT_REACHED:
            return NotReached(NotSentWhy.UNREACHABLE)
        except NO_ANSWER as error:
            return NoAnswer(type(error).__name__)
        except TimeoutError:
            return NoAnswer("deadline")

    async def _read(self, request: httpx.Request) -> Reply:
        response = await self._transport.handle_async_request(request)
        try:
            body = b""
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > self._limits.answer_bytes_max:
                    return NoAnswer("too long")
        finally:
            await response.aclose()
        return HttpAnswer(response.status_code, body, _date_ms(response.headers.get("Date")))


@lru_cache(maxsize=64)
def _address(url: str) -> httpx.URL:
    """Taking an address apart costs as much as all the rest of a request; most paths never change."""
    return httpx.URL(url)


def _date_ms(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
        # HTTP's dates are UTC, also where the zone is written "-0000", which Python takes for no zone
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
