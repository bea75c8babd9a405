"""Points between real processes: the phone's code under the scanner, the answer on the phone, the relay's call back."""

import time

import pytest

from tests.end_to_end.driver import until
from tests.end_to_end.oracle import End, assert_ends, ends_of, money_differs, said_of

pytestmark = pytest.mark.end_to_end

TOTAL, FEE, HAD = 12_300, 615, 100_000
UNTOUCHED = (HAD, 0, 0)
TAKEN = (HAD - TOTAL - FEE, 0, TOTAL + FEE)
POINTS_PAID = ("loyalty", "APPROVED")
VOIDED = ("loyalty", "VOIDED")
CEOS_PAID = ("ceos", "APPROVED")
PAID = End("PAID", (POINTS_PAID,), held=TOTAL, receipts=1)
PAID_OTHERWISE = End("PAID", (VOIDED, CEOS_PAID), held=TOTAL, receipts=1)
LATER_S = 60
"""The relay closes by force after 310 s of its time; the simulators run 20 times as fast [real s]."""


@pytest.fixture
def till(open_till):
    """A till that takes points, on its start screen."""
    till = open_till(points=True)
    till.wait_view("StartView")
    return till


def pay_with_ceos(till):
    till.press("method_ceos")
    till.next_view("DoneView", says="영수증이 나왔어요", within_s=LATER_S)


@pytest.mark.parametrize("relay", [{}, {"dialect": "spec"}, {"dialect": "spec", "success_code": 200}])
def test_approved_on_the_phone_the_relay_calls_and_the_points_are_taken(open_till, world, relay):
    world.settings(loyalty=relay)
    till = open_till(points=True)
    till.fill_basket()
    till.ask_phone()
    world.answer()
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, PAID)
    assert world.points() == TAKEN
    (called,) = world.callbacks()
    assert (called["body"]["code"], called["status"]) == (0, 200)
    assert said_of(till, "K01-1-000001-1")[-1] == "포인트 12,300원을 받았어요"


def test_denied_on_the_phone_the_customer_pays_otherwise(till, world):
    till.fill_basket()
    till.ask_phone()
    world.answer(approve=False)
    till.next_view("MethodsView", says="곧 돌아옵니다")
    pay_with_ceos(till)

    assert_ends(till, PAID_OTHERWISE)
    assert world.points() == UNTOUCHED


def test_ignored_on_the_phone_the_customer_pays_otherwise(till, world):
    till.fill_basket()
    till.ask_phone()
    till.next_view("MethodsView", says="곧 돌아옵니다", within_s=LATER_S)
    pay_with_ceos(till)

    assert_ends(till, PAID_OTHERWISE)
    assert world.points() == UNTOUCHED


def test_who_leaves_and_approves_then_gets_the_points_back(till, world):
    till.fill_basket()
    till.ask_phone()
    till.press("go_back")
    till.next_view("MethodsView", says="곧 돌아옵니다")
    world.answer()
    pay_with_ceos(till)

    assert_ends(till, PAID_OTHERWISE)
    assert world.points() == UNTOUCHED


@pytest.mark.parametrize("mishap", ["lost", "duplicate", "early", "wrong_key"])
def test_whatever_becomes_of_the_call_the_points_pay(till, world, mishap):
    world.mishap(mishap)
    till.fill_basket()
    if mishap == "early":
        till.offer_wallet()
        till.press("confirm_amount")
    else:
        till.ask_phone()
        world.answer()
    till.wait_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, PAID)
    assert world.points() == TAKEN


