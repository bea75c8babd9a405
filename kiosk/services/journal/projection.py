"""What each entry does to the state tables. Refuses what the tables of the domain and the laws forbid.

The same code runs when an entry is written and when all are replayed, so the tables cannot mean something else than the
events.
"""

import json
import sqlite3
from functools import singledispatch

from kiosk.domain.attempt import MASKED, RESOLVABLE, Family, Goal, State, advance
from kiosk.domain.entries import (
    Asked,
    AttemptAdvanced,
    AttemptBegan,
    AttemptNoted,
    Entry,
    FindingAdvanced,
    FindingRecorded,
    GoalUndo,
    HintFiled,
    OperationAnswered,
    OperationIntended,
    OrderAdvanced,
    OrderOpened,
    PersonLeft,
    PersonSet,
    PinSet,
    PinTried,
    PlanDropped,
    PlanMade,
    PrintEnded,
    PrintQueued,
    RefundAdvanced,
    RefundAsked,
    RefundNoted,
    Resolved,
    StaffDid,
    Started,
    TaskClosed,
    TaskOpened,
    WatchEnded,
)
from kiosk.domain.errors import BugError, known, require
from kiosk.domain.ids import attempt_of, number_of, order_of
from kiosk.domain.money import Currency
from kiosk.domain.order import SAID_OF, OrderState, advance_order, lines_total
from kiosk.domain.people import Deed, keeps_somebody_for
from kiosk.domain.refund import (
    REFUND_COUNTS,
    FindingState,
    RefundState,
    advance_finding,
    advance_refund,
)
from kiosk.domain.resolution import PARTLY, ways_of
from kiosk.domain.staffwork import PrintState
from kiosk.services.journal.encoding import to_json
from kiosk.services.journal.reading import read_attempt, read_findings, read_people, read_refund, read_sale

Connection = sqlite3.Connection

UNSURE = RESOLVABLE
WATCHED_FROM = frozenset({State.UNKNOWN, State.REVERSING})


def subject(connection: Connection, entry: Entry) -> tuple[str, str]:
    """Order and attempt that an entry is about, "" where there is none."""
    attempt = getattr(entry, "attempt_id", "")
    order = getattr(entry, "order_id", "")
    match entry:
        case OperationAnswered(operation_id):
            attempt = attempt_of(operation_id)
        case RefundNoted(refund_id) | RefundAdvanced(refund_id):
            attempt = _one(connection, "SELECT attempt_id FROM refunds WHERE id = ?", refund_id)
            order = _order_of_finding(
                connection, _one(connection, "SELECT finding_id FROM refunds WHERE id = ?", refund_id)
            )
        case RefundAsked(finding_id=finding_id) | FindingAdvanced(finding_id):
            order = _order_of_finding(connection, finding_id)
        case TaskOpened():
            attempt = ""  # a remark for staff is no step of the attempt, and voids no permit
        case HintFiled(named):
            order, attempt = order_of(named), ""  # nor is what anybody may have sent
        case TaskClosed(task_id):
            order = _one(connection, "SELECT order_id FROM staff_tasks WHERE id = ?", task_id)
        case PrintEnded(print_id):
            order = _one(connection, "SELECT order_id FROM prints WHERE id = ?", print_id)
        case _:
            pass
    return order or order_of(attempt), attempt


def _one(connection: Connection, query: str, *values: str | int) -> str:
    row = connection.execute(query, values).fetchone()
    return "" if row is None else str(row[0])


def _order_of_finding(connection: Connection, finding_id: str) -> str:
    query = "SELECT a.order_id FROM findings f JOIN attempts a ON a.id = f.attempt_id WHERE f.id = ?"
    return _one(connection, query, finding_id)


def _state(connection: Connection, table: str, row_id: str) -> str:
    row = connection.execute(f"SELECT state FROM {table} WHERE id = ?", (row_id,)).fetchone()  # noqa: S608 - our table names
    require(row is not None, f"no row {row_id} in {table}")
    return str(row[0])


def _update(connection: Connection, query: str, *values: str | int) -> None:
    """Change the one row that the last value names.

    Raises:
        BugError: there is none.
    """
    require(connection.execute(query, values).rowcount == 1, f"no row {values[-1]} for {query}")


