"""A process that has loaded the program and forks a fresh till whenever one is wanted: the loading is paid for once.

    python -m tests.end_to_end.nursery        forks for whoever holds the other end of its standard input

What is forked has run nothing yet: no thread, window, clock or file of a till is there before the fork.
"""

import importlib
import json
import os
import queue
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from typing_extensions import override

from tests.end_to_end.driver import PATIENCE_S, PROJECT, Process, Till

LOADED = (
    "tests.end_to_end.killable",
    "kiosk.tools.door",
    "kiosk.ui.binding",
    "kiosk.ui.receipt_image",
    "kiosk.ui.window",
    "qasync",
)
LETTER_BYTES = 65_536


class Nursery:
    """The near end: has tills born, and buries them. One at a time."""

    def __init__(self) -> None:
        self._socket, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {**os.environ, "QT_API": "pyside6", "QT_QPA_PLATFORM": "offscreen"}
        command = (sys.executable, "-m", "tests.end_to_end.nursery")
        with far:
            self._process = subprocess.Popen(
                command, cwd=PROJECT, stdin=far.fileno(), env=environment, start_new_session=True
            )

    def bear(self, arguments: Sequence[str], environment: dict[str, str], streams: Sequence[int]) -> int:
        """Have a till born with these command line arguments and standard streams; its process id."""
        letter = json.dumps({"arguments": [*arguments], "environment": environment}).encode()
        socket.send_fds(self._socket, [letter], [*streams])
        return int(self._socket.recv(LETTER_BYTES))

    def bury(self, pid: int) -> int:
        """Its exit code, negative for a signal, once it has ended."""
        self._socket.send(json.dumps({"bury": pid}).encode())
        return int(self._socket.recv(LETTER_BYTES))

    def close(self) -> None:
        self._socket.close()
        self._process.wait(PATIENCE_S)


class Forked:
    """What the driver needs of a subprocess.Popen."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery = nursery
        self._ended = os.pidfd_open(pid)
        self.pid = pid
        self.returncode: int | None = None

    def poll(self, within_s: float = 0) -> int | None:
        if self.returncode is None and select.select([self._ended], [], [], within_s)[0]:
            self.returncode = self._nursery.bury(self.pid)
            os.close(self._ended)
        return self.returncode

    def wait(self, timeout: float) -> int:
        code = self.poll(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("till", timeout)
        return code

    def send_signal(self, which: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, which)


class Born(Process):
    """The driver's process, born in a nursery."""

    child: Any

    def __init__(self, nursery: Nursery, arguments: Sequence[str], environment: dict[str, str], errors: Path) -> None:
        self._errors = errors
        heard, hears = os.pipe()
        says, said = os.pipe()
        with errors.open("ab") as stderr:
            self.child = Forked(nursery, nursery.bear(arguments, environment, (heard, said, stderr.fileno())))
        os.close(heard)
        os.close(said)
        self.hears = os.fdopen(hears, "w", encoding="utf-8", buffering=1)
        self.says = os.fdopen(says, encoding="utf-8")


class NurseryTill(Till):
    """The driver's till, born in a nursery. Its command is the arguments of the killable demo."""

    nursery: Nursery

    @override
    def start(self) -> "NurseryTill":
        self.run += 1
        self._mark = len(self.seen)
        self._acks = queue.Queue()
        self._process = Born(self.nursery, self._command, self._environment, self.folder / "till.err")
        threading.Thread(target=self._read, args=(self._process, self.run, self._acks), daemon=True).start()
        return self


# -- the far end


def bear_and_bury() -> None:
    """Fork a till for every letter that asks for one, until the other end is closed."""
    for module in LOADED:
        importlib.import_module(module)
    with socket.socket(fileno=os.dup(0)) as letters:
        while True:
            text, streams, _, _ = socket.recv_fds(letters, LETTER_BYTES, 3)
            if not text:
                return
            letter = json.loads(text)
            if "bury" in letter:
                _, status = os.waitpid(letter["bury"], 0)
                letters.send(str(os.waitstatus_to_exitcode(status)).encode())
                continue
            pid = os.fork()
            if not pid:
                letters.close()
                live(letter["arguments"], letter["environment"], streams)
            for stream in streams:
                os.close(stream)
            letters.send(str(pid).encode())


def live(arguments: Sequence[str], environment: dict[str, str], streams: Sequence[int]) -> None:
    """Be the till: these standard streams, this environment, this command line. Never comes back."""
    from tests.end_to_end import killable

    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.update(environment)
    sys.argv[1:] = arguments
    code = 1
    try:
        code = killable.main()
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    bear_and_bury()
