"""Who is logged in at EzPG.

That a first token is good for the six digits only and has to come with them, that a session lasts 24 hours, and that
five mistakes lock somebody out for a quarter of an hour, is ours: documents name none of it, or only in words.

Source: facts of EzPG, 'login and OTP'.
"""

import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk.simulator.ezpg_records import Code, RefusedError
from kiosk.simulator.ezpg_settings import EzpgSettings, User
from kiosk.simulator.ezpg_time import DAY_S, Korea
from kiosk.simulator.world import Request

LOCK_S: Final = 15 * 60.0
TRIES: Final = 5
BEARER: Final = "Bearer "


@dataclass(frozen=True, slots=True)
class Session:
    """A login.

    Attributes:
        user: Who.
        merchant: For whom.
        until_s: How long it is good [s].
        rights: "otp" may only name its six digits; "read" may not withdraw; "all" may.
    """

    user: str
    merchant: str
    until_s: float
    rights: str


class Sessions:
    """All logins, and who is locked out."""

    def __init__(self, time: Korea, chance: random.Random, settings: Callable[[], EzpgSettings]) -> None:
        self._time = time
        self._random = chance
        self._settings = settings
        self._sessions: dict[str, Session] = {}
        self._mistakes: Counter[str] = Counter()  # since the last that was right
        self._locked_until_s: dict[str, float] = {}

    def login(self, name: str, password: str) -> tuple[str, User]:
        """A token, and whose; with six digits to come it is good for those only.

        Raises:
            RefusedError: nobody has that name and password, or too many mistakes were made.
        """
        self._require_unlocked(name)
        user = self._settings().users.get(name)
        if user is None or user.password != password:
            raise self._mistaken(name)
        return self._issue(name, user, "read" if user.otp is None else "otp"), user

    def verify(self, session: Session, code: str) -> tuple[str, User]:
        """A token with all rights, for whoever is halfway in and knows the six digits.

        Raises:
            RefusedError: they are others, or too many mistakes were made.
        """
        self._require_unlocked(session.user)
        user = self._settings().users[session.user]
        if user.otp != code:
            raise self._mistaken(session.user)
        return self._issue(session.user, user, "all"), user

    def of(self, request: Request) -> Session:
        """The login that a request shows.

        Raises:
            RefusedError: it shows none, or one that has run out.
        """
        header = request.headers.get("authorization", "")
        session = self._sessions.get(header.removeprefix(BEARER)) if header.startswith(BEARER) else None
        if session is None or session.until_s < self._time.now_s() or session.user not in self._settings().users:
            raise self.unauthorised()
        return session

    def unauthorised(self) -> RefusedError:
        """How a token that is none is refused."""
        return RefusedError(Code.UNAUTHENTICATED, 401 if self._settings().token_refusal == "401" else 200)  # noqa: S105

    def _require_unlocked(self, name: str) -> None:
        if self._time.now_s() < self._locked_until_s.get(name, -math.inf):
            raise RefusedError(Code.UNAUTHENTICATED)

    def _mistaken(self, name: str) -> RefusedError:
        self._mistakes[name] += 1
        if self._mistakes[name] == TRIES:
            self._locked_until_s[name] = self._time.now_s() + LOCK_S
            del self._mistakes[name]
        return RefusedError(Code.UNAUTHENTICATED)

    def _issue(self, name: str, user: User, rights: str) -> str:
        token = f"{self._random.getrandbits(256):064x}"
        self._sessions[token] = Session(name, user.merchant, self._time.now_s() + DAY_S, rights)
        self._mistakes.pop(name, None)
        return token