@singledispatch
def apply(entry: object, connection: Connection, stamp: str) -> None:
    """Apply one entry.

    Args:
        entry: What happened.
        connection: In the transaction that also holds the event.
        stamp: When, as stored.

    Raises:
        BugError: a table or law of the domain forbids it.
        sqlite3.IntegrityError: an index does.
    """
    raise BugError(f"no projection for {entry!r}, {connection!r}, {stamp}")


@apply.register
def _(entry: Started, connection: Connection, stamp: str) -> None:  # noqa: ARG001 - all take the same
    connection.execute(
        "INSERT INTO identity (one, machine, epoch, version) VALUES (1, ?, ?, ?) ON CONFLICT (one) DO UPDATE SET "
        "machine = excluded.machine, epoch = excluded.epoch, version = excluded.version",
        (entry.machine, entry.epoch, entry.version),
    )


@apply.register
def _(entry: OrderOpened, connection: Connection, stamp: str) -> None:
    total = lines_total(entry.lines, Currency(entry.currency)).amount
    connection.execute(
        "INSERT INTO orders "
        "(id, code, number, state, reason, language, currency, total, business_day, opened, changed) "
        "VALUES (?, ?, '', ?, '', ?, ?, ?, '', ?, ?)",
        (entry.order_id, entry.code, OrderState.OPEN, entry.language, entry.currency, total, stamp, stamp),
    )
    connection.executemany(
        "INSERT INTO order_lines (order_id, n, sku, barcode, names, price, quantity, tax) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (entry.order_id, n, line.sku, line.barcode, to_json(line.names), line.price.amount, line.quantity, line.tax)
            for n, line in enumerate(entry.lines, 1)
        ],
    )


@apply.register
def _(entry: OrderAdvanced, connection: Connection, stamp: str) -> None:
    state = OrderState(_state(connection, "orders", entry.order_id))
    advance_order(state, entry.to)
    if state is OrderState.PAYING and entry.to is OrderState.PAID:
        sale = read_sale(connection, entry.order_id)
        # law 6: goods only after everything due is durably approved
        require(not sale.due and not sale.takes_no_other_charge, f"order {entry.order_id} is not fully paid")
    if state is OrderState.UNWINDING_STAFF and entry.to is OrderState.PAID:
        sale = read_sale(connection, entry.order_id)
        require(not sale.due and not sale.needs_staff, f"order {entry.order_id} is not charged and kept")
    if entry.to is OrderState.UNWOUND:
        require(read_sale(connection, entry.order_id).is_settled, f"order {entry.order_id} is not settled")
    connection.execute(
        "UPDATE orders SET state = ?, reason = CASE WHEN ? = '' THEN reason ELSE ? END, changed = ?, "
        "paid = CASE WHEN ? = '' THEN paid ELSE ? END, "
        "number = CASE WHEN ? = '' THEN number ELSE ? END, "
        "business_day = CASE WHEN ? = '' THEN business_day ELSE ? END WHERE id = ?",
        (entry.to, entry.reason, entry.reason, stamp, entry.number, stamp, entry.number, entry.number,
         entry.business_day, entry.business_day, entry.order_id),
    )  # fmt: skip


@apply.register
def _(entry: AttemptBegan, connection: Connection, stamp: str) -> None:
    sale = read_sale(connection, entry.order_id)
    require(sale.order.state is OrderState.PAYING, f"order {entry.order_id} is not being paid")
    # laws 1 and 5: one attempt at a time, and none beside one whose money is not known
    require(not sale.takes_no_other_charge, f"order {entry.order_id} takes no other charge")
    # law 11: what is planned for the end is nobody else's to take
    require(0 < entry.due <= sale.due_now.amount, f"order {entry.order_id} does not owe {entry.due}")
    connection.execute(
        "INSERT INTO attempts "
        "(id, order_id, method, family, n, state, goal, due, asked, received, gateway_txn, reason, follows, facts, "
        "began, unsure_since, changed, watched) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, '', ?, '{}', ?, NULL, ?, 0)",
        (entry.attempt_id, entry.order_id, entry.method, Family(entry.family), len(sale.attempts) + 1, State.PREPARED,
         Goal.TAKE, entry.due, entry.follows, stamp, stamp),
    )  # fmt: skip


