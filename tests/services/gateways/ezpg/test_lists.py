"""A list that changes while its pages are read is read again, or not believed: no row may slip through."""

import json
from urllib.parse import parse_qs

import pytest

from kiosk.services.gateways.ezpg.answers import Answer, Deposits
from tests.services.gateways.ezpg.test_rows import ACCOUNT, DEPOSIT, SECOND_DRAFT_DEPOSIT
from tests.support.server import response, serving

A = Answer
DAY = "20261127"
LOGIN = {"token": "a", "requireOtp": "N"}


def row(n, draft=DEPOSIT):
    name = "trxId" if draft is DEPOSIT else "transactionId"
    return {**draft, name: f"D{n}"}


class Listing:
    """A server with a list of deposits, youngest first.

    Args:
        rows: What it holds.
        limit: It gives no more rows at once, whatever it is asked for.
        name: Under which they stand.
        then: Called before each page but the first is given, with all rows.
    """

    def __init__(self, rows, limit=100, name="depositList", then=lambda rows: rows, total=len, ignores_page=False):
        self.rows, self.limit, self.name, self.then, self.total = rows, limit, name, then, total
        self.ignores_page = ignores_page
        self.pages = []

    async def __call__(self, connection):
        target = connection.request.split(b" ")[1].decode()
        if target == "/auth/login":
            await connection.send(self.told(LOGIN))
            return
        query = parse_qs(target.partition("?")[2])
        page = int(query["page"][0])
        self.pages.append(page)
        if page > 1:
            self.rows = self.then(self.rows)
        first = 0 if self.ignores_page else (page - 1) * self.limit
        found = self.rows[first : first + self.limit]
        await connection.send(self.told({"totalCount": self.total(self.rows), self.name: found}))

    def told(self, fields):
        return response(200, json.dumps({"resultCode": "0000", **fields}).encode())


async def read(client_to, listing):
    async with serving(listing) as server:
        return await client_to(server.url).deposits(ACCOUNT, "K1", DAY, DAY)


def transactions(found):
    return [one.transaction for one in found.rows]


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, 250])
async def test_all_rows_of_all_pages_are_read(client_to, count):
    listing = Listing([row(n) for n in range(count)])
    found = await read(client_to, listing)
    assert found.answer is A.LISTED
    assert transactions(found) == [f"D{n}" for n in range(count)]
    assert listing.pages == list(range(1, max(1, -(-count // 100)) + 1))


async def test_a_server_with_shorter_pages_and_other_words_is_read_to_its_end(client_to):
    listing = Listing([row(n, SECOND_DRAFT_DEPOSIT) for n in range(25)], limit=10, name="deposits")
    assert transactions(await read(client_to, listing)) == [f"D{n}" for n in range(25)]


async def test_a_row_that_comes_between_two_pages_has_the_list_read_again(client_to):
    come = [row("new")]

    def then(rows):
        new = come[:]
        come.clear()
        return new + rows

    listing = Listing([row(n) for n in range(4)], limit=2, then=then)
    assert transactions(await read(client_to, listing)) == ["Dnew", "D0", "D1", "D2", "D3"]
    assert listing.pages == [1, 2, 1, 2, 3]


async def test_a_row_that_goes_between_two_pages_has_the_list_read_again(client_to):
    go = [True]

    def then(rows):
        return rows[1:] if go and go.pop() else rows

    listing = Listing([row(n) for n in range(6)], limit=2, then=then)
    assert transactions(await read(client_to, listing)) == ["D1", "D2", "D3", "D4", "D5"]


async def test_rows_that_slip_to_the_next_page_are_noticed_though_there_are_as_many(client_to):
    slip = [True]

    def then(rows):
        return [row("new"), *rows[:-1]] if slip and slip.pop() else rows

    listing = Listing([row(n) for n in range(4)], limit=2, then=then)
    assert transactions(await read(client_to, listing)) == ["Dnew", "D0", "D1", "D2"]


async def test_a_list_that_never_stands_still_is_none(client_to):
    listing = Listing([row(n) for n in range(4)], limit=2, then=lambda rows: [row(f"x{len(rows)}"), *rows])
    assert await read(client_to, listing) == Deposits(A.NO_ANSWER)
    assert listing.pages == [1, 2] * 3


@pytest.mark.parametrize(
    "listing",
    [
        Listing([row(n) for n in range(3)], total=lambda rows: len(rows) + 1),
        Listing([row(n) for n in range(3)], total=lambda rows: len(rows) - 1),
        Listing([row(n) for n in range(3)], total=lambda _rows: 0),
        Listing([row(n) for n in range(4)], limit=2, ignores_page=True),
    ],
    ids=["more are told of", "fewer are told of", "none are told of", "always the first page"],
)
async def test_a_list_that_does_not_add_up_is_none(client_to, listing):
    assert await read(client_to, listing) == Deposits(A.NO_ANSWER)
    assert listing.pages == [1, 2] * 3


async def test_a_row_on_any_page_that_cannot_be_read_spoils_it(client_to):
    listing = Listing([row(0), row(1), {**row(2), "amount": None}], limit=2)
    assert await read(client_to, listing) == Deposits(A.NO_ANSWER)
