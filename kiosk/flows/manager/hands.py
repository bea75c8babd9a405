"""What needs a hand: what is known, what to do, and how it ended; closed by somebody, never by forgetting."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from kiosk.domain.attempt import Attempt
from kiosk.domain.entries import FindingAdvanced, PrintQueued, StaffDid, TaskClosed
from kiosk.domain.ids import order_of
from kiosk.domain.operation import Operation
from kiosk.domain.order import SAID_OF
from kiosk.domain.people import Deed
from kiosk.domain.refund import REFUND_UNDER_WAY, Finding, FindingState
from kiosk.domain.resolution import PARTLY, Way, ways_of
from kiosk.domain.sale import LooseEnd, Sale
from kiosk.domain.staffwork import OF_FINDING, PrintKind, StaffTask, TaskKind
from kiosk.domain.told import Tone
from kiosk.domain.words import Said
from kiosk.flows.books import Said as Saying
from kiosk.flows.manager import payout, sales, telling
from kiosk.flows.manager.intents import Act, Choose, Do, OpenTask
from kiosk.flows.manager.views import Button, Notice, Row, Section, Weight
from kiosk.flows.manager.visit import Visit, button

CLERKS: Final[Mapping[TaskKind, Deed]] = MappingProxyType(
    {TaskKind.CALLED: Deed.ANSWER, TaskKind.PRINT_FAILED: Deed.REPRINT}
)
"""What everybody may close; all else is about money, or about this till, and a manager's."""

PROOFS: Final = ("gateway", "customer", "cash", "account", "owner", "goods")
"""Why somebody says so; the last part of the text key `proof.<value>`."""

ENDS: Final = ("told", "checked", "repaired", "nothing")
"""How something was dealt with that has no other end; the last part of the text key `dealt.<value>`."""

FOUND: Final[Mapping[str, FindingState]] = MappingProxyType(
    {
        "explained": FindingState.EXPLAINED,
        "honoured": FindingState.HONOURED,
        "given_back": FindingState.REFUNDED,
    }
)
"""What can be said of money that nothing explains and the till has not given back; part of `found.<value>`."""


async def hands(visit: Visit) -> None:
    """The whole list, oldest first."""
    while True:
        rows = await task_rows(visit)
        notes: tuple[Row, ...] = ()
        if visit.tools.unmatched():
            notes = (Row("unmatched", Said("hands.unmatched"), right=str(visit.tools.unmatched())),)
        sheet = visit.sheet(
            Said("place.hands"), Section(rows, empty=Said("hands.none")), Section(notes, Said("hands.notes"))
        )
        match await visit.ask(sheet):
            case OpenTask(task_id):
                await show_task(visit, task_id)
            case _:
                return


async def task_rows(visit: Visit) -> tuple[Row, ...]:
    """What needs a hand, a row each."""
    books = visit.tools.parts.books
    tasks = await visit.tools.parts.journal.staff_tasks()
    return tuple([telling.task_row(one, await books.sale(one.order_id) if one.order_id else None) for one in tasks])


def may_close(visit: Visit, kind: TaskKind) -> bool:
    """Whether they may say that it was dealt with."""
    return visit.may(CLERKS.get(kind, Deed.RESOLVE))


