"""Mistakes with Crepay. Rows are those of its tables in rules.py; sections are those of README.md, "money"."""

from typing import Final

from tests.planted.bug import Bug

RULES: Final = "kiosk/services/gateways/crepay/rules.py"
WIRE: Final = "kiosk/services/gateways/crepay/wire.py"
METHOD: Final = "kiosk/services/gateways/crepay/method.py"
ROWS: Final = ("tests/services/gateways/crepay/test_rules.py",)
WORDS: Final = ("tests/services/gateways/crepay/test_wire.py",)
CONTRACT: Final = "tests/contract/test_gateways.py"
SALES: Final = "tests/flows/test_checkout.py"
ANSWERS: Final = "tests/flows/test_answers.py"

BUGS: Final = (
    Bug(
        "a checkout that timed out was declined",
        "L3; row: checkout UNKNOWN",
        RULES,
        "Answer.NO_ANSWER: Unknown(Reason.NO_ANSWER, undo=True),",
        "Answer.NO_ANSWER: Declined(Reason.REFUSED),",
        ROWS,
    ),
    Bug(
        "an id that came twice is simply tried anew",
        "row: ZLGN002 on a repeat",
        RULES,
        "Answer.ID_REUSED: Unknown(Reason.ID_REUSED, undo=True),",
        "Answer.ID_REUSED: Declined(Reason.ID_REUSED, again=True),",
        ROWS,
    ),
    Bug(
        "a checkout answer's transaction id is not compared",
        "L4",
        WIRE,
        "if message.transaction_id != transaction_id or message.barcode != barcode.reveal():",
        "if message.barcode != barcode.reveal():",
        WORDS,
    ),
    Bug(
        "a checkout answer's barcode is not compared",
        "L4",
        WIRE,
        "if message.transaction_id != transaction_id or message.barcode != barcode.reveal():",
        "if message.transaction_id != transaction_id:",
        WORDS,
    ),
    Bug(
        "a checkout answer's amount is not compared",
        "L4; row: amount differs",
        WIRE,
        "message.barcode != barcode.reveal():\n        return Read(Answer.OTHER_IDS)\n"
        "    return Read(Answer.OK if message.amount == amount else Answer.OTHER_AMOUNT, message.amount)",
        "message.barcode != barcode.reveal():\n        return Read(Answer.OTHER_IDS)\n"
        "    return Read(Answer.OK, message.amount)",
        WORDS,
    ),
    Bug(
        "a cancel of another checkout is believed",
        "row: cancel-network 200, target matches",
        WIRE,
        "if message.target != target:",
        "if not message.target:",
        WORDS,
    ),
    Bug(
        "a cancel of another amount is believed",
        "row: cancel-network 200, amount matches",
        WIRE,
        "message.target != target:\n        return Read(Answer.OTHER_IDS)\n"
        "    return Read(Answer.OK if message.amount == amount else Answer.OTHER_AMOUNT, message.amount)",
        "message.target != target:\n        return Read(Answer.OTHER_IDS)\n    return Read(Answer.OK, message.amount)",
        WORDS,
    ),
    Bug(
        "an error code that the table lacks is a refusal",
        "L3",
        WIRE,
        "return Read(CODES.get(code, Answer.OTHER_CODE))",
        "return Read(CODES.get(code, Answer.REFUSED))",
        WORDS,
    ),
    Bug(
        "a proxy's page is a refusal",
        "L3",
        WIRE,
        "return Read(Answer.REFUSED)\n        return Read(Answer.UNREADABLE)",
        "return Read(Answer.REFUSED)\n        return Read(Answer.REFUSED)",
        WORDS,
    ),
    Bug(
        "one ZLGN021 is enough for not charged",
        "row: ZLGN021, repeat after 5, 30 and 60 s",
        RULES,
        "if len(seen) <= len(NOT_THERE_AT_S):",
        "if len(seen) < 1:",
        ROWS,
    ),
    Bug(
        "the balance from before is ignored",
        "row: balance lower",
        RULES,
        "if last.balance < evidence.baseline:",
        "if last.balance < 0:",
        ROWS,
    ),
    Bug(
        "a lost checkout is undone by the ordinary cancel",
        "row: checkout UNKNOWN, cancel-network at once",
        RULES,
        "call = Call.CANCEL_NETWORK if evidence.network_cancel else Call.CANCEL",
        "call = Call.CANCEL",
        ROWS,
    ),
    Bug(
        "a lost checkout is claimed when its undo is refused as unknown barcode",
        "row: ZLGN001 after UNKNOWN",
        RULES,
        "return Verdict(State.NEEDS_STAFF, Reason.CONTRADICTORY)\n    if evidence.unsure_s",
        "return Verdict(State.APPROVED, Reason.CONTRADICTORY)\n    if evidence.unsure_s",
        ROWS,
    ),
    Bug(
        "an undo is tried for ever",
        "row: nothing for 50 min",
        RULES,
        "    if evidence.unsure_s >= evidence.staff_after_s:\n"
        "        return Verdict(State.NEEDS_STAFF, Reason.SETTLED_LATE)\n    if last.answer is Answer.UNSUPPORTED",
        "    if last.answer is Answer.UNSUPPORTED",
        ROWS,
    ),
    Bug(
        "cancel-network is used as a refund",
        "row: do not use cancel-network to refund",
        METHOD,
        "request = asking.cancel(Call.CANCEL, target, amount)",
        "request = asking.cancel(Call.CANCEL_NETWORK, target, amount)",
        (f"{SALES}::test_giving_back_goes_from_the_last_payment_to_the_first",),
    ),
    Bug(
        "another amount is undone by cancel-network",
        "row: amount differs",
        RULES,
        "if not evidence.undos:\n        return Send(Call.CANCEL)",
        "if not evidence.undos:\n        return Send(Call.CANCEL_NETWORK)",
        ROWS,
    ),
    Bug(
        "of another amount, what was asked is cancelled and not what was taken",
        "row: amount differs, cancel the amount reported",
        METHOD,
        'return known(attempt.received or attempt.asked, "amount asked").amount',
        'return known(attempt.asked, "amount asked").amount',
        (f"{ANSWERS}::test_a_coupon_server_that_takes_another_amount_gives_exactly_that_back",),
    ),
    Bug(
        "a server without cancel-network is asked for it again and again",
        "payment methods: 404 without errorCode is remembered",
        METHOD,
        "supported = self._network_cancel and not any(one.answer is Answer.UNSUPPORTED for one in undos)",
        "supported = True",
        (f"{ANSWERS}::test_a_server_that_lacks_cancel_network_undoes_by_cancel",),
    ),
    Bug(
        "a refund that is refused as unknown is done",
        "row: refund UNKNOWN, ZLGN021",
        RULES,
        "if before is None or not maybe_done:\n"
        "        return RefundVerdict(RefundState.NEEDS_STAFF, Reason.CONTRADICTORY)",
        "if before is None or not maybe_done:\n        return RefundVerdict(RefundState.DONE)",
        ROWS,
    ),
    Bug(
        "a refund refused as unknown is done without a look at the balance",
        "row: confirm by balance",
        RULES,
        "rose = since[-1].balance >= before + evidence.amount",
        "rose = since[-1].balance >= 0",
        ROWS,
    ),
    Bug(
        "an undo repeats the id of the checkout",
        "row: each with a new own id; L2",
        METHOD,
        "transaction_id=wire_id(operation, self._random.token(TOKEN_LENGTH), ID_LONGEST),",
        "transaction_id=attempt.facts.get(TARGET) or wire_id(operation, self._random.token(TOKEN_LENGTH), ID_LONGEST),",
        (f"{ANSWERS}::test_a_lost_coupon_answer_is_undone_and_the_whole_is_due_again",),
    ),
    Bug(
        "an undo carries the time at which the attempt began",
        "row: each with a new own clock",
        METHOD,
        "timestamp_ms=self._client.server_ms,",
        "timestamp_ms=attempt.began.wall_ms,",
        (f"{ANSWERS}::test_an_undo_that_is_sent_much_later_carries_its_own_time",),
    ),
    Bug(
        "the server's clock is not asked for",
        "payment methods: the offset corrects timestamp",
        METHOD,
        "timestamp_ms=self._client.server_ms,",
        "timestamp_ms=self._clock.now_ms(),",
        (f"{ANSWERS}::test_a_payment_carries_the_servers_time",),
    ),
    Bug(
        "a coupon is asked for all that is due, whatever it holds",
        "payment methods: min(balance, due)",
        METHOD,
        "most = attempt.due if balance is None else min(balance, attempt.due)",
        "most = attempt.due",
        (f"{SALES}::test_a_coupon_pays_a_part_and_ceos_the_rest",),
    ),
    Bug(
        "an empty coupon is offered",
        "payment methods: balance 0 is never offered",
        METHOD,
        "            elif balance is not None and not balance:",
        "            elif balance is None:",
        (f"{ANSWERS}::test_an_empty_coupon_is_never_offered",),
    ),
    Bug(
        "late money of a coupon is given back and nobody is told",
        "section 2: finding",
        METHOD,
        "answer = await self._undo(attempt, call, (), if_undone=entries)\n        if answer is Answer.UNSUPPORTED",
        "answer = await self._undo(attempt, call, ())\n        if answer is Answer.UNSUPPORTED",
        ("tests/flows/test_recovery.py::test_late_money_of_a_coupon_is_found_too",),
    ),
    Bug(
        "late money of a coupon that was given back is still to be given back",
        "section 2: finding",
        "kiosk/domain/late.py",
        "return (recorded, task, FindingAdvanced(finding, FindingState.REFUNDED))",
        "return (recorded, task)",
        ("tests/flows/test_recovery.py::test_killed_while_late_money_is_given_back_the_till_knows_that_it_was",),
    ),
    Bug(
        "an unstored approval is reversed by cancel-network of nothing",
        "L6",
        METHOD,
        "permit = self._journal.license_reversal(attempt_id, asking.cancel(Call.CANCEL, target, amount))",
        'permit = self._journal.license_reversal(attempt_id, asking.cancel(Call.CANCEL, "", amount))',
        ("tests/flows/test_restart.py", "-k", "cannot_be_written_down"),
    ),
)
