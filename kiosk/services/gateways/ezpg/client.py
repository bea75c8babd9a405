"""EzPG's HTTP calls, one method each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.domain.confidential import Confidential
from kiosk.domain.limits import Limits
from kiosk.domain.moment import Stamp
from kiosk.domain.operation import Permit
from kiosk.domain.ports import Clock
from kiosk.services.gateways.ezpg import rows, wire
from kiosk.services.gateways.ezpg.answers import (
    Answer,
    Balance,
    Deposits,
    Issued,
    Recent,
    Taken,
    Terms,
    Withdrawals,
)
from kiosk.services.gateways.ezpg.fields import Fields
from kiosk.services.gateways.ezpg.rows import Page
from kiosk.services.gateways.ezpg.session import Login, Session
from kiosk.services.http import HttpAnswer, Line, NoAnswer, NotReached, NotSentWhy, Reply

PAGES_MAX: Final = 50
"""A longer list is not read: with PAGE_LARGEST, 5,000 transactions of a shop in the days that were asked for."""

READINGS_MAX: Final = 3
"""How often a list is read from its beginning because it changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks.

    Attributes:
        merchant: The shop, as EzPG knows it.
        login: The till's own; it may issue and read.
        staff: Whose six digits let money out; None where transfers are not given back here.
        key: The shop's, which every withdrawal carries; None likewise.
    """

    merchant: str
    login: Login
    staff: Login | None = None
    key: Confidential | None = None


class EzpgClient:
    """Asks and sends.

    Args:
        line: To EzPG.
        account: Who asks.
        clock: Ours.
        limits: The limits in force.
    """

    def __init__(self, line: Line, account: Account, clock: Clock, limits: Limits) -> None:
        self._line = line
        self._clock = clock
        self.account = account
        self._limits = limits
        self._till = Session(line, account.login, clock, limits, self._hear)
        self._staff = None if account.staff is None else Session(line, account.staff, clock, limits, self._hear)
        self.reachable = True
        self._heard: tuple[int, Stamp] | None = None
        """What EzPG's clock showed when it was last heard, and when that was."""

    @property
    def there_ms(self) -> int:
        """What EzPG's clock shows now, whatever ours was set to since it was heard; ours before. UTC epoch [ms]."""
        if self._heard is None:
            return self._clock.now_ms()
        shown_ms, heard = self._heard
        return shown_ms + round(self._clock.elapsed(heard) * 1000)

    @property
    def ahead_ms(self) -> int | None:
        """How far EzPG's clock is ahead of ours [ms]; None when it has not been heard."""
        return None if self._heard is None else self.there_ms - self._clock.now_ms()

    @property
    def is_refused(self) -> bool:
        """The till's own name and password were refused when they were last tried."""
        return self._till.is_refused

    @property
    def has_session(self) -> bool:
        """The till is logged in, as far as is known."""
        return self._till.is_open

    @property
    def resting_s(self) -> float:
        """How long nothing can be asked, because the till's login was refused a short while ago [s]."""
        return self._till.resting_s

    async def probe(self) -> bool:
        """Reach the server; and log in, unless that is done or was just refused."""
        if self._till.is_open or self._till.resting_s:
            self._hear(await self._line.ask("/", {}, self._limits.ezpg_ask_s))
        else:
            await self._till.open()
        return self.reachable

    # -- what changes something

    async def issue(self, permit: Permit) -> Issued:
        """Have an account made. Source: 'issue'."""
        reply = await self._send(permit)
        if isinstance(reply, HttpAnswer):
            return wire.read_issue(reply.status, reply.json_object(), permit.request.body)
        return Issued(_nothing(reply))

    async def close(self, permit: Permit) -> Answer:
        """Let an account take no more money. Ours."""
        reply = await self._send(permit)
        if isinstance(reply, HttpAnswer):
            return wire.read_close(reply.status, reply.json_object(), permit.request.body)
        return _nothing(reply)

    async def withdraw(self, permit: Permit) -> Taken:
        """Pay out, in the name of the staff who are logged in; without them nothing is sent. Source: 'withdrawal'."""
        if self._staff is None or not self._staff.is_open:
            return Taken(Answer.SIGNED_OUT)
        reply = await self._staff.send(permit)
        if isinstance(reply, HttpAnswer):
            return wire.read_withdraw(reply.status, reply.json_object(), permit.request.body)
        return Taken(_nothing(reply))

    # -- staff

    async def staff_sign_in(self, otp: Confidential) -> Answer:
        """Log staff in with the six digits that their telephone shows. Source: 'login', 'OTP'.

        Returns:
            SIGNED_IN; SIGNED_OUT when the digits are wrong; REFUSED when the configured account is, or there is none.
        """
        return Answer.REFUSED if self._staff is None else await self._staff.open_with_digits(otp)

    def has_staff_session(self) -> bool:
        """Staff are logged in, as far as is known."""
        return self._staff is not None and self._staff.is_open

    def staff_sign_out(self) -> None:
        """Forget their login."""
        if self._staff is not None:
            self._staff.close()

    # -- questions

    async def deposits(self, account: str, moid: str, since_day: str, until_day: str) -> Deposits:
        """What came into an account; all pages, or nothing. Source: 'deposit list'.

        Args:
            account: Its number; "" for all of the shop's.
            moid: Our own id of it, or "".
            since_day: First Korean day, YYYYMMDD.
            until_day: Last Korean day, YYYYMMDD.
        """
        merchant = self.account.merchant

        def path(page: int) -> str:
            return wire.deposits_path(merchant, account, moid, since_day, until_day, page)

        listed = await self._list(path, "depositList", "deposits")
        if isinstance(listed, Answer):
            return Deposits(listed)
        found = rows.read_deposits(listed, merchant, account)
        return Deposits(Answer.NO_ANSWER) if found is None else Deposits(Answer.LISTED, *found)

    async def withdrawals(self, since_day: str, until_day: str) -> Withdrawals:
        """What the shop had paid out; all pages, or nothing. Source: 'withdrawal list'.

        Args:
            since_day: First Korean day, YYYYMMDD.
            until_day: Last Korean day, YYYYMMDD.
        """
        merchant = self.account.merchant

        def path(page: int) -> str:
            return wire.withdrawals_path(merchant, since_day, until_day, page)

        listed = await self._list(path, "withdrawalList", "withdrawals")
        if isinstance(listed, Answer):
            return Withdrawals(listed)
        found = rows.read_withdrawals(listed, merchant)
        return Withdrawals(Answer.NO_ANSWER) if found is None else Withdrawals(Answer.LISTED, *found)

    async def balance(self) -> tuple[Balance, ...] | None:
        """What the shop has at EzPG; None when it is not told. Source: 'balance'."""
        fields = await self._ask(wire.about_path(wire.BALANCE, self.account.merchant))
        return None if isinstance(fields, Answer) else rows.read_balances(fields)

    async def recent(self) -> tuple[Recent, ...] | None:
        """The youngest transactions; None when they are not told. Source: 'recent'."""
        fields = await self._ask(wire.about_path(wire.RECENT, self.account.merchant, transactionType="all"))
        return None if isinstance(fields, Answer) else rows.read_recent(fields)

    async def terms(self) -> Terms | None:
        """How the shop is set up; None where that is not told. Ours."""
        fields = await self._ask(wire.about_path(wire.SETTINGS, self.account.merchant))
        return None if isinstance(fields, Answer) else wire.read_terms(fields)

    # -- parts

    async def _send(self, permit: Permit) -> Reply | Answer:
        """Send a request under the till's login; or why there is none to send it under."""
        opened = await self._till.open()
        if opened is Answer.SIGNED_IN:
            return await self._till.send(permit)
        return Answer.SIGNED_OUT if opened is Answer.REFUSED else Answer.NOT_SENT

    async def _list(self, path: Callable[[int], str], *names: str) -> Sequence[Fields] | Answer:
        """All rows of a list that stood still while it was read, or why there are none."""
        for _ in range(READINGS_MAX):
            listed = await self._read(path, *names)
            if listed is not None:
                return listed
        return Answer.NO_ANSWER

    async def _read(self, path: Callable[[int], str], *names: str) -> list[Fields] | Answer | None:
        """The rows of all pages; None when the list changed meanwhile, and some may have slipped from page to page."""
        first, found = Page(0, ()), list[Fields]()
        for number in range(1, PAGES_MAX + 1):
            fields = await self._ask(path(number))
            if isinstance(fields, Answer):
                return fields
            page = rows.read_page(fields, *names)
            if page is None:
                return Answer.NO_ANSWER
            first = page if number == 1 else first
            if page.total != first.total or (page.rows and page.rows[0] in found[-wire.PAGE_LARGEST :]):
                return None
            found += page.rows
            if len(found) == page.total:
                return found
            if not page.rows:
                return None
        return Answer.NO_ANSWER

    async def _ask(self, path: str) -> Fields | Answer:
        """An answered question, or why it was not answered."""
        reply = await self._till.ask(path)
        if isinstance(reply, HttpAnswer):
            fields = reply.json_object()
            refusal = wire.read_refusal(reply.status, fields)
            return fields if refusal is None else refusal
        return _nothing(reply)

    def _hear(self, reply: Reply) -> None:
        if reply == NotReached(NotSentWhy.PERMIT_VOID):
            return  # it was not even tried
        self.reachable = not isinstance(reply, NotReached)
        if isinstance(reply, HttpAnswer) and reply.server_ms is not None:
            # Date has whole seconds: on average half a second has passed since
            self._heard = reply.server_ms + 500, self._clock.stamp()


def _nothing(reply: NotReached | NoAnswer | Answer) -> Answer:
    if isinstance(reply, Answer):
        return reply
    return Answer.NOT_SENT if isinstance(reply, NotReached) else Answer.NO_ANSWER
