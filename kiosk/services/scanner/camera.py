"""A camera as a scanner: one thread takes its pictures, another reads the newest; the loop gets small results.

It comes back by itself from everything that can be undone: unplugged, busy, no right yet, standing still.
"""

import asyncio
import errno
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from kiosk.domain.picture import Shot
from kiosk.services.bridge import Bridge
from kiosk.services.config import Config
from kiosk.services.scanner.decoding import Decoder, load
from kiosk.services.scanner.eye import Eye, Seen, small
from kiosk.services.scanner.gates import DEFAULT, Gates, Symbology
from kiosk.services.scanner.light import is_black
from kiosk.services.scanner.serial import pauses
from kiosk.services.scanner.sight import CameraState, Sight, sight_without
from kiosk.services.scanner.source import Source, Wish, open_source

if TYPE_CHECKING:
    from kiosk.services.scanner.source import Picture

T = TypeVar("T")

ASLEEP_PER_S: Final = 4
"""Pictures a second that are looked at while nothing happens: a hand is noticed within a quarter of a second."""

_JITTER_S = 0.01
_JOIN_S = 5.0
_WAIT_S = 0.2
_TRIED = 10


@dataclass(frozen=True, slots=True)
class Setting:
    """How a camera is used.

    Attributes:
        wish: What is asked of it.
        wanted: The kinds of code that are read.
        mirror: Its picture is shown as in a mirror.
        frozen_s: Pictures that are the same for so long stand still [s].
        retry_s: First and longest pause between two tries to open [seconds]; doubles in between.
        queue_max: Codes that may wait for the loop.
    """

    wish: Wish
    wanted: frozenset[Symbology] = DEFAULT
    mirror: bool = True
    frozen_s: float = 5.0
    retry_s: tuple[float, float] = (0.5, 5.0)
    queue_max: int = 32


def setting_of(config: Config) -> Setting:
    """The camera that is configured."""
    section = config.camera
    wish = Wish(section.device, section.width, section.height, section.fps)
    return Setting(wish, section.wanted, section.mirror, queue_max=config.limits.scan_queue_max)


def can_read() -> bool:
    """The libraries without which no picture is read are there."""
    libraries = load()
    return libraries.cv2 is not None and libraries.zxing is not None


def try_out(wish: Wish) -> CameraState:
    """Open a camera, take a few pictures, give it back, and say how it was. Takes seconds."""
    if not can_read():
        return CameraState(Sight.NO_LIBRARIES)
    try:
        source = open_source(wish, threading.Event())
    except OSError as failure:
        return CameraState(sight_without(failure))
    try:
        # the first are dark with many cameras: they have yet to find out how bright it is
        pictures = [source.picture() for _ in range(_TRIED) if source.grab()]
    finally:
        source.close()
    last = next((picture for picture in reversed(pictures) if picture is not None), None)
    if last is None:
        return CameraState(Sight.FAILED)
    return CameraState(Sight.BLACK if is_black(small(last)) else Sight.SEEING, last.shape[1], last.shape[0])


