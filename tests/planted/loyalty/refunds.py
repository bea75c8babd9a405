"""Mistakes in giving back: the table, and what flows and staff make of it."""

from typing import Final

from tests.planted.bug import Bug

REFUNDS: Final = "kiosk/services/gateways/loyalty/refund_rules.py"
GIVING_BACK: Final = ("tests/services/gateways/loyalty/test_refund_rules.py",)
METHOD: Final = "kiosk/services/gateways/loyalty/method.py"
SALE: Final = "kiosk/domain/sale.py"
BOOKS: Final = "kiosk/flows/books.py"
RECOVERY: Final = "kiosk/flows/recovery.py"
POINTS: Final = "tests/flows/test_points.py"
BACK: Final = "tests/flows/test_points_back.py"
ALONE: Final = "tests/services/gateways/loyalty/test_method.py"

BUGS: Final = (
    # -- the table
    Bug(
        "a refund without the owner is sent",
        "cancel: staff confirm that the owner has the phone in hand",
        REFUNDS,
        "    if not known.is_staffed:\n        return RefundVerdict(RefundState.REFUSED, Reason.OWNER_NEEDED)\n",
        "",
        GIVING_BACK,
    ),
    Bug(
        "a refund is asked for after the window",
        "cancel: refused locally after 7 days less 1 h",
        REFUNDS,
        "    if known.paid_s >= limits.loyalty_cancel_within_s:\n"
        "        return RefundVerdict(RefundState.REFUSED, Reason.WINDOW_OVER)\n",
        "",
        GIVING_BACK,
    ),
    Bug(
        "after a reboot the week begins anew",
        "cancel: 7 days less 1 h; L10",
        METHOD,
        "paid_s=max(self._asked_s(_opening(operations)), self._there_s(operations, wire.OPENED_AT)),",
        "paid_s=self._asked_s(_opening(operations)),",
        (BACK, "-k", "relays_clock"),
    ),
    Bug(
        "after a reboot a cancel is closed when the relay has ended it",
        "otherwise closeCancel(true) at 240 s; L10",
        REFUNDS,
        "ends_s = max(known.opened_s, known.there_s)",
        "ends_s = known.opened_s",
        (BACK, "-k", "closed_in_time"),
    ),
    Bug(
        "a last close that never arrived is the last",
        "otherwise closeCancel(true) at 240 s",
        REFUNDS,
        "    return is_unheard and is_in_time and not wait_s(",
        "    return False and is_unheard and is_in_time and not wait_s(",
        (BACK, "-k", "last_close"),
    ),
    Bug(
        "the window is a whole week",
        "cancel: 7 days less 1 h",
        "kiosk/domain/limits.py",
        "loyalty_cancel_within_s: float = 7 * 86_400 - 3_600.0",
        "loyalty_cancel_within_s: float = 7 * 86_400.0",
        GIVING_BACK,
    ),
    Bug(
        "a cancel whose answer was lost is opened twice",
        "cancel: one shot; lost openCancel answer",
        REFUNDS,
        "    if last.call is Call.OPEN_CANCEL:\n        return Look()\n    return look_when_due(known.tries)",
        "    if last.call is Call.OPEN_CANCEL:\n        return OpenCancel()\n    return look_when_due(known.tries)",
        GIVING_BACK,
    ),
    Bug(
        "of a lost cancel paid means at once that it was not opened",
        "lost openCancel answer: item 51-57 = it is open",
        REFUNDS,
        "if is_paid and looked_late:",
        "if is_paid:",
        GIVING_BACK,
    ),
    Bug(
        "a lost cancel that item shows as open is not open",
        "lost openCancel answer: item 51-57 = it is open",
        REFUNDS,
        "    if last.answer in CANCEL_OPEN:\n        return RefundVerdict(RefundState.PENDING)\n",
        "",
        GIVING_BACK,
    ),
    Bug(
        "a cancel that was approved is not closed",
        "cancel: approved -> closeCancel(true) at once",
        REFUNDS,
        "    if last.answer is Answer.CANCEL_APPROVED:\n        closes",
        "    if last.answer is Answer.REFUNDED:\n        closes",
        GIVING_BACK,
    ),
    Bug(
        "closeCancel is not sent at 240 s",
        "cancel: otherwise closeCancel(true) at 240 s",
        REFUNDS,
        "    if is_last_call and _is_close_due(known.tries, is_in_time=ends_s < limits.loyalty_forced_s):\n"
        "        return CloseCancel()\n",
        "",
        GIVING_BACK,
    ),
    Bug(
        "closeCancel is sent before 6",
        "spec: 6 cancel approved (closeCancel never before it)",
        REFUNDS,
        "is_last_call = known.numbering is Numbering.RELAY and ends_s",
        "is_last_call = ends_s",
        GIVING_BACK,
    ),
    Bug(
        "8 is believed without 6",
        "spec: 8 refunded, only if item showed 6",
        REFUNDS,
        "is_proven = known.numbering is Numbering.RELAY or known.was_approved",
        "is_proven = True",
        GIVING_BACK,
    ),
    Bug(
        "9 after a cancel was opened is a person's",
        "spec: 9: else still paid",
        REFUNDS,
        "        Answer.RUN_OUT: Reason.TIMED_OUT,\n",
        "",
        GIVING_BACK,
    ),
    Bug(
        "a denied cancel is asked about for ever",
        "cancel: denied -> refund REFUSED",
        REFUNDS,
        "        Answer.CANCEL_DENIED: Reason.DENIED,\n",
        "",
        GIVING_BACK,
    ),
    Bug(
        "59 is given back",
        "cancel: 59 = REFUSED and exhausted",
        REFUNDS,
        "    if last.answer is Answer.REFUNDED:\n",
        "    if last.answer in (Answer.REFUNDED, Answer.CANCEL_FAILED):\n",
        GIVING_BACK,
    ),
    Bug(
        "what is still paid after 2022 may be under way",
        "cancel: 2022 = REFUSED and exhausted",
        REFUNDS,
        "    if is_paid and any(one.answer is Answer.NOT_CANCELLABLE for one in known.tries):\n",
        "    if is_paid and not known.tries:\n",
        GIVING_BACK,
    ),
    Bug(
        "2022 is believed although the request may have come twice",
        "L1: a doubled request; the cancel that it opened is followed",
        REFUNDS,
        "        Answer.NO_PHONE: Reason.NO_PHONE,\n        Answer.REFUSED",
        "        Answer.NOT_CANCELLABLE: Reason.REFUSED,\n        Answer.NO_PHONE: Reason.NO_PHONE,\n"
        "        Answer.REFUSED",
        GIVING_BACK,
    ),
    # -- the method, the books and the staff
    Bug(
        "a cancel whose answer was lost counts as not sent",
        "cancel: lost openCancel answer",
        METHOD,
        "            case _:\n                then = RefundAdvanced(refund.id, RefundState.UNKNOWN)\n",
        "            case _:\n                then = RefundAdvanced(refund.id, RefundState.ASKED)\n",
        (BACK, "-k", "can_be_asked_for_again"),
    ),
    Bug(
        "a cancel that was approved before the last look is not known to be",
        "spec: 8 refunded, only if item showed 6",
        METHOD,
        "was_approved=any(one.answer is Answer.CANCEL_APPROVED for one in tries),",
        "was_approved=tries[-1:] == () or tries[-1].answer is Answer.CANCEL_APPROVED,",
        (f"{BACK}::test_the_owner_approves_and_everything_comes_back_the_fee_included",),
    ),
    Bug(
        "the owner's word is taken for granted",
        "cancel: staff confirm; L11: captured points become staff work",
        METHOD,
        "is_staffed=STAFFED in refund.facts,",
        "is_staffed=True,",
        (f"{POINTS}::test_taken_and_nobody_comes_back_for_it_staff_have_to_give_it_back",),
    ),
    Bug(
        "the owner is asked for where a delegator approves",
        "cancel: skipped when shop/info names a delegator",
        METHOD,
        "is_delegated = self._client.shop is not None and self._client.shop.has_delegator",
        "is_delegated = False",
        (ALONE,),
    ),
    Bug(
        "an exhausted refund is asked again",
        "cancel: exhausted",
        SALE,
        "last.state is RefundState.REFUSED and last.reason in NOT_USED_UP)",
        "last.state is RefundState.REFUSED)",
        (BACK, "-k", "says_no or used_up"),
    ),
    Bug(
        "a refund that was never opened may not be asked again",
        "cancel: try again only where the one try is not used up",
        SALE,
        "        Reason.NOTHING_THERE,\n        Reason.WITHDRAWAL_NEEDED,\n",
        "        Reason.WITHDRAWAL_NEEDED,\n",
        (BACK, "-k", "can_be_asked_for_again"),
    ),
    Bug(
        "staff tasks of a refund that came off stay open",
        "L9",
        BOOKS,
        "await self._journal.write(*entries, *await self._tried_again({attempt_of(one) for one in asked}))",
        "await self._journal.write(*entries)",
        (BACK, "-k", "can_be_asked_for_again"),
    ),
    Bug(
        "an order whose refunds were all refused is refunded",
        "section 1: REFUNDING -> PAID (all refused)",
        BOOKS,
        "    if not any(back):\n        return OrderState.PAID\n",
        "",
        (BACK, "-k", "says_no"),
    ),
    Bug(
        "a refund left under way by a stop is not gone on with",
        "cancel: first in recovery",
        RECOVERY,
        "                unwinds.add(order_of(refund.attempt_id))\n",
        "                order_of(refund.attempt_id)\n",
        (f"{BACK}::test_what_staff_had_asked_back_goes_on_after_a_stop",),
    ),
    Bug(
        "the week counts from when staff asked",
        "cancel: refused locally after 7 days less 1 h",
        METHOD,
        "paid_s=max(self._asked_s(_opening(operations)), self._there_s(operations, wire.OPENED_AT)),",
        "paid_s=self._age(refund.asked),",
        (BACK, "-k", "seven_days"),
    ),
)
