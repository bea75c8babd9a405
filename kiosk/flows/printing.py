"""Receipts and slips: printed from the journal's queue, so that a restart prints what a stop left over.

A printer's trouble never changes what was paid.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from kiosk.domain.entries import PrintEnded, PrintQueued, TaskOpened
from kiosk.domain.errors import DeviceError, known
from kiosk.domain.ports import Journal, Printer
from kiosk.domain.receipt import Document, Store, receipt_document, sign_code, slip_document
from kiosk.domain.staffwork import PrintJob, PrintKind, TaskKind

SLIP_REASON: Final = "slip.unwound"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every receipt needs to know of the store.

    Attributes:
        store: Who sells.
        key: Signs the codes that find a sale again.
        language: The store's, for slips.
    """

    store: Store
    key: bytes
    language: str

    def code(self, order_id: str) -> str:
        """The signed code of a sale."""
        return sign_code(order_id, self.key)


class Printing:
    """Prints what is queued, one after the other.

    Args:
        journal: Holds the queue.
        printer: Where it comes out.
        letterhead: What stands on it.
    """

    def __init__(self, journal: Journal, printer: Printer, letterhead: Letterhead) -> None:
        self._journal = journal
        self._printer = printer
        self._letterhead = letterhead
        self._more = asyncio.Event()
        self._left_over: frozenset[str] = frozenset()
        journal.listen(self._more.set, PrintQueued)

    async def run(self, stock_taken: asyncio.Event) -> None:
        """Print, for as long as the till runs; not before it is known what the last stop left (law 6).

        What the last stop left may have come out already, or half of it: its receipts say that they are printed again.
        """
        self._left_over = frozenset(job.id for job in await self._journal.queued_prints())
        await stock_taken.wait()
        while True:
            self._more.clear()
            for job in await self._journal.queued_prints():
                await self._print(job)
            await self._more.wait()

    async def _print(self, job: PrintJob) -> None:
        try:
            await self._printer.print(f"{job.order_id}-{job.kind}-{job.id}", await self._document(job))
        except DeviceError as error:
            facts = {**job.facts, "reason": error.key, "kind": job.kind}
            failed = PrintEnded(job.id, done=False, reason=error.key)
            await self._journal.write(failed, TaskOpened(TaskKind.PRINT_FAILED, job.order_id, facts=facts))
        else:
            await self._journal.write(PrintEnded(job.id, done=True))

    async def _document(self, job: PrintJob) -> Document:
        sale = await self._journal.sale(job.order_id)
        store = self._letterhead.store
        if job.kind is PrintKind.RECEIPT:
            code = self._letterhead.code(sale.order.id)
            reprint = bool(job.facts.get("reprint")) or job.id in self._left_over
            sold_ms, language = known(sale.order.paid, "time of sale").wall_ms, sale.order.language
            return receipt_document(sale, store, code, sold_ms, language, reprint=reprint)
        return slip_document(sale, store, job.facts.get("key", SLIP_REASON), sale.order.language)
