"""Find a sale, see it, print its receipt again, and give it back."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from kiosk.domain.day import business_day
from kiosk.domain.entries import PrintQueued, StaffDid
from kiosk.domain.errors import known
from kiosk.domain.history import FindBy, Query
from kiosk.domain.order import ASKED_BACK, OrderState
from kiosk.domain.people import Deed
from kiosk.domain.ports import GivesBack, Payee
from kiosk.domain.receipt import SOLD, claimed_order, read_code
from kiosk.domain.refund import Finding
from kiosk.domain.sale import Sale
from kiosk.domain.staffwork import PrintKind
from kiosk.domain.told import Fact, Tone
from kiosk.domain.words import At, Said, Words
from kiosk.flows.intents import Changed, Intent, Scanned
from kiosk.flows.manager import payout, telling
from kiosk.flows.manager.intents import Act, Choose, Do, Look, OpenSale
from kiosk.flows.manager.views import Button, Notice, Row, Section, SheetView, Weight
from kiosk.flows.manager.visit import Visit, button, named

PER_SEARCH: Final = 20
"""Sales that a search shows at once; older ones at a touch."""

DIGITS: Final = {FindBy.CODE: 9, FindBy.NUMBER: 6, FindBy.AMOUNT: 9, FindBy.ENDING: 4}
"""How many digits are typed at most."""

NOT_BACK: Final = frozenset({Fact.RECEIVED, Fact.SETTLED})
"""What is told of money that its customer does not have again."""

WHYS: Final = ("wish", "mistake", "twice", "goods", "test")
"""Why a sale is given back; the last part of the text key `why.<value>`."""


# -- finding


async def find(visit: Visit) -> None:
    """Choose what is known of a sale, say it, and look through what fits."""
    ways = tuple(Row(f"find_by_{by}", Said(f"find_by.{by}"), wish=Look(by)) for by in FindBy)
    notice = Notice(Said("find.scan"), Tone.CALM)
    while True:
        match await visit.ask(visit.sheet(Said("place.find"), Section(ways), notice=notice), Scanned):
            case Scanned(text):
                notice = await open_scanned(visit, text) or Notice(Said("find.scan"), Tone.CALM)
            case Look(FindBy.DAY):
                await _results(visit, Query(FindBy.DAY, day=business_day(visit.tools.parts.clock.now_ms())))
            case Look(by):
                typed = await visit.type_in(Said(f"find_by.{by}"), DIGITS[by], is_money=by is FindBy.AMOUNT)
                if typed is not None:
                    await _results(visit, Query(by, typed.digits.reveal()))
            case _:
                return


async def open_scanned(visit: Visit, text: str) -> Notice | None:
    """Open the sale whose receipt was scanned; or say why not."""
    order_id = read_code(text, visit.tools.letterhead.key)
    if order_id is not None and await visit.tools.archive.sale(order_id) is not None:
        await show(visit, order_id)
        return None
    claimed = claimed_order(text)
    if claimed is None:
        return Notice(Said("find.no_receipt"), Tone.ACT)
    kiosk = claimed.partition("-")[0]
    if kiosk != visit.tools.kiosk:
        return Notice(Said("find.other_kiosk", {"kiosk": kiosk}), Tone.ACT)
    return Notice(Said("find.not_genuine"), Tone.ACT)


async def _results(visit: Visit, query: Query) -> None:
    skip = 0
    while True:
        found = await visit.tools.archive.find(query, PER_SEARCH, skip)
        rows = tuple(map(telling.sale_row, found.sales))
        buttons = [button(Act.EARLIER_DAY), button(Act.LATER_DAY)] if query.by is FindBy.DAY else []
        if found.is_more:
            buttons.append(button(Act.OLDER))
        sheet = visit.sheet(_asked(query), Section(rows, empty=Said("find.nothing")), buttons=buttons)
        match await visit.ask(sheet, Scanned):
            case OpenSale(order_id):
                await show(visit, order_id)
            case Scanned(text):
                await open_scanned(visit, text)
            case Do(Act.OLDER):
                skip += PER_SEARCH
            case Do(Act.EARLIER_DAY | Act.LATER_DAY as act):
                query, skip = Query(query.by, query.digits, day_beside(query.day, act)), 0
            case _ if skip:
                skip -= PER_SEARCH
            case _:
                return


def _asked(query: Query) -> Words:
    if query.by is FindBy.DAY:
        return Said("find.of_day", {"day": query.day})
    return Said("find.by", {"by": Said(f"find_by.{query.by}"), "digits": query.digits})


def day_beside(day: str, act: Act) -> str:
    """The day before or after a Korean day."""
    return (date.fromisoformat(day) + timedelta(days=-1 if act is Act.EARLIER_DAY else 1)).isoformat()


# -- one sale


async def show(visit: Visit, order_id: str) -> None:
    """A sale: what is told of each payment, and its goods; what was asked and what happened are a touch away."""
    notice: Notice | None = None
    while True:
        sale = await visit.tools.parts.books.sale(order_id)
        match await visit.ask(_sheet(visit, sale, await _found(visit, sale), notice), Scanned):
            case Do(Act.CANCEL):
                await cancel(visit, order_id)
                notice = None
            case Do(Act.REPRINT):
                await reprint(visit, sale)
                notice = Notice(Said("sale.reprinting"), Tone.DONE)
            case Do(Act.TIMELINE):
                await _timeline(visit, sale)
            case Do(Act.EVIDENCE):
                await _evidence(visit, sale)
            case Scanned(text):
                notice = await open_scanned(visit, text)
            case _:
                return


async def _found(visit: Visit, sale: Sale) -> tuple[Finding, ...]:
    """All money that was found about its payments, in the order in which they began."""
    journal = visit.tools.parts.journal
    return tuple([found for attempt in sale.attempts for found in await journal.findings(attempt.id)])


def _sheet(visit: Visit, sale: Sale, found: tuple[Finding, ...], notice: Notice | None) -> SheetView:
    order = sale.order
    return visit.sheet(
        Said("sale.title", {"code": order.code, "number": order.number or "-"}),
        Section(telling.tender_rows(sale), Said("sale.payments"), Said("sale.no_payments")),
        Section(telling.finding_rows(sale, found), Said("task.findings")),
        Section(telling.line_rows(sale), Said("sale.goods")),
        detail=Said(
            "sale.detail", {"at": At(order.opened.wall_ms), "state": telling.order_state(sale), "total": order.total}
        ),
        buttons=_buttons(visit, sale),
        notice=notice,
    )


def _buttons(visit: Visit, sale: Sale) -> tuple[Button, ...]:
    buttons = [button(Act.EVIDENCE), button(Act.TIMELINE)]
    if visit.may(Deed.REPRINT) and sale.order.state in SOLD:
        buttons.append(button(Act.REPRINT))
    if visit.may(Deed.CANCEL) and can_be_cancelled(sale):
        buttons.append(button(Act.CANCEL, Weight.DANGER))
    return tuple(buttons)


async def _timeline(visit: Visit, sale: Sale) -> None:
    happened = await visit.tools.archive.timeline(sale.order.id)
    people = {one.id: named(one) for one in await visit.tools.parts.journal.people()}
    title = Said("sale.timeline", {"code": sale.order.code})
    await visit.ask(visit.sheet(title, Section(telling.timeline_rows(happened, people))))


async def _evidence(visit: Visit, sale: Sale) -> None:
    journal = visit.tools.parts.journal
    operations = {one.id: await journal.operations(one.id) for one in sale.attempts}
    rows = telling.evidence_rows(sale, operations)
    await visit.ask(visit.sheet(Said("sale.evidence"), Section(rows, empty=Said("sale.no_payments"))))


async def reprint(visit: Visit, sale: Sale) -> None:
    """Print its receipt again, marked as such."""
    await visit.tools.parts.journal.write(
        PrintQueued(sale.order.id, PrintKind.RECEIPT, {"reprint": "yes"}),
        StaffDid(visit.by, Deed.REPRINT, sale.order.id),
    )


# -- giving it back


def can_be_cancelled(sale: Sale) -> bool:
    """Something of it can be given back by the till."""
    return sale.order.state in ASKED_BACK and bool(sale.to_give_back_by_staff)


async def cancel(visit: Visit, order_id: str) -> None:
    """Give a whole sale back: why, who is here, and then each payment's fate as it is found out.

    It goes on when they leave the sheet, and after a restart.
    """
    books, recovery = visit.tools.parts.books, visit.tools.parts.recovery
    # what they are shown and asked about is what is asked back, whatever comes in while they think
    sale = await books.sale(order_id)
    why = await _why(visit, sale)
    if why is None:
        return
    alone = await _who_is_not_here(visit, sale)
    if alone is None:
        return
    facts = await _payees(visit, sale)
    if facts is None:
        return
    missing = (alone | visit.tools.parts.given_back_by(GivesBack.WITHDRAWAL, sale)) - facts.keys()
    wanted = {one.id: None if one.id in missing else facts.get(one.id, {}) for one in sale.to_give_back_by_staff}
    if await books.ask_back(order_id, visit.by, why, wanted):
        recovery.unwind(order_id)
        await _follow(visit, order_id)
    else:
        notice = Notice(Said("cancel.nothing_left"), Tone.WAIT)
        await visit.tell(Said("cancel.title", {"code": sale.order.code}), notice)


async def _payees(visit: Visit, sale: Sale) -> dict[str, Mapping[str, str]] | None:
    """Where transfers are to be paid out to, by attempt; one that is named later stays with staff.

    None when they went back.
    """
    theirs = visit.tools.parts.given_back_by(GivesBack.WITHDRAWAL, sale)
    found: dict[str, Mapping[str, str]] = {}
    for attempt in sale.to_give_back_by_staff:
        payouts, amount = visit.tools.payouts, attempt.received
        if attempt.id not in theirs or payouts is None or amount is None:
            continue
        named = await payout.payee(visit, payout.Owed(attempt, amount, attempt.transaction or ""), button(Act.LATER))
        if named is payout.Unnamed.BACK:
            return None
        if isinstance(named, Payee):
            found[attempt.id] = payouts.facts(attempt.id, named)
    return found


async def _why(visit: Visit, sale: Sale) -> str | None:
    """What the customer says; choosing it begins."""
    if not can_be_cancelled(sale):
        return None
    whys = tuple(Row(f"why_{one}", Said(f"why.{one}"), wish=Choose(one)) for one in WHYS)
    back = tuple(
        Row(f"back_{one.number}", telling.method_name(one.method), right=known(one.received, "amount received"))
        for one in sale.to_give_back_by_staff
    )
    sheet = visit.sheet(
        Said("cancel.title", {"code": sale.order.code}),
        Section(back, Said("cancel.what")),
        Section(whys, Said("cancel.why")),
    )
    answer = await visit.ask(sheet)
    return answer.option if isinstance(answer, Choose) else None


async def _who_is_not_here(visit: Visit, sale: Sale) -> frozenset[str] | None:
    """Attempts that somebody would have to approve on a phone, and who is not here; None when they went back."""
    theirs = visit.tools.parts.given_back_by(GivesBack.OWNER, sale)
    if not theirs:
        return theirs
    sheet = visit.sheet(
        Said("cancel.owner"),
        notice=Notice(Said("cancel.one_try"), Tone.WAIT),
        buttons=(button(Act.NO), button(Act.YES, Weight.MAIN)),
    )
    match await visit.ask(sheet):
        case Do(Act.YES):
            return frozenset()
        case Do(Act.NO) if len(theirs) < len(sale.to_give_back_by_staff):
            return theirs
        case Do(Act.NO):
            await visit.tell(Said("cancel.owner"), Notice(Said("cancel.nothing_done"), Tone.WAIT))
            return None
        case _:
            return None


async def _follow(visit: Visit, order_id: str) -> None:
    """What becomes of each payment, until it is read. Nobody is locked out while money moves.

    What takes longer than an alarm does waits for somebody elsewhere, for days perhaps, and goes on without a watcher:
    whoever walked away from it has not left the till open, and shut for customers, for as long.
    """
    clock = visit.tools.parts.clock
    until_s = clock.monotonic() + visit.tools.parts.limits.alarm_after_s
    while True:
        sale = await visit.tools.parts.books.sale(order_id)
        is_over = sale.order.state is not OrderState.REFUNDING and not sale.is_giving_back
        sheet = visit.sheet(
            Said("cancel.over" if is_over else "cancel.going_on", {"code": sale.order.code}),
            Section(telling.tender_rows(sale)),
            notice=_notice(sale, is_over=is_over),
        )
        left_s = until_s - clock.monotonic()
        if is_over or left_s <= 0:
            answer: Intent | None = await visit.ask(sheet, Changed)
        else:
            answer = await visit.watch(sheet, left_s)
        if answer is not None and not isinstance(answer, Changed):
            return


def _notice(sale: Sale, *, is_over: bool) -> Notice:
    if not is_over:
        return Notice(Said("cancel.wait"), Tone.WAIT)
    if sale.needs_staff:
        return Notice(Said("cancel.left"), Tone.ACT)
    is_ended = sale.order.state in (OrderState.REFUNDED, OrderState.UNWOUND)
    # what a person has said was kept, or the shop bears, did not come back
    is_back = is_ended and not any(line.fact in NOT_BACK for line in sale.told)
    return Notice(Said("cancel.done"), Tone.DONE) if is_back else Notice(Said("cancel.each"), Tone.WAIT)
