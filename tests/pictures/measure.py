"""What is read of a corpus: each engine alone and ours, on the same clips in one run.

    python -m tests.pictures.measure [--clips 400] [--first 0] [--seed 1] [--size 640x480]

Times are the thread's own, so that a busy machine does not move them.
"""

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

from kiosk.services.scanner.decoding import Decoder, load
from kiosk.services.scanner.gates import DEFAULT, Found, Gates, Symbology
from tests.pictures.clips import Clip, clip
from tests.pictures.codes import Picture

WANTED: Final = DEFAULT | {Symbology.ITF14}
FRAMES_PER_S: Final = 15
WORKERS: Final = 2
IDLE_FRAMES: Final = 24
"""So many pictures of nobody come before those that are timed: ours looks less hard by then."""

Look = Callable[[Picture], list[str]]
"""Takes a picture; gives the texts it takes for confirmed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one reader made of one clip.

    Attributes:
        reader: Which.
        kind: What makes the clip hard.
        of: What it shows.
        at_frame: In which frame the last of its codes was confirmed, from 1; 0 when one never was.
        wrong: Texts that were confirmed and are not there.
        took_ms: For each frame [ms].
    """

    reader: str
    kind: str
    of: str
    at_frame: int
    wrong: tuple[str, ...]
    took_ms: tuple[float, ...]


# -- the readers


