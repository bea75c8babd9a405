import pytest

from kiosk.domain.moment import Stamp, elapsed_s

SINCE = Stamp(wall_ms=1_000_000, monotonic_ms=500_000, boot_id="a")


def later(wall_s, monotonic_s, boot_id="b"):
    return Stamp(SINCE.wall_ms + round(wall_s * 1000), SINCE.monotonic_ms + round(monotonic_s * 1000), boot_id)


@pytest.mark.parametrize("wall_s", [-3600, 0, 30, 3600])
def test_within_one_boot_only_the_monotonic_clock_counts(wall_s):
    now = later(wall_s, 30.5, "a")
    assert elapsed_s(SINCE, now, None) == 30.5
    assert elapsed_s(SINCE, now, now.wall_ms + 10**9) == 30.5


@pytest.mark.parametrize(
    ("wall_s", "server_s", "passed"),
    [
        (60, None, None),
        (60, 60, 60),
        (60, 65, 65),
        (65, 60, 65),
        (60, 70, 70),
        (60, 70.001, None),
        (70.001, 60, None),
        (-5, None, None),
        (-5, 2, 2),
        (-5, -1, 0),
        (-3600, 60, None),
    ],
    ids=str,
)
def test_after_a_reboot_the_larger_of_wall_and_server_counts_unless_they_disagree(wall_s, server_s, passed):
    server_ms = None if server_s is None else SINCE.wall_ms + round(server_s * 1000)
    assert elapsed_s(SINCE, later(wall_s, -400), server_ms) == passed
