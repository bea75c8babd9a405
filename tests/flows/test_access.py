"""The aids: switched whatever is being asked, kept for one customer, and with more time where more is needed."""

import pytest

from kiosk.flows.access import USUAL, Access, Aid
from kiosk.flows.intents import Begin, Finish, Resume, SwitchAid
from kiosk.flows.views import BasketView, DoneView, MethodsView, StartView


@pytest.mark.parametrize("aid", list(Aid))
def test_an_aid_is_switched_on_and_off_and_leaves_the_others(aid):
    on = USUAL.switched(aid)
    assert [other for other in Aid if on.has(other)] == [aid]
    assert on.switched(aid) == USUAL


async def test_an_aid_can_be_switched_before_and_during_a_sale(till):
    await till.do(SwitchAid(Aid.CONTRAST))
    assert isinstance(till.view, StartView)
    await till.do(Begin())
    await till.do(SwitchAid(Aid.LARGE_PRINT))
    assert isinstance(till.view, BasketView)
    assert till.stage.shown.value.access == Access(large_print=True, contrast=True)


async def test_the_next_customer_finds_no_aid_switched_on(till):
    await till.do(SwitchAid(Aid.LOW))
    await till.fill()
    await till.pay_ceos()
    assert till.stage.shown.value.access == Access(low=True)
    await till.do(Finish())
    assert till.stage.shown.value.access == USUAL


@pytest.mark.parametrize("aid", [Aid.LARGE_PRINT, Aid.VOICE])
async def test_who_reads_large_print_or_listens_has_twice_as_long(till, aid):
    await till.do(SwitchAid(aid))
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(2 * till.pace.read_s - 1)
    assert isinstance(till.view, DoneView)
    await till.pass_time(2)
    assert isinstance(till.view, StartView)


async def test_they_are_asked_later_whether_they_are_there_and_have_longer_to_answer(till):
    await till.do(SwitchAid(Aid.VOICE))
    await till.fill()
    await till.pass_time(2 * till.pace.idle_s - 1)
    assert till.stage.shown.value.idle_left_s is None
    await till.pass_time(2)
    assert till.stage.shown.value.idle_left_s == 2 * till.pace.warning_s
    await till.pass_time(2 * till.pace.warning_s - 3)
    assert isinstance(till.view, MethodsView)


async def test_going_on_can_be_chosen_as_often_as_one_likes(till):
    await till.fill()
    for _ in range(12):
        await till.pass_time(till.pace.idle_s + 1)
        assert till.stage.shown.value.idle_left_s == till.pace.warning_s >= 20
        await till.do(Resume())
        assert isinstance(till.view, MethodsView)


async def test_who_switches_an_aid_is_there(till):
    await till.fill()
    await till.pass_time(till.pace.idle_s - 1)
    await till.do(SwitchAid(Aid.CONTRAST))
    await till.pass_time(till.pace.idle_s - 1)
    assert till.stage.shown.value.idle_left_s is None
    await till.pass_time(2)
    assert till.stage.shown.value.idle_left_s is not None


async def test_an_aid_can_be_switched_on_a_till_that_is_shut(till):
    till.stage.shut("closed.fault")
    await till.do(SwitchAid(Aid.CONTRAST))
    assert till.stage.shown.value.access.contrast
