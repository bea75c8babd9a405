"""Sales, steps, tasks and devices in plain words: what stands on the sheets. Pure; nothing here decides.

What a payment is told to be comes from the one table in domain/told.py, as on the customers' screens.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from kiosk.domain.attempt import MASKED, Attempt
from kiosk.domain.history import Happened
from kiosk.domain.money import Money
from kiosk.domain.operation import Operation
from kiosk.domain.order import OrderState
from kiosk.domain.people import Person
from kiosk.domain.ports import DeviceState, Health
from kiosk.domain.refund import PAYEE_SHOWN, REFUND_UNDER_WAY, Finding, FindingState, Refund
from kiosk.domain.sale import LooseEnd, Sale
from kiosk.domain.staffwork import OF_FINDING, StaffTask
from kiosk.domain.told import TenderLine, Tone
from kiosk.domain.transfers import Standing
from kiosk.domain.words import At, Said, TimeOf, Words
from kiosk.flows.manager.intents import OpenPerson, OpenSale, OpenTask
from kiosk.flows.manager.views import Row
from kiosk.flows.manager.visit import named

TONE_OF_ORDER: Final[Mapping[OrderState, Tone]] = MappingProxyType(
    {
        OrderState.OPEN: Tone.CALM,
        OrderState.ABANDONED: Tone.CALM,
        OrderState.PAYING: Tone.WAIT,
        OrderState.PAID: Tone.DONE,
        OrderState.UNWINDING: Tone.WAIT,
        OrderState.UNWOUND: Tone.CALM,
        OrderState.UNWINDING_STAFF: Tone.ACT,
        OrderState.REFUNDING: Tone.WAIT,
        OrderState.REFUNDED: Tone.CALM,
        OrderState.PARTLY_REFUNDED: Tone.ACT,
    }
)

HIDDEN: Final = frozenset({"OperationIntended", "AttemptNoted", "RefundNoted", "HintFiled", "TaskClosed"})
"""Events that tell a person nothing which another does not: requests are told with their answers."""


LISTED: Final[Mapping[str, Standing]] = MappingProxyType(
    {
        "completed": Standing.DONE,
        "pending": Standing.UNDER_WAY,
        "failed": Standing.FAILED,
        "cancelled": Standing.FAILED,
    }
)
"""How a movement that a payment system lists is called, by its state there."""

QUIET: Final = frozenset({"key", "reprint", OF_FINDING})
"""Facts of a task that tell a person nothing: what printing again needs, and ids."""


def method_name(method: str) -> Words:
    """What a payment system is called."""
    return Said(f"method.{method}.name")


# -- sales


def sale_row(sale: Sale) -> Row:
    """A sale in a list."""
    order = sale.order
    needs = sale.needs_staff or order.state is OrderState.UNWINDING_STAFF
    return Row(
        name=f"sale_{order.id.replace('-', '_')}",
        title=Said("sale.title", {"code": order.code, "number": order.number}) if order.number else order.code,
        second=Said("sale.second", {"at": At(order.opened.wall_ms), "state": order_state(sale)}),
        right=order.total,
        tone=Tone.ACT if needs else TONE_OF_ORDER[order.state],
        wish=OpenSale(order.id),
    )


def order_state(sale: Sale) -> Words:
    """Where an order stands."""
    return Said(f"order_state.{sale.order.state.lower()}")


def line_rows(sale: Sale) -> tuple[Row, ...]:
    """The goods."""
    return tuple(
        Row(
            name=f"goods_{number}",
            title=line.name("ko"),
            second=Said("receipt.quantity", {"quantity": str(line.quantity), "price": line.price}),
            right=line.total,
        )
        for number, line in enumerate(sale.order.lines, 1)
    )


def tender_rows(sale: Sale) -> tuple[Row, ...]:
    """What is told of each payment, and why it did not come back where it did not."""
    return tuple(_tender(sale, line, number) for number, line in enumerate(sale.told, 1))


def _tender(sale: Sale, line: TenderLine, number: int) -> Row:
    attempt = next(one for one in sale.attempts if one.id == line.attempt_id)
    refund, said = sale.last_refund(line.attempt_id), sale.resolution_of(line.attempt_id)
    fact = told(sale, line)
    reason = refund.reason if refund is not None else line.reason
    if said is None and reason:
        fact = Said("tender.because", {"fact": fact, "reason": Said(f"reason.{reason}")})
    return Row(f"tender_{number}", _tender_title(attempt), fact, line.amount, line.tone)


def _tender_title(attempt: Attempt) -> Words:
    masked = attempt.facts.get(MASKED, "")
    name = method_name(attempt.method)
    return Said("receipt.masked_tender", {"method": name, "masked": masked}) if masked else name


def told(sale: Sale, line: TenderLine) -> Words:
    """The sentence about a payment."""
    amount: Words = line.amount if line.amount is not None else "-"
    return Said(
        f"told.{line.fact}", {"code": sale.order.code, "method": Said(f"method.{line.method}.title"), "amount": amount}
    )


def evidence_rows(sale: Sale, operations: Mapping[str, tuple[Operation, ...]]) -> tuple[Row, ...]:
    """Every request of a sale and what came back, as its payment system said it."""
    return tuple(
        answer_row(attempt, operation) for attempt in sale.attempts for operation in operations.get(attempt.id, ())
    )


def answer_row(attempt: Attempt, operation: Operation) -> Row:
    """A request and its answer."""
    asked = {"method": method_name(attempt.method), "call": Said(f"call.{operation.call.replace('-', '_')}")}
    return Row(
        name=f"evidence_{operation.id.replace('-', '_')}",
        title=Said("evidence.title", asked),
        second=Said("evidence.second", {"id": operation.request_id, "answer": answer(operation)}),
        right=TimeOf((operation.answered or operation.intended).wall_ms),
    )


def answer_rows(attempt: Attempt, operation: Operation) -> tuple[Row, ...]:
    """A request and its answer; of a list, each row that may be what is meant."""
    listed: list[tuple[str, int, str, int | None]] = json.loads(operation.facts.get("rows", "[]"))
    rows = (
        Row(
            name=f"listed_{number}",
            title=Said(f"standing.{_standing(operation.call, state)}"),
            second=None if at_ms is None else At(at_ms),
            right=Money(amount),
        )
        for number, (_, amount, state, at_ms) in enumerate(listed, 1)
    )
    return (answer_row(attempt, operation), *rows)


def _standing(call: str, state: str) -> Standing:
    """How a listed movement stands, as it is called on the page of transfers."""
    is_back = call == "deposits" and state == "cancelled"
    return Standing.CORRECTED if is_back else LISTED.get(state, Standing.UNTOLD)


def answer(operation: Operation) -> Words:
    """What came back; with the balance, where one was asked for, or that a list shows nothing of it."""
    if operation.answer == "listed" and operation.facts.get("rows") == "[]":
        return Said("answer.nothing_listed")
    word = Said(f"answer.{operation.answer.lower()}") if operation.answer else Said("answer.none")
    balance = operation.facts.get("balance", "")
    return Said("answer.with_balance", {"answer": word, "balance": Money(int(balance))}) if balance else word


# -- what happened


def timeline_rows(happened: tuple[Happened, ...], people: Mapping[str, Words]) -> tuple[Row, ...]:
    """A sale's story, a row for each step.

    Args:
        happened: Its events.
        people: What staff are called, by id.
    """
    rows = (_step(one, people) for one in happened if one.kind not in HIDDEN)
    return tuple(rows)


def _step(one: Happened, people: Mapping[str, Words]) -> Row:
    body = one.body
    by = str(body.get("by", ""))
    params: dict[str, Words] = {"method": str(body.get("method", "")), "by": people.get(by, by)}
    for name, table in TABLES.items():
        value = body.get(name)
        params[name] = _value(one.kind, name, table, value) if isinstance(value, str) and value else ""
    amount = body.get("amount", body.get("due"))
    params["amount"] = Money(amount) if isinstance(amount, int) else "-"
    params["words"] = str(body.get("words", ""))
    if one.kind == "AttemptBegan":
        params["method"] = method_name(str(body["method"]))
    why = params["reason"]
    title = Said(f"event.{snake(one.kind)}", params)
    return Row(f"step_{one.seq}", title, why or None, TimeOf(one.at.wall_ms))


TABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "to": "to.",
        "reason": "reason.",
        "answer": "answer.",
        "call": "call.",
        "kind": "kind.",
        "way": "way.",
        "deed": "deed.",
    }
)
"""Fields of entries whose values are said by a key: the field -> the first part of the key."""

OF_KIND: Final[Mapping[str, str]] = MappingProxyType(
    {"OrderAdvanced": "order", "AttemptAdvanced": "attempt", "RefundAdvanced": "refund", "FindingAdvanced": "finding"}
)


def _value(kind: str, name: str, table: str, value: str) -> Words:
    """A value in words; why an order goes on is a key itself."""
    if name == "reason" and kind in ("OrderAdvanced", "PrintEnded"):
        return Said(value) if kind == "OrderAdvanced" else print_problem(value)
    return Said(f"{table}{_spelt(kind, value)}")


def print_problem(key: str) -> Words:
    """Why something was not printed, in short.

    Args:
        key: Of the sentence that a DeviceError has for engineers.
    """
    return Said(f"print_problem.{key.rpartition('.')[2]}")


def _spelt(kind: str, value: str) -> str:
    """The last part of a value's key."""
    spelt = value.replace("-", "_").lower()
    return f"{OF_KIND[kind]}.{spelt}" if kind in OF_KIND else spelt


