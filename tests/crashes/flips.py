"""One bit is another one: in the file, in its WAL, in the wal-index, in the mark of the last event."""

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from tests.crashes.cases import Case, Kind
from tests.crashes.journey import WAL_HEADER
from tests.crashes.judge import Outcome, start_is_honest
from tests.crashes.left import FRAME_HEADER, Left, frame_headers, page_headers

FEW: Final = 30
"""With so few samples, the headers are left out."""


def flipped(content: bytes, at: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[at] ^= 1 << bit
    return bytes(changed)


def start_on_flipped(left: Left, which: str, at: int, bit: int, folder: Path) -> Outcome:
    content: bytes = getattr(left, which)
    left.lay_out(folder, **{which: flipped(content, at, bit)})
    return start_is_honest(folder, left.claim, wal_is_damaged=which == "wal")


def header_bits(left: Left, draw: random.Random, *, everything: bool) -> Iterator[tuple[str, int, int]]:
    """Bits of the headers of pages and frames.

    All of all; or one of each byte of a WAL's first and last frame, and of a part of those of a closed file's pages.
    """
    frames, pages = list(frame_headers(left.wal[: left.end_of_wal])), list(page_headers(left.db))
    if not everything:
        pages = [] if frames else sorted(draw.sample(pages, len(pages) // 3))
        frames = frames[: WAL_HEADER + FRAME_HEADER] + frames[-FRAME_HEADER:]
    for which, places in (("db", pages), ("wal", frames)):
        for at in places:
            for bit in range(8) if everything else (draw.randrange(8),):
                yield which, at, bit


def flips(name: str, left: Left, *, everything: bool, samples: int, seed: int = 1) -> Kind:
    """Bits of the headers, and bits drawn from all bytes.

    Args:
        name: Of the kind.
        left: The journal.
        everything: All bits of all headers.
        samples: How many are drawn from each file.
        seed: Of the draw.
    """
    draw = random.Random(seed)
    sizes = {"db": len(left.db), "wal": left.end_of_wal, "shm": len(left.shm), "last": len(left.last)}
    chosen = list(header_bits(left, draw, everything=everything)) if samples > FEW else []
    for which, size in sizes.items():
        chosen += [(which, draw.randrange(size), draw.randrange(8)) for _ in range(samples if size else 0)]
    cases = [
        Case(f"{name}: bit {bit} of byte {at} of the {which}", partial(start_on_flipped, left, which, at, bit))
        for which, at, bit in chosen
    ]
    return Kind(f"flipped bits, {name}", 8 * sum(sizes.values()), cases)
