"""`kiosk doctor --scan`, on a pseudo-terminal."""

import contextlib
import re
import threading
import time

import pytest
import serial

from kiosk import cli
from kiosk.services.resources import resource
from tests.support.plug import Plug

COUPON = "98765432123456789"
EVERY_S = 0.2
"""So often a code is held under the scanner: what comes before the port is open is lost."""


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")


@pytest.fixture
def plug(tmp_path):
    plug = Plug(tmp_path / "scanner")
    plug.plug_in()
    yield plug
    plug.unplug()


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("KIOSK_SCANNER__PORT", str(tmp_path / "scanner"))
    template = resource("demo", "kiosk.toml").read_text("utf-8")
    file = tmp_path / "kiosk.toml"
    file.write_text(template.format(port=1, callback=0, state=(tmp_path / "state").as_posix()), "utf-8")
    return file


@contextlib.contextmanager
def held_under(plug, sent):
    """Somebody holds a code there until it was seen."""
    seen = threading.Event()

    def hold():
        while not seen.wait(EVERY_S):
            plug.send(sent)

    hand = threading.Thread(target=hold)
    hand.start()
    try:
        yield
    finally:
        seen.set()
        hand.join()


def scan(config, seconds="20"):
    return cli.main(["doctor", "--scan", seconds, "--config", str(config)])


@pytest.mark.parametrize(
    ("sent", "kind", "length", "end"),
    [
        (b"8801043036016\r", "a product code", 13, "****6016"),
        (b"98765432123456789\r", "a coupon", 17, "****6789"),
        (b"SHELF-12", "a store's own code", 8, "****"),
    ],
)
def test_a_scan_is_described_and_never_shown_whole(plug, config, capsys, sent, kind, length, end):
    with held_under(plug, sent):
        assert scan(config) == 0
    said = capsys.readouterr().out
    assert f"Kind: {kind}\nLength: {length} characters\nSymbology identifier: -\n" in said
    assert said.endswith(f"It would be taken: {end}\n")
    assert sent.decode().strip() not in said


def test_it_says_how_long_it_took_from_the_last_byte_and_in_all(plug, config, capsys, monkeypatch):
    monkeypatch.setenv("KIOSK_SCANNER__GAP_MS", "100")
    with held_under(plug, b"SHELF-12"):
        scan(config)
    found = re.search(r"after ([0-9.]+) s, ([0-9.]+) ms after its last byte", capsys.readouterr().out)
    assert found
    assert 100 <= float(found[2]) <= float(found[1]) * 1000 + 50


@pytest.mark.parametrize(
    ("sent", "why"),
    [(b"https://evil.example\r", "web addresses"), (b"8801\x1b[2J\r", "control"), (b"@SETUPE1\r", "scanner settings")],
)
def test_of_a_scan_that_would_be_refused_it_says_why_and_nothing_of_its_text(plug, config, capsys, sent, why):
    with held_under(plug, sent):
        assert scan(config) == 1
    said = capsys.readouterr().out
    assert f"Length: {len(sent) - 1} characters" in said
    assert why in said.splitlines()[-1]
    assert "evil" not in said
    assert "[2J" not in said
    assert "SETUP" not in said


def test_a_symbology_identifier_that_is_not_taken_off_is_the_reason_and_says_what_to_set(plug, config, capsys):
    with held_under(plug, b"]E08801043036016\r"):
        assert scan(config) == 1
    said = capsys.readouterr().out
    assert "identifier: ]E0" in said
    assert "strip_aim = true" in said


def test_a_symbology_identifier_that_is_taken_off_is_told(plug, config, capsys, monkeypatch):
    monkeypatch.setenv("KIOSK_SCANNER__STRIP_AIM", "true")
    with held_under(plug, b"]E08801043036016\r"):
        assert scan(config) == 0
    said = capsys.readouterr().out
    assert "Length: 13 characters\nSymbology identifier: ]E0" in said


@pytest.mark.parametrize(
    ("setting", "value", "sent", "names"),
    [
        ("PREFIX", "P", b"8801\r", "prefix and suffix"),
        ("ENDED_BY", "tab", b"8801\r", "ended_by"),
        ("BAUD", "9600", b"8" * 600 + b"\r", "longer than any code"),
    ],
)
def test_a_scan_that_is_thrown_away_says_which_setting_does_not_fit(
    plug, config, capsys, monkeypatch, setting, value, sent, names
):
    monkeypatch.setenv(f"KIOSK_SCANNER__{setting}", value)
    monkeypatch.setenv("KIOSK_SCANNER__GAP_MS", "5")
    with held_under(plug, sent):
        assert scan(config) == 1
    assert names in capsys.readouterr().out


def test_when_nothing_comes_it_says_what_to_look_at(plug, config, capsys):
    assert scan(config, "0.3") == 1
    assert "baud" in capsys.readouterr().out.splitlines()[-1]


def test_a_scanner_that_is_not_there_is_a_sentence_with_what_to_do_at_once(config, capsys):
    began_s = time.monotonic()
    assert scan(config, "20") == 1
    assert time.monotonic() - began_s < 10
    assert "Plug it in, and look at [scanner] port." in capsys.readouterr().out


def test_a_scanner_that_another_program_reads_is_a_sentence_with_what_to_do(plug, config, capsys):
    with serial.Serial(str(plug.path), exclusive=True):
        assert scan(config) == 1
    assert "Another program uses the scanner. If that is this kiosk, stop it first" in capsys.readouterr().out


def test_a_path_that_is_no_scanner_is_a_sentence_with_what_to_do(config, tmp_path, capsys):
    (tmp_path / "scanner").write_text("8801\r")
    assert scan(config) == 1
    assert "The scanner cannot be read. Does [scanner] port" in capsys.readouterr().out


def test_without_a_configured_scanner_it_says_what_to_fill_in(config, capsys, monkeypatch):
    monkeypatch.setenv("KIOSK_SCANNER__PORT", "none")
    assert scan(config) == 1
    assert "[scanner] port" in capsys.readouterr().out


def test_without_a_configuration_it_is_one_sentence(tmp_path, capsys):
    assert scan(tmp_path / "none.toml") == 1
    assert "none.toml" in capsys.readouterr().err