@apply.register
def _(entry: PlanMade, connection: Connection, stamp: str) -> None:  # noqa: ARG001
    attempt = read_attempt(connection, entry.attempt_id)
    sale = read_sale(connection, attempt.order_id)
    require(sale.order.state is OrderState.PAYING, f"order {attempt.order_id} is not being paid")
    require(attempt.state is State.NOT_SENT, f"attempt {entry.attempt_id} is no plan: it is {attempt.state}")
    require(0 < entry.amount < sale.due.amount, f"order {attempt.order_id} cannot leave {entry.amount} for the end")
    _plan(connection, attempt.order_id, entry.attempt_id, entry.amount)


@apply.register
def _(entry: PlanDropped, connection: Connection, stamp: str) -> None:  # noqa: ARG001
    _plan(connection, entry.order_id, "", 0)


def _plan(connection: Connection, order_id: str, attempt_id: str, amount: int) -> None:
    query = "UPDATE orders SET plan_attempt = ?, plan_amount = ? WHERE id = ?"
    _update(connection, query, attempt_id, amount, order_id)


@apply.register
def _(entry: AttemptNoted, connection: Connection, stamp: str) -> None:  # noqa: ARG001
    row = connection.execute("SELECT due, facts FROM attempts WHERE id = ?", (entry.attempt_id,)).fetchone()
    require(row is not None, f"no attempt {entry.attempt_id}")
    if entry.asked is not None:
        require(0 < entry.asked <= row["due"], f"attempt {entry.attempt_id} asks for {entry.asked}")
    connection.execute(
        "UPDATE attempts SET facts = ?, asked = coalesce(?, asked), masked = coalesce(?, masked) WHERE id = ?",
        (to_json({**json.loads(row["facts"]), **entry.facts}), entry.asked, entry.facts.get(MASKED), entry.attempt_id),
    )


@apply.register
def _(entry: AttemptAdvanced, connection: Connection, stamp: str) -> None:
    row = connection.execute("SELECT family, state FROM attempts WHERE id = ?", (entry.attempt_id,)).fetchone()
    require(row is not None, f"no attempt {entry.attempt_id}")
    family, state = Family(row["family"]), State(row["state"])
    advance(family, state, entry.to)
    if entry.to is State.CAPTURING:
        attempt = read_attempt(connection, entry.attempt_id)
        # law 11: points are taken only when that completes the order
        due = read_sale(connection, attempt.order_id).due
        require(attempt.asked == due, f"attempt {entry.attempt_id} would not complete its order")
    if entry.to is State.APPROVED:
        require(entry.transaction and entry.received, f"attempt {entry.attempt_id} has no evidence of approval")
    watched = entry.watch or (entry.to is State.NOT_CHARGED and state in WATCHED_FROM)
    connection.execute(
        "UPDATE attempts SET state = ?, reason = ?, changed = ?, watched = ?, received = coalesce(?, received), "
        "gateway_txn = coalesce(?, gateway_txn), unsure_since = CASE WHEN ? THEN coalesce(unsure_since, ?) "
        "ELSE unsure_since END WHERE id = ?",
        (entry.to, entry.reason, stamp, int(watched), entry.received, entry.transaction, entry.to in UNSURE, stamp,
         entry.attempt_id),
    )  # fmt: skip


@apply.register
def _(entry: GoalUndo, connection: Connection, stamp: str) -> None:  # noqa: ARG001
    _update(connection, "UPDATE attempts SET goal = ? WHERE id = ?", Goal.UNDO, entry.attempt_id)


@apply.register
def _(entry: WatchEnded, connection: Connection, stamp: str) -> None:  # noqa: ARG001
    _update(connection, "UPDATE attempts SET watched = 0 WHERE id = ?", entry.attempt_id)


def _insert_operation(
    connection: Connection, entry: OperationIntended | Asked, values: tuple[str, str, int, str, str, str, str | None]
) -> None:
    connection.execute(
        "INSERT INTO operations "
        "(id, n, attempt_id, refund_id, call, request_id, body_hash, repeats, moves_money, answer, facts, intended, "
        "answered) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.operation_id,
            number_of(entry.operation_id),
            entry.attempt_id,
            entry.refund_id,
            entry.call,
            entry.request_id,
            *values,
        ),
    )


@apply.register
def _(entry: OperationIntended, connection: Connection, stamp: str) -> None:
    if entry.repeats:
        sent = connection.execute(
            "SELECT attempt_id, call, request_id, body_hash FROM operations WHERE id = ? AND moves_money = 1",
            (entry.repeats,),
        ).fetchone()
        same = (entry.attempt_id, entry.call, entry.request_id, entry.body_hash)
        require(sent is not None and tuple(sent) == same, f"{entry.operation_id} is not {entry.repeats} once more")
    _insert_operation(connection, entry, (entry.body_hash, entry.repeats, 1, "", "{}", stamp, None))


