"""Bank transfers, through the whole till: the deposit list is the truth, and late money is nobody's to keep."""

import random
from dataclasses import replace

import pytest
from typing_extensions import override

from kiosk.domain.attempt import Goal, State
from kiosk.domain.money import won
from kiosk.domain.order import OrderState
from kiosk.domain.outcome import Reason
from kiosk.domain.resolution import Way
from kiosk.domain.told import Fact
from kiosk.flows.books import Said
from kiosk.flows.intents import ChooseMethod, Confirm, Finish, GoBack, Leave, Resume
from kiosk.flows.views import (
    Certainty,
    CertaintyView,
    DoneView,
    InterruptedView,
    MethodsView,
    StartView,
    TransferView,
)
from kiosk.services.gateways.ezpg.answers import Answer, Deposits
from kiosk.services.gateways.ezpg.client import EzpgClient
from kiosk.simulator.ezpg_bank import Payment
from kiosk.simulator.ezpg_settings import EzpgSettings
from tests.flows.till import TOTAL, Till

WORLDS = {"extended": EzpgSettings(), "not extended": EzpgSettings(extensions="off")}
DAY_S = 86_400.0


@pytest.fixture(params=list(WORLDS.values()), ids=list(WORLDS))
async def till(tmp_path, request):
    """A till that takes transfers, on its start screen; a part of it that fails fails the test."""
    till = Till(tmp_path, takes_transfers=True, ezpg=request.param)
    await till.start()
    yield till
    await till.close()
    assert till.failures == []


def is_extended(till):
    return till.ezpg.is_extended


async def shown(till):
    """Up to the account."""
    await till.fill()
    return await till.show_account()


async def findings(till, number=1):
    found = await till.journal.findings(f"K01-1-000001-{number}")
    return [(str(one.kind), one.amount.amount, str(one.state)) for one in found]


# -- paying


async def test_what_was_asked_comes_and_pays(till):
    view = await shown(till)

    assert isinstance(view, TransferView)
    account = till.outside.books()["ezpg"]["accounts"][-1]
    assert (view.bank_code, view.number, view.amount) == (account["bank"], account["account"], won(TOTAL))
    assert (view.left_s, view.time_s, view.is_heard, view.is_question) == (600, 600, True, False)
    assert view.holder == ("이지피지(데모)" if is_extended(till) else "")

    await till.pass_time(30)
    await till.transfer()
    await till.pass_time(3)

    assert isinstance(till.view, DoneView)
    assert await till.fates() == ["ezpg APPROVED"]
    attempt = await till.attempt(1)
    assert (attempt.received, attempt.watched) == (won(TOTAL), True)
    assert attempt.transaction == till.outside.books()["ezpg"]["transfers"][-1]["trxId"]
    assert till.transferred == [TOTAL]


async def test_an_account_is_written_down_before_it_is_shown(till):
    seen = []
    till.commits.append(lambda: seen.append(type(till.view).__name__))

    await shown(till)

    assert (await till.attempt(1)).state is State.AWAITING_DEPOSIT
    assert isinstance(till.view, TransferView)
    assert "TransferView" not in seen


async def test_the_screen_asks_every_three_seconds_and_keeps_only_what_is_new(till):
    await shown(till)
    before = len(till.calls("deposits"))
    await till.pass_time(30)

    assert len(till.calls("deposits")) - before == 10
    kept = [one for one in await till.journal.operations("K01-1-000001-1") if one.call == "deposits"]
    assert len(kept) == 1


@pytest.mark.parametrize(("amount", "state"), [(TOTAL - 300, State.UNDERPAID), (TOTAL + 700, State.OVERPAID)])
async def test_another_amount_from_a_bank_that_only_tells_is_for_staff(till, amount, state):
    await shown(till)
    await till.transfer(amount, mode="S")
    await till.pass_time(5)

    attempt = await till.attempt(1)
    assert (attempt.state, attempt.received) == (state, won(amount))
    assert isinstance(till.view, CertaintyView)
    (told,) = till.view.tenders
    assert (told.fact, told.amount) == (Fact.STAFF_HELPS, won(amount))
    assert (await till.sale()).order.state is OrderState.UNWINDING_STAFF
    assert await till.fates() == [f"ezpg {state} REFUSED"]
    assert await till.tasks_open() == ["refund_unresolved"]
    assert till.taken == amount


async def test_another_amount_where_the_bank_asks_first_moves_nothing_and_the_customer_stays(till):
    await shown(till)
    with pytest.raises(Exception, match=r"V003"):
        await till.transfer(TOTAL - 300)
    await till.pass_time(5)

    assert isinstance(till.view, TransferView)
    await till.transfer()
    await till.pass_time(3)
    assert isinstance(till.view, DoneView)


