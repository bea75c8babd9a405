"""The loyalty relay on its port: sales over real HTTP, a kiosk that is really called, and the control path of both."""

import json
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from typing_extensions import override

from kiosk.simulator.host import Host
from kiosk.simulator.relay_accounts import signature_of
from kiosk.simulator.relay_settings import ACCESS_KEY, CALLBACK_KEY, OWNER, RICH, SHOP_ID
from tests.simulator.tills import World, connect, until

UNIT = 10**18
SCALE = 10.0  # slow enough for people: 45 of their seconds are 4.5 of the test's
OPEN = {"purchaseId": "P1", "amount": str(10 * UNIT), "currency": "krw", "shopId": SHOP_ID, "account": RICH}


class Kiosk:
    """Somebody who is called: notes what, and answers as told; "/elsewhere" always with 200."""

    def __init__(self, status=200, holds=None):
        self.heard: list[tuple[str, str | None, dict[str, Any]]] = []
        kiosk = self

        class Ear(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                kiosk.heard.append((self.path, self.headers.get("authorization"), json.loads(body)))
                if holds is not None:
                    holds.wait(20)
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.send_response(200 if self.path == "/elsewhere" else status)
                    self.send_header("content-length", "2")
                    self.send_header("location", "/elsewhere")
                    self.end_headers()
                    self.wfile.write(b"ok")

            @override
            def log_message(self, format, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/loyalty/callback"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()


class Till:
    """The kiosk's side, and everybody's phone."""

    def __init__(self, http, world):
        self._http = http
        self._world = world

    def post(self, path, **body):
        reply = self._http.post(f"/loyalty/v1/payment/{path}", json={"accessKey": ACCESS_KEY} | body)
        assert reply.status_code == 200
        return reply.json()

    def open(self, **changes):
        return self.post("new/open", **(OPEN | changes))["data"]["paymentId"]

    def status(self, payment_id):
        reply = self._http.get("/loyalty/v1/payment/item", params={"paymentId": payment_id})
        return reply.json()["data"]["paymentStatus"]

    def phone(self, what, **body):
        reply = self._http.post(f"/_sim/phone/{what}", json=body)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def approve(self, payment_id):
        assert self.phone("answer_new", payment_id=payment_id, approve=True)["code"] == 0
        until(lambda: self.status(payment_id) == 17)

    @property
    def calls(self):
        return self._http.get("/_sim/callbacks").json()


@pytest.fixture(scope="module")
def port():
    host = Host(time_scale=SCALE)
    yield host.start()
    host.stop()


@pytest.fixture
def till(world, http):
    return Till(http, world)


def test_a_whole_sale_and_its_cancel(till, world):
    with Kiosk() as kiosk:
        world.settings(loyalty={"callback_url": kiosk.url})
        code = till.phone("temporary", account=RICH)["temporaryAccount"]
        payment_id = till.open(account=code)
        (question,) = till.phone("incoming", account=RICH)
        assert (question["payment_id"], question["amount"]) == (payment_id, str(10 * UNIT))
        till.approve(payment_id)
        until(lambda: kiosk.heard)
        assert till.post("new/close", paymentId=payment_id, confirm="true")["data"]["paymentStatus"] == 18
        assert till.post("cancel/open", paymentId=payment_id)["data"]["paymentStatus"] == 51
        assert [one["payment_id"] for one in till.phone("cancels", account=OWNER)] == [payment_id]
        assert till.phone("answer_cancel", payment_id=payment_id, approve=True)["code"] == 0
        until(lambda: len(kiosk.heard) == 2)
        assert till.post("cancel/close", paymentId=payment_id, confirm="true")["data"]["paymentStatus"] == 58
    (path, key, first), (_, _, second) = kiosk.heard
    assert (path, key, first["accessKey"]) == ("/loyalty/callback", CALLBACK_KEY, CALLBACK_KEY)
    assert [(one["type"], one["code"]) for one in (first, second)] == [("pay_new", 0), ("pay_cancel", 0)]
    assert world.books()["loyalty"]["wallets"][RICH]["balance"] == str(100_000 * UNIT)


def test_the_key_goes_in_a_header_too_and_wins_there(till, http):
    headers = {"authorization": ACCESS_KEY}
    reply = http.post("/loyalty/v1/payment/new/open", json=OPEN, headers=headers)
    assert reply.json()["code"] == 0
    reply = http.post(
        "/loyalty/v1/payment/new/open", json=OPEN | {"accessKey": ACCESS_KEY}, headers={"authorization": "x"}
    )
    assert reply.json()["code"] == 2002


def test_it_says_that_it_lives_and_what_it_does_not_have(till, http):
    assert http.get("/loyalty/").json() == "OK"
    reply = http.post("/loyalty/v1/payment/openNew", json={})
    assert (reply.status_code, reply.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_a_phone_may_answer_over_http(till):
    payment_id = till.open()
    body = {"paymentId": payment_id, "approval": "false", "signature": signature_of(RICH, payment_id, "deny")}
    assert till.post("new/approval", **body)["data"]["paymentStatus"] == 16


@pytest.mark.parametrize("status", [500, 404, 204])
def test_a_kiosk_is_called_once_whatever_it_answers(till, world, status):
    with Kiosk(status) as kiosk:
        world.settings(loyalty={"callback_url": kiosk.url})
        till.approve(till.open())
        until(lambda: till.calls)
        till.phone("answer_new", payment_id=till.open(purchaseId="P2"), approve=False)
        until(lambda: len(till.calls) == 2)
    assert [call["status"] for call in till.calls] == [status, status]
    assert [body["data"]["purchaseId"] for _, _, body in kiosk.heard] == ["P1", "P2"]


def test_a_redirect_is_followed(till, world):
    with Kiosk(307) as kiosk:
        world.settings(loyalty={"callback_url": kiosk.url})
        till.phone("answer_new", payment_id=till.open(), approve=False)
        until(lambda: till.calls)
    assert [path for path, _, _ in kiosk.heard] == ["/loyalty/callback", "/elsewhere"]
    assert [call["status"] for call in till.calls] == [200]


def test_a_dead_address_and_none_are_only_noted(till, world):
    till.phone("answer_new", payment_id=till.open(), approve=False)
    until(lambda: till.calls)
    world.settings(loyalty={"callback_url": "http://127.0.0.1:1/callback"})
    till.phone("answer_new", payment_id=till.open(), approve=False)
    until(lambda: len(till.calls) == 2)
    assert [(call["url"], call["status"], call["answer"]) for call in till.calls] == [
        (None, None, "no address"),
        ("http://127.0.0.1:1/callback", None, "ConnectError"),
    ]


def test_a_kiosk_that_hangs_holds_up_nobody(till, world):
    released = threading.Event()
    with Kiosk(holds=released) as kiosk:
        world.settings(loyalty={"callback_url": kiosk.url})
        first = till.open()
        till.approve(first)
        until(lambda: kiosk.heard)
        second = till.open(purchaseId="P2")
        till.approve(second)
        until(lambda: len(kiosk.heard) == 2)
        assert till.post("new/close", paymentId=first, confirm="true")["data"]["paymentStatus"] == 18
        assert till.calls == []
        released.set()
        until(lambda: len(till.calls) == 2)


def test_a_kiosk_that_hangs_does_not_hold_up_a_stop():
    released = threading.Event()
    host = Host()
    port = host.start()
    with Kiosk(holds=released) as kiosk, connect(port) as http:
        world = World(http)
        world.settings(loyalty={"callback_url": kiosk.url})
        till = Till(http, world)
        till.phone("answer_new", payment_id=till.open(), approve=False)
        until(lambda: kiosk.heard)
        start = time.monotonic()
        host.stop()
        assert time.monotonic() - start < 4
        released.set()


def test_a_kiosk_may_hear_of_an_approval_before_it_has_the_answer_to_its_opening(till, world, http):
    released = threading.Event()
    with Kiosk(holds=released) as kiosk:
        world.settings(loyalty={"callback_url": kiosk.url})
        assert http.post("/_sim/callbacks", json={"kind": "early"}).status_code == 200
        answers = []
        asking = threading.Thread(target=lambda: answers.append(till.post("new/open", **OPEN)))
        asking.start()
        until(lambda: kiosk.heard)
        assert answers == []
        released.set()
        asking.join()
    assert answers[0]["data"]["paymentStatus"] == 11
    assert kiosk.heard[0][2]["data"]["paymentId"] == answers[0]["data"]["paymentId"]


def test_somebody_else_may_call_the_kiosk(till, world, http):
    with Kiosk() as kiosk:
        world.settings(loyalty={"callback_url": kiosk.url})
        forged = {"body": {"type": "pay_new", "code": 0}, "headers": {"authorization": "guess"}}
        assert http.post("/_sim/callback", json=forged).status_code == 200
        until(lambda: till.calls)
    assert kiosk.heard == [("/loyalty/callback", "guess", {"type": "pay_new", "code": 0})]


def test_a_header_that_cannot_be_sent_is_only_noted(till, world, http):
    with Kiosk() as kiosk:
        world.settings(loyalty={"callback_url": kiosk.url})
        http.post("/_sim/callback", json={"body": {}, "headers": {"x": "가"}})
        until(lambda: till.calls)
        http.post("/_sim/callback", json={"body": {}, "headers": {"x": "a\nb"}})
        until(lambda: len(till.calls) == 2)
    assert [call["status"] for call in till.calls] == [None, None]


def test_planned_mishaps_and_approvals_can_be_called_off_or_met(till, world, http):
    with Kiosk() as kiosk:
        world.settings(loyalty={"callback_url": kiosk.url})
        http.post("/_sim/callbacks", json={"kind": "lost", "count": 5})
        assert http.delete("/_sim/callbacks").status_code == 200
        http.post("/_sim/approvals", json={"outcome": "unsent"})
        payment_id = till.open()
        assert till.phone("answer_new", payment_id=payment_id, approve=True)["code"] == 5000
        till.approve(payment_id)
        until(lambda: kiosk.heard)


def test_wallets_and_shops_can_be_changed(till, world, http):
    wallet = "0x" + "9" * 40
    assert http.post("/_sim/wallets", json={wallet: {"balance": 5 * UNIT}}).status_code == 200
    assert http.post("/_sim/shops", json={SHOP_ID: {"name": "가게", "status": 2}}).status_code == 200
    assert http.get("/loyalty/v1/payment/user/balance", params={"account": wallet}).json()["data"]["balance"] == str(
        5 * UNIT
    )
    shop = http.get("/loyalty/v1/payment/shop/info", params={"shopId": SHOP_ID}).json()["data"]
    assert (shop["name"], shop["status"]) == ("가게", 2)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("wallets", {"0x1": {"balance": 5}}),
        ("wallets", {RICH: {"balance": -1}}),
        ("shops", {SHOP_ID: {"status": 3}}),
        ("approvals", {"outcome": "explodes"}),
        ("callbacks", {"kind": "explodes"}),
        ("callback", []),
        ("phone/temporary", {"account": "0x1"}),
        ("phone/answer_new", {"payment_id": "0x1"}),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(till, http, path, body):
    reply = http.post(f"/_sim/{path}", json=body)
    assert reply.status_code == 400
    assert reply.json()["error"]


def test_what_nobody_closes_is_closed_by_force_while_nobody_asks():
    host = Host(time_scale=1000)
    with connect(host.start()) as http:
        payment_id = Till(http, World(http)).open()
        until(lambda: World(http).books()["loyalty"]["payments"][0]["status"] == 19)
        assert Till(http, World(http)).status(payment_id) == 19
    host.stop()


def test_the_documents_relay_is_a_setting_away(till, world, http):
    world.settings(loyalty={"dialect": "spec"})
    assert http.post("/loyalty/v1/payment/new/open", json={}).status_code == 404
    assert till.post("openNew", **OPEN)["data"]["paymentStatus"] == 1
