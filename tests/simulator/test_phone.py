"""The phones' page in a real browser, at the relay's port: what people see and press, and what then is in the books."""

import pytest
from playwright.sync_api import expect

from kiosk.simulator.host import Host
from kiosk.simulator.relay_settings import NO_PHONE, POOR, RICH, SHOP_ID
from tests.simulator.browser import DESK, HAND, OPEN, UNIT, Phone, Till, chromium
from tests.simulator.tills import connect, until

SCALE = 3.0  # people have 15 s
QUICK = 15.0  # people have 3 s, and a code lives for 4 s
TOTAL = 21 * UNIT // 2
NOTHING, HELD, TAKEN = (0, 0), (TOTAL, 0), (0, TOTAL)


@pytest.fixture(scope="module")
def port():
    host = Host(time_scale=SCALE)
    yield host.start()
    host.stop()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def hold(browser):
    """Open the page at a port, and at the end see that nothing went wrong in it."""
    phones = []

    def opened(port, size=HAND, locale="ko-KR", **context):
        viewport = {"width": size[0], "height": size[1]}
        page = browser.new_context(viewport=viewport, locale=locale, **context).new_page()
        phones.append(Phone(page, f"http://127.0.0.1:{port}"))
        return phones[-1]

    yield opened
    for phone in phones:
        phone.page.context.close()
    assert [phone.trouble for phone in phones] == [[] for _ in phones]


@pytest.fixture
def phone(world, port, hold):
    return hold(port)


@pytest.fixture
def till(world, http):
    return Till(http)


@pytest.fixture
def quick():
    """A world that is in a hurry."""
    host = Host(time_scale=QUICK)
    port = host.start()
    with connect(port) as http:
        yield port, Till(http)
    host.stop()


# -- the code


@pytest.mark.parametrize("size", [HAND, DESK])
def test_a_kiosk_reads_the_wallet_off_the_screen(till, port, hold, size):
    phone = hold(port, size).open()
    phone.shows("100,000 포인트", "계산대의 스캐너에 보여 주세요")
    assert till.wallet_of(phone.code) == RICH


def test_every_wallet_shows_its_own_points_and_code(till, phone):
    phone.open()
    phone.press("wallet_poor")
    phone.shows("500 포인트")
    assert till.wallet_of(phone.code) == POOR
    expect(phone["wallet_poor"]).to_have_attribute("aria-pressed", "true")
    phone.page.reload()
    phone.shows("500 포인트")


def test_a_new_code_comes_on_demand_and_the_old_one_lives_on(till, phone):
    first = phone.open().code
    before = phone["qr"].get_attribute("src")
    phone.press("new_code")
    expect(phone["qr"]).not_to_have_attribute("src", before)
    assert phone.code != first
    assert till.wallet_of(first) == till.wallet_of(phone.code) == RICH


def test_only_beside_a_demos_till_a_code_is_held_to_it_by_a_press(hold):
    host = Host(time_scale=SCALE)
    phone = hold(host.start()).open()
    try:
        expect(phone["new_code"]).to_be_visible()
        expect(phone["present"]).to_be_hidden()
        scanned: list[str] = []
        host.scan = scanned.append
        phone.press("present")
        until(lambda: scanned)
    finally:
        host.stop()
    (code,) = scanned
    assert code.lower().startswith("0xffffffff")


def test_a_code_that_has_run_out_is_replaced(quick, hold):
    port, till = quick
    phone = hold(port).open()
    first = phone.code
    before = phone["qr"].get_attribute("src")
    expect(phone["qr"]).not_to_have_attribute("src", before)
    assert till.wallet_of(phone.code) == RICH
    assert till.wallet_of(first) is None


def test_a_code_that_was_used_is_replaced(till, phone):
    first = phone.open().code
    till.opened(account=first)
    phone.press("deny")
    phone.press("close")
    assert phone.code != first
    assert till.wallet_of(phone.code) == RICH


# -- payments


def test_an_approved_payment_is_held_then_paid_and_said_so(till, phone):
    phone.open()
    payment_id = till.opened()
    phone.shows("결제를 승인할까요?", "Demo", "10원", "0.5 포인트", "10.5 포인트", "초 남았어요")
    assert till.points(payment_id) == NOTHING
    phone.press("approve")
    phone.is_in("held")
    phone.shows("10.5 포인트가 묶였어요")
    assert till.points(payment_id) == HELD
    till.close(payment_id)
    phone.is_in("paid")
    phone.shows("결제됐어요", "10.5 포인트를 썼어요", "99,989.5 포인트")
    assert till.points(payment_id) == TAKEN
    phone.press("close")
    expect(phone["qr"]).to_be_visible()


