"""What the loyalty relay tells the kiosk unasked: a queue of messages, and what can become of one.

A message is posted once. It is never repeated, whatever the kiosk answers, and nobody waits for the answer. Posting it
is the business of host.py, or of the simulation: here are only the messages, and when they are due.

Source: facts of the loyalty relay, 'callback'.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.simulator.relay_settings import RelaySettings
from kiosk.simulator.world import Clock

LONGEST_LOG = 1_000
DELAY_S = 5.0
GRAIN_S = 1e-6  # a clock may count whole microseconds: what is due within one is due, or it would never be
WRONG_KEY = "0x" + "bad0" * 16


@dataclass(frozen=True, slots=True)
class Callback:
    """One message to the kiosk.

    Attributes:
        serial: Counts them from 1.
        url: Where to; None is nowhere.
        headers: By lower-case name.
        body: A JSON object.
        due_s: When it goes out, by the clock that never goes backwards [s].
        before_reply: It goes out, and is answered, before the reply to the request that led to it.
    """

    serial: int
    url: str | None
    headers: Mapping[str, str]
    body: Mapping[str, object]
    due_s: float
    before_reply: bool = False


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that went out, as the log keeps it.

    Attributes:
        callback: The message.
        at_ms: When its end was known [ms since 1970].
        status: What the kiosk answered; None: nothing, or nobody was asked.
        answer: The beginning of its answer, or why there is none.
    """

    callback: Callback
    at_ms: int
    status: int | None
    answer: str


class Mishap(BaseModel):
    """What becomes of the next messages; "early" waits for the next payment instead, and has it approved at once.

    Attributes:
        kind: Late, twice, never, under a wrong key, or before the answer to the request that opens the payment.
        count: How many it meets.
        seconds: How late [s].
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["delay", "duplicate", "lost", "wrong_key", "early"]
    count: int = Field(default=1, ge=1)
    seconds: float = Field(default=DELAY_S, ge=0)


class Forged(BaseModel):
    """A message that somebody else sends in the relay's place.

    Attributes:
        body: Anything.
        headers: Beside the content type.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    body: dict[str, object]
    headers: dict[str, str] = {}


class Callbacks:
    """The queue, the plan of mishaps, and the log.

    Attributes:
        outgoing: What is to be posted, in the order in which it came up.
        log: What was posted.
    """

    def __init__(self, clock: Clock, settings: Callable[[], RelaySettings]) -> None:
        self._clock = clock
        self._settings = settings
        self._mishaps: list[Mishap] = []
        self._count = 0
        self.outgoing: list[Callback] = []
        self.log: deque[Posted] = deque(maxlen=LONGEST_LOG)

    def plan(self, mishap: Mishap) -> None:
        """Add a mishap; the first in the plan comes first, one to a message."""
        self._mishaps += [mishap] * mishap.count

    def clear(self) -> None:
        """Plan nothing more."""
        self._mishaps.clear()

    def is_early(self) -> bool:
        """Whether the payment just opened is to be told before its opening is answered; asked once for each."""
        return self._take({"early"}) is not None

    def tell(self, words: Mapping[str, object], *, in_header: bool, before_reply: bool = False) -> float:
        """Put a message in the queue; says when it will have gone out, or would have [s].

        Args:
            words: Type, code, message and data.
            in_header: Whether the key is shown in the header as well as in the body.
            before_reply: See Callback.
        """
        settings, key = self._settings(), self._settings().callback_key
        mishap = self._take({"delay", "duplicate", "lost", "wrong_key"})
        kind = mishap.kind if mishap else "none"
        late_s = mishap.seconds if mishap and kind == "delay" else settings.callback_delay_s
        due_s = self._clock.elapsed() + late_s
        if kind == "lost":
            return due_s
        if kind == "wrong_key":
            key = WRONG_KEY
        body = dict(words) if key is None else {"accessKey": key, **words}
        headers = {"authorization": key} if in_header and key is not None else {}
        for _ in range(2 if kind == "duplicate" else 1):
            self._queue(headers, body, due_s, before_reply=before_reply)
        return due_s

    def forge(self, forged: Forged) -> None:
        """Put somebody else's message in the queue."""
        self._queue(forged.headers, forged.body, self._clock.elapsed())

    def take_due(self) -> list[Callback]:
        """Take out what is to be posted now."""
        now_s = self._clock.elapsed() + GRAIN_S
        due = [callback for callback in self.outgoing if callback.due_s <= now_s]
        self.outgoing = [callback for callback in self.outgoing if callback.due_s > now_s]
        return due

    def take_early(self) -> list[Callback]:
        """Take out what is to be posted before the reply to the request just processed."""
        early = [callback for callback in self.outgoing if callback.before_reply]
        self.outgoing = [callback for callback in self.outgoing if not callback.before_reply]
        return early

    def next_due(self) -> float | None:
        """When the next message is to be posted [s]."""
        return min((callback.due_s for callback in self.outgoing), default=None)

    def note(self, callback: Callback, status: int | None, answer: str) -> None:
        """Write down what became of a message."""
        self.log.append(Posted(callback, self._clock.now_ms(), status, answer))

    def told(self) -> list[dict[str, Any]]:
        """The log, oldest first."""
        return [
            {
                "serial": posted.callback.serial,
                "at_ms": posted.at_ms,
                "url": posted.callback.url,
                "headers": dict(posted.callback.headers),
                "body": dict(posted.callback.body),
                "status": posted.status,
                "answer": posted.answer,
            }
            for posted in self.log
        ]

    def _queue(
        self, headers: Mapping[str, str], body: Mapping[str, object], due_s: float, *, before_reply: bool = False
    ) -> None:
        self._count += 1
        headers = {"content-type": "application/json", **headers}
        self.outgoing.append(Callback(self._count, self._settings().callback_url, headers, body, due_s, before_reply))

    def _take(self, kinds: set[str]) -> Mishap | None:
        for position, mishap in enumerate(self._mishaps):
            if mishap.kind in kinds:
                return self._mishaps.pop(position)
        return None
