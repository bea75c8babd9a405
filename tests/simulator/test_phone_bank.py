"""The bank's app on the phones' page, in a real browser: what people see and press, and where the money then is."""

import pytest
from playwright.sync_api import expect

from tests.simulator.browser import DESK, HAND, Phone, chromium
from tests.simulator.ezpgs import PRICE, at


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def hold(browser, unhurried):
    """Open the bank's app, and at the end see that nothing went wrong in it."""
    phones = []

    def opened(size=HAND, query="?lang=ko"):
        page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
        phones.append(Phone(page, f"http://127.0.0.1:{unhurried}").open("bank", query))
        return phones[-1]

    yield opened
    for phone in phones:
        phone.page.context.close()
    assert [phone.trouble for phone in phones] == [[] for _ in phones]


@pytest.fixture
def phone(ezpg, hold):
    return hold()


def pay(phone, account, amount=None):
    if amount is not None:
        phone[f"amount_{account['accountId']}"].fill(amount)
    phone.press(f"pay_{account['accountId']}")


def grouped(number):
    return "-".join(number[first : first + 4] for first in range(0, len(number), 4))


def test_it_shows_the_accounts_that_a_till_asked_for_and_none_before(ezpg, phone):
    phone.shows("받는 계좌가 없어요")
    expect(phone["tab_bank"]).to_have_attribute("aria-pressed", "true")
    account = ezpg.account()
    phone.shows(account["bankName"], grouped(account["accountNo"]), account["accountHolder"], "12,300원", "13:00까지")
    phone.shows_not("받는 계좌가 없어요")


def test_an_account_that_never_expires_is_open(ezpg, phone):
    ezpg.account(accountType="fixed", amount=None)
    phone.shows("언제나")


def test_the_exact_amount_is_paid_with_one_press(ezpg, phone):
    account = ezpg.account()
    pay(phone, account)
    phone.shows("12,300원을 이체했어요", "입금됨", "보냈어요")
    assert ezpg.statuses() == [(PRICE, "completed")]


def test_a_bank_that_asks_refuses_a_wrong_amount_and_a_second_one_and_says_why(ezpg, phone):
    account = ezpg.account()
    pay(phone, account, "12,000")
    phone.shows("보낼 금액과 달라요")
    assert ezpg.transfers == []
    pay(phone, account, "12300")
    phone.shows("12,300원을 이체했어요")
    pay(phone, account)
    phone.shows("이미 입금됐거나 끝난 계좌예요")
    assert len(ezpg.transfers) == 1


def test_a_bank_that_only_tells_pays_wrong_late_and_twice(ezpg, phone):
    account = ezpg.account(expireDt=at("12:10"))
    phone.press("bank_tells")
    pay(phone, account, "5000")
    phone.shows("5,000원을 이체했어요")
    ezpg.clock("12:11")
    pay(phone, account, "7,000")
    phone.shows("7,000원을 이체했어요")
    pay(phone, account, "12300")
    phone.shows("12,300원을 이체했어요")
    assert [amount for _, amount, _, _ in ezpg.transfers] == [5_000, 7_000, PRICE]
    expect(phone.page.locator(".made")).to_have_count(3)


def test_a_payment_is_taken_back(ezpg, phone):
    account = ezpg.account()
    pay(phone, account)
    phone.shows("12,300원을 이체했어요")
    number = ezpg.books["transfers"][0]["number"]
    phone.press(f"correct_{number}")
    phone.shows("이체를 정정했어요", "정정되어 돈이 돌아왔어요", "13:00까지")
    expect(phone[f"correct_{number}"]).to_be_hidden()
    assert ezpg.statuses() == [(PRICE, "cancelled")]


def test_a_payment_that_nobody_has_heard_of_says_so_and_cannot_be_taken_back_yet(ezpg, phone):
    account = ezpg.account()
    ezpg.lose("deposit")
    pay(phone, account)
    phone.shows("12,300원을 이체했어요", "아직 전달되지 않았어요")
    expect(phone[f"correct_{ezpg.books['transfers'][0]['number']}"]).to_be_hidden()
    ezpg.later(600)
    phone.shows("입금됨")


