"""What kiosks ask the loyalty relay to do with a payment: open it, close it, open its cancel, close that.

Left out: the relay's pass over rows that say "held" and "ended" at once. What makes such rows are races inside the
relay, and here there are none.

Source: facts of the loyalty relay, 'close new', 'forced close', 'open new', 'cancel'.
"""

from copy import deepcopy
from dataclasses import dataclass, replace

from kiosk.simulator.relay_answers import Answers, next_delegation
from kiosk.simulator.relay_chain import RevertedError
from kiosk.simulator.relay_money import estimated
from kiosk.simulator.relay_records import CANCEL, ENDED, NEW, UNDECIDED, Payment, Phase, RefusedError, Step
from kiosk.simulator.relay_table import Table

CLOSE_S = 40.0  # after that, what nobody approved can be closed
LONGEST_PURCHASE_ID, LONGEST_CURRENCY = 66, 12
TOO_LONG = 5000


@dataclass(frozen=True, slots=True)
class Order:
    """What a kiosk asks for when it opens a payment.

    Attributes:
        purchase_id: The kiosk's.
        amount: The price [10^-18 of the currency].
        currency: In any case.
        shop_id: Nobody looks whether it exists.
        account: The wallet itself.
    """

    purchase_id: str
    amount: int
    currency: str
    shop_id: str
    account: str


class Payments:
    """The rules for kiosks."""

    def __init__(self, table: Table, answers: Answers) -> None:
        self._table = table
        self._answers = answers

    def open_new(self, order: Order) -> Payment:
        """Write a payment down and ask the customer.

        Raises:
            RefusedError: a currency without a rate, too few points, too long a text; or no telephone, and that comes
                after the payment was written down.
        """
        table = self._table
        purse = table.contracts.purse(order.account)
        figures = estimated(order.amount, table.rate(order.currency))
        if figures.total_point > purse.balance:
            raise RefusedError(1511)
        if len(order.purchase_id) > LONGEST_PURCHASE_ID or len(order.currency) > LONGEST_CURRENCY:
            raise RefusedError(TOO_LONG)
        payment = Payment(
            table.fresh_hash(),
            order.purchase_id,
            order.amount,
            order.currency,
            order.shop_id,
            order.account,
            figures,
            NEW.at(Step.OPENED),
        )
        payment.rounds["new"] = table.round()
        table.rows[payment.payment_id] = table.waiting[payment.payment_id] = payment
        if not purse.phone:
            raise RefusedError(2005)
        shown = deepcopy(payment)
        if table.callbacks.is_early():
            self._answers.approve_early(payment)
        return shown

    def close(self, phase: Phase, payment_id: str, *, confirm: bool) -> Payment:
        """End a round, as the rules of this relay want it.

        Raises:
            RefusedError: it cannot be ended, or was already.
        """
        payment = self._table.get(payment_id)
        if self._table.settings.rules.confirm:
            return self._close(phase, payment, confirm=confirm)
        if self._table.contracts.state(payment_id) is not phase.opened:
            raise RefusedError(2024)
        return self._close(phase, payment, confirm=True)

    def open_cancel(self, payment_id: str) -> Payment:
        """Ask the owner of the shop whether a paid payment may be cancelled.

        Raises:
            RefusedError: it is not paid, or was cancelled before; or the owner has no telephone, and that comes after
                the cancel was written down.
        """
        table, payment = self._table, self._table.get(payment_id)
        came_to_nothing = CANCEL.step(payment.status) in {Step.DENIED, Step.FAILED}
        again = table.settings.rules.cancel_again and came_to_nothing
        if payment.status != NEW.at(Step.CLOSED) and not again:
            raise RefusedError(2022)
        payment.status = CANCEL.at(Step.OPENED)
        payment.rounds["cancel"] = replace(table.round(), closed_at=payment.cancel.closed_at)
        table.waiting[payment_id] = payment
        counter = table.contracts.shop(payment.shop_id)
        if counter is not None and counter.shop.delegator is not None:
            payment.delegate_s = next_delegation(table.now_s)
        elif counter is None or not counter.shop.phone:
            raise RefusedError(2005)
        return payment

    def force(self, phase: Phase, payment: Payment) -> None:
        """Nobody closed it. What cannot be closed is not tried again: the relay would go on for ever, in vain."""
        payment.rounds[phase.name].force_s = None
        if phase.step(payment.status) in {None, *ENDED}:
            return
        try:
            self._close(phase, payment, confirm=self._table.settings.rules.forced_close == "completes")
        except (RefusedError, RevertedError):
            return

    def _close(self, phase: Phase, payment: Payment, *, confirm: bool) -> Payment:
        """Go by the state on the chain, whatever the relay's own says."""
        state, step = self._table.contracts.state(payment.payment_id), phase.step(payment.status)
        if state is phase.before:
            return self._close_unapproved(phase, payment, step)
        if state is phase.opened:
            return self._close_on_chain(phase, payment, confirm=confirm)
        ends = {phase.closed: Step.CLOSED, phase.seen_failed: Step.FAILED}
        if state in ends:
            self._table.end(phase, payment, ends[state])
            raise RefusedError(2026)
        raise RefusedError(2024)

    def _close_unapproved(self, phase: Phase, payment: Payment, step: Step | None) -> Payment:
        """Nothing is held: whatever the kiosk wants, it comes to nothing."""
        table = self._table
        if step is Step.DENIED:
            table.end(phase, payment, Step.DENIED if table.settings.rules.denial_is_final else Step.FAILED)
            return payment
        if step in UNDECIDED:
            if table.age_s(phase, payment) <= CLOSE_S:
                raise RefusedError(2030)
            table.end(phase, payment, Step.FAILED)
            return payment
        if step in ENDED:
            table.end(phase, payment, Step.FAILED)
            raise RefusedError(2029)
        raise RefusedError(2024)

    def _close_on_chain(self, phase: Phase, payment: Payment, *, confirm: bool) -> Payment:
        """The answer shows what the chain did; it is written down only if the row's number grows by it."""
        contracts = self._table.contracts
        close = contracts.close if phase is NEW else contracts.close_cancel
        close(payment.payment_id, confirm=confirm)
        shown = self._table.as_on_chain(payment)
        self._table.end(phase, shown, Step.CLOSED if confirm else Step.FAILED)
        if shown.status > payment.status:
            payment.status, payment.figures, payment.rounds = shown.status, shown.figures, deepcopy(shown.rounds)
        return shown
