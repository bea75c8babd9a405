"""The day's transfers: what the payment system lists of this till, beside the journal.

They are said to agree only where both lists were read whole. Source: money rules, 5 and 6.
"""

from typing import Final

from kiosk.domain.day import business_day
from kiosk.domain.ports import TransferBooks
from kiosk.domain.told import Tone
from kiosk.domain.transfers import Differs, Figure, Kept, Movement, Standing, Sum, TransferDay
from kiosk.domain.words import At, Said, Words
from kiosk.flows.manager import sales
from kiosk.flows.manager.intents import Act, Do, OpenSale
from kiosk.flows.manager.views import Notice, Row, Section, SheetView
from kiosk.flows.manager.visit import Visit, button

PER_PAGE: Final = 20
"""Transfers that are shown at once; older ones at a touch."""

TONE: Final = {
    Standing.DONE: Tone.DONE,
    Standing.UNDER_WAY: Tone.WAIT,
    Standing.FAILED: Tone.CALM,
    Standing.CORRECTED: Tone.CALM,
    Standing.UNTOLD: Tone.ACT,
}


async def transfers(visit: Visit) -> None:
    """A day's transfers, today's first; each leads to its sale."""
    books = visit.tools.transfers
    day: str | None = business_day(visit.tools.parts.clock.now_ms())
    while books is not None and day is not None:
        day = await _day(visit, books, day)


async def _day(visit: Visit, books: TransferBooks, day: str) -> str | None:
    """One day; gives the next one to look at, None when they went back."""
    title = Said("transfers.of_day", {"day": day})
    visit.show(visit.sheet(title, notice=Notice(Said("transfers.asking"), Tone.WAIT), can_go_back=False))
    kept = await visit.tools.archive.transfers(books.method, day)
    found = await books.of_day(day, kept)
    skip = 0
    while True:
        match await visit.ask(_sheet(visit, title, found, kept, skip)):
            case OpenSale(order_id):
                await sales.show(visit, order_id)
            case Do(Act.OLDER):
                skip += PER_PAGE
            case Do(Act.EARLIER_DAY | Act.LATER_DAY as act):
                return sales.day_beside(day, act)
            case _ if skip:
                skip -= PER_PAGE
            case _:
                return None


def _sheet(visit: Visit, title: Words, found: TransferDay, kept: Kept, skip: int) -> SheetView:
    buttons = [button(Act.EARLIER_DAY), button(Act.LATER_DAY)]
    if len(found.movements) > skip + PER_PAGE:
        buttons.append(button(Act.OLDER))
    shown = found.movements[skip : skip + PER_PAGE]
    rows = tuple(_movement(one, number, kept) for number, one in enumerate(shown, skip + 1))
    others = (Row("others", Said("transfers.others"), right=str(found.others)),) if found.others else ()
    return visit.sheet(
        title,
        Section((_balance(found), *_figures(found)), Said("transfers.figures")),
        Section(rows, Said("transfers.list"), Said("transfers.none")),
        Section(others),
        buttons=tuple(buttons),
        notice=_notice(found),
    )


def _notice(found: TransferDay) -> Notice:
    if not found.is_whole:
        return Notice(Said("transfers.not_whole"), Tone.ACT)
    if found.differing:
        return Notice(Said("transfers.differ", {"number": str(len(found.differing))}), Tone.ACT)
    return Notice(Said("transfers.even"), Tone.DONE) if found.is_even else Notice(Said("transfers.moving"), Tone.WAIT)


def _balance(found: TransferDay) -> Row:
    told: Words = Said("transfers.untold") if found.balance is None else found.balance
    return Row("balance", Said("transfers.balance"), right=told)


def _figures(found: TransferDay) -> tuple[Row, ...]:
    figures = (("deposits", found.deposits), ("corrected", found.corrected), ("withdrawals", found.withdrawals))
    return tuple(_figure(name, figure) for name, figure in figures)


def _figure(name: str, figure: Figure) -> Row:
    there: Words = Said("transfers.untold") if figure.there is None else _sum(figure.there)
    second = Said("transfers.here", {"sum": _sum(figure.here)})
    return Row(f"figure_{name}", Said(f"figure.{name}"), second, there)


def _sum(found: Sum) -> Words:
    return Said("transfers.sum", {"number": str(found.count), "amount": found.amount})


def _movement(one: Movement, number: int, kept: Kept) -> Row:
    told: dict[str, Words] = {
        "kind": Said("transfers.came" if one.is_deposit else "transfers.went"),
        "at": At(one.at_ms),
        "standing": Said(f"standing.{one.standing}"),
    }
    second = Said("transfers.second", told)
    if one.differs is not None:
        second = Said("tender.because", {"fact": second, "reason": _difference(one, one.differs)})
    tone = TONE[one.standing] if one.differs is None else Tone.ACT
    return Row(f"transfer_{number}", kept.codes[one.order_id], second, one.amount, tone, OpenSale(one.order_id))


def _difference(one: Movement, differs: Differs) -> Words:
    here: Words = one.here if one.here is not None else "-"
    return Said(f"differs.{differs}", {"here": here})
