"""Transfers given back: one withdrawal by staff, found out about for as long as it takes, and never asked for twice."""

import asyncio

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.entries import AttemptAdvanced, FindingAdvanced, TaskClosed
from kiosk.domain.order import OrderState
from kiosk.domain.outcome import Reason
from kiosk.domain.ports import Payee
from kiosk.domain.refund import FindingState, RefundState
from kiosk.domain.told import Fact
from kiosk.flows.intents import Finish, Leave
from kiosk.services.gateways.ezpg.answers import Answer, Withdrawals
from kiosk.services.gateways.ezpg.client import EzpgClient
from kiosk.simulator.ezpg_settings import EzpgSettings
from tests.flows.till import OTP, TOTAL, Till

WORLDS = {"extended": EzpgSettings(), "not extended": EzpgSettings(extensions="off")}
PAYEE = Payee("090", "3333012345678", "홍길동")
DAY_S = 86_400.0


@pytest.fixture(params=list(WORLDS.values()), ids=list(WORLDS))
async def till(tmp_path, request):
    """A till that takes transfers, on its start screen; a part of it that fails fails the test."""
    till = Till(tmp_path, takes_transfers=True, ezpg=request.param)
    await till.start()
    yield till
    await till.close()
    assert till.failures == []


async def sold(till, number=1):
    """So many sales, paid by transfer."""
    for _ in range(number):
        await till.fill()
        await till.show_account()
        await till.transfer()
        await till.pass_time(3)
        await till.do(Finish())
        await till.pass_time(1)


def order(number=1):
    return f"K01-1-{number:06d}"


async def pay_out(till, number=1, *, signs=True):
    """Staff name an account and sign; gives the refund's id."""
    attempt = f"{order(number)}-1"
    if signs:
        assert await till.payouts.sign_in(OTP) is None
    facts = {attempt: till.payouts.facts(attempt, PAYEE)}
    refunds = await till.ask_back(order(number), facts)
    till.recovery.unwind(order(number))
    await till.settle()
    return refunds[-1]


async def stands(till, refund):
    one = await till.journal.refund(refund)
    return one.state, one.reason


def withdrawals(till):
    return [(one["amount"], one["state"]) for one in till.outside.books()["ezpg"]["withdrawals"]]


async def test_a_withdrawal_is_asked_for_once_and_done_when_it_was_paid_out(till):
    await sold(till)
    refund = await pay_out(till)

    assert await stands(till, refund) == (RefundState.PENDING, "")
    sale = await till.sale()
    assert (sale.order.state, [line.fact for line in sale.told]) == (OrderState.REFUNDING, [Fact.RETURN_PENDING])
    await till.pass_time(DAY_S)
    assert await stands(till, refund) == (RefundState.PENDING, "")

    await till.approve_withdrawal()
    await till.pass_time(601)

    assert await stands(till, refund) == (RefundState.DONE, "")
    assert (await till.sale()).order.state is OrderState.REFUNDED
    assert withdrawals(till) == [(TOTAL, "completed")]
    assert till.taken == 0


async def test_what_cannot_be_given_back_is_told_at_once_though_the_rest_waits_for_days(till):
    # what is left is as much as EzPG pays out
    till.outside.set_coupons({"98765432123456789": 2000})
    await till.fill()
    await till.pay_coupon("98765432123456789")
    await till.show_account()
    await till.transfer()
    await till.pass_time(3)
    till.fault("crepay.cancel", "code", code="ZLGN001")
    assert await till.payouts.sign_in(OTP) is None
    await till.ask_back(order(), {f"{order()}-2": till.payouts.facts(f"{order()}-2", PAYEE)})
    till.recovery.unwind(order())
    await till.pass_time(60)

    assert await till.fates() == ["crepay APPROVED NEEDS_STAFF", "ezpg APPROVED PENDING"]
    assert (await till.sale()).order.state is OrderState.REFUNDING
    assert await till.tasks_open() == ["refund_unresolved"]

    await till.approve_withdrawal()
    await till.pass_time(601)

    assert await till.fates() == ["crepay APPROVED NEEDS_STAFF", "ezpg APPROVED DONE"]
    assert (await till.sale()).order.state is OrderState.PARTLY_REFUNDED
    assert await till.tasks_open() == ["refund_unresolved"]


