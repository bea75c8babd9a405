from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from typing_extensions import override

from kiosk.domain.attempt import State
from kiosk.domain.entries import (
    Asked,
    AttemptAdvanced,
    AttemptNoted,
    FindingRecorded,
    GoalUndo,
    OperationAnswered,
    PrintQueued,
    TaskClosed,
    TaskOpened,
)
from kiosk.domain.errors import BugError, NotWantedError, PermitVoidError
from kiosk.domain.operation import WireRequest
from kiosk.domain.refund import FindingKind
from kiosk.domain.staffwork import PrintKind, TaskKind
from kiosk.services.journal.permits import ATTEMPTS_NOTED, JournalPermit
from tests.support.journal import AtOnce, Book, a_request, events, opened, rows, tamper
from tests.support.sales import family_of, way_to


@pytest.fixture
async def attempt(book):
    return await book.attempt(await book.order())


async def test_a_request_is_durable_before_its_permit_is_given(book, tmp_path, attempt):
    permit = await book.intended(attempt, "req-1")
    assert permit.request == a_request("req-1")
    assert permit.operation_id == f"{attempt}-01"
    assert events(tmp_path)[-1][0] == "OperationIntended"
    stored = rows(tmp_path, "SELECT id, call, request_id, answer, moves_money FROM operations")
    assert stored == [(f"{attempt}-01", "checkout", "req-1", "", 1)]


@pytest.mark.parametrize("comes_to_staff", [False, True])
@pytest.mark.parametrize("charging", [State.SENDING, State.OPENING, State.CAPTURING, State.ISSUING])
async def test_a_charge_that_its_order_does_not_take_is_given_no_leave(book, tmp_path, charging, comes_to_staff):
    order, family = await book.order(), family_of(charging)
    released = await book.attempt_in(State.VOIDING, order)
    attempt = await book.attempt(order, family=family)
    await book.advance(attempt, *way_to(charging, family)[:-1])
    stands = (await book.journal.attempt(attempt)).state
    await book.journal.write(AttemptAdvanced(released, State.NEEDS_STAFF) if comes_to_staff else GoalUndo(attempt))
    before = events(tmp_path)

    with pytest.raises(NotWantedError):
        await book.journal.intend(attempt, a_request("req-1"), AttemptAdvanced(attempt, charging))

    assert events(tmp_path) == before
    assert (await book.journal.attempt(attempt)).state is stands


async def test_a_charge_that_was_given_up_is_given_no_leave_to_be_sent_once_more(book, tmp_path):
    attempt = await book.attempt(await book.order())
    first = await book.journal.intend(attempt, a_request("req-1"), AttemptAdvanced(attempt, State.SENDING))
    await book.journal.write(GoalUndo(attempt))
    before = events(tmp_path)

    with pytest.raises(NotWantedError):
        await book.journal.intend(attempt, a_request("req-1"), repeats=first.operation_id)

    assert events(tmp_path) == before


async def test_what_is_no_charge_is_given_leave_whatever_stands_beside_it(book):
    order = await book.order()
    attempt = await book.attempt_in(State.WAITING, order)
    await book.journal.write(GoalUndo(attempt))
    await book.journal.intend(attempt, a_request("req-1"), AttemptAdvanced(attempt, State.VOIDING))


async def test_a_permit_is_used_once(book, attempt):
    permit = await book.intended(attempt)
    await book.journal.redeem(permit)
    with pytest.raises(BugError, match="used once"):
        await book.journal.redeem(permit)


async def test_a_permit_lives_five_seconds(book, clock, attempt):
    permit = await book.intended(attempt)
    clock.advance(5)
    await book.journal.redeem(permit)


async def test_a_permit_older_than_five_seconds_is_void(book, clock, attempt):
    permit = await book.intended(attempt)
    clock.advance(5.001)
    with pytest.raises(PermitVoidError, match="permit_old"):
        await book.journal.redeem(permit)


async def test_a_void_permit_is_used_up_all_the_same(book, clock, attempt):
    permit = await book.intended(attempt)
    clock.advance(6)
    with pytest.raises(PermitVoidError):
        await book.journal.redeem(permit)
    with pytest.raises(BugError, match="used once"):
        await book.journal.redeem(permit)


async def test_a_permit_that_ran_out_while_the_file_was_busy_is_void(tmp_path, clock):
    class Busy(AtOnce):
        """The file is so busy that a piece of work takes six seconds."""

        takes_s = 0.0

        @override
        async def run(self, work):
            clock.advance(self.takes_s)
            return work()

    runner = Busy()
    async with opened(tmp_path, clock, runner) as journal:
        book = Book(journal)
        permit = await book.intended(await book.attempt(await book.order()))
        runner.takes_s = 6
        with pytest.raises(PermitVoidError, match="permit_old"):
            await journal.redeem(permit)


