"""The composition root: the only module that names concrete adapters, and the only one that imports qasync.

Start-up: configuration and secrets (before a window) -> window with a quiet screen -> journal, lines to the payment
systems (off the loop: making one loads certificates) -> recovery -> selling.
"""

import asyncio
import contextlib
import os
import secrets
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

import structlog

from kiosk import __version__
from kiosk.app_camera import open_camera
from kiosk.app_sound import open_sound
from kiosk.app_systems import Systems
from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import CatalogueError, DeviceError, JournalError, OperatingError
from kiosk.domain.people import FIRST
from kiosk.domain.ports import Catalogue, Clock, Devices, Pins, Printer, Randomness
from kiosk.domain.receipt import Store
from kiosk.flows.books import Books
from kiosk.flows.checkout import Parts
from kiosk.flows.desk import COUPON_PATTERN
from kiosk.flows.health import HealthWatch
from kiosk.flows.manager.front import NOTHING, Front
from kiosk.flows.manager.office import Office
from kiosk.flows.manager.visit import Leaving, Tools
from kiosk.flows.printing import Letterhead, Printing
from kiosk.flows.recovery import Recovery
from kiosk.flows.session import Session, Shop
from kiosk.flows.staff import Staff
from kiosk.flows.stage import Pace, Stage
from kiosk.flows.views import ClosedView
from kiosk.services import redaction
from kiosk.services.bridge import Bridge
from kiosk.services.catalogue import Catalogue as CatalogueFile
from kiosk.services.clock import SystemClock
from kiosk.services.config import Config
from kiosk.services.devices import Scanners, TillDevices
from kiosk.services.gateways.loyalty.inbox import Inbox
from kiosk.services.gateways.loyalty.messages import Message, NotRead, read_message
from kiosk.services.http import MakeTransport, plain_transport
from kiosk.services.journal.archive import Archive
from kiosk.services.journal.store import OwnThread, Runner, Setting, open_journal
from kiosk.services.keys import CEOS_SECRET, CEOS_STORE, Keys
from kiosk.services.logs import LogFile
from kiosk.services.machine import SystemRandomness, machine_id
from kiosk.services.offloop import OffLoop, in_executor
from kiosk.services.pins import Argon2Pins
from kiosk.services.printer.choice import Drawing, printer_of
from kiosk.services.printer.plain import render_text
from kiosk.services.resources import resource
from kiosk.services.scanner.serial import Line as ScannerLine
from kiosk.services.scanner.serial import ScannerState, SerialScanner
from kiosk.services.scanner.sight import CameraState
from kiosk.services.scanner.wedge import Wedge
from kiosk.services.tasks import TaskOwner
from kiosk.services.text import Text
from kiosk.services.watchdog import Watchdog

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from kiosk.ui.theme import Theme
    from kiosk.ui.widgets.viewfinder import Viewfinders
    from kiosk.ui.window import KioskWindow

log = structlog.get_logger("kiosk")
AGAIN: Final = 3
"""Exit code: staff want the program started anew."""

text_in = cache(Text.load)
"""Read once in a process, also when a simulation starts many tills in it."""


def _nothing() -> None:
    pass


def _as_it_is(setting: Setting) -> Setting:
    return setting


@dataclass(frozen=True, slots=True)
class Seams:
    """Where tests and the demo reach in. `kiosk run` leaves all as they are.

    Attributes:
        clock: Time.
        randomness: Random text for ids.
        make_transport: How bytes travel to the payment systems.
        make_runner: Where the journal's file is read and written.
        off_loop: Runs work that would hold up the loop somewhere else, and waits for it.
        alter_journal: Given the setting with which the journal would be opened; gives the one with which it is.
        catalogue: What is sold; None opens the catalogue that the configuration names.
        printer: Where paper comes out; None is the printer or folder that the configuration names.
        attach: Given the till and its window; what it returns runs beside the till.
        pins: Keeps PINs; None is Argon2id, beside the loop.
        first_pin: The PIN of a manager who is there from the start; None asks for one at the first start.
    """

    clock: Clock = field(default_factory=SystemClock)
    randomness: Randomness = field(default_factory=SystemRandomness)
    make_transport: MakeTransport = plain_transport
    make_runner: Callable[[], Runner] = OwnThread
    off_loop: OffLoop = in_executor
    alter_journal: Callable[[Setting], Setting] = _as_it_is
    catalogue: Catalogue | None = None
    printer: Printer | None = None
    attach: "Callable[[Till, KioskWindow], Any] | None" = None
    pins: Pins | None = None
    first_pin: Confidential | None = None


