"""How much time has passed, after restarts and reboots too, and when to try again."""

import pytest

from kiosk.services.gateways.retrying import Ages, wait_s
from tests.support.clock import FakeClock

LADDER = (2.0, 5.0, 15.0)


@pytest.mark.parametrize(
    ("tries", "since_last_s", "wait"),
    [(1, 0, 2), (1, 1.5, 0.5), (1, 2, 0), (1, 99, 0), (2, 0, 5), (3, 0, 15), (4, 0, 15), (99, 10, 5)],
)
def test_each_try_waits_its_rung_and_the_last_one_repeats(tries, since_last_s, wait):
    assert wait_s(LADDER, tries, since_last_s) == wait


@pytest.fixture
def clock():
    return FakeClock()


def test_within_one_boot_the_clock_that_nobody_sets_counts(clock):
    ages, moment = Ages(clock), clock.stamp()
    clock.advance(12.5)
    clock.set_wall(0)

    assert ages.since(moment, server_ahead_ms=86_400_000) == 12.5


def test_a_restart_of_the_program_changes_nothing(clock):
    moment = clock.stamp()
    clock.advance(10)

    assert Ages(clock).since(moment, None) == 10


@pytest.mark.parametrize(("ahead_ms", "age_s"), [(0, 70), (4_000, 74), (-4_000, 70), (10_000, 80), (-10_000, 70)])
def test_after_a_reboot_it_is_the_larger_of_wall_clock_and_servers_clock(clock, ahead_ms, age_s):
    moment = clock.stamp()
    clock.advance(10)
    clock.reboot("boot-2", off_s=60)

    assert Ages(clock).since(moment, ahead_ms) == age_s


@pytest.mark.parametrize("ahead_ms", [10_001, -10_001, 86_400_000])
def test_after_a_reboot_clocks_that_differ_are_not_believed_and_it_counts_from_this_start(clock, ahead_ms):
    moment = clock.stamp()
    clock.reboot("boot-2", off_s=3600)
    ages = Ages(clock)
    assert ages.since(moment, ahead_ms) == 0
    clock.advance(7)

    assert ages.since(moment, ahead_ms) == 7


@pytest.mark.parametrize("off_s", [60, 3600, -3600])
def test_after_a_reboot_it_counts_from_this_start_until_the_server_was_heard(clock, off_s):
    moment = clock.stamp()
    clock.reboot("boot-2", off_s=off_s)
    ages = Ages(clock)
    clock.advance(7)

    assert ages.since(moment, None) == 7
