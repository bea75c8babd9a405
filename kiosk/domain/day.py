"""The business day (ours): Korean time, by the till's own clock."""

from datetime import UTC, datetime, timedelta, timezone

KOREA = timezone(timedelta(hours=9), "KST")
"""Korean time has no summer time, so a fixed offset is right."""


def korean_time(wall_ms: int) -> datetime:
    """Date and time in Korea of a moment.

    Args:
        wall_ms: UTC epoch [ms].
    """
    return datetime.fromtimestamp(wall_ms / 1000, UTC).astimezone(KOREA)


def business_day(wall_ms: int) -> str:
    """The Korean day of a moment, "YYYY-MM-DD".

    Args:
        wall_ms: UTC epoch [ms].
    """
    return korean_time(wall_ms).date().isoformat()