LATER = [
    GoalUndo("{attempt}"),
    AttemptNoted("{attempt}", {"balance": "0"}),
    AttemptAdvanced("{attempt}", State.UNKNOWN),
    Asked("{attempt}-02", "{attempt}", "", "status", "ask-1", "nothing"),
    FindingRecorded("crepay", "{attempt}", "txn-9", FindingKind.LATE, 5000),
]


@pytest.mark.parametrize("entry", LATER, ids=lambda entry: type(entry).__name__)
async def test_a_permit_is_void_after_a_later_event_of_the_attempt(book, attempt, entry):
    permit = await book.intended(attempt)
    named = {
        name: getattr(entry, name).format(attempt=attempt)
        for name in ("attempt_id", "operation_id")
        if hasattr(entry, name)
    }
    await book.journal.write(replace(entry, **named))
    with pytest.raises(PermitVoidError, match="overtaken"):
        await book.journal.redeem(permit)


class BehindIt(AtOnce):
    """Another piece of work is done before the loop goes on with what the first one gave."""

    behind: Callable[[], None] | None = None

    @override
    async def run(self, work):
        done, behind, self.behind = work(), self.behind, None
        if behind is not None:
            behind()
        return done


async def test_what_is_written_right_behind_the_look_at_a_permit_voids_it(tmp_path, clock):
    runner = BehindIt()
    async with opened(tmp_path, clock, runner=runner) as journal:
        book = Book(journal)
        attempt = await book.attempt(await book.order())
        permit = await book.intended(attempt)
        runner.behind = lambda: journal._file.write((GoalUndo(attempt),))
        with pytest.raises(PermitVoidError, match="overtaken"):
            await journal.redeem(permit)
        assert events(tmp_path)[-1][0] == "GoalUndo"


async def test_a_permit_outlives_the_events_of_many_other_attempts(book, attempt):
    first = await book.attempt(await book.order())
    permit = await book.intended(first)
    for _ in range(ATTEMPTS_NOTED - 1):
        await book.attempt(await book.order())
    await book.journal.redeem(permit)


async def test_the_first_of_two_requests_of_an_attempt_is_void(book, attempt):
    first = await book.intended(attempt, "req-1")
    second = await book.journal.intend(attempt, a_request("req-1"), repeats=first.operation_id)
    with pytest.raises(PermitVoidError, match="overtaken"):
        await book.journal.redeem(first)
    await book.journal.redeem(second)
    assert (await book.journal.operations(attempt))[1].repeats == first.operation_id


async def test_remarks_for_staff_prints_and_other_sales_do_not_void_a_permit(book, attempt):
    permit = await book.intended(attempt)
    order_id = attempt.rpartition("-")[0]
    await book.journal.write(
        TaskOpened(TaskKind.SLOW, order_id, attempt), PrintQueued(order_id, PrintKind.SLIP, {"key": "slip.parked"})
    )
    await book.journal.write(TaskClosed((await book.journal.staff_tasks())[0].id, "manager"))
    await book.approved(await book.order())
    await book.journal.redeem(permit)


@pytest.mark.parametrize(
    "change",
    [
        "body_hash = 'x'",
        "request_id = 'req-9'",
        "call = 'cancel'",
        "attempt_id = 'K01-1-000002-1'",
        "id = 'K01-1-000001-1-09'",
        "answer = 'approved'",
    ],
)
async def test_a_permit_is_bound_to_the_row_that_was_written(book, tmp_path, attempt, change):
    await book.attempt(await book.order())
    permit = await book.intended(attempt)
    assert tamper(tmp_path, f"UPDATE operations SET {change}") == 1  # noqa: S608 - from above
    with pytest.raises(BugError, match="not what was written down"):
        await book.journal.redeem(permit)


async def test_a_request_that_was_answered_is_not_sent_again(book, attempt):
    permit = await book.intended(attempt)
    await book.journal.write(OperationAnswered(f"{attempt}-01", "silence"))
    with pytest.raises(BugError, match="not what was written down"):
        await book.journal.redeem(permit)


async def test_a_request_that_was_never_written_down_is_refused(book, tmp_path, attempt):
    permit = await book.intended(attempt)
    assert tamper(tmp_path, "DELETE FROM operations") == 1
    with pytest.raises(BugError, match="not what was written down"):
        await book.journal.redeem(permit)


@dataclass
class Forged:
    """Looks like a permit."""

    operation_id: str
    request: WireRequest


async def test_a_permit_that_the_journal_did_not_make_is_refused(book, attempt):
    permit = await book.intended(attempt)
    with pytest.raises(BugError, match="did not make"):
        await book.journal.redeem(Forged(permit.operation_id, permit.request))


async def test_a_permit_cannot_be_copied_with_another_request(book, attempt):
    permit = await book.intended(attempt)
    elsewhere = replace(permit, request=replace(permit.request, path="/elsewhere"))
    with pytest.raises(BugError, match="used once, as it was made"):
        await book.journal.redeem(elsewhere)


