"""Where the files are that come with the program: texts, fonts, icons, sounds, demo data."""

import sys
from pathlib import Path


def resource(*parts: str) -> Path:
    """The path of a file or folder under resources/, in a checkout and in the built program alike."""
    bundled: str | None = getattr(sys, "_MEIPASS", None)
    root = Path(bundled) if bundled else Path(__file__).parents[2]
    return root.joinpath("resources", *parts)
