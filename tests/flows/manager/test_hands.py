"""What needs a hand: what is known, what to do, and how it ended, by whom; asked again just before."""

import pytest

from kiosk.domain.attempt import Family, State
from kiosk.domain.entries import FindingRecorded, OrderAdvanced, RefundAsked, RefundNoted, TaskOpened
from kiosk.domain.money import won
from kiosk.domain.order import OrderState
from kiosk.domain.people import FIRST as MANAGER
from kiosk.domain.ports import Payee
from kiosk.domain.receipt import Line
from kiosk.domain.refund import FindingKind, FindingState
from kiosk.domain.resolution import Way
from kiosk.domain.staffwork import TaskKind
from kiosk.domain.words import Said as Words
from kiosk.flows.books import Said
from kiosk.flows.intents import Finish, GoBack
from kiosk.flows.manager.intents import Act, Choose, Do, Lock
from tests.flows.till import OTP, PIN, TOTAL, Till
from tests.support.journal import Book, events, rows

FIRST = "K01-1-000001"


async def lose(till, *, is_taken=True):
    """A CEOS payment that nobody can find out about: 50 minutes without an answer."""
    await till.fill()
    till.fault("ceos.instant", "drop_after" if is_taken else "drop_before")
    till.fault("ceos.payment", "html_502", 1000)
    till.fault("ceos.cancel", "html_502", 1000)
    await till.pay_ceos()
    await till.pass_time(3_200)
    till.outside.faults.clear()
    assert (await till.attempt(1)).state is State.NEEDS_STAFF


def task_of(till, kind):
    return next(name for name, row in till.rows.items() if getattr(row.title, "key", "") == f"task.{kind}")


async def open_task(till, kind, person="P1"):
    await till.enter(person)
    await till.press("place_hands_all")
    return await till.press(task_of(till, kind))


async def say(till, way, *, amount=None, proof="gateway"):
    await till.press("act_resolve")
    await till.press(f"way_{way}")
    if amount is not None:
        await till.type(str(amount))
    await till.press(f"proof_{proof}", "act_yes")


@pytest.fixture
async def lost(till):
    await lose(till)
    return till


async def test_the_list_says_what_it_is_and_the_task_what_to_do(lost):
    await open_task(lost, "unresolved")
    assert lost.says == "todo.unresolved"
    assert {"end_1", "tender_1"} <= set(lost.rows)
    assert "act_resolve" in lost.offered


async def test_the_payment_system_is_asked_again_before_anybody_says_anything(lost):
    await open_task(lost, "unresolved")
    asked = len(lost.calls("payment"))
    await lost.press("act_resolve")
    assert len(lost.calls("payment")) == asked + 1
    assert any(name.startswith("evidence_") for name in lost.rows)


@pytest.mark.parametrize("way", Way)
async def test_a_resolution_is_written_down_with_who_why_and_the_last_answer(lost, way, tmp_path):
    await open_task(lost, "unresolved")
    await say(lost, way, amount=TOTAL if way in (Way.GIVEN_BACK_OUTSIDE, Way.LOSS) else None)
    (said,) = [body for kind, body in events(tmp_path) if kind == "Resolved"]
    assert said["way"] == way
    assert said["amount"] == TOTAL
    assert said["by"] == "P1"
    assert said["words"] == "gateway"
    assert said["answer"]
    assert "unresolved" not in await lost.tasks_open()
    assert (await lost.sale()).order.state == ("PAID" if way is Way.CHARGED_KEPT else "UNWOUND")


async def test_only_a_part_may_be_given_back_outside_but_not_more_than_there_is(lost):
    await open_task(lost, "unresolved")
    await lost.press("act_resolve", "way_given_back_outside")
    await lost.type(str(TOTAL + 1))
    assert lost.says == "amount_keys.wrong"
    await lost.type("0")
    assert lost.says == "amount_keys.wrong"
    await lost.type("5000")
    await lost.press("proof_cash", "act_yes")
    (said,) = (await lost.sale()).resolutions
    assert said.amount.amount == 5000


@pytest.mark.parametrize("steps", [(), ("way_not_charged",), ("way_not_charged", "proof_gateway")])
async def test_back_before_the_end_says_nothing(lost, steps):
    await open_task(lost, "unresolved")
    await lost.press("act_resolve", *steps)
    await lost.staff_do(GoBack())
    assert (await lost.sale()).resolutions == ()
    assert "act_resolve" in lost.offered