async def test_who_transferred_too_little_can_have_it_booked_by_a_manager_as_kept(till):
    await shown(till)
    await till.transfer(TOTAL + 700, mode="S")
    await till.pass_time(30)
    (end,) = (await till.sale()).loose_ends

    assert await till.books.resolve(end, Said(Way.CHARGED_KEPT, TOTAL + 700, "P1", "goods"))

    assert (await till.sale()).order.state is OrderState.PAID


async def test_what_was_transferred_beyond_that_is_given_back_in_cash_and_the_rest_pays(till):
    await shown(till)
    await till.transfer(TOTAL + 700, mode="S")
    await till.pass_time(30)
    (end,) = (await till.sale()).loose_ends

    assert await till.books.resolve(end, Said(Way.GIVEN_BACK_OUTSIDE, 700, "P1", "cash"))

    assert (await till.sale()).order.state is OrderState.PAID


async def test_a_difference_that_the_store_allows_pays(tmp_path):
    till = Till(tmp_path, takes_transfers=True)
    till.arrangement = replace(till.arrangement, tolerance=500)
    await till.start()
    await shown(till)
    await till.transfer(TOTAL - 500, mode="S")
    await till.pass_time(3)

    assert (await till.attempt(1)).received == won(TOTAL - 500)
    assert await till.fates() == ["ezpg APPROVED"]
    assert isinstance(till.view, DoneView)
    await till.close()


async def test_one_won_more_than_the_store_allows_does_not(tmp_path):
    till = Till(tmp_path, takes_transfers=True)
    till.arrangement = replace(till.arrangement, tolerance=500)
    await till.start()
    await shown(till)
    await till.transfer(TOTAL - 501, mode="S")
    await till.pass_time(3)

    assert (await till.attempt(1)).state is State.UNDERPAID
    await till.close()


# -- no account


async def test_a_lost_answer_to_the_issue_costs_nothing_for_nobody_saw_the_account(till):
    till.fault("ezpg.issue", "drop_after")
    await till.fill()
    await till.do(ChooseMethod("ezpg"))
    await till.pass_time(11)

    assert isinstance(till.view, MethodsView)
    assert await till.fates() == ["ezpg NOT_SENT"]
    await till.show_account()
    assert isinstance(till.view, TransferView)


async def test_a_login_that_ran_out_is_renewed_and_nothing_is_asked_twice(till):
    await till.pass_time(25 * 3600)
    await till.fill()
    await till.show_account()

    assert isinstance(till.view, TransferView)
    assert len(till.outside.books()["ezpg"]["accounts"]) == 1


async def test_a_login_that_is_refused_again_and_again_offers_nothing(till):
    till.fault("ezpg.issue", "expired", 2)
    await till.fill()
    await till.do(ChooseMethod("ezpg"))
    await till.pass_time(1)

    assert await till.fates() == ["ezpg DECLINED"]


@pytest.mark.parametrize(
    ("wait_s", "is_offered"),
    [
        (14.4 * 3600, True),  # 23:24
        (14.46 * 3600, False),  # 23:27:36, less than three minutes before banks close
        (15.4 * 3600, False),  # 00:24
        (15.51 * 3600, True),  # 00:30:36
    ],
)
async def test_transfers_are_offered_while_banks_take_them_for_long_enough(till, wait_s, is_offered):
    await till.pass_time(wait_s)
    view = await till.fill()

    assert ("ezpg" in [card.name for card in view.methods]) == is_offered


async def test_an_account_shown_late_in_the_evening_is_open_until_banks_close(till):
    await till.pass_time(14 * 3600 + 25 * 60)  # 23:25
    view = await shown(till)

    assert isinstance(view, TransferView)
    assert view.left_s == 300


# -- leaving


async def test_who_wants_to_pay_otherwise_leaves_an_account_that_takes_nothing_more(till):
    await shown(till)
    await till.do(GoBack())
    await till.pass_time(1)

    if is_extended(till):
        assert isinstance(till.view, MethodsView)
    else:
        # it could not be closed: they are asked
        assert isinstance(till.view, TransferView)
        assert till.view.is_question
        await till.do(GoBack())
    attempt = await till.attempt(1)
    assert (attempt.state, attempt.watched) == (State.CLOSED, True)
    assert isinstance(till.view, MethodsView)
    (told,) = till.view.tenders
    assert (told.fact, told.reason) == (Fact.NOT_PAID, Reason.LEFT_TRANSFER)
    await till.do(ChooseMethod("ceos"))
    await till.pass_time(4)
    assert isinstance(till.view, DoneView)
    assert len(till.paper.printed) == (1 if is_extended(till) else 2)  # a slip says who returns what comes late


