"""Crepay's HTTP calls, one method each."""

from kiosk.domain.confidential import Confidential
from kiosk.domain.limits import Limits
from kiosk.domain.operation import Permit
from kiosk.domain.ports import Clock
from kiosk.services.gateways.crepay import wire
from kiosk.services.gateways.crepay.rules import Answer, Call
from kiosk.services.gateways.crepay.wire import Account, Asking, Read
from kiosk.services.http import HttpAnswer, Line, NotReached, NotSentWhy, Reply


class CrepayClient:
    """Asks and sends; knows how far the server's clock is ahead of ours.

    Args:
        line: To the payment system.
        account: Who asks.
        clock: Ours.
        limits: The limits in force.
    """

    def __init__(self, line: Line, account: Account, clock: Clock, limits: Limits) -> None:
        self._line = line
        self.account = account
        self._clock = clock
        self._limits = limits
        self.reachable = True
        self.ahead_ms: int | None = None

    @property
    def server_ms(self) -> int:
        """The server's clock, as far as its Date headers tell, UTC epoch [ms]."""
        return self._clock.now_ms() + (self.ahead_ms or 0)

    async def probe(self) -> bool:
        """Reach the server; whatever it answers, it is there, and its Date is heard."""
        self._hear(await self._line.ask("/", {}, self._limits.crepay_balance_s))
        return self.reachable

    async def balance(self, asking: Asking, pay_amount: int) -> Read:
        """What the coupon can pay. Source: '결제 가능 금액 조회'."""
        path, body = f"{wire.BASE}/balance", asking.balance(pay_amount)
        reply = await self._line.ask(path, self.account.headers, self._limits.crepay_balance_s, body)
        self._hear(reply)
        match reply:
            case HttpAnswer(status=200, body=answer):
                return wire.read_balance(answer, asking.barcode)
            case _:
                return self._failed(Call.BALANCE, reply)

    async def checkout(self, permit: Permit, barcode: Confidential, amount: int) -> Read:
        """Take the amount [won]. Source: '결제(승인) 요청'."""
        reply = await self._send(permit)
        match reply:
            case HttpAnswer(status=200, body=answer):
                return wire.read_checkout(answer, permit.request.request_id, barcode, amount)
            case _:
                return self._failed(Call.CHECKOUT, reply)

    async def undo(self, permit: Permit, target: str, amount: int) -> Read:
        """Undo the checkout `target` [won]: cancel or cancel-network, as the permit says. Source: '결제(승인) 취소'."""
        reply = await self._send(permit)
        match reply:
            case HttpAnswer(status=200, body=answer):
                return wire.read_cancel(answer, target, amount)
            case _:
                return self._failed(Call(permit.request.call), reply)

    async def _send(self, permit: Permit) -> Reply:
        reply = await self._line.send(permit, self.account.headers, self._limits.crepay_answer_s)
        self._hear(reply)
        return reply

    def _failed(self, call: Call, reply: Reply) -> Read:
        match reply:
            case HttpAnswer(status=status, body=body):
                return wire.read_failure(call, status, body, is_json=bool(reply.json_object()))
            case NotReached():
                return Read(Answer.NOT_SENT)
            case _:
                return Read(Answer.NO_ANSWER)

    def _hear(self, reply: Reply) -> None:
        if reply == NotReached(NotSentWhy.PERMIT_VOID):
            return  # it was not even tried
        self.reachable = not isinstance(reply, NotReached)
        if isinstance(reply, HttpAnswer) and reply.server_ms is not None:
            # Date has whole seconds: on average half a second has passed since
            self.ahead_ms = reply.server_ms + 500 - self._clock.now_ms()
