"""Cards, through the whole till: charged once, whatever is lost, and given back when the customer leaves."""

import pytest

from kiosk.domain.attempt import RECEIPT, Goal
from kiosk.domain.entries import GoalUndo
from kiosk.domain.order import OrderState
from kiosk.domain.told import Fact
from kiosk.flows.intents import GoBack, Leave, Resume
from kiosk.flows.views import Certainty, CertaintyView, ClosedView, DoneView, InterruptedView, MethodsView, StartView
from tests.flows.till import LIMITS, PACE, TOTAL, Till

COUPON = 3000


@pytest.fixture
async def till(tmp_path):
    """A till that takes cards, on its start screen."""
    till = Till(tmp_path, takes_cards=True)
    await till.start()
    yield till
    await till.close()
    assert till.failures == []


def paid_with(view):
    """(method, amount) of each payment that is told."""
    return [(line.method, line.amount.amount if line.amount else 0) for line in view.tenders]


async def test_a_card_pays_all_that_is_due(till):
    view = await till.fill()
    assert [card.name for card in view.methods] == ["crepay", "ceos", "card"]

    view = await till.pay_card()

    assert isinstance(view, DoneView)
    assert await till.fates() == ["card APPROVED"]
    assert till.cards_taken == [TOTAL]
    assert till.calls() == ["create", "confirm"]


async def test_a_card_pays_the_rest_of_a_coupon_and_the_receipt_will_hold_its_own(till):
    await till.fill()
    await till.pay_coupon()

    view = await till.pay_card()

    assert isinstance(view, DoneView)
    assert paid_with(view) == [
        ("crepay", COUPON),
        ("card", TOTAL - COUPON),
    ]
    assert (await till.attempt(2)).facts[RECEIPT].startswith("https://pay.local/receipts/K01-1-000001-2-")


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "html_502", "truncated", "wrong_amount", "wrong_id"])
async def test_a_lost_answer_is_asked_for_again_and_the_card_is_charged_once(till, kind):
    till.fault("card.confirm", kind)
    await till.fill()

    await till.pay_card()
    await till.pass_time(3)

    assert isinstance(till.view, DoneView)
    assert till.cards_taken == [TOTAL]


async def test_while_nobody_answers_the_customer_is_told_so_and_then_sent_away_with_a_code(till):
    await till.fill()
    till.fault("card.create", "pass")
    till.fault("card.confirm", "drop_after")
    till.fault("card.*", "html_502", 1000)

    await till.pay_card()
    assert isinstance(till.view, CertaintyView)
    assert [line.fact for line in till.view.tenders] == [Fact.CHECKING_DO_NOT_PAY]
    await till.pass_time(LIMITS.park_after_s + 1)

    assert till.view.kind is Certainty.PARKED
    assert (await till.attempt(1)).goal is Goal.UNDO
    assert till.cards_taken == [TOTAL]
    till.outside.faults.clear()
    await till.pass_time(120)
    assert await till.fates() == ["card REVERSED"]
    assert (await till.sale()).order.state is OrderState.UNWOUND
    assert till.taken == 0


async def test_what_is_given_up_just_before_it_is_confirmed_once_more_is_not_confirmed(till, monkeypatch):
    """It is put aside between the look at what stands in the journal and the request."""
    till.fault("card.confirm", "drop_before")
    await till.fill()
    await till.pay_card()
    intend = till.journal.intend

    async def put_aside(attempt, request, *entries, **others):
        if others.get("repeats"):
            monkeypatch.undo()
            await till.journal.write(GoalUndo(attempt))
        return await intend(attempt, request, *entries, **others)

    monkeypatch.setattr(till.journal, "intend", put_aside)
    await till.pass_time(100)

    assert till.calls("confirm") == ["confirm"]
    assert await till.fates() == ["card NOT_CHARGED"]
    assert [one for one in till.outside.books()["card"]["payments"] if one["state"] != "INITIATED"] == []


