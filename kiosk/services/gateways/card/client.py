"""The card server's HTTP calls, one method each."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.domain.confidential import Confidential
from kiosk.domain.limits import Limits
from kiosk.domain.operation import Permit
from kiosk.services.gateways.card import wire
from kiosk.services.gateways.card.rules import Answer
from kiosk.services.gateways.card.wire import Payment, Read
from kiosk.services.http import HttpAnswer, Line, NotReached, NotSentWhy, Reply


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks.

    Attributes:
        secret_key: The store's.
    """

    secret_key: Confidential

    @property
    def headers(self) -> Mapping[str, str]:
        """Authorization: the key, a colon, and nothing behind it. Source: card document, '인증'."""
        return {"Authorization": "Basic " + b64encode(f"{self.secret_key.reveal()}:".encode()).decode()}


class CardClient:
    """Sends; there is nothing that is only asked.

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
        self.accepted = True

    async def probe(self) -> bool:
        """Reach the server; whatever it answers, it is there. A path that it does not have changes nothing."""
        self._hear(await self._line.ask("/", self.account.headers, self._limits.card_ask_s))
        return self.reachable

    async def create(self, permit: Permit, payment: Payment) -> Read:
        """Create a payment, or hear where it stands. Source: 'Create'."""
        reply = await self._line.send(permit, self.account.headers, self._limits.card_ask_s)
        self._hear(reply)
        if isinstance(reply, HttpAnswer):
            return wire.read_create(reply.status, reply.json_object(), payment)
        return _nothing(reply)

    async def confirm(self, permit: Permit, payment: Payment) -> Read:
        """Take a payment. Source: 'Confirm'."""
        reply = await self._line.send(permit, self.account.headers, self._limits.card_answer_s)
        self._hear(reply)
        if isinstance(reply, HttpAnswer):
            return wire.read_confirm(reply.status, reply.json_object(), payment)
        return _nothing(reply)

    async def cancel(self, permit: Permit) -> Read:
        """Give a payment back. Source: '결제 환불(취소)'."""
        reply = await self._line.send(permit, self.account.headers, self._limits.card_answer_s)
        self._hear(reply)
        if isinstance(reply, HttpAnswer):
            return wire.read_cancel(reply.status, reply.json_object())
        return _nothing(reply)

    def _hear(self, reply: Reply) -> None:
        if reply == NotReached(NotSentWhy.PERMIT_VOID):
            return  # it was not even tried
        self.reachable = not isinstance(reply, NotReached)
        if isinstance(reply, HttpAnswer):
            self.accepted = reply.status != 401


def _nothing(reply: Reply) -> Read:
    return Read(Answer.NOT_SENT if isinstance(reply, NotReached) else Answer.NO_ANSWER)
