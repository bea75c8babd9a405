"""Tones and voice, put together: they follow what is shown, and a till that cannot sound starts and sells."""

import sys

import pytest
from PySide6.QtTest import QSignalSpy

from kiosk import app_sound
from kiosk.app_sound import open_sound
from kiosk.flows.observable import Observable
from kiosk.flows.views import ScanNotice, Shown
from kiosk.services.config import Config
from kiosk.tools.samples import LINES, VIEWS, basket
from kiosk.ui import sounds, voice
from kiosk.ui.tones import Tone
from tests.ui.windows import open_window

START = Shown(VIEWS["start"], "ko")
SCANNED = Shown(basket(LINES, ScanNotice.ADDED, 1), "ko")


@pytest.fixture
def shown() -> Observable[Shown]:
    return Observable(START)


@pytest.fixture
def made(monkeypatch) -> list[QSignalSpy]:
    """What every set of tones that is made is asked to play."""
    spies: list[QSignalSpy] = []

    class Watched(sounds.Sounds):
        def __init__(self, *arguments) -> None:
            super().__init__(*arguments)
            spies.append(QSignalSpy(self.wanted))

    monkeypatch.setattr(sounds, "Sounds", Watched)
    return spies


def config(**sound) -> Config:
    store = {"name": "다정상회", "business_number": "123-45-67890", "address": "서울", "phone": "02-000-0000"}
    return Config.model_validate({"store": store, "kiosk": {"id": "K01"}, "sound": sound})


def test_the_tones_follow_what_is_shown_until_the_end(qtbot, shown, made):
    end = open_sound(config(), open_window(qtbot), shown)
    shown.publish(SCANNED)
    end()
    assert [made[0].at(n)[0] for n in range(made[0].count())] == [Tone.OK]
    shown.publish(START)
    shown.publish(SCANNED)
    assert made[0].count() == 1


def test_a_till_that_is_to_be_silent_opens_nothing(qtbot, shown, made):
    open_sound(config(enabled=False), open_window(qtbot), shown)()
    assert made == []


@pytest.mark.parametrize("missing", ["kiosk.ui.sounds", "kiosk.ui.voice"])
def test_where_a_library_is_missing_the_till_is_silent_and_starts(qtbot, shown, made, monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    end = open_sound(config(), open_window(qtbot), shown)
    shown.publish(SCANNED)
    end()
    assert made == []


def test_the_voice_is_offered_when_it_is_found_and_let_go_at_the_end(qtbot, shown, monkeypatch):
    monkeypatch.setattr(voice, "system_engine", lambda: "mock")
    window = open_window(qtbot)
    window.speak_in(frozenset())
    end = open_sound(config(volume=30), window, shown)
    qtbot.waitUntil(lambda: window._theme.spoken == frozenset({"en"}), timeout=5000)
    end()


def test_without_an_engine_nothing_is_offered(qtbot, shown, monkeypatch):
    monkeypatch.setattr(voice, "system_engine", lambda: "")
    monkeypatch.setattr(app_sound, "let_speak", lambda *_: pytest.fail("there is nothing that speaks"))
    open_sound(config(), open_window(qtbot), shown)()


def test_the_volume_is_a_share_of_one():
    assert config(volume=30).sound.loudness == 0.3
    assert config().sound.loudness == 1.0
