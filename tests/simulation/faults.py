"""Everything that can go wrong, in one table: what it is called, how often it is drawn, and where it can strike.

Numbers are those of the list of 64 kinds of fault that reliable payment systems are tried with; README.md says which of
them do not exist here, and which are tried elsewhere. To add a kind: one row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

from tests.simulation.chance import Chance

Params = Callable[[Chance, str], Mapping[str, object]]


class Group(StrEnum):
    """Who is at fault."""

    NETWORK = "network"
    GATEWAY = "gateway"
    STORAGE = "storage"
    HOST = "host"
    INPUT = "input"
    CALLBACK = "callback"


class Reads(StrEnum):
    """What the till can make of an answer under a fault, whatever gateway it is."""

    TRUE = "true"
    """What the server really did."""
    NOTHING = "nothing"
    """No answer, or none that can be read."""
    UNSENT = "unsent"
    """Certainly not sent."""
    REFUSED = "refused"
    """Refused before any payment code ran."""
    LIE = "lie"
    """Something that is not so."""


@dataclass(frozen=True)
class Kind:
    """A kind of fault.

    Attributes:
        name: In the trace and in the tables.
        number: In the list of 64.
        group: Who is at fault.
        weight: How often it is drawn, against the others that can strike at the same place.
        calls: Patterns of the requests that it can meet ("crepay.checkout"); empty for what is no request's.
        play: Its kind in kiosk/simulator/faults.py; "" when the wire plays it itself.
        params: Its details.
        lasts: How probable it is that it goes on for a while, for every request to the same gateway.
        reads: What the till reads of an answer under it.
        within_settle: It strikes only while a request may still be under way: after that it would be a lie.
        standings: It strikes only at these states of the attempt; at any when empty.
    """

    name: str
    number: int
    group: Group
    weight: float
    calls: tuple[str, ...] = ()
    play: str = ""
    params: Params = field(default=lambda _chance, _name: {})
    lasts: float = 0.0
    reads: Reads = Reads.TRUE
    within_settle: bool = False
    standings: tuple[str, ...] = ()

    def meets(self, call: str, standing: str) -> bool:
        """Whether it can meet this request, when the attempt is in this state; "" of a request about none."""
        return any(fnmatchcase(call, pattern) for pattern in self.calls) and (
            not self.standings or standing in self.standings
        )


def _seconds(low: float, high: float) -> Params:
    return lambda chance, name: {"seconds": round(chance.long_tail(f"{name} seconds", low, high), 3)}


def _less(chance: Chance, name: str) -> Mapping[str, object]:
    return {"by": chance.pick(f"{name} by", (1, 10, 1000))}


ANY: Final = ("crepay.*", "ceos.*", "card.*", "loyalty.*", "ezpg.*")
KNOWN: Final = ("crepay.*", "ceos.*", "card.*", "loyalty.[!u]*", "ezpg.[!u]*")
"""Calls that the server has; of others its own code knows nothing to say."""
COUPON_MOVES: Final = ("crepay.checkout", "crepay.cancel*")
POINT_MOVES: Final = ("loyalty.open_new", "loyalty.close_new", "loyalty.open_cancel", "loyalty.close_cancel")
CARD_MOVES: Final = ("card.confirm", "card.cancel")
TRANSFER_MOVES: Final = ("ezpg.issue", "ezpg.close", "ezpg.withdraw")
MOVES: Final = (*COUPON_MOVES, "ceos.instant", "ceos.cancel", *CARD_MOVES, *POINT_MOVES, *TRANSFER_MOVES)
ON_A_PHONE: Final = ("OPEN_LOST", "WAITING", "CAPTURING", "VOIDING")
N, G, S, H, I, B = Group  # noqa: E741 - short, and used only in the tables below


def _no_code(_chance: Chance, name: str) -> Mapping[str, object]:
    """One that no document holds."""
    return {"code": {"loyalty": "9000", "ezpg": "7777"}.get(name.partition(".")[0], "ZLGN999")}


WIRE: Final = (
    Kind("refused", 1, N, 3, ANY, lasts=0.5, reads=Reads.UNSENT),
    Kind("no route", 1, N, 2, ANY, lasts=0.5, reads=Reads.UNSENT),
    Kind("no such name", 2, N, 1, ANY, lasts=0.5, reads=Reads.UNSENT),
    Kind("tls fails", 3, N, 1, ANY, lasts=0.5, reads=Reads.UNSENT),
    Kind("request lost", 4, N, 4, ANY, "stall_before", lasts=0.2, reads=Reads.NOTHING),
    Kind("request lost, reset", 4, N, 2, ANY, "drop_before", reads=Reads.NOTHING),
    Kind("executed after the time-out", 5, N, 8, MOVES, reads=Reads.NOTHING),
    Kind("executed after the settle time", 5, N, 5,
         ("crepay.checkout", "ceos.instant", "card.confirm", "loyalty.open_new"), reads=Reads.NOTHING),
    Kind("answer lost", 6, N, 6, ANY, "stall_after", lasts=0.2, reads=Reads.NOTHING),
    Kind("answer lost, reset", 6, N, 4, ANY, "drop_after", reads=Reads.NOTHING),
    Kind("reset in the body", 7, N, 3, ANY, "truncated", reads=Reads.NOTHING),
    Kind("half a body", 8, N, 3, ANY, "half_body", reads=Reads.NOTHING),
    Kind("captive portal", 9, N, 2, ANY, "portal", lasts=0.5, reads=Reads.NOTHING),
    Kind("trickle", 10, N, 2, ANY, "trickle", _seconds(0.5, 3), reads=Reads.NOTHING),
    Kind("slow", 10, N, 3, ANY, "slow", _seconds(1, 28)),
    Kind("sent twice", 11, N, 7, MOVES, "echo"),
    Kind("overtaken by its cancel", 12, N, 10,
         ("crepay.checkout", "ceos.instant", "card.confirm", "loyalty.close_new"), reads=Reads.NOTHING),
    Kind("429", 14, N, 2, ANY, "status_429", lasts=0.5, reads=Reads.NOTHING),
    Kind("408", 14, N, 2, ANY, "status_408", reads=Reads.NOTHING),
    Kind("500 after", 15, G, 3, KNOWN, "status_500_framework_after", reads=Reads.NOTHING),
    Kind("refusal after", 15, G, 9, ("ceos.instant",), "fail_after"),
    Kind("refusal after, and out of sight", 20, G, 6, ("ceos.instant",), "fail_after"),
    Kind("500 after, and out of sight", 20, G, 6, ("ceos.instant",), "status_500_framework_after", reads=Reads.NOTHING),
    Kind("lost, and out of sight", 20, G, 6, ("crepay.cancel",), "drop_before", within_settle=True,
         reads=Reads.NOTHING),
    Kind("500 before", 16, G, 2, KNOWN, "status_500_framework", lasts=0.3, reads=Reads.NOTHING),
    Kind("502 before", 16, G, 2, ANY, "html_502", lasts=0.5, reads=Reads.NOTHING),
    Kind("502 after", 15, G, 2, ANY, "html_502_after", reads=Reads.NOTHING),
    Kind("503 before", 16, G, 2, ANY, "unavailable", lasts=0.5, reads=Reads.NOTHING),
    Kind("504, done later", 16, G, 5, MOVES, "timed_out_there", _seconds(0.2, 20), reads=Reads.NOTHING),
    Kind("200 with a refusal", 17, G, 5, MOVES, "decline_in_200", reads=Reads.NOTHING),
    Kind("an older answer", 18, G, 12, MOVES, reads=Reads.NOTHING),
    Kind("answered as it was paid", 18, G, 12, ("ceos.cancel",), reads=Reads.LIE),
    # who is told that the id exists, and then shown another's payment under it, believes that it is another's
    Kind("another's, under our id", 23, G, 3, ("ceos.payment",), reads=Reads.LIE, standings=("UNKNOWN", "REVERSING")),
    Kind("404 of a framework", 16, G, 3, ("ceos.*",), lasts=0.5, reads=Reads.REFUSED),
    Kind("empty 200", 18, G, 2, ANY, "empty_200", reads=Reads.NOTHING),
    Kind("200 with another state", 18, G, 6, ("ceos.instant", "ceos.cancel", *CARD_MOVES, *POINT_MOVES), "state",
         reads=Reads.LIE),
    Kind("refused as sent twice", 19, G, 8, MOVES, "duplicate"),
    Kind("not found, then found", 20, G, 10,
         ("ceos.payment", "ceos.cancel", "crepay.cancel*", "loyalty.item", "loyalty.close_new"), "not_found",
         within_settle=True, reads=Reads.LIE),
    Kind("still in progress", 21, G, 6, ("ceos.payment",), "state", lasts=0.2, reads=Reads.LIE),
    Kind("changing its mind", 22, G, 5, ("ceos.payment",), "state",
         lambda chance, name: {"state": chance.pick(f"{name} state", ("READY", "PENDING", "PAY_PENDING"))},
         within_settle=True, reads=Reads.LIE),
    # a copy that lags behind, of a payment whose approval is just being carried out
    Kind("not yet approved", 22, G, 5, ("loyalty.item",), "state",
         lambda chance, name: {"state": chance.pick(f"{name} state", ("1", "11", "14"))}, reads=Reads.LIE,
         standings=ON_A_PHONE),
    Kind("another amount", 23, G, 7, (*COUPON_MOVES, "card.confirm", *POINT_MOVES, "loyalty.item", "ezpg.issue"),
         "wrong_amount",
         _less, reads=Reads.LIE),
    Kind("another id", 23, G, 6, MOVES, "wrong_id", reads=Reads.LIE),
    Kind("less than asked", 24, G, 8, ("crepay.checkout", "loyalty.open_new"), "partial", _less, reads=Reads.LIE),
    Kind("an unknown code", 17, G, 2, ("crepay.*", "loyalty.[!u]*", "ezpg.[!u]*"), "code", _no_code, reads=Reads.LIE),
    Kind("an unknown code after", 17, G, 5, (*COUPON_MOVES, *POINT_MOVES, *TRANSFER_MOVES), "code_after", _no_code,
         reads=Reads.LIE),
    Kind("account behind it refuses", 17, G, 5, ("crepay.checkout",), "code"),
    Kind("balance fell meanwhile", 17, G, 5, ("crepay.checkout",), "code", lambda _chance, _name: {"code": "ZLGN011"}),
    Kind("credential expired", 26, G, 2, KNOWN, "expired", lasts=0.5, reads=Reads.REFUSED),
)  # fmt: skip
"""What can meet a request. `wire.py` plays those without a kind of the simulators."""

ELSEWHERE: Final = (
    Kind("already cancelled", 25, G, 1),
    Kind("coupon spent elsewhere", 25, I, 1),
    Kind("points spent elsewhere", 25, I, 1),
    Kind("shop becomes inactive", 26, G, 1),
    Kind("card server forgets", 22, G, 1),
    Kind("approval not sent", 17, G, 1),
    Kind("approval refused", 17, G, 1),
    Kind("approval not seen", 20, G, 1),
    Kind("approval late", 21, G, 1),
    Kind("killed at a commit", 27, S, 1),
    Kind("torn frame", 29, S, 1),
    Kind("garbage at the end", 30, S, 1),
    Kind("disk full", 32, S, 1),
    Kind("write error", 33, S, 1),
    Kind("sync error", 34, S, 1),
    Kind("database busy", 35, S, 1),
    Kind("slow disk", 35, S, 1),
    Kind("killed", 37, H, 1),
    Kind("power lost", 38, H, 1),
    Kind("frozen", 39, H, 1),
    Kind("clock set forward", 40, H, 1),
    Kind("clock set back", 41, H, 1),
    Kind("clock set right", 41, H, 1),
    Kind("double tap", 42, H, 1),
    Kind("killed in recovery", 43, H, 1),
    Kind("another version", 44, H, 1),
    Kind("printer dies", 45, I, 1),
    Kind("burst of scans", 46, I, 1),
    Kind("same scan again", 47, I, 1),
    Kind("hostile code", 48, I, 1),
    Kind("staff ask a sale back", 50, I, 1),
    Kind("callback lost", 51, B, 1),
    Kind("callback doubled", 52, B, 1),
    Kind("callback before the answer", 53, B, 1),
    Kind("callback late", 54, B, 1),
    Kind("callback forged, real id", 55, B, 1),
    Kind("callback forged, unknown id", 56, B, 1),
    Kind("another kiosk's callback", 56, B, 1),
    Kind("callback replayed", 57, B, 1),
    Kind("flood of callbacks", 58, B, 1),
    Kind("transferred late", 0, I, 1),
    Kind("another amount transferred", 0, I, 1),
    Kind("transferred twice", 0, I, 1),
    Kind("answered wrongly", 0, I, 1),
    Kind("transfer on its way", 54, B, 1),
    Kind("transfer taken back", 0, B, 1),
    Kind("bank hears nothing", 4, B, 1),
    Kind("notice lost", 51, B, 1),
    Kind("notice told twice", 52, B, 1),
)
"""What strikes elsewhere than at a request; each is played where its name stands."""

ALL: Final = (*WIRE, *ELSEWHERE)
BY_NAME: Final = {kind.name: kind for kind in ALL}
LEFT_OUT: Final = 1 / 3
"""Share of the kinds that a story does without, so that none drowns another."""


def enabled(chance: Chance) -> frozenset[str]:
    """The kinds that a story has."""
    return frozenset(kind.name for kind in ALL if not chance.happens(f"without {kind.name}", LEFT_OUT))
