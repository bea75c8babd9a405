"""What can go wrong between a till and a server: a plan of faults. What each kind does is in fault_kinds.py."""

from fnmatch import fnmatchcase
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.simulator.delivery import Delivery, Exchange, Late, Params
from kiosk.simulator.fault_kinds import KINDS, ONLY, PROXY_PAGE

__all__ = ["KINDS", "ONLY", "PROXY_PAGE", "Delivery", "Exchange", "Fault", "FaultPlan", "Late", "Params", "deliver"]


class Fault(BaseModel):
    """One entry of the plan.

    Attributes:
        call: Gateway and call ("crepay.checkout", "ceos.instant"); "*" stands for anything.
        kind: A key of KINDS.
        count: How many matching calls it meets.
        params: Its details.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    call: str
    kind: str
    count: int = Field(default=1, ge=1)
    params: Params = Params()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind {self.kind!r}; there are: {', '.join(KINDS)}")
        gateways = ONLY.get(self.kind)
        if gateways is not None and self.call.partition(".")[0] not in gateways:
            raise ValueError(f"{self.kind!r} exists for {' and '.join(gateways)} only, not for {self.call!r}")
        code = self.params.code
        if code is not None and self.call.startswith("loyalty.") and not code.isdecimal():
            raise ValueError(f"loyalty's codes are numbers, not {code!r}")
        return self


class FaultPlan:
    """The faults still to come, first come first served, one per request."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        """Plan one more."""
        self._waiting.append((fault, fault.count))

    def clear(self) -> None:
        """Everything works again."""
        self._waiting.clear()

    def take(self, call: str) -> Fault | None:
        """The fault that meets this call, if any; it is used up once."""
        for position, (fault, left) in enumerate(self._waiting):
            if fnmatchcase(call, fault.call):
                self._waiting[position : position + 1] = [(fault, left - 1)] if left > 1 else []
                return fault
        return None


def deliver(fault: Fault | None, exchange: Exchange) -> Delivery:
    """Carry out one exchange under a fault, or under none."""
    if fault is None:
        return Delivery(exchange.run())
    return KINDS[fault.kind](exchange, fault.params)
