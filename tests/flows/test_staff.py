"""Who works here: PINs, what roles may be taken, and the lock-out that neither a kill nor a clock gets around."""

import asyncio

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.domain.people import FIRST, LOCK_S, Person, PinFlaw, Role
from kiosk.flows.staff import Refused, Staff
from kiosk.services.pins import Argon2Pins, Cost
from tests.support.clock import FakeClock
from tests.support.journal import AtOnce, events, opened

RIGHT, WRONG = Confidential("271828"), Confidential("314159")


async def at_once(work, *values):
    return work(*values)


def staff_of(journal, clock):
    return Staff(journal, Argon2Pins(at_once, Cost(passes=1, kib=8)), clock)


@pytest.fixture
async def clock():
    return FakeClock()


@pytest.fixture
async def staff(tmp_path, clock):
    async with opened(tmp_path, clock, AtOnce()) as journal:
        yield staff_of(journal, clock)


@pytest.fixture
async def manager(staff):
    return await staff.add("점장", FIRST, RIGHT, "")


async def wrong(staff, times, person="P1"):
    for _ in range(times):
        last = await staff.enter(person, WRONG)
    return last


async def test_the_right_pin_lets_its_owner_in(staff, manager):
    assert isinstance(await staff.enter("P1", RIGHT), Person)


async def test_the_first_person_chose_their_own_pin(staff, manager):
    assert (await staff.person("P1")).is_pin_given is False


async def test_the_pin_stands_nowhere_in_the_journal(staff, manager, tmp_path):
    await staff.enter("P1", RIGHT)
    assert "271828" not in str(events(tmp_path))
    assert "argon2" not in str(events(tmp_path)), "it is sealed besides"


@pytest.mark.parametrize("person", ["P1", "P9", ""])
async def test_a_wrong_pin_or_nobody_is_refused(staff, manager, person):
    assert await staff.enter(person, WRONG) == Refused(0.0)


async def test_after_five_wrong_ones_even_the_right_one_has_to_wait(staff, manager, clock):
    assert await wrong(staff, 5) == Refused(LOCK_S)
    assert await staff.enter("P1", RIGHT) == Refused(LOCK_S)
    clock.advance(LOCK_S - 1)
    assert await staff.enter("P1", RIGHT) == Refused(1.0)
    clock.advance(1)
    assert isinstance(await staff.enter("P1", RIGHT), Person)


async def test_what_is_typed_while_locked_neither_counts_nor_is_looked_at(staff, manager, clock):
    await wrong(staff, 30)
    assert (await staff.person("P1")).wrong == 5


async def test_each_further_wrong_one_doubles_the_wait(staff, manager, clock):
    await wrong(staff, 5)
    clock.advance(LOCK_S)
    assert await wrong(staff, 1) == Refused(2 * LOCK_S)


async def test_a_right_one_forgets_the_wrong_ones(staff, manager):
    await wrong(staff, 4)
    await staff.enter("P1", RIGHT)
    assert await wrong(staff, 4) == Refused(0.0)


async def test_one_persons_lock_out_is_not_anothers(staff, manager):
    await staff.add("직원", {Role.CLERK}, RIGHT, "P1")
    await wrong(staff, 5)
    assert isinstance(await staff.enter("P2", RIGHT), Person)


async def test_many_tries_at_once_are_one_after_the_other(tmp_path, clock):
    async with opened(tmp_path, clock) as journal:
        staff = staff_of(journal, clock)
        await staff.add("점장", FIRST, RIGHT, "")
        await asyncio.gather(*(staff.enter("P1", WRONG) for _ in range(20)))
        assert (await staff.person("P1")).wrong == 5


async def test_a_restart_does_not_end_the_wait(tmp_path, clock):
    async with opened(tmp_path, clock, AtOnce()) as journal:
        staff = staff_of(journal, clock)
        await staff.add("점장", FIRST, RIGHT, "")
        await wrong(staff, 5)
    async with opened(tmp_path, clock, AtOnce()) as journal:
        assert await staff_of(journal, clock).enter("P1", RIGHT) == Refused(LOCK_S)