@apply.register
def _(entry: Asked, connection: Connection, stamp: str) -> None:
    _insert_operation(connection, entry, ("", "", 0, entry.answer, to_json(dict(entry.facts)), stamp, stamp))


@apply.register
def _(entry: OperationAnswered, connection: Connection, stamp: str) -> None:
    changed = connection.execute(
        "UPDATE operations SET answer = ?, facts = ?, answered = ? WHERE id = ? AND answer = ''",
        (entry.answer, to_json(dict(entry.facts)), stamp, entry.operation_id),
    ).rowcount
    require(changed == 1, f"operation {entry.operation_id} is not waiting for an answer")


@apply.register
def _(entry: HintFiled, connection: Connection, stamp: str) -> None:
    connection.execute(
        "INSERT INTO inbox (attempt_id, payment, about, code, received) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (entry.attempt_id, entry.hint.payment, entry.hint.about, entry.hint.code, stamp),
    )


@apply.register
def _(entry: RefundAsked, connection: Connection, stamp: str) -> None:
    if entry.attempt_id:
        attempt = read_attempt(connection, entry.attempt_id)
        taken_back = _state(connection, "orders", attempt.order_id) == OrderState.PAYING
        held = attempt.received.amount if attempt.received else 0
        owner, owner_id = "attempt_id", entry.attempt_id
    else:
        taken_back = False
        held = int(_one(connection, "SELECT coalesce(amount, 0) FROM findings WHERE id = ?", entry.finding_id) or 0)
        owner, owner_id = "finding_id", entry.finding_id
    rows = connection.execute(f"SELECT state, amount FROM refunds WHERE {owner} = ?", (owner_id,)).fetchall()  # noqa: S608
    given = sum(row["amount"] for row in rows if RefundState(row["state"]) in REFUND_COUNTS)
    # law 1: refunds never exceed what the attempt received or the finding holds
    require(0 < entry.amount <= held - given, f"refund of {entry.amount} exceeds what {owner_id} still holds")
    connection.execute(
        "INSERT INTO refunds (id, attempt_id, finding_id, n, amount, taken_back, state, reason, facts, asked, changed) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, '', '{}', ?, ?)",
        (
            entry.refund_id,
            entry.attempt_id,
            entry.finding_id,
            len(rows) + 1,
            entry.amount,
            int(taken_back),
            RefundState.ASKED,
            stamp,
            stamp,
        ),
    )


@apply.register
def _(entry: RefundNoted, connection: Connection, stamp: str) -> None:  # noqa: ARG001
    facts = {**read_refund(connection, entry.refund_id).facts, **entry.facts}
    _update(connection, "UPDATE refunds SET facts = ? WHERE id = ?", to_json(facts), entry.refund_id)


@apply.register
def _(entry: RefundAdvanced, connection: Connection, stamp: str) -> None:
    advance_refund(RefundState(_state(connection, "refunds", entry.refund_id)), entry.to)
    connection.execute(
        "UPDATE refunds SET state = ?, reason = ?, changed = ? WHERE id = ?",
        (entry.to, entry.reason, stamp, entry.refund_id),
    )


@apply.register
def _(entry: FindingRecorded, connection: Connection, stamp: str) -> None:
    connection.execute(
        "INSERT INTO findings (id, method, attempt_id, gateway_txn, kind, amount, state, recorded, changed) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (entry.finding_id, entry.method, entry.attempt_id, entry.transaction, entry.kind, entry.amount,
         entry.state, stamp, stamp),
    )  # fmt: skip


@apply.register
def _(entry: FindingAdvanced, connection: Connection, stamp: str) -> None:
    advance_finding(FindingState(_state(connection, "findings", entry.finding_id)), entry.to)
    connection.execute("UPDATE findings SET state = ?, changed = ? WHERE id = ?", (entry.to, stamp, entry.finding_id))


@apply.register
def _(entry: TaskOpened, connection: Connection, stamp: str) -> None:
    connection.execute(
        "INSERT INTO staff_tasks (id, kind, order_id, attempt_id, facts, opened, closed, closed_how) "
        "VALUES (?, ?, ?, ?, ?, ?, NULL, '')",
        (entry.task_id, entry.kind, entry.order_id, entry.attempt_id, to_json(dict(entry.facts)), stamp),
    )