async def test_the_account_is_read_by_nobody_who_reads_the_journal(till):
    await sold(till)
    refund = await till.journal.refund(await pay_out(till))

    assert PAYEE.account not in str(refund.facts)
    assert "홍길동" not in str(refund.facts)
    assert refund.facts["payee_shown"].startswith("카카오뱅크 ")
    assert refund.facts["payee_shown"].endswith("5678")


@pytest.mark.parametrize("kind", ["drop_after", "html_502_after"])
async def test_of_a_lost_answer_the_list_tells_and_nothing_is_paid_twice(till, kind):
    await sold(till)
    till.fault("ezpg.withdraw", kind)
    refund = await pay_out(till)
    assert (await stands(till, refund))[0] in (RefundState.UNKNOWN, RefundState.PENDING)
    await till.pass_time(30)
    assert await stands(till, refund) == (RefundState.PENDING, "")

    await till.approve_withdrawal()
    await till.pass_time(601)

    assert await stands(till, refund) == (RefundState.DONE, "")
    assert withdrawals(till) == [(TOTAL, "completed")]


async def test_a_withdrawal_is_found_although_our_own_clock_was_set_back_after_it_was_sent(till):
    await sold(till)
    till.fault("ezpg.withdraw", "drop_after")
    till.fault("ezpg.withdrawals", "drop_before")
    refund = await pay_out(till)
    assert (await stands(till, refund))[0] is RefundState.UNKNOWN
    till.set_back(10 * DAY_S)
    await till.pass_time(30)

    assert (await stands(till, refund))[0] is RefundState.PENDING


async def test_a_withdrawal_is_found_although_our_own_clock_was_set_forward_before_it_was_sent(till):
    await sold(till)
    assert await till.payouts.sign_in(OTP) is None
    till.set_back(-7200)
    # whose answer would tell the time
    till.fault("ezpg.deposits", "drop_before", 3)
    refund = await pay_out(till, signs=False)
    await till.pass_time(10)
    await till.approve_withdrawal()
    await till.pass_time(601)

    assert await stands(till, refund) == (RefundState.DONE, "")


async def test_a_request_that_never_arrived_is_with_staff_after_a_day_and_is_not_sent_again(till):
    await sold(till)
    till.fault("ezpg.withdraw", "drop_before")
    refund = await pay_out(till)
    await till.pass_time(DAY_S - 60)
    assert (await stands(till, refund))[0] is RefundState.UNKNOWN
    await till.pass_time(700)

    assert await stands(till, refund) == (RefundState.NEEDS_STAFF, Reason.NOTHING_THERE)
    assert withdrawals(till) == []
    assert till.calls("withdraw") == ["withdraw"]
    assert "refund_unresolved" in await till.tasks_open()
    # nobody knows: it is not asked for once more
    assert (await till.sale()).to_give_back_by_staff == ()


@pytest.mark.parametrize("wall_off_s", [0, -30 * DAY_S], ids=["clock right", "clock set back"])
async def test_a_till_that_is_off_at_night_comes_to_the_end_of_a_day_too(till, wall_off_s):
    """By EzPG's clock: of the machine's, none counts while it is off."""
    await sold(till)
    till.fault("ezpg.withdraw", "drop_before")
    refund = await pay_out(till)
    await till.pass_time(4 * 3600)
    await till.stop()
    till.clock.reboot("boot-2", off_s=12 * 3600)
    till.set_back(-wall_off_s)

    await till.start()
    await till.pass_time(7 * 3600)
    assert (await stands(till, refund))[0] is RefundState.UNKNOWN
    await till.pass_time(3600 + 700)

    assert await stands(till, refund) == (RefundState.NEEDS_STAFF, Reason.NOTHING_THERE)


