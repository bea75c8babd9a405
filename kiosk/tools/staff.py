"""`kiosk staff tasks | done | cancel`: what needs a hand, until there is a manager mode.

`tasks` only reads; for the others the till must not be running.
"""

import asyncio
import getpass
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kiosk.app import Seams, Till
from kiosk.domain.ports import GivesBack
from kiosk.domain.sale import Sale
from kiosk.flows.books import Closing
from kiosk.flows.manager.telling import todo
from kiosk.services import config_file, logs
from kiosk.services.clock import SystemClock
from kiosk.services.journal import reports
from kiosk.services.keys import load_keys
from kiosk.services.text import Text
from kiosk.tools.demo import TIME_SCALE

CLOSING_KEYS: Final[Mapping[Closing, str]] = MappingProxyType(
    {
        Closing.CLOSED: "staff.task_closed",
        Closing.NO_TASK: "staff.no_such_task",
        Closing.MONEY_IS_OPEN: "staff.money_is_open",
    }
)


def tasks(config_path: Path, text: Text) -> int:
    """Print what needs a hand: what it is, what is known of each payment, and what to do.

    Raises:
        OperatingError: the journal cannot be read.
    """
    config = config_file.load(config_path, os.environ)
    work = reports.staff_list(config.kiosk.state_dir / "journal.sqlite")
    if not work:
        print(text("cli.no_staff_work"))
    for task, sale in work:
        code = "" if sale is None else sale.order.code
        print(f"{task.id}  {text.date_time(task.opened.wall_ms)}  {code}  {text(f'task.{task.kind}')}")
        for name, value in task.facts.items():
            print(f"    {name}: {text(f'reason.{value}') if name == 'reason' and value else value}")
        for line in () if sale is None else _lines(sale, text):
            print(f"    {line}")
        print(f"    → {text(todo(task), code=code)}")
    return 0


def done(config_path: Path, task_id: str, words: str, text: Text) -> int:
    """Close a task, with who did it and how it ended.

    Returns:
        1 when there is no such open task, or money hangs on it; a sentence says so.

    Raises:
        OperatingError: the till is running; the journal cannot be opened.
    """
    return asyncio.run(_done(till_of(config_path), task_id, words, text))


async def _done(till: Till, task_id: str, words: str, text: Text) -> int:
    parts = await till.open_behind()
    try:
        closing = await parts.books.close_task(task_id, operator(), words)
        print(text(CLOSING_KEYS[closing], task=task_id))
        return 0 if closing is Closing.CLOSED else 1
    finally:
        await till.close()


def operator() -> str:
    """Who works on the command line, for the journal."""
    return f"os:{getpass.getuser()}"


def till_of(config_path: Path) -> Till:
    """The till that a configuration describes, to be opened behind its screen."""
    config = config_file.load(config_path, os.environ)
    logs.configure(config.log_folder, config.log.level)
    seams = Seams(clock=SystemClock(float(os.environ.get(TIME_SCALE, "1"))))
    return Till(config, load_keys(config, os.environ), seams)


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
    return asyncio.run(_cancel(till_of(config_path), order_id, text, owner_is_here=owner_is_here))


async def _cancel(till: Till, order_id: str, text: Text, *, owner_is_here: bool) -> int:
    parts = await till.open_behind()
    try:
        await parts.recovery.take_stock()
        sale = await parts.books.sale(order_id)
        for method in parts.methods.values():
            await method.probe()
        ownerless = frozenset() if owner_is_here else parts.given_back_by(GivesBack.OWNER, sale)
        # nobody can name an account and sign for it on the command line
        transferred = parts.given_back_by(GivesBack.WITHDRAWAL, sale)
        alone = ownerless | transferred
        nothing: Mapping[str, str] = {}
        wanted = {one.id: None if one.id in alone else nothing for one in sale.to_give_back_by_staff}
        if ownerless:
            print(text("staff.owner_needed"))
        if transferred:
            print(text("staff.account_needed", code=sale.order.code))
        if alone and alone == wanted.keys():
            return 1
        if not await parts.books.ask_back(order_id, operator(), "", wanted):
            print(text("staff.nothing_to_give_back", code=sale.order.code))
            return 1
        print(text("staff.giving_back_rest" if alone else "staff.giving_back", code=sale.order.code), flush=True)
        await asyncio.wait([parts.recovery.unwind(order_id)])
        return _tell(await parts.books.sale(order_id), text)
    finally:
        await till.close()


def _tell(sale: Sale, text: Text) -> int:
    for line in _lines(sale, text):
        print(line)
    return 1 if sale.needs_staff else 0


def _lines(sale: Sale, text: Text) -> Iterator[str]:
    """What is told of each payment, and why it was not given back."""
    for line in sale.told:
        method, amount = text(f"method.{line.method}.name"), text.money(line.amount) if line.amount else "-"
        fact = text(f"told.{line.fact}", method=method, amount=amount, code=sale.order.code)
        refund = sale.last_refund(line.attempt_id)
        why = f" ({text(f'reason.{refund.reason}')})" if refund is not None and refund.reason else ""
        yield f"{method} {amount}: {fact}{why}"
