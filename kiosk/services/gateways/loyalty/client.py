"""The relay's HTTP calls, one method each; and what kind of relay it is."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from kiosk.domain.confidential import Confidential
from kiosk.domain.limits import Limits
from kiosk.domain.moment import Stamp
from kiosk.domain.money import Money, to_token_units
from kiosk.domain.operation import Permit
from kiosk.domain.ports import Clock, Randomness
from kiosk.services.gateways.loyalty import wire
from kiosk.services.gateways.loyalty.answers import ERRORS, Answer, Call, Numbering, Paths
from kiosk.services.gateways.loyalty.wire import Account, Envelope, Purchase, Quote, Read, Shop, Withdrawal
from kiosk.services.http import Exempt, HttpAnswer, Line, NotReached, NotSentWhy, Reply

TOKEN_LENGTH: Final = 32
"""Of the random text behind a payment id that there is not."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How this relay is asked.

    Attributes:
        paths: Under which paths.
        is_honoured: It heeds `confirm` when a payment is closed. Where it does not, closing may take what is to be
            released.
    """

    paths: Paths
    is_honoured: bool

    @property
    def gives_back(self) -> bool:
        """What nobody closed it gives back by force. Under the document's paths nobody knows that: none was met."""
        return self.paths is Paths.RELAY


