"""Rows of the state tables as domain objects."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from kiosk.domain.attempt import Attempt, Family, Goal, State
from kiosk.domain.catalogue import Tax
from kiosk.domain.errors import JournalError, require
from kiosk.domain.moment import Stamp
from kiosk.domain.money import Currency, Money
from kiosk.domain.operation import Operation
from kiosk.domain.order import Order, OrderLine, OrderState, Plan
from kiosk.domain.people import Person, Role
from kiosk.domain.refund import Finding, FindingKind, FindingState, Refund, RefundState
from kiosk.domain.resolution import Resolution, Way
from kiosk.domain.sale import Sale
from kiosk.domain.staffwork import PrintJob, PrintKind, PrintState, StaffTask, TaskKind
from kiosk.services.journal.encoding import stamp_from

ATTEMPTS = "SELECT a.*, o.currency FROM attempts a JOIN orders o ON o.id = a.order_id"
# a finding need not belong to an attempt; its money can be given back all the same
REFUNDS = (
    f"SELECT r.*, coalesce(o.currency, '{Currency.KRW}') AS currency FROM refunds r "  # noqa: S608 - a constant
    "LEFT JOIN findings f ON f.id = r.finding_id "
    "LEFT JOIN attempts a ON a.id = coalesce(nullif(r.attempt_id, ''), f.attempt_id) "
    "LEFT JOIN orders o ON o.id = a.order_id"
)
REFUNDS_OF_ORDER = (
    "SELECT r.*, r.rowid AS position, ?2 AS currency FROM attempts a JOIN refunds r ON r.attempt_id = a.id "
    "WHERE a.order_id = ?1 UNION ALL "
    "SELECT r.*, r.rowid AS position, ?2 AS currency FROM attempts a JOIN findings f ON f.attempt_id = a.id "
    "JOIN refunds r ON r.finding_id = f.id WHERE a.order_id = ?1 ORDER BY position"
)

RESOLUTIONS_OF_ORDER = (
    "SELECT s.*, ?2 AS currency FROM attempts a JOIN resolutions s ON s.attempt_id = a.id "
    "WHERE a.order_id = ?1 ORDER BY s.rowid"
)


@contextmanager
def read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """One moment of a journal, which the till may go on writing meanwhile.

    Raises:
        JournalError: the file cannot be read.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN")
            yield connection
    except sqlite3.Error as error:
        raise JournalError("journal.cannot_read", problem=str(error)) from error


def _stamp(text: str | None) -> Stamp | None:
    return None if text is None else stamp_from(text)


def _facts(text: str) -> Mapping[str, str]:
    facts: Mapping[str, str] = json.loads(text)
    return facts


def _money(amount: int | None, currency: Currency) -> Money | None:
    return None if amount is None else Money(amount, currency)


def attempt_from(row: sqlite3.Row) -> Attempt:
    """A row of ATTEMPTS."""
    currency = Currency(row["currency"])
    return Attempt(
        id=row["id"],
        order_id=row["order_id"],
        method=row["method"],
        family=Family(row["family"]),
        number=row["n"],
        state=State(row["state"]),
        goal=Goal(row["goal"]),
        due=Money(row["due"], currency),
        asked=_money(row["asked"], currency),
        received=_money(row["received"], currency),
        transaction=row["gateway_txn"],
        reason=row["reason"],
        follows=row["follows"],
        facts=_facts(row["facts"]),
        began=stamp_from(row["began"]),
        unsure_since=_stamp(row["unsure_since"]),
        changed=stamp_from(row["changed"]),
        watched=bool(row["watched"]),
    )


def operation_from(row: sqlite3.Row) -> Operation:
    """A row of operations."""
    return Operation(
        id=row["id"],
        attempt_id=row["attempt_id"],
        refund_id=row["refund_id"],
        call=row["call"],
        request_id=row["request_id"],
        repeats=row["repeats"],
        moves_money=bool(row["moves_money"]),
        answer=row["answer"],
        facts=_facts(row["facts"]),
        intended=stamp_from(row["intended"]),
        answered=_stamp(row["answered"]),
    )


def refund_from(row: sqlite3.Row) -> Refund:
    """A row of REFUNDS."""
    return Refund(
        id=row["id"],
        attempt_id=row["attempt_id"],
        finding_id=row["finding_id"],
        amount=Money(row["amount"], Currency(row["currency"])),
        is_taken_back=bool(row["taken_back"]),
        state=RefundState(row["state"]),
        reason=row["reason"],
        facts=_facts(row["facts"]),
        asked=stamp_from(row["asked"]),
        changed=stamp_from(row["changed"]),
    )


