"""The loyalty relay on a clock that only moves when told: a kiosk, phones, and an ear for call-backs."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from typing_extensions import override

from kiosk.simulator.outside import Outside, Settings
from kiosk.simulator.relay_chain import Chain
from kiosk.simulator.relay_money import UNIT
from kiosk.simulator.relay_settings import ACCESS_KEY, RICH, SHOP_ID, RelaySettings
from kiosk.simulator.world import Clock, Request

NOON_MS = 1_760_000_000_000
HOUR = 3600.0
START = 100_000 * UNIT  # in the rich wallet
TOTAL = 21 * UNIT // 2  # of the usual 10 won
NOTHING, HELD, TAKEN = (0, 0), (TOTAL, 0), (0, TOTAL)
UNKNOWN = "0x" + "ab" * 32


class VirtualClock(Clock):
    def __init__(self):
        self.seconds = 0.0

    @override
    def now_ms(self):
        return NOON_MS + round(self.seconds * 1000)

    @override
    def elapsed(self):
        return self.seconds


@dataclass
class Told:
    """A whole answer."""

    status: int
    body: dict[str, Any]

    @property
    def code(self):
        return self.body["code"]

    @property
    def data(self):
        return self.body["data"]

    @property
    def payment_status(self):
        return self.body["data"]["paymentStatus"]


class VirtualRelay:
    """The relay behind `Outside`, as the simulation plays it: ticked exactly when something is due."""

    def __init__(self, **settings):
        self.clock = VirtualClock()
        self.outside = Outside(self.clock, 1, Settings(loyalty=RelaySettings(**settings)))
        self.server = self.outside.loyalty
        self.called = []
        self.is_spec = settings.get("dialect") == "spec"

    # -- time

    def after(self, seconds):
        """Let time go by, and hear what is told meanwhile."""
        end = self.clock.seconds + seconds
        while True:
            self._listen()
            due_s = self.outside.next_due_s()
            if due_s is None or self.clock.seconds + due_s > end:
                break
            self.clock.seconds += due_s
        self.clock.seconds = end
        self._listen()

    def at(self, seconds):
        self.after(seconds - self.clock.seconds)

    def _listen(self):
        self.outside.tick()
        self.called += self.server.callbacks.take_due()

    @property
    def tellings(self):
        """What was told: type, code, and the state in it."""
        return [(c.body["type"], c.body["code"], c.body["data"].get("paymentStatus")) for c in self.called]

    # -- the kiosk

    def send(self, method, path, headers, body=b"", query=""):
        delivery = self.outside.exchange("loyalty", Request(method, path, headers, body, query))
        assert delivery.reply is not None
        return delivery.reply

    def get(self, path, **query):
        reply = self.send("GET", f"/v1/payment/{path}", {}, query=urlencode(query))
        return Told(reply.status, json.loads(reply.body))

    def post(self, path, body, key=ACCESS_KEY):
        body = body if key is None else {"accessKey": key, **body}
        headers = {"content-type": "application/json"}
        reply = self.send("POST", f"/v1/payment/{path}", headers, json.dumps(body).encode())
        return Told(reply.status, json.loads(reply.body))

    def open_new(self, **changes):
        body = {"purchaseId": "P1", "amount": str(10 * UNIT), "currency": "krw", "shopId": SHOP_ID, "account": RICH}
        return self.post("openNew" if self.is_spec else "new/open", body | changes)

    def close_new(self, payment_id, confirm="true"):
        return self._close("closeNew" if self.is_spec else "new/close", payment_id, confirm)

    def open_cancel(self, payment_id):
        return self.post("openCancel" if self.is_spec else "cancel/open", {"paymentId": payment_id})

    def close_cancel(self, payment_id, confirm="true"):
        return self._close("closeCancel" if self.is_spec else "cancel/close", payment_id, confirm)

    def _close(self, path, payment_id, confirm):
        return self.post(path, {"paymentId": payment_id} | ({} if confirm is None else {"confirm": confirm}))

    def item(self, payment_id):
        return self.get("item", paymentId=payment_id)

    def status(self, payment_id):
        return self.item(payment_id).payment_status

    # -- people

    def approve(self, payment_id):
        return self.server.answer_new(payment_id, approve=True)["code"]

    def deny(self, payment_id):
        return self.server.answer_new(payment_id, approve=False)["code"]

    def approve_cancel(self, payment_id):
        return self.server.answer_cancel(payment_id, approve=True)["code"]

    def deny_cancel(self, payment_id):
        return self.server.answer_cancel(payment_id, approve=False)["code"]

    # -- stories so far

    def opened(self, **changes):
        payment_id = self.open_new(**changes).data["paymentId"]
        assert isinstance(payment_id, str)
        return payment_id

    def approved(self, **changes):
        payment_id = self.opened(**changes)
        assert self.approve(payment_id) in {0, 200}
        self.after(3)
        return payment_id

    def paid(self, **changes):
        payment_id = self.approved(**changes)
        assert self.close_new(payment_id).code in {0, 200}
        return payment_id

    def cancel_opened(self, **changes):
        payment_id = self.paid(**changes)
        assert self.open_cancel(payment_id).code in {0, 200}
        return payment_id

    def cancel_approved(self, **changes):
        payment_id = self.cancel_opened(**changes)
        assert self.approve_cancel(payment_id) in {0, 200}
        self.after(3)
        return payment_id

    # -- the truth

    def balance(self, account=RICH):
        return int(self.outside.books()["loyalty"]["wallets"][account]["balance"])

    def booked(self, payment_id):
        (entry,) = [one for one in self.outside.books()["loyalty"]["payments"] if one["paymentId"] == payment_id]
        return entry

    def points(self, payment_id):
        """Held and taken."""
        entry = self.booked(payment_id)
        return int(entry["held"]), int(entry["taken"])

    @property
    def moved(self):
        return [(one.reference, one.amount) for one in self.outside.moved("loyalty")]


def json_shape(value):
    """Keys and JSON types, all the way down."""
    match value:
        case dict():
            return {key: json_shape(part) for key, part in value.items()}
        case list():
            return [json_shape(part) for part in value]
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case _:
            return "null"


def put(relay, state, chain, age_s=0.0):
    """A payment in this state of the relay's table and of the chain, both rounds opened so long ago."""
    payment_id = relay.opened()
    row, contracts = relay.server._table.rows[payment_id], relay.server.contracts
    row.rounds["cancel"] = relay.server._table.round()
    if chain:
        contracts.open(payment_id, relay.server._table.deal(row))
        contracts.deals[payment_id].state = Chain(chain)
    row.status = state
    for one in row.rounds.values():
        one.force_s = None
    relay.after(age_s)
    return payment_id


def closing(close, relay, payment_id, confirm):
    """The code, the state in the answer, and the state that is then in the table."""
    told = close(payment_id, confirm)
    return told.code, told.body.get("data", {}).get("paymentStatus"), relay.status(payment_id)
