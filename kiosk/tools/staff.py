"""`kiosk staff cancel`: giving a sale back, until there is a manager mode. The till must not be running meanwhile."""

import asyncio
import os
from pathlib import Path

from kiosk.app import Seams, Till
from kiosk.domain.sale import Sale
from kiosk.flows.checkout import Parts
from kiosk.services import config_file, logs
from kiosk.services.clock import SystemClock
from kiosk.services.journal import reports
from kiosk.services.keys import load_keys
from kiosk.services.text import Text
from kiosk.tools.demo import TIME_SCALE


def cancel(config_path: Path, code: str, text: Text, *, owner_is_here: bool) -> int:
    """Give everything of a sale back that can be, and say what came of each payment.

    Args:
        config_path: The till's configuration.
        code: What the customer tells (접수번호), or the order's id.
        text: For the command line.
        owner_is_here: Whoever has to approve on a phone has it in hand.

    Returns:
        1 when something could not be given back, or nothing was tried; a sentence says why.

    Raises:
        OperatingError: no such sale; the till is running; the journal cannot be opened.
    """
    config = config_file.load(config_path, os.environ)
    order_id = reports.order_id(config.kiosk.state_dir / "journal.sqlite", code)
    logs.configure(config.log_folder, config.log.level)
    seams = Seams(clock=SystemClock(float(os.environ.get(TIME_SCALE, "1"))))
    till = Till(config, load_keys(config, os.environ), seams)
    return asyncio.run(_cancel(till, order_id, text, owner_is_here=owner_is_here))


async def _cancel(till: Till, order_id: str, text: Text, *, owner_is_here: bool) -> int:
    parts = await till.open_behind()
    try:
        await parts.recovery.take_stock()
        sale = await parts.books.sale(order_id)
        for method in parts.methods.values():
            await method.probe()
        if not owner_is_here and _asks_a_person(sale, parts):
            print(text("staff.owner_needed"))
            return 1
        if not await parts.books.ask_back(sale, "command line"):
            print(text("staff.nothing_to_give_back", code=sale.order.code))
            return 1
        print(text("staff.giving_back", code=sale.order.code), flush=True)
        await asyncio.wait([parts.recovery.unwind(order_id)])
        return _tell(await parts.books.sale(order_id), text)
    finally:
        await till.close()


def _asks_a_person(sale: Sale, parts: Parts) -> bool:
    wanted = (parts.methods.get(attempt.method) for attempt in sale.to_give_back_by_staff)
    return any(method is not None and method.asks_a_person for method in wanted)


def _tell(sale: Sale, text: Text) -> int:
    for line in sale.told:
        method, amount = text(f"method.{line.method}.name"), text.money(line.amount) if line.amount else "-"
        fact = text(f"told.{line.fact}", method=method, amount=amount, code=sale.order.code)
        refund = sale.last_refund(line.attempt_id)
        why = f" ({text(f'reason.{refund.reason}')})" if refund is not None and refund.reason else ""
        print(f"{method} {amount}: {fact}{why}")
    return 1 if sale.needs_staff else 0
