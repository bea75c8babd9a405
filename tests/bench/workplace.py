"""Where figures are measured: a folder on a real disk, the simulators, and what several figures share."""

import os
import platform
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.bench.history import BYTES_PER_SALE, SALES, SALES_QUICK, History, build_history
from tests.bench.programs import Watched
from tests.end_to_end.driver import World

COUPON_HOLDS = 3000


class NotMeasuredError(Exception):
    """It cannot be measured here; the sentence says why."""


class Workplace:
    """Folders and processes that are gone in the end.

    Args:
        quick: Measure less, for a first look; each row says what that means for it.
    """

    def __init__(self, *, quick: bool = False) -> None:
        self.quick = quick
        self._ends = ExitStack()
        self._folder = Path(self._ends.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-bench-")))
        self._count = 0

    def close(self) -> None:
        self._ends.close()

    def rounds(self, many: int, few: int) -> int:
        """How often to measure: many times, or a few when it has to be quick."""
        return few if self.quick else many

    def folder(self) -> Path:
        """A new one. Below the system's folder for temporary files, which should be on a disk and not in memory."""
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir()
        return folder

    @cached_property
    def world(self) -> World:
        """The payment systems, as a process of their own: they answer at once, and CEOS never fails."""
        world = World(self.folder(), scale=1.0)
        self._ends.callback(world.close)
        world.settings(ceos={"failure_rate": 0})
        return world

    def coupons(self, series: int, count: int) -> list[str]:
        """New coupons that hold 3,000 won each."""
        coupons = [f"{series}{n:013d}" for n in range(count)]
        self.world._ask("POST", "coupons", dict.fromkeys(coupons, COUPON_HOLDS))
        return coupons

    def till(self, **changes: Any) -> Watched:
        """A till of its own, with a product list, not started."""
        till = Watched(self.folder(), self.world, **changes)
        self._ends.callback(till.close)
        till.prepare()
        return till

    @cached_property
    def history(self) -> History:
        """A till with very many sales in its journal, for all figures that need one."""
        sales = SALES_QUICK if self.quick else SALES
        needed = sales * BYTES_PER_SALE
        if shutil.disk_usage(self._folder).free < needed:
            raise NotMeasuredError(f"{sales:,} sales need {needed / 1e9:.0f} GB of free space for temporary files")
        return build_history(self.till(), sales)


def machine(folder: Path | None = None) -> Mapping[str, object]:
    """What the figures depend on. No names and no places."""
    import PySide6

    return {
        "cores": os.cpu_count() or 0,
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "Qt": f"{PySide6.__version__} on {os.environ.get('QT_QPA_PLATFORM') or 'its default platform'}",
        "file system": file_system(folder or Path(tempfile.gettempdir())),
        "load": f"{os.getloadavg()[0]:.1f}" if sys.platform != "win32" else "",
    }


def file_system(folder: Path) -> str:
    """Its kind, such as ext4; "unknown" where the system does not say."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return "unknown"
    kinds = {}
    for line in mounts.read_text(encoding="utf-8").splitlines():
        _, at, kind, *_ = line.split(" ")
        kinds[Path(at)] = kind
    return next((kinds[at] for at in (folder.resolve(), *folder.resolve().parents) if at in kinds), "unknown")
