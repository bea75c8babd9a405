"""Plays the tones. They are loaded before one is wanted, and whoever asks for one waits for nothing.

Where Qt's sound library cannot be loaded, neither can this module: see kiosk/app_sound.py.
"""

from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtMultimedia import QMediaDevices, QSoundEffect

from kiosk.flows.views import Shown
from kiosk.ui.tones import Tone, is_of_staff, tone_of


def output_name() -> str:
    """What the system calls where its sound comes out; "" where it has nothing of the kind."""
    device = QMediaDevices.defaultAudioOutput()
    return "" if device.isNull() else device.description()


class Sounds(QObject):
    """The tones of a till. Without a device it is silent, and begins when one is plugged in.

    Args:
        folder: Where the files are.
        volume: From 0 to 1; the system's own applies besides.
    """

    def __init__(self, folder: Path, volume: float) -> None:
        super().__init__()
        self._folder = folder
        self._volume = volume
        self._before: Shown | None = None
        self._devices = QMediaDevices(self)
        self._devices.audioOutputsChanged.connect(self._load)
        self._effects: dict[Tone, QSoundEffect] = {}
        self._load()

    def hear(self, shown: Shown) -> None:
        """This is on the screen now: play what goes with it."""
        if is_of_staff(shown.view):
            return
        before, self._before = self._before, shown
        tone = None if before is None else tone_of(before, shown)
        if tone in self._effects:
            self._effects[tone].play()

    def _load(self) -> None:
        """An effect stays with the device that it was made for."""
        self._effects = {} if not output_name() else {tone: self._effect(tone) for tone in Tone}

    def _effect(self, tone: Tone) -> QSoundEffect:
        effect = QSoundEffect()
        effect.setVolume(self._volume)
        effect.setSource(QUrl.fromLocalFile(str(self._folder / f"{tone}.wav")))
        return effect