class LoyaltyClient:
    """Asks and sends.

    Args:
        line: To the relay.
        account: Who asks.
        clock: Ours.
        random: For the id of a payment that there is not.
        limits: The limits in force.
        paths: How the relay is asked, if that is configured; None finds out.
    """

    def __init__(
        self, line: Line, account: Account, clock: Clock, random: Randomness, limits: Limits, paths: Paths | None
    ) -> None:
        self._line = line
        self.account = account
        self._clock = clock
        self._random = random
        self._limits = limits
        self._wanted = paths
        self.reachable = True
        self._heard: tuple[int, Stamp] | None = None
        self.dialect: Dialect | None = None
        self.shop: Shop | None = None

    @property
    def there_ms(self) -> int | None:
        """What the relay's clock shows now, whatever ours was set to since it was heard, UTC epoch [ms]."""
        if self._heard is None:
            return None
        shown_ms, heard = self._heard
        return shown_ms + round(self._clock.elapsed(heard) * 1000)

    # -- what kind of relay it is

    async def probe(self) -> bool:
        """Reach the relay; once per start find out how it is asked; and whether it takes payments for our shop."""
        if self.dialect is None:
            paths = await self._find_paths()
            is_honoured = None if paths is None else await self._heeds_confirm(paths)
            if paths is not None and is_honoured is not None:
                self.dialect = Dialect(paths, is_honoured)
        if self.dialect is not None:
            await self.ask_shop()
        return self.reachable

    async def _find_paths(self) -> Paths | None:
        """The paths that answer an empty opening in the envelope. It fails validation, so it opens nothing."""
        for paths in (self._wanted,) if self._wanted else (Paths.RELAY, Paths.SPEC):
            envelope = await self._try_out(paths, Call.OPEN, {})
            if envelope is not None and not envelope.is_success:
                return paths
        return None

    async def _heeds_confirm(self, paths: Paths) -> bool | None:
        """Whether a close without `confirm` is refused for want of it: then it is mandatory, and therefore heeded.

        Source: payment methods, loyalty. Every other answer means that it is not; None when there was none of the
        relay's own, so that it is asked again.
        """
        nobody = f"0x{sha256(self._random.token(TOKEN_LENGTH).encode()).hexdigest()}"
        body = {"accessKey": self.account.key.reveal(), "paymentId": nobody}
        envelope = await self._try_out(paths, Call.CAPTURE, body)
        return None if envelope is None else envelope.code == 2001 and "confirm" in envelope.invalid

    async def _try_out(self, paths: Paths, call: Call, body: dict[str, str]) -> Envelope | None:
        path, headers = wire.PATHS[paths][call], self.account.headers if body else {}
        seconds, sent = self._limits.loyalty_ask_s, wire.to_body(body)
        return self._envelope(await self._line.probe(Exempt.RELAY_PROBE, path, headers, seconds, sent))

    # -- questions

    async def balance(self, wallet: Confidential) -> tuple[Answer, int | None]:
        """What a wallet holds [10^-18]. Source: 3.1."""
        answer, envelope = await self._ask(wire.question(Call.BALANCE, account=wallet.reveal()))
        return answer, None if envelope is None else wire.read_balance(envelope)

    async def quote(self, wallet: Confidential, amount: Money) -> tuple[Answer, Quote | None]:
        """What a payment would cost a wallet. Source: 3.2."""
        units, currency = to_token_units(amount), amount.currency.value.lower()
        path = wire.question(Call.INFO, account=wallet.reveal(), amount=units, currency=currency)
        answer, envelope = await self._ask(path)
        return answer, None if envelope is None else wire.read_quote(envelope, amount)

    async def ask_shop(self) -> Shop | None:
        """Whether the relay takes payments for our shop. Source: 3.7; an opening does not look."""
        _, envelope = await self._ask(wire.question(Call.SHOP, shopId=self.account.shop))
        self.shop = None if envelope is None else wire.read_shop(envelope)
        return self.shop

    async def ask_withdrawal(self) -> Withdrawal | None:
        """What the shop has asked to be paid out; None where the relay does not say. Source: 3.8."""
        _, envelope = await self._ask(wire.question(Call.WITHDRAWAL, shopId=self.account.shop))
        return None if envelope is None else wire.read_withdrawal(envelope)

    async def item(self, purchase: Purchase, numbering: Numbering) -> Read:
        """Where a payment stands. Source: 5.1."""
        path = wire.question(Call.ITEM, paymentId=purchase.payment)
        return self._payment(await self._line.ask(path, {}, self._limits.loyalty_ask_s), purchase, numbering)

    async def find(self, paths: Paths, purchase: Purchase) -> Read:
        """Whether there is such a payment of ours, and by which numbers it is counted."""
        path = wire.question(Call.ITEM, paymentId=purchase.payment)
        reply = await self._line.ask(path, {}, self._limits.loyalty_ask_s)
        envelope = self._envelope(reply)
        return Read(_nothing(reply)) if envelope is None else wire.read_found(envelope, paths, purchase)

    # -- what changes something

    async def open_new(self, permit: Permit, paths: Paths, purchase: Purchase) -> Read:
        """Ask the customer on their phone. Source: 3.3."""
        reply = await self._send(permit)
        envelope = self._envelope(reply)
        return Read(_nothing(reply)) if envelope is None else wire.read_opening(envelope, paths, purchase)

    async def change(self, permit: Permit, purchase: Purchase, numbering: Numbering) -> Read:
        """Close a payment, or open or close its cancel, as the permit says. Source: 3.4, 3.5, 3.6."""
        return self._payment(await self._send(permit), purchase, numbering)

    # -- parts

    async def _send(self, permit: Permit) -> Reply:
        return await self._line.send(permit, self.account.headers, self._limits.loyalty_answer_s)

    async def _ask(self, path: str) -> tuple[Answer, Envelope | None]:
        """An answered question, or why it was not answered."""
        reply = await self._line.ask(path, {}, self._limits.loyalty_ask_s)
        envelope = self._envelope(reply)
        if envelope is None:
            return _nothing(reply), None
        if envelope.is_success:
            return Answer.OK, envelope
        return ERRORS.get(envelope.code, Answer.NO_ANSWER), None

    def _payment(self, reply: Reply, purchase: Purchase, numbering: Numbering) -> Read:
        envelope = self._envelope(reply)
        return Read(_nothing(reply)) if envelope is None else wire.read_payment(envelope, numbering, purchase)

    def _envelope(self, reply: Reply) -> Envelope | None:
        self._hear(reply)
        return wire.read_envelope(reply.status, reply.json_object()) if isinstance(reply, HttpAnswer) else None

    def _hear(self, reply: Reply) -> None:
        if reply == NotReached(NotSentWhy.PERMIT_VOID):
            return  # it was not even tried
        self.reachable = not isinstance(reply, NotReached)
        if isinstance(reply, HttpAnswer) and reply.server_ms is not None:
            # Date has whole seconds: on average half a second has passed since
            self._heard = reply.server_ms + 500, self._clock.stamp()


def _nothing(reply: Reply) -> Answer:
    return Answer.NOT_SENT if isinstance(reply, NotReached) else Answer.NO_ANSWER
