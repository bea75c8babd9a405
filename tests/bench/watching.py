"""What a camera costs the running program: the screen's stalls, and a core's time with a code in view and with nobody.

The camera is a film of 1280 x 720 at 15 pictures a second, with a sensor's noise; unpacked by the same library, and
with it the same work, as the pictures of a camera that sends them packed.
"""

import itertools
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tests.bench.customers import FRAME_MS, Hand, Times, goods
from tests.bench.figure import Figure, Measured, median, percentile
from tests.bench.programs import Watched
from tests.bench.workplace import NotMeasuredError, Workplace
from tests.end_to_end.driver import until
from tests.pictures import approach
from tests.pictures.codes import Picture
from tests.support.film import PER_S, write_film

SIZE = (1280, 720)
DIFFERENT = 30
"""So many pictures differ, and then come again: to draw one takes longer than to play it."""

QUIET_S = 4.0
"""After this the camera sleeps, and a start has come to rest."""

CODE_SHARE, NOBODY_SHARE = 40.0, 5.0
"""Of a core [%]. Source: issue 7, 2."""


def measure_stall(workplace: Workplace) -> Measured:
    """How long the loop keeps others waiting while the camera's picture is on the screen with a code in it."""
    seconds = workplace.rounds(20, 6)
    till = _with_code_on_screen(workplace, seconds)
    beats = till.told("beats", seconds, "Beats")
    till.kill()
    times = Times(beats["late_ms"], beats["waited_ms"])
    own = times.own
    return Measured(
        percentile(own, 99),
        FRAME_MS,
        "ms",
        f"p99 of {len(own)} beats in {seconds} s on the scan screen, p50 {median(own):.2f} ms, MAXIMUM {max(own):.1f} "
        f"ms, with 15 pictures of 1280 x 720 a second read and shown. {times}",
        asdict(times),
    )


def measure_code(workplace: Workplace) -> Measured:
    """The whole program's share of a core while a code is in view and its picture is shown."""
    seconds = workplace.rounds(15, 5)
    till = _with_code_on_screen(workplace, seconds)
    share = _share(till, seconds)
    till.kill()
    return Measured(share, CODE_SHARE, "%", f"The whole program in {seconds} s, reading and showing each picture.")


def measure_nobody(workplace: Workplace) -> Measured:
    """The whole program's share of a core on its start screen, with nobody before the camera; and without a camera."""
    seconds = workplace.rounds(15, 5)
    bare = _on_start_screen(workplace, None)
    without = _share(bare, seconds)
    bare.kill()
    film = film_of(workplace, lambda: approach(size=SIZE, empty=DIFFERENT // 2, coming=0, held=0), seconds + 10)
    till = _on_start_screen(workplace, film)
    share = _share(till, seconds)
    till.kill()
    return Measured(
        share, NOBODY_SHARE, "%", f"The whole program in {seconds} s; without a camera it takes {without:.1f} %."
    )


def film_of(workplace: Workplace, draw: Callable[[], list[Picture]], seconds: float) -> Path:
    """A film of so many seconds, in which these pictures come again and again."""
    pictures = itertools.islice(itertools.cycle(draw()), round(seconds * PER_S))
    return write_film(workplace.folder() / "camera.avi", pictures)


def _on_start_screen(workplace: Workplace, film: Path | None) -> Watched:
    till = workplace.till(film=film)
    till.started()
    if film is not None:
        until_it_sees(till)
    time.sleep(QUIET_S)
    return till


def held() -> list[Picture]:
    """A code that is held before the camera all the time."""
    return approach(size=SIZE, empty=0, coming=0, held=DIFFERENT)


def _with_code_on_screen(workplace: Workplace, seconds: float) -> Watched:
    """A till that waits for a coupon, before whose camera another code is held."""
    film = film_of(workplace, held, seconds + 8)
    camera = film.with_name("plugged_in.avi")
    till = workplace.till(film=camera)
    till.started()
    Hand(till).scan(goods()[0][0])
    till.wait_view("BasketView")
    till.press("pay_now")
    till.press("method_crepay")
    till.wait_view("ScanView")
    film.rename(camera)
    until_it_sees(till)
    time.sleep(1)
    return till


def until_it_sees(till: Watched) -> None:
    """Wait until the till's camera does."""
    until(lambda: sees(till), "the camera sees")


def sees(till: Watched) -> bool:
    """The log's last word about the camera is that it sees."""
    log = till.state / "logs" / "kiosk.log"
    cameras = [line for line in map(json.loads, log.read_text("utf-8").splitlines()) if line["event"] == "camera"]
    return bool(cameras) and cameras[-1]["sight"] == "seeing"


def _share(till: Watched, seconds: float) -> float:
    """Of a core that the process takes, for so many seconds [%]."""
    if sys.platform != "linux":
        raise NotMeasuredError("the time that a process takes is only known on Linux")
    before_s = _cpu_s(till.pid)
    time.sleep(seconds)
    return (_cpu_s(till.pid) - before_s) / seconds * 100


def _cpu_s(pid: int) -> float:
    # behind the name, which may hold anything: the 12th and 13th field are its own time and the system's for it
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


FIGURES = (
    Figure("watching", "stall of the loop, camera on screen", "one frame at 60 Hz", 1.0, measure_stall),
    Figure("in_view", "share of a core, a code in view", "two fifths of a core", 1.0, measure_code),
    Figure("nobody", "share of a core, nobody in front", "a twentieth of a core", 1.0, measure_nobody),
)
"""With a camera, in the running program."""
