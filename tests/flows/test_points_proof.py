"""Points: what is believed of the relay, of anybody who posts a message, and of what comes to light later."""

import json
import sqlite3

import pytest

from kiosk.domain.attempt import Goal, State
from kiosk.domain.told import Fact
from kiosk.flows.intents import Confirm, GoBack, Leave
from kiosk.flows.views import AmountView, ClosedView, DoneView, MethodsView, PhoneView
from kiosk.simulator.relay_callbacks import Mishap
from kiosk.simulator.relay_settings import ACCESS_KEY, CALLBACK_KEY, RICH, RelaySettings
from kiosk.simulator.world import Request
from tests.flows.till import TOTAL, Till
from tests.support.clock import START_MS

FEE = 615
HAD = 100_000
UNTOUCHED = (HAD, 0, 0)
TAKEN = (HAD - TOTAL - FEE, 0, TOTAL + FEE)
CLOSE = "/v1/payment/new/close"


@pytest.fixture
async def till(tmp_path):
    """A till before the relay that runs."""
    till = Till(tmp_path, takes_points=True)
    await till.start()
    yield till
    await till.close()
    assert till.failures == []


@pytest.fixture
async def deaf(tmp_path):
    """A till before a relay that may take what it should release."""
    till = Till(tmp_path, takes_points=True, relay=RelaySettings(dialect="spec", confirm_honoured=False))
    await till.start()
    yield till
    await till.close()
    assert till.failures == []


def books(till):
    """(points the customer has, held, taken)."""
    return till.points_left, till.points_held, till.points_taken


def the_payment(till):
    """As the relay has it."""
    (payment,) = till.outside.books()["loyalty"]["payments"]
    return payment


def close_by_another(till, *, confirm):
    """Somebody else with the key closes the payment; one key serves all kiosks of a relay."""
    body = {"paymentId": the_payment(till)["paymentId"], "confirm": str(confirm).lower()}
    headers = {"authorization": ACCESS_KEY, "content-type": "application/json"}
    till.outside.exchange("loyalty", Request("POST", CLOSE, headers, json.dumps(body).encode(), ""))


def message(till, code=0, *, payment=None, key=CALLBACK_KEY):
    """A message about our payment, as anybody could write it who knows the key."""
    purchase = the_payment(till)["purchaseId"]
    named = the_payment(till)["paymentId"] if payment is None else payment
    data = {"paymentId": named, "purchaseId": purchase, "paymentStatus": 15}
    return {"accessKey": key, "type": "pay_new", "code": code, "message": "", "data": data}


def looks(till):
    return len(till.calls("item"))


# -- the answer to the close


async def test_what_somebody_else_closed_without_taking_is_no_sale(till):
    await till.fill()
    await till.ask_phone()
    till.hooks["loyalty.shop"] = lambda: close_by_another(till, confirm=False)

    await till.answer_phone()
    await till.pass_time(10)

    assert isinstance(till.view, MethodsView)
    assert [one.fact for one in till.view.tenders] == [Fact.POINTS_RELEASED]
    await till.pass_time(400)
    assert await till.fates() == ["loyalty VOIDED"]
    assert books(till) == UNTOUCHED


async def test_a_close_that_says_not_paid_is_no_sale_whatever_its_code(till):
    till.fault("loyalty.close_new", "state", state="19")
    await till.fill()
    await till.ask_phone()

    await till.answer_phone()
    await till.pass_time(60)

    assert "DoneView" not in till.seen
    assert (await till.attempt(1)).goal is Goal.UNDO


@pytest.mark.parametrize(("kind", "key"), [("wrong_amount", None), ("wrong_id", "paymentId"), ("wrong_id", "shopId")])
async def test_a_close_that_speaks_of_another_payment_is_found_out_by_a_look(till, kind, key):
    till.fault("loyalty.close_new", kind, key=key or "amount")
    await till.fill()
    await till.ask_phone()

    await till.answer_phone()
    await till.pass_time(5)

    assert isinstance(till.view, DoneView)
    assert looks(till) > 1
    assert books(till) == TAKEN


