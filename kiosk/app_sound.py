"""The tones and the voice of a till, put together. A till that has neither sells all the same; nothing needs an ear."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from kiosk.flows.observable import Observable
from kiosk.flows.views import Shown
from kiosk.services.config import Config
from kiosk.services.resources import resource

if TYPE_CHECKING:
    from kiosk.ui.voice import Voice
    from kiosk.ui.window import KioskWindow

log = structlog.get_logger("kiosk")

NOT_THERE = (ImportError, OSError)
"""What loading Qt's sound libraries raises where a library of the system that they are linked to is missing."""


def open_sound(config: Config, window: "KioskWindow", shown: Observable[Shown]) -> Callable[[], None]:
    """Play tones and offer a voice, as far as this machine can; call what comes back to be silent again.

    Args:
        config: Says whether, and how loud.
        window: On the screen already.
        shown: What is on it.
    """
    if not config.sound.enabled:
        return _nothing
    try:
        # a silent till starts without the libraries, and one that lacks what they need starts all the same
        from kiosk.ui.sounds import Sounds
        from kiosk.ui.voice import Voice, system_engine
    except NOT_THERE as error:
        log.warning("no sound", error=str(error))
        return _nothing
    sounds = Sounds(resource("sounds"), config.sound.loudness)
    ends = [shown.subscribe(sounds.hear), sounds.end]
    engine = system_engine()
    if engine:
        ends.append(let_speak(window, Voice(engine, config.kiosk.languages, config.sound.loudness)))

    def end() -> None:
        for each in ends:
            each()

    return end


def let_speak(window: "KioskWindow", voice: "Voice") -> Callable[[], None]:
    """Offer this voice to customers, and let it say what the window announces; call what comes back to part them."""
    from kiosk.ui.named import Named

    def offer(languages: frozenset[str]) -> None:
        log.info("voice", languages=sorted(languages))
        window.speak_in(languages)

    def lose(words: str) -> None:
        log.warning("no voice", error=words)
        window.speak_in(frozenset())

    named = Named(window)
    named.named.connect(voice.name)
    voice.found.connect(offer)
    voice.lost.connect(lose)
    window.announced.connect(voice.hear)

    def part() -> None:
        window.announced.disconnect(voice.hear)
        voice.end()

    return part


def _nothing() -> None:
    pass