async def test_who_has_sent_it_already_stays_and_is_waited_for(till):
    till.fault("ezpg.close", "drop_before")
    await shown(till)
    await till.transfer(in_flight_s=20)
    await till.do(GoBack())
    await till.pass_time(1)
    assert isinstance(till.view, TransferView)
    assert till.view.is_question

    await till.do(Confirm())
    assert isinstance(till.view, TransferView)
    assert not till.view.is_question
    await till.pass_time(25)

    assert isinstance(till.view, DoneView)
    assert till.transferred == [TOTAL]


async def test_money_that_comes_while_they_think_about_whether_they_have_sent_it_pays(till):
    till.fault("ezpg.close", "drop_before")
    await shown(till)
    await till.do(GoBack())
    await till.pass_time(1)
    assert till.view.is_question
    await till.transfer()
    await till.pass_time(4)

    assert isinstance(till.view, DoneView)
    assert await till.fates() == ["ezpg APPROVED"]


async def test_while_they_think_and_nobody_can_be_asked_the_question_stands(till):
    till.fault("ezpg.close", "drop_before")
    await shown(till)
    await till.do(GoBack())
    await till.pass_time(1)
    await till.transfer()
    till.fault("ezpg.deposits", "html_502", 2)
    await till.pass_time(10)
    assert till.view.is_question
    assert not till.view.is_heard
    await till.pass_time(10)

    assert isinstance(till.view, DoneView)


async def test_money_that_came_while_they_wanted_to_pay_otherwise_pays(till):
    await shown(till)
    await till.transfer()
    await till.do(GoBack())
    await till.pass_time(5)

    assert isinstance(till.view, DoneView)
    assert await till.fates() == ["ezpg APPROVED"]
    assert not any(isinstance(one.view, TransferView) and one.view.is_question for one in till.shown)


async def test_a_list_that_lags_behind_what_the_server_says_is_read_again(tmp_path):
    till = Till(tmp_path, takes_transfers=True)
    await till.start()
    await shown(till)
    await till.transfer()
    till.fault("ezpg.deposits", "html_502", 2)
    await till.do(GoBack())
    await till.pass_time(5)

    assert isinstance(till.view, DoneView)
    assert till.calls("close") == ["close"]
    await till.close()
    assert till.failures == []


async def test_what_the_server_calls_paid_is_looked_for_and_its_customer_not_asked(tmp_path):
    till = Till(tmp_path, takes_transfers=True)
    await till.start()
    await shown(till)
    await till.transfer()
    till.fault("ezpg.deposits", "html_502", 12)
    await till.do(GoBack())
    await till.pass_time(10)

    assert (await till.attempt(1)).state is State.CLOSING
    assert isinstance(till.view, CertaintyView)
    assert [line.fact for line in till.view.tenders] == [Fact.CHECKING]
    await till.pass_time(30)
    assert isinstance(till.view, DoneView)
    assert till.taken == TOTAL
    await till.close()
    assert till.failures == []


@pytest.mark.parametrize("leaves", [GoBack(), Leave()])
async def test_what_the_server_calls_paid_is_not_over_before_the_list_shows_it(tmp_path, monkeypatch, leaves):
    till = Till(tmp_path, takes_transfers=True)
    await till.start()
    await shown(till)
    await till.transfer()
    with monkeypatch.context() as patch:

        async def lags_behind(*_about):
            return Deposits(Answer.LISTED)

        patch.setattr(EzpgClient, "deposits", lags_behind)
        await till.do(leaves)
        till.fault("ezpg.close", "drop_before", 100)
        await till.pass_time(700)
        assert (await till.attempt(1)).state is State.CLOSING
    await till.pass_time(700)

    assert await till.fates() == ["ezpg APPROVED REFUSED"]
    await till.close()
    assert till.failures == []


async def test_what_the_server_calls_paid_and_the_bank_took_back_is_over(tmp_path):
    till = Till(tmp_path, takes_transfers=True)
    await till.start()
    await shown(till)
    paid = await till.transfer()
    till.fault("ezpg.deposits", "html_502", 4)
    await till.do(GoBack())
    till.fault("ezpg.close", "drop_before", 100)
    await till.pass_time(1)
    await till.correct(paid, after_the_fact=True)
    await till.pass_time(40)

    assert (await till.attempt(1)).state is State.CLOSED
    assert isinstance(till.view, MethodsView)
    assert till.taken == 0
    await till.close()
    assert till.failures == []


async def test_an_account_that_is_closed_and_cannot_be_asked_about_has_not_been_proven_empty(tmp_path):
    till = Till(tmp_path, takes_transfers=True)
    await till.start()
    await shown(till)
    till.fault("ezpg.deposits", "html_502", 1)
    await till.do(GoBack())
    await till.pass_time(1)

    assert isinstance(till.view, TransferView)
    assert till.view.is_question
    await till.close()
    assert till.failures == []