async def test_an_opening_in_numbers_that_nobody_can_read_is_a_persons_and_points_are_off(till):
    till.fault("loyalty.open_new", "state", state="3")
    await till.fill()

    await till.ask_phone()
    await till.pass_time(70)

    assert await till.fates() == ["loyalty NEEDS_STAFF"]
    assert till.calls("close_new") == []
    assert "unresolved" in await till.tasks_open()
    assert not till.recovery._methods["loyalty"].health().ok


# -- what is kept


async def test_neither_the_code_nor_the_wallet_is_kept_or_shown(till, tmp_path):
    code = till.outside.loyalty.temporary_account(RICH)
    await till.fill()
    await till.offer_wallet(code)
    await till.do(Confirm())
    await till.answer_phone()
    await till.pass_time(5)
    assert isinstance(till.view, DoneView)

    dump = "\n".join(sqlite3.connect(tmp_path / "journal.sqlite").iterdump()).lower()
    shown = repr([one.view for one in till.shown]).lower()
    for address in (code, RICH):
        assert address.lower()[2:] not in dump
        assert address.lower()[2:] not in shown
    assert ACCESS_KEY[2:] not in dump


async def test_points_are_recorded_as_the_relay_answered_them(till):
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()
    await till.pass_time(5)

    operations = await till.journal.operations("K01-1-000001-1")
    (close,) = (one for one in operations if one.call == "capture")
    unit = 10**18
    assert close.facts == {
        "status": "18",
        "paidPoint": str(TOTAL * unit),
        "feePoint": str(FEE * unit),
        "totalPoint": str((TOTAL + FEE) * unit),
        "openNewTimestamp": str(START_MS // 1000),
    }
    attempt = await till.attempt(1)
    assert (attempt.received, attempt.transaction) == (attempt.due, the_payment(till)["paymentId"])


async def test_each_try_has_a_purchase_id_of_its_own_that_names_kiosk_and_epoch(till):
    await till.fill()
    for number in (1, 2):
        await till.ask_phone()
        await till.answer_phone(approve=False)
        await till.pass_time(3)
        assert isinstance(till.view, MethodsView), number

    first, second = (one["purchaseId"] for one in till.outside.books()["loyalty"]["payments"])
    assert first != second
    assert first.startswith("K01-1-000001-1-")
    assert second.startswith("K01-1-000001-2-")


# -- messages: a hint to go and ask (law 7)


async def test_a_message_that_says_approved_takes_nothing_that_nobody_approved(till):
    await till.fill()
    await till.ask_phone()
    before = looks(till)

    till.post(message(till), {})
    await till.settle()

    assert looks(till) == before + 1
    assert isinstance(till.view, PhoneView)
    assert till.calls("close_new") == []


@pytest.mark.parametrize("code", [4000, 5000, 6000, 7000])
async def test_a_message_that_says_no_ends_nothing_while_the_customer_can_approve(till, code):
    await till.fill()
    await till.ask_phone()

    till.post(message(till, code), {})
    await till.pass_time(5)
    assert isinstance(till.view, PhoneView)

    await till.answer_phone()
    await till.pass_time(5)
    assert isinstance(till.view, DoneView)
    assert books(till) == TAKEN


async def test_a_message_under_a_wrong_key_is_not_even_a_hint(till):
    await till.fill()
    await till.ask_phone()
    before = looks(till)

    till.post(message(till, key="0xwrong"), {})
    await till.settle()

    assert looks(till) == before
    assert till.inbox.counts == {}


async def test_after_the_sale_nobody_listens_any_more(till):
    await till.fill()
    await till.ask_phone()
    await till.answer_phone()
    await till.pass_time(5)
    assert isinstance(till.view, DoneView)

    till.post(message(till, 7000), {})
    await till.settle()

    assert till.inbox.counts["not_ours"] == 1


async def test_a_storm_of_messages_causes_a_few_questions_and_eight_rows(till):
    await till.fill()
    await till.ask_phone()
    before = looks(till)

    for code in range(100):
        till.post(message(till, code), {})
        till.post(message(till, code % 3), {})
        await till.settle()

    assert looks(till) == before + 5
    await till.pass_time(2)
    assert looks(till) <= before + 8
    assert len(await till.journal.hints("K01-1-000001-1")) == 8


@pytest.mark.parametrize("approves", [True, False])
async def test_of_a_lost_opening_a_forged_id_closes_nobody_elses_payment(till, approves):
    till.fault("loyalty.open_new", "drop_after")
    till.hears = False
    await till.fill()
    await till.ask_phone()
    till.post(message(till, payment="0x" + "ee" * 32), {})
    if approves:
        await till.answer_phone()

    await till.pass_time(70)
    assert isinstance(till.view, MethodsView)
    assert {one["ids"]["paymentId"] for one in till.outside.requests() if one["call"] == "item"} == {"0x" + "ee" * 32}
    assert till.calls("close_new") == []
    await till.pass_time(400)
    assert await till.fates() == ["loyalty VOIDED"]
    assert books(till) == UNTOUCHED


async def test_of_a_lost_opening_a_true_message_among_forged_ones_releases_it(till):
    till.fault("loyalty.open_new", "drop_after")
    await till.fill()
    await till.ask_phone()
    for n in range(3):
        till.post(message(till, payment=f"0x{n:064x}"), {})
    await till.answer_phone()

    await till.pass_time(20)

    assert (await till.attempt(1)).state is State.VOIDING
    assert till.calls("close_new") == ["close_new"]
    assert books(till) == UNTOUCHED


async def test_of_a_lost_opening_a_message_that_came_before_it_releases_it(till):
    """The relay posts it before it answers, once, and the answer is lost."""
    till.outside.loyalty.callbacks.plan(Mishap(kind="early"))
    till.fault("loyalty.open_new", "drop_after")
    await till.fill()
    await till.ask_phone()

    await till.pass_time(20)

    assert till.calls("close_new") == ["close_new"]
    assert books(till) == UNTOUCHED


# -- what comes to light later


async def test_paid_otherwise_and_taken_all_the_same_is_a_finding(till):
    await till.fill()
    await till.ask_phone()
    await till.do(GoBack())
    await till.answer_phone()
    await till.pass_time(3)
    await till.pay_ceos()
    await till.pass_time(1)
    assert isinstance(till.view, DoneView)

    close_by_another(till, confirm=True)
    await till.pass_time(60)

    assert await till.fates() == ["loyalty APPROVED", "ceos APPROVED"]
    (finding,) = await till.journal.findings("K01-1-000001-1")
    assert (finding.kind, finding.amount.amount) == ("late", TOTAL)
    assert "finding" in await till.tasks_open()
    assert till.calls("open_cancel") == []


async def test_released_and_taken_all_the_same_stops_what_is_paid_with_meanwhile(till):
    await till.fill()
    await till.ask_phone()
    await till.do(GoBack())
    await till.answer_phone()
    await till.pass_time(3)
    assert isinstance(await till.offer_coupon(), AmountView)

    close_by_another(till, confirm=True)
    await till.pass_time(60)

    assert await till.fates() == ["loyalty APPROVED REFUSED", "crepay NOT_SENT"]
    assert (await till.attempt(2)).goal is Goal.UNDO, "it was not to take anything any more, wherever it stood"
    assert till.seen[-2:] == ["CertaintyView", "StartView"]
    assert till.coupons_taken == []


async def left_and_released(till):
    """The customer left, and by all that the relay says nothing is held."""
    await till.fill()
    await till.ask_phone()
    await till.do(Leave())
    await till.pass_time(340)
    assert await till.fates() == ["loyalty VOIDED"]


async def test_released_and_paid_all_the_same_is_late_money(till):
    await left_and_released(till)
    till.fault("loyalty.item", "state", state="18")

    await till.pass_time(190)

    (finding,) = await till.journal.findings("K01-1-000001-1")
    assert (finding.kind, finding.amount.amount) == ("late", TOTAL)
    assert "finding" in await till.tasks_open()
    till.fault("loyalty.item", "state", state="18", count=10)
    await till.pass_time(700)
    assert len(await till.journal.findings("K01-1-000001-1")) == 1


async def test_what_turns_out_to_be_held_after_all_is_released(till):
    await left_and_released(till)
    closes = len(till.calls("close_new"))
    till.fault("loyalty.item", "state", state="17")

    await till.pass_time(190)

    assert len(till.calls("close_new")) == closes + 1
    assert await till.journal.findings("K01-1-000001-1") == ()


async def test_deaf_what_turns_out_to_be_held_after_all_is_not_closed(deaf):
    await deaf.fill()
    await deaf.ask_phone()
    await deaf.pass_time(450)
    assert await deaf.fates() == ["loyalty VOIDED"]
    deaf.fault("loyalty.item", "state", state="2", count=10)

    await deaf.pass_time(700)

    assert deaf.calls("close_new") == []


async def test_a_denied_payment_is_not_looked_at_again(till):
    await till.fill()
    await till.ask_phone()
    await till.answer_phone(approve=False)
    await till.pass_time(5)
    assert await till.fates() == ["loyalty VOIDED"]
    before = looks(till)

    await till.pass_time(700)

    assert looks(till) == before


# -- beside other money


@pytest.mark.parametrize("approve", [True, False])
async def test_points_pay_what_a_coupon_left_or_it_stays_due(till, approve):
    await till.fill()
    await till.pay_coupon()
    await till.ask_phone()
    assert till.view.amount.amount == TOTAL - 3000

    await till.answer_phone(approve=approve)
    await till.pass_time(5)

    assert till.coupons_taken == [3000]
    if approve:
        assert isinstance(till.view, DoneView)
    else:
        assert isinstance(till.view, MethodsView)
        assert till.view.due.amount == TOTAL - 3000
        assert [one.fact for one in till.view.tenders] == [Fact.RECEIVED, Fact.POINTS_RELEASED]


async def test_who_leaves_while_the_phone_asks_has_the_coupon_back_at_once(till):
    await till.fill()
    await till.pay_coupon()
    await till.ask_phone()

    await till.do(Leave())
    await till.answer_phone()
    await till.pass_time(15)

    assert till.coupons_taken == []
    await till.pass_time(400)
    assert await till.fates() == ["crepay APPROVED DONE", "loyalty VOIDED"]
    assert books(till) == UNTOUCHED


# -- an approval that cannot be written down (law 6)


async def test_points_whose_taking_cannot_be_written_down_are_not_reversed_and_staff_learn_of_it(till):
    till.hooks["loyalty.close_new"] = lambda: setattr(till, "is_disk_full", True)
    await till.fill()
    await till.ask_phone()

    await till.answer_phone()
    await till.pass_time(5)

    assert isinstance(till.view, ClosedView)
    assert [one.fact for one in till.view.tenders] == [Fact.CHECKING]
    assert (await till.attempt(1)).state is State.CAPTURING
    assert till.calls("close_new", "open_cancel") == ["close_new"]
    assert books(till) == TAKEN

    till.is_disk_full = False
    till.hooks.clear()
    await till.restart()
    await till.pass_time(120)

    assert "DoneView" not in till.seen
    assert await till.fates() == ["loyalty APPROVED REFUSED"]
    assert {"unstored", "refund_unresolved"} <= set(await till.tasks_open())
