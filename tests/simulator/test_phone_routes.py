"""What the phones' page may ask for, over which address, and what a phone shows of a payment in each of its states."""

import re
import socket
from pathlib import Path

import pytest

from kiosk import cli
from kiosk.simulator import phone as package
from kiosk.simulator.host import ANYWHERE, Host
from kiosk.simulator.phone.routes import MEDIA
from kiosk.simulator.phone.seen import as_people_read, cancels_of, payments_of
from kiosk.simulator.relay_chain import Chain
from kiosk.simulator.relay_settings import NO_PHONE, OWNER, POOR, RICH, SHOP_ID
from tests.simulator.browser import UNIT, Till
from tests.simulator.relays import VirtualRelay, put
from tests.simulator.tills import connect

PAGE = Path(package.__file__).parent
ELSEWHERE = "127.0.0.2"  # of this machine, and not the address at which it talks to itself


def state(seen):
    (one,) = seen
    return one.state


# -- what a phone may do


def test_a_phone_answers_what_it_was_asked(world, http):
    payment_id = Till(http).opened()
    assert http.get("/phone/customer/rich").json()["payments"][0]["id"] == payment_id
    reply = http.post("/phone/customer/rich/answer", json={"payment_id": payment_id, "approve": False})
    assert (reply.status_code, reply.json()["code"]) == (200, 0)
    assert Till(http).status(payment_id) == 16


@pytest.mark.parametrize("whose", ["customer/poor", "customer/nobody", "owner"])
def test_nobody_answers_for_another(world, http, whose):
    payment_id = Till(http).opened()
    reply = http.post(f"/phone/{whose}/answer", json={"payment_id": payment_id, "approve": True})
    assert reply.status_code == 404
    assert Till(http).status(payment_id) == 11


@pytest.mark.parametrize("body", ["", "[]", '{"payment_id": "0x1"}', '{"payment_id": "0x1", "approve": true, "x": 1}'])
def test_an_answer_that_is_none_is_refused(world, http, body):
    assert http.post("/phone/customer/rich/answer", content=body).status_code == 400


def test_there_are_the_wallets_of_the_demo_and_no_others(world, http):
    balances = [http.get(f"/phone/customer/{name}").json()["balance"] for name in ("rich", "poor", "no_phone")]
    assert balances == ["100,000", "500", "50,000"]
    assert http.get(f"/phone/customer/{RICH}").status_code == 404
    assert http.post(f"/phone/customer/{RICH}/code").status_code == 404


def test_a_code_stands_for_its_wallet(world, http):
    fresh = http.post("/phone/customer/poor/code").json()
    assert fresh["lives_s"] == 60
    assert Till(http).wallet_of(fresh["account"]) == POOR


@pytest.mark.parametrize("account", ["", "0x1", RICH + "1", "<svg>", f"{RICH}\n"])
def test_only_an_address_is_drawn(world, http, account):
    assert http.get("/phone/qr", params={"account": account}).status_code == 400


def test_every_part_of_the_page_forbids_what_is_not_its_own(world, http):
    for path in ("", *(f"/{name}" for name in MEDIA if name != "index.html"), f"/qr?account={RICH}", "/customer/rich"):
        reply = http.get(f"/phone{path}")
        assert reply.status_code == 200
        policy = reply.headers["content-security-policy"]
        assert policy.startswith("default-src 'none';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert reply.headers["x-content-type-options"] == "nosniff"


def test_the_page_never_makes_markup_of_what_it_is_told():
    script = (PAGE / "phone.js").read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)
    page = (PAGE / "index.html").read_text("utf-8")
    assert not re.search(r"<script>|\son\w+=|style=|https?:", page)


# -- where it can be reached


def test_from_another_address_there_is_the_phone_and_nothing_else():
    host = Host(address=ELSEWHERE)
    port = host.start()
    assert host.phone_page == f"http://{ELSEWHERE}:{port}/phone"
    with connect(port) as here, connect(port, ELSEWHERE) as elsewhere:
        assert (here.get("/_sim/books").status_code, here.get("/phone").status_code) == (200, 200)
        assert elsewhere.get("/phone").status_code == 200
        assert elsewhere.get("/phone/customer/rich").json()["balance"] == "100,000"
        for path in ("/_sim/books", "/phone/../_sim/books", "//_sim/books", "/loyalty/", "/ceos/auth/demo", "/"):
            assert elsewhere.get(path).status_code == 404
        forwarded = {"x-forwarded-for": "127.0.0.1", "forwarded": "for=127.0.0.1", "host": f"127.0.0.1:{port}"}
        assert elsewhere.get("/_sim/books", headers=forwarded).status_code == 404
        assert elsewhere.post("/_sim/reset").status_code == 404
    host.stop()


def test_at_all_addresses_it_is_the_same():
    host = Host(address=ANYWHERE)
    port = host.start()
    assert re.fullmatch(rf"http://[^/:]+:{port}/phone", host.phone_page)
    assert ANYWHERE not in host.phone_page
    with connect(port) as here, connect(port, ELSEWHERE) as elsewhere:
        assert here.get("/_sim/books").status_code == 200
        assert elsewhere.get("/_sim/books").status_code == 404
        assert elsewhere.get("/phone").status_code == 200
    host.stop()


def test_unless_told_so_it_listens_for_this_machine_alone(port):
    with pytest.raises(ConnectionRefusedError), socket.create_connection((ELSEWHERE, port)):
        pass


