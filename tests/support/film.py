"""Films for a camera: what it would have seen, written as a file that plays at its own rate."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from tests.pictures.codes import Picture

PER_S: Final = 15.0
"""Pictures a second."""

SIZE: Final = (640, 480)


def write_film(path: Path, pictures: Iterable[Picture], per_s: float = PER_S) -> Path:
    """Write a film of these pictures, which stands in its place whole or not at all.

    Args:
        path: Where; whatever stands there is replaced.
        pictures: Blue-green-red, all of one size.
        per_s: Pictures a second.
    """
    fresh = path.with_suffix(".fresh.avi")
    writer: Any = None
    for picture in pictures:
        if writer is None:
            size = (picture.shape[1], picture.shape[0])
            writer = cv2.VideoWriter(str(fresh), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), per_s, size)
            writer.set(cv2.VIDEOWRITER_PROP_QUALITY, 90)
        writer.write(picture)
    writer.release()
    return fresh.replace(path)


def noise(count: int, grey: int = 120, size: tuple[int, int] = SIZE, *, seed: int = 1) -> list[Picture]:
    """Pictures of an evenly lit wall, each with the sensor's own noise.

    Args:
        count: How many.
        grey: How bright.
        size: Width and height [px].
        seed: Of the noise.
    """
    chance = np.random.default_rng(seed)
    shape = (size[1], size[0], 3)
    return [np.clip(chance.normal(grey, 3, shape), 0, 255).astype(np.uint8) for _ in range(count)]
