"""The desk: what a payment method may ask of the customer, asked through the stage."""

import re
from dataclasses import dataclass
from typing import Final

from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import CustomerLeft, NotWantedError
from kiosk.domain.money import Money
from kiosk.domain.outcome import Reason
from kiosk.domain.ports import PhoneRequest, ScanKind, TransferRequest, Waited
from kiosk.domain.sale import Sale
from kiosk.domain.scanned import Hostile, WalletCode, classify
from kiosk.domain.told import Fact, TenderLine
from kiosk.flows.books import Books
from kiosk.flows.intents import Changed, ChooseAmount, Confirm, GoBack, Intent, Leave, Scanned
from kiosk.flows.stage import Stage
from kiosk.flows.views import AmountView, PhoneView, ScanView, TransferView, WorkingView

COUPON_PATTERN = r"[0-9]{14,20}"
"""What a coupon number looks like, unless the store says otherwise. The document gives only a sample of 17 digits."""


DIGITS_MAX: Final = 9
"""No amount that a till takes has more digits."""


@dataclass(slots=True)
class Said:
    """What a customer said of a payment, as far as they came: of one that is made last they are not asked again.

    Attributes:
        code: What they held to the scanner.
        amount: How much they agreed to.
        fee: What they agreed to besides.
    """

    code: Confidential | None = None
    amount: Money | None = None
    fee: Money | None = None


