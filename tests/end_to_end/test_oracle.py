"""The oracle itself: each kind of lie is found, in words that the till never said."""

import pytest

from tests.end_to_end.driver import Seen
from tests.end_to_end.oracle import REACTION_MS, Journal, Judge, Movement, Standing, Truth, disagreements

SCALE = 20.0
COUPON = "K01-1-000001-1"
CEOS = "K01-1-000001-2"
NOW = 1_000_000
FOREVER = 10_000_000
RECEIVED, NOTHING, RETURNED = "쿠폰 3,000원을 받았어요", "결제되지 않았어요, 돈은 빠져나가지 않았습니다", "돌려드렸어요"
CHECKING, UNDONE = "확인하고 있어요", "결제를 취소했어요, 청구되지 않습니다"
TAKEN = Movement(NOW - 100, COUPON, 3_000)


def journal(steps=(), **tables):
    names = ("orders", "attempts", "refunds", "findings", "staff_tasks")
    filled = {"attempts": [{"id": COUPON, "order_id": "K01-1-000001"}], **tables}
    return Journal({name: filled.get(name, []) for name in names}, tuple(steps))


def judged(words, *movements, view="WorkingView", steps=(), more=(), until_ms=NOW + 2 * REACTION_MS, **tables):
    """What the oracle notes of one screen that tells these words of the coupon."""
    texts = [("told_0", words), ("tender_amount_0", "3,000원"), *more]
    line = {"view": view, "serial": 1, "at_ms": NOW, "claims": [{"attempt": COUPON}], "texts": texts}
    world = Truth(tuple(movements), {COUPON: NOW - 200}, {COUPON: "crepay"})
    judge = Judge(world, journal(steps, **tables), SCALE)
    judge.judge(Standing(Seen(0, {**line, "idle_left_s": None}), until_ms))
    return judge.wrong


def test_what_was_really_received_may_be_told():
    assert judged(RECEIVED, TAKEN) == []


@pytest.mark.parametrize(
    "movements",
    [
        (),
        (Movement(NOW + 50, COUPON, 3_000),),
        (Movement(NOW - 100, COUPON, 2_999),),
        (Movement(NOW - 100, CEOS, 3_000),),
    ],
    ids=["never", "later", "another amount", "another payment"],
)
def test_received_is_a_lie_unless_the_books_hold_exactly_that(movements):
    assert judged(RECEIVED, *movements)


def test_received_is_a_lie_once_it_was_given_back_and_still_stands():
    back = Movement(NOW + 400, COUPON, -3_000)
    assert judged(RECEIVED, TAKEN, back)
    assert judged(RECEIVED, TAKEN, back, until_ms=NOW + 450) == []


def test_two_amounts_for_one_payment_are_a_lie():
    assert judged("쿠폰 9,300원을 받았어요", Movement(NOW - 100, COUPON, 9_300))


@pytest.mark.parametrize("words", [NOTHING, UNDONE, "결제되지 않았어요"])
def test_nothing_taken_is_a_lie_while_the_books_hold_something(words):
    assert judged(words) == []
    assert judged(words, TAKEN)


@pytest.mark.parametrize("words", [NOTHING, UNDONE])
def test_not_charged_is_a_lie_when_it_is_charged_afterwards_within_the_settle_time(words):
    settled = NOW - 200 + 60_000 / SCALE
    known = {"findings": [{"attempt_id": COUPON}]}
    assert judged(words, Movement(NOW + 500, COUPON, 3_000), **known)
    assert judged(words, Movement(int(settled) + 10, COUPON, 3_000))
    assert judged(words, Movement(int(settled) + 10, COUPON, 3_000), **known) == []


def test_given_back_is_a_lie_while_it_is_held_or_when_it_was_never_taken():
    assert judged(RETURNED, TAKEN, Movement(NOW - 50, COUPON, -3_000)) == []
    assert judged(RETURNED, TAKEN)
    assert judged(RETURNED)


