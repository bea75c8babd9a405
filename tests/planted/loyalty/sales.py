"""Mistakes with points in whole sales: offering, opening, waiting, taking, and what comes to light later."""

from typing import Final

from tests.planted.bug import Bug

METHOD: Final = "kiosk/services/gateways/loyalty/method.py"
BOOKS: Final = "kiosk/flows/books.py"
DESK: Final = "kiosk/flows/desk.py"
WIRE: Final = "kiosk/services/gateways/loyalty/wire.py"
RULES: Final = "kiosk/services/gateways/loyalty/rules.py"
ENDED: Final = (
    "tests/services/gateways/loyalty/test_rules.py::test_what_has_ended_is_closed_once_more_where_it_may_be_held",
)
POINTS: Final = "tests/flows/test_points.py"
PROOF: Final = "tests/flows/test_points_proof.py"
CLOCKS: Final = "tests/flows/test_points_clocks.py"
ALONE: Final = "tests/services/gateways/loyalty/test_method.py"

BUGS: Final = (
    # -- what is offered, and to whom
    Bug(
        "points are offered before the relay has said what it means",
        "not probed yet = method not offered",
        METHOD,
        "if self._client.dialect is None or self._unreadable:",
        "if self._unreadable:",
        (ALONE,),
    ),
    Bug(
        "points stay on after an answer in numbers that nobody can read",
        "numbering: anything else: method off",
        METHOD,
        "                self._unreadable = True\n",
        "",
        (PROOF, "-k", "nobody_can_read"),
    ),
    Bug(
        "an inactive shop is offered",
        "shop must be known and active",
        METHOD,
        "        if not self._client.shop.is_active:\n            return Health(ok=False",
        "        if self._client.shop is None:\n            return Health(ok=False",
        (ALONE,),
    ),
    Bug(
        "the shop is not asked about before the phone",
        "shop must be known and active",
        METHOD,
        "dialect, closed = self._client.dialect, await self._why_shop_is_closed()",
        "dialect, closed = self._client.dialect, None",
        (f"{POINTS}::test_a_shop_that_is_not_active_is_not_offered",),
    ),
    Bug(
        "the shop is not asked about before taking",
        "shop asked again just before",
        METHOD,
        "        closed = await self._why_shop_is_closed()\n        if closed is not None:\n            return await",
        "        closed = None\n        if closed is not None:\n            return await",
        (f"{POINTS}::test_a_shop_that_becomes_inactive_meanwhile_takes_nothing",),
    ),
    Bug(
        "too few points are asked for all the same",
        "info(a).totalPoint <= balance",
        METHOD,
        "while quote is not None and most is not None and quote.is_enough:",
        "while quote is not None and most is not None:",
        (f"{POINTS}::test_too_few_points_for_amount_and_fee_are_told_before_anything_is_asked",),
    ),
    Bug(
        "a code that has run out is an unreachable relay",
        "2004 means open the QR again",
        METHOD,
        "{Answer.CODE_EXPIRED: Reason.CODE_EXPIRED, Answer.REFUSED: Reason.SETUP}",
        "{Answer.REFUSED: Reason.SETUP}",
        (f"{POINTS}::test_a_code_that_has_run_out_is_scanned_anew",),
    ),
    Bug(
        "the fee is not shown",
        "shown with fee and what will be left",
        DESK,
        "                problem=self._problem,\n                fee=fee,\n",
        "                problem=self._problem,\n",
        (f"{POINTS}::test_points_pay_all_that_is_due_and_the_fee_is_told_before",),
    ),
    Bug(
        "what will be left is told without the fee",
        "shown with fee and what will be left",
        WIRE,
        "whole(max(0, balance - total))",
        "whole(balance) - amount",
        (f"{POINTS}::test_points_pay_all_that_is_due_and_the_fee_is_told_before",),
    ),
    Bug(
        "what will be left is reckoned from what was rounded",
        "shown with fee and what will be left; never less than nothing",
        DESK,
        "                left=left,\n",
        "                left=None if balance is None else balance - (amount + fee if fee else amount),\n",
        (POINTS, "-k", "last_points"),
    ),
    Bug(
        "who stands before a relay that does not heed confirm may leave",
        "no close is ever sent for a payment we do not want",
        METHOD,
        "may_leave=_is_honoured(attempt),",
        "may_leave=True,",
        (f"{POINTS}::test_deaf_who_wants_to_leave_has_to_decline_on_the_phone",),
    ),
    # -- the opening
    Bug(
        "the wallet's address is kept in the journal",
        "real wallet addresses stay off the screen",
        METHOD,
        "facts = {PURCHASE: purchase.id, PATHS: dialect.paths.value, SHOP: account.shop}",
        'facts = {PURCHASE: purchase.id, PATHS: dialect.paths.value, SHOP: account.shop, "wallet": wallet.reveal()}',
        (PROOF, "-k", "is_kept_or_shown"),
    ),
    Bug(
        "two tries have one purchaseId",
        "open with a fresh purchaseId",
        METHOD,
        "return wire_id(attempt.id, self._random.token(TOKEN_LENGTH), wire.PURCHASE_LONGEST)",
        'return wire_id(attempt.order_id, "0" * TOKEN_LENGTH, wire.PURCHASE_LONGEST)',
        (PROOF, "-k", "purchase_id"),
    ),
    Bug(
        "a purchaseId does not name its kiosk",
        "purchaseId: kiosk id and epoch in it; section 6",
        METHOD,
        "return wire_id(attempt.id, self._random.token(TOKEN_LENGTH), wire.PURCHASE_LONGEST)",
        "return self._random.token(wire.PURCHASE_LONGEST)",
        (PROOF, "-k", "purchase_id"),
    ),
    Bug(
        "that confirm is not heeded is not kept with the payment",
        "path, numbering and this fact are stored in the attempt",
        METHOD,
        '            facts[DEAF] = "yes"\n',
        "            pass\n",
        (CLOCKS, "-k", "did_not_heed_confirm_then"),
    ),
    Bug(
        "a lost opening is promised back by a relay that may take it by force",
        "section 4; what the document's relay does by force is not known",
        METHOD,
        "if not (dialect.is_honoured and dialect.gives_back):",
        "if not dialect.is_honoured:",
        (POINTS, "-k", "answer_was_lost_gives_back"),
    ),
    Bug(
        "what has a name and can be released takes no other payment for minutes",
        "not wanted any more: the due stands again",
        METHOD,
        '        facts[NOT_RELEASED] = ""\n',
        "        pass\n",
        (POINTS, "-k", "who_leaves or denied"),
    ),
    Bug(
        "recovery asks under the paths of today",
        "recovery uses the stored values",
        METHOD,
        "request = partial(build, Paths(attempt.facts[PATHS]), self._client",
        'request = partial(build, known(self._client.dialect, "dialect").paths, self._client',
        (CLOCKS, "-k", "counts_after_a_restart_too"),
    ),
    Bug(
        "recovery releases by what the relay heeds today",
        "recovery uses the stored values",
        METHOD,
        "            gives_back=attempt.is_released,\n            is_honoured=_is_honoured(attempt),",
        "            gives_back=attempt.is_released,\n"
        "            is_honoured=self._client.dialect is not None and self._client.dialect.is_honoured,",
        (CLOCKS, "-k", "heed_confirm_then or heeded_confirm"),
    ),
    Bug(
        "an opening without an answer is repeated",
        "lost open: never repeated",
        METHOD,
        "        read = await self._client.open_new(permit, dialect.paths, _purchase(attempt))\n"
        "        answered = OperationAnswered",
        "        read = await self._client.open_new(permit, dialect.paths, _purchase(attempt))\n"
        "        if read.answer is Answer.NO_ANSWER:\n"
        "            again = await self._journal.intend(attempt.id, replace(permit.request, request_id='again'))\n"
        "            read = await self._client.open_new(again, dialect.paths, _purchase(attempt))\n"
        "        answered = OperationAnswered",
        (POINTS, "-k", "opening_that_never_arrived"),
    ),
    Bug(
        "an opening without an answer was declined",
        "lost open; L3",
        METHOD,
        "            case _:\n                return await self._lost(attempt.id, answered)\n",
        "            case _:\n                return Declined(Reason.REFUSED, entries=(answered,))\n",
        (POINTS, "-k", "opening_whose_answer_was_lost"),
    ),
    Bug(
        "a message before the answer to the opening is lost",
        "callback: it may arrive before the open answer",
        METHOD,
        "        await self._inbox.listen(attempt.id, purchase.id)\n        return await",
        "        return await",
        (PROOF, "-k", "came_before"),
    ),
    Bug(
        "the id that a message names is believed without asking",
        "L7; lost open: a paymentId learnt so",
        METHOD,
        "        if read.numbering is not None and read.answer is not Answer.OTHER_STATUS:\n"
        "            await self._journal.write(_named(attempt, payment, read.numbering))",
        "        if read.answer:\n            await self._journal.write(_named(attempt, payment, Numbering.RELAY))",
        (PROOF, "-k", "forged_id"),
    ),
    Bug(
        "of several ids that messages name the first alone is looked up",
        "L7: forged callbacks change latency only",
        "kiosk/services/gateways/loyalty/inbox.py",
        "        self._unproven.rotate(-1)\n",
        "",
        ("tests/services/gateways/loyalty/test_inbox.py", "-k", "in_turn"),
    ),
    Bug(
        "a payment that has ended is listened for",
        "callback: an attempt that is open here",
        METHOD,
        "        finally:\n            self._inbox.leave(attempt.id)\n",
        "        finally:\n            desk.working()\n",
        (PROOF, "-k", "nobody_listens"),
    ),
    # -- waiting and taking
    Bug(
        "the customer's time counts from the request",
        "pay: local deadline from the open answer",
        METHOD,
        'opened_s = self._age(known(opening.answered, "answer to the opening"))',
        "opened_s = self._age(opening.intended)",
        (CLOCKS, "-k", "customers_time"),
    ),
    Bug(
        "46 s count from the request",
        "not wanted any more: 46 s or later; facts: after the open response",
        METHOD,
        "opened_s=self._age(opening.answered or opening.intended),\n            unsure_s",
        "opened_s=self._age(opening.intended),\n            unsure_s",
        (CLOCKS, "-k", "not_closed_before"),
    ),
    Bug(
        "the shop is asked about once, and a lost answer takes nothing",
        "shop asked again just before",
        METHOD,
        "for _ in range(SHOP_ASKED_AGAIN):",
        "for _ in range(0):",
        (POINTS, "-k", "asked_about_again_before_taking"),
    ),
    Bug(
        "whatever asking the shop took, it is taken",
        "pay: closeNew(true), at the latest 240 s after the open request",
        METHOD,
        "if self._asked_s(opening) >= self._limits.loyalty_take_within_s:",
        "if self._asked_s(opening) < 0:",
        (CLOCKS, "-k", "while_the_shop_was_asked"),
    ),
    Bug(
        "whatever writing the taking down took, it is taken",
        "pay: closeNew(true), at the latest 240 s after the open request",
        METHOD,
        "return is_wanted and self._asked_s(opening) < self._limits.loyalty_take_within_s",
        "return is_wanted",
        (CLOCKS, "-k", "being_written_down"),
    ),
    Bug(
        "the time to take counts from the relay's answer",
        "pay: 240 s after the open request",
        METHOD,
        "        return self._age(opening.intended)\n\n    def _age",
        "        return self._age(opening.answered or opening.intended)\n\n    def _age",
        (CLOCKS, "-k", "slept_until"),
    ),
    Bug(
        "a close that is answered is paid",
        "L4: code 0 is not approval",
        METHOD,
        "        if read.answer is Answer.PAID:\n            return Approved(",
        "        if read.answer in (Answer.PAID, Answer.FAILED):\n            return Approved(",
        (PROOF, "-k", "whatever_its_code"),
    ),
    Bug(
        "who leaves while the phone asks still wants it",
        "goal UNDO when the customer leaves",
        METHOD,
        "await self._journal.write(GoalUndo(attempt_id), AttemptAdvanced(attempt_id, State.VOIDING, reason))",
        "await self._journal.write(AttemptAdvanced(attempt_id, State.VOIDING, reason))",
        (f"{CLOCKS}::test_who_leaves_has_given_it_up",),
    ),
    Bug(
        "who leaves while the relay is just being asked is not heard",
        "not wanted any more: left; the customer may leave",
        DESK,
        "for_s=for_s, fresh=is_new)",
        "for_s=for_s, fresh=is_new or True)",
        (POINTS, "-k", "just_being_asked"),
    ),
    Bug(
        "the goal is written after the send that serves it",
        "section 1: goal written before the send",
        METHOD,
        "_, answered = await self._close(attempt, wire.void, *_undo(attempt))\n"
        "                await self._journal.write(answered)",
        "_, answered = await self._close(attempt, wire.void)\n"
        "                await self._journal.write(*_undo(attempt), answered)",
        (CLOCKS, "-k", "given_up_before"),
    ),
    Bug(
        "after a restart what was sent is ours to send again",
        "crash: closeNew(true) only after the customer's word",
        METHOD,
        "is_ours_to_repeat=attempt.id in self._taken_here,",
        "is_ours_to_repeat=True,",
        (CLOCKS, "-k", "never_sent_again"),
    ),
    Bug(
        "an approval that cannot be written down is closed without taking",
        "L6: the exception is crepay's, ceos's and card's",
        METHOD,
        'nothing is sent, and the next start finds it."""\n        return False\n',
        'nothing is sent, and the next start finds it."""\n'
        "        attempt = await self._journal.attempt(attempt_id)\n"
        "        request = wire.void(Paths(attempt.facts[PATHS]), self._client.account, attempt.facts[PAYMENT], 'x')\n"
        "        permit = self._journal.license_reversal(attempt_id, request)\n"
        "        await self._client.change(permit, _purchase(attempt), Numbering.RELAY)\n"
        "        return True\n",
        (PROOF, "-k", "cannot_be_written_down"),
    ),
    Bug(
        "how long ago it was is told by the wall clock",
        "L10",
        METHOD,
        "return self._clock.elapsed(moment)",
        "return (self._clock.now_ms() - moment.wall_ms) / 1000",
        (CLOCKS, "-k", "reboot"),
    ),
    # -- afterwards
    Bug(
        "what was released is never looked at again",
        "L10 of the README: late money; a success may come after local abandonment",
        METHOD,
        "return AttemptAdvanced(attempt.id, state, reason or attempt.reason, watch=watch)",
        "return AttemptAdvanced(attempt.id, state, reason or attempt.reason)",
        (PROOF, "-k", "late_money"),
    ),
    Bug(
        "late points are told to nobody",
        "section 2: finding",
        METHOD,
        "        if looked is Answer.PAID and not found:\n",
        "        if looked is Answer.PAID and found:\n",
        (PROOF, "-k", "late_money"),
    ),
    Bug(
        "late points are found again and again",
        "section 2: finding",
        METHOD,
        "        if looked is Answer.PAID and not found:\n",
        "        if looked is Answer.PAID:\n",
        (PROOF, "-k", "late_money"),
    ),
    Bug(
        "points that turn out to be held are left there",
        "facts: a success after local abandonment: closeNew(false)",
        METHOD,
        "        if rules.may_be_held(await self._releasing(attempt), self._limits):\n",
        "        if looked is Answer.NO_ANSWER:\n",
        (PROOF, "-k", "held_after_all_is_released"),
    ),
    Bug(
        "points that landed behind the last close are left there",
        "close(false) again after a failed status without a denial",
        RULES,
        "return last.answer is Answer.APPROVED or (last.answer in NOT_PAID and not is_proven)",
        "return last.answer is Answer.APPROVED",
        ENDED,
    ),
    Bug(
        "points that turn out to be held are closed where that may take them",
        "no close is ever sent for a payment we do not want",
        RULES,
        "    if not known.is_honoured or any(one.answer is Answer.DENIED for one in known.tries):\n",
        "    if any(one.answer is Answer.DENIED for one in known.tries):\n",
        ENDED,
    ),
    Bug(
        "an order that was paid otherwise and taken by points makes no finding",
        "section 2: finding (duplicate)",
        BOOKS,
        "        if sale.order.state is OrderState.PAID:\n            # paid",
        "        if sale.order.state is OrderState.OPEN:\n            # paid",
        (PROOF, "-k", "is_a_finding"),
    ),
    Bug(
        "what came to staff lets another payment that is under way complete the order",
        "L5: what may be taken yet is not paid once more",
        BOOKS,
        "            await self._journal.write(step, task, *await self._not_wanted_beside(attempt))\n",
        "            await self._journal.write(step, task)\n",
        ("tests/flows/test_stopped.py",),
    ),
)