def test_what_the_shop_does_not_finish_comes_back_and_is_said_so(till, phone):
    phone.open()
    payment_id = till.opened()
    phone.press("approve")
    phone.is_in("held")
    till.close(payment_id, "false")
    phone.is_in("released")
    phone.shows("묶였던 10.5 포인트가 모두 돌아왔어요", "100,000 포인트")


def test_a_denied_payment_takes_nothing(till, phone):
    phone.open()
    payment_id = till.opened()
    phone.press("deny")
    phone.shows("거절했어요", "빠져나간 포인트는 없어요")
    assert (till.status(payment_id), till.points(payment_id)) == (16, NOTHING)


def test_an_ignored_payment_is_hidden_here_and_waits_at_the_relay(till, phone):
    phone.open()
    payment_id = till.opened()
    phone.press("ignore")
    expect(phone.request).to_have_count(0)
    phone.shows("요청을 무시했어요")
    expect(phone["qr"]).to_be_visible()
    assert till.status(payment_id) == 11


def test_after_45_seconds_it_is_too_late_and_the_buttons_are_gone(quick, hold):
    port, till = quick
    phone = hold(port).open()
    payment_id = till.opened()
    phone.is_in("asked")
    phone.is_in("late")
    phone.shows("시간이 지났어요", "결제되지 않았고, 빠져나간 포인트는 없어요")
    expect(phone["approve"]).to_be_hidden()
    assert till.points(payment_id) == NOTHING


def test_an_approval_that_did_not_get_through_can_be_tried_again(till, phone, http):
    phone.open()
    http.post("/_sim/approvals", json={"outcome": "unsent"})
    payment_id = till.opened()
    phone.press("approve")
    phone.is_in("again")
    phone.shows("다시 눌러 주세요")
    assert till.points(payment_id) == NOTHING
    phone.press("approve")
    phone.is_in("held")
    assert till.points(payment_id) == HELD


def test_two_payments_are_asked_for_one_after_the_other(till, phone):
    phone.open()
    first, second = till.opened(), till.opened(purchaseId="P2")
    phone.shows("주문 P1")
    phone.press("deny")
    expect(phone.request).to_have_attribute("data-payment", second)
    phone.press("approve")
    phone.is_in("held")
    assert (till.points(first), till.points(second)) == (NOTHING, HELD)


def test_a_wallet_sees_no_payment_of_another(till, phone):
    phone.open()
    till.opened(account=POOR)
    mine = till.opened(purchaseId="P2")
    expect(phone.request).to_have_attribute("data-payment", mine)
    phone.press("deny")
    phone.press("close")
    expect(phone.request).to_have_count(0)


def test_a_wallet_without_a_phone_is_told_so_and_is_not_asked(till, phone, http):
    phone.open("no_phone")
    phone.shows("50,000 포인트", "등록된 휴대폰이 없어요")
    code = phone.code
    refused = http.post("/loyalty/v1/payment/new/open", json=OPEN | {"account": code}).json()
    assert refused["code"] == 2005
    phone.press("new_code")
    phone.shows("등록된 휴대폰이 없어요")
    expect(phone.request).to_have_count(0)
    assert till.wallet_of(code) == NO_PHONE


# -- cancels


def test_an_owner_approves_a_cancel_and_the_customer_has_the_points_back(till, phone):
    phone.open("owner")
    phone.shows("기다리는 요청이 없어요")
    payment_id = till.cancel_opened()
    phone.shows("결제를 취소할까요?", "Demo", "10원", "10.5 포인트", "초 남았어요")
    phone.press(f"approve_cancel_{payment_id}")
    phone.is_in("approved")
    assert till.points(payment_id) == TAKEN
    till.post("cancel/close", paymentId=payment_id, confirm="true")
    phone.is_in("refunded")
    phone.shows("손님에게 10.5 포인트가 모두 돌아갔어요")
    assert till.points(payment_id) == NOTHING
    phone.press(f"close_cancel_{payment_id}")
    phone.shows("기다리는 요청이 없어요")


