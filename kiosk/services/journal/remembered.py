"""Orders as they stand, remembered part by part until something changes them: a till asks for the same one all day."""

from dataclasses import dataclass, field
from sqlite3 import Connection
from typing import Final

from kiosk.domain.attempt import Attempt
from kiosk.domain.entries import (
    AttemptAdvanced,
    AttemptBegan,
    AttemptNoted,
    Entry,
    FindingAdvanced,
    FindingRecorded,
    GoalUndo,
    OrderAdvanced,
    PlanDropped,
    PlanMade,
    RefundAdvanced,
    RefundAsked,
    RefundNoted,
    Resolved,
    WatchEnded,
)
from kiosk.domain.order import Order
from kiosk.domain.refund import Finding, Refund
from kiosk.domain.resolution import Resolution
from kiosk.domain.sale import Sale
from kiosk.services.journal.reading import (
    read_attempt,
    read_attempts,
    read_findings_of_order,
    read_order,
    read_refunds,
    read_resolutions,
)

SALES_KEPT: Final = 32
"""How many orders are remembered; a till has one before it and a few behind it [orders]."""


@dataclass(slots=True)
class Parts:
    """What is known of one order; None is what has to be read again."""

    order: Order | None = None
    attempts: dict[str, Attempt | None] | None = None
    refunds: tuple[Refund, ...] | None = None
    resolutions: tuple[Resolution, ...] | None = None
    findings: tuple[Finding, ...] | None = None


@dataclass(slots=True)
class RememberedSales:
    """The orders that were asked for last."""

    _parts: dict[str, Parts] = field(default_factory=dict)
    _sales: dict[str, Sale] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)

    def known(self, order_id: str) -> Sale | None:
        """An order, unless it has changed or is about to; may be asked from any thread.

        It is forgotten before a change of it is committed, so this never shows what was before an acknowledged write.
        """
        return self._sales.get(order_id)

    def read(self, connection: Connection, order_id: str) -> Sale:
        """An order; only what has changed is read.

        Raises:
            BugError: there is none.
        """
        sale = self._sales.get(order_id)
        if sale is None:
            if len(self._parts) >= SALES_KEPT:
                self.forget()
            sale = self._put_together(connection, order_id)
            self._sales[order_id] = sale
        return sale

    def _put_together(self, connection: Connection, order_id: str) -> Sale:
        parts = self._parts.get(order_id, Parts())
        order = parts.order or read_order(connection, order_id)
        if parts.attempts is None:
            attempts = read_attempts(connection, order_id)
        else:
            attempts = tuple(one or read_attempt(connection, name) for name, one in parts.attempts.items())
        refunds = read_refunds(connection, order) if parts.refunds is None else parts.refunds
        resolutions = read_resolutions(connection, order) if parts.resolutions is None else parts.resolutions
        findings = read_findings_of_order(connection, order_id) if parts.findings is None else parts.findings
        self._parts[order_id] = Parts(order, {one.id: one for one in attempts}, refunds, resolutions, findings)
        return Sale(order, attempts, refunds, resolutions, findings)

    def changes(self, entry: Entry, order_id: str, attempt_id: str) -> None:
        """An entry is about to be written: what it changes is not known any more."""
        parts = self._parts.get(order_id)
        if parts is None:
            return
        match entry:
            case OrderAdvanced() | PlanMade() | PlanDropped():
                parts.order = None
            case AttemptBegan():
                parts.attempts = None
            case AttemptNoted() | AttemptAdvanced() | GoalUndo() | WatchEnded():
                if parts.attempts is not None:
                    parts.attempts[attempt_id] = None
            case RefundAsked() | RefundNoted() | RefundAdvanced():
                parts.refunds = None
            case Resolved():
                parts.resolutions = None
            case FindingRecorded() | FindingAdvanced():
                parts.findings = None
            case _:
                return
        self._sales.pop(order_id, None)
        self._changed.add(order_id)

    def read_changed(self, connection: Connection) -> None:
        """Read again what was known and has changed: whoever wrote it asks for it next."""
        changed, self._changed = self._changed, set()
        for order_id in changed:
            self.read(connection, order_id)

    def forget(self) -> None:
        """Nothing is known any more."""
        self._parts.clear()
        self._sales.clear()
        self._changed.clear()
