"""What the customer's and the shop owner's phones see of the loyalty relay, and what the books of the relay show.

There is no wallet here: the phone signs as relay_accounts.py says.

Source: loyalty document, 5; facts of the loyalty relay, 'transitions', 'cancel'.
"""

from dataclasses import dataclass
from typing import Any

from kiosk.simulator.relay_accounts import signature_of
from kiosk.simulator.relay_answers import Answered, Answers
from kiosk.simulator.relay_dialects import status_of
from kiosk.simulator.relay_money import refundable
from kiosk.simulator.relay_records import ANSWERABLE, Payment, Phase
from kiosk.simulator.relay_table import Table


@dataclass(frozen=True, slots=True)
class Question:
    """What a phone asks its owner.

    Attributes:
        payment_id: The relay's.
        purchase_id: The kiosk's.
        shop_name: Where; empty if there is no such shop.
        amount: The price [10^-18 of the currency].
        currency: As the kiosk wrote it.
        total_point: What it costs, fee included [10^-18].
        age_s: For how long it has been asked [s]; after 45 s any answer is too late.
    """

    payment_id: str
    purchase_id: str
    shop_name: str
    amount: int
    currency: str
    total_point: int
    age_s: float


class Phones:
    """All phones."""

    def __init__(self, table: Table, answers: Answers) -> None:
        self._table = table
        self._answers = answers

    def questions(self, phase: Phase, account: str) -> list[Question]:
        """What this wallet is asked, oldest first."""
        return [
            self._question(phase, payment)
            for payment in self._table.rows.values()
            if phase.step(payment.status) in ANSWERABLE
            and self._table.signer(phase, payment).lower() == account.lower()
        ]

    def answer(self, phase: Phase, payment_id: str, *, approve: bool) -> Answered:
        """Say yes or no, signed by whose answer counts.

        Raises:
            RefusedError: too late, or there is nothing to answer any more.
        """
        signer = self._table.signer(phase, self._table.get(payment_id))
        signature = signature_of(signer, payment_id, "approve" if approve else "deny")
        return self._answers.answer(phase, payment_id, approve=approve, signature=signature)

    def _question(self, phase: Phase, payment: Payment) -> Question:
        counter = self._table.contracts.shop(payment.shop_id)
        return Question(
            payment.payment_id,
            payment.purchase_id,
            counter.shop.name if counter else "",
            payment.amount,
            payment.currency,
            payment.figures.total_point,
            self._table.age_s(phase, payment),
        )


def books_of(table: Table) -> dict[str, Any]:
    """Wallets, shops and payments as they are, whatever anybody was told."""
    contracts = table.contracts
    return {
        "wallets": {
            account: {"balance": str(purse.balance), "phone": purse.phone}
            for account, purse in contracts.purses.items()
        },
        "shops": {
            shop_id: counter.shop.model_dump()
            | {
                "provided": str(counter.provided),
                "used": str(counter.used),
                "refunded": str(counter.refunded),
                "refundable": str(refundable(counter.provided, counter.used, counter.refunded)),
            }
            for shop_id, counter in contracts.counters.items()
        },
        "payments": [_entry(table, payment) for payment in table.rows.values()],
    }


def _entry(table: Table, payment: Payment) -> dict[str, Any]:
    """A payment: what the relay says of it, what the chain says, where its points are, and when they went [won, ms]."""
    deal = table.contracts.deals.get(payment.payment_id)
    figures = payment.figures
    return {
        "paymentId": payment.payment_id,
        "purchaseId": payment.purchase_id,
        "amount": str(payment.amount),
        "currency": payment.currency,
        "shopId": payment.shop_id,
        "account": payment.account,
        "paidPoint": str(figures.paid_point),
        "paidValue": str(figures.paid_value),
        "feePoint": str(figures.fee_point),
        "feeValue": str(figures.fee_value),
        "totalPoint": str(figures.total_point),
        "totalValue": str(figures.total_value),
        "openNewTimestamp": payment.new.opened_at,
        "closeNewTimestamp": payment.new.closed_at,
        "openCancelTimestamp": payment.cancel.opened_at,
        "closeCancelTimestamp": payment.cancel.closed_at,
        "paymentStatus": status_of(table.settings, payment),
        "status": payment.status,
        "chain": table.contracts.state(payment.payment_id).value,
        "moved": [[one.amount, one.at_ms] for one in table.contracts.moved if one.reference == payment.purchase_id],
        "held": str(deal.held if deal else 0),
        "taken": str(deal.taken if deal else 0),
    }
