"""A till and its outside world as two processes, and a hand that plays a customer through the demo's door."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from typing_extensions import override

from kiosk.domain.day import KOREA
from kiosk.simulator.card import SECRET_KEY
from kiosk.simulator.relay_money import UNIT
from kiosk.simulator.relay_settings import ACCESS_KEY, CALLBACK_KEY, OWNER, RICH, SHOP_ID
from tests.support.plug import Plug
from tests.support.server import unused_port

SCALE = 20.0
"""Seconds of both sides in one real second."""

PATIENCE_S = 30.0
"""No wait of a test lasts longer [real seconds]."""

LINES_SHOWN = 20
SIMULATE = (sys.executable, "-m", "kiosk", "simulate")
DEMO = (sys.executable, "-m", "kiosk", "demo")
PROJECT = Path(__file__).parents[2]
SECRETS = {
    "E2E_CREPAY": "demo",
    "E2E_CARD": SECRET_KEY,
    "E2E_LOYALTY": ACCESS_KEY,
    "E2E_CALLBACK": CALLBACK_KEY,
    "E2E_EZPG": "demo",
    "E2E_EZPG_KEY": "demo-key",
}

COUPON = "11112222333344445"
"""Holds 3,000 won in the simulators' first world."""

AMERICANO, RICE_TRIANGLE, NUTS = "8809990000012", "8809990000142", "8809990000081"
GOODS = (AMERICANO, AMERICANO, RICE_TRIANGLE, NUTS, NUTS, NUTS, NUTS)
"""12,300 won."""

CONFIG = """
[store]
name = "다정상회 성수점"
business_number = "123-45-67890"
address = "서울특별시 성동구 성수이로 10"
phone = "02-120"

[kiosk]
id = "{kiosk}"
state_dir = "{state}"

[scanner]
port = "{scanner}"

[sale]
{sale}

[limits]
{limits}

[gateways.crepay]
base_url = "{url}/crepay"
id = "demo"
password = "env:E2E_CREPAY"
brand_id = "DEMO_BRAND"
store_code = "DEMO_STORE"
store_name = "다정상회 성수점"
pos_device_id = "{kiosk}"

[gateways.ceos]
base_url = "{url}/ceos"
store_id = "demo"
github_id = "demo"
"""

POINTS = """
[gateways.loyalty]
base_url = "{url}/loyalty"
shop_id = "{shop}"
access_key = "env:E2E_LOYALTY"

[gateways.loyalty.callback]
port = {callback}
secret = "env:E2E_CALLBACK"
"""

CAMERA = """
[camera]
device = "{film}"
"""

PRINTER = """
[printer]
port = "{port}"
paper_mm = {paper_mm}

[receipts]
folder = "{state}/receipts"
"""

CARDS = """
[gateways.card]
base_url = "{url}/card"
secret_key = "env:E2E_CARD"
"""

TRANSFERS = """
[gateways.ezpg]
enabled = {enabled}
base_url = "{url}/ezpg"
merchant_id = "demo"
user = "{user}"
password = "env:E2E_EZPG"
staff_user = "staff"
staff_password = "env:E2E_EZPG"
merchant_key = "env:E2E_EZPG_KEY"
closes = "{closes}"
opens = "{opens}"
"""

# Where the machine needs real time, or the test plays a quick hand, the scaled limits are generous.
SALE = {"idle_s": 3600, "idle_warning_s": 60, "done_s": 1200}
LIMITS = {
    "permit_life_s": 120,
    "connect_s": 60,
    "crepay_answer_s": 60,
    "crepay_balance_s": 60,
    "ceos_answer_s": 60,
    "ceos_ask_s": 60,
    "card_answer_s": 60,
    "card_ask_s": 60,
    "loyalty_answer_s": 60,
    "loyalty_ask_s": 60,
    "ezpg_answer_s": 60,
    "ezpg_ask_s": 60,
    "ezpg_idle_s": 3600,
    "scan_repeat_s": 0,  # this hand is quicker than a person
}