class Twice:
    """The plain rule for an engine alone: a QR code once, bars twice, the store's formats."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()

    def take(self, found: Iterable[tuple[str, str]]) -> list[str]:
        """Take kind and text of what a picture says; gives the texts that are confirmed."""
        seen = [(kind, text) for kind, text in set(found) if kind not in {"ITF", "I25"} or len(text) == 14]
        self._times.update(text for _, text in seen)
        return [text for kind, text in seen if kind in {"QRCode", "QRCODE"} or self._times[text] > 1]


def pyzbar_alone() -> Look:
    """Every frame as it is, by pyzbar."""
    zbar, gates = load().zbar, Twice()
    assert zbar is not None
    symbols = [zbar.ZBarSymbol[name] for name in ("EAN13", "EAN8", "CODE128", "CODE39", "I25", "QRCODE")]
    return lambda picture: gates.take(
        (one.type, one.data.decode("latin-1")) for one in zbar.decode(picture, symbols=symbols)
    )


def zxing_alone() -> Look:
    """Every frame as it is, by zxing-cpp, with all it can do."""
    zxing, gates = load().zxing, Twice()
    assert zxing is not None
    formats = [getattr(zxing.BarcodeFormat, name) for name in ("EAN13", "EAN8", "Code128", "Code39", "ITF", "QRCode")]
    plain = zxing.TextMode.Plain
    return lambda picture: gates.take(
        (one.format.name, one.text) for one in zxing.read_barcodes(picture, formats=formats, text_mode=plain)
    )


def ours() -> Look:
    """As the till does it."""
    decoder, gates, number = Decoder(WANTED), Gates(WANTED), iter(range(10**6))

    def look(picture: Picture) -> list[str]:
        found: list[Found] = decoder.look(picture)
        return [one.text for one in gates.take(found, next(number) / FRAMES_PER_S)]

    return look


READERS: Final = {"pyzbar alone": pyzbar_alone, "zxing-cpp alone": zxing_alone, "ours": ours}


# -- measuring


def seen_in(seed: int, size: tuple[int, int], number: int) -> list[Seen]:
    """What every reader makes of one clip."""
    shown = clip(seed, number, size)
    return [_seen(name, make(), shown) for name, make in READERS.items()]


def _seen(reader: str, look: Look, shown: Clip) -> Seen:
    texts = {code.text for code in shown.codes}
    if not texts:
        for n in range(IDLE_FRAMES):
            look(shown.frames[n % len(shown.frames)])
    missing, at_frame, wrong, took_ms = set(texts), 0, set(), []
    for n, frame in enumerate(shown.frames, 1):
        began_s = time.thread_time()
        confirmed = set(look(frame))
        took_ms.append((time.thread_time() - began_s) * 1000)
        wrong |= confirmed - texts
        if missing and not missing - confirmed:
            at_frame = n
        missing -= confirmed
    return Seen(reader, shown.kind, shown.of, at_frame, tuple(sorted(wrong)), tuple(took_ms))


def measured(seed: int, size: tuple[int, int], numbers: Sequence[int], workers: int = WORKERS) -> list[Seen]:
    """All readers on all of these clips.

    Args:
        seed: Of the corpus.
        size: Of the frames.
        numbers: Which clips.
        workers: Processes.
    """
    with ProcessPoolExecutor(workers) as pool:
        return [one for each in pool.map(partial(seen_in, seed, size), numbers, chunksize=4) for one in each]


# -- figures


@dataclass(frozen=True, slots=True)
class Sum:
    """One reader on the whole of it.

    Attributes:
        clips: How many showed a code.
        missed: In how many of them a code was not confirmed.
        wrong: In how many of all clips something was that is not there.
        frames: In which frame a code was confirmed: the median, and the 95th of a hundred.
        took_ms: For a frame that shows a code: the median, the 95th of a hundred, and the mean [ms].
        idle_ms: For a frame that shows none, when there has been none for a while: the mean [ms].
    """

    clips: int
    missed: int
    wrong: int
    frames: tuple[float, float]
    took_ms: tuple[float, float, float]
    idle_ms: float

    @property
    def missed_share(self) -> float:
        return self.missed / self.clips


def summed(seen: Iterable[Seen], reader: str) -> Sum:
    """The figures of one reader."""
    mine = [one for one in seen if one.reader == reader]
    shown = [one for one in mine if one.kind != "nobody"]
    at = sorted(one.at_frame for one in shown if one.at_frame) or [0]
    took = sorted(ms for one in shown for ms in one.took_ms)
    idle = [ms for one in mine if one.kind == "nobody" for ms in one.took_ms]
    return Sum(
        len(shown),
        sum(not one.at_frame for one in shown),
        sum(bool(one.wrong) for one in mine),
        (statistics.median(at), _of(at, 0.95)),
        (_of(took, 0.5), _of(took, 0.95), statistics.fmean(took)),
        statistics.fmean(idle or [0.0]),
    )


def _of(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def table(seen: Sequence[Seen]) -> str:
    """All readers, a line each."""
    lines = [
        "                                        frames     ms a frame      of a core at 15/s  of what",
        "reader             missed      wrong  med / p95   med / p95      a code,   nobody  pyzbar misses",
    ]
    sums = {name: summed(seen, name) for name in READERS}
    most = max(1, sums["pyzbar alone"].missed)
    for name, one in sums.items():
        frames = f"{one.frames[0]:g} / {one.frames[1]:g}"
        took = f"{one.took_ms[0]:.1f} / {one.took_ms[1]:.1f}"
        busy, idle = (ms * FRAMES_PER_S / 10 for ms in (one.took_ms[2], one.idle_ms))
        lines.append(
            f"{name:16} {one.missed:4} = {one.missed_share:6.1%}  {one.wrong:4}  {frames:>9}  {took:>12}"
            f"      {busy:5.1f} %  {idle:5.1f} %  {one.missed / most:9.2f}"
        )
    return "\n".join(lines)


def by(seen: Sequence[Seen], what: str) -> str:
    """How many clips of each kind of conditions, or of codes, were missed and wrong."""
    named = sorted({getattr(one, what) for one in seen})
    lines = [f"{what:14}  clips  " + "  ".join(f"{name:>16}" for name in READERS)]
    for name in named:
        cells = []
        for reader in READERS:
            mine = [one for one in seen if one.reader == reader and getattr(one, what) == name]
            missed = sum(not one.at_frame for one in mine if one.kind != "nobody")
            cells.append(f"{missed:8} missed{sum(bool(one.wrong) for one in mine) or '':>2}")
        lines.append(f"{name:14}  {len(mine):5}  " + "  ".join(cells))
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="measure", description="Measures what is read of a corpus.")
    parser.add_argument("--clips", type=int, default=400)
    parser.add_argument("--first", type=int, default=0, help="number of the first clip")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", default="640x480")
    options = parser.parse_args()
    width, height = (int(side) for side in options.size.split("x"))
    numbers = range(options.first, options.first + options.clips)
    seen = measured(options.seed, (width, height), numbers)
    print(f"{options.clips} clips, {options.size}, seed {options.seed}; the number after 'missed' is of wrong clips\n")
    print(table(seen), by(seen, "kind"), by(seen, "of"), sep="\n\n")
    for one in seen:
        if one.reader == "ours" and one.wrong:
            print("WRONG", one.kind, one.of, one.wrong)


if __name__ == "__main__":
    main()
