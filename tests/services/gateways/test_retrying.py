"""When to try again."""

import pytest

from kiosk.services.gateways.retrying import wait_s

LADDER = (2.0, 5.0, 15.0)


@pytest.mark.parametrize(
    ("tries", "since_last_s", "wait"),
    [(1, 0, 2), (1, 1.5, 0.5), (1, 2, 0), (1, 99, 0), (2, 0, 5), (3, 0, 15), (4, 0, 15), (99, 10, 5)],
)
def test_each_try_waits_its_rung_and_the_last_one_repeats(tries, since_last_s, wait):
    assert wait_s(LADDER, tries, since_last_s) == wait
