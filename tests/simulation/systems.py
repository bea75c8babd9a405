"""The payment systems of the simulation. Adding one is one line in SYSTEMS, and its simulator; README.md says how."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from kiosk.services.gateways.ceos import rules as ceos_rules
from kiosk.services.gateways.crepay import rules as crepay_rules
from kiosk.simulator.outside import Outside
from tests.simulation.chance import Chance

Draw = Callable[[Chance], Mapping[str, object]]
Codes = Callable[[Chance, Outside, str], tuple[str, ...]]


@dataclass(frozen=True)
class System:
    """What the simulation has to know of a payment system.

    Attributes:
        name: As the till and the simulators know it.
        config: Its section of the till's configuration, less the address.
        settle_s: How long after it was sent a request may still be carried out, as the till assumes [s].
        charges: The calls that take money, as its simulator names them.
        settings: How its server behaves in a story.
        codes: What a customer of this name carries for it; "" for those who carry nothing.
        rules: Its decision tables.
    """

    name: str
    config: Mapping[str, object]
    settle_s: float
    charges: frozenset[str]
    settings: Draw
    codes: Codes
    rules: ModuleType


def _crepay_settings(chance: Chance) -> Mapping[str, object]:
    return {
        "cancel_network": "off" if chance.happens("crepay old", 0.3) else "on",
        "repeated_cancel": chance.pick("crepay repeated", ("accept", "refuse")),
        "cancel_by": chance.pick("crepay by", ("transaction", "approval")),
        "error_status": chance.pick("crepay status", (400, 402, 404, 409, 422, 500)),
        "skew_ms": round(chance.between("crepay skew", -20_000, 20_000)),
    }


def _ceos_settings(chance: Chance) -> Mapping[str, object]:
    return {
        "dialect": chance.pick("ceos dialect", ("A", "B")),
        "failure_rate": chance.pick("ceos failures", (0.0, 0.1, 0.1, 0.4)),
    }


def _coupons(chance: Chance, outside: Outside, customer: str) -> tuple[str, ...]:
    """Up to three coupons: empty, small, large; one in twelve is backed by an account that refuses."""
    codes = []
    for n in range(chance.whole(f"{customer} coupons", 1, 3)):
        name = f"{customer} coupon {n}"
        code = f"{chance.whole(name, 10**16, 10**17 - 1)}"
        balance = chance.pick(f"{name} holds", (0, 700, 1_000, 3_000, 5_000, 12_300, 50_000))
        fails = chance.happens(f"{name} fails", 1 / 12)
        outside.set_coupons({code: {"balance": balance, "withdrawal_fails": fails}})
        codes.append(code)
    return tuple(codes)


def _nothing(_chance: Chance, _outside: Outside, _customer: str) -> tuple[str, ...]:
    return ()


CREPAY: Final[Mapping[str, object]] = {
    "id": "demo", "password": "env:X", "brand_id": "BRAND", "store_code": "STORE", "store_name": "강남점",
    "pos_device_id": "POS-1",
}  # fmt: skip
CEOS: Final[Mapping[str, object]] = {"store_id": "demo", "github_id": "demo"}
"""Of one server of CEOS the store has the name of its owner; the other tells its own with the secret."""

SYSTEMS: Final = (
    System("crepay", CREPAY, 60.0, frozenset({"checkout"}), _crepay_settings, _coupons, crepay_rules),
    System("ceos", CEOS, 90.0, frozenset({"instant"}), _ceos_settings, _nothing, ceos_rules),
)
BY_NAME: Final = {system.name: system for system in SYSTEMS}
