"""Until when an account is open: every minute around the closed hours, and hours that do not go over midnight."""

from datetime import datetime, time

import pytest

from kiosk.domain.day import KOREA
from kiosk.domain.limits import Limits
from kiosk.services.gateways.ezpg.arrangement import Arrangement

LIMITS = Limits()


def at(text):
    """A moment of Korean time, UTC epoch [ms]."""
    return round(datetime.fromisoformat(text).replace(tzinfo=KOREA).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "closes"),
    [
        ("2026-11-29T00:29:59", None),
        ("2026-11-29T00:30:00", "2026-11-29T23:30:00"),
        ("2026-11-29T12:00:00", "2026-11-29T23:30:00"),
        ("2026-11-29T23:29:59", "2026-11-29T23:30:00"),
        ("2026-11-29T23:30:00", None),
        ("2026-11-29T23:59:59", None),
        ("2026-11-30T00:00:00", None),
    ],
)
def test_banks_close_before_midnight_and_open_after_it(now, closes):
    assert Arrangement().open_until_ms(at(now)) == (None if closes is None else at(closes))


@pytest.mark.parametrize(
    ("now", "closes"),
    [
        ("2026-11-29T01:59:59", "2026-11-29T02:00:00"),
        ("2026-11-29T02:00:00", None),
        ("2026-11-29T03:59:59", None),
        ("2026-11-29T04:00:00", "2026-11-30T02:00:00"),
    ],
)
def test_a_bank_that_closes_in_the_night_only(now, closes):
    arrangement = Arrangement(closes=time(2), opens=time(4))
    assert arrangement.open_until_ms(at(now)) == (None if closes is None else at(closes))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-29T12:00:00", "2026-11-29T12:10:00"),
        ("2026-11-29T23:20:00", "2026-11-29T23:30:00"),
        ("2026-11-29T23:21:00", "2026-11-29T23:30:00"),
        ("2026-11-29T23:27:00", "2026-11-29T23:30:00"),
        ("2026-11-29T23:27:01", None),
        ("2026-11-29T23:45:00", None),
    ],
)
def test_an_account_is_open_for_ten_minutes_or_until_banks_close_or_not_at_all(now, until):
    assert Arrangement().account_until_ms(at(now), LIMITS) == (None if until is None else at(until))