@pytest.mark.parametrize("shift_s", [-86_400, 86_400, 0], ids=["back", "forward", "as it is"])
async def test_neither_a_reboot_nor_a_set_clock_ends_the_wait_or_makes_it_longer(tmp_path, clock, shift_s):
    async with opened(tmp_path, clock, AtOnce()) as journal:
        staff = staff_of(journal, clock)
        await staff.add("점장", FIRST, RIGHT, "")
        await wrong(staff, 5)
    clock.reboot("boot-2")
    clock.set_wall(clock.now_ms() + shift_s * 1000)
    async with opened(tmp_path, clock, AtOnce()) as journal:
        staff = staff_of(journal, clock)
        assert await staff.enter("P1", RIGHT) == Refused(LOCK_S)
        clock.advance(LOCK_S)
        assert isinstance(await staff.enter("P1", RIGHT), Person)


async def test_whoever_pulls_the_plug_before_the_answer_has_used_up_a_try(tmp_path, clock):
    class PluggedOutError(Exception):
        pass

    async def pulled(work, *values):
        raise PluggedOutError

    async with opened(tmp_path, clock, AtOnce()) as journal:
        await staff_of(journal, clock).add("점장", FIRST, RIGHT, "")
        staff = Staff(journal, Argon2Pins(pulled), clock)
        for _ in range(5):
            with pytest.raises(PluggedOutError):
                await staff.enter("P1", RIGHT)
        assert await staff_of(journal, clock).enter("P1", RIGHT) == Refused(LOCK_S)


# -- who they are


async def test_a_pin_that_somebody_else_chose_is_marked_until_its_owner_chooses(staff, manager):
    clerk = await staff.add("직원", {Role.CLERK}, WRONG, "P1")
    assert clerk.is_pin_given
    assert await staff.set_pin(clerk, WRONG, clerk.id) is PinFlaw.SAME
    assert await staff.set_pin(clerk, RIGHT, clerk.id) is None
    assert (await staff.person(clerk.id)).is_pin_given is False
    assert await staff.enter(clerk.id, WRONG) == Refused(0.0)


async def test_another_pin_ends_the_lock_out(staff, manager):
    clerk = await staff.add("직원", {Role.CLERK}, RIGHT, "P1")
    await wrong(staff, 6, clerk.id)
    assert await staff.set_pin(clerk, WRONG, "P1") is None
    assert isinstance(await staff.enter(clerk.id, WRONG), Person)


@pytest.mark.parametrize("pin", ["123456", "12345", "abcdef"])
async def test_a_bad_pin_is_not_taken(staff, manager, pin):
    assert isinstance(await staff.add("직원", {Role.CLERK}, Confidential(pin), "P1"), PinFlaw)
    assert await staff.set_pin(manager, Confidential(pin), "P1") is not None
    assert len(await staff.people()) == 1


async def test_who_has_left_does_not_get_in_and_is_not_shown(staff, manager):
    clerk = await staff.add("직원", {Role.CLERK}, RIGHT, "P1")
    assert await staff.remove(clerk, "P1")
    assert await staff.enter(clerk.id, RIGHT) == Refused(0.0)
    assert [one.id for one in await staff.people()] == ["P1"]


async def test_the_last_manager_stays_one(staff, manager):
    await staff.add("직원", {Role.CLERK}, RIGHT, "P1")
    assert not await staff.remove(manager, "P1")
    assert not await staff.choose_roles(manager, {Role.ENGINEER}, "P1")
    assert not await staff.choose_roles(manager, (), "P1")
    other = await staff.add("부점장", {Role.MANAGER}, RIGHT, "P1")
    assert await staff.choose_roles(manager, {Role.ENGINEER}, "P1")
    assert not await staff.remove(other, "P1")
    assert (await staff.person("P1")).roles == {Role.ENGINEER}
