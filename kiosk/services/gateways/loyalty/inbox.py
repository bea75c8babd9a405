"""Messages to the kiosk: which of them concern a payment that is open here. Filed, deduplicated, and a reason to ask.

The relay knows one callback address for all kiosks of all shops, so most messages may be others'; and anybody may send
one. A message therefore never says anything about money: it makes the method ask the relay itself (law 7).
"""

import asyncio
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.domain.entries import HintFiled
from kiosk.domain.errors import JournalError
from kiosk.domain.hint import Hint
from kiosk.domain.limits import Limits
from kiosk.domain.outcome import Reason
from kiosk.domain.ports import Clock, Journal
from kiosk.services.gateways.loyalty.messages import MEANING, NEW, Message


@dataclass(slots=True)
class Ear:
    """One payment that is listened for.

    Attributes:
        attempt_id: Whose.
        purchase: Its purchaseId.
        payment: The relay's paymentId; "" before it is known.
        told: Messages that were filed.
    """

    attempt_id: str
    purchase: str
    payment: str
    told: set[Hint]
    _clock: Clock
    _limits: Limits
    _rang: bool = False
    _left: float = field(init=False)
    _filled_s: float = field(init=False)
    _unproven: deque[str] = field(init=False)

    def __post_init__(self) -> None:
        self._left = float(self._limits.loyalty_hint_burst_max)
        self._filled_s = self._clock.monotonic()
        self._unproven = deque(sorted({hint.payment for hint in self.told}))

    def take(self, hint: Hint) -> None:
        """A message that was not told before."""
        self.told.add(hint)
        if hint.payment not in self._unproven:
            self._unproven.append(hint.payment)

    def ring(self) -> None:
        """A message came in."""
        self._rang = True

    def heard(self) -> bool:
        """Whether a message came in that may cause a question now; asking takes it back."""
        if not (self._rang and self._may_ask()):
            return False
        self._rang = False
        return True

    def named(self) -> str | None:
        """A paymentId that a message named and that may be looked up now; each in its turn."""
        if not (self._unproven and self._may_ask()):
            return None
        self._unproven.rotate(-1)
        return self._unproven[-1]

    def _may_ask(self) -> bool:
        now_s, burst = self._clock.monotonic(), float(self._limits.loyalty_hint_burst_max)
        gained = (now_s - self._filled_s) / self._limits.loyalty_hint_every_s
        self._left, self._filled_s = min(burst, self._left + gained), now_s
        if self._left < 1:
            return False
        self._left -= 1
        return True

    @property
    def reason(self) -> Reason | None:
        """Why an approval is missing, as far as a message said so of the payment that is asked for."""
        said = {MEANING.get(hint.code) for hint in self.told if hint.payment == self.payment and hint.about in NEW}
        return next((one for one in (Reason.CONTRACT_ERROR, Reason.SERVER_ERROR) if one in said), None)


class Inbox:
    """Takes messages on the loop, and files what concerns a payment that is open here.

    Args:
        journal: Where they are filed, one at a time: a write about money never waits behind two of them.
        clock: Ours.
        limits: The limits in force.
    """

    def __init__(self, journal: Journal, clock: Clock, limits: Limits) -> None:
        self._journal = journal
        self._clock = clock
        self._limits = limits
        self._ears: dict[str, Ear] = {}
        self._waiting: asyncio.Queue[tuple[Ear, Hint]] = asyncio.Queue(limits.hint_queue_max)
        self._counts: Counter[str] = Counter()

    @property
    def counts(self) -> Mapping[str, int]:
        """How many were filed, and how many were not, by reason."""
        return dict(self._counts)

    async def listen(self, attempt_id: str, purchase: str, payment: str = "") -> Ear:
        """From here on messages about this payment are filed, until `leave`. Once it is known, its paymentId counts."""
        ear = self._ears.get(attempt_id)
        if ear is None:
            told = set(await self._journal.hints(attempt_id))
            ear = self._ears[attempt_id] = Ear(attempt_id, purchase, payment, told, self._clock, self._limits)
        ear.payment = payment
        return ear

    def leave(self, attempt_id: str) -> None:
        """Messages about this payment are not ours any more."""
        self._ears.pop(attempt_id, None)

    def take(self, message: Message) -> None:
        """A message came in. Called on the loop."""
        ear = next((one for one in self._ears.values() if _concerns(one, message)), None)
        if ear is None:
            self._counts["not_ours"] += 1
        elif message.hint in ear.told:
            self._counts["again"] += 1
            ear.ring()
        elif len(ear.told) >= self._limits.loyalty_hints_max or self._waiting.full():
            self._counts["too_many"] += 1
        else:
            ear.take(message.hint)
            self._waiting.put_nowait((ear, message.hint))

    async def run(self) -> None:
        """File them, for as long as the till runs."""
        while True:
            ear, hint = await self._waiting.get()
            ear.ring()
            try:
                await self._journal.write(HintFiled(ear.attempt_id, hint))
            except JournalError:
                self._counts["not_written"] += 1  # who writes about money finds the same, and shuts the till
            else:
                self._counts["filed"] += 1


def _concerns(ear: Ear, message: Message) -> bool:
    """Its purchaseId, and its paymentId once that is known; before, whatever it names has to be looked up."""
    return message.purchase == ear.purchase and ear.payment in ("", message.payment)
