"""The program as `kiosk run` starts it, watched: it tells when something was really painted, and plays customers.

    python -m tests.bench.watched --config FILE --script - --out DIR

Deeds come in and lines go out as at the demo's door (kiosk/tools/door.py), with two differences. A view is told once it
was painted, with the moment, which is the same for every process of the machine, `at_ns` [monotonic, ns], and how long
the loop's thread has waited for a core until then, `waited_ms`. And there are more deeds, see deeds.py.

KIOSK_BENCH_TEXTS   each paint that changed the texts in sight is told, with the texts; finding them takes time, though
                    not from what is told
"""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from kiosk.app import Seams, Till, run
from kiosk.flows.views import Shown
from kiosk.services import config_file, logs
from kiosk.services.keys import load_keys
from tests.bench.views import Views
from tests.bench.waiting import waited_ms

if TYPE_CHECKING:
    from kiosk.ui.window import KioskWindow


def watch(till: Till, window: "KioskWindow", out: Path) -> Any:
    """What runs beside the till: a door whose eyes see the paint."""
    from PySide6.QtCore import QEvent, QObject

    from kiosk.tools.door import follow, tell_line
    from kiosk.ui import probe
    from tests.bench.deeds import PlayingDoor

    class Eyes(QObject):
        """Sees every paint of the window, when it has ended."""

        def __init__(self) -> None:
            super().__init__()
            self.views = Views()
            self._shown: Shown | None = None
            self._serial = 0
            self._texts: list[tuple[str, str]] | None = [] if "KIOSK_BENCH_TEXTS" in os.environ else None

        def on_shown(self, shown: Shown) -> None:
            self._shown = shown

        @override
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is not QEvent.Type.UpdateRequest:
                return False
            watched.event(event)  # in here everything that changed is painted
            self._painted(time.monotonic_ns(), waited_ms(os.getpid()))
            return True

        def _painted(self, at_ns: int, waited: float) -> None:
            shown, self._shown = self._shown, None
            line: dict[str, object] = {"at_ns": at_ns, "waited_ms": waited, "texts": []}
            if self._texts is not None:
                texts = probe.visible_texts(window)
                if texts == self._texts:
                    return
                line["texts"] = self._texts = texts
            elif shown is None:
                return
            view = till.stage.shown.value if shown is None else shown
            self._serial += 1
            at_ms = time.time_ns() // 1_000_000
            tell_line({"view": type(view.view).__name__, "serial": self._serial, "at_ms": at_ms, **line})
            self.views.came(view)

    eyes = Eyes()
    eyes.setParent(window)
    window.installEventFilter(eyes)
    till.stage.shown.subscribe(eyes.on_shown)
    return follow(PlayingDoor(till, window, eyes.views, out), window.close)


def main() -> int:
    """Run the till, as kiosk/cli.py does."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.watched")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--script", choices=["-"], required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    config = config_file.load(options.config, os.environ)
    keys = load_keys(config, os.environ)
    logs.configure(config.log_folder, config.log.level)
    return run(config, keys, Seams(attach=lambda till, window: watch(till, window, options.out)))


if __name__ == "__main__":
    sys.exit(main())
