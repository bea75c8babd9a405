from datetime import UTC, datetime

import pytest

from kiosk.domain.day import business_day


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-01-01T14:59:59.999", "2026-01-01"),
        ("2026-01-01T15:00:00", "2026-01-02"),
        ("2026-07-01T14:59:59", "2026-07-01"),
        ("2026-07-01T15:00:00", "2026-07-02"),
        ("1970-01-01T00:00:00", "1970-01-01"),
    ],
)
def test_a_day_begins_at_korean_midnight_in_summer_and_winter(utc, day):
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert business_day(round(moment.timestamp() * 1000)) == day
