"""`kiosk doctor`: is this terminal fit to sell? One line per thing, with what to do about it."""

import asyncio
import json
import os
import platform
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kiosk import __version__
from kiosk.app_sound import NOT_THERE
from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import BugError, OperatingError, SecretError
from kiosk.domain.limits import Limits
from kiosk.domain.operation import Permit
from kiosk.domain.ports import PrinterState
from kiosk.services import config_file
from kiosk.services.catalogue import Catalogue
from kiosk.services.clock import SystemClock
from kiosk.services.config import Config, Ezpg
from kiosk.services.gateways.ezpg.client import Account, EzpgClient
from kiosk.services.gateways.ezpg.session import Login
from kiosk.services.http import Line
from kiosk.services.journal.reading import read_only, read_people
from kiosk.services.journal.verify import check_chain
from kiosk.services.printer.choice import link_of
from kiosk.services.printer.link import WORKS
from kiosk.services.resources import resource
from kiosk.services.scanner import decoding
from kiosk.services.scanner.sight import Sight
from kiosk.services.secrets import SecretStore
from kiosk.services.text import Text

REACH_S: Final = 5.0


class Grade(StrEnum):
    """How well a thing is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: Last part of the text key `doctor.<what>`.
        grade: How well it is.
        detail: What was seen, or what to do; already in words.
    """

    what: str
    grade: Grade
    detail: str


MARKS: Final = {Grade.OK: "✓", Grade.WARN: "!", Grade.FAIL: "✗"}


def doctor(config_path: Path, text: Text, *, as_json: bool) -> int:
    """Look at everything; 1 when something keeps the till from selling."""
    findings = [*_machine(text), *_configured(config_path, text)]
    if as_json:
        print(json.dumps([{"what": one.what, "grade": one.grade, "detail": one.detail} for one in findings]))
    else:
        for one in findings:
            print(f"{MARKS[one.grade]} {text(f'doctor.{one.what}')}: {one.detail}")
    return 1 if any(one.grade is Grade.FAIL for one in findings) else 0


def _machine(text: Text) -> Iterator[Finding]:
    yield Finding(
        "version", Grade.OK, f"kiosk {__version__}, Python {platform.python_version()}, {platform.platform()}"
    )
    yield Finding("sqlite", Grade.OK, sqlite3.sqlite_version)
    yield from _qt(text)
    for part in decoding.state():
        grade = Grade.WARN if part.missing else Grade.OK
        yield Finding("decoder", grade, text(part.missing) if part.missing else f"{part.name} {part.version}")


