"""What a store has agreed with EzPG, and until when an account is open. Source: our contract with EzPG, 9 and 11."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from kiosk.domain.day import KOREA, korean_time
from kiosk.domain.limits import Limits

MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How transfers are taken and given back in this store.

    Attributes:
        bank: Code of the bank at which accounts are asked for; "" leaves it to EzPG.
        closes: From when on banks take no transfers, Korean time.
        opens: Until when, over midnight too.
        tolerance: By how much a transfer may differ from what was asked and still pay it [won].
        least: Less is not paid out [won].
    """

    bank: str = ""
    closes: time = time(23, 30)
    opens: time = time(0, 30)
    tolerance: int = 0
    least: int = 10_000

    def open_until_ms(self, now_ms: int) -> int | None:
        """When banks close next, UTC epoch [ms]; None when they are closed now.

        Args:
            now_ms: UTC epoch [ms].
        """
        now = korean_time(now_ms)
        at = now.time()
        over_midnight = self.closes > self.opens
        is_closed = at >= self.closes or at < self.opens if over_midnight else self.closes <= at < self.opens
        if is_closed:
            return None
        day = now.date() if at < self.closes else now.date() + timedelta(days=1)
        return round(datetime.combine(day, self.closes, KOREA).timestamp() * 1000)

    def account_until_ms(self, now_ms: int, limits: Limits) -> int | None:
        """Until when an account that is asked for now is open; None when banks would not take a transfer for long."""
        closes_ms = self.open_until_ms(now_ms)
        if closes_ms is None or closes_ms - now_ms < limits.ezpg_open_least_s * 1000:
            return None
        return min(closes_ms, now_ms + round(limits.ezpg_open_s * 1000))
