"""The whole outside world at once: every server, the faults in front of them, and a log of what was asked.

No sockets, threads or waiting: over HTTP it is played by host.py, in the simulation by a transport on a virtual clock.
"""

import random
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from kiosk.simulator.card import CardServer, CardSettings
from kiosk.simulator.ceos import CeosServer, CeosSettings
from kiosk.simulator.crepay import Coupon, CrepayServer, CrepaySettings
from kiosk.simulator.delivery import Delivery, Exchange
from kiosk.simulator.ezpg import EzpgServer
from kiosk.simulator.ezpg_settings import EzpgSettings
from kiosk.simulator.faults import Fault, FaultPlan, deliver
from kiosk.simulator.relay import RelayServer
from kiosk.simulator.relay_settings import Address, RelaySettings, Shop, ShopId, Wallet
from kiosk.simulator.world import Call, Clock, Moved, Reply, Request, Server, json_object

BEHIND = {"dozn": "ezpg"}  # who else asks something of a server, apart from tills: the bank's side of EzPG
LONGEST_LOG = 10_000  # requests; a demo left running for weeks must not fill the memory


class Settings(BaseModel):
    """How every server behaves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    crepay: CrepaySettings = CrepaySettings()
    ceos: CeosSettings = CeosSettings()
    card: CardSettings = CardSettings()
    loyalty: RelaySettings = RelaySettings()
    ezpg: EzpgSettings = EzpgSettings()


@dataclass(slots=True)
class Seen:
    """One request, as the log keeps it.

    Attributes:
        serial: Counts requests from 1.
        at_ms: When it came in [ms since 1970].
        elapsed_s: The same by the clock that never goes backwards [s].
        gateway: "crepay", ...
        call: "checkout", ...
        method: In capitals.
        path: As sent, without the gateway's prefix.
        ids: The ids it carries.
        body: Its JSON object; empty if it had none.
        fault: Kind of the fault that met it.
        answers: Status the server gave, each time it processed this request; the caller may have seen another, or none.
    """

    serial: int
    at_ms: int
    elapsed_s: float
    gateway: str
    call: str
    method: str
    path: str
    ids: Mapping[str, str]
    body: Mapping[str, object]
    fault: str | None
    answers: list[int] = field(default_factory=list)


class Outside:
    """Everything beyond the till.

    Args:
        clock: The world's time.
        seed: Of all chance in it; the same seed and requests give the same answers.
        settings: To start with, and to go back to on reset.
    """

    def __init__(self, clock: Clock, seed: int = 0, settings: Settings | None = None) -> None:
        self._clock = clock
        self._seed = seed
        self._first_settings = settings or Settings()
        self.reset()

    def reset(self) -> None:
        """Forget everything: a new world as at the start. What is still under way lands in the old one."""
        self.faults = FaultPlan()
        self.crepay = CrepayServer(self._clock, self._first_settings.crepay)
        self.ceos = CeosServer(self._clock, self._chance("ceos"), self._first_settings.ceos)
        self.card = CardServer(self._clock, self._chance("card"), self._first_settings.card)
        self.loyalty = RelayServer(self._clock, self._chance("loyalty"), self._first_settings.loyalty)
        self.ezpg = EzpgServer(
            self._clock,
            self._chance("ezpg"),
            lambda telegram: self.exchange("dozn", telegram),
            self._first_settings.ezpg,
        )
        self._servers: dict[str, Server] = {
            "crepay": self.crepay,
            "ceos": self.ceos,
            "card": self.card,
            "loyalty": self.loyalty,
            "ezpg": self.ezpg,
        }
        self._log: deque[Seen] = deque(maxlen=LONGEST_LOG)
        self._seen = 0
        self._serial = 0

    def call_of(self, gateway: str, request: Request) -> Call:
        """What a request asks for."""
        return self._servers[gateway].call_of(request)

    def exchange(self, gateway: str, request: Request) -> Delivery:
        """Take one request in, and tell what the caller gets to see of the answer.

        Args:
            gateway: Whom it is sent to; "dozn" for what Dozn sends to EzPG, which has faults of its own.
            request: What is sent.
        """
        server = self._servers[BEHIND.get(gateway, gateway)]
        call = server.call_of(request)
        fault = self.faults.take(f"{gateway}.{call.name}")
        self._seen += 1
        seen = Seen(
            self._seen,
            self._clock.now_ms(),
            self._clock.elapsed(),
            gateway,
            call.name,
            request.method,
            request.path,
            call.ids,
            json_object(request.body),
            fault.kind if fault else None,
        )
        self._log.append(seen)

        def process(arrived: Request) -> Reply:
            reply = server.handle(arrived)
            self._serial += 1
            seen.answers.append(reply.status)
            return reply

        return deliver(fault, Exchange(request, server, process))

    def plan(self, fault: Fault) -> None:
        """Add a fault."""
        self.faults.add(fault)

    @property
    def settings(self) -> Settings:
        """How the servers behave now."""
        return Settings(
            crepay=self.crepay.settings,
            ceos=self.ceos.settings,
            card=self.card.settings,
            loyalty=self.loyalty.settings,
            ezpg=self.ezpg.settings,
        )

    def change(self, changes: Mapping[str, Mapping[str, object]]) -> Settings:
        """Change some settings of some servers: all of them, or none.

        Raises:
            pydantic.ValidationError: a setting or a value does not exist.
        """
        merged: dict[str, object] = dict(self.settings.model_dump())
        for gateway, values in changes.items():
            known = merged.get(gateway)
            merged[gateway] = {**known, **values} if isinstance(known, dict) else values
        settings = Settings.model_validate(merged)
        self.crepay.settings = settings.crepay
        self.ceos.settings = settings.ceos
        self.card.settings = settings.card
        self.loyalty.change(settings.loyalty)
        self.ezpg.settings = settings.ezpg
        return settings

    def restart(self, gateway: Literal["card"]) -> None:
        """Start a server anew that keeps its books in memory alone."""
        getattr(self, gateway).restart()
        self._serial += 1

    def set_coupons(self, changes: object) -> None:
        """Make coupons, or change them behind the till's back.

        Args:
            changes: Barcode to balance [won], or to balance and withdrawal_fails.

        Raises:
            pydantic.ValidationError: it is anything else.
        """
        for barcode, coupon in _COUPONS.validate_python(changes).items():
            self.crepay.coupons[barcode] = coupon if isinstance(coupon, Coupon) else Coupon(coupon)
        self._serial += 1

    def set_wallets(self, changes: object) -> None:
        """Make wallets of points, or change them behind the till's back.

        Args:
            changes: Address to balance [10^-18 points] and phone.

        Raises:
            pydantic.ValidationError: it is anything else.
        """
        self.loyalty.set_wallets(_WALLETS.validate_python(changes))
        self._serial += 1

    def set_shops(self, changes: object) -> None:
        """Make shops that take points, or change them.

        Args:
            changes: Id to what Shop has.

        Raises:
            pydantic.ValidationError: it is anything else.
        """
        self.loyalty.set_shops(_SHOPS.validate_python(changes))
        self._serial += 1

    def tick(self) -> None:
        """Let happen what the servers do by themselves, as far as it is due."""
        self.loyalty.tick()
        self.ezpg.tick()

    def next_due_s(self) -> float | None:
        """In how many seconds a server will do something by itself, or call the till; None: none will."""
        dues = [due_s for due_s in (self.loyalty.next_due_s(), self.ezpg.next_due_s()) if due_s is not None]
        return min(dues, default=None)

    def books(self) -> dict[str, Any]:
        """What really happened to the money. The serial grows with whatever was processed, or happened by itself."""
        books = {name: server.books() for name, server in self._servers.items()}
        return {"serial": self._serial + self.loyalty.background.steps + self.ezpg.steps, **books}

    def moved(self, gateway: str) -> Sequence[Moved]:
        """Every movement of money at one of them, in order."""
        return self._servers[gateway].moved

    def requests(self) -> list[dict[str, Any]]:
        """The log, oldest first."""
        return [asdict(seen) for seen in self._log]

    def _chance(self, name: str) -> random.Random:
        return random.Random(f"{self._seed} {name}")  # noqa: S311 - repeatable on purpose


_COUPONS: TypeAdapter[dict[str, int | Coupon]] = TypeAdapter(
    dict[str, Annotated[int, Field(ge=0, strict=True)] | Coupon]
)
_WALLETS: TypeAdapter[dict[Address, Wallet]] = TypeAdapter(dict[Address, Wallet])
_SHOPS: TypeAdapter[dict[ShopId, Shop]] = TypeAdapter(dict[ShopId, Shop])
