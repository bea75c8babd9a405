"""A camera, from films: what it reads, and everything that can become of a camera."""

import asyncio
import contextlib
import errno
import functools
import itertools
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

import kiosk
from kiosk.services.scanner.camera import ASLEEP_PER_S, Camera, Newest, Setting, try_out
from kiosk.services.scanner.gates import Symbology
from kiosk.services.scanner.sight import CameraState, Sight
from kiosk.services.scanner.source import Wish
from tests.pictures import Code, approach, draw
from tests.support.film import SIZE, noise, write_film

DEADLINE_S = 30
EAN, QR = Code(Symbology.EAN13, "8801043036016"), Code(Symbology.QR, "0x" + "5f" * 20)
FAST = 30.0
"""Films of this rate are over sooner [pictures/s]."""


class Till:
    """What the loop has been told."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.states: list[CameraState] = []
        self.shots: list[Any] = []
        self._news = asyncio.Event()

    def on_code(self, code) -> None:
        self.codes.append(code)
        self._news.set()

    def on_state(self, state) -> None:
        self.states.append(state)
        self._news.set()

    def on_shot(self, shot) -> None:
        self.shots.append(shot)
        self._news.set()

    async def until(self, condition) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def until_sight(self, *sights: Sight) -> CameraState:
        """Until it has been told these, one after the other; other things may come in between."""
        await self.until(lambda: self._told(sights))
        return self.states[-1]

    def _told(self, sights) -> bool:
        told = iter(state.sight for state in self.states)
        return all(sight in told for sight in sights)


@functools.cache
def a_hand_with(code, held=20):
    """Pictures of a hand that brings a code into view and takes it away."""
    return tuple(approach(code, SIZE, empty=6, coming=8, held=held))


def setting(device, **changes) -> Setting:
    return Setting(Wish(str(device)), **{"retry_s": (0.1, 0.2), **changes})


@contextlib.asynccontextmanager
async def watching(device, **changes):
    till = Till()
    opener = {"opener": changes.pop("opener")} if "opener" in changes else {}
    camera = Camera(
        setting(device, **changes), till.on_code, till.on_state, till.on_shot, asyncio.get_running_loop(), **opener
    )
    camera.start()
    try:
        yield camera, till
    finally:
        camera.close()


def left_open() -> set[str]:
    """Everything that is open, but for pipes and the like."""
    found = set()
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # that of the listing itself
            found.add(str(link.readlink()))
    return {name for name in found if name.startswith("/") and not name.startswith("/proc")}


def stand_still_until(condition) -> None:
    """Wait while the loop does nothing."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


def camera_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("camera")]


class Scripted:
    """A camera that gives these pictures at its rate, and then the last one again and again."""

    def __init__(self, pictures, per_s=100.0) -> None:
        self._pictures = iter(pictures)
        self._picture = None
        self._every_s = 1 / per_s
        self.grabs = self.unpacked = 0

    def grab(self) -> bool:
        time.sleep(self._every_s)
        self.grabs += 1
        self._picture = next(self._pictures, self._picture)
        return True

    def picture(self):
        self.unpacked += 1
        return self._picture

    def close(self) -> None:
        pass


# -- reading


async def test_a_code_that_is_held_up_arrives_on_the_loop_once(tmp_path):
    film = write_film(tmp_path / "film.avi", a_hand_with(EAN, held=60))
    async with watching(film) as (camera, till):
        await till.until_sight(Sight.SEEING, Sight.LOST)
        assert till.codes == [EAN.text]
        assert (camera.state.width, camera.state.height, camera.state.codes) == (*SIZE, 1)
        film.unlink()


async def test_codes_beside_each_other_arrive_each_once(tmp_path):
    pictures = noise(60)
    for picture in pictures[10:]:
        draw(picture, EAN, (40, 100), 2)
        draw(picture, QR, (380, 100), 4)
    film = write_film(tmp_path / "film.avi", pictures)
    async with watching(film) as (_, till):
        await till.until_sight(Sight.SEEING, Sight.LOST)
        film.unlink()
        assert sorted(till.codes) == sorted([EAN.text, QR.text])


async def test_a_kind_that_is_not_wanted_is_not_read(tmp_path):
    film = write_film(tmp_path / "film.avi", a_hand_with(EAN))
    async with watching(film, wanted=frozenset({Symbology.QR})) as (_, till):
        await till.until_sight(Sight.SEEING, Sight.LOST)
        film.unlink()
        assert till.codes == []


def test_only_the_newest_picture_waits():
    newest: Newest[int] = Newest()
    for n in range(5):
        newest.put(n)
    assert newest.take(1.0) == 4
    assert newest.take(0.01) is None


def test_who_waits_for_a_picture_gets_it_when_it_comes():
    newest: Newest[str] = Newest()
    got: list[str | None] = []
    thread = threading.Thread(target=lambda: got.append(newest.take(DEADLINE_S)))
    thread.start()
    newest.put("picture")
    thread.join(DEADLINE_S)
    assert got == ["picture"]


