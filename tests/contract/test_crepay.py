"""What is Crepay's alone: coupons, balances, clocks, and a server that may be older or stricter than another."""

import pytest

from kiosk.domain.attempt import Goal, State
from kiosk.domain.entries import AttemptBegan
from kiosk.domain.errors import CustomerLeft
from kiosk.domain.money import won
from kiosk.domain.outcome import Declined, Reason
from kiosk.domain.refund import RefundState
from tests.contract.bench import OLD_CREPAY, PRICE, FakeDesk
from tests.simulator.tills import BALANCE, BARCODE

SMALL, EMPTY = "11112222333344445", "11112222333344446"  # 3,000 won and nothing
UNKNOWN = "00000000000000000"


async def carry_on(crepay, first):
    """The attempt that carries on from another, with the same coupon; nobody scans it again."""
    new = f"{first.order_id}-{first.number + 1}"
    began = AttemptBegan(new, first.order_id, "crepay", first.family, first.due.amount, follows=first.id)
    await crepay.journal.write(began)
    desk = FakeDesk(coupons=())
    attempt = await crepay.journal.attempt(new)
    outcome = await crepay.method.pay(attempt, desk)
    await crepay.books.record(attempt, outcome)
    return await crepay.journal.attempt(new), desk


# -- coupons and balances


async def test_a_coupon_pays_what_is_due_and_keeps_the_rest(crepay):
    desk = FakeDesk()
    await crepay.sell(desk)

    assert desk.offers == [(PRICE, BALANCE)]
    assert desk.is_working
    assert crepay.world.books()["crepay"]["coupons"][BARCODE] == {"balance": BALANCE - PRICE, "net": PRICE}


async def test_a_coupon_that_holds_less_pays_a_part(crepay):
    desk = FakeDesk((SMALL,))
    attempt = await crepay.sell(desk)

    assert desk.offers == [(3000, 3000)]
    assert (attempt.state, attempt.received) == (State.APPROVED, won(3000))
    assert (await crepay.journal.sale(attempt.order_id)).due == won(PRICE - 3000)
    assert await crepay.agrees()


async def test_an_empty_or_unknown_coupon_is_asked_for_again(crepay):
    desk = FakeDesk((EMPTY, UNKNOWN, BARCODE))
    attempt = await crepay.sell(desk)

    assert desk.problems == [None, Reason.BALANCE_EMPTY, Reason.CODE_UNKNOWN]
    assert attempt.state is State.APPROVED
    assert crepay.calls == ["balance", "balance", "balance", "checkout"]
    assert await crepay.agrees()


@pytest.mark.parametrize("kind", ["drop_before", "html_502", "empty_200", "truncated", "wrong_amount_of_nothing"])
async def test_a_balance_that_cannot_be_read_never_holds_up_a_sale(crepay, kind):
    if kind == "wrong_amount_of_nothing":
        crepay.world.fault("crepay.balance", "wrong_amount", by=BALANCE + 1)
    else:
        crepay.world.fault("crepay.balance", kind)
    desk = FakeDesk()
    attempt = await crepay.sell(desk)

    assert desk.offers == [(PRICE, None)]
    assert attempt.state is State.APPROVED
    assert await crepay.agrees()


async def test_a_silent_balance_is_waited_for_eight_seconds(crepay):
    crepay.world.fault("crepay.balance", "stall_before", seconds=1000)
    attempt, _ = await crepay.stalled(crepay.charge(), "balance", 8)

    assert attempt.state is State.APPROVED


async def test_a_customer_who_leaves_before_the_amount_is_agreed_pays_nothing(crepay):
    attempt = await crepay.begin()
    with pytest.raises(CustomerLeft):
        await crepay.method.pay(attempt, FakeDesk(leaves=True))

    assert crepay.calls == ["balance"]
    assert (await crepay.journal.attempt(attempt.id)).state is State.PREPARED


async def test_a_balance_too_small_after_all_is_read_again_and_the_smaller_amount_offered(crepay):
    crepay.world.fault("crepay.checkout", "code", code="ZLGN011")
    first, outcome = await crepay.charge()
    assert outcome == Declined(Reason.BALANCE_SHORT, again=True, entries=outcome.entries)
    crepay.world.coupons({BARCODE: 1000})

    second, desk = await carry_on(crepay, first)

    assert desk.offers == [(1000, 1000)]
    assert (second.state, second.received) == (State.APPROVED, won(1000))
    assert await crepay.agrees()


