"""A process that has loaded the program and forks a fresh till whenever one is wanted: the loading is paid for once.

    python -m tests.end_to_end.nursery        forks for whoever holds the other end of its standard input

What is forked has run nothing yet: no thread, no window, no clock, no file of a till is open before the fork.
"""

import contextlib
import importlib
import json
import os
import queue
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.end_to_end.driver import PATIENCE_S, PROJECT, Till

LOADED = (
    "tests.end_to_end.killable",
    "kiosk.tools.door",
    "kiosk.ui.window",
    "kiosk.ui.binding",
    "kiosk.ui.receipt_image",
    "qasync",
)
LONGEST_LETTER = 65_536


class Nursery:
    """The near end: has tills born, and buries them."""

    def __init__(self) -> None:
        self._socket, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {**os.environ, "QT_API": "pyside6", "QT_QPA_PLATFORM": "offscreen"}
        command = (sys.executable, "-m", "tests.end_to_end.nursery")
        with far:
            self._process = subprocess.Popen(command, cwd=PROJECT, stdin=far, env=environment, start_new_session=True)

    def bear(self, command: Sequence[str], environment: dict[str, str], errors: Path) -> "Child":
        """A new till; `command` is what would start it, of which only the arguments count."""
        stdin_far, stdin = os.pipe()
        stdout, stdout_far = os.pipe()
        with errors.open("ab") as stderr:
            letter = json.dumps({"arguments": [*command], "environment": environment}).encode()
            socket.send_fds(self._socket, [letter], [stdin_far, stdout_far, stderr.fileno()])
        os.close(stdin_far)
        os.close(stdout_far)
        return Child(self, int(self._socket.recv(LONGEST_LETTER)), stdin, stdout, errors)

    def bury(self, pid: int) -> int:
        """Wait until a till has ended; its exit code, negative for a signal."""
        self._socket.send(json.dumps({"bury": pid}).encode())
        return int(self._socket.recv(LONGEST_LETTER))

    def close(self) -> None:
        self._socket.close()
        self._process.wait(PATIENCE_S)


class Child:
    """A till that was forked, with the face of the driver's Process and of its Popen."""

    def __init__(self, nursery: Nursery, pid: int, stdin: int, stdout: int, errors: Path) -> None:
        self.child = self
        self._nursery = nursery
        self._pid = pid
        self._errors = errors
        self._ended = os.pidfd_open(pid)
        self._code: int | None = None
        self.stdin = os.fdopen(stdin, "w", encoding="utf-8", buffering=1)
        self.stdout = os.fdopen(stdout, encoding="utf-8")

    def errors(self) -> str:
        return self._errors.read_text("utf-8", "replace")[-2000:]

    def poll(self) -> int | None:
        return self._code if self._code is not None else self._look(0)

    def wait(self, within_s: float) -> int:
        code = self._code if self._code is not None else self._look(within_s)
        if code is None:
            raise subprocess.TimeoutExpired("till", within_s)
        return code

    def _look(self, within_s: float) -> int | None:
        if not select.select([self._ended], [], [], within_s)[0]:
            return None
        self._code = self._nursery.bury(self._pid)
        os.close(self._ended)
        return self._code

    def send_signal(self, which: int) -> None:
        if self._code is None:
            os.kill(self._pid, which)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.send_signal(signal.SIGKILL)
        self.wait(PATIENCE_S)
        for stream in (self.stdin, self.stdout):
            with contextlib.suppress(OSError):
                stream.close()


class NurseryTill(Till):
    """The driver's till, born in a nursery."""

    nursery: Nursery

    def start(self) -> "NurseryTill":
        self.run += 1
        self._mark = len(self.seen)
        self._acks = queue.Queue()
        self._process = self.nursery.bear(self._command[3:], self._environment, self.folder / "till.err")
        threading.Thread(target=self._read, args=(self._process, self.run, self._acks), daemon=True).start()
        return self
