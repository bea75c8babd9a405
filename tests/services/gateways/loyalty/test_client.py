"""What kind of relay it is, found out without moving a point; and what each call carries. Source: payment methods."""

import json

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.domain.limits import Limits
from kiosk.domain.money import won
from kiosk.services.gateways.loyalty import wire
from kiosk.services.gateways.loyalty.answers import Answer, Numbering, Paths
from kiosk.services.gateways.loyalty.client import Dialect, LoyaltyClient
from kiosk.services.gateways.loyalty.wire import Account, Purchase
from kiosk.services.http import Line
from tests.flows.till import Tokens
from tests.support.clock import FakeClock
from tests.support.journal import Book, opened
from tests.support.server import response, serving

SHOP = "0x" + "0a" * 32
KEY = "0xkey"
NO_PAGE = response(404, b"<html>Cannot POST</html>")
OPENS = {Paths.RELAY: "/v1/payment/new/open", Paths.SPEC: "/v1/payment/openNew"}
CLOSES = {Paths.RELAY: "/v1/payment/new/close", Paths.SPEC: "/v1/payment/closeNew"}


def says(code, data=None, *wanting):
    """An answer in the envelope; what a parameter is wanting is named as a running relay names it."""
    error = {"message": "Failed", "validation": [{"param": name, "location": "body"} for name in wanting]}
    return response(200, json.dumps({"code": code, "data": data} if data else {"code": code, "error": error}).encode())


WANTS_PURCHASE = says(2001, None, "purchaseId")
WANTS_CONFIRM = says(2001, None, "confirm")
A_SHOP = says(0, {"name": "Shop", "status": 1})


class Relay:
    """A server that answers by path."""

    def __init__(self, answers):
        self.answers = answers

    async def __call__(self, connection):
        answer = self.answers.get(path_of(connection.request), NO_PAGE)
        if answer is None:
            connection.reset()
            return
        await connection.send(answer)


def a_relay(paths=Paths.RELAY, opening=WANTS_PURCHASE, close=WANTS_CONFIRM):
    return Relay({OPENS[paths]: opening, CLOSES[paths]: close, "/v1/payment/shop/info": A_SHOP})


def path_of(request):
    return request.split(b" ")[1].decode().partition("?")[0]


def body_of(request):
    return json.loads(request.partition(b"\r\n\r\n")[2])


def key_of(request):
    """The Authorization header of a request, or None."""
    lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    return next((line[15:] for line in lines if line.lower().startswith("authorization: ")), None)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def book(tmp_path, clock):
    async with opened(tmp_path, clock) as journal:
        yield Book(journal)


@pytest.fixture
async def client_to(book, clock):
    lines = []

    def make(server, paths=None):
        lines.append(Line(server.url, clock, book.journal, Limits()))
        return LoyaltyClient(lines[-1], Account(SHOP, Confidential(KEY)), clock, Tokens(), Limits(), paths)

    yield make
    for line in lines:
        await line.close()


# -- under which paths it answers


@pytest.mark.parametrize("paths", Paths)
async def test_the_paths_that_answer_in_the_envelope_are_taken(client_to, paths):
    async with serving(a_relay(paths)) as server:
        client = client_to(server)
        await client.probe()

    assert client.dialect == Dialect(paths, is_honoured=True)
    asked = next(request for request in server.requests if path_of(request) == OPENS[paths])
    assert body_of(asked) == {}


async def test_what_answers_nowhere_in_the_envelope_is_no_relay(client_to):
    async with serving(NO_PAGE) as server:
        client = client_to(server)
        await client.probe()

    assert client.dialect is None
    assert [path_of(request) for request in server.requests] == [OPENS[Paths.RELAY], OPENS[Paths.SPEC]]


async def test_a_relay_that_opens_a_payment_of_nothing_is_not_asked_for_one(client_to):
    async with serving(a_relay(opening=says(0, {"paymentId": "0xa"}))) as server:
        client = client_to(server)
        await client.probe()

    assert client.dialect is None


@pytest.mark.parametrize("paths", Paths)
async def test_paths_that_are_configured_are_the_only_ones_tried(client_to, paths):
    async with serving(NO_PAGE) as server:
        await client_to(server, paths).probe()

    assert [path_of(request) for request in server.requests] == [OPENS[paths]]


# -- whether it heeds `confirm`


