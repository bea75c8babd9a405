"""Plays the tones. They are loaded before one is wanted, and whoever asks for one waits for nothing.

They have a thread of their own: a sound server that hangs would hold up whoever asks it for anything. Qt's QSoundEffect
would be less to write, but that of 6.11 leaves a closed socket in the event loop under PulseAudio, which then turns
without end (seen with 6.11.3, in two of three runs).

Where Qt's sound library cannot be loaded, neither can this module: see kiosk/app_sound.py.
"""

import wave
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QObject, QThread, Signal, Slot
from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices

from kiosk.flows.views import Shown
from kiosk.ui.threads import end_thread
from kiosk.ui.tones import Tone, is_of_staff, tone_of

RATE_HZ: Final = 48_000
"""Of all files: what devices have themselves, so that little has to be converted."""


def output_name() -> str:
    """What the system calls where its sound comes out; "" where it has nothing of the kind."""
    device = QMediaDevices.defaultAudioOutput()
    return "" if device.isNull() else device.description()


class _Player(QObject):
    """The device, in its thread. Without one it is silent, and begins when one is plugged in.

    Attributes:
        began: A tone was begun, or there is no device for it.
    """

    began = Signal()

    def __init__(self, folder: Path, volume: float) -> None:
        super().__init__()
        self._folder = folder
        self._volume = volume
        self._sinks: dict[str, tuple[QAudioSink, QBuffer]] = {}

    @Slot()
    def open(self) -> None:
        """Make everything ready to play."""
        self._load()
        self._devices = QMediaDevices(self)
        self._devices.audioOutputsChanged.connect(self._load)

    @Slot(str)
    def play(self, tone: str) -> None:
        """Begin a tone, from its beginning if it is under way."""
        if tone in self._sinks:
            sink, samples = self._sinks[tone]
            sink.stop()
            samples.seek(0)
            sink.start(samples)
        self.began.emit()

    @Slot()
    def close(self) -> None:
        """Let go of the device."""
        self._sinks.clear()

    @Slot()
    def _load(self) -> None:
        device = QMediaDevices.defaultAudioOutput()
        self._sinks.clear()
        if device.isNull():
            return
        form = QAudioFormat()
        form.setSampleRate(RATE_HZ)
        form.setChannelCount(1)
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        for tone in Tone:
            sink = QAudioSink(device, form)
            sink.setVolume(self._volume)
            self._sinks[tone] = (sink, _samples(self._folder / f"{tone}.wav"))


class Sounds(QObject):
    """The tones of a till.

    Args:
        folder: Where the files are.
        volume: From 0 to 1; the system's own applies besides.

    Attributes:
        wanted: Emits each tone that is to be played.
    """

    wanted = Signal(str)
    _closed = Signal()

    def __init__(self, folder: Path, volume: float) -> None:
        super().__init__()
        self._before: Shown | None = None
        self._is_beginning = False
        self._thread = QThread()
        self._player = _Player(folder, volume)
        self._player.moveToThread(self._thread)
        self._player.began.connect(self._begun)
        self.wanted.connect(self._player.play)
        self._closed.connect(self._player.close)
        self._thread.started.connect(self._player.open)
        self._thread.finished.connect(self._player.deleteLater)
        self._thread.start()

    def hear(self, shown: Shown) -> None:
        """This is on the screen now: play what goes with it. A tone that could only come late is not played at all."""
        if is_of_staff(shown.view):
            return
        before, self._before = self._before, shown
        tone = None if before is None else tone_of(before, shown)
        if tone is not None and not self._is_beginning:
            self._is_beginning = True
            self.wanted.emit(tone)

    def end(self) -> None:
        """Let go of the device."""
        self._closed.emit()
        end_thread(self._thread)

    @Slot()
    def _begun(self) -> None:
        self._is_beginning = False


def _samples(path: Path) -> QBuffer:
    with wave.open(str(path), "rb") as file:
        buffer = QBuffer()
        buffer.setData(file.readframes(file.getnframes()))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return buffer
