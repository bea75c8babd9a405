"""The port, its control path, and the program that is nothing but the simulators."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from kiosk.simulator.host import Host
from tests.simulator.tills import BALANCE, BARCODE, FOLDER, World, connect, until

RUN = "from kiosk.simulator.host import run; run(time_scale=10)"


def raw_checkout(crepay):
    body = json.dumps(crepay.body("checkout", transactionId="mine")).encode()
    head = (
        f"POST {FOLDER}checkout HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ZGVtbzpkZW1v\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def test_a_caller_that_hangs_up_at_once_is_processed_all_the_same(crepay, world, port):
    with socket.create_connection(("127.0.0.1", port)) as caller:
        caller.sendall(raw_checkout(crepay))
    until(lambda: world.crepay_entries == [("mine", 23_500, "TAKEN")])


def test_half_a_request_is_no_request(crepay, world, port):
    with socket.create_connection(("127.0.0.1", port)) as caller:
        caller.sendall(raw_checkout(crepay)[:-1])
        caller.shutdown(socket.SHUT_WR)
        assert caller.recv(1) == b""
    assert world.requests() == []
    assert world.crepay_entries == []


def test_a_new_world_has_forgotten_everything(crepay, ceos, world):
    crepay.checkout(transactionId="mine")
    ceos.instant()
    world.settings(crepay={"skew_ms": 10_000_000}, ceos={"dialect": "B"})
    world.coupons({"777": 1})
    world.fault("*", "status_429", count=10)
    world.reset()
    books = world.books()
    assert (books["serial"], books["crepay"]["entries"], books["ceos"]["payments"]) == (0, [], [])
    assert books["crepay"]["coupons"][BARCODE] == {"balance": BALANCE, "net": 0}
    assert "777" not in books["crepay"]["coupons"]
    assert crepay.checkout(transactionId="mine").status_code == 200


def test_settings_answer_with_all_settings(world):
    settings = world.settings(crepay={"skew_ms": 5})
    assert settings["crepay"]["skew_ms"] == 5
    assert settings["crepay"]["cancel_network"] == "on"
    assert settings["ceos"]["dialect"] == "A"


@pytest.mark.parametrize(
    "changes",
    [
        {"crepay": {"skew": 1}},
        {"crepay": {"cancel_network": "maybe"}},
        {"ceos": {"failure_rate": 2}},
        {"elsewhere": {}},
        {"ceos": 1},
        [],
    ],
)
def test_settings_that_cannot_be_are_refused_and_change_nothing(world, http, changes):
    before = world.settings()
    if isinstance(changes, dict):
        changes = {"crepay": {"skew_ms": 77}} | changes
    reply = http.post("/_sim/settings", json=changes)
    assert reply.status_code == 400
    assert reply.json()["error"]
    assert world.settings() == before


@pytest.mark.parametrize("coupons", [{"1": -1}, {"1": "5"}, {"1": {"amount": 5}}, [], 5])
def test_coupons_that_cannot_be_are_refused(world, http, coupons):
    before = world.books()
    assert http.put("/_sim/coupons", json=coupons).status_code == 400
    assert world.books() == before


def test_control_words_that_are_no_json_are_refused(world, http):
    assert http.post("/_sim/faults", content=b"{").status_code == 400


def test_an_address_outside_all_folders_is_not_found(world, http):
    assert http.get("/elsewhere").status_code == 404
    assert http.get("/_sim/elsewhere").status_code == 404
    assert world.requests() == []


def test_a_port_that_is_taken_is_said_at_once(port):
    with pytest.raises(OSError, match="in use"):
        Host(port)


def test_a_stall_does_not_hold_up_a_stop():
    host = Host()
    port = host.start()
    with connect(port) as http, socket.create_connection(("127.0.0.1", port)) as caller:
        world = World(http)
        world.fault("ceos.payment", "stall_after")
        caller.sendall(b"GET /ceos/payments/P1 HTTP/1.1\r\nHost: x\r\n\r\n")
        until(world.requests)
        start = time.monotonic()
        host.stop()
        assert time.monotonic() - start < 5
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", port))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows interrupts another way")
def test_the_program_says_where_it_listens_and_ends_quietly_when_interrupted():
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", RUN], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        guard = threading.Timer(20, program.kill)
        guard.start()
        assert program.stdout is not None
        line = program.stdout.readline()
        port = int(line.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as stranger:
            stranger.sendall(b"this is not HTTP\r\n\r\n")
            assert stranger.recv(100).startswith(b"HTTP/1.1 400")
        with connect(port) as http:
            assert http.get("/_sim/books").status_code == 200
            assert http.post("/crepay/x", content=b"\xff").status_code == 401
        program.send_signal(signal.SIGINT)
        rest, errors = program.communicate()
        guard.cancel()
    assert line.startswith("listening on http://127.0.0.1:")
    assert (rest, errors, program.returncode) == ("", "", 0)
