"""EzPG's balance and lists for staff, beside the journal. Source: our contract with EzPG, 13; facts of EzPG, 4.3."""

from datetime import date, timedelta
from typing import Final

from kiosk.domain.day import business_day
from kiosk.domain.money import Money, won
from kiosk.domain.refund import RefundState
from kiosk.domain.transfers import Figure, Kept, TransferDay
from kiosk.services.gateways.ezpg.answers import Answer
from kiosk.services.gateways.ezpg.client import EzpgClient
from kiosk.services.gateways.ezpg.matching import match_deposits, match_withdrawals, newest_first


class EzpgBooks:
    """Keeps the TransferBooks port (domain/ports.py). Moves nothing and writes nothing."""

    method: Final = "ezpg"

    def __init__(self, client: EzpgClient) -> None:
        self._client = client

    async def of_day(self, day: str, kept: Kept) -> TransferDay:
        """A day's transfers of this till, beside what the journal has. What is not told is said to be so.

        The lists are read from the day before to the day after: what came around midnight may be dated on either. What
        was found on that day is looked for from the day on which its account was issued.

        Args:
            day: Korean day, "YYYY-MM-DD".
            kept: What the journal has of the transfers that may have to do with it.
        """
        before, after = _beside(day, -1), _beside(day, 1)
        balance = await self._balance()
        deposits = await self._client.deposits("", "", _wired(min(before, *_issued_for(day, kept))), _wired(after))
        withdrawals = await self._client.withdrawals(_wired(min(before, *_asked_for(day, kept))), _wired(after))
        came_is_read, went_is_read = deposits.answer is Answer.LISTED, withdrawals.answer is Answer.LISTED
        came = match_deposits(day, deposits.rows if came_is_read else None, kept)
        went = match_withdrawals(day, withdrawals.rows if went_is_read else None, kept)
        return TransferDay(
            balance=balance,
            deposits=Figure(came.there if came_is_read else None, came.here),
            corrected=Figure(came.corrected_there if came_is_read else None, came.corrected_here),
            withdrawals=Figure(went.there if went_is_read else None, went.here),
            movements=newest_first((*came.movements, *went.movements)),
            others=came.others + went.others,
        )

    async def _balance(self) -> Money | None:
        """The shop's own; a login of the head office is told others' too."""
        told = await self._client.balance() or ()
        mine = [one for one in told if one.merchant == self._client.account.merchant]
        return won(mine[0].total) if mine else None


def _issued_for(day: str, kept: Kept) -> list[str]:
    """The day itself, and those on which accounts were issued of which something was found on it.

    A till that was off finds days later what came.
    """
    found = {one.attempt_id for one in kept.findings if business_day(one.recorded.wall_ms) == day}
    return [day, *(business_day(one.began.wall_ms) for one in kept.attempts if one.id in found)]


def _asked_for(day: str, kept: Kept) -> list[str]:
    """The day itself, and those on which was asked for what was paid out on it: the list may have it under either."""
    done = (one for one in kept.refunds if one.state is RefundState.DONE)
    return [day, *(business_day(one.asked.wall_ms) for one in done if business_day(one.changed.wall_ms) == day)]


def _beside(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _wired(day: str) -> str:
    """A day as the lists want it."""
    return day.replace("-", "")
