"""What can go wrong between a till and a server: a plan of faults, and what each kind does to one exchange.

To add a kind: one function here, one row in KINDS.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.simulator.ceos import CeosServer
from kiosk.simulator.ceos_dialects import Refusal
from kiosk.simulator.crepay import CrepayServer
from kiosk.simulator.world import Reply, Request, Server, json_object

STALL_S = 120.0  # longer than any client waits
LATE_S = 5.0
TRICKLE_S = 1.0
AMOUNT_KEYS = ("balance", "checkedOutAmount", "canceledAmount")
ID_KEYS = ("transactionId", "paymentId")
PROXY_PAGE = Reply(
    502,
    {"content-type": "text/html"},
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    b"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
)
UNAVAILABLE = Reply(503, {"content-type": "text/html", "retry-after": "5"}, b"<html>Service Unavailable</html>")
TIMED_OUT_THERE = Reply(504, {"content-type": "text/html"}, b"<html>Gateway Timeout</html>")
NOT_HEARD = Reply(408, {"content-type": "text/plain", "retry-after": "1"}, b"Request Timeout")
PORTAL = Reply(200, {"content-type": "text/html"}, b"<html><title>Free WiFi</title>Please accept our terms.</html>")
TOO_MANY = Reply(429, {"content-type": "text/plain", "retry-after": "1"}, b"Too Many Requests")


class Params(BaseModel):
    """Details of a fault; each kind has its own for those left out.

    Attributes:
        seconds: How long to be silent, to wait before landing, or between two bytes [s of the simulator's time].
        by: How much less an amount becomes [minor units].
        key: Which id is altered.
        code: The error code answered.
        status: The HTTP status answered, to lie with a decline in a 200.
        state: The state said instead of the true one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: float | None = Field(default=None, ge=0)
    by: int = 1
    key: str | None = None
    code: str = "ZLGN012"
    status: int | None = Field(default=None, ge=200, le=599)
    state: str = "PENDING"


class Fault(BaseModel):
    """One entry of the plan.

    Attributes:
        call: Gateway and call ("crepay.checkout", "ceos.instant"); "*" stands for anything.
        kind: A key of KINDS.
        count: How many matching calls it meets.
        params: Its details.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    call: str
    kind: str
    count: int = Field(default=1, ge=1)
    params: Params = Params()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind {self.kind!r}; there are: {', '.join(KINDS)}")
        gateway = ONLY.get(self.kind)
        if gateway is not None and not self.call.startswith(f"{gateway}."):
            raise ValueError(f"{self.kind!r} exists for {gateway} only, not for {self.call!r}")
        return self


@dataclass(frozen=True, slots=True)
class Late:
    """A request that arrives after its caller gave up.

    Attributes:
        after_s: When [s from now, the simulator's time].
        land: Lets the server process it.
    """

    after_s: float
    land: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the caller gets to see of an exchange, as data: a socket or a virtual transport plays it.

    Attributes:
        reply: What is sent; None is not a byte.
        end: What then happens to the connection: kept, closed properly, or reset.
        silence_s: Before anything else [s of the simulator's time].
        cut_at: How many bytes of the body really go out, under the full content-length; None is all.
        gap_s: Between each two bytes of the body [s of the simulator's time].
        late: What happens behind the caller's back.
    """

    reply: Reply | None
    end: Literal["keep", "close", "reset"] = "keep"
    silence_s: float = 0.0
    cut_at: int | None = None
    gap_s: float = 0.0
    late: Late | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request on its way.

    Attributes:
        request: What was sent.
        server: Whom it was sent to.
        process: Lets the server process a request, and notes that it did.
    """

    request: Request
    server: Server
    process: Callable[[Request], Reply]

    def run(self) -> Reply:
        """Let the server process the request."""
        return self.process(self.request)


class FaultPlan:
    """The faults still to come, first come first served, one per request."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        """Plan one more."""
        self._waiting.append((fault, fault.count))

    def clear(self) -> None:
        """Everything works again."""
        self._waiting.clear()

    def take(self, call: str) -> Fault | None:
        """The fault that meets this call, if any; it is used up once."""
        for position, (fault, left) in enumerate(self._waiting):
            if fnmatchcase(call, fault.call):
                self._waiting[position : position + 1] = [(fault, left - 1)] if left > 1 else []
                return fault
        return None


def deliver(fault: Fault | None, exchange: Exchange) -> Delivery:
    """Carry out one exchange under a fault, or under none."""
    if fault is None:
        return Delivery(exchange.run())
    return KINDS[fault.kind](exchange, fault.params)


def _drop_before(_exchange: Exchange, _params: Params) -> Delivery:
    return Delivery(None, end="reset")


def _drop_after(exchange: Exchange, _params: Params) -> Delivery:
    exchange.run()
    return Delivery(None, end="reset")


def _stall_before(_exchange: Exchange, params: Params) -> Delivery:
    return Delivery(None, end="close", silence_s=_seconds(params, STALL_S))


def _stall_after(exchange: Exchange, params: Params) -> Delivery:
    exchange.run()
    return Delivery(None, end="close", silence_s=_seconds(params, STALL_S))


def _slow(exchange: Exchange, params: Params) -> Delivery:
    return Delivery(exchange.run(), silence_s=_seconds(params, LATE_S))


def _late(exchange: Exchange, params: Params) -> Delivery:
    return Delivery(None, end="reset", late=Late(_seconds(params, LATE_S), exchange.run))


def _html_502(_exchange: Exchange, _params: Params) -> Delivery:
    return Delivery(PROXY_PAGE)


def _html_502_after(exchange: Exchange, _params: Params) -> Delivery:
    exchange.run()
    return Delivery(PROXY_PAGE)


def _status_429(_exchange: Exchange, _params: Params) -> Delivery:
    return Delivery(TOO_MANY)


def _status_408(_exchange: Exchange, _params: Params) -> Delivery:
    return Delivery(NOT_HEARD)


def _unavailable(_exchange: Exchange, _params: Params) -> Delivery:
    return Delivery(UNAVAILABLE)


def _timed_out_there(exchange: Exchange, params: Params) -> Delivery:
    """A proxy gives up; the server behind it goes on and does it after all."""
    return Delivery(TIMED_OUT_THERE, late=Late(_seconds(params, LATE_S), exchange.run))


def _portal(_exchange: Exchange, _params: Params) -> Delivery:
    """A network that wants to be logged in to answers everything with its own page, and 200."""
    return Delivery(PORTAL)


def _expired(exchange: Exchange, _params: Params) -> Delivery:
    """The credential has run out: refused before any payment code runs."""
    return Delivery(exchange.server.unauthorised(exchange.request))


def _not_found(exchange: Exchange, _params: Params) -> Delivery:
    """A copy that lags behind answers: it knows of no such payment, whatever the books hold."""
    return Delivery(exchange.server.nothing_there(exchange.request))


def _decline_in_200(exchange: Exchange, _params: Params) -> Delivery:
    """A refusal, in the server's words, under the status of success."""
    return Delivery(replace(exchange.server.declined(exchange.request), status=200))


def _internal_500(exchange: Exchange, _params: Params) -> Delivery:
    return Delivery(exchange.server.internal_error(exchange.request))


def _internal_500_after(exchange: Exchange, _params: Params) -> Delivery:
    exchange.run()
    return Delivery(exchange.server.internal_error(exchange.request))


def _truncated(exchange: Exchange, _params: Params) -> Delivery:
    reply = exchange.run()
    return Delivery(reply, end="close", cut_at=len(reply.body) // 2)


def _half_body(exchange: Exchange, _params: Params) -> Delivery:
    """A complete answer by its length, and only the first half of what was to be said."""
    reply = exchange.run()
    return Delivery(replace(reply, body=reply.body[: len(reply.body) // 2]))


def _trickle(exchange: Exchange, params: Params) -> Delivery:
    return Delivery(exchange.run(), gap_s=_seconds(params, TRICKLE_S))


def _empty_200(exchange: Exchange, _params: Params) -> Delivery:
    return Delivery(replace(exchange.run(), status=200, body=b""))


def _duplicate(exchange: Exchange, _params: Params) -> Delivery:
    """A proxy lost the first answer and asked again by itself."""
    exchange.run()
    return Delivery(exchange.run())


def _echo(exchange: Exchange, _params: Params) -> Delivery:
    """The request arrives twice; the caller hears the answer to the first."""
    reply = exchange.run()
    exchange.run()
    return Delivery(reply)


def _wrong_amount(exchange: Exchange, params: Params) -> Delivery:
    return Delivery(_altered(exchange.run(), AMOUNT_KEYS, lambda amount: _less(amount, params.by)))


def _wrong_id(exchange: Exchange, params: Params) -> Delivery:
    keys = ID_KEYS if params.key is None else (params.key,)
    return Delivery(_altered(exchange.run(), keys, lambda name: f"{name}X"))


def _partial(exchange: Exchange, params: Params) -> Delivery:
    """The server takes less than was asked, and says so."""
    body = json_object(exchange.request.body)
    body["payAmount"] = _less(body.get("payAmount"), params.by)
    return Delivery(exchange.process(replace(exchange.request, body=json.dumps(body, ensure_ascii=False).encode())))


def _code(exchange: Exchange, params: Params) -> Delivery:
    return Delivery(_crepay(exchange.server).refusal(params.code, params.status))


def _state(exchange: Exchange, params: Params) -> Delivery:
    """The server says another state than the payment has."""
    return Delivery(_altered(exchange.run(), ("paymentStatus",), lambda _state: params.state))


def _code_after(exchange: Exchange, params: Params) -> Delivery:
    """Done, and yet answered with a code that says otherwise, or nothing that is known."""
    exchange.run()
    return Delivery(_crepay(exchange.server).refusal(params.code, params.status))


def _fail(exchange: Exchange, params: Params) -> Delivery:
    """CEOS's own one-in-ten failure, with all it does to the books."""
    _ceos(exchange.server).force_failure(fails=True)
    reply = exchange.run()
    return Delivery(replace(reply, status=params.status or reply.status))


def _no_fail(exchange: Exchange, _params: Params) -> Delivery:
    _ceos(exchange.server).force_failure(fails=False)
    return Delivery(exchange.run())


def _fail_after(exchange: Exchange, params: Params) -> Delivery:
    """Paid, and yet answered with the words of the failure."""
    server = _ceos(exchange.server)
    server.force_failure(fails=False)
    exchange.run()
    reply = server.refusal(Refusal.FAILURE, exchange.request)
    return Delivery(replace(reply, status=params.status or reply.status))


def _pass(exchange: Exchange, _params: Params) -> Delivery:
    return Delivery(exchange.run())


Kind = Callable[[Exchange, Params], Delivery]

KINDS: Mapping[str, Kind] = {
    "pass": _pass,  # nothing: lets calls by, so that a later fault meets the second or third
    "drop_before": _drop_before,
    "drop_after": _drop_after,
    "stall_before": _stall_before,
    "stall_after": _stall_after,
    "slow": _slow,
    "late": _late,
    "html_502": _html_502,
    "html_502_after": _html_502_after,
    "status_429": _status_429,
    "status_408": _status_408,
    "unavailable": _unavailable,
    "timed_out_there": _timed_out_there,
    "portal": _portal,
    "expired": _expired,
    "not_found": _not_found,
    "decline_in_200": _decline_in_200,
    # In the words the server has for it: CEOS B catches everything, so there they are its own and not the framework's.
    "status_500_framework": _internal_500,
    "status_500_framework_after": _internal_500_after,
    "truncated": _truncated,
    "half_body": _half_body,
    "trickle": _trickle,
    "empty_200": _empty_200,
    "duplicate": _duplicate,
    "echo": _echo,
    "wrong_amount": _wrong_amount,
    "wrong_id": _wrong_id,
    "partial": _partial,
    "code": _code,
    "code_after": _code_after,
    "fail": _fail,
    "no_fail": _no_fail,
    "fail_after": _fail_after,
    "state": _state,
}

# Kinds that only one gateway knows.
ONLY: Mapping[str, str] = {
    "wrong_amount": "crepay",  # CEOS never names an amount
    "partial": "crepay",
    "code": "crepay",
    "code_after": "crepay",
    "fail": "ceos",
    "no_fail": "ceos",
    "fail_after": "ceos",
    "state": "ceos",  # Crepay names none
}


def _seconds(params: Params, otherwise: float) -> float:
    return otherwise if params.seconds is None else params.seconds


def _altered(reply: Reply, keys: tuple[str, ...], change: Callable[[object], object]) -> Reply:
    """The same reply with some keys changed, in an envelope too."""
    body = json_object(reply.body)
    inner = body.get("payload")
    target = inner if isinstance(inner, dict) else body
    target.update({key: change(target[key]) for key in keys if key in target})
    return replace(reply, body=json.dumps(body, ensure_ascii=False).encode())


def _less(amount: object, by: int) -> object:
    return amount - by if isinstance(amount, int) else amount


def _crepay(server: Server) -> CrepayServer:
    if not isinstance(server, CrepayServer):
        raise TypeError(f"not the Crepay server: {server}")
    return server


def _ceos(server: Server) -> CeosServer:
    if not isinstance(server, CeosServer):
        raise TypeError(f"not the CEOS server: {server}")
    return server