def _qt(text: Text) -> Iterator[Finding]:
    """Qt and the typeface of the store's language, and the libraries a window on a screen needs."""
    import PySide6
    from PySide6.QtGui import QFontDatabase
    from PySide6.QtWidgets import QApplication

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication([])
    yield Finding("qt", Grade.OK, f"PySide6 {PySide6.__version__}, {application.objectName() or 'Qt'}")
    for font in sorted(resource("fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(font))
    yield from _typefaces({"ko"})
    yield from _screen_libraries(Path(PySide6.__file__).parent, text)


def _typefaces(languages: Iterable[str]) -> Iterator[Finding]:
    """Those without which these languages cannot be read."""
    from kiosk.ui.faces import has_signs, own_face

    for face in sorted(set(map(own_face, languages))):
        yield Finding("font", Grade.OK if has_signs(face) else Grade.FAIL, face)


def _screen_libraries(qt: Path, text: Text) -> Iterator[Finding]:
    """Qt names the wrong library when one is missing; the linker tells the truth."""
    plugin = qt / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    linker = shutil.which("ldd")
    if not plugin.exists() or linker is None:
        return
    seen = subprocess.run([linker, str(plugin)], capture_output=True, text=True, check=False).stdout  # noqa: S603
    missing = sorted({line.split()[0] for line in seen.splitlines() if "not found" in line})
    detail = text("doctor.libraries_missing", names=", ".join(missing)) if missing else "xcb"
    yield Finding("screen", Grade.WARN if missing else Grade.OK, detail)


def _configured(path: Path, text: Text) -> Iterator[Finding]:
    if not path.exists() and path == config_file.default_path():
        yield Finding("configuration", Grade.WARN, text("doctor.no_configuration", file=str(path)))
        return
    try:
        config = config_file.load(path, os.environ)
    except OperatingError as error:
        yield Finding("configuration", Grade.FAIL, text.error(error))
        return
    yield Finding("configuration", Grade.OK, str(path))
    yield from _typefaces(set(config.kiosk.languages) - {"ko", "en"})
    yield from _graded("secrets", lambda: _secrets(config), text)
    yield from _graded("catalogue", lambda: _catalogue(config, text), text)
    yield from _graded("journal", lambda: _journal(config, text), text)
    yield from _people(config, text)
    free = shutil.disk_usage(_existing(config.kiosk.state_dir)).free
    enough = free >= config.limits.free_space_min_bytes
    yield Finding("space", Grade.OK if enough else Grade.FAIL, f"{free // 2**20:,} MiB")
    yield from _scanner(config, text)
    yield from _camera(config, text)
    yield from _sound(config, text)

    yield _printer(config, text)
    yield from _gateways(config, text)
    yield from _ezpg_session(config, text)
    yield from _callback(config, text)


def _graded(what: str, look: Callable[[], str], text: Text) -> Iterator[Finding]:
    try:
        yield Finding(what, Grade.OK, look())
    except OperatingError as error:
        yield Finding(what, Grade.FAIL, text.error(error))


def _secrets(config: Config) -> str:
    store = SecretStore(config.kiosk.state_dir, os.environ)
    gateways = config.gateways
    crepay, ceos, card, loyalty = gateways.crepay, gateways.ceos, gateways.card, gateways.loyalty
    ezpg = gateways.ezpg
    callback = loyalty.callback if loyalty else None
    references = [
        crepay.password if crepay else None,
        ceos.secret if ceos else None,
        card.secret_key if card and card.enabled else None,
        loyalty.access_key if loyalty and loyalty.enabled else None,
        ezpg.password if ezpg and ezpg.enabled else None,
        ezpg.staff_password if ezpg and ezpg.enabled else None,
        ezpg.merchant_key if ezpg and ezpg.enabled else None,
        callback.secret if loyalty and loyalty.enabled and callback else None,
    ]
    for reference in references:
        if reference is not None:
            store.resolve(reference)
    return ", ".join(reference for reference in references if reference) or "-"


def _catalogue(config: Config, text: Text) -> str:
    return text("doctor.products", count=len(Catalogue(config.catalogue_path)))


def _journal(config: Config, text: Text) -> str:
    file = config.kiosk.state_dir / "journal.sqlite"
    if not file.exists():
        return text("doctor.no_journal")
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    try:
        events, _ = check_chain(connection)
    finally:
        connection.close()
    return text("doctor.events", count=events)


def _people(config: Config, text: Text) -> Iterator[Finding]:
    """Who works here: while there is nobody, the first start asks for a manager's PIN before it sells."""
    file = config.kiosk.state_dir / "journal.sqlite"
    try:
        here = _here(file) if file.exists() else 0
    except OperatingError as error:
        yield Finding("people", Grade.FAIL, text.error(error))
        return
    detail = text("doctor.people_here", count=here) if here else text("doctor.nobody")
    yield Finding("people", Grade.OK if here else Grade.WARN, detail)


def _here(file: Path) -> int:
    with read_only(file) as connection:
        return sum(person.is_here for person in read_people(connection))


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def _scanner(config: Config, text: Text) -> Iterator[Finding]:
    port = config.scanner.port
    if config.scanner.wedge:
        yield Finding("wedge", Grade.OK, text("doctor.wedge_unseen"))
    if not config.scanner.present:
        if not (config.scanner.wedge or config.camera.present):
            yield Finding("scanner", Grade.WARN, text("doctor.no_scanner"))
    elif sys.platform != "win32" and port.startswith("/"):
        there = Path(port).exists()
        yield Finding("scanner", Grade.OK if there else Grade.FAIL, port)
    else:
        yield Finding("scanner", Grade.OK, port)


def _camera(config: Config, text: Text) -> Iterator[Finding]:
    """The camera, opened as the till does. One that the running till has is busy; without one it sells all the same."""
    device = config.camera.device
    if not config.camera.present:
        yield Finding("camera", Grade.OK, text("doctor.no_camera"))
        return
    # what reads pictures is loaded only where there is a camera
    from kiosk.services.scanner.camera import setting_of, try_out

    seen = try_out(setting_of(config).wish)
    detail = text(f"camera.{seen.sight}", device=device, size=f"{seen.width} × {seen.height}")
    yield Finding("camera", Grade.OK if seen.sight is Sight.SEEING else Grade.WARN, detail)


def _sound(config: Config, text: Text) -> Iterator[Finding]:
    """Where the tones come out, and who speaks. A till that is silent sells all the same: all is on the screen."""
    if not config.sound.enabled:
        yield Finding("sound", Grade.OK, text("doctor.sound_off"))
        return
    try:
        # the libraries of the system that they need may not be there
        from kiosk.ui.sounds import output_name
        from kiosk.ui.voice import system_engine, try_out
    except NOT_THERE as error:
        yield Finding("sound", Grade.WARN, text("doctor.sound_library", problem=str(error)))
        return
    output, engine = output_name(), system_engine()
    yield Finding("sound", Grade.OK if output else Grade.WARN, output or text("doctor.no_sound"))
    if not engine:
        yield Finding("voice", Grade.WARN, text("doctor.no_voice"))
        return
    spoken, problem = try_out(engine, config.kiosk.languages)
    if problem:
        yield Finding("voice", Grade.WARN, f"{text('doctor.no_voice')} ({engine}: {problem})")
        return
    named = {language: text(f"language.{language}") for language in config.kiosk.languages}
    silent = ", ".join(name for language, name in named.items() if language not in spoken)
    loud = ", ".join(name for language, name in named.items() if language in spoken)
    missing = f". {text('doctor.voice_missing', languages=silent)}" if silent else ""
    grade = Grade.OK if config.kiosk.language in spoken else Grade.WARN
    yield Finding("voice", grade, f"{engine}: {loud or '-'}{missing}")


def _printer(config: Config, text: Text) -> Finding:
    """Whether the printer can be reached, and what it says of its paper; a till without paper sells all the same."""
    port = config.printer.port
    if not port:
        return Finding("printer", Grade.OK, text("doctor.no_printer", folder=str(config.receipts_folder)))
    state = link_of(config).look()
    if state in WORKS:
        grade = Grade.OK if state is PrinterState.READY else Grade.WARN
        return Finding("printer", grade, f"{port}, {text(f'device_state.{state}')}")
    return Finding("printer", Grade.WARN, f"{port}, {text(f'printer.{state}')}")


def _gateways(config: Config, text: Text) -> Iterator[Finding]:
    for name in type(config.gateways).model_fields:
        section = getattr(config.gateways, name)
        if section is None or not section.enabled:
            continue
        url = urlsplit(section.base_url)
        problem = asyncio.run(_reach(url.hostname or "", url.port, is_tls=url.scheme == "https"))
        detail = text("doctor.unreachable", address=section.base_url, problem=problem) if problem else section.base_url
        yield Finding(name, Grade.FAIL if problem else Grade.OK, detail)


class _NoPermits:
    """Nothing is sent from here that would need one."""

    async def redeem(self, permit: Permit) -> None:
        raise BugError(f"no permit goes out from here: {permit.operation_id}")


def _ezpg_session(config: Config, text: Text) -> Iterator[Finding]:
    """Whether EzPG lets this till in, and how far its clock is off: the hours of banks go by that."""
    section = config.gateways.ezpg
    if section is None or not section.enabled:
        return
    try:
        password = SecretStore(config.kiosk.state_dir, os.environ).resolve(section.password)
    except SecretError:
        return  # told among the secrets
    client = asyncio.run(_signed_in(section, password, config.limits))
    if client.is_refused:
        yield Finding("ezpg_session", Grade.FAIL, text("doctor.ezpg_refused", user=section.user))
    elif not client.has_session:
        yield Finding("ezpg_session", Grade.FAIL, text("doctor.ezpg_no_answer", user=section.user))
    else:
        seconds = round((client.ahead_ms or 0) / 1000)
        yield Finding("ezpg_session", Grade.OK, text("doctor.ezpg_signed_in", user=section.user, seconds=seconds))


async def _signed_in(section: Ezpg, password: Confidential, limits: Limits) -> EzpgClient:
    clock = SystemClock()
    line = Line(section.base_url, clock, _NoPermits(), limits)
    client = EzpgClient(line, Account(section.merchant_id, Login(section.user, password)), clock, limits)
    await client.probe()
    await line.close()
    return client


def _callback(config: Config, text: Text) -> Iterator[Finding]:
    """Where the loyalty relay calls. A port that is taken is this till's own, when it is running."""
    loyalty = config.gateways.loyalty
    if loyalty is None or not loyalty.enabled or loyalty.callback is None:
        return
    section = loyalty.callback
    address = f"http://{section.host}:{section.port}{section.path}"
    try:
        socket.create_server((section.host, section.port)).close()
    except OSError as error:
        detail = text("doctor.callback_taken", address=address, problem=error.strerror or type(error).__name__)
        yield Finding("callback", Grade.WARN, detail)
    else:
        yield Finding("callback", Grade.OK, address)


async def _reach(host: str, port: int | None, *, is_tls: bool) -> str:
    """Why a payment system cannot be reached, or ""."""
    context = ssl.create_default_context() if is_tls else None
    try:
        opening = asyncio.open_connection(host, port or (443 if is_tls else 80), ssl=context)
        _, writer = await asyncio.wait_for(opening, REACH_S)
    except (OSError, TimeoutError) as error:
        return type(error).__name__
    writer.close()
    return ""
