"""Paying out: which account, read back, signed for; and never twice."""

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.entries import AttemptAdvanced
from kiosk.domain.ids import order_of
from kiosk.domain.money import won
from kiosk.domain.order import OrderState
from kiosk.domain.outcome import Reason
from kiosk.domain.people import FIRST
from kiosk.domain.ports import Payee
from kiosk.domain.refund import FindingKind, FindingState, RefundState
from kiosk.domain.told import Tone
from kiosk.flows.intents import GoBack
from kiosk.flows.manager.views import KeysView, LettersView, SheetView
from tests.flows.manager.transfers import ACCOUNT, DIGITS, PAYER, SHOWN, TransferTill, office_with
from tests.flows.till import PIN


@pytest.fixture
async def till(tmp_path, monkeypatch):
    till = TransferTill(tmp_path, has_staff=True)
    monkeypatch.setattr("tests.flows.till.Office", office_with(till))
    await till.start()
    await till.staff.add("점장", FIRST, PIN, "")
    await till.restart()
    yield till
    await till.close()
    assert till.failures == []


def task_of(till, kind):
    return next(name for name, row in till.rows.items() if getattr(row.title, "key", "") == f"task.{kind}")


async def open_task(till, kind="finding"):
    await till.enter()
    await till.press("place_hands_all")
    return await till.press(task_of(till, kind))


async def name_account(till, bank="bank_090", account=ACCOUNT):
    await till.press(bank)
    await till.type(account)
    return await till.press("holder_payer")


async def there_and_back(till, steps, home):
    """So many steps towards naming an account, and back to the sheet that offers this."""
    forward = (
        lambda: till.press("bank_090"),
        lambda: till.type(ACCOUNT),
        lambda: till.press("holder_payer"),
        lambda: till.press("act_yes"),
    )
    for step in forward[:steps]:
        await step()
    while not (isinstance(till.sheet, SheetView) and home in till.offered):
        await till.staff_do(GoBack())


async def pay_out(till):
    await till.press("act_pay_out")
    await name_account(till)
    await till.press("act_yes")
    return await till.type(DIGITS)


async def refunds(till, attempt):
    return (await till.journal.sale(order_of(attempt))).refunds


async def finding_of(till, attempt):
    return (await till.journal.findings(attempt))[0]


def finding_row(till):
    return next(row for name, row in till.rows.items() if name.startswith("finding_"))


# -- naming and signing


async def test_late_money_is_paid_out_to_the_account_that_was_read_back(till):
    attempt = await till.found()
    await open_task(till)
    await pay_out(till)
    assert till.says == "payout.asked"
    assert till.payouts.asked == [(attempt, Payee("090", ACCOUNT, PAYER))]
    assert till.payouts.payers_of == ["D7"]
    (refund,) = await refunds(till, attempt)
    assert (refund.amount, refund.state, refund.facts["payee_shown"]) == (won(12_300), RefundState.PENDING, SHOWN)
    assert refund.facts["staffed"] == "P1"


async def test_the_account_is_shown_whole_before_it_is_signed_for(till):
    await till.found()
    await open_task(till)
    await till.press("act_pay_out")
    await name_account(till)
    assert till.says == "payout.read_back"
    told = {name: row.right for name, row in till.rows.items()}
    assert told["payout_account"] == "3333 0123 4567 8"
    assert (told["payout_bank"], told["payout_holder"], told["payout_amount"]) == ("카카오뱅크", PAYER, won(12_300))


async def test_another_name_is_written_on_letters(till):
    attempt = await till.found()
    await open_task(till)
    await till.press("act_pay_out", "bank_088")
    await till.type(ACCOUNT)
    assert isinstance(await till.press("holder_another"), LettersView)
    await till.write_name("김하늘")
    await till.press("act_yes")
    await till.type(DIGITS)
    assert till.payouts.asked == [(attempt, Payee("088", ACCOUNT, "김하늘"))]