async def test_while_nothing_happens_most_pictures_are_not_even_unpacked():
    source = Scripted(noise(100) * 20, per_s=100.0)
    async with watching("any", opener=lambda *_: source) as (_, till):
        await till.until_sight(Sight.SEEING)
        await asyncio.sleep(3)  # it sleeps after two
        before = source.grabs, source.unpacked
        await asyncio.sleep(2)
        assert source.grabs - before[0] > 50
        assert source.unpacked - before[1] <= 2 * ASLEEP_PER_S + 2


# -- what is shown


async def test_pictures_are_shown_while_they_are_asked_for(tmp_path):
    film = write_film(tmp_path / "film.avi", a_hand_with(EAN))
    async with watching(film) as (camera, till):
        await till.until(lambda: till.codes)
        assert till.shots == []
        camera.show(160, 120)
        await till.until(lambda: len(till.shots) > 3)
        assert {(shot.width, shot.height) for shot in till.shots} == {(160, 120)}
        camera.show(0, 0)
        await till.until_sight(Sight.LOST)
        shown = len(till.shots)
        assert shown < 40
        await till.until_sight(Sight.LOST, Sight.SEEING, Sight.LOST)
        assert len(till.shots) == shown


async def test_the_code_is_framed_where_it_is(tmp_path):
    film = write_film(tmp_path / "film.avi", a_hand_with(EAN, held=60))
    async with watching(film) as (camera, till):
        camera.show(160, 120)
        await till.until(lambda: any(shot.codes for shot in till.shots))
    (corners,) = next(shot.codes for shot in till.shots if shot.codes)
    assert sum(corner.x for corner in corners) / len(corners) == pytest.approx(0.5, abs=0.1)


# -- what can become of a camera


async def test_a_camera_that_is_unplugged_is_lost_and_comes_back_by_itself(tmp_path):
    film = write_film(tmp_path / "film.avi", noise(20), FAST)
    async with watching(film) as (_, till):
        await till.until_sight(Sight.SEEING)
        film.unlink()
        await till.until_sight(Sight.SEEING, Sight.LOST)
        write_film(film, a_hand_with(EAN))
        state = await till.until_sight(Sight.SEEING, Sight.LOST, Sight.SEEING)
        assert state.openings >= 2
        await till.until(lambda: till.codes)
        assert till.codes == [EAN.text]


async def test_a_camera_that_was_never_there_is_missed_until_it_is_plugged_in(tmp_path):
    film = tmp_path / "film.avi"
    async with watching(film) as (_, till):
        assert (await till.until_sight(Sight.MISSING)).openings == 0
        write_film(film, noise(20), FAST)
        await till.until_sight(Sight.MISSING, Sight.SEEING)


@pytest.mark.parametrize(
    ("number", "sight"),
    [
        (errno.EBUSY, Sight.BUSY),
        (errno.EACCES, Sight.DENIED),
        (errno.ENODEV, Sight.MISSING),
        (errno.EIO, Sight.FAILED),
    ],
)
async def test_why_it_cannot_be_opened_is_told_and_it_is_tried_again(number, sight):
    failures = [OSError(number, "no"), OSError(number, "no")]

    def opener(*_):
        if failures:
            raise failures.pop()
        return Scripted(noise(10))

    async with watching("any", opener=opener) as (_, till):
        await till.until_sight(sight, Sight.SEEING)
        assert [state.sight for state in till.states] == [sight, Sight.SEEING]


async def test_a_file_that_is_no_film_is_told_not_crashed_on(tmp_path):
    path = tmp_path / "film.avi"
    path.write_text("8801\r")
    async with watching(path) as (_, till):
        await till.until_sight(Sight.FAILED)


@pytest.mark.skipif(sys.platform != "linux", reason="devices are files on Linux")
async def test_a_device_that_is_no_camera_gives_no_pictures():
    async with watching("/dev/null") as (_, till):
        await till.until_sight(Sight.BUSY)


async def test_a_covered_camera_is_black_and_seen_with_again(tmp_path):
    film = write_film(tmp_path / "film.avi", [*noise(8), *noise(45, grey=6), *noise(60)])
    async with watching(film) as (_, till):
        await till.until_sight(Sight.SEEING, Sight.BLACK, Sight.SEEING)


async def test_a_camera_that_shows_the_same_picture_is_frozen_opened_anew_and_seen_with_again(tmp_path):
    film = write_film(tmp_path / "film.avi", [*noise(10), *noise(1, seed=2) * 60])
    async with watching(film, frozen_s=1.0) as (camera, till):
        await till.until_sight(Sight.SEEING, Sight.FROZEN, Sight.SEEING)
        assert camera.state.openings == 2
        assert Sight.LOST not in {state.sight for state in till.states}


async def test_a_camera_that_gives_no_picture_any_more_is_frozen():
    goes_on = threading.Event()

    class Silent(Scripted):
        @override
        def grab(self) -> bool:
            return super().grab() if self.grabs < 5 else goes_on.wait(DEADLINE_S)

    async with watching("any", opener=lambda *_: Silent(noise(10)), frozen_s=0.5) as (_, till):
        await till.until_sight(Sight.SEEING, Sight.FROZEN)
        goes_on.set()


