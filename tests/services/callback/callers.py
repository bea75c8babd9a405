"""Those who call: bytes on real sockets."""

import json
import socket
import time
from contextlib import ExitStack, suppress

PATH = "/loyalty/callback"
TAKEN = {"code": 0, "data": {"message": "OK"}}
PATIENCE_S = 30.0
"""A generous bound of waiting; nothing waits for so long unless it is broken [s]."""


def connect(port, from_host="127.0.0.1"):
    caller = socket.create_connection(("127.0.0.1", port), PATIENCE_S, (from_host, 0))
    caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return caller


def message(body=b"{}", *headers, method="POST", target=PATH):
    head = [f"{method} {target} HTTP/1.1", "Host: kiosk", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


def rest(caller):
    """Everything that still comes until the end, however it ends."""
    received = bytearray()
    with suppress(ConnectionError):
        while piece := caller.recv(65536):
            received += piece
    return bytes(received)


def answer(received):
    """Status and JSON of an answer; None when there was none."""
    if not received:
        return None
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body or b"null")


def send(port, data, from_host="127.0.0.1"):
    """Send bytes; the answer."""
    with connect(port, from_host) as caller:
        with suppress(ConnectionError):
            caller.sendall(data)
        return answer(rest(caller))


def send_until_cut(caller, pieces, pause_s=0.0):
    """Send one piece after the other until the connection breaks, and say how many bytes went."""
    sent = 0
    with suppress(ConnectionError):
        for piece in pieces:
            sent += caller.send(piece)
            time.sleep(pause_s)
        raise AssertionError("it was not cut")
    return sent


class Crowd(ExitStack):
    """Many callers at once, hung up together."""

    def __init__(self, port):
        super().__init__()
        self._port = port
        self.callers = []

    def join(self, count, beginning=b"", from_host="127.0.0.1"):
        for _ in range(count):
            caller = self.enter_context(connect(self._port, from_host))
            self.callers.append(caller)
            with suppress(ConnectionError):
                caller.sendall(beginning)
            time.sleep(0.006)  # who comes faster than they are accepted waits a second for the next try


def until(condition):
    """Wait for something to become true."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "did not become true"
        time.sleep(0.002)
