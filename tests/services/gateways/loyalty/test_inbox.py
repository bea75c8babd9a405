"""Which messages are filed, and what they may cause: a question, now and then, and nothing else (law 7)."""

import asyncio
from dataclasses import replace

import pytest

from kiosk.domain.entries import HintFiled
from kiosk.domain.errors import JournalError
from kiosk.domain.hint import Hint
from kiosk.domain.limits import Limits
from kiosk.domain.outcome import Reason
from kiosk.services.gateways.loyalty.inbox import Inbox
from kiosk.services.gateways.loyalty.messages import Message
from tests.support.clock import FakeClock
from tests.support.journal import AtOnce, Book, opened, rows

PURCHASE = "K01-1-000001-1-token"
LIMITS = Limits()


def about(code=0, *, payment="0xa", purchase=PURCHASE, kind="pay_new"):
    return Message(payment, purchase, Hint(payment, kind, code))


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def book(tmp_path, clock):
    async with opened(tmp_path, clock, AtOnce()) as journal:
        yield Book(journal)


@pytest.fixture
async def attempt(book):
    return await book.attempt(await book.order())


@pytest.fixture
async def inbox(book, clock):
    inbox = Inbox(book.journal, clock, LIMITS)
    running = asyncio.get_running_loop().create_task(inbox.run())
    yield inbox
    running.cancel()


async def filed(tmp_path):
    for _ in range(50):
        await asyncio.sleep(0.001)
    return rows(tmp_path, "SELECT attempt_id, payment, about, code FROM inbox ORDER BY code")


async def test_a_message_about_a_payment_that_is_open_here_is_filed_and_rings(inbox, attempt, tmp_path):
    ear = await inbox.listen(attempt, PURCHASE)

    inbox.take(about(4000))

    assert await filed(tmp_path) == [(attempt, "0xa", "pay_new", 4000)]
    assert ear.heard()
    assert not ear.heard()
    assert inbox.counts == {"filed": 1}


async def test_others_messages_are_counted_and_dropped(inbox, attempt, tmp_path):
    ear = await inbox.listen(attempt, PURCHASE)

    inbox.take(about(purchase="K02-1-000001-1-token"))

    assert await filed(tmp_path) == []
    assert not ear.heard()
    assert inbox.counts == {"not_ours": 1}


async def test_once_its_payment_is_known_another_under_our_id_is_nobodys(inbox, attempt, tmp_path):
    await inbox.listen(attempt, PURCHASE, "0xa")

    inbox.take(about(payment="0xforged"))

    assert await filed(tmp_path) == []
    assert inbox.counts == {"not_ours": 1}


async def test_after_it_is_over_nobody_listens(inbox, attempt, tmp_path):
    await inbox.listen(attempt, PURCHASE)
    inbox.leave(attempt)

    inbox.take(about())

    assert await filed(tmp_path) == []
    assert inbox.counts == {"not_ours": 1}


async def test_the_same_message_twice_is_filed_once_and_rings_again(inbox, attempt, tmp_path):
    ear = await inbox.listen(attempt, PURCHASE)
    inbox.take(about())
    await filed(tmp_path)
    assert ear.heard()

    inbox.take(about())

    assert len(await filed(tmp_path)) == 1
    assert rows(tmp_path, "SELECT count(*) FROM events WHERE kind = 'HintFiled'") == [(1,)]
    assert inbox.counts == {"filed": 1, "again": 1}
    assert ear.heard()


async def test_also_after_a_restart(inbox, attempt, tmp_path, book, clock):
    await inbox.listen(attempt, PURCHASE)
    inbox.take(about())
    await filed(tmp_path)

    later = Inbox(book.journal, clock, LIMITS)
    ear = await later.listen(attempt, PURCHASE)
    later.take(about())

    assert later.counts == {"again": 1}
    assert ear.told == {Hint("0xa", "pay_new", 0)}


async def test_of_one_payment_no_more_than_eight_are_filed(inbox, attempt, tmp_path):
    await inbox.listen(attempt, PURCHASE)

    for code in range(50):
        inbox.take(about(code))

    assert len(await filed(tmp_path)) == LIMITS.loyalty_hints_max == 8
    assert inbox.counts["too_many"] == 42


async def test_what_waits_to_be_filed_is_bounded(book, attempt, clock):
    inbox = Inbox(book.journal, clock, replace(LIMITS, hint_queue_max=2))
    await inbox.listen(attempt, PURCHASE)

    for code in range(5):
        inbox.take(about(code))

    assert inbox.counts == {"too_many": 3}


async def test_messages_cause_five_questions_at_once_and_then_one_a_second(inbox, attempt, clock):
    ear = await inbox.listen(attempt, PURCHASE)

    def asked():
        ear.ring()
        return ear.heard()

    assert [asked() for _ in range(8)] == [True] * 5 + [False] * 3
    clock.advance(1)
    assert [asked() for _ in range(3)] == [True, False, False]
    clock.advance(100)
    assert [asked() for _ in range(8)] == [True] * 5 + [False] * 3


async def test_the_payments_that_messages_named_are_looked_up_in_turn(inbox, attempt, clock):
    ear = await inbox.listen(attempt, PURCHASE)
    assert ear.named() is None
    for payment in ("0xforged", "0xa"):
        inbox.take(about(payment=payment))

    assert [ear.named() for _ in range(4)] == ["0xforged", "0xa", "0xforged", "0xa"]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (about(5000), Reason.CONTRACT_ERROR),
        (about(1003), Reason.SERVER_ERROR),
        (about(4000), None),
        (about(0), None),
        (about(5000, kind="pay_cancel"), None),
    ],
)
async def test_a_message_may_say_why_an_approval_is_missing(inbox, attempt, message, reason):
    ear = await inbox.listen(attempt, PURCHASE, "0xa")

    inbox.take(message)

    assert ear.reason is reason


@pytest.mark.parametrize("codes", [(1002, 1003), (1003, 1002), (5000, 6000), (6000, 5000), (1002, 6000), (6000, 1002)])
async def test_of_messages_that_say_otherwise_it_does_not_matter_which_is_read_first(inbox, attempt, codes):
    ear = await inbox.listen(attempt, PURCHASE, "0xa")

    for code in codes:
        inbox.take(about(code))

    assert ear.reason is Reason.CONTRACT_ERROR


async def test_a_message_is_no_step_of_its_attempt_so_it_voids_no_permit(inbox, attempt, tmp_path):
    await inbox.listen(attempt, PURCHASE)
    inbox.take(about())
    await filed(tmp_path)

    order = attempt.rpartition("-")[0]
    assert rows(tmp_path, "SELECT order_id, attempt_id FROM events WHERE kind = 'HintFiled'") == [(order, "")]


async def test_the_journal_keeps_a_message_once_whoever_files_it_again(book, attempt, tmp_path):
    for _ in range(2):
        await book.journal.write(HintFiled(attempt, Hint("0xa", "pay_new", 0)))

    assert rows(tmp_path, "SELECT count(*) FROM inbox") == [(1,)]


async def test_a_journal_that_takes_nothing_more_loses_a_hint_and_nothing_else(inbox, attempt, book, monkeypatch):
    ear = await inbox.listen(attempt, PURCHASE)

    async def refused(*_entries):
        raise JournalError("journal.cannot_write")

    monkeypatch.setattr(book.journal, "write", refused)
    inbox.take(about())
    await asyncio.sleep(0.01)

    assert ear.heard()
    assert inbox.counts == {"not_written": 1}