class Till:
    """Everything of a till but its window: built by `open_till`, run by `run`."""

    def __init__(self, config: Config, keys: Keys, seams: Seams) -> None:
        self.config = config
        self.keys = keys
        self.seams = seams
        self.tasks = TaskOwner(self.report)
        pace = Pace(config.sale.idle_s, config.sale.idle_warning_s, config.sale.done_s)
        starting = ClosedView("closed.starting")
        self.stage = Stage(seams.clock, config.limits, pace, starting, config.kiosk.language)
        limits = config.limits
        staff_pace = Pace(limits.staff_idle_s, limits.staff_idle_warning_s, config.sale.done_s)
        staff = Stage(seams.clock, config.limits, staff_pace, NOTHING, config.kiosk.language)
        self.front = Front(self.stage, staff)
        self.leaving = Leaving.EXIT
        self.close_window: Callable[[], None] = _nothing
        self.session: Session | None = None
        self.devices: TillDevices | None = None
        self.systems = Systems(
            config, keys, seams.clock, seams.randomness, seams.make_transport, self._keep_ceos_secret
        )
        self.viewfinders: Viewfinders | None = None
        self.wedge: Wedge[QKeyEvent] | None = Wedge() if config.scanner.wedge else None
        self._closing: list[Callable[[], Any]] = []

    # -- our own faults

    def report(self, name: str, error: BaseException) -> None:
        """A task failed: leave evidence, stop selling, and say so. The money is safe: the journal knows."""
        log.error("task failed", task=name, error=f"{type(error).__name__}: {error}", exc_info=error)
        key = error.key if isinstance(error, OperatingError) else ""
        self.stage.shut(key if key.startswith("closed.") else _closed_by(error))

    def call_staff(self) -> None:
        """Somebody pressed 직원 부르기."""
        if self.session is not None:
            self.session.call_staff()

    # -- life

    async def open_behind(self) -> Parts:
        """Open the journal and the lines to the payment systems: all that works without a screen.

        Raises:
            JournalError: it cannot be opened; nothing works.
        """
        config, seams = self.config, self.seams
        journal = await open_journal(self._journal_setting(), seams.clock, seams.make_runner())
        self._closing.append(journal.close)
        methods = await seams.off_loop(self.systems.open, journal)
        self._closing.append(self.systems.close)
        books = Books(journal, seams.clock)
        recovery = Recovery(journal, books, methods, seams.clock, config.limits, self.tasks)
        pattern = config.sale.coupon_pattern or COUPON_PATTERN
        inbox = self.systems.inbox
        if inbox is not None:
            self.tasks.spawn("inbox", inbox.run())
            self._listen(inbox)
        return Parts(self.stage, journal, books, recovery, methods, seams.clock, config.limits, pattern)

    async def open(self, products_per_page: int, draw: Drawing) -> None:
        """Open everything, and sell.

        Raises:
            JournalError: the journal cannot be opened; the till does not sell.
            CatalogueError: there is no product list.
        """
        config, seams = self.config, self.seams
        parts = await self.open_behind()
        journal, methods, recovery = parts.journal, parts.methods, parts.recovery
        catalogue = seams.catalogue
        if catalogue is None:
            catalogue = await seams.off_loop(CatalogueFile, config.catalogue_path)
        letterhead = Letterhead(_store(config), self.keys.receipts, config.kiosk.language)
        printer = seams.printer or self._printer(draw)
        shop = Shop(config.store.name, config.kiosk.languages, catalogue, letterhead, products_per_page)
        self.session = Session(shop, parts, self.tasks)
        journal.listen(self.stage.changed)
        self.tasks.spawn("printing", Printing(journal, printer, letterhead).run(recovery.stock_taken))
        watch = HealthWatch(methods, self.stage, journal, seams.clock, config.limits)
        self.tasks.spawn("health", watch.run())
        self.devices = TillDevices(journal, printer, seams.clock, self._scanners())
        office = Office(self.front, await self._tools(parts, letterhead, self.devices))
        journal.listen(self.front.staff.changed)
        self.tasks.spawn("office", office.run())
        self.tasks.spawn("session", self.session.run())

    async def _tools(self, parts: Parts, letterhead: Letterhead, devices: Devices) -> Tools:
        config, seams, systems = self.config, self.seams, self.systems
        staff = Staff(parts.journal, seams.pins or Argon2Pins(seams.off_loop), seams.clock)
        if seams.first_pin is not None and not await staff.people():
            await staff.add("", FIRST, seams.first_pin, "")
        archive = Archive(config.kiosk.state_dir, config.kiosk.letter, seams.make_runner())
        self._closing.append(archive.close)
        return Tools(
            stage=self.front.staff,
            parts=parts,
            staff=staff,
            archive=archive,
            letterhead=letterhead,
            kiosk=config.kiosk.id,
            devices=devices,
            logs=LogFile(config.log_folder, seams.off_loop),
            shops=systems.shops,
            payouts=systems.payouts,
            unmatched=lambda: 0 if systems.inbox is None else systems.inbox.counts.get("not_ours", 0),
            leave=self.leave,
            transfers=systems.transfers,
        )

    def leave(self, how: Leaving) -> None:
        """Staff want out of the program, or into it anew."""
        self.leaving = how
        self.close_window()

    def on_code(self, text: str) -> None:
        """A scanner read something: for staff while they are in, else for the sale."""
        if self.devices is not None:
            self.devices.on_code(text)
        if not self.front.on_code(text) and self.session is not None:
            self.session.on_code(text)

    def _printer(self, draw: Drawing) -> Printer:
        printer = printer_of(self.config, draw)
        self._closing.append(printer.close)
        return printer

    def _journal_setting(self) -> Setting:
        config = self.config
        setting = Setting(
            folder=config.kiosk.state_dir,
            kiosk=config.kiosk.id,
            letter=config.kiosk.letter,
            machine=machine_id(),
            version=__version__,
            key=self.keys.journal,
            random_bytes=secrets.token_bytes,
            limits=config.limits,
        )
        return self.seams.alter_journal(setting)

    def _listen(self, inbox: Inbox) -> None:
        """Messages come in on a thread of their own; here they are only filed. Without them the till asks."""
        loyalty = self.config.gateways.loyalty
        if loyalty is None or loyalty.callback is None:
            return
        # a till that nobody calls starts without a web server
        from kiosk.services.callback.listener import Address, Listener, Refused

        section, secret = loyalty.callback, self.keys.loyalty_callback
        bridge = Bridge(asyncio.get_running_loop(), inbox.take, self.config.limits.hint_queue_max)
        self._closing.append(bridge.close)

        def read(body: bytes, authorization: str | None) -> Message | Refused:
            found = read_message(body, authorization, secret)
            return Refused(found.why, found.status) if isinstance(found, NotRead) else found

        address = Address(section.host, section.port, section.path)
        listener = Listener(address, read, bridge.put, self.config.limits)
        try:
            listener.start()
        except DeviceError:
            log.exception("nobody can call back", port=section.port)
            return
        self._closing.append(listener.close)

    async def _keep_ceos_secret(self, secret: Confidential, store_id: str) -> None:
        redaction.hide(secret)
        await self.seams.off_loop(self.keys.store.set, CEOS_SECRET, secret)
        await self.seams.off_loop(self.keys.store.set, CEOS_STORE, Confidential(store_id))

    def _scanners(self) -> Scanners:
        """All that reads codes, opened; the window's keys are read from when there is a window."""
        return Scanners(serial=self._open_scanner(), wedge=self.wedge, camera=self._open_camera())

    def _open_scanner(self) -> Callable[[], ScannerState] | None:
        section = self.config.scanner
        if not section.present:
            return None
        line = ScannerLine.configured(section, self.config.limits.scan_queue_max)
        loop = asyncio.get_running_loop()

        def on_state(state: ScannerState) -> None:
            log.info("scanner", link=state.link, error=state.error)

        scanner = SerialScanner(section.port, self.on_code, on_state, loop, line)
        self._closing.append(scanner.close)
        scanner.start()
        return lambda: scanner.state

    def _open_camera(self) -> Callable[[], CameraState] | None:
        if not self.config.camera.present:
            return None
        camera = open_camera(self.config, self.on_code, self.viewfinders)
        self._closing.append(camera.close)
        return lambda: camera.state

    async def close(self) -> None:
        """End all tasks, then let go of everything in the order in which it was taken, backwards."""
        await self.tasks.close()
        for end in reversed(self._closing):
            result = end()
            if asyncio.iscoroutine(result):
                await result


