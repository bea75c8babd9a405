"""The control path `/_sim/...`: what tests and the demo ask of the simulators, beside the documents.

GET    /_sim/books       what really happened to the money, with a serial
GET    /_sim/requests    the log of what was asked
POST   /_sim/faults      plan a fault: {"call": "crepay.checkout", "kind": "drop_after", "count": 1, "params": {}}
DELETE /_sim/faults      plan none
POST   /_sim/settings    {"ceos": {"dialect": "B", "failure_rate": 0}, "crepay": {...}}; answers with all of them
POST   /_sim/coupons     {"barcode": 5000} or {"barcode": {"balance": 5000, "withdrawal_fails": true}}
POST   /_sim/reset       a new world
"""

import json
from collections.abc import Callable

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kiosk.simulator.faults import Fault
from kiosk.simulator.outside import Outside

_CHANGES: TypeAdapter[dict[str, dict[str, object]]] = TypeAdapter(dict[str, dict[str, object]])


def control_routes(outside: Outside) -> list[Route]:
    """The routes below `/_sim`."""

    def clear_faults(_body: object) -> None:
        outside.faults.clear()

    def reset(_body: object) -> None:
        outside.reset()

    return [
        _route("/books", "GET", lambda _body: outside.books()),
        _route("/requests", "GET", lambda _body: outside.requests()),
        _route("/faults", "POST", lambda body: outside.plan(Fault.model_validate(body))),
        _route("/faults", "DELETE", clear_faults),
        _route("/settings", "POST", lambda body: outside.change(_CHANGES.validate_python(body)).model_dump()),
        _route("/coupons", "POST", outside.set_coupons),
        _route("/coupons", "PUT", outside.set_coupons),
        _route("/reset", "POST", reset),
    ]


def _route(path: str, method: str, act: Callable[[object], object]) -> Route:
    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(act(json.loads(await request.body() or b"null")))
        except (ValidationError, ValueError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return Route(path, answer, methods=[method])
