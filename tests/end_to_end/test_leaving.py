"""Customers who go: everything comes back, and they are told so."""

import pytest

from tests.end_to_end.driver import GOODS
from tests.end_to_end.oracle import End, assert_ends, said_of

pytestmark = pytest.mark.end_to_end

COUPON_BACK = End("UNWOUND", (("crepay", "APPROVED"),), refunds=("DONE",))


def test_a_customer_who_cancels_everything_gets_the_coupon_back(till):
    till.fill_basket()
    till.pay_coupon()
    till.press("leave")
    told = till.next_view("CertaintyView", says="취소가 끝났어요")
    assert told.text("told_0") == "돌려드렸어요"
    assert told.text("certainty_reason") == "결제를 그만두셨어요."
    assert said_of(till, "K01-1-000001-1")[-2:] == ["확인하고 있어요", "돌려드렸어요"]
    till.press("finish")
    till.next_view("StartView")
    assert_ends(till, COUPON_BACK)


def test_a_customer_who_goes_back_to_the_basket_gets_the_coupon_back_and_can_pay_anew(till):
    till.fill_basket()
    till.pay_coupon()
    till.press("go_back")
    assert till.next_view("CertaintyView", says="취소가 끝났어요").text("told_0") == "돌려드렸어요"
    till.press("finish")
    till.next_view("BasketView")
    till.press("quantity_minus_M001")
    till.next_view("BasketView", says="6개")
    till.press("pay_now")
    assert till.next_view("MethodsView").text("due_amount") == "11,000원"
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, COUPON_BACK, End("PAID", (("ceos", "APPROVED"),), held=11_000, receipts=1))


def test_a_customer_who_has_gone_away_gets_the_coupon_back_and_staff_can_tell_them_so(open_till):
    till = open_till(sale={"idle_s": 60, "idle_warning_s": 20})
    till.fill_basket()
    till.pay_coupon()
    till.next_view("MethodsView", says="계속하시겠어요?")
    told = till.next_view("CertaintyView", says="취소가 끝났어요")
    assert told.text("told_0") == "돌려드렸어요"
    assert_ends(till, End("UNWOUND", (("crepay", "APPROVED"),), refunds=("DONE",), tasks=("unclaimed",), slips=1))
    (slip,) = (till.state / "receipts").glob("*-slip-*.txt")
    text = slip.read_text(encoding="utf-8")
    assert "K01-0001" in text
    assert "돌려드렸어요" in text
    assert "받았어요" not in text


def test_the_question_whether_somebody_is_there_is_answered_by_a_touch(open_till):
    till = open_till(sale={"idle_s": 60, "idle_warning_s": 60})
    till.fill_basket()
    till.pay_coupon()
    till.next_view("MethodsView", says="계속하시겠어요?")
    till.press("idle_continue")
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, End("PAID", (("crepay", "APPROVED"), ("ceos", "APPROVED")), held=12_300, receipts=1))


def test_a_customer_who_leaves_before_paying_anything_leaves_no_order(till, world):
    till.fill_basket()
    till.press("leave")
    till.next_view("StartView")
    assert_ends(till)
    assert world.books()["crepay"]["entries"] == []


def test_a_customer_who_turns_back_from_the_coupon_has_paid_nothing_and_pays_another_way(till, world):
    till.fill_basket()
    till.offer_coupon()
    till.press("go_back")
    told = till.next_view("MethodsView")
    assert told.text("due_amount") == "12,300원"
    assert told.text("told_0") == ""
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, End("PAID", (("crepay", "NOT_SENT"), ("ceos", "APPROVED")), held=12_300, receipts=1))
    assert world.asked("crepay.checkout") == []


def test_an_english_customer_is_told_that_the_coupon_was_given_back(till, world):
    till.press("language_en")
    till.next_view("StartView", says="English")
    for code in GOODS:
        till.scan_serial(code)
        till.next_view("BasketView")
    till.press("pay_now")
    till.wait_view("MethodsView")
    till.offer_coupon()
    world.fault("crepay.checkout", "drop_after")
    till.press("confirm_amount")
    till.next_view("CertaintyView", says="Checking whether you have paid")
    told = till.next_view("MethodsView", says="Cancelled; you will not be charged")
    assert told.text("due_amount") == "₩12,300"
    till.offer_coupon()
    till.press("confirm_amount")
    till.next_view("MethodsView", says="Coupon ₩3,000 received")
    till.press("leave")
    assert "Given back" in till.next_view("CertaintyView", says="Given back").text("told_1")
    till.wait_view("CertaintyView", says="Cancelled")
    assert_ends(till, End("UNWOUND", (("crepay", "REVERSED"), ("crepay", "APPROVED")), refunds=("DONE",)))