async def test_a_coupon_emptied_meanwhile_is_not_offered(crepay):
    crepay.world.fault("crepay.checkout", "code", code="ZLGN011")
    first, _ = await crepay.charge()
    crepay.world.coupons({BARCODE: 0})

    second, _ = await carry_on(crepay, first)

    assert (second.state, second.reason) == (State.DECLINED, Reason.BALANCE_EMPTY)
    assert crepay.calls == ["balance", "checkout", "balance"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("ZLGN001", Reason.CODE_UNKNOWN),
        ("ZLGN003", Reason.CLOCK_SKEWED),
        ("ZLGN011", Reason.BALANCE_SHORT),
        ("ZLGN012", Reason.WITHDRAWAL_FAILED),
    ],
)
@pytest.mark.parametrize("status", [400, 404, 409, 500, 503])
async def test_a_refusal_is_judged_by_its_code_whatever_its_status(crepay, code, reason, status):
    crepay.world.fault("crepay.checkout", "code", code=code, status=status)
    attempt = await crepay.sell()

    assert (attempt.state, attempt.reason) == (State.DECLINED, reason)
    assert crepay.calls == ["balance", "checkout"]


@pytest.mark.parametrize(("code", "status"), [("ZLGN012", 200), ("ok", 400), ("ZLGN999", 400), ("ZLGN021", 400)])
async def test_what_the_table_does_not_hold_is_undone(crepay, code, status):
    crepay.world.fault("crepay.checkout", "code", code=code, status=status)
    attempt = await crepay.sell()

    assert attempt.state is State.NOT_CHARGED
    assert attempt.goal is Goal.UNDO
    assert await crepay.agrees()


# -- another amount


async def test_another_amount_taken_is_given_back_by_cancel_and_alarmed(crepay):
    crepay.world.fault("crepay.checkout", "partial", by=1500)
    attempt = await crepay.sell()

    assert (attempt.state, attempt.reason) == (State.REVERSED, Reason.OTHER_AMOUNT)
    assert (attempt.asked, attempt.received) == (won(PRICE), won(3000))
    assert crepay.calls == ["balance", "checkout", "cancel"]
    assert crepay.world.requests()[-1]["body"]["cancelAmount"] == 3000
    assert [(task.kind, task.facts["reported"]) for task in await crepay.journal.staff_tasks()] == [
        ("other_amount", "3000")
    ]
    assert await crepay.agrees()


async def test_another_amount_reported_than_taken_is_for_staff(crepay):
    crepay.world.fault("crepay.checkout", "wrong_amount", by=1)
    attempt = await crepay.sell()

    # the cancel of what was reported finds nothing, and nothing more is tried
    assert (attempt.state, attempt.reason) == (State.NEEDS_STAFF, Reason.OTHER_AMOUNT)
    assert crepay.calls == ["balance", "checkout", "cancel"]


@pytest.mark.parametrize("by", [PRICE, PRICE + 1, -(10**30)])
async def test_an_amount_that_nobody_can_take_is_no_report(crepay, by):
    crepay.world.fault("crepay.checkout", "wrong_amount", by=by)
    attempt = await crepay.sell()

    assert attempt.state is State.REVERSED
    assert crepay.calls == ["balance", "checkout", "cancel-network"]
    assert await crepay.agrees()


# -- undoing


async def test_every_undo_names_the_checkout_with_an_id_and_time_of_its_own(crepay):
    crepay.world.fault("crepay.checkout", "drop_before")
    await crepay.sell()
    checkout, *undos = [one["body"] for one in crepay.world.requests() if one["call"] in ("checkout", "cancel-network")]

    assert {one["cancelTtransactionId"] for one in undos} == {checkout["transactionId"]} == {checkout["checkoutId"]}
    assert {one["cancelAmount"] for one in undos} == {PRICE}
    assert len({one["transactionId"] for one in (checkout, *undos)}) == 5
    times = [one["timestamp"] for one in undos]
    assert times == sorted(times)


async def test_an_undo_is_sent_at_once_and_then_up_the_ladder(crepay):
    crepay.world.fault("crepay.checkout", "drop_after")
    crepay.world.fault("crepay.cancel-network", "drop_before", count=8)
    attempt = await crepay.sell()
    undos = [one for one in await crepay.operations(attempt) if one.call == "cancel_network"]
    at_s = [(one.intended.monotonic_ms - undos[0].intended.monotonic_ms) / 1000 for one in undos]

    assert attempt.state is State.REVERSED
    assert at_s == [0, 2, 7, 22, 52, 112, 172, 232, 292]


async def test_a_payment_that_never_arrived_is_asked_for_at_5_30_and_60_seconds(crepay):
    crepay.world.fault("crepay.checkout", "drop_before")
    attempt = await crepay.sell()
    undos = [one for one in await crepay.operations(attempt) if one.call == "cancel_network"]

    assert [(one.intended.monotonic_ms - undos[0].intended.monotonic_ms) / 1000 for one in undos] == [0, 5, 30, 60]


async def test_without_a_balance_before_the_undo_alone_proves_it(crepay):
    crepay.world.fault("crepay.balance", "drop_before")
    crepay.world.fault("crepay.checkout", "drop_before")
    attempt = await crepay.sell()

    assert attempt.state is State.NOT_CHARGED
    assert crepay.calls == ["balance", "checkout", *["cancel-network"] * 4]


