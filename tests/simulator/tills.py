"""Small tills for the tests of the simulators: they send what the documents say and share nothing with the kiosk."""

import itertools
import json
import re
import ssl
import time
from pathlib import Path

import httpx

SCALE = 100.0  # one second of the simulators is 10 ms of the tests
DOCUMENTS = Path(__file__).parent.parent / "fixtures" / "documents"
BARCODE = "98765432123456789"
BALANCE = 56_700
FOLDER = "/crepay/v1/pay/code/zlgoon/"


def sample(name):
    """A sample of the documents, with the defects named in the folder's README repaired."""
    text = (DOCUMENTS / name).read_text(encoding="utf-8")
    text = re.sub(r'("customData": null)\n', r"\1,\n", text)
    text = text.replace('"{"item":"노트북","quantity":1}"', json.dumps('{"item":"노트북","quantity":1}'))
    return json.loads(text)


def shape(body):
    """Keys and types of a JSON object."""
    return {key: type(value) for key, value in body.items()}


def until(condition):
    """Ask again until it holds, for a while."""
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "it never came to pass"
        time.sleep(0.005)


class World:
    """The control path."""

    def __init__(self, http):
        self._http = http

    def _ask(self, method, path, body=None):
        reply = self._http.request(method, f"/_sim/{path}", json=body)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def books(self):
        return self._ask("GET", "books")

    def requests(self):
        return self._ask("GET", "requests")

    def settings(self, **changes):
        return self._ask("POST", "settings", changes)

    def coupons(self, changes):
        self._ask("POST", "coupons", changes)

    def fault(self, call, kind, count=1, **params):
        self._ask("POST", "faults", {"call": call, "kind": kind, "count": count, "params": params})

    def works_again(self):
        self._ask("DELETE", "faults")

    def restart(self, server):
        self._ask("POST", "restart", {"server": server})

    def reset(self):
        self._ask("POST", "reset")

    @property
    def crepay_entries(self):
        return [
            (entry["transactionId"], entry["amount"], entry["state"]) for entry in self.books()["crepay"]["entries"]
        ]

    @property
    def card_payments(self):
        return [(p["paymentKey"], p["amount"], p["state"]) for p in self.books()["card"]["payments"]]

    @property
    def ceos_payments(self):
        return [(p["paymentId"], p["amount"], p["state"]) for p in self.books()["ceos"]["payments"]]


class CrepayTill:
    """Sends the document's requests with fresh ids and times; any key can be overridden."""

    def __init__(self, http):
        self._http = http
        self._numbers = itertools.count(1)
        self.auth = ("demo", "demo")

    def body(self, call, **changes):
        body = sample(f"crepay/{'cancel' if call == 'cancel-network' else call}_request.json")
        number = next(self._numbers)
        body |= {"transactionId": f"T{number}", "timestamp": time.time_ns() // 1_000_000}
        if call == "checkout":
            body["checkoutId"] = body["transactionId"]
        return body | changes

    def send(self, call, method=None, **changes):
        method = method or {"balance": "GET", "checkout": "POST"}.get(call, "PATCH")
        return self._http.request(method, FOLDER + call, json=self.body(call, **changes), auth=self.auth)

    def balance(self, **changes):
        return self.send("balance", **changes)

    def checkout(self, **changes):
        return self.send("checkout", **changes)

    def cancel(self, target, **changes):
        return self.send("cancel", cancelTtransactionId=target, **changes)

    def cancel_network(self, target, **changes):
        return self.send("cancel-network", cancelTtransactionId=target, **changes)


class CeosTill:
    """Sends the document's requests for the registered merchant."""

    def __init__(self, http):
        self._http = http
        self.secret = None
        self.store = None

    def login(self, name="demo"):
        body = self._http.get(f"/ceos/auth/{name}").json()
        body = body.get("payload", body)
        self.secret = body.get("apiSecret") or body["apiSecretKey"]
        self.store = body.get("storeId") or body["githubId"]

    def send(self, method, path, **more):
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        return self._http.request(method, f"/ceos/{path}", headers=headers | more.pop("headers", {}), **more)

    def order(self, **changes):
        return sample("ceos/instant_request.json") | {"storeId": self.store} | changes

    def instant(self, payment_id="P1", **changes):
        return self.send("POST", f"payments/{payment_id}/instant", json=self.order(**changes))

    def cancel(self, payment_id="P1"):
        return self.send("POST", f"payments/{payment_id}/cancel")

    def look(self, payment_id="P1"):
        return self.send("GET", f"payments/{payment_id}")


def connect(port, address="127.0.0.1"):
    """An HTTP client that trusts nothing around it and waits long enough."""
    no_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # reading certificates that nobody needs takes longer than a test
    return httpx.Client(base_url=f"http://{address}:{port}", trust_env=False, timeout=10, verify=no_tls)
