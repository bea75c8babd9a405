import pytest

from kiosk.domain.moment import Stamp, passed_s

SINCE = Stamp(wall_ms=1_000_000, monotonic_ms=500_000, boot_id="a")
STARTED = Stamp(wall_ms=2_000_000, monotonic_ms=520_000, boot_id="a")
HOUR_MS = 3_600_000


@pytest.mark.parametrize("wall_ms", [0, 1_030_500, HOUR_MS])
def test_within_one_boot_only_the_monotonic_clock_counts(wall_ms):
    assert passed_s(SINCE, Stamp(wall_ms, 530_500, "a"), STARTED) == 30.5


@pytest.mark.parametrize("wall_ms", [0, 1_060_000, SINCE.wall_ms + HOUR_MS, 10**12])
def test_of_another_boot_it_counts_from_this_start_whatever_the_wall_clock_says(wall_ms):
    started = Stamp(wall_ms, 7_000, "b")

    assert passed_s(SINCE, Stamp(wall_ms, 7_000, "b"), started) == 0
    assert passed_s(SINCE, Stamp(wall_ms + 9_500, 16_500, "b"), started) == 9.5
