"""Manager mode between real processes, through the window: in by corner and PIN, a receipt scanned, all given back."""

import re

import pytest

from kiosk.app import AGAIN
from kiosk.tools.demo import STAFF_PIN
from tests.end_to_end.driver import COUPON, until
from tests.end_to_end.oracle import End, Journal, assert_ended_well, assert_ends

pytestmark = pytest.mark.end_to_end

TOTAL, PART, POINTS = 12_300, 3000, 2000
RICH_COUPON = "98765432123456789"
LATER_S = 60
UNRESOLVED = "결제 결과를 확인하지 못함"

CALLS = {"ceos": "ceos.cancel", "crepay": "crepay.cancel", "card": "card.cancel"}
PAID = {
    "ceos": (("ceos", "APPROVED"),),
    "crepay": (("crepay", "APPROVED"),),
    "card": (("card", "APPROVED"),),
    "loyalty": (("loyalty", "APPROVED"),),
    "mixed": (("crepay", "APPROVED"), ("loyalty", "NOT_SENT"), ("card", "APPROVED"), ("loyalty", "APPROVED")),
}


@pytest.fixture
def till(open_till):
    """A till that takes everything, on its start screen."""
    till = open_till(points=True, cards=True)
    till.wait_view("StartView")
    return till


def sell(till, world, how):
    till.fill_basket()
    if how in ("ceos", "card"):
        till.press(f"method_{how}")
    elif how == "crepay":
        till.offer_coupon(RICH_COUPON)
        till.press("confirm_amount")
    elif how == "loyalty":
        till.ask_phone()
        world.answer()
    else:
        till.pay_coupon(COUPON)
        till.plan_points(str(POINTS))
        till.press("method_card")
        till.next_view("PhoneView")
        world.answer()
    till.next_view("DoneView", says="영수증이 나왔어요", within_s=LATER_S)


def knock(till):
    for _ in range(5):
        till.press("staff_corner")
    return till.wait_view("KeysView")


def come_in(till):
    """By the corner and the PIN, up to the home sheet."""
    knock(till)
    till.type(STAFF_PIN.reveal())
    return till.wait_view("SheetView", says="최근 판매")


def receipt_code(till):
    """As it stands on the paper."""
    receipt = next((till.state / "receipts").glob("*receipt*.txt")).read_text("utf-8")
    found = re.search(r"R1-[A-Z0-9-]+-[A-Z2-7]{16}", receipt)
    assert found, receipt
    return found[0]


def open_by_receipt(till):
    """Hold the customer's receipt under the scanner."""
    come_in(till)
    till.scan_serial(receipt_code(till))
    return till.next_view("SheetView", says="전체 취소")


def cancel(till, world, how):
    open_by_receipt(till)
    till.press("act_cancel")
    till.next_view("SheetView", says="까닭을 고르면")
    till.press("why_wish")
    if how in ("loyalty", "mixed"):
        till.next_view("SheetView", says="휴대폰을 들고")
        till.press("act_yes")
        world.answer_owner()


def state_of_first(till):
    """Of the first attempt, in the journal."""
    return Journal.read(till.state / "journal.sqlite").tables["attempts"][0]["state"]


def task_row(till, words):
    """The name of the row that says this."""
    return next(name.removesuffix("_title") for name, text in till.now.texts if text == words)


def ended(how):
    """Everything is back, with a receipt and a slip."""
    return End(
        "REFUNDED", PAID[how], ("DONE",) * sum(state == "APPROVED" for _, state in PAID[how]), receipts=1, slips=1
    )


@pytest.mark.parametrize("how", PAID)
def test_a_scanned_receipt_gives_everything_back(till, world, how):
    before = world.points()
    sell(till, world, how)
    cancel(till, world, how)
    till.wait_view("SheetView", says="모두 돌려드렸어요", within_s=LATER_S)
    assert_ends(till, ended(how))
    assert world.points() == before


@pytest.mark.parametrize("how", CALLS)
@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "html_502"])
def test_a_cancel_whose_answer_is_lost_is_found_out_and_not_repeated(till, world, how, kind):
    sell(till, world, how)
    world.fault(CALLS[how], kind)
    cancel(till, world, how)
    till.wait_view("SheetView", says="모두 돌려드렸어요", within_s=LATER_S)
    assert_ends(till, ended(how))