async def test_who_gives_up_has_paid_nothing(till):
    await shown(till)
    await till.do(Leave())
    await till.pass_time(5)

    assert (await till.attempt(1)).state is State.CLOSED
    assert (await till.sale()).order.state is OrderState.UNWOUND
    assert till.taken == 0


async def test_who_gives_up_after_the_money_came_has_it_given_back_by_staff(till):
    await shown(till)
    await till.transfer()
    await till.do(Leave())
    await till.pass_time(5)

    attempt = await till.attempt(1)
    assert (attempt.state, attempt.goal) == (State.APPROVED, Goal.UNDO)
    assert await till.fates() == ["ezpg APPROVED REFUSED"]
    assert (await till.sale()).order.state is OrderState.UNWINDING_STAFF
    assert isinstance(till.view, CertaintyView)
    assert [line.fact for line in till.view.tenders] == [Fact.STAFF_HELPS]


async def test_who_walks_off_is_asked_after_a_while_and_the_till_is_free(till):
    await shown(till)
    await till.pass_time(159)
    assert till.stage.shown.value.idle_left_s is None
    await till.pass_time(4)
    assert till.stage.shown.value.idle_left_s is not None
    assert isinstance(till.view, TransferView)

    await till.pass_time(40)

    assert isinstance(till.view, StartView)
    assert (await till.attempt(1)).state is State.CLOSED


async def test_a_touch_keeps_the_account_on_the_screen(till):
    await shown(till)
    await till.pass_time(170)
    await till.do(Resume())
    await till.pass_time(100)

    assert isinstance(till.view, TransferView)


async def test_money_that_comes_while_they_are_asked_whether_they_are_there_pays(till):
    await shown(till)
    await till.pass_time(165)
    await till.transfer()
    await till.pass_time(4)

    assert isinstance(till.view, DoneView)


async def test_who_leaves_while_nobody_can_be_asked_is_told_nothing_that_is_not_known(till):
    await till.fill()
    await till.pay_coupon()
    await till.show_account()
    await till.transfer()
    till.is_cut_off = True
    await till.do(Leave())
    await till.pass_time(30)
    assert (await till.attempt(2)).state is State.CLOSING
    assert Fact.CHECKING in [line.fact for line in till.view.tenders]

    await till.pass_time(60)
    assert "parked" in await till.tasks_open()
    till.is_cut_off = False
    await till.pass_time(700)

    assert (await till.attempt(2)).state is State.APPROVED
    assert "ezpg APPROVED REFUSED" in await till.fates()


async def test_who_walks_off_while_they_are_asked_has_not_said_that_nothing_was_transferred(till):
    till.fault("ezpg.close", "drop_before")
    await shown(till)
    await till.transfer()
    till.is_cut_off = True
    await till.do(GoBack())
    await till.pass_time(40)
    assert till.view.is_question
    await till.pass_time(300)
    assert (await till.attempt(1)).state is State.CLOSING
    till.is_cut_off = False
    await till.pass_time(700)

    assert (await till.attempt(1)).state is State.APPROVED


async def test_a_login_that_is_refused_twice_keeps_nobody_waiting_who_has_transferred(till):
    await shown(till)
    till.fault("ezpg.deposits", "expired")
    till.fault("ezpg.login", "expired")
    await till.pass_time(3)
    assert not till.view.is_heard
    await till.transfer()
    await till.pass_time(31)

    assert isinstance(till.view, DoneView)


async def test_who_leaves_while_a_login_is_refused_hears_of_their_money_as_soon_as_it_can_be_asked_for(till):
    await shown(till)
    till.fault("ezpg.deposits", "expired")
    till.fault("ezpg.login", "expired")
    await till.pass_time(3)
    await till.transfer()
    await till.pass_time(9)
    await till.do(Leave())
    await till.pass_time(20)
    assert (await till.attempt(1)).state is State.CLOSING
    await till.pass_time(2)

    assert (await till.attempt(1)).state is State.APPROVED
    assert await till.fates() == ["ezpg APPROVED REFUSED"]


# -- time is over


async def test_an_account_whose_time_is_over_is_not_paid_and_the_customer_pays_otherwise(till):
    await shown(till)
    for _ in range(5):
        await till.pass_time(125)
        await till.do(Resume())

    attempt = await till.attempt(1)
    assert (attempt.state, attempt.reason, attempt.watched) == (State.EXPIRED, Reason.NOT_TRANSFERRED, True)
    assert isinstance(till.view, MethodsView)
    assert [line.fact for line in till.view.tenders] == [Fact.NOT_PAID]