async def test_where_nobody_knows_who_paid_the_name_is_written(till):
    till.payouts.payer_name = ""
    await till.found()
    await open_task(till)
    await till.press("act_pay_out", "bank_090")
    assert isinstance(await till.type(ACCOUNT), LettersView)


@pytest.mark.parametrize("steps", range(5))
async def test_whoever_goes_back_has_nothing_paid_out(till, steps):
    attempt = await till.found()
    await open_task(till)
    await till.press("act_pay_out")
    await there_and_back(till, steps, "act_pay_out")
    assert await refunds(till, attempt) == ()
    assert till.payouts.signed == 0


async def test_an_account_that_cannot_be_named_is_asked_for_again(till):
    attempt = await till.found()
    await open_task(till)
    await till.press("act_pay_out")
    await name_account(till, account="123")
    assert till.says == "payout.not_taken"
    assert "bank_088" in till.offered
    assert await refunds(till, attempt) == ()


@pytest.mark.parametrize("problem", [Reason.SETUP, Reason.UNREACHABLE, Reason.NO_ANSWER])
async def test_who_cannot_be_signed_in_is_told_why_and_nothing_is_asked_for(till, problem):
    attempt = await till.found()
    till.payouts.problem = problem
    await open_task(till)
    await pay_out(till)
    assert isinstance(till.sheet, KeysView)
    assert till.says == f"payout_problem.{problem}"
    assert await refunds(till, attempt) == ()


async def test_wrong_digits_can_be_typed_again(till):
    attempt = await till.found()
    await open_task(till)
    await till.press("act_pay_out")
    await name_account(till)
    await till.press("act_yes")
    await till.type("000000")
    assert till.says == "payout_problem.denied"
    await till.type(DIGITS)
    assert till.says == "payout.asked"
    assert len(await refunds(till, attempt)) == 1


async def test_the_digits_are_hidden(till):
    await till.found()
    await open_task(till)
    await till.press("act_pay_out")
    await name_account(till)
    keys = await till.press("act_yes")
    assert keys.is_secret


@pytest.mark.parametrize(
    ("changes", "says"), [({"is_possible": False}, "payout.not_here"), ({"least": won(20_000)}, "payout.too_little")]
)
async def test_where_it_cannot_be_paid_out_the_reason_is_said_first(till, changes, says):
    attempt = await till.found()
    for name, value in changes.items():
        setattr(till.payouts, name, value)
    await open_task(till)
    await till.press("act_pay_out")
    assert till.says == says
    assert await refunds(till, attempt) == ()


# -- where it stands, on the task and on the sale


async def test_what_is_on_its_way_is_said_and_nobody_can_close_it(till):
    await till.found()
    await open_task(till)
    await pay_out(till)
    await till.press("home")
    row = finding_row(till)
    assert row.second.key == "finding.payout"
    assert (row.second.params["payout"].key, row.second.params["payee"]) == ("to.refund.pending", SHOWN)
    assert row.tone is Tone.WAIT
    assert not {"act_pay_out", "act_done"} & set(till.offered)


async def test_what_was_paid_out_is_no_open_money_any_more_and_stands_on_the_sale(till):
    attempt = await till.found()
    till.transfers.ends = [(RefundState.DONE, "")]
    await open_task(till)
    await pay_out(till)
    await till.press("home")
    assert (await finding_of(till, attempt)).state is FindingState.REFUNDED
    assert not [name for name in till.rows if name.startswith("finding_")]
    await till.press("act_sale")
    assert finding_row(till).tone is Tone.DONE
    assert finding_row(till).second.params["payout"].key == "to.refund.done"