def test_a_port_that_is_taken_at_the_other_address_is_said_at_once_and_none_is_kept():
    with socket.create_server((ELSEWHERE, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            Host(port, address=ELSEWHERE)
        socket.create_server(("127.0.0.1", port)).close()


@pytest.mark.parametrize("command", [["simulate", "--host"], ["demo", "--phone-host"]])
@pytest.mark.parametrize("address", ["192.0.2.1", "localhost", "::1"])
def test_an_address_that_is_not_of_this_machine_is_a_mistake_of_the_command_line(command, address, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main([*command, address])
    assert stopped.value.code == 2
    assert f"{address} is no IPv4 address of this machine" in capsys.readouterr().err


# -- what a phone shows


@pytest.mark.parametrize(
    ("amount", "read"),
    [
        (0, "0"),
        (UNIT, "1"),
        (98_989 * UNIT + UNIT // 2, "98,989.5"),
        (1, "0.000000000000000001"),
        (10**9, "0.000000001"),
    ],
)
def test_an_amount_is_read_with_every_digit_that_it_has(amount, read):
    assert as_people_read(amount) == read


@pytest.mark.parametrize(
    ("status", "chain", "shown"),
    [
        (11, Chain.NONE, "asked"),
        (12, Chain.NONE, "again"),
        (13, Chain.NONE, "again"),
        (13, Chain.OPENED, "held"),  # the relay took an approval for lost that landed
        (14, Chain.NONE, "sent"),
        (14, Chain.OPENED, "held"),
        (15, Chain.OPENED, "held"),
        (17, Chain.OPENED, "held"),
        (16, Chain.NONE, "denied"),
        (18, Chain.CLOSED, "paid"),
        (19, Chain.NONE, "dropped"),
        (19, Chain.OPENED, "held"),  # closed while the approval was on its way
        (19, Chain.FAILED, "released"),
        (51, Chain.CLOSED, "paid"),
        (57, Chain.CANCEL_OPENED, "refunding"),
        (58, Chain.CANCEL_CLOSED, "refunded"),
        (59, Chain.CANCEL_FAILED, "paid"),
    ],
)
def test_a_customer_is_shown_where_the_points_are(status, chain, shown):
    relay = VirtualRelay()
    put(relay, status, chain)
    assert state(payments_of(relay.server, RICH)) == shown


@pytest.mark.parametrize(
    ("status", "chain", "shown"),
    [
        (51, Chain.CLOSED, "asked"),
        (52, Chain.CLOSED, "again"),
        (53, Chain.CLOSED, "again"),
        (54, Chain.CLOSED, "sent"),
        (55, Chain.CANCEL_OPENED, "approved"),
        (57, Chain.CANCEL_OPENED, "approved"),
        (56, Chain.CLOSED, "denied"),
        (58, Chain.CANCEL_CLOSED, "refunded"),
        (59, Chain.CLOSED, "dropped"),
        (59, Chain.CANCEL_FAILED, "dropped"),
    ],
)
def test_an_owner_is_shown_what_became_of_a_cancel(status, chain, shown):
    relay = VirtualRelay()
    row = relay.server._table.rows[put(relay, status, chain)]
    row.cancel.opened_at = 1
    assert state(cancels_of(relay.server, OWNER)) == shown


@pytest.mark.parametrize("seen", ["customer", "owner"])
def test_after_45_seconds_an_answer_comes_too_late(seen):
    relay = VirtualRelay()
    look = {"customer": lambda: payments_of(relay.server, RICH), "owner": lambda: cancels_of(relay.server, OWNER)}[seen]
    payment_id = relay.opened() if seen == "customer" else relay.cancel_opened()
    relay.after(44.5)
    (one,) = look()
    assert (one.id, one.state, round(one.left_s, 6)) == (payment_id, "asked", 0.5)
    relay.after(1)
    (one,) = look()
    assert (one.state, one.left_s) == ("late", 0)


def test_a_phone_that_does_not_exist_shows_no_question():
    relay = VirtualRelay()
    assert relay.open_new(account=NO_PHONE).code == 2005
    assert payments_of(relay.server, NO_PHONE) == []


@pytest.mark.parametrize("change", [{"delegator": POOR}, {"phone": False}])
def test_an_owner_whom_nobody_asks_is_shown_no_question(change):
    relay = VirtualRelay()
    relay.outside.set_shops({SHOP_ID: change})
    relay.open_cancel(relay.paid())
    assert cancels_of(relay.server, OWNER) == []


def test_a_payment_is_shown_in_the_words_of_people():
    relay = VirtualRelay(rates={"usd": 1_000 * 10**9, "krw": 10**9, "point": 10**9})
    relay.opened(currency="USD", amount=str(3 * UNIT // 2), shopId="0x" + "9" * 64)
    (one,) = payments_of(relay.server, RICH)
    assert (one.order, one.shop, one.amount, one.currency) == ("P1", "", "1.5", "usd")
    assert (one.points, one.fee, one.total) == ("1,500", "75", "1,575")


def test_every_state_has_its_words_in_both_languages():
    states = {
        "customer": "asked again sent held paid denied late dropped released refunding refunded",
        "owner": "asked again sent approved denied late dropped refunded",
    }
    words = (PAGE / "words.js").read_text("utf-8")
    for role, wanted in states.items():
        blocks = re.findall(rf"^  {role}: \{{\n(.*?)^  \}},", words, re.DOTALL | re.MULTILINE)
        assert len(blocks) == 2
        assert [re.findall(r"^    (\w+):", block, re.MULTILINE) for block in blocks] == [wanted.split()] * 2