@pytest.mark.parametrize("words", [CHECKING, "확인하고 있어요, 다시 결제하지 마세요", "Being checked"])
def test_checking_is_a_lie_once_the_till_knows(words):
    asked = [(NOW - 500, COUPON, "attempt", "PREPARED"), (NOW - 450, COUPON, "attempt", "SENDING")]
    known = (NOW - 400, COUPON, "attempt", "APPROVED")
    assert judged(words, steps=asked) == []
    assert judged(words, steps=[*asked, known])
    assert judged(words, steps=[*asked, (NOW + 100, COUPON, "attempt", "APPROVED")]), "it stands too long"
    refund = (NOW - 300, COUPON, "refund", "ASKED")
    assert judged(words, steps=[*asked, known, refund]) == []
    assert judged(words, steps=[*asked, known, refund, (NOW - 301, COUPON, "refund", "DONE")])


def test_a_screen_that_says_checking_while_all_is_known_lies():
    title = [("certainty_title", "결제가 됐는지 확인하고 있어요")]
    assert judged(NOTHING, more=title)


def test_paid_is_a_lie_unless_the_books_hold_the_whole():
    screen = [("done_title", "결제됐어요"), ("total_amount", "12,300원")]
    rest = Movement(NOW - 50, CEOS, 9_300)
    assert judged(RECEIVED, TAKEN, rest, more=screen) == []
    assert judged(RECEIVED, TAKEN, more=screen)
    assert judged(RECEIVED, TAKEN, rest, more=[("order_number", "A-001"), ("total_amount", "12,000원")])


def test_cancelled_is_a_lie_while_anything_of_the_order_is_held():
    screen = [("certainty_title", "취소가 끝났어요")]
    back = Movement(NOW - 50, COUPON, -3_000)
    assert judged(RETURNED, TAKEN, back, more=screen) == []
    assert judged(RETURNED, TAKEN, back, Movement(NOW - 50, CEOS, 9_300), more=screen)


def test_what_is_left_to_pay_and_what_is_held_must_make_the_whole():
    screen = [("total_amount", "12,300원"), ("due_amount", "9,300원")]
    assert judged(RECEIVED, TAKEN, view="MethodsView", more=screen) == []
    assert judged(RECEIVED, TAKEN, Movement(NOW - 50, CEOS, 9_300), view="MethodsView", more=screen)


def test_a_sentence_the_oracle_does_not_know_is_not_trusted():
    assert judged("걱정하지 마세요", TAKEN)


def test_a_screen_about_a_payment_that_tells_nothing_of_it_is_noted():
    assert judged("", TAKEN) != []


def test_never_sent_is_a_lie_when_the_payment_system_has_heard_of_it():
    assert judged(NOTHING, more=[("tender_reason_0", "결제 회사에서 거절했어요")]) == []
    assert judged(NOTHING, more=[("tender_reason_0", "요청을 보내기 전에 그만두셨어요")])


def held_back(journal_says):
    """What is wrong about an attempt of which the journal says this and the books hold nothing."""
    attempt = {"id": COUPON, "state": "APPROVED", "received": 3_000, **journal_says}
    return disagreements(journal(attempts=[attempt]), Truth((), {}, {}))


def test_journal_and_books_must_hold_the_same():
    assert held_back({})
    assert held_back({"state": "NOT_CHARGED"}) == []
    assert held_back({"state": "UNKNOWN"}) == []
    assert disagreements(journal(attempts=[]), Truth((TAKEN,), {}, {}))


# -- transfers


UNSEEN = "아직 입금이 확인되지 않았어요"
CAME = Movement(NOW - 100, COUPON, 3_000, "D1")
AWAITING = [(NOW - 500, COUPON, "attempt", "ISSUING"), (NOW - 450, COUPON, "attempt", "AWAITING_DEPOSIT")]


def judged_transfer(words, *movements, steps=AWAITING, looks=(), until_ms=NOW + 2 * REACTION_MS, **tables):
    """What the oracle notes of one screen that tells these words of a transfer."""
    texts = [("told_0", words), ("tender_amount_0", "3,000원")]
    line = {"view": "TransferView", "serial": 1, "at_ms": NOW, "claims": [{"attempt": COUPON}], "texts": texts}
    world = Truth(tuple(movements), {}, {}, {COUPON: [*looks]})
    judge = Judge(world, journal(steps, **tables), SCALE)
    judge.judge(Standing(Seen(0, {**line, "idle_left_s": None}), until_ms))
    return judge.wrong


