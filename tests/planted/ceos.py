"""Mistakes with CEOS. Rows are those of its tables in rules.py."""

from typing import Final

from tests.planted.bug import Bug

RULES: Final = "kiosk/services/gateways/ceos/rules.py"
WIRE: Final = "kiosk/services/gateways/ceos/wire.py"
METHOD: Final = "kiosk/services/gateways/ceos/method.py"
ROWS: Final = ("tests/services/gateways/ceos/test_rules.py",)
WORDS: Final = ("tests/services/gateways/ceos/test_wire.py",)
SALES: Final = "tests/flows/test_checkout.py"
ANSWERS: Final = "tests/flows/test_answers.py"

BUGS: Final = (
    Bug(
        "a payment that timed out was declined",
        "L3; row: instant UNKNOWN",
        RULES,
        "Answer.NO_ANSWER: Unknown(Reason.NO_ANSWER),",
        "Answer.NO_ANSWER: Declined(Reason.REFUSED),",
        ROWS,
    ),
    Bug(
        "a 500 is believed when the look after it came to nothing",
        "row: 500 in the server's own shape, GET once",
        METHOD,
        "return rules.LOOK_OUTCOME.get((answer, looked), Unknown(Reason.NO_ANSWER))",
        "return rules.LOOK_OUTCOME.get((answer, looked), Declined(Reason.REFUSED))",
        (f"{ANSWERS}::test_a_refusal_of_ceos_is_not_believed_when_nobody_can_look",),
    ),
    Bug(
        "a 500 is believed although the look says paid",
        "row: 500 in the server's own shape, PAID -> accept",
        METHOD,
        "if looked is Answer.PAID:\n        return Approved(due, payment)",
        "if looked is Answer.PAID:\n        return Declined(Reason.REFUSED)",
        (f"{ANSWERS}::test_a_refusal_of_ceos_that_was_paid_all_the_same_is_a_sale",),
    ),
    Bug(
        "any 500 of the server's own is a refusal",
        "row: 500 whose text begins 결제 처리",
        WIRE,
        "if status == 500 and text is not None and text.startswith(REFUSED_TRY_BEGINS):",
        "if status == 500 and text is not None:",
        WORDS,
    ),
    Bug(
        "a framework's 404 says that there is no such payment",
        "row: 404 with messageDetail",
        WIRE,
        "return Answer.REFUSED if status == 404 else Answer.NO_ANSWER",
        "return Answer.NOT_THERE if status == 404 else Answer.NO_ANSWER",
        WORDS,
    ),
    Bug(
        "a 409 means paid",
        "row: instant 409",
        WIRE,
        "409: Answer.CONFLICT}",
        "409: Answer.PAID}",
        WORDS,
    ),
    Bug(
        "an early 404 means not charged",
        "row: 404 before 90 s",
        RULES,
        "case Answer.NOT_THERE if last.after_waiting_s >= evidence.settle_s:",
        "case Answer.NOT_THERE:",
        ROWS,
    ),
    Bug(
        "the 90 s count until a look was written down and not until it was asked",
        "row: 404 at 90 s or later",
        METHOD,
        "after_waiting_s=unsure_s - self._age(began))",
        "after_waiting_s=unsure_s - age_s)",
        ("tests/contract/test_ceos.py", "-k", "as_old_as_its_question"),
    ),
    Bug(
        "somebody else's custom data are ours",
        "L4; row: GET and compare",
        WIRE,
        'ours = payment.get("orderName") == order_name and payment.get("customData") == custom',
        'ours = payment.get("orderName") == order_name',
        WORDS,
    ),
    Bug(
        "somebody else's order name is ours",
        "L4; row: GET and compare",
        WIRE,
        'ours = payment.get("orderName") == order_name and payment.get("customData") == custom',
        'ours = payment.get("customData") == custom',
        WORDS,
    ),
    Bug(
        "a payment's id is not compared",
        "L4; row: instant 200, id matches",
        WIRE,
        'if payment.get("paymentId") != payment_id:',
        'if "paymentId" not in payment:',
        WORDS,
    ),
    Bug(
        "an unknown status word is paid",
        "L4; row: status absent or PAID",
        WIRE,
        "return STATUS_WORDS.get(word, Answer.PENDING)",
        "return STATUS_WORDS.get(word, Answer.PAID)",
        WORDS,
    ),
    Bug(
        "a cancel without a status word is done",
        "row: cancel 200 with CANCELLED",
        WIRE,
        "    if status == 200:\n        return _read_payment(fields, payment_id, when_absent=Answer.NO_ANSWER)\n",
        "    if status == 200:\n        return _read_payment(fields, payment_id, when_absent=Answer.CANCELLED)\n",
        WORDS,
    ),
    Bug(
        "a payment that is not wanted any more is a sale when it is found",
        "section 1, goal; row: instant UNKNOWN, PAID",
        RULES,
        "return Verdict(State.APPROVED) if evidence.goal is Goal.TAKE else _cancel_when_due(evidence)",
        "return Verdict(State.APPROVED)",
        ("tests/flows/test_restart.py::test_a_payment_that_turns_up_after_nobody_came_is_cancelled_and_not_approved",),
    ),
    Bug(
        "a cancel of what is not there gave it back",
        "row: cancel 404",
        RULES,
        "        case Answer.CANCELLED:\n            return RefundVerdict(RefundState.DONE)\n",
        "        case Answer.CANCELLED | Answer.NOT_THERE:\n            return RefundVerdict(RefundState.DONE)\n",
        ROWS,
    ),
    Bug(
        "a refused cancel is not looked into",
        "row: cancel 409, GET",
        RULES,
        "if last.call is Call.CANCEL and last.answer is not Answer.NOT_SENT:\n        return Look()",
        "if last.call is Call.CANCEL and last.answer is not Answer.NOT_SENT:\n        return Cancel()",
        ROWS,
    ),
    Bug(
        "the next try has the id of the last one",
        "row: a new id per try",
        METHOD,
        'return wire_id(f"{day}_{attempt.id}", self._random.token(TOKEN_LENGTH), wire.ID_LONGEST)',
        'return wire_id(f"{day}_{attempt.order_id}", "0" * TOKEN_LENGTH, wire.ID_LONGEST)',
        (f"{SALES}::test_each_try_at_ceos_has_its_own_id",),
    ),
    Bug(
        "there is no end of tries",
        "payment methods: at most 3 times",
        METHOD,
        "tries_max: Final = 3",
        "tries_max: Final = None",
        (f"{SALES}::test_three_refusals_of_ceos_give_the_coupon_back",),
    ),
    Bug(
        "late money is found and not given back",
        "payment methods: PAID then is a finding and is cancelled",
        METHOD,
        "_, answer = await self._cancel(attempt, (), if_cancelled=back)\n",
        "answer = Answer.CANCELLED\n",
        ("tests/flows/test_recovery.py", "-k", "ten_minutes_and_given_back"),
    ),
    Bug(
        "late money is given back and nobody is told",
        "section 2: finding",
        METHOD,
        "            await self._journal.write(*late_money(attempt, attempt.facts[PAYMENT], amount))\n",
        "            known(amount, 'finding')\n",
        ("tests/flows/test_recovery.py", "-k", "ten_minutes_and_given_back"),
    ),
    Bug(
        "the custom data do not name the payment",
        "L4: another try of the same order is not this one",
        WIRE,
        '"payment": payment_id, "order"',
        '"order"',
        WORDS,
    ),
    Bug(
        "the amount is not in the custom data",
        "L4; facts: put the amount into customData",
        WIRE,
        ', "kiosk": kiosk, "amount": amount.amount}',
        ', "kiosk": kiosk}',
        WORDS,
    ),
)
