"""Draws the tones of the till, each a small WAV file in resources/sounds. The same bytes in every run.

    python packaging/sounds.py

They differ in how many notes there are and in which way they go, not only in height, so that a loudspeaker of little
worth and an ear that hears no high notes tell them apart: one note up is "taken", two low ones "not known", three that
come again call somebody, and a chord that climbs is "paid".
"""

from __future__ import annotations

import sys
import wave
from array import array
from math import exp, pi, sin
from pathlib import Path
from typing import Final, NamedTuple

FOLDER: Final = Path(__file__).resolve().parent.parent / "resources" / "sounds"
RATE_HZ: Final = 48_000
PEAK: Final = 0.5 * 32_767
ATTACK_S: Final = 0.006
"""A note that begins at once clicks."""

FADE_S: Final = 0.02
OVERTONES: Final = (1.0, 0.25, 0.08)
"""Loudness of a note's first, second and third harmonic; together they make it a bell, not a whistle."""


class Note(NamedTuple):
    """A note, or a pause.

    Attributes:
        height_hz: How high; 0 for a pause.
        length_s: How long.
    """

    height_hz: float
    length_s: float


TONES: Final[dict[str, tuple[Note, ...]]] = {
    "ok": (Note(1046.5, 0.05), Note(1568.0, 0.11)),
    "unknown": (Note(311.1, 0.13), Note(0, 0.05), Note(233.1, 0.24)),
    "attention": (
        *(Note(784.0, 0.12), Note(0, 0.05), Note(784.0, 0.12), Note(0, 0.05), Note(1046.5, 0.22)),
        Note(0, 0.25),
        *(Note(784.0, 0.12), Note(0, 0.05), Note(784.0, 0.12), Note(0, 0.05), Note(1046.5, 0.22)),
    ),
    "done": (Note(523.3, 0.1), Note(659.3, 0.1), Note(784.0, 0.1), Note(1046.5, 0.35)),
}


def drawn(notes: tuple[Note, ...]) -> bytes:
    """The samples of these notes, one after the other: 16 bit, one channel, little endian."""
    samples = array("h", [sample for note in notes for sample in _samples(note)])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def _samples(note: Note) -> list[int]:
    count = round(note.length_s * RATE_HZ)
    return [round(PEAK * _loudness(at / RATE_HZ, note.length_s) * _wave(note, at)) for at in range(count)]


def _wave(note: Note, at: int) -> float:
    turns = 2 * pi * note.height_hz * at / RATE_HZ
    return sum(part * sin((number + 1) * turns) for number, part in enumerate(OVERTONES)) / sum(OVERTONES)


def _loudness(at_s: float, length_s: float) -> float:
    return min(at_s / ATTACK_S, 1.0) * min((length_s - at_s) / FADE_S, 1.0) * exp(-2.5 * at_s)


def write(folder: Path) -> None:
    """Draw all tones into this folder."""
    for name, notes in TONES.items():
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(drawn(notes))


if __name__ == "__main__":
    write(FOLDER)