class Newest(Generic[T]):
    """A place for one thing, from one thread to another: what was not taken in time gives way to what is newer."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._thing: T | None = None

    def put(self, thing: T) -> None:
        """Put it there."""
        with self._news:
            self._thing = thing
            self._news.notify()

    def take(self, within_s: float) -> T | None:
        """Take what is there, or comes; None when nothing does [s]."""
        with self._news:
            self._news.wait_for(lambda: self._thing is not None, within_s)
            thing, self._thing = self._thing, None
            return thing


class Camera:
    """Reads codes with one camera from `start` to `close`.

    `on_code` gets each code as it is held up, `on_state` each change of sight, `on_shot` what is to be shown, while
    somebody asked for it with `show`; all are called on the loop.
    """

    def __init__(
        self,
        setting: Setting,
        on_code: Callable[[str], None],
        on_state: Callable[[CameraState], None],
        on_shot: Callable[[Shot], None],
        loop: asyncio.AbstractEventLoop,
        *,
        opener: Callable[[Wish, threading.Event], Source] = open_source,
    ) -> None:
        self._setting = setting
        self._opener = opener
        self._codes: Bridge[str] = Bridge(loop, on_code, setting.queue_max)
        self._changes: Bridge[None] = Bridge(loop, lambda _: on_state(self.state), limit=1)
        self._shots: Bridge[Shot] = Bridge(loop, on_shot, limit=1)
        self._lock = threading.RLock()
        self._state = CameraState()
        self._is_open = False
        self._waits = pauses(*setting.retry_s)
        self._stop = threading.Event()
        self._stuck = threading.Event()
        self._newest: Newest[tuple[Picture, int]] = Newest()
        self._shown = (0, 0)
        self._every_s = 1 / setting.wish.per_s
        self._threads = [
            threading.Thread(target=self._guarded, args=(work,), name=name, daemon=True)
            for work, name in ((self._capture, "camera"), (self._read, "camera reader"))
        ]

    @property
    def state(self) -> CameraState:
        """How the camera is now. May be asked from any thread."""
        return replace(self._state, dropped=self._codes.dropped)

    def start(self) -> None:
        """Begin to look for the camera and to read with it. Once only."""
        for thread in self._threads:
            thread.start()

    def show(self, width: int, height: int) -> None:
        """Give pictures of this size from now on [px]; none when it is 0."""
        self._shown = (width, height)

    def close(self) -> None:
        """Stop and give the camera back; nothing is delivered any more. May be called twice, and without a start."""
        for bridge in (self._codes, self._changes, self._shots):
            bridge.close()
        self._stop.set()
        for thread in self._threads:
            if thread.is_alive():
                # a picture comes soon; opening may hang in a driver, and must not hold up the end of the program
                thread.join(_JOIN_S)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            if not self._stop.is_set():
                # a bug of ours: threading.excepthook reports it, and nobody may think that we still see
                self._change(sight=Sight.FAILED)
                self._stop.set()

    # -- the thread that takes pictures

    def _capture(self) -> None:
        if not can_read():
            self._change(sight=Sight.NO_LIBRARIES)
            self._stop.set()
            return
        while not self._stop.is_set():
            try:
                source = self._opener(self._setting.wish, self._stop)
                try:
                    self._opened()
                    self._take(source)
                finally:
                    self._closed()
                    source.close()
            except OSError as failure:
                self._change(sight=self._without(failure))
            self._stop.wait(next(self._waits))

    def _opened(self) -> None:
        with self._lock:
            self._stuck.clear()
            self._change(openings=self._state.openings + 1)
            self._is_open = True

    def _closed(self) -> None:
        with self._lock:
            self._is_open = False

    def _take(self, source: Source) -> None:
        """Take pictures until there are none; unpack only those that will be looked at."""
        taken = 0.0
        while not (self._stop.is_set() or self._stuck.is_set()):
            if not source.grab():
                raise OSError(errno.ENODEV, "no picture any more")
            now = time.monotonic()
            picture = source.picture() if now - taken + _JITTER_S >= self._every_s else None
            if picture is not None:
                self._newest.put((picture, self._state.openings))
                taken = now

    def _without(self, failure: OSError) -> Sight:
        cause = sight_without(failure)
        return Sight.LOST if cause is Sight.MISSING and self._state.openings else cause

    # -- the thread that looks at them

    def _read(self) -> None:
        setting = self._setting
        eye = Eye(Decoder(setting.wanted), Gates(setting.wanted), mirror=setting.mirror, frozen_s=setting.frozen_s)
        came = time.monotonic()
        while not self._stop.is_set():
            taken = self._newest.take(_WAIT_S)
            now, shown = time.monotonic(), self._shown
            if taken is not None:
                came = now
                picture, opening = taken
                seen = eye.look(picture, now, shown)
                self._every_s = 1 / (setting.wish.per_s if seen.is_awake or all(shown) else ASLEEP_PER_S)
                self._saw(seen.sight, opening, width=picture.shape[1], height=picture.shape[0])
                self._tell(seen)
            elif not self._is_open:
                came = now
            elif now - came > setting.frozen_s:
                self._saw(Sight.FROZEN, self._state.openings)

    def _saw(self, sight: Sight, opening: int, **size: int) -> None:
        """What the pictures of this opening tell; nothing any more when it has ended."""
        with self._lock:
            if not self._is_open or opening != self._state.openings:
                return
            if sight is Sight.FROZEN:
                self._stuck.set()
            elif not self._state.sees:
                self._waits = pauses(*self._setting.retry_s)
            self._change(sight=sight, **size)

    def _tell(self, seen: Seen) -> None:
        for code in seen.codes:
            self._change(codes=self._state.codes + 1)
            self._codes.put(code)
        if seen.shot is not None:
            self._shots.put(seen.shot)

    # -- both

    def _change(self, **news: Any) -> None:  # noqa: ANN401 - of the state, by name
        with self._lock:
            before, self._state = self._state.sight, replace(self._state, **news)
            if self._state.sight is not before:
                self._changes.put(None)
