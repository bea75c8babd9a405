"""What is read of clips of codes: ours beside each engine alone. For more clips: tests.pictures.measure."""

from dataclasses import asdict
from typing import Final

from tests.bench.figure import Figure, Measured
from tests.bench.workplace import Workplace
from tests.pictures import measure

SEED: Final = 1
SIZES: Final = ((640, 480), (1280, 720))
CLIPS, QUICK_CLIPS = 100, 20


def camera(workplace: Workplace) -> Measured:
    """All readers on all clips, in both sizes; the first is judged."""
    clips = QUICK_CLIPS if workplace.quick else CLIPS
    more = {}
    for width, height in SIZES:
        seen = measure.measured(SEED, (width, height), range(clips))
        print(f"\n{clips} clips of 8 frames, {width}x{height}\n{measure.table(seen)}\n", flush=True)
        more[f"{width}x{height}"] = {name: measure.summed(seen, name) for name in measure.READERS}
    ours, pyzbar = more["640x480"]["ours"], more["640x480"]["pyzbar alone"]
    return Measured(
        ours.missed_share * 100,
        pyzbar.missed_share * 100,
        "%",
        f"of {ours.clips} clips with codes, 640x480; wrong {ours.wrong}; confirmed in frame {ours.frames[0]:g}; "
        "1280x720 and zxing-cpp alone stand in the tables above, and all numbers in the file",
        {size: {name: asdict(one) for name, one in sums.items()} for size, sums in more.items()},
        "" if clips == CLIPS else f"{clips} clips",
    )


FIGURES = (Figure("camera", "clips of a code that are not read", "pyzbar alone", 0.36, camera),)