async def test_a_balance_that_fell_contradicts_that_nothing_is_there(crepay):
    crepay.world.fault("crepay.checkout", "drop_before")
    attempt, _ = await crepay.charge()
    crepay.world.coupons({BARCODE: BALANCE - PRICE})
    attempt = await crepay.settle(attempt.id)

    assert (attempt.state, attempt.reason) == (State.NEEDS_STAFF, Reason.BALANCE_LOWER)


async def test_a_balance_that_cannot_be_read_is_asked_again(crepay):
    crepay.world.fault("crepay.checkout", "drop_before")
    attempt, _ = await crepay.charge()
    crepay.world.fault("crepay.balance", "html_502", count=2)
    attempt = await crepay.settle(attempt.id)

    assert attempt.state is State.NOT_CHARGED
    assert crepay.calls[-3:] == ["balance"] * 3


async def test_an_unknown_coupon_in_the_answer_to_an_undo_is_for_staff(crepay):
    crepay.world.fault("crepay.checkout", "drop_after")
    crepay.world.fault("crepay.cancel-network", "code", code="ZLGN001")
    attempt = await crepay.sell()

    assert (attempt.state, attempt.reason) == (State.NEEDS_STAFF, Reason.CONTRADICTORY)


@pytest.mark.parametrize("code", ["ZLGN002", "ZLGN003"])
async def test_an_undo_refused_for_its_id_or_clock_is_sent_again(crepay, code):
    crepay.world.fault("crepay.checkout", "drop_after")
    crepay.world.fault("crepay.cancel-network", "code", code=code)
    attempt = await crepay.sell()

    assert attempt.state is State.REVERSED
    assert crepay.calls == ["balance", "checkout", "cancel-network", "cancel-network"]
    assert await crepay.agrees()


async def test_a_server_without_cancel_network_is_remembered(new_bench):
    crepay = await new_bench(OLD_CREPAY)
    for _ in range(2):
        crepay.world.fault("crepay.checkout", "drop_after")
        assert (await crepay.sell()).state is State.REVERSED

    assert crepay.calls == ["balance", "checkout", "cancel-network", "cancel", "balance", "checkout", "cancel"]
    assert await crepay.agrees()


@pytest.mark.parametrize("reading", ["transaction", "approval"])
async def test_both_readings_of_the_name_of_a_checkout_are_served(crepay, reading):
    crepay.world.settings(crepay={"cancel_by": reading})
    crepay.world.fault("crepay.checkout", "drop_after")
    assert (await crepay.sell()).state is State.REVERSED
    assert (await crepay.give_back(await crepay.sell())).state is RefundState.DONE

    assert await crepay.agrees()


# -- giving back where a second cancel is refused


@pytest.fixture
def refusing(crepay):
    crepay.world.settings(crepay={"repeated_cancel": "refuse"})
    return crepay


@pytest.mark.parametrize(
    "kind", ["drop_after", "truncated", "empty_200", "html_502_after", "wrong_amount", "duplicate"]
)
async def test_a_refund_whose_answer_was_lost_is_proven_by_the_balance(refusing, kind):
    attempt = await refusing.sell()
    refusing.world.fault("crepay.cancel", kind)
    refund = await refusing.give_back(attempt)

    assert refund.state is RefundState.DONE
    assert refusing.calls == ["balance", "checkout", "balance", "cancel", "cancel", "balance"]
    assert await refusing.agrees()


async def test_a_refund_whose_answer_was_lost_and_whose_money_is_gone_already_is_for_staff(refusing):
    attempt = await refusing.sell()
    refusing.world.fault("crepay.cancel", "drop_after")
    refund = await refusing.ask_back(attempt)
    # the customer spends it at once, somewhere else
    refusing.clock.when(1, lambda: refusing.world.coupons({BARCODE: 100}))
    await refusing.method.give_back(refund)

    refund = await refusing.journal.refund(refund)
    assert (refund.state, refund.reason) == (RefundState.NEEDS_STAFF, Reason.BALANCE_LOWER)


async def test_a_refund_that_the_server_knows_nothing_of_is_for_staff_even_if_the_balance_rose(refusing):
    attempt = await refusing.sell()
    refusing.world.fault("crepay.cancel", "code", code="ZLGN021")
    refusing.world.coupons({BARCODE: BALANCE + PRICE})
    refund = await refusing.give_back(attempt)

    assert (refund.state, refund.reason) == (RefundState.NEEDS_STAFF, Reason.CONTRADICTORY)


async def test_an_undo_whose_answer_was_lost_is_proven_where_a_second_is_refused(refusing):
    refusing.world.fault("crepay.checkout", "drop_after")
    refusing.world.fault("crepay.cancel-network", "drop_after")
    attempt = await refusing.sell()

    assert attempt.state is State.NOT_CHARGED
    assert refusing.gateway.held(refusing.world) == 0
    assert await refusing.agrees()