def found(kind="late", state="OPEN", transaction="D1"):
    row = {"attempt_id": COUPON, "gateway_txn": transaction, "kind": kind, "state": state, "amount": 3_000}
    return {"findings": [row]}


def test_no_deposit_was_seen_is_a_lie_once_a_look_was_told_of_one():
    assert judged_transfer(UNSEEN) == []
    assert judged_transfer(UNSEEN, CAME) == []
    assert judged_transfer(UNSEEN, CAME, looks=[NOW - 200]) == []
    assert judged_transfer(UNSEEN, CAME, looks=[NOW], until_ms=NOW + 100) == [], "a screen needs time to follow"
    assert judged_transfer(UNSEEN, CAME, looks=[NOW])


def test_no_deposit_was_seen_is_a_lie_when_nobody_is_looking_for_one():
    assert judged_transfer(UNSEEN, steps=[*AWAITING, (NOW - 400, COUPON, "attempt", "CLOSED")])


def test_a_transfer_was_received_only_when_the_bank_told_of_it():
    received = "계좌이체 3,000원을 받았어요"
    assert judged_transfer(received, CAME) == []
    assert judged_transfer(received)
    assert judged_transfer(received, CAME, Movement(NOW + 50, COUPON, -3_000, "D1"))


CLOSED = [*AWAITING, (NOW - 300, COUPON, "attempt", "CLOSING"), (NOW - 250, COUPON, "attempt", "CLOSED")]


def test_money_that_came_late_makes_no_lie_of_not_paid_only_if_it_came_late_and_was_found():
    unpaid = "결제되지 않았어요"
    assert judged_transfer(unpaid, CAME, steps=CLOSED)
    assert judged_transfer(unpaid, CAME, steps=CLOSED, **found()) == []
    assert judged_transfer(unpaid, CAME, steps=CLOSED, **found(transaction="D2"))
    in_time = Movement(NOW - 300 - REACTION_MS - 1, COUPON, 3_000, "D1")
    assert judged_transfer(unpaid, in_time, steps=CLOSED, **found())


def test_money_that_came_twice_makes_no_lie_of_received_only_if_it_was_found():
    received = "계좌이체 3,000원을 받았어요"
    again = Movement(NOW - 50, COUPON, 3_000, "D2")
    assert judged_transfer(received, CAME, again)
    assert judged_transfer(received, CAME, again, **found("duplicate", transaction="D2")) == []
    assert judged_transfer(received, CAME, again, **found("duplicate", transaction="D1"))


def test_not_given_back_yet_is_a_lie_once_it_was_paid_out():
    pending = "환불을 신청했어요, 아직 돌려드리지 못했습니다"
    assert judged_transfer(pending, CAME) == []
    assert judged_transfer(pending, CAME, Movement(NOW + 50, COUPON, -3_000, f"{COUPON}-R1"))


def test_what_was_found_in_an_account_and_paid_out_again_is_counted():
    attempt = {"id": COUPON, "state": "CLOSED", "method": "ezpg", "received": None}
    refund = {"id": f"{COUPON}-R1", "attempt_id": COUPON, "finding_id": "F1", "amount": 3_000, "state": "DONE"}
    out = Movement(NOW, COUPON, -3_000, f"{COUPON}-R1")

    def disagree(*movements, **tables):
        return disagreements(journal(attempts=[attempt], **tables), Truth(movements, {}, {}))

    assert disagree(CAME)
    assert disagree(CAME, **found()) == []
    assert disagree(**found())
    assert disagree(CAME, out, **found(state="REFUNDED"), refunds=[refund]) == []
    assert disagree(CAME, out, out, **found(state="REFUNDED"), refunds=[refund]), "paid out twice"
    assert disagree(**found(state="EXPLAINED")) == []