async def test_nothing_is_over_while_nobody_can_be_asked(till):
    await shown(till)
    till.is_cut_off = True
    for _ in range(6):
        await till.pass_time(125)
        await till.do(Resume())

    assert isinstance(till.view, TransferView)
    assert not till.view.is_heard
    assert (await till.attempt(1)).state is State.AWAITING_DEPOSIT
    till.is_cut_off = False
    await till.pass_time(31)
    assert (await till.attempt(1)).state is State.EXPIRED


# -- late, twice, taken back


async def test_money_that_comes_after_the_screen_was_left_is_found_and_listed(till):
    await shown(till)
    # a bank that only tells, and a transfer that is under way
    await till.transfer(mode="S", in_flight_s=600)
    await till.do(Leave())
    await till.pass_time(30)
    assert (await till.attempt(1)).state is State.CLOSED

    await till.pass_time(1300)

    assert till.transferred == [TOTAL]
    assert await findings(till) == [("late", TOTAL, "OPEN")]
    assert await till.tasks_open() == ["finding"]
    await till.pass_time(1300)
    assert len(await findings(till)) == 1


async def test_what_comes_twice_is_found(till):
    await shown(till)
    await till.transfer()
    await till.pass_time(3)
    assert isinstance(till.view, DoneView)
    await till.transfer(mode="S")
    await till.pass_time(1300)

    assert till.transferred == [TOTAL, TOTAL]
    assert await findings(till) == [("duplicate", TOTAL, "OPEN")]
    assert await till.tasks_open() == ["finding"]


async def test_of_two_who_paid_each_is_named_with_what_they_paid(till):
    await shown(till)
    account = till.outside.books()["ezpg"]["accounts"][-1]
    paid = Payment(bank=account["bank"], account=account["account"], amount=TOTAL, depositor="김갑순")
    till.outside.ezpg.bank.pay(paid)
    await till.pass_time(3)
    till.outside.ezpg.bank.pay(paid.model_copy(update={"depositor": "박을동", "mode": "S"}))
    await till.pass_time(1300)

    attempt, (found,) = await till.attempt(1), await till.journal.findings("K01-1-000001-1")
    named = [till.payouts.payer(attempt, one) for one in (attempt.transaction, found.transaction, "D0")]
    assert named == (["김갑순", "박을동", ""] if is_extended(till) else ["", "", ""])


async def test_a_transfer_that_the_bank_takes_back_after_the_sale_is_told_to_staff(till):
    await shown(till)
    paid = await till.transfer()
    await till.pass_time(3)
    await till.correct(paid, after_the_fact=True)
    await till.pass_time(700)

    attempt = await till.attempt(1)
    assert attempt.state is State.CORRECTED
    assert await findings(till) == [("corrected", TOTAL, "OPEN")]
    assert "finding" in await till.tasks_open()
    assert till.taken == 0
    await till.pass_time(700)
    assert len(await findings(till)) == 1


@pytest.mark.parametrize("amount", [TOTAL - 300, TOTAL + 700])
async def test_another_amount_that_the_bank_took_back_is_nobodys_to_give_back(till, amount):
    await shown(till)
    paid = await till.transfer(amount, mode="S")
    await till.pass_time(30)
    await till.correct(paid, after_the_fact=True)
    await till.pass_time(700)

    assert await till.fates() == ["ezpg CORRECTED REFUSED"]
    assert await findings(till) == [("corrected", amount, "OPEN")]
    sale = await till.sale()
    assert (sale.to_give_back_by_staff, sale.due) == ((), won(TOTAL))
    assert till.taken == 0


async def test_nobody_keeps_what_the_bank_took_back(till):
    await shown(till)
    paid = await till.transfer(TOTAL + 700, mode="S")
    await till.pass_time(30)
    await till.correct(paid, after_the_fact=True)
    await till.pass_time(700)
    (end,) = (await till.sale()).loose_ends
    assert end.amount == won(TOTAL + 700)

    assert not await till.books.resolve(end, Said(Way.CHARGED_KEPT, TOTAL + 700, "P1", "goods"))
    assert await till.books.resolve(end, Said(Way.GIVEN_BACK_OUTSIDE, TOTAL + 700, "P1", "account"))
    assert (await till.sale()).order.state is OrderState.UNWOUND


async def test_what_staff_said_was_kept_is_so_no_longer_when_the_bank_took_it_back(till):
    await shown(till)
    paid = await till.transfer(TOTAL + 700, mode="S")
    await till.pass_time(30)
    (end,) = (await till.sale()).loose_ends
    assert await till.books.resolve(end, Said(Way.CHARGED_KEPT, TOTAL + 700, "P1", "goods"))
    await till.correct(paid, after_the_fact=True)
    await till.pass_time(700)

    sale = await till.sale()
    assert [(line.fact, line.amount) for line in sale.told] == [(Fact.STAFF_HELPS, won(TOTAL + 700))]
    assert sale.due == won(TOTAL)
    assert "finding" in await till.tasks_open()


