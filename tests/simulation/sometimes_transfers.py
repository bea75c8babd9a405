"""What must happen sometimes with transfers."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

from kiosk.domain.ids import attempt_of, order_of

NAMES: Final = (
    "a transfer pays an order",
    "a transfer pays what was left of an order",
    "a transfer of another amount is with staff",
    "an account is shown until its time is over",
    "a customer leaves an account, and pays otherwise",
    "who has transferred stays with an account that was to be closed",
    "a transfer that came during a restart pays",
    "money came while an account was closed",
    "a transfer comes after its end, and is found",
    "a transfer comes twice, and is found",
    "a bank takes back what had paid",
    "a bank takes back what was found",
    "a transfer is paid out by staff",
    "what was found is paid out by staff",
    "a withdrawal whose answer was lost is found",
    "a withdrawal that never arrived is with staff",
    "the head office rejects a withdrawal",
    "staff want a transfer back, and have no six digits",
)
FOUND: Final = {
    "late": "a transfer comes after its end, and is found",
    "duplicate": "a transfer comes twice, and is found",
}


class OfTransfers:
    """Counts them in one story.

    Args:
        see: Told what happened.
        lives: How often the till was started.
    """

    def __init__(self, see: Callable[[str], None], lives: Callable[[], int]) -> None:
        self._see = see
        self._lives = lives
        self._ours: set[str] = set()
        self._states: dict[str, str] = {}
        self._shown_in: dict[str, int] = {}
        self._refunds: dict[str, str] = {}
        self._asked_back: set[str] = set()
        self._found: dict[str, str] = {}
        self._left: set[str] = set()
        self._paid_with: defaultdict[str, set[str]] = defaultdict(set)

    def written(self, kind: str, attempt: str, entry: dict[str, Any]) -> None:
        """An event is durable."""
        if kind == "AttemptBegan" and entry["method"] == "ezpg":
            self._ours.add(attempt)
        if kind == "AttemptAdvanced":
            if entry["to"] == "APPROVED":
                self._paid_with[order_of(attempt)].add(attempt)
            if attempt in self._ours:
                self._advanced(attempt, entry["to"])
        if kind == "OrderAdvanced":
            self._order_advanced(entry["order_id"], entry["to"])
        if kind == "FindingRecorded" and attempt in self._ours and entry["kind"] in FOUND:
            self._found[entry["finding_id"]] = attempt
            self._see(FOUND[entry["kind"]])
        if kind == "FindingAdvanced" and entry["finding_id"] in self._found:
            ends = {"REFUNDED": "what was found is paid out by staff", "EXPLAINED": "a bank takes back what was found"}
            if entry["to"] in ends:
                self._see(ends[entry["to"]])
        if kind == "RefundAdvanced" and attempt_of(entry["refund_id"]) in self._ours:
            self._refund_advanced(entry["refund_id"], entry["to"], entry["reason"])

    def _advanced(self, attempt: str, now: str) -> None:
        before = self._states.get(attempt, "")
        self._states[attempt] = now
        if now == "AWAITING_DEPOSIT":
            self._shown_in.setdefault(attempt, self._lives())
        steps = {
            ("CLOSING", "AWAITING_DEPOSIT"): "who has transferred stays with an account that was to be closed",
            ("CLOSING", "APPROVED"): "money came while an account was closed",
            ("AWAITING_DEPOSIT", "EXPIRED"): "an account is shown until its time is over",
            ("APPROVED", "CORRECTED"): "a bank takes back what had paid",
        }
        if (before, now) in steps:
            self._see(steps[before, now])
        if now in ("UNDERPAID", "OVERPAID"):
            self._see("a transfer of another amount is with staff")
        if now == "CLOSED":
            self._left.add(order_of(attempt))

    def _order_advanced(self, order: str, now: str) -> None:
        if now == "PAID":
            self._paid(order)
        if now == "REFUNDING":
            self._asked_back.add(order)

    def _paid(self, order: str) -> None:
        own = self._paid_with[order] & self._ours
        if own:
            self._see("a transfer pays an order")
        if own and len(self._paid_with[order]) > 1:
            self._see("a transfer pays what was left of an order")
        if any(self._shown_in.get(one, self._lives()) != self._lives() for one in own):
            self._see("a transfer that came during a restart pays")
        if order in self._left:
            self._see("a customer leaves an account, and pays otherwise")

    def _refund_advanced(self, refund: str, now: str, reason: str) -> None:
        before = self._refunds.get(refund)
        self._refunds[refund] = now
        if now == "DONE":
            self._see("a transfer is paid out by staff")
        if before == "UNKNOWN" and now in ("PENDING", "DONE"):
            self._see("a withdrawal whose answer was lost is found")
        if (now, reason) == ("NEEDS_STAFF", "nothing_there"):
            self._see("a withdrawal that never arrived is with staff")
        if (now, reason) == ("REFUSED", "rejected_there"):
            self._see("the head office rejects a withdrawal")
        if (now, reason) == ("REFUSED", "withdrawal_needed") and order_of(attempt_of(refund)) in self._asked_back:
            self._see("staff want a transfer back, and have no six digits")
