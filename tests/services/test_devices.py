"""What staff see of scanner and codes."""

import asyncio
from typing import Any

import pytest
import structlog

from kiosk.domain.ports import PrinterState
from kiosk.domain.scanned import Danger, Hostile, classify
from kiosk.domain.words import Said, TimeOf, in_words
from kiosk.services.devices import Scanners, TillDevices
from kiosk.services.scanner.serial import Link, ScannerState
from kiosk.services.scanner.sight import CameraState, Sight
from kiosk.services.scanner.wedge import Wedge
from kiosk.services.text import Text, languages
from tests.support.clock import FakeClock

SAMPLES = {
    Danger.EMPTY: "",
    Danger.TOO_LONG: "8" * 513,
    Danger.CONTROL: "8801\x1b[2J",
    Danger.INVISIBLE: "880\u202e1043",
    Danger.NOT_ASCII: "쿠폰",
    Danger.URL: "https://evil.example/x",
    Danger.MODEM: "AT+CMGS=1",
    Danger.CONFIGURATION: "@SETUPE1",
    Danger.UNKNOWN: "';DROP TABLE events;--",
}
GOOD = ("8801043036016", "98765432123456789", "SHELF-12")


class Room:
    """A journal on a disk that has room."""

    async def has_room(self):
        return True


class Printer:
    """One that tells nothing about itself; nothing is printed."""

    state = PrinterState.UNTOLD


class Scanner:
    """Its state can be set."""

    def __init__(self, **state) -> None:
        self.state = ScannerState(**state)

    def __call__(self) -> ScannerState:
        return self.state


def devices_with(scanner=None, wedge=None, camera=None):
    room: Any = Room()
    printer: Any = Printer()
    return TillDevices(room, printer, FakeClock(), Scanners(scanner, wedge, camera))


def seen(devices):
    return {one.name: one for one in asyncio.run(devices.states())}


def test_a_sample_is_there_for_every_danger():
    assert {danger: classify(text) for danger, text in SAMPLES.items()} == {one: Hostile(one) for one in Danger}


@pytest.mark.parametrize("danger", Danger)
def test_a_code_that_is_refused_is_counted_by_its_reason(danger):
    devices = devices_with()
    for text in (SAMPLES[danger], *GOOD, SAMPLES[danger]):
        devices.on_code(text)
    counted = {name: one.detail for name, one in seen(devices).items() if name.startswith("refused_")}
    assert counted == {f"refused_{danger}": Said("device_state.times", {"times": "2"})}


@pytest.mark.parametrize("danger", [one for one in Danger if SAMPLES[one]])
def test_of_a_code_that_is_refused_the_log_says_why_and_nothing_of_its_text(danger):
    with structlog.testing.capture_logs() as lines:
        devices_with().on_code(SAMPLES[danger])
    assert lines == [{"event": "code refused", "reason": danger, "log_level": "info"}]


def test_of_codes_that_are_taken_the_log_says_nothing():
    with structlog.testing.capture_logs() as lines:
        for code in GOOD:
            devices_with().on_code(code)
    assert lines == []


def test_when_the_last_code_was_read_is_seen_whatever_it_was():
    devices = devices_with()
    assert "last_code" not in seen(devices)
    devices.on_code(SAMPLES[Danger.URL])
    assert isinstance(seen(devices)["last_code"].detail, TimeOf)


def test_the_scanner_is_seen_as_it_is_now():
    scanner = Scanner(link=Link.CONNECTED)
    devices = devices_with(scanner)
    assert seen(devices)["scanner"].detail == Said("device_state.read", {"codes": "0"})
    scanner.state = ScannerState(Link.CONNECTED, codes=7)
    assert seen(devices)["scanner"].detail == Said("device_state.read", {"codes": "7"})
    assert seen(devices)["scanner"].is_well


def test_a_scanner_that_cannot_be_opened_says_why():
    devices = devices_with(Scanner(link=Link.SEARCHING, error="scanner.busy"))
    assert seen(devices)["scanner"].detail == Said("scanner.busy")
    assert seen(devices)["scanner"].is_well is False


def test_of_a_scanner_that_types_its_reads_are_said_and_not_that_it_is_well():
    wedge = Wedge[str]()
    for at, key in enumerate("8801234567893\r"):
        wedge.press(key, key, at / 100)
    wedge.end()
    found = seen(devices_with(wedge=wedge))
    assert (found["wedge"].is_well, found["wedge"].detail) == (None, Said("device_state.typed", {"codes": "1"}))
    assert "scanner" not in found


@pytest.mark.parametrize("sight", Sight)
def test_only_a_camera_that_sees_is_well_and_one_that_is_being_opened_may_be(sight):
    row = seen(devices_with(camera=lambda: CameraState(sight)))["camera"]
    assert row.is_well is {Sight.SEEING: True, Sight.OPENING: None}.get(sight, False)
    assert in_words(row.detail, Text.load("ko"))


def test_what_a_camera_has_read_is_counted_as_it_is_now():
    states = iter((CameraState(Sight.SEEING, codes=1), CameraState(Sight.SEEING, codes=7)))
    devices = devices_with(camera=lambda: next(states))
    said = [in_words(seen(devices)["camera"].detail, Text.load("ko")) for _ in range(2)]
    assert said == ["정상, 1번 읽음", "정상, 7번 읽음"]


def test_every_kind_of_scanner_has_its_row():
    found = seen(devices_with(Scanner(link=Link.CONNECTED), Wedge[str](), lambda: CameraState(Sight.SEEING)))
    assert {"scanner", "wedge", "camera"} <= set(found)


def test_a_till_without_any_scanner_says_so():
    assert seen(devices_with())["scanner"].detail == Said("device_state.none")


def test_what_the_scanner_sent_in_vain_is_counted_together():
    assert "thrown_away" not in seen(devices_with(Scanner(link=Link.CONNECTED, codes=5)))
    devices = devices_with(Scanner(link=Link.CONNECTED, dropped=1, overruns=2, broken=4, foreign=8))
    assert seen(devices)["thrown_away"].detail == Said("device_state.times", {"times": "15"})


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("scanner", [None, *(Scanner(link=link, broken=1) for link in Link)])
def test_everything_can_be_said(language, scanner):
    devices, text = devices_with(scanner), Text.load(language)
    for code in SAMPLES.values():
        devices.on_code(code)
    said = [(text(f"device.{name}"), in_words(one.detail, text)) for name, one in seen(devices).items()]
    assert all(name and state for name, state in said)
    assert len(said) >= 3 + 1 + len(Danger)