async def sold_with_its_receipt_stuck(till):
    """A sale whose last screen stands again after a restart."""
    till.paper.is_stuck = True
    await shown(till)
    paid = await till.transfer()
    await till.pass_time(3)
    assert isinstance(till.view, DoneView)
    return paid


def is_with_staff(view):
    """No number is called out: the screen says that staff look into the transfer, under its code."""
    return (
        isinstance(view, CertaintyView)
        and (view.kind, bool(view.code), view.can_leave) == (Certainty.STAFF, True, True)
        and [line.fact for line in view.tenders] == [Fact.STAFF_HELPS]
    )


async def test_a_sale_whose_transfer_was_taken_back_is_no_longer_called_paid_after_a_restart(till):
    paid = await sold_with_its_receipt_stuck(till)
    await till.correct(paid, after_the_fact=True)
    await till.pass_time(700)
    before = till.seen.count("DoneView")

    await till.restart()

    assert is_with_staff(till.view)
    assert till.seen.count("DoneView") == before
    assert isinstance(await till.do(Finish()), StartView)


async def test_a_transfer_that_is_found_taken_back_while_paid_stands_on_the_screen_takes_that_word_back(till):
    paid = await sold_with_its_receipt_stuck(till)
    await till.stop()
    await till.correct(paid, after_the_fact=True)
    await till.start()
    await till.pass_time(1)

    assert (await till.attempt(1)).state is State.CORRECTED
    assert is_with_staff(till.view)
    await till.pass_time(60)
    assert isinstance(till.view, StartView)


async def test_a_sale_that_staff_could_not_have_given_back_still_names_its_payment(till):
    await sold_with_its_receipt_stuck(till)
    await till.cancel()
    await till.pass_time(5)
    assert await till.fates() == ["ezpg APPROVED REFUSED"]

    await till.restart()

    assert isinstance(till.view, DoneView)
    assert [(line.fact, line.amount) for line in till.view.tenders] == [(Fact.STAFF_HELPS, won(TOTAL))]


async def test_a_sale_that_staff_have_given_back_leaves_the_screen(till):
    await sold_with_its_receipt_stuck(till)
    await till.cancel()

    assert isinstance(till.view, StartView)


async def test_a_transfer_that_is_taken_back_before_it_was_seen_pays_nothing(till):
    await shown(till)
    paid = await till.transfer()
    await till.correct(paid)
    await till.pass_time(5)

    assert isinstance(till.view, TransferView)
    assert (await till.attempt(1)).state is State.AWAITING_DEPOSIT


async def test_a_row_that_is_twenty_minutes_late_is_found(till):
    till.fault("dozn.deposit", "drop_before", 2)
    await shown(till)
    await till.transfer(mode="S")
    await till.do(Leave())
    await till.pass_time(60)
    assert (await till.attempt(1)).state is State.CLOSED
    await till.pass_time(40 * 60)

    assert till.transferred == [TOTAL]
    assert await findings(till) == [("late", TOTAL, "OPEN")]


async def test_late_money_is_found_whatever_our_own_clock_was_set_to(till):
    await shown(till)
    await till.do(Leave())
    await till.pass_time(90)
    till.set_back(10 * DAY_S)
    await till.transfer(mode="S")
    await till.pass_time(700)

    assert await findings(till) == [("late", TOTAL, "OPEN")]


async def test_a_transfer_pays_although_our_own_clock_was_set_back_while_its_account_was_asked_for(till):
    till.fault("ezpg.issue", "slow")
    await till.fill()
    await till.do(ChooseMethod("ezpg"))
    await till.pass_time(1)
    till.set_back(10 * DAY_S)
    await till.pass_time(5)
    await till.transfer()
    await till.pass_time(10)

    assert isinstance(till.view, DoneView)


async def test_a_transfer_pays_although_our_own_clock_was_set_back_meanwhile(till):
    await shown(till)
    till.set_back(10 * DAY_S)
    await till.transfer()
    await till.pass_time(10)

    assert isinstance(till.view, DoneView)


# -- restart


async def test_after_a_restart_the_account_is_the_customers_still(till):
    await shown(till)
    number = till.view.number
    await till.pass_time(10)
    await till.restart()
    assert isinstance(till.view, InterruptedView)
    assert till.view.can_continue
    assert [line.fact for line in till.view.tenders] == [Fact.NO_DEPOSIT_YET]

    await till.do(Resume())
    assert isinstance(till.view, TransferView)
    assert till.view.number == number
    await till.transfer()
    await till.pass_time(3)

    assert isinstance(till.view, DoneView)
    assert len(till.outside.books()["ezpg"]["accounts"]) == 1