async def test_the_pauses_are_short_again_after_it_was_seen_with():
    """With pauses that grow without bound, a camera that comes and goes often is only found if they start anew."""
    cameras: list[Camera] = []
    pictures = noise(10)

    class GoesWhenSeenWith(Scripted):
        @override
        def grab(self) -> bool:
            # its thread may be here before the test has its camera
            return super().grab() and not any(camera.state.sees for camera in cameras)

    def opener(*_):
        return GoesWhenSeenWith(itertools.cycle(pictures))

    async with watching("any", opener=opener, retry_s=(0.01, 3600)) as (camera, till):
        cameras.append(camera)
        await till.until(lambda: camera.state.openings > 20)


class Broken(Scripted):
    """Gives something that is no picture at all, or fails as no camera should."""

    def __init__(self, kind) -> None:
        super().__init__(noise(5))
        self._kind = kind

    @override
    def picture(self):
        if self.unpacked < 3:
            return super().picture()
        if self._kind == "reader":
            return "no picture"
        raise ZeroDivisionError


@pytest.mark.parametrize(("kind", "error"), [("taker", ZeroDivisionError), ("reader", TypeError)])
async def test_a_bug_in_a_thread_is_reported_and_the_camera_no_longer_counts_as_seeing(kind, error, monkeypatch):
    reported = []
    monkeypatch.setattr(threading, "excepthook", lambda report: reported.append(report.exc_type))
    async with watching("any", opener=lambda *_: Broken(kind)) as (_, till):
        await till.until_sight(Sight.FAILED)
    assert reported == [error]


WITHOUT = """
import asyncio, sys
sys.modules["{library}"] = None
from kiosk.services.scanner.camera import Camera, Setting, try_out
from kiosk.services.scanner.source import Wish

async def main():
    told = asyncio.Queue()
    wish = Wish("film.avi")
    camera = Camera(Setting(wish), print, told.put_nowait, print, asyncio.get_running_loop())
    camera.start()
    print((await told.get()).sight, try_out(wish).sight)
    camera.close()

asyncio.run(main())
"""


@pytest.mark.parametrize("library", ["cv2", "zxingcpp"])
def test_without_what_reads_pictures_it_says_so_and_nothing_else_happens(library):
    finished = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(library=library)],
        env={**os.environ, "PYTHONPATH": str(Path(kiosk.__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (finished.stdout, finished.stderr) == ("no_libraries no_libraries\n", "")


# -- trying one out


def test_a_film_is_tried_out(tmp_path):
    film = write_film(tmp_path / "film.avi", noise(12))
    assert try_out(Wish(str(film))) == CameraState(Sight.SEEING, *SIZE)


@pytest.mark.parametrize(
    ("pictures", "sight"),
    [(noise(12, grey=5), Sight.BLACK), ([*noise(3, grey=5), *noise(9)], Sight.SEEING), (noise(3), Sight.SEEING)],
)
def test_the_last_of_a_few_pictures_says_whether_it_sees(tmp_path, pictures, sight):
    film = write_film(tmp_path / "film.avi", pictures)
    assert try_out(Wish(str(film))).sight is sight


def test_what_cannot_be_opened_says_why(tmp_path):
    assert try_out(Wish(str(tmp_path / "none"))).sight is Sight.MISSING


# -- the end


@pytest.mark.skipif(sys.platform != "linux", reason="what a process has open is only known on Linux")
async def test_after_many_unpluggings_nothing_is_left_behind(tmp_path):
    film = write_film(tmp_path / "film.avi", noise(4), FAST)
    before = left_open()
    async with watching(film) as (camera, till):
        await till.until(lambda: camera.state.openings >= 20)
        assert len(camera_threads()) == 2
    assert camera_threads() == []
    assert left_open() == before


async def test_after_close_nothing_is_delivered_and_it_may_be_closed_again(tmp_path):
    film = write_film(tmp_path / "film.avi", a_hand_with(EAN))
    async with watching(film) as (camera, till):
        await till.until_sight(Sight.SEEING)
        stand_still_until(lambda: camera.state.codes)  # it is read, and not yet handed to the loop
        camera.close()
        camera.close()
    await asyncio.sleep(0)
    assert till.codes == []


async def test_close_does_not_wait_for_the_next_try(tmp_path):
    async with watching(tmp_path / "none", retry_s=(3600, 3600)) as (camera, till):
        await till.until_sight(Sight.MISSING)
        before = time.monotonic()
        camera.close()
        assert time.monotonic() - before < 4


async def test_a_camera_that_was_never_started_can_be_closed(tmp_path):
    till = Till()
    loop = asyncio.get_running_loop()
    Camera(setting(tmp_path / "none"), till.on_code, till.on_state, till.on_shot, loop).close()
    assert till.states == []
