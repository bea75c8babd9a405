"""Lists beside the journal: what belongs to this till, and in what they differ; of other tills nothing is told."""

from dataclasses import replace

import pytest

from kiosk.domain.attempt import Attempt, Family, Goal, State
from kiosk.domain.day import korean_time
from kiosk.domain.moment import Stamp
from kiosk.domain.money import won
from kiosk.domain.outcome import Reason
from kiosk.domain.refund import Finding, FindingKind, FindingState, Refund, RefundState
from kiosk.domain.transfers import Differs, Kept, Standing, Sum
from kiosk.services.gateways.ezpg.answers import Deposit, RowState, Withdrawal
from kiosk.services.gateways.ezpg.matching import match_deposits, match_withdrawals

DAY, BEFORE, AFTER = "2026-01-01", "2025-12-31", "2026-01-02"
NOON_MS = 1_767_236_400_000
"""2026-01-01 12:00 in Korea."""
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
ORDER = "K01-1-000007"
ATTEMPT = f"{ORDER}-1"
ACCOUNT = "11012345678901"
D, R = Differs, RowState


def stamp(ms=NOON_MS):
    return Stamp(ms, 0, "boot")


def attempt(state=State.APPROVED, transaction="T1", received=10_000, *, began=NOON_MS, account=ACCOUNT, order=ORDER):
    facts = {"number": account, "bank": "088", "moid": f"{order}-1-x", "since_ms": str(began)}
    return Attempt(
        id=f"{order}-1",
        order_id=order,
        method="ezpg",
        family=Family.TRANSFER,
        number=1,
        state=state,
        goal=Goal.TAKE,
        due=won(10_000),
        asked=won(10_000),
        received=won(received) if transaction else None,
        transaction=transaction or None,
        reason="",
        follows="",
        facts=facts,
        began=stamp(began),
        unsure_since=None,
        changed=stamp(began),
        watched=True,
    )


EXPIRED = attempt(State.EXPIRED, "")


def deposit(transaction="T1", amount=10_000, state=R.COMPLETED, *, at_ms=NOON_MS + 60_000, account=ACCOUNT, moid=""):
    return Deposit(transaction, account, "088", amount, at_ms, state, moid, "홍길동")


def finding(kind=FindingKind.LATE, transaction="T2", state=FindingState.OPEN, amount=10_000, recorded=NOON_MS):
    return Finding("F1", "ezpg", ATTEMPT, transaction, kind, won(amount), state, stamp(recorded), stamp(recorded))


TAKEN_BACK = (
    finding(state=FindingState.EXPLAINED),
    finding(FindingKind.CORRECTED, state=FindingState.EXPLAINED),
)
"""What was found, and then taken back before anybody gave it back."""


def refund(state=RefundState.DONE, *, number=1, claimed="W1", amount=10_000, asked=NOON_MS, changed=NOON_MS, of=""):
    return Refund(
        id=f"{ATTEMPT}-R{number}",
        attempt_id="" if of else ATTEMPT,
        finding_id=of,
        amount=won(amount),
        is_taken_back=False,
        state=state,
        reason=Reason.NOTHING_THERE if state is RefundState.NEEDS_STAFF else "",
        facts={"moid": f"{ATTEMPT}-R{number}-x", **({"withdrawal": claimed} if claimed else {})},
        asked=stamp(asked),
        changed=stamp(changed),
    )


def withdrawal(transaction="W1", amount=10_000, state=R.COMPLETED, *, at_ms=NOON_MS, moid=""):
    return Withdrawal(transaction, moid, "", "088", "110-***-1234", "홍**", amount, 1_000, at_ms, state, "")


def told(matched):
    return [(one.transaction, one.standing, one.differs) for one in matched.movements]


# -- deposits

