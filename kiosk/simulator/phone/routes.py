"""What the page at `/phone` asks for. It never touches `/_sim`: a phone shows codes and answers, and that is all.

GET   /phone                           the page; its files lie below it
GET   /phone/qr?account=0x...          an address as a picture
GET   /phone/customer/{wallet}         balance and payments of a wallet of the demo: rich, poor, no_phone
POST  /phone/customer/{wallet}/code    a fresh temporary account, and how long it lives
POST  /phone/customer/{wallet}/present a fresh one, held to the scanner of the demo's till; 404 where there is none
POST  /phone/customer/{wallet}/answer  {"payment_id": "0x...", "approve": true}; answers with the relay's code
GET   /phone/owner                     the cancels that the shop's owner was asked for
POST  /phone/owner/answer              as the customer's

Those of the bank's app are in bank.py.

The QR code is the bare address. Source: facts of the loyalty relay, 'temporary account'.
"""

import io
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TypeVar

import segno
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kiosk.simulator.ezpg import EzpgServer
from kiosk.simulator.outside import Outside
from kiosk.simulator.phone import bank
from kiosk.simulator.phone.seen import Seen, as_people_read, cancels_of, payments_of
from kiosk.simulator.relay_accounts import LIVES_S
from kiosk.simulator.relay_settings import NO_PHONE, OWNER, POOR, RICH

WALLETS: Final[Mapping[str, str]] = {"rich": RICH, "poor": POOR, "no_phone": NO_PHONE}
PAGE: Final = "index.html"
MEDIA: Final[Mapping[str, str]] = {
    PAGE: "text/html",
    "phone.css": "text/css",
    "phone.js": "text/javascript",
    "words.js": "text/javascript",
    "bank.css": "text/css",
    "bank.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",  # whoever starts another version sees it
}
ADDRESS: Final = re.compile(r"0x[0-9A-Fa-f]{40}")
INK: Final = "#1A1816"

Act = Callable[[Request], Awaitable[Response]]
_WantedT = TypeVar("_WantedT", bank.Pay, bank.Correct)
Scan = Callable[[str], None]
"""Takes a code as a scanner reads it; called in the simulators' thread."""


class _Answer(BaseModel):
    """A yes or a no on a phone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    payment_id: str
    approve: bool


def phone_routes(
    outside: Outside, changed: Callable[[], None], speed: float, scanner: Callable[[], Scan | None]
) -> list[Route]:
    """The page and what it asks for.

    Args:
        outside: What the phones belong to.
        changed: Told when somebody answered.
        speed: Seconds of the simulators in a real one, for its countdowns.
        scanner: Where a code is held to, if a demo's till runs beside the simulators.
    """
    phones = _Phones(outside, changed, speed, scanner)
    return [
        Route("/phone", _file(PAGE)),
        *(Route(f"/phone/{name}", _file(name)) for name in MEDIA if name != PAGE),
        Route("/phone/qr", _picture),
        Route("/phone/customer/{wallet}", phones.customer),
        Route("/phone/customer/{wallet}/code", phones.code, methods=["POST"]),
        Route("/phone/customer/{wallet}/present", phones.present, methods=["POST"]),
        Route("/phone/customer/{wallet}/answer", phones.customer_answers, methods=["POST"]),
        Route("/phone/owner", phones.owner),
        Route("/phone/owner/answer", phones.owner_answers, methods=["POST"]),
        Route("/phone/bank", phones.bank),
        Route("/phone/bank/pay", phones.pays, methods=["POST"]),
        Route("/phone/bank/correct", phones.corrects, methods=["POST"]),
    ]


class _Phones:
    """What the phones are told, and what they say."""

    def __init__(
        self, outside: Outside, changed: Callable[[], None], speed: float, scanner: Callable[[], Scan | None]
    ) -> None:
        self._outside = outside
        self._changed = changed
        self._speed = speed
        self._scanner = scanner

    async def customer(self, request: Request) -> Response:
        account, relay = _account(request), self._outside.loyalty
        seen, purse = payments_of(relay, account), relay.contracts.purse(account)
        balance = as_people_read(purse.balance)
        can_present = self._scanner() is not None
        return self._json(
            {"payments": _words(seen), "balance": balance, "has_phone": purse.phone, "can_present": can_present}
        )

    async def code(self, request: Request) -> Response:
        code = self._outside.loyalty.temporary_account(_account(request))
        return self._json({"account": code, "lives_s": LIVES_S})

    async def present(self, request: Request) -> Response:
        scan = self._scanner()
        if scan is None:
            raise HTTPException(404)
        scan(self._outside.loyalty.temporary_account(_account(request)))
        return self._json({})

    async def owner(self, _request: Request) -> Response:
        return self._json({"payments": _words(cancels_of(self._outside.loyalty, OWNER))})

    async def customer_answers(self, request: Request) -> Response:
        relay = self._outside.loyalty
        return await self._answers(request, payments_of(relay, _account(request)), relay.answer_new)

    async def owner_answers(self, request: Request) -> Response:
        relay = self._outside.loyalty
        return await self._answers(request, cancels_of(relay, OWNER), relay.answer_cancel)

    async def bank(self, _request: Request) -> Response:
        server = self._outside.ezpg
        return self._json(
            {
                "accounts": [asdict(one) for one in bank.payables(server)],
                "payments": [asdict(one) for one in bank.payments(server)],
            }
        )

    async def pays(self, request: Request) -> Response:
        return await self._at_the_bank(request, bank.Pay, bank.pay)

    async def corrects(self, request: Request) -> Response:
        return await self._at_the_bank(request, bank.Correct, bank.correct)

    async def _at_the_bank(
        self, request: Request, model: type[_WantedT], act: Callable[[EzpgServer, _WantedT], dict[str, Any]]
    ) -> Response:
        try:
            done = act(self._outside.ezpg, model.model_validate_json(await request.body()))
        except ValidationError:
            raise HTTPException(400) from None
        except LookupError:
            raise HTTPException(404) from None
        self._changed()
        return self._json(done)

    async def _answers(self, request: Request, seen: list[Seen], tell: Callable[..., dict[str, Any]]) -> Response:
        try:
            answer = _Answer.model_validate_json(await request.body())
        except ValidationError:
            raise HTTPException(400) from None
        if answer.payment_id not in {one.id for one in seen}:
            raise HTTPException(404)
        said = tell(answer.payment_id, approve=answer.approve)
        self._changed()
        return self._json({"code": said["code"]})

    def _json(self, words: Mapping[str, object]) -> Response:
        return JSONResponse({"speed": self._speed, **words}, headers=dict(HEADERS))


def _account(request: Request) -> str:
    account = WALLETS.get(request.path_params["wallet"])
    if account is None:
        raise HTTPException(404)
    return account


def _file(name: str) -> Act:
    content = Path(__file__).with_name(name).read_bytes()

    async def answer(_request: Request) -> Response:
        return Response(content, headers=dict(HEADERS), media_type=MEDIA[name])

    return answer


async def _picture(request: Request) -> Response:
    account = request.query_params.get("account", "")
    if not ADDRESS.fullmatch(account):
        raise HTTPException(400)
    drawn = io.BytesIO()
    segno.make_qr(account, error="m").save(drawn, kind="svg", border=4, dark=INK, light="#FFFFFF", omitsize=True)
    return Response(drawn.getvalue(), headers=dict(HEADERS), media_type="image/svg+xml")


def _words(seen: list[Seen]) -> list[dict[str, Any]]:
    return [asdict(one) for one in seen]
