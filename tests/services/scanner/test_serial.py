"""A serial scanner, on pseudo-terminals."""

import asyncio
import threading
import time
from itertools import islice
from typing import Any

import pytest
from serial.tools.list_ports_common import ListPortInfo

from kiosk.domain.errors import ConfigError
from kiosk.services import config
from kiosk.services.scanner.framing import End
from kiosk.services.scanner.serial import Line, Link, ScannerState, SerialScanner, UsbPort, parse_port, pauses
from tests.services.scanner.reading import DEADLINE_S, QUICK, Till, reading, stand_still_until
from tests.support.plug import Plug


@pytest.fixture
def plug(tmp_path):
    plug = Plug(tmp_path / "scanner")
    plug.plug_in()
    yield plug
    plug.unplug()


@pytest.mark.parametrize(
    "data", [b"8801\r8802\r", b"8801\n8802\n", b"8801\r\n8802\r\n", b"\x028801\x03\x028802\x03"], ids=repr
)
async def test_scans_arrive_on_the_loop_whatever_ends_them(plug, data):
    async with reading(plug) as (scanner, till):
        plug.send(data)
        await till.until(lambda: len(till.codes) == 2)
        assert till.codes == ["8801", "8802"]
        assert scanner.state.codes == 2


async def test_a_scan_without_an_end_arrives_after_the_silence(plug):
    async with reading(plug) as (_, till):
        plug.send(b"8801")
        await till.until(lambda: till.codes)
        assert till.codes == ["8801"]


async def test_a_scan_that_comes_in_pieces_is_one_code(plug):
    async with reading(plug, Line(gap_s=DEADLINE_S / 4)) as (scanner, till):
        for piece in (b"88", b"010", b"43036016\r", b"\n", b"next\r"):
            before = scanner.state.last_read
            plug.send(piece)
            stand_still_until(lambda since=before: scanner.state.last_read != since)
        await till.until(lambda: len(till.codes) == 2)
        assert till.codes == ["8801043036016", "next"]


async def test_the_state_says_when_it_was_last_read(plug):
    async with reading(plug) as (scanner, till):
        assert scanner.state == ScannerState(Link.CONNECTED, connections=1)
        before = time.monotonic()
        plug.send(b"8801\r")
        await till.until(lambda: till.codes)
        assert before <= (scanner.state.last_read or 0) <= time.monotonic()


async def test_a_scanner_that_is_unplugged_is_lost_and_comes_back_by_itself(plug):
    async with reading(plug) as (scanner, till):
        plug.unplug()
        lost = await till.until_link(Link.LOST, 1)
        assert lost.error.startswith("scanner.")
        plug.plug_in()
        back = await till.until_link(Link.CONNECTED, 2)
        assert back.error == ""
        plug.send(b"8801\r")
        await till.until(lambda: till.codes)
        assert scanner.state.connections == 2


async def test_the_half_of_a_scan_from_before_the_unplugging_is_forgotten(plug):
    async with reading(plug, Line(gap_s=0.5, retry_s=(0.01, 0.02))) as (scanner, till):
        plug.send(b"half")
        stand_still_until(lambda: scanner.state.last_read)
        plug.unplug()
        await till.until_link(Link.LOST, 1)
        plug.plug_in()
        await till.until_link(Link.CONNECTED, 2)
        plug.send(b"8801\r")
        await till.until(lambda: till.codes)
        assert till.codes == ["8801"]


async def test_a_scanner_that_was_never_there_is_searched_until_it_is_plugged_in(tmp_path):
    plug = Plug(tmp_path / "scanner")
    till = Till()
    scanner = SerialScanner(str(plug.path), till.on_code, till.on_state, asyncio.get_running_loop(), QUICK)
    scanner.start()
    try:
        await till.until(lambda: till.states)
        assert till.states[-1] == ScannerState(Link.SEARCHING, error="scanner.missing")
        plug.plug_in()
        await till.until_link(Link.CONNECTED, 1)
    finally:
        scanner.close()
        plug.unplug()