def test_when_the_shop_does_not_answer_no_money_leaves_and_it_says_so(ezpg, phone):
    account = ezpg.account()
    ezpg.lose("pre_check")
    pay(phone, account)
    phone.shows("가맹점의 답이 없어요", "돈은 빠져나가지 않았어요")
    assert ezpg.transfers == []


def test_a_correction_that_is_not_heard_changes_nothing_and_says_so(ezpg, phone):
    number = ezpg.paid(ezpg.account())
    ezpg.lose("correction")
    phone.press(f"correct_{number}")
    phone.shows("정정되지 않았어요")
    assert ezpg.statuses() == [(PRICE, "completed")]


def test_at_night_the_bank_is_closed_and_says_so(ezpg, phone):
    account = ezpg.account(expireDt=None)
    ezpg.clock("23:40")
    pay(phone, account)
    phone.shows("은행이 쉬는 시간이에요")


@pytest.mark.parametrize("text", ["", "0", "-5", "12.5", "만원", "1e3"])
def test_an_amount_that_is_none_is_not_sent(ezpg, phone, text):
    account = ezpg.account()
    pay(phone, account, text)
    phone.shows("금액을 숫자로 적어 주세요")
    assert ezpg.telegrams() == []


def test_what_is_being_typed_stays_while_the_page_looks_again(ezpg, phone):
    account = ezpg.account()
    box = phone[f"amount_{account['accountId']}"]
    box.fill("9")
    second = ezpg.account()
    expect(phone[f"pay_{second['accountId']}"]).to_be_visible()
    expect(box).to_have_value("9")


def test_the_keyboard_is_enough(ezpg, phone):
    account = ezpg.account()
    expect(phone[f"pay_{account['accountId']}"]).to_be_visible()
    phone.press_keys_to(f"amount_{account['accountId']}")
    phone.shows("12,300원을 이체했어요")
    assert ezpg.statuses() == [(PRICE, "completed")]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_everything_can_be_pressed_with_a_thumb_and_nothing_runs_off_the_side(ezpg, hold, width, language):
    ezpg.paid(ezpg.account(amount=99_999_999_999))
    account = ezpg.account()
    phone = hold((width, DESK[1]), f"?lang={language}")
    expect(phone[f"pay_{account['accountId']}"]).to_be_visible()
    expect(phone.page.locator(".made button")).to_be_visible()
    pressed = phone.page.locator("button:visible, input:visible").all()
    assert len(pressed) == 3 + 2 + 2 * 2 + 1
    assert all(one.bounding_box()["height"] >= 44 for one in pressed)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == width


def test_a_shop_with_markup_in_its_name_is_text(ezpg, phone):
    ezpg.merchant(holder="<b>x</b>")
    ezpg.account()
    phone.shows("<b>x</b>")


# -- what the page asks for


def test_the_bank_pays_only_into_accounts_that_there_are(ezpg):
    body = {"account_id": "VA0", "amount": 5, "asks": True}
    assert ezpg.http.post("/phone/bank/pay", json=body).status_code == 404
    assert ezpg.http.post("/phone/bank/correct", json={"number": "1"}).status_code == 404


@pytest.mark.parametrize("body", [{}, [], {"account_id": "VA0", "amount": 0, "asks": True}, {"number": 5}])
def test_a_wish_that_is_none_is_refused(ezpg, body):
    for path in ("pay", "correct"):
        assert ezpg.http.post(f"/phone/bank/{path}", json=body).status_code == 400


@pytest.mark.parametrize(("asks", "refused"), [(True, "V003"), (False, None)])
def test_either_kind_of_bank_can_be_played(ezpg, asks, refused):
    body = {"account_id": ezpg.account()["accountId"], "amount": 5, "asks": asks}
    assert ezpg.http.post("/phone/bank/pay", json=body).json()["refused"] == refused
    made = ezpg.http.get("/phone/bank").json()["payments"]
    assert [(one["amount"], one["state"]) for one in made] == [(5, "there")] * (refused is None)


def test_only_the_youngest_accounts_are_shown(ezpg):
    accounts = [ezpg.account()["accountId"] for _ in range(10)]
    assert [one["id"] for one in ezpg.http.get("/phone/bank").json()["accounts"]] == accounts[:1:-1]