class DriverError(AssertionError):
    """What was waited for did not come."""


def until(condition, what, within_s=PATIENCE_S):
    """Ask again until it holds, and give back what it said.

    Raises:
        DriverError: it did not in time.
    """
    deadline = time.monotonic() + within_s
    while not (said := condition()):
        if time.monotonic() > deadline:
            raise DriverError(f"not within {within_s:g} s: {what}")
        time.sleep(0.01)
    return said


@dataclass(frozen=True)
class Seen:
    """One view line: what stood in the window.

    Attributes:
        run: Which start of the till it comes from, from 0.
        line: The whole line.
    """

    run: int
    line: dict[str, Any]

    @property
    def view(self) -> str:
        return str(self.line["view"])

    @property
    def at_ms(self) -> int:
        return int(self.line["at_ms"])

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Name and words of everything in sight."""
        return [(name, words) for name, words in self.line["texts"]]

    def text(self, name) -> str:
        """What the widget of this name says; "" when it is not in sight."""
        return next((text for one, text in self.texts if one == name), "")

    @override
    def __str__(self) -> str:
        said = " | ".join(
            text for name, text in self.texts if name.startswith(("told_", "due_", "order_", "certainty"))
        )
        return f"{self.run}.{self.line['serial']} {self.view} {said}"


class Process:
    """A child whose standard output is read line by line, with an end that is certain."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], errors: Path) -> None:
        self.command = command
        self._errors = errors
        with errors.open("ab") as stderr:
            self.child = subprocess.Popen(
                [*command],
                cwd=PROJECT,
                env={**os.environ, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                encoding="utf-8",
                bufsize=1,
                # its own group: a key pressed at the test run's terminal does not reach it
                start_new_session=True,
            )
        assert self.child.stdout is not None
        assert self.child.stdin is not None
        self.says, self.hears = self.child.stdout, self.child.stdin

    def errors(self) -> str:
        """The last it wrote to standard error."""
        return "\n".join(self._errors.read_text("utf-8", "replace").splitlines()[-LINES_SHOWN:])

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self.child.send_signal(signal.SIGKILL)
        self.child.wait(PATIENCE_S)
        for stream in (self.hears, self.says):
            with contextlib.suppress(OSError):
                stream.close()


class World:
    """The outside: `kiosk simulate`, and its control path."""

    def __init__(self, folder: Path, scale: float = SCALE) -> None:
        self.scale = scale
        self._folder = folder
        self._process: Process | None = None
        # a connection that stood idle may be closed at the other end just as it is used again
        self._http = httpx.Client(trust_env=False, timeout=PATIENCE_S, limits=httpx.Limits(max_keepalive_connections=0))
        self.url = ""
        self.bank_hours = far_hours()
        self.start()

    def start(self) -> None:
        """Begin anew, on the same port as before."""
        port = self.url.rpartition(":")[2] or "0"
        command = (*SIMULATE, "--port", port, "--time-scale", str(self.scale))
        self._process = Process(command, {}, self._folder / "simulate.err")
        said = self._process.says.readline()
        if "listening on " not in said:
            raise DriverError(f"the simulators did not start: {said!r}\n{self._process.errors()}")
        self.url = said.rpartition("listening on ")[2].strip()

    def stop(self) -> None:
        """Nobody answers any more, and the books are lost."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def close(self) -> None:
        self.stop()
        self._http.close()

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        reply = self._http.request(method, f"{self.url}/_sim/{path}", json=body)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def books(self) -> dict[str, Any]:
        """What really happened to the money."""
        return dict(self._ask("GET", "books"))

    def requests(self) -> list[dict[str, Any]]:
        """What was asked, oldest first."""
        return list(self._ask("GET", "requests"))

    def asked(self, *calls: str) -> list[dict[str, Any]]:
        """The requests of these calls ("crepay.checkout", ...)."""
        return [one for one in self.requests() if f"{one['gateway']}.{one['call']}" in calls]

    def settings(self, **changes) -> None:
        """Change how the servers behave: `settings(ceos={"dialect": "B"})`."""
        self._ask("POST", "settings", changes)

    # -- the loyalty relay

    def code(self, account: str = RICH) -> str:
        """What the customer's phone shows as a QR code."""
        return str(self._ask("POST", "phone/temporary", {"account": account})["temporaryAccount"])

    def asks(self, account: str = RICH) -> dict[str, Any]:
        """The payment that the customer's phone asks about, as soon as it does."""
        return dict(until(lambda: self._ask("POST", "phone/incoming", {"account": account}), "the phone asks")[0])

    def answer(self, *, approve: bool = True, account: str = RICH) -> None:
        """The customer answers on the phone."""
        payment = self.asks(account)["payment_id"]
        self._ask("POST", "phone/answer_new", {"payment_id": payment, "approve": approve})

    def answer_owner(self, *, approve: bool = True) -> None:
        """The owner of the shop answers on the phone."""
        waiting = until(lambda: self._ask("POST", "phone/cancels", {"account": OWNER}), "the owner's phone asks")
        self._ask("POST", "phone/answer_cancel", {"payment_id": waiting[0]["payment_id"], "approve": approve})

    def points(self) -> tuple[int, int, int]:
        """What the customer has, what is held, and what was taken [points]."""
        books = self.books()["loyalty"]
        held, taken = (sum(int(one[name]) for one in books["payments"]) // UNIT for name in ("held", "taken"))
        return int(books["wallets"][RICH]["balance"]) // UNIT, held, taken

    def wallets(self, changes: dict[str, dict[str, object]]) -> None:
        """Make wallets, or change them."""
        self._ask("POST", "wallets", changes)

    def callbacks(self) -> list[dict[str, Any]]:
        """What the relay has posted, and what was answered."""
        return list(self._ask("GET", "callbacks"))

    def mishap(self, kind: str, **details: object) -> None:
        """Plan what becomes of the next message to the till."""
        self._ask("POST", "callbacks", {"kind": kind, **details})

    def forge(self, body: dict[str, object], headers: dict[str, str] | None = None) -> None:
        """Somebody else posts a message to the till."""
        self._ask("POST", "callback", {"body": body, "headers": headers or {}})

    def fault(self, call, kind, count=1, **params) -> None:
        """Plan a fault for the next `count` calls."""
        self._ask("POST", "faults", {"call": call, "kind": kind, "count": count, "params": params})

    def works_again(self) -> None:
        """Plan none."""
        self._ask("DELETE", "faults")


def far_hours() -> dict[str, str]:
    """Hours in which banks take nothing, far from now: no test is to fail at night."""
    closes = datetime.now(KOREA) + timedelta(hours=11)
    return {"closes": f"{closes:%H:%M}", "opens": f"{closes + timedelta(hours=1):%H:%M}"}


class Scanner(Plug):
    """A serial scanner that is plugged in and ends its codes with CR."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.plug_in()

    def scan(self, code: str) -> None:
        self.send(f"{code}\r".encode())


class Till:
    """`kiosk demo --script -` and its customer.

    Args:
        folder: Of this till; state, pictures and errors go there.
        world: Where the payment systems are.
        limits: Over LIMITS.
        sale: Over SALE.
        points: It takes points; the relay is told where it listens.
        cards: It takes cards.
        transfers: It takes bank transfers; banks are told hours in which they are open for as long as a test takes.
        wedge: It has a scanner that types like a keyboard.
        film: What its camera is: a film, which need not be there yet. None for no camera.
        printer: Port of its receipt printer; "" for files only.
        paper_mm: Width of the printer's roll [mm].
        kiosk: Its id.
        command: What is started; the default is the program itself.
        environment: Added to the process's.
    """

    def __init__(
        self,
        folder: Path,
        world: World,
        *,
        limits=None,
        sale=None,
        points=False,
        cards=False,
        transfers=False,
        wedge=False,
        film: Path | None = None,
        printer="",
        paper_mm=80,
        kiosk="K01",
        command: Sequence[str] = DEMO,
        environment=None,
    ) -> None:
        self.world = world
        self.folder = folder
        self.state = folder / "state"
        self.out = folder / "out"
        self.scanner = Scanner(folder / "scanner")
        self.config = folder / "kiosk.toml"
        self.seen: list[Seen] = []
        self.killed_ms: dict[int, int] = {}
        self.run = -1
        self._command = (*command, "--config", str(self.config), "--script", "-", "--out", str(self.out))
        self._environment = {
            "QT_QPA_PLATFORM": "offscreen",
            "KIOSK_TIME_SCALE": str(world.scale),
            "LC_ALL": "C.UTF-8",
            "PYTHONFAULTHANDLER": "1",
            "KIOSK_SCANNER__WEDGE": "true" if wedge else "false",
            **SECRETS,
            **(environment or {}),
        }
        self._process: Process | None = None
        self._news = threading.Condition()
        self._acks: queue.Queue[tuple[dict[str, Any], int]] = queue.Queue()
        self._noise: list[str] = []
        self._mark = 0
        self.kiosk = kiosk
        self._beside: list[subprocess.Popen[str]] = []
        self._write_config({**SALE, **(sale or {})}, {**LIMITS, **(limits or {})})
        if cards:
            self.config.write_text(self.config.read_text("utf-8") + CARDS.format(url=world.url), encoding="utf-8")
        if film is not None:
            self.config.write_text(self.config.read_text("utf-8") + CAMERA.format(film=film), encoding="utf-8")
        if printer:
            paper = PRINTER.format(port=printer, paper_mm=paper_mm, state=self.state)
            self.config.write_text(self.config.read_text("utf-8") + paper, encoding="utf-8")
        if points:
            self._take_points()
        self._take_transfers(enabled=transfers)

    def _write_config(self, sale, limits) -> None:
        def lines(values) -> str:
            return "\n".join(f"{key} = {value!r}" for key, value in values.items())

        text = CONFIG.format(
            kiosk=self.kiosk,
            state=self.state,
            scanner=self.scanner.path,
            url=self.world.url,
            sale=lines(sale),
            limits=lines(limits),
        )
        self.config.write_text(text, encoding="utf-8")

    def _take_points(self) -> None:
        self.callback = unused_port()
        points = POINTS.format(url=self.world.url, shop=SHOP_ID, callback=self.callback)
        self.config.write_text(self.config.read_text("utf-8") + points, encoding="utf-8")
        self.world.settings(loyalty={"callback_url": f"http://127.0.0.1:{self.callback}/loyalty/callback"})

    def _take_transfers(self, *, enabled: bool) -> None:
        """Or take none, where the demo would: at some hours banks are closed."""
        user, is_on = f"kiosk-{int(self.kiosk[1:])}", str(enabled).lower()
        transfers = TRANSFERS.format(url=self.world.url, user=user, enabled=is_on, **self.world.bank_hours)
        self.config.write_text(self.config.read_text("utf-8") + transfers, encoding="utf-8")
        if enabled:
            self.world.settings(ezpg={"hours": self.world.bank_hours})

    # -- life

    def start(self) -> "Till":
        """Start the program; does not wait for it."""
        self.run += 1
        self._mark = len(self.seen)
        self._acks = queue.Queue()
        self._process = Process(self._command, self._environment, self.folder / "till.err")
        threading.Thread(target=self._read, args=(self._process, self.run, self._acks), daemon=True).start()
        return self

    def kill(self) -> None:
        """SIGKILL, at once."""
        if self._process is not None:
            self._process.child.send_signal(signal.SIGKILL)
            self.gone()

    def gone(self, within_s=PATIENCE_S) -> int:
        """Wait until the program has ended, however it ended (it may have killed itself); its exit code."""
        assert self._process is not None
        process = self._process
        code = process.child.wait(within_s)
        self.killed_ms[self.run] = time.time_ns() // 1_000_000
        process.kill()
        self._process = None
        return code

    def restart(self) -> "Till":
        """Kill it if it runs, and start it again."""
        if self._process is not None:
            self.kill()
        return self.start()

    def quit(self) -> int:
        """Close the window, as staff would; the exit code."""
        self._write({"quit": True})
        return self.gone()

    def close(self) -> None:
        if self._process is not None:
            self.kill()
        for beside in self._beside:
            if beside.poll() is None:
                beside.kill()
                beside.communicate()
        self.scanner.unplug()

    def staff_cancel(self, code: str = "K01-0001", *options: str) -> subprocess.Popen[str]:
        """`kiosk staff cancel`, beside a till that does not run; a process that goes on by itself."""
        return self._staff("cancel", code, *options)

    def staff_tasks(self) -> str:
        """What `kiosk staff tasks` says, beside a till that does not run."""
        return self._staff("tasks").communicate(timeout=30)[0]

    def _staff(self, deed: str, *options: str) -> subprocess.Popen[str]:
        assert self._process is None
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "staff", deed, "--config", str(self.config), *options],
            cwd=PROJECT,
            env={**os.environ, **self._environment, "LC_ALL": "ko_KR.UTF-8", "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self._beside.append(process)
        return process

    @property
    def pid(self) -> int:
        """Of the running program."""
        assert self._process is not None
        return self._process.child.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.child.poll() is None

    # -- eyes

    def _read(self, process: Process, run: int, acks: "queue.Queue[tuple[dict[str, Any], int]]") -> None:
        with contextlib.suppress(ValueError):  # closed while reading
            for text in process.says:
                try:
                    line = json.loads(text)
                except ValueError:
                    self._noise.append(text)
                    continue
                if "done" in line:
                    acks.put((line, len(self.seen)))
                    continue
                with self._news:
                    self.seen.append(Seen(run, line))
                    self._news.notify_all()
        with self._news:
            self._news.notify_all()

    @property
    def now(self) -> Seen | None:
        """What stands in the window of the running program; None before its first view."""
        return next((one for one in reversed(self.seen) if one.run == self.run), None)

    def wait_view(self, *views: str, within_s=PATIENCE_S, says="") -> Seen:
        """The first of these views that stands now or comes, with these words in it."""
        start = len(self.seen) - 1 if self.now else len(self.seen)
        return self._wait(max(start, 0), views, says, within_s)

    def next_view(self, *views: str, within_s=PATIENCE_S, says="") -> Seen:
        """The first of these views to come after the last deed."""
        return self._wait(self._mark, views, says, within_s)

    def _wait(self, start: int, views: Sequence[str], says: str, within_s: float) -> Seen:
        deadline = time.monotonic() + within_s
        with self._news:
            while True:
                for one in self.seen[start:]:
                    if one.run == self.run and one.view in views and (not says or says in str(one.texts)):
                        return one
                start = max(start, len(self.seen) - 1)
                left_s = deadline - time.monotonic()
                if left_s <= 0 or not self.is_running:
                    raise DriverError(
                        f"no {' or '.join(views)} {says!r} in {within_s:g} s{self._ended()}\n{self.story()}"
                    )
                self._news.wait(min(left_s, 0.2))

    def _ended(self) -> str:
        code = self._process.child.poll() if self._process else None
        return "" if code is None else f"; THE TILL HAS ENDED BY ITSELF with {code}"

    def story(self) -> str:
        """The last lines and errors, for a person to read."""
        views = "\n".join(f"  {one}" for one in self.seen[-LINES_SHOWN:])
        errors = self._process.errors() if self._process else (self.folder / "till.err").read_text("utf-8", "replace")
        return f"{views}\n--- other output\n{''.join(self._noise[-LINES_SHOWN:])}--- errors\n{errors[-4000:]}"

    # -- hands

    def _write(self, deed) -> None:
        assert self._process is not None
        try:
            self._process.hears.write(json.dumps(deed) + "\n")
            self._process.hears.flush()
        except (BrokenPipeError, ValueError) as error:
            raise DriverError(f"the till is gone; it could not {deed}\n{self.story()}") from error

    def do(self, **deed) -> None:
        """Do one deed of the door and wait until it is done."""
        self._write(deed)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                ack, self._mark = self._acks.get(timeout=0.2)
                break
            except queue.Empty:
                if time.monotonic() > deadline or not self.is_running:
                    raise DriverError(f"the door did not answer {deed}{self._ended()}\n{self.story()}") from None
        if not ack["ok"]:
            raise DriverError(f"could not {deed}\n{self.story()}")

    def press(self, name: str) -> None:
        """Touch a widget, as soon as a finger could."""
        self.do(press=name)

    def press_last(self, name: str) -> None:
        """Touch a widget that ends the program; nothing is waited for."""
        self._write({"press": name})

    def type(self, digits: str) -> None:
        """On the screen's keypad."""
        self.do(type=digits)

    def type_keys(self, text: str) -> None:
        """On a keyboard, as slowly as a person."""
        self.do(keys=[text, 120])

    def scan_keys(self, code: str) -> None:
        """With a scanner that types like a keyboard."""
        self.do(keys=[f"{code}\r", 5])

    def shot(self, name: str) -> Path:
        """A picture of the window."""
        self.do(shot=name)
        return self.out / name

    def scan_serial(self, code: str) -> None:
        """Hold a code under the scanner, once the till has the scanner open."""
        until(self.has_scanner, f"the till opens the scanner\n{self.story()}")
        self._mark = len(self.seen)
        self.scanner.scan(code)

    def has_scanner(self) -> bool:
        """The log's last word about the scanner of this run is that it is connected."""
        log = self.state / "logs" / "kiosk.log"
        if not log.exists():
            return False
        links = [line for line in map(json.loads, log.read_text("utf-8").splitlines()) if line["event"] == "scanner"]
        return len(links) > 0 and links[-1]["link"] == "connected"

    # -- a customer

    def fill_basket(self) -> Seen:
        """Goods for 12,300 won through the scanner, up to the choice of methods."""
        self.wait_view("StartView")
        for count, code in enumerate(GOODS, start=1):
            self.scan_serial(code)
            self.next_view("BasketView", says=f"{count}개")
        self.press("pay_now")
        return self.wait_view("MethodsView")

    def offer_coupon(self, code=COUPON) -> Seen:
        """Choose the coupon and scan it, up to its amount."""
        self.press("method_crepay")
        self.wait_view("ScanView")
        self.scan_serial(code)
        return self.next_view("AmountView")

    def offer_wallet(self, code: str = "") -> Seen:
        """Choose points and hold the phone's code under the scanner, up to the amount."""
        self.press("method_loyalty")
        self.wait_view("ScanView")
        self.scan_serial(code or self.world.code())
        return self.next_view("AmountView")

    def plan_points(self, digits: str) -> Seen:
        """Choose points and say how much of them, up to the choice of methods for the rest."""
        self.offer_wallet()
        self.press("change_amount")
        self.type(digits)
        self.next_view("AmountView", says="나머지를 낸 뒤")
        self.press("confirm_amount")
        return self.next_view("MethodsView", says="마지막에 승인해요")

    def ask_phone(self) -> Seen:
        """Up to the question on the phone."""
        self.offer_wallet()
        self.press("confirm_amount")
        return self.next_view("PhoneView")

    def show_account(self) -> Seen:
        """Choose a bank transfer, up to the account."""
        self.press("method_ezpg")
        return self.next_view("TransferView")

    def pay_coupon(self, code=COUPON) -> Seen:
        """3,000 won with a coupon that works, up to the rest."""
        self.offer_coupon(code)
        self.press("confirm_amount")
        return self.next_view("MethodsView", says="받았어요")
