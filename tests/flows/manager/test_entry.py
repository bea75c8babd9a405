"""Into manager mode, and out of it: only where nobody pays, only by PIN, and only for what a role may."""

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.domain.people import FIRST, Role
from kiosk.flows.intents import AddProduct, Begin, ChooseLanguage, GoBack, GoPay
from kiosk.flows.manager.intents import Act, Do, GoTo, Knock, Lock, OpenSale, OpenTask, Place, Typed
from kiosk.flows.manager.views import KeysView, SheetView
from kiosk.flows.views import BasketView, MethodsView, StartView
from tests.flows.till import PIN, Till
from tests.support.journal import events


async def test_a_knock_asks_who_it_is_and_then_for_the_pin(till):
    asked = await till.staff_do(Knock())
    assert isinstance(asked, SheetView)
    assert set(till.offered) == {"person_P1", "person_P2"}

    keys = await till.press("person_P1")

    assert isinstance(keys, KeysView)
    assert keys.is_secret


async def test_the_right_pin_opens_the_home_sheet(till):
    await till.enter()
    assert {"place_find", "place_menu", "place_hands_all"} <= set(till.offered)
    assert till.front.is_open


async def test_a_wrong_pin_opens_nothing_and_says_so(till):
    await till.staff_do(Knock())
    await till.press("person_P1")
    keys = await till.type("314159")
    assert isinstance(keys, KeysView)
    assert till.says == "pin.wrong"


async def test_after_five_wrong_ones_the_keys_are_off_for_a_minute_and_a_restart_does_not_help(till):
    await till.staff_do(Knock())
    await till.press("person_P1")
    for _ in range(5):
        keys = await till.type("314159")
    assert keys.wait_s == 60.0

    await till.restart()
    await till.staff_do(Knock())
    keys = await till.press("person_P1")
    assert keys.wait_s == 60.0

    keys = await till.type(PIN.reveal())
    assert isinstance(keys, KeysView), "whoever sends the right one past the keys is not let in either"
    await till.pass_time(60)
    await till.type(PIN.reveal())
    assert "place_find" in till.offered


@pytest.mark.parametrize("back_s", [3_600, 86_400])
async def test_a_clock_set_back_neither_ends_nor_lengthens_the_wait(till, back_s):
    await till.staff_do(Knock())
    await till.press("person_P1")
    for _ in range(5):
        await till.type("314159")
    till.clock.set_wall(till.clock.now_ms() - back_s * 1000)
    keys = await till.type(PIN.reveal())
    assert keys.wait_s == 60.0
    await till.pass_time(60)
    await till.type(PIN.reveal())
    assert "place_find" in till.offered


DIRECT = (
    GoTo(Place.HANDS),
    GoTo(Place.MENU),
    GoTo(Place.PEOPLE),
    GoTo(Place.EXIT),
    OpenSale("K01-1-000001"),
    OpenTask("K01-1-T000001"),
    Do(Act.CANCEL),
    Do(Act.YES),
    Typed(PIN),
)


@pytest.mark.parametrize("signal", DIRECT, ids=repr)
async def test_no_signal_gets_past_the_pin(till, signal):
    """As if a program pressed what no screen shows."""
    await till.staff_do(signal)
    assert isinstance(till.view, StartView)
    await till.staff_do(Knock(), signal)
    assert set(till.offered) == {"person_P1", "person_P2"}
    await till.press("person_P1")
    if not isinstance(signal, Typed):
        assert isinstance(await till.staff_do(signal), KeysView)
    assert till.left == []


async def test_back_from_the_pin_is_not_in(till):
    await till.staff_do(Knock())
    await till.press("person_P1")
    await till.staff_do(GoBack())
    assert set(till.offered) == {"person_P1", "person_P2"}
    await till.staff_do(GoBack())
    assert not till.front.is_open
    await till.staff_do(GoTo(Place.HANDS), GoBack())
    assert not till.front.is_open


async def test_back_at_home_is_nothing_and_lock_is_out(till):
    await till.enter()
    await till.staff_do(GoBack(), GoBack())
    assert "place_find" in till.offered
    assert till.front.is_open


async def test_a_clerk_is_not_offered_what_only_others_may_and_cannot_send_it(till):
    await till.enter("P2")
    await till.press("place_menu")
    assert set(till.offered) == {"place_devices", "place_own_pin"}
    for place in (Place.PEOPLE, Place.EXIT, Place.LOGS, Place.SHOP):
        await till.staff_do(GoTo(place))
        assert set(till.offered) == {"place_devices", "place_own_pin"}


async def test_a_role_taken_away_holds_from_the_next_touch(till):
    other = await till.staff.add("부점장", {Role.MANAGER}, Confidential("161803"), "P1")
    await till.staff.set_pin(other, PIN, other.id)
    await till.enter()
    await till.press("place_menu", "place_people", "person_P1", "role_manager")
    await till.staff_do(GoBack())
    await till.staff_do(GoBack())
    await till.staff_do(GoBack())
    await till.press("place_menu")
    assert "place_people" not in till.offered


