"""Crepay refuses what is off its clock; and after a reboot nobody may know how late it is."""

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.outcome import Reason
from tests.contract.bench import PRICE, real_ms
from tests.simulator.tills import BALANCE, BARCODE

# -- clocks


async def test_our_clock_is_corrected_by_the_servers(crepay):
    crepay.world.settings(crepay={"window_ms": 60_000, "skew_ms": 200_000})
    await crepay.method.probe()
    attempt = await crepay.sell()

    assert crepay.method.health().ok
    assert attempt.state is State.APPROVED


async def test_a_clock_that_was_wrong_is_right_at_the_next_try(crepay):
    crepay.world.settings(crepay={"window_ms": 60_000})
    # from here on the server disagrees, and only its answer tells
    crepay.clock.set_wall(real_ms() - 3_600_000)
    attempt = await crepay.sell()

    assert attempt.state is State.APPROVED
    assert [one.answer for one in await crepay.operations(attempt)] == ["ZLGN003", "ok"]


@pytest.mark.parametrize(("skew_s", "is_ok"), [(-298, True), (298, True), (-302, False), (302, False)])
async def test_a_clock_more_than_five_minutes_off_stops_new_payments(crepay, skew_s, is_ok):
    crepay.clock.set_wall(real_ms())
    crepay.world.settings(crepay={"skew_ms": skew_s * 1000})
    await crepay.method.probe()

    assert crepay.method.health().ok == is_ok
    assert is_ok or crepay.method.health().reason is Reason.CLOCK_SKEWED


async def test_reversals_go_on_with_a_clock_that_is_off(crepay):
    crepay.world.fault("crepay.checkout", "drop_after")
    attempt, _ = await crepay.charge()
    crepay.world.settings(crepay={"skew_ms": 3_600_000})
    await crepay.method.probe()

    assert (await crepay.settle(attempt.id)).state is State.REVERSED


# -- reboots


async def interrupted_after_the_first_undo(crepay):
    """The server knew nothing of the checkout; then the machine went down, for two minutes."""
    crepay.world.fault("crepay.checkout", "drop_before")
    crepay.clock.set_wall(real_ms() - 120_000)
    attempt, _ = await crepay.charge()
    crepay.clock.crash_in = 1
    await crepay.crash(crepay.settle(attempt.id))
    crepay.clock.reboot("boot-2")
    return attempt


async def seconds_to_settle(crepay, attempt):
    await crepay.restart()
    began_s = crepay.clock.monotonic()
    attempt = await crepay.settle(attempt.id)
    assert attempt.state is State.NOT_CHARGED
    assert crepay.calls.count("cancel-network") == 4
    return crepay.clock.monotonic() - began_s


@pytest.mark.parametrize("off_s", [3600, 15, 0, -200, -3600])
async def test_after_a_reboot_it_counts_from_this_start_whatever_the_clocks_say(crepay, off_s):
    attempt = await interrupted_after_the_first_undo(crepay)
    crepay.clock.set_wall(real_ms() + off_s * 1000)

    assert await seconds_to_settle(crepay, attempt) == 60


async def test_after_a_reboot_with_a_wrong_clock_the_balance_is_read_anew(crepay):
    """The balance of before the checkout is no evidence of after it, whatever the clocks say."""
    crepay.world.fault("crepay.checkout", "drop_before")
    attempt, _ = await crepay.charge()
    crepay.clock.when(60, lambda: setattr(crepay.wire, "crash_before", "/balance"))
    await crepay.crash(crepay.settle(attempt.id))
    crepay.world.coupons({BARCODE: BALANCE - PRICE})
    crepay.clock.reboot("boot-2")
    crepay.clock.set_wall(real_ms() + 3_600_000)
    await crepay.restart()

    attempt = await crepay.settle(attempt.id)

    assert (attempt.state, attempt.reason) == (State.NEEDS_STAFF, Reason.BALANCE_LOWER)
