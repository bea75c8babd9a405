"""What payment systems may answer, or fail to: nothing is told or charged that is not so."""

from dataclasses import replace

from kiosk.domain.attempt import Goal
from kiosk.domain.order import OrderState
from kiosk.domain.told import Fact
from kiosk.flows.intents import ChooseMethod, Finish, GoBack, Leave
from kiosk.flows.views import Certainty, CertaintyView, DoneView, MethodsView, ScanView, StartView
from tests.flows.till import TOTAL

# -- what Crepay may do


async def test_a_coupon_server_that_takes_another_amount_gives_exactly_that_back(till):
    till.fault("crepay.checkout", "partial", by=100)
    await till.fill()
    due = await till.pay_coupon()
    assert isinstance(due, MethodsView)
    assert due.due.amount == TOTAL
    assert await till.fates() == ["crepay REVERSED"]
    assert till.calls("checkout", "cancel", "cancel-network") == ["checkout", "cancel"]
    assert till.taken == 0
    assert await till.tasks_open() == ["other_amount"]


async def test_a_server_that_lacks_cancel_network_undoes_by_cancel(till):
    till.outside.change({"crepay": {"cancel_network": "off"}})
    till.fault("crepay.checkout", "drop_after", 2)
    await till.fill()
    for _ in range(2):
        assert isinstance(await till.pay_coupon(), MethodsView)
    assert await till.fates() == ["crepay REVERSED", "crepay REVERSED"]
    assert till.taken == 0
    undone = ["cancel-network", "cancel"]
    assert [call for call in till.calls() if call.startswith("cancel")] == [*undone, "cancel"]


async def test_an_undo_that_is_sent_much_later_carries_its_own_time(till):
    till.fault("crepay.checkout", "drop_after")
    till.fault("crepay.cancel-network", "html_502", 12)
    await till.fill()
    await till.pay_coupon()
    await till.pass_time(800)
    assert await till.fates() == ["crepay REVERSED"]
    assert till.taken == 0


async def test_a_payment_carries_the_servers_time(till):
    till.outside.change({"crepay": {"skew_ms": 200_000, "window_ms": 10_000}})
    await till.restart()
    await till.fill()
    assert isinstance(await till.pay_coupon(), MethodsView)
    assert till.coupons_taken == [3000]


async def test_an_empty_coupon_is_never_offered(till):
    await till.fill()
    view = await till.offer_coupon("11112222333344446")
    assert isinstance(view, ScanView)
    assert view.problem == "balance_empty"


# -- what CEOS may do


async def test_a_refusal_of_ceos_is_not_believed_when_nobody_can_look(till):
    till.fault("ceos.instant", "fail_after")
    till.fault("ceos.payment", "html_502")
    await till.fill()
    checking = await till.pay_ceos()
    assert isinstance(checking, CertaintyView)
    assert [line.fact for line in checking.tenders] == [Fact.CHECKING_DO_NOT_PAY]
    await till.pass_time(2)
    assert isinstance(till.view, DoneView)


async def test_a_refusal_of_ceos_that_was_paid_all_the_same_is_a_sale(till):
    till.fault("ceos.instant", "fail_after")
    await till.fill()
    assert isinstance(await till.pay_ceos(), DoneView)
    assert till.ceos_taken == [TOTAL]


# -- an answer is missing


async def test_a_lost_coupon_answer_is_undone_and_the_whole_is_due_again(till):
    till.fault("crepay.checkout", "drop_after")
    await till.fill()
    due = await till.pay_coupon()
    assert isinstance(due, MethodsView)
    assert (due.due.amount, [line.fact for line in due.tenders]) == (TOTAL, [Fact.UNDONE])
    assert await till.fates() == ["crepay REVERSED"]
    assert till.taken == 0
    assert "cancel" not in till.calls()


async def test_a_lost_ceos_answer_is_found_out_and_completes_the_sale(till):
    till.fault("ceos.instant", "drop_after")
    await till.fill()
    await till.pay_coupon()
    checking = await till.pay_ceos()
    assert isinstance(checking, CertaintyView)
    assert checking.kind is Certainty.CHECKING
    assert checking.tenders[-1].fact is Fact.CHECKING_DO_NOT_PAY
    await till.pass_time(2)
    assert isinstance(till.view, DoneView)
    assert (await till.sale()).order.state is OrderState.PAID


async def test_while_an_answer_is_missing_nothing_else_can_be_paid(till):
    till.fault("ceos.instant", "drop_before")
    await till.fill()
    await till.pay_ceos()
    await till.do(ChooseMethod("crepay"), ChooseMethod("ceos"), GoBack(), Leave())
    assert isinstance(till.view, CertaintyView)
    assert till.calls("instant", "balance") == ["instant"]


async def test_an_answer_that_is_missing_for_a_minute_parks_the_order(till):
    till.fault("ceos.instant", "drop_before")
    await till.fill()
    await till.pay_coupon()
    await till.pay_ceos()
    await till.pass_time(59)
    assert till.view.kind is Certainty.CHECKING
    await till.pass_time(2)
    parked = till.view
    assert isinstance(parked, CertaintyView)
    assert (parked.kind, parked.code, parked.can_leave) == (Certainty.PARKED, "K01-0001", True)
    assert (await till.sale()).order.state is OrderState.UNWINDING
    assert (await till.attempt(2)).goal is Goal.UNDO
    assert await till.tasks_open() == ["parked"]
    assert isinstance(await till.do(Finish()), StartView)
    await till.pass_time(60)
    assert await till.fates() == ["crepay APPROVED DONE", "ceos NOT_CHARGED"]
    assert (await till.sale()).order.state is OrderState.UNWOUND
    assert till.taken == 0


async def test_money_found_after_the_order_was_parked_is_given_back_and_not_a_sale(till):
    till.fault("ceos.instant", "drop_after")
    till.fault("ceos.payment", "html_502", 7)
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(62)
    assert till.ceos_taken == [TOTAL]
    await till.pass_time(60)
    assert (await till.sale()).order.state is OrderState.UNWOUND
    assert till.taken == 0
    assert "DoneView" not in till.seen


async def test_the_till_serves_the_next_customer_while_a_parked_order_is_settled(till):
    till.fault("ceos.instant", "drop_before")
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(61)
    await till.do(Finish())
    await till.fill()
    assert isinstance(await till.pay_ceos(), DoneView)
    assert (await till.sale("K01-1-000002")).order.state is OrderState.PAID


async def test_an_attempt_that_needs_staff_closes_the_order_and_the_coupon_comes_back(till):
    till.fault("ceos.instant", "drop_after")
    till.hooks["ceos.instant"] = lambda: till.outside.ceos._payments.update(
        {key: replace(one, custom_data="somebody else's") for key, one in till.outside.ceos._payments.items()}
    )
    await till.fill()
    await till.pay_coupon()
    await till.pay_ceos()
    await till.pass_time(2)
    staff = till.view
    assert isinstance(staff, CertaintyView)
    assert (staff.kind, [line.fact for line in staff.tenders]) == (
        Certainty.STAFF,
        [Fact.RETURNED, Fact.NOT_CERTAIN],
    )
    assert (await till.sale()).order.state is OrderState.UNWINDING_STAFF
    assert till.coupons_taken == []
    assert await till.tasks_open() == ["unresolved"]
