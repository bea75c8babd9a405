"""A short video: a hand brings a code into view, holds it, and takes it away."""

from typing import Final

import cv2
import numpy as np

from kiosk.services.scanner.gates import Symbology
from tests.pictures.codes import Code, Picture
from tests.pictures.scene import FINER, Pose, Thing, counter, package, printed, seen

EAN: Final = Code(Symbology.EAN13, "8801043036016")
_LIGHT: Final = (0.93, 0.98, 1.0)
"""What lamps leave of blue, green and red."""


def approach(
    code: Code = EAN,
    size: tuple[int, int] = (640, 480),
    *,
    empty: int = 10,
    coming: int = 10,
    held: int = 20,
    seed: int = 1,
) -> list[Picture]:
    """Frames of a hand that brings a code into view from below, holds it, and takes it away as it came.

    Args:
        code: What is on the thing in the hand.
        size: Width and height of the frames [pixels].
        empty: Frames with nobody in front, before and after.
        coming: Frames of the way up, and of the way down.
        held: Frames in which it is held almost still.
        seed: Of the surroundings and of the hand's trembling.

    Returns:
        2 * empty + 2 * coming + held frames, blue-green-red.
    """
    chance = np.random.default_rng(seed)
    behind = counter(size, chance)
    module = 0.5 * size[0] / printed(code, 1).shape[1]
    fine = round(module * FINER) + 1
    thing = package(printed(code, fine, ink=30, paper=225), fine, chance)
    way = [0.5 + 1.1 * (1 - done) ** 2 for done in np.linspace(0, 1, coming)]
    heights = [*way, *chance.normal(0.5, 0.004, held), *reversed(way)]
    shown = [_held(thing, module, float(y), behind, chance) for y in heights]
    nobody = [behind] * empty
    return [_in_colour(grey, chance) for grey in (*nobody, *shown, *nobody)]


def draw(picture: Picture, code: Code, at: tuple[int, int], module: int = 2) -> None:
    """Draw a code, clean, onto a picture.

    Args:
        picture: Grey or blue-green-red; is changed.
        code: Which.
        at: Where the upper left corner of its quiet zone comes [pixels].
        module: Size of a module [pixels].
    """
    label = printed(code, module)
    x, y = at
    place = picture[y : y + label.shape[0], x : x + label.shape[1]]
    place[...] = label if picture.ndim == 2 else label[:, :, None]


def _held(thing: Thing, module: float, y: float, behind: Picture, chance: np.random.Generator) -> Picture:
    """The thing at this height, as a share of the picture's; on its way it is blurred."""
    pose = Pose(module, float(chance.normal(3, 0.5)), (6, 4), (float(chance.normal(0.5, 0.004)), y))
    size = (behind.shape[1], behind.shape[0])
    sharp = cv2.resize(seen(thing, pose, behind), size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.blur(sharp, (1, 9 if y > 0.56 else 1)))


def _in_colour(grey: Picture, chance: np.random.Generator) -> Picture:
    noisy = grey + chance.normal(0, 2.5, grey.shape)
    return np.asarray(np.clip(noisy[:, :, None] * np.array(_LIGHT), 0, 255), dtype=np.uint8)
