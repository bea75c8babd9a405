"""Answers that never came, came broken, or lied: what the customer is told, and what becomes of the money."""

import pytest

from tests.end_to_end.driver import AMERICANO, COUPON, until
from tests.end_to_end.oracle import End, assert_ends, said_of

pytestmark = pytest.mark.end_to_end

FIRST, SECOND = "K01-1-000001-1", "K01-1-000001-2"
COUPON_PAID, CEOS_PAID = ("crepay", "APPROVED"), ("ceos", "APPROVED")


# -- the answer of a checkout is lost: net-cancelled, due again, and never claimed


@pytest.mark.parametrize("cancel_network", ["on", "off"])
def test_a_checkout_whose_answer_is_lost_is_cancelled_and_the_whole_is_due_again(till, world, cancel_network):
    world.settings(crepay={"cancel_network": cancel_network})
    till.fill_basket()
    till.offer_coupon()
    world.fault("crepay.checkout", "drop_after")
    till.press("confirm_amount")
    till.next_view("CertaintyView", says="결제가 됐는지 확인하고 있어요")
    told = till.next_view("MethodsView", says="결제를 취소했어요, 청구되지 않습니다")
    assert told.text("due_amount") == "12,300원"
    assert said_of(till, FIRST) == [
        "확인하고 있어요",
        "확인하고 있어요, 다시 결제하지 마세요",
        "결제를 취소했어요, 청구되지 않습니다",
    ]
    assert len(world.asked("crepay.checkout")) == 1
    assert len(world.asked("crepay.cancel")) == (0 if cancel_network == "on" else 1)
    till.pay_coupon()
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, End("PAID", (("crepay", "REVERSED"), COUPON_PAID, CEOS_PAID), held=12_300, receipts=1))


@pytest.mark.parametrize("fault", ["stall_after", "truncated", "html_502_after", "empty_200", "duplicate", "wrong_id"])
def test_a_checkout_answered_in_any_broken_way_is_never_claimed(till, world, fault):
    till.fill_basket()
    till.offer_coupon()
    world.fault("crepay.checkout", fault)
    till.press("confirm_amount")
    told = till.next_view("MethodsView", says="결제를 취소했어요, 청구되지 않습니다")
    assert told.text("due_amount") == "12,300원"
    assert "쿠폰 3,000원을 받았어요" not in said_of(till, FIRST)
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, End("PAID", (("crepay", "REVERSED"), CEOS_PAID), held=12_300, receipts=1))


def test_a_checkout_that_lands_within_a_minute_is_cancelled_when_it_lands(till, world):
    till.fill_basket()
    till.offer_coupon()
    world.fault("crepay.checkout", "late", seconds=20)
    till.press("confirm_amount")
    told = till.next_view("MethodsView", says="결제를 취소했어요, 청구되지 않습니다")
    assert told.text("due_amount") == "12,300원"
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, End("PAID", (("crepay", "REVERSED"), CEOS_PAID), held=12_300, receipts=1))


@pytest.mark.parametrize("scale", [40])
def test_a_checkout_that_lands_after_its_time_becomes_a_finding_and_is_given_back(open_till, world):
    till = open_till(limits={"park_after_s": 120, "watch_after_s": 120})
    till.fill_basket()
    till.offer_coupon()
    world.fault("crepay.checkout", "late", seconds=110)
    till.press("confirm_amount")
    told = till.next_view("MethodsView", says="결제를 취소했어요, 청구되지 않습니다")
    assert told.text("due_amount") == "12,300원"
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    until(lambda: world.books()["crepay"]["entries"], "the checkout lands")
    end = End(
        "PAID",
        (("crepay", "NOT_CHARGED"), CEOS_PAID),
        held=12_300,
        findings=("REFUNDED",),
        tasks=("finding",),
        receipts=1,
    )
    assert_ends(till, end)
    assert world.books()["crepay"]["coupons"][COUPON] == {"balance": 3_000, "net": 0}


# -- another amount


def test_another_amount_than_asked_is_given_back_and_staff_are_told(till, world):
    till.fill_basket()
    till.offer_coupon()
    world.fault("crepay.checkout", "partial", by=500)
    till.press("confirm_amount")
    told = till.next_view("MethodsView", says="결제를 취소했어요, 청구되지 않습니다")
    assert told.text("due_amount") == "12,300원"
    assert not world.asked("crepay.cancel-network")
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    end = End("PAID", (("crepay", "REVERSED"), CEOS_PAID), held=12_300, tasks=("other_amount",), receipts=1)
    assert_ends(till, end)


def test_an_answer_that_lies_about_the_amount_is_for_staff(till, world):
    till.fill_basket()
    till.offer_coupon()
    world.fault("crepay.checkout", "wrong_amount")
    till.press("confirm_amount")
    told = till.next_view("CertaintyView", says="직원이 확인해 드릴게요")
    assert told.text("told_0") == "아직 확인하지 못했어요, 접수번호 K01-0001"
    till.press("finish")
    till.next_view("StartView")
    end = End(
        "UNWINDING_STAFF", (("crepay", "NEEDS_STAFF"),), held=3_000, tasks=("other_amount", "unresolved"), slips=1
    )
    assert_ends(till, end)


# -- the answer of a CEOS payment is lost: it is asked for, and claimed


