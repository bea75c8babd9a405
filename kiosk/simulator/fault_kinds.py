"""What each kind of fault does to one exchange. To add a kind: one function here, one row in KINDS."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from kiosk.simulator.card import CardServer
from kiosk.simulator.ceos import CeosServer
from kiosk.simulator.ceos_dialects import Refusal
from kiosk.simulator.crepay import CrepayServer
from kiosk.simulator.delivery import Delivery, Exchange, Late, Params
from kiosk.simulator.ezpg import EzpgServer
from kiosk.simulator.relay import RelayServer
from kiosk.simulator.relay_money import UNIT
from kiosk.simulator.world import Reply, Server, json_object

STALL_S = 120.0  # longer than any client waits
LATE_S = 5.0
TRICKLE_S = 1.0
AMOUNT_KEYS = ("balance", "checkedOutAmount", "canceledAmount", "amount", "totalAmount")
ASKED_KEYS = ("payAmount", "amount")
ID_KEYS = ("transactionId", "paymentId", "purchaseId", "paymentKey", "moid", "accountId", "trxId", "natvTrNo")
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
    keys = AMOUNT_KEYS if params.key is None else (params.key,)
    return Delivery(_altered(exchange.run(), keys, lambda amount: _less(amount, params.by)))


def _wrong_id(exchange: Exchange, params: Params) -> Delivery:
    keys = ID_KEYS if params.key is None else (params.key,)
    return Delivery(_altered(exchange.run(), keys, lambda name: f"{name}X"))


def _partial(exchange: Exchange, params: Params) -> Delivery:
    """The server takes less than was asked, and says so."""
    body = json_object(exchange.request.body)
    body |= {key: _less(body[key], params.by) for key in ASKED_KEYS if key in body}
    return Delivery(exchange.process(replace(exchange.request, body=json.dumps(body, ensure_ascii=False).encode())))


def _code(exchange: Exchange, params: Params) -> Delivery:
    return Delivery(_refusal(exchange, params))


def _state(exchange: Exchange, params: Params) -> Delivery:
    """The server says another state than the payment has."""
    key = "status" if isinstance(exchange.server, CardServer | EzpgServer) else "paymentStatus"
    return Delivery(_altered(exchange.run(), (key,), lambda state: _other_state(state, params.state)))


def _code_after(exchange: Exchange, params: Params) -> Delivery:
    """Done, and yet answered with a code that says otherwise, or nothing that is known."""
    exchange.run()
    return Delivery(_refusal(exchange, params))


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

# Kinds that not every gateway knows.
ONLY: Mapping[str, tuple[str, ...]] = {
    "wrong_amount": ("crepay", "card", "loyalty", "ezpg"),  # CEOS never names an amount
    "partial": ("crepay", "loyalty"),  # a card server that is confirmed for less refuses
    "code": ("crepay", "card", "loyalty", "ezpg"),
    "code_after": ("crepay", "card", "loyalty", "ezpg"),
    "fail": ("ceos",),
    "no_fail": ("ceos",),
    "fail_after": ("ceos",),
    "state": ("ceos", "card", "loyalty", "ezpg"),  # Crepay names none
}


def _seconds(params: Params, otherwise: float) -> float:
    return otherwise if params.seconds is None else params.seconds


def _altered(reply: Reply, keys: tuple[str, ...], change: Callable[[object], object]) -> Reply:
    """The same reply with some keys changed, in an envelope and in rows too."""
    body = json_object(reply.body)
    for part in _parts(body):
        part.update({key: change(part[key]) for key in keys if key in part})
    return replace(reply, body=json.dumps(body, ensure_ascii=False).encode())


def _parts(value: object) -> Iterator[dict[str, object]]:
    """The objects in a JSON value, all the way down."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _parts(part)


def _less(amount: object, by: int) -> object:
    """Money is a number of won, or a text of 10^-18."""
    if isinstance(amount, str) and amount.isdecimal():
        return str(int(amount) - by * UNIT)
    return amount - by if isinstance(amount, int) else amount


def _other_state(state: object, said: str) -> object:
    """CEOS says words, the relay numbers; a word said in the relay's place becomes a number that it does not have."""
    if isinstance(state, int):
        return int(said) if said.isdecimal() else 0
    return said


def _refusal(exchange: Exchange, params: Params) -> Reply:
    """An error code in the words of a server that has codes."""
    server = exchange.server
    if isinstance(server, CardServer):
        reply = server.refusal(params.code or "PROVIDER_ERROR", exchange.request)
        return replace(reply, status=params.status or reply.status)
    if isinstance(server, CrepayServer):
        return server.refusal(params.code or "ZLGN012", params.status)
    if isinstance(server, RelayServer):
        return server.refusal(int(params.code or 1511), params.status or 200)
    if isinstance(server, EzpgServer):
        return server.refusal(params.code or "1000", exchange.request, params.status or 200)
    raise TypeError(f"no server with codes: {server}")


def _ceos(server: Server) -> CeosServer:
    if not isinstance(server, CeosServer):
        raise TypeError(f"not the CEOS server: {server}")
    return server