CASES = {
    "they agree": ([deposit()], Kept((attempt(),)), [("T1", Standing.DONE, None)]),
    "the list has what the journal has not": (
        [deposit()],
        Kept((EXPIRED,)),
        [("T1", Standing.DONE, D.MISSING_HERE)],
    ),
    "the journal has what the list has not": ([], Kept((attempt(),)), [("T1", Standing.DONE, D.MISSING_THERE)]),
    "another amount": ([deposit(amount=9_000)], Kept((attempt(),)), [("T1", Standing.DONE, D.OTHER_AMOUNT)]),
    "a wrong amount that both have": (
        [deposit(amount=9_000)],
        Kept((attempt(State.UNDERPAID, received=9_000),)),
        [("T1", Standing.DONE, None)],
    ),
    "taken back there alone": (
        [deposit(state=R.CANCELLED)],
        Kept((attempt(),)),
        [("T1", Standing.CORRECTED, D.CORRECTED_THERE)],
    ),
    "taken back on both sides": (
        [deposit(state=R.CANCELLED)],
        Kept((attempt(State.CORRECTED),)),
        [("T1", Standing.CORRECTED, None)],
    ),
    "taken back here alone": (
        [deposit()],
        Kept((attempt(State.CORRECTED),)),
        [("T1", Standing.DONE, D.CORRECTED_HERE)],
    ),
    "taken back before it was ever seen": (
        [deposit(state=R.CANCELLED)],
        Kept((EXPIRED,)),
        [("T1", Standing.CORRECTED, None)],
    ),
    "failed there": ([deposit(state=R.FAILED)], Kept((attempt(),)), [("T1", Standing.FAILED, D.MISSING_THERE)]),
    "under way there": ([deposit(state=R.PENDING)], Kept((EXPIRED,)), [("T1", Standing.UNDER_WAY, None)]),
    "a word that nobody knows": ([deposit(state=R.OTHER)], Kept((EXPIRED,)), [("T1", Standing.UNTOLD, None)]),
    "awaited, and not read here yet": (
        [deposit()],
        Kept((attempt(State.AWAITING_DEPOSIT, ""),)),
        [("T1", Standing.DONE, None)],
    ),
    "late money that was found": (
        [deposit("T2")],
        Kept((EXPIRED,), (finding(),)),
        [("T2", Standing.DONE, None)],
    ),
    "found, and taken back": (
        [deposit("T2", state=R.CANCELLED)],
        Kept((EXPIRED,), TAKEN_BACK),
        [("T2", Standing.CORRECTED, None)],
    ),
    "found, explained by staff, and taken back": (
        [deposit("T2", state=R.CANCELLED)],
        Kept((EXPIRED,), (finding(state=FindingState.EXPLAINED),)),
        [("T2", Standing.CORRECTED, D.CORRECTED_THERE)],
    ),
    "found, and explained by staff": (
        [deposit("T2")],
        Kept((EXPIRED,), (finding(state=FindingState.EXPLAINED),)),
        [("T2", Standing.DONE, None)],
    ),
    "found, paid out, and taken back": (
        [deposit("T2", state=R.CANCELLED)],
        Kept((EXPIRED,), (finding(), finding(FindingKind.CORRECTED))),
        [("T2", Standing.CORRECTED, None)],
    ),
    "paid twice": (
        [deposit(), deposit("T2")],
        Kept((attempt(),), (finding(FindingKind.DUPLICATE),)),
        [("T2", Standing.DONE, None), ("T1", Standing.DONE, None)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_deposit_of_this_till_is_told_with_what_differs(case):
    rows, kept, expected = CASES[case]
    matched = match_deposits(DAY, rows, kept)
    assert told(matched) == expected
    assert {one.order_id for one in matched.movements} == {ORDER}
    assert matched.others == 0


@pytest.mark.parametrize(
    "row",
    [
        deposit(account="99912345678901"),
        deposit("T9", moid="K02-1-000007-1-x"),
        deposit("T9", at_ms=NOON_MS - HOUR_MS),
        replace(deposit("T9"), bank="004"),
    ],
    ids=["another account", "another till's id", "before the account was ours", "another bank's account"],
)
def test_a_deposit_of_another_till_is_counted_and_nothing_of_it_is_told(row):
    matched = match_deposits(DAY, [row], Kept((EXPIRED,)))
    assert matched.movements == ()
    assert matched.others == 1
    assert matched.there == Sum(0, won(0))


def test_equal_money_of_two_tills_is_not_confused():
    rows = [deposit("T1"), deposit("T5", account="99912345678901")]
    matched = match_deposits(DAY, rows, Kept((attempt(),)))
    assert told(matched) == [("T1", Standing.DONE, None)]
    assert matched.there == matched.here == Sum(1, won(10_000))


def test_a_number_that_was_given_out_again_belongs_to_the_last_one():
    earlier = attempt(State.EXPIRED, "", began=NOON_MS - 5 * HOUR_MS)
    later = attempt(State.EXPIRED, "", order="K01-1-000009")
    rows = [deposit("T1"), deposit("T2", at_ms=NOON_MS - 4 * HOUR_MS)]
    matched = match_deposits(DAY, rows, Kept((later, earlier)))
    assert [one.order_id for one in matched.movements] == ["K01-1-000009", ORDER]


def test_an_attempt_without_an_account_owns_nothing():
    bare = replace(EXPIRED, facts={})
    assert match_deposits(DAY, [deposit()], Kept((bare,))).others == 1


@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_what_the_list_dates_on_another_day_is_not_missing_on_this_one(day):
    began = {BEFORE: NOON_MS, AFTER: NOON_MS}[day]
    shift = {BEFORE: -DAY_MS, AFTER: DAY_MS}[day]
    kept = Kept((attempt(began=began),))
    row = deposit(at_ms=NOON_MS + shift)
    assert match_deposits(DAY, [row], kept).movements == ()
    assert told(match_deposits(day, [row], kept)) == [("T1", Standing.DONE, None)]


def test_a_day_begins_at_midnight_in_korea():
    midnight = NOON_MS - 12 * HOUR_MS
    assert korean_time(midnight).hour == 0
    old = attempt(State.EXPIRED, "", began=NOON_MS - DAY_MS)
    rows = [deposit("T1", at_ms=midnight), deposit("T2", at_ms=midnight - 1)]
    assert [one.transaction for one in match_deposits(DAY, rows, Kept((old,))).movements] == ["T1"]


def test_what_was_taken_back_counts_as_having_come_and_apart():
    rows = [deposit(), deposit("T2", state=R.CANCELLED)]
    matched = match_deposits(DAY, rows, Kept((attempt(),), TAKEN_BACK))
    assert matched.there == matched.here == Sum(2, won(20_000))
    assert matched.corrected_there == matched.corrected_here == Sum(1, won(10_000))


def test_what_staff_explained_is_not_taken_back():
    matched = match_deposits(DAY, [deposit("T2")], Kept((EXPIRED,), (finding(state=FindingState.EXPLAINED),)))
    assert matched.corrected_here == Sum(0, won(0))


def test_what_only_the_journal_has_is_in_its_figures_alone():
    matched = match_deposits(DAY, [], Kept((attempt(),)))
    assert (matched.there, matched.here) == (Sum(0, won(0)), Sum(1, won(10_000)))


def test_of_a_list_that_was_not_read_nothing_is_missing():
    matched = match_deposits(DAY, None, Kept((attempt(),)))
    assert told(matched) == [("T1", Standing.DONE, None)]


# -- withdrawals

PAID = {
    "they agree": ([withdrawal()], [refund()], [("W1", Standing.DONE, None)]),
    "by our own id": (
        [withdrawal("W8", moid=f"{ATTEMPT}-R1-x")],
        [refund(RefundState.UNKNOWN, claimed="")],
        [("W8", Standing.DONE, None)],
    ),
    "under way on both sides": (
        [withdrawal(state=R.PENDING)],
        [refund(RefundState.PENDING)],
        [("W1", Standing.UNDER_WAY, None)],
    ),
    "asked for, and in no list yet": (
        [],
        [refund(RefundState.UNKNOWN, claimed="")],
        [("", Standing.UNDER_WAY, None)],
    ),
    "paid there, refused here": (
        [withdrawal(moid=f"{ATTEMPT}-R1-x")],
        [refund(RefundState.NEEDS_STAFF, claimed="")],
        [("W1", Standing.DONE, D.MISSING_HERE)],
    ),
    "paid here, failed there": (
        [withdrawal(state=R.CANCELLED)],
        [refund()],
        [("W1", Standing.FAILED, D.MISSING_THERE)],
    ),
    "failed on both sides": (
        [withdrawal(state=R.FAILED)],
        [refund(RefundState.REFUSED)],
        [("W1", Standing.FAILED, None)],
    ),
    "paid here, in no list": ([], [refund()], [("W1", Standing.DONE, D.MISSING_THERE)]),
    "another amount": ([withdrawal(amount=9_000)], [refund()], [("W1", Standing.DONE, D.OTHER_AMOUNT)]),
    "the same money twice": (
        [withdrawal("W2", at_ms=NOON_MS + 1, moid=f"{ATTEMPT}-R1-x"), withdrawal("W3", at_ms=NOON_MS + 2)],
        [refund(RefundState.NEEDS_STAFF, claimed=""), refund(number=2, claimed="W3")],
        [("W3", Standing.DONE, D.TWICE), ("W2", Standing.DONE, D.MISSING_HERE)],
    ),
    "two payments of one account": (
        [withdrawal("W2"), withdrawal("W3")],
        [refund(claimed="W2"), refund(number=2, claimed="W3", of="F1")],
        [("W3", Standing.DONE, None), ("W2", Standing.DONE, None)],
    ),
    "refused before anything was sent": ([], [refund(RefundState.REFUSED, claimed="")], []),
}


@pytest.mark.parametrize("case", PAID)
def test_each_withdrawal_of_this_till_is_told_with_what_differs(case):
    rows, refunds, expected = PAID[case]
    matched = match_withdrawals(DAY, rows, Kept(refunds=tuple(refunds)))
    assert told(matched) == expected
    assert {one.order_id for one in matched.movements} <= {ORDER}


@pytest.mark.parametrize("row", [withdrawal("W9"), withdrawal("W9", moid="K02-1-000007-1-R1-x")])
def test_an_equal_withdrawal_of_another_till_is_counted_and_not_told(row):
    matched = match_withdrawals(DAY, [row], Kept(refunds=(refund(RefundState.UNKNOWN, claimed=""),)))
    assert matched.others == 1
    assert told(matched) == [("", Standing.UNDER_WAY, None)]
    assert matched.there == Sum(0, won(0))


def sent(state, number=1, **facts):
    """A refund that was sent and knows of no row."""
    one = refund(state, number=number, claimed="")
    return replace(one, facts={**one.facts, "since_ms": str(NOON_MS), "payee_shown": "신한은행 ****1234", **facts})


MAYBE = {
    "it is under way": (sent(RefundState.UNKNOWN), withdrawal("W9"), None),
    "it is with staff": (sent(RefundState.NEEDS_STAFF), withdrawal("W9"), D.UNCLEAR),
    "it has not moved": (sent(RefundState.NEEDS_STAFF), withdrawal("W9", state=R.PENDING), None),
    "a little earlier": (sent(RefundState.NEEDS_STAFF), withdrawal("W9", at_ms=NOON_MS - 60_000), D.UNCLEAR),
}
NEVER = {
    "it was refused": (sent(RefundState.REFUSED), withdrawal("W9")),
    "it knows its row": (sent(RefundState.NEEDS_STAFF, withdrawal="W1"), withdrawal("W9")),
    "another id": (sent(RefundState.NEEDS_STAFF), withdrawal("W9", moid="K02-1-000007-1-R1-x")),
    "another amount": (sent(RefundState.NEEDS_STAFF), withdrawal("W9", amount=9_000)),
    "another payee": (sent(RefundState.NEEDS_STAFF, payee_shown="신한은행 ****1235"), withdrawal("W9")),
    "before it was sent": (sent(RefundState.NEEDS_STAFF), withdrawal("W9", at_ms=NOON_MS - 60_001)),
    "more than a day later": (sent(RefundState.NEEDS_STAFF, since_ms=str(NOON_MS - DAY_MS - 1)), withdrawal("W9")),
}


@pytest.mark.parametrize("case", MAYBE)
def test_a_withdrawal_that_may_be_this_tills_is_counted_as_listed_and_as_no_other_tills(case):
    refund, row, differs = MAYBE[case]
    matched = match_withdrawals(DAY, [row], Kept(refunds=(refund,)))
    assert [one.differs for one in matched.movements if one.is_listed] == [differs]
    assert (matched.others, matched.here, matched.there.count) == (0, Sum(0, won(0)), row.state is R.COMPLETED)


@pytest.mark.parametrize("case", NEVER)
def test_a_withdrawal_that_cannot_be_this_tills_is_anothers(case):
    refund, row = NEVER[case]
    assert match_withdrawals(DAY, [row], Kept(refunds=(refund,))).others == 1


def test_what_was_paid_out_days_after_it_was_asked_for_is_missing_on_no_day():
    late = Kept(refunds=(refund(asked=NOON_MS - 3 * DAY_MS, changed=NOON_MS),))
    row = withdrawal(at_ms=NOON_MS - 3 * DAY_MS)
    assert match_withdrawals(DAY, [row], late).movements == ()
    assert told(match_withdrawals("2025-12-29", [row], late)) == [("W1", Standing.DONE, None)]


def test_what_was_paid_out_twice_is_seen_though_the_first_time_was_on_another_day():
    rows = [withdrawal("W2", at_ms=NOON_MS - DAY_MS, moid=f"{ATTEMPT}-R1-x"), withdrawal("W3")]
    refunds = (refund(RefundState.NEEDS_STAFF, claimed=""), refund(number=2, claimed="W3"))
    assert told(match_withdrawals(DAY, rows, Kept(refunds=refunds))) == [("W3", Standing.DONE, D.TWICE)]


def test_only_what_was_paid_out_is_in_the_figures():
    rows = [withdrawal(), withdrawal("W2", state=R.PENDING), withdrawal("W3", state=R.FAILED)]
    refunds = (
        refund(),
        refund(RefundState.PENDING, number=2, claimed="W2", of="F1"),
        refund(RefundState.REFUSED, number=3, claimed="W3", of="F2"),
    )
    matched = match_withdrawals(DAY, rows, Kept(refunds=refunds))
    assert matched.there == matched.here == Sum(1, won(10_000))


def test_of_a_list_of_withdrawals_that_was_not_read_nothing_is_missing():
    assert told(match_withdrawals(DAY, None, Kept(refunds=(refund(),)))) == [("W1", Standing.DONE, None)]