@pytest.mark.parametrize("kind", ["drop_after", ""])
async def test_one_of_which_no_list_can_be_read_is_with_staff_after_a_day(tmp_path, monkeypatch, kind):
    async def cannot_be_read(*_days):
        return Withdrawals(Answer.NO_ANSWER)

    monkeypatch.setattr(EzpgClient, "withdrawals", cannot_be_read)
    till = Till(tmp_path, takes_transfers=True)
    await till.start()
    await sold(till)
    if kind:
        till.fault("ezpg.withdraw", kind)
    refund = await pay_out(till)
    await till.pass_time(590)
    assert await till.tasks_open() == []
    await till.pass_time(20)
    # one that was taken may take days
    assert await till.tasks_open() == (["slow"] if kind else [])
    await till.pass_time(DAY_S - 700)
    assert (await stands(till, refund))[0] is (RefundState.UNKNOWN if kind else RefundState.PENDING)
    assert await till.tasks_open() == (["slow"] if kind else [])
    await till.restart()
    await till.pass_time(1400)

    assert await stands(till, refund) == (RefundState.NEEDS_STAFF, Reason.NO_ANSWER)
    assert "refund_unresolved" in await till.tasks_open()
    assert till.calls("withdraw") == ["withdraw"]
    assert (await till.sale()).loose_ends != ()
    await till.close()
    assert till.failures == []


async def test_a_list_that_could_not_be_read_for_a_while_leaves_nothing_to_staff(tmp_path, monkeypatch):
    async def cannot_be_read(*_days):
        return Withdrawals(Answer.NO_ANSWER)

    till = Till(tmp_path, takes_transfers=True)
    await till.start()
    await sold(till)
    refund = await pay_out(till)
    await till.pass_time(3600)
    with monkeypatch.context() as patch:
        patch.setattr(EzpgClient, "withdrawals", cannot_be_read)
        await till.pass_time(DAY_S - 3600)
    await till.pass_time(700)
    await till.approve_withdrawal()
    await till.pass_time(700)

    assert await stands(till, refund) == (RefundState.DONE, "")
    await till.close()
    assert till.failures == []


async def test_an_equal_withdrawal_of_another_sale_is_not_taken_for_a_lost_one(till):
    await sold(till, 2)
    first = await pay_out(till, 1)
    await till.approve_withdrawal()
    await till.pass_time(5)
    assert await stands(till, first) == (RefundState.DONE, "")

    till.fault("ezpg.withdraw", "drop_before")
    second = await pay_out(till, 2)
    await till.pass_time(DAY_S + 700)

    assert await stands(till, second) == (RefundState.NEEDS_STAFF, Reason.NOTHING_THERE)
    assert withdrawals(till) == [(TOTAL, "completed")]


async def test_an_equal_withdrawal_that_is_still_pending_is_not_taken_for_a_lost_one(till):
    await sold(till, 2)
    first = await pay_out(till, 1)
    till.fault("ezpg.withdraw", "drop_before")
    second = await pay_out(till, 2)
    await till.pass_time(3600)

    assert (await stands(till, first))[0] is RefundState.PENDING
    assert (await stands(till, second))[0] is RefundState.UNKNOWN
    await till.approve_withdrawal()
    await till.pass_time(3600)
    assert (await stands(till, second))[0] is RefundState.UNKNOWN


async def test_who_is_with_staff_because_nobody_could_tell_leaves_its_row_to_nobody(till):
    await sold(till, 2)
    first = await pay_out(till, 1)
    till.fault("ezpg.withdraw", "drop_before")
    second = await pay_out(till, 2)
    await till.approve_withdrawal()
    await till.pass_time(DAY_S + 1400)

    if till.ezpg.extensions == "on":
        assert await stands(till, first) == (RefundState.DONE, "")
        assert await stands(till, second) == (RefundState.NEEDS_STAFF, Reason.NOTHING_THERE)
    else:
        nobody_knows = (RefundState.NEEDS_STAFF, Reason.CONTRADICTORY)
        assert [await stands(till, one) for one in (first, second)] == [nobody_knows] * 2
    assert withdrawals(till) == [(TOTAL, "completed")]


async def test_an_equal_one_a_day_later_is_told_from_those_that_nobody_could_tell(till):
    await sold(till, 3)
    await pay_out(till, 1)
    till.fault("ezpg.withdraw", "drop_before")
    await pay_out(till, 2)
    await till.pass_time(DAY_S + 1400)
    third = await pay_out(till, 3)
    await till.approve_withdrawal()
    await till.pass_time(601)

    assert await stands(till, third) == (RefundState.DONE, "")


