"""Coupon, points and a card or instant pay in one sale, between real processes and through the window."""

import pytest

from tests.end_to_end.driver import DriverError, until
from tests.end_to_end.oracle import End, assert_ended_well, assert_ends, assert_true, money_differs, said_of

pytestmark = pytest.mark.end_to_end

TOTAL, COUPON, POINTS, FEE, HAD = 12_300, 3000, 2000, 100, 100_000
UNTOUCHED = (HAD, 0, 0)
TAKEN = (HAD - POINTS - FEE, 0, POINTS + FEE)
LATER_S = 60
"""The relay closes by force after 310 s of its time; the simulators run 20 times as fast [real s]."""

COUPON_PAID, PLANNED, POINTS_PAID = ("crepay", "APPROVED"), ("loyalty", "NOT_SENT"), ("loyalty", "APPROVED")
VOIDED = ("loyalty", "VOIDED")


def paid(method):
    """Coupon, points planned, the rest by this method, points taken."""
    attempts = (COUPON_PAID, PLANNED, (method, "APPROVED"), POINTS_PAID)
    return End("PAID", attempts, held=TOTAL, receipts=1)


@pytest.fixture
def till(open_till):
    """A till that takes everything, on its start screen."""
    till = open_till(points=True, cards=True)
    till.wait_view("StartView")
    return till


def plan(till):
    """3,000 won with a coupon, and 2,000 planned in points."""
    till.fill_basket()
    till.pay_coupon()
    seen = till.plan_points("2000")
    assert (seen.text("due_amount"), seen.text("total_amount")) == ("7,300원", "12,300원")


def pay_up_to_the_phone(till, method="card"):
    plan(till)
    till.press(f"method_{method}")
    till.next_view("PhoneView")


def assert_agreed(till):
    """Whatever is under way: what is said is true, and what the journal knows the books hold."""
    assert_true(till)
    assert money_differs(till) == []


@pytest.mark.parametrize("method", ["card", "ceos"])
def test_coupon_points_and_the_rest_pay_one_sale(till, world, method):
    plan(till)
    assert_agreed(till)
    till.press(f"method_{method}")
    till.next_view("PhoneView")
    assert_agreed(till)
    assert world.points() == UNTOUCHED
    world.answer()
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, paid(method))
    assert world.points() == TAKEN
    order = ["crepay.checkout", {"card": "card.confirm", "ceos": "ceos.instant"}[method], "loyalty.open_new"]
    opened = [one for one in world.asked("loyalty.open_new") if "purchaseId" in one["ids"]]
    times = [world.asked(order[0])[0]["at_ms"], world.asked(order[1])[0]["at_ms"], opened[0]["at_ms"]]
    assert times == sorted(times)
    receipt = next((till.state / "receipts").glob("*receipt*.txt")).read_text("utf-8")
    assert all(amount in receipt for amount in ("3,000", "7,300", "2,000", "12,300"))


def test_points_denied_after_the_card_are_paid_otherwise(till, world):
    pay_up_to_the_phone(till)
    world.answer(approve=False)
    seen = till.next_view("MethodsView", says="곧 돌아옵니다")
    assert seen.text("due_amount") == "2,000원"
    assert_agreed(till)
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요", within_s=LATER_S)

    attempts = (COUPON_PAID, PLANNED, ("card", "APPROVED"), VOIDED, ("ceos", "APPROVED"))
    assert_ends(till, End("PAID", attempts, held=TOTAL, receipts=1))
    assert world.points() == UNTOUCHED