async def test_what_is_found_out_while_it_is_asked_needs_nobodys_word(lost):
    """The till gives it back by itself, as soon as the payment system answers."""
    await open_task(lost, "unresolved")
    await lost.press("act_resolve", "way_not_charged", "proof_gateway")
    await lost.books.resolve((await lost.sale()).loose_ends[0], said_by_another())
    await lost.press("act_yes")
    assert lost.says == "resolve.found_out"
    assert len((await lost.sale()).resolutions) == 1


def said_by_another():
    return Said(Way.LOSS, TOTAL, "P9", "")


async def test_a_clerk_sees_it_and_may_not_say_how_it_ended(lost):
    await open_task(lost, "unresolved", "P2")
    assert set(lost.offered) == {"act_sale"}
    await lost.staff_do(Do(Act.RESOLVE), Do(Act.DONE), Choose("not_charged"))
    assert (await lost.sale()).resolutions == ()
    assert "unresolved" in await lost.tasks_open()


async def test_money_that_turns_up_against_what_was_said_is_found_and_given_back(till):
    await lose(till)
    assert till.ceos_taken == [TOTAL]
    await open_task(till, "unresolved")
    await say(till, Way.NOT_CHARGED, proof="customer")
    await till.pass_time(1_300)
    assert till.ceos_taken == []
    (finding,) = await till.journal.findings(f"{FIRST}-1")
    assert finding.state is FindingState.REFUNDED
    assert "finding" in await till.tasks_open()


async def test_what_the_shop_keeps_is_not_given_back_behind_its_back(till):
    await lose(till)
    await open_task(till, "unresolved")
    await say(till, Way.CHARGED_KEPT)
    await till.pass_time(3_600)
    assert till.ceos_taken == [TOTAL]
    assert await till.journal.findings(f"{FIRST}-1") == ()


@pytest.mark.parametrize("way", [Way.CHARGED_KEPT, Way.NOT_CHARGED])
async def test_what_the_till_did_since_it_asked_makes_them_look_again(till, way):
    """Its slow try gives the money back while the manager is still choosing."""
    await lose(till)
    await open_task(till, "unresolved")
    await till.press("act_resolve", f"way_{way}", "proof_goods")
    await till.recovery._look_again(await till.attempt(1))
    assert till.ceos_taken == []

    await till.press("act_yes")

    assert till.says == "resolve.changed"
    assert (await till.sale()).resolutions == ()
    await till.press("home", "act_resolve")
    assert "way_charged_kept" not in till.offered, "it was given back"
    assert "way_not_charged" in till.offered


async def test_a_look_that_was_on_its_way_when_it_was_said_takes_nothing_back(till):
    """The slow tries had taken it up before the manager said that the shop keeps it."""
    await lose(till)
    attempt = await till.attempt(1)
    await open_task(till, "unresolved")
    await say(till, Way.CHARGED_KEPT)
    await till.recovery._look_again(attempt)
    assert till.ceos_taken == [TOTAL]


async def test_of_an_order_that_is_still_being_unwound_nothing_is_offered_to_be_said(till):
    book = Book(till.journal)
    order = await book.order(TOTAL, 700)
    await book.approved(order, 700)
    attempt = await book.attempt_in(State.NEEDS_STAFF, order, Family.DIRECT)
    unwinding = OrderAdvanced(order, OrderState.UNWINDING)
    await till.journal.write(unwinding, TaskOpened(TaskKind.UNRESOLVED, order, attempt))
    await open_task(till, "unresolved")
    assert till.says == "todo.still_under_way"
    assert set(till.offered) == {"act_sale"}


# -- what is said just before


@pytest.fixture
async def bank(tmp_path):
    """A till with a manager that takes transfers."""
    till = Till(tmp_path, has_staff=True, takes_transfers=True)
    await till.start()
    await till.staff.add("점장", MANAGER, PIN, "")
    await till.restart()
    yield till
    await till.close()
    assert till.failures == []


async def test_what_a_list_says_is_heard_also_where_it_says_the_same_as_before(bank):
    await bank.fill()
    await bank.show_account()
    await bank.transfer(TOTAL - 300, mode="S")
    await bank.pass_time(40)
    await bank.do(Finish())
    await bank.pass_time(30)
    await open_task(bank, "refund_unresolved")
    asked = len(bank.calls("deposits"))
    await bank.press("act_resolve")
    assert len(bank.calls("deposits")) == asked + 1
    assert answer(bank).second.params["answer"] == Words("answer.listed")
    (listed,) = [row for name, row in bank.rows.items() if name.startswith("listed_")]
    assert (listed.title, listed.right) == (Words("standing.done"), won(TOTAL - 300))
    await bank.press("way_charged_kept", "proof_gateway", "act_yes")
    assert [one.answer for one in (await bank.sale()).resolutions] == ["listed"]