async def test_of_two_equal_ones_that_wait_together_each_comes_to_its_own_end(till):
    await sold(till, 2)
    first = await pay_out(till, 1)
    await till.approve_withdrawal()
    await till.pass_time(1)
    second = await pay_out(till, 2)
    await till.pass_time(700)
    # where a row bears no id nobody can say yet whose it is
    bears_id = till.ezpg.extensions == "on"
    assert (await stands(till, first))[0] is (RefundState.DONE if bears_id else RefundState.PENDING)
    assert (await stands(till, second))[0] is RefundState.PENDING
    await till.approve_withdrawal()
    await till.pass_time(700)
    assert [await stands(till, one) for one in (first, second)] == [(RefundState.DONE, "")] * 2


async def test_of_two_equal_ones_minutes_apart_neither_is_told_as_done_by_the_others_row(till):
    await sold(till, 2)
    first = await pay_out(till, 1)
    await till.pass_time(120)
    second = await pay_out(till, 2)
    await till.approve_withdrawal()
    await till.pass_time(700)

    assert (await stands(till, first))[0] is RefundState.PENDING
    till.outside.ezpg.settle(till.outside.books()["ezpg"]["withdrawals"][0]["trxId"], "completed", "")
    await till.pass_time(1300)
    assert [await stands(till, one) for one in (first, second)] == [(RefundState.DONE, "")] * 2


async def test_of_two_equal_ones_minutes_apart_each_is_told_as_what_became_of_it(till):
    await sold(till, 2)
    first = await pay_out(till, 1)
    await till.pass_time(120)
    second = await pay_out(till, 2)
    for row, became in zip(till.outside.books()["ezpg"]["withdrawals"], ("failed", "completed"), strict=True):
        till.outside.ezpg.settle(row["trxId"], became, "")
    await till.pass_time(1300)

    assert await stands(till, first) == (RefundState.REFUSED, Reason.REJECTED_THERE)
    assert await stands(till, second) == (RefundState.DONE, "")


async def test_of_two_equal_ones_at_once_that_end_otherwise_staff_are_told_as_soon_as_nothing_can_change(till):
    await sold(till, 2)
    first, second = await pay_out(till, 1), await pay_out(till, 2)
    rows = [one["trxId"] for one in till.outside.books()["ezpg"]["withdrawals"]]
    till.outside.ezpg.settle(rows[0], "failed", "")
    await till.pass_time(700)
    till.outside.ezpg.settle(rows[1], "completed", "")
    await till.pass_time(700)

    if till.ezpg.extensions == "on":
        assert await stands(till, first) == (RefundState.REFUSED, Reason.REJECTED_THERE)
        assert await stands(till, second) == (RefundState.DONE, "")
    else:
        nobody_knows = (RefundState.NEEDS_STAFF, Reason.CONTRADICTORY)
        assert [await stands(till, one) for one in (first, second)] == [nobody_knows] * 2
        assert "refund_unresolved" in await till.tasks_open()


async def test_an_equal_one_that_was_lost_minutes_later_does_not_keep_the_first_from_being_told(till):
    await sold(till, 2)
    first = await pay_out(till, 1)
    await till.pass_time(120)
    till.fault("ezpg.withdraw", "drop_before")
    second = await pay_out(till, 2)
    await till.approve_withdrawal()
    await till.pass_time(700)

    assert await stands(till, first) == (RefundState.DONE, "")
    await till.pass_time(DAY_S)
    assert await stands(till, second) == (RefundState.NEEDS_STAFF, Reason.NOTHING_THERE)


async def test_one_whose_row_is_known_is_not_mistaken_for_an_equal_one_that_was_sent_later(till):
    await sold(till, 2)
    till.fault("ezpg.withdraw", "drop_after")
    first = await pay_out(till, 1)
    await till.pass_time(60)
    assert await stands(till, first) == (RefundState.PENDING, "")
    await till.pass_time(600)
    second = await pay_out(till, 2)
    await till.pass_time(700)

    assert [(await stands(till, one))[0] for one in (first, second)] == [RefundState.PENDING] * 2
    for row in till.outside.books()["ezpg"]["withdrawals"]:
        till.outside.ezpg.settle(row["trxId"], "completed", "")
    await till.pass_time(1300)
    assert [await stands(till, one) for one in (first, second)] == [(RefundState.DONE, "")] * 2


