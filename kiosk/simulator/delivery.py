"""One request on its way to a server, and what its caller gets to see of the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.simulator.world import Reply, Request, Server


class Params(BaseModel):
    """Details of a fault; each kind has its own for those left out.

    Attributes:
        seconds: How long to be silent, to wait before landing, or between two bytes [s of the simulator's time].
        by: How much less an amount becomes [minor units; whole points or whole units of the currency for loyalty].
        key: Which id or amount is altered.
        code: The error code answered.
        status: The HTTP status answered, to lie with a decline in a 200.
        state: The state said instead of the true one; for loyalty a number.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: float | None = Field(default=None, ge=0)
    by: int = 1
    key: str | None = None
    code: str | None = None
    status: int | None = Field(default=None, ge=200, le=599)
    state: str = "PENDING"


@dataclass(frozen=True, slots=True)
class Late:
    """A request that arrives after its caller gave up.

    Attributes:
        after_s: When [s from now, the simulator's time].
        land: Lets the server process it.
    """

    after_s: float
    land: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the caller gets to see of an exchange, as data: a socket or a virtual transport plays it.

    Attributes:
        reply: What is sent; None is not a byte.
        end: What then happens to the connection: kept, closed properly, or reset.
        silence_s: Before anything else [s of the simulator's time].
        cut_at: How many bytes of the body really go out, under the full content-length; None is all.
        gap_s: Between each two bytes of the body [s of the simulator's time].
        late: What happens behind the caller's back.
    """

    reply: Reply | None
    end: Literal["keep", "close", "reset"] = "keep"
    silence_s: float = 0.0
    cut_at: int | None = None
    gap_s: float = 0.0
    late: Late | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request on its way.

    Attributes:
        request: What was sent.
        server: Whom it was sent to.
        process: Lets the server process a request, and notes that it did.
    """

    request: Request
    server: Server
    process: Callable[[Request], Reply]

    def run(self) -> Reply:
        """Let the server process the request."""
        return self.process(self.request)
