"""Staff find a sale, see it, and give it back: each payment as its system does, never twice, never silently half."""

import pytest

from kiosk.domain.entries import OrderAdvanced
from kiosk.domain.order import OrderState
from kiosk.domain.receipt import sign_code
from kiosk.domain.refund import RefundState
from kiosk.domain.resolution import Way
from kiosk.domain.told import Tone
from kiosk.flows.books import Said
from kiosk.flows.intents import GoBack, Leave, Scanned
from kiosk.flows.manager.intents import Lock
from kiosk.flows.manager.views import SheetView
from tests.flows.till import TOTAL
from tests.support.journal import Book, events

KEY = bytes(32)
FIRST = "sale_K01_1_000001"


async def sell(till, pay="ceos"):
    """One sale, paid; the screen is free again."""
    await till.fill()
    if pay == "mixed":
        await till.pay_coupon()
        await till.pay_card()
    elif pay == "crepay":
        await till.pay_coupon("11112222333344447")
    elif pay == "loyalty":
        await till.ask_phone()
        await till.answer_phone()
    else:
        await (till.pay_card() if pay == "card" else till.pay_ceos())
    await till.pass_time(20)


def tones(till):
    return [row.tone for name, row in till.rows.items() if name.startswith("tender_")]


async def open_first(till, person="P1"):
    await till.enter(person)
    return await till.press(FIRST)


async def cancel(till):
    return await till.press("act_cancel", "why_wish")


# -- finding


@pytest.fixture
async def sold(till):
    await sell(till)
    return till


async def test_home_shows_the_latest_sales_and_how_everything_is(sold):
    await sold.enter()
    assert FIRST in sold.offered
    assert {"health_ceos", "health_crepay", "health_card", "health_loyalty", "device_printer"} <= set(sold.rows)


@pytest.mark.parametrize(
    ("way", "digits"),
    [("code", "1"), ("number", "1"), ("amount", str(TOTAL))],
)
async def test_a_sale_is_found_by_what_is_known_of_it(sold, way, digits):
    await sold.enter()
    await sold.press("place_find", f"find_by_{way}")
    await sold.type(digits)
    assert set(sold.rows) == {FIRST}
    await sold.press(FIRST)
    assert "act_timeline" in sold.offered


async def test_a_coupon_is_found_by_its_last_digits(till):
    await sell(till, "crepay")
    await till.enter()
    await till.press("place_find", "find_by_ending")
    await till.type("4447")
    assert set(till.rows) == {FIRST}


async def test_a_day_can_be_turned_back_and_forth(sold):
    await sold.enter()
    await sold.press("place_find", "find_by_day")
    assert set(sold.rows) == {FIRST}
    await sold.press("act_earlier_day")
    assert set(sold.rows) == set()
    await sold.press("act_later_day")
    assert set(sold.rows) == {FIRST}


async def test_more_than_a_page_is_paged(till):
    for _ in range(21):
        await sell(till)
    await till.enter()
    await till.press("place_find", "find_by_amount")
    await till.type(str(TOTAL))
    assert len(till.rows) == 20
    assert FIRST not in till.rows
    await till.press("act_older")
    assert set(till.rows) == {FIRST}
    await till.staff_do(GoBack())
    assert len(till.rows) == 20


@pytest.mark.parametrize("room", [(), ("place_find",), ("place_find", "find_by_day")])
async def test_a_scanned_receipt_opens_its_sale_from_wherever_staff_are(sold, room):
    await sold.enter()
    await sold.press(*room)
    await sold.staff_do(Scanned(sign_code("K01-1-000001", KEY)))
    assert "act_cancel" in sold.offered


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("8809990000012", "find.no_receipt"),
        (sign_code("K02-1-000001", KEY), "find.other_kiosk"),
        (sign_code("K02-1-000001", bytes(31) + b"x"), "find.other_kiosk"),
        (sign_code("K01-1-000001", bytes(31) + b"x"), "find.not_genuine"),
        ("https://example.com", "find.no_receipt"),
        ("", "find.no_receipt"),
    ],
)
async def test_anything_else_opens_nothing_and_says_why(sold, text, says):
    await sold.enter()
    await sold.staff_do(Scanned(text))
    assert sold.says == says
    assert "act_cancel" not in sold.offered