def test_an_owner_denies_a_cancel_and_the_payment_stays(till, phone):
    phone.open("owner")
    payment_id = till.cancel_opened()
    phone.press(f"deny_cancel_{payment_id}")
    phone.shows("거절했어요", "결제는 그대로예요")
    assert (till.status(payment_id), till.points(payment_id)) == (56, TAKEN)


def test_of_two_cancels_the_one_is_answered_that_was_pressed(till, phone):
    phone.open("owner")
    first, second = till.cancel_opened(), till.cancel_opened(purchaseId="P2")
    phone.shows("주문 P1", "주문 P2")
    phone.press(f"approve_cancel_{second}")
    phone.press(f"deny_cancel_{first}")
    until(lambda: till.status(second) == 57)
    assert till.status(first) == 56


def test_the_customer_sees_what_the_owner_does(till, phone, port, hold):
    phone.open()
    payment_id = till.opened()
    phone.press("approve")
    phone.is_in("held")
    till.close(payment_id)
    till.post("cancel/open", paymentId=payment_id)
    owner = hold(port).open("owner")
    owner.press(f"approve_cancel_{payment_id}")
    phone.is_in("refunding")
    till.post("cancel/close", paymentId=payment_id, confirm="true")
    phone.is_in("refunded")
    phone.shows("100,000 포인트")


# -- the page itself


def test_it_speaks_english_when_the_browser_does_or_the_address_asks(till, port, world, hold):
    for phone in (hold(port, locale="en-GB").open(), hold(port).open(query="?lang=en")):
        phone.shows("100,000 points", "Show this to the scanner at the checkout")
        assert phone.page.evaluate("document.documentElement.lang") == "en"
        assert phone.page.title() == "Phone"
    hold(port, locale="en-GB").open(query="?lang=ko").shows("100,000 포인트")


def test_the_keyboard_is_enough(till, phone):
    phone.open()
    payment_id = till.opened()
    phone.is_in("asked")
    phone.press_keys_to("approve")
    phone.is_in("held")
    assert till.points(payment_id) == HELD
    phone.press_keys_to("close")
    expect(phone["qr"]).to_be_visible()
    phone.press_keys_to("tab_owner")
    phone.shows("기다리는 요청이 없어요")


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("width", [360, 430, 1280])
def test_everything_can_be_pressed_with_a_thumb_and_nothing_runs_off_the_side(till, world, port, hold, width, language):
    phone = hold(port, (width, 740)).open(query=f"?lang={language}")
    till.opened(amount=str(123_456 * UNIT // 10), purchaseId="K01-20251128-0412-abcdefghijklmnop")
    phone.is_in("asked")
    buttons = phone.page.locator("button:visible").all()
    assert len(buttons) == 9
    assert all(button.bounding_box()["height"] >= 44 for button in buttons)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == width


def test_nothing_moves_for_who_wants_that(till, world, port, hold):
    phone = hold(port, reduced_motion="reduce").open()
    till.opened()
    phone.is_in("asked")
    assert phone.request.evaluate("node => getComputedStyle(node).animationName") == "none"


def test_what_the_server_calls_a_shop_is_text_whatever_is_in_it(till, phone, world, http):
    name = "<script>document.title = 'mine'</script><img src=x onerror=alert(1)>"
    http.post("/_sim/shops", json={SHOP_ID: {"name": name}})
    phone.open()
    till.opened()
    phone.shows(name)
    assert phone.page.title() == "휴대폰"
    expect(phone.page.locator(".request img, .request script")).to_have_count(0)


def test_a_simulator_that_is_gone_is_said_to_be_and_one_that_is_back_is_asked_for_a_new_code(hold):
    host = Host(time_scale=SCALE)
    port = host.start()
    phone = hold(port).open()
    before = phone.code
    host.stop()
    phone.shows("연결이 끊겼어요")
    expect(phone["customer"]).to_be_hidden()
    host = Host(port, time_scale=SCALE, seed=1)
    host.start()
    phone.shows("100,000 포인트")
    after = phone.code
    with connect(port) as http:
        assert (Till(http).wallet_of(before), Till(http).wallet_of(after)) == (None, RICH)
    assert phone.trouble
    assert {"ERR_CONNECTION_REFUSED" in line or "ERR_CONNECTION_RESET" in line for line in phone.trouble} == {True}
    phone.trouble.clear()
    phone.page.goto("about:blank")
    host.stop()
