"""The control path `/_sim/...`: what tests and the demo ask of the simulators, beside the documents.

GET    /_sim/books       what really happened to the money, with a serial
GET    /_sim/requests    the log of what was asked
POST   /_sim/faults      plan a fault: {"call": "crepay.checkout", "kind": "drop_after", "count": 1, "params": {}}
DELETE /_sim/faults      plan none
POST   /_sim/settings    {"ceos": {"dialect": "B"}, "loyalty": {"callback_url": "http://..."}}; answers with all of them
POST   /_sim/coupons     {"barcode": 5000} or {"barcode": {"balance": 5000, "withdrawal_fails": true}}
POST   /_sim/restart     {"server": "card"}; it keeps nothing in mind through that
POST   /_sim/reset       a new world

Of the loyalty relay (amounts are 10^-18):

POST   /_sim/wallets     {"0x...": {"balance": 5000000000000000000, "phone": true}}
POST   /_sim/shops       {"0x...": {"name": "Demo", "status": 2, "delegator": "0x..."}}
POST   /_sim/approvals   what becomes of the next: {"outcome": "late", "count": 1, "seconds": 60}
GET    /_sim/callbacks   the log of how the kiosk was called, and what it answered
POST   /_sim/callbacks   what becomes of the next: {"kind": "lost", "count": 1}
DELETE /_sim/callbacks   nothing becomes of them
POST   /_sim/callback    call the kiosk in the relay's place: {"body": {...}, "headers": {...}}

What its phones do, a QR code, the customer, and the owner of a shop:

POST   /_sim/phone/temporary      {"account": "0x..."}; answers {"temporaryAccount": "0xffffffff..."}
POST   /_sim/phone/incoming       {"account": "0x..."}; answers with the payments that it is asked for
POST   /_sim/phone/answer_new     {"payment_id": "0x...", "approve": true}; answers as the relay answers the phone
POST   /_sim/phone/cancels        {"account": "0x..."}; answers with the cancels that it is asked for
POST   /_sim/phone/answer_cancel  {"payment_id": "0x...", "approve": true}

Those of EzPG are in ezpg_control.py.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kiosk.simulator.ezpg_control import ezpg_routes
from kiosk.simulator.faults import Fault
from kiosk.simulator.outside import Outside
from kiosk.simulator.relay_answers import Approvals
from kiosk.simulator.relay_callbacks import Forged, Mishap
from kiosk.simulator.relay_phones import Question
from kiosk.simulator.relay_settings import Address

_CHANGES: TypeAdapter[dict[str, dict[str, object]]] = TypeAdapter(dict[str, dict[str, object]])


class _Server(BaseModel):
    """Which server; the others keep their books on disk."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    server: Literal["card"]


class _Whose(BaseModel):
    """Whose phone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: Address


class _Answer(BaseModel):
    """A yes or a no on a phone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    payment_id: str
    approve: bool


def control_routes(outside: Outside, changed: Callable[[], None]) -> list[Route]:
    """The routes below `/_sim`.

    Args:
        outside: What they reach into.
        changed: Told after each.
    """

    def route(path: str, method: str, act: Callable[[object], object]) -> Route:
        async def answer(request: Request) -> Response:
            try:
                reply = JSONResponse(act(json.loads(await request.body() or b"null")))
            except (ValidationError, ValueError) as error:
                return JSONResponse({"error": str(error)}, status_code=400)
            changed()
            return reply

        return Route(path, answer, methods=[method])

    return [
        route("/books", "GET", lambda _body: outside.books()),
        route("/requests", "GET", lambda _body: outside.requests()),
        route("/faults", "POST", lambda body: outside.plan(Fault.model_validate(body))),
        route("/faults", "DELETE", lambda _body: outside.faults.clear()),
        route("/settings", "POST", lambda body: outside.change(_CHANGES.validate_python(body)).model_dump()),
        route("/coupons", "POST", outside.set_coupons),
        route("/coupons", "PUT", outside.set_coupons),
        route("/restart", "POST", lambda body: outside.restart(_Server.model_validate(body).server)),
        route("/reset", "POST", lambda _body: outside.reset()),
        *_loyalty_routes(outside, route),
        *ezpg_routes(outside, route),
    ]


def _loyalty_routes(outside: Outside, route: Callable[[str, str, Callable[[object], object]], Route]) -> list[Route]:
    def temporary(body: object) -> object:
        return {"temporaryAccount": outside.loyalty.temporary_account(_Whose.model_validate(body).account)}

    def answer_new(body: object) -> object:
        answer = _Answer.model_validate(body)
        return outside.loyalty.answer_new(answer.payment_id, approve=answer.approve)

    def answer_cancel(body: object) -> object:
        answer = _Answer.model_validate(body)
        return outside.loyalty.answer_cancel(answer.payment_id, approve=answer.approve)

    def incoming(body: object) -> object:
        return _shown(outside.loyalty.incoming(_Whose.model_validate(body).account))

    def cancels(body: object) -> object:
        return _shown(outside.loyalty.cancels_waiting(_Whose.model_validate(body).account))

    return [
        route("/wallets", "POST", outside.set_wallets),
        route("/shops", "POST", outside.set_shops),
        route("/approvals", "POST", lambda body: outside.loyalty.answers.plan(Approvals.model_validate(body))),
        route("/callbacks", "GET", lambda _body: outside.loyalty.callbacks.told()),
        route("/callbacks", "POST", lambda body: outside.loyalty.callbacks.plan(Mishap.model_validate(body))),
        route("/callbacks", "DELETE", lambda _body: outside.loyalty.callbacks.clear()),
        route("/callback", "POST", lambda body: outside.loyalty.callbacks.forge(Forged.model_validate(body))),
        route("/phone/temporary", "POST", temporary),
        route("/phone/incoming", "POST", incoming),
        route("/phone/answer_new", "POST", answer_new),
        route("/phone/cancels", "POST", cancels),
        route("/phone/answer_cancel", "POST", answer_cancel),
    ]


def _shown(questions: list[Question]) -> list[dict[str, object]]:
    """Amounts as text: they are larger than what JavaScript counts with."""
    return [
        asdict(question) | {"amount": str(question.amount), "total_point": str(question.total_point)}
        for question in questions
    ]