def finding_from(row: sqlite3.Row) -> Finding:
    """A row of findings."""
    return Finding(
        id=row["id"],
        method=row["method"],
        attempt_id=row["attempt_id"],
        transaction=row["gateway_txn"],
        kind=FindingKind(row["kind"]),
        amount=_money(row["amount"], Currency.KRW),
        state=FindingState(row["state"]),
        recorded=stamp_from(row["recorded"]),
        changed=stamp_from(row["changed"]),
    )


def task_from(row: sqlite3.Row) -> StaffTask:
    """A row of staff_tasks."""
    return StaffTask(
        id=row["id"],
        kind=TaskKind(row["kind"]),
        order_id=row["order_id"],
        attempt_id=row["attempt_id"],
        facts=_facts(row["facts"]),
        opened=stamp_from(row["opened"]),
        closed=_stamp(row["closed"]),
        closed_how=row["closed_how"],
    )


def print_from(row: sqlite3.Row) -> PrintJob:
    """A row of prints."""
    return PrintJob(
        id=row["id"],
        order_id=row["order_id"],
        kind=PrintKind(row["kind"]),
        state=PrintState(row["state"]),
        facts=_facts(row["facts"]),
        queued=stamp_from(row["queued"]),
    )


def resolution_from(row: sqlite3.Row) -> Resolution:
    """A row of RESOLUTIONS."""
    return Resolution(
        attempt_id=row["attempt_id"],
        refund_id=row["refund_id"],
        way=Way(row["way"]),
        amount=Money(row["amount"], Currency(row["currency"])),
        by=row["by_whom"],
        words=row["words"],
        answer=row["answer"],
        at=stamp_from(row["at"]),
    )


def person_from(row: sqlite3.Row) -> Person:
    """A row of people."""
    return Person(
        id=row["id"],
        name=row["name"],
        roles=frozenset(map(Role, json.loads(row["roles"]))),
        pin=row["pin"],
        is_pin_given=bool(row["pin_given"]),
        wrong=row["wrong"],
        tried=_stamp(row["tried"]),
        is_here=bool(row["here"]),
    )


def _line_from(row: sqlite3.Row, currency: Currency) -> OrderLine:
    return OrderLine(
        sku=row["sku"],
        barcode=row["barcode"],
        names=tuple((language, name) for language, name in json.loads(row["names"])),
        price=Money(row["price"], currency),
        quantity=row["quantity"],
        tax=Tax(row["tax"]),
    )


def order_from(connection: sqlite3.Connection, row: sqlite3.Row) -> Order:
    """A row of orders, with its lines."""
    currency = Currency(row["currency"])
    lines = connection.execute("SELECT * FROM order_lines WHERE order_id = ? ORDER BY n", (row["id"],)).fetchall()
    return Order(
        id=row["id"],
        code=row["code"],
        number=row["number"],
        state=OrderState(row["state"]),
        reason=row["reason"],
        language=row["language"],
        lines=tuple(_line_from(line, currency) for line in lines),
        total=Money(row["total"], currency),
        business_day=row["business_day"],
        opened=stamp_from(row["opened"]),
        paid=_stamp(row["paid"]),
        changed=stamp_from(row["changed"]),
        plan=Plan(row["plan_attempt"], Money(row["plan_amount"], currency)) if row["plan_attempt"] else None,
    )


def read_attempt(connection: sqlite3.Connection, attempt_id: str) -> Attempt:
    """One attempt.

    Raises:
        BugError: there is none.
    """
    row = connection.execute(f"{ATTEMPTS} WHERE a.id = ?", (attempt_id,)).fetchone()
    require(row is not None, f"no attempt {attempt_id}")
    return attempt_from(row)


def read_refund(connection: sqlite3.Connection, refund_id: str) -> Refund:
    """One refund.

    Raises:
        BugError: there is none.
    """
    row = connection.execute(f"{REFUNDS} WHERE r.id = ?", (refund_id,)).fetchone()
    require(row is not None, f"no refund {refund_id}")
    return refund_from(row)


def read_order(connection: sqlite3.Connection, order_id: str) -> Order:
    """One order, with its lines.

    Raises:
        BugError: there is none.
    """
    row = connection.execute("SELECT * FROM orders WHERE id = ?", (order_id,)).fetchone()
    require(row is not None, f"no order {order_id}")
    return order_from(connection, row)