async def test_two_equal_ones_whose_answers_were_both_lost_are_both_found(till):
    await sold(till, 2)
    till.fault("ezpg.withdraw", "drop_after", 2)
    first, second = await pay_out(till, 1), await pay_out(till, 2)
    await till.pass_time(120)
    for row in till.outside.books()["ezpg"]["withdrawals"]:
        till.outside.ezpg.settle(row["trxId"], "completed", "")
    await till.pass_time(1300)

    assert [await stands(till, one) for one in (first, second)] == [(RefundState.DONE, "")] * 2
    assert withdrawals(till) == [(TOTAL, "completed")] * 2


async def test_two_equal_ones_that_see_the_same_list_at_once_claim_a_row_each(till, monkeypatch):
    await sold(till, 2)
    first, second = await pay_out(till, 1), await pay_out(till, 2)
    for row in till.outside.books()["ezpg"]["withdrawals"]:
        till.outside.ezpg.settle(row["trxId"], "completed", "")
    client, both = till.payouts._client, asyncio.Barrier(2)
    read, claimed_by = client.withdrawals, till.journal.refunds_noted

    async def read_together(*days):
        listed = await read(*days)
        await both.wait()
        return listed

    async def claimed_by_after_a_turn(*what):
        claimant = await claimed_by(*what)
        await asyncio.sleep(0)
        return claimant

    monkeypatch.setattr(client, "withdrawals", read_together)
    monkeypatch.setattr(till.journal, "refunds_noted", claimed_by_after_a_turn)
    await till.pass_time(700)

    assert [await stands(till, one) for one in (first, second)] == [(RefundState.DONE, "")] * 2
    claims = {(await till.journal.refund(one)).facts["withdrawal"] for one in (first, second)}
    assert len(claims) == 2


async def test_without_the_six_digits_nothing_is_sent_and_staff_can_try_again(till):
    await sold(till)
    refund = await pay_out(till, signs=False)

    assert await stands(till, refund) == (RefundState.REFUSED, Reason.WITHDRAWAL_NEEDED)
    assert till.calls("withdraw") == []
    again = await pay_out(till)
    assert again != refund
    assert (await stands(till, again))[0] is RefundState.PENDING


async def test_the_six_digits_are_good_for_one_withdrawal(till):
    await sold(till, 2)
    await pay_out(till, 1)
    second = await pay_out(till, 2, signs=False)

    assert await stands(till, second) == (RefundState.REFUSED, Reason.WITHDRAWAL_NEEDED)
    assert len(withdrawals(till)) == 1


async def test_the_till_gives_no_transfer_back_by_itself(till):
    await till.fill()
    await till.show_account()
    await till.transfer()
    await till.do(Leave())
    await till.pass_time(30)

    assert await till.fates() == ["ezpg APPROVED REFUSED"]
    assert till.calls("withdraw") == []
    assert (await till.sale()).refunds[-1].reason == Reason.WITHDRAWAL_NEEDED


REFUSALS = {
    "balance": (EzpgSettings(merchants={"demo": {"balance": 0, "deposit_fee": 12_000}}), Reason.SHOP_BALANCE_SHORT),
    "payee": (EzpgSettings(payees={PAYEE.account: "임꺽정"}), Reason.PAYEE_WRONG),
    "day": (EzpgSettings(daily_limit=10), Reason.DAY_LIMIT),
    "maintenance": (EzpgSettings(maintenance=True), Reason.MAINTENANCE),
}


@pytest.mark.parametrize(("world", "why"), list(REFUSALS.values()), ids=list(REFUSALS))
async def test_what_is_refused_says_why_and_can_be_asked_for_again(tmp_path, world, why):
    till = Till(tmp_path, takes_transfers=True, ezpg=world)
    await till.start()
    await sold(till)
    refund = await pay_out(till)

    assert await stands(till, refund) == (RefundState.REFUSED, why)
    assert (await till.sale()).order.state is OrderState.PAID
    assert len((await till.sale()).to_give_back_by_staff) == 1
    assert "refund_unresolved" in await till.tasks_open()
    await till.close()
    assert till.failures == []


async def test_a_withdrawal_that_the_head_office_rejects_can_be_asked_for_again(till):
    await sold(till)
    refund = await pay_out(till)
    await till.approve_withdrawal("failed")
    await till.pass_time(601)
    assert await stands(till, refund) == (RefundState.REFUSED, Reason.REJECTED_THERE)

    again = await pay_out(till)
    await till.approve_withdrawal()
    await till.pass_time(601)
    assert await stands(till, again) == (RefundState.DONE, "")