async def test_a_port_that_another_program_reads_is_busy(plug):
    async with reading(plug):
        till = Till()
        second = SerialScanner(str(plug.path), till.on_code, till.on_state, asyncio.get_running_loop(), QUICK)
        second.start()
        try:
            await till.until(lambda: till.states)
            assert till.states[-1] == ScannerState(Link.SEARCHING, error="scanner.busy")
        finally:
            second.close()


async def test_a_path_that_is_no_serial_port_is_told_not_crashed_on(tmp_path):
    path = tmp_path / "file"
    path.write_text("8801\r")
    till = Till()
    scanner = SerialScanner(str(path), till.on_code, till.on_state, asyncio.get_running_loop(), QUICK)
    scanner.start()
    try:
        await till.until(lambda: till.states)
        assert till.states[-1].error == "scanner.failed"
        assert not till.codes
    finally:
        scanner.close()


async def test_a_flood_of_scans_fills_no_queue_and_the_first_are_kept(plug):
    line = Line(queue_max=8)
    async with reading(plug, line) as (scanner, till):
        scans = 1_000_000 // 14
        plug.send(b"".join(b"%013d\r" % number for number in range(scans)))  # the loop stands still meanwhile
        stand_still_until(lambda: scanner.state.codes == scans)
        assert scanner.state.dropped == scans - 8
        await till.until(lambda: len(till.codes) == 8)
        assert till.codes == [f"{number:013d}" for number in range(8)]


async def test_a_flood_without_an_end_is_nothing_and_the_next_scan_is_read(plug):
    async with reading(plug) as (scanner, till):
        plug.send(b"A" * 1_000_000 + b"\r8801\r")
        await till.until(lambda: till.codes)
        assert till.codes == ["8801"]
        assert scanner.state.overruns == 1


async def test_after_close_nothing_is_delivered_and_the_port_is_free(plug):
    async with reading(plug) as (scanner, till):
        plug.send(b"8801\r")
        stand_still_until(lambda: scanner.state.codes)  # read by the thread, not yet handed to the loop
        scanner.close()
        scanner.close()
        assert not scanner.state.connected
        states = len(till.states)
        async with reading(plug):
            assert till.codes == []
            assert len(till.states) == states


async def test_close_does_not_wait_for_the_next_try(tmp_path):
    till = Till()
    line = Line(retry_s=(3600, 3600))
    scanner = SerialScanner(str(tmp_path / "none"), till.on_code, till.on_state, asyncio.get_running_loop(), line)
    scanner.start()
    await till.until(lambda: till.states)
    before = time.monotonic()
    scanner.close()
    assert time.monotonic() - before < 4
    assert not any(thread.name.startswith("scanner") for thread in threading.enumerate())


def test_the_pauses_between_tries_double_up_to_the_longest():
    assert list(islice(pauses(0.5, 5), 6)) == [0.5, 1, 2, 4, 5, 5]


async def test_after_a_connection_the_tries_are_quick_again(plug):
    """With pauses that grow without bound, a scanner that comes and goes often is only found if they start anew."""
    async with reading(plug, Line(retry_s=(0.01, 3600))) as (_, till):
        for times in range(2, 17):
            plug.unplug()
            await till.until_link(Link.LOST, times - 1)
            plug.plug_in()
            await till.until_link(Link.CONNECTED, times)


class FailsInTime:
    """A loop that has a bug from some moment on."""

    def __init__(self, loop) -> None:
        self._loop = loop
        self.has_bug = False

    def call_soon_threadsafe(self, callback):
        if self.has_bug:
            self.has_bug = False
            raise ZeroDivisionError
        self._loop.call_soon_threadsafe(callback)


async def test_a_bug_in_the_thread_is_reported_and_the_scanner_no_longer_counts_as_connected(plug, monkeypatch):
    reported = []
    monkeypatch.setattr(threading, "excepthook", lambda report: reported.append(report.exc_type))
    till = Till()
    loop: Any = FailsInTime(asyncio.get_running_loop())
    scanner = SerialScanner(str(plug.path), till.on_code, till.on_state, loop, QUICK)
    scanner.start()
    try:
        await till.until_link(Link.CONNECTED, 1)
        loop.has_bug = True
        plug.send(b"8801\r")
        lost = await till.until_link(Link.LOST, 1)
        assert lost.error == "scanner.failed"
    finally:
        scanner.close()
    assert reported == [ZeroDivisionError]