async def show_task(visit: Visit, task_id: str) -> None:
    """One of them: what is known, what to do, and the ways in which it can end."""
    parts = visit.tools.parts
    while True:
        task = next((one for one in await parts.journal.staff_tasks() if one.id == task_id), None)
        if task is None:
            return
        sale = await parts.books.sale(task.order_id) if task.order_id else None
        ends = _ends(task, sale)
        can_be_said = sale is None or sale.order.state in SAID_OF
        todo = telling.todo(task) if can_be_said or not ends else "todo.still_under_way"
        findings = await _open_findings(visit, task)
        to_pay_out = await _to_pay_out(visit, sale, findings)
        code = sale.order.code if sale is not None else task.facts.get("code", "")
        sheet = visit.sheet(
            Said(f"task.{task.kind}"),
            Section(tuple(telling.end_row(sale, end) for end in ends) if sale else (), Said("task.open_ends")),
            Section(telling.finding_rows(sale, findings) if sale else (), Said("task.findings")),
            Section(telling.tender_rows(sale) if sale else (), Said("sale.payments")),
            Section(telling.fact_rows(task), Said("task.facts")),
            notice=Notice(Said(todo, {"code": code}), Tone.WAIT),
            buttons=_buttons(visit, task, sale, ends, to_pay_out, is_paying_out=_is_paying_out(sale, findings)),
        )
        match await visit.ask(sheet):
            case Do(Act.SALE) if sale is not None:
                await sales.show(visit, sale.order.id)
            case Do(Act.CANCEL) if sale is not None:
                await sales.cancel(visit, sale.order.id)
            case Do(Act.REPRINT) if sale is not None:
                await _print_again(visit, task, sale)
            case Do(Act.PAY_OUT) if sale is not None:
                await payout.pay_out(visit, sale, to_pay_out[0])
            case Do(Act.RESOLVE):
                await resolve(visit, ends[0])
            case Do(Act.DONE):
                await _done(visit, task, sale, findings)
            case _:
                return


def _ends(task: StaffTask, sale: Sale | None) -> tuple[LooseEnd, ...]:
    """What of it only a person can say the end of; the task's own payment first. Of what was found, see there."""
    ends = () if sale is None or OF_FINDING in task.facts else sale.loose_ends
    return tuple(sorted(ends, key=lambda end: end.attempt_id != task.attempt_id))


async def _open_findings(visit: Visit, task: StaffTask) -> tuple[Finding, ...]:
    """The money that it is about: all that was found of its payment, or what could not be paid out of that."""
    findings = await visit.tools.parts.journal.findings(task.attempt_id) if task.attempt_id else ()
    paid_out = task.facts.get(OF_FINDING, "")
    return tuple(
        one
        for one in findings
        if one.state is FindingState.OPEN and (task.kind is TaskKind.FINDING or one.id == paid_out)
    )