async def test_of_a_withdrawal_that_was_lost_the_withdrawals_are_read(bank):
    await bank.fill()
    await bank.show_account()
    await bank.transfer()
    await bank.pass_time(3)
    await bank.do(Finish())
    assert await bank.payouts.sign_in(OTP) is None
    attempt = f"{FIRST}-1"
    refund = (await bank.sale()).next_refund(attempt)
    payee = bank.payouts.facts(attempt, Payee("090", "3333012345678", "홍길동"))
    await bank.journal.write(
        OrderAdvanced(FIRST, OrderState.REFUNDING),
        RefundAsked(refund, attempt, "", TOTAL),
        RefundNoted(refund, {**payee, "staffed": "P1"}),
    )
    bank.fault("ezpg.withdraw", "drop_before")
    bank.recovery.unwind(FIRST)
    await bank.pass_time(86_400 + 1_300)
    await open_task(bank, "refund_unresolved")
    asked = len(bank.calls("withdrawals"))
    await bank.press("act_resolve")
    assert len(bank.calls("withdrawals")) == asked + 1
    assert answer(bank).title.params["call"] == Words("call.withdrawals")
    assert answer(bank).second.params["answer"] == Words("answer.nothing_listed")


async def test_what_cannot_be_asked_about_is_not_said_to_have_gone_unanswered(till):
    """Points whose opening was not answered have no name to ask by."""
    order = await Book(till.journal).order(TOTAL)
    attempt = await Book(till.journal).attempt(order, "loyalty", Family.PHONE)
    await Book(till.journal).advance(attempt, State.OPENING, State.OPEN_LOST, State.NEEDS_STAFF)
    await till.journal.write(
        OrderAdvanced(order, OrderState.UNWINDING),
        OrderAdvanced(order, OrderState.UNWINDING_STAFF),
        TaskOpened(TaskKind.UNRESOLVED, order, attempt),
    )
    await open_task(till, "unresolved")
    sheet = await till.press("act_resolve")
    (section,) = [one for one in sheet.sections if one.title == Words("resolve.just_said")]
    assert (section.rows, section.empty) == ((), Words("resolve.cannot_ask"))


def answer(till):
    (row,) = [row for name, row in till.rows.items() if name.startswith("evidence_")]
    return row


# -- the rest of the list


async def test_a_call_is_answered_by_anybody(till, tmp_path):
    till.session.call_staff()
    await till.settle()
    await open_task(till, "called", "P2")
    await till.press("act_done", "dealt_told")
    assert await till.tasks_open() == []
    assert rows(tmp_path, "SELECT closed_how FROM staff_tasks") == [("P2: told",)]


async def test_what_was_not_printed_is_printed_again_by_anybody(till):
    till.paper.is_broken = True
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(20)
    assert await till.tasks_open() == ["print_failed"]
    till.paper.is_broken = False
    await open_task(till, "print_failed", "P2")
    await till.press("act_reprint")
    await till.pass_time(5)
    assert len(till.paper.printed) == 1
    assert await till.tasks_open() == []


async def test_a_slip_that_did_not_come_out_says_the_same_when_it_is_printed_again(till):
    till.paper.is_broken = True
    await lose(till)
    assert "print_failed" in await till.tasks_open()
    till.paper.is_broken = False
    await open_task(till, "print_failed", "P2")
    assert till.rows["fact_kind"].right == Words("kind.slip")
    await till.press("act_reprint")
    await till.pass_time(2)
    said = [row.words for row in till.paper.last.rows if isinstance(row, Line)]
    assert Words("slip.parked", {"code": "K01-0001"}) in said


@pytest.mark.parametrize("kind", sorted(set(TaskKind) - {TaskKind.CALLED, TaskKind.PRINT_FAILED}))
async def test_only_a_manager_closes_what_is_about_money_or_the_till(till, kind):
    await till.journal.write(TaskOpened(kind))
    await open_task(till, kind, "P2")
    assert till.offered == {}
    await till.staff_do(Lock())
    await open_task(till, kind)
    await till.press("act_done", "dealt_checked")
    assert await till.tasks_open() == []