@pytest.mark.parametrize("how", [*CALLS, "mixed"])
def test_killed_in_the_middle_of_a_cancel_it_is_finished_after_the_start(till, world, how):
    before = world.points()
    sell(till, world, how)
    world.fault(CALLS.get(how, "card.cancel"), "slow", seconds=10)
    cancel(till, world, how)
    until(lambda: world.asked(CALLS.get(how, "card.cancel")), "the cancel is sent")
    till.restart()
    till.wait_view("StartView", within_s=LATER_S)
    assert_ends(till, ended(how))
    assert world.points() == before


@pytest.mark.parametrize("says", ["no", "nothing"])
def test_an_owner_who_does_not_approve_leaves_the_points_and_the_list_says_so(till, world, says):
    sell(till, world, "loyalty")
    open_by_receipt(till)
    for name in ("act_cancel", "why_wish", "act_yes"):
        till.press(name)
    if says == "no":
        world.answer_owner(approve=False)
    till.wait_view("SheetView", says="돌려드리지 못한 것이 목록에 있어요", within_s=LATER_S)
    till.press("staff_back")
    till.next_view("SheetView", says="지나온 일")
    till.press("staff_back")
    till.next_view("SheetView", says="환불이 거절됐거나")
    left = End("PAID", PAID["loyalty"], ("REFUSED",), TOTAL, ("refund_unresolved",), receipts=1, slips=1)
    assert_ends(till, left)


@pytest.mark.parametrize("how", PAID)
def test_what_was_given_back_is_not_offered_again(till, world, how):
    sell(till, world, how)
    cancel(till, world, how)
    till.wait_view("SheetView", says="모두 돌려드렸어요", within_s=LATER_S)
    till.press("staff_back")
    till.next_view("SheetView", says="지나온 일")
    till.press("staff_back")
    till.next_view("SheetView", says="최근 판매")
    till.scan_serial(receipt_code(till))
    again = till.next_view("SheetView", says="지나온 일")
    assert not again.text("act_cancel")
    assert_ends(till, ended(how))


def test_a_manager_says_how_it_ended_what_the_till_could_not_find_out(open_till, world):
    """The coupon server answers no net-cancel; after 50 minutes it is a person's."""
    till = open_till(limits={"staff_after_s": 120}, sale={"done_s": 30})
    till.fill_basket()
    till.offer_coupon()
    world.fault("crepay.checkout", "drop_before")
    world.fault("crepay.cancel-network", "html_502", 10_000)
    till.press("confirm_amount")
    till.wait_view("StartView", within_s=LATER_S)
    until(lambda: state_of_first(till) == "NEEDS_STAFF", "nobody can find out", LATER_S)
    come_in(till)
    till.press("place_hands_all")
    till.next_view("SheetView", says=UNRESOLVED)
    till.press(task_row(till, UNRESOLVED))
    till.press("act_resolve")
    till.next_view("SheetView", says="어떻게 끝났나요", within_s=LATER_S)
    for name in ("way_not_charged", "proof_gateway", "act_yes"):
        till.press(name)
    till.next_view("SheetView", says="기록했어요")
    assert_ended_well(till)


def test_staff_lock_it_and_the_customer_begins(till):
    come_in(till)
    till.press("staff_lock")
    till.wait_view("StartView")
    till.fill_basket()


@pytest.mark.parametrize(("how", "code"), [("exit", 0), ("restart", AGAIN)])
def test_staff_leave_the_program_or_want_it_anew(till, how, code):
    come_in(till)
    till.press("place_menu")
    till.next_view("SheetView", says="직원 관리")
    till.press("place_exit")
    till.next_view("SheetView", says="다시 시작하기")
    till.press_last(f"leave_{how}")
    assert till.gone() == code


def test_a_wrong_pin_opens_nothing(till):
    knock(till)
    till.type("314159")
    till.next_view("KeysView", says="PIN이 맞지 않아요")
    till.press("staff_back")
    till.wait_view("StartView")


def test_a_code_that_is_refused_is_counted_for_staff_and_shown_and_logged_nowhere(till):
    evil = "https://evil.example/of-a-customer"
    till.scan_serial(evil)
    till.next_view("BasketView", "StartView")
    come_in(till)
    for place in ("place_menu", "place_devices"):
        till.press(place)
    devices = till.next_view("SheetView", says="거부: 인터넷 주소")
    assert devices.text("device_refused_url_right") == "1번"
    log = (till.state / "logs" / "kiosk.log").read_text("utf-8")
    assert '"reason": "url"' in log
    assert "evil" not in log
    assert not [one for one in till.seen if evil in repr(one)]