async def test_a_scanner_that_was_never_started_can_be_closed(tmp_path):
    till = Till()
    SerialScanner(str(tmp_path / "none"), till.on_code, till.on_state, asyncio.get_running_loop()).close()
    assert till.states == []


def usb(device, vid, pid, number=None):
    port = ListPortInfo(device)
    port.vid, port.pid, port.serial_number = vid, pid, number
    return port


DEVICES = [
    usb("/dev/ttyS0", None, None),
    usb("/dev/ttyACM2", 0x0C2E, 0x0901, "B"),
    usb("/dev/ttyACM1", 0x0C2E, 0x0901, "A:1"),
    usb("/dev/ttyACM0", 0x05F9, 0x4204),
]


@pytest.mark.parametrize("port", ["/dev/serial/by-id/x", "COM3", "/dev/usb:1"])
def test_a_path_is_taken_as_it_is(port):
    assert parse_port(port) == port


@pytest.mark.parametrize(
    ("port", "device"),
    [
        ("usb:05F9:4204", "/dev/ttyACM0"),
        ("USB:05f9:4204", "/dev/ttyACM0"),
        ("usb:0c2e:0901", "/dev/ttyACM1"),
        ("usb:0c2e:0901:B", "/dev/ttyACM2"),
        ("usb:0c2e:0901:A:1", "/dev/ttyACM1"),
    ],
)
def test_a_scanner_is_found_by_its_usb_ids(port, device):
    usb_port = parse_port(port)
    assert isinstance(usb_port, UsbPort)
    assert usb_port.find(DEVICES) == device


@pytest.mark.parametrize("port", ["usb:0c2e:0902", "usb:0c2e:0901:C", "usb:05f9:4204:A"])
def test_a_usb_scanner_that_is_not_plugged_in_is_not_found(port):
    usb_port = parse_port(port)
    assert isinstance(usb_port, UsbPort)
    with pytest.raises(FileNotFoundError):
        usb_port.find(DEVICES)


@pytest.mark.parametrize("port", ["usb:", "usb:0c2e", "usb:0c2e:901", "usb:zzzz:0901", "usb:0c2e:0901:"])
async def test_a_malformed_usb_name_is_refused_before_anything_starts(port):
    till = Till()
    with pytest.raises(ConfigError) as refused:
        SerialScanner(port, till.on_code, till.on_state, asyncio.get_running_loop())
    assert (refused.value.key, refused.value.params) == ("config.scanner_port", {"value": port})


async def test_a_usb_scanner_that_is_not_there_is_searched():
    till = Till()
    scanner = SerialScanner("usb:ffff:ffff", till.on_code, till.on_state, asyncio.get_running_loop(), QUICK)
    scanner.start()
    try:
        await till.until(lambda: till.states)
        assert till.states[-1] == ScannerState(Link.SEARCHING, error="scanner.missing")
    finally:
        scanner.close()


def test_the_line_is_driven_as_the_configuration_says():
    section = config.Scanner(baud=115200, gap_ms=20, ended_by="tab", prefix="P", suffix="#", strip_aim=True)
    expected = Line(baud=115200, gap_s=0.02, ended_by=End.TAB, prefix="P", suffix="#", strip_aim=True, queue_max=7)
    assert Line.configured(section, queue_max=7) == expected


@pytest.mark.parametrize("end", End)
def test_whatever_ends_a_scan_can_be_configured(end):
    section = config.Scanner.model_validate({"ended_by": end.value})
    assert Line.configured(section, queue_max=7).ended_by is end


async def test_what_the_scanner_was_set_to_send_is_taken_off_and_what_it_lacks_is_counted(plug):
    line = Line(ended_by=End.TAB, prefix="P", suffix="#", retry_s=(0.01, 0.02))
    async with reading(plug, line) as (scanner, till):
        plug.send(b"8801\tP8802#\t")
        await till.until(lambda: till.codes)
        assert till.codes == ["8802"]
        assert (scanner.state.codes, scanner.state.foreign, scanner.state.thrown_away) == (1, 1, 1)
