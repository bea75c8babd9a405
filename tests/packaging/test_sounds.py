"""The tones: drawn by our own script, always the same, heard apart, and gentle."""

import importlib.util
import wave
from array import array
from pathlib import Path

import pytest

from kiosk.services.resources import resource
from kiosk.ui.sounds import RATE_HZ
from kiosk.ui.tones import Tone

SCRIPT = Path(__file__).parents[2] / "packaging" / "sounds.py"


@pytest.fixture(scope="module")
def sounds():
    """packaging/sounds.py as a module."""
    spec = importlib.util.spec_from_file_location("sounds_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def samples_of(tone: Tone) -> "array[int]":
    with wave.open(str(resource("sounds") / f"{tone}.wav"), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        return array("h", file.readframes(file.getnframes()))


def test_the_script_draws_the_same_files_again(sounds, tmp_path):
    sounds.write(tmp_path)
    drawn = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in resource("sounds").glob("*.wav")}
    assert drawn.keys() == kept.keys()
    assert [name for name in kept if drawn[name] != kept[name]] == []


def test_there_is_a_tone_for_each_thing_that_is_told(sounds):
    assert set(sounds.TONES) == set(Tone)


def test_the_tones_differ_in_how_many_notes_they_have_or_in_which_way_they_go(sounds):
    forms = {}
    for name, notes in sounds.TONES.items():
        heights = [note.height_hz for note in notes if note.height_hz]
        forms[name] = (len(heights), heights[-1] > heights[0])
    assert len(set(forms.values())) == len(Tone)


@pytest.mark.parametrize("tone", list(Tone))
def test_a_tone_begins_and_ends_quietly_and_is_never_cut_off_by_its_loudness(tone):
    samples = samples_of(tone)
    assert abs(samples[0]) < 300
    assert abs(samples[-1]) < 1500
    assert 8_000 < max(map(abs, samples)) < 20_000


def test_a_scan_is_answered_shortly():
    assert len(samples_of(Tone.OK)) / RATE_HZ < 0.2
