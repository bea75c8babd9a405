"""`kiosk demo`: the whole kiosk with all simulators, on a screen, through a door, or played by a scripted customer."""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from kiosk.app import Seams, Till, run
from kiosk.domain.confidential import Confidential
from kiosk.services import config_file, logs
from kiosk.services.catalogue_csv import import_csv
from kiosk.services.clock import SystemClock
from kiosk.services.config import Config
from kiosk.services.keys import Keys, load_keys
from kiosk.services.resources import resource
from kiosk.services.text import Text
from kiosk.simulator.card import SECRET_KEY as CARD_KEY
from kiosk.simulator.ezpg_settings import EzpgSettings, Merchant
from kiosk.simulator.host import HERE, Host
from kiosk.simulator.outside import Settings
from kiosk.simulator.relay_settings import ACCESS_KEY, CALLBACK_KEY, RelaySettings
from kiosk.tools.progress import progress

if TYPE_CHECKING:
    from kiosk.ui.window import KioskWindow

TIME_SCALE: Final = "KIOSK_TIME_SCALE"
STAFF_PIN: Final = Confidential("271828")
"""Of the demo's manager; README says it."""

PASSWORD: Final = "demo"  # noqa: S105 - of the simulators
ENVIRONMENT_OF_SECRETS: Final = {
    "KIOSK_DEMO_CREPAY": PASSWORD,
    "KIOSK_DEMO_CEOS": "demo",
    "KIOSK_DEMO_CARD": CARD_KEY,
    "KIOSK_DEMO_LOYALTY": ACCESS_KEY,
    "KIOSK_DEMO_CALLBACK": CALLBACK_KEY,
    "KIOSK_DEMO_EZPG": PASSWORD,
    "KIOSK_DEMO_EZPG_KEY": Merchant().key,
}

PAYS_OUT_AFTER_S: Final = 60.0
"""The demo has no head office that approves what staff have paid out."""


def demo(
    config_path: Path | None,
    out: Path | None,
    text: Text,
    *,
    scripted: bool,
    phone_host: str = HERE,
    seams: Seams | None = None,
) -> int:
    """Run the demo.

    Args:
        config_path: Gateways named in it replace the simulators; None for all simulators.
        out: Where state, pictures and receipts go; None for a new folder.
        text: For the command line.
        scripted: Through the door on standard input.
        phone_host: Address of this machine where real phones reach their page.
        seams: Where tests reach in.

    Returns:
        The exit code; 1 when the scripted customer did not get a receipt.
    """
    folder = _folder(out)
    factor = float(os.environ.get(TIME_SCALE, "1"))
    plays = not scripted and not _has_screen()
    if plays:
        print(text("demo.no_screen", folder=str(folder)), flush=True)
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    callback = _free_port()
    relay = RelaySettings(callback_url=f"http://127.0.0.1:{callback}/loyalty/callback")
    ezpg = EzpgSettings(approves_after_s=PAYS_OUT_AFTER_S)
    host = Host(time_scale=factor, settings=Settings(loyalty=relay, ezpg=ezpg), address=phone_host)
    port = host.start()
    try:
        _tell_phones({f"http://{HERE}:{port}/phone", host.phone_page}, text, sys.stderr if scripted else sys.stdout)
        config, keys = _configuration(config_path, folder, port, callback)
        logs.configure(config.log_folder, config.log.level)
        import_csv(resource("demo", "catalogue.csv"), config.catalogue_path, progress(""))
        seams = replace(
            seams or Seams(), clock=SystemClock(factor), attach=partial(_hold_phones_to, host), first_pin=STAFF_PIN
        )
        if not scripted and not plays:
            return run(config, keys, seams)
        return _with_door(config, keys, seams, folder, text, scripted=scripted)
    finally:
        host.stop()


def _tell_phones(pages: set[str], text: Text, stream: TextIO) -> None:
    """What the door writes belongs to whoever reads lines of JSON; then these go elsewhere."""
    for page in sorted(pages):
        print(text("demo.phone", page=page), file=stream, flush=True)


def _hold_phones_to(host: Host, till: Till, _window: "KioskWindow") -> None:
    """The page's code is held to this till: the demo has no scanner of its own."""
    loop = asyncio.get_running_loop()

    def scan(code: str) -> None:
        loop.call_soon_threadsafe(till.on_code, code)

    host.scan = scan


def _folder(out: Path | None) -> Path:
    folder = out if out is not None else Path(tempfile.mkdtemp(prefix="kiosk-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def _has_screen() -> bool:
    if sys.platform != "linux":
        return True
    wanted = os.environ.get("QT_QPA_PLATFORM", "")
    if wanted in {"offscreen", "minimal"}:
        return False
    return bool(wanted or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _free_port() -> int:
    """Where the simulated relay can call; it is told before the till listens there."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def _configuration(path: Path | None, folder: Path, port: int, callback: int) -> tuple[Config, Keys]:
    """The example configuration with simulated payment systems, or a given one whose gaps they fill."""
    template = resource("demo", "kiosk.toml").read_text(encoding="utf-8")
    simulated = folder / "demo.toml"
    state = folder / "state"
    simulated.write_text(template.format(port=port, callback=callback, state=state.as_posix()), encoding="utf-8")
    environment = {**os.environ, **ENVIRONMENT_OF_SECRETS}
    config = config_file.load(simulated, environment)
    if path is not None:
        given = config_file.load(path, os.environ)
        gateways = given.gateways.model_copy(
            update={
                name: getattr(given.gateways, name) or getattr(config.gateways, name)
                for name in type(given.gateways).model_fields
            }
        )
        config = given.model_copy(update={"gateways": gateways})
    return config, load_keys(config, environment)


def _with_door(config: Config, keys: Keys, seams: Seams, folder: Path, text: Text, *, scripted: bool) -> int:
    from kiosk.tools.door import Door, follow, tell_line
    from kiosk.tools.script import play

    ending: list[int] = []

    def attach(till: Till, window: "KioskWindow") -> Coroutine[Any, Any, None]:
        tell: Callable[[Any], None] = tell_line if scripted else (lambda _line: None)
        door = Door(window, till.on_code, folder, tell)
        till.front.shown.subscribe(door.on_shown)
        if scripted:
            return follow(door, till.close_window)

        async def customer() -> None:
            try:
                ending.append(await play(door, config, folder, text))
            finally:
                till.close_window()

        return customer()

    code = run(config, keys, replace(seams, attach=attach))
    return code if scripted else max(ending, default=1)
