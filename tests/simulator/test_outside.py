"""The outside world without sockets, on a clock that only moves when told: what the simulation plays with."""

import base64
import json

from typing_extensions import override

from kiosk.simulator.ceos import CeosSettings, secret_of
from kiosk.simulator.faults import Fault
from kiosk.simulator.outside import LONGEST_LOG, Outside, Settings
from kiosk.simulator.world import Clock, Request

NOON_MS = 1_760_000_000_000
AUTH = {"authorization": "Basic " + base64.b64encode(b"demo:demo").decode()}
CEOS = {"authorization": f"Bearer {secret_of('demo')}", "content-type": "application/json"}


class StillClock(Clock):
    def __init__(self):
        self.ms = NOON_MS

    @override
    def now_ms(self):
        return self.ms

    @override
    def elapsed(self):
        return (self.ms - NOON_MS) / 1000


def checkout(number=1, timestamp=NOON_MS):
    body = {
        "transactionId": f"T{number}",
        "timestamp": timestamp,
        "barcode": "98765432123456789",
        "checkoutId": f"T{number}",
        "payAmount": 1_000,
        "itemName": "i",
        "brandId": "b",
        "storeCode": "s",
        "storeName": "n",
        "posDeviceId": "p",
    }
    return Request("POST", "/v1/pay/code/zlgoon/checkout", AUTH, json.dumps(body).encode())


def instant(outside, number):
    store = "CEOS-22-00000000"
    body = {"storeId": store, "orderName": "o", "totalPayAmount": 1, "currency": "KRW"}
    request = Request("POST", f"/payments/P{number}/instant", CEOS, json.dumps(body).encode())
    return outside.exchange("ceos", request)


def status_of(delivery):
    assert delivery.reply is not None
    return delivery.reply.status


def land(delivery):
    assert delivery.late is not None
    delivery.late.land()


def test_every_movement_of_money_is_noted_in_order():
    clock = StillClock()
    outside = Outside(clock, settings=Settings(ceos=CeosSettings(failure_rate=0)))
    outside.exchange("crepay", checkout(1))
    clock.ms += 1000
    body = json.loads(checkout(2).body) | {"cancelTtransactionId": "T1", "cancelAmount": 1_000}
    for number in (2, 3):
        body |= {"transactionId": f"T{number}"}
        cancel = Request("PATCH", "/v1/pay/code/zlgoon/cancel", AUTH, json.dumps(body).encode())
        outside.exchange("crepay", cancel)
    assert [(one.reference, one.amount, one.at_ms - NOON_MS) for one in outside.moved("crepay")] == [
        ("T1", 1_000, 0),
        ("T1", -1_000, 1000),
    ]
    told = outside.exchange("ceos", Request("GET", "/auth/demo", {})).reply
    assert told is not None
    store = json.loads(told.body)["storeId"]
    body = {"storeId": store, "orderName": "o", "totalPayAmount": 1_000, "currency": "KRW"}
    outside.exchange("ceos", Request("POST", "/payments/P1/instant", CEOS, json.dumps(body).encode()))
    for _ in range(2):
        outside.exchange("ceos", Request("POST", "/payments/P1/cancel", CEOS))
    assert [(one.reference, one.amount) for one in outside.moved("ceos")] == [("P1", 1_000), ("P1", -1_000)]


def test_a_request_is_answered_at_once():
    delivery = Outside(StillClock()).exchange("crepay", checkout())
    assert delivery.reply is not None
    assert delivery.reply.status == 200
    assert (delivery.end, delivery.silence_s, delivery.late) == ("keep", 0.0, None)


def test_the_window_of_five_minutes_is_exact():
    clock = StillClock()
    outside = Outside(clock)
    answers = [
        status_of(outside.exchange("crepay", checkout(number, NOON_MS + offset)))
        for number, offset in enumerate([300_000, -300_000, 300_001, -300_001])
    ]
    assert answers == [200, 200, 400, 400]


def test_a_late_request_lands_when_the_simulation_says_so():
    clock = StillClock()
    outside = Outside(clock)
    outside.plan(Fault(call="crepay.checkout", kind="late"))
    delivery = outside.exchange("crepay", checkout())
    assert (delivery.reply, delivery.end) == (None, "reset")
    assert outside.books()["crepay"]["entries"] == []
    clock.ms += 5_000
    land(delivery)
    assert [entry["at"] for entry in outside.books()["crepay"]["entries"]] == [NOON_MS + 5_000]


def test_a_request_that_lands_too_late_is_refused_for_its_time():
    clock = StillClock()
    outside = Outside(clock)
    outside.plan(Fault(call="crepay.checkout", kind="late"))
    delivery = outside.exchange("crepay", checkout())
    clock.ms += 300_001
    land(delivery)
    assert outside.books()["crepay"]["entries"] == []
    assert outside.requests()[0]["answers"] == [400]


def test_the_same_seed_gives_the_same_world():
    def story(seed):
        outside = Outside(StillClock(), seed)
        return [instant(outside, number).reply for number in range(50)], outside.books(), outside.requests()

    assert story(7) == story(7)
    assert story(7)[0] != story(8)[0]


def test_a_reset_world_repeats_its_story():
    outside = Outside(StillClock(), seed=7)
    first = [instant(outside, number).reply for number in range(50)]
    outside.reset()
    assert [instant(outside, number).reply for number in range(50)] == first


def test_the_log_tells_what_was_asked():
    clock = StillClock()
    outside = Outside(clock)
    clock.ms += 1_500
    outside.exchange("crepay", checkout())
    instant(outside, 3)
    first, second = outside.requests()
    assert (first["serial"], first["gateway"], first["call"], first["at_ms"], first["elapsed_s"]) == (
        1,
        "crepay",
        "checkout",
        NOON_MS + 1_500,
        1.5,
    )
    assert first["ids"] == {"transactionId": "T1", "checkoutId": "T1", "barcode": "98765432123456789"}
    assert first["body"]["payAmount"] == 1_000
    assert (second["serial"], second["gateway"], second["call"], second["ids"]) == (
        2,
        "ceos",
        "instant",
        {"paymentId": "P3"},
    )


def test_the_log_of_a_demo_left_running_stays_bounded():
    outside = Outside(StillClock())
    for number in range(LONGEST_LOG + 5):
        outside.exchange("crepay", Request("GET", f"/{number}", {}))
    log = outside.requests()
    assert (len(log), log[0]["serial"], log[-1]["serial"]) == (LONGEST_LOG, 6, LONGEST_LOG + 5)


def test_the_serial_of_the_books_grows_with_what_is_processed():
    outside = Outside(StillClock())
    before = outside.books()["serial"]
    outside.exchange("crepay", checkout(1))
    after = outside.books()["serial"]
    outside.plan(Fault(call="*", kind="drop_before"))
    outside.exchange("crepay", checkout(2))
    assert (before < after, outside.books()["serial"]) == (True, after)
