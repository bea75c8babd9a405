"""Devices with live tests, log lines without secrets, the shop at the relay, who works here, and leaving."""

import json

import pytest

from kiosk.domain.people import Role
from kiosk.domain.ports import PrinterState
from kiosk.domain.told import Tone
from kiosk.flows.intents import GoBack, Scanned
from kiosk.flows.manager.intents import Act, Choose, Do, Lock
from kiosk.flows.manager.views import KeysView
from kiosk.flows.manager.visit import Leaving
from kiosk.services.logs import FILE_NAME
from tests.flows.till import COUPON
from tests.support.journal import events


async def go(till, place, person="P1"):
    await till.enter(person)
    return await till.press("place_menu", f"place_{place}")


# -- devices


async def test_the_printer_is_tried_by_a_touch(till):
    await go(till, "devices")
    await till.press("device_printer")
    await till.pass_time(2)
    assert till.says == "devices.printed"
    assert [name for name in till.paper.printed if name.startswith("test-")]


async def test_a_printer_that_is_out_of_order_is_said(till):
    till.paper.is_broken = True
    await go(till, "devices")
    await till.press("device_printer")
    assert till.says == "devices.not_printed"
    assert till.rows["device_printer"].right.key == "device_state.not_printed"


@pytest.mark.parametrize(
    ("state", "said", "tone"),
    [
        (PrinterState.READY, "device_state.ready", Tone.DONE),
        (PrinterState.PAPER_LOW, "device_state.paper_low", Tone.DONE),
        (PrinterState.PAPER_OUT, "print_problem.paper_out", Tone.ACT),
        (PrinterState.SILENT, "print_problem.silent", Tone.ACT),
        (PrinterState.UNTOLD, "device_state.untried", None),
    ],
)
async def test_staff_see_how_the_printer_says_it_is(till, state, said, tone):
    till.paper.tells = state
    await go(till, "devices")
    row = till.rows["device_printer"]
    assert (row.right.key, row.tone) == (said, tone)


async def test_a_payment_system_is_tried_by_a_touch(till):
    await go(till, "devices")
    await till.press("health_ceos")
    assert till.says == "devices.reached"
    till.is_cut_off = True
    await till.press("health_ceos")
    assert till.says == "devices.not_reached"


async def test_a_scan_says_what_was_read_and_never_the_code(till):
    await go(till, "devices")
    sheet = await till.staff_do(Scanned(COUPON))
    assert sheet.notice.words.params["kind"].key == "scanned.coupon_code"
    assert COUPON not in repr(sheet)


# -- log


async def test_engineers_read_the_log_newest_first_without_what_is_secret(till, tmp_path):
    lines = [
        {"event": "first", "level": "info", "utc": "2026-01-01T00:00:00.1Z", "coupon": COUPON},
        {"event": "second", "level": "error", "utc": "2026-01-01T00:00:01.1Z", "phone": "010-1234-5678"},
    ]
    (tmp_path / FILE_NAME).write_text("half a line\n" + "\n".join(map(json.dumps, lines)), "utf-8")
    sheet = await go(till, "logs")
    shown = [row.title for row in till.rows.values()]
    assert [one.split()[0] for one in shown] == ["second", "first"]
    assert COUPON not in repr(sheet)
    assert "1234" not in repr(sheet)


async def test_reading_the_log_is_written_down(till, tmp_path):
    await go(till, "logs")
    assert ("StaffDid", {"by": "P1", "deed": "logs", "order_id": "", "facts": {}}) in events(tmp_path)


# -- the shop


async def test_the_shop_at_the_relay_is_told(till):
    await go(till, "shop")
    await till.settle()
    assert {"loyalty_name", "loyalty_state", "loyalty_withdrawal"} <= set(till.rows)


async def test_a_relay_that_is_not_there_is_said_and_nothing_is_made_up(till):
    await till.enter()
    await till.press("place_menu")
    till.is_cut_off = True
    await till.press("place_shop")
    await till.settle()
    assert till.rows == {}
    assert [section.empty.key for section in till.sheet.sections] == ["shop.not_reached"]


# -- people


async def test_roles_are_switched_by_a_touch_and_the_last_manager_stays(till):
    await go(till, "people")
    await till.press("person_P2", "role_manager")
    assert (await till.staff.person("P2")).roles == {Role.CLERK, Role.MANAGER}
    await till.press("role_clerk")
    assert (await till.staff.person("P2")).roles == {Role.MANAGER}
    await till.press("role_manager")
    assert till.says == "people.last", "a person has a role"


async def test_a_manager_cannot_remove_themselves_or_the_last_manager(till):
    await go(till, "people")
    await till.press("person_P1", "act_remove")
    assert till.says == "people.last"
    assert len(await till.staff.people()) == 2


async def test_who_has_left_is_gone_from_the_door(till):
    await go(till, "people")
    await till.press("person_P2", "act_remove")
    assert till.says == "people.removed"
    await till.staff_do(Lock())
    await till.enter()
    assert "place_find" in till.offered, "there is only one left, who is not asked who they are"


async def test_a_new_pin_for_somebody_is_typed_twice_and_lets_them_in_once(till):
    await go(till, "people")
    await till.press("person_P2", "act_new_pin")
    await till.type("161803")
    await till.type("161803")
    assert till.says == "pin.given"
    assert (await till.staff.person("P2")).is_pin_given


async def test_anybody_changes_their_own_pin(till):
    await go(till, "own_pin", "P2")
    assert isinstance(till.sheet, KeysView)
    await till.type("123456")
    assert till.says == "pin_flaw.easy"
    for _ in range(2):
        await till.type("161803")
    assert till.says == "pin.changed"
    assert not (await till.staff.person("P2")).is_pin_given


# -- leaving


@pytest.mark.parametrize("how", Leaving)
async def test_leaving_is_written_down_and_done(till, how, tmp_path):
    await go(till, "exit")
    await till.press(f"leave_{how}")
    assert till.left == [how]
    assert ("StaffDid", {"by": "P1", "deed": "exit", "order_id": "", "facts": {"how": how}}) in events(tmp_path)


async def test_a_clerk_does_not_leave_the_program(till):
    await till.enter("P2")
    await till.press("place_menu")
    await till.staff_do(Choose("exit"), Do(Act.YES), GoBack())
    assert till.left == []