async def test_a_refusal_says_why_and_lets_it_be_paid_out_again(till):
    attempt = await till.found()
    till.transfers.ends = [(RefundState.REFUSED, Reason.PAYEE_WRONG), (RefundState.DONE, "")]
    await open_task(till)
    await pay_out(till)
    await till.press("home")
    told = finding_row(till).second.params["payout"]
    assert (told.params["fact"].key, told.params["reason"].key) == ("to.refund.refused", "reason.payee_wrong")
    assert finding_row(till).tone is Tone.ACT
    await till.staff_do(GoBack())
    await till.press(task_of(till, "refund_unresolved"))
    assert till.says == "todo.payout_left"
    await pay_out(till)
    assert [one.state for one in await refunds(till, attempt)] == [RefundState.REFUSED, RefundState.DONE]


@pytest.mark.parametrize(
    "end",
    [
        (RefundState.REFUSED, Reason.BELOW_LEAST),
        (RefundState.NEEDS_STAFF, Reason.NOTHING_THERE),
        (RefundState.NEEDS_STAFF, Reason.CONTRADICTORY),
    ],
)
async def test_what_may_have_been_paid_out_or_never_will_be_is_not_paid_again(till, end):
    await till.found()
    till.transfers.ends = [end]
    await open_task(till)
    await pay_out(till)
    await till.press("home")
    for kind in ("finding", "refund_unresolved"):
        await till.staff_do(GoBack())
        await till.press(task_of(till, kind))
        assert "act_pay_out" not in till.offered
        assert "act_done" in till.offered


async def test_staff_say_that_they_gave_it_back_another_way(till):
    attempt = await till.found()
    till.transfers.ends = [(RefundState.REFUSED, Reason.BELOW_LEAST)]
    await open_task(till)
    await pay_out(till)
    await till.press("home")
    await till.staff_do(GoBack())
    await till.press(task_of(till, "refund_unresolved"))
    await till.press("act_done", "found_given_back")
    assert (await finding_of(till, attempt)).state is FindingState.REFUNDED
    assert await till.tasks_open() == ["finding"]


async def test_a_task_about_a_payout_says_nothing_of_other_loose_ends(till):
    attempt = await till.paid()
    await till.find(attempt, FindingKind.DUPLICATE, 12_300)
    till.transfers.ends = [(RefundState.NEEDS_STAFF, Reason.NOTHING_THERE), (RefundState.REFUSED, Reason.BELOW_LEAST)]
    await open_task(till)
    await pay_out(till)
    await till.ask_back(order_of(attempt), {attempt: {"payee": "sealed"}})
    await till.recovery.unwind(order_of(attempt))
    await till.press("home")
    await till.staff_do(GoBack())
    kinds = await till.tasks_open()
    assert kinds.count("refund_unresolved") == 2, "the one about found money is not closed with the other"
    await till.press(task_of(till, "refund_unresolved"))
    assert not [name for name in till.rows if name.startswith("end_")]


async def test_what_the_bank_took_back_is_not_paid_out(till):
    attempt = await till.found()
    till.transfers.ends = [(RefundState.REFUSED, Reason.PAYEE_WRONG)]
    await open_task(till)
    await pay_out(till)
    await till.find(attempt, FindingKind.CORRECTED, 12_300)
    await till.press("home")
    assert "act_pay_out" not in till.offered


async def test_money_that_was_settled_meanwhile_is_not_paid_out(till):
    attempt = await till.found()
    await open_task(till)
    await till.press("act_pay_out")
    await name_account(till)
    await till.press("act_yes")
    finding = await finding_of(till, attempt)
    await till.books.ask_finding_back(finding, "P9", {"payee": "sealed"})
    await till.type(DIGITS)
    assert till.says == "resolve.found_out"
    assert len(await refunds(till, attempt)) == 1


async def test_a_word_about_money_that_was_shown_says_nothing_of_money_that_came_while_they_thought(till):
    attempt = await till.found()
    await open_task(till)
    await till.press("act_done")
    assert finding_row(till).right == won(12_300)
    await till.find(attempt, FindingKind.DUPLICATE, 7_000, "D8")

    await till.press("found_given_back")

    assert till.says == "resolve.changed"
    assert [one.state for one in await till.journal.findings(attempt)] == [FindingState.OPEN] * 2
    assert await till.tasks_open() == ["finding", "finding"]
    await till.press("home", "act_done", "found_given_back")
    assert [one.state for one in await till.journal.findings(attempt)] == [FindingState.REFUNDED] * 2


