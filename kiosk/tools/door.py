"""The demo's door: a program's eyes and finger. `kiosk run` has none.

One JSON object a line comes in, and one goes out for every view that was really drawn, and for every deed done:

    {"press": "pay_now"}                      touch a widget by its name; waits until a finger could
    {"scan": "8801234567893"}                 as the scanner would
    {"type": "98765432123456789"}             on the screen's keypad
    {"keys": ["8801234567893", 5]}            on a keyboard, so many ms apart; a control character is Ctrl and a letter
    {"wait_view": "MethodsView", "within_s": 20}
    {"wait_settled": "ceos"}                  a payment of this method is drawn with a settled fact
    {"wait_text": ["receipt_state", "..."]}   a widget shows this text
    {"shot": "basket.png"}                    a picture of the window, into the out folder
    {"quit": true}

    {"view": "BasketView", "serial": 4, "at_ms": 1760000000000, "language": "ko", "claims": [...],
     "texts": [["total_amount", "12,300원"], ...]}
    {"done": "press", "of": "pay_now", "ok": true}

`texts` is what stands in sight in the window, not what the flow meant; `claims` is what the flow meant, to compare.
`at_ms` is the wall time when it stood there [ms since 1970].
"""

import asyncio
import json
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from kiosk.domain.told import Fact, TenderLine
from kiosk.flows.views import Shown
from kiosk.ui import probe

LOOK_EVERY_S: Final = 0.02
PATIENCE_S: Final = 20.0
UNSETTLED: Final = frozenset({Fact.CHECKING, Fact.CHECKING_DO_NOT_PAY})
DRAWN_S: Final = 0.3
"""After a deed the window has drawn what follows [s]."""

PAUSE_MS: Final = 1000
"""Between what is typed and what is typed next [ms]."""

Deed = Mapping[str, Any]


class Door:
    """Does deeds on a window and tells what it shows.

    Attributes:
        view: Name of the view that was last drawn.

    Args:
        window: The real one.
        scan: Where a scanner's codes go.
        out: Folder for pictures.
        tell: Takes each line that goes out.
    """

    def __init__(
        self, window: QWidget, scan: Callable[[str], None], out: Path, tell: Callable[[Mapping[str, Any]], None]
    ) -> None:
        self._window = window
        self._scan = scan
        self._out = out
        self._tell = tell
        self._serial = 0
        self.view = ""
        self._latest: Shown | None = None
        self._claims: list[dict[str, object]] = []
        self._settled: set[object] = set()
        self._typed_ms = 0

    def on_shown(self, shown: Shown) -> None:
        """The flow published something; once it is drawn, say what stands there."""
        self._latest = shown
        QTimer.singleShot(0, self._say_what_is_drawn)

    def _say_what_is_drawn(self) -> None:
        shown, self._latest = self._latest, None
        if shown is None:
            return
        self._serial += 1
        self.view = type(shown.view).__name__
        self._claims = [_claim(line) for line in getattr(shown.view, "tenders", ())]
        self._tell(
            {
                "view": self.view,
                "serial": self._serial,
                "at_ms": time.time_ns() // 1_000_000,
                "language": shown.language,
                "idle_left_s": shown.idle_left_s,
                "network_down": shown.network_down,
                "claims": self._claims,
                "texts": probe.visible_texts(self._window),
            }
        )

    async def do(self, deed: Deed) -> bool:
        """Do one deed and tell whether it worked."""
        name = next(iter(deed))
        ok = await self._deeds()[name](deed[name], float(deed.get("within_s", PATIENCE_S)))
        self._tell({"done": name, "of": deed[name], "ok": ok})
        return ok

    def _deeds(self) -> Mapping[str, Callable[[Any, float], Awaitable[bool]]]:
        return {
            "press": self._press,
            "scan": self._scan_code,
            "type": self._type,
            "keys": self._keys,
            "wait_view": self._wait,
            "wait_settled": self._wait_settled,
            "wait_text": self._wait_text,
            "shot": self._shot,
        }

    async def _press(self, name: str, within_s: float) -> bool:
        return await self._until(lambda: probe.press(self._window, name), within_s)

    async def _scan_code(self, text: str, _within_s: float) -> bool:
        self._scan(text)
        return True

    async def _type(self, digits: str, within_s: float) -> bool:
        for digit in digits:
            if not await self._press(f"key_{digit}", within_s):
                return False
        return await self._press("key_enter", within_s)

    async def _keys(self, wanted: list[Any], _within_s: float) -> bool:
        text, gap_ms = wanted
        begin_ms = max(time.monotonic_ns() // 1_000_000, self._typed_ms + PAUSE_MS)
        self._typed_ms = begin_ms + gap_ms * len(text)
        probe.type_keys(self._window, text, begin_ms, gap_ms)
        return True

    async def _wait(self, view: str, within_s: float) -> bool:
        return await self._until(lambda: self.view == view, within_s)

    async def _wait_settled(self, method: str, within_s: float) -> bool:
        """Each payment is waited for once, so the refusal of an earlier try does not answer for a later one."""
        return await self._until(lambda: self._settles(method), within_s)

    def _settles(self, method: str) -> bool:
        new = {one["attempt"] for one in self._claims if one["method"] == method and one["fact"] not in UNSETTLED}
        new -= self._settled
        self._settled |= new
        return bool(new)

    async def _wait_text(self, wanted: list[str], within_s: float) -> bool:
        name, text = wanted
        return await self._until(lambda: (name, text) in probe.visible_texts(self._window), within_s)

    async def _shot(self, name: str, _within_s: float) -> bool:
        await asyncio.sleep(DRAWN_S)
        probe.shot(self._window, self._out / name)
        return True

    async def _until(self, happens: Callable[[], bool], within_s: float) -> bool:
        loop = asyncio.get_running_loop()
        end_s = loop.time() + within_s
        while not happens():
            if loop.time() > end_s:
                return False
            await asyncio.sleep(LOOK_EVERY_S)
        return True


def _claim(line: TenderLine) -> dict[str, object]:
    amount = None if line.amount is None else line.amount.amount
    return {"attempt": line.attempt_id, "method": line.method, "amount": amount, "fact": line.fact}


def tell_line(line: Mapping[str, Any]) -> None:
    """Write one line to standard output."""
    print(json.dumps(line, ensure_ascii=False), flush=True)


async def follow(door: Door, quit_program: Callable[[], object]) -> None:
    """Do what standard input says, line by line, until it ends or says quit."""
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, '{"quit": true}')

    threading.Thread(target=read, name="door", daemon=True).start()
    while True:
        deed = json.loads(await lines.get())
        if "quit" in deed:
            quit_program()
            return
        await door.do(deed)
