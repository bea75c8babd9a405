"""Mistakes with transfers for the simulation to catch."""

from typing import Final

from tests.planted.bug import Bug

METHOD: Final = "kiosk/services/gateways/ezpg/method.py"
RULES: Final = "kiosk/services/gateways/ezpg/rules.py"
ROWS: Final = "kiosk/services/gateways/ezpg/rows.py"
PAYOUTS: Final = "kiosk/services/gateways/ezpg/payouts.py"
REFUNDS: Final = "kiosk/services/gateways/ezpg/refund_rules.py"
RECOVERY: Final = "kiosk/flows/recovery.py"
WATCH: Final = "kiosk/domain/watch.py"
METHODS: Final = "payment methods, ezpg"
SEEN_IN_STORIES: Final = ("tests/simulation",)

TRANSFERS: Final = (
    Bug(
        "a deposit into another account pays",
        "L4",
        ROWS,
        "        if (account and number and number != account) or (not account and _is_anothers(row, merchant)):\n"
        "            continue\n        deposit = _read_deposit(row)\n",
        '        deposit = _read_deposit({**row, "accountNo": account or number})\n',
        SEEN_IN_STORIES,
    ),
    Bug(
        "the amount of a deposit is not looked at",
        "L4",
        RULES,
        "    exact = [one for one in came if abs(one.amount - expected.amount) <= expected.tolerance]\n",
        "    exact = came\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a deposit that its bank took back pays",
        "L4",
        RULES,
        "    completed = [one for one in rows if one.state is RowState.COMPLETED and is_ours(one, expected)]\n",
        "    states = (RowState.COMPLETED, RowState.CANCELLED)\n"
        "    completed = [one for one in rows if one.state in states and is_ours(one, expected)]\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a deposit that a bank has only asked about pays",
        "L4",
        RULES,
        "    completed = [one for one in rows if one.state is RowState.COMPLETED and is_ours(one, expected)]\n",
        "    states = (RowState.COMPLETED, RowState.PENDING)\n"
        "    completed = [one for one in rows if one.state in states and is_ours(one, expected)]\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "its time is over although nobody could be asked",
        "L3",
        RULES,
        "is_over = left_s <= 0 and not unheard",
        "is_over = left_s <= 0",
        SEEN_IN_STORIES,
    ),
    Bug(
        "who left is told that nothing was paid although nobody could be asked",
        "L3",
        METHOD,
        "            if left.is_known and not left.is_disputed:\n",
        "            if left:\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "what came while they wanted to pay otherwise is overlooked",
        METHODS,
        METHOD,
        "            return await self._settled(attempt, left.came)\n",
        "            return await self._end(attempt, State.CLOSED, Reason.LEFT_TRANSFER)\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "an account that has ended is looked at once",
        METHODS,
        WATCH,
        "return ago_s >= rhythm.every_s or any(",
        "return any(",
        SEEN_IN_STORIES,
    ),
    Bug(
        "late money is looked for until midnight",
        METHODS,
        WATCH,
        "limits.ezpg_sweep_s, days=2)",
        "limits.ezpg_sweep_s, days=1)",
        SEEN_IN_STORIES,
    ),
    Bug(
        "an account counts from a time that a clock was set from meanwhile",
        METHODS,
        METHOD,
        "_account_facts(issued.account, self._client.there_ms, until_ms)",
        "_account_facts(issued.account, now_ms + (self._client.ahead_ms or 0), until_ms)",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a login that is refused twice is written down twice",
        "fault",
        METHOD,
        "            if issued.answer is not Answer.SIGNED_OUT or tries == SIGN_INS:\n",
        "            if issued.answer is not Answer.SIGNED_OUT:\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "what comes twice is not found",
        METHODS,
        RULES,
        "        if row.state is RowState.COMPLETED and not is_known:\n",
        "        if row.state is RowState.COMPLETED and not is_known and not known.transaction:\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "what a bank takes back is not noticed",
        METHODS,
        RULES,
        "        if row.state is RowState.CANCELLED and is_known and row.transaction not in known.corrected:\n",
        "        if row.state is RowState.FAILED and is_known and row.transaction not in known.corrected:\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "what a bank takes back changes nothing of the payment",
        "section 2",
        METHOD,
        "        return (recorded, task, step) if is_own else (recorded, task)\n",
        "        return ()\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a withdrawal whose answer is lost was never asked for",
        "L3",
        REFUNDS,
        "    if answer in (Answer.NOT_SENT, Answer.SIGNED_OUT):\n",
        "    if answer in (Answer.NOT_SENT, Answer.SIGNED_OUT, Answer.NO_ANSWER):\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a withdrawal that waits for its approval was paid out",
        METHODS,
        REFUNDS,
        "    if row.state is RowState.COMPLETED:\n",
        "    if row.state in (RowState.COMPLETED, RowState.PENDING):\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a withdrawal that was rejected was paid out",
        METHODS,
        REFUNDS,
        "        return Verdict(RefundState.REFUSED, Reason.REJECTED_THERE, row.transaction)\n",
        "        return Verdict(RefundState.DONE, claimed=row.transaction)\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "after a restart nobody asks for a withdrawal of what its bank took back meanwhile",
        "section 2",
        RECOVERY,
        "    return attempt.received is not None and (is_there or is_begun)\n",
        "    return attempt.received is not None and attempt.state in HOLDING\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "what was found and paid out stays open",
        "section 2",
        PAYOUTS,
        "FindingState.REFUNDED)) if is_open else steps",
        "FindingState.REFUNDED)) if not is_open else steps",
        SEEN_IN_STORIES,
    ),
    Bug(
        "another refund's withdrawal is taken for this one's",
        METHODS,
        PAYOUTS,
        "return all(one.id == refund.id for one in await self._journal.refunds_noted(CLAIMED, row.transaction))",
        "return True",
        SEEN_IN_STORIES,
    ),
    Bug(
        "who is with staff because nobody could tell leaves its row to another",
        "only if exactly one unclaimed row fits",
        REFUNDS,
        "        return reason != Reason.NOTHING_THERE\n",
        "        return False\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a withdrawal that no list shows was paid out",
        "L3",
        REFUNDS,
        "        return Verdict(RefundState.NEEDS_STAFF, Reason.NOTHING_THERE)\n",
        "        return Verdict(RefundState.DONE)\n",
        SEEN_IN_STORIES,
    ),
)