@pytest.mark.parametrize(
    ("close", "is_honoured"),
    [
        pytest.param(WANTS_CONFIRM, True, id="refused for want of confirm: it is mandatory"),
        pytest.param(says(2001, None, "paymentId", "confirm"), True, id="for want of that and more"),
        pytest.param(says(2001, None, "paymentId"), False, id="refused for want of something else"),
        pytest.param(says(2001), False, id="2001 that names nothing"),
        pytest.param(says(5000, None, "confirm"), False, id="another code, whatever it names"),
        pytest.param(says(2003), False, id="no such payment: it would have closed one"),
        pytest.param(says(0, {"paymentId": "0xa"}), False, id="closed"),
    ],
)
async def test_only_a_relay_that_wants_confirm_heeds_it(client_to, close, is_honoured):
    async with serving(a_relay(close=close)) as server:
        client = client_to(server)
        await client.probe()

    assert client.dialect == Dialect(Paths.RELAY, is_honoured)


@pytest.mark.parametrize("close", [pytest.param(NO_PAGE, id="not its own"), pytest.param(None, id="none at all")])
async def test_a_relay_whose_answer_about_confirm_was_lost_is_asked_again(client_to, close):
    """For a whole day nobody could leave or be released, because of one packet."""
    relay = a_relay(close=close)
    async with serving(relay) as server:
        client = client_to(server)
        await client.probe()
        assert client.dialect is None
        relay.answers[CLOSES[Paths.RELAY]] = WANTS_CONFIRM

        await client.probe()

    assert client.dialect == Dialect(Paths.RELAY, is_honoured=True)


async def test_it_is_found_out_once_per_start_with_a_payment_that_there_is_not(client_to):
    named = []
    for _ in range(2):
        async with serving(a_relay()) as server:
            client = client_to(server)
            await client.probe()
            await client.probe()
        closes = [body_of(request) for request in server.requests if path_of(request) == CLOSES[Paths.RELAY]]
        assert [set(body) for body in closes] == [{"accessKey", "paymentId"}]
        named.append(closes[0]["paymentId"])
        assert [path_of(request) for request in server.requests].count("/v1/payment/shop/info") == 2

    assert all(len(payment) == 66 and payment.startswith("0x") for payment in named)


# -- what is sent


async def test_a_change_carries_the_bare_key_in_header_and_body(client_to, book):
    attempt = await book.attempt(await book.order())
    request = wire.void(Paths.RELAY, Account(SHOP, Confidential(KEY)), "0xa", f"{attempt}-01")
    permit = await book.journal.intend(attempt, request)
    async with serving(a_relay()) as server:
        client = client_to(server)
        read = await client.change(permit, Purchase("P", won(10), SHOP, "0xa"), Numbering.RELAY)

    assert read.answer is Answer.REFUSED
    (sent,) = server.requests
    assert key_of(sent) == KEY
    assert body_of(sent) == {"accessKey": KEY, "paymentId": "0xa", "confirm": "false"}


async def test_a_question_is_asked_without_the_key(client_to):
    async with serving(A_SHOP) as server:
        await client_to(server).ask_shop()

    assert [key_of(request) for request in server.requests] == [None]


# -- questions


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (says(0, {"balance": "5"}), (Answer.OK, 5)),
        (says(2004), (Answer.CODE_EXPIRED, None)),
        (says(5000), (Answer.NO_ANSWER, None)),
        (NO_PAGE, (Answer.NO_ANSWER, None)),
    ],
)
async def test_3_1_a_balance_or_why_there_is_none(client_to, answer, expected):
    async with serving(answer) as server:
        assert await client_to(server).balance(Confidential("0x1")) == expected

    assert server.lines == ["GET /v1/payment/user/balance?account=0x1 HTTP/1.1"]


async def test_3_2_a_quote_is_asked_for_in_units_of_a_point(client_to):
    async with serving(says(2004)) as server:
        assert await client_to(server).quote(Confidential("0x1"), won(10)) == (Answer.CODE_EXPIRED, None)

    (line,) = server.lines
    assert line == "GET /v1/payment/info?account=0x1&amount=10000000000000000000&currency=krw HTTP/1.1"


@pytest.mark.parametrize("answer", [NO_PAGE, says(5000), None])
async def test_3_7_a_shop_that_nobody_tells_of_is_not_known_any_more(client_to, answer):
    relay = a_relay()
    async with serving(relay) as server:
        client = client_to(server)
        await client.probe()
        assert client.shop is not None
        relay.answers["/v1/payment/shop/info"] = answer

        assert await client.ask_shop() is None
    assert client.shop is None


async def test_3_8_a_relay_without_withdrawals_says_nothing_of_them(client_to):
    async with serving(NO_PAGE) as server:
        assert await client_to(server).ask_withdrawal() is None

    assert server.lines == [f"GET /v1/payment/shop/withdrawal?shopId={SHOP} HTTP/1.1"]


async def test_where_it_cannot_be_reached_nothing_is_found_out(client_to):
    async with serving(A_SHOP) as server:
        client = client_to(server)
    await client.probe()

    assert not client.reachable
    assert client.dialect is None
    assert client.shop is None
