"""What staff look up is found by each key, newest first and page by page, and looking holds up nobody."""

import asyncio
from datetime import date, timedelta

import pytest

from kiosk.domain.attempt import Family, State
from kiosk.domain.entries import AttemptNoted, OrderAdvanced, RefundAsked
from kiosk.domain.errors import JournalError
from kiosk.domain.history import FindBy, Query
from kiosk.domain.ids import attempt_id, order_of
from kiosk.domain.order import OrderState
from kiosk.services.journal.archive import ACCOUNT_DAYS, BEGUN, REFUND_DAYS, Archive
from tests.support.journal import AtOnce, rows, tamper

DAY_S = 86_400


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path, "A", AtOnce())


async def paid(book, price, number, ending="4445"):
    order_id = await book.order(price)
    attempt = await book.attempt(order_id)
    await book.journal.write(AttemptNoted(attempt, {"masked": f"****{ending}"}, price))
    await book.advance(attempt, State.SENDING, State.APPROVED)
    await book.journal.write(OrderAdvanced(order_id, OrderState.PAID, number=number, business_day="2026-01-01"))
    return order_id


@pytest.fixture
async def three(book, clock):
    """Two of one day, and one of the next that is called by the same number and costs the same as the first."""
    first = await paid(book, 5000, "A-001")
    second = await paid(book, 700, "A-002", "1234")
    clock.advance(DAY_S)
    third = await paid(book, 5000, "A-001")
    return first, second, third


async def ids(archive, by, digits="", day="", count=10, skip=0):
    return [sale.order.id for sale in (await archive.find(Query(by, digits, day), count, skip)).sales]


async def test_the_latest_come_first(archive, three):
    _, second, third = three
    assert [sale.order.id for sale in await archive.latest(2)] == [third, second]


async def test_a_sale_is_found_by_its_code_with_or_without_zeros(archive, three):
    assert await ids(archive, FindBy.CODE, "2") == await ids(archive, FindBy.CODE, "0002") == [three[1]]
    assert await ids(archive, FindBy.CODE, "9") == []


async def test_a_number_is_found_on_every_day_it_was_called_out(archive, three):
    first, _, third = three
    assert await ids(archive, FindBy.NUMBER, "1") == await ids(archive, FindBy.NUMBER, "001") == [third, first]


async def test_an_amount_is_the_goods_or_one_payment_of_several(archive, book, three):
    first, _, third = three
    assert await ids(archive, FindBy.AMOUNT, "5000") == [third, first]
    mixed = await book.order(9_300, 700)
    attempt = await book.attempt(mixed)
    await book.journal.write(AttemptNoted(attempt, {}, 700))
    assert await ids(archive, FindBy.AMOUNT, "700") == [mixed, three[1]]
    assert await ids(archive, FindBy.AMOUNT, "10000") == [mixed]


async def test_an_order_is_found_once_however_many_of_its_payments_fit(archive, book):
    order_id = await book.order(5000)
    for number in (1, 2):
        assert await book.attempt(order_id) == attempt_id(order_id, number)
        await book.journal.write(AttemptNoted(attempt_id(order_id, number), {"masked": "****4445"}, 5000))
        await book.advance(attempt_id(order_id, number), State.SENDING, State.DECLINED)
    assert await ids(archive, FindBy.AMOUNT, "5000") == await ids(archive, FindBy.ENDING, "4445") == [order_id]


async def test_the_last_digits_of_a_coupon_find_it(archive, three):
    first, second, third = three
    assert await ids(archive, FindBy.ENDING, "4445") == [third, first]
    assert await ids(archive, FindBy.ENDING, "1234") == [second]
    assert await ids(archive, FindBy.ENDING, "") == []


@pytest.mark.parametrize(
    ("by", "digits"), [(FindBy.NUMBER, "1"), (FindBy.AMOUNT, "5000"), (FindBy.ENDING, "4445"), (FindBy.CODE, "1")]
)
async def test_a_day_narrows_every_search(archive, three, by, digits):
    assert await ids(archive, by, digits, "2026-01-01") == [three[0]]
    assert await ids(archive, by, digits, "2025-12-31") == []


async def test_a_day_alone_shows_all_of_it_by_korean_time(archive, three):
    first, second, third = three
    assert await ids(archive, FindBy.DAY, day="2026-01-01") == [second, first]
    assert await ids(archive, FindBy.DAY, day="2026-01-02") == [third]