@apply.register
def _(entry: TaskClosed, connection: Connection, stamp: str) -> None:
    # whoever closes it first is named; two people may press at once
    _update(
        connection,
        "UPDATE staff_tasks SET closed_how = CASE WHEN closed IS NULL THEN ? ELSE closed_how END, "
        "closed = coalesce(closed, ?) WHERE id = ?",
        entry.how,
        stamp,
        entry.task_id,
    )


@apply.register
def _(entry: PrintQueued, connection: Connection, stamp: str) -> None:
    connection.execute(
        "INSERT INTO prints (id, order_id, kind, state, reason, facts, queued) VALUES (?, ?, ?, ?, '', ?, ?)",
        (entry.print_id, entry.order_id, entry.kind, PrintState.QUEUED, to_json(dict(entry.facts)), stamp),
    )


@apply.register
def _(entry: PrintEnded, connection: Connection, stamp: str) -> None:  # noqa: ARG001
    state = PrintState.DONE if entry.done else PrintState.FAILED
    _update(connection, "UPDATE prints SET state = ?, reason = ? WHERE id = ?", state, entry.reason, entry.print_id)


@apply.register
def _(entry: Resolved, connection: Connection, stamp: str) -> None:
    attempt = read_attempt(connection, entry.attempt_id)
    sale = read_sale(connection, attempt.order_id)
    require(sale.order.state in SAID_OF, f"order {attempt.order_id} is under way")
    about = (entry.attempt_id, entry.refund_id)
    end = next((one for one in sale.loose_ends if (one.attempt_id, one.refund_id) == about), None)
    whole = known(end, f"something of {entry.attempt_id} for a person to resolve").amount.amount
    ways = ways_of(entry.refund_id, attempt, read_findings(connection, entry.attempt_id))
    require(entry.way in ways, f"{entry.attempt_id} cannot be {entry.way}")
    is_amount = 0 < entry.amount <= whole if entry.way in PARTLY else entry.amount == whole
    require(is_amount, f"{entry.attempt_id} is about {whole}, not {entry.amount}")
    connection.execute(
        "INSERT INTO resolutions (attempt_id, refund_id, way, amount, by_whom, words, answer, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (entry.attempt_id, entry.refund_id, entry.way, entry.amount, entry.by, entry.words, entry.answer, stamp),
    )


@apply.register
def _(entry: PersonSet, connection: Connection, stamp: str) -> None:  # noqa: ARG001
    require(entry.roles, "a person has a role")
    connection.execute(
        "INSERT INTO people (id, name, roles, pin, pin_given, wrong, tried, here) VALUES (?, ?, ?, '', 0, 0, NULL, 1) "
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, roles = excluded.roles",
        (entry.person_id, entry.name, to_json(sorted(entry.roles))),
    )
    _keep_a_manager(connection)


@apply.register
def _(entry: PersonLeft, connection: Connection, stamp: str) -> None:  # noqa: ARG001
    _update(connection, "UPDATE people SET here = 0, pin = '' WHERE id = ?", entry.person_id)
    _keep_a_manager(connection)


def _keep_a_manager(connection: Connection) -> None:
    is_kept = keeps_somebody_for(Deed.PEOPLE, read_people(connection))
    require(is_kept, "nobody would be left who may say who works here")


@apply.register
def _(entry: PinSet, connection: Connection, stamp: str) -> None:  # noqa: ARG001
    is_given = int(entry.by != entry.person_id)
    query = "UPDATE people SET pin = ?, pin_given = ?, wrong = 0, tried = NULL WHERE here = 1 AND id = ?"
    _update(connection, query, entry.sealed, is_given, entry.person_id)


@apply.register
def _(entry: PinTried, connection: Connection, stamp: str) -> None:
    if entry.is_right:
        _update(connection, "UPDATE people SET wrong = 0, tried = NULL WHERE id = ?", entry.person_id)
    else:
        _update(connection, "UPDATE people SET wrong = wrong + 1, tried = ? WHERE id = ?", stamp, entry.person_id)


@apply.register
def _(entry: StaffDid, connection: Connection, stamp: str) -> None:
    """The event is all there is to keep."""
