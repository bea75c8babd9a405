"""What a list of deposits proves, and what to do next: every row of the tables."""

from dataclasses import replace

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.outcome import Declined, NotSent, Reason
from kiosk.domain.refund import FindingKind
from kiosk.services.gateways.ezpg import rules
from kiosk.services.gateways.ezpg.answers import Answer, Deposit, RowState
from kiosk.services.gateways.ezpg.rules import AskAgain, Came, Expected, Expire, Known

ISSUED_MS = 1_767_225_600_000
EXPECTED = Expected("00412345678901", "004", "K01-1-000001-1-00001", 12_300, 0, ISSUED_MS)
ROW = Deposit("D1", EXPECTED.account, "004", 12_300, ISSUED_MS + 5_000, RowState.COMPLETED, EXPECTED.moid, "홍길동")


def test_a_completed_row_of_our_account_and_amount_pays():
    assert rules.what_came([ROW], EXPECTED) == Came(ROW, State.APPROVED)


def test_a_server_that_does_not_keep_our_id_proves_it_by_the_account():
    assert rules.what_came([replace(ROW, moid="")], EXPECTED) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"account": "00412345678902"},
        {"bank": "088"},
        {"moid": "K02-1-000001-1-00001"},
        {"at_ms": None},
        {"at_ms": ISSUED_MS - 60_001},
        {"state": RowState.PENDING},
        {"state": RowState.FAILED},
        {"state": RowState.CANCELLED},
        {"state": RowState.OTHER},
    ],
)
def test_without_one_part_of_the_proof_nothing_came(changes):
    assert rules.what_came([replace(ROW, **changes)], EXPECTED) is None


def test_a_row_may_be_dated_a_little_before_its_account():
    assert rules.what_came([replace(ROW, at_ms=ISSUED_MS - 60_000)], EXPECTED) is not None


@pytest.mark.parametrize(
    ("amount", "state", "reason"),
    [
        (12_299, State.UNDERPAID, Reason.SHORT),
        (1, State.UNDERPAID, Reason.SHORT),
        (12_301, State.OVERPAID, Reason.MORE),
    ],
)
def test_another_amount_is_told_as_such(amount, state, reason):
    row = replace(ROW, amount=amount)
    assert rules.what_came([row], EXPECTED) == Came(row, state, reason)


@pytest.mark.parametrize(
    ("amount", "state"),
    [
        (11_799, State.UNDERPAID),
        (11_800, State.APPROVED),
        (12_800, State.APPROVED),
        (12_801, State.OVERPAID),
    ],
)
def test_a_difference_that_the_store_allows_pays_and_not_a_won_more(amount, state):
    came = rules.what_came([replace(ROW, amount=amount)], replace(EXPECTED, tolerance=500))
    assert came is not None
    assert came.state is state


def test_of_several_the_first_that_pays_decides_and_else_the_first():
    early = replace(ROW, transaction="D0", amount=5000, at_ms=ISSUED_MS + 1)
    later = replace(ROW, transaction="D2", at_ms=ISSUED_MS + 9_000)
    assert rules.what_came([later, ROW, early], EXPECTED) == Came(ROW, State.APPROVED)
    other = replace(early, transaction="D3", amount=6000, at_ms=ISSUED_MS + 2)
    assert rules.what_came([other, early], EXPECTED) == Came(early, State.UNDERPAID, Reason.SHORT)


# -- waiting

CAME = Came(ROW, State.APPROVED)