async def test_a_sale_shows_payments_goods_evidence_and_its_story(sold):
    await open_first(sold)
    names = set(sold.rows)
    assert {"tender_1", "goods_1"} <= names
    await sold.press("act_evidence")
    assert any(name.startswith("evidence_") for name in sold.rows)
    await sold.staff_do(GoBack())
    await sold.press("act_timeline")
    steps = [row.title.key for row in sold.rows.values()]
    assert steps[0] == "event.order_opened"
    assert "event.attempt_began" in steps
    await sold.staff_do(GoBack())
    assert "act_cancel" in sold.offered


async def test_a_clerk_may_look_and_print_again_but_not_cancel(sold, tmp_path):
    await open_first(sold, "P2")
    assert set(sold.offered) == {"act_timeline", "act_evidence", "act_reprint"}
    await sold.press("act_reprint")
    await sold.pass_time(5)
    assert sum("receipt" in name for name in sold.paper.printed) == 2
    did = [body for kind, body in events(tmp_path) if kind == "StaffDid"]
    assert did == [{"by": "P2", "deed": "reprint", "order_id": "K01-1-000001", "facts": {}}]


# -- giving it back


@pytest.mark.parametrize("pay", ["ceos", "crepay", "card", "mixed"])
async def test_all_of_a_sale_comes_back_in_one_go(till, pay, tmp_path):
    await sell(till, pay)
    assert till.taken == TOTAL
    await open_first(till)

    await cancel(till)

    assert till.taken == 0
    assert (await till.sale()).order.state == "REFUNDED"
    assert set(tones(till)) == {Tone.DONE}
    assert till.says == "cancel.done"
    await till.staff_do(GoBack())
    assert "act_cancel" not in till.offered, "there is nothing left to give back"
    assert "task" not in " ".join(await till.tasks_open())
    why = [body for kind, body in events(tmp_path) if kind == "StaffDid"]
    assert why == [{"by": "P1", "deed": "cancel", "order_id": "K01-1-000001", "facts": {"why": "wish"}}]


async def test_a_slip_says_what_came_back(till):
    await sell(till)
    await open_first(till)
    await cancel(till)
    await till.pass_time(5)
    assert any("slip" in name for name in till.paper.printed)


async def test_points_ask_for_the_owner_first_and_come_back_when_they_approve(till):
    await sell(till, "loyalty")
    left = till.points_left
    await open_first(till)
    await cancel(till)
    assert till.sheet.title.key == "cancel.owner"
    assert till.calls("open_cancel") == []

    await till.press("act_yes")
    assert till.calls("open_cancel") == ["open_cancel"]
    await till.answer_owner()
    await till.pass_time(10)

    assert till.says == "cancel.done"
    assert till.points_left > left


async def test_without_the_owner_points_alone_are_left_as_they_are(till):
    await sell(till, "loyalty")
    await open_first(till)
    await cancel(till)
    await till.press("act_no")
    assert till.says == "cancel.nothing_done"
    assert (await till.sale()).order.state == "PAID"
    assert till.calls("open_cancel") == []


async def test_the_screen_follows_for_as_long_as_money_moves_and_does_not_lock(till):
    await sell(till, "loyalty")
    await open_first(till)
    await cancel(till)
    await till.press("act_yes")
    await till.pass_time(200)
    assert till.front.is_open, "longer than the lock"
    assert till.says == "cancel.wait"
    await till.pass_time(60)
    assert till.says == "cancel.left", "nobody answered"
    await till.pass_time(60)
    assert till.front.is_open, "they have their time to read it"
    await till.pass_time(30)
    assert not till.front.is_open


async def test_what_takes_long_leaves_no_till_open_whose_staff_walked_away(till):
    await sell(till, "ceos")
    till.fault("ceos.cancel", "drop_before", 1000)
    till.fault("ceos.payment", "drop_before", 1000)
    await open_first(till)
    await cancel(till)
    await till.pass_time(590)
    assert till.front.is_open, "nobody is locked out while money moves"
    assert till.says == "cancel.wait"
    await till.pass_time(101)
    assert not till.front.is_open
    assert (await till.sale()).order.state == "REFUNDING", "it goes on without a watcher"


