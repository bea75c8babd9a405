"""One customer after the other: starting, scanning, idling, leaving."""

from kiosk.domain.order import OrderState
from kiosk.flows.intents import AddProduct, Begin, ChooseLanguage, Finish, Resume
from kiosk.flows.views import BasketView, DoneView, MethodsView, StartView
from tests.flows.till import Goods

BARCODE = Goods.product.barcode


def quantities(till):
    return [line.quantity for line in till.view.lines]


async def scan(till, code):
    till.session.on_code(code)
    await till.settle()


async def test_a_scan_on_the_start_screen_begins_a_sale(till):
    await scan(till, BARCODE)
    assert isinstance(till.view, BasketView)
    assert quantities(till) == [1]


async def test_the_same_code_again_within_a_second_is_the_same_scan(till):
    await scan(till, BARCODE)
    await till.pass_time(0.999)
    await scan(till, BARCODE)
    assert quantities(till) == [1]


async def test_the_same_code_again_after_a_second_is_another_piece(till):
    await scan(till, BARCODE)
    await till.pass_time(1)
    await scan(till, BARCODE)
    assert quantities(till) == [2]


async def test_a_code_held_before_the_scanner_counts_once_however_long(till):
    await scan(till, BARCODE)
    for _ in range(20):
        await till.pass_time(0.5)
        await scan(till, BARCODE)
    assert quantities(till) == [1]


async def test_whoever_does_nothing_is_asked_and_then_the_till_is_free(till):
    await till.do(Begin())
    await till.do(AddProduct("D001"))
    await till.pass_time(59.5)
    assert till.stage.shown.value.idle_left_s is None
    await till.pass_time(1)
    assert isinstance(till.view, BasketView)
    assert till.stage.shown.value.idle_left_s == 20
    await till.pass_time(18)
    assert isinstance(till.view, BasketView)
    await till.pass_time(2)
    assert isinstance(till.view, StartView)
    assert till.stage.shown.value.idle_left_s is None


async def test_whoever_answers_the_question_stays(till):
    await till.do(Begin())
    await till.pass_time(61)
    await till.do(Resume())
    assert till.stage.shown.value.idle_left_s is None
    await till.pass_time(59)
    assert isinstance(till.view, BasketView)
    assert till.stage.shown.value.idle_left_s is None


async def test_a_touch_counts_as_an_answer_and_does_what_it_says(till):
    await till.do(Begin())
    await till.pass_time(61)
    await till.do(AddProduct("D001"))
    assert quantities(till) == [1]
    assert till.stage.shown.value.idle_left_s is None


async def test_what_the_till_does_by_itself_does_not_count_as_a_touch(till):
    await till.fill()
    await till.pay_coupon()
    for _ in range(70):
        await till.pass_time(1)
        till.stage.changed()
        await till.settle()
    assert till.stage.shown.value.idle_left_s is not None
    await till.pass_time(20)
    assert (await till.sale()).order.state is OrderState.UNWOUND


async def test_the_last_screen_goes_by_itself(till):
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(14)
    assert isinstance(till.view, DoneView)
    await till.pass_time(2)
    assert isinstance(till.view, StartView)


async def test_the_next_customer_finds_the_stores_language(till):
    await till.do(ChooseLanguage("en"))
    await till.fill()
    await till.pay_ceos()
    assert till.stage.language == "en"
    await till.do(Finish())
    assert till.stage.language == "ko"


async def test_only_methods_that_can_be_reached_are_offered(till):
    till.is_cut_off = True
    await till.fill()
    refused = await till.pay_ceos()
    assert isinstance(refused, MethodsView)
    assert [card.name for card in refused.methods] == ["crepay"]
    assert till.taken == 0
    till.is_cut_off = False
    await till.pass_time(6)
    assert [card.name for card in till.view.methods] == ["crepay", "ceos"]


async def test_numbers_count_up_through_the_day(till):
    for number in ("A-001", "A-002"):
        await till.fill()
        done = await till.pay_ceos()
        assert done.number == number
        await till.do(Finish())


async def test_a_call_for_help_is_on_the_staff_list(till):
    till.session.call_staff()
    await till.settle()
    assert await till.tasks_open() == ["called"]
    assert till.stage.shown.value.help_code == "A01"
