"""Clips: eight frames of a code that a hand holds up, each frame a little different. From a seed, like all here."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kiosk.services.scanner.gates import Symbology
from tests.pictures.codes import MAKERS, Code, Picture, modules, some_code
from tests.pictures.conditions import KINDS, Conditions, some_conditions
from tests.pictures.scene import FINER, Pose, Thing, counter, curled, package, printed, seen

FRAMES: Final = 8
LINEAR_MODULE: Final = 2.0
SQUARE_MODULE: Final = 3.2
"""Size of a module when a code is held up as usual, in a picture 480 pixels high [pixels]."""

NOBODY_EVERY: Final = 20
"""One clip in so many shows no code at all."""


@dataclass(frozen=True, slots=True)
class Clip:
    """Some frames.

    Attributes:
        kind: What makes it hard: a name of `KINDS`, or "nobody".
        of: What is held up: a name of `MAKERS`, or "nothing".
        codes: The codes in it.
        frames: Grey.
    """

    kind: str
    of: str
    codes: tuple[Code, ...]
    frames: tuple[Picture, ...]


def clip(seed: int, number: int, size: tuple[int, int] = (640, 480)) -> Clip:
    """One clip of a corpus; the same arguments give the same clip.

    Args:
        seed: Of the corpus.
        number: Which of its clips. Kinds of conditions take turns, and within them kinds of codes.
        size: Width and height of the frames [pixels]; the scene is the same at all sizes.
    """
    chance = np.random.default_rng((seed, number))
    kind, of = planned(number)
    if kind == "nobody":
        behind = counter(size, chance)
        return Clip(kind, of, (), tuple(_sensed(behind, Conditions(), chance) for _ in range(FRAMES)))
    conditions = some_conditions(kind, chance)
    codes = (some_code(of, chance), *(some_code("ean13", chance) for _ in range(conditions.codes - 1)))
    return Clip(kind, of, codes, tuple(_frames(codes, conditions, size, chance)))


def planned(number: int) -> tuple[str, str]:
    """What makes a clip hard, and what it shows, whatever the seed."""
    if number % NOBODY_EVERY == NOBODY_EVERY - 1:
        return "nobody", "nothing"
    nth = number - number // NOBODY_EVERY
    return list(KINDS)[nth % len(KINDS)], list(MAKERS)[nth // len(KINDS) % len(MAKERS)]


def _frames(
    codes: tuple[Code, ...], conditions: Conditions, size: tuple[int, int], chance: np.random.Generator
) -> Iterator[Picture]:
    finer_than_480 = size[1] / 480
    behind = counter(size, chance)
    places = _places(len(codes))
    poses = [_pose(code, conditions, size, place, chance) for code, place in zip(codes, places, strict=True)]
    things = [_thing(code, conditions, pose, chance) for code, pose in zip(codes, poses, strict=True)]
    light = _light(conditions, size, chance)
    drift = chance.normal(0, 1.2 / 480, 2)
    for n in range(FRAMES):
        picture = behind
        for thing, pose in zip(things, poses, strict=True):
            moved = _moved(pose, n, drift, chance)
            if n < conditions.cut_frames:
                moved = Pose(moved.module, moved.turn, moved.tilt, (1.0, moved.centre[1]))
            fine = seen(thing, moved, picture)
            picture = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
        lit = picture * light[0] + light[1]
        blurred = _blurred(lit, conditions, finer_than_480, chance)
        yield _sensed(blurred, conditions, chance)


def _places(count: int) -> tuple[tuple[float, float], ...]:
    return {1: ((0.5, 0.45),), 2: ((0.5, 0.25), (0.5, 0.72)), 3: ((0.27, 0.25), (0.73, 0.25), (0.5, 0.72))}[count]


def _pose(
    code: Code, conditions: Conditions, size: tuple[int, int], place: tuple[float, float], chance: np.random.Generator
) -> Pose:
    usual = SQUARE_MODULE if code.symbology is Symbology.QR else LINEAR_MODULE
    across = modules(code).shape[1] + 16
    lies = abs(math.cos(math.radians(conditions.turn)))
    room = (size[0] * lies + size[1] * (1 - lies)) * (0.8 if conditions.codes < 3 else 0.45)
    if code.symbology is Symbology.QR:
        room = min(room, size[1] * (0.8 if conditions.codes == 1 else 0.42))
    module = min(usual * conditions.module * size[1] / 480, room / across)
    centre = (place[0] + float(chance.normal(0, 0.02)), place[1] + float(chance.normal(0, 0.02)))
    return Pose(module, conditions.turn, conditions.tilt, centre)


def _thing(code: Code, conditions: Conditions, pose: Pose, chance: np.random.Generator) -> Thing:
    fine = round(pose.module * FINER) + 1
    label = printed(code, fine, ink=conditions.ink, paper=conditions.paper, quiet=conditions.quiet)
    thing = package(label, fine, chance, around=1.7 if conditions.codes == 1 else 1.1)
    if conditions.covered:
        _cover(thing, code, conditions.covered)
    return curled(thing, conditions.curl, along_bars=conditions.curl_along_bars) if conditions.curl else thing


def _cover(thing: Thing, code: Code, share: float) -> None:
    """Put fingers on the code: over the lower part of bars, or over a corner of a square that has no eye."""
    height, width = thing.surface.shape
    if code.symbology is Symbology.QR:
        side = modules(code).shape[0] * thing.fine
        reach = int(side * share * 0.3)
        corner = (width + side) // 2, (height + side) // 2
        cv2.circle(thing.surface, corner, reach, 160, -1)
        return
    top, bottom = height * 0.2, height * 0.8
    lowest = int(bottom - (bottom - top) * share)
    for finger in range(5):
        x = int(width * (0.15 + finger * 0.18))
        cv2.line(thing.surface, (x, lowest + width // 14), (x, height), 150 + finger * 5, width // 7)


def _moved(pose: Pose, n: int, drift: np.ndarray, chance: np.random.Generator) -> Pose:
    """Where the hand is by the n-th frame: it trembles, and drifts a little."""
    tremble = chance.normal(0, 2 / 480, 2) + drift * n
    return Pose(
        pose.module * float(chance.normal(1, 0.012)),
        pose.turn + float(chance.normal(0, 0.8)),
        (pose.tilt[0] + float(chance.normal(0, 1)), pose.tilt[1] + float(chance.normal(0, 1))),
        (pose.centre[0] + float(tremble[0]), pose.centre[1] + float(tremble[1])),
    )


def _light(conditions: Conditions, size: tuple[int, int], chance: np.random.Generator) -> tuple[Picture, Picture]:
    """What each pixel's light is multiplied by, and what is added [grey levels]."""
    width, height = size
    x, y = np.meshgrid(np.arange(width, dtype=np.float32) / height, np.arange(height, dtype=np.float32) / height)
    wide = width / height
    middle = (wide * float(chance.uniform(0.35, 0.65)), float(chance.uniform(0.35, 0.6)))
    angle = float(chance.uniform(0, 2 * math.pi))
    across = (x - middle[0]) * math.cos(angle) + (y - middle[1]) * math.sin(angle)
    share = conditions.light * np.where(across > 0, np.float32(conditions.shade), np.float32(1))
    for _ in range(2):
        way, period = float(chance.uniform(0, math.pi)), float(chance.uniform(10, 60)) / 480
        phase = (x * math.cos(way) + y * math.sin(way)) / period
        share = share * (1 - conditions.bands * (0.5 + 0.5 * np.cos(2 * math.pi * phase)))
    along = -(x - middle[0]) * math.sin(angle) + (y - middle[1]) * math.cos(angle)
    spot = np.exp(-((across / 0.10) ** 2) - (along / 0.35) ** 2)
    return share.astype(np.float32), (conditions.glare * spot).astype(np.float32)


