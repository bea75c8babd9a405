"""kill -9 in the middle of a sale, and the start after it."""

import pytest

from tests.end_to_end.driver import until
from tests.end_to_end.oracle import End, Journal, assert_ends

pytestmark = pytest.mark.end_to_end

COUPON_PAID, CEOS_PAID = ("crepay", "APPROVED"), ("ceos", "APPROVED")
PAID = End("PAID", (COUPON_PAID, CEOS_PAID), held=12_300, receipts=1)
BACK_WITHIN_S = 180


def views_after_restart(till):
    """Names of the views of the present run, each once in a row."""
    names = [one.view for one in till.seen if one.run == till.run]
    return [name for n, name in enumerate(names) if names[n - 1 : n] != [name]]


def test_nobody_there_after_a_crash_gives_the_coupon_back_within_three_minutes(till, world):
    till.fill_basket()
    till.pay_coupon()
    till.restart()
    interrupted = till.wait_view("InterruptedView")
    assert interrupted.text("told_0") == "쿠폰 3,000원을 받았어요"
    assert interrupted.text("due_amount") == "9,300원"
    till.wait_view("StartView")
    assert_ends(till, End("UNWOUND", (COUPON_PAID,), refunds=("DONE",), tasks=("unclaimed",), slips=1))
    assert views_after_restart(till) == ["ClosedView", "InterruptedView", "StartView"]
    (cancel,) = world.asked("crepay.cancel")
    assert (cancel["at_ms"] - interrupted.at_ms) / 1000 * till.world.scale < BACK_WITHIN_S
    (slip,) = (till.state / "receipts").glob("*-slip-*.txt")
    assert "돌려드렸어요" in slip.read_text(encoding="utf-8")


def test_the_customer_who_goes_on_after_a_crash_pays_only_the_rest(till, world):
    till.fill_basket()
    till.pay_coupon()
    till.restart()
    till.wait_view("InterruptedView")
    till.press("resume")
    assert till.next_view("MethodsView").text("due_amount") == "9,300원"
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, PAID)
    assert len(world.asked("crepay.checkout")) == 1


def test_the_customer_who_cancels_after_a_crash_gets_the_coupon_back(till):
    till.fill_basket()
    till.pay_coupon()
    till.restart()
    till.wait_view("InterruptedView")
    till.press("leave")
    assert till.next_view("CertaintyView", says="취소가 끝났어요").text("told_0") == "돌려드렸어요"
    assert_ends(till, End("UNWOUND", (COUPON_PAID,), refunds=("DONE",)))


def crash_while_ceos_pays(till, world, fault):
    """Kill the till between the request and its answer."""
    till.fill_basket()
    till.pay_coupon()
    world.fault("ceos.instant", fault)
    till.press("method_ceos")
    until(lambda: world.asked("ceos.instant"), "the payment is sent")
    assert till.now.view == "WorkingView"
    till.restart()


def test_a_payment_under_way_at_a_crash_is_found_out_and_the_customer_goes_on_to_the_receipt(till, world):
    crash_while_ceos_pays(till, world, "stall_after")
    till.wait_view("InterruptedView", says="확인하고 있어요, 다시 결제하지 마세요")
    known = till.next_view("InterruptedView", says="간편결제 9,300원을 받았어요")
    assert known.text("due_amount") == "0원"
    till.press("resume")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, PAID)
    assert len(world.asked("ceos.instant")) == 1


@pytest.mark.parametrize("fault", ["stall_after", "stall_before"])
def test_a_payment_under_way_at_a_crash_that_nobody_claims_is_undone_with_all_the_rest(till, world, fault):
    crash_while_ceos_pays(till, world, fault)
    till.wait_view("InterruptedView")
    till.wait_view("StartView")
    known = {"stall_after": ("APPROVED", ("DONE", "DONE")), "stall_before": ("NOT_CHARGED", ("DONE",))}
    state, refunds = known[fault]
    assert_ends(till, End("UNWOUND", (COUPON_PAID, ("ceos", state)), refunds=refunds, tasks=("unclaimed",), slips=1))


def test_a_refund_of_ceos_whose_answer_is_lost_is_asked_for_until_it_is_proven(till, world):
    crash_while_ceos_pays(till, world, "stall_after")
    till.wait_view("InterruptedView", says="간편결제 9,300원을 받았어요")
    world.fault("ceos.cancel", "drop_after")
    till.press("leave")
    told = till.next_view("CertaintyView", says="취소가 끝났어요")
    assert [told.text("told_0"), told.text("told_1")] == ["돌려드렸어요", "돌려드렸어요"]
    assert_ends(till, End("UNWOUND", (COUPON_PAID, CEOS_PAID), refunds=("DONE", "DONE")))


def test_a_crash_before_the_coupon_is_sent_charges_nothing_and_the_sale_goes_on(till, world):
    till.fill_basket()
    till.offer_coupon()
    till.restart()
    told = till.wait_view("InterruptedView")
    assert told.text("told_0") == "결제되지 않았어요, 돈은 빠져나가지 않았습니다"
    till.press("resume")
    till.next_view("MethodsView")
    till.pay_coupon()
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, End("PAID", (("crepay", "NOT_SENT"), COUPON_PAID, CEOS_PAID), held=12_300, receipts=1))


def test_a_crash_while_giving_back_goes_on_giving_back(till, world):
    till.fill_basket()
    till.pay_coupon()
    world.fault("crepay.cancel", "stall_after")
    till.press("leave")
    until(lambda: world.asked("crepay.cancel"), "the refund is sent")
    till.restart()
    till.wait_view("StartView")
    assert_ends(till, End("UNWOUND", (COUPON_PAID,), refunds=("DONE",)))


def test_a_crash_on_the_last_screen_shows_it_again_or_has_printed_the_receipt(till):
    till.fill_basket()
    till.pay_coupon()
    till.press("method_ceos")
    till.next_view("DoneView")
    till.restart()
    till.wait_view("StartView", "DoneView")
    assert_ends(till, PAID)


def test_a_journal_survives_three_crashes_in_a_row(till):
    till.fill_basket()
    till.pay_coupon()
    for _ in range(3):
        till.restart()
        till.wait_view("InterruptedView")
    till.press("resume")
    till.next_view("MethodsView")
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert_ends(till, PAID)
    journal = Journal.read(till.state / "journal.sqlite")
    assert [row["kind"] for row in journal.tables["staff_tasks"]] == []
