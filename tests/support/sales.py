"""Orders, attempts and refunds as objects, in few words: `an_attempt(State.APPROVED, received=5000)`."""

from dataclasses import replace
from typing import Any

from kiosk.domain.attempt import TABLES, Attempt, Family, Goal, State
from kiosk.domain.catalogue import Tax
from kiosk.domain.moment import Stamp
from kiosk.domain.money import Money, won
from kiosk.domain.order import Order, OrderLine, OrderState, lines_total
from kiosk.domain.refund import Refund, RefundState
from kiosk.domain.sale import Sale

NOW = Stamp(1_767_225_600_000, 1_000_000, "boot-1")


def a_line(price: int = 5000, quantity: int = 1, **changes: Any) -> OrderLine:
    """A line of a basket."""
    line = OrderLine(
        "SKU1", "8801234567893", (("ko", "아메리카노"), ("en", "Americano")), won(price), quantity, Tax.TAXABLE
    )
    return replace(line, **changes)


def an_order(*lines: OrderLine, state: OrderState = OrderState.PAYING, **changes: Any) -> Order:
    """An order of one line of 5,000 won, or of these lines."""
    sold = lines or (a_line(),)
    order = Order(
        id="K01-1-000001",
        code="K01-0001",
        number="",
        state=state,
        reason="",
        language="ko",
        lines=sold,
        total=lines_total(sold),
        business_day="",
        opened=NOW,
        paid=None,
        changed=NOW,
    )
    return replace(order, **changes)


def an_attempt(state: State, number: int = 1, received: int | None = None, **changes: Any) -> Attempt:
    """An attempt of `an_order`, in a state, with what it received [won]."""
    attempt = Attempt(
        id=f"K01-1-000001-{number}",
        order_id="K01-1-000001",
        method="crepay",
        family=Family.DIRECT,
        number=number,
        state=state,
        goal=Goal.TAKE,
        due=won(5000),
        asked=None,
        received=None if received is None else won(received),
        transaction=None,
        reason="",
        follows="",
        facts={},
        began=NOW,
        unsure_since=None,
        changed=NOW,
        watched=False,
    )
    return replace(attempt, **changes)


def a_refund(state: RefundState, amount: int = 5000, attempt: int = 1, number: int = 1, **changes: Any) -> Refund:
    """A refund of `an_attempt`'s money, in a state."""
    refund = Refund(
        id=f"K01-1-000001-{attempt}-R{number}",
        attempt_id=f"K01-1-000001-{attempt}",
        finding_id="",
        amount=Money(amount),
        is_taken_back=False,
        state=state,
        reason="",
        facts={},
        asked=NOW,
        changed=NOW,
    )
    return replace(refund, **changes)


def a_sale(*attempts: Attempt, refunds: tuple[Refund, ...] = (), order: Order | None = None) -> Sale:
    """A sale of `an_order` with these attempts and refunds."""
    return Sale(order or an_order(), attempts, refunds)


def family_of(state: State) -> Family:
    """A table that has this state."""
    return next(family for family, table in TABLES.items() if state == State.PREPARED or _reached(table, state))


def _reached(table: Any, state: State) -> bool:
    return any(state in following for following in table.values())


def way_to(state: State, family: Family) -> tuple[State, ...]:
    """The shortest way from PREPARED to a state, without PREPARED itself."""
    ways: dict[State, tuple[State, ...]] = {State.PREPARED: ()}
    frontier = [State.PREPARED]
    while state not in ways:
        frontier = [
            following
            for here in frontier
            for following in sorted(TABLES[family].get(here, ()))
            if following not in ways and not ways.update({following: (*ways[here], following)})
        ]
        if not frontier:
            raise ValueError(f"{family} has no {state}")
    return ways[state]