async def test_money_that_came_during_a_restart_is_seen_at_once(till):
    await shown(till)
    await till.stop()
    await till.transfer()
    await till.start()
    await till.do(Resume())
    await till.pass_time(1)

    assert isinstance(till.view, DoneView)


async def test_who_leaves_an_interrupted_transfer_is_told_what_becomes_of_it(till):
    await shown(till)
    await till.stop()
    await till.transfer()
    await till.start()
    await till.do(Leave())

    assert isinstance(till.view, CertaintyView)
    await till.pass_time(5)
    assert await till.fates() == ["ezpg APPROVED REFUSED"]
    assert isinstance(till.view, CertaintyView)
    assert (till.view.kind, [line.fact for line in till.view.tenders]) == (Certainty.STAFF, [Fact.STAFF_HELPS])


async def test_who_leaves_a_transfer_that_was_interrupted_while_it_was_closed_is_told_what_becomes_of_it(till):
    await shown(till)
    till.is_cut_off = True
    await till.do(GoBack())
    assert (await till.attempt(1)).state is State.CLOSING
    await till.restart()
    await till.do(Leave())

    assert isinstance(till.view, CertaintyView)
    assert [line.fact for line in till.view.tenders] == [Fact.CHECKING]
    till.is_cut_off = False
    await till.pass_time(12)
    assert [line.fact for line in till.view.tenders] == [Fact.NOT_PAID]


async def test_an_interrupted_transfer_that_nobody_claims_is_closed(till):
    await shown(till)
    await till.restart()
    await till.pass_time(70)

    assert (await till.attempt(1)).state is State.CLOSED
    assert (await till.sale()).order.state is OrderState.UNWOUND
    assert isinstance(till.view, StartView)


async def test_an_interrupted_transfer_that_came_and_nobody_claims_is_for_staff(till):
    await shown(till)
    await till.stop()
    await till.transfer()
    await till.start()
    await till.pass_time(80)

    assert await till.fates() == ["ezpg APPROVED REFUSED"]
    assert (await till.sale()).order.state is OrderState.UNWINDING_STAFF


async def test_a_till_that_stopped_while_an_account_was_asked_for_has_sent_nothing(till):
    till.fault("ezpg.issue", "stall_after")
    await till.fill()
    await till.do(ChooseMethod("ezpg"))
    assert (await till.attempt(1)).state is State.ISSUING
    await till.restart()

    assert (await till.attempt(1)).state is State.NOT_SENT


# -- midnight, two tills, other payments


async def test_a_deposit_before_banks_close_whose_row_appears_after_midnight_is_found(till):
    await till.pass_time(14 * 3600 + 26 * 60)  # 23:26
    await shown(till)
    await till.pass_time(150)  # 23:28:30
    await till.do(Resume())
    till.fault("dozn.deposit", "drop_before", 7)
    await till.transfer(mode="S")
    await till.pass_time(120)
    assert (await till.attempt(1)).state is State.EXPIRED

    await till.pass_time(65 * 60)  # 00:35, told for the seventh time in vain at 00:28
    assert await findings(till) == []
    await till.pass_time(25 * 60)

    assert await findings(till) == [("late", TOTAL, "OPEN")]


async def test_late_money_is_looked_for_until_the_next_day_has_ended(till):
    await shown(till)
    await till.do(Leave())
    await till.pass_time(DAY_S + 14 * 3600)
    assert (await till.attempt(1)).watched
    await till.pass_time(DAY_S)

    assert not (await till.attempt(1)).watched
    looks = len(till.calls("deposits"))
    await till.pass_time(3600)
    assert len(till.calls("deposits")) == looks


async def test_an_account_is_watched_until_its_list_was_read_after_the_next_day_has_ended(till):
    await shown(till)
    await till.transfer(mode="S", in_flight_s=600)
    await till.do(Leave())
    await till.pass_time(30)
    await till.stop()
    await till.pass_time(3 * DAY_S)
    till.is_cut_off = True
    await till.start()
    await till.pass_time(5)
    till.is_cut_off = False
    await till.pass_time(700)

    assert await findings(till) == [("late", TOTAL, "OPEN")]
    assert not (await till.attempt(1)).watched


async def test_a_clock_that_is_three_days_ahead_for_a_minute_ends_no_watch(till):
    await shown(till)
    await till.transfer(mode="S", in_flight_s=900)
    await till.do(Leave())
    await till.pass_time(30)
    till.set_back(-3 * DAY_S)
    await till.pass_time(700)
    till.set_back(3 * DAY_S)
    await till.pass_time(1300)

    assert await findings(till) == [("late", TOTAL, "OPEN")]


