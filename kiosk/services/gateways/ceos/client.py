"""CEOS's HTTP calls, one method each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from kiosk.domain.confidential import Confidential
from kiosk.domain.limits import Limits
from kiosk.domain.operation import Permit
from kiosk.services.gateways.ceos import wire
from kiosk.services.gateways.ceos.rules import Answer
from kiosk.services.http import HttpAnswer, Line, NotReached, NotSentWhy, Reply


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks.

    Attributes:
        store_id: The store, as the server knows it.
        secret: Bearer secret; None until it has been fetched.
        github_id: Under which the secret is fetched; "" when it is configured.
    """

    store_id: str
    secret: Confidential | None
    github_id: str = ""

    @property
    def headers(self) -> Mapping[str, str]:
        """Authorization. Source: CEOS document, '인증 방식'."""
        return {} if self.secret is None else {"Authorization": f"Bearer {self.secret.reveal()}"}


class CeosClient:
    """Asks and sends.

    Args:
        line: To the payment system.
        account: Who asks.
        limits: The limits in force.
    """

    def __init__(self, line: Line, account: Account, limits: Limits) -> None:
        self._line = line
        self.account = account
        self._limits = limits
        self.reachable = True

    async def probe(self) -> bool:
        """Reach the server; whatever it answers, it is there."""
        self._hear(await self._line.ask("/", {}, self._limits.ceos_ask_s))
        return self.reachable

    async def fetch_secret(self) -> bool:
        """Fetch secret and store id under the GitHub id; false when that did not work. Source: '인증 API'."""
        reply = await self._line.ask(f"/auth/{quote(self.account.github_id, safe='')}", {}, self._limits.ceos_ask_s)
        self._hear(reply)
        if not isinstance(reply, HttpAnswer) or reply.status != 200:
            return False
        fields = reply.json_object() or reply.body.decode("utf-8", "replace").strip().strip('"')
        found = wire.read_secret(fields)
        if found is None:
            return False
        secret, store_id = found
        self.account = replace(
            self.account,
            secret=Confidential(secret),
            store_id=store_id or self.account.store_id or self.account.github_id,
        )
        return True

    async def instant(self, permit: Permit) -> Answer:
        """Pay. Source: '결제'."""
        reply = await self._line.send(permit, self.account.headers, self._limits.ceos_answer_s)
        self._hear(reply)
        if isinstance(reply, HttpAnswer):
            return wire.read_instant(reply.status, reply.json_object(), permit.request.request_id)
        return _nothing(reply)

    async def cancel(self, permit: Permit, payment_id: str) -> Answer:
        """Give back. Source: '결제 취소'."""
        reply = await self._line.send(permit, self.account.headers, self._limits.ceos_answer_s)
        self._hear(reply)
        if isinstance(reply, HttpAnswer):
            return wire.read_cancel(reply.status, reply.json_object(), payment_id)
        return _nothing(reply)

    async def look(self, payment_id: str, order_name: str, custom: str) -> Answer:
        """What became of a payment. Source: '단건 조회'."""
        reply = await self._line.ask(wire.payment_path(payment_id), self.account.headers, self._limits.ceos_ask_s)
        self._hear(reply)
        if isinstance(reply, HttpAnswer):
            return wire.read_look(reply.status, reply.json_object(), payment_id, order_name, custom)
        return _nothing(reply)

    def _hear(self, reply: Reply) -> None:
        if reply == NotReached(NotSentWhy.PERMIT_VOID):
            return  # it was not even tried
        self.reachable = not isinstance(reply, NotReached)


def _nothing(reply: Reply) -> Answer:
    return Answer.NOT_SENT if isinstance(reply, NotReached) else Answer.NO_ANSWER
