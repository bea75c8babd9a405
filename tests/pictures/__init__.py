"""Pictures and clips of codes, from a seed: what the scanner by camera is tried on."""

from tests.pictures.codes import Code
from tests.pictures.video import approach, draw

__all__ = ["Code", "approach", "draw"]
