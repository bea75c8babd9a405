"""The WAL of a killed journal ends too soon: cut, filled with zeros or garbage, or with what was there before.

A disk that keeps its word never does this to what was synced. What is left must be a beginning of the history all the
same, whole, or the start must refuse.
"""

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.crashes.cases import Case, Kind
from tests.crashes.journey import FRAME, WAL_HEADER
from tests.crashes.judge import NOTICES_A_LOST_END, REPORTED, Outcome, require, start_is_honest
from tests.crashes.left import FRAME_HEADER, Left


def start_on_tail(left: Left, wal: bytes, folder: Path, *, consistent: bool) -> Outcome:
    left.lay_out(folder, wal=wal)
    outcome = start_is_honest(folder, left.claim, wal_is_damaged=True)
    require(not consistent or outcome.kind != REPORTED, f"opened, and not whole: {outcome.why}")
    return outcome


def wals(left: Left, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Every way in which it may end, with a name."""
    draw = random.Random(seed)
    wal, end = left.wal, left.end_of_wal
    yield "no bytes", b""
    yield "half a header", wal[: WAL_HEADER // 2]
    yield "the header of an older one", left.older_wal[:WAL_HEADER] + wal[WAL_HEADER:]
    yield "an older one", left.older_wal
    yield "garbage appended", wal + draw.randbytes(FRAME + 99)
    yield "zeros appended", wal + bytes(FRAME + 99)
    for frame in range(left.valid_frames + 1):
        at = WAL_HEADER + frame * FRAME
        whole, rest = wal[:at], end - at
        yield f"cut after frame {frame}", whole
        yield f"zeros after frame {frame}", whole + bytes(rest)
        yield f"garbage after frame {frame}", whole + draw.randbytes(rest)
        yield f"an older one's after frame {frame}", whole + left.older_wal[at:]
        if rest:
            yield f"cut in the header of frame {frame + 1}", wal[: at + FRAME_HEADER // 2]
            yield f"cut in the page of frame {frame + 1}", wal[: at + FRAME // 2]
            yield f"zeros from the middle of frame {frame + 1}", wal[: at + FRAME // 2] + bytes(rest - FRAME // 2)


def tails(left: Left, name: str, *, checkpointed: bool, every: int = 1) -> Kind:
    """All of them.

    Args:
        left: By a kill.
        name: Of the kind.
        checkpointed: All of the WAL is in the file too. What is left of it then lays older pages over newer ones, and
            the start or `verify` has to notice, unless a start knows how long the history was.
        every: Only every so many.
    """
    consistent = not checkpointed or NOTICES_A_LOST_END
    cases = [Case(ends, partial(start_on_tail, left, wal, consistent=consistent)) for ends, wal in wals(left)]
    return Kind(name, len(cases), cases[::every])
