"""`kiosk journal show | verify | export | backup-key | restore-key`: reading the record of all sales."""

import argparse
import getpass
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Final

from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import JournalError
from kiosk.domain.sale import Sale
from kiosk.services import config_file
from kiosk.services.config import Config
from kiosk.services.journal import reports, sealing
from kiosk.services.journal.verify import verify
from kiosk.services.keys import JOURNAL_KEY, own_key
from kiosk.services.secrets import SecretStore
from kiosk.services.text import Text
from kiosk.tools.progress import progress

SHOWN_SALES: Final = 10


def journal(options: argparse.Namespace, text: Text) -> int:
    """Run one of the journal's commands.

    Raises:
        OperatingError: with a sentence for the person at the terminal.
    """
    config = config_file.load(options.config, os.environ)
    path = config.kiosk.state_dir / "journal.sqlite"
    match options.deed:
        case "show":
            _show(path, options.code, text)
            return 0
        case "verify":
            return _verify(path, text)
        case "export":
            _export(path, options.out)
            return 0
        case "backup-key":
            return _backup_key(config, options.file, text)
        case _:
            return _restore_key(config, options.file, text)


def _show(path: Path, code: str | None, text: Text) -> None:
    if code:
        for one in reports.timeline(path, code):
            body = {name: value for name, value in one.body.items() if value not in ("", None, {}, [])}
            when = text.date_time(one.at.wall_ms)
            print(f"{when}  {one.seq:>6}  {one.kind:<18} {json.dumps(body, ensure_ascii=False)}")
    else:
        for sale in reports.recent_sales(path, SHOWN_SALES):
            _show_sale(sale, text)


def _show_sale(sale: Sale, text: Text) -> None:
    order = sale.order
    when = text.date_time(order.changed.wall_ms)
    print(f"{order.code}  {order.number or '-':<6} {when}  {order.state:<16} {text.money(order.total)}")
    for line in sale.told:
        method = text(f"method.{line.method}.name")
        amount = text.money(line.amount) if line.amount else "-"
        fact = text(f"told.{line.fact}", method=method, amount=amount, code=order.code)
        print(f"    {method} {amount}: {fact}")


def _verify(path: Path, text: Text) -> int:
    if not path.exists():
        raise JournalError("journal.none", file=str(path))
    verdict = verify(path, progress(text("cli.verifying")))
    for where, problem in verdict.problems:
        print(f"✗ {where}: {problem}")
    print(text("cli.journal_broken" if verdict.problems else "cli.journal_whole", count=verdict.events))
    return 1 if verdict.problems else 0


def _export(path: Path, out: Path | None) -> None:
    target = sys.stdout if out is None else out.open("w", encoding="utf-8")
    try:
        for row in reports.export(path):
            print(json.dumps(row, ensure_ascii=False), file=target)
    finally:
        if target is not sys.stdout:
            target.close()


def _passphrase(text: Text) -> Confidential:
    if sys.stdin.isatty():
        return Confidential(getpass.getpass(text("cli.passphrase")))
    return Confidential(sys.stdin.readline().rstrip("\n"))


def _backup_key(config: Config, file: Path, text: Text) -> int:
    key = own_key(SecretStore(config.kiosk.state_dir, os.environ), JOURNAL_KEY)
    wrapped = sealing.wrap_key(key, _passphrase(text), secrets.token_bytes)
    file.write_text(wrapped + "\n", encoding="ascii")
    print(text("cli.key_kept", file=str(file)))
    return 0


def _restore_key(config: Config, file: Path, text: Text) -> int:
    key = sealing.unwrap_key(file.read_text(encoding="ascii").strip(), _passphrase(text))
    SecretStore(config.kiosk.state_dir, os.environ).set(JOURNAL_KEY, Confidential(key.hex()))
    print(text("cli.key_restored"))
    return 0