def read_attempts(connection: sqlite3.Connection, order_id: str) -> tuple[Attempt, ...]:
    """The attempts of an order, in the order in which they began."""
    rows = connection.execute(f"{ATTEMPTS} WHERE a.order_id = ? ORDER BY a.n", (order_id,)).fetchall()
    return tuple(map(attempt_from, rows))


def read_refunds(connection: sqlite3.Connection, order: Order) -> tuple[Refund, ...]:
    """The refunds of an order, in the order in which they were asked for."""
    rows = connection.execute(REFUNDS_OF_ORDER, (order.id, order.total.currency)).fetchall()
    return tuple(map(refund_from, rows))


def read_resolutions(connection: sqlite3.Connection, order: Order) -> tuple[Resolution, ...]:
    """What people said about an order's attempts and refunds, in the order in which they said it."""
    rows = connection.execute(RESOLUTIONS_OF_ORDER, (order.id, order.total.currency)).fetchall()
    return tuple(map(resolution_from, rows))


def read_findings(connection: sqlite3.Connection, attempt_id: str) -> tuple[Finding, ...]:
    """What was found about an attempt, oldest first."""
    query = "SELECT * FROM findings WHERE attempt_id = ? ORDER BY rowid"
    return tuple(map(finding_from, connection.execute(query, (attempt_id,))))


def read_findings_of_order(connection: sqlite3.Connection, order_id: str) -> tuple[Finding, ...]:
    """What was found about an order's attempts, oldest first."""
    query = "SELECT f.* FROM attempts a JOIN findings f ON f.attempt_id = a.id WHERE a.order_id = ? ORDER BY f.rowid"
    return tuple(map(finding_from, connection.execute(query, (order_id,))))


def read_people(connection: sqlite3.Connection) -> tuple[Person, ...]:
    """Everybody who ever worked here, in the order in which they came."""
    return tuple(map(person_from, connection.execute("SELECT * FROM people ORDER BY rowid")))


def read_sale(connection: sqlite3.Connection, order_id: str) -> Sale:
    """An order with its attempts and refunds.

    Raises:
        BugError: there is none.
    """
    order = read_order(connection, order_id)
    attempts, refunds = read_attempts(connection, order_id), read_refunds(connection, order)
    resolutions, findings = read_resolutions(connection, order), read_findings_of_order(connection, order_id)
    return Sale(order, attempts, refunds, resolutions, findings)


def attempts_under_way(connection: sqlite3.Connection) -> tuple[Attempt, ...]:
    """Attempts that have not come to an end, oldest first."""
    # spelt as the index has it, or SQLite does not take it
    states = (
        "'PREPARED', 'SENDING', 'UNKNOWN', 'REVERSING', 'OPENING', 'OPEN_LOST', 'WAITING', 'AUTHORISED', 'CAPTURING', "
        "'ISSUING', 'AWAITING_DEPOSIT', 'CLOSING', 'VOIDING'"
    )
    found = f"SELECT id FROM attempts INDEXED BY attempts_under_way WHERE state IN ({states})"  # noqa: S608 - constants
    rows = connection.execute(f"{ATTEMPTS} WHERE a.id IN ({found})")
    return tuple(sorted(map(attempt_from, rows), key=lambda one: one.id))


def refunds_under_way(connection: sqlite3.Connection) -> tuple[Refund, ...]:
    """Refunds, of attempts and of findings, that have not come to an end, oldest first."""
    states = "state IN ('ASKED', 'SENDING', 'PENDING', 'UNKNOWN')"
    found = (
        f"SELECT id FROM refunds INDEXED BY one_refund_under_way WHERE attempt_id <> '' AND {states} "  # noqa: S608
        f"UNION ALL SELECT id FROM refunds INDEXED BY refunds_of_finding WHERE finding_id > '' AND {states}"
    )
    rows = connection.execute(f"{REFUNDS} WHERE r.id IN ({found})")
    return tuple(sorted(map(refund_from, rows), key=lambda one: one.id))


def open_tasks(connection: sqlite3.Connection) -> tuple[StaffTask, ...]:
    """The open staff list, oldest first."""
    # the index holds only what is open; without its name SQLite would go through all there ever was
    query = "SELECT * FROM staff_tasks INDEXED BY staff_tasks_open WHERE closed IS NULL ORDER BY rowid"
    return tuple(map(task_from, connection.execute(query)))