async def test_a_permit_of_another_journal_is_refused(book, tmp_path, attempt):
    await book.intended(attempt)
    async with opened(tmp_path / "other") as other:
        theirs = Book(other)
        permit = await theirs.intended(await theirs.attempt(await theirs.order()))
        with pytest.raises(BugError, match="used once, as it was made"):
            await book.journal.redeem(permit)
        await other.redeem(permit)


def test_only_the_journal_makes_permits():
    with pytest.raises(BugError, match="only the journal makes permits"):
        JournalPermit(1, "K01-1-000001-1-01", "K01-1-000001-1", a_request("req-1"), 1, 0.0, False, object())


async def test_the_hash_of_a_body_does_not_give_the_body_away(book, tmp_path, attempt):
    body = b'{"barcode":"1234567890123456"}'
    await book.journal.intend(attempt, a_request("req-1", body=body), AttemptAdvanced(attempt, State.SENDING))
    [(kept,)] = rows(tmp_path, "SELECT body_hash FROM operations")
    async with opened(tmp_path / "other", key=bytes(32)) as other:
        theirs = Book(other)
        second = await theirs.attempt(await theirs.order())
        await other.intend(second, a_request("req-1", body=body))
    assert rows(tmp_path / "other", "SELECT body_hash FROM operations") != [(kept,)]


# -- law 6: an approval that could not be written down is reversed on the strength of its SENDING row


def reversal(names="req-1"):
    return a_request("cancel-1", "cancel", f'{{"transactionId":"cancel-1","paymentId":"{names}"}}'.encode())


async def test_an_attempt_durably_sending_may_be_reversed_without_a_row_of_its_own(book, tmp_path, attempt):
    await book.journal.redeem(await book.intended(attempt, "req-1"))
    before = events(tmp_path)
    permit = book.journal.license_reversal(attempt, reversal())
    await book.journal.redeem(permit)
    assert events(tmp_path) == before
    with pytest.raises(BugError, match="used once"):
        await book.journal.redeem(permit)


async def test_a_reversal_may_name_the_attempt_in_its_path(book, attempt):
    await book.intended(attempt, "req-1")
    request = WireRequest("cancel", "cancel-1", "DELETE", "/payments/req-1", b"")
    await book.journal.redeem(book.journal.license_reversal(attempt, request))


@pytest.mark.parametrize("names", ["req-2", ""])
async def test_a_reversal_that_does_not_name_the_attempt_is_refused(book, attempt, names):
    await book.intended(attempt, "req-1")
    with pytest.raises(BugError, match="names the attempt"):
        await book.journal.redeem(book.journal.license_reversal(attempt, reversal(names)))


async def test_a_reversal_is_old_after_five_seconds_too(book, clock, attempt):
    await book.intended(attempt, "req-1")
    permit = book.journal.license_reversal(attempt, reversal())
    clock.advance(5.001)
    with pytest.raises(PermitVoidError, match="permit_old"):
        await book.journal.redeem(permit)


@pytest.mark.parametrize("state", [State.NOT_SENT, State.DECLINED, State.UNKNOWN, State.REVERSING, State.APPROVED])
async def test_an_attempt_that_is_not_sending_has_no_such_reversal(book, attempt, state):
    await book.intended(attempt, "req-1")
    await book.advance(attempt, state)
    with pytest.raises(BugError, match="names the attempt"):
        await book.journal.redeem(book.journal.license_reversal(attempt, reversal()))


async def test_an_attempt_of_which_nothing_was_sent_has_no_such_reversal(book, attempt):
    with pytest.raises(BugError, match="names the attempt"):
        await book.journal.redeem(book.journal.license_reversal(attempt, reversal()))


async def test_a_request_that_has_an_answer_can_be_reversed_while_its_attempt_is_being_sent(book, attempt):
    """It was refused, and the look after that found it paid."""
    await book.intended(attempt, "req-1")
    await book.journal.write(OperationAnswered(f"{attempt}-01", "refused_try"))
    await book.journal.redeem(book.journal.license_reversal(attempt, reversal()))


async def test_a_request_without_an_id_cannot_be_reversed_by_naming_it(book, attempt):
    await book.intended(attempt, "")
    with pytest.raises(BugError, match="names the attempt"):
        await book.journal.redeem(book.journal.license_reversal(attempt, reversal()))


async def test_a_question_is_nothing_that_could_be_reversed(book, attempt):
    await book.journal.write(
        AttemptAdvanced(attempt, State.SENDING), Asked(f"{attempt}-01", attempt, "", "status", "req-1", "")
    )
    with pytest.raises(BugError, match="names the attempt"):
        await book.journal.redeem(book.journal.license_reversal(attempt, reversal()))