@pytest.mark.parametrize("fault", ["", "drop_after"])
async def test_a_restart_goes_on_with_what_was_asked_for(till, fault):
    await sold(till)
    if fault:
        till.fault("ezpg.withdraw", fault)
    refund = await pay_out(till)
    await till.restart()
    await till.approve_withdrawal()
    await till.pass_time(601)

    assert await stands(till, refund) == (RefundState.DONE, "")
    assert withdrawals(till) == [(TOTAL, "completed")]


async def test_a_restart_goes_on_with_a_withdrawal_of_what_the_bank_took_back_meanwhile(till):
    await sold(till)
    refund = await pay_out(till)
    await till.correct(till.outside.ezpg.bank.transfers[-1], after_the_fact=True)
    await till.pass_time(700)
    assert (await till.attempt(1)).state is State.CORRECTED
    await till.restart()
    await till.approve_withdrawal()
    await till.pass_time(601)

    assert await stands(till, refund) == (RefundState.DONE, "")


async def test_nothing_is_paid_out_of_what_the_bank_took_back_before_it_was_asked_for(till):
    await sold(till)
    await till.correct(till.outside.ezpg.bank.transfers[-1], after_the_fact=True)
    refund = await pay_out(till)

    assert await stands(till, refund) == (RefundState.REFUSED, Reason.CORRECTED_THERE)
    assert await till.fates() == ["ezpg CORRECTED REFUSED"]
    assert till.calls("withdraw") == []
    assert sorted(await till.tasks_open()) == ["finding", "refund_unresolved"]


async def test_nothing_is_paid_out_of_what_is_found_taken_back_while_it_waits_to_be_sent(till):
    await sold(till)
    assert await till.payouts.sign_in(OTP) is None
    attempt = f"{order()}-1"
    (refund,) = await till.ask_back(order(), {attempt: till.payouts.facts(attempt, PAYEE)})
    await till.correct(till.outside.ezpg.bank.transfers[-1], after_the_fact=True)
    await till.pass_time(700)
    till.fault("ezpg.deposits", "html_502", 3)
    till.recovery.unwind(order())
    await till.pass_time(60)

    assert await stands(till, refund) == (RefundState.REFUSED, Reason.CORRECTED_THERE)
    assert till.calls("withdraw") == []


async def test_nothing_is_paid_out_of_what_is_found_taken_back_at_the_last_moment(till, monkeypatch):
    await sold(till)
    withdraw = till.payouts._withdraw

    async def withdraw_a_moment_later(attempt, refund):
        await till.journal.write(AttemptAdvanced(attempt.id, State.CORRECTED, Reason.CORRECTED_THERE, watch=True))
        await withdraw(attempt, refund)

    monkeypatch.setattr(till.payouts, "_withdraw", withdraw_a_moment_later)
    refund = await pay_out(till)

    assert await stands(till, refund) == (RefundState.REFUSED, Reason.CORRECTED_THERE)
    assert till.calls("withdraw") == []


async def test_a_till_that_stopped_while_it_was_sent_finds_out(till):
    await sold(till)
    till.fault("ezpg.withdraw", "stall_after")
    refund = await pay_out(till)
    assert (await stands(till, refund))[0] is RefundState.SENDING
    await till.restart()
    await till.pass_time(30)
    assert (await stands(till, refund))[0] is RefundState.PENDING


async def test_a_sale_whose_transfer_the_bank_took_back_while_it_was_paid_out_is_not_paid(till):
    await sold(till)
    await pay_out(till)
    await till.correct(till.outside.ezpg.bank.transfers[-1], after_the_fact=True)
    await till.pass_time(700)
    await till.approve_withdrawal()
    await till.pass_time(700)

    assert await till.fates() == ["ezpg CORRECTED DONE"]
    assert (await till.sale()).order.state is OrderState.REFUNDED
    # the shop has paid it twice: staff have to know
    assert "finding" in await till.tasks_open()


# -- money that was found


async def late(till):
    """Money that came after the end; gives its finding."""
    await till.fill()
    await till.show_account()
    await till.transfer(mode="S", in_flight_s=300)
    await till.do(Leave())
    await till.pass_time(1300)
    (finding,) = await till.journal.findings("K01-1-000001-1")
    return finding


