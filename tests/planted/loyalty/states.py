"""Mistakes in what a stop makes of a payment by points, in the tables of the domain, and in what is told."""

from typing import Final

from tests.planted.bug import Bug

ATTEMPT: Final = "kiosk/domain/attempt.py"
TOLD: Final = "kiosk/domain/told.py"
SALE: Final = "kiosk/domain/sale.py"
RECOVERY: Final = "kiosk/flows/recovery.py"
POINTS: Final = "tests/flows/test_points.py"
CLOCKS: Final = "tests/flows/test_points_clocks.py"
TABLE: Final = "tests/domain/test_attempt.py"
PAYING: Final = (f"{TABLE}::test_the_paying_states_are_those_of_law_1",)
PARKED: Final = (f"{TABLE}::test_an_order_is_never_parked_while_the_customer_is_awaited",)
TOLD_AS: Final = "tests/domain/test_told.py"
SENTENCES: Final = (f"{TOLD_AS}::test_a_state_is_told_as_the_rules_of_money_say",)
UNPROMISED: Final = (f"{TOLD_AS}::test_where_points_cannot_be_released_nobody_is_promised_that_they_come_back",)
OF_REFUND: Final = (f"{TOLD_AS}::test_once_money_is_given_back_that_is_what_is_told",)

BUGS: Final = (
    # -- a stop
    Bug(
        "a phone that was being asked at a stop goes on being asked",
        "crash: WAITING -> VOIDING",
        RECOVERY,
        "        State.WAITING: State.VOIDING,\n",
        "",
        (POINTS, "-k", "stopped_while_the_phone_asks"),
    ),
    Bug(
        "an approval that was not taken before a stop stays held",
        "crash: AUTHORISED -> VOIDING",
        RECOVERY,
        "        State.AUTHORISED: State.VOIDING,\n",
        "",
        (CLOCKS, "-k", "between_the_approval_and_the_close"),
    ),
    Bug(
        "an opening that was under way at a stop was not sent",
        "crash; L3",
        RECOVERY,
        "State.OPENING: State.OPEN_LOST,",
        "State.OPENING: State.NOT_SENT,",
        (CLOCKS, "-k", "before_the_opening_was_answered"),
    ),
    Bug(
        "a phone that was being asked at a stop may still be wanted",
        "crash: otherwise goal UNDO",
        RECOVERY,
        "            entries += [GoalUndo(attempt.id), step]\n",
        "            entries += [step]\n",
        (CLOCKS, "-k", "is_given_up_at_once"),
    ),
    # -- tables of the domain
    Bug(
        "VOIDING blocks another charge",
        "lost open: other tenders open; L5",
        ATTEMPT,
        "BLOCKING: Final = frozenset({S.UNKNOWN,",
        "BLOCKING: Final = frozenset({S.VOIDING, S.UNKNOWN,",
        (f"{TABLE}::test_the_states_that_stop_other_charges_are_those_of_law_5",),
    ),
    Bug(
        "what the relay may still take by itself leaves the order free",
        "L5; no close is ever sent for a payment we do not want",
        "kiosk/domain/order.py",
        "attempt.is_paying or _may_be_taken_yet(attempt) for",
        "attempt.is_paying for",
        ("tests/domain/test_order.py",),
    ),
    Bug(
        "OPEN_LOST takes another charge",
        "L1: OPEN_LOST is a paying state",
        ATTEMPT,
        "        S.OPENING,\n        S.OPEN_LOST,\n",
        "        S.OPENING,\n",
        PAYING,
    ),
    Bug(
        "a close in doubt takes another charge",
        "L1: CAPTURING is a paying state",
        ATTEMPT,
        "        S.AUTHORISED,\n        S.CAPTURING,\n        S.ISSUING,",
        "        S.AUTHORISED,\n        S.ISSUING,",
        PAYING,
    ),
    Bug(
        "who has the phone in hand is put aside",
        "section 1: never parked in WAITING",
        ATTEMPT,
        "PARKABLE: Final = frozenset({S.UNKNOWN, S.REVERSING, S.CAPTURING})",
        "PARKABLE: Final = frozenset({S.UNKNOWN, S.REVERSING, S.CAPTURING, S.WAITING})",
        PARKED,
    ),
    Bug(
        "a close in doubt is never put aside",
        "section 1: parked 60 s after CAPTURING",
        ATTEMPT,
        "PARKABLE: Final = frozenset({S.UNKNOWN, S.REVERSING, S.CAPTURING})",
        "PARKABLE: Final = frozenset({S.UNKNOWN, S.REVERSING})",
        PARKED,
    ),
    Bug(
        "what is being released is settled",
        "section 2: VOIDING ends in VOIDED, APPROVED or NEEDS_STAFF",
        ATTEMPT,
        "UNDER_WAY: Final = frozenset({*PAYING, S.VOIDING})",
        "UNDER_WAY: Final = PAYING",
        (TABLE, "-k", "points_that_are_released_are_under_way"),
    ),
    Bug(
        "what was released may be taken",
        "section 2; confirm never false to true",
        ATTEMPT,
        "S.VOIDING: (S.VOIDED, S.APPROVED, S.NEEDS_STAFF),",
        "S.VOIDING: (S.VOIDED, S.APPROVED, S.NEEDS_STAFF, S.CAPTURING),",
        (TABLE, "-k", "phone-VOIDING-CAPTURING"),
    ),
    Bug(
        "a close in doubt may simply be void",
        "section 2: CAPTURING -> VOIDING only on proof",
        ATTEMPT,
        "S.CAPTURING: (S.APPROVED, S.NEEDS_STAFF, S.VOIDING),",
        "S.CAPTURING: (S.APPROVED, S.NEEDS_STAFF, S.VOIDING, S.VOIDED),",
        (TABLE, "-k", "phone-CAPTURING-VOIDED"),
    ),
    Bug(
        "a lost opening may simply be declined",
        "section 2: OPEN_LOST -> VOIDING | NEEDS_STAFF",
        ATTEMPT,
        "S.OPEN_LOST: (S.VOIDING, S.NEEDS_STAFF),",
        "S.OPEN_LOST: (S.VOIDING, S.NEEDS_STAFF, S.DECLINED),",
        (TABLE, "-k", "phone-OPEN_LOST-DECLINED"),
    ),
    Bug(
        "points come back, says a relay that does not heed confirm",
        "section 4: only where confirm is honoured",
        TOLD,
        "        S.VOIDING: Fact.CHECKING,\n        S.VOIDED: Fact.NOT_TAKEN,\n",
        "        S.VOIDED: Fact.NOT_TAKEN,\n",
        UNPROMISED,
    ),
    Bug(
        "a lost opening comes back, says a relay that does not heed confirm",
        "section 4: only where confirm is honoured",
        TOLD,
        "        S.OPEN_LOST: Fact.CHECKING_DO_NOT_PAY,\n",
        "",
        UNPROMISED,
    ),
    Bug(
        "an approval on the phone is told as received",
        "section 4: AUTHORISED",
        TOLD,
        "S.AUTHORISED: Fact.NOT_YET,",
        "S.AUTHORISED: Fact.RECEIVED,",
        SENTENCES,
    ),
    Bug(
        "a close in doubt is told as not taken",
        "section 4: CAPTURING",
        TOLD,
        "S.CAPTURING: Fact.CHECKING,",
        "S.CAPTURING: Fact.NOT_TAKEN,",
        SENTENCES,
    ),
    Bug(
        "a lost opening is told as nothing having happened",
        "section 4: OPEN_LOST",
        TOLD,
        "S.OPEN_LOST: Fact.IGNORE_FIRST_REQUEST,",
        "S.OPEN_LOST: Fact.NOT_TAKEN,",
        SENTENCES,
    ),
    Bug(
        "what is being released is told as nothing having been held",
        "section 4: VOIDING",
        TOLD,
        "S.VOIDING: Fact.POINTS_RELEASED,",
        "S.VOIDING: Fact.NOT_TAKEN,",
        SENTENCES,
    ),
    Bug(
        "a refund that waits for the owner is told as given back",
        "section 4: refund PENDING",
        TOLD,
        "R.PENDING: Fact.RETURN_PENDING,",
        "R.PENDING: Fact.RETURNED,",
        OF_REFUND,
    ),
    Bug(
        "what a sale tells does not ask whether points can be released",
        "section 4: only where confirm is honoured",
        SALE,
        "refund.state if refund else None, is_released=attempt.is_released)",
        "refund.state if refund else None)",
        (POINTS, "-k", "deaf_ignored"),
    ),
)
