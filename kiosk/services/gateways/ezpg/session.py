"""Logins at EzPG, and the questions and requests that are sent under them.

Ours: a token lasts a day, and whoever gets a password wrong five times is locked out for a quarter of an hour. So
nobody is logged in twice at a time, and after a refusal nobody tries again for a while.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.domain.confidential import Confidential
from kiosk.domain.limits import Limits
from kiosk.domain.moment import Stamp
from kiosk.domain.operation import Permit
from kiosk.domain.ports import Clock
from kiosk.services.gateways.ezpg import wire
from kiosk.services.gateways.ezpg.answers import Answer
from kiosk.services.gateways.ezpg.wire import SignedIn
from kiosk.services.http import Exempt, HttpAnswer, Line, NotReached, Reply


@dataclass(frozen=True, slots=True)
class Login:
    """A user of EzPG.

    Attributes:
        user: Its name there.
        password: Its password.
    """

    user: str
    password: Confidential


class Session:
    """One user's login.

    Args:
        line: To EzPG.
        login: Whose.
        clock: Ours.
        limits: The limits in force.
        hear: Told every reply.
    """

    def __init__(self, line: Line, login: Login, clock: Clock, limits: Limits, hear: Callable[[Reply], None]) -> None:
        self._line = line
        self._login = login
        self._clock = clock
        self._limits = limits
        self._hear = hear
        self._one_at_a_time = asyncio.Lock()
        self._token: Confidential | None = None
        self._refused_at: Stamp | None = None
        self._ends = 0

    @property
    def is_open(self) -> bool:
        """There is a token, as far as is known."""
        return self._token is not None

    @property
    def is_refused(self) -> bool:
        """Name and password were refused when they were last tried."""
        return self._refused_at is not None

    @property
    def resting_s(self) -> float:
        """How long they are not tried again, because they were refused a short while ago [s]."""
        if self._refused_at is None:
            return 0.0
        return max(0.0, self._limits.ezpg_sign_in_again_s - self._clock.elapsed(self._refused_at))

    async def open(self) -> Answer:
        """Log in, if nobody is. A login of which six digits are wanted is none."""
        async with self._one_at_a_time:
            if self._token is not None:
                return Answer.SIGNED_IN
            signed_in = await self._log_in()
            if signed_in.wants_digits:
                self._refused_at = self._clock.stamp()
                return Answer.REFUSED
            return self._keep(signed_in)

    async def open_with_digits(self, digits: Confidential) -> Answer:
        """Log in anew with the six digits that the user's telephone shows, where they are wanted.

        Returns:
            SIGNED_OUT when the digits are wrong, or the user left meanwhile; REFUSED when name or password are wrong.
        """
        if wire.OTP.fullmatch(digits.reveal()) is None:
            return Answer.SIGNED_OUT
        async with self._one_at_a_time:
            ends = self._ends
            signed_in = await self._log_in()
            if signed_in.wants_digits:
                signed_in = await self._verify(signed_in.token, digits)
            return self._keep(signed_in) if ends == self._ends else Answer.SIGNED_OUT

    def close(self) -> None:
        """Forget the token, and that of a login under way. EzPG has no way to be told."""
        self._token = None
        self._ends += 1

    async def ask(self, path: str) -> Reply | Answer:
        """Ask a question; if the token has run out, once more with a new one.

        Returns:
            What came; or why there is no session to ask in.
        """
        reply = await self._ask(path)
        if isinstance(reply, HttpAnswer) and _is_signed_out(reply):
            reply = await self._ask(path)
        return reply

    async def _ask(self, path: str) -> Reply | Answer:
        opened = await self.open()
        if opened is not Answer.SIGNED_IN:
            return Answer.SIGNED_OUT if opened is Answer.REFUSED else opened
        token = self._token
        return self._heard(await self._line.ask(path, bearer(token), self._limits.ezpg_ask_s), token)

    async def send(self, permit: Permit) -> Reply:
        """Send a request under the login that there is: with leave to send it once, it cannot be sent again."""
        token = self._token
        return self._heard(await self._line.send(permit, bearer(token), self._limits.ezpg_answer_s), token)

    def _heard(self, reply: Reply, token: Confidential | None) -> Reply:
        """A token that was refused is forgotten, unless there is another already."""
        self._hear(reply)
        if isinstance(reply, HttpAnswer) and _is_signed_out(reply) and self._token is token:
            self._token = None
        return reply

    async def _log_in(self) -> SignedIn:
        if self.resting_s:
            return SignedIn(Answer.REFUSED)
        body = wire.to_body({"userId": self._login.user, "password": self._login.password.reveal()})
        signed_in = await self._post(wire.LOGIN, {}, body)
        if signed_in.answer is Answer.REFUSED:
            self._refused_at = self._clock.stamp()
        if signed_in.answer is Answer.SIGNED_IN:
            self._refused_at = None
        return signed_in

    async def _verify(self, token: Confidential | None, digits: Confidential) -> SignedIn:
        body = wire.to_body({"userId": self._login.user, "otpCode": digits.reveal()})
        verified = await self._post(wire.VERIFY, bearer(token), body)
        return SignedIn(Answer.SIGNED_OUT) if verified.answer is Answer.REFUSED else verified

    async def _post(self, path: str, headers: Mapping[str, str], body: bytes) -> SignedIn:
        reply = await self._line.probe(Exempt.SIGN_IN, path, headers, self._limits.ezpg_ask_s, body)
        self._hear(reply)
        if isinstance(reply, HttpAnswer):
            return wire.read_sign_in(reply.status, reply.json_object())
        return SignedIn(Answer.NOT_SENT if isinstance(reply, NotReached) else Answer.NO_ANSWER)

    def _keep(self, signed_in: SignedIn) -> Answer:
        self._token = signed_in.token
        return signed_in.answer


def bearer(token: Confidential | None) -> Mapping[str, str]:
    """Authorization. Source: EzPG guide, 4.1."""
    return {} if token is None else {"Authorization": f"Bearer {token.reveal()}"}


def _is_signed_out(reply: HttpAnswer) -> bool:
    return wire.read_refusal(reply.status, reply.json_object()) is Answer.SIGNED_OUT
