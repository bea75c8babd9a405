"""Every kind of fault: what the caller sees, and what really happened."""

import json
import time
from typing import Any

import httpx
import pytest

from kiosk.simulator.faults import KINDS, ONLY
from tests.simulator.tills import BALANCE, BARCODE, FOLDER, SCALE, until

TAKEN = [("mine", 23_500, "TAKEN")]


def checkout(crepay):
    return crepay.checkout(transactionId="mine", payAmount=23_500)


def causes(error):
    """An exception and everything behind it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def timed(act):
    """How long it took [s of the simulator], and the exception or reply it ended in."""
    start = time.monotonic()
    try:
        end = act()
    except httpx.TransportError as error:
        end = error
    return (time.monotonic() - start) * SCALE, end


@pytest.mark.parametrize(("kind", "books"), [("drop_before", []), ("drop_after", TAKEN)])
def test_a_dropped_connection_is_reset_without_a_byte(crepay, world, kind, books):
    world.fault("crepay.checkout", kind)
    with pytest.raises(httpx.ReadError) as caught:
        checkout(crepay)
    assert any(isinstance(cause, ConnectionResetError) for cause in causes(caught.value))
    assert world.crepay_entries == books


@pytest.mark.parametrize(("kind", "books"), [("stall_before", []), ("stall_after", TAKEN)])
def test_a_stall_is_silence_and_then_an_end(crepay, world, kind, books):
    world.fault("crepay.checkout", kind, seconds=20)
    seconds, end = timed(lambda: checkout(crepay))
    assert isinstance(end, httpx.RemoteProtocolError)
    assert seconds >= 20
    assert world.crepay_entries == books


@pytest.mark.parametrize(("kind", "books"), [("stall_before", []), ("stall_after", TAKEN)])
def test_a_stall_outlasts_a_client_that_gives_up(crepay, world, http, kind, books):
    world.fault("crepay.checkout", kind)
    http.timeout = httpx.Timeout(0.1)
    with pytest.raises(httpx.ReadTimeout):
        checkout(crepay)
    http.timeout = httpx.Timeout(10)
    until(world.requests)
    assert world.crepay_entries == books


def test_a_slow_answer_comes_whole_in_the_end(crepay, world):
    world.fault("crepay.checkout", "slow", seconds=20)
    seconds, reply = timed(lambda: checkout(crepay))
    assert reply.json()["checkedOutAmount"] == 23_500
    assert seconds >= 20


@pytest.mark.parametrize(("kind", "books"), [("html_502", []), ("html_502_after", TAKEN)])
def test_a_proxy_answers_with_a_page(crepay, world, kind, books):
    world.fault("crepay.checkout", kind)
    reply = checkout(crepay)
    assert (reply.status_code, reply.headers["content-type"]) == (502, "text/html")
    assert reply.text.startswith("<html>")
    assert world.crepay_entries == books


def test_too_many_requests_are_sent_away_unprocessed(crepay, world):
    world.fault("crepay.checkout", "status_429")
    reply = checkout(crepay)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "1")
    assert world.crepay_entries == []


@pytest.mark.parametrize(
    ("kind", "status", "content_type"),
    [("status_408", 408, "text/plain"), ("unavailable", 503, "text/html"), ("portal", 200, "text/html")],
)
def test_something_on_the_way_answers_and_the_server_never_hears(crepay, world, kind, status, content_type):
    world.fault("crepay.checkout", kind)
    reply = checkout(crepay)
    assert (reply.status_code, reply.headers["content-type"]) == (status, content_type)
    assert world.crepay_entries == []


def test_a_proxy_gives_up_and_the_server_does_it_after_all(crepay, world):
    world.fault("crepay.checkout", "timed_out_there", seconds=1)
    assert checkout(crepay).status_code == 504
    until(lambda: world.crepay_entries == TAKEN)


@pytest.mark.parametrize("kind", ["expired", "not_found", "decline_in_200"])
def test_the_server_refuses_in_its_own_words_and_does_nothing(crepay, world, kind):
    world.fault("crepay.checkout", kind)
    reply = checkout(crepay)
    said = {
        "expired": (401, None),
        "not_found": (400, "ZLGN021"),
        "decline_in_200": (200, "ZLGN012"),
    }
    assert (reply.status_code, reply.json().get("errorCode")) == said[kind]
    assert world.crepay_entries == []


def test_ceos_too_refuses_in_its_own_words(ceos, world):
    world.fault("ceos.instant", "expired")
    assert ceos.instant().status_code == 401
    world.fault("ceos.payment", "not_found")
    assert ceos.look().json()["messageDetail"].startswith("결제 내역")
    world.fault("ceos.instant", "decline_in_200")
    reply = ceos.instant()
    assert (reply.status_code, reply.json()["messageDetail"][:5]) == (200, "결제 처리")
    assert world.ceos_payments == []


def test_half_a_body_is_complete_by_its_length(crepay, world):
    world.fault("crepay.checkout", "half_body")
    reply = checkout(crepay)
    assert len(reply.content) == int(reply.headers["content-length"])
    with pytest.raises(json.JSONDecodeError):
        reply.json()
    assert world.crepay_entries == TAKEN


def test_a_request_sent_twice_is_answered_as_the_first_time(crepay, world):
    world.fault("crepay.checkout", "echo")
    assert checkout(crepay).json()["checkedOutAmount"] == 23_500
    assert [one["answers"] for one in world.requests()] == [[200, 400]]
    assert world.crepay_entries == TAKEN


def test_an_unknown_code_can_come_after_the_work(crepay, world):
    world.fault("crepay.checkout", "code_after", code="ZLGN999")
    assert checkout(crepay).json() == {"errorCode": "ZLGN999"}
    assert world.crepay_entries == TAKEN


def test_ceos_can_say_another_state_than_a_payment_has(ceos, world):
    ceos.instant()
    world.fault("ceos.payment", "state", state="READY")
    assert ceos.look().json()["paymentStatus"] == "READY"
    assert ceos.look().json()["paymentStatus"] == "PAID"


@pytest.mark.parametrize(("kind", "books"), [("status_500_framework", []), ("status_500_framework_after", TAKEN)])
def test_the_framework_answers_500_before_or_after_the_work(crepay, world, kind, books):
    world.fault("crepay.checkout", kind)
    reply = checkout(crepay)
    assert reply.status_code == 500
    assert set(reply.json()) == {"timestamp", "status", "error", "path"}
    assert world.crepay_entries == books


def test_the_successor_of_ceos_answers_500_in_its_own_words_although_it_is_paid(ceos_b, world):
    world.fault("ceos.instant", "status_500_framework_after")
    reply = ceos_b.instant()
    assert reply.status_code == 500
    assert reply.json()["message"].startswith("서버 내부")
    assert world.ceos_payments == [("P1", 1_500_000, "PAID")]


def test_half_an_answer_comes_under_the_full_length(crepay, world, http):
    world.fault("crepay.checkout", "truncated")
    body = crepay.body("checkout", transactionId="mine")
    pieces = []
    with http.stream("POST", FOLDER + "checkout", json=body, auth=crepay.auth) as reply:
        assert reply.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            pieces.extend(reply.iter_raw())
    received = b"".join(pieces)
    assert len(received) == int(reply.headers["content-length"]) // 2
    with pytest.raises(json.JSONDecodeError):
        json.loads(received)
    assert world.crepay_entries == TAKEN


def test_a_trickle_is_whole_but_one_byte_at_a_time(crepay, world):
    world.fault("crepay.checkout", "trickle", seconds=0.2)
    seconds, reply = timed(lambda: checkout(crepay))
    assert reply.json()["checkedOutAmount"] == 23_500
    assert seconds >= 0.2 * len(reply.content)


def test_a_trickle_can_outlive_a_client_that_measures_silence_only(crepay, world, http):
    world.fault("crepay.checkout", "trickle", seconds=1)
    http.timeout = httpx.Timeout(0.5)
    seconds, reply = timed(lambda: checkout(crepay))
    assert reply.status_code == 200
    assert seconds > 0.5 * SCALE


def test_a_late_request_is_processed_after_its_caller_was_cut_off(crepay, world):
    world.fault("crepay.checkout", "late", seconds=80)
    with pytest.raises(httpx.ReadError):
        checkout(crepay)
    assert world.crepay_entries == []
    until(lambda: world.crepay_entries == TAKEN)
    assert world.requests()[-1]["answers"] == [200]


def test_a_network_cancel_can_overtake_the_checkout(crepay, world):
    world.fault("crepay.checkout", "late", seconds=80)
    with pytest.raises(httpx.ReadError):
        checkout(crepay)
    assert crepay.cancel_network("mine").json() == {"errorCode": "ZLGN021"}
    until(lambda: world.crepay_entries == TAKEN)
    assert crepay.cancel_network("mine").status_code == 200
    assert world.crepay_entries == [("mine", 23_500, "RETURNED")]


def test_what_is_late_does_not_land_in_a_new_world(crepay, world):
    world.fault("crepay.checkout", "late", seconds=20)
    with pytest.raises(httpx.ReadError):
        checkout(crepay)
    world.reset()
    world.fault("crepay.balance", "slow", seconds=40)
    assert crepay.balance(transactionId="later").status_code == 200
    assert world.crepay_entries == []


@pytest.mark.parametrize(("by", "told"), [(1, 23_499), (-100, 23_600)])
def test_a_wrong_amount_is_told_and_the_right_one_taken(crepay, world, by, told):
    world.fault("crepay.checkout", "wrong_amount", by=by)
    assert checkout(crepay).json()["checkedOutAmount"] == told
    assert world.crepay_entries == TAKEN


def test_wrong_amounts_are_told_by_balance_and_cancel_too(crepay, world):
    checkout(crepay)
    world.fault("crepay.balance", "wrong_amount")
    world.fault("crepay.cancel", "wrong_amount")
    assert crepay.balance().json()["balance"] == BALANCE - 23_500 - 1
    assert crepay.cancel("mine").json()["canceledAmount"] == 23_499


def test_a_partial_approval_takes_less_and_says_so(crepay, world):
    world.fault("crepay.checkout", "partial", by=500)
    assert checkout(crepay).json()["checkedOutAmount"] == 23_000
    assert world.crepay_entries == [("mine", 23_000, "TAKEN")]
    assert crepay.cancel("mine", cancelAmount=23_000).status_code == 200


@pytest.mark.parametrize(("key", "altered"), [(None, "transactionId"), ("barcode", "barcode")])
def test_a_wrong_id_is_told_and_the_right_one_booked(crepay, world, key, altered):
    world.fault("crepay.checkout", "wrong_id", key=key)
    right: dict[str, Any] = {"transactionId": "mine", "barcode": BARCODE, "checkedOutAmount": 23_500}
    assert checkout(crepay).json() == right | {altered: right[altered] + "X"}
    assert world.crepay_entries == TAKEN


@pytest.mark.parametrize("dialect", ["ceos", "ceos_b"])
def test_a_wrong_payment_id_is_told_in_both_versions(request, world, dialect):
    till = request.getfixturevalue(dialect)
    world.fault("ceos.instant", "wrong_id")
    body = till.instant().json()
    assert body.get("payload", body)["paymentId"] == "P1X"
    assert world.ceos_payments == [("P1", 1_500_000, "PAID")]


def test_a_code_is_answered_and_nothing_processed(crepay, world):
    world.fault("crepay.checkout", "code", code="ZLGN999")
    reply = checkout(crepay)
    assert (reply.status_code, reply.json()) == (400, {"errorCode": "ZLGN999"})
    assert world.crepay_entries == []
    assert checkout(crepay).status_code == 200


def test_a_decline_can_lie_in_a_200(crepay, world):
    world.fault("crepay.checkout", "code", code="ZLGN011", status=200)
    reply = checkout(crepay)
    assert (reply.status_code, reply.json()) == (200, {"errorCode": "ZLGN011"})


def test_an_empty_200_hides_what_was_done(crepay, world):
    world.fault("crepay.checkout", "empty_200")
    reply = checkout(crepay)
    assert (reply.status_code, reply.content) == (200, b"")
    assert world.crepay_entries == TAKEN


def test_a_duplicated_request_is_answered_for_the_second_time(crepay, ceos, world):
    world.fault("crepay.checkout", "duplicate")
    world.fault("ceos.instant", "duplicate")
    assert checkout(crepay).json() == {"errorCode": "ZLGN002"}
    assert ceos.instant().status_code == 409
    assert world.crepay_entries == TAKEN
    assert world.ceos_payments == [("P1", 1_500_000, "PAID")]
    assert [seen["answers"] for seen in world.requests()[-2:]] == [[200, 400], [200, 409]]


@pytest.mark.parametrize(("dialect", "books"), [("ceos", []), ("ceos_b", [("P1", 1_500_000, "FAILED")])])
def test_the_one_in_ten_failure_can_be_forced(request, world, dialect, books):
    till = request.getfixturevalue(dialect)
    world.fault("ceos.instant", "fail")
    assert till.instant().status_code == 500
    assert world.ceos_payments == books
    assert till.instant("P2").status_code == 200


def test_the_one_in_ten_failure_can_be_kept_away(ceos, world):
    world.settings(ceos={"failure_rate": 1})
    world.fault("ceos.instant", "no_fail")
    assert [ceos.instant("P1").status_code, ceos.instant("P2").status_code] == [200, 500]


@pytest.mark.parametrize("dialect", ["ceos", "ceos_b"])
def test_the_words_of_the_failure_can_lie(request, world, dialect):
    till = request.getfixturevalue(dialect)
    world.fault("ceos.instant", "fail_after")
    reply = till.instant()
    assert reply.status_code == 500
    assert "결제 처리" in reply.text
    assert world.ceos_payments == [("P1", 1_500_000, "PAID")]


def test_a_failure_can_lie_in_a_200(ceos, world):
    world.fault("ceos.instant", "fail", status=200)
    reply = ceos.instant()
    assert reply.status_code == 200
    assert "paymentId" not in reply.json()
    assert world.ceos_payments == []


def test_a_fault_meets_as_many_calls_as_planned(crepay, world):
    world.fault("crepay.balance", "status_429", count=2)
    assert [crepay.balance().status_code for _ in range(3)] == [429, 429, 200]


def test_a_fault_can_be_kept_for_a_later_call(crepay, world):
    world.fault("crepay.balance", "pass", count=2)
    world.fault("crepay.balance", "status_429")
    assert [crepay.balance().status_code for _ in range(4)] == [200, 200, 429, 200]


def test_a_fault_meets_only_the_call_it_names(crepay, ceos, world):
    world.fault("crepay.cancel", "status_429")
    assert crepay.balance().status_code == 200
    assert checkout(crepay).status_code == 200
    assert crepay.cancel_network("never").status_code == 400
    assert ceos.cancel().status_code == 404
    assert crepay.cancel("mine").status_code == 429


@pytest.mark.parametrize(
    ("call", "act"),
    [
        ("ceos.instant", lambda till: till.instant()),
        ("ceos.cancel", lambda till: till.cancel()),
        ("ceos.payment", lambda till: till.look()),
        ("ceos.auth", lambda till: till.send("GET", "auth/demo")),
        ("ceos.*", lambda till: till.look()),
        ("*", lambda till: till.look()),
    ],
)
def test_every_call_of_ceos_has_a_name(ceos, world, call, act):
    world.fault(call, "status_429")
    assert act(ceos).status_code == 429


@pytest.mark.parametrize("call", ["balance", "checkout", "cancel", "cancel-network"])
def test_every_call_of_crepay_has_a_name(crepay, world, call):
    world.fault(f"crepay.{call}", "status_429")
    assert crepay.send(call).status_code == 429


def test_planned_faults_can_be_called_off(crepay, world):
    world.fault("crepay.*", "drop_after", count=100)
    world.works_again()
    assert crepay.balance().status_code == 200


def test_the_log_names_the_fault_that_met_a_call(crepay, world):
    world.fault("crepay.checkout", "html_502")
    checkout(crepay)
    crepay.balance()
    assert [(seen["call"], seen["fault"], seen["answers"]) for seen in world.requests()] == [
        ("checkout", "html_502", []),
        ("balance", None, [200]),
    ]


@pytest.mark.parametrize(
    "plan",
    [
        {"call": "crepay.checkout", "kind": "explode"},
        {"call": "ceos.instant", "kind": "code"},
        {"call": "crepay.checkout", "kind": "fail"},
        {"call": "crepay.checkout", "kind": "late", "params": {"minutes": 1}},
        {"call": "crepay.checkout", "kind": "late", "count": 0},
        {"kind": "late"},
        [],
        None,
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_a_reason(world, http, plan):
    reply = http.post("/_sim/faults", json=plan)
    assert reply.status_code == 400
    assert reply.json()["error"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_next_call_works_after_any_fault(crepay, ceos, world, kind):
    is_for_ceos = "crepay" not in ONLY.get(kind, ("crepay",))
    gateway, act = ("ceos.instant", lambda _till: ceos.instant()) if is_for_ceos else ("crepay.checkout", checkout)
    world.fault(gateway, kind, seconds=0.01)
    timed(lambda: act(crepay))
    assert crepay.balance().status_code == 200
    assert ceos.instant("other").status_code == 200
