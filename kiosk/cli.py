"""Commands, and nothing else: `kiosk run | demo | simulate | catalogue | journal | staff | secrets | gallery | doctor`.

Exit codes: 0 done, 1 it did not work (a sentence says why), 2 the command line is wrong.
Only `run`, `demo` and `gallery` load Qt.
"""

import argparse
import ipaddress
import locale
import os
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from kiosk import __version__
from kiosk.domain.errors import OperatingError
from kiosk.services import config_file
from kiosk.services.text import Text, languages


def command_line_language() -> str:
    """What the system speaks where there is text in it, else English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    language = spoken[:2].lower()
    return language if language in languages() else "en"


def own_address(given: str) -> str:
    """An address at which this machine can listen.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        with socket.create_server((str(ipaddress.IPv4Address(given)), 0)):
            return given
    except (ValueError, OSError):
        raise argparse.ArgumentTypeError(f"{given} is no IPv4 address of this machine") from None


def parser() -> argparse.ArgumentParser:
    """The command line."""
    root = argparse.ArgumentParser(prog="kiosk", description="Self-service checkout.")
    root.add_argument("--version", action="version", version=f"kiosk {__version__}")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def with_config(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
        default = config_file.default_path()
        command.add_argument("--config", type=Path, default=default, metavar="FILE", help=f"default: {default}")
        return command

    def with_phones(command: argparse.ArgumentParser, option: str) -> None:
        where = (
            "address of this machine where real phones reach the page /phone, and nothing else; 0.0.0.0: all of them"
        )
        command.add_argument(option, type=own_address, default="127.0.0.1", metavar="ADDRESS", help=where)

    with_config(commands.add_parser("run", help="sell"))
    demo = commands.add_parser("demo", help="sell with simulated payment systems, or those of a configuration")
    demo.add_argument("--config", type=Path, metavar="FILE", help="gateways named in it replace the simulators")
    demo.add_argument("--script", choices=["-"], help="read JSON lines from standard input, write one for every view")
    demo.add_argument("--out", type=Path, metavar="DIR", help="where pictures, receipts and state go")
    with_phones(demo, "--phone-host")
    simulate = commands.add_parser("simulate", help="serve the simulated payment systems")
    simulate.add_argument("--port", type=int, default=0, metavar="N")
    simulate.add_argument("--time-scale", type=float, default=1.0, metavar="F")
    simulate.add_argument("--seed", type=int, default=0, metavar="N")
    with_phones(simulate, "--host")
    catalogue = commands.add_parser("catalogue", help="the product list").add_subparsers(dest="deed", required=True)
    imported = with_config(catalogue.add_parser("import", help="replace the product list by a CSV file"))
    imported.add_argument("csv", type=Path)
    journal = commands.add_parser("journal", help="read the record of all sales").add_subparsers(
        dest="deed", required=True
    )
    show = with_config(journal.add_parser("show", help="the latest sales, or one sale"))
    show.add_argument("code", nargs="?", help="a 접수번호 or order id")
    with_config(journal.add_parser("verify", help="check every row, and that the events give the tables"))
    export = with_config(journal.add_parser("export", help="all events as JSON lines"))
    export.add_argument("--out", type=Path, metavar="FILE")
    backup = with_config(journal.add_parser("backup-key", help="write the sealing key to a file, under a passphrase"))
    backup.add_argument("file", type=Path)
    restore = with_config(journal.add_parser("restore-key", help="take the sealing key back from such a file"))
    restore.add_argument("file", type=Path)
    _staff_parser(commands.add_parser("staff", help="what needs a hand, and who works here"), with_config)
    kept = commands.add_parser("secrets", help="the private store").add_subparsers(dest="deed", required=True)
    setting = with_config(kept.add_parser("set", help="store a secret, read from standard input"))
    setting.add_argument("name")
    gallery = commands.add_parser("gallery", help="every screen as a picture, in every format, look and language")
    gallery.add_argument("--out", type=Path, required=True, metavar="DIR")
    gallery.add_argument("--screens", nargs="+", default=(), metavar="NAME", help="default: every screen")
    gallery.add_argument("--modes", nargs="+", default=(), metavar="NAME", help="default: as offered to customers")
    gallery.add_argument("--languages", nargs="+", default=(), metavar="CODE", help="default: all")
    doctor = with_config(commands.add_parser("doctor", help="check this terminal"))
    doctor.add_argument("--json", action="store_true")
    one_scan = doctor.add_argument("--scan", type=float, nargs="?", const=30.0, metavar="SECONDS")
    one_scan.help = "wait for one scan of the serial scanner, and say what came; default: 30 seconds"
    return root


def _staff_parser(
    parser: argparse.ArgumentParser, with_config: Callable[[argparse.ArgumentParser], argparse.ArgumentParser]
) -> None:
    staff = parser.add_subparsers(dest="deed", required=True)
    with_config(staff.add_parser("tasks", help="what staff have to look at, and what to do"))
    ended = with_config(staff.add_parser("done", help="close such a task; the till must not be running"))
    ended.add_argument("task", help="its id")
    ended.add_argument("words", help="how it ended")
    cancel = with_config(staff.add_parser("cancel", help="give a sale back; the till must not be running"))
    cancel.add_argument("code", help="a 접수번호 or order id")
    cancel.add_argument(
        "--owner-is-here", action="store_true", help="the shop's owner has the phone in hand: there is one try only"
    )
    with_config(staff.add_parser("people", help="who works here"))
    added = with_config(staff.add_parser("add", help="somebody new; the PIN is read from standard input"))
    added.add_argument("name")
    role = added.add_argument("--role", action="append", default=[], choices=["clerk", "manager", "engineer"])
    role.help = "may be given more than once; default: manager and engineer"
    pin = with_config(staff.add_parser("pin", help="another PIN for somebody, who chooses their own with it"))
    pin.add_argument("person", help="their id")
    removed = with_config(staff.add_parser("remove", help="somebody does not work here any more"))
    removed.add_argument("person", help="their id")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command."""
    options = parser().parse_args(arguments)
    text = Text.load(command_line_language())
    try:
        return _run(options, text)
    except OperatingError as error:
        print(text.error(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(options: argparse.Namespace, text: Text) -> int:
    match options.command:
        case "run":
            return _sell(options.config)
        case "demo":
            from kiosk.tools.demo import demo

            scripted = options.script is not None
            return demo(options.config, options.out, text, scripted=scripted, phone_host=options.phone_host)
        case "simulate":
            from kiosk.simulator import host

            host.run(options.port, time_scale=options.time_scale, seed=options.seed, address=options.host)
            return 0
        case "catalogue":
            return _import(options.csv, config_file.load(options.config, os.environ).catalogue_path, text)
        case "journal":
            from kiosk.tools.journal import journal

            return journal(options, text)
        case "staff":
            return _staff(options, text)
        case "secrets":
            from kiosk.tools.secrets import keep_secret

            return keep_secret(options.config, options.name, text)
        case _:
            return _look(options, text)


def _look(options: argparse.Namespace, text: Text) -> int:
    if options.command == "gallery":
        # no window is opened, whatever the machine has
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from kiosk.tools.gallery import gallery

        return gallery(options.out, options.screens, options.modes, options.languages, text)
    if options.scan is not None:
        from kiosk.tools.doctor_scan import scan

        return scan(options.config, text, options.scan)
    from kiosk.tools.doctor import doctor

    return doctor(options.config, text, as_json=options.json)


def _staff(options: argparse.Namespace, text: Text) -> int:
    from kiosk.tools import staff

    if options.deed in ("people", "add", "pin", "remove"):
        from kiosk.tools.people import people

        return people(options, text)
    match options.deed:
        case "tasks":
            return staff.tasks(options.config, text)
        case "done":
            return staff.done(options.config, options.task, options.words, text)
        case _:
            return staff.cancel(options.config, options.code, text, owner_is_here=options.owner_is_here)


def _sell(path: Path) -> int:
    config = config_file.load(path, os.environ)
    from kiosk.app import AGAIN, Seams, run
    from kiosk.services import logs
    from kiosk.services.keys import load_keys

    keys = load_keys(config, os.environ)
    logs.configure(config.log_folder, config.log.level)
    code = run(config, keys, Seams())
    if code == AGAIN:
        again = sys.argv[1:] if getattr(sys, "frozen", False) else ["-m", "kiosk", *sys.argv[1:]]
        os.execv(sys.executable, [sys.executable, *again])  # noqa: S606 - ourselves
    return code


def _import(csv: Path, target: Path, text: Text) -> int:
    from kiosk.services.catalogue_csv import import_csv
    from kiosk.tools.progress import progress

    report = import_csv(csv, target, progress(text("cli.importing")))
    print(text("cli.imported", count=report.products, file=str(target)))
    return 0