class CustomerDesk:
    """The desk for one attempt. Keeps the Desk port (domain/ports.py).

    Args:
        stage: The screen.
        books: Say whether the payment is still wanted.
        sale: As it stands, with the attempt; read anew before each question.
        coupon_pattern: What a coupon number looks like.
        problem: Why the attempt before was refused, when this one carries on from it; a Reason value or "".
        before: What the customer said when they planned this payment; None when they did not.
    """

    def __init__(
        self,
        stage: Stage,
        books: Books,
        sale: Sale,
        coupon_pattern: str,
        problem: str = "",
        before: Said | None = None,
    ) -> None:
        self._stage = stage
        self._books = books
        self._sale = sale
        self._attempt = sale.attempts[-1]
        self._due = self._attempt.due
        self._method = self._attempt.method
        self._coupon = re.compile(coupon_pattern, re.ASCII)
        self._problem = problem
        self._before = before or Said()
        self.said = Said()
        self.leaves_sale = False
        self.idled = False

    async def scan(self, kind: ScanKind, problem: Reason | None = None) -> Confidential:
        """A code of this kind; the one that was planned with, unless there is a problem with it."""
        self.said.code = self._before.code if problem is None else None
        while self.said.code is None:
            answer = await self._ask(ScanView(self._method, kind, self._due, problem or ""), Scanned)
            if isinstance(answer, Scanned):
                self.said.code = self._read(kind, answer.text.strip())
                problem = Reason.WRONG_KIND
        return self.said.code

    def _read(self, kind: ScanKind, text: str) -> Confidential | None:
        match kind, classify(text):
            case _, Hostile():
                return None
            case ScanKind.COUPON, _ if self._coupon.fullmatch(text):
                return Confidential(text)
            case ScanKind.WALLET, WalletCode(address):
                return Confidential(address)
            case _:
                return None

    async def amount(
        self,
        amount: Money,
        most: Money,
        balance: Money | None,
        fee: Money | None = None,
        left: Money | None = None,
        *,
        is_last: bool = False,
    ) -> Money:
        """The customer's word to pay this much and this fee besides, unless they gave it before; or another amount."""
        if left is None and balance is not None:
            left = balance - amount
        is_agreed = (amount, fee) == (self._before.amount, self._before.fee)
        while not is_agreed:
            view = AmountView(
                method=self._method,
                amount=amount,
                most=most,
                balance=balance,
                left=left,
                due=self._due,
                due_after=self._due - amount,
                problem=self._problem,
                fee=fee,
                is_last=is_last and amount < self._due,
            )
            answer = await self._ask(view, Confirm, ChooseAmount)
            self._problem = ""
            if isinstance(answer, ChooseAmount):
                wanted = _amount(answer.digits, most)
                if wanted is not None and wanted != amount:
                    return wanted
                self._problem = Reason.TOO_MUCH if wanted is None else ""
            is_agreed = isinstance(answer, Confirm)
        self.said.amount, self.said.fee = amount, fee
        return amount

    def working(self) -> None:
        """From here on the payment system is at work: what was received stays said, this payment is being checked."""
        self._stage.show(WorkingView(self._method, self._told(Fact.CHECKING)))

    def _told(self, fact: Fact) -> tuple[TenderLine, ...]:
        received = tuple(line for line in self._sale.told if line.fact is Fact.RECEIVED)
        planned = tuple(line for line in self._sale.told if line.fact is Fact.PLANNED)
        amount = self.said.amount or self._due
        return *received, TenderLine(self._attempt.id, self._method, amount, fact), *planned

    async def phone(self, request: PhoneRequest, for_s: float) -> Waited:
        """Show that the customer is asked on a phone. There is no idling here: their hands are busy."""
        is_wanted = await self._is_wanted()
        if request.may_leave and not is_wanted:
            return Waited.STOPPED
        view = PhoneView(
            method=self._method,
            amount=request.amount,
            fee=request.fee,
            left_s=request.left_s,
            time_s=request.time_s,
            may_leave=request.may_leave,
            tenders=self._told(Fact.NOT_YET),
        )
        people = (GoBack, Leave) if request.may_leave else ()
        # asked again and again, with looks in between: what is pressed during a look counts
        is_new = not isinstance(self._stage.shown.value.view, PhoneView)
        answer = await self._stage.hear(view, Changed, *people, for_s=for_s, fresh=is_new)
        if isinstance(answer, Leave):
            self.leaves_sale = True
        return Waited.TIME if answer is None else Waited.NEWS if isinstance(answer, Changed) else Waited.LEFT

    async def transfer(self, request: TransferRequest, for_s: float) -> Waited:
        """Show the account to transfer to. Their hands are busy too, but who walked off must not hold up the till."""
        if not await self._is_wanted():
            return Waited.STOPPED
        try:
            answer = await self._stage.watch(self._account(request), GoBack, Leave, for_s=for_s, idle_s=request.idle_s)
        except CustomerLeft:
            self.leaves_sale = self.idled = True
            return Waited.LEFT
        if isinstance(answer, Leave):
            self.leaves_sale = True
            return Waited.LEFT
        return Waited.BACK if isinstance(answer, GoBack) else Waited.TIME

    async def has_transferred(self, request: TransferRequest, for_s: float) -> bool | None:
        """이미 이체하셨나요? None: they have not said yet."""
        if not await self._is_wanted():
            raise NotWantedError
        view, idle_s = self._account(request, is_question=True), self._stage.pace.idle_s
        try:
            answer = await self._stage.watch(view, Confirm, GoBack, for_s=for_s, idle_s=idle_s)
        except CustomerLeft:
            self.leaves_sale = self.idled = True
            raise
        return None if answer is None else isinstance(answer, Confirm)

    def _account(self, request: TransferRequest, *, is_question: bool = False) -> TransferView:
        return TransferView(
            method=self._method,
            bank=request.bank,
            bank_code=request.bank_code,
            number=request.number,
            holder=request.holder,
            amount=request.amount,
            until_ms=request.until_ms,
            left_s=request.left_s,
            time_s=request.time_s,
            is_heard=request.is_heard,
            is_question=is_question,
            tenders=self._told(Fact.NO_DEPOSIT_YET),
        )

    async def _is_wanted(self) -> bool:
        """Nothing of the order has come to staff since, so it takes this payment still. What is told is read anew."""
        self._sale = await self._books.sale(self._sale.order.id)
        return self._sale.may_charge(self._attempt.id)

    async def _ask(self, view: ScanView | AmountView, *kinds: type[Intent]) -> Intent:
        answer: Intent = Changed()
        while isinstance(answer, Changed):
            if not await self._is_wanted():
                raise NotWantedError
            try:
                answer = await self._stage.ask(view, *kinds, Changed, GoBack, Leave)
            except CustomerLeft:
                self.leaves_sale = self.idled = True
                raise
        if isinstance(answer, GoBack):
            raise CustomerLeft
        if isinstance(answer, Leave):
            self.leaves_sale = True
            raise CustomerLeft
        return answer


def _amount(digits: str, most: Money) -> Money | None:
    """The amount typed, if it can be chosen."""
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= DIGITS_MAX):
        return None
    amount = Money(int(digits) * 10**most.currency.exponent, most.currency)
    return amount if amount and amount <= most else None
