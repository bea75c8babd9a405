"""The payment systems of the simulation. Adding one is one line in SYSTEMS, and its simulator; README.md says how."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from kiosk.services.gateways.card import rules as card_rules
from kiosk.services.gateways.ceos import rules as ceos_rules
from kiosk.services.gateways.crepay import rules as crepay_rules
from kiosk.services.gateways.ezpg import rules as ezpg_rules
from kiosk.services.gateways.loyalty import rules as loyalty_rules
from kiosk.simulator.outside import Outside
from kiosk.simulator.relay_money import UNIT
from kiosk.simulator.relay_settings import CALLBACK_KEY, SHOP_ID
from tests.simulation.chance import Chance

PAID_OUT_LEAST: Final = 1_000
"""Less is not paid out [won]."""
SIX_DIGITS: Final = "123456"
"""On the telephone of staff."""
ACCOUNTS: Final = ("3333012345678", "110123456789", "100200300400")
"""To which transfers are given back; the last one is somebody else's."""

Draw = Callable[[Chance], Mapping[str, object]]
Codes = Callable[[Chance, Outside, str], tuple[str, ...]]
Shows = Callable[[Chance, Outside, str, str], str]


def _as_it_is(_chance: Chance, _outside: Outside, _name: str, carried: str) -> str:
    return carried


@dataclass(frozen=True)
class System:
    """What the simulation has to know of a payment system.

    Attributes:
        name: As the till and the simulators know it.
        config: Its section of the till's configuration, less the address.
        settle_s: How long after it was sent a request for money may still lead to some, as the till assumes [s]; for
            ever, where its customer decides when.
        charges: The calls that ask for money, as its simulator names them.
        settings: How its server behaves in a story.
        codes: What a customer of this name carries for it; none for those who carry nothing.
        rules: Its decision tables.
        lands_s: How long after it was sent a request may still be carried out, as the till assumes [s].
        undoes_alone: What it took it gives back without a person.
        shows: What a customer holds to the scanner, of what they carry.
    """

    name: str
    config: Mapping[str, object]
    settle_s: float
    charges: frozenset[str]
    settings: Draw
    codes: Codes
    rules: ModuleType
    lands_s: float
    undoes_alone: bool = True
    shows: Shows = _as_it_is


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


def _card_settings(_chance: Chance) -> Mapping[str, object]:
    return {}


def _loyalty_settings(chance: Chance) -> Mapping[str, object]:
    """Both dialects with all their switches; how fast the chain is; what it tells the till, and how."""
    is_named = not chance.happens("loyalty without a key of its own", 0.3)
    delegator = "0x" + "5" * 40 if chance.happens("loyalty delegator", 0.15) else None
    return {
        "dialect": chance.pick("loyalty dialect", ("relay", "relay", "spec")),
        "success_code": chance.pick("loyalty success", (0, 200)),
        "confirm_honoured": chance.pick("loyalty honoured", (True, False)),
        "forced_close": chance.pick("loyalty forced", ("refunds", "completes")),
        "callback_words": chance.pick("loyalty words", ("samples", "table")),
        "cancel_again": chance.happens("loyalty again", 0.3),
        "withdrawal": chance.happens("loyalty withdrawal", 0.3),
        "callback_key": CALLBACK_KEY if is_named else None,
        "callback_url": "http://store/loyalty/callback",
        "callback_delay_s": chance.pick("loyalty delay", (0.0, 0.0, 0.5, 3.0)),
        "late_callback": chance.happens("loyalty late callback", 0.5),
        "mining_s": chance.pick("loyalty mining", (0.3, 1.0, 1.0, 4.0, 12.0)),
        "wallets": {},
        "shops": {SHOP_ID: {"phone": not chance.happens("loyalty owner", 0.08), "delegator": delegator}},
    }