# -- where, and what becomes of the customer


async def test_nobody_gets_in_while_somebody_pays(till):
    await till.fill()
    assert isinstance(till.view, MethodsView)
    await till.staff_do(Knock())
    assert not till.front.is_open


async def test_a_basket_waits_beneath_and_does_not_idle_out(till):
    await till.do(Begin())
    await till.do(AddProduct("D001"))
    await till.enter()
    for _ in range(5):
        await till.pass_time(60)
        await till.staff_do(GoTo(Place.HANDS))
        await till.staff_do(GoBack())
    await till.staff_do(Lock())
    assert isinstance(till.front.shown.value.view, BasketView)
    await till.pass_time(59)
    assert till.front.shown.value.idle_left_s is None
    assert len(till.view.lines) == 1


async def test_what_staff_press_is_not_the_customers(till):
    await till.enter()
    await till.staff_do(Begin(), ChooseLanguage("en"), AddProduct("D001"), GoPay())
    assert isinstance(till.view, StartView)
    assert till.stage.language == "ko"


async def test_a_scan_while_staff_are_in_is_not_the_customers(till):
    await till.enter()
    assert till.front.on_code("8809990000012")
    await till.settle()
    assert isinstance(till.view, StartView)
    await till.staff_do(Lock())
    assert not till.front.on_code("8809990000012")


async def test_a_closed_till_lets_staff_in(till):
    till.stage.shut("closed.fault")
    await till.enter()
    assert "place_find" in till.offered


# -- out again


async def test_nothing_of_a_visit_is_shown_to_the_next_or_between(till):
    drawn = []
    till.front.shown.subscribe(lambda shown: drawn.append(shown.view))
    await till.enter()
    await till.staff_do(Lock())
    before = len(drawn)
    await till.staff_do(Knock())
    assert [getattr(view, "title", None) for view in drawn[before:]] == [till.sheet.title]


async def test_lock_is_out(till):
    await till.enter()
    await till.staff_do(Lock())
    assert not till.front.is_open
    assert isinstance(till.front.shown.value.view, StartView)


@pytest.mark.parametrize("room", [(), ("place_find",), ("place_menu", "place_people"), ("place_hands_all",)])
async def test_ninety_seconds_without_a_touch_is_out_wherever_they_are(till, room):
    await till.enter()
    await till.press(*room)
    await till.pass_time(89)
    assert till.front.is_open
    assert till.front.shown.value.idle_left_s is not None, "it is told before"
    await till.pass_time(1)
    assert not till.front.is_open


async def test_a_touch_begins_the_ninety_seconds_anew(till):
    await till.enter()
    await till.pass_time(60)
    await till.press("place_find")
    await till.pass_time(60)
    assert till.front.is_open


# -- the first start, and PINs


async def test_the_very_first_start_wants_a_manager_before_it_sells(tmp_path):
    till = Till(tmp_path, has_staff=True)
    await till.start()
    assert till.front.is_open
    assert set(till.offered) == {"act_new_pin"}
    await till.staff_do(Lock(), Begin())
    assert till.front.is_open, "there is no way around it"
    await till.press("act_new_pin")
    await till.type("123456")
    assert till.says == "pin_flaw.easy"
    await till.type("271828")
    await till.type("271829")
    assert till.says == "pin.differs"
    await till.type("271828")
    await till.type("271828")
    assert till.failures == []
    assert "place_find" in till.offered
    (manager,) = await till.staff.people()
    assert manager.roles == FIRST
    await till.staff_do(Lock())
    await till.restart()
    assert not till.front.is_open
    await till.close()


async def test_a_pin_that_somebody_else_chose_lets_its_owner_in_once_to_choose_another(till):
    await till.enter()
    await till.press("place_menu", "place_people", "act_add", "role_clerk")
    await till.type("161803")
    await till.type("161803")
    await till.staff_do(Lock())

    await till.staff_do(Knock())
    await till.press("person_P3")
    await till.type("161803")
    assert till.sheet.title.key == "pin.choose_own"
    await till.staff_do(GoBack())
    assert not till.front.is_open, "not in without choosing"

    await till.staff_do(Knock())
    await till.press("person_P3")
    await till.type("161803")
    for digits in ("161803", "161803"):
        await till.type(digits)
    assert till.sheet.title.key == "pin_flaw.same"
    for digits in ("141421", "141421"):
        await till.type(digits)
    assert "place_find" in till.offered


async def test_nothing_typed_reaches_the_journal(till, tmp_path):
    await till.staff_do(Knock())
    await till.press("person_P1")
    await till.type("314159")
    await till.type(PIN.reveal())
    assert "314159" not in str(events(tmp_path))
    assert PIN.reveal() not in str(events(tmp_path))


async def test_every_try_is_written_down(till, tmp_path):
    await till.staff_do(Knock())
    await till.press("person_P1")
    await till.type("314159")
    await till.type(PIN.reveal())
    tried = [body["is_right"] for kind, body in events(tmp_path) if kind == "PinTried"]
    assert tried == [False, False, True], "each counts as wrong before it is looked at"
