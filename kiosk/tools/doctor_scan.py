"""`kiosk doctor --scan`: waits for one scan of the serial scanner, and says what came; never the whole of it."""

import asyncio
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.domain.confidential import mask
from kiosk.domain.scanned import Hostile, classify
from kiosk.flows.manager.telling import snake
from kiosk.services import config_file
from kiosk.services.devices import refused
from kiosk.services.scanner.framing import split_aim
from kiosk.services.scanner.serial import Line, ScannerState, SerialScanner
from kiosk.services.text import Text

_LOOK_S = 0.05


@dataclass(frozen=True, slots=True, repr=False)
class Read:
    """One scan.

    Attributes:
        identifier: Its symbology identifier; "" when none was sent.
        code: What the till would be given.
        after_s: Since it was waited for [s].
        took_s: Since its last byte [s].
    """

    identifier: str
    code: str
    after_s: float
    took_s: float


def scan(config_path: Path, text: Text, wait_s: float) -> int:
    """Wait for one scan; 1 when none came, or one that the till would refuse.

    Raises:
        ConfigError: the configuration cannot be read.
    """
    config = config_file.load(config_path, os.environ)
    section = config.scanner
    if not section.present:
        print(text("doctor.no_scanner"))
        return 1
    print(text("doctor_scan.waiting", port=section.port, seconds=f"{wait_s:g}"), flush=True)
    line = Line.configured(section, config.limits.scan_queue_max)
    heard = asyncio.run(_hear(section.port, line, wait_s))
    if isinstance(heard, ScannerState):
        print(_trouble(heard, text))
        return 1
    for sentence in _told(heard, text, strips_aim=line.strip_aim):
        print(sentence)
    return 1 if isinstance(classify(heard.code), Hostile) else 0


async def _hear(port: str, line: Line, wait_s: float) -> Read | ScannerState:
    """The first scan; or how the scanner is, when something is wrong or the time is over."""
    reads: list[Read] = []
    began_s = time.monotonic()

    def on_code(sent: str) -> None:
        now_s = time.monotonic()
        identifier, bare = split_aim(sent)
        code = bare if line.strip_aim else sent
        reads.append(Read(identifier, code, now_s - began_s, now_s - (scanner.state.last_read or now_s)))

    # the identifier is told here, so it is not taken off where the bytes come in
    as_sent = replace(line, strip_aim=False)
    scanner = SerialScanner(port, on_code, lambda _: None, asyncio.get_running_loop(), as_sent)
    scanner.start()
    try:
        while not reads and time.monotonic() - began_s < wait_s:
            state = scanner.state
            if state.error or state.thrown_away:
                return state
            await asyncio.sleep(_LOOK_S)
        return reads[0] if reads else scanner.state
    finally:
        scanner.close()


def _trouble(state: ScannerState, text: Text) -> str:
    """What is wrong, and what to do."""
    if state.error:
        return f"{text(state.error)} {text(state.error.replace('scanner.', 'doctor_scan.'))}"
    if state.foreign:
        return text("doctor_scan.foreign")
    if state.broken:
        return text("doctor_scan.broken")
    if state.overruns:
        return text("doctor_scan.overruns")
    return text("doctor_scan.nothing")


def _told(read: Read, text: Text, *, strips_aim: bool) -> Iterator[str]:
    scanned = classify(read.code)
    yield text("doctor_scan.kind", kind=text(f"scanned.{snake(type(scanned).__name__)}"))
    yield text("doctor_scan.length", length=len(read.code))
    yield text("doctor_scan.symbology", identifier=read.identifier or "-")
    yield text("doctor_scan.took", seconds=f"{read.after_s:.1f}", ms=f"{read.took_s * 1000:.1f}")
    if not isinstance(scanned, Hostile):
        yield text("doctor_scan.taken", masked=mask(read.code))
    elif read.identifier and not strips_aim:
        yield text("doctor_scan.strip_aim")
    else:  # nothing of its text, not even the end: four characters can be an order to the terminal
        yield text(f"device.{refused(scanned.reason)}")
