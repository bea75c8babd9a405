"""The whole first sale: two processes, a scanner on a pseudo-terminal, and the real window."""

import pytest

from tests.end_to_end.driver import AMERICANO, GOODS, until
from tests.end_to_end.oracle import End, assert_ends, journal_of, said_of

pytestmark = pytest.mark.end_to_end

COUPON_AND_CEOS = (("crepay", "APPROVED"), ("ceos", "APPROVED"))
PAID = End("PAID", COUPON_AND_CEOS, held=12_300, receipts=1)


def test_12300_won_are_paid_with_a_3000_won_coupon_and_ceos(till):
    till.fill_basket()
    assert till.pay_coupon().text("due_amount") == "9,300원"
    till.press("method_ceos")
    done = till.next_view("DoneView", says="영수증이 나왔어요")
    assert done.text("order_number") == "A-001"
    assert_ends(till, PAID)
    till.press("finish")
    till.next_view("StartView")


def test_the_receipt_holds_the_goods_every_payment_and_what_finds_the_sale_again(till, world):
    till.fill_basket()
    till.pay_coupon()
    till.press("method_ceos")
    done = till.next_view("DoneView", says="영수증이 나왔어요")
    (receipt,) = (till.state / "receipts").glob("*-receipt-*.txt")
    assert receipt.with_suffix(".png").stat().st_size > 0
    text = receipt.read_text(encoding="utf-8")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for line in (
        "2 × 2,500원 5,000원",
        "1 × 1,300원 1,300원",
        "4 × 1,500원 6,000원",
        "과세물품가액 11,182원",
        "부가세 1,118원",
        "합계 12,300원",
        "쿠폰 ****4445 3,000원",
        "간편결제 9,300원",
        f"접수번호 {done.text('inquiry_code')}",
    ):
        assert line in lines
    assert done.text("order_number") in text
    flat = "".join(text.split())
    assert world.books()["crepay"]["entries"][0]["transactionId"] in flat
    assert world.books()["ceos"]["payments"][0]["paymentId"] in flat
    assert "11112222333344445" not in flat
    assert_ends(till, PAID)


@pytest.mark.parametrize("dialect", ["A", "B"])
def test_a_payment_that_ceos_refuses_costs_nothing_and_the_next_try_pays(open_till, world, dialect):
    world.settings(ceos={"dialect": dialect})
    till = open_till()
    till.fill_basket()
    till.pay_coupon()
    world.fault("ceos.instant", "fail")
    till.press("method_ceos")
    refused = till.next_view("MethodsView", says="돈은 빠져나가지 않았습니다")
    assert refused.text("due_amount") == "9,300원"
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(
        till,
        End("PAID", (("crepay", "APPROVED"), ("ceos", "DECLINED"), ("ceos", "APPROVED")), held=12_300, receipts=1),
    )


@pytest.mark.parametrize("dialect", ["A", "B"])
def test_after_three_refusals_the_coupon_is_given_back_and_the_basket_can_be_paid_anew(open_till, world, dialect):
    world.settings(ceos={"dialect": dialect})
    till = open_till()
    till.fill_basket()
    till.pay_coupon()
    world.fault("ceos.instant", "fail", count=3)
    for _ in range(2):
        till.press("method_ceos")
        till.next_view("MethodsView", says="돈은 빠져나가지 않았습니다")
    till.press("method_ceos")
    returned = till.next_view("CertaintyView", says="취소가 끝났어요")
    assert returned.text("told_0") == "돌려드렸어요"
    assert returned.text("certainty_reason") == "결제가 세 번 되지 않았어요."
    till.press("finish")
    assert till.next_view("BasketView").text("line_total_S001") == "6,000원"
    till.press("pay_now")
    till.next_view("MethodsView")
    till.pay_coupon()
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    refused = (("ceos", "DECLINED"),) * 3
    assert_ends(till, End("UNWOUND", (("crepay", "APPROVED"), *refused), refunds=("DONE",)), PAID)


def test_an_english_customer_is_told_the_same_facts(open_till, world):
    till = open_till()
    till.wait_view("StartView")
    till.press("language_en")
    till.next_view("StartView", says="English")
    till.scan_serial(AMERICANO)
    till.next_view("BasketView")
    till.press("pay_now")
    till.next_view("MethodsView")
    world.fault("ceos.instant", "fail")
    till.press("method_ceos")
    till.next_view("MethodsView", says="Not paid; no money was taken")
    till.press("method_ceos")
    assert till.next_view("DoneView", says="Your receipt is out").text("done_title") == "Paid"
    assert_ends(till, End("PAID", (("ceos", "DECLINED"), ("ceos", "APPROVED")), held=2_500, receipts=1))


def test_a_scanner_that_is_unplugged_in_the_middle_of_a_sale_scans_on_when_it_is_back(till):
    for count, code in enumerate(GOODS, start=1):
        if count == 4:
            till.scanner.unplug()
            until(lambda: not till.has_scanner(), "the till misses its scanner")
            till.scanner.plug_in()
        till.scan_serial(code)
        till.next_view("BasketView", says=f"{count}개")
    till.press("pay_now")
    till.next_view("MethodsView")
    till.scanner.unplug()
    until(lambda: not till.has_scanner(), "the till misses its scanner")
    till.scanner.plug_in()
    till.pay_coupon()
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, PAID)


def test_payment_systems_out_of_reach_are_not_offered_and_come_back_by_themselves(open_till, world):
    world.stop()
    till = open_till()
    till.fill_basket()  # this hand may be quicker than the first look at the payment systems
    till.wait_view("MethodsView", says="연결이 끊겼어요. 다시 잇고 있어요")
    assert not offered(till.now)
    world.start()
    world.settings(ceos={"failure_rate": 0})
    back = till.wait_view("MethodsView", says="바로 결제돼요")
    assert offered(back) == ["간편결제"] or offered(back) == ["쿠폰", "간편결제"]
    till.pay_coupon()
    assert till.now.text("network_banner") == ""
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, PAID)


def test_a_payment_that_could_not_be_sent_is_told_so_and_its_method_is_offered_no_more(till, world):
    till.fill_basket()
    world.stop()
    till.press("method_ceos")
    told = till.next_view("MethodsView", says="돈은 빠져나가지 않았습니다")
    assert told.text("due_amount") == "12,300원"
    assert told.text("tender_reason_0") == "결제 회사와 연결되지 않았어요"
    assert "간편결제" not in offered(till.wait_view("MethodsView", says="연결이 끊겼어요"))
    world.start()
    world.settings(ceos={"failure_rate": 0})
    until(lambda: "간편결제" in offered(till.now), "it is offered again")
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, End("PAID", (("ceos", "NOT_SENT"), ("ceos", "APPROVED")), held=12_300, receipts=1))


def offered(seen):
    """The methods that a methods screen offers."""
    words = [text for name, text in seen.texts if not name]
    return [name for name in ("쿠폰", "간편결제") if name in words]


def test_coupon_numbers_are_nowhere_in_the_clear(till):
    till.fill_basket()
    till.pay_coupon()
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, PAID)
    assert said_of(till, journal_of(till).tables["attempts"][0]["id"])[-1] == "쿠폰 3,000원을 받았어요"
    files = [file for file in till.state.rglob("*") if file.is_file()]
    assert len(files) > 5
    assert [file.name for file in files if b"11112222333344445" in file.read_bytes()] == []
    assert "11112222333344445" not in str([one.texts for one in till.seen])