def test_a_call_that_lies_changes_nothing(till, world):
    """Somebody else's payment; another amount; the right ids with success, while nothing was approved."""
    till.fill_basket()
    till.ask_phone()
    asked = world.asks()
    key = {"accessKey": "0x" + "cb" * 32}
    right = {"paymentId": asked["payment_id"], "purchaseId": asked["purchase_id"], "amount": "1", "paymentStatus": 15}
    for data in ({**right, "paymentId": "0x" + "1" * 64}, {**right, "purchaseId": "K02-1-000001-1-x"}, right):
        world.forge({**key, "type": "pay_new", "code": 0, "message": "Success", "data": data})
    until(lambda: len(world.callbacks()) == 3, "all are posted")
    world.answer(approve=False)
    till.next_view("MethodsView", says="곧 돌아옵니다")
    pay_with_ceos(till)

    assert_ends(till, PAID_OTHERWISE)
    assert world.points() == UNTOUCHED


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_an_opening_whose_answer_is_lost_gives_everything_back(till, world, kind):
    till.fill_basket()
    till.offer_wallet()
    world.fault("loyalty.open_new", kind)
    till.press("confirm_amount")
    till.next_view("CertaintyView", says="첫 요청은 무시해 주세요")
    till.next_view("MethodsView", within_s=LATER_S)
    pay_with_ceos(till)

    assert_ends(till, PAID_OTHERWISE)
    assert world.points() == UNTOUCHED


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncated", "html_502_after"])
def test_a_close_whose_answer_is_lost_is_found_out(till, world, kind):
    till.fill_basket()
    till.ask_phone()
    world.fault("loyalty.close_new", kind)
    world.answer()
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, PAID)
    assert world.points() == TAKEN


@pytest.mark.parametrize("approves", [True, False])
def test_killed_while_the_phone_asks_the_points_come_back(till, world, approves):
    till.fill_basket()
    till.ask_phone()
    world.asks()
    till.kill()
    if approves:
        world.answer()
    till.start()
    till.wait_view("InterruptedView", says="곧 돌아옵니다")
    till.press("resume")
    till.next_view("MethodsView")
    pay_with_ceos(till)

    assert_ends(till, PAID_OTHERWISE)
    assert world.points() == UNTOUCHED


def test_killed_after_the_close_has_left_the_customer_goes_on_to_the_receipt(till, world):
    till.fill_basket()
    till.ask_phone()
    world.fault("loyalty.close_new", "stall_after", seconds=1000)
    world.answer()
    until(lambda: [one for one in world.asked("loyalty.close_new") if "confirm" in one["body"]], "the close is sent")
    till.restart()
    till.wait_view("InterruptedView", says="포인트 12,300원을 받았어요")
    till.press("resume")
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, PAID)
    assert world.points() == TAKEN


def test_killed_after_the_close_has_left_and_nobody_comes_back_it_is_on_the_staff_list(till, world):
    till.fill_basket()
    till.ask_phone()
    world.fault("loyalty.close_new", "stall_after", seconds=1000)
    world.answer()
    until(lambda: world.points() == TAKEN, "the close is carried out")
    till.restart()
    till.wait_view("InterruptedView", says="포인트 12,300원을 받았어요")
    till.wait_view("StartView", within_s=LATER_S)

    tasks = ("unclaimed", "refund_unresolved")
    assert_ends(till, End("UNWINDING_STAFF", (POINTS_PAID,), refunds=("REFUSED",), held=TOTAL, tasks=tasks, slips=1))
    assert world.asked("loyalty.open_cancel") == []
    assert world.points() == TAKEN


@pytest.mark.parametrize("scale", [4.0])
def test_approved_at_44_seconds_the_points_are_taken(till, world):
    till.fill_basket()
    till.ask_phone()
    until(lambda: world.asks()["age_s"] > 43.9, "44 s have passed", within_s=20)
    world.answer()
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, PAID)
    assert world.points() == TAKEN


def test_a_relay_that_is_down_when_the_code_is_shown_is_said_so_and_the_customer_pays_otherwise(till, world):
    till.fill_basket()
    till.press("method_loyalty")
    till.wait_view("ScanView")
    world.fault("loyalty.*", "drop_before", count=1000)
    till.scan_serial(world.code())
    till.next_view("ScanView", says="연결되지 않았어요")
    till.press("go_back")
    till.next_view("MethodsView")
    pay_with_ceos(till)

    assert_ends(till, End("PAID", (("loyalty", "NOT_SENT"), CEOS_PAID), held=TOTAL, receipts=1))
    assert world.points() == UNTOUCHED