async def test_messages_about_nobodys_payment_are_counted_and_listed(till):
    till.post({"type": "pay_new", "code": 0, "data": {"paymentId": "0x" + "1" * 64, "purchaseId": "X"}}, {})
    await till.settle()
    await till.enter()
    await till.press("place_hands_all")
    unmatched = till.inbox.counts.get("not_ours", 0)
    assert ("unmatched" in till.rows) is bool(unmatched)


async def test_open_findings_are_settled_with_what_became_of_the_money(till):
    await till.fill()
    await till.pay_ceos()
    await till.pass_time(20)
    attempt = f"{FIRST}-1"
    await till.journal.write(
        FindingRecorded("ceos", attempt, "late-1", FindingKind.LATE, 500), TaskOpened(TaskKind.FINDING, FIRST, attempt)
    )
    await open_task(till, "finding")
    asked = len(till.calls("payment"))
    await till.press("act_done")
    assert len(till.calls("payment")) == asked + 1, "asked again just before"
    assert any(name.startswith("evidence_") for name in till.rows)
    await till.press("found_explained")
    (finding,) = await till.journal.findings(attempt)
    assert finding.state is FindingState.EXPLAINED
    assert await till.tasks_open() == []


async def find_late(till, cancel_fault):
    """A CEOS payment that was not charged, says a manager, turns up; its cancel meets a fault, or takes its time."""
    await lose(till)
    await open_task(till, "unresolved")
    await say(till, Way.NOT_CHARGED)
    await till.staff_do(Lock())
    till.fault("ceos.cancel", cancel_fault, seconds=30)
    look = till.tasks_of_world.spawn("look", till.recovery._look_again(await till.attempt(1)))
    await till.settle()
    assert till.calls("cancel")
    return look


async def test_nobody_says_what_became_of_money_while_the_till_is_giving_it_back(till):
    look = await find_late(till, "slow")
    await open_task(till, "finding")
    await till.press("act_done")
    assert till.says == "resolve.asking"
    assert till.offered == {}
    await till.pass_time(31)
    await look
    assert till.says == "resolve.changed"
    assert [one.state for one in await till.journal.findings(f"{FIRST}-1")] == [FindingState.REFUNDED]


async def test_nobody_says_what_became_of_money_while_what_the_till_sent_may_still_be_carried_out(till):
    await (await find_late(till, "drop_before"))
    await open_task(till, "finding")
    await till.press("act_done")
    assert till.says == "resolve.may_land"
    await till.press("home")
    await till.staff_do(Lock())
    await till.pass_time(till.recovery._limits.lands_within_s)
    await open_task(till, "finding")
    await till.press("act_done", "found_honoured")
    assert [one.state for one in await till.journal.findings(f"{FIRST}-1")] == [FindingState.HONOURED]


async def test_nobody_says_how_a_payment_ended_while_what_the_till_sent_may_still_be_carried_out(till):
    await lose(till)
    till.fault("ceos.cancel", "drop_before")
    await till.recovery._look_again(await till.attempt(1))
    await open_task(till, "unresolved")
    await till.press("act_resolve")
    assert till.says == "resolve.may_land"
    assert (await till.sale()).resolutions == ()


@pytest.mark.parametrize("word", ["honoured", "given_back"])
async def test_what_the_till_gave_back_while_they_thought_is_no_sale_and_was_not_given_back_otherwise(till, word):
    await (await find_late(till, "html_502"))
    await till.pass_time(till.recovery._limits.lands_within_s)
    await open_task(till, "finding")
    await till.press("act_done")
    await till.recovery._look_again(await till.attempt(1))
    assert till.ceos_taken == []
    await till.press(f"found_{word}")
    assert till.says == "resolve.changed"
    assert [one.state for one in await till.journal.findings(f"{FIRST}-1")] == [FindingState.REFUNDED]


async def test_what_the_till_tried_to_give_back_while_they_thought_makes_them_look_again(till):
    await (await find_late(till, "html_502"))
    await till.pass_time(till.recovery._limits.lands_within_s)
    await open_task(till, "finding")
    await till.press("act_done")
    till.fault("ceos.cancel", "drop_after")
    await till.recovery._look_again(await till.attempt(1))
    await till.press("found_given_back")
    assert till.says == "resolve.changed"
    assert [one.state for one in await till.journal.findings(f"{FIRST}-1")] == [FindingState.OPEN]
