"""Speaks what is on the screen, through the voices that the system has: a sentence at a time, and only while it is so.

The engine has a thread of its own, in which no Python runs: what it is told goes straight from a signal to its slots.
To open one takes seconds where it has many voices (Speech Dispatcher with espeak-ng: 2 s), and each sentence is a
question to another program, which may be slow to answer, or hang. From Python, the whole till would wait with it.

Where Qt's speech library cannot be loaded, neither can this module: see kiosk/app_sound.py.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QLocale, QObject, QThread, QTimer, Signal, Slot
from PySide6.QtTextToSpeech import QTextToSpeech

from kiosk.ui.speech import SILENCE, Speech
from kiosk.ui.threads import end_thread

_NO_ENGINES: Final = frozenset({"mock"})
"""They speak to nobody: Qt's own, for tests."""

_UNOPENED: Final = "none"
"""Qt's name for no engine at all."""

_STOP_MS: Final = 500
"""How long an engine that is told to stop may take to say that it has. One that had not begun yet says nothing."""


def system_engine() -> str:
    """The name of what speaks on this system, "" where there is nothing. That it works is known when it is opened."""
    return first_engine(QTextToSpeech.availableEngines())


def first_engine(names: Sequence[str]) -> str:
    """The first of these that speaks to anybody, or ""."""
    return next((name for name in names if name not in _NO_ENGINES), "")


def try_out(engine: str, languages: Iterable[str]) -> tuple[frozenset[str], str]:
    """Which of these languages an engine speaks, and why it cannot be opened, or "". Holds up whoever asks."""
    opened = QTextToSpeech(engine)
    if opened.state() is QTextToSpeech.State.Error:
        return frozenset(), opened.errorString()
    return frozenset(_locales_of(languages, opened.availableLocales())), ""


def locale_of(language: str, found: Sequence[QLocale]) -> QLocale | None:
    """How an engine calls a language; that of its own country, if there are several. Cantonese is not Chinese to it."""
    wanted = QLocale(language)
    fitting = [locale for locale in found if locale.language() == wanted.language()]
    return next((locale for locale in fitting if locale.territory() == wanted.territory()), next(iter(fitting), None))


def _locales_of(languages: Iterable[str], found: Sequence[QLocale]) -> dict[str, QLocale]:
    locales = {language: locale_of(language, found) for language in languages}
    return {language: locale for language, locale in locales.items() if locale is not None}


class Voice(QObject):
    """One voice for each language, as far as the engine has them.

    What is said is always on the screen: a sentence that leaves it is broken off, and one that has not been said yet
    is not said any more. A name is said at once, and what was being said is not taken up again.

    Args:
        engine: The name of the engine.
        languages: What a customer can choose.
        volume: From 0 to 1; the system's own applies besides.

    Attributes:
        found: Emits the languages that it speaks, a frozenset, when that is known.
        lost: The engine has failed, with its own words for the log; nothing is spoken any more.
        said: Emits each sentence when it is handed to the engine.
    """

    found = Signal(object)
    lost = Signal(str)
    said = Signal(str)
    _open = Signal(str)
    _set_volume = Signal(float)
    _set_locale = Signal(QLocale)
    _say = Signal(str)
    _stop = Signal()

    def __init__(self, engine: str, languages: Iterable[str], volume: float) -> None:
        super().__init__()
        self._languages = tuple(languages)
        self._volume = volume
        self._locales: dict[str, QLocale] = {}
        self._speech = SILENCE
        self._spoken = ""
        self._waiting: deque[str] = deque()
        self._saying = ""
        self._stopping = QTimer(self)
        self._stopping.setSingleShot(True)
        self._stopping.setInterval(_STOP_MS)
        self._stopping.timeout.connect(self._go_on)
        self._thread = QThread()
        self._engine = QTextToSpeech(_UNOPENED)
        self._engine.moveToThread(self._thread)
        self._open.connect(self._engine.setEngine)
        self._set_volume.connect(self._engine.setVolume)
        self._set_locale.connect(self._engine.setLocale)
        self._say.connect(self._engine.say)
        self._stop.connect(self._engine.stop)
        self._engine.engineChanged.connect(self._opened)
        self._engine.stateChanged.connect(self._changed)
        self._engine.errorOccurred.connect(self._failed)
        self._thread.finished.connect(self._engine.deleteLater)
        self._thread.start()
        self._open.emit(engine)

    def hear(self, speech: Speech) -> None:
        """From now on this is on the screen."""
        before, self._speech = self._speech, speech
        if speech.language not in self._locales:
            # read with a voice of another language it would be noise, and of an amount perhaps a wrong one
            self._break_off()
        elif (speech.about, speech.language) != (before.about, before.language):
            self._break_off(speech.sentences)
        else:
            fresh = [words for words in speech.sentences if words not in before.sentences]
            waiting = [words for words in (*self._waiting, *fresh) if words in speech.sentences]
            if self._saying in before.sentences and self._saying not in speech.sentences:
                self._break_off(waiting)
            else:
                self._waiting = deque(waiting)
                self._go_on()

    def name(self, words: str) -> None:
        """Say at once what is touched, or has the focus, if anybody listens."""
        if self._speech.language in self._locales:
            self._break_off([words])

    def end(self) -> None:
        """Let go of the engine."""
        self._waiting.clear()
        self._stop.emit()
        end_thread(self._thread)

    def _break_off(self, then: Sequence[str] = ()) -> None:
        self._waiting = deque(then)
        if self._saying:
            self._saying = ""
            self._stopping.start()
            self._stop.emit()
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        """Say the next sentence, unless one is being said or broken off."""
        if not self._waiting or self._saying or self._stopping.isActive():
            return
        self._saying = self._waiting.popleft()
        if self._speech.language != self._spoken:
            self._spoken = self._speech.language
            self._set_locale.emit(self._locales[self._spoken])
        self.said.emit(self._saying)
        self._say.emit(self._saying)

    @Slot(str)
    def _opened(self, _name: str) -> None:
        """Look for a voice in each language."""
        if self._engine.state() is QTextToSpeech.State.Error:
            self._failed(self._engine.errorReason(), self._engine.errorString())
            return
        self._locales = _locales_of(self._languages, self._engine.availableLocales())
        self._set_volume.emit(self._volume)
        self.found.emit(frozenset(self._locales))

    @Slot(QTextToSpeech.State)
    def _changed(self, state: QTextToSpeech.State) -> None:
        if state is QTextToSpeech.State.Ready:
            self._saying = ""
            self._stopping.stop()
            self._go_on()

    @Slot(QTextToSpeech.ErrorReason, str)
    def _failed(self, _reason: QTextToSpeech.ErrorReason, words: str) -> None:
        self._locales.clear()
        self._break_off()
        self.lost.emit(words)