@pytest.mark.parametrize("approves", [True, False])
def test_a_relay_that_is_down_while_the_phone_asks_gives_everything_back_when_it_is_up_again(till, world, approves):
    till.fill_basket()
    till.ask_phone()
    world.asks()
    world.fault("loyalty.*", "drop_before", count=1000)
    if approves:
        world.answer()
    till.next_view("MethodsView", says="곧 돌아옵니다", within_s=LATER_S)
    world.works_again()
    pay_with_ceos(till)

    assert_ends(till, PAID_OTHERWISE)
    assert world.points() == UNTOUCHED


def test_a_relay_that_is_down_at_the_close_parks_the_order_and_gives_everything_back(till, world):
    till.fill_basket()
    till.ask_phone()
    world.fault("loyalty.close_new", "drop_before", count=1000)
    world.answer()
    till.next_view("CertaintyView", says="확인하고 있어요")
    world.fault("loyalty.item", "drop_before", count=1000)
    till.next_view("CertaintyView", says="확인에 시간이 더 걸려요", within_s=LATER_S)
    world.works_again()

    until(lambda: world.points() == UNTOUCHED, "the points are back", within_s=LATER_S)
    assert_ends(till, End("UNWOUND", (VOIDED,), tasks=("parked",), slips=1))


def test_killed_before_anything_was_asked_nothing_is_at_the_relay(till, world):
    till.fill_basket()
    till.offer_wallet()
    till.restart()
    till.wait_view("InterruptedView")
    till.press("leave")

    assert_ends(till, End("UNWOUND", (("loyalty", "NOT_SENT"),)))
    assert world.books()["loyalty"]["payments"] == []


@pytest.mark.parametrize("when", ["asked", "approved", "closed"])
def test_killed_and_started_again_after_310_seconds_it_is_as_the_relay_says(till, world, when):
    till.fill_basket()
    till.ask_phone()
    world.asks()
    if when == "closed":
        world.fault("loyalty.close_new", "stall_after", seconds=1000)
        world.answer()
        until(lambda: world.points() == TAKEN, "the close is carried out")
    till.kill()
    if when == "approved":
        world.answer()
        until(lambda: world.points()[1] > 0, "the points are held")
    until(lambda: is_closed_by_force(world, when), "310 s have passed", within_s=LATER_S)

    till.start()
    if when == "closed":
        till.wait_view("InterruptedView", says="포인트 12,300원을 받았어요")
        till.press("resume")
        till.next_view("DoneView", says="영수증이 나왔어요")
        assert_ends(till, PAID)
        assert world.points() == TAKEN
    else:
        till.wait_view("InterruptedView", says="곧 돌아옵니다")
        till.press("leave")
        assert_ends(till, End("UNWOUND", (VOIDED,)))
        assert world.points() == UNTOUCHED


def is_closed_by_force(world, when):
    """What nobody closed is closed by then; what was closed is only waited for as long."""
    (payment,) = world.books()["loyalty"]["payments"]
    if when != "closed":
        return payment["paymentStatus"] == 19
    waited_s = (time.time() - payment["openNewTimestamp"]) * world.scale
    return waited_s > 310


def test_two_kiosks_and_one_relay_which_calls_only_one_of_them(open_till, world, tmp_path):
    """Equal amounts at the same time: nobody hears or takes the other's."""
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    first, second = (
        open_till(points=True, kiosk=kiosk, folder=folder)
        for kiosk, folder in zip(("K01", "K02"), folders, strict=True)
    )
    other = "0x3333333333333333333333333333333333333333"
    world.wallets({other: {"balance": 50_000 * 10**18, "phone": True}})
    for till in (first, second):
        till.fill_basket()
    first.ask_phone()
    second.offer_wallet(world.code(other))
    second.press("confirm_amount")
    second.next_view("PhoneView")

    world.answer(account=other)
    world.answer(approve=False)

    second.next_view("DoneView", says="영수증이 나왔어요")
    first.next_view("MethodsView", says="곧 돌아옵니다")
    first.press("leave")
    assert_ends(second, PAID)
    assert_ends(first, End("UNWOUND", (VOIDED,)))
    assert world.points()[0] == HAD
    first.quit()
    foreign = first.staff_cancel("K02-0001", "--owner-is-here")
    assert "K02-0001" in foreign.communicate(timeout=30)[0]
    assert foreign.returncode == 1
    assert world.asked("loyalty.open_cancel") == []
    called = {one["url"] for one in world.callbacks()}
    assert called == {f"http://127.0.0.1:{second.callback}/loyalty/callback"}