async def give_back(till, finding):
    assert await till.payouts.sign_in(OTP) is None
    facts = till.payouts.facts(finding.attempt_id, PAYEE)
    asked = await till.books.ask_finding_back(finding, "P1", facts)
    till.recovery.pay_out(asked)
    await till.settle()
    return asked


async def test_late_money_is_paid_out_once_also_when_the_answer_is_lost(till):
    finding = await late(till)
    till.fault("ezpg.withdraw", "drop_after")
    refund = await give_back(till, finding)
    assert await till.books.ask_finding_back(finding, "P1", {}) is None
    await till.restart()
    await till.pass_time(60)
    await till.approve_withdrawal()
    await till.pass_time(601)

    assert await stands(till, refund) == (RefundState.DONE, "")
    (finding,) = await till.journal.findings("K01-1-000001-1")
    assert str(finding.state) == "REFUNDED"
    assert withdrawals(till) == [(TOTAL, "completed")]
    assert till.taken == 0


async def test_late_money_whose_withdrawal_never_arrived_is_not_paid_out_twice(till):
    finding = await late(till)
    till.fault("ezpg.withdraw", "drop_before")
    refund = await give_back(till, finding)
    await till.pass_time(DAY_S + 700)

    assert await stands(till, refund) == (RefundState.NEEDS_STAFF, Reason.NOTHING_THERE)
    assert await till.books.ask_finding_back(finding, "P1", {}) is None
    assert "refund_unresolved" in await till.tasks_open()


async def test_late_money_whose_withdrawal_is_refused_can_be_paid_out_later(till):
    finding = await late(till)
    till.outside.ezpg.settings = till.ezpg.model_copy(update={"maintenance": True})
    refund = await give_back(till, finding)
    assert await stands(till, refund) == (RefundState.REFUSED, Reason.MAINTENANCE)
    till.outside.ezpg.settings = till.ezpg

    again = await give_back(till, finding)
    assert (await stands(till, again))[0] is RefundState.PENDING


async def test_nothing_is_paid_out_of_late_money_that_the_bank_took_back_before_it_was_asked_for(till):
    finding = await late(till)
    await till.correct(till.outside.ezpg.bank.transfers[-1], after_the_fact=True)
    refund = await give_back(till, finding)

    assert await stands(till, refund) == (RefundState.REFUSED, Reason.CORRECTED_THERE)
    assert till.calls("withdraw") == []


async def test_nothing_is_paid_out_of_late_money_that_turns_out_to_be_taken_back_while_it_is_asked_for(till):
    finding = await late(till)
    facts = till.payouts.facts(finding.attempt_id, PAYEE)
    asked = await till.books.ask_finding_back(finding, "P1", facts)
    await till.journal.write(FindingAdvanced(finding.id, FindingState.EXPLAINED))
    assert await till.payouts.sign_in(OTP) is None
    till.recovery.pay_out(asked)
    await till.settle()

    assert await stands(till, asked) == (RefundState.REFUSED, Reason.CORRECTED_THERE)
    assert till.calls("withdraw") == []


async def test_late_money_that_the_bank_took_back_is_nobodys_to_pay_out(till):
    finding = await late(till)
    await till.correct(till.outside.ezpg.bank.transfers[-1], after_the_fact=True)
    await till.pass_time(700)

    now = await till.journal.findings("K01-1-000001-1")
    assert [(str(one.kind), str(one.state)) for one in now] == [("late", "EXPLAINED"), ("corrected", "EXPLAINED")]
    assert await till.books.ask_finding_back(finding, "P1", {}) is None


async def test_late_money_that_was_settled_with_its_customer_and_is_taken_back_then_is_told_to_staff(till):
    finding = await late(till)
    (task,) = await till.journal.staff_tasks()
    await till.journal.write(FindingAdvanced(finding.id, FindingState.EXPLAINED), TaskClosed(task.id, "P1: explained"))
    await till.correct(till.outside.ezpg.bank.transfers[-1], after_the_fact=True)
    await till.pass_time(700)

    now = await till.journal.findings("K01-1-000001-1")
    assert [(str(one.kind), str(one.state)) for one in now] == [("late", "EXPLAINED"), ("corrected", "OPEN")]
    assert await till.tasks_open() == ["finding"]
    await till.pass_time(700)
    assert len(await till.journal.findings("K01-1-000001-1")) == 2