def test_points_denied_after_the_card_and_everything_is_taken_back_with_one_tap(till, world):
    pay_up_to_the_phone(till)
    world.answer(approve=False)
    till.next_view("MethodsView", says="곧 돌아옵니다")
    till.press("leave")
    till.next_view("CertaintyView", says="취소가 끝났어요", within_s=LATER_S)

    attempts = (COUPON_PAID, PLANNED, ("card", "APPROVED"), VOIDED)
    assert_ends(till, End("UNWOUND", attempts, refunds=("DONE", "DONE")))
    cancels = world.asked("card.cancel", "crepay.cancel")
    assert [one["gateway"] for one in sorted(cancels, key=lambda one: one["at_ms"])] == ["card", "crepay"]
    for attempt in ("K01-1-000001-1", "K01-1-000001-3"):
        assert said_of(till, attempt)[-1] == "돌려드렸어요"
    assert world.points() == UNTOUCHED


def test_one_payment_is_taken_back_and_the_others_stay(till, world):
    pay_up_to_the_phone(till)
    world.answer(approve=False)
    till.next_view("MethodsView", says="곧 돌아옵니다")
    till.press("take_back_0")
    seen = till.next_view("MethodsView", says="돌려드렸어요")
    assert seen.text("due_amount") == "5,000원"
    assert_agreed(till)
    till.press("method_card")
    till.next_view("DoneView", says="영수증이 나왔어요")

    attempts = (COUPON_PAID, PLANNED, ("card", "APPROVED"), VOIDED, ("card", "APPROVED"))
    assert_ends(till, End("PAID", attempts, refunds=("DONE",), held=TOTAL, receipts=1))


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "html_502"])
def test_everything_comes_back_though_the_cards_cancel_fails_twice(till, world, kind):
    pay_up_to_the_phone(till)
    world.answer(approve=False)
    till.next_view("MethodsView", says="곧 돌아옵니다")
    world.fault("card.cancel", kind, count=2)
    till.press("leave")
    till.next_view("CertaintyView", says="취소가 끝났어요", within_s=LATER_S)

    attempts = (COUPON_PAID, PLANNED, ("card", "APPROVED"), VOIDED)
    assert_ends(till, End("UNWOUND", attempts, refunds=("DONE", "DONE")))


def test_killed_while_everything_is_given_back_it_all_comes_back(till, world):
    pay_up_to_the_phone(till)
    world.answer(approve=False)
    till.next_view("MethodsView", says="곧 돌아옵니다")
    world.fault("card.cancel", "stall_after", seconds=1000)
    till.press("leave")
    until(lambda: world.asked("card.cancel"), "the card's cancel is sent")
    till.restart()

    attempts = (COUPON_PAID, PLANNED, ("card", "APPROVED"), VOIDED)
    assert_ends(till, End("UNWOUND", attempts, refunds=("DONE", "DONE")))
    assert world.points() == UNTOUCHED


# -- a sale given back without the shop's owner


def sell(till, world):
    pay_up_to_the_phone(till)
    world.answer()
    till.next_view("DoneView", says="영수증이 나왔어요")
    till.press("finish")
    till.wait_view("StartView")
    till.quit()


def test_without_the_owner_the_rest_comes_back_and_the_points_wait_on_the_list(till, world):
    sell(till, world)

    cancel = till.staff_cancel()
    said = cancel.communicate(timeout=LATER_S)[0]

    assert cancel.returncode == 1
    assert "점주가 휴대폰에서" in said
    assert said.count("돌려드렸어요") == 2
    assert "포인트 2,000원: 직원이 확인해 드려요" in said
    assert world.asked("loyalty.open_cancel") == []
    assert world.points() == TAKEN
    attempts = paid("card").attempts
    left = End("PARTLY_REFUNDED", attempts, ("REFUSED", "DONE", "DONE"), POINTS, ("refund_unresolved",), receipts=1)
    assert_ends(till, left)
    listed = till.staff_tasks()
    assert "K01-0001" in listed
    assert "전체 취소를 다시 해 보고" in listed

    together = till.staff_cancel("K01-0001", "--owner-is-here")
    world.answer_owner()
    assert "포인트 2,000원: 돌려드렸어요" in together.communicate(timeout=LATER_S)[0]
    assert world.points() == UNTOUCHED
    refunds = ("REFUSED", "DONE", "DONE", "DONE")
    assert_ends(till, End("REFUNDED", attempts, refunds, tasks=("refund_unresolved",), receipts=1))
    assert "직원이 할 일이 없어요" in till.staff_tasks()


