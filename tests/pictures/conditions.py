"""What stands between a code and the camera, drawn from a seed: the hand, the lens, the light, the sensor.

Strengths are such that an eye still makes out the modules; what nobody could read says nothing about a reader.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a code is seen, for a picture 480 pixels high.

    Attributes:
        module: Size of one module as a share of what a code is mostly held up at.
        turn: Around the camera's axis [degrees].
        tilt: To the side and upwards [degrees].
        curl: How far the print reaches around a cylinder, to either side [degrees]; 0 is flat.
        curl_along_bars: The cylinder lies as the bars stand.
        ink: Grey of the dark modules.
        paper: Grey of the light ones.
        quiet: Share of the quiet zone that is there.
        defocus: Radius of the blur of the lens [pixels].
        motion: Length of the way during one exposure [pixels].
        motion_angle: Its direction [degrees].
        light: Share of the light that there should be.
        shade: Share of the light in the shaded part; 1 is no shade.
        glare: Light of a reflection [grey levels].
        bands: Strength of the bands that a screen's grid makes.
        noise: Noise of the sensor, one standard deviation [grey levels].
        jpeg: Quality of the compression; 100 is none.
        covered: Share of the bars' height, or of a square's corner, that fingers cover.
        cut_frames: Frames at the beginning in which the picture's edge cuts the code.
        codes: How many codes are in the picture.
    """

    module: float = 1.0
    turn: float = 0.0
    tilt: tuple[float, float] = (0.0, 0.0)
    curl: float = 0.0
    curl_along_bars: bool = False
    ink: int = 30
    paper: int = 225
    quiet: float = 1.0
    defocus: float = 0.5
    motion: float = 0.0
    motion_angle: float = 0.0
    light: float = 1.0
    shade: float = 1.0
    glare: float = 0.0
    bands: float = 0.0
    noise: float = 2.5
    jpeg: int = 100
    covered: float = 0.0
    cut_frames: int = 0
    codes: int = 1


Spoil = Callable[[Conditions, np.random.Generator], Conditions]


def usual(chance: np.random.Generator) -> Conditions:
    """A code held up as people do who want it read."""
    return Conditions(
        module=float(chance.uniform(0.8, 1.25)),
        turn=float(chance.normal(0, 5)),
        tilt=(float(chance.normal(0, 6)), float(chance.normal(0, 6))),
        ink=int(chance.integers(20, 60)),
        paper=int(chance.integers(195, 240)),
        defocus=float(chance.uniform(0.4, 0.8)),
        noise=float(chance.uniform(1.5, 4)),
    )


def some_conditions(kind: str, chance: np.random.Generator) -> Conditions:
    """Conditions of one of the kinds in `KINDS`."""
    return KINDS[kind](usual(chance), chance)


def _sign(chance: np.random.Generator) -> int:
    return int(chance.choice((-1, 1)))


def _as_usual(now: Conditions, _chance: np.random.Generator) -> Conditions:
    return now


def _small(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, module=float(chance.uniform(0.5, 0.7)))


def _turned(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, turn=_sign(chance) * float(chance.uniform(10, 28)))


def _any_turn(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, turn=float(chance.uniform(0, 360)))


def _perspective(now: Conditions, chance: np.random.Generator) -> Conditions:
    side, up = (_sign(chance) * float(chance.uniform(28, 52)) for _ in range(2))
    return replace(now, tilt=(side, up / 2))


def _curl(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, curl=float(chance.uniform(50, 83)), curl_along_bars=bool(chance.random() < 0.5))


def _defocus(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, defocus=float(chance.uniform(1.2, 2.0)))


def _motion(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, motion=float(chance.uniform(3.5, 7.5)), motion_angle=float(chance.uniform(0, 180)))


def _noise(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, noise=float(chance.uniform(15, 33)))


def _glare(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, glare=float(chance.uniform(100, 220)))


def _shade(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, shade=float(chance.uniform(0.12, 0.35)))


def _low_light(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, light=float(chance.uniform(0.06, 0.2)), noise=float(chance.uniform(2, 4)))


def _low_contrast(now: Conditions, chance: np.random.Generator) -> Conditions:
    paper = int(chance.integers(110, 200))
    return replace(now, paper=paper, ink=paper - int(chance.integers(17, 44)))


def _screen(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, bands=float(chance.uniform(0.15, 0.4)), ink=int(chance.integers(5, 40)), paper=250)


def _partial(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, covered=float(chance.uniform(0.3, 0.75)), cut_frames=int(chance.integers(0, 5)))


def _several(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, codes=int(chance.integers(2, 4)))


def _quiet(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, quiet=float(chance.uniform(0.1, 0.4)))


def _jpeg(now: Conditions, chance: np.random.Generator) -> Conditions:
    return replace(now, jpeg=int(chance.integers(6, 20)))


MIXABLE: Final[tuple[Spoil, ...]] = (_turned, _perspective, _curl, _noise, _glare, _shade, _low_contrast, _quiet, _jpeg)


def _mixed(now: Conditions, chance: np.random.Generator) -> Conditions:
    """Two of them at once, and each as strong as it comes."""
    for n in chance.choice(len(MIXABLE), 2, replace=False):
        now = MIXABLE[n](now, chance)
    return now


KINDS: Final[Mapping[str, Spoil]] = {
    "usual": _as_usual,
    "small": _small,
    "turned": _turned,
    "any turn": _any_turn,
    "perspective": _perspective,
    "curl": _curl,
    "defocus": _defocus,
    "motion": _motion,
    "noise": _noise,
    "glare": _glare,
    "shade": _shade,
    "low light": _low_light,
    "low contrast": _low_contrast,
    "screen": _screen,
    "partial": _partial,
    "several": _several,
    "quiet zone": _quiet,
    "jpeg": _jpeg,
    "mixed": _mixed,
}