def _ezpg_settings(chance: Chance) -> Mapping[str, object]:
    """With what we added and without; banks that ask before money moves, and banks that only tell; who is paid out."""
    shop = {"balance": chance.pick("ezpg balance", (0, 1_000_000, 1_000_000)), "deposit_fee_rate": 0, "deposit_fee": 0}
    return {
        "extensions": chance.pick("ezpg extensions", ("on", "off")),
        "mode": chance.pick("ezpg mode", ("I", "S")),
        "token_refusal": chance.pick("ezpg token", ("401", "1001")),
        "dated": chance.pick("ezpg dated", ("bank", "notice")),
        "pending_rows": chance.happens("ezpg pending", 0.5),
        "skew_ms": round(chance.between("ezpg skew", -20_000, 20_000)),
        "withdrawal_minimum": chance.pick("ezpg minimum", (PAID_OUT_LEAST, PAID_OUT_LEAST, 10_000)),
        "maintenance": chance.happens("ezpg maintenance", 0.05),
        "payees": {ACCOUNTS[-1]: "임꺽정"},
        "merchants": {"demo": shop},
        "users": {"kiosk-1": {}, "staff": {"otp": SIX_DIGITS}},
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


def _wallets(chance: Chance, outside: Outside, customer: str) -> tuple[str, ...]:
    """One wallet, empty, or with points for some sales, or for all; one in twelve has no phone."""
    name = f"{customer} wallet"
    address = f"0x{chance.data(name, 20).hex()}"
    balance = chance.pick(f"{name} holds", (0, 500, 3_000, 20_000, 400_000, 400_000, 400_000)) * UNIT
    outside.set_wallets({address: {"balance": balance, "phone": not chance.happens(f"{name} has no phone", 1 / 12)}})
    return (address,)


def _code(chance: Chance, outside: Outside, name: str, wallet: str) -> str:
    """A fresh code; or one that was made a while ago and runs out, or has; or the wallet itself, as older apps show it.

    The code of a wallet stands for a minute.
    """
    age_s = chance.between(f"{name} code's age", 25, 75) if chance.happens(f"{name} old code", 0.2) else 0.0
    if not age_s and chance.happens(f"{name} old app", 0.12):
        return wallet
    return outside.loyalty._temporary.make(wallet, outside._clock.elapsed() - age_s)


CREPAY: Final[Mapping[str, object]] = {
    "id": "demo", "password": "env:X", "brand_id": "BRAND", "store_code": "STORE", "store_name": "강남점",
    "pos_device_id": "POS-1",
}  # fmt: skip
CEOS: Final[Mapping[str, object]] = {"store_id": "demo", "github_id": "demo"}
"""Dialect B tells no store id: there the store is the GitHub id itself, and any other is refused. A tells its own."""
CARD: Final[Mapping[str, object]] = {"secret_key": "env:X"}
LOYALTY: Final[Mapping[str, object]] = {"shop_id": SHOP_ID, "access_key": "env:X"}
EZPG: Final[Mapping[str, object]] = {
    "merchant_id": "demo", "user": "kiosk-1", "password": "env:X", "staff_user": "staff", "staff_password": "env:X",
    "merchant_key": "env:X", "bank": "004", "withdrawal_least": PAID_OUT_LEAST,
}  # fmt: skip

SYSTEMS: Final = (
    System("crepay", CREPAY, 60.0, frozenset({"checkout"}), _crepay_settings, _coupons, crepay_rules, 60.0),
    System("ceos", CEOS, 90.0, frozenset({"instant"}), _ceos_settings, _nothing, ceos_rules, 90.0),
    # its answer is given up after 30 s, and it may be under way for 30 s more
    System("card", CARD, 60.0, frozenset({"confirm"}), _card_settings, _nothing, card_rules, 60.0),
    # by force the relay ends everything 310 s after an opening, which may land 20 s after its answer was given up
    System("loyalty", LOYALTY, 330.0, frozenset({"open_new"}), _loyalty_settings, _wallets, loyalty_rules, 50.0,
           undoes_alone=False, shows=_code),
    # asks for an account; the money comes when its customer says so (banks.py), and a withdrawal needs staff
    System("ezpg", EZPG, math.inf, frozenset({"issue"}), _ezpg_settings, _nothing, ezpg_rules, 60.0,
           undoes_alone=False),
)  # fmt: skip
BY_NAME: Final = {system.name: system for system in SYSTEMS}
