"""Mistakes with loyalty points for the simulation to catch."""

from typing import Final

from tests.planted.bug import Bug

RULES: Final = "kiosk/services/gateways/loyalty/rules.py"
REFUNDS: Final = "kiosk/services/gateways/loyalty/refund_rules.py"
METHOD: Final = "kiosk/services/gateways/loyalty/method.py"
CLIENT: Final = "kiosk/services/gateways/loyalty/client.py"
ANSWERS: Final = "kiosk/services/gateways/loyalty/answers.py"
RECOVERY: Final = "kiosk/flows/recovery.py"
METHODS: Final = "payment methods, loyalty"
SEEN_IN_STORIES: Final = ("tests/simulation",)

POINTS: Final = (
    Bug(
        "a question on the phone of which nothing is heard was never asked",
        "L3",
        METHOD,
        "            case _:\n                return await self._lost(attempt.id, answered)\n",
        "            case _:\n                return Declined(Reason.REFUSED, entries=(answered,))\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a payment that was lost is asked for on the phone once more",
        METHODS,
        METHOD,
        "        read = await self._client.open_new(permit, dialect.paths, _purchase(attempt))\n",
        "        read = await self._client.open_new(permit, dialect.paths, _purchase(attempt))\n"
        "        if read.answer is Answer.NO_ANSWER:\n"
        "            await self._journal.write(OperationAnswered(permit.operation_id, read.answer, read.facts))\n"
        "            permit = await self._journal.intend(attempt.id, permit.request)\n"
        "            read = await self._client.open_new(permit, dialect.paths, _purchase(attempt))\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "what is not wanted any more is looked at and never released",
        METHODS,
        METHOD,
        "                _, answered = await self._close(attempt, wire.void, *_undo(attempt))\n"
        "                await self._journal.write(answered)\n            case Wait",
        "                await self._look(attempt)\n            case Wait",
        SEEN_IN_STORIES,
    ),
    Bug(
        "one close that found nothing is believed",
        METHODS,
        RULES,
        "    if free and free[-1] >= limits.loyalty_forced_s:\n",
        "    if free:\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "what nobody can name is free at once",
        METHODS,
        RULES,
        "    left_s = limits.loyalty_forced_s - known.unsure_s\n    return Wait(min",
        "    left_s = limits.loyalty_close_after_s - known.unsure_s\n    return Wait(min",
        SEEN_IN_STORIES,
    ),
    Bug(
        "points are taken although their customer was sent away while that was written down",
        "L2; section 1, goal",
        METHOD,
        "        is_wanted = (await self._journal.attempt(attempt_id)).goal is not Goal.UNDO\n",
        "        is_wanted = True\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a charge is sent beside one that has come to staff",
        "L5",
        "kiosk/services/journal/permits.py",
        "            if not read_sale(connection, order_id).may_charge(entry.attempt_id):\n",
        "            if False:\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "after a restart points are taken once more",
        METHODS,
        RULES,
        "        return Capture() if known.is_ours_to_repeat else Look()\n",
        "        return Capture()\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "an approval is taken however late it is seen",
        METHODS,
        RULES,
        "            return Capture() if known.asked_s < limits.loyalty_take_within_s else Release(Reason.TOO_LATE)\n",
        "            return Capture()\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a close whose answer is lost has taken the points",
        "L3",
        RULES,
        "    if last.answer is Answer.PAID:\n        return Verdict(State.APPROVED)\n    if last.answer in NOT_PAID or",
        "    if last.answer in (Answer.PAID, Answer.NO_ANSWER):\n        return Verdict(State.APPROVED)\n"
        "    if last.answer in NOT_PAID or",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a relay that may take it is told to release it",
        METHODS,
        RULES,
        "    step = _next_void(known, last, limits) if known.is_honoured else _watch_only(known, last, limits)\n",
        "    step = _next_void(known, last, limits)\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "whatever a relay says to a close without a word, it heeds the word",
        METHODS,
        CLIENT,
        '        return None if envelope is None else envelope.code == 2001 and "confirm" in envelope.invalid\n',
        "        return envelope is not None\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "the document's 9 is read as paid",
        METHODS,
        ANSWERS,
        "        9: Answer.RUN_OUT,\n",
        "        9: Answer.PAID,\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "the shop is not asked about before points are taken for it",
        METHODS,
        METHOD,
        "        closed = await self._why_shop_is_closed()\n        if closed is not None:\n            return await",
        "        closed = None\n        if closed is not None:\n            return await",
        SEEN_IN_STORIES,
    ),
    Bug(
        "what a message says of an approval is believed",
        "L7",
        METHOD,
        "                last=last,\n",
        "                last=Answer.APPROVED if any(one.code == 0 for one in ear.told) else last,\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "what a message says of a denial is believed",
        "L7",
        METHOD,
        "                last=last,\n",
        "                last=Answer.DENIED if any(one.code in (4000, 2001, 1001) for one in ear.told) else last,\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "what a stop left on a phone goes on waiting for it",
        METHODS,
        RECOVERY,
        "        State.WAITING: State.VOIDING,\n",
        "",
        SEEN_IN_STORIES,
    ),
    Bug(
        "what cannot be released lets its order be paid once more",
        "L5",
        "kiosk/domain/order.py",
        "    return attempt.state is State.VOIDING and not attempt.is_released\n",
        "    return attempt.state is State.OPEN_LOST and not attempt.is_released\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a relay that does not heed is told of as if it gave back",
        "section 4",
        METHOD,
        '            facts[NOT_RELEASED] = "yes"\n',
        "            pass\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "what the owner gave back is left for the relay to close",
        METHODS,
        REFUNDS,
        "    if last.answer is Answer.CANCEL_APPROVED:\n",
        "    if last.answer is Answer.CANCEL_APPROVED and known.opened_s > limits.loyalty_forced_s:\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a cancel is closed before anybody has approved it",
        METHODS,
        REFUNDS,
        "    is_last_call = known.numbering is Numbering.RELAY and ends_s >= limits.loyalty_cancel_close_s\n",
        "    is_last_call = ends_s >= limits.loyalty_cancel_close_s\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a cancel that the relay closed by force has given back",
        "L4",
        REFUNDS,
        "    if last.answer is Answer.REFUNDED:\n",
        "    if last.answer in (Answer.REFUNDED, Answer.CANCEL_FAILED):\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "an opened cancel that is heard of no more gives nothing back",
        "L3",
        REFUNDS,
        "    if last.answer in CANCEL_OPEN:\n        return RefundVerdict(RefundState.PENDING)\n    is_paid",
        "    if last.answer in CANCEL_OPEN:\n        return RefundVerdict(RefundState.REFUSED)\n    is_paid",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a till that was off for an hour gives up without asking",
        "L8",
        RULES,
        "    return unsure_s - last.age_s >= limits.staff_after_s\n",
        "    return unsure_s >= limits.staff_after_s\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "what landed behind the last close is held for ever",
        METHODS,
        RULES,
        "    return last.answer is Answer.APPROVED or (last.answer in NOT_PAID and not is_proven)\n",
        "    return last.answer is Answer.APPROVED and not is_proven\n",
        SEEN_IN_STORIES,
    ),
)