async def test_who_locks_while_money_moves_is_out(till):
    await sell(till, "loyalty")
    await open_first(till)
    await cancel(till)
    await till.press("act_yes")
    assert till.says == "cancel.wait"
    await till.staff_do(Lock())
    assert not till.front.is_open
    await till.answer_owner()
    await till.pass_time(10)
    assert (await till.sale()).order.state == "REFUNDED"


async def test_what_is_left_behind_goes_on_and_is_there_again(till):
    await sell(till, "loyalty")
    await open_first(till)
    await cancel(till)
    await till.press("act_yes")
    await till.staff_do(GoBack())
    assert "act_cancel" not in till.offered, "it is under way"
    await till.staff_do(Lock())
    await till.answer_owner()
    await till.pass_time(10)
    assert (await till.sale()).order.state == "REFUNDED"


@pytest.mark.parametrize("way", [Way.CHARGED_KEPT, Way.LOSS])
async def test_that_all_came_back_is_not_said_where_the_shop_keeps_or_bears_a_part(till, way):
    await sell(till, "mixed")
    book, order = Book(till.journal), "K01-1-000001"
    await till.journal.write(OrderAdvanced(order, OrderState.REFUNDING))
    await book.refund(f"{order}-1", 3000, RefundState.SENDING, RefundState.NEEDS_STAFF)
    await till.journal.write(OrderAdvanced(order, OrderState.PAID))
    (end,) = (await till.sale()).loose_ends
    assert await till.books.resolve(end, Said(way, 3000, "P1", "goods"))
    await open_first(till)
    await cancel(till)
    assert till.cards_taken == []
    assert till.says == "cancel.each"
    assert (await till.sale()).order.state is OrderState.PARTLY_REFUNDED


@pytest.mark.parametrize("pay", ["ceos", "crepay", "card"])
async def test_a_lost_answer_to_the_cancel_is_found_out_and_nothing_is_given_twice(till, pay):
    await sell(till, pay)
    call = {"ceos": "ceos.cancel", "crepay": "crepay.cancel", "card": "card.cancel"}[pay]
    till.fault(call, "drop_after")
    await open_first(till)
    await cancel(till)
    await till.pass_time(120)
    assert till.taken == 0
    assert (await till.sale()).order.state == "REFUNDED"


@pytest.mark.parametrize("pay", ["ceos", "crepay", "card", "mixed"])
async def test_killed_in_the_middle_of_a_cancel_it_is_finished_after_the_start(till, pay):
    await sell(till, pay)
    call = {"ceos": "ceos.cancel", "crepay": "crepay.cancel", "card": "card.cancel", "mixed": "card.cancel"}[pay]
    till.hooks[call] = till.kill
    await open_first(till)
    await cancel(till)
    till.hooks.clear()
    await till.restart()
    await till.pass_time(120)
    assert till.taken == 0
    assert (await till.sale()).order.state == "REFUNDED"
    refunds = (await till.sale()).refunds
    assert len({one.attempt_id for one in refunds}) == len(refunds)


async def test_what_does_not_come_back_stays_on_the_list_with_its_reason(till):
    await sell(till, "loyalty")
    await open_first(till)
    await cancel(till)
    await till.press("act_yes")
    await till.answer_owner(approve=False)
    await till.pass_time(60)
    assert till.says == "cancel.left"
    assert tones(till) == [Tone.ACT]
    assert "refund_unresolved" in await till.tasks_open()
    await till.staff_do(GoBack())
    assert "act_cancel" not in till.offered, "a denied cancel is the only one"


async def test_what_its_customer_is_paying_is_not_asked_back(till):
    await till.fill()
    await till.pay_coupon()
    assert (await till.sale()).order.state == "PAYING"
    assert await till.books.ask_back("K01-1-000001", "P1", "wish", {"K01-1-000001-1": {}}) == ()


async def test_back_before_the_reason_cancels_nothing(till):
    await sell(till)
    await open_first(till)
    await till.press("act_cancel")
    await till.staff_do(GoBack())
    assert till.taken == TOTAL
    assert "act_cancel" in till.offered


async def test_an_order_that_gave_everything_back_has_nothing_to_cancel_or_print(till):
    await till.fill()
    await till.pay_coupon()
    await till.do(Leave())
    await till.pass_time(30)
    await open_first(till)
    assert set(till.offered) == {"act_timeline", "act_evidence"}
    assert isinstance(till.sheet, SheetView)