def snake(name: str) -> str:
    """The name of a type as part of a key."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


# -- what needs a hand


def task_row(task: StaffTask, sale: Sale | None) -> Row:
    """Something that needs a hand, in a list."""
    code = sale.order.code if sale is not None else task.facts.get("code", "")
    at: Words = At(task.opened.wall_ms)
    return Row(
        name=f"task_{task.id.replace('-', '_')}",
        title=Said(f"task.{task.kind}"),
        second=Said("task_row.second", {"code": code, "at": at}) if code else at,
        tone=Tone.ACT,
        wish=OpenTask(task.id),
    )


def todo(task: StaffTask) -> str:
    """The text key of what is to be done."""
    return "todo.payout_left" if OF_FINDING in task.facts else f"todo.{task.kind}"


def fact_rows(task: StaffTask) -> tuple[Row, ...]:
    """What was written down with a task."""
    return tuple(
        Row(f"fact_{name}", Said(f"fact.{name}"), right=_fact(name, value))
        for name, value in sorted(task.facts.items())
        if name not in QUIET
    )


def _fact(name: str, value: str) -> Words:
    if name == "reason" and value:
        return print_problem(value) if "." in value else Said(f"reason.{value}")
    if name == "kind":
        return Said(f"kind.{value}")
    if name == "method" and value:
        return method_name(value)
    return Money(int(value)) if name in ("asked", "reported") and value.isdecimal() else value


def finding_rows(sale: Sale, findings: Iterable[Finding]) -> tuple[Row, ...]:
    """Money that nothing explains, and how far it was paid out."""
    return tuple(_finding_row(one, sale.payouts_of(one)) for one in findings)


def _finding_row(finding: Finding, payouts: Sequence[Refund]) -> Row:
    last = payouts[-1] if payouts else None
    params: dict[str, Words] = {
        "transaction": finding.transaction,
        "state": Said(f"to.finding.{finding.state.lower()}"),
    }
    second = Said("finding.second", params)
    if last is not None:
        second = Said("finding.payout", {**params, "payout": _payout(last), "payee": last.facts.get(PAYEE_SHOWN, "-")})
    return Row(
        name=f"finding_{finding.id.replace('-', '_')}",
        title=Said(f"kind.{finding.kind}"),
        second=second,
        right=finding.amount,
        tone=_finding_tone(finding, last),
    )


def _payout(refund: Refund) -> Words:
    """How far a refund is, and why it did not come off."""
    state = Said(f"to.refund.{refund.state.lower()}")
    if not refund.reason:
        return state
    return Said("tender.because", {"fact": state, "reason": Said(f"reason.{refund.reason}")})


def _finding_tone(finding: Finding, payout: Refund | None) -> Tone:
    if finding.state is not FindingState.OPEN:
        return Tone.DONE
    return Tone.WAIT if payout is not None and payout.state in REFUND_UNDER_WAY else Tone.ACT


def end_row(sale: Sale, end: LooseEnd) -> Row:
    """What only a person can say the end of."""
    attempt = next(one for one in sale.attempts if one.id == end.attempt_id)
    what = Said("end.refund" if end.refund_id else "end.attempt")
    return Row(f"end_{attempt.number}", _tender_title(attempt), what, end.amount, Tone.ACT)


# -- the till


def health_row(method: str, health: Health) -> Row:
    """A payment system."""
    state = Said("health.ok") if health.ok else Said(f"reason.{health.reason}")
    return Row(f"health_{method}", method_name(method), right=state, tone=Tone.DONE if health.ok else Tone.ACT)


def device_row(device: DeviceState) -> Row:
    """Something that hangs on the till."""
    tone = None if device.is_well is None else Tone.DONE if device.is_well else Tone.ACT
    return Row(f"device_{device.name}", Said(f"device.{device.name}"), right=device.detail, tone=tone)


def person_row(person: Person) -> Row:
    """One of the staff."""
    roles = [Said(f"role.{role}") for role in sorted(person.roles)]
    both: Words = roles[0] if len(roles) == 1 else Said("role.two", {"one": roles[0], "other": roles[1]})
    return Row(f"person_{person.id}", named(person), both, wish=OpenPerson(person.id))
