"""A thing with a code on it, held before a camera: what is printed, how it is held, and the counter behind it."""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kiosk.services.scanner.gates import Symbology
from tests.pictures.codes import Code, Picture, modules

FINER: Final = 2
"""The scene is drawn so many times as fine as the camera sees, and then averaged, as a sensor does."""

_WORDS: Final = ("FRESH", "NET 350 g", "BEST BEFORE", "LOT 2231", "500 ml", "ORGANIC", "KEEP COOL", "No. 4", "PREMIUM")


@dataclass(frozen=True, slots=True)
class Pose:
    """How the thing is held.

    Attributes:
        module: Size of one module in the picture [pixels].
        turn: Around the camera's axis [degrees].
        tilt: Away from the camera, to the side and upwards [degrees].
        centre: Where the code's middle is, as shares of width and height.
    """

    module: float
    turn: float = 0.0
    tilt: tuple[float, float] = (0.0, 0.0)
    centre: tuple[float, float] = (0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Thing:
    """A printed side of something.

    Attributes:
        surface: What is printed on it; grey.
        fine: Pixels of it for each module.
    """

    surface: Picture
    fine: int


def printed(code: Code, fine: int, *, ink: int = 25, paper: int = 235, quiet: float = 1.0) -> Picture:
    """A code as a printer prints it, with its quiet zone, and its text below bars.

    Args:
        code: Which.
        fine: Pixels for each module.
        ink: Grey of the dark modules.
        paper: Grey of the light ones.
        quiet: Share of the quiet zone that is there.
    """
    dark = modules(code)
    if code.symbology is Symbology.QR:
        margin = max(1, round(4 * quiet))
        ones = np.pad(dark, margin)
    else:
        margin = max(1, round(10 * quiet))
        height = max(30, dark.shape[1] * 2 // 5)
        ones = np.pad(np.repeat(dark, height, axis=0), ((4, 12), (margin, margin)))
    picture = np.where(np.kron(ones, np.ones((fine, fine), dtype=np.uint8)) == 1, ink, paper).astype(np.uint8)
    if code.symbology is not Symbology.QR:
        _write(picture, code.printed, (margin * fine, picture.shape[0] - 3 * fine), 7 * fine, ink)
    return picture


def package(label: Picture, fine: int, chance: np.random.Generator, around: float = 1.7) -> Thing:
    """A side of a package, with a printed code in its middle and what else is printed around it.

    Args:
        label: The code.
        fine: Pixels for each of its modules.
        chance: Draws the rest.
        around: How many times as wide and as high as the label it is.
    """
    height, width = (round(side * around) for side in label.shape)
    surface = np.full((height, width), int(chance.integers(70, 190)), dtype=np.uint8)
    for _ in range(chance.integers(3, 8)):
        corner = (int(chance.integers(0, width)), int(chance.integers(0, height)))
        far = (corner[0] + int(chance.integers(10, width // 2)), corner[1] + int(chance.integers(10, height // 3)))
        cv2.rectangle(surface, corner, far, int(chance.integers(40, 230)), -1)
    for _ in range(chance.integers(3, 8)):
        word = _WORDS[chance.integers(len(_WORDS))]
        place = (int(chance.integers(-width // 5, width * 4 // 5)), int(chance.integers(0, height)))
        _write(surface, word, place, int(chance.integers(6, 14)) * fine, int(chance.integers(20, 240)))
    top, left = (height - label.shape[0]) // 2, (width - label.shape[1]) // 2
    surface[top : top + label.shape[0], left : left + label.shape[1]] = label
    return Thing(surface, fine)


def curled(thing: Thing, degrees: float, *, along_bars: bool) -> Thing:
    """The same, bent around a cylinder: a bottle.

    Args:
        thing: Flat.
        degrees: How far around the cylinder its printed side reaches to either side of the middle.
        along_bars: The cylinder lies as the bars stand, so that the outer bars come together.
    """
    height, width = thing.surface.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    along = x if along_bars else y
    half = (width if along_bars else height) / 2
    reach = math.radians(degrees)
    from_middle = np.clip((along - half) / half, -1, 1)
    bent = (np.arcsin(from_middle * math.sin(reach)) / reach * half + half).astype(np.float32)
    surface = cv2.remap(thing.surface, bent if along_bars else x, y if along_bars else bent, cv2.INTER_LINEAR)
    shading = np.sqrt(1 - (from_middle * math.sin(reach)) ** 2)
    return Thing((surface * (0.35 + 0.65 * shading)).astype(np.uint8), thing.fine)


def counter(size: tuple[int, int], chance: np.random.Generator) -> Picture:
    """What the camera sees behind the thing: a counter and shelves, out of focus."""
    width, height = size
    coarse = chance.normal(0, 1, (height // 40, width // 40)).astype(np.float32)
    grain = chance.normal(0, 1, (height // 3, width // 3)).astype(np.float32)
    picture = float(chance.uniform(70, 150)) + 18 * cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    picture += 5 * cv2.resize(grain, size, interpolation=cv2.INTER_LINEAR)
    shelves = np.clip(picture, 0, 255).astype(np.uint8)
    for _ in range(chance.integers(2, 7)):
        corner = (int(chance.integers(-80, width)), int(chance.integers(-80, height)))
        far = (corner[0] + int(chance.integers(20, width // 3)), corner[1] + int(chance.integers(20, height // 2)))
        cv2.rectangle(shelves, corner, far, int(chance.integers(30, 220)), -1)
    for _ in range(chance.integers(1, 4)):
        word = _WORDS[chance.integers(len(_WORDS))]
        place = (int(chance.integers(0, width * 3 // 4)), int(chance.integers(20, height)))
        _write(shelves, word, place, height // 14, int(chance.integers(20, 240)))
    return np.asarray(cv2.GaussianBlur(shelves, (0, 0), width / 300))


def seen(thing: Thing, pose: Pose, behind: Picture) -> Picture:
    """The thing before the background, as fine as `FINER` says; a hand holds it from below.

    Args:
        thing: What is held.
        pose: How.
        behind: The background, as large as the camera's picture.
    """
    height, width = behind.shape
    size = (width * FINER, height * FINER)
    scene = cv2.resize(behind, size, interpolation=cv2.INTER_LINEAR)
    onto = projection(thing, pose, (width, height))
    _hold(scene, thing, onto)
    # straight onto the scene: what lies beside the thing stays as it is
    cv2.warpPerspective(thing.surface, onto, size, scene, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
    return np.asarray(scene)


def projection(thing: Thing, pose: Pose, size: tuple[int, int]) -> np.ndarray:
    """From places on the thing to places in the finer picture: a pinhole camera as far away as the module size says."""
    width, height = size
    focal = float(width)
    turn, side, up = (math.radians(angle) for angle in (pose.turn, *pose.tilt))
    around = np.array([[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
    sideways = np.array([[math.cos(side), 0, math.sin(side)], [0, 1, 0], [-math.sin(side), 0, math.cos(side)]])
    upwards = np.array([[1, 0, 0], [0, math.cos(up), -math.sin(up)], [0, math.sin(up), math.cos(up)]])
    turned = around @ sideways @ upwards
    away = focal / pose.module  # in modules
    from_pixels = np.array(
        [
            [1 / thing.fine, 0, -thing.surface.shape[1] / 2 / thing.fine],
            [0, 1 / thing.fine, -thing.surface.shape[0] / 2 / thing.fine],
            [0, 0, 1],
        ]
    )
    in_space = np.column_stack((turned[:, 0], turned[:, 1], [0, 0, away]))
    middle_x, middle_y = pose.centre[0] * width, pose.centre[1] * height
    camera = np.array([[focal, 0, middle_x], [0, focal, middle_y], [0, 0, 1]])
    return np.asarray(np.diag([FINER, FINER, 1]) @ camera @ in_space @ from_pixels)


def _hold(scene: Picture, thing: Thing, onto: np.ndarray) -> None:
    """Draw a hand that comes from below and holds the thing's lower edge."""
    height, width = thing.surface.shape
    edge = cv2.perspectiveTransform(np.array([[[width / 2, height * 0.98]]], dtype=np.float64), onto)[0][0]
    breadth = max(scene.shape[1] // 14, 8)
    below = scene.shape[0] + breadth
    cv2.line(scene, (int(edge[0]), int(edge[1])), (int(edge[0]) + breadth, below), 165, breadth * 2)
    for finger in range(-1, 3):
        tip = (int(edge[0]) + finger * breadth * 2 // 3, int(edge[1]) - breadth // 3)
        cv2.line(scene, tip, (int(edge[0]) + finger * breadth // 2, int(edge[1]) + breadth * 2), 178, breadth // 2)


def _write(picture: Picture, text: str, place: tuple[int, int], tall: int, grey: int) -> None:
    """Write on it, so tall [pixels]; `place` is the lower left corner."""
    cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, tall / 30, grey, max(1, tall // 12), cv2.LINE_AA)