async def test_pages_follow_each_other_and_say_whether_there_are_more(archive, three):
    first, second, third = three
    query = Query(FindBy.DAY)
    pages = [await archive.find(query, 2, skip) for skip in (0, 2, 4)]
    assert [[sale.order.id for sale in page.sales] for page in pages] == [[third, second], [first], []]
    assert [page.is_more for page in pages] == [True, False, False]


@pytest.mark.parametrize("digits", ["", "abc", "1; DROP", "９", "9" * 40])
@pytest.mark.parametrize("by", sorted(set(FindBy) - {FindBy.DAY}))
async def test_whatever_is_typed_finds_nothing_rather_than_failing(archive, three, by, digits):
    assert await ids(archive, by, digits) == []


async def test_a_sale_is_there_by_id_and_by_code(archive, three):
    by_id, by_code = await archive.sale(three[0]), await archive.sale("K01-0001")
    assert by_id == by_code
    assert by_id.order.id == three[0]
    assert await archive.sale("K02-0001") is None


async def test_the_timeline_holds_every_step_in_order(archive, three):
    kinds = [one.kind for one in await archive.timeline(three[1])]
    assert kinds[:3] == ["OrderOpened", "OrderAdvanced", "AttemptBegan"]
    assert kinds[-1] == "OrderAdvanced"


async def test_looking_sees_what_was_written_and_holds_up_no_write(archive, book, three):
    async def look():
        for _ in range(20):
            await archive.find(Query(FindBy.DAY), 10)
            await asyncio.sleep(0)

    async def sell():
        return [await book.order(100) for _ in range(5)][-1]

    _, newest = await asyncio.gather(look(), sell())
    assert (await archive.latest(1))[0].order.id == newest


async def test_a_damaged_file_is_said_and_not_guessed_at(archive, book, three, tmp_path):
    tamper(tmp_path, "UPDATE attempts SET facts = 'no json'")
    with pytest.raises(JournalError):
        await archive.latest(1)


# -- transfers


async def transferred(book, method="ezpg"):
    order_id = await book.order(5000)
    return await book.attempt(order_id, method, Family.TRANSFER)


async def paid_out(book, attempt):
    refund = f"{attempt}-R1"
    await book.journal.write(RefundAsked(refund, "", await book.finding(attempt), 5000))
    return refund


async def test_the_transfers_of_a_day_come_with_their_findings_refunds_and_codes(archive, book):
    attempt = await transferred(book)
    found = await book.finding(attempt)
    await book.journal.write(RefundAsked(f"{attempt}-R1", "", found, 5000))
    kept = await archive.transfers("ezpg", "2026-01-01")
    assert [one.id for one in kept.attempts] == [attempt]
    assert [one.id for one in kept.findings] == [found]
    assert [one.id for one in kept.refunds] == [f"{attempt}-R1"]
    assert kept.codes == {order_of(attempt): "K01-0001"}


async def test_other_payment_systems_are_left_out(archive, book):
    card = await book.approved(await book.order(5000))
    await book.refund(card, 5000)
    kept = await archive.transfers("ezpg", "2026-01-01")
    assert (kept.attempts, kept.refunds, kept.codes) == ((), (), {})


@pytest.mark.parametrize(
    ("days", "is_there"), [(0, True), (ACCOUNT_DAYS, True), (ACCOUNT_DAYS + 1, False), (-1, False)]
)
async def test_an_account_that_took_money_days_later_is_among_them(archive, book, days, is_there):
    attempt = await transferred(book)
    day = f"{date(2026, 1, 1) + timedelta(days=days)}"
    kept = await archive.transfers("ezpg", day)
    assert [one.id for one in kept.attempts] == ([attempt] if is_there else [])


@pytest.mark.parametrize(("days", "is_there"), [(0, True), (REFUND_DAYS, True), (REFUND_DAYS + 1, False), (-1, False)])
async def test_a_refund_that_took_days_is_among_them_with_its_code(archive, book, clock, days, is_there):
    attempt = await transferred(book)
    clock.advance(60 * DAY_S)
    old = await paid_out(book, attempt)
    new = await paid_out(book, await transferred(book))
    day = f"{date(2026, 3, 2) + timedelta(days=days)}"
    kept = await archive.transfers("ezpg", day)
    assert {one.id for one in kept.refunds} == ({old, new} if is_there else set())
    if is_there:
        assert kept.codes[order_of(attempt)] == "K01-0001"


def test_what_is_read_of_transfers_goes_through_an_index(book, tmp_path):
    plan = rows(tmp_path, f"EXPLAIN QUERY PLAN {BEGUN}", "", "", "")
    assert not [step for *_, step in plan if step.startswith("SCAN")], plan
