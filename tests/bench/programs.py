"""Programs as processes of their own: started, driven, and measured from outside."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typing_extensions import override

from kiosk.services import config_file
from kiosk.services.catalogue_csv import import_csv
from kiosk.services.config import Config
from kiosk.services.keys import Keys, load_keys
from kiosk.services.resources import resource
from tests.end_to_end.driver import PATIENCE_S, PROJECT, SECRETS, Seen, Till, World

GIVEN_PIN = "314159"
"""Of the manager of each till; they have to choose their own when they first come in."""
WATCHED = (sys.executable, "-m", "tests.bench.watched")
SMALLEST = (sys.executable, "-m", "tests.bench.smallest")

# as the program has them, but for the quick hand
LIMITS = {
    "permit_life_s": 5.0,
    "connect_s": 5.0,
    "crepay_answer_s": 30.0,
    "crepay_balance_s": 8.0,
    "ceos_answer_s": 35.0,
    "ceos_ask_s": 10.0,
}


class Watched(Till):
    """The watched program (watched.py).

    Args:
        folder: Of this till.
        world: Where the payment systems are.
        texts: It also tells the texts in sight at every paint.
        film: What its camera is; None for no camera.
        limits: Over LIMITS.
    """

    def __init__(
        self,
        folder: Path,
        world: World,
        *,
        texts: bool = False,
        film: Path | None = None,
        limits: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__(folder, world, limits={**LIMITS, **(limits or {})}, command=WATCHED, film=film)
        self._has_manager = False
        if texts:
            self.tells_texts()

    def tells_texts(self) -> None:
        """From its next start on it tells the texts in sight at every paint."""
        self._environment["KIOSK_BENCH_TEXTS"] = "1"

    def prepare(self) -> None:
        """Give it a product list."""
        import_csv(resource("demo", "catalogue.csv"), self.settings()[0].catalogue_path, lambda *_: None)

    @override
    def start(self) -> Till:
        if not self._has_manager:
            self._employ()
        return super().start()

    def _employ(self) -> None:
        """A manager, without whom nobody sells: as whoever installs a terminal does it."""
        command = [sys.executable, "-m", "kiosk", "staff", "add", "점장", "--role", "manager"]
        subprocess.run(
            [*command, "--config", str(self.config)],
            cwd=PROJECT,
            env={**os.environ, **self._environment},
            input=f"{GIVEN_PIN}\n",
            text=True,
            encoding="utf-8",
            capture_output=True,
            check=True,
        )
        self._has_manager = True

    def settings(self) -> tuple[Config, Keys]:
        """Its configuration and its keys, which are made when they are not there."""
        environment = {**os.environ, **SECRETS}
        config = config_file.load(self.config, environment)
        return config, load_keys(config, environment)

    def started(self) -> float:
        """Start it; how long it took from the spawn to its painted start screen [s]."""
        began_ns = time.monotonic_ns()
        self.start()
        seen = self.wait_view("StartView")
        return (int(seen.line["at_ns"]) - began_ns) / 1e9

    def told(self, deed: str, what: Any, view: str) -> dict[str, Any]:
        """Have it do a deed; what it tells about it."""
        mark = len(self.seen)
        self.do(**{deed: what})
        return next(one.line for one in self.seen[mark:] if one.view == view)

    def painted_after(self, at_ns: int, says: str, name: str) -> Seen:
        """The first paint after a moment in which some text in sight holds this, and a text of this name is too."""
        deadline_s = time.monotonic() + PATIENCE_S
        with self._news:
            while time.monotonic() < deadline_s and self.is_running:
                for one in self.seen[-5:]:
                    if int(one.line.get("at_ns", 0)) > at_ns and one.text(name) and says in str(one.texts):
                        return one
                self._news.wait(0.2)
        raise TimeoutError(f"{says} with {name} was not painted\n{self.story()}")


def resident_mb(pid: int) -> float:
    """Memory that a process has in use [MB]."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


def smallest_started() -> float:
    """Start the smallest window; how long it took from the spawn until it was painted [s]."""
    began_ns = time.monotonic_ns()
    said = subprocess.run(
        SMALLEST,
        cwd=PROJECT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    return (int(said.stdout.split()[0]) - began_ns) / 1e9
