"""Mistakes with several methods in one sale: what is planned, what is taken back, and what the screen says of both."""

from typing import Final

from tests.planted.bug import Bug

SALE: Final = "kiosk/domain/sale.py"
TOLD: Final = "kiosk/domain/told.py"
BOOKS: Final = "kiosk/flows/books.py"
CHECKOUT: Final = "kiosk/flows/checkout.py"
DESK: Final = "kiosk/flows/desk.py"
RECOVERY: Final = "kiosk/flows/recovery.py"
STAGE: Final = "kiosk/flows/stage.py"
PROJECTION: Final = "kiosk/services/journal/projection.py"
LOYALTY: Final = "kiosk/services/gateways/loyalty/method.py"
LOYALTY_RULES: Final = "kiosk/services/gateways/loyalty/rules.py"
CREPAY: Final = "kiosk/services/gateways/crepay/method.py"
CARD: Final = "kiosk/services/gateways/card/method.py"
COMPOSED: Final = ("tests/flows/test_composed.py",)
LAWS: Final = ("tests/services/journal/test_plans.py",)
CARDS: Final = ("tests/flows/test_cards.py",)
AMOUNTS: Final = ("tests/services/gateways/loyalty/test_amounts.py",)

BUGS: Final = (
    # -- the plan
    Bug(
        "a charge takes what was planned in points",
        "L11: takes all that is due less the points planned",
        BOOKS,
        "due = sale.due if sale.is_plan_due else sale.due_now",
        "due = sale.due",
        COMPOSED,
    ),
    Bug(
        "the journal lets a charge take what is planned",
        "L11: takes all that is due less the points planned",
        PROJECTION,
        "require(0 < entry.due <= sale.due_now.amount,",
        "require(0 < entry.due <= sale.due.amount,",
        LAWS,
    ),
    Bug(
        "all that is due can be planned",
        "L11: coupon and points may pay a part",
        PROJECTION,
        "require(0 < entry.amount < sale.due.amount,",
        "require(0 < entry.amount <= sale.due.amount,",
        LAWS,
    ),
    Bug(
        "a payment under way is a plan",
        "L11: the plan is journalled before the first send",
        PROJECTION,
        "require(attempt.state is State.NOT_SENT, f",
        "require(attempt.state is not None, f",
        LAWS,
    ),
    Bug(
        "an order that is being undone takes a plan",
        "1: PAYING",
        PROJECTION,
        '    require(sale.order.state is OrderState.PAYING, f"order {attempt.order_id} is not being paid")\n',
        "",
        LAWS,
    ),
    Bug(
        "a part in points is opened at once",
        "L11: loyalty last",
        LOYALTY,
        "        if quote.amount < attempt.due:\n            return Planned(quote.amount)\n",
        "",
        COMPOSED,
    ),
    Bug(
        "points run while something else is due",
        "L11: points are captured only when that completes the order",
        SALE,
        "return self.order.plan is not None and not self.due_now and not self.takes_no_other_charge",
        "return self.order.plan is not None and not self.takes_no_other_charge",
        COMPOSED,
    ),
    Bug(
        "points that failed are asked for again by themselves",
        "L11: if the points then fail, the rest is due again by any method",
        BOOKS,
        "await self._journal.write(*(_no_plan(sale) if sale.is_plan_due else ()), began)",
        "await self._journal.write(began)",
        COMPOSED,
    ),
    Bug(
        "a plan outlives the order it was made for",
        "1: UNWINDING",
        BOOKS,
        "entries += [*_no_plan(sale), OrderAdvanced(order_id, OrderState.UNWINDING, reason)]",
        "entries.append(OrderAdvanced(order_id, OrderState.UNWINDING, reason))",
        COMPOSED,
    ),
    Bug(
        "what was planned is offered beside itself",
        "a second plan would take the place of the first unseen",
        CHECKOUT,
        "return tuple(name for name in healthy if planned is None or name != planned.method)",
        "return tuple(healthy)",
        COMPOSED,
    ),
    Bug(
        "what was agreed is asked again",
        "nobody says twice what they said",
        CHECKOUT,
        "        before, self._said = self._said, None\n",
        "        before, self._said = None, None\n",
        COMPOSED,
    ),
    Bug(
        "what is due on the screen counts what is planned",
        "screens, method: what is due as a running subtraction",
        CHECKOUT,
        "due=sale.due_now if sale else total,",
        "due=sale.due if sale else total,",
        COMPOSED,
    ),
    Bug(
        "what is planned is not told",
        "money rules, 4: one line per tender",
        SALE,
        "        return (*lines, TenderLine(plan.attempt_id,",
        "        return lines or (TenderLine(plan.attempt_id,",
        COMPOSED,
    ),
    Bug(
        "a till that stops goes on saying not yet",
        "4: nobody is told a wrong fact; found by the simulation",
        TOLD,
        "        Fact.NOT_YET: Fact.CHECKING,\n",
        "",
        COMPOSED,
    ),
    Bug(
        "a till that stops goes on saying that points come last",
        "4: nobody is told a wrong fact",
        TOLD,
        "        Fact.PLANNED: Fact.NOT_PAID,\n",
        "",
        COMPOSED,
    ),
    # -- how much
    Bug(
        "more than the most can be chosen",
        "the coupon would be asked for more than is due",
        DESK,
        "return amount if amount and amount <= most else None",
        "return amount if amount else None",
        COMPOSED,
    ),
    Bug(
        "nothing can be chosen",
        "an attempt over nothing",
        DESK,
        "return amount if amount and amount <= most else None",
        "return amount if amount <= most else None",
        COMPOSED,
    ),
    Bug(
        "figures of other scripts are digits",
        "int() reads them, and nobody meant that",
        DESK,
        "if not (digits.isascii() and digits.isdecimal() and len(digits) <= DIGITS_MAX):",
        "if not (digits.isdecimal() and len(digits) <= DIGITS_MAX):",
        COMPOSED,
    ),
    Bug(
        "a coupon pays the most whatever was chosen",
        "how much of each",
        CREPAY,
        "            amount = wanted\n",
        "            break\n",
        COMPOSED,
    ),
    Bug(
        "the fee of another amount is agreed to unseen",
        "payment methods, loyalty: shown with fee",
        LOYALTY,
        "                answer, quote = await self._client.quote(wallet, wanted)\n",
        "                quote = replace(quote, amount=wanted)\n",
        COMPOSED,
    ),
    Bug(
        "a wallet with too little pays less than it could",
        "payment methods, loyalty: the largest whole won",
        LOYALTY_RULES,
        "        return paid + 1\n",
        "        return paid\n",
        AMOUNTS,
    ),
    # -- one payment back
    Bug(
        "one payment is taken back, and its goal stays",
        "1: every attempt has a durable goal",
        BOOKS,
        "await self._journal.write(GoalUndo(attempt.id), RefundAsked(refund_id(attempt.id, 1),",
        "await self._journal.write(RefundAsked(refund_id(attempt.id, 1),",
        COMPOSED,
    ),
    Bug(
        "beside what is on its way back something else is charged",
        "L5: the order takes no other charge",
        SALE,
        "return takes_no_other_charge(self.attempts) or self.is_unwanted",
        "return takes_no_other_charge(self.attempts)",
        COMPOSED,
    ),
    Bug(
        "one payment taken back gives everything back",
        "every step can be taken back by itself",
        SALE,
        "return last is not None and last.state is RefundState.DONE",
        "return False",
        COMPOSED,
    ),
    Bug(
        "a payment that cannot be given back is forgotten",
        "L5: closed for the customer",
        SALE,
        "return last is not None and last.state is RefundState.DONE",
        "return last is not None",
        LAWS,
    ),
    Bug(
        "what needs a person can be taken back alone",
        "L11: captured points need the owner",
        CHECKOUT,
        "alone = frozenset(one.id for one in received if methods[one.method].gives_back is GivesBack.ALONE)",
        "alone = frozenset(one.id for one in sale.attempts)",
        COMPOSED,
    ),
    Bug(
        "who waits for one payment waits for ever",
        "1: parked after 60 s",
        CHECKOUT,
        "            if left_s <= 0:\n                return await self._park()\n            view = CertaintyView(\n",
        "            view = CertaintyView(\n",
        COMPOSED,
    ),
    Bug(
        "a restart gives everything back beside one payment",
        "1: the order that was under way waits for its customer",
        RECOVERY,
        "                self.undo(refund.attempt_id)\n",
        "                self.unwind(order_of(refund.attempt_id))\n",
        COMPOSED,
    ),
    # -- a kill in the middle of a card's confirm
    Bug(
        "a confirm that a kill interrupted is given up at the kill",
        "card_settle_s: since its answer was given up; found by the simulation",
        CARD,
        "return min(here_s, max(0.0, self._age(one.intended) - self._limits.card_answer_s))",
        "return here_s",
        CARDS,
    ),
)