@pytest.mark.parametrize("word", [GoBack(), Leave()])
async def test_who_leaves_with_a_coupon_paid_and_a_card_refused_has_everything_back(till, word):
    till.fault("card.confirm", "code", code="PROVIDER_ERROR")
    await till.fill()
    await till.pay_coupon()
    view = await till.pay_card()
    assert isinstance(view, MethodsView)
    assert [line.fact for line in view.tenders] == [Fact.RECEIVED, Fact.NOT_TAKEN]

    await till.do(word)
    await till.pass_time(2)

    assert till.view.kind is Certainty.RETURNED
    assert await till.fates() == ["crepay APPROVED DONE", "card DECLINED"]
    assert till.taken == 0


# -- stops


async def stopped_with_a_confirm_on_its_way(till):
    """It was carried out, and the till stops before it hears so."""
    till.is_silent = True
    till.fault("card.confirm", "drop_after")
    await till.fill()
    await till.pay_card()
    await till.stop()
    till.is_silent = False


async def test_after_a_stop_the_customer_goes_on_to_the_receipt(till):
    await stopped_with_a_confirm_on_its_way(till)
    await till.start()
    assert isinstance(till.view, InterruptedView)
    assert [line.fact for line in till.view.tenders] == [Fact.RECEIVED]
    assert till.view.can_continue

    view = await till.do(Resume())

    assert isinstance(view, DoneView)
    assert await till.fates() == ["card APPROVED"]
    assert till.cards_taken == [TOTAL]


async def test_after_a_stop_nobody_comes_back_and_the_card_is_given_back(till):
    await stopped_with_a_confirm_on_its_way(till)
    await till.start()

    await till.pass_time(LIMITS.resume_within_s + 30)

    assert isinstance(till.view, StartView)
    assert await till.fates() == ["card APPROVED DONE"]
    assert till.taken == 0
    assert "unclaimed" in await till.tasks_open()


async def test_a_stop_between_creating_and_confirming_has_charged_nothing(till):
    till.is_silent = True
    till.fault("card.create", "drop_after")
    await till.fill()
    await till.pay_card()
    await till.stop()
    till.is_silent = False

    await till.start()
    await till.pass_time(LIMITS.resume_within_s + PACE.read_s + 1)

    assert await till.fates() == ["card NOT_SENT"]
    assert "confirm" not in till.calls()
    assert till.taken == 0


# -- an approval that cannot be written down (law 6)


async def test_an_approval_that_cannot_be_written_down_is_given_back_and_the_till_stops(till):
    await till.fill()
    till.hooks["card.confirm"] = lambda: setattr(till, "is_disk_full", True)

    await till.pay_card()
    await till.pass_time(5)

    assert isinstance(till.view, ClosedView)
    assert till.taken == 0
    till.is_disk_full = False
    await till.restart()
    await till.pass_time(LIMITS.resume_within_s + 60)
    assert await till.fates() == ["card NOT_CHARGED"]
    assert till.taken == 0


# -- a server that forgets


async def test_what_the_server_has_forgotten_is_not_told_as_given_back(till):
    await till.fill()
    await till.pay_card()
    await till.pass_time(PACE.read_s + 1)
    till.outside.restart("card")

    await till.cancel()
    await till.pass_time(30)

    assert await till.fates() == ["card APPROVED NEEDS_STAFF"]
    assert [line.fact for line in (await till.sale()).told] == [Fact.STAFF_HELPS]
    assert "refund_unresolved" in await till.tasks_open()
    assert "confirm" not in till.calls()[2:]


async def test_a_confirm_that_lands_long_after_a_kill_is_found_before_anything_is_said(till):
    """Found by the simulation: after a kill it was believed to have been given up before its time was over."""
    await till.fill()
    till.fault("card.confirm", "late", seconds=50)
    till.is_silent = True
    await till.pay_card()
    await till.restart()

    await till.pass_time(45)
    assert [line.fact for line in till.view.tenders] == [Fact.CHECKING_DO_NOT_PAY]
    await till.pass_time(120)

    assert await till.fates() == ["card APPROVED DONE"]
    assert till.cards_taken == []
    assert till.calls("cancel") == ["cancel"]
