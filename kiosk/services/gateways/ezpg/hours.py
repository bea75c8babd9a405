"""When banks take transfers. Source: our contract with EzPG, 11."""

from datetime import datetime, time, timedelta

from kiosk.domain.day import KOREA, korean_time
from kiosk.domain.limits import Limits

MINUTE_MS = 60_000


def open_until_ms(now_ms: int, limits: Limits) -> int | None:
    """When banks close next, UTC epoch [ms]; None when they are closed now.

    Args:
        now_ms: UTC epoch [ms].
        limits: From which minute of the day to which they are closed, over midnight too.
    """
    now = korean_time(now_ms)
    minute = now.hour * 60 + now.minute
    closes, opens = limits.ezpg_closes_min, limits.ezpg_opens_min
    is_closed = closes <= minute < opens if closes <= opens else minute >= closes or minute < opens
    if is_closed:
        return None
    day = now.date() if minute < closes else now.date() + timedelta(days=1)
    midnight = datetime.combine(day, time(), KOREA)
    return round(midnight.timestamp() * 1000) + closes * MINUTE_MS


def account_until_ms(now_ms: int, limits: Limits) -> int | None:
    """Until when an account that is asked for now is to take a transfer; None when banks would not for long enough."""
    closes_ms = open_until_ms(now_ms, limits)
    if closes_ms is None or closes_ms - now_ms < limits.ezpg_open_least_s * 1000:
        return None
    return min(closes_ms, now_ms + round(limits.ezpg_open_s * 1000))