async def _to_pay_out(visit: Visit, sale: Sale | None, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    if sale is None or not findings:
        return ()
    found = await visit.tools.parts.journal.findings(findings[0].attempt_id)
    return tuple(one for one in findings if payout.can_be_paid_out(visit, sale, one, found))


def _is_paying_out(sale: Sale | None, findings: tuple[Finding, ...]) -> bool:
    """Money of these is on its way: nobody can say yet what became of it."""
    if sale is None:
        return False
    return any(one.state in REFUND_UNDER_WAY for finding in findings for one in sale.payouts_of(finding))


def _buttons(
    visit: Visit,
    task: StaffTask,
    sale: Sale | None,
    ends: tuple[LooseEnd, ...],
    to_pay_out: tuple[Finding, ...],
    *,
    is_paying_out: bool,
) -> tuple[Button, ...]:
    buttons = [button(Act.SALE)] if sale is not None else []
    if to_pay_out:
        buttons.append(button(Act.PAY_OUT, Weight.DANGER))
    if sale is not None and visit.may(Deed.CANCEL) and sales.can_be_cancelled(sale):
        buttons.append(button(Act.CANCEL, Weight.DANGER))
    if task.kind is TaskKind.PRINT_FAILED and sale is not None and visit.may(Deed.REPRINT):
        buttons.append(button(Act.REPRINT, Weight.MAIN))
    elif ends and sale is not None and sale.order.state in SAID_OF and visit.may(Deed.RESOLVE):
        buttons.append(button(Act.RESOLVE, Weight.MAIN))
    elif not ends and not is_paying_out and may_close(visit, task.kind):
        buttons.append(button(Act.DONE, Weight.MAIN))
    return tuple(buttons)


async def _print_again(visit: Visit, task: StaffTask, sale: Sale) -> None:
    """What did not come out, once more."""
    kind = PrintKind(task.facts["kind"])
    facts = {"reprint": "yes"} if kind is PrintKind.RECEIPT else {"key": task.facts["key"]}
    await visit.tools.parts.journal.write(
        TaskClosed(task.id, f"{visit.by}: reprint"),
        PrintQueued(sale.order.id, kind, facts),
        StaffDid(visit.by, Deed.REPRINT, sale.order.id),
    )


async def _done(visit: Visit, task: StaffTask, sale: Sale | None, findings: tuple[Finding, ...]) -> None:
    """How it was dealt with, as one of a few words; of open findings, what became of the money.

    A word is about the money that was shown, and holds for what was heard: when more has come, some was given back, or
    the till has tried to, they look again.
    """
    parts = visit.tools.parts
    # the till may be giving it back just now: whoever pays it in cash meanwhile pays it twice
    heard = await _ask_about(visit, sale, findings[0]) if sale is not None and findings else None
    if await _open_findings(visit, task) != findings:
        await visit.tell(Said("task.how"), Notice(Said("resolve.changed"), Tone.WAIT))
        return
    if heard is not None and heard.may_land:
        await visit.tell(Said("task.how"), Notice(Said("resolve.may_land"), Tone.WAIT))
        return
    money = Section(telling.finding_rows(sale, findings) if sale else (), Said("task.findings"))
    said = _just_said(heard) if heard is not None else Section(())
    found = tuple(Row(f"found_{one}", Said(f"found.{one}"), wish=Choose(one)) for one in FOUND)
    dealt = tuple(Row(f"dealt_{one}", Said(f"dealt.{one}"), wish=Choose(one)) for one in ENDS)
    answer = await visit.ask(visit.sheet(Said("task.how"), money, said, Section(found if findings else dealt)))
    if not isinstance(answer, Choose):
        return
    async with parts.recovery.one_look:
        is_heard = heard is None or await _is_still_so(visit, heard)
        is_still_so = is_heard and await _open_findings(visit, task) == findings
        if is_still_so:
            advanced = tuple(FindingAdvanced(one.id, FOUND[answer.option]) for one in findings)
            done = StaffDid(visit.by, CLERKS.get(task.kind, Deed.RESOLVE), task.order_id, {"how": answer.option})
            await parts.journal.write(*advanced, TaskClosed(task.id, f"{visit.by}: {answer.option}"), done)
    if not is_still_so:
        await visit.tell(Said("task.how"), Notice(Said("resolve.changed"), Tone.WAIT))


# -- a resolution


@dataclass(frozen=True, slots=True)
class Heard:
    """What the payment system said just before.

    Attributes:
        attempt: The payment that it was asked about.
        may_land: What the till has sent about it may still be carried out, so that nobody can say how it ends.
        answer: Its last answer; None when the till cannot ask about it.
        requests: How many were made about the payment until then.
    """

    attempt: Attempt
    may_land: bool
    answer: Operation | None
    requests: int


async def resolve(visit: Visit, end: LooseEnd) -> None:
    """Ask the payment system once more, and have somebody say how it ended, how much it is about, and why.

    What somebody says holds for what was heard: when the till asked or sent anything since, they look again.
    """
    heard = await _ask_again(visit, end.attempt_id, end.refund_id)
    sale = await visit.tools.parts.books.sale(order_of(end.attempt_id))
    if end not in sale.loose_ends:
        await visit.tell(Said("resolve.title"), Notice(Said("resolve.found_out"), Tone.DONE))
        return
    if heard.may_land:
        await visit.tell(Said("resolve.title"), Notice(Said("resolve.may_land"), Tone.WAIT))
        return
    saying = await _what_is_said(visit, sale, end, heard)
    if saying is None:
        return
    parts = visit.tools.parts
    async with parts.recovery.one_look:
        is_still_so = await _is_still_so(visit, heard)
        said = is_still_so and await parts.books.resolve(end, saying)
    if said:
        notice = Notice(Said("resolve.done"), Tone.DONE)
    else:
        notice = Notice(Said("resolve.found_out" if is_still_so else "resolve.changed"), Tone.WAIT)
    await visit.tell(Said("resolve.title"), notice)


async def _what_is_said(visit: Visit, sale: Sale, end: LooseEnd, heard: Heard) -> Saying | None:
    """How it ended, how much it is about, and how that is known; None when they went back."""
    way = await _way(visit, sale, end, heard)
    if way is None:
        return None
    amount = end.amount.amount if way not in PARTLY else await visit.type_amount(Said(f"way.{way}"), end.amount)
    why = await _proof(visit) if amount is not None else None
    if amount is None or why is None:
        return None
    saying = Saying(way, amount, visit.by, why, heard.answer.answer if heard.answer is not None else "")
    return saying if await _is_sure(visit, end, saying) else None


async def _ask_about(visit: Visit, sale: Sale, finding: Finding) -> Heard:
    """About money that was found: what became of paying it out, where that was tried."""
    payouts = sale.payouts_of(finding)
    return await _ask_again(visit, finding.attempt_id, payouts[-1].id if payouts else "")


async def _ask_again(visit: Visit, attempt_id: str, refund_id: str) -> Heard:
    parts = visit.tools.parts
    visit.show(visit.sheet(Said("resolve.title"), notice=Notice(Said("resolve.asking"), Tone.WAIT), can_go_back=False))
    attempt = await parts.journal.attempt(attempt_id)
    method = parts.methods.get(attempt.method)
    async with parts.recovery.one_look:
        before = len(await parts.journal.operations(attempt_id))
        if method is not None:
            await method.ask(attempt_id, refund_id)
        operations = await parts.journal.operations(attempt_id)
        may_land = await parts.recovery.may_land(attempt_id)
    return Heard(attempt, may_land, operations[-1] if len(operations) > before else None, len(operations))


async def _is_still_so(visit: Visit, heard: Heard) -> bool:
    """The till has asked and sent nothing about that payment since."""
    return len(await visit.tools.parts.journal.operations(heard.attempt.id)) == heard.requests


def _just_said(heard: Heard) -> Section:
    rows = () if heard.answer is None else telling.answer_rows(heard.attempt, heard.answer)
    return Section(rows, Said("resolve.just_said"), Said("resolve.cannot_ask"))


async def _way(visit: Visit, sale: Sale, end: LooseEnd, heard: Heard) -> Way | None:
    attempt = next(one for one in sale.attempts if one.id == end.attempt_id)
    allowed = ways_of(end.refund_id, attempt, await visit.tools.parts.journal.findings(end.attempt_id))
    ways = tuple(
        Row(f"way_{one}", Said(f"way.{one}"), Said(f"way_meaning.{one}"), wish=Choose(one))
        for one in Way
        if one in allowed
    )
    answer = await visit.ask(
        visit.sheet(
            Said("resolve.title"),
            Section((telling.end_row(sale, end),)),
            _just_said(heard),
            Section(ways, Said("resolve.how")),
        )
    )
    return Way(answer.option) if isinstance(answer, Choose) else None


async def _proof(visit: Visit) -> str | None:
    rows = tuple(Row(f"proof_{one}", Said(f"proof.{one}"), wish=Choose(one)) for one in PROOFS)
    answer = await visit.ask(visit.sheet(Said("resolve.why"), Section(rows)))
    return answer.option if isinstance(answer, Choose) else None


async def _is_sure(visit: Visit, end: LooseEnd, saying: Saying) -> bool:
    """What is about to be written down, in one sentence."""
    amount = replace(end.amount, amount=saying.amount)
    words = Said(f"confirm.{saying.way}", {"amount": amount, "why": Said(f"proof.{saying.words}")})
    sheet = visit.sheet(Said("resolve.sure"), notice=Notice(words, Tone.ACT), buttons=(button(Act.YES, Weight.DANGER),))
    return await visit.ask(sheet) == Do(Act.YES)
