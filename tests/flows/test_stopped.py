"""What comes to staff behind a customer's back stops what they pay with meanwhile: nothing more is taken for that sale.

Who does not wait for their phone may pay otherwise at once, while the points are being released. When that release
comes to staff the order takes no other charge (law 5), however far the customer has come.
"""

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.order import OrderState
from kiosk.flows.intents import ChooseMethod, Confirm, GoBack, Intent, Scanned
from kiosk.flows.views import AmountView, Certainty, CertaintyView, MethodsView, PhoneView, ScanView, TransferView
from kiosk.simulator.ezpg_settings import EzpgSettings
from kiosk.simulator.relay_settings import RICH, RelaySettings
from tests.flows.till import COUPON, Till
from tests.support.journal import rows

HAD = 100_000

PAID_IN_SPEC = "4"
"""After an approval that nobody took it proves nothing."""

TO_STAFF_S = 46
"""After their opening points that the relay speaks so of come to staff [s]."""


@pytest.fixture
async def till(tmp_path):
    """A till before a relay of the document; its customer has just left their phone, and may pay otherwise."""
    relay, ezpg = RelaySettings(dialect="spec"), EzpgSettings(extensions="off")
    till = Till(tmp_path, takes_points=True, relay=relay, takes_transfers=True, ezpg=ezpg, takes_cards=True)
    await till.start()
    await till.fill()
    await till.ask_phone()
    assert isinstance(await till.do(GoBack()), MethodsView)
    till.fault("loyalty.close_new", "state", state=PAID_IN_SPEC)
    await till.pass_time(TO_STAFF_S - 2)
    yield till
    await till.close()
    assert till.failures == []


async def comes_to_staff(till):
    await till.pass_time(5)
    assert (await till.fates())[0] == "loyalty NEEDS_STAFF"


def just_as_it_comes_to_staff(till, intent):
    """Somebody presses in the very moment in which it is written down, before the screen hears of it."""
    query = "SELECT count(*) FROM attempts WHERE state = 'NEEDS_STAFF'"
    done: list[Intent] = []

    def press():
        if not done and rows(till.folder, query) == [(1,)]:
            done.append(intent)
            till.stage.submit(intent)

    till.commits.append(press)


def is_told(till):
    """Who stands there is told that staff help, with the code of their order."""
    view = till.view
    return isinstance(view, CertaintyView) and view.kind is Certainty.STAFF and view.code == "K01-0001"


async def nothing_was_taken(till, *fates):
    assert await till.fates() == ["loyalty NEEDS_STAFF", *fates]
    assert (till.points_left, till.points_held, till.points_taken, till.taken) == (HAD, 0, 0, 0)
    assert (await till.sale()).order.state is OrderState.UNWINDING_STAFF


# -- nothing has been sent yet


async def at_a_code(till):
    assert isinstance(await till.do(ChooseMethod("crepay")), ScanView)


async def at_an_amount(till):
    assert isinstance(await till.offer_coupon(), AmountView)


async def at_the_amount_of_points(till):
    assert isinstance(await till.offer_wallet(), AmountView)


@pytest.mark.parametrize("before", [at_a_code, at_an_amount, at_the_amount_of_points])
async def test_who_stands_before_a_question_is_told_at_once(till, before):
    await before(till)
    calls = till.calls("checkout", "open_new")

    await comes_to_staff(till)

    assert is_told(till)
    assert till.calls("checkout", "open_new") == calls
    await nothing_was_taken(till, f"{(await till.attempt(2)).method} NOT_SENT")
    assert (await till.attempt(2)).reason == "stopped"


async def test_who_confirms_in_the_same_moment_is_charged_nothing(till):
    await till.offer_coupon()
    just_as_it_comes_to_staff(till, Confirm())

    await comes_to_staff(till)

    assert is_told(till)
    assert till.calls("checkout") == []
    await nothing_was_taken(till, "crepay NOT_SENT")


async def test_who_chooses_a_method_in_the_same_moment_begins_no_payment(till):
    just_as_it_comes_to_staff(till, ChooseMethod("ceos"))

    await comes_to_staff(till)

    assert is_told(till)
    await nothing_was_taken(till)


async def test_a_code_that_was_held_up_as_the_screen_heard_of_something_else_counts(till):
    await till.do(ChooseMethod("crepay"))
    till.stage.changed()

    assert isinstance(await till.do(Scanned(COUPON)), AmountView)


# -- it is under way


async def test_a_coupon_that_is_refused_meanwhile_is_not_tried_for_less(till):
    await till.offer_coupon()
    till.outside.set_coupons({COUPON: 1000})
    till.fault("crepay.checkout", "slow", seconds=5)
    await till.do(Confirm())

    await comes_to_staff(till)
    await till.pass_time(5)

    assert is_told(till)
    await nothing_was_taken(till, "crepay DECLINED")


async def test_what_was_taken_meanwhile_is_given_back(till):
    till.fault("ceos.instant", "slow", seconds=10)
    await till.pay_ceos()

    await comes_to_staff(till)
    await till.pass_time(60)

    assert "DoneView" not in till.seen
    await nothing_was_taken(till, "ceos APPROVED DONE")


async def test_a_card_that_is_prepared_meanwhile_is_not_confirmed(till):
    till.fault("card.create", "slow", seconds=5)
    await till.pay_card()

    await comes_to_staff(till)
    await till.pass_time(5)

    assert is_told(till)
    assert till.calls("create", "confirm") == ["create"]
    await nothing_was_taken(till, "card NOT_SENT")


async def test_who_is_asked_on_their_phone_is_told_at_once(till):
    assert isinstance(await till.ask_phone(), PhoneView)

    await comes_to_staff(till)
    assert is_told(till) or till.view.kind is Certainty.RETURNING
    await till.pass_time(400)

    await nothing_was_taken(till, "loyalty VOIDED")
    assert (await till.attempt(2)).reason == "stopped"


async def test_what_is_approved_on_the_phone_in_the_same_moment_is_not_taken(till):
    await till.ask_phone()
    till.fault("loyalty.shop", "slow", seconds=5)
    till.outside.loyalty.answer_new(till.outside.loyalty.incoming(RICH)[-1].payment_id, approve=True)

    await comes_to_staff(till)
    await till.pass_time(400)

    assert "DoneView" not in till.seen
    await nothing_was_taken(till, "loyalty VOIDED")


async def test_an_account_that_is_shown_is_closed_at_once(till):
    assert isinstance(await till.show_account(), TransferView)

    await comes_to_staff(till)
    await till.pass_time(5)

    assert is_told(till)
    await nothing_was_taken(till, "ezpg CLOSED")
    assert (await till.attempt(2)).reason == "stopped"


async def test_nobody_is_asked_whether_they_have_transferred_to_a_sale_that_is_with_staff(till):
    await till.show_account()
    till.fault("ezpg.close", "drop_before", count=9)
    view = await till.do(GoBack())
    assert isinstance(view, TransferView)
    assert view.is_question

    await comes_to_staff(till)
    await till.pass_time(10)

    assert is_told(till) or till.view.kind is Certainty.RETURNING
    assert (await till.attempt(2)).state in (State.CLOSING, State.CLOSED)