def _blurred(picture: Picture, conditions: Conditions, finer: float, chance: np.random.Generator) -> Picture:
    radius = conditions.defocus * finer * float(chance.uniform(0.8, 1.15))
    blurred = cv2.filter2D(picture, -1, _disc(radius))
    if conditions.motion:
        length = conditions.motion * finer * float(chance.uniform(0.35, 1.1))
        angle = conditions.motion_angle + float(chance.normal(0, 15))
        blurred = cv2.filter2D(blurred, -1, _way(length, angle))
    return blurred


def _disc(radius: float) -> Picture:
    """A lens out of focus makes a disc of each point; its edge is a pixel wide."""
    reach = math.ceil(radius + 1)
    x, y = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1))
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    return np.asarray(disc / disc.sum(), dtype=np.float32)


def _way(length: float, angle: float) -> Picture:
    """The way of a point during the exposure."""
    reach = math.ceil(length / 2 + 1)
    steps = np.linspace(-length / 2, length / 2, 64)
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), dtype=np.float32)
    for x, y in zip(steps * math.cos(math.radians(angle)), steps * math.sin(math.radians(angle)), strict=True):
        left, top = math.floor(x), math.floor(y)
        for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
            share = (1 - abs(x - left - dx)) * (1 - abs(y - top - dy))
            kernel[reach + top + dy, reach + left + dx] += share
    return np.asarray(kernel / kernel.sum())


def _sensed(picture: Picture, conditions: Conditions, chance: np.random.Generator) -> Picture:
    noise = chance.standard_normal(picture.shape, dtype=np.float32)
    grey = np.asarray(np.clip(np.rint(picture + noise * np.float32(conditions.noise)), 0, 255), dtype=np.uint8)
    if conditions.jpeg == 100:
        return grey
    _, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, conditions.jpeg])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE))