async def test_a_clock_that_is_three_days_ahead_after_the_machine_was_switched_on_ends_no_watch(till):
    await shown(till)
    await till.do(Leave())
    await till.pass_time(30)
    await till.stop()
    till.clock.reboot("boot-2")
    till.set_back(-3 * DAY_S)
    await till.start()
    await till.pass_time(300)
    till.set_back(3 * DAY_S)
    await till.transfer(mode="S")
    await till.pass_time(1300)

    assert await findings(till) == [("late", TOTAL, "OPEN")]


class SameNumber(random.Random):
    """A bank that gives one number out again and again."""

    @override
    def randrange(self, start, *more):
        return 4_711 if start == 10**11 else super().randrange(start, *more)

    @override
    def choice(self, banks):
        return banks[0]


async def found(till):
    """How much was found of the first payment of each customer."""
    return [len(await till.journal.findings(f"K01-1-00000{n}-1")) for n in (1, 2)]


async def test_late_money_for_a_number_that_was_given_out_again_is_the_last_customers(till):
    """Although the first one's account is looked at before."""
    till.outside.ezpg.ledger._random = SameNumber(1)
    for _ in range(2):
        await shown(till)
        await till.do(Leave())
        await till.pass_time(30)
    first, second = [await till.journal.attempt(f"K01-1-00000{n}-1") for n in (1, 2)]
    assert first.facts["number"] == second.facts["number"]
    assert (first.state, second.state) == (State.CLOSED, State.CLOSED)
    await till.pass_time(120)
    await till.transfer(mode="S")
    await till.pass_time(1300)

    assert await found(till) == [0, 1]


async def test_late_money_that_was_found_before_its_number_was_given_out_again_stays_what_it_was(till):
    till.outside.ezpg.ledger._random = SameNumber(1)
    await shown(till)
    await till.do(Leave())
    await till.pass_time(3600)
    await till.transfer(mode="S")
    await till.restart()
    await till.pass_time(5)
    assert await findings(till) == [("late", TOTAL, "OPEN")]

    # within the minute by which clocks may differ
    await shown(till)
    await till.pass_time(5)
    assert isinstance(till.view, TransferView)
    await till.do(Leave())
    await till.pass_time(1300)

    assert await found(till) == [1, 0]


async def test_a_second_customer_of_the_same_number_is_paid_and_what_comes_twice_is_theirs(till):
    till.outside.ezpg.ledger._random = SameNumber(1)
    await shown(till)
    await till.do(Leave())
    await till.pass_time(30)
    await shown(till)
    await till.transfer()
    await till.pass_time(5)
    assert isinstance(till.view, DoneView)
    await till.transfer(mode="S")
    await till.pass_time(1300)

    assert await found(till) == [0, 1]


@pytest.fixture
async def beside(till, tmp_path):
    """Another till of the same shop, before the same EzPG."""
    other = Till(tmp_path / "beside", kiosk="K02", clock=till.clock, takes_transfers=True, ezpg=till.ezpg)
    other.outside = till.outside
    await other.start()
    yield other
    await other.close()
    assert other.failures == []


async def both(till, beside, seconds):
    """Time passes for both."""
    await till.pass_time(seconds)
    await beside.settle()


async def test_of_two_tills_neither_takes_the_others_deposit(till, beside):
    await shown(till)
    await beside.fill()
    await beside.show_account()

    await till.transfer(which=0)
    await both(till, beside, 4)
    assert isinstance(till.view, DoneView)
    assert isinstance(beside.view, TransferView)

    await till.transfer(which=1)
    await both(till, beside, 4)
    assert isinstance(beside.view, DoneView)
    assert till.transferred == [TOTAL, TOTAL]


async def test_of_two_tills_neither_finds_the_others_late_money(till, beside):
    await shown(till)
    await beside.fill()
    await beside.show_account()
    await till.do(Leave())
    await beside.do(Leave())
    await both(till, beside, 5)
    await till.transfer(mode="S", which=1)
    await both(till, beside, 1400)
    await both(till, beside, 10)

    assert await findings(till) == []
    found = await beside.journal.findings("K02-1-000001-1")
    assert [one.amount for one in found] == [won(TOTAL)]


async def test_a_transfer_pays_what_a_coupon_left_and_all_is_given_back_in_the_end(till):
    await till.fill()
    await till.pay_coupon()
    await till.show_account()
    assert till.view.amount == won(TOTAL - 3000)
    assert [line.fact for line in till.view.tenders] == [Fact.RECEIVED, Fact.NO_DEPOSIT_YET]
    await till.transfer()
    await till.pass_time(3)
    assert isinstance(till.view, DoneView)

    await till.cancel()
    await till.pass_time(5)

    assert await till.fates() == ["crepay APPROVED DONE", "ezpg APPROVED REFUSED"]
    assert (await till.sale()).order.state is OrderState.PARTLY_REFUNDED
    assert till.taken == TOTAL - 3000