def test_an_owner_who_does_not_answer_has_had_their_one_try(till, world):
    sell(till, world)

    cancel = till.staff_cancel("K01-0001", "--owner-is-here")
    said = cancel.communicate(timeout=LATER_S)[0]

    assert cancel.returncode == 1
    assert "포인트 2,000원: 직원이 확인해 드려요" in said
    assert len(world.asked("loyalty.open_cancel")) == 1
    again = till.staff_cancel("K01-0001", "--owner-is-here")
    assert "돌려드릴 수 있는 결제가 없어요" in again.communicate(timeout=30)[0]
    assert len(world.asked("loyalty.open_cancel")) == 1
    assert "K01-0001" in till.staff_tasks()
    attempts = paid("card").attempts
    left = End("PARTLY_REFUNDED", attempts, ("REFUSED", "DONE", "DONE"), POINTS, ("refund_unresolved",), receipts=1)
    assert_ends(till, left)
    assert world.points() == TAKEN


# -- killed at each step


def to_the_coupon(till, _world):
    till.fill_basket()
    till.offer_coupon()


def to_the_part(till, _world):
    till.fill_basket()
    till.pay_coupon()


def to_the_amount(till, world):
    to_the_part(till, world)
    till.offer_wallet()


def to_the_plan(till, _world):
    plan(till)


def to_the_card(till, world):
    plan(till)
    world.fault("card.confirm", "stall_after", seconds=1000)
    till.press("method_card")
    until(lambda: world.asked("card.confirm"), "the confirm is sent")


def to_the_phone(till, world):
    pay_up_to_the_phone(till)
    world.asks()


def to_the_approval(till, world):
    pay_up_to_the_phone(till)
    world.fault("loyalty.close_new", "stall_after", seconds=1000)
    world.answer()
    until(lambda: world.points() == TAKEN, "the points are taken")


STEPS = (to_the_coupon, to_the_part, to_the_amount, to_the_plan, to_the_card, to_the_phone, to_the_approval)


def can_go_on(till):
    """Press 계속하기 where it is offered already."""
    try:
        till.press("resume")
    except DriverError:
        return False
    return True


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_killed_at_this_step_its_customer_goes_on_and_pays_once(till, world, step):
    step(till, world)
    till.restart()
    till.wait_view("InterruptedView")
    until(lambda: can_go_on(till), "it can go on", within_s=LATER_S)
    seen = till.next_view("MethodsView", "ScanView", "DoneView", within_s=LATER_S)
    if seen.view == "MethodsView":
        till.press("method_card")
        seen = till.next_view("ScanView", "DoneView")
    if seen.view == "ScanView":
        till.scan_serial(world.code())
        till.next_view("AmountView")
        till.press("confirm_amount")
        till.next_view("PhoneView")
        world.answer()
        till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ended_well(till)
    held = sum(world_amounts(world))
    assert held == TOTAL


@pytest.mark.parametrize("step", STEPS[:-1], ids=lambda step: step.__name__)
def test_killed_at_this_step_its_customer_takes_everything_back(till, world, step):
    step(till, world)
    till.restart()
    till.wait_view("InterruptedView")
    till.press("leave")
    till.wait_view("StartView", "CertaintyView", within_s=LATER_S)

    assert_ended_well(till)
    assert sum(world_amounts(world)) == 0


def world_amounts(world):
    """What the payment systems hold [won]."""
    books = world.books()
    yield from (one["amount"] for one in books["crepay"]["entries"] if one["state"] == "TAKEN")
    yield from (one["amount"] for one in books["ceos"]["payments"] if one["state"] == "PAID")
    yield from (one["amount"] for one in books["card"]["payments"] if one["state"] == "APPROVED")
    yield from (amount for one in books["loyalty"]["payments"] for amount, _ in one["moved"])
