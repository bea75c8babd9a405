"""A customer with a phone in the hand: the code off the page in a real browser, the answer pressed there."""

import pytest

from tests.end_to_end.bank import Account
from tests.end_to_end.oracle import End, assert_ends, journal_of
from tests.simulator.browser import Phone, chromium

pytestmark = pytest.mark.end_to_end

TOTAL, FEE, HAD = 12_300, 615, 100_000


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def scale():
    """People need their time."""
    return 4.0


@pytest.fixture
def phone(browser, world):
    page = browser.new_context(viewport={"width": 390, "height": 844}, locale="ko-KR").new_page()
    phone = Phone(page, world.url)
    yield phone
    page.context.close()
    assert phone.trouble == []


def ask(till, phone):
    """The code is read off a picture of the phone, and held under the scanner."""
    till.fill_basket()
    till.press("method_loyalty")
    till.wait_view("ScanView")
    till.scan_serial(phone.open().code)
    till.next_view("AmountView")
    till.press("confirm_amount")
    till.next_view("PhoneView")
    phone.shows("12,300원", "12,915 포인트")


def test_approved_in_the_app_the_relay_calls_the_till_takes_and_the_journal_says_so(open_till, world, phone):
    till = open_till(points=True)
    ask(till, phone)
    phone.press("approve")
    till.next_view("DoneView", says="영수증이 나왔어요")
    phone.is_in("paid")

    assert_ends(till, End("PAID", (("loyalty", "APPROVED"),), held=TOTAL, receipts=1))
    assert world.points() == (HAD - TOTAL - FEE, 0, TOTAL + FEE)
    assert [(one["code"], one["about"]) for one in journal_of(till).tables["inbox"]] == [(0, "pay_new")]


def test_denied_in_the_app_nothing_is_taken(open_till, world, phone):
    till = open_till(points=True)
    ask(till, phone)
    phone.press("deny")
    till.next_view("MethodsView", says="곧 돌아옵니다")
    till.press("leave")

    assert_ends(till, End("UNWOUND", (("loyalty", "VOIDED"),)))
    assert world.points() == (HAD, 0, 0)


def test_the_owner_approves_in_the_app_and_the_customer_has_the_points_again(open_till, world, phone):
    till = open_till(points=True)
    ask(till, phone)
    phone.press("approve")
    till.next_view("DoneView", says="영수증이 나왔어요")
    till.press("finish")
    till.wait_view("StartView")
    till.quit()

    cancel = till.staff_cancel("K01-0001", "--owner-is-here")
    phone.open("owner")
    phone.page.locator("#cancels button[data-act=approve]").click()
    said = cancel.communicate(timeout=60)[0]

    assert "돌려드렸어요" in said
    assert_ends(till, End("REFUNDED", (("loyalty", "APPROVED"),), refunds=("DONE",), receipts=1))
    assert world.points() == (HAD, 0, 0)


def test_transferred_in_the_banks_app_the_till_sells(open_till, bank, phone):
    till = open_till(transfers=True)
    till.fill_basket()
    account = Account.read(till.show_account())
    phone.open("bank")
    phone.shows("-".join(account.number[at : at + 4] for at in range(0, len(account.number), 4)), "12,300원")
    phone.press(f"pay_{bank.books['accounts'][-1]['accountId']}")
    till.next_view("DoneView", says="영수증이 나왔어요")

    assert_ends(till, End("PAID", (("ezpg", "APPROVED"),), held=TOTAL, receipts=1))
