"""Mistakes with cards. Rows are those of its tables in rules.py."""

from typing import Final

from tests.planted.bug import Bug

RULES: Final = "kiosk/services/gateways/card/rules.py"
WIRE: Final = "kiosk/services/gateways/card/wire.py"
METHOD: Final = "kiosk/services/gateways/card/method.py"
PROJECTION: Final = "kiosk/services/journal/projection.py"
ROWS: Final = ("tests/services/gateways/card/test_rules.py",)
WORDS: Final = ("tests/services/gateways/card/test_wire.py",)
CONTRACT: Final = "tests/contract/test_card.py"

BUGS: Final = (
    # -- what is read
    Bug(
        "a confirm of another amount is approved",
        "L4: APPROVED + paymentKey + orderId + totalAmount",
        WIRE,
        "    if told != (payment.key, payment.order_id, payment.amount.amount, int) or",
        "    if told[:2] != (payment.key, payment.order_id) or",
        WORDS,
    ),
    Bug(
        "a confirm of another order is approved",
        "L4: APPROVED + paymentKey + orderId + totalAmount",
        WIRE,
        'told = (fields.get("paymentKey"), fields.get("orderId"), amount, type(amount))',
        'told = (fields.get("paymentKey"), payment.order_id, amount, type(amount))',
        WORDS,
    ),
    Bug(
        "a confirm in any word is approved",
        "L4: APPROVED + paymentKey + orderId + totalAmount",
        WIRE,
        'or fields.get("status") != "APPROVED":',
        'or fields.get("status") is None:',
        WORDS,
    ),
    Bug(
        "a truth value is an amount",
        "L4: APPROVED + paymentKey + orderId + totalAmount",
        WIRE,
        "amount, type(amount))",
        "amount, int)",
        WORDS,
    ),
    Bug(
        "an error of the framework is a refusal",
        "row: 500 with code: not moved",
        WIRE,
        "    if not isinstance(code, str):\n        return Read(Answer.NO_ANSWER)",
        "    if not isinstance(code, str):\n        return Read(Answer.REFUSED)",
        WORDS,
    ),
    Bug(
        "a code is believed in any status",
        "L3: an error code not in that gateway's table",
        WIRE,
        "    refused = Answer.REFUSED if (status, code) in REFUSED else Answer.NO_ANSWER\n",
        "    refused = Answer.REFUSED if code in {told for _, told in REFUSED} else Answer.NO_ANSWER\n",
        WORDS,
    ),
    Bug(
        "any success of a cancel has given back",
        "L4: 200 is not approval",
        WIRE,
        '    if fields.get("status") != "CANCELED":\n',
        '    if fields.get("status") is None:\n',
        WORDS,
    ),
    Bug(
        "what another order's payment says is ours",
        "create again: the stored orderId",
        WIRE,
        '    if (fields.get("paymentKey"), fields.get("orderId")) != (payment.key, payment.order_id):\n',
        '    if fields.get("paymentKey") != payment.key:\n',
        WORDS,
    ),
    Bug(
        "any text is the address of a receipt",
        "receipt URL (shown as QR on the receipt)",
        WIRE,
        "isinstance(url, str) and RECEIPT.fullmatch(url)",
        "isinstance(url, str)",
        WORDS,
    ),
    Bug(
        "an amount of nothing is asked for",
        "card: amounts below 1 are refused here",
        WIRE,
        "require(self.amount.amount >= 1 and",
        "require(self.amount.amount >= -1 and",
        WORDS,
    ),
    # -- the first answer
    Bug(
        "a confirm that nobody answered was refused",
        "L3; row: confirm UNKNOWN",
        RULES,
        "        Answer.NO_ANSWER: Unknown(Reason.NO_ANSWER),\n        # it was confirmed",
        "        Answer.NO_ANSWER: Declined(Reason.REFUSED),\n        # it was confirmed",
        ROWS,
    ),
    Bug(
        "other values under our key were refused",
        "row: 409: our own bug, stop; probe the key",
        RULES,
        "        Answer.MISMATCH: Unknown(Reason.CONTRADICTORY, undo=True),\n",
        "        Answer.MISMATCH: Declined(Reason.ID_REUSED),\n",
        ROWS,
    ),
    Bug(
        "after a mistake of ours cards go on",
        "card: 409 is our bug: stop and tell staff",
        METHOD,
        "            self._mistaken = True\n",
        "",
        (CONTRACT, "-k", "mistake_of_ours"),
    ),
    Bug(
        "nobody is told of a mistake of ours",
        "card: 409 is our bug: stop and tell staff",
        METHOD,
        "            entries = (*entries, TaskOpened(TaskKind.MISTAKE, attempt.order_id, attempt.id, facts))\n",
        "            _ = facts, TaskOpened, TaskKind\n",
        (CONTRACT, "-k", "mistake_of_ours"),
    ),
    Bug(
        "a create that nobody answered is a payment that may be under way",
        "row: create UNKNOWN: create again, no money involved",
        METHOD,
        "            if answer is not Answer.NO_ANSWER:\n                break\n",
        "            break\n",
        (CONTRACT, "-k", "create_whose_answer_is_lost"),
    ),
    Bug(
        "a key that is known is confirmed",
        "L2: ids are made before use; one that is known was never ours",
        METHOD,
        "        if created is not Answer.INITIATED:\n",
        "        if created not in (Answer.INITIATED, Answer.APPROVED):\n",
        (CONTRACT, "-k", "fresh_key"),
    ),
    # -- a lost confirm
    Bug(
        "what is not wanted any more is confirmed again",
        "section 1, goal",
        RULES,
        "    if evidence.goal is not Goal.TAKE or not evidence.is_ours_to_repeat:\n",
        "    if not evidence.is_ours_to_repeat:\n",
        ROWS,
    ),
    Bug(
        "after a restart it is confirmed again",
        "section 1: PAID only with 계속하기",
        RULES,
        "    if evidence.goal is not Goal.TAKE or not evidence.is_ours_to_repeat:\n",
        "    if evidence.goal is not Goal.TAKE:\n",
        ROWS,
    ),
    Bug(
        "it is confirmed again for ever",
        "row: confirm again, up to 3 times",
        RULES,
        "    if len(confirms) >= len(CONFIRM_AGAIN_S):\n        return None\n",
        "    confirms = confirms[:2]\n",
        ROWS,
    ),
    Bug(
        "not paid yet is not paid",
        "row: INITIATED after 30 s: not moved",
        RULES,
        "    is_over = _given_up_s(evidence) - last.began_s >= evidence.settle_s\n",
        "    is_over = True\n",
        ROWS,
    ),
    Bug(
        "the settle time counts from the first confirm alone",
        "row: INITIATED after 30 s: not moved",
        RULES,
        "(one.age_s for one in evidence.tries if one.call is Call.CONFIRM), default",
        "(one.age_s for one in evidence.tries if one.call is Call.CREATE and not one.age_s), default",
        ROWS,
    ),
    Bug(
        "a look is as young as its answer",
        "row: INITIATED after 30 s: not moved",
        RULES,
        "    is_over = _given_up_s(evidence) - last.began_s >= evidence.settle_s\n",
        "    is_over = _given_up_s(evidence) - last.age_s >= evidence.settle_s\n",
        ROWS,
    ),
    Bug(
        "a look that says approved is proof enough",
        "L4: APPROVED + paymentKey + orderId + totalAmount",
        RULES,
        "        return Confirm() if evidence.goal is Goal.TAKE else _cancel_when_due(evidence.tries)\n    is_over",
        "        return Verdict(State.APPROVED) if evidence.goal is Goal.TAKE else _cancel_when_due(evidence.tries)\n"
        "    is_over",
        ROWS,
    ),
    Bug(
        "what is paid and not wanted is confirmed",
        "section 1, goal: proof of approval leads to giving back",
        RULES,
        "        return Confirm() if evidence.goal is Goal.TAKE else _cancel_when_due(evidence.tries)\n    is_over",
        "        return Confirm()\n    is_over",
        ROWS,
    ),
    Bug(
        "what was paid and is forgotten was not charged",
        "row: probe says INITIATED although we hold an APPROVED: staff",
        RULES,
        "    if was_paid:\n        return Verdict(State.NEEDS_STAFF, Reason.FORGOTTEN)\n",
        "    if was_paid and evidence.goal is Goal.TAKE and evidence.state is State.REVERSING:\n"
        "        return Verdict(State.NEEDS_STAFF, Reason.FORGOTTEN)\n",
        ROWS,
    ),
    Bug(
        "a payment that is gone is given back",
        "row: cancel 404: the server lost its memory",
        RULES,
        "        (Call.CANCEL, Answer.NOT_FOUND): Verdict(State.NEEDS_STAFF, Reason.FORGOTTEN),\n",
        "        (Call.CANCEL, Answer.NOT_FOUND): Verdict(State.NOT_CHARGED, Reason.CANCELLED_THERE),\n",
        ROWS,
    ),
    Bug(
        "a cancel that says so has undone a lost payment",
        "a cancel's answer names no payment",
        RULES,
        "        (Call.CREATE, Answer.CANCELED): Verdict(State.NOT_CHARGED, Reason.CANCELLED_THERE),\n",
        "        (Call.CREATE, Answer.CANCELED): Verdict(State.NOT_CHARGED, Reason.CANCELLED_THERE),\n"
        "        (Call.CANCEL, Answer.CANCELED): Verdict(State.NOT_CHARGED, Reason.CANCELLED_THERE),\n",
        ROWS,
    ),
    Bug(
        "what cannot be settled is tried for ever",
        "L8: NEEDS_STAFF at 50 min",
        RULES,
        "    if last is not None and evidence.unsure_s - last.age_s >= evidence.staff_after_s:\n",
        "    if last is None and evidence.unsure_s >= evidence.staff_after_s:\n",
        ROWS,
    ),
    Bug(
        "cancels are sent without a pause",
        "I12: requests are bounded",
        RULES,
        "    return Wait(wait) if wait else Cancel()\n\n\ndef _next_confirm",
        "    return Cancel()\n\n\ndef _next_confirm",
        ROWS,
    ),
    # -- giving back
    Bug(
        "a cancel that says so has given back",
        "a cancel's answer names no payment",
        RULES,
        "        (Call.CREATE, Answer.CANCELED): RefundVerdict(RefundState.DONE),\n",
        "        (Call.CREATE, Answer.CANCELED): RefundVerdict(RefundState.DONE),\n"
        "        (Call.CANCEL, Answer.CANCELED): RefundVerdict(RefundState.DONE),\n",
        ROWS,
    ),
    Bug(
        "what the server has forgotten was given back",
        "card: a fresh INITIATED for a key we hold as APPROVED: NEEDS_STAFF",
        RULES,
        "        (Call.CREATE, Answer.INITIATED): RefundVerdict(RefundState.NEEDS_STAFF, Reason.FORGOTTEN),\n",
        "        (Call.CREATE, Answer.INITIATED): RefundVerdict(RefundState.DONE),\n",
        ROWS,
    ),
    Bug(
        "a cancel that never left is believed lost",
        "refund: ASKED (proven not sent)",
        METHOD,
        "RefundState.ASKED if answer is Answer.NOT_SENT else RefundState.UNKNOWN",
        "RefundState.UNKNOWN",
        ("tests/contract/test_giving_back.py", "-k", "card and not_yet_sent"),
    ),
    Bug(
        "late money is not given back",
        "section 2: finding (late)",
        METHOD,
        "        answered, _ = await self._cancel(attempt)\n        await self._journal.write(answered)\n"
        "        back =",
        "        back =",
        ("tests/contract/test_giving_back.py", "-k", "card and lands_after"),
    ),
    Bug(
        "the address of the receipt is lost with the answer",
        "receipt URL (shown as QR on the receipt)",
        METHOD,
        "        await self._journal.write(_answered(permit, read), *_receipt(attempt, read))\n",
        "        await self._journal.write(_answered(permit, read))\n",
        (CONTRACT, "-k", "hear_how_much"),
    ),
    # -- the journal
    Bug(
        "what was given up is confirmed once more",
        "L2: a permit is void after a goal change; what is not wanted is not charged",
        "kiosk/services/journal/permits.py",
        "if row is not None and row[0] == Goal.UNDO:",
        "if row is None:",
        ("tests/flows/test_cards.py", "tests/services/journal/test_permits.py", "-k", "given_up"),
    ),
    Bug(
        "what repeats a request may be another",
        "rule 3: one id, one body",
        PROJECTION,
        '        require(sent is not None and tuple(sent) == same, f"',
        '        require(sent is not None, f"',
        ("tests/services/journal/test_laws.py", "-k", "repeat"),
    ),
)