async def test_before_a_word_about_money_that_could_not_be_paid_out_its_withdrawal_is_asked_about(till):
    attempt = await till.found()
    till.transfers.ends = [(RefundState.NEEDS_STAFF, Reason.NOTHING_THERE)]
    await open_task(till)
    await pay_out(till)
    await till.press("home", "act_done")
    (refund,) = await refunds(till, attempt)
    assert till.transfers.asked_about == [(attempt, refund.id)]


# -- a whole sale


async def cancel(till, attempt):
    await till.enter()
    await till.press(f"sale_{order_of(attempt).replace('-', '_')}", "act_cancel", "why_wish")


async def test_a_paid_transfer_is_given_back_to_the_account_that_was_named(till):
    attempt = await till.paid()
    till.transfers.ends = [(RefundState.DONE, "")]
    await cancel(till, attempt)
    await name_account(till)
    await till.press("act_yes")
    await till.type(DIGITS)
    assert till.payouts.asked == [(attempt, Payee("090", ACCOUNT, PAYER))]
    assert till.payouts.payers_of == [(await till.journal.attempt(attempt)).transaction]
    (refund,) = await refunds(till, attempt)
    assert (refund.state, refund.attempt_id) == (RefundState.DONE, attempt)


@pytest.mark.parametrize("steps", range(5))
async def test_whoever_goes_back_before_it_is_signed_for_has_nothing_of_the_sale_given_back(till, steps):
    attempt = await till.paid()
    await cancel(till, attempt)
    await there_and_back(till, steps, "act_cancel")
    sale = await till.journal.sale(order_of(attempt))
    assert (sale.refunds, sale.order.state) == ((), OrderState.PAID)
    assert till.payouts.signed == 0


async def test_an_account_to_be_named_later_leaves_the_payment_with_staff_and_can_be_named_then(till):
    attempt = await till.paid()
    till.transfers.ends = [(RefundState.DONE, "")]
    await cancel(till, attempt)
    await till.press("act_later")
    assert till.says == "cancel.left"
    assert [one.state for one in await refunds(till, attempt)] == [RefundState.REFUSED]
    await till.staff_do(GoBack())
    await till.press("act_cancel", "why_wish")
    await name_account(till)
    await till.press("act_yes")
    await till.type(DIGITS)
    assert [one.state for one in await refunds(till, attempt)] == [RefundState.REFUSED, RefundState.DONE]


async def test_what_cannot_be_paid_out_is_said_and_stays_with_staff(till):
    attempt = await till.paid()
    till.payouts.least = won(20_000)
    await cancel(till, attempt)
    assert till.says == "payout.too_little"
    await till.press("home")
    assert till.says == "cancel.left"
    assert [one.state for one in await refunds(till, attempt)] == [RefundState.REFUSED]


async def test_late_money_is_with_staff_already_and_cannot_be_put_off(till):
    await till.found()
    await open_task(till)
    await till.press("act_pay_out")
    assert "act_later" not in till.offered


async def test_a_sale_shows_what_was_found_of_all_its_payments(till):
    attempt = await till.paid()
    await till.find(attempt, FindingKind.DUPLICATE, 12_300)
    await till.enter()
    await till.press(f"sale_{order_of(attempt).replace('-', '_')}")
    row = finding_row(till)
    assert (row.title.key, row.right, row.tone) == ("kind.duplicate", won(12_300), Tone.ACT)
    assert row.second.key == "finding.second"


async def test_a_correction_alone_is_nothing_to_pay_out(till):
    attempt = await till.paid()
    await till.journal.write(AttemptAdvanced(attempt, State.CORRECTED, Reason.CORRECTED_THERE))
    await till.find(attempt, FindingKind.CORRECTED, 12_300)
    await open_task(till)
    assert "act_pay_out" not in till.offered
