"""The desk: what a payment method may ask of the customer, asked through the stage."""

import re

from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import CustomerLeft
from kiosk.domain.money import Money
from kiosk.domain.outcome import Reason
from kiosk.domain.ports import PhoneRequest, ScanKind, Waited
from kiosk.domain.sale import Sale
from kiosk.domain.scanned import Hostile, WalletCode, classify
from kiosk.domain.told import Fact, TenderLine
from kiosk.flows.intents import Changed, Confirm, GoBack, Intent, Leave, Scanned
from kiosk.flows.stage import Stage
from kiosk.flows.views import AmountView, PhoneView, ScanView, WorkingView

COUPON_PATTERN = r"[0-9]{14,20}"
"""What a coupon number looks like, unless the store says otherwise. The document gives only a sample of 17 digits."""


class CustomerDesk:
    """The desk for one attempt. Keeps the Desk port (domain/ports.py).

    Args:
        stage: The screen.
        sale: As it stands before the attempt.
        method: Which payment system asks.
        coupon_pattern: What a coupon number looks like.
        problem: Why the attempt before was refused, when this one carries on from it; a Reason value or "".
    """

    def __init__(self, stage: Stage, sale: Sale, method: str, coupon_pattern: str, problem: str) -> None:
        self._stage = stage
        self._sale = sale
        self._method = method
        self._coupon = re.compile(coupon_pattern, re.ASCII)
        self._problem = problem
        self._agreed = sale.due
        self.leaves_sale = False
        self.idled = False

    async def scan(self, kind: ScanKind, problem: Reason | None = None) -> Confidential:
        """A code of this kind."""
        while True:
            view = ScanView(self._method, kind, self._sale.due, problem or "")
            answer = await self._ask(view, Scanned)
            if isinstance(answer, Scanned):
                code = self._read(kind, answer.text.strip())
                if code is not None:
                    return code
                problem = Reason.WRONG_KIND

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

    async def amount(self, most: Money, balance: Money | None, fee: Money | None = None) -> Money:
        """The customer's word to pay this much, and this fee besides."""
        due, cost = self._sale.due, most if fee is None else most + fee
        view = AmountView(
            method=self._method,
            amount=most,
            balance=balance,
            left=None if balance is None else balance - cost,
            due=due,
            due_after=due - most,
            problem=self._problem,
            fee=fee,
        )
        await self._ask(view, Confirm)
        self._agreed = most
        return most

    def working(self) -> None:
        """From here on the payment system is at work: what was received stays said, this payment is being checked."""
        self._stage.show(WorkingView(self._method, self._told(Fact.CHECKING)))

    def _told(self, fact: Fact) -> tuple[TenderLine, ...]:
        received = tuple(line for line in self._sale.told if line.fact is Fact.RECEIVED)
        return *received, TenderLine(self._sale.attempts[-1].id, self._method, self._agreed, fact)

    async def phone(self, request: PhoneRequest, for_s: float) -> Waited:
        """Show that the customer is asked on a phone. There is no idling here: their hands are busy."""
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

    async def _ask(self, view: ScanView | AmountView, kind: type[Intent]) -> Intent:
        try:
            answer = await self._stage.ask(view, kind, GoBack, Leave)
        except CustomerLeft:
            self.leaves_sale = self.idled = True
            raise
        if isinstance(answer, GoBack):
            raise CustomerLeft
        if isinstance(answer, Leave):
            self.leaves_sale = True
            raise CustomerLeft
        return answer