# -- given back by staff


def sell_for_points(till, world):
    till.fill_basket()
    till.ask_phone()
    world.answer()
    till.next_view("DoneView", says="영수증이 나왔어요")
    till.press("finish")
    till.wait_view("StartView")
    till.quit()


def test_staff_give_points_back_with_the_owner_and_not_without(till, world):
    sell_for_points(till, world)
    alone = till.staff_cancel()
    assert "점주가 휴대폰에서" in alone.communicate(timeout=30)[0]
    assert alone.returncode == 1
    assert world.asked("loyalty.open_cancel") == []

    together = till.staff_cancel("K01-0001", "--owner-is-here")
    world.answer_owner()
    said = together.communicate(timeout=60)[0]

    assert "돌려드렸어요" in said
    assert together.returncode == 0
    assert world.points() == UNTOUCHED
    assert_ends(till, End("REFUNDED", (POINTS_PAID,), refunds=("DONE",), receipts=1))
    again = till.staff_cancel("K01-0001", "--owner-is-here")
    assert "돌려드릴 수 있는 결제가 없어요" in again.communicate(timeout=30)[0]


@pytest.mark.parametrize("answer", ["deny", "ignore"])
def test_an_owner_who_does_not_approve_leaves_it_paid(till, world, answer):
    sell_for_points(till, world)
    cancel = till.staff_cancel("K01-0001", "--owner-is-here")
    if answer == "deny":
        world.answer_owner(approve=False)
    said = cancel.communicate(timeout=LATER_S)[0]

    assert "직원이 확인해 드려요" in said
    assert cancel.returncode == 1
    assert world.points() == TAKEN
    assert_ends(
        till,
        End("PAID", (POINTS_PAID,), refunds=("REFUSED",), held=TOTAL, receipts=1, tasks=("refund_unresolved",)),
    )


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("open_cancel", "drop_after"),
        ("close_cancel", "drop_after"),
        ("close_cancel", "drop_before"),
        ("close_cancel", "truncated"),
    ],
)
def test_a_cancel_whose_answer_is_lost_gives_back_once(till, world, call, kind):
    sell_for_points(till, world)
    world.fault(f"loyalty.{call}", kind)
    cancel = till.staff_cancel("K01-0001", "--owner-is-here")
    world.answer_owner()
    said = cancel.communicate(timeout=LATER_S)[0]

    assert "돌려드렸어요" in said
    assert world.points() == UNTOUCHED
    assert len(world.asked("loyalty.open_cancel")) == 1
    assert_ends(till, End("REFUNDED", (POINTS_PAID,), refunds=("DONE",), receipts=1))


@pytest.mark.parametrize("approves", [True, False])
def test_killed_while_the_owner_is_asked_the_till_goes_on_with_it(till, world, approves):
    sell_for_points(till, world)
    cancel = till.staff_cancel("K01-0001", "--owner-is-here")
    until(lambda: world.asked("loyalty.open_cancel"), "the cancel is opened")
    cancel.kill()
    cancel.communicate()
    world.answer_owner(approve=approves)

    till.start()
    till.wait_view("StartView", within_s=LATER_S)
    until(lambda: ends_of(till)[0].refunds in {("DONE",), ("REFUSED",)}, "it has ended", within_s=LATER_S)

    assert world.points() == (UNTOUCHED if approves else TAKEN)
    assert ends_of(till)[0].refunds == (("DONE",) if approves else ("REFUSED",))
    assert money_differs(till) == []