@pytest.mark.parametrize("dialect", ["A", "B"])
@pytest.mark.parametrize(
    "fault", ["drop_after", "stall_after", "html_502_after", "truncated", "empty_200", "fail_after", "wrong_id"]
)
def test_a_ceos_payment_whose_answer_is_lost_is_found_and_claimed(open_till, world, fault, dialect):
    world.settings(ceos={"dialect": dialect})
    till = open_till()
    till.fill_basket()
    till.pay_coupon()
    world.fault("ceos.instant", fault)
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert len(world.asked("ceos.instant")) == 1
    assert_ends(till, End("PAID", (COUPON_PAID, CEOS_PAID), held=12_300, receipts=1))


def test_a_ceos_payment_that_lands_late_but_before_the_customer_is_sent_away_is_claimed(till, world):
    till.fill_basket()
    till.pay_coupon()
    world.fault("ceos.instant", "late", seconds=20)
    till.press("method_ceos")
    till.next_view("CertaintyView", says="결제가 됐는지 확인하고 있어요")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, End("PAID", (COUPON_PAID, CEOS_PAID), held=12_300, receipts=1))


def test_a_ceos_payment_nobody_knows_of_is_parked_and_undone_while_the_till_sells_on(till, world):
    till.fill_basket()
    till.pay_coupon()
    world.fault("ceos.instant", "drop_before")
    till.press("method_ceos")
    parked = till.next_view("CertaintyView", says="확인에 시간이 더 걸려요")
    assert parked.text("inquiry_code") == "K01-0001"
    assert parked.text("told_1") == "확인하고 있어요, 다시 결제하지 마세요"
    assert parked.text("certainty_reason") == ""
    till.press("finish")
    till.next_view("StartView")
    till.scan_serial(AMERICANO)
    till.next_view("BasketView")
    till.press("pay_now")
    till.next_view("MethodsView")
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(
        till,
        End("UNWOUND", (COUPON_PAID, ("ceos", "NOT_CHARGED")), refunds=("DONE",), tasks=("parked",), slips=1),
        End("PAID", (CEOS_PAID,), held=2_500, receipts=1),
    )
    (slip,) = (till.state / "receipts").glob("*-slip-*.txt")
    assert "K01-0001" in slip.read_text(encoding="utf-8")


def test_a_ceos_payment_that_lands_after_the_order_was_parked_is_cancelled(till, world):
    till.fill_basket()
    till.pay_coupon()
    world.fault("ceos.instant", "late", seconds=75)
    till.press("method_ceos")
    till.next_view("CertaintyView", says="확인에 시간이 더 걸려요")
    end = End("UNWOUND", (COUPON_PAID, ("ceos", "REVERSED")), refunds=("DONE",), tasks=("parked",), slips=1)
    assert_ends(till, end)
    assert till.wait_view("CertaintyView", says="취소가 끝났어요").text("told_0") == "돌려드렸어요"


@pytest.mark.parametrize("scale", [40])
@pytest.mark.parametrize("dialect", ["A", "B"])
def test_a_ceos_payment_that_lands_after_its_time_becomes_a_finding_and_is_given_back(open_till, world, dialect):
    world.settings(ceos={"dialect": dialect})
    till = open_till(limits={"watch_after_s": 120})
    till.fill_basket()
    till.pay_coupon()
    world.fault("ceos.instant", "late", seconds=140)
    till.press("method_ceos")
    till.next_view("CertaintyView", says="확인에 시간이 더 걸려요")
    told = till.next_view("CertaintyView", says="취소가 끝났어요")
    assert told.text("told_1") == "결제를 취소했어요, 청구되지 않습니다"
    until(lambda: world.books()["ceos"]["payments"], "the payment lands")
    end = End(
        "UNWOUND",
        (COUPON_PAID, ("ceos", "NOT_CHARGED")),
        refunds=("DONE",),
        findings=("REFUNDED",),
        tasks=("parked", "finding"),
        slips=1,
    )
    assert_ends(till, end)


# -- the answer of giving back is lost


@pytest.mark.parametrize(
    ("fault", "repeated"),
    [("drop_after", "accept"), ("drop_after", "refuse"), ("drop_before", "accept"), ("truncated", "refuse")],
)
def test_a_refund_whose_answer_is_lost_is_proven_before_it_is_told(till, world, fault, repeated):
    world.settings(crepay={"repeated_cancel": repeated})
    till.fill_basket()
    till.pay_coupon()
    world.fault("crepay.cancel", fault)
    till.press("leave")
    told = till.next_view("CertaintyView", says="취소가 끝났어요")
    assert told.text("told_0") == "돌려드렸어요"
    assert said_of(till, FIRST)[-2:] == ["확인하고 있어요", "돌려드렸어요"]
    assert_ends(till, End("UNWOUND", (COUPON_PAID,), refunds=("DONE",)))


def test_a_refund_of_what_the_server_does_not_know_is_for_staff(till, world):
    till.fill_basket()
    till.pay_coupon()
    world.fault("crepay.cancel", "code", code="ZLGN021")
    till.press("leave")
    told = till.next_view("CertaintyView", says="직원이 확인해 드릴게요")
    assert told.text("told_0") == "직원이 확인해 드려요, 접수번호 K01-0001"
    end = End(
        "UNWINDING_STAFF",
        (COUPON_PAID,),
        refunds=("NEEDS_STAFF",),
        held=3_000,
        tasks=("refund_unresolved",),
        slips=1,
    )
    assert_ends(till, end)
    assert SECOND not in str(world.requests())