def _closed_by(error: BaseException) -> str:
    return "closed.journal" if isinstance(error, JournalError) else "closed.fault"


def _store(config: Config) -> Store:
    return Store(config.store.name, config.store.business_number, config.store.address, config.store.phone)


def run(config: Config, keys: Keys, seams: Seams) -> int:
    """Open the window and run the till until it is closed.

    Returns:
        The exit code; AGAIN when it is to be started anew.
    """
    os.environ["QT_API"] = "pyside6"  # qasync looks there
    import qasync
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        raise TypeError
    application.setQuitOnLastWindowClosed(False)
    till = Till(config, keys, seams)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    sys.excepthook = partial(_uncaught, till)
    loop.set_exception_handler(lambda _loop, context: _failed(till, context))
    closed = asyncio.Event()
    application.lastWindowClosed.connect(closed.set)
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: loop.call_soon_threadsafe(closed.set))
    with loop:
        till.close_window = closed.set
        loop.run_until_complete(_live(till, closed))
    return AGAIN if till.leaving is Leaving.RESTART else 0


def _uncaught(till: Till, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    till.report("slot", error)


def _failed(till: Till, context: Mapping[str, Any]) -> None:
    error = context.get("exception")
    till.report("loop", error if isinstance(error, BaseException) else RuntimeError(context.get("message", "loop")))


async def _live(till: Till, closed: asyncio.Event) -> None:
    from kiosk.ui.binding import bind

    theme = _theme(till.config)
    window = _window(till, theme)
    watchdog = Watchdog(asyncio.get_running_loop(), lambda stalled_s: log.warning("loop stalled", seconds=stalled_s))
    watchdog.start()
    till.viewfinders = window.viewfinders
    part = bind(window, till.front.shown, till.front.submit, till.call_staff)
    beside = till.seams.attach(till, window) if till.seams.attach else None
    if beside is not None:
        till.tasks.spawn("beside", beside)
    try:
        await till.open(theme.products_per_page, _drawing(till))
    except CatalogueError:
        log.exception("no product list")
        till.stage.show(ClosedView("closed.catalogue"))
    except JournalError:
        log.exception("no journal")
        till.stage.show(ClosedView("closed.journal"))
    till.tasks.spawn("languages", _read_languages(till))
    # after the start, so that it is no slower for it
    be_silent = open_sound(till.config, window, till.front.shown)
    await closed.wait()
    be_silent()
    part()
    watchdog.stop()
    with contextlib.suppress(JournalError):
        await till.close()


async def _read_languages(till: Till) -> None:
    """After the start, so that it is no slower for them, and before anybody chooses one."""
    for language in till.config.kiosk.languages:
        await till.seams.off_loop(text_in, language)


def _drawing(till: Till) -> Drawing:
    from kiosk.ui.receipt_image import PAPER_DOTS, render_image, render_raster

    width = PAPER_DOTS[till.config.printer.paper_mm]
    return Drawing(
        text=lambda document: render_text(document, text_in(document.language)),
        image=lambda document: render_image(document, text_in(document.language), width),
        raster=lambda document: render_raster(document, text_in(document.language), width),
    )


def _is_offscreen() -> bool:
    return os.environ.get("QT_QPA_PLATFORM") == "offscreen"


def _theme(config: Config) -> "Theme":
    from PySide6.QtCore import QSize

    from kiosk.ui.theme import NO_BRAND, Brand, Theme, accented

    screen, store = config.screen, config.store
    scale = 1.0 if screen.full_screen or _is_offscreen() else _fitting(screen.width, screen.height)
    size = QSize(round(screen.width * scale), round(screen.height * scale))
    brand = Brand(
        NO_BRAND.palette if store.accent is None else accented(store.accent),
        "" if store.logo is None else str(store.logo),
        tuple(map(str, screen.start_pictures)),
    )
    return Theme(
        size,
        size.width() / screen.size_mm[0],
        resource("fonts"),
        resource("icons"),
        reduced_motion=screen.reduced_motion,
        brand=brand,
    )


def _fitting(width: int, height: int) -> float:
    """How much smaller a window has to be to fit on a developer's screen; the whole picture shrinks."""
    from PySide6.QtGui import QGuiApplication

    room = QGuiApplication.primaryScreen().availableGeometry()
    return min(1.0, room.width() / width, room.height() / height)


def _window(till: Till, theme: "Theme") -> "KioskWindow":
    from kiosk.ui.window import KioskWindow

    window = KioskWindow(theme, text_in)
    if till.config.screen.full_screen and not _is_offscreen():
        window.showFullScreen()
    else:
        window.show()
    if till.wedge is not None:
        from kiosk.ui.wedge import KeyGate

        KeyGate(window.windowHandle(), till.wedge, till.on_code)
    return window