@pytest.mark.parametrize(
    ("came", "unheard", "left_s", "resting_s", "step"),
    [
        (CAME, 0, 100.0, 0.0, CAME),
        (CAME, 0, -1.0, 0.0, CAME),
        (None, 0, 100.0, 0.0, AskAgain(3)),
        (None, 0, 0.1, 0.0, AskAgain(3)),
        (None, 0, 0.0, 0.0, Expire()),
        (None, 1, 0.0, 0.0, AskAgain(5)),
        (None, 1, 100.0, 0.0, AskAgain(5)),
        (None, 2, 100.0, 0.0, AskAgain(10)),
        (None, 3, 100.0, 0.0, AskAgain(20)),
        (None, 4, 100.0, 0.0, AskAgain(30)),
        (None, 50, 100.0, 0.0, AskAgain(30)),
        # a login was refused: asked again as soon as it can be, and not before
        (None, 1, 100.0, 29.0, AskAgain(29)),
        (None, 50, 100.0, 0.5, AskAgain(0.5)),
        (None, 1, 0.0, 29.0, AskAgain(29)),
        (None, 1, 100.0, 900.0, AskAgain(30)),
    ],
)
def test_while_an_account_is_shown(came, unheard, left_s, resting_s, step):
    assert rules.next_waiting_step(came, unheard, left_s, resting_s, 3, 30) == step


# -- no account


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer.NOT_SENT, NotSent(Reason.UNREACHABLE)),
        (Answer.NO_ANSWER, NotSent(Reason.UNREACHABLE)),
        (Answer.SIGNED_OUT, Declined(Reason.SETUP)),
        (Answer.REFUSED, Declined(Reason.SETUP)),
        (Answer.CLOSED_HOURS, Declined(Reason.OUT_OF_HOURS)),
        (Answer.NO_ACCOUNT, Declined(Reason.REFUSED)),
        (Answer.AMOUNT_REFUSED, Declined(Reason.REFUSED)),
        (Answer.OTHER_CONTENT, Declined(Reason.ID_REUSED)),
    ],
)
def test_why_there_is_no_account(answer, outcome):
    assert rules.ISSUE_OUTCOME[answer] == outcome


def test_an_account_is_closed_by_these_answers_and_no_others():
    assert {Answer.CLOSED, Answer.OVER} == rules.ENDED_BY


# -- afterwards

NOTHING: frozenset[str] = frozenset()


def known(state, transaction="", found=NOTHING, corrected=NOTHING):
    return Known(state, transaction, frozenset(found), frozenset(corrected))


TAKEN_BACK = replace(ROW, state=RowState.CANCELLED)
CASES = {
    "late": (ROW, known(State.CLOSED), FindingKind.LATE),
    "late after the time was over": (ROW, known(State.EXPIRED), FindingKind.LATE),
    "the row that paid": (ROW, known(State.APPROVED, "D1"), None),
    "a second one": (replace(ROW, transaction="D2"), known(State.APPROVED, "D1"), FindingKind.DUPLICATE),
    "a second one after the wrong amount": (
        replace(ROW, transaction="D2"),
        known(State.UNDERPAID, "D1"),
        FindingKind.DUPLICATE,
    ),
    "told already": (ROW, known(State.CLOSED, found={"D1"}), None),
    "taken back": (TAKEN_BACK, known(State.APPROVED, "D1"), FindingKind.CORRECTED),
    "taken back, told already": (TAKEN_BACK, known(State.CORRECTED, "D1", corrected={"D1"}), None),
    "late and taken back": (TAKEN_BACK, known(State.CLOSED, found={"D1"}), FindingKind.CORRECTED),
    "taken back before anybody saw it": (TAKEN_BACK, known(State.CLOSED), None),
    "somebody else's": (replace(ROW, account="99"), known(State.CLOSED), None),
    "without a date": (replace(ROW, at_ms=None), known(State.CLOSED), FindingKind.LATE),
    "before the account was issued": (replace(ROW, at_ms=ISSUED_MS - 60_001), known(State.CLOSED), None),
    "not there yet": (replace(ROW, state=RowState.PENDING), known(State.CLOSED), None),
}


@pytest.mark.parametrize(("row", "what", "kind"), list(CASES.values()), ids=list(CASES))
def test_what_a_later_look_shows(row, what, kind):
    news = rules.news([row], EXPECTED, what)
    assert [(one.row, one.kind) for one in news] == ([] if kind is None else [(row, kind)])
