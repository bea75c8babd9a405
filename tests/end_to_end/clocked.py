"""The demo with a wall clock that a test sets while it runs; what lasts goes by the machine's clock as ever.

    python -m tests.end_to_end.clocked demo --config FILE --script - --out DIR

KIOSK_AHEAD     file that holds how far the wall clock is ahead of the machine's [ms]
"""

import os
import sys
from pathlib import Path

from typing_extensions import override

from kiosk.cli import main
from kiosk.services.clock import SystemClock
from kiosk.tools import demo


class ClockAhead(SystemClock):
    """The machine's clock, ahead of it."""

    @override
    def now_ms(self) -> int:
        return super().now_ms() + int(Path(os.environ["KIOSK_AHEAD"]).read_text("ascii"))


if __name__ == "__main__":
    demo.SystemClock = ClockAhead  # type: ignore[attr-defined]  # the demo has no seam for it
    sys.exit(main())
